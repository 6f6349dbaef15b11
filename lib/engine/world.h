/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What questions about other executions, files and registry values can ask of the case. The engine
 * implements it over one resolved host; a test may implement it over a row. Answers live as long as
 * the judgement. `could` tells whether such a thing would have been recorded here and then.
 */
#pragma once

#include <catspaw/execution.h>

#include "core/arena.h"
#include "windows/regpath.h"

struct paw_world;

struct paw_executions {
    const struct paw_execution *const *list;
    size_t n;
    bool could; /* false: process starts are not recorded here and then */
};

struct paw_facts {
    const struct paw_fact *const *list; /* in the order of time */
    size_t n;
    bool could;
};

/** What two executions must share to be near each other. */
enum paw_near_key { PAW_NEAR_USER, PAW_NEAR_TARGET, PAW_NEAR_IMAGE, PAW_NEAR_HOST_NAME };

/** Other children of x's parent whose start is at most |seconds| after x's (before it if negative).
 */
struct paw_executions paw_world_siblings(struct paw_world *w, const struct paw_execution *x,
                                         int64_t seconds);
/** Other executions of the host started at most seconds before or after x that share the key. */
struct paw_executions paw_world_near(struct paw_world *w, const struct paw_execution *x,
                                     enum paw_near_key key, uint32_t seconds);
/** The process that a pid meant at x's start. n is 0 or 1. */
struct paw_executions paw_world_process(struct paw_world *w, const struct paw_execution *x,
                                        uint64_t pid);
/** Makes x's children known, where x was found by another question. */
void paw_world_find_children(struct paw_world *w, const struct paw_execution *x);
/** Files created at path (normalised) at most seconds before x, by any process. */
/** The stream in which Windows notes where a file came from. */
static const paw_str paw_zone_stream = PAW_LIT_INIT(":Zone.Identifier");
struct paw_facts paw_world_dropped(struct paw_world *w, const struct paw_execution *x, paw_str path,
                                   uint32_t seconds);
/** Values at rest and written values whose canonical `key\name` (regpath.h: place) fits the glob;
 * last write first. need: the hive bit that would hold it. */
struct paw_facts paw_world_values(struct paw_world *w, const struct paw_execution *x,
                                  const char *key_glob, const char *name_glob, uint32_t *need);
/** Records of kind PAW_KIND_OTHER (and SENSOR, ANTIMALWARE) by provider and event id, at most
 * seconds before or after x. */
struct paw_facts paw_world_events(struct paw_world *w, const struct paw_execution *x,
                                  const char *provider, uint16_t event_id, uint32_t seconds);
/** A path in a record of the world, normalised and classed as something that is run or loaded. */
void paw_world_path(struct paw_world *w, paw_str raw, struct paw_arena *arena,
                    struct paw_path *ret);
/** A word in the line of a process that is in cwd, its variables expanded. */
void paw_world_word(struct paw_world *w, paw_str raw, paw_str cwd, struct paw_arena *arena,
                    struct paw_path *ret);
enum { PAW_PLACE_WORDS = 4 };
/** A set of rows of paw_places. */
struct paw_place_set {
    uint64_t words[PAW_PLACE_WORDS];
};
static inline bool paw_places_meet(const struct paw_place_set *a, const struct paw_place_set *b)
{
    uint64_t both = 0;
    for (size_t i = 0; i < PAW_PLACE_WORDS; i++)
        both |= a->words[i] & b->words[i];
    return both != 0;
}
/** Rows of the table of places (exam.h) at which a registry path of a record stands. */
void paw_world_places(struct paw_world *w, paw_str raw, bool has_value, struct paw_arena *arena,
                      struct paw_place_set *ret);
/** A registry path in a record of the world, as paw_regpath_read. */
void paw_world_regpath(struct paw_world *w, paw_str raw, bool has_value, struct paw_arena *arena,
                       struct paw_regpath *ret);
/** The class of a host by its name or address (windows/address.h). */
uint64_t paw_world_host(struct paw_world *w, paw_str host);
/** The sets that a program belongs to by its image alone. */
uint64_t paw_world_sets(struct paw_world *w, paw_str image, struct paw_arena *arena);
/** What is known of the machine of this world. */
const struct paw_machine *paw_world_machine(const struct paw_world *w);
