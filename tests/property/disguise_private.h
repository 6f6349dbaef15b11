/* SPDX-License-Identifier: Apache-2.0 */
/** The hand that writes a disguised line, shared by the files of disguise. */
#pragma once

#include "property/disguise.h"

#include "core/str.h"

/** What one program's parser is known to take. */
struct dialect {
    const char *name; /* without .exe, lower case */
    const char *folder, *original;
    const char *prefixes; /* switch characters, blanks between; NULL: it has no switches */
    uint64_t tricks;      /* bits by enum trick; those of the shell and of the image go for all */
};

struct hand {
    const struct dialect *dialect;
    struct disguised *d;
    disguise_roll *roll;
    uint64_t on;       /* tricks that may be played in this line      */
    bool behind_cmd;   /* cmd.exe reads the text first                */
    bool delays;       /* and expands !NAME!                          */
    bool shell_reads;  /* the shell expands %NAME% of what follows    */
    bool in_quotes;    /* of what was written                         */
    bool was_relative; /* a path was written relative                 */
};

#define BIT(t) (UINT64_C(1) << (t))

/** True one time in n, if the trick may be played; then it counts as played. */
bool play(struct hand *h, enum trick t, unsigned n);

/** Bytes that stay as they are but for what cmd.exe needs escaped. */
void put(struct hand *h, char c);
void put_text(struct hand *h, const char *s);
void put_view(struct hand *h, paw_str s);
/** A character whose case does not count; in a token that may hold quotes. */
void put_loose(struct hand *h, char c);
void put_loose_view(struct hand *h, paw_str s);
/** A code point that is not ASCII. */
void put_code_point(struct hand *h, uint32_t c);
bool is_word_char(char c);

/** Where the path that begins at at ends, 0: none begins there. is_quoted: in quotes. */
size_t path_end(paw_str s, size_t at, bool is_quoted);
size_t url_end(paw_str s, size_t at, bool is_quoted);
void put_path(struct hand *h, paw_str path, bool is_quoted);
void put_url(struct hand *h, paw_str url);
/** The name of the program with or without its folder. */
void put_program(struct hand *h);
