/* SPDX-License-Identifier: Apache-2.0 */
/* What the fixture generator writes is what another project's reader reads: libevtx. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libevtx.h>

#include "events.h"
#include "special.h"

static char folder[] = "/tmp/catspaw-gen-XXXXXX";

/* Every record's XML one after the other; the caller frees it. */
static char *all_xml(const char *path, int *ret_records)
{
    libevtx_file_t *file = NULL;
    char *all = NULL;
    size_t n = 0;
    assert_int_equal(libevtx_file_initialize(&file, NULL), 1);
    assert_int_equal(libevtx_file_open(file, path, LIBEVTX_OPEN_READ, NULL), 1);
    assert_int_equal(libevtx_file_get_number_of_records(file, ret_records, NULL), 1);
    for (int i = 0; i < *ret_records; i++) {
        libevtx_record_t *record = NULL;
        size_t size = 0;
        assert_int_equal(libevtx_file_get_record_by_index(file, i, &record, NULL), 1);
        assert_int_equal(libevtx_record_get_utf8_xml_string_size(record, &size, NULL), 1);
        all = realloc(all, n + size + 1);
        assert_non_null(all);
        assert_int_equal(libevtx_record_get_utf8_xml_string(record, (uint8_t *)all + n, size, NULL),
                         1);
        n += size - 1; /* without its NUL */
        all[n] = 0;
        libevtx_record_free(&record, NULL);
    }
    libevtx_file_close(file, NULL);
    libevtx_file_free(&file, NULL);
    return all;
}

static const struct {
    const char *name;
    int records;
} readable[] = {
    {"plain", 200},        {"minor2", 200},     {"inline", 200},     {"literal-names", 200},
    {"exported", 200},     {"hostile-text", 8}, {"all-values", 7},   {"small-bomb", 7},
    {"no-checksums", 200}, {"dirty", 200},      {"header-crc", 200},
};

static void specials_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++) {
        char path[128];
        int records;
        (void)snprintf(path, sizeof path, "%s/%s.evtx", folder, readable[i].name);
        assert_int_equal(gen_special_write(readable[i].name, path), 0);
        char *xml = all_xml(path, &records);
        if (records != readable[i].records)
            fail_msg("%s: %d records", readable[i].name, records);
        assert_non_null(xml);
        free(xml);
        (void)remove(path);
    }
}

static void specials_are_the_same_twice(void **state)
{
    (void)state;
    char path[2][128];
    for (size_t i = 0; gen_special_name(i) != NULL; i++) {
        struct gen_bytes b[2] = {{0}, {0}};
        for (size_t k = 0; k < 2; k++) {
            (void)snprintf(path[k], sizeof path[k], "%s/twice%zu.evtx", folder, k);
            assert_int_equal(gen_special_write(gen_special_name(i), path[k]), 0);
            assert_int_equal(gen_file_read(path[k], &b[k]), 0);
            (void)remove(path[k]);
        }
        assert_int_equal(b[0].n, b[1].n);
        assert_memory_equal(b[0].p, b[1].p, b[0].n);
        gen_bytes_free(&b[0]);
        gen_bytes_free(&b[1]);
    }
}

