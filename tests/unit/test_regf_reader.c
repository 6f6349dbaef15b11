/* SPDX-License-Identifier: Apache-2.0 */
/* Hives in trouble: what is told, what is found all the same, and that the reading ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/str.h"
#include "parsers/regf/bounds.h"
#include "parsers/regf/extract.h"

#include "hives.h"
#include "regf.h"

static const uint64_t WRITTEN = 134169156000000000;
static const char RUN[] = "Software\\Microsoft\\Windows\\CurrentVersion\\Run";
static const char COMMAND[] = "rundll32.exe C:\\Users\\Public\\evil.dll,Start";

/* What came out of a hive, as lines. */
struct heard {
    char facts[16384];
    char diags[4096];
    uint64_t items[64];
    size_t n_items;
    struct paw_summary summary;
};

static void put(char *to, size_t room, paw_str s)
{
    const size_t n = strlen(to), all = s.n < room - 1 - n ? s.n : room - 1 - n;
    for (size_t i = 0; i < all; i++)
        to[n + i] = s.p[i] == 0 ? '~' : s.p[i];
    to[n + all] = 0;
}

static enum paw_status on_fact(void *self, const struct paw_fact *f)
{
    static const enum paw_field_id ids[] = {PAW_F_COMPUTER,   PAW_F_MACHINE_GUID, PAW_F_SYSTEM_ROOT,
                                            PAW_F_HIVE,       PAW_F_KEY,          PAW_F_VALUE,
                                            PAW_F_VALUE_TYPE, PAW_F_DATA,         PAW_F_PLACE};
    struct heard *h = self;
    assert_true(paw_fact_check(f, f->size));
    put(h->facts, sizeof h->facts, paw_kind_name(f->kind));
    for (size_t i = 0; i < PAW_COUNT_OF(ids); i++) {
        const paw_str text = paw_fact_text(f, ids[i]);
        if (text.p == NULL)
            continue;
        put(h->facts, sizeof h->facts, PAW_LIT("|"));
        put(h->facts, sizeof h->facts, paw_str_sub(text, 0, 120));
    }
    put(h->facts, sizeof h->facts, PAW_LIT("\n"));
    return PAW_OK;
}

static enum paw_status on_diag(void *self, const struct paw_diag *d)
{
    struct heard *h = self;
    put(h->diags, sizeof h->diags, paw_str_of(paw_diag_name(d->code)));
    put(h->diags, sizeof h->diags, PAW_LIT("\n"));
    return PAW_OK;
}

static enum paw_status on_progress(void *self, uint64_t item)
{
    struct heard *h = self;
    if (h->n_items < PAW_COUNT_OF(h->items))
        h->items[h->n_items++] = item;
    return PAW_OK;
}

static const struct paw_wanted_value wanted_values[] = {
    {"*", "Extra*", "*"},
    {"*", "Presence\\*", NULL},
    {NULL, NULL, NULL},
};

static enum paw_status hear(const uint8_t *bytes, size_t size, uint64_t from, struct heard *h)
{
    const struct paw_wanted wanted = {.kinds = PAW_KIND_BIT(PAW_KIND_HOST) |
                                               PAW_KIND_BIT(PAW_KIND_STANDING) |
                                               PAW_KIND_BIT(PAW_KIND_VALUE),
                                      .values = wanted_values};
    const struct paw_sink sink = {h, on_fact, on_diag, on_progress};
    struct paw_error err = {0};
    *h = (struct heard){0};
    return paw_regf_extract((paw_bytes){bytes, size}, 7,
                            (struct paw_range){.from = from, .to = UINT64_MAX}, &wanted, &sink,
                            &h->summary, &err);
}

static void with_cycle(struct gen_hive *g)
{
    gen_key_path(g->root, "Software\\Loop\\Inner", WRITTEN)->defects = GEN_LIST_HAS_ROOT;
}

static void with_self(struct gen_hive *g)
{
    gen_key_path(g->root, "Software\\Narcissus", WRITTEN)->defects = GEN_LIST_HAS_SELF;
}

static void with_many_values(struct gen_hive *g)
{
    struct gen_key *k = gen_key_path(g->root, "Extra", WRITTEN);
    gen_key_set_text(k, "only", GEN_REG_SZ, "one");
    k->defects = GEN_MANY_VALUES;
}

