/* SPDX-License-Identifier: Apache-2.0 */
/** The parsed command as JSON. */
#pragma once

#include <catspaw/catspaw.h>

#include "core/json.h"

/** Adds the member "command": program, verb, typed object, switches, operands, tokens, commands
 * inside. */
void paw_json_command(struct paw_json *j, const struct paw_command *c);
