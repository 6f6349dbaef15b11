/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Building facts. A builder owns a growing buffer that is reused from fact to fact.
 */
#pragma once

#include <catspaw/fact.h>

struct paw_fact_builder {
    uint8_t *PAW_NULLABLE bytes; /* text so far                        */
    size_t used, room;
    struct paw_field fields[PAW_FACT_FIELDS_MAX];
    size_t n_fields;
    struct paw_fact head;
    uint8_t *PAW_NULLABLE out; /* the finished fact                    */
    size_t out_room;
    bool failed; /* no memory: finish gives NULL         */
};

void paw_fact_begin(struct paw_fact_builder *b, enum paw_kind kind);
/** Adds a field; absent texts add nothing; a field given twice keeps the first. Texts above
 * PAW_TEXT_BYTES_MAX are cut at a character and flagged PAW_FACT_CUT. text must be valid UTF-8. */
void paw_fact_add(struct paw_fact_builder *b, enum paw_field_id id, paw_str text);
void paw_fact_add_other(struct paw_fact_builder *b, paw_str name, paw_str text);
/** Text of a field added so far. */
paw_str paw_fact_built(const struct paw_fact_builder *b, enum paw_field_id id);
/** Computes subject, identity and content and lays the fact out; valid until the next begin. NULL:
 * no memory. */
const struct paw_fact *PAW_NULLABLE paw_fact_end(struct paw_fact_builder *b);
void paw_fact_builder_finish(struct paw_fact_builder *b);

/** Texts of many fields in one walk: out[place[id] - 1] of each field whose place is not 0. What
 * the fact lacks stays as it is in out; of a field given twice the first counts. */
void paw_fact_pick(const struct paw_fact *f, const uint8_t place[PAW_N_FIELDS], paw_str *out);

/** 64-bit hash of bytes, seedable; finds things, decides nothing. */
uint64_t paw_hash(const void *p, size_t n, uint64_t seed);
/** The same over ASCII-folded text. */
uint64_t paw_hash_name(paw_str s, uint64_t seed);
