/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline.html: one file to be opened where nothing else is. No script carries data, the policy
 * lets no other script or style run, and every byte of evidence goes through reports/escape.h.
 */
#include "reports/html.h"

#include "core/str.h"
#include "reports/escape.h"
#include "reports/writers.h"

enum { ROW_BYTES_MAX = 600 }; /* of a command line in the table: some six lines */

struct page {
    uint64_t told[PAW_CRITICAL + 1], written[PAW_CRITICAL + 1], suppressed;
    bool told_partial;
};

static const char columns[] =
    "<thead><tr><th scope=\"col\" class=\"when\">Time (UTC)</th><th scope=\"col\" "
    "class=\"level\">Severity</th><th scope=\"col\" class=\"host\">Host</th><th scope=\"col\" "
    "class=\"technique\">Technique</th><th scope=\"col\">Finding</th></tr></thead>\n";

static void put_filter(struct paw_stream *out)
{
    paw_stream_text(
        out, "<form id=\"filter\" class=\"filter\" role=\"search\" hidden>\n"
             "<label class=\"text\">Text, all words (press /)<input type=\"search\" name=\"text\" "
             "autocomplete=\"off\" spellcheck=\"false\"></label>\n"
             "<label>Severity<select name=\"severity\"><option value=\"informational\">all</option>"
             "<option value=\"low\">low and above</option>"
             "<option value=\"medium\">medium and above</option>"
             "<option value=\"high\">high and above</option>"
             "<option value=\"critical\">critical</option></select></label>\n"
             "<label>Host<select name=\"host\"><option value=\"*\">all</option></select></label>\n"
             "<label>Technique<select name=\"technique\"><option value=\"*\">all</option></select>"
             "</label>\n"
             "<button type=\"reset\">Show all</button>\n"
             "<button type=\"button\" id=\"open-all\">Open shown</button>\n"
             "<button type=\"button\" id=\"close-all\">Close</button>\n"
             "<output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n");
}

static enum paw_status begin(void *state, const struct paw_report_context *c, struct paw_out *out)
{
    struct page *page = state;
    struct paw_stream s;
    paw_html_open(c->ledger, page->told);
    page->told_partial = c->ledger->is_partial;
    paw_stream_init(&s, out);
    if (!paw_html_head(&s, c))
        return PAW_E_MEMORY;
    paw_stream_text(&s, "<main>\n");
    put_filter(&s);
    paw_stream_text(&s, "<table class=\"timeline\" id=\"timeline\">\n<caption class=\"soft\">"
                        "Findings in the order of time, undated last</caption>\n");
    paw_stream_text(&s, columns);
    paw_stream_text(&s, "<tbody id=\"findings\">\n");
    return paw_stream_flush(&s);
}

static void put_row_head(struct paw_stream *s, const struct paw_finding *f)
{
    paw_stream_text(s, "<tr id=\"f-");
    paw_html_attribute(s, paw_str_of(f->id));
    paw_stream_text(s, "\" data-severity=\"");
    paw_stream_text(s, paw_severity_name(f->severity));
    paw_stream_text(s, "\" data-host=\"");
    paw_html_attribute(s, f->host);
    paw_stream_text(s, "\" data-techniques=\"");
    for (size_t i = 0; i < f->n_techniques; i++) {
        if (i != 0)
            paw_stream_char(s, ' ');
        paw_html_attribute(s, paw_str_of(f->techniques[i]));
    }
    paw_stream_text(s, "\">");
}

static void put_columns(struct paw_stream *s, const struct paw_finding *f)
{
    const char *severity = paw_severity_name(f->severity);
    paw_stream_text(s, "<td class=\"s-");
    paw_stream_text(s, severity);
    paw_stream_text(s, "\">");
    paw_html_time(s, f->time, 3);
    paw_stream_text(s, "</td><td><span class=\"badge ");
    paw_stream_text(s, severity);
    paw_stream_text(s, "\">");
    paw_stream_text(s, severity);
    paw_stream_text(s, "</span><span class=\"score\">score ");
    paw_stream_u64(s, f->score);
    paw_stream_text(s, "</span></td><td>");
    if (f->host.n != 0)
        paw_html_text(s, f->host);
    else
        paw_stream_text(s, "<span class=\"soft\">not named</span>");
    paw_stream_text(s, "</td><td>");
    for (size_t i = 0; i < f->n_techniques; i++) {
        paw_stream_text(s, i == 0 ? "<strong>" : "<div class=\"soft\">");
        paw_html_text(s, paw_str_of(f->techniques[i]));
        paw_stream_text(s, i == 0 ? "</strong>" : "</div>");
    }
    paw_stream_text(s, "</td>");
}

