/* SPDX-License-Identifier: Apache-2.0 */
/* Mends a copy of a record for libevtx: see mend.h. Offsets come from paw_evtx_peek_at over the
 * same bytes, which has checked that they lie in the record. */
#include "parsers/evtx/mend.h"

#include "core/cursor.h"

enum {
    NONCHARACTERS = 32, /* U+FDD0 .. U+FDEF */
    MORE_VALUES = 64,   /* the widest payload template seen has some 60 slots */
};

static uint16_t unit_at(const uint8_t *chunk, uint32_t at)
{
    return paw_le16(chunk + at);
}

static void put_unit(uint8_t *chunk, uint32_t at, uint16_t unit)
{
    chunk[at] = (uint8_t)unit;
    chunk[at + 1] = (uint8_t)(unit >> 8);
}

/* A noncharacter that the record does not hold; 0 if it holds them all. */
static uint16_t free_noncharacter(const uint8_t *chunk, const struct paw_evtx_at *at)
{
    uint32_t seen = 0;
    for (uint32_t i = at->offset; i + 1 < at->offset + at->size; i++) {
        const unsigned n = unit_at(chunk, i) - 0xFDD0U;
        if (n < NONCHARACTERS)
            seen |= UINT32_C(1) << n;
    }
    for (unsigned n = 0; n < NONCHARACTERS; n++)
        if ((seen >> n & 1) == 0)
            return (uint16_t)(0xFDD0U + n);
    return 0;
}

