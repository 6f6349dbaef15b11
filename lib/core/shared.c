/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of one file's parts share: see shared.h. */
#include "core/shared.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct paw_shared {
    pthread_mutex_t lock;
    atomic_uint held;
    bool is_made;
    void *made;
    void (*unmake)(void *made);
};

struct paw_shared *paw_shared_new(void)
{
    struct paw_shared *s = calloc(1, sizeof(*s));
    if (s == NULL || pthread_mutex_init(&s->lock, NULL) != 0) {
        free(s);
        return NULL;
    }
    atomic_init(&s->held, 1);
    return s;
}

void paw_shared_hold(struct paw_shared *s)
{
    if (s != NULL)
        atomic_fetch_add(&s->held, 1);
}

void paw_shared_drop(struct paw_shared *s)
{
    if (s == NULL || atomic_fetch_sub(&s->held, 1) != 1)
        return;
    if (s->made != NULL)
        s->unmake(s->made);
    (void)pthread_mutex_destroy(&s->lock); /* nobody holds it any more */
    free(s);
}

void *paw_shared_get(struct paw_shared *s, void *(*make)(void *self), void *self,
                     void (*unmake)(void *made))
{
    if (pthread_mutex_lock(&s->lock) != 0)
        return NULL;
    if (!s->is_made) {
        s->made = make(self);
        s->unmake = unmake;
        s->is_made = true;
    }
    void *made = s->made;
    (void)pthread_mutex_unlock(&s->lock); /* it was locked here */
    return made;
}
