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

bool paw_field_is_entry(const struct paw_fact *f, enum paw_field_id id)
{
    if (id == PAW_F_PROVIDER || id == PAW_F_CHANNEL || id == PAW_F_COMPUTER)
        return true;
    return paw_cited_is_hive(f) && (id == PAW_F_KEY || id == PAW_F_VALUE);
}

/* How many fields before the i-th are printed under the same name. */
static unsigned earlier_of_that_name(const struct paw_fact *f, size_t i, paw_str name)
{
    unsigned n = 0;
    for (size_t k = 0; k < i; k++) {
        enum paw_field_id id = PAW_F_NONE;
        paw_str other = {0};
        paw_str text = {0};
        if (paw_fact_field(f, k, &id, &other, &text) && !paw_field_is_entry(f, id) &&
            paw_str_equal(other, name))
            n++;
    }
    return n;
}

void paw_json_fields(struct paw_json *j, const struct paw_fact *f)
{
    enum paw_field_id id = PAW_F_NONE;
    paw_str name = {0};
    paw_str text = {0};
    paw_json_object(j);
    for (size_t i = 0; paw_fact_field(f, i, &id, &name, &text); i++) {
        if (paw_field_is_entry(f, id))
            continue;
        const unsigned earlier = earlier_of_that_name(f, i, name);
        paw_json_key_numbered(j, name, earlier == 0 ? 0 : earlier + 1);
        paw_json_string(j, text);
    }
    paw_json_object_end(j);
}
