/* SPDX-License-Identifier: Apache-2.0 */
/* The walk of a proved hive, and the facts it answers: extract.h. */
#include "parsers/regf/extract.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/cursor.h"
#include "core/fact.h"
#include "core/str.h"
#include "parsers/regf/bounds.h"
#include "parsers/regf/libregf_adapter.h"
#include "parsers/regf/standing.h"
#include "parsers/regf/text.h"

enum {
    DIAGS_EACH = 64, /* of one code; what comes behind is counted in one more */
    BATCH_BYTES = 256 * 1024 * 1024,
};

struct run {
    struct paw_regf hive;
    struct paw_libregf *libregf; /* NULL: refused */
    const char *kind;
    uint32_t number;
    struct paw_range range;
    const struct paw_wanted *wanted;
    const struct paw_sink *sink;
    struct paw_summary *summary;
    enum paw_status status; /* first failure of the sink or of memory */
    struct paw_fact_builder fact;
    struct paw_arena batch; /* one key */
    uint64_t told[PAW_N_DIAGS];
    uint64_t own_reading; /* keys that libregf did not give */
    uint32_t current_set; /* key of the control set in force, or nothing: all are read */
    char *path;
    size_t path_room;
    size_t path_end[PAW_REGF_DEPTH + 1];
    bool path_lossy[PAW_REGF_DEPTH + 1];
};

static void keep(struct run *r, enum paw_status status)
{
    if (r->status == PAW_OK && status < 0)
        r->status = status;
}

static void send_diag(struct run *r, enum paw_diag_code code, uint64_t offset, uint64_t extent,
                      uint64_t count, const char *what)
{
    struct paw_diag d = {
        .code = code, .source = r->number, .offset = offset, .extent = extent, .count = count};
    (void)snprintf(d.detail, sizeof d.detail, "%s", what);
    if (r->status == PAW_OK)
        keep(r, r->sink->diag(r->sink->self, &d));
}

/* A range that begins later is the rest of a file whose damage was told before. */
static void on_damage(void *self, enum paw_diag_code code, uint64_t offset, uint64_t extent,
                      const char *what)
{
    struct run *r = self;
    if (paw_diag_is_damage(code))
        r->summary->damaged++;
    if (r->range.from == 0 && r->told[code]++ < DIAGS_EACH)
        send_diag(r, code, offset, extent, 1, what);
}

static void tell_rest(struct run *r)
{
    for (uint32_t code = 0; code < PAW_N_DIAGS; code++)
        if (r->told[code] > DIAGS_EACH)
            send_diag(r, code, 0, 0, r->told[code] - DIAGS_EACH, "more of the same");
}

static void send_fact(struct run *r, const struct paw_regf_key *k)
{
    r->fact.head.time = k->written;
    r->fact.head.origin = (struct paw_origin){
        .source = r->number,
        .length = 4U + 76U + k->name_bytes,
        .offset = (uint64_t)PAW_REGF_BLOCK + k->cell,
    };
    const struct paw_fact *fact = paw_fact_end(&r->fact);
    keep(r, fact == NULL ? PAW_E_MEMORY : r->sink->fact(r->sink->self, fact));
}

/* The value's data as they are stored; libregf is asked first, the proved record corrects it. */
static paw_bytes data_of(struct run *r, bool ask, uint32_t i, const struct paw_regf_value *v)
{
    paw_bytes data = {0};
    uint32_t type = 0;
    const bool in_record = v->data_cell == PAW_REGF_NOTHING;
    if (ask && !in_record && paw_libregf_value(r->libregf, i, &r->batch, &type, &data) &&
        type == v->type && data.n >= v->size)
        return (paw_bytes){data.p, v->size};
    const enum paw_status status = paw_regf_data(&r->hive, v, &r->batch, &data);
    if (status < 0)
        send_diag(r, PAW_D_LIMIT_FACT, (uint64_t)PAW_REGF_BLOCK + v->cell, v->size, 1, "");
    return status < 0 ? (paw_bytes){0} : data;
}

static paw_str key_path(const struct run *r, const struct paw_regf_key *k)
{
    return (paw_str){r->path, r->path_end[k->depth]};
}

static void begin_fact(struct run *r, enum paw_kind kind, const struct paw_regf_key *k)
{
    paw_fact_begin(&r->fact, kind);
    if (r->path_lossy[k->depth])
        r->fact.head.flags |= PAW_FACT_LOSSY;
    paw_fact_add(&r->fact, PAW_F_HIVE, paw_str_of(r->kind));
    paw_fact_add(&r->fact, PAW_F_KEY, key_path(r, k));
    r->summary->kinds |= PAW_KIND_BIT(kind);
}

