/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and paths that were understood before: see known.h. */
#include "engine/known.h"

#include <stdlib.h>

#include "core/fact.h"
#include "core/str.h"
#include "engine/catalogue.h"
#include "windows/address.h"
#include "windows/path.h"

enum {
    SLOTS = 8192,
    ENTRIES_MAX = SLOTS / 4 * 3,
    PROBES_MAX = 32, /* made-up lines may share a hash: then they are parsed anew */
    TEXTS_MAX = 6,
    FACES = 1024,
};

/* What an answer was made of; the texts are the cache's own. */
struct key {
    struct paw_machine machine;
    paw_str texts[TEXTS_MAX];
    size_t n;
    enum known_kind { KNOWN_LINE, KNOWN_PATH, KNOWN_WORD, KNOWN_VALUE, KNOWN_KEY, KNOWN_HOST } kind;
    uint64_t hash;
};

struct known_line {
    struct key key;
    struct paw_execution x; /* what paw_understand fills */
    struct paw_memo memo;
};

struct known_path {
    struct key key;
    struct paw_path path;
};

struct known_host {
    struct key key;
    uint64_t class;
};

struct known_regpath {
    struct key key;
    struct paw_regpath path;
    bool is_placed;
    struct paw_place_set places; /* once it is placed */
};

struct paw_known_slot {
    uint64_t hash; /* 0: free */
    struct key *key;
};

void paw_known_init(struct paw_known *k, size_t most, size_t budget)
{
    *k = (struct paw_known){.most = most};
    paw_arena_init(&k->arena, most + budget);
}

void paw_known_finish(struct paw_known *k)
{
    paw_arena_finish(&k->arena);
    free(k->slots);
    free(k->faces);
    *k = (struct paw_known){0};
}

void paw_known_forget(struct paw_known *k)
{
    paw_arena_reset(&k->arena);
    if (k->n != 0)
        memset(k->slots, 0, SLOTS * sizeof(*k->slots));
    if (k->faces != NULL)
        memset(k->faces, 0, FACES * sizeof(struct paw_face *));
    k->n = 0;
}

void paw_known_settle(struct paw_known *k)
{
    if (k->arena.used > k->most || k->n == ENTRIES_MAX)
        paw_known_forget(k);
}

/* Keys ------------------------------------------------------------------------------------------
 */

static uint64_t add(uint64_t h, paw_str s)
{
    return paw_hash(s.p, s.n, h + (s.p == NULL));
}

static void hash_key(struct key *key)
{
    uint64_t h = add(key->kind, key->machine.system_root);
    h = add(add(h, key->machine.name), key->machine.dns_suffix);
    for (size_t i = 0; i < key->n; i++)
        h = add(h, key->texts[i]);
    key->hash = h == 0 ? 1 : h;
}

static bool same_machine(const struct paw_machine *a, const struct paw_machine *b)
{
    return paw_str_equal(a->system_root, b->system_root) && paw_str_equal(a->name, b->name) &&
           paw_str_equal(a->dns_suffix, b->dns_suffix) && a->volumes == b->volumes &&
           a->n_volumes == b->n_volumes && a->site == b->site;
}

static bool same_key(const struct key *a, const struct key *b)
{
    bool same = a->kind == b->kind && same_machine(&a->machine, &b->machine);
    for (size_t i = 0; same && i < a->n; i++)
        same = paw_str_equal(a->texts[i], b->texts[i]);
    return same;
}

/* The slot of the key, or a free one for it; NULL: no room. */
static struct paw_known_slot *slot_of(struct paw_known *k, const struct key *key)
{
    if (k->slots == NULL)
        k->slots = calloc(SLOTS, sizeof(*k->slots));
    if (k->slots == NULL)
        return NULL;
    for (size_t i = 0; i < PROBES_MAX; i++) {
        struct paw_known_slot *s = &k->slots[(key->hash + i) % SLOTS];
        if (s->hash == 0)
            return k->n < ENTRIES_MAX ? s : NULL;
        if (s->hash == key->hash && same_key(s->key, key))
            return s;
    }
    return NULL;
}

