/* SPDX-License-Identifier: Apache-2.0 */
/* Programs write records: see program.h. */
#include "parsers/evtx/program.h"

#include "core/str.h"

static bool run(struct paw_program_run *r, const struct paw_program *p,
                const struct paw_binxml_instance *instance);

/* Whether a nested event has a key that stands beside it already. */
static bool is_taken(const struct paw_program *p, paw_str root)
{
    const char *at = p->taken.p, *end = at + p->taken.n;
    while (at < end) {
        uint32_t n = 0;
        memcpy(&n, at, sizeof(n));
        at += sizeof(n);
        if (n == root.n && memcmp(at, root.p, n) == 0)
            return true;
        at += n;
    }
    return false;
}

static bool run_nested(struct paw_program_run *r, const struct paw_program *p,
                       struct paw_evtx_datum v)
{
    const uint32_t from = (uint32_t)(v.bytes.p - r->chunk.p), end = from + (uint32_t)v.bytes.n;
    struct paw_binxml_instance instance;
    if (r->nesting == PAW_PROGRAM_NESTING_MAX ||
        !paw_binxml_first_instance(r->chunk, from, end, r->arena, &instance))
        return false;
    if (instance.end < end && r->chunk.p[instance.end] != PAW_BINXML_END)
        return false; /* more follows */
    const struct paw_template *t = r->find(r->self, &instance);
    const struct paw_program *inner = t == NULL ? NULL : paw_program_of(r->templates, t, r->is_xml);
    if (inner == NULL || instance.is_cut || is_taken(p, inner->root))
        return false;
    r->nesting++;
    const bool is_done = run(r, inner, &instance);
    r->nesting--;
    return is_done;
}

/* The object ends: a comma behind its last member becomes its bracket. */
static void close_object(struct paw_print *o)
{
    if (o->n != 0 && o->p[o->n - 1] == '{') {
        o->n--;
        paw_print_put(o, "null,", 5);
    } else if (o->n != 0) {
        o->p[o->n - 1] = '}';
        paw_print_char(o, ',');
    }
}

static bool put_leaf(struct paw_program_run *r, const char *literal, const struct paw_op *op,
                     struct paw_evtx_datum v)
{
    struct paw_print *o = r->out;
    struct paw_evtx_datum item = {.type = PAW_EVTX_TYPE_NULL};
    bool is_array = (v.type & PAW_EVTX_TYPE_ARRAY) != 0;
    bool has_more = is_array && paw_evtx_next_item(&v, &item);
    do {
        paw_print_put(o, literal, op->n - op->behind);
        paw_print_value(o, is_array ? item : v, PAW_PRINT_XML);
        paw_print_put(o, literal + op->n - op->behind, op->behind);
    } while (has_more && !o->is_over && (has_more = paw_evtx_next_item(&v, &item)));
    return true;
}

static bool put_list(struct paw_print *o, struct paw_evtx_datum v)
{
    const bool is_array = (v.type & PAW_EVTX_TYPE_ARRAY) != 0;
    if (!is_array)
        paw_print_char(o, '[');
    paw_print_json(o, v);
    paw_print_put(o, "],", is_array ? 0 : 2);
    if (is_array)
        paw_print_char(o, ',');
    return true;
}

static bool put_attribute(struct paw_program_run *r, const char *literal, const struct paw_op *op,
                          struct paw_evtx_datum v)
{
    if (paw_print_is_empty(v))
        return v.type != PAW_EVTX_TYPE_BINXML;
    if ((v.type & PAW_EVTX_TYPE_ARRAY) != 0)
        return false;
    paw_print_put(r->out, literal, op->n);
    if (r->is_xml)
        paw_print_value(r->out, v, PAW_PRINT_ATTRIBUTE);
    else
        paw_print_json(r->out, v);
    paw_print_char(r->out, r->is_xml ? '\'' : ',');
    return true;
}

static bool put_member(struct paw_print *o, const char *literal, const struct paw_op *op,
                       struct paw_evtx_datum v)
{
    if (op->is_must && (v.type == PAW_EVTX_TYPE_NULL || (v.type & PAW_EVTX_TYPE_ARRAY) != 0))
        return false;
    paw_print_put(o, literal, op->n);
    paw_print_json(o, v);
    paw_print_char(o, ',');
    return true;
}

/* A step that shows a value. */
static bool put_value(struct paw_program_run *r, const struct paw_program *p,
                      const struct paw_op *op, struct paw_evtx_datum v)
{
    const char *literal = p->literals + op->at;
    const bool is_stream = v.type == PAW_EVTX_TYPE_BINXML && op->kind != PAW_OP_NESTED;
    if (is_stream && op->kind != PAW_OP_ATTRIBUTE)
        return false;
    switch ((enum paw_op_kind)op->kind) {
    case PAW_OP_MEMBER:
        return put_member(r->out, literal, op, v);
    case PAW_OP_LIST:
        paw_print_put(r->out, literal, op->n);
        return put_list(r->out, v);
    case PAW_OP_ATTRIBUTE:
        return put_attribute(r, literal, op, v);
    case PAW_OP_VALUE:
        paw_print_value(r->out, v, PAW_PRINT_XML);
        return (v.type & PAW_EVTX_TYPE_ARRAY) == 0;
    case PAW_OP_LEAF:
        return put_leaf(r, literal, op, v);
    case PAW_OP_NESTED:
        if (v.type == PAW_EVTX_TYPE_NULL)
            return !op->is_must;
        return v.type == PAW_EVTX_TYPE_BINXML && v.bytes.n != 0 && run_nested(r, p, v);
    case PAW_OP_LITERAL:
    case PAW_OP_GUARD:
    case PAW_OP_CLOSE:
        break;
    }
    return false;
}

static bool run(struct paw_program_run *r, const struct paw_program *p,
                const struct paw_binxml_instance *instance)
{
    if (r->steps_left < p->n_ops)
        return false;
    if (p->depends != PAW_BINXML_NONE &&
        (p->depends >= instance->n || instance->values[p->depends].type == PAW_EVTX_TYPE_NULL))
        return false;
    r->steps_left -= p->n_ops;
    for (uint32_t i = 0; i < p->n_ops;) {
        const struct paw_op *op = &p->ops[i++];
        if (op->kind == PAW_OP_LITERAL) {
            paw_print_put(r->out, p->literals + op->at, op->n);
            continue;
        }
        if (op->kind == PAW_OP_CLOSE) {
            close_object(r->out);
            continue;
        }
        if (op->index >= instance->n)
            return false;
        const struct paw_evtx_value *v = &instance->values[op->index];
        if (op->kind == PAW_OP_GUARD) {
            i = v->type == PAW_EVTX_TYPE_NULL ? op->skip : i;
            continue;
        }
        if (!put_value(r, p, op,
                       (struct paw_evtx_datum){v->type, {r->chunk.p + v->offset, v->size}}))
            return false;
    }
    return !r->out->is_over;
}

bool paw_program_write(struct paw_program_run *r, const struct paw_template *t,
                       const struct paw_binxml_instance *instance)
{
    const struct paw_program *p = paw_program_of(r->templates, t, r->is_xml);
    return p != NULL && !instance->is_cut && run(r, p, instance);
}
