/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public door (catspaw.h), and the one place where readers, analyzers and reports meet.
 */
#include <catspaw/behaviour.h>
#include <catspaw/catspaw.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filetime.h"
#include "core/os.h"
#include "core/str.h"
#include "engine/catalogue_write.h"
#include "parsers/readers.h"
#include "scan.h"

#define LEDGER_NAME "run.json"

/* Of several for one kind of evidence, the first is taken where nobody says which. */
static const struct paw_reader *const readers[] = {
    &paw_reader_evtx,
    &paw_reader_carve,
    &paw_reader_hive,
#ifdef PAW_WITH_LIBYAL
    &paw_reader_libevtx,
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

const struct paw_reader *paw_reader_of(enum paw_evidence evidence, const struct paw_options *o)
{
    const struct paw_reader *first = NULL;
    if (evidence == PAW_EVIDENCE_UNKNOWN && !o->carve)
        return NULL;
    for (size_t i = 0; readers[i] != NULL; i++) {
        if (readers[i]->evidence != evidence)
            continue;
        if (o->reader != NULL && strcmp(readers[i]->name, o->reader) == 0)
            return readers[i];
        first = first == NULL ? readers[i] : first;
    }
    return first;
}

/* Whether there is a choice of logs' readers of that name. */
static bool has_reader(const char *name)
{
    for (size_t i = 0; readers[i] != NULL; i++)
        if (readers[i]->evidence == PAW_EVIDENCE_EVTX && strcmp(readers[i]->name, name) == 0)
            return true;
    return false;
}

void paw_scan_tick(struct paw_scan_state *s, const char *phase)
{
    s->progress.phase = phase;
    if (s->o->progress != NULL)
        s->o->progress(s->o->self, &s->progress);
}

/* The result ------------------------------------------------------------------------------------
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
    if (s->result->message[0] != '\0')
        return;
    const int sys = s->err != NULL ? s->err->sys : 0;
    say(s->result, "%s%s%s", what, sys == 0 ? "" : ": ", sys == 0 ? "" : strerror(sys));
}

/* Limits ----------------------------------------------------------------------------------------
 */

uint64_t paw_scan_memory(const struct paw_options *o)
{
    return o->memory != 0 ? o->memory : (uint64_t)DEFAULT_MEMORY_MIB << 20;
}

/* Half of the memory is for readers, each at least 16 MiB; fewer run if it does not suffice. */
unsigned paw_scan_workers(const struct paw_options *o)
{
    const uint64_t most = paw_scan_memory(o) / 2 / ((uint64_t)LEAST_CHILD_MIB << 20);
    const unsigned jobs = o->jobs != 0 ? o->jobs : paw_os_processors();
    return jobs < most ? jobs : (unsigned)most;
}

struct paw_worker_limits paw_scan_limits(const struct paw_options *o)
{
    const uint64_t share = paw_scan_memory(o) / 2 / paw_scan_workers(o);
    return (struct paw_worker_limits){
        .memory = o->child_memory != 0 ? o->child_memory : share,
        .file_cpu_ms = o->child_cpu_ms != 0 ? o->child_cpu_ms : 600000,
        .record_cpu_ms = o->record_cpu_ms != 0 ? o->record_cpu_ms : 2000,
        .answer_bytes = o->child_answer, /* 0: by the size of the file */
        .restarts = 16,
        .stale_ms = 120000,
        .poll_memory = paw_os_is_checked(),
    };
}

/* Phase 0 ---------------------------------------------------------------------------------------
 */

static bool inventory_tick(void *self, uint64_t files, uint64_t bytes)
{
    struct paw_scan_state *s = self;
    s->progress.files = files;
    s->progress.bytes = bytes;
    paw_scan_tick(s, "inventory");
    return !paw_scan_is_stopped(s);
}

enum paw_status paw_scan_add_diag(void *self, const struct paw_diag *diag)
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
        if (paw_scan_add_diag(s, &s->inventory.diags[i]) != PAW_OK)
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
        s->sources[i] = (struct paw_engine_source){f->source, f->root, f->root_id, f->copy_of};
    }
    return status;
}

