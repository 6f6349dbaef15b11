/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Building facts. A builder owns a growing buffer that is reused from fact to fact.
 */
#pragma once

#include <catspaw/fact.h>

enum {
    PAW_FACT_WHENCES = 64, /* records come from a few providers, channels and computers */
    PAW_FACT_WHENCE_MAX = 160,
};

/** Event number, provider, channel and computer of some fact, and what they hash to. */
struct paw_fact_whence {
    uint64_t computer, identity;
    uint16_t event_id, provider, channel, n; /* bytes; n: of all three, 0: free */
    uint8_t text[PAW_FACT_WHENCE_MAX];
};

struct paw_fact_builder {
    uint8_t *PAW_NULLABLE out; /* the fact so far: room for its header, texts */
    size_t used, room;
    struct paw_field fields[PAW_FACT_FIELDS_MAX];
    size_t n_fields;
    uint8_t place[PAW_N_FIELDS]; /* one more than where it stands among the fields; 0: nowhere */
    struct paw_fact head;
    bool failed; /* no memory: finish gives NULL         */
    struct paw_fact_whence whences[PAW_FACT_WHENCES];
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

/** Field and text of the i-th, without its name. False when i is past the end. */
bool paw_fact_text_at(const struct paw_fact *f, size_t i, enum paw_field_id *id, paw_str *text);

/** 64-bit hash of bytes, seedable; finds things, decides nothing. */
uint64_t paw_hash(const void *p, size_t n, uint64_t seed);
/** The same over ASCII-folded text. */
uint64_t paw_hash_name(paw_str s, uint64_t seed);
