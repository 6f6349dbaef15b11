/* SPDX-License-Identifier: Apache-2.0 */
/* What the program is, and what stands beside it: parents, children, neighbours. */
#include "engine/catalogue.h"

#include <catspaw/questions.h>

#include <limits.h>

#include "core/str.h"
#include "engine/memo.h"
#include "windows/path.h"
#include "windows/programs.h"

static const struct paw_span WHOLE = {0, 0};

static bool is_process(const struct paw_execution *x)
{
    return x->subject == PAW_SUBJECT_PROCESS || x->subject == PAW_SUBJECT_STUB;
}

/* svchost is a broker or task host only as its line says; explorer unpacks only previews. */
static enum paw_truth in_sets(struct paw_exam *e, const struct paw_execution *x, uint64_t wanted)
{
    uint64_t sets = paw_exam_sets(e, x) & wanted;
    if ((sets & PAW_SET_ARCHIVER) != 0 && paw_str_same_name(x->name, PAW_LIT("explorer.exe")) &&
        (e->judged->command.target.flags & PAW_PATH_ARCHIVE_TEMP) == 0)
        sets &= ~PAW_SET_ARCHIVER;
    const uint64_t hosted = sets & (PAW_SET_BROKER | PAW_SET_TASKHOST);
    if (hosted == 0 || !paw_str_same_name(x->name, PAW_LIT("svchost.exe")))
        return sets != 0 ? PAW_YES : PAW_NO;
    if ((sets & ~hosted) != 0)
        return PAW_YES;
    if (x->command_line.p == NULL)
        return paw_exam_miss(e, PAW_NEED_COMMAND_LINE);
    if ((hosted & PAW_SET_BROKER) != 0 && paw_str_glob(x->command_line, "*dcomlaunch*"))
        return PAW_YES;
    return (hosted & PAW_SET_TASKHOST) != 0 && paw_str_glob(x->command_line, "*schedule*") ? PAW_YES
                                                                                           : PAW_NO;
}

enum paw_truth paw_ask_image(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.x;
    if (x->name.p == NULL)
        return is_process(x) ? paw_exam_miss(e, PAW_NEED_IMAGE) : PAW_NO;
    enum paw_truth said = in_sets(e, x, t->set);
    if (said == PAW_YES && (x->identity & PAW_IDENTITY_DOUBTFUL) != 0 &&
        (x->sets & t->set & ~(PAW_SET_PROXY | PAW_SET_COMMONNAME)) == 0)
        said = paw_exam_miss(e, PAW_NEED_ORIGINAL_FILE_NAME);
    if (said == PAW_YES)
        paw_exam_mark(e, PAW_F_IMAGE, WHOLE);
    return said;
}

static bool name_fits(const struct paw_execution *x, const char *const *names)
{
    return paw_list_fits(names, x->name) ||
           (x->proxy != NULL && paw_list_fits(names, paw_str_of(x->proxy)));
}

/* Asked of the same programs again and again: the answer stands in the program's face. */
static bool is_named(const struct paw_exam *e, const struct paw_execution *x,
                     const char *const *names)
{
    struct paw_face *f = x->memo == NULL ? NULL : x->memo->face;
    const unsigned number = f == NULL ? UINT_MAX : paw_catalogue_number(e->catalogue, names);
    if (number >= PAW_LISTS_WORDS * 64)
        return name_fits(x, names);
    const uint64_t bit = UINT64_C(1) << number % 64;
    uint64_t *asked = &f->asked[number / 64], *fits = &f->fits[number / 64];
    if ((*asked & bit) == 0)
        *fits |= name_fits(x, names) ? bit : 0;
    *asked |= bit;
    return (*fits & bit) != 0;
}

enum paw_truth paw_ask_image_named(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.x;
    if (x->name.p == NULL)
        return is_process(x) ? paw_exam_miss(e, PAW_NEED_IMAGE) : PAW_NO;
    if (!is_named(e, x, t->names))
        return PAW_NO;
    paw_exam_mark(e, PAW_F_IMAGE, WHOLE);
    return PAW_YES;
}

enum paw_truth paw_ask_image_in(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.x;
    if (x->image.p == NULL)
        return is_process(x) ? paw_exam_miss(e, PAW_NEED_IMAGE) : PAW_NO;
    const bool fits = t->keys != NULL ? paw_list_fits(t->keys, x->image_path.norm)
                      : t->flags != 0 ? (x->image_path.flags & t->flags) != 0
                                      : (paw_exam_class(e, &x->image_path) & t->in) != 0;
    if (!fits)
        return PAW_NO;
    paw_exam_mark(e, PAW_F_IMAGE, WHOLE);
    return PAW_YES;
}

