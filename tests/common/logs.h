/* SPDX-License-Identifier: Apache-2.0 */
/** Crafted logs as bytes, and what a reader is to make of them. */
#pragma once

#include <catspaw/fact.h>

/** A log of fixtures/gen/special.h; the bytes are the caller's to free. Fails the test if it cannot
 * be made. */
paw_bytes test_log(const char *name);
void test_log_free(paw_bytes bytes);

/** What a reader is to make of a log: how many facts of each state, and codes of diagnostics. */
struct test_log_case {
    const char *name;
    unsigned intact, recovered, corrupt;
    uint64_t told; /* a bit for each code, all of them */
};

/** Whether it is that; prints what it is otherwise. */
bool test_log_holds(const struct test_log_case *c, const unsigned of_state[3], uint64_t told);
