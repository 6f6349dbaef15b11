/* SPDX-License-Identifier: Apache-2.0 */
/** Environment variables and 8.3 names (docs/detections 2.1.1, 2.1.2). */
#pragma once

#include "windows/text.h"

struct paw_variables {
    paw_str system_root;  /* absent: C:\Windows                           */
    paw_str user_profile; /* absent: C:\Users\<user>, with the angle signs */
};

/** Adds the value of a variable that every Windows has; false if name is none. */
bool paw_variable_add(paw_str name, const struct paw_variables *v, struct paw_text *out);

/** Adds s with %NAME% replaced; all false: only the ones that tell where Windows lies. Whether
 * anything was replaced. */
bool paw_variables_expand(paw_str s, const struct paw_variables *v, bool all, struct paw_text *out);

/** The same for a text of PowerShell that begins with a variable: $env:TEMP, ${env:TEMP},
 * $($env:TEMP), $HOME. Nothing is added where none of these is replaced. */
bool paw_psh_variable_expand(paw_str s, const struct paw_variables *v, struct paw_text *out);

/** Long name behind a well-known short one, or absent. */
paw_str paw_long_name(paw_str component);
/** Whether component has the shape of an 8.3 short name. */
bool paw_is_short_name(paw_str component);
