/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of any log, however it was damaged, and of any bytes that hold pieces of one: a
 * cut loses nothing before it, the order of chunks and the way a file is parted change nothing,
 * chains end, and work is linear in the bytes. Logs are generated; the damage is done here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/logs.h"
#include "core/fact.h"
#include "core/str.h"
#include "evidence/source.h"
#include "parsers/evtx/layout.h"
#include "parsers/readers.h"

enum {
    HEAD = PAW_EVTX_HEADER_BLOCK,
    CHUNK = PAW_EVTX_CHUNK_BYTES,
    PLAIN = 200, /* records of the plain log */
    MOST = 1024, /* facts that are kept      */
};

struct seen {
    const uint8_t *bytes;
    unsigned of_state[3];
    uint64_t sum; /* of the facts' contents, whatever their order */
    unsigned n;
    uint64_t offsets[MOST], ends[MOST];
    uint64_t told; /* codes */
    uint64_t items;
};

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    struct seen *s = self;
    assert_true(paw_fact_check(f, f->size));
    assert_memory_equal(s->bytes + f->origin.offset, "**\0", 4);
    s->of_state[f->state]++;
    s->sum += paw_hash(&f->content, sizeof(f->content), f->identity);
    assert_true(s->n < MOST);
    s->offsets[s->n] = f->origin.offset;
    s->ends[s->n++] = f->origin.offset + f->origin.length;
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
    struct seen *s = self;
    (void)item;
    s->items++;
    return PAW_OK;
}

static void read_range(const struct paw_reader *reader, paw_bytes bytes, struct paw_range range,
                       struct seen *seen)
{
    const struct paw_wanted wanted = {.kinds = UINT64_MAX};
    const struct paw_sink sink = {seen, take_fact, take_diag, take_progress};
    struct paw_source *source = NULL;
    struct paw_summary summary;
    struct paw_error err = {0};
    seen->bytes = bytes.p;
    assert_int_equal(paw_source_over(bytes, &source), PAW_OK);
    assert_int_equal(reader->extract(source, 3, range, &wanted, &sink, &summary, &err), PAW_OK);
    paw_source_close(source);
}

static struct seen read_all(const struct paw_reader *reader, paw_bytes bytes)
{
    struct seen s = {0};
    read_range(reader, bytes, (struct paw_range){.to = UINT64_MAX}, &s);
    return s;
}

/* Bytes that a test may change; room is behind them. */
struct log {
    uint8_t *p;
    size_t n, room;
};

static struct log write_log(const char *name)
{
    const paw_bytes bytes = test_log(name);
    struct log log = {.n = bytes.n, .room = bytes.n + 4 * 1024 * 1024};
    log.p = calloc(1, log.room);
    assert_non_null(log.p);
    memcpy(log.p, bytes.p, bytes.n);
    test_log_free(bytes);
    return log;
}

static paw_bytes bytes_of(const struct log *log)
{
    return (paw_bytes){log->p, log->n};
}

static void add(struct log *to, const void *p, size_t n)
{
    assert_true(to->n + n <= to->room);
    memcpy(to->p + to->n, p, n);
    to->n += n;
}

/* Bytes that hold nothing; the same ones every time. */
static void add_junk(struct log *to, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        to->p[to->n++] = (uint8_t)(seed >> 56);
    }
}

static uint32_t size_at(const uint8_t *record)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < 4; i++)
        n |= (uint32_t)record[4 + i] << 8 * i;
    return n;
}

static void put32(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

/* Cuts --------------------------------------------------------------------------------------------
 */

/* At every byte of the first records and around every end, of four kinds of logs. */
static void cut(void **state)
{
    (void)state;
    static const char *const names[] = {"plain", "inline", "forwarded", "slack"};
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++) {
        struct log log = write_log(names[i]);
        static struct seen all;
        all = read_all(&paw_reader_evtx, bytes_of(&log));
        const size_t dense = HEAD + PAW_EVTX_CHUNK_HEADER + 4096;
        for (size_t n = 0; n < log.n; n += n < dense ? 1 : 997) {
            const struct seen s = read_all(&paw_reader_evtx, (paw_bytes){log.p, n});
            unsigned before = 0;
            for (unsigned k = 0; k < all.n; k++)
                before += all.ends[k] <= n;
            if (s.n < before)
                fail_msg("%s cut at %zu: %u of %u", names[i], n, s.n, before);
        }
        free(log.p);
    }
}

/* Order ------------------------------------------------------------------------------------------
 */

