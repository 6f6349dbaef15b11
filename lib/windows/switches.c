/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Switches, their values and what is left, by the grammar of a program (docs/detections 2.5, 2.6).
 */
#include "windows/fold.h"
#include "windows/parse.h"

enum {
    SPARE_SWITCHES = 16, /* switches that run together in one token */
    LONGEST_JOINED = 8,  /* letters of a switch in front of one that is glued to it */
};

/* What the beginning of a token was found to be. */
struct match {
    const struct paw_switch *what; /* NULL: no known switch                         */
    size_t name_length;
    size_t value_at; /* in the token's text; SIZE_MAX: no value in this token       */
    size_t word_end; /* in the token's text: end of switch and separator            */
    size_t next;     /* where a switch glued behind it begins in the text, or 0     */
};

struct walk {
    struct paw_parse *p;
    struct paw_found_switch *switches;
    struct paw_token *operands;
    size_t room;
    size_t foreign; /* characters outside ASCII that stand in switch words */
    struct paw_span foreign_span;
};

static bool is_prefix(const struct paw_grammar *g, char c)
{
    return c != '\0' && strchr(g->prefix == NULL ? "/-" : g->prefix, c) != NULL;
}

/* Bytes of prefix that a folded token begins with: 0, 1, or 2 for `--`. */
static size_t prefix_length(const struct paw_grammar *g, const struct paw_folded *f)
{
    if (f->n == 0)
        return 0;
    const bool dash = f->text[0] == '/' && f->is_changed && is_prefix(g, '-');
    if (!is_prefix(g, f->text[0]) && !dash)
        return 0;
    return f->text[0] == '-' && f->n > 2 && f->text[1] == '-' ? 2 : 1;
}

static size_t name_at(const struct paw_folded *f, size_t at, const char *name)
{
    const size_t n = strlen(name);
    return n <= f->n - at && memcmp(f->text + at, name, n) == 0 ? n : 0;
}

static size_t find_separator(const struct paw_folded *f, size_t from, uint32_t flags)
{
    for (size_t i = from; i < f->n; i++)
        if (((flags & PAW_TAKES_COLON) != 0 && f->text[i] == ':') ||
            ((flags & PAW_TAKES_EQUALS) != 0 && f->text[i] == '='))
            return i;
    return SIZE_MAX;
}

/* Whether a switch of the grammar begins behind the prefix character at `at`; exact: and nothing
 * follows it. */
static bool switch_begins(const struct paw_grammar *g, const struct paw_folded *f, size_t at,
                          bool exact)
{
    if (at >= f->n || !is_prefix(g, f->text[at]))
        return false;
    for (const struct paw_switch *s = g->switches; s != NULL && s->name != NULL; s++) {
        const size_t n = name_at(f, at + 1, s->name);
        if (n != 0 && (!exact || (at + 1 + n == f->n && !f->is_cut)))
            return true;
    }
    return false;
}

/* Where, in a msiexec token, another switch is glued behind the one that ends its name at `at`. */
static size_t glued_switch(const struct paw_grammar *g, const struct paw_folded *f, size_t at,
                           const struct paw_switch *s)
{
    const bool has_value =
        (s->flags & (PAW_TAKES_NEXT | PAW_TAKES_ATTACHED)) == (PAW_TAKES_NEXT | PAW_TAKES_ATTACHED);
    size_t i = at;
    if (g->split != PAW_SPLIT_QUOTES)
        return 0;
    if (!has_value && (s->flags & (PAW_PREFIX_OK | PAW_TAKES_ATTACHED)) != 0)
        while (i < f->n && i - at < LONGEST_JOINED &&
               (paw_is_letter(f->text[i]) || f->text[i] == '+' || f->text[i] == '!' ||
                f->text[i] == '*'))
            i++;
    return switch_begins(g, f, i, has_value) ? i : 0;
}

