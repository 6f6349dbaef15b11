/* SPDX-License-Identifier: Apache-2.0 */
/* Records become facts: see normalise.h. Values are spelled as docs/detections.md 0.4 and 1 say. */
#include "parsers/normalise.h"

#include <stdio.h>

#include "core/filetime.h"
#include "core/str.h"
#include "parsers/evtx/scalars.h"
#include "parsers/normalise_table.h"

enum {
    SCRATCH_BYTES = 4 * 1024 * 1024, /* what a record's texts may come to while it is read */
};

void paw_normaliser_init(struct paw_normaliser *n)
{
    *n = (struct paw_normaliser){0};
    paw_arena_init(&n->scratch, SCRATCH_BYTES);
}

void paw_normaliser_finish(struct paw_normaliser *n)
{
    paw_fact_builder_finish(&n->builder);
    paw_arena_finish(&n->scratch);
}

/* Values ----------------------------------------------------------------------------------------
 */

static bool may_be_none(paw_str text)
{
    return text.n == 0 || text.p[0] == '-' || text.p[0] == '(' || text.p[0] == '<';
}

paw_str paw_value_of(paw_str text)
{
    static const char *const none[] = {"(NULL)", "(null)", "<unknown process>"};
    if (text.n == 0 || (text.n == 1 && text.p[0] == '-'))
        return (paw_str){0};
    if (text.p[0] != '(' && text.p[0] != '<')
        return text;
    for (size_t i = 0; i < PAW_COUNT_OF(none); i++)
        if (paw_str_equal(text, paw_str_of(none[i])))
            return (paw_str){0};
    return text;
}

/* Sysmon doubles every percent sign (detections.md 0.4, trap 1). */
static paw_str fold_percent(struct paw_making *m, paw_str s)
{
    if (memchr(s.p, '%', s.n) == NULL || paw_str_find(s, PAW_LIT("%%"), 0) == SIZE_MAX)
        return s;
    char *out = paw_arena_alloc(m->arena, s.n);
    size_t n = 0;
    if (out == NULL)
        return s;
    for (size_t i = 0; i < s.n; i++) {
        out[n++] = s.p[i];
        if (s.p[i] == '%' && i + 1 < s.n && s.p[i + 1] == '%')
            i++;
    }
    return (paw_str){out, n};
}

static paw_str value(struct paw_making *m, paw_str text)
{
    const paw_str some = may_be_none(text) ? paw_value_of(text) : text;
    return m->is_sysmon && some.n != 0 ? fold_percent(m, some) : some;
}

static paw_str print_decimal(struct paw_making *m, uint64_t n)
{
    char text[24];
    return paw_arena_str(m->arena, (paw_str){text, (size_t)(paw_decimal_put(text, n) - text)});
}

static paw_str print_hex(struct paw_making *m, uint64_t n)
{
    char text[24];
    return paw_arena_str(m->arena, (paw_str){text, (size_t)(paw_hexadecimal_put(text, n) - text)});
}

struct spelling {
    const char *given, *want;
};

/* Source: Windows' message file msobjs.dll for the `%%` numbers; SID names of winnt.h. */
static const struct spelling integrity[] = {
    {"S-1-16-0", "Untrusted"},     {"S-1-16-4096", "Low"},
    {"S-1-16-8192", "Medium"},     {"S-1-16-8448", "MediumPlus"},
    {"S-1-16-12288", "High"},      {"S-1-16-16384", "System"},
    {"S-1-16-20480", "Protected"}, {NULL, NULL},
};
static const struct spelling direction[] = {
    {"%%14592", "false"}, {"%%14593", "true"}, {NULL, NULL}};
static const struct spelling protocol[] = {
    {"6", "tcp"}, {"17", "udp"}, {"1", "icmp"}, {"58", "icmpv6"}, {NULL, NULL}};
static const struct spelling operation[] = {
    {"%%1904", "SetValue"}, {"%%1905", "SetValue"}, {"%%1906", "DeleteValue"}, {NULL, NULL}};
