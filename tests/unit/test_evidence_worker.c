/* SPDX-License-Identifier: Apache-2.0 */
/* Reader processes with toy readers: each misbehaves in one item, or not at all. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, mkostemp */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fact.h"
#include "core/os.h"
#include "evidence/source.h"
#include "evidence/worker.h"

enum {
    ITEMS = 10,
    BAD = 3,      /* the item in which a toy misbehaves, behind its first fact */
    PER = 2,      /* facts of an item */
    SLOT = 65536, /* what waits to be sent; larger facts are sent at once */
    PIPE = 3,     /* where a child has its pipe */
    FILE_BYTES = 100,
    PATIENCE_MS = 5000,
};

/* The toys ----------------------------------------------------------------------------------------
 */

/* Told by the children that the tests look at. */
static volatile struct {
    int child, nursery;
} * seen;

static volatile uint64_t sink_hole;

static void spin(void)
{
    for (;;)
        sink_hole++;
}

static void pause_ms(long ms)
{
    const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

static enum paw_status answer(const struct paw_sink *sink, uint32_t number, uint64_t item,
                              unsigned part, size_t bytes)
{
    struct paw_fact_builder b = {0};
    char *text = malloc(bytes);
    if (text == NULL)
        return PAW_E_MEMORY;
    memset(text, 'x', bytes);
    paw_fact_begin(&b, PAW_KIND_OTHER);
    b.head.record_id = item;
    b.head.event_id = (uint16_t)part;
    b.head.origin.source = number;
    paw_fact_add(&b, PAW_F_DATA, (paw_str){text, bytes});
    const struct paw_fact *fact = paw_fact_end(&b);
    const enum paw_status status = fact == NULL ? PAW_E_MEMORY : sink->fact(sink->self, fact);
    paw_fact_builder_finish(&b);
    free(text);
    return status;
}

static enum paw_status tell_nothing(struct paw_error *err)
{
    (void)err;
    return PAW_OK;
}

static enum paw_status loop(struct paw_error *err)
{
    spin();
    return tell_nothing(err);
}

static enum paw_status crash(struct paw_error *err)
{
    (void)err;
    (void)raise(SIGSEGV);
    return PAW_OK;
}

static enum paw_status die_unheard(struct paw_error *err)
{
    (void)err;
    (void)raise(SIGKILL);
    return PAW_OK;
}

/* Memory that is asked for politely. */
static enum paw_status allocate(struct paw_error *err)
{
    for (;;) {
        uint8_t *p = malloc(1 << 20);
        if (p == NULL)
            return paw_fail(err, PAW_E_MEMORY, 0, "toy");
        for (size_t i = 0; i < 1 << 20; i += 4096)
            ((volatile uint8_t *)p)[i] = 1;
        pause_ms(1); /* under a sanitizer memory is only looked at now and then */
    }
}

__attribute__((noinline)) static unsigned overflow(volatile unsigned *depth)
{
    volatile uint8_t frame[4096];
    frame[0] = (uint8_t)++ * depth;
    return *depth == 0 ? 0 : overflow(depth) + frame[0];
}

static enum paw_status overflow_stack(struct paw_error *err)
{
    volatile unsigned depth = 0;
    sink_hole = overflow(&depth);
    return tell_nothing(err);
}

static enum paw_status write_garbage(struct paw_error *err)
{
    static const char garbage[64] = "this is no frame";
    (void)err;
    return write(PIPE, garbage, sizeof(garbage)) < 0 ? PAW_E_IO : PAW_OK;
}

static enum paw_status close_pipe(struct paw_error *err)
{
    (void)close(PIPE);
    return loop(err);
}

static enum paw_status sleep_long(struct paw_error *err)
{
    pause_ms(60000);
    return tell_nothing(err);
}

static enum paw_status fail_to_read(struct paw_error *err)
{
    return paw_fail_sys(err, PAW_E_IO, 5, "toy");
}

static enum paw_status exit_at_once(struct paw_error *err)
{
    (void)err;
    _exit(7);
}

struct toy {
    enum paw_status (*misbehave)(struct paw_error *err);
    uint64_t at;  /* item; UINT64_MAX: before the first */
    bool always;  /* in each item                       */
    bool flushes; /* all before was sent when it does   */
    size_t bytes; /* of a fact's text                   */
};

static enum paw_status play(const struct toy *t, struct paw_source *source, uint32_t number,
                            struct paw_range range, const struct paw_sink *sink,
                            struct paw_summary *summary, struct paw_error *err)
{
    enum paw_status status = PAW_OK;
    (void)source;
    *summary = (struct paw_summary){0};
    seen->nursery = getppid();
    seen->child = getpid();
    if (t->misbehave != NULL && t->at == UINT64_MAX)
        status = t->misbehave(err);
    for (uint64_t i = range.from; i < ITEMS && i < range.to && status == PAW_OK; i++) {
        const size_t bytes = i % 2 == 0 || t->bytes < SLOT ? t->bytes : 100;
        const bool bad = t->misbehave != NULL && (t->always || t->at == i);
        if (bad && t->flushes)
            pause_ms(60);
        status = sink->progress(sink->self, i);
        if (status == PAW_OK)
            status = answer(sink, number, i, 0, bytes);
        if (status == PAW_OK && bad)
            status = t->misbehave(err);
        if (status != PAW_OK)
            break;
        summary->read++;
        for (unsigned part = 1; part < PER && status == PAW_OK; part++)
            status = answer(sink, number, i, part, bytes);
    }
    return status;
}

#define TOYS(X)                                              \
    X(good, NULL, 0, false, false, 100)                      \
    X(large, NULL, 0, false, false, 100000)                  \
    X(loops, loop, BAD, false, false, 100)                   \
    X(loops_large, loop, BAD, false, false, 30000)           \
    X(loops_huge, loop, BAD, false, false, 700000)           \
    X(crashes, crash, BAD, false, false, 100)                \
    X(crashes_large, crash, BAD, false, false, 50000)        \
    X(crashes_mixed, crash, BAD, false, false, 100000)       \
    X(fills, NULL, 0, false, false, 30000)                   \
    X(crashes_always, crash, 0, true, false, 100)            \
    X(crashes_opening, crash, UINT64_MAX, false, false, 100) \
    X(loops_opening, loop, UINT64_MAX, false, false, 100)    \
    X(killed, die_unheard, BAD, false, false, 100)           \
    X(killed_flushed, die_unheard, BAD, false, true, 100)    \
    X(allocates, allocate, BAD, false, false, 100)           \
    X(overflows, overflow_stack, BAD, false, false, 100)     \
    X(lies, write_garbage, BAD, false, true, 100)            \
    X(closes, close_pipe, BAD, false, true, 100)             \
    X(sleeps, sleep_long, BAD, false, false, 100)            \
    X(fails, fail_to_read, BAD, false, false, 100)           \
    X(exits, exit_at_once, BAD, false, true, 100)

#define TOY(name, what, item, every, first, length)                                                \
    static enum paw_status extract_##name(struct paw_source *source, uint32_t number,              \
                                          struct paw_range range, const struct paw_wanted *wanted, \
                                          const struct paw_sink *sink,                             \
                                          struct paw_summary *summary, struct paw_error *err)      \
    {                                                                                              \
        const struct toy t = {what, item, every, first, length};                                   \
        (void)wanted;                                                                              \
        return play(&t, source, number, range, sink, summary, err);                                \
    }                                                                                              \
    static const struct paw_reader name = {#name, PAW_EVIDENCE_EVTX, true, extract_##name};
TOYS(TOY)
#undef TOY

/* What its companions hold becomes a fact's size; asks for lists as well. */
static enum paw_status extract_curious(struct paw_source *source, uint32_t number,
                                       struct paw_range range, const struct paw_wanted *wanted,
                                       const struct paw_sink *sink, struct paw_summary *summary,
                                       struct paw_error *err)
{
    (void)range;
    (void)number;
    paw_bytes window;
    *summary = (struct paw_summary){0};
    for (size_t i = 0; i < PAW_BESIDE; i++) {
        struct paw_source *log = paw_source_beside(source, i);
        if (log != NULL && paw_source_window(log, 0, FILE_BYTES, &window, err) == PAW_OK)
            summary->read |= (uint64_t)window.p[0] << (8 * i);
    }
    summary->recovered = wanted->values != NULL && strcmp(wanted->values[0].key, "K*") == 0 &&
                         wanted->values[0].value == NULL && wanted->values[1].hive == NULL;
    summary->damaged = wanted->events != NULL && wanted->events[0].event_id == 4242;
    return sink->progress(sink->self, 0);
}

static const struct paw_reader curious = {"curious", PAW_EVIDENCE_HIVE, true, extract_curious};

/* The file gets shorter while it is read. */
static enum paw_status extract_shrinks(struct paw_source *source, uint32_t number,
                                       struct paw_range range, const struct paw_wanted *wanted,
                                       const struct paw_sink *sink, struct paw_summary *summary,
                                       struct paw_error *err)
{
    (void)number;
    (void)range;
    (void)wanted;
    (void)sink;
    paw_bytes window;
    *summary = (struct paw_summary){0};
    for (unsigned i = 0;
         i < 100 && paw_source_window(source, 0, FILE_BYTES, &window, err) == PAW_OK; i++) {
        seen->child = getpid(); /* the test waits for it */
        summary->read = window.n;
        if (window.n < FILE_BYTES)
            break;
        pause_ms(10);
    }
    return PAW_OK;
}

static const struct paw_reader shrinks = {"shrinks", PAW_EVIDENCE_EVTX, true, extract_shrinks};

enum { MAPPED_BYTES = 2 * 1024 * 1024 };
static char mapped_file[] = "/tmp/catspaw-mapped-XXXXXX";

/* The file gets shorter under a window that is mapped. */
static enum paw_status extract_faults(struct paw_source *source, uint32_t number,
                                      struct paw_range range, const struct paw_wanted *wanted,
                                      const struct paw_sink *sink, struct paw_summary *summary,
                                      struct paw_error *err)
{
    (void)wanted;
    paw_bytes window = {0};
    enum paw_status status = paw_source_window(source, 0, MAPPED_BYTES, &window, err);
    for (uint64_t i = range.from; i < ITEMS && status == PAW_OK; i++) {
        status = sink->progress(sink->self, i);
        if (status == PAW_OK && i == BAD && truncate(mapped_file, 4096) == 0)
            sink_hole = ((volatile const uint8_t *)window.p)[MAPPED_BYTES - 1];
        for (unsigned part = 0; part < PER && status == PAW_OK; part++)
            status = answer(sink, number, i, part, 100);
        summary->read++;
    }
    return status;
}

static const struct paw_reader faults = {"faults", PAW_EVIDENCE_HIVE, true, extract_faults};
static const struct paw_reader stranger = {"stranger", PAW_EVIDENCE_HIVE, true, extract_faults};

static const struct paw_reader *const readers[] = {
#define TOY(name, what, item, every, first, length) &name,
    TOYS(TOY)
#undef TOY
        & curious,
    &shrinks,
    &faults,
};

/* The listener ------------------------------------------------------------------------------------
 */

enum { FILES = 8 };

struct heard {
    unsigned facts[FILES][ITEMS][PER];
    struct paw_diag diags[FILES][16];
    size_t n_diags[FILES];
    uint64_t stop_at; /* UINT64_MAX: never */
    volatile bool stop;
    enum paw_status refuse;
};

static enum paw_status on_fact(void *self, const struct paw_fact *f)
{
    struct heard *h = self;
    assert_true(f->origin.source < FILES && f->record_id < ITEMS && f->event_id < PER);
    h->facts[f->origin.source][f->record_id][f->event_id]++;
    return h->refuse;
}

static enum paw_status on_diag(void *self, const struct paw_diag *d)
{
    struct heard *h = self;
    assert_true(d->source < FILES && h->n_diags[d->source] < 16);
    h->diags[d->source][h->n_diags[d->source]++] = *d;
    return PAW_OK;
}

static enum paw_status on_progress(void *self, uint64_t item)
{
    struct heard *h = self;
    if (item >= h->stop_at)
        h->stop = true;
    return PAW_OK;
}

static char file[] = "/tmp/catspaw-worker-XXXXXX";
static char logs[2][64];

/* Under a sanitizer memory is polled, else limited by the system. */
static struct paw_worker_limits limits(void)
{
    return (struct paw_worker_limits){
        .memory = 32 << 20,
        .file_cpu_ms = 5000,
        .record_cpu_ms = 100,
        .answer_bytes = 1 << 30,
        .restarts = 3,
        .stale_ms = 300,
        .poll_memory = paw_os_is_checked(),
    };
}

static void assert_no_child(void)
{
    int status = 0;
    assert_int_equal(waitpid(-1, &status, WNOHANG), -1); /* neither alive nor waited for */
}

static enum paw_status run(struct heard *h, const struct paw_worker_limits *l,
                           const struct paw_job *jobs, size_t n, struct paw_summary *summaries)
{
    struct paw_nursery *nursery = NULL;
    struct paw_error err = {0};
    assert_int_equal(paw_nursery_start(readers, PAW_COUNT_OF(readers), l, 2, &nursery, &err),
                     PAW_OK);
    const enum paw_status status = paw_nursery_run(nursery, jobs, n, summaries, &h->stop, &err);
    paw_nursery_stop(nursery);
    assert_no_child();
    return status;
}

static const struct paw_wanted everything = {.kinds = UINT64_MAX};

static struct paw_job job_of(const struct paw_reader *reader, uint32_t number,
                             const struct paw_sink *sink)
{
    return (struct paw_job){
        .reader = reader,
        .path = file,
        .number = number,
        .size = FILE_BYTES,
        .range = {.to = UINT64_MAX},
        .wanted = &everything,
        .sink = sink,
    };
}

/* One bad file among good ones: what is heard of it is left in *h as number 1. */
static struct paw_summary try(const struct paw_reader *reader, struct heard *h,
                              const struct paw_worker_limits *l)
{
    const struct paw_sink sink = {h, on_fact, on_diag, on_progress};
    struct paw_job jobs[4];
    struct paw_summary summaries[4];
    *h = (struct heard){.stop_at = UINT64_MAX};
    for (uint32_t i = 0; i < 4; i++)
        jobs[i] = job_of(i == 1 ? reader : i == 2 ? &large : &good, i, &sink);
    assert_int_equal(run(h, l, jobs, 4, summaries), PAW_OK);
    for (size_t i = 0; i < 4; i++) {
        for (size_t item = 0; i != 1 && item < ITEMS; item++)
            for (size_t part = 0; part < PER; part++)
                if (h->facts[i][item][part] != 1)
                    fail_msg("good file %zu, item %zu.%zu: %u times", i, item, part,
                             h->facts[i][item][part]);
        assert_int_equal(i == 1 ? 0 : h->n_diags[i], 0);
        assert_int_equal(i == 1 ? ITEMS : summaries[i].read, ITEMS);
    }
    return summaries[1];
}

static void assert_diag(const struct heard *h, size_t i, enum paw_diag_code code,
                        const char *detail)
{
    assert_true(i < h->n_diags[1]);
    const struct paw_diag *d = &h->diags[1][i];
    if (d->code != (uint32_t)code || strncmp(d->detail, detail, strlen(detail)) != 0)
        fail_msg("%s (%s), wanted %s (%s)", paw_diag_name(d->code), d->detail, paw_diag_name(code),
                 detail);
}

/* Everything before the misbehaviour and everything behind the item, once. */
static void assert_facts(const struct heard *h, bool first_of_bad)
{
    for (size_t item = 0; item < ITEMS; item++)
        for (size_t part = 0; part < PER; part++) {
            const unsigned want = item != BAD ? 1 : part == 0 && first_of_bad;
            if (h->facts[1][item][part] != want)
                fail_msg("item %zu.%zu: %u times, wanted %u", item, part, h->facts[1][item][part],
                         want);
        }
}

/* The tests ---------------------------------------------------------------------------------------
 */

static void all_good(void **state)
{
    (void)state;
    struct heard h;
    const struct paw_worker_limits l = limits();
    const struct paw_summary s = try(&good, &h, &l);
    assert_int_equal(h.n_diags[1], 0);
    assert_int_equal(s.read, ITEMS);
    assert_int_equal(s.damaged, 0);
    for (size_t item = 0; item < ITEMS; item++)
        assert_true(h.facts[1][item][0] == 1 && h.facts[1][item][1] == 1);
}

/* Each ends by itself or is ended, and the file goes on behind the item. */
static void misbehaviour(void **state)
{
    (void)state;
    static const struct {
        const struct paw_reader *reader;
        enum paw_diag_code code;
        const char *detail;
        bool first_of_bad; /* what was answered in the bad item arrives as well */
    } cases[] = {
        {&loops, PAW_D_WORKER_KILLED, "processor time of one record, ms 100, item 3", true},
        {&loops_large, PAW_D_WORKER_KILLED, "processor time of one record, ms 100, item 3", true},
        {&loops_huge, PAW_D_WORKER_KILLED, "processor time of one record, ms 100, item 3", true},
        {&crashes, PAW_D_WORKER_DIED, "signal 11", true},
        {&crashes_large, PAW_D_WORKER_DIED, "signal 11", true},
        {&crashes_mixed, PAW_D_WORKER_DIED, "signal 11", true},
        {&overflows, PAW_D_WORKER_DIED, "signal 11", true},
        {&allocates, PAW_D_WORKER_KILLED, "memory, bytes 33554432, item 3", true},
        {&sleeps, PAW_D_WORKER_KILLED, "no answer and no progress, ms 300, item 3", true},
        {&killed, PAW_D_WORKER_DIED, "signal 9", true},
        {&killed_flushed, PAW_D_WORKER_DIED, "signal 9", true},
        {&closes, PAW_D_WORKER_DIED, "signal 9", true},
        {&exits, PAW_D_WORKER_DIED, "exit 7", true},
        /* what stands behind a lie is not believed */
        {&lies, PAW_D_WORKER_LIED, "item 3", false},
    };
    const struct paw_worker_limits l = limits();
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct heard h;
        if (cases[i].reader == &overflows && paw_os_is_checked())
            continue; /* a checked stack of that depth takes longer than a record may */
        const struct paw_summary s = try(cases[i].reader, &h, &l);
        print_message("%s\n", cases[i].reader->name);
        assert_diag(&h, 0, cases[i].code, cases[i].detail);
        assert_int_equal(h.n_diags[1], 1);
        assert_int_equal(h.diags[1][0].count, 1);
        assert_facts(&h, cases[i].first_of_bad);
        assert_int_equal(s.read, cases[i].reader == &lies ? ITEMS - 1 - BAD : ITEMS - 1);
        assert_int_equal(s.damaged, 1);
        assert_int_equal(s.refused, 0);
    }
}