/* Whether s, whose name ends at `at` in the folded token, accepts what follows. */
static bool accepts(const struct paw_grammar *g, const struct paw_folded *f, size_t at,
                    const struct paw_switch *s, struct match *m)
{
    const bool at_end = at == f->n && !f->is_cut;
    *m = (struct match){.what = s, .value_at = SIZE_MAX, .word_end = f->at[f->n]};
    if (at_end)
        return true;
    const size_t separator = find_separator(f, at, s->flags);
    if (separator == at) {
        m->word_end = m->value_at = f->at[at + 1];
        return true;
    }
    const size_t next = glued_switch(g, f, at, s);
    if (next != 0) {
        m->word_end = m->next = f->at[next];
        return true;
    }
    if (g->split == PAW_SPLIT_REGSVR32 || (s->flags & PAW_PREFIX_OK) != 0) {
        if (separator != SIZE_MAX)
            m->word_end = m->value_at = f->at[separator + 1];
        return true;
    }
    if ((s->flags & PAW_TAKES_ATTACHED) != 0) {
        m->word_end = m->value_at = f->at[at];
        return true;
    }
    return false;
}

/* The longest switch of the grammar that fits at `at`. */
static struct match find_switch(const struct paw_grammar *g, const struct paw_folded *f, size_t at,
                                bool bare)
{
    struct match best = {.value_at = SIZE_MAX}, one;
    for (const struct paw_switch *s = g->switches; s != NULL && s->name != NULL; s++) {
        const size_t n = name_at(f, at, s->name);
        if (((s->flags & PAW_BARE_WORD) != 0) != bare || (s->flags & PAW_PAIR) != 0 || n == 0 ||
            n <= best.name_length || !accepts(g, f, at + n, s, &one))
            continue;
        best = one;
        best.name_length = n;
    }
    return best;
}

/* Characters outside ASCII in the switch word of a token. */
static void note_foreign(struct walk *w, const struct paw_token *token)
{
    const paw_str s = token->text;
    size_t at = 0, foreign = 0;
    while (at < s.n) {
        uint32_t c = 0;
        const size_t n = paw_utf8_next(s, at, &c);
        if (at != 0 && (c == ':' || c == '=' || c == '\\' || c == '.' || c == '/' || c == '"'))
            break;
        foreign += c >= 0x80 ? 1 : 0;
        at += n;
    }
    if (foreign != 0 && w->foreign_span.length == 0)
        w->foreign_span = token->span;
    w->foreign += foreign;
}

static bool starts_like_switch(const struct paw_grammar *g, paw_str text)
{
    uint32_t c = 0;
    if (text.n == 0)
        return false;
    (void)paw_utf8_next(text, 0, &c); /* only what it is counts, not how long */
    return c < 0x80 ? is_prefix(g, (char)c) : paw_is_dash_like(c);
}

/* A token that begins like a switch, is none that the grammar knows, and is no path. */
static bool is_unknown_switch(const struct paw_grammar *g, paw_str text)
{
    uint32_t first = 0;
    const size_t n = text.n == 0 ? 0 : paw_utf8_next(text, 0, &first);
    if (n == text.n || !(first < 0x80 ? is_prefix(g, (char)first) : g->folds_unicode))
        return false;
    for (size_t i = n; i < text.n; i++) {
        if (text.p[i] == ':' || text.p[i] == '=')
            return true;
        if (paw_is_slash(text.p[i]) || text.p[i] == '.')
            return false;
    }
    return true;
}

/* Quotes inside the word of a switch, unless the whole token stands in quotes. */
static bool has_split_word(struct walk *w, const struct paw_token *token, size_t word_end)
{
    const paw_str raw = paw_at_span(w->p->line, token->span);
    if (token->is_quoted || paw_str_find_char(raw, '"', 0) == SIZE_MAX)
        return false;
    const size_t end = paw_argv_offset(raw, w->p->quoting, word_end);
    return paw_str_find_char(paw_str_sub(raw, 0, end), '"', 0) != SIZE_MAX;
}

/* The value from value_at on: a view into the line where the token allows it. */
static void set_value(struct walk *w, const struct paw_token *token, size_t value_at,
                      struct paw_found_switch *found)
{
    const paw_str line = w->p->line, raw = paw_at_span(line, token->span);
    paw_str value = paw_str_from(token->text, value_at);
    if (!paw_is_view(line, value)) {
        const size_t at = paw_argv_offset(raw, w->p->quoting, value_at);
        const paw_str rest = paw_str_from(raw, at);
        found->value_span = paw_span_of(token->span.start + at, token->span.start + raw.n);
        const bool plain = rest.n >= 2 && rest.p[0] == '"' &&
                           paw_str_find_char(rest, '"', 1) == rest.n - 1 && value.n == rest.n - 2;
        if (plain)
            value = paw_str_sub(rest, 1, rest.n - 2);
    }
    found->value = value;
    found->value_span = paw_span_of_view(line, value, found->value_span);
}