static void with_many_and_no_list(struct gen_hive *g)
{
    gen_key_path(g->root, "Extra", WRITTEN)->defects = GEN_MANY_VALUES;
}

static void with_depth(struct gen_hive *g)
{
    struct gen_key *k = g->root;
    for (unsigned i = 0; i < 2000; i++)
        k = gen_key_child(k, "d", WRITTEN);
}

static void with_trailing(struct gen_hive *g)
{
    g->trailing = 5000;
}

static void with_bad_list(struct gen_hive *g)
{
    struct gen_key *k = gen_key_path(g->root, "Presence", WRITTEN);
    k->defects = GEN_LIST_HAS_JUNK;
    gen_key_child(k, "Good1", WRITTEN);
    gen_key_child(k, "Lost", WRITTEN)->defects = GEN_BAD_SIGNATURE;
    gen_key_child(k, "Good2", WRITTEN);
}

static void with_nested_ri(struct gen_hive *g)
{
    struct gen_key *k = gen_key_path(g->root, "Presence", WRITTEN);
    gen_key_child(k, "Unseen", WRITTEN);
    k->defects = GEN_NESTED_RI;
}

static void with_long_name(struct gen_hive *g)
{
    gen_key_path(g->root, "Presence\\Overlong", WRITTEN)->defects = GEN_LONG_NAME;
}

static void with_big_claim(struct gen_hive *g)
{
    struct gen_key *k = gen_key_path(g->root, "Extra", WRITTEN);
    gen_key_set_text(k, "claims", GEN_REG_SZ, "short")->claimed_size = 0x7FFFFFF0;
    gen_key_set_text(k, "sound", GEN_REG_SZ, "short");
}

static void with_cut(struct gen_hive *g)
{
    for (unsigned i = 0; i < 40; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "zzz\\Key%02u", i);
        gen_key_set_text(gen_key_path(g->root, name, WRITTEN), "text", GEN_REG_SZ,
                         "some text to fill the second bin with");
    }
    g->cut = 5096;
}

static void with_dirt(struct gen_hive *g)
{
    g->dirty = true;
}

static void with_names(struct gen_hive *g)
{
    gen_key_path(g->root, "Presence\\M\u00FCnchen", WRITTEN);
    gen_key_path(g->root, "Presence\\\u0413\u043E\u0440\u043E\u0434", WRITTEN);
    gen_key_path(g->root, "Presence\\nul\xC0\x80in", WRITTEN);
    gen_key_path(g->root, "Presence\\lone\xED\xA0\x80", WRITTEN);
}

static void with_odd_values(struct gen_hive *g)
{
    struct gen_key *k = gen_key_path(g->root, "Extra", WRITTEN);
    gen_key_set(k, "d0", GEN_REG_DWORD, "", 0);
    gen_key_set(k, "d2", GEN_REG_DWORD, "\1\2", 2);
    gen_key_set_u32(k, "d4", 0x20);
    gen_key_set(k, "d8", GEN_REG_DWORD, "\1\2\3\4\5\6\7\10", 8);
    gen_key_set_u64(k, "q8", 0x100000002);
    gen_key_set(k, "b3", GEN_REG_BINARY, "\1\2\3", 3);
    gen_key_set(k, "multi", GEN_REG_MULTI_SZ, "a\0\0\0b\0\0\0\0", 10);
    gen_key_set_text(k, "tail", GEN_REG_EXPAND_SZ, "seen\xC0\x80unseen");
    gen_key_set(k, "bytes", GEN_REG_SZ, "mshta.exe", 10);
    gen_key_set_text(k, "", GEN_REG_SZ, "unnamed");
    gen_key_set(k, "type", 0xFFFF0012, "\1\2\3\4\5", 5);
}

static void with_wide_list(struct gen_hive *g)
{
    struct gen_key *k = gen_key_path(g->root, "Many", WRITTEN);
    k->list = GEN_LIST_RI_LI;
    g->list_most = 20;
    for (unsigned i = 0; i < 61; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "Key%02u", i);
        gen_key_child(k, name, WRITTEN);
    }
    gen_key_set_text(gen_key_path(g->root, "Extra", WRITTEN), "x", GEN_REG_SZ, "y");
}

#define EXTRA "value|NTUSER|Extra|"
#define THERE "value|NTUSER|Presence\\"
/* What libregf does not give is told of where there is one. */
#ifdef PAW_WITH_LIBYAL
#define OWN_READING "hive.own_reading\n"
#else
#define OWN_READING ""
#endif

