/* SPDX-License-Identifier: Apache-2.0 */
/**
 * CRC-32 as zlib and the event log have it: polynomial 0xEDB88320 reflected, inverted before and
 * after. Carry-less multiplication where the processor has it, tables where not; same result.
 */
#pragma once

#include <catspaw/base.h>

/** Goes on from crc, 0 to begin with. */
uint32_t paw_crc32(uint32_t crc, paw_bytes bytes);

/** The same without the processor's help. */
uint32_t paw_crc32_portable(uint32_t crc, paw_bytes bytes);