static const char recipe[] =
    "host WKS01.corp.example\n"
    "  at 2026-03-02T09:00:00Z\n"
    "  start C:\\Windows\\Explorer.EXE\n"
    "    child@a rundll32.exe C:\\Users\\Public\\a.dll,Start %TEMP%\n"
    "      pid 4440\n"
    "      module C:\\Users\\Public\\a.dll\n"
    "      module:revoked C:\\Users\\Public\\b.dll\n"
    "      connect 93.184.215.14:443 files.example.org\n"
    "      connect:in:from=135 [fe80::1]:50001\n"
    "      dns files.example.org 93.184.215.14\n"
    "      file C:\\Users\\Public\\c.dll\n"
    "      delete C:\\Users\\Public\\c.dll\n"
    "      stamp C:\\Users\\Public\\a.dll\n"
    "      stream C:\\Users\\Public\\a.txt:evil\n"
    "        content MZ\n"
    "      set HKCU\\Software\\Classes\\CLSID\\x\\(Default) = %SystemRoot%\\a.dll\n"
    "      set:dword HKLM\\SOFTWARE\\A\\b = 16\n"
    "      unset HKCU\\Software\\A\\b\n"
    "      key HKLM\\SOFTWARE\\A\\c\n"
    "      unkey HKLM\\SOFTWARE\\A\\c\n"
    "      access:0x1410 lsass.exe\n"
    "        trace UNKNOWN(000001F2)\n"
    "      thread:LoadLibraryW @b\n"
    "      tamper Image is replaced\n"
    "      pipe \\msagent_1\n"
    "      pipe:connect \\msagent_1\n"
    "      ps400 powershell.exe -nop\n"
    "      ps4103 CommandInvocation(Invoke-Expression)\n"
    "      ps4104 {U+0041*15000}\n"
    "      ps800 iex $x\n"
    "      msi:1040 https://files.example.org/a.msi\n"
    "      msi:1033 Example\n"
    "      service svc1 = rundll32 a.dll,b\n"
    "      service:4697 svc2 = rundll32 a.dll,c\n"
    "      task job = \"C:\\Windows\\System32\\mshta.exe\" http://a/?b&c\n"
    "      consumer wmi1 = rundll32 \"a b.dll\",c\n"
    "      applocker:8004 C:\\Windows\\System32\\regsvr32.exe\n"
    "      ci:3077 C:\\Users\\Public\\a.dll\n"
    "      defender:1116 C:\\Users\\Public\\a.dll\n"
    "      defender:1121 C:\\Users\\Public\\a.dll\n"
    "      event Microsoft-Windows-Application-Experience/500\n"
    "        data ExePath = C:\\Users\\Public\\svc.exe\n"
    "      event Example-Provider/77\n"
    "        data Colour = blue\n"
    "      event MsiInstaller/11707\n"
    "        data Product: Example\n"
    "      +1m end 5\n"
    "  start@b notepad.exe\n"
    "    via both\n"
    "    user CORP\\bob\n"
    "    integrity High\n"
    "    connect:udp 10.20.0.10:53\n"
    "    set HKLM\\SYSTEM\\CurrentControlSet\\Services\\a\\ImagePath = x %y%\n"
    "    +1m end\n"
    "  start calc.exe\n"
    "    without command_line original_file_name parent_image\n";

