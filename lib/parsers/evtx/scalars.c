/* SPDX-License-Identifier: Apache-2.0 */
/* Values that are not text: see scalars.h. Types and forms: MS-EVEN6 2.2.15, docs, EVTX 6. */
#include "parsers/evtx/scalars.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/cursor.h"
#include "core/filetime.h"

enum {
    GUID_BYTES = 16,
    GUID_TEXT = 38,
    SID_HEAD = 8,
};

static const char lower[] = "0123456789abcdef";
/* Every byte as two digits of upper case. */
#define PAIR(h) \
    h "0" h "1" h "2" h "3" h "4" h "5" h "6" h "7" h "8" h "9" h "A" h "B" h "C" h "D" h "E" h "F"
static const char pairs[] = PAIR("0") PAIR("1") PAIR("2") PAIR("3") PAIR("4") PAIR("5") PAIR("6")
    PAIR("7") PAIR("8") PAIR("9") PAIR("A") PAIR("B") PAIR("C") PAIR("D") PAIR("E") PAIR("F");

size_t paw_scalar_size(uint8_t type)
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

static int64_t bits_signed(paw_bytes b)
{
    const uint64_t n = paw_scalar_bits(b);
    const uint64_t sign = b.n == 0 || b.n > 8 ? 0 : UINT64_C(1) << (8 * b.n - 1);
    return (int64_t)((n ^ sign) - sign);
}

static char *put_pair(char *out, uint8_t byte)
{
    memcpy(out, pairs + 2 * (size_t)byte, 2);
    return out + 2;
}

size_t paw_hex_put(paw_bytes b, char *out)
{
    for (size_t i = 0; i < b.n; i++)
        out = put_pair(out, b.p[i]);
    return 2 * b.n;
}

