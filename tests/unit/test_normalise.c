/* SPDX-License-Identifier: Apache-2.0 */
/* Records to facts: every row of the table, every way to spell a value anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/filetime.h"
#include "core/str.h"
#include "parsers/normalise.h"
#include "parsers/normalise_table.h"

#include "normalise_cases.h"

struct seen {
    unsigned n;
    uint64_t identities[4];
    uint64_t time, logged;
    bool is_bad;
    const char *label;
    const struct want *want;
    enum paw_kind kind;
};

static void check_field(struct seen *s, const struct paw_fact *f, const struct want *w)
{
    const paw_str wanted = paw_str_of(w->text);
    paw_str got = paw_fact_text(f, w->id);
    paw_str value = wanted;
    if (w->id == PAW_F_OTHER) {
        const size_t equals = paw_str_find_char(wanted, '=', 0);
        got = paw_fact_other(f, paw_str_sub(wanted, 0, equals));
        value = paw_str_from(wanted, equals + 1);
    }
    if (!paw_str_equal(got, value)) {
        print_error("%s: field %d is '%.*s', wanted '%s'\n", s->label, (int)w->id, (int)got.n,
                    got.p == NULL ? "" : got.p, w->text == NULL ? "(absent)" : w->text);
        s->is_bad = true;
    }
}

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    struct seen *s = self;
    if (!paw_fact_check(f, f->size) || f->kind != s->kind) {
        print_error("%s: kind %d\n", s->label, f->kind);
        s->is_bad = true;
    }
    for (const struct want *w = s->want; w != NULL && w->id != PAW_F_NONE; w++)
        check_field(s, f, w);
    if (s->n < PAW_COUNT_OF(s->identities))
        s->identities[s->n] = f->identity;
    s->n++;
    s->time = f->time;
    s->logged = f->logged;
    return PAW_OK;
}

static const struct paw_wanted everything = {.kinds = UINT64_MAX};

static struct seen normalise(struct paw_normaliser *n, size_t i, const struct paw_wanted *wanted)
{
    struct paw_datum data[MOST_TEXTS / 2];
    struct seen s = {.label = cases[i].label, .want = cases[i].want, .kind = cases[i].kind};
    struct paw_record r = {.provider = paw_str_of(cases[i].provider),
                           .channel = paw_str_of(cases[i].channel),
                           .computer = PAW_LIT("WKS01"),
                           .event_id = cases[i].event_id,
                           .record_id = 7,
                           .created = 132348140221230000,
                           .process_id = 500,
                           .data = data};
    for (size_t k = 0; k + 1 < MOST_TEXTS && cases[i].data[k] != NULL; k += 2) {
        const char *name = cases[i].data[k];
        data[r.n_data++] = (struct paw_datum){name[0] == '\0' ? (paw_str){0} : paw_str_of(name),
                                              paw_str_of(cases[i].data[k + 1])};
    }
    const struct paw_sink sink = {.self = &s, .fact = take_fact};
    uint64_t kinds = 0;
    assert_int_equal(paw_normalise(n, &r, wanted, &sink, &kinds, NULL), PAW_OK);
    assert_int_equal(kinds, PAW_KIND_BIT(cases[i].kind));
    return s;
}

static void every_case(void **state)
{
    (void)state;
    struct paw_normaliser n;
    unsigned bad = 0;
    paw_normaliser_init(&n);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const struct seen s = normalise(&n, i, &everything);
        if (s.n != 1)
            print_error("%s: %u facts\n", cases[i].label, s.n);
        bad += s.is_bad || s.n != 1;
    }
    paw_normaliser_finish(&n);
    assert_int_equal(bad, 0);
}

/* Every row is met by a case. */
static void every_row(void **state)
{
    (void)state;
    for (size_t k = 0; k < paw_n_rows; k++) {
        const struct paw_row *row = &paw_rows[k];
        bool is_met = false;
        for (size_t i = 0; i < PAW_COUNT_OF(cases) && !is_met; i++)
            is_met = paw_str_same_name(paw_str_of(cases[i].provider), paw_str_of(row->provider)) &&
                     paw_str_glob(paw_str_of(cases[i].channel), row->channel) &&
                     cases[i].event_id >= row->first && cases[i].event_id <= row->last;
        if (!is_met)
            fail_msg("no case for %s %u", row->provider, row->first);
    }
}

