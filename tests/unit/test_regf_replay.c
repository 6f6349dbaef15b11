/* SPDX-License-Identifier: Apache-2.0 */
/* Transaction logs: which are applied, in which order, and what stops them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/str.h"
#include "parsers/regf/extract.h"
#include "parsers/regf/replay.h"

#include "regf.h"
#include "regf_log.h"

static const uint64_t WRITTEN = 134169156000000000;
static const char RUN[] = "Software\\Microsoft\\Windows\\CurrentVersion\\Run";

enum { STATES = 4 };

/* A hive in four states; the Run value of state n is "n". */
struct states {
    uint8_t *bytes[STATES];
    size_t sizes[STATES];
};

static struct states make_states(bool dirty)
{
    struct states s;
    for (unsigned i = 0; i < STATES; i++) {
        struct gen_hive *h = gen_hive_new("ROOT", "ntuser.dat", WRITTEN);
        const char text[2] = {(char)('0' + i), 0};
        h->dirty = dirty;
        h->sequence = 4;
        struct gen_key *k = gen_key_path(h->root, RUN, WRITTEN);
        gen_key_set_text(k, "Updater", GEN_REG_SZ, text);
        gen_key_set_text(k, "Same", GEN_REG_SZ, "same");
        for (unsigned n = 0; n < 80 * i; n++) {
            /* each state is longer than the one before */
            char name[16];
            (void)snprintf(name, sizeof name, "Key%u", n);
            gen_key_child(h->root, name, WRITTEN);
        }
        s.bytes[i] = gen_hive_bytes(h, &s.sizes[i]);
        gen_hive_free(h);
    }
    return s;
}

static void free_states(struct states *s)
{
    for (unsigned i = 0; i < STATES; i++)
        free(s->bytes[i]);
}

struct heard {
    char run[8];
    unsigned from_log, others, dirty;
};

static enum paw_status on_fact(void *self, const struct paw_fact *f)
{
    struct heard *h = self;
    const bool from_log = (f->flags & PAW_FACT_FROM_LOG) != 0;
    if (paw_str_equal(paw_fact_text(f, PAW_F_VALUE), PAW_LIT("Updater"))) {
        const paw_str data = paw_fact_text(f, PAW_F_DATA);
        h->run[0] = data.p[0];
        h->run[1] = 0;
    }
    h->from_log += from_log;
    h->others += !from_log;
    return PAW_OK;
}

static enum paw_status on_diag(void *self, const struct paw_diag *d)
{
    struct heard *h = self;
    h->dirty += d->code == PAW_D_HIVE_DIRTY;
    return PAW_OK;
}

static struct heard hear(const struct states *s, const struct gen_log *first,
                         const struct gen_log *second, uint32_t *entries)
{
    struct heard h = {0};
    const struct paw_sink sink = {.self = &h, .fact = on_fact, .diag = on_diag};
    const struct paw_wanted wanted = {.kinds = PAW_KIND_BIT(PAW_KIND_STANDING)};
    const paw_bytes logs[2] = {{first->bytes, first->size}, {second->bytes, second->size}};
    struct paw_summary summary;
    struct paw_error err;
    assert_int_equal(paw_regf_extract_logged((paw_bytes){s->bytes[0], s->sizes[0]}, logs, 1,
                                             (struct paw_range){.to = UINT64_MAX}, &wanted, &sink,
                                             &summary, entries, &err),
                     PAW_OK);
    return h;
}

static void add(struct gen_log *log, const struct states *s, uint32_t sequence, unsigned to,
                unsigned defects)
{
    gen_log_add(log, sequence, s->bytes[to - 1], s->sizes[to - 1], s->bytes[to], s->sizes[to],
                defects);
}

static void hash(void **state)
{
    (void)state;
    uint8_t bytes[32];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    static const struct {
        const char *text;
        uint64_t want;
    } cases[] = {
        {"", 0xb39efca403966e08},
        {"a", 0x21a013c726f292f4},
        {"abc", 0xb9cf3dfca41914f7},
        {"abcd", 0x20094fb11a6cd086},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const uint8_t *p = (const uint8_t *)cases[i].text;
        const size_t n = strlen(cases[i].text);
        assert_true(paw_regf_marvin32((paw_bytes){p, n}) == cases[i].want);
        assert_true(gen_marvin32(p, n) == cases[i].want);
    }
    assert_true(paw_regf_marvin32((paw_bytes){bytes, 32}) == 0xc64feee425c2e24c);
}

/* LOG2 holds the older entries; an entry of an older round stands behind the newest. */
static void order(void **state)
{
    (void)state;
    struct states s = make_states(true);
    struct gen_log first, second;
    gen_log_begin(&first, s.bytes[0], 6);
    add(&first, &s, 6, 2, 0);
    add(&first, &s, 3, 3, 0);
    gen_log_begin(&second, s.bytes[0], 5);
    add(&second, &s, 5, 1, 0);
    uint32_t entries = 0;
    const struct heard h = hear(&s, &first, &second, &entries);
    assert_string_equal(h.run, "2");
    assert_int_equal(entries, 2);
    assert_int_equal(h.from_log, 1);
    assert_int_equal(h.others, 1);
    assert_int_equal(h.dirty, 0);
    gen_log_end(&first);
    gen_log_end(&second);
    free_states(&s);
}

