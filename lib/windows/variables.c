/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Environment variables and short names, docs/detections 2.1.1 and 2.1.2.
 */
#include "windows/variables.h"

#include "windows/text.h"

enum { MOST_VALUES = 64 }; /* variables replaced in one text; what follows stays as it is */

enum base { PLAIN, ROOT, DRIVE, PROFILE };

static const struct {
    const char *name;
    enum base base;
    const char *rest;
} variables[] = {
    {"systemroot", ROOT, ""},
    {"windir", ROOT, ""},
    {"comspec", ROOT, "\\System32\\cmd.exe"},
    {"systemdrive", DRIVE, ""},
    {"programfiles", DRIVE, "\\Program Files"},
    {"programw6432", DRIVE, "\\Program Files"},
    {"programfiles(x86)", DRIVE, "\\Program Files (x86)"},
    {"commonprogramfiles", DRIVE, "\\Program Files\\Common Files"},
    {"commonprogramw6432", DRIVE, "\\Program Files\\Common Files"},
    {"commonprogramfiles(x86)", DRIVE, "\\Program Files (x86)\\Common Files"},
    {"programdata", DRIVE, "\\ProgramData"},
    {"allusersprofile", DRIVE, "\\ProgramData"},
    {"public", DRIVE, "\\Users\\Public"},
    {"homedrive", DRIVE, ""},
    /* AppLocker's own, in its records (Microsoft, "Understanding AppLocker path variables") */
    {"osdrive", DRIVE, ""},
    {"system32", ROOT, "\\System32"},
    {"userprofile", PROFILE, ""},
    {"appdata", PROFILE, "\\AppData\\Roaming"},
    {"localappdata", PROFILE, "\\AppData\\Local"},
    {"temp", PROFILE, "\\AppData\\Local\\Temp"},
    {"tmp", PROFILE, "\\AppData\\Local\\Temp"},
    {"onedrive", PROFILE, "\\OneDrive"},
    {"onedriveconsumer", PROFILE, "\\OneDrive"},
    {"pathext", PLAIN, ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC"},
    {"os", PLAIN, "Windows_NT"},
};

static const struct {
    const char *name, *full; /* name in lower case, `?` a digit */
} short_names[] = {
    {"progra~1", "Program Files"},  {"progra~2", "Program Files (x86)"},
    {"progra~3", "ProgramData"},    {"docume~1", "Documents and Settings"},
    {"locals~1", "Local Settings"}, {"applic~1", "Application Data"},
    {"common~1", "Common Files"},   {"intern~1", "Internet Explorer"},
    {"admini~1", "Administrator"},
};

static paw_str system_root(const struct paw_variables *v)
{
    return v->system_root.n > 3 ? v->system_root : PAW_LIT("C:\\Windows");
}

static bool is_system_profile(const struct paw_variables *v)
{
    return paw_str_find_name(v->user_profile, PAW_LIT("\\config\\systemprofile"), 0) != SIZE_MAX;
}

static bool add_profile(const struct paw_variables *v, size_t which, struct paw_text *out)
{
    const bool temp = paw_str_ends_name(paw_str_of(variables[which].rest), PAW_LIT("\\Temp"));
    if (temp && is_system_profile(v)) {
        paw_text_add(out, system_root(v));
        paw_text_add(out, PAW_LIT("\\Temp"));
        return true;
    }
    if (v->user_profile.n != 0) {
        paw_text_add(out, v->user_profile);
    } else {
        paw_text_add(out, paw_str_sub(system_root(v), 0, 2));
        paw_text_add(out, PAW_LIT("\\Users\\<user>"));
    }
    return false;
}

bool paw_variable_add(paw_str name, const struct paw_variables *v, struct paw_text *out)
{
    if (paw_str_same_name(name, PAW_LIT("homepath"))) {
        const paw_str home =
            v->user_profile.n > 2 ? paw_str_from(v->user_profile, 2) : PAW_LIT("\\Users\\<user>");
        paw_text_add(out, home);
        return true;
    }
    for (size_t i = 0; i < PAW_COUNT_OF(variables); i++) {
        if (!paw_str_same_name(name, paw_str_of(variables[i].name)))
            continue;
        if (variables[i].base == ROOT)
            paw_text_add(out, system_root(v));
        if (variables[i].base == DRIVE)
            paw_text_add(out, paw_str_sub(system_root(v), 0, 2));
        if (variables[i].base == PROFILE && add_profile(v, i, out))
            return true;
        paw_text_add(out, paw_str_of(variables[i].rest));
        return true;
    }
    return false;
}

static bool is_system_variable(paw_str name)
{
    return paw_in_list(name, "systemroot|windir|systemdrive");
}

bool paw_variables_expand(paw_str s, const struct paw_variables *v, bool all, struct paw_text *out)
{
    bool changed = false;
    size_t from = 0, values = 0;
    while (from < s.n) {
        const size_t open = paw_str_find_char(s, '%', from);
        const size_t close = open == SIZE_MAX || values == MOST_VALUES
                                 ? SIZE_MAX
                                 : paw_str_find_char(s, '%', open + 1);
        if (close == SIZE_MAX) {
            paw_text_add(out, paw_str_from(s, from));
            break;
        }
        const paw_str name = paw_str_sub(s, open + 1, close - open - 1);
        paw_text_add(out, paw_str_sub(s, from, open - from));
        if ((all || is_system_variable(name)) && name.n < 32 && paw_variable_add(name, v, out)) {
            changed = true;
            values++;
            from = close + 1;
        } else {
            paw_text_char(out, '%');
            from = open + 1;
        }
    }
    return changed;
}

bool paw_psh_variable_expand(paw_str s, const struct paw_variables *v, struct paw_text *out)
{
    static const struct {
        const char *before, *after;
    } forms[] = {{"$env:", ""}, {"${env:", "}"}, {"$($env:", ")"}, {"$(${env:", "})"}};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (paw_str_starts_name(s, PAW_LIT("$home\\"))) {
        (void)paw_variable_add(PAW_LIT("userprofile"), v, out);
        paw_text_add(out, paw_str_from(s, 5));
        return true;
    }
    for (size_t i = 0; i < PAW_COUNT_OF(forms); i++) {
        const paw_str before = paw_str_of(forms[i].before), after = paw_str_of(forms[i].after);
        if (!paw_str_starts_name(s, before))
            continue;
        const paw_str rest = paw_str_from(s, before.n);
        size_t n = 0;
        while (n < rest.n && rest.p[n] != '\0' && strchr(letters, rest.p[n]) != NULL)
            n++;
        if (i == 1 && paw_str_starts_name(paw_str_from(rest, n), PAW_LIT("(x86)")))
            n += 5; /* ${env:ProgramFiles(x86)} */
        if (!paw_str_starts(paw_str_from(rest, n), after) ||
            !paw_variable_add(paw_str_sub(rest, 0, n), v, out))
            return false;
        paw_text_add(out, paw_str_from(rest, n + after.n));
        return true;
    }
    return false;
}

paw_str paw_long_name(paw_str component)
{
    for (size_t i = 0; i < PAW_COUNT_OF(short_names); i++)
        if (paw_str_same_name(component, paw_str_of(short_names[i].name)))
            return paw_str_of(short_names[i].full);
    return (paw_str){0};
}

bool paw_is_short_name(paw_str component)
{
    const size_t tilde = paw_str_rfind_char(component, '~');
    if (tilde == SIZE_MAX || tilde == 0 || tilde > 7 || component.n > 12)
        return false;
    size_t at = tilde + 1;
    while (at < component.n && paw_is_digit(component.p[at]))
        at++;
    return at > tilde + 1 && at <= 8 && (at == component.n || component.p[at] == '.');
}
