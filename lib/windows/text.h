/* SPDX-License-Identifier: Apache-2.0 */
/** Text that grows in an arena, and small tests of characters shared by this folder. */
#pragma once

#include "core/arena.h"
#include "core/str.h"

/** Text in the making. After no memory it stays as it was and is_full is set. */
struct paw_text {
    struct paw_arena *arena;
    char *PAW_NULLABLE p;
    size_t n, room;
    bool is_full;
};

/** Empty, with room for so many bytes. */
struct paw_text paw_text_new(struct paw_arena *arena, size_t room);
void paw_text_add(struct paw_text *t, paw_str s);
void paw_text_char(struct paw_text *t, char c);
void paw_text_code_point(struct paw_text *t, uint32_t c);
/** A view of what is there; absent when memory was short at any time, so that half a text is never
 * taken for a whole one. */
paw_str paw_text_view(const struct paw_text *t);

static inline bool paw_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool paw_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool paw_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool paw_is_word(char c)
{
    return paw_is_letter(c) || paw_is_digit(c);
}

static inline bool paw_is_slash(char c)
{
    return c == '\\' || c == '/';
}

/** Whether name is one of the words of list ("a|b|c"), ASCII case folded. */
bool paw_in_list(paw_str name, const char *list);
/** The same, the words being globs with `*` and `?`. */
bool paw_in_glob_list(paw_str name, const char *list);
/** The ends of a pattern (a word or a glob) already refuse most texts. */
static inline bool paw_ends_differ(paw_str s, paw_str pattern)
{
    if (s.n == 0 || pattern.n == 0)
        return false;
    const char first = pattern.p[0], last = pattern.p[pattern.n - 1];
    return (first != '*' && first != '?' && paw_lower(first) != paw_lower(s.p[0])) ||
           (last != '*' && last != '?' && paw_lower(last) != paw_lower(s.p[s.n - 1]));
}

/** s matches the glob (`*`, `?`) but for ASCII case: the second half of paw_glob_view. */
bool paw_glob_fits(paw_str s, paw_str pattern);
static inline bool paw_glob_view(paw_str s, paw_str pattern)
{
    return !paw_ends_differ(s, pattern) && paw_glob_fits(s, pattern);
}
/** base without a final ".exe", ".com" or ".scr". */
paw_str paw_without_exe(paw_str base);
/** Lower case (ASCII) in the arena; the view itself if nothing changes. */
paw_str paw_lower_str(paw_str s, struct paw_arena *arena);
