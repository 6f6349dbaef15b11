/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds and hashes of files, in threads: see content.h and the last part of inventory.h. */
#include "evidence/content.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "core/crc32.h"
#include "core/os.h"
#include "core/sha256.h"
#include "core/str.h"
#include "evidence/inventory.h"

enum {
    SLOWEST_LOOK_MS = 16,
    THREADS_MAX = 16,
};

struct paw_crowd {
    size_t n;
    struct paw_turns *PAW_NULLABLE turns;
    paw_crowd_item *one;
    void *self;
    atomic_size_t next, done;
    atomic_uint_fast64_t bytes; /* read so far */
    atomic_bool stop, has_no_memory;
    pthread_t threads[THREADS_MAX];
    size_t started;
};

/* Threads ---------------------------------------------------------------------------------------
 */

static void *work(void *self)
{
    struct paw_crowd *c = self;
    uint8_t *buffer = malloc(PAW_CONTENT_SMALL);
    if (buffer == NULL)
        atomic_store(&c->has_no_memory, true);
    while (buffer != NULL && !atomic_load(&c->stop)) {
        const size_t i = atomic_fetch_add(&c->next, 1);
        if (i >= c->n)
            break;
        c->one(c->self, i, c, buffer);
        atomic_fetch_add(&c->done, 1);
    }
    free(buffer);
    return NULL;
}

struct paw_crowd *paw_crowd_new(size_t n, size_t jobs, struct paw_turns *turns, paw_crowd_item *one,
                                void *self)
{
    struct paw_crowd *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return NULL;
    c->n = n;
    c->turns = turns;
    c->one = one;
    c->self = self;
    atomic_init(&c->next, 0);
    atomic_init(&c->done, 0);
    atomic_init(&c->bytes, 0);
    atomic_init(&c->stop, false);
    atomic_init(&c->has_no_memory, false);
    while (c->started < THREADS_MAX && c->started < jobs && c->started < n &&
           pthread_create(&c->threads[c->started], NULL, work, c) == 0)
        c->started++;
    return c;
}

/* Ticks while the threads work; false: to be stopped. */
static bool watch(struct paw_crowd *c, bool (*tick)(void *self, uint64_t n, uint64_t bytes),
                  void *self)
{
    long ms = 1;
    bool going = true;
    while (going && atomic_load(&c->done) < c->n && !atomic_load(&c->has_no_memory)) {
        const struct timespec pause = {.tv_nsec = ms * 1000000};
        (void)nanosleep(&pause, NULL);
        ms = ms < SLOWEST_LOOK_MS ? ms * 2 : ms;
        going = tick == NULL || tick(self, atomic_load(&c->done), atomic_load(&c->bytes));
    }
    return going;
}

static void join(struct paw_crowd *c)
{
    for (size_t i = 0; i < c->started; i++)
        (void)pthread_join(c->threads[i], NULL);
    c->started = 0;
}

enum paw_status paw_crowd_end(struct paw_crowd *c,
                              bool (*tick)(void *self, uint64_t n, uint64_t bytes), void *self)
{
    if (c->started == 0)
        (void)work(c); /* no thread was to be had */
    const bool going = c->started == 0 || watch(c, tick, self);
    if (!going)
        atomic_store(&c->stop, true);
    join(c);
    if (atomic_load(&c->done) == c->n)
        return PAW_OK;
    return atomic_load(&c->has_no_memory) ? PAW_E_MEMORY : PAW_E_INTERRUPTED;
}

void paw_crowd_free(struct paw_crowd *c)
{
    if (c == NULL)
        return;
    atomic_store(&c->stop, true);
    for (size_t i = 0; i < c->started; i++)
        paw_turn_give(c->turns); /* none waits for one any more */
    join(c);
    free(c);
}

/* Content ---------------------------------------------------------------------------------------
 */

/* Reads up to n bytes and adds them to the hash; false: they cannot be read. */
static bool read_piece(struct paw_content *c, struct paw_crowd *crowd, int fd, uint64_t at,
                       struct paw_sha256 *sha, uint8_t *buffer, size_t *n)
{
    struct paw_error err = {0};
    const size_t want = *n;
    paw_turn_take(crowd->turns);
    const bool is_read = paw_os_read_at(fd, at, buffer, want, n, &err) == PAW_OK;
    if (is_read && c->hashes)
        paw_sha256_add(sha, (paw_bytes){buffer, *n});
    paw_turn_give(crowd->turns);
    if (!is_read)
        c->sys = err.sys != 0 ? err.sys : EIO;
    return is_read;
}

/* Reads what of it is wanted; false: not to its end. */
static bool read_all(struct paw_content *c, struct paw_crowd *crowd, int fd, struct paw_sha256 *sha,
                     uint8_t *buffer)
{
    const uint64_t most = c->hashes ? PAW_CONTENT_SMALL : PAW_CONTENT_HEAD;
    for (uint64_t at = 0; at < c->size;) {
        const uint64_t left = c->size - at;
        const size_t want = (size_t)(left < most ? left : most);
        size_t got = want;
        if (atomic_load(&crowd->stop) || !read_piece(c, crowd, fd, at, sha, buffer, &got))
            return false;
        const paw_bytes bytes = {buffer, got};
        if (at == 0) {
            c->evidence = paw_evidence_of(bytes, c->size);
            c->is_old_log = paw_evidence_is_old_log(bytes);
            c->head =
                paw_crc32(0, (paw_bytes){buffer, got < PAW_CONTENT_HEAD ? got : PAW_CONTENT_HEAD});
        }
        at += got;
        atomic_fetch_add(&crowd->bytes, got);
        if (got < want)
            c->has_changed = true; /* it is shorter now */
        if (got < want || !c->hashes)
            break;
    }
    return true;
}

