/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* nftw */
/* What is found below the given paths, by which names, and that no order of anything shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "evidence/inventory.h"
#include "evidence/source.h"

enum { NOBODY = 65534 };

static char top[64]; /* the test's folder, and the working directory */

static void make(const char *name, const char *content, size_t n)
{
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, n), (ssize_t)n);
    assert_int_equal(close(fd), 0);
}

static void make_text(const char *name, const char *content)
{
    make(name, content, strlen(content));
}

static void folder(const char *name)
{
    if (mkdir(name, 0755) != 0)
        assert_int_equal(errno, EEXIST);
}

/* A file that begins as an event log, and differs by its mark. */
static void make_log(const char *name, char mark)
{
    char bytes[64] = "ElfFile";
    bytes[32] = mark;
    make(name, bytes, sizeof(bytes));
}

static enum paw_status look(const char *const *paths, size_t n, bool no_hash,
                            struct paw_inventory *i)
{
    const struct paw_inventory_options options = {.no_hash = no_hash, .jobs = 3};
    struct paw_error err = {0};
    return paw_inventory_walk(paths, n, &options, i, &err);
}

/* All of an inventory as text. */
static const char *told(const struct paw_inventory *i)
{
    static char text[16384];
    static const char *const kinds[] = {"unknown", "evtx", "hive", "hivelog", "empty"};
    size_t n = 0;
    text[0] = '\0';
    for (size_t j = 0; j < i->n_files; j++) {
        const struct paw_file *f = &i->files[j];
        assert_true(paw_utf8_valid(f->source));
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s|%s|%llu", (int)f->source.n,
                              f->source.p, kinds[f->evidence], (unsigned long long)f->size);
        if (f->root.n != 0)
            n += (size_t)snprintf(text + n, sizeof(text) - n, "|root %.*s", (int)f->root.n,
                                  f->root.p);
        if (f->copy_of != UINT32_MAX)
            n += (size_t)snprintf(text + n, sizeof(text) - n, "|copy of %u", f->copy_of);
        n += (size_t)snprintf(text + n, sizeof(text) - n, "\n");
        assert_true(n < sizeof(text));
    }
    for (size_t j = 0; j < i->n_diags; j++) {
        const struct paw_diag *d = &i->diags[j];
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s %d %s\n", paw_diag_name(d->code),
                              (int)d->source, d->detail);
        assert_true(n < sizeof(text));
    }
    return text;
}

static void expect(const char *const *paths, size_t n, bool no_hash, const char *wanted)
{
    struct paw_inventory i;
    assert_int_equal(look(paths, n, no_hash, &i), PAW_OK);
    assert_string_equal(told(&i), wanted);
    paw_inventory_finish(&i);
}

#define EXPECT(wanted, ...)                                \
    do {                                                   \
        const char *const given[] = {__VA_ARGS__};         \
        expect(given, PAW_COUNT_OF(given), false, wanted); \
    } while (0)

/* Kinds
 * ------------------------------------------------------------------------------------------ */

static const struct {
    const char *label;
    struct {
        size_t at;
        const char *bytes;
        size_t n;
    } parts[3];
    size_t size;
    enum paw_evidence want;
} kinds[] = {
    {"log", {{0, "ElfFile\0", 8}}, 4096, PAW_EVIDENCE_EVTX},
    {"a text about logs", {{0, "ElfFiles", 8}}, 4096, PAW_EVIDENCE_UNKNOWN},
    {"header wiped", {{4096, "ElfChnk\0", 8}}, 8000, PAW_EVIDENCE_EVTX},
    {"chunk alone", {{0, "ElfChnk\0", 8}}, 512, PAW_EVIDENCE_EVTX},
    {"hive", {{0, "regf", 4}, {4096, "hbin", 4}}, 8192, PAW_EVIDENCE_HIVE},
    {"hive cut", {{0, "regf", 4}}, 600, PAW_EVIDENCE_HIVE},
    {"base block wiped", {{4096, "hbin", 4}}, 8192, PAW_EVIDENCE_HIVE},
    {"old log", {{0, "regf", 4}, {28, "\1", 1}}, 1024, PAW_EVIDENCE_HIVE_LOG},
    {"new log", {{0, "regf", 4}, {28, "\6", 1}}, 1024, PAW_EVIDENCE_HIVE_LOG},
    {"dirty sectors", {{0, "regf", 4}, {512, "DIRT", 4}}, 1024, PAW_EVIDENCE_HIVE_LOG},
    {"entries", {{0, "regf", 4}, {512, "HvLE", 4}}, 1024, PAW_EVIDENCE_HIVE_LOG},
    {"type damaged", {{0, "regf", 4}, {28, "\1", 1}, {4096, "hbin", 4}}, 8192, PAW_EVIDENCE_HIVE},
    {"of Windows XP", {{0, "\x30\0\0\0LfLe", 8}}, 512, PAW_EVIDENCE_UNKNOWN},
    {"two bytes", {{0, "re", 2}}, 2, PAW_EVIDENCE_UNKNOWN},
    {"nothing", {{0, "", 0}}, 0, PAW_EVIDENCE_EMPTY},
};

