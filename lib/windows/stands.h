/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Registry places where commands stand (docs/detections 3.16): one table for hives at rest and for
 * registry writes.
 */
#pragma once

#include <catspaw/base.h>

#include "windows/regpath.h"

struct paw_stand {
    const char *kind;  /* "run", "service", "class", … */
    const char *key;   /* glob over the canonical place: HKCU\… for a user's key, HKLM\… else */
    const char *value; /* glob over value names; "" is the default value */
    bool is_autostart; /* runs without anybody asking */
    bool is_path;      /* the data is a path or DLL, not a command line */
};

/** Whether some value of that key may be one. */
bool paw_stand_has_place(paw_str key);

/** The place of a value, NULL if it is none. key as paw_regpath.place. */
const struct paw_stand *PAW_NULLABLE paw_stand_find(paw_str key, paw_str value);

/** Where the first command of a value's text ends; Winlogon's values are lists, parted by commas.
 * The commas inside a command, as rundll32 has them, part nothing: no program follows them. */
size_t paw_stand_command_end(const struct paw_stand *place, paw_str text);