/* Writing ---------------------------------------------------------------------------------------
 */

/* Of the i-th finding, or NULL. */
static const struct paw_suppression *suppression_of(const struct paw_scan_state *s, size_t i)
{
    const struct paw_suppress_result *r = &s->suppressed;
    return r->by == NULL || r->by[i] == 0 ? NULL : &r->entries[r->by[i] - 1];
}

static enum paw_status write_finding(const struct paw_writer *w, void *state,
                                     const struct paw_report_context *context,
                                     const struct paw_finding *f, const struct paw_suppression *by,
                                     struct paw_out *out)
{
    if (by == NULL)
        return w->item(state, context, f, out);
    struct paw_finding shown = *f;
    shown.suppressed_by = by;
    return w->item(state, context, &shown, out);
}

static enum paw_status write_timeline(const struct paw_scan_state *s, const struct paw_writer *w,
                                      const struct paw_ledger *l, struct paw_out *out)
{
    const struct paw_report_context context = {.ledger = l};
    void *state = calloc(1, w->state_size == 0 ? 1 : w->state_size);
    size_t n = 0;
    const struct paw_finding *const *findings = paw_engine_findings(s->engine, &n);
    if (state == NULL)
        return PAW_E_MEMORY;
    enum paw_status status = w->begin(state, &context, out);
    for (size_t i = 0; status == PAW_OK && i < n; i++)
        if (!w->is_parted || suppression_of(s, i) == NULL)
            status = write_finding(w, state, &context, findings[i], suppression_of(s, i), out);
    for (size_t i = 0; status == PAW_OK && w->is_parted && i < n; i++)
        if (suppression_of(s, i) != NULL)
            status = write_finding(w, state, &context, findings[i], suppression_of(s, i), out);
    if (status == PAW_OK)
        status = w->end(state, &context, out);
    free(state);
    return status;
}

static uint32_t format_bit(const struct paw_writer *w)
{
    return strcmp(w->name, "csv") == 0    ? PAW_CSV
           : strcmp(w->name, "html") == 0 ? PAW_HTML
                                          : PAW_JSONL;
}

static enum paw_status write_file(struct paw_scan_state *s, const struct paw_writer *w,
                                  const struct paw_ledger *l)
{
    struct paw_os_output output;
    const char *name = w == NULL ? LEDGER_NAME : w->file_name;
    enum paw_status status = paw_os_output_begin(&output, s->o->out_dir, name, s->err);
    if (status != PAW_OK)
        return status;
    struct paw_out out = paw_out_fd(&output.fd);
    errno = 0;
    status = w == NULL ? paw_ledger_write(l, &out) : write_timeline(s, w, l, &out);
    if (status == PAW_OK)
        return paw_os_output_commit(&output, s->err);
    const int sys = status == PAW_E_OUTPUT ? errno : 0;
    paw_os_output_abort(&output);
    return paw_fail_sys(s->err, status, sys, "writing a report");
}

static enum paw_status write_stream(struct paw_scan_state *s, const struct paw_writer *w,
                                    const struct paw_ledger *l)
{
    struct paw_out out = paw_out_fd(&s->o->out_fd);
    errno = 0;
    const enum paw_status status =
        w == NULL ? paw_ledger_write(l, &out) : write_timeline(s, w, l, &out);
    const int sys = status == PAW_E_OUTPUT ? errno : 0;
    return status == PAW_OK ? PAW_OK
                            : paw_fail_sys(s->err, status, sys, "writing to standard output");
}

