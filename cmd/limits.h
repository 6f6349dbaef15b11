/* SPDX-License-Identifier: Apache-2.0 */
/** Rows that several subcommands share: what a run may use, and what it says. */
#pragma once

#include <limits.h>

#include <catspaw/suppress.h>

#include "options.h"

#define OPTIONS_OF_A_RUN                                                                          \
    {.name = "jobs",                                                                              \
     .letter = 'j',                                                                               \
     .kind = OPTION_COUNT,                                                                        \
     .value = "N",                                                                                \
     .field = offsetof(struct settings, jobs),                                                    \
     .least = 1,                                                                                  \
     .most = 1024,                                                                                \
     .help = "at most N threads and reader processes busy at one time (default: processors)"},    \
        {.name = "memory",                                                                        \
         .letter = 'm',                                                                           \
         .kind = OPTION_SIZE,                                                                     \
         .value = "SIZE",                                                                         \
         .field = offsetof(struct settings, memory),                                              \
         .least = UINT64_C(64) * 1024 * 1024,                                                     \
         .help = "memory of all processes together, mapped evidence not counted (default: 512M, " \
                 "least: 64M)"},                                                                  \
        {.name = "reader",                                                                        \
         .kind = OPTION_READER,                                                                   \
         .value = "NAME",                                                                         \
         .field = offsetof(struct settings, reader),                                              \
         .help = "which reader takes the event logs: native or libevtx (default: native)"},       \
        {.name = "carve",                                                                         \
         .kind = OPTION_FLAG,                                                                     \
         .field = offsetof(struct settings, carve),                                               \
         .help = "search files of unknown kind (unallocated space, page files, dumps of memory, " \
                 "logs without their beginning) for event records"},                              \
        {.name = "temp",                                                                          \
         .kind = OPTION_TEXT,                                                                     \
         .value = "DIR",                                                                          \
         .field = offsetof(struct settings, temp),                                                \
         .help = "folder for the unlinked working file (default: the output folder; where there " \
                 "is none, the system's)"},                                                       \
        {.name = "child-memory",                                                                  \
         .kind = OPTION_SIZE,                                                                     \
         .value = "SIZE",                                                                         \
         .field = offsetof(struct settings, child_memory),                                        \
         .least = UINT64_C(16) * 1024 * 1024,                                                     \
         .help = "address space of one reader process"},                                          \
        {.name = "child-cpu",                                                                     \
         .kind = OPTION_TIME,                                                                     \
         .value = "TIME",                                                                         \
         .field = offsetof(struct settings, child_cpu_ms),                                        \
         .least = 1,                                                                              \
         .help = "processor time of one reader process"},                                         \
        {.name = "record-cpu",                                                                    \
         .kind = OPTION_TIME,                                                                     \
         .value = "TIME",                                                                         \
         .field = offsetof(struct settings, record_cpu_ms),                                       \
         .least = 1,                                                                              \
         .help = "processor time on one record before its reader is ended (default: 2s)"},        \
        {.name = "child-answer",                                                                  \
         .kind = OPTION_SIZE,                                                                     \
         .value = "SIZE",                                                                         \
         .field = offsetof(struct settings, child_answer),                                        \
         .least = 1,                                                                              \
         .help = "bytes that one reader process may answer"},                                     \
    {                                                                                             \
        .name = "quiet", .letter = 'q', .kind = OPTION_FLAG,                                      \
        .field = offsetof(struct settings, quiet),                                                \
        .help = "no progress and no summary; errors only"                                         \
    }

/** The row of --site, and the file behind it: NULL, with *ok true, if none is given. A file that
 * cannot be read is told; *ok is false then. */
#define OPTION_OF_A_SITE                                                                          \
    {                                                                                             \
        .name = "site", .kind = OPTION_TEXT, .value = "FILE",                                     \
        .field = offsetof(struct settings, site),                                                 \
        .help = "what the organisation knows of its own network and machines, JSON as described " \
                "in docs/site.md; findings that it lowers say so"                                 \
    }
struct paw_site *PAW_NULLABLE open_site(const struct settings *s, bool *ok);
/** The same of --suppress. */
struct paw_suppress *PAW_NULLABLE open_suppress(const struct settings *s, bool *ok);

/** What settings and the command line come to for the library. */
struct paw_options run_options(const struct settings *s, int argc, char **argv);

/** Becomes true at the first SIGINT or SIGTERM; a second one ends the program. */
const volatile bool *watch_signals(void);

/** Says what the library says of a run that did not go well. */
void tell_result(const struct paw_result *r, const struct paw_error *err);
