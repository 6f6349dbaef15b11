/* SPDX-License-Identifier: Apache-2.0 */
/* Which hive a file is, and where commands stand in it: standing.h. */
#include "parsers/regf/standing.h"

#include "core/cursor.h"
#include "core/str.h"

static bool is_named(const struct paw_regf *h, const struct paw_regf_key *k, const char *name)
{
    const paw_bytes raw = paw_regf_key_name(h, k);
    const size_t n = strlen(name), step = k->name_is_latin1 ? 1 : 2;
    if (raw.n != n * step)
        return false;
    for (size_t i = 0; i < n; i++) {
        const uint16_t unit = step == 1 ? raw.p[i] : paw_le16(raw.p + 2 * i);
        if (unit > 0x7F || paw_lower((char)unit) != paw_lower(name[i]))
            return false;
    }
    return true;
}

uint32_t paw_regf_find(const struct paw_regf *h, uint32_t key, const char *name)
{
    if (key == PAW_REGF_NOTHING)
        return key;
    const struct paw_regf_key *k = &h->keys[key];
    for (uint32_t i = 0; i < k->n_children; i++)
        if (is_named(h, &h->keys[k->first_child + i], name))
            return k->first_child + i;
    return PAW_REGF_NOTHING;
}

static bool has(const struct paw_regf *h, const char *name)
{
    return paw_regf_find(h, 0, name) != PAW_REGF_NOTHING;
}

/* Does a class, a file type or a scheme stand right below the root? */
static bool has_classes(const struct paw_regf *h)
{
    const struct paw_regf_key *root = &h->keys[0];
    if (has(h, "CLSID") || has(h, "Local Settings"))
        return true;
    for (uint32_t i = 0; i < root->n_children; i++)
        if (paw_regf_find(h, root->first_child + i, "shell") != PAW_REGF_NOTHING)
            return true;
    return false;
}

/* Does the path in the base block end so? */
static bool was_named(const struct paw_regf *h, const char *end)
{
    const size_t n = strlen(end);
    if (h->own_name.units < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        const uint16_t unit = paw_le16(h->own_name.p + 2 * (h->own_name.units - n + i));
        if (unit > 0x7F || paw_lower((char)unit) != paw_lower(end[i]))
            return false;
    }
    return true;
}

const char *paw_regf_hive_kind(const struct paw_regf *h)
{
    static const struct {
        const char *end, *kind;
    } names[] = {
        {"ntuser.dat", "NTUSER"}, {"UsrClass.dat", "UsrClass"},
        {"SOFTWARE", "SOFTWARE"}, {"SYSTEM", "SYSTEM"},
        {"SAM", "SAM"},           {"SECURITY", "SECURITY"},
        {"DEFAULT", "DEFAULT"},   {"Amcache.hve", "Amcache"},
        {"BCD", "BCD"},
    };
    if (has(h, "Select") && (has(h, "ControlSet001") || has(h, "ControlSet002")))
        return "SYSTEM";
    if (has(h, "Software") || has(h, "Environment") || has(h, "Control Panel"))
        return was_named(h, "\\DEFAULT") ? "DEFAULT" : "NTUSER";
    if (has(h, "Microsoft") && !has_classes(h))
        return "SOFTWARE";
    if (has(h, "SAM"))
        return "SAM";
    if (has(h, "Root") && was_named(h, "Amcache.hve"))
        return "Amcache";
    if (has(h, "Policy") && !has_classes(h))
        return "SECURITY";
    if (has(h, "Objects") && has(h, "Description"))
        return "BCD";
    if (has_classes(h))
        return "UsrClass";
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++)
        if (was_named(h, names[i].end))
            return names[i].kind;
    return "unknown";
}

enum scope {
    OF_MACHINE = 1, /* below SOFTWARE           */
    OF_USER = 2,    /* below Software of a user */
    OF_BOTH = OF_MACHINE | OF_USER,
    OF_USER_ROOT = 4, /* a user's, from the hive's root */
    OF_SYSTEM = 8,    /* below a control set      */
};

#define CV "Microsoft\\Windows\\CurrentVersion\\"
#define NT "Microsoft\\Windows NT\\CurrentVersion\\"