static const struct spelling value_type[] = {
    {"%%1872", "REG_NONE"},
    {"%%1873", "REG_SZ"},
    {"%%1874", "REG_EXPAND_SZ"},
    {"%%1875", "REG_BINARY"},
    {"%%1876", "REG_DWORD"},
    {"%%1877", "REG_DWORD_BIG_ENDIAN"},
    {"%%1878", "REG_LINK"},
    {"%%1879", "REG_MULTI_SZ"},
    {"%%1880", "REG_RESOURCE_LIST"},
    {"%%1881", "REG_FULL_RESOURCE_DESCRIPTOR"},
    {"%%1882", "REG_RESOURCE_REQUIREMENTS_LIST"},
    {"%%1883", "REG_QWORD"},
    {NULL, NULL},
};

static paw_str respell(const struct spelling *table, paw_str s)
{
    for (; table->given != NULL; table++)
        if (paw_str_same_name(s, paw_str_of(table->given)))
            return paw_str_of(table->want);
    return s;
}

static bool read_number(paw_str s, uint64_t *ret)
{
    return paw_str_u64(paw_str_trim(s, " \t\r\n"), ret);
}

/* A number below 10^19 as it would be printed. */
static bool is_decimal(paw_str s)
{
    enum { DIGITS_MAX = 19 };
    if (s.n == 0 || s.n > DIGITS_MAX || (s.p[0] == '0' && s.n > 1))
        return false;
    size_t i = 0;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i == s.n;
}

static paw_str as_pid(struct paw_making *m, paw_str s)
{
    uint64_t n = 0;
    return !is_decimal(s) && read_number(s, &n) ? print_decimal(m, n) : s;
}

