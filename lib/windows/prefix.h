/* SPDX-License-Identifier: Apache-2.0 */
/** What stands before the first folder of a path: native prefixes, devices, schemes
 * (docs/detections 2.1 steps 3, 5, 6, 7). */
#pragma once

#include <catspaw/command.h>

#include "core/arena.h"

enum paw_prefix_kind {
    PAW_PREFIX_NONE,  /* rest is an ordinary path                        */
    PAW_PREFIX_DRIVE, /* rest follows `X:`                               */
    PAW_PREFIX_ROOT,  /* rest follows the Windows folder                 */
    PAW_PREFIX_UNC,   /* rest begins with the host                       */
    PAW_PREFIX_LABEL, /* a place without letter: label and class         */
};

struct paw_prefix {
    enum paw_prefix_kind kind;
    paw_str rest;
    paw_str label;
    bool is_volume; /* label is the number of a volume without a known letter */
    uint64_t class;
    char drive;
    bool is_verbatim;
};

struct paw_prefix paw_prefix_read(paw_str s, const struct paw_machine *PAW_NULLABLE machine);

enum paw_scheme { PAW_SCHEME_NONE, PAW_SCHEME_FILE, PAW_SCHEME_WEB, PAW_SCHEME_SCRIPT };

/** Kind of the scheme s begins with; a drive letter is none. */
enum paw_scheme paw_scheme_kind(paw_str s);

/** The path in a file: URL: percent-decoded, carets dropped as the shell's URL code does. */
paw_str paw_file_url_path(paw_str url, struct paw_arena *arena);
