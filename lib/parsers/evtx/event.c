/* SPDX-License-Identifier: Apache-2.0 */
/* Plans and values become a record: see event.h. Which element is what: docs, EVTX 7 to 9. */
#include "parsers/evtx/event.h"

#include "core/filetime.h"
#include "core/str.h"
#include "parsers/evtx/values.h"

/* The part of an event that is being read, by the element right below Event. */
enum { PART_NONE, PART_SYSTEM, PART_DATA, PART_USER };

/* A template that is being run: its values, one of which may stand for an item of its array. */
struct frame {
    const struct paw_binxml_plan *plan;
    const struct paw_binxml_instance *instance; /* NULL: a stream without values */
    uint16_t item_index;                        /* NONE: none */
    struct paw_evtx_datum item;
};

static void run(struct paw_event *e, const struct frame *f, uint32_t from, uint32_t to);
static void take_instance(struct paw_event *e, const struct paw_binxml_instance *instance);

void paw_event_begin(struct paw_event *e)
{
    e->is_over = e->is_full = e->is_lossy = e->is_cut = e->lacks_values = e->lacks_names = false;
    e->has_system = e->has_payload = e->is_leaf = e->has_number = false;
    e->depth = e->nesting = e->part = 0;
    e->element = NULL;
    e->text = e->name = (paw_str){0};
    e->text_room = 0;
    e->record->data = e->data;
    e->record->n_data = 0;
}

/* One step of a budget that no honest record comes near. */
static bool step(struct paw_event *e)
{
    if (e->steps_left == 0)
        e->is_over = true;
    else
        e->steps_left--;
    return !e->is_over;
}

static bool spend(struct paw_event *e, paw_str text)
{
    if (text.n > e->bytes_left)
        e->is_over = true;
    else
        e->bytes_left -= text.n;
    return !e->is_over;
}

/* Values ----------------------------------------------------------------------------------------
 */

static struct paw_evtx_datum value_at(struct paw_event *e, const struct frame *f, uint16_t index)
{
    if (index == f->item_index && index != PAW_BINXML_NONE)
        return f->item;
    if (f->instance == NULL || index >= f->instance->n) {
        e->lacks_values = true;
        return (struct paw_evtx_datum){0};
    }
    const struct paw_evtx_value *v = &f->instance->values[index];
    return (struct paw_evtx_datum){v->type, {e->chunk.p + v->offset, v->size}};
}

static bool is_null(const struct frame *f, uint16_t index)
{
    return f->instance != NULL && index < f->instance->n &&
           f->instance->values[index].type == PAW_EVTX_TYPE_NULL;
}

static paw_str text_of(struct paw_event *e, struct paw_evtx_datum v)
{
    if (v.type == PAW_EVTX_TYPE_NULL || v.type == PAW_EVTX_TYPE_BINXML)
        return (paw_str){0};
    const paw_str text = paw_evtx_value_text(e->arena, v, &e->is_lossy);
    if (text.p == NULL)
        e->is_over = true;
    return spend(e, text) ? text : (paw_str){0};
}

static uint64_t number_of(paw_str s)
{
    uint64_t n = 0;
    return paw_str_u64(paw_str_trim(s, " \r\n\t"), &n) ? n : 0;
}

/* Texts of several pieces -----------------------------------------------------------------------
 */

/* Puts a piece behind a text; room is what the text has of its own, in bytes. Linear in all. */
static void append(struct paw_event *e, paw_str *text, size_t *room, paw_str piece)
{
    if (piece.p == NULL)
        return;
    if (text->n == 0) {
        *text = piece;
        *room = 0;
        return;
    }
    if (piece.n > *room || text->n > *room - piece.n) {
        const size_t more = 2 * (text->n + piece.n);
        char *grown = paw_arena_alloc(e->arena, more);
        if (grown == NULL) {
            e->is_over = true;
            return;
        }
        memcpy(grown, text->p, text->n);
        *text = (paw_str){grown, text->n};
        *room = more;
    }
    char *to = (char *)(uintptr_t)text->p; /* ours: room says so */
    memcpy(to + text->n, piece.p, piece.n);
    text->n += piece.n;
}

/* Attributes ------------------------------------------------------------------------------------
 */

static paw_str attribute_text(struct paw_event *e, const struct frame *f, uint32_t from,
                              uint32_t to)
{
    paw_str text = {0};
    size_t room = 0;
    for (uint32_t i = from; i < to && step(e); i++) {
        const struct paw_binxml_step *s = &f->plan->steps[i];
        if (s->kind == PAW_STEP_TEXT && spend(e, s->text))
            append(e, &text, &room, s->text);
        else if (s->kind == PAW_STEP_VALUE)
            append(e, &text, &room, text_of(e, value_at(e, f, s->index)));
    }
    return text;
}

