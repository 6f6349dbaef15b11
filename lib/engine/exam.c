/* SPDX-License-Identifier: Apache-2.0 */
/* The three-valued evaluator: and, or, not, relations, marks, and a behaviour as a whole. */
#include "engine/exam.h"

#include <catspaw/questions.h>

#include "core/str.h"

void paw_exam_begin(struct paw_exam *e, const struct paw_catalogue *c, struct paw_world *w,
                    const struct paw_execution *x, struct paw_arena *arena)
{
    e->catalogue = c;
    e->world = w;
    e->arena = arena;
    e->judged = x;
    e->seat = (struct paw_seat){.x = x, .real = x, .role = PAW_ROLE_PRIMARY};
    e->flip = NULL;
    e->lost = 0;
    e->written_of = NULL;
    e->files = NULL;
    e->n_grams = 0;
    e->spaced_of = NULL;
    e->missing = 0;
    e->depth = 0;
    e->n_marks = 0;
    e->n_nested = 0;
    e->is_sited = false;
    e->site_why = NULL;
}

const struct paw_execution *paw_exam_subject(const struct paw_exam *e)
{
    return e->seat.x;
}

const struct paw_execution *paw_exam_judged(const struct paw_exam *e)
{
    return e->judged;
}

/* Marks -----------------------------------------------------------------------------------------
 */

static void add_mark(struct paw_exam *e, const struct paw_mark *mark)
{
    for (size_t i = 0; i < e->n_marks; i++) {
        const struct paw_mark *m = &e->marks[i];
        if (m->fact == mark->fact && m->field == mark->field && m->span.start == mark->span.start &&
            m->span.length == mark->span.length)
            return;
    }
    if (e->n_marks < PAW_MARKS_MAX)
        e->marks[e->n_marks++] = *mark;
}

static enum paw_field_id as_parent_field(enum paw_field_id field)
{
    if (field == PAW_F_IMAGE)
        return PAW_F_PARENT_IMAGE;
    if (field == PAW_F_COMMAND_LINE)
        return PAW_F_PARENT_COMMAND_LINE;
    if (field == PAW_F_USER)
        return PAW_F_PARENT_USER;
    return PAW_F_NONE;
}

static const struct paw_fact *record_with(const struct paw_execution *x, enum paw_field_id field,
                                          struct paw_span span)
{
    const struct paw_fact *const facts[] = {x->start, x->second};
    for (size_t i = 0; i < PAW_COUNT_OF(facts); i++) {
        if (facts[i] == NULL)
            continue;
        const paw_str text = paw_fact_text(facts[i], field);
        if (text.p != NULL && span.start <= text.n && span.length <= text.n - span.start)
            return facts[i];
    }
    return NULL;
}

static void mark_process(struct paw_exam *e, const struct paw_execution *x,
                         const struct paw_execution *via, enum paw_field_id field,
                         struct paw_span span, enum paw_role role)
{
    if (x == e->judged) {
        add_mark(e, &(struct paw_mark){.field = field, .span = span, .role = PAW_ROLE_PRIMARY});
        return;
    }
    const struct paw_fact *fact = record_with(x, field, span);
    if (fact != NULL) {
        add_mark(e, &(struct paw_mark){.fact = fact, .field = field, .span = span, .role = role});
        return;
    }
    const enum paw_field_id quoted = as_parent_field(field);
    if (via != NULL && quoted != PAW_F_NONE) {
        mark_process(e, via, NULL, quoted, span, role);
        return;
    }
    if (field == PAW_F_IMAGE) /* no record names it: its line does */
        mark_process(e, x, NULL, PAW_F_COMMAND_LINE, (struct paw_span){0}, role);
}

void paw_exam_mark(struct paw_exam *e, enum paw_field_id field, struct paw_span span)
{
    const struct paw_seat *s = &e->seat;
    if (field == PAW_F_IMAGE && s->x->is_image_said) { /* that part of the line says it */
        field = PAW_F_COMMAND_LINE;
        span = s->x->command.argv0.span;
    }
    if (s->is_nested) {
        const bool exact = s->is_verbatim && field == PAW_F_COMMAND_LINE && span.length != 0;
        const struct paw_span outer = {s->whole.start + span.start, span.length};
        mark_process(e, s->real, s->via, PAW_F_COMMAND_LINE, exact ? outer : s->whole, s->role);
        return;
    }
    mark_process(e, s->real, s->via, field, span, s->role);
}

