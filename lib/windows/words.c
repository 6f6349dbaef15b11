/* SPDX-License-Identifier: Apache-2.0 */
/* Looking words up: see words.h. */
#include "windows/words.h"

const struct paw_word *paw_word_next(enum paw_word_kind kind, paw_str s, size_t *at)
{
    const size_t mask = paw_n_words - 1;
    if (s.n == 0 || s.n > PAW_WORD_MAX)
        return NULL;
    size_t i = *at == 0 ? paw_word_hash(s, kind) & mask : *at - 1;
    for (;; i = (i + 1) & mask) { /* ends: half of the slots are free */
        const struct paw_word *w = &paw_words[i];
        if (w->length == 0)
            return NULL;
        if (w->kind != (uint8_t)kind || w->length != s.n ||
            !paw_str_same_name((paw_str){paw_word_texts + w->at, w->length}, s))
            continue;
        *at = ((i + 1) & mask) + 1;
        return w;
    }
}
