/* SPDX-License-Identifier: Apache-2.0 */
/* A log in parts, in threads and through a sieve: the same facts as of the whole. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <catspaw/catspaw.h>

#include "big.h"
#include "evtx.h"
#include "schemas.h"

#include "core/fact.h"
#include "core/str.h"
#include "evidence/reading.h"
#include "evidence/source.h"
#include "evidence/worker_crew.h"
#include "parsers/readers.h"

enum { LOG_BYTES = 10 * 1024 * 1024, STOP_AFTER = 100 };

static char path[] = "/tmp/catspaw-parts-XXXXXX";
static uint64_t size;

/* What was answered, in any order. */
struct heard {
    size_t n, diags, items, fail_after;
    uint64_t sum;   /* of hashes of whole facts */
    uint64_t kinds; /* of facts                 */
    struct paw_summary summary;
};

static enum paw_status on_fact(void *self, const struct paw_fact *fact)
{
    struct heard *h = self;
    if (h->fail_after != 0 && h->n == h->fail_after)
        return PAW_E_OUTPUT;
    h->n++;
    h->sum += paw_hash(fact, fact->size, 0);
    h->kinds |= PAW_KIND_BIT(fact->kind);
    return PAW_OK;
}

static enum paw_status on_diag(void *self, const struct paw_diag *diag)
{
    struct heard *h = self;
    (void)diag;
    h->diags++;
    return PAW_OK;
}

static enum paw_status on_progress(void *self, uint64_t item)
{
    struct heard *h = self;
    (void)item;
    h->items++;
    return PAW_OK;
}

static const struct paw_wanted everything = {.kinds = UINT64_MAX};

static struct heard read_marks(const struct paw_wanted *wanted, struct paw_marks *marking,
                               const struct paw_marks *marked)
{
    struct heard h = {0};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    assert_int_equal(paw_source_open(path, &source, &err), PAW_OK);
    paw_source_set_marks(source, marking, marked);
    assert_int_equal(paw_reader_evtx.extract(source, 1, (struct paw_range){.to = UINT64_MAX},
                                             wanted, &sink, &h.summary, &err),
                     PAW_OK);
    paw_source_close(source);
    return h;
}

static struct heard read_whole(const struct paw_wanted *wanted)
{
    return read_marks(wanted, NULL, NULL);
}

/* A crew's jobs: the parts of the log. */
struct parts {
    struct paw_source *source;
    struct paw_range range;
    struct paw_sink sink;
    const struct paw_wanted *wanted;
    struct heard h;
    size_t n;
};

static enum paw_status next(void *self, struct paw_job *ret, struct paw_error *err)
{
    struct parts *p = self;
    const enum paw_status status = paw_reader_evtx.next_part(p->source, &p->range, err);
    *ret = (struct paw_job){.reader = &paw_reader_evtx,
                            .path = path,
                            .number = 1,
                            .size = size,
                            .range = p->range,
                            .wanted = p->wanted,
                            .sink = &p->sink};
    p->n += status == PAW_OK;
    return status;
}

static enum paw_status done(void *self, const struct paw_job *job, const struct paw_summary *s)
{
    struct parts *p = self;
    (void)job;
    paw_summary_add(&p->h.summary, s);
    return PAW_OK;
}

static enum paw_status read_parts(struct parts *p, unsigned threads, const volatile bool *stop)
{
    const struct paw_crew crew = {threads, next, done, p, stop, NULL};
    struct paw_error err = {0};
    p->sink = (struct paw_sink){&p->h, on_fact, on_diag, on_progress};
    p->wanted = p->wanted == NULL ? &everything : p->wanted;
    assert_int_equal(paw_source_open(path, &p->source, &err), PAW_OK);
    const enum paw_status status = paw_crew_run(&crew, &err);
    paw_source_close(p->source);
    return status;
}

static void parts_say_what_the_whole_says(void **state)
{
    (void)state;
    const struct heard whole = read_whole(&everything);
    assert_true(whole.n > 1000);
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        struct parts p = {0};
        assert_int_equal(read_parts(&p, threads, NULL), PAW_OK);
        assert_true(p.n > 2);
        assert_int_equal(p.h.n, whole.n);
        assert_true(p.h.sum == whole.sum);
        assert_int_equal(p.h.summary.read, whole.summary.read);
        assert_int_equal(p.h.summary.parts, whole.summary.parts);
    }
}

/* Any bytes: the log in pieces, with gaps of every size before, between and behind. */
enum { GAP = 1024 * 1024, PIECE = 3 * 65536 };

