/* SPDX-License-Identifier: Apache-2.0 */
/* The page above the timeline: totals, and what could not be seen. See reports/html.h. */
#include <stdlib.h>

#include "assets.h"
#include "core/str.h"
#include "reports/escape.h"
#include "reports/html.h"

enum {
    DIAGS_MAX = 200, /* more of them are in run.json                  */
    HOSTS_MAX = 500,
    OPEN_MAX = 12, /* a longer list is closed: the timeline comes first */
};

static void put_tile(struct paw_stream *out, uint64_t n, const char *label, const char *class)
{
    paw_stream_text(out, "<li class=\"");
    paw_stream_text(out, class);
    paw_stream_text(out, n == 0 ? " none\"><b>" : "\"><b>");
    paw_stream_u64(out, n);
    paw_stream_text(out, "</b> ");
    paw_stream_text(out, label);
    paw_stream_text(out, "</li>\n");
}

static uint64_t damage_of(const struct paw_ledger *l)
{
    uint64_t n = 0;
    for (size_t i = 0; i < l->n_diags; i++)
        n += paw_diag_is_damage(l->diags[i].code);
    return n;
}

static uint64_t files_read(const struct paw_ledger *l)
{
    uint64_t n = 0;
    for (size_t i = 0; i < l->n_files; i++)
        n += l->files[i].reader != NULL && l->files[i].summary.refused == 0;
    return n;
}

void paw_html_tiles(struct paw_stream *out, const uint64_t by_severity[PAW_CRITICAL + 1],
                    const struct paw_ledger *l, bool is_final)
{
    uint64_t records = 0;
    for (size_t i = 0; i < l->n_files; i++)
        records += l->files[i].summary.read;
    paw_stream_text(out, is_final ? "<ul class=\"tiles late\" aria-label=\"Totals at the end\">\n"
                                  : "<ul class=\"tiles\" aria-label=\"Totals\">\n");
    for (unsigned s = PAW_CRITICAL; s >= PAW_INFORMATIONAL; s--) {
        const char *name = paw_severity_name((enum paw_severity)s);
        put_tile(out, by_severity[s], name, name);
    }
    if (l->suppressed != NULL)
        put_tile(out, l->suppressed->findings, "suppressed", "");
    put_tile(out, files_read(l), "files read", "");
    put_tile(out, records, "records", "");
    put_tile(out, damage_of(l), "damaged places", "");
    paw_stream_text(out, "</ul>\n");
}

void paw_html_partial(struct paw_stream *out)
{
    paw_stream_text(out, "<p class=\"banner\" role=\"note\"><strong>Not complete:</strong> the run "
                         "was interrupted. What was found until then is shown; what is not shown "
                         "may not have been looked at.</p>\n");
}

/* Hosts and what they recorded ------------------------------------------------------------------
 */

struct seen {
    paw_str host;
    uint64_t files, hives, records, kinds, first, last;
};

static int by_host(const void *a, const void *b)
{
    const struct seen *x = a;
    const struct seen *y = b;
    return paw_str_compare(x->host, y->host);
}

static void join(struct seen *to, const struct seen *from)
{
    to->files += from->files;
    to->hives += from->hives;
    to->records += from->records;
    to->kinds |= from->kinds;
    if (from->first != 0 && (to->first == 0 || from->first < to->first))
        to->first = from->first;
    if (from->last > to->last)
        to->last = from->last;
}

/* One row a host, in the order of names; the number of rows. */
static size_t gather(const struct paw_ledger *l, struct seen *rows)
{
    size_t n = 0;
    size_t hosts = 0;
    for (size_t i = 0; i < l->n_files; i++) {
        const struct paw_ledger_file *file = &l->files[i];
        if (file->reader == NULL)
            continue;
        rows[n++] = (struct seen){.host = file->host.p == NULL ? PAW_LIT("") : file->host,
                                  .files = 1,
                                  .hives = file->evidence == PAW_EVIDENCE_HIVE,
                                  .records = file->summary.read,
                                  .kinds = file->summary.kinds,
                                  .first = file->summary.first,
                                  .last = file->summary.last};
    }
    if (n != 0)
        qsort(rows, n, sizeof(rows[0]), by_host);
    for (size_t i = 0; i < n; i++) {
        if (hosts != 0 && paw_str_equal(rows[hosts - 1].host, rows[i].host))
            join(&rows[hosts - 1], &rows[i]);
        else
            rows[hosts++] = rows[i];
    }
    return hosts;
}

