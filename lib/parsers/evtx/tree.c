/* SPDX-License-Identifier: Apache-2.0 */
/* Plans and values become a tree: see tree.h. */
#include "parsers/evtx/tree.h"

#include "core/str.h"
#include "core/utf16.h"
#include "parsers/evtx/print.h"

/* What a node may come to in text, at most: names stand twice, an item of an array has quotes and a
 * comma. */
enum {
    NODE_COST = 24,
    NAME_COST = 2 * PAW_PRINT_UNIT_MAX,
    SCALAR_COST = 224,
    VALUE_COST = 8,
};

struct frame {
    const struct paw_binxml_plan *plan;
    const struct paw_binxml_instance *instance; /* NULL: a stream without values */
    uint16_t item_index;                        /* NONE: none */
    bool has_item;
    struct paw_evtx_datum item;
};

static void run(struct paw_tree *t, const struct frame *f, uint32_t from, uint32_t to);

void paw_tree_begin(struct paw_tree *t)
{
    t->is_over = t->is_cut = t->lacks_values = t->lacks_names = t->has_payload = false;
    t->root = (struct paw_node){.kind = PAW_NODE_ELEMENT};
    t->text_left = PAW_TREE_TEXT_MAX;
    t->nesting = t->depth = 0;
    t->open[0] = &t->root;
}

static bool step(struct paw_tree *t)
{
    if (t->steps_left == 0)
        t->is_over = true;
    else
        t->steps_left--;
    return !t->is_over;
}

static struct paw_node *make(struct paw_tree *t, enum paw_node_kind kind, paw_str text,
                             struct paw_evtx_datum value)
{
    const size_t shown = value.bytes.n == 0 ? 0 : SCALAR_COST + value.bytes.n * VALUE_COST;
    const size_t cost = NODE_COST + text.n * NAME_COST + shown;
    struct paw_node *n = cost > t->text_left ? NULL : paw_arena_alloc(t->arena, sizeof(*n));
    if (n == NULL) {
        t->is_over = true;
        return NULL;
    }
    t->text_left -= cost;
    n->kind = (uint8_t)kind;
    n->text = text;
    n->value = value;
    return n;
}

static struct paw_node *add(struct paw_tree *t, struct paw_node *to, enum paw_node_kind kind,
                            paw_str text, struct paw_evtx_datum value)
{
    struct paw_node *n = make(t, kind, text, value);
    if (n == NULL)
        return NULL;
    if (to->last == NULL)
        to->first = n;
    else
        to->last->next = n;
    to->last = n;
    return n;
}

static const struct paw_evtx_datum nothing = {.type = PAW_EVTX_TYPE_NULL};

/* Values ----------------------------------------------------------------------------------------
 */

static struct paw_evtx_datum value_at(struct paw_tree *t, const struct frame *f, uint16_t index)
{
    if (index == f->item_index && index != PAW_BINXML_NONE)
        return f->item;
    if (f->instance == NULL || index >= f->instance->n) {
        t->lacks_values = true;
        return nothing;
    }
    const struct paw_evtx_value *v = &f->instance->values[index];
    return (struct paw_evtx_datum){v->type, {t->chunk.p + v->offset, v->size}};
}

static bool is_null(const struct frame *f, uint16_t index)
{
    return f->instance != NULL && index < f->instance->n &&
           f->instance->values[index].type == PAW_EVTX_TYPE_NULL;
}

/* Attributes ------------------------------------------------------------------------------------
 */

static bool has_attribute(struct paw_tree *t, const struct paw_node *element, paw_str name)
{
    for (const struct paw_node *a = element->attribute; a != NULL && step(t); a = a->next)
        if (paw_str_equal(a->text, name))
            return true;
    return t->is_over;
}

/* An element cannot have two attributes of one name: the second is damage. */
static struct paw_node *begin_attribute(struct paw_tree *t, paw_str name,
                                        enum paw_binxml_name known)
{
    struct paw_node *element = t->open[t->depth];
    if (t->depth == 0)
        return NULL;
    if (has_attribute(t, element, name)) {
        t->is_cut = true;
        return NULL;
    }
    struct paw_node *a = make(t, PAW_NODE_ATTRIBUTE, name, nothing);
    if (a != NULL)
        a->name = (uint8_t)known;
    return a;
}

