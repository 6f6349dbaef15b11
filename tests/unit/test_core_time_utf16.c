/* SPDX-License-Identifier: Apache-2.0 */
/* Times as text and back; UTF-16 and Windows-1252 to UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/filetime.h"
#include "core/str.h"
#include "core/utf16.h"

static void times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t want; /* 0: refused */
        const char *again;
    } cases[] = {
        {"2020-05-24T17:13:42.1230000Z", UINT64_C(132348140221230000),
         "2020-05-24T17:13:42.1230000Z"},
        {"2020-05-24 17:13:42.123", UINT64_C(132348140221230000), "2020-05-24T17:13:42.1230000Z"},
        {"2019-05-16T13:10:13.760917499Z", UINT64_C(132024858137609174),
         "2019-05-16T13:10:13.7609174Z"},
        {"1970-01-01T00:00:00Z", UINT64_C(116444736000000000), "1970-01-01T00:00:00.0000000Z"},
        {"2000-02-29 00:00:00", UINT64_C(125962560000000000), "2000-02-29T00:00:00.0000000Z"},
        {"9999-12-31T23:59:59.9999999Z", PAW_FILETIME_MAX, "9999-12-31T23:59:59.9999999Z"},
        {"1601-01-01T00:00:00Z", 0, NULL},
        {"1900-02-29T00:00:00Z", 0, NULL},
        {"2020-05-24", 0, NULL},
        {"2020-13-01T00:00:00Z", 0, NULL},
        {"2020-05-24T17:13:42.Z", 0, NULL},
        {"2020-05-24T17:13:42.1230000Zx", 0, NULL},
        {"2020-05-24T24:13:42Z", 0, NULL},
        {"-", 0, NULL},
        {"", 0, NULL},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        paw_filetime t = 0;
        char out[PAW_FILETIME_TEXT];
        const bool is_read = paw_filetime_read(paw_str_of(cases[i].text), &t);
        if (is_read != (cases[i].want != 0) || t != cases[i].want)
            fail_msg("%s: %llu", cases[i].text, (unsigned long long)t);
        if (is_read && !paw_str_equal(paw_filetime_text(t, out), paw_str_of(cases[i].again)))
            fail_msg("%s came back otherwise", cases[i].text);
    }
}

static void clamped(void **state)
{
    (void)state;
    char out[PAW_FILETIME_TEXT];
    assert_null(paw_filetime_text(0, out).p);
    assert_true(
        paw_str_equal(paw_filetime_text(UINT64_MAX, out), PAW_LIT("9999-12-31T23:59:59.9999999Z")));
    assert_int_equal(paw_filetime_of_unix(0), UINT64_C(116444736000000000));
    assert_int_equal(paw_filetime_of_unix(INT64_MAX), 0);
    assert_int_equal(paw_filetime_of_unix(INT64_MIN), 0);
}

static void every_day(void **state)
{
    (void)state;
    char out[PAW_FILETIME_TEXT];
    for (uint64_t day = 1; day < 3067671; day += 1 + day % 5) {
        const paw_filetime t = day * 86400 * PAW_TICKS_PER_SEC + day % 1000;
        paw_filetime again = 0;
        assert_true(paw_filetime_read(paw_filetime_text(t, out), &again));
        assert_int_equal(t, again);
    }
}

static void wide(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        uint8_t given[12];
        size_t units;
        paw_str want;
        bool lossy;
    } cases[] = {
        {"letters", {'a', 0, 'b', 0}, 2, PAW_LIT_INIT("ab"), false},
        {"NUL inside", {'a', 0, 0, 0, 'b', 0}, 3, PAW_LIT_INIT("a\0b"), false},
        {"pair", {0x3D, 0xD8, 0x00, 0xDE}, 2, PAW_LIT_INIT("\xF0\x9F\x98\x80"), false},
        {"lone high", {0x3D, 0xD8, 'x', 0}, 2, PAW_LIT_INIT("\xEF\xBF\xBDx"), true},
        {"lone low", {0x00, 0xDE}, 1, PAW_LIT_INIT("\xEF\xBF\xBD"), true},
        {"high at the end", {'x', 0, 0x3D, 0xD8}, 2, PAW_LIT_INIT("x\xEF\xBF\xBD"), true},
        {"nothing", {0}, 0, PAW_LIT_INIT(""), false},
    };
    struct paw_arena a;
    paw_arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        bool lossy = false;
        const paw_str got = paw_utf16_text(&a, (paw_u16){cases[i].given, cases[i].units}, &lossy);
        if (!paw_str_equal(got, cases[i].want) || lossy != cases[i].lossy)
            fail_msg("%s: %.*s", cases[i].label, (int)got.n, got.p);
        if (!lossy) {
            uint8_t back[32];
            const size_t n = paw_utf16_from(got, back);
            assert_int_equal(n, 2 * cases[i].units);
            assert_memory_equal(back, cases[i].given, n);
        }
    }
    const uint8_t padded[8] = {'a', 0, 0, 0, 0, 0, 0, 0};
    assert_int_equal(paw_utf16_trim((paw_u16){padded, 4}).units, 1);
    paw_arena_finish(&a);
}

static void ansi(void **state)
{
    (void)state;
    static const uint8_t cafe[] = {0x96, ' ', 'c', 'a', 'f', 0xE9};
    static const uint8_t hole[] = {0x81};
    struct paw_arena a;
    bool lossy = false;
    paw_arena_init(&a, SIZE_MAX);
    assert_true(paw_str_equal(paw_ansi_text(&a, (paw_bytes){cafe, sizeof(cafe)}, &lossy),
                              PAW_LIT("\xE2\x80\x93 caf\xC3\xA9")));
    assert_false(lossy);
    assert_true(
        paw_str_equal(paw_ansi_text(&a, (paw_bytes){hole, 1}, &lossy), PAW_LIT("\xEF\xBF\xBD")));
    assert_true(lossy);
    paw_arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times), cmocka_unit_test(clamped), cmocka_unit_test(every_day),
        cmocka_unit_test(wide),  cmocka_unit_test(ansi),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