/* Its pipe is full when it is killed: what stands partly in the pipe is not taken twice. */
static enum paw_status kill_sender(void *self, const struct paw_fact *f)
{
    struct heard *h = self;
    if (f->record_id == 0 && f->event_id == 0) {
        pause_ms(50);
        assert_int_equal(kill(seen->child, SIGKILL), 0);
    }
    return on_fact(h, f);
}

static void killed_while_sending(void **state)
{
    (void)state;
    struct heard h = {.stop_at = UINT64_MAX};
    const struct paw_sink sink = {&h, kill_sender, on_diag, on_progress};
    const struct paw_worker_limits l = limits();
    const struct paw_job job = job_of(&fills, 1, &sink);
    struct paw_summary s;
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_diag(&h, 0, PAW_D_WORKER_DIED, "signal 9");
    assert_int_equal(h.n_diags[1], 1);
    size_t twice = 0, missing = 0;
    for (size_t item = 0; item < ITEMS; item++)
        for (size_t part = 0; part < PER; part++) {
            twice += h.facts[1][item][part] > 1;
            missing += h.facts[1][item][part] == 0;
        }
    assert_int_equal(twice, 0);
    assert_true(missing <= PER); /* of the item it was at */
}

static void opening(void **state)
{
    (void)state;
    const struct paw_worker_limits l = limits();
    struct heard h;
    struct paw_summary s = try(&crashes_opening, &h, &l);
    assert_diag(&h, 0, PAW_D_WORKER_DIED, paw_os_is_checked() ? "" : "signal 11");
    assert_int_equal(h.n_diags[1], 1); /* not tried again */
    assert_int_equal(s.refused, 1);
    s = try(&loops_opening, &h, &l);
    assert_diag(&h, 0, PAW_D_WORKER_KILLED, "processor time while opening, ms 1000");
    assert_int_equal(h.n_diags[1], 1);
    assert_int_equal(s.refused, 1);
}

