/* SPDX-License-Identifier: Apache-2.0 */
/** Parts of the page that the HTML writer is made of. */
#pragma once

#include "core/stream.h"

/** The spans of one text that reasons name: those of evidence entry `evidence` (-1: the process's
 * own fields) and that field. */
struct paw_marks {
    const struct paw_reason *reasons;
    size_t n_reasons;
    int32_t evidence;
    paw_str field;
};

/** s with its spans in <mark>, at most `most` bytes of it: from the first span on where that lies
 * further back. What is left out is counted. is_block keeps line breaks. */
void paw_html_marked(struct paw_stream *out, paw_str s, const struct paw_marks *marks, size_t most,
                     bool is_block);

/** Head of the document, up to and with what could not be seen. False: no memory. */
PAW_MUST_CHECK bool paw_html_head(struct paw_stream *out, const struct paw_report_context *c);

/** Findings of the ledger that are not suppressed, by severity. */
void paw_html_open(const struct paw_ledger *l, uint64_t ret[PAW_CRITICAL + 1]);

/** What the suppress file did: how much, and what of it did nothing. NULL: nothing. */
void paw_html_suppressed(struct paw_stream *out, const struct paw_suppressed *PAW_NULLABLE s);

/** The techniques of the report as ATT&CK has them: names, tactic, and of whom they are recorded.
 */
void paw_html_attack(struct paw_stream *out, const struct paw_ledger *l);

/** Tiles with numbers by severity; is_final: as they were found to be at the end. */
void paw_html_tiles(struct paw_stream *out, const uint64_t by_severity[PAW_CRITICAL + 1],
                    const struct paw_ledger *l, bool is_final);

/** "This report is not complete" for an interrupted run. */
void paw_html_partial(struct paw_stream *out);

/** What one opens of a finding: why, the process, the evidence. */
void paw_html_details(struct paw_stream *out, const struct paw_report_context *c,
                      const struct paw_finding *f);

/** Date and time of day in a <time> element, with `digits` digits of the second's fraction. */
void paw_html_time(struct paw_stream *out, paw_filetime t, unsigned digits);

/** The script at the page's end. */
void paw_html_script(struct paw_stream *out);