static bool is_hex(paw_str s)
{
    enum { TEXT_MAX = 2 + 16 };
    if (s.n < 3 || s.n > TEXT_MAX || s.p[0] != '0' || s.p[1] != 'x' || (s.p[2] == '0' && s.n > 3))
        return false;
    size_t i = 2;
    while (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
        i++;
    return i == s.n;
}

/* Only what is written in hexadecimal. */
static paw_str as_hex(struct paw_making *m, paw_str s)
{
    uint64_t n = 0;
    if (is_hex(s))
        return s;
    return paw_str_starts_name(s, PAW_LIT("0x")) && read_number(s, &n) ? print_hex(m, n) : s;
}

static paw_str convert(struct paw_making *m, enum paw_as as, paw_str s)
{
    switch (as) {
    case PAW_AS_IT_IS:
        return s;
    case PAW_AS_PID:
        return as_pid(m, s);
    case PAW_AS_HEX:
        return as_hex(m, s);
    case PAW_AS_INTEGRITY:
        return respell(integrity, s);
    case PAW_AS_DIRECTION:
        return respell(direction, s);
    case PAW_AS_PROTOCOL:
        return respell(protocol, s);
    case PAW_AS_OPERATION:
        return respell(operation, s);
    case PAW_AS_VALUE_TYPE:
        return respell(value_type, s);
    }
    return s;
}

/* What specials use -----------------------------------------------------------------------------
 */

paw_str paw_take_named(struct paw_making *m, const char *name)
{
    for (size_t i = 0; i < m->record->n_data; i++) {
        const struct paw_datum *d = &m->record->data[i];
        if (!m->is_used[i] && d->name.p != NULL && paw_str_same_name(d->name, paw_str_of(name))) {
            m->is_used[i] = true;
            return value(m, d->text);
        }
    }
    return (paw_str){0};
}

paw_str paw_take_unnamed(struct paw_making *m, size_t at)
{
    for (size_t i = 0; i < m->record->n_data; i++)
        if (m->record->data[i].name.p == NULL && at-- == 0) {
            m->is_used[i] = true;
            return value(m, m->record->data[i].text);
        }
    return (paw_str){0};
}

paw_str paw_take_account(struct paw_making *m, const char *domain, const char *name)
{
    const paw_str before = paw_take_named(m, domain);
    const paw_str account = paw_take_named(m, name);
    if (paw_is_absent(account) || paw_is_absent(before))
        return account;
    return paw_arena_join(m->arena, paw_arena_join(m->arena, before, PAW_LIT("\\")), account);
}

void paw_put(struct paw_making *m, enum paw_field_id id, paw_str text)
{
    paw_fact_add(m->builder, id, text);
}

void paw_put_number(struct paw_making *m, enum paw_field_id id, uint64_t number)
{
    paw_put(m, id, print_decimal(m, number));
}

/* The table -------------------------------------------------------------------------------------
 */

static const struct paw_row *find_row(paw_str provider, paw_str channel, uint16_t event_id)
{
    for (size_t i = 0; i < paw_n_rows; i++) {
        const struct paw_row *row = &paw_rows[i];
        if (event_id >= row->first && event_id <= row->last &&
            paw_str_same_name(provider, paw_str_of(row->provider)) &&
            (channel.p == NULL || paw_str_glob(channel, row->channel)))
            return row;
    }
    return NULL;
}

enum paw_kind paw_record_kind(paw_str provider, paw_str channel, uint16_t event_id)
{
    const struct paw_row *row = find_row(provider, channel, event_id);
    return row == NULL ? PAW_KIND_NONE : row->kind;
}

static bool is_listed(const struct paw_wanted *wanted, paw_str provider, uint16_t event_id)
{
    for (const struct paw_wanted_event *e = wanted->events; e != NULL && e->provider != NULL; e++)
        if (e->event_id == event_id && paw_str_same_name(provider, paw_str_of(e->provider)))
            return true;
    return false;
}

bool paw_record_is_wanted(const struct paw_wanted *wanted, enum paw_kind kind, paw_str provider,
                          uint16_t event_id)
{
    const bool wants_other = (wanted->kinds & PAW_KIND_BIT(PAW_KIND_OTHER)) != 0;
    if (kind != PAW_KIND_NONE && kind != PAW_KIND_OTHER &&
        (wanted->kinds & PAW_KIND_BIT(kind)) != 0)
        return true;
    return wants_other && (wanted->events == NULL || is_listed(wanted, provider, event_id));
}

bool paw_event_may_be_wanted(const struct paw_wanted *wanted, uint16_t event_id, uint64_t *kinds)
{
    const bool wants_other = (wanted->kinds & PAW_KIND_BIT(PAW_KIND_OTHER)) != 0;
    bool may_be = wants_other && wanted->events == NULL;
    for (size_t i = 0; i < paw_n_rows; i++) {
        if (event_id < paw_rows[i].first || event_id > paw_rows[i].last)
            continue;
        const uint64_t bit = PAW_KIND_BIT(paw_rows[i].kind);
        *kinds |= bit;
        may_be = may_be || (paw_rows[i].kind != PAW_KIND_OTHER && (wanted->kinds & bit) != 0);
    }
    for (const struct paw_wanted_event *e = wanted->events;
         wants_other && !may_be && e != NULL && e->provider != NULL; e++)
        may_be = e->event_id == event_id;
    return may_be;
}

/* Whether one of the names between bars is this one. */
static bool is_among(const char *names, paw_str name)
{
    for (const char *at = names;; at++) {
        const char *bar = strchr(at, '|');
        const size_t n = bar == NULL ? strlen(at) : (size_t)(bar - at);
        if (paw_str_same_name(name, (paw_str){at, n}))
            return true;
        if (bar == NULL)
            return false;
        at = bar;
    }
}

static const struct paw_mapping *search_mapping(const struct paw_row *row, paw_str name)
{
    for (const struct paw_mapping *map = row->map; map != NULL && map->names != NULL; map++)
        if (is_among(map->names, name))
            return map;
    return NULL;
}

/* The same few names come in every record: what was found for one is kept. */
static const struct paw_mapping *find_mapping(struct paw_known_name *known,
                                              const struct paw_row *row, paw_str name)
{
    if (name.p == NULL || row->map == NULL)
        return NULL;
    if (name.n > PAW_NAME_KNOWN_MAX)
        return search_mapping(row, name);
    const uint64_t h = paw_hash(name.p, name.n, (uint64_t)(row - paw_rows));
    struct paw_known_name *k = &known[h % PAW_NAMES_KNOWN];
    if (k->row == row && k->length == name.n && memcmp(k->name, name.p, name.n) == 0)
        return k->map;
    k->row = row;
    k->map = search_mapping(row, name);
    k->length = (uint32_t)name.n;
    memcpy(k->name, name.p, name.n);
    return k->map;
}

/* A fact is made --------------------------------------------------------------------------------
 */

static void put_other(struct paw_making *m, size_t at, size_t position)
{
    const struct paw_datum *d = &m->record->data[at];
    char name[32];
    paw_str own = d->name;
    if (own.p == NULL || own.n == 0) {
        const int n = snprintf(name, sizeof(name), "Data[%zu]", position);
        own = paw_arena_str(m->arena, (paw_str){name, n < 0 ? 0 : (size_t)n});
    }
    paw_fact_add_other(m->builder, own, value(m, d->text));
}

static void put_data(struct paw_making *m, const struct paw_row *row)
{
    size_t unnamed = 0;
    for (size_t i = 0; i < m->record->n_data; i++) {
        const struct paw_datum *d = &m->record->data[i];
        const size_t position = d->name.p == NULL ? unnamed++ : 0;
        if (m->is_used[i])
            continue;
        const struct paw_mapping *map = m->recipe != NULL ? m->recipe->maps[i]
                                        : row == NULL     ? NULL
                                                          : find_mapping(m->known, row, d->name);
        if (map == NULL || paw_fact_built(m->builder, map->id).p != NULL) {
            put_other(m, i, position);
            continue;
        }
        const paw_str text = value(m, d->text);
        if (text.p != NULL)
            paw_put(m, map->id, map->as == PAW_AS_IT_IS ? text : convert(m, map->as, text));
    }
}

/* Sysmon's time of the act, if it can be one: neither unset nor before there was Sysmon's system.
 */
static paw_filetime time_of_act(const struct paw_making *m)
{
    const paw_filetime earliest = paw_filetime_of_unix(631152000); /* 1990-01-01 */
    const paw_filetime latest = PAW_FILETIME_MAX;
    paw_filetime t = 0;
    if (m->is_sysmon && paw_filetime_read(paw_fact_built(m->builder, PAW_F_UTC_TIME), &t) &&
        t >= earliest && t <= latest)
        return t;
    return m->record->created;
}

static void put_head(struct paw_making *m, const struct paw_record *r)
{
    struct paw_fact *head = &m->builder->head;
    head->state = (uint8_t)r->state;
    head->flags |= r->flags;
    head->event_id = r->event_id;
    head->record_id = r->record_id;
    head->logged = r->created;
    head->origin = r->origin;
    paw_put(m, PAW_F_PROVIDER, paw_value_of(r->provider));
    paw_put(m, PAW_F_CHANNEL, paw_value_of(r->channel));
    paw_put(m, PAW_F_COMPUTER, paw_value_of(r->computer));
}

static void put_action(struct paw_making *m, const struct paw_action *action)
{
    paw_put(m, PAW_F_TASK_COMMAND, action->command);
    paw_put(m, PAW_F_CURRENT_DIRECTORY, action->directory);
    paw_put(m, PAW_F_CLSID, action->clsid);
}

/* Several facts of one record are several things, not copies of one. */
static const struct paw_fact *end_fact(struct paw_making *m, size_t number)
{
    const struct paw_fact *fact = paw_fact_end(m->builder);
    if (fact == NULL || number == 0)
        return fact;
    struct paw_fact head;
    memcpy(&head, m->builder->out, sizeof(head));
    head.identity = paw_hash(&number, sizeof(number), head.identity);
    memcpy(m->builder->out, &head, sizeof(head));
    return fact;
}

static enum paw_status tell_cut(const struct paw_sink *sink, const struct paw_fact *fact)
{
    const struct paw_diag d = {.code = PAW_D_LIMIT_FACT,
                               .source = fact->origin.source,
                               .offset = fact->origin.offset,
                               .extent = fact->origin.length,
                               .count = 1};
    return sink->diag(sink->self, &d);
}

static enum paw_status make(struct paw_making *m, enum paw_kind kind, const struct paw_row *row,
                            size_t number, const struct paw_sink *sink, struct paw_error *err)
{
    memset(m->is_used, 0, m->record->n_data * sizeof(m->is_used[0]));
    m->n_actions = 0;
    paw_fact_begin(m->builder, kind);
    put_head(m, m->record);
    if (row != NULL && row->special != NULL)
        row->special(m);
    if (number < m->n_actions)
        put_action(m, &m->actions[number]);
    put_data(m, row);
    if (!m->is_sysmon)
        paw_fact_add_other(m->builder, PAW_LIT("UserID"), paw_value_of(m->record->user_sid));
    paw_fact_add_other(m->builder, PAW_LIT("@Name"), paw_value_of(m->record->data_name));
    m->builder->head.time = time_of_act(m);
    const struct paw_fact *fact = end_fact(m, number);
    if (fact == NULL)
        return paw_fail(err, PAW_E_MEMORY, m->record->origin.offset, "fact");
    const enum paw_status status = sink->fact(sink->self, fact);
    return status < 0 || (fact->flags & PAW_FACT_CUT) == 0 ? status : tell_cut(sink, fact);
}

static bool is_sysmon(paw_str provider)
{
    return paw_str_same_name(provider, PAW_LIT("Microsoft-Windows-Sysmon"));
}

bool paw_recipe_find(paw_str provider, paw_str channel, uint16_t event_id, const paw_str *names,
                     size_t n, struct paw_recipe *ret)
{
    const struct paw_row *row = find_row(provider, channel, event_id);
    if (n > PAW_RECIPE_NAMES_MAX)
        return false;
    ret->row = row;
    ret->is_sysmon = is_sysmon(provider);
    ret->n = n;
    for (size_t i = 0; i < n; i++)
        ret->maps[i] = row == NULL || names[i].p == NULL ? NULL : search_mapping(row, names[i]);
    return true;
}

bool paw_recipe_is_plain(const struct paw_recipe *r)
{
    bool has[PAW_N_FIELDS] = {false};
    if (r->row == NULL || r->row->special != NULL)
        return false;
    for (size_t i = 0; i < r->n; i++) {
        if (r->maps[i] == NULL)
            continue;
        if (has[r->maps[i]->id])
            return false;
        has[r->maps[i]->id] = true;
    }
    return true;
}

size_t paw_recipe_source(const struct paw_recipe *r, enum paw_field_id id)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->maps[i] != NULL && r->maps[i]->id == id)
            return i;
    return SIZE_MAX;
}

