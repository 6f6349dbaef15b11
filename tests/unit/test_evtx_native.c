/* SPDX-License-Identifier: Apache-2.0 */
/* Our own reader of logs over crafted ones: what it gives, what it tells, and what must hold of any
 * log however it is cut or shuffled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/logs.h"
#include "core/fact.h"
#include "core/str.h"
#include "evidence/source.h"
#include "parsers/evtx/known_templates.h"
#include "parsers/evtx/values.h"
#include "parsers/readers.h"

#define D(code) (UINT64_C(1) << PAW_D_##code)

static const struct test_log_case cases[] = {
    {"plain", 200, 0, 0, 0},
    {"empty", 0, 0, 0, 0},
    {"minor2", 200, 0, 0, 0},
    {"inline", 200, 0, 0, 0},
    {"literal-names", 200, 0, 0, 0},
    {"forwarded", 200, 0, 0, 0},
    {"exported", 200, 0, 0, 0},
    {"all-values", 7, 0, 0, 0},
    {"all-arrays", 7, 0, 0, 0},
    {"all-tokens", 2, 0, 0, D(EVTX_RECORD)}, /* the third has no System */
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
    {"bomb", 6, 0, 1, D(EVTX_RECORD_PARTIAL) | D(LIMIT_FACT)},
    {"small-bomb", 7, 0, 0, 0},
    {"deep", 6, 0, 1, D(EVTX_RECORD_PARTIAL) | D(LIMIT_FACT)},
    {"giant-count", 6, 0, 1, D(EVTX_RECORD_PARTIAL)},
    {"giant-element", 7, 0, 0, 0},
    {"endless", 6, 0, 1, D(EVTX_RECORD_PARTIAL)},
    {"far-name", 6, 0, 1, D(EVTX_RECORD_PARTIAL)},
};

struct seen {
    const char *name;
    unsigned of_state[3];
    uint64_t told, sum;          /* of the facts' contents, whatever their order */
    uint64_t *PAW_NULLABLE ends; /* where the facts' records end, in their order */
    unsigned n_ends;
    const struct paw_fact *PAW_NULLABLE kept; /* record 4, the caller's to free */
};

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    struct seen *s = self;
    if (!paw_fact_check(f, f->size))
        fail_msg("%s: a fact that does not pass", s->name);
    s->of_state[f->state]++;
    s->sum += paw_hash(&f->content, sizeof(f->content), f->identity);
    if (s->ends != NULL)
        s->ends[s->n_ends++] = f->origin.offset + f->origin.length;
    if (f->record_id == 4 && s->kept == NULL) {
        void *copy = malloc(f->size);
        assert_non_null(copy);
        memcpy(copy, f, f->size);
        s->kept = copy;
    }
    return PAW_OK;
}

static enum paw_status take_diag(void *self, const struct paw_diag *d)
{
    struct seen *s = self;
    s->told |= UINT64_C(1) << d->code;
    return PAW_OK;
}

static enum paw_status take_progress(void *self, uint64_t item)
{
    (void)self;
    (void)item;
    return PAW_OK;
}

static struct paw_summary extract(paw_bytes bytes, uint64_t kinds, struct seen *seen)
{
    const struct paw_wanted wanted = {.kinds = kinds};
    const struct paw_sink sink = {seen, take_fact, take_diag, take_progress};
    const struct paw_range whole = {.to = UINT64_MAX};
    struct paw_source *source = NULL;
    struct paw_summary summary;
    struct paw_error err = {0};
    assert_int_equal(paw_source_over(bytes, &source), PAW_OK);
    assert_int_equal(paw_reader_evtx.extract(source, 3, whole, &wanted, &sink, &summary, &err),
                     PAW_OK);
    paw_source_close(source);
    return summary;
}

static void forget(struct seen *s, paw_bytes bytes)
{
    free((void *)(uintptr_t)s->kept);
    test_log_free(bytes);
}

static void crafted_logs(void **state)
{
    (void)state;
    unsigned bad = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const paw_bytes bytes = test_log(cases[i].name);
        struct seen s = {.name = cases[i].name};
        const struct paw_summary sum = extract(bytes, UINT64_MAX, &s);
        bad += !test_log_holds(&cases[i], s.of_state, s.told);
        assert_int_equal(sum.read, s.of_state[PAW_INTACT]);
        assert_int_equal(sum.recovered, s.of_state[PAW_RECOVERED]);
        forget(&s, bytes);
    }
    assert_int_equal(bad, 0);
}

