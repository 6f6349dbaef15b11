/* SPDX-License-Identifier: Apache-2.0 */
/** Verdicts between judging and printing: what folding works on. Only the engine includes this. */
#pragma once

#include "engine/engine_private.h"

/** A mark whose fact is always named; own: a field that the report prints for the process itself.
 */
struct draft_mark {
    const struct paw_fact *fact;
    enum paw_field_id field;
    struct paw_span span;
    enum paw_role role;
    bool is_own_line; /* the judged command line, as printed in process.command_line */
};

struct draft_item {
    const struct paw_behaviour *behaviour;
    const char *technique, *adjusted;
    uint32_t also; /* bits of the behaviour's also_if */
    enum paw_severity severity;
    enum paw_confidence confidence;
    const struct draft_mark *marks;
    size_t n_marks;
    uint32_t missing;
};

struct draft_fact {
    enum paw_role role;
    const struct paw_fact *fact;
};

struct draft {
    enum paw_subject subject;
    uint32_t node, host; /* node: NONE for a standing command or record */
    uint32_t parent_node;
    uint64_t time, logged;
    const struct paw_fact *start; /* of the process, or the record of a standing command */
    const struct paw_fact *second, *parent_start;
    struct paw_standing standing;
    paw_str text;             /* the judged command line */
    uint64_t line;            /* hash of the normalised command; 0: none */
    struct draft_item *items; /* leading first, then by id */
    size_t n_items;
    struct draft_fact *extra; /* evidence beyond the marks */
    size_t n_extra, extra_room;
    uint64_t repeats, first, last; /* repeats 0: none */
    bool is_at_rest;               /* standing: a hive holds it */
    bool is_folded;                /* went into another one */
    uint64_t cut;
    /* printed texts that belong to the judgement: copied here */
    struct paw_process_shown process, parent;
    bool has_process, has_parent;
    paw_str binary, renamed_from, verb, object, export;
    enum paw_object_kind kind;
    /* generic.not_decidable */
    uint32_t needs;
    const struct paw_behaviour **concerned;
    size_t n_concerned;
    uint64_t count;
};

static inline struct draft *draft_at(const struct paw_engine *e, size_t i)
{
    return *(struct draft **)paw_vec_at(&e->drafts, i);
}

/** Puts the items of from into into; a behaviour that both have keeps the stronger. False: no
 * memory. */
bool draft_merge(struct paw_engine *e, struct draft *into, struct draft *from, enum paw_role role);
bool draft_add_fact(struct paw_engine *e, struct draft *d, enum paw_role role,
                    const struct paw_fact *fact);
/** Leading first, then by id. */
void draft_order(struct draft *d);
