/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Values that are not text: numbers, times, identifiers; as Windows writes them (docs, EVTX 6), in
 * ASCII, into bytes of the caller.
 */
#pragma once

#include "core/cursor.h"
#include "parsers/evtx/values.h"

enum {
    PAW_SCALAR_TEXT = 224, /* the longest: a SID of 15 parts, 194 */
    PAW_SID_PARTS_MAX = 15 /* SID_MAX_SUB_AUTHORITIES of winnt.h  */
};

/** Bytes of one value of a type that has one size; 0: it may have several. */
size_t paw_scalar_size(uint8_t type);

/** Bytes of the SID that begins there; 0: none can. */
size_t paw_sid_size(paw_bytes b);

/** The first eight bytes, or fewer, as a number. */
static inline uint64_t paw_scalar_bits(paw_bytes b)
{
    uint64_t n = 0;
    if (b.n == 4)
        return paw_le32(b.p);
    if (b.n >= 8)
        return paw_le64(b.p);
    for (size_t i = b.n; i > 0; i--)
        n = n << 8 | b.p[i - 1];
    return n;
}

/** Writes the value and returns the number of bytes: at most PAW_SCALAR_TEXT. 0: it is text,
 * binary, nested or null, or has a size that its type cannot have; what is neither is shown as
 * bytes. */
size_t paw_scalar_put(struct paw_evtx_datum v, char *out);

/** Decimal digits of n, at most 20; returns what stands behind them. */
char *paw_decimal_put(char *out, uint64_t n);

/** The same with 0x before the digits, in lower case, without zeros before them; at most 18. */
char *paw_hexadecimal_put(char *out, uint64_t n);

/** The bytes in upper-case hexadecimal, two digits each; out has 2 * b.n bytes. */
size_t paw_hex_put(paw_bytes b, char *out);
