/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folder classes, docs/detections 2.2. One table in the order of precedence: the first row whose
 * components begin the path decides. A component may hold `*`; `**` at the start matches any depth.
 */
#include "windows/class_rows.h"

const char paw_never_code[] = "chm|hlp|inf|msc|theme|themepack|deskthemepack|ttf|otf|ttc|fon|"
                              "fnt|png|jpg|ico|xml|wav|nls|mui|pnf|cur|ani|bmp|log|etl|adml|admx";

const char paw_code_ext[] =
    "dll|ocx|cpl|ax|exe|tmp|drv|tsp|ime|acm|scr|bpl|wll|xll|node|pyd|rll|tlb|winmd|com|pif|sct|wsc|"
    "hta|js|jse|vbs|vbe|wsf|wsh|ps1|psm1|bat|cmd|xsl";

const char paw_other_ext[] =
    "msi|msp|mst|msc|chm|hlp|inf|html|htm|xhtml|mht|mhtml|txt|log|xml|cfg|config|ini|dat|bin|jpg|"
    "jpeg|png|gif|bmp|ico|svg|pdf|doc|docx|xls|xlsx|ppt|pptx|rtf|zip|rar|7z|cab|iso|img|vhd|lnk|"
    "url|rsp|csproj|vbproj|proj|targets|cs|vb|sln|settingcontent-ms|library-ms|application|appref-"
    "ms|"
    "xbap|msix|appx|msixbundle|appxbundle|appinstaller|cer|crt|pfx|reg|db|json|csv|bak|sys|wim|mof|"
    "theme|diagcab|ps1xml|psd1|py|jar|bgi|wsb|nupkg|manifest|gpl|aspx|php|jsp|cmp|cms|mp3|mp4|tar|"
    "gz";

