/* SPDX-License-Identifier: Apache-2.0 */
/* Elements without a template, for libevtx: see direct.h. Tokens: MS-EVEN6 2.2.12, docs EVTX 5. */
#include "parsers/evtx/direct.h"

#include "core/cursor.h"
#include "core/str.h"

enum {
    TOKEN_END = 0x00,
    TOKEN_ELEMENT = 0x01,
    TOKEN_CLOSE_START = 0x02,
    TOKEN_CLOSE_EMPTY = 0x03,
    TOKEN_END_ELEMENT = 0x04,
    TOKEN_TEXT = 0x05,
    TOKEN_ATTRIBUTE = 0x06,
    TOKEN_CDATA = 0x07,
    TOKEN_CHARACTER = 0x08,
    TOKEN_ENTITY = 0x09,
    TOKEN_PI_TARGET = 0x0A,
    TOKEN_PI_DATA = 0x0B,
    TOKEN_FRAGMENT = 0x0F,
    MORE = 0x40,
    DEPTH_MAX = 250,   /* libevtx gives up at 256 */
    SHIFTS_MAX = 8192, /* one for each element and reference; an element takes at least 13 bytes */
    NOWHERE = 0,
};

/* Behind `at` in the old bytes everything lies `by` further on. */
struct shift {
    uint32_t at;
    int32_t by;
};

struct element {
    uint32_t size_at, list_at; /* of its size fields in the new bytes; list_at NOWHERE: no list */
};

struct writing {
    struct paw_cursor in; /* the chunk up to the stream's end */
    uint8_t *out;
    uint32_t from, used; /* the new bytes begin at from in the chunk */
    uint32_t text_at;    /* count of the text that is being written; NOWHERE: none */
    bool failed, adds_dependencies;
    uint32_t depth, n_shifts;
    struct element open[DEPTH_MAX];
    struct shift shifts[SHIFTS_MAX];
};

/* Writing ---------------------------------------------------------------------------------------
 */

static void put(struct writing *w, const uint8_t *bytes, size_t n)
{
    if (w->failed || n > PAW_EVTX_DIRECT_ROOM - w->used) {
        w->failed = true;
        return;
    }
    if (n != 0)
        memcpy(w->out + w->used, bytes, n);
    w->used += (uint32_t)n;
}

static void put_number(struct writing *w, uint32_t value, size_t n)
{
    const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                              (uint8_t)(value >> 24)};
    put(w, bytes, n);
}

static void patch(struct writing *w, uint32_t at, uint32_t value, size_t n)
{
    for (size_t i = 0; i < n && !w->failed; i++)
        w->out[at + i] = (uint8_t)(value >> (8 * i));
}

/* Notes how far the old bytes from here on have moved. */
static void note_shift(struct writing *w)
{
    const int32_t by = (int32_t)(w->from + w->used) - (int32_t)w->in.pos;
    if (w->n_shifts == SHIFTS_MAX)
        w->failed = true;
    else
        w->shifts[w->n_shifts++] = (struct shift){(uint32_t)w->in.pos, by};
}

