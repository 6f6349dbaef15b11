/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's life: see engine.h for the order of calls. */
#include "engine/engine_private.h"

#include <stdlib.h>

enum {
    SCRATCH_BUDGET = 4 * 1024 * 1024, /* one call: a path or two                        */
    VIEW_LEAST = 12 * 1024 * 1024,    /* one judgement: a process and some children     */
    VIEW_MOST = 64 * 1024 * 1024,     /* 64 children with the longest lines of Windows  */
    KNOWN_MOST = 4 * 1024 * 1024,     /* some thousand lines and paths                  */
};

static const enum paw_kind first_kinds[] = {
    PAW_KIND_PROCESS_START, PAW_KIND_PROCESS_END, PAW_KIND_THREAD,      PAW_KIND_TAMPER,
    PAW_KIND_POWERSHELL,    PAW_KIND_INSTALLER,   PAW_KIND_SERVICE,     PAW_KIND_TASK,
    PAW_KIND_CONSUMER,      PAW_KIND_CONTROL,     PAW_KIND_ANTIMALWARE, PAW_KIND_SENSOR,
    PAW_KIND_STANDING,      PAW_KIND_VALUE,       PAW_KIND_HOST,        PAW_KIND_LOGON_COMMAND,
};

static const enum paw_kind second_kinds[] = {
    PAW_KIND_MODULE,      PAW_KIND_NETWORK,     PAW_KIND_DNS,       PAW_KIND_FILE,
    PAW_KIND_FILE_DELETE, PAW_KIND_FILE_STREAM, PAW_KIND_FILE_TIME, PAW_KIND_REGISTRY,
    PAW_KIND_ACCESS,      PAW_KIND_PIPE,        PAW_KIND_OTHER,
};

static uint64_t bits(const enum paw_kind *kinds, size_t n)
{
    uint64_t all = 0;
    for (size_t i = 0; i < n; i++)
        all |= PAW_KIND_BIT(kinds[i]);
    return all;
}

uint64_t paw_engine_first_kinds(const struct paw_engine *e)
{
    (void)e;
    return bits(first_kinds, PAW_COUNT_OF(first_kinds));
}

uint64_t paw_engine_second_kinds(const struct paw_engine *e)
{
    (void)e;
    return bits(second_kinds, PAW_COUNT_OF(second_kinds));
}

static void init_vecs(struct paw_engine *e)
{
    struct paw_budget *b = e->budget;
    paw_vec_init(&e->first, b, sizeof(const struct paw_fact *));
    paw_vec_init(&e->second, b, sizeof(const struct paw_fact *));
    paw_vec_init(&e->machine_facts, b, sizeof(const struct paw_fact *));
    paw_vec_init(&e->same, b, sizeof(const struct paw_fact *));
    paw_vec_init(&e->kept, b, sizeof(struct kept));
    paw_vec_init(&e->copied, b, sizeof(struct kept));
    paw_vec_init(&e->others, b, sizeof(struct kept));
    paw_vec_init(&e->seats, b, sizeof(struct seat));
    paw_vec_init(&e->hosts, b, sizeof(struct host));
    paw_vec_init(&e->nodes, b, sizeof(struct node));
    paw_vec_init(&e->by_time, b, sizeof(uint32_t));
    paw_vec_init(&e->pids, b, sizeof(struct pid_entry));
    paw_vec_init(&e->effects, b, sizeof(struct effect));
    paw_vec_init(&e->drops, b, sizeof(struct drop));
    paw_vec_init(&e->values, b, sizeof(struct value));
    paw_vec_init(&e->standings, b, sizeof(struct standing));
    paw_vec_init(&e->drafts, b, sizeof(struct draft *));
    paw_vec_init(&e->undecided, b, sizeof(struct draft *));
    paw_vec_init(&e->findings, b, sizeof(const struct paw_finding *));
    paw_vec_init(&e->views, b, sizeof(void *));
    map_init(&e->seat_map, b);
    map_init(&e->guid_map, b);
    map_init(&e->stub_map, b);
    map_init(&e->target_map, b);
    map_init(&e->path_map, b);
    map_init(&e->undecided_map, b);
    map_init(&e->value_map, b);
    map_init(&e->sieve_guids, b);
    map_init(&e->sieve_pids, b);
    map_init(&e->sieve_files, b);
    paw_vec_init(&e->effect_facts, b, sizeof(const struct paw_fact *));
    paw_vec_init(&e->value_lists, b, sizeof(struct value_list));
}

