/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines in disguise: see disguise.h. Paths and addresses are in disguise_places.c. */
#include "property/disguise_private.h"

#include <stdio.h>
#include <stdlib.h>

/* All characters that regsvr32 was seen to take for a switch character (2.5, 2.6). */
#define DASHES                                                                                    \
    "/ - \u00AD \u058A \u05BE \u1400 \u1806 \u2010 \u2012 \u2013 \u2014 \u2015 \u2044 \u2053 "    \
    "\u2212 \u2215 \u244A \u29F8 \u2E17 \u2E3A \u2E3B \u301C \u3030 \u30A0 \uFE31 \uFE32 \uFE58 " \
    "\uFE63 \uFF0D \uFF0F"

#define SYSTEM32 "C:\\Windows\\System32\\"
#define DOTNET   "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"

#define PATHS                                                                    \
    (BIT(TRICK_CASE) | BIT(TRICK_SLASHES) | BIT(TRICK_DOTS) | BIT(TRICK_SHORT) | \
     BIT(TRICK_RELATIVE) | BIT(TRICK_QUOTED) | BIT(TRICK_SHARE) | BIT(TRICK_TAIL_DOT))
#define LOADED (PATHS | BIT(TRICK_DEVICE) | BIT(TRICK_STREAM))
#define URLS                                                                                 \
    (BIT(TRICK_URL_CASE) | BIT(TRICK_URL_SLASH) | BIT(TRICK_URL_DOTS) | BIT(TRICK_PERCENT) | \
     BIT(TRICK_USER) | BIT(TRICK_URL_HOST))
#define TOKENS (BIT(TRICK_BLANKS) | BIT(TRICK_PREFIX))
#define ALWAYS                                                                     \
    (BIT(TRICK_FOLDER) | BIT(TRICK_NO_EXE) | BIT(TRICK_RENAMED) | BIT(TRICK_CMD) | \
     BIT(TRICK_CARETS) | BIT(TRICK_VARIABLES) | BIT(TRICK_LETTERS))

static const struct dialect dialects[] = {
    {"regsvr32", SYSTEM32, "REGSVR32.EXE", DASHES,
     LOADED | URLS | TOKENS | BIT(TRICK_QUOTES) | BIT(TRICK_INSERTED) | BIT(TRICK_LONG_WORD)},
    {"rundll32", SYSTEM32, "RUNDLL32.EXE", "- /",
     LOADED | TOKENS | BIT(TRICK_SEPARATORS) | BIT(TRICK_ORDINAL) | BIT(TRICK_NO_DLL) |
         BIT(TRICK_CHARSET)},
    {"mshta", SYSTEM32, "MSHTA.EXE", NULL, PATHS | URLS | BIT(TRICK_BLANKS)},
    {"msiexec", SYSTEM32, "msiexec.exe", "/ -",
     PATHS | URLS | TOKENS | BIT(TRICK_MODIFIERS) | BIT(TRICK_SYNONYM)},
    {"cmstp", SYSTEM32, "CMSTP.EXE", "/ -",
     PATHS | URLS | TOKENS | BIT(TRICK_MODIFIERS) | BIT(TRICK_INSERTED)},
    {"control", SYSTEM32, "CONTROL.EXE", NULL, PATHS | BIT(TRICK_BLANKS)},
    {"hh", "C:\\Windows\\", "HH.exe", "- /", PATHS | URLS | TOKENS},
    {"installutil", DOTNET, "InstallUtil.exe", "/ -",
     PATHS | TOKENS | BIT(TRICK_QUOTES) | BIT(TRICK_SYNONYM)},
    {"regasm", DOTNET, "RegAsm.exe", "/ -",
     PATHS | TOKENS | BIT(TRICK_QUOTES) | BIT(TRICK_SYNONYM)},
    {"regsvcs", DOTNET, "RegSvcs.exe", "/ -", PATHS | TOKENS | BIT(TRICK_QUOTES)},
    {"odbcconf", SYSTEM32, "odbcconf.exe", "/ -", LOADED | TOKENS},
    {"mavinject", SYSTEM32, "mavinject64.exe", "/ -", LOADED | TOKENS | BIT(TRICK_QUOTES)},
    {"mavinject64", SYSTEM32, "mavinject64.exe", "/ -", LOADED | TOKENS | BIT(TRICK_QUOTES)},
    {"mavinject32", SYSTEM32, "mavinject32.exe", "/ -", LOADED | TOKENS | BIT(TRICK_QUOTES)},
    {"mmc", SYSTEM32, "mmc.exe", "- /", PATHS | TOKENS},
};

