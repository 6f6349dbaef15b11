/* SPDX-License-Identifier: Apache-2.0 */
/** Printing the catalogue. */
#pragma once

#include "engine/judge.h"

/** All behaviours, or the one called id, as text or JSON (UTF-8, line ends included).
 * PAW_E_ABSENT  no such behaviour
 * else what out->write answered */
PAW_MUST_CHECK enum paw_status paw_catalogue_write(const struct paw_catalogue *c,
                                                   const char *PAW_NULLABLE id, bool json,
                                                   struct paw_out *out);
