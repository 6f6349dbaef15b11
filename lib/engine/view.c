/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executions as behaviours see them, made over nodes for the time of one judgement. One node gives
 * one execution per judgement, so that the same parent is the same pointer.
 */
#include "engine/engine_private.h"

#include <catspaw/behaviour.h>

struct view {
    struct paw_execution x; /* first: an execution is a view */
    uint32_t node;
    bool has_ancestors, has_children;
};

uint32_t view_node(const struct paw_execution *x)
{
    return ((const struct view *)(const void *)x)->node;
}

void view_reset(struct paw_engine *e)
{
    paw_arena_reset(&e->view);
    e->views.n = 0;
    paw_known_settle(&e->known);
}

enum { LINE_MAX_BYTES = 3 * 32768 }; /* Windows starts no process with more than 32,767 units */

/* What is judged of a line: all of it, or of one that no Windows made its first part. */
static paw_str judged_line(paw_str line)
{
    size_t n = line.n < LINE_MAX_BYTES ? line.n : LINE_MAX_BYTES;
    while (n < line.n && n > 0 && ((uint8_t)line.p[n] & 0xC0) == 0x80)
        n--;
    return (paw_str){line.p, n};
}

/* The texts of a start, in the order of their places. */
enum {
    IMAGE = 1,
    LINE,
    ORIGINAL,
    COMPANY,
    PRODUCT,
    DESCRIPTION,
    CWD,
    USER,
    INTEGRITY,
    HASHES,
    GUID,
};

static const uint8_t start_place[PAW_N_FIELDS] = {
    [PAW_F_IMAGE] = IMAGE,
    [PAW_F_COMMAND_LINE] = LINE,
    [PAW_F_ORIGINAL_FILE_NAME] = ORIGINAL,
    [PAW_F_COMPANY] = COMPANY,
    [PAW_F_PRODUCT] = PRODUCT,
    [PAW_F_DESCRIPTION] = DESCRIPTION,
    [PAW_F_CURRENT_DIRECTORY] = CWD,
    [PAW_F_USER] = USER,
    [PAW_F_INTEGRITY_LEVEL] = INTEGRITY,
    [PAW_F_HASHES] = HASHES,
    [PAW_F_PROCESS_GUID] = GUID,
};

static void fill_texts(const struct node *n, struct paw_execution *x)
{
    paw_str texts[GUID] = {0};
    if (n->start != NULL) {
        paw_fact_pick(n->start, start_place, texts);
        if (n->second != NULL) /* what the first lacks */
            paw_fact_pick(n->second, start_place, texts);
    } else {
        texts[IMAGE - 1] = node_text(n, PAW_F_IMAGE);
        texts[LINE - 1] = node_text(n, PAW_F_COMMAND_LINE);
        texts[USER - 1] = node_text(n, PAW_F_USER);
        texts[GUID - 1] = node_text(n, PAW_F_PROCESS_GUID);
    }
    x->image = texts[IMAGE - 1];
    x->command_line = judged_line(texts[LINE - 1]);
    x->original_file_name = texts[ORIGINAL - 1];
    x->company = texts[COMPANY - 1];
    x->product = texts[PRODUCT - 1];
    x->description = texts[DESCRIPTION - 1];
    x->current_directory = texts[CWD - 1];
    x->user = texts[USER - 1];
    x->integrity = texts[INTEGRITY - 1];
    x->hashes = texts[HASHES - 1];
    x->guid = texts[GUID - 1];
    if (!is_real_guid(x->guid))
        x->guid = (paw_str){0};
}

