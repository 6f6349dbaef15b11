/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers that misbehave in every way we know: each ends in its diagnostic, what it answered before
 * is kept, the file goes on behind the bad item, and the others finish.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fact.h"
#include "core/os.h"
#include "evidence/source.h"
#include "evidence/worker.h"

enum { ITEMS = 10, BAD = 3, BIG = 2 * 1024 * 1024, MEMORY = 48 * 1024 * 1024 };

static char folder[64], small_file[80], big_file[80];

/* Readers
 * ------------------------------------------------------------------------------------------- */

/* What happens at the bad item. */
typedef enum paw_status (*deed)(const struct paw_sink *sink, uint32_t number,
                                struct paw_source *source);

static enum paw_status answer(const struct paw_sink *sink, uint32_t number, uint64_t item,
                              size_t text_bytes)
{
    static struct paw_fact_builder b;
    static char text[1024 * 1024];
    memset(text, 'x', sizeof(text));
    paw_fact_begin(&b, PAW_KIND_PROCESS_START);
    paw_fact_add(&b, PAW_F_IMAGE, (paw_str){text, text_bytes});
    b.head.origin = (struct paw_origin){.source = number, .offset = item};
    b.head.record_id = (uint64_t)getpid();
    const struct paw_fact *fact = paw_fact_end(&b);
    return fact == NULL ? PAW_E_MEMORY : sink->fact(sink->self, fact);
}

static enum paw_status read_items(deed bad, struct paw_source *source, uint32_t number,
                                  struct paw_range range, const struct paw_sink *sink,
                                  struct paw_summary *summary)
{
    enum paw_status status = PAW_OK;
    for (uint64_t i = range.from; i < ITEMS && i < range.to && status == PAW_OK; i++) {
        status = sink->progress(sink->self, i);
        if (status == PAW_OK && i == BAD && bad != NULL)
            status = bad(sink, number, source);
        if (status == PAW_OK)
            status = answer(sink, number, i, 8);
        summary->read++;
        summary->kinds |= PAW_KIND_BIT(PAW_KIND_PROCESS_START);
    }
    return status;
}

static enum paw_status loop(const struct paw_sink *sink, uint32_t number, struct paw_source *source)
{
    (void)sink;
    (void)number;
    (void)source;
    for (volatile unsigned n = 1; n != 0;)
        ;
    return PAW_OK;
}

/* What was answered is sent before, as it is more than the buffer. */
static enum paw_status answer_and_loop(const struct paw_sink *sink, uint32_t number,
                                       struct paw_source *source)
{
    const enum paw_status status = answer(sink, number, BAD, 200000);
    return status == PAW_OK ? loop(sink, number, source) : status;
}

static enum paw_status allocate(const struct paw_sink *sink, uint32_t number,
                                struct paw_source *source)
{
    (void)sink;
    (void)number;
    (void)source;
    for (;;) {
        const size_t n = 1024 * 1024;
        volatile char *p = malloc(n);
        for (size_t i = 0; p != NULL && i < n; i += 512)
            p[i] = 1;
        if (p == NULL)
            return PAW_E_MEMORY;
    }
}

static enum paw_status crash(const struct paw_sink *sink, uint32_t number,
                             struct paw_source *source)
{
    (void)sink;
    (void)number;
    (void)source;
    (void)raise(SIGSEGV);
    return PAW_OK;
}

static enum paw_status leave(const struct paw_sink *sink, uint32_t number,
                             struct paw_source *source)
{
    (void)sink;
    (void)number;
    (void)source;
    _exit(7);
}

/* Writes behind the back of the sink. */
static enum paw_status send_garbage(const struct paw_sink *sink, uint32_t number,
                                    struct paw_source *source)
{
    (void)number;
    (void)source;
    struct timespec pause = {.tv_nsec = 60000000}; /* so that the next progress flushes */
    (void)nanosleep(&pause, NULL);
    (void)sink->progress(sink->self, BAD);
    for (int fd = STDERR_FILENO + 1; fd < 64; fd++) {
        struct stat st;
        if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
            (void)!write(fd, "this is no frame, this is no frame", 34);
    }
    return PAW_OK;
}

static enum paw_status lie_about_source(const struct paw_sink *sink, uint32_t number,
                                        struct paw_source *source)
{
    (void)source;
    return answer(sink, number + 1, BAD, 8);
}

