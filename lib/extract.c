/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the evidence: our own readers part by part in threads, the others file by file in
 * processes of their own. The second extraction reads only parts that hold what it asks for.
 */
#include "scan.h"

#include <stdlib.h>

#include "core/os.h"
#include "core/shared.h"
#include "evidence/reading.h"
#include "evidence/worker_crew.h"

enum { SLOWEST_TICK_MS = 100 };

/* Answers ---------------------------------------------------------------------------------------
 */

struct feed {
    struct paw_scan_state *s;
    const struct paw_wanted *wanted;
    struct paw_sink sink;
    void *self;
    enum paw_status (*fact)(void *self, const struct paw_fact *fact);
    bool again; /* second extraction */
    uint64_t last_tick;

    /* which part of which log is next */
    size_t source, end; /* end: no file from here on */
    size_t part;        /* second extraction: number of the next one */
    struct paw_source *open;
    struct paw_range range;
    struct paw_shared *shared; /* of the parts of one file, which is: */
    size_t shares;
    bool *has_begun; /* by source: for the progress */
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
    return paw_scan_add_diag(f->s, diag);
}

static void tick(const struct feed *f)
{
    paw_scan_tick(f->s, f->again ? "reading effects" : "reading");
}

static enum paw_status feed_progress(void *self, uint64_t item)
{
    struct feed *f = self;
    (void)item;
    const uint64_t now = paw_os_monotonic_ms();
    if (now - f->last_tick >= SLOWEST_TICK_MS) {
        f->last_tick = now;
        tick(f);
    }
    return PAW_OK;
}

/* Which files -----------------------------------------------------------------------------------
 */

static const struct paw_reader *reader_of(const struct feed *f, size_t i)
{
    return paw_reader_of(f->s->inventory.files[i].evidence, f->s->o);
}

static bool needs_reading(const struct feed *f, size_t i)
{
    const struct paw_scan_state *s = f->s;
    const struct paw_file *file = &s->inventory.files[i];
    if (s->only != UINT32_MAX && i != s->only)
        return false;
    if (file->sys != 0 || file->copy_of != UINT32_MAX || reader_of(f, i) == NULL)
        return false;
    return !f->again || (paw_scan_has_records(file->evidence, s->o) &&
                         (s->summaries[i].kinds & f->wanted->kinds) != 0);
}

static struct paw_job job_of(const struct feed *f, size_t i)
{
    const struct paw_file *file = &f->s->inventory.files[i];
    struct paw_job job = {
        .reader = reader_of(f, i),
        .path = file->path,
        .number = (uint32_t)i,
        .size = file->size,
        .range = {.to = UINT64_MAX},
        .wanted = f->wanted,
        .sink = &f->sink,
    };
    for (size_t k = 0; k < PAW_COUNT_OF(file->logs); k++)
        if (file->logs[k] != UINT32_MAX)
            job.beside[k] = f->s->inventory.files[file->logs[k]].path;
    return job;
}

/* Bytes of the file that a part is. */
static uint64_t bytes_of(const struct feed *f, size_t source, struct paw_range range)
{
    const uint64_t size = f->s->inventory.files[source].size;
    const uint64_t begin = range.from == 0 ? 0 : range.begin;
    const uint64_t end = range.to == UINT64_MAX || range.end > size ? size : range.end;
    return end > begin ? end - begin : 0;
}

/* Whether the second extraction reads a part. */
static bool is_wanted(const struct feed *f, const struct paw_scan_part *p)
{
    return (p->kinds & f->wanted->kinds) != 0 && (p->marks.n == 0 || p->marks.has_any);
}

/* A file is begun. */
static void count_file(const struct feed *f, size_t source, uint64_t *n)
{
    *n += !f->has_begun[source];
    f->has_begun[source] = true;
}

/* What there is to read. */
static void expect(const struct feed *f)
{
    struct paw_scan_state *s = f->s;
    struct paw_progress *p = &s->progress;
    p->files = p->all_files = p->bytes = p->all_bytes = 0;
    for (size_t i = 0; i < s->inventory.n_files; i++) {
        if (!needs_reading(f, i) || (f->again && !reader_of(f, i)->needs_child))
            continue;
        count_file(f, i, &p->all_files);
        p->all_bytes += s->inventory.files[i].size;
    }
    for (size_t i = 0; f->again && i < s->parts.n; i++) {
        const struct paw_scan_part *part = paw_vec_at(&s->parts, i);
        if (!is_wanted(f, part))
            continue;
        count_file(f, part->source, &p->all_files);
        p->all_bytes += bytes_of(f, part->source, part->range);
    }
    memset(f->has_begun, 0, s->inventory.n_files * sizeof(*f->has_begun));
}

/* Threads ---------------------------------------------------------------------------------------
 */

