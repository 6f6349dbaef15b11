/* SPDX-License-Identifier: Apache-2.0 */
/* What the line as a whole looks like (docs/detections 2.4, 2.5): padding, carets, comments, blobs.
 */
#include "windows/fold.h"
#include "windows/parse.h"
#include "windows/programs.h"

enum {
    LONG_PADDING = 12,   /* blanks in a row that no person types                        */
    LONG_ARGUMENT = 500, /* characters                                                 */
    LONG_BLOB = 120,     /* base64 or hexadecimal characters in a row                   */
    FEW_CARETS = 2,      /* one alone may be part of a pattern or an address            */
};

struct scan {
    struct paw_parse *p;
    size_t blanks_at, n_blanks;
    size_t blob_at;
    size_t n_carets, caret_at;
    size_t word_at;
    bool has_latin, has_alike, has_other; /* letters of the word */
};

/* Small and capital letters of Greek and Cyrillic that look like those of ASCII. */
static bool is_alike(uint32_t c)
{
    static const uint16_t letters[] = {
        0x0391, 0x0392, 0x0395, 0x0396, 0x0397, 0x0399, 0x039A, 0x039C, 0x039D, 0x039F, 0x03A1,
        0x03A4, 0x03A5, 0x03A7, 0x03B1, 0x03B9, 0x03BD, 0x03BF, 0x03C1, 0x03C5, 0x03F2, 0x0405,
        0x0406, 0x0408, 0x0410, 0x0412, 0x0415, 0x041A, 0x041C, 0x041D, 0x041E, 0x0420, 0x0421,
        0x0422, 0x0423, 0x0425, 0x0430, 0x0435, 0x043E, 0x0440, 0x0441, 0x0443, 0x0445, 0x0455,
        0x0456, 0x0458, 0x04BB, 0x04C0, 0x04CF, 0x0501, 0x051B, 0x051D};
    for (size_t i = 0; i < PAW_COUNT_OF(letters); i++)
        if (letters[i] == c)
            return true;
    return false;
}

static void end_word(struct scan *s, size_t at)
{
    if (s->has_latin && s->has_alike && !s->has_other)
        paw_mark(s->p, PAW_LINE_MIXED_SCRIPT, s->word_at, at);
    s->has_latin = s->has_alike = s->has_other = false;
}

/* A word that a reader takes for one of Latin letters, and a search does not find. */
static void read_letter(struct scan *s, uint32_t c, size_t at)
{
    const bool is_latin = c < 0x80 && paw_is_letter(paw_lower((char)c));
    const bool is_other = c >= 0xC0 && (c < 0x2000 || c >= 0x3040);
    if (!is_latin && !is_other) {
        end_word(s, at);
        return;
    }
    if (!s->has_latin && !s->has_alike && !s->has_other)
        s->word_at = at;
    const bool is_alike_too = is_other && is_alike(c);
    s->has_latin = s->has_latin || is_latin;
    s->has_alike = s->has_alike || is_alike_too;
    s->has_other = s->has_other || (is_other && !is_alike_too);
}

static bool is_blob_char(char c)
{
    return paw_is_word(c) || c == '+' || c == '/' || c == '=';
}

static void end_blanks(struct scan *s, size_t at)
{
    if (s->n_blanks >= LONG_PADDING && at < s->p->tail_end)
        paw_mark(s->p, PAW_LINE_PADDING, s->blanks_at, at);
    s->n_blanks = 0;
}

static void end_blob(struct scan *s, size_t at)
{
    if (at - s->blob_at > LONG_BLOB)
        paw_mark(s->p, PAW_LINE_BLOB, s->blob_at, at);
    s->blob_at = at + 1;
}

static void scan_characters(struct scan *s)
{
    const paw_str line = s->p->line;
    for (size_t at = 0; at < line.n;) {
        uint32_t c = (unsigned char)line.p[at];
        const size_t n = c < 0x80 ? 1 : paw_utf8_next(line, at, &c);
        const bool blank = c < 0x80 ? c == ' ' || (c >= 9 && c <= 13) : paw_is_unicode_blank(c);
        if (blank) {
            s->blanks_at = s->n_blanks == 0 ? at : s->blanks_at;
            s->n_blanks++;
        } else if (s->n_blanks != 0) {
            end_blanks(s, at);
        }
        if (c >= 0x80 || !is_blob_char((char)c)) {
            end_blob(s, at);
            s->blob_at = at + n;
        }
        if (c == '^' && s->n_carets++ == 0)
            s->caret_at = at;
        if (c >= 0x80 && paw_is_bidi(c))
            paw_mark(s->p, PAW_LINE_BIDI, at, at + n);
        read_letter(s, c, at);
        at += n;
    }
    end_word(s, line.n);
    end_blob(s, line.n);
}

