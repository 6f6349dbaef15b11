/* SPDX-License-Identifier: Apache-2.0 */
/** Questions in words, for the catalogue's JSON and the pages made of it. */
#pragma once

#include <catspaw/behaviour.h>

typedef void paw_words_fn(void *self, const char *s, size_t n);

/**
 * A JSON array with one entry a question: a text; {"any": […]}, {"all": […]}, {"not": […]}; or
 * {"of": "the parent process", "all": […]} for questions about another execution.
 */
void paw_catalogue_words(const struct paw_test *PAW_NULLABLE tests, paw_words_fn *put, void *self);
