/* SPDX-License-Identifier: Apache-2.0 */
/* Text of events on its way out: see print.h. Characters: RFC 8259, XML 1.0 (fifth edition) 2.2. */
#include "parsers/evtx/print.h"

#include <stdlib.h>

#include "core/cursor.h"
#include "core/hidden.h"
#include "core/str.h"
#include "core/units.h"
#include "core/utf16.h"
#include "parsers/evtx/scalars.h"

enum {
    ROOM_LEAST = 256 * 1024,
    OVERSHOOT = PAW_UNITS_AT_ONCE, /* bytes that are written behind a text, then overwritten */
};

void paw_print_finish(struct paw_print *o)
{
    free(o->p);
    *o = (struct paw_print){0};
}

static void set_end(struct paw_print *o)
{
    o->end = o->room < o->limit ? o->room : o->limit;
}

void paw_print_begin(struct paw_print *o, const uint8_t *readable)
{
    o->limit = o->n + PAW_PRINT_RECORD_MAX;
    o->is_over = false;
    o->readable = readable;
    set_end(o);
}

char *paw_print_grow(struct paw_print *o, size_t n)
{
    if (o->n > o->limit || n > o->limit - o->n) {
        o->is_over = true;
        return NULL;
    }
    if (n > o->room - o->n) {
        size_t room = o->room < ROOM_LEAST ? ROOM_LEAST : o->room;
        while (room - o->n < n)
            room *= 2;
        char *more = realloc(o->p, room);
        if (more == NULL) {
            o->is_over = true;
            return NULL;
        }
        o->p = more;
        o->room = room;
    }
    set_end(o);
    return o->p + o->n;
}

/* Characters ------------------------------------------------------------------------------------
 */

static const char digits[] = "0123456789abcdef";
static const char capitals[] = "0123456789ABCDEF";

static char *put_string(char *out, const char *text)
{
    const size_t n = strlen(text);
    memcpy(out, text, n);
    return out + n;
}

static char *put_four(char *out, uint32_t unit, const char *set)
{
    for (unsigned i = 4; i > 0; i--, unit >>= 4)
        out[i - 1] = set[unit & 15];
    return out + 4;
}

/* A character by its number. */
static char *put_reference(char *out, uint32_t c)
{
    unsigned n = 1;
    for (uint32_t rest = c; rest >= 16; rest >>= 4)
        n++;
    out = put_string(out, "&#x");
    for (unsigned i = n; i > 0; i--, c >>= 4)
        out[i - 1] = capitals[c & 15];
    out[n] = ';';
    return out + n + 1;
}

static char *put_json_escape(char *out, uint32_t unit)
{
    *out++ = '\\';
    switch (unit) {
    case '"':
    case '\\':
        *out++ = (char)unit;
        return out;
    case '\n':
        *out++ = 'n';
        return out;
    case '\r':
        *out++ = 'r';
        return out;
    case '\t':
        *out++ = 't';
        return out;
    default:
        *out++ = 'u';
        return put_four(out, unit, digits);
    }
}

static bool is_surrogate(uint32_t c)
{
    return c >= 0xD800 && c <= 0xDFFF;
}

