/* SPDX-License-Identifier: Apache-2.0 */
/* The templates of one log: see templates.h. */
#include "parsers/evtx/templates.h"

#include "core/cursor.h"
#include "core/sha256.h"
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
    t->n_borrowed = 0;
    if (t->n < PAW_TEMPLATES_MAX / 2 && t->kept.used < KEPT_BYTES_MANY && t->chunk != 0)
        return;
    const struct paw_templates old = {.compiler = t->compiler,
                                      .lend = t->lend,
                                      .lender = t->lender,
                                      .generation = t->generation + 1};
    paw_templates_finish(t);
    paw_templates_init(t, old.compiler);
    t->lend = old.lend;
    t->lender = old.lender;
    t->generation = old.generation;
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
        if (element == PAW_NAME_EXECUTION && s->name == PAW_NAME_PROCESS_ID)
            t->process_id = slot_of(p, i + 1, s->end);
        if (element == PAW_NAME_SECURITY && s->name == PAW_NAME_USER_ID)
            t->user_id = slot_of(p, i + 1, s->end);
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
    else if (element == PAW_NAME_COMPUTER)
        t->computer = slot_of(p, i, end);
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

/* The usual shape -------------------------------------------------------------------------------
 */

static uint32_t behind_attributes(const struct paw_binxml_plan *p, uint32_t at)
{
    while (at < p->n_steps && p->steps[at].kind == PAW_STEP_ATTRIBUTE)
        at = p->steps[at].end;
    return at;
}

/* Whether what an element of System says is there whatever another value says: where it depends on
 * the value that it shows, it is not missed. */
static bool is_plain_system(const struct paw_binxml_plan *p, uint32_t at)
{
    const struct paw_binxml_step *open = &p->steps[at];
    const bool says_by_attributes =
        open->name == PAW_NAME_PROVIDER || open->name == PAW_NAME_TIME_CREATED ||
        open->name == PAW_NAME_EXECUTION || open->name == PAW_NAME_SECURITY;
    if (open->index != PAW_BINXML_NONE && says_by_attributes)
        return false;
    for (uint32_t i = behind_attributes(p, at + 1); i + 1 < open->end; i++)
        if (p->steps[i].kind == PAW_STEP_OPEN || p->steps[i].kind == PAW_STEP_INSTANCE ||
            (open->index != PAW_BINXML_NONE && p->steps[i].kind == PAW_STEP_VALUE &&
             p->steps[i].index != open->index))
            return false;
    return true;
}

static void note_plain_event(struct paw_template *t)
{
    const struct paw_binxml_plan *p = t->plan;
    if (p->n_steps == 0 || p->steps[0].name != PAW_NAME_EVENT ||
        p->steps[0].kind != PAW_STEP_OPEN || p->steps[0].end != p->n_steps)
        return;
    uint32_t at = behind_attributes(p, 1);
    if (at >= p->n_steps || p->steps[at].kind != PAW_STEP_OPEN ||
        p->steps[at].name != PAW_NAME_SYSTEM || p->steps[at].index != PAW_BINXML_NONE)
        return;
    const uint32_t end = p->steps[at].end;
    at = behind_attributes(p, at + 1);
    while (at + 1 < end) {
        if (p->steps[at].kind != PAW_STEP_OPEN || !is_plain_system(p, at))
            return;
        at = p->steps[at].end;
    }
    t->is_plain_event = end + 2 == p->n_steps && p->steps[end].kind == PAW_STEP_VALUE;
    if (t->is_plain_event)
        t->payload = p->steps[end].index;
}

/* An element of EventData. False: it is more than one value with a name. */
static bool read_item(const struct paw_binxml_plan *p, uint32_t at, struct paw_template_item *ret)
{
    const struct paw_binxml_step *open = &p->steps[at];
    const bool is_data = open->name == PAW_NAME_DATA || open->name == PAW_NAME_COMPLEX_DATA;
    struct paw_template_item item = {.condition = open->index, .index = PAW_BINXML_NONE};
    if (open->kind != PAW_STEP_OPEN)
        return false;
    item.name = is_data ? (paw_str){0} : open->text;
    uint32_t i = at + 1;
    for (; i < p->n_steps && p->steps[i].kind == PAW_STEP_ATTRIBUTE; i = p->steps[i].end) {
        if (p->steps[i].name != PAW_NAME_NAME || !is_data)
            continue;
        if (p->steps[i].end != i + 2 || p->steps[i + 1].kind != PAW_STEP_TEXT)
            return false;
        item.name = p->steps[i + 1].text;
    }
    const uint32_t end = open->end - 1U; /* its close */
    if (end - i > 1)
        return false;
    if (i < end && p->steps[i].kind == PAW_STEP_VALUE)
        item.index = p->steps[i].index;
    else if (i < end && p->steps[i].kind == PAW_STEP_TEXT)
        item.text = p->steps[i].text;
    else if (i < end)
        return false;
    *ret = item;
    return true;
}

