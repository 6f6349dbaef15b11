/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Table and vectors walked together: every behaviour fires on its + rows and on no - row, every -
 * row names the question that alone kept it silent, every adjust entry has its ~ row.
 *
 * Usage: test-behaviours FIXTURES [--suggest | --answers]. With --suggest, rows `-?` are printed
 * with the questions that they are good for. With --answers, what each row answers: file, line,
 * what recorded it, no, unknown or yes, severity and confidence; tests/cli/vectors.py holds the
 * whole program to these.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "engine/catalogue.h"
#include "engine/memo.h"
#include "vector_case.h"
#include "vector_programs.h"

enum { LEAVES_MAX = 160, SECTIONS_MAX = 1024, PATH_ROOM = 200 };

/* A leaf question of when or unless, with its path for rows. */
struct leaf {
    const struct paw_test *test;
    char path[PATH_ROOM];
    bool covered, is_unless;
};

struct context {
    const struct paw_catalogue *catalogue;
    struct paw_arena arena;
    const char *path;
    bool suggest, tells;
    bool is_absent; /* of the row that was asked last */
    uint32_t lost;  /* kinds that the questions of the next row shall miss */
    const char *stem;
    unsigned bad, rows, open_leaves, open_adjusts, sections;
    const struct paw_behaviour *seen[SECTIONS_MAX];
    size_t n_seen;
};

PAW_PRINTF(3, 4) static void complain(struct context *c, unsigned line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fprintf(stderr, "%s:%u: ", c->path, line);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    c->bad++;
}

/* Leaves --------------------------------------------------------------------------------------- */

static void add_leaves(struct leaf *leaves, size_t *n, const struct paw_test *t, const char *path,
                       bool is_unless, bool numbered)
{
    for (unsigned i = 1; t != NULL && t->ask != NULL; t++, i++) {
        char here[PATH_ROOM];
        if (numbered)
            (void)snprintf(here, sizeof here, "%.*s/%u/%s", PATH_ROOM - 60, path, i, t->label);
        else
            (void)snprintf(here, sizeof here, "%.*s/%s", PATH_ROOM - 60, path, t->label);
        if (t->tests != NULL) {
            add_leaves(leaves, n, t->tests, here, is_unless, strcmp(t->label, "ANY") == 0);
            continue;
        }
        if (*n == LEAVES_MAX)
            abort();
        leaves[*n] = (struct leaf){.test = t, .is_unless = is_unless};
        memcpy(leaves[(*n)++].path, here, sizeof here);
    }
}

static size_t leaves_of(const struct paw_behaviour *b, struct leaf *leaves)
{
    size_t n = 0;
    add_leaves(leaves, &n, b->when, "", false, false);
    for (const struct paw_unless *u = b->unless; u != NULL && u->tests != NULL; u++)
        add_leaves(leaves, &n, u->tests, "/unless", true, false);
    return n;
}

/* Whether the parts of name stand in path in that order, the last one at its end. */
static bool path_fits(const char *path, const char *name, size_t n)
{
    const size_t length = strlen(path);
    const char *at = path;
    size_t from = 0;
    while (from < n) {
        size_t part = from;
        while (part < n && name[part] != '/')
            part++;
        char wanted[PATH_ROOM];
        (void)snprintf(wanted, sizeof wanted, "/%.*s", (int)(part - from), name + from);
        const size_t m = strlen(wanted);
        if (part == n) /* the last part is the leaf itself */
            return length >= m && path + length - m >= at && strcmp(path + length - m, wanted) == 0;
        for (at = strstr(at, wanted); at != NULL && at[m] != '/' && at[m] != '\0';)
            at = strstr(at + 1, wanted);
        if (at == NULL)
            return false;
        at += m;
        from = part + 1;
    }
    return true;
}

static struct leaf *find_leaf(struct context *c, const struct vec_row *row, struct leaf *leaves,
                              size_t n)
{
    const char *hash = strchr(row->about, '#');
    const size_t length = hash == NULL ? strlen(row->about) : (size_t)(hash - row->about);
    uint64_t wanted = 1;
    if (hash != NULL && !paw_str_u64(paw_str_of(hash + 1), &wanted))
        wanted = 0;
    struct leaf *found = NULL;
    uint64_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!path_fits(leaves[i].path, row->about, length))
            continue;
        if (++count == wanted)
            found = &leaves[i];
    }
    if (count == 0 || found == NULL)
        complain(c, row->number, "no question '%s'", row->about);
    else if (hash == NULL && count > 1)
        complain(c, row->number, "'%s' names %u questions", row->about, (unsigned)count);
    return found;
}

