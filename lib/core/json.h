/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Writing JSON (RFC 8259) in one pass: no tree, a fixed amount of memory, any text.
 *
 * Texts may hold NUL. Controls, DEL, C1, U+2028, U+2029 and every other character that a reader
 * would not see (core/hidden.h) are written as \uXXXX, so that a line of JSON is one line
 * everywhere and can be shown on a terminal; a program reads back the same characters. What is not
 * UTF-8 becomes U+FFFD. Numbers of 64 bits are written as strings (paw_json_u64): JSON numbers are
 * doubles to most readers.
 *
 * Failure is sticky (core/stream.h); ask paw_json_end.
 */
#pragma once

#include "core/stream.h"

enum { PAW_JSON_DEPTH = 32 }; /* our deepest document has 6 */

/** The largest integer that every JSON reader keeps exactly: 2^53 - 1. */
#define PAW_JSON_INTEGER_MAX UINT64_C(9007199254740991)

struct paw_json {
    struct paw_stream stream;
    unsigned depth;
    uint32_t filled; /* bit n: the container at depth n holds something */
    bool has_key;    /* the next value belongs to a key                 */
    bool has_break;  /* the next token begins a line                    */
};

void paw_json_begin(struct paw_json *j, struct paw_out *out);
void paw_json_object(struct paw_json *j);
void paw_json_object_end(struct paw_json *j);
void paw_json_array(struct paw_json *j);
void paw_json_array_end(struct paw_json *j);
/** Name of the next value: one of ours, in plain ASCII … */
void paw_json_key(struct paw_json *j, const char *key);
/** … or of the evidence. */
void paw_json_key_str(struct paw_json *j, paw_str key);
/** The same with "#number" behind it, for names that occur more than once; 0 adds nothing. */
void paw_json_key_numbered(struct paw_json *j, paw_str key, unsigned number);
void paw_json_string(struct paw_json *j, paw_str s);
void paw_json_bool(struct paw_json *j, bool value);
/** A small number as a JSON number; what lies above PAW_JSON_INTEGER_MAX is written as that. */
void paw_json_count(struct paw_json *j, uint64_t n);
/** A 64-bit value, as a decimal string. */
void paw_json_u64(struct paw_json *j, uint64_t n);
/** A FILETIME as RFC 3339 text; a time that is not set may not be written (leave the key out). */
void paw_json_time(struct paw_json *j, paw_filetime t);
/** A finished value of ours. */
void paw_json_raw(struct paw_json *j, const char *text, size_t n);
/** A line break before what comes next, behind its comma. */
void paw_json_newline(struct paw_json *j);
/** Flushes; everything opened must be closed. */
PAW_MUST_CHECK enum paw_status paw_json_end(struct paw_json *j);

/** Key and value in one; an absent text writes neither. */
void paw_json_member(struct paw_json *j, const char *key, paw_str s);
void paw_json_member_text(struct paw_json *j, const char *key, const char *PAW_NULLABLE text);
void paw_json_member_time(struct paw_json *j, const char *key, paw_filetime t);
void paw_json_member_count(struct paw_json *j, const char *key, uint64_t n);
void paw_json_member_u64(struct paw_json *j, const char *key, uint64_t n);
void paw_json_member_true(struct paw_json *j, const char *key);

/** s as a JSON string with its quotes. */
void paw_json_quote(struct paw_stream *out, paw_str s);
