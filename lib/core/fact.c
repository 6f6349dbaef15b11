/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: building, looking at, checking. See catspaw/fact.h and core/fact.h. */
#include "core/fact.h"

#include <stdlib.h>

#include "core/str.h"

static const char *const names_sysmon[PAW_N_FIELDS] = {
#define NAME(id, name, other) [PAW_F_##id] = name,
    PAW_FIELDS(NAME)
#undef NAME
};

static const char *const names_other[PAW_N_FIELDS] = {
#define NAME(id, name, other) [PAW_F_##id] = other,
    PAW_FIELDS(NAME)
#undef NAME
};

static const char *const kind_names[PAW_N_KINDS] = {
    [PAW_KIND_NONE] = "none",
    [PAW_KIND_PROCESS_START] = "process_start",
    [PAW_KIND_PROCESS_END] = "process_end",
    [PAW_KIND_MODULE] = "module",
    [PAW_KIND_NETWORK] = "network",
    [PAW_KIND_DNS] = "dns",
    [PAW_KIND_FILE] = "file",
    [PAW_KIND_FILE_DELETE] = "file_delete",
    [PAW_KIND_FILE_STREAM] = "file_stream",
    [PAW_KIND_FILE_TIME] = "file_time",
    [PAW_KIND_REGISTRY] = "registry",
    [PAW_KIND_ACCESS] = "access",
    [PAW_KIND_THREAD] = "thread",
    [PAW_KIND_TAMPER] = "tamper",
    [PAW_KIND_PIPE] = "pipe",
    [PAW_KIND_DRIVER] = "driver",
    [PAW_KIND_POWERSHELL] = "powershell",
    [PAW_KIND_INSTALLER] = "installer",
    [PAW_KIND_SERVICE] = "service",
    [PAW_KIND_TASK] = "task",
    [PAW_KIND_CONSUMER] = "consumer",
    [PAW_KIND_LOGON_COMMAND] = "logon_command",
    [PAW_KIND_CONTROL] = "control",
    [PAW_KIND_ANTIMALWARE] = "antimalware",
    [PAW_KIND_SENSOR] = "sensor",
    [PAW_KIND_STANDING] = "standing",
    [PAW_KIND_VALUE] = "value",
    [PAW_KIND_HOST] = "host",
    [PAW_KIND_OTHER] = "other",
};

paw_str paw_field_name(enum paw_field_id id, bool is_sysmon)
{
    if (id <= PAW_F_NONE || id >= PAW_N_FIELDS)
        return PAW_LIT("");
    return paw_str_of(is_sysmon || names_other[id] == NULL ? names_sysmon[id] : names_other[id]);
}

paw_str paw_kind_name(enum paw_kind kind)
{
    return paw_str_of(kind < PAW_N_KINDS ? kind_names[kind] : "none");
}

_Static_assert(PAW_N_FIELDS <= 128, "a bit for each field");
_Static_assert(sizeof(struct paw_fact) % 8 == 0 && _Alignof(struct paw_field) <= 4 &&
                   sizeof(struct paw_field) % 4 == 0,
               "a table that ends with a fact is aligned");

/* The field table ends where the fact does. */
static const struct paw_field *field_at(const struct paw_fact *f, size_t i)
{
    const void *end = (const uint8_t *)f + f->size;
    return (const struct paw_field *)end - f->n_fields + i;
}

static void note_field(uint64_t has[2], unsigned id)
{
    has[id / 64] |= UINT64_C(1) << id % 64;
}

static bool has_field(const struct paw_fact *f, unsigned id)
{
    return (f->has[id / 64] >> id % 64 & 1) != 0;
}

static paw_str text_of(const struct paw_fact *f, const struct paw_field *field)
{
    return (paw_str){(const char *)f + field->at, field->length};
}

paw_str paw_fact_text(const struct paw_fact *f, enum paw_field_id id)
{
    if (id >= PAW_N_FIELDS || !has_field(f, id))
        return (paw_str){0};
    const struct paw_field *field = field_at(f, 0);
    for (size_t i = 0; i < f->n_fields; i++, field++)
        if (field->id == id)
            return text_of(f, field);
    return (paw_str){0};
}

void paw_fact_pick(const struct paw_fact *f, const uint8_t place[PAW_N_FIELDS], paw_str *out)
{
    const struct paw_field *field = field_at(f, 0);
    for (size_t i = 0; i < f->n_fields; i++, field++) {
        const uint8_t to = place[field->id];
        if (to != 0 && out[to - 1].p == NULL)
            out[to - 1] = text_of(f, field);
    }
}