/* Opens the next file that a thread is to read; only to part it, so what is wrong with it is left
 * to who reads it. */
static bool open_next(struct feed *f)
{
    while (f->source < f->end &&
           (!needs_reading(f, f->source) || reader_of(f, f->source)->needs_child))
        f->source++;
    if (f->source == f->end)
        return false;
    struct paw_error ignored;
    f->range = (struct paw_range){0};
    if (paw_source_open(f->s->inventory.files[f->source].path, &f->open, &ignored) != PAW_OK)
        f->open = NULL;
    return true;
}

/* The part that follows, or the rest where that cannot be told. */
static struct paw_range next_part(struct feed *f, const struct paw_reader *reader)
{
    const struct paw_range rest = {.from = f->range.to, .to = UINT64_MAX, .begin = f->range.end};
    struct paw_error ignored;
    if (f->open == NULL || reader->next_part == NULL ||
        reader->next_part(f->open, &f->range, &ignored) != PAW_OK)
        return rest;
    /* a file of one part is read whole */
    return rest.begin == 0 && f->range.to == UINT64_MAX ? rest : f->range;
}

static enum paw_status next_first(struct feed *f, struct paw_job *ret)
{
    if (f->range.to == 0 && !open_next(f))
        return PAW_END;
    *ret = job_of(f, f->source);
    ret->range = next_part(f, ret->reader);
    if (ret->range.to == UINT64_MAX) {
        paw_source_close(f->open);
        f->open = NULL;
        f->range = (struct paw_range){0};
        f->source++;
    }
    return PAW_OK;
}

static enum paw_status next_second(struct feed *f, struct paw_job *ret)
{
    for (; f->part < f->s->parts.n; f->part++) {
        const struct paw_scan_part *p = paw_vec_at(&f->s->parts, f->part);
        if (!is_wanted(f, p))
            continue;
        *ret = job_of(f, p->source);
        ret->range = p->range;
        ret->marked = &p->marks;
        f->part++;
        return PAW_OK;
    }
    return PAW_END;
}

/* What the parts of one file share; those of a file mostly follow one another. */
static void share(struct feed *f, struct paw_job *job)
{
    if (f->shared == NULL || f->shares != job->number) {
        paw_shared_drop(f->shared);
        f->shared = paw_shared_new();
        f->shares = job->number;
    }
    paw_shared_hold(f->shared);
    job->shared = f->shared;
}

static enum paw_status next_job(void *self, struct paw_job *ret, struct paw_error *err)
{
    struct feed *f = self;
    (void)err;
    const enum paw_status status = f->again ? next_second(f, ret) : next_first(f, ret);
    if (status != PAW_OK)
        return status;
    count_file(f, ret->number, &f->s->progress.files);
    share(f, ret);
    return PAW_OK;
}

/* A copy while there is room for it; without one the part is read whole. */
static struct paw_marks kept_marks(struct paw_scan_state *s, const struct paw_marks *m)
{
    struct paw_marks kept = *m;
    const size_t n = (m->n + 7) / 8;
    kept.bits = m->is_wanting || n == 0 ? NULL : paw_arena_alloc(&s->marks, n);
    if (kept.bits == NULL)
        return (struct paw_marks){0};
    memcpy(kept.bits, m->bits, n);
    return kept;
}

static enum paw_status part_done(void *self, const struct paw_job *job,
                                 const struct paw_summary *summary)
{
    const struct feed *f = self;
    struct paw_scan_state *s = f->s;
    paw_shared_drop(job->shared);
    s->progress.bytes += bytes_of(f, job->number, job->range);
    s->facts += summary->sieved;
    if (f->again)
        return PAW_OK;
    paw_summary_add(&s->summaries[job->number], summary);
    struct paw_scan_part *part = paw_vec_push(&s->parts);
    if (part == NULL)
        return s->budget.status;
    *part = (struct paw_scan_part){.source = job->number,
                                   .range = job->range,
                                   .kinds = summary->kinds,
                                   .marks = kept_marks(s, job->marking)};
    return PAW_OK;
}

/* What only all parts of a file together say. */
static enum paw_status conclude(struct feed *f, size_t i)
{
    const struct paw_job job = job_of(f, i);
    struct paw_source *source = NULL;
    struct paw_error ignored;
    if (job.reader->conclude == NULL || paw_source_open(job.path, &source, &ignored) != PAW_OK)
        return PAW_OK; /* told by who read it */
    const enum paw_status status =
        job.reader->conclude(source, job.number, job.sink, &f->s->summaries[i], &ignored);
    paw_source_close(source);
    return status == PAW_E_IO ? PAW_OK : status;
}

