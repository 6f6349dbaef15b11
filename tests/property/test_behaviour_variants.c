/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hard to dodge: every line of fixtures/lines/variants.txt, and every row of fixtures/behaviours
 * that fires by its command line alone, keeps its behaviour, and no less severe a finding, in every
 * disguise that the real program tolerates. PAW_SEED repeats a run, PAW_VARIANTS sets how many
 * lines are tried; both are printed.
 *
 * test_behaviour_variants VARIANTS VECTORS...
 */
#include <catspaw/questions.h>

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "core/str.h"
#include "property/disguise.h"
#include "unit/vectors.h"

enum { ROWS_MAX = 1024, FILES_MAX = 64, SHOWN_MAX = 30, SHOWN_OF_A_ROW = 2, VARIANTS = 50000 };

struct row {
    paw_str id, line, directory;
    enum paw_severity severity;
    unsigned failures;
    uint64_t without; /* tricks that are not played */
    bool is_vector, is_dropped;
};

struct test {
    struct paw_arena arena;
    struct paw_catalogue *catalogue;
    struct row rows[ROWS_MAX];
    size_t n_rows;
    struct vec_file files[FILES_MAX];
    size_t n_files;
    struct disguised variants[PAW_CHECK_BATCH];
    struct paw_line lines[PAW_CHECK_BATCH];
    size_t row_of[PAW_CHECK_BATCH];
    unsigned long tried, same, failed, weaker, shown;
    unsigned long played[N_TRICKS], lost[N_TRICKS];
};

static uint64_t state;

static unsigned roll(unsigned n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % n;
}

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "test_behaviour_variants: %s\n", what);
    exit(1);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    uint64_t n = otherwise;
    if (text != NULL && !paw_str_u64(paw_str_of(text), &n))
        give_up("PAW_SEED and PAW_VARIANTS are numbers");
    return n;
}

/* Rows --------------------------------------------------------------------------------------------
 */

static paw_str read_whole(struct test *t, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0)
        give_up("a fixture cannot be opened");
    const long size = ftell(f);
    char *text = size < 0 ? NULL : paw_arena_alloc(&t->arena, (size_t)size + 1);
    if (text == NULL || fseek(f, 0, SEEK_SET) != 0 ||
        fread(text, 1, (size_t)size, f) != (size_t)size)
        give_up("a fixture cannot be read");
    (void)fclose(f);
    return (paw_str){text, (size_t)size};
}

static bool take(paw_str *s, char c, paw_str *ret)
{
    if (s->n == 0)
        return false;
    size_t end = paw_str_find_char(*s, c, 0);
    if (end == SIZE_MAX)
        end = s->n;
    *ret = paw_str_sub(*s, 0, end);
    *s = paw_str_from(*s, end + 1);
    return true;
}

static void read_rows(struct test *t, const char *path)
{
    const paw_str directory = PAW_LIT("current_directory=");
    paw_str text = read_whole(t, path), one = {0}, cell = {0};
    while (take(&text, '\n', &one)) {
        if (one.n == 0 || one.p[0] == '#')
            continue;
        if (t->n_rows == ROWS_MAX)
            give_up("too many rows");
        struct row *row = &t->rows[t->n_rows++];
        if (!take(&one, '\t', &row->id) || !take(&one, '\t', &row->line))
            give_up("a row without command line");
        while (take(&one, '\t', &cell)) {
            if (!paw_str_starts(cell, directory))
                give_up("a cell that is not known");
            row->directory = paw_str_from(cell, directory.n);
        }
    }
}

/* The working directory of a row that needs nothing else beside its line; false: it needs more. */
static bool is_line_alone(const struct vec_row *row, paw_str *directory)
{
    const struct vec_line *line = row->lines;
    *directory = (paw_str){0};
    if (row->sign != '+' || line == NULL || line->class != VEC_PROCESS || line->next != NULL)
        return false;
    for (const struct vec_line *l = line->children; l != NULL; l = l->next) {
        if (strcmp(l->head, "cwd") == 0)
            *directory = paw_str_of(l->text);
        else if (l->class != VEC_EVIDENCE)
            return false;
    }
    const paw_str text = paw_str_of(line->text);
    const size_t end = paw_str_find_name(text, PAW_LIT(".exe"), 0),
                 blank = strcspn(text.p, " \"\\/");
    return end != SIZE_MAX && end + 4 == blank;
}

