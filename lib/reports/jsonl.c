/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.jsonl: one finding a line, docs/output.md; and the answers of `check --json`. */
#include <catspaw/attack.h>
#include <catspaw/catspaw.h>

#include "core/json.h"
#include "core/str.h"
#include "reports/cited.h"
#include "reports/parsed.h"
#include "reports/writers.h"

static void add_texts(struct paw_json *j, const char *key, const char *const *texts, size_t n)
{
    paw_json_key(j, key);
    paw_json_array(j);
    for (size_t i = 0; i < n; i++)
        paw_json_string(j, paw_str_of(texts[i]));
    paw_json_array_end(j);
}

static void add_behaviours(struct paw_json *j, const struct paw_finding *f)
{
    paw_json_key(j, "behaviours");
    paw_json_array(j);
    for (size_t i = 0; i < f->n_held; i++) {
        const struct paw_held *held = &f->held[i];
        paw_json_object(j);
        paw_json_member_text(j, "id", held->id);
        paw_json_member_text(j, "title", held->title);
        paw_json_member_text(j, "technique", held->technique);
        if (held->n_also != 0)
            add_texts(j, "also", held->also, held->n_also);
        paw_json_member_text(j, "severity", paw_severity_name(held->severity));
        paw_json_member_text(j, "confidence", paw_confidence_name(held->confidence));
        paw_json_member_text(j, "family", paw_family_name(held->family));
        paw_json_member_text(j, "adjusted", held->adjusted);
        paw_json_object_end(j);
    }
    paw_json_array_end(j);
}

static void add_reasons(struct paw_json *j, const struct paw_finding *f)
{
    paw_json_key(j, "reasons");
    paw_json_array(j);
    for (size_t i = 0; i < f->n_reasons; i++) {
        const struct paw_reason *reason = &f->reasons[i];
        paw_json_object(j);
        paw_json_member_text(j, "behaviour", reason->behaviour);
        if (reason->evidence >= 0)
            paw_json_member_count(j, "evidence", (uint64_t)reason->evidence);
        paw_json_member(j, "field", reason->field);
        paw_json_member_count(j, "start", reason->start);
        paw_json_member_count(j, "length", reason->length);
        paw_json_member(j, "text", reason->text);
        paw_json_object_end(j);
    }
    paw_json_array_end(j);
}

static void add_suppression(struct paw_json *j, const struct paw_finding *f)
{
    const struct paw_suppression *by = f->suppressed_by;
    if (by == NULL)
        return;
    paw_json_key(j, "suppressed_by");
    paw_json_object(j);
    paw_json_member_count(j, "entry", by->number);
    paw_json_member(j, "reason", by->reason);
    paw_json_member(j, "author", by->author);
    paw_json_member(j, "expires", by->expires);
    paw_json_member(j, "finding", by->finding);
    paw_json_object_end(j);
}

static void add_repeats(struct paw_json *j, const struct paw_finding *f)
{
    if (f->repeats.count == 0)
        return;
    paw_json_key(j, "repeats");
    paw_json_object(j);
    paw_json_member_count(j, "count", f->repeats.count);
    paw_json_member_time(j, "first", f->repeats.first);
    paw_json_member_time(j, "last", f->repeats.last);
    paw_json_object_end(j);
}

static void add_missing(struct paw_json *j, const struct paw_finding *f)
{
    paw_json_key(j, "missing");
    paw_json_array(j);
    for (unsigned i = 0; i < PAW_N_NEEDS; i++)
        if ((f->missing & (UINT32_C(1) << i)) != 0)
            paw_json_string(j, paw_str_of(paw_need_name(i)));
    paw_json_array_end(j);
}

static void add_proxy(struct paw_json *j, const struct paw_finding *f)
{
    const char *kind = paw_object_kind_name(f->proxy.kind);
    if (f->proxy.binary.p == NULL && f->proxy.renamed_from.p == NULL && f->proxy.verb.p == NULL &&
        f->proxy.object.p == NULL && kind == NULL && f->proxy.export.p == NULL)
        return;
    paw_json_key(j, "proxy");
    paw_json_object(j);
    paw_json_member(j, "binary", f->proxy.binary);
    paw_json_member(j, "renamed_from", f->proxy.renamed_from);
    paw_json_member(j, "verb", f->proxy.verb);
    paw_json_member(j, "object", f->proxy.object);
    paw_json_member_text(j, "object_kind", kind);
    paw_json_member(j, "export", f->proxy.export);
    paw_json_object_end(j);
}