static enum paw_status send_bad_text(const struct paw_sink *sink, uint32_t number,
                                     struct paw_source *source)
{
    (void)source;
    const struct paw_diag d = {
        .code = PAW_D_EVTX_RECORD, .source = number, .count = 1, .detail = "\xC3\x28"};
    return sink->diag(sink->self, &d);
}

static enum paw_status talk(const struct paw_sink *sink, uint32_t number, struct paw_source *source)
{
    (void)source;
    while (answer(sink, number, BAD, 1024 * 1024) == PAW_OK)
        ;
    return PAW_E_MEMORY;
}

/* The file shrinks under a window that is mapped. */
static enum paw_status lose_file(const struct paw_sink *sink, uint32_t number,
                                 struct paw_source *source)
{
    (void)sink;
    (void)number;
    struct paw_error err = {0};
    paw_bytes all = {0};
    if (paw_source_window(source, 0, BIG, &all, &err) != PAW_OK || all.n != BIG ||
        truncate(big_file, 4096) != 0)
        return PAW_E_FORMAT;
    return ((volatile const uint8_t *)all.p)[BIG - 1] == 1 ? PAW_E_FORMAT : PAW_OK;
}

static enum paw_status give_up(const struct paw_sink *sink, uint32_t number,
                               struct paw_source *source)
{
    (void)sink;
    (void)number;
    (void)source;
    return PAW_E_FORMAT;
}

/* Anything but the pipe and the evidence that is still open. */
static enum paw_status look_around(const struct paw_sink *sink, uint32_t number,
                                   struct paw_source *source)
{
    (void)sink;
    (void)number;
    unsigned n = 0;
    for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
        n += fd != paw_source_fd(source) && fcntl(fd, F_GETFD) >= 0;
    return n == 1 ? PAW_OK : PAW_E_FORMAT;
}

#define READER(NAME, DEED)                                                                         \
    static enum paw_status extract_##NAME(struct paw_source *source, uint32_t number,              \
                                          struct paw_range range, const struct paw_wanted *wanted, \
                                          const struct paw_sink *sink,                             \
                                          struct paw_summary *summary, struct paw_error *err)      \
    {                                                                                              \
        (void)wanted;                                                                              \
        (void)err;                                                                                 \
        return read_items(DEED, source, number, range, sink, summary);                             \
    }                                                                                              \
    static const struct paw_reader NAME = {                                                        \
        .name = #NAME,                                                                             \
        .needs_child = true,                                                                       \
        .extract = extract_##NAME,                                                                 \
    };

READER(good, NULL)
READER(looping, loop)
READER(answering, answer_and_loop)
READER(hungry, allocate)
READER(crashing, crash)
READER(leaving, leave)
READER(garbling, send_garbage)
READER(impostor, lie_about_source)
READER(mistyping, send_bad_text)
READER(chatty, talk)
READER(losing, lose_file)
READER(resigning, give_up)
READER(curious, look_around)

/* Dies before the first item. */
static enum paw_status extract_stillborn(struct paw_source *source, uint32_t number,
                                         struct paw_range range, const struct paw_wanted *wanted,
                                         const struct paw_sink *sink, struct paw_summary *summary,
                                         struct paw_error *err)
{
    (void)range;
    (void)wanted;
    (void)summary;
    (void)err;
    return crash(sink, number, source);
}

/* Dies at every item. */
static enum paw_status extract_frail(struct paw_source *source, uint32_t number,
                                     struct paw_range range, const struct paw_wanted *wanted,
                                     const struct paw_sink *sink, struct paw_summary *summary,
                                     struct paw_error *err)
{
    (void)wanted;
    (void)summary;
    (void)err;
    (void)sink->progress(sink->self, range.from);
    return crash(sink, number, source);
}

/* Answers what it was asked: the lists must have come over whole. */
static enum paw_status extract_echo(struct paw_source *source, uint32_t number,
                                    struct paw_range range, const struct paw_wanted *wanted,
                                    const struct paw_sink *sink, struct paw_summary *summary,
                                    struct paw_error *err)
{
    (void)source;
    (void)range;
    (void)summary;
    (void)err;
    struct paw_diag d = {.code = PAW_D_EVTX_COUNT, .source = number, .count = 1};
    int n = snprintf(d.detail, sizeof(d.detail), "%llx", (unsigned long long)wanted->kinds);
    for (const struct paw_wanted_value *v = wanted->values; v != NULL && v->hive != NULL; v++)
        n += snprintf(d.detail + n, sizeof(d.detail) - (size_t)n, " %s|%s|%s", v->hive, v->key,
                      v->value == NULL ? "NULL" : v->value);
    for (const struct paw_wanted_event *v = wanted->events; v != NULL && v->provider != NULL; v++)
        n += snprintf(d.detail + n, sizeof(d.detail) - (size_t)n, " %s %u", v->provider,
                      (unsigned)v->event_id);
    return sink->diag(sink->self, &d);
}