enum paw_status paw_scan_write(struct paw_scan_state *s, const struct paw_ledger *l)
{
    const bool to_folder = s->o->out_fd < 0;
    const uint32_t all = to_folder ? PAW_JSONL | PAW_CSV | PAW_HTML | PAW_RUN : PAW_JSONL;
    const uint32_t formats = s->o->formats != 0 ? s->o->formats : all;
    enum paw_status status = PAW_OK;
    /* The ledger always, and last: it says that the rest is whole. So an older one goes first. */
    if (to_folder)
        status = paw_os_output_remove(s->o->out_dir, LEDGER_NAME, s->err);
    for (size_t i = 0; status == PAW_OK && paw_writers[i] != NULL && s->engine != NULL; i++) {
        const struct paw_writer *w = paw_writers[i];
        if ((formats & format_bit(w)) != 0)
            status = to_folder ? write_file(s, w, l) : write_stream(s, w, l);
    }
    if (status == PAW_OK && to_folder)
        status = write_file(s, NULL, l);
    else if (status == PAW_OK && (formats & PAW_RUN) != 0)
        status = write_stream(s, NULL, l);
    return status;
}

/* Exit codes ------------------------------------------------------------------------------------
 */

static bool is_anything_read(const struct paw_scan_state *s)
{
    for (size_t i = 0; i < s->inventory.n_files; i++) {
        const struct paw_file *f = &s->inventory.files[i];
        const bool known = paw_reader_of(f->evidence, s->o) != NULL && f->sys == 0;
        const size_t read = f->copy_of == UINT32_MAX ? i : f->copy_of; /* a copy's own is empty */
        if (known && s->summaries[read].refused == 0)
            return true;
    }
    return false;
}

static void count_damage(struct paw_scan_state *s, bool *is_damaged)
{
    *is_damaged = false;
    for (size_t i = 0; i < s->diags.n; i++) {
        const struct paw_diag *d = paw_vec_at(&s->diags, i);
        *is_damaged |= paw_diag_is_damage(d->code);
    }
    for (size_t i = 0; i < s->inventory.n_files; i++) {
        const enum paw_evidence kind = s->inventory.files[i].evidence;
        s->result->unknown_files += kind == PAW_EVIDENCE_UNKNOWN;
        s->result->records += s->summaries[i].read + s->summaries[i].recovered;
        s->result->damaged += s->summaries[i].damaged;
    }
}

static const char *first_absent(const struct paw_scan_state *s)
{
    for (size_t i = 0; i < s->o->n_paths; i++)
        if (!paw_os_is_there(s->o->paths[i]))
            return s->o->paths[i];
    return s->o->paths[0];
}

static void settle(struct paw_scan_state *s)
{
    bool is_damaged = false;
    struct paw_result *r = s->result;
    size_t n = 0;
    if (s->summaries == NULL)
        return;
    count_damage(s, &is_damaged);
    if (s->engine != NULL) {
        const struct paw_finding *const *f = paw_engine_findings(s->engine, &n);
        for (size_t i = 0; i < n; i++)
            r->by_severity[f[i]->severity]++;
    }
    for (size_t i = 0; i < PAW_COUNT_OF(r->by_severity); i++) {
        r->suppressed_by_severity[i] = s->suppressed.told.by_severity[i];
        r->by_severity[i] -= r->suppressed_by_severity[i];
    }
    r->suppressed = s->suppressed.told.findings;
    r->findings = n - r->suppressed;
    bool is_failed_on = false;
    for (size_t i = s->o->fail_on; s->o->fail_on != PAW_NO_SEVERITY && i <= PAW_CRITICAL; i++)
        is_failed_on |= r->by_severity[i] != 0;
    if (r->is_partial) {
        r->exit_code = 130;
        say(r, "interrupted: %s",
            s->engine != NULL ? "the report holds what was found so far"
                              : "nothing was read yet, and there is no report");
    } else if (!is_anything_read(s)) {
        r->exit_code = 4;
        if (s->inventory.n_absent != 0)
            say(r, "nothing was read: '%.300s' does not exist", first_absent(s));
        else if (s->inventory.n_files == 0)
            say(r, "nothing was read: no files in '%.300s'%s", s->o->paths[0],
                is_damaged ? ", and not all of it could be opened" : "");
        else
            say(r, "nothing was read: no readable event log%s among %llu files%s",
                s->o->is_full || s->o->is_xml ? "" : " or registry hive",
                (unsigned long long)s->inventory.n_files,
                r->unknown_files != 0 && !s->o->carve ? " (--carve searches any file)" : "");
    } else if (is_damaged) {
        r->exit_code = 3;
        say(r, "some evidence was damaged, unreadable or only partly understood: %s",
            s->engine != NULL ? "see run.json" : "the run.json of a scan says where");
    } else {
        r->exit_code = is_failed_on ? 1 : 0;
    }
}

