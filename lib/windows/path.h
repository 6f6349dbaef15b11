/* SPDX-License-Identifier: Apache-2.0 */
/** Paths, their normal form and class (docs/detections 2.1, 2.2). */
#pragma once

#include <catspaw/command.h>

#include "core/arena.h"

struct paw_path_context {
    const struct paw_machine *machine;
    paw_str current_directory; /* absent: not recorded */
    paw_str user_profile;
    bool expands_variables; /* the reader of this text expands %VAR% */
    bool is_code;           /* class for something that is run (SYSW's odd resting places count) */
    bool is_loaded;         /* the loader finds it: a bare name is not completed by the working
                               directory, and a scheme is a folder that `..` cancels */
};

/** Normalises raw and gives it a class; views live in arena. raw absent: *ret is zeroed. */
void paw_path_normalise(paw_str raw, const struct paw_path_context *context,
                        struct paw_arena *arena, struct paw_path *ret);

/** Equal as Windows compares names: simple Unicode upper-casing of both. */
bool paw_path_same(paw_str a, paw_str b);

/** Base name of a path with either slash: a view. */
paw_str paw_path_base(paw_str path);
/** Extension of a base name without the dot, empty if none: a view. */
paw_str paw_path_ext(paw_str base);
/** The folder of norm, without the last component, with its trailing slash: a view. */
paw_str paw_path_folder(paw_str norm);
/** Upper case by simple Unicode folding, in the arena; the view itself if nothing changes. */
paw_str paw_path_upper(paw_str s, struct paw_arena *arena);
/** Whether base (with or without extension) is in the list of names that Windows ships. */
bool paw_is_windows_name(paw_str base);
