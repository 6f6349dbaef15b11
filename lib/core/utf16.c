/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16LE and Windows-1252 to UTF-8, and back: see utf16.h. */
#include "core/utf16.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/cursor.h"
#include "core/str.h"

#ifdef __SSE2__
/* Eight units at once; false, and nothing done: they are not all ASCII. */
static bool put_eight(const uint8_t *units, char *out)
{
    __m128i eight;
    memcpy(&eight, units, sizeof(eight));
    const __m128i over = _mm_and_si128(eight, _mm_set1_epi16((int16_t)0xFF80));
    if (_mm_movemask_epi8(_mm_cmpeq_epi16(over, _mm_setzero_si128())) != 0xFFFF)
        return false;
    const __m128i bytes = _mm_packus_epi16(eight, eight);
    memcpy(out, &bytes, 8);
    return true;
}
#endif

/* Most text is ASCII: several units at once while they are. The number of units written. */
static size_t put_ascii(paw_u16 u, char *out)
{
    const uint64_t beyond = UINT64_C(0xFF80FF80FF80FF80);
    size_t i = 0;
#ifdef __SSE2__
    while (u.units - i >= 8 && put_eight(u.p + 2 * i, out + i))
        i += 8;
    /* the rest together with what stands before it */
    if (i >= 8 && u.units - i < 8 && put_eight(u.p + 2 * (u.units - 8), out + u.units - 8))
        return u.units;
#endif
    for (; u.units - i >= 4; i += 4) {
        const uint64_t four = paw_le64(u.p + 2 * i);
        if ((four & beyond) != 0)
            break;
        out[i] = (char)(four & 0x7F);
        out[i + 1] = (char)(four >> 16 & 0x7F);
        out[i + 2] = (char)(four >> 32 & 0x7F);
        out[i + 3] = (char)(four >> 48 & 0x7F);
    }
    return i;
}

size_t paw_utf16_put(paw_u16 u, char *out, bool *lossy)
{
    size_t n = put_ascii(u, out);
    for (size_t i = n; i < u.units; i++) {
        uint32_t c = paw_le16(u.p + 2 * i);
        if (c < 0x80) {
            out[n++] = (char)c;
            continue;
        }
        if (c >= 0xD800 && c <= 0xDBFF && u.units - i > 1) {
            const uint32_t low = paw_le16(u.p + 2 * i + 2);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i++;
            }
        }
        if (c >= 0xD800 && c <= 0xDFFF)
            *lossy = true;
        n += paw_utf8_put(out + n, c);
    }
    return n;
}

paw_str paw_utf16_text(struct paw_arena *a, paw_u16 u, bool *lossy)
{
    const size_t room = paw_utf16_room(u.units);
    char *out = room == SIZE_MAX ? NULL : paw_arena_alloc(a, room + 1);
    if (out == NULL)
        return (paw_str){0};
    return (paw_str){out, paw_utf16_put(u, out, lossy)};
}

paw_str paw_utf16_exact(struct paw_arena *a, paw_u16 u)
{
    const size_t room = paw_utf16_room(u.units);
    char *out = room == SIZE_MAX ? NULL : paw_arena_alloc(a, room + 1);
    size_t n = 0;
    bool lossy = false;
    if (out == NULL)
        return (paw_str){0};
    for (size_t i = 0; i < u.units; i++) {
        const uint32_t c = paw_le16(u.p + 2 * i);
        const bool is_pair = c >= 0xD800 && c <= 0xDBFF && u.units - i > 1 &&
                             (paw_le16(u.p + 2 * i + 2) & 0xFC00) == 0xDC00;
        if (c < 0xD800 || c > 0xDFFF || is_pair) {
            n += paw_utf16_put((paw_u16){u.p + 2 * i, is_pair ? 2 : 1}, out + n, &lossy);
            i += is_pair;
            continue;
        }
        out[n++] = (char)0xED; /* the lead byte of U+D000 to U+DFFF */
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    }
    return (paw_str){out, n};
}

paw_u16 paw_utf16_trim(paw_u16 u)
{
    while (u.units != 0 && paw_le16(u.p + 2 * (u.units - 1)) == 0)
        u.units--;
    return u;
}

size_t paw_utf16_from(paw_str s, uint8_t *out)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n;) {
        uint32_t c = 0;
        at += paw_utf8_next(s, at, &c);
        if (c >= 0x10000) {
            const uint32_t high = 0xD800 + ((c - 0x10000) >> 10);
            out[n++] = (uint8_t)high;
            out[n++] = (uint8_t)(high >> 8);
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        out[n++] = (uint8_t)c;
        out[n++] = (uint8_t)(c >> 8);
    }
    return n;
}

/* Bytes 0x80 to 0x9f; 0 is unassigned. Source: Unicode, MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252. */
static const uint16_t upper_controls[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

uint32_t paw_ansi_char(uint8_t byte)
{
    const uint32_t c = byte >= 0x80 && byte < 0xA0 ? upper_controls[byte - 0x80] : byte;
    return c == 0 ? byte : c;
}

paw_str paw_ansi_text(struct paw_arena *a, paw_bytes b, bool *lossy)
{
    char *out = b.n > SIZE_MAX / 4 ? NULL : paw_arena_alloc(a, b.n * 3 + 1);
    size_t n = 0;
    if (out == NULL)
        return (paw_str){0};
    for (size_t i = 0; i < b.n; i++) {
        uint32_t c = b.p[i];
        if (c >= 0x80 && c < 0xA0)
            c = upper_controls[c - 0x80];
        if (c == 0 && b.p[i] != 0) {
            c = 0xFFFD;
            *lossy = true;
        }
        n += paw_utf8_put(out + n, c);
    }
    return (paw_str){out, n};
}
