/* SPDX-License-Identifier: Apache-2.0 */
/* What a command acts on, and of what kind it is (docs/detections 2.6). */
#include "windows/class.h"
#include "windows/parse.h"
#include "windows/prefix.h"

static const char com_id[] = "{*-*-*-*-*}";

static bool is_com_id(paw_str s)
{
    return s.n >= 38 && paw_glob_view(paw_str_sub(s, 0, 38), paw_str_of(com_id));
}

void paw_parse_path(struct paw_parse *p, paw_str text, struct paw_span span, bool is_loaded,
                    struct paw_path *ret)
{
    const struct paw_path_context context = {
        .machine = p->context->machine,
        .current_directory = p->context->current_directory,
        .user_profile = p->context->user_profile,
        .expands_variables = true, /* what the launcher meant, if it did not come to pass */
        .is_code = true,
        .is_loaded = is_loaded,
    };
    paw_path_normalise(text, &context, p->arena, ret);
    ret->span = paw_span_of_view(p->line, ret->raw, span);
    if (is_com_id(ret->raw)) /* a class or product, no place */
        ret->class = 0;
    if (text.p != NULL && ret->norm.p == NULL)
        p->is_out_of_memory = true;
}

/* NAME=value, as msiexec takes its properties. */
static bool is_property(paw_str text)
{
    size_t i = 0;
    while (i < text.n && (paw_is_word(text.p[i]) || text.p[i] == '_' || text.p[i] == '.'))
        i++;
    return i != 0 && i < text.n && text.p[i] == '=';
}

bool paw_is_handle(paw_str text)
{
    uint64_t number;
    return paw_str_starts_name(text, PAW_LIT("0x")) && paw_str_u64(text, &number);
}

static const struct paw_token *positional(const struct paw_parse *p, bool last)
{
    const struct paw_command *c = p->ret;
    const struct paw_token *found = NULL;
    if (p->grammar->takes_handle && c->n_operands != 0 && paw_is_handle(c->operands[0].text))
        return NULL;
    for (size_t i = 0; i < c->n_operands; i++) {
        if (p->grammar->split == PAW_SPLIT_QUOTES && is_property(c->operands[i].text))
            continue;
        found = &c->operands[i];
        if (!last)
            break;
    }
    return found;
}

static void take_token(struct paw_parse *p, const struct paw_token *token)
{
    const bool loaded = p->grammar->split == PAW_SPLIT_REGSVR32;
    if (token != NULL)
        paw_parse_path(p, token->text, token->span, loaded, &p->ret->target);
}

/* Behind the switches that stand at the start of the tail. */
static size_t behind_switches(const struct paw_parse *p)
{
    const struct paw_command *c = p->ret;
    size_t at = p->tail_at;
    for (size_t i = 0; i < c->n_switches; i++) {
        const struct paw_found_switch *s = &c->switches[i];
        if (s->span.start > at)
            break;
        at = s->span.start + s->span.length;
        if (s->value_span.length != 0 && s->value_span.start >= at)
            at = s->value_span.start + s->value_span.length;
        if (at < p->tail_end && p->line.p[at] == '"')
            at++;
        while (at < p->tail_end && paw_is_blank(p->line.p[at]))
            at++;
    }
    return at;
}

/* Help's storage prefixes, and the topic behind the file. */
static paw_str without_storage(paw_str s)
{
    static const char *const prefixes[] = {"mk:@msitstore:", "ms-its:", "its:", "mk:"};
    for (size_t i = 0; i < PAW_COUNT_OF(prefixes); i++)
        if (paw_str_starts_name(s, paw_str_of(prefixes[i]))) {
            s = paw_str_from(s, strlen(prefixes[i]));
            break;
        }
    const size_t topic = paw_str_find(s, PAW_LIT("::"), 0);
    if (topic != SIZE_MAX && !paw_str_ends_name(s, PAW_LIT("::$data")))
        s.n = topic;
    return s;
}

