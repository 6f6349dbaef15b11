/* SPDX-License-Identifier: Apache-2.0 */
/**
 * BinXML: tokens become a plan, a flat list of steps that says where which name, literal and
 * substitution stands. A template definition is compiled once and run for every record that names
 * it; elements that stand in a record themselves are compiled in the same way and run once.
 *
 * A plan holds its own texts and no offsets, so it serves for every chunk that has the same
 * template. Source: MS-EVEN6 2.2.12, docs, EVTX 5.
 */
#pragma once

#include "core/arena.h"
#include "parsers/evtx/layout.h"

enum {
    PAW_BINXML_END = 0x00,
    PAW_BINXML_FRAGMENT = 0x0F,
    PAW_BINXML_INSTANCE = 0x0C,
    PAW_BINXML_STEPS_MAX = 20480, /* the densest 64 KiB: 16,384 substitutions of 4 bytes */
    PAW_BINXML_DEPTH_MAX = 256,   /* elements in elements; real ones have 8 */
    PAW_BINXML_NONE = 0xFFFF,
    PAW_BINXML_GUID = 16,
    PAW_BINXML_MARKS_MAX = 2048, /* three for an element: the widest template seen has some 60 */
};

/** Names that a reader of events looks for. */
enum paw_binxml_name {
    PAW_NAME_OTHER,
    PAW_NAME_EVENT,
    PAW_NAME_SYSTEM,
    PAW_NAME_EVENT_DATA,
    PAW_NAME_USER_DATA,
    PAW_NAME_PROCESSING_ERROR_DATA,
    PAW_NAME_DATA,
    PAW_NAME_COMPLEX_DATA,
    PAW_NAME_PROVIDER,
    PAW_NAME_EVENT_ID,
    PAW_NAME_EVENT_RECORD_ID,
    PAW_NAME_TIME_CREATED,
    PAW_NAME_EXECUTION,
    PAW_NAME_CHANNEL,
    PAW_NAME_COMPUTER,
    PAW_NAME_SECURITY,
    PAW_NAME_NAME, /* attributes from here on */
    PAW_NAME_EVENT_SOURCE_NAME,
    PAW_NAME_SYSTEM_TIME,
    PAW_NAME_PROCESS_ID,
    PAW_NAME_USER_ID,
    PAW_NAME_XMLNS,
};

enum paw_binxml_kind {
    PAW_STEP_OPEN,      /* an element begins                                         */
    PAW_STEP_ATTRIBUTE, /* its pieces follow                                         */
    PAW_STEP_TEXT,      /* literal                                                   */
    PAW_STEP_VALUE,     /* substitution                                              */
    PAW_STEP_INSTANCE,  /* a template instance among elements; index: see below      */
    PAW_STEP_CLOSE,     /* the element ends                                          */
    PAW_STEP_PI,        /* a processing instruction: its data follow as literals     */
};

struct paw_binxml_step {
    uint8_t kind;   /* enum paw_binxml_kind                                                */
    uint8_t name;   /* enum paw_binxml_name; VALUE: the type that the template gives it;
                       CLOSE: 1 if the token was that of an empty element                   */
    uint16_t index; /* VALUE: of the value; OPEN: value it depends on; INSTANCE: offset in the
                       chunk; else NONE                                                    */
    uint16_t array; /* OPEN: index of the first value in its own content, or NONE          */
    uint16_t end;   /* OPEN, ATTRIBUTE, PI: the step behind it and all that belongs to it  */
    paw_str text;   /* name without prefix (of an attribute: with it), literal             */
    paw_str exact;  /* the same as it stands: with the prefix, and with lone surrogates as
                       three bytes of their own; absent where that is the text             */
};

struct paw_binxml_plan {
    struct paw_binxml_step *steps;
    uint32_t n_steps;
    uint32_t n_values; /* one more than the highest index asked for */
    uint64_t hash;     /* of all of it */
    uint8_t guid[PAW_BINXML_GUID];
    bool is_cut;       /* its stream was damaged: what stood before that              */
    bool is_lossy;     /* some text holds U+FFFD                                      */
    bool has_bad_name; /* a name's hash is wrong: its bytes were overwritten          */
};

/** A place of a stream whose bytes depend on where it lies in its chunk. */
struct paw_binxml_mark {
    uint32_t at;      /* first byte                                                         */
    uint32_t behind;  /* next byte that says the same everywhere                            */
    uint32_t name_at; /* of the name structure that it points at; 0: a size, which may be any */
};

/** Room for compiling, reused. */
struct paw_binxml_compiler {
    uint32_t n_marks; /* of what was compiled last; above the maximum: not all are here */
    struct paw_binxml_mark marks[PAW_BINXML_MARKS_MAX];
    struct paw_binxml_step steps[PAW_BINXML_STEPS_MAX];
};

/**
 * What a compiled stream looked like, places that depend on the chunk left out: the same stream
 * elsewhere is recognised in a fraction of the time that compiling takes.
 */
