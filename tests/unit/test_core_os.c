/* SPDX-License-Identifier: Apache-2.0 */
/* Reports appear whole or not at all. */
#define _GNU_SOURCE /* nftw */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/os.h"

static char folder[64];

static const char *at(const char *name)
{
    static char path[4][128];
    static unsigned next;
    char *p = path[next++ % 4];
    assert_true(snprintf(p, sizeof(path[0]), "%s/%s", folder, name) > 0);
    return p;
}

/* The file's text; "" for an empty one, NULL if there is none. */
static const char *text_of(const char *name)
{
    static char text[64];
    const int fd = open(at(name), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    const ssize_t n = read(fd, text, sizeof(text) - 1);
    assert_true(n >= 0);
    text[n] = '\0';
    (void)close(fd);
    return text;
}

static void write_text(struct paw_os_output *o, const char *text)
{
    struct paw_error err = {0};
    assert_int_equal(paw_os_output_begin(o, folder, "report", &err), PAW_OK);
    assert_int_equal(paw_os_write(o->fd, text, strlen(text)), PAW_OK);
}

static void committed(void **state)
{
    (void)state;
    struct paw_os_output o;
    struct paw_error err = {0};
    write_text(&o, "first");
    assert_null(text_of("report"));
    assert_int_equal(paw_os_output_commit(&o, &err), PAW_OK);
    assert_string_equal(text_of("report"), "first");
    paw_os_output_abort(&o); /* has no effect any more */
    write_text(&o, "second");
    assert_string_equal(text_of("report"), "first"); /* the older one stays until then */
    assert_int_equal(paw_os_output_commit(&o, &err), PAW_OK);
    assert_string_equal(text_of("report"), "second");
}

static void aborted(void **state)
{
    (void)state;
    struct paw_os_output o;
    bool is_there = false, is_empty = false;
    write_text(&o, "half");
    paw_os_output_abort(&o);
    paw_os_output_abort(&o);
    assert_null(text_of("report"));
    assert_int_equal(paw_os_folder_is_empty(folder, &is_there, &is_empty, NULL), PAW_OK);
    assert_true(is_there && is_empty);
}

/* What a killed run leaves is not a report, and does not keep the next one from the folder. */
static void killed(void **state)
{
    (void)state;
    bool is_there = false, is_empty = false;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct paw_os_output o;
        write_text(&o, "half");
        (void)raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_null(text_of("report"));
    assert_int_equal(paw_os_folder_is_empty(folder, &is_there, &is_empty, NULL), PAW_OK);
    assert_true(is_there && is_empty);
    assert_int_equal(close(open(at("other"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
    assert_int_equal(paw_os_folder_is_empty(folder, &is_there, &is_empty, NULL), PAW_OK);
    assert_false(is_empty);
}

static void full_disk(void **state)
{
    (void)state;
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct paw_os_output o;
    struct paw_error err = {0};
    if (full < 0)
        skip();
    assert_int_equal(paw_os_write(full, "x", 1), PAW_E_OUTPUT);
    (void)close(full);
    assert_int_equal(paw_os_output_begin(&o, at("absent"), "report", &err), PAW_E_OUTPUT);
    assert_true(err.sys != 0);
    paw_os_output_abort(&o);
}

static void folders(void **state)
{
    (void)state;
    bool is_there = true, is_empty = false;
    struct paw_error err = {0};
    assert_int_equal(paw_os_folder_is_empty(at("a/b"), &is_there, &is_empty, &err), PAW_OK);
    assert_false(is_there);
    assert_int_equal(paw_os_make_folder(at("a/b/"), &err), PAW_OK);
    assert_int_equal(paw_os_make_folder(at("a/b"), &err), PAW_OK); /* twice is allowed */
    assert_int_equal(paw_os_folder_is_empty(at("a/b"), &is_there, &is_empty, &err), PAW_OK);
    assert_true(is_there && is_empty);
    assert_int_equal(close(open(at("file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
    assert_int_equal(paw_os_make_folder(at("file"), &err), PAW_E_OUTPUT);
    assert_int_equal(paw_os_make_folder(at("file/below"), &err), PAW_E_OUTPUT);
}

static int begin(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/catspaw-os-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

static int end(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        ONE(committed), ONE(aborted), ONE(killed), ONE(full_disk), ONE(folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
