/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words spelled as no person and no program spells them: `rUNdlL32`, `-Q-I`, `/qUiEt`
 * (docs/detections 3.6, 3.10). Scripts write them so to be missed by rules that heed the case.
 */
#include "windows/parse.h"
#include "windows/prefix.h"

enum { LONGEST_WORD = 24 };

/* Where a capital may begin inside a word, as Windows and its documentation write it. */
static const char *const parted[] = {"msi|exec",       "run|dll|32",    "no|restart",
                                     "prompt|restart", "force|restart", "un|install"};

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* All small, all capital, or only the first letter capital. */
static bool is_plain(paw_str s)
{
    size_t capitals = 0, letters = 0;
    for (size_t i = 0; i < s.n; i++) {
        capitals += is_capital(s.p[i]) ? 1 : 0;
        letters += paw_is_letter(paw_lower(s.p[i])) ? 1 : 0;
    }
    return capitals == 0 || capitals == letters || (capitals == 1 && is_capital(s.p[0]));
}

/* Whether parts without its bars is the word; if so, whether each part of it is plain. */
static bool reads_as(const char *parts, paw_str word, bool *plain)
{
    size_t at = 0, from = 0;
    *plain = true;
    for (;; parts++) {
        if (*parts != '|' && *parts != '\0') {
            if (at == word.n || paw_lower(word.p[at]) != *parts)
                return false;
            at++;
            continue;
        }
        *plain = *plain && is_plain(paw_str_sub(word, from, at - from));
        from = at;
        if (*parts == '\0')
            return at == word.n;
    }
}

static bool is_odd(paw_str word)
{
    bool plain = true;
    for (size_t i = 0; i < PAW_COUNT_OF(parted); i++)
        if (reads_as(parted[i], word, &plain))
            return !plain;
    return !is_plain(word);
}

/* The letters of a switch behind its prefix. */
static paw_str word_of(paw_str raw)
{
    size_t from = 0, end;
    while (from < raw.n && (raw.p[from] == '"' || raw.p[from] == '/' || raw.p[from] == '-'))
        from++;
    for (end = from;
         end < raw.n && end - from < LONGEST_WORD && paw_is_letter(paw_lower(raw.p[end]));)
        end++;
    return paw_str_sub(raw, from, end - from);
}

void paw_parse_spelling(struct paw_parse *p)
{
    const struct paw_command *c = p->ret;
    const struct paw_span name = c->argv0.span;
    const paw_str program = paw_without_exe(paw_path_base(c->argv0.text));
    if (paw_in_list(program, "msiexec|rundll32") && is_odd(program))
        paw_mark(p, PAW_LINE_ODD_SPELLING, name.start, name.start + name.length);
    for (size_t i = 0; p->grammar->split == PAW_SPLIT_QUOTES && i < c->n_switches; i++) {
        const struct paw_span span = c->switches[i].span;
        const paw_str word = word_of(paw_at_span(p->line, span));
        if (paw_in_list(word, "package|uninstall|update|quiet|passive|norestart|promptrestart|"
                              "forcerestart") &&
            is_odd(word))
            paw_mark(p, PAW_LINE_ODD_SPELLING, span.start, span.start + span.length);
    }
}
