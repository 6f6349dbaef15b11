/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phase 5, second half: every execution of interest is judged, and what holds is written down.
 */
#include "engine/draft.h"

#include <catspaw/behaviour.h>

enum { LAUNCH_WINDOW = 60, CONCERNED_MAX = 64 };

static enum paw_status out_of_memory(const struct paw_engine *e)
{
    return e->budget->status != PAW_OK ? e->budget->status : PAW_E_MEMORY;
}

/* Items -----------------------------------------------------------------------------------------
 */

static unsigned weight(const struct draft_item *i)
{
    return paw_score(i->severity, i->confidence);
}

static bool is_generic(const struct draft_item *i)
{
    return strncmp(i->behaviour->id, "generic.", 8) == 0;
}

static bool leads(const struct draft_item *a, const struct draft_item *b)
{
    if (weight(a) != weight(b))
        return weight(a) > weight(b);
    if (a->severity != b->severity)
        return a->severity > b->severity;
    if (is_generic(a) != is_generic(b))
        return is_generic(b);
    return strcmp(a->behaviour->id, b->behaviour->id) < 0;
}

void draft_order(struct draft *d)
{
    for (size_t i = 1; i < d->n_items; i++) { /* by id */
        const struct draft_item item = d->items[i];
        size_t j = i;
        for (; j > 0 && strcmp(d->items[j - 1].behaviour->id, item.behaviour->id) > 0; j--)
            d->items[j] = d->items[j - 1];
        d->items[j] = item;
    }
    size_t best = 0;
    for (size_t i = 1; i < d->n_items; i++)
        if (leads(&d->items[i], &d->items[best]))
            best = i;
    if (best == 0 || d->n_items == 0)
        return;
    const struct draft_item lead = d->items[best];
    memmove(&d->items[1], &d->items[0], best * sizeof(lead));
    d->items[0] = lead;
}

bool draft_add_fact(struct paw_engine *e, struct draft *d, enum paw_role role,
                    const struct paw_fact *fact)
{
    if (fact == NULL || fact == d->start)
        return true;
    for (size_t i = 0; i < d->n_extra; i++)
        if (d->extra[i].fact == fact)
            return true;
    if (d->n_extra == d->extra_room) {
        const size_t room = d->extra_room == 0 ? 4 : d->extra_room * 2;
        struct draft_fact *more = paw_store_alloc(&e->store, room * sizeof(*more));
        if (more == NULL)
            return false;
        if (d->n_extra != 0)
            memcpy(more, d->extra, d->n_extra * sizeof(*more));
        d->extra = more;
        d->extra_room = room;
    }
    d->extra[d->n_extra++] = (struct draft_fact){role, fact};
    return true;
}

/* The marks of another process's item, as marks of this finding: its own line is now a record's. */
static const struct draft_mark *foreign_marks(struct paw_engine *e, const struct draft_item *item,
                                              enum paw_role role)
{
    struct draft_mark *marks = paw_store_alloc(&e->store, item->n_marks * sizeof(*marks));
    for (size_t i = 0; marks != NULL && i < item->n_marks; i++) {
        marks[i] = item->marks[i];
        if (marks[i].is_own_line)
            marks[i].role = role;
        marks[i].is_own_line = false;
    }
    return marks;
}

bool draft_merge(struct paw_engine *e, struct draft *into, struct draft *from, enum paw_role role)
{
    struct draft_item *items =
        paw_store_alloc(&e->store, (into->n_items + from->n_items) * sizeof(*items));
    if (items == NULL)
        return false;
    memcpy(items, into->items, into->n_items * sizeof(*items));
    size_t n = into->n_items;
    for (size_t i = 0; i < from->n_items; i++) {
        size_t same = 0;
        while (same < n && items[same].behaviour != from->items[i].behaviour)
            same++;
        struct draft_item item = from->items[i];
        if (same < n)
            items[same].also = item.also |= items[same].also;
        if (same < n && weight(&items[same]) >= weight(&item))
            continue;
        item.marks = foreign_marks(e, &item, role);
        if (item.marks == NULL)
            return false;
        items[same] = item;
        n += same == n;
    }
    into->items = items;
    into->n_items = n;
    into->cut += from->cut;
    draft_order(into);
    from->is_folded = true;
    if (!draft_add_fact(e, into, role, from->start))
        return false;
    for (size_t i = 0; i < from->n_extra; i++)
        if (!draft_add_fact(e, into, from->extra[i].role, from->extra[i].fact))
            return false;
    return true;
}

/* From verdict to draft -------------------------------------------------------------------------
 */

