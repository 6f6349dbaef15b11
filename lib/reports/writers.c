/* SPDX-License-Identifier: Apache-2.0 */
/* The table of writers: adding a format is a file and a line here. */
#include "reports/writers.h"

const struct paw_writer *const paw_writers[] = {
    &paw_writer_jsonl,
    &paw_writer_csv,
    &paw_writer_html,
    NULL,
};
