/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folder classes, docs/detections 2.2. One table in the order of precedence: the first row whose
 * components begin the path decides. A component may hold `*`; `**` at the start matches any depth.
 */
#include "windows/class.h"

#include "windows/text.h"

enum { MOST_COMPONENTS = 24 }; /* deeper folders do not change a class */

enum anchor {
    BELOW_WINDOWS, /* pattern stands below the Windows folder   */
    BELOW_DRIVE,   /* below the system drive                    */
    BELOW_PROFILE, /* below Users\<name> (or its old spellings) */
};

enum row_flag {
    FOR_CODE = 1 << 0,     /* counts only for what is run or loaded */
    FROM_ARCHIVE = 1 << 1, /* unpacked by an archiver's preview     */
    HAS_MORE = 1 << 2,     /* something must follow the pattern     */
    NO_MORE = 1 << 3,      /* nothing may follow one last component */
};

struct row {
    enum anchor anchor;
    uint32_t flags;
    uint64_t class;
    const char *patterns; /* "|" between them */
};

static const char never_code[] =
    "chm|hlp|inf|msc|theme|themepack|deskthemepack|ttf|otf|ttc|fon|"
    "fnt|png|jpg|ico|xml|wav|nls|mui|pnf|cur|ani|bmp|log|etl|adml|admx";

static const char code_ext[] =
    "dll|ocx|cpl|ax|exe|tmp|drv|tsp|ime|acm|scr|bpl|wll|xll|node|pyd|rll|tlb|winmd|com|pif|sct|wsc|"
    "hta|js|jse|vbs|vbe|wsf|wsh|ps1|psm1|bat|cmd|xsl";

static const char other_ext[] =
    "msi|msp|mst|msc|chm|hlp|inf|html|htm|xhtml|mht|mhtml|txt|log|xml|cfg|config|ini|dat|bin|jpg|"
    "jpeg|png|gif|bmp|ico|svg|pdf|doc|docx|xls|xlsx|ppt|pptx|rtf|zip|rar|7z|cab|iso|img|vhd|lnk|"
    "url|rsp|csproj|vbproj|proj|targets|cs|vb|sln|settingcontent-ms|library-ms|application|appref-"
    "ms|"
    "xbap|msix|appx|msixbundle|appxbundle|appinstaller|cer|crt|pfx|reg|db|json|csv|bak|sys|wim|mof|"
    "theme|diagcab|ps1xml|psd1|py|jar|bgi|wsb|nupkg|manifest|gpl|aspx|php|jsp|cmp|cms|mp3|mp4|tar|"
    "gz";

