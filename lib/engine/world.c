/* SPDX-License-Identifier: Apache-2.0 */
/* What questions about others can ask: world.h over one resolved host. */
#include "engine/engine_private.h"

#include "windows/regpath.h"

enum { NEAR_MAX = 256 }; /* answers a question can look at */

static bool sees(const struct paw_world *w, uint32_t need)
{
    return (host_at(w->engine, w->host)->seen & need) != 0;
}

const struct paw_machine *paw_world_machine(const struct paw_world *w)
{
    return &host_at(w->engine, w->host)->machine;
}

void paw_world_path(struct paw_world *w, paw_str raw, struct paw_arena *arena, struct paw_path *ret)
{
    (void)arena; /* the engine's own outlives the judgement */
    paw_known_path(&w->engine->known, raw, paw_world_machine(w), ret);
}

void paw_world_word(struct paw_world *w, paw_str raw, paw_str cwd, struct paw_arena *arena,
                    struct paw_path *ret)
{
    (void)arena;
    paw_known_word(&w->engine->known, raw, cwd, paw_world_machine(w), ret);
}

void paw_world_regpath(struct paw_world *w, paw_str raw, bool has_value, struct paw_arena *arena,
                       struct paw_regpath *ret)
{
    (void)arena;
    paw_known_regpath(&w->engine->known, raw, has_value, ret);
}

void paw_world_places(struct paw_world *w, paw_str raw, bool has_value, struct paw_arena *arena,
                      struct paw_place_set *ret)
{
    (void)arena;
    paw_known_places(&w->engine->known, w->engine->catalogue, raw, has_value, ret);
}

uint64_t paw_world_host(struct paw_world *w, paw_str host)
{
    return paw_known_host(&w->engine->known, host, paw_world_machine(w));
}

uint64_t paw_world_sets(struct paw_world *w, paw_str image, struct paw_arena *arena)
{
    struct paw_engine *e = w->engine;
    struct paw_execution x = {.subject = PAW_SUBJECT_STUB, .image = image};
    return paw_known_understand(&e->known, e->catalogue, paw_world_machine(w), arena, &x) == PAW_OK
               ? x.sets
               : 0;
}

/* Most questions find nobody: room is made for the first that is found. */
static bool add_execution(struct paw_engine *e, struct paw_executions *found,
                          const struct paw_execution ***list, const struct paw_execution *y)
{
    if (*list == NULL)
        *list = paw_arena_array(&e->view, NEAR_MAX, sizeof(**list));
    if (*list == NULL)
        return false;
    (*list)[found->n++] = y;
    found->list = *list;
    return true;
}

static bool add_fact(struct paw_engine *e, struct paw_facts *found, const struct paw_fact ***list,
                     const struct paw_fact *fact)
{
    if (*list == NULL)
        *list = paw_arena_array(&e->view, NEAR_MAX, sizeof(**list));
    if (*list == NULL)
        return false;
    (*list)[found->n++] = fact;
    found->list = *list;
    return true;
}

