/* SPDX-License-Identifier: Apache-2.0 */
/* What was given and what became of it: fills the ledger that run.json prints. */
#include "scan.h"

#include "core/sha256.h"
#include "core/str.h"
#include "parsers/evtx/walk.h"

static int by_place(const void *a, const void *b)
{
    const struct paw_diag *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if (x->code != y->code)
        return x->code < y->code ? -1 : 1;
    return strcmp(x->detail, y->detail);
}

static bool is_same(const struct paw_diag *a, const struct paw_diag *b)
{
    return a->source == b->source && a->offset == b->offset && a->code == b->code &&
           strcmp(a->detail, b->detail) == 0;
}

/* Sorted; what both extractions said is said once. */
static enum paw_status settle_diags(struct paw_scan_state *s)
{
    const enum paw_status status = paw_vec_sort(&s->diags, by_place);
    size_t kept = 0;
    for (size_t i = 0; status == PAW_OK && i < s->diags.n; i++) {
        const struct paw_diag *d = paw_vec_at(&s->diags, i);
        struct paw_diag *last = kept == 0 ? NULL : paw_vec_at(&s->diags, kept - 1);
        if (last != NULL && is_same(last, d)) {
            last->count = d->count > last->count ? d->count : last->count;
            continue;
        }
        memmove(paw_vec_at(&s->diags, kept++), d, sizeof(*d));
    }
    s->diags.n = status == PAW_OK ? kept : s->diags.n;
    return status;
}

/* Extents of one file in which records were carved are told by part: those that touch are one, and
 * of too many the rest is one as well. What else is told of the file may stand between. */
static void join_carved(struct paw_scan_state *s)
{
    struct paw_diag *last = NULL;
    size_t kept = 0, n_extents = 0;
    for (size_t i = 0; i < s->diags.n; i++) {
        const struct paw_diag *d = paw_vec_at(&s->diags, i);
        if (last != NULL && last->source != d->source)
            last = NULL;
        const bool is_extent = d->code == PAW_D_EVTX_CARVED;
        const bool is_full = last != NULL && n_extents == PAW_EVTX_EXTENTS_MAX;
        if (is_extent && last != NULL && (is_full || last->offset + last->extent == d->offset)) {
            last->extent = d->offset + d->extent - last->offset;
            last->count += d->count;
            paw_evtx_carved_detail(last, is_full);
            continue;
        }
        struct paw_diag *slot = paw_vec_at(&s->diags, kept++);
        memmove(slot, d, sizeof(*d));
        n_extents = !is_extent ? n_extents : last == NULL ? 1 : n_extents + 1;
        last = is_extent ? slot : last;
    }
    s->diags.n = kept;
}

static struct paw_ledger_file *files_of(const struct paw_scan_state *s, struct paw_arena *arena)
{
    struct paw_ledger_file *files = paw_arena_array(arena, s->inventory.n_files, sizeof(*files));
    for (size_t i = 0; files != NULL && i < s->inventory.n_files; i++) {
        const struct paw_file *f = &s->inventory.files[i];
        /* logs of hives are read with their hive */
        const struct paw_reader *reader =
            paw_reader_of(f->is_log ? PAW_EVIDENCE_HIVE : f->evidence, s->o);
        struct paw_ledger_file *l = &files[i];
        *l = (struct paw_ledger_file){
            .source = f->source,
            .size = f->size,
            .evidence = f->evidence,
            .reader = reader == NULL || f->sys != 0 ? NULL : reader->name,
            .is_readable = f->sys == 0,
            .copy_of = f->copy_of,
            .host = (paw_str){0},
        };
        if (s->summaries != NULL && f->copy_of == UINT32_MAX) /* a copy was not read again */
            l->summary = s->summaries[i];
        else if (s->summaries != NULL)
            l->summary.refused = s->summaries[f->copy_of].refused;
        if (f->has_hash)
            paw_sha256_text(f->sha256, l->sha256);
        if (s->engine != NULL)
            l->host = paw_engine_source_host(s->engine,
                                             f->copy_of == UINT32_MAX ? (uint32_t)i : f->copy_of);
    }
    return files;
}

/* Names counted, in the order of names. Few dozens: linear. */
static bool count_name(struct paw_tally *list, size_t *n, size_t room, const char *name)
{
    size_t i = 0;
    while (i < *n && strcmp(list[i].name, name) < 0)
        i++;
    if (i < *n && strcmp(list[i].name, name) == 0) {
        list[i].count++;
        return true;
    }
    if (*n == room)
        return false;
    memmove(&list[i + 1], &list[i], (*n - i) * sizeof(*list));
    list[i] = (struct paw_tally){name, 1};
    *n += 1;
    return true;
}

static bool tally(const struct paw_scan_state *s, struct paw_arena *arena, struct paw_ledger *l)
{
    size_t n_findings = 0, n_all = 0;
    (void)paw_catalogue_all(s->catalogue, &n_all); /* for the size of the catalogue alone */
    const size_t room = n_all * 4 + 64;            /* a behaviour shows at most a few techniques */
    struct paw_tally *techniques = paw_arena_array(arena, room, sizeof(*techniques));
    struct paw_tally *behaviours = paw_arena_array(arena, room, sizeof(*behaviours));
    if (techniques == NULL || behaviours == NULL)
        return false;
    const struct paw_finding *const *findings = paw_engine_findings(s->engine, &n_findings);
    for (size_t i = 0; i < n_findings; i++) {
        const struct paw_finding *f = findings[i];
        l->by_severity[f->severity]++;
        for (size_t j = 0; j < f->n_techniques; j++)
            if (!count_name(techniques, &l->n_techniques, room, f->techniques[j]))
                return false;
        for (size_t j = 0; j < f->n_held; j++)
            if (!count_name(behaviours, &l->n_behaviours, room, f->held[j].id))
                return false;
    }
    l->findings = n_findings;
    l->by_technique = techniques;
    l->by_behaviour = behaviours;
    return true;
}

enum paw_status paw_scan_ledger(struct paw_scan_state *s, struct paw_arena *arena,
                                struct paw_ledger *ret)
{
    const enum paw_status status = settle_diags(s);
    if (status != PAW_OK)
        return status;
    join_carved(s);
    struct paw_ledger l = {
        .version = paw_version(),
        .build = paw_build(),
        .arguments = s->o->arguments,
        .n_arguments = s->o->n_arguments,
        .files = files_of(s, arena),
        .n_files = s->inventory.n_files,
        .diags = s->diags.items,
        .n_diags = s->diags.n,
        .facts = s->facts,
        .executions = s->engine == NULL ? 0 : paw_engine_judged(s->engine),
        .is_partial = s->result->is_partial,
        .suppressed = s->o->suppress == NULL ? NULL : &s->suppressed.told,
    };
    if ((l.files == NULL && l.n_files != 0) || (s->engine != NULL && !tally(s, arena, &l)))
        return PAW_E_MEMORY;
    *ret = l;
    return PAW_OK;
}