static paw_str own_name(const struct paw_fact *f, const struct paw_field *field)
{
    return (paw_str){(const char *)f + field->at - field->name_length, field->name_length};
}

paw_str paw_fact_other(const struct paw_fact *f, paw_str name)
{
    for (size_t i = 0; i < f->n_fields; i++) {
        const struct paw_field *field = field_at(f, i);
        if (field->id == PAW_F_OTHER && paw_str_same_name(own_name(f, field), name))
            return text_of(f, field);
    }
    return (paw_str){0};
}

bool paw_fact_is_sysmon(const struct paw_fact *f)
{
    return paw_str_same_name(paw_fact_text(f, PAW_F_PROVIDER), PAW_LIT("Microsoft-Windows-Sysmon"));
}

/* Facts from hives have no provider; what they name is named as Sysmon does. */
paw_str paw_fact_field_name(const struct paw_fact *f, enum paw_field_id id)
{
    const bool is_hive = f->kind == PAW_KIND_STANDING || f->kind == PAW_KIND_VALUE ||
                         (f->kind == PAW_KIND_HOST && paw_fact_text(f, PAW_F_HIVE).p != NULL);
    return paw_field_name(id, is_hive || paw_fact_is_sysmon(f));
}

bool paw_fact_field(const struct paw_fact *f, size_t i, enum paw_field_id *id, paw_str *name,
                    paw_str *text)
{
    if (i >= f->n_fields)
        return false;
    const struct paw_field *field = field_at(f, i);
    *id = (enum paw_field_id)field->id;
    *name = field->id == PAW_F_OTHER ? own_name(f, field)
                                     : paw_fact_field_name(f, (enum paw_field_id)field->id);
    *text = text_of(f, field);
    return true;
}

bool paw_fact_text_at(const struct paw_fact *f, size_t i, enum paw_field_id *id, paw_str *text)
{
    if (i >= f->n_fields)
        return false;
    *id = (enum paw_field_id)field_at(f, i)->id;
    *text = text_of(f, field_at(f, i));
    return true;
}

