/* SPDX-License-Identifier: Apache-2.0 */
/* Views of UTF-8 text: see str.h. */
#include "core/str.h"

bool paw_str_equal(paw_str a, paw_str b)
{
    if (a.p == NULL || b.p == NULL)
        return a.p == NULL && b.p == NULL;
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS (ONES << 7)

/* Eight bytes, the first one lowest. */
static uint64_t eight_at(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return w;
}

/* paw_lower of eight bytes at once. */
static uint64_t lower_eight(uint64_t w)
{
    const uint64_t low = w & ~HIGHS;
    const uint64_t from_a = low + ONES * (0x80 - 'A'), past_z = low + ONES * (0x7F - 'Z');
    return w | ((from_a ^ past_z) & ~w & HIGHS) >> 2;
}

static bool same_bytes(const char *a, const char *b, size_t n)
{
    size_t i = 0;
    for (; n - i >= 8; i += 8)
        if (lower_eight(eight_at(a + i)) != lower_eight(eight_at(b + i)))
            return false;
    for (; i < n; i++)
        if (paw_lower(a[i]) != paw_lower(b[i]))
            return false;
    return true;
}

bool paw_str_same_name(paw_str a, paw_str b)
{
    if (a.p == NULL || b.p == NULL)
        return a.p == NULL && b.p == NULL;
    return a.n == b.n && same_bytes(a.p, b.p, a.n);
}

int paw_str_compare(paw_str a, paw_str b)
{
    const size_t n = a.n < b.n ? a.n : b.n;
    const int c = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (c != 0)
        return c < 0 ? -1 : 1;
    return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

bool paw_str_starts(paw_str s, paw_str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool paw_str_starts_name(paw_str s, paw_str prefix)
{
    return s.n >= prefix.n && same_bytes(s.p, prefix.p, prefix.n);
}

bool paw_str_ends_name(paw_str s, paw_str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || same_bytes(s.p + (s.n - suffix.n), suffix.p, suffix.n));
}

size_t paw_str_find(paw_str s, paw_str what, size_t from)
{
    if (what.n == 0)
        return from <= s.n ? from : SIZE_MAX;
    for (size_t at = from; at < s.n && what.n <= s.n - at; at++) {
        const char *hit = memchr(s.p + at, what.p[0], s.n - at - what.n + 1);
        if (hit == NULL)
            return SIZE_MAX;
        at = (size_t)(hit - s.p);
        if (memcmp(hit, what.p, what.n) == 0)
            return at;
    }
    return SIZE_MAX;
}

size_t paw_str_find_name(paw_str s, paw_str what, size_t from)
{
    if (what.n == 0)
        return from <= s.n ? from : SIZE_MAX;
    const char first = paw_lower(what.p[0]);
    const uint64_t firsts = ONES * (uint8_t)first;
    for (size_t at = from; at < s.n && what.n <= s.n - at; at++) {
        while (s.n - at >= 8) { /* over what does not begin it */
            const uint64_t differ = lower_eight(eight_at(s.p + at)) ^ firsts;
            const uint64_t same = (differ - ONES) & ~differ & HIGHS;
            at += same == 0 ? 8 : (size_t)__builtin_ctzll(same) / 8;
            if (same != 0)
                break;
        }
        if (at == s.n || what.n > s.n - at)
            return SIZE_MAX;
        if (paw_lower(s.p[at]) == first && same_bytes(s.p + at, what.p, what.n))
            return at;
    }
    return SIZE_MAX;
}

size_t paw_str_find_char(paw_str s, char c, size_t from)
{
    if (from >= s.n)
        return SIZE_MAX;
    const char *hit = memchr(s.p + from, c, s.n - from);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

size_t paw_str_rfind_char(paw_str s, char c)
{
    for (size_t i = s.n; i > 0; i--)
        if (s.p[i - 1] == c)
            return i - 1;
    return SIZE_MAX;
}

paw_str paw_str_trim(paw_str s, const char *set)
{
    while (s.n != 0 && s.p[0] != '\0' && strchr(set, s.p[0]) != NULL) {
        s.p++;
        s.n--;
    }
    while (s.n != 0 && s.p[s.n - 1] != '\0' && strchr(set, s.p[s.n - 1]) != NULL)
        s.n--;
    return s;
}

/* The rest of a pattern from behind a star on, with `?` in it: step by step, back to the star. */
static bool glob_slowly(paw_str s, size_t at, const char *p)
{
    const char *star = p;
    size_t star_at = at;
    while (at < s.n) {
        if (*p == '*') {
            star = ++p;
            star_at = at;
        } else if (*p == '?') {
            uint32_t c = 0;
            at += paw_utf8_next(s, at, &c);
            p++;
        } else if (*p != '\0' && paw_lower(*p) == paw_lower(s.p[at])) {
            at++;
            p++;
        } else {
            at = ++star_at;
            p = star;
        }
    }
    while (*p == '*')
        p++;
    return *p == '\0';
}

/* From a star on: each run without wildcards is looked for behind the one before, the last one at
 * the end. */
static bool glob_runs(paw_str s, size_t at, const char *p)
{
    for (;;) {
        while (*p == '*')
            p++;
        if (*p == '\0')
            return true;
        size_t n = 0;
        while (p[n] != '\0' && p[n] != '*' && p[n] != '?')
            n++;
        if (p[n] == '?')
            return glob_slowly(s, at, p);
        if (p[n] == '\0')
            return s.n - at >= n && same_bytes(s.p + (s.n - n), p, n);
        at = paw_str_find_name(s, (paw_str){p, n}, at);
        if (at == SIZE_MAX)
            return false;
        at += n;
        p += n;
    }
}

bool paw_str_glob(paw_str s, const char *pattern)
{
    const char *p = pattern;
    for (size_t at = 0;; p++) {
        if (*p == '*')
            return glob_runs(s, at, p);
        if (at >= s.n || *p == '\0')
            return at >= s.n && *p == '\0';
        if (*p == '?') {
            uint32_t c = 0;
            at += paw_utf8_next(s, at, &c);
        } else if (paw_lower(*p) != paw_lower(s.p[at++])) {
            return false;
        }
    }
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = paw_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

bool paw_str_u64(paw_str s, uint64_t *ret)
{
    const bool hex = s.n > 2 && s.p[0] == '0' && paw_lower(s.p[1]) == 'x';
    const unsigned base = hex ? 16 : 10;
    uint64_t value = 0;
    if (hex)
        s = paw_str_from(s, 2);
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const unsigned d = (unsigned)digit(s.p[i]);
        if (d >= base || paw_ckd_mul(value, (uint64_t)base, &value) ||
            paw_ckd_add(value, (uint64_t)d, &value))
            return false;
    }
    *ret = value;
    return true;
}

size_t paw_utf8_next(paw_str s, size_t at, uint32_t *ret)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t b = (uint8_t)s.p[at];
    const size_t n = b < 0x80 ? 1 : b < 0xC2 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : b < 0xF5 ? 4 : 0;
    *ret = 0xFFFD;
    if (n == 1)
        *ret = b;
    if (n < 2 || n > s.n - at)
        return 1;
    uint32_t c = b & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        const uint8_t more = (uint8_t)s.p[at + i];
        if ((more & 0xC0) != 0x80)
            return 1;
        c = c << 6 | (more & 0x3Fu);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 1;
    *ret = c;
    return n;
}

size_t paw_utf8_put(char *out, uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

bool paw_utf8_valid(paw_str s)
{
    for (size_t at = 0; at < s.n;) {
        if (s.n - at >= 8 && (eight_at(s.p + at) & HIGHS) == 0) { /* most text is ASCII */
            at += 8;
            continue;
        }
        uint32_t c = 0;
        const size_t n = paw_utf8_next(s, at, &c);
        if (n == 1 && (uint8_t)s.p[at] >= 0x80)
            return false;
        at += n;
    }
    return true;
}
