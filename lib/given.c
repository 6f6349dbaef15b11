/* SPDX-License-Identifier: Apache-2.0 */
/* What all files have in common that people write for us: see given.h. */
#include "given.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/str.h"

enum { FILE_MAX = 1 << 20 };

enum paw_status paw_given_fail(struct paw_given *g, const char *what, paw_str given, size_t at)
{
    *g = (struct paw_given){what, given, at};
    return PAW_E_FORMAT;
}

bool paw_given_is(const struct paw_json_reader *json, const char *first)
{
    return json->at < json->text.n && json->text.p[json->at] != '\0' &&
           strchr(first, json->text.p[json->at]) != NULL;
}

enum paw_status paw_given_text(struct paw_given *g, struct paw_json_reader *json, paw_str key,
                               size_t at, bool *seen, paw_str *text)
{
    if (*seen)
        return paw_given_fail(g, "a key that is there twice", key, at);
    *seen = true;
    if (json->at < json->text.n && !paw_given_is(json, "\""))
        return paw_given_fail(g, "the value is no text", key, json->at);
    return paw_json_take_string(json, text);
}

void paw_given_tell(const struct paw_given *g, paw_str text, size_t at,
                    struct paw_file_fault *fault)
{
    *fault = (struct paw_file_fault){.line = 1, .column = 1, .offset = at};
    for (size_t i = 0; i < at && i < text.n; i++) {
        fault->column = text.p[i] == '\n' ? 1 : fault->column + 1;
        fault->line += text.p[i] == '\n';
    }
    fault->what = g->what != NULL ? g->what : "not JSON";
    const size_t n = g->given.n < sizeof(fault->given) ? g->given.n : sizeof(fault->given) - 1;
    if (n != 0)
        memcpy(fault->given, g->given.p, n);
}

struct paw_json_reader paw_given_reader(paw_str text, struct paw_arena *arena)
{
    const bool marked = paw_str_starts(text, PAW_LIT("\xEF\xBB\xBF"));
    return (struct paw_json_reader){.text = text, .at = marked ? 3 : 0, .arena = arena};
}

enum paw_status paw_given_open(const char *path, char **ret, size_t *n, struct paw_error *err)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return paw_fail_sys(err, PAW_E_IO, errno, "opening the file");
    char *text = malloc(FILE_MAX + 1);
    *n = text == NULL ? 0 : fread(text, 1, FILE_MAX + 1, f);
    const bool failed = ferror(f) != 0;
    const int why = errno;
    (void)fclose(f); /* it was only read */
    enum paw_status status = PAW_OK;
    if (text == NULL)
        status = paw_fail(err, PAW_E_MEMORY, 0, "reading the file");
    else if (failed)
        status = paw_fail_sys(err, PAW_E_IO, why, "reading the file");
    else if (*n > FILE_MAX)
        status = paw_fail(err, PAW_E_LIMIT, 0, "a file of more than 1 MiB");
    if (status == PAW_OK)
        *ret = text;
    else
        free(text);
    return status;
}
