/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes, carved: what is found lies in them, begins with a record's signature, is never intact,
 * and no record is given twice. Carving the bytes behind some others finds the same.
 */
#include <stdint.h>
#include <string.h>

#include "core/fact.h"
#include "evidence/source.h"
#include "parsers/readers.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 256 * 1024, BEFORE = 4096 * 3 };

struct found {
    const uint8_t *bytes;
    size_t n_bytes, n;
    uint64_t last;
};

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    struct found *r = self;
    const uint64_t at = f->origin.offset;
    require(paw_fact_check(f, f->size), "a fact that does not pass");
    require(f->state != PAW_INTACT, "what is carved is intact");
    require(at < r->n_bytes && f->origin.length <= r->n_bytes - at, "a fact leaves the bytes");
    require(memcmp(r->bytes + at, "**\0", 4) == 0, "a fact without a record");
    require(r->n == 0 || at > r->last, "a record given twice, or out of order");
    r->last = at;
    r->n++;
    return PAW_OK;
}

static enum paw_status take_carved_diag(void *self, const struct paw_diag *d)
{
    require(!paw_diag_is_damage(d->code), "what is carved is damage");
    return take_diag(self, d);
}

static size_t carve(const uint8_t *bytes, size_t n)
{
    const struct paw_wanted wanted = {.kinds = UINT64_MAX};
    const struct paw_range whole = {.to = UINT64_MAX};
    struct found r = {.bytes = bytes, .n_bytes = n};
    const struct paw_sink sink = {&r, take_fact, take_carved_diag, take_progress};
    struct paw_summary summary;
    struct paw_error err;
    struct paw_source *source = NULL;
    if (paw_source_over((paw_bytes){bytes, n}, &source) != PAW_OK)
        return 0;
    require(paw_reader_carve.extract(source, 1, whole, &wanted, &sink, &summary, &err) == PAW_OK,
            "bytes are given up");
    paw_source_close(source);
    require(summary.read == 0 && summary.damaged == 0, "sums");
    return r.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t behind[BEFORE + BYTES_MAX];
    const size_t n = size < BYTES_MAX ? size : BYTES_MAX;
    if (n == 0)
        return 0;
    memcpy(behind + BEFORE, data, n);
    require(carve(data, n) == carve(behind, BEFORE + n), "behind other bytes another number");
    return 0;
}
