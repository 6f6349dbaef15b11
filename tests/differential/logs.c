/* SPDX-License-Identifier: Apache-2.0 */
/* Logs to compare, and what is accepted: see logs.h. */
#include "logs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/str.h"

enum { SKIPPED = 77, PATH_ROOM = 4096 };

static paw_bytes read_all(const char *path)
{
    FILE *f = fopen(path, "rb");
    paw_bytes ret = {0};
    if (f == NULL || fseek(f, 0, SEEK_END) != 0)
        return ret;
    const long n = ftell(f);
    uint8_t *bytes = n < 0 ? NULL : malloc((size_t)n + 1);
    rewind(f);
    if (bytes != NULL && fread(bytes, 1, (size_t)n, f) == (size_t)n)
        ret = (paw_bytes){bytes, (size_t)n};
    (void)fclose(f);
    return ret;
}

static bool is_log(const char *path)
{
    const paw_str name = paw_str_of(path);
    /* libevtx would not come to an end with this one */
    return paw_str_ends_name(name, PAW_LIT(".evtx")) &&
           !paw_str_ends_name(name, PAW_LIT("/bomb.evtx"));
}

static void try_file(const char *path, logs_try_fn *try_log, struct tally *tally)
{
    const paw_bytes bytes = read_all(path);
    if (bytes.p == NULL)
        return;
    tally->files++;
    try_log(path, bytes, tally);
    free((void *)(uintptr_t)bytes.p);
}

static void try_path(const char *path, logs_try_fn *try_log, struct tally *tally, unsigned depth)
{
    struct stat s;
    if (depth > 16 || lstat(path, &s) != 0)
        return;
    if (!S_ISDIR(s.st_mode)) {
        if (S_ISREG(s.st_mode) && is_log(path))
            try_file(path, try_log, tally);
        return;
    }
    DIR *d = opendir(path);
    for (struct dirent *e = d == NULL ? NULL : readdir(d); e != NULL; e = readdir(d)) {
        char below[PATH_ROOM];
        if (e->d_name[0] != '.' &&
            snprintf(below, sizeof(below), "%s/%s", path, e->d_name) < (int)sizeof(below))
            try_path(below, try_log, tally, depth + 1);
    }
    if (d != NULL)
        closedir(d);
}

/* The accepted ones -----------------------------------------------------------------------------
 */

/* Holds the counts against the list: lines of scope, class, count, reason. */
static unsigned check_accepted(const char *list, const char *scope, const struct tally *t)
{
    const paw_bytes all = read_all(list);
    paw_str rest = {(const char *)all.p, all.n};
    unsigned accepted[DIFFERENCE_CLASSES] = {0}, bad = 0;
    while (rest.n != 0) {
        const size_t end = paw_str_find_char(rest, '\n', 0);
        paw_str line = paw_str_sub(rest, 0, end == SIZE_MAX ? rest.n : end);
        rest = paw_str_from(rest, line.n + 1);
        paw_str part[3];
        for (size_t i = 0; i < PAW_COUNT_OF(part); i++) {
            const size_t tab = paw_str_find_char(line, '\t', 0);
            part[i] = paw_str_sub(line, 0, tab == SIZE_MAX ? line.n : tab);
            line = paw_str_from(line, part[i].n + 1);
        }
        uint64_t n = 0;
        for (unsigned c = 1; c < DIFFERENCE_CLASSES; c++)
            if (paw_str_equal(part[0], paw_str_of(scope)) && line.n != 0 &&
                paw_str_equal(part[1], paw_str_of(difference_name(c))) && paw_str_u64(part[2], &n))
                accepted[c] = (unsigned)n;
    }
    for (unsigned c = 1; c < DIFFERENCE_CLASSES; c++) {
        if (t->of_class[c] != 0 || accepted[c] != 0)
            printf("%-12s %6u, accepted %u\n", difference_name(c), t->of_class[c], accepted[c]);
        bad += t->of_class[c] != accepted[c];
    }
    free((void *)(uintptr_t)all.p);
    return bad;
}

int logs_compare(int argc, char **argv, const char *items, logs_try_fn *try_log)
{
    struct tally t = {0};
    if (argc < 4)
        return 2;
    for (int i = 3; i < argc; i++)
        try_path(argv[i], try_log, &t, 0);
    if (t.files == 0) {
        printf("no logs there\n");
        return SKIPPED;
    }
    printf("%u logs, %u %s of both; only ours: %u intact, %u recovered, %u damaged\n", t.files,
           t.both, items, t.more[PAW_INTACT], t.more[PAW_RECOVERED], t.more[PAW_CORRUPT]);
    const unsigned bad = check_accepted(argv[1], argv[2], &t);
    if (bad != 0)
        printf("%u classes are not as accepted\n", bad);
    return t.failures != 0 || bad != 0;
}
