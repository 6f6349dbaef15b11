/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as JSON: see tree_write.h. The rules are those of docs/events.md, "Full records". */
#include "core/fact.h"
#include "core/str.h"
#include "parsers/evtx/tree_write.h"

struct member {
    paw_str key;
    const struct paw_node *value;
    struct member *next; /* of the object            */
    struct member *same; /* of the same key          */
    struct member *last_same;
    bool has_beside; /* the attributes of its element follow as members */
};

struct object {
    struct member *first, *last;
    struct member **table;
    size_t mask;
};

struct writing {
    struct paw_print *out;
    struct paw_arena *arena;
};

static void put_value(struct writing *w, const struct paw_node *n, bool in_system, bool is_told);

/* Numbers of System ------------------------------------------------------------------------------
 */

bool paw_json_is_number(paw_str name, paw_str literal)
{
    static const char *const names[] = {
        "EventID",   "Version",  "Level",     "Task",        "Opcode",     "Qualifiers",
        "ProcessID", "ThreadID", "SessionID", "ProcessorID", "KernelTime", "UserTime",
    };
    enum { DIGITS_MAX = 10 };
    uint64_t n = 0;
    bool is_named = false;
    for (size_t i = 0; i < PAW_COUNT_OF(names) && !is_named; i++)
        is_named = paw_str_equal(name, paw_str_of(names[i]));
    if (!is_named || literal.n == 0 || literal.n > DIGITS_MAX ||
        (literal.p[0] == '0' && literal.n > 1))
        return false;
    for (size_t i = 0; i < literal.n; i++) {
        if (literal.p[i] < '0' || literal.p[i] > '9')
            return false;
        n = n * 10 + (unsigned)(literal.p[i] - '0');
    }
    return n <= UINT32_MAX;
}

/* Pieces ----------------------------------------------------------------------------------------
 */

static bool is_piece(const struct paw_node *c)
{
    return c->kind == PAW_NODE_TEXT ||
           (c->kind == PAW_NODE_VALUE && c->value.type != PAW_EVTX_TYPE_NULL);
}

/* Text and values inside, as one value: what it is if it is alone, else a string. */
static void put_pieces(struct writing *w, const struct paw_node *n, paw_str name, bool in_system)
{
    const struct paw_node *only = NULL;
    size_t pieces = 0;
    for (const struct paw_node *c = n->first; c != NULL; c = c->next) {
        if (!is_piece(c))
            continue;
        only = c;
        pieces++;
    }
    if (pieces == 0) {
        paw_print_lit(w->out, "null");
        return;
    }
    if (pieces == 1 && only->kind == PAW_NODE_VALUE) {
        paw_print_json(w->out, only->value);
        return;
    }
    if (pieces == 1 && in_system && paw_json_is_number(name, only->text)) {
        paw_print_text(w->out, only->text, PAW_PRINT_JSON);
        return;
    }
    paw_print_char(w->out, '"');
    for (const struct paw_node *c = n->first; c != NULL; c = c->next) {
        if (c->kind == PAW_NODE_TEXT)
            paw_print_text(w->out, c->text, PAW_PRINT_JSON);
        else if (c->kind == PAW_NODE_VALUE)
            paw_print_value(w->out, c->value, PAW_PRINT_JSON);
    }
    paw_print_char(w->out, '"');
}

/* Members ---------------------------------------------------------------------------------------
 */

static const struct paw_node *name_attribute(const struct paw_node *n)
{
    const bool is_data = n->name == PAW_NAME_DATA || n->name == PAW_NAME_COMPLEX_DATA;
    return n->kind == PAW_NODE_ELEMENT && is_data ? paw_node_attribute(n, PAW_NAME_NAME) : NULL;
}

static paw_str joined(struct writing *w, const char *head, paw_str tail)
{
    return paw_arena_join(w->arena, paw_str_of(head), tail);
}

static paw_str key_of(struct writing *w, const struct paw_node *n)
{
    if (n->kind == PAW_NODE_ATTRIBUTE)
        return joined(w, "@", n->text);
    if (n->kind == PAW_NODE_PI)
        return joined(w, "?", n->text);
    const struct paw_node *name = name_attribute(n);
    return name != NULL ? paw_node_text(name, w->arena) : paw_node_local(n);
}