static void gives_up(void **state)
{
    (void)state;
    const struct paw_worker_limits l = limits();
    struct heard h;
    const struct paw_summary s = try(&crashes_always, &h, &l);
    assert_int_equal(h.n_diags[1], l.restarts + 2);
    assert_diag(&h, l.restarts + 1, PAW_D_WORKER_GAVE_UP, "from item 4");
    assert_int_equal(s.damaged, l.restarts + 1);
    for (size_t item = 0; item < ITEMS; item++)
        assert_int_equal(h.facts[1][item][0], item <= l.restarts);
}

/* Limits of the whole file end it: a new process would be beyond them from the start. */
static void of_the_file(void **state)
{
    (void)state;
    struct heard h;
    struct paw_worker_limits l = limits();
    l.record_cpu_ms = 60000;
    l.file_cpu_ms = 100;
    struct paw_summary s = try(&loops, &h, &l);
    assert_diag(&h, 0, PAW_D_WORKER_KILLED, "processor time of the file, ms 100");
    assert_int_equal(h.n_diags[1], 1);
    assert_int_equal(s.read, BAD);
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    const struct paw_job job = job_of(&loops_huge, 1, &sink);
    l = limits();
    l.answer_bytes = 1 << 20;
    h = (struct heard){.stop_at = UINT64_MAX};
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_diag(&h, 0, PAW_D_WORKER_KILLED, "size of the answer, bytes 1048576");
    assert_int_equal(h.n_diags[1], 1);
    assert_int_equal(h.facts[1][0][0], 1);
    assert_int_equal(h.facts[1][BAD + 1][0], 0);
}

