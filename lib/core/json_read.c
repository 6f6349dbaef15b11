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

static bool skip_digits(struct paw_json_reader *r)
{
    const size_t from = r->at;
    while (r->at < r->text.n && r->text.p[r->at] >= '0' && r->text.p[r->at] <= '9')
        r->at++;
    return r->at != from;
}

static bool skip_char(struct paw_json_reader *r, char c)
{
    const bool is_there = is_next(r, c);
    r->at += is_there;
    return is_there;
}

static bool skip_number(struct paw_json_reader *r)
{
    (void)skip_char(r, '-');
    if (!skip_char(r, '0') && !skip_digits(r))
        return false;
    if (skip_char(r, '.') && !skip_digits(r))
        return false;
    if (!skip_char(r, 'e') && !skip_char(r, 'E'))
        return true;
    if (!skip_char(r, '+'))
        (void)skip_char(r, '-');
    return skip_digits(r);
}

static bool skip_word(struct paw_json_reader *r)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < PAW_COUNT_OF(words); i++)
        if (paw_str_starts(paw_str_from(r->text, r->at), paw_str_of(words[i]))) {
            r->at += strlen(words[i]);
            return true;
        }
    return skip_number(r);
}

/* What is stepped over: where we are in it. */
struct skipped {
    char close[PAW_JSON_READ_DEPTH]; /* what ends each open container */
    size_t depth;
    enum { VALUE, FIRST_VALUE, KEY, FIRST_KEY, COMMA } wants;
};

static bool skip_close(struct paw_json_reader *r, struct skipped *s)
{
    if (s->depth == 0 || !skip_char(r, s->close[s->depth - 1]))
        return false;
    s->depth--;
    s->wants = COMMA;
    return true;
}

static enum paw_status skip_open(struct paw_json_reader *r, struct skipped *s, char close)
{
    if (s->depth == PAW_JSON_READ_DEPTH)
        return PAW_E_LIMIT;
    s->close[s->depth++] = close;
    s->wants = close == '}' ? FIRST_KEY : FIRST_VALUE;
    r->at++;
    return PAW_OK;
}

static enum paw_status skip_key(struct paw_json_reader *r, struct skipped *s)
{
    paw_str key = {0};
    const enum paw_status status = read_string(r, &key);
    s->wants = VALUE;
    return status != PAW_OK || take(r, ':') ? status : PAW_E_FORMAT;
}

static enum paw_status skip_one(struct paw_json_reader *r, struct skipped *s)
{
    paw_str text = {0};
    if (is_next(r, '{'))
        return skip_open(r, s, '}');
    if (is_next(r, '['))
        return skip_open(r, s, ']');
    s->wants = COMMA;
    if (is_next(r, '"'))
        return read_string(r, &text);
    return skip_word(r) ? PAW_OK : PAW_E_FORMAT;
}

static enum paw_status skip_step(struct paw_json_reader *r, struct skipped *s)
{
    skip_space(r);
    if (s->wants != VALUE && s->wants != KEY && skip_close(r, s))
        return PAW_OK;
    switch (s->wants) {
    case VALUE:
    case FIRST_VALUE:
        return skip_one(r, s);
    case KEY:
    case FIRST_KEY:
        return skip_key(r, s);
    case COMMA:
        s->wants = s->close[s->depth - 1] == '}' ? KEY : VALUE;
        return skip_char(r, ',') ? PAW_OK : PAW_E_FORMAT;
    }
    return PAW_E_FORMAT;
}

/* A value that nobody asked for: looked at for its form only, without recursion. */
enum paw_status paw_json_skip(struct paw_json_reader *r)
{
    struct skipped s = {.wants = VALUE};
    enum paw_status status = PAW_OK;
    do
        status = skip_step(r, &s);
    while (status == PAW_OK && s.depth > 0);
    return status;
}

enum paw_status paw_json_take_string(struct paw_json_reader *r, paw_str *ret)
{
    skip_space(r);
    return is_next(r, '"') ? read_string(r, ret) : PAW_E_FORMAT;
}

enum paw_status paw_json_walk_array(struct paw_json_reader *r, paw_json_element_fn *element,
                                    void *self)
{
    enum paw_status status = take(r, '[') ? PAW_OK : PAW_E_FORMAT;
    for (bool first = true; status == PAW_OK && !take(r, ']'); first = false) {
        if (!first && !take(r, ','))
            return PAW_E_FORMAT;
        skip_space(r);
        status = element(self, r, r->at);
    }
    return status;
}

struct strings {
    paw_json_item_fn *item;
    void *self;
};

static enum paw_status take_item(void *self, struct paw_json_reader *r, size_t at)
{
    const struct strings *strings = self;
    paw_str text = {0};
    const enum paw_status status = paw_json_take_string(r, &text);
    return status == PAW_OK ? strings->item(strings->self, text, at) : status;
}

enum paw_status paw_json_take_strings(struct paw_json_reader *r, paw_json_item_fn *item, void *self)
{
    struct strings strings = {item, self};
    return paw_json_walk_array(r, take_item, &strings);
}

enum paw_status paw_json_walk_object(struct paw_json_reader *r, paw_json_value_fn *value,
                                     void *self)
{
    if (!take(r, '{'))
        return PAW_E_FORMAT;
    for (bool first = true; !take(r, '}'); first = false) {
        paw_str key = {0};
        if (!first && !take(r, ','))
            return PAW_E_FORMAT;
        skip_space(r);
        const size_t at = r->at;
        enum paw_status status = read_string(r, &key);
        if (status == PAW_OK && !take(r, ':'))
            status = PAW_E_FORMAT;
        skip_space(r);
        if (status == PAW_OK)
            status = value(self, r, key, at);
        if (status != PAW_OK)
            return status;
    }
    skip_space(r);
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
        status = is_next(r, '"') ? read_string(r, &value) : paw_json_skip(r);
        if (status != PAW_OK)
            return status;
        if (!member(self, key, value))
            return PAW_E_FORMAT;
    }
    skip_space(r);
    return PAW_OK;
}