/* A behaviour of processes alone is told of the process that the shell starts, not of its line. */
static uint64_t tricks_without(const struct test *t, paw_str id)
{
    const struct paw_behaviour *b = paw_catalogue_behaviour(t->catalogue, id);
    uint64_t without = 0;
    if (b != NULL && b->of != 0 && (b->of & (PAW_OF_STANDING | PAW_OF_LAUNCHED)) == 0)
        without |= UINT64_C(1) << TRICK_CMD;
    return without;
}

/* A quote inside a word is a disguise already. */
static bool is_plain(paw_str text)
{
    for (size_t i = 1; i < text.n; i++)
        if (text.p[i] == '"' && paw_lower(text.p[i - 1]) >= 'a' &&
            paw_lower(text.p[i - 1]) <= 'z' && i + 1 < text.n && text.p[i + 1] != ' ')
            return false;
    return true;
}

/* Of the behaviours that variants.txt does not have. */
static void read_vectors(struct test *t, const char *path)
{
    const size_t own = t->n_rows;
    paw_str text = read_whole(t, path);
    if (t->n_files == FILES_MAX)
        give_up("more files of vectors than there is room for");
    struct vec_file *f = &t->files[t->n_files++]; /* its texts are the rows' */
    if (!vec_read(f, path, text.p, text.n))
        give_up("vectors cannot be read");
    for (const struct vec_section *s = f->sections; s != NULL; s = s->next) {
        paw_str directory;
        bool has_own = false;
        for (size_t i = 0; i < own; i++)
            has_own = has_own || paw_str_equal(t->rows[i].id, paw_str_of(s->id));
        for (const struct vec_row *row = s->rows; row != NULL && !has_own; row = row->next)
            if (is_line_alone(row, &directory) && is_plain(paw_str_of(row->lines->text)) &&
                t->n_rows < ROWS_MAX)
                t->rows[t->n_rows++] = (struct row){.id = paw_str_of(s->id),
                                                    .line = paw_str_of(row->lines->text),
                                                    .directory = directory,
                                                    .without = tricks_without(t, paw_str_of(s->id)),
                                                    .is_vector = true};
    }
}

/* A row that check alone does not decide is none for this test. */
static void drop_undecided(struct test *t)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        if (!t->rows[i].is_dropped)
            t->rows[kept++] = t->rows[i];
    t->n_rows = kept;
}

static enum paw_status note_plain(void *self, size_t i, const struct paw_finding *f,
                                  const struct paw_command *command)
{
    (void)command;
    struct test *t = self;
    struct row *row = &t->rows[t->tried + i];
    bool holds = false;
    row->severity = f == NULL ? PAW_NO_SEVERITY : f->severity;
    for (size_t k = 0; f != NULL && k < f->n_held; k++)
        holds = holds || paw_str_equal(row->id, paw_str_of(f->held[k].id));
    row->is_dropped = !holds && row->is_vector;
    if (!holds && !row->is_vector) {
        t->failed++;
        printf("does not hold of the plain line: %.*s\n  %.*s\n", (int)row->id.n, row->id.p,
               (int)row->line.n, row->line.p);
    }
    return PAW_OK;
}

static void judge_plain(struct test *t)
{
    for (size_t from = 0; from < t->n_rows; from += PAW_CHECK_BATCH) {
        size_t n = 0;
        for (; n < PAW_CHECK_BATCH && from + n < t->n_rows; n++)
            t->lines[n] = (struct paw_line){.command_line = t->rows[from + n].line,
                                            .current_directory = t->rows[from + n].directory};
        t->tried = from;
        if (paw_check_batch(t->catalogue, NULL, t->lines, n, note_plain, t) != PAW_OK)
            give_up("could not judge");
    }
    t->tried = 0;
}

/* Variants ----------------------------------------------------------------------------------------
 */

