/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine: facts in, findings out. It knows neither readers nor analyzers; both arrive as
 * tables.
 *
 * Order of calls: new, take for every fact of the first extraction, resolve, take_effect for every
 * fact of the second, judge, then the findings in timeline order. Arrival order changes nothing.
 */
#pragma once

#include "core/store.h"
#include "engine/judge.h"

struct paw_engine;

/** One evidence file, by source number. */
struct paw_engine_source {
    paw_str name;     /* as printed */
    paw_str root;     /* collection root as printed, a prefix of name */
    uint64_t root_id; /* parts roots that print the same name; only compared for equality */
    uint32_t copy_of; /* a file of equal content that was read instead; UINT32_MAX: none */
};

struct paw_engine_options {
    const struct paw_catalogue *catalogue;
    struct paw_budget *budget;
    const struct paw_engine_source *sources;
    size_t n_sources;
    const volatile bool *PAW_NULLABLE stop;
    const struct paw_site *PAW_NULLABLE site; /* lives as long as the engine */
};

PAW_MUST_CHECK enum paw_status paw_engine_new(const struct paw_engine_options *o,
                                              struct paw_engine **ret);
void paw_engine_free(struct paw_engine *PAW_NULLABLE e);

/** Kinds of the first and of the second extraction, as PAW_KIND_BIT sets. */
uint64_t paw_engine_first_kinds(const struct paw_engine *e);
uint64_t paw_engine_second_kinds(const struct paw_engine *e);

/** First extraction: keeps a copy of the fact. */
PAW_MUST_CHECK enum paw_status paw_engine_take(struct paw_engine *e, const struct paw_fact *fact);
/** Phases 2 and 3: hosts, copies, processes, parents; what the second extraction shall keep. */
PAW_MUST_CHECK enum paw_status paw_engine_resolve(struct paw_engine *e);
/** After resolve: what the second extraction may leave out unread. Valid as long as the engine. */
void paw_engine_sieve(const struct paw_engine *e, struct paw_sieve *ret);
/** Second extraction: keeps the fact if an execution of interest could need it. */
PAW_MUST_CHECK enum paw_status paw_engine_take_effect(struct paw_engine *e,
                                                      const struct paw_fact *fact);
/** Phase 5: assemble and judge, fold, order. tick may be NULL. */
PAW_MUST_CHECK enum paw_status paw_engine_judge(struct paw_engine *e,
                                                void (*tick)(void *self, uint64_t done,
                                                             uint64_t all, uint64_t findings),
                                                void *self);

/** Findings in timeline order; valid as long as the engine. */
const struct paw_finding *const *paw_engine_findings(const struct paw_engine *e, size_t *n);
/** The processes of all hosts by number, in no order that means something: the record of a start,
 * NULL where none was found … */
size_t paw_engine_processes(const struct paw_engine *e);
const struct paw_fact *PAW_NULLABLE paw_engine_start(const struct paw_engine *e, size_t process);
/** … and the process as it was understood, valid until the next such call; NULL: no room. */
const struct paw_execution *PAW_NULLABLE paw_engine_process(struct paw_engine *e, size_t process);
/** Number of executions that were judged. */
uint64_t paw_engine_judged(const struct paw_engine *e);
/** Number of executions that found no room in their judgement (crafted lines alone ask for that
 * much). */
uint64_t paw_engine_unjudged(const struct paw_engine *e);
/** First computer name that a source's facts carry, absent if none. */
paw_str paw_engine_source_host(const struct paw_engine *e, uint32_t source);
