/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_words FILE: writes the index of words.h as C, from the tables themselves. Runs while catspaw
 * is built and is no part of it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "windows/class_rows.h"
#include "windows/identities.h"
#include "windows/words.h"

enum { SLOTS = 8192, TEXTS = 60000, GLOBS = 256, PATTERNS = 1024, PARTS = 4096, ROWS = 64 };

static struct {
    struct paw_word words[SLOTS];
    size_t n;
    char texts[TEXTS];
    size_t n_texts;
    paw_str globs[GLOBS];
    size_t glob_rows[GLOBS], n_globs;
    uint64_t class_globs[3];
    struct paw_class_pattern patterns[PATTERNS];
    struct paw_class_part parts[PARTS];
    size_t first[ROWS + 1], n_patterns, n_parts;
    bool is_full;
} made;

static bool has_wildcard(paw_str s)
{
    return paw_str_find_char(s, '*', 0) != SIZE_MAX || paw_str_find_char(s, '?', 0) != SIZE_MAX;
}

/* Where the text stands, the same one only once. */
static size_t text_at(paw_str s)
{
    const size_t known = paw_str_find((paw_str){made.texts, made.n_texts}, s, 0);
    if (known != SIZE_MAX)
        return known;
    const size_t at = made.n_texts;
    if (s.n > TEXTS - at) {
        made.is_full = true;
        return 0;
    }
    for (size_t i = 0; i < s.n; i++)
        made.texts[made.n_texts++] = s.p[i];
    return at;
}

static bool is_word(const struct paw_word *w, enum paw_word_kind kind, paw_str s, size_t row)
{
    return w->kind == (uint8_t)kind && w->row == row &&
           paw_str_equal((paw_str){made.texts + w->at, w->length}, s);
}

static void add(enum paw_word_kind kind, paw_str s, size_t row)
{
    size_t i = paw_word_hash(s, kind) & (SLOTS - 1);
    if (s.n == 0)
        return;
    if (s.n > PAW_WORD_MAX || made.n == SLOTS / 2 || row > UINT16_MAX) {
        made.is_full = true;
        return;
    }
    for (; made.words[i].length != 0; i = (i + 1) & (SLOTS - 1))
        if (is_word(&made.words[i], kind, s, row))
            return; /* a row may begin several patterns with it */
    made.n++;
    made.words[i] = (struct paw_word){
        .at = (uint16_t)text_at(s),
        .length = (uint8_t)s.n,
        .kind = (uint8_t)kind,
        .row = (uint16_t)row,
    };
}

/* The next word of "a|b|c". */
static bool next(paw_str *list, paw_str *word)
{
    const size_t bar = paw_str_find_char(*list, '|', 0);
    if (list->n == 0)
        return false;
    *word = paw_str_sub(*list, 0, bar);
    *list = paw_str_from(*list, bar == SIZE_MAX ? list->n : bar + 1);
    return true;
}

static void add_all(enum paw_word_kind kind, const char *words, size_t row)
{
    paw_str list = paw_str_of(words), word;
    while (next(&list, &word))
        add(kind, word, row);
}

static void add_identity(size_t row)
{
    const struct paw_identity *i = &paw_identities[row];
    add_all(PAW_WORD_NAME, i->names, row);
    add_all(PAW_WORD_ORIGINAL, i->original, row);
    add(PAW_WORD_DESCRIPTION, paw_str_of(i->description), row);
    add(PAW_WORD_ID, paw_str_of(i->id), row);
}

static void add_set(size_t row)
{
    paw_str list = paw_str_of(paw_program_set_rows[row].names), word;
    while (next(&list, &word)) {
        if (!has_wildcard(word)) {
            add(PAW_WORD_SET, word, row);
        } else if (made.n_globs == GLOBS) {
            made.is_full = true;
        } else {
            made.globs[made.n_globs] = word;
            made.glob_rows[made.n_globs++] = row;
        }
    }
}

static void add_parts(paw_str pattern, size_t row)
{
    struct paw_class_pattern *p = &made.patterns[made.n_patterns];
    made.is_full = made.is_full || made.n_patterns + 1 == PATTERNS;
    made.n_patterns += !made.is_full;
    *p = (struct paw_class_pattern){.row = (uint16_t)row, .part = (uint16_t)made.n_parts};
    for (size_t at = 0; at < pattern.n;) {
        const size_t slash = paw_str_find_char(pattern, '\\', at);
        const size_t end = slash == SIZE_MAX ? pattern.n : slash;
        const paw_str part = paw_str_sub(pattern, at, end - at);
        at = end + 1;
        if (paw_str_equal(part, PAW_LIT("**"))) {
            p->is_anywhere = true;
            continue;
        }
        if (part.n > PAW_WORD_MAX || made.n_parts == PARTS) {
            made.is_full = true;
            return;
        }
        made.parts[made.n_parts++] =
            (struct paw_class_part){(uint16_t)text_at(part), (uint8_t)part.n, has_wildcard(part)};
        p->n_parts++;
    }
}

