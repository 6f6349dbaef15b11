/* SPDX-License-Identifier: Apache-2.0 */
/* Spilling memory: budgets, files, a full disk. */
#define _GNU_SOURCE /* mount */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dirent.h>

#include <cmocka.h>

#include "core/store.h"

enum { MIB = 1024 * 1024 };

static char folder[] = "/tmp/catspaw-store-XXXXXX";

static size_t open_descriptors(void)
{
    size_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    (void)closedir(d);
    return n;
}

static void store_spills(void **state)
{
    (void)state;
    enum { N = 3000, SIZE = 8000 };
    struct paw_budget budget = {.limit = 8 * MIB, .temp_dir = folder};
    struct paw_store s;
    static uint8_t *kept[N];
    const size_t before = open_descriptors();
    paw_store_init(&s, &budget);
    for (size_t i = 0; i < N; i++) {
        kept[i] = paw_store_alloc(&s, SIZE + i % 7);
        assert_non_null(kept[i]);
        assert_int_equal((uintptr_t)kept[i] % 8, 0);
        assert_true(kept[i][0] == 0 && kept[i][SIZE - 1] == 0);
        memset(kept[i], (int)(i % 251 + 1), SIZE);
    }
    for (size_t i = 0; i < N; i++)
        assert_true(kept[i][0] == i % 251 + 1 && kept[i][SIZE - 1] == i % 251 + 1);
    assert_true(budget.used <= budget.limit);
    assert_true(budget.spilled >= 12 * MIB);
    /* one that no segment would hold, and nothing */
    uint8_t *large = paw_store_alloc(&s, 20 * MIB);
    assert_non_null(large);
    large[20 * MIB - 1] = 1;
    assert_non_null(paw_store_alloc(&s, 0));
    assert_null(paw_store_alloc(&s, SIZE_MAX));
    assert_int_equal(budget.status, PAW_E_MEMORY);
    const paw_str text = paw_store_str(&s, PAW_LIT("a\0b"));
    assert_memory_equal(text.p, "a\0b", 3);
    assert_null(paw_store_str(&s, (paw_str){0}).p);
    paw_store_finish(&s);
    paw_store_finish(&s);
    assert_int_equal(budget.used, 0);
    assert_int_equal(open_descriptors(), before);
}

static int by_first(const void *a, const void *b)
{
    return memcmp(a, b, 1);
}

/* Without a folder for it nothing is spilled. */
static void no_folder(void **state)
{
    (void)state;
    struct paw_budget budget = {.limit = 8 * MIB};
    struct paw_store s;
    struct paw_vec v;
    paw_store_init(&s, &budget);
    assert_non_null(paw_store_alloc(&s, 3 * MIB));
    assert_non_null(paw_store_alloc(&s, 3 * MIB));
    assert_null(paw_store_alloc(&s, 3 * MIB));
    assert_int_equal(budget.status, PAW_E_MEMORY);
    paw_store_finish(&s);
    budget = (struct paw_budget){.limit = 100000};
    paw_vec_init(&v, &budget, 8);
    size_t n = 0;
    while (paw_vec_push(&v) != NULL)
        n++;
    assert_int_equal(n, 8192);
    assert_int_equal(v.n, n); /* what was there stays */
    assert_int_equal(paw_vec_sort(&v, by_first), PAW_E_MEMORY);
    paw_vec_finish(&v);
    assert_int_equal(budget.used, 0);
    budget = (struct paw_budget){.limit = 0, .temp_dir = "/nonexistent"};
    paw_store_init(&s, &budget);
    assert_null(paw_store_alloc(&s, 1));
    assert_int_equal(budget.status, PAW_E_OUTPUT);
    paw_store_finish(&s);
}

struct item {
    uint32_t key, order;
    uint64_t check;
};

static int by_key(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static void check_sort(size_t n, size_t limit, uint32_t keys, bool spills)
{
    struct paw_budget budget = {.limit = limit, .temp_dir = folder};
    struct paw_vec v;
    uint32_t random = 12345;
    paw_vec_init(&v, &budget, sizeof(struct item));
    for (uint32_t i = 0; i < n; i++) {
        random = random * 1664525U + 1013904223U;
        struct item *item = paw_vec_push(&v);
        assert_non_null(item);
        assert_true(item->key == 0 && item->order == 0 && item->check == 0);
        *item = (struct item){(random >> 8) % keys, i, (uint64_t)i * 31 + (random >> 8) % keys};
    }
    assert_int_equal(paw_vec_sort(&v, by_key), PAW_OK);
    assert_int_equal(v.n, n);
    for (size_t i = 0; i < n; i++) {
        const struct item *x = paw_vec_at(&v, i);
        assert_true(x->check == (uint64_t)x->order * 31 + x->key);
        if (i == 0)
            continue;
        const struct item *before = paw_vec_at(&v, i - 1);
        assert_true(before->key < x->key || (before->key == x->key && before->order < x->order));
    }
    assert_int_equal(budget.spilled != 0, spills);
    assert_true(budget.used <= budget.limit);
    paw_vec_finish(&v);
    paw_vec_finish(&v);
    assert_int_equal(budget.used, 0);
}

static void vec_sorts(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 3, 7, 8, 9, 1000, 4096, 4097};
    const size_t before = open_descriptors();
    for (size_t i = 0; i < PAW_COUNT_OF(sizes); i++)
        check_sort(sizes[i], 16 * MIB, 10, false);
    check_sort(200000, 64 * MIB, 1000, false);
    check_sort(200000, 1 * MIB, 1000, true); /* in memory first, then in a file */
    check_sort(200000, 7 * MIB, 1000, true); /* only the sorting's own needs it */
    check_sort(200000, 0, 1000, true);
    assert_int_equal(open_descriptors(), before);
}

