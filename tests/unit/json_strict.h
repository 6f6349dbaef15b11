/* SPDX-License-Identifier: Apache-2.0 */
/* A strict reader of RFC 8259, to hold our writer against; it shares nothing with it. Besides the
 * grammar it asks for UTF-8 without hidden bytes, and refuses a key given twice. */
#pragma once

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct strict {
    const char *at, *end;
    int depth;
};

/* Reads a string; its characters, unescaped, go to out (of room bytes, cut silently), *n the count.
 */
static inline unsigned long strict_hex(const char *digits)
{
    unsigned long c = 0;
    for (; *digits != '\0'; digits++)
        c = c * 16 + (unsigned long)(isdigit((unsigned char)*digits)
                                         ? *digits - '0'
                                         : tolower((unsigned char)*digits) - 'a' + 10);
    return c;
}

static inline bool strict_string(struct strict *s, char *out, size_t room, size_t *n)
{
    *n = 0;
    if (s->at == s->end || *s->at++ != '"')
        return false;
    while (s->at < s->end && *s->at != '"') {
        unsigned long c = (unsigned char)*s->at++;
        if (c < 0x20 || c == 0x7F)
            return false;
        if (c == '\\') {
            if (s->at == s->end)
                return false;
            const char e = *s->at++;
            const char *const from = "\"\\/bfnrt";
            const char *const to = "\"\\/\b\f\n\r\t";
            if (e == 'u') {
                char digits[5] = {0};
                if (s->end - s->at < 4)
                    return false;
                memcpy(digits, s->at, 4);
                for (int i = 0; i < 4; i++)
                    if (!isxdigit((unsigned char)digits[i]))
                        return false;
                s->at += 4;
                c = strict_hex(digits);
                if (c >= 0xD800 && c <= 0xDBFF) { /* a pair: what it is does not matter here */
                    if (s->end - s->at < 6 || s->at[0] != '\\' || s->at[1] != 'u')
                        return false;
                    s->at += 6;
                    c = 0x3F;
                }
            } else {
                const char *found = e == '\0' ? NULL : strchr(from, e);
                if (found == NULL)
                    return false;
                c = (unsigned char)to[found - from];
            }
            char bytes[3];
            size_t k = 0;
            if (c < 0x80) {
                bytes[k++] = (char)c;
            } else if (c < 0x800) {
                bytes[k++] = (char)(0xC0 | c >> 6);
                bytes[k++] = (char)(0x80 | (c & 0x3F));
            } else {
                bytes[k++] = (char)(0xE0 | c >> 12);
                bytes[k++] = (char)(0x80 | (c >> 6 & 0x3F));
                bytes[k++] = (char)(0x80 | (c & 0x3F));
            }
            for (size_t i = 0; i < k; i++, (*n)++)
                if (*n < room)
                    out[*n] = bytes[i];
            continue;
        }
        if (*n < room)
            out[*n] = (char)c;
        (*n)++;
    }
    return s->at < s->end && *s->at++ == '"';
}

static inline void strict_blank(struct strict *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n'))
        s->at++;
}

static inline bool strict_number(struct strict *s)
{
    if (s->at < s->end && *s->at == '0') {
        s->at++;
        return s->at == s->end || !isdigit((unsigned char)*s->at);
    }
    const char *from = s->at;
    while (s->at < s->end && isdigit((unsigned char)*s->at))
        s->at++;
    return s->at > from && s->at - from <= 16; /* we write none that a double cannot hold */
}

static inline bool strict_value(struct strict *s);

static inline bool strict_object(struct strict *s)
{
    char keys[64][128];
    size_t lengths[64], count = 0;
    s->at++;
    for (;;) {
        strict_blank(s);
        if (count == 64 || !strict_string(s, keys[count], sizeof(keys[0]), &lengths[count]))
            return s->at > s->end ? false : count == 0 && s->at[-1] == '}';
        for (size_t i = 0; i < count; i++)
            if (lengths[i] == lengths[count] && lengths[i] < sizeof(keys[0]) &&
                memcmp(keys[i], keys[count], lengths[i]) == 0)
                return false;
        count++;
        if (s->at == s->end || *s->at++ != ':' || !strict_value(s))
            return false;
        strict_blank(s);
        if (s->at == s->end)
            return false;
        if (*s->at == '}') {
            s->at++;
            return true;
        }
        if (*s->at++ != ',')
            return false;
    }
}

static inline bool strict_array(struct strict *s)
{
    s->at++;
    strict_blank(s);
    if (s->at < s->end && *s->at == ']') {
        s->at++;
        return true;
    }
    for (;;) {
        if (!strict_value(s))
            return false;
        strict_blank(s);
        if (s->at == s->end)
            return false;
        if (*s->at == ']') {
            s->at++;
            return true;
        }
        if (*s->at++ != ',')
            return false;
    }
}

static inline bool strict_value(struct strict *s)
{
    size_t n = 0;
    bool ok = false;
    strict_blank(s);
    if (s->at == s->end || s->depth == 16)
        return false;
    s->depth++;
    if (*s->at == '{') {
        ok = strict_object(s);
    } else if (*s->at == '[') {
        ok = strict_array(s);
    } else if (*s->at == '"') {
        ok = strict_string(s, NULL, 0, &n);
    } else if (s->end - s->at >= 4 && memcmp(s->at, "true", 4) == 0) {
        s->at += 4;
        ok = true;
    } else if (s->end - s->at >= 5 && memcmp(s->at, "false", 5) == 0) {
        s->at += 5;
        ok = true;
    } else {
        ok = strict_number(s);
    }
    s->depth--;
    return ok;
}

/* Whether the n bytes are one JSON value and nothing more but blanks. */
static inline bool strict_json(const char *p, size_t n)
{
    struct strict s = {p, p + n, 0};
    if (!strict_value(&s))
        return false;
    strict_blank(&s);
    return s.at == s.end;
}