/* Asking --------------------------------------------------------------------------------------- */

struct answer {
    enum paw_truth truth;
    struct paw_verdict_item item;
    uint32_t missing;
};

static void check_marks(struct context *c, const struct vec_row *row, const struct paw_exam *e)
{
    for (size_t i = 0; i < e->n_marks; i++) {
        const struct paw_mark *m = &e->marks[i];
        paw_str text;
        if (m->fact != NULL)
            text = paw_fact_text(m->fact, m->field);
        else if (e->judged->start != NULL)
            text = paw_fact_text(e->judged->start, m->field);
        else
            text = e->judged->command_line;
        if (text.p == NULL || m->span.start > text.n || m->span.length > text.n - m->span.start)
            complain(c, row->number, "a mark lies outside its field %d", (int)m->field);
    }
}

static struct answer ask(struct context *c, const struct vec_row *row,
                         const struct paw_behaviour *b, const struct paw_test *flip, bool as_4688,
                         uint32_t without)
{
    struct answer a = {0};
    static struct paw_world w;
    static struct paw_exam e;
    paw_arena_reset(&c->arena);
    case_make(&w, c->catalogue, &c->arena, row, as_4688, without);
    if (w.wrong != NULL)
        complain(c, w.wrong_line, "%s", w.wrong);
    c->is_absent = w.is_absent;
    if (w.is_absent)
        return a;
    paw_exam_begin(&e, c->catalogue, &w, case_judged(&w), &c->arena);
    e.flip = flip;
    e.lost = c->lost;
    a.truth = paw_exam_behaviour(&e, b, &a.item);
    a.missing = e.missing;
    if (a.truth == PAW_YES && flip == NULL)
        check_marks(c, row, &e);
    return a;
}

/* Whether the verdict as a whole holds b, or one that replaces it. */
static bool is_found(struct context *c, const struct vec_row *row, const struct paw_behaviour *b)
{
    static struct paw_world w;
    struct paw_verdict v;
    paw_arena_reset(&c->arena);
    case_make(&w, c->catalogue, &c->arena, row, false, 0);
    if (paw_judge(c->catalogue, &w, case_judged(&w), &c->arena, &v) != PAW_OK)
        return false;
    for (size_t i = 0; i < v.n_held; i++) {
        if (v.held[i].behaviour == b)
            return true;
        for (const char *const *id = v.held[i].behaviour->instead_of; id != NULL && *id != NULL;
             id++)
            if (strcmp(*id, b->id) == 0)
                return true;
    }
    return false;
}

static bool same_verdict(const struct paw_verdict *a, const struct paw_verdict *b)
{
    bool same = a->n_held == b->n_held && a->n_undecided == b->n_undecided &&
                a->missing == b->missing && a->undecided_needs == b->undecided_needs;
    for (size_t i = 0; same && i < a->n_held; i++)
        same = a->held[i].behaviour == b->held[i].behaviour &&
               a->held[i].severity == b->held[i].severity &&
               a->held[i].confidence == b->held[i].confidence &&
               a->held[i].n_marks == b->held[i].n_marks;
    for (size_t i = 0; same && i < a->n_undecided; i++)
        same = a->undecided[i] == b->undecided[i];
    return same;
}

/* What was found out of the line before changes no answer, the first time or later. */
static void check_memo(struct context *c, const struct vec_row *row)
{
    static struct paw_world w;
    struct paw_verdict first, again;
    for (unsigned as_4688 = 0; as_4688 < 2; as_4688++) {
        paw_arena_reset(&c->arena);
        case_make(&w, c->catalogue, &c->arena, row, as_4688 != 0, 0);
        struct paw_execution *x = case_judged(&w);
        if (w.is_absent || paw_judge(c->catalogue, &w, x, &c->arena, &first) != PAW_OK)
            continue;
        struct paw_face face = {.name = x->name,
                                .proxy = x->proxy,
                                .program = x->program,
                                .sets = x->sets,
                                .identity = x->identity};
        struct paw_memo memo = {.arena = &c->arena, .face = &face};
        x->memo = &memo;
        for (unsigned time = 1; time <= 3; time++)
            if (paw_judge(c->catalogue, &w, x, &c->arena, &again) == PAW_OK &&
                !same_verdict(&first, &again))
                complain(c, row->number, "judged another time (%u) it is another", time);
        x->memo = NULL;
    }
}

