/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Logs read by libevtx. One record at a time: the chunk is shown to the library in memory with a
 * header of our own making and that record alone in it, so that a record which it refuses costs no
 * other, offsets are exact, and slack is read by the same way as the rest.
 */
#pragma once

#include <catspaw/reader.h>

extern const struct paw_reader paw_reader_libevtx;
