/* SPDX-License-Identifier: Apache-2.0 */
/* The libevtx reader over crafted logs, in this process; those that blow it up are left to tests of
 * the worker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/logs.h"
#include "core/cursor.h"
#include "core/str.h"
#include "evidence/source.h"
#include "parsers/evtx/libevtx_adapter.h"

#define D(code) (UINT64_C(1) << PAW_D_##code)

static const struct test_log_case cases[] = {
    {"plain", 200, 0, 0, 0},
    {"empty", 0, 0, 0, 0},
    {"minor2", 200, 0, 0, 0},
    {"inline", 200, 0, 0, 0},
    {"literal-names", 200, 0, 0, 0},
    {"forwarded", 200, 0, 0, 0},
    {"exported", 200, 0, 0, 0},
    {"hostile-text", 8, 0, 0, 0},
    {"odd-times", 6, 0, 0, 0},
    {"dirty", 200, 0, 0, D(EVTX_HEADER) | D(EVTX_COUNT)},
    {"wrong-count", 200, 0, 0, D(EVTX_COUNT)},
    {"header-crc", 200, 0, 0, D(EVTX_HEADER)},
    {"header-magic", 200, 0, 0, D(EVTX_HEADER)},
    {"chunk-crc", 200, 0, 0, D(EVTX_CHUNK)},
    {"no-checksums", 200, 0, 0, 0},
    {"truncated", 174, 0, 0, D(EVTX_TRUNCATED) | D(EVTX_GAP)},
    {"torn", 199, 0, 1, D(EVTX_GAP) | D(EVTX_RECORD_PARTIAL)},
    {"zero-size", 199, 0, 0, D(EVTX_GAP)},
    {"huge-size", 199, 0, 0, D(EVTX_GAP)},
    {"record-magic", 199, 0, 0, D(EVTX_GAP)},
    {"chunk-magic", 148, 51, 0, D(EVTX_CHUNK) | D(EVTX_COUNT)},
    {"zero-tail", 168, 0, 0, D(EVTX_CHUNK) | D(EVTX_GAP)},
    {"free-space", 200, 0, 0, D(EVTX_CHUNK)},
    {"ring", 200, 0, 0, 0},
    {"off-grid", 200, 0, 0, 0},
    {"slack", 153, 47, 0, D(EVTX_COUNT)},
    {"name-cycle", 200, 0, 0, 0},
    {"tables", 200, 0, 0, D(EVTX_HEADER)},
    {"giant-count", 6, 0, 0, D(EVTX_RECORD)},
    {"giant-element", 6, 0, 0, D(EVTX_RECORD)},
    {"endless", 6, 0, 0, D(EVTX_RECORD)},
    {"far-name", 6, 0, 0, D(EVTX_RECORD)},
};

struct seen {
    const char *name;
    unsigned of_state[3], lossy, with_nul, id_from_header, unset_time;
    uint64_t told, last_item, items, order;
};

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    struct seen *s = self;
    if (!paw_fact_check(f, f->size))
        fail_msg("%s: a fact that does not pass", s->name);
    assert_true(f->origin.offset % 8 == 0 || strcmp(s->name, "off-grid") == 0);
    assert_true(f->origin.length != 0);
    s->of_state[f->state]++;
    s->lossy += (f->flags & PAW_FACT_LOSSY) != 0;
    s->id_from_header += (f->flags & PAW_FACT_ID_FROM_HEADER) != 0;
    s->unset_time += f->logged == 0;
    paw_str text, name;
    enum paw_field_id id;
    for (size_t i = 0; paw_fact_field(f, i, &id, &name, &text); i++)
        s->with_nul += paw_str_find_char(text, '\0', 0) != SIZE_MAX;
    return PAW_OK;
}

static enum paw_status take_diag(void *self, const struct paw_diag *d)
{
    struct seen *s = self;
    s->told |= UINT64_C(1) << d->code;
    assert_true(d->count != 0);
    assert_true(memchr(d->detail, '\0', sizeof(d->detail)) != NULL);
    return PAW_OK;
}

static enum paw_status take_progress(void *self, uint64_t item)
{
    struct seen *s = self;
    assert_true(s->items == 0 || item > s->last_item);
    s->last_item = item;
    s->items++;
    return PAW_OK;
}

static struct paw_summary extract(paw_bytes bytes, struct paw_range range, uint64_t kinds,
                                  struct seen *seen)
{
    const struct paw_wanted wanted = {.kinds = kinds};
    const struct paw_sink sink = {seen, take_fact, take_diag, take_progress};
    struct paw_source *source = NULL;
    struct paw_summary summary;
    struct paw_error err = {0};
    assert_int_equal(paw_source_over(bytes, &source), PAW_OK);
    assert_int_equal(paw_reader_libevtx.extract(source, 3, range, &wanted, &sink, &summary, &err),
                     PAW_OK);
    paw_source_close(source);
    return summary;
}

static const struct paw_range whole = {.to = UINT64_MAX};

static void crafted_logs(void **state)
{
    (void)state;
    unsigned bad = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const paw_bytes bytes = test_log(cases[i].name);
        struct seen s = {.name = cases[i].name};
        const struct paw_summary sum = extract(bytes, whole, UINT64_MAX, &s);
        bad += !test_log_holds(&cases[i], s.of_state, s.told);
        assert_int_equal(sum.read, s.of_state[PAW_INTACT]);
        assert_int_equal(sum.recovered, s.of_state[PAW_RECOVERED]);
        assert_int_equal(s.id_from_header, 0);
        if (strcmp(cases[i].name, "hostile-text") == 0)
            assert_true(s.lossy != 0 && s.with_nul != 0);
        if (strcmp(cases[i].name, "odd-times") == 0)
            assert_true(s.unset_time != 0);
        test_log_free(bytes);
    }
    assert_int_equal(bad, 0);
}

/* A range begun behind any item gives what the whole gives from there. */
static void ranges(void **state)
{
    (void)state;
    const paw_bytes bytes = test_log("plain");
    struct seen all = {.name = "plain"};
    (void)extract(bytes, whole, UINT64_MAX, &all);
    for (uint64_t cut = 0; cut < all.last_item + 5; cut += 1 + cut / 3) {
        struct seen before = {.name = "plain"}, behind = {.name = "plain"};
        (void)extract(bytes, (struct paw_range){.to = cut}, UINT64_MAX, &before);
        (void)extract(bytes, (struct paw_range){.from = cut, .to = UINT64_MAX}, UINT64_MAX,
                      &behind);
        assert_int_equal(before.of_state[PAW_INTACT] + behind.of_state[PAW_INTACT], 200);
    }
    test_log_free(bytes);
}

