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

static inline bool fits(paw_str have, const struct paw_class_part *part)
{
    const paw_str want = {paw_word_texts + part->at, part->length};
    return part->has_wildcard ? paw_glob_view(have, want)
                              : have.n == want.n && paw_str_same_name(have, want);
}

/* Whether the parts of the pattern are what stands from start on. */
static inline bool match_at(const struct components *c, size_t start,
                            const struct paw_class_pattern *p)
{
    const struct paw_class_part *parts = &paw_class_parts[p->part];
    if (p->n_parts > c->n - start)
        return false;
    for (size_t i = 0; i < p->n_parts; i++)
        if (!fits(c->part[start + i], &parts[i]))
            return false;
    return true;
}

static bool matches(const struct components *c, size_t start, const struct paw_class_pattern *p,
                    uint32_t flags)
{
    if (!p->is_anywhere) {
        const bool more = start + p->n_parts < c->n || c->is_cut;
        return !((flags & PAW_HAS_MORE) != 0 && !more) && !((flags & PAW_NO_MORE) != 0 && more) &&
               match_at(c, start, p);
    }
    for (size_t at = start; at < c->n; at++)
        if (match_at(c, at, p))
            return true;
    return false;
}

static bool row_matches(size_t row, const struct components *c, size_t start)
{
    for (size_t i = paw_class_first[row]; i < paw_class_first[row + 1]; i++)
        if (matches(c, start, &paw_class_patterns[i], paw_class_rows[row].flags))
            return true;
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
        const size_t i = (size_t)__builtin_ctzll(may);
        const struct paw_class_row *row = &paw_class_rows[i];
        if (((row->flags & PAW_FOR_CODE) != 0 && !code) ||
            !row_matches(i, &c, start_of[row->anchor]))
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
