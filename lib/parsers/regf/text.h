/* SPDX-License-Identifier: Apache-2.0 */
/** Names and data of hives as UTF-8 text. */
#pragma once

#include "parsers/regf/bounds.h"

PAW_NONNULL_BEGIN

/** Value types as they are stored; anything else is legal too. */
enum paw_regf_type {
    PAW_REG_NONE = 0,
    PAW_REG_SZ = 1,
    PAW_REG_EXPAND_SZ = 2,
    PAW_REG_BINARY = 3,
    PAW_REG_DWORD = 4,
    PAW_REG_DWORD_BE = 5,
    PAW_REG_LINK = 6,
    PAW_REG_MULTI_SZ = 7,
    PAW_REG_QWORD = 11,
};

/** What became of data on the way to text. */
struct paw_regf_told {
    bool lossy; /* something could not be decoded                    */
    bool more;  /* the data go on behind the end of the text         */
    bool cut;   /* bytes were left out at a limit                    */
};

/** A key's or value's name: Latin-1 (each byte is its code point, whatever the machine's code page
 * was) or UTF-16. Absent: no memory. */
paw_str paw_regf_name_text(struct paw_arena *a, paw_bytes raw, bool is_latin1, bool *lossy);

/** "REG_SZ", …; "0x00000012" for types without a name. */
paw_str paw_regf_type_text(struct paw_arena *a, uint32_t type);

/**
 * Data as text: texts up to their first NUL, several texts with a NUL between them, integers of the
 * right size as Sysmon writes them (`DWORD (0x00000001)`), all else as hexadecimal digits. Texts
 * written as bytes by careless programs are recognised. Absent: no memory.
 */
paw_str paw_regf_data_text(struct paw_arena *a, uint32_t type, paw_bytes data,
                           struct paw_regf_told *told);

PAW_NONNULL_END