static const struct row rows[] = {
    /* installers' own folders come before the places around them */
    {BELOW_WINDOWS, 0, PAW_INSTALLER, "installer|ccmcache|imecache|softwaredistribution"},
    {BELOW_DRIVE, 0, PAW_INSTALLER, "config.msi|programdata\\package cache"},
    {BELOW_WINDOWS, 0, PAW_DRIVERSTORE,
     "system32\\driverstore\\filerepository|system32\\spool\\drivers\\x64\\3|"
     "system32\\spool\\drivers\\w32x86\\3|system32\\spool\\drivers\\arm64\\3"},
    {BELOW_WINDOWS, 0, PAW_NATIVE, "assembly|microsoft.net\\assembly"},

    /* writable places below Windows */
    {BELOW_WINDOWS, 0, PAW_SYSW,
     "temp|tasks|tracing|debug|registration\\crmlog|system32\\tasks|system32\\tasks_migrated|"
     "system32\\com\\dmp|system32\\fxstmp|system32\\spool\\printers|system32\\spool\\servers|"
     "system32\\spool\\drivers\\color|system32\\microsoft\\crypto\\rsa\\machinekeys|"
     "system32\\logfiles\\wmi|pla\\reports|pla\\rules|pla\\templates|serviceprofiles\\*\\appdata|"
     "system32\\config\\systemprofile\\appdata"},
    {BELOW_WINDOWS, 0, PAW_SYSW,
     "syswow64\\tasks|syswow64\\tasks_migrated|syswow64\\com\\dmp|syswow64\\fxstmp|"
     "syswow64\\spool\\printers|syswow64\\spool\\servers|syswow64\\spool\\drivers\\color|"
     "syswow64\\microsoft\\crypto\\rsa\\machinekeys|syswow64\\logfiles\\wmi|syswow64\\pla\\reports|"
     "syswow64\\pla\\rules|syswow64\\pla\\templates|syswow64\\config\\systemprofile\\appdata|"
     "system32\\pla\\reports|system32\\pla\\rules|system32\\pla\\templates"},
    {BELOW_WINDOWS, FOR_CODE, PAW_SYSW,
     "fonts|help|ime|inf|cursors|media|web|addins|appreadiness|branding|digitallocker|security|"
     "prefetch|performance|vss|schemas|setup|panther|logs|livekernelreports|modemlogs|rescache|"
     "resources|twain_32|globalization|policydefinitions|provisioning|boot|containers|tapi|csc|"
     "servicestate|identitycrl|remotepackages|ocr|skb|waas|bcastdvr|migration"},
    {BELOW_WINDOWS, FOR_CODE, PAW_SYSW, "?\?-?\?|?\?\?-?\?|?\?-?\?\?\?-?\?"}, /* locale folders */

    /* Windows itself */
    {BELOW_WINDOWS, 0, PAW_SYS,
     "system32|syswow64|winsxs|microsoft.net\\framework*\\v*|servicing|systemapps|sysarm32|"
     "sysnative"},
    {BELOW_WINDOWS, NO_MORE, PAW_SYS, "*"},
    {BELOW_WINDOWS, 0, PAW_WINOTHER | PAW_SYS,
     "ccm|ccmsetup|adfs|adws|uus|apppatch|systemresources|immersivecontrolpanel|printdialog|"
     "shellexperiences|shellcomponents|diagnostics|lenovo|ltsvc|sysmon*|microsoft.net"},
    {BELOW_WINDOWS, FOR_CODE, PAW_WINOTHER | PAW_ROOT, "*"},
    {BELOW_WINDOWS, 0, PAW_WINOTHER | PAW_SYS, "*"},

    {BELOW_DRIVE, 0, PAW_PF, "program files|program files (x86)|program files (arm)"},
    {BELOW_DRIVE, 0, PAW_STARTUP, "programdata\\microsoft\\windows\\start menu\\programs\\startup"},
    {BELOW_DRIVE, 0, PAW_PROGRAMDATA, "programdata"},
    {BELOW_DRIVE, 0, PAW_TEMP, "temp|tmp"},
    {BELOW_DRIVE, 0, PAW_PUBLIC_DIR, "users\\public|users\\default|users\\all users"},
    {BELOW_DRIVE, 0, PAW_PUBLIC_DIR, "documents and settings\\all users"},

    /* profiles: the special folders before AppData around them */
    {BELOW_PROFILE, 0, PAW_STARTUP, "**\\start menu\\programs\\startup"},
    {BELOW_PROFILE, 0, PAW_INETCACHE,
     "**\\inetcache|**\\temporary internet files|**\\content.outlook|**\\content.ie5"},
    {BELOW_PROFILE, FROM_ARCHIVE | HAS_MORE, PAW_TEMP,
     "appdata\\local\\temp\\temp?_*|appdata\\local\\temp\\7z*|appdata\\local\\temp\\rar$*|"
     "appdata\\local\\temp\\bnz.*|appdata\\local\\temp\\is-*.tmp|local settings\\temp\\temp?_*|"
     "local settings\\temp\\7z*|local settings\\temp\\rar$*|appdata\\local\\temp\\rar$*"},
    {BELOW_PROFILE, 0, PAW_TEMP, "appdata\\local\\temp|local settings\\temp"},
    {BELOW_PROFILE, 0, PAW_APPDATA,
     "appdata\\roaming|appdata\\local|appdata\\locallow|appdata|application data|local settings"},
    {BELOW_PROFILE, 0, PAW_USERDIR,
     "desktop|downloads|documents|pictures|music|videos|favorites|contacts|onedrive*|"
     "my documents"},
    {BELOW_PROFILE, 0, PAW_USERDIR, "*"},

    {BELOW_DRIVE, 0, PAW_ROOT, "*"}, /* a first-level folder, or a file in the root */
};

