/* SPDX-License-Identifier: Apache-2.0 */
/* The named lists that tables mean by "@name" (docs/detections 2.10, 3.10), and registry places. */
#include "engine/exam.h"

#include "core/str.h"

#define LIST(...)         \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

static const struct {
    const char *name;
    const char *const *items;
} lists[] = {
    /* Tools of Windows that administrators call on other hosts and that run nothing else. */
    {"@inert_tools",
     LIST("gpupdate.exe", "shutdown.exe", "logoff.exe", "usoclient.exe", "w32tm.exe")},
    /* Where vendors publish packages that their instructions install by address. */
    {"@vendor_packages",
     LIST("https://awscli.amazonaws.com/*", "https://download.microsoft.com/*",
          "https://cdn.zabbix.com/*", "https://cdn.zoom.us/*", "https://zoom.us/client/*",
          "https://artifacts.elastic.co/*", "https://app.ninjarmm.com/*")},
    /* Libraries of Windows that Control_RunDLL opens though their extension is not cpl. */
    {"@shipped_items", LIST("srchadmin.dll", "hotplug.dll", "input.dll", "infocardcpl*")},
    {"@code_ext", LIST("dll", "ocx", "cpl", "ax", "exe", "drv", "tsp", "ime", "acm", "scr", "bpl",
                       "wll", "xll", "node", "pyd", "rll", "tlb", "winmd", "manifest")},
    {"@odd_ext", LIST("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "ico", "svg", "dat", "txt",
                      "log", "bin", "ini", "db", "xml", "json", "csv", "pdf", "doc*", "xls*",
                      "ppt*", "rtf", "zip", "rar", "7z", "mp3", "mp4", "avi", "tmp", "bak", "raw",
                      "eps", "cr2", "nef", "orf", "sr2", "sys", "lic", "cfg", "init", "nki")},
    {"@script_ext", LIST("hta", "js", "jse", "vbs", "vbe", "wsf", "wsh", "sct", "ps1", "bat", "cmd",
                         "url", "lnk")},
    {"@runs", LIST("*.exe", "*.com", "*.scr", "*.dll", "*.ocx", "*.cpl", "*.bat", "*.cmd", "*.ps1",
                   "*.js", "*.jse", "*.vbs", "*.vbe", "*.wsf", "*.hta", "*.sct", "*.lnk", "*.msi")},
    {"@archives", LIST("*.zip", "*.rar", "*.7z", "*.cab", "*.iso", "*.img", "*.vhd")},
    {"@engines",
     LIST("scrobj.dll", "jscript.dll", "jscript9.dll", "vbscript.dll", "wshom.ocx", "scrrun.dll")},
    {"@clr", LIST("clr.dll", "mscorwks.dll", "coreclr.dll", "mscorlib.ni.dll")},
    {"@no_args_hosts", LIST("rundll32", "regsvr32", "regasm", "regsvcs", "installutil",
                            "dllhost.exe", "werfault.exe", "svchost.exe")},
    {"@lure_words",
     LIST("*captcha*", "*robot*", "*human*", "*verif*", "*validat*", "*identi*", "*confirm*",
          "*challenge*", "*cloudflare*", "*ray id*", "*fraud*", "*account*")},
    {"@script_tricks",
     LIST("*chr(*", "*strreverse*", "*eval(*", "*fromcharcode*", "*unescape(*", "*replace(*",
          "*execute(*", "*.run(*", "*wscript.shell*", "*activexobject*", "*xmlhttp*",
          "*adodb.stream*", "*getobject(*", "*.regwrite*", "*).exec(*", "*executeglobal*",
          "*function(*", "*window.close(*", "*moveto(*", "*resizeto(*")},
    {"@implant_exports",
     LIST("StartW", "Start", "PluginInit", "ReflectiveLoader", "_ReflectiveLoader",
          "StartNodeRelay", "zxFunction*", "RemoteDiskXXXXX", "dll_u", "InstallArcherSvc",
          "PointFunctionCall", "scab", "Crash", "Limit", "krnl", "init", "Init", "_run@*", "Tk",
          "?", "asdf")},
    {"@implant_pipes", LIST("\\msagent_*", "\\MSSE-*-server", "\\postex_*", "\\status_*",
                            "\\DserNamePipe*", "\\UIA_PIPE*")},
    {"@action_tricks", /* what an action of an installer does not do */
     LIST("*-enc*", "*add-mppreference*", "*fodhelper*", "*downloadstring*", "*downloadfile*",
          "*invoke-webrequest*", "*currentversion\\run*", "*curl* *http*", "*certutil* *http*",
          "*bitsadmin* *http*", "*wscript*\\temp\\*", "*cscript*\\temp\\*")},
    {"@windows_ats", /* assistive programs of Windows, and two that everybody knows */
     LIST("animations", "audiodescription", "caretbrowsing", "caretwidth", "colorfiltering",
          "cursorindicator", "cursorscheme", "filterkeys", "focusborder*", "highcontrast",
          "keyboardcues", "keyboardpref", "livecaptions", "magnifierpane", "messageduration",
          "minimumhitradius", "mousekeys", "narrator", "osk", "overlappedcontent", "showsounds",
          "soundsentry", "speechreco", "stickykeys", "togglekeys", "voiceaccess", "window*",
          "oracle_javaaccessbridge", "nvda_nvda_v1")},
    {"@security_products",
     LIST("*sophos*", "*mcafee*", "*trellix*", "*symantec*", "*norton*", "*kaspersky*", "*eset *",
          "*bitdefender*", "*sentinel*agent*", "*sentinelone*", "*crowdstrike*", "*falcon sensor*",
          "*carbon black*", "*cylance*", "*trend micro*", "*malwarebytes*", "*webroot*", "*avast*",
          "*avg technologies*", "*f-secure*", "*withsecure*", "*panda security*", "*cybereason*",
          "*fireeye*", "*huntress*", "*windows defender*", "*endpoint protection*",
          "*endpoint security*", "*antivirus*", "*anti-virus*", "*veeam*", "*acronis*",
          "*backup exec*", "*veritas*", "*commvault*", "*arcserve*", "*datto*", "*druva*")},
    {"@numbers", LIST("* 1*", "* 2*", "* 3*", "* 4*", "* 5*", "* 6*", "* 7*", "* 8*", "* 9*")},
    {"@ps_verbs", LIST("*iex *", "*downloadstring*", "*frombase64string*", "*invoke-expression*",
                       "*invoke-command*")},
    {"@windows_cpls",
     LIST("appwiz.cpl", "bthprops.cpl", "desk.cpl", "firewall.cpl", "hdwwiz.cpl", "inetcpl.cpl",
          "intl.cpl", "joy.cpl", "main.cpl", "mmsys.cpl", "ncpa.cpl", "powercfg.cpl", "sysdm.cpl",
          "telephon.cpl", "timedate.cpl")},
    {"@elevated_classes",
     LIST("*{3E5FC7F9-9A51-4367-9063-A120244FBEC7}*", "*{3E000D72-A845-4CD9-BD83-80C07C3B881F}*",
          "*{BD54C901-076B-434E-B6C7-17C531F4AB41}*", "*{D2E7041B-2927-42FB-8E9F-7CE93B6DC937}*",
          "*{E9495B87-D950-4AB5-87A5-FF6D70BF3E90}*")},
    {"@fetches",
     LIST("*curl* -*o *", "*curl* --output*", "*certutil*urlcache*", "*certutil*-verifyctl*",
          "*bitsadmin*/transfer*", "*bitsadmin*/addfile*", "*invoke-webrequest*", "*iwr *",
          "*irm *", "*start-bitstransfer*", "*downloadfile*", "*wget *", "*net* use *\\\\*",
          "*pushd *\\\\*", "*copy *\\\\*", "*ftp* -s:*", "*scp *@*", "*sftp *")},
    {"@persistence_writers",
     LIST("*reg* add *", "*schtasks* /create*", "*schtasks* /change*", "*sc* create *",
          "*sc* config *", "*wmic* create*", "*new-itemproperty*", "*set-itemproperty*",
          "*register-scheduledtask*", "*new-service*")},
};

