/* SPDX-License-Identifier: Apache-2.0 */
/* Templates become programs: see program.h. Whatever is not plain is refused here; the shapes are
 * those of tree_json.c and tree_xml.c. */
#include "core/str.h"
#include "parsers/evtx/program.h"
#include "parsers/evtx/tree_write.h"

enum {
    KEYS_MAX = 1024,
    MEMBERS_MAX = 256, /* of one object: each key is held against all before it */
    ATTRIBUTES_MAX = 64,
    LITERALS_MAX = 1024 * 1024,
};

struct making {
    const struct paw_binxml_plan *plan;
    bool is_xml, is_refused;
    unsigned depth;
    struct paw_print text;
    uint32_t literal_from; /* where the open literal begins */
    struct paw_op ops[PAW_PROGRAM_OPS_MAX];
    uint32_t n;
    struct {
        uint32_t at, n;
    } keys[KEYS_MAX]; /* of the open objects, one behind the other */
    uint32_t n_keys;
    uint32_t root_at, root_n;
    uint32_t taken_from, taken_to; /* keys beside the nested stream */
    bool has_nested;
};

static void refuse(struct making *m)
{
    m->is_refused = true;
}

/* Pieces ----------------------------------------------------------------------------------------
 */

static void put(struct making *m, const char *text)
{
    paw_print_lit(&m->text, text);
}

static void put_text(struct making *m, paw_str s, enum paw_print_as form)
{
    paw_print_text(&m->text, s, form);
}

static struct paw_op *add(struct making *m, enum paw_op_kind kind, uint16_t index);

/* What was put since the last step is one of its own. */
static void end_literal(struct making *m)
{
    if (m->literal_from == m->text.n)
        return;
    struct paw_op *op = NULL;
    const uint32_t from = m->literal_from;
    m->literal_from = (uint32_t)m->text.n;
    op = add(m, PAW_OP_LITERAL, PAW_BINXML_NONE);
    if (op == NULL)
        return;
    op->at = from;
    op->n = (uint32_t)m->text.n - from;
}

/* A step with the open literal as its own. */
static struct paw_op *add(struct making *m, enum paw_op_kind kind, uint16_t index)
{
    if (m->n == PAW_PROGRAM_OPS_MAX || m->text.is_over || m->text.n > LITERALS_MAX) {
        refuse(m);
        return NULL;
    }
    struct paw_op *op = &m->ops[m->n++];
    *op = (struct paw_op){.kind = (uint8_t)kind, .index = index, .at = m->literal_from};
    op->n = (uint32_t)m->text.n - m->literal_from;
    m->literal_from = (uint32_t)m->text.n;
    return op;
}

static uint32_t add_guard(struct making *m, const struct paw_binxml_step *s)
{
    if (s->index == PAW_BINXML_NONE || s == &m->plan->steps[0]) /* that: struct paw_program */
        return UINT32_MAX;
    end_literal(m);
    return add(m, PAW_OP_GUARD, s->index) == NULL ? UINT32_MAX : m->n - 1;
}

static void end_guard(struct making *m, uint32_t guard)
{
    if (guard == UINT32_MAX)
        return;
    end_literal(m);
    m->ops[guard].skip = (uint16_t)m->n;
}

/* Elements --------------------------------------------------------------------------------------
 */

/* What an element is made of. */
struct element {
    const struct paw_binxml_step *open;
    uint32_t attributes, content, close; /* steps: where they begin */
    uint32_t n_elements, n_texts, n_values, n_nested, n_attributes;
    uint32_t n_free;                    /* elements that depend on nothing */
    const struct paw_binxml_step *name; /* text of Name of a Data; NULL: none */
};

static bool is_nested(const struct paw_binxml_step *s)
{
    return s->kind == PAW_STEP_VALUE && s->name == PAW_EVTX_TYPE_BINXML;
}