/* All texts at once: most are, and then each is valid by itself. */
static bool is_ascii(const uint8_t *p, size_t n)
{
    uint64_t all = 0, one = 0;
    for (; n >= sizeof(one); n -= sizeof(one), p += sizeof(one)) {
        memcpy(&one, p, sizeof(one));
        all |= one;
    }
    for (; n > 0; n--)
        all |= *p++;
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

bool paw_fact_check(const void *bytes, size_t n)
{
    struct paw_fact head;
    if (n < sizeof(head) || n > PAW_FACT_BYTES_MAX || n % 8 != 0)
        return false;
    memcpy(&head, bytes, sizeof(head));
    if (head.size != n || head.kind == PAW_KIND_NONE || head.kind >= PAW_N_KINDS ||
        head.state > PAW_CORRUPT || head.n_fields > PAW_FACT_FIELDS_MAX)
        return false;
    const size_t table = head.n_fields * sizeof(struct paw_field);
    if (table > n - sizeof(head))
        return false;
    const size_t texts_end = n - table;
    const bool ascii = is_ascii((const uint8_t *)bytes + sizeof(head), texts_end - sizeof(head));
    size_t end =
        sizeof(head); /* texts lie one behind the other: none is checked, or counts, twice */
    uint64_t has[2] = {0};
    for (size_t i = 0; i < head.n_fields; i++) {
        struct paw_field field;
        memcpy(&field, (const uint8_t *)bytes + texts_end + i * sizeof(field), sizeof(field));
        if (field.id == PAW_F_NONE || field.id >= PAW_N_FIELDS || field.at > texts_end ||
            field.length > texts_end - field.at || field.at < end ||
            field.name_length > field.at - end ||
            (field.name_length != 0) != (field.id == PAW_F_OTHER))
            return false;
        end = field.at + field.length;
        note_field(has, field.id);
        const char *at = (const char *)bytes + field.at;
        if (!ascii && (!paw_utf8_valid((paw_str){at - field.name_length, field.name_length}) ||
                       !paw_utf8_valid((paw_str){at, field.length})))
            return false;
    }
    return has[0] == head.has[0] && has[1] == head.has[1];
}

/* Building --------------------------------------------------------------------------------------
 */

enum { FIRST_ROOM = 4096, NAME_BYTES_MAX = 512 }; /* event data names have at most some 60 */

static bool make_room(struct paw_fact_builder *b, size_t want)
{
    if (want <= b->room)
        return true;
    size_t grown = b->room == 0 ? FIRST_ROOM : b->room;
    while (grown < want)
        grown *= 2;
    uint8_t *more = realloc(b->out, grown);
    if (more == NULL)
        return false;
    b->out = more;
    b->room = grown;
    return true;
}

void paw_fact_begin(struct paw_fact_builder *b, enum paw_kind kind)
{
    b->used = sizeof(struct paw_fact);
    b->n_fields = 0;
    b->failed = !make_room(b, b->used);
    b->head = (struct paw_fact){.kind = (uint8_t)kind};
    memset(b->place, 0, sizeof(b->place));
}

/* Cut at a character, so that what remains is valid UTF-8. */
static paw_str cut(paw_str s, size_t most)
{
    if (s.n <= most)
        return s;
    size_t n = most;
    while (n > 0 && ((uint8_t)s.p[n] & 0xC0) == 0x80)
        n--;
    return (paw_str){s.p, n};
}

static void add(struct paw_fact_builder *b, enum paw_field_id id, paw_str name, paw_str text)
{
    const paw_str kept = cut(text, PAW_TEXT_BYTES_MAX);
    if (b->failed)
        return;
    if (b->n_fields == PAW_FACT_FIELDS_MAX ||
        b->used + name.n + kept.n > PAW_FACT_BYTES_MAX - sizeof(b->fields) - 8) {
        b->head.flags |= PAW_FACT_CUT;
        return;
    }
    const size_t at = b->used + name.n;
    if (!make_room(b, at + kept.n)) {
        b->failed = true;
        return;
    }
    if (kept.n < text.n)
        b->head.flags |= PAW_FACT_CUT;
    if (name.n != 0)
        memcpy(b->out + b->used, name.p, name.n);
    if (kept.n != 0)
        memcpy(b->out + at, kept.p, kept.n);
    b->fields[b->n_fields++] = (struct paw_field){
        .id = (uint16_t)id,
        .name_length = (uint16_t)name.n,
        .at = (uint32_t)at,
        .length = (uint32_t)kept.n,
    };
    if (id != PAW_F_OTHER)
        b->place[id] = (uint8_t)b->n_fields;
    note_field(b->head.has, id);
    b->used = at + kept.n;
}

paw_str paw_fact_built(const struct paw_fact_builder *b, enum paw_field_id id)
{
    if (b->place[id] == 0)
        return (paw_str){0};
    const struct paw_field *field = &b->fields[b->place[id] - 1];
    return (paw_str){(const char *)b->out + field->at, field->length};
}

void paw_fact_add(struct paw_fact_builder *b, enum paw_field_id id, paw_str text)
{
    if (text.p != NULL && id != PAW_F_OTHER && b->place[id] == 0)
        add(b, id, (paw_str){0}, text);
}

void paw_fact_add_other(struct paw_fact_builder *b, paw_str name, paw_str text)
{
    if (text.p != NULL && name.n != 0)
        add(b, PAW_F_OTHER, cut(name, NAME_BYTES_MAX), text);
}

uint64_t paw_hash(const void *p, size_t n, uint64_t seed)
{
    const uint8_t *b = p;
    uint64_t h = seed ^ (n * UINT64_C(0x9E3779B97F4A7C15));
    for (; n >= 8; n -= 8, b += 8) {
        uint64_t v = 0;
        memcpy(&v, b, 8);
        h = (h ^ v) * UINT64_C(0xFF51AFD7ED558CCD);
        h ^= h >> 32;
    }
    for (; n > 0; n--, b++)
        h = (h ^ *b) * UINT64_C(0x100000001B3);
    h ^= h >> 33;
    h *= UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 33;
}

uint64_t paw_hash_name(paw_str s, uint64_t seed)
{
    uint64_t h = seed ^ UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (uint8_t)paw_lower(s.p[i])) * UINT64_C(0x100000001B3);
    h ^= h >> 33;
    h *= UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 33;
}

static bool is_real_guid(paw_str guid)
{
    return guid.n != 0 && !paw_str_equal(guid, PAW_LIT("{00000000-0000-0000-0000-000000000000}"));
}

