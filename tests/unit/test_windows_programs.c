/* SPDX-License-Identifier: Apache-2.0 */
/* Identities and sets of programs, and folding: docs/detections 2.5, 2.9, 2.10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/str.h"
#include "windows/fold.h"
#include "windows/identities.h"
#include "windows/programs.h"

#define MS   "Microsoft Corporation"
#define REN  PAW_IDENTITY_RENAMED
#define REL  PAW_IDENTITY_RELOCATED
#define BEN  PAW_IDENTITY_BENIGN_RELOCATION
#define NAME PAW_IDENTITY_BY_NAME
#define ODD  PAW_IDENTITY_DOUBTFUL

static void identities(void **state)
{
    (void)state;
    static const struct {
        const char *image, *original, *company, *description, *id;
        uint32_t flags;
    } rows[] = {
        {"C:\\Windows\\System32\\rundll32.exe", "RUNDLL32.EXE", MS, NULL, "rundll32", 0},
        {"C:\\Users\\u\\x.exe", "RUNDLL32.EXE", MS, NULL, "rundll32", REN | REL},
        {"C:\\Windows\\SysWOW64\\y.exe", "RUNDLL32.EXE.MUI", MS, NULL, "rundll32", REN},
        {"C:\\Windows\\WinSxS\\a\\rundll32.exe", "RUNDLL32.EXE", MS, NULL, "rundll32", REL | BEN},
        {"C:\\Temp\\q.exe", NULL, MS, "Windows host process (Rundll32)", "rundll32", REN | REL},
        {"C:\\Windows\\System32\\mshta.exe", NULL, NULL, NULL, "mshta", NAME},
        {"mshta.exe", NULL, NULL, NULL, "mshta", NAME},
        {"C:\\Windows\\hh.exe", "HH.exe", MS, NULL, "hh", 0},
        {"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\InstallUtil.exe", "InstallUtil.exe",
         MS, NULL, "installutil", 0},
        {"C:\\Temp\\InstallUtil.exe", "InstallUtil.exe", MS, NULL, "installutil", REL},
        {"C:\\Windows\\System32\\mavinject64.exe", "mavinject32.exe", MS, NULL, "mavinject", 0},
        {"C:\\Program Files\\Vendor\\change.exe", NULL, "Vendor", NULL, "change", REL | NAME | ODD},
        {"C:\\Windows\\System32\\change.exe", NULL, NULL, NULL, "change", NAME},
        {"C:\\Windows\\System32\\notepad.exe", "NOTEPAD.EXE", MS, NULL, NULL, 0},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const paw_str image = paw_str_of(rows[i].image), original = paw_str_of(rows[i].original),
                      company = paw_str_of(rows[i].company);
        const struct paw_identity *got =
            paw_identity_find(image, original, company, paw_str_of(rows[i].description));
        if ((got == NULL) != (rows[i].id == NULL) ||
            (got != NULL && strcmp(got->id, rows[i].id) != 0))
            fail_msg("%s: got %s", rows[i].image, got == NULL ? "none" : got->id);
        if (got == NULL)
            continue;
        const uint32_t flags = paw_identity_flags(got, image, original, company, (paw_str){0});
        if (flags != rows[i].flags)
            fail_msg("%s: flags %#x, want %#x", rows[i].image, flags, rows[i].flags);
    }
}

static void sets(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t want;
    } rows[] = {
        {"cmd.exe", PAW_SET_SHELL | PAW_SET_INTERP},
        {"cmd", PAW_SET_SHELL | PAW_SET_INTERP},
        {"mshta.exe", PAW_SET_SCRIPT | PAW_SET_INTERP | PAW_SET_CORE | PAW_SET_PROXY},
        {"rundll32.exe", PAW_SET_CORE | PAW_SET_PROXY},
        {"python3.exe", PAW_SET_INTERP},
        {"winword.exe", PAW_SET_OFFICE},
        {"screenconnect.clientservice.exe", PAW_SET_RMM},
        {"setup_x64.exe", PAW_SET_INSTALLERPARENT},
        {"update.exe", PAW_SET_HOSTAPP | PAW_SET_COMMONNAME},
        {"msedge.exe", PAW_SET_BROWSER | PAW_SET_HOSTAPP},
        {"svchost.exe", PAW_SET_BROKER | PAW_SET_TASKHOST},
        {"lsass.exe", PAW_SET_PROTECTED},
        {"query.exe", PAW_SET_RECON | PAW_SET_PROXY | PAW_SET_COMMONNAME},
        {"notepad.exe", 0},
        {"", 0},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const uint64_t got = paw_program_sets(paw_str_of(rows[i].name));
        if (got != rows[i].want)
            fail_msg("%s: got %#lx, want %#lx", rows[i].name, (unsigned long)got,
                     (unsigned long)rows[i].want);
    }
}

/* CORE is PROXY; HOSTAPP is not; no two rows of the table have one name. */
static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < paw_n_identities; i++) {
        const uint64_t s = paw_identities[i].sets;
        assert_true((s & PAW_SET_CORE) == 0 || (s & PAW_SET_PROXY) != 0);
        assert_true((s & PAW_SET_PROXY) != 0 || (s & PAW_SET_HOSTAPP) != 0);
        assert_false((s & PAW_SET_PROXY) != 0 && (s & PAW_SET_HOSTAPP) != 0);
        assert_true(paw_identities[i].home != 0);
        assert_ptr_equal(paw_identity_by_id(paw_str_of(paw_identities[i].id)), &paw_identities[i]);
    }
}

static void folding(void **state)
{
    (void)state;
    static const struct {
        const char *token, *want;
        bool changed;
    } rows[] = {
        {"/S", "/s", false},
        {"–s", "/s", true},
        {"／ｓ", "/s", true},
        {"/ˢ", "/s", true},
        {"/s\xC2\xADu", "/su", true},
        {"/ᵖᵃᶜᵏᵃᵍᵉ", "/package", true},
        {"/i⁲", "/i", true},
        {"/x²₃", "/x23", true},
        {"/ⱽ", "/v", true},
        {"/a\xE2\x80\x8B"
         "b",
         "/ab", true},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        struct paw_folded f;
        paw_fold_word(paw_str_of(rows[i].token), true, &f);
        if (!paw_str_equal((paw_str){f.text, f.n}, paw_str_of(rows[i].want)) ||
            f.is_changed != rows[i].changed)
            fail_msg("%s: got %.*s", rows[i].token, (int)f.n, f.text);
    }
    struct paw_folded f;
    paw_fold_word(PAW_LIT("/\xCB\xA2"), false, &f);
    assert_int_equal(f.n, 2);
    assert_false(f.is_changed);
    static const uint32_t dashes[] = {0x00AD, 0x058A, 0x05BE, 0x1400, 0x1806, 0x2010, 0x2012,
                                      0x2013, 0x2014, 0x2015, 0x2044, 0x2053, 0x2212, 0x2215,
                                      0x244A, 0x29F8, 0x2E17, 0x2E3A, 0x2E3B, 0x301C, 0x3030,
                                      0x30A0, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D, 0xFF0F};
    for (size_t i = 0; i < PAW_COUNT_OF(dashes); i++)
        assert_true(paw_is_dash_like(dashes[i]));
    assert_false(paw_is_dash_like('-'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identities),
        cmocka_unit_test(sets),
        cmocka_unit_test(table),
        cmocka_unit_test(folding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
