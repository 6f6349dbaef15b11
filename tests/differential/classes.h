/* SPDX-License-Identifier: Apache-2.0 */
/** The ways in which the texts of the two readers may differ; accepted.txt says why and how often.
 */
#pragma once

#include <catspaw/fact.h>

enum difference_class {
    DIFFERENCE_NONE, /* of no class: a fault */
    DIFFERENCE_HEX_ZEROS,
    DIFFERENCE_TIME_DIGITS,
    DIFFERENCE_SIZE,
    DIFFERENCE_SIGN,
    DIFFERENCE_REAL,
    DIFFERENCE_BEYOND_BMP,
    DIFFERENCE_NONCHARACTER,
    DIFFERENCE_BLANK,
    DIFFERENCE_MARKUP,
    DIFFERENCE_FAR_TIME,
    DIFFERENCE_NUL,
    DIFFERENCE_SURROGATE,
    DIFFERENCE_REPEAT,
    DIFFERENCE_EMPTY,  /* of rendered.c: an element without text, of which libevtx says nothing */
    DIFFERENCE_SECOND, /* of rendered.c: a second stream's elements, of which it says nothing */
    DIFFERENCE_CLASSES
};

const char *difference_name(unsigned c);

/** Class of a pair of texts of one field; absent texts are texts of a reader that has none.
 * has_markup: difference_has_markup of our fact. */
enum difference_class difference_of(paw_str theirs, paw_str ours, bool has_markup);

/** Whether a text of the fact holds an element: libevtx's has it as elements, not as text. */
bool difference_has_markup(const struct paw_fact *ours);