static const struct {
    const char *label;
    void (*make)(struct gen_hive *g);
    const char *facts; /* besides the Run value */
    const char *diags;
} cases[] = {
    {"cycle", with_cycle, "", "hive.cycle\n"},
    {"a key below itself", with_self, "", "hive.cycle\n"},
    {"many values", with_many_values, EXTRA "only|REG_SZ|one\n", "hive.count\n" OWN_READING},
    {"many values, no list", with_many_and_no_list, "", "hive.reference\n"},
    {"2000 levels", with_depth, "", "hive.depth\n"},
    {"trailing", with_trailing, "", "hive.trailing\n"},
    {"bad list", with_bad_list, THERE "Good1\n" THERE "Good2\n", "hive.key\nhive.reference\n"},
    {"ri in ri", with_nested_ri, "", "hive.reference\nhive.count\n"},
    {"long name", with_long_name, "", "hive.key\n"},
    {"big claim", with_big_claim, EXTRA "sound|REG_SZ|short\n", "hive.value\n" OWN_READING},
    {"cut", with_cut, "", NULL},
    {"dirty", with_dirt, "", "hive.dirty\n"},
    {"names", with_names,
     THERE "lone\uFFFD\n" THERE "M\u00FCnchen\n" THERE "nul~in\n" THERE
           "\u0413\u043E\u0440\u043E\u0434\n",
     ""},
    {"odd values", with_odd_values,
     EXTRA "d0|REG_DWORD|\n" EXTRA "d2|REG_DWORD|0102\n" EXTRA
           "d4|REG_DWORD|DWORD (0x00000020)\n" EXTRA "d8|REG_DWORD|0102030405060708\n" EXTRA
           "q8|REG_QWORD|QWORD (0x00000001-0x00000002)\n" EXTRA "b3|REG_BINARY|010203\n" EXTRA
           "multi|REG_MULTI_SZ|a~b\n" EXTRA "tail|REG_EXPAND_SZ|seen\n" EXTRA
           "bytes|REG_SZ|mshta.exe\n" EXTRA "|REG_SZ|unnamed\n" EXTRA
           "type|0xffff0012|0102030405\n",
     "hive.string\n"},
    {"ri of li", with_wide_list, EXTRA "x|REG_SZ|y\n", ""},
};

static void troubles(void **state)
{
    (void)state;
    struct heard *h = malloc(sizeof *h);
    char run[256];
    (void)snprintf(run, sizeof run, "standing|NTUSER|%s|Updater|REG_SZ|%s|run\n", RUN, COMMAND);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        struct gen_hive *g = gen_hive_new("ROOT", "\\??\\C:\\Users\\a\\ntuser.dat", WRITTEN);
        gen_key_set_text(gen_key_path(g->root, RUN, WRITTEN), "Updater", GEN_REG_SZ, COMMAND);
        cases[i].make(g);
        size_t size = 0;
        uint8_t *bytes = gen_hive_bytes(g, &size);
        gen_hive_free(g);
        if (hear(bytes, size, 0, h) != PAW_OK)
            fail_msg("%s: refused", cases[i].label);
        const char *at = strstr(h->facts, run);
        if (at == NULL)
            fail_msg("%s: no Run value in\n%s", cases[i].label, h->facts);
        char rest[sizeof h->facts];
        (void)snprintf(rest, sizeof rest, "%.*s%s", (int)(at - h->facts), h->facts,
                       at + strlen(run));
        if (strcmp(rest, cases[i].facts) != 0)
            fail_msg("%s: got facts\n%swanted\n%s", cases[i].label, rest, cases[i].facts);
        if (cases[i].diags != NULL && strcmp(h->diags, cases[i].diags) != 0)
            fail_msg("%s: got\n%swanted\n%s", cases[i].label, h->diags, cases[i].diags);
        free(bytes);
    }
    free(h);
}

