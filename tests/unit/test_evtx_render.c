/* SPDX-License-Identifier: Apache-2.0 */
/* Full records: the fast way writes what the plain way writes, whatever the log, also when bytes of
 * it are changed; every record that is counted is there; values of all types are exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/logs.h"
#include "core/str.h"
#include "core/stream.h"
#include "parsers/evtx/print.h"
#include "parsers/evtx/render.h"
#include "parsers/evtx/walk.h"

#include "special.h"

enum { MUTATIONS = 12, CHANGES = 24 };

static const char *const logs[] = {
    "plain",      "minor2",       "inline",     "literal-names", "forwarded",     "exported",
    "all-values", "all-arrays",   "all-tokens", "hostile-text",  "odd-times",     "torn",
    "slack",      "record-magic", "small-bomb", "deep",          "giant-element", "wide-system",
};

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    (void)self;
    (void)f;
    fail_msg("a fact nobody asked for");
    return PAW_OK;
}

static enum paw_status take_diag(void *self, const struct paw_diag *d)
{
    uint64_t *told = self;
    *told |= UINT64_C(1) << d->code;
    return PAW_OK;
}

static enum paw_status take_progress(void *self, uint64_t item)
{
    (void)self;
    (void)item;
    return PAW_OK;
}

static struct paw_render render(paw_bytes bytes, bool is_xml, bool is_plain, struct paw_buffer *b)
{
    uint64_t told = 0;
    struct paw_source *source = NULL;
    struct paw_out out = paw_buffer_out(b);
    const struct paw_sink sink = {&told, take_fact, take_diag, take_progress};
    struct paw_render r = {.is_xml = is_xml,
                           .is_plain = is_plain,
                           .range = {.to = UINT64_MAX},
                           .source = PAW_LIT("a\"b.evtx"),
                           .out = &out,
                           .sink = &sink};
    assert_int_equal(paw_source_over(bytes, &source), PAW_OK);
    assert_int_equal(paw_render_log(&r, source, NULL), PAW_OK);
    paw_source_close(source);
    assert_false(b->failed);
    return r;
}

/* Where two texts begin to differ, to be shown. */
static void compare(const char *name, const struct paw_buffer *plain, const struct paw_buffer *fast)
{
    size_t i = 0;
    while (i < plain->n && i < fast->n && plain->p[i] == fast->p[i])
        i++;
    const size_t from = i < 60 ? 0 : i - 60;
    if (i != plain->n || i != fast->n)
        fail_msg("%s: at %zu: plain '%.90s', fast '%.90s'", name, i, plain->p + from,
                 fast->p + from);
}

static void check(const char *name, paw_bytes bytes)
{
    for (int is_xml = 0; is_xml < 2; is_xml++) {
        struct paw_buffer plain = {0}, fast = {0};
        const struct paw_render a = render(bytes, is_xml != 0, true, &plain);
        const struct paw_render b = render(bytes, is_xml != 0, false, &fast);
        size_t lines = 0;
        compare(name, &plain, &fast);
        assert_int_equal(a.written, b.written);
        for (size_t i = 0; i < fast.n; i++)
            lines += fast.p[i] == '\n';
        if (is_xml == 0)
            assert_int_equal(lines, b.written);
        assert_true(b.summary.read + b.summary.recovered <= b.written);
        paw_buffer_finish(&plain);
        paw_buffer_finish(&fast);
    }
}

static void both_ways(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (size_t i = 0; i < PAW_COUNT_OF(logs); i++) {
        const paw_bytes bytes = test_log(logs[i]);
        uint8_t *changed = malloc(bytes.n);
        assert_non_null(changed);
        check(logs[i], bytes);
        for (unsigned m = 0; m < MUTATIONS; m++) {
            memcpy(changed, bytes.p, bytes.n);
            for (unsigned k = 0; k < CHANGES; k++) {
                seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                const size_t from = 4096 + 512, room = 16 * 1024;
                const size_t at = from + (size_t)(seed >> 33) % room;
                if (at < bytes.n)
                    changed[at] = (uint8_t)(seed >> 24);
            }
            check(logs[i], (paw_bytes){changed, bytes.n});
        }
        free(changed);
        test_log_free(bytes);
    }
}

