/* SPDX-License-Identifier: Apache-2.0 */
/** Suppress files inside: what is read of them and asked of findings. */
#pragma once

#include <catspaw/suppress.h>

#include "core/arena.h"

/** Fields of an entry that a finding is held against; all that are given must fit. */
enum paw_suppress_field {
    PAW_SUPPRESS_HOST,
    PAW_SUPPRESS_BINARY,
    PAW_SUPPRESS_PARENT,
    PAW_SUPPRESS_OBJECT,
    PAW_SUPPRESS_COMMAND_LINE,
    PAW_SUPPRESS_SIGNER,
    PAW_SUPPRESS_FIELDS
};

enum {
    PAW_SUPPRESS_MOST = 4096,         /* entries: each finding is held against all of them      */
    PAW_SUPPRESS_BEHAVIOURS_MAX = 64, /* of an entry: a finding rarely has more than ten        */
    PAW_SUPPRESS_TEXT_MAX = 4096,     /* bytes of a field                                       */
    PAW_SUPPRESS_DAY = 11,            /* YYYY-MM-DD and its end                                 */
};

struct paw_suppress_entry {
    paw_str fields[PAW_SUPPRESS_FIELDS]; /* as they are compared; p NULL: not given  */
    const char **behaviours;             /* of the catalogue; every one that holds is among them */
    size_t n_behaviours;                 /* 0: not given                             */
    struct paw_suppression told;
};

struct paw_suppress {
    struct paw_arena arena;
    const char *name;
    uint8_t sha256[32];
    struct paw_suppress_entry *entries;
    size_t n_entries, room;
    size_t list_end; /* offset of the bracket that ends the list of entries; 0: there is none */
};

/** Name of a field in the file. */
const char *paw_suppress_field_name(enum paw_suppress_field f);

/**
 * What a field of the file is compared as, in the arena; fault: NULL, or what is wrong with it.
 * PAW_E_MEMORY.
 */
PAW_MUST_CHECK enum paw_status paw_suppress_pattern(enum paw_suppress_field f, paw_str given,
                                                    struct paw_arena *arena, paw_str *ret,
                                                    const char **fault);
/** The path of a program as entries name it: normal form, or the bare name; in the arena. */
paw_str paw_suppress_program(paw_str image, struct paw_arena *arena);
/** Whether `is` has the form of `pattern`; both as paw_suppress_pattern makes them. */
bool paw_suppress_fits(enum paw_suppress_field f, paw_str is, paw_str pattern);

/** What became of the findings of a run. */
struct paw_suppress_result {
    uint16_t *by;                    /* of each finding: number of the entry, 0: none */
    struct paw_suppression *entries; /* with their counts                             */
    struct paw_suppressed told;
};

/** Holds findings against the entries; everything lives in arena. as_of: YYYY-MM-DD.
 * PAW_E_MEMORY. */
PAW_MUST_CHECK enum paw_status paw_suppress_apply(const struct paw_suppress *s,
                                                  const struct paw_finding *const *findings,
                                                  size_t n, const char *as_of,
                                                  struct paw_arena *arena,
                                                  struct paw_suppress_result *ret);
