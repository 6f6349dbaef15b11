/* SPDX-License-Identifier: Apache-2.0 */
/** The reader of hives, for the table of readers. */
#pragma once

#include <catspaw/reader.h>

extern const struct paw_reader paw_reader_libregf;