/* The number that an attribute's only piece is. */
static bool attribute_number(struct paw_event *e, const struct frame *f, uint32_t from, uint32_t to,
                             uint8_t *type, uint64_t *ret)
{
    if (to - from != 1 || f->plan->steps[from].kind != PAW_STEP_VALUE)
        return false;
    const struct paw_evtx_datum v = value_at(e, f, f->plan->steps[from].index);
    *type = v.type;
    return paw_evtx_value_number(v, ret);
}

static void read_time(struct paw_event *e, const struct frame *f, uint32_t from, uint32_t to)
{
    uint64_t t = 0;
    uint8_t type = 0;
    if (attribute_number(e, f, from, to, &type, &t) && type == PAW_EVTX_TYPE_FILETIME)
        e->record->created = paw_evtx_time(t);
    else
        (void)paw_filetime_read(attribute_text(e, f, from, to),
                                &e->record->created); /* unreadable is not set */
}

static void read_system_attribute(struct paw_event *e, const struct frame *f,
                                  const struct paw_binxml_step *s, uint32_t from)
{
    struct paw_record *to = e->record;
    const uint8_t element = e->element->name;
    uint64_t n = 0;
    uint8_t type = 0;
    if (element == PAW_NAME_PROVIDER &&
        (s->name == PAW_NAME_NAME || s->name == PAW_NAME_EVENT_SOURCE_NAME)) {
        const bool is_first = s->name == PAW_NAME_NAME || to->provider.n == 0;
        const paw_str text = attribute_text(e, f, from, s->end);
        if (is_first && text.n != 0)
            to->provider = text;
        else if (to->provider.p == NULL && s->name == PAW_NAME_NAME)
            to->provider = PAW_LIT("");
    } else if (element == PAW_NAME_TIME_CREATED && s->name == PAW_NAME_SYSTEM_TIME) {
        read_time(e, f, from, s->end);
    } else if (element == PAW_NAME_EXECUTION && s->name == PAW_NAME_PROCESS_ID) {
        to->process_id = (uint32_t)(attribute_number(e, f, from, s->end, &type, &n)
                                        ? n
                                        : number_of(attribute_text(e, f, from, s->end)));
    } else if (element == PAW_NAME_SECURITY && s->name == PAW_NAME_USER_ID) {
        to->user_sid = attribute_text(e, f, from, s->end);
    }
}

static void add_datum(struct paw_event *e, paw_str name, paw_str text)
{
    if (e->record->n_data == PAW_RECORD_DATA_MAX)
        e->is_full = true;
    else
        e->data[e->record->n_data++] = (struct paw_datum){name, text};
}

/* Attributes of the elements that a provider made itself hold values too: `Element@attribute`. */
static void add_attribute(struct paw_event *e, const struct frame *f,
                          const struct paw_binxml_step *s, uint32_t from)
{
    const paw_str text = attribute_text(e, f, from, s->end);
    if (text.n == 0)
        return;
    const paw_str head = paw_arena_join(e->arena, e->element->text, PAW_LIT("@"));
    add_datum(e, paw_arena_join(e->arena, head, s->text), text);
}

static void take_attribute(struct paw_event *e, const struct frame *f, uint32_t at)
{
    const struct paw_binxml_step *s = &f->plan->steps[at];
    if (e->element == NULL || s->name == PAW_NAME_XMLNS)
        return;
    const uint8_t element = e->element->name;
    if (e->part == PART_SYSTEM && e->depth == 3)
        read_system_attribute(e, f, s, at + 1);
    else if (e->part == PART_USER && e->depth >= 4)
        add_attribute(e, f, s, at + 1);
    else if (s->name == PAW_NAME_NAME && e->part == PART_DATA && e->depth == 2 &&
             element == PAW_NAME_EVENT_DATA)
        e->record->data_name = attribute_text(e, f, at + 1, s->end);
    else if (s->name == PAW_NAME_NAME && e->part == PART_DATA && e->depth >= 3)
        e->name = attribute_text(e, f, at + 1, s->end);
}

/* Elements --------------------------------------------------------------------------------------
 */