/* Overwrites the identifiers of all definitions of a chunk that its table names. */
static void spoil_templates(uint8_t *chunk)
{
    for (unsigned i = 0; i < 32; i++) {
        uint32_t at = size_at(chunk + 380 + 4 * i); /* behind a field of four bytes */
        for (unsigned k = 0; at != 0 && k < 64; k++) {
            chunk[at + 4] ^= 0xFF;
            at = size_at(chunk + at - 4);
        }
    }
}

/* The last chunk's templates serve all others, in whatever order they stand. */
static void shuffle(void **state)
{
    (void)state;
    struct log log = write_log("plain");
    const size_t n = (log.n - HEAD) / CHUNK;
    uint8_t *was = malloc(log.n);
    assert_non_null(was);
    assert_true(n > 2);
    const struct seen plain = read_all(&paw_reader_evtx, bytes_of(&log));
    for (size_t i = 0; i + 1 < n; i++)
        spoil_templates(log.p + HEAD + i * CHUNK);
    memcpy(was, log.p, log.n);
    const struct seen first = read_all(&paw_reader_evtx, bytes_of(&log));
    assert_int_equal(first.of_state[PAW_CORRUPT], 0);
    assert_true(first.of_state[PAW_RECOVERED] >= (n - 2) * 40);
    assert_int_equal(first.of_state[PAW_INTACT] + first.of_state[PAW_RECOVERED], PLAIN);
    assert_int_equal(first.sum, plain.sum);
    for (size_t by = 1; by < n; by++) {
        for (size_t i = 0; i < n; i++)
            memcpy(log.p + HEAD + i * CHUNK, was + HEAD + (i + by) % n * CHUNK, CHUNK);
        const struct seen s = read_all(&paw_reader_evtx, bytes_of(&log));
        assert_int_equal(s.sum, first.sum);
        assert_memory_equal(s.of_state, first.of_state, sizeof(s.of_state));
    }
    free(was);
    free(log.p);
}

/* Chunk by chunk, each by a reader that has seen no other. */
static void parted(void **state)
{
    (void)state;
    static const char *const names[] = {"plain", "slack", "chunk-magic", "off-grid"};
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++) {
        struct log log = write_log(names[i]);
        const size_t n = (log.n - HEAD) / CHUNK;
        for (size_t k = 0; i == 0 && k + 1 < n; k++)
            spoil_templates(log.p + HEAD + k * CHUNK);
        static struct seen parts;
        const struct seen whole = read_all(&paw_reader_evtx, bytes_of(&log));
        parts = (struct seen){0};
        for (uint64_t k = 0; k <= n + 1; k++)
            read_range(&paw_reader_evtx, bytes_of(&log),
                       (struct paw_range){.from = k * 4096, .to = (k + 1) * 4096}, &parts);
        assert_int_equal(parts.sum, whole.sum);
        assert_memory_equal(parts.of_state, whole.of_state, sizeof(whole.of_state));
        free(log.p);
    }
}

static void duplicates(void **state)
{
    (void)state;
    struct log log = write_log("plain");
    const struct seen once = read_all(&paw_reader_evtx, bytes_of(&log));
    add(&log, log.p + HEAD, log.n - HEAD);
    const struct seen twice = read_all(&paw_reader_evtx, bytes_of(&log));
    assert_int_equal(twice.of_state[PAW_INTACT], 2 * once.of_state[PAW_INTACT]);
    assert_int_equal(twice.sum, 2 * once.sum);
    free(log.p);
}

/* Places -----------------------------------------------------------------------------------------
 */

/* Bytes are lost in the middle of the first chunk: the second is found where it stands now, and the
 * rest of the first as well, with templates of the others. */
static void lost_bytes(void **state)
{
    (void)state;
    static const size_t lost[] = {1, 7, 8, 4096, 20000};
    for (size_t i = 0; i < PAW_COUNT_OF(lost); i++) {
        struct log log = write_log("plain");
        const struct seen was = read_all(&paw_reader_evtx, bytes_of(&log));
        const size_t at = HEAD + 30000;
        unsigned hit = 0;
        for (unsigned k = 0; k < was.n; k++)
            hit += was.ends[k] > at && was.offsets[k] < at + lost[i];
        memmove(log.p + at, log.p + at + lost[i], log.n - at - lost[i]);
        log.n -= lost[i];
        const struct seen s = read_all(&paw_reader_evtx, bytes_of(&log));
        assert_true(s.of_state[PAW_INTACT] >= 148);
        assert_true(s.of_state[PAW_INTACT] + s.of_state[PAW_RECOVERED] >= PLAIN - hit);
        free(log.p);
    }
}

