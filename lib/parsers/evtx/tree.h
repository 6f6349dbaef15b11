/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One event as the tree that its tokens, templates and values make (docs, EVTX 7): complete, with
 * nothing converted. Values are views into the chunk.
 */
#pragma once

#include "core/arena.h"
#include "parsers/evtx/binxml.h"
#include "parsers/evtx/event.h"
#include "parsers/evtx/values.h"

enum {
    PAW_TREE_DEPTH_MAX =
        128, /* elements in elements: real ones have 8, readers of JSON stop at 256 */
    PAW_TREE_TEXT_MAX = 7 * 512 * 1024, /* what may become of one event, in bytes */
};

enum paw_node_kind {
    PAW_NODE_ELEMENT,
    PAW_NODE_ATTRIBUTE, /* pieces inside: texts and values */
    PAW_NODE_TEXT,      /* literal                         */
    PAW_NODE_VALUE,
    PAW_NODE_PI, /* text: target; data inside       */
};

struct paw_node {
    uint8_t kind;      /* enum paw_node_kind                                                   */
    uint8_t name;      /* enum paw_binxml_name, of elements and attributes                     */
    bool is_empty_tag; /* ELEMENT: <x/> and not <x></x>                                  */
    bool is_item;      /* ELEMENT: stands for an item of an array                        */
    bool has_no_item;  /* ELEMENT: stands for an array without any                       */
    uint32_t n_attributes;
    paw_str text; /* full name, literal, target; UTF-8, lone surrogates in three bytes */
    struct paw_evtx_datum value;
    struct paw_node *PAW_NULLABLE next;
    struct paw_node *PAW_NULLABLE first, *PAW_NULLABLE last; /* inside */
    struct paw_node *PAW_NULLABLE attribute, *PAW_NULLABLE last_attribute;
};

struct paw_tree {
    /* what the caller gives */
    paw_bytes chunk;
    struct paw_arena *arena;
    struct paw_binxml_compiler *compiler;
    paw_event_template *template_of;
    void *self;
    uint32_t steps_left;

    /* how it went, as in struct paw_event */
    bool is_over, is_cut, lacks_values, lacks_names, has_payload;
    struct paw_node root; /* the event is inside */

    /* its own */
    size_t text_left;
    unsigned nesting;
    unsigned depth;
    struct paw_node *open[PAW_TREE_DEPTH_MAX + 1];
};

/** Everything empty but what the caller gives. */
void paw_tree_begin(struct paw_tree *t);

/** Reads the stream at from .. end of the chunk. */
void paw_tree_stream(struct paw_tree *t, uint32_t from, uint32_t end);

/** Reads what a plan makes of an instance's values; NULL: it is that of elements without any. */
void paw_tree_instance(struct paw_tree *t, const struct paw_binxml_plan *plan,
                       const struct paw_binxml_instance *PAW_NULLABLE instance);

/** For an event whose template is gone: opens an element, gives it an attribute or content, and
 * ends it. */
void paw_tree_open(struct paw_tree *t, paw_str name, enum paw_binxml_name known);
void paw_tree_attribute(struct paw_tree *t, paw_str name, enum paw_binxml_name known,
                        struct paw_evtx_datum value);
void paw_tree_value(struct paw_tree *t, struct paw_evtx_datum value);
void paw_tree_close(struct paw_tree *t);
/** Values whose template nobody knows. */
void paw_tree_unnamed(struct paw_tree *t, const struct paw_binxml_instance *instance);

/** The first element of that name inside; NULL: none, or inside is NULL. */
const struct paw_node *PAW_NULLABLE paw_node_find(const struct paw_node *PAW_NULLABLE inside,
                                                  enum paw_binxml_name name);
const struct paw_node *PAW_NULLABLE paw_node_attribute(const struct paw_node *PAW_NULLABLE element,
                                                       enum paw_binxml_name name);

/** Whether it has text or values of its own, or an element. */
bool paw_node_has_content(const struct paw_node *n);
bool paw_node_has_element(const struct paw_node *n);

/** Without its prefix. */
paw_str paw_node_local(const struct paw_node *n);

/** The text of its pieces; a single literal is a view. Absent: there is none. */
paw_str paw_node_text(const struct paw_node *PAW_NULLABLE n, struct paw_arena *a);
