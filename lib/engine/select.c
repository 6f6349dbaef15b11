/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phase 3: what the second extraction shall keep.
 *
 * Who did something is known now, so of the many kinds only that is kept which an execution of
 * interest can need: its own effects and those of its parent, children and grandchildren, effects
 * on them, files at the paths that their commands name, values of places that somebody asks about,
 * and whatever is said of an image that is a proxy by name (its start may not be in the logs).
 */
#include "engine/engine_private.h"
#include "windows/address.h"
#include "windows/regpath.h"
#include "windows/stands.h"

uint64_t path_hash(struct paw_engine *e, uint32_t host, paw_str path, uint32_t salt)
{
    struct paw_path p;
    paw_known_path(&e->known, path, &host_at(e, host)->machine, &p);
    return p.norm.n == 0 ? 0 : paw_hash_name(p.norm, host + salt);
}

/* Into a set: once, however many processes have it. A thousand equal entries would be walked over
 * by each that comes after them. */
static bool mark(struct map *set, uint64_t hash)
{
    size_t at = 0;
    return map_next(set, hash, &at) != NONE || map_add(set, hash, 0);
}

/* Facts carry a subject by GUID or by pid; a process answers to both. */
static bool add_subject(struct paw_engine *e, const struct node *n)
{
    const struct paw_fact *f = n->start != NULL ? n->start : n->quoted;
    const paw_str computer = paw_fact_text(f, PAW_F_COMPUTER);
    const paw_str guid = node_text(n, PAW_F_PROCESS_GUID);
    const paw_str pid = node_text(n, PAW_F_PROCESS_ID);
    const uint64_t seed = paw_hash_name(computer, 1);
    return sieve_add_process(e, guid, pid) &&
           (!is_real_guid(guid) || mark(&e->target_map, paw_hash_name(guid, seed + 1))) &&
           (pid.n == 0 || mark(&e->target_map, paw_hash_name(pid, seed)));
}

static bool is_target(const struct paw_engine *e, uint64_t subject)
{
    size_t at = 0;
    return subject != 0 && map_next(&e->target_map, subject, &at) != NONE;
}

static bool add_path(struct paw_engine *e, uint32_t host, paw_str path)
{
    if (path.n == 0)
        return true;
    return sieve_add_file(e, path) && mark(&e->path_map, paw_hash_name(path, host));
}

size_t path_candidates(struct paw_engine *e, const struct paw_execution *x, uint32_t host,
                       paw_str path, paw_str *out)
{
    const paw_str set = host_at(e, host)->machine.system_root;
    const paw_str root = set.n != 0 ? set : PAW_LIT("C:\\Windows");
    size_t n = 0;
    if (path.n == 0)
        return 0;
    if (paw_str_find_char(path, '\\', 0) != SIZE_MAX ||
        paw_str_find_char(path, '/', 0) != SIZE_MAX) {
        out[n++] = path;
        return n;
    }
    const paw_str name = paw_arena_join(&e->view, PAW_LIT("\\"), path);
    const paw_str folders[] = {
        paw_str_trim(x->cwd_path.norm, "\\"),
        paw_str_sub(x->image_path.norm, 0, paw_str_rfind_char(x->image_path.norm, '\\')),
        paw_arena_join(&e->view, root, PAW_LIT("\\System32")),
        paw_arena_join(&e->view, root, PAW_LIT("\\SysWOW64")),
        root,
    };
    for (size_t i = 0; i < PAW_COUNT_OF(folders); i++)
        if (folders[i].n != 0)
            out[n++] = paw_arena_join(&e->view, folders[i], name);
    return n;
}

static bool add_candidates(struct paw_engine *e, const struct paw_execution *x, uint32_t host,
                           paw_str path)
{
    paw_str candidates[PATH_CANDIDATES];
    const size_t n = path_candidates(e, x, host, path, candidates);
    for (size_t i = 0; i < n; i++)
        if (!add_path(e, host, candidates[i]))
            return false;
    return true;
}