/* A scan ----------------------------------------------------------------------------------------
 */

/* Which findings are suppressed, on the day that is asked for, or today. */
static enum paw_status suppress(struct paw_scan_state *s)
{
    char today[PAW_SUPPRESS_DAY];
    size_t n = 0;
    if (s->o->suppress == NULL)
        return PAW_OK;
    paw_day_ahead(0, today);
    const struct paw_finding *const *findings = paw_engine_findings(s->engine, &n);
    return paw_suppress_apply(s->o->suppress, findings, n,
                              s->o->as_of != NULL ? s->o->as_of : today, &s->kept, &s->suppressed);
}

static enum paw_status check_options(struct paw_scan_state *s)
{
    const struct paw_options *o = s->o;
    bool is_there = false, is_empty = true;
    if (o->n_paths == 0)
        return paw_fail(s->err, PAW_E_USAGE, 0, "no evidence was named");
    if (paw_scan_memory(o) < (uint64_t)LEAST_MEMORY_MIB << 20)
        return paw_fail(s->err, PAW_E_USAGE, 0, "at least 64 MiB of memory are needed");
    if (o->temp_dir != NULL && !paw_os_can_write_in(o->temp_dir))
        return paw_fail_sys(s->err, PAW_E_USAGE, errno, "the folder for temporary files");
    if (o->reader != NULL && !has_reader(o->reader))
        return paw_fail(s->err, PAW_E_USAGE, 0, "there is no such reader in this build");
    if (o->as_of != NULL && !paw_is_day(o->as_of))
        return paw_fail(s->err, PAW_E_USAGE, 0, "a day is written like 2026-12-31");
    if (o->out_dir == NULL || o->out_fd >= 0)
        return PAW_OK;
    const enum paw_status status = paw_os_folder_is_empty(o->out_dir, &is_there, &is_empty, s->err);
    if (status != PAW_OK)
        return status;
    return is_empty || o->force
               ? PAW_OK
               : paw_fail(s->err, PAW_E_USAGE, 0, "the output folder is not empty (--force)");
}

static enum paw_status begin(struct paw_scan_state *s)
{
    enum paw_status status = check_options(s);
    if (status != PAW_OK)
        return status;
    const struct paw_worker_limits limits = paw_scan_limits(s->o);
    size_t n = 0;
    while (readers[n] != NULL)
        n++;
    s->workers = s->is_ordered ? 1 : paw_scan_workers(s->o);
    status = paw_nursery_start(readers, n, &limits, s->workers, &s->nursery, s->err);
    if (status != PAW_OK)
        return status;
    s->budget.limit =
        (size_t)(paw_scan_memory(s->o) / 4); /* the rest of the half: judging and writing */
    s->budget.temp_dir = s->o->temp_dir;
    if (s->budget.temp_dir == NULL && s->o->out_fd >= 0)
        s->budget.temp_dir = paw_os_temp_folder(); /* else the output folder, once it is made */
    paw_arena_init(&s->kept, SIZE_MAX);
    paw_arena_init(&s->marks, (size_t)(paw_scan_memory(s->o) / MARKS_SHARE));
    paw_vec_init(&s->diags, &s->budget, sizeof(struct paw_diag));
    paw_vec_init(&s->parts, &s->budget, sizeof(struct paw_scan_part));
    s->has_vecs = true;
    return PAW_OK;
}

