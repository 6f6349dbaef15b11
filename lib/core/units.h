/* SPDX-License-Identifier: Apache-2.0 */
/**
 * UTF-16 text that is mostly ASCII, sixteen code units at once where the processor can.
 */
#pragma once

#include <catspaw/base.h>

#include "core/cursor.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    PAW_UNITS_AT_ONCE = 16,
    PAW_UNITS_SPECIALS = 7,
};

/** ASCII characters, besides the controls, at which copying stops; the rest repeat one of them. */
struct paw_specials {
    char c[PAW_UNITS_SPECIALS];
};

#ifdef __SSE2__
/* A bit for each of 16 bytes that is a control or special; n of the specials are looked at. */
static inline unsigned paw_units_stops(__m128i bytes, const struct paw_specials *s, unsigned n)
{
    __m128i found = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    for (unsigned i = 0; i < n; i++)
        found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(s->c[i])));
    return (unsigned)_mm_movemask_epi8(found);
}
#endif

/**
 * Writes units from *u on as bytes, as long as they are ASCII, no controls and not special; how
 * many is returned. out has PAW_UNITS_AT_ONCE bytes more than units are left: what stands behind
 * the ones written is anything. readable: end of the bytes that may be read, at or behind the end
 * of u. May stop early: what follows is looked at by the caller one by one. n: how many specials
 * there are.
 */
static inline size_t paw_units_plain(paw_u16 u, const uint8_t *readable, char *out,
                                     const struct paw_specials *s, unsigned n)
{
    size_t i = 0;
#ifdef __SSE2__
    while (i < u.units && (size_t)(readable - (u.p + 2 * i)) >= 2 * PAW_UNITS_AT_ONCE) {
        __m128i low, high;
        memcpy(&low, u.p + 2 * i, sizeof(low));
        memcpy(&high, u.p + 2 * i + sizeof(low), sizeof(high));
        /* Units beyond 0x7F become bytes that are below 0x20 when taken as signed. */
        const __m128i bytes = _mm_packus_epi16(low, high);
        unsigned stops = paw_units_stops(bytes, s, n);
        memcpy(out + i, &bytes, sizeof(bytes));
        if (u.units - i < PAW_UNITS_AT_ONCE)
            stops |= 1U << (u.units - i);
        if (stops != 0)
            return i + (unsigned)__builtin_ctz(stops);
        i += PAW_UNITS_AT_ONCE;
    }
#else
    (void)readable;
    for (; i < u.units; i++) {
        const unsigned c = paw_le16(u.p + 2 * i);
        bool stops = c < 0x20 || c > 0x7F;
        for (unsigned k = 0; k < n; k++)
            stops |= c == (unsigned char)s->c[k];
        if (stops)
            break;
        out[i] = (char)c;
    }
#endif
    return i;
}