/* The files that a command names, as the engine will ask for them. */
static bool add_command_paths(struct paw_engine *e, const struct paw_execution *x, uint32_t host)
{
    const paw_str target = x->command.target.norm;
    return add_candidates(e, x, host, target) &&
           (target.n == 0 ||
            add_candidates(e, x, host, paw_arena_join(&e->view, target, paw_zone_stream))) &&
           add_candidates(e, x, host, x->command.call.module.norm) &&
           add_path(e, host, x->image_path.norm);
}

static bool is_of_interest(const struct paw_engine *e, const struct paw_execution *x)
{
    return x->proxy != NULL || x->program != NULL ||
           paw_catalogue_names_subject(e->catalogue, x->name) ||
           (x->sets & (PAW_SET_PROXY | PAW_SET_CORE)) != 0;
}

/* Programs in no list: a behaviour of every execution may still hold of them. */
static bool may_begin(struct paw_engine *e, const struct paw_execution *x, uint32_t host)
{
    struct paw_world w = {.engine = e, .host = host};
    return x->sets == 0 && paw_judge_may_begin(e->catalogue, &w, x, &e->view);
}

/* The same for the commands inside its line, which may be all that was recorded of them. */
static bool add_nested_paths(struct paw_engine *e, const struct paw_execution *x, uint32_t host,
                             unsigned depth)
{
    for (size_t i = 0; i < x->command.n_nested; i++) {
        struct standing s;
        if (!nested_standing(x, i, host, NONE, &s))
            return true;
        const struct paw_execution *y = view_standing(e, &s);
        if (y == NULL)
            return e->budget->status == PAW_OK; /* no room for its line: counted when judged */
        if ((is_of_interest(e, y) && !add_command_paths(e, y, host)) ||
            (depth > 1 && !add_nested_paths(e, y, host, depth - 1)))
            return false;
    }
    return true;
}

static bool add_family(struct paw_engine *e, const struct node *n)
{
    if (!add_subject(e, n) || (n->parent != NONE && !add_subject(e, node_at(e, n->parent))))
        return false;
    for (uint32_t c = n->first_child; c != NONE; c = node_at(e, c)->next_sibling) {
        if (!add_subject(e, node_at(e, c)))
            return false;
        for (uint32_t d = node_at(e, c)->first_child; d != NONE; d = node_at(e, d)->next_sibling)
            if (!add_subject(e, node_at(e, d)))
                return false;
    }
    return true;
}

enum paw_status targets_select(struct paw_engine *e)
{
    for (uint32_t i = 0; i < e->nodes.n && !is_stopped(e); i++) {
        const struct paw_execution *x = view_base(e, i);
        if (x == NULL && e->budget->status != PAW_OK)
            return e->budget->status;
        struct node *n = node_at(e, i);
        if (x == NULL) { /* no room for its line: it is counted when it is judged */
            n->flags |= NODE_WANTED;
            view_reset(e);
            continue;
        }
        const bool is_ours =
            is_of_interest(e, x) || may_begin(e, x, n->host) ||
            paw_catalogue_names_neighbour(e->catalogue, x->name); /* its effects are asked for */
        const bool may_launch =
            x->command.n_nested != 0 || x->sets != 0 || (x->command.flags & PAW_LINE_CALL) != 0;
        if (is_ours || may_launch)
            n->flags |= NODE_WANTED;
        if ((x->sets & PAW_SET_PROXY) != 0) /* what a proxy starts is judged as its child */
            for (uint32_t c = n->first_child; c != NONE; c = node_at(e, c)->next_sibling)
                node_at(e, c)->flags |= NODE_WANTED;
        if ((is_ours && (!add_family(e, n) || !add_command_paths(e, x, n->host))) ||
            !add_nested_paths(e, x, n->host, LAUNCHER_DEPTH))
            return e->budget->status;
        view_reset(e);
    }
    return PAW_OK;
}

bool is_proxy_name(const struct paw_engine *e, paw_str image)
{
    char lower[64];
    const paw_str base = paw_path_base(image);
    if (base.n == 0 || base.n > sizeof(lower))
        return false;
    for (size_t i = 0; i < base.n; i++)
        lower[i] = paw_lower(base.p[i]);
    const paw_str name = {lower, base.n};
    return (paw_program_sets(name) & (PAW_SET_PROXY | PAW_SET_CORE)) != 0 ||
           paw_catalogue_program(e->catalogue, NULL, name) != NULL ||
           paw_catalogue_names_subject(e->catalogue, name);
}

