/* SPDX-License-Identifier: Apache-2.0 */
/* The text of values: see values.h. Types and forms: MS-EVEN6 2.2.15, docs, EVTX 6. */
#include "parsers/evtx/values.h"

#include <stdio.h>

#include "core/cursor.h"
#include "core/filetime.h"
#include "core/utf16.h"

enum {
    NUMBER_TEXT = 48, /* the longest: a double */
    JOINED_MAX = 64,  /* items of an array in one text: joining copies what there is */
    GUID_BYTES = 16,
    GUID_TEXT = 38,
    SID_HEAD = 8,
    SID_PARTS_MAX = 15, /* SID_MAX_SUB_AUTHORITIES of winnt.h */
    SID_TEXT = 8 + 21 + 11 * SID_PARTS_MAX,
};

static const char upper[] = "0123456789ABCDEF";
static const char lower[] = "0123456789abcdef";

/* Bytes of one value of a type that has one size; 0: it may have several. */
static size_t size_of_type(uint8_t type)
{
    static const uint8_t sizes[] = {
        [PAW_EVTX_TYPE_I8] = 1,     [PAW_EVTX_TYPE_U8] = 1,          [PAW_EVTX_TYPE_I16] = 2,
        [PAW_EVTX_TYPE_U16] = 2,    [PAW_EVTX_TYPE_I32] = 4,         [PAW_EVTX_TYPE_U32] = 4,
        [PAW_EVTX_TYPE_I64] = 8,    [PAW_EVTX_TYPE_U64] = 8,         [PAW_EVTX_TYPE_FLOAT] = 4,
        [PAW_EVTX_TYPE_DOUBLE] = 8, [PAW_EVTX_TYPE_GUID] = 16,       [PAW_EVTX_TYPE_FILETIME] = 8,
        [PAW_EVTX_TYPE_HEX32] = 4,  [PAW_EVTX_TYPE_SYSTEMTIME] = 16, [PAW_EVTX_TYPE_HEX64] = 8,
    };
    return type < PAW_COUNT_OF(sizes) ? sizes[type] : 0;
}

static uint64_t little(paw_bytes b)
{
    uint64_t n = 0;
    for (size_t i = b.n < 8 ? b.n : 8; i > 0; i--)
        n = n << 8 | b.p[i - 1];
    return n;
}

static int64_t little_signed(paw_bytes b)
{
    const uint64_t n = little(b);
    const uint64_t sign = b.n == 0 || b.n > 8 ? 0 : UINT64_C(1) << (8 * b.n - 1);
    return (int64_t)((n ^ sign) - sign);
}

static paw_str hex_bytes(struct paw_arena *a, paw_bytes b)
{
    char *out = paw_arena_array(a, b.n, 2);
    if (out == NULL)
        return (paw_str){0};
    for (size_t i = 0; i < b.n; i++) {
        out[2 * i] = upper[b.p[i] >> 4];
        out[2 * i + 1] = upper[b.p[i] & 15];
    }
    return (paw_str){out, 2 * b.n};
}

/* At most 20 digits; behind them. */
static char *put_decimal(char *out, uint64_t n)
{
    unsigned digits = 1;
    for (uint64_t rest = n; rest >= 10; rest /= 10)
        digits++;
    for (unsigned i = digits; i > 0; i--, n /= 10)
        out[i - 1] = (char)('0' + n % 10);
    return out + digits;
}

static paw_str decimal(struct paw_arena *a, uint64_t n, bool is_negative)
{
    char text[NUMBER_TEXT];
    text[0] = '-';
    char *from = text + (is_negative ? 0 : 1);
    return paw_arena_str(a, (paw_str){from, (size_t)(put_decimal(text + 1, n) - from)});
}

static paw_str signed_decimal(struct paw_arena *a, int64_t n)
{
    return decimal(a, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, n < 0);
}

static paw_str hexadecimal(struct paw_arena *a, uint64_t n)
{
    char text[NUMBER_TEXT];
    size_t at = sizeof(text);
    do
        text[--at] = lower[n & 15];
    while ((n >>= 4) != 0);
    text[--at] = 'x';
    text[--at] = '0';
    return paw_arena_str(a, (paw_str){text + at, sizeof(text) - at});
}

static paw_str real(struct paw_arena *a, double x, int digits)
{
    char text[NUMBER_TEXT];
    const int n = snprintf(text, sizeof(text), "%.*g", digits, x);
    for (int i = 0; i < n; i++) /* whatever the locale says */
        text[i] = text[i] == ',' ? '.' : text[i];
    return paw_arena_str(a, (paw_str){text, n < 0 ? 0 : (size_t)n});
}

