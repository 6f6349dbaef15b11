/* SPDX-License-Identifier: Apache-2.0 */
/* Windows of bytes over a file or memory: see source.h. */
#include "evidence/source.h"

#include <stdlib.h>

#include "core/os.h"

/* Above this a window is mapped: a whole hive, of which most is never looked at. */
enum { READ_MOST = 1024 * 1024 };

enum { MARKS_FIRST = 1024, MARKS_MOST = 1024 * 1024 }; /* bytes: 4 MiB hold 150,000 records */

struct paw_source {
    int fd; /* -1: over memory */
    uint64_t size;
    paw_bytes memory;
    uint8_t *window;
    size_t room;
    struct paw_os_mapping mapping;
    struct paw_os_stamp stamp; /* when it was opened */
    bool is_short;             /* a window ended before the file should */
    struct paw_source *beside[PAW_BESIDE];
    struct paw_shared *shared;
    struct paw_workbench *workbench;
    struct paw_marks *marking;
    const struct paw_marks *marked;
};

enum paw_status paw_source_open(const char *path, struct paw_source **ret, struct paw_error *err)
{
    struct paw_source *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "opening evidence");
    const enum paw_status status = paw_os_open_evidence(path, &s->fd, &s->size, err);
    if (status != PAW_OK) {
        free(s);
        return status;
    }
    s->stamp = paw_os_stamp_of(s->fd);
    *ret = s;
    return PAW_OK;
}

enum paw_status paw_source_over(paw_bytes bytes, struct paw_source **ret)
{
    struct paw_source *s = calloc(1, sizeof(*s));
    if (s == NULL)
        return PAW_E_MEMORY;
    *s = (struct paw_source){.fd = -1, .size = bytes.n, .memory = bytes};
    *ret = s;
    return PAW_OK;
}

void paw_source_close(struct paw_source *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < PAW_BESIDE; i++)
        paw_source_close(s->beside[i]);
    paw_os_unmap(&s->mapping);
    paw_os_close(s->fd);
    free(s->window);
    free(s);
}

uint64_t paw_source_size(const struct paw_source *s)
{
    return s->size;
}

int paw_source_fd(const struct paw_source *s)
{
    return s->fd;
}

bool paw_source_has_changed(const struct paw_source *s)
{
    if (s->fd < 0)
        return false;
    const struct paw_os_stamp now = paw_os_stamp_of(s->fd);
    return s->is_short || now.size != s->stamp.size || now.changed != s->stamp.changed;
}

struct paw_source *paw_source_beside(const struct paw_source *s, size_t i)
{
    return i < PAW_BESIDE ? s->beside[i] : NULL;
}

void paw_source_put_beside(struct paw_source *s, size_t i, struct paw_source *companion)
{
    paw_source_close(s->beside[i]);
    s->beside[i] = companion;
}

struct paw_shared *paw_source_shared(const struct paw_source *s)
{
    return s->shared;
}

void paw_source_share(struct paw_source *s, struct paw_shared *shared)
{
    s->shared = shared;
}

void paw_workbench_clear(struct paw_workbench *b)
{
    if (b->tools != NULL)
        b->put_away(b->tools);
    *b = (struct paw_workbench){0};
}

struct paw_workbench *paw_source_workbench(const struct paw_source *s)
{
    return s->workbench;
}

void paw_source_set_workbench(struct paw_source *s, struct paw_workbench *bench)
{
    s->workbench = bench;
}

void paw_marks_add(struct paw_marks *m, bool is_set)
{
    if (m->n / 8 == m->room && !m->is_wanting) {
        const size_t room = m->room == 0 ? MARKS_FIRST : m->room * 2;
        uint8_t *more = m->room < MARKS_MOST ? realloc(m->bits, room) : NULL;
        m->is_wanting = more == NULL;
        m->bits = more == NULL ? m->bits : more;
        m->room = more == NULL ? m->room : room;
    }
    if (m->is_wanting)
        return;
    const uint8_t bit = (uint8_t)(1U << m->n % 8);
    if (m->n % 8 == 0)
        m->bits[m->n / 8] = 0;
    m->bits[m->n / 8] |= is_set ? bit : 0;
    m->has_any = m->has_any || is_set;
    m->n++;
}

bool paw_marks_has(const struct paw_marks *m, size_t i)
{
    return i >= m->n || (m->bits[i / 8] >> i % 8 & 1) != 0;
}

struct paw_marks *paw_source_marking(const struct paw_source *s)
{
    return s->marking;
}

const struct paw_marks *paw_source_marked(const struct paw_source *s)
{
    return s->marked;
}

void paw_source_set_marks(struct paw_source *s, struct paw_marks *marking,
                          const struct paw_marks *marked)
{
    s->marking = marking;
    s->marked = marked;
}

static enum paw_status read_window(struct paw_source *s, uint64_t offset, size_t n, paw_bytes *ret,
                                   struct paw_error *err)
{
    if (n > s->room) {
        uint8_t *more = realloc(s->window, n);
        if (more == NULL)
            return paw_fail(err, PAW_E_MEMORY, offset, "a window of evidence");
        s->window = more;
        s->room = n;
    }
    size_t got = 0;
    const enum paw_status status =
        n == 0 ? PAW_OK : paw_os_read_at(s->fd, offset, s->window, n, &got, err);
    if (status != PAW_OK)
        return status;
    s->is_short |= got < n;
    *ret = (paw_bytes){got == 0 ? NULL : s->window, got};
    return PAW_OK;
}

enum paw_status paw_source_window(struct paw_source *s, uint64_t offset, size_t n, paw_bytes *ret,
                                  struct paw_error *err)
{
    const uint64_t left = offset < s->size ? s->size - offset : 0;
    const size_t want = n < left ? n : (size_t)left;
    if (s->fd < 0) {
        *ret = (paw_bytes){want == 0 ? NULL : s->memory.p + offset, want};
        return PAW_OK;
    }
    paw_os_unmap(&s->mapping);
    paw_bytes mapped = {0};
    if (want > READ_MOST && paw_os_stamp_of(s->fd).size >= s->size) /* it has not shrunk so far */
        mapped = paw_os_map(s->fd, offset, want, &s->mapping);
    if (mapped.n == 0)
        return read_window(s, offset, want, ret, err);
    *ret = mapped;
    return PAW_OK;
}

enum paw_status paw_source_read(struct paw_source *s, uint64_t offset, uint8_t *to, size_t n,
                                size_t *ret, struct paw_error *err)
{
    const uint64_t left = offset < s->size ? s->size - offset : 0;
    const size_t want = n < left ? n : (size_t)left;
    *ret = want;
    if (want == 0)
        return PAW_OK;
    if (s->fd < 0) {
        memcpy(to, s->memory.p + offset, want);
        return PAW_OK;
    }
    const enum paw_status status = paw_os_read_at(s->fd, offset, to, want, ret, err);
    s->is_short |= status == PAW_OK && *ret < want;
    return status;
}
