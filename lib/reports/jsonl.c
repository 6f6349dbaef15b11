/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.jsonl: one finding a line, docs/output.md. One cJSON object per finding. */
#include <catspaw/attack.h>
#include <catspaw/catspaw.h>

#include "core/str.h"
#include "reports/cited.h"
#include "reports/parsed.h"
#include "reports/tree.h"
#include "reports/writers.h"

static void add_texts(struct paw_tree *t, cJSON *root, const char *key, const char *const *texts,
                      size_t n)
{
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < n; i++)
        paw_tree_text(t, all, NULL, texts[i]);
    paw_tree_add(t, root, key, all);
}

static void add_behaviours(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < f->n_held; i++) {
        const struct paw_held *held = &f->held[i];
        cJSON *one = paw_tree_object(t);
        paw_tree_text(t, one, "id", held->id);
        paw_tree_text(t, one, "title", held->title);
        paw_tree_text(t, one, "technique", held->technique);
        if (held->n_also != 0)
            add_texts(t, one, "also", held->also, held->n_also);
        paw_tree_text(t, one, "severity", paw_severity_name(held->severity));
        paw_tree_text(t, one, "confidence", paw_confidence_name(held->confidence));
        paw_tree_text(t, one, "family", paw_family_name(held->family));
        paw_tree_text(t, one, "adjusted", held->adjusted);
        paw_tree_add(t, all, NULL, one);
    }
    paw_tree_add(t, root, "behaviours", all);
}

static void add_reasons(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < f->n_reasons; i++) {
        const struct paw_reason *reason = &f->reasons[i];
        cJSON *one = paw_tree_object(t);
        paw_tree_text(t, one, "behaviour", reason->behaviour);
        if (reason->evidence >= 0)
            paw_tree_count(t, one, "evidence", (uint64_t)reason->evidence);
        paw_tree_str(t, one, "field", reason->field);
        paw_tree_count(t, one, "start", reason->start);
        paw_tree_count(t, one, "length", reason->length);
        paw_tree_str(t, one, "text", reason->text);
        paw_tree_add(t, all, NULL, one);
    }
    paw_tree_add(t, root, "reasons", all);
}

static void add_suppression(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    const struct paw_suppression *by = f->suppressed_by;
    if (by == NULL)
        return;
    cJSON *one = paw_tree_object(t);
    paw_tree_count(t, one, "entry", by->number);
    paw_tree_str(t, one, "reason", by->reason);
    paw_tree_str(t, one, "author", by->author);
    paw_tree_str(t, one, "expires", by->expires);
    paw_tree_str(t, one, "finding", by->finding);
    paw_tree_add(t, root, "suppressed_by", one);
}

static void add_repeats(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    if (f->repeats.count == 0)
        return;
    cJSON *repeats = paw_tree_object(t);
    paw_tree_count(t, repeats, "count", f->repeats.count);
    paw_tree_time(t, repeats, "first", f->repeats.first);
    paw_tree_time(t, repeats, "last", f->repeats.last);
    paw_tree_add(t, root, "repeats", repeats);
}

static void add_missing(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    cJSON *all = paw_tree_array(t);
    for (unsigned i = 0; i < PAW_N_NEEDS; i++)
        if ((f->missing & (UINT32_C(1) << i)) != 0)
            paw_tree_text(t, all, NULL, paw_need_name(i));
    paw_tree_add(t, root, "missing", all);
}

static void add_proxy(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    cJSON *proxy = paw_tree_object(t);
    paw_tree_str(t, proxy, "binary", f->proxy.binary);
    paw_tree_str(t, proxy, "renamed_from", f->proxy.renamed_from);
    paw_tree_str(t, proxy, "verb", f->proxy.verb);
    paw_tree_str(t, proxy, "object", f->proxy.object);
    paw_tree_text(t, proxy, "object_kind", paw_object_kind_name(f->proxy.kind));
    paw_tree_str(t, proxy, "export", f->proxy.export);
    if (proxy != NULL && proxy->child == NULL)
        cJSON_Delete(proxy);
    else
        paw_tree_add(t, root, "proxy", proxy);
}

static cJSON *process_object(struct paw_tree *t, const struct paw_process_shown *p)
{
    cJSON *process = paw_tree_object(t);
    paw_tree_str(t, process, "image", p->image);
    paw_tree_str(t, process, "command_line", p->command_line);
    if (p->has_pid && p->pid <= UINT32_MAX) /* a larger one is none; the record's fields have it */
        paw_tree_count(t, process, "pid", p->pid);
    paw_tree_str(t, process, "guid", p->guid);
    paw_tree_str(t, process, "user", p->user);
    paw_tree_str(t, process, "integrity", p->integrity);
    return process;
}

