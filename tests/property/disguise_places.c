/* SPDX-License-Identifier: Apache-2.0 */
/* Paths and addresses in disguise: docs/detections 2.1 and 2.8. */
#include "property/disguise_private.h"

#include <stdio.h>

static bool ends_argument(char c, bool is_quoted)
{
    return c == '"' || (!is_quoted && (c == ' ' || c == ',' || c == '}'));
}

static size_t argument_end(paw_str s, size_t at, bool is_quoted)
{
    while (at < s.n && !ends_argument(s.p[at], is_quoted))
        at++;
    return at;
}

size_t path_end(paw_str s, size_t at, bool is_quoted)
{
    const paw_str rest = paw_str_from(s, at);
    const bool after_word = at > 0 && is_word_char(s.p[at - 1]);
    const bool drive = rest.n > 3 && rest.p[1] == ':' && rest.p[2] == '\\' && !after_word &&
                       paw_lower(rest.p[0]) >= 'a' && paw_lower(rest.p[0]) <= 'z';
    const bool share = rest.n > 3 && rest.p[0] == '\\' && rest.p[1] == '\\' &&
                       is_word_char(rest.p[2]) && (at == 0 || s.p[at - 1] != '\\');
    return drive || share ? argument_end(s, at, is_quoted) : 0;
}

size_t url_end(paw_str s, size_t at, bool is_quoted)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://", "file:///"};
    for (size_t i = 0; i < PAW_COUNT_OF(schemes); i++)
        if (paw_str_starts(paw_str_from(s, at), paw_str_of(schemes[i])))
            return argument_end(s, at, is_quoted);
    return 0;
}

/* Paths -----------------------------------------------------------------------------------------
 */

static void put_separator(struct hand *h)
{
    static const char *const cancelled[] = {"\\x.y\\..\\", "\\.\\",    "\\a\\b\\..\\..\\",
                                            "/nope/../",   "\\.\\.\\", "\\q\\.\\..\\"};
    static const char *const slashes[] = {"\\\\", "/", "//", "\\/", "\\\\\\"};
    if (play(h, TRICK_DOTS, 4))
        put_text(h, cancelled[h->roll(PAW_COUNT_OF(cancelled))]);
    else if (play(h, TRICK_SLASHES, 3))
        put_text(h, slashes[h->roll(PAW_COUNT_OF(slashes))]);
    else
        put(h, '\\');
}

