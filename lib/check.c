/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging command lines alone: each becomes a machine of its own with a parent and a process, and
 * the engine does the rest, so that a line is judged exactly as it would be in a log.
 */
#include <catspaw/behaviour.h>
#include <catspaw/catspaw.h>

#include <stdio.h>

#include "core/arena.h"
#include "core/fact.h"
#include "core/str.h"
#include "engine/engine.h"

enum {
    BATCH = 256, /* lines an engine sees at once */
    PARENT_PID = 4,
    LINE_PID = 8,
    HELD_MAX = 64, /* behaviours of one line that are shown */
    REASONS_MAX = 256,
    MEMORY = 256 << 20,
    SECOND = 10000000,
};

#define START UINT64_C(132000000000000000) /* any time: nothing of it is shown */

struct batch {
    const struct paw_line *lines;
    size_t n;
    struct paw_budget budget;
    struct paw_engine *engine;
    struct paw_catalogue *catalogue;
    struct paw_fact_builder builder;
};

static void text(struct batch *b, enum paw_field_id id, paw_str s)
{
    paw_fact_add(&b->builder, id, s);
}

static enum paw_status add_process(struct batch *b, size_t line, paw_str pid, uint64_t time,
                                   const struct paw_line *given, bool is_parent)
{
    char computer[24];
    const int n = snprintf(computer, sizeof(computer), "line%zu", line);
    paw_fact_begin(&b->builder, PAW_KIND_PROCESS_START);
    b->builder.head.time = b->builder.head.logged = time;
    b->builder.head.record_id = line * 2 + (is_parent ? 1 : 2);
    text(b, PAW_F_PROVIDER, PAW_LIT("catspaw"));
    text(b, PAW_F_COMPUTER, (paw_str){computer, n > 0 ? (size_t)n : 0});
    text(b, PAW_F_PROCESS_ID, pid);
    if (is_parent) {
        text(b, PAW_F_IMAGE, given->parent_image);
        text(b, PAW_F_COMMAND_LINE, given->parent_command_line);
    } else {
        text(b, PAW_F_IMAGE, given->image);
        text(b, PAW_F_COMMAND_LINE, given->command_line);
        text(b, PAW_F_ORIGINAL_FILE_NAME, given->original_file_name);
        text(b, PAW_F_CURRENT_DIRECTORY, given->current_directory);
        text(b, PAW_F_USER, given->user);
        text(b, PAW_F_INTEGRITY_LEVEL, given->integrity);
        text(b, PAW_F_PARENT_PROCESS_ID, PAW_LIT("4"));
        text(b, PAW_F_PARENT_IMAGE, given->parent_image);
        text(b, PAW_F_PARENT_COMMAND_LINE, given->parent_command_line);
    }
    const struct paw_fact *fact = paw_fact_end(&b->builder);
    return fact == NULL ? PAW_E_MEMORY : paw_engine_take(b->engine, fact);
}

static enum paw_status add_line(struct batch *b, size_t i)
{
    const struct paw_line *l = &b->lines[i];
    enum paw_status status = PAW_OK;
    if (l->parent_image.n != 0 || l->parent_command_line.n != 0)
        status = add_process(b, i, PAW_LIT("4"), START, l, true);
    return status == PAW_OK ? add_process(b, i, PAW_LIT("8"), START + SECOND, l, false) : status;
}

/* Answers ---------------------------------------------------------------------------------------
 */

/* All that holds for one line, from the findings of its machine. */
struct answer {
    struct paw_finding finding;
    struct paw_held held[HELD_MAX];
    struct paw_reason reasons[REASONS_MAX];
    const char *techniques[HELD_MAX];
};

static bool is_line(const struct paw_fact *fact)
{
    return paw_str_equal(paw_fact_text(fact, PAW_F_PROCESS_ID), PAW_LIT("8"));
}

/* Does a behaviour of another process (the parent) speak of the line? */
static bool speaks_of_line(const struct paw_finding *f, const char *id)
{
    for (size_t i = 0; i < f->n_reasons; i++)
        if (strcmp(f->reasons[i].behaviour, id) == 0 && f->reasons[i].evidence >= 0 &&
            is_line(f->evidence[f->reasons[i].evidence].fact))
            return true;
    return false;
}

/* Where the text of a launcher's command stands in the line: its own spans count from there. */
static uint32_t shift_of(const struct paw_finding *f, const struct paw_line *line)
{
    const size_t at =
        f->standing.kind == NULL ? 0 : paw_str_find(line->command_line, f->process.command_line, 0);
    return at == SIZE_MAX ? UINT32_MAX : (uint32_t)at;
}

static void add_reason(struct answer *a, const struct paw_finding *f,
                       const struct paw_reason *given, const struct paw_line *line)
{
    struct paw_reason r = *given;
    if (a->finding.n_reasons == REASONS_MAX)
        return;
    if (r.evidence < 0) {
        const uint32_t shift = shift_of(f, line);
        if (shift == UINT32_MAX)
            return; /* decoded text: not to be marked in the line */
        r.start += shift;
    } else if (is_line(f->evidence[r.evidence].fact) &&
               paw_str_equal(r.field, PAW_LIT("CommandLine"))) {
        r.field = PAW_LIT("command_line");
    }
    r.evidence = -1;
    a->reasons[a->finding.n_reasons++] = r;
}

