/* SPDX-License-Identifier: Apache-2.0 */
/* Who a program is and the sets it belongs to: see programs.h. */
#include "windows/programs.h"

#include "windows/identities.h"
#include "windows/path.h"
#include "windows/text.h"

/* 2.10. Globs, without .exe. */
static const struct {
    uint64_t set;
    const char *names;
} sets[] = {
    {PAW_SET_SHELL,
     "cmd|powershell|powershell_ise|pwsh|bash|wsl|sh|wt|windowsterminal|openconsole"},
    {PAW_SET_SCRIPT, "wscript|cscript|mshta"},
    {PAW_SET_XFER, "curl|certutil|certreq|bitsadmin|ftp|sftp|scp|ssh|finger|wget|esentutl|"
                   "desktopimgdownldr"},
    {PAW_SET_RECON, "whoami|net|net1|nltest|ipconfig|systeminfo|tasklist|quser|qwinsta|query|"
                    "hostname|arp|route|netstat|nbtstat|nslookup|tracert|getmac|klist|setspn|"
                    "cmdkey|gpresult|dsquery|dsget|csvde|ldifde|driverquery|wmic"},
    {PAW_SET_PERSIST, "schtasks|reg|sc|at|regini|wevtutil|vssadmin|bcdedit|wbadmin|netsh"},
    {PAW_SET_COMPILE, "csc|vbc|jsc|msbuild|cvtres|ilasm|aspnet_compiler"},
    {PAW_SET_INTERP, "python*|node|perl|java|javaw|autoit3*"},
    {PAW_SET_OFFICE, "winword|excel|powerpnt|outlook|msaccess|mspub|onenote|onenotem|visio|winproj|"
                     "eqnedt32|fltldr|graph|wordpad|wordview"},
    {PAW_SET_READER, "acrord32|acrobat|foxitreader|foxitpdfreader|foxitphantompdf|sumatrapdf"},
    {PAW_SET_BROWSER, "chrome|msedge|firefox|brave|opera|vivaldi|iexplore"},
    {PAW_SET_ARCHIVER, "winrar|7zfm|7zg|7z|bandizip|peazip|explorer"},
    {PAW_SET_WEBSRV, "w3wp|httpd|nginx|tomcat*|php-cgi|sqlservr|sqlagent|umworkerprocess|"
                     "wsusservice|ws_tomcatservice"},
    {PAW_SET_WMI, "wmiprvse|scrcons"},
    {PAW_SET_BROKER, "svchost|dllhost"},
    {PAW_SET_TASKHOST, "svchost|taskeng|taskhostw"},
    {PAW_SET_SVC, "services"},
    {PAW_SET_RMM, "screenconnect.*|teamviewer*|anydesk|ateraagent|ninjarmmagent|logmein*|"
                  "splashtopstreamer|meshagent|action1*|pdq*runner*|ccmexec|intunewindowsagent"},
    {PAW_SET_INSTALLERPARENT, "msiexec|setup*|*setup|install*|glb*.tmp|_is*|ninite|choco|winget|"
                              "dpinst*|drvinst|trustedinstaller|tiworker|officeclicktorun|"
                              "integrator|is-*.tmp"},
    {PAW_SET_PROTECTED,
     "lsass|winlogon|csrss|services|wininit|smss|msmpeng|mssense|sensendr|nissrv|"
     "csfalconservice|csfalconcontainer|sentinelagent|sentinelservicehost|"
     "cb|cbdefense|repmgr|cylancesvc|savservice|sophos*|ekrn|avp|bdagent|"
     "vsserv|ccsvchst|mcshield|mfemms|xagt|elastic-endpoint|cyserver|sysmon|"
     "sysmon64|ntrtscan|tmlisten|coreserviceshell"},
    {PAW_SET_COMMONNAME,
     "update|setup|change|query|reset|write|print|expand|replace|link|te|remote|"
     "logger|tracker|tar|bash|code"},
};

/* Where a copy of a Windows program may lie without anybody having put it there on purpose. */
static const char benign_places[] =
    "?:\\windows\\winsxs\\*|?:\\$windows.~bt\\*|?:\\$windows.~ws\\*|?:\\windows.old\\*|"
    "?:\\windows\\softwaredistribution\\*|*\\sources\\*|*\\dism*\\*|*\\mount\\windows\\*|"
    "*\\appdata\\local\\temp\\ssm*.tmp\\*|?:\\program files\\common files\\installshield\\*";

static bool is_microsoft(paw_str company)
{
    return paw_str_find_name(company, PAW_LIT("microsoft"), 0) != SIZE_MAX;
}

const struct paw_identity *paw_identity_by_id(paw_str id)
{
    for (size_t i = 0; i < paw_n_identities; i++)
        if (paw_str_same_name(id, paw_str_of(paw_identities[i].id)))
            return &paw_identities[i];
    return NULL;
}

static paw_str without_mui(paw_str name)
{
    if (paw_str_ends_name(name, PAW_LIT(".mui")))
        name.n -= 4;
    return name;
}

