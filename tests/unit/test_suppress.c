/* SPDX-License-Identifier: Apache-2.0 */
/* Suppress files: what is refused and where, what each field fits, and what is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/refusals.h"
#include "core/fact.h"
#include "core/str.h"
#include "suppress.h"

#define HEAD "{\"schema\":\"catspaw.suppress/1\",\"entries\":["
#define WHY  "\"reason\":\"r\",\"author\":\"a\",\"expires\":\"2026-12-31\""

static enum paw_status read_text(const char *text, size_t n, struct paw_file_fault *fault)
{
    struct paw_suppress *s = NULL;
    const enum paw_status status = paw_suppress_read("f", text, n, &s, fault);
    paw_suppress_free(s);
    return status;
}

static void refusals(void **state)
{
    (void)state;
    static const struct test_refusal rows[] = {
        {"", "not JSON", "", 1, 1},
        {"{}", "the key is missing", "schema", 1, 1},
        {"{\"schema\":\"catspaw.suppress/1\"}", "the key is missing", "entries", 1, 1},
        {"{\"schema\":\"catspaw.site/1\"}", "not a schema of this version, catspaw.suppress/1",
         "catspaw.site/1", 1, 11},
        {HEAD "]} x", "not JSON", "", 1, 46},
        {HEAD "],\n\"entry\":[]}", "unknown key", "entry", 2, 1},
        {HEAD "],\"entries\":[]}", "a key that is there twice", "entries", 1, 45},
        {"{\"entries\":{}}", "the value is no list of entries", "entries", 1, 12},
        {HEAD "7]}", "the entry is no object", "", 1, 43},
        {HEAD "{\"hots\":\"x\"}]}", "unknown key", "hots", 1, 44},
        {HEAD "{\"host\":\"x\",\"host\":\"y\"}]}", "a key that is there twice", "host", 1, 55},
        {HEAD "{\"host\":[\"x\"]}]}", "the value is no text", "host", 1, 51},
        {HEAD "{\"host\":\"\"}]}", "an empty text", "", 1, 51},
        {HEAD "{\"host\":\"a\\u0007\"}]}", "a control character", "a\a", 1, 51},
        {HEAD "{\"host\":\"*\"}]}", "too wide: fewer than three letters are named", "*", 1, 51},
        {HEAD "{\"host\":\"w?*\"}]}", "too wide: fewer than three letters are named", "w?*", 1, 51},
        {HEAD "{\"binary\":\"*.exe\"}]}", "too wide: fewer than three letters are named", "*.exe",
         1, 53},
        {HEAD "{\"object\":\"C:\\\\Users\\\\*\\\\*.dll\"}]}",
         "too wide: neither the folder nor the name is named", "C:\\Users\\*\\*.dll", 1, 53},
        {HEAD "{\"object\":\"C:\\\\a\\\\..\\\\b.dll\"}]}", "a path that goes up again",
         "C:\\a\\..\\b.dll", 1, 53},
        {HEAD "{\"parent\":\"%windir%\\\\a.exe\"}]}", "variables are not read", "%windir%\\a.exe",
         1, 53},
        {HEAD "{\"binary\":\"C:\\\\Windows\\\\\"}]}", "names no program", "C:\\Windows\\", 1, 53},
        {HEAD "{\"command_line\":\"*run*\"}]}", "too wide: fewer than eight letters are named",
         "*run*", 1, 59},
        {HEAD "{\"behaviour\":\"no.such\"}]}", "there is no such behaviour", "no.such", 1, 56},
        {HEAD "{\"behaviour\":[]}]}", "an empty list", "behaviour", 1, 56},
        {HEAD "{\"behaviour\":[1]}]}", "the list holds something that is no text", "behaviour", 1,
         57},
        {HEAD "{\"behaviour\":{}}]}", "neither a text nor a list of texts", "behaviour", 1, 56},
        {HEAD "{\"expires\":\"2026-02-30\"}]}", "no day: it is written like 2026-12-31",
         "2026-02-30", 1, 54},
        {HEAD "{\"expires\":\"2026-2-3\"}]}", "no day: it is written like 2026-12-31", "2026-2-3",
         1, 54},
        {HEAD "{\"reason\":\" \"}]}", "an empty text", " ", 1, 53},
        {HEAD "{\"host\":\"x\",\"binary\":\"y.exe\",\"author\":\"a\"}]}", "the key is missing",
         "reason", 1, 43},
        {HEAD "{\"host\":\"x\"," WHY "}]}",
         "too wide: an entry has two at least of host, binary, parent, object, command_line, "
         "signer, behaviour",
         "", 1, 43},
        {HEAD "{\"behaviour\":\"cmstp.renamed\"," WHY "}]}",
         "too wide: an entry has two at least of host, binary, parent, object, command_line, "
         "signer, behaviour",
         "", 1, 43},
    };
    test_refusals(rows, PAW_COUNT_OF(rows), read_text);
}

/* Every prefix of a good file is refused, and so is any byte in it that is no UTF-8. */
static void cuts(void **state)
{
    (void)state;
    static const char text[] =
        "\xEF\xBB\xBF" HEAD
        "{\"host\":\"w*s.example\",\"behaviour\":[\"cmstp.renamed\"],\"finding\":"
        "\"x\"," WHY "},{\"binary\":\"a.exe\",\"signer\":\"S\"," WHY "}],\"comment\":\"c\"}";
    char changed[sizeof(text)];
    for (size_t n = 0; n < sizeof(text); n++) {
        struct paw_file_fault fault = {0};
        assert_int_equal(read_text(text, n, &fault), n == sizeof(text) - 1 ? PAW_OK : PAW_E_FORMAT);
        memcpy(changed, text, sizeof(text));
        changed[n] = (char)0xFF;
        if (n < sizeof(text) - 1)
            assert_int_equal(read_text(changed, sizeof(text) - 1, &fault), PAW_E_FORMAT);
    }
}

