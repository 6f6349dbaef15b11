/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One chunk of a log: the walk over its records, the look at their values, and what mends a copy
 * for libevtx. Records lie in the chunk, in order, without overlap; mended ones still lie in it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/evtx/direct.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/mend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[PAW_EVTX_CHUNK_BYTES];
    static struct paw_evtx_chunk chunk;
    const uint32_t length = (uint32_t)(size < sizeof(bytes) ? size : sizeof(bytes));
    uint32_t end = PAW_EVTX_CHUNK_HEADER;
    memset(bytes, 0, sizeof(bytes));
    if (length != 0)
        memcpy(bytes, data, length);
    paw_evtx_chunk_scan((paw_bytes){bytes, length}, &chunk);
    require(chunk.n_records == chunk.n_live + chunk.n_slack + chunk.n_torn, "counts");
    for (uint32_t i = 0; i < chunk.n_records; i++) {
        const struct paw_evtx_at *at = &chunk.records[i];
        require(at->size >= PAW_EVTX_RECORD_LEAST && at->size <= length - at->offset,
                "a record leaves its chunk");
        require(at->offset >= end || chunk.n_torn != 0, "records overlap");
        end = at->place == PAW_EVTX_TORN ? at->offset : at->offset + at->size;
        mend(bytes, length, at);
    }
    return 0;
}