static void begin_part(struct paw_event *e, const struct paw_binxml_step *s)
{
    e->part = PART_NONE;
    if (s->name == PAW_NAME_SYSTEM) {
        e->part = PART_SYSTEM;
        e->has_system = true;
    } else if (s->name == PAW_NAME_EVENT_DATA || s->name == PAW_NAME_PROCESSING_ERROR_DATA) {
        e->part = PART_DATA;
    } else if (s->name == PAW_NAME_USER_DATA) {
        e->part = PART_USER;
    }
}

static void begin_element(struct paw_event *e, const struct paw_binxml_step *s)
{
    if (e->depth == PAW_BINXML_DEPTH_MAX) {
        e->is_over = true;
        return;
    }
    e->depth++;
    e->is_leaf = true;
    e->has_number = false;
    e->element = s;
    e->name = (paw_str){0};
    e->text = (paw_str){0};
    e->text_room = 0;
    if (e->depth == 2)
        begin_part(e, s);
    else if (e->depth == 3 && e->part == PART_USER && paw_is_absent(e->record->data_name))
        e->record->data_name = s->text;
}

static uint64_t leaf_number(const struct paw_event *e)
{
    return e->has_number ? e->number : number_of(e->text);
}

static void end_system(struct paw_event *e)
{
    struct paw_record *to = e->record;
    switch (e->element->name) {
    case PAW_NAME_EVENT_ID:
        to->event_id = (uint16_t)leaf_number(e);
        break;
    case PAW_NAME_EVENT_RECORD_ID:
        to->record_id = leaf_number(e);
        break;
    case PAW_NAME_CHANNEL:
        to->channel = e->text;
        break;
    case PAW_NAME_COMPUTER:
        to->computer = e->text;
        break;
    default:
        break;
    }
}

/* An element without elements inside ends: its text is a value. */
static void end_leaf(struct paw_event *e)
{
    const uint8_t element = e->element->name;
    const bool is_data = element == PAW_NAME_DATA || element == PAW_NAME_COMPLEX_DATA;
    if (e->part == PART_SYSTEM && e->depth == 3)
        end_system(e);
    else if (e->part == PART_DATA && e->depth >= 3)
        add_datum(e, is_data ? e->name : e->element->text, e->text);
    else if (e->part == PART_USER && e->depth >= 4)
        add_datum(e, e->element->text, e->text);
}

static void end_element(struct paw_event *e)
{
    if (e->is_leaf && e->element != NULL)
        end_leaf(e);
    e->is_leaf = false;
    if (e->depth == 2)
        e->part = PART_NONE;
    if (e->depth > 0)
        e->depth--;
}

static void take_text(struct paw_event *e, paw_str text)
{
    if (e->is_leaf && e->part != PART_NONE && spend(e, text))
        append(e, &e->text, &e->text_room, text);
}

static void take_value(struct paw_event *e, struct paw_evtx_datum v)
{
    if (v.type == PAW_EVTX_TYPE_BINXML) {
        e->has_payload = e->has_payload || v.bytes.n != 0;
        const uint32_t from = (uint32_t)(v.bytes.p - e->chunk.p);
        paw_event_stream(e, from, from + (uint32_t)v.bytes.n);
        return;
    }
    if (!e->is_leaf || e->part == PART_NONE)
        return;
    if (e->part == PART_SYSTEM && e->text.n == 0 && paw_evtx_value_number(v, &e->number)) {
        e->has_number = true; /* numbers of System are not shown as text */
        return;
    }
    append(e, &e->text, &e->text_room, text_of(e, v));
}

/* Running ---------------------------------------------------------------------------------------
 */

/* An instance among elements, from the byte behind its token on. */
static void take_instance_at(struct paw_event *e, uint32_t from)
{
    struct paw_binxml_instance instance;
    if (e->nesting == PAW_EVENT_NESTING_MAX) {
        e->is_over = true;
        return;
    }
    e->nesting++;
    if (paw_binxml_instance_read(e->chunk, from, (uint32_t)e->chunk.n, e->arena, &instance))
        take_instance(e, &instance);
    else
        e->is_cut = true;
    e->nesting--;
}

/* An element whose content holds an array stands once for each item, and once for none. */
static void run_items(struct paw_event *e, const struct frame *f, uint32_t at,
                      struct paw_evtx_datum array)
{
    const struct paw_binxml_step *s = &f->plan->steps[at];
    struct frame inner = *f;
    inner.item_index = s->array;
    inner.item = (struct paw_evtx_datum){.type = PAW_EVTX_TYPE_NULL};
    bool has_item = paw_evtx_next_item(&array, &inner.item);
    do
        run(e, &inner, at, s->end);
    while (has_item && !e->is_over && (has_item = paw_evtx_next_item(&array, &inner.item)));
}

