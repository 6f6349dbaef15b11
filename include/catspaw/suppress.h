/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Suppress files (docs/suppress.md): findings that somebody has looked at and need not be looked at
 * again. What is suppressed stays in every report and says by what; nothing is judged otherwise.
 */
#pragma once

#include <catspaw/catspaw.h>

PAW_NONNULL_BEGIN

/**
 * Reads a suppress file, strictly: what is not known, too wide or without a reason is refused.
 *
 * name          of the file, for run.json; kept, as long as the result
 * PAW_E_FORMAT  fault tells
 */
PAW_API PAW_MUST_CHECK enum paw_status paw_suppress_read(const char *name, const char *json,
                                                         size_t n, struct paw_suppress **ret,
                                                         struct paw_file_fault *fault);
/** The same of a file. Of statuses other than PAW_E_FORMAT err tells. */
PAW_API PAW_MUST_CHECK enum paw_status paw_suppress_open(const char *path,
                                                         struct paw_suppress **ret,
                                                         struct paw_file_fault *fault,
                                                         struct paw_error *PAW_NULLABLE err);
PAW_API void paw_suppress_free(struct paw_suppress *PAW_NULLABLE s);

/** Whether s is a day as files and options name it: YYYY-MM-DD, one that exists. */
PAW_API bool paw_is_day(const char *s);
/** The day that is `ahead` days behind today (UTC), terminated. */
PAW_API void paw_day_ahead(unsigned ahead, char ret[11]);

/** For which findings of which report entries are wanted, and what they say. */
struct paw_suppress_wish {
    const char *report;     /* folder that a scan wrote, with its timeline.jsonl */
    const char *const *ids; /* of findings, or the beginnings of one id each     */
    size_t n_ids;
    const char *reason, *author, *expires;
    const char *PAW_NULLABLE to; /* file that gets the entries; NULL: a file of its own, to out */
};

/**
 * Writes the entries: with as many fields as the finding has, so that they fit it and its like.
 *
 * message      for people, one line, printable; of every failure
 * PAW_E_USAGE  an id fits no finding or several, the report or the file cannot be read, or no
 *              entry that would be taken can be made of it
 * PAW_E_OUTPUT PAW_E_MEMORY
 */
PAW_API PAW_MUST_CHECK enum paw_status paw_suppress_make(const struct paw_suppress_wish *wish,
                                                         struct paw_out *out, char message[512]);

PAW_NONNULL_END