static enum paw_status conclude_parted(struct feed *f)
{
    enum paw_status status = PAW_OK;
    for (size_t k = 0; k < f->s->parts.n && status >= 0; k++) {
        const struct paw_scan_part *p = paw_vec_at(&f->s->parts, k);
        const bool is_whole = p->range.begin == 0 && p->range.to == UINT64_MAX;
        if (!is_whole && p->range.from == 0 && p->source >= f->source)
            status = conclude(f, p->source);
    }
    return status;
}

/* The files from .. end - 1 that readers of our own read. */
static enum paw_status read_in_threads(struct feed *f, size_t from, size_t end)
{
    const struct paw_crew crew = {
        .threads = f->s->workers,
        .next = next_job,
        .done = part_done,
        .self = f,
        .stop = f->s->o->stop,
        .turns = f->s->turns,
    };
    f->source = from;
    f->end = end;
    f->range = (struct paw_range){0};
    f->part = 0;
    enum paw_status status = paw_crew_run(&crew, f->s->err);
    paw_source_close(f->open);
    f->open = NULL;
    paw_shared_drop(f->shared);
    f->shared = NULL;
    f->source = from;
    if (status >= 0 && !f->again)
        status = conclude_parted(f);
    return status;
}

/* Processes -------------------------------------------------------------------------------------
 */

/* A large hive may be copied whole (with its logs applied): it runs alone, with all the memory that
 * children share. */
static bool runs_alone(const struct paw_scan_state *s, size_t i)
{
    const struct paw_file *f = &s->inventory.files[i];
    return f->evidence == PAW_EVIDENCE_HIVE && f->size > paw_scan_limits(s->o).memory / 4;
}

static enum paw_status run_jobs(struct feed *f, struct paw_job *jobs, size_t n)
{
    struct paw_scan_state *s = f->s;
    struct paw_summary *summaries = calloc(n + 1, sizeof(*summaries));
    enum paw_status status = summaries == NULL ? PAW_E_MEMORY : PAW_OK;
    const size_t busy = n < s->workers ? n : s->workers; /* one of them in our place: we wait */
    for (size_t i = 1; i < busy; i++)
        paw_turn_take(s->turns);
    if (status == PAW_OK && n != 0)
        status = paw_nursery_run(s->nursery, jobs, n, summaries, s->o->stop, s->err);
    for (size_t i = 1; i < busy; i++)
        paw_turn_give(s->turns);
    for (size_t i = 0; summaries != NULL && i < n; i++) {
        if (!f->again)
            s->summaries[jobs[i].number] = summaries[i];
        s->progress.bytes += jobs[i].size;
    }
    s->progress.files += n;
    free(summaries);
    return status;
}

/* The files from .. end - 1 that need a process of their own. */
static enum paw_status read_in_children(struct feed *f, size_t from, size_t end)
{
    struct paw_job *jobs = calloc(end - from + 1, sizeof(*jobs));
    size_t n = 0;
    if (jobs == NULL)
        return PAW_E_MEMORY;
    for (size_t i = from; i < end; i++)
        if (needs_reading(f, i) && reader_of(f, i)->needs_child && !runs_alone(f->s, i))
            jobs[n++] = job_of(f, i);
    enum paw_status status = run_jobs(f, jobs, n);
    free(jobs);
    for (size_t i = from; status == PAW_OK && i < end; i++) {
        if (!needs_reading(f, i) || !reader_of(f, i)->needs_child || !runs_alone(f->s, i))
            continue;
        struct paw_job alone = job_of(f, i);
        alone.memory =
            f->s->o->child_memory != 0 ? f->s->o->child_memory : paw_scan_memory(f->s->o) / 2;
        status = run_jobs(f, &alone, 1);
    }
    return status;
}

static enum paw_status read_files(struct feed *f, size_t from, size_t end)
{
    enum paw_status status = read_in_children(f, from, end);
    if (status == PAW_OK)
        status = read_in_threads(f, from, end);
    return status;
}

enum paw_status paw_scan_extract(struct paw_scan_state *s, const struct paw_wanted *wanted,
                                 enum paw_status (*fact)(void *self, const struct paw_fact *fact),
                                 void *self, bool again)
{
    struct feed f = {.s = s, .wanted = wanted, .self = self, .fact = fact, .again = again};
    const size_t n = s->inventory.n_files;
    enum paw_status status = PAW_OK;
    f.sink = (struct paw_sink){&f, feed_fact, feed_diag, feed_progress};
    f.has_begun = calloc(n + 1, sizeof(*f.has_begun));
    if (f.has_begun == NULL)
        return PAW_E_MEMORY;
    expect(&f);
    if (!s->is_ordered)
        status = read_files(&f, 0, n);
    for (size_t i = 0; s->is_ordered && status == PAW_OK && i < n; i++)
        status = read_files(&f, i, i + 1);
    free(f.has_begun);
    tick(&f);
    return status == PAW_E_INTERRUPTED ? PAW_OK : status;
}