static const struct paw_reader stillborn = {"stillborn", PAW_EVIDENCE_EVTX, true,
                                            extract_stillborn};
static const struct paw_reader frail = {"frail", PAW_EVIDENCE_EVTX, true, extract_frail};
static const struct paw_reader echo = {"echo", PAW_EVIDENCE_EVTX, true, extract_echo};

static const struct paw_reader *const readers[] = {
    &good,   &looping, &hungry,    &crashing, &leaving,   &garbling, &impostor, &mistyping,
    &chatty, &losing,  &resigning, &curious,  &stillborn, &frail,    &echo,     &answering,
};

/* What came
 * ----------------------------------------------------------------------------------------- */

struct heard {
    char items[64]; /* digits, in the order of arrival; what comes again is left out */
    char diags[512];
    pid_t reader;
    bool *stop; /* set at the first fact */
};

static enum paw_status on_fact(void *self, const struct paw_fact *f)
{
    struct heard *h = self;
    const char digit = (char)('0' + f->origin.offset);
    const size_t n = strlen(h->items);
    if (strchr(h->items, digit) == NULL && n + 1 < sizeof(h->items))
        h->items[n] = digit;
    h->reader = (pid_t)f->record_id;
    if (h->stop != NULL)
        *h->stop = true;
    return PAW_OK;
}

static enum paw_status on_diag(void *self, const struct paw_diag *d)
{
    struct heard *h = self;
    const size_t n = strlen(h->diags);
    (void)snprintf(h->diags + n, sizeof(h->diags) - n, "%s%s: %s", n == 0 ? "" : "; ",
                   paw_diag_name(d->code), d->detail);
    return PAW_OK;
}

static const struct paw_worker_limits limits = {
    .memory = MEMORY,
    .file_cpu_ms = 60000,
    .record_cpu_ms = 400,
    .answer_bytes = 16 * 1024 * 1024,
    .restarts = 4,
};

static const struct paw_wanted_value values[] = {
    {"NTUSER", "Software\\*", "x*"}, {"*", "Key", NULL}, {"SYSTEM", "Key", ""}, {0}};
static const struct paw_wanted_event events[] = {{"Provider", 4711}, {0}};
static const struct paw_wanted wanted = {0x1002, values, events};

#define ALL   "0123456789"
#define BUT_3 "012456789"

static const struct {
    const struct paw_reader *reader;
    const char *items;
    const char *diags; /* prefix of what was told */
    unsigned refused;
} rows[] = {
    {&good, ALL, "", 0},
    {&looping, BUT_3, "worker.killed: processor time of one item above 400 ms, item 3", 0},
    {&hungry, BUT_3, "worker.killed: memory above 50331648 bytes, item 3", 0},
    {&crashing, BUT_3, "worker.died: signal 11, item 3", 0},
    {&leaving, "456789", "worker.died: exit 7, item 3", 0}, /* _exit takes what was not sent */
    {&garbling, "012", "worker.lied: item 3", 0},
    {&impostor, "012", "worker.lied: item 3", 0},
    {&mistyping, "012", "worker.lied: item 3", 0},
    {&chatty, "0123",
     "worker.killed: size of the answer above 16777216 bytes, item 3; worker.gave_up: from item 4",
     0},
    {&losing, BUT_3, "file.changed: it became shorter, item 3", 0},
    {&resigning, "012", "worker.died: status -2, item 3", 0},
    {&curious, ALL, "", 0},
    {&stillborn, "", "worker.died: signal 11, while opening", 1},
    {&frail, "", "worker.died: signal 11, item 0; worker.died: signal 11, item 1; ", 0},
    {&echo, "", "evtx.count: 1002 NTUSER|Software\\*|x* *|Key|NULL SYSTEM|Key| Provider 4711", 0},
};

