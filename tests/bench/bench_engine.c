/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-engine [LOG...]: what the engine costs: for each process that is judged, for each that is
 * passed over, when a log gives one GUID to all, and what a scan of a log costs with all analyzers
 * against the same with none. In instructions where the kernel counts them for us, and in time.
 *
 * bench-engine --only judged|passed|again N and --only all|none LOG do one of them once, for
 * engine.py, which counts the instructions of measured_judge and measured_scan where the kernel
 * does not.
 */
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/fact.h"
#include "core/str.h"
#include "engine/engine.h"
#include "evidence/source.h"
#include "parsers/readers.h"

enum { PROCESSES = 20000, MEMORY = 512 << 20, GROWTH_MAX = 10 };

#define BASE UINT64_C(132000000000000000)

static const struct paw_analyzer *const no_analyzers[] = {NULL};

/* Meters ----------------------------------------------------------------------------------------
 */

struct spent {
    double ns, instructions; /* instructions 0: not counted */
};

static int counter = -1;

static void open_counter(void)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof(attr),
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    counter = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static struct spent now(void)
{
    struct timespec t;
    uint64_t n = 0;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* cannot fail for this clock */
    if (counter >= 0 && read(counter, &n, sizeof(n)) != (ssize_t)sizeof(n))
        n = 0;
    return (struct spent){(double)t.tv_sec * 1e9 + (double)t.tv_nsec, (double)n};
}

static struct spent since(struct spent begin)
{
    const struct spent end = now();
    return (struct spent){end.ns - begin.ns, end.instructions - begin.instructions};
}

static void print(const char *what, struct spent s, double each)
{
    printf("%-34s %9.0f ns each", what, s.ns / each);
    if (counter >= 0)
        printf(", %9.0f instructions each", s.instructions / each);
    printf("\n");
}

/* Processes made here ---------------------------------------------------------------------------
 */

struct scene {
    const char *image, *before, *behind; /* of the number in the line */
    bool one_guid;
};

static void fail(const char *what)
{
    (void)fprintf(stderr, "bench-engine: %s\n", what);
    exit(1);
}

static void add(struct paw_fact_builder *b, enum paw_field_id id, const char *s)
{
    paw_fact_add(b, id, paw_str_of(s));
}

static void take_process(struct paw_engine *e, struct paw_fact_builder *b, const struct scene *s,
                         unsigned i)
{
    char line[200], guid[64], pid[16];
    (void)snprintf(guid, sizeof(guid), "{6C4F2A10-9B1E-6549-0000-%012u}", s->one_guid ? 1 : i + 1);
    (void)snprintf(pid, sizeof(pid), "%u", 1000 + i);
    int n = snprintf(line, sizeof(line), "%s ", s->image);
    if (n > 0)
        (void)snprintf(line + n, sizeof(line) - (size_t)n, "%s%u%s", s->before, s->one_guid ? 0 : i,
                       s->behind);
    paw_fact_begin(b, PAW_KIND_PROCESS_START);
    b->head.event_id = 1;
    b->head.record_id = i + 1;
    b->head.time = b->head.logged = BASE + UINT64_C(10000000) * 20 * i; /* three a minute */
    add(b, PAW_F_PROVIDER, "Microsoft-Windows-Sysmon");
    add(b, PAW_F_CHANNEL, "Microsoft-Windows-Sysmon/Operational");
    add(b, PAW_F_COMPUTER, "WKS01.corp.example");
    add(b, PAW_F_PROCESS_GUID, guid);
    add(b, PAW_F_PROCESS_ID, pid);
    add(b, PAW_F_IMAGE, s->image);
    add(b, PAW_F_COMPANY, "Microsoft Corporation");
    add(b, PAW_F_COMMAND_LINE, line);
    add(b, PAW_F_CURRENT_DIRECTORY, "C:\\Users\\u\\");
    add(b, PAW_F_USER, "CORP\\u");
    add(b, PAW_F_INTEGRITY_LEVEL, "Medium");
    add(b, PAW_F_PARENT_PROCESS_GUID, "{6C4F2A10-9B1E-6549-0000-999999999999}");
    add(b, PAW_F_PARENT_PROCESS_ID, "900");
    add(b, PAW_F_PARENT_IMAGE, "C:\\Windows\\explorer.exe");
    const struct paw_fact *fact = paw_fact_end(b);
    if (fact == NULL || paw_engine_take(e, fact) != PAW_OK)
        fail("a fact was not taken");
}

