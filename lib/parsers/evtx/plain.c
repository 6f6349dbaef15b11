/* SPDX-License-Identifier: Apache-2.0 */
/* Plain records: see plain.h. */
#include "parsers/evtx/plain.h"

#include "core/cursor.h"
#include "core/fact.h"
#include "core/str.h"
#include "core/utf16.h"
#include "parsers/evtx/scalars.h"
#include "parsers/evtx/values.h"
#include "parsers/normalise_table.h"

enum {
    TEXT_BYTES_MAX = 2 * PAW_EVTX_CHUNK_BYTES, /* values of one record: else event.h's limits */
    GUID_BYTES = 16,
    SORT_TRIES = 8,
};

/* Names that are remembered, by which question was asked. */
enum which { WHICH_FREE, WHICH_IMAGE, WHICH_MODULE };

void paw_plain_init(struct paw_plain *p, struct paw_evtx_walk *walk,
                    struct paw_templates *templates, struct paw_arena *arena)
{
    p->walk = walk;
    p->templates = templates;
    p->arena = arena;
}

void paw_plain_begin(struct paw_plain *p)
{
    memset(p->computers, 0, sizeof(p->computers));
}

/* What pointed at templates is stale once they were forgotten. */
static void keep_up(struct paw_plain *p)
{
    if (p->generation == p->templates->generation)
        return;
    memset(p->sorts, 0, sizeof(p->sorts));
    memset(p->computers, 0, sizeof(p->computers));
    p->generation = p->templates->generation;
}

static struct paw_evtx_datum datum_at(const struct paw_plain *p,
                                      const struct paw_binxml_instance *i, size_t index)
{
    if (index >= i->n)
        return (struct paw_evtx_datum){0};
    const struct paw_evtx_value *v = &i->values[index];
    return (struct paw_evtx_datum){v->type, {p->walk->bytes.p + v->offset, v->size}};
}

/* System ----------------------------------------------------------------------------------------
 */

/* The bytes by which a text of System is recognised: none if it is a literal of the template.
 * False: it is no string, or too long. */
static bool raw_of(const struct paw_plain *p, const struct paw_template_slot *slot,
                   const struct paw_binxml_instance *outer, paw_bytes *ret)
{
    *ret = (paw_bytes){0};
    if (!slot->is_known)
        return false;
    if (slot->index == PAW_BINXML_NONE)
        return slot->text.n != 0;
    const struct paw_evtx_datum v = datum_at(p, outer, slot->index);
    *ret = v.bytes;
    return v.type == PAW_EVTX_TYPE_STRING && v.bytes.n <= PAW_PLAIN_RAW_MAX && v.bytes.n >= 2;
}

static bool number_of(const struct paw_plain *p, const struct paw_template_slot *slot,
                      const struct paw_binxml_instance *outer, uint64_t *ret)
{
    return slot->is_known && slot->index != PAW_BINXML_NONE &&
           paw_evtx_value_number(datum_at(p, outer, slot->index), ret);
}

/* The value's text, in the record's room where it has some: most have. */
static paw_str value_text(struct paw_plain *p, struct paw_evtx_datum v, bool *lossy)
{
    char *out = p->texts + p->n_texts;
    const size_t left = sizeof(p->texts) - p->n_texts;
    size_t n = 0;
    if (v.type == PAW_EVTX_TYPE_NULL || v.type == PAW_EVTX_TYPE_BINXML)
        return (paw_str){0};
    if (v.type == PAW_EVTX_TYPE_STRING && paw_utf16_room(v.bytes.n / 2) <= left)
        n = paw_utf16_put(paw_utf16_trim(paw_utf16_of(v.bytes)), out, lossy);
    else if (left < PAW_SCALAR_TEXT || (n = paw_scalar_put(v, out)) == 0)
        return paw_evtx_value_text(p->arena, v, lossy);
    p->n_texts += n;
    return (paw_str){out, n};
}

static bool is_same(paw_bytes b, const uint8_t *raw, size_t n)
{
    return b.n == n && (n == 0 || memcmp(b.p, raw, n) == 0);
}

/* Makes a text of System one that is known by raw: the value's, or the literal. */
static void know_text(struct paw_plain_text *t, const struct paw_template_slot *slot, paw_bytes raw)
{
    t->n = (uint8_t)raw.n;
    t->is_lossy = false;
    t->text = slot->text;
    if (slot->index == PAW_BINXML_NONE)
        return;
    memcpy(t->raw, raw.p, raw.n);
    t->text.n = paw_utf16_put(paw_utf16_trim(paw_utf16_of(raw)), t->room, &t->is_lossy);
    t->text.p = t->room;
}

