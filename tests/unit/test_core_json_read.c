/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON that anybody may have written: what is refused, what is decoded, and where it ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/json_read.h"
#include "core/str.h"

/* What came for the key "a", and how many members there were. */
struct seen {
    paw_str a;
    bool has_a;
    size_t n;
};

static bool note(void *self, paw_str key, paw_str value)
{
    struct seen *seen = self;
    seen->n++;
    if (paw_str_equal(key, PAW_LIT("a"))) {
        seen->a = value;
        seen->has_a = true;
    }
    return !paw_str_equal(key, PAW_LIT("stop"));
}

static enum paw_status read_one(paw_str text, struct paw_arena *arena, struct seen *seen,
                                size_t *at)
{
    struct paw_json_reader r = {.text = text, .arena = arena};
    *seen = (struct seen){0};
    const enum paw_status status = paw_json_read_object(&r, note, seen);
    *at = r.at;
    return status;
}

static void forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum paw_status want;
    } cases[] = {
        {"{}", PAW_OK},
        {" \t\r\n{ } \n", PAW_OK},
        {"{\"a\":\"b\"}", PAW_OK},
        {"{\"x\":[1,-0.5,2e+10,1E-2,0],\"y\":{\"z\":[[],{}]},\"a\":null}", PAW_OK},
        {"{\"x\":true,\"y\":false}", PAW_OK},
        {"", PAW_E_FORMAT},
        {"[]", PAW_E_FORMAT},
        {"\"a\"", PAW_E_FORMAT},
        {"null", PAW_E_FORMAT},
        {"{", PAW_E_FORMAT},
        {"{\"a\"}", PAW_E_FORMAT},
        {"{\"a\":}", PAW_E_FORMAT},
        {"{\"a\" \"b\"}", PAW_E_FORMAT},
        {"{\"a\":\"b\",}", PAW_E_FORMAT},
        {"{,\"a\":\"b\"}", PAW_E_FORMAT},
        {"{\"a\":\"b\" \"c\":\"d\"}", PAW_E_FORMAT},
        {"{a:\"b\"}", PAW_E_FORMAT},
        {"{'a':'b'}", PAW_E_FORMAT},
        {"{1:2}", PAW_E_FORMAT},
        {"{\"x\":[1 2]}", PAW_E_FORMAT},
        {"{\"x\":[1,]}", PAW_E_FORMAT},
        {"{\"x\":[,1]}", PAW_E_FORMAT},
        {"{\"x\":[:]}", PAW_E_FORMAT},
        {"{\"x\":[1:2]}", PAW_E_FORMAT},
        {"{\"x\":[}]}", PAW_E_FORMAT},
        {"{\"x\":{\"y\"}}", PAW_E_FORMAT},
        {"{\"x\":{\"y\":1,}}", PAW_E_FORMAT},
        {"{\"x\":{1}}", PAW_E_FORMAT},
        {"{\"x\":{\"y\",1}}", PAW_E_FORMAT},
        {"{\"x\":01}", PAW_E_FORMAT},
        {"{\"x\":+1}", PAW_E_FORMAT},
        {"{\"x\":-}", PAW_E_FORMAT},
        {"{\"x\":1.}", PAW_E_FORMAT},
        {"{\"x\":.5}", PAW_E_FORMAT},
        {"{\"x\":1e}", PAW_E_FORMAT},
        {"{\"x\":0x10}", PAW_E_FORMAT},
        {"{\"x\":NaN}", PAW_E_FORMAT},
        {"{\"x\":True}", PAW_E_FORMAT},
        {"{\"x\":truefalse}", PAW_E_FORMAT},
        {"{\"x\":\"\\x41\"}", PAW_E_FORMAT},
        {"{\"x\":\"\\u12G4\"}", PAW_E_FORMAT},
        {"{\"x\":\"\\u12\"}", PAW_E_FORMAT},
        {"{\"x\":\"\\\"}", PAW_E_FORMAT},
        {"{\"x\":\"a\nb\"}", PAW_E_FORMAT},
        {"{\"x\":\"a\tb\"}", PAW_E_FORMAT},
        {"{\"x\":\"\xFF\"}", PAW_E_FORMAT},
        {"{\"x\":\"\xED\xA0\x80\"}", PAW_E_FORMAT}, /* a surrogate in UTF-8 */
        {"{\"x\":\"\xC0\x80\"}", PAW_E_FORMAT},     /* NUL, too long        */
        {"{\"\xFF\":1}", PAW_E_FORMAT},
        {"\xEF\xBB\xBF{}", PAW_E_FORMAT}, /* whoever reads files takes the mark away */
        {"{\"stop\":1}", PAW_E_FORMAT},
    };
    struct paw_arena arena;
    struct seen seen;
    size_t at = 0;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++)
        if (read_one(paw_str_of(cases[i].text), &arena, &seen, &at) != cases[i].want)
            fail_msg("%s", cases[i].text);
    paw_arena_finish(&arena);
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        paw_str given, want;
    } cases[] = {
        {PAW_LIT_INIT("{\"a\":\"\"}"), PAW_LIT_INIT("")},
        {PAW_LIT_INIT("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"), PAW_LIT_INIT("\"\\/\b\f\n\r\t")},
        {PAW_LIT_INIT("{\"a\":\"x\\u0000y\"}"), PAW_LIT_INIT("x\0y")},
        {PAW_LIT_INIT("{\"a\":\"\\u00e9\\u20AC\"}"), PAW_LIT_INIT("\xC3\xA9\xE2\x82\xAC")},
        {PAW_LIT_INIT("{\"a\":\"\\uD83D\\uDE00\"}"), PAW_LIT_INIT("\xF0\x9F\x98\x80")},
        {PAW_LIT_INIT("{\"a\":\"\\uD83Dx\"}"), PAW_LIT_INIT("\xEF\xBF\xBDx")},
        {PAW_LIT_INIT("{\"a\":\"\\uDE00\"}"), PAW_LIT_INIT("\xEF\xBF\xBD")},
        {PAW_LIT_INIT("{\"a\":\"\\uD83D\\uD83D\\uDE00\"}"),
         PAW_LIT_INIT("\xEF\xBF\xBD\xF0\x9F\x98\x80")},
        {PAW_LIT_INIT("{\"a\":\"\\uD83D\\n\"}"), PAW_LIT_INIT("\xEF\xBF\xBD\n")},
        {PAW_LIT_INIT("{\"\\u0061\":\"key\"}"), PAW_LIT_INIT("key")},
        {PAW_LIT_INIT("{\"a\":\"first\",\"a\":\"last\"}"), PAW_LIT_INIT("last")},
        {PAW_LIT_INIT("{\"b\":{\"a\":\"inner\"},\"a\":\"outer\"}"), PAW_LIT_INIT("outer")},
        {PAW_LIT_INIT("{\"a\":\"\x7F\"}"), PAW_LIT_INIT("\x7F")},
        {PAW_LIT_INIT("{\"a\":null}"), {NULL, 0}},
        {PAW_LIT_INIT("{\"a\":17}"), {NULL, 0}},
        {PAW_LIT_INIT("{\"a\":[\"x\"]}"), {NULL, 0}},
    };
    struct paw_arena arena;
    struct seen seen;
    size_t at = 0;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        assert_int_equal(read_one(cases[i].given, &arena, &seen, &at), PAW_OK);
        assert_true(seen.has_a);
        assert_int_equal(at, cases[i].given.n);
        if (!paw_str_equal(seen.a, cases[i].want))
            fail_msg("%s", cases[i].given.p);
    }
    paw_arena_finish(&arena);
}