/* Every type of value, as Windows writes it. */
static void values(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"type01", "text \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x90\xBE"},
        {"type02", "ansi \xC3\xA4 \xE2\x82\xAC"},
        {"type03", "-15"},
        {"type04", "241"},
        {"type05", "-3343"},
        {"type06", "62193"},
        {"type07", "-185339151"},
        {"type08", "4109628145"},
        {"type09", "-506664896818842895"},
        {"type0a", "17940079176890708721"},
        {"type0b", "1.5"},
        {"type0c", "-1.5"},
        {"type0d", "true"},
        {"type0e", "F1F2F3F4F5"},
        {"type0f", "{F4F3F2F1-F6F5-F8F7-0102-030405060708}"},
        {"type10", "0xf8f7f6f5f4f3f2f1"},
        {"type11", "2026-03-02T09:00:00.1234567Z"},
        {"type12", "2026-03-02T09:30:15.500Z"},
        {"type13", "S-1-5-21-1004336348-1177238915-682003330-512"},
        {"type14", "0xf4f3f2f1"},
        {"type15", "0xf8f7f6f5f4f3f2f1"},
        {"type10short", "0xf4f3f2f1"},
    };
    const paw_bytes bytes = test_log("all-values");
    struct seen s = {.name = "all-values"};
    (void)extract(bytes, UINT64_MAX, &s);
    assert_non_null(s.kept);
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const paw_str text = paw_fact_other(s.kept, paw_str_of(rows[i].name));
        if (!paw_str_equal(text, paw_str_of(rows[i].text)))
            fail_msg("%s: '%.*s'", rows[i].name, (int)text.n, text.p);
    }
    forget(&s, bytes);
}

/* Records that nobody asks for are counted all the same. */
static void unwanted(void **state)
{
    (void)state;
    const paw_bytes bytes = test_log("plain");
    struct seen s = {.name = "plain"};
    const struct paw_summary sum = extract(bytes, PAW_KIND_BIT(PAW_KIND_MODULE), &s);
    assert_int_equal(s.of_state[PAW_INTACT], 0);
    assert_int_equal(sum.read, 200);
    assert_true((sum.kinds & PAW_KIND_BIT(PAW_KIND_PROCESS_START)) != 0);
    assert_true(sum.first != 0 && sum.first < sum.last);
    forget(&s, bytes);
}

/* A cut loses no record before it. */
static void cut(void **state)
{
    (void)state;
    enum { SECTOR = 512, RECORDS = 256 };
    static const char *const names[] = {"plain", "inline", "forwarded", "slack"};
    uint64_t all_ends[RECORDS], ends[RECORDS];
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++) {
        const paw_bytes bytes = test_log(names[i]);
        struct seen all = {.name = names[i], .ends = all_ends};
        (void)extract(bytes, UINT64_MAX, &all);
        for (size_t n = i * SECTOR; n < bytes.n; n += SECTOR * PAW_COUNT_OF(names)) {
            struct seen s = {.name = names[i], .ends = ends};
            unsigned before = 0;
            (void)extract((paw_bytes){bytes.p, n}, UINT64_MAX, &s);
            for (unsigned k = 0; k < all.n_ends; k++)
                before += all_ends[k] <= n;
            assert_int_equal(s.n_ends, before);
            free((void *)(uintptr_t)s.kept);
        }
        forget(&all, bytes);
    }
}

/* The order of chunks changes nothing. */
static void shuffle(void **state)
{
    (void)state;
    const paw_bytes bytes = test_log("plain");
    const size_t n = (bytes.n - PAW_EVTX_HEADER_BLOCK) / PAW_EVTX_CHUNK_BYTES;
    struct seen was = {.name = "plain"};
    uint8_t *copy = malloc(bytes.n);
    assert_non_null(copy);
    assert_true(n > 1);
    (void)extract(bytes, UINT64_MAX, &was);
    for (size_t by = 1; by < n; by++) {
        struct seen s = {.name = "shuffled"};
        memcpy(copy, bytes.p, bytes.n);
        for (size_t i = 0; i < n; i++)
            memcpy(copy + PAW_EVTX_HEADER_BLOCK + i * PAW_EVTX_CHUNK_BYTES,
                   bytes.p + PAW_EVTX_HEADER_BLOCK + (i + by) % n * PAW_EVTX_CHUNK_BYTES,
                   PAW_EVTX_CHUNK_BYTES);
        (void)extract((paw_bytes){copy, bytes.n}, UINT64_MAX, &s);
        assert_int_equal(s.of_state[PAW_INTACT], was.of_state[PAW_INTACT]);
        assert_int_equal(s.sum, was.sum);
        free((void *)(uintptr_t)s.kept);
    }
    free(copy);
    forget(&was, bytes);
}