const char *trick_name(enum trick t)
{
    static const char *const names[N_TRICKS] = {
        "case",      "blanks",   "prefix",     "quotes",   "quoted",    "modifiers", "inserted",
        "long word", "synonym",  "slashes",    "dots",     "tail dot",  "stream",    "device",
        "share",     "short",    "relative",   "url case", "url slash", "url dots",  "percent",
        "user",      "url host", "separators", "ordinal",  "no dll",    "charset",   "folder",
        "no exe",    "renamed",  "cmd",        "carets",   "variables", "letters"};
    return names[t];
}

bool play(struct hand *h, enum trick t, unsigned n)
{
    if ((h->on & BIT(t)) == 0 || h->roll(n) != 0)
        return false;
    h->d->tricks |= BIT(t);
    return true;
}

bool is_word_char(char c)
{
    return (paw_lower(c) >= 'a' && paw_lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* Writing ----------------------------------------------------------------------------------------
 */

static void put_raw(struct hand *h, char c)
{
    if (h->d->n == DISGUISE_ROOM)
        abort(); /* the lines of the tests are short */
    h->d->text[h->d->n++] = c;
    h->in_quotes = h->in_quotes != (c == '"');
}

void put(struct hand *h, char c)
{
    const bool open = h->behind_cmd && !h->in_quotes;
    if (open && (strchr("&|<>^", c) != NULL || (is_word_char(c) && play(h, TRICK_CARETS, 5))))
        put_raw(h, '^');
    put_raw(h, c);
}

void put_text(struct hand *h, const char *s)
{
    for (; *s != '\0'; s++)
        put(h, *s);
}

void put_view(struct hand *h, paw_str s)
{
    for (size_t i = 0; i < s.n; i++)
        put(h, s.p[i]);
}

void put_code_point(struct hand *h, uint32_t c)
{
    char bytes[4];
    const size_t n = paw_utf8_put(bytes, c);
    for (size_t i = 0; i < n; i++)
        put_raw(h, bytes[i]);
}

/* A letter as a piece of a variable that every machine has. */
static bool put_cut(struct hand *h, char c)
{
    static const struct {
        const char *name, *value;
    } known[] = {
        {"ProgramFiles", "C:\\Program Files"},
        {"PUBLIC", "C:\\Users\\Public"},
        {"ComSpec", "C:\\Windows\\System32\\cmd.exe"},
    };
    char text[48];
    if (!h->behind_cmd || !is_word_char(c) || (h->on & BIT(TRICK_LETTERS)) == 0)
        return false;
    const size_t i = h->roll(PAW_COUNT_OF(known));
    const size_t n = strlen(known[i].value);
    size_t at = 0;
    while (at < n && paw_lower(known[i].value[at]) != paw_lower(c))
        at++;
    if (at == n || !play(h, TRICK_LETTERS, 4))
        return false;
    if (h->roll(2) == 0)
        (void)snprintf(text, sizeof(text), "%%%s:~%zu,1%%", known[i].name, at);
    else
        (void)snprintf(text, sizeof(text), "%%%s:~-%zu,1%%", known[i].name, n - at);
    for (const char *s = text; *s != '\0'; s++)
        put_raw(h, *s);
    return true;
}

static void put_cased(struct hand *h, char c)
{
    const bool letter = paw_lower(c) >= 'a' && paw_lower(c) <= 'z';
    if (put_cut(h, c))
        return;
    if (letter && play(h, TRICK_CASE, 2))
        c = c >= 'a' ? (char)(c - 'a' + 'A') : paw_lower(c);
    put(h, c);
}

void put_loose(struct hand *h, char c)
{
    const char before = h->d->n == 0 ? ' ' : h->d->text[h->d->n - 1];
    const bool may = is_word_char(c) && before != '\\' && before != '"' && before != ' ' &&
                     !h->in_quotes; /* `\"` and `""` would mean something else */
    if (!may || !play(h, TRICK_QUOTES, 8)) {
        put_cased(h, c);
        return;
    }
    put_raw(h, '"');
    if (h->roll(3) != 0) {
        put_cased(h, c);
        put_raw(h, '"');
    } else {
        put_raw(h, '"');
        put_cased(h, c);
    }
}

void put_loose_view(struct hand *h, paw_str s)
{
    for (size_t i = 0; i < s.n; i++)
        put_loose(h, s.p[i]);
}

static void put_blank(struct hand *h)
{
    put_raw(h, ' ');
    while (play(h, TRICK_BLANKS, 2))
        put_raw(h, h->roll(2) == 0 ? ' ' : '\t');
}

/* Switches ---------------------------------------------------------------------------------------
 */

static void put_prefix(struct hand *h, char given)
{
    const paw_str all = paw_str_of(h->dialect->prefixes);
    size_t n = 1;
    for (size_t i = 0; i < all.n; i++)
        n += all.p[i] == ' ';
    if (!play(h, TRICK_PREFIX, 2)) {
        put(h, given);
        return;
    }
    unsigned pick = h->roll((unsigned)n);
    size_t from = 0;
    while (pick-- > 0)
        from = paw_str_find_char(all, ' ', from) + 1;
    const size_t end = paw_str_find_char(all, ' ', from);
    const paw_str one = paw_str_sub(all, from, end == SIZE_MAX ? all.n : end - from);
    if (one.n == 1)
        put(h, one.p[0]);
    else
        for (size_t i = 0; i < one.n; i++)
            put_raw(h, one.p[i]);
}

/* Names that mean the same, "|" between them. */
static paw_str synonym(struct hand *h, paw_str word)
{
    static const struct {
        const char *program;
        const char *names[6];
    } rows[] = {
        {"msiexec", {"q", "qn", "qn+", "qb!", "quiet", "passive"}},
        {"msiexec", {"i", "package", "i", "package", "i", "package"}},
        {"installutil", {"u", "uninstall", "u", "uninstall", "U", "Uninstall"}},
        {"regasm", {"u", "unregister", "u", "unregister", "U", "Unregister"}},
    };
    for (size_t r = 0; r < PAW_COUNT_OF(rows); r++) {
        if (strcmp(rows[r].program, h->dialect->name) != 0)
            continue;
        for (size_t i = 0; i < PAW_COUNT_OF(rows[r].names); i++)
            if (paw_str_same_name(word, paw_str_of(rows[r].names[i])) && play(h, TRICK_SYNONYM, 2))
                return paw_str_of(rows[r].names[h->roll(PAW_COUNT_OF(rows[r].names))]);
    }
    return word;
}

static uint32_t modifier(char c)
{
    static const uint32_t letters[26] = {0x1D43, 0x1D47, 0x1D9C, 0x1D48, 0x1D49, 0x1DA0, 0x1D4D,
                                         0x02B0, 0x2071, 0x02B2, 0x1D4F, 0x02E1, 0x1D50, 0x207F,
                                         0x1D52, 0x1D56, 0,      0x02B3, 0x02E2, 0x1D57, 0x1D58,
                                         0x2C7D, 0x02B7, 0x02E3, 0x02B8, 0x1DBB};
    const char low = paw_lower(c);
    return low >= 'a' && low <= 'z' ? letters[low - 'a'] : 0;
}

static void put_ignored(struct hand *h, bool is_first)
{
    static const uint32_t any[] = {0x00AD, 0x034F, 0x200B, 0x200D, 0x2060, 0xFE00, 0xFEFF};
    static const uint32_t few[] = {0x2072, 0x2073, 0x209D};
    const bool is_regsvr32 = strcmp(h->dialect->name, "regsvr32") == 0;
    if ((is_regsvr32 && is_first) || !play(h, TRICK_INSERTED, 3))
        return;
    put_code_point(h,
                   is_regsvr32 ? any[h->roll(PAW_COUNT_OF(any))] : few[h->roll(PAW_COUNT_OF(few))]);
}

static void put_word(struct hand *h, paw_str word)
{
    static const char *const tails[] = {"ilent", "x", "#", "_9", "ilentlyplease"};
    word = synonym(h, word);
    put_ignored(h, true);
    for (size_t i = 0; i < word.n; i++) {
        const uint32_t look_alike = modifier(word.p[i]);
        if (look_alike != 0 && play(h, TRICK_MODIFIERS, 3))
            put_code_point(h, look_alike);
        else
            put_loose(h, word.p[i]);
        put_ignored(h, false);
    }
    if (play(h, TRICK_LONG_WORD, 3))
        put_text(h, tails[h->roll(PAW_COUNT_OF(tails))]);
}

/* Arguments --------------------------------------------------------------------------------------
 */

static size_t word_end(paw_str s, size_t at)
{
    while (at < s.n && (is_word_char(s.p[at]) || s.p[at] == '+' || s.p[at] == '!'))
        at++;
    return at;
}

static bool is_switch(const struct hand *h, paw_str s, size_t at)
{
    return h->dialect->prefixes != NULL && at + 1 < s.n && (s.p[at] == '/' || s.p[at] == '-') &&
           is_word_char(s.p[at + 1]) && (at == 0 || s.p[at - 1] == ' ');
}

/* msiexec: the value may be glued to a switch of one letter. */
static bool glues(struct hand *h, paw_str s, size_t word_at, size_t end)
{
    return strcmp(h->dialect->name, "msiexec") == 0 && end - word_at == 1 && end + 1 < s.n &&
           s.p[end] == ' ' && strchr("ixayz", paw_lower(s.p[word_at])) != NULL &&
           play(h, TRICK_SYNONYM, 3);
}

static size_t put_switch(struct hand *h, paw_str s, size_t at)
{
    const size_t end = word_end(s, at + 1);
    put_prefix(h, s.p[at]);
    if (glues(h, s, at + 1, end)) {
        put(h, s.p[at + 1]);
        return end + 1;
    }
    put_word(h, paw_str_sub(s, at + 1, end - at - 1));
    return end;
}

/* A bare file name or keyword: its case does not count. */
static size_t name_end(paw_str s, size_t at)
{
    size_t end = at;
    bool has_dot = false;
    while (end < s.n && (is_word_char(s.p[end]) || s.p[end] == '.')) {
        has_dot = has_dot || s.p[end] == '.';
        end++;
    }
    const paw_str word = paw_str_sub(s, at, end - at);
    return has_dot || paw_str_equal(word, PAW_LIT("REGSVR")) ||
                   paw_str_equal(word, PAW_LIT("false"))
               ? end
               : at;
}

static size_t put_argument(struct hand *h, paw_str s, size_t at, bool is_quoted)
{
    size_t end = url_end(s, at, is_quoted);
    if (end != 0) {
        put_url(h, paw_str_sub(s, at, end - at));
        return end;
    }
    end = path_end(s, at, is_quoted);
    if (end != 0) {
        put_path(h, paw_str_sub(s, at, end - at), is_quoted);
        return end;
    }
    end = name_end(s, at);
    if (end != at) {
        put_loose_view(h, paw_str_sub(s, at, end - at));
        return end;
    }
    put(h, s.p[at]);
    for (at++; at < s.n && is_word_char(s.p[at]) && is_word_char(s.p[at - 1]); at++)
        put(h, s.p[at]);
    return at;
}

static void put_arguments(struct hand *h, paw_str s)
{
    bool in_quotes = false;
    for (size_t at = 0; at < s.n;) {
        if (s.p[at] == '"') {
            in_quotes = !in_quotes;
            put_raw(h, s.p[at++]);
        } else if (s.p[at] == ' ' && !in_quotes) {
            put_blank(h);
            at++;
        } else if (!in_quotes && is_switch(h, s, at)) {
            at = put_switch(h, s, at);
        } else {
            at = put_argument(h, s, at, in_quotes);
        }
    }
}

/* Script text in the place of a file: only its scheme has no case. */
static bool put_script(struct hand *h, paw_str s)
{
    static const char *const schemes[] = {"javascript:", "vbscript:", "about:"};
    const size_t quote = s.n != 0 && s.p[0] == '"';
    for (size_t i = 0; i < PAW_COUNT_OF(schemes); i++) {
        const paw_str scheme = paw_str_of(schemes[i]);
        if (!paw_str_starts(paw_str_from(s, quote), scheme))
            continue;
        put_view(h, paw_str_sub(s, 0, quote));
        for (size_t k = 0; k < scheme.n; k++)
            put_cased(h, scheme.p[k]);
        s = paw_str_from(s, quote + scheme.n);
        const paw_str up = PAW_LIT("\"\\..\\mshtml");
        if (paw_str_starts(s, up)) {
            put_text(h, play(h, TRICK_DOTS, 1) ? "\"\\..\\..\\" : "\"\\..\\");
            for (size_t k = up.n - 6; k < up.n; k++)
                put_cased(h, up.p[k]);
            s = paw_str_from(s, up.n);
        }
        put_view(h, s);
        return true;
    }
    return false;
}

/* rundll32 ---------------------------------------------------------------------------------------
 */

static void put_module(struct hand *h, paw_str module, bool is_quoted, bool has_export)
{
    const bool has_dll = paw_str_ends_name(module, PAW_LIT(".dll"));
    const bool is_path = path_end(module, 0, true) != 0;
    const bool has_stream = paw_str_find_char(module, ':', 2) != SIZE_MAX;
    if (has_dll && has_export && !has_stream && (h->on & BIT(TRICK_STREAM)) == 0 &&
        play(h, TRICK_NO_DLL, 2)) {
        module.n -= 4;
        h->on &= ~BIT(TRICK_TAIL_DOT); /* a dot at the end says that there is no extension */
    }
    if (is_path)
        put_path(h, module, is_quoted);
    else
        put_loose_view(h, module);
}

static void put_ordinal(struct hand *h, paw_str export)
{
    char text[32];
    uint64_t n = 0;
    if (!paw_str_u64(paw_str_from(export, 1), &n) || !play(h, TRICK_ORDINAL, 1)) {
        put_view(h, export);
        return;
    }
    switch (h->roll(4)) {
    case 0:
        (void)snprintf(text, sizeof(text), "#+%llu", (unsigned long long)n);
        break;
    case 1:
        (void)snprintf(text, sizeof(text), "#%05llu", (unsigned long long)n);
        break;
    case 2:
        (void)snprintf(text, sizeof(text), "#%llu", (unsigned long long)n + 65536);
        break;
    default:
        (void)snprintf(text, sizeof(text), "#-%llu", 65536 - (unsigned long long)n % 65536);
        break;
    }
    put_text(h, text);
}

static void put_export(struct hand *h, paw_str export)
{
    static const char *const with_charset[] = {"ShellExec_RunDLL", "Control_RunDLL", "OpenURL",
                                               "FileProtocolHandler"};
    static const char *const expanding[] = {"ShellExec_RunDLL",
                                            "Control_RunDLL",
                                            "OpenURL",
                                            "FileProtocolHandler",
                                            "RouteTheCall",
                                            "#44",
                                            "#568"};
    for (size_t i = 0; i < PAW_COUNT_OF(expanding); i++)
        h->shell_reads = h->shell_reads || paw_str_equal(export, paw_str_of(expanding[i]));
    if (export.n != 0 && export.p[0] == '#') {
        put_ordinal(h, export);
        return;
    }
    put_view(h, export);
    for (size_t i = 0; i < PAW_COUNT_OF(with_charset); i++)
        if (paw_str_equal(export, paw_str_of(with_charset[i])) && play(h, TRICK_CHARSET, 2))
            put(h, h->roll(2) == 0 ? 'A' : 'W');
}

static void put_rundll32(struct hand *h, paw_str s)
{
    static const char *const separators[] = {",", ", ", " ,", " ", ",\t", ",,", " , "};
    if (put_script(h, s))
        return;
    if (is_switch(h, s, 0)) {
        put_arguments(h, s);
        return;
    }
    const size_t quote = s.n != 0 && s.p[0] == '"';
    size_t end = quote;
    while (end < s.n && (quote ? s.p[end] != '"' : s.p[end] != ',' && s.p[end] != ' '))
        end++;
    const bool has_export = end + quote < s.n;
    put_view(h, paw_str_sub(s, 0, quote));
    put_module(h, paw_str_sub(s, quote, end - quote), quote != 0, has_export);
    put_view(h, paw_str_sub(s, end, quote));
    if (!has_export)
        return;
    s = paw_str_from(s, end + quote + 1);
    if (play(h, TRICK_SEPARATORS, 2))
        put_text(h, separators[h->roll(PAW_COUNT_OF(separators))]);
    else
        put(h, ',');
    end = paw_str_find_char(s, ' ', 0);
    put_export(h, paw_str_sub(s, 0, end == SIZE_MAX ? s.n : end));
    if (end == SIZE_MAX)
        return;
    h->on &= ~(BIT(TRICK_STREAM) | BIT(TRICK_QUOTED)); /* what is called reads the rest */
    put_arguments(h, paw_str_from(s, end));
}

/* The program and what stands before it
 * ------------------------------------------------------------ */

static void record_copy(struct hand *h)
{
    static const char *const names[] = {"svc_upd", "notepad", "tool-7", "a", "OneDriveSync"};
    const char *name = names[h->roll(PAW_COUNT_OF(names))];
    (void)snprintf(h->d->image, sizeof(h->d->image), "C:\\Users\\Public\\%s.exe", name);
    (void)snprintf(h->d->original, sizeof(h->d->original), "%s", h->dialect->original);
    if (h->roll(2) == 0)
        put_text(h, h->d->image);
    else
        put_text(h, name);
}

void put_program(struct hand *h)
{
    const uint64_t on = h->on;
    char text[128];
    if (!h->behind_cmd && play(h, TRICK_RENAMED, 1)) {
        record_copy(h);
        return;
    }
    const bool bare = play(h, TRICK_NO_EXE, 2);
    const bool in_folder = play(h, TRICK_FOLDER, 2);
    (void)snprintf(text, sizeof(text), "%s%s%s", in_folder ? h->dialect->folder : "",
                   h->dialect->name, bare ? "" : ".exe");
    h->on &= ~(BIT(TRICK_RELATIVE) | BIT(TRICK_TAIL_DOT) | BIT(TRICK_STREAM) | BIT(TRICK_SHARE) |
               BIT(TRICK_QUOTES));
    if (h->behind_cmd)
        h->on &= ~BIT(TRICK_QUOTED); /* cmd.exe would take the outer quotes for its own */
    if (in_folder)
        put_path(h, paw_str_of(text), false);
    else
        put_loose_view(h, paw_str_of(text));
    h->on = on;
    if (!h->behind_cmd && h->dialect->folder != NULL && h->roll(2) == 0)
        (void)snprintf(h->d->image, sizeof(h->d->image), "%s%s.exe", h->dialect->folder,
                       h->dialect->name);
}

static const char *put_shell(struct hand *h)
{
    static const struct {
        const char *before, *after;
    } shells[] = {
        {"cmd.exe /c ", ""},
        {"cmd /c ", ""},
        {"C:\\Windows\\System32\\cmd.exe /d /c ", ""},
        {"cmd.exe /c \"", "\""},
        {"cmd.exe /d /s /c \"", "\""},
        {"cmd /q /k ", ""},
        {"cmd.exe /c start \"\" ", ""},
        {"cmd.exe /c start /b ", ""},
        {"cmd.exe /c call ", ""},
        {"cmd.exe /c @", ""},
        {"cmd.exe /c echo off & ", ""},
        {"cmd.exe /c ver>nul&&", ""},
        {"cmd.exe /v:on /c ", ""},
    };
    if (!play(h, TRICK_CMD, 1))
        return "";
    const size_t i = h->roll(PAW_COUNT_OF(shells));
    for (const char *s = shells[i].before; *s != '\0'; s++)
        put_raw(h, *s);
    h->delays = strstr(shells[i].before, "/v:on") != NULL;
    h->in_quotes = false; /* the outer ones are gone before the line is read */
    h->behind_cmd = true;
    return shells[i].after;
}

/* Programs of which only this is taken for granted: letter case, blanks between arguments, and the
 * ending of their own name. */
static const struct dialect *other_dialect(paw_str name)
{
    static char text[64];
    static const struct dialect plain = {text, NULL, NULL, NULL,
                                         BIT(TRICK_CASE) | BIT(TRICK_BLANKS) | BIT(TRICK_NO_EXE)};
    static const struct dialect dotted = {text, NULL, NULL, NULL,
                                          BIT(TRICK_CASE) | BIT(TRICK_BLANKS)};
    (void)snprintf(text, sizeof(text), "%.*s", (int)name.n, name.p);
    return strchr(text, '.') == NULL ? &plain : &dotted; /* Windows adds no .exe to a.b */
}

static const struct dialect *dialect_of(paw_str line, size_t *end)
{
    const size_t dot = paw_str_find_name(line, PAW_LIT(".exe"), 0);
    if (dot == SIZE_MAX)
        abort(); /* a row whose program is not spelled out */
    *end = dot + 4;
    for (size_t i = 0; i < PAW_COUNT_OF(dialects); i++)
        if (paw_str_same_name(paw_str_sub(line, 0, dot), paw_str_of(dialects[i].name)))
            return &dialects[i];
    return other_dialect(paw_str_sub(line, 0, dot));
}

void disguise(paw_str line, paw_str directory, uint64_t without, disguise_roll *roll,
              struct disguised *ret)
{
    struct hand h = {.d = ret, .roll = roll};
    size_t end = 0;
    *ret = (struct disguised){0};
    (void)snprintf(ret->directory, sizeof(ret->directory), "%.*s", (int)directory.n,
                   directory.n == 0 ? "" : directory.p);
    h.dialect = dialect_of(line, &end);
    for (enum trick t = 0; t < N_TRICKS; t++)
        if (((h.dialect->tricks | (h.dialect->folder != NULL ? ALWAYS : 0)) & BIT(t)) != 0 &&
            roll(4) == 0)
            h.on |= BIT(t) & ~without;
    const char *after = put_shell(&h);
    put_program(&h);
    if (end < line.n) {
        put_blank(&h);
        const paw_str tail = paw_str_from(line, end + 1);
        h.shell_reads = strcmp(h.dialect->name, "control") == 0;
        if (strcmp(h.dialect->name, "rundll32") == 0)
            put_rundll32(&h, tail);
        else if (h.dialect->prefixes != NULL || !put_script(&h, tail))
            put_arguments(&h, tail);
    }
    for (; *after != '\0'; after++)
        put_raw(&h, *after);
}
