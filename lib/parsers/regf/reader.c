/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of hives. */
#include "parsers/regf/reader.h"

#include "evidence/source.h"
#include "parsers/regf/extract.h"

/* Offsets in a hive are 32-bit: what lies behind cannot belong to it. */
static const uint64_t HIVE_MOST = UINT64_C(0xFFFFFFFF) + 4096;

static enum paw_status extract(struct paw_source *source, uint32_t number, struct paw_range range,
                               const struct paw_wanted *wanted, const struct paw_sink *sink,
                               struct paw_summary *summary, struct paw_error *err)
{
    const uint64_t whole = paw_source_size(source);
    const uint64_t size = whole < HIVE_MOST ? whole : HIVE_MOST;
    paw_bytes file = {0};
    *summary = (struct paw_summary){0};
    if (size > SIZE_MAX)
        return paw_fail(err, PAW_E_LIMIT, 0, "size of a hive");
    const enum paw_status status = paw_source_window(source, 0, (size_t)size, &file, err);
    if (status < 0)
        return status;
    return paw_regf_extract(file, number, range, wanted, sink, summary, err);
}

const struct paw_reader paw_reader_libregf = {
    .name = "libregf",
    .evidence = PAW_EVIDENCE_HIVE,
    .needs_child = true,
    .extract = extract,
};
