/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsing a command line: see command.h. This file takes the steps; each has a file of its own.
 */
#include "windows/command.h"

#include "windows/class.h"
#include "windows/parse.h"

enum { LONGEST_LINE = 16 * 1024 * 1024 }; /* far beyond Windows' 32 K; the rest is not looked at */

static const struct paw_grammar plain = {.split = PAW_SPLIT_ARGV};

void paw_mark(struct paw_parse *p, enum paw_line_flag flag, size_t from, size_t end)
{
    struct paw_command *ret = p->ret;
    if ((ret->flags & flag) != 0)
        return;
    ret->flags |= flag;
    size_t i = ret->n_marks;
    if (i == PAW_COUNT_OF(ret->marks))
        return;
    while (i > 0 && ret->mark_flags[i - 1] > (uint32_t)flag) { /* in the order of the bits */
        ret->marks[i] = ret->marks[i - 1];
        ret->mark_flags[i] = ret->mark_flags[i - 1];
        i--;
    }
    ret->marks[i] = paw_span_of(from, end);
    ret->mark_flags[i] = flag;
    ret->n_marks++;
}

static enum paw_quoting quoting_of(enum paw_split split)
{
    switch (split) {
    case PAW_SPLIT_CRT:
    case PAW_SPLIT_POWERSHELL:
        return PAW_QUOTING_CRT;
    case PAW_SPLIT_QUOTES:
    case PAW_SPLIT_CMD:
        return PAW_QUOTING_GROUPS;
    case PAW_SPLIT_ARGV:
    case PAW_SPLIT_RAW:
    case PAW_SPLIT_RUNDLL32:
    case PAW_SPLIT_REGSVR32:
        return PAW_QUOTING_ARGV;
    }
    return PAW_QUOTING_ARGV;
}

static struct paw_tokens split_as(struct paw_parse *p, enum paw_quoting quoting)
{
    struct paw_tokens tokens = {0};
    const struct paw_split_rule rule = {.quoting = quoting,
                                        .braces_are_blanks = p->grammar->braces_are_blanks};
    const enum paw_status status =
        paw_argv_split(p->line, p->tail_at, p->tail_end, rule, p->arena, &tokens);
    p->is_out_of_memory = p->is_out_of_memory || status != PAW_OK;
    return tokens;
}

/* Tokens that make sense: known switches and files of a known kind (2.3 rule 3). */
static size_t score(const struct paw_parse *p, const struct paw_tokens *tokens)
{
    size_t n = 0;
    for (size_t i = 0; i < tokens->n; i++) {
        const paw_str text = tokens->item[i].text;
        const bool word = text.n > 1 && (text.p[0] == '/' || text.p[0] == '-');
        for (const struct paw_switch *s = p->grammar->switches; word && s != NULL && s->name; s++)
            n += paw_str_same_name(paw_str_from(text, 1), paw_str_of(s->name)) ? 1 : 0;
        n += paw_is_known_ext(paw_path_ext(paw_path_base(text))) ? 1 : 0;
    }
    return n;
}

static void split(struct paw_parse *p)
{
    p->quoting = quoting_of(p->grammar->split);
    struct paw_tokens tokens = split_as(p, p->quoting);
    if (tokens.is_doubled && p->quoting != PAW_QUOTING_GROUPS) {
        const enum paw_quoting other =
            p->quoting == PAW_QUOTING_ARGV ? PAW_QUOTING_CRT : PAW_QUOTING_ARGV;
        const struct paw_tokens second = split_as(p, other);
        if (score(p, &second) > score(p, &tokens)) {
            tokens = second;
            p->quoting = other;
        }
    }
    if (tokens.is_cut)
        paw_mark(p, PAW_LINE_BROKEN, p->tail_end, p->tail_end);
    p->ret->tokens = tokens.item;
    p->ret->n_tokens = tokens.n;
}

/* The 32 hexadecimal digits behind msiexec -Embedding name a channel, not a file. */
static bool is_channel(paw_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!paw_is_digit(s.p[i]) && !(paw_lower(s.p[i]) >= 'a' && paw_lower(s.p[i]) <= 'f'))
            return false;
    return s.n == 32;
}

static void set_forms(struct paw_parse *p)
{
    const struct paw_command *c = p->ret;
    for (size_t i = 0; i < c->n_tokens && i < 4; i++) {
        const paw_str text = c->tokens[i].text;
        if (p->grammar->split == PAW_SPLIT_QUOTES && i == 0 && paw_in_list(text, "/v|-v"))
            p->ret->form |= PAW_FORM_SERVICE;
        if (!paw_in_list(text, "-embedding|/embedding") ||
            p->grammar->split == PAW_SPLIT_RUNDLL32) /* there it belongs to what is called */
            continue;
        p->ret->form |= PAW_FORM_COM;
        if (p->grammar->split == PAW_SPLIT_QUOTES)
            p->ret->form |= PAW_FORM_SERVER;
    }
    if ((c->form & PAW_FORM_SERVER) != 0 && is_channel(c->target.raw)) {
        p->ret->target = (struct paw_path){0};
        p->ret->kind = PAW_OBJECT_NONE;
    }
    if (p->grammar->split == PAW_SPLIT_RAW && (c->target.class & PAW_SCRIPT_TEXT) != 0)
        p->ret->form |= PAW_FORM_SCRIPT;
}

enum paw_status paw_command_parse(paw_str line, const struct paw_grammar *grammar,
                                  const struct paw_line_context *context, struct paw_arena *arena,
                                  struct paw_command *ret)
{
    struct paw_command command = {.line = line, .image = context->image};
    struct paw_parse p = {
        .line = paw_str_sub(line, 0, LONGEST_LINE),
        .grammar = grammar == NULL ? &plain : grammar,
        .context = context,
        .arena = arena,
        .ret = &command,
        .target_switch = SIZE_MAX,
    };
    if (p.line.n < line.n)
        paw_mark(&p, PAW_LINE_BROKEN, p.line.n, p.line.n);
    paw_parse_argv0(&p);
    if (line.p != NULL) {
        split(&p);
        paw_parse_switches(&p);
        if (p.grammar->split == PAW_SPLIT_RUNDLL32)
            paw_parse_rundll32(&p);
        else
            paw_parse_target(&p);
        if (command.kind == PAW_OBJECT_NONE)
            command.kind = paw_object_kind_of(&command.target, p.grammar->split);
        set_forms(&p);
        paw_parse_line(&p);
        paw_parse_spelling(&p);
        paw_parse_nested(&p);
    }
    if (p.is_out_of_memory)
        return PAW_E_MEMORY;
    *ret = command;
    return PAW_OK;
}
