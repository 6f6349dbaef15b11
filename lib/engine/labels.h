/* SPDX-License-Identifier: Apache-2.0 */
/** The techniques that a finding shows, of all its behaviours. */
#pragma once

#include <catspaw/report.h>

/** Room that holds all of them. */
size_t paw_labels_most(const struct paw_held *held, size_t n);
/** Each once, at most room: the leading behaviour's own, those beside it as its table has them,
 * then those of the other behaviours by id. Their number. */
size_t paw_labels_of(const struct paw_held *held, size_t n, const char **list, size_t room);
/** By bytes. */
void paw_labels_sort(const char **list, size_t n);
