/* SPDX-License-Identifier: Apache-2.0 */
/* Views of text: globs, numbers, UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/str.h"

static void globs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *pattern;
        bool want;
    } cases[] = {
        {"regsvr32.exe", "REGSVR32.*", true},
        {"a", "?", true},
        {"\xC3\xA9", "?", true},
        {"", "*", true},
        {"abc", "a*c*", true},
        {"abc", "a*d", false},
        {"aXbXc", "a*X*c", true},
        {"abc", "ab", false},
        {"ab", "abc", false},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++)
        if (paw_str_glob(paw_str_of(cases[i].text), cases[i].pattern) != cases[i].want)
            fail_msg("%s against %s", cases[i].text, cases[i].pattern);
}

/* One character after the other, without any of the short ways. */
static bool plain_glob(paw_str s, const char *p)
{
    if (*p == '\0')
        return s.n == 0;
    if (*p == '*') {
        for (size_t i = 0; i <= s.n; i++)
            if (plain_glob(paw_str_from(s, i), p + 1))
                return true;
        return false;
    }
    return s.n != 0 && (*p == '?' || paw_lower(*p) == paw_lower(s.p[0])) &&
           plain_glob(paw_str_from(s, 1), p + 1);
}

static size_t plain_find(paw_str s, paw_str what)
{
    for (size_t at = 0; what.n <= s.n && at <= s.n - what.n; at++)
        if (paw_str_same_name(paw_str_sub(s, at, what.n), what))
            return at;
    return SIZE_MAX;
}

static uint64_t random_of(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static size_t random_text(uint64_t *seed, const char *of, size_t most, char *out)
{
    const size_t n = random_of(seed) % (most + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = of[random_of(seed) % strlen(of)];
    out[n] = '\0';
    return n;
}

static void globs_and_finds_as_the_plain_ones(void **state)
{
    (void)state;
    uint64_t seed = 1218;
    char text[40], pattern[16];
    for (unsigned i = 0; i < 200000; i++) {
        const paw_str s = {text, random_text(&seed, "aAbBZz@[", 32, text)};
        const size_t n = random_text(&seed, i % 2 == 0 ? "aAb*" : "aBz*?@", 9, pattern);
        if (paw_str_glob(s, pattern) != plain_glob(s, pattern))
            fail_msg("%s against %s", text, pattern);
        const paw_str what = {pattern, n % 4};
        if (paw_str_find_name(s, what, 0) != plain_find(s, what))
            fail_msg("%.*s in %s", (int)what.n, pattern, text);
    }
}

static void numbers(void **state)
{
    (void)state;
    uint64_t n = 0;
    assert_true(paw_str_u64(PAW_LIT("0x1a34"), &n));
    assert_int_equal(n, 0x1a34);
    assert_true(paw_str_u64(PAW_LIT("18446744073709551615"), &n));
    assert_false(paw_str_u64(PAW_LIT("18446744073709551616"), &n));
    assert_false(paw_str_u64(PAW_LIT("0x"), &n));
    assert_false(paw_str_u64(PAW_LIT("12 "), &n));
}

static void utf8(void **state)
{
    (void)state;
    assert_true(paw_utf8_valid(PAW_LIT("a\xE2\x82\xAC\xF0\x9F\x98\x80")));
    assert_false(paw_utf8_valid(PAW_LIT("\xED\xA0\x80")));
    assert_false(paw_utf8_valid(PAW_LIT("\xC0\xAF")));
    assert_false(paw_utf8_valid(PAW_LIT("\xE2\x82")));
    char eight[] = "abcdefghijklmnopqrst";
    for (size_t i = 0; i < sizeof(eight) - 1; i++) { /* wherever it stands among ASCII */
        const char kept = eight[i];
        eight[i] = (char)0x80;
        assert_false(paw_utf8_valid(paw_str_of(eight)));
        eight[i] = kept;
        assert_true(paw_utf8_valid(paw_str_of(eight)));
    }
    char out[4];
    assert_int_equal(paw_utf8_put(out, 0x20AC), 3);
    assert_memory_equal(out, "\xE2\x82\xAC", 3);
}

static void arenas(void **state)
{
    (void)state;
    struct paw_arena a;
    paw_arena_init(&a, 200 * 1024);
    assert_non_null(paw_arena_alloc(&a, 100));
    assert_null(paw_arena_alloc(&a, 1024 * 1024));
    assert_null(paw_arena_array(&a, SIZE_MAX / 2, 8));
    assert_null(paw_arena_cstr(&a, PAW_LIT("a\0b")));
    assert_string_equal(paw_arena_cstr(&a, PAW_LIT("ab")), "ab");
    paw_arena_reset(&a);
    const uint8_t *again = paw_arena_alloc(&a, 64);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(again[i], 0);
    paw_arena_finish(&a);
    paw_arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs),   cmocka_unit_test(globs_and_finds_as_the_plain_ones),
        cmocka_unit_test(numbers), cmocka_unit_test(utf8),
        cmocka_unit_test(arenas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