/* A NUL is no white space, and no end of the text. */
static void nul_outside(void **state)
{
    (void)state;
    static const paw_str cases[] = {
        PAW_LIT_INIT("\0{}"),           PAW_LIT_INIT("{\0}"),
        PAW_LIT_INIT("{\"a\"\0:1}"),    PAW_LIT_INIT("{\"a\":\0}"),
        PAW_LIT_INIT("{\"a\":1\0}"),    PAW_LIT_INIT("{\"a\":[\0]}"),
        PAW_LIT_INIT("{\"a\":\"\0\"}"), PAW_LIT_INIT("{\"a\":\"\\\0\"}"),
    };
    struct paw_arena arena;
    struct seen seen;
    size_t at = 0;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++)
        assert_int_equal(read_one(cases[i], &arena, &seen, &at), PAW_E_FORMAT);
    assert_int_equal(read_one(PAW_LIT("{}\0"), &arena, &seen, &at), PAW_OK);
    assert_int_equal(at, 2); /* the caller sees that something follows */
    paw_arena_finish(&arena);
}

static void depth(void **state)
{
    (void)state;
    static const char open[] = "{[", close[] = "}]";
    struct paw_arena arena;
    struct seen seen;
    size_t at = 0;
    char text[8 * PAW_JSON_READ_DEPTH];
    paw_arena_init(&arena, SIZE_MAX);
    for (unsigned kind = 0; kind < 2; kind++)
        for (size_t n = PAW_JSON_READ_DEPTH - 1; n <= PAW_JSON_READ_DEPTH + 1; n++) {
            size_t used = 0;
            memcpy(text, "{\"a\":", 5);
            used = 5;
            for (size_t i = 0; i < n; i++) {
                text[used++] = open[kind];
                if (kind == 0 && i + 1 < n) {
                    memcpy(text + used, "\"\":", 3);
                    used += 3;
                }
            }
            memset(text + used, close[kind], n);
            used += n;
            text[used++] = '}';
            assert_int_equal(read_one((paw_str){text, used}, &arena, &seen, &at),
                             n <= PAW_JSON_READ_DEPTH ? PAW_OK : PAW_E_LIMIT);
        }
    paw_arena_finish(&arena);
}

