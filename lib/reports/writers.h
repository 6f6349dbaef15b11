/* SPDX-License-Identifier: Apache-2.0 */
/** The writers by name; the table is in writers.c. */
#pragma once

#include <catspaw/report.h>

extern const struct paw_writer paw_writer_jsonl;
extern const struct paw_writer paw_writer_csv;
extern const struct paw_writer paw_writer_html;
