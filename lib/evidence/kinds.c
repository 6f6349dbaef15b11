/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, by its first bytes alone. */
#include "core/cursor.h"
#include "evidence/inventory.h"

enum { SECOND_PAGE = 4096, SECOND_SECTOR = 512, HIVE_TYPE_AT = 28 };

static const char LOG[8] = "ElfFile", CHUNK[8] = "ElfChnk"; /* each with its NUL */

static bool has_bytes(paw_bytes head, size_t at, const char *magic, size_t n)
{
    return at <= head.n && n <= head.n - at && memcmp(head.p + at, magic, n) == 0;
}

static bool has(paw_bytes head, size_t at, const char *magic)
{
    return has_bytes(head, at, magic, strlen(magic));
}

bool paw_evidence_is_old_log(paw_bytes head)
{
    return has(head, 4, "LfLe");
}

enum paw_evidence paw_evidence_of(paw_bytes head, uint64_t size)
{
    if (size == 0)
        return PAW_EVIDENCE_EMPTY;
    if (has_bytes(head, 0, LOG, sizeof(LOG)) || has_bytes(head, 0, CHUNK, sizeof(CHUNK)) ||
        has_bytes(head, SECOND_PAGE, CHUNK, sizeof(CHUNK)))
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
