/* SPDX-License-Identifier: Apache-2.0 */
/* What a row answers where a question asks the case: engine/world.h over one row. */
#include "core/str.h"
#include "engine/catalogue.h"
#include "vector_case.h"
#include "windows/address.h"
#include "windows/path.h"
#include "windows/regpath.h"

static struct paw_executions gather(struct paw_world *w, const struct paw_execution *x,
                                    int64_t from, int64_t to, bool siblings, enum paw_near_key key)
{
    const struct paw_execution **list =
        paw_arena_array(w->arena, CASE_PROCESSES, sizeof(struct paw_execution *));
    struct paw_executions all = {.list = list, .could = (x->seen & PAW_NEED_PROCESSES) != 0};
    for (size_t i = 0; i < w->n_processes && all.could; i++) {
        const struct paw_execution *o = &w->processes[i]->x;
        const int64_t apart = (int64_t)(o->time - x->time) / 10000000;
        if (o == x || o->time == 0 || apart < from || apart > to)
            continue;
        if (siblings ? o->parent != x->parent
                     : key == PAW_NEAR_USER && !paw_str_same_name(o->user, x->user))
            continue;
        list[all.n++] = o;
    }
    return all;
}

struct paw_executions paw_world_siblings(struct paw_world *w, const struct paw_execution *x,
                                         int64_t seconds)
{
    return gather(w, x, seconds < 0 ? seconds : 0, seconds < 0 ? 0 : seconds, true, PAW_NEAR_USER);
}

struct paw_executions paw_world_near(struct paw_world *w, const struct paw_execution *x,
                                     enum paw_near_key key, uint32_t seconds)
{
    return gather(w, x, -(int64_t)seconds, seconds, false, key);
}

struct paw_executions paw_world_process(struct paw_world *w, const struct paw_execution *x,
                                        uint64_t pid)
{
    const struct paw_execution **list = paw_arena_array(w->arena, 1, sizeof *list);
    struct paw_executions all = {.list = list, .could = (x->seen & PAW_NEED_PROCESSES) != 0};
    for (size_t i = 0; i < w->n_processes && all.could && all.n == 0; i++)
        if (w->processes[i]->pid == pid && &w->processes[i]->x != x)
            list[all.n++] = &w->processes[i]->x;
    return all;
}

void paw_world_find_children(struct paw_world *w, const struct paw_execution *x)
{
    (void)w; /* they are there from the beginning */
    (void)x;
}

struct paw_facts paw_world_dropped(struct paw_world *w, const struct paw_execution *x, paw_str path,
                                   uint32_t seconds)
{
    const struct paw_fact **list = paw_arena_array(w->arena, CASE_FACTS, sizeof *list);
    struct paw_facts all = {.list = list, .could = (x->seen & PAW_NEED_FILES) != 0};
    for (size_t i = 0; i < w->n_facts && all.could; i++) {
        const struct paw_fact *f = w->facts[i];
        const paw_str made = paw_fact_text(f, PAW_F_TARGET_FILENAME);
        if ((f->kind != PAW_KIND_FILE && f->kind != PAW_KIND_FILE_STREAM) || f->time > x->time ||
            x->time - f->time > (uint64_t)seconds * 10000000 || !paw_path_same(made, path))
            continue;
        list[all.n++] = f;
    }
    return all;
}

struct paw_facts paw_world_values(struct paw_world *w, const struct paw_execution *x,
                                  const char *key_glob, const char *name_glob, uint32_t *need)
{
    const struct paw_fact **list = paw_arena_array(w->arena, CASE_FACTS, sizeof *list);
    *need = paw_str_glob(paw_str_of(key_glob), "HKCU\\software\\classes*") ? PAW_NEED_HIVE_USRCLASS
            : paw_str_glob(paw_str_of(key_glob), "HKCU*")                  ? PAW_NEED_HIVE_NTUSER
                                                                           : PAW_NEED_HIVE_SOFTWARE;
    struct paw_facts all = {.list = list, .could = (x->seen & *need) != 0};
    for (size_t i = 0; i < w->n_values; i++) {
        struct paw_regpath path;
        if (w->values[i].at_rest && (x->seen & *need) == 0)
            continue;
        paw_regpath_read(paw_str_of(w->values[i].path), true, w->arena, &path);
        if (paw_str_glob(path.place, key_glob) &&
            paw_str_glob(path.name.p == NULL ? PAW_LIT("") : path.name, name_glob))
            list[all.n++] = w->values[i].fact;
    }
    return all;
}

struct paw_facts paw_world_events(struct paw_world *w, const struct paw_execution *x,
                                  const char *provider, uint16_t event_id, uint32_t seconds)
{
    (void)x;
    (void)seconds;
    const struct paw_fact **list = paw_arena_array(w->arena, CASE_FACTS, sizeof *list);
    struct paw_facts all = {.list = list, .could = true};
    for (size_t i = 0; i < w->n_facts; i++)
        if (w->facts[i]->event_id == event_id &&
            paw_str_same_name(paw_fact_text(w->facts[i], PAW_F_PROVIDER), paw_str_of(provider)))
            list[all.n++] = w->facts[i];
    return all;
}

void paw_world_path(struct paw_world *w, paw_str raw, struct paw_arena *arena, struct paw_path *ret)
{
    const struct paw_path_context context = {.machine = &w->machine, .is_code = true};
    paw_path_normalise(raw, &context, arena, ret);
}

void paw_world_word(struct paw_world *w, paw_str raw, paw_str cwd, struct paw_arena *arena,
                    struct paw_path *ret)
{
    const struct paw_path_context context = {.machine = &w->machine,
                                             .current_directory = cwd,
                                             .expands_variables = true,
                                             .is_code = true};
    paw_path_normalise(raw, &context, arena, ret);
}

void paw_world_regpath(struct paw_world *w, paw_str raw, bool has_value, struct paw_arena *arena,
                       struct paw_regpath *ret)
{
    (void)w;
    paw_regpath_read(raw, has_value, arena, ret);
}

void paw_world_places(struct paw_world *w, paw_str raw, bool has_value, struct paw_arena *arena,
                      struct paw_place_set *ret)
{
    struct paw_regpath path;
    paw_world_regpath(w, raw, has_value, arena, &path);
    paw_places_of(&w->catalogue->place_order, &path, ret);
}

uint64_t paw_world_host(struct paw_world *w, paw_str host)
{
    return paw_address_class(host, &w->machine);
}

uint64_t paw_world_sets(struct paw_world *w, paw_str image, struct paw_arena *arena)
{
    struct paw_execution x = {.subject = PAW_SUBJECT_STUB, .image = image};
    return paw_understand(w->catalogue, &w->machine, arena, &x) == PAW_OK ? x.sets : 0;
}

const struct paw_machine *paw_world_machine(const struct paw_world *w)
{
    return &w->machine;
}