/* One whose pieces all come out empty is left out. */
static void end_attribute(struct paw_tree *t, struct paw_node *a)
{
    struct paw_node *element = t->open[t->depth];
    bool has_text = false;
    for (const struct paw_node *piece = a->first; piece != NULL; piece = piece->next)
        has_text |=
            piece->kind == PAW_NODE_TEXT ? piece->text.n != 0 : !paw_print_is_empty(piece->value);
    if (!has_text)
        return;
    if (element->last_attribute == NULL)
        element->attribute = a;
    else
        element->last_attribute->next = a;
    element->last_attribute = a;
    element->n_attributes++;
}

static void take_attribute(struct paw_tree *t, const struct frame *f, uint32_t at)
{
    const struct paw_binxml_step *s = &f->plan->steps[at];
    struct paw_node *a = begin_attribute(t, paw_binxml_exact(s), (enum paw_binxml_name)s->name);
    if (a == NULL)
        return;
    for (uint32_t i = at + 1; i < s->end && step(t); i++) {
        const struct paw_binxml_step *piece = &f->plan->steps[i];
        if (piece->kind == PAW_STEP_TEXT)
            (void)add(t, a, PAW_NODE_TEXT, paw_binxml_exact(piece), nothing);
        else if (piece->kind == PAW_STEP_VALUE)
            (void)add(t, a, PAW_NODE_VALUE, (paw_str){0}, value_at(t, f, piece->index));
    }
    end_attribute(t, a);
}

void paw_tree_attribute(struct paw_tree *t, paw_str name, enum paw_binxml_name known,
                        struct paw_evtx_datum value)
{
    struct paw_node *a = begin_attribute(t, name, known);
    if (a == NULL)
        return;
    (void)add(t, a, PAW_NODE_VALUE, (paw_str){0}, value);
    end_attribute(t, a);
}

/* Elements --------------------------------------------------------------------------------------
 */

void paw_tree_open(struct paw_tree *t, paw_str name, enum paw_binxml_name known)
{
    if (t->depth == PAW_TREE_DEPTH_MAX) {
        t->is_over = true;
        return;
    }
    struct paw_node *n = add(t, t->open[t->depth], PAW_NODE_ELEMENT, name, nothing);
    if (n == NULL)
        return;
    n->name = (uint8_t)known;
    t->open[++t->depth] = n;
}

void paw_tree_close(struct paw_tree *t)
{
    if (t->depth != 0)
        t->depth--;
}

void paw_tree_value(struct paw_tree *t, struct paw_evtx_datum v)
{
    if (v.type != PAW_EVTX_TYPE_BINXML) {
        (void)add(t, t->open[t->depth], PAW_NODE_VALUE, (paw_str){0}, v);
        return;
    }
    t->has_payload = t->has_payload || v.bytes.n != 0;
    const uint32_t from = (uint32_t)(v.bytes.p - t->chunk.p);
    paw_tree_stream(t, from, from + (uint32_t)v.bytes.n);
}

/* An element whose content holds an array stands once for each item, and once for none. */
static void run_items(struct paw_tree *t, const struct frame *f, uint32_t at,
                      struct paw_evtx_datum array)
{
    const struct paw_binxml_step *s = &f->plan->steps[at];
    struct frame inner = *f;
    inner.item_index = s->array;
    inner.item = nothing;
    inner.has_item = paw_evtx_next_item(&array, &inner.item);
    do
        run(t, &inner, at, s->end);
    while (inner.has_item && !t->is_over && paw_evtx_next_item(&array, &inner.item));
}