enum paw_truth paw_ask_renamed(struct paw_exam *e, const struct paw_test *t)
{
    (void)t;
    const struct paw_execution *x = e->seat.x;
    if ((x->identity & PAW_IDENTITY_RENAMED) != 0) {
        paw_exam_mark(e, PAW_F_IMAGE, WHOLE);
        if (x->original_file_name.p != NULL && !x->is_image_said)
            paw_exam_mark(e, PAW_F_ORIGINAL_FILE_NAME, WHOLE);
        return PAW_YES;
    }
    if (is_process(x) && x->proxy == NULL && x->original_file_name.p == NULL)
        return paw_exam_miss(e, PAW_NEED_ORIGINAL_FILE_NAME);
    return PAW_NO;
}

enum paw_truth paw_ask_relocated(struct paw_exam *e, const struct paw_test *t)
{
    (void)t;
    const struct paw_execution *x = e->seat.x;
    if ((x->identity & PAW_IDENTITY_RELOCATED) == 0 ||
        (x->identity & PAW_IDENTITY_BENIGN_RELOCATION) != 0)
        return PAW_NO;
    if ((x->identity & PAW_IDENTITY_DOUBTFUL) != 0)
        return paw_exam_miss(e, PAW_NEED_ORIGINAL_FILE_NAME);
    if (e->is_sited && (paw_exam_class(e, &x->image_path) & (PAW_TRUSTED | PAW_INSTALLER)) != 0)
        return PAW_NO; /* the folder is one that the site knows */
    paw_exam_mark(e, PAW_F_IMAGE, WHOLE);
    return PAW_YES;
}

/* A proxy by its name alone, and what the file says of itself is another product. */
enum paw_truth paw_ask_identity(struct paw_exam *e, const struct paw_test *t)
{
    (void)t;
    const struct paw_execution *x = e->seat.x;
    if (!is_process(x) || x->proxy == NULL || (x->identity & PAW_IDENTITY_BY_NAME) == 0)
        return PAW_NO;
    if (x->original_file_name.p == NULL && x->company.p == NULL)
        return x->start != NULL && paw_fact_is_sysmon(x->start)
                   ? PAW_NO
                   : paw_exam_miss(e, PAW_NEED_ORIGINAL_FILE_NAME);
    if (x->original_file_name.p == NULL && paw_str_glob(x->company, "*microsoft*"))
        return PAW_NO;
    paw_exam_mark(e, PAW_F_IMAGE, WHOLE);
    paw_exam_mark(e, x->original_file_name.p != NULL ? PAW_F_ORIGINAL_FILE_NAME : PAW_F_COMPANY,
                  WHOLE);
    return PAW_YES;
}

enum paw_truth paw_ask_cwd_in(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.x;
    if (x->current_directory.p == NULL)
        return is_process(x) ? paw_exam_miss(e, PAW_NEED_CURRENT_DIRECTORY) : PAW_NO;
    const bool fits = t->keys != NULL ? paw_list_fits(t->keys, x->cwd_path.norm)
                                      : (paw_exam_class(e, &x->cwd_path) & t->in) != 0;
    if (!fits)
        return PAW_NO;
    if (!x->is_folder_said) /* else the line says it, which is shown */
        paw_exam_mark(e, PAW_F_CURRENT_DIRECTORY, WHOLE);
    return PAW_YES;
}

static unsigned level_of(paw_str integrity)
{
    static const struct {
        const char *name, *sid;
    } levels[] = {{"untrusted", "S-1-16-0"},
                  {"low", "S-1-16-4096"},
                  {"medium*", "S-1-16-8*"},
                  {"high", "S-1-16-12288"},
                  {"system", "S-1-16-16384"}};
    for (unsigned i = 0; i < PAW_COUNT_OF(levels); i++)
        if (paw_str_glob(integrity, levels[i].name) || paw_str_glob(integrity, levels[i].sid))
            return i + 1;
    return 0;
}

static bool is_system(const struct paw_execution *x)
{
    return paw_str_glob(x->user, "*\\system") || paw_str_same_name(x->user, PAW_LIT("S-1-5-18")) ||
           paw_str_same_name(x->user, PAW_LIT("system")) || level_of(x->integrity) == PAW_IL_SYSTEM;
}

