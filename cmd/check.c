/* SPDX-License-Identifier: Apache-2.0 */
/* catspaw check: command lines judged alone. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "check_text.h"
#include "limits.h"
#include "options.h"
#include "tell.h"

enum { READ_BYTES = 64 * 1024, EXIT_FOUND = 1, FAULTS_TOLD = 20 };

static const struct option check_options[] = {
    {.name = "json",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, json),
     .help = "print one JSON object a command line instead of text"},
    {.name = "jsonl",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, jsonl),
     .help = "read one JSON object a line instead of a command line, with any of command_line, "
             "image, original_file_name, current_directory, user, integrity, parent_image, "
             "parent_command_line; print JSON"},
    {.name = "parent",
     .kind = OPTION_TEXT,
     .value = "LINE",
     .field = offsetof(struct settings, parent),
     .help = "command line of the parent process of all lines"},
    {.name = "parent-image",
     .kind = OPTION_TEXT,
     .value = "PATH",
     .field = offsetof(struct settings, parent_image),
     .help = "program of the parent process, path or bare name"},
    {.name = "cwd",
     .kind = OPTION_TEXT,
     .value = "DIR",
     .field = offsetof(struct settings, cwd),
     .help = "working directory of the process"},
    {.name = "user",
     .kind = OPTION_TEXT,
     .value = "NAME",
     .field = offsetof(struct settings, user),
     .help = "account of the process"},
    {.name = "image",
     .kind = OPTION_TEXT,
     .value = "PATH",
     .field = offsetof(struct settings, image),
     .help = "program of the process, path or bare name (default: what the line names)"},
    {.name = "ofn",
     .kind = OPTION_TEXT,
     .value = "NAME",
     .field = offsetof(struct settings, ofn),
     .help = "original file name of the program, as its version resource says"},
    {.name = "fail-on",
     .kind = OPTION_LEVEL,
     .value = "LEVEL",
     .field = offsetof(struct settings, fail_on),
     .help = "exit with 1 if a line is of this severity or above"},
    {0},
};

struct check {
    const struct settings *settings;
    struct paw_checker *checker;
    struct pending out;
    bool has_colour, is_json;
    uint64_t answers, faults;
    enum paw_severity highest;
};

/* Answers ----------------------------------------------------------------------------------------
 */

static void tell_fault(struct check *c, const struct paw_answer *a)
{
    if (c->faults++ < FAULTS_TOLD)
        tell("line %llu: %s", (unsigned long long)a->number, a->fault);
}

static enum paw_status done(void *self, const struct paw_answer *a)
{
    struct check *c = self;
    if (a->fault != NULL) {
        tell_fault(c, a);
        return PAW_OK;
    }
    c->answers++;
    if (a->finding != NULL && a->finding->severity > c->highest)
        c->highest = a->finding->severity;
    if (c->is_json) {
        struct paw_out out = pending_out(&c->out);
        return paw_answer_write(a, &out);
    }
    print_answer(&c->out, a, c->has_colour);
    return c->out.failed ? PAW_E_OUTPUT : PAW_OK;
}

static enum paw_status flush(struct check *c)
{
    const enum paw_status status = paw_checker_flush(c->checker);
    return pending_flush(&c->out) ? status : PAW_E_OUTPUT;
}

/* Reading ----------------------------------------------------------------------------------------
 */

/* What of a text is not yet a line. */
struct rest {
    uint8_t *p;
    size_t n;
};

/* Lines end with LF; a carriage return before it is white space to all that read lines. */
static enum paw_status take_lines(struct check *c, struct rest *rest, const uint8_t *p, size_t n)
{
    enum paw_status status = PAW_OK;
    while (status == PAW_OK && n != 0) {
        const uint8_t *end = memchr(p, '\n', n);
        const size_t length = end == NULL ? n : (size_t)(end - p);
        const size_t fits = PAW_CHECK_LINE_MAX + 1 - rest->n;
        memcpy(rest->p + rest->n, p, length < fits ? length : fits); /* one more: too long */
        rest->n += length < fits ? length : fits;
        if (end == NULL)
            return PAW_OK;
        status = paw_checker_take(c->checker, (paw_bytes){rest->p, rest->n});
        rest->n = 0;
        p += length + 1;
        n -= length + 1;
    }
    return status;
}

/* Whoever writes line by line and waits for the answer gets it. */
static bool is_waiting(void)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&in, 1, 0) == 0;
}

