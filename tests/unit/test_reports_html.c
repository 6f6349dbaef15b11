/* SPDX-License-Identifier: Apache-2.0 */
/* The page: no byte of evidence is markup, marks stand where the reasons say, and the policy names
 * the style and script that are in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hidden.h"
#include "report_sample.h"
#include "reports/escape.h"
#include "reports/html.h"

static void escapes(void **state)
{
    (void)state;
    static const struct {
        paw_str given;
        const char *text, *attribute;
    } cases[] = {
        {PAW_LIT_INIT("<a b=\"c\" d='e'>&`"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;&#96;",
         "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;&#96;"},
        {PAW_LIT_INIT("a\0b"), "a<span class=\"u\">\xE2\x9F\xA6U+0000\xE2\x9F\xA7</span>b",
         "a\xE2\x9F\xA6U+0000\xE2\x9F\xA7"
         "b"},
        {PAW_LIT_INIT("\xE2\x80\xAE"), "<span class=\"u\">\xE2\x9F\xA6U+202E\xE2\x9F\xA7</span>",
         "\xE2\x9F\xA6U+202E\xE2\x9F\xA7"},
        {PAW_LIT_INIT("\xFF\xC3\xA9"), "\xEF\xBF\xBD\xC3\xA9", "\xEF\xBF\xBD\xC3\xA9"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct paw_buffer b = {0};
        struct paw_out out = paw_buffer_out(&b);
        struct paw_stream s;
        paw_stream_init(&s, &out);
        paw_html_text(&s, cases[i].given);
        assert_int_equal(paw_stream_flush(&s), PAW_OK);
        assert_string_equal(b.p, cases[i].text);
        paw_buffer_reset(&b);
        paw_html_attribute(&s, cases[i].given);
        assert_int_equal(paw_stream_flush(&s), PAW_OK);
        assert_string_equal(b.p, cases[i].attribute);
        paw_buffer_finish(&b);
    }
}

static void marks(void **state)
{
    (void)state;
    static const struct {
        const char *label, *text;
        struct {
            uint32_t start, length;
        } spans[3];
        size_t most;
        const char *want;
    } cases[] = {
        {"none", "abcdef", {{0, 0}}, 100, "abcdef"},
        {"one", "abcdef", {{2, 2}}, 100, "ab<mark>cd</mark>ef"},
        {"whole", "abcdef", {{0, 6}}, 100, "<mark>abcdef</mark>"},
        {"two", "abcdef", {{4, 1}, {0, 1}}, 100, "<mark>a</mark>bcd<mark>e</mark>f"},
        {"overlap", "abcdef", {{1, 3}, {2, 3}}, 100, "a<mark>bcde</mark>f"},
        {"touching", "abcdef", {{1, 1}, {2, 1}}, 100, "a<mark>bc</mark>def"},
        {"inside", "abcdef", {{1, 4}, {2, 1}}, 100, "a<mark>bcde</mark>f"},
        {"past the end", "abcdef", {{5, 2}, {9, 1}}, 100, "abcdef"},
        {"in a character", "a\xC3\xA9z", {{2, 1}}, 100, "a<mark>\xC3\xA9</mark>z"},
        {"cut",
         "abcdef",
         {{1, 1}},
         3,
         "a<mark>b</mark>c<span class=\"soft\">[3 more bytes]</span>"},
        {"cut in a mark",
         "abcdef",
         {{2, 3}},
         3,
         "ab<mark>c</mark><span class=\"soft\">[3 more bytes]</span>"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct paw_reason reasons[3];
        for (size_t k = 0; k < 3; k++)
            reasons[k] = (struct paw_reason){.evidence = -1,
                                             .field = PAW_LIT("command_line"),
                                             .start = cases[i].spans[k].start,
                                             .length = cases[i].spans[k].length};
        const struct paw_marks m = {reasons, 3, -1, PAW_LIT("command_line")};
        struct paw_buffer b = {0};
        struct paw_out out = paw_buffer_out(&b);
        struct paw_stream s;
        paw_stream_init(&s, &out);
        paw_html_marked(&s, paw_str_of(cases[i].text), &m, cases[i].most, false);
        assert_int_equal(paw_stream_flush(&s), PAW_OK);
        if (strcmp(b.p, cases[i].want) != 0)
            fail_msg("%s: got %s, wanted %s", cases[i].label, b.p, cases[i].want);
        paw_buffer_finish(&b);
    }
}

/* A mark far behind is shown all the same. */
static void distant_mark(void **state)
{
    (void)state;
    static char line[100001];
    memset(line, 'x', sizeof(line) - 1);
    memcpy(line + 90000, "needle", 6);
    const struct paw_reason reason = {
        .evidence = -1, .field = PAW_LIT("command_line"), .start = 90000, .length = 6};
    const struct paw_marks m = {&reason, 1, -1, PAW_LIT("command_line")};
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    struct paw_stream s;
    paw_stream_init(&s, &out);
    paw_html_marked(&s, paw_str_of(line), &m, 200, false);
    assert_int_equal(paw_stream_flush(&s), PAW_OK);
    assert_non_null(strstr(b.p, "<mark>needle</mark>"));
    assert_non_null(strstr(b.p, "[89940 more bytes]"));
    assert_true(b.n < 500);
    paw_buffer_finish(&b);
}

