/* SPDX-License-Identifier: Apache-2.0 */
/** What the files of `check` share: judging a batch, and reading a line that somebody pasted. */
#pragma once

#include <catspaw/catspaw.h>

#include "core/arena.h"
#include "engine/judge.h"

enum { PAW_CHECK_BATCH = 256 }; /* lines an engine sees at once */

/** Told of each line in turn. understood: its command, for the time of the call; NULL: it is to be
 * parsed (paw_check_command). */
typedef enum paw_status paw_line_judged(void *self, size_t line,
                                        const struct paw_finding *PAW_NULLABLE finding,
                                        const struct paw_command *PAW_NULLABLE understood);

/** paw_check for at most PAW_CHECK_BATCH lines and with a catalogue at hand, and what is known of
 * the site. */
PAW_MUST_CHECK enum paw_status paw_check_batch(const struct paw_catalogue *catalogue,
                                               const struct paw_site *PAW_NULLABLE site,
                                               const struct paw_line *lines, size_t n,
                                               paw_line_judged *done, void *self);

/** A stretch of the judged line as it stands in the printed one. */
struct paw_span paw_check_printed_span(const struct paw_line *line, struct paw_span judged);

/** The line as it is printed. */
static inline paw_str paw_check_printed(const struct paw_line *line)
{
    return line->printed.p != NULL ? line->printed : line->command_line;
}

/** The line as understood, or parsed, in arena, its spans counted in the printed line; NULL: it has
 * no text. */
PAW_MUST_CHECK enum paw_status paw_check_command(const struct paw_catalogue *catalogue,
                                                 const struct paw_line *line,
                                                 const struct paw_command *PAW_NULLABLE understood,
                                                 struct paw_arena *arena,
                                                 const struct paw_command *PAW_NULLABLE *ret);

/** What of a pasted line is the command: a view of it, empty if nothing is. */
paw_str paw_ticket_unwrap(paw_str raw);
/** Sets command_line, and printed and stretches where an address was made harmless in it; what is
 * made lives in arena. PAW_E_MEMORY. */
PAW_MUST_CHECK enum paw_status paw_ticket_refang(paw_str printed, struct paw_arena *arena,
                                                 struct paw_line *line);
