/* SPDX-License-Identifier: Apache-2.0 */
/* Paths and their classes: docs/detections 2.1, 2.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "windows/path.h"

static struct paw_arena arena;

static const struct paw_volume volumes[] = {{.number = 7, .letter = 'D'}};
static const struct paw_machine machine = {
    .dns_suffix = PAW_LIT_INIT("corp.example"),
    .name = PAW_LIT_INIT("PC1"),
    .volumes = volumes,
    .n_volumes = 1,
};

static const struct {
    uint64_t class;
    const char *name;
} class_names[] = {
    {PAW_SYS, "SYS"},
    {PAW_SYSW, "SYSW"},
    {PAW_WINOTHER, "WINOTHER"},
    {PAW_PF, "PF"},
    {PAW_DRIVERSTORE, "DRIVERSTORE"},
    {PAW_INSTALLER, "INSTALLER"},
    {PAW_NATIVE, "NATIVE"},
    {PAW_PROGRAMDATA, "PROGRAMDATA"},
    {PAW_APPDATA, "APPDATA"},
    {PAW_TEMP, "TEMP"},
    {PAW_INETCACHE, "INETCACHE"},
    {PAW_USERDIR, "USERDIR"},
    {PAW_STARTUP, "STARTUP"},
    {PAW_PUBLIC_DIR, "PUBLIC"},
    {PAW_ROOT, "ROOT"},
    {PAW_OTHERDRIVE, "OTHERDRIVE"},
    {PAW_VSS, "VSS"},
    {PAW_UNC, "UNC"},
    {PAW_WEBDAV, "WEBDAV"},
    {PAW_URL, "URL"},
    {PAW_DEVICE, "DEVICE"},
    {PAW_BARE, "BARE"},
    {PAW_RELATIVE, "RELATIVE"},
    {PAW_SCRIPT_TEXT, "SCRIPT"},
    {PAW_LOOPBACK, "loopback"},
    {PAW_LOCAL, "local"},
    {PAW_PUBLIC_IP, "publicip"},
    {PAW_DYNDNS, "dyndns"},
    {PAW_FILEHOST, "filehost"},
    {PAW_RARE_TLD, "raretld"},
    {PAW_REVOCATION, "revocation"},
    {PAW_MICROSOFT, "microsoft"},
    {PAW_OTHER_HOST, "other"},
};

static const char *const flag_names[] = {
    "ads",       "bidi",   "mock",    "traversal", "loopbackunc", "verbatim",   "archivetemp",
    "shortname", "from32", "slashes", "variable",  "cwd",         "systemname",
};

static void word(char *out, size_t room, const char *w)
{
    const size_t n = strlen(out);
    (void)snprintf(out + n, room - n, "%s%s", n == 0 ? "" : " ", w);
}

/* NORM CLASS… flag… */
static void show(const struct paw_path *p, char *out, size_t room)
{
    (void)snprintf(out, room, "%.*s", (int)p->norm.n, p->norm.p);
    for (size_t i = 0; i < PAW_COUNT_OF(class_names); i++)
        if ((p->class & class_names[i].class) != 0)
            word(out, room, class_names[i].name);
    for (size_t i = 0; i < PAW_COUNT_OF(flag_names); i++)
        if ((p->flags & (1u << i)) != 0)
            word(out, room, flag_names[i]);
}

enum how { DATA = 0, CODE = 1, LOADED = 2, CWD = 4, KEEPS = 8, SHARE = 16 };