static paw_str real_of(struct paw_arena *a, struct paw_evtx_datum v)
{
    const uint64_t bits = little(v.bytes);
    if (v.type == PAW_EVTX_TYPE_DOUBLE) {
        double d = 0;
        memcpy(&d, &bits, sizeof(d));
        return real(a, d, 15);
    }
    const uint32_t half = (uint32_t)bits;
    float f = 0;
    memcpy(&f, &half, sizeof(f));
    return real(a, (double)f, 7);
}

static char *put_hex(char *out, uint32_t n, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--, n >>= 4)
        out[i - 1] = upper[n & 15];
    return out + digits;
}

static paw_str guid(struct paw_arena *a, paw_bytes b)
{
    char text[GUID_TEXT];
    char *p = text;
    *p++ = '{';
    p = put_hex(p, paw_le32(b.p), 8);
    *p++ = '-';
    p = put_hex(p, paw_le16(b.p + 4), 4);
    *p++ = '-';
    p = put_hex(p, paw_le16(b.p + 6), 4);
    *p++ = '-';
    for (unsigned i = 8; i < GUID_BYTES; i++) {
        if (i == 10)
            *p++ = '-';
        p = put_hex(p, b.p[i], 2);
    }
    *p++ = '}';
    return paw_arena_str(a, (paw_str){text, (size_t)(p - text)});
}

static paw_str filetime(struct paw_arena *a, paw_bytes b)
{
    char text[PAW_FILETIME_TEXT];
    const uint64_t t = little(b);
    if (t == 0)
        return PAW_LIT("1601-01-01T00:00:00.0000000Z");
    return t > PAW_FILETIME_MAX ? decimal(a, t, false)
                                : paw_arena_str(a, paw_filetime_text(t, text));
}

static paw_str systemtime(struct paw_arena *a, paw_bytes b)
{
    char text[NUMBER_TEXT];
    const int n = snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", paw_le16(b.p),
                           paw_le16(b.p + 2), paw_le16(b.p + 6), paw_le16(b.p + 8),
                           paw_le16(b.p + 10), paw_le16(b.p + 12), paw_le16(b.p + 14));
    return paw_arena_str(a, (paw_str){text, n < 0 ? 0 : (size_t)n});
}

static size_t size_of_sid(paw_bytes b)
{
    return b.n < SID_HEAD || b.p[1] > SID_PARTS_MAX ? 0 : SID_HEAD + (size_t)b.p[1] * 4;
}

static paw_str sid(struct paw_arena *a, paw_bytes b)
{
    char text[SID_TEXT];
    uint64_t authority = 0;
    if (size_of_sid(b) == 0 || size_of_sid(b) > b.n)
        return hex_bytes(a, b);
    for (unsigned i = 2; i < SID_HEAD; i++)
        authority = authority << 8 | b.p[i];
    char *p = text;
    *p++ = 'S';
    *p++ = '-';
    p = put_decimal(p, b.p[0]);
    *p++ = '-';
    p = put_decimal(p, authority);
    for (unsigned i = 0; i < b.p[1]; i++) {
        *p++ = '-';
        p = put_decimal(p, paw_le32(b.p + SID_HEAD + 4 * (size_t)i));
    }
    return paw_arena_str(a, (paw_str){text, (size_t)(p - text)});
}

static paw_str ansi(struct paw_arena *a, paw_bytes b, bool *lossy)
{
    while (b.n != 0 && b.p[b.n - 1] == 0)
        b.n--;
    return paw_ansi_text(a, b, lossy);
}

static paw_str array_text(struct paw_arena *a, struct paw_evtx_datum v, bool *lossy)
{
    struct paw_evtx_datum item;
    paw_str all = {0};
    for (unsigned i = 0; paw_evtx_next_item(&v, &item); i++) {
        if (i == JOINED_MAX)
            return paw_arena_join(a, all, PAW_LIT(",..."));
        const paw_str text = paw_evtx_value_text(a, item, lossy);
        all = all.p == NULL ? text : paw_arena_join(a, paw_arena_join(a, all, PAW_LIT(",")), text);
    }
    return all;
}

