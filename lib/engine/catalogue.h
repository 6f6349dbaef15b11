/* SPDX-License-Identifier: Apache-2.0 */
/** The index over the analyzers' tables; private to the catalogue, the judge and their tests. */
#pragma once

#include <catspaw/reader.h>

#include "engine/exam.h"

enum {
    PAW_PROGRAMS_MAX = 200,
    PAW_NAMES_SLOTS = 2048, /* a power of two */
    PAW_PLACES_MAX = 256,
    PAW_NAMED_MODULES_MAX = 64,
    PAW_EVENTS_MAX = 64,
    PAW_RESIDUE_MAX = 32,
    PAW_BEHAVIOURS_MAX = 1024,
    PAW_LISTS_SLOTS = 2048, /* a power of two */
};

struct paw_behaviour_list {
    const struct paw_behaviour **PAW_NULLABLE items;
    size_t n;
};

struct paw_catalogue_program {
    const struct paw_program *program;
    const struct paw_analyzer *analyzer;
    struct paw_behaviour_list behaviours;
};

/** A name by which a program is found. */
struct paw_catalogue_name {
    const char *PAW_NULLABLE name; /* NULL: free */
    uint16_t program;
    bool is_id; /* a proxy id; else a base name */
};

/** What a question names, by the address that stands in its table. */
struct paw_catalogue_named {
    const void *PAW_NULLABLE at; /* NULL: free */
    unsigned number;
};

struct paw_catalogue {
    const struct paw_analyzer *const *analyzers;
    struct paw_catalogue_program programs[PAW_PROGRAMS_MAX];
    size_t n_programs;
    struct paw_catalogue_name names[PAW_NAMES_SLOTS]; /* open addressing */
    size_t n_names;
    struct paw_behaviour_list all;      /* by id                                              */
    struct paw_behaviour_list generic;  /* of every proxy                                     */
    struct paw_behaviour_list any;      /* of every execution                                 */
    struct paw_behaviour_list opening;  /* of these, those that a start record can speak for  */
    struct paw_behaviour_list followed; /* of these, those that name programs to look at      */
    struct paw_behaviour_list named;    /* of subjects that are no proxy, by base name        */
    struct paw_behaviour_list records;  /* of records and residue                             */
    uint32_t effects, drop_window;
    const char *const *modules[PAW_NAMED_MODULES_MAX];
    size_t n_modules;
    const char *const *neighbours[PAW_NAMED_MODULES_MAX];
    size_t n_neighbours;
    struct paw_wanted_value values[PAW_PLACES_MAX]; /* ends with hive NULL */
    size_t n_values;
    const char *residue[PAW_RESIDUE_MAX]; /* places whose values at rest are judged alone */
    size_t n_residue;
    struct paw_wanted_event events[PAW_EVENTS_MAX]; /* ends with provider NULL */
    size_t n_events;
    struct paw_catalogue_named named_at[PAW_LISTS_SLOTS]; /* open addressing by address */
    size_t n_named_at;
    unsigned n_lists; /* of IMAGE_NAMED */
    const char *place_names[PAW_PLACES_MAX];
    struct paw_place_set place_rows[PAW_PLACES_MAX];
    unsigned n_places;
    struct paw_place_order place_order;
};

/** The program of a base name in any case, or of a proxy id. */
const struct paw_catalogue_program *PAW_NULLABLE paw_catalogue_find(const struct paw_catalogue *c,
                                                                    paw_str name, bool is_id);
/** What a question of the catalogue names, by the address that stands in the question: the number
 * of a list of IMAGE_NAMED, or of a place of REGISTRY, whose rows are place_rows[number]. UINT_MAX:
 * it has none. */
unsigned paw_catalogue_number(const struct paw_catalogue *c, const void *at);
/** Can the record of a process's start answer the question without any other record? */
bool paw_test_is_of_start(const struct paw_test *t);
