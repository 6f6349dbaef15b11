/* SPDX-License-Identifier: Apache-2.0 */
/* Every record of a log as text: see render.h. */
#include "parsers/evtx/render.h"

#include "core/str.h"
#include "parsers/evtx/lender.h"
#include "parsers/evtx/program.h"
#include "parsers/evtx/scalars.h"
#include "parsers/evtx/tree_write.h"
#include "parsers/evtx/walk.h"

enum {
    PIECE_BYTES = 1024 * 1024,
    RECORD_BYTES_MAX = 10 * 1024 * 1024, /* of a tree and what printing it takes */
    /* What all records of one chunk may take: a hostile one makes every record as dear as it can.
     */
    CHUNK_STEPS_MAX = 1024 * 1024,
    RECORD_STEPS_LEAST = 1024,
};

struct rendering {
    struct paw_render *r;
    struct paw_evtx_walk walk;
    struct paw_arena arena; /* one record */
    struct paw_templates templates;
    struct paw_borrower borrower;
    struct paw_binxml_compiler compiler;
    struct paw_tree tree;
    struct paw_print out;
    struct paw_print head; /* what every record of the source begins with */
    const struct paw_evtx_at *at;
    bool is_borrowed;
    bool is_direct; /* it has no outer template */
    bool is_fixed;  /* its outer template is gone, System was read from its places */
    uint32_t chunk_steps;
};

/* What is told of a record beside its event. */
struct record {
    enum paw_state state;
    uint64_t id;
    bool has_header_id; /* its own could not be read */
    bool is_cut;
    paw_filetime created;
    const char *PAW_NULLABLE damage;
};

static void begin_chunk(void *self)
{
    struct rendering *g = self;
    paw_templates_next_chunk(&g->templates);
    g->chunk_steps = CHUNK_STEPS_MAX;
}

static const struct paw_template *find(void *self, const struct paw_binxml_instance *instance)
{
    struct rendering *g = self;
    uint32_t spent = 0;
    const bool wants_sound = g->at->place == PAW_EVTX_SLACK;
    const struct paw_template *t = paw_templates_find(
        &g->templates, g->walk.bytes, instance, wants_sound, &g->arena, &g->is_borrowed, &spent);
    g->tree.steps_left -= g->tree.steps_left < spent ? g->tree.steps_left : spent;
    return t;
}

static const struct paw_binxml_plan *template_of(void *self,
                                                 const struct paw_binxml_instance *instance)
{
    const struct paw_template *t = find(self, instance);
    return t == NULL ? NULL : t->plan;
}

/* The plain way ---------------------------------------------------------------------------------
 */

static struct paw_evtx_datum datum_at(const struct rendering *g,
                                      const struct paw_binxml_instance *o, uint32_t index)
{
    const struct paw_evtx_value *v = &o->values[index];
    return (struct paw_evtx_datum){v->type, {g->walk.bytes.p + v->offset, v->size}};
}

/* System of an event whose outer template is gone: all 319 of them seen have the same values at the
 * same places (docs, EVTX 8). */
static const struct place {
    const char *element, *attribute; /* attribute NULL: content */
    enum paw_binxml_name name;
    uint8_t in_short, in_long; /* index in the form of 18 values, of 20; NONE: not there */
} places[] = {
#define NONE 0xFF
    {"Provider", "Name", PAW_NAME_PROVIDER, 14, NONE},
    {"Provider", "Guid", PAW_NAME_PROVIDER, 15, NONE},
    {"EventID", "Qualifiers", PAW_NAME_EVENT_ID, 4, 4},
    {"EventID", NULL, PAW_NAME_EVENT_ID, 3, 3},
    {"Version", NULL, PAW_NAME_OTHER, 11, 11},
    {"Level", NULL, PAW_NAME_OTHER, 0, 0},
    {"Task", NULL, PAW_NAME_OTHER, 2, 2},
    {"Opcode", NULL, PAW_NAME_OTHER, 1, 1},
    {"Keywords", NULL, PAW_NAME_OTHER, 5, 5},
    {"TimeCreated", "SystemTime", PAW_NAME_TIME_CREATED, 6, 6},
    {"EventRecordID", NULL, PAW_NAME_EVENT_RECORD_ID, 10, 10},
    {"Correlation", "ActivityID", PAW_NAME_OTHER, 7, 7},
    {"Correlation", "RelatedActivityID", PAW_NAME_OTHER, 13, 18},
    {"Execution", "ProcessID", PAW_NAME_EXECUTION, 8, 8},
    {"Execution", "ThreadID", PAW_NAME_EXECUTION, 9, 9},
    {"Execution", "SessionID", PAW_NAME_EXECUTION, NONE, 13},
    {"Execution", "ProcessorID", PAW_NAME_EXECUTION, NONE, 14},
    {"Execution", "KernelTime", PAW_NAME_EXECUTION, NONE, 15},
    {"Execution", "UserTime", PAW_NAME_EXECUTION, NONE, 16},
    {"Execution", "ProcessorTime", PAW_NAME_EXECUTION, NONE, 17},
    {"Channel", NULL, PAW_NAME_CHANNEL, 16, NONE},
    {"Security", "UserID", PAW_NAME_SECURITY, 12, 12},
};