/* The output folder is made only when there is something to report: a scan that read nothing leaves
 * nothing that looks like "nothing found". */
static enum paw_status make_folder(struct paw_scan_state *s)
{
    if (s->o->out_fd >= 0)
        return PAW_OK;
    const enum paw_status status = paw_os_make_folder(s->o->out_dir, s->err);
    if (status == PAW_OK && s->budget.temp_dir == NULL)
        s->budget.temp_dir = s->o->out_dir;
    return status;
}

static bool has_readable(const struct paw_scan_state *s)
{
    for (size_t i = 0; i < s->inventory.n_files; i++)
        if (s->inventory.files[i].sys == 0 &&
            paw_reader_of(s->inventory.files[i].evidence, s->o) != NULL)
            return true;
    return false;
}

static enum paw_status engine_take(void *self, const struct paw_fact *fact)
{
    return paw_engine_take(self, fact);
}

static enum paw_status engine_take_effect(void *self, const struct paw_fact *fact)
{
    return paw_engine_take_effect(self, fact);
}

static void judge_tick(void *self, uint64_t done, uint64_t all, uint64_t findings)
{
    struct paw_scan_state *s = self;
    s->progress.files = done;
    s->progress.all_files = all;
    s->progress.findings = findings;
    paw_scan_tick(s, "judging");
}

static enum paw_status analyse(struct paw_scan_state *s)
{
    const struct paw_engine_options options = {
        .catalogue = s->catalogue,
        .budget = &s->budget,
        .sources = s->sources,
        .n_sources = s->inventory.n_files,
        .site = s->o->site,
        .stop = NULL, /* what was read is judged whole, also after an interruption */
    };
    enum paw_status status = paw_engine_new(&options, &s->engine);
    struct paw_wanted wanted = {
        .values = paw_catalogue_values(s->catalogue),
        .events = paw_catalogue_events(s->catalogue),
        .no_checksums = s->o->no_checksums,
    };
    if (status != PAW_OK)
        return status;
    struct paw_wanted later = wanted;
    later.kinds = paw_engine_second_kinds(s->engine);
    wanted.later = &later;
    wanted.kinds = paw_engine_first_kinds(s->engine);
    status = paw_scan_extract(s, &wanted, engine_take, s->engine, false);
    if (status != PAW_OK)
        return status;
    paw_scan_tick(s, "resolving");
    status = paw_engine_resolve(s->engine);
    if (status != PAW_OK)
        return status;
    struct paw_sieve sieve;
    paw_engine_sieve(s->engine, &sieve);
    later.sieve = &sieve;
    later.no_checksums = true; /* what is wrong with them was told by the first extraction */
    if (!paw_scan_is_stopped(s))
        status = paw_scan_extract(s, &later, engine_take_effect, s->engine, true);
    s->result->is_partial = paw_scan_is_stopped(s);
    if (status == PAW_OK)
        status = paw_engine_judge(s->engine, judge_tick, s);
    const uint64_t left = paw_engine_unjudged(s->engine);
    const struct paw_diag diag = {
        .code = PAW_D_EXECUTION_UNJUDGED, .source = UINT32_MAX, .count = left};
    return status == PAW_OK && left != 0 ? paw_scan_add_diag(s, &diag) : status;
}

static bool hashing_tick(void *self, uint64_t files, uint64_t bytes)
{
    struct paw_scan_state *s = self;
    (void)files;
    (void)bytes; /* of those that waited: the reading has told of all */
    paw_scan_tick(s, "hashing");
    return !paw_scan_is_stopped(s);
}

/* What was not hashed when somebody interrupted stays without. */
static enum paw_status end_hashing(struct paw_scan_state *s)
{
    if (s->hashing == NULL)
        return PAW_OK;
    const enum paw_status status = paw_hashing_end(s->hashing, hashing_tick, paw_scan_add_diag, s);
    s->result->is_partial = paw_scan_is_stopped(s);
    return status == PAW_E_INTERRUPTED ? PAW_OK : status;
}

