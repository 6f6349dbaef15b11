/* SPDX-License-Identifier: Apache-2.0 */
/** The progress line: one line on a terminal, rewritten; nothing anywhere else. */
#pragma once

#include <catspaw/catspaw.h>

struct progress {
    bool is_shown;      /* standard error is a terminal and may be used       */
    bool is_on_screen;  /* a line stands there that must be taken away        */
    const char *phase;  /* of the last call                                   */
    uint64_t began, at; /* of the phase, of the last line: milliseconds       */
};

void progress_begin(struct progress *p, bool quiet);
/** For paw_options.progress; self is a struct progress. */
void progress_show(void *self, const struct paw_progress *now);
/** Takes the line away. */
void progress_end(struct progress *p);
