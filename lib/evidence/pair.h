/* SPDX-License-Identifier: Apache-2.0 */
/** Transaction logs and their hives. */
#pragma once

#include "evidence/inventory.h"

/** Finds the logs of each hive: sets logs and is_log of all files. False: no memory. */
PAW_MUST_CHECK bool paw_inventory_pair(struct paw_inventory *i);
