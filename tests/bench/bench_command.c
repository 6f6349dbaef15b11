/* SPDX-License-Identifier: Apache-2.0 */
/* How long parsing a command line takes. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/command_check.h"
#include "common/grammars.h"
#include "core/str.h"
#include "windows/command.h"
#include "windows/path.h"

#include "../unit/test_windows_command_rows.h"

enum { ROUNDS = 2000 };

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail for this clock */
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double bench_lines(size_t *bytes, size_t *faults)
{
    struct paw_arena arena;
    paw_arena_init(&arena, SIZE_MAX);
    const double begin = now();
    for (unsigned k = 0; k < ROUNDS; k++)
        for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
            struct paw_command c;
            paw_arena_reset(&arena);
            const paw_str line = paw_str_of(rows[i].line);
            const struct paw_line_context context = {.image = paw_str_of(rows[i].image)};
            const paw_str program = context.image.p != NULL ? paw_path_base(context.image)
                                                            : paw_command_program(line, &arena);
            const struct paw_grammar *g = test_grammar_find(program);
            if (paw_command_parse(line, g, &context, &arena, &c) != PAW_OK ||
                (k == 0 && test_command_fault(&c) != NULL))
                ++*faults;
            *bytes += line.n;
        }
    const double spent = now() - begin;
    paw_arena_finish(&arena);
    return spent;
}

static double bench_paths(size_t *n, uint64_t *classes)
{
    static const char *const paths[] = {
        "C:\\Windows\\System32\\kernel32.dll",
        "C:\\Users\\u\\AppData\\Local\\Temp\\x\\a.dll",
        "\\Device\\HarddiskVolume3\\Program Files\\Vendor\\a.exe",
        "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\InstallUtil.exe",
        "\\\\fs01.example.org\\drop\\a.dll",
        "https://files.example.org/a/b.hta",
    };
    struct paw_arena arena;
    const struct paw_path_context context = {.is_code = true};
    paw_arena_init(&arena, SIZE_MAX);
    const double begin = now();
    for (unsigned k = 0; k < ROUNDS * 20; k++)
        for (size_t i = 0; i < PAW_COUNT_OF(paths); i++) {
            struct paw_path path;
            paw_arena_reset(&arena);
            paw_path_normalise(paw_str_of(paths[i]), &context, &arena, &path);
            *classes |= path.class;
            ++*n;
        }
    const double spent = now() - begin;
    paw_arena_finish(&arena);
    return spent;
}

int main(void)
{
    size_t bytes = 0, faults = 0, n = 0;
    uint64_t classes = 0;
    const double lines = bench_lines(&bytes, &faults);
    const size_t each = PAW_COUNT_OF(rows);
    const double parses = (double)ROUNDS * (double)each;
    printf("command lines: %.0f ns each, %.0f MB/s\n", lines / parses,
           (double)bytes / lines * 1e9 / 1e6);
    const double paths = bench_paths(&n, &classes);
    printf("paths: %.0f ns each\n", paths / (double)n);
    return faults == 0 && (classes & PAW_SYS) != 0 ? 0 : 1;
}
