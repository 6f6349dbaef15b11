/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The templates of one log: compiled once, found by place within a chunk and by content or
 * identifier across chunks.
 */
#pragma once

#include "parsers/evtx/binxml.h"

enum {
    PAW_TEMPLATES_MAX = 4096,
    PAW_TEMPLATE_PLACES = 1024, /* of one chunk: 49 is the most seen */
};

/** Where a plan of a whole event says a thing of System. */
struct paw_template_slot {
    bool is_known;  /* it is one value or one literal                  */
    uint16_t index; /* of the value, or PAW_BINXML_NONE: the literal   */
    paw_str text;
};

struct paw_program;

struct paw_template {
    const struct paw_binxml_plan *plan;
    const struct paw_template *PAW_NULLABLE next; /* of the same bucket */
    bool is_kept;
    struct paw_binxml_shape shape; /* of its definition, if it is kept */
    struct paw_template_slot event_id, provider, channel, created, record_id;
    struct paw_program *PAW_NULLABLE program; /* what its renderer made of it, if it made one */
    bool has_no_program;
};

struct paw_templates {
    struct paw_arena kept;
    struct paw_binxml_compiler *compiler;
    const struct paw_template *buckets[256]; /* by identifier */
    unsigned n;
    uint32_t chunk; /* grows with every chunk, so that places of older ones are stale */
    struct {
        uint32_t chunk, at;
        const struct paw_template *template;
    } places[PAW_TEMPLATE_PLACES];
};

void paw_templates_init(struct paw_templates *t, struct paw_binxml_compiler *compiler);
void paw_templates_finish(struct paw_templates *t);

/** Another chunk begins: what was found by place is forgotten, and everything if it has grown too
 * much. */
void paw_templates_next_chunk(struct paw_templates *t);

/**
 * The template of an instance. With its definition in the chunk: that one, compiled if need be,
 * unless it is damaged and a sound one of the same GUID is known. Without: one of the same log that
 * fits, else one that the program carries; *is_borrowed says so. own: where it lies if there is no
 * room to keep it. spent: steps that compiling took, added. NULL: there is none.
 */
const struct paw_template *PAW_NULLABLE paw_templates_find(
    struct paw_templates *t, paw_bytes chunk, const struct paw_binxml_instance *instance,
    bool wants_sound, struct paw_arena *own, bool *is_borrowed, uint32_t *spent);
