/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls in PowerShell text that start a program or write down a command to be started: methods
 * (`[Diagnostics.Process]::Start('a', 'b')`, `.Run('a b')`), Win32_Process, task and service
 * definitions. What they are given as literals is the command; a variable is not followed.
 */
#include "windows/nested.h"

enum { LITERALS_MAX = 2 };

/* Methods, their names as they are called, and how many literals make the line. */
static const struct {
    const char *name, *with; /* with: what must also stand in the statement, or NULL */
    size_t literals;
} methods[] = {
    {"::start", "process", 2}, {".shellexecute", NULL, 2}, {".executeshellcommand", NULL, 2},
    {".run", NULL, 1},         {".exec", NULL, 1},         {".create", "win32_process", 1},
};

/* Commands whose parameters hold a program and its arguments; either list may be NULL. */
static const struct {
    const char *command, *with, *program, *arguments;
    bool is_third; /* the program may be the third word, without its parameter's name */
} cmdlets[] = {
    {"new-scheduledtaskaction", NULL, "-e*", "-a*", false},
    {"new-service", NULL, "-b*", NULL, false},
    {"set-service", NULL, "-b*", NULL, false},
    {"invoke-wmimethod|iwmi|invoke-cimmethod|icim", "win32_process", "-a*|commandline", NULL,
     false},
    {"set-itemproperty|sp|new-itemproperty", NULL, "-v*", NULL, true},
};

/* The quoted text that begins at `at`, without its quotes, and the place behind it. */
static paw_str literal_at(paw_str s, size_t at, size_t *behind)
{
    const size_t close = paw_str_find_char(s, s.p[at], at + 1);
    *behind = close == SIZE_MAX ? s.n : close + 1;
    return paw_str_sub(s, at + 1, (close == SIZE_MAX ? s.n : close) - at - 1);
}

static void add_line(struct paw_nest *nest, const paw_str *part, size_t n, struct paw_span span)
{
    if (n == 0)
        return;
    if (n == 1) {
        paw_nest_add(nest, "powershell", part[0], span);
        return;
    }
    struct paw_text line = paw_text_new(nest->p->arena, part[0].n + part[1].n + 4);
    const bool quoted = paw_str_find_char(part[0], ' ', 0) != SIZE_MAX;
    if (quoted)
        paw_text_char(&line, '"');
    paw_text_add(&line, part[0]);
    if (quoted)
        paw_text_char(&line, '"');
    paw_text_char(&line, ' ');
    paw_text_add(&line, part[1]);
    paw_nest_add(nest, "powershell", paw_text_view(&line), span);
}

/* Up to most literals of the arguments that begin at `at`: a list of literals and commas. */
static size_t arguments(paw_str s, size_t at, size_t most, paw_str *part)
{
    static const paw_str nothing = PAW_LIT_INIT("$null");
    size_t n = 0;
    while (at < s.n && n < most) {
        if (s.p[at] == '"' || s.p[at] == '\'')
            part[n++] = literal_at(s, at, &at);
        else if (n != 0 && paw_str_starts_name(paw_str_from(s, at), nothing))
            at += nothing.n;
        else if (paw_is_blank(s.p[at]) || s.p[at] == ',' || s.p[at] == '(')
            at++;
        else
            break;
    }
    return n;
}

static void add_methods(struct paw_nest *nest, paw_str s, struct paw_span span)
{
    for (size_t i = 0; i < PAW_COUNT_OF(methods); i++) {
        const paw_str name = paw_str_of(methods[i].name);
        if (methods[i].with != NULL &&
            paw_str_find_name(s, paw_str_of(methods[i].with), 0) == SIZE_MAX)
            continue;
        for (size_t at = paw_str_find_name(s, name, 0); at != SIZE_MAX;
             at = paw_str_find_name(s, name, at + 1)) {
            paw_str part[LITERALS_MAX];
            const size_t n = arguments(s, at + name.n, methods[i].literals, part);
            add_line(nest, part, n, span);
        }
    }
}

/* The value behind the first word that fits names: `-Execute x`, `-ArgumentList
 * @{CommandLine='x'}`.
 */
static paw_str value_of(paw_str s, const char *names)
{
    for (paw_str rest = s;;) {
        const paw_str word = paw_take_word(&rest);
        if (word.n == 0)
            return (paw_str){0};
        if (!paw_in_glob_list(word, names))
            continue;
        const size_t from = (size_t)(rest.p - s.p);
        size_t at = from;
        while (at < s.n && s.p[at] != '"' && s.p[at] != '\'' && s.p[at] != '-')
            at++;
        size_t behind = 0;
        const bool is_table =
            paw_str_find_char(paw_str_sub(s, from, at - from), '@', 0) != SIZE_MAX;
        if (at < s.n && s.p[at] != '-' && (is_table || at <= from + 1))
            return literal_at(s, at, &behind);
        return paw_str_trim(paw_take_word(&rest), "\"'(),");
    }
}

/* The third word of a command without named parameters: `Set-ItemProperty key name 'value'`. */
static paw_str third_word(paw_str s)
{
    paw_str word = {0};
    size_t at = 0;
    for (unsigned n = 0; n < 3; n++) {
        while (at < s.n && paw_is_blank(s.p[at]))
            at++;
        if (at >= s.n || s.p[at] == '-')
            return (paw_str){0};
        if (s.p[at] == '"' || s.p[at] == '\'') {
            word = literal_at(s, at, &at);
        } else {
            word = paw_str_from(s, at);
            word = paw_take_word(&word);
            at += word.n;
        }
    }
    return word;
}

static void add_cmdlets(struct paw_nest *nest, paw_str s, struct paw_span span)
{
    for (paw_str rest = s;;) {
        const paw_str word = paw_str_trim(paw_take_word(&rest), "()@");
        if (word.n == 0)
            return;
        for (size_t i = 0; i < PAW_COUNT_OF(cmdlets); i++) {
            if (!paw_in_list(word, cmdlets[i].command) ||
                (cmdlets[i].with != NULL &&
                 paw_str_find_name(rest, paw_str_of(cmdlets[i].with), 0) == SIZE_MAX))
                continue;
            paw_str part[LITERALS_MAX] = {value_of(rest, cmdlets[i].program), {0}};
            if (part[0].n == 0 && cmdlets[i].is_third)
                part[0] = third_word(rest);
            if (part[0].n != 0 && cmdlets[i].arguments != NULL)
                part[1] = value_of(rest, cmdlets[i].arguments);
            add_line(nest, part, part[0].n == 0 ? 0 : part[1].n == 0 ? 1 : 2, span);
            return;
        }
    }
}

void paw_nest_calls(struct paw_nest *nest, paw_str statement, struct paw_span span)
{
    add_methods(nest, statement, span);
    add_cmdlets(nest, statement, span);
}
