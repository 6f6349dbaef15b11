/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What select.c wants, in the form in which a reader can compare it as it lies in a record: GUIDs
 * and process numbers in binary, last parts of paths. Coarser than effect_is_wanted, which has the
 * last word: whatever that keeps passes here. Only read while a reader asks.
 */
#include "engine/engine_private.h"
#include "windows/regpath.h"
#include "windows/stands.h"

enum { GUID_BYTES = 16, GUID_TEXT = 38, KEY_BUDGET = 256 * 1024 };

static bool mark(struct map *set, uint64_t hash)
{
    const uint64_t h = hash == 0 ? 1 : hash; /* 0 is no hash of a map */
    size_t at = 0;
    return map_next(set, h, &at) != NONE || map_add(set, h, 0);
}

static bool has(const struct map *set, uint64_t hash)
{
    size_t at = 0;
    return map_next(set, hash == 0 ? 1 : hash, &at) != NONE;
}

static uint64_t number_hash(uint64_t n)
{
    return paw_hash(&n, sizeof(n), 0);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = paw_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of {XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}; the first three groups are numbers and so
 * lie the other way round. False: it is none, and no value of that type prints like it. */
static bool guid_bytes(paw_str text, uint8_t *ret)
{
    static const uint8_t places[GUID_BYTES] = {7,  5,  3,  1,  12, 10, 17, 15,
                                               20, 22, 25, 27, 29, 31, 33, 35};
    if (text.n != GUID_TEXT || text.p[0] != '{' || text.p[GUID_TEXT - 1] != '}')
        return false;
    for (size_t i = 0; i < GUID_BYTES; i++) {
        const int high = digit(text.p[places[i]]), low = digit(text.p[places[i] + 1]);
        if (high < 0 || low < 0)
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool sieve_add_process(struct paw_engine *e, paw_str guid, paw_str pid)
{
    uint8_t bytes[GUID_BYTES];
    uint64_t n = 0;
    return (!guid_bytes(guid, bytes) || mark(&e->sieve_guids, paw_hash(bytes, sizeof(bytes), 0))) &&
           (!paw_str_u64(pid, &n) || mark(&e->sieve_pids, number_hash(n)));
}

bool sieve_add_file(struct paw_engine *e, paw_str path)
{
    return mark(&e->sieve_files, paw_hash_name(paw_path_base(path), 0));
}

static bool has_guid(const void *self, const uint8_t *guid)
{
    const struct paw_engine *e = self;
    return has(&e->sieve_guids, paw_hash(guid, GUID_BYTES, 0));
}

static bool has_pid(const void *self, uint64_t pid)
{
    const struct paw_engine *e = self;
    return has(&e->sieve_pids, number_hash(pid));
}

static bool has_image(const void *self, paw_str name)
{
    return is_proxy_name(self, name);
}

static bool has_module(const void *self, paw_str name)
{
    const struct paw_engine *e = self;
    return paw_catalogue_names_module(e->catalogue, name);
}

static bool has_file(const void *self, paw_str name)
{
    const struct paw_engine *e = self;
    return has(&e->sieve_files, paw_hash_name(name, 0));
}

/* Whether a value of that key may be one that select.c asks for: as there, without the name. */
static bool has_key(const void *self, paw_str key)
{
    const struct paw_engine *e = self;
    struct paw_arena arena;
    struct paw_regpath p;
    paw_arena_init(&arena, KEY_BUDGET);
    paw_regpath_read(key, false, &arena, &p);
    bool named = p.key.p == NULL || paw_stand_has_place(p.place);
    const size_t first = paw_str_find_char(p.place, '\\', 0);
    const paw_str inside = paw_str_from(p.place, first == SIZE_MAX ? p.place.n : first + 1);
    const size_t second = paw_str_find_char(inside, '\\', 0);
    const paw_str deeper = paw_str_from(inside, second == SIZE_MAX ? inside.n : second + 1);
    for (const struct paw_wanted_value *v = paw_catalogue_values(e->catalogue);
         !named && v != NULL && v->hive != NULL; v++)
        named = paw_str_glob(inside, v->key) || paw_str_glob(deeper, v->key);
    paw_arena_finish(&arena);
    return named;
}

void paw_engine_sieve(const struct paw_engine *e, struct paw_sieve *ret)
{
    *ret = (struct paw_sieve){
        .self = e,
        .has_guid = has_guid,
        .has_pid = has_pid,
        .has_image = has_image,
        .has_module = has_module,
        .has_file = has_file,
        .has_key = has_key,
    };
}
