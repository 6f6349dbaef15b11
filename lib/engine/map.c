/* SPDX-License-Identifier: Apache-2.0 */
/* Hash to number, many values under one hash. Linear probing; grows at three quarters. */
#include "engine/engine_private.h"

enum { FIRST_SLOTS = 1024 };

void map_init(struct map *m, struct paw_budget *b)
{
    paw_vec_init(&m->slots, b, sizeof(struct map_slot));
    m->used = 0;
}

void map_finish(struct map *m)
{
    paw_vec_finish(&m->slots);
    m->used = 0;
}

void map_reset(struct map *m)
{
    if (m->slots.items != NULL)
        memset(m->slots.items, 0, m->slots.n * sizeof(struct map_slot));
    m->used = 0;
}

static void put(struct map *m, uint64_t hash, uint32_t value)
{
    const size_t mask = m->slots.n - 1;
    size_t i = hash & mask;
    struct map_slot *slot = paw_vec_at(&m->slots, i);
    while (slot->hash != 0) {
        i = (i + 1) & mask;
        slot = paw_vec_at(&m->slots, i);
    }
    *slot = (struct map_slot){hash, value};
    m->used++;
}

static bool resize(struct map *m, size_t n)
{
    struct map more;
    map_init(&more, m->slots.budget);
    while (more.slots.n < n)
        if (paw_vec_push(&more.slots) == NULL) {
            map_finish(&more);
            return false;
        }
    for (size_t i = 0; i < m->slots.n; i++) {
        const struct map_slot *slot = paw_vec_at(&m->slots, i);
        if (slot->hash != 0)
            put(&more, slot->hash, slot->value);
    }
    map_finish(m);
    *m = more;
    return true;
}

bool map_add(struct map *m, uint64_t hash, uint32_t value)
{
    if (m->used + 1 > m->slots.n / 4 * 3 &&
        !resize(m, m->slots.n == 0 ? FIRST_SLOTS : m->slots.n * 2))
        return false;
    put(m, hash == 0 ? 1 : hash, value);
    return true;
}

uint32_t map_next(const struct map *m, uint64_t hash, size_t *at)
{
    if (m->slots.n == 0)
        return NONE;
    const uint64_t want = hash == 0 ? 1 : hash;
    const size_t mask = m->slots.n - 1;
    for (size_t i = *at;; i++) { /* ends: a quarter of the slots is free */
        const struct map_slot *slot = paw_vec_at(&m->slots, ((size_t)want + i) & mask);
        if (slot->hash == 0)
            return NONE;
        if (slot->hash == want) {
            *at = i + 1;
            return slot->value;
        }
    }
}
