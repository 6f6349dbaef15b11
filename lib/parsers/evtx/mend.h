/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Mends a copy of a record where libevtx would refuse it or lose text, before it is shown.
 */
#pragma once

#include "parsers/evtx/layout.h"

struct paw_evtx_mended {
    uint16_t stand_in; /* noncharacter that stands for NUL inside strings; 0: there is none */
    bool is_lossy;     /* lone surrogates became U+FFFD                                  */
};

/** NUL inside a string ends it for libevtx, a lone surrogate makes it refuse the record, and so
 * does a null payload; that one may grow, then at->size is another. chunk is a copy of
 * PAW_EVTX_CHUNK_BYTES. */
void paw_evtx_mend_values(uint8_t *chunk, struct paw_evtx_at *at, const struct paw_evtx_peek *peek,
                          struct paw_evtx_mended *ret);

/**
 * A template may ask for more values than the record holds: gives the payload null values more, so
 * the record grows; at->size and the sizes in the copy are set. False: no room, or no such payload.
 */
bool paw_evtx_mend_missing(uint8_t *chunk, struct paw_evtx_at *at,
                           const struct paw_evtx_peek *peek);

/**
 * libevtx loses, without a word, a record that ends where its chunk does: moves the copy away from
 * the end, or shortens it where what goes is padding. *at follows. False: neither can be done.
 */
bool paw_evtx_mend_last(uint8_t *chunk, struct paw_evtx_at *at, const struct paw_evtx_peek *peek);
