/* SPDX-License-Identifier: Apache-2.0 */
/* catspaw help, --help, and the table-made part of the manual page. */
#include <stdio.h>
#include <stdlib.h>

#include "options.h"
#include "tell.h"

enum { PAGE_ROOM = 64 * 1024, HELP_COLUMN = 28, LINE_WIDTH = 80 };

/* Text being made. Everything in it is a constant of ours; it is cut rather than overrun, and the
 * tests see the end of the longest page. */
struct page {
    char text[PAGE_ROOM];
    size_t n;
};

static void put(struct page *p, const char *s)
{
    const size_t n = strlen(s);
    if (n <= sizeof(p->text) - p->n) {
        memcpy(p->text + p->n, s, n);
        p->n += n;
    }
}

static void put_blanks(struct page *p, size_t n)
{
    for (; n > 0; n--)
        put(p, " ");
}

/* Words of s in lines of LINE_WIDTH that begin at column `indent`; `column` is where we are. */
static void put_words(struct page *p, const char *s, size_t indent, size_t column)
{
    if (column > indent) {
        put(p, "\n");
        column = 0;
    }
    put_blanks(p, indent - column);
    column = indent;
    while (*s != '\0') {
        const size_t n = strcspn(s, " ");
        if (column != indent && column + 1 + n > LINE_WIDTH) {
            put(p, "\n");
            put_blanks(p, indent);
            column = indent;
        } else if (column != indent) {
            put(p, " ");
            column++;
        }
        if (n <= sizeof(p->text) - p->n) {
            memcpy(p->text + p->n, s, n);
            p->n += n;
        }
        column += n;
        s += n + (s[n] == ' ');
    }
    put(p, "\n");
}

static void put_option(struct page *p, const struct option *o)
{
    char head[80];
    const char letter[] = {o->letter != 0 ? '-' : ' ', o->letter != 0 ? o->letter : ' ',
                           o->letter != 0 ? ',' : ' ', '\0'};
    const int n = snprintf(head, sizeof(head), "  %s --%s%s%s", letter, o->name,
                           o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
    put(p, head);
    put_words(p, o->help, HELP_COLUMN, n < HELP_COLUMN - 1 ? (size_t)n : HELP_COLUMN + 1);
}

static bool print_page(struct page *p)
{
    const bool ok = print_out(p->text, p->n);
    free(p);
    return ok;
}

static struct page *new_page(void)
{
    struct page *p = calloc(1, sizeof(*p));
    if (p == NULL)
        tell("out of memory");
    return p;
}

bool help_command(const struct command *c)
{
    static const struct option help = {
        .name = "help", .letter = 'h', .kind = OPTION_FLAG, .help = "print this help"};
    struct page *p = new_page();
    if (p == NULL)
        return false;
    put(p, "Usage: catspaw ");
    put(p, c->name);
    put(p, " [OPTION...]");
    put(p, *c->arguments == '\0' ? "" : " ");
    put(p, c->arguments);
    put(p, "\n\n");
    put_words(p, c->about, 0, 0);
    put(p, "\nOptions:\n");
    for (const struct option *o = c->options; o->name != NULL; o++)
        if (!o->is_hidden)
            put_option(p, o);
    put_option(p, &help);
    put(p, "\nThe manual page catspaw(1) says what the reports hold and what exit codes mean.\n");
    return print_page(p);
}

bool help_all(void)
{
    struct page *p = new_page();
    if (p == NULL)
        return false;
    put(p, "Usage: catspaw SUBCOMMAND [OPTION...] [ARGUMENT...]\n\n"
           "Finds system binary proxy execution (ATT&CK T1218) in Windows event logs and\n"
           "registry hives, offline.\n\nSubcommands:\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        char head[80];
        const int n =
            snprintf(head, sizeof(head), "  %s %s", commands[i]->name, commands[i]->arguments);
        put(p, head);
        put_words(p, commands[i]->summary, HELP_COLUMN, (size_t)n);
    }
    put(p, "\nOptions:\n"
           "  -h, --help                print this help\n"
           "  -V, --version             print version, build and libraries\n\n"
           "'catspaw help SUBCOMMAND' tells more, the manual page catspaw(1) all.\n");
    return print_page(p);
}

/* Manual page -------------------------------------------------------------------------------------
 */

/* roff takes - for a hyphen, and a leading . or ' for a request. */
static void put_roff(struct page *p, const char *s)
{
    for (; *s != '\0'; s++) {
        const char one[] = {*s, '\0'};
        put(p, *s == '-' ? "\\-" : *s == '\\' ? "\\e" : one);
    }
}

static void put_man_option(struct page *p, const struct option *o)
{
    put(p, ".TP\n");
    if (o->letter != 0) {
        const char letter[] = {o->letter, '\0'};
        put(p, "\\fB\\-");
        put(p, letter);
        put(p, "\\fR, ");
    }
    put(p, "\\fB\\-\\-");
    put_roff(p, o->name);
    put(p, "\\fR");
    if (o->value != NULL) {
        put(p, " \\fI");
        put_roff(p, o->value);
        put(p, "\\fR");
    }
    put(p, "\n");
    put_roff(p, o->help);
    put(p, ".\n");
}

bool help_man(void)
{
    struct page *p = new_page();
    if (p == NULL)
        return false;
    put(p, ".SH SUBCOMMANDS\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        const struct command *c = commands[i];
        put(p, ".SS \\fBcatspaw ");
        put_roff(p, c->name);
        put(p, "\\fR [\\fIOPTION\\fR...]");
        put(p, *c->arguments == '\0' ? "" : " \\fI");
        put_roff(p, c->arguments);
        put(p, *c->arguments == '\0' ? "\n" : "\\fR\n");
        put_roff(p, c->about);
        put(p, "\n");
        for (const struct option *o = c->options; o->name != NULL; o++)
            if (!o->is_hidden)
                put_man_option(p, o);
    }
    return print_page(p);
}

/* Subcommand --------------------------------------------------------------------------------------
 */

static const struct option help_options[] = {
    {.name = "man",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, man),
     .is_hidden = true,
     .help = "print the part of the manual page that is made from the tables"},
    {0},
};

static int help(const struct settings *s, int argc, char **argv)
{
    struct shown room;
    (void)argc;
    (void)argv;
    if (s->man)
        return help_man() ? EXIT_DONE : EXIT_OUTPUT;
    if (s->n_arguments == 0)
        return help_all() ? EXIT_DONE : EXIT_OUTPUT;
    const struct command *c = command_find(s->arguments[0]);
    if (c != NULL)
        return help_command(c) ? EXIT_DONE : EXIT_OUTPUT;
    tell("unknown subcommand '%s'", shown(&room, s->arguments[0]));
    return tell_usage(NULL);
}

const struct command command_help = {
    .name = "help",
    .summary = "print help, of a subcommand if one is named",
    .arguments = "[SUBCOMMAND]",
    .about = "Prints what the subcommand does and its options.",
    .least = 0,
    .most = 1,
    .options = help_options,
    .run = help,
};