static void kind_is_told_by_content(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAW_COUNT_OF(kinds); i++) {
        uint8_t *bytes = calloc(1, kinds[i].size + 1);
        assert_non_null(bytes);
        for (size_t j = 0; j < PAW_COUNT_OF(kinds[i].parts); j++)
            if (kinds[i].parts[j].n != 0)
                memcpy(bytes + kinds[i].parts[j].at, kinds[i].parts[j].bytes, kinds[i].parts[j].n);
        const enum paw_evidence got =
            paw_evidence_of((paw_bytes){bytes, kinds[i].size}, kinds[i].size);
        if (got != kinds[i].want)
            fail_msg("%s: %d, wanted %d", kinds[i].label, (int)got, (int)kinds[i].want);
        free(bytes);
    }
}

/* Names
 * ------------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *want;
} names[] = {
    {"Security.evtx", "Security.evtx"},
    {"Microsoft-Windows-Sysmon%4Operational.evtx", "Microsoft-Windows-Sysmon%4Operational.evtx"},
    {"a%4Debug", "a%4Debug"},
    {"line\nbreak", "line%0Abreak"},
    {"line%0Abreak", "line%250Abreak"},
    {"line%0abreak", "line%0abreak"},
    {"%25", "%2525"},
    {"%%25", "%%2525"},
    {"100%", "100%"},
    {"\xFF\xFE", "%FF%FE"},
    {"%\xFF", "%%FF"},
    {"%2\xFF", "%2%FF"},
    {"%FF", "%25FF"},
    {"caf\xC3\xA9", "caf\xC3\xA9"},
    {"next\xC2\x85line", "next%C2%85line"},
    {"sep\xE2\x80\xA8line", "sep%E2%80%A8line"},
    {"-o", "-o"},
};

/* Every %XX of a byte that is never printed as it is. */
static void read_back(const char *printed, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    while (*printed != '\0') {
        const char *high = printed[0] == '%' && printed[1] != '\0' ? strchr(hex, printed[1]) : NULL;
        const char *low = high != NULL && printed[2] != '\0' ? strchr(hex, printed[2]) : NULL;
        const long byte = low == NULL ? -1 : (high - hex) * 16 + (low - hex);
        const bool is_escape = (byte >= 0 && byte < 32) || byte == '%' || byte >= 127;
        *out++ = is_escape ? (char)byte : *printed;
        printed += is_escape ? 3 : 1;
    }
    *out = '\0';
}

static void printed_names_lead_back(void **state)
{
    (void)state;
    struct paw_arena arena;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++) {
        char printed[256], back[256];
        const paw_str got = paw_evidence_print(&arena, paw_str_of(names[i].name));
        assert_true(got.n < sizeof(printed) && paw_utf8_valid(got));
        memcpy(printed, got.p, got.n);
        printed[got.n] = '\0';
        assert_string_equal(printed, names[i].want);
        read_back(printed, back);
        assert_string_equal(back, names[i].name);
    }
    paw_arena_finish(&arena);
}

/* Trees
 * ------------------------------------------------------------------------------------------ */