static struct member **slot_of(const struct object *o, paw_str key)
{
    size_t at = (size_t)paw_hash(key.p, key.n, 0) & o->mask;
    while (o->table[at] != NULL && !paw_str_equal(o->table[at]->key, key))
        at = (at + 1) & o->mask;
    return &o->table[at];
}

static void append(struct object *o, struct member *m)
{
    if (o->last == NULL)
        o->first = m;
    else
        o->last->next = m;
    o->last = m;
}

/* A member of that key, or one more value of it. NULL: no memory, which the output says. */
static struct member *claim(struct writing *w, struct object *o, paw_str key,
                            const struct paw_node *value)
{
    struct member *m = key.p == NULL ? NULL : paw_arena_alloc(w->arena, sizeof(*m));
    if (m == NULL) {
        w->out->is_over = true;
        return NULL;
    }
    *m = (struct member){.key = key, .value = value, .last_same = m};
    struct member **slot = slot_of(o, key);
    if (*slot == NULL) {
        *slot = m;
        append(o, m);
    } else {
        (*slot)->last_same->same = m;
        (*slot)->last_same = m;
    }
    return m;
}

static bool is_leaf_with_text(const struct paw_node *n)
{
    return n->kind == PAW_NODE_ELEMENT && !paw_node_has_element(n) && paw_node_has_content(n);
}

static size_t own_attributes(const struct paw_node *n)
{
    return n->n_attributes - (name_attribute(n) != NULL);
}

/* Data without names are a list, however many they are. */
static bool is_list(const struct member *m)
{
    const struct paw_node *n = m->value;
    return m->same != NULL || n->is_item || n->has_no_item ||
           (n->kind == PAW_NODE_ELEMENT && n->name == PAW_NAME_DATA && name_attribute(n) == NULL);
}

/* Whether the attributes of an element with text can stand beside it. */
static bool can_stand_beside(const struct member *m)
{
    return is_leaf_with_text(m->value) && !is_list(m) && own_attributes(m->value) != 0 &&
           own_attributes(m->value) <= PAW_JSON_BESIDE_MAX;
}

static paw_str beside_key(struct writing *w, const struct member *m, const struct paw_node *a)
{
    return paw_arena_join(w->arena, m->key, joined(w, "@", a->text));
}

static bool is_own_attribute(const struct paw_node *n, const struct paw_node *a)
{
    return a != name_attribute(n);
}

static bool are_keys_free(struct writing *w, struct object *o, const struct member *m)
{
    for (const struct paw_node *a = m->value->attribute; a != NULL; a = a->next)
        if (is_own_attribute(m->value, a) && *slot_of(o, beside_key(w, m, a)) != NULL)
            return false;
    return true;
}

/* Puts the attributes of a member's element behind it, if their keys are free. */
static void add_beside(struct writing *w, struct object *o, struct member *m)
{
    struct member *behind = m;
    if (!can_stand_beside(m) || !are_keys_free(w, o, m))
        return;
    for (const struct paw_node *a = m->value->attribute; a != NULL; a = a->next) {
        struct member *more = NULL;
        if (!is_own_attribute(m->value, a))
            continue;
        more = paw_arena_alloc(w->arena, sizeof(*more));
        if (more == NULL) {
            w->out->is_over = true;
            return;
        }
        *more = (struct member){.key = beside_key(w, m, a), .value = a};
        *slot_of(o, more->key) = more;
        more->next = behind->next;
        behind->next = more;
        behind = more;
    }
    m->has_beside = true;
}

static bool has_room(struct writing *w, struct object *o, const struct paw_node *n)
{
    size_t most = n->n_attributes + 2, size = 8;
    for (const struct paw_node *c = n->first; c != NULL; c = c->next)
        most += 1 + (c->n_attributes <= PAW_JSON_BESIDE_MAX ? c->n_attributes : 0U);
    while (size < 2 * most)
        size *= 2;
    o->mask = size - 1;
    o->table = paw_arena_array(w->arena, size, sizeof(struct member *));
    if (o->table == NULL)
        w->out->is_over = true;
    return o->table != NULL;
}

