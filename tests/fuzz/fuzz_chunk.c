/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One chunk of a log: the walk over its records, the look at their values, what mends a copy for
 * libevtx, and our own reader over a log of this chunk twice. Records lie in the chunk, in order,
 * without overlap; mended ones still lie in it; what is read is well-formed and lies where it says,
 * and the second copy gives no less than the first.
 */
#include <stdint.h>
#include <string.h>

#include "core/fact.h"
#include "evidence/source.h"
#include "parsers/evtx/direct.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/mend.h"
#include "parsers/readers.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void mend(const uint8_t *bytes, uint32_t length, const struct paw_evtx_at *at)
{
    static uint8_t copy[PAW_EVTX_CHUNK_BYTES], scratch[PAW_EVTX_DIRECT_ROOM];
    struct paw_evtx_peek peek;
    struct paw_evtx_mended mended;
    struct paw_evtx_at own = *at;
    uint32_t end = at->offset + at->size - 4;
    memcpy(copy, bytes, at->offset + at->size);
    if (paw_evtx_peek_at((paw_bytes){bytes, length}, at, &peek)) {
        paw_evtx_mend_values(copy, &own, &peek, &mended);
        if (own.offset + own.size == PAW_EVTX_CHUNK_BYTES)
            (void)paw_evtx_mend_last(copy, &own, &peek);
        else
            (void)paw_evtx_mend_missing(copy, &own, &peek);
        require(own.size <= PAW_EVTX_CHUNK_BYTES - own.offset, "a mended record leaves its chunk");
    } else if (paw_evtx_is_direct((paw_bytes){copy, end}, at->offset + PAW_EVTX_RECORD_HEADER,
                                  end)) {
        (void)paw_evtx_direct_mend(copy, at->offset + PAW_EVTX_RECORD_HEADER, &end,
                                   at->offset % 16 == 0, scratch);
        require(end <= PAW_EVTX_CHUNK_BYTES - 4, "a mended payload leaves its chunk");
    }
}

struct read {
    uint64_t n[2]; /* of the first chunk, of the second */
};

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    struct read *r = self;
    require(paw_fact_check(f, f->size), "a fact that does not pass");
    require(f->origin.offset >= PAW_EVTX_HEADER_BLOCK, "a fact out of the file header");
    const uint64_t at = f->origin.offset - PAW_EVTX_HEADER_BLOCK;
    const size_t which = at / PAW_EVTX_CHUNK_BYTES;
    require(which < 2 && at % PAW_EVTX_CHUNK_BYTES + f->origin.length <= PAW_EVTX_CHUNK_BYTES,
            "a fact leaves its chunk");
    r->n[which]++;
    return PAW_OK;
}

/* Chunks off the grid are another matter, so only where the chunk's signature is its only one. */
static bool has_other_signature(const uint8_t *bytes, size_t n)
{
    for (size_t i = 1; i + 8 <= n; i++)
        if (memcmp(bytes + i, "ElfChnk", 8) == 0)
            return true;
    return false;
}

static void read_log(const uint8_t *bytes)
{
    static uint8_t log[PAW_EVTX_HEADER_BLOCK + 2 * PAW_EVTX_CHUNK_BYTES];
    const struct paw_wanted wanted = {.kinds = UINT64_MAX};
    struct read r = {0};
    const struct paw_sink sink = {&r, take_fact, take_diag, take_progress};
    const struct paw_range whole = {.to = UINT64_MAX};
    struct paw_summary summary;
    struct paw_error err;
    struct paw_source *source = NULL;
    memcpy(log + PAW_EVTX_HEADER_BLOCK, bytes, PAW_EVTX_CHUNK_BYTES);
    memcpy(log + PAW_EVTX_HEADER_BLOCK + PAW_EVTX_CHUNK_BYTES, bytes, PAW_EVTX_CHUNK_BYTES);
    if (paw_source_over((paw_bytes){log, sizeof(log)}, &source) != PAW_OK)
        return;
    require(paw_reader_evtx.extract(source, 1, whole, &wanted, &sink, &summary, &err) == PAW_OK,
            "a log is given up");
    paw_source_close(source);
    /* The second may borrow from the first, so it is read at least as well. */
    require(r.n[1] >= r.n[0], "the second copy gives less");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[PAW_EVTX_CHUNK_BYTES];
    static struct paw_evtx_chunk chunk;
    const uint32_t length = (uint32_t)(size < sizeof(bytes) ? size : sizeof(bytes));
    uint32_t end = PAW_EVTX_CHUNK_HEADER;
    memset(bytes, 0, sizeof(bytes));
    if (length != 0)
        memcpy(bytes, data, length);
    paw_evtx_chunk_scan((paw_bytes){bytes, length}, true, &chunk);
    require(chunk.n_records == chunk.n_live + chunk.n_slack + chunk.n_torn, "counts");
    for (uint32_t i = 0; i < chunk.n_records; i++) {
        const struct paw_evtx_at *at = &chunk.records[i];
        require(at->size >= PAW_EVTX_RECORD_LEAST && at->size <= length - at->offset,
                "a record leaves its chunk");
        require(at->offset >= end || chunk.n_torn != 0, "records overlap");
        end = at->place == PAW_EVTX_TORN ? at->offset : at->offset + at->size;
        mend(bytes, length, at);
    }
    if (!has_other_signature(bytes, sizeof(bytes)))
        read_log(bytes);
    return 0;
}