enum { SHORT = 18, LONG = 20, EVENT_ID = 3, CREATED = 6 };

static void put_system(struct rendering *g, const struct paw_binxml_instance *o)
{
    struct paw_tree *t = &g->tree;
    const char *open = NULL;
    paw_tree_open(t, PAW_LIT("System"), PAW_NAME_SYSTEM);
    for (size_t i = 0; i < PAW_COUNT_OF(places); i++) {
        const struct place *p = &places[i];
        const uint8_t index = o->n == SHORT ? p->in_short : p->in_long;
        if (index == NONE || o->values[index].type == PAW_EVTX_TYPE_NULL)
            continue;
        if (open == NULL || strcmp(open, p->element) != 0) {
            if (open != NULL)
                paw_tree_close(t);
            open = p->element;
            paw_tree_open(t, paw_str_of(p->element), p->name);
        }
        if (p->attribute != NULL)
            paw_tree_attribute(t, paw_str_of(p->attribute),
                               strcmp(p->attribute, "Name") == 0  ? PAW_NAME_NAME
                               : p->name == PAW_NAME_TIME_CREATED ? PAW_NAME_SYSTEM_TIME
                                                                  : PAW_NAME_OTHER,
                               datum_at(g, o, index));
        else
            paw_tree_value(t, datum_at(g, o, index));
    }
    if (open != NULL)
        paw_tree_close(t);
    paw_tree_close(t);
}
#undef NONE

static void read_without_template(struct rendering *g, const struct paw_binxml_instance *o)
{
    struct paw_tree *t = &g->tree;
    paw_tree_open(t, PAW_LIT("Event"), PAW_NAME_EVENT);
    t->lacks_names = true;
    if ((o->n == SHORT || o->n == LONG) && o->values[EVENT_ID].type == PAW_EVTX_TYPE_U16 &&
        o->values[CREATED].type == PAW_EVTX_TYPE_FILETIME) {
        put_system(g, o);
        g->is_fixed = true;
        if (o->values[o->n - 1].type == PAW_EVTX_TYPE_BINXML)
            paw_tree_value(t, datum_at(g, o, o->n - 1));
    } else {
        paw_tree_unnamed(t, o);
    }
    paw_tree_close(t);
}

static void read_tree(struct rendering *g, const struct paw_binxml_instance *PAW_NULLABLE outer,
                      const struct paw_template *PAW_NULLABLE t, uint32_t from, uint32_t end)
{
    paw_tree_begin(&g->tree);
    g->is_direct = outer == NULL;
    if (outer == NULL)
        paw_tree_stream(&g->tree, from, end);
    else if (t != NULL)
        paw_tree_instance(&g->tree, t->plan, outer);
    else
        read_without_template(g, outer);
}

/* Whether a record that nothing claims for certain names where and when it was written. */
static bool is_plausible(struct rendering *g, const struct paw_node *system, paw_filetime created)
{
    const struct paw_node *provider = paw_node_find(system, PAW_NAME_PROVIDER);
    const uint32_t end = g->at->offset + g->at->size - 4;
    if (g->is_fixed) /* nothing says where: then the rest must be as of a record read to its end */
        return paw_evtx_is_time(created) && paw_evtx_is_time(g->at->written) &&
               end - g->walk.behind <= PAW_EVTX_PADDING_MOST;
    struct paw_record record = {
        .created = created,
        .provider = paw_node_text(paw_node_attribute(provider, PAW_NAME_NAME), &g->arena),
        .computer = paw_node_text(paw_node_find(system, PAW_NAME_COMPUTER), &g->arena),
    };
    if (record.provider.n == 0)
        record.provider =
            paw_node_text(paw_node_attribute(provider, PAW_NAME_EVENT_SOURCE_NAME), &g->arena);
    return paw_evtx_is_plausible(&record);
}

