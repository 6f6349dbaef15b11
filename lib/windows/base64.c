/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 of UTF-16LE, as powershell -EncodedCommand takes it. */
#include "core/utf16.h"
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

bool paw_base64_text(paw_str s, struct paw_arena *arena, paw_str *ret)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t n = 0;
    bool lossy = false; /* a lone surrogate is shown as U+FFFD like anywhere else */
    while (s.n != 0 && s.p[s.n - 1] == '=')
        s.n--;
    uint8_t *bytes = paw_arena_alloc(arena, s.n);
    if (s.n < 4 || bytes == NULL)
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
        bytes[n++] = (uint8_t)(bits >> n_bits & 0xFF);
    }
    *ret = paw_utf16_text(arena, paw_utf16_of((paw_bytes){bytes, n}), &lossy);
    return ret->p != NULL;
}