static struct paw_engine *new_engine(const struct paw_catalogue *c, struct paw_budget *budget)
{
    static const struct paw_engine_source source = {PAW_LIT_INIT("a.evtx"), PAW_LIT_INIT(""), 1,
                                                    UINT32_MAX};
    const struct paw_engine_options o = {
        .catalogue = c, .budget = budget, .sources = &source, .n_sources = 1};
    struct paw_engine *e = NULL;
    *budget = (struct paw_budget){.limit = MEMORY};
    if (paw_engine_new(&o, &e) != PAW_OK)
        fail("no engine");
    return e;
}

__attribute__((noinline)) static void measured_judge(struct paw_engine *e)
{
    if (paw_engine_resolve(e) != PAW_OK || paw_engine_judge(e, NULL, NULL) != PAW_OK)
        fail("not judged");
}

/* Resolving and judging n processes of one kind. */
static struct spent run(const struct paw_catalogue *c, const struct scene *s, unsigned n,
                        size_t *findings)
{
    struct paw_budget budget;
    struct paw_fact_builder builder = {0};
    struct paw_engine *e = new_engine(c, &budget);
    for (unsigned i = 0; i < n; i++)
        take_process(e, &builder, s, i);
    const struct spent begin = now();
    measured_judge(e);
    const struct spent spent = since(begin);
    (void)paw_engine_findings(e, findings);
    paw_engine_free(e);
    paw_fact_builder_finish(&builder);
    return spent;
}

static const struct scene judged = {"C:\\Windows\\System32\\rundll32.exe", "C:\\Users\\Public\\p",
                                    ".dll,Run", false};
static const struct scene passed = {"C:\\Windows\\System32\\notepad.exe", "C:\\Users\\u\\notes",
                                    ".txt", false};
static const struct scene same = {"C:\\Windows\\System32\\notepad.exe", "C:\\Users\\u\\notes",
                                  ".txt", true};

static void bench_processes(const struct paw_catalogue *c)
{
    size_t findings = 0;
    print("a process that is judged", run(c, &judged, PROCESSES, &findings), PROCESSES);
    if (findings == 0)
        fail("rundll32 found nothing");
    print("a process that is passed over", run(c, &passed, PROCESSES, &findings), PROCESSES);
    if (findings != 0)
        fail("notepad found something");
    print("a process that runs again", run(c, &same, PROCESSES, &findings), PROCESSES);
    const struct spent few = run(c, &same, PROCESSES / 2, &findings);
    const struct spent many = run(c, &same, PROCESSES * 2, &findings);
    print("one GUID for all of them", many, PROCESSES * 2.0);
    if (many.ns > few.ns * GROWTH_MAX)
        fail("four times the processes of one GUID take more than ten times as long");
}

/* A whole log -----------------------------------------------------------------------------------
 */

static enum paw_status take(void *self, const struct paw_fact *fact)
{
    return paw_engine_take(self, fact);
}

