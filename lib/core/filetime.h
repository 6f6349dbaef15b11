/* SPDX-License-Identifier: Apache-2.0 */
/**
 * FILETIME: 100 ns ticks since 1601-01-01 UTC, as text and back. 0 is "not set" everywhere.
 *
 * Own calendar arithmetic: gmtime knows neither the year 1601 nor a thread.
 */
#pragma once

#include <catspaw/base.h>

enum {
    PAW_FILETIME_TEXT = 28, /* "2020-05-24T17:13:42.1230000Z" */
};

/** The last tick of the year 9999: what lies behind it is clamped to it when written. */
#define PAW_FILETIME_MAX  UINT64_C(2650467743999999999)
#define PAW_TICKS_PER_SEC UINT64_C(10000000)

/** RFC 3339 UTC with seven digits, not terminated; out has room for PAW_FILETIME_TEXT bytes. Absent
 * for a time that is not set. */
paw_str paw_filetime_text(paw_filetime t, char *out);

/**
 * Reads `2020-05-24T17:13:42.1230000Z` and Sysmon's `2020-05-24 17:13:42.123`: one blank or T
 * between date and time, no or up to nine digits of a fraction (what lies below 100 ns is dropped),
 * no or one Z. False, and *ret untouched, for anything else, for years before 1601 and for
 * 1601-01-01 00:00:00 itself, which says "not set".
 */
bool paw_filetime_read(paw_str s, paw_filetime *ret);

/** Of a Unix time in seconds; 0 for what cannot be said. */
paw_filetime paw_filetime_of_unix(int64_t seconds);