static void unwanted(void **state)
{
    (void)state;
    const paw_bytes bytes = test_log("plain");
    struct seen s = {.name = "plain"};
    const struct paw_summary sum = extract(bytes, whole, PAW_KIND_BIT(PAW_KIND_MODULE), &s);
    assert_int_equal(s.of_state[PAW_INTACT], 0);
    assert_int_equal(sum.read, 200);
    assert_true((sum.kinds & PAW_KIND_BIT(PAW_KIND_PROCESS_START)) != 0);
    assert_true(sum.first != 0 && sum.first < sum.last);
    test_log_free(bytes);
}

/* Cut anywhere the log still reads as far as it goes. */
static void cut(void **state)
{
    (void)state;
    const paw_bytes bytes = test_log("plain");
    unsigned before = 0;
    for (size_t n = 0; n < bytes.n; n += 1 + n / 7) {
        struct seen s = {.name = "cut"};
        (void)extract((paw_bytes){bytes.p, n}, whole, UINT64_MAX, &s);
        assert_true(s.of_state[PAW_INTACT] >= before);
        before = s.of_state[PAW_INTACT];
    }
    test_log_free(bytes);
}

/* The last record of the first chunk comes to end where its chunk does: libevtx alone drops it. */
static void full_chunk(void **state)
{
    (void)state;
    const paw_bytes bytes = test_log("plain");
    uint8_t *chunk = (uint8_t *)(uintptr_t)bytes.p + 4096;
    const uint32_t at = paw_le32(chunk + 44); /* of the last record */
    const uint32_t size = paw_le32(chunk + at + 4);
    memmove(chunk + 65536 - size, chunk + at, size);
    memset(chunk + at, 0, 65536 - size - at < size ? 65536 - size - at : size);
    memcpy(chunk + 48, "\0\0\1", 4); /* the free space begins behind the chunk */
    struct seen s = {.name = "full"};
    (void)extract(bytes, whole, UINT64_MAX, &s);
    assert_int_equal(s.of_state[PAW_INTACT], 200);
    test_log_free(bytes);
}

static void no_log(void **state)
{
    (void)state;
    static const uint8_t zeros[10000];
    struct seen s = {.name = "no log"};
    const struct paw_summary sum =
        extract((paw_bytes){zeros, sizeof(zeros)}, whole, UINT64_MAX, &s);
    assert_int_equal(sum.refused, 1);
    assert_true((s.told & D(EVTX_REFUSED)) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crafted_logs), cmocka_unit_test(ranges), cmocka_unit_test(unwanted),
        cmocka_unit_test(cut),          cmocka_unit_test(no_log), cmocka_unit_test(full_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
