/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What powershell.exe is told to run, and the programs that its text starts (docs/detections 2.4).
 * This is no parser of the language: it takes off backticks and joined literals, splits at
 * separators outside strings, and keeps what begins like a program.
 */
#include "windows/fold.h"
#include "windows/nested.h"
#include "windows/programs.h"

enum what { OTHER, WITH_VALUE, COMMAND, ENCODED, FILE_NAME, ENDS };

enum { LONGEST_FORMAT = 4096 }; /* of a string for -f, and of its list */

/* Parameters and the shortest form that means them; the first that fits counts. */
static const struct {
    const char *name;
    size_t least;
    enum what what;
} parameters[] = {
    {"command", 1, COMMAND},
    {"encodedcommand", 1, ENCODED},
    {"ec", 2, ENCODED},
    {"encodedarguments", 8, WITH_VALUE},
    {"ea", 2, WITH_VALUE},
    {"file", 1, FILE_NAME},
    {"executionpolicy", 2, WITH_VALUE},
    {"ep", 2, WITH_VALUE},
    {"windowstyle", 1, WITH_VALUE},
    {"workingdirectory", 2, WITH_VALUE},
    {"wd", 2, WITH_VALUE},
    {"inputformat", 2, WITH_VALUE},
    {"if", 2, WITH_VALUE},
    {"outputformat", 1, WITH_VALUE},
    {"of", 2, WITH_VALUE},
    {"version", 1, WITH_VALUE},
    {"psconsolefile", 1, WITH_VALUE},
    {"configurationname", 4, WITH_VALUE},
    {"settingsfile", 8, WITH_VALUE},
    {"custompipename", 3, WITH_VALUE},
    {"noprofile", 3, OTHER},
    {"noexit", 3, OTHER},
    {"nologo", 3, OTHER},
    {"noninteractive", 4, OTHER},
    {"sta", 2, OTHER},
    {"mta", 2, OTHER},
    {"login", 1, OTHER},
};

static enum what parameter(paw_str token)
{
    struct paw_folded f;
    paw_fold_word(token, true, &f);
    if (f.n < 2 || (f.text[0] != '-' && f.text[0] != '/'))
        return ENDS;
    const size_t from = f.text[1] == '-' && f.n > 2 ? 2 : 1;
    const paw_str name = {f.text + from, f.n - from};
    for (size_t i = 0; i < PAW_COUNT_OF(parameters); i++)
        if (name.n >= parameters[i].least && paw_str_starts(paw_str_of(parameters[i].name), name))
            return parameters[i].what;
    return OTHER;
}

/* The text of the tokens from i on, as powershell.exe joins them. */
static paw_str joined(struct paw_nest *nest, const struct paw_tokens *t, size_t i,
                      struct paw_span *span)
{
    const size_t from = t->item[i].span.start, end = nest->p->tail_end;
    const paw_str raw = paw_str_sub(nest->p->line, from, end - from);
    *span = paw_span_of(from, end);
    if (i + 1 == t->n)
        return t->item[i].text;
    if (paw_str_find_char(raw, '"', 0) == SIZE_MAX)
        return raw;
    struct paw_text text = paw_text_new(nest->p->arena, raw.n);
    for (size_t k = i; k < t->n; k++) {
        if (k != i)
            paw_text_char(&text, ' ');
        paw_text_add(&text, t->item[k].text);
    }
    return paw_text_view(&text);
}

/* Statements ------------------------------------------------------------------------------------
 */

struct script {
    struct paw_nest *nest;
    paw_str text;
    struct paw_span span; /* in the line, when text is no view into it */
};

/* Behind the string that begins at `at`; single quotes double themselves, a backtick escapes in
 * double ones. */
static size_t string_end(paw_str s, size_t at)
{
    const char quote = s.p[at];
    for (at++; at < s.n; at++) {
        if (s.p[at] == '`' && quote == '"')
            at++;
        else if (s.p[at] == quote && at + 1 < s.n && s.p[at + 1] == quote)
            at++;
        else if (s.p[at] == quote)
            return at + 1;
    }
    return s.n;
}

/* `'a' + 'b'`: where the second literal begins if one is joined to the string that ended at `at`.
 */
static size_t joined_string(paw_str s, size_t at)
{
    while (at < s.n && paw_is_blank(s.p[at]))
        at++;
    if (at == s.n || s.p[at] != '+')
        return SIZE_MAX;
    at++;
    while (at < s.n && paw_is_blank(s.p[at]))
        at++;
    return at < s.n && (s.p[at] == '\'' || s.p[at] == '"') ? at : SIZE_MAX;
}

static bool needs_rewriting(paw_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '`' || s.p[i] == '\'' || s.p[i] == '+' ||
            (s.p[i] == '-' && i + 1 < s.n && paw_lower(s.p[i + 1]) == 'f'))
            return true;
    return false;
}