/* First effect of node at or after kind. */
static size_t effects_from(const struct paw_engine *e, uint32_t node, unsigned kind)
{
    size_t lo = 0, hi = e->effects.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const struct effect *f = paw_vec_at(&e->effects, mid);
        if (f->node < node || (f->node == node && f->kind < kind))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The lists were made when effects were gathered: a view is a slice of them. */
static void take_effects(const struct paw_engine *e, struct view *v)
{
    size_t at = effects_from(e, v->node, 0);
    while (at < e->effects.n) {
        const struct effect *first = paw_vec_at(&e->effects, at);
        if (first->node != v->node)
            return;
        const size_t end = effects_from(e, v->node, first->kind + 1U);
        v->x.effects[first->kind] = (struct paw_effects){
            .facts = paw_vec_at(&e->effect_facts, at),
            .n = end - at < PAW_EFFECTS_MAX ? end - at : PAW_EFFECTS_MAX,
            .total = end - at,
        };
        at = end;
    }
}

/* A node knows where its view lies, if it has one: whether it does, the list says. */
static struct view *cached(const struct paw_engine *e, uint32_t node)
{
    const uint32_t i = node_at(e, node)->view;
    struct view *v = i < e->views.n ? *(struct view **)paw_vec_at(&e->views, i) : NULL;
    return v != NULL && v->node == node ? v : NULL;
}

static bool remember(struct paw_engine *e, struct view *v)
{
    node_at(e, v->node)->view = (uint32_t)e->views.n;
    struct view **slot = paw_vec_push(&e->views);
    if (slot != NULL)
        *slot = v;
    return slot != NULL;
}

struct paw_execution *view_base(struct paw_engine *e, uint32_t node)
{
    struct view *v = cached(e, node);
    if (v != NULL)
        return &v->x;
    v = paw_arena_alloc(&e->view, sizeof(*v));
    if (v == NULL)
        return NULL;
    const struct node *n = node_at(e, node);
    const struct host *h = host_at(e, n->host);
    v->node = node;
    v->x.subject = n->start == NULL ? PAW_SUBJECT_STUB : PAW_SUBJECT_PROCESS;
    v->x.start = n->start;
    v->x.second = n->second;
    v->x.host = h->name;
    v->x.time = n->time;
    v->x.logged = n->start == NULL ? 0 : n->start->logged;
    v->x.ended = n->end;
    v->x.pid = n->pid;
    v->x.has_pid = n->has_pid;
    v->x.link = (enum paw_link)n->link;
    v->x.is_twin = (n->flags & NODE_TWIN) != 0;
    v->x.is_plumbed = (n->flags & NODE_PLUMBED) != 0;
    v->x.seen = h->seen;
    v->x.source = n->start == NULL ? n->quoted : NULL;
    fill_texts(n, &v->x);
    if (paw_known_understand(&e->known, e->catalogue, &h->machine, &e->view, &v->x) != PAW_OK ||
        !remember(e, v))
        return NULL;
    take_effects(e, v);
    return &v->x;
}

struct paw_execution *view_of(struct paw_engine *e, uint32_t node)
{
    struct paw_execution *first = view_base(e, node);
    struct paw_execution *x = first;
    for (size_t depth = 0; x != NULL && depth < PAW_ANCESTORS_MAX; depth++) {
        struct view *v = (struct view *)(void *)x;
        const struct node *n = node_at(e, v->node);
        if (v->has_ancestors || n->parent == NONE)
            return first;
        v->has_ancestors = true;
        struct paw_execution *parent = view_base(e, n->parent);
        if (parent == NULL)
            return NULL;
        x->parent = parent;
        x = parent;
    }
    return first;
}

static int by_start(const void *a, const void *b)
{
    const struct paw_execution *x = *(const struct paw_execution *const *)a;
    const struct paw_execution *y = *(const struct paw_execution *const *)b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    const uint64_t c = x->start == NULL ? 0 : x->start->content;
    const uint64_t d = y->start == NULL ? 0 : y->start->content;
    return (c > d) - (c < d);
}

/* Few items, in an arena: an insertion sort is stable and needs no memory. */
static void sort_views(const struct paw_execution **list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct paw_execution *x = list[i];
        size_t j = i;
        for (; j > 0 && by_start(&list[j - 1], &x) > 0; j--)
            list[j] = list[j - 1];
        list[j] = x;
    }
}

