/* SPDX-License-Identifier: Apache-2.0 */
/* Where commands stand in the registry: see stands.h. */
#include "windows/stands.h"

#include "core/str.h"
#include "windows/path.h"
#include "windows/programs.h"

#define CV "\\Software\\Microsoft\\Windows\\CurrentVersion\\"
#define NT "\\Software\\Microsoft\\Windows NT\\CurrentVersion\\"

static const struct paw_stand places[] = {
    {"run", "HK??" CV "Run", "*", true, false},
    {"run", "HK??" CV "RunOnce*", "*", true, false},
    {"run", "HK??" CV "RunServices*", "*", true, false},
    {"run", "HK??" CV "Policies\\Explorer\\Run", "*", true, false},
    {"run",
     "HKLM" NT "Terminal Server\\Install\\Software\\Microsoft\\Windows\\CurrentVersion\\Run*", "*",
     true, false},
    {"winlogon", "HK??" NT "Winlogon", "Shell", true, false},
    {"winlogon", "HK??" NT "Winlogon", "Userinit", true, false},
    {"winlogon", "HK??" NT "Winlogon", "Taskman", true, false},
    {"winlogon", "HK??" NT "Winlogon", "VmApplet", true, false},
    {"winlogon", "HK??" NT "Winlogon", "AppSetup", true, false},
    {"windows", "HKCU" NT "Windows", "Load", true, false},
    {"windows", "HKCU" NT "Windows", "Run", true, false},
    {"logon_script", "HKCU\\Environment", "UserInitMprLogonScript", true, false},
    {"active_setup", "HK??\\Software\\Microsoft\\Active Setup\\Installed Components\\*", "StubPath",
     true, false},
    {"service", "HKLM\\System\\CurrentControlSet\\Services\\*", "ImagePath", true, false},
    {"service", "HKLM\\System\\CurrentControlSet\\Services\\*", "FailureCommand", true, false},
    {"service_dll", "HKLM\\System\\CurrentControlSet\\Services\\*\\Parameters", "ServiceDll", true,
     true},
    {"debugger", "HKLM" NT "Image File Execution Options\\*", "Debugger", false, false},
    {"debugger", "HKLM" NT "SilentProcessExit\\*", "MonitorProcess", false, false},
    {"class", "HK??\\Software\\Classes\\*\\shell\\*\\command", "", false, false},
    {"class", "HK??\\Software\\Classes\\*\\shell\\*\\command", "DelegateExecute", false, true},
    {"com", "HK??\\Software\\Classes\\CLSID\\*\\InprocServer32", "", false, true},
    {"com", "HK??\\Software\\Classes\\CLSID\\*\\LocalServer32", "", false, false},
    {"com", "HK??\\Software\\Classes\\CLSID\\*\\ScriptletURL", "", false, true},
    {"com", "HK??\\Software\\Classes\\CLSID\\*\\TreatAs", "", false, true},
    {"screensaver", "HKCU\\Control Panel\\Desktop", "SCRNSAVE.EXE", true, true},
    {"cpl", "HK??" CV "Control Panel\\CPLs", "*", false, true},
    {"cpl", "HKCU\\Control Panel\\MMCPL", "*", false, true},
    {"run_dialog", "HKCU" CV "Explorer\\RunMRU", "?", false, false},
    {"typed_path", "HKCU" CV "Explorer\\TypedPaths", "url*", false, false},
    {"app_path", "HK??" CV "App Paths\\*", "*", false, true},
    {NULL, NULL, NULL, false, false},
};

bool paw_stand_has_place(paw_str key)
{
    for (const struct paw_stand *p = places; p->kind != NULL; p++)
        if (paw_str_glob(key, p->key))
            return true;
    return false;
}

const struct paw_stand *paw_stand_find(paw_str key, paw_str value)
{
    for (const struct paw_stand *p = places; p->kind != NULL; p++)
        if (paw_str_glob(value, p->value) && paw_str_glob(key, p->key))
            return p;
    return NULL;
}

static bool begins_with_program(paw_str text)
{
    size_t end = 0;
    text = paw_str_trim(text, " \t\"");
    while (end < text.n && strchr(" \t\",", text.p[end]) == NULL)
        end++;
    const paw_str word = paw_str_sub(text, 0, end), base = paw_path_base(word);
    return paw_str_ends_name(base, PAW_LIT(".exe")) || paw_names_program(base);
}

size_t paw_stand_command_end(const struct paw_stand *place, paw_str text)
{
    bool in_quotes = false;
    if (strcmp(place->kind, "winlogon") != 0)
        return text.n;
    for (size_t at = 0; at < text.n; at++) {
        in_quotes = in_quotes != (text.p[at] == '"');
        if (text.p[at] == ',' && !in_quotes &&
            (at + 1 == text.n || begins_with_program(paw_str_from(text, at + 1))))
            return at;
    }
    return text.n;
}
