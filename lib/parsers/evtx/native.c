/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own reader of logs. A record's provider, channel and number are looked at first, where its
 * template says they are; what nobody asked for costs no more than that. The others are run through
 * the compiled plan of their template. Records that nothing claims are read as well, with templates
 * of the same log where their own are gone. Format: docs, EVTX.
 */
#include <stdlib.h>

#include "core/str.h"
#include "core/utf16.h"
#include "evidence/source.h"
#include "parsers/evtx/event.h"
#include "parsers/evtx/known_templates.h"
#include "parsers/evtx/lender.h"
#include "parsers/evtx/plain.h"
#include "parsers/evtx/templates.h"
#include "parsers/evtx/values.h"
#include "parsers/evtx/walk.h"
#include "parsers/readers.h"

enum {
    RECORD_BYTES_MAX = 4 * 1024 * 1024, /* its texts, and what appending leaves behind */
    /* What all records of one chunk may take: a hostile one makes every record as dear as it can.
     */
    CHUNK_STEPS_MAX = 2 * 1024 * 1024,
    CHUNK_BYTES_MAX = 8 * 1024 * 1024,
    RECORD_STEPS_LEAST = 1024,
    RECORD_BYTES_LEAST = 64 * 1024,
};

struct native {
    struct paw_evtx_walk walk;
    struct paw_arena arena; /* one record */
    struct paw_templates templates;
    struct paw_borrower borrower;
    struct paw_binxml_compiler compiler;
    struct paw_event event;
    struct paw_normaliser normaliser;
    struct paw_plain plain;
    struct paw_record record;
    const struct paw_evtx_at *at; /* the record that is being read              */
    bool is_borrowed;             /* one of its templates stood elsewhere       */
    bool is_fixed;                /* its outer template is gone                 */
    bool is_direct;               /* it has none                                */
    uint32_t chunk_steps;         /* left for this chunk                        */
    size_t chunk_bytes;
};

static void begin_chunk(void *reader)
{
    struct native *r = reader;
    paw_templates_next_chunk(&r->templates);
    r->chunk_steps = CHUNK_STEPS_MAX;
    r->chunk_bytes = CHUNK_BYTES_MAX;
}

static const struct paw_template *find(struct native *r, const struct paw_binxml_instance *instance)
{
    uint32_t spent = 0;
    const bool wants_sound = r->at->place == PAW_EVTX_SLACK;
    const struct paw_template *t = paw_templates_find(
        &r->templates, r->walk.bytes, instance, wants_sound, &r->arena, &r->is_borrowed, &spent);
    r->event.steps_left -= r->event.steps_left < spent ? r->event.steps_left : spent;
    return t;
}

static const struct paw_binxml_plan *template_of(void *self,
                                                 const struct paw_binxml_instance *instance)
{
    const struct paw_template *t = find(self, instance);
    return t == NULL ? NULL : t->plan;
}

/* A look at System ------------------------------------------------------------------------------
 */

static struct paw_evtx_datum datum_at(const struct native *r,
                                      const struct paw_binxml_instance *instance, uint32_t index)
{
    if (index >= instance->n)
        return (struct paw_evtx_datum){0};
    const struct paw_evtx_value *v = &instance->values[index];
    return (struct paw_evtx_datum){v->type, {r->walk.bytes.p + v->offset, v->size}};
}

static bool slot_number(const struct native *r, const struct paw_template_slot *slot,
                        const struct paw_binxml_instance *instance, uint64_t *ret)
{
    return slot->is_known && slot->index != PAW_BINXML_NONE &&
           paw_evtx_value_number(datum_at(r, instance, slot->index), ret);
}

static bool slot_text(struct native *r, const struct paw_template_slot *slot,
                      const struct paw_binxml_instance *instance, paw_str *ret)
{
    bool lossy = false;
    if (!slot->is_known)
        return false;
    *ret = slot->text;
    if (slot->index != PAW_BINXML_NONE)
        *ret = paw_evtx_value_text(&r->arena, datum_at(r, instance, slot->index), &lossy);
    return ret->p != NULL;
}

/* Whether the record is one that nobody wants; if so it is counted. */
static bool pass_over(struct native *r, const struct paw_template *t,
                      const struct paw_binxml_instance *instance)
{
    struct paw_evtx_walk *w = &r->walk;
    uint64_t event_id = 0, created = 0;
    paw_str provider = {0}, channel = {0};
    if (!slot_number(r, &t->event_id, instance, &event_id) || event_id > UINT16_MAX)
        return false;
    if (paw_evtx_walk_asks(w, (uint16_t)event_id)) {
        if (!slot_text(r, &t->provider, instance, &provider) || provider.n == 0 ||
            !slot_text(r, &t->channel, instance, &channel))
            return false;
        enum paw_kind kind = paw_record_kind(provider, channel, (uint16_t)event_id);
        if (kind == PAW_KIND_NONE)
            kind = PAW_KIND_OTHER;
        if (paw_record_is_wanted(w->wanted, kind, provider, (uint16_t)event_id))
            return false;
        w->summary->kinds |= PAW_KIND_BIT(kind);
    }
    (void)slot_number(r, &t->created, instance, &created);
    paw_evtx_walk_pass(w, r->at, paw_evtx_time(created));
    return true;
}

