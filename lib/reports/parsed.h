/* SPDX-License-Identifier: Apache-2.0 */
/** The parsed command as JSON. */
#pragma once

#include <catspaw/catspaw.h>

#include "reports/tree.h"

/** Adds "command": program, verb, typed object, switches, operands, tokens, commands inside. */
void paw_tree_command(struct paw_tree *t, cJSON *PAW_NULLABLE to, const struct paw_command *c);