/* A copy of the key with its texts, at the start of size bytes; NULL: no room. */
static struct key *keep_key(struct paw_known *k, const struct key *key, size_t size)
{
    struct key *kept = paw_arena_alloc(&k->arena, size);
    if (kept == NULL)
        return NULL;
    *kept = *key;
    for (size_t i = 0; i < key->n; i++) {
        kept->texts[i] = paw_arena_str(&k->arena, key->texts[i]);
        if (key->texts[i].p != NULL && kept->texts[i].p == NULL)
            return NULL;
    }
    return kept;
}

static void fill(struct paw_known *k, struct paw_known_slot *slot, struct key *key)
{
    *slot = (struct paw_known_slot){key->hash, key};
    k->n++;
}

/* Programs --------------------------------------------------------------------------------------
 */

static bool same_face(const struct paw_face *f, const struct paw_execution *x)
{
    return f->proxy == x->proxy && f->program == x->program && f->sets == x->sets &&
           f->identity == x->identity && (f->name.p == NULL) == (x->name.p == NULL) &&
           paw_str_equal(f->name, x->name);
}

/* NULL: no room. */
static struct paw_face *face_of(struct paw_known *k, const struct paw_execution *x)
{
    if (k->faces == NULL)
        k->faces = calloc(FACES, sizeof(struct paw_face *));
    if (k->faces == NULL)
        return NULL;
    const uint64_t hash = paw_hash(x->name.p, x->name.n, x->sets + x->identity);
    for (size_t i = 0; i < PROBES_MAX; i++) {
        struct paw_face **slot = &k->faces[(hash + i) % FACES];
        if (*slot != NULL && same_face(*slot, x))
            return *slot;
        if (*slot != NULL)
            continue;
        struct paw_face *f = paw_arena_alloc(&k->arena, sizeof(*f));
        if (f != NULL)
            *f = (struct paw_face){.name = x->name,
                                   .proxy = x->proxy,
                                   .program = x->program,
                                   .sets = x->sets,
                                   .identity = x->identity};
        *slot = f;
        return f;
    }
    return NULL;
}

/* Lines -----------------------------------------------------------------------------------------
 */

static void take_over(const struct paw_execution *from, struct paw_execution *x)
{
    if (x->image.n == 0)
        x->image = from->image; /* as the line says it */
    x->proxy = from->proxy;
    x->program = from->program;
    x->name = from->name;
    x->sets = from->sets;
    x->identity = from->identity;
    x->image_path = from->image_path;
    x->cwd_path = from->cwd_path;
    x->command = from->command;
    x->is_image_said = from->is_image_said;
    x->memo = from->memo;
}

enum paw_status paw_known_understand(struct paw_known *k, const struct paw_catalogue *c,
                                     const struct paw_machine *machine, struct paw_arena *arena,
                                     struct paw_execution *x)
{
    if (x->subject == PAW_SUBJECT_SCRIPT) /* no two scripts are alike */
        return paw_understand(c, machine, arena, x);
    struct key key = {
        .machine = *machine,
        .texts = {x->image, x->command_line, x->original_file_name, x->company, x->description,
                  x->current_directory},
        .n = 6,
        .kind = KNOWN_LINE,
    };
    hash_key(&key);
    struct paw_known_slot *slot = slot_of(k, &key);
    if (slot != NULL && slot->hash != 0) {
        take_over(&((const struct known_line *)(const void *)slot->key)->x, x);
        return PAW_OK;
    }
    struct key *kept = slot == NULL ? NULL : keep_key(k, &key, sizeof(struct known_line));
    if (kept == NULL)
        return paw_understand(c, machine, arena, x);
    struct known_line *line = (struct known_line *)(void *)kept;
    line->x.subject = x->subject;
    line->x.image = kept->texts[0];
    line->x.command_line = kept->texts[1];
    line->x.original_file_name = kept->texts[2];
    line->x.company = kept->texts[3];
    line->x.description = kept->texts[4];
    line->x.current_directory = kept->texts[5];
    const enum paw_status status = paw_understand(c, machine, &k->arena, &line->x);
    if (status != PAW_OK)
        return status;
    line->memo = (struct paw_memo){.arena = &k->arena, .face = face_of(k, &line->x)};
    line->x.memo = &line->memo;
    fill(k, slot, kept);
    take_over(&line->x, x);
    return PAW_OK;
}

