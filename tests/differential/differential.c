/* SPDX-License-Identifier: Apache-2.0 */
/*
 * differential ACCEPTED SCOPE PATH...: reads every log below the paths with libevtx and with our
 * own reader and compares the facts. What only ours reads is counted; what only libevtx reads, and
 * every other difference that is of no accepted class, fails. The accepted ones of a scope must be
 * as many as the list says: fewer, and the list is to be shortened.
 *
 * Ends with 77 if none of the paths is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "evidence/source.h"
#include "parsers/readers.h"

#include "logs.h"

enum { TOLD_MAX = 20 };

/* Facts of our own reader, in the order of the file. */
struct log {
    const char *name;
    struct paw_fact **facts;
    size_t n, room, at;
    struct tally *tally;
};

/* Comparing -------------------------------------------------------------------------------------
 */

static void fail(struct log *l, const struct paw_fact *f, const char *what, paw_str name,
                 paw_str theirs, paw_str ours)
{
    if (l->tally->failures++ < TOLD_MAX)
        printf("%s: record %llu at %llu: %s %.*s: '%.*s', ours '%.*s'\n", l->name,
               (unsigned long long)f->record_id, (unsigned long long)f->origin.offset, what,
               (int)name.n, name.p == NULL ? "" : name.p, (int)(theirs.n < 200 ? theirs.n : 200),
               theirs.p == NULL ? "" : theirs.p, (int)(ours.n < 200 ? ours.n : 200),
               ours.p == NULL ? "" : ours.p);
}

/* The text of the field that has the same name as the i-th of f, and as many of that name before
 * it. */
static paw_str counterpart(const struct paw_fact *f, size_t i, const struct paw_fact *other)
{
    enum paw_field_id id = PAW_F_NONE, wanted = PAW_F_NONE;
    paw_str own, name, text;
    size_t before = 0;
    (void)paw_fact_field(f, i, &wanted, &own, &text);
    for (size_t k = 0; k < i && paw_fact_field(f, k, &id, &name, &text); k++)
        before += id == wanted && paw_str_equal(name, own);
    for (size_t k = 0; paw_fact_field(other, k, &id, &name, &text); k++)
        if (id == wanted && paw_str_equal(name, own) && before-- == 0)
            return text;
    return (paw_str){0};
}

static void judge_field(struct log *l, const struct paw_fact *f, paw_str name, paw_str theirs,
                        paw_str ours, bool has_markup)
{
    if (paw_str_equal(theirs, ours))
        return;
    const enum difference_class c = difference_of(theirs, ours, has_markup);
    if (c == DIFFERENCE_NONE)
        fail(l, f, "field", name, theirs, ours);
    else
        l->tally->of_class[c]++;
}

/* Every field of either that the other lacks or has otherwise. */
static void compare_fields(struct log *l, const struct paw_fact *theirs,
                           const struct paw_fact *ours)
{
    enum paw_field_id id = PAW_F_NONE;
    paw_str name, text;
    const bool has_markup = difference_has_markup(ours);
    for (size_t i = 0; paw_fact_field(theirs, i, &id, &name, &text); i++)
        judge_field(l, theirs, name, text, counterpart(theirs, i, ours), has_markup);
    for (size_t i = 0; paw_fact_field(ours, i, &id, &name, &text); i++)
        if (counterpart(ours, i, theirs).p == NULL)
            judge_field(l, theirs, name, (paw_str){0}, text, has_markup);
}

static void compare(struct log *l, const struct paw_fact *theirs, const struct paw_fact *ours)
{
    if (theirs->kind != ours->kind || theirs->event_id != ours->event_id ||
        theirs->record_id != ours->record_id || theirs->origin.length != ours->origin.length ||
        theirs->time != ours->time || theirs->logged != ours->logged)
        fail(l, theirs, "kind, number or time", (paw_str){0}, (paw_str){0}, (paw_str){0});
    if (theirs->state != ours->state || theirs->flags != ours->flags)
        fail(l, theirs, "state or flags", (paw_str){0}, (paw_str){0}, (paw_str){0});
    compare_fields(l, theirs, ours);
}

static enum paw_status keep_fact(void *self, const struct paw_fact *fact)
{
    struct log *l = self;
    if (l->n == l->room) {
        l->room = l->room == 0 ? 256 : l->room * 2;
        struct paw_fact **more = realloc(l->facts, l->room * sizeof(struct paw_fact *));
        if (more == NULL)
            abort();
        l->facts = more;
    }
    struct paw_fact *copy = malloc(fact->size);
    if (copy == NULL)
        abort();
    memcpy(copy, fact, fact->size);
    l->facts[l->n++] = copy;
    return PAW_OK;
}

static enum paw_status compare_fact(void *self, const struct paw_fact *theirs)
{
    struct log *l = self;
    l->tally->both++;
    while (l->at < l->n && l->facts[l->at]->origin.offset < theirs->origin.offset)
        l->tally->more[l->facts[l->at++]->state]++;
    if (l->at < l->n && l->facts[l->at]->origin.offset == theirs->origin.offset)
        compare(l, theirs, l->facts[l->at++]);
    else
        fail(l, theirs, "read by libevtx alone", (paw_str){0}, (paw_str){0}, (paw_str){0});
    return PAW_OK;
}

static enum paw_status ignore_diag(void *self, const struct paw_diag *diag)
{
    (void)self;
    (void)diag;
    return PAW_OK;
}

static enum paw_status ignore_progress(void *self, uint64_t item)
{
    (void)self;
    (void)item;
    return PAW_OK;
}

static void extract(const struct paw_reader *reader, paw_bytes bytes, struct log *l,
                    enum paw_status (*fact)(void *self, const struct paw_fact *fact))
{
    const struct paw_wanted wanted = {.kinds = UINT64_MAX};
    const struct paw_sink sink = {l, fact, ignore_diag, ignore_progress};
    struct paw_source *source = NULL;
    struct paw_summary summary;
    struct paw_error err = {0};
    const struct paw_range whole = {.to = UINT64_MAX};
    if (paw_source_over(bytes, &source) != PAW_OK)
        abort();
    if (reader->extract(source, 1, whole, &wanted, &sink, &summary, &err) < 0) {
        printf("%s: %s failed: %s\n", l->name, reader->name, err.what == NULL ? "" : err.what);
        l->tally->failures++;
    }
    paw_source_close(source);
}

static void try_log(const char *path, paw_bytes bytes, struct tally *tally)
{
    struct log l = {.name = path, .tally = tally};
    extract(&paw_reader_evtx, bytes, &l, keep_fact);
    extract(&paw_reader_libevtx, bytes, &l, compare_fact);
    while (l.at < l.n)
        tally->more[l.facts[l.at++]->state]++;
    for (size_t i = 0; i < l.n; i++)
        free(l.facts[i]);
    free(l.facts);
}

int main(int argc, char **argv)
{
    return logs_compare(argc, argv, "facts", try_log);
}