enum paw_truth paw_ask_user(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.x;
    if (x->user.p == NULL && x->integrity.p == NULL)
        return is_process(x) ? paw_exam_miss(e, PAW_NEED_USER) : PAW_NO;
    if ((t->flags & PAW_NOT_ADMIN) != 0) { /* runs without the rights, whoever the user is */
        const unsigned level = level_of(x->integrity);
        if (level == 0)
            return paw_exam_miss(e, PAW_NEED_INTEGRITY);
        if (level >= PAW_IL_HIGH)
            return PAW_NO;
        paw_exam_mark(e, PAW_F_INTEGRITY_LEVEL, WHOLE);
        return PAW_YES;
    }
    if (is_system(x) != ((t->flags & PAW_SYSTEM) != 0))
        return PAW_NO;
    paw_exam_mark(e, PAW_F_USER, WHOLE);
    return PAW_YES;
}

enum paw_truth paw_ask_integrity(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.x;
    const unsigned level = level_of(x->integrity);
    if (level == 0)
        return is_process(x) ? paw_exam_miss(e, PAW_NEED_INTEGRITY) : PAW_NO;
    if (level < t->least)
        return PAW_NO;
    paw_exam_mark(e, PAW_F_INTEGRITY_LEVEL, WHOLE);
    return PAW_YES;
}

/* Relations -------------------------------------------------------------------------------------
 */

/* A twin repeats its parent: its own parent is that of the first of the pair. */
static const struct paw_execution *first_of_pair(const struct paw_execution *x)
{
    for (unsigned i = 0; i < PAW_ANCESTORS_MAX && x->is_twin && x->parent != NULL; i++)
        x = x->parent;
    return x;
}

static enum paw_truth ask_up(struct paw_exam *e, const struct paw_test *t,
                             const struct paw_execution *x, const struct paw_execution **ret)
{
    x = first_of_pair(x);
    *ret = x->parent;
    if (!is_process(x))
        return PAW_NO;
    if (x->parent == NULL)
        return paw_exam_miss(e, PAW_NEED_PARENT);
    const size_t marks = e->n_marks;
    const enum paw_truth said = paw_exam_other(e, t, x->parent, PAW_ROLE_PARENT, x);
    if (said != PAW_YES || x->link != PAW_LINK_WEAK)
        return said;
    e->n_marks = marks;
    return paw_exam_miss(e, PAW_NEED_PARENT);
}

enum paw_truth paw_ask_parent(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *parent;
    return ask_up(e, t, e->seat.real, &parent);
}

enum paw_truth paw_ask_ancestor(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    enum paw_truth result = PAW_NO;
    const uint32_t missing = e->missing;
    for (unsigned i = 0; i < PAW_ANCESTORS_MAX; i++) {
        const struct paw_execution *parent;
        const enum paw_truth one = ask_up(e, t, x, &parent);
        if (one == PAW_YES) {
            e->missing = missing;
            return PAW_YES;
        }
        result = one > result ? one : result;
        if (parent == NULL)
            break;
        /* the chain of a healthy host ends at programs that are long gone */
        if (parent->parent == NULL && parent->name.p != NULL) {
            e->missing = result == PAW_NO ? missing : e->missing;
            break;
        }
        x = parent;
    }
    return result;
}

static enum paw_truth ask_children(struct paw_exam *e, const struct paw_test *t,
                                   const struct paw_execution *x, unsigned depth)
{
    enum paw_truth result = PAW_NO;
    for (size_t i = 0; i < x->n_children; i++) {
        const struct paw_execution *child = x->children[i];
        enum paw_truth one;
        if ((child->is_twin || child->is_plumbed) && depth < PAW_NESTING_MAX)
            one = ask_children(e, t, child, depth + 1); /* the pair is one: its children are mine */
        else
            one = paw_exam_other(e, t, child, PAW_ROLE_CHILD, NULL);
        if (one == PAW_YES)
            return PAW_YES;
        result = one > result ? one : result;
    }
    return result;
}

enum paw_truth paw_ask_child(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    const uint32_t missing = e->missing;
    paw_world_find_children(e->world, x);
    const enum paw_truth said = ask_children(e, t, x, 0);
    if (said == PAW_YES) {
        e->missing = missing;
        return PAW_YES;
    }
    if (said == PAW_UNKNOWN || !is_process(x))
        return said;
    if ((x->seen & PAW_NEED_PROCESSES) == 0 || x->all_children > x->n_children)
        return paw_exam_miss(e, PAW_NEED_PROCESSES);
    return PAW_NO;
}

enum paw_truth paw_ask_sibling(struct paw_exam *e, const struct paw_test *t)
{
    if (!is_process(e->seat.real))
        return PAW_NO;
    const struct paw_executions among = paw_world_siblings(e->world, e->seat.real, t->seconds);
    return paw_exam_some(e, t, &among, PAW_ROLE_PROCESS);
}