static char *put_json(char *out, uint32_t c)
{
    if (c == '"' || c == '\\' || is_surrogate(c) || (c < 0x10000 && paw_char_is_hidden(c)))
        return put_json_escape(out, c);
    if (!paw_char_is_hidden(c))
        return out + paw_utf8_put(out, c);
    out = put_json_escape(out, 0xD800 + ((c - 0x10000) >> 10));
    return put_json_escape(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
}

/* _xHHHH_ */
static char *put_hidden(char *out, uint32_t unit)
{
    *out++ = '_';
    *out++ = 'x';
    out = put_four(out, unit, capitals);
    *out++ = '_';
    return out;
}

static char *put_xml(char *out, uint32_t c, bool is_attribute)
{
    switch (c) {
    case '&':
        return put_string(out, "&amp;");
    case '<':
        return put_string(out, "&lt;");
    case '>':
        return put_string(out, "&gt;");
    case '\r': /* else it would be read as a line feed, and the next two in an attribute as spaces
                */
        return put_reference(out, c);
    case '\t':
    case '\n':
        if (is_attribute)
            return put_reference(out, c);
        *out++ = (char)c;
        return out;
    case '\'':
        return put_string(out, is_attribute ? "&apos;" : "'");
    case '"':
        return put_string(out, is_attribute ? "&quot;" : "\"");
    default:
        break;
    }
    if (c < 0x20 || is_surrogate(c) || c == 0xFFFE || c == 0xFFFF)
        return put_hidden(out, c);
    return paw_char_is_hidden(c) ? put_reference(out, c) : out + paw_utf8_put(out, c);
}

static bool is_name_char(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':';
}

static char *put_name(char *out, uint32_t c)
{
    if (is_name_char(c)) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x10000)
        return put_hidden(out, c);
    out = put_hidden(out, 0xD800 + ((c - 0x10000) >> 10));
    return put_hidden(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
}

/* One character, or a lone surrogate; at most PAW_PRINT_UNIT_MAX bytes for each of its units. */
static char *put_char(char *out, uint32_t c, enum paw_print_as form)
{
    switch (form) {
    case PAW_PRINT_JSON:
        return put_json(out, c);
    case PAW_PRINT_XML:
        return put_xml(out, c, false);
    case PAW_PRINT_ATTRIBUTE:
        return put_xml(out, c, true);
    case PAW_PRINT_NAME:
        return put_name(out, c);
    }
    return out;
}

static bool is_hex(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* UTF-16 ----------------------------------------------------------------------------------------
 */

/* Whether _xHHHH stands there: what follows may begin with another of that form. */
static bool looks_hidden(paw_u16 u, size_t i)
{
    if (u.units - i < 6 || paw_le16(u.p + 2 * i) != '_' || paw_le16(u.p + 2 * i + 2) != 'x')
        return false;
    for (size_t k = i + 2; k < i + 6; k++)
        if (!is_hex(paw_le16(u.p + 2 * k)))
            return false;
    return true;
}

static uint32_t take_char(paw_u16 u, size_t *i)
{
    const uint32_t c = paw_le16(u.p + 2 * (*i)++);
    if ((c & 0xFC00) != 0xD800 || *i == u.units)
        return c;
    const uint32_t low = paw_le16(u.p + 2 * *i);
    if ((low & 0xFC00) != 0xDC00)
        return c;
    (*i)++;
    return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

/* Writes what stands as it is: how many units. */
static inline size_t put_plain(const struct paw_print *o, paw_u16 u, char *out,
                               enum paw_print_as form)
{
    static const struct paw_specials json = {"\"\\\x7F"}, xml = {"&<>_\x7F'\""};
    if (form == PAW_PRINT_JSON)
        return paw_units_plain(u, o->readable, out, &json, 3);
    return paw_units_plain(u, o->readable, out, &xml, form == PAW_PRINT_XML ? 5 : 7);
}

/* All of u, in one form; out has paw_print_room for it. Behind what was written. */
static inline char *put_units(const struct paw_print *o, paw_u16 u, char *out,
                              enum paw_print_as form)
{
    for (size_t i = 0; i < u.units;) {
        const paw_u16 rest = {u.p + 2 * i, u.units - i};
        const size_t plain = form == PAW_PRINT_NAME ? 0 : put_plain(o, rest, out, form);
        i += plain;
        out += plain;
        if (i >= u.units)
            break;
        const unsigned unit = paw_le16(u.p + 2 * i);
        if (form == PAW_PRINT_JSON && (unit == '\\' || unit == '"')) {
            *out++ = '\\';
            *out++ = (char)unit;
            i++;
            continue;
        }
        if (form != PAW_PRINT_JSON && looks_hidden(u, i)) {
            out = put_hidden(out, '_');
            i++;
            continue;
        }
        do
            out = put_char(out, take_char(u, &i), form);
        while (i < u.units && paw_le16(u.p + 2 * i) >= 0x80);
    }
    return out;
}

static inline size_t units_room(paw_u16 u)
{
    return u.units * PAW_PRINT_UNIT_MAX + OVERSHOOT;
}

void paw_print_units(struct paw_print *o, paw_u16 u, enum paw_print_as form)
{
    char *out = paw_print_room(o, units_room(u));
    if (out == NULL)
        return;
    if (form == PAW_PRINT_XML) /* most; so that the form is a constant */
        out = put_units(o, u, out, PAW_PRINT_XML);
    else
        out = put_units(o, u, out, form);
    o->n = (size_t)(out - o->p);
}

static void print_json_string(struct paw_print *o, paw_u16 u)
{
    char *out = paw_print_room(o, units_room(u) + 2);
    if (out == NULL)
        return;
    *out++ = '"';
    out = put_units(o, u, out, PAW_PRINT_JSON);
    *out++ = '"';
    o->n = (size_t)(out - o->p);
}

/* UTF-8 -----------------------------------------------------------------------------------------
 */

/* The character at i, which may be a lone surrogate in three bytes. */
static uint32_t take_utf8(paw_str s, size_t *i)
{
    const unsigned char *p = (const unsigned char *)s.p + *i;
    uint32_t c = 0;
    if (p[0] == 0xED && s.n - *i >= 3 && p[1] >= 0xA0) {
        *i += 3;
        return 0xD000 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    *i += paw_utf8_next(s, *i, &c);
    return c;
}

static bool text_looks_hidden(paw_str s, size_t i)
{
    if (s.n - i < 6 || s.p[i] != '_' || s.p[i + 1] != 'x')
        return false;
    for (size_t k = i + 2; k < i + 6; k++)
        if (!is_hex((unsigned char)s.p[k]))
            return false;
    return true;
}

/* A name without characters, and one that looks like what is printed for it. */
static const char no_name[] = "_x_";

/* What may not begin a name, and colons that part nothing, are hidden. */
static bool is_hidden_in_name(paw_str s, size_t i)
{
    const char c = s.p[i];
    if (i == 0)
        return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' ||
               paw_str_equal(s, paw_str_of(no_name));
    if (c != ':')
        return i + 1 < s.n && s.p[i - 1] == ':' && ((c >= '0' && c <= '9') || c == '-' || c == '.');
    return i + 1 == s.n || paw_str_find_char(s, ':', 0) != i;
}

void paw_print_text(struct paw_print *o, paw_str s, enum paw_print_as form)
{
    char *out = s.n > SIZE_MAX / 8 ? NULL : paw_print_room(o, s.n * PAW_PRINT_UNIT_MAX);
    if (out == NULL)
        return;
    if (form == PAW_PRINT_NAME && s.n == 0) {
        paw_print_lit(o, no_name);
        return;
    }
    for (size_t i = 0; i < s.n;) {
        const bool is_hidden = form == PAW_PRINT_NAME && is_hidden_in_name(s, i);
        if (is_hidden || (form != PAW_PRINT_JSON && text_looks_hidden(s, i)))
            out = put_hidden(out, (unsigned char)s.p[i++]);
        else
            out = put_char(out, take_utf8(s, &i), form);
    }
    o->n = (size_t)(out - o->p);
}

/* Windows-1252; a byte that it leaves open stays what it is, as on Windows. */
static void print_ansi(struct paw_print *o, paw_bytes b, enum paw_print_as form)
{
    while (b.n != 0 && b.p[b.n - 1] == 0)
        b.n--;
    char *out = paw_print_room(o, b.n * PAW_PRINT_UNIT_MAX);
    if (out == NULL)
        return;
    const paw_str ascii = {(const char *)b.p, b.n}; /* as far as it matters here */
    for (size_t i = 0; i < b.n; i++)
        out = form != PAW_PRINT_JSON && text_looks_hidden(ascii, i)
                  ? put_hidden(out, '_')
                  : put_char(out, paw_ansi_char(b.p[i]), form);
    o->n = (size_t)(out - o->p);
}

/* Values ----------------------------------------------------------------------------------------
 */

static void print_hex(struct paw_print *o, paw_bytes b)
{
    char *to = paw_print_room(o, 2 * b.n);
    if (to != NULL)
        o->n += paw_hex_put(b, to);
}

static void print_scalar(struct paw_print *o, struct paw_evtx_datum v)
{
    char *to = paw_print_room(o, PAW_SCALAR_TEXT);
    const size_t n = to == NULL ? 0 : paw_scalar_put(v, to);
    o->n += n;
    if (n == 0)
        print_hex(o, v.bytes);
}

void paw_print_value(struct paw_print *o, struct paw_evtx_datum v, enum paw_print_as form)
{
    if ((v.type & PAW_EVTX_TYPE_ARRAY) != 0) {
        struct paw_evtx_datum item;
        for (bool is_first = true; paw_evtx_next_item(&v, &item) && !o->is_over; is_first = false) {
            if (!is_first)
                paw_print_char(o, ',');
            paw_print_value(o, item, form);
        }
        return;
    }
    switch (v.type) {
    case PAW_EVTX_TYPE_NULL:
    case PAW_EVTX_TYPE_BINXML:
        break;
    case PAW_EVTX_TYPE_STRING:
        paw_print_units(o, paw_utf16_trim(paw_utf16_of(v.bytes)), form);
        break;
    case PAW_EVTX_TYPE_ANSI:
        print_ansi(o, v.bytes, form);
        break;
    default:
        print_scalar(o, v);
        break;
    }
}

/* The digits of a number are a JSON number; a NaN's letters are not. */
static bool is_number(struct paw_evtx_datum v)
{
    switch (v.type) {
    case PAW_EVTX_TYPE_I8:
    case PAW_EVTX_TYPE_U8:
    case PAW_EVTX_TYPE_I16:
    case PAW_EVTX_TYPE_U16:
    case PAW_EVTX_TYPE_I32:
    case PAW_EVTX_TYPE_U32:
    case PAW_EVTX_TYPE_BOOL:
        return true;
    case PAW_EVTX_TYPE_FLOAT:
        return (paw_scalar_bits(v.bytes) >> 23 & 0xFF) != 0xFF;
    case PAW_EVTX_TYPE_DOUBLE:
        return (paw_scalar_bits(v.bytes) >> 52 & 0x7FF) != 0x7FF;
    default:
        return false;
    }
}

/* What is no text: a number as such, all else as a string. */
static void print_json_scalar(struct paw_print *o, struct paw_evtx_datum v)
{
    char *out = paw_print_room(o, PAW_SCALAR_TEXT + 2);
    if (out == NULL)
        return;
    const size_t n = paw_scalar_put(v, out + 1);
    if (n == 0) { /* binary, or of a size that its type cannot have */
        paw_print_char(o, '"');
        print_hex(o, v.bytes);
        paw_print_char(o, '"');
    } else if (is_number(v)) {
        memmove(out, out + 1, n);
        o->n += n;
    } else {
        out[0] = out[n + 1] = '"';
        o->n += n + 2;
    }
}

static void print_list(struct paw_print *o, struct paw_evtx_datum v)
{
    struct paw_evtx_datum item;
    paw_print_char(o, '[');
    for (bool is_first = true; paw_evtx_next_item(&v, &item) && !o->is_over; is_first = false) {
        if (!is_first)
            paw_print_char(o, ',');
        paw_print_json(o, item);
    }
    paw_print_char(o, ']');
}

void paw_print_json(struct paw_print *o, struct paw_evtx_datum v)
{
    if (v.type == PAW_EVTX_TYPE_STRING) {
        print_json_string(o, paw_utf16_trim(paw_utf16_of(v.bytes)));
    } else if (v.type == PAW_EVTX_TYPE_NULL || v.type == PAW_EVTX_TYPE_BINXML) {
        paw_print_put(o, "null", 4);
    } else if ((v.type & PAW_EVTX_TYPE_ARRAY) != 0) {
        print_list(o, v);
    } else if (v.type == PAW_EVTX_TYPE_ANSI) {
        paw_print_char(o, '"');
        print_ansi(o, v.bytes, PAW_PRINT_JSON);
        paw_print_char(o, '"');
    } else {
        print_json_scalar(o, v);
    }
}
