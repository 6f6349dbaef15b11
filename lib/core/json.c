/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON writer after RFC 8259: see core/json.h. */
#include "core/json.h"

#include <assert.h>

#include "core/filetime.h"
#include "core/hidden.h"
#include "core/str.h"

void paw_json_begin(struct paw_json *j, struct paw_out *out)
{
    paw_stream_init(&j->stream, out);
    j->depth = 0;
    j->filled = 0;
    j->has_key = false;
    j->has_break = false;
}

static void break_line(struct paw_json *j)
{
    if (j->has_break)
        paw_stream_char(&j->stream, '\n');
    j->has_break = false;
}

/* The comma before a key or an array's value. */
static void separate(struct paw_json *j)
{
    if (j->has_key) {
        j->has_key = false;
        return;
    }
    const uint32_t bit = UINT32_C(1) << j->depth;
    if (j->depth != 0 && (j->filled & bit) != 0)
        paw_stream_char(&j->stream, ',');
    break_line(j);
    j->filled |= bit;
}

static void enter(struct paw_json *j, char bracket)
{
    separate(j);
    assert(j->depth + 1 < PAW_JSON_DEPTH);
    j->depth++;
    j->filled &= ~(UINT32_C(1) << j->depth);
    paw_stream_char(&j->stream, bracket);
}

static void leave(struct paw_json *j, char bracket)
{
    assert(j->depth > 0 && !j->has_key);
    break_line(j);
    j->depth--;
    paw_stream_char(&j->stream, bracket);
}

void paw_json_object(struct paw_json *j)
{
    enter(j, '{');
}

void paw_json_object_end(struct paw_json *j)
{
    leave(j, '}');
}

void paw_json_array(struct paw_json *j)
{
    enter(j, '[');
}

void paw_json_array_end(struct paw_json *j)
{
    leave(j, ']');
}

static void put_escape(struct paw_stream *out, uint32_t c)
{
    static const char short_names[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    paw_stream_char(out, '\\');
    if (c == '"' || c == '\\') {
        paw_stream_char(out, (char)c);
    } else if (c < 0x20 && short_names[c] != 0) {
        paw_stream_char(out, short_names[c]);
    } else if (c <= 0xFFFF) {
        paw_stream_char(out, 'u');
        paw_stream_hex(out, c, 4);
    } else {
        paw_stream_char(out, 'u');
        paw_stream_hex(out, 0xD7C0 + (c >> 10), 4);
        paw_stream_text(out, "\\u");
        paw_stream_hex(out, 0xDC00 + (c & 0x3FF), 4);
    }
}

/* Length of the text before the first byte that may need an escape: what is no printable ASCII, or
 * a quote or backslash. Looked at by eights: the high bit of a byte says so. */
static size_t plain_length(paw_str s, size_t at)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    static const uint64_t highs = UINT64_C(0x8080808080808080);
    for (; s.n - at >= 8; at += 8) {
        uint64_t w;
        memcpy(&w, s.p + at, sizeof(w));
        const uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\', del = w ^ ones * 0x7F;
        if (((w | (w - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones)) & highs) != 0)
            break;
    }
    while (at < s.n && (uint8_t)s.p[at] >= 0x20 && (uint8_t)s.p[at] < 0x7F && s.p[at] != '"' &&
           s.p[at] != '\\')
        at++;
    return at;
}

/* s with all that must be escaped, without quotes. */
static void put_escaped(struct paw_stream *out, paw_str s)
{
    size_t plain = 0; /* first byte not yet written */
    for (size_t at = plain_length(s, 0); at < s.n; at = plain_length(s, at)) {
        uint32_t c = 0;
        const size_t n = paw_utf8_next(s, at, &c);
        const bool is_broken = c == 0xFFFD && n == 1;
        if (is_broken || c == '"' || c == '\\' || paw_char_is_hidden(c)) {
            paw_stream_put(out, s.p + plain, at - plain);
            if (is_broken)
                paw_stream_text(out, "\xEF\xBF\xBD");
            else
                put_escape(out, c);
            plain = at + n;
        }
        at += n;
    }
    if (plain < s.n)
        paw_stream_put(out, s.p + plain, s.n - plain);
}

void paw_json_quote(struct paw_stream *out, paw_str s)
{
    paw_stream_char(out, '"');
    put_escaped(out, s);
    paw_stream_char(out, '"');
}

void paw_json_key_numbered(struct paw_json *j, paw_str key, unsigned number)
{
    assert(!j->has_key);
    separate(j);
    paw_stream_char(&j->stream, '"');
    put_escaped(&j->stream, key);
    if (number != 0) {
        paw_stream_char(&j->stream, '#');
        paw_stream_u64(&j->stream, number);
    }
    paw_stream_text(&j->stream, "\":");
    j->has_key = true;
}

void paw_json_key_str(struct paw_json *j, paw_str key)
{
    paw_json_key_numbered(j, key, 0);
}

void paw_json_key(struct paw_json *j, const char *key)
{
    assert(!j->has_key);
    separate(j);
    paw_stream_char(&j->stream, '"');
    paw_stream_text(&j->stream, key);
    paw_stream_put(&j->stream, "\":", 2);
    j->has_key = true;
}

void paw_json_string(struct paw_json *j, paw_str s)
{
    separate(j);
    paw_json_quote(&j->stream, s);
}

void paw_json_bool(struct paw_json *j, bool value)
{
    separate(j);
    paw_stream_text(&j->stream, value ? "true" : "false");
}

void paw_json_count(struct paw_json *j, uint64_t n)
{
    separate(j);
    paw_stream_u64(&j->stream, n < PAW_JSON_INTEGER_MAX ? n : PAW_JSON_INTEGER_MAX);
}

void paw_json_u64(struct paw_json *j, uint64_t n)
{
    separate(j);
    paw_stream_char(&j->stream, '"');
    paw_stream_u64(&j->stream, n);
    paw_stream_char(&j->stream, '"');
}

void paw_json_time(struct paw_json *j, paw_filetime t)
{
    char text[PAW_FILETIME_TEXT];
    paw_json_string(j, paw_filetime_text(t, text));
}

void paw_json_raw(struct paw_json *j, const char *text, size_t n)
{
    separate(j);
    paw_stream_put(&j->stream, text, n);
}

void paw_json_newline(struct paw_json *j)
{
    j->has_break = true;
}

enum paw_status paw_json_end(struct paw_json *j)
{
    assert(j->depth == 0 && !j->has_key);
    break_line(j);
    return paw_stream_flush(&j->stream);
}

void paw_json_member(struct paw_json *j, const char *key, paw_str s)
{
    if (s.p == NULL)
        return;
    paw_json_key(j, key);
    paw_json_string(j, s);
}

void paw_json_member_text(struct paw_json *j, const char *key, const char *text)
{
    paw_json_member(j, key, paw_str_of(text));
}

void paw_json_member_count(struct paw_json *j, const char *key, uint64_t n)
{
    paw_json_key(j, key);
    paw_json_count(j, n);
}

void paw_json_member_u64(struct paw_json *j, const char *key, uint64_t n)
{
    paw_json_key(j, key);
    paw_json_u64(j, n);
}

void paw_json_member_true(struct paw_json *j, const char *key)
{
    paw_json_key(j, key);
    paw_json_bool(j, true);
}

void paw_json_member_time(struct paw_json *j, const char *key, paw_filetime t)
{
    if (t == 0)
        return;
    paw_json_key(j, key);
    paw_json_time(j, t);
}
