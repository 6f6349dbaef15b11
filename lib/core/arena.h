/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Arenas with a byte budget. What an arena gives out lives until it is reset or finished; nothing
 * is freed alone. All memory starts zeroed. Not thread-safe: one owner.
 */
#pragma once

#include <catspaw/base.h>

struct paw_arena_page;

struct paw_arena {
    struct paw_arena_page *PAW_NULLABLE pages; /* newest first              */
    size_t budget;                             /* most bytes to ask for     */
    size_t used;                               /* bytes asked from the heap */
};

/** budget in bytes; SIZE_MAX for none. Allocates nothing yet. */
void paw_arena_init(struct paw_arena *a, size_t budget);

/** Gives everything back; a zeroed or finished arena is accepted. */
void paw_arena_finish(struct paw_arena *a);

/** Forgets all that was given out and keeps one page for reuse. */
void paw_arena_reset(struct paw_arena *a);

/** n zeroed bytes aligned for any type; NULL when the budget or the heap is exhausted. */
void *PAW_NULLABLE paw_arena_alloc(struct paw_arena *a, size_t n);

/** count * size zeroed bytes, NULL if the product overflows or there is no room. */
void *PAW_NULLABLE paw_arena_array(struct paw_arena *a, size_t count, size_t size);

/** A copy in the arena; absent stays absent. On no memory: absent (p NULL). */
paw_str paw_arena_str(struct paw_arena *a, paw_str s);

/** A terminated copy; NULL if s holds NUL or there is no memory. */
const char *PAW_NULLABLE paw_arena_cstr(struct paw_arena *a, paw_str s);

/** The two joined in the arena. */
paw_str paw_arena_join(struct paw_arena *a, paw_str x, paw_str y);