static void a_tree_is_walked(void **state)
{
    (void)state;
    folder("tree");
    folder("tree/deep");
    folder("tree/deep/er");
    folder("outside");
    make_log("outside/secret", 's');
    make_log("tree/deep/er/-log\n", 'a');
    make_log("tree/\xFF", 'b');
    make_text("tree/empty", "");
    make_text("tree/text.evtx", "not a log");
    make("tree/AppEvent.Evt", "\x30\0\0\0LfLe", 8);
    assert_int_equal(symlink("../../outside", "tree/deep/link"), 0);
    assert_int_equal(symlink("../outside/secret", "tree/secret"), 0);
    assert_int_equal(symlink("..", "tree/deep/loop"), 0);
    assert_int_equal(symlink("nowhere", "tree/dangling"), 0);
    assert_int_equal(mkfifo("tree/fifo", 0644), 0);
    assert_int_equal(link("tree/\xFF", "tree/hard"), 0);
    EXPECT("%FF|evtx|64\n"
           "AppEvent.Evt|unknown|8\n"
           "deep/er/-log%0A|evtx|64\n"
           "empty|empty|0\n"
           "hard|evtx|64|copy of 0\n"
           "text.evtx|unknown|9\n"
           "file.unknown 1 event log of Windows XP or 2003 (.evt)\n"
           "file.skipped -1 dangling\n"
           "file.skipped -1 deep/link\n"
           "file.skipped -1 deep/loop\n"
           "file.skipped -1 fifo\n"
           "file.skipped -1 secret\n",
           "tree");
    /* Hard links are known without a hash; links that the user names are followed. */
    assert_int_equal(symlink("tree/deep/er", "named"), 0);
    const char *const paths[] = {"tree", "named/", "tree/secret"};
    expect(paths, 3, true,
           "named/-log%0A|evtx|64|root named\n"
           "secret|evtx|64\n"
           "tree/%FF|evtx|64|root tree\n"
           "tree/AppEvent.Evt|unknown|8|root tree\n"
           "tree/deep/er/-log%0A|evtx|64|root tree\n"
           "tree/empty|empty|0|root tree\n"
           "tree/hard|evtx|64|root tree|copy of 2\n"
           "tree/text.evtx|unknown|9|root tree\n"
           "file.unknown 3 event log of Windows XP or 2003 (.evt)\n"
           "file.skipped -1 tree/dangling\n"
           "file.skipped -1 tree/deep/link\n"
           "file.skipped -1 tree/deep/loop\n"
           "file.skipped -1 tree/fifo\n"
           "file.skipped -1 tree/secret\n");
}

static void roots_are_the_innermost_windows(void **state)
{
    (void)state;
    folder("case");
    folder("case/C");
    folder("case/C/WINDOWS");
    folder("case/C/WINDOWS/system32");
    make_log("case/C/WINDOWS/system32/a", 'a');
    folder("case/C/old");
    folder("case/C/old/Windows");
    folder("case/C/old/Windows/System32");
    make_log("case/C/old/Windows/b", 'b');
    make_log("case/c", 'c');
    EXPECT("C/WINDOWS/system32/a|evtx|64|root C\n"
           "C/old/Windows/b|evtx|64|root C/old\n"
           "c|evtx|64\n",
           "case");
    EXPECT("WINDOWS/system32/a|evtx|64\n"
           "old/Windows/b|evtx|64|root old\n",
           "case/C/");
    EXPECT("C/WINDOWS/system32/a|evtx|64|root C\n"
           "C/old/Windows/b|evtx|64|root C/old\n"
           "c|evtx|64\n",
           "case/C", "case/c");
}

static void equal_names_are_parted_by_content(void **state)
{
    (void)state;
    folder("one");
    folder("two");
    folder("one/host");
    folder("two/host");
    make_log("one/host/Security.evtx", '1');
    make_log("two/host/Security.evtx", '2');
    make_log("two/host/Security.evtx~2", '3');
    const char *const there[] = {"one/host", "two/host"};
    const char *const back[] = {"two/host/", "./one/host"};
    struct paw_inventory i;
    char first[4096];
    assert_int_equal(look(there, 2, false, &i), PAW_OK);
    assert_int_equal(i.n_files, 3);
    assert_true(paw_str_equal(i.files[0].source, PAW_LIT("host/Security.evtx")));
    assert_true(paw_str_equal(i.files[1].source, PAW_LIT("host/Security.evtx~2")));
    assert_true(paw_str_equal(i.files[2].source, PAW_LIT("host/Security.evtx~3")));
    assert_true(strstr(i.files[1].path, "~2") != NULL); /* whose own name it is */
    assert_true(memcmp(i.files[0].sha256, i.files[2].sha256, 32) < 0);
    (void)snprintf(first, sizeof(first), "%s", told(&i));
    paw_inventory_finish(&i);
    for (unsigned no_hash = 0; no_hash < 2; no_hash++) {
        assert_int_equal(look(back, 2, no_hash != 0, &i), PAW_OK);
        assert_string_equal(told(&i), first);
        paw_inventory_finish(&i);
    }
    /* A file given twice is one; a copy under an equal name is another file. */
    folder("three");
    folder("three/host");
    make_log("three/host/Security.evtx", '1');
    EXPECT("host/Security.evtx|evtx|64|root host\n"
           "host/Security.evtx~2|evtx|64|root host|copy of 0\n",
           "one/host", "one/host", "three/host", "three/./host/../host");
}

