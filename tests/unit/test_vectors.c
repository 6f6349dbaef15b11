/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of vectors refuses what the page refuses, and says where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vectors.h"

static const struct {
    const char *text, *error; /* error NULL: accepted */
    unsigned line, column;
} rows[] = {
    {"= a.b\n+ x.exe\n", NULL, 0, 0},
    {"# note\n\n= a.b\n+ x.exe /s\n  ?command_line\n-SWITCH x.exe\n~low/M x.exe /s /q\n", NULL, 0,
     0},
    {"= a.b\n+\n  ps4104 Get-Item\n", NULL, 0, 0},
    {"= a.b\n+ x.exe\n  other@t y.exe\n    +60ms module C:\\a.dll\n  +40ms access:0x10 @t\n", NULL,
     0, 0},
    {"+ x.exe\n", "before any section", 1, 1},
    {"= a.b\n+ x.exe\n= a.b\n+ y.exe\n", "given twice", 3, 3},
    {"= a.b\n-SWITCH x.exe\n", "without +", 1, 1},
    {"= a.b\n+ x.exe\n-SWITCH y.exe\n-SWITCH y.exe\n", "equal to the row", 4, 1},
    {"= a.b\n+\tx.exe\n", "a tab", 2, 2},
    {"= a.b\n+ x.exe \n", "trailing blank", 2, 8},
    {"= a.b\n+ x.exe\n   child y.exe\n", "indentation", 3, 1},
    {"= a.b\n+ x.exe\n      child y.exe\n", "indentation", 3, 1},
    {"= a.b\n+ x.exe\n  frob y.exe\n", "no such word 'frob'", 3, 3},
    {"= a.b\n+ x.exe\n  module:frob C:\\a.dll\n", "no option 'frob'", 3, 3},
    {"= a.b\n+ x.exe\n  ?frob\n", "no such evidence", 3, 3},
    {"= a.b\n+ x.exe\n  module\n", "needs a text", 3, 3},
    {"= a.b\n+ x.exe\n  ofn A\n  ofn B\n", "given twice", 4, 3},
    {"= a.b\n+ x.exe\n  file C:\\a\n    child y.exe\n", "no process", 4, 5},
    {"= a.b\n+ x.exe\n  end\n  file C:\\a\n", "after the end", 4, 3},
    {"= a.b\n+ a\xe2\x80\xae"
     "b.exe\n",
     "invisible", 2, 4},
    {"= a.b\n+ x.exe", "does not end", 1, 1},
    {"= a.b\n+X x.exe\n", "nothing stands behind +", 2, 1},
    {"= a.b\n+ x.exe\nfrob\n", "a line begins with", 3, 1},
    {"= a.b\n+ x.exe\n- y.exe\n", "missing", 3, 1},
};

static void refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vec_file f;
        const bool ok = vec_read(&f, "test", rows[i].text, strlen(rows[i].text));
        if (ok != (rows[i].error == NULL) ||
            (!ok && (strstr(f.error, rows[i].error) == NULL || f.line != rows[i].line)))
            fail_msg("row %zu: '%s' at %u:%u", i, f.error, f.line, f.column);
        if (!ok)
            assert_int_equal(f.column, rows[i].column);
        vec_finish(&f);
    }
}

static void texts(void **state)
{
    (void)state;
    static const char text[] = "= a.b\n+ {U+0020}/s {U+0041*3} \\ \" % {x}\n";
    struct vec_file f;
    assert_true(vec_read(&f, "test", text, sizeof text - 1));
    assert_string_equal(vec_judged(f.sections->rows)->text, " /s AAA \\ \" % {x}");
    vec_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals),
        cmocka_unit_test(texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
