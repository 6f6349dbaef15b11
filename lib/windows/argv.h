/* SPDX-License-Identifier: Apache-2.0 */
/** Splitting a command line into tokens (docs/detections 2.3). */
#pragma once

#include <catspaw/command.h>

#include "core/arena.h"

enum paw_quoting {
    PAW_QUOTING_ARGV,   /* CommandLineToArgvW: "" inside quotes leaves quoted mode */
    PAW_QUOTING_CRT,    /* C runtime and .NET: "" inside quotes stays in it        */
    PAW_QUOTING_GROUPS, /* quotes group, backslashes mean nothing, "" is a quote   */
};

struct paw_split_rule {
    enum paw_quoting quoting;
    bool braces_are_blanks; /* odbcconf: {ACTION args} */
};

struct paw_tokens {
    struct paw_token *PAW_NULLABLE item;
    size_t n, room;
    bool is_cut;     /* more tokens than are kept                       */
    bool is_doubled; /* "" stood inside quotes: the two readings differ */
};

/** Adds the tokens of line between from and end to ret; spans count from the start of line. */
PAW_MUST_CHECK enum paw_status paw_argv_split(paw_str line, size_t from, size_t end,
                                              struct paw_split_rule rule, struct paw_arena *arena,
                                              struct paw_tokens *ret);

/** raw without its quotes and escapes, read as one token: a view if nothing has to go. absent: no
 * memory. */
paw_str paw_argv_unquote(paw_str raw, enum paw_quoting quoting, struct paw_arena *arena);

/** Where in raw the text begins that follows the first n bytes of what it stands for. */
size_t paw_argv_offset(paw_str raw, enum paw_quoting quoting, size_t n);