static bool path_is_named(struct paw_engine *e, uint32_t host, paw_str path)
{
    const uint64_t hash = path_hash(e, host, path, 0);
    size_t at = 0;
    paw_known_settle(&e->known);
    return hash != 0 && map_next(&e->path_map, hash, &at) != NONE;
}

static bool value_is_named(struct paw_engine *e, const struct paw_fact *fact)
{
    struct paw_regpath p;
    paw_known_regpath(&e->known, paw_fact_text(fact, PAW_F_TARGET_OBJECT), true, &p);
    bool named = paw_stand_find(p.place, p.name) != NULL;
    for (const struct paw_wanted_value *v = paw_catalogue_values(e->catalogue);
         !named && v != NULL && v->hive != NULL; v++) {
        /* a hive's own spelling: the part behind HKLM\SOFTWARE or the user */
        const size_t first = paw_str_find_char(p.place, '\\', 0);
        const paw_str inside = paw_str_from(p.place, first == SIZE_MAX ? p.place.n : first + 1);
        const size_t second = paw_str_find_char(inside, '\\', 0);
        const paw_str deeper = paw_str_from(inside, second == SIZE_MAX ? inside.n : second + 1);
        named = paw_str_glob(p.name, v->value) &&
                (paw_str_glob(inside, v->key) || paw_str_glob(deeper, v->key));
    }
    paw_known_settle(&e->known);
    return named;
}

static uint64_t target_subject(const struct paw_fact *fact)
{
    const uint64_t seed = paw_hash_name(paw_fact_text(fact, PAW_F_COMPUTER), 1);
    const paw_str guid = paw_fact_text(fact, PAW_F_TARGET_PROCESS_GUID);
    const paw_str pid = paw_fact_text(fact, PAW_F_TARGET_PROCESS_ID);
    if (is_real_guid(guid))
        return paw_hash_name(guid, seed + 1);
    return pid.n == 0 ? 0 : paw_hash_name(pid, seed);
}

bool effect_is_wanted(struct paw_engine *e, const struct paw_fact *fact, uint32_t host)
{
    if (is_target(e, fact->subject) || is_proxy_name(e, paw_fact_text(fact, PAW_F_IMAGE)))
        return true;
    switch ((enum paw_kind)fact->kind) {
    case PAW_KIND_ACCESS:
    case PAW_KIND_THREAD:
        return is_target(e, target_subject(fact)) ||
               is_proxy_name(e, paw_fact_text(fact, PAW_F_TARGET_IMAGE));
    case PAW_KIND_FILE:
    case PAW_KIND_FILE_DELETE:
    case PAW_KIND_FILE_STREAM:
    case PAW_KIND_FILE_TIME:
        return path_is_named(e, host, paw_fact_text(fact, PAW_F_TARGET_FILENAME));
    case PAW_KIND_MODULE:
        return paw_catalogue_names_module(e->catalogue,
                                          paw_path_base(paw_fact_text(fact, PAW_F_IMAGE_LOADED)));
    case PAW_KIND_REGISTRY:
        return value_is_named(e, fact);
    case PAW_KIND_OTHER:
        return true;
    case PAW_KIND_NONE:
    case PAW_KIND_PROCESS_START:
    case PAW_KIND_PROCESS_END:
    case PAW_KIND_NETWORK:
    case PAW_KIND_DNS:
    case PAW_KIND_TAMPER:
    case PAW_KIND_PIPE:
    case PAW_KIND_DRIVER:
    case PAW_KIND_POWERSHELL:
    case PAW_KIND_INSTALLER:
    case PAW_KIND_SERVICE:
    case PAW_KIND_TASK:
    case PAW_KIND_CONSUMER:
    case PAW_KIND_LOGON_COMMAND:
    case PAW_KIND_CONTROL:
    case PAW_KIND_ANTIMALWARE:
    case PAW_KIND_SENSOR:
    case PAW_KIND_STANDING:
    case PAW_KIND_VALUE:
    case PAW_KIND_HOST:
    case PAW_N_KINDS:
        return false;
    }
    return false;
}