static void put_gaps(struct paw_stream *out, const struct seen *row)
{
    static const struct {
        enum paw_kind kind;
        const char *name;
    } kinds[] = {
        {PAW_KIND_PROCESS_START, "process starts"},
        {PAW_KIND_MODULE, "modules"},
        {PAW_KIND_NETWORK, "connections"},
        {PAW_KIND_DNS, "DNS queries"},
        {PAW_KIND_FILE, "files created"},
        {PAW_KIND_REGISTRY, "registry changes"},
        {PAW_KIND_ACCESS, "process access"},
        {PAW_KIND_THREAD, "remote threads"},
        {PAW_KIND_PIPE, "pipes"},
        {PAW_KIND_POWERSHELL, "PowerShell"},
        {PAW_KIND_INSTALLER, "installer"},
    };
    bool any = false;
    for (size_t i = 0; i < PAW_COUNT_OF(kinds); i++) {
        if ((row->kinds & PAW_KIND_BIT(kinds[i].kind)) != 0)
            continue;
        paw_stream_text(out, "<span class=\"pill gap\">");
        paw_stream_text(out, kinds[i].name);
        paw_stream_text(out, "</span>");
        any = true;
    }
    if (row->hives == 0)
        paw_stream_text(out, "<span class=\"pill gap\">registry hives</span>");
    else if (!any)
        paw_stream_text(out, "nothing");
}

static void put_host(struct paw_stream *out, const struct seen *row)
{
    paw_stream_text(out, "<tr><th scope=\"row\">");
    if (row->host.n == 0)
        paw_stream_text(out, "<span class=\"soft\">not named</span>");
    else
        paw_html_text(out, row->host);
    paw_stream_text(out, "</th><td>");
    paw_stream_u64(out, row->files);
    paw_stream_text(out, "</td><td>");
    paw_stream_u64(out, row->records);
    paw_stream_text(out, "</td><td>");
    paw_html_time(out, row->first, 0);
    paw_stream_text(out, "</td><td>");
    paw_html_time(out, row->last, 0);
    paw_stream_text(out, "</td><td>");
    put_gaps(out, row);
    paw_stream_text(out, "</td></tr>\n");
}

