/* SPDX-License-Identifier: Apache-2.0 */
/* The templates of one log: see templates.h. */
#include "parsers/evtx/templates.h"

#include "core/cursor.h"
#include "parsers/evtx/known_templates.h"

enum {
    KEPT_BYTES_MAX = 4 * 1024 * 1024, /* the 772 templates of 895 logs take some 3 MiB */
    KEPT_BYTES_MANY = KEPT_BYTES_MAX / 2,
    DEFINITION_HEAD = 24,
};

void paw_templates_init(struct paw_templates *t, struct paw_binxml_compiler *compiler)
{
    *t = (struct paw_templates){.compiler = compiler, .chunk = 1};
    paw_arena_init(&t->kept, KEPT_BYTES_MAX);
}

void paw_templates_finish(struct paw_templates *t)
{
    paw_arena_finish(&t->kept);
}

void paw_templates_next_chunk(struct paw_templates *t)
{
    t->chunk++;
    if (t->n < PAW_TEMPLATES_MAX / 2 && t->kept.used < KEPT_BYTES_MANY && t->chunk != 0)
        return;
    struct paw_binxml_compiler *compiler = t->compiler;
    paw_templates_finish(t);
    paw_templates_init(t, compiler);
}

/* What stands in System -------------------------------------------------------------------------
 */

static struct paw_template_slot slot_of(const struct paw_binxml_plan *p, uint32_t from, uint32_t to)
{
    struct paw_template_slot slot = {.index = PAW_BINXML_NONE};
    const struct paw_binxml_step *s = &p->steps[from];
    if (to - from != 1 || (s->kind != PAW_STEP_VALUE && s->kind != PAW_STEP_TEXT))
        return slot;
    slot.is_known = true;
    slot.index = s->kind == PAW_STEP_VALUE ? s->index : PAW_BINXML_NONE;
    slot.text = s->text;
    return slot;
}

static void note_element(struct paw_template *t, uint32_t at)
{
    const struct paw_binxml_plan *p = t->plan;
    const uint8_t element = p->steps[at].name;
    uint32_t i = at + 1;
    while (i < p->n_steps && p->steps[i].kind == PAW_STEP_ATTRIBUTE) {
        const struct paw_binxml_step *s = &p->steps[i];
        if (element == PAW_NAME_PROVIDER && s->name == PAW_NAME_NAME)
            t->provider = slot_of(p, i + 1, s->end);
        if (element == PAW_NAME_TIME_CREATED && s->name == PAW_NAME_SYSTEM_TIME)
            t->created = slot_of(p, i + 1, s->end);
        i = s->end;
    }
    const uint32_t end = p->steps[at].end - 1U; /* its close */
    if (i >= end)
        return;
    if (element == PAW_NAME_EVENT_ID)
        t->event_id = slot_of(p, i, end);
    else if (element == PAW_NAME_EVENT_RECORD_ID)
        t->record_id = slot_of(p, i, end);
    else if (element == PAW_NAME_CHANNEL)
        t->channel = slot_of(p, i, end);
}

/* Finds the slots of a template of a whole event: Event, System in it, elements in that. */
static void note_system(struct paw_template *t)
{
    const struct paw_binxml_plan *p = t->plan;
    unsigned depth = 0;
    bool in_system = false;
    if (p->n_steps == 0 || p->steps[0].name != PAW_NAME_EVENT || p->steps[0].kind != PAW_STEP_OPEN)
        return;
    for (uint32_t i = 0; i < p->n_steps; i++) {
        const struct paw_binxml_step *s = &p->steps[i];
        if (s->kind == PAW_STEP_CLOSE)
            depth--;
        if (s->kind != PAW_STEP_OPEN)
            continue;
        depth++;
        if (depth == 2)
            in_system = s->name == PAW_NAME_SYSTEM;
        else if (depth == 3 && in_system)
            note_element(t, i);
    }
}

/* Finding ---------------------------------------------------------------------------------------
 */

static const struct paw_template **bucket_of(struct paw_templates *t, uint32_t id)
{
    return &t->buckets[(id ^ id >> 8 ^ id >> 16 ^ id >> 24) & 0xFF];
}

static const struct paw_template *make(const struct paw_binxml_plan *plan, struct paw_arena *a)
{
    struct paw_template *made = paw_arena_alloc(a, sizeof(*made));
    if (made == NULL)
        return NULL;
    made->plan = paw_binxml_keep(plan, a);
    if (made->plan == NULL)
        return NULL;
    note_system(made);
    return made;
}

/* One of the log with the same content, kept if it is new. */
static const struct paw_template *keep(struct paw_templates *t, uint32_t id,
                                       const struct paw_binxml_plan *plan, struct paw_arena *own)
{
    const struct paw_template **bucket = bucket_of(t, id);
    for (const struct paw_template *known = *bucket; known != NULL; known = known->next)
        if (paw_binxml_same(known->plan, plan))
            return known;
    if (t->n == PAW_TEMPLATES_MAX)
        return make(plan, own);
    struct paw_template *made = (struct paw_template *)(uintptr_t)make(plan, &t->kept);
    if (made == NULL)
        return make(plan, own);
    made->is_kept = true;
    made->next = *bucket;
    *bucket = made;
    t->n++;
    return made;
}

