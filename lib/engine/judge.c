/* SPDX-License-Identifier: Apache-2.0 */
/* Which behaviours are asked of an execution, and the verdict that comes of it. */
#include "engine/judge.h"

#include <catspaw/questions.h>

#include "core/str.h"
#include "engine/catalogue.h"
#include "engine/memo.h"

enum { ITEMS_MAX = 192 };

struct judgement {
    struct paw_exam exam;
    struct paw_verdict_item items[ITEMS_MAX];
    size_t n_items;
    const struct paw_behaviour *undecided[ITEMS_MAX];
    size_t n_undecided;
    uint32_t undecided_needs;
    bool failed;
    const struct paw_behaviour *asked[PAW_BEHAVIOURS_MAX];
    size_t n_asked;
};

static enum paw_guise guise_of(const struct paw_execution *x)
{
    switch (x->subject) {
    case PAW_SUBJECT_STUB:
        return PAW_AS_STUB;
    case PAW_SUBJECT_STANDING:
        return x->standing.kind != NULL && strcmp(x->standing.kind, PAW_LAUNCHER) == 0
                   ? PAW_AS_LAUNCHED
                   : PAW_AS_STANDING;
    case PAW_SUBJECT_SCRIPT:
        return PAW_AS_SCRIPT;
    case PAW_SUBJECT_RECORD:
        return PAW_AS_RECORD;
    case PAW_SUBJECT_PROCESS:
        break;
    }
    return PAW_AS_PROCESS;
}

static const uint32_t subject_bits[PAW_N_GUISES] = {
    [PAW_AS_PROCESS] = PAW_OF_PROCESS,   [PAW_AS_STUB] = PAW_OF_PROCESS,
    [PAW_AS_STANDING] = PAW_OF_STANDING, [PAW_AS_LAUNCHED] = PAW_OF_STANDING | PAW_OF_LAUNCHED,
    [PAW_AS_SCRIPT] = PAW_OF_SCRIPT,     [PAW_AS_RECORD] = PAW_OF_RECORD | PAW_OF_RESIDUE,
};

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

/* Who is asked ----------------------------------------------------------------------------------
 */

/* HOSTAPP programs run all day: only their own rows are asked of them. The desktop is a proxy only
 * by one switch, and everything else happens below it (docs/detections 3.0). */
static bool is_generic_subject(const struct paw_execution *x)
{
    return x->proxy != NULL && (x->sets & PAW_SET_PROXY) != 0 && strcmp(x->proxy, "explorer") != 0;
}

static void take_one(struct judgement *j, const struct paw_behaviour *b)
{
    const uint32_t of = b->of != 0 ? b->of : PAW_OF_PROCESS | PAW_OF_STANDING;
    if ((of & subject_bits[guise_of(j->exam.judged)]) != 0 && j->n_asked < PAW_BEHAVIOURS_MAX)
        j->asked[j->n_asked++] = b;
}

static void take_list(struct judgement *j, const struct paw_behaviour_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        take_one(j, list->items[i]);
}

/* All that are asked of such a program, in their order. */
static void take_all(struct judgement *j, const struct paw_catalogue *c)
{
    const struct paw_execution *x = j->exam.judged;
    j->n_asked = 0;
    if (x->subject == PAW_SUBJECT_RECORD) {
        take_list(j, &c->records);
        take_list(j, &c->any);
        return;
    }
    for (size_t i = 0; x->program != NULL && i < c->n_programs; i++)
        if (c->programs[i].program == x->program)
            take_list(j, &c->programs[i].behaviours);
    if (is_generic_subject(x))
        take_list(j, &c->generic);
    take_list(j, &c->any);
    for (size_t i = 0; i < c->named.n; i++)
        if (x->program == NULL && paw_list_fits(c->named.items[i]->subjects, x->name))
            take_one(j, c->named.items[i]);
}

typedef bool may_be(struct paw_exam *e, const struct paw_test *t);

/* False: the question is answered by no, whatever those say that leaf does not know. */
static bool may_hold(struct paw_exam *e, const struct paw_test *t, may_be *leaf)
{
    const bool is_any = t->ask == paw_ask_any;
    if (!is_any && t->ask != paw_ask_all)
        return leaf(e, t);
    for (const struct paw_test *in = t->tests; in->ask != NULL; in++)
        if (may_hold(e, in, leaf) == is_any) /* one that may in ANY, one that may not in ALL */
            return is_any;
    return !is_any;
}