static void deep_and_many(void **state)
{
    (void)state;
    enum { DEEP = 100000, ENTRY = 128 };
    struct paw_file_fault fault = {0};
    char *text = malloc((size_t)(PAW_SUPPRESS_MOST + 1) * ENTRY + sizeof(HEAD));
    assert_non_null(text);
    memset(text, '[', DEEP);
    memcpy(text, HEAD, sizeof(HEAD) - 1);
    assert_int_equal(read_text(text, DEEP, &fault), PAW_E_FORMAT);
    size_t n = sizeof(HEAD) - 1;
    for (size_t i = 0; i <= PAW_SUPPRESS_MOST; i++)
        n += (size_t)snprintf(text + n, ENTRY, "%s{\"host\":\"h%zu\",\"signer\":\"s\"," WHY "}",
                              i == 0 ? "" : ",", i);
    assert_int_equal(read_text(text, n, &fault), PAW_E_FORMAT);
    assert_string_equal(fault.what, "more than 4096 entries");
    free(text);
}

static void patterns(void **state)
{
    (void)state;
    static const struct {
        enum paw_suppress_field field;
        const char *is, *pattern;
        bool fits;
    } rows[] = {
        {PAW_SUPPRESS_HOST, "WKS01.corp.example", "wks01.CORP.example", true},
        {PAW_SUPPRESS_HOST, "WKS01.corp.example", "wks*.example", true},
        {PAW_SUPPRESS_HOST, "WKS01.corp.example", "wks0?.corp.example", true},
        {PAW_SUPPRESS_HOST, "WKS01.corp.example", "wks01", false},
        {PAW_SUPPRESS_HOST, "", "wks01", false},
        {PAW_SUPPRESS_OBJECT, "C:\\A\\b.dll", "c:/a/B.DLL", true},
        {PAW_SUPPRESS_OBJECT, "C:\\A\\b.dll", "b.dll", true},
        {PAW_SUPPRESS_OBJECT, "C:\\A\\b.dll:x", "b.dll", false},
        {PAW_SUPPRESS_OBJECT, "C:\\Vendor\\1.2\\b.dll", "C:\\Vendor\\*\\b.dll", true},
        {PAW_SUPPRESS_OBJECT, "C:\\Vendor\\1\\2\\b.dll", "C:\\Vendor\\*\\b.dll", false},
        {PAW_SUPPRESS_OBJECT, "C:\\Vendor\\x\\b.dll", "C:\\Vendor\\*.dll", false},
        {PAW_SUPPRESS_OBJECT, "C:\\Vendor\\b.dll", "C:\\Vendor\\*.dll", true},
        {PAW_SUPPRESS_OBJECT, "C:\\Vendor\\b.dll", "C:\\Vendor?b.dll", false},
        {PAW_SUPPRESS_OBJECT, "C:\\Vendor\\\xC3\xA4.dll", "c:\\vendor\\\xC3\x84.dll", true},
        {PAW_SUPPRESS_OBJECT, "C:\\Vendor\\\xC3\xA4.dll", "c:\\vendor\\?.dll", true},
        {PAW_SUPPRESS_OBJECT, "https://h.example/a/b.hta", "https://h.example/*/b.hta", true},
        {PAW_SUPPRESS_OBJECT, "https://h.example/a/b.hta", "https://h.example/*", false},
        {PAW_SUPPRESS_OBJECT, "C:\\aab\\aac\\x.dll", "C:\\*b\\a*c\\x.dll", true},
        {PAW_SUPPRESS_COMMAND_LINE, "a  /b   c.inf ", "A /B C.inf", true},
        {PAW_SUPPRESS_COMMAND_LINE, "tool.exe /b C:\\x\\y.inf", "tool.exe /b *.inf", true},
        {PAW_SUPPRESS_COMMAND_LINE, "tool.exe /c y.inf", "tool.exe /b *.inf", false},
        {PAW_SUPPRESS_SIGNER, "Contoso Ltd", "contoso ltd", true},
        {PAW_SUPPRESS_SIGNER, "Contoso Ltd.", "contoso ltd", false},
    };
    struct paw_arena arena;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const char *fault = NULL;
        paw_str is = {0}, pattern = {0};
        if (rows[i].is[0] != '\0') /* plain texts have the form of patterns */
            assert_int_equal(
                paw_suppress_pattern(rows[i].field, paw_str_of(rows[i].is), &arena, &is, &fault),
                PAW_OK);
        assert_int_equal(paw_suppress_pattern(rows[i].field, paw_str_of(rows[i].pattern), &arena,
                                              &pattern, &fault),
                         PAW_OK);
        assert_null(fault);
        if (paw_suppress_fits(rows[i].field, is, pattern) != rows[i].fits)
            fail_msg("'%s' against '%s'", rows[i].is, rows[i].pattern);
    }
    paw_arena_finish(&arena);
}