enum { ROWS = PAW_COUNT_OF(rows), ABSENT = ROWS, CHANGED, JOBS };

static struct paw_nursery *start(unsigned children)
{
    struct paw_nursery *n = NULL;
    struct paw_error err = {0};
    assert_int_equal(paw_nursery_start(readers, PAW_COUNT_OF(readers), &limits, children, &n, &err),
                     PAW_OK);
    return n;
}

static void each_ends_in_its_diagnostic(void **state)
{
    (void)state;
    static struct heard heard[JOBS];
    struct paw_sink sinks[JOBS];
    struct paw_job jobs[JOBS];
    struct paw_summary summaries[JOBS];
    struct paw_error err = {0};
    const int open_file = open("/dev/null", O_RDONLY); /* no close-on-exec: must not be inherited */
    for (uint32_t i = 0; i < JOBS; i++) {
        sinks[i] = (struct paw_sink){&heard[i], on_fact, on_diag, NULL};
        jobs[i] = (struct paw_job){
            .reader = i < ROWS ? rows[i].reader : &good,
            .path = i < ROWS && rows[i].reader == &losing ? big_file : small_file,
            .number = 100 + i * 10,
            .size = i < ROWS && rows[i].reader == &losing ? BIG : 5,
            .range = {0, UINT64_MAX},
            .wanted = &wanted,
            .sink = &sinks[i],
        };
    }
    jobs[ABSENT].path = "/nonexistent/file";
    jobs[CHANGED].size = 6;
    struct paw_nursery *n = start(3);
    assert_int_equal(paw_nursery_run(n, jobs, JOBS, summaries, NULL, &err), PAW_OK);
    paw_nursery_stop(n);
    (void)close(open_file);
    for (size_t i = 0; i < ROWS; i++) {
        const size_t all = strlen(rows[i].items), came = strlen(heard[i].items);
        /* Of what the leaving one had answered, more may have been sent on a slow machine. */
        if (came < all || strcmp(heard[i].items + came - all, rows[i].items) != 0 ||
            (came != all && rows[i].reader != &leaving) ||
            strncmp(heard[i].diags, rows[i].diags, strlen(rows[i].diags)) != 0 ||
            (rows[i].diags[0] == '\0' && heard[i].diags[0] != '\0') ||
            summaries[i].refused != rows[i].refused)
            fail_msg("%s: \"%s\" and \"%s\", refused %u; wanted \"%s\" and \"%s\"",
                     rows[i].reader->name, heard[i].items, heard[i].diags, summaries[i].refused,
                     rows[i].items, rows[i].diags);
        if (rows[i].items[0] != '\0')
            assert_true(summaries[i].kinds == PAW_KIND_BIT(PAW_KIND_PROCESS_START));
    }
    assert_non_null(strstr(heard[13].diags, "worker.gave_up: from item 5")); /* 4 restarts */
    assert_string_equal(heard[ABSENT].diags,
                        "file.unreadable: No such file or directory, while opening");
    assert_int_equal(summaries[ABSENT].refused, 1);
    assert_string_equal(heard[CHANGED].diags, "file.changed: 5 bytes, was 6");
    assert_string_equal(heard[CHANGED].items, ALL);
    assert_int_equal(summaries[0].read, ITEMS - 1 + 1);
}

/* Gone, or only waiting for a parent that does not care. */
static bool is_gone(pid_t pid)
{
    char path[64], text[512] = "";
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    const int fd = open(path, O_RDONLY);
    if (fd < 0)
        return true;
    const ssize_t n = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    const char *name_end = n <= 0 ? NULL : strrchr(text, ')');
    return name_end == NULL || name_end[2] == 'Z' || name_end[2] == 'X';
}

static bool goes_soon(pid_t pid)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    for (unsigned i = 0; i < 500 && !is_gone(pid); i++)
        (void)nanosleep(&pause, NULL);
    return is_gone(pid);
}

static void an_interruption_ends_the_readers(void **state)
{
    (void)state;
    volatile bool stop = false;
    struct heard heard = {.stop = (bool *)(uintptr_t)&stop};
    const struct paw_sink sink = {&heard, on_fact, on_diag, NULL};
    const struct paw_job job = {
        &answering, small_file, 1, 5, {0, UINT64_MAX}, &wanted, &sink,
    };
    struct paw_summary summary;
    struct paw_error err = {0};
    struct paw_nursery *n = start(1);
    assert_int_equal(paw_nursery_run(n, &job, 1, &summary, &stop, &err), PAW_E_INTERRUPTED);
    paw_nursery_stop(n);
    assert_true(heard.reader > 0);
    assert_true(is_gone(heard.reader));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie of ours */
}