/* The step behind an element's beginning: its content, or what follows if there is none of it. */
static uint32_t run_open(struct paw_tree *t, const struct frame *f, uint32_t at)
{
    const struct paw_binxml_step *s = &f->plan->steps[at];
    const bool is_array = s->array != PAW_BINXML_NONE && f->instance != NULL;
    if (s->index != PAW_BINXML_NONE && is_null(f, s->index))
        return s->end;
    if (is_array && s->array != f->item_index && s->array < f->instance->n) {
        const struct paw_evtx_datum v = value_at(t, f, s->array);
        if ((v.type & PAW_EVTX_TYPE_ARRAY) != 0) {
            run_items(t, f, at, v);
            return s->end;
        }
    }
    paw_tree_open(t, paw_binxml_exact(s), (enum paw_binxml_name)s->name);
    if (is_array && s->array == f->item_index && !t->is_over) {
        t->open[t->depth]->is_item = f->has_item;
        t->open[t->depth]->has_no_item = !f->has_item;
    }
    return at + 1;
}

static void take_instruction(struct paw_tree *t, const struct frame *f, uint32_t at)
{
    const struct paw_binxml_step *s = &f->plan->steps[at];
    struct paw_node *n = add(t, t->open[t->depth], PAW_NODE_PI, paw_binxml_exact(s), nothing);
    for (uint32_t i = at + 1; n != NULL && i < s->end && step(t); i++)
        (void)add(t, n, PAW_NODE_TEXT, paw_binxml_exact(&f->plan->steps[i]), nothing);
}

/* Values whose template nobody knows: in order, without names, where data would stand. */
void paw_tree_unnamed(struct paw_tree *t, const struct paw_binxml_instance *instance)
{
    const struct frame f = {NULL, instance, PAW_BINXML_NONE, false, {0}};
    const bool is_alone = t->depth <= 1;
    t->lacks_names = true;
    if (is_alone)
        paw_tree_open(t, PAW_LIT("EventData"), PAW_NAME_EVENT_DATA);
    for (uint32_t i = 0; i < instance->n && step(t); i++) {
        const struct paw_evtx_datum v = value_at(t, &f, (uint16_t)i);
        if (v.type == PAW_EVTX_TYPE_BINXML) {
            paw_tree_value(t, v);
            continue;
        }
        const unsigned depth = t->depth;
        paw_tree_open(t, PAW_LIT("Data"), PAW_NAME_DATA);
        if (t->depth == depth)
            break;
        paw_tree_value(t, v);
        paw_tree_close(t);
    }
    if (is_alone)
        paw_tree_close(t);
}

static void take_instance(struct paw_tree *t, const struct paw_binxml_instance *instance)
{
    const struct paw_binxml_plan *plan = t->template_of(t->self, instance);
    if (plan != NULL)
        paw_tree_instance(t, plan, instance);
    else
        paw_tree_unnamed(t, instance);
}

/* An instance among elements, from the byte behind its token on. */
static void take_instance_at(struct paw_tree *t, uint32_t from)
{
    struct paw_binxml_instance instance;
    if (t->nesting == PAW_EVENT_NESTING_MAX) {
        t->is_over = true;
        return;
    }
    t->nesting++;
    if (paw_binxml_instance_read(t->chunk, from, (uint32_t)t->chunk.n, t->arena, &instance))
        take_instance(t, &instance);
    else
        t->is_cut = true;
    t->nesting--;
}

/* Runs steps; what they open, they close, unless a limit ended them. */
static void run(struct paw_tree *t, const struct frame *f, uint32_t from, uint32_t to)
{
    uint32_t i = from;
    while (i < to && step(t)) {
        const struct paw_binxml_step *s = &f->plan->steps[i];
        switch ((enum paw_binxml_kind)s->kind) {
        case PAW_STEP_OPEN:
            i = run_open(t, f, i);
            continue;
        case PAW_STEP_ATTRIBUTE:
            take_attribute(t, f, i);
            i = s->end;
            continue;
        case PAW_STEP_PI:
            take_instruction(t, f, i);
            i = s->end;
            continue;
        case PAW_STEP_TEXT:
            (void)add(t, t->open[t->depth], PAW_NODE_TEXT, paw_binxml_exact(s), nothing);
            break;
        case PAW_STEP_VALUE:
            paw_tree_value(t, value_at(t, f, s->index));
            break;
        case PAW_STEP_INSTANCE:
            take_instance_at(t, s->index);
            break;
        case PAW_STEP_CLOSE:
            t->open[t->depth]->is_empty_tag = s->name != 0;
            paw_tree_close(t);
            break;
        }
        i++;
    }
}

