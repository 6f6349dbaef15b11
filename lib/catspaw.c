/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public door (catspaw.h), and the one place where readers, analyzers and reports meet.
 */
#include <catspaw/behaviour.h>
#include <catspaw/catspaw.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/filetime.h"
#include "core/os.h"
#include "core/str.h"
#include "engine/catalogue_write.h"
#include "parsers/readers.h"
#include "scan.h"

enum { SLOWEST_TICK_MS = 100 };

static const struct paw_reader *const readers[] = {
#ifdef PAW_WITH_LIBYAL
    &paw_reader_libevtx,
    &paw_reader_libregf,
#endif
    NULL,
};

const char *paw_version(void)
{
    return PAW_VERSION;
}

const char *paw_build(void)
{
    return PAW_BUILD;
}

const struct paw_reader *paw_reader_of(enum paw_evidence evidence)
{
    for (size_t i = 0; readers[i] != NULL; i++)
        if (readers[i]->evidence == evidence)
            return readers[i];
    return NULL;
}

static bool is_stopped(const struct paw_scan_state *s)
{
    return s->o->stop != NULL && *s->o->stop;
}

void paw_scan_tick(struct paw_scan_state *s, const char *phase)
{
    s->progress.phase = phase;
    if (s->o->progress != NULL)
        s->o->progress(s->o->self, &s->progress);
}

/* The result -------------------------------------------------------------------------------------
 */

PAW_PRINTF(2, 3) static void say(struct paw_result *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->message, sizeof(r->message), format, args); /* cut is good enough */
    va_end(args);
}

static void fail(struct paw_scan_state *s, enum paw_status status, const char *what)
{
    s->result->exit_code = status == PAW_E_USAGE ? 2 : 5;
    if (s->err != NULL && s->err->what == NULL)
        (void)paw_fail(s->err, status, 0, what);
    if (s->result->message[0] == '\0')
        say(s->result, "%s", what);
}

/* Limits ------------------------------------------------------------------------------------------
 */

static uint64_t memory_of(const struct paw_options *o)
{
    return o->memory != 0 ? o->memory : (uint64_t)DEFAULT_MEMORY_MIB << 20;
}

/* Half of the memory is for children, each at least 16 MiB; fewer run if it does not suffice. */
static unsigned children_of(const struct paw_options *o)
{
    const uint64_t most = memory_of(o) / 2 / ((uint64_t)LEAST_CHILD_MIB << 20);
    const unsigned jobs = o->jobs != 0 ? o->jobs : paw_os_processors();
    return jobs < most ? jobs : (unsigned)most;
}

static struct paw_worker_limits limits_of(const struct paw_options *o)
{
    const uint64_t share = memory_of(o) / 2 / children_of(o);
    return (struct paw_worker_limits){
        .memory = o->child_memory != 0 ? o->child_memory : share,
        .file_cpu_ms = o->child_cpu_ms != 0 ? o->child_cpu_ms : 600000,
        .record_cpu_ms = o->record_cpu_ms != 0 ? o->record_cpu_ms : 2000,
        .answer_bytes = o->child_answer != 0 ? o->child_answer : UINT64_C(1) << 36,
        .restarts = 16,
    };
}

/* Phase 0
 * ------------------------------------------------------------------------------------------ */

static bool inventory_tick(void *self, uint64_t files, uint64_t bytes)
{
    struct paw_scan_state *s = self;
    s->progress.files = files;
    s->progress.bytes = bytes;
    paw_scan_tick(s, "inventory");
    return !is_stopped(s);
}

static enum paw_status add_diag(void *self, const struct paw_diag *diag)
{
    struct paw_scan_state *s = self;
    struct paw_diag *slot = paw_vec_push(&s->diags);
    if (slot == NULL)
        return s->budget.status;
    *slot = *diag;
    return PAW_OK;
}

