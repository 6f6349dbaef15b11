/* SPDX-License-Identifier: Apache-2.0 */
/* catspaw events: the normalised events as JSON Lines, nothing judged. */
#include <unistd.h>

#include "limits.h"
#include "progress.h"
#include "tell.h"

static const struct option events_options[] = {
    {.name = "all",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, all),
     .help = "every record of every log, complete, also of kinds that nothing asks about"},
    {.name = "xml",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, xml),
     .help = "the same as the XML that Windows shows"},
    {.name = "record",
     .kind = OPTION_TEXT,
     .value = "RECORD",
     .field = offsetof(struct settings, record),
     .help = "show one record again, complete, as a report cites it: SOURCE#RECORD_ID or "
             "SOURCE@OFFSET"},
    OPTIONS_OF_A_RUN,
    {0}};

static int events(const struct settings *s, int argc, char **argv)
{
    struct paw_options o = run_options(s, argc, argv);
    struct paw_result result = {0};
    struct paw_error err = {0};
    struct progress progress;
    progress_begin(&progress, s->quiet || isatty(STDOUT_FILENO)); /* not among the lines */
    o.out_fd = STDOUT_FILENO;
    o.record = s->record;
    o.is_full = s->all;
    o.is_xml = s->xml;
    o.no_hash = s->all || s->xml || s->record != NULL; /* copies stand for themselves */
    o.stop = watch_signals();
    o.progress = progress_show;
    o.self = &progress;
    paw_events(&o, &result, &err);
    progress_end(&progress);
    tell_result(&result, &err);
    return result.exit_code == EXIT_USAGE ? tell_usage("events") : result.exit_code;
}

const struct command command_events = {
    .name = "events",
    .summary = "print events, normalised or complete; nothing judged",
    .arguments = "EVIDENCE...",
    .about = "Prints every event and registry value that behaviours ask about as one JSON object a "
             "line on standard output; with --all or --xml every record there is. The shapes are "
             "described in docs/events.md.",
    .least = 1,
    .most = SIZE_MAX,
    .options = events_options,
    .run = events,
};