/* Adds the n-th literal of a list `'a','b'`, without its quotes. */
static void add_item(paw_str list, unsigned n, struct paw_text *out)
{
    size_t at = 0;
    while (at < list.n && (list.p[at] == '\'' || list.p[at] == '"')) {
        const size_t end = string_end(list, at);
        if (n-- == 0) {
            paw_text_add(out, paw_str_sub(list, at + 1, end > at + 2 ? end - at - 2 : 0));
            return;
        }
        at = end;
        while (at < list.n && (paw_is_blank(list.p[at]) || list.p[at] == ','))
            at++;
    }
}

/* `"{1}{0}" -f 'a','b'`: the format operator behind the string that ended at `at`. Adds the text of
 * format and returns where the list ends; SIZE_MAX if there is no operator. */
static size_t format_string(paw_str s, size_t at, paw_str format, struct paw_text *out)
{
    while (at < s.n && (paw_is_blank(s.p[at]) || s.p[at] == ')'))
        at++;
    if (!paw_str_starts_name(paw_str_from(s, at), PAW_LIT("-f")))
        return SIZE_MAX;
    for (at += 2; at < s.n && (paw_is_blank(s.p[at]) || s.p[at] == '(');)
        at++;
    const size_t from = at;
    if (format.n > LONGEST_FORMAT || from == s.n || (s.p[from] != '\'' && s.p[from] != '"'))
        return SIZE_MAX;
    while (at < s.n && (s.p[at] == '\'' || s.p[at] == '"')) {
        size_t next = at = string_end(s, at);
        while (next < s.n && (paw_is_blank(s.p[next]) || s.p[next] == ','))
            next++;
        if (paw_str_find_char(paw_str_sub(s, at, next - at), ',', 0) != SIZE_MAX)
            at = next;
    }
    const paw_str list =
        paw_str_sub(s, from, at - from < LONGEST_FORMAT ? at - from : LONGEST_FORMAT);
    for (size_t i = 0; i < format.n; i++)
        if (format.n - i > 2 && format.p[i] == '{' && paw_is_digit(format.p[i + 1]) &&
            format.p[i + 2] == '}') {
            add_item(list, (unsigned)(format.p[i + 1] - '0'), out);
            i += 2;
        } else {
            paw_text_char(out, format.p[i]);
        }
    return at;
}

/* Adds what stands between the quotes of a literal. */
static void add_literal(paw_str inside, char quote, struct paw_text *out)
{
    for (size_t i = 0; i < inside.n; i++)
        if (inside.p[i] != '`' || quote == '\'')
            paw_text_char(out, inside.p[i]);
}

/* Without backticks and joins, single quotes made double: how the program sees its line. */
static paw_str rewritten(struct script *sc, paw_str s)
{
    if (!needs_rewriting(s))
        return s;
    struct paw_text out = paw_text_new(sc->nest->p->arena, s.n);
    bool open = false; /* a literal is being joined */
    for (size_t at = 0; at < s.n;) {
        const char c = s.p[at];
        if (c == '`') {
            at++;
            if (at < s.n)
                paw_text_char(&out, s.p[at++]);
        } else if (c == '\'' || c == '"') {
            const size_t end = string_end(s, at);
            const bool closed = end > at + 1 && s.p[end - 1] == c;
            const paw_str inside = paw_str_sub(s, at + 1, end - at - (closed ? 2 : 1));
            if (!open)
                paw_text_char(&out, '"');
            const size_t formatted = format_string(s, end, inside, &out);
            if (formatted == SIZE_MAX)
                add_literal(inside, c, &out);
            at = formatted == SIZE_MAX ? end : formatted;
            const size_t next = joined_string(s, at);
            open = next != SIZE_MAX;
            if (!open)
                paw_text_char(&out, '"');
            at = open ? next : at;
            while (!open && at < s.n && s.p[at] == ')') /* it closed around the literal */
                at++;
        } else if (c == '(' && at + 1 < s.n && (s.p[at + 1] == '\'' || s.p[at + 1] == '"')) {
            at++;
        } else {
            paw_text_char(&out, c);
            at++;
        }
    }
    return paw_text_view(&out);
}

static paw_str unquoted(paw_str word)
{
    return paw_str_trim(word, "\"',()");
}

static bool is_program(paw_str word)
{
    const paw_str name = paw_path_base(unquoted(word));
    if (paw_in_list(paw_path_ext(name), "exe|com|bat|cmd|scr|hta|chm|cpl|msc|msi|vbs|js|wsf|pif"))
        return true;
    return name.n != 0 && name.n < 64 && paw_program_sets(name) != 0;
}

