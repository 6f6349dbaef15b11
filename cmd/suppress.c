/* SPDX-License-Identifier: Apache-2.0 */
/* catspaw suppress: entries of a suppress file for findings of a report. */
#include <catspaw/suppress.h>

#include <stdlib.h>
#include <unistd.h>

#include "options.h"
#include "tell.h"

enum { DAYS_DEFAULT = 90 };

#define NOT_STATED "not stated"

static const struct option suppress_options[] = {
    {.name = "report",
     .kind = OPTION_TEXT,
     .value = "DIR",
     .field = offsetof(struct settings, report),
     .help = "folder of the report that has the findings (default: catspaw-report)"},
    {.name = "reason",
     .kind = OPTION_TEXT,
     .value = "TEXT",
     .field = offsetof(struct settings, reason),
     .help = "why they need not be looked at again (default: 'not stated')"},
    {.name = "author",
     .kind = OPTION_TEXT,
     .value = "NAME",
     .field = offsetof(struct settings, author),
     .help = "who says so (default: the user's name)"},
    {.name = "expires",
     .kind = OPTION_DAY,
     .value = "DAY",
     .field = offsetof(struct settings, expires),
     .help = "last day on which it holds, YYYY-MM-DD (default: in 90 days)"},
    {.name = "to",
     .kind = OPTION_TEXT,
     .value = "FILE",
     .field = offsetof(struct settings, to),
     .help = "add the entries to this file, made if need be, instead of printing a file of their "
             "own"},
    {0},
};

static const char *user_name(void)
{
    static const char *const names[] = {"USER", "LOGNAME"};
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++) {
        const char *name = getenv(names[i]);
        if (name != NULL && *name != '\0')
            return name;
    }
    return NOT_STATED;
}

static int suppress(const struct settings *s, int argc, char **argv)
{
    static const int fd = STDOUT_FILENO;
    struct paw_out out = paw_out_fd(&fd);
    struct shown room;
    char message[512], day[11];
    (void)argc;
    (void)argv;
    paw_day_ahead(DAYS_DEFAULT, day);
    const struct paw_suppress_wish wish = {
        .report = s->report != NULL ? s->report : "catspaw-report",
        .ids = s->arguments,
        .n_ids = s->n_arguments,
        .reason = s->reason != NULL ? s->reason : NOT_STATED,
        .author = s->author != NULL ? s->author : user_name(),
        .expires = s->expires != NULL ? s->expires : day,
        .to = s->to,
    };
    const enum paw_status status = paw_suppress_make(&wish, &out, message);
    if (status == PAW_OK)
        return EXIT_DONE;
    tell("%s", shown(&room, message));
    return status == PAW_E_USAGE ? EXIT_USAGE : EXIT_OUTPUT;
}

const struct command command_suppress = {
    .name = "suppress",
    .summary = "write down that findings need not be looked at again",
    .arguments = "ID...",
    .about = "Prints a suppress file with one entry for each finding, named by its id or the "
             "beginning of it, with as many fields as are known of it, so that it fits that "
             "finding and its like. The file is described in docs/suppress.md, and scan "
             "--suppress reads it.",
    .least = 1,
    .most = SIZE_MAX,
    .options = suppress_options,
    .run = suppress,
};
