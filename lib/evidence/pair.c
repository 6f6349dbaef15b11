/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which transaction logs belong to which hive: those in its folder whose name is the hive's, with
 * .LOG1, .LOG2 or .LOG behind it, in any letter case. Collectors add suffixes, to the hive, the log
 * or both; of several hives a log goes to the one whose name fits best.
 *
 * Source: docs/regf-and-logs, files that belong together.
 */
#include "evidence/pair.h"

#include <stdlib.h>

enum { NEIGHBOURS = 256 }; /* looked at on each side of a log: a folder of evidence has few */

/* How well a log's name fits a hive's. */
enum fit {
    FIT_NOT,
    FIT_PREFIX, /* NTUSER.DAT_copy and NTUSER.DAT.LOG1            */
    FIT_STEM,   /* NTUSER.DAT and NTUSER.DAT.LOG1_copy            */
    FIT_WHOLE,  /* NTUSER.DAT_copy and NTUSER.DAT.LOG1_copy       */
};

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int folded(char c)
{
    return c >= 'A' && c <= 'Z' ? c | 32 : (uint8_t)c;
}

/* At most n bytes, ASCII case folded. */
static int compare_names(const char *a, const char *b, size_t n)
{
    size_t i = 0;
    while (i < n && a[i] != '\0' && folded(a[i]) == folded(b[i]))
        i++;
    return i == n ? 0 : folded(a[i]) - folded(b[i]);
}

static bool is_same(const char *a, const char *b, size_t n)
{
    return compare_names(a, b, n) == 0;
}

/* Parts of a log's name: up to the last ".LOG", which log it is, what follows. */
struct log_name {
    size_t stem;
    size_t slot; /* 0: LOG1, or the one log of old systems */
    const char *tail;
    bool is_old; /* .LOG */
};

static bool read_name(const char *name, struct log_name *ret)
{
    static const char mark[] = ".LOG";
    const size_t n = strlen(name), m = sizeof(mark) - 1;
    for (size_t at = n < m ? 0 : n - m + 1; at-- > 1;) {
        if (!is_same(name + at, mark, m))
            continue;
        const char which = name[at + m];
        const bool is_numbered = which == '1' || which == '2';
        *ret = (struct log_name){at, which == '2', name + at + m + is_numbered, !is_numbered};
        return true;
    }
    return false;
}

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static enum fit fit_of(const char *hive, const char *log, const struct log_name *l)
{
    const size_t n = strlen(hive);
    if (n < l->stem || !is_same(hive, log, l->stem))
        return FIT_NOT;
    if (n == l->stem)
        return l->tail[0] == '\0' ? FIT_WHOLE : FIT_STEM;
    if (compare_names(hive + l->stem, l->tail, SIZE_MAX) == 0)
        return FIT_WHOLE;
    return is_letter_or_digit(hive[l->stem]) ? FIT_NOT : FIT_PREFIX;
}

/* By folder as opened, then name without case: what begins with a hive's name stands together. */
static int by_folder(const void *a, const void *b)
{
    const struct paw_file *x = *(const struct paw_file *const *)a;
    const struct paw_file *y = *(const struct paw_file *const *)b;
    const size_t n = (size_t)(base_of(x->path) - x->path);
    const size_t m = (size_t)(base_of(y->path) - y->path);
    const int c = memcmp(x->path, y->path, n < m ? n : m);
    if (c != 0)
        return c;
    if (n != m)
        return n < m ? -1 : 1;
    const int names = compare_names(base_of(x->path), base_of(y->path), SIZE_MAX);
    return names != 0 ? names : (x > y) - (x < y);
}

static bool is_one_folder(const struct paw_file *x, const struct paw_file *y)
{
    const size_t n = (size_t)(base_of(x->path) - x->path);
    return n == (size_t)(base_of(y->path) - y->path) && memcmp(x->path, y->path, n) == 0;
}

struct group {
    struct paw_inventory *i;
    struct paw_file **files; /* of one folder */
    size_t n;
};

static enum fit fit_with(const struct paw_file *hive, const struct paw_file *log,
                         const struct log_name *name)
{
    if (hive->evidence != PAW_EVIDENCE_HIVE)
        return FIT_NOT;
    return fit_of(base_of(hive->path), base_of(log->path), name);
}

/* A better log drives out another; .LOG1 drives out .LOG. */
static bool is_better(const struct group *g, const struct paw_file *hive, enum fit fit,
                      const struct log_name *name)
{
    const uint32_t holder = hive->logs[name->slot];
    struct log_name other;
    if (holder == UINT32_MAX || !read_name(base_of(g->i->files[holder].path), &other))
        return true;
    const enum fit held = fit_with(hive, &g->i->files[holder], &other);
    return fit > held || (fit == held && other.is_old && !name->is_old);
}

/* The log goes to the hives that it fits best. */
static void give(const struct group *g, size_t at)
{
    struct paw_file *log = g->files[at];
    const size_t from = at < NEIGHBOURS ? 0 : at - NEIGHBOURS;
    const size_t to = g->n - at < NEIGHBOURS ? g->n : at + NEIGHBOURS;
    struct log_name name;
    enum fit best = FIT_NOT;
    if (!read_name(base_of(log->path), &name))
        return;
    for (size_t k = from; k < to; k++) {
        const enum fit fit = fit_with(g->files[k], log, &name);
        best = fit > best ? fit : best;
    }
    for (size_t k = from; k < to && best != FIT_NOT; k++) {
        struct paw_file *hive = g->files[k];
        if (fit_with(hive, log, &name) == best && is_better(g, hive, best, &name))
            hive->logs[name.slot] = (uint32_t)(log - g->i->files);
    }
}

bool paw_inventory_pair(struct paw_inventory *i)
{
    size_t n = 0;
    bool has_logs = false;
    struct paw_file **order = calloc(i->n_files + 1, sizeof(*order));
    if (order == NULL)
        return false;
    for (size_t j = 0; j < i->n_files; j++) {
        struct paw_file *f = &i->files[j];
        f->logs[0] = f->logs[1] = UINT32_MAX;
        f->is_log = false;
        has_logs |= f->evidence == PAW_EVIDENCE_HIVE_LOG;
        if (f->sys == 0 &&
            (f->evidence == PAW_EVIDENCE_HIVE || f->evidence == PAW_EVIDENCE_HIVE_LOG))
            order[n++] = f;
    }
    if (has_logs)
        qsort(order, n, sizeof(struct paw_file *), by_folder);
    for (size_t from = 0, to = 0; has_logs && from < n; from = to) {
        while (to < n && is_one_folder(order[from], order[to]))
            to++;
        const struct group g = {i, order + from, to - from};
        for (size_t j = 0; j < g.n; j++)
            if (g.files[j]->evidence == PAW_EVIDENCE_HIVE_LOG)
                give(&g, j);
    }
    for (size_t j = 0; j < i->n_files; j++)
        for (size_t k = 0; k < PAW_COUNT_OF(i->files[j].logs); k++)
            if (i->files[j].logs[k] != UINT32_MAX)
                i->files[i->files[j].logs[k]].is_log = true;
    free(order);
    return true;
}