static void gather(struct writing *w, struct object *o, const struct paw_node *n)
{
    for (const struct paw_node *a = n->attribute; a != NULL; a = a->next)
        if (is_own_attribute(n, a))
            (void)claim(w, o, key_of(w, a), a);
    for (const struct paw_node *c = n->first; c != NULL; c = c->next)
        if (c->kind == PAW_NODE_ELEMENT || c->kind == PAW_NODE_PI)
            (void)claim(w, o, key_of(w, c), c);
    for (struct member *m = o->first; m != NULL && !w->out->is_over; m = m->next)
        add_beside(w, o, m);
}

/* Writing ---------------------------------------------------------------------------------------
 */

static void put_key(struct writing *w, paw_str key)
{
    paw_print_char(w->out, '"');
    paw_print_text(w->out, key, PAW_PRINT_JSON);
    paw_print_lit(w->out, "\":");
}

static void put_member(struct writing *w, const struct member *m, bool in_system)
{
    bool is_first = true;
    put_key(w, m->key);
    if (!is_list(m)) {
        put_value(w, m->value, in_system, m->has_beside);
        return;
    }
    paw_print_char(w->out, '[');
    for (const struct member *v = m; v != NULL && !w->out->is_over; v = v->same) {
        if (v->value->has_no_item)
            continue;
        if (!is_first)
            paw_print_char(w->out, ',');
        is_first = false;
        put_value(w, v->value, in_system, false);
    }
    paw_print_char(w->out, ']');
}

static void put_object(struct writing *w, const struct paw_node *n, bool in_system)
{
    struct object o = {0};
    bool is_mixed = false;
    if (!has_room(w, &o, n))
        return;
    gather(w, &o, n);
    for (const struct paw_node *c = n->first; c != NULL; c = c->next)
        is_mixed |= is_piece(c);
    if (o.first == NULL && !is_mixed) {
        paw_print_lit(w->out, "null");
        return;
    }
    paw_print_char(w->out, '{');
    for (const struct member *m = o.first; m != NULL && !w->out->is_over; m = m->next) {
        if (m != o.first)
            paw_print_char(w->out, ',');
        put_member(w, m, in_system);
    }
    if (is_mixed) {
        if (o.first != NULL)
            paw_print_char(w->out, ',');
        put_key(w, PAW_LIT("#text"));
        put_pieces(w, n, (paw_str){0}, false);
    }
    paw_print_char(w->out, '}');
}

/* Attributes alone, or with a text: an object of them. */
static void put_attributes(struct writing *w, const struct paw_node *n, bool in_system,
                           bool has_text)
{
    bool is_first = true;
    paw_print_char(w->out, '{');
    for (const struct paw_node *a = n->attribute; a != NULL && !w->out->is_over; a = a->next) {
        if (!is_own_attribute(n, a))
            continue;
        if (!is_first)
            paw_print_char(w->out, ',');
        is_first = false;
        put_key(w, has_text ? key_of(w, a) : a->text);
        put_pieces(w, a, a->text, in_system);
    }
    if (has_text) {
        paw_print_lit(w->out, ",\"#text\":");
        put_pieces(w, n, paw_node_local(n), in_system);
    }
    paw_print_char(w->out, '}');
}

/* is_told: its attributes stand beside it. */
static void put_value(struct writing *w, const struct paw_node *n, bool in_system, bool is_told)
{
    if (n->kind != PAW_NODE_ELEMENT) { /* attribute or instruction */
        put_pieces(w, n, n->text, in_system);
        return;
    }
    if (paw_node_has_element(n)) {
        put_object(w, n, n->name == PAW_NAME_SYSTEM);
        return;
    }
    const bool has_text = paw_node_has_content(n);
    if (own_attributes(n) != 0 && !is_told)
        put_attributes(w, n, in_system, has_text);
    else
        put_pieces(w, n, paw_node_local(n), in_system);
}

void paw_tree_json(const struct paw_tree *t, struct paw_arena *scratch, struct paw_print *o)
{
    struct writing w = {o, scratch};
    const struct paw_node *event = t->root.first;
    const bool is_event = event != NULL && event->next == NULL && event->kind == PAW_NODE_ELEMENT &&
                          event->name == PAW_NAME_EVENT;
    if (!is_event)
        put_object(&w, &t->root, false);
    else if (paw_node_has_element(event) || event->first == NULL)
        put_object(&w, event, false);
    else
        put_value(&w, event, false, false);
}
