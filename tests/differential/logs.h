/* SPDX-License-Identifier: Apache-2.0 */
/** What the comparisons with libevtx share: the logs below some paths, what was counted, and the
 * list of accepted differences that the counts are held against. */
#pragma once

#include "classes.h"

struct tally {
    unsigned files, both, more[3]; /* logs; items that both read, only ours by state */
    unsigned failures;
    unsigned of_class[DIFFERENCE_CLASSES];
};

typedef void logs_try_fn(const char *path, paw_bytes bytes, struct tally *tally);

/** The body of a program ACCEPTED SCOPE PATH...: tries every log below the paths and answers its
 * exit status, 77 if none is there. */
int logs_compare(int argc, char **argv, const char *items, logs_try_fn *try_log);
