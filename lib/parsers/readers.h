/* SPDX-License-Identifier: Apache-2.0 */
/** The readers that exist; lib/catspaw.c puts them into its table. */
#pragma once

#include <catspaw/reader.h>

extern const struct paw_reader paw_reader_evtx;
extern const struct paw_reader paw_reader_carve; /* event records in files of unknown kind */
extern const struct paw_reader paw_reader_libevtx;
extern const struct paw_reader paw_reader_hive; /* by libregf, where that is built in */
