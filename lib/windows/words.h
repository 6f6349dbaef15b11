/* SPDX-License-Identifier: Apache-2.0 */
/**
 * An index over the words of the program and folder tables, made when the program is built
 * (make_words.c): which rows have a word, without walking over all rows.
 */
#pragma once

#include "core/str.h"

enum paw_word_kind {
    PAW_WORD_NAME,          /* base name; row of paw_identities              */
    PAW_WORD_ORIGINAL,      /* OriginalFileName; row of paw_identities       */
    PAW_WORD_DESCRIPTION,   /* Description; row of paw_identities            */
    PAW_WORD_ID,            /* id; row of paw_identities                     */
    PAW_WORD_SET,           /* name without .exe; row of paw_program_set_rows */
    PAW_WORD_BELOW_WINDOWS, /* first component; row of paw_class_rows        */
    PAW_WORD_BELOW_DRIVE,
    PAW_WORD_BELOW_PROFILE,
    PAW_WORD_NEVER_CODE, /* extension */
    PAW_WORD_CODE,
    PAW_WORD_OTHER_FILE,
};

struct paw_word {
    uint16_t at; /* of the text in paw_word_texts, which lie one behind the other */
    uint8_t length, kind;
    uint16_t row;
};

/** What has a wildcard fits no index: asked one by one. */
struct paw_word_glob {
    const char *glob;
    uint16_t row;
};

/* Made by make_words.c. Open addressing, by paw_word_hash; length 0: free. */
extern const struct paw_word paw_words[];
extern const size_t paw_n_words; /* a power of two */
extern const char paw_word_texts[];
extern const struct paw_word_glob paw_set_globs[];
extern const size_t paw_n_set_globs;
/** By enum paw_anchor: rows whose first component has a wildcard, as bits. */
extern const uint64_t paw_class_globs[3];

/** A pattern of the folder table, taken apart. */
struct paw_class_pattern {
    uint16_t row, part; /* first of n_parts parts */
    uint8_t n_parts;
    bool is_anywhere; /* begins with `**`: at any depth */
};

struct paw_class_part {
    uint16_t at; /* of its text in paw_word_texts */
    uint8_t length;
    bool has_wildcard;
};

extern const struct paw_class_pattern paw_class_patterns[]; /* in the order of rows */
extern const uint16_t paw_class_first[]; /* by row: its first pattern; one more at the end */
extern const struct paw_class_part paw_class_parts[];

enum { PAW_WORD_MAX = 128 };

/** Of a text in any case. */
static inline uint32_t paw_word_hash(paw_str s, enum paw_word_kind kind)
{
    uint32_t h = 2166136261U + kind;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (uint8_t)paw_lower(s.p[i])) * 16777619U;
    return h ^ h >> 15;
}

/** The next row that has s, in no order; start with *at 0. NULL ends. */
const struct paw_word *PAW_NULLABLE paw_word_next(enum paw_word_kind kind, paw_str s, size_t *at);
