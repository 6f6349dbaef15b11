/* SPDX-License-Identifier: Apache-2.0 */
/* Marked text and times for the page: see reports/html.h. */
#include "core/filetime.h"
#include "core/str.h"
#include "reports/escape.h"
#include "reports/html.h"

enum { CONTEXT_BYTES = 60 }; /* shown before the first mark of a text that is cut */

static bool is_of(const struct paw_marks *m, const struct paw_reason *r)
{
    return r->evidence == m->evidence && r->length != 0 && paw_str_equal(r->field, m->field);
}

/* First byte of the character that holds byte at. */
static size_t floor_of(paw_str s, size_t at)
{
    while (at > 0 && at < s.n && ((uint8_t)s.p[at] & 0xC0) == 0x80)
        at--;
    return at < s.n ? at : s.n;
}

/* First byte behind the character that ends at or holds byte at - 1. */
static size_t ceiling_of(paw_str s, size_t at)
{
    while (at < s.n && ((uint8_t)s.p[at] & 0xC0) == 0x80)
        at++;
    return at < s.n ? at : s.n;
}

/* The whole characters of s that the i-th reason marks; false: none. */
static bool span_of(paw_str s, const struct paw_marks *m, size_t i, size_t *from, size_t *to)
{
    const struct paw_reason *r = &m->reasons[i];
    if (!is_of(m, r) || r->start >= s.n || r->length > s.n - r->start)
        return false;
    *from = floor_of(s, r->start);
    *to = ceiling_of(s, (size_t)r->start + r->length);
    return true;
}

/* The next marked stretch at or after `at`, overlapping spans as one; start == s.n: none, else
 * start < end. */
static void next_mark(paw_str s, const struct paw_marks *m, size_t at, size_t *start, size_t *end)
{
    size_t from = 0;
    size_t to = 0;
    *start = s.n;
    for (size_t i = 0; i < m->n_reasons; i++)
        if (span_of(s, m, i, &from, &to) && to > at && from < *start)
            *start = from > at ? from : at;
    *end = *start;
    for (bool grown = true; grown;) { /* each round ends further on */
        grown = false;
        for (size_t i = 0; i < m->n_reasons; i++) {
            if (span_of(s, m, i, &from, &to) && from <= *end && to > *end) {
                *end = to;
                grown = true;
            }
        }
    }
}

static void put(struct paw_stream *out, paw_str s, bool is_block)
{
    if (is_block)
        paw_html_block(out, s);
    else
        paw_html_text(out, s);
}

static void put_left_out(struct paw_stream *out, size_t n)
{
    if (n == 0)
        return;
    paw_stream_text(out, "<span class=\"soft\">[");
    paw_stream_u64(out, n);
    paw_stream_text(out, " more bytes]</span>");
}

void paw_html_marked(struct paw_stream *out, paw_str s, const struct paw_marks *marks, size_t most,
                     bool is_block)
{
    size_t start = 0;
    size_t end = 0;
    size_t at = 0;
    size_t stop = s.n;
    next_mark(s, marks, 0, &start, &end);
    if (s.n > most) {
        if (start < s.n && end > most && start > CONTEXT_BYTES)
            at = floor_of(s, start - CONTEXT_BYTES);
        stop = s.n - at > most ? floor_of(s, at + most) : s.n;
    }
    put_left_out(out, at);
    while (at < stop) {
        next_mark(s, marks, at, &start, &end);
        if (start > stop)
            start = stop;
        if (end > stop)
            end = stop;
        put(out, paw_str_sub(s, at, start - at), is_block);
        if (end > start) {
            paw_stream_text(out, "<mark>");
            put(out, paw_str_sub(s, start, end - start), is_block);
            paw_stream_text(out, "</mark>");
        }
        at = end > start ? end : start;
    }
    put_left_out(out, s.n - stop);
}

void paw_html_time(struct paw_stream *out, paw_filetime t, unsigned digits)
{
    char bytes[PAW_FILETIME_TEXT];
    const paw_str text = paw_filetime_text(t, bytes);
    if (text.p == NULL) {
        paw_stream_text(out, "<span class=\"soft\">undated</span>");
        return;
    }
    paw_stream_text(out, "<time datetime=\"");
    paw_stream_put(out, text.p, text.n);
    paw_stream_text(out, "\"><span class=\"day\">");
    paw_stream_put(out, text.p, 10);
    paw_stream_text(out, "</span> ");
    paw_stream_put(out, text.p + 11, digits == 0 ? 8 : 9 + (digits < 7 ? digits : 7));
    paw_stream_text(out, "</time>");
}
