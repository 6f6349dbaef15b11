/* SPDX-License-Identifier: Apache-2.0 */
/* Page arenas: see arena.h. Under ASan the unissued part of a page is poisoned. */
#include "core/arena.h"

#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define PAW_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PAW_ASAN 1
#endif
#endif

#ifdef PAW_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { PAGE_BYTES = 64 * 1024, ALIGN = 16 }; /* one page holds the text of some hundred records */

struct paw_arena_page {
    struct paw_arena_page *next;
    size_t size; /* bytes behind this header */
    size_t used;
    size_t pad; /* keeps the bytes aligned to 16 */
};

static uint8_t *page_bytes(struct paw_arena_page *p)
{
    return (uint8_t *)(p + 1);
}

void paw_arena_init(struct paw_arena *a, size_t budget)
{
    *a = (struct paw_arena){.budget = budget};
}

static void free_from(struct paw_arena_page *p)
{
    while (p != NULL) {
        struct paw_arena_page *next = p->next;
        UNPOISON(page_bytes(p), p->size);
        free(p);
        p = next;
    }
}

void paw_arena_finish(struct paw_arena *a)
{
    free_from(a->pages);
    a->pages = NULL;
    a->used = 0;
}

void paw_arena_reset(struct paw_arena *a)
{
    struct paw_arena_page *kept = a->pages;
    if (kept == NULL)
        return;
    if (kept->size > PAGE_BYTES) { /* a giant page is not worth keeping */
        paw_arena_finish(a);
        return;
    }
    free_from(kept->next);
    kept->next = NULL;
    UNPOISON(page_bytes(kept), kept->size);
    memset(page_bytes(kept), 0, kept->used);
    kept->used = 0;
    POISON(page_bytes(kept), kept->size);
    a->used = kept->size + sizeof(*kept);
}

void *paw_arena_alloc(struct paw_arena *a, size_t n)
{
    if (n > SIZE_MAX / 2)
        return NULL;
    const size_t want = n == 0 ? ALIGN : (n + ALIGN - 1) / ALIGN * ALIGN;
    struct paw_arena_page *p = a->pages;
    if (p == NULL || want > p->size - p->used) {
        const size_t size = want > PAGE_BYTES ? want : PAGE_BYTES;
        const size_t whole = size + sizeof(*p);
        if (a->used > a->budget || whole > a->budget - a->used)
            return NULL;
        p = calloc(1, whole);
        if (p == NULL)
            return NULL;
        p->size = size;
        POISON(page_bytes(p), size);
        a->used += whole;
        p->next = a->pages;
        a->pages = p;
    }
    uint8_t *got = page_bytes(p) + p->used;
    p->used += want;
    UNPOISON(got, n == 0 ? 1 : n);
    return got;
}

void *paw_arena_array(struct paw_arena *a, size_t count, size_t size)
{
    size_t n = 0;
    if (paw_ckd_mul(count, size, &n))
        return NULL;
    return paw_arena_alloc(a, n);
}

paw_str paw_arena_str(struct paw_arena *a, paw_str s)
{
    if (s.p == NULL)
        return s;
    char *copy = paw_arena_alloc(a, s.n);
    if (copy == NULL)
        return (paw_str){0};
    memcpy(copy, s.p, s.n);
    return (paw_str){copy, s.n};
}

const char *paw_arena_cstr(struct paw_arena *a, paw_str s)
{
    if (s.p == NULL || memchr(s.p, 0, s.n) != NULL || s.n == SIZE_MAX)
        return NULL;
    char *copy = paw_arena_alloc(a, s.n + 1);
    if (copy != NULL)
        memcpy(copy, s.p, s.n);
    return copy;
}

paw_str paw_arena_join(struct paw_arena *a, paw_str x, paw_str y)
{
    size_t n = 0;
    if (paw_ckd_add(x.n, y.n, &n))
        return (paw_str){0};
    char *both = paw_arena_alloc(a, n);
    if (both == NULL)
        return (paw_str){0};
    if (x.n != 0)
        memcpy(both, x.p, x.n);
    if (y.n != 0)
        memcpy(both + x.n, y.p, y.n);
    return (paw_str){both, n};
}