/* Hashing goes on beside the reading; no more are busy than --jobs says, the main thread with them.
 */
static enum paw_status begin_hashing(struct paw_scan_state *s)
{
    const unsigned jobs = s->o->jobs != 0 ? s->o->jobs : paw_os_processors();
    if (!paw_turns_init(&s->own_turns, jobs - 1))
        return PAW_E_MEMORY;
    s->turns = &s->own_turns;
    return paw_hashing_begin(&s->inventory, jobs, s->turns, &s->hashing);
}

static enum paw_status scan(struct paw_scan_state *s)
{
    struct paw_ledger ledger = {0};
    const uint64_t started = paw_os_now();
    enum paw_status status = begin(s);
    if (status == PAW_OK)
        status = paw_catalogue_new(paw_analyzers, &s->catalogue);
    if (status == PAW_OK)
        status = take_inventory(s);
    if (status != PAW_OK)
        return status;
    s->result->is_partial = paw_scan_is_stopped(s);
    if (!has_readable(s)) {
        settle(s);
        return PAW_OK;
    }
    status = make_folder(s);
    if (status == PAW_OK && !s->o->no_hash)
        status = begin_hashing(s);
    if (status == PAW_OK)
        status = analyse(s);
    if (status == PAW_OK)
        status = suppress(s);
    if (status == PAW_OK)
        status = end_hashing(s);
    if (status != PAW_OK)
        return status;
    settle(s);
    if (s->result->exit_code == 4) { /* nothing that looks like "nothing found" stays */
        if (s->o->out_fd < 0)
            paw_os_drop_folder(s->o->out_dir);
        return PAW_OK;
    }
    paw_scan_tick(s, "writing");
    status = paw_scan_ledger(s, &s->kept, &ledger);
    ledger.started = started;
    ledger.ended = paw_os_now();
    ledger.exit_code = s->result->exit_code;
    if (status == PAW_OK)
        status = paw_scan_write(s, &ledger);
    s->result->has_report = status == PAW_OK;
    return status;
}

static void finish(struct paw_scan_state *s)
{
    paw_hashing_free(s->hashing);
    if (s->turns != NULL)
        paw_turns_finish(s->turns);
    paw_engine_free(s->engine);
    paw_catalogue_free(s->catalogue);
    paw_nursery_stop(s->nursery);
    if (s->has_vecs) {
        paw_vec_finish(&s->diags);
        paw_vec_finish(&s->parts);
    }
    paw_inventory_finish(&s->inventory);
    paw_arena_finish(&s->kept);
    paw_arena_finish(&s->marks);
    free(s->summaries);
    free(s->sources);
}

void paw_scan(const struct paw_options *o, struct paw_result *ret, struct paw_error *err)
{
    struct paw_error own = {0};
    struct paw_scan_state s = {
        .o = o, .result = ret, .err = err != NULL ? err : &own, .only = UINT32_MAX};
    *ret = (struct paw_result){0};
    *s.err = (struct paw_error){0};
    const enum paw_status status = scan(&s);
    if (status != PAW_OK)
        fail(&s, status, s.err->what != NULL ? s.err->what : "out of memory or disk space");
    finish(&s);
}

/* Events ----------------------------------------------------------------------------------------
 */

struct events {
    struct paw_scan_state *s;
    struct paw_report_context context;
    struct paw_out out;
    struct paw_cited_record cited; /* source absent: all are asked for */
    uint64_t shown;
};

/* The file that is read for a source: itself, or the one of equal content. */
static uint32_t source_number(const struct paw_scan_state *s, paw_str name)
{
    for (size_t i = 0; i < s->inventory.n_files; i++)
        if (paw_str_equal(s->inventory.files[i].source, name)) {
            const uint32_t copy = s->inventory.files[i].copy_of;
            return copy == UINT32_MAX ? (uint32_t)i : copy;
        }
    return UINT32_MAX;
}

