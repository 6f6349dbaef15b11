/* SPDX-License-Identifier: Apache-2.0 */
/* Classes of differences between the readers: see classes.h. */
#include "classes.h"

#include "core/str.h"

const char *difference_name(unsigned c)
{
    static const char *const names[DIFFERENCE_CLASSES] = {
        "none",       "hex-zeros",    "time-digits", "size",   "sign",     "real",
        "beyond-bmp", "noncharacter", "blank",       "markup", "far-time", "nul",
        "surrogate",  "repeat",       "empty",       "second",
    };
    return c < DIFFERENCE_CLASSES ? names[c] : "";
}

static bool is_digits(paw_str s)
{
    uint64_t n = 0;
    return paw_str_u64(s, &n) && !paw_str_starts(s, PAW_LIT("0x"));
}

static bool is_hex(paw_str s, uint64_t *n)
{
    return paw_str_starts(s, PAW_LIT("0x")) && paw_str_u64(s, n);
}

/* libevtx prints the bits below the sign, with the sign before them. */
static bool is_sign(paw_str theirs, paw_str ours)
{
    uint64_t a = 0, b = 0;
    if (!paw_str_starts(theirs, PAW_LIT("-")) || !paw_str_starts(ours, PAW_LIT("-")) ||
        !paw_str_u64(paw_str_from(theirs, 1), &a) || !paw_str_u64(paw_str_from(ours, 1), &b))
        return false;
    const uint64_t sum = a + b;
    return sum == UINT64_C(1) << 7 || sum == UINT64_C(1) << 15 || sum == UINT64_C(1) << 31 ||
           sum == UINT64_C(1) << 63;
}

static bool is_real(paw_str theirs, paw_str ours)
{
    const size_t e = paw_str_find(theirs, PAW_LIT("e+"), 0);
    size_t n = 0; /* of the digits that agree */
    while (n < ours.n && n < theirs.n && ours.p[n] == theirs.p[n])
        n++;
    return e != SIZE_MAX && n == ours.n;
}

/* Equal but for characters from `from` to `to`: dropped in theirs, or others there. */
static bool is_equal_but(paw_str theirs, paw_str ours, uint32_t from, uint32_t to)
{
    size_t i = 0, k = 0;
    bool differs = false;
    while (k < ours.n) {
        uint32_t a = 0, b = 0;
        const size_t own = paw_utf8_next(ours, k, &b);
        const size_t other = i < theirs.n ? paw_utf8_next(theirs, i, &a) : 0;
        const bool is_special = b >= from && b <= to;
        if (other != 0 && a == b) {
            i += other;
        } else if (is_special) {
            differs = true;
            i += other != 0 && a >= from && a <= to ? other : 0;
        } else {
            return false;
        }
        k += own;
    }
    return differs && i == theirs.n;
}

/* A FILETIME that libevtx cannot print stands as both its halves. */
static bool is_far_time(paw_str theirs, paw_str ours)
{
    const paw_str high = paw_str_sub(theirs, 1, 10), low = paw_str_sub(theirs, 12, 10);
    uint64_t a = 0, b = 0, c = 0;
    return paw_str_starts(theirs, PAW_LIT("(0x")) && theirs.n == 23 && is_hex(high, &a) &&
           is_hex(low, &b) && paw_str_u64(ours, &c) && c == (a << 32 | b);
}

/* Ours goes on behind a NUL where theirs ends. */
static bool is_nul(paw_str theirs, paw_str ours)
{
    return theirs.p != NULL && theirs.n < ours.n && ours.p[theirs.n] == '\0' &&
           paw_str_starts(ours, theirs);
}

/* Behind a surrogate without its partner libevtx loses a character. */
static bool is_surrogate(paw_str theirs, paw_str ours)
{
    static const char stand_in[] = "\xEF\xBF\xBD";
    const size_t at = paw_str_find(ours, paw_str_of(stand_in), 0);
    const size_t behind = at + sizeof(stand_in) - 1;
    return at != SIZE_MAX && theirs.n + 1 == ours.n &&
           paw_str_starts(theirs, paw_str_sub(ours, 0, behind)) &&
           paw_str_equal(paw_str_from(theirs, behind), paw_str_from(ours, behind + 1));
}

/* Of several pieces libevtx keeps one. */
static bool is_repeat(paw_str theirs, paw_str ours)
{
    for (size_t at = 0; at < ours.n; at += theirs.n)
        if (theirs.n == 0 || !paw_str_starts(paw_str_from(ours, at), theirs))
            return false;
    return theirs.n != 0 && theirs.n < ours.n && ours.n % theirs.n == 0;
}

bool difference_has_markup(const struct paw_fact *ours)
{
    enum paw_field_id id = PAW_F_NONE;
    paw_str name, text;
    for (size_t i = 0; paw_fact_field(ours, i, &id, &name, &text); i++)
        if (paw_str_starts(text, PAW_LIT("<")))
            return true;
    return false;
}

enum difference_class difference_of(paw_str theirs, paw_str ours, bool has_markup)
{
    uint64_t a = 0, b = 0;
    if (is_hex(theirs, &a) && is_hex(ours, &b) && a == b)
        return DIFFERENCE_HEX_ZEROS;
    if (is_digits(theirs) && paw_str_u64(theirs, &a) && is_hex(ours, &b) && a == b)
        return DIFFERENCE_SIZE;
    if (theirs.n == ours.n + 2 && ours.n > 1 && paw_str_ends_name(theirs, PAW_LIT("00Z")) &&
        paw_str_starts(theirs, paw_str_sub(ours, 0, ours.n - 1)))
        return DIFFERENCE_TIME_DIGITS;
    if (is_far_time(theirs, ours))
        return DIFFERENCE_FAR_TIME;
    if (is_nul(theirs, ours))
        return DIFFERENCE_NUL;
    if (is_surrogate(theirs, ours))
        return DIFFERENCE_SURROGATE;
    if (is_repeat(theirs, ours))
        return DIFFERENCE_REPEAT;
    if (is_sign(theirs, ours))
        return DIFFERENCE_SIGN;
    if (ours.n != 0 && is_real(theirs, ours))
        return DIFFERENCE_REAL;
    if (is_equal_but(theirs, ours, 0x10000, 0x10FFFF))
        return DIFFERENCE_BEYOND_BMP;
    if (is_equal_but(theirs, ours, 0xFFFE, 0xFFFE))
        return DIFFERENCE_NONCHARACTER;
    if (theirs.p == NULL && paw_str_trim(ours, " \t\r\n").n == 0)
        return DIFFERENCE_BLANK;
    return has_markup && (theirs.p == NULL || ours.p == NULL) ? DIFFERENCE_MARKUP : DIFFERENCE_NONE;
}