char *paw_decimal_put(char *out, uint64_t n)
{
    static const char two[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                              "34353637383940414243444546474849505152535455565758596061626364656667"
                              "6869707172737475767778798081828384858687888990919293949596979899";
    enum { DIGITS_MAX = 20 };
    char text[DIGITS_MAX];
    size_t at = sizeof(text);
    for (; n >= 100; n /= 100)
        memcpy(text + (at -= 2), two + n % 100 * 2, 2);
    if (n >= 10)
        memcpy(text + (at -= 2), two + n * 2, 2);
    else
        text[--at] = (char)('0' + n);
    memcpy(out, text + at, sizeof(text) - at);
    return out + sizeof(text) - at;
}

static char *put_signed(char *out, int64_t n)
{
    if (n < 0)
        *out++ = '-';
    return paw_decimal_put(out, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

char *paw_hexadecimal_put(char *out, uint64_t n)
{
    unsigned digits = 1;
    for (uint64_t rest = n; rest >= 16; rest >>= 4)
        digits++;
    *out++ = '0';
    *out++ = 'x';
    for (unsigned i = digits; i > 0; i--, n >>= 4)
        out[i - 1] = lower[n & 15];
    return out + digits;
}

/* With as few digits as give the same number again. */
static char *put_real(char *out, double x, int least, int most, bool is_float)
{
    int n = 0;
    for (int digits = least; digits <= most; digits++) {
        n = snprintf(out, PAW_SCALAR_TEXT, "%.*g", digits, x);
        if (isnan(x) || (is_float ? strtof(out, NULL) == (float)x : strtod(out, NULL) == x))
            break;
    }
    for (int i = 0; i < n; i++) /* whatever the locale says */
        out[i] = out[i] == ',' ? '.' : out[i];
    return out + (n < 0 ? 0 : n);
}

static char *put_float(char *out, uint32_t bits)
{
    float f = 0;
    memcpy(&f, &bits, sizeof(f));
    return put_real(out, (double)f, 6, 9, true);
}

static char *put_double(char *out, uint64_t bits)
{
    double d = 0;
    memcpy(&d, &bits, sizeof(d));
    return put_real(out, d, 15, 17, false);
}

static void put_pairs(char *out, const uint8_t *b, const uint8_t *order, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        (void)put_pair(out + 2 * (size_t)i, b[order[i]]);
}

static char *put_guid(char *p, const uint8_t *b)
{
    static const uint8_t order[GUID_BYTES] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    memcpy(p, "{00000000-0000-0000-0000-000000000000}", GUID_TEXT);
    put_pairs(p + 1, b, order, 4);
    put_pairs(p + 10, b, order + 4, 2);
    put_pairs(p + 15, b, order + 6, 2);
    put_pairs(p + 20, b, order + 8, 2);
    put_pairs(p + 25, b, order + 10, 6);
    return p + GUID_TEXT;
}

static char *put_filetime(char *out, uint64_t t)
{
    static const char unset[] = "1601-01-01T00:00:00.0000000Z";
    if (t > PAW_FILETIME_MAX)
        return paw_decimal_put(out, t);
    if (t == 0)
        memcpy(out, unset, PAW_FILETIME_TEXT);
    else
        (void)paw_filetime_text(t, out);
    return out + PAW_FILETIME_TEXT;
}

static char *put_systemtime(char *out, const uint8_t *b)
{
    const int n = snprintf(out, PAW_SCALAR_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", paw_le16(b),
                           paw_le16(b + 2), paw_le16(b + 6), paw_le16(b + 8), paw_le16(b + 10),
                           paw_le16(b + 12), paw_le16(b + 14));
    return out + (n < 0 ? 0 : n);
}

size_t paw_sid_size(paw_bytes b)
{
    return b.n < SID_HEAD || b.p[1] > PAW_SID_PARTS_MAX ? 0 : SID_HEAD + (size_t)b.p[1] * 4;
}

static char *put_sid(char *p, paw_bytes b)
{
    uint64_t authority = 0;
    if (paw_sid_size(b) == 0 || paw_sid_size(b) > b.n)
        return p;
    for (unsigned i = 2; i < SID_HEAD; i++)
        authority = authority << 8 | b.p[i];
    *p++ = 'S';
    *p++ = '-';
    p = paw_decimal_put(p, b.p[0]);
    *p++ = '-';
    p = paw_decimal_put(p, authority);
    for (unsigned i = 0; i < b.p[1]; i++) {
        *p++ = '-';
        p = paw_decimal_put(p, paw_le32(b.p + SID_HEAD + 4 * (size_t)i));
    }
    return p;
}

static char *put_bool(char *out, uint64_t bits)
{
    memcpy(out, bits != 0 ? "true" : "false", bits != 0 ? 4 : 5);
    return out + (bits != 0 ? 4 : 5);
}

static char *put(struct paw_evtx_datum v, char *out)
{
    switch (v.type) {
    case PAW_EVTX_TYPE_I8:
    case PAW_EVTX_TYPE_I16:
    case PAW_EVTX_TYPE_I32:
    case PAW_EVTX_TYPE_I64:
        return put_signed(out, bits_signed(v.bytes));
    case PAW_EVTX_TYPE_U8:
    case PAW_EVTX_TYPE_U16:
    case PAW_EVTX_TYPE_U32:
    case PAW_EVTX_TYPE_U64:
        return paw_decimal_put(out, paw_scalar_bits(v.bytes));
    case PAW_EVTX_TYPE_FLOAT:
        return put_float(out, paw_le32(v.bytes.p));
    case PAW_EVTX_TYPE_DOUBLE:
        return put_double(out, paw_le64(v.bytes.p));
    case PAW_EVTX_TYPE_BOOL:
        return v.bytes.n > 8 ? out : put_bool(out, paw_scalar_bits(v.bytes));
    case PAW_EVTX_TYPE_GUID:
        return put_guid(out, v.bytes.p);
    case PAW_EVTX_TYPE_SIZE:
        if (v.bytes.n != 4 && v.bytes.n != 8)
            return out;
        return paw_hexadecimal_put(out, paw_scalar_bits(v.bytes));
    case PAW_EVTX_TYPE_FILETIME:
        return put_filetime(out, paw_le64(v.bytes.p));
    case PAW_EVTX_TYPE_SYSTEMTIME:
        return put_systemtime(out, v.bytes.p);
    case PAW_EVTX_TYPE_SID:
        return put_sid(out, v.bytes);
    case PAW_EVTX_TYPE_HEX32:
    case PAW_EVTX_TYPE_HEX64:
        return paw_hexadecimal_put(out, paw_scalar_bits(v.bytes));
    default: /* text, binary, and types nobody has seen */
        return out;
    }
}

size_t paw_scalar_put(struct paw_evtx_datum v, char *out)
{
    const size_t size = paw_scalar_size(v.type);
    return size != 0 && v.bytes.n != size ? 0 : (size_t)(put(v, out) - out);
}
