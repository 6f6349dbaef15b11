/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Readers in child processes with limits, and a checked pipe to their answers.
 *
 * A small nursery process, forked before any thread, forks the children on request, so that a child
 * never inherits a lock held by a thread. A child may spend limits.record_cpu_ms on one item; it is
 * killed above that, above its address space or its answer size; the items already answered are
 * kept and the file goes on behind the item in a new child, at most limits.restarts times; limits
 * of the whole file (CPU time, answer) end it. What
 * comes over the pipe is length-prefixed, bounded and checked as hostile before anyone sees it.
 */
#pragma once

#include <catspaw/reader.h>

struct paw_nursery;
struct paw_shared;
struct paw_workbench;
struct paw_marks;

struct paw_worker_limits {
    uint64_t memory;        /* bytes, per child, on top of what it starts with */
    uint64_t file_cpu_ms;   /* per file and pass                        */
    uint64_t record_cpu_ms; /* per item: 2,000                          */
    uint64_t answer_bytes;  /* per file and pass; 0: 64 MiB and 64 times the file */
    unsigned restarts;      /* 16                                       */
    uint64_t stale_ms;      /* without answer or CPU time: 120,000; 0: for ever */
    bool poll_memory;       /* watch RssAnon instead of RLIMIT_AS (sanitizers, Valgrind) */
};

/** What a job is about. All pointers stay valid until the job ends. */
struct paw_job {
    const struct paw_reader *reader;
    const char *path;                       /* of the evidence file   */
    const char *PAW_NULLABLE beside[2];     /* of its companions (paw_source_beside) */
    struct paw_shared *PAW_NULLABLE shared; /* with jobs over other parts; for threads alone */
    struct paw_workbench *PAW_NULLABLE workbench; /* of the thread; for threads alone */
    struct paw_marks *PAW_NULLABLE marking;       /* likewise: to be filled */
    const struct paw_marks *PAW_NULLABLE marked;  /* records that may be left out, as not marked */
    uint32_t number;                              /* its source number      */
    uint64_t size;   /* when it was inventoried: another one is a change */
    uint64_t memory; /* 0: limits.memory; a job that needs more is run alone */
    struct paw_range range;
    const struct paw_wanted *wanted;
    const struct paw_sink *sink; /* called in the calling thread of paw_nursery_run */
};

/**
 * Forks the nursery. Call before any thread exists. readers is the table whose entries jobs name
 * (children find theirs by index); it must be static.
 */
PAW_MUST_CHECK enum paw_status paw_nursery_start(const struct paw_reader *const *readers,
                                                 size_t n_readers,
                                                 const struct paw_worker_limits *limits,
                                                 unsigned most_children, struct paw_nursery **ret,
                                                 struct paw_error *err);

/**
 * Runs jobs, at most `most_children` at once, and answers through their sinks; sinks of different
 * jobs are never called at the same time, but their calls interleave. Kills, lies and give-ups
 * become diagnostics of that job's sink. summaries[i] belongs to jobs[i].
 *
 * PAW_E_INTERRUPTED when *stop became true (children are killed). A negative status of a sink stops
 * all.
 */
PAW_MUST_CHECK enum paw_status paw_nursery_run(struct paw_nursery *n, const struct paw_job *jobs,
                                               size_t n_jobs, struct paw_summary *summaries,
                                               const volatile bool *stop, struct paw_error *err);

void paw_nursery_stop(struct paw_nursery *PAW_NULLABLE n);
