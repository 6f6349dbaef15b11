/* SPDX-License-Identifier: Apache-2.0 */
/* catspaw scan: evidence in, timeline and reports out. */
#include <stdio.h>
#include <unistd.h>

#include "limits.h"
#include "progress.h"
#include "tell.h"

static const struct option scan_options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .value = "DIR",
     .field = offsetof(struct settings, out),
     .help = "folder for the reports, created if need be; - writes one report to standard output "
             "(default: catspaw-report)"},
    {.name = "format",
     .letter = 'f',
     .kind = OPTION_FORMATS,
     .value = "LIST",
     .field = offsetof(struct settings, formats),
     .help = "which reports, with commas between: jsonl, csv, html, run (default: all; jsonl to "
             "standard output)"},
    {.name = "force",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, force),
     .help = "write into a folder that holds files"},
    {.name = "fail-on",
     .kind = OPTION_LEVEL,
     .value = "LEVEL",
     .field = offsetof(struct settings, fail_on),
     .help = "exit with 1 if there is a finding of this severity or above"},
    {.name = "no-hash",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, no_hash),
     .help = "leave the SHA-256 of the evidence files out of run.json"},
    {.name = "no-checksums",
     .kind = OPTION_FLAG,
     .field = offsetof(struct settings, no_checksums),
     .help = "do not look whether the checksums of logs are right"},
    OPTION_OF_A_SITE,
    {.name = "suppress",
     .kind = OPTION_TEXT,
     .value = "FILE",
     .field = offsetof(struct settings, suppress),
     .help = "findings that were looked at and are set aside, JSON as described in "
             "docs/suppress.md; they stay in every report, which says by what, and do not count "
             "for --fail-on"},
    {.name = "as-of",
     .kind = OPTION_DAY,
     .value = "DAY",
     .field = offsetof(struct settings, as_of),
     .help = "the day, YYYY-MM-DD, on which entries of --suppress must not have expired (default: "
             "today, UTC)"},
    OPTIONS_OF_A_RUN,
    {0},
};

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void tell_findings(const struct paw_result *r)
{
    static const char *const colours[] = {"", "", "\x1B[36m", "\x1B[33m", "\x1B[31m", "\x1B[1;31m"};
    const bool has_colour = tell_has_colour();
    const char *before = ": ";
    (void)fprintf(stderr, "catspaw: %llu finding%s", (unsigned long long)r->findings,
                  plural(r->findings));
    for (unsigned s = PAW_CRITICAL; s >= PAW_INFORMATIONAL; s--) {
        if (r->by_severity[s] == 0)
            continue;
        (void)fprintf(stderr, "%s%s%llu %s%s", before, has_colour ? colours[s] : "",
                      (unsigned long long)r->by_severity[s],
                      paw_severity_name((enum paw_severity)s), has_colour ? "\x1B[0m" : "");
        before = ", ";
    }
    (void)fputc('\n', stderr);
}

static void tell_suppressed(const struct paw_result *r)
{
    const uint64_t critical = r->suppressed_by_severity[PAW_CRITICAL];
    if (r->suppressed == 0)
        return;
    tell("%llu more finding%s suppressed, %llu of them critical, %llu high",
         (unsigned long long)r->suppressed, plural(r->suppressed), (unsigned long long)critical,
         (unsigned long long)r->suppressed_by_severity[PAW_HIGH]);
}

static void tell_summary(const struct paw_options *o, const struct paw_result *r)
{
    struct shown room;
    if (r->exit_code == EXIT_USAGE || r->exit_code == EXIT_OUTPUT)
        return;
    tell_findings(r);
    tell_suppressed(r);
    tell("%llu file%s read, %llu damaged or unreadable, %llu of unknown kind",
         (unsigned long long)r->files, plural(r->files), (unsigned long long)r->damaged,
         (unsigned long long)r->unknown_files);
    if (o->out_dir != NULL && r->has_report)
        tell("the report is in '%s'", shown(&room, o->out_dir));
}

static bool is_one(uint32_t formats)
{
    return (formats & (formats - 1)) == 0;
}

static int scan(const struct settings *s, int argc, char **argv)
{
    struct paw_options o = run_options(s, argc, argv);
    struct paw_result result = {0};
    struct paw_error err = {0};
    struct progress progress;
    if (s->out != NULL && strcmp(s->out, "-") == 0) {
        if (!is_one(s->formats)) {
            tell("only one format can go to standard output");
            return tell_usage("scan");
        }
        o.out_fd = STDOUT_FILENO;
    } else {
        o.out_dir = s->out != NULL ? s->out : "catspaw-report";
    }
    bool ok = false;
    if (s->as_of != NULL && s->suppress == NULL) {
        tell("--as-of speaks of --suppress, which is not given");
        return tell_usage("scan");
    }
    struct paw_site *site = open_site(s, &ok);
    if (!ok)
        return EXIT_USAGE;
    struct paw_suppress *entries = open_suppress(s, &ok);
    if (!ok) {
        paw_site_free(site);
        return EXIT_USAGE;
    }
    o.site = site;
    o.suppress = entries;
    o.as_of = s->as_of;
    progress_begin(&progress, s->quiet);
    o.stop = watch_signals();
    o.progress = progress_show;
    o.self = &progress;
    paw_scan(&o, &result, &err);
    progress_end(&progress);
    paw_site_free(site);
    paw_suppress_free(entries);
    tell_result(&result, &err);
    if (!s->quiet)
        tell_summary(&o, &result);
    return result.exit_code == EXIT_USAGE ? tell_usage("scan") : result.exit_code;
}

const struct command command_scan = {
    .name = "scan",
    .summary = "evidence in, timeline and reports out",
    .arguments = "EVIDENCE...",
    .about =
        "Reads event logs and registry hives, files or folders of them, of one host or many, and "
        "writes what it finds as timeline.jsonl, timeline.csv, timeline.html and run.json.",
    .least = 1,
    .most = SIZE_MAX,
    .options = scan_options,
    .run = scan,
};
