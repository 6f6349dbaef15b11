/* SPDX-License-Identifier: Apache-2.0 */
/* Which behaviours are asked of an execution, and the verdict that comes of it. */
#include "engine/judge.h"

#include "core/str.h"
#include "engine/catalogue.h"

enum { ITEMS_MAX = 192 };

struct judgement {
    struct paw_exam exam;
    struct paw_verdict_item items[ITEMS_MAX];
    size_t n_items;
    const struct paw_behaviour *undecided[ITEMS_MAX];
    size_t n_undecided;
    uint32_t undecided_needs;
    bool failed;
};

static uint32_t subject_bit(const struct paw_execution *x)
{
    switch (x->subject) {
    case PAW_SUBJECT_PROCESS:
    case PAW_SUBJECT_STUB:
        return PAW_OF_PROCESS;
    case PAW_SUBJECT_STANDING:
        return x->standing.kind != NULL && strcmp(x->standing.kind, PAW_LAUNCHER) == 0
                   ? PAW_OF_STANDING | PAW_OF_LAUNCHED
                   : PAW_OF_STANDING;
    case PAW_SUBJECT_SCRIPT:
        return PAW_OF_SCRIPT;
    case PAW_SUBJECT_RECORD:
        return PAW_OF_RECORD | PAW_OF_RESIDUE;
    }
    return 0;
}

static bool keep_marks(struct judgement *j, struct paw_verdict_item *item)
{
    struct paw_mark *marks = paw_arena_array(j->exam.arena, j->exam.n_marks, sizeof *marks);
    if (marks == NULL && j->exam.n_marks != 0)
        return false;
    if (j->exam.n_marks != 0)
        memcpy(marks, j->exam.marks, j->exam.n_marks * sizeof *marks);
    item->marks = marks;
    item->n_marks = j->exam.n_marks;
    return true;
}

static void ask(struct judgement *j, const struct paw_behaviour *b)
{
    const uint32_t of = b->of != 0 ? b->of : PAW_OF_PROCESS | PAW_OF_STANDING;
    if ((of & subject_bit(j->exam.judged)) == 0)
        return;
    struct paw_verdict_item item;
    switch (paw_exam_behaviour(&j->exam, b, &item)) {
    case PAW_YES:
        if (j->n_items < ITEMS_MAX) {
            j->failed = j->failed || !keep_marks(j, &item);
            paw_exam_site(&j->exam, &item);
            j->items[j->n_items++] = item;
        }
        break;
    case PAW_UNKNOWN:
        if (j->n_undecided < ITEMS_MAX)
            j->undecided[j->n_undecided++] = b;
        j->undecided_needs |= j->exam.missing;
        break;
    case PAW_NO:
        break;
    }
}

static void ask_list(struct judgement *j, const struct paw_behaviour_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        ask(j, list->items[i]);
}

static void ask_named(struct judgement *j, const struct paw_catalogue *c)
{
    const struct paw_execution *x = j->exam.judged;
    for (size_t i = 0; i < c->named.n; i++)
        if (x->program == NULL && paw_list_fits(c->named.items[i]->subjects, x->name))
            ask(j, c->named.items[i]);
}

/* HOSTAPP programs run all day: only their own rows are asked of them. The desktop is a proxy only
 * by one switch, and everything else happens below it (docs/detections 3.0). */
static bool is_generic_subject(const struct paw_execution *x)
{
    return x->proxy != NULL && (x->sets & PAW_SET_PROXY) != 0 && strcmp(x->proxy, "explorer") != 0;
}

static void ask_all(struct judgement *j, const struct paw_catalogue *c)
{
    const struct paw_execution *x = j->exam.judged;
    if (x->subject == PAW_SUBJECT_RECORD) {
        ask_list(j, &c->records);
        ask_list(j, &c->any);
        return;
    }
    for (size_t i = 0; x->program != NULL && i < c->n_programs; i++)
        if (c->programs[i].program == x->program)
            ask_list(j, &c->programs[i].behaviours);
    if (is_generic_subject(x))
        ask_list(j, &c->generic);
    ask_list(j, &c->any);
    ask_named(j, c);
}