/* One finding with all that a field may ask for, and modules signed by `signers`. */
struct example {
    struct paw_fact_builder builder;
    struct paw_fact *modules[2];
    struct paw_cited cited[2];
    struct paw_held held[2];
    struct paw_finding finding;
};

static void example_begin(struct example *x, const char *const signers[2], const char *status)
{
    *x = (struct example){.held = {{.id = "cmstp.silent_inf"}, {.id = "cmstp.renamed"}}};
    for (size_t i = 0; i < 2; i++) {
        paw_fact_begin(&x->builder, PAW_KIND_MODULE);
        paw_fact_add(&x->builder, PAW_F_SIGNED, PAW_LIT("true"));
        paw_fact_add(&x->builder, PAW_F_SIGNATURE_STATUS, paw_str_of(status));
        paw_fact_add(&x->builder, PAW_F_SIGNATURE, paw_str_of(signers[i]));
        const struct paw_fact *fact = paw_fact_end(&x->builder);
        assert_non_null(fact);
        x->modules[i] = malloc(fact->size);
        assert_non_null(x->modules[i]);
        memcpy(x->modules[i], fact, fact->size);
        x->cited[i] = (struct paw_cited){.role = PAW_ROLE_MODULE, .fact = x->modules[i]};
    }
    x->finding = (struct paw_finding){
        .id = "1",
        .host = PAW_LIT("WKS01.corp.example"),
        .severity = PAW_CRITICAL,
        .held = x->held,
        .n_held = 2,
        .proxy = {.binary = PAW_LIT("cmstp.exe"), .object = PAW_LIT("C:\\VPN\\corp.inf")},
        .has_process = true,
        .process = {.image = PAW_LIT("C:\\Windows\\System32\\..\\System32\\cmstp.exe"),
                    .command_line = PAW_LIT("cmstp.exe /s  C:\\VPN\\corp.inf")},
        .has_parent = true,
        .parent = {.image = PAW_LIT("C:\\VPN\\setup.exe")},
        .evidence = x->cited,
        .n_evidence = 2,
    };
}