static bool put_hosts(struct paw_stream *out, const struct paw_ledger *l)
{
    struct seen *rows = calloc(l->n_files + 1, sizeof(*rows));
    if (rows == NULL)
        return false;
    const size_t n = gather(l, rows);
    paw_stream_text(out,
                    n > OPEN_MAX ? "<details class=\"card\">" : "<details class=\"card\" open>");
    paw_stream_text(out, "<summary>Hosts, and what their evidence does "
                         "not show (");
    paw_stream_u64(out, n);
    paw_stream_text(out,
                    ")</summary>\n<table class=\"small\"><thead><tr><th scope=\"col\">Host</th>"
                    "<th scope=\"col\">Files</th><th scope=\"col\">Records</th>"
                    "<th scope=\"col\">First (UTC)</th><th scope=\"col\">Last (UTC)</th>"
                    "<th scope=\"col\">Not in the evidence</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < n && i < HOSTS_MAX; i++)
        put_host(out, &rows[i]);
    paw_stream_text(out, "</tbody></table>");
    if (n > HOSTS_MAX)
        paw_stream_text(out, "<p>The other hosts are in run.json.</p>");
    paw_stream_text(out, "</details>\n");
    free(rows);
    return true;
}

/* Damage ----------------------------------------------------------------------------------------
 */

/* What one reader says of one file in the same words is one row. */
static bool is_same_damage(const struct paw_diag *a, const struct paw_diag *b)
{
    return a->code == b->code && a->source == b->source &&
           strncmp(a->detail, b->detail, sizeof(a->detail)) == 0;
}

/* How many diagnostics from the first on make one row, and how often it happened. */
static size_t fold(const struct paw_ledger *l, size_t first, uint64_t *times)
{
    size_t n = 0;
    *times = 0;
    for (; first + n < l->n_diags && is_same_damage(&l->diags[first], &l->diags[first + n]); n++)
        if (paw_ckd_add(*times, l->diags[first + n].count, times))
            *times = UINT64_MAX;
    return n;
}

static void put_diag(struct paw_stream *out, const struct paw_ledger *l, size_t first, size_t n,
                     uint64_t times)
{
    const struct paw_diag *d = &l->diags[first];
    paw_stream_text(out, "<tr><td class=\"mono\">");
    paw_stream_text(out, paw_diag_name(d->code));
    paw_stream_text(out, "</td><td>");
    paw_stream_text(out, paw_diag_text(d->code));
    if (d->detail[0] != '\0') {
        paw_stream_text(out, ": ");
        paw_html_text(out, (paw_str){d->detail, strnlen(d->detail, sizeof(d->detail))});
    }
    paw_stream_text(out, "</td><td>");
    if (d->source < l->n_files)
        paw_html_text(out, l->files[d->source].source);
    paw_stream_text(out, "</td><td>");
    if (d->source < l->n_files) {
        paw_stream_u64(out, d->offset);
        paw_stream_text(out, n > 1 ? " and behind" : "");
    }
    paw_stream_text(out, "</td><td>");
    paw_stream_u64(out, times);
    paw_stream_text(out, "</td></tr>\n");
}

/* Rows of damage, at most DIAGS_MAX; out NULL only counts them. */
static size_t put_damages(struct paw_stream *PAW_NULLABLE out, const struct paw_ledger *l)
{
    size_t rows = 0;
    size_t n = 0;
    uint64_t times = 0;
    for (size_t i = 0; i < l->n_diags; i += n) {
        n = fold(l, i, &times);
        if (!paw_diag_is_damage(l->diags[i].code))
            continue;
        if (out != NULL && rows < DIAGS_MAX)
            put_diag(out, l, i, n, times);
        rows++;
    }
    return rows;
}

static void put_damage(struct paw_stream *out, const struct paw_ledger *l)
{
    const size_t n = put_damages(NULL, l);
    if (n == 0) {
        paw_stream_text(out, "<p class=\"card\">Everything that was given and is of a known kind "
                             "could be read whole.</p>\n");
        return;
    }
    paw_stream_text(out,
                    n > OPEN_MAX ? "<details class=\"card\">" : "<details class=\"card\" open>");
    paw_stream_text(out, "<summary>What could not be read (");
    paw_stream_u64(out, n);
    paw_stream_text(out,
                    ")</summary>\n<table class=\"small\"><thead><tr><th scope=\"col\">Code</th>"
                    "<th scope=\"col\">What</th><th scope=\"col\">Source</th><th scope=\"col\">"
                    "Offset</th><th scope=\"col\">Times</th></tr></thead><tbody>\n");
    (void)put_damages(out, l); /* the number is known */
    paw_stream_text(out, "</tbody></table>");
    if (n > DIAGS_MAX)
        paw_stream_text(out, "<p>The others are in run.json.</p>");
    paw_stream_text(out, "</details>\n");
}

/* Head ------------------------------------------------------------------------------------------
 */

static void put_document(struct paw_stream *out)
{
    paw_stream_text(out,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src " ASSET_STYLE_HASH "; script-src " ASSET_SCRIPT_HASH
                    "; base-uri 'none'; form-action 'none'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<title>catspaw: proxy execution timeline</title>\n<style>");
    paw_stream_put(out, asset_style, sizeof(asset_style));
    paw_stream_text(out, "</style>\n</head>\n<body>\n"
                         "<a class=\"skip\" href=\"#timeline\">Skip to the timeline</a>\n");
}

bool paw_html_head(struct paw_stream *out, const struct paw_report_context *c)
{
    const struct paw_ledger *l = c->ledger;
    uint64_t open[PAW_CRITICAL + 1];
    put_document(out);
    paw_stream_text(out, "<header>\n<h1>System binary proxy execution: timeline</h1>\n"
                         "<p class=\"soft\">catspaw ");
    paw_html_text(out, paw_str_of(l->version));
    paw_stream_text(out,
                    ". All times are UTC. Marked characters are what decided. The whole "
                    "evidence of a finding is in timeline.jsonl, of the run in run.json.</p>\n");
    paw_stream_text(out, "</header>\n");
    if (l->is_partial)
        paw_html_partial(out);
    paw_html_open(l, open);
    paw_html_tiles(out, open, l, false);
    paw_html_suppressed(out, l->suppressed);
    put_damage(out, l);
    paw_html_attack(out, l);
    return put_hosts(out, l);
}

void paw_html_script(struct paw_stream *out)
{
    paw_stream_text(out, "<script>");
    paw_stream_put(out, asset_script, sizeof(asset_script));
    paw_stream_text(out, "</script>\n");
}
