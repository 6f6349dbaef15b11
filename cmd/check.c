/* SPDX-License-Identifier: Apache-2.0 */
/* catspaw check: command lines alone are judged, from arguments or standard input. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "options.h"
#include "tell.h"

enum { EXIT_FOUND = 1, READ_BYTES = 65536 };

static const struct option check_options[] = {
    {.name = "json",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, json),
     .help = "print one JSON object a command line"},
    {.name = "jsonl",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, jsonl),
     .help = "the same, and read one JSON object a line: command_line and, as context, image, "
             "original_file_name, current_directory, user, integrity, parent_image, "
             "parent_command_line"},
    {.name = "fail-on",
     .kind = OPTION_LEVEL,
     .value = "LEVEL",
     .field = offsetof(struct settings, fail_on),
     .help = "exit with 1 if a line is judged to be of this severity or above"},
    {0},
};

/* All of standard input; NULL, and said, when it cannot be had. */
static char *read_input(size_t *n)
{
    char *all = NULL;
    size_t room = 0;
    *n = 0;
    for (;;) {
        if (room - *n < READ_BYTES) {
            char *more = realloc(all, room += READ_BYTES + room);
            if (more == NULL) {
                tell("out of memory");
                free(all);
                return NULL;
            }
            all = more;
        }
        const ssize_t got = read(STDIN_FILENO, all + *n, room - *n);
        if (got == 0)
            return all;
        if (got < 0 && errno != EINTR) {
            tell("standard input could not be read: %s", strerror(errno));
            free(all);
            return NULL;
        }
        *n += got < 0 ? 0 : (size_t)got;
    }
}

static bool add_line(struct paw_lines *lines, const char *at, size_t n, bool json,
                     unsigned long long number)
{
    if (n != 0 && at[n - 1] == '\r')
        n--;
    if (n == 0)
        return true;
    const enum paw_status got =
        json ? paw_lines_add_json(lines, at, n) : paw_lines_add(lines, at, n);
    if (got == PAW_E_FORMAT || got == PAW_E_LIMIT)
        tell("line %llu of standard input is no JSON object", number);
    else if (got != PAW_OK)
        tell("out of memory");
    return got == PAW_OK;
}

static bool add_input(struct paw_lines *lines, bool json)
{
    size_t n = 0;
    bool ok = true;
    char *all = read_input(&n);
    unsigned long long number = 1;
    if (all == NULL)
        return false;
    for (const char *at = all; ok && at < all + n; number++) {
        const size_t left = (size_t)(all + n - at);
        const char *end = memchr(at, '\n', left);
        const size_t length = end == NULL ? left : (size_t)(end - at);
        ok = add_line(lines, at, length, json, number);
        at += length + (end != NULL);
    }
    free(all);
    return ok;
}

struct answering {
    const struct settings *settings;
    const struct paw_line *lines;
    struct paw_out out;
    bool is_found; /* at or above --fail-on */
};

static enum paw_status put(struct paw_out *out, const char *text)
{
    return out->write(out->self, text, strlen(text));
}

/* Severity, score, technique, behaviour, title; the line below it. */
static enum paw_status put_plain(struct paw_out *out, const struct paw_line *line,
                                 const struct paw_finding *f)
{
    char head[512];
    int n = 0;
    if (f == NULL || f->n_held == 0)
        n = snprintf(head, sizeof(head), "none\n    ");
    else
        n = snprintf(head, sizeof(head), "%s (%u)  %s  %s: %s\n    ",
                     paw_severity_name(f->severity), f->score,
                     f->n_techniques == 0 ? "T1218" : f->techniques[0], f->held[0].id,
                     f->held[0].title);
    if (n < 0 || (size_t)n >= sizeof(head))
        return PAW_E_LIMIT;
    enum paw_status status = put(out, head);
    if (status == PAW_OK)
        status = paw_terminal_write(line->command_line, out);
    return status == PAW_OK ? put(out, "\n") : status;
}

static enum paw_status answer(void *self, size_t line, const struct paw_finding *finding)
{
    struct answering *a = self;
    const struct settings *s = a->settings;
    if (finding != NULL && s->fail_on != PAW_NO_SEVERITY && finding->severity >= s->fail_on)
        a->is_found = true;
    if (s->json || s->jsonl)
        return paw_check_write(&a->lines[line], finding, &a->out);
    return put_plain(&a->out, &a->lines[line], finding);
}

/* Answers are many and small. */
struct lines_out {
    char bytes[READ_BYTES];
    size_t used;
};

static enum paw_status flush(struct lines_out *b)
{
    static const int fd = STDOUT_FILENO;
    struct paw_out to = paw_out_fd(&fd);
    const size_t n = b->used;
    b->used = 0;
    return n == 0 ? PAW_OK : to.write(to.self, b->bytes, n);
}

static enum paw_status write_buffered(void *self, const void *bytes, size_t n)
{
    struct lines_out *b = self;
    const char *at = bytes;
    while (n > 0) {
        if (b->used == sizeof(b->bytes)) {
            const enum paw_status got = flush(b);
            if (got != PAW_OK)
                return got;
        }
        const size_t room = sizeof(b->bytes) - b->used;
        const size_t fits = n < room ? n : room;
        memcpy(b->bytes + b->used, at, fits);
        b->used += fits;
        at += fits;
        n -= fits;
    }
    return PAW_OK;
}

static int judge(const struct settings *s, const struct paw_lines *lines)
{
    size_t n = 0;
    struct lines_out *buffer = calloc(1, sizeof(*buffer));
    struct answering a = {.settings = s,
                          .lines = paw_lines_all(lines, &n),
                          .out = {.self = buffer, .write = write_buffered}};
    if (buffer == NULL) {
        tell("out of memory");
        return EXIT_OUTPUT;
    }
    enum paw_status status = n == 0 ? PAW_OK : paw_check(a.lines, n, answer, &a);
    if (status == PAW_OK)
        status = flush(buffer);
    free(buffer);
    if (status == PAW_E_OUTPUT)
        tell("standard output could not be written");
    else if (status != PAW_OK)
        tell("the lines could not be judged");
    if (status != PAW_OK)
        return EXIT_OUTPUT;
    return a.is_found ? EXIT_FOUND : EXIT_DONE;
}

static int check(const struct settings *s, int argc, char **argv)
{
    struct paw_lines *lines = paw_lines_new();
    bool ok = lines != NULL;
    int code = EXIT_USAGE;
    (void)argc;
    (void)argv;
    if (s->jsonl && s->n_arguments != 0) {
        tell("--jsonl reads standard input and takes no arguments");
        ok = false;
    }
    for (size_t i = 0; ok && i < s->n_arguments; i++)
        ok = paw_lines_add(lines, s->arguments[i], strlen(s->arguments[i])) == PAW_OK;
    if (ok && s->n_arguments == 0)
        ok = add_input(lines, s->jsonl);
    code = ok ? judge(s, lines) : tell_usage("check");
    paw_lines_free(lines);
    return code;
}

const struct command command_check = {
    .name = "check",
    .summary = "judge command lines alone",
    .arguments = "[COMMAND_LINE...]",
    .about = "Judges command lines without any evidence: each argument is one line; without "
             "arguments, each line of standard input.",
    .least = 0,
    .most = SIZE_MAX,
    .options = check_options,
    .run = check,
};
