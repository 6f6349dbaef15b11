/* SPDX-License-Identifier: Apache-2.0 */
/* One fact as one line of JSON: docs/events.md. */
#include "core/str.h"
#include "reports/cited.h"

static void put_place(struct paw_json *j, const struct paw_fact *f,
                      const struct paw_report_context *c)
{
    paw_json_member(j, "source", paw_source_name(c, f->origin.source));
    if (f->origin.offset != 0) {
        paw_json_key(j, "offset");
        paw_json_u64(j, f->origin.offset);
    }
    if (paw_cited_is_hive(f)) {
        paw_json_member(j, "key", paw_fact_text(f, PAW_F_KEY));
        paw_json_member(j, "value", paw_fact_text(f, PAW_F_VALUE));
    }
    paw_json_member(j, "state", paw_str_of(paw_state_name((enum paw_state)f->state)));
}

static void put_record(struct paw_json *j, const struct paw_fact *f)
{
    paw_json_member(j, "provider", paw_fact_text(f, PAW_F_PROVIDER));
    paw_json_member(j, "channel", paw_fact_text(f, PAW_F_CHANNEL));
    if (!paw_cited_is_hive(f)) {
        paw_json_key(j, "event_id");
        paw_json_count(j, f->event_id);
    }
    if (f->record_id != 0) {
        paw_json_key(j, "record_id");
        paw_json_u64(j, f->record_id);
        if ((f->flags & PAW_FACT_ID_FROM_HEADER) != 0)
            paw_json_member(j, "record_id_from", PAW_LIT("header"));
    }
}

enum paw_status paw_fact_write(const struct paw_fact *f, const struct paw_report_context *c,
                               struct paw_out *out)
{
    static const struct {
        enum paw_fact_flag flag;
        const char *name;
    } flags[] = {{PAW_FACT_LOSSY, "lossy"}, {PAW_FACT_CUT, "cut"}, {PAW_FACT_FROM_LOG, "from_log"}};
    struct paw_json j;
    paw_json_begin(&j, out);
    paw_json_object(&j);
    paw_json_member(&j, "kind", paw_kind_name((enum paw_kind)f->kind));
    paw_json_member_time(&j, "time", f->time);
    paw_json_member(&j, "time_of", paw_str_of(paw_cited_time_of(f)));
    paw_json_member_time(&j, "logged", f->logged);
    paw_json_member(&j, "host", paw_fact_text(f, PAW_F_COMPUTER));
    put_record(&j, f);
    put_place(&j, f, c);
    for (size_t i = 0; i < PAW_COUNT_OF(flags); i++) {
        if ((f->flags & flags[i].flag) == 0)
            continue;
        paw_json_key(&j, flags[i].name);
        paw_json_bool(&j, true);
    }
    paw_json_key(&j, "fields");
    paw_json_fields(&j, f);
    paw_json_object_end(&j);
    paw_json_newline(&j);
    return paw_json_end(&j);
}
