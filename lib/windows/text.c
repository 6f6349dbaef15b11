/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows in an arena, lists of names: see text.h. */
#include "windows/text.h"

enum { LEAST_ROOM = 32 };

struct paw_text paw_text_new(struct paw_arena *arena, size_t room)
{
    struct paw_text t = {.arena = arena, .room = room < LEAST_ROOM ? LEAST_ROOM : room};
    t.p = paw_arena_alloc(arena, t.room);
    if (t.p == NULL)
        t = (struct paw_text){.arena = arena, .is_full = true};
    return t;
}

static bool make_room(struct paw_text *t, size_t more)
{
    size_t want = 0;
    if (t->is_full)
        return false;
    if (more <= t->room - t->n)
        return true;
    if (paw_ckd_add(t->n, more, &want) || paw_ckd_add(want, want, &want)) {
        t->is_full = true;
        return false;
    }
    char *bigger = paw_arena_alloc(t->arena, want);
    if (bigger == NULL) {
        t->is_full = true;
        return false;
    }
    if (t->n != 0)
        memcpy(bigger, t->p, t->n);
    t->p = bigger;
    t->room = want;
    return true;
}

void paw_text_add(struct paw_text *t, paw_str s)
{
    if (s.n == 0 || !make_room(t, s.n))
        return;
    memcpy(t->p + t->n, s.p, s.n);
    t->n += s.n;
}

void paw_text_char(struct paw_text *t, char c)
{
    paw_text_add(t, (paw_str){&c, 1});
}

void paw_text_code_point(struct paw_text *t, uint32_t c)
{
    char bytes[4];
    paw_text_add(t, (paw_str){bytes, paw_utf8_put(bytes, c)});
}

paw_str paw_text_view(const struct paw_text *t)
{
    return t->is_full ? (paw_str){0} : (paw_str){t->p, t->n};
}

/* `*.example.org`: what stands behind the star ends the text. */
static bool is_suffix(paw_str pattern)
{
    return pattern.n > 1 && pattern.p[0] == '*' &&
           memchr(pattern.p + 1, '*', pattern.n - 1) == NULL &&
           memchr(pattern.p + 1, '?', pattern.n - 1) == NULL;
}

bool paw_glob_fits(paw_str s, paw_str pattern)
{
    if (is_suffix(pattern))
        return paw_str_ends_name(s, paw_str_from(pattern, 1));
    size_t at = 0, p = 0, star = SIZE_MAX, star_at = 0;
    while (at < s.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = ++p;
            star_at = at;
        } else if (p < pattern.n &&
                   (pattern.p[p] == '?' || paw_lower(pattern.p[p]) == paw_lower(s.p[at]))) {
            at++;
            p++;
        } else if (star != SIZE_MAX) {
            p = star;
            at = ++star_at;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

static bool next_word(const char **list, paw_str *word)
{
    if (**list == '\0')
        return false;
    const char *end = strchr(*list, '|');
    word->p = *list;
    word->n = end == NULL ? strlen(*list) : (size_t)(end - *list);
    *list = end == NULL ? *list + word->n : end + 1;
    return true;
}

bool paw_in_list(paw_str name, const char *list)
{
    paw_str word;
    if (name.n == 0)
        return false;
    while (next_word(&list, &word))
        if (word.n == name.n && !paw_ends_differ(name, word) && paw_str_same_name(word, name))
            return true;
    return false;
}

bool paw_in_glob_list(paw_str name, const char *list)
{
    paw_str word;
    if (name.n == 0)
        return false;
    while (next_word(&list, &word))
        if (paw_glob_view(name, word))
            return true;
    return false;
}

paw_str paw_without_exe(paw_str base)
{
    if (base.n > 4 &&
        (paw_str_ends_name(base, PAW_LIT(".exe")) || paw_str_ends_name(base, PAW_LIT(".com")) ||
         paw_str_ends_name(base, PAW_LIT(".scr"))))
        base.n -= 4;
    return base;
}

paw_str paw_lower_str(paw_str s, struct paw_arena *arena)
{
    size_t i = 0;
    while (i < s.n && paw_lower(s.p[i]) == s.p[i])
        i++;
    if (i == s.n)
        return s;
    char *copy = paw_arena_alloc(arena, s.n);
    if (copy == NULL)
        return (paw_str){0};
    for (i = 0; i < s.n; i++)
        copy[i] = paw_lower(s.p[i]);
    return (paw_str){copy, s.n};
}