/* `file.cpl,args` or `file.hta args`: the file, if an extension tells where it ends. */
static paw_str cut_arguments(paw_str s)
{
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < s.n; i++) {
        const char c = s.p[i];
        if (c == '.') {
            dot = i;
        } else if (paw_is_slash(c)) {
            dot = SIZE_MAX;
        } else if ((c == ',' || paw_is_blank(c)) && dot != SIZE_MAX &&
                   paw_is_known_ext(paw_str_sub(s, dot + 1, i - dot - 1))) {
            return paw_str_sub(s, 0, i);
        }
    }
    return s;
}

static size_t first_blank(paw_str s)
{
    size_t i = 0;
    while (i < s.n && !paw_is_blank(s.p[i]))
        i++;
    return i;
}

static void take_tail(struct paw_parse *p)
{
    const size_t from = behind_switches(p);
    paw_str s = paw_str_sub(p->line, from, p->tail_end - from);
    const struct paw_span span = paw_span_of(from, p->tail_end);
    if (s.n == 0)
        return;
    const bool quoted = s.p[0] == '"';
    const paw_str inside = quoted ? paw_str_from(s, 1) : s;
    switch (paw_scheme_kind(inside)) {
    case PAW_SCHEME_SCRIPT: /* quotes may stand inside the script */
        break;
    case PAW_SCHEME_WEB:
        s = quoted ? paw_str_sub(inside, 0, paw_str_find_char(inside, '"', 0))
                   : paw_str_sub(s, 0, first_blank(s));
        s = without_storage(s);
        break;
    case PAW_SCHEME_NONE:
    case PAW_SCHEME_FILE:
        s = without_storage(quoted ? paw_str_sub(inside, 0, paw_str_find_char(inside, '"', 0)) : s);
        if (!quoted)
            s = cut_arguments(s);
        break;
    }
    paw_parse_path(p, s, span, false, &p->ret->target);
}

void paw_parse_target(struct paw_parse *p)
{
    const struct paw_command *c = p->ret;
    switch (p->grammar->target) {
    case PAW_NO_TARGET:
    case PAW_RUNDLL32_TARGET:
        break;
    case PAW_FIRST_POSITIONAL:
        take_token(p, positional(p, false));
        break;
    case PAW_LAST_POSITIONAL:
        take_token(p, positional(p, true));
        break;
    case PAW_WHOLE_TAIL:
        take_tail(p);
        break;
    case PAW_SWITCH_VALUE:
        if (p->target_switch != SIZE_MAX && c->switches[p->target_switch].value.p != NULL) {
            const struct paw_found_switch *s = &c->switches[p->target_switch];
            paw_parse_path(p, s->value, s->value_span, false, &p->ret->target);
        } else {
            take_token(p, positional(p, false));
        }
        break;
    }
}

enum paw_object_kind paw_object_kind_of(const struct paw_path *target, enum paw_split split)
{
    const paw_str ext = target->stream.n != 0 ? paw_path_ext(target->stream) : target->ext;
    if (target->raw.p == NULL)
        return PAW_OBJECT_NONE;
    if ((target->class & PAW_URL) != 0)
        return PAW_OBJECT_URL;
    if ((target->class & PAW_SCRIPT_TEXT) != 0)
        return PAW_OBJECT_SCRIPT;
    if (split == PAW_SPLIT_CMD || split == PAW_SPLIT_POWERSHELL)
        return PAW_OBJECT_COMMAND;
    if (is_com_id(target->raw))
        return split == PAW_SPLIT_QUOTES ? PAW_OBJECT_PACKAGE : PAW_OBJECT_COM_CLASS;
    if (paw_in_list(ext,
                    "sct|wsc|hta|js|jse|vbs|vbe|wsf|wsh|ps1|psm1|bat|cmd|xsl|html|htm|mht|inf"))
        return PAW_OBJECT_SCRIPT;
    if (paw_in_list(ext, "msi|msp|mst|msix|appx|msixbundle|appxbundle|appinstaller|cab"))
        return PAW_OBJECT_PACKAGE;
    if (split == PAW_SPLIT_CRT)
        return PAW_OBJECT_ASSEMBLY;
    if (split == PAW_SPLIT_RUNDLL32 || split == PAW_SPLIT_REGSVR32 ||
        paw_in_list(ext, "dll|ocx|cpl|ax|drv|tsp|ime|acm|bpl|wll|xll"))
        return PAW_OBJECT_DLL;
    return PAW_OBJECT_FILE;
}