static void look_at_attribute(struct making *m, struct element *e, uint32_t at)
{
    const struct paw_binxml_step *steps = m->plan->steps, *s = &steps[at];
    const bool is_data = e->open->name == PAW_NAME_DATA || e->open->name == PAW_NAME_COMPLEX_DATA;
    const bool is_static = s->end == at + 2U && steps[at + 1].kind == PAW_STEP_TEXT;
    if (e->n_attributes == ATTRIBUTES_MAX || s->end != at + 2U ||
        (!is_static && steps[at + 1].kind != PAW_STEP_VALUE)) {
        refuse(m); /* so many, or not one piece */
        return;
    }
    for (uint32_t i = e->attributes; i < at; i = steps[i].end)
        if (paw_str_equal(paw_binxml_exact(&steps[i]), paw_binxml_exact(s)))
            refuse(m);
    if (is_static && paw_binxml_exact(&steps[at + 1]).n == 0)
        return;
    if (!m->is_xml && is_data && s->name == PAW_NAME_NAME) {
        if (is_static)
            e->name = &steps[at + 1];
        else
            refuse(m);
        return;
    }
    e->n_attributes++;
}

static struct element look_at(struct making *m, uint32_t at)
{
    const struct paw_binxml_step *steps = m->plan->steps;
    struct element e = {.open = &steps[at], .attributes = at + 1, .close = steps[at].end - 1U};
    uint32_t i = at + 1;
    for (; i < e.close && steps[i].kind == PAW_STEP_ATTRIBUTE && !m->is_refused; i = steps[i].end)
        look_at_attribute(m, &e, i);
    e.content = i;
    while (i < e.close && !m->is_refused) {
        const struct paw_binxml_step *s = &steps[i];
        i++;
        if (s->kind == PAW_STEP_OPEN) {
            e.n_elements++;
            e.n_free += s->index == PAW_BINXML_NONE;
            i = s->end;
        } else if (is_nested(s)) {
            e.n_nested++;
        } else if (s->kind == PAW_STEP_VALUE) {
            e.n_values++;
        } else if (s->kind == PAW_STEP_TEXT) {
            e.n_texts++;
        } else {
            refuse(m); /* instruction, instance, or an attribute in the middle */
        }
    }
    return e;
}

static bool has_attribute_text(const struct making *m, uint32_t at)
{
    const struct paw_binxml_step *piece = &m->plan->steps[at + 1];
    return piece->kind == PAW_STEP_VALUE || paw_binxml_exact(piece).n != 0;
}

/* JSON ------------------------------------------------------------------------------------------
 */

/* The key that was put from there on, without its quotes, is one of the open object. */
static void claim(struct making *m, uint32_t first_key, uint32_t from, uint32_t to)
{
    if (m->n_keys == KEYS_MAX || m->n_keys - first_key == MEMBERS_MAX || m->text.is_over) {
        refuse(m);
        return;
    }
    for (uint32_t i = first_key; i < m->n_keys; i++)
        if (m->keys[i].n == to - from &&
            memcmp(m->text.p + m->keys[i].at, m->text.p + from, to - from) == 0)
            refuse(m); /* two of one name are a list */
    m->keys[m->n_keys].at = from;
    m->keys[m->n_keys++].n = to - from;
}

/* `"head` … `tail":` as a key of the object whose keys begin at first_key; UINT32_MAX: of none. */
static void put_key(struct making *m, uint32_t first_key, paw_str head, const char *between,
                    paw_str tail)
{
    put(m, "\"");
    const uint32_t from = (uint32_t)m->text.n;
    put_text(m, head, PAW_PRINT_JSON);
    put(m, between);
    put_text(m, tail, PAW_PRINT_JSON);
    const uint32_t to = (uint32_t)m->text.n;
    put(m, "\":");
    if (first_key != UINT32_MAX)
        claim(m, first_key, from, to);
}

static paw_str key_of(const struct element *e)
{
    const paw_str full = paw_binxml_exact(e->open);
    const size_t colon = paw_str_rfind_char(full, ':');
    if (e->name != NULL)
        return paw_binxml_exact(e->name);
    return colon == SIZE_MAX ? full : paw_str_from(full, colon + 1);
}

