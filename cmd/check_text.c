/* SPDX-License-Identifier: Apache-2.0 */
/* An answer for people. Texts of the line go through paw_terminal_write, whatever they are. */
#include "check_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "tell.h"

enum { PENDING_BYTES = 64 * 1024, MARKS_MAX = 256, LABEL = 11 };

/* Output -----------------------------------------------------------------------------------------
 */

void pending_put(struct pending *out, const void *bytes, size_t n)
{
    if (out->failed || n == 0)
        return;
    if (n > out->room - out->n) {
        size_t room = out->room == 0 ? (size_t)2 * PENDING_BYTES : out->room;
        while (room - out->n < n)
            room *= 2; /* n is some MiB at most: a line is bounded */
        char *more = realloc(out->p, room);
        if (more == NULL) {
            tell("out of memory");
            out->failed = true;
            return;
        }
        out->p = more;
        out->room = room;
    }
    memcpy(out->p + out->n, bytes, n);
    out->n += n;
}

void pending_text(struct pending *out, const char *constant)
{
    pending_put(out, constant, strlen(constant));
}

bool pending_flush(struct pending *out)
{
    if (!out->failed && out->n != 0)
        out->failed = !print_out(out->p, out->n);
    out->n = 0;
    return !out->failed;
}

void pending_finish(struct pending *out)
{
    free(out->p);
    *out = (struct pending){0};
}

static enum paw_status write_pending(void *self, const void *bytes, size_t n)
{
    struct pending *out = self;
    pending_put(out, bytes, n);
    if (out->n >= PENDING_BYTES)
        (void)pending_flush(out); /* kept in failed */
    return out->failed ? PAW_E_OUTPUT : PAW_OK;
}

struct paw_out pending_out(struct pending *out)
{
    return (struct paw_out){.self = out, .write = write_pending};
}

static enum paw_status keep_pending(void *self, const void *bytes, size_t n)
{
    struct pending *out = self;
    pending_put(out, bytes, n);
    return out->failed ? PAW_E_MEMORY : PAW_OK;
}

/* Text of evidence; the columns it takes. */
static size_t put_shown(struct pending *out, paw_str s)
{
    size_t columns = 0;
    struct paw_out to = {out, keep_pending};
    const size_t from = out->n;
    if (paw_terminal_write(s, &to) != PAW_OK)
        out->failed = true;
    for (size_t i = from; i < out->n; i++)
        columns += ((unsigned char)out->p[i] & 0xC0) != 0x80;
    return columns;
}

static void put_times(struct pending *out, char c, size_t n)
{
    for (; n > 0; n--)
        pending_put(out, &c, 1);
}

/* Marks ------------------------------------------------------------------------------------------
 */

struct marks {
    struct paw_span span[MARKS_MAX]; /* in order, none overlaps another */
    size_t n;
};

static void add_mark(struct marks *m, struct paw_span span, size_t most)
{
    if (span.start >= most || span.length == 0 || m->n == MARKS_MAX)
        return;
    if (span.length > most - span.start)
        span.length = (uint32_t)(most - span.start);
    size_t at = m->n++;
    for (; at > 0 && m->span[at - 1].start > span.start; at--)
        m->span[at] = m->span[at - 1];
    m->span[at] = span;
}

static void join_marks(struct marks *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->n; i++) {
        struct paw_span *last = kept == 0 ? NULL : &m->span[kept - 1];
        const struct paw_span s = m->span[i];
        if (last == NULL || s.start > last->start + last->length)
            m->span[kept++] = s;
        else if (s.start + s.length > last->start + last->length)
            last->length = s.start + s.length - last->start;
    }
    m->n = kept;
}

static void find_marks(struct marks *m, const struct paw_finding *f, paw_str line)
{
    m->n = 0;
    for (size_t i = 0; f != NULL && i < f->n_reasons; i++) {
        const struct paw_reason *r = &f->reasons[i];
        if (r->evidence < 0 && r->field.n == strlen("command_line") &&
            memcmp(r->field.p, "command_line", r->field.n) == 0)
            add_mark(m, (struct paw_span){r->start, r->length}, line.n);
    }
    join_marks(m);
}

static paw_str part(paw_str s, size_t from, size_t end)
{
    return (paw_str){s.p + from, end - from};
}

/* The line with its marks: underlined where there is colour, else with ^ below. */
static void put_line(struct pending *out, paw_str line, const struct marks *m, bool has_colour)
{
    struct pending below = {0};
    size_t at = 0;
    put_times(out, ' ', 2);
    put_times(&below, ' ', 2);
    for (size_t i = 0; i < m->n; i++) {
        const size_t start = m->span[i].start, end = start + m->span[i].length;
        put_times(&below, ' ', put_shown(out, part(line, at, start)));
        pending_text(out, has_colour ? "\x1B[1;4m" : "");
        put_times(&below, '^', put_shown(out, part(line, start, end)));
        pending_text(out, has_colour ? "\x1B[0m" : "");
        at = end;
    }
    (void)put_shown(out, part(line, at, line.n));
    pending_text(out, "\n");
    if (!has_colour && m->n != 0) {
        pending_put(out, below.p, below.n);
        pending_text(out, "\n");
    }
    out->failed |= below.failed;
    pending_finish(&below);
}

/* What is said of the line -----------------------------------------------------------------------
 */

