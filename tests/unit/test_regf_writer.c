/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hive writer, read back by libregf. This is also the guard of the linking: with the shared
 * libraries (-levtx -lregf) the value of 20,000 bytes reads as empty (docs/architecture.md).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libbfio.h>
#include <libevtx.h>
#include <libregf.h>

#include <catspaw/base.h>

#include "hives.h"
#include "regf.h"

static const uint64_t WRITTEN = 134169156000000000;

struct opened {
    uint8_t *bytes;
    libbfio_handle_t *io;
    libregf_file_t *file;
};

static struct opened open_hive(struct gen_hive *h)
{
    struct opened o = {0};
    size_t size = 0;
    o.bytes = gen_hive_bytes(h, &size);
    gen_hive_free(h);
    assert_int_equal(libbfio_memory_range_initialize(&o.io, NULL), 1);
    assert_int_equal(libbfio_memory_range_set(o.io, o.bytes, size, NULL), 1);
    assert_int_equal(libregf_file_initialize(&o.file, NULL), 1);
    assert_int_equal(libregf_file_open_file_io_handle(o.file, o.io, LIBREGF_ACCESS_FLAG_READ, NULL),
                     1);
    return o;
}

static void close_hive(struct opened *o)
{
    assert_int_equal(libregf_file_close(o->file, NULL), 0);
    assert_int_equal(libregf_file_free(&o->file, NULL), 1);
    assert_int_equal(libbfio_handle_free(&o->io, NULL), 1);
    free(o->bytes);
}

static libregf_key_t *key_at(const struct opened *o, const char *path)
{
    libregf_key_t *k = NULL;
    if (libregf_file_get_key_by_utf8_path(o->file, (const uint8_t *)path, strlen(path), &k, NULL) !=
        1)
        fail_msg("no key %s", path);
    return k;
}

/* The value's bytes, which the caller frees; *size is SIZE_MAX if libregf does not give them. */
static uint8_t *value_of(libregf_key_t *k, const char *name, uint32_t *type, size_t *size)
{
    libregf_value_t *v = NULL;
    *size = SIZE_MAX;
    if (libregf_key_get_value_by_utf8_name(k, (const uint8_t *)name, strlen(name), &v, NULL) != 1)
        return NULL;
    size_t n = 0;
    uint8_t *data = NULL;
    if (libregf_value_get_value_type(v, type, NULL) == 1 &&
        libregf_value_get_value_data_size(v, &n, NULL) == 1) {
        data = calloc(1, n + 1);
        if (n == 0 || libregf_value_get_value_data(v, data, n, NULL) == 1)
            *size = n;
    }
    libregf_value_free(&v, NULL);
    return data;
}

static void big_data(void **state)
{
    (void)state;
    /* Both libraries must be in the program for the guard to mean anything. */
    assert_non_null(libevtx_get_version());
    static const size_t sizes[] = {5, 16343, 16344, 16345, 16348, 20000, 32688, 32689, 100000};
    /* With minor version 4 libregf takes the record of the segments for the data. */
    static const unsigned minors[] = {3, 5, 6};
    for (size_t m = 0; m < PAW_COUNT_OF(minors); m++) {
        const unsigned minor = minors[m];
        for (size_t i = 0; i < PAW_COUNT_OF(sizes); i++) {
            const size_t n = sizes[i];
            uint8_t *data = malloc(n);
            for (size_t j = 0; j < n; j++)
                data[j] = (uint8_t)(j * 7 + j / 251);
            struct gen_hive *h = gen_hive_new("ROOT", "test", WRITTEN);
            h->minor = minor;
            gen_key_set(gen_key_path(h->root, "Big", WRITTEN), "data", GEN_REG_BINARY, data, n);
            struct opened o = open_hive(h);
            libregf_key_t *k = key_at(&o, "\\Big");
            uint32_t type = 0;
            size_t got = 0;
            uint8_t *read = value_of(k, "data", &type, &got);
            if (got != n || memcmp(read, data, n) != 0)
                fail_msg("minor %u, %zu bytes: got %zu", minor, n, got);
            free(read);
            libregf_key_free(&k, NULL);
            close_hive(&o);
            free(data);
        }
    }
}

