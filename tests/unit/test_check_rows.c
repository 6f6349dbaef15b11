/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every row of fixtures/lines through paw_check: a positive one gives its behaviour if the
 * catalogue has it or, where it names a technique, something of it at medium or above; a benign one
 * nothing at medium or above. Rows that other records decide
 * (needs=) are vectors.
 *
 * test_check_rows FIXTURES
 */
#include <catspaw/behaviour.h>

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "core/str.h"

enum { ROWS_MAX = 1024 };

struct row {
    paw_str name; /* behaviour, or why it is benign */
    bool is_benign, is_undecidable;
    enum paw_severity most; /* of a benign one */
    bool holds;
    char got[256];
};

struct test {
    struct paw_arena arena;
    struct paw_catalogue *catalogue;
    struct row rows[ROWS_MAX];
    struct paw_line lines[ROWS_MAX];
    size_t n;
    unsigned faults, undecidable, held;
};

static _Noreturn void give_up(const char *what, const char *of)
{
    (void)fprintf(stderr, "%s: %s\n", of, what);
    exit(1);
}

static paw_str read_whole(struct test *t, const char *folder, const char *name)
{
    char path[1024];
    const int n = snprintf(path, sizeof(path), "%s/lines/%s", folder, name);
    FILE *f = n > 0 && (size_t)n < sizeof(path) ? fopen(path, "rb") : NULL;
    if (f == NULL || fseek(f, 0, SEEK_END) != 0)
        give_up("cannot be opened", name);
    const long size = ftell(f);
    char *text = size < 0 ? NULL : paw_arena_alloc(&t->arena, (size_t)size + 1);
    if (text == NULL || fseek(f, 0, SEEK_SET) != 0 ||
        fread(text, 1, (size_t)size, f) != (size_t)size)
        give_up("cannot be read", name);
    (void)fclose(f);
    return (paw_str){text, (size_t)size};
}

/* The next piece up to c; false: nothing left. */
static bool take(paw_str *s, char c, paw_str *ret)
{
    if (s->p == NULL || s->n == 0)
        return false;
    size_t end = paw_str_find_char(*s, c, 0);
    if (end == SIZE_MAX)
        end = s->n;
    *ret = paw_str_sub(*s, 0, end);
    *s = paw_str_from(*s, end + 1);
    return true;
}

static enum paw_severity level_of(paw_str name)
{
    for (unsigned s = PAW_INFORMATIONAL; s <= PAW_CRITICAL; s++)
        if (paw_str_equal(name, paw_str_of(paw_severity_name((enum paw_severity)s))))
            return (enum paw_severity)s;
    give_up("no severity", "most=");
}

static void set_cell(struct row *row, struct paw_line *line, paw_str cell, const char *file)
{
    const struct {
        const char *key;
        paw_str *to;
    } known[] = {
        {"image=", &line->image},
        {"original_file_name=", &line->original_file_name},
        {"current_directory=", &line->current_directory},
        {"user=", &line->user},
        {"integrity=", &line->integrity},
        {"parent_image=", &line->parent_image},
        {"parent_command_line=", &line->parent_command_line},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(known); i++)
        if (paw_str_starts(cell, paw_str_of(known[i].key))) {
            *known[i].to = paw_str_from(cell, strlen(known[i].key));
            return;
        }
    if (paw_str_starts(cell, PAW_LIT("needs=")))
        row->is_undecidable = true;
    else if (paw_str_starts(cell, PAW_LIT("most=")))
        row->most = level_of(paw_str_from(cell, 5));
    else
        give_up("a cell that is not known", file);
}

static void read_rows(struct test *t, const char *folder, const char *name, bool is_benign)
{
    paw_str text = read_whole(t, folder, name), one = {0}, cell = {0};
    while (take(&text, '\n', &one)) {
        if (one.n == 0 || one.p[0] == '#')
            continue;
        if (t->n == ROWS_MAX)
            give_up("too many rows", name);
        struct row *row = &t->rows[t->n];
        struct paw_line *line = &t->lines[t->n++];
        row->is_benign = is_benign;
        row->most = PAW_LOW;
        if (!take(&one, '\t', &row->name) || !take(&one, '\t', &line->command_line))
            give_up("a row without command line", name);
        while (take(&one, '\t', &cell))
            set_cell(row, line, cell, name);
    }
}

static void note_got(struct row *row, const struct paw_finding *f)
{
    size_t used = 0;
    row->got[0] = '\0';
    for (size_t i = 0; f != NULL && i < f->n_held && used < sizeof(row->got); i++) {
        const int n = snprintf(row->got + used, sizeof(row->got) - used, " %s/%s", f->held[i].id,
                               paw_severity_name(f->held[i].severity));
        used += n > 0 ? (size_t)n : sizeof(row->got);
    }
}

static enum paw_status done(void *self, size_t i, const struct paw_finding *f)
{
    struct test *t = self;
    struct row *row = &t->rows[i];
    note_got(row, f);
    if (row->is_benign) {
        row->holds = f == NULL || f->severity <= row->most;
        return PAW_OK;
    }
    for (size_t j = 0; f != NULL && j < f->n_held; j++)
        row->holds |= paw_str_equal(row->name, paw_str_of(f->held[j].id));
    for (size_t j = 0; f != NULL && f->severity >= PAW_MEDIUM && j < f->n_techniques; j++)
        row->holds |= paw_str_equal(row->name, paw_str_of(f->techniques[j]));
    return PAW_OK;
}

static void complain(struct test *t, const struct row *row, const struct paw_line *line)
{
    t->faults++;
    printf("does not hold: %.*s\n  wanted %.*s, got%s\n", (int)line->command_line.n,
           line->command_line.p, row->is_benign ? 7 : (int)row->name.n,
           row->is_benign ? "nothing" : row->name.p, row->got[0] == '\0' ? " nothing" : row->got);
}

static void judge_row(struct test *t, size_t i)
{
    const struct row *row = &t->rows[i];
    const struct paw_line *line = &t->lines[i];
    const bool knows = row->is_benign || paw_str_starts(row->name, PAW_LIT("T1218")) ||
                       paw_catalogue_behaviour(t->catalogue, row->name) != NULL;
    if (!knows) { /* a slip of the pen would never hold and never fail */
        t->faults++;
        printf("no such behaviour: %.*s\n", (int)row->name.n, row->name.p);
        return;
    }
    if (row->is_undecidable) {
        t->undecidable++;
        return;
    }
    t->held += row->holds;
    if (!row->holds)
        complain(t, row, line);
}

int main(int argc, char **argv)
{
    static struct test t;
    if (argc != 2)
        give_up("wants the folder of fixtures", "test_check_rows");
    paw_arena_init(&t.arena, SIZE_MAX);
    read_rows(&t, argv[1], "positive.tsv", false);
    read_rows(&t, argv[1], "benign.tsv", true);
    read_rows(&t, argv[1], "attacks.tsv", false);
    read_rows(&t, argv[1], "daily.tsv", true);
    if (paw_catalogue_new(paw_analyzers, &t.catalogue) != PAW_OK ||
        paw_check(t.lines, t.n, done, &t) != PAW_OK)
        give_up("could not judge", "paw_check");
    for (size_t i = 0; i < t.n; i++)
        judge_row(&t, i);
    printf("%zu rows: %u hold, %u need other records\n", t.n, t.held, t.undecidable);
    paw_catalogue_free(t.catalogue);
    paw_arena_finish(&t.arena);
    return t.faults == 0 ? 0 : 1;
}