static void the_current_folder_has_its_real_name(void **state)
{
    (void)state;
    assert_int_equal(chdir("one"), 0);
    EXPECT("host/Security.evtx|evtx|64\n", ".");
    EXPECT("Security.evtx|evtx|64\n"
           "one/host/Security.evtx|evtx|64|root one|copy of 0\n",
           "host/Security.evtx", ".");
    assert_int_equal(chdir(".."), 0);
}

static void what_cannot_be_read_is_told(void **state)
{
    (void)state;
    folder("locked");
    folder("locked/in");
    make_log("locked/log", 'l');
    make_log("locked/open", 'o');
    assert_int_equal(chmod("locked/log", 0), 0);
    assert_int_equal(chmod("locked/in", 0), 0);
    const bool is_root = geteuid() == 0;
    if (is_root)
        assert_int_equal(seteuid(NOBODY), 0);
    EXPECT("log|unknown|64\n"
           "open|evtx|64\n"
           "file.unreadable 0 Permission denied\n"
           "file.unreadable -1 in: Permission denied\n",
           "locked");
    if (is_root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod("locked/in", 0755), 0);
}

static void nothing_is_told_from_nothing_found(void **state)
{
    (void)state;
    struct paw_inventory i;
    const char *const absent[] = {"absent\n"};
    assert_int_equal(look(absent, 1, false, &i), PAW_E_ABSENT);
    assert_int_equal(i.n_absent, 1);
    assert_string_equal(told(&i), "path.absent -1 absent%0A: No such file or directory\n");
    paw_inventory_finish(&i);
    folder("hollow");
    const char *const hollow[] = {"hollow"};
    assert_int_equal(look(hollow, 1, false, &i), PAW_E_ABSENT);
    assert_int_equal(i.n_absent, 0);
    paw_inventory_finish(&i);
    paw_inventory_finish(&i); /* twice is allowed */
}

/* Deeper than a path may be long, and with a name longer than a diagnostic. */
static void depth_is_no_limit(void **state)
{
    (void)state;
    enum { DEPTH = 60 };
    char name[128];
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    folder("depth");
    assert_int_equal(chdir("depth"), 0);
    for (unsigned i = 0; i < DEPTH; i++) {
        folder(name);
        assert_int_equal(chdir(name), 0);
    }
    make_log("log", 'd');
    assert_int_equal(symlink("log", "end"), 0);
    assert_int_equal(chdir(top), 0);
    struct paw_inventory i;
    const char *const paths[] = {"depth"};
    assert_int_equal(look(paths, 1, false, &i), PAW_OK);
    assert_int_equal(i.n_files, 1);
    assert_int_equal(i.files[0].evidence, PAW_EVIDENCE_EVTX);
    assert_int_equal(i.files[0].source.n, DEPTH * sizeof(name) + 3);
    assert_true(i.files[0].has_hash);
    assert_int_equal(i.n_diags, 1);
    assert_memory_equal(i.diags[0].detail, "...nnn", 6);
    assert_string_equal(i.diags[0].detail + strlen(i.diags[0].detail) - 4, "/end");
    struct paw_source *source = NULL;
    paw_bytes window = {0};
    struct paw_error err = {0};
    assert_int_equal(paw_source_open(i.files[0].path, &source, &err), PAW_OK);
    assert_int_equal(paw_source_window(source, 32, 100, &window, &err), PAW_OK);
    assert_int_equal(window.n, 32);
    assert_int_equal(window.p[0], 'd');
    paw_source_close(source);
    paw_inventory_finish(&i);
}

static void access_times_stay(void **state)
{
    (void)state;
    struct stat before, after;
    const struct timespec old[2] = {{.tv_sec = 1000000}, {.tv_sec = 2000000}};
    folder("quiet");
    make_log("quiet/log", 'q');
    assert_int_equal(utimensat(AT_FDCWD, "quiet/log", old, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, "quiet", old, 0), 0);
    EXPECT("log|evtx|64\n", "quiet");
    assert_int_equal(stat("quiet/log", &before), 0);
    assert_int_equal(stat("quiet", &after), 0);
    assert_int_equal(before.st_atim.tv_sec, 1000000);
    assert_int_equal(after.st_atim.tv_sec, 1000000);
}