static const char *const truth_names[] = {"does not fire", "is not decidable", "fires"};

/* Rows ----------------------------------------------------------------------------------------- */

static void check_evidence(struct context *c, const struct vec_row *row,
                           const struct paw_behaviour *b, const struct vec_line *lines)
{
    for (const struct vec_line *l = lines; l != NULL; l = l->next) {
        check_evidence(c, row, b, l->children);
        if (l->class != VEC_EVIDENCE)
            continue;
        const uint32_t need = vec_need(l->text);
        const struct answer a = ask(c, row, b, NULL, false, need);
        if (a.truth != PAW_UNKNOWN)
            complain(c, l->number, "without %s it %s", l->text, truth_names[a.truth]);
        else if ((a.missing & need) == 0)
            complain(c, l->number, "missing does not name %s (%x)", l->text, a.missing);
    }
}

/* A row that says what recorded it is not asked as another record. */
static bool names_recorder(const struct vec_line *lines)
{
    for (const struct vec_line *l = lines; l != NULL; l = l->next)
        if (strcmp(l->head, "via") == 0 || (l->indent < 2 && names_recorder(l->children)))
            return true;
    return false;
}

static void check_plus(struct context *c, const struct vec_row *row, const struct paw_behaviour *b)
{
    const struct answer a = ask(c, row, b, NULL, false, 0);
    if (a.truth != PAW_YES) {
        complain(c, row->number, "%s %s (%x)", b->id, truth_names[a.truth], a.missing);
        return;
    }
    if (a.item.severity != b->severity || a.item.confidence != b->confidence)
        complain(c, row->number, "%s fires at %s/%s because '%s'", b->id,
                 paw_severity_name(a.item.severity), paw_confidence_name(a.item.confidence),
                 a.item.adjusted == NULL ? "" : a.item.adjusted);
    if (!is_found(c, row, b))
        complain(c, row->number, "%s is not asked of this subject", b->id);
    check_evidence(c, row, b, row->lines);
}

static void suggest(struct context *c, const struct vec_row *row, const struct paw_behaviour *b,
                    struct leaf *leaves, size_t n)
{
    if (ask(c, row, b, NULL, false, 0).truth == PAW_YES)
        return;
    for (size_t i = 0; i < n; i++) {
        if (leaves[i].covered || ask(c, row, b, leaves[i].test, false, 0).truth != PAW_YES)
            continue;
        printf("%s\t%u\t%zu\n", b->id, row->number, i);
    }
}

static void check_minus(struct context *c, const struct vec_row *row, const struct paw_behaviour *b,
                        struct leaf *leaves, size_t n)
{
    if (strcmp(row->about, "?") == 0) {
        if (c->suggest)
            suggest(c, row, b, leaves, n);
        else
            complain(c, row->number, "-? is for --suggest only");
        return;
    }
    struct leaf *leaf = find_leaf(c, row, leaves, n);
    const struct answer a = ask(c, row, b, NULL, false, 0);
    if (a.truth != PAW_NO)
        complain(c, row->number, "%s %s (%x)", b->id, truth_names[a.truth], a.missing);
    if (leaf == NULL)
        return;
    leaf->covered = true;
    if (ask(c, row, b, leaf->test, false, 0).truth != PAW_YES)
        complain(c, row->number, "%s would not fire if only %s were otherwise", b->id, row->about);
}

static void check_tilde(struct context *c, const struct vec_row *row, const struct paw_behaviour *b,
                        bool *covered)
{
    const struct answer a = ask(c, row, b, NULL, false, 0);
    char severity[32];
    const size_t slash = strcspn(row->about, "/");
    (void)snprintf(severity, sizeof severity, "%.*s", (int)slash, row->about);
    if (a.truth != PAW_YES || a.item.adjusted == NULL) {
        complain(c, row->number, "%s %s%s", b->id, truth_names[a.truth],
                 a.truth == PAW_YES ? " unadjusted" : "");
        return;
    }
    if (strcmp(severity, paw_severity_name(a.item.severity)) != 0)
        complain(c, row->number, "%s fires at %s because '%s'", b->id,
                 paw_severity_name(a.item.severity), a.item.adjusted);
    static const char *const short_names[] = {"", "L", "M", "H", "VH"};
    if (row->about[slash] == '/' &&
        strcmp(row->about + slash + 1, short_names[a.item.confidence]) != 0)
        complain(c, row->number, "%s fires with confidence %s", b->id,
                 short_names[a.item.confidence]);
    for (size_t i = 0; b->adjust != NULL && b->adjust[i].tests != NULL; i++)
        if (b->adjust[i].why == a.item.adjusted)
            covered[i] = true;
}