static void add_shown(struct paw_json *j, const struct paw_process_shown *p)
{
    paw_json_member(j, "image", p->image);
    paw_json_member(j, "command_line", p->command_line);
    if (p->has_pid && p->pid <= UINT32_MAX) /* a larger one is none; the record's fields have it */
        paw_json_member_count(j, "pid", p->pid);
    paw_json_member(j, "guid", p->guid);
    paw_json_member(j, "user", p->user);
    paw_json_member(j, "integrity", p->integrity);
}

static void add_process(struct paw_json *j, const struct paw_finding *f)
{
    if (!f->has_process)
        return;
    paw_json_key(j, "process");
    paw_json_object(j);
    add_shown(j, &f->process);
    if (f->has_parent) {
        paw_json_key(j, "parent");
        paw_json_object(j);
        add_shown(j, &f->parent);
        paw_json_object_end(j);
    }
    paw_json_object_end(j);
}

static void add_standing(struct paw_json *j, const struct paw_finding *f)
{
    if (f->standing.kind == NULL)
        return;
    paw_json_key(j, "standing");
    paw_json_object(j);
    paw_json_member_text(j, "kind", f->standing.kind);
    paw_json_member(j, "place", f->standing.place);
    paw_json_member(j, "name", f->standing.name);
    if (f->standing.is_autostart)
        paw_json_member_true(j, "autostart");
    paw_json_object_end(j);
}

static void add_copies(struct paw_json *j, const struct paw_report_context *c,
                       const struct paw_cited *cited)
{
    if (cited->all_copies == 0 && cited->n_copies == 0)
        return;
    paw_json_key(j, "copies");
    paw_json_array(j);
    for (size_t i = 0; i < cited->n_copies; i++) {
        paw_json_object(j);
        paw_json_member(j, "source", paw_source_name(c, cited->copies[i].source));
        if (cited->copies[i].offset != 0)
            paw_json_member_u64(j, "offset", cited->copies[i].offset);
        paw_json_object_end(j);
    }
    paw_json_array_end(j);
    paw_json_member_count(j, "copies_total",
                          cited->all_copies > cited->n_copies ? cited->all_copies
                                                              : cited->n_copies);
}

static void add_record(struct paw_json *j, const struct paw_fact *fact)
{
    if (paw_cited_is_hive(fact)) {
        paw_json_member(j, "key", paw_fact_text(fact, PAW_F_KEY));
        paw_json_member(j, "value", paw_fact_text(fact, PAW_F_VALUE));
        return;
    }
    if (fact->record_id != 0) {
        paw_json_member_u64(j, "record_id", fact->record_id);
        if ((fact->flags & PAW_FACT_ID_FROM_HEADER) != 0)
            paw_json_member_text(j, "record_id_from", "header");
    }
    paw_json_member_count(j, "event_id", fact->event_id);
    paw_json_member(j, "provider", paw_fact_text(fact, PAW_F_PROVIDER));
    paw_json_member(j, "channel", paw_fact_text(fact, PAW_F_CHANNEL));
}

static void add_entry(struct paw_json *j, const struct paw_report_context *c,
                      const struct paw_cited *cited)
{
    const struct paw_fact *fact = cited->fact;
    paw_json_object(j);
    paw_json_member_text(j, "role", paw_role_name(cited->role));
    paw_json_member_text(j, "kind", paw_cited_kind(c, fact));
    paw_json_member(j, "source", paw_source_name(c, fact->origin.source));
    if (fact->origin.offset != 0)
        paw_json_member_u64(j, "offset", fact->origin.offset);
    add_record(j, fact);
    paw_json_member_time(j, "time", fact->time);
    paw_json_member_text(j, "time_of", paw_cited_time_of(fact));
    paw_json_member_time(j, "logged", fact->logged);
    paw_json_member_text(j, "state", paw_state_name((enum paw_state)fact->state));
    if ((fact->flags & PAW_FACT_LOSSY) != 0)
        paw_json_member_true(j, "lossy");
    if ((fact->flags & PAW_FACT_CUT) != 0)
        paw_json_member_true(j, "cut");
    if ((fact->flags & PAW_FACT_FROM_LOG) != 0)
        paw_json_member_true(j, "from_log");
    paw_json_key(j, "fields");
    paw_json_fields(j, fact);
    add_copies(j, c, cited);
    paw_json_object_end(j);
}

