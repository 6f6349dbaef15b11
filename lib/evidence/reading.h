/* SPDX-License-Identifier: Apache-2.0 */
/** One job read from its beginning to its end, in whatever process or thread. */
#pragma once

#include "evidence/source.h"
#include "evidence/worker.h"

/** Opens the file of a job and what belongs to it, as the inventory found them; what is otherwise
 * now is told to the job's sink. */
PAW_MUST_CHECK enum paw_status paw_job_open(const struct paw_job *job, struct paw_source **ret,
                                            struct paw_error *err);

/** Opens, reads the job's range and closes; the summary is filled as far as it went, also on
 * failure. */
PAW_MUST_CHECK enum paw_status paw_job_read(const struct paw_job *job, struct paw_summary *summary,
                                            struct paw_error *err);

/** One summary more; sums are those of the parts of one file. */
void paw_summary_add(struct paw_summary *to, const struct paw_summary *s);
