/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows of bytes over a file or memory: see source.h. Files are read, not mapped: a file that
 * shrinks while it is read then gives a short window and never a fault, and a window costs one
 * copy.
 */
#include "evidence/source.h"

#include <stdlib.h>

#include "core/os.h"

struct paw_source {
    int fd; /* -1: over memory */
    uint64_t size;
    paw_bytes memory;
    uint8_t *window;
    size_t room;
    struct paw_os_stamp stamp; /* when it was opened */
    bool is_short;             /* a window ended before the file should */
    struct paw_source *beside[PAW_BESIDE];
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

enum paw_status paw_source_window(struct paw_source *s, uint64_t offset, size_t n, paw_bytes *ret,
                                  struct paw_error *err)
{
    const uint64_t left = offset < s->size ? s->size - offset : 0;
    const size_t want = n < left ? n : (size_t)left;
    if (s->fd < 0) {
        *ret = (paw_bytes){want == 0 ? NULL : s->memory.p + offset, want};
        return PAW_OK;
    }
    if (want > s->room) {
        uint8_t *more = realloc(s->window, want);
        if (more == NULL)
            return paw_fail(err, PAW_E_MEMORY, offset, "a window of evidence");
        s->window = more;
        s->room = want;
    }
    size_t got = 0;
    const enum paw_status status =
        want == 0 ? PAW_OK : paw_os_read_at(s->fd, offset, s->window, want, &got, err);
    if (status != PAW_OK)
        return status;
    s->is_short |= got < want;
    *ret = (paw_bytes){got == 0 ? NULL : s->window, got};
    return PAW_OK;
}