/* What is left ----------------------------------------------------------------------------------
 */

static bool is_replaced(const struct judgement *j, const struct paw_behaviour *b)
{
    for (size_t i = 0; i < j->n_items; i++)
        for (const char *const *id = j->items[i].behaviour->instead_of; id != NULL && *id != NULL;
             id++)
            if (strcmp(*id, b->id) == 0)
                return true;
    return false;
}

static bool is_generic(const struct paw_behaviour *b)
{
    return strncmp(b->id, "generic.", 8) == 0;
}

static bool leads(const struct paw_verdict_item *a, const struct paw_verdict_item *b)
{
    const unsigned x = paw_score(a->severity, a->confidence);
    const unsigned y = paw_score(b->severity, b->confidence);
    if (x != y)
        return x > y;
    if (a->severity != b->severity)
        return a->severity > b->severity;
    if (is_generic(a->behaviour) != is_generic(b->behaviour))
        return is_generic(b->behaviour);
    return strcmp(a->behaviour->id, b->behaviour->id) < 0;
}

static void sort(struct paw_verdict_item *items, size_t n)
{
    for (size_t i = 1; i < n; i++) { /* by id; few items */
        const struct paw_verdict_item item = items[i];
        size_t k = i;
        for (; k > 0 && strcmp(items[k - 1].behaviour->id, item.behaviour->id) > 0; k--)
            items[k] = items[k - 1];
        items[k] = item;
    }
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (leads(&items[i], &items[best]))
            best = i;
    if (best == 0)
        return;
    const struct paw_verdict_item lead = items[best];
    memmove(&items[1], &items[0], best * sizeof lead);
    items[0] = lead;
}

static enum paw_status publish(struct judgement *j, struct paw_verdict *ret)
{
    size_t kept = 0;
    struct paw_verdict_item *held = paw_arena_array(j->exam.arena, j->n_items, sizeof *held);
    const struct paw_behaviour **undecided =
        paw_arena_array(j->exam.arena, j->n_undecided, sizeof *undecided);
    if ((held == NULL && j->n_items != 0) || (undecided == NULL && j->n_undecided != 0) ||
        j->failed)
        return PAW_E_MEMORY;
    *ret = (struct paw_verdict){.undecided_needs = j->undecided_needs};
    for (size_t i = 0; i < j->n_items; i++) {
        if (is_replaced(j, j->items[i].behaviour))
            continue;
        held[kept++] = j->items[i];
        ret->missing |= j->items[i].missing;
    }
    sort(held, kept);
    if (j->n_undecided != 0)
        memcpy(undecided, j->undecided, j->n_undecided * sizeof *undecided);
    ret->held = held;
    ret->n_held = kept;
    ret->undecided = undecided;
    ret->n_undecided = j->n_undecided;
    return PAW_OK;
}

static bool may_hold(struct paw_exam *e, const struct paw_behaviour *b)
{
    e->n_marks = 0;
    for (const struct paw_test *t = b->when; t->ask != NULL; t++)
        if (paw_test_is_of_start(t) && t->ask(e, t) == PAW_NO)
            return false;
    return true;
}

bool paw_judge_may_begin(const struct paw_catalogue *c, struct paw_world *w,
                         const struct paw_execution *x, struct paw_arena *arena)
{
    struct paw_exam exam;
    paw_exam_begin(&exam, c, w, x, arena);
    for (size_t i = 0; i < c->opening.n; i++)
        if (may_hold(&exam, c->opening.items[i]))
            return true;
    return false;
}

enum paw_status paw_judge(const struct paw_catalogue *c, struct paw_world *w,
                          const struct paw_execution *x, struct paw_arena *arena,
                          struct paw_verdict *ret)
{
    struct judgement j;
    j.n_items = j.n_undecided = 0;
    j.undecided_needs = 0;
    j.failed = false;
    paw_exam_begin(&j.exam, c, w, x, arena);
    ask_all(&j, c);
    return publish(&j, ret);
}