static uint8_t *make_blob(size_t *ret)
{
    static const size_t gaps[] = {20 * GAP, 100, 0, 3 * GAP, GAP - 1, 0, 0, 40 * GAP, 17};
    const size_t room = 80 * (size_t)GAP + (size_t)size;
    uint8_t *blob = calloc(1, room);
    FILE *f = fopen(path, "rb");
    size_t n = 0, got = 1;
    assert_non_null(blob);
    assert_non_null(f);
    assert_int_equal(fseek(f, 4096 + 2 * 65536 + 700, SEEK_SET), 0); /* within a chunk */
    for (size_t i = 0; got != 0; i++) {
        n += gaps[i % PAW_COUNT_OF(gaps)] * (i < PAW_COUNT_OF(gaps));
        got = fread(blob + n, 1, i % 3 == 2 ? 20 * PIECE : PIECE + 77, f);
        n += got;
    }
    (void)fclose(f);
    *ret = n + 2 * GAP;
    assert_true(*ret <= room);
    return blob;
}

static struct heard carve(struct paw_source *source, struct paw_range range)
{
    struct heard h = {0};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    struct paw_error err = {0};
    assert_int_equal(
        paw_reader_carve.extract(source, 1, range, &everything, &sink, &h.summary, &err), PAW_OK);
    return h;
}

static void carved_parts_say_what_the_whole_says(void **state)
{
    (void)state;
    struct paw_source *source = NULL;
    struct paw_range range = {0};
    struct heard sum = {0};
    size_t n = 0, parts = 0, empty = 0;
    uint8_t *blob = make_blob(&n);
    assert_int_equal(paw_source_over((paw_bytes){blob, n}, &source), PAW_OK);
    const struct heard whole = carve(source, (struct paw_range){.to = UINT64_MAX});
    assert_true(whole.n > 1000);
    struct paw_error err = {0};
    for (uint64_t from = 0, end = 0; paw_reader_carve.next_part(source, &range, &err) == PAW_OK;) {
        const struct heard h = carve(source, range);
        assert_true(range.from == from && range.to > from && range.begin >= end);
        from = range.to;
        end = range.end;
        parts++;
        empty += h.n == 0;
        sum.n += h.n;
        sum.sum += h.sum;
        paw_summary_add(&sum.summary, &h.summary);
    }
    assert_true(parts > 5 && empty > 1);
    assert_int_equal(range.to, UINT64_MAX);
    assert_int_equal(sum.n, whole.n);
    assert_true(sum.sum == whole.sum);
    assert_int_equal(sum.summary.parts, whole.summary.parts);
    assert_int_equal(sum.summary.recovered, whole.summary.recovered);
    paw_source_close(source);
    free(blob);
}

/* That nothing is in it is said once, of all of it. */
static void nothing_in_any_part_is_told_once(void **state)
{
    (void)state;
    struct paw_source *source = NULL;
    struct paw_range range = {0};
    struct heard h = {0};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    struct paw_error err = {0};
    const size_t n = 50 * (size_t)GAP;
    uint8_t *zeros = calloc(1, n);
    assert_non_null(zeros);
    assert_int_equal(paw_source_over((paw_bytes){zeros, n}, &source), PAW_OK);
    for (; paw_reader_carve.next_part(source, &range, &err) == PAW_OK; h.n++) {
        const struct heard part = carve(source, range);
        assert_int_equal(part.diags + part.summary.refused, 0);
    }
    assert_true(h.n > 2);
    assert_int_equal(paw_reader_carve.conclude(source, 1, &sink, &h.summary, &err), PAW_OK);
    assert_int_equal(h.diags, 1);
    assert_int_equal(h.summary.refused, 1);
    paw_source_close(source);
    free(zeros);
}

static void a_sink_that_fails_stops_all(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        struct parts p = {.h.fail_after = STOP_AFTER};
        assert_int_equal(read_parts(&p, threads, NULL), PAW_E_OUTPUT);
        assert_int_equal(p.h.n, STOP_AFTER);
    }
}

static void a_stop_is_heard(void **state)
{
    (void)state;
    const volatile bool stop = true;
    struct parts p = {0};
    assert_int_equal(read_parts(&p, 2, &stop), PAW_E_INTERRUPTED);
    assert_int_equal(p.h.n, 0);
}

/* A reader whose first part cannot be read, and whose second holds a record. */
static enum paw_status half_extract(struct paw_source *source, uint32_t number,
                                    struct paw_range range, const struct paw_wanted *wanted,
                                    const struct paw_sink *sink, struct paw_summary *summary,
                                    struct paw_error *err)
{
    (void)source;
    (void)number;
    (void)wanted;
    (void)sink;
    *summary = (struct paw_summary){.read = range.from != 0};
    return range.from != 0 ? PAW_OK : paw_fail(err, PAW_E_IO, 0, "the first part");
}