/* The record that carries a field of the judged process. */
static const struct paw_fact *own_fact(const struct paw_execution *x, enum paw_field_id field)
{
    if (x->start == NULL)
        return x->source;
    if (paw_fact_text(x->start, field).p == NULL && x->second != NULL &&
        paw_fact_text(x->second, field).p != NULL)
        return x->second;
    if (paw_fact_text(x->start, field).p == NULL &&
        (field == PAW_F_PARENT_IMAGE || field == PAW_F_PARENT_COMMAND_LINE) && x->parent != NULL)
        return x->parent->start;
    return x->start;
}

static enum paw_field_id own_field(const struct paw_execution *x, const struct standing *s,
                                   const struct paw_fact *fact, enum paw_field_id field)
{
    if (s != NULL && field == PAW_F_COMMAND_LINE)
        return s->field;
    if (x->start == NULL && s == NULL && fact != NULL && paw_fact_text(fact, field).p == NULL) {
        if (field == PAW_F_IMAGE)
            return paw_fact_text(fact, PAW_F_PARENT_IMAGE).p != NULL ? PAW_F_PARENT_IMAGE
                                                                     : PAW_F_TARGET_IMAGE;
        if (field == PAW_F_COMMAND_LINE)
            return PAW_F_PARENT_COMMAND_LINE;
    }
    if (x->parent != NULL && fact == x->parent->start && x->start != NULL && fact != x->start) {
        if (field == PAW_F_PARENT_IMAGE)
            return PAW_F_IMAGE;
        if (field == PAW_F_PARENT_COMMAND_LINE)
            return PAW_F_COMMAND_LINE;
    }
    return field;
}

static bool copy_marks(struct paw_engine *e, const struct paw_execution *x,
                       const struct standing *s, const struct paw_verdict_item *from,
                       struct draft_item *item)
{
    struct draft_mark *marks = paw_store_alloc(&e->store, from->n_marks * sizeof(*marks));
    if (marks == NULL)
        return false;
    for (size_t i = 0; i < from->n_marks; i++) {
        const struct paw_mark *m = &from->marks[i];
        const struct paw_fact *fact = m->fact != NULL ? m->fact : own_fact(x, m->field);
        marks[i] = (struct draft_mark){
            .fact = fact,
            .field = m->fact != NULL ? m->field : own_field(x, s, fact, m->field),
            .span = m->span,
            .role = m->fact != NULL ? m->role : PAW_ROLE_PROCESS,
            .is_own_line = m->fact == NULL && m->field == PAW_F_COMMAND_LINE,
        };
    }
    item->marks = marks;
    item->n_marks = from->n_marks;
    return true;
}

static bool copy_items(struct paw_engine *e, struct draft *d, const struct paw_execution *x,
                       const struct standing *s, const struct paw_verdict *v)
{
    d->items = paw_store_alloc(&e->store, v->n_held * sizeof(*d->items));
    if (d->items == NULL)
        return false;
    for (size_t i = 0; i < v->n_held; i++) {
        const struct paw_verdict_item *held = &v->held[i];
        struct draft_item *item = &d->items[i];
        *item = (struct draft_item){
            .behaviour = held->behaviour,
            .technique = held->technique,
            .also = held->also,
            .adjusted = held->adjusted,
            .severity = held->severity,
            .confidence = held->confidence,
            .missing = held->missing,
        };
        if (!copy_marks(e, x, s, held, item))
            return false;
    }
    d->n_items = v->n_held;
    draft_order(d);
    return true;
}

static paw_str keep(struct paw_engine *e, paw_str text)
{
    return text.n == 0 ? (paw_str){0} : paw_store_str(&e->store, text);
}

static struct paw_process_shown shown(struct paw_engine *e, const struct paw_execution *x)
{
    return (struct paw_process_shown){
        .image = keep(e, x->image),
        .command_line = keep(e, x->command_line),
        .user = keep(e, x->user),
        .integrity = keep(e, x->integrity),
        .guid = keep(e, x->guid),
        .pid = x->pid,
        .has_pid = x->has_pid,
    };
}

/* The same program with the same words, however spelled and quoted. */
static uint64_t normalised_line(const struct paw_execution *x)
{
    if (x->command.line.n == 0)
        return 0;
    uint64_t h = paw_hash_name(x->name, 3);
    for (size_t i = 0; i < x->command.n_tokens; i++)
        h = paw_hash_name(x->command.tokens[i].text, h + 1);
    return h;
}