void paw_content_read(struct paw_content *c, struct paw_crowd *crowd, uint8_t *buffer)
{
    struct paw_error err = {0};
    struct paw_sha256 sha;
    int fd = -1;
    if (paw_os_open_evidence(c->path, &fd, &c->size, &err) != PAW_OK) {
        c->sys = err.sys != 0 ? err.sys : EINVAL;
        return;
    }
    c->hashes = c->hashes || c->size <= c->hashes_to;
    paw_sha256_begin(&sha);
    const bool is_whole = read_all(c, crowd, fd, &sha, buffer);
    if (c->size == 0)
        c->evidence = PAW_EVIDENCE_EMPTY;
    if (c->size > PAW_CONTENT_SMALL) { /* what one reading gives is of one time */
        const struct paw_os_stamp after = paw_os_stamp_of(fd);
        c->has_changed |= after.size != c->size || after.changed != c->changed;
    }
    c->has_hash = paw_sha256_end(&sha, c->sha256) && c->hashes && is_whole;
    if (!c->has_hash)
        memset(c->sha256, 0, sizeof(c->sha256));
    paw_os_close(fd);
}

/* Hashes beside the reading ---------------------------------------------------------------------
 */

struct paw_hashing {
    struct paw_inventory *inventory;
    struct late {
        uint32_t number; /* of the file */
        int sys;
        bool has_changed;
    } * late;
    size_t n;
    struct paw_crowd *PAW_NULLABLE crowd;
};

/* Only the hash is written: others read the rest. */
static void hash_late(void *self, size_t i, struct paw_crowd *crowd, uint8_t *buffer)
{
    const struct paw_hashing *h = self;
    struct late *late = &h->late[i];
    struct paw_file *f = &h->inventory->files[late->number];
    struct paw_content c = {.path = f->path, .changed = f->changed, .hashes = true};
    paw_content_read(&c, crowd, buffer);
    late->sys = c.sys;
    late->has_changed = c.has_changed || c.size != f->size;
    memcpy(f->sha256, c.sha256, sizeof(f->sha256));
    f->has_hash = c.has_hash;
}

static bool begin_late(struct paw_hashing *h, size_t jobs, struct paw_turns *turns)
{
    const struct paw_inventory *i = h->inventory;
    for (size_t j = 0; j < i->n_files; j++)
        h->n += !i->files[j].has_hash && i->files[j].sys == 0;
    h->late = calloc(h->n + 1, sizeof(*h->late));
    for (size_t j = 0, n = 0; h->late != NULL && j < i->n_files; j++)
        if (!i->files[j].has_hash && i->files[j].sys == 0)
            h->late[n++].number = (uint32_t)j;
    h->crowd = h->late == NULL ? NULL : paw_crowd_new(h->n, jobs, turns, hash_late, h);
    return h->crowd != NULL;
}

enum paw_status paw_hashing_begin(struct paw_inventory *i, size_t jobs, struct paw_turns *turns,
                                  struct paw_hashing **ret)
{
    struct paw_hashing *h = calloc(1, sizeof(*h));
    if (h == NULL)
        return PAW_E_MEMORY;
    h->inventory = i;
    if (!begin_late(h, jobs == 0 ? paw_os_processors() : jobs, turns)) {
        paw_hashing_free(h);
        return PAW_E_MEMORY;
    }
    *ret = h;
    return PAW_OK;
}

static enum paw_status tell(uint32_t source, enum paw_diag_code code, const char *what,
                            enum paw_status (*diag)(void *self, const struct paw_diag *diag),
                            void *self)
{
    struct paw_diag d = {.code = code, .source = source, .count = 1};
    const size_t n = strlen(what), room = sizeof(d.detail) - 1;
    memcpy(d.detail, what, n < room ? n : room);
    return diag(self, &d);
}

/* Whether a file is no longer what was hashed. */
static bool has_changed(const struct paw_file *f)
{
    const struct paw_os_stamp now = paw_os_stamp_at(f->path);
    return f->has_hash && (now.size != f->size || now.changed != f->changed);
}

enum paw_status paw_hashing_end(struct paw_hashing *h,
                                bool (*tick)(void *self, uint64_t files, uint64_t bytes),
                                enum paw_status (*diag)(void *self, const struct paw_diag *diag),
                                void *self)
{
    const struct paw_inventory *i = h->inventory;
    paw_turn_give(h->crowd->turns); /* ours: we wait */
    enum paw_status status = paw_crowd_end(h->crowd, tick, self);
    paw_turn_take(h->crowd->turns);
    for (uint32_t j = 0, late = 0; j < i->n_files && status >= 0; j++) {
        const bool is_late = late < h->n && h->late[late].number == j;
        const struct late *l = is_late ? &h->late[late++] : NULL;
        if (l != NULL && l->sys != 0)
            status = tell(j, PAW_D_FILE_UNREADABLE, strerror(l->sys), diag, self);
        else if (l != NULL && l->has_changed)
            status = tell(j, PAW_D_FILE_CHANGED, "while hashing", diag, self);
        else if (has_changed(&i->files[j]))
            status = tell(j, PAW_D_FILE_CHANGED, "after hashing", diag, self);
    }
    return status;
}

void paw_hashing_free(struct paw_hashing *h)
{
    if (h == NULL)
        return;
    paw_crowd_free(h->crowd);
    free(h->late);
    free(h);
}