static const struct paw_reader half = {.name = "half", .extract = half_extract};

static enum paw_status next_half(void *self, struct paw_job *ret, struct paw_error *err)
{
    struct parts *p = self;
    (void)err;
    if (p->n == 2)
        return PAW_END;
    *ret = (struct paw_job){.reader = &half,
                            .path = path,
                            .size = size,
                            .range = {.from = p->range.from, .to = p->range.from + 1},
                            .wanted = &everything,
                            .sink = &p->sink};
    p->range.from = 1 - p->range.from;
    p->n++;
    return PAW_OK;
}

/* Fails behind the last part, and says no more of it. */
static enum paw_status done_half(void *self, const struct paw_job *job, const struct paw_summary *s)
{
    struct parts *p = self;
    (void)job;
    paw_summary_add(&p->h.summary, s);
    return p->n == 2 && p->h.fail_after != 0 ? PAW_E_OUTPUT : PAW_OK;
}

static void a_part_that_cannot_be_read_refuses_no_other(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 2; first++) { /* whichever comes first */
        struct parts p = {.range.from = first};
        const struct paw_crew crew = {1, next_half, done_half, &p, NULL, NULL};
        p.sink = (struct paw_sink){&p.h, on_fact, on_diag, on_progress};
        assert_int_equal(paw_crew_run(&crew, NULL), PAW_OK);
        assert_int_equal(p.h.summary.read, 1);
        assert_int_equal(p.h.summary.refused, 0);
        assert_int_equal(p.h.diags, 1);
    }
}

/* What was wrong with a file is not why all ends later. */
static void a_failure_does_not_borrow_words(void **state)
{
    (void)state;
    struct parts p = {.h.fail_after = 1};
    const struct paw_crew crew = {1, next_half, done_half, &p, NULL, NULL};
    struct paw_error err = {0};
    p.sink = (struct paw_sink){&p.h, on_fact, on_diag, on_progress};
    assert_int_equal(paw_crew_run(&crew, &err), PAW_E_OUTPUT);
    assert_null(err.what);
}

/* Sieves that know nothing and everything. */

static bool no_guid(const void *self, const uint8_t *guid)
{
    (void)guid;
    return self != NULL;
}

static bool no_pid(const void *self, uint64_t pid)
{
    (void)pid;
    return self != NULL;
}

static bool no_name(const void *self, paw_str name)
{
    (void)name;
    return self != NULL;
}

static void a_sieve_leaves_out_and_counts(void **state)
{
    (void)state;
    const struct paw_sieve nothing = {NULL, no_guid, no_pid, no_name, no_name, no_name, no_name};
    const struct paw_sieve all = {&all, no_guid, no_pid, no_name, no_name, no_name, no_name};
    const struct paw_wanted with_nothing = {.kinds = UINT64_MAX, .sieve = &nothing};
    const struct paw_wanted with_all = {.kinds = UINT64_MAX, .sieve = &all};
    const struct heard whole = read_whole(&everything);
    const struct heard few = read_whole(&with_nothing), same = read_whole(&with_all);
    assert_int_equal(same.n, whole.n);
    assert_true(same.sum == whole.sum);
    assert_true(few.n < whole.n);
    assert_int_equal(few.n + few.summary.sieved, whole.n); /* one fact a record here */
    assert_true(few.kinds == whole.kinds);                 /* of each kind one comes */
    assert_int_equal(few.summary.read, whole.summary.read);
}

/* What a first reading did not mark, nobody asks for in the second. */
static void marks_leave_out_what_nobody_asks_for(void **state)
{
    (void)state;
    static const struct paw_wanted_event events[] = {{"Microsoft-Windows-Security-Auditing", 4624},
                                                     {0}};
    const struct paw_wanted later[] = {
        {.kinds = PAW_KIND_BIT(PAW_KIND_MODULE) | PAW_KIND_BIT(PAW_KIND_NETWORK)},
        {.kinds = PAW_KIND_BIT(PAW_KIND_OTHER), .events = events},
        {.kinds = PAW_KIND_BIT(PAW_KIND_SENSOR)},
        {.kinds = PAW_KIND_BIT(PAW_KIND_DRIVER)}, /* one of which there is none */
    };
    for (size_t i = 0; i < PAW_COUNT_OF(later); i++) {
        struct paw_marks marks = {0};
        const struct paw_wanted first = {.kinds = PAW_KIND_BIT(PAW_KIND_PROCESS_START),
                                         .later = &later[i]};
        const struct heard starts = read_marks(&first, &marks, NULL);
        const struct heard whole = read_whole(&later[i]);
        const struct heard few = read_marks(&later[i], NULL, &marks);
        assert_true(starts.n > 0 && starts.items == marks.n);
        assert_int_equal(few.n, whole.n);
        assert_true(few.sum == whole.sum);
        assert_true(few.items < whole.items / 2);
        assert_true(marks.has_any == (few.items != 0));
        free(marks.bits);
    }
}

