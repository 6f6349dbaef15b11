/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Logs read by libevtx. One record at a time: the chunk is shown to the library in memory with a
 * header of our own making and that record alone in it, so that a record which it refuses costs no
 * other, offsets are exact, and slack is read by the same way as the rest.
 *
 * Items are chunk * 4096 + position in the chunk.
 */
#pragma once

#include <catspaw/reader.h>

enum { PAW_EVTX_ITEMS_PER_CHUNK = 4096 };

extern const struct paw_reader paw_reader_libevtx;
