/* SPDX-License-Identifier: Apache-2.0 */
/* FILETIME as text and back: see filetime.h. The proleptic Gregorian calendar, as Windows has it.
 */
#include "core/filetime.h"

enum {
    DAYS_PER_400_YEARS = 146097,
    FIRST_YEAR = 1601, /* begins a cycle of 400 years */
    LAST_YEAR = 9999,
    SECONDS_PER_DAY = 86400,
    TICK_DIGITS = 7,
};

/* Seconds from 1601-01-01 to 1970-01-01. */
#define UNIX_EPOCH INT64_C(11644473600)

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

/* Days from 1601-01-01 to the year's first day. */
static uint64_t days_before(unsigned year)
{
    const unsigned y = year - FIRST_YEAR;
    return (uint64_t)y * 365 + y / 4 - y / 100 + y / 400;
}

static void put_digits(char *out, unsigned digits, uint64_t value)
{
    for (unsigned i = digits; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
}

paw_str paw_filetime_text(paw_filetime t, char *out)
{
    if (t == 0)
        return (paw_str){0};
    if (t > PAW_FILETIME_MAX)
        t = PAW_FILETIME_MAX;
    const uint64_t ticks = t % PAW_TICKS_PER_SEC;
    const uint64_t seconds = t / PAW_TICKS_PER_SEC;
    const uint64_t of_day = seconds % SECONDS_PER_DAY;
    uint64_t day = seconds / SECONDS_PER_DAY;
    unsigned year = (unsigned)(FIRST_YEAR + day * 400 / DAYS_PER_400_YEARS);
    while (days_before(year) > day) /* the estimate is off by at most one */
        year--;
    while (days_before(year + 1) <= day)
        year++;
    day -= days_before(year);
    unsigned month = 1;
    for (; day >= days_of_month(year, month); month++)
        day -= days_of_month(year, month);
    memcpy(out, "0000-00-00T00:00:00.0000000Z", PAW_FILETIME_TEXT);
    put_digits(out, 4, year);
    put_digits(out + 5, 2, month);
    put_digits(out + 8, 2, day + 1);
    put_digits(out + 11, 2, of_day / 3600);
    put_digits(out + 14, 2, of_day / 60 % 60);
    put_digits(out + 17, 2, of_day % 60);
    put_digits(out + 20, TICK_DIGITS, ticks);
    return (paw_str){out, PAW_FILETIME_TEXT};
}

static bool read_digits(paw_str s, size_t at, size_t n, unsigned *ret)
{
    unsigned value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        value = value * 10 + (unsigned)(s.p[i] - '0');
    }
    *ret = value;
    return true;
}

/* What stands behind the seconds: nothing, or a point and one to nine digits; then perhaps Z. */
static bool read_fraction(paw_str s, uint64_t *ret)
{
    uint64_t ticks = 0;
    size_t at = 0;
    if (at < s.n && s.p[at] == '.') {
        size_t digits = 0;
        for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, digits++)
            if (digits < TICK_DIGITS)
                ticks = ticks * 10 + (unsigned)(s.p[at] - '0');
        if (digits == 0 || digits > 9)
            return false;
        for (; digits < TICK_DIGITS; digits++)
            ticks *= 10;
    }
    if (at < s.n && s.p[at] == 'Z')
        at++;
    *ret = ticks;
    return at == s.n;
}

bool paw_filetime_read(paw_str s, paw_filetime *ret)
{
    enum { SHORTEST = 19 };
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    uint64_t ticks = 0;
    if (s.n < SHORTEST || s.p[4] != '-' || s.p[7] != '-' || (s.p[10] != 'T' && s.p[10] != ' ') ||
        s.p[13] != ':' || s.p[16] != ':' || !read_digits(s, 0, 4, &year) ||
        !read_digits(s, 5, 2, &month) || !read_digits(s, 8, 2, &day) ||
        !read_digits(s, 11, 2, &hour) || !read_digits(s, 14, 2, &minute) ||
        !read_digits(s, 17, 2, &second))
        return false;
    if (!read_fraction((paw_str){s.p + SHORTEST, s.n - SHORTEST}, &ticks))
        return false;
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > days_of_month(year, month) || hour > 23 || minute > 59 || second > 59)
        return false;
    uint64_t days = days_before(year) + day - 1;
    for (unsigned m = 1; m < month; m++)
        days += days_of_month(year, m);
    const uint64_t seconds = days * SECONDS_PER_DAY + hour * 3600U + minute * 60U + second;
    if (seconds == 0)
        return false;
    *ret = seconds * PAW_TICKS_PER_SEC + ticks;
    return true;
}

paw_filetime paw_filetime_of_unix(int64_t seconds)
{
    const int64_t most = (int64_t)(PAW_FILETIME_MAX / PAW_TICKS_PER_SEC) - UNIX_EPOCH;
    if (seconds <= -UNIX_EPOCH || seconds > most)
        return 0;
    return (uint64_t)(seconds + UNIX_EPOCH) * PAW_TICKS_PER_SEC;
}
