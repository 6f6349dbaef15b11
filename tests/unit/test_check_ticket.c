/* SPDX-License-Identifier: Apache-2.0 */
/* Lines as people paste them: what is left of them, and where what was made harmless stood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "check.h"
#include "core/str.h"

static void unwrapping(void **state)
{
    (void)state;
    static const struct {
        const char *given, *want;
    } cases[] = {
        {"", ""},
        {" \t", ""},
        {"```", ""},
        {"```powershell", ""},
        {"~~~", ""},
        {"C:\\>", ""},
        {"`", "`"},
        {"\"", "\""},
        {"\"\"", "\"\""},
        {"  a b  ", "a b"},
        {"`a b`", "a b"},
        {"'a b'", "a b"},
        {"> > `a b`", "a b"},
        {"- 'a b'", "a b"},
        {"3. a b", "a b"},
        {"3.a b", "3.a b"},
        {"1234. a", "1234. a"},
        {"\"a b\"", "a b"},
        {"\"a\"", "\"a\""},
        {"\"C:\\p q\\a.exe\"", "\"C:\\p q\\a.exe\""},
        {"\"C:\\p q\\a.exe\" \"b\"", "\"C:\\p q\\a.exe\" \"b\""},
        {"\"C:\\p q\\a.exe -x \"b c\"\"", "C:\\p q\\a.exe -x \"b c\""},
        {"\"a /i:\"b c\" d\"", "a /i:\"b c\" d"},
        {"PS C:\\a b> c d", "c d"},
        {"C:\\a.exe>b", "C:\\a.exe>b"},
        {"C:\\a.exe /x>b", "C:\\a.exe /x>b"},
        {"C:\\a /x > b", "C:\\a /x > b"},
        {"commandline: \"a b\"", "a b"},
        {"-x", "-x"},
        {"*", "*"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const paw_str got = paw_ticket_unwrap(paw_str_of(cases[i].given));
        if (got.n != strlen(cases[i].want) ||
            (got.n != 0 && memcmp(got.p, cases[i].want, got.n) != 0))
            fail_msg("%s: %.*s", cases[i].given, (int)got.n, got.p);
    }
}

static void refanging(void **state)
{
    (void)state;
    static const struct {
        const char *given, *want;
    } cases[] = {
        {"a hxxp://b.example/c", "a http://b.example/c"},
        {"a HXXPS://b[.]example", "a https://b.example"},
        {"a hxxps[:]//b(.)example", "a https://b.example"},
        {"a h**p[://]b{.}example", "a http://b.example"},
        {"a https://b[dot]example", "a https://b.example"},
        {"/i:hxxp://b/c", "/i:http://b/c"},
        {"(\"hxxp://b/c\")", "(\"http://b/c\")"},
        {"b[.]example[:]8080", "b.example:8080"},
        {"198[.]51[.]100[.]7", "198.51.100.7"},
        {"http[:]\\\\b", "http:\\\\b"},
        {"ahxxp://b", "ahxxp://b"},
        {"hxxp", "hxxp"},
        {"[.]", "[.]"},
        {"a[.] b", "a[.] b"},
        {"a [.]b", "a [.]b"},
        {"x[:]//b", "x[:]//b"},
        {"a -match 'b[.c]'", "a -match 'b[.c]'"},
    };
    struct paw_arena arena;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct paw_line line = {0};
        const paw_str given = paw_str_of(cases[i].given), want = paw_str_of(cases[i].want);
        assert_int_equal(paw_ticket_refang(given, &arena, &line), PAW_OK);
        if (!paw_str_equal(line.command_line, want))
            fail_msg("%s: %.*s", cases[i].given, (int)line.command_line.n, line.command_line.p);
        assert_int_equal(line.printed.p != NULL, !paw_str_equal(given, want));
        assert_true(paw_str_equal(paw_check_printed(&line), given));
    }
    paw_arena_finish(&arena);
}

static void spans(void **state)
{
    (void)state;
    struct paw_arena arena;
    struct paw_line line = {0};
    paw_arena_init(&arena, SIZE_MAX);
    /*                                        0123456789012345678901234567 */
    assert_int_equal(paw_ticket_refang(PAW_LIT("x hxxps[:]//b[.]example/ y"), &arena, &line),
                     PAW_OK);
    assert_true(paw_str_equal(line.command_line, PAW_LIT("x https://b.example/ y")));
    static const struct {
        struct paw_span judged, printed;
    } cases[] = {
        {{0, 1}, {0, 1}},                        /* before                        */
        {{2, 18}, {2, 22}},                      /* the address                   */
        {{2, 5}, {2, 5}},                        /* https                         */
        {{3, 2}, {2, 5}},                        /* half of it: all of what it was */
        {{10, 9}, {12, 11}}, {{11, 1}, {13, 3}}, /* the dot                       */
        {{12, 7}, {16, 7}},  {{21, 1}, {25, 1}}, /* behind                        */
        {{0, 22}, {0, 26}},  {{0, 0}, {0, 0}},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const struct paw_span got = paw_check_printed_span(&line, cases[i].judged);
        if (got.start != cases[i].printed.start || got.length != cases[i].printed.length)
            fail_msg("%zu: %u+%u", i, got.start, got.length);
    }
    paw_arena_finish(&arena);
}

/* Pieces at random: every span lies in the printed line, in order, and what was not changed is the
 * same on both sides. */
static void any_line(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "hxxp", "hxxps", "h**p",  "[.]", "(.)", "[:]", "[:]//", "[://]", "://", "a", "B9",
        " ",    "\"",    "[dot]", "`",   "- ",  "'",   "C:\\>", "[",     ":",   ".", "\xC3\xA9",
    };
    struct paw_arena arena;
    uint32_t seed = 7;
    paw_arena_init(&arena, SIZE_MAX);
    for (unsigned round = 0; round < 20000; round++) {
        char text[160];
        size_t n = 0;
        struct paw_line line = {0};
        for (unsigned k = 0; k < 16; k++) {
            seed = seed * 1664525 + 1013904223;
            const char *piece = pieces[(seed >> 16) % PAW_COUNT_OF(pieces)];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }
        const paw_str whole = {text, n}, printed = paw_ticket_unwrap(whole);
        assert_true(printed.n <= n);
        assert_int_equal(paw_ticket_refang(printed, &arena, &line), PAW_OK);
        assert_true(line.command_line.n <= printed.n);
        uint32_t last = 0;
        for (uint32_t at = 0; at < line.command_line.n; at++) {
            const struct paw_span got = paw_check_printed_span(&line, (struct paw_span){at, 1});
            assert_true(got.length != 0 && got.start >= last);
            assert_true(got.start + got.length <= printed.n);
            if (got.length == 1)
                assert_int_equal(line.command_line.p[at], printed.p[got.start]);
            last = got.start;
        }
        paw_arena_reset(&arena);
    }
    paw_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unwrapping),
        cmocka_unit_test(refanging),
        cmocka_unit_test(spans),
        cmocka_unit_test(any_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