/* A value of 20,000 bytes in segments, through the libregf that is linked into catspaw. */
static void big_text(void **state)
{
    (void)state;
    struct heard *h = malloc(sizeof *h);
    char text[10000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 0;
    struct gen_hive *g = gen_hive_new("ROOT", "ntuser.dat", WRITTEN);
    gen_key_set_text(gen_key_path(g->root, RUN, WRITTEN), "Big", GEN_REG_SZ, text);
    size_t size = 0;
    uint8_t *bytes = gen_hive_bytes(g, &size);
    gen_hive_free(g);
    assert_int_equal(hear(bytes, size, 0, h), PAW_OK);
    assert_non_null(strstr(h->facts, "|Big|REG_SZ|aaaaaaaaaaaa"));
    assert_string_equal(h->diags, "");
    free(bytes);
    free(h);
}

static void machine(void **state)
{
    (void)state;
    struct heard *h = malloc(sizeof *h);
    struct gen_hive *g = gen_hive_new("ROOT", "SYSTEM", WRITTEN);
    gen_key_set_u32(gen_key_path(g->root, "Select", WRITTEN), "Current", 2);
    for (unsigned i = 1; i <= 2; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "ControlSet%03u\\Control\\ComputerName\\ComputerName", i);
        gen_key_set_text(gen_key_path(g->root, path, WRITTEN), "ComputerName", GEN_REG_SZ,
                         i == 1 ? "OLD" : "WKS01");
        (void)snprintf(path, sizeof path, "ControlSet%03u\\Services\\Evil", i);
        gen_key_set_text(gen_key_path(g->root, path, WRITTEN), "ImagePath", GEN_REG_EXPAND_SZ,
                         i == 1 ? "old.exe" : "mshta.exe");
    }
    size_t size = 0;
    uint8_t *bytes = gen_hive_bytes(g, &size);
    gen_hive_free(g);
    assert_int_equal(hear(bytes, size, 0, h), PAW_OK);
    assert_string_equal(
        h->facts, "host|WKS01|SYSTEM\n"
                  "standing|SYSTEM|ControlSet002\\Services\\Evil|ImagePath|REG_EXPAND_SZ|mshta.exe|"
                  "service\n");
    free(bytes);
    free(h);
}

/* After a kill the file goes on behind the item that was told last. */
static void ranges(void **state)
{
    (void)state;
    struct heard *h = malloc(sizeof *h);
    struct gen_hive *g = gen_hive_new("ROOT", "ntuser.dat", WRITTEN);
    for (unsigned i = 0; i < 5; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "Presence\\Key%u", i);
        gen_key_path(g->root, path, WRITTEN);
    }
    g->dirty = true;
    size_t size = 0;
    uint8_t *bytes = gen_hive_bytes(g, &size);
    gen_hive_free(g);
    assert_int_equal(hear(bytes, size, 0, h), PAW_OK);
    assert_int_equal(h->n_items, 5);
    assert_int_equal(h->summary.read, 7);
    const uint64_t third = h->items[2];
    assert_int_equal(hear(bytes, size, third + 1, h), PAW_OK);
    assert_string_equal(h->facts, "value|NTUSER|Presence\\Key3\nvalue|NTUSER|Presence\\Key4\n");
    assert_string_equal(h->diags, "");
    free(bytes);
    free(h);
}

/* Cut anywhere, and with any one byte set to 0, 0x7F or 0xFF: no crash, and the walk ends. */
static void mutations(void **state)
{
    (void)state;
    static const uint8_t with[] = {0, 0x7F, 0xFF};
    struct heard *h = malloc(sizeof *h);
    struct gen_hive *g = gen_hive_new("ROOT", "ntuser.dat", WRITTEN);
    gen_key_set_text(gen_key_path(g->root, RUN, WRITTEN), "Updater", GEN_REG_SZ, COMMAND);
    with_odd_values(g);
    with_names(g);
    size_t size = 0;
    uint8_t *bytes = gen_hive_bytes(g, &size);
    gen_hive_free(g);
    for (size_t n = 0; n < size; n += n < 4096 ? 61 : 7) {
        uint8_t *cut = malloc(n + 1); /* so that a sanitizer sees a read behind the end */
        memcpy(cut, bytes, n);
        (void)hear(cut, n, 0, h);
        free(cut);
    }
    for (size_t at = 0; at < size; at += at < 512 || at >= 4096 ? 1 : 512) {
        const uint8_t kept = bytes[at];
        for (size_t i = 0; i < PAW_COUNT_OF(with); i++) {
            bytes[at] = with[i];
            (void)hear(bytes, size, 0, h);
        }
        bytes[at] = kept;
    }
    free(bytes);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(troubles), cmocka_unit_test(big_text),  cmocka_unit_test(machine),
        cmocka_unit_test(ranges),   cmocka_unit_test(mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
