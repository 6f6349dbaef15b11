/* SPDX-License-Identifier: Apache-2.0 */
/** Files that people write for us, refused: what is wrong with each, and where. */
#pragma once

#include <catspaw/catspaw.h>

struct test_refusal {
    const char *text, *what, *given;
    unsigned line, column;
};

/** Reads a text and forgets what it was read to. */
typedef enum paw_status test_read(const char *text, size_t n, struct paw_file_fault *fault);

/** Fails the test if one of the texts is taken, or refused otherwise. */
void test_refusals(const struct test_refusal *rows, size_t n, test_read *read);