static void only_what_is_wanted(void **state)
{
    (void)state;
    static const struct paw_wanted_event list[] = {{"Microsoft-Windows-Shell-Core", 9705}, {0}};
    const struct paw_wanted starts = {.kinds = PAW_KIND_BIT(PAW_KIND_PROCESS_START)};
    const struct paw_wanted listed = {.kinds = PAW_KIND_BIT(PAW_KIND_OTHER), .events = list};
    struct paw_normaliser n;
    paw_normaliser_init(&n);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const bool is_start = cases[i].kind == PAW_KIND_PROCESS_START;
        const bool is_listed = strcmp(cases[i].label, "logon commands of a key") == 0;
        assert_int_equal(normalise(&n, i, &starts).n, is_start);
        assert_int_equal(normalise(&n, i, &listed).n, is_listed);
        uint64_t kinds = 0;
        assert_true(!is_start || paw_event_may_be_wanted(&starts, cases[i].event_id, &kinds));
        assert_true(!is_listed || paw_event_may_be_wanted(&listed, cases[i].event_id, &kinds));
        assert_true((kinds & PAW_KIND_BIT(cases[i].kind)) != 0 || (!is_start && !is_listed));
    }
    uint64_t kinds = 0;
    assert_false(paw_event_may_be_wanted(&starts, 7, &kinds));
    assert_true((kinds & PAW_KIND_BIT(PAW_KIND_MODULE)) != 0);
    paw_normaliser_finish(&n);
}

/* A record with given data, for what the table of cases cannot say. */
static struct seen one(const char *provider, const char *channel, uint16_t event_id,
                       paw_filetime created, const struct paw_datum *data, size_t n_data,
                       const struct want *want, enum paw_kind kind)
{
    struct paw_normaliser n;
    struct seen s = {.label = provider, .want = want, .kind = kind};
    const struct paw_record r = {.provider = paw_str_of(provider),
                                 .channel = paw_str_of(channel),
                                 .event_id = event_id,
                                 .created = created,
                                 .data = data,
                                 .n_data = n_data};
    const struct paw_sink sink = {.self = &s, .fact = take_fact};
    uint64_t kinds = 0;
    paw_normaliser_init(&n);
    assert_int_equal(paw_normalise(&n, &r, &everything, &sink, &kinds, NULL), PAW_OK);
    paw_normaliser_finish(&n);
    assert_false(s.is_bad);
    return s;
}

static void several_actions(void **state)
{
    (void)state;
    const struct paw_datum data[] = {
        {PAW_LIT("TaskContent"),
         PAW_LIT("<Task><Actions><Exec><Command>a</Command></Exec><Exec><Command>b</Command>"
                 "</Exec><ComHandler><ClassId>{C}</ClassId></ComHandler></Actions></Task>")}};
    const struct seen s = one(SECURITY, 4698, 5, data, 1, NULL, PAW_KIND_TASK);
    assert_int_equal(s.n, 3);
    assert_true(s.identities[0] != s.identities[1] && s.identities[1] != s.identities[2]);
}

static void times(void **state)
{
    (void)state;
    const paw_filetime created = 132348140221239999, act = 132348140221230000;
    const struct paw_datum utc[] = {{PAW_LIT("UtcTime"), PAW_LIT("2020-05-24 17:13:42.123")}};
    const struct paw_datum odd[] = {{PAW_LIT("UtcTime"), PAW_LIT("1601-01-01 00:00:00.000")}};
    struct seen s = one(SYSMON, 1, created, utc, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, act);
    assert_int_equal(s.logged, created);
    s = one(SYSMON, 1, 0, utc, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, act);
    assert_int_equal(s.logged, 0);
    s = one(SYSMON, 1, created, odd, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, created);
    s = one(SECURITY, 4688, 0, utc, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, 0);
}

static const paw_str odd_text = PAW_LIT_INIT("a\0b\x01\r\n\xEF\xBF\xBD");

static enum paw_status take_odd(void *self, const struct paw_fact *f)
{
    (void)self;
    assert_true(paw_str_equal(paw_fact_text(f, PAW_F_COMMAND_LINE), odd_text));
    assert_true(paw_str_equal(paw_fact_other(f, PAW_LIT("CommandLine")), PAW_LIT("second")));
    assert_null(paw_fact_text(f, PAW_F_IMAGE).p);
    return PAW_OK;
}

static void text_is_kept(void **state)
{
    (void)state;
    const struct paw_datum data[] = {{PAW_LIT("CommandLine"), odd_text},
                                     {PAW_LIT("CommandLine"), PAW_LIT("second")},
                                     {PAW_LIT("Image"), {0}}};
    const struct paw_record r = {.provider = PAW_LIT("Microsoft-Windows-Sysmon"),
                                 .channel = PAW_LIT("Microsoft-Windows-Sysmon/Operational"),
                                 .event_id = 1,
                                 .data = data,
                                 .n_data = PAW_COUNT_OF(data)};
    const struct paw_sink sink = {.fact = take_odd};
    struct paw_normaliser n;
    uint64_t kinds = 0;
    paw_normaliser_init(&n);
    assert_int_equal(paw_normalise(&n, &r, &everything, &sink, &kinds, NULL), PAW_OK);
    paw_normaliser_finish(&n);
    assert_null(paw_value_of(PAW_LIT("(null)")).p);
    assert_null(paw_value_of(PAW_LIT("")).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case),
        cmocka_unit_test(every_row),
        cmocka_unit_test(only_what_is_wanted),
        cmocka_unit_test(several_actions),
        cmocka_unit_test(times),
        cmocka_unit_test(text_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
