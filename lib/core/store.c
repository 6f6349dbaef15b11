/* SPDX-License-Identifier: Apache-2.0 */
/* Spilling memory: see store.h. */
#define _GNU_SOURCE /* mremap, O_TMPFILE */
#include "core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    SEGMENT = 4 * 1024 * 1024, /* a few thousand facts; one allocation of file space */
    FIRST_VEC = 64 * 1024,
};

struct paw_store_segment {
    struct paw_store_segment *older;
    size_t size, used; /* of the mapping, this header included */
    bool is_file;
};

static int refuse(struct paw_budget *b, enum paw_status status)
{
    b->status = status;
    return -1;
}

/* An unlinked file in the spill folder; -1 with the budget's status set. */
static int spill_file(struct paw_budget *b)
{
    if (b->temp_dir == NULL)
        return refuse(b, PAW_E_MEMORY);
    int fd = open(b->temp_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    char name[4096];
    const int n = snprintf(name, sizeof(name), "%s/.catspaw-spool-XXXXXX", b->temp_dir);
    if (n < 0 || (size_t)n >= sizeof(name))
        return refuse(b, PAW_E_OUTPUT);
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        return refuse(b, PAW_E_OUTPUT);
    if (unlink(name) != 0) {
        close(fd);
        return refuse(b, PAW_E_OUTPUT);
    }
    return fd;
}

static void *map_anonymous(struct paw_budget *b, size_t n)
{
    if (b->used > b->limit || n > b->limit - b->used)
        return NULL;
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    b->used += n;
    return p;
}

/* n bytes of fd from offset on, space allocated first. */
static void *map_file(struct paw_budget *b, int fd, uint64_t offset, size_t n)
{
    int failed = posix_fallocate(fd, (off_t)offset, (off_t)n);
    while (failed == EINTR)
        failed = posix_fallocate(fd, (off_t)offset, (off_t)n);
    if (failed != 0) {
        b->status = PAW_E_OUTPUT;
        return NULL;
    }
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
    if (p == MAP_FAILED) {
        b->status = PAW_E_MEMORY;
        return NULL;
    }
    b->spilled += n;
    return p;
}

void paw_store_init(struct paw_store *s, struct paw_budget *budget)
{
    *s = (struct paw_store){.budget = budget, .fd = -1};
}

void paw_store_finish(struct paw_store *s)
{
    struct paw_store_segment *seg = s->newest;
    while (seg != NULL) {
        struct paw_store_segment *older = seg->older;
        if (!seg->is_file)
            s->budget->used -= seg->size;
        munmap(seg, seg->size);
        seg = older;
    }
    if (s->budget != NULL && s->fd >= 0) /* a zeroed store has none */
        close(s->fd);
    s->newest = NULL;
    s->fd = -1;
}

static struct paw_store_segment *new_segment(struct paw_store *s, size_t want)
{
    const size_t size = (want + sizeof(struct paw_store_segment) + SEGMENT - 1) / SEGMENT * SEGMENT;
    struct paw_store_segment *seg = map_anonymous(s->budget, size);
    const bool is_file = seg == NULL;
    if (is_file) {
        if (s->fd < 0)
            s->fd = spill_file(s->budget);
        if (s->fd < 0)
            return NULL;
        seg = map_file(s->budget, s->fd, s->file_size, size);
        if (seg == NULL)
            return NULL;
        s->file_size += size;
    }
    *seg = (struct paw_store_segment){
        .older = s->newest,
        .size = size,
        .used = sizeof(*seg),
        .is_file = is_file,
    };
    s->newest = seg;
    return seg;
}

void *paw_store_alloc(struct paw_store *s, size_t n)
{
    if (n > SIZE_MAX / 4) {
        s->budget->status = PAW_E_MEMORY;
        return NULL;
    }
    const size_t want = n == 0 ? 8 : (n + 7) / 8 * 8;
    struct paw_store_segment *seg = s->newest;
    if (seg == NULL || want > seg->size - seg->used)
        seg = new_segment(s, want);
    if (seg == NULL)
        return NULL;
    void *got = (uint8_t *)seg + seg->used;
    seg->used += want;
    return got;
}

void *paw_store_copy(struct paw_store *s, const void *bytes, size_t n)
{
    void *copy = paw_store_alloc(s, n);
    if (copy != NULL && n != 0)
        memcpy(copy, bytes, n);
    return copy;
}

paw_str paw_store_str(struct paw_store *s, paw_str text)
{
    if (text.p == NULL)
        return text;
    return (paw_str){paw_store_copy(s, text.p, text.n), text.n};
}

void paw_vec_init(struct paw_vec *v, struct paw_budget *budget, size_t item_size)
{
    *v = (struct paw_vec){.budget = budget, .item_size = item_size, .fd = -1};
}

void paw_vec_finish(struct paw_vec *v)
{
    if (v->items != NULL)
        munmap(v->items, v->mapped);
    if (v->items != NULL && v->fd < 0)
        v->budget->used -= v->mapped;
    if (v->budget != NULL && v->fd >= 0)
        close(v->fd);
    v->items = NULL;
    v->n = v->room = v->mapped = 0;
    v->fd = -1;
}

static bool grow(struct paw_vec *v)
{
    size_t bytes = v->mapped == 0 ? FIRST_VEC : v->mapped * 2;
    while (bytes < v->item_size)
        bytes *= 2;
    void *more = NULL;
    int fd = v->fd;
    if (fd < 0)
        more = map_anonymous(v->budget, bytes);
    if (more == NULL) {
        if (fd < 0)
            fd = spill_file(v->budget);
        if (fd < 0)
            return false;
        more = map_file(v->budget, fd, 0, bytes);
        if (more == NULL) {
            if (v->fd < 0)
                close(fd);
            return false;
        }
    }
    if (v->items != NULL && fd != v->fd) /* from memory to a file */
        memcpy(more, v->items, v->n * v->item_size);
    else if (v->items != NULL && fd < 0)
        memcpy(more, v->items, v->n * v->item_size);
    if (v->items != NULL) {
        munmap(v->items, v->mapped);
        if (v->fd < 0)
            v->budget->used -= v->mapped;
    }
    v->items = more;
    v->mapped = bytes;
    v->room = bytes / v->item_size;
    v->fd = fd;
    return true;
}

void *paw_vec_push(struct paw_vec *v)
{
    if (v->n == v->room && !grow(v))
        return NULL;
    void *item = paw_vec_at(v, v->n++);
    memset(item, 0, v->item_size);
    return item;
}

/* A second array with as much room. */
static enum paw_status mirror(const struct paw_vec *v, struct paw_vec *ret)
{
    paw_vec_init(ret, v->budget, v->item_size);
    while (ret->room < v->n)
        if (!grow(ret)) {
            paw_vec_finish(ret);
            return v->budget->status;
        }
    return PAW_OK;
}

/* Keys ------------------------------------------------------------------------------------------
 */

enum { DIGITS = 8, VALUES = 256 }; /* bytes of a key */

static void count_digits(const struct paw_keyed *items, size_t n, size_t counts[DIGITS][VALUES])
{
    memset(counts, 0, sizeof(counts[0]) * DIGITS);
    for (size_t i = 0; i < n; i++)
        for (unsigned d = 0; d < DIGITS; d++)
            counts[d][items[i].key >> 8 * d & 0xFF]++;
}

static void scatter(const struct paw_keyed *from, struct paw_keyed *to, size_t n, unsigned digit,
                    const size_t counts[VALUES])
{
    size_t places[VALUES];
    for (size_t value = 0, at = 0; value < VALUES; at += counts[value++])
        places[value] = at;
    for (size_t i = 0; i < n; i++)
        to[places[from[i].key >> 8 * digit & 0xFF]++] = from[i];
}

enum paw_status paw_vec_sort_keys(struct paw_vec *v)
{
    struct paw_vec other;
    size_t counts[DIGITS][VALUES];
    if (v->n < 2)
        return PAW_OK;
    const enum paw_status status = mirror(v, &other);
    if (status != PAW_OK)
        return status;
    struct paw_keyed *from = v->items, *to = other.items;
    count_digits(from, v->n, counts);
    for (unsigned d = 0; d < DIGITS; d++) {
        if (counts[d][from[0].key >> 8 * d & 0xFF] == v->n) /* all have the same */
            continue;
        scatter(from, to, v->n, d, counts[d]);
        struct paw_keyed *swap = from;
        from = to;
        to = swap;
    }
    if (from != v->items)
        memcpy(v->items, from, v->n * sizeof(*from));
    paw_vec_finish(&other);
    return PAW_OK;
}

/* Any order -------------------------------------------------------------------------------------
 */

enum { RUN = 8 }; /* items that are put in order where they lie, before any merge */

/* Insertion of few items; spare has room for one. */
static void sort_run(uint8_t *items, size_t n, size_t size, uint8_t *spare,
                     int (*compare)(const void *a, const void *b))
{
    for (size_t i = 1; i < n; i++) {
        size_t to = i;
        while (to > 0 && compare(items + (to - 1) * size, items + i * size) > 0)
            to--;
        if (to == i)
            continue;
        memcpy(spare, items + i * size, size);
        memmove(items + (to + 1) * size, items + to * size, (i - to) * size);
        memcpy(items + to * size, spare, size);
    }
}

/* One merge of lo..mid and mid..hi; what is in order already is copied whole. */
static void merge(const uint8_t *from, uint8_t *to, size_t lo, size_t mid, size_t hi, size_t size,
                  int (*compare)(const void *a, const void *b))
{
    size_t i = lo, j = mid, k = lo;
    if (mid < hi && compare(from + (mid - 1) * size, from + mid * size) > 0) {
        while (i < mid && j < hi) {
            const bool left = compare(from + i * size, from + j * size) <= 0;
            memcpy(to + k++ * size, from + (left ? i++ : j++) * size, size);
        }
    }
    memcpy(to + k * size, from + i * size, (mid - i) * size);
    k += mid - i;
    memcpy(to + k * size, from + j * size, (hi - j) * size);
}

/* Bottom-up merge between the array and a second one of equal size. */
enum paw_status paw_vec_sort(struct paw_vec *v, int (*compare)(const void *a, const void *b))
{
    const size_t size = v->item_size;
    if (v->n < 2)
        return PAW_OK;
    struct paw_vec other;
    const enum paw_status status = mirror(v, &other);
    if (status != PAW_OK)
        return status;
    uint8_t *from = v->items, *to = other.items;
    for (size_t lo = 0; lo < v->n; lo += RUN)
        sort_run(from + lo * size, v->n - lo < RUN ? v->n - lo : RUN, size, to, compare);
    for (size_t run = RUN; run < v->n; run *= 2) {
        for (size_t lo = 0; lo < v->n; lo += 2 * run) {
            const size_t mid = lo + run < v->n ? lo + run : v->n;
            const size_t hi = lo + 2 * run < v->n ? lo + 2 * run : v->n;
            merge(from, to, lo, mid, hi, size, compare);
        }
        uint8_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != v->items)
        memcpy(v->items, from, v->n * size);
    paw_vec_finish(&other);
    return PAW_OK;
}