static void put_literal_value(struct making *m, paw_str name, paw_str text, bool in_system)
{
    const bool is_number = in_system && paw_json_is_number(name, text);
    if (!is_number)
        put(m, "\"");
    put_text(m, text, PAW_PRINT_JSON);
    put(m, is_number ? "," : "\",");
}

/* Attributes as members: by their own names, or with something before. */
static void put_members(struct making *m, const struct element *e, uint32_t first_key, paw_str head,
                        const char *between, bool in_system)
{
    const struct paw_binxml_step *steps = m->plan->steps;
    for (uint32_t i = e->attributes; i < e->content && !m->is_refused; i = steps[i].end) {
        const paw_str name = paw_binxml_exact(&steps[i]);
        const struct paw_binxml_step *piece = &steps[i + 1];
        if (!has_attribute_text(m, i) || piece == e->name)
            continue;
        if (piece->kind == PAW_STEP_VALUE)
            end_literal(m);
        put_key(m, first_key, head, between, name);
        if (piece->kind == PAW_STEP_VALUE)
            (void)add(m, PAW_OP_ATTRIBUTE, piece->index);
        else
            put_literal_value(m, name, paw_binxml_exact(piece), in_system);
    }
}

static void make_json(struct making *m, uint32_t at, uint32_t first_key, bool in_system);

static void make_object(struct making *m, const struct element *e)
{
    const struct paw_binxml_step *steps = m->plan->steps;
    const uint32_t first_key = m->n_keys;
    if (e->n_attributes != 0 && e->n_free == 0 && e->n_nested == 0)
        refuse(m); /* its attributes have other names when it is empty */
    put_members(m, e, first_key, (paw_str){0}, "@", false);
    for (uint32_t i = e->content; i < e->close && !m->is_refused;) {
        if (steps[i].kind == PAW_STEP_OPEN) {
            make_json(m, i, first_key, e->open->name == PAW_NAME_SYSTEM);
            i = steps[i].end;
            continue;
        }
        end_literal(m);
        struct paw_op *op = add(m, PAW_OP_NESTED, steps[i].index);
        if (op != NULL)
            op->is_must = e->n_attributes != 0 && e->n_free == 0;
        i++;
    }
    if (e->n_nested != 0) {
        if (e->n_nested > 1 || m->has_nested)
            refuse(m);
        m->has_nested = true;
        /* Keys stay in the list until all is made, so these are found again. */
        m->taken_from = first_key;
        m->taken_to = m->n_keys;
        return;
    }
    m->n_keys = m->has_nested ? m->n_keys : first_key;
}

static void make_json_content(struct making *m, const struct element *e, uint32_t first_key,
                              bool in_system)
{
    const struct paw_binxml_step *content = &m->plan->steps[e->content];
    const bool is_list = e->open->name == PAW_NAME_DATA && e->name == NULL;
    const uint32_t n_pieces = e->n_texts + e->n_values;
    if (is_list && e->n_attributes != 0) {
        refuse(m);
        return;
    }
    if (n_pieces == 0 && e->n_attributes != 0) { /* attributes alone */
        put(m, "{");
        put_members(m, e, UINT32_MAX, (paw_str){0}, "", in_system);
        end_literal(m);
        (void)add(m, PAW_OP_CLOSE, PAW_BINXML_NONE);
        return;
    }
    if (n_pieces > 1 || e->n_attributes > PAW_JSON_BESIDE_MAX) {
        refuse(m);
    } else if (n_pieces == 0) {
        put(m, is_list ? "[null]," : "null,");
    } else if (e->n_texts == 1) {
        put(m, is_list ? "[" : "");
        put_literal_value(m, key_of(e), paw_binxml_exact(content), in_system);
        if (is_list) { /* the comma behind the bracket */
            m->text.n--;
            put(m, "],");
        }
    } else {
        struct paw_op *op = add(m, is_list ? PAW_OP_LIST : PAW_OP_MEMBER, content->index);
        if (op != NULL)
            op->is_must = e->n_attributes != 0;
    }
    put_members(m, e, first_key, key_of(e), "@", in_system);
}

