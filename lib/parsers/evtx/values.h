/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The values of a template instance and their text, as Windows writes it (docs, EVTX 6).
 */
#pragma once

#include "core/arena.h"
#include "core/filetime.h"
#include "parsers/evtx/layout.h"

enum {
    PAW_EVTX_TYPE_ANSI = 0x02,
    PAW_EVTX_TYPE_I8 = 0x03,
    PAW_EVTX_TYPE_U8 = 0x04,
    PAW_EVTX_TYPE_I16 = 0x05,
    PAW_EVTX_TYPE_U16 = 0x06,
    PAW_EVTX_TYPE_I32 = 0x07,
    PAW_EVTX_TYPE_U32 = 0x08,
    PAW_EVTX_TYPE_I64 = 0x09,
    PAW_EVTX_TYPE_U64 = 0x0A,
    PAW_EVTX_TYPE_FLOAT = 0x0B,
    PAW_EVTX_TYPE_DOUBLE = 0x0C,
    PAW_EVTX_TYPE_BOOL = 0x0D,
    PAW_EVTX_TYPE_BINARY = 0x0E,
    PAW_EVTX_TYPE_GUID = 0x0F,
    PAW_EVTX_TYPE_SIZE = 0x10,
    PAW_EVTX_TYPE_FILETIME = 0x11,
    PAW_EVTX_TYPE_SYSTEMTIME = 0x12,
    PAW_EVTX_TYPE_SID = 0x13,
    PAW_EVTX_TYPE_HEX32 = 0x14,
    PAW_EVTX_TYPE_HEX64 = 0x15,
    PAW_EVTX_TYPE_ARRAY = 0x80, /* bit */
};

/** A value where it lies. */
struct paw_evtx_datum {
    uint8_t type;
    paw_bytes bytes;
};

/** The value's text in the arena; absent for null, for nested streams and when the arena is
 * exhausted. A value whose size its type cannot have is shown as hexadecimal bytes. An array's
 * items stand behind one another with commas between. *lossy is set where U+FFFD stands for
 * something, never cleared. */
paw_str paw_evtx_value_text(struct paw_arena *a, struct paw_evtx_datum v, bool *lossy);

/** The number that an unsigned integer or a FILETIME holds. False: it is none. */
bool paw_evtx_value_number(struct paw_evtx_datum v, uint64_t *ret);

/** A FILETIME as a time: 0, not set, for the first second of the calendar and what lies behind its
 * end. */
static inline paw_filetime paw_evtx_time(uint64_t t)
{
    return t < PAW_TICKS_PER_SEC || t > PAW_FILETIME_MAX ? 0 : t;
}

/** Takes the next item off an array's bytes. False: there is none. */
bool paw_evtx_next_item(struct paw_evtx_datum *array, struct paw_evtx_datum *ret);