/* What is to be done with records of this kind; NULL: they are not plain. */
static struct paw_plain_sort *sort_of(struct paw_plain *p, const struct paw_template *t,
                                      const struct paw_binxml_instance *outer)
{
    const struct paw_wanted *wanted = p->walk->wanted;
    paw_bytes raw[2];
    uint64_t event_id = 0;
    if (!raw_of(p, &t->provider, outer, &raw[0]) || !raw_of(p, &t->channel, outer, &raw[1]) ||
        !number_of(p, &t->event_id, outer, &event_id) || event_id > UINT16_MAX)
        return NULL;
    uint64_t h = event_id * UINT64_C(0x9E3779B97F4A7C15) + (uintptr_t)t;
    h = raw[0].n == 0 ? h : paw_hash(raw[0].p, raw[0].n, h);
    h = raw[1].n == 0 ? h : paw_hash(raw[1].p, raw[1].n, h);
    struct paw_plain_sort *s = NULL;
    for (size_t i = 0; i < SORT_TRIES; i++) {
        s = &p->sorts[((h ^ h >> 17) + i) % PAW_PLAIN_SORTS];
        if (s->outer == t && s->event_id == event_id &&
            is_same(raw[0], s->provider.raw, s->provider.n) &&
            is_same(raw[1], s->channel.raw, s->channel.n))
            return s;
        if (s->outer == NULL)
            break;
    }
    *s = (struct paw_plain_sort){.event_id = (uint16_t)event_id};
    know_text(&s->provider, &t->provider, raw[0]);
    know_text(&s->channel, &t->channel, raw[1]);
    const paw_str provider = s->provider.text;
    if (provider.n == 0 || s->channel.text.n == 0 || s->provider.is_lossy || s->channel.is_lossy)
        return NULL;
    s->outer = t;
    s->kind = paw_record_kind(provider, s->channel.text, s->event_id);
    s->kind = s->kind == PAW_KIND_NONE ? PAW_KIND_OTHER : s->kind;
    s->is_wanted = paw_record_is_wanted(wanted, s->kind, provider, s->event_id);
    s->is_settled = wanted->later != NULL &&
                    !paw_record_is_wanted(wanted->later, s->kind, provider, s->event_id);
    return s;
}

/* The payload -----------------------------------------------------------------------------------
 */

/* The instance that is the whole payload. */
static bool read_inner(struct paw_plain *p, const struct paw_template *t,
                       const struct paw_binxml_instance *outer, struct paw_binxml_instance *ret)
{
    enum { FRAGMENT = 4 };
    const struct paw_evtx_datum v = datum_at(p, outer, t->payload);
    if (v.type != PAW_EVTX_TYPE_BINXML || v.bytes.n <= FRAGMENT)
        return false;
    const uint32_t from = (uint32_t)(v.bytes.p - p->walk->bytes.p);
    const uint32_t end = from + (uint32_t)v.bytes.n;
    const uint32_t at = from + (v.bytes.p[0] == PAW_BINXML_FRAGMENT ? FRAGMENT : 0);
    return p->walk->bytes.p[at] == PAW_BINXML_INSTANCE &&
           paw_binxml_instance_read(p->walk->bytes, at + 1, end, p->arena, ret) &&
           ret->has_definition && !ret->is_cut &&
           (ret->end == end || p->walk->bytes.p[ret->end] == PAW_BINXML_END);
}

static const struct paw_template *inner_template(struct paw_plain *p,
                                                 const struct paw_binxml_instance *inner)
{
    bool is_borrowed = false;
    uint32_t spent = 0; /* of a template that is kept: once */
    const struct paw_template *t = paw_templates_find(p->templates, p->walk->bytes, inner, false,
                                                      p->arena, &is_borrowed, &spent);
    return t != NULL && t->is_kept && !is_borrowed && t->is_plain_data && !t->plan->is_lossy &&
                   inner->n >= t->plan->n_values
               ? t
               : NULL;
}