const char *const *paw_list(const char *name)
{
    for (size_t i = 0; i < PAW_COUNT_OF(lists); i++)
        if (lists[i].name[1] == name[1] && strcmp(lists[i].name, name) == 0) /* behind the @ */
            return lists[i].items;
    return NULL;
}

/* Most texts differ from most globs in the first letter already. */
static bool may_fit(const char *glob, char first)
{
    return glob[0] == '*' || glob[0] == '?' || paw_lower(glob[0]) == first;
}

bool paw_list_fits(const char *const *list, paw_str text)
{
    if (list == NULL || text.p == NULL)
        return false;
    const char first = text.n == 0 ? '\0' : paw_lower(text.p[0]);
    for (; *list != NULL; list++) {
        if ((*list)[0] == '!') { /* all but these; stands before the others */
            if (may_fit(*list + 1, first) && paw_str_glob(text, *list + 1))
                return false;
            continue;
        }
        if ((*list)[0] != '@') {
            if (may_fit(*list, first) && paw_str_glob(text, *list))
                return true;
            continue;
        }
        for (const char *const *one = paw_list(*list); one != NULL && *one != NULL; one++)
            if (may_fit(*one, first) && paw_str_glob(text, *one))
                return true;
    }
    return false;
}

/* Registry places (docs/detections 3.16). Keys as paw_regpath spells `place`. ------------------ */