static void example_end(struct example *x)
{
    free(x->modules[0]);
    free(x->modules[1]);
    paw_fact_builder_finish(&x->builder);
}

/* Whether an entry of these fields suppresses the finding on that day. */
static bool is_suppressed(const char *fields, const struct paw_finding *f, const char *as_of)
{
    char text[2048];
    struct paw_arena arena;
    struct paw_suppress *s = NULL;
    struct paw_file_fault fault = {0};
    struct paw_suppress_result r = {0};
    const int n = snprintf(text, sizeof(text), HEAD "{%s," WHY "}]}", fields);
    if (paw_suppress_read("f", text, (size_t)n, &s, &fault) != PAW_OK)
        fail_msg("%s: %s", text, fault.what);
    paw_arena_init(&arena, SIZE_MAX);
    assert_int_equal(paw_suppress_apply(s, &f, 1, as_of, &arena, &r), PAW_OK);
    const bool is = r.by[0] != 0;
    assert_int_equal(r.told.findings, is);
    assert_int_equal(r.told.by_severity[PAW_CRITICAL], is);
    assert_int_equal(r.entries[0].findings, is);
    paw_arena_finish(&arena);
    paw_suppress_free(s);
    return is;
}

#define HOST      "\"host\":\"wks*.corp.example\""
#define BINARY    "\"binary\":\"c:\\\\windows\\\\system32\\\\cmstp.exe\""
#define BEHAVIOUR "\"behaviour\":[\"cmstp.silent_inf\",\"cmstp.renamed\",\"hh.renamed\"]"

static void fields(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        bool is;
    } rows[] = {
        {HOST "," BINARY, true},
        {HOST "," BINARY "," BEHAVIOUR, true},
        {"\"host\":\"srv*.corp.example\"," BINARY, false},
        {HOST ",\"binary\":\"cmstp.exe\"", true},
        {HOST ",\"binary\":\"D:\\\\cmstp.exe\"", false},
        {HOST ",\"parent\":\"setup.exe\"", true},
        {HOST ",\"parent\":\"C:\\\\VPN\\\\setup.exe\"", true},
        {HOST ",\"parent\":\"C:\\\\VPN\\\\other.exe\"", false},
        {HOST ",\"object\":\"C:\\\\VPN\\\\*.inf\"", true},
        {HOST ",\"object\":\"C:\\\\VPN\\\\other.inf\"", false},
        {HOST ",\"command_line\":\"cmstp.exe /s C:\\\\vpn\\\\corp.inf\"", true},
        {HOST ",\"command_line\":\"cmstp.exe C:\\\\vpn\\\\corp.inf\"", false},
        {HOST ",\"signer\":\"contoso ltd\"", true},
        {HOST ",\"signer\":\"Fabrikam\"", false},
        {HOST ",\"behaviour\":\"cmstp.silent_inf\"", false}, /* it did more than that */
        {HOST "," BEHAVIOUR, true},
        {HOST ",\"behaviour\":\"hh.renamed\"", false},
    };
    static const char *const ours[] = {"Contoso Ltd", "Contoso Ltd"};
    struct example x;
    example_begin(&x, ours, "Valid");
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++)
        if (is_suppressed(rows[i].fields, &x.finding, "2026-12-31") != rows[i].is)
            fail_msg("%s", rows[i].fields);
    assert_false(is_suppressed(HOST "," BINARY, &x.finding, "2027-01-01"));
    /* what is not known does not fit */
    x.finding.has_parent = false;
    assert_false(is_suppressed(HOST ",\"parent\":\"setup.exe\"", &x.finding, "2026-01-01"));
    x.finding.host = (paw_str){0};
    assert_false(is_suppressed(HOST "," BINARY, &x.finding, "2026-01-01"));
    example_end(&x);
}