static void failures(void **state)
{
    (void)state;
    const struct paw_worker_limits l = limits();
    struct heard h;
    struct paw_summary s = try(&fails, &h, &l);
    assert_diag(&h, 0, PAW_D_FILE_UNREADABLE, "toy: Input/output error");
    assert_int_equal(h.n_diags[1], 1);
    assert_int_equal(s.read, BAD);
    assert_int_equal(s.refused, 0);
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    struct paw_job job = job_of(&good, 1, &sink);
    job.path = "/nonexistent/file";
    h = (struct heard){.stop_at = UINT64_MAX};
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_diag(&h, 0, PAW_D_FILE_CHANGED, "cannot be opened any more: No such file");
    assert_int_equal(h.n_diags[1], 1);
    assert_int_equal(s.refused, 1);
    job = job_of(&good, 1, &sink);
    job.size = FILE_BYTES + 1;
    h = (struct heard){.stop_at = UINT64_MAX};
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_diag(&h, 0, PAW_D_FILE_CHANGED, "another size");
    assert_int_equal(s.read, ITEMS);
}

static void shrinking(void **state)
{
    (void)state;
    char path[] = "/tmp/catspaw-worker-XXXXXX";
    struct heard h = {.stop_at = UINT64_MAX};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    const struct paw_worker_limits l = limits();
    struct paw_summary s;
    const int fd = mkostemp(path, O_CLOEXEC);
    assert_true(fd >= 0 && ftruncate(fd, FILE_BYTES) == 0);
    struct paw_job job = job_of(&shrinks, 1, &sink);
    job.path = path;
    seen->child = 0;
    const pid_t other = fork();
    assert_true(other >= 0);
    if (other == 0) {
        for (unsigned i = 0; i < PATIENCE_MS && seen->child == 0; i++)
            pause_ms(1);
        _exit(ftruncate(fd, FILE_BYTES / 2) == 0 ? 0 : 1);
    }
    struct paw_nursery *n = NULL;
    struct paw_error err;
    int status = 0;
    assert_int_equal(paw_nursery_start(readers, PAW_COUNT_OF(readers), &l, 1, &n, &err), PAW_OK);
    assert_int_equal(paw_nursery_run(n, &job, 1, &s, NULL, &err), PAW_OK);
    paw_nursery_stop(n);
    assert_int_equal(waitpid(other, &status, 0), other);
    assert_int_equal(status, 0);
    assert_int_equal(s.read, FILE_BYTES / 2);
    assert_diag(&h, 0, PAW_D_FILE_CHANGED, "while it was read");
    (void)close(fd);
    (void)unlink(path);
}

