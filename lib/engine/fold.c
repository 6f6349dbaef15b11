/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One act, one row (docs/output-contract): twins and plumbing go into the first process, repeats
 * into the first run, standing commands into the run they caused, equal standing commands into one.
 */
#include "engine/draft.h"

#include <catspaw/behaviour.h>

enum { REPEAT_GAP = 60, REPEATS_SHOWN = 32, WRITTEN_BEFORE = 7 * 24 * 3600, CHAIN_MAX = 8 };

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Twins and plumbing ----------------------------------------------------------------------------
 */

static int by_node(const void *a, const void *b)
{
    const struct draft *x = *(struct draft *const *)a, *y = *(struct draft *const *)b;
    int c = order(x->node, y->node);
    c = c != 0 ? c
               : order(x->start == NULL ? 0 : x->start->content,
                       y->start == NULL ? 0 : y->start->content);
    return c != 0 ? c : order(x->line, y->line);
}

static struct draft *draft_of_node(const struct paw_engine *e, uint32_t node)
{
    size_t lo = 0, hi = e->drafts.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (draft_at(e, mid)->node < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < e->drafts.n && draft_at(e, lo)->node == node ? draft_at(e, lo) : NULL;
}

/* The process that a chain of twins and plumbing begins with. */
static struct draft *first_of_chain(const struct paw_engine *e, const struct draft *d)
{
    struct draft *found = NULL;
    uint32_t node = d->node;
    for (size_t depth = 0; depth < CHAIN_MAX && node != NONE; depth++) {
        const struct node *n = node_at(e, node);
        if ((n->flags & (NODE_TWIN | NODE_PLUMBED)) == 0 || n->parent == NONE)
            break;
        node = n->parent;
        struct draft *above = draft_of_node(e, node);
        found = above != NULL ? above : found;
    }
    return found;
}

static enum paw_status fold_chains(struct paw_engine *e)
{
    for (size_t i = 0; i < e->drafts.n; i++) {
        struct draft *d = draft_at(e, i);
        struct draft *first = d->node == NONE || d->is_folded ? NULL : first_of_chain(e, d);
        if (first != NULL && first != d && !first->is_folded &&
            !draft_merge(e, first, d, PAW_ROLE_CHILD))
            return e->budget->status;
    }
    return PAW_OK;
}

/* Repeats ---------------------------------------------------------------------------------------
 */

static int by_run(const void *a, const void *b)
{
    const struct draft *x = *(struct draft *const *)a, *y = *(struct draft *const *)b;
    int c = order(x->host, y->host);
    c = c != 0 ? c : order(x->line, y->line);
    c = c != 0 ? c : order(x->parent_node, y->parent_node);
    c = c != 0 ? c : paw_str_compare(x->process.user, y->process.user);
    c = c != 0 ? c : paw_str_compare(x->process.image, y->process.image);
    c = c != 0 ? c : order(x->time, y->time);
    return c != 0 ? c
                  : order(x->start == NULL ? 0 : x->start->content,
                          y->start == NULL ? 0 : y->start->content);
}

static bool is_run(const struct draft *d)
{
    return d->subject == PAW_SUBJECT_PROCESS && d->line != 0 && d->concerned == NULL &&
           !d->is_folded;
}

static bool is_same_run(const struct draft *a, const struct draft *b)
{
    return a->host == b->host && a->line == b->line && a->parent_node == b->parent_node &&
           paw_str_same_name(a->process.user, b->process.user) &&
           paw_str_same_name(a->process.image, b->process.image);
}

static bool add_repeat(struct paw_engine *e, struct draft *first, struct draft *d)
{
    if (first->repeats == 0) {
        first->repeats = 1;
        first->first = first->time;
    }
    first->repeats++;
    first->last = d->time;
    if (first->repeats <= REPEATS_SHOWN)
        return draft_merge(e, first, d, PAW_ROLE_PROCESS);
    d->is_folded = true;
    return true;
}

static enum paw_status fold_repeats(struct paw_engine *e)
{
    const enum paw_status status = paw_vec_sort(&e->drafts, by_run);
    struct draft *first = NULL;
    uint64_t last = 0;
    for (size_t i = 0; status == PAW_OK && i < e->drafts.n; i++) {
        struct draft *d = draft_at(e, i);
        if (!is_run(d))
            continue;
        if (first == NULL || !is_same_run(first, d) ||
            d->time - last > (uint64_t)REPEAT_GAP * SECOND)
            first = d;
        else if (!add_repeat(e, first, d))
            return e->budget->status;
        last = d->time;
    }
    return status;
}

/* Standing commands -----------------------------------------------------------------------------
 */

static int by_place(const void *a, const void *b)
{
    const struct draft *x = *(struct draft *const *)a, *y = *(struct draft *const *)b;
    int c = order(x->host, y->host);
    c = c != 0 ? c : order(x->line, y->line);
    c = c != 0 ? c : order(x->standing.kind == NULL, y->standing.kind == NULL);
    if (c == 0 && x->standing.kind != NULL)
        c = strcmp(x->standing.kind, y->standing.kind);
    c = c != 0 ? c : paw_str_compare(x->standing.name, y->standing.name);
    c = c != 0 ? c : order(x->time == 0, y->time == 0);
    c = c != 0 ? c : order(x->time, y->time);
    return c != 0 ? c
                  : order(x->start == NULL ? 0 : x->start->content,
                          y->start == NULL ? 0 : y->start->content);
}

static bool is_standing(const struct draft *d)
{
    return (d->subject == PAW_SUBJECT_STANDING || d->subject == PAW_SUBJECT_RECORD) &&
           d->standing.kind != NULL && !d->is_folded && d->concerned == NULL;
}

static bool is_launcher(const struct draft *d)
{
    return strcmp(d->standing.kind, PAW_LAUNCHER) == 0;
}

/* Equal place, name and text: a write, the line of the writer and the value at rest are one; what
 * an act left in several values of one key as well. */
static bool stands_the_same(const struct draft *a, const struct draft *b)
{
    if (a->subject != b->subject)
        return false;
    if (a->subject == PAW_SUBJECT_RECORD)
        return a->host == b->host && paw_str_same_name(a->standing.place, b->standing.place);
    return a->host == b->host && a->line == b->line && a->line != 0 &&
           strcmp(a->standing.kind, b->standing.kind) == 0 && !is_launcher(a) &&
           paw_str_same_name(a->standing.name, b->standing.name);
}

static enum paw_role role_of(const struct draft *d)
{
    static const struct {
        const char *kind;
        enum paw_role role;
    } roles[] = {
        {"service", PAW_ROLE_SERVICE},         {"task", PAW_ROLE_TASK},
        {"consumer", PAW_ROLE_CONSUMER},       {PAW_LAUNCHER, PAW_ROLE_PARENT},
        {"antimalware", PAW_ROLE_ANTIMALWARE}, {"host_application", PAW_ROLE_SCRIPT},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(roles); i++)
        if (strcmp(d->standing.kind, roles[i].kind) == 0)
            return roles[i].role;
    return PAW_ROLE_REGISTRY;
}

/* A command that says where its program lies is no run of one that lies elsewhere; but Windows
 * itself gives a 32-bit launcher the one of SysWOW64. */
static bool may_be_its_program(const struct draft *run, const struct draft *d)
{
    const paw_str said = d->process.image, ran = run->process.image;
    const size_t folder = paw_str_rfind_char(said, '\\');
    if (folder == SIZE_MAX || paw_str_same_name(said, ran))
        return true;
    return paw_str_find_name(said, PAW_LIT("\\system32\\"), 0) != SIZE_MAX &&
           paw_str_find_name(ran, PAW_LIT("\\syswow64\\"), 0) != SIZE_MAX;
}

/* A run of the same command: written at most a week before by an event, or at rest at any time. */
static bool is_run_of(const struct draft *run, const struct draft *d)
{
    if (run->host != d->host || run->line != d->line || run->line == 0 ||
        !may_be_its_program(run, d))
        return false;
    if (d->is_at_rest)
        return true;
    return run->time >= d->time && run->time - d->time <= (uint64_t)WRITTEN_BEFORE * SECOND;
}

/* drafts are sorted by host and line: runs and standing commands of one text lie together */
static enum paw_status fold_group(struct paw_engine *e, size_t from, size_t to)
{
    struct draft *stands = NULL, *run = NULL;
    for (size_t i = from; i < to; i++) {
        struct draft *d = draft_at(e, i);
        if (is_run(d) && run == NULL)
            run = d;
        if (!is_standing(d))
            continue;
        if (stands != NULL && !stands->is_folded && stands_the_same(stands, d)) {
            if (!draft_merge(e, stands, d, role_of(d)))
                return e->budget->status;
            stands->is_at_rest |= d->is_at_rest;
            continue;
        }
        stands = d;
    }
    for (size_t i = from; i < to && run != NULL; i++) {
        struct draft *d = draft_at(e, i);
        if (is_standing(d) && is_run_of(run, d) && !draft_merge(e, run, d, role_of(d)))
            return e->budget->status;
    }
    return PAW_OK;
}

static enum paw_status fold_standing(struct paw_engine *e)
{
    enum paw_status status = paw_vec_sort(&e->drafts, by_place);
    for (size_t i = 0; status == PAW_OK && i < e->drafts.n;) {
        size_t to = i + 1;
        while (to < e->drafts.n && draft_at(e, to)->host == draft_at(e, i)->host &&
               draft_at(e, to)->line == draft_at(e, i)->line)
            to++;
        status = fold_group(e, i, to);
        i = to;
    }
    return status;
}

/* Records and the commands in them --------------------------------------------------------------
 */

static int by_start(const void *a, const void *b)
{
    const struct draft *x = *(struct draft *const *)a, *y = *(struct draft *const *)b;
    const uint64_t p = x->start == NULL ? 0 : x->start->content;
    const uint64_t q = y->start == NULL ? 0 : y->start->content;
    int c = order(x->host, y->host);
    c = c != 0 ? c : order(p, q);
    c = c != 0 ? c : order((uintptr_t)x->start, (uintptr_t)y->start); /* only groups */
    c = c != 0 ? c : order(x->subject != PAW_SUBJECT_STANDING, y->subject != PAW_SUBJECT_STANDING);
    c = c != 0 ? c : order(x->line, y->line);
    return c != 0 ? c : order(x->subject, y->subject);
}

/* What is said of a script or a record as a whole goes into the first command found in it. */
static enum paw_status fold_records(struct paw_engine *e)
{
    const enum paw_status status = paw_vec_sort(&e->drafts, by_start);
    struct draft *first = NULL;
    for (size_t i = 0; status == PAW_OK && i < e->drafts.n; i++) {
        struct draft *d = draft_at(e, i);
        if (first == NULL || d->start != first->start || d->host != first->host)
            first = is_standing(d) && d->start != NULL ? d : NULL;
        else if ((d->subject == PAW_SUBJECT_SCRIPT || d->subject == PAW_SUBJECT_RECORD) &&
                 !d->is_folded && d->concerned == NULL &&
                 !draft_merge(e, first, d, PAW_ROLE_SCRIPT))
            return e->budget->status;
    }
    return status;
}

enum paw_status drafts_fold(struct paw_engine *e)
{
    enum paw_status status = paw_vec_sort(&e->drafts, by_node);
    if (status == PAW_OK)
        status = fold_chains(e);
    if (status == PAW_OK)
        status = fold_repeats(e);
    if (status == PAW_OK)
        status = fold_records(e);
    return status == PAW_OK ? fold_standing(e) : status;
}