static paw_filetime created_of(struct rendering *g, const struct paw_node *system)
{
    const struct paw_node *a =
        paw_node_attribute(paw_node_find(system, PAW_NAME_TIME_CREATED), PAW_NAME_SYSTEM_TIME);
    uint64_t t = 0;
    if (a == NULL || a->first == NULL)
        return 0;
    if (a->first->value.type == PAW_EVTX_TYPE_FILETIME &&
        paw_evtx_value_number(a->first->value, &t))
        return paw_evtx_time(t);
    return paw_filetime_read(paw_node_text(a, &g->arena), &t) ? t : 0;
}

/* Whether something beside System says anything. */
static bool has_payload(const struct paw_node *event)
{
    for (const struct paw_node *n = event->first; n != NULL; n = n->next)
        if (n->kind == PAW_NODE_ELEMENT && n->name != PAW_NAME_SYSTEM && n->first != NULL)
            return true;
    return false;
}

/* What the tree is worth; false: what lies in slack is not believed. */
static bool judge(struct rendering *g, struct record *ret)
{
    const struct paw_tree *t = &g->tree;
    const struct paw_node *event = paw_node_find(&t->root, PAW_NAME_EVENT);
    const struct paw_node *system = paw_node_find(event, PAW_NAME_SYSTEM);
    const bool is_slack = g->at->place == PAW_EVTX_SLACK, is_torn = g->at->place == PAW_EVTX_TORN;
    const bool is_partial = t->lacks_names || system == NULL ||
                            (!is_slack && (t->is_cut || t->is_over || t->lacks_values));
    ret->created = created_of(g, system);
    if (g->at->place != PAW_EVTX_LIVE && !is_plausible(g, system, ret->created))
        return false;
    if (is_slack && ((g->is_direct && t->has_payload && !has_payload(event)) || t->is_cut))
        return false;
    const paw_str id = paw_node_text(paw_node_find(system, PAW_NAME_EVENT_RECORD_ID), &g->arena);
    if (!paw_str_u64(paw_str_trim(id, " \r\n\t"), &ret->id) || ret->id == 0) {
        ret->id = g->at->id;
        ret->has_header_id = true;
    }
    ret->is_cut = t->is_over;
    ret->damage = is_torn          ? "torn; read as far as it goes"
                  : system == NULL ? "holds no event"
                  : t->is_over     ? "asks for more than a record may hold"
                  : t->is_cut      ? "its payload is damaged; read as far as it goes"
                  : t->lacks_names ? "its template is gone; values without names"
                                   : "holds fewer values than its template";
    ret->state = is_torn || is_partial        ? PAW_CORRUPT
                 : is_slack || g->is_borrowed ? PAW_RECOVERED
                                              : PAW_INTACT;
    return true;
}

/* Around the event ------------------------------------------------------------------------------
 */

static void put_u64(struct paw_print *o, uint64_t n)
{
    char *to = paw_print_room(o, 20);
    if (to != NULL)
        o->n += (size_t)(paw_decimal_put(to, n) - to);
}

static void put_head_json(const struct rendering *g, const struct record *rec, struct paw_print *o)
{
    paw_print_put(o, g->head.p, g->head.n);
    put_u64(o, g->walk.chunk_at + g->at->offset);
    paw_print_lit(o, "\",\"state\":\"");
    paw_print_lit(o, paw_state_name(rec->state));
    paw_print_lit(o, "\",\"record_id\":\"");
    put_u64(o, rec->id);
    if (rec->has_header_id)
        paw_print_lit(o, "\",\"record_id_from\":\"header");
    if (rec->is_cut)
        paw_print_lit(o, "\",\"cut\":true,\"damage\":\"");
    else if (rec->state == PAW_CORRUPT)
        paw_print_lit(o, "\",\"damage\":\"");
    if (rec->is_cut || rec->state == PAW_CORRUPT)
        paw_print_lit(o, rec->damage);
    paw_print_lit(o, "\",");
}

static void put_head_xml(const struct rendering *g, const struct record *rec, struct paw_print *o)
{
    paw_print_put(o, g->head.p, g->head.n);
    put_u64(o, g->walk.chunk_at + g->at->offset);
    paw_print_lit(o, "' state='");
    paw_print_lit(o, paw_state_name(rec->state));
    paw_print_lit(o, "' record_id='");
    put_u64(o, rec->id);
    if (rec->has_header_id)
        paw_print_lit(o, "' record_id_from='header");
    if (rec->is_cut)
        paw_print_lit(o, "' cut='true");
    if (rec->is_cut || rec->state == PAW_CORRUPT) {
        paw_print_lit(o, "' damage='");
        paw_print_lit(o, rec->damage);
    }
    paw_print_lit(o, "'?>\n");
}

