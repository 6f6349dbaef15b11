/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of a command line: see argv.h. Follows docs/detections 2.3, rules 2 to 4. */
#include "windows/argv.h"

#include "windows/text.h"

enum { MOST_TOKENS = 8192 }; /* Windows' own limit of 32 K characters rarely gives half of it */

/* One token in the reading. */
struct reader {
    paw_str raw;
    size_t at;
    bool in_quotes;
    bool is_doubled;
    enum paw_quoting quoting;
};

static size_t count_backslashes(paw_str s, size_t at)
{
    const size_t from = at;
    while (at < s.n && s.p[at] == '\\')
        at++;
    return at - from;
}

/* A run of backslashes at r->at: n of them stand for themselves; steps over the run and, if it
 * escapes one, the quote behind it (then *quote is set). */
static size_t read_backslashes(struct reader *r, bool *quote)
{
    const size_t n = count_backslashes(r->raw, r->at);
    const bool before_quote = r->at + n < r->raw.n && r->raw.p[r->at + n] == '"';
    *quote = before_quote && n % 2 == 1;
    r->at += n + (*quote ? 1 : 0);
    return before_quote ? n / 2 : n;
}

/* A quote at r->at: true if it stands for itself. */
static bool read_quote(struct reader *r)
{
    const bool doubled = r->in_quotes && r->at + 1 < r->raw.n && r->raw.p[r->at + 1] == '"';
    r->at++;
    if (!doubled) {
        r->in_quotes = !r->in_quotes;
        return false;
    }
    r->at++;
    r->is_doubled = true;
    if (r->quoting == PAW_QUOTING_ARGV)
        r->in_quotes = false;
    return true;
}

static bool ends_token(char c, bool braces)
{
    return paw_is_blank(c) || (braces && (c == '{' || c == '}'));
}

/* Where the token that begins at from ends. */
static size_t token_end(paw_str line, size_t from, size_t end, struct paw_split_rule rule,
                        bool *has_quotes, bool *is_doubled)
{
    struct reader r = {.raw = paw_str_sub(line, 0, end), .at = from, .quoting = rule.quoting};
    bool quote = false;
    *has_quotes = false;
    while (r.at < end) {
        const char c = line.p[r.at];
        if (c == '"') {
            *has_quotes = true;
            (void)read_quote(&r); /* where it ends is all that counts here */
        } else if (c == '\\' && rule.quoting != PAW_QUOTING_GROUPS) {
            (void)read_backslashes(&r, &quote);
            *has_quotes = *has_quotes || quote;
        } else if (!r.in_quotes && ends_token(c, rule.braces_are_blanks)) {
            break;
        } else {
            r.at++;
        }
    }
    *is_doubled = *is_doubled || r.is_doubled;
    return r.at;
}

/* Copies what raw stands for to out (room for raw.n bytes); the number of bytes. */
static size_t unquote(paw_str raw, enum paw_quoting quoting, char *out)
{
    struct reader r = {.raw = raw, .quoting = quoting};
    size_t n = 0;
    while (r.at < raw.n) {
        bool quote = false;
        if (raw.p[r.at] == '"') {
            quote = read_quote(&r);
        } else if (raw.p[r.at] == '\\' && quoting != PAW_QUOTING_GROUPS) {
            for (size_t k = read_backslashes(&r, &quote); k > 0; k--)
                out[n++] = '\\';
        } else {
            out[n++] = raw.p[r.at++];
        }
        if (quote)
            out[n++] = '"';
    }
    return n;
}

/* raw is `"inner"` and inner holds neither quotes nor a backslash before its end. */
static bool is_plainly_quoted(paw_str raw)
{
    return raw.n >= 2 && raw.p[0] == '"' && raw.p[raw.n - 1] == '"' &&
           (raw.n == 2 || raw.p[raw.n - 2] != '\\') && paw_str_find_char(raw, '"', 1) == raw.n - 1;
}

paw_str paw_argv_unquote(paw_str raw, enum paw_quoting quoting, struct paw_arena *arena)
{
    if (paw_str_find_char(raw, '"', 0) == SIZE_MAX)
        return raw;
    if (is_plainly_quoted(raw))
        return paw_str_sub(raw, 1, raw.n - 2);
    char *out = paw_arena_alloc(arena, raw.n);
    if (out == NULL)
        return (paw_str){0};
    return (paw_str){out, unquote(raw, quoting, out)};
}

size_t paw_argv_offset(paw_str raw, enum paw_quoting quoting, size_t n)
{
    struct reader r = {.raw = raw, .quoting = quoting};
    size_t have = 0;
    while (r.at < raw.n && have < n) {
        bool quote = false;
        const size_t before = r.at;
        if (raw.p[r.at] == '"') {
            quote = read_quote(&r);
        } else if (raw.p[r.at] == '\\' && quoting != PAW_QUOTING_GROUPS) {
            const size_t run = read_backslashes(&r, &quote);
            if (run + (quote ? 1 : 0) > n - have)
                return before + (n - have); /* inside the run */
            have += run;
        } else {
            have++;
            r.at++;
        }
        have += quote ? 1 : 0;
    }
    return r.at;
}

static bool add_token(struct paw_tokens *t, struct paw_token token, struct paw_arena *arena)
{
    if (t->n == t->room) {
        const size_t room = t->room == 0 ? 8 : t->room * 2;
        struct paw_token *bigger = paw_arena_array(arena, room, sizeof(*bigger));
        if (bigger == NULL)
            return false;
        if (t->n != 0)
            memcpy(bigger, t->item, t->n * sizeof(*bigger));
        t->item = bigger;
        t->room = room;
    }
    t->item[t->n++] = token;
    return true;
}

enum paw_status paw_argv_split(paw_str line, size_t from, size_t end, struct paw_split_rule rule,
                               struct paw_arena *arena, struct paw_tokens *ret)
{
    size_t at = from;
    for (;;) {
        bool has_quotes = false;
        while (at < end && ends_token(line.p[at], rule.braces_are_blanks))
            at++;
        if (at >= end)
            return PAW_OK;
        if (ret->n == MOST_TOKENS) {
            ret->is_cut = true;
            return PAW_OK;
        }
        const size_t stop = token_end(line, at, end, rule, &has_quotes, &ret->is_doubled);
        const paw_str raw = paw_str_sub(line, at, stop - at);
        const struct paw_token token = {
            .text = has_quotes ? paw_argv_unquote(raw, rule.quoting, arena) : raw,
            .span = {(uint32_t)at, (uint32_t)(stop - at)},
            .is_quoted = has_quotes && is_plainly_quoted(raw),
        };
        if (token.text.p == NULL || !add_token(ret, token, arena))
            return PAW_E_MEMORY;
        at = stop;
    }
}
