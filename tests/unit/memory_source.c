/* SPDX-License-Identifier: Apache-2.0 */
/* A source over memory for tests of readers, where lib/evidence has none to give: weak, so that the
 * library's own stands first when it is linked. */
#include <stdlib.h>

#include "evidence/source.h"

#define WEAK __attribute__((weak))

struct paw_source {
    paw_bytes bytes;
};

WEAK enum paw_status paw_source_over(paw_bytes bytes, struct paw_source **ret)
{
    struct paw_source *s = malloc(sizeof(*s));
    if (s == NULL)
        return PAW_E_MEMORY;
    s->bytes = bytes;
    *ret = s;
    return PAW_OK;
}

WEAK void paw_source_close(struct paw_source *s)
{
    free(s);
}

WEAK uint64_t paw_source_size(const struct paw_source *s)
{
    return s->bytes.n;
}

WEAK int paw_source_fd(const struct paw_source *s)
{
    (void)s;
    return -1;
}

WEAK enum paw_status paw_source_window(struct paw_source *s, uint64_t offset, size_t n,
                                       paw_bytes *ret, struct paw_error *err)
{
    (void)err;
    const size_t at = offset > s->bytes.n ? s->bytes.n : (size_t)offset;
    const size_t left = s->bytes.n - at;
    *ret = (paw_bytes){s->bytes.p + at, n < left ? n : left};
    return PAW_OK;
}