static const struct rule {
    unsigned scope;
    const char *key, *value; /* globs */
    const char *kind;
} rules[] = {
    {OF_BOTH, CV "Run", "*", "run"},
    {OF_BOTH, CV "RunOnce*", "*", "run"},
    {OF_BOTH, CV "RunServices*", "*", "run"},
    {OF_BOTH, CV "Policies\\Explorer\\Run", "*", "run"},
    {OF_MACHINE, NT "Terminal Server\\Install\\Software\\" CV "Run*", "*", "run"},
    {OF_BOTH, NT "Winlogon", "Shell", "winlogon"},
    {OF_BOTH, NT "Winlogon", "Userinit", "winlogon"},
    {OF_BOTH, NT "Winlogon", "Taskman", "winlogon"},
    {OF_BOTH, NT "Winlogon", "VmApplet", "winlogon"},
    {OF_BOTH, NT "Winlogon", "AppSetup", "winlogon"},
    {OF_BOTH, NT "Winlogon", "GinaDLL", "winlogon"},
    {OF_BOTH, NT "Winlogon\\Notify\\*", "DLLName", "winlogon"},
    {OF_USER, NT "Windows", "Load", "windows"},
    {OF_USER, NT "Windows", "Run", "windows"},
    {OF_USER_ROOT, "Environment", "UserInitMprLogonScript", "logon_script"},
    {OF_BOTH, "Microsoft\\Active Setup\\Installed Components\\*", "StubPath", "active_setup"},
    {OF_SYSTEM, "Services\\*", "ImagePath", "service"},
    {OF_SYSTEM, "Services\\*", "FailureCommand", "service"},
    {OF_SYSTEM, "Services\\*", "ServiceDll", "service_dll"},
    {OF_SYSTEM, "Control\\Session Manager", "BootExecute", "boot"},
    {OF_BOTH, NT "Image File Execution Options\\*", "Debugger", "debugger"},
    {OF_BOTH, NT "SilentProcessExit\\*", "MonitorProcess", "debugger"},
    {OF_BOTH, "Classes\\*\\shell\\*\\command", "", "class"},
    {OF_BOTH, "Classes\\*\\shell\\*\\command", "DelegateExecute", "class"},
    {OF_BOTH, "Classes\\CLSID\\*\\InprocServer32", "", "com"},
    {OF_BOTH, "Classes\\CLSID\\*\\LocalServer32", "", "com"},
    {OF_BOTH, "Classes\\CLSID\\*\\ScriptletURL", "", "com"},
    {OF_BOTH, "Classes\\CLSID\\*\\TreatAs", "", "com"},
    {OF_USER_ROOT, "Control Panel\\Desktop", "SCRNSAVE.EXE", "screensaver"},
    {OF_USER_ROOT, "Control Panel\\MMCPL", "*", "cpl"},
    {OF_BOTH, CV "Control Panel\\CPLs", "*", "cpl"},
    {OF_USER, CV "Explorer\\RunMRU", "?", "run_dialog"},
    {OF_USER, CV "Explorer\\TypedPaths", "url*", "typed_path"},
    {OF_BOTH, CV "App Paths\\*", "*", "app_path"},
    {OF_BOTH, CV "Group Policy\\Scripts\\*", "Script", "policy_script"},
    {OF_BOTH, "Policies\\Microsoft\\Windows\\System\\Scripts\\*", "Script", "policy_script"},
    {OF_BOTH, NT "Accessibility\\ATs\\*", "StartExe", "accessibility"},
};

/* A key below Software without its 32-bit component and, for classes, with their key. */
struct below {
    unsigned scope;
    const char *prefix; /* stands before rest */
    paw_str rest;
};

static paw_str without(paw_str s, paw_str head)
{
    return paw_str_starts_name(s, head) ? paw_str_from(s, head.n) : s;
}

static struct below place_of(const char *hive, paw_str key)
{
    const paw_str kind = paw_str_of(hive), narrow = PAW_LIT("WOW6432Node\\");
    const bool of_user =
        paw_str_equal(kind, PAW_LIT("NTUSER")) || paw_str_equal(kind, PAW_LIT("DEFAULT"));
    const paw_str software = PAW_LIT("Software\\"), classes = PAW_LIT("Classes\\");
    if (paw_str_equal(kind, PAW_LIT("SYSTEM"))) {
        const size_t end = paw_str_find_char(key, '\\', 0);
        const bool is_set = paw_str_starts_name(key, PAW_LIT("ControlSet"));
        return (struct below){is_set && end != SIZE_MAX ? OF_SYSTEM : 0, "",
                              paw_str_from(key, end == SIZE_MAX ? key.n : end + 1)};
    }
    if (paw_str_equal(kind, PAW_LIT("UsrClass")))
        return (struct below){OF_USER, "Classes\\", without(key, narrow)};
    if (of_user && !paw_str_starts_name(key, software))
        return (struct below){OF_USER_ROOT, "", key};
    if (!of_user && !paw_str_equal(kind, PAW_LIT("SOFTWARE")))
        return (struct below){0, "", key};
    const paw_str rest = without(of_user ? paw_str_from(key, software.n) : key, narrow);
    const unsigned scope = of_user ? OF_USER : OF_MACHINE;
    if (paw_str_starts_name(rest, classes))
        return (struct below){scope, "Classes\\", without(paw_str_from(rest, classes.n), narrow)};
    return (struct below){scope, "", rest};
}

uint64_t paw_regf_standing_rules(const char *hive_kind, paw_str key)
{
    _Static_assert(PAW_COUNT_OF(rules) <= 64, "a bit for each rule");
    const struct below at = place_of(hive_kind, key);
    const size_t skip = strlen(at.prefix);
    uint64_t held = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(rules); i++) {
        const struct rule *r = &rules[i];
        if ((r->scope & at.scope) != 0 && strncmp(r->key, at.prefix, skip) == 0 &&
            paw_str_glob(at.rest, r->key + skip))
            held |= UINT64_C(1) << i;
    }
    return held;
}

const char *paw_regf_standing(uint64_t key_rules, paw_str value)
{
    for (size_t i = 0; i < PAW_COUNT_OF(rules); i++)
        if ((key_rules >> i & 1) != 0 && paw_str_glob(value, rules[i].value))
            return rules[i].kind;
    return NULL;
}