static enum paw_status print_fact(void *self, const struct paw_fact *fact)
{
    struct events *e = self;
    const struct paw_cited_record *c = &e->cited;
    if (c->source.p != NULL && (c->by_offset ? fact->origin.offset : fact->record_id) != c->number)
        return PAW_OK;
    e->shown++;
    return paw_fact_write(fact, &e->context, &e->out);
}

static enum paw_status print_cited(struct paw_scan_state *s, struct events *e,
                                   const struct paw_wanted *wanted)
{
    s->only = source_number(s, e->cited.source);
    if (s->only == UINT32_MAX)
        return paw_fail(s->err, PAW_E_USAGE, 0, "no such source in the evidence");
    if (paw_scan_has_records(s->inventory.files[s->only].evidence, s->o))
        return paw_scan_render(s, &e->cited);
    if (s->o->is_xml)
        return paw_fail(s->err, PAW_E_USAGE, 0, "what a hive holds is no XML");
    const enum paw_status status = paw_scan_extract(s, wanted, print_fact, e, false);
    if (status == PAW_OK && e->shown == 0)
        return paw_fail(s->err, PAW_E_USAGE, 0, "no such record in that source");
    return status;
}

static enum paw_status print_events(struct paw_scan_state *s)
{
    struct paw_ledger ledger = {0};
    s->is_ordered = true; /* printed as they come: one file after the other gives the same bytes */
    enum paw_status status = begin(s);
    if (status == PAW_OK)
        status = paw_catalogue_new(paw_analyzers, &s->catalogue);
    if (status == PAW_OK)
        status = take_inventory(s);
    if (status != PAW_OK)
        return status;
    status = paw_scan_ledger(s, &s->kept, &ledger);
    struct events e = {.s = s, .context = {.ledger = &ledger}, .out = paw_out_fd(&s->o->out_fd)};
    if (s->o->record != NULL && !paw_cited_read(s->o->record, &e.cited))
        status = paw_fail(s->err, PAW_E_USAGE, 0, "a record is SOURCE#RECORD_ID or SOURCE@OFFSET");
    struct paw_wanted wanted = {
        .kinds = UINT64_MAX,
        .values = paw_catalogue_values(s->catalogue),
        .events = paw_catalogue_events(s->catalogue),
    };
    if (status == PAW_OK && s->o->record != NULL) {
        wanted.events = NULL; /* whatever it is */
        status = print_cited(s, &e, &wanted);
    } else if (status == PAW_OK && (s->o->is_full || s->o->is_xml)) {
        status = paw_scan_render(s, NULL);
    } else if (status == PAW_OK) {
        status = paw_scan_extract(s, &wanted, print_fact, &e, false);
    }
    s->result->is_partial = paw_scan_is_stopped(s);
    if (status == PAW_OK) /* else the failure is what is told */
        settle(s);
    return status;
}

void paw_events(const struct paw_options *o, struct paw_result *ret, struct paw_error *err)
{
    struct paw_error own = {0};
    struct paw_scan_state s = {
        .o = o, .result = ret, .err = err != NULL ? err : &own, .only = UINT32_MAX};
    *ret = (struct paw_result){0};
    *s.err = (struct paw_error){0};
    const enum paw_status status = print_events(&s);
    if (status != PAW_OK)
        fail(&s, status, s.err->what != NULL ? s.err->what : "out of memory or disk space");
    finish(&s);
}

/* The catalogue ---------------------------------------------------------------------------------
 */

enum paw_status paw_behaviours(const char *id, bool json, struct paw_out *out)
{
    struct paw_catalogue *catalogue = NULL;
    enum paw_status status = paw_catalogue_new(paw_analyzers, &catalogue);
    if (status == PAW_OK)
        status = paw_catalogue_write(catalogue, id, json, out);
    paw_catalogue_free(catalogue);
    return status;
}
