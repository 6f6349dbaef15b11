/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a suppress file (docs/suppress.md). */
#include "suppress.h"

#include <catspaw/behaviour.h>

#include <stdlib.h>

#include "core/filetime.h"
#include "core/os.h"
#include "core/sha256.h"
#include "core/str.h"
#include "engine/judge.h"
#include "given.h"

enum { ARENA_BYTES = 64 << 20 };

/* Days -------------------------------------------------------------------------------------------
 */

/* Of the calendar, by the reader of times. */
bool paw_is_day(const char *s)
{
    char text[] = "YYYY-MM-DDT00:00:01Z";
    paw_filetime when = 0;
    if (strlen(s) != PAW_SUPPRESS_DAY - 1)
        return false;
    memcpy(text, s, PAW_SUPPRESS_DAY - 1);
    return paw_filetime_read(paw_str_of(text), &when);
}

void paw_day_ahead(unsigned ahead, char ret[11])
{
    char text[PAW_FILETIME_TEXT];
    const uint64_t day = 86400 * PAW_TICKS_PER_SEC;
    const paw_str when = paw_filetime_text(paw_os_now() + ahead * day, text);
    memcpy(ret, when.n >= PAW_SUPPRESS_DAY - 1 ? when.p : "1601-01-01", PAW_SUPPRESS_DAY - 1);
    ret[PAW_SUPPRESS_DAY - 1] = '\0';
}

/* Entries ----------------------------------------------------------------------------------------
 */

const char *paw_suppress_field_name(enum paw_suppress_field f)
{
    static const char *const keys[PAW_SUPPRESS_FIELDS] = {
        [PAW_SUPPRESS_HOST] = "host",
        [PAW_SUPPRESS_BINARY] = "binary",
        [PAW_SUPPRESS_PARENT] = "parent",
        [PAW_SUPPRESS_OBJECT] = "object",
        [PAW_SUPPRESS_COMMAND_LINE] = "command_line",
        [PAW_SUPPRESS_SIGNER] = "signer",
    };
    return keys[f];
}

/* Texts of an entry that no finding is held against. */
static const struct told {
    const char *key;
    size_t field;
    bool is_needed;
} told[] = {
    {"reason", offsetof(struct paw_suppression, reason), true},
    {"author", offsetof(struct paw_suppression, author), true},
    {"expires", offsetof(struct paw_suppression, expires), true},
    {"finding", offsetof(struct paw_suppression, finding), false},
};

struct reading {
    struct paw_suppress *s;
    struct paw_catalogue *catalogue;
    struct paw_suppress_entry entry; /* that is being read */
    bool has_field[PAW_SUPPRESS_FIELDS], has_told[PAW_COUNT_OF(told)], has_behaviour;
    bool has_schema, has_comment, has_entries;
    struct paw_given given;
};

static enum paw_status take_behaviour(void *self, paw_str id, size_t at)
{
    struct reading *r = self;
    struct paw_suppress_entry *e = &r->entry;
    const struct paw_behaviour *b = paw_catalogue_behaviour(r->catalogue, id);
    if (b == NULL)
        return paw_given_fail(&r->given, "there is no such behaviour", id, at);
    if (e->n_behaviours == PAW_SUPPRESS_BEHAVIOURS_MAX)
        return paw_given_fail(&r->given, "more than 64 behaviours", id, at);
    for (size_t i = 0; i < e->n_behaviours; i++)
        if (strcmp(e->behaviours[i], b->id) == 0)
            return paw_given_fail(&r->given, "a behaviour that is there twice", id, at);
    e->behaviours[e->n_behaviours++] = b->id; /* of the analyzers' tables: constant */
    return PAW_OK;
}

static enum paw_status take_behaviours(struct reading *r, struct paw_json_reader *json, paw_str key,
                                       size_t at)
{
    const size_t value_at = json->at;
    paw_str id = {0};
    if (r->has_behaviour)
        return paw_given_fail(&r->given, "a key that is there twice", key, at);
    r->has_behaviour = true;
    r->entry.behaviours =
        paw_arena_array(&r->s->arena, PAW_SUPPRESS_BEHAVIOURS_MAX, sizeof(*r->entry.behaviours));
    if (r->entry.behaviours == NULL)
        return PAW_E_MEMORY;
    if (paw_given_is(json, "\"")) {
        const enum paw_status status = paw_json_take_string(json, &id);
        return status == PAW_OK ? take_behaviour(r, id, value_at) : status;
    }
    if (json->at < json->text.n && !paw_given_is(json, "["))
        return paw_given_fail(&r->given, "neither a text nor a list of texts", key, json->at);
    const enum paw_status status = paw_json_take_strings(json, take_behaviour, r);
    if (status == PAW_OK && r->entry.n_behaviours == 0)
        return paw_given_fail(&r->given, "an empty list", key, value_at);
    const bool other =
        status == PAW_E_FORMAT && r->given.what == NULL && paw_given_is(json, "{[tfn-0123456789");
    return other ? paw_given_fail(&r->given, "the list holds something that is no text", key,
                                  json->at)
                 : status;
}