static size_t count(const struct paw_buffer *b, const char *text)
{
    size_t n = 0;
    for (const char *at = b->p; (at = strstr(at, text)) != NULL; at++)
        n++;
    return n;
}

/* Every tag of the page is one of ours, with attributes that are ours. */
static void check_tags(const struct paw_buffer *b)
{
    static const char *const known[] = {
        "!DOCTYPE", "html",   "head",    "meta",    "title",  "style",   "body",
        "a",        "header", "h1",      "h3",      "p",      "ul",      "li",
        "b",        "strong", "details", "summary", "table",  "thead",   "tr",
        "th",       "tbody",  "td",      "span",    "main",   "form",    "label",
        "input",    "select", "option",  "button",  "output", "caption", "time",
        "code",     "mark",   "dl",      "dt",      "dd",     "div",     "script",
    };
    const char *style = strstr(b->p, "<style>");
    const char *style_end = strstr(b->p, "</style>");
    const char *script = strstr(b->p, "<script>");
    const char *script_end = strstr(b->p, "</script>");
    assert_true(style != NULL && style_end != NULL && script != NULL && script_end != NULL);
    for (const char *at = b->p; (at = strchr(at, '<')) != NULL; at++) {
        if ((at > style && at < style_end) || (at > script && at < script_end))
            continue;
        const char *name = at[1] == '/' ? at + 2 : at + 1;
        const size_t n =
            strspn(name, "!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
        size_t k = 0;
        while (k < PAW_COUNT_OF(known) && (strlen(known[k]) != n || memcmp(known[k], name, n) != 0))
            k++;
        if (k == PAW_COUNT_OF(known))
            fail_msg("a tag that is not ours: %.60s", at);
    }
    assert_int_equal(count(b, "<script"), 1);
    assert_int_equal(count(b, "</script>"), 1);
    assert_int_equal(count(b, "<img"), 0);
    assert_int_equal(count(b, "<i>"), 0);
    assert_int_equal(count(b, " onerror=y>"), 0);
    assert_int_equal(count(b, " style="), 0);
}

static void page(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    assert_int_equal(sample_write(s, sample_writer("html"), 0, 4, &out), PAW_OK);
    assert_int_equal(strlen(b.p), b.n); /* no NUL came through */
    assert_true(paw_utf8_valid((paw_str){b.p, b.n}));
    for (size_t at = 0; at < b.n;) {
        uint32_t c = 0;
        at += paw_utf8_next((paw_str){b.p, b.n}, at, &c);
        if (c != '\n' && paw_char_is_hidden(c))
            fail_msg("U+%04X stands in the page at %zu", (unsigned)c, at);
    }
    check_tags(&b);
    static const char *const wanted[] = {
        "default-src 'none'; style-src 'sha256-",
        "script-src 'sha256-",
        "&quot;<mark>javascript:a=1&quot; &lt;/script</mark>&gt;",
        "C:\\Windows\\System32\\<mark>jscript9.dll</mark>",
        "data-host=\"../../etc/&lt;i&gt;x&lt;/i&gt;&quot;\"",
        "host1/Sys&lt;mon&gt;.evtx",
        "&lt;script&gt;alert(2)&lt;/script&gt;",
        "<span class=\"soft\">undated</span>",
        "Not complete:",
        "18 runs",
        "more bytes]",
        "and 39 more",
        "<strong>T1218.005</strong>",
    };
    for (size_t i = 0; i < PAW_COUNT_OF(wanted); i++)
        if (strstr(b.p, wanted[i]) == NULL)
            fail_msg("not there: %s", wanted[i]);
    assert_int_equal(count(&b, "<tr id=\"f-"), 4);
    assert_int_equal(count(&b, "class=\"tiles late\""), 0); /* as many as were announced */
    assert_true(b.n < 250000); /* a line of 1 MB does not make a page of 1 MB */
    paw_buffer_finish(&b);
    sample_free(s);
}

static void empty_page(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    assert_int_equal(sample_write(s, sample_writer("html"), 0, 0, &out), PAW_OK);
    check_tags(&b);
    assert_non_null(strstr(b.p, "Nothing was found in what could be read"));
    assert_int_equal(count(&b, "class=\"tiles late\""), 1); /* four were announced */
    paw_buffer_reset(&b);
    const struct paw_ledger nothing = {.version = "0"};
    s->ledger = nothing;
    assert_int_equal(sample_write(s, sample_writer("html"), 0, 0, &out), PAW_OK);
    check_tags(&b);
    paw_buffer_finish(&b);
    sample_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes), cmocka_unit_test(marks),      cmocka_unit_test(distant_mark),
        cmocka_unit_test(page),    cmocka_unit_test(empty_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
