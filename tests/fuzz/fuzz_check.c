/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines as `check` takes them: plain if the first byte is even, else JSON. Every answer is one line
 * of strict JSON, and every span points into the printed line at exactly the text it names.
 */
#include <stdint.h>

#include <catspaw/catspaw.h>

#include "../unit/json_strict.h"
#include "core/str.h"
#include "core/stream.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool lies_in(paw_str line, struct paw_span span)
{
    return span.length == 0 || (span.start < line.n && span.length <= line.n - span.start);
}

static void check_command(paw_str line, const struct paw_command *c)
{
    require(lies_in(line, c->target.span), "the object lies outside");
    require(lies_in(line, c->call.export_span), "the export lies outside");
    for (size_t i = 0; i < c->n_tokens; i++)
        require(lies_in(line, c->tokens[i].span), "a token lies outside");
    for (size_t i = 0; i < c->n_switches; i++)
        require(lies_in(line, c->switches[i].span), "a switch lies outside");
    for (size_t i = 0; i < c->n_nested; i++)
        require(lies_in(line, c->nested[i].span), "a command lies outside");
}

static void check_reasons(paw_str line, const struct paw_finding *f)
{
    for (size_t i = 0; i < f->n_reasons; i++) {
        const struct paw_reason *r = &f->reasons[i];
        if (r->evidence >= 0 || !paw_str_equal(r->field, PAW_LIT("command_line")))
            continue;
        require(lies_in(line, (struct paw_span){r->start, r->length}), "a reason lies outside");
        require(paw_str_equal(paw_str_sub(line, r->start, r->length), r->text) || r->length == 0,
                "a reason names another text");
    }
}

static enum paw_status done(void *self, const struct paw_answer *a)
{
    uint64_t *last = self;
    require(a->number > *last, "answers are out of order");
    *last = a->number;
    if (a->fault != NULL)
        return PAW_OK;
    const paw_str line = a->line->printed.p != NULL ? a->line->printed : a->line->command_line;
    if (a->finding != NULL)
        check_reasons(line, a->finding);
    if (a->command != NULL)
        check_command(line, a->command);
    struct paw_buffer text = {0};
    struct paw_out out = paw_buffer_out(&text);
    require(paw_answer_write(a, &out) == PAW_OK, "the answer could not be written");
    require(text.n != 0 && text.p[text.n - 1] == '\n' && strict_json(text.p, text.n - 1),
            "the answer is no JSON");
    paw_buffer_finish(&text);
    return PAW_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t last = 0;
    if (size == 0)
        return 0;
    const struct paw_checker_options o = {
        .is_jsonl = (data[0] & 1) != 0, .done = done, .self = &last};
    struct paw_checker *c = NULL;
    require(paw_checker_new(&o, &c) == PAW_OK, "no memory");
    for (size_t at = 1; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        const size_t n = end == NULL ? size - at : (size_t)(end - (data + at));
        const enum paw_status status = paw_checker_take(c, (paw_bytes){data + at, n});
        require(status == PAW_OK || status == PAW_E_MEMORY, "a line stopped all");
        at += n + 1;
    }
    const enum paw_status status = paw_checker_flush(c);
    require(status == PAW_OK || status == PAW_E_MEMORY, "the last lines stopped all");
    paw_checker_free(c);
    return 0;
}