/* A quote with a letter or digit on both sides. */
static void look_for_split_words(struct paw_parse *p)
{
    const struct paw_command *c = p->ret;
    if (p->grammar->split == PAW_SPLIT_RAW || p->grammar->split == PAW_SPLIT_POWERSHELL ||
        p->grammar->split == PAW_SPLIT_CMD)
        return;
    const bool script = (c->form & PAW_FORM_SCRIPT) != 0;
    for (size_t i = 0; i < c->n_operands && !script; i++) {
        const struct paw_span span = c->operands[i].span;
        const paw_str raw = paw_at_span(p->line, span);
        for (size_t at = paw_str_find_char(raw, '"', 1); at != SIZE_MAX && at + 1 < raw.n;
             at = paw_str_find_char(raw, '"', at + 1))
            if (paw_is_word(raw.p[at - 1]) && paw_is_word(raw.p[at + 1]))
                paw_mark(p, PAW_LINE_QUOTE_SPLIT, span.start, span.start + span.length);
    }
}

static bool is_comment(paw_str text)
{
    if (text.n > 1 && text.p[0] == '#' && (unsigned char)text.p[1] >= 0x80)
        return true;
    return paw_in_list(text, "#|//|::|rem");
}

static void look_at_tokens(struct paw_parse *p)
{
    const struct paw_command *c = p->ret;
    for (size_t i = 0; i < c->n_tokens; i++) {
        const size_t from = c->tokens[i].span.start, end = from + c->tokens[i].span.length;
        if (end - from > LONG_ARGUMENT)
            paw_mark(p, PAW_LINE_BLOB, from, end);
        if (i != 0 && !c->tokens[i].is_quoted && is_comment(c->tokens[i].text))
            paw_mark(p, PAW_LINE_COMMENT, from, p->tail_end);
    }
}

static bool is_library(paw_str s)
{
    return paw_in_glob_list(s, "?*.dll|?*.ocx|?*.cpl");
}

/* "FILE.dll,Export", as rundll32 alone reads it. */
static bool is_call(paw_str s)
{
    const size_t comma = paw_str_rfind_char(s, ',');
    if (comma == SIZE_MAX || comma + 1 >= s.n || !is_library(paw_str_sub(s, 0, comma)))
        return false;
    for (size_t i = comma + 1; i < s.n; i++)
        if (!paw_is_word(s.p[i]) && (i != comma + 1 || s.p[i] != '#'))
            return false;
    return true;
}

/* A program that is none of the known ones is given what rundll32 is given. */
static void look_for_call(struct paw_parse *p)
{
    const struct paw_command *c = p->ret;
    if (c->n_tokens == 0 || paw_names_program(c->program))
        return;
    const paw_str first = c->tokens[0].text;
    const paw_str second = c->n_tokens > 1 ? c->tokens[1].text : (paw_str){0};
    const bool registers =
        is_library(paw_str_trim(first, ",")) &&
        paw_str_same_name(paw_str_trim(second, ","), PAW_LIT("DllRegisterServer"));
    if (!is_call(first) && !registers)
        return;
    const struct paw_span last = c->tokens[registers ? 1 : 0].span;
    paw_mark(p, PAW_LINE_CALL, c->tokens[0].span.start, last.start + last.length);
}

void paw_parse_line(struct paw_parse *p)
{
    struct scan s = {.p = p};
    scan_characters(&s);
    if (s.n_carets >= FEW_CARETS && !paw_str_same_name(p->ret->program, PAW_LIT("cmd.exe")))
        paw_mark(p, PAW_LINE_CARETS, s.caret_at, s.caret_at + 1);
    look_for_split_words(p);
    look_at_tokens(p);
    look_for_call(p);
}
