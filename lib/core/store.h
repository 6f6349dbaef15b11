/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The spool's memory: an append-only store with stable addresses, and growable arrays beside it.
 *
 * The first bytes, up to a budget shared by all parts of one scan, are anonymous memory. What comes
 * after lies in an unlinked file that is mapped: the kernel writes it out and drops it when it
 * needs the room, so a scan stays within its budget whatever the evidence. File space is allocated
 * before it is mapped, so a full disk is an error (PAW_E_OUTPUT) and never a fault.
 *
 * One owner; not thread-safe.
 */
#pragma once

#include <catspaw/base.h>

/** Shared by the stores and arrays of one scan. */
struct paw_budget {
    size_t limit; /* bytes of anonymous memory */
    size_t used;
    const char *temp_dir;   /* where spilled bytes lie; NULL: no spilling, PAW_E_MEMORY instead */
    enum paw_status status; /* why the last request was refused */
    uint64_t spilled;       /* bytes in files */
};

struct paw_store_segment;

struct paw_store {
    struct paw_budget *budget;
    struct paw_store_segment *PAW_NULLABLE newest;
    int fd; /* the spill file, -1 until it is needed */
    uint64_t file_size;
};

void paw_store_init(struct paw_store *s, struct paw_budget *budget);
void paw_store_finish(struct paw_store *s);
/** n zeroed bytes, aligned to 8, at an address that stays; NULL: budget->status says why. */
void *PAW_NULLABLE paw_store_alloc(struct paw_store *s, size_t n);
/** A copy; absent stays absent. On failure absent. */
paw_str paw_store_str(struct paw_store *s, paw_str text);
void *PAW_NULLABLE paw_store_copy(struct paw_store *s, const void *bytes, size_t n);

/** An array of equal items that may move when it grows. */
struct paw_vec {
    struct paw_budget *budget;
    void *PAW_NULLABLE items;
    size_t n, room, item_size;
    size_t mapped; /* bytes */
    int fd;        /* -1: anonymous */
};

void paw_vec_init(struct paw_vec *v, struct paw_budget *budget, size_t item_size);
void paw_vec_finish(struct paw_vec *v);
/** Address of a new zeroed item at the end; NULL: budget->status says why. */
void *PAW_NULLABLE paw_vec_push(struct paw_vec *v);
static inline void *paw_vec_at(const struct paw_vec *v, size_t i)
{
    return (uint8_t *)v->items + i * v->item_size;
}

/** An item that is sorted by a number. */
struct paw_keyed {
    uint64_t key, value;
};
/** Stable sort of struct paw_keyed by key: a pass for each byte in which two keys differ.
 * PAW_E_MEMORY, PAW_E_OUTPUT. */
PAW_MUST_CHECK enum paw_status paw_vec_sort_keys(struct paw_vec *v);
/** Stable sort in place (merge by parts through the same budget). compare as for qsort.
 * PAW_E_MEMORY, PAW_E_OUTPUT. */
PAW_MUST_CHECK enum paw_status paw_vec_sort(struct paw_vec *v,
                                            int (*compare)(const void *a, const void *b));
