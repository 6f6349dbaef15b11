/* SPDX-License-Identifier: Apache-2.0 */
/* What targets say of a relation that does not hold, and the sink of those that read logs. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <catspaw/reader.h>

static inline void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "%s\n", what);
        abort();
    }
}

static inline enum paw_status take_diag(void *self, const struct paw_diag *d)
{
    (void)self;
    require(d->count != 0 && memchr(d->detail, 0, sizeof(d->detail)) != NULL, "a diagnostic");
    return PAW_OK;
}

static inline enum paw_status take_progress(void *self, uint64_t item)
{
    (void)self;
    (void)item;
    return PAW_OK;
}