static void add_evidence(struct paw_json *j, const struct paw_report_context *c,
                         const struct paw_finding *f)
{
    paw_json_key(j, "evidence");
    paw_json_array(j);
    for (size_t i = 0; i < f->n_evidence; i++)
        add_entry(j, c, &f->evidence[i]);
    paw_json_array_end(j);
    if (f->cut != 0)
        paw_json_member_count(j, "evidence_cut", f->cut);
}

/* Of the leading technique, by both of its names. */
static void add_tactic(struct paw_json *j, const struct paw_finding *f)
{
    const struct paw_tactic *tactic = f->n_techniques == 0 ? NULL : paw_tactic_of(f->techniques[0]);
    if (tactic == NULL)
        return;
    paw_json_key(j, "tactic");
    paw_json_object(j);
    paw_json_member_text(j, "id", tactic->id);
    paw_json_member_text(j, "name", tactic->name);
    paw_json_member_text(j, "name_v" PAW_ATTACK_LATER, tactic->later);
    paw_json_object_end(j);
}

static void add_head(struct paw_json *j, const struct paw_finding *f)
{
    paw_json_member_text(j, "schema", "catspaw.finding/1");
    paw_json_member_text(j, "id", f->id);
    paw_json_member_time(j, "time", f->time);
    if (f->time != 0)
        paw_json_member_text(j, "time_of", f->time_of);
    paw_json_member_time(j, "logged", f->logged);
    if (f->host.n != 0)
        paw_json_member(j, "host", f->host);
    paw_json_member_text(j, "severity", paw_severity_name(f->severity));
    paw_json_member_count(j, "score", f->score);
    add_texts(j, "techniques", f->techniques, f->n_techniques);
    add_tactic(j, f);
    if (f->n_held != 0) {
        paw_json_member_text(j, "behaviour", f->held[0].id);
        paw_json_member_text(j, "title", f->held[0].title);
    }
    if (f->reason.n != 0)
        paw_json_member(j, "reason", f->reason);
}

static enum paw_status begin(void *state, const struct paw_report_context *c, struct paw_out *out)
{
    (void)state;
    (void)c;
    (void)out;
    return PAW_OK;
}

static enum paw_status end_line(struct paw_json *j)
{
    paw_json_object_end(j);
    paw_stream_char(&j->stream, '\n');
    return paw_json_end(j);
}

static enum paw_status item(void *state, const struct paw_report_context *c,
                            const struct paw_finding *f, struct paw_out *out)
{
    (void)state;
    struct paw_json line;
    struct paw_json *j = &line;
    paw_json_begin(j, out);
    paw_json_object(j);
    add_head(j, f);
    add_suppression(j, f);
    add_behaviours(j, f);
    add_reasons(j, f);
    add_repeats(j, f);
    add_missing(j, f);
    add_proxy(j, f);
    add_process(j, f);
    add_standing(j, f);
    if (f->n_concerned != 0)
        add_texts(j, "concerned", f->concerned, f->n_concerned);
    add_evidence(j, c, f);
    return end_line(j);
}

enum paw_status paw_answer_write(const struct paw_answer *answer, struct paw_out *out)
{
    static const struct paw_finding nothing = {0};
    struct paw_json written;
    struct paw_json *j = &written;
    const struct paw_line *line = answer->line;
    const struct paw_finding *f = answer->finding;
    const struct paw_finding *shown = f == NULL ? &nothing : f;
    paw_json_begin(j, out);
    paw_json_object(j);
    paw_json_member(j, "command_line",
                    line->printed.p != NULL ? line->printed : line->command_line);
    if (line->printed.p != NULL)
        paw_json_member(j, "refanged", line->command_line);
    paw_json_member(j, "given", answer->given);
    if (answer->number != 0)
        paw_json_member_count(j, "line", answer->number);
    paw_json_member_text(j, "severity", f == NULL ? "none" : paw_severity_name(f->severity));
    paw_json_member_count(j, "score", shown->score);
    if (f != NULL && f->n_held != 0)
        paw_json_member_text(j, "behaviour", f->held[0].id);
    add_behaviours(j, shown);
    add_texts(j, "techniques", shown->techniques, shown->n_techniques);
    add_reasons(j, shown);
    add_proxy(j, shown);
    if (answer->command != NULL)
        paw_json_command(j, answer->command);
    return end_line(j);
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