static void shrinking_under_a_mapping(void **state)
{
    (void)state;
    struct heard h = {.stop_at = UINT64_MAX};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    const struct paw_worker_limits l = limits();
    struct paw_summary s;
    const int fd = mkostemp(mapped_file, O_CLOEXEC);
    assert_true(fd >= 0 && ftruncate(fd, MAPPED_BYTES) == 0);
    struct paw_job job = job_of(&faults, 1, &sink);
    job.path = mapped_file;
    job.size = MAPPED_BYTES;
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_int_equal(s.read, ITEMS - 1);
    assert_diag(&h, 0, PAW_D_FILE_CHANGED, paw_os_is_checked() ? "" : "it became shorter");
    for (size_t item = 0; item < ITEMS; item++)
        assert_int_equal(h.facts[1][item][0], item != BAD);
    (void)close(fd);
    (void)unlink(mapped_file);
}

static void a_stranger_is_refused(void **state)
{
    (void)state;
    struct heard h = {.stop_at = UINT64_MAX};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    const struct paw_worker_limits l = limits();
    struct paw_summary s;
    const struct paw_job job = job_of(&stranger, 1, &sink);
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_E_USAGE);
}

static void companions(void **state)
{
    (void)state;
    struct heard h = {.stop_at = UINT64_MAX};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    const struct paw_worker_limits l = limits();
    static const struct paw_wanted_value values[] = {{"*", "K*", NULL}, {NULL, NULL, NULL}};
    static const struct paw_wanted_event events[] = {{"P", 4242}, {NULL, 0}};
    const struct paw_wanted wanted = {UINT64_MAX, values, events};
    struct paw_job job = job_of(&curious, 1, &sink);
    struct paw_summary s;
    job.wanted = &wanted;
    job.beside[0] = logs[0];
    job.beside[1] = logs[1];
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_int_equal(s.read, 'a' | 'b' << 8);
    assert_int_equal(s.recovered, 1); /* the lists arrive whole */
    assert_int_equal(s.damaged, 1);
    assert_int_equal(h.n_diags[1], 0);
    job.beside[0] = NULL;
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_int_equal(s.read, 'b' << 8);
    job.beside[0] = "/nonexistent/log";
    assert_int_equal(run(&h, &l, &job, 1, &s), PAW_OK);
    assert_int_equal(s.read, 'b' << 8);
    assert_diag(&h, 0, PAW_D_FILE_CHANGED, "its log cannot be opened any more: No such");
}

