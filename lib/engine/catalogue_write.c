/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue as a table of text and as JSON: `catspaw behaviours [ID] [--json]`. */
#include "engine/catalogue_write.h"

#include <catspaw/attack.h>
#include <catspaw/behaviour.h>

#include <stdio.h>

#include "core/str.h"
#include "engine/catalogue.h"
#include "engine/catalogue_words.h"

enum { DEPTH_MAX = 24 };

struct writer {
    struct paw_out *out;
    enum paw_status status; /* first failure */
    char buffer[4096];
    size_t used;
};

static void flush(struct writer *w)
{
    if (w->status >= 0 && w->used != 0)
        w->status = w->out->write(w->out->self, w->buffer, w->used);
    w->used = 0;
}

static void put(struct writer *w, const char *s, size_t n)
{
    while (n != 0) {
        if (w->used == sizeof w->buffer)
            flush(w);
        const size_t room = sizeof w->buffer - w->used;
        const size_t part = n < room ? n : room;
        memcpy(w->buffer + w->used, s, part);
        w->used += part;
        s += part;
        n -= part;
    }
}

static void text(struct writer *w, const char *s)
{
    put(w, s, strlen(s));
}

static void pad(struct writer *w, const char *s, size_t width)
{
    const size_t n = strlen(s);
    put(w, s, n);
    for (size_t i = n; i < width || i == n; i++) /* at least one blank */
        put(w, " ", 1);
}

/* The tables are ours: only quotes and backslashes need escaping. */
static void quoted(struct writer *w, const char *s)
{
    put(w, "\"", 1);
    for (; s != NULL && *s != '\0'; s++) {
        if (*s == '"' || *s == '\\')
            put(w, "\\", 1);
        put(w, s, 1);
    }
    put(w, "\"", 1);
}

static void key(struct writer *w, const char *name)
{
    put(w, ",", 1);
    quoted(w, name);
    put(w, ":", 1);
}

static void member(struct writer *w, const char *name, const char *value)
{
    key(w, name);
    quoted(w, value);
}

static uint32_t needs_of(const struct paw_test *t, unsigned depth)
{
    uint32_t needs = 0;
    for (; t != NULL && t->ask != NULL && depth < DEPTH_MAX; t++)
        needs |= t->needs | needs_of(t->tests, depth + 1);
    return needs;
}

/* Of its program, else of those it is asked of. */
static const char *technique_of(const struct paw_catalogue *c, const struct paw_behaviour *b)
{
    if (b->technique != NULL)
        return b->technique;
    if (b->labels != NULL)
        return b->labels[0].technique;
    for (size_t i = 0; i < c->n_programs; i++)
        for (size_t k = 0; k < c->programs[i].behaviours.n; k++)
            if (c->programs[i].behaviours.items[k] == b)
                return c->programs[i].program->technique;
    return "T1218";
}

/* Text ------------------------------------------------------------------------------------------
 */

static void row(struct writer *w, const struct paw_catalogue *c, const struct paw_behaviour *b)
{
    pad(w, b->id, 36);
    pad(w, technique_of(c, b), 11);
    pad(w, paw_severity_name(b->severity), 15);
    pad(w, paw_confidence_name(b->confidence), 11);
    text(w, b->title);
    text(w, b->waits_for != NULL ? " (waits)\n" : "\n");
}

static void paragraph(struct writer *w, const char *head, const char *body)
{
    if (body == NULL || body[0] == '\0')
        return;
    pad(w, head, 12);
    text(w, body);
    text(w, "\n");
}

static void needs_line(struct writer *w, uint32_t needs)
{
    pad(w, "asks for", 12);
    bool first = true;
    for (unsigned i = 0; i < PAW_N_NEEDS; i++) {
        if ((needs >> i & 1) == 0)
            continue;
        if (!first)
            text(w, ", ");
        text(w, paw_need_name(i));
        first = false;
    }
    text(w, first ? "nothing\n" : "\n");
}

/* "TA0005 Defense Evasion (ATT&CK v18.1; Stealth in v19)" */
static void tactic_line(struct writer *w, const char *technique)
{
    const struct paw_tactic *t = paw_tactic_of(technique);
    if (t == NULL)
        return;
    pad(w, "tactic", 12);
    text(w, t->id);
    text(w, " ");
    text(w, t->name);
    text(w, " (ATT&CK v" PAW_ATTACK_VERSION "; ");
    text(w, t->later);
    text(w, " in v" PAW_ATTACK_LATER ")\n");
}

static void use_line(struct writer *w, const char *head, const struct paw_use *use)
{
    pad(w, head, 12);
    text(w, use->id);
    text(w, " ");
    text(w, use->name);
    text(w, ": ");
    text(w, use->procedure);
    text(w, "\n");
}