static const char *short_name(paw_str part)
{
    static const struct {
        const char *full, *brief;
    } names[] = {
        {"Program Files", "PROGRA~1"}, {"Program Files (x86)", "PROGRA~2"},
        {"ProgramData", "PROGRA~3"},   {"Administrator", "ADMINI~1"},
        {"Common Files", "COMMON~1"},  {"Internet Explorer", "INTERN~1"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++)
        if (paw_str_equal(part, paw_str_of(names[i].full)))
            return names[i].brief;
    return NULL;
}

static void put_component(struct hand *h, paw_str part, bool is_last, bool is_plain)
{
    const char *brief = short_name(part);
    if (brief != NULL && play(h, TRICK_SHORT, 1))
        put_loose_view(h, paw_str_of(brief));
    else
        put_loose_view(h, part);
    const bool has_stream = paw_str_find_char(part, ':', 0) != SIZE_MAX;
    if (is_plain || part.n == 0 || has_stream)
        return;
    /* address readers look at the extension themselves */
    const bool reads_urls = h->dialect->name[0] == 'm' && h->dialect->name[1] == 's';
    if (is_last && play(h, TRICK_STREAM, 2))
        put_text(h, "::$DATA");
    else if (!(is_last && (reads_urls || h->dialect->name[0] == 'h')) && play(h, TRICK_TAIL_DOT, 4))
        put(h, '.');
}

/* Components and what separates them; verbatim: `\\?\`, which nothing normalises. */
static void put_components(struct hand *h, paw_str rest, bool is_verbatim)
{
    for (size_t from = 0; from <= rest.n;) {
        const size_t slash = paw_str_find_char(rest, '\\', from);
        const size_t end = slash == SIZE_MAX ? rest.n : slash;
        put_component(h, paw_str_sub(rest, from, end - from), slash == SIZE_MAX, is_verbatim);
        if (slash != SIZE_MAX && is_verbatim)
            put(h, '\\');
        else if (slash != SIZE_MAX)
            put_separator(h);
        from = end + 1;
    }
}

/* Beginnings of paths that a variable holds. */
static size_t put_variable(struct hand *h, paw_str path)
{
    static const struct {
        const char *begin;
        const char *names[3];
    } places[] = {
        {"C:\\Users\\m.weber\\AppData\\Local\\Temp\\", {"TEMP", "tmp", "TMP"}},
        {"C:\\Users\\m.weber\\AppData\\Roaming\\", {"APPDATA", "AppData", "appdata"}},
        {"C:\\Users\\m.weber\\", {"USERPROFILE", "UserProfile", "userprofile"}},
        {"C:\\Users\\Public\\", {"PUBLIC", "public", "Public"}},
        {"C:\\ProgramData\\", {"ProgramData", "ALLUSERSPROFILE", "PROGRAMDATA"}},
        {"C:\\Windows\\", {"windir", "SystemRoot", "WINDIR"}},
        {"C:\\", {"SystemDrive", "HOMEDRIVE", "systemdrive"}},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(places); i++) {
        const paw_str begin = paw_str_of(places[i].begin);
        if (!paw_str_starts(path, begin))
            continue;
        const bool delayed = h->delays && h->roll(2) == 0;
        const uint64_t on = h->on;
        if (!delayed) /* percent signs are read before carets */
            h->on &= ~BIT(TRICK_CARETS);
        put(h, delayed ? '!' : '%');
        put_text(h, places[i].names[h->roll(3)]);
        put(h, delayed ? '!' : '%');
        h->on = on;
        return begin.n - 1;
    }
    return 0;
}

static bool put_relative(struct hand *h, paw_str path)
{
    static const char *const before[] = {".\\", "./", ".\\.\\", "nope\\..\\"};
    const size_t slash = paw_str_rfind_char(path, '\\');
    if (path.p[1] != ':' || h->d->directory[0] != '\0' || slash == SIZE_MAX || slash < 3 ||
        paw_str_find_char(path, ':', 2) != SIZE_MAX || !play(h, TRICK_RELATIVE, 2))
        return false;
    const paw_str folder = paw_str_sub(path, 0, slash);
    (void)snprintf(h->d->directory, sizeof(h->d->directory), "%.*s", (int)folder.n, folder.p);
    h->was_relative = true;
    put_text(h, before[h->roll(PAW_COUNT_OF(before))]);
    put_components(h, paw_str_from(path, slash + 1), false);
    return true;
}

static bool put_device(struct hand *h, paw_str path)
{
    const bool is_share = path.p[0] == '\\';
    if (!play(h, TRICK_DEVICE, 2))
        return false;
    const bool verbatim = is_share || h->roll(2) == 0;
    put_text(h, verbatim ? "\\\\?\\" : "\\\\.\\");
    if (is_share)
        put_loose_view(h, PAW_LIT("UNC\\"));
    else
        put_loose_view(h, paw_str_sub(path, 0, 2));
    if (!is_share)
        put(h, '\\');
    put_components(h, paw_str_from(path, is_share ? 2 : 3), verbatim);
    return true;
}

static void put_share(struct hand *h, paw_str path)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1", "LOCALHOST"};
    put_text(h, "\\\\");
    put_text(h, hosts[h->roll(PAW_COUNT_OF(hosts))]);
    put(h, '\\');
    put_loose(h, path.p[0]);
    put_text(h, "$\\");
    put_components(h, paw_str_from(path, 3), false);
}

static void put_spelled(struct hand *h, paw_str path)
{
    const bool is_share = path.p[0] == '\\';
    if (put_relative(h, path) || put_device(h, path))
        return;
    if (is_share) {
        put_text(h, "\\\\");
        put_components(h, paw_str_from(path, 2), false);
        return;
    }
    size_t at = 0;
    if ((h->behind_cmd || h->shell_reads) && play(h, TRICK_VARIABLES, 2))
        at = put_variable(h, path);
    if (at == 0 && path.p[0] == 'C' && play(h, TRICK_SHARE, 3)) {
        put_share(h, path);
        return;
    }
    if (at == 0) {
        put_loose(h, path.p[0]);
        put(h, ':');
        at = 2;
    }
    put_separator(h);
    put_components(h, paw_str_from(path, at + 1), false);
}