static void interruption(void **state)
{
    (void)state;
    struct heard h = {.stop_at = BAD};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    struct paw_worker_limits l = limits();
    struct paw_summary s[2];
    l.record_cpu_ms = 60000;
    const struct paw_job jobs[2] = {job_of(&lies, 1, &sink), job_of(&sleeps, 2, &sink)};
    const uint64_t began = paw_os_monotonic_ms();
    l.stale_ms = 0;
    h.stop_at = 0;
    assert_int_equal(run(&h, &l, jobs, 2, s), PAW_E_INTERRUPTED);
    assert_true(paw_os_monotonic_ms() - began < 1000);
}

static void refused_by_sink(void **state)
{
    (void)state;
    struct heard h = {.stop_at = UINT64_MAX, .refuse = PAW_E_OUTPUT};
    const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
    const struct paw_worker_limits l = limits();
    struct paw_summary s[2];
    const struct paw_job jobs[2] = {job_of(&good, 1, &sink), job_of(&loops, 2, &sink)};
    assert_int_equal(run(&h, &l, jobs, 2, s), PAW_E_OUTPUT);
    assert_true(h.facts[1][0][0] + h.facts[2][0][0] == 1);
}

static bool is_gone(pid_t pid)
{
    int status = 0;
    for (unsigned i = 0; i < PATIENCE_MS; i++) {
        if (waitpid(pid, &status, WNOHANG) == pid) /* orphans come to us */
            return true;
        pause_ms(1);
    }
    return false;
}

