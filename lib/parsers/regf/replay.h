/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Applies the transaction logs of a dirty hive to a private copy.
 *
 * Windows writes changes to the logs at once and to the hive up to an hour later; a hive taken from
 * a running machine is only whole with its logs. The evidence itself is never written to.
 *
 * Source: M. Suhanov, "Windows registry file format specification" 1.0, transaction log files; the
 * order of two logs and the hash were checked with hives that Windows recovered.
 */
#pragma once

#include <catspaw/base.h>

PAW_NONNULL_BEGIN

struct paw_regf_replay {
    uint8_t *PAW_NULLABLE image; /* the hive with its logs applied; owned */
    size_t size;
    uint32_t entries;       /* applied, new format        */
    uint32_t pages;         /* applied; old format: sectors of 512 bytes */
    uint32_t last_sequence; /* of the last entry          */
    uint32_t logs_used, logs_refused;
    bool base_from_log;                /* the hive's base block was bad */
    const char *PAW_NULLABLE ended[2]; /* why reading of each log ended; NULL: not begun */
};

/**
 * logs: the two logs in the order LOG1, LOG2; n 0 for one that is not there.
 *
 * PAW_OK        the image is there; entries or pages may be 0 if no log could be applied
 * PAW_END       the hive is clean: its logs are history, nothing was made
 * PAW_E_FORMAT  no hive, and no log that could stand in for its base block
 * PAW_E_LIMIT, PAW_E_MEMORY
 */
PAW_MUST_CHECK enum paw_status paw_regf_replay(paw_bytes hive, const paw_bytes logs[2],
                                               struct paw_regf_replay *ret,
                                               struct paw_error *PAW_NULLABLE err);
void paw_regf_replay_finish(struct paw_regf_replay *r);

/** Marvin32 with the registry's seed, as the entries are hashed. */
uint64_t paw_regf_marvin32(paw_bytes b);

PAW_NONNULL_END
