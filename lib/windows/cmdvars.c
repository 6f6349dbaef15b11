/* SPDX-License-Identifier: Apache-2.0 */
/* Variables in text for cmd.exe, docs/detections 2.1.1. */
#include "windows/nested.h"
#include "windows/variables.h"

enum { LONGEST_REFERENCE = 256, MOST_VALUE = 4096 };

static bool take_int(paw_str *s, int64_t *ret)
{
    bool negative = false;
    int64_t value = 0;
    size_t i = 0;
    if (s->n != 0 && (s->p[0] == '-' || s->p[0] == '+')) {
        negative = s->p[0] == '-';
        i = 1;
    }
    const size_t from = i;
    for (; i < s->n && paw_is_digit(s->p[i]) && value < 100000; i++)
        value = value * 10 + (s->p[i] - '0');
    if (i == from)
        return false;
    *ret = negative ? -value : value;
    *s = paw_str_from(*s, i);
    return true;
}

/* `~start[,length]` */
static bool add_substring(paw_str value, paw_str spec, struct paw_text *out)
{
    const int64_t size = (int64_t)value.n;
    int64_t start = 0, length = size;
    spec = paw_str_from(spec, 1);
    if (!take_int(&spec, &start))
        return false;
    if (start < 0)
        start = start + size < 0 ? 0 : start + size;
    start = start > size ? size : start;
    int64_t end = size;
    if (spec.n != 0 && spec.p[0] == ',') {
        spec = paw_str_from(spec, 1);
        if (!take_int(&spec, &length))
            return false;
        end = length < 0 ? size + length : start + length;
    }
    end = end > size ? size : end < start ? start : end;
    paw_text_add(out, paw_str_sub(value, (size_t)start, (size_t)(end - start)));
    return spec.n == 0;
}

/* `old=new`, `*old=new` */
static bool add_substitution(paw_str value, paw_str spec, struct paw_text *out)
{
    const size_t sign = paw_str_find_char(spec, '=', 0);
    if (sign == SIZE_MAX || sign == 0)
        return false;
    const bool from_start = spec.p[0] == '*' && sign > 1;
    const paw_str old = paw_str_sub(spec, from_start ? 1 : 0, sign - (from_start ? 1 : 0));
    const paw_str new = paw_str_from(spec, sign + 1);
    for (size_t at = 0; at < value.n;) {
        const size_t hit = paw_str_find_name(value, old, at);
        if (hit == SIZE_MAX) {
            paw_text_add(out, paw_str_from(value, at));
            return true;
        }
        if (!from_start)
            paw_text_add(out, paw_str_sub(value, at, hit - at));
        paw_text_add(out, new);
        at = hit + old.n;
        if (from_start) {
            paw_text_add(out, paw_str_from(value, at));
            return true;
        }
    }
    return true;
}

static bool find_value(paw_str name, const struct paw_cmd_variables *known, struct paw_text *value,
                       bool *is_own)
{
    for (size_t i = known->n; i > 0; i--)
        if (paw_str_same_name(name, known->name[i - 1])) {
            paw_text_add(value, paw_str_sub(known->value[i - 1], 0, MOST_VALUE));
            *is_own = true;
            return true;
        }
    const struct paw_variables v = {.system_root = known->system_root,
                                    .user_profile = known->user_profile};
    *is_own = false;
    return paw_variable_add(name, &v, value);
}

/* Carets are gone when delayed variables are looked at. */
static paw_str without_carets(paw_str s, char room[LONGEST_REFERENCE])
{
    size_t n = 0;
    if (paw_str_find_char(s, '^', 0) == SIZE_MAX)
        return s;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '^')
            room[n++] = s.p[i];
    return (paw_str){room, n};
}

size_t paw_cmd_variable(paw_str s, const struct paw_cmd_variables *known, struct paw_text *out,
                        bool *is_spelling)
{
    bool is_own = false;
    const paw_str near = paw_str_sub(s, 0, LONGEST_REFERENCE);
    const size_t close = paw_str_find_char(near, s.p[0], 1);
    if (close == SIZE_MAX || close == 1)
        return 0;
    const bool delayed = s.p[0] == '!'; /* which only cmd.exe reads */
    char room[LONGEST_REFERENCE];
    paw_str inside = paw_str_sub(s, 1, close - 1);
    if (delayed)
        inside = without_carets(inside, room);
    const size_t colon = paw_str_find_char(inside, ':', 0);
    const paw_str name = paw_str_sub(inside, 0, colon);
    if (colon == SIZE_MAX && known->n == 0 && !delayed)
        return 0; /* the path code expands plain ones, and the text stays as it stands */
    struct paw_text value = {.arena = out->arena};
    if (name.n == 0 || !find_value(name, known, &value, &is_own))
        return 0;
    const paw_str text = paw_text_view(&value);
    if (colon == SIZE_MAX) {
        if (!is_own && !delayed)
            return 0;
        paw_text_add(out, text);
        return close + 1;
    }
    const paw_str spec = paw_str_from(inside, colon + 1);
    const bool done = spec.n > 1 && spec.p[0] == '~' ? add_substring(text, spec, out)
                                                     : add_substitution(text, spec, out);
    if (!done) {
        out->n = 0;
        return 0;
    }
    *is_spelling = true;
    return close + 1;
}
