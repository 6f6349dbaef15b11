/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of hives. */
#include "parsers/readers.h"

#include <stdio.h>

#include "evidence/source.h"
#include "parsers/regf/extract.h"

/* Offsets in a hive are 32-bit: what lies behind cannot belong to it. */
static const uint64_t HIVE_MOST = UINT64_C(0xFFFFFFFF) + 4096;

/* All of a file, up to what can belong to a hive. */
static enum paw_status read_whole(struct paw_source *source, paw_bytes *ret, struct paw_error *err)
{
    const uint64_t whole = paw_source_size(source);
    const uint64_t size = whole < HIVE_MOST ? whole : HIVE_MOST;
    if (size > SIZE_MAX)
        return paw_fail(err, PAW_E_LIMIT, 0, "size of a hive");
    return paw_source_window(source, 0, (size_t)size, ret, err);
}

static enum paw_status note_logs(const struct paw_sink *sink, uint32_t number, uint32_t entries)
{
    struct paw_diag d = {.code = PAW_D_HIVE_LOGS_APPLIED, .source = number, .count = 1};
    if (snprintf(d.detail, sizeof(d.detail), "%u entries", entries) < 0)
        d.detail[0] = '\0';
    return sink->diag(sink->self, &d);
}

static enum paw_status extract(struct paw_source *source, uint32_t number, struct paw_range range,
                               const struct paw_wanted *wanted, const struct paw_sink *sink,
                               struct paw_summary *summary, struct paw_error *err)
{
    paw_bytes file = {0}, logs[PAW_BESIDE] = {{0}};
    uint32_t entries = 0;
    *summary = (struct paw_summary){0};
    enum paw_status status = read_whole(source, &file, err);
    for (size_t i = 0; i < PAW_BESIDE && status >= 0; i++) {
        struct paw_source *log = paw_source_beside(source, i);
        if (log != NULL)
            status = read_whole(log, &logs[i], err);
    }
    if (status < 0)
        return status;
    if (logs[0].n == 0 && logs[1].n == 0)
        return paw_regf_extract(file, number, range, wanted, sink, summary, err);
    status =
        paw_regf_extract_logged(file, logs, number, range, wanted, sink, summary, &entries, err);
    summary->log_entries = entries;
    return status >= 0 && entries != 0 ? note_logs(sink, number, entries) : status;
}

const struct paw_reader paw_reader_hive = {
#ifdef PAW_WITH_LIBYAL
    .name = "libregf",
#else
    .name = "native",
#endif
    .evidence = PAW_EVIDENCE_HIVE,
    .needs_child = true,
    .extract = extract,
};