/* Kinds that the sieve is asked about, and the field beside process and image that it looks at. */
static const struct sifted {
    bool is_asked;
    enum paw_field_id what;
} sifted[PAW_N_KINDS] = {
    [PAW_KIND_FILE] = {true, PAW_F_TARGET_FILENAME},
    [PAW_KIND_FILE_DELETE] = {true, PAW_F_TARGET_FILENAME},
    [PAW_KIND_FILE_STREAM] = {true, PAW_F_TARGET_FILENAME},
    [PAW_KIND_FILE_TIME] = {true, PAW_F_TARGET_FILENAME},
    [PAW_KIND_MODULE] = {true, PAW_F_IMAGE_LOADED},
    [PAW_KIND_REGISTRY] = {true, PAW_F_TARGET_OBJECT},
    [PAW_KIND_ACCESS] = {true, PAW_F_TARGET_IMAGE},
    [PAW_KIND_NETWORK] = {true, PAW_F_NONE},
    [PAW_KIND_DNS] = {true, PAW_F_NONE},
    [PAW_KIND_PIPE] = {true, PAW_F_NONE},
};

static bool find_recipe(struct paw_plain_sort *s, const struct paw_template *inner,
                        const struct paw_record *r)
{
    paw_str names[PAW_TEMPLATE_ITEMS_MAX];
    for (size_t i = 0; i < inner->n_items; i++)
        names[i] = inner->items[i].name;
    s->inner = inner;
    s->has_recipe =
        paw_recipe_find(r->provider, r->channel, s->event_id, names, inner->n_items, &s->recipe);
    s->is_sifted = s->has_recipe && sifted[s->kind].is_asked && paw_recipe_is_plain(&s->recipe);
    s->guid = paw_recipe_source(&s->recipe, PAW_F_PROCESS_GUID);
    s->pid = paw_recipe_source(&s->recipe, PAW_F_PROCESS_ID);
    s->image = paw_recipe_source(&s->recipe, PAW_F_IMAGE);
    s->what = paw_recipe_source(&s->recipe, sifted[s->kind].what);
    s->target_guid = paw_recipe_source(&s->recipe, PAW_F_TARGET_PROCESS_GUID);
    s->target_pid = paw_recipe_source(&s->recipe, PAW_F_TARGET_PROCESS_ID);
    return s->has_recipe;
}

/* The sieve -------------------------------------------------------------------------------------
 */

/* The value of a datum; of one that is not there, null; of a literal, one that is never compared.
 */
static struct paw_evtx_datum item_value(const struct paw_plain *p, const struct paw_template *t,
                                        const struct paw_binxml_instance *inner, size_t i)
{
    if (i >= t->n_items)
        return (struct paw_evtx_datum){0};
    const struct paw_template_item *item = &t->items[i];
    if (item->condition != PAW_BINXML_NONE && item->condition < inner->n &&
        inner->values[item->condition].type == PAW_EVTX_TYPE_NULL)
        return (struct paw_evtx_datum){0};
    if (item->text.n != 0)
        return (struct paw_evtx_datum){.type = PAW_EVTX_TYPE_ANSI};
    return datum_at(p, inner, item->index);
}

static bool is_zero(paw_bytes b)
{
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] != 0)
            return false;
    return true;
}

/* Whether a process may be one that is asked for: by GUID, and where it has none by number. */
static bool may_be_process(const struct paw_sieve *sieve, struct paw_evtx_datum guid,
                           struct paw_evtx_datum pid)
{
    uint64_t n = 0;
    if (guid.type == PAW_EVTX_TYPE_GUID && guid.bytes.n == GUID_BYTES && !is_zero(guid.bytes))
        return sieve->has_guid(sieve->self, guid.bytes.p);
    if (guid.type != PAW_EVTX_TYPE_NULL && guid.type != PAW_EVTX_TYPE_GUID)
        return true;
    if (pid.type == PAW_EVTX_TYPE_NULL)
        return false;
    if ((pid.type == PAW_EVTX_TYPE_HEX32 || pid.type == PAW_EVTX_TYPE_U32) && pid.bytes.n == 4)
        n = paw_le32(pid.bytes.p);
    else if ((pid.type == PAW_EVTX_TYPE_HEX64 || pid.type == PAW_EVTX_TYPE_U64) && pid.bytes.n == 8)
        n = paw_le64(pid.bytes.p);
    else
        return true;
    return sieve->has_pid(sieve->self, n);
}

