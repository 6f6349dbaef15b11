/* SPDX-License-Identifier: Apache-2.0 */
/* The recipe language: what it takes apart, and what it refuses, where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "recipe.h"

#define PLUS "= a.b\n+ x.exe\n"

static const struct {
    const char *text;
    unsigned line, column;
    const char *what; /* the beginning */
} refused[] = {
    {"= a.b\n", 1, 1, "a section without a '+' row"},
    {"= a.b\n- x.exe\n", 2, 2, "a question is needed"},
    {"= a.b\n-Q x.exe\n", 1, 1, "a section without a '+' row"},
    {"= ab\n", 1, 3, "no behaviour id"},
    {"= A.b\n", 1, 3, "no behaviour id"},
    {PLUS PLUS, 3, 3, "a section given twice"},
    {PLUS "+ x.exe\n", 3, 1, "a row equal to another"},
    {PLUS "-Q x.exe\n-Q x.exe\n", 4, 1, "a row equal to another"},
    {PLUS "~loud x.exe\n", 3, 2, "unknown severity"},
    {PLUS "~high/X x.exe\n", 3, 7, "unknown confidence"},
    {"+ x.exe\n", 1, 1, "a sign outside of a section"},
    {"= a.b\n+\n", 2, 1, "a row that judges nothing"},
    {"hello\n", 1, 1, "neither a host, a section nor a sign"},
    {"  start x.exe\n", 1, 3, "a line that belongs to nothing"},
    {"host A\n+ x.exe\n", 2, 1, "a sign in a case"},
    {"host A\n  start x.exe\n= a.b\n", 3, 1, "a section in a case"},
    {PLUS "host A\n", 3, 1, "a host among sections"},
    {"host A\nhost a\n", 2, 6, "a host given twice"},
    {"host A B\n", 1, 6, "no host name"},
    {"host A\n  start x.exe", 2, 14, "the last line has no end"},
    {"host A\n  start\tx.exe\n", 2, 8, "a tab"},
    {"host A\n  start x.exe \n", 2, 14, "trailing blanks"},
    {"host A\n start x.exe\n", 2, 1, "odd indentation"},
    {"host A\n    start x.exe\n", 2, 5, "jumping indentation"},
    {"host A\n  start x.exe\n      pid 4\n", 3, 7, "jumping indentation"},
    {"host A\n  start x.exe\n    dance\n", 3, 5, "unknown head 'dance'"},
    {"host A\n  start x.exe\n    module:blue C:\\a.dll\n", 3, 12, "unknown option 'blue'"},
    {"host A\n  start x.exe\n    connect:from=x 1.2.3.4:5\n", 3, 13, "unknown option"},
    {"host A\n  start x.exe\n    +5x module C:\\a.dll\n", 3, 5, "a time that does not parse"},
    {"host A\n  start x.exe\n    +1h5m module C:\\a.dll\n", 3, 5, "a time that does not parse"},
    {"host A\n  start x.exe\n    +5s pid 4\n", 3, 5, "a time where none belongs"},
    {"host A\n  start\n", 2, 3, "a text is missing"},
    {"host A\n  start x.exe\n    none of it\n", 3, 10, "no text belongs"},
    {"host A\n  start x.exe\n    set HKCU\\A\\B\n", 3, 5, "a value without ' = '"},
    {"host A\n  start x.exe\n    set:dword HKCU\\A\\B = x\n", 3, 5, "a number that does not parse"},
    {"host A\n  start x.exe\n    pid four\n", 3, 5, "a number that does not parse"},
    {"host A\n  start x.exe\n    pid 4\n    pid 8\n", 4, 5, "given twice: 'pid'"},
    {"host A\n  start x.exe\n    connect 1.2.3:5\n", 3, 5, "an address that does not parse"},
    {"host A\n  start x.exe\n    connect 1.2.3.4\n", 3, 5, "an address that does not parse"},
    {"host A\n  start x.exe\n    connect 1.2.3.4:99999\n", 3, 5, "an address that does not parse"},
    {"host A\n  start x.exe\n    integrity Big\n", 3, 5, "unknown integrity"},
    {"host A\n  start x.exe\n    sha256 12\n", 3, 5, "a hash that does not parse"},
    {"host A\n  start x.exe\n    access:0x10 @who\n", 3, 5, "unknown name 'who'"},
    {"host A\n  start x.exe\n    access:big lsass.exe\n", 3, 12, "unknown option"},
    {"host A\n  start x.exe\n    access lsass.exe\n", 3, 11, "one number is needed"},
    {"host A\n  start@a x.exe\n  start@a y.exe\n", 2, 3, "a name given twice"},
    {"host A\n  start@it x.exe\n", 2, 9, "a name that is empty, reserved"},
    {"host A\n  start x.exe\n    module@m C:\\a.dll\n", 3, 12, "a name that is empty, reserved"},
    {"host A\n  start x.exe\n    end\n    module C:\\a.dll\n", 4, 5,
     "after the end of its process"},
    {"host A\n  start x.exe\n    +5s module C:\\a.dll\n    +4s end\n", 3, 9, "after the end"},
    {"host A\n  pid 4\n", 2, 3, "does not belong here: 'pid'"},
    {"host A\n  module C:\\a.dll\n", 2, 3, "does not belong here: 'module'"},
    {"host A\n  start x.exe\n    module C:\\a.dll\n      pid 4\n", 4, 7,
     "does not belong here: 'pid'"},
    {"host A\n  start x.exe\n    dns example.org\n      data 4\n", 4, 7, "does not belong here"},
    {"host A\n  via pigeon\n", 2, 3, "neither sysmon, 4688 nor both"},
    {"host A\n  without luck\n", 2, 11, "unknown evidence word 'luck'"},
    {"host A\n  without image image\n", 2, 17, "given twice"},
    {"host A\n  at noon\n", 2, 3, "a time that does not parse"},
    {"host A\n  at 2026-02-30T09:00:00Z\n", 2, 3, "a time that does not parse"},
    {"host A\n  event nothing\n", 2, 3, "not PROVIDER/ID"},
    {"host A\n  start x.exe\n    service a b\n", 3, 5, "not NAME = COMMAND"},
    {"host A\n  start x.exe\n    stream C:\\a.txt\n", 3, 5, "a stream without its name"},
    {"host A\n  start x.exe\n    = nothing\n", 3, 5, "no behaviour id"},
    {"host A\n  start x.exe\n    = a.b loud\n", 3, 5, "unknown severity"},
    {"host A\n  start x.exe\n    ?image\n", 3, 5, "evidence is asked for below a '+' row only"},
    {PLUS "  ?luck\n", 3, 4, "unknown evidence word"},
    {PLUS "  = a.b\n", 3, 3, "an expectation below a row"},
    {PLUS "  none\n", 3, 3, "an expectation below a row"},
    {"= a.b\n+ {U+0020}/s\n", 2, 3, "a command line without a program"},
    {"= a.b\n+ x {U+20}\n", 2, 5, "a {U+} that does not parse"},
    {"= a.b\n+ x {U+0020\n", 2, 5, "a {U+} that does not parse"},
    {"= a.b\n+ x {U+110000}\n", 2, 5, "a {U+} that does not parse"},
    {"= a.b\n+ x \xc2\xad\n", 2, 5, "a character that needs {U+}"},
    {"= a.b\n+ x \xe2\x80\xae\n", 2, 5, "a character that needs {U+}"},
    {"= a.b\n+ x \xff\n", 2, 5, "not UTF-8"},
    {"= a.b\n+ x \xed\xa0\x80\n", 2, 5, "a character that needs {U+}"},
    {"= a.b\r\n", 1, 6, "a character that needs {U+}"},
};

