/* SPDX-License-Identifier: Apache-2.0 */
/** An answer of `check` for people, and the buffered standard output that all answers go through.
 */
#pragma once

#include <catspaw/catspaw.h>

/** What is written and not yet handed on. */
struct pending {
    char *p;
    size_t n, room;
    bool failed; /* no memory, or standard output is closed */
};

/** Adds; more than some pages go out at once. */
void pending_put(struct pending *out, const void *bytes, size_t n);
void pending_text(struct pending *out, const char *constant);
/** Hands all on to standard output; false if anything since the beginning failed. */
bool pending_flush(struct pending *out);
void pending_finish(struct pending *out);
/** A way to write into it. */
struct paw_out pending_out(struct pending *out);

/** The severity, the line with the characters that decided marked, what holds and how it was
 * parsed. */
void print_answer(struct pending *out, const struct paw_answer *answer, bool has_colour);