static enum paw_status take_effect(void *self, const struct paw_fact *fact)
{
    return paw_engine_take_effect(self, fact);
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

static void extract(struct paw_source *source, const struct paw_wanted *wanted,
                    struct paw_engine *e,
                    enum paw_status (*into)(void *self, const struct paw_fact *fact))
{
    const struct paw_range whole = {.to = UINT64_MAX};
    const struct paw_sink sink = {e, into, ignore_diag, ignore_progress};
    struct paw_summary summary = {0};
    struct paw_error err;
    if (paw_reader_evtx.extract(source, 0, whole, wanted, &sink, &summary, &err) < 0)
        fail("the log was not read");
}

/* Both extractions and the judgement, in this process; no reports. */
__attribute__((noinline)) static void measured_scan(const struct paw_catalogue *c,
                                                    struct paw_source *source, struct paw_engine *e)
{
    struct paw_sieve sieve;
    struct paw_wanted wanted = {.kinds = paw_engine_first_kinds(e),
                                .values = paw_catalogue_values(c),
                                .events = paw_catalogue_events(c)};
    extract(source, &wanted, e, take);
    if (paw_engine_resolve(e) != PAW_OK)
        fail("not resolved");
    paw_engine_sieve(e, &sieve);
    wanted.sieve = &sieve;
    wanted.kinds = paw_engine_second_kinds(e);
    extract(source, &wanted, e, take_effect);
    if (paw_engine_judge(e, NULL, NULL) != PAW_OK)
        fail("not judged");
}

static struct spent scan(const char *path, const struct paw_analyzer *const *analyzers, size_t *n)
{
    struct paw_catalogue *c = NULL;
    struct paw_source *source = NULL;
    struct paw_budget budget;
    struct paw_error err;
    if (paw_catalogue_new(analyzers, &c) != PAW_OK || paw_source_open(path, &source, &err) < 0)
        fail(path);
    const struct spent begin = now();
    struct paw_engine *e = new_engine(c, &budget);
    measured_scan(c, source, e);
    const struct spent spent = since(begin);
    (void)paw_engine_findings(e, n);
    paw_engine_free(e);
    paw_source_close(source);
    paw_catalogue_free(c);
    return spent;
}

static struct spent least(const char *path, const struct paw_analyzer *const *analyzers, size_t *n)
{
    struct spent best = scan(path, analyzers, n);
    for (unsigned i = 0; i < 4; i++) {
        const struct spent one = scan(path, analyzers, n);
        best.ns = one.ns < best.ns ? one.ns : best.ns;
        best.instructions =
            one.instructions < best.instructions ? one.instructions : best.instructions;
    }
    return best;
}

static void bench_log(const char *path)
{
    size_t findings = 0, none = 0;
    const struct spent all = least(path, paw_analyzers, &findings);
    const struct spent without = least(path, no_analyzers, &none);
    if (findings == 0 || none != 0)
        fail("findings where there are none, or none where there are some");
    printf("%s: with all analyzers %.1f ms, with none %.1f ms: %.2f times", path, all.ns / 1e6,
           without.ns / 1e6, all.ns / without.ns);
    if (counter >= 0)
        printf("; %.2f times the instructions", all.instructions / without.instructions);
    printf("\n");
}

static void do_one(const struct paw_catalogue *c, const char *what, const char *of)
{
    static const struct {
        const char *name;
        const struct scene *scene;
    } scenes[] = {{"judged", &judged}, {"passed", &passed}, {"again", &same}};
    size_t findings = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(scenes); i++)
        if (strcmp(scenes[i].name, what) == 0)
            (void)run(c, scenes[i].scene, (unsigned)strtoul(of, NULL, 10), &findings);
    if (strcmp(what, "all") == 0)
        (void)scan(of, paw_analyzers, &findings);
    if (strcmp(what, "none") == 0)
        (void)scan(of, no_analyzers, &findings);
}

int main(int argc, char **argv)
{
    struct paw_catalogue *c = NULL;
    if (argc == 4 && strcmp(argv[1], "--only") == 0) {
        if (paw_catalogue_new(paw_analyzers, &c) != PAW_OK)
            fail("no catalogue");
        do_one(c, argv[2], argv[3]);
        paw_catalogue_free(c);
        return 0;
    }
    open_counter();
    if (counter < 0)
        printf("no counter of instructions here: time alone\n");
    if (paw_catalogue_new(paw_analyzers, &c) != PAW_OK)
        fail("no catalogue");
    bench_processes(c);
    paw_catalogue_free(c);
    for (int i = 1; i < argc; i++)
        bench_log(argv[i]);
    return 0;
}
