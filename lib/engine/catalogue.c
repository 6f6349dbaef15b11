/* SPDX-License-Identifier: Apache-2.0 */
/* The analyzers' tables with an index: which behaviours are asked of whom, and what they need. */
#include "engine/catalogue.h"

#include <catspaw/questions.h>

#include <limits.h>
#include <stdlib.h>

#include "core/fact.h"
#include "core/str.h"

enum { NESTING_MAX = 24 };

static bool is_listed(const char *const *names, const char *name)
{
    for (; names != NULL && *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

/* Walking the questions -------------------------------------------------------------------------
 */

struct walk {
    struct paw_catalogue *c;
    const struct paw_behaviour *behaviour;
};

static uint32_t effect_of(paw_ask *ask)
{
    static const struct {
        paw_ask *ask;
        uint32_t effects;
    } rows[] = {
        {paw_ask_module, 1u << PAW_EFFECT_MODULE},
        {paw_ask_network, 1u << PAW_EFFECT_NETWORK | 1u << PAW_EFFECT_DNS},
        {paw_ask_file, 1u << PAW_EFFECT_FILE},
        {paw_ask_dropped, 1u << PAW_EFFECT_FILE},
        {paw_ask_brought, 1u << PAW_EFFECT_FILE | 1u << PAW_EFFECT_MODULE},
        {paw_ask_registry, 1u << PAW_EFFECT_REGISTRY},
        {paw_ask_access, 1u << PAW_EFFECT_ACCESS | 1u << PAW_EFFECT_ACCESSED},
        {paw_ask_thread, 1u << PAW_EFFECT_THREAD | 1u << PAW_EFFECT_THREADED},
        {paw_ask_tampered, 1u << PAW_EFFECT_TAMPER},
        {paw_ask_pipe, 1u << PAW_EFFECT_PIPE},
        {paw_ask_hosts_ps, 1u << PAW_EFFECT_POWERSHELL | 1u << PAW_EFFECT_MODULE},
        {paw_ask_installer, 1u << PAW_EFFECT_INSTALLER},
        {paw_ask_control, 1u << PAW_EFFECT_CONTROL},
        {paw_ask_malware, 1u << PAW_EFFECT_ANTIMALWARE},
        {paw_ask_event, 1u << PAW_EFFECT_OTHER},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++)
        if (rows[i].ask == ask)
            return rows[i].effects;
    return 0;
}

static void want_place(struct paw_catalogue *c, const char *name)
{
    for (const struct paw_place *p = paw_places; p->name != NULL; p++) {
        if (strcmp(p->name, name) != 0)
            continue;
        bool known = false;
        for (size_t i = 0; i < c->n_values; i++)
            known = known || (strcmp(c->values[i].hive, p->hive) == 0 &&
                              strcmp(c->values[i].key, p->hive_key) == 0 &&
                              strcmp(c->values[i].value, p->value) == 0);
        if (!known && c->n_values < PAW_COUNT_OF(c->values) - 1)
            c->values[c->n_values++] = (struct paw_wanted_value){p->hive, p->hive_key, p->value};
    }
}

/* Lists and places by address: a question holds the address of what it names. */
static size_t first_slot(const void *at)
{
    const uint64_t mixed = (uint64_t)(uintptr_t)at * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> 40) % PAW_LISTS_SLOTS;
}

/* False: it has a number already, or there is no room for one. */
static bool number(struct paw_catalogue *c, const void *at, unsigned as)
{
    size_t i = first_slot(at);
    while (c->named_at[i].at != NULL && c->named_at[i].at != at)
        i = (i + 1) % PAW_LISTS_SLOTS;
    if (c->named_at[i].at != NULL || c->n_named_at == PAW_LISTS_SLOTS / 2)
        return false;
    c->named_at[i] = (struct paw_catalogue_named){at, as};
    c->n_named_at++;
    return true;
}

static void number_place(struct paw_catalogue *c, const char *name)
{
    struct paw_place_set rows = {{0}};
    unsigned i = 0;
    while (i < c->n_places && strcmp(c->place_names[i], name) != 0)
        i++;
    if (i == PAW_PLACES_MAX)
        return;
    for (size_t row = 0; i == c->n_places && paw_places[row].name != NULL; row++)
        if (strcmp(paw_places[row].name, name) == 0)
            rows.words[row / 64] |= UINT64_C(1) << row % 64;
    if (i == c->n_places) {
        c->place_names[i] = name;
        c->place_rows[i] = rows;
        c->n_places++;
    }
    (void)number(c, name, i);
}

static void want_residue(struct paw_catalogue *c, const char *name)
{
    for (size_t i = 0; i < c->n_residue; i++)
        if (strcmp(c->residue[i], name) == 0)
            return;
    if (c->n_residue < PAW_COUNT_OF(c->residue))
        c->residue[c->n_residue++] = name;
}

static void want_event(struct paw_catalogue *c, const struct paw_test *t)
{
    for (size_t i = 0; i < c->n_events; i++)
        if (c->events[i].event_id == t->least && strcmp(c->events[i].provider, t->keys[0]) == 0)
            return;
    if (c->n_events < PAW_COUNT_OF(c->events) - 1)
        c->events[c->n_events++] = (struct paw_wanted_event){t->keys[0], (uint16_t)t->least};
}

static void note(struct walk *w, const struct paw_test *t)
{
    struct paw_catalogue *c = w->c;
    c->effects |= effect_of(t->ask);
    if ((t->ask == paw_ask_dropped || t->ask == paw_ask_brought) &&
        t->seconds > (int64_t)c->drop_window)
        c->drop_window = (uint32_t)t->seconds;
    if (t->ask == paw_ask_reg_state || t->ask == paw_ask_registry)
        want_place(c, t->keys[0]);
    if (t->ask == paw_ask_registry)
        number_place(c, t->keys[0]);
    if (t->ask == paw_ask_image_named && number(c, t->names, c->n_lists))
        c->n_lists++;
    if (t->ask == paw_ask_class || (t->ask == paw_ask_control && (t->flags & PAW_USER_HIVE) != 0))
        want_place(c, "user_class");
    if (t->ask == paw_ask_event)
        want_event(c, t);
    const struct paw_behaviour *b = w->behaviour;
    if (t->ask == paw_ask_registry && (b->of & PAW_OF_RESIDUE) != 0)
        want_residue(c, t->keys[0]);
    if (t->ask == paw_ask_module && t->names != NULL &&
        (b->subjects != NULL || is_listed(b->programs, "*")) &&
        c->n_modules < PAW_COUNT_OF(c->modules))
        c->modules[c->n_modules++] = t->names;
}

/* NEAR and SIBLING that ask what a program did, and name it. */
static void want_neighbour(struct paw_catalogue *c, const struct paw_test *t)
{
    bool has_effects = false;
    if (t->ask != paw_ask_near && t->ask != paw_ask_sibling)
        return;
    for (const struct paw_test *in = t->tests; in->ask != NULL; in++)
        has_effects = has_effects || effect_of(in->ask) != 0;
    for (const struct paw_test *in = t->tests; has_effects && in->ask != NULL; in++)
        if (in->ask == paw_ask_image_named && c->n_neighbours < PAW_COUNT_OF(c->neighbours))
            c->neighbours[c->n_neighbours++] = in->names;
}

static void walk_tests(struct walk *w, const struct paw_test *t, unsigned depth)
{
    if (t == NULL || depth > NESTING_MAX)
        return;
    for (; t->ask != NULL; t++) {
        note(w, t);
        want_neighbour(w->c, t);
        walk_tests(w, t->tests, depth + 1);
    }
}

static void walk_behaviour(struct paw_catalogue *c, const struct paw_behaviour *b)
{
    struct walk w = {.c = c, .behaviour = b};
    walk_tests(&w, b->when, 0);
    for (const struct paw_unless *u = b->unless; u != NULL && u->tests != NULL; u++)
        walk_tests(&w, u->tests, 0);
    for (const struct paw_adjust *a = b->adjust; a != NULL && a->tests != NULL; a++)
        walk_tests(&w, a->tests, 0);
    walk_tests(&w, b->shows, 0);
    for (const struct paw_label *l = b->labels; l != NULL && l->technique != NULL; l++)
        walk_tests(&w, l->tests, 0);
    for (const struct paw_label *l = b->also_if; l != NULL && l->technique != NULL; l++)
        walk_tests(&w, l->tests, 0);
}

/* What a start record alone answers -------------------------------------------------------------
 */

enum {
    START_NEEDS = PAW_NEED_COMMAND_LINE | PAW_NEED_IMAGE | PAW_NEED_ORIGINAL_FILE_NAME |
                  PAW_NEED_COMPANY | PAW_NEED_CURRENT_DIRECTORY | PAW_NEED_USER |
                  PAW_NEED_INTEGRITY,
};

static uint32_t needs_of(const struct paw_test *t)
{
    uint32_t needs = t->needs;
    for (const struct paw_test *in = t->tests; in != NULL && in->ask != NULL; in++)
        needs |= needs_of(in);
    return needs;
}

bool paw_test_is_of_start(const struct paw_test *t)
{
    const uint32_t needs = needs_of(t);
    return needs != 0 && (needs & ~(uint32_t)START_NEEDS) == 0;
}

/* Does it single out few processes? */
static bool is_selective(const struct paw_test *t)
{
    static paw_ask *const selective[] = {paw_ask_text, paw_ask_image, paw_ask_image_named,
                                         paw_ask_cwd_in, paw_ask_nested};
    for (size_t i = 0; i < PAW_COUNT_OF(selective); i++)
        if (t->ask == selective[i])
            return true;
    const bool is_any = t->ask == paw_ask_any;
    if (!is_any && t->ask != paw_ask_all)
        return false;
    for (const struct paw_test *in = t->tests; in->ask != NULL; in++)
        if (is_selective(in) != is_any) /* one that is not in ANY, one that is in ALL */
            return !is_any;
    return is_any;
}

static bool opens(const struct paw_behaviour *b)
{
    if (b->of != 0 && (b->of & PAW_OF_PROCESS) == 0)
        return false;
    for (const struct paw_test *t = b->when; t->ask != NULL; t++)
        if (paw_test_is_of_start(t) && is_selective(t))
            return true;
    return false;
}

/* The index -------------------------------------------------------------------------------------
 */

static int by_id(const void *a, const void *b)
{
    const struct paw_behaviour *const *x = a, *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

static bool push(struct paw_behaviour_list *list, const struct paw_behaviour *b)
{
    const struct paw_behaviour **items = realloc(list->items, (list->n + 1) * sizeof(*list->items));
    if (items == NULL)
        return false;
    items[list->n++] = b;
    list->items = items;
    return true;
}

static bool add_behaviour(struct paw_catalogue *c, const struct paw_analyzer *a,
                          const struct paw_behaviour *b)
{
    if (c->all.n == PAW_BEHAVIOURS_MAX || !push(&c->all, b))
        return false;
    walk_behaviour(c, b);
    if (b->when == NULL)
        return true;
    if (is_listed(b->programs, "*"))
        return push(&c->any, b) && (!opens(b) || push(&c->opening, b)) &&
               (b->subjects == NULL || push(&c->followed, b));
    if (b->subjects != NULL && !push(&c->named, b))
        return false;
    if ((b->of & (PAW_OF_RECORD | PAW_OF_RESIDUE)) != 0 && !push(&c->records, b))
        return false;
    if (a->programs == NULL && b->programs == NULL)
        return push(&c->generic, b);
    for (size_t i = 0; i < c->n_programs; i++) {
        struct paw_catalogue_program *p = &c->programs[i];
        const bool fits =
            b->programs != NULL ? is_listed(b->programs, p->program->name) : p->analyzer == a;
        if (fits && !push(&p->behaviours, b))
            return false;
    }
    return true;
}

static bool add_programs(struct paw_catalogue *c, const struct paw_analyzer *const *analyzers)
{
    for (; *analyzers != NULL; analyzers++)
        for (const struct paw_program *p = (*analyzers)->programs; p != NULL && p->name != NULL;
             p++) {
            if (c->n_programs == PAW_COUNT_OF(c->programs))
                return false;
            c->programs[c->n_programs++] =
                (struct paw_catalogue_program){.program = p, .analyzer = *analyzers};
        }
    return true;
}

static size_t slot_of(paw_str name, bool is_id)
{
    return paw_hash_name(name, is_id) % PAW_NAMES_SLOTS;
}

const struct paw_catalogue_program *paw_catalogue_find(const struct paw_catalogue *c, paw_str name,
                                                       bool is_id)
{
    for (size_t i = slot_of(name, is_id);; i = (i + 1) % PAW_NAMES_SLOTS) {
        const struct paw_catalogue_name *n = &c->names[i];
        if (n->name == NULL)
            return NULL;
        if (n->is_id == is_id && paw_str_same_name(paw_str_of(n->name), name))
            return &c->programs[n->program];
    }
}

/* The first program of a name keeps it. False: no room. */
static bool add_name(struct paw_catalogue *c, const char *name, size_t program, bool is_id)
{
    if (paw_catalogue_find(c, paw_str_of(name), is_id) != NULL)
        return true;
    if (c->n_names++ == PAW_NAMES_SLOTS / 2)
        return false;
    size_t i = slot_of(paw_str_of(name), is_id);
    while (c->names[i].name != NULL)
        i = (i + 1) % PAW_NAMES_SLOTS;
    c->names[i] = (struct paw_catalogue_name){name, (uint16_t)program, is_id};
    return true;
}

static bool add_names(struct paw_catalogue *c)
{
    bool ok = true;
    for (size_t i = 0; ok && i < c->n_programs; i++) {
        const struct paw_program *p = c->programs[i].program;
        ok = add_name(c, p->name, i, true);
        for (const char *const *n = p->names; ok && n != NULL && *n != NULL; n++)
            ok = add_name(c, *n, i, false);
    }
    return ok;
}

enum paw_status paw_catalogue_new(const struct paw_analyzer *const *analyzers,
                                  struct paw_catalogue **ret)
{
    struct paw_catalogue *c = calloc(1, sizeof *c);
    if (c == NULL)
        return PAW_E_MEMORY;
    bool ok = add_programs(c, analyzers) && add_names(c);
    for (const struct paw_analyzer *const *a = analyzers; ok && *a != NULL; a++)
        for (const struct paw_behaviour *b = (*a)->behaviours; ok && b->id != NULL; b++)
            ok = add_behaviour(c, *a, b);
    if (!ok) {
        paw_catalogue_free(c);
        return PAW_E_MEMORY;
    }
    if (c->all.n != 0)
        qsort(c->all.items, c->all.n, sizeof(*c->all.items), by_id);
    paw_places_sort(&c->place_order);
    c->analyzers = analyzers;
    *ret = c;
    return PAW_OK;
}

void paw_catalogue_free(struct paw_catalogue *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->n_programs; i++)
        free(c->programs[i].behaviours.items);
    free(c->all.items);
    free(c->any.items);
    free(c->opening.items);
    free(c->followed.items);
    free(c->named.items);
    free(c->records.items);
    free(c->generic.items);
    free(c);
}

/* Looking up ------------------------------------------------------------------------------------
 */

const struct paw_program *paw_catalogue_program(const struct paw_catalogue *c, const char *proxy,
                                                paw_str name)
{
    const struct paw_catalogue_program *p =
        paw_catalogue_find(c, proxy == NULL ? name : paw_str_of(proxy), proxy != NULL);
    return p == NULL ? NULL : p->program;
}

const struct paw_behaviour *paw_catalogue_behaviour(const struct paw_catalogue *c, paw_str id)
{
    size_t lo = 0, hi = c->all.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const int order = paw_str_compare(id, paw_str_of(c->all.items[mid]->id));
        if (order == 0)
            return c->all.items[mid];
        if (order < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

const struct paw_behaviour *const *paw_catalogue_all(const struct paw_catalogue *c, size_t *n)
{
    *n = c->all.n;
    return c->all.items;
}

uint32_t paw_catalogue_effects(const struct paw_catalogue *c)
{
    return c->effects;
}

unsigned paw_catalogue_number(const struct paw_catalogue *c, const void *at)
{
    size_t i = first_slot(at);
    while (c->named_at[i].at != NULL && c->named_at[i].at != at)
        i = (i + 1) % PAW_LISTS_SLOTS;
    return c->named_at[i].at == NULL ? UINT_MAX : c->named_at[i].number;
}

bool paw_catalogue_names_module(const struct paw_catalogue *c, paw_str base)
{
    for (size_t i = 0; i < c->n_modules; i++)
        if (paw_list_fits(c->modules[i], base))
            return true;
    return false;
}

bool paw_catalogue_names_subject(const struct paw_catalogue *c, paw_str base)
{
    for (size_t i = 0; i < c->named.n; i++)
        if (paw_list_fits(c->named.items[i]->subjects, base))
            return true;
    for (size_t i = 0; i < c->followed.n; i++)
        if (paw_list_fits(c->followed.items[i]->subjects, base))
            return true;
    return false;
}

bool paw_catalogue_names_neighbour(const struct paw_catalogue *c, paw_str base)
{
    for (size_t i = 0; i < c->n_neighbours; i++)
        if (paw_list_fits(c->neighbours[i], base))
            return true;
    return false;
}

const struct paw_wanted_value *paw_catalogue_values(const struct paw_catalogue *c)
{
    return c->values;
}

bool paw_catalogue_is_residue(const struct paw_catalogue *c, paw_str place, paw_str name)
{
    for (const struct paw_place *p = paw_places; p->name != NULL; p++) {
        if (!paw_place_fits(p, place, name))
            continue;
        for (size_t i = 0; i < c->n_residue; i++)
            if (strcmp(c->residue[i], p->name) == 0)
                return true;
    }
    return false;
}

const struct paw_wanted_event *paw_catalogue_events(const struct paw_catalogue *c)
{
    return c->events;
}

uint32_t paw_catalogue_drop_window(const struct paw_catalogue *c)
{
    return c->drop_window;
}
