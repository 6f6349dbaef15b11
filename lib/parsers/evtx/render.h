/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Every record of a log as text, complete: JSON Lines or XML (docs/events.md, "Full records").
 *
 * Records come in the order of the file, live and recovered in place. Each goes out whole.
 */
#pragma once

#include <catspaw/report.h>

#include "evidence/source.h"

/** Which records: those of the chunk's claim first, where one is asked for by a number that several
 * may have. */
enum paw_render_which { PAW_RENDER_ALL, PAW_RENDER_LIVE, PAW_RENDER_REST };

struct paw_render {
    /* what the caller gives */
    bool is_xml;
    bool is_plain;          /* by the plain way alone (tests)                     */
    bool is_carved;         /* the source is no log: records are searched for in it */
    paw_str source;         /* name of the source, UTF-8                          */
    uint32_t number;        /* of the source, for diagnostics                     */
    struct paw_range range; /* part of the log; .to UINT64_MAX and the rest zeros: all of it */
    enum paw_render_which which;
    bool is_one; /* only the record of this number or at this offset    */
    bool by_offset;
    uint64_t wanted;
    struct paw_out *out;         /* whole records, in pieces of a mebibyte */
    const struct paw_sink *sink; /* diag and progress; no facts            */

    /* how it went */
    struct paw_summary summary;
    uint64_t written; /* records */
};

/** Writes the records of a log. A negative status is the output's, the sink's or that of reading
 * the source. */
PAW_MUST_CHECK enum paw_status paw_render_log(struct paw_render *r, struct paw_source *source,
                                              struct paw_error *PAW_NULLABLE err);
