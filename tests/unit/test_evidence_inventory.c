/* SPDX-License-Identifier: Apache-2.0 */
/* The inventory over folders made for the purpose. */
#define _GNU_SOURCE /* nftw */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/os.h"
#include "core/str.h"
#include "core/turns.h"
#include "evidence/inventory.h"
#include "evidence/source.h"

static char root[64];

/* Making trees ------------------------------------------------------------------------------------
 */

static const char *at(const char *name)
{
    static char path[4][8192];
    static unsigned next;
    char *p = path[next++ % 4];
    assert_true(snprintf(p, sizeof(path[0]), "%s/%s", root, name) < (int)sizeof(path[0]));
    return p;
}

static void put_bytes(const char *name, const void *bytes, size_t n)
{
    const char *path = at(name);
    struct paw_error err;
    char folder[8192];
    assert_true(snprintf(folder, sizeof(folder), "%s", path) > 0);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(paw_os_make_folder(folder, &err), PAW_OK);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        fail_msg("%s: %s", path, strerror(errno));
    assert_int_equal(paw_os_write(fd, bytes, n), PAW_OK);
    assert_int_equal(close(fd), 0);
}

static void put(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

static void put_log(const char *name, const char *more)
{
    char text[256] = "ElfFile"; /* and its NUL */
    assert_true(snprintf(text + 8, sizeof(text) - 8, "%s", more) >= 0);
    put_bytes(name, text, 8 + strlen(more));
}

enum { HIVE_TYPE_AT = 28, BLOCK = 4096 };

static void put_hive(const char *name, uint8_t salt)
{
    uint8_t bytes[BLOCK + 8] = "regf";
    bytes[100] = salt;
    memcpy(bytes + BLOCK, "hbin", 4);
    put_bytes(name, bytes, sizeof(bytes));
}

static void put_hive_log(const char *name, uint8_t salt)
{
    uint8_t bytes[1024] = "regf";
    bytes[HIVE_TYPE_AT] = 6;
    bytes[100] = salt;
    memcpy(bytes + 512, "HvLE", 4);
    put_bytes(name, bytes, sizeof(bytes));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

static int begin(void **state)
{
    (void)state;
    if (snprintf(root, sizeof(root), "/tmp/catspaw-inventory-XXXXXX") < 0)
        return -1;
    return mkdtemp(root) == NULL ? -1 : 0;
}

static int end(void **state)
{
    (void)state;
    return nftw(root, remove_one, 64, FTW_DEPTH | FTW_PHYS);
}

/* Looking -----------------------------------------------------------------------------------------
 */

static enum paw_status walk_with(const char *const *paths, size_t n, bool no_hash, size_t jobs,
                                 struct paw_inventory *i)
{
    const struct paw_inventory_options options = {.no_hash = no_hash, .jobs = jobs};
    struct paw_error err = {0};
    const enum paw_status status = paw_inventory_walk(paths, n, &options, i, &err);
    for (size_t k = 0; k < i->n_files; k++) { /* what holds of every inventory */
        const struct paw_file *f = &i->files[k];
        assert_true(paw_utf8_valid(f->source) && paw_utf8_valid(f->root));
        assert_true(f->copy_of == UINT32_MAX || f->copy_of < k);
        if (k != 0 && paw_str_compare(i->files[k - 1].source, f->source) >= 0)
            fail_msg("%.*s is not in order", (int)f->source.n, f->source.p);
    }
    return status;
}

static enum paw_status walk(const char *const *paths, size_t n, struct paw_inventory *i)
{
    return walk_with(paths, n, false, 2, i);
}

static enum paw_status walk_root(struct paw_inventory *i)
{
    const char *const paths[] = {root};
    return walk(paths, 1, i);
}

static const struct paw_file *find(const struct paw_inventory *i, const char *source)
{
    for (size_t k = 0; k < i->n_files; k++)
        if (paw_str_equal(i->files[k].source, paw_str_of(source)))
            return &i->files[k];
    for (size_t k = 0; k < i->n_files; k++)
        print_message("  %.*s\n", (int)i->files[k].source.n, i->files[k].source.p);
    fail_msg("no file %s", source);
    return NULL;
}

static const struct paw_diag *find_diag(const struct paw_inventory *i, enum paw_diag_code code,
                                        const char *detail)
{
    for (size_t k = 0; k < i->n_diags; k++)
        if (i->diags[k].code == (uint32_t)code &&
            strncmp(i->diags[k].detail, detail, strlen(detail)) == 0)
            return &i->diags[k];
    for (size_t k = 0; k < i->n_diags; k++)
        print_message("  %s: %s\n", paw_diag_name(i->diags[k].code), i->diags[k].detail);
    fail_msg("no %s with %s", paw_diag_name(code), detail);
    return NULL;
}

static void assert_text(paw_str got, const char *want)
{
    if (!paw_str_equal(got, paw_str_of(want)))
        fail_msg("\"%.*s\", wanted \"%s\"", (int)got.n, got.p, want);
}

/* The tests ---------------------------------------------------------------------------------------
 */

static void odd_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *source;
    } cases[] = {
        {"with space", "with space"},
        {"line\nbreak", "line%0Abreak"},
        {"no\xFFutf8", "no%FFutf8"},
        {"-leading", "-leading"},
        {"Sysmon%4Operational.evtx", "Sysmon%4Operational.evtx"},
        {"50%\x01", "50%25%01"},
        {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
        {"sep\xE2\x80\xA8x", "sep%E2%80%A8x"},
        {"tab\there/in%side", "tab%09here/in%side"},
        {"plain/deep/er/x", "plain/deep/er/x"},
        {"c1\xC2\x85", "c1%C2%85"},
    };
    struct paw_inventory i;
    for (size_t k = 0; k < PAW_COUNT_OF(cases); k++)
        put(cases[k].name, "x");
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_int_equal(i.n_files, PAW_COUNT_OF(cases));
    for (size_t k = 0; k < PAW_COUNT_OF(cases); k++) {
        struct stat st;
        const struct paw_file *f = find(&i, cases[k].source);
        assert_int_equal(stat(f->path, &st), 0); /* the path keeps the real bytes */
        assert_int_equal(f->size, 1);
    }
    paw_inventory_finish(&i);
    /* behind an argument's name, which may be odd as well */
    const char *const both[] = {at("tab\there"), at("plain/")};
    assert_int_equal(walk(both, 2, &i), PAW_OK);
    assert_int_equal(i.n_files, 2);
    (void)find(&i, "tab%09here/in%side");
    assert_text(find(&i, "plain/deep/er/x")->root, "plain");
    paw_inventory_finish(&i);
}

/* A name that only looks escaped, and one that is, print the same: they are parted. */
static void look_alikes(void **state)
{
    (void)state;
    struct paw_inventory i;
    put("a%FF", "one");
    put("a\xFF", "two");
    put("a%FF~2", "three");
    const char *const paths[] = {root};
    for (unsigned no_hash = 0; no_hash < 2; no_hash++) {
        assert_int_equal(walk_with(paths, 1, no_hash != 0, 1, &i), PAW_OK);
        assert_int_equal(i.n_files, 3);
        assert_int_equal(find(&i, "a%25FF~2")->size, 5); /* what is called so */
        (void)find(&i, "a%25FF");
        (void)find(&i, "a%FF");
        paw_inventory_finish(&i);
    }
}

static void no_plain_files(void **state)
{
    (void)state;
    struct paw_inventory i;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    put("in/file", "x");
    assert_int_equal(symlink("/etc/passwd", at("in/out")), 0);
    assert_int_equal(symlink("..", at("in/loop")), 0);
    assert_int_equal(symlink("self", at("in/self")), 0);
    assert_int_equal(symlink("/etc", at("in/folder")), 0);
    assert_int_equal(mkfifo(at("in/fifo"), 0600), 0);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(snprintf(address.sun_path, sizeof(address.sun_path), "%s", at("in/socket")) > 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    const uint64_t began = paw_os_monotonic_ms();
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_true(paw_os_monotonic_ms() - began < 2000); /* nobody waited for a FIFO */
    assert_int_equal(i.n_files, 1);
    static const char *const skipped[] = {"in/out",    "in/loop", "in/self",
                                          "in/folder", "in/fifo", "in/socket"};
    for (size_t k = 0; k < PAW_COUNT_OF(skipped); k++)
        (void)find_diag(&i, PAW_D_FILE_SKIPPED, skipped[k]);
    assert_int_equal(i.n_diags, PAW_COUNT_OF(skipped));
    paw_inventory_finish(&i);
    /* as arguments: a link is followed, since the user named it; a device or FIFO never */
    assert_int_equal(symlink("in", at("link")), 0);
    const char *const paths[] = {at("link"), "/dev/zero", at("in/fifo")};
    assert_int_equal(walk(paths, 3, &i), PAW_OK);
    (void)find(&i, "link/file");
    (void)find_diag(&i, PAW_D_FILE_SKIPPED, "zero");
    (void)find_diag(&i, PAW_D_FILE_SKIPPED, "fifo");
    paw_inventory_finish(&i);
    (void)close(fd);
}

static void unreadable(void **state)
{
    (void)state;
    struct paw_inventory i;
    const bool is_root = geteuid() == 0; /* who may read everything: so be nobody meanwhile */
    put("good", "x");
    put("bad", "x");
    put("closed/inner", "x");
    assert_int_equal(chmod(at("bad"), 0), 0);
    assert_int_equal(chmod(at("closed"), 0), 0);
    assert_int_equal(chmod(root, 0755) | chmod(at("good"), 0644), 0);
    assert_int_equal(is_root ? seteuid(65534) : 0, 0);
    const enum paw_status status = walk_root(&i);
    assert_int_equal(is_root ? seteuid(0) : 0, 0);
    assert_int_equal(status, PAW_OK);
    assert_int_equal(find(&i, "bad")->sys, EACCES);
    assert_int_equal(find(&i, "good")->sys, 0);
    (void)find_diag(&i, PAW_D_FILE_UNREADABLE, "closed: Permission denied");
    (void)find_diag(&i, PAW_D_FILE_UNREADABLE, "Permission denied");
    assert_int_equal(chmod(at("closed"), 0700), 0);
    paw_inventory_finish(&i);
}

static void kinds(void **state)
{
    (void)state;
    struct paw_inventory i;
    uint8_t chunk[2 * BLOCK] = {0};
    uint8_t other[2 * BLOCK] = {0};
    uint8_t old_log[BLOCK] = "regf";
    put("empty", "");
    put_log("log", "");
    put_bytes("chunk", "ElfChnk", 8);
    memcpy(chunk + BLOCK, "ElfChnk", 8);
    put("prose", "ElfFile is how a log begins");
    put_bytes("AppEvent.Evt", "\x30\0\0\0LfLe", 8);
    put_bytes("headless", chunk, sizeof(chunk));
    put_hive("hive", 1);
    memcpy(other + BLOCK, "hbin", 4);
    put_bytes("baseless", other, sizeof(other));
    put_hive_log("log.new", 1);
    old_log[HIVE_TYPE_AT] = 1;
    memcpy(old_log + 512, "DIRT", 4);
    put_bytes("log.old", old_log, sizeof(old_log));
    put("text.evtx", "no log at all");
    assert_int_equal(walk_root(&i), PAW_OK);
    static const struct {
        const char *name;
        enum paw_evidence kind;
    } cases[] = {
        {"empty", PAW_EVIDENCE_EMPTY},
        {"log", PAW_EVIDENCE_EVTX},
        {"chunk", PAW_EVIDENCE_EVTX},
        {"headless", PAW_EVIDENCE_EVTX},
        {"hive", PAW_EVIDENCE_HIVE},
        {"baseless", PAW_EVIDENCE_HIVE},
        {"log.new", PAW_EVIDENCE_HIVE_LOG},
        {"log.old", PAW_EVIDENCE_HIVE_LOG},
        {"text.evtx", PAW_EVIDENCE_UNKNOWN},
        {"prose", PAW_EVIDENCE_UNKNOWN},
        {"AppEvent.Evt", PAW_EVIDENCE_UNKNOWN},
    };
    for (size_t k = 0; k < PAW_COUNT_OF(cases); k++)
        if (find(&i, cases[k].name)->evidence != cases[k].kind)
            fail_msg("%s: %d", cases[k].name, (int)find(&i, cases[k].name)->evidence);
    assert_int_equal(find_diag(&i, PAW_D_FILE_UNKNOWN, "event log of Windows XP")->source,
                     find(&i, "AppEvent.Evt") - i.files);
    paw_inventory_finish(&i);
    const char *const paths[] = {root};
    assert_int_equal(walk_with(paths, 1, true, 1, &i), PAW_OK);
    assert_int_equal(find(&i, "headless")->evidence, PAW_EVIDENCE_EVTX); /* also without hashes */
    assert_false(find(&i, "log")->has_hash);
    paw_inventory_finish(&i);
}

/* SHA-256 of "abc", and of more than one reading's worth. */
static void hashes(void **state)
{
    (void)state;
    static const uint8_t abc[32] = {0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA,
                                    0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
                                    0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17, 0x7A, 0x9C,
                                    0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD};
    static const uint8_t million[32] = {0xCD, 0xC7, 0x6E, 0x5C, 0x99, 0x14, 0xFB, 0x92,
                                        0x81, 0xA1, 0xC7, 0xE2, 0x84, 0xD7, 0x3E, 0x67,
                                        0xF1, 0x80, 0x9A, 0x48, 0xA4, 0x97, 0x20, 0x0E,
                                        0x04, 0x6D, 0x39, 0xCC, 0xC7, 0x11, 0x2C, 0xD0};
    struct paw_inventory i;
    char *as = malloc(1000000);
    assert_non_null(as);
    memset(as, 'a', 1000000);
    put("abc", "abc");
    put_bytes("million", as, 1000000);
    free(as);
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_memory_equal(find(&i, "abc")->sha256, abc, 32);
    assert_memory_equal(find(&i, "million")->sha256, million, 32);
    assert_int_equal(i.bytes, 1000003);
    paw_inventory_finish(&i);
}

static void assert_same(const struct paw_inventory *a, const struct paw_inventory *b)
{
    assert_int_equal(a->n_files, b->n_files);
    for (size_t k = 0; k < a->n_files; k++) {
        const struct paw_file *f = &a->files[k], *g = &b->files[k];
        assert_true(paw_str_equal(f->source, g->source) && paw_str_equal(f->root, g->root));
        assert_memory_equal(f->sha256, g->sha256, 32);
        assert_int_equal(f->copy_of, g->copy_of);
        assert_memory_equal(f->logs, g->logs, sizeof(f->logs));
    }
}

/* Two arguments of one name, a copy in a third: no order of arguments changes anything. */
static void clashes(void **state)
{
    (void)state;
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    put_log("a/host/x.evtx", "one");
    put_log("b/host/x.evtx", "two");
    put_log("a/host/w.evtx", "two"); /* the other way round: paths do not decide */
    put_log("b/host/w.evtx", "one");
    put_log("a/host/same.evtx", "same");
    put_log("b/host/same.evtx", "same");
    put_log("c/other/y.evtx", "one");
    put_log("c/other/z.evtx", "unique");
    for (unsigned no_hash = 0; no_hash < 2; no_hash++) {
        struct paw_inventory first, i;
        for (size_t k = 0; k < PAW_COUNT_OF(orders); k++) {
            const char *const all[] = {at("a/host"), at("b/host"), at("c/other/")};
            const char *const paths[] = {all[orders[k][0]], all[orders[k][1]], all[orders[k][2]]};
            assert_int_equal(walk_with(paths, 3, no_hash != 0, k % 3, k == 0 ? &first : &i),
                             PAW_OK);
            if (k == 0)
                continue;
            assert_same(&first, &i);
            paw_inventory_finish(&i);
        }
        assert_int_equal(first.n_files, 8);
        assert_memory_equal(find(&first, "host/w.evtx")->sha256,
                            find(&first, "host/x.evtx")->sha256, 32);
        const struct paw_file *one = find(&first, "host/x.evtx"),
                              *two = find(&first, "host/x.evtx~2");
        assert_true(memcmp(one->sha256, two->sha256, 32) < 0);
        assert_int_equal(find(&first, "host/same.evtx~2")->copy_of,
                         find(&first, "host/same.evtx") - first.files);
        if (no_hash == 0) {
            const struct paw_file *y = find(&first, "other/y.evtx");
            assert_memory_equal(first.files[y->copy_of].sha256, y->sha256, 32);
        }
        assert_int_equal(find(&first, "other/z.evtx")->copy_of, UINT32_MAX);
        paw_inventory_finish(&first);
    }
}

static void given_twice(void **state)
{
    (void)state;
    struct paw_inventory i;
    char dotted[128];
    put_log("d/x.evtx", "one");
    assert_true(snprintf(dotted, sizeof(dotted), "%s/./d//x.evtx", root) > 0);
    const char *const paths[] = {at("d/x.evtx"), dotted, at("d"), at("d/")};
    assert_int_equal(walk(paths, 4, &i), PAW_OK);
    assert_int_equal(i.n_files, 2); /* as a file, and in its folder */
    assert_int_equal(find(&i, "x.evtx")->copy_of, find(&i, "d/x.evtx") - i.files);
    paw_inventory_finish(&i);
}

static void roots(void **state)
{
    (void)state;
    struct paw_inventory i;
    put("case/host1/C/windows/SYSTEM32/winevt/x.evtx", "x");
    put("case/host1/C/Users/u/NTUSER.DAT", "x");
    put("case/host1/notes.txt", "x");
    put("case/host2/Windows/System32/config/SYSTEM", "x");
    put("case/loose.evtx", "x");
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_text(find(&i, "case/host1/C/windows/SYSTEM32/winevt/x.evtx")->root, "case/host1/C");
    assert_text(find(&i, "case/host1/C/Users/u/NTUSER.DAT")->root, "case/host1/C");
    assert_text(find(&i, "case/host1/notes.txt")->root, "");
    assert_text(find(&i, "case/host2/Windows/System32/config/SYSTEM")->root, "case/host2");
    assert_text(find(&i, "case/loose.evtx")->root, "");
    paw_inventory_finish(&i);
    const char *const paths[] = {at("case/host1"), at("case/host2")};
    assert_int_equal(walk(paths, 2, &i), PAW_OK);
    assert_text(find(&i, "host1/C/Users/u/NTUSER.DAT")->root, "host1/C");
    assert_text(find(&i, "host2/Windows/System32/config/SYSTEM")->root, "host2");
    paw_inventory_finish(&i);
}

static void absent(void **state)
{
    (void)state;
    struct paw_inventory i;
    const char *const gone[] = {at("gone")};
    assert_int_equal(walk(gone, 1, &i), PAW_E_ABSENT);
    assert_int_equal(i.n_absent, 1);
    (void)find_diag(&i, PAW_D_PATH_ABSENT, root);
    paw_inventory_finish(&i);
    assert_int_equal(walk_root(&i), PAW_E_ABSENT); /* an empty folder */
    assert_int_equal(i.n_absent, 0);
    assert_int_equal(i.n_diags, 0);
    paw_inventory_finish(&i);
    put("x", "x");
    const char *const paths[] = {at("gone"), root};
    assert_int_equal(walk(paths, 2, &i), PAW_OK);
    assert_int_equal(i.n_absent, 1);
    assert_int_equal(i.n_files, 1);
    paw_inventory_finish(&i);
}

static void assert_logs(const struct paw_inventory *i, const char *hive, const char *first,
                        const char *second)
{
    const char *const want[2] = {first, second};
    const struct paw_file *h = find(i, hive);
    for (size_t k = 0; k < 2; k++) {
        if (want[k] == NULL && h->logs[k] == UINT32_MAX)
            continue;
        if (h->logs[k] == UINT32_MAX || want[k] == NULL)
            fail_msg("%s, log %zu: %s", hive, k + 1, want[k] == NULL ? "none wanted" : "none");
        assert_text(i->files[h->logs[k]].source, want[k]);
        assert_true(i->files[h->logs[k]].is_log);
    }
}

static void hive_logs(void **state)
{
    (void)state;
    struct paw_inventory i;
    put_hive("u/NTUSER.DAT", 1);
    put_hive_log("u/ntuser.dat.LOG1", 1);
    put_hive_log("u/ntuser.dat.LOG2", 2);
    put_hive("v/NTUSER.DAT", 2);   /* without */
    put_hive("s/SYSTEM_host1", 3); /* suffixes of collectors */
    put_hive_log("s/SYSTEM.LOG1_host1", 3);
    put_hive_log("s/SYSTEM.LOG2_host1", 4);
    put_hive("s/SYSTEM_host2", 4);
    put_hive_log("s/SYSTEM.LOG1_host2", 5);
    put_hive("s/SOFTWARE.bak", 5);
    put_hive_log("s/SOFTWARE.LOG1", 6);
    put_hive("s/SAM", 6);
    put_hive_log("s/SAM.LOG", 7);
    put_hive_log("s/SAM.log1", 8); /* drives the old one out */
    put_hive("s/SAMPLE", 7);
    put_hive_log("s/SECURITY.LOG1", 9); /* its hive is not there */
    put("s/SECURITY", "no hive");
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_logs(&i, "u/NTUSER.DAT", "u/ntuser.dat.LOG1", "u/ntuser.dat.LOG2");
    assert_logs(&i, "v/NTUSER.DAT", NULL, NULL);
    assert_logs(&i, "s/SYSTEM_host1", "s/SYSTEM.LOG1_host1", "s/SYSTEM.LOG2_host1");
    assert_logs(&i, "s/SYSTEM_host2", "s/SYSTEM.LOG1_host2", NULL);
    assert_logs(&i, "s/SOFTWARE.bak", "s/SOFTWARE.LOG1", NULL);
    assert_logs(&i, "s/SAM", "s/SAM.log1", NULL);
    assert_logs(&i, "s/SAMPLE", NULL, NULL);
    assert_false(find(&i, "s/SECURITY.LOG1")->is_log);
    assert_false(find(&i, "s/SAM.LOG")->is_log);
    paw_inventory_finish(&i);
}

/* Equal hives whose logs differ say different things. */
static void copies_of_hives(void **state)
{
    (void)state;
    struct paw_inventory i;
    put_hive("a/SYSTEM", 1);
    put_hive_log("a/SYSTEM.LOG1", 1);
    put_hive("b/SYSTEM", 1);
    put_hive_log("b/SYSTEM.LOG1", 1);
    put_hive("c/SYSTEM", 1);
    put_hive_log("c/SYSTEM.LOG1", 2);
    put_hive("d/SYSTEM", 1);
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_int_equal(find(&i, "b/SYSTEM")->copy_of, find(&i, "a/SYSTEM") - i.files);
    assert_int_equal(find(&i, "c/SYSTEM")->copy_of, UINT32_MAX);
    assert_int_equal(find(&i, "d/SYSTEM")->copy_of, UINT32_MAX);
    paw_inventory_finish(&i);
}

/* Deeper than a path can say: a diagnostic, and the rest is there. */
/* Deeper than a path may be long; a diagnostic shows the end of the name. */
static void deep(void **state)
{
    (void)state;
    enum { LEVELS = 40, LONG = 200 };
    char name[LONG + 1];
    struct paw_inventory i;
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    paw_bytes window = {0};
    memset(name, 'd', LONG);
    name[LONG] = '\0';
    put_log("log", "deep");
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int folders[LEVELS];
    for (unsigned k = 0; k < LEVELS; k++) {
        folders[k] = fd;
        assert_int_equal(mkdirat(fd, name, 0700), 0);
        fd = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(fd >= 0);
    }
    assert_int_equal(renameat(folders[0], "log", fd, "log"), 0);
    assert_int_equal(symlinkat("log", fd, "end"), 0);
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_int_equal(i.n_files, 1);
    assert_int_equal(i.files[0].source.n, LEVELS * (LONG + 1) + 3);
    assert_int_equal(i.files[0].evidence, PAW_EVIDENCE_EVTX);
    assert_true(i.files[0].has_hash);
    assert_int_equal(paw_source_open(i.files[0].path, &source, &err), PAW_OK);
    assert_int_equal(paw_source_window(source, 8, 100, &window, &err), PAW_OK);
    assert_int_equal(window.n, 4);
    assert_memory_equal(window.p, "deep", 4);
    paw_source_close(source);
    const struct paw_diag *d = find_diag(&i, PAW_D_FILE_SKIPPED, "...ddd");
    assert_string_equal(d->detail + strlen(d->detail) - 4, "/end");
    paw_inventory_finish(&i);
    assert_int_equal(unlinkat(fd, "log", 0) | unlinkat(fd, "end", 0) | close(fd), 0);
    for (unsigned k = LEVELS; k-- > 0;) {
        assert_int_equal(unlinkat(folders[k], name, AT_REMOVEDIR), 0);
        (void)close(folders[k]);
    }
}

static const struct {
    const char *name, *printed;
} printed[] = {
    {"Security.evtx", "Security.evtx"},
    {"Sysmon%4Operational.evtx", "Sysmon%4Operational.evtx"},
    {"Kernel%4Debug", "Kernel%4Debug"},
    {"line\nbreak", "line%0Abreak"},
    {"line%0Abreak", "line%250Abreak"},
    {"line%0abreak", "line%0abreak"},
    {"%25", "%2525"},
    {"%%25", "%25%2525"},
    {"100%", "100%"},
    {"\xFF\xFE", "%FF%FE"},
    {"%2\xFF", "%252%FF"},
    {"%FF", "%25FF"},
    {"next\xC2\x85line", "next%C2%85line"},
};

/* Every %XX of a byte that is never printed as it is. */
static void read_back(const char *text, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    while (*text != '\0') {
        const char *high = text[0] == '%' && text[1] != '\0' ? strchr(hex, text[1]) : NULL;
        const char *low = high != NULL && text[2] != '\0' ? strchr(hex, text[2]) : NULL;
        const long byte = low == NULL ? -1 : (high - hex) * 16 + (low - hex);
        const bool is_escape = (byte >= 0 && byte < 32) || byte == '%' || byte >= 127;
        *out++ = is_escape ? (char)byte : *text;
        text += is_escape ? 3 : 1;
    }
    *out = '\0';
}

static void printed_names_lead_back(void **state)
{
    (void)state;
    struct paw_arena arena;
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t k = 0; k < PAW_COUNT_OF(printed); k++) {
        char text[256], back[256];
        const paw_str got = paw_evidence_print(&arena, paw_str_of(printed[k].name));
        assert_text(got, printed[k].printed);
        assert_true(got.n < sizeof(text));
        memcpy(text, got.p, got.n);
        text[got.n] = '\0';
        read_back(text, back);
        assert_string_equal(back, printed[k].name);
    }
    paw_arena_finish(&arena);
}

static void access_times_stay(void **state)
{
    (void)state;
    static const char *const names[] = {"quiet", "quiet/Windows", "quiet/log"};
    const struct timespec old[2] = {{.tv_sec = 1000000}, {.tv_sec = 2000000}};
    struct paw_inventory i;
    struct stat st;
    put_log("quiet/log", "q");
    put_log("quiet/Windows/System32/x", "q");
    for (size_t k = 0; k < PAW_COUNT_OF(names); k++)
        assert_int_equal(utimensat(AT_FDCWD, at(names[k]), old, 0), 0);
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_int_equal(i.n_files, 2);
    paw_inventory_finish(&i);
    for (size_t k = 0; k < PAW_COUNT_OF(names); k++) {
        assert_int_equal(stat(at(names[k]), &st), 0);
        assert_int_equal(st.st_atim.tv_sec, 1000000);
    }
}

static void hard_links_need_no_hash(void **state)
{
    (void)state;
    struct paw_inventory i;
    const char *const paths[] = {root};
    put_log("a", "same");
    put_log("b", "same");
    assert_int_equal(link(at("a"), at("c")), 0);
    for (unsigned no_hash = 0; no_hash < 2; no_hash++) {
        assert_int_equal(walk_with(paths, 1, no_hash != 0, 1, &i), PAW_OK);
        assert_int_equal(find(&i, "c")->copy_of, 0);
        assert_int_equal(find(&i, "b")->copy_of, no_hash != 0 ? UINT32_MAX : 0);
        paw_inventory_finish(&i);
    }
}

/* Large files are hashed beside the reading, but for those that may be copies. */
struct told {
    unsigned n;
    enum paw_diag_code code;
    uint32_t source;
    char detail[sizeof((struct paw_diag){0}.detail)];
};

static enum paw_status take_diag(void *self, const struct paw_diag *d)
{
    struct told *t = self;
    t->n++;
    t->code = d->code;
    t->source = d->source;
    memcpy(t->detail, d->detail, sizeof(t->detail));
    return PAW_OK;
}

static void put_large(const char *name, uint8_t first, uint8_t last)
{
    enum { LARGE = 3 << 20 };
    uint8_t *bytes = calloc(1, LARGE);
    assert_non_null(bytes);
    memcpy(bytes, "ElfFile", 8);
    bytes[100] = first;
    bytes[LARGE - 1] = last;
    put_bytes(name, bytes, LARGE);
    free(bytes);
}

static void append(const char *name)
{
    const int fd = open(at(name), O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(paw_os_write(fd, "x", 1), PAW_OK);
    assert_int_equal(close(fd), 0);
}

static void late_hashes(void **state)
{
    (void)state;
    struct paw_inventory i;
    struct paw_hashing *h = NULL;
    struct told t = {0};
    put_large("alone", 1, 0);
    put_large("copy", 2, 7);
    put_large("first", 2, 7);
    put_large("other", 2, 8);
    put("small", "abc");
    assert_int_equal(walk_root(&i), PAW_OK);
    assert_false(find(&i, "alone")->has_hash);
    assert_true(find(&i, "small")->has_hash && find(&i, "other")->has_hash);
    assert_int_equal(find(&i, "first")->copy_of, find(&i, "copy") - i.files);
    assert_int_equal(find(&i, "other")->copy_of, UINT32_MAX);
    struct paw_turns none;
    const struct timespec pause = {.tv_nsec = 20000000};
    assert_true(paw_turns_init(&none, 0));
    for (unsigned k = 0; k < 2; k++) { /* without a turn nothing is hashed until somebody waits */
        assert_int_equal(paw_hashing_begin(&i, 2, &none, &h), PAW_OK);
        (void)nanosleep(&pause, NULL);
        if (k == 1)
            assert_int_equal(paw_hashing_end(h, NULL, take_diag, &t), PAW_OK);
        assert_int_equal(find(&i, "alone")->has_hash, k);
        paw_hashing_free(h);
    }
    paw_turns_finish(&none);
    assert_int_equal(t.n, 0);
    static const uint8_t alone[32] = {0xD2, 0xB1, 0x51, 0xEB, 0xE0, 0x6C, 0x85, 0x7F,
                                      0xB4, 0x1C, 0xF0, 0x81, 0x2A, 0x38, 0x5E, 0x72,
                                      0x12, 0x58, 0x63, 0xEC, 0x38, 0xE7, 0xCA, 0x97,
                                      0xB8, 0xC4, 0x04, 0xB9, 0xDF, 0x5D, 0xB2, 0xD9};
    assert_true(find(&i, "alone")->has_hash);
    assert_memory_equal(find(&i, "alone")->sha256, alone, 32);
    paw_inventory_finish(&i);
}

/* A file that changes before it was hashed, while others are, or behind its hash is told of. */
static void changed_since(void **state)
{
    (void)state;
    static const char *const names[] = {"large", "small"};
    static const char *const details[] = {"while hashing", "after hashing"};
    for (size_t k = 0; k < PAW_COUNT_OF(names); k++) {
        struct paw_inventory i;
        struct paw_hashing *h = NULL;
        struct told t = {0};
        if (k == 0)
            put_large("large", 1, 0);
        else
            put_log("small", "abc");
        assert_int_equal(walk_root(&i), PAW_OK);
        append(names[k]);
        assert_int_equal(paw_hashing_begin(&i, 1, NULL, &h), PAW_OK);
        assert_int_equal(paw_hashing_end(h, NULL, take_diag, &t), PAW_OK);
        paw_hashing_free(h);
        assert_int_equal(t.n, 1);
        assert_int_equal(t.code, PAW_D_FILE_CHANGED);
        assert_int_equal(t.source, find(&i, names[k]) - i.files);
        assert_string_equal(t.detail, details[k]);
        paw_inventory_finish(&i);
    }
}

/* What the kernel shows as files has no end, or blocks. */
static void folders_of_the_kernel(void **state)
{
    (void)state;
    struct paw_inventory i;
    const char *const paths[] = {"/proc"};
    assert_int_equal(walk(paths, 1, &i), PAW_E_ABSENT);
    assert_int_equal(i.n_diags, 1);
    assert_int_equal(i.diags[0].code, PAW_D_FILE_SKIPPED);
    paw_inventory_finish(&i);
}

static void dots_have_their_real_name(void **state)
{
    (void)state;
    struct paw_inventory i;
    char dots[128];
    put_log("host/log", "1");
    put_log("other/log", "2");
    assert_true(snprintf(dots, sizeof(dots), "%s/host/../host/.", root) > 0);
    const char *const paths[] = {dots, at("other")};
    assert_int_equal(walk(paths, 2, &i), PAW_OK);
    assert_text(find(&i, "host/log")->root, "host");
    (void)find(&i, "other/log");
    paw_inventory_finish(&i);
}

static void windows_end_with_the_file(void **state)
{
    (void)state;
    enum { SIZE = 3 * 1024 * 1024 + 5, HALF = 2 * 1024 * 1024 };
    static const struct {
        uint64_t offset;
        size_t n, want;
    } rows[] = {
        {0, 4096, 4096}, {0, SIZE, SIZE}, {7, SIZE, SIZE - 7}, {SIZE - 1, 10, 1},
        {SIZE, 10, 0},   {100, 0, 0},     {UINT64_MAX, 10, 0}, {1, HALF, HALF},
    };
    struct paw_source *s = NULL;
    struct paw_error err = {0};
    paw_bytes w = {0};
    put("big", "");
    assert_int_equal(truncate(at("big"), SIZE), 0);
    assert_int_equal(paw_source_open(at("big"), &s, &err), PAW_OK);
    for (size_t k = 0; k < PAW_COUNT_OF(rows); k++) {
        assert_int_equal(paw_source_window(s, rows[k].offset, rows[k].n, &w, &err), PAW_OK);
        assert_int_equal(w.n, rows[k].want);
        for (size_t n = 0; n < w.n; n += 4096)
            assert_int_equal(w.p[n], 0);
    }
    assert_false(paw_source_has_changed(s));
    assert_int_equal(truncate(at("big"), 10), 0); /* it shrinks: short windows, no fault */
    assert_int_equal(paw_source_window(s, 4, SIZE, &w, &err), PAW_OK);
    assert_int_equal(w.n, 6);
    assert_int_equal(paw_source_window(s, 4096, 100, &w, &err), PAW_OK);
    assert_int_equal(w.n, 0);
    assert_true(paw_source_has_changed(s));
    paw_source_close(s);
}

static bool stop_at_once(void *self, uint64_t files, uint64_t bytes)
{
    (void)files;
    (void)bytes;
    ++*(unsigned *)self;
    return false;
}

static void interrupted(void **state)
{
    (void)state;
    unsigned ticks = 0;
    struct paw_inventory i;
    struct paw_error err;
    const struct paw_inventory_options options = {.jobs = 1, .tick = stop_at_once, .self = &ticks};
    const char *const paths[] = {root};
    for (unsigned k = 0; k < 200; k++) {
        char name[32];
        assert_true(snprintf(name, sizeof(name), "d%u/f%u", k % 10, k) > 0);
        put_log(name, name);
    }
    assert_int_equal(paw_inventory_walk(paths, 1, &options, &i, &err), PAW_E_INTERRUPTED);
    assert_int_equal(ticks, 1);
    paw_inventory_finish(&i);
    paw_inventory_finish(&i); /* may run twice */
}

int main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        ONE(odd_names),
        ONE(look_alikes),
        ONE(no_plain_files),
        ONE(unreadable),
        ONE(kinds),
        ONE(hashes),
        ONE(clashes),
        ONE(given_twice),
        ONE(roots),
        ONE(absent),
        ONE(hive_logs),
        ONE(deep),
        ONE(copies_of_hives),
        ONE(interrupted),
        ONE(access_times_stay),
        ONE(hard_links_need_no_hash),
        ONE(late_hashes),
        ONE(changed_since),
        ONE(folders_of_the_kernel),
        ONE(dots_have_their_real_name),
        ONE(windows_end_with_the_file),
        cmocka_unit_test(printed_names_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
