/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Readers of our own in threads of the scan: files are read part by part, so that one large file
 * keeps all threads busy.
 *
 * Such a reader is bounded by its own limits: steps, bytes and nesting of a record, memory of its
 * arenas. It touches evidence through windows that are read, not mapped, so a file that shrinks is
 * damage and no fault.
 */
#pragma once

#include "core/turns.h"
#include "evidence/worker.h"

/** What a crew is to do. All calls to it, and to the sinks of jobs, are made one at a time, but
 * from any of the threads; progress is told in the calling thread alone. */
struct paw_crew {
    unsigned threads; /* at least 1: the calling thread is one of them */
    /* the next job, whose range is ready; PAW_END: there is none */
    enum paw_status (*next)(void *self, struct paw_job *ret, struct paw_error *err);
    /* a job is over, however it went */
    enum paw_status (*done)(void *self, const struct paw_job *job,
                            const struct paw_summary *summary);
    void *self;
    const volatile bool *PAW_NULLABLE stop;
    struct paw_turns *PAW_NULLABLE turns; /* one for each job of a thread that is not the caller */
};

/**
 * Reads all jobs. What a reader could not read is told to the job's sink and counted in its summary
 * (refused). PAW_E_INTERRUPTED when *stop became true; PAW_E_MEMORY; a negative status of a call
 * stops all.
 */
PAW_MUST_CHECK enum paw_status paw_crew_run(const struct paw_crew *crew, struct paw_error *err);