static void refusals(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct gen_recipe r = {0};
        struct gen_recipe_error e;
        const bool ok = gen_recipe_read(gen_lit(refused[i].text), &r, &e);
        gen_recipe_free(&r);
        if (!ok && e.line == refused[i].line && e.column == refused[i].column &&
            strncmp(e.what, refused[i].what, strlen(refused[i].what)) == 0)
            continue;
        wrong++;
        print_message("%s---\ngot    %s %u:%u %s\nwanted %u:%u %s\n\n", refused[i].text,
                      ok ? "accepted" : "refused", e.line, e.column, e.what, refused[i].line,
                      refused[i].column, refused[i].what);
    }
    assert_int_equal(wrong, 0);
}

static void read_well(const char *text, struct gen_recipe *r)
{
    struct gen_recipe_error e;
    if (!gen_recipe_read(gen_lit(text), r, &e))
        fail_msg("%u:%u: %s", e.line, e.column, e.what);
}

static void assert_text(struct gen_str got, const char *wanted)
{
    assert_non_null(got.p);
    assert_int_equal(got.n, strlen(wanted));
    assert_memory_equal(got.p, wanted, got.n);
}

static void raw_text(void **state)
{
    (void)state;
    struct gen_recipe r = {0};
    read_well("", &r);
    read_well("# only a remark\n\n", &r);
    read_well("= a.b\n+ x.exe   \"a  b\" %TEMP% ^ \\ ' # ! {y} = ;\n"
              "+ a{U+0000}b{U+D800}{U+0020*3}{U+202E}{U+1F43E}\n",
              &r);
    const struct gen_row *row = r.sections->rows;
    assert_text(row->judged->text, "x.exe   \"a  b\" %TEMP% ^ \\ ' # ! {y} = ;");
    const struct gen_str t = row->next->judged->text;
    static const char wanted[] = "a\0b\xed\xa0\x80   \xe2\x80\xae\xf0\x9f\x90\xbe";
    assert_int_equal(t.n, sizeof wanted - 1);
    assert_memory_equal(t.p, wanted, t.n);
    gen_recipe_free(&r);
}

