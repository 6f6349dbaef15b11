/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a site file (docs/site.md): strictly, so that a slip of the pen is not a wrong finding.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <catspaw/catspaw.h>

#include "core/json_read.h"
#include "core/str.h"
#include "windows/site.h"

enum { FILE_MAX = 1 << 20, ARENA_BYTES = 64 << 20 };

static const struct {
    const char *key;
    enum paw_site_kind kind;
} lists[] = {
    {"domains", PAW_SITE_DOMAINS}, {"networks", PAW_SITE_NETWORKS},
    {"places", PAW_SITE_PLACES},   {"parents", PAW_SITE_PARENTS},
    {"drives", PAW_SITE_DRIVES},   {"system_roots", PAW_SITE_SYSTEM_ROOTS},
    {"signers", PAW_SITE_SIGNERS},
};

struct reading {
    struct paw_site *site;
    enum paw_site_kind kind; /* of the list that is being read */
    bool seen[PAW_COUNT_OF(lists)], has_schema, has_comment;
    const char *what; /* NULL: the JSON itself is at fault */
    paw_str given;    /* what is at fault                  */
    size_t at;
};

static enum paw_status fail(struct reading *r, const char *what, paw_str given, size_t at)
{
    r->what = what;
    r->given = given;
    r->at = at;
    return PAW_E_FORMAT;
}

static enum paw_status take_item(void *self, paw_str item, size_t at)
{
    struct reading *r = self;
    const char *fault = NULL;
    const enum paw_status status = paw_site_add(r->site, r->kind, item, &fault);
    if (status == PAW_E_FORMAT)
        return fail(r, fault, item, at);
    return status == PAW_E_LIMIT ? fail(r, "more than 4096 entries in one list", item, at) : status;
}

static enum paw_status take_list(struct reading *r, struct paw_json_reader *json, size_t i,
                                 paw_str key, size_t at)
{
    if (r->seen[i])
        return fail(r, "a key that is there twice", key, at);
    r->seen[i] = true;
    r->kind = lists[i].kind;
    if (json->at < json->text.n && json->text.p[json->at] != '[')
        return fail(r, "the value is no list of texts", key, json->at);
    const enum paw_status status = paw_json_take_strings(json, take_item, r);
    const bool other = status == PAW_E_FORMAT && r->what == NULL && json->at < json->text.n &&
                       strchr("{[tfn-0123456789", json->text.p[json->at]) != NULL;
    return other ? fail(r, "the list holds something that is no text", key, json->at) : status;
}

static enum paw_status take_text(struct reading *r, struct paw_json_reader *json, paw_str key,
                                 size_t at, bool *seen, paw_str *text)
{
    if (*seen)
        return fail(r, "a key that is there twice", key, at);
    *seen = true;
    if (json->at < json->text.n && json->text.p[json->at] != '"')
        return fail(r, "the value is no text", key, json->at);
    return paw_json_take_string(json, text);
}

static enum paw_status take_member(void *self, struct paw_json_reader *json, paw_str key, size_t at)
{
    struct reading *r = self;
    const size_t value_at = json->at;
    paw_str text = {0};
    if (paw_str_equal(key, PAW_LIT("schema"))) {
        const enum paw_status status = take_text(r, json, key, at, &r->has_schema, &text);
        if (status == PAW_OK && !paw_str_equal(text, PAW_LIT("catspaw.site/1")))
            return fail(r, "not a schema of this version, catspaw.site/1", text, value_at);
        return status;
    }
    if (paw_str_equal(key, PAW_LIT("comment")))
        return take_text(r, json, key, at, &r->has_comment, &text);
    for (size_t i = 0; i < PAW_COUNT_OF(lists); i++)
        if (paw_str_equal(key, paw_str_of(lists[i].key)))
            return take_list(r, json, i, key, at);
    return fail(r, "unknown key", key, at);
}

static void tell(const struct reading *r, paw_str text, size_t at, struct paw_site_fault *fault)
{
    *fault = (struct paw_site_fault){.line = 1, .column = 1, .offset = at};
    for (size_t i = 0; i < at && i < text.n; i++) {
        fault->column = text.p[i] == '\n' ? 1 : fault->column + 1;
        fault->line += text.p[i] == '\n';
    }
    fault->what = r->what != NULL ? r->what : "not JSON";
    const size_t n = r->given.n < sizeof(fault->given) ? r->given.n : sizeof(fault->given) - 1;
    if (n != 0)
        memcpy(fault->given, r->given.p, n);
}

enum paw_status paw_site_read(const char *json, size_t n, struct paw_site **ret,
                              struct paw_site_fault *fault)
{
    const paw_str text = {json, n};
    const bool marked = paw_str_starts(text, PAW_LIT("\xEF\xBB\xBF"));
    struct paw_site *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return PAW_E_MEMORY;
    paw_arena_init(&s->arena, ARENA_BYTES);
    struct reading r = {.site = s};
    struct paw_json_reader reader = {.text = text, .at = marked ? 3 : 0, .arena = &s->arena};
    enum paw_status status = paw_json_walk_object(&reader, take_member, &r);
    if (status == PAW_OK && reader.at != text.n)
        status = PAW_E_FORMAT;
    if (status == PAW_OK && !r.has_schema)
        status = fail(&r, "the key is missing", PAW_LIT("schema"), 0);
    if (status == PAW_OK) {
        *ret = s;
        return PAW_OK;
    }
    if (status == PAW_E_FORMAT)
        tell(&r, text, r.what != NULL ? r.at : reader.at, fault);
    paw_site_free(s);
    return status;
}

enum paw_status paw_site_open(const char *path, struct paw_site **ret, struct paw_site_fault *fault,
                              struct paw_error *err)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return paw_fail_sys(err, PAW_E_IO, errno, "opening the site file");
    char *text = malloc(FILE_MAX + 1);
    const size_t n = text == NULL ? 0 : fread(text, 1, FILE_MAX + 1, f);
    const bool failed = ferror(f) != 0;
    const int why = errno;
    (void)fclose(f); /* it was only read */
    enum paw_status status = PAW_OK;
    if (text == NULL)
        status = paw_fail(err, PAW_E_MEMORY, 0, "reading the site file");
    else if (failed)
        status = paw_fail_sys(err, PAW_E_IO, why, "reading the site file");
    else if (n > FILE_MAX)
        status = paw_fail(err, PAW_E_LIMIT, 0, "a site file of more than 1 MiB");
    else
        status = paw_site_read(text, n, ret, fault);
    free(text);
    return status;
}

void paw_site_free(struct paw_site *s)
{
    if (s != NULL)
        paw_arena_finish(&s->arena);
    free(s);
}