#define USER    "HKCU\\"
#define MACHINE "HKLM\\"
/* A program that prepared the net leaves a key of its name. */
#define TRACES(list, program)                                                                    \
    {                                                                                            \
        list, PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\microsoft\\tracing\\" program "*", "*", \
            "SOFTWARE", "Microsoft\\Tracing\\*"                                                  \
    }
#define NT      "software\\microsoft\\windows nt\\currentversion\\"
#define CURRENT "software\\microsoft\\windows\\currentversion\\"

const struct paw_place paw_places[] = {
    {"cpls", PAW_NEED_HIVE_SOFTWARE, MACHINE CURRENT "control panel\\cpls", "*", "SOFTWARE",
     "Microsoft\\Windows\\CurrentVersion\\Control Panel\\CPLs"},
    {"cpls", PAW_NEED_HIVE_NTUSER, USER CURRENT "control panel\\cpls", "*", "NTUSER",
     "Software\\Microsoft\\Windows\\CurrentVersion\\Control Panel\\CPLs"},
    {"cpls", PAW_NEED_HIVE_NTUSER, USER "control panel\\mmcpl", "*", "NTUSER",
     "Control Panel\\MMCPL"},
    {"cmstp_extension", PAW_NEED_HIVE_SOFTWARE, MACHINE CURRENT "app paths\\cmmgr32.exe",
     "cmstpextensiondll", "SOFTWARE", "Microsoft\\Windows\\CurrentVersion\\App Paths\\cmmgr32.exe"},
    {"cmmgr32", PAW_NEED_HIVE_SOFTWARE, MACHINE CURRENT "app paths\\cmmgr32.exe",
     "profileinstallpath", "SOFTWARE",
     "Microsoft\\Windows\\CurrentVersion\\App Paths\\cmmgr32.exe"},
    {"cm_mappings", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\microsoft\\connection manager\\mappings", "*", "SOFTWARE",
     "Microsoft\\Connection Manager\\Mappings"},
    {"cm_mappings", PAW_NEED_HIVE_NTUSER, USER "software\\microsoft\\connection manager\\mappings",
     "*", "NTUSER", "Software\\Microsoft\\Connection Manager\\Mappings"},
    {"user_class", PAW_NEED_HIVE_USRCLASS, USER "software\\classes\\clsid\\*\\inprocserver32", "*",
     "UsrClass", "CLSID\\*\\InprocServer32"},
    {"user_class", PAW_NEED_HIVE_USRCLASS, USER "software\\classes\\clsid\\*\\localserver32", "*",
     "UsrClass", "CLSID\\*\\LocalServer32"},
    {"user_class", PAW_NEED_HIVE_USRCLASS, USER "software\\classes\\clsid\\*\\scriptleturl", "*",
     "UsrClass", "CLSID\\*\\ScriptletURL"},
    {"codebase", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\classes\\clsid\\*\\inprocserver32*",
     "codebase", "SOFTWARE", "Classes\\CLSID\\*\\InprocServer32"},
    {"codebase", PAW_NEED_HIVE_USRCLASS, USER "software\\classes\\clsid\\*\\inprocserver32*",
     "codebase", "UsrClass", "CLSID\\*\\InprocServer32"},
    {"html_engine", PAW_NEED_HIVE_USRCLASS,
     USER "software\\classes\\clsid\\{25336920-03f9-11cf-8fd0-00aa00686f13}\\inprocserver32", "",
     "UsrClass", "CLSID\\{25336920-03F9-11CF-8FD0-00AA00686F13}\\InprocServer32"},
    {"trust_provider", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\microsoft\\cryptography\\oid\\encodingtype 0\\cryptsipdll*", "dll",
     "SOFTWARE", "Microsoft\\Cryptography\\OID\\EncodingType 0\\CryptSIPDll*"},
    {"trust_provider", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\microsoft\\cryptography\\providers\\trust\\*", "$dll", "SOFTWARE",
     "Microsoft\\Cryptography\\Providers\\Trust\\*"},
    {"amsi_provider", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\microsoft\\amsi\\providers\\*",
     "*", "SOFTWARE", "Microsoft\\AMSI\\Providers\\*"},
    {"run", PAW_NEED_HIVE_SOFTWARE, MACHINE CURRENT "run*", "*", "SOFTWARE",
     "Microsoft\\Windows\\CurrentVersion\\Run*"},
    {"run", PAW_NEED_HIVE_NTUSER, USER CURRENT "run*", "*", "NTUSER",
     "Software\\Microsoft\\Windows\\CurrentVersion\\Run*"},
    {"screensaver", PAW_NEED_HIVE_NTUSER, USER "control panel\\desktop", "scrnsave.exe", "NTUSER",
     "Control Panel\\Desktop"},
    {"profiler", PAW_NEED_HIVE_NTUSER, USER "environment", "cor_profiler_path*", "NTUSER",
     "Environment"},
    {"appv_enabled", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\microsoft\\appv\\client", "enabled",
     "SOFTWARE", "Microsoft\\AppV\\Client"},
    {"appv_service", PAW_NEED_HIVE_SYSTEM,
     MACHINE "system\\currentcontrolset\\services\\appvclient", "start", "SYSTEM",
     "*ControlSet*\\Services\\AppVClient"},
    {"webview_policy", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\policies\\microsoft\\edge\\webview2\\*", "*", "SOFTWARE",
     "Policies\\Microsoft\\Edge\\WebView2\\*"},
    {"webview_policy", PAW_NEED_HIVE_NTUSER,
     USER "software\\policies\\microsoft\\edge\\webview2\\*", "*", "NTUSER",
     "Software\\Policies\\Microsoft\\Edge\\WebView2\\*"},
    {"webview_policy", PAW_NEED_HIVE_NTUSER, USER "environment",
     "webview2_additional_browser_arguments", "NTUSER", "Environment"},
    {"elevated_machine", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\policies\\microsoft\\windows\\installer", "alwaysinstallelevated",
     "SOFTWARE", "Policies\\Microsoft\\Windows\\Installer"},
    {"elevated_user", PAW_NEED_HIVE_NTUSER,
     USER "software\\policies\\microsoft\\windows\\installer", "alwaysinstallelevated", "NTUSER",
     "Software\\Policies\\Microsoft\\Windows\\Installer"},
    {"tracing", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\microsoft\\tracing\\*_ras*", "*",
     "SOFTWARE", "Microsoft\\Tracing\\*"},
    {"snapins", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\microsoft\\mmc\\snapins\\*",
     "modulepath", "SOFTWARE", "Microsoft\\MMC\\SnapIns\\*"},
    {"install_source", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\*\\installproperties",
     "installsource", "SOFTWARE",
     "Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\*\\InstallProperties"},
    {"odbc_drivers", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\odbc\\odbcinst.ini\\*", "driver",
     "SOFTWARE", "ODBC\\ODBCINST.INI\\*"},
    {"odbc_drivers", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\odbc\\odbcinst.ini\\*", "setup",
     "SOFTWARE", "ODBC\\ODBCINST.INI\\*"},
    TRACES("tracing_quiet", "regsvr32_ras"),
    TRACES("tracing_quiet", "cmstp_ras"),
    TRACES("tracing_quiet", "installutil_ras"),
    TRACES("tracing_quiet", "regasm_ras"),
    TRACES("tracing_quiet", "regsvcs_ras"),
    TRACES("tracing_quiet", "odbcconf_ras"),
    TRACES("tracing_quiet", "verclsid_ras"),
    TRACES("tracing_quiet", "mavinject_ras"),
    TRACES("tracing_quiet", "control_ras"),
    TRACES("tracing_quiet", "hh_ras"),
    TRACES("tracing_quiet", "wab_ras"),
    TRACES("tracing_quiet", "infdefaultinstall_ras"),
    TRACES("tracing_quiet", "cmstp"),
    TRACES("tracing_loud", "rundll32_ras"),
    TRACES("tracing_loud", "mshta_ras"),
    {"user_wordpad", PAW_NEED_HIVE_NTUSER, USER CURRENT "app paths\\wordpad.exe", "", "NTUSER",
     "Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\wordpad.exe"},
    {"user_control", PAW_NEED_HIVE_NTUSER, USER CURRENT "app paths\\control.exe", "", "NTUSER",
     "Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\control.exe"},
    {"at_programs", PAW_NEED_HIVE_SOFTWARE, MACHINE NT "accessibility\\ats\\*", "startexe",
     "SOFTWARE", "Microsoft\\Windows NT\\CurrentVersion\\Accessibility\\ATs\\*"},
    {"provisioning", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\microsoft\\provisioning\\commands\\*", "commandline", "SOFTWARE",
     "Microsoft\\Provisioning\\Commands\\*"},
    {"unattend", PAW_NEED_HIVE_SOFTWARE,
     MACHINE NT "unattendsettings\\setup-unattend-settings\\runsynchronous\\*", "path", "SOFTWARE",
     "Microsoft\\Windows NT\\CurrentVersion\\UnattendSettings\\Setup-Unattend-Settings\\"
     "RunSynchronous\\*"},
    {"lxss", PAW_NEED_HIVE_SOFTWARE, MACHINE CURRENT "lxss\\msi", "installlocation", "SOFTWARE",
     "Microsoft\\Windows\\CurrentVersion\\Lxss\\MSI"},
    {"wab_library", PAW_NEED_HIVE_SOFTWARE, MACHINE "software\\microsoft\\wab\\dllpath", "",
     "SOFTWARE", "Microsoft\\WAB\\DLLPath"},
    {"extension_policy", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\policies\\*\\extensioninstallforcelist", "*", "SOFTWARE",
     "Policies\\*\\ExtensionInstallForcelist"},
    {"extension_policy", PAW_NEED_HIVE_NTUSER,
     USER "software\\policies\\*\\extensioninstallforcelist", "*", "NTUSER",
     "Software\\Policies\\*\\ExtensionInstallForcelist"},
    {"run_as_node", PAW_NEED_HIVE_NTUSER, USER "environment", "electron_run_as_node", "NTUSER",
     "Environment"},
    {"run_as_node", PAW_NEED_HIVE_SYSTEM,
     MACHINE "system\\currentcontrolset\\control\\session manager\\environment",
     "electron_run_as_node", "SYSTEM", "*ControlSet*\\Control\\Session Manager\\Environment"},
    {"install_source", PAW_NEED_HIVE_SOFTWARE,
     MACHINE "software\\classes\\installer\\products\\*\\sourcelist", "lastusedsource", "SOFTWARE",
     "Classes\\Installer\\Products\\*\\SourceList"},
    {"install_source", PAW_NEED_HIVE_NTUSER,
     USER "software\\microsoft\\installer\\products\\*\\sourcelist", "lastusedsource", "NTUSER",
     "Software\\Microsoft\\Installer\\Products\\*\\SourceList"},
    {"uninstall", PAW_NEED_HIVE_SOFTWARE, MACHINE CURRENT "uninstall\\*", "displayname", "SOFTWARE",
     "Microsoft\\Windows\\CurrentVersion\\Uninstall\\*"},
    {"uninstall", PAW_NEED_HIVE_SOFTWARE, MACHINE CURRENT "uninstall\\*", "publisher", "SOFTWARE",
     "Microsoft\\Windows\\CurrentVersion\\Uninstall\\*"},
    {"settings_handler", PAW_NEED_HIVE_USRCLASS,
     USER "software\\classes\\ms-settings\\shell\\open\\command", "*", "UsrClass",
     "ms-settings\\shell\\open\\command"},
    {"folder_handler", PAW_NEED_HIVE_USRCLASS,
     USER "software\\classes\\folder\\shell\\open\\command", "*", "UsrClass",
     "Folder\\shell\\open\\command"},
    {.name = NULL},
};
_Static_assert(PAW_COUNT_OF(paw_places) <= (size_t)PAW_PLACE_WORDS * 64, "a bit for each row");

static bool is_fixed(char c)
{
    return c != '\0' && c != '*' && c != '?';
}

/* How much of the fixed beginning of a glob the text begins with. */
static size_t begins_alike(const char *glob, paw_str text)
{
    size_t n = 0;
    while (n < text.n && is_fixed(glob[n]) && paw_lower(glob[n]) == paw_lower(text.p[n]))
        n++;
    return n;
}

void paw_places_sort(struct paw_place_order *ret)
{
    ret->n = 0;
    for (size_t i = 0; paw_places[i].name != NULL; i++) {
        size_t at = ret->n++; /* few rows, and mostly in order */
        for (; at > 0 && strcmp(paw_places[ret->row[at - 1]].key, paw_places[i].key) > 0; at--)
            ret->row[at] = ret->row[at - 1];
        ret->row[at] = (uint8_t)i;
    }
    for (size_t i = 0; i < ret->n; i++) {
        const char *before = i == 0 ? "" : paw_places[ret->row[i - 1]].key;
        const size_t n = begins_alike(paw_places[ret->row[i]].key, paw_str_of(before));
        ret->shared[i] = (uint8_t)(n < UINT8_MAX ? n : UINT8_MAX);
    }
}

void paw_places_of(const struct paw_place_order *order, const struct paw_regpath *path,
                   struct paw_place_set *ret)
{
    *ret = (struct paw_place_set){{0}};
    size_t alike = 0; /* with the row before */
    for (size_t i = 0; i < order->n; i++) {
        const size_t row = order->row[i];
        const struct paw_place *p = &paw_places[row];
        if (i != 0 && alike < order->shared[i])
            continue;
        alike = begins_alike(p->key, path->place);
        if (is_fixed(p->key[alike]))
            continue;
        alike = SIZE_MAX;
        if (paw_place_fits(p, path->place, path->name))
            ret->words[row / 64] |= UINT64_C(1) << row % 64;
    }
}

bool paw_place_fits(const struct paw_place *p, paw_str place, paw_str name)
{
    return paw_str_glob(name.p == NULL ? PAW_LIT("") : name, p->value) &&
           paw_str_glob(place, p->key);
}