static const struct {
    unsigned how;
    const char *raw, *want;
} rows[] = {
    /* step 1 */
    {CODE, "\" C:\\a.dll \"", "C:\\a.dll ROOT"},
    {CODE, "\xC2\xA0\t\"C:\\x\\a.dll\"\r\n", "C:\\x\\a.dll ROOT"},
    /* step 3 */
    {CODE, "file:///C:/a%20b.hta", "C:\\a b.hta ROOT slashes"},
    {CODE, "file://fs01/share/x.hta", "\\\\fs01\\share\\x.hta UNC local slashes"},
    {CODE, "file://localhost/C:/x.hta", "C:\\x.hta ROOT slashes"},
    {CODE, "file:C:\\x\\a.hta", "C:\\x\\a.hta ROOT"},
    {CODE, "file://^C^:^/^W^i^n^d^o^w^s^/^s^y^s^t^e^m^3^2^/^c^a^l^c^.^e^x^e",
     "C:\\Windows\\system32\\calc.exe SYS slashes"},
    /* step 4 */
    {CODE, "C:/Windows\\x", "C:\\Windows\\x SYS slashes"},
    /* step 5 */
    {CODE, "\\??\\C:\\x\\y", "C:\\x\\y ROOT verbatim"},
    {CODE, "\\\\?\\UNC\\h\\s\\a.dll", "\\\\h\\s\\a.dll UNC local verbatim"},
    {CODE, "\\\\?\\C:\\Windows \\System32\\mmc.exe",
     "C:\\Windows \\System32\\mmc.exe ROOT mock verbatim"},
    {CODE, "\\\\?\\C:\\Users\\Public\\..\\a.dll", "C:\\Users\\Public\\..\\a.dll PUBLIC verbatim"},
    {CODE, "\\Device\\Mup\\h\\s\\a.dll", "\\\\h\\s\\a.dll UNC local"},
    {CODE, "\\Device\\LanmanRedirector\\;Z:0001\\h\\s\\a.dll", "\\\\h\\s\\a.dll UNC local"},
    {CODE, "\\Device\\WebDavRedirector\\;Z:1\\h.example\\s\\a.dll",
     "\\\\h.example\\s\\a.dll WEBDAV other"},
    {CODE, "\\\\.\\pipe\\x", "\\\\.\\pipe\\x DEVICE"},
    {CODE, "\\\\.\\C:\\x\\a.dll", "C:\\x\\a.dll ROOT"},
    /* step 6 */
    {CODE, "\\SystemRoot\\System32\\a.dll", "C:\\Windows\\System32\\a.dll SYS"},
    {CODE, "%windir%\\Temp\\a.dll", "C:\\Windows\\Temp\\a.dll SYSW variable"},
    {CODE, "%APPDATA%\\a.dll", "C:\\Users\\u\\AppData\\Roaming\\a.dll APPDATA variable"},
    {CODE | KEEPS, "%APPDATA%\\a.dll", "%APPDATA%\\a.dll RELATIVE variable"},
    {CODE, "%HOMEDRIVE%%HOMEPATH%\\Desktop\\a.dll",
     "C:\\Users\\u\\Desktop\\a.dll USERDIR variable"},
    {CODE, "%ProgramFiles(x86)%\\x\\a.dll", "C:\\Program Files (x86)\\x\\a.dll PF variable"},
    {CODE, "%PUBLIC%\\a.dll", "C:\\Users\\Public\\a.dll PUBLIC variable"},
    {CODE, "%ComSpec%", "C:\\Windows\\System32\\cmd.exe SYS variable"},
    /* step 7 */
    {CODE, "\\Device\\HarddiskVolume3\\Windows\\System32\\a.dll",
     "C:\\Windows\\System32\\a.dll SYS"},
    {CODE, "\\Device\\HarddiskVolume7\\a.dll", "D:\\a.dll OTHERDRIVE"},
    {CODE, "\\Device\\HarddiskVolume9\\x\\a.dll", "<vol9>\\x\\a.dll OTHERDRIVE"},
    {CODE, "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\x\\a.dll",
     "GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\x\\a.dll VSS verbatim"},
    {CODE, "\\Device\\HarddiskVolumeShadowCopy4\\x.dll", "HarddiskVolumeShadowCopy4\\x.dll VSS"},
    {CODE, "\\Device\\CdRom0\\a.dll", "CdRom0\\a.dll OTHERDRIVE"},
    /* step 8 */
    {CODE, "C:\\\\a\\\\\\b", "C:\\a\\b ROOT slashes"},
    {CODE, "\\\\h\\s\\\\a.dll", "\\\\h\\s\\a.dll UNC local"},
    /* step 9 */
    {CODE | LOADED, "javascript:\"\\..\\mshtml", "mshtml SYS traversal systemname"},
    {CODE, "C:\\x\\nope\\..\\y.dll", "C:\\x\\y.dll ROOT traversal"},
    {CODE, "C:\\..\\..\\y.dll", "C:\\y.dll ROOT traversal"},
    {CODE, "C:\\x\\.\\y.dll", "C:\\x\\y.dll ROOT"},
    {CODE, "..\\a\\y.dll", "..\\a\\y.dll RELATIVE traversal"},
    {CODE | CWD, "..\\y.dll", "C:\\Users\\u\\y.dll USERDIR traversal cwd"},
    /* step 10 */
    {CODE, "C:\\x.\\y.dll. .", "C:\\x\\y.dll ROOT"},
    {CODE, "C:\\Windows \\System32\\x.exe", "C:\\Windows \\System32\\x.exe ROOT mock"},
    {CODE, "C:\\My App \\x.exe", "C:\\My App \\x.exe ROOT"},
    /* step 11 */
    {CODE, "C:\\x\\file.txt:evil.dll", "C:\\x\\file.txt:evil.dll ROOT ads"},
    {CODE, "C:\\x\\file.txt:evil.dll:$DATA", "C:\\x\\file.txt:evil.dll ROOT ads"},
    {CODE, "C:\\x\\file.txt::$DATA", "C:\\x\\file.txt ROOT"},
    {CODE, "file.txt:evil.dll", "file.txt:evil.dll BARE ads"},
    /* step 12 */
    {CODE, "C:\\PROGRA~3\\DATAUS~1.DLL", "C:\\ProgramData\\DATAUS~1.DLL PROGRAMDATA shortname"},
    {CODE, "C:\\PROGRA~1\\x\\a.dll", "C:\\Program Files\\x\\a.dll PF shortname"},
    {CODE, "\\\\?\\C:\\PROGRA~1\\x\\a.dll", "C:\\Program Files\\x\\a.dll PF verbatim shortname"},
    /* step 13 */
    {CODE, "C:\\Windows\\Sysnative\\a.dll", "C:\\Windows\\System32\\a.dll SYS from32"},
    /* step 14 */
    {CODE | CWD, "sub\\a.dll", "C:\\Users\\u\\Downloads\\sub\\a.dll USERDIR cwd"},
    {CODE | CWD, "a.inf", "C:\\Users\\u\\Downloads\\a.inf USERDIR cwd"},
    {CODE | CWD | LOADED, "evil.dll", "evil.dll BARE"},
    {CODE | CWD, "scrobj.dll", "scrobj.dll SYS systemname"},
    {CODE, "sub\\a.dll", "sub\\a.dll RELATIVE"},
    {CODE, "a.dll", "a.dll BARE"},
    {CODE | LOADED, "advpack.dll", "advpack.dll SYS systemname"},
    {CODE | CWD, "C:a.dll", "C:\\Users\\u\\Downloads\\a.dll USERDIR cwd"},
    {CODE | CWD, "\\x\\a.dll", "C:\\x\\a.dll ROOT"},
    {CODE | SHARE, "a.inf", "\\\\fs01\\it\\a.inf UNC local cwd"},
    /* step 15 */
    {CODE, "\\\\localhost\\C$\\x\\a.dll", "C:\\x\\a.dll ROOT loopbackunc"},
    {CODE, "\\\\127.0.0.1\\d$\\a.dll", "d:\\a.dll OTHERDRIVE loopbackunc"},
    {CODE, "\\\\pc1\\ADMIN$\\Temp\\a.dll", "C:\\Windows\\Temp\\a.dll SYSW loopbackunc"},
    {CODE, "\\\\other\\ADMIN$\\Temp\\a.dll", "\\\\other\\ADMIN$\\Temp\\a.dll UNC local"},
    /* step 17 */
    {CODE, "C:\\x\\Annexe_\xE2\x80\xAExcod.msc", "C:\\x\\Annexe_\xE2\x80\xAExcod.msc ROOT bidi"},
    /* classes */
    {CODE, "C:\\Windows\\System32\\a.dll", "C:\\Windows\\System32\\a.dll SYS"},
    {CODE, "C:\\WINDOWS\\hh.exe", "C:\\WINDOWS\\hh.exe SYS"},
    {CODE, "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\a.exe",
     "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\a.exe SYS"},
    {CODE, "C:\\Windows\\System32\\spool\\drivers\\color\\a.dll",
     "C:\\Windows\\System32\\spool\\drivers\\color\\a.dll SYSW"},
    {CODE, "C:\\Windows\\System32\\spool\\DRIVERS\\W32X86\\3\\v.dll",
     "C:\\Windows\\System32\\spool\\DRIVERS\\W32X86\\3\\v.dll DRIVERSTORE"},
    {CODE, "C:\\Windows\\SysWOW64\\Tasks\\a.dll", "C:\\Windows\\SysWOW64\\Tasks\\a.dll SYSW"},
    {CODE, "C:\\Windows\\ServiceProfiles\\LocalService\\AppData\\a.dll",
     "C:\\Windows\\ServiceProfiles\\LocalService\\AppData\\a.dll SYSW"},
    {CODE, "C:\\Windows\\Fonts\\a.dll", "C:\\Windows\\Fonts\\a.dll SYSW"},
    {CODE, "C:\\Windows\\Help\\a.chm", "C:\\Windows\\Help\\a.chm SYS WINOTHER"},
    {DATA, "C:\\Windows\\Fonts\\a.dll", "C:\\Windows\\Fonts\\a.dll SYS WINOTHER"},
    {CODE, "C:\\Windows\\en-US\\a.dll", "C:\\Windows\\en-US\\a.dll SYSW"},
    {CODE, "C:\\Windows\\CCM\\a.exe", "C:\\Windows\\CCM\\a.exe SYS WINOTHER"},
    {CODE, "C:\\Windows\\Odd\\a.exe", "C:\\Windows\\Odd\\a.exe WINOTHER ROOT"},
    {CODE, "C:\\Windows\\Installer\\MSI1.tmp", "C:\\Windows\\Installer\\MSI1.tmp INSTALLER"},
    {CODE, "C:\\ProgramData\\Package Cache\\x\\a.exe",
     "C:\\ProgramData\\Package Cache\\x\\a.exe INSTALLER"},
    {CODE, "C:\\Windows\\assembly\\x\\a.ni.dll", "C:\\Windows\\assembly\\x\\a.ni.dll NATIVE"},
    {CODE, "C:\\Program Files\\WindowsApps\\a.exe", "C:\\Program Files\\WindowsApps\\a.exe PF"},
    {CODE, "C:\\Users\\u\\AppData\\Local\\Microsoft\\WindowsApps\\a.exe",
     "C:\\Users\\u\\AppData\\Local\\Microsoft\\WindowsApps\\a.exe APPDATA"},
    {CODE, "C:\\Users\\u\\AppData\\Local\\Temp\\a.exe",
     "C:\\Users\\u\\AppData\\Local\\Temp\\a.exe TEMP"},
    {CODE, "C:\\Users\\u\\AppData\\Local\\Temp\\Temp1_a.zip\\a.exe",
     "C:\\Users\\u\\AppData\\Local\\Temp\\Temp1_a.zip\\a.exe TEMP archivetemp"},
    {CODE, "C:\\Users\\u\\AppData\\Local\\Temp\\7zO41\\a.exe",
     "C:\\Users\\u\\AppData\\Local\\Temp\\7zO41\\a.exe TEMP archivetemp"},
    {CODE, "C:\\Users\\u\\AppData\\Local\\Microsoft\\Windows\\INetCache\\IE\\8\\a[1].hta",
     "C:\\Users\\u\\AppData\\Local\\Microsoft\\Windows\\INetCache\\IE\\8\\a[1].hta INETCACHE"},
    {CODE, "C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\a.h",
     "C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\a.h "
     "STARTUP"},
    {CODE, "C:\\Users\\u\\OneDrive - Corp\\a.dll", "C:\\Users\\u\\OneDrive - Corp\\a.dll USERDIR"},
    {CODE, "C:\\Users\\Public\\a.dll", "C:\\Users\\Public\\a.dll PUBLIC"},
    {CODE, "C:\\PerfLogs\\a.dll", "C:\\PerfLogs\\a.dll ROOT"},
    {CODE, "C:\\$Recycle.Bin\\x\\a.dll", "C:\\$Recycle.Bin\\x\\a.dll ROOT"},
    {CODE, "C:\\Temp\\a.dll", "C:\\Temp\\a.dll TEMP"},
    {CODE, "E:\\Windows\\System32\\a.dll", "E:\\Windows\\System32\\a.dll OTHERDRIVE"},
    {CODE, "\\\\fs01.corp.example\\s\\a.dll", "\\\\fs01.corp.example\\s\\a.dll UNC local"},
    {CODE, "\\\\h.example@SSL@443\\dav\\a.dll", "\\\\h.example@SSL@443\\dav\\a.dll WEBDAV other"},
    {CODE, "\\\\h.example\\DavWWWRoot\\a.dll", "\\\\h.example\\DavWWWRoot\\a.dll WEBDAV other"},
    {CODE, "https://files.example.org/a.hta?x=1", "https://files.example.org/a.hta?x=1 URL other"},
    {CODE, "http:\\\\h.example\\a.hta", "http://h.example/a.hta URL other"},
    {CODE, "javascript:alert(1)", "javascript:alert(1) SCRIPT"},
    {CODE, "ms-msdt:/id PCW", "ms-msdt:\\id PCW RELATIVE slashes"},
    {CODE, "", ""},
};

