/* SPDX-License-Identifier: Apache-2.0 */
/* Which hive a file is, and where commands stand in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/str.h"
#include "parsers/regf/standing.h"

#include "regf.h"

#define CV "Microsoft\\Windows\\CurrentVersion\\"

static void places(void **state)
{
    (void)state;
    static const struct {
        const char *hive, *key, *value, *want;
    } cases[] = {
        {"NTUSER", "Software\\" CV "Run", "x", "run"},
        {"NTUSER", "software\\microsoft\\windows\\currentversion\\run", "x", "run"},
        {"DEFAULT", "Software\\" CV "RunOnce", "x", "run"},
        {"SOFTWARE", CV "Run", "x", "run"},
        {"SOFTWARE", "WOW6432Node\\" CV "RunOnceEx\\0001", "x", "run"},
        {"SOFTWARE", CV "Policies\\Explorer\\Run", "1", "run"},
        {"SOFTWARE", CV "RunMore", "x", NULL},
        {"SOFTWARE", "Software\\" CV "Run", "x", NULL},
        {"NTUSER", CV "Run", "x", NULL},
        {"SYSTEM", CV "Run", "x", NULL},
        {"SYSTEM", "ControlSet001\\Services\\a", "ImagePath", "service"},
        {"SYSTEM", "ControlSet002\\Services\\a\\Parameters", "ServiceDll", "service_dll"},
        {"SYSTEM", "Setup\\Services\\a", "ImagePath", NULL},
        {"SYSTEM", "ControlSet001\\Services\\a", "Start", NULL},
        {"SOFTWARE", "Classes\\htafile\\shell\\open\\command", "", "class"},
        {"SOFTWARE", "Classes\\htafile\\shell\\open\\command", "x", NULL},
        {"SOFTWARE", "WOW6432Node\\Classes\\CLSID\\{1}\\LocalServer32", "", "com"},
        {"SOFTWARE", "Classes\\WOW6432Node\\CLSID\\{1}\\InprocServer32", "", "com"},
        {"NTUSER", "Software\\Classes\\ms-settings\\shell\\open\\command", "DelegateExecute",
         "class"},
        {"UsrClass", "ms-settings\\shell\\open\\command", "", "class"},
        {"UsrClass", "CLSID\\{1}\\ScriptletURL", "", "com"},
        {"UsrClass", "WOW6432Node\\CLSID\\{1}\\TreatAs", "", "com"},
        {"UsrClass", "Software\\" CV "Run", "x", NULL},
        {"NTUSER", "Environment", "UserInitMprLogonScript", "logon_script"},
        {"SOFTWARE", "Environment", "UserInitMprLogonScript", NULL},
        {"NTUSER", "Control Panel\\Desktop", "scrnsave.exe", "screensaver"},
        {"NTUSER", "Software\\" CV "Explorer\\RunMRU", "a", "run_dialog"},
        {"NTUSER", "Software\\" CV "Explorer\\RunMRU", "MRUList", NULL},
        {"SAM", "SAM", "x", NULL},
        {"unknown", CV "Run", "x", NULL},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const char *got =
            paw_regf_standing(paw_regf_standing_rules(cases[i].hive, paw_str_of(cases[i].key)),
                              paw_str_of(cases[i].value));
        if ((got == NULL) != (cases[i].want == NULL) ||
            (got != NULL && strcmp(got, cases[i].want) != 0))
            fail_msg("%s: %s\\%s is %s", cases[i].hive, cases[i].key, cases[i].value,
                     got == NULL ? "nothing" : got);
    }
}

static void ignore(void *self, enum paw_diag_code code, uint64_t offset, uint64_t extent,
                   const char *what)
{
    (void)self;
    (void)code;
    (void)offset;
    (void)extent;
    (void)what;
}

static void hives(void **state)
{
    (void)state;
    static const struct {
        const char *own_name, *first, *second, *want;
    } cases[] = {
        {"\\??\\C:\\Users\\a\\ntuser.dat", "Software", "Environment", "NTUSER"},
        {"SOFTWARE", "Software", "Environment", "NTUSER"}, /* the keys are believed, not the name */
        {"\\SystemRoot\\System32\\Config\\DEFAULT", "Software", "Control Panel", "DEFAULT"},
        {"SYSTEM", "Select", "ControlSet001", "SYSTEM"},
        {"", "Microsoft", "Classes", "SOFTWARE"},
        {"\\??\\C:\\Users\\a\\ntuser.dat", "htafile\\shell", "x", "UsrClass"},
        {"\\Microsoft\\Windows\\UsrClass.dat", "htafile", "x", "UsrClass"},
        {"", "CLSID", "Local Settings", "UsrClass"},
        {"\\SystemRoot\\System32\\Config\\SAM", "SAM", "SAM", "SAM"},
        {"", "Policy", "RXACT", "SECURITY"},
        {"\\AppCompat\\Programs\\Amcache.hve", "Root\\File", "Root", "Amcache"},
        {"", "x", "y", "unknown"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct gen_hive *g = gen_hive_new("ROOT", cases[i].own_name, 1);
        gen_key_path(g->root, cases[i].first, 1);
        gen_key_path(g->root, cases[i].second, 1);
        size_t size = 0;
        uint8_t *bytes = gen_hive_bytes(g, &size);
        gen_hive_free(g);
        struct paw_regf h;
        struct paw_error err;
        assert_int_equal(paw_regf_check((paw_bytes){bytes, size}, ignore, NULL, &h, &err), PAW_OK);
        if (strcmp(paw_regf_hive_kind(&h), cases[i].want) != 0)
            fail_msg("%s, %s: %s", cases[i].own_name, cases[i].first, paw_regf_hive_kind(&h));
        paw_regf_finish(&h);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),
        cmocka_unit_test(hives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
