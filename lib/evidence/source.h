/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Sources answer windows: "these bytes at this offset, valid until released".
 *
 * A window of at most 1 MiB is read: a file that shrinks gives a short one (damage), never a fault.
 * A larger one is mapped where possible, and costs no memory. A file that shrinks under it ends the
 * process, so only readers in processes of their own may ask for so much; the scan then says that
 * the file changed, keeps what was answered and goes on.
 */
#pragma once

#include <catspaw/base.h>

#include "core/shared.h"

struct paw_source;

/** Opens an inventoried file again, read-only, close-on-exec, access time untouched where the
 * system allows. */
PAW_MUST_CHECK enum paw_status paw_source_open(const char *path, struct paw_source **ret,
                                               struct paw_error *err);
/** Over memory that outlives the source (tests, carving). */
PAW_MUST_CHECK enum paw_status paw_source_over(paw_bytes bytes, struct paw_source **ret);
void paw_source_close(struct paw_source *PAW_NULLABLE s);

uint64_t paw_source_size(const struct paw_source *s);
/** The open descriptor, -1 for memory. Owned by the source. */
int paw_source_fd(const struct paw_source *s);

/** Whether size or time of the file are no longer what they were when it was opened, or a window
 * came out short. */
bool paw_source_has_changed(const struct paw_source *s);

enum { PAW_BESIDE = 2 }; /* a hive has two logs */

/** What belongs to the file and lies beside it: the i-th transaction log of a hive. NULL: none. */
struct paw_source *PAW_NULLABLE paw_source_beside(const struct paw_source *s, size_t i);
/** Gives it a companion, which it closes with itself. */
void paw_source_put_beside(struct paw_source *s, size_t i, struct paw_source *companion);

/** What it shares with other sources over the same file; the caller's, who holds it until this one
 * is closed. NULL: nothing. */
struct paw_shared *PAW_NULLABLE paw_source_shared(const struct paw_source *s);
void paw_source_share(struct paw_source *s, struct paw_shared *PAW_NULLABLE shared);

/** What a reader keeps from one job to the next: the thread's, for as long as its jobs want the
 * same. Zeroed: nothing. */
struct paw_workbench {
    void *PAW_NULLABLE tools;
    void (*PAW_NULLABLE put_away)(void *tools);
};

void paw_workbench_clear(struct paw_workbench *b);

/** The workbench of who reads it; the caller's, and outlives the source. NULL: none. */
struct paw_workbench *PAW_NULLABLE paw_source_workbench(const struct paw_source *s);
void paw_source_set_workbench(struct paw_source *s, struct paw_workbench *PAW_NULLABLE bench);

/** Which records of a part another reading may ask for: a bit for each, in the order in which they
 * are read. */
struct paw_marks {
    uint8_t *PAW_NULLABLE bits;
    size_t n, room;  /* bits, bytes */
    bool has_any;    /* one is set */
    bool is_wanting; /* no memory for all */
};

void paw_marks_add(struct paw_marks *m, bool is_set);
/** Whether record i is marked; one of which nothing is known is. */
bool paw_marks_has(const struct paw_marks *m, size_t i);

/** What the reader shall mark, and what was marked before; the caller's, NULL: nothing. */
struct paw_marks *PAW_NULLABLE paw_source_marking(const struct paw_source *s);
const struct paw_marks *PAW_NULLABLE paw_source_marked(const struct paw_source *s);
void paw_source_set_marks(struct paw_source *s, struct paw_marks *PAW_NULLABLE marking,
                          const struct paw_marks *PAW_NULLABLE marked);

/** At most n bytes at offset; fewer at the end. The view is valid until the next window of the same
 * source. */
PAW_MUST_CHECK enum paw_status paw_source_window(struct paw_source *s, uint64_t offset, size_t n,
                                                 paw_bytes *ret, struct paw_error *err);

/** At most n bytes at offset, copied; fewer at the end. The window stays as it is. */
PAW_MUST_CHECK enum paw_status paw_source_read(struct paw_source *s, uint64_t offset, uint8_t *to,
                                               size_t n, size_t *ret, struct paw_error *err);