static void note_plain_data(struct paw_template *t, struct paw_arena *a)
{
    const struct paw_binxml_plan *p = t->plan;
    struct paw_template_item items[PAW_TEMPLATE_ITEMS_MAX];
    size_t n = 0;
    if (p->n_steps == 0 || p->steps[0].kind != PAW_STEP_OPEN ||
        p->steps[0].name != PAW_NAME_EVENT_DATA || p->steps[0].index != PAW_BINXML_NONE ||
        p->steps[0].end != p->n_steps)
        return;
    uint32_t at = 1;
    for (; at < p->n_steps && p->steps[at].kind == PAW_STEP_ATTRIBUTE; at = p->steps[at].end) {
        if (p->steps[at].name != PAW_NAME_NAME)
            continue;
        if (p->steps[at].end != at + 2 || p->steps[at + 1].kind != PAW_STEP_TEXT)
            return;
        t->data_name = p->steps[at + 1].text;
    }
    for (; at + 1 < p->n_steps; at = p->steps[at].end)
        if (n == PAW_TEMPLATE_ITEMS_MAX || !read_item(p, at, &items[n++]))
            return;
    struct paw_template_item *kept = paw_arena_array(a, n, sizeof(*kept));
    if (kept == NULL)
        return;
    if (n != 0)
        memcpy(kept, items, n * sizeof(*kept));
    t->items = kept;
    t->n_items = (uint16_t)n;
    t->is_plain_data = true;
}

/* Finding ---------------------------------------------------------------------------------------
 */

static unsigned bucket_of(uint32_t id)
{
    return (id ^ id >> 8 ^ id >> 16 ^ id >> 24) & 0xFF;
}

static void digest(const struct paw_binxml_plan *p, uint8_t *ret)
{
    struct paw_sha256 sha;
    uint8_t whole[32];
    paw_sha256_begin(&sha);
    for (uint32_t i = 0; i < p->n_steps; i++) {
        const struct paw_binxml_step *s = &p->steps[i];
        const uint32_t own[6] = {s->kind, s->name, s->index, s->array, s->end, (uint32_t)s->text.n};
        paw_sha256_add(&sha, (paw_bytes){(const uint8_t *)own, sizeof(own)});
        paw_sha256_add(&sha, (paw_bytes){(const uint8_t *)s->text.p, s->text.n});
    }
    (void)paw_sha256_end(&sha, whole); /* all zero if it could not: then it equals no other */
    memcpy(ret, whole, PAW_TEMPLATE_DIGEST);
}

static const struct paw_template *make(const struct paw_binxml_plan *plan, uint32_t cost,
                                       struct paw_arena *a)
{
    struct paw_template *made = paw_arena_alloc(a, sizeof(*made));
    if (made == NULL)
        return NULL;
    made->plan = paw_binxml_keep(plan, a);
    if (made->plan == NULL)
        return NULL;
    made->cost = cost;
    digest(plan, made->digest);
    note_system(made);
    if (!plan->is_cut && !plan->has_bad_name) {
        note_plain_event(made);
        note_plain_data(made, a);
    }
    return made;
}

/* One of the log with the same content, kept if it is new. */
static const struct paw_template *keep(struct paw_templates *t, uint32_t id, uint32_t cost,
                                       const struct paw_binxml_plan *plan, struct paw_arena *own)
{
    const struct paw_template **bucket = &t->buckets[bucket_of(id)];
    for (const struct paw_template *known = *bucket; known != NULL; known = known->next)
        if (paw_binxml_same(known->plan, plan))
            return known;
    if (t->n == PAW_TEMPLATES_MAX)
        return make(plan, cost, own);
    struct paw_template *made = (struct paw_template *)(uintptr_t)make(plan, cost, &t->kept);
    if (made == NULL)
        return make(plan, cost, own);
    made->is_kept = true;
    made->next = *bucket;
    *bucket = made;
    t->n++;
    return made;
}

const struct paw_template *paw_templates_kept(const struct paw_templates *t, const uint8_t *guid,
                                              const uint8_t *digest)
{
    const struct paw_template *known = t->buckets[bucket_of(paw_le32(guid))];
    while (known != NULL && (memcmp(known->plan->guid, guid, PAW_BINXML_GUID) != 0 ||
                             memcmp(known->digest, digest, PAW_TEMPLATE_DIGEST) != 0 ||
                             !paw_template_is_sound(known)))
        known = known->next;
    return known;
}

/* Whether this chunk may borrow that template: it may borrow only so many, since each may be
 * compiled for it. */
static bool may_borrow(struct paw_templates *t, uint32_t id)
{
    unsigned i = 0;
    while (i < t->n_borrowed && t->borrowed[i] != id)
        i++;
    if (i == PAW_TEMPLATE_LOANS)
        return false;
    if (i == t->n_borrowed)
        t->borrowed[t->n_borrowed++] = id;
    return true;
}