/* The chunk's records are put into the slack of one record that covers them all. */
static void hidden(void **state)
{
    (void)state;
    struct log log = write_log("plain");
    uint8_t *chunk = log.p + HEAD, *record = chunk + PAW_EVTX_CHUNK_HEADER;
    const uint32_t first = size_at(record), second = size_at(record + first);
    put32(record + 4, first + second);
    put32(record + first + second - 4, first + second);
    /* the second's own end is the first's now: it is made shorter by its padding, if it has some */
    const struct seen s = read_all(&paw_reader_evtx, bytes_of(&log));
    assert_int_equal(s.of_state[PAW_INTACT], PLAIN - 1);
    put32(record + 4, first + second + size_at(record + first + second));
    put32(record + first + second - 4, second);
    const uint32_t third = size_at(record + first + second);
    put32(record + first + second + third - 4, first + second + third);
    const struct seen t = read_all(&paw_reader_evtx, bytes_of(&log));
    assert_int_equal(t.of_state[PAW_INTACT], PLAIN - 2);
    assert_int_equal(t.of_state[PAW_RECOVERED], 1); /* the second, whole in the first's slack */
    free(log.p);
}

/* A log without its file header. */
static void headless(void **state)
{
    (void)state;
    struct log log = write_log("plain");
    const struct seen was = read_all(&paw_reader_evtx, bytes_of(&log));
    const struct seen s = read_all(&paw_reader_evtx, (paw_bytes){log.p + HEAD, log.n - HEAD});
    assert_int_equal(s.of_state[PAW_INTACT], PLAIN);
    assert_int_equal(s.sum, was.sum);
    free(log.p);
}

/* Hostile ---------------------------------------------------------------------------------------
 */

/* Every chain of names and templates leads back to its beginning. */
static void loops(void **state)
{
    (void)state;
    struct log log = write_log("plain");
    for (size_t at = HEAD; at < log.n; at += CHUNK) {
        uint8_t *chunk = log.p + at;
        for (unsigned i = 0; i < 96; i++) {
            const uint32_t place = size_at(chunk + 124 + 4 * i);
            if (place != 0)
                put32(chunk + place, place);
        }
    }
    spoil_templates(log.p + HEAD + CHUNK); /* so that the tables are walked */
    const struct seen s = read_all(&paw_reader_evtx, bytes_of(&log));
    assert_int_equal(s.of_state[PAW_INTACT] + s.of_state[PAW_RECOVERED], PLAIN);
    free(log.p);
}

/* Items of n bytes of a pattern that repeats. */
static uint64_t items_of(const char *pattern, size_t width, size_t n)
{
    uint8_t *p = malloc(n);
    assert_non_null(p);
    for (size_t at = 0; at < n; at += width)
        memcpy(p + at, pattern, width);
    const uint64_t items = read_all(&paw_reader_evtx, (paw_bytes){p, n}).items +
                           read_all(&paw_reader_carve, (paw_bytes){p, n}).items;
    free(p);
    return items;
}

/* Signatures everywhere, record heads everywhere, records everywhere: each byte is looked at a
 * bounded number of times. Eight times the bytes have eight times the items; a reader that looked
 * at all that is there for each of a million signatures would not end before the suite's limit. */
static void linear(void **state)
{
    (void)state;
    enum { BYTES = 1024 * 1024, TIMES = 8 };
    static const struct {
        size_t width;
        const char *pattern;
        bool has_items;
    } rows[] = {
        {8, "ElfChnk", false},
        {8, "**\0\0\x20\0\0", false},
        {8, "**\0\0\0\xFE\0", false},
        {8, "Elf*Chnk", false},
        {32, "**\0\0\x20\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\x0F\1\1\0\x20\0\0\0", true},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const uint64_t few = items_of(rows[i].pattern, rows[i].width, BYTES);
        const uint64_t many = items_of(rows[i].pattern, rows[i].width, (size_t)TIMES * BYTES);
        assert_int_equal(few != 0, rows[i].has_items);
        assert_true(many <=
                    TIMES * few + 2 * PAW_EVTX_RECORDS_MAX); /* but for the chunk at the end */
    }
}

/* Carving ----------------------------------------------------------------------------------------
 */

/* A chunk, single records far from each other and a run of them, at odd offsets in junk, one of
 * them across the border of two windows. */
