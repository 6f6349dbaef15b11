/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-evtx [--own [N]] LOG...: how fast each reader takes a log from memory to facts, in this
 * process and on one processor: with everything asked for, with what the first extraction of a scan
 * asks for, and with nothing (the walk and its checksums alone). libevtx reads a part of the log,
 * since it takes its time; --own leaves it out, and with a number, all but one of what is asked for
 * (for a profiler). The readers must count the same records.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "evidence/source.h"
#include "parsers/evtx/layout.h"
#include "parsers/readers.h"

enum { PART_CHUNKS = 128, LEAST_NS = 500000000 };

#define B(kind) PAW_KIND_BIT(PAW_KIND_##kind)

static const struct {
    const char *name;
    uint64_t kinds;
} asked[] = {
    {"everything", UINT64_MAX},
    {"a scan's", B(PROCESS_START) | B(PROCESS_END) | B(THREAD) | B(TAMPER) | B(POWERSHELL) |
                     B(INSTALLER) | B(SERVICE) | B(TASK) | B(CONSUMER) | B(CONTROL) |
                     B(ANTIMALWARE) | B(SENSOR)},
    {"nothing", 0},
};

#ifdef PAW_WITH_LIBYAL
static const struct paw_reader *const reference = &paw_reader_libevtx;
#else
static const struct paw_reader *const reference = NULL;
#endif

struct count {
    uint64_t facts, bytes;
};

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* cannot fail for this clock */
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static enum paw_status count_fact(void *self, const struct paw_fact *fact)
{
    struct count *c = self;
    c->facts++;
    c->bytes += fact->size;
    return PAW_OK;
}

static enum paw_status ignore_diag(void *self, const struct paw_diag *diag)
{
    (void)self;
    (void)diag;
    return PAW_OK;
}

static enum paw_status ignore_progress(void *self, uint64_t item)
{
    (void)self;
    (void)item;
    return PAW_OK;
}

static bool read_log(const char *path, paw_bytes *ret)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0)
        return false;
    const long n = ftell(f);
    uint8_t *bytes = n < 0 ? NULL : malloc((size_t)n + 1);
    rewind(f);
    const bool is_read = bytes != NULL && fread(bytes, 1, (size_t)n, f) == (size_t)n;
    (void)fclose(f);
    *ret = (paw_bytes){bytes, is_read ? (size_t)n : 0};
    return is_read;
}

/* Reads the log again and again for a while; the records it counts. */
static uint64_t measure(const struct paw_reader *reader, paw_bytes log, size_t which)
{
    const struct paw_wanted wanted = {.kinds = asked[which].kinds};
    const struct paw_range whole = {.to = UINT64_MAX};
    struct count count = {0};
    const struct paw_sink sink = {&count, count_fact, ignore_diag, ignore_progress};
    struct paw_summary summary = {0};
    struct paw_error err;
    struct paw_source *source = NULL;
    unsigned rounds = 0;
    if (paw_source_over(log, &source) < 0)
        return 0;
    const double begin = now();
    double spent = 0;
    do {
        if (reader->extract(source, 1, whole, &wanted, &sink, &summary, &err) < 0)
            break;
        rounds++;
        spent = now() - begin;
    } while (spent < LEAST_NS);
    paw_source_close(source);
    const double each = spent / (rounds == 0 ? 1 : rounds);
    printf("  %-8s %-11s %8.1f MB/s %9.0f records/s, %llu records, %llu facts\n", reader->name,
           asked[which].name, (double)log.n / each * 1e3, (double)summary.read / each * 1e9,
           (unsigned long long)summary.read,
           (unsigned long long)(count.facts / (rounds == 0 ? 1 : rounds)));
    return summary.read;
}

int main(int argc, char **argv)
{
    bool is_equal = argc > 1, is_own = false;
    size_t only = PAW_COUNT_OF(asked);
    for (int i = 1; i < argc; i++) {
        paw_bytes log;
        if (strcmp(argv[i], "--own") == 0) {
            is_own = true;
            if (i + 1 < argc && argv[i + 1][0] >= '0' && argv[i + 1][0] <= '2')
                only = (size_t)(argv[++i][0] - '0');
            continue;
        }
        if (!read_log(argv[i], &log))
            return 1;
        const size_t most = PAW_EVTX_HEADER_BLOCK + (size_t)PART_CHUNKS * PAW_EVTX_CHUNK_BYTES;
        const paw_bytes part = {log.p, log.n < most ? log.n : most};
        printf("%s: %.1f MB, the part %.1f MB\n", argv[i], (double)log.n / 1e6,
               (double)part.n / 1e6);
        for (size_t k = 0; k < PAW_COUNT_OF(asked); k++)
            if (only == PAW_COUNT_OF(asked) || only == k)
                (void)measure(&paw_reader_evtx, log, k);
        for (size_t k = 0; k < PAW_COUNT_OF(asked) && !is_own && reference != NULL; k++)
            is_equal =
                measure(reference, part, k) == measure(&paw_reader_evtx, part, k) && is_equal;
        free((void *)(uintptr_t)log.p);
    }
    return is_equal ? 0 : 1;
}
