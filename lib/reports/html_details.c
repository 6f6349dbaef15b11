/* SPDX-License-Identifier: Apache-2.0 */
/* What one opens of a finding on the page: see reports/html.h. */
#include <catspaw/attack.h>

#include "core/str.h"
#include "reports/cited.h"
#include "reports/escape.h"
#include "reports/html.h"

/* The page is for reading; what is longer or more is whole in timeline.jsonl. */
enum {
    LINE_BYTES_MAX = 16 * 1024, /* a command line of Windows has at most 64 KiB of UTF-16 */
    FIELD_BYTES_MAX = 4 * 1024,
    ENTRIES_MAX = 40,
    SPELLED_MAX = 16, /* entries with all their fields */
};

static void put_pair(struct paw_stream *out, const char *name, paw_str text)
{
    if (text.n == 0)
        return;
    paw_stream_text(out, "<dt>");
    paw_stream_text(out, name);
    paw_stream_text(out, "</dt><dd>");
    paw_html_text(out, text);
    paw_stream_text(out, "</dd>");
}

static void put_marked_pair(struct paw_stream *out, const char *name, const char *field,
                            const struct paw_finding *f, paw_str text)
{
    const struct paw_marks marks = {f->reasons, f->n_reasons, -1, paw_str_of(field)};
    if (text.n == 0)
        return;
    paw_stream_text(out, "<dt>");
    paw_stream_text(out, name);
    paw_stream_text(out, "</dt><dd class=\"mono\">");
    paw_html_marked(out, text, &marks, LINE_BYTES_MAX, false);
    paw_stream_text(out, "</dd>");
}

/* Why -------------------------------------------------------------------------------------------
 */

static void put_held(struct paw_stream *out, const struct paw_held *held)
{
    const char *severity = paw_severity_name(held->severity);
    paw_stream_text(out, "<li><span class=\"badge ");
    paw_stream_text(out, severity);
    paw_stream_text(out, "\">");
    paw_stream_text(out, severity);
    paw_stream_text(out, "</span> <strong>");
    paw_html_text(out, paw_str_of(held->title));
    paw_stream_text(out, "</strong> <code>");
    paw_html_text(out, paw_str_of(held->id));
    paw_stream_text(out, "</code> <span class=\"soft\">");
    paw_html_text(out, paw_str_of(held->technique));
    for (size_t i = 0; i < held->n_also; i++) {
        paw_stream_text(out, ", ");
        paw_html_text(out, paw_str_of(held->also[i]));
    }
    paw_stream_text(out, ", ");
    paw_stream_text(out, paw_family_name(held->family));
    paw_stream_text(out, ", confidence ");
    paw_stream_text(out, paw_confidence_name(held->confidence));
    if (held->adjusted != NULL) {
        paw_stream_text(out, " (");
        paw_html_text(out, paw_str_of(held->adjusted));
        paw_stream_text(out, ")");
    }
    paw_stream_text(out, "</span><p>");
    paw_html_text(out, paw_str_of(held->why));
    paw_stream_text(out, "</p>");
}

static void put_reasons(struct paw_stream *out, const struct paw_finding *f, const char *behaviour)
{
    for (size_t i = 0; i < f->n_reasons; i++) {
        const struct paw_reason *reason = &f->reasons[i];
        if (reason->behaviour == NULL || strcmp(reason->behaviour, behaviour) != 0)
            continue;
        paw_stream_text(out, "<div><span class=\"soft\">");
        paw_html_text(out, reason->field);
        if (reason->evidence >= 0) {
            paw_stream_text(out, " of evidence ");
            paw_stream_u64(out, (uint64_t)reason->evidence + 1);
        }
        paw_stream_text(out, ":</span> <code><mark>");
        const paw_str text = reason->text;
        const struct paw_marks none = {0};
        paw_html_marked(out, text, &none, FIELD_BYTES_MAX, false);
        paw_stream_text(out, "</mark></code></div>");
    }
}