/* Bytes of a path's last part; *is_ascii if it is of plain ASCII. */
static paw_u16 last_part(paw_u16 path, bool *is_ascii)
{
    size_t from = path.units;
    uint16_t all = 0;
    while (from > 0) {
        const uint16_t c = paw_le16(path.p + 2 * (from - 1));
        if (c == '\\' || c == '/')
            break;
        all |= c;
        from--;
    }
    *is_ascii = all < 0x80;
    return (paw_u16){path.p + 2 * from, path.units - from};
}

/* Whether a name may be asked for; what was answered is remembered. */
static bool may_be_name(struct paw_plain *p, enum which which, struct paw_evtx_datum v)
{
    const struct paw_sieve *sieve = p->walk->wanted->sieve;
    char text[PAW_PLAIN_NAME_MAX / 2];
    bool is_ascii = false, lossy = false;
    if (v.type == PAW_EVTX_TYPE_NULL)
        return false;
    if (v.type != PAW_EVTX_TYPE_STRING)
        return true;
    const paw_u16 name = last_part(paw_utf16_trim(paw_utf16_of(v.bytes)), &is_ascii);
    const size_t n = 2 * name.units;
    if (!is_ascii || n > PAW_PLAIN_NAME_MAX)
        return true;
    const uint64_t h = n == 0 ? which : paw_hash(name.p, n, which);
    struct paw_plain_name *known = &p->names[h % PAW_PLAIN_NAMES];
    if (known->which == which && is_same((paw_bytes){name.p, n}, known->raw, known->n))
        return known->answer;
    const paw_str s = {text, paw_utf16_put(name, text, &lossy)};
    known->which = (uint8_t)which;
    known->n = (uint8_t)n;
    if (n != 0)
        memcpy(known->raw, name.p, n);
    /* Sysmon doubles percent signs */
    known->answer = paw_str_find_char(s, '%', 0) != SIZE_MAX ||
                    (which == WHICH_IMAGE ? sieve->has_image : sieve->has_module)(sieve->self, s);
    return known->answer;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* A name that no spelling of a path changes: no stream, no trailing dot or blank, no escape. */
static bool is_settled(paw_str name)
{
    static const char others[] = "_-.(){}[]+,@&$!~ ";
    for (size_t i = 0; i < name.n; i++)
        if (!is_alnum(name.p[i]) && (name.p[i] == '\0' || strchr(others, name.p[i]) == NULL))
            return false;
    return name.n != 0 && name.p[name.n - 1] != '.' && name.p[name.n - 1] != ' ';
}

static bool may_be_file(struct paw_plain *p, struct paw_evtx_datum v)
{
    const struct paw_sieve *sieve = p->walk->wanted->sieve;
    char text[PAW_PLAIN_NAME_MAX / 2];
    bool is_ascii = false, lossy = false;
    if (v.type == PAW_EVTX_TYPE_NULL)
        return false;
    if (v.type != PAW_EVTX_TYPE_STRING)
        return true;
    const paw_u16 name = last_part(paw_utf16_trim(paw_utf16_of(v.bytes)), &is_ascii);
    if (!is_ascii || name.units > sizeof(text))
        return true;
    const paw_str s = {text, paw_utf16_put(name, text, &lossy)};
    return !is_settled(s) || sieve->has_file(sieve->self, s);
}

/* A value is asked for by its key; its name is looked at by who asks. */
static bool may_be_value(struct paw_plain *p, struct paw_evtx_datum v)
{
    const struct paw_sieve *sieve = p->walk->wanted->sieve;
    bool ignored = false;
    if (v.type == PAW_EVTX_TYPE_NULL)
        return false;
    if (v.type != PAW_EVTX_TYPE_STRING)
        return true;
    const paw_u16 whole = paw_utf16_trim(paw_utf16_of(v.bytes));
    size_t units = whole.units;
    while (units > 0 && paw_le16(whole.p + 2 * (units - 1)) != '\\')
        units--;
    const size_t n = 2 * units; /* with the last backslash */
    if (n == 0 || n > PAW_PLAIN_KEY_MAX)
        return true;
    struct paw_plain_key *known = &p->keys[paw_hash(whole.p, n, 0) % PAW_PLAIN_KEYS];
    if (is_same((paw_bytes){whole.p, n}, known->raw, known->n))
        return known->answer;
    const paw_str key = paw_utf16_text(p->arena, (paw_u16){whole.p, units - 1}, &ignored);
    known->n = (uint16_t)n;
    memcpy(known->raw, whole.p, n);
    known->answer = key.p == NULL || ignored || paw_str_find_char(key, '%', 0) != SIZE_MAX ||
                    sieve->has_key(sieve->self, key);
    return known->answer;
}

/* The computer that a record names; NULL: not so that it can be kept. */
static struct paw_plain_computer *computer_of(struct paw_plain *p, const struct paw_template *t,
                                              const struct paw_binxml_instance *outer)
{
    paw_bytes raw;
    if (!raw_of(p, &t->computer, outer, &raw))
        return NULL;
    const struct paw_template *literal = raw.n == 0 ? t : NULL;
    const uint64_t h = raw.n == 0 ? (uintptr_t)t >> 4 : paw_hash(raw.p, raw.n, 0);
    struct paw_plain_computer *c = &p->computers[h % PAW_PLAIN_COMPUTERS];
    if (c->name.text.p != NULL && c->outer == literal && is_same(raw, c->name.raw, c->name.n))
        return c;
    c->outer = literal;
    c->kinds = 0;
    know_text(&c->name, &t->computer, raw);
    return c;
}

/* Whether facts of this computer and kind were given before; from now on they were. */
static bool was_given(struct paw_plain *p, const struct paw_plain_sort *s,
                      const struct paw_binxml_instance *outer)
{
    struct paw_plain_computer *c = computer_of(p, s->outer, outer);
    if (c == NULL)
        return false;
    const bool was = (c->kinds & PAW_KIND_BIT(s->kind)) != 0;
    c->kinds |= PAW_KIND_BIT(s->kind);
    return was;
}

/* Whether nobody asks for this record, so far as its values can tell. */
static bool is_left_out(struct paw_plain *p, const struct paw_plain_sort *s,
                        const struct paw_binxml_instance *outer,
                        const struct paw_binxml_instance *inner)
{
    const struct paw_sieve *sieve = p->walk->wanted->sieve;
    const struct paw_template *t = s->inner;
    if (sieve == NULL || !s->is_sifted || !was_given(p, s, outer))
        return false;
    const struct paw_evtx_datum what = item_value(p, t, inner, s->what);
    if (may_be_process(sieve, item_value(p, t, inner, s->guid), item_value(p, t, inner, s->pid)) ||
        may_be_name(p, WHICH_IMAGE, item_value(p, t, inner, s->image)))
        return false;
    const enum paw_field_id field = sifted[s->kind].what;
    if (field == PAW_F_TARGET_FILENAME)
        return !may_be_file(p, what);
    if (field == PAW_F_IMAGE_LOADED)
        return !may_be_name(p, WHICH_MODULE, what);
    if (field == PAW_F_TARGET_OBJECT)
        return !may_be_value(p, what);
    return field != PAW_F_TARGET_IMAGE ||
           (!may_be_name(p, WHICH_IMAGE, what) &&
            !may_be_process(sieve, item_value(p, t, inner, s->target_guid),
                            item_value(p, t, inner, s->target_pid)));
}

/* The record ------------------------------------------------------------------------------------
 */

/* The text of Security/@UserID: mostly that of the record before. */
static paw_str user_of(struct paw_plain *p, const struct paw_template_slot *slot,
                       const struct paw_binxml_instance *outer, bool *lossy)
{
    if (slot->index == PAW_BINXML_NONE)
        return slot->text;
    const struct paw_evtx_datum v = datum_at(p, outer, slot->index);
    struct paw_plain_text *t = &p->user;
    if (v.type != PAW_EVTX_TYPE_SID || v.bytes.n > sizeof(t->raw))
        return value_text(p, v, lossy);
    if (t->n == 0 || !is_same(v.bytes, t->raw, t->n)) {
        t->n = 0;
        const paw_str text = value_text(p, v, lossy);
        if (text.n == 0 || text.n > sizeof(t->room))
            return text;
        t->n = (uint8_t)v.bytes.n;
        memcpy(t->raw, v.bytes.p, v.bytes.n);
        memcpy(t->room, text.p, text.n);
        t->text = (paw_str){t->room, text.n};
    }
    return t->text;
}

static bool read_system(struct paw_plain *p, const struct paw_plain_sort *s,
                        const struct paw_binxml_instance *outer, bool *lossy)
{
    const struct paw_template *t = s->outer;
    struct paw_record *r = &p->record;
    uint64_t created = 0, record_id = 0, pid = 0;
    *r = (struct paw_record){.event_id = s->event_id};
    p->n_texts = 0;
    const struct paw_plain_computer *computer = computer_of(p, t, outer);
    if (!number_of(p, &t->record_id, outer, &record_id) ||
        !number_of(p, &t->process_id, outer, &pid) || computer == NULL || !t->user_id.is_known ||
        !number_of(p, &t->created, outer, &created) ||
        datum_at(p, outer, t->created.index).type != PAW_EVTX_TYPE_FILETIME)
        return false;
    r->provider = s->provider.text;
    r->channel = s->channel.text;
    r->computer = computer->name.text;
    *lossy = computer->name.is_lossy;
    r->user_sid = user_of(p, &t->user_id, outer, lossy);
    r->created = paw_evtx_time(created);
    r->record_id = record_id;
    r->process_id = (uint32_t)pid;
    return true;
}

static bool read_data(struct paw_plain *p, const struct paw_plain_sort *s,
                      const struct paw_binxml_instance *inner, bool *lossy)
{
    const struct paw_template *t = s->inner;
    size_t bytes = 0;
    for (size_t i = 0; i < t->n_items; i++) {
        const struct paw_template_item *item = &t->items[i];
        struct paw_datum *d = &p->data[i];
        *d = (struct paw_datum){item->name, item->text};
        if (item->condition != PAW_BINXML_NONE && item->condition < inner->n &&
            inner->values[item->condition].type == PAW_EVTX_TYPE_NULL) {
            if (item->name.p == NULL || (s->recipe.row != NULL && s->recipe.row->special != NULL))
                return false; /* unnamed ones are counted, and one not there is not empty */
            d->text = (paw_str){0};
            continue;
        }
        if (item->index == PAW_BINXML_NONE)
            continue;
        const struct paw_evtx_datum v = datum_at(p, inner, item->index);
        bytes += v.bytes.n;
        if (v.type == PAW_EVTX_TYPE_BINXML || (v.type & PAW_EVTX_TYPE_ARRAY) != 0 ||
            bytes > TEXT_BYTES_MAX)
            return false;
        d->text = value_text(p, v, lossy);
        if (d->text.p == NULL && v.type != PAW_EVTX_TYPE_NULL)
            return false;
    }
    p->record.data = p->data;
    p->record.n_data = t->n_items;
    p->record.data_name = t->data_name;
    return true;
}

static enum paw_status pass(struct paw_plain *p, const struct paw_evtx_at *at,
                            const struct paw_plain_sort *s, const struct paw_binxml_instance *outer)
{
    uint64_t created = 0;
    (void)number_of(p, &s->outer->created, outer, &created);
    p->walk->summary->kinds |= PAW_KIND_BIT(s->kind);
    p->walk->is_settled = s->is_settled;
    paw_evtx_walk_pass(p->walk, at, paw_evtx_time(created));
    return PAW_OK;
}

enum paw_status paw_plain_read(struct paw_plain *p, const struct paw_evtx_at *at,
                               const struct paw_template *t,
                               const struct paw_binxml_instance *outer)
{
    struct paw_binxml_instance inner;
    bool lossy = false;
    if (!t->is_kept || !t->is_plain_event || t->plan->is_lossy || outer->is_cut ||
        outer->n < t->plan->n_values)
        return PAW_END;
    keep_up(p);
    struct paw_plain_sort *s = sort_of(p, t, outer);
    if (s == NULL)
        return PAW_END;
    if (!s->is_wanted)
        return pass(p, at, s, outer);
    if (!read_inner(p, t, outer, &inner))
        return PAW_END;
    const struct paw_template *own = s->inner;
    const struct paw_template *payload = inner_template(p, &inner);
    if (payload == NULL)
        return PAW_END;
    if (payload == own && is_left_out(p, s, outer, &inner)) {
        p->walk->summary->sieved++;
        return pass(p, at, s, outer);
    }
    if (!read_system(p, s, outer, &lossy))
        return PAW_END;
    if (payload != own)
        (void)find_recipe(s, payload, &p->record);
    if (!s->has_recipe || !read_data(p, s, &inner, &lossy))
        return PAW_END;
    if (lossy)
        p->record.flags |= PAW_FACT_LOSSY;
    p->walk->is_settled = s->is_settled;
    return paw_evtx_walk_give(p->walk, at, &p->record, "", &s->recipe);
}