static void show(struct paw_engine *e, struct draft *d, const struct paw_execution *x)
{
    d->process = shown(e, x);
    d->has_process = x->subject != PAW_SUBJECT_RECORD || x->image.n != 0;
    if (x->subject == PAW_SUBJECT_STANDING && x->image.n == 0)
        d->process.image = keep(e, x->name);
    if (x->subject == PAW_SUBJECT_SCRIPT || x->subject == PAW_SUBJECT_RECORD)
        d->process.command_line =
            keep(e, x->subject == PAW_SUBJECT_SCRIPT ? x->command_line : (paw_str){0});
    if (x->parent != NULL) {
        d->parent = shown(e, x->parent);
        d->has_parent = true;
        d->parent_start = x->parent->start;
    }
    d->binary = keep(e, x->name);
    if ((x->identity & PAW_IDENTITY_RENAMED) != 0)
        d->renamed_from = keep(e, x->original_file_name);
    d->verb = x->command.verb == NULL ? (paw_str){0} : paw_str_of(x->command.verb);
    d->object = keep(e, x->command.target.norm);
    d->export = keep(e, x->command.call.export);
    d->kind = x->command.kind;
    d->line = normalised_line(x);
    if (x->subject == PAW_SUBJECT_RECORD &&
        x->standing.kind != NULL) /* values of one key are one */
        d->line = paw_hash_name(x->standing.place, 5);
}

static struct draft *new_draft(struct paw_engine *e, const struct paw_execution *x, uint32_t host,
                               uint32_t node)
{
    struct draft *d = paw_store_alloc(&e->store, sizeof(*d));
    struct draft **slot = d == NULL ? NULL : paw_vec_push(&e->drafts);
    if (slot == NULL)
        return NULL;
    *slot = d;
    *d = (struct draft){
        .subject = x->subject,
        .node = node,
        .host = host,
        .parent_node = node == NONE ? NONE : node_at(e, node)->parent,
        .time = x->time,
        .logged = x->logged,
        .start = x->start != NULL ? x->start : x->source,
        .second = x->second,
    };
    return d;
}

static uint64_t cut_effects(const struct paw_execution *x)
{
    uint64_t cut = x->all_children - x->n_children;
    for (size_t i = 0; i < PAW_N_EFFECTS; i++)
        cut += x->effects[i].total - x->effects[i].n;
    return cut;
}

static enum paw_status write_down(struct paw_engine *e, const struct paw_execution *x,
                                  const struct standing *s, uint32_t host, uint32_t node,
                                  const struct paw_verdict *v)
{
    struct draft *d = new_draft(e, x, host, node);
    if (d == NULL || !copy_items(e, d, x, s, v))
        return out_of_memory(e);
    if (s != NULL) {
        d->standing = s->where;
        d->is_at_rest = s->fact->record_id == 0 && s->fact->logged == 0;
    }
    d->text = keep(e, x->command_line);
    d->cut = cut_effects(x);
    show(e, d, x);
    return PAW_OK;
}

/* What could not be decided ---------------------------------------------------------------------
 */

static struct draft *undecided_draft(struct paw_engine *e, const struct paw_execution *x,
                                     uint32_t host)
{
    const uint64_t hash = paw_hash_name(x->name, host + UINT64_C(0xDEC1));
    size_t at = 0;
    for (uint32_t i = map_next(&e->undecided_map, hash, &at); i != NONE;
         i = map_next(&e->undecided_map, hash, &at)) {
        struct draft *d = *(struct draft **)paw_vec_at(&e->undecided, i);
        if (d->host == host && paw_str_equal(d->binary, x->name))
            return d;
    }
    struct draft *d = paw_store_alloc(&e->store, sizeof(*d));
    struct draft **slot = d == NULL ? NULL : paw_vec_push(&e->undecided);
    if (slot == NULL || !map_add(&e->undecided_map, hash, (uint32_t)(e->undecided.n - 1)))
        return NULL;
    *slot = d;
    *d = (struct draft){.host = host, .node = NONE, .binary = keep(e, x->name)};
    d->concerned = paw_store_alloc(&e->store, CONCERNED_MAX * sizeof(*d->concerned));
    return d->concerned == NULL ? NULL : d;
}

static bool is_earlier(const struct paw_execution *x, const struct draft *d)
{
    if (d->start == NULL || x->time != d->time)
        return d->start == NULL || x->time < d->time;
    return x->start != NULL && x->start->content < d->start->content;
}

static enum paw_status note_undecided(struct paw_engine *e, const struct paw_execution *x,
                                      uint32_t host, const struct paw_verdict *v)
{
    if (v->n_undecided == 0 || x->start == NULL || x->proxy == NULL ||
        (x->sets & PAW_SET_CORE) == 0)
        return PAW_OK;
    struct draft *d = undecided_draft(e, x, host);
    if (d == NULL)
        return out_of_memory(e);
    d->count++;
    d->needs |= v->undecided_needs;
    if (is_earlier(x, d)) {
        d->start = x->start;
        d->time = x->time;
        d->logged = x->logged;
        d->process = shown(e, x);
        d->has_process = true;
    }
    if (x->time > d->last)
        d->last = x->time;
    for (size_t i = 0; i < v->n_undecided; i++) {
        size_t j = 0;
        while (j < d->n_concerned && d->concerned[j] != v->undecided[i])
            j++;
        if (j == d->n_concerned && j < CONCERNED_MAX)
            d->concerned[d->n_concerned++] = v->undecided[i];
    }
    return PAW_OK;
}