void paw_exam_cite(struct paw_exam *e, const struct paw_fact *fact, enum paw_field_id field,
                   struct paw_span span, enum paw_role role)
{
    add_mark(e, &(struct paw_mark){.fact = fact, .field = field, .span = span, .role = role});
}

enum paw_truth paw_exam_miss(struct paw_exam *e, uint32_t needs)
{
    if (e->seat.via != NULL) {
        if ((needs & PAW_NEED_COMMAND_LINE) != 0)
            needs = (needs & ~PAW_NEED_COMMAND_LINE) | PAW_NEED_PARENT_COMMAND_LINE;
        if ((needs & PAW_NEED_IMAGE) != 0)
            needs = (needs & ~PAW_NEED_IMAGE) | PAW_NEED_PARENT_IMAGE;
    }
    e->missing |= needs;
    return PAW_UNKNOWN;
}

/* And, or, not ----------------------------------------------------------------------------------
 */

enum paw_truth paw_exam_one(struct paw_exam *e, const struct paw_test *t)
{
    if (t->tests == NULL && (t->needs & e->lost) != 0)
        return paw_exam_miss(e, t->needs & e->lost);
    const enum paw_truth said = t->ask(e, t);
    if (t != e->flip)
        return said;
    return said == PAW_YES ? PAW_NO : PAW_YES;
}

enum paw_truth paw_exam_all(struct paw_exam *e, const struct paw_test *t)
{
    const size_t marks = e->n_marks;
    const uint32_t missing = e->missing;
    enum paw_truth result = PAW_YES;
    for (; t->ask != NULL && result != PAW_NO; t++) {
        const enum paw_truth one = paw_exam_one(e, t);
        result = one < result ? one : result;
    }
    if (result != PAW_YES)
        e->n_marks = marks; /* what did not hold marks nothing … */
    if (result != PAW_UNKNOWN)
        e->missing = missing; /* … and only the undecided misses something */
    return result;
}

enum paw_truth paw_ask_all(struct paw_exam *e, const struct paw_test *t)
{
    return paw_exam_all(e, t->tests);
}

enum paw_truth paw_ask_any(struct paw_exam *e, const struct paw_test *t)
{
    const uint32_t missing = e->missing;
    enum paw_truth result = PAW_NO;
    for (const struct paw_test *one = t->tests; one->ask != NULL; one++) {
        const size_t marks = e->n_marks;
        const uint32_t before = e->missing;
        const enum paw_truth said = paw_exam_one(e, one);
        if (said == PAW_YES) {
            e->missing = missing;
            return PAW_YES;
        }
        e->n_marks = marks;
        if (said == PAW_NO)
            e->missing = before;
        else
            result = PAW_UNKNOWN;
    }
    return result;
}

enum paw_truth paw_ask_not(struct paw_exam *e, const struct paw_test *t)
{
    const size_t marks = e->n_marks;
    const enum paw_truth said = paw_exam_all(e, t->tests);
    e->n_marks = marks;
    if (said == PAW_UNKNOWN)
        return PAW_UNKNOWN;
    return said == PAW_YES ? PAW_NO : PAW_YES;
}

/* Other executions ------------------------------------------------------------------------------
 */

enum paw_truth paw_exam_other(struct paw_exam *e, const struct paw_test *t,
                              const struct paw_execution *other, enum paw_role role,
                              const struct paw_execution *via)
{
    if (e->depth >= PAW_RELATION_MAX)
        return PAW_NO;
    const struct paw_seat before = e->seat;
    const size_t marks = e->n_marks;
    e->seat = (struct paw_seat){.x = other, .real = other, .via = via, .role = role};
    e->depth++;
    const enum paw_truth said = paw_exam_all(e, t->tests);
    if (said == PAW_YES && e->n_marks == marks)
        paw_exam_mark(e, PAW_F_IMAGE, (struct paw_span){0});
    e->depth--;
    e->seat = before;
    return said;
}

enum paw_truth paw_exam_some(struct paw_exam *e, const struct paw_test *t,
                             const struct paw_executions *among, enum paw_role role)
{
    enum paw_truth result = PAW_NO;
    const uint32_t missing = e->missing;
    for (size_t i = 0; i < among->n; i++) {
        const enum paw_truth one = paw_exam_other(e, t, among->list[i], role, NULL);
        if (one == PAW_YES) {
            e->missing = missing;
            return PAW_YES;
        }
        result = one > result ? one : result;
    }
    if (result == PAW_NO && !among->could)
        return paw_exam_miss(e, PAW_NEED_PROCESSES);
    return result;
}

