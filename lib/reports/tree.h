/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A cJSON object under construction, whose strings come from our own escaper (cJSON cuts at NUL).
 *
 * Failure is sticky: build everything, ask paw_tree_write. A value that could not be made is left
 * out and the whole object is refused then.
 */
#pragma once

#include <cjson/cJSON.h>

#include "core/json.h"

struct paw_tree {
    struct paw_buffer text; /* scratch for one string, then for nothing */
    bool failed;            /* no memory                                */
};

cJSON *PAW_NULLABLE paw_tree_object(struct paw_tree *t);
cJSON *PAW_NULLABLE paw_tree_array(struct paw_tree *t);
/** Adds item under key, which is not copied and outlives the object; to an array with key NULL.
 * Takes the item, whatever happens. */
void paw_tree_add(struct paw_tree *t, cJSON *PAW_NULLABLE to, const char *PAW_NULLABLE key,
                  cJSON *PAW_NULLABLE item);
/** Absent adds nothing. */
void paw_tree_str(struct paw_tree *t, cJSON *PAW_NULLABLE to, const char *PAW_NULLABLE key,
                  paw_str s);
/** NULL adds nothing. */
void paw_tree_text(struct paw_tree *t, cJSON *PAW_NULLABLE to, const char *PAW_NULLABLE key,
                   const char *PAW_NULLABLE s);
void paw_tree_count(struct paw_tree *t, cJSON *PAW_NULLABLE to, const char *key, uint64_t n);
/** A 64-bit value as a decimal string. */
void paw_tree_u64(struct paw_tree *t, cJSON *PAW_NULLABLE to, const char *key, uint64_t n);
void paw_tree_true(struct paw_tree *t, cJSON *PAW_NULLABLE to, const char *key);
/** A time that is not set adds nothing. */
void paw_tree_time(struct paw_tree *t, cJSON *PAW_NULLABLE to, const char *key, paw_filetime when);
/** Prints root and frees it and t's scratch. The text is the caller's: cJSON_free. NULL: no
 * memory. */
char *PAW_NULLABLE paw_tree_print(struct paw_tree *t, cJSON *PAW_NULLABLE root);
