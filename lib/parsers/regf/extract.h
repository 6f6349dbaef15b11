/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A hive's bytes become facts: the machine's names, standing commands, values that were asked for.
 *
 * Keys are the items of a range, counted in the order of the walk: a key, then what is below it.
 * Each fact has the hive's kind, the key from the hive's root as it is spelled there, the value's
 * name (empty: the default value), type, data as text; its time is the key's last write. Of a
 * SYSTEM hive only the current control set is read, since only it is in force.
 *
 * A wanted value whose name is NULL asks for the key itself: the fact then has no value.
 */
#pragma once

#include <catspaw/reader.h>

PAW_NONNULL_BEGIN

PAW_MUST_CHECK enum paw_status
paw_regf_extract(paw_bytes file, uint32_t number, struct paw_range range,
                 const struct paw_wanted *wanted, const struct paw_sink *sink,
                 struct paw_summary *summary, struct paw_error *PAW_NULLABLE err);

/**
 * The same for a hive with its transaction logs (LOG1, LOG2; n 0 for one that is not there). A
 * clean hive, and one whose logs do not apply, is read as it is. Else the copy with the logs
 * applied is read; facts that the hive alone does not give, or gives otherwise, carry
 * PAW_FACT_FROM_LOG. ret_entries: how many entries (of an old log: sectors) were applied.
 */
PAW_MUST_CHECK enum paw_status
paw_regf_extract_logged(paw_bytes file, const paw_bytes logs[2], uint32_t number,
                        struct paw_range range, const struct paw_wanted *wanted,
                        const struct paw_sink *sink, struct paw_summary *summary,
                        uint32_t *ret_entries, struct paw_error *PAW_NULLABLE err);

PAW_NONNULL_END