bool paw_exam_could(struct paw_exam *e, uint32_t need, enum paw_truth *ret)
{
    const struct paw_execution *x = e->seat.x;
    *ret = PAW_NO;
    if (x->subject != PAW_SUBJECT_PROCESS && x->subject != PAW_SUBJECT_STUB)
        return false; /* not a process: it has no effects to be missed */
    if ((x->seen & need) == 0)
        *ret = paw_exam_miss(e, need);
    return *ret == PAW_NO;
}

/* A behaviour -----------------------------------------------------------------------------------
 */

static bool is_silenced(struct paw_exam *e, const struct paw_unless *u, uint32_t *late)
{
    for (; u != NULL && u->tests != NULL; u++) {
        const size_t marks = e->n_marks;
        e->missing = 0;
        const enum paw_truth said = paw_exam_all(e, u->tests);
        e->n_marks = marks;
        if (said == PAW_YES)
            return true;
        *late |= e->missing;
    }
    return false;
}

static void adjust(struct paw_exam *e, const struct paw_adjust *a, struct paw_verdict_item *item)
{
    for (; a != NULL && a->tests != NULL; a++) {
        e->missing = 0;
        if (paw_exam_all(e, a->tests) == PAW_YES) {
            item->severity = a->severity;
            if (a->confidence != PAW_NO_CONFIDENCE)
                item->confidence = a->confidence;
            item->adjusted = a->why;
            return;
        }
        item->missing |= e->missing;
    }
}

static void cap(struct paw_exam *e, const struct paw_behaviour *b, struct paw_verdict_item *item)
{
    const struct paw_program *program = e->judged->program;
    if (program == NULL || program->cap.tests == NULL || b->uncapped ||
        item->severity <= program->cap.most)
        return;
    const size_t marks = e->n_marks;
    if (paw_exam_all(e, program->cap.tests) == PAW_YES) {
        item->severity = program->cap.most;
        item->adjusted = program->cap.why;
    }
    e->n_marks = marks;
}

static const char *technique_of(struct paw_exam *e, const struct paw_behaviour *b)
{
    const size_t marks = e->n_marks;
    const char *found = b->technique;
    for (const struct paw_label *l = b->labels; l != NULL && l->technique != NULL; l++) {
        if (l->tests == NULL || paw_exam_all(e, l->tests) == PAW_YES) {
            found = l->technique;
            break;
        }
    }
    e->n_marks = marks;
    if (found != NULL)
        return found;
    return e->judged->program != NULL ? e->judged->program->technique : "T1218";
}

/* Which of the labels beside it hold (docs/detections 3.18). */
static uint32_t also_of(struct paw_exam *e, const struct paw_behaviour *b)
{
    const size_t marks = e->n_marks;
    uint32_t also = 0;
    for (unsigned i = 0; b->also_if != NULL && b->also_if[i].technique != NULL && i < 32; i++) {
        const struct paw_test *tests = b->also_if[i].tests;
        if (tests == NULL ? also == 0 : paw_exam_all(e, tests) == PAW_YES)
            also |= UINT32_C(1) << i;
        e->n_marks = marks;
    }
    return also;
}

enum paw_truth paw_exam_behaviour(struct paw_exam *e, const struct paw_behaviour *b,
                                  struct paw_verdict_item *item)
{
    e->n_marks = 0;
    e->missing = 0;
    if (b->when == NULL)
        return PAW_NO;
    const enum paw_truth said = paw_exam_all(e, b->when);
    if (said != PAW_YES)
        return said;
    uint32_t late = 0;
    if (is_silenced(e, b->unless, &late)) {
        e->missing = 0;
        return PAW_NO;
    }
    *item = (struct paw_verdict_item){
        .behaviour = b, .severity = b->severity, .confidence = b->confidence, .missing = late};
    adjust(e, b->adjust, item);
    e->missing = 0;
    cap(e, b, item);
    item->technique = technique_of(e, b);
    item->also = also_of(e, b);
    for (const struct paw_test *t = b->shows; t != NULL && t->ask != NULL; t++)
        if (paw_exam_one(e, t) != PAW_YES)
            e->missing = 0;
    e->missing = item->missing;
    return PAW_YES;
}
