/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A template as a list of literal pieces of output, escaped once, and places for values: the fast
 * way from a record to text. What it writes is what tree_write.h would write, byte for byte; what
 * does not fit in so simple a form it leaves to that.
 */
#pragma once

#include "parsers/evtx/print.h"
#include "parsers/evtx/templates.h"

enum {
    PAW_PROGRAM_OPS_MAX = 4096,
    PAW_PROGRAM_NESTING_MAX = 4, /* streams in streams; real ones have 2 */
    PAW_PROGRAM_DEPTH_MAX = 24,  /* elements; times the nesting less than a tree may have */
};

enum paw_op_kind {
    PAW_OP_LITERAL,
    PAW_OP_GUARD,     /* value is null: go to skip                                        */
    PAW_OP_MEMBER,    /* JSON: literal is the key; then the value                         */
    PAW_OP_LIST,      /* JSON: the same, a list even of one                               */
    PAW_OP_ATTRIBUTE, /* literal and value, unless the value is empty                     */
    PAW_OP_VALUE,     /* XML: the value                                                   */
    PAW_OP_LEAF,      /* XML: literal, value, literal behind it; an array repeats all     */
    PAW_OP_NESTED,    /* a stream of its own                                              */
    PAW_OP_CLOSE,     /* JSON: the object ends; nothing in it: it is null                 */
};

struct paw_op {
    uint8_t kind;    /* enum paw_op_kind                                    */
    bool is_must;    /* MEMBER, NESTED: without content, not in this form   */
    uint16_t index;  /* of the value                                        */
    uint16_t skip;   /* GUARD                                               */
    uint16_t behind; /* LEAF: bytes of the literal that stand behind        */
    uint32_t at, n;  /* literal                                             */
};

struct paw_program {
    struct paw_op *ops;
    uint32_t n_ops;
    uint16_t depends; /* the one element's value: if it is null, there is no event; NONE: none */
    const char *literals;
    paw_str root;  /* JSON: key of the one element, escaped                         */
    paw_str taken; /* JSON: keys beside a nested stream, each behind its length (4 bytes) */
};

/** The template's program, made when it is first asked for; NULL: it has none. */
const struct paw_program *PAW_NULLABLE paw_program_of(struct paw_templates *templates,
                                                      const struct paw_template *t, bool is_xml);

/** One record. */
struct paw_program_run {
    struct paw_templates *templates;
    const struct paw_template *(*find)(void *self, const struct paw_binxml_instance *instance);
    void *self;
    paw_bytes chunk;
    struct paw_arena *arena;
    struct paw_print *out;
    bool is_xml;
    uint32_t steps_left;
    unsigned nesting;
};

/** Writes what the template makes of the values: in JSON `"Event":{…},`. False: not to be told in
 * this way, or not within the limits; what was written is to be taken back. */
bool paw_program_write(struct paw_program_run *r, const struct paw_template *t,
                       const struct paw_binxml_instance *instance);
