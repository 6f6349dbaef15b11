/* SPDX-License-Identifier: Apache-2.0 */
/* The techniques that a finding shows: those beside its own, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <catspaw/catspaw.h>

#include "core/str.h"
#include "core/stream.h"
#include "engine/labels.h"

static void order(void **state)
{
    (void)state;
    static const char *const leading[] = {"T1036.003", "T1027.010"};
    static const char *const other[] = {"T1218.011", "T1105"};
    const struct paw_held held[] = {
        {.technique = "T1218.011", .also = leading, .n_also = 2},
        {.technique = "T1218.002", .also = other, .n_also = 2},
        {.technique = "T1218.011"},
    };
    static const char *const wanted[] = {"T1218.011", "T1036.003", "T1027.010", "T1105",
                                         "T1218.002"};
    const char *list[8];
    assert_int_equal(paw_labels_most(held, 3), 7);
    assert_int_equal(paw_labels_of(held, 3, list, 8), PAW_COUNT_OF(wanted));
    for (size_t i = 0; i < PAW_COUNT_OF(wanted); i++)
        assert_string_equal(list[i], wanted[i]);
    assert_int_equal(paw_labels_of(held, 3, list, 2), 2);
    assert_int_equal(paw_labels_of(held, 0, list, 2), 0);
}

static enum paw_status keep(void *self, size_t line, const struct paw_finding *f)
{
    struct paw_buffer *b = self;
    (void)line;
    for (size_t i = 0; f != NULL && i < f->n_techniques; i++) {
        paw_buffer_put(b, " ", i != 0);
        paw_buffer_put(b, f->techniques[i], strlen(f->techniques[i]));
    }
    return PAW_OK;
}

static void lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *integrity, *techniques;
    } rows[] = {
        {"rundll32.exe shell32.dll,Control_RunDLL C:\\Users\\Public\\a.cpl", NULL,
         "T1218.011 T1218.002"},
        {"control.exe C:\\Users\\Public\\a.cpl", NULL, "T1218.002 T1218.011"},
        {"C:\\Users\\Public\\mmc.exe x.msc", "High", "T1218.014 T1036.005 T1548.002"},
        {"C:\\Users\\Public\\mmc.exe x.msc", "Medium", "T1218.014 T1036.005"},
        {"mmc.exe C:\\Users\\a\\x.pdf.msc", NULL, "T1218.014 T1036.007"},
        {"mmc.exe C:\\Users\\a\\x\xE2\x80\xAE"
         "fdp.msc",
         NULL, "T1218.014 T1036.002"},
        {"rundll32.exe davclnt.dll,DavSetCookie h http://h/print/pipe/spoolss", NULL,
         "T1218.011 T1187"},
        {"rundll32.exe davclnt.dll,DavSetCookie h http://h/share", NULL, "T1218.011"},
        {"SyncAppvPublishingServer.exe \"n; calc\"", NULL, "T1218 T1216.002 T1059.001"},
        {"wscript.exe C:\\Windows\\System32\\SyncAppvPublishingServer.vbs \"n; calc\"", NULL,
         "T1216.002 T1218 T1059.001"},
        {"dotnet.exe msbuild C:\\Users\\Public\\a.csproj", NULL, "T1218 T1127.001"},
        {"dotnet.exe C:\\Users\\Public\\a.dll", NULL, "T1218"},
        {"imewdbld.exe https://host.example/a.exe", NULL, "T1105"},
        {"desk.cpl", NULL, ""},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const struct paw_line line = {.command_line = paw_str_of(rows[i].line),
                                      .integrity = paw_str_of(rows[i].integrity)};
        struct paw_buffer b = {0};
        assert_int_equal(paw_check(&line, 1, keep, &b), PAW_OK);
        if (strcmp(b.p == NULL ? "" : b.p, rows[i].techniques) != 0)
            fail_msg("%s: '%s', not '%s'", rows[i].line, b.p == NULL ? "" : b.p,
                     rows[i].techniques);
        paw_buffer_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(order), cmocka_unit_test(lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
