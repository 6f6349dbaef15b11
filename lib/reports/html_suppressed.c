/* SPDX-License-Identifier: Apache-2.0 */
/* What a suppress file did, above the timeline: see reports/html.h. */
#include "core/str.h"
#include "reports/escape.h"
#include "reports/html.h"

enum { ENTRIES_MAX = 500 };

void paw_html_open(const struct paw_ledger *l, uint64_t ret[PAW_CRITICAL + 1])
{
    for (size_t i = 0; i <= PAW_CRITICAL; i++)
        ret[i] = l->by_severity[i] - (l->suppressed == NULL ? 0 : l->suppressed->by_severity[i]);
}

/* Findings that nobody would want to miss are named where nobody misses it. */
static void put_banner(struct paw_stream *out, const struct paw_suppressed *s)
{
    const uint64_t high = s->by_severity[PAW_HIGH];
    const uint64_t critical = s->by_severity[PAW_CRITICAL];
    if (high + critical == 0)
        return;
    paw_stream_text(out, "<p class=\"banner\" role=\"note\"><strong>Suppressed:</strong> ");
    paw_stream_u64(out, critical);
    paw_stream_text(out, " critical and ");
    paw_stream_u64(out, high);
    paw_stream_text(out, " high findings are among those that the suppress file sets aside.</p>\n");
}

static void put_entry(struct paw_stream *out, const struct paw_suppression *e)
{
    paw_stream_text(out, "<tr><td>");
    paw_stream_u64(out, e->number);
    paw_stream_text(out, "</td><td>");
    paw_html_text(out, e->reason);
    paw_stream_text(out, "</td><td>");
    paw_html_text(out, e->author);
    paw_stream_text(out, "</td><td>");
    paw_html_text(out, e->expires);
    paw_stream_text(out, e->is_expired ? " (expired)</td><td>" : "</td><td>");
    paw_stream_u64(out, e->findings);
    if (e->fits != 0) {
        paw_stream_text(out, e->is_expired ? ", would fit " : ", fits ");
        paw_stream_u64(out, e->fits);
        paw_stream_text(out, e->is_expired ? "" : " more of an earlier entry");
    } else if (e->findings == 0) {
        paw_stream_text(out, ", fits none");
    }
    paw_stream_text(out, "</td></tr>\n");
}

void paw_html_suppressed(struct paw_stream *out, const struct paw_suppressed *s)
{
    if (s == NULL)
        return;
    put_banner(out, s);
    paw_stream_text(out, "<details class=\"card\"><summary>Entries of the suppress file (");
    paw_stream_u64(out, s->n_entries);
    paw_stream_text(out, ")</summary>\n<p class=\"soft mono\">");
    paw_html_text(out, paw_str_of(s->file));
    paw_stream_text(out, ", SHA-256 ");
    paw_html_text(out, paw_str_of(s->sha256));
    paw_stream_text(out, "</p><table class=\"small\"><thead><tr><th scope=\"col\">Entry</th>"
                         "<th scope=\"col\">Reason</th><th scope=\"col\">Author</th>"
                         "<th scope=\"col\">Expires</th><th scope=\"col\">Findings</th></tr>"
                         "</thead><tbody>\n");
    for (size_t i = 0; i < s->n_entries && i < ENTRIES_MAX; i++)
        put_entry(out, &s->entries[i]);
    paw_stream_text(out, "</tbody></table>");
    if (s->n_entries > ENTRIES_MAX)
        paw_stream_text(out, "<p>The other entries are in run.json.</p>");
    paw_stream_text(out, "</details>\n");
}