enum paw_status paw_engine_new(const struct paw_engine_options *o, struct paw_engine **ret)
{
    struct paw_engine *e = calloc(1, sizeof(*e));
    if (e == NULL)
        return PAW_E_MEMORY;
    e->catalogue = o->catalogue;
    e->budget = o->budget;
    e->sources = o->sources;
    e->n_sources = o->n_sources;
    e->stop = o->stop;
    e->site = o->site;
    paw_store_init(&e->store, e->budget);
    paw_arena_init(&e->scratch, SCRATCH_BUDGET);
    const size_t view = e->budget->limit / 4 * 3;
    const size_t room = view < VIEW_LEAST ? VIEW_LEAST : view > VIEW_MOST ? VIEW_MOST : view;
    paw_arena_init(&e->view, VIEW_LEAST);
    paw_known_init(&e->known, KNOWN_MOST, room);
    init_vecs(e);
    e->last_seat = NONE;
    e->source_seat = paw_store_alloc(&e->store, o->n_sources * sizeof(*e->source_seat));
    e->source_roots = paw_store_alloc(&e->store, o->n_sources * sizeof(*e->source_roots));
    if (e->source_seat == NULL || e->source_roots == NULL) {
        paw_engine_free(e);
        return PAW_E_MEMORY;
    }
    for (size_t i = 0; i < o->n_sources; i++) {
        e->source_seat[i] = NONE;
        e->source_roots[i] =
            paw_hash(o->sources[i].root.p, o->sources[i].root.n, o->sources[i].root_id + 5);
    }
    *ret = e;
    return PAW_OK;
}

void paw_engine_free(struct paw_engine *e)
{
    if (e == NULL)
        return;
    struct paw_vec *vecs[] = {
        &e->first,  &e->second,    &e->machine_facts, &e->kept,   &e->copied,
        &e->others, &e->seats,     &e->hosts,         &e->nodes,  &e->by_time,
        &e->pids,   &e->effects,   &e->drops,         &e->values, &e->standings,
        &e->drafts, &e->undecided, &e->findings,      &e->views,  &e->same,
    };
    struct map *maps[] = {&e->seat_map,   &e->guid_map,      &e->stub_map,  &e->target_map,
                          &e->path_map,   &e->undecided_map, &e->value_map, &e->sieve_guids,
                          &e->sieve_pids, &e->sieve_files};
    for (size_t i = 0; i < PAW_COUNT_OF(vecs); i++)
        paw_vec_finish(vecs[i]);
    for (size_t i = 0; i < PAW_COUNT_OF(maps); i++)
        map_finish(maps[i]);
    paw_arena_finish(&e->scratch);
    paw_arena_finish(&e->view);
    paw_known_finish(&e->known);
    paw_store_finish(&e->store);
    free(e);
}

static enum paw_status keep_fact(struct paw_engine *e, struct paw_vec *list,
                                 const struct paw_fact *fact)
{
    if (fact->origin.source >= e->n_sources)
        return PAW_E_USAGE;
    struct paw_fact *copy = paw_store_copy(&e->store, fact, fact->size);
    const struct paw_fact **slot = copy == NULL ? NULL : paw_vec_push(list);
    if (slot == NULL)
        return e->budget->status;
    *slot = copy;
    copy->host = seat_of(e, copy);
    if (copy->host == NONE)
        return e->budget->status;
    uint32_t *seat = &e->source_seat[fact->origin.source];
    if (*seat == NONE)
        *seat = copy->host;
    return PAW_OK;
}