static struct log make_blob(const struct log *log, bool is_turned)
{
    struct log blob = {.room = 4 * 1024 * 1024};
    blob.p = calloc(1, blob.room);
    assert_non_null(blob.p);
    const uint8_t *chunks = log->p + HEAD;
    const size_t n = (log->n - HEAD) / CHUNK;
    assert_true(n == 4);
    add_junk(&blob, 12345, 1);
    add(&blob, chunks + (is_turned ? 2 : 0) * CHUNK, CHUNK);
    add_junk(&blob, 777, 2);
    add(&blob, chunks + (is_turned ? 0 : 2) * CHUNK, CHUNK);
    add_junk(&blob, 1024 * 1024 - blob.n - 300, 3);
    const uint8_t *at = chunks + CHUNK + PAW_EVTX_CHUNK_HEADER;
    for (unsigned i = 0; i < 7; i++, at += size_at(at)) {
        add(&blob, at, size_at(at));
        add_junk(&blob, 101, 4 + i);
    }
    const uint8_t *end = at;
    while (memcmp(end, "**\0", 4) == 0 && size_at(end) != 0)
        end += size_at(end);
    add(&blob, at, (size_t)(end - at));
    add_junk(&blob, 4097, 12);
    add(&blob, chunks + 3 * CHUNK, CHUNK);
    return blob;
}

static void carved(void **state)
{
    (void)state;
    struct log log = write_log("plain");
    const struct seen plain = read_all(&paw_reader_evtx, bytes_of(&log));
    for (unsigned turned = 0; turned < 2; turned++) {
        struct log blob = make_blob(&log, turned != 0);
        const struct seen s = read_all(&paw_reader_carve, bytes_of(&blob));
        assert_int_equal(s.of_state[PAW_INTACT], 0);
        assert_int_equal(s.of_state[PAW_CORRUPT], 0);
        assert_int_equal(s.of_state[PAW_RECOVERED], PLAIN);
        assert_int_equal(s.sum, plain.sum);
        assert_true((s.told & UINT64_C(1) << PAW_D_EVTX_CARVED) != 0);
        free(blob.p);
    }
    free(log.p);
}

/* One record and nothing else: its payload's template is carried, nothing says which computer. */
static void alone(void **state)
{
    (void)state;
    struct log log = write_log("plain");
    const uint8_t *record = log.p + HEAD + PAW_EVTX_CHUNK_HEADER;
    record += size_at(record); /* the second names its templates and does not hold them */
    struct log blob = {.room = 8192};
    blob.p = calloc(1, blob.room);
    assert_non_null(blob.p);
    add_junk(&blob, 333, 9);
    add(&blob, record, size_at(record));
    add_junk(&blob, 50, 10);
    const struct seen s = read_all(&paw_reader_carve, bytes_of(&blob));
    assert_int_equal(s.n, 1);
    assert_int_equal(s.of_state[PAW_CORRUPT], 1);
    assert_int_equal(s.offsets[0], 333);
    free(blob.p);
    free(log.p);
}

/* Nothing is found where nothing is, and a cut loses no record before it. */
static void carved_cut(void **state)
{
    (void)state;
    struct log log = write_log("inline");
    struct log blob = {.room = log.n + 4096};
    blob.p = calloc(1, blob.room);
    assert_non_null(blob.p);
    add_junk(&blob, 3001, 5);
    assert_int_equal(read_all(&paw_reader_carve, bytes_of(&blob)).n, 0);
    add(&blob, log.p + HEAD, CHUNK);
    const struct seen all = read_all(&paw_reader_carve, bytes_of(&blob));
    assert_true(all.n > 5);
    for (size_t n = 0; n < blob.n; n += n < 9000 ? 1 : 499) {
        const struct seen s = read_all(&paw_reader_carve, (paw_bytes){blob.p, n});
        unsigned before = 0;
        for (unsigned k = 0; k < all.n; k++)
            before += all.ends[k] <= n;
        assert_true(s.n >= before);
    }
    free(blob.p);
    free(log.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut),        cmocka_unit_test(shuffle),    cmocka_unit_test(parted),
        cmocka_unit_test(duplicates), cmocka_unit_test(lost_bytes), cmocka_unit_test(hidden),
        cmocka_unit_test(headless),   cmocka_unit_test(loops),      cmocka_unit_test(linear),
        cmocka_unit_test(carved),     cmocka_unit_test(alone),      cmocka_unit_test(carved_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
