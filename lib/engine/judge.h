/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Asking all behaviours of one execution. Pure: the answer depends on the execution and its world
 * alone.
 */
#pragma once

#include <catspaw/behaviour.h>
#include <catspaw/reader.h>
#include <catspaw/report.h>

#include "core/arena.h"
#include "engine/world.h"

/** A place that a question marked. fact NULL: a field of the judged process itself. */
struct paw_mark {
    const struct paw_fact *PAW_NULLABLE fact;
    enum paw_field_id field; /* of fact, or the process's own: PAW_F_COMMAND_LINE, PAW_F_IMAGE,
                                PAW_F_PARENT_IMAGE, … */
    struct paw_span span;    /* length 0: the whole field */
    enum paw_role role;      /* for the evidence entry, when fact is set */
};

struct paw_verdict_item {
    const struct paw_behaviour *behaviour;
    const char *technique; /* NULL label resolved to the proxy's */
    uint32_t also;         /* bit i: the i-th of the behaviour's also_if holds */
    enum paw_severity severity;
    enum paw_confidence confidence;
    const char *PAW_NULLABLE adjusted; /* why */
    const struct paw_mark *marks;
    size_t n_marks;
    uint32_t missing; /* looked for and not to be had, though it fired */
};

struct paw_verdict {
    const struct paw_verdict_item *held; /* leading first, then by id; replaced generics left out */
    size_t n_held;
    uint32_t missing; /* union over held */
    /* not decided */
    const struct paw_behaviour *const *undecided;
    size_t n_undecided;
    uint32_t undecided_needs;
};

struct paw_catalogue; /* the analyzers with their dispatch index, built once */

PAW_MUST_CHECK enum paw_status paw_catalogue_new(const struct paw_analyzer *const *analyzers,
                                                 struct paw_catalogue **ret);
void paw_catalogue_free(struct paw_catalogue *PAW_NULLABLE c);
/** The program table entry for a proxy id or base name, NULL if none. */
const struct paw_program *PAW_NULLABLE paw_catalogue_program(const struct paw_catalogue *c,
                                                             const char *PAW_NULLABLE proxy,
                                                             paw_str name);
const struct paw_behaviour *PAW_NULLABLE paw_catalogue_behaviour(const struct paw_catalogue *c,
                                                                 paw_str id);
/** All behaviours by id. */
const struct paw_behaviour *const *paw_catalogue_all(const struct paw_catalogue *c, size_t *n);
/** Effect kinds (bits of enum paw_effect) that any behaviour asks about. */
uint32_t paw_catalogue_effects(const struct paw_catalogue *c);
/** Whether a module base name, or registry path, is named by a behaviour for subjects that are no
 * proxy. */
bool paw_catalogue_names_module(const struct paw_catalogue *c, paw_str base);
/** Whether a program that is no proxy is the subject of a behaviour (dllhost.exe, msi*.tmp): it is
 * judged as well. base in lower case. */
bool paw_catalogue_names_subject(const struct paw_catalogue *c, paw_str base);
/** Whether a behaviour asks what such a neighbour did (iexplore.exe that connects): its effects are
 * kept. base in lower case. */
bool paw_catalogue_names_neighbour(const struct paw_catalogue *c, paw_str base);
/** Registry places that a behaviour names (3.16), for the hive reader and for selecting registry
 * records. */
const struct paw_wanted_value *paw_catalogue_values(const struct paw_catalogue *c);
/** Whether a value at rest is judged by itself, as what an act left behind (PAW_OF_RESIDUE). */
bool paw_catalogue_is_residue(const struct paw_catalogue *c, paw_str place, paw_str name);
/** Records of other providers that a behaviour names; ends with provider NULL. */
const struct paw_wanted_event *paw_catalogue_events(const struct paw_catalogue *c);
/** Longest look-back of DROPPED, seconds. */
uint32_t paw_catalogue_drop_window(const struct paw_catalogue *c);

/** Completes an execution whose texts are set (image, command_line, original_file_name, company,
 * description, current_directory): name, proxy, program, sets, identity, image_path, cwd_path and
 * the parsed command. What it makes lives in arena. PAW_E_MEMORY. */
PAW_MUST_CHECK enum paw_status paw_understand(const struct paw_catalogue *c,
                                              const struct paw_machine *machine,
                                              struct paw_arena *arena, struct paw_execution *x);

/** Can a behaviour of every execution still hold of x, by what its start record says? Not for x
 * whose program has behaviours of its own: those are judged anyway. */
bool paw_judge_may_begin(const struct paw_catalogue *c, struct paw_world *w,
                         const struct paw_execution *x, struct paw_arena *arena);

/** Asks every behaviour of the catalogue that x may be asked. PAW_E_MEMORY. */
PAW_MUST_CHECK enum paw_status paw_judge(const struct paw_catalogue *c, struct paw_world *w,
                                         const struct paw_execution *x, struct paw_arena *arena,
                                         struct paw_verdict *ret);