static enum paw_status take_field(struct reading *r, struct paw_json_reader *json,
                                  enum paw_suppress_field f, paw_str key, size_t at)
{
    const size_t value_at = json->at;
    const char *fault = NULL;
    paw_str text = {0};
    enum paw_status status = paw_given_text(&r->given, json, key, at, &r->has_field[f], &text);
    if (status == PAW_OK)
        status = paw_suppress_pattern(f, text, &r->s->arena, &r->entry.fields[f], &fault);
    return status == PAW_OK && fault != NULL ? paw_given_fail(&r->given, fault, text, value_at)
                                             : status;
}

static const char *fault_of_told(const char *key, paw_str text)
{
    char day[PAW_SUPPRESS_DAY] = "";
    if (paw_str_trim(text, " ").n == 0)
        return "an empty text";
    if (text.n > PAW_SUPPRESS_TEXT_MAX)
        return "a text of more than 4096 bytes";
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 32 || text.p[i] == 127)
            return "a control character";
    if (strcmp(key, "expires") != 0)
        return NULL;
    if (text.n == PAW_SUPPRESS_DAY - 1)
        memcpy(day, text.p, text.n);
    return paw_is_day(day) ? NULL : "no day: it is written like 2026-12-31";
}

static enum paw_status take_told(struct reading *r, struct paw_json_reader *json, size_t i,
                                 paw_str key, size_t at)
{
    const size_t value_at = json->at;
    paw_str text = {0};
    const enum paw_status status = paw_given_text(&r->given, json, key, at, &r->has_told[i], &text);
    const char *fault = status == PAW_OK ? fault_of_told(told[i].key, text) : NULL;
    if (fault != NULL)
        return paw_given_fail(&r->given, fault, text, value_at);
    memcpy((char *)&r->entry.told + told[i].field, &text, sizeof(text));
    return status;
}

static enum paw_status take_entry_member(void *self, struct paw_json_reader *json, paw_str key,
                                         size_t at)
{
    struct reading *r = self;
    for (unsigned i = 0; i < PAW_SUPPRESS_FIELDS; i++) {
        const enum paw_suppress_field f = (enum paw_suppress_field)i;
        if (paw_str_equal(key, paw_str_of(paw_suppress_field_name(f))))
            return take_field(r, json, f, key, at);
    }
    for (size_t i = 0; i < PAW_COUNT_OF(told); i++)
        if (paw_str_equal(key, paw_str_of(told[i].key)))
            return take_told(r, json, i, key, at);
    if (paw_str_equal(key, PAW_LIT("behaviour")))
        return take_behaviours(r, json, key, at);
    return paw_given_fail(&r->given, "unknown key", key, at);
}

/* An entry that is whole: it says why, and of what it speaks. */
static enum paw_status check_entry(struct reading *r, size_t at)
{
    size_t n = r->has_behaviour;
    for (size_t i = 0; i < PAW_COUNT_OF(told); i++)
        if (told[i].is_needed && !r->has_told[i])
            return paw_given_fail(&r->given, "the key is missing", paw_str_of(told[i].key), at);
    for (size_t i = 0; i < PAW_SUPPRESS_FIELDS; i++)
        n += r->has_field[i];
    if (n < 2)
        return paw_given_fail(&r->given,
                              "too wide: an entry has two at least of host, binary, parent, "
                              "object, command_line, signer, behaviour",
                              (paw_str){0}, at);
    return PAW_OK;
}

static enum paw_status keep_entry(struct reading *r, size_t at)
{
    struct paw_suppress *s = r->s;
    if (s->n_entries == PAW_SUPPRESS_MOST)
        return paw_given_fail(&r->given, "more than 4096 entries", (paw_str){0}, at);
    if (s->n_entries == s->room) {
        const size_t room = s->room == 0 ? 16 : 2 * s->room;
        struct paw_suppress_entry *more = paw_arena_array(&s->arena, room, sizeof(*more));
        if (more == NULL)
            return PAW_E_MEMORY;
        if (s->n_entries != 0)
            memcpy(more, s->entries, s->n_entries * sizeof(*more));
        s->entries = more;
        s->room = room;
    }
    r->entry.told.number = (uint32_t)s->n_entries + 1;
    s->entries[s->n_entries++] = r->entry;
    return PAW_OK;
}

