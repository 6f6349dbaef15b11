/* SPDX-License-Identifier: Apache-2.0 */
/* What the subcommands that read evidence share: see limits.h. */
#include <signal.h>
#include <string.h>

#include "limits.h"
#include "tell.h"

struct paw_options run_options(const struct settings *s, int argc, char **argv)
{
    return (struct paw_options){
        .paths = s->arguments,
        .n_paths = s->n_arguments,
        .arguments = (const char *const *)argv,
        .n_arguments = (size_t)argc,
        .out_fd = -1,
        .temp_dir = s->temp,
        .reader = s->reader,
        .formats = s->formats,
        .force = s->force,
        .no_hash = s->no_hash,
        .no_checksums = s->no_checksums,
        .carve = s->carve,
        .jobs = (unsigned)s->jobs, /* at most 1024 by its table */
        .memory = s->memory,
        .child_memory = s->child_memory,
        .child_cpu_ms = s->child_cpu_ms,
        .record_cpu_ms = s->record_cpu_ms,
        .child_answer = s->child_answer,
        .fail_on = s->fail_on,
    };
}

/* Why a file that somebody wrote for us was not taken. */
static void tell_file(const char *path, enum paw_status status, const struct paw_file_fault *fault,
                      const struct paw_error *err)
{
    struct shown name, given;
    if (status == PAW_E_FORMAT)
        tell("'%s', line %llu, column %llu (offset %llu): %s%s%s%s", shown(&name, path),
             (unsigned long long)fault->line, (unsigned long long)fault->column,
             (unsigned long long)fault->offset, fault->what, fault->given[0] == '\0' ? "" : ": '",
             shown(&given, fault->given), fault->given[0] == '\0' ? "" : "'");
    else if (status == PAW_E_IO)
        tell("'%s': %s: %s", shown(&name, path), err->what, strerror(err->sys));
    else if (status != PAW_OK)
        tell("'%s': %s", shown(&name, path), err->what != NULL ? err->what : "out of memory");
}

struct paw_site *open_site(const struct settings *s, bool *ok)
{
    struct paw_site *site = NULL;
    struct paw_file_fault fault = {0};
    struct paw_error err = {0};
    *ok = true;
    if (s->site == NULL)
        return NULL;
    const enum paw_status status = paw_site_open(s->site, &site, &fault, &err);
    *ok = status == PAW_OK;
    tell_file(s->site, status, &fault, &err);
    return site;
}

struct paw_suppress *open_suppress(const struct settings *s, bool *ok)
{
    struct paw_suppress *entries = NULL;
    struct paw_file_fault fault = {0};
    struct paw_error err = {0};
    *ok = true;
    if (s->suppress == NULL)
        return NULL;
    const enum paw_status status = paw_suppress_open(s->suppress, &entries, &fault, &err);
    *ok = status == PAW_OK;
    tell_file(s->suppress, status, &fault, &err);
    return entries;
}

static volatile bool is_stopped;

static void stop(int number)
{
    (void)number;
    is_stopped = true;
}

const volatile bool *watch_signals(void)
{
    struct sigaction on_stop = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&on_stop.sa_mask); /* cannot fail on a set of our own */
    (void)sigemptyset(&ignored.sa_mask);
    (void)sigaction(SIGINT, &on_stop, NULL); /* without it, a signal just ends us */
    (void)sigaction(SIGTERM, &on_stop, NULL);
    (void)sigaction(SIGPIPE, &ignored, NULL); /* a closed pipe is an output error */
    (void)sigaction(SIGXFSZ, &ignored, NULL); /* so is a limit on the size of files */
    return &is_stopped;
}

void tell_result(const struct paw_result *r, const struct paw_error *err)
{
    struct shown room;
    if (r->message[0] != '\0')
        tell("%s", shown(&room, r->message));
    else if (err->status < PAW_OK)
        tell_error(err);
}
