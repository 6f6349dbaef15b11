/* SPDX-License-Identifier: Apache-2.0 */
/** What must hold of every parsed command, whatever the line. */
#pragma once

#include <catspaw/command.h>

/** NULL, or what does not hold. */
const char *PAW_NULLABLE test_command_fault(const struct paw_command *c);
/** Whether the two say the same in every field, texts compared by their bytes. */
bool test_command_same(const struct paw_command *a, const struct paw_command *b);