static void paths(void **state)
{
    (void)state;
    unsigned bad = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        char got[512];
        struct paw_path path;
        const struct paw_path_context context = {
            .machine = &machine,
            .current_directory = (rows[i].how & CWD) != 0     ? PAW_LIT("C:\\Users\\u\\Downloads\\")
                                 : (rows[i].how & SHARE) != 0 ? PAW_LIT("\\\\fs01\\it")
                                                              : (paw_str){0},
            .user_profile = PAW_LIT("C:\\Users\\u"),
            .expands_variables = (rows[i].how & KEEPS) == 0,
            .is_code = (rows[i].how & CODE) != 0,
            .is_loaded = (rows[i].how & LOADED) != 0,
        };
        paw_arena_reset(&arena);
        paw_path_normalise(paw_str_of(rows[i].raw), &context, &arena, &path);
        show(&path, got, sizeof(got));
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s\n   got %s\n  want %s\n", rows[i].raw, got, rows[i].want);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

static void parts(void **state)
{
    (void)state;
    struct paw_path path;
    const struct paw_path_context context = {.is_code = true};
    paw_path_normalise(PAW_LIT("C:\\x\\notes.txt:ADSDLL.dll"), &context, &arena, &path);
    assert_true(paw_str_equal(path.base, PAW_LIT("notes.txt")));
    assert_true(paw_str_equal(path.ext, PAW_LIT("txt")));
    assert_true(paw_str_equal(path.stream, PAW_LIT("ADSDLL.dll")));
    paw_path_normalise(PAW_LIT("https://h.example:8080/a/run.bat?x#y"), &context, &arena, &path);
    assert_true(paw_str_equal(path.base, PAW_LIT("run.bat")));
    assert_true(paw_str_equal(path.host, PAW_LIT("h.example")));
    assert_true(paw_str_equal(paw_path_folder(PAW_LIT("C:\\a\\b")), PAW_LIT("C:\\a\\")));
    paw_path_normalise((paw_str){0}, &context, &arena, &path);
    assert_null(path.raw.p);
}

static void other_system_root(void **state)
{
    (void)state;
    struct paw_path path;
    static const struct paw_machine other = {.system_root = PAW_LIT_INIT("D:\\WinNT")};
    const struct paw_path_context context = {.machine = &other, .is_code = true};
    paw_path_normalise(PAW_LIT("%SystemRoot%\\System32\\a.dll"), &context, &arena, &path);
    assert_true(paw_str_equal(path.norm, PAW_LIT("D:\\WinNT\\System32\\a.dll")));
    assert_true(path.class == PAW_SYS);
    paw_path_normalise(PAW_LIT("C:\\Windows\\a.dll"), &context, &arena, &path);
    assert_true(path.class == PAW_OTHERDRIVE);
}

static void folding(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"C:\\Ärger", "c:\\äRGER", true},
        {"ΣΊΓΜΑ", "σίγμα", true},
        {"ПУТЬ", "путь", true},
        {"ÿ", "Ÿ", true},
        {"ı", "I", false},
        {"ſ", "S", false},
        {"ß", "SS", false},
        {"a", "ab", false},
        {"ａ", "Ａ", true},
        {"ˣ", "x", false},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(pairs); i++)
        if (paw_path_same(paw_str_of(pairs[i].a), paw_str_of(pairs[i].b)) != pairs[i].same)
            fail_msg("%s and %s", pairs[i].a, pairs[i].b);
    assert_true(paw_path_same((paw_str){0}, (paw_str){0}));
    assert_false(paw_path_same((paw_str){0}, PAW_LIT("")));
    assert_true(paw_str_equal(paw_path_upper(PAW_LIT("путь"), &arena), PAW_LIT("ПУТЬ")));
}

/* Time and memory stay in proportion to the text. */
static void hostile(void **state)
{
    (void)state;
    static const char *const units[] = {"..\\", "a\\", "%TEMP%", "\\\\?\\", "a~1\\", "%41", "[.]"};
    enum { SIZE = 4 * 1024 * 1024 };
    char *text = calloc(1, SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < PAW_COUNT_OF(units); i++) {
        const size_t n = strlen(units[i]);
        for (size_t at = 0; at + n <= SIZE; at += n)
            memcpy(text + at, units[i], n);
        for (size_t size = SIZE; size > 1000; size /= 64) {
            const struct paw_path_context context = {.expands_variables = true};
            struct paw_path path;
            struct paw_arena own;
            paw_arena_init(&own, 4 * SIZE);
            paw_path_normalise((paw_str){text, size}, &context, &own, &path);
            assert_non_null(path.norm.p);
            paw_arena_finish(&own);
        }
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),   cmocka_unit_test(parts),   cmocka_unit_test(other_system_root),
        cmocka_unit_test(folding), cmocka_unit_test(hostile),
    };
    paw_arena_init(&arena, SIZE_MAX);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    paw_arena_finish(&arena);
    return failed;
}