/* `Start-Process file args …` into `"file" args`. */
static paw_str from_start_process(struct script *sc, paw_str s)
{
    paw_str file = {0}, args = {0}, word;
    for (;;) {
        paw_str rest = s;
        word = paw_take_word(&rest);
        if (word.n == 0)
            break;
        paw_str *into = file.p == NULL ? &file : &args;
        if (word.p[0] == '-') {
            s = rest;
            if (paw_in_glob_list(word, "-f*"))
                into = &file;
            else if (paw_in_glob_list(word, "-a*"))
                into = &args;
            else if (paw_in_glob_list(word, "-no*|-wait|-pass*|-usen*|-load*"))
                continue;
            else
                into = NULL;
            word = paw_take_word(&s);
        } else {
            s = rest;
        }
        if (into == &file) {
            file = word;
        } else if (into == &args) {
            args = args.p == NULL ? word : (paw_str){args.p, (size_t)(word.p - args.p) + word.n};
            while (args.n != 0 && args.p[args.n - 1] == ',') { /* a list goes on */
                word = paw_take_word(&s);
                if (word.n == 0)
                    break;
                args.n = (size_t)(word.p - args.p) + word.n;
            }
        }
    }
    if (file.n == 0)
        return PAW_LIT("");
    struct paw_text out = paw_text_new(sc->nest->p->arena, file.n + args.n + 2);
    paw_text_add(&out, file);
    if (args.n != 0)
        paw_text_char(&out, ' ');
    const bool in_list = paw_str_find(args, PAW_LIT("\","), 0) != SIZE_MAX;
    if (!in_list && args.n > 1 && args.p[0] == '"' && args.p[args.n - 1] == '"')
        args = paw_str_sub(args, 1, args.n - 2); /* one literal; quotes in it are the program's */
    for (size_t i = 0; i < args.n; i++)
        if (!in_list || (args.p[i] != '"' && !(args.p[i] == ',' && args.p[i - 1] == '"')))
            paw_text_char(&out, args.p[i]);
        else if (args.p[i] == ',')
            paw_text_char(&out, ' ');
    return paw_text_view(&out);
}

/* What `$name =` in front of a statement assigns. */
static paw_str behind_assignment(paw_str s)
{
    paw_str rest = s;
    const paw_str word = paw_take_word(&rest);
    if (word.n == 0 || word.p[0] != '$')
        return s;
    const size_t glued = paw_str_find_char(word, '=', 0);
    if (glued != SIZE_MAX)
        return paw_str_from(s, (size_t)(word.p - s.p) + glued + 1);
    const paw_str sign = paw_take_word(&rest);
    return paw_str_starts(sign, PAW_LIT("=")) ? paw_str_from(s, (size_t)(sign.p - s.p) + 1) : s;
}

/* PowerShell hands an argument on in quotes only if it holds a blank. */
static paw_str without_idle_quotes(struct script *sc, paw_str s)
{
    struct paw_text out = paw_text_new(sc->nest->p->arena, s.n);
    bool has_any = false;
    for (size_t at = 0; at < s.n;) {
        const bool begins = at == 0 || paw_is_blank(s.p[at - 1]);
        const size_t end = s.p[at] == '"' && begins ? paw_str_find_char(s, '"', at + 1) : SIZE_MAX;
        const bool whole =
            end != SIZE_MAX && end > at + 1 && (end + 1 == s.n || paw_is_blank(s.p[end + 1]));
        const paw_str inside = paw_str_sub(s, at + 1, whole ? end - at - 1 : 0);
        if (whole && paw_str_find_char(inside, ' ', 0) == SIZE_MAX &&
            paw_str_find_char(inside, '\t', 0) == SIZE_MAX) {
            paw_text_add(&out, inside);
            at = end + 1;
            has_any = true;
        } else {
            const size_t next = whole ? end + 1 : at + 1;
            paw_text_add(&out, paw_str_sub(s, at, next - at));
            at = next;
        }
    }
    return has_any ? paw_text_view(&out) : s;
}

static void add_statement(struct script *sc, paw_str s)
{
    struct paw_nest *nest = sc->nest;
    s = behind_assignment(s);
    while (s.n != 0 && (paw_is_blank(s.p[0]) || strchr("&.{}()\r\n", s.p[0]) != NULL) &&
           s.p[0] != '\0' && !(s.p[0] == '.' && s.n > 1 && !paw_is_blank(s.p[1])))
        s = paw_str_from(s, 1);
    s = paw_str_trim(s, " \t\r\n");
    while (s.n != 0 && (s.p[s.n - 1] == '}' || s.p[s.n - 1] == ';'))
        s = paw_str_trim(paw_str_sub(s, 0, s.n - 1), " \t");
    const paw_str text = rewritten(sc, s);
    nest->p->is_out_of_memory = nest->p->is_out_of_memory || text.p == NULL;
    paw_str rest = text;
    const paw_str word = paw_take_word(&rest);
    const struct paw_span span = paw_span_of_view(nest->p->line, s, sc->span);
    if (paw_in_list(word, "cd|chdir|sl|set-location|pushd|push-location|popd|pop-location"))
        paw_nest_go(nest, rest);
    const size_t before = nest->n;
    paw_nest_calls(nest, text, span);
    if (nest->n != before)
        return;
    if (paw_in_list(word, "start-process|saps|start|invoke-item|ii"))
        paw_nest_add(nest, "powershell", from_start_process(sc, rest), span);
    else if (paw_in_list(word, "iex|invoke-expression|invoke-command|icm"))
        paw_nest_add(nest, "powershell", unquoted(paw_str_trim(rest, " \t(){}")), span);
    else if (is_program(word))
        paw_nest_add(nest, "powershell", without_idle_quotes(sc, text), span);
}

