/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of findings, the ledger and events: valid, whole, and told when it could not be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/json.h"
#include "json_strict.h"
#include "report_sample.h"

static void strict_reader(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool want;
    } cases[] = {
        {"{\"a\":[1,\"x\",true]}", true},
        {"{}", true},
        {"[]", true},
        {"{\"a\":1,}", false},
        {"[1,]", false},
        {"{\"a\":1,\"a\":2}", false},
        {"{\"a\" 1}", false},
        {"\"\\x\"", false},
        {"\"\n\"", false},
        {"01", false},
        {"12345678901234567890", false},
        {"\"\\ud800\"", false},
        {"{", false},
        {"\"", false},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++)
        if (strict_json(cases[i].text, strlen(cases[i].text)) != cases[i].want)
            fail_msg("%s", cases[i].text);
}

static void quotes(void **state)
{
    (void)state;
    static const struct {
        paw_str given;
        const char *want;
    } cases[] = {
        {PAW_LIT_INIT(""), "\"\""},
        {PAW_LIT_INIT("a\0b"), "\"a\\u0000b\""},
        {PAW_LIT_INIT("\"\\\b\f\n\r\t\x1F\x7F"), "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001F\\u007F\""},
        {PAW_LIT_INIT("\xC2\x80\xC2\x9F\xC3\xA9"), "\"\\u0080\\u009F\xC3\xA9\""},
        {PAW_LIT_INIT("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAE"), "\"\\u2028\\u2029\\u202E\""},
        {PAW_LIT_INIT("\xF3\xA0\x81\x81"), "\"\\uDB40\\uDC41\""},
        {PAW_LIT_INIT("\xF0\x9F\x98\x80"), "\"\xF0\x9F\x98\x80\""},
        {PAW_LIT_INIT("\xFF"
                      "a\xE2\x82"),
         "\"\xEF\xBF\xBD"
         "a\xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct paw_buffer b = {0};
        struct paw_out out = paw_buffer_out(&b);
        struct paw_stream s;
        paw_stream_init(&s, &out);
        paw_json_quote(&s, cases[i].given);
        assert_int_equal(paw_stream_flush(&s), PAW_OK);
        assert_string_equal(b.p, cases[i].want);
        paw_buffer_finish(&b);
    }
}

static void documents(void **state)
{
    (void)state;
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    struct paw_json j;
    paw_json_begin(&j, &out);
    paw_json_object(&j);
    paw_json_key(&j, "a");
    paw_json_array(&j);
    paw_json_u64(&j, UINT64_MAX);
    paw_json_count(&j, UINT64_MAX);
    paw_json_object(&j);
    paw_json_object_end(&j);
    paw_json_array_end(&j);
    paw_json_newline(&j);
    paw_json_member(&j, "absent", (paw_str){0});
    paw_json_member_time(&j, "never", 0);
    paw_json_member_time(&j, "t", SAMPLE_TIME);
    paw_json_object_end(&j);
    assert_int_equal(paw_json_end(&j), PAW_OK);
    assert_string_equal(b.p, "{\"a\":[\"18446744073709551615\",9007199254740991,{}],\n"
                             "\"t\":\"2020-05-24T17:13:42.1230000Z\"}");
    paw_buffer_finish(&b);
}

static void check_lines(const struct paw_buffer *b, size_t want)
{
    size_t lines = 0;
    for (const char *at = b->p; at < b->p + b->n;) {
        const char *end = memchr(at, '\n', (size_t)(b->p + b->n - at));
        assert_non_null(end);
        if (!strict_json(at, (size_t)(end - at)))
            fail_msg("line %zu is not JSON: %.300s", lines, at);
        for (const char *p = at; p < end; p++)
            assert_true((unsigned char)*p >= 0x20);
        at = end + 1;
        lines++;
    }
    assert_int_equal(lines, want);
    assert_true(paw_utf8_valid((paw_str){b->p, b->n}));
}

static bool has(const struct paw_buffer *b, const char *text)
{
    return paw_str_find((paw_str){b->p, b->n}, paw_str_of(text), 0) != SIZE_MAX;
}

static void findings(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    assert_int_equal(sample_write(s, sample_writer("jsonl"), 0, 4, &out), PAW_OK);
    check_lines(&b, 4);
    static const char *const wanted[] = {
        "{\"schema\":\"catspaw.finding/1\",\"id\":\"9f0c0123456789abcdef0123456789ab\",",
        "\"time\":\"2020-05-24T17:13:42.1230000Z\",\"time_of\":\"process start\"",
        "end\\u0000hidden",
        "\"record_id\":\"18446744073709551615\"",
        "\"record_id\":\"124\",\"record_id_from\":\"header\"",
        "\"lossy\":true",
        "\"copies\":[{\"source\":\"host1/copy\\n.evtx\",\"offset\":\"69632\"}],\"copies_total\":40",
        "\"Data\":\"one\",\"Data#2\":\"two\",\"<b>\\\"na\\u0000me\\\"\":",
        "\"missing\":[\"parent_command_line\",\"dns\"]",
        "\"evidence\":1,\"field\":\"ImageLoaded\",\"start\":20,\"length\":12",
        "\"repeats\":{\"count\":18,\"first\":\"2020-05-24T17:13:42.1230000Z\",",
        "\"standing\":{\"kind\":\"run\",\"place\":\"HKU\\\\Run\",\"name\":\"-evil\"",
        "\"kind\":\"hive\",\"source\":\"host1/NTUSER.DAT\",\"offset\":\"4128\",\"key\":",
        "\"value\":\"\"",
        "\"pid\":4242",
    };
    for (size_t i = 0; i < PAW_COUNT_OF(wanted); i++)
        if (!has(&b, wanted[i]))
            fail_msg("not there: %s", wanted[i]);
    assert_false(has(&b, "1844674407370955161,")); /* no pid of 64 bits */
    paw_buffer_finish(&b);
    sample_free(s);
}

static void undated(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    assert_int_equal(sample_write(s, sample_writer("jsonl"), 2, 1, &out), PAW_OK);
    assert_false(has(&b, "\"time\""));
    assert_false(has(&b, "\"logged\""));
    assert_false(has(&b, "\"time_of\""));
    assert_false(has(&b, "\"pid\""));
    paw_buffer_finish(&b);
    sample_free(s);
}

static void ledger(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    assert_int_equal(paw_ledger_write(&s->ledger, &out), PAW_OK);
    if (!strict_json(b.p, b.n))
        fail_msg("%s", b.p);
    static const char *const wanted[] = {
        "\"size\":\"9007199254740993\"",
        "\"records\":{\"read\":1203,\"recovered\":4,\"damaged\":1,\"lost\":3}",
        "\"copy_of\":\"host1/Sys<mon>.evtx\"",
        "\"dirty\":true",
        "{\"code\":\"evtx.record\",\"kind\":\"damage\"",
        "\"partial\":true",
        "\"severities\":{\"critical\":3,\"high\":1,\"medium\":0,",
        "\"techniques\":{\"T1218.005\":3}",
        "\"behaviours\":{}",
        "\"clock\":{\"started\":\"2020-",
    };
    for (size_t i = 0; i < PAW_COUNT_OF(wanted); i++)
        if (!has(&b, wanted[i]))
            fail_msg("not there: %s in\n%s", wanted[i], b.p);
    paw_buffer_reset(&b);
    const struct paw_ledger nothing = {.version = "0", .build = "0"};
    assert_int_equal(paw_ledger_write(&nothing, &out), PAW_OK);
    assert_true(strict_json(b.p, b.n));
    paw_buffer_finish(&b);
    sample_free(s);
}

static void events(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    const struct paw_report_context c = {.ledger = &s->ledger};
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(paw_fact_write(s->facts[i], &c, &out), PAW_OK);
    check_lines(&b, 3);
    assert_true(has(&b, "{\"kind\":\"process_start\",\"time\":\"2020-"));
    assert_true(
        has(&b, "\"host\":\"WKS01.corp.example\",\"provider\":\"Microsoft-Windows-Sysmon\""));
    assert_true(has(&b, "\"event_id\":7,\"record_id\":\"124\",\"record_id_from\":\"header\""));
    assert_true(has(&b, "\"state\":\"recovered\""));
    assert_true(has(&b, "{\"kind\":\"standing\",\"source\":\"host1/NTUSER.DAT\""));
    paw_buffer_finish(&b);
    sample_free(s);
}

/* A disk that fills at any byte: the report is refused, and nothing is written afterwards. */
static void full_disks(void **state)
{
    (void)state;
    struct sample *s = sample_new();
    const struct paw_report_context c = {.ledger = &s->ledger};
    for (size_t w = 0; paw_writers[w] != NULL; w++) {
        struct paw_buffer b = {0};
        struct paw_out whole = paw_buffer_out(&b);
        assert_int_equal(sample_write(s, paw_writers[w], 0, 3, &whole), PAW_OK);
        for (size_t room = 0; room < b.n; room += room < 100 ? 1 : 997) {
            struct sample_disk disk = {.room = room};
            struct paw_out out = {&disk, sample_disk_write};
            if (sample_write(s, paw_writers[w], 0, 3, &out) != PAW_E_OUTPUT)
                fail_msg("%s with room for %zu", paw_writers[w]->name, room);
        }
        paw_buffer_finish(&b);
    }
    for (size_t room = 0; room < 600; room += 7) {
        struct sample_disk disk = {.room = room};
        struct paw_out out = {&disk, sample_disk_write};
        assert_int_equal(paw_ledger_write(&s->ledger, &out), PAW_E_OUTPUT);
        assert_int_equal(disk.calls, 1);
        disk = (struct sample_disk){.room = room};
        assert_int_equal(paw_fact_write(s->facts[0], &c, &out), PAW_E_OUTPUT);
    }
    sample_free(s);
}

static void names(void **state)
{
    (void)state;
    assert_int_equal(paw_score(PAW_CRITICAL, PAW_VH), 87);
    assert_int_equal(paw_score(PAW_HIGH, PAW_H), 60); /* 59.5, half up */
    assert_int_equal(paw_score(PAW_MEDIUM, PAW_L), 14);
    assert_int_equal(paw_score(PAW_INFORMATIONAL, PAW_L), 2);
    assert_int_equal(paw_score(PAW_NO_SEVERITY, PAW_VH), 0);
    assert_string_equal(paw_need_name(0), "command_line");
    assert_string_equal(paw_need_name(PAW_N_NEEDS - 1), "hive:UsrClass");
    for (int r = 0; r < PAW_N_ROLES; r++)
        assert_non_null(paw_role_name((enum paw_role)r));
    assert_string_equal(paw_role_name(PAW_ROLE_ANTIMALWARE), "antimalware");
    assert_string_equal(paw_confidence_name(PAW_VH), "very high");
    assert_string_equal(paw_family_name(PAW_ANOMALY), "anomaly");
    assert_string_equal(paw_object_kind_name(PAW_OBJECT_COM_CLASS), "com-class");
    assert_null(paw_object_kind_name(PAW_OBJECT_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strict_reader), cmocka_unit_test(quotes),     cmocka_unit_test(documents),
        cmocka_unit_test(findings),      cmocka_unit_test(undated),    cmocka_unit_test(ledger),
        cmocka_unit_test(events),        cmocka_unit_test(full_disks), cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
