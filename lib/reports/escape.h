/* SPDX-License-Identifier: Apache-2.0 */
/**
 * From evidence to output: one function per destination, and no other way.
 *
 * A name of ours goes out by paw_stream_text; a text of evidence, whatever it is, by one of these.
 * JSON has its own (core/json.h).
 */
#pragma once

#include "core/stream.h"

/**
 * One cell of a CSV file (RFC 4180), quoted if it must be. Hidden characters stand as \r, \n, \t or
 * \uXXXX. What a spreadsheet would take for a formula (after any number of ': = + - @ and their
 * full-width forms) gets one more ' in front; to undo, drop one ' from a cell in which such a
 * character follows the leading ones.
 */
void paw_csv_cell(struct paw_stream *out, paw_str s);

/** Text between tags. Hidden characters stand as ⟦U+202E⟧ in a span of class "u". */
void paw_html_text(struct paw_stream *out, paw_str s);

/** The same for a block that keeps line breaks: behind a visible line feed the line is broken. */
void paw_html_block(struct paw_stream *out, paw_str s);

/** Inside a double-quoted attribute. */
void paw_html_attribute(struct paw_stream *out, paw_str s);

/** A line on a terminal; see paw_terminal_write. */
void paw_terminal_text(struct paw_stream *out, paw_str s);