/* Records ---------------------------------------------------------------------------------------
 */

static bool has_type(const struct paw_binxml_instance *instance, uint32_t index, uint8_t type)
{
    return instance->values[index].type == type ||
           instance->values[index].type == PAW_EVTX_TYPE_NULL;
}

/* The provider, by what kind of payload it wrote: a payload's template is its manifest's. */
static paw_str provider_of(struct native *r, const struct paw_evtx_value *payload,
                           uint16_t event_id)
{
    struct paw_binxml_instance inner;
    if (payload->type != PAW_EVTX_TYPE_BINXML ||
        !paw_binxml_first_instance(r->walk.bytes, payload->offset, payload->offset + payload->size,
                                   &r->arena, &inner))
        return (paw_str){0};
    return paw_known_provider(&inner, event_id, &r->arena);
}

/*
 * A record whose outer template is gone. All 319 of them seen have the same values at the same
 * places (docs, EVTX 8); the computer is a literal of the template and so unknown, and in the form
 * of 20 values provider and channel as well.
 */
static bool read_fixed(struct native *r, const struct paw_binxml_instance *o)
{
    enum {
        EVENT_ID = 3,
        CREATED = 6,
        PROCESS_ID = 8,
        RECORD_ID = 10,
        USER_ID = 12,
        PROVIDER = 14,
        CHANNEL = 16,
        SHORT = 18,
        LONG = 20,
    };
    struct paw_record *to = &r->record;
    struct paw_event *e = &r->event;
    uint64_t event_id = 0, created = 0, pid = 0;
    if ((o->n != SHORT && o->n != LONG) || o->values[EVENT_ID].type != PAW_EVTX_TYPE_U16 ||
        o->values[CREATED].type != PAW_EVTX_TYPE_FILETIME ||
        !has_type(o, RECORD_ID, PAW_EVTX_TYPE_U64) || !has_type(o, PROCESS_ID, PAW_EVTX_TYPE_U32))
        return false;
    (void)paw_evtx_value_number(datum_at(r, o, EVENT_ID), &event_id);
    (void)paw_evtx_value_number(datum_at(r, o, CREATED), &created);
    to->created = paw_evtx_time(created);
    (void)paw_evtx_value_number(datum_at(r, o, RECORD_ID), &to->record_id);
    (void)paw_evtx_value_number(datum_at(r, o, PROCESS_ID), &pid);
    to->event_id = (uint16_t)event_id;
    to->process_id = (uint32_t)pid;
    to->user_sid = paw_evtx_value_text(&r->arena, datum_at(r, o, USER_ID), &e->is_lossy);
    if (o->n == SHORT && o->values[PROVIDER].type == PAW_EVTX_TYPE_STRING)
        to->provider = paw_evtx_value_text(&r->arena, datum_at(r, o, PROVIDER), &e->is_lossy);
    if (o->n == SHORT && o->values[CHANNEL].type == PAW_EVTX_TYPE_STRING)
        to->channel = paw_evtx_value_text(&r->arena, datum_at(r, o, CHANNEL), &e->is_lossy);
    e->has_system = true;
    e->lacks_names = true;
    e->depth = 1; /* in Event */
    const struct paw_evtx_value *payload = &o->values[o->n - 1];
    if (to->provider.n == 0)
        to->provider = provider_of(r, payload, to->event_id);
    if (payload->type == PAW_EVTX_TYPE_BINXML && payload->size != 0) {
        e->has_payload = true;
        paw_event_stream(e, payload->offset, payload->offset + payload->size);
    }
    return true;
}

static void begin_record(struct native *r, const struct paw_evtx_at *at)
{
    struct paw_event *e = &r->event;
    paw_arena_reset(&r->arena);
    r->at = at;
    r->is_borrowed = r->is_fixed = r->is_direct = false;
    r->record = (struct paw_record){0};
    e->chunk = r->walk.bytes;
    e->steps_left = r->chunk_steps < PAW_EVENT_STEPS_MAX ? r->chunk_steps : PAW_EVENT_STEPS_MAX;
    e->bytes_left = r->chunk_bytes < PAW_EVENT_BYTES_MAX ? r->chunk_bytes : PAW_EVENT_BYTES_MAX;
    if (e->steps_left < RECORD_STEPS_LEAST)
        e->steps_left = RECORD_STEPS_LEAST;
    if (e->bytes_left < RECORD_BYTES_LEAST)
        e->bytes_left = RECORD_BYTES_LEAST;
    paw_event_begin(e);
}