static enum paw_status take_entry(void *self, struct paw_json_reader *json, size_t at)
{
    struct reading *r = self;
    r->entry = (struct paw_suppress_entry){0};
    r->has_behaviour = false;
    memset(r->has_field, 0, sizeof(r->has_field));
    memset(r->has_told, 0, sizeof(r->has_told));
    if (json->at < json->text.n && !paw_given_is(json, "{"))
        return paw_given_fail(&r->given, "the entry is no object", (paw_str){0}, at);
    enum paw_status status = paw_json_walk_object(json, take_entry_member, r);
    if (status == PAW_OK)
        status = check_entry(r, at);
    return status == PAW_OK ? keep_entry(r, at) : status;
}

/* The file ---------------------------------------------------------------------------------------
 */

static enum paw_status take_entries(struct reading *r, struct paw_json_reader *json, paw_str key,
                                    size_t at)
{
    if (r->has_entries)
        return paw_given_fail(&r->given, "a key that is there twice", key, at);
    r->has_entries = true;
    if (json->at < json->text.n && !paw_given_is(json, "["))
        return paw_given_fail(&r->given, "the value is no list of entries", key, json->at);
    const enum paw_status status = paw_json_walk_array(json, take_entry, r);
    r->s->list_end = json->at - 1;
    return status;
}

static enum paw_status take_member(void *self, struct paw_json_reader *json, paw_str key, size_t at)
{
    struct reading *r = self;
    const size_t value_at = json->at;
    paw_str text = {0};
    if (paw_str_equal(key, PAW_LIT("schema"))) {
        const enum paw_status status =
            paw_given_text(&r->given, json, key, at, &r->has_schema, &text);
        if (status == PAW_OK && !paw_str_equal(text, PAW_LIT("catspaw.suppress/1")))
            return paw_given_fail(&r->given, "not a schema of this version, catspaw.suppress/1",
                                  text, value_at);
        return status;
    }
    if (paw_str_equal(key, PAW_LIT("comment")))
        return paw_given_text(&r->given, json, key, at, &r->has_comment, &text);
    if (paw_str_equal(key, PAW_LIT("entries")))
        return take_entries(r, json, key, at);
    return paw_given_fail(&r->given, "unknown key", key, at);
}

static enum paw_status read_text(struct reading *r, struct paw_json_reader *json)
{
    static const char *const missing[] = {"schema", "entries"};
    const enum paw_status status = paw_json_walk_object(json, take_member, r);
    if (status != PAW_OK)
        return status;
    if (json->at != json->text.n)
        return PAW_E_FORMAT;
    if (r->has_schema && r->has_entries)
        return PAW_OK;
    return paw_given_fail(&r->given, "the key is missing", paw_str_of(missing[r->has_schema]), 0);
}

static bool hash(struct paw_suppress *s, paw_str text)
{
    struct paw_sha256 h;
    paw_sha256_begin(&h);
    paw_sha256_add(&h, (paw_bytes){(const uint8_t *)text.p, text.n});
    return paw_sha256_end(&h, s->sha256);
}

enum paw_status paw_suppress_read(const char *name, const char *json, size_t n,
                                  struct paw_suppress **ret, struct paw_file_fault *fault)
{
    const paw_str text = {json, n};
    struct paw_suppress *s = calloc(1, sizeof(*s));
    struct reading r = {.s = s};
    if (s == NULL)
        return PAW_E_MEMORY;
    s->name = name;
    paw_arena_init(&s->arena, ARENA_BYTES);
    struct paw_json_reader reader = paw_given_reader(text, &s->arena);
    enum paw_status status = paw_catalogue_new(paw_analyzers, &r.catalogue);
    if (status == PAW_OK)
        status = read_text(&r, &reader);
    if (status == PAW_OK && !hash(s, text))
        status = PAW_E_MEMORY;
    paw_catalogue_free(r.catalogue);
    if (status == PAW_OK) {
        *ret = s;
        return PAW_OK;
    }
    if (status == PAW_E_LIMIT) /* nested too deeply */
        status = PAW_E_FORMAT;
    if (status == PAW_E_FORMAT)
        paw_given_tell(&r.given, text, r.given.what != NULL ? r.given.at : reader.at, fault);
    paw_suppress_free(s);
    return status;
}

enum paw_status paw_suppress_open(const char *path, struct paw_suppress **ret,
                                  struct paw_file_fault *fault, struct paw_error *err)
{
    char *text = NULL;
    size_t n = 0;
    enum paw_status status = paw_given_open(path, &text, &n, err);
    if (status == PAW_OK)
        status = paw_suppress_read(path, text, n, ret, fault);
    free(text);
    return status;
}

void paw_suppress_free(struct paw_suppress *s)
{
    if (s != NULL)
        paw_arena_finish(&s->arena);
    free(s);
}