/* Cut at every byte, in memory that ends there: never whole, never read beyond. */
static void cut(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"command_line\":\"a "
        "\\u00e9\\uD83D\\uDE00\\\"\",\"n\":[1.5e-3,{\"x\":null},true],\"o\":-0}";
    struct paw_arena arena;
    struct seen seen;
    size_t at = 0;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t n = 1; n + 1 < sizeof(whole); n++) {
        char *part = malloc(n);
        assert_non_null(part);
        memcpy(part, whole, n);
        if (read_one((paw_str){part, n}, &arena, &seen, &at) != PAW_E_FORMAT)
            fail_msg("%.*s", (int)n, whole);
        assert_true(at <= n);
        free(part);
    }
    assert_int_equal(read_one(paw_str_of(whole), &arena, &seen, &at), PAW_OK);
    assert_int_equal(seen.n, 3);
    paw_arena_finish(&arena);
}

/* Every byte of a good text replaced by every other: an answer, and nothing beyond the end. */
static void replaced(void **state)
{
    (void)state;
    static const char whole[] = "{\"a\":\"\\u0041\\n\",\"b\":[1,{\"c\":-2e1}]}";
    char text[sizeof(whole)];
    struct paw_arena arena;
    struct seen seen;
    size_t at = 0;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i + 1 < sizeof(whole); i++)
        for (unsigned c = 0; c < 256; c++) {
            memcpy(text, whole, sizeof(whole));
            text[i] = (char)c;
            const enum paw_status status =
                read_one((paw_str){text, sizeof(whole) - 1}, &arena, &seen, &at);
            assert_true(status == PAW_OK || status == PAW_E_FORMAT);
            assert_true(at <= sizeof(whole) - 1);
            paw_arena_reset(&arena);
        }
    paw_arena_finish(&arena);
}

static void no_memory(void **state)
{
    (void)state;
    struct paw_arena arena;
    struct seen seen;
    size_t at = 0;
    paw_arena_init(&arena, 0);
    assert_int_equal(read_one(PAW_LIT("{\"a\":\"b\"}"), &arena, &seen, &at), PAW_E_MEMORY);
    paw_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),     cmocka_unit_test(texts), cmocka_unit_test(nul_outside),
        cmocka_unit_test(depth),     cmocka_unit_test(cut),   cmocka_unit_test(replaced),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