/* Of more records than there are marks the rest is read. */
static void what_is_not_marked_is_read(void **state)
{
    (void)state;
    struct paw_marks marks = {0};
    const struct heard whole = read_whole(&everything);
    for (unsigned i = 0; i < 100; i++)
        paw_marks_add(&marks, i % 10 == 3);
    assert_true(paw_marks_has(&marks, 3) && !paw_marks_has(&marks, 99));
    assert_true(paw_marks_has(&marks, 100));
    const struct heard some = read_marks(&everything, NULL, &marks);
    assert_int_equal(some.items, whole.items - 90);
    free(marks.bits);
}

/* One process of the log: its acts come, whatever the sieve compares. */
static bool is_one_pid(const void *self, uint64_t pid)
{
    return pid == *(const uint64_t *)self;
}

struct acts {
    paw_str pid;
    size_t n;
};

static enum paw_status count_acts(void *self, const struct paw_fact *fact)
{
    struct acts *a = self;
    if (paw_fact_text(fact, PAW_F_PROCESS_GUID).p == NULL &&
        paw_str_equal(paw_fact_text(fact, PAW_F_PROCESS_ID), a->pid))
        a->n++;
    return PAW_OK;
}

static size_t acts_of(const struct paw_wanted *wanted, paw_str pid)
{
    struct acts a = {.pid = pid};
    const struct paw_sink sink = {&a, count_acts, on_diag, on_progress};
    struct paw_summary summary;
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    assert_int_equal(paw_source_open(path, &source, &err), PAW_OK);
    assert_int_equal(paw_reader_evtx.extract(source, 1, (struct paw_range){.to = UINT64_MAX},
                                             wanted, &sink, &summary, &err),
                     PAW_OK);
    paw_source_close(source);
    return a.n;
}

static bool never_guid(const void *self, const uint8_t *guid)
{
    (void)self;
    (void)guid;
    return false;
}

static bool never_name(const void *self, paw_str name)
{
    (void)self;
    (void)name;
    return false;
}

static void what_is_asked_for_comes(void **state)
{
    (void)state;
    const uint64_t pid = 1280; /* the generator numbers processes in steps of four from 1000 on */
    const struct paw_sieve one = {&pid,       never_guid, is_one_pid, never_name,
                                  never_name, never_name, never_name};
    const struct paw_wanted asked = {.kinds = UINT64_MAX, .sieve = &one};
    const size_t want = acts_of(&everything, PAW_LIT("1280"));
    assert_true(want > 0);
    assert_int_equal(acts_of(&asked, PAW_LIT("1280")), want);
}

/* A template may say itself what the sieve asks for: a record of it has no such value. */
static void put_load(struct gen_chunk *c, void *arg)
{
    const struct gen_schema *schema = gen_schema_find("Microsoft-Windows-Sysmon", 7);
    const struct gen_system system = {.time = UINT64_C(134169156000000000), .pid = 1, .tid = 1};
    const struct gen_guid id = gen_guid_of(gen_lit("literal image"));
    struct gen_values v;
    size_t descriptors;
    v.bytes = (struct gen_bytes){0};
    gen_values_reset(&v);
    gen_value(&v, 0x0f, id.b, sizeof(id.b));
    gen_value_text(&v, gen_lit("C:\\Windows\\System32\\shell32.dll"));
    const size_t place = gen_outer_begin(c, schema, &system, arg);
    gen_fragment(c);
    if (gen_instance(c, &id, false)) {
        gen_open(c, "EventData", GEN_NO_DEPENDENCY);
        gen_open(c, "Data", GEN_NO_DEPENDENCY);
        gen_attribute_text(c, "Name", "ProcessGuid");
        gen_content(c);
        gen_substitute(c, 0, 0x0f, true);
        gen_close(c);
        gen_open(c, "Data", GEN_NO_DEPENDENCY);
        gen_attribute_text(c, "Name", "Image");
        gen_content(c);
        gen_text(c, gen_lit("C:\\Windows\\System32\\rundll32.exe"));
        gen_close(c);
        gen_open(c, "Data", GEN_NO_DEPENDENCY);
        gen_attribute_text(c, "Name", "ImageLoaded");
        gen_content(c);
        gen_substitute(c, 1, 0x01, true);
        gen_close(c);
        gen_close(c);
        gen_definition_end(c);
    }
    gen_put_values(c, &v, &descriptors);
    gen_bytes_free(&v.bytes);
    gen_outer_end(c, place);
}