/* One of the same file, else of those that the program carries. */
static const struct paw_template *borrow(struct paw_templates *t,
                                         const struct paw_binxml_instance *instance,
                                         const uint8_t *PAW_NULLABLE guid, struct paw_arena *own)
{
    struct paw_binxml_plan carried;
    const struct paw_template *lent = NULL;
    if (!may_borrow(t, instance->id))
        return NULL;
    if (t->lend != NULL)
        lent = t->lend(t->lender, instance, guid, own);
    if (lent != NULL)
        return lent;
    if (!paw_known_template(instance, own, &carried) ||
        (guid != NULL && memcmp(carried.guid, guid, PAW_BINXML_GUID) != 0))
        return NULL;
    return keep(t, instance->id, carried.n_steps, &carried, own);
}

/* A kept one whose definition looks the same. */
static const struct paw_template *recognise(struct paw_templates *t, paw_bytes chunk,
                                            paw_bytes guid, uint32_t from, uint32_t end)
{
    const struct paw_template *known = t->buckets[bucket_of(paw_le32(guid.p))];
    while (known != NULL && (memcmp(known->plan->guid, guid.p, PAW_BINXML_GUID) != 0 ||
                             !paw_binxml_has_shape(&known->shape, chunk, from, end)))
        known = known->next;
    return known;
}

const struct paw_template *paw_templates_at(struct paw_templates *t, paw_bytes chunk,
                                            uint32_t definition, struct paw_arena *own)
{
    const struct paw_cursor whole = paw_cursor_over(chunk);
    struct paw_cursor head = paw_cursor_window(&whole, definition, DEFINITION_HEAD);
    struct paw_binxml_plan plan;
    uint32_t behind = 0;
    (void)paw_cursor_u32(&head);
    const paw_bytes guid = paw_cursor_take(&head, PAW_BINXML_GUID);
    const uint32_t size = paw_cursor_u32(&head);
    if (!paw_cursor_ok(&head))
        return NULL;
    const uint32_t from = definition + DEFINITION_HEAD;
    const uint32_t room = (uint32_t)chunk.n - from;
    const uint32_t end = from + (size < room ? size : room);
    const struct paw_template *known = recognise(t, chunk, guid, from, end);
    if (known != NULL)
        return known;
    if (!paw_binxml_compile(t->compiler, chunk, from, end, true, own, &plan, &behind))
        return NULL;
    memcpy(plan.guid, guid.p, PAW_BINXML_GUID);
    const uint32_t cost = plan.n_steps + (behind - from) / 8;
    const unsigned n = t->n;
    known = keep(t, paw_le32(guid.p), cost, &plan, own);
    if (known != NULL && t->n != n && !plan.is_cut) {
        struct paw_template *made = (struct paw_template *)(uintptr_t)known; /* just made */
        made->shape = paw_binxml_shape_of(t->compiler, chunk, from, behind, &t->kept);
    }
    return known;
}

/* The one whose definition the instance names. */
static const struct paw_template *find_own(struct paw_templates *t, paw_bytes chunk,
                                           const struct paw_binxml_instance *instance,
                                           struct paw_arena *own)
{
    enum { TRIES = 8 };
    unsigned place = (instance->definition * 2654435761U) >> 22;
    for (unsigned i = 0; i < TRIES; i++, place = (place + 1) % PAW_TEMPLATE_PLACES) {
        if (t->places[place].chunk != t->chunk)
            break;
        if (t->places[place].at == instance->definition)
            return t->places[place].template;
    }
    const struct paw_template *found = paw_templates_at(t, chunk, instance->definition, own);
    if (found != NULL && found->is_kept) { /* one that could not be dies with its record */
        t->places[place].chunk = t->chunk;
        t->places[place].at = instance->definition;
        t->places[place].template = found;
    }
    return found;
}

const struct paw_template *paw_templates_find(struct paw_templates *t, paw_bytes chunk,
                                              const struct paw_binxml_instance *instance,
                                              bool wants_sound, struct paw_arena *own,
                                              bool *is_borrowed, uint32_t *spent)
{
    const struct paw_template *found = NULL, *other = NULL;
    if (instance->has_definition)
        found = find_own(t, chunk, instance, own);
    if (found != NULL && paw_template_is_sound(found)) {
        *spent += found->cost;
        return found;
    }
    if (found != NULL)
        other = borrow(t, instance, found->plan->guid, own);
    if (other == NULL && (found == NULL || wants_sound)) /* its GUID may be overwritten as well */
        other = borrow(t, instance, NULL, own);
    if (other == NULL)
        other = wants_sound ? NULL : found;
    else
        *is_borrowed = true;
    *spent += other == NULL ? 0 : other->cost;
    return other;
}
