/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The language of fixtures/behaviours (docs/vectors): rows as trees of lines. This reader shares no
 * code with the one in fixtures/gen.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VEC_OPTIONS_MAX = 4 };

enum vec_class {
    VEC_PROCESS,  /* start, child, parent, other           */
    VEC_FIELD,    /* of the process above                  */
    VEC_ACT,      /* what the process above did            */
    VEC_DETAIL,   /* below an act: trace, content, value … */
    VEC_SETTING,  /* via, without, mark, at                */
    VEC_EVIDENCE, /* ?E                                    */
};

struct vec_line {
    unsigned number, indent;
    enum vec_class class;
    bool has_time;
    int64_t time_us;
    const char *head; /* of the table, never another */
    char *name;       /* @name or NULL               */
    char *options[VEC_OPTIONS_MAX];
    size_t n_options;
    char *text; /* NULL: none */
    struct vec_line *parent, *children, *next;
};

struct vec_row {
    unsigned number;
    char sign;   /* + - ~ */
    char *about; /* question, or severity[/confidence] */
    struct vec_line *lines;
    char *raw; /* all its text, to find equal rows */
    struct vec_row *next;
};

struct vec_section {
    unsigned number;
    char *id;
    struct vec_row *rows;
    struct vec_section *next;
};

struct vec_file {
    const char *path;
    struct vec_section *sections;
    unsigned line, column; /* of the error */
    char error[160];       /* empty: none  */
    void *blocks;          /* all memory   */
};

/** Reads text; false: error, line and column say what is wrong. */
bool vec_read(struct vec_file *f, const char *path, const char *text, size_t n);
void vec_finish(struct vec_file *f);
/** The line that is judged: first below the row. */
const struct vec_line *vec_judged(const struct vec_row *row);
/** Bit of an evidence word, as PAW_NEED_…; 0: no such word. `hives` is all hive bits. */
uint32_t vec_need(const char *word);