static void times(void **state)
{
    (void)state;
    struct gen_recipe r = {0};
    const int64_t ms = (int64_t)GEN_MS, second = (int64_t)GEN_SECOND;
    read_well("host A\n"
              "  +5m start a.exe\n"
              "    pid 4000\n"
              "    module C:\\a.dll\n"
              "    +4s child b.exe\n"
              "      +2s module C:\\b.dll\n"
              "      module C:\\c.dll\n"
              "    parent p.exe\n"
              "    dns example.org\n",
              &r);
    const struct gen_line *a = r.hosts->lines, *l = a->children->next;
    assert_int_equal(a->at, 300 * second);
    assert_int_equal(l->at, 300 * second + 10 * ms);
    l = l->next; /* child */
    assert_int_equal(l->at, 304 * second);
    assert_int_equal(l->children->at, 306 * second);
    assert_int_equal(l->children->next->at, 306 * second + 10 * ms);
    l = l->next; /* parent */
    assert_int_equal(l->at, 240 * second);
    assert_int_equal(l->next->at, 306 * second + 20 * ms);
    gen_recipe_free(&r);

    read_well("= a.b\n+ a.exe\n  +3s child b.exe\n    +4s module C:\\b.dll\n  other o.exe\n"
              "  access:0x10 @o\n  other@o p.exe\n  thread @it\n",
              &r);
    l = r.sections->rows->judged->children;
    assert_int_equal(l->at, 3 * second);
    assert_int_equal(l->children->at, 4 * second); /* in a row all times count from its process */
    assert_int_equal(l->next->at, -30 * second);
    assert_int_equal(l->next->next->number_value, 0x10);
    assert_ptr_equal(l->next->next->target, l->next->next->next);
    assert_ptr_equal(l->next->next->next->next->target, r.sections->rows->judged);
    gen_recipe_free(&r);
}

static void settings(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *key, *name, *data; /* NULL: absent */
    } cases[] = {
        {"set HKCU\\Run\\a = b = c", "HKCU\\Run", "a", "b = c"},
        {"set HKCU\\Run\\(Default) = x", "HKCU\\Run", "", "x"},
        {"set HKCU\\Run\\a =", "HKCU\\Run", "a", ""},
        {"set HKCU\\Run\n      value C:\\a = b\n      data x", "HKCU\\Run", "C:\\a = b", "x"},
        {"unset HKCU\\Run\\a", "HKCU\\Run", "a", NULL},
        {"key HKCU\\Run\\a", "HKCU\\Run\\a", NULL, NULL},
        {"hive:dword HKLM\\SOFTWARE\\A\\b = 0x10", "HKLM\\SOFTWARE\\A", "b", "0x10"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        struct gen_recipe r = {0};
        (void)snprintf(text, sizeof text, "host A\n  start x.exe\n    %s\n", cases[i].lines);
        read_well(text, &r);
        const struct gen_setting s = gen_setting_of(r.hosts->lines->children);
        assert_text(s.key, cases[i].key);
        if (cases[i].name == NULL)
            assert_null(s.name.p);
        else
            assert_text(s.name, cases[i].name);
        if (cases[i].data == NULL)
            assert_null(s.data.p);
        else
            assert_text(s.data, cases[i].data);
        gen_recipe_free(&r);
    }
}

static void first_tokens(void **state)
{
    (void)state;
    assert_text(gen_first_token(gen_lit("a.exe b")), "a.exe");
    assert_text(gen_first_token(gen_lit("\"C:\\x y\\a.exe\" b")), "C:\\x y\\a.exe");
    assert_text(gen_first_token(gen_lit("\"C:\\x y\\a.exe b,c")), "C:\\x y\\a.exe");
    assert_int_equal(gen_first_token(gen_lit(" /s")).n, 0);
}

static void addresses(void **state)
{
    (void)state;
    struct gen_str address;
    unsigned port;
    bool is_v6;
    assert_true(gen_address_read(gen_lit("93.184.215.14:443"), &address, &port, &is_v6));
    assert_text(address, "93.184.215.14");
    assert_int_equal(port, 443);
    assert_false(is_v6);
    assert_true(gen_address_read(gen_lit("[2606:2800::1]:80"), &address, &port, &is_v6));
    assert_text(address, "2606:2800::1");
    assert_true(is_v6);
    assert_false(gen_address_read(gen_lit("256.1.1.1:80"), &address, &port, &is_v6));
    assert_false(gen_address_read(gen_lit("example.org:80"), &address, &port, &is_v6));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals), cmocka_unit_test(raw_text),  cmocka_unit_test(times),
        cmocka_unit_test(settings), cmocka_unit_test(addresses), cmocka_unit_test(first_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