/* A scan that is killed leaves nobody behind. */
static void orphans(void **state)
{
    (void)state;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    seen->child = seen->nursery = 0;
    const pid_t scan = fork();
    assert_true(scan >= 0);
    if (scan == 0) {
        struct heard h = {.stop_at = UINT64_MAX};
        const struct paw_sink sink = {&h, on_fact, on_diag, on_progress};
        struct paw_worker_limits l = limits();
        struct paw_nursery *n = NULL;
        struct paw_error err;
        struct paw_summary s;
        l.record_cpu_ms = l.file_cpu_ms = 60000;
        const struct paw_job job = job_of(&loops, 1, &sink);
        if (paw_nursery_start(readers, PAW_COUNT_OF(readers), &l, 1, &n, &err) == PAW_OK)
            _exit(paw_nursery_run(n, &job, 1, &s, NULL, &err) == PAW_OK ? 0 : 1);
        _exit(1);
    }
    for (unsigned i = 0; i < PATIENCE_MS && seen->child == 0; i++)
        pause_ms(1);
    const pid_t child = seen->child, nursery = seen->nursery;
    assert_true(child > 0 && nursery > 0);
    assert_int_equal(kill(scan, SIGKILL), 0);
    assert_true(is_gone(scan));
    assert_true(is_gone(nursery));
    assert_true(is_gone(child));
    assert_no_child();
}