/* Spoils the identifier of the definition that an instance names. */
static void spoil_definition(uint8_t *chunk, uint32_t from, uint32_t end, struct paw_arena *a,
                             bool spoils_nested)
{
    struct paw_binxml_instance o;
    const paw_bytes bytes = {chunk, PAW_EVTX_CHUNK_BYTES};
    if (!paw_binxml_instance_read(bytes, from + 5, end, a, &o)) /* behind fragment and token */
        return;
    const struct paw_evtx_value last = o.values[o.n - 1];
    if (spoils_nested && last.type == PAW_EVTX_TYPE_BINXML)
        spoil_definition(chunk, last.offset, last.offset + last.size, a, false);
    else if (!spoils_nested && o.has_definition)
        chunk[o.definition + 4] ^= 0xFF;
}

/* Templates of the second chunk are spoilt: the first one's serve, and nothing else changes. */
static void borrowed(void **state)
{
    (void)state;
    const paw_bytes bytes = test_log("plain");
    static struct paw_evtx_chunk chunk;
    struct seen was = {.name = "plain"};
    uint8_t *copy = malloc(bytes.n);
    assert_non_null(copy);
    (void)extract(bytes, UINT64_MAX, &was);
    for (unsigned which = 0; which < 2; which++) { /* the outer ones, those of the payload */
        struct seen s = {.name = "borrowed"};
        struct paw_arena a;
        uint8_t *second = copy + PAW_EVTX_HEADER_BLOCK + PAW_EVTX_CHUNK_BYTES;
        memcpy(copy, bytes.p, bytes.n);
        paw_arena_init(&a, SIZE_MAX);
        paw_evtx_chunk_scan((paw_bytes){second, PAW_EVTX_CHUNK_BYTES}, true, &chunk);
        for (uint32_t i = 0; i < chunk.n_records; i++)
            spoil_definition(second, chunk.records[i].offset + PAW_EVTX_RECORD_HEADER,
                             chunk.records[i].offset + chunk.records[i].size - 4, &a, which == 1);
        paw_arena_finish(&a);
        (void)extract((paw_bytes){copy, bytes.n}, UINT64_MAX, &s);
        assert_true(s.of_state[PAW_RECOVERED] != 0);
        assert_int_equal(s.of_state[PAW_CORRUPT], 0);
        assert_int_equal(s.of_state[PAW_INTACT] + s.of_state[PAW_RECOVERED],
                         was.of_state[PAW_INTACT]);
        assert_int_equal(s.sum, was.sum);
        free((void *)(uintptr_t)s.kept);
    }
    free(copy);
    forget(&was, bytes);
}

/* A carried template gives values their names: Sysmon's event 5 of version 3. */
static void carried(void **state)
{
    (void)state;
    struct paw_arena a;
    struct paw_binxml_plan plan;
    struct paw_evtx_value values[5] = {{.type = PAW_EVTX_TYPE_STRING},
                                       {.type = PAW_EVTX_TYPE_STRING},
                                       {.type = PAW_EVTX_TYPE_GUID},
                                       {.type = PAW_EVTX_TYPE_U32},
                                       {.type = PAW_EVTX_TYPE_NULL}};
    struct paw_binxml_instance instance = {.id = 0x12d43be2, .n = 5, .values = values};
    paw_arena_init(&a, SIZE_MAX);
    assert_true(paw_known_template(&instance, &a, &plan));
    assert_true(paw_str_equal(plan.steps[0].text, PAW_LIT("EventData")));
    unsigned images = 0;
    for (uint32_t i = 0; i < plan.n_steps; i++)
        images += paw_str_equal(plan.steps[i].text, PAW_LIT("Image"));
    assert_int_equal(images, 1);
    values[2].type = PAW_EVTX_TYPE_BINARY; /* another type: not that template */
    assert_false(paw_known_template(&instance, &a, &plan));
    instance.id = 1;
    assert_false(paw_known_template(&instance, &a, &plan));
    paw_arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crafted_logs), cmocka_unit_test(values),  cmocka_unit_test(unwanted),
        cmocka_unit_test(cut),          cmocka_unit_test(shuffle), cmocka_unit_test(borrowed),
        cmocka_unit_test(carried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