static void add_process(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    if (!f->has_process)
        return;
    cJSON *process = process_object(t, &f->process);
    if (f->has_parent)
        paw_tree_add(t, process, "parent", process_object(t, &f->parent));
    paw_tree_add(t, root, "process", process);
}

static void add_standing(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    if (f->standing.kind == NULL)
        return;
    cJSON *standing = paw_tree_object(t);
    paw_tree_text(t, standing, "kind", f->standing.kind);
    paw_tree_str(t, standing, "place", f->standing.place);
    paw_tree_str(t, standing, "name", f->standing.name);
    if (f->standing.is_autostart)
        paw_tree_true(t, standing, "autostart");
    paw_tree_add(t, root, "standing", standing);
}

static void add_copies(struct paw_tree *t, cJSON *entry, const struct paw_report_context *c,
                       const struct paw_cited *cited)
{
    if (cited->all_copies == 0 && cited->n_copies == 0)
        return;
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < cited->n_copies; i++) {
        cJSON *one = paw_tree_object(t);
        paw_tree_str(t, one, "source", paw_source_name(c, cited->copies[i].source));
        if (cited->copies[i].offset != 0)
            paw_tree_u64(t, one, "offset", cited->copies[i].offset);
        paw_tree_add(t, all, NULL, one);
    }
    paw_tree_add(t, entry, "copies", all);
    paw_tree_count(t, entry, "copies_total",
                   cited->all_copies > cited->n_copies ? cited->all_copies : cited->n_copies);
}

static void add_record(struct paw_tree *t, cJSON *entry, const struct paw_fact *fact)
{
    if (paw_cited_is_hive(fact)) {
        paw_tree_str(t, entry, "key", paw_fact_text(fact, PAW_F_KEY));
        paw_tree_str(t, entry, "value", paw_fact_text(fact, PAW_F_VALUE));
        return;
    }
    if (fact->record_id != 0) {
        paw_tree_u64(t, entry, "record_id", fact->record_id);
        if ((fact->flags & PAW_FACT_ID_FROM_HEADER) != 0)
            paw_tree_text(t, entry, "record_id_from", "header");
    }
    paw_tree_count(t, entry, "event_id", fact->event_id);
    paw_tree_str(t, entry, "provider", paw_fact_text(fact, PAW_F_PROVIDER));
    paw_tree_str(t, entry, "channel", paw_fact_text(fact, PAW_F_CHANNEL));
}

static cJSON *entry_object(struct paw_tree *t, const struct paw_report_context *c,
                           const struct paw_cited *cited)
{
    const struct paw_fact *fact = cited->fact;
    cJSON *entry = paw_tree_object(t);
    paw_tree_text(t, entry, "role", paw_role_name(cited->role));
    paw_tree_text(t, entry, "kind", paw_cited_kind(c, fact));
    paw_tree_str(t, entry, "source", paw_source_name(c, fact->origin.source));
    if (fact->origin.offset != 0)
        paw_tree_u64(t, entry, "offset", fact->origin.offset);
    add_record(t, entry, fact);
    paw_tree_time(t, entry, "time", fact->time);
    paw_tree_text(t, entry, "time_of", paw_cited_time_of(fact));
    paw_tree_time(t, entry, "logged", fact->logged);
    paw_tree_text(t, entry, "state", paw_state_name((enum paw_state)fact->state));
    if ((fact->flags & PAW_FACT_LOSSY) != 0)
        paw_tree_true(t, entry, "lossy");
    if ((fact->flags & PAW_FACT_CUT) != 0)
        paw_tree_true(t, entry, "cut");
    if ((fact->flags & PAW_FACT_FROM_LOG) != 0)
        paw_tree_true(t, entry, "from_log");
    paw_tree_fields(t, entry, "fields", fact);
    add_copies(t, entry, c, cited);
    return entry;
}

static void add_evidence(struct paw_tree *t, cJSON *root, const struct paw_report_context *c,
                         const struct paw_finding *f)
{
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < f->n_evidence; i++)
        paw_tree_add(t, all, NULL, entry_object(t, c, &f->evidence[i]));
    paw_tree_add(t, root, "evidence", all);
    if (f->cut != 0)
        paw_tree_count(t, root, "evidence_cut", f->cut);
}