static const struct {
    const char *channel;
    const char *id;
    const char *field; /* in that event's XML */
} wanted[] = {
    {"Microsoft-Windows-Sysmon%4Operational", "1", "a.dll,Start %%TEMP%%<"},
    {"Microsoft-Windows-Sysmon%4Operational", "1", "ParentImage\">C:\\Windows\\Explorer.EXE<"},
    {"Microsoft-Windows-Sysmon%4Operational", "1", "OriginalFileName\">RUNDLL32.EXE<"},
    {"Microsoft-Windows-Sysmon%4Operational", "1", "User\">CORP\\bob<"},
    {"Microsoft-Windows-Sysmon%4Operational", "2", "TargetFilename\">C:\\Users\\Public\\a.dll<"},
    {"Microsoft-Windows-Sysmon%4Operational", "3", "DestinationIp\">93.184.215.14<"},
    {"Microsoft-Windows-Sysmon%4Operational", "3", "DestinationHostname\">files.example.org<"},
    {"Microsoft-Windows-Sysmon%4Operational", "3", "DestinationIp\">fe80:0:0:0:0:0:0:1<"},
    {"Microsoft-Windows-Sysmon%4Operational", "3", "SourcePort\">135<"},
    {"Microsoft-Windows-Sysmon%4Operational", "5", "ProcessId\">4440<"},
    {"Microsoft-Windows-Sysmon%4Operational", "7", "Signed\">false<"},
    {"Microsoft-Windows-Sysmon%4Operational", "7", "SignatureStatus\">Revoked<"},
    {"Microsoft-Windows-Sysmon%4Operational", "8", "StartFunction\">LoadLibraryW<"},
    {"Microsoft-Windows-Sysmon%4Operational", "10", "CallTrace\">UNKNOWN(000001F2)<"},
    {"Microsoft-Windows-Sysmon%4Operational", "10", "GrantedAccess\">0x00001410<"},
    {"Microsoft-Windows-Sysmon%4Operational", "11", "TargetFilename\">C:\\Users\\Public\\c.dll<"},
    {"Microsoft-Windows-Sysmon%4Operational", "12", "EventType\">DeleteValue<"},
    {"Microsoft-Windows-Sysmon%4Operational", "12", "EventType\">CreateKey<"},
    {"Microsoft-Windows-Sysmon%4Operational", "12", "EventType\">DeleteKey<"},
    {"Microsoft-Windows-Sysmon%4Operational", "13", "_Classes\\CLSID\\x\\(Default)<"},
    {"Microsoft-Windows-Sysmon%4Operational", "13", "Details\">%%SystemRoot%%\\a.dll<"},
    {"Microsoft-Windows-Sysmon%4Operational", "13", "Details\">DWORD (0x00000010)<"},
    {"Microsoft-Windows-Sysmon%4Operational", "15", "Contents\">MZ<"},
    {"Microsoft-Windows-Sysmon%4Operational", "17", "PipeName\">\\msagent_1<"},
    {"Microsoft-Windows-Sysmon%4Operational", "18", "EventType\">ConnectPipe<"},
    {"Microsoft-Windows-Sysmon%4Operational", "20",
     "Destination\"> \"rundll32 \\\"a b.dll\\\",c\"<"},
    {"Microsoft-Windows-Sysmon%4Operational", "21",
     "CommandLineEventConsumer.Name=\\\"wmi1\\\"\"<"},
    {"Microsoft-Windows-Sysmon%4Operational", "22", "QueryResults\">::ffff:93.184.215.14;<"},
    {"Microsoft-Windows-Sysmon%4Operational", "23", "TargetFilename\">C:\\Users\\Public\\c.dll<"},
    {"Microsoft-Windows-Sysmon%4Operational", "25", "Type\">Image is replaced<"},
    {"Security", "4688", "NewProcessName\">C:\\Windows\\System32\\notepad.exe<"},
    {"Security", "4688", "TokenElevationType\">%%1937<"},
    {"Security", "4688", "MandatoryLabel\">S-1-16-12288<"},
    {"Security", "4688", "TargetUserName\">bob<"},
    {"Security", "4689", "ProcessName\">C:\\Windows\\System32\\notepad.exe<"},
    {"Security", "5156", "\\device\\harddiskvolume3\\windows\\system32\\notepad.exe<"},
    {"Security", "5156", "Protocol\">17<"},
    {"Security", "4657", "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\a<"},
    {"Security", "4657", "NewValue\">x %y%<"},
    {"Security", "4697", "ServiceFileName\">rundll32 a.dll,c<"},
    {"Security", "4698", "Command&gt;C:\\Windows\\System32\\mshta.exe&lt;"},
    {"Security", "4698", "http://a/?b&amp;amp;c"},
    {"System", "7045", "ImagePath\">rundll32 a.dll,b<"},
    {"Application", "1040", "<Data>4440</Data>"},
    {"Application", "1033", "<Binary>7B"},
    {"Application", "11707", "<Data>Product: Example</Data>"},
    {"Application", "77", "Colour\">blue<"},
    {"Windows PowerShell", "400", "HostApplication=powershell.exe -nop"},
    {"Windows PowerShell", "800", "<Data>iex $x</Data>"},
    {"Microsoft-Windows-PowerShell%4Operational", "4103", "Payload\">CommandInvocation(Invoke-"},
    {"Microsoft-Windows-PowerShell%4Operational", "4104", "MessageTotal\">2<"},
    {"Microsoft-Windows-PowerShell%4Operational", "4104", "MessageNumber\">2<"},
    {"Microsoft-Windows-AppLocker%4EXE and DLL", "8004", "%SYSTEM32%\\REGSVR32.EXE<"},
    {"Microsoft-Windows-CodeIntegrity%4Operational", "3077", "File Name\">\\Device\\Harddisk"},
    {"Microsoft-Windows-Windows Defender%4Operational", "1116",
     "Path\">file:_C:\\Users\\Public\\a.dll<"},
    {"Microsoft-Windows-Windows Defender%4Operational", "1121",
     "Process Name\">C:\\Windows\\System32\\r"},
    {"Microsoft-Windows-Application-Experience%4Program-Telemetry", "500",
     "<ExePath>C:\\Users\\Public\\svc.exe<"},
};