static void clean_hive_ignores_logs(void **state)
{
    (void)state;
    struct states s = make_states(false);
    struct gen_log first, none = {0};
    gen_log_begin(&first, s.bytes[0], 5);
    add(&first, &s, 5, 1, 0);
    uint32_t entries = 7;
    const struct heard h = hear(&s, &first, &none, &entries);
    assert_string_equal(h.run, "0");
    assert_int_equal(entries, 0);
    assert_int_equal(h.from_log, 0);
    gen_log_end(&first);
    free_states(&s);
}

static void stops(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        uint32_t log, one, two; /* sequence numbers of the log and its two entries */
        unsigned defects;       /* of the second entry */
        const char *want;
        uint32_t entries;
    } cases[] = {
        {"both", 5, 5, 6, 0, "2", 2},
        {"pages hash", 5, 5, 6, GEN_LOG_BAD_PAGES_HASH, "1", 1},
        {"head hash", 5, 5, 6, GEN_LOG_BAD_HEAD_HASH, "1", 1},
        {"page outside", 5, 5, 6, GEN_LOG_PAGE_OUTSIDE, "1", 1},
        {"many pages", 5, 5, 6, GEN_LOG_MANY_PAGES, "1", 1},
        {"odd bins", 5, 5, 6, GEN_LOG_ODD_BINS_SIZE, "1", 1},
        {"gap inside", 5, 5, 7, 0, "1", 1},
        {"gap before", 9, 9, 10, 0, "2", 2},
        {"older than the hive", 3, 3, 4, 0, "0", 0},
        {"first is not the log's", 5, 6, 7, 0, "0", 0},
        {"wraps", 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, "0", 0}, /* -1 is older than 4 */
    };
    struct states s = make_states(true);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct gen_log log, none = {0};
        gen_log_begin(&log, s.bytes[0], cases[i].log);
        add(&log, &s, cases[i].one, 1, 0);
        add(&log, &s, cases[i].two, 2, cases[i].defects);
        uint32_t entries = 0;
        const struct heard h = hear(&s, &log, &none, &entries);
        if (strcmp(h.run, cases[i].want) != 0 || entries != cases[i].entries ||
            h.dirty != (entries == 0))
            fail_msg("%s: value %s, %u entries, %u dirty", cases[i].label, h.run, (unsigned)entries,
                     h.dirty);
        gen_log_end(&log);
    }
    free_states(&s);
}

/* The base block is gone: the log's stands in for it. */
static void bad_base_block(void **state)
{
    (void)state;
    struct states s = make_states(true);
    struct gen_log log, none = {0};
    gen_log_begin(&log, s.bytes[0], 5);
    add(&log, &s, 5, 1, 0);
    memset(s.bytes[0], 0, 512);
    uint32_t entries = 0;
    const struct heard h = hear(&s, &log, &none, &entries);
    assert_string_equal(h.run, "1");
    assert_int_equal(entries, 1);
    assert_int_equal(h.others, 0);
    gen_log_end(&log);
    free_states(&s);
}

/* No crash, whatever a log says. */
static void mutations(void **state)
{
    (void)state;
    struct states s = make_states(true);
    struct gen_log log;
    const paw_bytes hive = {s.bytes[0], s.sizes[0]};
    gen_log_begin(&log, s.bytes[0], 5);
    add(&log, &s, 5, 1, 0);
    struct paw_regf_replay r;
    struct paw_error err;
    for (size_t n = 0; n < log.size; n += 13) {
        uint8_t *cut = malloc(n + 1);
        memcpy(cut, log.bytes, n);
        const paw_bytes logs[2] = {{cut, n}, {cut, n}};
        assert_int_equal(paw_regf_replay(hive, logs, &r, &err), PAW_OK);
        paw_regf_replay_finish(&r);
        free(cut);
    }
    for (size_t at = 0; at < 600; at++) {
        const uint8_t kept = log.bytes[at];
        log.bytes[at] ^= 0xFF;
        const paw_bytes logs[2] = {{log.bytes, log.size}, {0}};
        assert_int_equal(paw_regf_replay(hive, logs, &r, &err), PAW_OK);
        paw_regf_replay_finish(&r);
        log.bytes[at] = kept;
    }
    gen_log_end(&log);
    free_states(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash),
        cmocka_unit_test(order),
        cmocka_unit_test(clean_hive_ignores_logs),
        cmocka_unit_test(stops),
        cmocka_unit_test(bad_base_block),
        cmocka_unit_test(mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