static uint32_t moved(const struct writing *w, uint32_t at)
{
    uint32_t low = 0, high = w->n_shifts;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (w->shifts[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? at : (uint32_t)((int32_t)at + w->shifts[low - 1].by);
}

/* Reading and writing ---------------------------------------------------------------------------
 */

/* The name structure at an offset of the chunk, whole. */
static paw_bytes name_at(const struct writing *w, uint32_t at)
{
    struct paw_cursor c = paw_cursor_window(&w->in, at, w->in.len < at ? 0 : w->in.len - at);
    struct paw_cursor whole = c;
    (void)paw_cursor_take(&c, 6);
    const uint16_t n = paw_cursor_u16(&c);
    return paw_cursor_take(&whole, 8 + 2 * ((size_t)n + 1));
}

static void copy_name(struct writing *w)
{
    const uint32_t at = paw_cursor_u32(&w->in);
    if (at != w->in.pos) {
        put_number(w, moved(w, at), 4);
        return;
    }
    const paw_bytes name = name_at(w, at);
    put_number(w, w->from + w->used + 4, 4);
    put(w, paw_cursor_take(&w->in, name.n).p, name.n);
    w->failed = w->failed || name.n == 0;
}

static void begin_element(struct writing *w, bool has_attributes)
{
    if (w->depth == DEPTH_MAX) {
        w->failed = true;
        return;
    }
    struct element *e = &w->open[w->depth++];
    put_number(w, has_attributes ? TOKEN_ELEMENT | MORE : TOKEN_ELEMENT, 1);
    if (w->adds_dependencies)
        put_number(w, 0xFFFF, 2); /* on nothing */
    note_shift(w);
    (void)paw_cursor_u32(&w->in);
    e->size_at = w->used;
    put_number(w, 0, 4);
    copy_name(w);
    e->list_at = NOWHERE;
    if (has_attributes) {
        (void)paw_cursor_u32(&w->in);
        e->list_at = w->used;
        put_number(w, 0, 4);
    }
}

static void end_attributes(struct writing *w)
{
    const struct element *e = w->depth == 0 ? NULL : &w->open[w->depth - 1];
    if (e == NULL)
        w->failed = true;
    else if (e->list_at != NOWHERE)
        patch(w, e->list_at, w->used - e->list_at - 4, 4);
}

static void end_element(struct writing *w)
{
    if (w->depth == 0) {
        w->failed = true;
        return;
    }
    const struct element *e = &w->open[--w->depth];
    patch(w, e->size_at, w->used - e->size_at - 4, 4);
}

/* Text goes behind the text before it: libevtx takes one piece alone in an attribute. */
static void put_text(struct writing *w, paw_bytes units)
{
    if (w->text_at == NOWHERE) {
        put_number(w, TOKEN_TEXT, 1);
        put_number(w, 1, 1);
        w->text_at = w->used;
        put_number(w, 0, 2);
    }
    put(w, units.p, units.n);
    const uint32_t n = (w->used - w->text_at - 2) / 2;
    w->failed = w->failed || n > UINT16_MAX;
    patch(w, w->text_at, n, 2);
}

static void put_entity(struct writing *w)
{
    static const struct {
        const char *name;
        uint8_t unit[2];
    } known[] = {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
    char text[8];
    const uint32_t at = paw_cursor_u32(&w->in);
    const paw_bytes name = name_at(w, at);
    const size_t n = name.n < 10 ? 0 : name.n / 2 - 5;
    if (at == w->in.pos)
        (void)paw_cursor_take(&w->in, name.n);
    for (size_t i = 0; i < n && i < sizeof(text); i++)
        text[i] = (char)name.p[8 + 2 * i];
    for (size_t i = 0; i < PAW_COUNT_OF(known); i++)
        if (n < sizeof(text) && paw_str_equal((paw_str){text, n}, paw_str_of(known[i].name))) {
            put_text(w, (paw_bytes){known[i].unit, 2});
            return;
        }
    w->failed = true;
}

static void take_counted_text(struct writing *w)
{
    const uint16_t n = paw_cursor_u16(&w->in);
    put_text(w, paw_cursor_take_items(&w->in, n, 2));
}

/* One token that is text; false: it is none. */
static bool take_text(struct writing *w, uint8_t token)
{
    switch (token & ~MORE) {
    case TOKEN_TEXT:
        (void)paw_cursor_u8(&w->in);
        take_counted_text(w);
        break;
    case TOKEN_CDATA:
        take_counted_text(w);
        break;
    case TOKEN_CHARACTER:
        put_text(w, paw_cursor_take(&w->in, 2));
        break;
    case TOKEN_ENTITY:
        put_entity(w);
        break;
    default:
        return false;
    }
    note_shift(w);
    return true;
}

static void take_instruction(struct writing *w, uint8_t token)
{
    if (token == TOKEN_PI_TARGET) {
        const uint32_t at = paw_cursor_u32(&w->in);
        if (at == w->in.pos)
            (void)paw_cursor_take(&w->in, name_at(w, at).n);
    } else {
        const uint16_t n = paw_cursor_u16(&w->in);
        (void)paw_cursor_take_items(&w->in, n, 2);
    }
    note_shift(w);
}

static void take_token(struct writing *w, uint8_t token)
{
    if (take_text(w, token))
        return;
    w->text_at = NOWHERE;
    if ((token & ~MORE) == TOKEN_ELEMENT) {
        begin_element(w, (token & MORE) != 0);
    } else if ((token & ~MORE) == TOKEN_ATTRIBUTE) {
        put_number(w, token, 1);
        copy_name(w);
    } else if (token == TOKEN_CLOSE_START) {
        end_attributes(w);
        put_number(w, token, 1);
    } else if (token == TOKEN_CLOSE_EMPTY) {
        end_attributes(w);
        put_number(w, token, 1);
        end_element(w);
    } else if (token == TOKEN_END_ELEMENT) {
        put_number(w, token, 1);
        end_element(w);
    } else if (token == TOKEN_FRAGMENT) {
        put_number(w, token, 1);
        put(w, paw_cursor_take(&w->in, 3).p, paw_cursor_ok(&w->in) ? 3 : 0);
    } else if (token == TOKEN_PI_TARGET || token == TOKEN_PI_DATA) {
        take_instruction(w, token);
    } else {
        w->failed = true;
    }
}

bool paw_evtx_is_direct(paw_bytes chunk, uint32_t from, uint32_t end)
{
    const struct paw_cursor whole = paw_cursor_over(chunk);
    struct paw_cursor c = paw_cursor_window(&whole, from, end < from ? 0 : end - from);
    uint8_t token = paw_cursor_u8(&c);
    if (token == TOKEN_FRAGMENT) {
        (void)paw_cursor_take(&c, 3);
        token = paw_cursor_u8(&c);
    }
    return paw_cursor_ok(&c) && (token & ~MORE) == TOKEN_ELEMENT;
}

bool paw_evtx_direct_mend(uint8_t *chunk, uint32_t from, uint32_t *end, bool adds_dependencies,
                          uint8_t *scratch)
{
    struct writing w;
    w.in = paw_cursor_over((paw_bytes){chunk, *end});
    w.out = scratch;
    w.from = from;
    w.used = w.depth = w.n_shifts = 0;
    w.text_at = NOWHERE;
    w.failed = false;
    w.adds_dependencies = adds_dependencies;
    (void)paw_cursor_take(&w.in, from);
    bool is_open = true;
    while (is_open && !w.failed && paw_cursor_ok(&w.in) && paw_cursor_left(&w.in) != 0) {
        const uint8_t token = paw_cursor_u8(&w.in);
        if (token == TOKEN_END)
            is_open = false;
        else
            take_token(&w, token);
    }
    put_number(&w, TOKEN_END, 1);
    if (w.failed || !paw_cursor_ok(&w.in) || w.depth != 0 ||
        w.used > PAW_EVTX_CHUNK_BYTES - PAW_EVTX_RECORD_LEAST - from)
        return false;
    memcpy(chunk + from, scratch, w.used);
    *end = from + w.used;
    return true;
}