static void answer_value(struct run *r, const struct paw_regf_key *k, uint32_t i, bool ask,
                         const struct paw_regf_value *v, paw_str name, const char *place)
{
    struct paw_regf_told told = {0};
    const paw_bytes data = data_of(r, ask, i, v);
    const paw_str text = paw_regf_data_text(&r->batch, v->type, data, &told);
    begin_fact(r, place != NULL ? PAW_KIND_STANDING : PAW_KIND_VALUE, k);
    paw_fact_add(&r->fact, PAW_F_VALUE, name);
    paw_fact_add(&r->fact, PAW_F_VALUE_TYPE, paw_regf_type_text(&r->batch, v->type));
    paw_fact_add(&r->fact, PAW_F_DATA, text);
    paw_fact_add(&r->fact, PAW_F_PLACE, paw_str_of(place));
    r->fact.head.flags = (uint16_t)(r->fact.head.flags | (told.lossy ? PAW_FACT_LOSSY : 0) |
                                    (told.cut ? PAW_FACT_CUT : 0));
    if (told.more)
        send_diag(r, PAW_D_HIVE_STRING, (uint64_t)PAW_REGF_BLOCK + v->cell, data.n, 1, "");
    send_fact(r, k);
}

/* Is somebody asking about the hive and the key? */
static bool names_key(const struct run *r, const struct paw_wanted_value *w, paw_str key)
{
    return (strcmp(w->hive, "*") == 0 ||
            paw_str_same_name(paw_str_of(w->hive), paw_str_of(r->kind))) &&
           paw_str_glob(key, w->key);
}

static bool is_wanted(const struct run *r, paw_str key, paw_str name)
{
    for (const struct paw_wanted_value *w = r->wanted->values; w != NULL && w->hive != NULL; w++)
        if (w->value != NULL && paw_str_glob(name, w->value) && names_key(r, w, key))
            return true;
    return false;
}

/* Whether the key itself is asked for, or a value of it may be. */
static bool key_is_wanted(const struct run *r, paw_str key, bool *ret_itself)
{
    bool values = false;
    for (const struct paw_wanted_value *w = r->wanted->values; w != NULL && w->hive != NULL; w++) {
        if (!names_key(r, w, key))
            continue;
        *ret_itself |= w->value == NULL;
        values |= w->value != NULL;
    }
    return values;
}

static bool wants(const struct run *r, enum paw_kind kind)
{
    return (r->wanted->kinds & PAW_KIND_BIT(kind)) != 0;
}

static void visit_values(struct run *r, uint32_t key, uint64_t rules, bool asked)
{
    const struct paw_regf_key *k = &r->hive.keys[key];
    const bool ask = r->libregf != NULL && paw_libregf_has_key(r->libregf, key);
    r->own_reading += !ask;
    for (uint32_t i = 0; i < k->n_values && r->status == PAW_OK; i++) {
        struct paw_regf_value v;
        bool lossy = false;
        if (!paw_regf_value_at(&r->hive, k, i, &v))
            continue;
        paw_arena_reset(&r->batch);
        const paw_str name = paw_regf_name_text(&r->batch, v.name, v.name_is_latin1, &lossy);
        const char *place = paw_regf_standing(rules, name);
        const bool standing = place != NULL && wants(r, PAW_KIND_STANDING);
        if (name.p == NULL)
            keep(r, PAW_E_MEMORY);
        else if (standing || (asked && is_wanted(r, key_path(r, k), name)))
            answer_value(r, k, i, ask, &v, name, standing ? place : NULL);
    }
}

static void visit(struct run *r, uint32_t key, uint64_t item)
{
    const struct paw_regf_key *k = &r->hive.keys[key];
    const paw_str path = key_path(r, k);
    bool itself = false;
    const bool asked = key_is_wanted(r, path, &itself) && wants(r, PAW_KIND_VALUE);
    const uint64_t rules = paw_regf_standing_rules(r->kind, path);
    if (!asked && !(itself && wants(r, PAW_KIND_VALUE)) &&
        (rules == 0 || !wants(r, PAW_KIND_STANDING)))
        return;
    if (r->sink->progress != NULL)
        keep(r, r->sink->progress(r->sink->self, item));
    if (r->status == PAW_OK && itself && wants(r, PAW_KIND_VALUE)) {
        begin_fact(r, PAW_KIND_VALUE, k);
        send_fact(r, k);
    }
    if (k->n_values != 0 && (asked || rules != 0))
        visit_values(r, key, rules, asked);
}