static const char *canonical(const struct paw_switch *s)
{
    return s->means == NULL ? s->name : s->means;
}

/* Records one switch of a token; the glued one behind it is the caller's. */
static struct paw_found_switch *add_switch(struct walk *w, const struct paw_token *token,
                                           size_t from, const struct match *m)
{
    struct paw_command *ret = w->p->ret;
    if (ret->n_switches == w->room) {
        paw_mark(w->p, PAW_LINE_BROKEN, token->span.start, token->span.start + token->span.length);
        return NULL;
    }
    struct paw_found_switch *found = &w->switches[ret->n_switches++];
    found->name = canonical(m->what);
    found->span = token->span;
    if ((from != 0 || m->next != 0) && paw_is_view(w->p->line, token->text)) {
        const size_t end = m->next != 0 ? m->next : token->text.n;
        found->span =
            paw_span_of_view(w->p->line, paw_str_sub(token->text, from, end - from), token->span);
    }
    if (m->value_at != SIZE_MAX)
        set_value(w, token, m->value_at, found);
    if ((m->what->flags & PAW_IS_VERB) != 0 && ret->verb == NULL)
        ret->verb = found->name;
    if ((m->what->flags & PAW_IS_TARGET) != 0 && w->p->target_switch == SIZE_MAX)
        w->p->target_switch = ret->n_switches - 1;
    return found;
}

/* Whether the token at from is a switch; then m says which. */
static bool match_token(struct walk *w, const struct paw_token *token, size_t from, struct match *m,
                        bool *folded)
{
    const struct paw_grammar *g = w->p->grammar;
    struct paw_folded f;
    paw_fold_word(paw_str_from(token->text, from), g->folds_unicode, &f);
    const size_t prefix = prefix_length(g, &f);
    *folded = f.is_changed;
    if (prefix == 0 && (token->is_quoted || from != 0))
        return false;
    *m = find_switch(g, &f, prefix, prefix == 0);
    if (m->what == NULL)
        return false;
    if (m->value_at != SIZE_MAX)
        m->value_at += from;
    m->word_end += from;
    if (m->next != 0)
        m->next += from;
    return true;
}

static void take_next_value(struct walk *w, const struct paw_switch *what, size_t *i,
                            struct paw_found_switch *found)
{
    const struct paw_command *ret = w->p->ret;
    struct match other;
    bool folded = false;
    if ((what->flags & PAW_TAKES_NEXT) == 0 || found->value.p != NULL || *i + 1 >= ret->n_tokens)
        return;
    const struct paw_token *next = &ret->tokens[*i + 1];
    if (starts_like_switch(w->p->grammar, next->text) && match_token(w, next, 0, &other, &folded))
        return;
    found->value = next->text;
    found->value_span = paw_span_of_view(w->p->line, next->text, next->span);
    ++*i;
}

/* One `key = value` of a value that holds pairs, if the grammar knows the key. */
static void add_pair(struct walk *w, paw_str pair, struct paw_span whole)
{
    const size_t equals = paw_str_find_char(pair, '=', 0);
    struct paw_command *ret = w->p->ret;
    if (equals == SIZE_MAX)
        return;
    const paw_str key = paw_str_trim(paw_str_sub(pair, 0, equals), " \t");
    for (const struct paw_switch *s = w->p->grammar->switches; s->name != NULL; s++) {
        if ((s->flags & PAW_PAIR) == 0 || !paw_str_same_name(key, paw_str_of(s->name)))
            continue;
        if (ret->n_switches == w->room) {
            paw_mark(w->p, PAW_LINE_BROKEN, whole.start, whole.start + whole.length);
            return;
        }
        struct paw_found_switch *found = &w->switches[ret->n_switches++];
        const paw_str value = paw_str_trim(paw_str_from(pair, equals + 1), " \t");
        *found =
            (struct paw_found_switch){.name = canonical(s),
                                      .span = paw_span_of_view(w->p->line, pair, whole),
                                      .value = value,
                                      .value_span = paw_span_of_view(w->p->line, value, whole)};
    }
}