static void add_class_row(size_t row)
{
    static const enum paw_word_kind kinds[] = {
        [PAW_BELOW_WINDOWS] = PAW_WORD_BELOW_WINDOWS,
        [PAW_BELOW_DRIVE] = PAW_WORD_BELOW_DRIVE,
        [PAW_BELOW_PROFILE] = PAW_WORD_BELOW_PROFILE,
    };
    const struct paw_class_row *r = &paw_class_rows[row];
    paw_str list = paw_str_of(r->patterns), pattern;
    if (row >= ROWS) {
        made.is_full = true;
        return;
    }
    made.first[row] = made.n_patterns;
    while (next(&list, &pattern)) {
        add_parts(pattern, row);
        const paw_str first = paw_str_sub(pattern, 0, paw_str_find_char(pattern, '\\', 0));
        if (has_wildcard(first))
            made.class_globs[r->anchor] |= UINT64_C(1) << row;
        else
            add(kinds[r->anchor], first, row);
    }
    made.first[row + 1] = made.n_patterns;
}

static void add_tables(void)
{
    for (size_t i = 0; i < paw_n_identities; i++)
        add_identity(i);
    for (size_t i = 0; i < paw_n_program_sets; i++)
        add_set(i);
    for (size_t i = 0; i < paw_n_class_rows; i++)
        add_class_row(i);
    add_all(PAW_WORD_NEVER_CODE, paw_never_code, 0);
    add_all(PAW_WORD_CODE, paw_code_ext, 0);
    add_all(PAW_WORD_OTHER_FILE, paw_other_ext, 0);
}

/* Writing ---------------------------------------------------------------------------------------
 */

static void put(FILE *f, paw_str s)
{
    (void)fwrite(s.p, 1, s.n, f); /* what goes wrong shows when the file is closed */
}

static void put_number(FILE *f, const char *before, uint64_t n, const char *after)
{
    char digits[32];
    const int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
    put(f, paw_str_of(before));
    put(f, (paw_str){digits, length > 0 ? (size_t)length : 0});
    put(f, paw_str_of(after));
}

static void put_text(FILE *f, paw_str s)
{
    put(f, PAW_LIT("\""));
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' || s.p[i] == '"' || s.p[i] == '?')
            put(f, PAW_LIT("\\"));
        put(f, (paw_str){s.p + i, 1});
    }
    put(f, PAW_LIT("\""));
}

static void write_words(FILE *f)
{
    put_number(f, "const size_t paw_n_words = ", SLOTS, ";\n");
    put_number(f, "const struct paw_word paw_words[", SLOTS, "] = {\n");
    for (size_t i = 0; i < SLOTS; i++) {
        const struct paw_word *w = &made.words[i];
        if (w->length == 0)
            continue;
        put_number(f, "    [", i, "] = {");
        put_number(f, "", w->at, ", ");
        put_number(f, "", w->length, ", ");
        put_number(f, "", w->kind, ", ");
        put_number(f, "", w->row, "},\n");
    }
    put(f, PAW_LIT("};\nconst char paw_word_texts[] = {"));
    for (size_t i = 0; i < made.n_texts; i++) /* a literal of that length is no portable C */
        put_number(f, i % 16 == 0 ? "\n    " : " ", (uint8_t)made.texts[i], ",");
    put(f, PAW_LIT("\n};\n"));
}

static void write_globs(FILE *f)
{
    put(f, PAW_LIT("const struct paw_word_glob paw_set_globs[] = {\n"));
    for (size_t i = 0; i < made.n_globs; i++) {
        put(f, PAW_LIT("    {"));
        put_text(f, made.globs[i]);
        put_number(f, ", ", made.glob_rows[i], "},\n");
    }
    put_number(f, "};\nconst size_t paw_n_set_globs = ", made.n_globs, ";\n");
    put(f, PAW_LIT("const uint64_t paw_class_globs[3] = {\n"));
    for (size_t i = 0; i < 3; i++)
        put_number(f, "    UINT64_C(", made.class_globs[i], "),\n");
    put(f, PAW_LIT("};\n"));
}

static void write_classes(FILE *f)
{
    put(f, PAW_LIT("const struct paw_class_pattern paw_class_patterns[] = {\n"));
    for (size_t i = 0; i < made.n_patterns; i++) {
        const struct paw_class_pattern *p = &made.patterns[i];
        put_number(f, "    {", p->row, ", ");
        put_number(f, "", p->part, ", ");
        put_number(f, "", p->n_parts, ", ");
        put_number(f, "", p->is_anywhere, "},\n");
    }
    put(f, PAW_LIT("};\nconst uint16_t paw_class_first[] = {\n"));
    for (size_t i = 0; i <= paw_n_class_rows; i++)
        put_number(f, "    ", made.first[i], ",\n");
    put(f, PAW_LIT("};\nconst struct paw_class_part paw_class_parts[] = {\n"));
    for (size_t i = 0; i < made.n_parts; i++) {
        put_number(f, "    {", made.parts[i].at, ", ");
        put_number(f, "", made.parts[i].length, ", ");
        put_number(f, "", made.parts[i].has_wildcard, "},\n");
    }
    put(f, PAW_LIT("};\n"));
}

int main(int argc, char **argv)
{
    FILE *f = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (f == NULL)
        return EXIT_FAILURE;
    add_tables();
    put(f, PAW_LIT("/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by make_words.c. */\n"
                   "#include \"windows/words.h\"\n"));
    write_words(f);
    write_globs(f);
    write_classes(f);
    const bool failed = ferror(f) != 0;
    return fclose(f) != 0 || failed || made.is_full ? EXIT_FAILURE : EXIT_SUCCESS;
}
