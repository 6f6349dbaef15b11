/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that read: see worker_crew.h. A thread keeps what it answers in a buffer of its own and
 * hands it on when the buffer is full or the job is over, so that threads seldom wait for each
 * other. One thread alone hands everything on at once.
 */
#include "evidence/worker_crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "evidence/reading.h"
#include "evidence/source.h"

enum {
    THREADS_MAX = 64,
    BATCH_BYTES = 256 * 1024, /* some hundred facts */
    TICK_ITEMS = 256,         /* power of two: items between two looks at the clock and the stop */
};

struct crew {
    const struct paw_crew *asked;
    pthread_mutex_t lock;
    bool is_shared; /* by several threads */
    atomic_bool is_over;
    enum paw_status status; /* the first failure; under the lock */
    struct paw_error err;
};

/* One thread. */
struct hand {
    struct crew *crew;
    bool is_caller;
    struct paw_job job; /* with the sink below */
    const struct paw_sink *to;
    struct paw_sink sink;
    struct paw_workbench workbench;
    struct paw_marks marks;
    uint64_t items, told;
    size_t used;
    uint8_t *batch; /* whole answers: struct head, then a fact or a diagnostic */
    pthread_t thread;
};

/* What stands before an answer in a batch. */
struct head {
    uint32_t size; /* of what follows, a multiple of 8 */
    uint32_t is_fact;
};

static void lock(struct crew *c)
{
    if (c->is_shared)
        (void)pthread_mutex_lock(&c->lock); /* ours, and never taken twice */
}

static void unlock(struct crew *c)
{
    if (c->is_shared)
        (void)pthread_mutex_unlock(&c->lock);
}

static enum paw_status hand_on(const struct paw_sink *to, bool is_fact, const void *p)
{
    return is_fact ? to->fact(to->self, p) : to->diag(to->self, p);
}

/* Under the lock. */
static enum paw_status empty_batch(struct hand *h)
{
    enum paw_status status = PAW_OK;
    for (size_t at = 0; at < h->used && status >= 0;) {
        struct head head;
        memcpy(&head, h->batch + at, sizeof(head));
        status = hand_on(h->to, head.is_fact != 0, h->batch + at + sizeof(head));
        at += sizeof(head) + head.size;
    }
    h->used = 0;
    return status;
}

static enum paw_status answer(struct hand *h, bool is_fact, const void *p, size_t n)
{
    enum paw_status status = PAW_OK;
    if (!h->crew->is_shared)
        return hand_on(h->to, is_fact, p);
    const bool fits = n <= BATCH_BYTES - sizeof(struct head);
    if (!fits || h->used > BATCH_BYTES - sizeof(struct head) - n) {
        lock(h->crew);
        status = empty_batch(h);
        if (status >= 0 && !fits)
            status = hand_on(h->to, is_fact, p);
        unlock(h->crew);
    }
    if (status < 0 || !fits)
        return status;
    const struct head head = {(uint32_t)n, is_fact};
    memcpy(h->batch + h->used, &head, sizeof(head));
    memcpy(h->batch + h->used + sizeof(head), p, n);
    h->used += sizeof(head) + n;
    return PAW_OK;
}

static enum paw_status take_fact(void *self, const struct paw_fact *fact)
{
    return answer(self, true, fact, fact->size);
}

static enum paw_status take_diag(void *self, const struct paw_diag *diag)
{
    struct hand *h = self;
    h->told++;
    return answer(h, false, diag, sizeof(*diag));
}

_Static_assert(sizeof(struct paw_diag) % 8 == 0, "answers of a batch are aligned");

static enum paw_status take_progress(void *self, uint64_t item)
{
    struct hand *h = self;
    struct crew *c = h->crew;
    enum paw_status status = PAW_OK;
    if ((h->items++ & (TICK_ITEMS - 1)) != 0)
        return PAW_OK;
    if (atomic_load(&c->is_over))
        return PAW_E_INTERRUPTED;
    if (c->asked->stop != NULL && *c->asked->stop)
        return paw_fail(NULL, PAW_E_INTERRUPTED, 0, "reading evidence");
    if (h->is_caller && h->to->progress != NULL) {
        lock(c);
        status = h->to->progress(h->to->self, item);
        unlock(c);
    }
    return status;
}

/* No reader fails in silence. */
static enum paw_status tell_failure(struct hand *h, enum paw_status status)
{
    struct paw_diag d = {.code = PAW_D_FILE_UNREADABLE, .source = h->job.number, .count = 1};
    if (snprintf(d.detail, sizeof(d.detail), "the reader failed with status %d", -(int)status) < 0)
        d.detail[0] = '\0';
    return take_diag(h, &d);
}

/* Reads h->job. A failure to read is the file's, other failures are everybody's: err tells of those
 * alone. */
