/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Views of UTF-8 text. Windows names compare ASCII-case-insensitively here (paw_str_same_name);
 * the full Unicode folding of paths lives in lib/windows. Nothing allocates.
 */
#pragma once

#include <catspaw/base.h>

static inline paw_str paw_str_of(const char *PAW_NULLABLE s)
{
    return s == NULL ? (paw_str){0} : (paw_str){s, strlen(s)};
}

static inline paw_str paw_str_sub(paw_str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (paw_str){s.p == NULL ? NULL : s.p + from, n};
}

static inline paw_str paw_str_from(paw_str s, size_t from)
{
    return paw_str_sub(s, from, s.n);
}

static inline char paw_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/** Byte for byte equal; absent equals only absent. */
bool paw_str_equal(paw_str a, paw_str b);
/** Equal but for ASCII case. */
bool paw_str_same_name(paw_str a, paw_str b);
/** -1, 0, 1 by bytes; a prefix comes first. */
int paw_str_compare(paw_str a, paw_str b);
bool paw_str_starts(paw_str s, paw_str prefix);      /* exact */
bool paw_str_starts_name(paw_str s, paw_str prefix); /* ASCII case folded */
bool paw_str_ends_name(paw_str s, paw_str suffix);   /* ASCII case folded */
/** Position of what in s at or after from, or SIZE_MAX. */
size_t paw_str_find(paw_str s, paw_str what, size_t from);
size_t paw_str_find_name(paw_str s, paw_str what, size_t from); /* ASCII case folded */
size_t paw_str_find_char(paw_str s, char c, size_t from);
size_t paw_str_rfind_char(paw_str s, char c);
/** Without leading and trailing bytes of set (a C string of ASCII bytes). */
paw_str paw_str_trim(paw_str s, const char *set);
/** Shell-like glob over ASCII-folded bytes: `*` any run, `?` any one character (not byte). Linear
 * stack, no recursion. */
bool paw_str_glob(paw_str s, const char *pattern);
/** Decimal or, with a leading 0x, hexadecimal; the whole text must be the number. */
bool paw_str_u64(paw_str s, uint64_t *ret);
/** Length in bytes of the UTF-8 character at s.p[at] (1 for a stray byte); its code point in *ret
 * (U+FFFD if malformed). */
size_t paw_utf8_next(paw_str s, size_t at, uint32_t *ret);
/** Writes code point c as UTF-8 to out (4 bytes of room); the number of bytes, surrogates become
 * U+FFFD. */
size_t paw_utf8_put(char *out, uint32_t c);
/** Whether every byte belongs to well-formed UTF-8. */
bool paw_utf8_valid(paw_str s);
