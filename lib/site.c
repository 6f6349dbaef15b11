/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a site file (docs/site.md): strictly, so that a slip of the pen is not a wrong finding.
 */
#include <stdlib.h>

#include <catspaw/catspaw.h>

#include "core/str.h"
#include "given.h"
#include "windows/site.h"

enum { ARENA_BYTES = 64 << 20 };

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
    struct paw_given given;
};

static enum paw_status take_item(void *self, paw_str item, size_t at)
{
    struct reading *r = self;
    const char *fault = NULL;
    const enum paw_status status = paw_site_add(r->site, r->kind, item, &fault);
    if (status == PAW_E_FORMAT)
        return paw_given_fail(&r->given, fault, item, at);
    return status == PAW_E_LIMIT
               ? paw_given_fail(&r->given, "more than 4096 entries in one list", item, at)
               : status;
}

static enum paw_status take_list(struct reading *r, struct paw_json_reader *json, size_t i,
                                 paw_str key, size_t at)
{
    if (r->seen[i])
        return paw_given_fail(&r->given, "a key that is there twice", key, at);
    r->seen[i] = true;
    r->kind = lists[i].kind;
    if (json->at < json->text.n && !paw_given_is(json, "["))
        return paw_given_fail(&r->given, "the value is no list of texts", key, json->at);
    const enum paw_status status = paw_json_take_strings(json, take_item, r);
    const bool other =
        status == PAW_E_FORMAT && r->given.what == NULL && paw_given_is(json, "{[tfn-0123456789");
    return other ? paw_given_fail(&r->given, "the list holds something that is no text", key,
                                  json->at)
                 : status;
}

static enum paw_status take_member(void *self, struct paw_json_reader *json, paw_str key, size_t at)
{
    struct reading *r = self;
    const size_t value_at = json->at;
    paw_str text = {0};
    if (paw_str_equal(key, PAW_LIT("schema"))) {
        const enum paw_status status =
            paw_given_text(&r->given, json, key, at, &r->has_schema, &text);
        if (status == PAW_OK && !paw_str_equal(text, PAW_LIT("catspaw.site/1")))
            return paw_given_fail(&r->given, "not a schema of this version, catspaw.site/1", text,
                                  value_at);
        return status;
    }
    if (paw_str_equal(key, PAW_LIT("comment")))
        return paw_given_text(&r->given, json, key, at, &r->has_comment, &text);
    for (size_t i = 0; i < PAW_COUNT_OF(lists); i++)
        if (paw_str_equal(key, paw_str_of(lists[i].key)))
            return take_list(r, json, i, key, at);
    return paw_given_fail(&r->given, "unknown key", key, at);
}

enum paw_status paw_site_read(const char *json, size_t n, struct paw_site **ret,
                              struct paw_file_fault *fault)
{
    const paw_str text = {json, n};
    struct paw_site *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return PAW_E_MEMORY;
    paw_arena_init(&s->arena, ARENA_BYTES);
    struct reading r = {.site = s};
    struct paw_json_reader reader = paw_given_reader(text, &s->arena);
    enum paw_status status = paw_json_walk_object(&reader, take_member, &r);
    if (status == PAW_OK && reader.at != text.n)
        status = PAW_E_FORMAT;
    if (status == PAW_OK && !r.has_schema)
        status = paw_given_fail(&r.given, "the key is missing", PAW_LIT("schema"), 0);
    if (status == PAW_OK) {
        *ret = s;
        return PAW_OK;
    }
    if (status == PAW_E_FORMAT)
        paw_given_tell(&r.given, text, r.given.what != NULL ? r.given.at : reader.at, fault);
    paw_site_free(s);
    return status;
}

enum paw_status paw_site_open(const char *path, struct paw_site **ret, struct paw_file_fault *fault,
                              struct paw_error *err)
{
    char *text = NULL;
    size_t n = 0;
    enum paw_status status = paw_given_open(path, &text, &n, err);
    if (status == PAW_OK)
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
