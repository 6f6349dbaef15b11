/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reading JSON that anybody may have written: one value at a time, bounded depth, no tree, NUL
 * kept.
 *
 * Strict RFC 8259, but that a lone surrogate escape becomes U+FFFD. Texts are decoded into the
 * arena.
 */
#pragma once

#include "core/arena.h"

enum { PAW_JSON_READ_DEPTH = 64 };

struct paw_json_reader {
    paw_str text;
    size_t at;
    struct paw_arena *arena;
};

/** Called for each member of an object; value may be absent: it is no string (null, number, …).
 * False ends the reading. */
typedef bool paw_json_member_fn(void *self, paw_str key, paw_str value);

/** Reads the value that the reader stands before, with one of the functions below; at is where its
 * key begins. */
typedef enum paw_status paw_json_value_fn(void *self, struct paw_json_reader *r, paw_str key,
                                          size_t at);

/** Reads one object, each value by value; what that answers other than PAW_OK ends the reading. The
 * rest as paw_json_read_object. */
PAW_MUST_CHECK enum paw_status paw_json_walk_object(struct paw_json_reader *r,
                                                    paw_json_value_fn *value, void *self);
/** Reads one string. PAW_E_FORMAT also when it is something else. */
PAW_MUST_CHECK enum paw_status paw_json_take_string(struct paw_json_reader *r, paw_str *ret);

/** Called for each string of an array; at is where its quote stands. */
typedef enum paw_status paw_json_item_fn(void *self, paw_str item, size_t at);

/** Reads one array of strings. PAW_E_FORMAT also when it holds something else. */
PAW_MUST_CHECK enum paw_status paw_json_take_strings(struct paw_json_reader *r,
                                                     paw_json_item_fn *item, void *self);

/** Called for each value of an array, which it reads; at is where that begins. */
typedef enum paw_status paw_json_element_fn(void *self, struct paw_json_reader *r, size_t at);

/** Reads one array, each value by element; what that answers other than PAW_OK ends the reading. */
PAW_MUST_CHECK enum paw_status paw_json_walk_array(struct paw_json_reader *r,
                                                   paw_json_element_fn *element, void *self);
/** Steps over one value, whatever it is; PAW_E_LIMIT: nested too deeply. */
PAW_MUST_CHECK enum paw_status paw_json_skip(struct paw_json_reader *r);

/**
 * Reads one object and steps over it and the white space behind it. Strings are given to member;
 * other values are checked and stepped over.
 *
 * PAW_E_FORMAT  not JSON, or not an object; reader->at is where
 * PAW_E_LIMIT   nested too deeply
 * PAW_E_MEMORY  the arena is exhausted
 */
PAW_MUST_CHECK enum paw_status paw_json_read_object(struct paw_json_reader *r,
                                                    paw_json_member_fn *member, void *self);