struct paw_binxml_shape {
    uint32_t n_parts; /* 0: not kept */
    const struct paw_binxml_part {
        uint16_t n;      /* bytes that are the same everywhere               */
        uint16_t n_name; /* then a reference to a name of so many bytes: its hash, its length,
                            its characters; 0: then a size, or the end       */
    } * parts;
    const uint8_t *bytes; /* of all parts, each followed by its name */
};

/**
 * Compiles the stream at from .. end of the chunk, up to its end token; *ret_end is behind it.
 * Steps lie in the compiler until paw_binxml_keep, texts in the arena. guid is the caller's.
 * False: the arena is exhausted.
 */
bool paw_binxml_compile(struct paw_binxml_compiler *c, paw_bytes chunk, uint32_t from, uint32_t end,
                        bool has_dependencies, struct paw_arena *texts, struct paw_binxml_plan *ret,
                        uint32_t *ret_end);

/** The plan with its steps and texts copied into an arena; NULL: no room. */
struct paw_binxml_plan *PAW_NULLABLE paw_binxml_keep(const struct paw_binxml_plan *p,
                                                     struct paw_arena *a);

/** The plan of the elements that stand at from .. end of the chunk themselves, kept in the arena
 * (the compiler is used again by templates inside); *ret_end is behind them. NULL: the arena is
 * exhausted. */
struct paw_binxml_plan *PAW_NULLABLE paw_binxml_elements(struct paw_binxml_compiler *c,
                                                         paw_bytes chunk, uint32_t from,
                                                         uint32_t end, struct paw_arena *a,
                                                         uint32_t *ret_end);

/** The text as it stands. */
static inline paw_str paw_binxml_exact(const struct paw_binxml_step *s)
{
    return s->exact.p != NULL ? s->exact : s->text;
}

/** Of the steps. */
uint64_t paw_binxml_hash(const struct paw_binxml_plan *p);

bool paw_binxml_same(const struct paw_binxml_plan *a, const struct paw_binxml_plan *b);

/** The shape of the stream that was compiled last, from .. end of the chunk; not kept if it has too
 * many places or there is no room. */
struct paw_binxml_shape paw_binxml_shape_of(const struct paw_binxml_compiler *c, paw_bytes chunk,
                                            uint32_t from, uint32_t end, struct paw_arena *a);

/** Whether the stream at from, ending before end, is of that shape: then its plan is the same. */
bool paw_binxml_has_shape(const struct paw_binxml_shape *shape, paw_bytes chunk, uint32_t from,
                          uint32_t end);

/** A template instance, from the byte behind its token on. */
struct paw_binxml_instance {
    uint32_t id;         /* the first four bytes of its template's GUID                  */
    uint32_t definition; /* offset of the definition                                     */
    bool has_definition; /* there stands one under that identifier                       */
    bool is_cut;         /* its values end before they should                            */
    uint32_t n;          /* values                                                       */
    struct paw_evtx_value *values;
    uint32_t end; /* offset behind the values */
};

/** Reads a template instance between from and end of the chunk. False: there is none to read. */
bool paw_binxml_instance_read(paw_bytes chunk, uint32_t from, uint32_t end, struct paw_arena *a,
                              struct paw_binxml_instance *ret);

/** The instance that a stream between from and end begins with, behind a fragment header if it has
 * one. False: it begins otherwise. */
bool paw_binxml_first_instance(paw_bytes chunk, uint32_t from, uint32_t end, struct paw_arena *a,
                               struct paw_binxml_instance *ret);

/** What stands next in a stream. */
enum paw_binxml_piece {
    PAW_PIECE_END,      /* nothing more                                             */
    PAW_PIECE_CUT,      /* an instance that cannot be read: nothing more            */
    PAW_PIECE_FRAGMENT, /* a header, which says nothing                             */
    PAW_PIECE_INSTANCE, /* a template instance                                      */
    PAW_PIECE_ELEMENTS, /* elements as such, from .part_at on: the stream's last    */
};

/** A stream between two places of a chunk, part by part. */
struct paw_binxml_stream {
    paw_bytes chunk;
    uint32_t at, end; /* what is left                */
    uint32_t part_at; /* where the last part began   */
};

/** The stream at from .. end of the chunk. */
static inline struct paw_binxml_stream paw_binxml_stream_over(paw_bytes chunk, uint32_t from,
                                                              uint32_t end)
{
    const uint32_t behind = end < chunk.n ? end : (uint32_t)chunk.n;
    return (struct paw_binxml_stream){chunk, from < behind ? from : behind, behind, from};
}

static inline bool paw_binxml_stream_is_open(const struct paw_binxml_stream *s)
{
    return s->at < s->end;
}

/** Steps over the next part; *ret is written for an instance, whose values lie in the arena. A
 * stream may have as many parts as bytes: who repeats streams counts them. */
enum paw_binxml_piece paw_binxml_stream_next(struct paw_binxml_stream *s, struct paw_arena *a,
                                             struct paw_binxml_instance *ret);

/** Whether a plan that was found by its identifier alone can be the one that this instance means:
 * an identifier is 32 bits of a GUID, so its values must have the number and types asked for. */
bool paw_binxml_fits(const struct paw_binxml_plan *p, const struct paw_binxml_instance *instance);