static bool separates(paw_str s, size_t at)
{
    const char c = s.p[at];
    if (c == '{') /* `@{`: a table, no block */
        return at == 0 || s.p[at - 1] != '@';
    return c == ';' || c == '\n' || c == '\r' || c == '|' ||
           (c == '&' && at + 1 < s.n && s.p[at + 1] == '&');
}

static void add_statements(struct script *sc)
{
    const paw_str s = sc->text;
    size_t from = 0;
    for (size_t at = 0; at < s.n && sc->nest->n < PAW_MOST_NESTED;) {
        if (s.p[at] == '`') {
            at += 2;
        } else if (s.p[at] == '\'' || s.p[at] == '"') {
            at = string_end(s, at);
        } else if (separates(s, at)) {
            add_statement(sc, paw_str_sub(s, from, at - from));
            from = ++at;
        } else {
            at++;
        }
    }
    if (sc->nest->n < PAW_MOST_NESTED && from < s.n)
        add_statement(sc, paw_str_from(s, from));
}

static void add_script(struct paw_nest *nest, paw_str text, struct paw_span span)
{
    const size_t whole = nest->n;
    struct script sc = {.nest = nest, .text = text, .span = span};
    paw_nest_add(nest, "powershell", text, span);
    if (nest->n == whole)
        return;
    add_statements(&sc);
    if (nest->n == whole + 2 && paw_str_equal(nest->item[whole].text, nest->item[whole + 1].text))
        nest->n--; /* one command and nothing else */
    nest->item[whole].is_script = nest->n > whole + 1;
}

static void add_encoded(struct paw_nest *nest, const struct paw_token *token)
{
    paw_str text = {0};
    const size_t from = token->span.start, end = from + token->span.length;
    if (paw_base64_text(token->text, nest->p->arena, &text))
        add_script(nest, text, token->span);
    else
        paw_mark(nest->p, PAW_LINE_BROKEN, from, end);
}

void paw_nest_powershell_line(struct paw_nest *nest)
{
    const struct paw_parse *p = nest->p;
    struct paw_tokens t = {0};
    const struct paw_split_rule rule = {.quoting = PAW_QUOTING_CRT};
    struct paw_span span = {0};
    if (paw_argv_split(p->line, p->tail_at, p->tail_end, rule, p->arena, &t) != PAW_OK) {
        nest->p->is_out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < t.n; i++) {
        const enum what what = parameter(t.item[i].text);
        const bool more = i + 1 < t.n;
        if (what == ENDS) {
            const paw_str text = joined(nest, &t, i, &span);
            if (!paw_in_list(t.item[i].text, "-") &&
                !paw_str_ends_name(t.item[i].text, PAW_LIT(".ps1")))
                add_script(nest, text, span);
            return;
        }
        if (what == FILE_NAME)
            return;
        if (what == ENCODED && more) {
            add_encoded(nest, &t.item[i + 1]);
            return;
        }
        if (what == COMMAND && more) {
            const paw_str text = joined(nest, &t, i + 1, &span);
            add_script(nest, text, span);
            return;
        }
        i += what == WITH_VALUE ? 1 : 0;
    }
}

enum paw_status paw_command_script(paw_str text, struct paw_arena *arena, struct paw_command *ret)
{
    const struct paw_line_context none = {0};
    struct paw_parse p = {.line = text, .context = &none, .arena = arena, .ret = ret};
    struct paw_nest nest = {.p = &p};
    struct script sc = {.nest = &nest, .text = text, .span = paw_span_of(0, text.n)};
    *ret = (struct paw_command){.line = text};
    add_statements(&sc);
    struct paw_nested *kept = paw_arena_array(arena, nest.n, sizeof(*kept));
    if (p.is_out_of_memory || (kept == NULL && nest.n != 0))
        return PAW_E_MEMORY;
    if (nest.n != 0)
        memcpy(kept, nest.item, nest.n * sizeof(*kept));
    ret->nested = kept;
    ret->n_nested = nest.n;
    return PAW_OK;
}
