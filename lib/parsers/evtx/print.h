/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Text of events on its way out: one buffer that holds whole records, and the one function for each
 * destination by which text of evidence gets into it.
 *
 * Nothing is lost on the way. In JSON what may not stand in a string, and what nobody would see
 * (core/hidden.h), is escaped, in XML the latter is a character reference; a surrogate
 * without its partner is the \udXXX that it is. XML 1.0 has no way to write most control
 * characters, lone surrogates, U+FFFE and U+FFFF: those stand as _xHHHH_, as .NET's XmlConvert
 * writes them, and a text with _xHHHH itself as _x005F_xHHHH. In names the same holds for
 * all that is not an ASCII letter, digit, `.`, `-`, `_` or one `:` inside.
 */
#pragma once

#include "parsers/evtx/values.h"

enum paw_print_as {
    PAW_PRINT_JSON,      /* inside a string                      */
    PAW_PRINT_XML,       /* between tags                         */
    PAW_PRINT_ATTRIBUTE, /* in an attribute, in single quotes    */
    PAW_PRINT_NAME,      /* of an element, attribute, instruction */
};

enum {
    PAW_PRINT_RECORD_MAX = 4 * 1024 * 1024, /* of one record: real ones have 60 KiB */
    PAW_PRINT_UNIT_MAX = 8,                 /* bytes that one code unit can become: &#xHHHH; */
};

/** Zeroed is ready for use but for limit. */
struct paw_print {
    char *PAW_NULLABLE p;
    size_t n;     /* bytes that are there                                            */
    size_t room;  /* allocated                                                       */
    size_t limit; /* no further than here                                            */
    size_t end;   /* the lesser of both                                              */
    bool is_over; /* something did not fit, or there was no memory: it is not there  */
    const uint8_t *PAW_NULLABLE readable; /* end of the bytes around the texts that are printed */
};

void paw_print_finish(struct paw_print *o);

/** A record begins: as much as one may have from here on. */
void paw_print_begin(struct paw_print *o, const uint8_t *PAW_NULLABLE readable);

/** Room for n bytes behind what is there; NULL, and is_over: not to be had. */
char *PAW_NULLABLE paw_print_grow(struct paw_print *o, size_t n);

static inline char *PAW_NULLABLE paw_print_room(struct paw_print *o, size_t n)
{
    return n <= o->end - o->n ? o->p + o->n : paw_print_grow(o, n);
}

/** Bytes of ours, or escaped before. */
static inline void paw_print_put(struct paw_print *o, const void *bytes, size_t n)
{
    char *to = paw_print_room(o, n);
    if (to == NULL)
        return;
    memcpy(to, bytes, n);
    o->n += n;
}

static inline void paw_print_char(struct paw_print *o, char c)
{
    char *to = paw_print_room(o, 1);
    if (to == NULL)
        return;
    *to = c;
    o->n++;
}

/** A terminated constant. */
static inline void paw_print_lit(struct paw_print *o, const char *text)
{
    paw_print_put(o, text, strlen(text));
}

/** Text of evidence; all of it or nothing. */
void paw_print_units(struct paw_print *o, paw_u16 u, enum paw_print_as form);
/** The same in UTF-8, in which lone surrogates may stand as three bytes. */
void paw_print_text(struct paw_print *o, paw_str s, enum paw_print_as form);

/** A value's text, without quotes; an array's items with commas between. Null and nested streams
 * have none. */
void paw_print_value(struct paw_print *o, struct paw_evtx_datum v, enum paw_print_as form);
/** A value as JSON: integers of up to 32 bits, finite reals and booleans as such, null as null, an
 * array as a list, all else as a string. */
void paw_print_json(struct paw_print *o, struct paw_evtx_datum v);

/** Whether a value has no text. */
static inline bool paw_print_is_empty(struct paw_evtx_datum v)
{
    if (v.type == PAW_EVTX_TYPE_NULL || v.type == PAW_EVTX_TYPE_BINXML || v.bytes.n == 0)
        return true;
    if (v.type == PAW_EVTX_TYPE_STRING)
        return v.bytes.n < 2 || (v.bytes.p[0] == 0 && v.bytes.p[1] == 0);
    return v.type == PAW_EVTX_TYPE_ANSI && v.bytes.p[0] == 0;
}
