/* SPDX-License-Identifier: Apache-2.0 */
/** Sentences for people, on standard error; and exit codes (docs/output.md). */
#pragma once

#include <catspaw/catspaw.h>

enum {
    EXIT_DONE = 0,
    EXIT_USAGE = 2,
    EXIT_OUTPUT = 5,
    EXIT_STOPPED = 130,
};

/** Room for an argument made printable: what is longer is cut. */
struct shown {
    char text[512];
};

/** s with everything escaped that could move a cursor or hide; a view into buffer. */
const char *shown(struct shown *buffer, const char *s);

/** "catspaw: ", the sentence, and a line end. Only constants of ours and texts of shown() go in. */
void tell(const char *format, ...) PAW_PRINTF(1, 2);

/** What err says, as a sentence. */
void tell_error(const struct paw_error *err);

/** "Try 'catspaw NAME --help'"; the exit code of wrong usage. */
int tell_usage(const char *PAW_NULLABLE command);

/** Whether colours are wanted on standard error. */
bool tell_has_colour(void);
/** The same of standard output. */
bool out_has_colour(void);

/** Writes to standard output; false, and said, when that fails. */
bool print_out(const char *text, size_t n);
