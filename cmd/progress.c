/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line: see progress.h. */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    EVERY_MS = 200,        /* five times a second is enough to see that it moves */
    FIRST_GUESS_MS = 3000, /* before that, what is left cannot be told           */
};

static uint64_t now_ms(void)
{
    struct timespec t = {0};
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static unsigned columns(void)
{
    struct winsize size = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col;
    return 80;
}

void progress_begin(struct progress *p, bool quiet)
{
    const char *term = getenv("TERM");
    *p = (struct progress){.is_shown = !quiet && isatty(STDERR_FILENO) && term != NULL &&
                                       strcmp(term, "dumb") != 0};
}

/* " about 3 min left", or nothing. */
static void time_left(char *out, size_t room, const struct progress *p,
                      const struct paw_progress *now, uint64_t at)
{
    const uint64_t spent = at - p->began;
    out[0] = '\0';
    if (spent < FIRST_GUESS_MS || now->bytes == 0 || now->bytes >= now->all_bytes)
        return;
    const double rest = (double)(now->all_bytes - now->bytes) / (double)now->bytes;
    const double seconds = (double)spent * rest / 1000.0;
    if (seconds > 359999)
        return;
    if (seconds < 90)
        (void)snprintf(out, room, ", about %.0f s left", seconds);
    else
        (void)snprintf(out, room, ", about %.0f min left", seconds / 60);
}

void progress_show(void *self, const struct paw_progress *now)
{
    struct progress *p = self;
    char left[40];
    char line[256];
    if (!p->is_shown)
        return;
    const uint64_t at = now_ms();
    const bool is_new = p->phase == NULL || strcmp(p->phase, now->phase) != 0;
    if (is_new) {
        p->phase = now->phase;
        p->began = at;
    } else if (at - p->at < EVERY_MS) {
        return;
    }
    p->at = at;
    time_left(left, sizeof(left), p, now, at);
    int n = snprintf(line, sizeof(line),
                     "%s: %llu of %llu files, %llu of %llu MB, %llu records, "
                     "%llu findings%s",
                     now->phase, (unsigned long long)now->files, (unsigned long long)now->all_files,
                     (unsigned long long)(now->bytes / 1000000),
                     (unsigned long long)(now->all_bytes / 1000000),
                     (unsigned long long)now->records, (unsigned long long)now->findings, left);
    const int most = (int)columns() - 1;
    if (n >= (int)sizeof(line))
        n = (int)sizeof(line) - 1;
    if (n > most)
        n = most;
    (void)fprintf(stderr, "\r%.*s\x1B[K", n, line); /* erased to its end */
    (void)fflush(stderr);
    p->is_on_screen = true;
}

void progress_end(struct progress *p)
{
    if (p->is_on_screen)
        (void)fputs("\r\x1B[K", stderr);
    p->is_on_screen = false;
}