static enum paw_status read_job(struct hand *h, struct paw_summary *summary, struct paw_error *err)
{
    struct paw_error own = {0};
    *summary = (struct paw_summary){0};
    h->told = 0;
    const enum paw_status status = paw_job_read(&h->job, summary, &own);
    if (status == PAW_E_INTERRUPTED || status == PAW_E_MEMORY || status == PAW_E_OUTPUT) {
        *err = own;
        return status;
    }
    if (status < 0 && summary->read == 0)
        summary->refused = 1;
    return status < 0 && h->told == 0 ? tell_failure(h, status) : PAW_OK;
}

/* Takes the next job. PAW_END: there is none, or all is over. */
static enum paw_status take_job(struct hand *h, struct paw_error *err)
{
    const struct paw_crew *asked = h->crew->asked;
    if (atomic_load(&h->crew->is_over))
        return PAW_END;
    if (asked->stop != NULL && *asked->stop)
        return paw_fail(err, PAW_E_INTERRUPTED, 0, "reading evidence");
    const enum paw_status status = asked->next(asked->self, &h->job, err);
    h->to = h->job.sink;
    h->job.sink = &h->sink;
    h->job.workbench = &h->workbench;
    h->job.marking = &h->marks;
    h->marks = (struct paw_marks){.bits = h->marks.bits, .room = h->marks.room};
    return status;
}

static enum paw_status end_job(struct hand *h, const struct paw_summary *summary)
{
    const struct paw_crew *asked = h->crew->asked;
    struct paw_job job = h->job;
    job.sink = h->to;
    const enum paw_status status = empty_batch(h);
    const enum paw_status ended = asked->done(asked->self, &job, summary);
    return status < 0 ? status : ended;
}

static void stop_all(struct crew *c, enum paw_status status, const struct paw_error *err)
{
    if (!atomic_load(&c->is_over)) {
        c->status = status;
        c->err = *err;
    }
    atomic_store(&c->is_over, true);
}

static void *work(void *self)
{
    struct hand *h = self;
    struct crew *c = h->crew;
    struct paw_turns *turns = h->is_caller ? NULL : c->asked->turns; /* the caller has its own */
    struct paw_error err = {0};
    h->sink = (struct paw_sink){h, take_fact, take_diag, take_progress};
    lock(c);
    enum paw_status status = take_job(h, &err);
    while (status == PAW_OK) {
        struct paw_summary summary;
        unlock(c);
        paw_turn_take(turns);
        status = read_job(h, &summary, &err);
        paw_turn_give(turns);
        lock(c);
        const enum paw_status ended = end_job(h, &summary);
        status = status < 0 ? status : ended;
        if (status >= 0)
            status = take_job(h, &err);
    }
    if (status < 0)
        stop_all(c, status, &err);
    unlock(c);
    paw_workbench_clear(&h->workbench);
    free(h->marks.bits);
    h->marks = (struct paw_marks){0};
    return NULL;
}

static size_t start(struct crew *c, struct hand *hands, size_t n)
{
    size_t started = 0;
    for (size_t i = 0; i < n; i++) {
        hands[i].crew = c;
        hands[i].batch = malloc(BATCH_BYTES);
        if (hands[i].batch == NULL)
            break;
        /* the last one is the caller */
        if (i + 1 < n && pthread_create(&hands[i].thread, NULL, work, &hands[i]) != 0)
            break;
        started += i + 1 < n;
    }
    return started;
}

enum paw_status paw_crew_run(const struct paw_crew *asked, struct paw_error *err)
{
    const size_t n = asked->threads < THREADS_MAX ? asked->threads : THREADS_MAX;
    struct crew c = {.asked = asked, .is_shared = n > 1};
    struct hand *hands = calloc(n, sizeof(*hands));
    if (hands == NULL || pthread_mutex_init(&c.lock, NULL) != 0) {
        free(hands);
        return paw_fail(err, PAW_E_MEMORY, 0, "reading evidence");
    }
    const size_t started = n > 1 ? start(&c, hands, n) : 0;
    struct hand *own = &hands[started]; /* with its batch, or there was no memory for it */
    own->crew = &c;
    own->is_caller = true;
    if (own->batch == NULL && c.is_shared)
        own->batch = malloc(BATCH_BYTES);
    if (own->batch != NULL || !c.is_shared)
        (void)work(own);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(hands[i].thread, NULL);
    if (own->batch == NULL && c.is_shared && started == 0)
        c.status = paw_fail(&c.err, PAW_E_MEMORY, 0, "reading evidence");
    for (size_t i = 0; i < n; i++)
        free(hands[i].batch);
    free(hands);
    (void)pthread_mutex_destroy(&c.lock);
    if (c.status < 0 && err != NULL)
        *err = c.err;
    return c.status;
}
