/* SPDX-License-Identifier: Apache-2.0 */
/* File names are bytes; what is printed of them is text that leads back to the bytes. */
#include "core/hidden.h"
#include "core/str.h"
#include "evidence/inventory.h"

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Would %XX here be read as an escape? It would, of bytes that are only ever printed so. */
static bool reads_as_escape(paw_str s, size_t at)
{
    if (s.n - at < 3 || s.p[at] != '%')
        return false;
    const int high = hex_value(s.p[at + 1]), low = hex_value(s.p[at + 2]);
    const int byte = high < 0 || low < 0 ? -1 : high * 16 + low;
    return (byte >= 0 && byte < 0x20) || byte == '%' || byte >= 0x7F;
}

/* Must the character here be escaped? *length is its own. */
static bool is_unprintable(paw_str s, size_t at, size_t *length)
{
    uint32_t c = 0;
    *length = paw_utf8_next(s, at, &c);
    return (*length == 1 && (uint8_t)s.p[at] >= 0x80) || paw_char_is_control(c);
}

static bool is_plain(paw_str s)
{
    size_t length = 0;
    for (size_t at = 0; at < s.n; at += length)
        if (is_unprintable(s, at, &length) || reads_as_escape(s, at))
            return false;
    return true;
}

paw_str paw_evidence_print(struct paw_arena *a, paw_str name)
{
    static const char hex[] = "0123456789ABCDEF";
    if (is_plain(name))
        return name;
    char *out = paw_arena_array(a, name.n, 3);
    size_t n = 0, length = 0;
    for (size_t at = 0; out != NULL && at < name.n; at += length) {
        if (!is_unprintable(name, at, &length) && name.p[at] != '%') {
            memcpy(out + n, name.p + at, length);
            n += length;
            continue;
        }
        for (size_t i = 0; i < length; i++) {
            const uint8_t byte = (uint8_t)name.p[at + i];
            out[n++] = '%';
            out[n++] = hex[byte >> 4];
            out[n++] = hex[byte & 15];
        }
    }
    return (paw_str){out, out == NULL ? 0 : n};
}