static bool is_same(const struct answer *a, const struct answer *b)
{
    return a->truth == b->truth &&
           (a->truth != PAW_YES ||
            (a->item.severity == b->item.severity && a->item.confidence == b->item.confidence));
}

static struct answer by_table(struct context *c, const struct vec_row *row,
                              const struct paw_behaviour *b, uint32_t lost)
{
    c->lost = lost;
    const struct answer a = ask(c, row, b, NULL, false, PAW_NEED_CURRENT_DIRECTORY);
    c->lost = 0;
    return a;
}

/* The row as process auditing has it, against the table: what a question needs and auditing lacks
 * is unknown to it, a path that counts from an unknown folder is so too, and the rest of the answer
 * follows from and, or, not. A question may be answered by less than it names, but then as by all.
 */
static void check_4688(struct context *c, const struct vec_row *row, const struct paw_behaviour *b)
{
    if (names_recorder(row->lines))
        return;
    const struct answer got = ask(c, row, b, NULL, true, 0);
    if (c->is_absent)
        return;
    struct answer wanted = by_table(c, row, b, ~case_recorded(row, true));
    if (!is_same(&wanted, &got) && (case_recorded(row, true) & vec_need("hives")) != 0)
        wanted = by_table(c, row, b, ~(case_recorded(row, true) | PAW_NEED_REGISTRY));
    if (wanted.truth == PAW_UNKNOWN && got.truth != PAW_UNKNOWN)
        wanted = ask(c, row, b, NULL, false, 0);
    if (got.truth != wanted.truth)
        complain(c, row->number, "as 4688 %s %s (%x), and by the table it %s", b->id,
                 truth_names[got.truth], got.missing, truth_names[wanted.truth]);
    else if (!is_same(&wanted, &got))
        complain(c, row->number, "as 4688 %s fires at %s/%s, and by the table at %s/%s", b->id,
                 paw_severity_name(got.item.severity), paw_confidence_name(got.item.confidence),
                 paw_severity_name(wanted.item.severity),
                 paw_confidence_name(wanted.item.confidence));
}

static void tell_row(struct context *c, const struct vec_row *row, const struct paw_behaviour *b)
{
    static const char *const truths[] = {"no", "unknown", "yes"};
    const unsigned ways = names_recorder(row->lines) ? 1 : 2; /* it is not varied */
    for (unsigned as_4688 = 0; as_4688 < ways; as_4688++) {
        const struct answer a = ask(c, row, b, NULL, as_4688 != 0, 0);
        const bool fires = a.truth == PAW_YES;
        printf("%s\t%u\t%s\t%s\t%s\t%s\n", c->stem, row->number, as_4688 != 0 ? "4688" : "sysmon",
               truths[a.truth], fires ? paw_severity_name(a.item.severity) : "",
               fires ? paw_confidence_name(a.item.confidence) : "");
    }
}

static void check_section(struct context *c, const struct vec_section *s)
{
    const struct paw_behaviour *b = paw_catalogue_behaviour(c->catalogue, paw_str_of(s->id));
    if (b == NULL) {
        complain(c, s->number, "no behaviour '%s'", s->id);
        return;
    }
    static struct leaf leaves[LEAVES_MAX];
    bool adjusts[32] = {false};
    const size_t n = leaves_of(b, leaves);
    c->seen[c->n_seen++] = b;
    c->sections++;
    for (size_t i = 0; i < n && c->suggest; i++)
        printf("%s\tleaf\t%s\n", b->id, leaves[i].path);
    for (unsigned pass = 0; pass < 2; pass++) /* what is covered first, then suggestions */
        for (const struct vec_row *row = s->rows; row != NULL; row = row->next) {
            const bool asks = strcmp(row->about, "?") == 0;
            if (asks != (pass == 1))
                continue;
            c->rows++;
            check_memo(c, row);
            if (c->tells)
                tell_row(c, row, b);
            if (!asks)
                check_4688(c, row, b);
            if (row->sign == '+')
                check_plus(c, row, b);
            else if (row->sign == '-')
                check_minus(c, row, b, leaves, n);
            else
                check_tilde(c, row, b, adjusts);
        }
    for (size_t i = 0; i < n; i++) {
        c->open_leaves += !leaves[i].covered;
        if (!leaves[i].covered && c->suggest)
            printf("%s\t0\t%s\n", b->id, leaves[i].path);
    }
    for (size_t i = 0; b->adjust != NULL && b->adjust[i].tests != NULL; i++) {
        c->open_adjusts += !adjusts[i];
        if (!adjusts[i] && c->suggest)
            printf("%s\t0\tadjust: %s\n", b->id, b->adjust[i].why);
    }
}