static enum paw_status make_all(struct paw_normaliser *n, const struct paw_recipe *recipe,
                                const struct paw_row *row, const struct paw_record *r,
                                const struct paw_wanted *wanted, const struct paw_sink *sink,
                                uint64_t *kinds, struct paw_error *err)
{
    const enum paw_kind kind = row == NULL ? PAW_KIND_OTHER : row->kind;
    *kinds |= PAW_KIND_BIT(kind);
    if (!paw_record_is_wanted(wanted, kind, r->provider, r->event_id))
        return PAW_OK;
    const bool has_own_kind = (wanted->kinds & PAW_KIND_BIT(kind)) != 0;
    struct paw_making making;
    struct paw_making *m = &making;
    paw_arena_reset(&n->scratch);
    m->builder = &n->builder;
    m->arena = &n->scratch;
    m->known = n->known;
    m->recipe = recipe;
    m->record = r;
    m->is_sysmon = recipe != NULL ? recipe->is_sysmon : is_sysmon(r->provider);
    m->n_actions = 0;
    size_t number = 0;
    enum paw_status status = PAW_OK;
    do
        status = make(m, has_own_kind ? kind : PAW_KIND_OTHER, row, number++, sink, err);
    while (status >= 0 && number < m->n_actions);
    return status < 0 ? status : PAW_OK;
}

enum paw_status paw_normalise(struct paw_normaliser *n, const struct paw_record *r,
                              const struct paw_wanted *wanted, const struct paw_sink *sink,
                              uint64_t *kinds, struct paw_error *err)
{
    const struct paw_row *row = find_row(r->provider, r->channel, r->event_id);
    if (row != NULL && row->applies != NULL && !row->applies(r))
        row = NULL;
    return make_all(n, NULL, row, r, wanted, sink, kinds, err);
}

enum paw_status paw_normalise_by(struct paw_normaliser *n, const struct paw_recipe *recipe,
                                 const struct paw_record *r, const struct paw_wanted *wanted,
                                 const struct paw_sink *sink, uint64_t *kinds,
                                 struct paw_error *err)
{
    const struct paw_row *row = recipe->row;
    const bool applies = row == NULL || row->applies == NULL || row->applies(r);
    return make_all(n, applies ? recipe : NULL, applies ? row : NULL, r, wanted, sink, kinds, err);
}