/* First entry of by_time that is of the host and not before from. */
static size_t first_since(const struct paw_engine *e, uint32_t host, uint64_t from)
{
    size_t lo = 0, hi = e->by_time.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const struct node *n = node_at(e, *(uint32_t *)paw_vec_at(&e->by_time, mid));
        if (n->host < host || (n->host == host && n->time < from))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Over the processes of the host that began in that time, not over all children: a shell may have
 * any number of them. */
struct paw_executions paw_world_siblings(struct paw_world *w, const struct paw_execution *x,
                                         int64_t seconds)
{
    struct paw_engine *e = w->engine;
    struct paw_executions found = {.could = sees(w, PAW_NEED_PROCESSES)};
    const uint32_t self = view_node(x);
    const uint32_t parent = self == NONE ? NONE : node_at(e, self)->parent;
    if (parent == NONE)
        return found;
    const uint64_t span = (uint64_t)(seconds < 0 ? -seconds : seconds) * SECOND;
    const uint64_t from = seconds >= 0 ? x->time : x->time > span ? x->time - span : 0;
    const uint64_t to = seconds >= 0 ? x->time + span : x->time;
    const struct paw_execution **list = NULL;
    for (size_t i = first_since(e, node_at(e, self)->host, from);
         i < e->by_time.n && found.n < NEAR_MAX; i++) {
        const uint32_t c = *(uint32_t *)paw_vec_at(&e->by_time, i);
        const struct node *n = node_at(e, c);
        if (n->host != node_at(e, self)->host || n->time > to)
            break;
        if (c == self || n->parent != parent)
            continue;
        const struct paw_execution *y = view_of(e, c);
        if (y != NULL && !add_execution(e, &found, &list, y))
            break;
    }
    return found;
}

static bool shares(const struct paw_execution *x, const struct paw_execution *y,
                   enum paw_near_key key)
{
    switch (key) {
    case PAW_NEAR_USER:
        return x->user.n != 0 && paw_str_same_name(x->user, y->user);
    case PAW_NEAR_TARGET:
        return x->command.target.norm.n != 0 &&
               paw_str_same_name(x->command.target.norm, y->command.target.norm);
    case PAW_NEAR_IMAGE:
        return x->image.n != 0 && paw_str_same_name(x->image, y->image);
    case PAW_NEAR_HOST_NAME:
        return x->command.target.host.n != 0 &&
               paw_str_same_name(x->command.target.host, y->command.target.host);
    }
    return false;
}

/* What the record says already, before an execution is made of it. */
static bool may_share(const struct paw_execution *x, const struct node *n, enum paw_near_key key)
{
    switch (key) {
    case PAW_NEAR_USER:
        return paw_str_same_name(x->user, node_text(n, PAW_F_USER));
    case PAW_NEAR_IMAGE:
        return node_text(n, PAW_F_IMAGE).n == 0 || /* then its line says it */
               paw_str_same_name(x->image, node_text(n, PAW_F_IMAGE));
    case PAW_NEAR_TARGET:
        return x->command.target.norm.n != 0;
    case PAW_NEAR_HOST_NAME:
        return x->command.target.host.n != 0;
    }
    return true;
}

/* Nodes of the host in the order of time: Sysmon's and Security's are two sorted runs, so both ends
 * are looked for in the pid index's source instead: a window over all nodes of the host. */
struct paw_executions paw_world_near(struct paw_world *w, const struct paw_execution *x,
                                     enum paw_near_key key, uint32_t seconds)
{
    struct paw_engine *e = w->engine;
    struct paw_executions found = {.could = sees(w, PAW_NEED_PROCESSES)};
    const struct paw_execution **list = NULL;
    const uint64_t span = (uint64_t)seconds * SECOND;
    const uint64_t from = x->time > span ? x->time - span : 0;
    for (size_t i = first_since(e, w->host, from); i < e->by_time.n && found.n < NEAR_MAX; i++) {
        const uint32_t node = *(uint32_t *)paw_vec_at(&e->by_time, i);
        const struct node *n = node_at(e, node);
        if (n->host != w->host || n->time > x->time + span)
            break;
        if (node == view_node(x) || !may_share(x, n, key))
            continue;
        const struct paw_execution *y = view_of(e, node);
        if (y != NULL && shares(x, y, key) && !add_execution(e, &found, &list, y))
            break;
    }
    return found;
}

void paw_world_find_children(struct paw_world *w, const struct paw_execution *x)
{
    const uint32_t node = view_node(x);
    if (node != NONE)
        (void)view_judged(w->engine, node); /* no room: what there is, counted as cut */
}

struct paw_executions paw_world_process(struct paw_world *w, const struct paw_execution *x,
                                        uint64_t pid)
{
    struct paw_engine *e = w->engine;
    struct paw_executions found = {.could = sees(w, PAW_NEED_PROCESSES)};
    const uint32_t node = node_by_pid(e, w->host, pid, x->time);
    const struct paw_execution **list = paw_arena_array(&e->view, 1, sizeof(*list));
    const struct paw_execution *y = node == NONE || list == NULL ? NULL : view_of(e, node);
    if (y != NULL)
        list[found.n++] = y;
    found.list = list;
    return found;
}

/* Adds what was created at one path. */
static void dropped_at(struct paw_world *w, const struct paw_execution *x, paw_str path,
                       uint64_t span, struct paw_facts *found, const struct paw_fact ***list)
{
    struct paw_engine *e = w->engine;
    const uint64_t hash = paw_hash_name(path, w->host);
    size_t lo = 0, hi = e->drops.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (((struct drop *)paw_vec_at(&e->drops, mid))->path < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (size_t i = lo; i < e->drops.n && found->n < NEAR_MAX; i++) {
        const struct drop *d = paw_vec_at(&e->drops, i);
        if (d->path != hash)
            break;
        if (d->host == w->host && d->fact->time <= x->time && x->time - d->fact->time <= span &&
            !add_fact(e, found, list, d->fact))
            break;
    }
}

struct paw_facts paw_world_dropped(struct paw_world *w, const struct paw_execution *x, paw_str path,
                                   uint32_t seconds)
{
    struct paw_engine *e = w->engine;
    struct paw_facts found = {.could = sees(w, PAW_NEED_FILES)};
    paw_str candidates[PATH_CANDIDATES];
    const struct paw_fact **list = NULL;
    const size_t n = e->drops.n == 0 ? 0 : path_candidates(e, x, w->host, path, candidates);
    for (size_t i = 0; i < n; i++)
        dropped_at(w, x, candidates[i], (uint64_t)seconds * SECOND, &found, &list);
    return found;
}

static int newest_first(const void *a, const void *b)
{
    const struct paw_fact *x = *(const struct paw_fact *const *)a;
    const struct paw_fact *y = *(const struct paw_fact *const *)b;
    if (x->time != y->time)
        return x->time > y->time ? -1 : 1;
    return (x->content > y->content) - (x->content < y->content);
}

/* Made once and kept: the same few places are asked about by every execution. */
static const struct value_list *find_values(struct paw_engine *e, uint32_t host,
                                            const char *key_glob, const char *name_glob)
{
    const paw_str key = paw_str_of(key_glob), name = paw_str_of(name_glob);
    const uint64_t hash = paw_hash(name.p, name.n, paw_hash(key.p, key.n, host));
    size_t at = 0;
    for (uint32_t i = map_next(&e->value_map, hash, &at); i != NONE;
         i = map_next(&e->value_map, hash, &at)) {
        const struct value_list *l = paw_vec_at(&e->value_lists, i);
        if (l->host == host && paw_str_equal(l->key_glob, key) && paw_str_equal(l->name_glob, name))
            return l;
    }
    struct paw_vec found;
    paw_vec_init(&found, e->budget, sizeof(const struct paw_fact *));
    bool going = true;
    for (size_t i = 0; going && i < e->values.n; i++) {
        const struct value *v = paw_vec_at(&e->values, i);
        if (v->host != host || !paw_str_glob(v->name, name_glob) ||
            !paw_str_glob(v->place, key_glob))
            continue;
        const struct paw_fact **slot = paw_vec_push(&found);
        going = slot != NULL;
        if (going)
            *slot = v->fact;
    }
    going = going && paw_vec_sort(&found, newest_first) == PAW_OK;
    struct value_list *l = going ? paw_vec_push(&e->value_lists) : NULL;
    if (l != NULL) {
        *l = (struct value_list){.host = host,
                                 .key_glob = paw_store_str(&e->store, key),
                                 .name_glob = paw_store_str(&e->store, name),
                                 .n = found.n};
        l->facts = paw_store_copy(&e->store, found.items, found.n * sizeof(*l->facts));
        if (l->facts == NULL || !map_add(&e->value_map, hash, (uint32_t)(e->value_lists.n - 1)))
            l = NULL;
    }
    paw_vec_finish(&found);
    return l;
}

struct paw_facts paw_world_values(struct paw_world *w, const struct paw_execution *x,
                                  const char *key_glob, const char *name_glob, uint32_t *need)
{
    struct paw_engine *e = w->engine;
    struct paw_facts found = {0};
    const bool of_user = strncmp(key_glob, "HKCU", 4) == 0;
    const bool classes = paw_str_find_name(paw_str_of(key_glob), PAW_LIT("classes"), 0) != SIZE_MAX;
    const bool system = paw_str_starts_name(paw_str_of(key_glob), PAW_LIT("HKLM\\SYS"));
    *need = of_user && classes ? PAW_NEED_HIVE_USRCLASS
            : of_user          ? PAW_NEED_HIVE_NTUSER
            : system           ? PAW_NEED_HIVE_SYSTEM
                               : PAW_NEED_HIVE_SOFTWARE;
    found.could = sees(w, *need); /* writes that were recorded tell nothing of older values */
    const struct value_list *l = find_values(e, w->host, key_glob, name_glob);
    if (l == NULL)
        return found;
    size_t from = 0; /* what was written after x did not hold for it */
    while (x->time != 0 && from < l->n && l->facts[from]->time > x->time)
        from++;
    found.list = l->facts + from;
    found.n = l->n - from < NEAR_MAX ? l->n - from : NEAR_MAX;
    return found;
}

/* First of the other records that is of the host and event and not before from. */
static size_t other_since(const struct paw_engine *e, uint32_t host, uint16_t event_id,
                          uint64_t from)
{
    size_t lo = 0, hi = e->others.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const struct kept *k = paw_vec_at(&e->others, mid);
        const uint16_t id = k->fact->event_id;
        const bool is_before = k->host != host  ? k->host < host
                               : id != event_id ? id < event_id
                                                : k->fact->time < from;
        if (is_before)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct paw_facts paw_world_events(struct paw_world *w, const struct paw_execution *x,
                                  const char *provider, uint16_t event_id, uint32_t seconds)
{
    struct paw_engine *e = w->engine;
    struct paw_facts found = {.could = false};
    const uint64_t span = (uint64_t)seconds * SECOND;
    const uint64_t from = x->time > span ? x->time - span : 0;
    const struct paw_fact **list = NULL;
    for (size_t i = other_since(e, w->host, event_id, from); i < e->others.n && found.n < NEAR_MAX;
         i++) {
        const struct kept *k = paw_vec_at(&e->others, i);
        const uint64_t t = k->fact->time;
        if (k->host != w->host || k->fact->event_id != event_id ||
            (t > x->time && t - x->time > span))
            break;
        if (paw_str_same_name(paw_fact_text(k->fact, PAW_F_PROVIDER), paw_str_of(provider)) &&
            !add_fact(e, &found, &list, k->fact))
            break;
    }
    found.could = found.n != 0;
    return found;
}