/* Two scans in one process: the end of the first does not wait for the second. */
static void two_nurseries(void **state)
{
    (void)state;
    const struct paw_worker_limits l = limits();
    struct paw_nursery *a = NULL, *b = NULL;
    struct paw_error err;
    assert_int_equal(paw_nursery_start(readers, PAW_COUNT_OF(readers), &l, 1, &a, &err), PAW_OK);
    assert_int_equal(paw_nursery_start(readers, PAW_COUNT_OF(readers), &l, 1, &b, &err), PAW_OK);
    paw_nursery_stop(a);
    paw_nursery_stop(b);
    assert_no_child();
}

static int make_files(void **state)
{
    (void)state;
    void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const int fd = mkostemp(file, O_CLOEXEC);
    if (shared == MAP_FAILED || fd < 0 || ftruncate(fd, FILE_BYTES) != 0)
        return -1;
    seen = shared;
    (void)close(fd);
    for (int i = 0; i < 2; i++) {
        const char letter = (char)('a' + i);
        if (snprintf(logs[i], sizeof(logs[i]), "%s.LOG%d", file, i + 1) < 0)
            return -1;
        const int log = open(logs[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (log < 0 || write(log, &letter, 1) != 1)
            return -1;
        (void)close(log);
    }
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    (void)unlink(logs[0]);
    (void)unlink(logs[1]);
    return unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_good),
        cmocka_unit_test(misbehaviour),
        cmocka_unit_test(killed_while_sending),
        cmocka_unit_test(opening),
        cmocka_unit_test(gives_up),
        cmocka_unit_test(of_the_file),
        cmocka_unit_test(failures),
        cmocka_unit_test(shrinking),
        cmocka_unit_test(companions),
        cmocka_unit_test(interruption),
        cmocka_unit_test(refused_by_sink),
        cmocka_unit_test(two_nurseries),
        cmocka_unit_test(shrinking_under_a_mapping),
        cmocka_unit_test(a_stranger_is_refused),
        cmocka_unit_test(orphans),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
