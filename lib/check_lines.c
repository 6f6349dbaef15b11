/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of lines, plain or JSON, judged in batches. */
#include <stdlib.h>

#include "check.h"
#include "core/json_read.h"
#include "core/str.h"
#include "engine/judge.h"

#include <catspaw/behaviour.h>

enum {
    BATCH_BYTES = 4 << 20,   /* of lines; more are answered before the next is taken */
    ARENA_BYTES = 256 << 20, /* of one batch and what is made of it                  */
};

struct taken {
    uint64_t number;
    const char *fault;
    paw_str given;
    size_t line; /* its place among the judged ones */
};

struct paw_checker {
    struct paw_checker_options o;
    struct paw_catalogue *catalogue;
    struct paw_arena texts; /* of the batch          */
    struct paw_arena parse; /* of the answered line  */
    struct paw_arena kept;  /* context, for good     */
    struct taken taken[PAW_CHECK_BATCH];
    struct paw_line lines[PAW_CHECK_BATCH];
    size_t n_taken, n_lines, bytes, answered;
    uint64_t number;
};

/* Texts ------------------------------------------------------------------------------------------
 */

/* Bytes as text in the arena: what is no UTF-8 becomes U+FFFD. */
static paw_str text_of(struct paw_arena *arena, paw_bytes bytes)
{
    const paw_str s = {(const char *)bytes.p, bytes.n};
    char *out = paw_arena_alloc(arena, bytes.n * 3 + 1);
    size_t used = 0;
    if (out == NULL)
        return (paw_str){0};
    for (size_t at = 0; at < s.n;) {
        uint32_t c = 0;
        at += paw_utf8_next(s, at, &c);
        used += paw_utf8_put(out + used, c);
    }
    return (paw_str){out, used};
}

static bool keep(struct paw_arena *arena, paw_str *s)
{
    if (s->p == NULL)
        return true;
    *s = text_of(arena, (paw_bytes){(const uint8_t *)s->p, s->n});
    return s->p != NULL;
}

static bool keep_around(struct paw_checker *c)
{
    struct paw_line *a = &c->o.around;
    paw_str *texts[] = {&a->image,     &a->original_file_name, &a->current_directory,  &a->user,
                        &a->integrity, &a->parent_image,       &a->parent_command_line};
    for (size_t i = 0; i < PAW_COUNT_OF(texts); i++)
        if (!keep(&c->kept, texts[i]))
            return false;
    return true;
}

/* Reading ----------------------------------------------------------------------------------------
 */

static bool member(void *self, paw_str key, paw_str value)
{
    struct paw_line *l = self;
    const struct {
        paw_str key;
        paw_str *text;
    } known[] = {
        {PAW_LIT("command_line"), &l->command_line},
        {PAW_LIT("image"), &l->image},
        {PAW_LIT("original_file_name"), &l->original_file_name},
        {PAW_LIT("current_directory"), &l->current_directory},
        {PAW_LIT("user"), &l->user},
        {PAW_LIT("integrity"), &l->integrity},
        {PAW_LIT("parent_image"), &l->parent_image},
        {PAW_LIT("parent_command_line"), &l->parent_command_line},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(known); i++)
        if (paw_str_equal(key, known[i].key))
            *known[i].text = value;
    return true;
}

static enum paw_status read_json(struct paw_checker *c, paw_bytes bytes, struct paw_line *line,
                                 const char **fault)
{
    /* The reader's texts are decoded into the arena: nothing of the caller's bytes is kept. */
    struct paw_json_reader r = {.text = {(const char *)bytes.p, bytes.n}, .arena = &c->texts};
    *line = (struct paw_line){0};
    const enum paw_status status = paw_json_read_object(&r, member, line);
    if (status == PAW_E_MEMORY)
        return status;
    if (status == PAW_E_LIMIT)
        *fault = "JSON that is nested too deeply";
    else if (status != PAW_OK)
        *fault = "not a JSON object";
    else if (r.at != r.text.n)
        *fault = "more than one JSON object";
    return PAW_OK;
}

static enum paw_status read_plain(struct paw_checker *c, paw_bytes bytes, struct paw_line *line,
                                  paw_str *given)
{
    const paw_str whole = text_of(&c->texts, bytes);
    if (whole.p == NULL)
        return PAW_E_MEMORY;
    const paw_str printed = paw_ticket_unwrap(whole);
    *line = c->o.around;
    if (printed.n != paw_str_trim(whole, " \t\r\n\f\v").n)
        *given = paw_str_trim(whole, "\r\n");
    return paw_ticket_refang(printed, &c->texts, line);
}

