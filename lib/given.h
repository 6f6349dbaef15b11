/* SPDX-License-Identifier: Apache-2.0 */
/**
 * JSON files that people write for us (docs/site.md, docs/suppress.md): read strictly, so that a
 * slip of the pen is not a wrong report, and every refusal names its place.
 */
#pragma once

#include <catspaw/catspaw.h>

#include "core/json_read.h"

/** What is wrong with the text that is being read, and where. */
struct paw_given {
    const char *what; /* NULL: the JSON itself is at fault   */
    paw_str given;    /* what is at fault, a view           */
    size_t at;
};

/** Answers PAW_E_FORMAT. */
enum paw_status paw_given_fail(struct paw_given *g, const char *what, paw_str given, size_t at);

/** A member that is a text and may be there once; key begins at `at`. */
PAW_MUST_CHECK enum paw_status paw_given_text(struct paw_given *g, struct paw_json_reader *json,
                                              paw_str key, size_t at, bool *seen, paw_str *text);

/** Whether the value that the reader stands before begins with one of the characters. */
bool paw_given_is(const struct paw_json_reader *json, const char *first);

/** Line, column and what is wrong at offset `at` of the text. */
void paw_given_tell(const struct paw_given *g, paw_str text, size_t at,
                    struct paw_file_fault *fault);

/** The reader of a text, behind the mark of its encoding if there is one. */
struct paw_json_reader paw_given_reader(paw_str text, struct paw_arena *arena);

/**
 * Reads a whole file of at most 1 MiB; the text is the caller's to free.
 *
 * PAW_E_IO      err->sys says why
 * PAW_E_LIMIT   it is larger
 * PAW_E_MEMORY
 */
PAW_MUST_CHECK enum paw_status paw_given_open(const char *path, char **ret, size_t *n,
                                              struct paw_error *PAW_NULLABLE err);