/* Files ---------------------------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *n)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return NULL;
    char *text = malloc(1 << 20);
    *n = text == NULL ? 0 : fread(text, 1, 1 << 20, in);
    (void)fclose(in);
    return text;
}

static void check_file(struct context *c, const char *folder, const char *name)
{
    char path[512];
    size_t n;
    (void)snprintf(path, sizeof path, "%s/behaviours/%s.txt", folder, name);
    c->path = path;
    c->stem = name;
    char *text = read_file(path, &n);
    if (text == NULL) {
        complain(c, 0, "an analyzer without vectors");
        return;
    }
    struct vec_file f;
    if (!vec_read(&f, path, text, n))
        complain(c, f.line, "column %u: %s", f.column, f.error);
    for (const struct vec_section *s = f.sections; s != NULL && f.error[0] == '\0'; s = s->next)
        check_section(c, s);
    vec_finish(&f);
    free(text);
    c->path = NULL; /* it was ours */
}

/* What the vectors do not cover yet: numbers that may only shrink. */
enum { OPEN_LEAVES = 0, OPEN_ADJUSTS = 0, OPEN_SECTIONS = 0 };

/* Behaviours that cannot be decided yet say what they wait for; only these and the one that the
 * engine makes itself ask nothing. */
enum { WAITING_MAX = 15 };

static void check_waiting(struct context *c)
{
    size_t n;
    unsigned waiting = 0;
    const struct paw_behaviour *const *all = paw_catalogue_all(c->catalogue, &n);
    for (size_t i = 0; i < n; i++) {
        const bool waits = all[i]->waits_for != NULL;
        waiting += waits;
        if (waits != (all[i]->when == NULL) && strcmp(all[i]->id, "generic.not_decidable") != 0)
            complain(c, 0, "%s %s", all[i]->id, waits ? "asks and waits" : "asks nothing");
    }
    if (waiting > WAITING_MAX)
        complain(c, 0, "%u behaviours wait", waiting);
}

static void check_whole(struct context *c)
{
    size_t n;
    unsigned open = 0;
    const struct paw_behaviour *const *all = paw_catalogue_all(c->catalogue, &n);
    for (size_t i = 0; i < n; i++) {
        bool seen = all[i]->when == NULL || all[i]->waits_for != NULL;
        for (size_t k = 0; k < c->n_seen && !seen; k++)
            seen = c->seen[k] == all[i];
        if (!seen && c->suggest)
            printf("%s\t0\tno section\n", all[i]->id);
        open += !seen;
    }
    (void)fprintf(stderr,
                  "%u sections, %u rows; without a section %u, without a row %u questions and %u "
                  "adjustments\n",
                  c->sections, c->rows, open, c->open_leaves, c->open_adjusts);
    c->path = "test_behaviours.c";
    check_waiting(c);
    if (open > OPEN_SECTIONS || c->open_leaves > OPEN_LEAVES || c->open_adjusts > OPEN_ADJUSTS)
        complain(c, 0, "more than before is not covered");
}

int main(int argc, char **argv)
{
    static struct context c;
    struct paw_catalogue *catalogue;
    char programs[512];
    if (argc < 2)
        return 2;
    (void)snprintf(programs, sizeof programs, "%s/programs.txt", argv[1]);
    if (!vector_programs_read(programs)) {
        (void)fprintf(stderr, "%s: cannot be read\n", programs);
        return 2;
    }
    if (paw_catalogue_new(paw_analyzers, &catalogue) != PAW_OK)
        return 2;
    c.catalogue = catalogue;
    c.suggest = argc > 2 && strcmp(argv[2], "--suggest") == 0;
    c.tells = argc > 2 && strcmp(argv[2], "--answers") == 0;
    paw_arena_init(&c.arena, SIZE_MAX);
    for (const struct paw_analyzer *const *a = paw_analyzers; *a != NULL; a++)
        check_file(&c, argv[1], (*a)->name);
    check_whole(&c);
    paw_arena_finish(&c.arena);
    paw_catalogue_free(catalogue);
    return c.bad == 0 ? 0 : 1;
}
