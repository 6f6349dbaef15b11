/* SPDX-License-Identifier: Apache-2.0 */
/* run.json, the evidence ledger: docs/output.md. One line per file, diagnostic and total. */
#include <catspaw/attack.h>

#include "core/str.h"
#include "reports/cited.h"
#include "reports/tree.h"

/* One finished cJSON object as the next value of the document, on a line of its own. */
static bool put_tree(struct paw_json *j, struct paw_tree *t, cJSON *root)
{
    char *text = paw_tree_print(t, root);
    if (text == NULL)
        return false;
    paw_json_raw(j, text, strlen(text));
    paw_json_newline(j);
    cJSON_free(text);
    return true;
}

static bool is_loss(uint32_t code)
{
    return code == PAW_D_EVTX_RECORD || code == PAW_D_EVTX_GAP || code == PAW_D_HIVE_KEY;
}

/* Records (or keys) of the file that are known to be lost; *at walks the sorted diagnostics. */
static uint64_t lost_of(const struct paw_ledger *l, uint32_t source, size_t *at)
{
    uint64_t lost = 0;
    while (*at < l->n_diags && l->diags[*at].source < source)
        (*at)++;
    for (; *at < l->n_diags && l->diags[*at].source == source; (*at)++)
        if (is_loss(l->diags[*at].code) && paw_ckd_add(lost, l->diags[*at].count, &lost))
            lost = UINT64_MAX;
    return lost;
}

static void add_records(struct paw_tree *t, cJSON *one, const struct paw_ledger_file *file,
                        uint64_t lost)
{
    cJSON *records = paw_tree_object(t);
    paw_tree_count(t, records, "read", file->summary.read);
    paw_tree_count(t, records, "recovered", file->summary.recovered);
    paw_tree_count(t, records, "damaged", file->summary.damaged);
    paw_tree_count(t, records, "lost", lost);
    paw_tree_add(t, one, "records", records);
}

static void add_kinds(struct paw_tree *t, cJSON *one, uint64_t kinds)
{
    cJSON *all = paw_tree_array(t);
    for (unsigned k = PAW_KIND_NONE + 1; k < PAW_N_KINDS; k++)
        if ((kinds & PAW_KIND_BIT(k)) != 0)
            paw_tree_str(t, all, NULL, paw_kind_name((enum paw_kind)k));
    paw_tree_add(t, one, "kinds", all);
}

static cJSON *file_object(struct paw_tree *t, const struct paw_ledger *l,
                          const struct paw_ledger_file *file, uint64_t lost)
{
    cJSON *one = paw_tree_object(t);
    paw_tree_str(t, one, "source", file->source);
    paw_tree_text(t, one, "kind", paw_evidence_name(file->evidence));
    paw_tree_u64(t, one, "size", file->size);
    if (file->sha256[0] != '\0')
        paw_tree_text(t, one, "sha256", file->sha256);
    paw_tree_text(t, one, "reader", file->reader);
    if (!file->is_readable || file->summary.refused != 0)
        paw_tree_true(t, one, "unreadable");
    if (file->copy_of < l->n_files)
        paw_tree_str(t, one, "copy_of", l->files[file->copy_of].source);
    if (file->host.n != 0)
        paw_tree_str(t, one, "host", file->host);
    if (file->reader != NULL) {
        add_records(t, one, file, lost);
        add_kinds(t, one, file->summary.kinds);
        if (file->summary.dirty != 0)
            paw_tree_true(t, one, "dirty");
        if (file->summary.log_entries != 0)
            paw_tree_count(t, one, "log_entries", file->summary.log_entries);
        paw_tree_time(t, one, "first", file->summary.first);
        paw_tree_time(t, one, "last", file->summary.last);
    }
    return one;
}

static bool put_files(struct paw_json *j, const struct paw_ledger *l)
{
    size_t at = 0;
    paw_json_key(j, "files");
    paw_json_array(j);
    for (size_t i = 0; i < l->n_files; i++) {
        struct paw_tree t = {0};
        const uint64_t lost = lost_of(l, (uint32_t)i, &at);
        if (!put_tree(j, &t, file_object(&t, l, &l->files[i], lost)))
            return false;
    }
    paw_json_array_end(j);
    paw_json_newline(j);
    return true;
}