/* Of the leading technique, by both of its names. */
static void add_tactic(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    const struct paw_tactic *tactic = f->n_techniques == 0 ? NULL : paw_tactic_of(f->techniques[0]);
    if (tactic == NULL)
        return;
    cJSON *one = paw_tree_object(t);
    paw_tree_text(t, one, "id", tactic->id);
    paw_tree_text(t, one, "name", tactic->name);
    paw_tree_text(t, one, "name_v" PAW_ATTACK_LATER, tactic->later);
    paw_tree_add(t, root, "tactic", one);
}

static void add_head(struct paw_tree *t, cJSON *root, const struct paw_finding *f)
{
    paw_tree_text(t, root, "schema", "catspaw.finding/1");
    paw_tree_text(t, root, "id", f->id);
    paw_tree_time(t, root, "time", f->time);
    if (f->time != 0)
        paw_tree_text(t, root, "time_of", f->time_of);
    paw_tree_time(t, root, "logged", f->logged);
    if (f->host.n != 0)
        paw_tree_str(t, root, "host", f->host);
    paw_tree_text(t, root, "severity", paw_severity_name(f->severity));
    paw_tree_count(t, root, "score", f->score);
    add_texts(t, root, "techniques", f->techniques, f->n_techniques);
    add_tactic(t, root, f);
    if (f->n_held != 0) {
        paw_tree_text(t, root, "behaviour", f->held[0].id);
        paw_tree_text(t, root, "title", f->held[0].title);
    }
    if (f->reason.n != 0)
        paw_tree_str(t, root, "reason", f->reason);
}

static enum paw_status begin(void *state, const struct paw_report_context *c, struct paw_out *out)
{
    (void)state;
    (void)c;
    (void)out;
    return PAW_OK;
}

static enum paw_status print(struct paw_tree *t, cJSON *root, struct paw_out *out)
{
    struct paw_stream line;
    char *text = paw_tree_print(t, root);
    if (text == NULL)
        return PAW_E_MEMORY;
    paw_stream_init(&line, out);
    paw_stream_text(&line, text);
    paw_stream_char(&line, '\n');
    cJSON_free(text);
    return paw_stream_flush(&line);
}

static enum paw_status item(void *state, const struct paw_report_context *c,
                            const struct paw_finding *f, struct paw_out *out)
{
    (void)state;
    struct paw_tree t = {0};
    cJSON *root = paw_tree_object(&t);
    add_head(&t, root, f);
    add_suppression(&t, root, f);
    add_behaviours(&t, root, f);
    add_reasons(&t, root, f);
    add_repeats(&t, root, f);
    add_missing(&t, root, f);
    add_proxy(&t, root, f);
    add_process(&t, root, f);
    add_standing(&t, root, f);
    if (f->n_concerned != 0)
        add_texts(&t, root, "concerned", f->concerned, f->n_concerned);
    add_evidence(&t, root, c, f);
    return print(&t, root, out);
}

enum paw_status paw_answer_write(const struct paw_answer *answer, struct paw_out *out)
{
    static const struct paw_finding nothing = {0};
    struct paw_tree t = {0};
    cJSON *root = paw_tree_object(&t);
    const struct paw_line *line = answer->line;
    const struct paw_finding *f = answer->finding;
    const struct paw_finding *shown = f == NULL ? &nothing : f;
    paw_tree_str(&t, root, "command_line",
                 line->printed.p != NULL ? line->printed : line->command_line);
    if (line->printed.p != NULL)
        paw_tree_str(&t, root, "refanged", line->command_line);
    paw_tree_str(&t, root, "given", answer->given);
    if (answer->number != 0)
        paw_tree_count(&t, root, "line", answer->number);
    paw_tree_text(&t, root, "severity", f == NULL ? "none" : paw_severity_name(f->severity));
    paw_tree_count(&t, root, "score", shown->score);
    if (f != NULL && f->n_held != 0)
        paw_tree_text(&t, root, "behaviour", f->held[0].id);
    add_behaviours(&t, root, shown);
    add_texts(&t, root, "techniques", shown->techniques, shown->n_techniques);
    add_reasons(&t, root, shown);
    add_proxy(&t, root, shown);
    if (answer->command != NULL)
        paw_tree_command(&t, root, answer->command);
    return print(&t, root, out);
}

enum paw_status paw_check_write(const struct paw_line *line, const struct paw_finding *f,
                                struct paw_out *out)
{
    const struct paw_answer answer = {.line = line, .finding = f};
    return paw_answer_write(&answer, out);
}

static enum paw_status end(void *state, const struct paw_report_context *c, struct paw_out *out)
{
    (void)state;
    (void)c;
    (void)out;
    return PAW_OK;
}

const struct paw_writer paw_writer_jsonl = {
    .name = "jsonl",
    .file_name = "timeline.jsonl",
    .begin = begin,
    .item = item,
    .end = end,
};
