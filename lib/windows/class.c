/* SPDX-License-Identifier: Apache-2.0 */
/* The class of a folder: the first row of class_rows.c that fits. */
#include "windows/class.h"

#include "windows/class_rows.h"
#include "windows/text.h"
#include "windows/words.h"

enum { MOST_COMPONENTS = 24 }; /* deeper folders do not change a class */

struct components {
    paw_str part[MOST_COMPONENTS];
    size_t n;
    bool is_cut;
};

static void split(paw_str path, struct components *c)
{
    size_t from = 0;
    c->n = 0;
    c->is_cut = false;
    while (from <= path.n && path.n != 0) {
        const size_t slash = paw_str_find_char(path, '\\', from);
        const size_t end = slash == SIZE_MAX ? path.n : slash;
        if (c->n == MOST_COMPONENTS) {
            c->is_cut = true;
            return;
        }
        if (end > from)
            c->part[c->n++] = paw_str_sub(path, from, end - from);
        from = end + 1;
    }
}

/* Number of components that pattern takes from the start of c, or 0. */
static size_t match_at(const struct components *c, size_t start, paw_str pattern)
{
    size_t from = 0, i = start;
    while (from < pattern.n) {
        const size_t slash = paw_str_find_char(pattern, '\\', from);
        const size_t end = slash == SIZE_MAX ? pattern.n : slash;
        if (i == c->n || !paw_glob_view(c->part[i], paw_str_sub(pattern, from, end - from)))
            return 0;
        i++;
        from = end + 1;
    }
    return i - start;
}

static bool matches(const struct components *c, size_t start, paw_str pattern, uint32_t flags)
{
    if (!paw_str_starts(pattern, PAW_LIT("**\\"))) {
        const size_t taken = match_at(c, start, pattern);
        if (taken == 0)
            return false;
        const bool more = start + taken < c->n || c->is_cut;
        return !((flags & PAW_HAS_MORE) != 0 && !more) && !((flags & PAW_NO_MORE) != 0 && more);
    }
    pattern = paw_str_from(pattern, 3);
    for (size_t at = start; at < c->n; at++)
        if (match_at(c, at, pattern) != 0)
            return true;
    return false;
}

static bool row_matches(const struct paw_class_row *row, const struct components *c, size_t start)
{
    const char first = start < c->n ? paw_lower(c->part[start].p[0]) : '\0';
    for (const char *p = row->patterns; p != NULL;) {
        const char *bar = strchr(p, '|');
        const size_t n = bar == NULL ? strlen(p) : (size_t)(bar - p);
        const bool may = *p == '*' || *p == '?' || *p == first; /* most differ at once */
        if (may && matches(c, start, (paw_str){p, n}, row->flags))
            return true;
        p = bar == NULL ? NULL : bar + 1;
    }
    return false;
}

static bool has_word(enum paw_word_kind kind, paw_str s)
{
    size_t at = 0;
    return paw_word_next(kind, s, &at) != NULL;
}

static bool is_odd_code(const struct paw_place *place)
{
    return place->is_code && !has_word(PAW_WORD_NEVER_CODE, place->ext);
}

static bool below_profile(const struct components *c)
{
    return c->n > 2 && (paw_str_same_name(c->part[0], PAW_LIT("users")) ||
                        paw_str_same_name(c->part[0], PAW_LIT("documents and settings")));
}

/* Components before the patterns of an anchor begin. */
static const size_t start_of[] = {
    [PAW_BELOW_WINDOWS] = 1, [PAW_BELOW_DRIVE] = 0, [PAW_BELOW_PROFILE] = 2};

/* Rows that a pattern's first component does not rule out, as bits. */
static uint64_t rows_below(enum paw_anchor anchor, const struct components *c)
{
    static const enum paw_word_kind kinds[] = {
        [PAW_BELOW_WINDOWS] = PAW_WORD_BELOW_WINDOWS,
        [PAW_BELOW_DRIVE] = PAW_WORD_BELOW_DRIVE,
        [PAW_BELOW_PROFILE] = PAW_WORD_BELOW_PROFILE,
    };
    uint64_t rows = paw_class_globs[anchor];
    size_t at = 0;
    for (const struct paw_word *w = paw_word_next(kinds[anchor], c->part[start_of[anchor]], &at);
         w != NULL; w = paw_word_next(kinds[anchor], c->part[start_of[anchor]], &at))
        rows |= UINT64_C(1) << w->row;
    return rows;
}

uint64_t paw_place_class(const struct paw_place *place, uint32_t *flags)
{
    struct components c;
    if (!place->is_system_drive)
        return PAW_OTHERDRIVE;
    split(place->rest, &c);
    if (place->is_mock || c.n == 0)
        return PAW_ROOT;
    const bool windows = paw_str_same_name(c.part[0], place->windows);
    if (windows && c.n == 1)
        return PAW_SYS;
    const bool profile = !windows && below_profile(&c);
    const bool code = is_odd_code(place);
    uint64_t may = windows ? rows_below(PAW_BELOW_WINDOWS, &c) : rows_below(PAW_BELOW_DRIVE, &c);
    if (profile)
        may |= rows_below(PAW_BELOW_PROFILE, &c);
    for (; may != 0; may &= may - 1) { /* in the order of the rows */
        const struct paw_class_row *row = &paw_class_rows[__builtin_ctzll(may)];
        if (((row->flags & PAW_FOR_CODE) != 0 && !code) ||
            !row_matches(row, &c, start_of[row->anchor]))
            continue;
        if ((row->flags & PAW_FROM_ARCHIVE) != 0)
            *flags |= PAW_PATH_ARCHIVE_TEMP;
        return row->class;
    }
    return PAW_ROOT;
}

bool paw_is_code_ext(paw_str ext)
{
    return has_word(PAW_WORD_CODE, ext);
}

bool paw_is_known_ext(paw_str ext)
{
    return paw_is_code_ext(ext) || has_word(PAW_WORD_OTHER_FILE, ext);
}