static bool is_rundll32(const void *self, paw_str name)
{
    (void)self;
    return paw_str_same_name(name, PAW_LIT("rundll32.exe"));
}

static bool never_pid(const void *self, uint64_t pid)
{
    (void)self;
    (void)pid;
    return false;
}

static void what_a_template_says_is_looked_at(void **state)
{
    (void)state;
    enum { LOADS = 4 };
    struct gen_evtx_options options = {.computer = "LAB07.corp.example"};
    const struct paw_sieve one = {NULL,       never_guid, never_pid, is_rundll32,
                                  never_name, never_name, never_name};
    const struct paw_wanted asked = {.kinds = UINT64_MAX, .sieve = &one};
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    struct heard h = {0};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    char *bytes = NULL;
    size_t n = 0;
    FILE *f = tmpfile();
    assert_non_null(f);
    struct gen_evtx *log = gen_evtx_begin(f, &options);
    for (unsigned i = 0; i < LOADS; i++)
        assert_true(gen_evtx_record(log, UINT64_C(134169156000000000) + i, put_load, &options));
    assert_int_equal(gen_evtx_end(log), 0);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    n = (size_t)ftell(f);
    bytes = malloc(n);
    assert_non_null(bytes);
    rewind(f);
    assert_int_equal(fread(bytes, 1, n, f), n);
    (void)fclose(f);
    assert_int_equal(paw_source_over((paw_bytes){(const uint8_t *)bytes, n}, &source), PAW_OK);
    assert_int_equal(paw_reader_evtx.extract(source, 1, (struct paw_range){.to = UINT64_MAX},
                                             &asked, &sink, &h.summary, &err),
                     PAW_OK);
    assert_int_equal(h.n, LOADS);
    paw_source_close(source);
    free(bytes);
}

/* The last that was told of each phase. */
struct told {
    struct paw_progress reading, effects;
};

static void on_scan(void *self, const struct paw_progress *p)
{
    struct told *t = self;
    if (strcmp(p->phase, "reading") == 0)
        t->reading = *p;
    if (strcmp(p->phase, "reading effects") == 0)
        t->effects = *p;
}

static void progress_comes_to_its_end(void **state)
{
    (void)state;
    const char *const paths[] = {path};
    struct told told = {0};
    struct paw_result result;
    struct paw_error err;
    const int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct paw_options o = {.paths = paths,
                                  .n_paths = 1,
                                  .out_fd = fd,
                                  .fail_on = PAW_NO_SEVERITY,
                                  .progress = on_scan,
                                  .self = &told};
    assert_true(fd >= 0);
    paw_scan(&o, &result, &err);
    (void)close(fd);
    assert_int_equal(result.exit_code, 0);
    assert_int_equal(told.reading.all_files, 1);
    assert_int_equal(told.reading.files, 1);
    assert_int_equal(told.reading.all_bytes, size);
    assert_int_equal(told.reading.bytes, size);
    assert_int_equal(told.effects.files, told.effects.all_files);
    assert_true(told.effects.bytes == told.effects.all_bytes && told.effects.bytes != 0);
}

static int make_log(void **state)
{
    (void)state;
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    const int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    (void)close(fd);
    if (gen_big_write(false, LOG_BYTES, path) != 0 ||
        paw_source_open(path, &source, &err) != PAW_OK)
        return 1;
    size = paw_source_size(source);
    paw_source_close(source);
    return 0;
}

static int drop_log(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_say_what_the_whole_says),
        cmocka_unit_test(carved_parts_say_what_the_whole_says),
        cmocka_unit_test(nothing_in_any_part_is_told_once),
        cmocka_unit_test(a_sink_that_fails_stops_all),
        cmocka_unit_test(a_stop_is_heard),
        cmocka_unit_test(a_part_that_cannot_be_read_refuses_no_other),
        cmocka_unit_test(a_failure_does_not_borrow_words),
        cmocka_unit_test(a_sieve_leaves_out_and_counts),
        cmocka_unit_test(marks_leave_out_what_nobody_asks_for),
        cmocka_unit_test(what_is_not_marked_is_read),
        cmocka_unit_test(what_is_asked_for_comes),
        cmocka_unit_test(what_a_template_says_is_looked_at),
        cmocka_unit_test(progress_comes_to_its_end),
    };
    return cmocka_run_group_tests(tests, make_log, drop_log);
}
