/* SPDX-License-Identifier: Apache-2.0 */
/* A hive with its logs: what is read, and what of it only the logs know. See extract.h. */
#include <stdlib.h>

#include "core/fact.h"
#include "parsers/regf/extract.h"
#include "parsers/regf/replay.h"

/* Facts of the hive alone, as hashes, sorted. */
struct known {
    uint64_t *hashes;
    size_t n, room;
};

static uint64_t hash_of(const struct paw_fact *f)
{
    const uint64_t parts[3] = {f->identity, f->content, f->time};
    return paw_hash(parts, sizeof(parts), 11);
}

static enum paw_status remember(void *self, const struct paw_fact *f)
{
    struct known *k = self;
    if (k->n == k->room) {
        const size_t room = k->room == 0 ? 256 : 2 * k->room;
        uint64_t *hashes = realloc(k->hashes, room * sizeof *hashes);
        if (hashes == NULL)
            return PAW_E_MEMORY;
        k->hashes = hashes;
        k->room = room;
    }
    k->hashes[k->n++] = hash_of(f);
    return PAW_OK;
}

static enum paw_status forget(void *self, const struct paw_diag *d)
{
    (void)self;
    (void)d;
    return PAW_OK;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

struct marking {
    const struct paw_sink *sink;
    const struct known *known;
    struct paw_fact *copy;
    size_t room;
};

static enum paw_status mark(void *self, const struct paw_fact *f)
{
    struct marking *m = self;
    const uint64_t hash = hash_of(f);
    if (m->known->n != 0 &&
        bsearch(&hash, m->known->hashes, m->known->n, sizeof hash, by_value) != NULL)
        return m->sink->fact(m->sink->self, f);
    if (f->size > m->room) {
        struct paw_fact *copy = realloc(m->copy, f->size);
        if (copy == NULL)
            return PAW_E_MEMORY;
        m->copy = copy;
        m->room = f->size;
    }
    memcpy(m->copy, f, f->size);
    m->copy->flags |= PAW_FACT_FROM_LOG;
    return m->sink->fact(m->sink->self, m->copy);
}

static enum paw_status pass_diag(void *self, const struct paw_diag *d)
{
    const struct marking *m = self;
    return m->sink->diag(m->sink->self, d);
}

static enum paw_status pass_progress(void *self, uint64_t item)
{
    const struct marking *m = self;
    return m->sink->progress(m->sink->self, item);
}

static enum paw_status extract_both(paw_bytes file, paw_bytes image, uint32_t number,
                                    struct paw_range range, const struct paw_wanted *wanted,
                                    const struct paw_sink *sink, struct paw_summary *summary,
                                    struct paw_error *err)
{
    struct known known = {0};
    struct marking marking = {.sink = sink, .known = &known};
    const struct paw_sink quiet = {.self = &known, .fact = remember, .diag = forget};
    const struct paw_sink loud = {.self = &marking,
                                  .fact = mark,
                                  .diag = pass_diag,
                                  .progress = sink->progress == NULL ? NULL : pass_progress};
    const struct paw_range all = {0, UINT64_MAX};
    enum paw_status status = paw_regf_extract(file, number, all, wanted, &quiet, summary, NULL);
    if (status != PAW_E_MEMORY) {
        if (known.n != 0)
            qsort(known.hashes, known.n, sizeof *known.hashes, by_value);
        status = paw_regf_extract(image, number, range, wanted, &loud, summary, err);
        summary->dirty = 1;
    }
    free(known.hashes);
    free(marking.copy);
    return status;
}

enum paw_status paw_regf_extract_logged(paw_bytes file, const paw_bytes logs[2], uint32_t number,
                                        struct paw_range range, const struct paw_wanted *wanted,
                                        const struct paw_sink *sink, struct paw_summary *summary,
                                        uint32_t *ret_entries, struct paw_error *err)
{
    struct paw_regf_replay r;
    enum paw_status status = paw_regf_replay(file, logs, &r, NULL);
    *ret_entries = r.entries != 0 ? r.entries : r.pages;
    if (status == PAW_OK && r.logs_used != 0 && *ret_entries != 0)
        status = extract_both(file, (paw_bytes){r.image, r.size}, number, range, wanted, sink,
                              summary, err);
    else
        status = paw_regf_extract(file, number, range, wanted, sink, summary, err);
    paw_regf_replay_finish(&r);
    return status;
}