static size_t uses_of(const char *technique)
{
    size_t n = 0;
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++)
        n += strcmp(u->technique, technique) == 0;
    return n;
}

static void number(struct writer *w, size_t n)
{
    char digits[24];
    const int length = snprintf(digits, sizeof(digits), "%zu", n);
    put(w, digits, length < 0 ? 0 : (size_t)length);
}

/* Of whom ATT&CK records it: of the behaviour by name, of its technique by number. */
static void use_lines(struct writer *w, const char *technique, const char *behaviour)
{
    const size_t n = uses_of(technique);
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++)
        if (paw_use_names(u, behaviour))
            use_line(w, "recorded of", u);
    if (n == 0)
        return;
    pad(w, "technique", 12);
    text(w, "recorded of ");
    number(w, n);
    text(w, " groups, campaigns and software: catspaw behaviours ");
    text(w, technique);
    text(w, "\n");
}

/* A technique with what is detected of it and of whom it is recorded. */
static void technique_page(struct writer *w, const struct paw_catalogue *c,
                           const struct paw_technique *t)
{
    size_t n = 0;
    const struct paw_behaviour *const *all = paw_catalogue_all(c, &n);
    pad(w, t->id, 12);
    text(w, t->name);
    text(w, "\n\n");
    tactic_line(w, t->id);
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++)
        if (strcmp(u->technique, t->id) == 0)
            use_line(w, "recorded of", u);
    text(w, "\n");
    for (size_t i = 0; i < n; i++)
        if (strcmp(technique_of(c, all[i]), t->id) == 0)
            row(w, c, all[i]);
}

static void whole(struct writer *w, const struct paw_catalogue *c, const struct paw_behaviour *b)
{
    row(w, c, b);
    text(w, "\n");
    paragraph(w, "family", paw_family_name(b->family));
    for (const char *const *also = b->also; also != NULL && *also != NULL; also++)
        if (strcmp(*also, technique_of(c, b)) != 0)
            paragraph(w, "also", *also);
    for (const struct paw_label *l = b->also_if; l != NULL && l->technique != NULL; l++)
        paragraph(w, l->tests != NULL ? "perhaps" : "or else", l->technique);
    tactic_line(w, technique_of(c, b));
    needs_line(w, needs_of(b->when, 0));
    paragraph(w, "why", b->why);
    paragraph(w, "benign", b->benign);
    paragraph(w, "next", b->next);
    for (const struct paw_unless *u = b->unless; u != NULL && u->tests != NULL; u++)
        paragraph(w, "silent if", u->why);
    for (const struct paw_adjust *a = b->adjust; a != NULL && a->tests != NULL; a++) {
        pad(w, paw_severity_name(a->severity), 12);
        text(w, "if ");
        text(w, a->why);
        text(w, "\n");
    }
    for (const char *const *id = b->instead_of; id != NULL && *id != NULL; id++)
        paragraph(w, "instead of", *id);
    paragraph(w, "waits for", b->waits_for);
    use_lines(w, technique_of(c, b), b->id);
}

/* JSON ------------------------------------------------------------------------------------------
 */

static void string_list(struct writer *w, const char *name, const char *const *list)
{
    key(w, name);
    text(w, "[");
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        if (i != 0)
            text(w, ",");
        quoted(w, list[i]);
    }
    text(w, "]");
}

static void needs_list(struct writer *w, uint32_t needs)
{
    const char *names[PAW_N_NEEDS + 1];
    size_t n = 0;
    for (unsigned i = 0; i < PAW_N_NEEDS; i++)
        if ((needs >> i & 1) != 0)
            names[n++] = paw_need_name(i);
    names[n] = NULL;
    string_list(w, "needs", names);
}

static void changes(struct writer *w, const struct paw_behaviour *b)
{
    key(w, "unless");
    text(w, "[");
    for (const struct paw_unless *u = b->unless; u != NULL && u->tests != NULL; u++) {
        if (u != b->unless)
            text(w, ",");
        quoted(w, u->why);
    }
    text(w, "]");
    key(w, "adjust");
    text(w, "[");
    for (const struct paw_adjust *a = b->adjust; a != NULL && a->tests != NULL; a++) {
        text(w, a == b->adjust ? "{\"severity\":" : ",{\"severity\":");
        quoted(w, paw_severity_name(a->severity));
        if (a->confidence != PAW_NO_CONFIDENCE)
            member(w, "confidence", paw_confidence_name(a->confidence));
        member(w, "why", a->why);
        text(w, "}");
    }
    text(w, "]");
}

static void put_words(void *self, const char *s, size_t n)
{
    put(self, s, n);
}