static void make_json(struct making *m, uint32_t at, uint32_t first_key, bool in_system)
{
    const struct element e = look_at(m, at);
    if (m->is_refused || ++m->depth > PAW_PROGRAM_DEPTH_MAX) {
        refuse(m);
        return;
    }
    const uint32_t guard = add_guard(m, e.open);
    if (e.n_elements == 0 && e.n_nested == 0 && e.n_values == 1)
        end_literal(m); /* the key is the member's own literal */
    put_key(m, first_key, key_of(&e), "", (paw_str){0});
    if (e.n_elements == 0 && e.n_nested == 0) {
        make_json_content(m, &e, first_key, in_system);
    } else if (e.n_texts + e.n_values != 0 || (e.open->name == PAW_NAME_DATA && e.name == NULL)) {
        refuse(m);
    } else {
        put(m, "{");
        make_object(m, &e);
        end_literal(m);
        (void)add(m, PAW_OP_CLOSE, PAW_BINXML_NONE);
    }
    end_guard(m, guard);
    m->depth--;
}

/* XML -------------------------------------------------------------------------------------------
 */

static void make_xml(struct making *m, uint32_t at);

static void put_tag(struct making *m, const struct element *e, bool *is_static)
{
    const struct paw_binxml_step *steps = m->plan->steps;
    put(m, "<");
    put_text(m, paw_binxml_exact(e->open), PAW_PRINT_NAME);
    *is_static = true;
    for (uint32_t i = e->attributes; i < e->content && !m->is_refused; i = steps[i].end) {
        const struct paw_binxml_step *piece = &steps[i + 1];
        if (!has_attribute_text(m, i))
            continue;
        if (piece->kind == PAW_STEP_VALUE)
            end_literal(m);
        put(m, " ");
        put_text(m, paw_binxml_exact(&steps[i]), PAW_PRINT_NAME);
        put(m, "='");
        if (piece->kind == PAW_STEP_VALUE) {
            (void)add(m, PAW_OP_ATTRIBUTE, piece->index);
            *is_static = false;
        } else {
            put_text(m, paw_binxml_exact(piece), PAW_PRINT_ATTRIBUTE);
            put(m, "'");
        }
    }
}

static void put_end_tag(struct making *m, const struct element *e)
{
    put(m, "</");
    put_text(m, paw_binxml_exact(e->open), PAW_PRINT_NAME);
    put(m, ">");
}

static void make_xml_content(struct making *m, const struct element *e)
{
    const struct paw_binxml_step *steps = m->plan->steps;
    for (uint32_t i = e->content; i < e->close && !m->is_refused;) {
        const struct paw_binxml_step *s = &steps[i];
        if (s->kind == PAW_STEP_OPEN) {
            make_xml(m, i);
            i = s->end;
            continue;
        }
        if (s->kind == PAW_STEP_TEXT) {
            put_text(m, paw_binxml_exact(s), PAW_PRINT_XML);
        } else {
            end_literal(m);
            (void)add(m, is_nested(s) ? PAW_OP_NESTED : PAW_OP_VALUE, s->index);
        }
        i++;
    }
}

