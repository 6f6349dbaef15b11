/* SPDX-License-Identifier: Apache-2.0 */
/* Names and data of hives as UTF-8 text. */
#include "parsers/regf/text.h"

#include <stdio.h>

#include "core/cursor.h"
#include "core/str.h"
#include "core/utf16.h"

enum {
    HEX_MOST = 64 * 1024, /* bytes shown as digits; what is longer is no command */
};

paw_str paw_regf_name_text(struct paw_arena *a, paw_bytes raw, bool is_latin1, bool *lossy)
{
    if (!is_latin1) {
        if (raw.n % 2 != 0)
            *lossy = true;
        return paw_utf16_text(a, paw_utf16_of(raw), lossy);
    }
    char *out = paw_arena_alloc(a, 2 * raw.n + 1);
    if (out == NULL)
        return (paw_str){0};
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++)
        n += paw_utf8_put(out + n, raw.p[i]);
    return (paw_str){out, n};
}

enum number {
    NUMBER_TYPE,
    NUMBER_DWORD,
    NUMBER_QWORD,
};

static paw_str number(struct paw_arena *a, enum number what, uint32_t high, uint32_t low)
{
    enum { ROOM = 40 };
    char *out = paw_arena_alloc(a, ROOM);
    int n = 0;
    if (out == NULL)
        return (paw_str){0};
    switch (what) {
    case NUMBER_TYPE:
        n = snprintf(out, ROOM, "0x%08x", (unsigned)low);
        break;
    case NUMBER_DWORD:
        n = snprintf(out, ROOM, "DWORD (0x%08x)", (unsigned)low);
        break;
    case NUMBER_QWORD:
        n = snprintf(out, ROOM, "QWORD (0x%08x-0x%08x)", (unsigned)high, (unsigned)low);
        break;
    }
    return (paw_str){out, n < 0 ? 0 : (size_t)n};
}

paw_str paw_regf_type_text(struct paw_arena *a, uint32_t type)
{
    static const char *const names[] = {
        "REG_NONE",
        "REG_SZ",
        "REG_EXPAND_SZ",
        "REG_BINARY",
        "REG_DWORD",
        "REG_DWORD_BIG_ENDIAN",
        "REG_LINK",
        "REG_MULTI_SZ",
        "REG_RESOURCE_LIST",
        "REG_FULL_RESOURCE_DESCRIPTOR",
        "REG_RESOURCE_REQUIREMENTS_LIST",
        "REG_QWORD",
    };
    if (type < PAW_COUNT_OF(names))
        return paw_str_of(names[type]);
    return number(a, NUMBER_TYPE, 0, type);
}

static paw_str hex(struct paw_arena *a, paw_bytes data, struct paw_regf_told *told)
{
    static const char digits[] = "0123456789abcdef";
    const size_t n = data.n < HEX_MOST ? data.n : HEX_MOST;
    told->cut |= n < data.n;
    char *out = paw_arena_alloc(a, 2 * n + 1);
    if (out == NULL)
        return (paw_str){0};
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[data.p[i] >> 4];
        out[2 * i + 1] = digits[data.p[i] & 15];
    }
    return (paw_str){out, 2 * n};
}

/* Bytes that some program stored as a text without making UTF-16 of them: printable to the end,
 * and no terminator as UTF-16 has it. */
static bool is_bytes_of_text(paw_bytes data)
{
    const size_t n = data.n != 0 && data.p[data.n - 1] == 0 ? data.n - 1 : data.n;
    for (size_t i = 0; i < n; i++)
        if (data.p[i] < 0x20 || data.p[i] > 0x7E)
            return false;
    return n >= 4;
}

/* Units up to the first NUL. */
static size_t text_units(paw_u16 u)
{
    size_t n = 0;
    while (n < u.units && paw_le16(u.p + 2 * n) != 0)
        n++;
    return n;
}

static paw_str one_text(struct paw_arena *a, paw_bytes data, struct paw_regf_told *told)
{
    if (is_bytes_of_text(data))
        return paw_ansi_text(a, (paw_bytes){data.p, data.n - (data.p[data.n - 1] == 0)},
                             &told->lossy);
    paw_u16 u = paw_utf16_of(data);
    const size_t n = text_units(u);
    /* One odd byte, or NULs up to the end, are no more text. */
    told->more = paw_utf16_trim(u).units > n;
    u.units = n;
    return n == 0 ? PAW_LIT("") : paw_utf16_text(a, u, &told->lossy);
}

static paw_str several_texts(struct paw_arena *a, paw_bytes data, struct paw_regf_told *told)
{
    const paw_u16 u = paw_utf16_trim(paw_utf16_of(data));
    return u.units == 0 ? PAW_LIT("") : paw_utf16_text(a, u, &told->lossy);
}

paw_str paw_regf_data_text(struct paw_arena *a, uint32_t type, paw_bytes data,
                           struct paw_regf_told *told)
{
    if (type == PAW_REG_SZ || type == PAW_REG_EXPAND_SZ || type == PAW_REG_LINK)
        return one_text(a, data, told);
    if (type == PAW_REG_MULTI_SZ)
        return several_texts(a, data, told);
    struct paw_cursor c = paw_cursor_over(data);
    const uint32_t low = paw_cursor_u32(&c);
    if (type == PAW_REG_DWORD && data.n == 4)
        return number(a, NUMBER_DWORD, 0, low);
    if (type == PAW_REG_QWORD && data.n == 8)
        return number(a, NUMBER_QWORD, paw_cursor_u32(&c), low);
    return hex(a, data, told);
}