static bool stop_at_once(void *self, uint64_t files, uint64_t bytes)
{
    (void)files;
    (void)bytes;
    *(unsigned *)self += 1;
    return false;
}

static void an_interruption_ends_the_walk(void **state)
{
    (void)state;
    unsigned calls = 0;
    folder("many");
    for (unsigned i = 0; i < 100; i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "many/%u", i);
        make_log(name, 'm');
    }
    const char *const paths[] = {"many"};
    const struct paw_inventory_options options = {.tick = stop_at_once, .self = &calls};
    struct paw_error err = {0};
    struct paw_inventory i;
    assert_int_equal(paw_inventory_walk(paths, 1, &options, &i, &err), PAW_E_INTERRUPTED);
    assert_true(calls > 0);
    assert_int_equal(i.n_files, 100);
    paw_inventory_finish(&i);
}

/* Sources
 * ---------------------------------------------------------------------------------------- */

static void windows_end_with_the_file(void **state)
{
    (void)state;
    enum { SIZE = 3 * 1024 * 1024 + 5 };
    struct paw_source *s = NULL;
    struct paw_error err = {0};
    paw_bytes w = {0};
    make_text("big", "");
    assert_int_equal(truncate("big", SIZE), 0);
    assert_int_equal(paw_source_open("big", &s, &err), PAW_OK);
    assert_int_equal(paw_source_size(s), SIZE);
    static const struct {
        uint64_t offset;
        size_t n, want;
    } rows[] = {
        {0, 4096, 4096},     {0, SIZE, SIZE},
        {7, SIZE, SIZE - 7}, {SIZE - 1, 10, 1},
        {SIZE, 10, 0},       {100, 0, 0},
        {UINT64_MAX, 10, 0}, {1, 2 * 1024 * 1024, 2 * 1024 * 1024},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        assert_int_equal(paw_source_window(s, rows[i].offset, rows[i].n, &w, &err), PAW_OK);
        assert_int_equal(w.n, rows[i].want);
        for (size_t at = 0; at < w.n; at += 4096)
            assert_int_equal(w.p[at], 0);
    }
    assert_int_equal(truncate("big", 10), 0); /* it shrinks: short windows, no fault */
    assert_int_equal(paw_source_window(s, 4, SIZE, &w, &err), PAW_OK);
    assert_int_equal(w.n, 6);
    assert_int_equal(paw_source_window(s, 4096, 100, &w, &err), PAW_OK);
    assert_int_equal(w.n, 0);
    paw_source_close(s);
    assert_int_equal(paw_source_open("absent", &s, &err), PAW_E_IO);
    assert_int_equal(err.sys, ENOENT);
    assert_int_equal(paw_source_open("tree/fifo", &s, &err), PAW_E_USAGE);
    assert_int_equal(paw_source_open("tree/secret", &s, &err), PAW_E_USAGE); /* a link */
    assert_int_equal(paw_source_open("/dev/zero", &s, &err), PAW_E_USAGE);
    paw_source_close(NULL);
}

static int begin(void **state)
{
    (void)state;
    (void)snprintf(top, sizeof(top), "/tmp/catspaw-inventory-XXXXXX");
    return mkdtemp(top) == NULL || chmod(top, 0755) != 0 || chdir(top) != 0 ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

/* Longer than nftw takes: from the inside. */
static int remove_depth(void)
{
    unsigned n = 0;
    char name[128];
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    if (chdir("depth") != 0)
        return -1;
    while (chdir(name) == 0)
        n++;
    int failed = unlink("log") | unlink("end");
    for (; n > 0 && failed == 0; n--)
        failed = chdir("..") | rmdir(name);
    return failed | chdir(top);
}

static int end(void **state)
{
    (void)state;
    return chdir(top) | remove_depth() | chdir("/") |
           nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind_is_told_by_content),
        cmocka_unit_test(printed_names_lead_back),
        cmocka_unit_test(a_tree_is_walked),
        cmocka_unit_test(roots_are_the_innermost_windows),
        cmocka_unit_test(equal_names_are_parted_by_content),
        cmocka_unit_test(the_current_folder_has_its_real_name),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(nothing_is_told_from_nothing_found),
        cmocka_unit_test(depth_is_no_limit),
        cmocka_unit_test(access_times_stay),
        cmocka_unit_test(an_interruption_ends_the_walk),
        cmocka_unit_test(windows_end_with_the_file),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
