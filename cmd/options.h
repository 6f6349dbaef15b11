/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Options as tables. A table carries its help text; --help, the manual page and the parser read the
 * same rows, so that they cannot disagree.
 */
#pragma once

#include <catspaw/catspaw.h>

/** What all options of all subcommands come to. */
struct settings {
    const char *out; /* NULL: not given */
    const char *temp;
    const char *site;                                             /* NULL: none */
    const char *suppress, *as_of;                                 /* NULL: none */
    const char *report, *reason, *author, *expires, *to;          /* of suppress */
    const char *parent, *parent_image, *cwd, *user, *image, *ofn; /* around lines of check */
    const char *reader;
    const char *record;
    uint32_t formats; /* enum paw_format */
    enum paw_severity fail_on;
    uint64_t jobs, memory, child_memory, child_cpu_ms, record_cpu_ms, child_answer;
    bool force, no_hash, no_checksums, carve, quiet, json, jsonl, all, xml, man, help;
    const char **arguments; /* what is not an option, in order */
    size_t n_arguments;
};

enum option_kind {
    OPTION_FLAG,    /* bool                                         */
    OPTION_TEXT,    /* const char *                                 */
    OPTION_COUNT,   /* uint64_t                                     */
    OPTION_SIZE,    /* uint64_t bytes: 512M, 64K, 2G                */
    OPTION_TIME,    /* uint64_t milliseconds: 2s, 500ms, 2          */
    OPTION_LEVEL,   /* enum paw_severity                            */
    OPTION_READER,  /* one of native, libevtx                       */
    OPTION_DAY,     /* const char *: YYYY-MM-DD                     */
    OPTION_FORMATS, /* bits: jsonl,csv,html,run                     */
};

struct option {
    const char *name; /* long, without dashes; NULL ends a table */
    char letter;      /* short, or 0                             */
    enum option_kind kind;
    const char *PAW_NULLABLE value; /* its name in the help, NULL for a flag */
    size_t field;                   /* offsetof(struct settings, …)          */
    uint64_t least, most;           /* of a number; most 0: no limit         */
    bool is_hidden;                 /* not in the help                       */
    const char *help;               /* one sentence, without full stop       */
};

struct command {
    const char *name;
    const char *summary;   /* one line                                */
    const char *arguments; /* "EVIDENCE...", "" or "[ID]"             */
    const char *about;     /* what it does, in sentences              */
    size_t least, most;    /* how many arguments; SIZE_MAX: any       */
    const struct option *options;
    int (*run)(const struct settings *s, int argc, char **argv);
};

extern const struct command command_scan, command_check, command_events, command_behaviours,
    command_suppress, command_help;
/** All of them; ends with NULL. */
extern const struct command *const commands[];
const struct command *PAW_NULLABLE command_find(const char *name);

/** Reads argv[2…] (or whatever stands behind the subcommand's name). Says every mistake on standard
 * error and is false then. settings->arguments is the caller's to free. */
bool options_parse(const struct command *c, int argc, char **argv, struct settings *ret);

/** Help for one subcommand, and for all; false: standard output could not be written. */
bool help_command(const struct command *c);
bool help_all(void);
/** The sections COMMANDS and OPTIONS of the manual page. */
bool help_man(void);