static enum paw_status pass_on(void *self, const struct paw_fact *f)
{
    const pid_t pid = (pid_t)f->record_id;
    return write(*(const int *)self, &pid, sizeof(pid)) == sizeof(pid) ? PAW_OK : PAW_E_OUTPUT;
}

/* The scan is killed in the middle: a process that loops for a minute must not survive it. */
static void readers_end_with_the_scan(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t scan = fork();
    if (scan == 0) {
        const struct paw_worker_limits patient = {MEMORY, 60000, 60000, 1 << 20, 1, false};
        const struct paw_sink sink = {&ends[1], pass_on, on_diag, NULL};
        const struct paw_job job = {
            &answering, small_file, 1, 5, {0, UINT64_MAX}, &wanted, &sink,
        };
        struct paw_nursery *n = NULL;
        struct paw_summary summary;
        if (paw_nursery_start(readers, PAW_COUNT_OF(readers), &patient, 1, &n, NULL) != PAW_OK)
            _exit(1);
        _exit((int)paw_nursery_run(n, &job, 1, &summary, NULL, NULL) & 1);
    }
    pid_t reader = 0;
    assert_int_equal(read(ends[0], &reader, sizeof(reader)), (int)sizeof(reader));
    assert_false(is_gone(reader));
    assert_int_equal(kill(scan, SIGKILL), 0);
    assert_int_equal(waitpid(scan, NULL, 0), scan);
    assert_true(goes_soon(reader));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static enum paw_status refuse(void *self, const struct paw_fact *f)
{
    (void)self;
    (void)f;
    return PAW_E_OUTPUT;
}

static void a_sink_that_fails_stops_all(void **state)
{
    (void)state;
    struct heard heard = {0};
    const struct paw_sink sink = {&heard, refuse, on_diag, NULL};
    const struct paw_job jobs[] = {{&good, small_file, 1, 5, {0, UINT64_MAX}, &wanted, &sink},
                                   {&looping, small_file, 2, 5, {0, UINT64_MAX}, &wanted, &sink}};
    struct paw_summary summaries[2];
    struct paw_error err = {0};
    struct paw_nursery *n = start(2);
    assert_int_equal(paw_nursery_run(n, jobs, 2, summaries, NULL, &err), PAW_E_OUTPUT);
    assert_int_equal(paw_nursery_run(n, jobs, 0, summaries, NULL, &err), PAW_OK); /* still there */
    paw_nursery_stop(n);
    paw_nursery_stop(NULL);
}

static void unknown_readers_are_refused(void **state)
{
    (void)state;
    static const struct paw_reader other = {"other", PAW_EVIDENCE_EVTX, true, extract_echo};
    struct heard heard = {0};
    const struct paw_sink sink = {&heard, on_fact, on_diag, NULL};
    const struct paw_job job = {&other, small_file, 1, 5, {0, UINT64_MAX}, &wanted, &sink};
    struct paw_summary summary;
    struct paw_error err = {0};
    struct paw_nursery *n = start(1);
    assert_int_equal(paw_nursery_run(n, &job, 1, &summary, NULL, &err), PAW_E_USAGE);
    paw_nursery_stop(n);
}

static int make_files(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/catspaw-worker-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(small_file, sizeof(small_file), "%s/small", folder);
    (void)snprintf(big_file, sizeof(big_file), "%s/big", folder);
    FILE *f = fopen(small_file, "wb");
    if (f == NULL || fputs("12345", f) < 0 || fclose(f) != 0)
        return -1;
    f = fopen(big_file, "wb");
    return f == NULL || fclose(f) != 0 || truncate(big_file, BIG) != 0 ? -1 : 0;
}

static int remove_files(void **state)
{
    (void)state;
    return unlink(small_file) | unlink(big_file) | rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ends_in_its_diagnostic),
        cmocka_unit_test(an_interruption_ends_the_readers),
        cmocka_unit_test(readers_end_with_the_scan),
        cmocka_unit_test(a_sink_that_fails_stops_all),
        cmocka_unit_test(unknown_readers_are_refused),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
