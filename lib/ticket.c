/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command lines as people paste them from tickets: what stands around them, and addresses that were
 * made harmless to click on.
 */
#include "check.h"
#include "core/str.h"

#define BLANKS " \t\r\n\f\v"

/* What stands around -----------------------------------------------------------------------------
 */

struct pair {
    const char *open, *close;
};

static const struct pair pairs[] = {
    {"```", "```"},
    {"`", "`"},
    {"\"", "\""},
    {"'", "'"},
    {"\xE2\x80\x9C", "\xE2\x80\x9D"}, /* typographic quotes, as word processors make them */
    {"\xE2\x80\x98", "\xE2\x80\x99"},
    {"**", "**"},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Does a quote within the line open a word? Then the outer ones stand around the whole line. */
static bool opens(paw_str inside, size_t at, size_t n)
{
    const bool is_begin =
        at == 0 || is_blank(inside.p[at - 1]) || strchr("=:,;({[", inside.p[at - 1]) != NULL;
    return is_begin && at + n < inside.n && !is_blank(inside.p[at + n]);
}

/* "C:\Program Files\x\a.exe" alone is a quoted program, "mshta http://x" a quoted line. */
static bool has_arguments(paw_str inside)
{
    const size_t end = paw_str_find_name(inside, PAW_LIT(".exe "), 0);
    const size_t blank = paw_str_find_char(inside, ' ', 0);
    return end != SIZE_MAX || (blank != SIZE_MAX && paw_str_find_char(paw_str_sub(inside, 0, blank),
                                                                      '\\', 0) == SIZE_MAX);
}

static bool take_pair(paw_str *s, const struct pair *pair)
{
    const paw_str open = paw_str_of(pair->open), close = paw_str_of(pair->close);
    if (s->n < open.n + close.n || !paw_str_starts(*s, open) ||
        !paw_str_equal(paw_str_from(*s, s->n - close.n), close))
        return false;
    const paw_str inside = paw_str_sub(*s, open.n, s->n - open.n - close.n);
    const size_t inner = paw_str_find(inside, close, 0);
    const bool is_double = pair->open[0] == '"';
    if (inside.n == 0 || (inner == SIZE_MAX && is_double && !has_arguments(inside)) ||
        (inner != SIZE_MAX && !opens(inside, inner, close.n)))
        return false;
    *s = paw_str_trim(inside, BLANKS);
    return true;
}

static bool take_pairs(paw_str *s)
{
    for (size_t i = 0; i < PAW_COUNT_OF(pairs); i++)
        if (take_pair(s, &pairs[i]))
            return true;
    return false;
}

/* "- ", "* ", "> ", "$ ", "1. ", "2) " */
static bool take_bullet(paw_str *s)
{
    static const char *const bullets[] = {
        "- ", "* ", "+ ", "> ", ">> ", "$ ", "\xE2\x80\xA2 ", "\xE2\x80\x93 "};
    size_t at = 0;
    for (size_t i = 0; at == 0 && i < PAW_COUNT_OF(bullets); i++)
        if (paw_str_starts(*s, paw_str_of(bullets[i])))
            at = strlen(bullets[i]);
    if (at == 0) {
        size_t digits = 0;
        while (digits < s->n && digits < 3 && s->p[digits] >= '0' && s->p[digits] <= '9')
            digits++;
        if (digits != 0 && digits + 1 < s->n && strchr(".)", s->p[digits]) != NULL &&
            s->p[digits] != '\0' && is_blank(s->p[digits + 1]))
            at = digits + 2;
    }
    if (at == 0)
        return false;
    *s = paw_str_trim(paw_str_from(*s, at), BLANKS);
    return true;
}

/* "C:\Users\u>", "PS C:\>": a folder, and no program whose output goes somewhere. */
static bool take_prompt(paw_str *s)
{
    const size_t from = paw_str_starts_name(*s, PAW_LIT("PS ")) ? 3 : 0;
    const size_t end = paw_str_find_char(*s, '>', 0);
    if (end == SIZE_MAX || (from != 0 && end == 2))
        return false;
    const paw_str folder = paw_str_sub(*s, from, end - from);
    const bool is_drive = folder.n >= 3 && paw_lower(folder.p[0]) >= 'a' &&
                          paw_lower(folder.p[0]) <= 'z' && folder.p[1] == ':' &&
                          folder.p[2] == '\\';
    if (!is_drive || paw_str_find_name(folder, PAW_LIT(".exe"), 0) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < folder.n; i++)
        if (folder.p[i] == '\0' || strchr("\"/<|,*?&", folder.p[i]) != NULL)
            return false;
    *s = paw_str_trim(paw_str_from(*s, end + 1), "> \t\r\n");
    return true;
}

/* As events are printed. */
static bool take_label(paw_str *s)
{
    static const char *const labels[] = {
        "CommandLine:", "Command line:", "Process Command Line:", "CommandLine=", "command_line:"};
    for (size_t i = 0; i < PAW_COUNT_OF(labels); i++)
        if (paw_str_starts_name(*s, paw_str_of(labels[i]))) {
            *s = paw_str_trim(paw_str_from(*s, strlen(labels[i])), BLANKS);
            return true;
        }
    return false;
}

/* A line of ``` or ~~~, with a language perhaps. */
static bool is_fence(paw_str s)
{
    if (!paw_str_starts(s, PAW_LIT("```")) && !paw_str_starts(s, PAW_LIT("~~~")))
        return false;
    for (size_t i = 3; i < s.n; i++)
        if (!(paw_lower(s.p[i]) >= 'a' && paw_lower(s.p[i]) <= 'z') && s.p[i] != s.p[0])
            return false;
    return true;
}

paw_str paw_ticket_unwrap(paw_str raw)
{
    paw_str s = paw_str_trim(raw, BLANKS);
    if (is_fence(s))
        return (paw_str){0};
    while (take_pairs(&s) || take_bullet(&s) || take_prompt(&s) || take_label(&s))
        ;
    return s;
}

/* Addresses made harmless ------------------------------------------------------------------------
 */

struct harmless {
    const char *written, *was;
    enum {
        SCHEME,  /* at the beginning of a word, before : or s */
        BETWEEN, /* between characters of a name              */
        BEHIND,  /* behind a scheme                           */
    } place;
};

static const struct harmless harmless[] = {
    {"hxxps", "https", SCHEME}, {"hxxp", "http", SCHEME}, {"h**ps", "https", SCHEME},
    {"h**p", "http", SCHEME},   {"htxp", "http", SCHEME}, {"fxp", "ftp", SCHEME},
    {"[://]", "://", BEHIND},   {"[:]//", "://", BEHIND}, {"[:]\\\\", ":\\\\", BEHIND},
    {"(:)//", "://", BEHIND},   {":[//]", "://", BEHIND}, {"[.]", ".", BETWEEN},
    {"(.)", ".", BETWEEN},      {"{.}", ".", BETWEEN},    {"[dot]", ".", BETWEEN},
    {"(dot)", ".", BETWEEN},    {"{dot}", ".", BETWEEN},  {"[:]", ":", BETWEEN},
    {"[/]", "/", BETWEEN},      {"[@]", "@", BETWEEN},    {"[at]", "@", BETWEEN},
};

static bool is_word(char c)
{
    return (paw_lower(c) >= 'a' && paw_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || (c & 0x80) != 0;
}

static bool ends_with_scheme(paw_str s)
{
    static const char *const schemes[] = {"http",  "https", "hxxp", "hxxps", "h**p",
                                          "h**ps", "htxp",  "ftp",  "fxp"};
    for (size_t i = 0; i < PAW_COUNT_OF(schemes); i++)
        if (paw_str_ends_name(s, paw_str_of(schemes[i])))
            return true;
    return false;
}

static bool stands(paw_str s, size_t at, const struct harmless *h)
{
    const paw_str written = paw_str_of(h->written), rest = paw_str_from(s, at);
    if (!paw_str_starts_name(rest, written))
        return false;
    const char next = rest.n > written.n ? rest.p[written.n] : ' ';
    switch (h->place) {
    case SCHEME:
        return (at == 0 || !is_word(s.p[at - 1])) && next != '\0' && strchr(":[(", next) != NULL;
    case BEHIND:
        return ends_with_scheme(paw_str_sub(s, 0, at));
    case BETWEEN:
        return at != 0 && (is_word(s.p[at - 1]) || s.p[at - 1] == ']') && is_word(next);
    }
    return false;
}

/* Few characters begin one. */
static bool may_begin(char c)
{
    switch (c) {
    case 'h':
    case 'H':
    case 'f':
    case 'F':
    case '[':
    case '(':
    case '{':
    case ':':
        return true;
    default:
        return false;
    }
}

static const struct harmless *find_harmless(paw_str s, size_t at)
{
    for (size_t i = 0; may_begin(s.p[at]) && i < PAW_COUNT_OF(harmless); i++)
        if (harmless[i].written[0] == paw_lower(s.p[at]) && stands(s, at, &harmless[i]))
            return &harmless[i];
    return NULL;
}

static size_t count_harmless(paw_str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n;) {
        const struct harmless *h = find_harmless(s, at);
        n += h != NULL;
        at += h != NULL ? strlen(h->written) : 1;
    }
    return n;
}

enum paw_status paw_ticket_refang(paw_str printed, struct paw_arena *arena, struct paw_line *line)
{
    const size_t n = count_harmless(printed);
    line->command_line = printed;
    if (n == 0)
        return PAW_OK;
    struct paw_stretch *stretches = paw_arena_array(arena, n, sizeof(*stretches));
    char *out = paw_arena_alloc(arena, printed.n); /* what it was is never longer */
    size_t used = 0, count = 0;
    if (stretches == NULL || out == NULL)
        return PAW_E_MEMORY;
    for (size_t at = 0; at < printed.n;) {
        const struct harmless *h = find_harmless(printed, at);
        if (h == NULL) {
            out[used++] = printed.p[at++];
            continue;
        }
        const size_t written = strlen(h->written), was = strlen(h->was);
        stretches[count++] = (struct paw_stretch){
            .printed = {(uint32_t)at, (uint32_t)written},
            .judged = {(uint32_t)used, (uint32_t)was},
        };
        memcpy(out + used, h->was, was);
        used += was;
        at += written;
    }
    line->printed = printed;
    line->command_line = (paw_str){out, used};
    line->stretches = stretches;
    line->n_stretches = count;
    return PAW_OK;
}
