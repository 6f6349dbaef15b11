/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the readers of one file's parts make once and share: the first that needs it makes it, the
 * others wait for it and only read it. Counted; all calls from any thread.
 */
#pragma once

#include <catspaw/base.h>

struct paw_shared;

/** Nothing made yet, held once. NULL: no memory. */
struct paw_shared *PAW_NULLABLE paw_shared_new(void);
void paw_shared_hold(struct paw_shared *PAW_NULLABLE s);
/** What was made goes with the last hold. */
void paw_shared_drop(struct paw_shared *PAW_NULLABLE s);

/** What was made; made now if nobody did. NULL: making failed, now or before. */
void *PAW_NULLABLE paw_shared_get(struct paw_shared *s, void *PAW_NULLABLE (*make)(void *self),
                                  void *self, void (*unmake)(void *made));
