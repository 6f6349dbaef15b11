/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences for people: see tell.h. */
#include "tell.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct room {
    char *at;
    size_t left;
};

static enum paw_status write_room(void *self, const void *bytes, size_t n)
{
    struct room *room = self;
    const size_t fits = n < room->left ? n : room->left;
    memcpy(room->at, bytes, fits);
    room->at += fits;
    room->left -= fits;
    return PAW_OK;
}

const char *shown(struct shown *buffer, const char *s)
{
    static const char more[] = "...";
    struct room room = {buffer->text, sizeof(buffer->text) - sizeof(more)};
    struct paw_out out = {&room, write_room};
    (void)paw_terminal_write((paw_str){s, strlen(s)}, &out); /* write_room cannot fail */
    if (room.left == 0) {
        while (room.at > buffer->text && ((unsigned char)room.at[-1] & 0x80) != 0)
            room.at--; /* not in the middle of a character */
        memcpy(room.at, more, sizeof(more));
    } else {
        *room.at = '\0';
    }
    return buffer->text;
}

void tell(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("catspaw: ", stderr); /* nobody is left to tell that this failed */
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
}

void tell_error(const struct paw_error *err)
{
    const char *what = err->what == NULL ? "something failed" : err->what;
    if (err->sys != 0)
        tell("%s: %s", what, strerror(err->sys));
    else
        tell("%s", what);
}

int tell_usage(const char *command)
{
    if (command != NULL)
        tell("try 'catspaw %s --help'", command);
    else
        tell("try 'catspaw --help'");
    return EXIT_USAGE;
}

static bool has_colour(int fd)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(fd) && (no == NULL || *no == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

bool tell_has_colour(void)
{
    return has_colour(STDERR_FILENO);
}

bool out_has_colour(void)
{
    return has_colour(STDOUT_FILENO);
}

bool print_out(const char *text, size_t n)
{
    static const int out = STDOUT_FILENO;
    struct paw_out to = paw_out_fd(&out);
    if (to.write(to.self, text, n) == PAW_OK)
        return true;
    tell("standard output could not be written");
    return false;
}
