/* SPDX-License-Identifier: Apache-2.0 */
/* The text of values: see values.h. Types and forms: MS-EVEN6 2.2.15, docs, EVTX 6. */
#include "parsers/evtx/values.h"

#include "core/cursor.h"
#include "core/utf16.h"
#include "parsers/evtx/scalars.h"

enum {
    JOINED_MAX = 64, /* items of an array in one text: joining copies what there is */
};

static paw_str ansi(struct paw_arena *a, paw_bytes b, bool *lossy)
{
    while (b.n != 0 && b.p[b.n - 1] == 0)
        b.n--;
    return paw_ansi_text(a, b, lossy);
}

static paw_str array_text(struct paw_arena *a, struct paw_evtx_datum v, bool *lossy)
{
    struct paw_evtx_datum item;
    paw_str all = {0};
    for (unsigned i = 0; paw_evtx_next_item(&v, &item); i++) {
        if (i == JOINED_MAX)
            return paw_arena_join(a, all, PAW_LIT(",..."));
        const paw_str text = paw_evtx_value_text(a, item, lossy);
        all = all.p == NULL ? text : paw_arena_join(a, paw_arena_join(a, all, PAW_LIT(",")), text);
    }
    return all;
}

static paw_str hex_bytes(struct paw_arena *a, paw_bytes b)
{
    char *out = paw_arena_array(a, b.n, 2);
    if (out == NULL)
        return (paw_str){0};
    return (paw_str){out, paw_hex_put(b, out)};
}

static paw_str scalar(struct paw_arena *a, struct paw_evtx_datum v)
{
    char text[PAW_SCALAR_TEXT];
    const size_t n = paw_scalar_put(v, text);
    return n == 0 ? hex_bytes(a, v.bytes) : paw_arena_str(a, (paw_str){text, n});
}

paw_str paw_evtx_value_text(struct paw_arena *a, struct paw_evtx_datum v, bool *lossy)
{
    if (v.type == PAW_EVTX_TYPE_NULL || v.type == PAW_EVTX_TYPE_BINXML)
        return (paw_str){0};
    if ((v.type & PAW_EVTX_TYPE_ARRAY) != 0)
        return array_text(a, v, lossy);
    if (v.type == PAW_EVTX_TYPE_STRING)
        return paw_utf16_text(a, paw_utf16_trim(paw_utf16_of(v.bytes)), lossy);
    if (v.type == PAW_EVTX_TYPE_ANSI)
        return ansi(a, v.bytes, lossy);
    return scalar(a, v);
}

bool paw_evtx_value_number(struct paw_evtx_datum v, uint64_t *ret)
{
    const size_t size = paw_scalar_size(v.type);
    const bool is_unsigned = v.type == PAW_EVTX_TYPE_U8 || v.type == PAW_EVTX_TYPE_U16 ||
                             v.type == PAW_EVTX_TYPE_U32 || v.type == PAW_EVTX_TYPE_U64 ||
                             v.type == PAW_EVTX_TYPE_FILETIME;
    if (!is_unsigned || v.bytes.n != size)
        return false;
    *ret = paw_scalar_bits(v.bytes);
    return true;
}

/* Bytes of the first string of an array, its NUL included. */
static size_t string_bytes(paw_bytes b)
{
    size_t n = 0;
    while (n + 2 <= b.n && paw_le16(b.p + n) != 0)
        n += 2;
    return n + 2 <= b.n ? n + 2 : b.n;
}

static size_t ansi_bytes(paw_bytes b)
{
    const uint8_t *nul = memchr(b.p, 0, b.n);
    return nul == NULL ? b.n : (size_t)(nul - b.p) + 1;
}

bool paw_evtx_next_item(struct paw_evtx_datum *array, struct paw_evtx_datum *ret)
{
    const uint8_t type = array->type & (uint8_t)~PAW_EVTX_TYPE_ARRAY;
    paw_bytes *b = &array->bytes;
    size_t n = paw_scalar_size(type);
    if (b->n == 0)
        return false;
    if (type == PAW_EVTX_TYPE_STRING)
        n = string_bytes(*b);
    else if (type == PAW_EVTX_TYPE_ANSI)
        n = ansi_bytes(*b);
    else if (type == PAW_EVTX_TYPE_SID)
        n = paw_sid_size(*b);
    else if (type == PAW_EVTX_TYPE_BOOL)
        n = 4;
    else if (type == PAW_EVTX_TYPE_SIZE)
        n = b->n % 8 == 0 ? 8 : 4;
    if (n == 0 || n > b->n)
        n = b->n;
    *ret = (struct paw_evtx_datum){type, {b->p, n}};
    *b = (paw_bytes){b->p + n, b->n - n};
    return true;
}
