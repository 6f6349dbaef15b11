/* SPDX-License-Identifier: Apache-2.0 */
/* URLs, hosts and registry paths: docs/detections 2.8, 1.6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/str.h"
#include "windows/address.h"
#include "windows/regpath.h"

static struct paw_arena arena;

static const struct paw_machine machine = {.dns_suffix = PAW_LIT_INIT("corp.example")};

static void hosts(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        uint64_t want;
    } rows[] = {
        {"127.0.0.1", PAW_LOOPBACK},
        {"127.1", PAW_LOOPBACK},
        {"0x7f000001", PAW_LOOPBACK},
        {"2130706433", PAW_LOOPBACK},
        {"0177.0.0.1", PAW_LOOPBACK},
        {"[::1]", PAW_LOOPBACK},
        {"localhost", PAW_LOOPBACK},
        {"::ffff:127.0.0.1", PAW_LOOPBACK},
        {"10.1.2.3", PAW_LOCAL},
        {"172.16.0.1", PAW_LOCAL},
        {"172.32.0.1", PAW_PUBLIC_IP},
        {"100.64.0.1", PAW_LOCAL},
        {"100.128.0.1", PAW_PUBLIC_IP},
        {"169.254.1.1", PAW_LOCAL},
        {"192.168.0.1", PAW_LOCAL},
        {"192.88.99.1", PAW_LOCAL},
        {"198.18.0.1", PAW_LOCAL},
        {"203.0.113.9", PAW_LOCAL},
        {"224.0.0.1", PAW_LOCAL},
        {"255.255.255.255", PAW_LOCAL},
        {"0.0.0.0", PAW_LOCAL},
        {"8.8.8.8", PAW_PUBLIC_IP},
        {"8.8.2056", PAW_PUBLIC_IP},
        {"1.2.3.256", PAW_OTHER_HOST}, /* no address */
        {"2001:db8::1", PAW_LOCAL},
        {"2a00:1450::1", PAW_PUBLIC_IP},
        {"fe80::1%3", PAW_LOCAL},
        {"fe80--1s4.ipv6-literal.net", PAW_LOCAL},
        {"fd00::1", PAW_LOCAL},
        {"ff02::1", PAW_LOCAL},
        {"64:ff9b::808:808", PAW_LOCAL},
        {"::ffff:8.8.8.8", PAW_PUBLIC_IP},
        {"fs01", PAW_LOCAL},
        {"sccm.corp.example", PAW_LOCAL},
        {"notcorp.example", PAW_OTHER_HOST},
        {"printer.local", PAW_LOCAL},
        {"router.home.arpa", PAW_LOCAL},
        {"files.example.org", PAW_OTHER_HOST},
        {"files.example.org.", PAW_OTHER_HOST},
        {"raw.githubusercontent.com", PAW_FILEHOST},
        {"contoso.sharepoint.com", PAW_FILEHOST},
        {"x.blob.core.windows.net", PAW_FILEHOST},
        {"onedrive.live.com", PAW_FILEHOST},
        {"go.microsoft.com", PAW_MICROSOFT},
        {"evilmicrosoft.com", PAW_OTHER_HOST},
        {"ctldl.windowsupdate.com", PAW_REVOCATION},
        {"crl3.digicert.com", PAW_REVOCATION},
        {"ocsp.digicert.com", PAW_REVOCATION},
        {"crl.evil.org", PAW_OTHER_HOST},
        {"me.duckdns.org", PAW_DYNDNS},
        {"k2.portal-verify.top", PAW_RARE_TLD},
        {"", 0},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const uint64_t got = paw_address_class(paw_str_of(rows[i].host), &machine);
        if (got != rows[i].want)
            fail_msg("%s: got %#lx, want %#lx", rows[i].host, (unsigned long)got,
                     (unsigned long)rows[i].want);
    }
}

