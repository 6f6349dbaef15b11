/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Turns: how many threads may be busy beside the main one, whatever they do. Who takes one gives it
 * back after a short piece of work. NULL instead of turns: as many as there are threads.
 */
#pragma once

#include <catspaw/base.h>

#include <errno.h>
#include <semaphore.h>

PAW_NONNULL_BEGIN

struct paw_turns {
    sem_t left;
};

/** False: the system has none. */
static inline bool paw_turns_init(struct paw_turns *t, unsigned n)
{
    return sem_init(&t->left, 0, n) == 0;
}

static inline void paw_turns_finish(struct paw_turns *t)
{
    (void)sem_destroy(&t->left);
}

/** Waits for one. */
static inline void paw_turn_take(struct paw_turns *PAW_NULLABLE t)
{
    while (t != NULL && sem_wait(&t->left) != 0 && errno == EINTR)
        ;
}

static inline void paw_turn_give(struct paw_turns *PAW_NULLABLE t)
{
    if (t != NULL)
        (void)sem_post(&t->left);
}

PAW_NONNULL_END
