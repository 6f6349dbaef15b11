/* SPDX-License-Identifier: Apache-2.0 */
/** The parts of lib/catspaw.c's work that stand in files of their own. */
#pragma once

#include <catspaw/catspaw.h>

#include "core/store.h"
#include "core/turns.h"
#include "engine/engine.h"
#include "evidence/inventory.h"
#include "evidence/source.h"
#include "evidence/worker.h"
#include "suppress.h"

/** The reader for a kind of evidence: the one that the options name, else the first. */
const struct paw_reader *PAW_NULLABLE paw_reader_of(enum paw_evidence evidence,
                                                    const struct paw_options *o);

/** Whether files of that kind are read for event records. */
static inline bool paw_scan_has_records(enum paw_evidence evidence, const struct paw_options *o)
{
    return evidence == PAW_EVIDENCE_EVTX || (evidence == PAW_EVIDENCE_UNKNOWN && o->carve);
}

enum {
    DEFAULT_MEMORY_MIB = 512,
    LEAST_MEMORY_MIB = 64,
    LEAST_CHILD_MIB = 16,
    MARKS_SHARE = 64, /* of the memory: one byte serves for eight records */
};

/** A part of a log, and what it holds. */
struct paw_scan_part {
    uint32_t source;
    struct paw_range range;
    uint64_t kinds;
    struct paw_marks marks; /* bits in the scan's arena */
};

/** A scan in progress. */
struct paw_scan_state {
    const struct paw_options *o;
    struct paw_result *result;
    struct paw_error *err;
    struct paw_inventory inventory;
    struct paw_hashing *PAW_NULLABLE hashing; /* of its files, while they are read */
    struct paw_turns *PAW_NULLABLE turns;     /* of hashing and reading; NULL: nothing is hashed */
    struct paw_turns own_turns;
    struct paw_nursery *nursery;
    struct paw_budget budget;
    struct paw_catalogue *catalogue;
    struct paw_engine *engine;
    struct paw_engine_source *sources;
    struct paw_summary *summaries; /* by source: first extraction */
    struct paw_vec diags;          /* struct paw_diag */
    struct paw_vec parts;          /* struct paw_scan_part: of the first extraction */
    struct paw_progress progress;
    struct paw_arena marks; /* of parts */
    struct paw_arena kept;  /* what is told of the run */
    struct paw_suppress_result suppressed;
    uint64_t facts;
    bool has_vecs;
    bool is_ordered;  /* files are read one after the other */
    uint32_t only;    /* source number: no other file is read; UINT32_MAX: all */
    unsigned workers; /* threads and reader processes at one time */
};

static inline bool paw_scan_is_stopped(const struct paw_scan_state *s)
{
    return s->o->stop != NULL && *s->o->stop;
}

/** Bytes that all processes together may take. */
uint64_t paw_scan_memory(const struct paw_options *o);
unsigned paw_scan_workers(const struct paw_options *o);
struct paw_worker_limits paw_scan_limits(const struct paw_options *o);

/** Keeps a copy; self is the scan. */
enum paw_status paw_scan_add_diag(void *self, const struct paw_diag *diag);

/** Reads all files whose summary (of an earlier pass, NULL for the first) holds one of the kinds.
 */
enum paw_status paw_scan_extract(struct paw_scan_state *s, const struct paw_wanted *wanted,
                                 enum paw_status (*fact)(void *self, const struct paw_fact *fact),
                                 void *self, bool again);

/** Fills the ledger from what was read; lists live in arena. */
enum paw_status paw_scan_ledger(struct paw_scan_state *s, struct paw_arena *arena,
                                struct paw_ledger *ret);

/** Writes all formats; the exit code is known. */
enum paw_status paw_scan_write(struct paw_scan_state *s, const struct paw_ledger *l);

/** A record as reports cite it. */
struct paw_cited_record {
    paw_str source;
    bool by_offset;
    uint64_t number; /* its EventRecordID or offset */
};

/** Reads SOURCE#RECORD_ID or SOURCE@OFFSET; views text. False: it is neither. */
bool paw_cited_read(const char *text, struct paw_cited_record *ret);

/** Prints full records to the output: those of all logs, or (cited) of the source s->only that has
 * that number or offset. PAW_E_USAGE: there is none. */
enum paw_status paw_scan_render(struct paw_scan_state *s,
                                const struct paw_cited_record *PAW_NULLABLE cited);

void paw_scan_tick(struct paw_scan_state *s, const char *phase);
