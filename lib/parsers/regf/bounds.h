/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Proves a hive before anyone walks it.
 *
 * libregf follows cycles for ever and reads past its buffer when a key claims more values than
 * there can be. So this code looks at the bytes first: every key that can be reached from the root
 * over sound references, once, at most PAW_REGF_DEPTH deep, with counts that fit their cells. What
 * is not sound is told as damage and left out. The result is a table of keys in which the children
 * of a key lie side by side, and safe access to the values of each.
 *
 * Offsets called `cell` count from the start of the hive bins (file offset less 4,096), as the
 * format's own references do; offsets in damage are offsets in the file.
 *
 * Source: M. Suhanov, "Windows registry file format specification" 1.0 (base block, hive bins,
 * cells, records); libyal, "Windows NT Registry File (REGF) format".
 */
#pragma once

#include <catspaw/reader.h>

#include "core/arena.h"

PAW_NONNULL_BEGIN

enum {
    PAW_REGF_BLOCK = 4096,      /* the base block, and what sizes of bins are multiples of */
    PAW_REGF_DEPTH = 512,       /* Windows allows no deeper                                */
    PAW_REGF_NAME_MOST = 1024,  /* bytes; Windows allows 255 characters for keys           */
    PAW_REGF_DB_SEGMENT = 16344 /* data bytes of a segment of big data                     */
};

#define PAW_REGF_NOTHING UINT32_MAX

/** Told of each damage; the extent may be 0. Text is a constant. */
typedef void paw_regf_damage_fn(void *self, enum paw_diag_code code, uint64_t offset,
                                uint64_t extent, const char *what);

struct paw_regf_key {
    uint32_t cell;
    uint32_t parent;      /* index in the table; PAW_REGF_NOTHING for the root */
    uint32_t first_child; /* index; children are first_child .. + n_children   */
    uint32_t n_children;
    uint32_t value_list; /* cell */
    uint32_t n_values;   /* entries of the list, sound ones and others */
    uint32_t name_at;    /* from the start of the bins */
    uint16_t name_bytes;
    uint16_t depth; /* 0: the root */
    uint64_t written;
    bool name_is_latin1;
    /* Lists and record are whole: another reader may be asked about the key, if it may be asked
     * about all keys above. */
    bool is_whole;
};

struct paw_regf_value {
    uint32_t cell;
    uint32_t type;
    uint32_t size;      /* of the data, bytes                          */
    uint32_t data_cell; /* PAW_REGF_NOTHING: the data are in the record */
    paw_bytes name;     /* raw */
    paw_bytes held;     /* data in the record, or in one cell; else nothing: big data */
    bool name_is_latin1;
};

struct paw_regf {
    paw_bytes file;
    paw_bytes bins;     /* what is there of them */
    uint32_t bins_size; /* as the base block claims */
    uint32_t major, minor;
    uint64_t written;
    paw_u16 own_name; /* of the base block: the end of the path it was loaded from */
    bool is_dirty;    /* the sequence numbers differ */
    bool checksum_bad;
    bool bins_are_whole; /* all bins are there, and cells fill each of them */
    uint32_t n_keys, room;
    struct paw_regf_key *PAW_NULLABLE keys; /* [0] is the root */
    uint32_t n_refused;                     /* references to keys that were not followed */
    /* private */
    uint32_t *PAW_NULLABLE bin_ends; /* per page: end of its bin, 0 none            */
    uint8_t *PAW_NULLABLE starts;    /* bit per 8 bytes: an allocated cell begins   */
    uint8_t *PAW_NULLABLE claimed;   /* bit per 8 bytes: somebody refers to it      */
    void *PAW_NULLABLE damage_self;
    paw_regf_damage_fn *damage;
};

/**
 * Checks file, which must outlive ret.
 *
 * PAW_OK        at least the root was found; damage was told
 * PAW_E_FORMAT, PAW_E_TRUNCATED   no hive, or nothing in it can be read
 * PAW_E_MEMORY
 *
 * ret must be finished in any case.
 */
PAW_MUST_CHECK enum paw_status paw_regf_check(paw_bytes file, paw_regf_damage_fn *damage,
                                              void *PAW_NULLABLE self, struct paw_regf *ret,
                                              struct paw_error *PAW_NULLABLE err);
void paw_regf_finish(struct paw_regf *h);

/** Raw bytes of a key's name. */
paw_bytes paw_regf_key_name(const struct paw_regf *h, const struct paw_regf_key *k);

/** The i-th entry of the key's value list, i < n_values; false if it is not sound (told before). */
bool paw_regf_value_at(const struct paw_regf *h, const struct paw_regf_key *k, uint32_t i,
                       struct paw_regf_value *ret);

/** The value's data, gathered in the arena if they lie in segments. PAW_DAMAGED: *ret holds what
 * there is. */
PAW_MUST_CHECK enum paw_status paw_regf_data(const struct paw_regf *h,
                                             const struct paw_regf_value *v,
                                             struct paw_arena *arena, paw_bytes *ret);

PAW_NONNULL_END