enum paw_status paw_engine_take(struct paw_engine *e, const struct paw_fact *fact)
{
    enum paw_status status = keep_fact(e, &e->first, fact);
    if (status == PAW_OK && fact->kind == PAW_KIND_HOST) {
        const struct paw_fact **slot = paw_vec_push(&e->machine_facts);
        if (slot == NULL)
            return e->budget->status;
        *slot = *(const struct paw_fact **)paw_vec_at(&e->first, e->first.n - 1);
    }
    return status;
}

/* What records of a kind say about the sensors of their host. */
static void note_seen(struct paw_engine *e, size_t from)
{
    for (size_t i = from; i < e->kept.n; i++) {
        const struct kept *k = paw_vec_at(&e->kept, i);
        struct host *h = host_at(e, k->host);
        const paw_str hive = paw_fact_text(k->fact, PAW_F_HIVE);
        h->seen |= need_of_kind((enum paw_kind)k->fact->kind);
        if (paw_str_same_name(hive, PAW_LIT("SOFTWARE")))
            h->seen |= PAW_NEED_HIVE_SOFTWARE;
        else if (paw_str_same_name(hive, PAW_LIT("SYSTEM")))
            h->seen |= PAW_NEED_HIVE_SYSTEM;
        else if (paw_str_same_name(hive, PAW_LIT("NTUSER")))
            h->seen |= PAW_NEED_HIVE_NTUSER;
        else if (paw_str_same_name(hive, PAW_LIT("UsrClass")))
            h->seen |= PAW_NEED_HIVE_USRCLASS;
    }
}

static void learn_machines(struct paw_engine *e)
{
    for (size_t i = 0; i < e->machine_facts.n; i++) {
        const struct paw_fact *f = *(const struct paw_fact **)paw_vec_at(&e->machine_facts, i);
        const paw_str root = paw_fact_text(f, PAW_F_SYSTEM_ROOT);
        struct host *h = host_at(e, host_of(e, f));
        if (root.n > 2 && root.p[1] == ':' &&
            (h->machine.system_root.p == NULL || paw_str_compare(root, h->machine.system_root) < 0))
            h->machine.system_root = root;
    }
}

static int by_host_time(const void *a, const void *b, const struct paw_engine *e)
{
    const struct node *x = node_at(e, *(const uint32_t *)a), *y = node_at(e, *(const uint32_t *)b);
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->start->content > y->start->content) - (x->start->content < y->start->content);
}

/* Sysmon's nodes and Security's are two runs, each sorted by host and time: one merge. */
static enum paw_status order_by_time(struct paw_engine *e)
{
    uint32_t second = 0;
    while (second < e->nodes.n && node_at(e, second)->start != NULL &&
           paw_fact_is_sysmon(node_at(e, second)->start))
        second++;
    uint32_t end = second;
    while (end < e->nodes.n && node_at(e, end)->start != NULL)
        end++;
    for (uint32_t i = 0, j = second; i < second || j < end;) {
        const bool left = j >= end || (i < second && by_host_time(&i, &j, e) <= 0);
        uint32_t *slot = paw_vec_push(&e->by_time);
        if (slot == NULL)
            return e->budget->status;
        *slot = left ? i++ : j++;
    }
    return PAW_OK;
}

enum paw_status paw_engine_resolve(struct paw_engine *e)
{
    enum paw_status status = copies_find(e, &e->first);
    if (status == PAW_OK)
        status = hosts_assign(e);
    if (status == PAW_OK)
        status = copies_fold(e, &e->first, 0);
    if (status != PAW_OK)
        return status;
    learn_machines(e);
    note_seen(e, 0);
    status = nodes_build(e);
    if (status == PAW_OK)
        status = order_by_time(e);
    if (status == PAW_OK)
        status = targets_select(e);
    e->is_resolved = true;
    return status;
}