/* Takes from the chunk's budget what the record took of its own. */
static void charge(struct native *r, uint32_t steps, size_t bytes)
{
    const uint32_t took = steps - r->event.steps_left;
    const size_t made = bytes - r->event.bytes_left;
    r->chunk_steps -= took < r->chunk_steps ? took : r->chunk_steps;
    r->chunk_bytes -= made < r->chunk_bytes ? made : r->chunk_bytes;
}

/* Whether it says when and by whom it was written, and where. Without its outer template nothing
 * says where: then the rest must be as of a record that was read to its end. */
static bool is_plausible(const struct native *r)
{
    const struct paw_record *record = &r->record;
    const uint32_t end = r->at->offset + r->at->size - 4;
    if (!r->is_fixed)
        return paw_evtx_is_plausible(record);
    return paw_evtx_is_time(record->created) && paw_evtx_is_time(r->at->written) &&
           record->provider.n != 0 && record->record_id != 0 &&
           end - r->walk.behind <= PAW_EVTX_PADDING_MOST;
}

static bool is_believed(const struct native *r)
{
    const struct paw_event *e = &r->event;
    const bool is_slack = r->at->place == PAW_EVTX_SLACK;
    if (!e->has_system || r->record.provider.p == NULL)
        return false;
    if (r->at->place != PAW_EVTX_LIVE && !is_plausible(r))
        return false;
    /* What slack holds may be overwritten anywhere, names first: then no data are found. (A
     * template with such names is not taken in the first place.) */
    const bool lacks_data = r->is_direct && e->has_payload && r->record.n_data == 0;
    return !is_slack || (!lacks_data && !e->is_cut);
}

static enum paw_status give(struct native *r)
{
    const struct paw_event *e = &r->event;
    const bool is_slack = r->at->place == PAW_EVTX_SLACK;
    const bool is_torn = r->at->place == PAW_EVTX_TORN;
    const bool is_partial =
        e->lacks_names || (!is_slack && (e->is_cut || e->is_over || e->lacks_values));
    const char *what = is_torn          ? "torn; read as far as it goes"
                       : e->is_over     ? "asks for more than a record may hold"
                       : e->is_cut      ? "its payload is damaged; read as far as it goes"
                       : r->is_fixed    ? "the template of its System is gone; computer unknown"
                       : e->lacks_names ? "its template is gone; values without names"
                                        : "holds fewer values than its template";
    r->record.state = is_torn || is_partial        ? PAW_CORRUPT
                      : is_slack || r->is_borrowed ? PAW_RECOVERED
                                                   : PAW_INTACT;
    if (e->is_over || e->is_full)
        r->record.flags |= PAW_FACT_CUT;
    if (e->is_lossy)
        r->record.flags |= PAW_FACT_LOSSY;
    return paw_evtx_walk_give(&r->walk, r->at, &r->record, what, NULL);
}

static enum paw_status read_record(void *reader, const struct paw_evtx_at *at)
{
    struct native *r = reader;
    struct paw_binxml_instance outer;
    const uint32_t from = at->offset + PAW_EVTX_RECORD_HEADER;
    const uint32_t end = at->offset + at->size - 4;
    begin_record(r, at);
    const uint32_t steps = r->event.steps_left;
    const size_t bytes = r->event.bytes_left;
    if (paw_binxml_first_instance(r->walk.bytes, from, end, &r->arena, &outer)) {
        r->walk.behind = outer.end;
        const struct paw_template *t = find(r, &outer);
        if (t != NULL && at->place == PAW_EVTX_LIVE && !r->is_borrowed) {
            const enum paw_status status = paw_plain_read(&r->plain, at, t, &outer);
            if (status != PAW_END)
                return status;
        }
        if (t != NULL && at->place != PAW_EVTX_TORN && pass_over(r, t, &outer))
            return PAW_OK;
        if (t != NULL)
            paw_event_instance(&r->event, t->plan, &outer);
        else
            r->is_fixed = read_fixed(r, &outer);
    } else {
        r->is_direct = true;
        paw_event_stream(&r->event, from, end);
        r->walk.behind = r->event.end;
    }
    charge(r, steps, bytes);
    if (is_believed(r))
        return give(r);
    return paw_evtx_walk_lose(&r->walk, at, at->place == PAW_EVTX_TORN ? "torn" : "holds no event");
}