/* The path of the key, whose parent's is there. */
static bool spell_path(struct run *r, uint32_t key)
{
    const struct paw_regf_key *k = &r->hive.keys[key];
    if (k->depth == 0) {
        r->path_end[0] = 0;
        return true;
    }
    bool lossy = false;
    paw_arena_reset(&r->batch);
    const paw_str name =
        paw_regf_name_text(&r->batch, paw_regf_key_name(&r->hive, k), k->name_is_latin1, &lossy);
    const size_t from = r->path_end[k->depth - 1];
    const size_t room = from + 1 + name.n;
    if (name.p == NULL)
        return false;
    if (room > r->path_room) {
        char *path = realloc(r->path, 2 * room);
        if (path == NULL)
            return false;
        r->path = path;
        r->path_room = 2 * room;
    }
    size_t end = from;
    if (from != 0)
        r->path[end++] = '\\';
    memcpy(r->path + end, name.p, name.n);
    r->path_end[k->depth] = end + name.n;
    r->path_lossy[k->depth] = lossy || r->path_lossy[k->depth - 1];
    return true;
}

static bool is_other_set(const struct run *r, uint32_t key)
{
    const struct paw_regf_key *k = &r->hive.keys[key];
    return r->current_set != PAW_REGF_NOTHING && k->depth == 1 && key != r->current_set &&
           paw_str_starts_name(key_path(r, k), PAW_LIT("ControlSet"));
}

static void note_time(struct paw_summary *s, uint64_t time)
{
    if (time == 0)
        return;
    s->first = s->first == 0 || time < s->first ? time : s->first;
    s->last = time > s->last ? time : s->last;
}

/* The key behind this one in the walk; skip: not what is below it. Nothing at the end. */
static uint32_t next_key(const struct paw_regf *h, uint32_t key, bool skip)
{
    if (!skip && h->keys[key].n_children != 0)
        return h->keys[key].first_child;
    while (key != 0) {
        const struct paw_regf_key *parent = &h->keys[h->keys[key].parent];
        if (key + 1 < parent->first_child + parent->n_children)
            return key + 1;
        key = h->keys[key].parent;
    }
    return PAW_REGF_NOTHING;
}

static void walk(struct run *r)
{
    uint32_t key = 0;
    for (uint64_t item = 0; key != PAW_REGF_NOTHING && r->status == PAW_OK && item < r->range.to;
         item++) {
        if (!spell_path(r, key)) {
            keep(r, PAW_E_MEMORY);
            return;
        }
        const bool skip = is_other_set(r, key);
        if (item >= r->range.from) {
            r->summary->read++;
            note_time(r->summary, r->hive.keys[key].written);
            if (!skip)
                visit(r, key, item);
        }
        key = next_key(&r->hive, key, skip);
    }
}

/* What the hive says about its machine. */

static uint32_t find_path(const struct paw_regf *h, uint32_t from, const char *const *names)
{
    for (; *names != NULL; names++)
        from = paw_regf_find(h, from, *names);
    return from;
}

/* A named value's data; false if there is none. */
static bool find_value(struct run *r, uint32_t key, const char *name, struct paw_regf_value *ret)
{
    const struct paw_regf_key *k = key == PAW_REGF_NOTHING ? NULL : &r->hive.keys[key];
    for (uint32_t i = 0; k != NULL && i < k->n_values; i++) {
        bool lossy = false;
        if (paw_regf_value_at(&r->hive, k, i, ret) &&
            paw_str_same_name(paw_regf_name_text(&r->batch, ret->name, ret->name_is_latin1, &lossy),
                              paw_str_of(name)))
            return true;
    }
    return false;
}

static paw_str value_text(struct run *r, uint32_t key, const char *name)
{
    struct paw_regf_value v;
    struct paw_regf_told told = {0};
    paw_bytes data = {0};
    if (!find_value(r, key, name, &v) || (v.type != PAW_REG_SZ && v.type != PAW_REG_EXPAND_SZ) ||
        paw_regf_data(&r->hive, &v, &r->batch, &data) != PAW_OK)
        return (paw_str){0};
    const paw_str text = paw_regf_data_text(&r->batch, v.type, data, &told);
    return text.n == 0 ? (paw_str){0} : text;
}

/* The control set that Select names. */
static uint32_t current_control_set(struct run *r)
{
    static const char *const select[] = {"Select", NULL};
    struct paw_regf_value v;
    char name[24];
    if (!find_value(r, find_path(&r->hive, 0, select), "Current", &v) || v.held.n != 4)
        return PAW_REGF_NOTHING;
    (void)snprintf(name, sizeof name, "ControlSet%03u", (unsigned)paw_le32(v.held.p));
    return paw_regf_find(&r->hive, 0, name);
}

static paw_str full_name(struct run *r, uint32_t set, paw_str computer)
{
    static const char *const tcpip[] = {"Services", "Tcpip", "Parameters", NULL};
    const uint32_t key = find_path(&r->hive, set, tcpip);
    const paw_str host = value_text(r, key, "Hostname");
    paw_str domain = value_text(r, key, "Domain");
    if (domain.p == NULL)
        domain = value_text(r, key, "NV Domain");
    if (computer.p == NULL)
        computer = host;
    if (computer.p == NULL || domain.p == NULL)
        return computer;
    const paw_str dotted = paw_arena_join(&r->batch, computer, PAW_LIT("."));
    return paw_arena_join(&r->batch, dotted, domain);
}

