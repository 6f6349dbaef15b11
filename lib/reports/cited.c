/* SPDX-License-Identifier: Apache-2.0 */
/* What reports say of a cited fact: see reports/cited.h. */
#include "reports/cited.h"

#include "core/str.h"

paw_str paw_source_name(const struct paw_report_context *c, uint32_t number)
{
    return number < c->ledger->n_files ? c->ledger->files[number].source : (paw_str){0};
}

bool paw_cited_is_hive(const struct paw_fact *f)
{
    return paw_fact_text(f, PAW_F_HIVE).p != NULL || f->kind == PAW_KIND_STANDING ||
           f->kind == PAW_KIND_VALUE;
}

const char *paw_cited_kind(const struct paw_report_context *c, const struct paw_fact *f)
{
    const uint32_t number = f->origin.source;
    if (number < c->ledger->n_files && c->ledger->files[number].evidence != PAW_EVIDENCE_UNKNOWN)
        return paw_evidence_name(c->ledger->files[number].evidence);
    return paw_evidence_name(paw_cited_is_hive(f) ? PAW_EVIDENCE_HIVE : PAW_EVIDENCE_EVTX);
}

const char *paw_cited_time_of(const struct paw_fact *f)
{
    if (f->time == 0)
        return NULL;
    if (paw_cited_is_hive(f))
        return "key last changed";
    if (f->kind == PAW_KIND_PROCESS_START)
        return "process start";
    return f->time == f->logged ? "record written" : "time of act";
}

static bool is_entry(bool is_hive, enum paw_field_id id)
{
    return id == PAW_F_PROVIDER || id == PAW_F_CHANNEL || id == PAW_F_COMPUTER ||
           (is_hive && (id == PAW_F_KEY || id == PAW_F_VALUE));
}

bool paw_field_is_entry(const struct paw_fact *f, enum paw_field_id id)
{
    return is_entry(paw_cited_is_hive(f), id);
}

/* How many of n names are that one. */
static unsigned count_of(const paw_str *names, size_t n, paw_str name)
{
    unsigned same = 0;
    for (size_t i = 0; i < n; i++)
        same += names[i].n == name.n && paw_str_equal(names[i], name);
    return same;
}

void paw_json_fields(struct paw_json *j, const struct paw_fact *f)
{
    const bool is_hive = paw_cited_is_hive(f);
    paw_str names[PAW_FACT_FIELDS_MAX]; /* printed so far */
    size_t n = 0;
    enum paw_field_id id = PAW_F_NONE;
    paw_str text = {0};
    paw_json_object(j);
    for (size_t i = 0; i < PAW_FACT_FIELDS_MAX && paw_fact_field(f, i, &id, &names[n], &text);
         i++) {
        if (is_entry(is_hive, id))
            continue;
        const unsigned earlier = count_of(names, n, names[n]);
        paw_json_key_numbered(j, names[n++], earlier == 0 ? 0 : earlier + 1);
        paw_json_string(j, text);
    }
    paw_json_object_end(j);
}
