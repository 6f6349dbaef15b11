/* SPDX-License-Identifier: Apache-2.0 */
/** What every report says of a cited fact in the same words. */
#pragma once

#include "core/json.h"

/** Path of evidence file number; absent if the ledger has none. */
paw_str paw_source_name(const struct paw_report_context *c, uint32_t number);

/** Its kind: from the ledger, else from the fact. */
const char *paw_cited_kind(const struct paw_report_context *c, const struct paw_fact *f);

/** What the fact's time means, NULL when it has none: "process start", "time of act", "record
 * written", "key last changed". */
const char *PAW_NULLABLE paw_cited_time_of(const struct paw_fact *f);

bool paw_cited_is_hive(const struct paw_fact *f);

/** Whether a field stands in the entry itself and so not among its fields. */
bool paw_field_is_entry(const struct paw_fact *f, enum paw_field_id id);

/** Object of the fact's own fields. Names are made unique: a second `Data` is `Data#2`. */
void paw_json_fields(struct paw_json *j, const struct paw_fact *f);