/* Techniques shown beside its own: always, and when. */
static void labels(struct writer *w, const char *technique, const struct paw_behaviour *b)
{
    bool is_first = true;
    key(w, "also");
    text(w, "[");
    for (const char *const *also = b->also; also != NULL && *also != NULL; also++) {
        if (strcmp(*also, technique) == 0)
            continue;
        text(w, is_first ? "" : ",");
        quoted(w, *also);
        is_first = false;
    }
    text(w, "]");
    if (b->also_if == NULL)
        return;
    key(w, "also_if");
    text(w, "[");
    for (const struct paw_label *l = b->also_if; l->technique != NULL; l++) {
        text(w, l == b->also_if ? "{\"technique\":" : ",{\"technique\":");
        quoted(w, l->technique);
        key(w, "when");
        paw_catalogue_words(l->tests, put_words, w);
        text(w, "}");
    }
    text(w, "]");
}

static void tactic_object(struct writer *w, const char *technique)
{
    const struct paw_tactic *t = paw_tactic_of(technique);
    if (t == NULL)
        return;
    key(w, "tactic");
    text(w, "{\"id\":");
    quoted(w, t->id);
    member(w, "name", t->name);
    member(w, "name_v" PAW_ATTACK_LATER, t->later);
    text(w, "}");
}

/* Uses of a technique, or, with a behaviour, those that name it. */
static void use_objects(struct writer *w, const char *technique, const char *behaviour)
{
    bool is_first = true;
    key(w, "recorded_of");
    text(w, "[");
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++) {
        if (behaviour != NULL ? !paw_use_names(u, behaviour) : strcmp(u->technique, technique) != 0)
            continue;
        text(w, is_first ? "{\"id\":" : ",{\"id\":");
        quoted(w, u->id);
        member(w, "name", u->name);
        member(w, "procedure", u->procedure);
        if (behaviour == NULL)
            string_list(w, "behaviours", u->behaviours);
        text(w, "}");
        is_first = false;
    }
    text(w, "]");
}

static void technique_object(struct writer *w, const struct paw_catalogue *c,
                             const struct paw_technique *t)
{
    size_t n = 0;
    bool is_first = true;
    const struct paw_behaviour *const *all = paw_catalogue_all(c, &n);
    text(w, "{\"technique\":");
    quoted(w, t->id);
    member(w, "name", t->name);
    member(w, "attack_version", PAW_ATTACK_VERSION);
    tactic_object(w, t->id);
    use_objects(w, t->id, NULL);
    key(w, "behaviours");
    text(w, "[");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(technique_of(c, all[i]), t->id) != 0)
            continue;
        text(w, is_first ? "" : ",");
        quoted(w, all[i]->id);
        is_first = false;
    }
    text(w, "]}");
}

static void object(struct writer *w, const struct paw_catalogue *c, const struct paw_behaviour *b)
{
    text(w, "{\"id\":");
    quoted(w, b->id);
    member(w, "title", b->title);
    member(w, "technique", technique_of(c, b));
    labels(w, technique_of(c, b), b);
    tactic_object(w, technique_of(c, b));
    use_objects(w, technique_of(c, b), b->id);
    member(w, "severity", paw_severity_name(b->severity));
    member(w, "confidence", paw_confidence_name(b->confidence));
    member(w, "family", paw_family_name(b->family));
    needs_list(w, needs_of(b->when, 0));
    key(w, "when");
    paw_catalogue_words(b->when, put_words, w);
    member(w, "why", b->why);
    member(w, "benign", b->benign);
    member(w, "next", b->next);
    changes(w, b);
    string_list(w, "instead_of", b->instead_of);
    if (b->waits_for != NULL)
        member(w, "waits_for", b->waits_for);
    text(w, "}");
}

enum paw_status paw_catalogue_write(const struct paw_catalogue *c, const char *id, bool json,
                                    struct paw_out *out)
{
    struct writer w = {.out = out};
    size_t n;
    const struct paw_behaviour *const *all = paw_catalogue_all(c, &n);
    if (id != NULL) {
        const struct paw_behaviour *b = paw_catalogue_behaviour(c, paw_str_of(id));
        const struct paw_technique *t = paw_technique_find(paw_str_of(id));
        if (b == NULL && t == NULL)
            return PAW_E_ABSENT;
        if (b == NULL && json)
            technique_object(&w, c, t);
        else if (b == NULL)
            technique_page(&w, c, t);
        else if (json)
            object(&w, c, b);
        else
            whole(&w, c, b);
        if (json)
            text(&w, "\n");
        flush(&w);
        return w.status;
    }
    text(&w, json ? "[" : "");
    for (size_t i = 0; i < n; i++) {
        if (json)
            text(&w, i == 0 ? "\n" : ",\n");
        if (json)
            object(&w, c, all[i]);
        else
            row(&w, c, all[i]);
    }
    text(&w, json ? "\n]\n" : "");
    flush(&w);
    return w.status;
}