static bool leads(const struct paw_held *x, const struct paw_held *y)
{
    const unsigned a = paw_score(x->severity, x->confidence),
                   b = paw_score(y->severity, y->confidence);
    if (a != b)
        return a > b;
    const bool g = strncmp(x->id, "generic.", 8) == 0, h = strncmp(y->id, "generic.", 8) == 0;
    return g != h ? h : strcmp(x->id, y->id) < 0;
}

static void add_held(struct answer *a, const struct paw_held *held)
{
    struct paw_finding *f = &a->finding;
    for (size_t i = 0; i < f->n_held; i++)
        if (strcmp(a->held[i].id, held->id) == 0)
            return;
    if (f->n_held == HELD_MAX)
        return;
    size_t at = f->n_held++;
    if (at != 0 && leads(held, &a->held[0])) {
        a->held[at] = a->held[0];
        at = 0;
    }
    a->held[at] = *held;
}

static void take_finding(struct answer *a, const struct paw_finding *f, const struct paw_line *line)
{
    const bool own = f->has_process && f->process.pid == LINE_PID && f->process.has_pid;
    const bool launcher =
        f->standing.kind != NULL && f->n_evidence != 0 && is_line(f->evidence[0].fact);
    if (f->n_concerned != 0)
        return;
    for (size_t i = 0; i < f->n_held; i++) {
        if (!own && !launcher && !speaks_of_line(f, f->held[i].id))
            continue;
        add_held(a, &f->held[i]);
        for (size_t j = 0; j < f->n_reasons; j++)
            if (strcmp(f->reasons[j].behaviour, f->held[i].id) == 0)
                add_reason(a, f, &f->reasons[j], line);
    }
    if (own || (launcher && a->finding.proxy.binary.p == NULL))
        a->finding.proxy = f->proxy;
}

static void sort_held(struct answer *a)
{
    for (size_t i = 2; i < a->finding.n_held; i++) {
        const struct paw_held held = a->held[i];
        size_t j = i;
        for (; j > 1 && strcmp(a->held[j - 1].id, held.id) > 0; j--)
            a->held[j] = a->held[j - 1];
        a->held[j] = held;
    }
}

static void settle(struct answer *a)
{
    struct paw_finding *f = &a->finding;
    sort_held(a);
    for (size_t i = 0; i < f->n_held; i++) {
        size_t j = 0;
        while (j < f->n_techniques && strcmp(a->techniques[j], a->held[i].technique) != 0)
            j++;
        if (j == f->n_techniques)
            a->techniques[f->n_techniques++] = a->held[i].technique;
    }
    f->held = a->held;
    f->reasons = a->reasons;
    f->techniques = a->techniques;
    f->severity = a->held[0].severity;
    f->score = paw_score(f->severity, a->held[0].confidence);
}

static bool is_of_line(const struct paw_finding *f, size_t line)
{
    char computer[24];
    const int n = snprintf(computer, sizeof(computer), "line%zu", line);
    return n > 0 && paw_str_equal(f->host, (paw_str){computer, (size_t)n});
}

/* Findings come in the order of time, which is one; lines are found by their machine's name. */
static enum paw_status answer(const struct batch *b, size_t first,
                              enum paw_status (*done)(void *self, size_t line,
                                                      const struct paw_finding *finding),
                              void *self)
{
    static const struct answer nothing = {0};
    size_t n = 0;
    const struct paw_finding *const *findings = paw_engine_findings(b->engine, &n);
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < b->n; i++) {
        struct answer a = nothing;
        for (size_t j = 0; j < n; j++)
            if (is_of_line(findings[j], i))
                take_finding(&a, findings[j], &b->lines[i]);
        if (a.finding.n_held != 0)
            settle(&a);
        status = done(self, first + i, a.finding.n_held == 0 ? NULL : &a.finding);
    }
    return status;
}

static enum paw_status judge_batch(struct batch *b)
{
    static const struct paw_engine_source source = {PAW_LIT_INIT("lines"), PAW_LIT_INIT(""),
                                                    UINT32_MAX};
    const struct paw_engine_options o = {
        .catalogue = b->catalogue, .budget = &b->budget, .sources = &source, .n_sources = 1};
    enum paw_status status = paw_engine_new(&o, &b->engine);
    for (size_t i = 0; status == PAW_OK && i < b->n; i++)
        status = add_line(b, i);
    if (status == PAW_OK)
        status = paw_engine_resolve(b->engine);
    return status == PAW_OK ? paw_engine_judge(b->engine, NULL, NULL) : status;
}

enum paw_status paw_check(const struct paw_line *lines, size_t n,
                          enum paw_status (*done)(void *self, size_t line,
                                                  const struct paw_finding *finding),
                          void *self)
{
    struct batch b = {.budget = {.limit = MEMORY}};
    enum paw_status status = paw_catalogue_new(paw_analyzers, &b.catalogue);
    for (size_t at = 0; status == PAW_OK && at < n; at += BATCH) {
        b.lines = lines + at;
        b.n = n - at < BATCH ? n - at : BATCH;
        status = judge_batch(&b);
        if (status == PAW_OK)
            status = answer(&b, at, done, self);
        paw_engine_free(b.engine);
        b.engine = NULL;
    }
    paw_fact_builder_finish(&b.builder);
    paw_catalogue_free(b.catalogue);
    return status;
}