/* The step behind an element's beginning: its content, or what follows if there is none of it. */
static uint32_t run_open(struct paw_event *e, const struct frame *f, uint32_t at)
{
    const struct paw_binxml_step *s = &f->plan->steps[at];
    if (s->index != PAW_BINXML_NONE && is_null(f, s->index))
        return s->end;
    if (s->array != PAW_BINXML_NONE && s->array != f->item_index && f->instance != NULL &&
        s->array < f->instance->n) {
        const struct paw_evtx_datum v = value_at(e, f, s->array);
        if ((v.type & PAW_EVTX_TYPE_ARRAY) != 0) {
            run_items(e, f, at, v);
            return s->end;
        }
    }
    begin_element(e, s);
    return at + 1;
}

static void run(struct paw_event *e, const struct frame *f, uint32_t from, uint32_t to)
{
    uint32_t i = from;
    while (i < to && step(e)) {
        const struct paw_binxml_step *s = &f->plan->steps[i];
        switch ((enum paw_binxml_kind)s->kind) {
        case PAW_STEP_OPEN:
            i = run_open(e, f, i);
            continue;
        case PAW_STEP_ATTRIBUTE:
            take_attribute(e, f, i);
            i = s->end;
            continue;
        case PAW_STEP_PI:
            i = s->end;
            continue;
        case PAW_STEP_TEXT:
            take_text(e, s->text);
            break;
        case PAW_STEP_VALUE:
            take_value(e, value_at(e, f, s->index));
            break;
        case PAW_STEP_INSTANCE:
            take_instance_at(e, s->index);
            break;
        case PAW_STEP_CLOSE:
            end_element(e);
            break;
        }
        i++;
    }
}

void paw_event_instance(struct paw_event *e, const struct paw_binxml_plan *plan,
                        const struct paw_binxml_instance *instance)
{
    const struct frame f = {plan, instance, PAW_BINXML_NONE, {0}};
    e->is_lossy = e->is_lossy || plan->is_lossy;
    e->is_cut = e->is_cut || plan->is_cut || (instance != NULL && instance->is_cut);
    run(e, &f, 0, plan->n_steps);
}

/* Values whose template nobody knows: in order, without names. */
static void take_unnamed(struct paw_event *e, const struct paw_binxml_instance *instance)
{
    const struct frame f = {NULL, instance, PAW_BINXML_NONE, {0}};
    e->lacks_names = true;
    e->is_leaf = false;
    for (uint32_t i = 0; i < instance->n && step(e); i++)
        add_datum(e, (paw_str){0}, text_of(e, value_at(e, &f, (uint16_t)i)));
}

static void take_instance(struct paw_event *e, const struct paw_binxml_instance *instance)
{
    const struct paw_binxml_plan *plan = e->template_of(e->self, instance);
    if (plan != NULL)
        paw_event_instance(e, plan, instance);
    else
        take_unnamed(e, instance);
}

/* Elements that stand in the record itself, up to their end token. */
static void take_elements(struct paw_event *e, const struct paw_binxml_stream *s)
{
    uint32_t behind = 0;
    const struct paw_binxml_plan *plan =
        paw_binxml_elements(e->compiler, e->chunk, s->part_at, s->end, e->arena, &behind);
    if (plan == NULL) {
        e->is_over = true;
        return;
    }
    if (e->nesting == 1)
        e->end = behind;
    e->steps_left -= e->steps_left < plan->n_steps ? e->steps_left : plan->n_steps;
    paw_event_instance(e, plan, NULL);
}

void paw_event_stream(struct paw_event *e, uint32_t from, uint32_t end)
{
    struct paw_binxml_stream s = paw_binxml_stream_over(e->chunk, from, end);
    struct paw_binxml_instance instance;
    if (e->nesting == PAW_EVENT_NESTING_MAX) {
        e->is_over = true;
        return;
    }
    if (e->nesting++ == 0)
        e->end = end;
    while (paw_binxml_stream_is_open(&s) && step(e)) {
        const enum paw_binxml_piece part = paw_binxml_stream_next(&s, e->arena, &instance);
        if (part == PAW_PIECE_INSTANCE)
            take_instance(e, &instance);
        else if (part == PAW_PIECE_ELEMENTS)
            take_elements(e, &s);
        else if (part == PAW_PIECE_CUT)
            e->is_cut = true;
    }
    e->nesting--;
}