/* Hashes of where a record comes from: the same few come again and again. */
static void hash_whence(struct paw_fact_builder *b, uint64_t *computer, uint64_t *identity)
{
    static const enum paw_field_id whence[] = {PAW_F_COMPUTER, PAW_F_CHANNEL, PAW_F_PROVIDER,
                                               PAW_F_HIVE,     PAW_F_KEY,     PAW_F_VALUE};
    enum { FIRST = sizeof(struct paw_fact) };
    const uint16_t id = b->head.event_id;
    const paw_str name = paw_fact_built(b, PAW_F_COMPUTER);
    struct paw_fact_whence *known = &b->whences[(id ^ id >> 6) % PAW_FACT_WHENCES];
    /* as normalise.c begins every fact */
    const bool is_usual = b->place[PAW_F_PROVIDER] == 1 && b->place[PAW_F_CHANNEL] == 2 &&
                          b->place[PAW_F_COMPUTER] == 3 &&
                          (b->place[PAW_F_HIVE] | b->place[PAW_F_KEY] | b->place[PAW_F_VALUE]) == 0;
    const size_t n = is_usual ? b->fields[2].at + b->fields[2].length - FIRST : SIZE_MAX;
    if (n != 0 && n == known->n && id == known->event_id &&
        b->fields[0].length == known->provider && b->fields[1].length == known->channel &&
        memcmp(b->out + FIRST, known->text, n) == 0) {
        *computer = known->computer;
        *identity = known->identity;
        return;
    }
    *computer = paw_hash_name(name, 1);
    *identity = id;
    for (size_t i = 0; i < PAW_COUNT_OF(whence); i++)
        *identity = paw_hash_name(paw_fact_built(b, whence[i]), *identity);
    if (n > PAW_FACT_WHENCE_MAX || n == 0)
        return;
    *known = (struct paw_fact_whence){.computer = *computer,
                                      .identity = *identity,
                                      .event_id = id,
                                      .provider = (uint16_t)b->fields[0].length,
                                      .channel = (uint16_t)b->fields[1].length,
                                      .n = (uint16_t)n};
    memcpy(known->text, b->out + FIRST, n);
}

/* As paw_hash, of many bytes: four at a time do not wait for each other. */
static uint64_t hash_long(const uint8_t *p, size_t n, uint64_t seed)
{
    uint64_t lanes[4] = {seed, seed + 1, seed + 2, seed + 3};
    for (; n >= sizeof(lanes); n -= sizeof(lanes), p += sizeof(lanes)) {
        uint64_t v[4];
        memcpy(v, p, sizeof(v));
        for (unsigned i = 0; i < 4; i++) {
            lanes[i] = (lanes[i] ^ v[i]) * UINT64_C(0xFF51AFD7ED558CCD);
            lanes[i] ^= lanes[i] >> 32;
        }
    }
    return paw_hash(p, n, paw_hash(lanes, sizeof(lanes), seed));
}

/* Finds the process, its record and its copies; equality is always checked on the texts. */
static void set_hashes(struct paw_fact_builder *b)
{
    struct paw_fact *head = &b->head;
    uint64_t computer = 0, identity = 0;
    hash_whence(b, &computer, &identity);
    const paw_str guid = paw_fact_built(b, PAW_F_PROCESS_GUID);
    const bool has_guid = is_real_guid(guid);
    const paw_str key = has_guid ? guid : paw_fact_built(b, PAW_F_PROCESS_ID);
    head->subject = key.n == 0 ? 0 : paw_hash_name(key, computer + has_guid);
    const uint64_t numbers[2] = {head->record_id, head->logged};
    head->identity = paw_hash(numbers, sizeof(numbers), identity);
    const uint64_t fields = paw_hash(b->fields, b->n_fields * sizeof(b->fields[0]), head->kind);
    head->content = hash_long(b->out + sizeof(*head), b->used - sizeof(*head), fields);
}

const struct paw_fact *paw_fact_end(struct paw_fact_builder *b)
{
    if (b->failed)
        return NULL;
    set_hashes(b);
    const size_t table = b->n_fields * sizeof(struct paw_field);
    const size_t whole = (b->used + table + 7) / 8 * 8;
    if (!make_room(b, whole))
        return NULL;
    memset(b->out + b->used, 0, whole - table - b->used);
    memcpy(b->out + (whole - table), b->fields, table);
    b->head.size = (uint32_t)whole;
    b->head.n_fields = (uint16_t)b->n_fields;
    memcpy(b->out, &b->head, sizeof(b->head));
    return (const struct paw_fact *)(const void *)b->out;
}

void paw_fact_builder_finish(struct paw_fact_builder *b)
{
    free(b->out);
    *b = (struct paw_fact_builder){0};
}
