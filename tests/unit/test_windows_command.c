/* SPDX-License-Identifier: Apache-2.0 */
/* Parsing of whole command lines: docs/detections 2.3, 2.6, 2.7. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "common/command_check.h"
#include "common/grammars.h"
#include "windows/command.h"
#include "windows/text.h"

static struct paw_arena arena;

static void add(struct paw_text *t, const char *label, paw_str s)
{
    if (s.p == NULL)
        return;
    if (t->n != 0)
        paw_text_char(t, ' ');
    paw_text_add(t, paw_str_of(label));
    paw_text_add(t, s);
}

/* program [switch][=value] … target=… call=… form=… flags=… */
static const char *shown(const struct paw_command *c)
{
    struct paw_text t = paw_text_new(&arena, 256);
    char number[32];
    paw_text_add(&t, c->program);
    for (size_t i = 0; i < c->n_switches; i++) {
        add(&t, "/", paw_str_of(c->switches[i].name));
        if (c->switches[i].value.p != NULL) {
            paw_text_char(&t, '=');
            paw_text_add(&t, c->switches[i].value);
        }
    }
    add(&t, "T:", c->target.norm);
    if (c->call.name.n != 0) {
        add(&t, "C:", c->call.name);
        paw_text_char(&t, '!');
        paw_text_add(&t, c->call.export);
        if ((c->form & PAW_FORM_ORDINAL) != 0) {
            (void)snprintf(number, sizeof(number), "@%u", c->call.ordinal);
            paw_text_add(&t, paw_str_of(number));
        }
        add(&t, "A:", c->call.args);
    }
    for (size_t i = 0; i < c->n_nested; i++) {
        add(&t, c->nested[i].is_verbatim ? "N:<" : "n:<", c->nested[i].text);
        paw_text_char(&t, '>');
        if (c->nested[i].copy_of.n != 0)
            add(&t, "of:", c->nested[i].copy_of);
        if (c->nested[i].folder.n != 0)
            add(&t, "in:", c->nested[i].folder);
    }
    (void)snprintf(number, sizeof(number), "%x", c->form);
    if (c->form != 0)
        add(&t, "F:", paw_str_of(number));
    (void)snprintf(number, sizeof(number), "%x", c->flags);
    if (c->flags != 0)
        add(&t, "L:", paw_str_of(number));
    return paw_arena_cstr(&arena, paw_text_view(&t));
}

static void parse(const char *line, const char *image, struct paw_command *c)
{
    const struct paw_line_context context = {.image = paw_str_of(image)};
    const paw_str program = image != NULL ? paw_str_of(strrchr(image, '\\') + 1)
                                          : paw_command_program(paw_str_of(line), &arena);
    const struct paw_grammar *grammar = test_grammar_find(program);
    assert_int_equal(paw_command_parse(paw_str_of(line), grammar, &context, &arena, c), PAW_OK);
}

#include "test_windows_command_rows.h"

static void lines(void **state)
{
    (void)state;
    unsigned bad = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        struct paw_command c;
        paw_arena_reset(&arena);
        parse(rows[i].line, rows[i].image, &c);
        const char *got = shown(&c);
        const char *fault = test_command_fault(&c);
        if (fault != NULL) {
            print_error("%s\n   fault: %s\n", rows[i].line, fault);
            bad++;
        }
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s\n   got %s\n  want %s\n", rows[i].line, got, rows[i].want);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* Lines of half a megabyte made of one piece again and again: bounded memory, and time that the
 * suite's limit would not allow if it grew with the square. */
static void hostile(void **state)
{
    (void)state;
    static const char *const programs[] = {"rundll32 ",
                                           "regsvr32 ",
                                           "msiexec ",
                                           "mshta ",
                                           "cmd /c ",
                                           "cmd /c set a=b&",
                                           "powershell -c ",
                                           "powershell -e ",
                                           "wmic process call create ",
                                           "odbcconf ",
                                           "schtasks /create ",
                                           "unknown ",
                                           "\"",
                                           ""};
    static const char *const pieces[] = {
        "a",    "a ",   "\"",        "\\",
        "\\\"", "/q",   "/q ",       "-i:",
        "(",    "a(",   ")",         "&",
        "^",    "%a%",  "!a",        "'",
        "`",    "'a'+", "if (",      "for a in (b) do (",
        "> ",   "{",    "% ",        "\xE2\x80\x93s ",
        "@",    "..\\", "http://a ", "start ",
        ",",    "=",
    };
    enum { SIZE = 512 * 1024 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < PAW_COUNT_OF(programs); i++)
        for (size_t k = 0; k < PAW_COUNT_OF(pieces); k++) {
            struct paw_arena own;
            struct paw_command c;
            const struct paw_line_context context = {0};
            const size_t head = strlen(programs[i]), n = strlen(pieces[k]);
            memcpy(text, programs[i], head);
            size_t at = head;
            for (; at + n <= SIZE; at += n)
                memcpy(text + at, pieces[k], n);
            const paw_str line = {text, at};
            paw_arena_init(&own, (size_t)SIZE * 16);
            const struct paw_grammar *grammar = test_grammar_find(paw_command_program(line, &own));
            const clock_t begin = clock();
            const enum paw_status status = paw_command_parse(line, grammar, &context, &own, &c);
            const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
            if (getenv("PAW_VERBOSE") != NULL && seconds > 0.1)
                print_message("%s%s: %.2f s, %zu KB\n", programs[i], pieces[k], seconds,
                              own.used / 1024);
            assert_int_equal(status, PAW_OK);
            assert_null(test_command_fault(&c));
            paw_arena_finish(&own);
        }
    free(text);
}

/* Where a line that nobody ran says that its program lies. */
static void images(void **state)
{
    (void)state;
    static const struct {
        const char *line, *image;
    } said[] = {
        {"C:\\Users\\Public\\rundll32.exe a.dll,b", "C:\\Users\\Public\\rundll32.exe"},
        {"\"C:\\Program Files\\A\\b\" /c", "C:\\Program Files\\A\\b.exe"},
        {"%windir%\\system32\\mmc.exe x", "C:\\Windows\\system32\\mmc.exe"},
        {"\\\\?\\C:\\Windows\\System32\\mmc.exe", "C:\\Windows\\System32\\mmc.exe"},
        {"\\\\host\\share\\mmc.exe x", "\\\\host\\share\\mmc.exe"},
        {"mmc.exe C:\\a.msc", ""},
        {"%tools%\\mmc.exe C:\\a.msc", ""},
        {"..\\mmc.exe C:\\a.msc", ""},
        {"", ""},
    };
    static const struct paw_machine machine = {0};
    for (size_t i = 0; i < PAW_COUNT_OF(said); i++) {
        const paw_str image = paw_command_image(paw_str_of(said[i].line), &machine, &arena);
        assert_string_equal(image.n == 0 ? "" : paw_arena_cstr(&arena, image), said[i].image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(images),
        cmocka_unit_test(hostile),
    };
    paw_arena_init(&arena, SIZE_MAX);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    paw_arena_finish(&arena);
    return failed;
}