static enum paw_status read_stdin(struct check *c, struct rest *rest, const volatile bool *stop)
{
    static uint8_t bytes[READ_BYTES];
    enum paw_status status = PAW_OK;
    if (isatty(STDIN_FILENO))
        tell("reading command lines from the terminal, one a line");
    while (status == PAW_OK && !*stop) {
        const ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return PAW_E_IO;
        if (n == 0)
            break;
        status = take_lines(c, rest, bytes, (size_t)n);
        if (status == PAW_OK && is_waiting())
            status = flush(c);
    }
    if (status == PAW_OK && rest->n != 0 && !*stop)
        status = paw_checker_take(c->checker, (paw_bytes){rest->p, rest->n});
    return status == PAW_OK && *stop ? PAW_E_INTERRUPTED : status;
}

static enum paw_status read_arguments(struct check *c, struct rest *rest)
{
    const struct settings *s = c->settings;
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < s->n_arguments; i++) {
        const char *a = s->arguments[i];
        status = take_lines(c, rest, (const uint8_t *)a, strlen(a));
        if (status == PAW_OK)
            status = take_lines(c, rest, (const uint8_t *)"\n", 1);
    }
    return status;
}

static enum paw_status read_all(struct check *c, const volatile bool *stop)
{
    const struct settings *s = c->settings;
    const bool is_stdin =
        s->n_arguments == 0 || (s->n_arguments == 1 && strcmp(s->arguments[0], "-") == 0);
    struct rest rest = {.p = malloc(PAW_CHECK_LINE_MAX + 1)};
    if (rest.p == NULL)
        return PAW_E_MEMORY;
    enum paw_status status = is_stdin ? read_stdin(c, &rest, stop) : read_arguments(c, &rest);
    free(rest.p);
    if (status == PAW_OK || status == PAW_E_INTERRUPTED) {
        const enum paw_status flushed = flush(c);
        status = flushed == PAW_OK ? status : flushed;
    }
    return status;
}

/* Running ----------------------------------------------------------------------------------------
 */

static paw_str text_of(const char *s)
{
    return (paw_str){s, s == NULL ? 0 : strlen(s)};
}

static struct paw_line around(const struct settings *s)
{
    return (struct paw_line){
        .image = text_of(s->image),
        .original_file_name = text_of(s->ofn),
        .current_directory = text_of(s->cwd),
        .user = text_of(s->user),
        .parent_image = text_of(s->parent_image),
        .parent_command_line = text_of(s->parent),
    };
}

static bool has_around(const struct settings *s)
{
    return s->image != NULL || s->ofn != NULL || s->cwd != NULL || s->user != NULL ||
           s->parent_image != NULL || s->parent != NULL;
}

static int exit_of(const struct check *c, enum paw_status status)
{
    const enum paw_severity level = c->settings->fail_on;
    if (c->faults > FAULTS_TOLD)
        tell("%llu lines could not be read", (unsigned long long)c->faults);
    if (status == PAW_E_INTERRUPTED)
        return EXIT_STOPPED;
    if (status != PAW_OK) {
        if (!c->out.failed)
            tell(status == PAW_E_IO ? "standard input could not be read"
                                    : "not all lines could be judged: out of memory");
        return EXIT_OUTPUT;
    }
    if (c->faults != 0)
        return EXIT_USAGE;
    return level != PAW_NO_SEVERITY && c->highest >= level ? EXIT_FOUND : EXIT_DONE;
}

static int check(const struct settings *s, int argc, char **argv)
{
    struct check c = {.settings = s, .is_json = s->json || s->jsonl};
    const struct paw_checker_options o = {
        .is_jsonl = s->jsonl, .around = around(s), .done = done, .self = &c};
    (void)argc;
    (void)argv;
    if (s->jsonl && has_around(s)) {
        tell("with --jsonl every object has its own context: leave out --parent and its like");
        return tell_usage("check");
    }
    c.has_colour = out_has_colour();
    enum paw_status status = paw_checker_new(&o, &c.checker);
    if (status == PAW_OK)
        status = read_all(&c, watch_signals());
    const int code = exit_of(&c, status);
    paw_checker_free(c.checker);
    pending_finish(&c.out);
    return code;
}

const struct command command_check = {
    .name = "check",
    .summary = "judge command lines alone",
    .arguments = "[COMMAND_LINE...]",
    .about =
        "Judges each command line, given as an argument or one a line on standard input, as a scan "
        "would judge the process, and shows how it was understood. Lines are taken as they come "
        "from tickets: quotes and code marks around them, bullets and prompts before them do not "
        "count, and addresses such as hxxp://host[.]example are judged as what they were. The "
        "objects are described in docs/output.md.",
    .least = 0,
    .most = SIZE_MAX,
    .options = check_options,
    .run = check,
};