void paw_tree_instance(struct paw_tree *t, const struct paw_binxml_plan *plan,
                       const struct paw_binxml_instance *instance)
{
    const struct frame f = {plan, instance, PAW_BINXML_NONE, false, {0}};
    const unsigned depth = t->depth;
    t->is_cut = t->is_cut || plan->is_cut || (instance != NULL && instance->is_cut);
    run(t, &f, 0, plan->n_steps);
    t->depth = depth;
}

/* Elements that stand in the record itself, up to their end token. */
static void take_elements(struct paw_tree *t, const struct paw_binxml_stream *s)
{
    uint32_t ignored = 0;
    const struct paw_binxml_plan *plan =
        paw_binxml_elements(t->compiler, t->chunk, s->part_at, s->end, t->arena, &ignored);
    if (plan == NULL) {
        t->is_over = true;
        return;
    }
    t->steps_left -= t->steps_left < plan->n_steps ? t->steps_left : plan->n_steps;
    paw_tree_instance(t, plan, NULL);
}

void paw_tree_stream(struct paw_tree *t, uint32_t from, uint32_t end)
{
    struct paw_binxml_stream s = paw_binxml_stream_over(t->chunk, from, end);
    struct paw_binxml_instance instance;
    if (t->nesting == PAW_EVENT_NESTING_MAX) {
        t->is_over = true;
        return;
    }
    t->nesting++;
    while (paw_binxml_stream_is_open(&s) && step(t)) {
        const enum paw_binxml_piece part = paw_binxml_stream_next(&s, t->arena, &instance);
        if (part == PAW_PIECE_INSTANCE)
            take_instance(t, &instance);
        else if (part == PAW_PIECE_ELEMENTS)
            take_elements(t, &s);
        else if (part == PAW_PIECE_CUT)
            t->is_cut = true;
    }
    t->nesting--;
}

/* Looking ---------------------------------------------------------------------------------------
 */

const struct paw_node *paw_node_find(const struct paw_node *inside, enum paw_binxml_name name)
{
    const struct paw_node *n = inside == NULL ? NULL : inside->first;
    while (n != NULL && (n->kind != PAW_NODE_ELEMENT || n->name != name))
        n = n->next;
    return n;
}

const struct paw_node *paw_node_attribute(const struct paw_node *element, enum paw_binxml_name name)
{
    const struct paw_node *n = element == NULL ? NULL : element->attribute;
    while (n != NULL && n->name != name)
        n = n->next;
    return n;
}

bool paw_node_has_element(const struct paw_node *n)
{
    const struct paw_node *c = n->first;
    while (c != NULL && c->kind != PAW_NODE_ELEMENT && c->kind != PAW_NODE_PI)
        c = c->next;
    return c != NULL;
}

bool paw_node_has_content(const struct paw_node *n)
{
    for (const struct paw_node *c = n->first; c != NULL; c = c->next)
        if (c->kind != PAW_NODE_VALUE || c->value.type != PAW_EVTX_TYPE_NULL)
            return true;
    return false;
}

paw_str paw_node_local(const struct paw_node *n)
{
    const size_t colon = paw_str_rfind_char(n->text, ':');
    return colon == SIZE_MAX ? n->text : paw_str_from(n->text, colon + 1);
}

static paw_str exact_text(struct paw_evtx_datum v, struct paw_arena *a)
{
    bool lossy = false;
    return v.type == PAW_EVTX_TYPE_STRING
               ? paw_utf16_exact(a, paw_utf16_trim(paw_utf16_of(v.bytes)))
               : paw_evtx_value_text(a, v, &lossy);
}

paw_str paw_node_text(const struct paw_node *n, struct paw_arena *a)
{
    paw_str all = {0};
    for (const struct paw_node *c = n == NULL ? NULL : n->first; c != NULL; c = c->next) {
        if (c->kind != PAW_NODE_TEXT && c->kind != PAW_NODE_VALUE)
            continue;
        const paw_str text = c->kind == PAW_NODE_TEXT ? c->text : exact_text(c->value, a);
        if (text.p != NULL)
            all = all.p == NULL ? text : paw_arena_join(a, all, text);
    }
    return all;
}
