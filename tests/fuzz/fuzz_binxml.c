/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BinXML as it stands in a chunk: compiled as a template and as a record, and run as a record. The
 * first byte says which tokens carry dependencies; the rest lies behind a chunk's header. Plans are
 * well nested, texts are UTF-8, budgets hold.
 */
#include <stdint.h>
#include <string.h>

#include "core/str.h"
#include "parsers/evtx/event.h"
#include "parsers/evtx/templates.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    BYTES_MAX = 4 * 1024 * 1024,
    STEPS = 20000,
    TEXT_BYTES = 1024 * 1024,
};

static struct paw_binxml_compiler compiler;
static struct paw_templates templates;
static struct paw_event event;

static void check_text(paw_str s)
{
    require(paw_utf8_valid(s), "a text is not UTF-8");
}

/* Every element ends, within the one around it. */
static void check_plan(const struct paw_binxml_plan *p)
{
    uint32_t open[PAW_BINXML_DEPTH_MAX + 1] = {0}, depth = 0;
    require(p->n_steps <= PAW_BINXML_STEPS_MAX, "more steps than there may be");
    for (uint32_t i = 0; i < p->n_steps; i++) {
        const struct paw_binxml_step *s = &p->steps[i];
        check_text(s->text);
        if (s->kind == PAW_STEP_VALUE)
            require(s->index < p->n_values, "a value beyond the number of values");
        if (s->kind == PAW_STEP_ATTRIBUTE)
            require(s->end > i && s->end <= p->n_steps, "an attribute without an end");
        if (s->kind == PAW_STEP_OPEN) {
            require(depth < PAW_BINXML_DEPTH_MAX, "too deep");
            require(s->end > i + 1 && s->end <= p->n_steps, "an element without an end");
            open[depth++] = s->end;
        } else if (s->kind == PAW_STEP_CLOSE) {
            require(depth != 0 && open[--depth] == i + 1, "an element ends elsewhere");
        }
    }
    require(depth == 0, "an element is left open");
}

static const struct paw_binxml_plan *template_of(void *self,
                                                 const struct paw_binxml_instance *instance)
{
    struct paw_event *e = self;
    bool is_borrowed = false;
    uint32_t spent = 0;
    const struct paw_template *t =
        paw_templates_find(&templates, e->chunk, instance, false, e->arena, &is_borrowed, &spent);
    if (t == NULL)
        return NULL;
    check_plan(t->plan);
    return t->plan;
}

static void run(paw_bytes chunk, struct paw_arena *a)
{
    struct paw_record record = {0};
    event.chunk = chunk;
    event.arena = a;
    event.compiler = &compiler;
    event.template_of = template_of;
    event.self = &event;
    event.record = &record;
    event.steps_left = STEPS;
    event.bytes_left = TEXT_BYTES;
    paw_event_begin(&event);
    paw_event_stream(&event, PAW_EVTX_CHUNK_HEADER, (uint32_t)chunk.n);
    require(record.n_data <= PAW_RECORD_DATA_MAX, "more data than there may be");
    require(event.steps_left <= STEPS && event.bytes_left <= TEXT_BYTES, "a budget grew");
    check_text(record.provider);
    check_text(record.channel);
    check_text(record.computer);
    check_text(record.user_sid);
    check_text(record.data_name);
    for (size_t i = 0; i < record.n_data; i++) {
        check_text(record.data[i].name);
        check_text(record.data[i].text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[PAW_EVTX_CHUNK_BYTES];
    struct paw_arena arena;
    struct paw_binxml_plan plan;
    uint32_t end = 0;
    if (size == 0)
        return 0;
    const bool has_dependencies = (data[0] & 1) != 0;
    const size_t room = sizeof(bytes) - PAW_EVTX_CHUNK_HEADER;
    const size_t n = size - 1 < room ? size - 1 : room;
    memset(bytes, 0, PAW_EVTX_CHUNK_HEADER);
    memcpy(bytes + PAW_EVTX_CHUNK_HEADER, data + 1, n);
    const paw_bytes chunk = {bytes, PAW_EVTX_CHUNK_HEADER + n};
    paw_arena_init(&arena, BYTES_MAX);
    if (paw_binxml_compile(&compiler, chunk, PAW_EVTX_CHUNK_HEADER, (uint32_t)chunk.n,
                           has_dependencies, &arena, &plan, &end)) {
        require(end >= PAW_EVTX_CHUNK_HEADER && end <= chunk.n, "a stream ends outside");
        check_plan(&plan);
        const struct paw_binxml_plan *kept = paw_binxml_keep(&plan, &arena);
        memset(plan.guid, 0, sizeof(plan.guid));
        require(kept == NULL || kept->hash == plan.hash, "a kept plan is another");
    }
    paw_arena_reset(&arena);
    paw_templates_init(&templates, &compiler);
    run(chunk, &arena);
    paw_templates_finish(&templates);
    paw_arena_finish(&arena);
    return 0;
}