static void put_label(struct pending *out, const char *label)
{
    const size_t n = strlen(label);
    pending_text(out, "  ");
    pending_text(out, label);
    put_times(out, ' ', n < LABEL ? LABEL - n : 1);
}

static void put_padded(struct pending *out, const char *s, size_t width)
{
    const size_t n = strlen(s);
    pending_text(out, s);
    put_times(out, ' ', n < width ? width - n : 1);
}

static void put_head(struct pending *out, const struct paw_finding *f, bool has_colour)
{
    static const char *const colours[] = {"", "", "\x1B[36m", "\x1B[33m", "\x1B[31m", "\x1B[1;31m"};
    const char *name = f == NULL ? "none" : paw_severity_name(f->severity);
    const bool is_coloured = has_colour && f != NULL && f->severity < PAW_COUNT_OF(colours);
    char score[32];
    pending_text(out, is_coloured ? colours[f->severity] : "");
    pending_text(out, name);
    pending_text(out, is_coloured ? "\x1B[0m" : "");
    if (f != NULL) {
        const int n = snprintf(score, sizeof(score), "  score %u ", f->score);
        pending_put(out, score, n > 0 ? (size_t)n : 0);
        for (size_t i = 0; i < f->n_techniques; i++) {
            pending_text(out, " ");
            pending_text(out, f->techniques[i]);
        }
    }
    pending_text(out, "\n");
}

static void put_held(struct pending *out, const struct paw_finding *f)
{
    for (size_t i = 0; i < f->n_held; i++) {
        const struct paw_held *h = &f->held[i];
        pending_text(out, "  ");
        put_padded(out, paw_severity_name(h->severity), 14);
        put_padded(out, h->id, 34);
        pending_text(out, " ");
        pending_text(out, h->title);
        if (h->adjusted != NULL) {
            pending_text(out, " (");
            pending_text(out, h->adjusted);
            pending_text(out, ")");
        }
        pending_text(out, "\n");
    }
}

/* Reasons that lie in the context, not in the line. */
static void put_context(struct pending *out, const struct paw_finding *f)
{
    for (size_t i = 0; i < f->n_reasons; i++) {
        const struct paw_reason *r = &f->reasons[i];
        if (r->text.n == 0 || (r->field.n == strlen("command_line") &&
                               memcmp(r->field.p, "command_line", r->field.n) == 0))
            continue;
        put_label(out, "because");
        (void)put_shown(out, r->field);
        pending_text(out, " ");
        (void)put_shown(out, r->text);
        pending_text(out, "\n");
    }
}

static void put_row(struct pending *out, const char *label, paw_str s, const char *behind)
{
    if (s.n == 0)
        return;
    put_label(out, label);
    (void)put_shown(out, s);
    if (behind != NULL) {
        pending_text(out, " (");
        pending_text(out, behind);
        pending_text(out, ")");
    }
    pending_text(out, "\n");
}

static void put_switches(struct pending *out, const struct paw_command *c)
{
    if (c->n_switches == 0)
        return;
    put_label(out, "switches");
    for (size_t i = 0; i < c->n_switches; i++) {
        pending_text(out, i == 0 ? "" : ", ");
        pending_text(out, c->switches[i].name);
        if (c->switches[i].value.n != 0) {
            pending_text(out, " = ");
            (void)put_shown(out, c->switches[i].value);
        }
    }
    pending_text(out, "\n");
}

static void put_object(struct pending *out, const struct paw_command *c)
{
    char kind[80];
    const char *of = paw_object_kind_name(c->kind), *place = paw_place_name(c->target.class);
    const int n = snprintf(kind, sizeof(kind), "%s%s%s", of == NULL ? "" : of,
                           of == NULL || place == NULL ? "" : ", ", place == NULL ? "" : place);
    put_row(out, "object", c->target.norm.n != 0 ? c->target.norm : c->target.raw,
            n > 0 ? kind : NULL);
}

static void put_command(struct pending *out, const struct paw_command *c,
                        const struct paw_finding *f)
{
    put_row(out, "program", c->program, c->verb);
    if (f != NULL)
        put_row(out, "renamed", f->proxy.renamed_from, NULL);
    put_object(out, c);
    put_row(out, "export", c->call.export, NULL);
    put_row(out, "arguments", c->call.args, NULL);
    put_switches(out, c);
    for (size_t i = 0; i < c->n_nested; i++)
        put_row(out, "runs", c->nested[i].text, c->nested[i].launcher);
    if ((c->flags & PAW_LINE_BROKEN) != 0)
        pending_text(out, "  not all of the line could be parsed\n");
}

void print_answer(struct pending *out, const struct paw_answer *a, bool has_colour)
{
    const struct paw_line *l = a->line;
    const paw_str line = l->printed.p != NULL ? l->printed : l->command_line;
    struct marks marks;
    put_head(out, a->finding, has_colour);
    find_marks(&marks, a->finding, line);
    if (line.p != NULL)
        put_line(out, line, &marks, has_colour);
    else
        pending_text(out, "  (no command line)\n");
    if (l->printed.p != NULL)
        put_row(out, "refanged", l->command_line, NULL);
    if (a->finding != NULL) {
        put_held(out, a->finding);
        put_context(out, a->finding);
    }
    if (a->command != NULL)
        put_command(out, a->command, a->finding);
    pending_text(out, "\n");
}
