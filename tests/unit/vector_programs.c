/* SPDX-License-Identifier: Apache-2.0 */
/* See vector_programs.h. */
#include "vector_programs.h"

#include <stdio.h>

#include "core/str.h"
#include "windows/path.h"

enum { ROWS_MAX = 1024 };

static struct vector_program rows[ROWS_MAX];
static size_t n_rows;

static bool copy(char *out, size_t room, paw_str s)
{
    if (s.n >= room)
        return false;
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}

static bool read_row(paw_str line, struct vector_program *row)
{
    paw_str part[4];
    for (size_t i = 0; i < 4; i++) {
        const size_t at = paw_str_find_char(line, '|', 0);
        part[i] = paw_str_trim(paw_str_sub(line, 0, at == SIZE_MAX ? line.n : at), " \t");
        if ((at == SIZE_MAX) != (i == 3))
            return false;
        line = at == SIZE_MAX ? (paw_str){0} : paw_str_from(line, at + 1);
    }
    if (paw_str_equal(part[3], PAW_LIT("-")))
        part[3].n = 0;
    return copy(row->name, sizeof row->name, part[0]) &&
           copy(row->folder, sizeof row->folder, part[1]) &&
           copy(row->original, sizeof row->original, part[2]) &&
           copy(row->company, sizeof row->company, part[3]);
}

bool vector_programs_read(const char *path)
{
    FILE *in = fopen(path, "r");
    char line[1024];
    if (in == NULL)
        return false;
    bool ok = true;
    while (ok && fgets(line, sizeof line, in) != NULL) {
        const paw_str text = paw_str_trim(paw_str_of(line), " \t\r\n");
        if (text.n == 0 || text.p[0] == '#')
            continue;
        ok = n_rows < ROWS_MAX && read_row(text, &rows[n_rows]);
        n_rows += ok;
    }
    (void)fclose(in);
    return ok && n_rows != 0;
}

const struct vector_program *vector_program_find(const char *name, const char *image)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (!paw_str_same_name(paw_str_of(rows[i].name), paw_str_of(name)))
            continue;
        if (image == NULL ||
            paw_str_same_name(paw_path_folder(paw_str_of(image)), paw_str_of(rows[i].folder)))
            return &rows[i];
    }
    return NULL;
}
