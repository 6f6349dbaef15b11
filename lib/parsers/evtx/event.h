/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs plans over the values of one record and fills a record: what event_xml.h does for a text,
 * without a text.
 */
#pragma once

#include "core/arena.h"
#include "parsers/evtx/binxml.h"
#include "parsers/record.h"

enum {
    PAW_EVENT_STEPS_MAX = 256 * 1024,  /* of one record: four times a chunk full of tokens   */
    PAW_EVENT_BYTES_MAX = 1024 * 1024, /* of its texts: 64 KiB of UTF-16 come to 96 KiB at most */
    PAW_EVENT_NESTING_MAX = 32,        /* streams in streams; real ones have 2               */
};

/** Gives the plan of an instance's template; NULL: nobody knows it. */
typedef const struct paw_binxml_plan *PAW_NULLABLE
paw_event_template(void *self, const struct paw_binxml_instance *instance);

struct paw_event {
    /* what the caller gives */
    paw_bytes chunk;
    struct paw_arena *arena; /* texts of the record */
    struct paw_binxml_compiler *compiler;
    paw_event_template *template_of;
    void *self;
    struct paw_record *record;
    uint32_t steps_left;
    size_t bytes_left;

    /* how it went */
    uint32_t end;      /* of the outermost stream, as far as it was understood     */
    bool is_over;      /* a limit was reached: what follows is left out            */
    bool is_full;      /* more data than a record can hold: the rest is left out     */
    bool is_lossy;     /* some text holds U+FFFD                                   */
    bool is_cut;       /* a stream or its values end before they should            */
    bool lacks_values; /* a template asks for more values than there are           */
    bool lacks_names;  /* values whose template nobody knows stand without names   */
    bool has_system;   /* an Event with a System inside                            */
    bool has_payload;  /* a value is a stream of its own                           */

    /* its own */
    unsigned depth, nesting, part;
    bool is_leaf, has_number;
    uint64_t number;                       /* of the open element's text, if it is one */
    const struct paw_binxml_step *element; /* the open one */
    paw_str text, name;                    /* text of the open element, its Name attribute */
    size_t text_room; /* 0: text is a view, else the bytes behind it that are its own */
    struct paw_datum data[PAW_RECORD_DATA_MAX];
};

/** Everything zeroed but what the caller gives; cheap: the data are left as they are. */
void paw_event_begin(struct paw_event *e);

/** Reads the stream at from .. end of the chunk. */
void paw_event_stream(struct paw_event *e, uint32_t from, uint32_t end);

/** Reads what a plan makes of an instance's values; NULL: it is that of elements without any. */
void paw_event_instance(struct paw_event *e, const struct paw_binxml_plan *plan,
                        const struct paw_binxml_instance *PAW_NULLABLE instance);
