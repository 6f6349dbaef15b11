/* SPDX-License-Identifier: Apache-2.0 */
/** Unicode as Windows folds it: upper-casing of names, and look-alikes in switches (docs/detections
 * 2.1 step 16, 2.5). */
#pragma once

#include "core/str.h"

/** Simple upper case of a code point (one to one, no locale). */
uint32_t paw_upper(uint32_t c);

/** Whether c is one of the dashes and slashes that were seen to work, or were tried, as a switch
 * character; the ASCII ones are not. */
bool paw_is_dash_like(uint32_t c);
/** A bidirectional control (step 17). */
bool paw_is_bidi(uint32_t c);
/** White space in Unicode's sense. */
bool paw_is_unicode_blank(uint32_t c);

/** What c counts as inside a switch or keyword: an ASCII character for a look-alike, 0 for what is
 * ignored, else c itself. */
uint32_t paw_fold_code_point(uint32_t c);

enum { PAW_FOLDED_MAX = 48 }; /* longer than every switch in a grammar */

/** The beginning of a token as a switch parser sees it. */
struct paw_folded {
    char text[PAW_FOLDED_MAX];       /* lower case ASCII; 0xFF for other characters */
    uint32_t at[PAW_FOLDED_MAX + 1]; /* where text[i] begins in the token; at[n]: what follows */
    size_t n;
    bool is_changed; /* a look-alike was replaced or something was ignored */
    bool is_cut;     /* the token is longer                                */
};

/** Folds the beginning of token; with folds_unicode false only ASCII case is folded. */
void paw_fold_word(paw_str token, bool folds_unicode, struct paw_folded *ret);
