/* SPDX-License-Identifier: Apache-2.0 */
/**
 * libregf, asked only about what bounds.h proved. Its types stay in libregf_adapter.c.
 *
 * Known faults of version 20201007, for which the proved record speaks instead: data of one to
 * three bytes in the record come shifted or short; with minor version 4 the segment record of big
 * data is taken for the data; texts without a terminator get one; data larger than their cell are
 * cut in silence; a name with a lone surrogate loses the whole key.
 */
#pragma once

#include "parsers/regf/bounds.h"

PAW_NONNULL_BEGIN

struct paw_libregf;

/** Opens a private copy of the hive, mended where libregf would refuse it (checksum, bytes behind
 * the bins). h must outlive it.
 *
 * PAW_E_TRUNCATED  the bins are not whole: libregf is not asked
 * PAW_E_FORMAT     libregf refuses the hive all the same
 */
PAW_MUST_CHECK enum paw_status paw_libregf_open(const struct paw_regf *h, struct paw_libregf **ret,
                                                struct paw_error *PAW_NULLABLE err);
void paw_libregf_close(struct paw_libregf *PAW_NULLABLE l);

/** Whether libregf can be asked about a key: it and all above it are whole, and libregf finds it
 * where it is. */
bool paw_libregf_has_key(struct paw_libregf *l, uint32_t key);

/** Type and data of the i-th value of the key that was last found; data live in the arena. False:
 * libregf does not give it. */
bool paw_libregf_value(struct paw_libregf *l, uint32_t i, struct paw_arena *arena,
                       uint32_t *ret_type, paw_bytes *ret_data);

PAW_NONNULL_END