/* Context, and said to be no more. */
static void put_uses(struct paw_stream *out, const char *behaviour)
{
    bool any = false;
    for (const struct paw_use *u = paw_uses; u->technique != NULL; u++) {
        if (!paw_use_names(u, behaviour))
            continue;
        paw_stream_text(out, any ? ", " : "<p class=\"soft\">ATT&amp;CK records this also of ");
        paw_html_text(out, paw_str_of(u->name));
        paw_stream_text(out, " (");
        paw_html_text(out, paw_str_of(u->id));
        paw_stream_text(out, ")");
        any = true;
    }
    paw_stream_text(out, any ? ". That says nothing about who did it here.</p>" : "");
}

static void put_why(struct paw_stream *out, const struct paw_finding *f)
{
    paw_stream_text(out, "<h3>Why</h3>");
    if (f->reason.n != 0) {
        paw_stream_text(out, "<p>");
        paw_html_text(out, f->reason);
        paw_stream_text(out, "</p>");
    }
    paw_stream_text(out, "<ul class=\"why\">");
    for (size_t i = 0; i < f->n_held; i++) {
        put_held(out, &f->held[i]);
        put_reasons(out, f, f->held[i].id);
        put_uses(out, f->held[i].id);
        paw_stream_text(out, "</li>");
    }
    paw_stream_text(out, "</ul>");
    if (f->n_concerned == 0)
        return;
    paw_stream_text(out, "<p>Could not be decided: ");
    for (size_t i = 0; i < f->n_concerned; i++) {
        paw_stream_text(out, "<span class=\"pill mono\">");
        paw_html_text(out, paw_str_of(f->concerned[i]));
        paw_stream_text(out, "</span>");
    }
    paw_stream_text(out, "</p>");
}

/* Process ---------------------------------------------------------------------------------------
 */

static void put_pid(struct paw_stream *out, const struct paw_process_shown *p)
{
    if (p->has_pid) {
        paw_stream_text(out, "<dt>process id</dt><dd>");
        paw_stream_u64(out, p->pid);
        paw_stream_text(out, "</dd>");
    }
    put_pair(out, "GUID", p->guid);
    put_pair(out, "user", p->user);
    put_pair(out, "integrity", p->integrity);
}

static void put_process(struct paw_stream *out, const struct paw_finding *f)
{
    if (!f->has_process)
        return;
    paw_stream_text(out, f->standing.kind == NULL
                             ? "<h3>Process</h3><dl class=\"pairs\">"
                             : "<h3>Standing command</h3><dl class=\"pairs\">");
    if (f->standing.kind != NULL) {
        put_pair(out, "kind", paw_str_of(f->standing.kind));
        put_pair(out, "place", f->standing.place);
        put_pair(out, "name", f->standing.name);
        put_pair(out, "starts by itself", f->standing.is_autostart ? PAW_LIT("yes") : (paw_str){0});
    }
    put_marked_pair(out, "image", "image", f, f->process.image);
    put_marked_pair(out, "command line", "command_line", f, f->process.command_line);
    put_pid(out, &f->process);
    put_pair(out, "proxy", f->proxy.binary);
    put_pair(out, "renamed from", f->proxy.renamed_from);
    put_pair(out, "verb", f->proxy.verb);
    put_pair(out, "object", f->proxy.object);
    put_pair(out, "kind of object", paw_str_of(paw_object_kind_name(f->proxy.kind)));
    put_pair(out, "export", f->proxy.export);
    paw_stream_text(out, "</dl>");
    if (!f->has_parent)
        return;
    paw_stream_text(out, "<h3>Started by</h3><dl class=\"pairs\">");
    put_marked_pair(out, "image", "parent_image", f, f->parent.image);
    put_marked_pair(out, "command line", "parent_command_line", f, f->parent.command_line);
    put_pid(out, &f->parent);
    paw_stream_text(out, "</dl>");
}