static void signers(void **state)
{
    (void)state;
    static const char field[] = HOST ",\"signer\":\"contoso ltd\"";
    static const char *const both[] = {"Contoso Ltd", "Contoso Ltd"};
    static const char *const mixed[] = {"Contoso Ltd", "Fabrikam"};
    struct example x;
    example_begin(&x, both, "Expired");
    assert_false(is_suppressed(field, &x.finding, "2026-01-01"));
    example_end(&x);
    example_begin(&x, mixed, "Valid");
    assert_false(is_suppressed(field, &x.finding, "2026-01-01"));
    x.finding.n_evidence = 0; /* no module: nobody signed one */
    assert_false(is_suppressed(field, &x.finding, "2026-01-01"));
    example_end(&x);
}

/* The first entry in force has the finding; the others are counted by themselves. */
static void counts(void **state)
{
    (void)state;
    static const char text[] = HEAD
        "{" HOST "," BINARY
        ",\"reason\":\"old\",\"author\":\"a\",\"expires\":\"2020-01-01\"},{" HOST "," BINARY "," WHY
        "},{" HOST ",\"binary\":\"cmstp.exe\"," WHY "},{" HOST ",\"binary\":\"hh.exe\"," WHY "}]}";
    static const char *const ours[] = {"Contoso Ltd", "Contoso Ltd"};
    struct example x;
    struct paw_arena arena;
    struct paw_suppress *s = NULL;
    struct paw_file_fault fault = {0};
    struct paw_suppress_result r = {0};
    example_begin(&x, ours, "Valid");
    const struct paw_finding *const both[] = {&x.finding, &x.finding};
    paw_arena_init(&arena, SIZE_MAX);
    assert_int_equal(paw_suppress_read("f", text, sizeof(text) - 1, &s, &fault), PAW_OK);
    assert_int_equal(paw_suppress_apply(s, both, 2, "2026-06-01", &arena, &r), PAW_OK);
    assert_int_equal(r.by[0], 2);
    assert_int_equal(r.told.findings, 2);
    assert_string_equal(r.told.as_of, "2026-06-01");
    assert_int_equal(strlen(r.told.sha256), 64);
    static const struct {
        bool is_expired;
        unsigned findings, fits;
    } wanted[] = {{true, 0, 2}, {false, 2, 0}, {false, 0, 2}, {false, 0, 0}};
    for (size_t i = 0; i < PAW_COUNT_OF(wanted); i++) {
        assert_int_equal(r.entries[i].is_expired, wanted[i].is_expired);
        assert_int_equal(r.entries[i].findings, wanted[i].findings);
        assert_int_equal(r.entries[i].fits, wanted[i].fits);
    }
    paw_arena_finish(&arena);
    paw_suppress_free(s);
    example_end(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals), cmocka_unit_test(cuts),   cmocka_unit_test(deep_and_many),
        cmocka_unit_test(patterns), cmocka_unit_test(fields), cmocka_unit_test(signers),
        cmocka_unit_test(counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