static cJSON *diag_object(struct paw_tree *t, const struct paw_ledger *l, const struct paw_diag *d)
{
    cJSON *one = paw_tree_object(t);
    paw_tree_text(t, one, "code", paw_diag_name(d->code));
    paw_tree_text(t, one, "kind", paw_diag_is_damage(d->code) ? "damage" : "note");
    paw_tree_text(t, one, "text", paw_diag_text(d->code));
    if (d->source < l->n_files) {
        paw_tree_str(t, one, "source", l->files[d->source].source);
        paw_tree_u64(t, one, "offset", d->offset);
    }
    if (d->extent != 0)
        paw_tree_u64(t, one, "extent", d->extent);
    paw_tree_count(t, one, "count", d->count);
    if (d->detail[0] != '\0')
        paw_tree_text(t, one, "detail", d->detail);
    return one;
}

static bool put_diags(struct paw_json *j, const struct paw_ledger *l)
{
    paw_json_key(j, "diagnostics");
    paw_json_array(j);
    for (size_t i = 0; i < l->n_diags; i++) {
        struct paw_tree t = {0};
        if (!put_tree(j, &t, diag_object(&t, l, &l->diags[i])))
            return false;
    }
    paw_json_array_end(j);
    paw_json_newline(j);
    return true;
}

static void put_tallies(struct paw_json *j, const char *key, const struct paw_tally *tallies,
                        size_t n)
{
    paw_json_key(j, key);
    paw_json_object(j);
    for (size_t i = 0; i < n; i++) {
        paw_json_key(j, tallies[i].name);
        paw_json_count(j, tallies[i].count);
    }
    paw_json_object_end(j);
    paw_json_newline(j);
}

static void put_severities(struct paw_json *j, const uint64_t by_severity[PAW_CRITICAL + 1])
{
    paw_json_key(j, "severities");
    paw_json_object(j);
    for (unsigned s = PAW_CRITICAL; s >= PAW_INFORMATIONAL; s--) {
        paw_json_key(j, paw_severity_name((enum paw_severity)s));
        paw_json_count(j, by_severity[s]);
    }
    paw_json_object_end(j);
}

static void put_totals(struct paw_json *j, const struct paw_ledger *l)
{
    struct {
        const char *name;
        uint64_t count;
    } totals[] = {{"files", l->n_files},         {"files_read", 0},        {"records_read", 0},
                  {"records_recovered", 0},      {"records_damaged", 0},   {"facts", l->facts},
                  {"executions", l->executions}, {"findings", l->findings}};
    for (size_t i = 0; i < l->n_files; i++) {
        const struct paw_ledger_file *file = &l->files[i];
        totals[1].count += file->reader != NULL && file->summary.refused == 0;
        totals[2].count += file->summary.read;
        totals[3].count += file->summary.recovered;
        totals[4].count += file->summary.damaged;
    }
    paw_json_key(j, "totals");
    paw_json_object(j);
    for (size_t i = 0; i < PAW_COUNT_OF(totals); i++) {
        paw_json_key(j, totals[i].name);
        paw_json_count(j, totals[i].count);
    }
    paw_json_object_end(j);
    paw_json_newline(j);
    put_severities(j, l->by_severity);
    paw_json_newline(j);
}

static void put_entry(struct paw_json *j, const struct paw_suppression *e)
{
    paw_json_newline(j);
    paw_json_object(j);
    paw_json_key(j, "entry");
    paw_json_count(j, e->number);
    paw_json_key(j, "findings");
    paw_json_count(j, e->findings);
    if (e->fits != 0) {
        paw_json_key(j, e->is_expired ? "would_fit" : "fits_too");
        paw_json_count(j, e->fits);
    }
    if (e->is_expired) {
        paw_json_key(j, "expired");
        paw_json_bool(j, true);
    }
    if (e->findings == 0 && e->fits == 0) {
        paw_json_key(j, "unused");
        paw_json_bool(j, true);
    }
    paw_json_member(j, "reason", e->reason);
    paw_json_member(j, "author", e->author);
    paw_json_member(j, "expires", e->expires);
    paw_json_member(j, "finding", e->finding);
    paw_json_object_end(j);
}

