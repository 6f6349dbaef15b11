/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Records become facts: one const table of providers, channels, events and names.
 *
 * Knows nothing of files or readers. What a record says beyond the field list goes along under its
 * own name, so that nothing is lost between record and report.
 */
#pragma once

#include "core/arena.h"
#include "core/fact.h"
#include "parsers/record.h"

#include <catspaw/reader.h>

enum {
    PAW_NAMES_KNOWN = 1024, /* the tables have some 150 names, logs some more of their own */
    PAW_NAME_KNOWN_MAX = 44,
};

struct paw_row;
struct paw_mapping;

/** What a name of a row's records was found to be. */
struct paw_known_name {
    const struct paw_row *PAW_NULLABLE row;
    const struct paw_mapping *PAW_NULLABLE map; /* NULL: a name of its own */
    uint32_t length;
    char name[PAW_NAME_KNOWN_MAX];
};

enum { PAW_RECIPE_NAMES_MAX = 96 };

/** How records with the same provider, channel, number and names of data become facts. */
struct paw_recipe {
    const struct paw_row *PAW_NULLABLE row; /* NULL: none */
    bool is_sysmon;
    size_t n;
    const struct paw_mapping *PAW_NULLABLE maps[PAW_RECIPE_NAMES_MAX]; /* by datum; NULL: its own */
};

struct paw_normaliser {
    struct paw_fact_builder builder;
    struct paw_arena scratch; /* texts made for one record */
    struct paw_known_name known[PAW_NAMES_KNOWN];
};

void paw_normaliser_init(struct paw_normaliser *n);
void paw_normaliser_finish(struct paw_normaliser *n);

/**
 * Kind of such a record. Provider and channel are compared without case; an absent channel is not
 * asked for, so that a reader can judge before it has read the whole record. PAW_KIND_NONE: no row.
 */
enum paw_kind paw_record_kind(paw_str provider, paw_str channel, uint16_t event_id);

/** Whether a record of that kind, provider and event id is asked for. With PAW_KIND_OTHER wanted
 * and no list of events, every record is. */
bool paw_record_is_wanted(const struct paw_wanted *wanted, enum paw_kind kind, paw_str provider,
                          uint16_t event_id);

/** The same knowing only the event's number: false if no provider's record of that number is asked
 * for. Adds the kinds that such a record may have to *kinds. */
bool paw_event_may_be_wanted(const struct paw_wanted *wanted, uint16_t event_id, uint64_t *kinds);

/** Finds how records become facts; names are those of their data, in order, absent for unnamed
 * ones. False: there are too many. */
bool paw_recipe_find(paw_str provider, paw_str channel, uint16_t event_id, const paw_str *names,
                     size_t n, struct paw_recipe *ret);
/** Whether the fields of a recipe's facts come from data alone, each from at most one. */
bool paw_recipe_is_plain(const struct paw_recipe *r);
/** Number of the datum that becomes a field, SIZE_MAX: none. */
size_t paw_recipe_source(const struct paw_recipe *r, enum paw_field_id id);

/**
 * Makes the facts of one record, as far as they are wanted, and gives them to the sink: none, one,
 * or several (a task with several actions). Adds the kind to *kinds, wanted or not.
 */
PAW_MUST_CHECK enum paw_status paw_normalise(struct paw_normaliser *n, const struct paw_record *r,
                                             const struct paw_wanted *wanted,
                                             const struct paw_sink *sink, uint64_t *kinds,
                                             struct paw_error *PAW_NULLABLE err);

/** The same of a record that a recipe was found for: r->data are all that the recipe knows, those
 * that are not there without a text. */
PAW_MUST_CHECK enum paw_status
paw_normalise_by(struct paw_normaliser *n, const struct paw_recipe *recipe,
                 const struct paw_record *r, const struct paw_wanted *wanted,
                 const struct paw_sink *sink, uint64_t *kinds, struct paw_error *PAW_NULLABLE err);
