/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the bytes of a file say before anybody reads it: its kind and its hash; and the threads that
 * ask so of many files.
 */
#pragma once

#include <catspaw/reader.h>

#include "core/turns.h"

enum {
    PAW_CONTENT_HEAD = 8192,     /* enough for every magic                                     */
    PAW_CONTENT_SMALL = 1 << 20, /* a file that one reading takes                              */
};

/** Threads that go through the items 0 .. n, each with a buffer of PAW_CONTENT_SMALL bytes. */
struct paw_crowd;

/** Does one item; what it reads it adds to the crowd's bytes, and it ends when those stop. */
typedef void paw_crowd_item(void *self, size_t i, struct paw_crowd *crowd, uint8_t *buffer);

/** Begins; each piece that is read takes a turn. NULL: no memory. */
struct paw_crowd *PAW_NULLABLE paw_crowd_new(size_t n, size_t jobs,
                                             struct paw_turns *PAW_NULLABLE turns,
                                             paw_crowd_item *one, void *self);
/** Waits until all is done; tick is called now and then with items and bytes, false from it ends
 * them: PAW_E_INTERRUPTED. PAW_E_MEMORY: not all was done. */
PAW_MUST_CHECK enum paw_status
paw_crowd_end(struct paw_crowd *c,
              bool (*PAW_NULLABLE tick)(void *self, uint64_t n, uint64_t bytes), void *self);
/** Stops those that still work. */
void paw_crowd_free(struct paw_crowd *PAW_NULLABLE c);

struct paw_content {
    /* what the caller gives */
    const char *path;
    uint64_t changed;   /* last change of its content when it was found                  */
    bool hashes;        /* it is read to its end                                         */
    uint64_t hashes_to; /* or if it is no larger than this; at most PAW_CONTENT_SMALL    */

    /* what it says */
    uint64_t size;
    enum paw_evidence evidence;
    uint32_t head; /* checksum of its first PAW_CONTENT_HEAD bytes             */
    int sys;       /* errno if it could not be read                            */
    bool is_old_log, has_hash;
    bool has_changed; /* since it was found: what was read may be of two times */
    uint8_t sha256[32];
};

/** Reads a file's beginning, and all of it where its hash is asked for. */
void paw_content_read(struct paw_content *c, struct paw_crowd *crowd, uint8_t *buffer);
