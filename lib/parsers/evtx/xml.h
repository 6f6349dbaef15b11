/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A small tolerant reader of XML text: of what libevtx writes, and of the task definitions inside
 * events 4698 and 4702.
 *
 * libevtx puts control characters into its text as they are and escapes only `& < >`, so a strict
 * XML reader refuses one record in sixty of real logs. This one takes every byte, keeps no state
 * but a position, allocates nothing and moves forward with every token. Nesting is the caller's.
 */
#pragma once

#include <catspaw/base.h>

#include "core/arena.h"

enum paw_xml_token {
    PAW_XML_END,   /* nothing more                                              */
    PAW_XML_OPEN,  /* <name …>                                                  */
    PAW_XML_EMPTY, /* <name …/>                                                 */
    PAW_XML_CLOSE, /* </name>                                                   */
    PAW_XML_TEXT,  /* what stands between tags, still escaped                   */
    PAW_XML_CDATA, /* the same, not escaped                                     */
};

struct paw_xml {
    paw_str text;
    size_t at; /* of the next token */
};

struct paw_xml_item {
    enum paw_xml_token token;
    paw_str name;       /* local part, without a prefix                        */
    paw_str attributes; /* everything between the name and the tag's end       */
    paw_str text;       /* TEXT, CDATA                                         */
    size_t from, to;    /* where the token stands in the text                  */
};

/** The next token; comments, declarations and processing instructions are stepped over, a `<` that
 * begins no tag is text. */
struct paw_xml_item paw_xml_next(struct paw_xml *x);

/** Value of an attribute, still escaped; absent if there is none. A quotation mark inside a value,
 * which libevtx does not escape, belongs to the value. */
paw_str paw_xml_attribute(paw_str attributes, const char *name);

/** The attribute at or behind *at, which moves on: its name with prefix, its value still escaped.
 * False: no more. */
bool paw_xml_next_attribute(paw_str attributes, size_t *at, paw_str *name, paw_str *value);

/** The text with its entities and character references resolved; the text itself if there are none.
 * What is no entity stays as it is. p NULL when the arena is exhausted. */
paw_str paw_xml_plain(struct paw_arena *a, paw_str s);