/* Does an event of that number hold the text? */
static bool has_event(const char *xml, const char *id, const char *field)
{
    char mark[64];
    (void)snprintf(mark, sizeof mark, ">%s</EventID>", id);
    for (const char *at = xml; (at = strstr(at, mark)) != NULL; at++) {
        const char *end = strstr(at, "</Event>"), *found = strstr(at, field);
        if (found != NULL && end != NULL && found < end)
            return true;
    }
    return false;
}

static struct gen_scene *read_scene(struct gen_pool *pool, struct gen_recipe *r)
{
    static struct gen_program programs[] = {{{"rundll32.exe", 12},
                                             {"C:\\Windows\\System32\\", 20},
                                             {"RUNDLL32.EXE", 12},
                                             {"Microsoft Corporation", 21}}};
    static const struct gen_programs all = {programs, 1};
    struct gen_recipe_error e;
    if (!gen_recipe_read(gen_lit(recipe), r, &e))
        fail_msg("%u:%u: %s", e.line, e.column, e.what);
    return gen_scene_new(pool, &all, r->hosts, NULL);
}

static void every_head_leaves_its_record(void **state)
{
    (void)state;
    struct gen_pool pool = {0};
    struct gen_recipe r = {0};
    size_t events = 0, wrong = 0;
    assert_int_equal(gen_scene_write(read_scene(&pool, &r), folder, &events), 0);
    int total = 0;
    const char *last = "";
    char *xml = NULL, path[256];
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (strcmp(last, wanted[i].channel) != 0) {
            int records;
            free(xml);
            last = wanted[i].channel;
            (void)snprintf(path, sizeof path, "%s/%s.evtx", folder, last);
            xml = all_xml(path, &records);
            total += records;
        }
        if (!has_event(xml, wanted[i].id, wanted[i].field)) {
            print_message("%s %s lacks %s\n", last, wanted[i].id, wanted[i].field);
            wrong++;
        }
    }
    free(xml);
    assert_int_equal(wrong, 0);
    assert_int_equal(total, events);

    /* What was left out is left out. */
    int records;
    (void)snprintf(path, sizeof path, "%s/Microsoft-Windows-Sysmon%%4Operational.evtx", folder);
    xml = all_xml(path, &records);
    char *calc = strstr(xml, "Image\">C:\\Windows\\System32\\calc.exe<");
    assert_non_null(calc);
    *strstr(calc, "</Event>") = 0;
    assert_null(strstr(calc, "\"CommandLine\""));
    assert_null(strstr(calc, "\"OriginalFileName\""));
    assert_null(strstr(calc, "\"ParentImage\""));
    assert_non_null(strstr(calc, "ParentCommandLine\">C:"));
    free(xml);
    gen_recipe_free(&r);
    gen_pool_free(&pool);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    char path[512];
    DIR *d = opendir(folder);
    if (d == NULL)
        return 1;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        (void)remove(path); /* fails for . and .. */
    }
    closedir(d);
    return rmdir(folder);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(specials_read_back),
        cmocka_unit_test(specials_are_the_same_twice),
        cmocka_unit_test(every_head_leaves_its_record),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