static void make_xml(struct making *m, uint32_t at)
{
    const struct element e = look_at(m, at);
    bool is_static = true;
    if (m->is_refused || ++m->depth > PAW_PROGRAM_DEPTH_MAX) {
        refuse(m);
        return;
    }
    const uint32_t guard = add_guard(m, e.open);
    const uint32_t n_content = e.close - e.content;
    if (n_content == 1 && e.n_values == 1)
        end_literal(m); /* the tag is the leaf's own literal */
    const uint32_t from = m->n;
    put_tag(m, &e, &is_static);
    if (n_content == 0) {
        if (m->plan->steps[e.close].name != 0) {
            put(m, "/>");
        } else {
            put(m, ">");
            put_end_tag(m, &e);
        }
    } else if (n_content == 1 && e.n_values == 1 && is_static && m->n == from) {
        put(m, ">");
        const size_t before = m->text.n;
        put_end_tag(m, &e);
        struct paw_op *op = add(m, PAW_OP_LEAF, m->plan->steps[e.content].index);
        if (op != NULL && m->text.n - before <= UINT16_MAX)
            op->behind = (uint16_t)(m->text.n - before);
        else
            refuse(m);
    } else {
        put(m, ">");
        make_xml_content(m, &e);
        put_end_tag(m, &e);
    }
    end_guard(m, guard);
    m->depth--;
}

/* Programs --------------------------------------------------------------------------------------
 */

/* One element and nothing else. */
static void make_root(struct making *m)
{
    const struct paw_binxml_plan *p = m->plan;
    if (p->n_steps == 0 || p->steps[0].kind != PAW_STEP_OPEN || p->steps[0].end != p->n_steps ||
        p->is_cut || p->has_bad_name) {
        refuse(m);
        return;
    }
    if (m->is_xml) {
        make_xml(m, 0);
    } else {
        make_json(m, 0, 0, false);
        m->root_at = m->keys[0].at;
        m->root_n = m->keys[0].n;
    }
    end_literal(m);
}

static struct paw_program *keep(const struct making *m, struct paw_arena *a)
{
    struct paw_program *p = paw_arena_alloc(a, sizeof(*p));
    struct paw_op *ops = paw_arena_array(a, m->n, sizeof(*ops));
    const paw_str literals = paw_arena_str(a, (paw_str){m->text.p, m->text.n});
    size_t room = 0;
    for (uint32_t i = m->taken_from; i < m->taken_to; i++)
        room += sizeof(uint32_t) + m->keys[i].n;
    char *taken = paw_arena_alloc(a, room + 1);
    if (p == NULL || ops == NULL || literals.p == NULL || taken == NULL)
        return NULL;
    memcpy(ops, m->ops, m->n * sizeof(*ops));
    *p = (struct paw_program){
        .ops = ops, .n_ops = m->n, .depends = m->plan->steps[0].index, .literals = literals.p};
    p->root = (paw_str){literals.p + m->root_at, m->root_n};
    p->taken = (paw_str){taken, room};
    for (uint32_t i = m->taken_from; i < m->taken_to; i++) {
        memcpy(taken, &m->keys[i].n, sizeof(uint32_t));
        memcpy(taken + sizeof(uint32_t), literals.p + m->keys[i].at, m->keys[i].n);
        taken += sizeof(uint32_t) + m->keys[i].n;
    }
    return p;
}

static struct paw_program *make(const struct paw_binxml_plan *plan, bool is_xml,
                                struct paw_arena *a)
{
    struct paw_arena own;
    struct paw_program *made = NULL;
    paw_arena_init(&own, SIZE_MAX);
    struct making *m = paw_arena_alloc(&own, sizeof(*m));
    if (m != NULL) {
        m->plan = plan;
        m->is_xml = is_xml;
        paw_print_begin(&m->text, NULL);
        make_root(m);
        if (!m->is_refused && !m->text.is_over)
            made = keep(m, a);
        paw_print_finish(&m->text);
    }
    paw_arena_finish(&own);
    return made;
}

const struct paw_program *paw_program_of(struct paw_templates *templates,
                                         const struct paw_template *t, bool is_xml)
{
    if (t->program != NULL || t->has_no_program || !t->is_kept)
        return t->program;
    struct paw_template *own = (struct paw_template *)(uintptr_t)t; /* one of these templates */
    own->program = make(t->plan, is_xml, &templates->kept);
    own->has_no_program = own->program == NULL;
    return own->program;
}
