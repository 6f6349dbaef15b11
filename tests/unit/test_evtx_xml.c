/* SPDX-License-Identifier: Apache-2.0 */
/* libevtx's XML text: tokens, attributes, entities, and whole events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/str.h"
#include "parsers/evtx/event_xml.h"
#include "parsers/evtx/xml.h"

static void tokens(void **state)
{
    (void)state;
    static const struct {
        const char *given, *want;
    } cases[] = {
        {"<a b=\"c\"><d/>x</a>", "O:a E:d T:x C:a "},
        {"<n:a>x &lt; y</n:a>", "O:a T:x &lt; y C:a "},
        {"<?xml version=\"1.0\"?><!-- <b> --><a/>", "E:a "},
        {"<a><![CDATA[<b>]]></a>", "O:a D:<b> C:a "},
        {"1 < 2 <", "T:1 < 2 < "},
        {"<a", "O:a "},
        {"</a>", "C:a "},
        {"<!-- no end", ""},
        {"", ""},
        {"<", "T:< "},
        {"<a/", "E:a "},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct paw_xml x = {.text = paw_str_of(cases[i].given)};
        char got[128];
        size_t n = 0;
        for (struct paw_xml_item t = paw_xml_next(&x); t.token != PAW_XML_END;
             t = paw_xml_next(&x)) {
            const paw_str text = t.name.n != 0 ? t.name : t.text;
            got[n++] = "?OECTD"[t.token];
            got[n++] = ':';
            memcpy(got + n, text.p, text.n);
            n += text.n;
            got[n++] = ' ';
        }
        if (!paw_str_equal((paw_str){got, n}, paw_str_of(cases[i].want)))
            fail_msg("%s: %.*s", cases[i].given, (int)n, got);
    }
}

static void attributes(void **state)
{
    (void)state;
    static const struct {
        const char *given, *name, *want;
    } cases[] = {
        {" Name=\"a\" Guid=\"b\"", "Guid", "b"},
        {" Name='a'", "Name", "a"},
        {" Name=\"say \"x\" now\" Guid=\"b\"", "Name", "say \"x\" now"},
        {" Name=\"\"", "Name", ""},
        {" Name=\"open", "Name", "open"},
        {" xName=\"a\"", "Name", NULL},
        {" p:Name=\"a\"", "Name", "a"},
        {" Name", "Name", NULL},
        {" = \" Name=", "Name", NULL},
        {"", "Name", NULL},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const paw_str got = paw_xml_attribute(paw_str_of(cases[i].given), cases[i].name);
        if (!paw_str_equal(got, paw_str_of(cases[i].want)))
            fail_msg("%s: %.*s", cases[i].given, (int)got.n, got.p == NULL ? "" : got.p);
    }
}

static void entities(void **state)
{
    (void)state;
    static const struct {
        const char *given, *want;
    } cases[] = {
        {"a &amp;&lt;&gt;&quot;&apos; b", "a &<>\"' b"},
        {"&#65;&#x42;&#x20AC;", "AB\xE2\x82\xAC"},
        {"&amp;lt;", "&lt;"},
        {"&nothing; & &; &#; &#x110000; &", "&nothing; & &; &#; &#x110000; &"},
        {"&#xD800;", "\xEF\xBF\xBD"},
        {"plain", "plain"},
        {"&amp", "&amp"},
    };
    struct paw_arena a;
    paw_arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const paw_str got = paw_xml_plain(&a, paw_str_of(cases[i].given));
        if (!paw_str_equal(got, paw_str_of(cases[i].want)))
            fail_msg("%s: %.*s", cases[i].given, (int)got.n, got.p);
    }
    paw_arena_finish(&a);
}

#define SYSTEM                                                                                    \
    "<System>\n    <Provider Name=\"P\" Guid=\"{G}\"/>\n<EventID Qualifiers=\"0\">1040</EventID>" \
    "<TimeCreated SystemTime=\"2020-05-24T17:13:42.123000000Z\"/><EventRecordID>77</"             \
    "EventRecordID><Execution ProcessID=\"1780\" ThreadID=\"2\"/><Channel>C</Channel>"            \
    "<Computer>WKS01</Computer><Security UserID=\"S-1-5-18\"/></System>\n"

static void events(void **state)
{
    (void)state;
    struct paw_arena a;
    struct paw_record r = {0};
    paw_arena_init(&a, SIZE_MAX);
    assert_int_equal(
        paw_event_xml_read(PAW_LIT("<Event xmlns=\"x\">\n  " SYSTEM
                                   "<EventData>\n<Data Name=\"A\">a&amp;b\x01\r\nc</Data>"
                                   "<Data>u</Data><Data Name=\"E\"/><Binary>00FF</Binary>"
                                   "<Data Name=\"F\"></Data></EventData></Event>"),
                           &a, &r),
        PAW_OK);
    assert_true(paw_str_equal(r.provider, PAW_LIT("P")));
    assert_true(paw_str_equal(r.channel, PAW_LIT("C")));
    assert_true(paw_str_equal(r.computer, PAW_LIT("WKS01")));
    assert_true(paw_str_equal(r.user_sid, PAW_LIT("S-1-5-18")));
    assert_int_equal(r.event_id, 1040);
    assert_int_equal(r.record_id, 77);
    assert_int_equal(r.process_id, 1780);
    assert_int_equal(r.created, UINT64_C(132348140221230000));
    assert_int_equal(r.n_data, 5);
    assert_true(paw_str_equal(paw_record_named(&r, "a"), PAW_LIT("a&b\x01\r\nc")));
    assert_true(paw_str_equal(paw_record_unnamed(&r, 0), PAW_LIT("u")));
    assert_null(paw_record_unnamed(&r, 1).p);
    assert_null(paw_record_named(&r, "E").p);
    assert_true(paw_str_equal(paw_record_named(&r, "F"), PAW_LIT("")));
    assert_true(paw_str_equal(paw_record_named(&r, "Binary"), PAW_LIT("00FF")));
    paw_arena_finish(&a);
}

static void user_data(void **state)
{
    (void)state;
    struct paw_arena a;
    struct paw_record r = {0};
    paw_arena_init(&a, SIZE_MAX);
    assert_int_equal(paw_event_xml_read(PAW_LIT("<Event>" SYSTEM
                                                "<UserData><RuleAndFileData xmlns=\"x\"><FilePath>f"
                                                "</FilePath><In><Deep id=\"7\">d</Deep></In>"
                                                "</RuleAndFileData></UserData>"
                                                "<RenderingInfo><Message>m</Message>"
                                                "</RenderingInfo></Event>"),
                                        &a, &r),
                     PAW_OK);
    assert_true(paw_str_equal(r.data_name, PAW_LIT("RuleAndFileData")));
    assert_int_equal(r.n_data, 3);
    assert_true(paw_str_equal(paw_record_named(&r, "FilePath"), PAW_LIT("f")));
    assert_true(paw_str_equal(paw_record_named(&r, "Deep"), PAW_LIT("d")));
    assert_true(paw_str_equal(paw_record_named(&r, "Deep@id"), PAW_LIT("7")));
    paw_arena_finish(&a);
}

static void refused(void **state)
{
    (void)state;
    struct paw_arena a;
    struct paw_record r = {0};
    paw_arena_init(&a, SIZE_MAX);
    assert_int_equal(paw_event_xml_read(PAW_LIT(""), &a, &r), PAW_E_FORMAT);
    assert_int_equal(paw_event_xml_read(PAW_LIT("<Event>text</Event>"), &a, &r), PAW_E_FORMAT);
    paw_arena_finish(&a);
    paw_arena_init(&a, 16);
    assert_int_equal(paw_event_xml_read(PAW_LIT("<Event>" SYSTEM "</Event>"), &a, &r),
                     PAW_E_MEMORY);
    paw_arena_finish(&a);
}

/* Cut at every byte: no crash, and what is read is valid. */
static void cut(void **state)
{
    (void)state;
    const paw_str whole =
        PAW_LIT("<Event>" SYSTEM "<EventData><Data Name=\"A\">a&amp;b</Data></EventData></Event>");
    struct paw_arena a;
    paw_arena_init(&a, SIZE_MAX);
    for (size_t n = 0; n <= whole.n; n++) {
        struct paw_record r = {0};
        const enum paw_status status = paw_event_xml_read(paw_str_sub(whole, 0, n), &a, &r);
        assert_true(status == PAW_OK || status == PAW_E_FORMAT);
        for (size_t i = 0; i < r.n_data; i++)
            assert_true(paw_utf8_valid(r.data[i].text));
        paw_arena_reset(&a);
    }
    paw_arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens), cmocka_unit_test(attributes), cmocka_unit_test(entities),
        cmocka_unit_test(events), cmocka_unit_test(user_data),  cmocka_unit_test(refused),
        cmocka_unit_test(cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
