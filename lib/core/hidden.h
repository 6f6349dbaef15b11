/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Characters that a reader of a report does not see, or that change how he sees others: controls
 * (C0, DEL, C1), line and paragraph separators, bidirectional controls, and letters without width.
 * Every report shows them in its own way; none prints them as they are where they could deceive.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** C0, DEL, C1 and the two Unicode line ends: what breaks a line or drives a terminal. */
static inline bool paw_char_is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
}

/** Everything a report must not print as it is (Unicode 15, default ignorables but the variation
 * selectors, which belong to ordinary pictographs). */
static inline bool paw_char_is_hidden(uint32_t c)
{
    if (c < 0x7F)
        return c < 0x20;
    return paw_char_is_control(c) || c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F ||
           c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}