struct components {
    paw_str part[MOST_COMPONENTS];
    size_t n;
    bool is_cut;
};

static void split(paw_str path, struct components *c)
{
    size_t from = 0;
    c->n = 0;
    c->is_cut = false;
    while (from <= path.n && path.n != 0) {
        const size_t slash = paw_str_find_char(path, '\\', from);
        const size_t end = slash == SIZE_MAX ? path.n : slash;
        if (c->n == MOST_COMPONENTS) {
            c->is_cut = true;
            return;
        }
        if (end > from)
            c->part[c->n++] = paw_str_sub(path, from, end - from);
        from = end + 1;
    }
}

/* Number of components that pattern takes from the start of c, or 0. */
static size_t match_at(const struct components *c, size_t start, paw_str pattern)
{
    size_t from = 0, i = start;
    while (from < pattern.n) {
        const size_t slash = paw_str_find_char(pattern, '\\', from);
        const size_t end = slash == SIZE_MAX ? pattern.n : slash;
        if (i == c->n || !paw_glob_view(c->part[i], paw_str_sub(pattern, from, end - from)))
            return 0;
        i++;
        from = end + 1;
    }
    return i - start;
}

static bool matches(const struct components *c, size_t start, paw_str pattern, uint32_t flags)
{
    if (!paw_str_starts(pattern, PAW_LIT("**\\"))) {
        const size_t taken = match_at(c, start, pattern);
        if (taken == 0)
            return false;
        const bool more = start + taken < c->n || c->is_cut;
        return !((flags & HAS_MORE) != 0 && !more) && !((flags & NO_MORE) != 0 && more);
    }
    pattern = paw_str_from(pattern, 3);
    for (size_t at = start; at < c->n; at++)
        if (match_at(c, at, pattern) != 0)
            return true;
    return false;
}

static bool row_matches(const struct row *row, const struct components *c, size_t start)
{
    const char first = start < c->n ? paw_lower(c->part[start].p[0]) : '\0';
    for (const char *p = row->patterns; p != NULL;) {
        const char *bar = strchr(p, '|');
        const size_t n = bar == NULL ? strlen(p) : (size_t)(bar - p);
        const bool may = *p == '*' || *p == '?' || *p == first; /* most differ at once */
        if (may && matches(c, start, (paw_str){p, n}, row->flags))
            return true;
        p = bar == NULL ? NULL : bar + 1;
    }
    return false;
}

static bool is_odd_code(const struct paw_place *place)
{
    return place->is_code && !paw_in_list(place->ext, never_code);
}

static bool below_profile(const struct components *c)
{
    return c->n > 2 && (paw_str_same_name(c->part[0], PAW_LIT("users")) ||
                        paw_str_same_name(c->part[0], PAW_LIT("documents and settings")));
}

uint64_t paw_place_class(const struct paw_place *place, uint32_t *flags)
{
    struct components c;
    if (!place->is_system_drive)
        return PAW_OTHERDRIVE;
    split(place->rest, &c);
    if (place->is_mock || c.n == 0)
        return PAW_ROOT;
    const bool windows = paw_str_same_name(c.part[0], place->windows);
    if (windows && c.n == 1)
        return PAW_SYS;
    const bool profile = below_profile(&c);
    const bool code = is_odd_code(place);
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const struct row *row = &rows[i];
        if ((row->anchor == BELOW_WINDOWS) != windows ||
            (row->anchor == BELOW_PROFILE && !profile) || ((row->flags & FOR_CODE) != 0 && !code))
            continue;
        const size_t start = row->anchor == BELOW_WINDOWS   ? 1
                             : row->anchor == BELOW_PROFILE ? 2
                                                            : 0;
        if (!row_matches(row, &c, start))
            continue;
        if ((row->flags & FROM_ARCHIVE) != 0)
            *flags |= PAW_PATH_ARCHIVE_TEMP;
        return row->class;
    }
    return PAW_ROOT;
}

bool paw_is_code_ext(paw_str ext)
{
    return paw_in_list(ext, code_ext);
}

bool paw_is_known_ext(paw_str ext)
{
    return paw_in_list(ext, code_ext) || paw_in_list(ext, other_ext);
}