static bool add_children(struct paw_engine *e, struct view *v, unsigned deeper)
{
    const struct node *n = node_at(e, v->node);
    if (v->has_children || n->first_child == NONE)
        return true;
    v->has_children = true;
    const struct paw_execution **list = paw_arena_array(&e->view, PAW_CHILDREN_MAX, sizeof(*list));
    if (list == NULL)
        return e->budget->status == PAW_OK;
    for (uint32_t c = n->first_child; c != NONE; c = node_at(e, c)->next_sibling) {
        v->x.all_children++;
        if (v->x.n_children == PAW_CHILDREN_MAX)
            continue;
        struct paw_execution *child = view_base(e, c);
        if (child == NULL && e->budget->status == PAW_OK)
            continue; /* no room in this judgement: counted as cut */
        if (child == NULL)
            return false;
        child->parent = &v->x;
        ((struct view *)(void *)child)->has_ancestors = true;
        if (deeper != 0 && !add_children(e, (struct view *)(void *)child, deeper - 1))
            return false;
        list[v->x.n_children++] = child;
    }
    sort_views(list, v->x.n_children);
    v->x.children = list;
    return true;
}

struct paw_execution *view_judged(struct paw_engine *e, uint32_t node)
{
    struct paw_execution *x = view_of(e, node);
    if (x == NULL || !add_children(e, (struct view *)(void *)x, 1))
        return NULL;
    return x;
}

bool nested_standing(const struct paw_execution *x, size_t i, uint32_t host, uint32_t node,
                     struct standing *to)
{
    const struct paw_nested *n = &x->command.nested[i];
    *to = (struct standing){
        .fact = x->start != NULL ? x->start : x->source,
        .field = PAW_F_COMMAND_LINE,
        .text = n->text,
        .copy_of = n->copy_of,
        .folder = n->folder,
        .offset = n->is_verbatim ? n->span.start : UINT32_MAX,
        .where = {.kind = PAW_LAUNCHER, .place = x->image, .name = paw_str_of(n->launcher)},
        .host = host,
        .node = node,
        .subject = PAW_SUBJECT_STANDING,
    };
    return to->fact != NULL;
}

struct paw_execution *view_standing(struct paw_engine *e, const struct standing *s)
{
    struct view *v = paw_arena_alloc(&e->view, sizeof(*v));
    if (v == NULL)
        return NULL;
    const struct host *h = host_at(e, s->host);
    v->node = NONE;
    v->x.subject = s->subject;
    v->x.host = h->name;
    v->x.time = s->fact->time;
    v->x.logged = s->fact->logged;
    v->x.seen = h->seen;
    v->x.standing = s->where;
    v->x.source = s->fact;
    v->x.command_line = s->text;
    v->x.original_file_name = s->copy_of;
    v->x.user = paw_fact_text(s->fact, PAW_F_USER);
    v->x.is_folder_said = s->folder.n != 0;
    if (s->folder.n != 0)
        v->x.current_directory = s->folder;
    else if (s->fact->kind ==
             PAW_KIND_PROCESS_START) /* what a launcher starts begins where it is */
        v->x.current_directory = paw_fact_text(s->fact, PAW_F_CURRENT_DIRECTORY);
    if (s->subject != PAW_SUBJECT_STANDING)
        v->x.image = paw_fact_text(s->fact, PAW_F_IMAGE);
    if (s->node != NONE) {
        v->x.parent = view_of(e, s->node);
        v->x.link = PAW_LINK_SURE;
        if (v->x.parent == NULL)
            return NULL;
    }
    if (paw_known_understand(&e->known, e->catalogue, &h->machine, &e->view, &v->x) != PAW_OK)
        return NULL;
    const struct paw_fact **one = paw_arena_alloc(&e->view, sizeof(*one));
    if (one == NULL)
        return NULL;
    *one = s->fact;
    static const struct {
        uint8_t kind, effect;
    } own[] = {
        {PAW_KIND_POWERSHELL, PAW_EFFECT_POWERSHELL},
        {PAW_KIND_INSTALLER, PAW_EFFECT_INSTALLER},
        {PAW_KIND_CONTROL, PAW_EFFECT_CONTROL},
        {PAW_KIND_ANTIMALWARE, PAW_EFFECT_ANTIMALWARE},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(own); i++)
        if (own[i].kind == s->fact->kind)
            v->x.effects[own[i].effect] = (struct paw_effects){one, 1, 1};
    return &v->x;
}
