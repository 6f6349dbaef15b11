/* SPDX-License-Identifier: Apache-2.0 */
/** fixtures/programs.txt: where a program lies and what its resource says. */
#pragma once

#include <catspaw/base.h>

struct vector_program {
    char name[64], folder[160], original[64], company[64];
};

/** Reads the table; false if it cannot be read. */
bool vector_programs_read(const char *path);
/** First row of name, or the row whose folder image lies in; NULL if there is none. A company of
 * "-" reads as empty. */
const struct vector_program *PAW_NULLABLE vector_program_find(const char *name,
                                                              const char *PAW_NULLABLE image);
