/* SPDX-License-Identifier: Apache-2.0 */
/** A row as facts, and as the executions and the world that a behaviour is asked about. */
#pragma once

#include "engine/exam.h"
#include "vectors.h"

enum { CASE_PROCESSES = 24, CASE_FACTS = 128 };

struct case_process {
    const struct vec_line *PAW_NULLABLE line;
    struct case_process *PAW_NULLABLE parent;
    const char *line_text, *image, *ofn, *company, *cwd, *user, *integrity, *guid;
    uint64_t time, pid;
    uint32_t without;
    struct paw_execution x;
    const struct paw_fact *effects[PAW_N_EFFECTS][CASE_FACTS];
    const struct paw_execution *children[CASE_PROCESSES];
};

struct case_value {
    const char *path; /* as Sysmon writes it */
    const struct paw_fact *fact;
    bool at_rest;
};

struct paw_world {
    const struct paw_catalogue *catalogue;
    struct paw_arena *arena;
    struct paw_machine machine;
    bool as_4688;
    uint32_t without, recorded; /* recorded: kinds that the sensors of the row record */
    struct case_process *processes[CASE_PROCESSES];
    size_t n_processes;
    struct case_process *judged; /* NULL: a standing command, script or record */
    struct paw_execution alone;  /* that one */
    const struct paw_fact *facts[CASE_FACTS];
    size_t n_facts;
    struct case_value values[32];
    size_t n_values;
    bool is_absent;      /* what is judged is not recorded at all */
    unsigned wrong_line; /* of the first thing that could not be made, 0: none */
    const char *wrong;
};

/** Makes the facts of a row. as_4688: what the Security log would have. without: PAW_NEED_… that
 * nobody recorded, beside the row's own. */
void case_make(struct paw_world *w, const struct paw_catalogue *c, struct paw_arena *arena,
               const struct vec_row *row, bool as_4688, uint32_t without);
/** PAW_NEED_…: fields and kinds that the sensors of the row record. */
uint32_t case_recorded(const struct vec_row *row, bool as_4688);
struct paw_execution *case_judged(struct paw_world *w);
