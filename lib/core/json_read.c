/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded reader of JSON: see json_read.h. Nesting is counted, not recursed into. */
#include "core/json_read.h"

#include "core/str.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct paw_json_reader *r)
{
    while (r->at < r->text.n && is_space(r->text.p[r->at]))
        r->at++;
}

static bool is_next(const struct paw_json_reader *r, char c)
{
    return r->at < r->text.n && r->text.p[r->at] == c;
}

static bool take(struct paw_json_reader *r, char c)
{
    skip_space(r);
    if (!is_next(r, c))
        return false;
    r->at++;
    return true;
}

/* Four hexadecimal digits. */
static bool take_unit(struct paw_json_reader *r, uint32_t *ret)
{
    uint32_t unit = 0;
    if (r->text.n - r->at < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        const char c = paw_lower(r->text.p[r->at + i]);
        if (c >= '0' && c <= '9')
            unit = unit << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            unit = unit << 4 | (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    r->at += 4;
    *ret = unit;
    return true;
}

/* Behind a backslash. Writes at most four bytes. */
static bool take_escape(struct paw_json_reader *r, char *out, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    uint32_t unit = 0, low = 0;
    if (r->at >= r->text.n)
        return false;
    const char c = r->text.p[r->at++];
    const char *simple = c == '\0' ? NULL : strchr(from, c);
    if (simple != NULL) {
        out[(*n)++] = to[simple - from];
        return true;
    }
    if (c != 'u' || !take_unit(r, &unit))
        return false;
    if (unit >= 0xD800 && unit < 0xDC00 && r->text.n - r->at >= 6 && r->text.p[r->at] == '\\' &&
        r->text.p[r->at + 1] == 'u') {
        const size_t kept = r->at;
        r->at += 2;
        if (!take_unit(r, &low))
            return false;
        if (low >= 0xDC00 && low < 0xE000)
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        else
            r->at = kept; /* two lone ones */
    }
    *n += paw_utf8_put(out + *n, unit);
    return true;
}

/* A string with its quotes; the decoded text is never longer than the written one. */
static enum paw_status read_string(struct paw_json_reader *r, paw_str *ret)
{
    if (!take(r, '"'))
        return PAW_E_FORMAT;
    size_t end = r->at;
    while (end < r->text.n && r->text.p[end] != '"')
        end += r->text.p[end] == '\\' ? 2 : 1;
    if (end >= r->text.n)
        return PAW_E_FORMAT;
    char *out = paw_arena_alloc(r->arena, end - r->at + 1);
    size_t n = 0;
    if (out == NULL)
        return PAW_E_MEMORY;
    while (r->at < end) {
        const char c = r->text.p[r->at++];
        if ((uint8_t)c < 32 || (c == '\\' && !take_escape(r, out, &n)))
            return PAW_E_FORMAT;
        if (c != '\\')
            out[n++] = c;
    }
    if (r->at != end || !paw_utf8_valid((paw_str){out, n}))
        return PAW_E_FORMAT;
    r->at = end + 1;
    *ret = (paw_str){out, n};
    return PAW_OK;
}

static bool skip_word(struct paw_json_reader *r)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < PAW_COUNT_OF(words); i++)
        if (paw_str_starts(paw_str_from(r->text, r->at), paw_str_of(words[i]))) {
            r->at += strlen(words[i]);
            return true;
        }
    const size_t from = r->at;
    while (r->at < r->text.n && strchr("+-.0123456789eE", r->text.p[r->at]) != NULL &&
           r->text.p[r->at] != '\0')
        r->at++;
    return r->at != from;
}

/* A value that nobody asked for: containers are counted, their inside is looked at for its form
 * only. */
static enum paw_status skip_value(struct paw_json_reader *r)
{
    char open[PAW_JSON_READ_DEPTH];
    size_t depth = 0;
    bool wants_value = true;
    do {
        skip_space(r);
        if (r->at >= r->text.n)
            return PAW_E_FORMAT;
        const char c = r->text.p[r->at];
        paw_str text = {0};
        if (c == '"') {
            const enum paw_status status = read_string(r, &text);
            if (status != PAW_OK)
                return status;
            wants_value = false;
        } else if (c == '{' || c == '[') {
            if (depth == PAW_JSON_READ_DEPTH)
                return PAW_E_LIMIT;
            open[depth++] = c == '{' ? '}' : ']';
            r->at++;
            wants_value = false; /* it may be empty */
        } else if ((c == '}' || c == ']') && depth > 0 && open[depth - 1] == c && !wants_value) {
            depth--;
            r->at++;
        } else if ((c == ',' || c == ':') && depth > 0) {
            r->at++;
            wants_value = true;
            continue;
        } else if (!skip_word(r)) {
            return PAW_E_FORMAT;
        } else {
            wants_value = false;
        }
    } while (depth > 0);
    return PAW_OK;
}

enum paw_status paw_json_read_object(struct paw_json_reader *r, paw_json_member_fn *member,
                                     void *self)
{
    if (!take(r, '{'))
        return PAW_E_FORMAT;
    for (bool first = true; !take(r, '}'); first = false) {
        paw_str key = {0}, value = {0};
        if (!first && !take(r, ','))
            return PAW_E_FORMAT;
        enum paw_status status = read_string(r, &key);
        if (status != PAW_OK)
            return status;
        if (!take(r, ':'))
            return PAW_E_FORMAT;
        skip_space(r);
        status = is_next(r, '"') ? read_string(r, &value) : skip_value(r);
        if (status != PAW_OK)
            return status;
        if (!member(self, key, value))
            return PAW_E_FORMAT;
    }
    skip_space(r);
    return PAW_OK;
}
