/* SPDX-License-Identifier: Apache-2.0 */
/* One escape per destination: see reports/escape.h. */
#include "reports/escape.h"

#include "core/hidden.h"
#include "core/str.h"

/* Which destinations a printable character of ASCII means something to. */
enum { TERMINAL = 0, CSV = 1, HTML = 2 };

static const uint8_t means[128] = {
    ['"'] = CSV | HTML, ['&'] = HTML, ['<'] = HTML, ['>'] = HTML, ['\''] = HTML, ['`'] = HTML,
};

static bool is_plain(char c, unsigned destination)
{
    const uint8_t byte = (uint8_t)c;
    return byte >= 0x20 && byte < 0x7F && (means[byte] & destination) == 0;
}

/* Walks s and gives what need not be escaped in runs. True: *c is the character (n bytes at *at) to
 * escape now; false: all is written. */
static bool next_special(struct paw_stream *out, paw_str s, size_t *at, unsigned destination,
                         uint32_t *c, size_t *n)
{
    size_t end = *at;
    for (;;) {
        while (end < s.n && is_plain(s.p[end], destination))
            end++;
        if (end == s.n)
            break;
        *n = paw_utf8_next(s, end, c);
        const bool is_broken = *c == 0xFFFD && *n == 1;
        if (is_broken || *c < 0x7F || paw_char_is_hidden(*c))
            break;
        end += *n;
    }
    if (end > *at)
        paw_stream_put(out, s.p + *at, end - *at);
    *at = end;
    return end < s.n;
}

static bool is_broken_byte(paw_str s, size_t at, uint32_t c, size_t n)
{
    return c == 0xFFFD && n == 1 && s.n > at;
}

static void put_code_point(struct paw_stream *out, uint32_t c)
{
    switch (c) {
    case '\r':
        paw_stream_text(out, "\\r");
        return;
    case '\n':
        paw_stream_text(out, "\\n");
        return;
    case '\t':
        paw_stream_text(out, "\\t");
        return;
    default:
        break;
    }
    paw_stream_text(out, c > 0xFFFF ? "\\U" : "\\u");
    paw_stream_hex(out, c, c > 0xFFFF ? 8 : 4);
}

/* CSV -------------------------------------------------------------------------------------------
 */

static bool is_formula(paw_str s)
{
    size_t at = 0;
    while (at < s.n && s.p[at] == '\'')
        at++;
    if (at == s.n)
        return false;
    uint32_t c = 0;
    (void)paw_utf8_next(s, at, &c);
    switch (c) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case 0xFF1D: /* the full-width forms, which some spreadsheets fold */
    case 0xFF0B:
    case 0xFF0D:
    case 0xFF20:
        return true;
    default:
        return false;
    }
}

static bool wants_quotes(paw_str s)
{
    if (s.n == 0)
        return false;
    if (s.p[0] == ' ' || s.p[s.n - 1] == ' ')
        return true;
    return memchr(s.p, ',', s.n) != NULL || memchr(s.p, '"', s.n) != NULL ||
           memchr(s.p, ';', s.n) != NULL;
}

void paw_csv_cell(struct paw_stream *out, paw_str s)
{
    const bool quoted = wants_quotes(s);
    uint32_t c = 0;
    size_t n = 0;
    if (quoted)
        paw_stream_char(out, '"');
    if (is_formula(s))
        paw_stream_char(out, '\'');
    for (size_t at = 0; next_special(out, s, &at, CSV, &c, &n); at += n) {
        if (c == '"')
            paw_stream_text(out, "\"\"");
        else if (is_broken_byte(s, at, c, n))
            paw_stream_text(out, "\xEF\xBF\xBD");
        else
            put_code_point(out, c);
    }
    if (quoted)
        paw_stream_char(out, '"');
}

/* HTML ------------------------------------------------------------------------------------------
 */

enum html_place { HTML_TEXT, HTML_BLOCK, HTML_ATTRIBUTE };

static void put_visible(struct paw_stream *out, uint32_t c, enum html_place place)
{
    if (place != HTML_ATTRIBUTE)
        paw_stream_text(out, "<span class=\"u\">");
    paw_stream_text(out, "\xE2\x9F\xA6U+"); /* U+27E6 */
    paw_stream_hex(out, c, 4);
    paw_stream_text(out, "\xE2\x9F\xA7"); /* U+27E7 */
    if (place != HTML_ATTRIBUTE)
        paw_stream_text(out, "</span>");
    if (place == HTML_BLOCK && c == '\n')
        paw_stream_char(out, '\n');
}

static void put_html(struct paw_stream *out, paw_str s, enum html_place place)
{
    uint32_t c = 0;
    size_t n = 0;
    for (size_t at = 0; next_special(out, s, &at, HTML, &c, &n); at += n) {
        if (c == '&') {
            paw_stream_text(out, "&amp;");
        } else if (c == '<') {
            paw_stream_text(out, "&lt;");
        } else if (c == '>') {
            paw_stream_text(out, "&gt;");
        } else if (c == '"') {
            paw_stream_text(out, "&quot;");
        } else if (c == '\'') {
            paw_stream_text(out, "&#39;");
        } else if (c == '`') {
            paw_stream_text(out, "&#96;");
        } else if (is_broken_byte(s, at, c, n)) {
            paw_stream_text(out, "\xEF\xBF\xBD");
        } else {
            put_visible(out, c, place);
        }
    }
}

void paw_html_text(struct paw_stream *out, paw_str s)
{
    put_html(out, s, HTML_TEXT);
}

void paw_html_block(struct paw_stream *out, paw_str s)
{
    put_html(out, s, HTML_BLOCK);
}

void paw_html_attribute(struct paw_stream *out, paw_str s)
{
    put_html(out, s, HTML_ATTRIBUTE);
}

/* Terminal --------------------------------------------------------------------------------------
 */

void paw_terminal_text(struct paw_stream *out, paw_str s)
{
    uint32_t c = 0;
    size_t n = 0;
    for (size_t at = 0; next_special(out, s, &at, TERMINAL, &c, &n); at += n) {
        if (is_broken_byte(s, at, c, n)) {
            paw_stream_text(out, "\\x");
            paw_stream_hex(out, (uint8_t)s.p[at], 2);
        } else {
            put_code_point(out, c);
        }
    }
}

enum paw_status paw_terminal_write(paw_str s, struct paw_out *out)
{
    struct paw_stream stream;
    paw_stream_init(&stream, out);
    paw_terminal_text(&stream, s);
    return paw_stream_flush(&stream);
}
