/* SPDX-License-Identifier: Apache-2.0 */
/** The tables of programs themselves; ask them through programs.h. */
#pragma once

#include "windows/programs.h"

extern const struct paw_identity paw_identities[];
extern const size_t paw_n_identities;

struct paw_program_set {
    uint64_t set;
    const char *names; /* globs, without .exe, "|" between them */
};

extern const struct paw_program_set paw_program_set_rows[];
extern const size_t paw_n_program_sets;
