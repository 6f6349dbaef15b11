/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What was understood once. Hosts run the same lines and touch the same files again and again: a
 * line or path is parsed when its words are new, and the answer is kept while there is room.
 *
 * A cache and nothing else: an answer never depends on what is in it. What it gives lives until
 * paw_known_settle, so that is called between judgements.
 */
#pragma once

#include "engine/judge.h"
#include "engine/memo.h"
#include "windows/regpath.h"

struct paw_known_slot;

struct paw_known {
    struct paw_arena arena;
    struct paw_known_slot *PAW_NULLABLE slots;
    struct paw_face *PAW_NULLABLE *PAW_NULLABLE faces;
    size_t n, most; /* most: bytes that stay over a settling */
};

/** most: bytes to keep from judgement to judgement; budget: bytes that one judgement may add. */
void paw_known_init(struct paw_known *k, size_t most, size_t budget);
void paw_known_finish(struct paw_known *k);
/** Between judgements: forgets all if there is no more room to learn. */
void paw_known_settle(struct paw_known *k);
/** Forgets all: what the answers were made of is about to change. */
void paw_known_forget(struct paw_known *k);

/** As paw_understand. */
PAW_MUST_CHECK enum paw_status paw_known_understand(struct paw_known *k,
                                                    const struct paw_catalogue *c,
                                                    const struct paw_machine *machine,
                                                    struct paw_arena *arena,
                                                    struct paw_execution *x);
/** As paw_regpath_read. */
void paw_known_regpath(struct paw_known *k, paw_str raw, bool has_value, struct paw_regpath *ret);
/** As paw_places_of what paw_known_regpath gives. */
void paw_known_places(struct paw_known *k, const struct paw_catalogue *c, paw_str raw,
                      bool has_value, struct paw_place_set *ret);
/** As paw_address_class. */
uint64_t paw_known_host(struct paw_known *k, paw_str host, const struct paw_machine *machine);
/** As paw_path_normalise of a word in the line of a process that is in cwd, its variables expanded.
 */
void paw_known_word(struct paw_known *k, paw_str raw, paw_str cwd,
                    const struct paw_machine *machine, struct paw_path *ret);
/** As paw_path_normalise of something that is run or loaded, with no context but the machine. */
void paw_known_path(struct paw_known *k, paw_str raw, const struct paw_machine *machine,
                    struct paw_path *ret);