const struct paw_class_row paw_class_rows[] = {
    /* installers' own folders come before the places around them */
    {PAW_BELOW_WINDOWS, 0, PAW_INSTALLER, "installer|ccmcache|imecache|softwaredistribution"},
    {PAW_BELOW_DRIVE, 0, PAW_INSTALLER, "config.msi|programdata\\package cache"},
    {PAW_BELOW_WINDOWS, 0, PAW_DRIVERSTORE,
     "system32\\driverstore\\filerepository|system32\\spool\\drivers\\x64\\3|"
     "system32\\spool\\drivers\\w32x86\\3|system32\\spool\\drivers\\arm64\\3"},
    {PAW_BELOW_WINDOWS, 0, PAW_NATIVE, "assembly|microsoft.net\\assembly"},

    /* writable places below Windows */
    {PAW_BELOW_WINDOWS, 0, PAW_SYSW,
     "temp|tasks|tracing|debug|registration\\crmlog|system32\\tasks|system32\\tasks_migrated|"
     "system32\\com\\dmp|system32\\fxstmp|system32\\spool\\printers|system32\\spool\\servers|"
     "system32\\spool\\drivers\\color|system32\\microsoft\\crypto\\rsa\\machinekeys|"
     "system32\\logfiles\\wmi|pla\\reports|pla\\rules|pla\\templates|serviceprofiles\\*\\appdata|"
     "system32\\config\\systemprofile\\appdata"},
    {PAW_BELOW_WINDOWS, 0, PAW_SYSW,
     "syswow64\\tasks|syswow64\\tasks_migrated|syswow64\\com\\dmp|syswow64\\fxstmp|"
     "syswow64\\spool\\printers|syswow64\\spool\\servers|syswow64\\spool\\drivers\\color|"
     "syswow64\\microsoft\\crypto\\rsa\\machinekeys|syswow64\\logfiles\\wmi|syswow64\\pla\\reports|"
     "syswow64\\pla\\rules|syswow64\\pla\\templates|syswow64\\config\\systemprofile\\appdata|"
     "system32\\pla\\reports|system32\\pla\\rules|system32\\pla\\templates"},
    {PAW_BELOW_WINDOWS, PAW_FOR_CODE, PAW_SYSW,
     "fonts|help|ime|inf|cursors|media|web|addins|appreadiness|branding|digitallocker|security|"
     "prefetch|performance|vss|schemas|setup|panther|logs|livekernelreports|modemlogs|rescache|"
     "resources|twain_32|globalization|policydefinitions|provisioning|boot|containers|tapi|csc|"
     "servicestate|identitycrl|remotepackages|ocr|skb|waas|bcastdvr|migration"},
    {PAW_BELOW_WINDOWS, PAW_FOR_CODE, PAW_SYSW,
     "?\?-?\?|?\?\?-?\?|?\?-?\?\?\?-?\?"}, /* locale folders */

    /* Windows itself */
    {PAW_BELOW_WINDOWS, 0, PAW_SYS,
     "system32|syswow64|winsxs|microsoft.net\\framework*\\v*|servicing|systemapps|sysarm32|"
     "sysnative"},
    {PAW_BELOW_WINDOWS, PAW_NO_MORE, PAW_SYS, "*"},
    {PAW_BELOW_WINDOWS, 0, PAW_WINOTHER | PAW_SYS,
     "ccm|ccmsetup|adfs|adws|uus|apppatch|systemresources|immersivecontrolpanel|printdialog|"
     "shellexperiences|shellcomponents|diagnostics|lenovo|ltsvc|sysmon*|microsoft.net"},
    {PAW_BELOW_WINDOWS, PAW_FOR_CODE, PAW_WINOTHER | PAW_ROOT, "*"},
    {PAW_BELOW_WINDOWS, 0, PAW_WINOTHER | PAW_SYS, "*"},

    {PAW_BELOW_DRIVE, 0, PAW_PF, "program files|program files (x86)|program files (arm)"},
    {PAW_BELOW_DRIVE, 0, PAW_STARTUP,
     "programdata\\microsoft\\windows\\start menu\\programs\\startup"},
    {PAW_BELOW_DRIVE, 0, PAW_PROGRAMDATA, "programdata"},
    {PAW_BELOW_DRIVE, 0, PAW_TEMP, "temp|tmp"},
    {PAW_BELOW_DRIVE, 0, PAW_PUBLIC_DIR, "users\\public|users\\default|users\\all users"},
    {PAW_BELOW_DRIVE, 0, PAW_PUBLIC_DIR, "documents and settings\\all users"},

    /* profiles: the special folders before AppData around them */
    {PAW_BELOW_PROFILE, 0, PAW_STARTUP, "**\\start menu\\programs\\startup"},
    {PAW_BELOW_PROFILE, 0, PAW_INETCACHE,
     "**\\inetcache|**\\temporary internet files|**\\content.outlook|**\\content.ie5"},
    {PAW_BELOW_PROFILE, PAW_FROM_ARCHIVE | PAW_HAS_MORE, PAW_TEMP,
     "appdata\\local\\temp\\temp?_*|appdata\\local\\temp\\7z*|appdata\\local\\temp\\rar$*|"
     "appdata\\local\\temp\\bnz.*|appdata\\local\\temp\\is-*.tmp|local settings\\temp\\temp?_*|"
     "local settings\\temp\\7z*|local settings\\temp\\rar$*|appdata\\local\\temp\\rar$*"},
    {PAW_BELOW_PROFILE, 0, PAW_TEMP, "appdata\\local\\temp|local settings\\temp"},
    {PAW_BELOW_PROFILE, 0, PAW_APPDATA,
     "appdata\\roaming|appdata\\local|appdata\\locallow|appdata|application data|local settings"},
    {PAW_BELOW_PROFILE, 0, PAW_USERDIR,
     "desktop|downloads|documents|pictures|music|videos|favorites|contacts|onedrive*|"
     "my documents"},
    {PAW_BELOW_PROFILE, 0, PAW_USERDIR, "*"},

    {PAW_BELOW_DRIVE, 0, PAW_ROOT, "*"}, /* a first-level folder, or a file in the root */
};

const size_t paw_n_class_rows = PAW_COUNT_OF(paw_class_rows);