/* Paths -----------------------------------------------------------------------------------------
 */

static void read_path(struct paw_known *k, struct key *key, struct paw_path *ret)
{
    *ret = (struct paw_path){0};
    if (key->texts[0].p == NULL)
        return;
    hash_key(key);
    struct paw_known_slot *slot = slot_of(k, key);
    if (slot != NULL && slot->hash != 0) {
        *ret = ((const struct known_path *)(const void *)slot->key)->path;
        return;
    }
    struct key *kept = slot == NULL ? NULL : keep_key(k, key, sizeof(struct known_path));
    const paw_str *texts = kept == NULL ? key->texts : kept->texts;
    const struct paw_path_context context = {
        .machine = &key->machine,
        .current_directory = key->n > 1 ? texts[1] : (paw_str){0},
        .expands_variables = key->kind == KNOWN_WORD,
        .is_code = true,
    };
    paw_path_normalise(texts[0], &context, &k->arena, ret);
    if (kept == NULL)
        return;
    ((struct known_path *)(void *)kept)->path = *ret;
    fill(k, slot, kept);
}

void paw_known_path(struct paw_known *k, paw_str raw, const struct paw_machine *machine,
                    struct paw_path *ret)
{
    struct key key = {.machine = *machine, .texts = {raw}, .n = 1, .kind = KNOWN_PATH};
    read_path(k, &key, ret);
}

void paw_known_word(struct paw_known *k, paw_str raw, paw_str cwd,
                    const struct paw_machine *machine, struct paw_path *ret)
{
    struct key key = {.machine = *machine, .texts = {raw, cwd}, .n = 2, .kind = KNOWN_WORD};
    read_path(k, &key, ret);
}

uint64_t paw_known_host(struct paw_known *k, paw_str host, const struct paw_machine *machine)
{
    struct key key = {.machine = *machine, .texts = {host}, .n = 1, .kind = KNOWN_HOST};
    hash_key(&key);
    struct paw_known_slot *slot = slot_of(k, &key);
    if (slot != NULL && slot->hash != 0)
        return ((const struct known_host *)(const void *)slot->key)->class;
    const uint64_t class = paw_address_class(host, machine);
    struct key *kept = slot == NULL ? NULL : keep_key(k, &key, sizeof(struct known_host));
    if (kept == NULL)
        return class;
    ((struct known_host *)(void *)kept)->class = class;
    fill(k, slot, kept);
    return class;
}

/* The entry of a registry path; NULL: no room, the path is in *ret alone. */
static struct known_regpath *regpath_of(struct paw_known *k, paw_str raw, bool has_value,
                                        struct paw_regpath *ret)
{
    struct key key = {.texts = {raw}, .n = 1, .kind = has_value ? KNOWN_VALUE : KNOWN_KEY};
    hash_key(&key);
    struct paw_known_slot *slot = slot_of(k, &key);
    if (slot != NULL && slot->hash != 0) {
        struct known_regpath *known = (struct known_regpath *)(void *)slot->key;
        *ret = known->path;
        return known;
    }
    struct key *kept = slot == NULL ? NULL : keep_key(k, &key, sizeof(struct known_regpath));
    paw_regpath_read(kept == NULL ? raw : kept->texts[0], has_value, &k->arena, ret);
    if (kept == NULL)
        return NULL;
    struct known_regpath *known = (struct known_regpath *)(void *)kept;
    known->path = *ret;
    fill(k, slot, kept);
    return known;
}

void paw_known_regpath(struct paw_known *k, paw_str raw, bool has_value, struct paw_regpath *ret)
{
    (void)regpath_of(k, raw, has_value, ret);
}

void paw_known_places(struct paw_known *k, const struct paw_catalogue *c, paw_str raw,
                      bool has_value, struct paw_place_set *ret)
{
    struct paw_regpath path;
    struct known_regpath *known = regpath_of(k, raw, has_value, &path);
    if (known == NULL) {
        paw_places_of(&c->place_order, &path, ret);
        return;
    }
    if (!known->is_placed)
        paw_places_of(&c->place_order, &path, &known->places);
    known->is_placed = true;
    *ret = known->places;
}