/* Keys that differ in few bytes, in all, in none; equal ones stay in their order. */
static void keys_sort(void **state)
{
    (void)state;
    static const uint64_t masks[] = {0, 7, UINT64_C(0xFF00000000000000),
                                     UINT64_C(0x0101010101010101), UINT64_MAX};
    static const size_t sizes[] = {0, 1, 2, 3, 1000, 70000};
    struct paw_budget budget = {.limit = 64 * MIB, .temp_dir = folder};
    uint64_t random = 12345;
    for (size_t m = 0; m < PAW_COUNT_OF(masks) * PAW_COUNT_OF(sizes); m++) {
        struct paw_vec v;
        paw_vec_init(&v, &budget, sizeof(struct paw_keyed));
        for (uint64_t i = 0; i < sizes[m % PAW_COUNT_OF(sizes)]; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
            struct paw_keyed *k = paw_vec_push(&v);
            assert_non_null(k);
            *k = (struct paw_keyed){(random ^ random >> 29) & masks[m / PAW_COUNT_OF(sizes)], i};
        }
        uint64_t sum = 0;
        assert_int_equal(paw_vec_sort_keys(&v), PAW_OK);
        for (size_t i = 0; i < v.n; i++) {
            const struct paw_keyed *x = paw_vec_at(&v, i);
            sum += x->value;
            assert_true(i == 0 || x[-1].key < x->key ||
                        (x[-1].key == x->key && x[-1].value < x->value));
        }
        assert_true(sum == (uint64_t)v.n * (v.n - (v.n != 0)) / 2);
        paw_vec_finish(&v);
    }
    assert_int_equal(budget.used, 0);
}

/* Until it is refused: PAW_E_OUTPUT, and what was kept is still there. */
static int fill(const char *where)
{
    struct paw_budget budget = {.limit = 4 * MIB, .temp_dir = where};
    struct paw_store s;
    struct paw_vec v;
    uint8_t *first = NULL, *last = NULL;
    size_t n = 0;
    paw_store_init(&s, &budget);
    for (uint8_t *p = paw_store_alloc(&s, MIB); p != NULL && n < 100; n++) {
        memset(p, 7, MIB);
        first = first == NULL ? p : first;
        last = p;
        p = paw_store_alloc(&s, MIB);
    }
    if (n < 4 || n > 40 || budget.status != PAW_E_OUTPUT || first[0] != 7 || last[MIB - 1] != 7)
        return 1;
    paw_store_finish(&s);
    budget = (struct paw_budget){.limit = MIB, .temp_dir = where};
    paw_vec_init(&v, &budget, MIB / 4);
    for (n = 0; n < 400 && paw_vec_push(&v) != NULL; n++)
        memset(paw_vec_at(&v, n), 7, MIB / 4);
    if (n == 400 || budget.status != PAW_E_OUTPUT || *(uint8_t *)paw_vec_at(&v, n - 1) != 7)
        return 2;
    if (paw_vec_sort(&v, by_key) == PAW_OK)
        return 3; /* needs as much again */
    paw_vec_finish(&v);
    return budget.used == 0 ? 0 : 4;
}

static void disk_full(void **state)
{
    (void)state;
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* a process of its own for limits */
        const struct rlimit most = {16 * MIB, 16 * MIB};
        (void)signal(SIGXFSZ, SIG_IGN);
        if (mount("none", folder, "tmpfs", 0, "size=16m") == 0) {
            const int code = fill(folder);
            _exit(umount(folder) == 0 ? code : 9);
        }
        _exit(setrlimit(RLIMIT_FSIZE, &most) == 0 ? fill(folder) : 8);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

/* Nothing is left in the folder: spilled files have no name. */
static int end(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_spills), cmocka_unit_test(no_folder), cmocka_unit_test(vec_sorts),
        cmocka_unit_test(keys_sort),    cmocka_unit_test(disk_full),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