paw_str paw_evtx_value_text(struct paw_arena *a, struct paw_evtx_datum v, bool *lossy)
{
    const size_t size = size_of_type(v.type);
    if (v.type == PAW_EVTX_TYPE_NULL || v.type == PAW_EVTX_TYPE_BINXML)
        return (paw_str){0};
    if ((v.type & PAW_EVTX_TYPE_ARRAY) != 0)
        return array_text(a, v, lossy);
    if (size != 0 && v.bytes.n != size)
        return hex_bytes(a, v.bytes);
    switch (v.type) {
    case PAW_EVTX_TYPE_STRING:
        return paw_utf16_text(a, paw_utf16_trim(paw_utf16_of(v.bytes)), lossy);
    case PAW_EVTX_TYPE_ANSI:
        return ansi(a, v.bytes, lossy);
    case PAW_EVTX_TYPE_I8:
    case PAW_EVTX_TYPE_I16:
    case PAW_EVTX_TYPE_I32:
    case PAW_EVTX_TYPE_I64:
        return signed_decimal(a, little_signed(v.bytes));
    case PAW_EVTX_TYPE_U8:
    case PAW_EVTX_TYPE_U16:
    case PAW_EVTX_TYPE_U32:
    case PAW_EVTX_TYPE_U64:
        return decimal(a, little(v.bytes), false);
    case PAW_EVTX_TYPE_FLOAT:
    case PAW_EVTX_TYPE_DOUBLE:
        return real_of(a, v);
    case PAW_EVTX_TYPE_BOOL:
        return v.bytes.n > 8 ? hex_bytes(a, v.bytes)
                             : (little(v.bytes) != 0 ? PAW_LIT("true") : PAW_LIT("false"));
    case PAW_EVTX_TYPE_GUID:
        return guid(a, v.bytes);
    case PAW_EVTX_TYPE_SIZE:
        return v.bytes.n != 4 && v.bytes.n != 8 ? hex_bytes(a, v.bytes)
                                                : hexadecimal(a, little(v.bytes));
    case PAW_EVTX_TYPE_FILETIME:
        return filetime(a, v.bytes);
    case PAW_EVTX_TYPE_SYSTEMTIME:
        return systemtime(a, v.bytes);
    case PAW_EVTX_TYPE_SID:
        return sid(a, v.bytes);
    case PAW_EVTX_TYPE_HEX32:
    case PAW_EVTX_TYPE_HEX64:
        return hexadecimal(a, little(v.bytes));
    default: /* binary, and types nobody has seen */
        return hex_bytes(a, v.bytes);
    }
}

bool paw_evtx_value_number(struct paw_evtx_datum v, uint64_t *ret)
{
    const size_t size = size_of_type(v.type);
    const bool is_unsigned = v.type == PAW_EVTX_TYPE_U8 || v.type == PAW_EVTX_TYPE_U16 ||
                             v.type == PAW_EVTX_TYPE_U32 || v.type == PAW_EVTX_TYPE_U64 ||
                             v.type == PAW_EVTX_TYPE_FILETIME;
    if (!is_unsigned || v.bytes.n != size)
        return false;
    *ret = little(v.bytes);
    return true;
}

/* Bytes of the first string of an array, its NUL included. */
static size_t string_bytes(paw_bytes b)
{
    size_t n = 0;
    while (n + 2 <= b.n && paw_le16(b.p + n) != 0)
        n += 2;
    return n + 2 <= b.n ? n + 2 : b.n;
}

static size_t ansi_bytes(paw_bytes b)
{
    const uint8_t *nul = memchr(b.p, 0, b.n);
    return nul == NULL ? b.n : (size_t)(nul - b.p) + 1;
}

bool paw_evtx_next_item(struct paw_evtx_datum *array, struct paw_evtx_datum *ret)
{
    const uint8_t type = array->type & (uint8_t)~PAW_EVTX_TYPE_ARRAY;
    paw_bytes *b = &array->bytes;
    size_t n = size_of_type(type);
    if (b->n == 0)
        return false;
    if (type == PAW_EVTX_TYPE_STRING)
        n = string_bytes(*b);
    else if (type == PAW_EVTX_TYPE_ANSI)
        n = ansi_bytes(*b);
    else if (type == PAW_EVTX_TYPE_SID)
        n = size_of_sid(*b);
    else if (type == PAW_EVTX_TYPE_BOOL)
        n = 4;
    else if (type == PAW_EVTX_TYPE_SIZE)
        n = b->n % 8 == 0 ? 8 : 4;
    if (n == 0 || n > b->n)
        n = b->n;
    *ret = (struct paw_evtx_datum){type, {b->p, n}};
    *b = (paw_bytes){b->p + n, b->n - n};
    return true;
}