/* Jobs ------------------------------------------------------------------------------------------
 */

static void put_away(void *tools)
{
    struct native *r = tools;
    paw_normaliser_finish(&r->normaliser);
    paw_templates_finish(&r->templates);
    paw_arena_finish(&r->arena);
    free(r);
}

/* What is kept from job to job: templates and what they were found to be, room. */
static struct native *native_of(struct paw_workbench *bench)
{
    if (bench->tools != NULL && bench->put_away == put_away)
        return bench->tools;
    struct native *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->event.arena = &r->arena;
    r->event.compiler = &r->compiler;
    r->event.template_of = template_of;
    r->event.self = r;
    r->event.record = &r->record;
    paw_arena_init(&r->arena, RECORD_BYTES_MAX);
    paw_templates_init(&r->templates, &r->compiler);
    paw_normaliser_init(&r->normaliser);
    paw_plain_init(&r->plain, &r->walk, &r->templates, &r->arena);
    paw_workbench_clear(bench);
    *bench = (struct paw_workbench){r, put_away};
    return r;
}

static enum paw_status read_any(struct paw_source *source, bool is_carved, uint32_t number,
                                struct paw_range range, const struct paw_wanted *wanted,
                                const struct paw_sink *sink, struct paw_summary *summary,
                                struct paw_error *err)
{
    struct paw_workbench own = {0};
    struct paw_workbench *bench = paw_source_workbench(source);
    struct native *r = native_of(bench != NULL ? bench : &own);
    *summary = (struct paw_summary){0};
    if (r == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "log");
    memset(&r->walk, 0, sizeof(r->walk));
    r->walk.source = source;
    r->walk.number = number;
    r->walk.wanted = wanted;
    r->walk.sink = sink;
    r->walk.summary = summary;
    r->walk.err = err;
    r->walk.is_carved = is_carved;
    r->walk.normaliser = &r->normaliser;
    r->walk.marking = paw_source_marking(source);
    r->walk.marked = paw_source_marked(source);
    r->walk.reader = r;
    r->walk.begin_chunk = begin_chunk;
    r->walk.read_record = read_record;
    paw_borrower_init(&r->borrower, source, is_carved, &r->templates);
    paw_plain_begin(&r->plain);
    const enum paw_status status = paw_evtx_walk_run(&r->walk, range);
    paw_borrower_finish(&r->borrower);
    paw_workbench_clear(&own);
    return status;
}

static enum paw_status extract(struct paw_source *source, uint32_t number, struct paw_range range,
                               const struct paw_wanted *wanted, const struct paw_sink *sink,
                               struct paw_summary *summary, struct paw_error *err)
{
    return read_any(source, false, number, range, wanted, sink, summary, err);
}

static enum paw_status extract_carved(struct paw_source *source, uint32_t number,
                                      struct paw_range range, const struct paw_wanted *wanted,
                                      const struct paw_sink *sink, struct paw_summary *summary,
                                      struct paw_error *err)
{
    return read_any(source, true, number, range, wanted, sink, summary, err);
}

static enum paw_status conclude_any(struct paw_source *source, bool is_carved, uint32_t number,
                                    const struct paw_sink *sink, struct paw_summary *whole,
                                    struct paw_error *err)
{
    struct paw_arena own;
    paw_arena_init(&own, SIZE_MAX);
    struct paw_evtx_walk *w = paw_arena_alloc(&own, sizeof(*w));
    if (w == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "log");
    w->source = source;
    w->number = number;
    w->sink = sink;
    w->summary = whole;
    w->err = err;
    w->is_carved = is_carved;
    const enum paw_status status = paw_evtx_conclude(w);
    paw_arena_finish(&own);
    return status;
}

static enum paw_status conclude(struct paw_source *source, uint32_t number,
                                const struct paw_sink *sink, struct paw_summary *whole,
                                struct paw_error *err)
{
    return conclude_any(source, false, number, sink, whole, err);
}

static enum paw_status conclude_carved(struct paw_source *source, uint32_t number,
                                       const struct paw_sink *sink, struct paw_summary *whole,
                                       struct paw_error *err)
{
    return conclude_any(source, true, number, sink, whole, err);
}

const struct paw_reader paw_reader_evtx = {
    .name = "native",
    .evidence = PAW_EVIDENCE_EVTX,
    .needs_child = false,
    .extract = extract,
    .next_part = paw_evtx_next_part,
    .conclude = conclude,
};

const struct paw_reader paw_reader_carve = {
    .name = "carve",
    .evidence = PAW_EVIDENCE_UNKNOWN,
    .needs_child = false,
    .extract = extract_carved,
    .next_part = paw_carve_next_part,
    .conclude = conclude_carved,
};