static void add_pairs(struct walk *w, paw_str value, struct paw_span span)
{
    for (size_t from = 0; from < value.n;) {
        size_t end = paw_str_find_char(value, '|', from);
        end = end == SIZE_MAX ? value.n : end;
        add_pair(w, paw_str_sub(value, from, end - from), span);
        from = end + 1;
    }
}

static void take_token(struct walk *w, size_t *i)
{
    const struct paw_token *token = &w->p->ret->tokens[*i];
    const struct paw_grammar *g = w->p->grammar;
    const size_t start = token->span.start, end = start + token->span.length;
    struct match m = {0};
    bool folded = false;
    size_t from = 0;
    const bool looks = starts_like_switch(g, token->text);
    if (looks)
        note_foreign(w, token);
    bool found_one = match_token(w, token, 0, &m, &folded);
    if (found_one && has_split_word(w, token, m.word_end)) {
        paw_mark(w->p, PAW_LINE_QUOTE_SPLIT, start, end);
        found_one = g->split != PAW_SPLIT_QUOTES; /* msiexec does not take it for a switch */
    }
    if (!found_one) {
        if (!looks || !is_unknown_switch(g, token->text))
            w->operands[w->p->ret->n_operands++] = *token;
        else if (g->split == PAW_SPLIT_REGSVR32) /* the one table that has every letter */
            paw_mark(w->p, PAW_LINE_UNKNOWN_SWITCH, start, end);
        return;
    }
    while (found_one) {
        struct paw_found_switch *found = add_switch(w, token, from, &m);
        if (folded)
            paw_mark(w->p, PAW_LINE_UNICODE_SWITCH, start, end);
        if (found == NULL)
            return;
        if (m.next == 0) {
            take_next_value(w, m.what, i, found);
            if ((m.what->flags & PAW_HOLDS_PAIRS) != 0)
                add_pairs(w, found->value, found->value_span);
            return;
        }
        from = m.next;
        found_one = match_token(w, token, from, &m, &folded);
        if (found_one && (m.what->flags & PAW_IS_TARGET) != 0) /* -Q-Ihttp://… */
            paw_mark(w->p, PAW_LINE_ODD_SPELLING, start, end);
    }
}

static size_t count_foreign(paw_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) == 0xC0 ? 1 : 0;
    return n;
}

/* What follows is a command of its own: cmd's /c, powershell's -Command. */
static bool ends_switches(const struct paw_parse *p, size_t before)
{
    const struct paw_command *c = p->ret;
    const enum paw_split split = p->grammar->split;
    if ((split != PAW_SPLIT_CMD && split != PAW_SPLIT_POWERSHELL) || c->n_switches == before)
        return false;
    const paw_str name = paw_str_of(c->switches[c->n_switches - 1].name);
    return paw_in_list(name, split == PAW_SPLIT_CMD ? "c|k|r" : "command|c|file|f");
}

void paw_parse_switches(struct paw_parse *p)
{
    struct paw_command *ret = p->ret;
    struct walk w = {.p = p, .room = ret->n_tokens + SPARE_SWITCHES};
    if (ret->n_tokens == 0)
        return;
    w.switches = paw_arena_array(p->arena, w.room, sizeof(*w.switches));
    w.operands = paw_arena_array(p->arena, ret->n_tokens, sizeof(*w.operands));
    if (w.switches == NULL || w.operands == NULL) {
        p->is_out_of_memory = true;
        return;
    }
    ret->switches = w.switches;
    ret->operands = w.operands;
    for (size_t i = 0; i < ret->n_tokens; i++) {
        const size_t before = ret->n_switches;
        take_token(&w, &i);
        if (!ends_switches(p, before))
            continue;
        for (i++; i < ret->n_tokens; i++)
            w.operands[ret->n_operands++] = ret->tokens[i];
    }
    if (w.foreign != 0 && w.foreign == count_foreign(p->line))
        paw_mark(p, PAW_LINE_UNICODE_SWITCH, w.foreign_span.start,
                 w.foreign_span.start + w.foreign_span.length);
}