static void put_head(const struct rendering *g, const struct record *rec, struct paw_print *o)
{
    if (g->r->is_xml)
        put_head_xml(g, rec, o);
    else
        put_head_json(g, rec, o);
}

static void begin_head(struct rendering *g)
{
    paw_print_begin(&g->head, NULL);
    paw_print_lit(&g->head, g->r->is_xml ? "<?catspaw source='" : "{\"source\":\"");
    paw_print_text(&g->head, g->r->source, g->r->is_xml ? PAW_PRINT_ATTRIBUTE : PAW_PRINT_JSON);
    paw_print_lit(&g->head, g->r->is_xml ? "' offset='" : "\",\"offset\":\"");
}

static void put_tail(const struct rendering *g, struct paw_print *o)
{
    paw_print_lit(o, g->r->is_xml ? "\n" : "}\n");
}

static bool is_asked_for(const struct paw_render *r, const struct record *rec)
{
    return !r->is_one || r->by_offset || rec->id == r->wanted;
}

/* Records ---------------------------------------------------------------------------------------
 */

static enum paw_status flush(struct rendering *g)
{
    const size_t n = g->out.n;
    g->out.n = 0;
    return n == 0 ? PAW_OK : g->r->out->write(g->r->out->self, g->out.p, n);
}

/* A record that is out: counted, told of. */
static enum paw_status end_record(struct rendering *g, const struct record *rec)
{
    g->r->written++;
    const enum paw_status status = paw_evtx_walk_count(&g->walk, g->at, rec->state, rec->created,
                                                       rec->damage == NULL ? "" : rec->damage);
    return status >= 0 && g->out.n >= PIECE_BYTES ? flush(g) : status;
}

/* Its tree, or if that is too much to print, that it was there. */
static void write_tree(struct rendering *g, struct record *rec)
{
    struct paw_print *o = &g->out;
    const size_t at = o->n;
    put_head(g, rec, o);
    if (!g->r->is_xml)
        paw_print_lit(o, "\"Event\":");
    if (g->r->is_xml)
        paw_tree_xml(&g->tree, o);
    else
        paw_tree_json(&g->tree, &g->arena, o);
    put_tail(g, o);
    if (!o->is_over)
        return;
    o->n = at;
    paw_print_begin(o, NULL);
    rec->state = PAW_CORRUPT;
    rec->is_cut = true;
    rec->damage = "asks for more than a record may hold";
    put_head(g, rec, o);
    if (!g->r->is_xml)
        paw_print_lit(o, "\"Event\":null");
    put_tail(g, o);
}

/* A number of System in the values of a record; false: it is not told by one. */
static bool slot_number(const struct rendering *g, const struct paw_template_slot *slot,
                        const struct paw_binxml_instance *o, uint64_t *ret)
{
    return slot->is_known && slot->index < o->n &&
           paw_evtx_value_number(datum_at(g, o, slot->index), ret);
}

/* The fast way. False: nothing is written. */
static bool write_program(struct rendering *g, const struct paw_template *t,
                          const struct paw_binxml_instance *outer, struct record *rec)
{
    struct paw_print *o = &g->out;
    const size_t at = o->n;
    struct paw_program_run run = {
        .templates = &g->templates,
        .find = find,
        .self = g,
        .chunk = g->walk.bytes,
        .arena = &g->arena,
        .out = o,
        .is_xml = g->r->is_xml,
        .steps_left = PAW_PROGRAM_OPS_MAX * 2,
    };
    uint64_t created = 0;
    const struct paw_program *p = paw_program_of(&g->templates, t, g->r->is_xml);
    if (p == NULL || !slot_number(g, &t->record_id, outer, &rec->id) || rec->id == 0 ||
        !slot_number(g, &t->created, outer, &created) || !is_asked_for(g->r, rec))
        return false;
    rec->created = paw_evtx_time(created);
    put_head(g, rec, o);
    if ((g->r->is_xml || paw_str_equal(p->root, PAW_LIT("Event"))) &&
        paw_program_write(&run, t, outer) && !g->is_borrowed) {
        o->n -= !g->r->is_xml; /* the comma behind a member */
        put_tail(g, o);
        if (!o->is_over)
            return true;
    }
    o->n = at;
    o->is_over = false;
    return false;
}

