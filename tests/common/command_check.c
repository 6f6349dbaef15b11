/* SPDX-License-Identifier: Apache-2.0 */
/* Relations of a parsed command: see command_check.h. */
#include "common/command_check.h"

#include "core/str.h"

static bool inside(const struct paw_command *c, struct paw_span s)
{
    return s.start <= c->line.n && s.length <= c->line.n - s.start;
}

static bool is_view(const struct paw_command *c, paw_str s)
{
    const uintptr_t at = (uintptr_t)s.p, from = (uintptr_t)c->line.p;
    return at >= from && at <= from + c->line.n;
}

static bool equals_span(const struct paw_command *c, paw_str text, struct paw_span s)
{
    return text.n == s.length && memcmp(text.p, c->line.p + s.start, text.n) == 0;
}

/* A view into the line lies inside its span and is what stands there. */
static bool view_fits(const struct paw_command *c, paw_str text, struct paw_span s)
{
    if (text.p == NULL || text.n == 0 || !is_view(c, text))
        return true;
    const size_t at = (size_t)(text.p - c->line.p);
    return at >= s.start && at + text.n <= (size_t)s.start + s.length;
}

static bool path_fits(const struct paw_command *c, const struct paw_path *p)
{
    if (!inside(c, p->span) || (p->raw.p == NULL) != (p->norm.p == NULL))
        return false;
    if (p->raw.p != NULL && is_view(c, p->raw) && !equals_span(c, p->raw, p->span))
        return false;
    const size_t sum = p->base.n + p->ext.n;
    return p->ext.n <= p->base.n && (p->norm.n >= p->base.n || sum == 0);
}

static const char *tokens_fault(const struct paw_command *c, const struct paw_token *t, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!inside(c, t[i].span))
            return "token outside the line";
        if (t[i].text.p == NULL || !view_fits(c, t[i].text, t[i].span))
            return "token text outside its span";
        if (t[i].text.n > t[i].span.length)
            return "token text longer than its span";
        if (i != 0 && t[i].span.start < t[i - 1].span.start + t[i - 1].span.length)
            return "tokens overlap";
    }
    return NULL;
}

static const char *switches_fault(const struct paw_command *c)
{
    for (size_t i = 0; i < c->n_switches; i++) {
        const struct paw_found_switch *s = &c->switches[i];
        if (s->name == NULL || !inside(c, s->span) || !inside(c, s->value_span))
            return "switch outside the line";
        if (s->value.p == NULL && s->value_span.length != 0)
            return "span of an absent value";
        if (s->value.p != NULL && s->value.n != 0 && is_view(c, s->value) &&
            !equals_span(c, s->value, s->value_span))
            return "value is not what stands at its span";
    }
    return NULL;
}

static const char *call_fault(const struct paw_command *c)
{
    const struct paw_call *call = &c->call;
    if (!inside(c, call->export_span) || !inside(c, call->args_span))
        return "call outside the line";
    if (call->export.p != NULL && !equals_span(c, call->export, call->export_span))
        return "export is not what stands at its span";
    if (call->args.p != NULL && !equals_span(c, call->args, call->args_span))
        return "arguments are not what stands at their span";
    return path_fits(c, &call->module) ? NULL : "module";
}

static const char *nested_fault(const struct paw_command *c)
{
    for (size_t i = 0; i < c->n_nested; i++) {
        const struct paw_nested *n = &c->nested[i];
        if (!inside(c, n->span) || n->launcher == NULL || n->text.n == 0)
            return "nested command outside the line";
        if (n->is_verbatim && !equals_span(c, n->text, n->span))
            return "verbatim command is not what stands at its span";
    }
    return NULL;
}

static const char *marks_fault(const struct paw_command *c)
{
    for (size_t i = 0; i < c->n_marks; i++) {
        if (!inside(c, c->marks[i]) || (c->flags & c->mark_flags[i]) == 0)
            return "mark";
        if (i != 0 && c->mark_flags[i] <= c->mark_flags[i - 1])
            return "order of marks";
    }
    return NULL;
}

const char *test_command_fault(const struct paw_command *c)
{
    const char *fault = tokens_fault(c, c->tokens, c->n_tokens);
    if (fault == NULL)
        fault = tokens_fault(c, c->operands, c->n_operands);
    if (fault == NULL)
        fault = switches_fault(c);
    if (fault == NULL)
        fault = call_fault(c);
    if (fault == NULL)
        fault = nested_fault(c);
    if (fault == NULL)
        fault = marks_fault(c);
    if (fault == NULL && !path_fits(c, &c->target))
        fault = "target";
    if (fault == NULL && (!inside(c, c->tail) || !inside(c, c->argv0.span)))
        fault = "tail or argv[0]";
    if (fault == NULL && c->n_operands > c->n_tokens)
        fault = "more operands than tokens";
    return fault;
}

static bool same_path(const struct paw_path *a, const struct paw_path *b)
{
    return paw_str_equal(a->norm, b->norm) && paw_str_equal(a->base, b->base) &&
           paw_str_equal(a->host, b->host) && paw_str_equal(a->stream, b->stream) &&
           a->class == b->class && a->flags == b->flags && a->span.start == b->span.start;
}

bool test_command_same(const struct paw_command *a, const struct paw_command *b)
{
    if (a->n_tokens != b->n_tokens || a->n_switches != b->n_switches ||
        a->n_operands != b->n_operands || a->n_nested != b->n_nested || a->form != b->form ||
        a->flags != b->flags || a->n_marks != b->n_marks || a->kind != b->kind ||
        a->verb != b->verb || a->call.ordinal != b->call.ordinal)
        return false;
    for (size_t i = 0; i < a->n_tokens; i++)
        if (!paw_str_equal(a->tokens[i].text, b->tokens[i].text))
            return false;
    for (size_t i = 0; i < a->n_switches; i++)
        if (a->switches[i].name != b->switches[i].name ||
            !paw_str_equal(a->switches[i].value, b->switches[i].value))
            return false;
    for (size_t i = 0; i < a->n_nested; i++)
        if (!paw_str_equal(a->nested[i].text, b->nested[i].text))
            return false;
    return paw_str_equal(a->program, b->program) && same_path(&a->target, &b->target) &&
           same_path(&a->call.module, &b->call.module) &&
           paw_str_equal(a->call.export, b->call.export) &&
           paw_str_equal(a->call.args, b->call.args);
}
