/* SPDX-License-Identifier: Apache-2.0 */
/* The program: a table of subcommands, one file each. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/versions.h"
#include "options.h"
#include "tell.h"

const struct command *const commands[] = {
    &command_scan, &command_check, &command_events, &command_behaviours, &command_suppress,
    &command_help, NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

/* A closed standard stream would lend its number to the first file opened: it is filled with one
 * that refuses what the stream is for. */
static bool fill_streams(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", modes[fd]) != fd)
            return false;
    return true;
}

static int print_version(void)
{
    char text[512];
    const int n = snprintf(text, sizeof(text), "catspaw %s\nbuild: %s\nlibraries: %s\n",
                           paw_version(), paw_build(), CATSPAW_LIBRARIES);
    if (n < 0 || (size_t)n >= sizeof(text))
        return EXIT_OUTPUT;
    return print_out(text, (size_t)n) ? EXIT_DONE : EXIT_OUTPUT;
}

static bool is_either(const char *given, const char *letter, const char *name)
{
    return strcmp(given, letter) == 0 || strcmp(given, name) == 0;
}

static int run_command(const struct command *c, int argc, char **argv)
{
    struct settings s;
    int code = EXIT_USAGE;
    if (!options_parse(c, argc - 2, argv + 2, &s))
        code = tell_usage(c->name);
    else if (s.help)
        code = help_command(c) ? EXIT_DONE : EXIT_OUTPUT;
    else
        code = c->run(&s, argc, argv);
    free(s.arguments);
    return code;
}

int main(int argc, char **argv)
{
    struct shown room;
    if (!fill_streams())
        return EXIT_OUTPUT;
    if (argc < 2) {
        tell("no subcommand given");
        return tell_usage(NULL);
    }
    if (is_either(argv[1], "-h", "--help"))
        return help_all() ? EXIT_DONE : EXIT_OUTPUT;
    if (is_either(argv[1], "-V", "--version"))
        return print_version();
    const struct command *c = command_find(argv[1]);
    if (c != NULL)
        return run_command(c, argc, argv);
    tell("%s '%s'", argv[1][0] == '-' ? "unknown option" : "unknown subcommand",
         shown(&room, argv[1]));
    return tell_usage(NULL);
}
