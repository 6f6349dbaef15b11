/* SPDX-License-Identifier: Apache-2.0 */
/** The identity table itself; ask it through programs.h. */
#pragma once

#include "windows/programs.h"

extern const struct paw_identity paw_identities[];
extern const size_t paw_n_identities;