static void put_missing(struct paw_stream *out, const struct paw_finding *f)
{
    if (f->missing == 0)
        return;
    paw_stream_text(out, "<h3>Could not be looked at</h3><p>");
    for (unsigned i = 0; i < PAW_N_NEEDS; i++) {
        if ((f->missing & (UINT32_C(1) << i)) == 0)
            continue;
        paw_stream_text(out, "<span class=\"pill gap\">");
        paw_stream_text(out, paw_need_name(i));
        paw_stream_text(out, "</span>");
    }
    paw_stream_text(out, "</p>");
}

static void put_repeats(struct paw_stream *out, const struct paw_finding *f)
{
    if (f->repeats.count == 0)
        return;
    paw_stream_text(out, "<h3>Repeated</h3><p>");
    paw_stream_u64(out, f->repeats.count);
    paw_stream_text(out, " runs, the first ");
    paw_html_time(out, f->repeats.first, 3);
    paw_stream_text(out, " and the last ");
    paw_html_time(out, f->repeats.last, 3);
    paw_stream_text(out, "</p>");
}

/* Evidence --------------------------------------------------------------------------------------
 */

static void put_entry_head(struct paw_stream *out, const struct paw_report_context *c,
                           const struct paw_cited *cited, size_t number)
{
    const struct paw_fact *fact = cited->fact;
    const char *state = paw_state_name((enum paw_state)fact->state);
    paw_stream_u64(out, number);
    paw_stream_text(out, ". <span class=\"role\">");
    paw_stream_text(out, paw_role_name(cited->role));
    paw_stream_text(out, "</span> <span class=\"mono\">");
    paw_html_text(out, paw_source_name(c, fact->origin.source));
    if (fact->record_id != 0) {
        paw_stream_char(out, '#');
        paw_stream_u64(out, fact->record_id);
    } else if (fact->origin.offset != 0) {
        paw_stream_char(out, '@');
        paw_stream_u64(out, fact->origin.offset);
    }
    paw_stream_text(out, "</span>");
    if (!paw_cited_is_hive(fact)) {
        paw_stream_text(out, " <span class=\"soft\">event ");
        paw_stream_u64(out, fact->event_id);
        paw_stream_text(out, "</span>");
    }
    if (fact->state != PAW_INTACT) {
        paw_stream_text(out, " <span class=\"state-");
        paw_stream_text(out, state);
        paw_stream_text(out, "\">");
        paw_stream_text(out, state);
        paw_stream_text(out, "</span>");
    }
    if ((fact->flags & PAW_FACT_LOSSY) != 0)
        paw_stream_text(out, " <span class=\"state-damaged\">not all text could be decoded</span>");
}

static void put_place(struct paw_stream *out, const struct paw_fact *fact)
{
    const char *means = paw_cited_time_of(fact);
    if (means != NULL) {
        paw_stream_text(out, "<dt>");
        paw_stream_text(out, means);
        paw_stream_text(out, "</dt><dd>");
        paw_html_time(out, fact->time, 7);
        paw_stream_text(out, "</dd>");
    }
    if (fact->logged != 0 && fact->logged != fact->time) {
        paw_stream_text(out, "<dt>logged</dt><dd>");
        paw_html_time(out, fact->logged, 7);
        paw_stream_text(out, "</dd>");
    }
    if (fact->origin.offset != 0) {
        paw_stream_text(out, "<dt>offset in file</dt><dd>");
        paw_stream_u64(out, fact->origin.offset);
        paw_stream_text(out, "</dd>");
    }
    put_pair(out, "provider", paw_fact_text(fact, PAW_F_PROVIDER));
    put_pair(out, "channel", paw_fact_text(fact, PAW_F_CHANNEL));
    if (paw_cited_is_hive(fact)) {
        put_pair(out, "key", paw_fact_text(fact, PAW_F_KEY));
        put_pair(out, "value", paw_fact_text(fact, PAW_F_VALUE));
    }
}

