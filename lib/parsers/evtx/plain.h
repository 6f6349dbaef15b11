/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Plain records: a whole record of a template of the usual shape, with its payload beside it. That
 * is nearly all of them. What such a record is, is found once for its template and its values of
 * provider, channel and number; one that nobody asks for then costs a look, one that the sieve
 * leaves out the comparing of some values as they lie, and the others are made without running a
 * plan. Everything else is left to event.h, which would say the same.
 */
#pragma once

#include "parsers/evtx/templates.h"
#include "parsers/evtx/walk.h"

enum {
    PAW_PLAIN_SORTS = 256,
    PAW_PLAIN_RAW_MAX = 96, /* bytes of a provider or channel: names have at most some 45 units */
    PAW_PLAIN_NAMES = 1024, /* names of files that were asked for */
    PAW_PLAIN_NAME_MAX = 76,
    PAW_PLAIN_KEYS = 256, /* the same of keys of the registry */
    PAW_PLAIN_KEY_MAX = 300,
    PAW_PLAIN_COMPUTERS = 16,
    PAW_PLAIN_TEXT_MAX = 3 * (PAW_PLAIN_RAW_MAX / 2), /* UTF-8 of as many bytes */
    PAW_PLAIN_TEXTS = 16384,                          /* of one record: of most, some 2,000 */
};

/** A text of System that comes in many records, as it lies and as it is told. */
struct paw_plain_text {
    uint8_t n; /* bytes of raw; 0: free, or the literal of a template */
    bool is_lossy;
    uint8_t raw[PAW_PLAIN_RAW_MAX];
    char room[PAW_PLAIN_TEXT_MAX];
    paw_str text;
};

/** Records of one outer template, provider, channel and number. */
struct paw_plain_sort {
    const struct paw_template *PAW_NULLABLE outer; /* NULL: free */
    uint16_t event_id;
    bool is_wanted, is_settled; /* now; not later */
    struct paw_plain_text provider, channel;
    enum paw_kind kind;
    const struct paw_template *PAW_NULLABLE inner; /* that the recipe is for */
    bool has_recipe, is_sifted;
    struct paw_recipe recipe;
    size_t guid, pid, image, what, target_guid, target_pid; /* data that the sieve looks at */
};

struct paw_plain_name {
    uint8_t which, n; /* which 0: free */
    bool answer;
    uint8_t raw[PAW_PLAIN_NAME_MAX];
};

struct paw_plain_key {
    uint16_t n; /* 0: free */
    bool answer;
    uint8_t raw[PAW_PLAIN_KEY_MAX];
};

/** A computer of which facts were given. */
struct paw_plain_computer {
    const struct paw_template *PAW_NULLABLE outer; /* where its name is a literal */
    struct paw_plain_text name;                    /* its text absent: free */
    uint64_t kinds;                                /* given */
};

struct paw_plain {
    struct paw_evtx_walk *walk;
    struct paw_templates *templates;
    struct paw_arena *arena;
    uint64_t generation; /* of the templates */
    struct paw_record record;
    struct paw_datum data[PAW_TEMPLATE_ITEMS_MAX];
    struct paw_plain_sort sorts[PAW_PLAIN_SORTS];
    struct paw_plain_name names[PAW_PLAIN_NAMES];
    struct paw_plain_key keys[PAW_PLAIN_KEYS];
    struct paw_plain_computer computers[PAW_PLAIN_COMPUTERS];
    struct paw_plain_text user; /* of the last record that had one */
    size_t n_texts;             /* bytes taken of: */
    char texts[PAW_PLAIN_TEXTS];
};

/** p is zeroed; the others are set up by the caller and outlive it. */
void paw_plain_init(struct paw_plain *p, struct paw_evtx_walk *walk,
                    struct paw_templates *templates, struct paw_arena *arena);

/** Another job begins, of which the same is wanted: what was given before counts no more. */
void paw_plain_begin(struct paw_plain *p);

/**
 * Reads a record that the chunk claims, whole, of a template that its chunk holds. PAW_END: it is
 * not plain, and nothing was done. A negative status is the sink's.
 */
PAW_MUST_CHECK enum paw_status paw_plain_read(struct paw_plain *p, const struct paw_evtx_at *at,
                                              const struct paw_template *t,
                                              const struct paw_binxml_instance *outer);
