/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Phase 0: walk the given paths, tell kinds by content, hash, name, order.
 *
 * Kind is never decided by name. No symbolic link is followed out of the given root; no device,
 * socket or FIFO is opened. Names follow the output contract: `source` is the path relative to the
 * argument it was found under, `/` as separator; of several arguments behind the argument's last
 * component (of `.` and `..`: that of the real path); equal ones get `~2`, `~3` by the hash of
 * their content, skipping numbers that a file of that name has.
 *
 * Bytes that are no UTF-8, control characters and line separators are written as %XX, and `%` as
 * %25 in a component that has such bytes or would be read as if it had. So `Sysmon%4Operational`
 * stays, and every printed name leads back to one name.
 *
 * The collection root of a file is the innermost folder above it that holds Windows/System32, else
 * the argument. The order of files is by source name, then hash: never by argument
 * or directory order.
 */
#pragma once

#include <catspaw/reader.h>

#include "core/arena.h"

struct paw_file {
    paw_str source;   /* canonical printed name, valid UTF-8          */
    const char *path; /* as opened, real bytes, terminated            */
    paw_str root;     /* collection root, as printed ("" for the argument itself) */
    uint64_t
        root_id; /* the folder itself: two arguments may print the same root; 0: a file argument */
    uint64_t size;
    uint64_t changed; /* last change of its content when it was found, ns */
    uint8_t sha256[32];
    bool has_hash;
    enum paw_evidence evidence;
    int sys;          /* errno if it could not be read                */
    uint32_t logs[2]; /* of a hive: its transaction logs, or UINT32_MAX */
    bool is_log;      /* of a hive here: read with it      */
    uint32_t copy_of; /* earlier file with equal content, or UINT32_MAX: read once, cited twice; a
                       * hive's logs count as its content */
};

struct paw_inventory {
    struct paw_arena arena;
    struct paw_file *PAW_NULLABLE files; /* in canonical order: the index is the source number */
    size_t n_files;
    size_t n_absent; /* arguments that do not exist                 */
    uint64_t bytes;  /* of all readable files                       */
    struct paw_diag *diags;
    size_t n_diags;
};

struct paw_inventory_options {
    bool no_hash; /* no more hashes than names and copies need: else those of small files as well */
    size_t jobs;
    /* called now and then with files and bytes done; false: stop (interrupted) */
    bool (*tick)(void *self, uint64_t files, uint64_t bytes);
    void *self;
};

/** PAW_E_ABSENT when nothing was found at all; PAW_E_INTERRUPTED; PAW_E_MEMORY. ret is valid also
 * then, and must be finished. */
PAW_MUST_CHECK enum paw_status paw_inventory_walk(const char *const *paths, size_t n_paths,
                                                  const struct paw_inventory_options *options,
                                                  struct paw_inventory *ret, struct paw_error *err);
void paw_inventory_finish(struct paw_inventory *i);

/** Hashes of the files that have none yet, in threads of their own, beside whatever else is done
 * with the inventory but for has_hash and sha256. Each takes a turn for what it reads at once. */
struct paw_hashing;
struct paw_turns;
PAW_MUST_CHECK enum paw_status paw_hashing_begin(struct paw_inventory *i, size_t jobs,
                                                 struct paw_turns *PAW_NULLABLE turns,
                                                 struct paw_hashing *PAW_NULLABLE *ret);
/** Waits for them, and lends them the turn of the main thread; tick as in the options, may be NULL.
 * Says of every file with a hash, also of those hashed before, if it is no longer as it was found,
 * and of those that could not be read to their end. PAW_E_INTERRUPTED: some have no hash. */
PAW_MUST_CHECK enum paw_status
paw_hashing_end(struct paw_hashing *h, bool (*PAW_NULLABLE tick)(void *self, uint64_t, uint64_t),
                enum paw_status (*diag)(void *self, const struct paw_diag *diag), void *self);
/** Stops them, if they still run. */
void paw_hashing_free(struct paw_hashing *PAW_NULLABLE h);

/** Kind of evidence of a file that begins with head (its first 4,104 bytes are looked at). */
enum paw_evidence paw_evidence_of(paw_bytes head, uint64_t size);
/** Whether it is an event log of Windows XP, which is not read. */
bool paw_evidence_is_old_log(paw_bytes head);

/** A file's name as printed: name itself if nothing in it must be escaped, else made in the arena
 * (p NULL: no memory). */
paw_str paw_evidence_print(struct paw_arena *a, paw_str name);
