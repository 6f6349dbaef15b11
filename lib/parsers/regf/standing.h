/* SPDX-License-Identifier: Apache-2.0 */
/** Which hive a file is, and where commands stand in it (docs/detections 3.16). */
#pragma once

#include "parsers/regf/bounds.h"

PAW_NONNULL_BEGIN

/**
 * "NTUSER", "UsrClass", "DEFAULT", "SOFTWARE", "SYSTEM", "SAM", "SECURITY", "Amcache", "BCD" or
 * "unknown": by the keys below the root, and where these leave it open by the path in the base
 * block. The file's name is not asked.
 */
const char *paw_regf_hive_kind(const struct paw_regf *h);

/** The sub key of that name, ASCII case folded; PAW_REGF_NOTHING if there is none. */
uint32_t paw_regf_find(const struct paw_regf *h, uint32_t key, const char *name);

/** Which rules hold for a key, bit by bit; 0 for keys where no commands stand. key: UTF-8 from the
 * hive's root, without its name. */
uint64_t paw_regf_standing_rules(const char *hive_kind, paw_str key);

/** The kind of command that stands in a value of a key with these rules: "run", "service", …; NULL
 * for none. */
const char *PAW_NULLABLE paw_regf_standing(uint64_t key_rules, paw_str value);

PAW_NONNULL_END
