/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What judging found out of a program or of a line, for the next execution of the same: which
 * behaviours may hold of it at all. Beside what known.h keeps, and forgotten with it.
 *
 * An answer never depends on what is in it: only what is certain to be no is left out.
 */
#pragma once

#include <catspaw/behaviour.h>

#include "core/arena.h"

/** As whom an execution is judged: each is asked other behaviours. */
enum paw_guise {
    PAW_AS_PROCESS,
    PAW_AS_STUB,
    PAW_AS_STANDING,
    PAW_AS_LAUNCHED, /* a command in the line of a launcher */
    PAW_AS_SCRIPT,
    PAW_AS_RECORD,
    PAW_N_GUISES
};

struct paw_candidates {
    const struct paw_behaviour *const *PAW_NULLABLE
        items; /* in the order in which they are asked */
    size_t n;
    bool is_known;
};

enum { PAW_LISTS_WORDS = 8 }; /* of 64 lists; those with a higher number are not remembered */

/** What all executions of a program share, whatever their lines say. */
struct paw_face {
    paw_str name;
    const char *PAW_NULLABLE proxy;
    const struct paw_program *PAW_NULLABLE program;
    uint64_t sets;
    uint32_t identity;
    /* By the catalogue's number of a list: whether it was asked for the name, and whether the name
     * or the proxy stands in it. */
    uint64_t asked[PAW_LISTS_WORDS], fits[PAW_LISTS_WORDS];
    struct paw_candidates may[PAW_N_GUISES];
};

/** What all executions of a line share. */
struct paw_memo {
    struct paw_arena *arena; /* where it lives */
    struct paw_face *PAW_NULLABLE face;
    bool was_judged[PAW_N_GUISES]; /* the second time is worth a look at what the line decides */
    struct paw_candidates may[PAW_N_GUISES];
};