static bool is_skipped(const struct rendering *g, const struct paw_evtx_at *at)
{
    const struct paw_render *r = g->r;
    const bool is_live = at->place == PAW_EVTX_LIVE;
    return (r->which == PAW_RENDER_LIVE && !is_live) || (r->which == PAW_RENDER_REST && is_live) ||
           (r->is_one && r->by_offset && g->walk.chunk_at + at->offset != r->wanted);
}

static void begin_record(struct rendering *g, const struct paw_evtx_at *at)
{
    struct paw_tree *t = &g->tree;
    paw_arena_reset(&g->arena);
    g->at = at;
    g->is_borrowed = g->is_fixed = g->is_direct = false;
    t->chunk = g->walk.bytes;
    t->steps_left = g->chunk_steps < PAW_EVENT_STEPS_MAX ? g->chunk_steps : PAW_EVENT_STEPS_MAX;
    if (t->steps_left < RECORD_STEPS_LEAST)
        t->steps_left = RECORD_STEPS_LEAST;
    paw_print_begin(&g->out, g->walk.bytes.p + g->walk.bytes.n);
}

static enum paw_status read_record(void *self, const struct paw_evtx_at *at)
{
    struct rendering *g = self;
    struct paw_binxml_instance outer;
    struct record rec = {.state = PAW_INTACT};
    const uint32_t from = at->offset + PAW_EVTX_RECORD_HEADER, end = at->offset + at->size - 4;
    if (is_skipped(g, at))
        return PAW_OK;
    begin_record(g, at);
    const uint32_t steps = g->tree.steps_left;
    const bool has_outer = paw_binxml_first_instance(g->walk.bytes, from, end, &g->arena, &outer);
    const struct paw_template *t = has_outer ? find(g, &outer) : NULL;
    if (has_outer)
        g->walk.behind = outer.end;
    if (t != NULL && at->place == PAW_EVTX_LIVE && !g->r->is_plain &&
        write_program(g, t, &outer, &rec))
        return end_record(g, &rec);
    rec = (struct record){.state = PAW_INTACT};
    read_tree(g, has_outer ? &outer : NULL, t, from, end);
    const uint32_t took = steps - g->tree.steps_left;
    g->chunk_steps -= took < g->chunk_steps ? took : g->chunk_steps;
    if (!judge(g, &rec))
        return paw_evtx_walk_lose(&g->walk, at,
                                  at->place == PAW_EVTX_TORN ? "torn" : "holds no event");
    if (!is_asked_for(g->r, &rec))
        return PAW_OK;
    write_tree(g, &rec);
    return end_record(g, &rec);
}

/* Logs ------------------------------------------------------------------------------------------
 */

static enum paw_status render(struct rendering *g, struct paw_source *source, struct paw_error *err)
{
    static const struct paw_wanted nothing = {0};
    g->walk.source = source;
    g->walk.number = g->r->number;
    g->walk.wanted = &nothing;
    g->walk.sink = g->r->sink;
    g->walk.summary = &g->r->summary;
    g->walk.err = err;
    g->walk.is_carved = g->r->is_carved;
    g->walk.reader = g;
    g->walk.begin_chunk = begin_chunk;
    g->walk.read_record = read_record;
    g->tree.arena = &g->arena;
    g->tree.compiler = &g->compiler;
    g->tree.template_of = template_of;
    g->tree.self = g;
    paw_arena_init(&g->arena, RECORD_BYTES_MAX);
    paw_templates_init(&g->templates, &g->compiler);
    paw_borrower_init(&g->borrower, source, g->r->is_carved, &g->templates);
    begin_head(g);
    enum paw_status status = paw_evtx_walk_run(&g->walk, g->r->range);
    if (status >= 0 || status == PAW_E_INTERRUPTED || status == PAW_E_IO) {
        const enum paw_status flushed = flush(g);
        status = status >= 0 || flushed < 0 ? flushed : status;
    }
    paw_borrower_finish(&g->borrower);
    paw_templates_finish(&g->templates);
    paw_arena_finish(&g->arena);
    paw_print_finish(&g->out);
    paw_print_finish(&g->head);
    return status;
}

enum paw_status paw_render_log(struct paw_render *r, struct paw_source *source,
                               struct paw_error *err)
{
    struct paw_arena own;
    paw_arena_init(&own, SIZE_MAX);
    struct rendering *g = paw_arena_alloc(&own, sizeof(*g));
    if (g == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "log");
    g->r = r;
    r->written = 0;
    const enum paw_status status = render(g, source, err);
    paw_arena_finish(&own);
    return status;
}