void put_path(struct hand *h, paw_str path, bool is_quoted)
{
    const bool adds_quotes = !is_quoted && !h->in_quotes && play(h, TRICK_QUOTED, 2);
    if (adds_quotes)
        put(h, '"');
    put_spelled(h, path);
    if (adds_quotes)
        put(h, '"');
}

/* Addresses -------------------------------------------------------------------------------------
 */

static void put_url_case(struct hand *h, char c)
{
    const bool letter = paw_lower(c) >= 'a' && paw_lower(c) <= 'z';
    put(h, letter && play(h, TRICK_URL_CASE, 3) ? (char)(paw_lower(c) - 'a' + 'A') : c);
}

static bool is_ipv4(paw_str host)
{
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9'))
            return false;
    return host.n != 0;
}

static void put_number(struct hand *h, paw_str host)
{
    char text[32];
    unsigned long value = 0, part = 0;
    for (size_t i = 0; i <= host.n; i++) {
        if (i < host.n && host.p[i] != '.') {
            part = part * 10 + (unsigned long)(host.p[i] - '0');
            continue;
        }
        value = value << 8 | part;
        part = 0;
    }
    const unsigned form = h->roll(3);
    if (form == 0)
        (void)snprintf(text, sizeof(text), "%lu", value);
    else if (form == 1)
        (void)snprintf(text, sizeof(text), "0x%lx", value);
    else
        (void)snprintf(text, sizeof(text), "0%lo", value);
    put_text(h, text);
}

static void put_host(struct hand *h, paw_str host)
{
    if (is_ipv4(host) && play(h, TRICK_URL_HOST, 1)) {
        put_number(h, host);
        return;
    }
    for (size_t i = 0; i < host.n; i++) {
        const char c = host.p[i];
        const bool letter = c >= 'a' && c <= 'z';
        if (letter && !is_ipv4(host) && play(h, TRICK_URL_HOST, 6))
            put_code_point(h, 0xFF41 + (uint32_t)(c - 'a'));
        else
            put_url_case(h, c);
    }
}

static void put_url_path(struct hand *h, paw_str path)
{
    bool in_query = false;
    for (size_t i = 0; i < path.n; i++) {
        const char c = path.p[i];
        in_query = in_query || c == '?';
        if (c == '/' && !in_query) {
            put(h, play(h, TRICK_URL_SLASH, 4) ? '\\' : '/');
            if (play(h, TRICK_URL_DOTS, 3))
                put_text(h, h->roll(2) == 0 ? "x/../" : "./");
        } else if (is_word_char(c) && !in_query && play(h, TRICK_PERCENT, 5)) {
            static const char *const digits[] = {"0123456789ABCDEF", "0123456789abcdef"};
            const char *hex = digits[h->roll(2)];
            put(h, '%');
            put(h, hex[(unsigned char)c >> 4]);
            put(h, hex[(unsigned char)c & 15]);
        } else {
            put(h, c);
        }
    }
}

void put_url(struct hand *h, paw_str url)
{
    const size_t colon = paw_str_find_char(url, ':', 0);
    const bool is_file = paw_str_starts(url, PAW_LIT("file:"));
    const size_t from = colon + 3;
    size_t end = from;
    for (size_t i = 0; i < colon; i++)
        put_url_case(h, url.p[i]);
    put(h, ':');
    put_text(h, !is_file && play(h, TRICK_URL_SLASH, 3) ? "\\\\" : "//");
    while (end < url.n && url.p[end] != '/' && url.p[end] != ':')
        end++;
    if (!is_file && play(h, TRICK_USER, 2))
        put_text(h, h->roll(2) == 0 ? "u@" : "user:word@");
    put_host(h, paw_str_sub(url, from, end - from));
    if (end < url.n && url.p[end] == ':')
        for (; end < url.n && url.p[end] != '/'; end++)
            put(h, url.p[end]);
    if (is_file) { /* the drive is no place for dots */
        put_view(h, paw_str_sub(url, end, 4));
        end += 4;
    }
    put_url_path(h, paw_str_from(url, end));
}