static bool has_original(const struct paw_identity *i, paw_str original)
{
    return paw_in_list(without_mui(original), i->original);
}

const struct paw_identity *paw_identity_find(paw_str image, paw_str original_file_name,
                                             paw_str company, paw_str description)
{
    const paw_str base = paw_path_base(image);
    const bool foreign = company.n > 1 && !is_microsoft(company);
    for (size_t i = 0; original_file_name.n > 1 && i < paw_n_identities; i++) {
        /* a common name in a foreign version resource means a foreign program */
        const bool common = (paw_identities[i].sets & (PAW_SET_COMMONNAME | PAW_SET_HOSTAPP)) != 0;
        if (has_original(&paw_identities[i], original_file_name) && !(foreign && !common))
            return &paw_identities[i];
    }
    for (size_t i = 0; is_microsoft(company) && i < paw_n_identities; i++)
        if (paw_identities[i].description != NULL &&
            paw_str_same_name(description, paw_str_of(paw_identities[i].description)))
            return &paw_identities[i];
    for (size_t i = 0; i < paw_n_identities; i++)
        if (paw_in_list(base, paw_identities[i].names))
            return &paw_identities[i];
    return NULL;
}

bool paw_names_program(paw_str base)
{
    char name[64];
    const paw_str none = {0}, stem = paw_without_exe(base);
    if (stem.n == 0 || stem.n > sizeof(name) - 4)
        return false;
    for (size_t i = 0; i < stem.n; i++)
        name[i] = paw_lower(stem.p[i]);
    if (paw_program_sets((paw_str){name, stem.n}) != 0)
        return true;
    memcpy(name + stem.n, ".exe", 4);
    return paw_identity_find((paw_str){name, stem.n + 4}, none, none, none) != NULL;
}

static uint32_t home_of(paw_str image, paw_str system_root)
{
    paw_str rest;
    const paw_str root = system_root.n > 3 ? system_root : PAW_LIT("C:\\Windows");
    if (paw_str_starts_name(image, root) && image.n > root.n && image.p[root.n] == '\\') {
        rest = paw_str_from(image, root.n + 1);
        if (paw_str_find_char(rest, '\\', 0) == SIZE_MAX)
            return PAW_HOME_WINDOWS;
        if (paw_in_glob_list(rest, "microsoft.net\\framework*\\v*\\*"))
            return PAW_HOME_DOTNET;
        if (paw_in_glob_list(rest, "system32\\spool\\*|system32\\tasks\\*|syswow64\\tasks\\*"))
            return 0;
        return paw_in_glob_list(rest, "system32\\*|syswow64\\*|sysarm32\\*|uus\\*|sysnative\\*")
                   ? PAW_HOME_SYSTEM
                   : 0;
    }
    if (paw_in_glob_list(image, "?:\\program files\\*|?:\\program files (*)\\*"))
        return PAW_HOME_PROGRAMS;
    return paw_in_glob_list(image, "?:\\users\\*\\appdata\\local\\*") ? PAW_HOME_PROFILE : 0;
}

uint32_t paw_identity_flags(const struct paw_identity *identity, paw_str image,
                            paw_str original_file_name, paw_str company, paw_str system_root)
{
    const paw_str base = paw_path_base(image);
    const bool named = paw_in_list(base, identity->names);
    const bool original = has_original(identity, original_file_name);
    const bool has_folder = base.n < image.n;
    uint32_t flags = 0;
    if (base.n != 0 && !named)
        flags |= PAW_IDENTITY_RENAMED;
    const bool home =
        (identity->home & PAW_HOME_ANY) != 0 || (home_of(image, system_root) & identity->home) != 0;
    if (has_folder && !home) {
        flags |= PAW_IDENTITY_RELOCATED;
        if (paw_in_glob_list(image, benign_places))
            flags |= PAW_IDENTITY_BENIGN_RELOCATION;
    }
    if (named && !original && !is_microsoft(company)) {
        flags |= PAW_IDENTITY_BY_NAME;
        if ((identity->sets & PAW_SET_COMMONNAME) != 0 && !(has_folder && home))
            flags |= PAW_IDENTITY_DOUBTFUL;
    }
    return flags;
}

uint64_t paw_program_sets(paw_str image_base_lower)
{
    const paw_str name = paw_without_exe(image_base_lower);
    uint64_t found = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(sets); i++)
        if (paw_in_glob_list(name, sets[i].names))
            found |= sets[i].set;
    for (size_t i = 0; i < paw_n_identities; i++) {
        const char *names = paw_identities[i].names;
        if (paw_in_list(image_base_lower, names) ||
            (name.n == image_base_lower.n &&
             paw_str_same_name(name, paw_str_of(paw_identities[i].id))))
            found |= paw_identities[i].sets;
    }
    if ((found & (PAW_SET_SHELL | PAW_SET_SCRIPT | PAW_SET_XFER | PAW_SET_COMPILE)) != 0)
        found |= PAW_SET_INTERP;
    return found;
}