static void kinds(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t type;
        const char *data;
        size_t size;
    } cases[] = {
        {"none", GEN_REG_NONE, "", 0},
        {"text", GEN_REG_SZ, "o\0n\0e\0\0", 8},
        {"no terminator", GEN_REG_EXPAND_SZ, "o\0n\0e", 6},
        {"bytes", GEN_REG_BINARY, "\1\2\3\4\5", 5},
        {"dword", GEN_REG_DWORD, "\4\3\2\1", 4},
        {"wide dword", GEN_REG_DWORD, "\4\3\2\1\0\0\0", 8},
        {"qword", GEN_REG_QWORD, "\10\7\6\5\4\3\2\1", 8},
        {"multi", GEN_REG_MULTI_SZ, "a\0\0\0b\0\0\0\0", 10},
        {"property", 0xFFFF0012, "xyzw", 4},
        {"gr\u00FC\u00DFe", GEN_REG_SZ, "1\0\0", 4},
        {"\u0438\u043C\u044F", GEN_REG_SZ, "2\0\0", 4},
    };
    struct gen_hive *h = gen_hive_new("ROOT", "test", WRITTEN);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++)
        gen_key_set(h->root, cases[i].name, cases[i].type, cases[i].data, cases[i].size);
    struct opened o = open_hive(h);
    libregf_key_t *root = NULL;
    assert_int_equal(libregf_file_get_root_key(o.file, &root, NULL), 1);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        uint32_t type = 0;
        size_t size = 0;
        uint8_t *data = value_of(root, cases[i].name, &type, &size);
        /* libregf adds the terminator that a text lacks. */
        const size_t most = cases[i].size + (type == GEN_REG_EXPAND_SZ ? 2 : 0);
        if (type != cases[i].type || size < cases[i].size || size > most ||
            memcmp(data, cases[i].data, cases[i].size) != 0)
            fail_msg("%s: type %u, %zu bytes", cases[i].name, (unsigned)type, size);
        free(data);
    }
    uint64_t time = 0;
    assert_int_equal(libregf_key_get_last_written_time(root, &time, NULL), 1);
    assert_int_equal(time, WRITTEN);
    libregf_key_free(&root, NULL);
    close_hive(&o);
}

static void lists(void **state)
{
    (void)state;
    static const enum gen_list kinds_of_list[] = {GEN_LIST_AUTO, GEN_LIST_LF,    GEN_LIST_LH,
                                                  GEN_LIST_LI,   GEN_LIST_RI_LH, GEN_LIST_RI_LI};
    static const int counts[] = {1, 61, 1500};
    for (size_t i = 0; i < PAW_COUNT_OF(kinds_of_list); i++) {
        for (size_t j = 0; j < PAW_COUNT_OF(counts); j++) {
            struct gen_hive *h = gen_hive_new("ROOT", "test", WRITTEN);
            h->root->list = kinds_of_list[i];
            h->list_most = 20;
            for (int n = 0; n < counts[j]; n++) {
                char name[16];
                (void)snprintf(name, sizeof name, "Key%04d", (n * 7) % counts[j]);
                gen_key_child(h->root, name, WRITTEN);
            }
            struct opened o = open_hive(h);
            libregf_key_t *root = NULL;
            int got = 0;
            assert_int_equal(libregf_file_get_root_key(o.file, &root, NULL), 1);
            assert_int_equal(libregf_key_get_number_of_sub_keys(root, &got, NULL), 1);
            for (int n = 0; n < got; n++) {
                char want[16], name[16] = {0};
                libregf_key_t *k = NULL;
                (void)snprintf(want, sizeof want, "Key%04d", n);
                assert_int_equal(libregf_key_get_sub_key(root, n, &k, NULL), 1);
                assert_int_equal(libregf_key_get_utf8_name(k, (uint8_t *)name, sizeof name, NULL),
                                 1);
                assert_string_equal(name, want);
                libregf_key_free(&k, NULL);
            }
            if (got < 1 || (counts[j] != 1500 && got != counts[j]))
                fail_msg("list %zu: %d of %d keys", i, got, counts[j]);
            libregf_key_free(&root, NULL);
            close_hive(&o);
        }
    }
}

static void same_bytes_again(void **state)
{
    (void)state;
    uint8_t *bytes[2];
    size_t sizes[2];
    for (unsigned i = 0; i < 2; i++) {
        struct gen_hive *h = gen_hive_new("ROOT", "test", WRITTEN);
        gen_key_set_text(gen_key_path(h->root, "a\\b\\c", WRITTEN), "x", GEN_REG_SZ, "y");
        gen_key_set_text(gen_key_path(h->root, "A\\B", WRITTEN), "X", GEN_REG_SZ, "y");
        bytes[i] = gen_hive_bytes(h, &sizes[i]);
        gen_hive_free(h);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static void lines_refused(void **state)
{
    (void)state;
    static const struct {
        const char *type, *key, *data;
    } cases[] = {
        {"", "HKXX\\a\\b", "c"},
        {"", "b", "c"},
        {"dword", "HKLM\\SOFTWARE\\a\\b", "4294967296"},
        {"dword", "HKLM\\SOFTWARE\\a\\b", "x"},
        {"qword", "HKLM\\SOFTWARE\\a\\b", ""},
        {"binary", "HKLM\\SOFTWARE\\a\\b", "0"},
        {"what", "HKLM\\SOFTWARE\\a\\b", "0"},
    };
    struct gen_hives *hs = gen_hives_new("WKS01.corp.example", WRITTEN);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++)
        if (gen_hive_add(hs, NULL, cases[i].type, cases[i].key, cases[i].data, 0) == 0)
            fail_msg("%s:%s = %s", cases[i].type, cases[i].key, cases[i].data);
    assert_int_equal(gen_hive_add(hs, "CORP\\a", "multi", "HKCU\\k\\v", "a\\0b", 0), 0);
    assert_int_equal(gen_hive_add(hs, "CORP\\a", NULL, "HKCU\\k\\(Default)", "", 0), 0);
    gen_hives_free(hs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(big_data),      cmocka_unit_test(kinds),
        cmocka_unit_test(lists),         cmocka_unit_test(same_bytes_again),
        cmocka_unit_test(lines_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