/* Of the program alone. */
static bool may_by_face(struct paw_exam *e, const struct paw_test *t)
{
    if (t->ask == paw_ask_image)
        return e->judged->name.p == NULL || (e->judged->sets & t->set) != 0;
    return t->ask != paw_ask_image_named || t->ask(e, t) != PAW_NO;
}

enum {
    LINE_NEEDS = PAW_NEED_COMMAND_LINE | PAW_NEED_IMAGE | PAW_NEED_ORIGINAL_FILE_NAME |
                 PAW_NEED_COMPANY | PAW_NEED_CURRENT_DIRECTORY,
};

/* Does the line, with the program and the folder that known.h keeps it by, decide it alone? */
static bool is_of_line(const struct paw_test *t)
{
    static paw_ask *const asked_of_line[] = {
        paw_ask_text,   paw_ask_target,   paw_ask_switch,    paw_ask_image,     paw_ask_image_named,
        paw_ask_call,   paw_ask_value,    paw_ask_form,      paw_ask_line,      paw_ask_cwd_in,
        paw_ask_nested, paw_ask_image_in, paw_ask_endpoint,  paw_ask_all_hosts, paw_ask_not,
        paw_ask_any,    paw_ask_all,      paw_ask_relocated,
    };
    if ((t->needs & ~(uint32_t)LINE_NEEDS) != 0)
        return false;
    size_t i = 0;
    while (i < PAW_COUNT_OF(asked_of_line) && asked_of_line[i] != t->ask)
        i++;
    bool is = i < PAW_COUNT_OF(asked_of_line);
    for (const struct paw_test *in = t->tests; is && in != NULL && in->ask != NULL; in++)
        is = is_of_line(in);
    return is;
}

static bool may_by_line(struct paw_exam *e, const struct paw_test *t)
{
    e->n_marks = 0;
    return !is_of_line(t) || t->ask(e, t) != PAW_NO;
}

/* Of what was taken, those that may hold by what leaf knows. */
static void sift(struct judgement *j, may_be *leaf)
{
    size_t kept = 0;
    for (size_t i = 0; i < j->n_asked; i++) {
        const struct paw_test *t = j->asked[i]->when;
        while (t->ask != NULL && may_hold(&j->exam, t, leaf))
            t++;
        if (t->ask == NULL)
            j->asked[kept++] = j->asked[i];
    }
    j->n_asked = kept;
}

/* Without room it is found out again the next time. */
static void remember(struct paw_arena *arena, const struct judgement *j, struct paw_candidates *to)
{
    const struct paw_behaviour **items = paw_arena_array(arena, j->n_asked, sizeof(*items));
    if (items == NULL)
        return;
    if (j->n_asked != 0)
        memcpy(items, j->asked, j->n_asked * sizeof(*items));
    *to = (struct paw_candidates){items, j->n_asked, true};
}

static void recall(struct judgement *j, const struct paw_candidates *from)
{
    if (from->n != 0)
        memcpy(j->asked, from->items, from->n * sizeof(*from->items));
    j->n_asked = from->n;
}

static void choose(struct judgement *j, const struct paw_catalogue *c)
{
    struct paw_memo *m = j->exam.judged->memo;
    const enum paw_guise guise = guise_of(j->exam.judged);
    if (m == NULL || m->face == NULL) {
        take_all(j, c);
        return;
    }
    if (m->may[guise].is_known) {
        recall(j, &m->may[guise]);
        return;
    }
    if (m->face->may[guise].is_known) {
        recall(j, &m->face->may[guise]);
    } else {
        take_all(j, c);
        sift(j, may_by_face);
        remember(m->arena, j, &m->face->may[guise]);
    }
    if (m->was_judged[guise]) {
        sift(j, may_by_line);
        remember(m->arena, j, &m->may[guise]);
    }
    m->was_judged[guise] = true;
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

static bool may_open(struct paw_exam *e, const struct paw_behaviour *b)
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
        if (may_open(&exam, c->opening.items[i]))
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
    choose(&j, c);
    for (size_t i = 0; i < j.n_asked; i++)
        ask(&j, j.asked[i]);
    return publish(&j, ret);
}