static void put_finding(struct paw_stream *s, const struct paw_report_context *c,
                        const struct paw_finding *f)
{
    const struct paw_marks marks = {f->reasons, f->n_reasons, -1, PAW_LIT("command_line")};
    paw_stream_text(s, "<td><span class=\"title\">");
    if (f->n_held != 0)
        paw_html_text(s, paw_str_of(f->held[0].title));
    paw_stream_text(s, "</span>");
    if (f->repeats.count != 0) {
        paw_stream_text(s, " <span class=\"pill\">");
        paw_stream_u64(s, f->repeats.count);
        paw_stream_text(s, " runs</span>");
    }
    if (f->standing.kind != NULL) {
        paw_stream_text(s, " <span class=\"pill\">");
        paw_html_text(s, paw_str_of(f->standing.kind));
        paw_stream_text(s, "</span>");
    }
    if (f->suppressed_by != NULL) {
        paw_stream_text(s, "<p class=\"soft\">Suppressed by entry ");
        paw_stream_u64(s, f->suppressed_by->number);
        paw_stream_text(s, ": ");
        paw_html_text(s, f->suppressed_by->reason);
        paw_stream_text(s, " (");
        paw_html_text(s, f->suppressed_by->author);
        paw_stream_text(s, ", until ");
        paw_html_text(s, f->suppressed_by->expires);
        paw_stream_text(s, ")</p>");
    }
    if (f->has_process && f->process.command_line.n != 0) {
        paw_stream_text(s, "<code class=\"line\">");
        paw_html_marked(s, f->process.command_line, &marks, ROW_BYTES_MAX, false);
        paw_stream_text(s, "</code>");
    } else if (f->has_process && f->process.image.n != 0) {
        paw_stream_text(s, "<code class=\"line\">");
        paw_html_marked(s, f->process.image, &(const struct paw_marks){0}, ROW_BYTES_MAX, false);
        paw_stream_text(s, " <span class=\"soft\">(command line not known)</span></code>");
    }
    paw_html_details(s, c, f);
    paw_stream_text(s, "</td></tr>\n");
}

/* The suppressed ones come last: a table of their own, folded, with the same rows. */
static void begin_suppressed(struct paw_stream *s, const struct paw_report_context *c)
{
    paw_stream_text(s, "</tbody>\n</table>\n<details class=\"card\" id=\"suppressed\"><summary>"
                       "Suppressed findings (");
    paw_stream_u64(s, c->ledger->suppressed == NULL ? 0 : c->ledger->suppressed->findings);
    paw_stream_text(s, ")</summary>\n<table class=\"timeline\">\n");
    paw_stream_text(s, columns);
    paw_stream_text(s, "<tbody>\n");
}

static enum paw_status item(void *state, const struct paw_report_context *c,
                            const struct paw_finding *f, struct paw_out *out)
{
    struct page *page = state;
    struct paw_stream s;
    paw_stream_init(&s, out);
    if (f->suppressed_by != NULL && page->suppressed++ == 0)
        begin_suppressed(&s, c);
    put_row_head(&s, f);
    put_columns(&s, f);
    put_finding(&s, c, f);
    if (f->suppressed_by == NULL && (size_t)f->severity < PAW_COUNT_OF(page->written))
        page->written[f->severity]++;
    return paw_stream_flush(&s);
}

static bool is_empty(const struct page *page)
{
    for (size_t i = 0; i < PAW_COUNT_OF(page->written); i++)
        if (page->written[i] != 0)
            return false;
    return true;
}

static enum paw_status end(void *state, const struct paw_report_context *c, struct paw_out *out)
{
    const struct page *page = state;
    struct paw_stream s;
    paw_stream_init(&s, out);
    paw_stream_text(&s, page->suppressed != 0 ? "</tbody>\n</table>\n</details>\n"
                                              : "</tbody>\n</table>\n");
    if (is_empty(page) && page->suppressed == 0)
        paw_stream_text(&s, "<p class=\"card\">Nothing was found in what could be read. What the "
                            "evidence does not show is listed above.</p>\n");
    paw_stream_text(&s, "</main>\n");
    if (c->ledger->is_partial && !page->told_partial)
        paw_html_partial(&s);
    if (memcmp(page->told, page->written, sizeof(page->told)) != 0) {
        paw_stream_text(&s, "<p class=\"late soft\">Written to this page:</p>\n");
        paw_html_tiles(&s, page->written, c->ledger, true);
    }
    paw_html_script(&s);
    paw_stream_text(&s, "</body>\n</html>\n");
    return paw_stream_flush(&s);
}

const struct paw_writer paw_writer_html = {
    .name = "html",
    .file_name = "timeline.html",
    .state_size = sizeof(struct page),
    .is_parted = true,
    .begin = begin,
    .item = item,
    .end = end,
};