static void put_suppressed(struct paw_json *j, const struct paw_suppressed *s)
{
    if (s == NULL)
        return;
    paw_json_key(j, "suppressed");
    paw_json_object(j);
    paw_json_member(j, "file", paw_str_of(s->file));
    paw_json_member(j, "sha256", paw_str_of(s->sha256));
    paw_json_key(j, "findings");
    paw_json_count(j, s->findings);
    put_severities(j, s->by_severity);
    paw_json_key(j, "entries");
    paw_json_array(j);
    for (size_t i = 0; i < s->n_entries; i++)
        put_entry(j, &s->entries[i]);
    paw_json_array_end(j);
    paw_json_object_end(j);
    paw_json_newline(j);
}

static void put_attack(struct paw_json *j)
{
    paw_json_key(j, "attack");
    paw_json_object(j);
    paw_json_member(j, "version", PAW_LIT(PAW_ATTACK_VERSION));
    paw_json_key(j, "tactics");
    paw_json_array(j);
    for (const struct paw_tactic *t = paw_tactics; t->id != NULL; t++) {
        paw_json_object(j);
        paw_json_member(j, "id", paw_str_of(t->id));
        paw_json_member(j, "name", paw_str_of(t->name));
        paw_json_member(j, "name_v" PAW_ATTACK_LATER, paw_str_of(t->later));
        paw_json_object_end(j);
    }
    paw_json_array_end(j);
    paw_json_object_end(j);
    paw_json_newline(j);
}

static void put_head(struct paw_json *j, const struct paw_ledger *l)
{
    paw_json_member(j, "schema", PAW_LIT("catspaw.run/1"));
    paw_json_newline(j);
    paw_json_key(j, "tool");
    paw_json_object(j);
    paw_json_member(j, "name", PAW_LIT("catspaw"));
    paw_json_member(j, "version", paw_str_of(l->version));
    paw_json_member(j, "build", paw_str_of(l->build));
    paw_json_object_end(j);
    paw_json_newline(j);
    paw_json_key(j, "arguments");
    paw_json_array(j);
    for (size_t i = 0; i < l->n_arguments; i++)
        paw_json_string(j, paw_str_of(l->arguments[i]));
    paw_json_array_end(j);
    paw_json_newline(j);
    paw_json_key(j, "exit_code");
    paw_json_count(j, l->exit_code < 0 ? 0 : (uint64_t)l->exit_code);
    paw_json_newline(j);
    if (l->is_partial) {
        paw_json_key(j, "partial");
        paw_json_bool(j, true);
        paw_json_newline(j);
    }
}

enum paw_status paw_ledger_write(const struct paw_ledger *l, struct paw_out *out)
{
    struct paw_json j;
    paw_json_begin(&j, out);
    paw_json_object(&j);
    put_head(&j, l);
    if (!put_files(&j, l) || !put_diags(&j, l))
        return PAW_E_MEMORY;
    put_totals(&j, l);
    put_attack(&j);
    put_tallies(&j, "techniques", l->by_technique, l->n_techniques);
    put_tallies(&j, "behaviours", l->by_behaviour, l->n_behaviours);
    put_suppressed(&j, l->suppressed);
    paw_json_key(&j, "clock");
    paw_json_object(&j);
    paw_json_member_time(&j, "started", l->started);
    paw_json_member_time(&j, "ended", l->ended);
    if (l->suppressed != NULL)
        paw_json_member(&j, "as_of", paw_str_of(l->suppressed->as_of));
    paw_json_object_end(&j);
    paw_json_object_end(&j);
    paw_json_newline(&j);
    return paw_json_end(&j);
}
