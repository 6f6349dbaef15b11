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
    PAW_TEMPLATE_LOANS = 128,   /* identifiers that one chunk may borrow */
    PAW_TEMPLATE_DIGEST = 16,
};

/** Where a plan of a whole event says a thing of System. */
struct paw_template_slot {
    bool is_known;  /* it is one value or one literal                  */
    uint16_t index; /* of the value, or PAW_BINXML_NONE: the literal   */
    paw_str text;
};

struct paw_program;
/** A value of EventData, as a plain template names it. */
struct paw_template_item {
    paw_str name;       /* absent: unnamed                                            */
    uint16_t index;     /* of its value, or PAW_BINXML_NONE: the literal              */
    uint16_t condition; /* of the value without which it is not there, or PAW_BINXML_NONE */
    paw_str text;
};

enum { PAW_TEMPLATE_ITEMS_MAX = 96 }; /* of a plain template: the widest event has some 60 */

struct paw_template {
    const struct paw_binxml_plan *plan;
    const struct paw_template *PAW_NULLABLE next; /* of the same bucket */
    bool is_kept;
    uint32_t cost; /* steps that compiling it takes, whether or not it was done again */
    uint8_t digest[PAW_TEMPLATE_DIGEST]; /* of the plan's content: first half of SHA-256 */
    struct paw_binxml_shape shape;       /* of its definition, if it is kept */
    struct paw_template_slot event_id, provider, channel, created;
    struct paw_template_slot computer, record_id, process_id, user_id;
    struct paw_program *PAW_NULLABLE program; /* what its renderer made of it, if it made one */
    bool has_no_program;

    /* Of the usual shape, so that a record can be made without running the plan: Event with System
     * (single values alone) and one value that is the payload; or EventData with single values. */
    bool is_plain_event, is_plain_data;
    uint16_t payload; /* plain event: index of that value */
    uint16_t n_items; /* plain data */
    const struct paw_template_item *PAW_NULLABLE items;
    paw_str data_name;
};

/** Gives a template of the whole file for an instance whose own is gone; guid: only one of that
 * GUID. It must depend on the file and the instance alone. NULL: there is none. */
typedef const struct paw_template *PAW_NULLABLE
paw_template_lend(void *self, const struct paw_binxml_instance *instance,
                  const uint8_t *PAW_NULLABLE guid, struct paw_arena *own);

struct paw_templates {
    /* what the caller may give, after init */
    paw_template_lend *PAW_NULLABLE lend;
    void *PAW_NULLABLE lender;

    struct paw_arena kept;
    uint64_t generation; /* grows when templates are forgotten: what points at them is stale */
    struct paw_binxml_compiler *compiler;
    const struct paw_template *buckets[256]; /* by identifier */
    unsigned n;
    uint32_t borrowed[PAW_TEMPLATE_LOANS]; /* identifiers, by this chunk */
    unsigned n_borrowed;
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
 * unless it is damaged and a sound one of the same GUID is known. Without: one of the same file
 * that fits, else one that the program carries; *is_borrowed says so. What a chunk gets does not
 * depend on which chunks were read before it. own: where it lies if there is no room to keep it.
 * spent: steps that compiling takes, added. NULL: there is none.
 */
const struct paw_template *PAW_NULLABLE paw_templates_find(
    struct paw_templates *t, paw_bytes chunk, const struct paw_binxml_instance *instance,
    bool wants_sound, struct paw_arena *own, bool *is_borrowed, uint32_t *spent);

/** The template whose definition stands at an offset of a chunk, whatever it is worth. NULL: there
 * is none, or no room. */
const struct paw_template *PAW_NULLABLE paw_templates_at(struct paw_templates *t, paw_bytes chunk,
                                                         uint32_t definition,
                                                         struct paw_arena *own);

/** One that is kept already, by its content. NULL: none. */
const struct paw_template *PAW_NULLABLE paw_templates_kept(const struct paw_templates *t,
                                                           const uint8_t *guid,
                                                           const uint8_t *digest);

/** Whether its whole definition was there with all its names. */
static inline bool paw_template_is_sound(const struct paw_template *t)
{
    return !t->plan->is_cut && !t->plan->has_bad_name && t->plan->n_steps != 0;
}