static enum paw_truth has_twin(struct paw_exam *e, const struct paw_execution *x)
{
    for (size_t i = 0; i < x->n_children; i++)
        if (x->children[i]->is_twin)
            return PAW_YES;
    if (is_process(x) && (x->seen & PAW_NEED_PROCESSES) == 0)
        return paw_exam_miss(e, PAW_NEED_PROCESSES);
    return PAW_NO;
}

enum paw_truth paw_ask_link(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    if ((t->flags & PAW_HAS_TWIN) != 0)
        return has_twin(e, x);
    if ((t->flags & PAW_TWIN) != 0)
        return x->is_twin ? PAW_YES : PAW_NO;
    const bool orphan = x->parent == NULL || x->link == PAW_LINK_NONE;
    if (!is_process(x))
        return PAW_NO;
    return orphan == ((t->flags & PAW_ORPHAN) != 0) ? PAW_YES : PAW_NO;
}

enum { SEVERAL_MAX = 16 };

/* Adds those of the list that fit and have a target of their own. */
static enum paw_truth count_targets(struct paw_exam *e, const struct paw_test *t, int64_t seconds,
                                    paw_str *seen, size_t *n)
{
    const struct paw_executions among = paw_world_siblings(e->world, e->seat.real, seconds);
    for (size_t i = 0; i < among.n && *n < t->least && *n < SEVERAL_MAX; i++) {
        const paw_str target = among.list[i]->command.target.raw;
        size_t k = 0;
        while (k < *n && !paw_str_same_name(seen[k], target))
            k++;
        if (target.n == 0 || k < *n ||
            paw_exam_other(e, t, among.list[i], PAW_ROLE_PROCESS, NULL) != PAW_YES)
            continue;
        seen[(*n)++] = target;
    }
    return among.could ? PAW_NO : PAW_UNKNOWN;
}

enum paw_truth paw_ask_several(struct paw_exam *e, const struct paw_test *t)
{
    paw_str seen[SEVERAL_MAX] = {e->seat.x->command.target.raw};
    size_t n = 1;
    if (!is_process(e->seat.real) || seen[0].n == 0)
        return PAW_NO;
    const enum paw_truth before = count_targets(e, t, -t->seconds, seen, &n);
    const enum paw_truth after = count_targets(e, t, t->seconds, seen, &n);
    if (n >= t->least)
        return PAW_YES;
    return before == PAW_NO && after == PAW_NO ? PAW_NO : paw_exam_miss(e, PAW_NEED_PROCESSES);
}

enum { TICKS = 10000000 };

enum paw_truth paw_ask_age(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    if (!is_process(x))
        return PAW_NO;
    if (x->time == 0 || x->start == NULL || e->judged->time == 0)
        return paw_exam_miss(e, PAW_NEED_PROCESSES);
    const uint64_t from = x->time, to = e->judged->time;
    return to >= from && to - from < (uint64_t)t->within * TICKS ? PAW_YES : PAW_NO;
}

static enum paw_near_key near_key(enum paw_same same)
{
    switch (same) {
    case PAW_MY_TARGET:
        return PAW_NEAR_TARGET;
    case PAW_MY_IMAGE:
    case PAW_MY_FOLDER:
    case PAW_BELOW_ME:
        return PAW_NEAR_IMAGE;
    case PAW_NOBODY:
    case PAW_MY_USER:
        break;
    }
    return PAW_NEAR_USER;
}

enum paw_truth paw_ask_near(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    if (!is_process(x))
        return PAW_NO;
    const struct paw_executions among =
        paw_world_near(e->world, x, near_key(t->same), (uint32_t)t->seconds);
    return paw_exam_some(e, t, &among, PAW_ROLE_PROCESS);
}

enum paw_truth paw_ask_pid_arg(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_command *c = &e->seat.x->command;
    for (size_t i = 0; i < c->n_operands; i++) {
        uint64_t pid;
        if (!paw_str_u64(c->operands[i].text, &pid))
            continue;
        const struct paw_executions among = paw_world_process(e->world, e->seat.real, pid);
        if (among.n == 0)
            return paw_exam_miss(e, PAW_NEED_PROCESSES);
        const enum paw_truth said = paw_exam_some(e, t, &among, PAW_ROLE_PROCESS);
        if (said == PAW_YES)
            paw_exam_mark(e, PAW_F_COMMAND_LINE, c->operands[i].span);
        return said;
    }
    return PAW_NO;
}