static bool is_white(paw_bytes line)
{
    return paw_str_trim((paw_str){(const char *)line.p, line.n}, " \t\r\n\f\v").n == 0;
}

enum paw_status paw_checker_take(struct paw_checker *c, paw_bytes bytes)
{
    static const char mark[] = "\xEF\xBB\xBF";
    struct taken t = {.number = ++c->number};
    struct paw_line line = c->o.around;
    enum paw_status status = PAW_OK;
    if (c->number == 1 && bytes.n >= 3 && memcmp(bytes.p, mark, 3) == 0)
        bytes = (paw_bytes){bytes.p + 3, bytes.n - 3};
    if (is_white(bytes))
        return PAW_OK;
    if (bytes.n > PAW_CHECK_LINE_MAX)
        t.fault = "a line of more than 1 MiB";
    else if (c->o.is_jsonl)
        status = read_json(c, bytes, &line, &t.fault);
    else
        status = read_plain(c, bytes, &line, &t.given);
    if (status != PAW_OK)
        return status;
    if (!c->o.is_jsonl && t.fault == NULL && line.command_line.n == 0)
        return PAW_OK; /* a code fence */
    t.line = c->n_lines;
    if (t.fault == NULL)
        c->lines[c->n_lines++] = line;
    c->taken[c->n_taken++] = t;
    c->bytes += bytes.n;
    return c->n_taken == PAW_CHECK_BATCH || c->bytes >= BATCH_BYTES ? paw_checker_flush(c) : PAW_OK;
}

/* Answering --------------------------------------------------------------------------------------
 */

static enum paw_status tell_faults(struct paw_checker *c)
{
    enum paw_status status = PAW_OK;
    for (; status == PAW_OK && c->answered < c->n_taken; c->answered++) {
        const struct taken *t = &c->taken[c->answered];
        if (t->fault == NULL)
            break;
        const struct paw_answer a = {.number = t->number, .fault = t->fault};
        status = c->o.done(c->o.self, &a);
    }
    return status;
}

static enum paw_status tell(void *self, size_t line, const struct paw_finding *finding,
                            const struct paw_command *understood)
{
    struct paw_checker *c = self;
    enum paw_status status = tell_faults(c);
    if (status != PAW_OK || c->answered == c->n_taken)
        return status;
    const struct taken *t = &c->taken[c->answered++];
    struct paw_answer a = {
        .number = t->number,
        .line = &c->lines[line],
        .given = t->given,
        .finding = finding,
    };
    status = paw_check_command(c->catalogue, a.line, understood, &c->parse, &a.command);
    if (status == PAW_OK)
        status = c->o.done(c->o.self, &a);
    paw_arena_reset(&c->parse);
    return status;
}

enum paw_status paw_checker_flush(struct paw_checker *c)
{
    enum paw_status status = PAW_OK;
    if (c->n_lines != 0)
        status = paw_check_batch(c->catalogue, c->o.site, c->lines, c->n_lines, tell, c);
    if (status == PAW_OK)
        status = tell_faults(c);
    paw_arena_reset(&c->texts);
    c->n_taken = c->n_lines = c->bytes = c->answered = 0;
    return status;
}

enum paw_status paw_checker_new(const struct paw_checker_options *o, struct paw_checker **ret)
{
    struct paw_checker *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return PAW_E_MEMORY;
    c->o = *o;
    paw_arena_init(&c->texts, ARENA_BYTES);
    paw_arena_init(&c->parse, ARENA_BYTES);
    paw_arena_init(&c->kept, ARENA_BYTES);
    enum paw_status status = keep_around(c) ? PAW_OK : PAW_E_MEMORY;
    if (status == PAW_OK)
        status = paw_catalogue_new(paw_analyzers, &c->catalogue);
    if (status == PAW_OK)
        *ret = c;
    else
        paw_checker_free(c);
    return status;
}

void paw_checker_free(struct paw_checker *c)
{
    if (c == NULL)
        return;
    paw_catalogue_free(c->catalogue);
    paw_arena_finish(&c->texts);
    paw_arena_finish(&c->parse);
    paw_arena_finish(&c->kept);
    free(c);
}
