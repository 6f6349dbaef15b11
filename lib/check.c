/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging command lines alone: each becomes a machine of its own with a parent and a process, and
 * the engine does the rest, so that a line is judged exactly as it would be in a log.
 */
#include <catspaw/behaviour.h>

#include <stdio.h>

#include "check.h"
#include "core/fact.h"
#include "core/str.h"
#include "engine/engine.h"
#include "engine/labels.h"
#include "windows/command.h"

enum {
    PARENT_PID = 4,
    LINE_PID = 8,
    TECHNIQUES_MAX = 128, /* that they show: more than there are */
    HELD_MAX = 64,        /* behaviours of one line that are shown */
    REASONS_MAX = 256,
    MEMORY = 256 << 20,
    SECOND = 10000000,
};

#define START UINT64_C(132000000000000000) /* any time: nothing of it is shown */

#define MACHINE PAW_LIT("line") /* and the line's number: the name of its machine */

struct batch {
    const struct paw_line *lines;
    size_t n;
    struct paw_budget budget;
    struct paw_engine *engine;
    const struct paw_catalogue *catalogue;
    const struct paw_site *site;
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
    const char *techniques[TECHNIQUES_MAX];
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

/* An offset of the judged line as it stands in the printed one. */
static uint32_t printed_offset(const struct paw_line *line, uint32_t at, bool is_end)
{
    int64_t shift = 0;
    for (size_t i = 0; i < line->n_stretches; i++) {
        const struct paw_stretch *s = &line->stretches[i];
        const uint32_t end = s->judged.start + s->judged.length;
        if (at <= s->judged.start)
            break;
        if (at < end)
            return is_end ? s->printed.start + s->printed.length : s->printed.start;
        shift = (int64_t)s->printed.start + s->printed.length - end;
    }
    return (uint32_t)((int64_t)at + shift);
}

struct paw_span paw_check_printed_span(const struct paw_line *line, struct paw_span judged)
{
    if (judged.length == 0)
        return judged;
    const uint32_t start = printed_offset(line, judged.start, false);
    return (struct paw_span){start,
                             printed_offset(line, judged.start + judged.length, true) - start};
}

/* Where the text of a launcher's command stands in the line: its own spans count from there. */
static uint32_t shift_of(const struct paw_finding *f, const struct paw_line *line)
{
    const size_t at =
        f->standing.kind == NULL ? 0 : paw_str_find(line->command_line, f->process.command_line, 0);
    return at == SIZE_MAX ? UINT32_MAX : (uint32_t)at;
}

static void show(struct paw_reason *r, const struct paw_line *line)
{
    if (line->n_stretches == 0 || !paw_str_equal(r->field, PAW_LIT("command_line")))
        return;
    const struct paw_span span =
        paw_check_printed_span(line, (struct paw_span){r->start, r->length});
    r->start = span.start;
    r->length = span.length;
    r->text = paw_str_sub(line->printed, span.start, span.length);
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
    show(&r, line);
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
    f->n_techniques = paw_labels_of(a->held, f->n_held, a->techniques, TECHNIQUES_MAX);
    f->held = a->held;
    f->reasons = a->reasons;
    f->techniques = a->techniques;
    f->severity = a->held[0].severity;
    f->score = paw_score(f->severity, a->held[0].confidence);
}

/* Which line a finding speaks of, by its machine's name; b->n: of none. */
static size_t line_of(const struct batch *b, const struct paw_finding *f)
{
    uint64_t line = 0;
    const bool is_one = paw_str_starts(f->host, MACHINE) &&
                        paw_str_u64(paw_str_from(f->host, MACHINE.n), &line) && line < b->n;
    return is_one ? (size_t)line : b->n;
}

/* The number of each line's process plus one; 0: none. Of a record that add_process made. */
static void find_processes(const struct batch *b, size_t *process)
{
    for (size_t i = 0; i < paw_engine_processes(b->engine); i++) {
        const struct paw_fact *start = paw_engine_start(b->engine, i);
        if (start != NULL && is_line(start) && start->record_id / 2 - 1 < b->n)
            process[start->record_id / 2 - 1] = i + 1;
    }
}

/* The command of the line as it was judged, unless the record could not hold all of the line. */
static const struct paw_command *understood(const struct batch *b, size_t line, size_t process)
{
    const struct paw_execution *x =
        process == 0 ? NULL : paw_engine_process(b->engine, process - 1);
    return x != NULL && x->command_line.n != 0 &&
                   paw_str_equal(x->command_line, b->lines[line].command_line)
               ? &x->command
               : NULL;
}

/* Findings come in the order of time, which is one for all: they are strung up by line. */
static enum paw_status answer(const struct batch *b, paw_line_judged *done, void *self)
{
    size_t n = 0;
    const struct paw_finding *const *findings = paw_engine_findings(b->engine, &n);
    struct paw_arena arena;
    enum paw_status status = PAW_OK;
    paw_arena_init(&arena, MEMORY);
    struct answer *a = paw_arena_alloc(&arena, sizeof(*a));
    size_t *first = paw_arena_array(&arena, b->n + 1, sizeof(*first)); /* plus one; 0: none */
    size_t *process = paw_arena_array(&arena, b->n + 1, sizeof(*process));
    size_t *next = paw_arena_array(&arena, n + 1, sizeof(*next));
    if (a == NULL || first == NULL || process == NULL || next == NULL)
        status = PAW_E_MEMORY;
    else
        find_processes(b, process);
    for (size_t j = n; status == PAW_OK && j-- > 0;) {
        const size_t line = line_of(b, findings[j]);
        next[j] = first[line];
        first[line] = j + 1;
    }
    for (size_t i = 0; status == PAW_OK && i < b->n; i++) {
        a->finding = (struct paw_finding){0};
        for (size_t j = first[i]; j != 0; j = next[j - 1])
            take_finding(a, findings[j - 1], &b->lines[i]);
        if (a->finding.n_held != 0)
            settle(a);
        status = done(self, i, a->finding.n_held == 0 ? NULL : &a->finding,
                      understood(b, i, process[i]));
    }
    paw_arena_finish(&arena);
    return status;
}

static enum paw_status judge_batch(struct batch *b)
{
    static const struct paw_engine_source source = {PAW_LIT_INIT("lines"), PAW_LIT_INIT(""), 0,
                                                    UINT32_MAX};
    const struct paw_engine_options o = {.catalogue = b->catalogue,
                                         .budget = &b->budget,
                                         .sources = &source,
                                         .n_sources = 1,
                                         .site = b->site};
    enum paw_status status = paw_engine_new(&o, &b->engine);
    for (size_t i = 0; status == PAW_OK && i < b->n; i++)
        status = add_line(b, i);
    if (status == PAW_OK)
        status = paw_engine_resolve(b->engine);
    return status == PAW_OK ? paw_engine_judge(b->engine, NULL, NULL) : status;
}

enum paw_status paw_check_batch(const struct paw_catalogue *catalogue, const struct paw_site *site,
                                const struct paw_line *lines, size_t n, paw_line_judged *done,
                                void *self)
{
    struct batch b = {
        .lines = lines, .n = n, .catalogue = catalogue, .site = site, .budget = {.limit = MEMORY}};
    enum paw_status status = judge_batch(&b);
    if (status == PAW_OK)
        status = answer(&b, done, self);
    paw_engine_free(b.engine);
    paw_fact_builder_finish(&b.builder);
    return status;
}

/* Numbers of a batch as numbers of all. */
struct counted {
    size_t first;
    enum paw_status (*done)(void *self, size_t line, const struct paw_finding *finding);
    void *self;
};

static enum paw_status count(void *self, size_t line, const struct paw_finding *finding,
                             const struct paw_command *command)
{
    (void)command;
    const struct counted *c = self;
    return c->done(c->self, c->first + line, finding);
}

enum paw_status paw_check(const struct paw_line *lines, size_t n,
                          enum paw_status (*done)(void *self, size_t line,
                                                  const struct paw_finding *finding),
                          void *self)
{
    struct paw_catalogue *catalogue = NULL;
    struct counted c = {.done = done, .self = self};
    enum paw_status status = paw_catalogue_new(paw_analyzers, &catalogue);
    for (; status == PAW_OK && c.first < n; c.first += PAW_CHECK_BATCH) {
        const size_t left = n - c.first;
        status = paw_check_batch(catalogue, NULL, lines + c.first,
                                 left < PAW_CHECK_BATCH ? left : PAW_CHECK_BATCH, count, &c);
    }
    paw_catalogue_free(catalogue);
    return status;
}

/* The parsed command -----------------------------------------------------------------------------
 */

static void show_token(const struct paw_line *line, struct paw_token *t)
{
    t->span = paw_check_printed_span(line, t->span);
}

/* The lists are the arena's: counted anew where they lie. */
static enum paw_status show_lists(const struct paw_line *line, struct paw_arena *arena,
                                  struct paw_command *c)
{
    struct paw_token *tokens = paw_arena_array(arena, c->n_tokens + 1, sizeof(*tokens));
    struct paw_token *operands = paw_arena_array(arena, c->n_operands + 1, sizeof(*operands));
    struct paw_found_switch *switches =
        paw_arena_array(arena, c->n_switches + 1, sizeof(*switches));
    struct paw_nested *nested = paw_arena_array(arena, c->n_nested + 1, sizeof(*nested));
    if (tokens == NULL || operands == NULL || switches == NULL || nested == NULL)
        return PAW_E_MEMORY;
    for (size_t i = 0; i < c->n_tokens; i++) {
        tokens[i] = c->tokens[i];
        show_token(line, &tokens[i]);
    }
    for (size_t i = 0; i < c->n_operands; i++) {
        operands[i] = c->operands[i];
        show_token(line, &operands[i]);
    }
    for (size_t i = 0; i < c->n_switches; i++) {
        switches[i] = c->switches[i];
        switches[i].span = paw_check_printed_span(line, switches[i].span);
        switches[i].value_span = paw_check_printed_span(line, switches[i].value_span);
    }
    for (size_t i = 0; i < c->n_nested; i++) {
        nested[i] = c->nested[i];
        nested[i].span = paw_check_printed_span(line, nested[i].span);
    }
    c->tokens = tokens;
    c->operands = operands;
    c->switches = switches;
    c->nested = nested;
    return PAW_OK;
}

static enum paw_status show_command(const struct paw_line *line, struct paw_arena *arena,
                                    struct paw_command *c)
{
    struct paw_span *const spans[] = {&c->tail, &c->target.span, &c->call.module.span,
                                      &c->call.export_span, &c->call.args_span};
    if (line->n_stretches == 0)
        return PAW_OK;
    show_token(line, &c->argv0);
    for (size_t i = 0; i < PAW_COUNT_OF(spans); i++)
        *spans[i] = paw_check_printed_span(line, *spans[i]);
    for (size_t i = 0; i < c->n_marks; i++)
        c->marks[i] = paw_check_printed_span(line, c->marks[i]);
    return show_lists(line, arena, c);
}

/* For itself, on a machine of which nothing is known. */
static enum paw_status parse(const struct paw_catalogue *catalogue, const struct paw_line *line,
                             struct paw_arena *arena, struct paw_command *ret)
{
    static const struct paw_machine machine = {0};
    struct paw_execution *x = paw_arena_alloc(arena, sizeof(*x));
    if (x == NULL)
        return PAW_E_MEMORY;
    x->image = line->image;
    x->command_line = line->command_line;
    x->original_file_name = line->original_file_name;
    x->current_directory = line->current_directory;
    const enum paw_status status = paw_understand(catalogue, &machine, arena, x);
    *ret = x->command;
    return status;
}

enum paw_status paw_check_command(const struct paw_catalogue *catalogue,
                                  const struct paw_line *line, const struct paw_command *known,
                                  struct paw_arena *arena, const struct paw_command **ret)
{
    *ret = NULL;
    if (line->command_line.p == NULL)
        return PAW_OK;
    struct paw_command *c = paw_arena_alloc(arena, sizeof(*c));
    enum paw_status status = c == NULL ? PAW_E_MEMORY : PAW_OK;
    if (status == PAW_OK && known != NULL)
        *c = *known;
    else if (status == PAW_OK)
        status = parse(catalogue, line, arena, c);
    if (status == PAW_OK)
        status = show_command(line, arena, c);
    *ret = c;
    return status;
}
