/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Event records in any bytes: unallocated space, a page file, a dump of memory, a log without its
 * beginning.
 *
 * The bytes are skimmed for the signature of a chunk and for that of a record whose sizes agree, at
 * every offset. What is found are pieces: a chunk, or a run of records without one. Offsets inside
 * records count from their chunk's beginning; for a run it is inferred from a template that stands
 * inside one of its records, if there is one. Memory is constant, time linear.
 */
#pragma once

#include <catspaw/reader.h>

#include "evidence/source.h"
#include "parsers/evtx/layout.h"

/** A chunk of a file, or what is left of one. */
struct paw_piece {
    uint64_t chunk_at; /* bytes of the file; wraps below 0 where the chunk's beginning is lost */
    uint32_t first;    /* offset in the chunk of the first byte that is the file's, 0 of a chunk */
    uint32_t length;   /* offset behind the last; first .. length - 1 are there                  */
};

enum { PAW_CARVE_WINDOW = 1024 * 1024 };

struct paw_carve {
    struct paw_source *source;
    uint64_t until; /* nothing that begins at or behind it is looked for */
    bool is_over;   /* the source ended                                  */
    uint64_t at;    /* of the window */
    uint32_t n;     /* bytes of it   */
    struct paw_evtx_chunk layout;
    uint8_t chunk[PAW_EVTX_CHUNK_BYTES];
    uint8_t window[PAW_CARVE_WINDOW];
};

/** NULL: no memory. */
struct paw_carve *PAW_NULLABLE paw_carve_new(struct paw_source *source);
void paw_carve_free(struct paw_carve *PAW_NULLABLE c);

/**
 * The next piece with records at *at or behind it; *at moves behind the piece. Its bytes (zeros
 * before first) and the records in it are in c->chunk and c->layout until the next call. PAW_END:
 * there is none before c->until; *at is where to go on.
 */
PAW_MUST_CHECK enum paw_status paw_carve_next(struct paw_carve *c, uint64_t *at,
                                              struct paw_piece *ret, struct paw_error *err);

/** The part of the source that follows *range, as struct paw_reader says. Parts end where nothing
 * was found for a while or so many pieces were, and begin where something was found, so that gaps
 * are skimmed once. The range of a part that holds nothing is empty. */
PAW_MUST_CHECK enum paw_status paw_carve_next_part(struct paw_source *source,
                                                   struct paw_range *range, struct paw_error *err);

/** The bytes of a piece again, zeros before its first; *ret: its length, or less if the file has
 * become shorter. to has room for PAW_EVTX_CHUNK_BYTES. */
PAW_MUST_CHECK enum paw_status paw_piece_read(struct paw_source *source,
                                              const struct paw_piece *piece, uint8_t *to,
                                              uint32_t *ret, struct paw_error *err);
