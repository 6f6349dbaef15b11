/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 of UTF-16LE, as powershell -EncodedCommand takes it. */
#include "windows/nested.h"

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (paw_is_digit(c))
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* A stream of UTF-16 code units into UTF-8; a lone surrogate becomes U+FFFD. */
struct units {
    struct paw_text *out;
    uint32_t high; /* a high surrogate that waits for its other half */
};

static void put_unit(struct units *u, uint32_t unit)
{
    if (unit >= 0xDC00 && unit <= 0xDFFF && u->high != 0) {
        paw_text_code_point(u->out, 0x10000 + ((u->high - 0xD800) << 10) + (unit - 0xDC00));
        u->high = 0;
        return;
    }
    if (u->high != 0)
        paw_text_code_point(u->out, 0xFFFD);
    u->high = 0;
    if (unit >= 0xD800 && unit <= 0xDBFF)
        u->high = unit;
    else
        paw_text_code_point(u->out, unit); /* a low one alone becomes U+FFFD there */
}

bool paw_base64_text(paw_str s, struct paw_arena *arena, paw_str *ret)
{
    struct paw_text out = paw_text_new(arena, s.n / 2);
    struct units u = {.out = &out};
    uint32_t bits = 0, unit = 0;
    unsigned n_bits = 0, n_bytes = 0;
    while (s.n != 0 && s.p[s.n - 1] == '=')
        s.n--;
    if (s.n < 4)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const int v = value_of(s.p[i]);
        if (paw_is_blank(s.p[i]))
            continue;
        if (v < 0)
            return false;
        bits = (bits << 6 | (uint32_t)v) & 0xFFFF;
        n_bits += 6;
        if (n_bits < 8)
            continue;
        n_bits -= 8;
        const uint32_t byte = bits >> n_bits & 0xFF;
        unit = n_bytes % 2 == 0 ? byte : unit | byte << 8;
        if (++n_bytes % 2 == 0)
            put_unit(&u, unit);
    }
    if (u.high != 0)
        paw_text_code_point(&out, 0xFFFD);
    *ret = paw_text_view(&out);
    return !out.is_full;
}
