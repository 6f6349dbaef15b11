/* SPDX-License-Identifier: Apache-2.0 */
/* catspaw behaviours: the catalogue of what is detected. */
#include <unistd.h>

#include "options.h"
#include "tell.h"

static const struct option behaviours_options[] = {
    {.name = "json",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, json),
     .help = "print JSON instead of text"},
    {0},
};

static int behaviours(const struct settings *s, int argc, char **argv)
{
    static const int fd = STDOUT_FILENO;
    struct paw_out out = paw_out_fd(&fd);
    struct shown room;
    (void)argc;
    (void)argv;
    const char *id = s->n_arguments == 0 ? NULL : s->arguments[0];
    const enum paw_status got = paw_behaviours(id, s->json, &out);
    if (got >= PAW_OK)
        return EXIT_DONE;
    if (got == PAW_E_ABSENT && id != NULL) {
        tell("no such behaviour or technique: '%s'", shown(&room, id));
        return tell_usage("behaviours");
    }
    tell(got == PAW_E_OUTPUT ? "standard output could not be written"
                             : "the catalogue could not be printed");
    return EXIT_OUTPUT;
}

const struct command command_behaviours = {
    .name = "behaviours",
    .summary = "list what is detected, or show one behaviour",
    .arguments = "[ID]",
    .about = "Prints the catalogue: id, technique, severity, confidence and title of every "
             "behaviour; with the ID of one, all that is known of it; with that of a technique, "
             "like T1218.011, its tactic, of which groups, campaigns and software ATT&CK records "
             "it, and its behaviours. What cannot be decided yet is marked (waits) and says what "
             "it waits for.",
    .least = 0,
    .most = 1,
    .options = behaviours_options,
    .run = behaviours,
};
