/* SPDX-License-Identifier: Apache-2.0 */
/* Spellings of registry paths, docs/detections 1.6. */
#include "windows/regpath.h"

#include "windows/text.h"

/* How the root is written -> how it is written here. Longest first where one begins another. */
static const struct {
    const char *written, *canonical;
    bool is_user;
} roots[] = {
    {"\\registry\\machine", "HKLM", false},
    {"\\registry\\user", "HKU", true},
    {"hkey_local_machine", "HKLM", false},
    {"hkey_users", "HKU", true},
    {"hkey_current_user", "HKCU", false},
    {"hkey_classes_root", "HKLM\\SOFTWARE\\Classes", false},
    {"hklm", "HKLM", false},
    {"hku", "HKU", true},
    {"hkcu", "HKCU", false},
    {"hkcr", "HKLM\\SOFTWARE\\Classes", false},
};

static bool take_root(paw_str *s, struct paw_text *key, bool *is_user)
{
    for (size_t i = 0; i < PAW_COUNT_OF(roots); i++) {
        const paw_str written = paw_str_of(roots[i].written);
        if (!paw_str_starts_name(*s, written))
            continue;
        paw_str rest = paw_str_from(*s, written.n);
        if (rest.n != 0 && rest.p[0] == ':') /* PowerShell's drive */
            rest = paw_str_from(rest, 1);
        if (rest.n != 0 && rest.p[0] != '\\')
            continue;
        paw_text_add(key, paw_str_of(roots[i].canonical));
        *is_user = roots[i].is_user;
        *s = rest;
        return true;
    }
    return false;
}

static paw_str take_part(paw_str *s)
{
    while (s->n != 0 && s->p[0] == '\\')
        *s = paw_str_from(*s, 1);
    const size_t end = paw_str_find_char(*s, '\\', 0);
    const paw_str part = paw_str_sub(*s, 0, end);
    *s = paw_str_from(*s, part.n);
    return part;
}

static bool is_control_set(paw_str part)
{
    return part.n == 13 && paw_str_starts_name(part, PAW_LIT("ControlSet")) &&
           paw_is_digit(part.p[10]) && paw_is_digit(part.p[11]) && paw_is_digit(part.p[12]);
}

static void add_part(struct paw_text *key, paw_str part)
{
    if (key->n != 0)
        paw_text_char(key, '\\');
    paw_text_add(key, part);
}

/* `S-1-5-21-…_Classes` is the user's Software\Classes. */
static void add_user(struct paw_text *key, paw_str part, struct paw_regpath *ret)
{
    const bool classes = paw_str_ends_name(part, PAW_LIT("_Classes"));
    const paw_str sid = paw_str_sub(part, 0, part.n - (classes ? 8 : 0));
    add_part(key, sid);
    ret->sid = (paw_str){NULL, sid.n}; /* set to a view of the key at the end */
    if (classes)
        paw_text_add(key, PAW_LIT("\\Software\\Classes"));
}

static bool is_machine(const struct paw_text *key)
{
    return paw_str_equal(paw_text_view(key), PAW_LIT("HKLM"));
}

static void add_rest(struct paw_text *key, paw_str s, bool is_user, struct paw_regpath *ret)
{
    for (size_t depth = 0; s.n != 0; depth++) {
        const paw_str part = take_part(&s);
        if (part.n == 0)
            break;
        if (paw_str_same_name(part, PAW_LIT("WOW6432Node"))) {
            ret->is_32bit = true;
        } else if (depth == 0 && is_user) {
            add_user(key, part, ret);
        } else if (depth == 0 && is_machine(key) && paw_in_list(part, "software|system")) {
            add_part(key, paw_str_same_name(part, PAW_LIT("software")) ? PAW_LIT("SOFTWARE")
                                                                       : PAW_LIT("SYSTEM"));
        } else if (depth == 1 && is_control_set(part) &&
                   paw_str_equal(paw_text_view(key), PAW_LIT("HKLM\\SYSTEM"))) {
            add_part(key, PAW_LIT("CurrentControlSet"));
        } else {
            add_part(key, part);
        }
    }
}

/* `HKCU\…` for what is a user's own. */
static paw_str place_of(const struct paw_regpath *r, struct paw_arena *arena)
{
    if (r->sid.n == 0)
        return r->key;
    return paw_arena_join(arena, PAW_LIT("HKCU"), paw_str_from(r->key, 4 + r->sid.n));
}

void paw_regpath_read(paw_str raw, bool has_value, struct paw_arena *arena, struct paw_regpath *ret)
{
    bool is_user = false;
    paw_str s = raw;
    *ret = (struct paw_regpath){0};
    if (raw.p == NULL)
        return;
    if (paw_str_starts_name(s, PAW_LIT("Registry::")))
        s = paw_str_from(s, 10);
    if (paw_str_starts_name(s, PAW_LIT("Computer\\")))
        s = paw_str_from(s, 9);
    if (has_value) {
        const size_t last = paw_str_rfind_char(s, '\\');
        ret->name = last == SIZE_MAX ? s : paw_str_from(s, last + 1);
        s = paw_str_sub(s, 0, last == SIZE_MAX ? 0 : last);
        if (paw_str_same_name(ret->name, PAW_LIT("(Default)")))
            ret->name.n = 0;
    }
    struct paw_text key = paw_text_new(arena, s.n + 32);
    if (!take_root(&s, &key, &is_user) && s.n != 0 && s.p[0] == '\\')
        paw_text_char(&key, '\\'); /* \REGISTRY\A\{guid}: a private hive */
    if (key.n == 1)
        s = paw_str_from(s, 1);
    if (key.n == 1) {
        paw_text_add(&key, take_part(&s));
    }
    add_rest(&key, s, is_user, ret);
    ret->key = paw_text_view(&key);
    if (ret->sid.n != 0)
        ret->sid = paw_str_sub(ret->key, 4, ret->sid.n);
    else
        ret->sid = (paw_str){0};
    ret->place = place_of(ret, arena);
}