enum paw_status paw_engine_take_effect(struct paw_engine *e, const struct paw_fact *fact)
{
    if (fact->origin.source >= e->n_sources)
        return PAW_E_USAGE;
    const uint32_t before = (uint32_t)e->seats.n;
    const uint32_t seat = seat_of(e, fact);
    if (seat == NONE)
        return e->budget->status;
    if (seat >= before) { /* a machine of which only effects are recorded */
        struct seat *s = paw_vec_at(&e->seats, seat);
        struct host *h = paw_vec_push(&e->hosts);
        if (h == NULL)
            return e->budget->status;
        s->host = (uint32_t)(e->hosts.n - 1);
        h->name = s->computer.n == 0 ? (paw_str){0} : s->computer;
        h->machine.site = e->site;
    }
    struct host *h = host_at(e, seat_host(e, seat));
    h->seen |= need_of_kind((enum paw_kind)fact->kind);
    if (!effect_is_wanted(e, fact, seat_host(e, seat)))
        return PAW_OK;
    return keep_fact(e, &e->second, fact);
}

/* As world.c looks for them. */
static int by_host_event_time(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->fact->event_id != y->fact->event_id)
        return x->fact->event_id < y->fact->event_id ? -1 : 1;
    return (x->fact->time > y->fact->time) - (x->fact->time < y->fact->time);
}

static enum paw_status keep_others(struct paw_engine *e)
{
    for (size_t i = 0; i < e->kept.n; i++) {
        const struct kept *k = paw_vec_at(&e->kept, i);
        if (k->fact->kind != PAW_KIND_OTHER && k->fact->kind != PAW_KIND_SENSOR &&
            k->fact->kind != PAW_KIND_ANTIMALWARE)
            continue;
        struct kept *slot = paw_vec_push(&e->others);
        if (slot == NULL)
            return e->budget->status;
        *slot = *k;
    }
    return paw_vec_sort(&e->others, by_host_event_time);
}

enum paw_status paw_engine_judge(struct paw_engine *e,
                                 void (*tick)(void *self, uint64_t done, uint64_t all,
                                              uint64_t findings),
                                 void *self)
{
    enum paw_status status = copies_find(e, &e->second);
    if (status == PAW_OK)
        status = copies_fold(e, &e->second, e->kept.n);
    if (status == PAW_OK)
        status = keep_others(e);
    if (status == PAW_OK)
        status = effects_gather(e);
    if (status == PAW_OK)
        status = standings_gather(e);
    if (status == PAW_OK)
        status = drafts_make(e, tick, self);
    if (status == PAW_OK)
        status = drafts_fold(e);
    return status == PAW_OK ? findings_make(e) : status;
}

const struct paw_finding *const *paw_engine_findings(const struct paw_engine *e, size_t *n)
{
    *n = e->findings.n;
    return e->findings.items;
}

size_t paw_engine_processes(const struct paw_engine *e)
{
    return e->nodes.n;
}

const struct paw_fact *paw_engine_start(const struct paw_engine *e, size_t process)
{
    return node_at(e, (uint32_t)process)->start;
}

const struct paw_execution *paw_engine_process(struct paw_engine *e, size_t process)
{
    view_reset(e);
    return view_base(e, (uint32_t)process);
}

uint64_t paw_engine_judged(const struct paw_engine *e)
{
    return e->judged;
}

uint64_t paw_engine_unjudged(const struct paw_engine *e)
{
    return e->unjudged;
}

paw_str paw_engine_source_host(const struct paw_engine *e, uint32_t source)
{
    const uint32_t seat = source < e->n_sources ? e->source_seat[source] : NONE;
    if (seat == NONE)
        return (paw_str){0};
    const uint32_t host = seat_host(e, seat);
    return host == NONE ? (paw_str){0} : host_at(e, host)->name;
}