static bool is_high(uint16_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint16_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static void mend_string(uint8_t *chunk, const struct paw_evtx_at *at,
                        const struct paw_evtx_value *value, struct paw_evtx_mended *ret)
{
    uint32_t end = value->offset + value->size / 2 * 2U;
    while (end > value->offset && unit_at(chunk, end - 2) == 0)
        end -= 2;
    for (uint32_t i = value->offset; i < end; i += 2) {
        const uint16_t unit = unit_at(chunk, i);
        if (is_high(unit) && i + 2 < end && is_low(unit_at(chunk, i + 2))) {
            i += 2;
        } else if (is_high(unit) || is_low(unit)) {
            put_unit(chunk, i, 0xFFFD);
            ret->is_lossy = true;
        } else if (unit == 0 && value->type == PAW_EVTX_TYPE_STRING) {
            if (ret->stand_in == 0)
                ret->stand_in = free_noncharacter(chunk, at);
            put_unit(chunk, i, ret->stand_in);
        }
    }
}

static void mend_array(uint8_t *chunk, const struct paw_evtx_at *at,
                       const struct paw_evtx_array *array, struct paw_evtx_mended *ret)
{
    for (uint32_t i = 0; i < array->n; i++)
        if (array->values[i].type == PAW_EVTX_TYPE_STRING ||
            array->values[i].type == PAW_EVTX_TYPE_STRINGS)
            mend_string(chunk, at, &array->values[i], ret);
}

/* A payload that says nothing: fragment header, template instance with its definition in place, an
 * empty element EventData, no values. */
static const uint8_t empty_payload[] = {
    0x0F, 0x01, 0x01, 0x00,                                     /* fragment header          */
    0x0C, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* instance, definition     */
    0x00, 0x00, 0x00, 0x00,                                     /* 14: next definition      */
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,             /* GUID                     */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,             /*                          */
    0x2D, 0x00, 0x00, 0x00, 0x0F, 0x01, 0x01, 0x00,             /* 45 bytes; fragment       */
    0x01, 0xFF, 0xFF, 0x21, 0x00, 0x00, 0x00, 0x00,             /* element, 33 bytes, name  */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x44,             /* 53: next name, hash      */
    0x82, 0x09, 0x00, 'E',  0x00, 'v',  0x00, 'e',              /* 9 characters             */
    0x00, 'n',  0x00, 't',  0x00, 'D',  0x00, 'a',              /*                          */
    0x00, 't',  0x00, 'a',  0x00, 0x00, 0x00, 0x03,             /* end of the empty element */
    0x00, 0x00, 0x00, 0x00, 0x00,                               /* end; no values           */
};

static void put_offset(uint8_t *chunk, uint32_t at, uint32_t value)
{
    put_unit(chunk, at, (uint16_t)value);
    put_unit(chunk, at + 2, (uint16_t)(value >> 16));
}

/* A payload that is null becomes one that is empty: nothing follows it, so the record may grow. */
static void mend_null(uint8_t *chunk, struct paw_evtx_at *at, const struct paw_evtx_array *outer)
{
    enum { DEFINITION_REF = 10, DEFINITION = 14, NAME_REF = 49, NAME = 53, TRAILER = 4 };
    const struct paw_evtx_value *last = &outer->values[outer->n == 0 ? 0 : outer->n - 1];
    const uint32_t from = last->offset;
    const uint32_t end = (from + (uint32_t)sizeof(empty_payload) + TRAILER + 7) / 8 * 8;
    if (outer->n == 0 || last->type != PAW_EVTX_TYPE_NULL || end > PAW_EVTX_CHUNK_BYTES)
        return;
    memcpy(chunk + from, empty_payload, sizeof(empty_payload));
    put_offset(chunk, from + DEFINITION_REF, from + DEFINITION);
    put_offset(chunk, from + NAME_REF, from + NAME);
    put_unit(chunk, outer->descriptors + 4 * (outer->n - 1), sizeof(empty_payload));
    put_unit(chunk, outer->descriptors + 4 * (outer->n - 1) + 2, PAW_EVTX_TYPE_BINXML);
    if (end - at->offset > at->size)
        at->size = end - at->offset;
}

void paw_evtx_mend_values(uint8_t *chunk, struct paw_evtx_at *at, const struct paw_evtx_peek *peek,
                          struct paw_evtx_mended *ret)
{
    const struct paw_evtx_array *outer = &peek->outer;
    *ret = (struct paw_evtx_mended){0};
    mend_array(chunk, at, outer, ret);
    if (peek->has_nested)
        mend_array(chunk, at, &peek->nested, ret);
    mend_null(chunk, at, outer);
}

bool paw_evtx_mend_missing(uint8_t *chunk, struct paw_evtx_at *at, const struct paw_evtx_peek *peek)
{
    enum { MORE_BYTES = MORE_VALUES * 4 };
    const struct paw_evtx_array *outer = &peek->outer;
    const uint32_t end = at->offset + at->size;
    if (!peek->has_nested || outer->n == 0 ||
        outer->values[outer->n - 1].type != PAW_EVTX_TYPE_BINXML ||
        end > PAW_EVTX_CHUNK_BYTES - MORE_BYTES ||
        outer->values[outer->n - 1].size > UINT16_MAX - MORE_BYTES)
        return false;
    const uint32_t from = peek->nested.descriptors + 4 * peek->nested.n;
    memmove(chunk + from + MORE_BYTES, chunk + from, end - from);
    memset(chunk + from, 0, MORE_BYTES); /* size 0, type null */
    put_unit(chunk, peek->nested.descriptors - 4, (uint16_t)(peek->nested.n + MORE_VALUES));
    put_unit(chunk, outer->descriptors + 4 * (outer->n - 1),
             (uint16_t)(outer->values[outer->n - 1].size + MORE_BYTES));
    at->size += MORE_BYTES;
    return true;
}

bool paw_evtx_mend_last(uint8_t *chunk, struct paw_evtx_at *at, const struct paw_evtx_peek *peek)
{
    enum { AWAY = 8 };
    const struct paw_evtx_array *outer = &peek->outer;
    const uint32_t end = at->offset + at->size;
    const struct paw_evtx_value *last = &outer->values[outer->n == 0 ? 0 : outer->n - 1];
    if (end < PAW_EVTX_CHUNK_BYTES)
        return true;
    /* Without definitions and names of its own nothing points into the record. What it comes to lie
     * on are the last values of the record before. */
    if (!outer->is_inline &&
        (!peek->has_payload || (peek->has_nested && !peek->nested.is_inline)) &&
        at->offset >= PAW_EVTX_CHUNK_HEADER + PAW_EVTX_RECORD_LEAST + 2 * AWAY) {
        memmove(chunk + at->offset - AWAY, chunk + at->offset, at->size);
        at->offset -= AWAY;
        return true;
    }
    at->size -= 4; /* the size at the end comes to lie on what is there */
    return outer->n != 0 && last->offset + last->size <= end - 8;
}