static void put_fields(struct paw_stream *out, const struct paw_finding *f, size_t number)
{
    const struct paw_fact *fact = f->evidence[number].fact;
    enum paw_field_id id = PAW_F_NONE;
    paw_str name = {0};
    paw_str text = {0};
    for (size_t i = 0; paw_fact_field(fact, i, &id, &name, &text); i++) {
        if (paw_field_is_entry(fact, id) || text.n == 0)
            continue;
        const struct paw_marks marks = {f->reasons, f->n_reasons, (int32_t)number, name};
        paw_stream_text(out, "<dt>");
        paw_html_text(out, name);
        paw_stream_text(out, "</dt><dd class=\"mono\">");
        paw_html_marked(out, text, &marks, FIELD_BYTES_MAX, true);
        paw_stream_text(out, "</dd>");
    }
}

static void put_copies(struct paw_stream *out, const struct paw_report_context *c,
                       const struct paw_cited *cited)
{
    const size_t all = cited->all_copies > cited->n_copies ? cited->all_copies : cited->n_copies;
    if (all == 0)
        return;
    paw_stream_text(out, "<dt>also at</dt><dd class=\"mono\">");
    for (size_t i = 0; i < cited->n_copies; i++) {
        if (i != 0)
            paw_stream_text(out, ", ");
        paw_html_text(out, paw_source_name(c, cited->copies[i].source));
        paw_stream_char(out, '@');
        paw_stream_u64(out, cited->copies[i].offset);
    }
    if (all > cited->n_copies) {
        paw_stream_text(out, " and ");
        paw_stream_u64(out, all - cited->n_copies);
        paw_stream_text(out, " more");
    }
    paw_stream_text(out, "</dd>");
}

static void put_evidence(struct paw_stream *out, const struct paw_report_context *c,
                         const struct paw_finding *f)
{
    paw_stream_text(out, "<h3>Evidence</h3><ul class=\"evidence\">");
    for (size_t i = 0; i < f->n_evidence && i < ENTRIES_MAX; i++) {
        paw_stream_text(out, i < SPELLED_MAX ? "<li><details><summary>" : "<li>");
        put_entry_head(out, c, &f->evidence[i], i + 1);
        if (i < SPELLED_MAX) {
            paw_stream_text(out, "</summary><dl class=\"pairs\">");
            put_place(out, f->evidence[i].fact);
            put_fields(out, f, i);
            put_copies(out, c, &f->evidence[i]);
            paw_stream_text(out, "</dl></details>");
        }
        paw_stream_text(out, "</li>");
    }
    paw_stream_text(out, "</ul>");
    if (f->n_evidence > ENTRIES_MAX) {
        paw_stream_text(out, "<p class=\"soft\">");
        paw_stream_u64(out, f->n_evidence - ENTRIES_MAX);
        paw_stream_text(out, " more entries are in timeline.jsonl.</p>");
    }
    if (f->cut != 0) {
        paw_stream_text(out, "<p class=\"soft\">");
        paw_stream_u64(out, f->cut);
        paw_stream_text(out, " further effects of this process were counted and not kept.</p>");
    }
}

void paw_html_details(struct paw_stream *out, const struct paw_report_context *c,
                      const struct paw_finding *f)
{
    paw_stream_text(out, "<details><summary>Why, and the evidence (");
    paw_stream_u64(out, f->n_evidence);
    paw_stream_text(out, ")</summary><div class=\"more\">");
    put_why(out, f);
    put_process(out, f);
    put_missing(out, f);
    put_repeats(out, f);
    put_evidence(out, c, f);
    paw_stream_text(out, "<p class=\"soft mono\">");
    paw_html_text(out, paw_str_of(f->id));
    paw_stream_text(out, "</p></div></details>");
}