static bool is_sound(const struct paw_template *t)
{
    return !t->plan->is_cut && !t->plan->has_bad_name;
}

/* One of the same log, else of those that the program carries. */
static const struct paw_template *borrow(struct paw_templates *t,
                                         const struct paw_binxml_instance *instance,
                                         const uint8_t *PAW_NULLABLE guid, struct paw_arena *own)
{
    struct paw_binxml_plan carried;
    for (const struct paw_template *known = *bucket_of(t, instance->id); known != NULL;
         known = known->next)
        if (paw_le32(known->plan->guid) == instance->id &&
            (guid == NULL || memcmp(known->plan->guid, guid, PAW_BINXML_GUID) == 0) &&
            paw_binxml_fits(known->plan, instance))
            return known;
    if (!paw_known_template(instance, own, &carried) ||
        (guid != NULL && memcmp(carried.guid, guid, PAW_BINXML_GUID) != 0))
        return NULL;
    return keep(t, instance->id, &carried, own);
}

/* A kept one whose definition looks the same. */
static const struct paw_template *recognise(struct paw_templates *t, paw_bytes chunk, uint32_t id,
                                            paw_bytes guid, uint32_t from, uint32_t end)
{
    for (const struct paw_template *known = *bucket_of(t, id); known != NULL; known = known->next)
        if (memcmp(known->plan->guid, guid.p, PAW_BINXML_GUID) == 0 &&
            paw_binxml_has_shape(&known->shape, chunk, from, end))
            return known;
    return NULL;
}

static const struct paw_template *compile(struct paw_templates *t, paw_bytes chunk,
                                          const struct paw_binxml_instance *instance,
                                          struct paw_arena *own, uint32_t *spent)
{
    const struct paw_cursor whole = paw_cursor_over(chunk);
    struct paw_cursor head = paw_cursor_window(&whole, instance->definition, DEFINITION_HEAD);
    struct paw_binxml_plan plan;
    uint32_t behind = 0;
    (void)paw_cursor_u32(&head);
    const paw_bytes guid = paw_cursor_take(&head, PAW_BINXML_GUID);
    const uint32_t size = paw_cursor_u32(&head);
    if (!paw_cursor_ok(&head))
        return NULL;
    const uint32_t from = instance->definition + DEFINITION_HEAD;
    const uint32_t room = (uint32_t)chunk.n - from;
    const uint32_t end = from + (size < room ? size : room);
    const struct paw_template *known = recognise(t, chunk, instance->id, guid, from, end);
    if (known != NULL) {
        *spent += known->shape.n_parts;
        return known;
    }
    if (!paw_binxml_compile(t->compiler, chunk, from, end, true, own, &plan, &behind))
        return NULL;
    memcpy(plan.guid, guid.p, PAW_BINXML_GUID);
    *spent += plan.n_steps + (behind - from) / 8;
    const unsigned n = t->n;
    known = keep(t, instance->id, &plan, own);
    if (known != NULL && t->n != n && !plan.is_cut) {
        struct paw_template *made = (struct paw_template *)(uintptr_t)known; /* just made */
        made->shape = paw_binxml_shape_of(t->compiler, chunk, from, behind, &t->kept);
    }
    return known;
}

const struct paw_template *paw_templates_find(struct paw_templates *t, paw_bytes chunk,
                                              const struct paw_binxml_instance *instance,
                                              bool wants_sound, struct paw_arena *own,
                                              bool *is_borrowed, uint32_t *spent)
{
    enum { TRIES = 8 };
    const struct paw_template *found = NULL;
    unsigned place = (instance->definition * 2654435761U) >> 22;
    if (!instance->has_definition) {
        found = borrow(t, instance, NULL, own);
        *is_borrowed = *is_borrowed || found != NULL;
        return found;
    }
    for (unsigned i = 0; i < TRIES; i++, place = (place + 1) % PAW_TEMPLATE_PLACES) {
        if (t->places[place].chunk != t->chunk)
            break;
        if (t->places[place].at == instance->definition) {
            found = t->places[place].template;
            break;
        }
    }
    if (found == NULL) {
        found = compile(t, chunk, instance, own, spent);
        if (found == NULL)
            return NULL;
        if (found->is_kept) { /* one that could not be dies with its record */
            t->places[place].chunk = t->chunk;
            t->places[place].at = instance->definition;
            t->places[place].template = found;
        }
    }
    if (!is_sound(found)) {
        const struct paw_template *other = borrow(t, instance, found->plan->guid, own);
        *is_borrowed = *is_borrowed || other != NULL;
        return other != NULL ? other : wants_sound ? NULL : found;
    }
    return found;
}
