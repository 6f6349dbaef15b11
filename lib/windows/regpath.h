/* SPDX-License-Identifier: Apache-2.0 */
/** Registry path spelling (docs/detections 1.6). */
#pragma once

#include <catspaw/base.h>

#include "core/arena.h"

struct paw_regpath {
    paw_str key;   /* canonical: HKLM\SOFTWARE\…, HKU\<SID>\…                            */
    paw_str place; /* key below the user (HKCU\…) when it is a user's, else = key         */
    paw_str name;  /* last component when the path holds a value name; absent otherwise  */
    paw_str sid;   /* of HKU paths                                                        */
    bool is_32bit; /* a WOW6432Node component was removed                                */
};

/** Canonical form of a key path as Sysmon, 4657 or a hive reader writes it. has_value: the last
 * component is a value name; `(Default)` becomes the empty name. */
void paw_regpath_read(paw_str raw, bool has_value, struct paw_arena *arena,
                      struct paw_regpath *ret);