static void answer_host(struct run *r)
{
    static const char *const name_key[] = {"Control", "ComputerName", "ComputerName", NULL};
    static const char *const guid_key[] = {"Microsoft", "Cryptography", NULL};
    static const char *const root_key[] = {"Microsoft", "Windows NT", "CurrentVersion", NULL};
    const bool is_system = strcmp(r->kind, "SYSTEM") == 0;
    const bool is_software = strcmp(r->kind, "SOFTWARE") == 0;
    uint32_t key = 0;
    paw_str name = {0}, guid = {0}, root = {0};
    paw_arena_reset(&r->batch);
    if (is_system) {
        static const char *const first_set[] = {"ControlSet001", NULL};
        const uint32_t set =
            r->current_set != PAW_REGF_NOTHING ? r->current_set : find_path(&r->hive, 0, first_set);
        key = find_path(&r->hive, set, name_key);
        name = full_name(r, set, value_text(r, key, "ComputerName"));
    } else if (is_software) {
        key = find_path(&r->hive, 0, guid_key);
        guid = value_text(r, key, "MachineGuid");
        const uint32_t version = find_path(&r->hive, 0, root_key);
        root = value_text(r, version, "SystemRoot");
        key = key == PAW_REGF_NOTHING ? version : key;
    }
    if (name.p == NULL && guid.p == NULL && root.p == NULL)
        return;
    paw_fact_begin(&r->fact, PAW_KIND_HOST);
    paw_fact_add(&r->fact, PAW_F_HIVE, paw_str_of(r->kind));
    paw_fact_add(&r->fact, PAW_F_COMPUTER, name);
    paw_fact_add(&r->fact, PAW_F_MACHINE_GUID, guid);
    paw_fact_add(&r->fact, PAW_F_SYSTEM_ROOT, root);
    r->summary->kinds |= PAW_KIND_BIT(PAW_KIND_HOST);
    send_fact(r, &r->hive.keys[key == PAW_REGF_NOTHING ? 0 : key]);
}

static void extract_proved(struct run *r)
{
    r->kind = paw_regf_hive_kind(&r->hive);
    r->current_set = strcmp(r->kind, "SYSTEM") == 0 ? current_control_set(r) : PAW_REGF_NOTHING;
    if (r->hive.is_dirty || r->hive.checksum_bad) {
        r->summary->dirty = 1;
        on_damage(r, PAW_D_HIVE_DIRTY, 0, 0,
                  r->hive.is_dirty ? "sequence numbers differ" : "checksum of the base block");
    }
    const enum paw_status opened = paw_libregf_open(&r->hive, &r->libregf, NULL);
    if (opened == PAW_E_MEMORY)
        keep(r, opened);
    else if (opened == PAW_E_FORMAT)
        on_damage(r, PAW_D_HIVE_REFUSED, 0, r->hive.file.n, "by libregf; read without it");
    if (r->range.from == 0 && wants(r, PAW_KIND_HOST))
        answer_host(r);
    walk(r);
    /* of a program without libregf nothing else is to be expected: its reader is called otherwise
     */
    if (r->own_reading != 0 && (r->libregf != NULL || opened != PAW_OK))
        send_diag(r, PAW_D_HIVE_OWN_READING, 0, 0, r->own_reading, "");
    tell_rest(r);
}

enum paw_status paw_regf_extract(paw_bytes file, uint32_t number, struct paw_range range,
                                 const struct paw_wanted *wanted, const struct paw_sink *sink,
                                 struct paw_summary *summary, struct paw_error *err)
{
    *summary = (struct paw_summary){0};
    struct run *r = calloc(1, sizeof *r);
    if (r == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "hive");
    r->number = number;
    r->range = range;
    r->wanted = wanted;
    r->sink = sink;
    r->summary = summary;
    paw_arena_init(&r->batch, BATCH_BYTES);
    enum paw_status status = paw_regf_check(file, on_damage, r, &r->hive, err);
    if (status == PAW_OK) {
        extract_proved(r);
        status = r->status == PAW_OK ? PAW_OK : paw_fail(err, r->status, 0, "hive");
    } else if (status != PAW_E_MEMORY) {
        summary->refused = 1;
        on_damage(r, PAW_D_HIVE_REFUSED, 0, file.n, "no root key can be reached");
        status = r->status;
    }
    paw_libregf_close(r->libregf);
    paw_regf_finish(&r->hive);
    paw_fact_builder_finish(&r->fact);
    paw_arena_finish(&r->batch);
    free(r->path);
    free(r);
    return status;
}