static void show_failure(struct test *t, size_t i, const struct paw_finding *f)
{
    const struct disguised *v = &t->variants[i];
    struct row *row = &t->rows[t->row_of[i]];
    if (t->shown == SHOWN_MAX || row->failures++ >= SHOWN_OF_A_ROW)
        return;
    t->shown++;
    printf("%.*s lost\n  plain     %.*s\n  disguised %.*s\n", (int)row->id.n, row->id.p,
           (int)row->line.n, row->line.p, (int)v->n, v->text);
    if (v->image[0] != '\0')
        printf("  image     %s %s\n", v->image, v->original);
    if (v->directory[0] != '\0')
        printf("  directory %s\n", v->directory);
    printf("  found    ");
    for (size_t k = 0; f != NULL && k < f->n_held; k++)
        printf(" %s", f->held[k].id);
    printf("\n  tricks   ");
    for (enum trick k = 0; k < N_TRICKS; k++)
        if ((v->tricks >> k & 1) != 0)
            printf(" %s,", trick_name(k));
    printf("\n");
}

static enum paw_status note_variant(void *self, size_t i, const struct paw_finding *f,
                                    const struct paw_command *command)
{
    (void)command;
    struct test *t = self;
    const struct row *row = &t->rows[t->row_of[i]];
    bool holds = false;
    for (size_t k = 0; f != NULL && k < f->n_held; k++)
        holds = holds || paw_str_equal(row->id, paw_str_of(f->held[k].id));
    t->tried++;
    for (enum trick k = 0; k < N_TRICKS; k++) {
        t->played[k] += t->variants[i].tricks >> k & 1;
        t->lost[k] += holds ? 0 : t->variants[i].tricks >> k & 1;
    }
    if (holds && f->severity < row->severity) {
        t->weaker++;
        show_failure(t, i, f);
    }
    if (holds) {
        t->same++;
    } else {
        t->failed++;
        show_failure(t, i, f);
    }
    return PAW_OK;
}

static paw_str view_of(const char *s)
{
    return s[0] == '\0' ? (paw_str){0} : paw_str_of(s);
}

static void try_batch(struct test *t, size_t n)
{
    const size_t rows = t->n_rows;
    if (rows == 0)
        give_up("no rows");
    for (size_t i = 0; i < n; i++) {
        struct disguised *v = &t->variants[i];
        t->row_of[i] = (t->tried + i) % rows;
        const struct row *row = &t->rows[t->row_of[i]];
        disguise(row->line, row->directory, row->without, roll, v);
        t->lines[i] = (struct paw_line){.command_line = {v->text, v->n},
                                        .image = view_of(v->image),
                                        .original_file_name = view_of(v->original),
                                        .current_directory = view_of(v->directory)};
    }
    if (paw_check_batch(t->catalogue, NULL, t->lines, n, note_variant, t) != PAW_OK)
        give_up("could not judge");
}

static void report(const struct test *t)
{
    printf("%lu variants of %zu lines: %lu keep the behaviour (%lu in a finding of less severity), "
           "%lu lose it\n",
           t->tried, t->n_rows, t->same, t->weaker, t->failed);
    for (enum trick k = 0; k < N_TRICKS; k++)
        printf("  %-12s %8lu times, behaviour not kept %lu times\n", trick_name(k), t->played[k],
               t->lost[k]);
}

int main(int argc, char **argv)
{
    static struct test t;
    if (argc < 2)
        give_up("wants variants.txt and the files of vectors");
    state = number_from("PAW_SEED", 20240311);
    const uint64_t n = number_from("PAW_VARIANTS", VARIANTS);
    printf("PAW_SEED=%llu PAW_VARIANTS=%llu\n", (unsigned long long)state, (unsigned long long)n);
    paw_arena_init(&t.arena, SIZE_MAX);
    if (paw_catalogue_new(paw_analyzers, &t.catalogue) != PAW_OK)
        give_up("no catalogue");
    read_rows(&t, argv[1]);
    for (int i = 2; i < argc; i++)
        read_vectors(&t, argv[i]);
    judge_plain(&t);
    drop_undecided(&t);
    while (t.tried < n) {
        const uint64_t left = n - t.tried;
        try_batch(&t, left < PAW_CHECK_BATCH ? (size_t)left : PAW_CHECK_BATCH);
    }
    report(&t);
    for (size_t i = 0; i < t.n_files; i++)
        vec_finish(&t.files[i]);
    paw_catalogue_free(t.catalogue);
    paw_arena_finish(&t.arena);
    return t.failed == 0 && t.weaker == 0 ? 0 : 1;
}