static void urls(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *norm, *host;
    } rows[] = {
        {"HTTP://User:pw@Files.Example.ORG:80/A/b", "http://files.example.org/A/b",
         "files.example.org"},
        {"http:\\\\h.example\\x", "http://h.example/x", "h.example"},
        {"https:/h.example/x", "https://h.example/x", "h.example"},
        {"hxxps://files[.]example[.]org/a", "https://files.example.org/a", "files.example.org"},
        {"hxxp[:]//h(.)example/a", "http://h.example/a", "h.example"},
        {"https://h.example/a/../b/./c", "https://h.example/b/c", "h.example"},
        {"https://h.example/../../c", "https://h.example/c", "h.example"},
        {"https://h.example/%61%2e%68ta?q=%2e../x", "https://h.example/a.hta?q=.../x", "h.example"},
        {"http://0x7f.1/a", "http://127.0.0.1/a", "127.0.0.1"},
        {"http://[::1]:8080/a", "http://[::1]:8080/a", "[::1]"},
        {"ftp://h.example:21/a", "ftp://h.example/a", "h.example"},
        {"https://h.example", "https://h.example", "h.example"},
        {"\\\\h.example@SSL@443\\dav\\x", "https://h.example/dav/x", "h.example"},
        {"\\\\h.example@8080\\x", "http://h.example:8080/x", "h.example"},
        {"\\\\h.example@SSL\\DavWWWRoot\\d\\x", "https://h.example/d/x", "h.example"},
        {"https://h.example?x", "https://h.example?x", "h.example"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        struct paw_url url;
        if (!paw_url_read(paw_str_of(rows[i].raw), &machine, &arena, &url) ||
            !paw_str_equal(url.norm, paw_str_of(rows[i].norm)) ||
            !paw_str_equal(url.host, paw_str_of(rows[i].host)))
            fail_msg("%s: got %.*s", rows[i].raw, (int)url.norm.n, url.norm.p);
    }
    struct paw_url url;
    assert_false(paw_url_read(PAW_LIT("C:\\x"), &machine, &arena, &url));
    assert_false(paw_url_read(PAW_LIT("\\\\fs01\\share\\x"), &machine, &arena, &url));
    assert_false(paw_url_read(PAW_LIT("javascript:1"), &machine, &arena, &url));
    assert_false(paw_url_read((paw_str){0}, &machine, &arena, &url));
}

static void registry(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        bool has_value;
        const char *key, *place, *name;
        bool is_32bit;
    } rows[] = {
        {"\\REGISTRY\\MACHINE\\SOFTWARE\\A\\B", false, "HKLM\\SOFTWARE\\A\\B",
         "HKLM\\SOFTWARE\\A\\B", NULL, false},
        {"HKLM\\System\\ControlSet001\\Services\\x\\ImagePath", true,
         "HKLM\\SYSTEM\\CurrentControlSet\\Services\\x",
         "HKLM\\SYSTEM\\CurrentControlSet\\Services\\x", "ImagePath", false},
        {"HKU\\S-1-5-21-1-2-3-1001\\Software\\A", false, "HKU\\S-1-5-21-1-2-3-1001\\Software\\A",
         "HKCU\\Software\\A", NULL, false},
        {"\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001_Classes\\CLSID\\{1}\\(Default)", true,
         "HKU\\S-1-5-21-1-2-3-1001\\Software\\Classes\\CLSID\\{1}",
         "HKCU\\Software\\Classes\\CLSID\\{1}", "", false},
        {"HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\X", false, "HKLM\\SOFTWARE\\Microsoft\\X",
         "HKLM\\SOFTWARE\\Microsoft\\X", NULL, true},
        {"HKCR\\CLSID\\{1}", false, "HKLM\\SOFTWARE\\Classes\\CLSID\\{1}",
         "HKLM\\SOFTWARE\\Classes\\CLSID\\{1}", NULL, false},
        {"HKEY_LOCAL_MACHINE\\SOFTWARE\\A", false, "HKLM\\SOFTWARE\\A", "HKLM\\SOFTWARE\\A", NULL,
         false},
        {"HKCU:\\Software\\A", false, "HKCU\\Software\\A", "HKCU\\Software\\A", NULL, false},
        {"\\REGISTRY\\A\\{guid}\\Root", false, "\\REGISTRY\\A\\{guid}\\Root",
         "\\REGISTRY\\A\\{guid}\\Root", NULL, false},
        {"HKU\\.DEFAULT\\Software\\A", false, "HKU\\.DEFAULT\\Software\\A", "HKCU\\Software\\A",
         NULL, false},
        {"HKU\\S-1-5-18", false, "HKU\\S-1-5-18", "HKCU", NULL, false},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        struct paw_regpath got;
        paw_regpath_read(paw_str_of(rows[i].raw), rows[i].has_value, &arena, &got);
        if (!paw_str_equal(got.key, paw_str_of(rows[i].key)) ||
            !paw_str_equal(got.place, paw_str_of(rows[i].place)) ||
            !paw_str_equal(got.name, paw_str_of(rows[i].name)) || got.is_32bit != rows[i].is_32bit)
            fail_msg("%s: key %.*s place %.*s", rows[i].raw, (int)got.key.n, got.key.p,
                     (int)got.place.n, got.place.p);
    }
    struct paw_regpath got;
    paw_regpath_read(PAW_LIT("HKU\\S-1-5-21-9_Classes\\x"), false, &arena, &got);
    assert_true(paw_str_equal(got.sid, PAW_LIT("S-1-5-21-9")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts),
        cmocka_unit_test(urls),
        cmocka_unit_test(registry),
    };
    paw_arena_init(&arena, SIZE_MAX);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    paw_arena_finish(&arena);
    return failed;
}
