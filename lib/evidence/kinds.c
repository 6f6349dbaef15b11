/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, by its first bytes alone. */
#include "core/cursor.h"
#include "evidence/inventory.h"

enum { SECOND_PAGE = 4096, SECOND_SECTOR = 512, HIVE_TYPE_AT = 28 };

static bool has(paw_bytes head, size_t at, const char *magic)
{
    const size_t n = strlen(magic);
    return at <= head.n && n <= head.n - at && memcmp(head.p + at, magic, n) == 0;
}

enum paw_evidence paw_evidence_of(paw_bytes head, uint64_t size)
{
    if (size == 0)
        return PAW_EVIDENCE_EMPTY;
    if (has(head, 0, "ElfFile") || has(head, 0, "ElfChnk") || has(head, SECOND_PAGE, "ElfChnk"))
        return PAW_EVIDENCE_EVTX;
    if (has(head, 0, "regf") &&
        (has(head, SECOND_SECTOR, "HvLE") || has(head, SECOND_SECTOR, "DIRT")))
        return PAW_EVIDENCE_HIVE_LOG;
    struct paw_cursor c = paw_cursor_over(head);
    c.pos = HIVE_TYPE_AT < c.len ? HIVE_TYPE_AT : c.len;
    const uint32_t type = paw_cursor_u32(&c);
    if (has(head, 0, "regf") && paw_cursor_ok(&c) && (type == 1 || type == 2 || type == 6) &&
        !has(head, SECOND_PAGE, "hbin"))
        return PAW_EVIDENCE_HIVE_LOG;
    if (has(head, 0, "regf") || has(head, SECOND_PAGE, "hbin"))
        return PAW_EVIDENCE_HIVE;
    return PAW_EVIDENCE_UNKNOWN;
}