/* Judging ---------------------------------------------------------------------------------------
 */

static enum paw_status judge_execution(struct paw_engine *e, const struct paw_execution *x,
                                       const struct standing *s, uint32_t host, uint32_t node)
{
    struct paw_world world = {.engine = e, .host = host};
    struct paw_verdict v = {0};
    const enum paw_status status = paw_judge(e->catalogue, &world, x, &e->view, &v);
    e->judged++;
    if (status != PAW_OK)
        return status;
    if (v.n_held != 0)
        return write_down(e, x, s, host, node, &v);
    return note_undecided(e, x, host, &v);
}

static bool was_started(const struct paw_execution *x, paw_str program)
{
    for (size_t i = 0; i < x->n_children; i++)
        if (paw_str_same_name(x->children[i]->name, program) &&
            x->children[i]->time <= x->time + (uint64_t)LAUNCH_WINDOW * SECOND)
            return true;
    return x->all_children > x->n_children;
}

/* Commands inside a line that no recorded child ran are judged where they stand. */
static enum paw_status judge_nested(struct paw_engine *e, const struct paw_execution *x,
                                    uint32_t host, uint32_t node, unsigned depth)
{
    for (size_t i = 0; i < x->command.n_nested; i++) {
        struct standing s;
        if (!nested_standing(x, i, host, node, &s))
            return PAW_OK;
        struct paw_execution *y = view_standing(e, &s);
        if (y == NULL)
            return out_of_memory(e);
        if (!was_started(x, y->name)) {
            enum paw_status status = PAW_OK;
            if (y->proxy != NULL || y->program != NULL)
                status = judge_execution(e, y, &s, host, NONE);
            if (status == PAW_OK && depth > 1)
                status = judge_nested(e, y, host, node, depth - 1);
            if (status != PAW_OK)
                return status;
        }
    }
    return PAW_OK;
}

static bool is_worth_judging(const struct paw_execution *x)
{
    if (x->subject == PAW_SUBJECT_STUB) { /* a stub only if something was seen of it */
        for (size_t i = 0; i < PAW_N_EFFECTS; i++)
            if (x->effects[i].n != 0)
                return true;
        return false;
    }
    return true;
}

/* One that finds no room in its judgement (only crafted evidence asks for that much) is counted. */
static enum paw_status or_leave(struct paw_engine *e, enum paw_status status)
{
    if (status != PAW_E_MEMORY || e->budget->status != PAW_OK)
        return status;
    e->unjudged++;
    return PAW_OK;
}

static enum paw_status judge_node(struct paw_engine *e, uint32_t node)
{
    const uint32_t host = node_at(e, node)->host;
    struct paw_execution *x = view_judged(e, node);
    if (x == NULL)
        return out_of_memory(e);
    if (!is_worth_judging(x))
        return PAW_OK;
    const enum paw_status status = judge_execution(e, x, NULL, host, node);
    return status != PAW_OK ? status : judge_nested(e, x, host, node, LAUNCHER_DEPTH);
}

enum paw_status drafts_make(struct paw_engine *e,
                            void (*tick)(void *, uint64_t, uint64_t, uint64_t), void *self)
{
    const uint64_t all = e->nodes.n + e->standings.n;
    enum paw_status status = PAW_OK;
    for (uint32_t i = 0; status == PAW_OK && i < e->nodes.n && !is_stopped(e); i++) {
        if ((node_at(e, i)->flags & NODE_WANTED) != 0)
            status = or_leave(e, judge_node(e, i));
        view_reset(e);
        if (tick != NULL && i % 1024 == 0)
            tick(self, i, all, e->drafts.n);
    }
    for (size_t i = 0; status == PAW_OK && i < e->standings.n && !is_stopped(e); i++) {
        const struct standing s = *(const struct standing *)paw_vec_at(&e->standings, i);
        struct paw_execution *x = view_standing(e, &s);
        status = x == NULL ? out_of_memory(e) : judge_execution(e, x, &s, s.host, NONE);
        if (status == PAW_OK)
            status = judge_nested(e, x, s.host, s.node, LAUNCHER_DEPTH);
        status = or_leave(e, status);
        view_reset(e);
    }
    for (size_t i = 0; status == PAW_OK && i < e->undecided.n; i++) {
        struct draft **slot = paw_vec_push(&e->drafts);
        if (slot == NULL)
            return out_of_memory(e);
        *slot = *(struct draft **)paw_vec_at(&e->undecided, i);
    }
    return status;
}