static bool holds(const struct paw_buffer *b, const char *text)
{
    return paw_str_find((paw_str){b->p, b->n}, paw_str_of(text), 0) != SIZE_MAX;
}

/* Texts that the log must come to. */
static void texts(void **state)
{
    (void)state;
    static const struct {
        const char *log;
        bool is_xml;
        const char *text;
    } rows[] = {
#include "test_evtx_render_rows.h"
    };
    unsigned bad = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const paw_bytes bytes = test_log(rows[i].log);
        struct paw_buffer b = {0};
        (void)render(bytes, rows[i].is_xml, false, &b);
        if (!holds(&b, rows[i].text)) {
            print_error("%s does not hold: %s\n", rows[i].log, rows[i].text);
            bad++;
        }
        paw_buffer_finish(&b);
        test_log_free(bytes);
    }
    assert_int_equal(bad, 0);
}

/* The descriptor of a log that cannot be read on from its third chunk. */
static enum paw_status lose_file(void *self, uint64_t item)
{
    const int *fd = self;
    if (item == UINT64_C(2) * PAW_EVTX_ITEMS_PER_CHUNK)
        assert_int_equal(close(*fd), 0);
    return PAW_OK;
}

static enum paw_status pass_diag(void *self, const struct paw_diag *d)
{
    (void)self;
    (void)d;
    return PAW_OK;
}

/* What was read before the disk failed goes out. */
static void records_before_a_failure(void **state)
{
    (void)state;
    char path[] = "/tmp/paw-render-XXXXXX";
    const int made = mkstemp(path);
    assert_true(made >= 0);
    assert_int_equal(gen_special_write("plain", path), 0);
    assert_int_equal(close(made), 0);
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    assert_int_equal(paw_source_open(path, &source, &err), PAW_OK);
    int fd = made; /* the lowest that is free is the source's */
    struct paw_buffer b = {0};
    struct paw_out out = paw_buffer_out(&b);
    const struct paw_sink sink = {&fd, take_fact, pass_diag, lose_file};
    struct paw_render r = {
        .range = {.to = UINT64_MAX}, .source = PAW_LIT("a"), .out = &out, .sink = &sink};
    assert_int_equal(paw_render_log(&r, source, &err), PAW_E_IO);
    size_t lines = 0;
    for (size_t i = 0; i < b.n; i++)
        lines += b.p[i] == '\n';
    assert_true(r.written > 100);
    assert_int_equal(lines, r.written);
    paw_source_close(source);
    paw_buffer_finish(&b);
    assert_int_equal(remove(path), 0);
}

/* What XML cannot write stands as _xHHHH_; text that looks so is told apart, of both kinds. */
static void escapes_of_text(void **state)
{
    (void)state;
    static const struct {
        uint8_t type;
        const char *bytes;
        size_t n;
        const char *xml;
    } rows[] = {
        {PAW_EVTX_TYPE_ANSI,
         "a\x01"
         "b",
         3, "a_x0001_b"},
        {PAW_EVTX_TYPE_ANSI, "a_x0001_b", 9, "a_x005F_x0001_b"},
        {PAW_EVTX_TYPE_ANSI, "_x\xe4", 3, "_x\xc3\xa4"},
        {PAW_EVTX_TYPE_STRING, "a\0\1\0b\0", 6, "a_x0001_b"},
        {PAW_EVTX_TYPE_STRING,
         "_\0x\0"
         "0\0"
         "0\0"
         "0\0"
         "1\0_\0",
         14, "_x005F_x0001_"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        struct paw_print o = {0};
        const paw_bytes bytes = {(const uint8_t *)rows[i].bytes, rows[i].n};
        paw_print_begin(&o, bytes.p + bytes.n);
        paw_print_value(&o, (struct paw_evtx_datum){rows[i].type, bytes}, PAW_PRINT_XML);
        assert_int_equal(o.n, strlen(rows[i].xml));
        assert_memory_equal(o.p, rows[i].xml, o.n);
        paw_print_finish(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(texts),
        cmocka_unit_test(records_before_a_failure),
        cmocka_unit_test(escapes_of_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