static enum paw_status take_inventory(struct paw_scan_state *s)
{
    const struct paw_inventory_options options = {
        .no_hash = s->o->no_hash,
        .jobs = s->o->jobs,
        .tick = inventory_tick,
        .self = s,
    };
    enum paw_status status =
        paw_inventory_walk(s->o->paths, s->o->n_paths, &options, &s->inventory, s->err);
    for (size_t i = 0; i < s->inventory.n_diags; i++)
        if (add_diag(s, &s->inventory.diags[i]) != PAW_OK)
            return s->budget.status;
    if (status == PAW_E_INTERRUPTED || status == PAW_E_ABSENT)
        status = PAW_OK; /* what was found so far stands; the exit code says the rest */
    s->result->files = s->inventory.n_files;
    s->progress.all_files = s->inventory.n_files;
    s->progress.all_bytes = s->inventory.bytes;
    s->summaries = calloc(s->inventory.n_files + 1, sizeof(*s->summaries));
    s->sources = calloc(s->inventory.n_files + 1, sizeof(*s->sources));
    if (s->summaries == NULL || s->sources == NULL)
        return PAW_E_MEMORY;
    for (size_t i = 0; i < s->inventory.n_files; i++) {
        const struct paw_file *f = &s->inventory.files[i];
        s->sources[i] = (struct paw_engine_source){f->source, f->root, f->copy_of};
    }
    return status;
}

/* Extraction --------------------------------------------------------------------------------------
 */

struct feed {
    struct paw_scan_state *s;
    void *self;
    enum paw_status (*fact)(void *self, const struct paw_fact *fact);
    bool counts; /* first extraction: records and damage are counted */
    uint64_t done;
    uint64_t last_tick;
};

static enum paw_status feed_fact(void *self, const struct paw_fact *fact)
{
    struct feed *f = self;
    f->s->facts++;
    f->s->progress.records++;
    return f->fact(f->self, fact);
}

static enum paw_status feed_diag(void *self, const struct paw_diag *diag)
{
    const struct feed *f = self;
    return add_diag(f->s, diag);
}

static enum paw_status feed_progress(void *self, uint64_t item)
{
    struct feed *f = self;
    (void)item;
    const uint64_t now = paw_os_monotonic_ms();
    if (now - f->last_tick >= SLOWEST_TICK_MS) {
        f->last_tick = now;
        paw_scan_tick(f->s, f->counts ? "reading" : "reading effects");
    }
    return PAW_OK;
}

static bool needs_reading(const struct paw_scan_state *s, size_t i, const struct paw_wanted *wanted,
                          bool again)
{
    const struct paw_file *f = &s->inventory.files[i];
    if (f->sys != 0 || f->copy_of != UINT32_MAX || paw_reader_of(f->evidence) == NULL)
        return false;
    return !again ||
           (f->evidence == PAW_EVIDENCE_EVTX && (s->summaries[i].kinds & wanted->kinds) != 0);
}

static void job_done(void *self, size_t job, const struct paw_summary *summary)
{
    struct feed *f = self;
    (void)job;
    (void)summary;
    f->s->progress.files = ++f->done;
    paw_scan_tick(f->s, f->counts ? "reading" : "reading effects");
}

enum paw_status paw_scan_extract(struct paw_scan_state *s, const struct paw_wanted *wanted,
                                 enum paw_status (*fact)(void *self, const struct paw_fact *fact),
                                 void *self, bool again)
{
    struct feed feed = {.s = s, .self = self, .fact = fact, .counts = !again};
    const struct paw_sink sink = {&feed, feed_fact, feed_diag, feed_progress};
    struct paw_job *jobs = calloc(s->inventory.n_files + 1, sizeof(*jobs));
    struct paw_summary *summaries = calloc(s->inventory.n_files + 1, sizeof(*summaries));
    size_t n = 0;
    enum paw_status status = jobs == NULL || summaries == NULL ? PAW_E_MEMORY : PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < s->inventory.n_files; i++) {
        const struct paw_file *f = &s->inventory.files[i];
        if (!needs_reading(s, i, wanted, again))
            continue;
        jobs[n++] = (struct paw_job){
            .reader = paw_reader_of(f->evidence),
            .path = f->path,
            .number = (uint32_t)i,
            .size = f->size,
            .range = {0, UINT64_MAX},
            .wanted = wanted,
            .sink = &sink,
        };
    }
    s->progress.files = 0;
    s->progress.all_files = n;
    if (status == PAW_OK && n != 0)
        status = paw_nursery_run(s->nursery, jobs, n, summaries, s->o->stop, s->err);
    for (size_t i = 0; !again && i < n; i++)
        s->summaries[jobs[i].number] = summaries[i];
    (void)job_done;
    free(jobs);
    free(summaries);
    return status == PAW_E_INTERRUPTED ? PAW_OK : status;
}
