/* SPDX-License-Identifier: Apache-2.0 */
/* The operating system, Linux and other POSIX: see os.h. */
#define _GNU_SOURCE /* O_NOATIME, O_PATH, sched_getaffinity */
#include "core/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "core/filetime.h"

/* Evidence
 * ----------------------------------------------------------------------------------------- */

/* A path as the kernel takes it: the folder that rest is relative to, and the rest. What is longer
 * than PATH_MAX (a tree from a Windows disk may be) is reached folder by folder. */
struct reached {
    int folder; /* AT_FDCWD, or to be closed */
    const char *rest;
};

enum { PIECE = 4000 }; /* below PATH_MAX, above any single name */

static bool reach(const char *path, struct reached *ret)
{
    struct reached r = {AT_FDCWD, path};
    char piece[PIECE];
    while (strlen(r.rest) >= PIECE) {
        size_t n = PIECE - 1;
        while (n > 0 && r.rest[n] != '/')
            n--;
        if (n == 0) {
            paw_os_close(r.folder);
            errno = ENAMETOOLONG;
            return false;
        }
        memcpy(piece, r.rest, n);
        piece[n] = '\0';
        const int next = openat(r.folder, piece, O_PATH | O_DIRECTORY | O_CLOEXEC);
        const int sys = errno;
        paw_os_close(r.folder);
        if (next < 0) {
            errno = sys;
            return false;
        }
        r.folder = next;
        for (r.rest += n; *r.rest == '/'; r.rest++)
            ;
    }
    *ret = r;
    return true;
}

static int open_quietly(const struct reached *at, int flags)
{
    flags |= O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const int fd = openat(at->folder, at->rest, flags | O_NOATIME);
    if (fd >= 0 || errno != EPERM) /* only the owner may leave the access time alone */
        return fd;
    return openat(at->folder, at->rest, flags);
}

/* An open regular file or -1; *not_a_file tells that there is something else. */
static int open_regular(const char *path, struct stat *st, bool *not_a_file)
{
    struct reached at;
    if (!reach(path, &at))
        return -1;
    int fd = -1;
    /* A device is not even opened. */
    *not_a_file =
        fstatat(at.folder, at.rest, st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st->st_mode);
    if (!*not_a_file)
        fd = open_quietly(&at, O_NOFOLLOW);
    int sys = errno;
    paw_os_close(at.folder);
    if (fd >= 0 && fstat(fd, st) != 0) {
        sys = errno;
        paw_os_close(fd);
        fd = -1;
    } else if (fd >= 0 && !S_ISREG(st->st_mode)) { /* it changed between the two */
        *not_a_file = true;
        paw_os_close(fd);
        fd = -1;
    }
    errno = sys;
    return fd;
}

enum paw_status paw_os_open_evidence(const char *path, int *ret_fd, uint64_t *ret_size,
                                     struct paw_error *err)
{
    struct stat st;
    bool not_a_file = false;
    const int fd = open_regular(path, &st, &not_a_file);
    if (fd < 0)
        return not_a_file ? paw_fail(err, PAW_E_USAGE, 0, "not a regular file")
                          : paw_fail_sys(err, PAW_E_IO, errno, "opening");
    *ret_fd = fd;
    *ret_size = (uint64_t)st.st_size;
    return PAW_OK;
}

int paw_os_open_folder(const char *path, bool follows_links)
{
    struct reached at;
    if (!reach(path, &at))
        return -1;
    const int fd = open_quietly(&at, O_DIRECTORY | (follows_links ? 0 : O_NOFOLLOW));
    const int sys = errno;
    paw_os_close(at.folder);
    errno = sys;
    return fd;
}

bool paw_os_is_kernel_folder(int fd)
{
    /* linux/magic.h; what lies there has no end or no content: /proc/kcore, trace_pipe */
    static const uint64_t of_kernel[] = {
        0x9FA0,     /* proc      */
        0x62656572, /* sysfs     */
        0x64626720, /* debugfs   */
        0x74726163, /* tracefs   */
        0x73636673, /* securityfs */
        0xCAFE4A11, /* bpf       */
    };
    struct statfs fs;
    bool is = false;
    for (size_t i = 0; fstatfs(fd, &fs) == 0 && i < PAW_COUNT_OF(of_kernel) && !is; i++)
        is = (uint64_t)(uint32_t)fs.f_type == of_kernel[i];
    return is;
}

enum paw_status paw_os_read_at(int fd, uint64_t offset, void *to, size_t n, size_t *ret,
                               struct paw_error *err)
{
    size_t got = 0;
    while (got < n) {
        const ssize_t more = pread(fd, (uint8_t *)to + got, n - got, (off_t)(offset + got));
        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0) {
            *ret = got;
            return paw_fail_sys(err, PAW_E_IO, errno, "reading");
        }
        if (more == 0)
            break;
        got += (size_t)more;
    }
    *ret = got;
    return PAW_OK;
}

paw_bytes paw_os_map(int fd, uint64_t offset, size_t n, struct paw_os_mapping *ret)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const size_t before = (size_t)(offset % page);
    void *p = MAP_FAILED;
    *ret = (struct paw_os_mapping){0};
    if (n != 0 && n <= SIZE_MAX - before)
        p = mmap(NULL, n + before, PROT_READ, MAP_PRIVATE, fd, (off_t)(offset - before));
    if (p == MAP_FAILED)
        return (paw_bytes){0};
    *ret = (struct paw_os_mapping){p, n + before};
    return (paw_bytes){(const uint8_t *)p + before, n};
}

void paw_os_unmap(struct paw_os_mapping *m)
{
    if (m->at != NULL)
        (void)munmap(m->at, m->n); /* what mmap gave */
    *m = (struct paw_os_mapping){0};
}

void paw_os_close(int fd)
{
    if (fd >= 0)
        (void)close(fd); /* nothing was written through it */
}

struct paw_os_stamp paw_os_stamp_in(const struct stat *st)
{
    const uint64_t ns = (uint64_t)st->st_mtim.tv_sec * 1000000000U + (uint64_t)st->st_mtim.tv_nsec;
    return (struct paw_os_stamp){(uint64_t)st->st_size, ns};
}

struct paw_os_stamp paw_os_stamp_of(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 ? paw_os_stamp_in(&st) : (struct paw_os_stamp){0};
}

struct paw_os_stamp paw_os_stamp_at(const char *path)
{
    struct paw_os_stamp ret = {0};
    struct stat st;
    struct paw_error ignored = {0};
    uint64_t size = 0;
    int fd = -1;
    if (stat(path, &st) == 0)
        return paw_os_stamp_in(&st);
    if (errno == ENAMETOOLONG && paw_os_open_evidence(path, &fd, &size, &ignored) == PAW_OK)
        ret = paw_os_stamp_of(fd); /* it was opened in pieces */
    paw_os_close(fd);
    return ret;
}

/* Time and machine -------------------------------------------------------------------------------
 */

uint64_t paw_os_monotonic_ms(void)
{
    struct timespec t = {0};
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

paw_filetime paw_os_now(void)
{
    struct timespec t = {0};
    if (clock_gettime(CLOCK_REALTIME, &t) != 0)
        return 0;
    return paw_filetime_of_unix((int64_t)t.tv_sec) + (uint64_t)t.tv_nsec / 100;
}

unsigned paw_os_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0) {
        const int n = CPU_COUNT(&set);
        if (n > 0)
            return (unsigned)n;
    }
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

/* The text of /proc/PID/name; false if there is none. */
static bool read_proc(int pid, const char *name, char *text, size_t room)
{
    char path[64];
    const int n = snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    if (n < 0 || (size_t)n >= sizeof(path))
        return false;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const ssize_t got = read(fd, text, room - 1);
    paw_os_close(fd);
    if (got <= 0)
        return false;
    text[got] = '\0';
    return true;
}

uint64_t paw_os_anonymous(int pid)
{
    char text[4096];
    if (!read_proc(pid, "status", text, sizeof(text)))
        return 0;
    const char *line = strstr(text, "RssAnon:");
    if (line == NULL)
        return 0;
    uint64_t kib = 0;
    for (line += 8; *line == ' ' || *line == '\t'; line++)
        ;
    for (; *line >= '0' && *line <= '9'; line++)
        kib = kib * 10 + (uint64_t)(*line - '0');
    return kib * 1024;
}

#if defined(__has_feature)
#define HAS_FEATURE(f) __has_feature(f)
#else
#define HAS_FEATURE(f) 0
#endif

bool paw_os_is_checked(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||   \
    HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer) || \
    HAS_FEATURE(memory_sanitizer)
    return true;
#else
    /* Valgrind preloads a library of this name into what it runs. */
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
#endif
}

uint64_t paw_os_cpu_ms(int pid)
{
    clockid_t clock = 0;
    struct timespec t = {0};
    if (clock_getcpuclockid((pid_t)pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Terminal ---------------------------------------------------------------------------------------
 */

bool paw_os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

unsigned paw_os_columns(int fd)
{
    struct winsize size = {0};
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : 80;
}

const char *paw_os_env(const char *name)
{
    return getenv(name);
}

static volatile bool *interrupted; /* a signal handler can reach nothing else */

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (*interrupted)
        _exit(130);
    *interrupted = true;
}

bool paw_os_catch_interrupt(volatile bool *flag)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    interrupted = flag;
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that grew to its limit is an error of writing */
    return sigemptyset(&action.sa_mask) == 0 && sigaction(SIGINT, &action, NULL) == 0 &&
           sigaction(SIGTERM, &action, NULL) == 0;
}

/* Output
 * ------------------------------------------------------------------------------------------- */

enum paw_status paw_os_make_folder(const char *path, struct paw_error *err)
{
    const size_t n = strlen(path);
    char *copy = malloc(n + 1);
    if (copy == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "making a folder");
    memcpy(copy, path, n + 1);
    int failed = 0;
    for (size_t i = 1; i <= n && failed == 0; i++) {
        if (copy[i] != '/' && copy[i] != '\0')
            continue;
        const char kept = copy[i];
        copy[i] = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            failed = errno;
        copy[i] = kept;
    }
    struct stat st;
    if (failed == 0 && stat(copy, &st) != 0)
        failed = errno;
    else if (failed == 0 && !S_ISDIR(st.st_mode))
        failed = ENOTDIR;
    free(copy);
    return failed == 0 ? PAW_OK
                       : paw_fail_sys(err, PAW_E_OUTPUT, failed, "making the output folder");
}

/* What a killed run left of a report it had not finished: `.NAME.PID.part`. */
static bool is_leftover(const char *name)
{
    const size_t n = strlen(name);
    return name[0] == '.' && n > 6 && strcmp(name + n - 5, ".part") == 0;
}

void paw_os_drop_folder(const char *path)
{
    (void)rmdir(path); /* it is only removed where that takes nothing away */
}

enum paw_status paw_os_folder_is_empty(const char *path, bool *is_there, bool *is_empty,
                                       struct paw_error *err)
{
    DIR *folder = opendir(path);
    *is_empty = true;
    *is_there = folder != NULL;
    if (folder == NULL)
        return errno == ENOENT
                   ? PAW_OK
                   : paw_fail_sys(err, PAW_E_OUTPUT, errno, "opening the output folder");
    for (const struct dirent *entry = readdir(folder); entry != NULL && *is_empty;
         entry = readdir(folder))
        *is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                    is_leftover(entry->d_name);
    (void)closedir(folder);
    return PAW_OK;
}

enum paw_status paw_os_write(int fd, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    while (n > 0) {
        const ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return PAW_E_OUTPUT;
        p += done;
        n -= (size_t)done;
    }
    return PAW_OK;
}

enum paw_status paw_os_output_begin(struct paw_os_output *o, const char *folder, const char *name,
                                    struct paw_error *err)
{
    *o = (struct paw_os_output){.folder = -1, .fd = -1, .name = name};
    const int n =
        snprintf(o->temporary, sizeof(o->temporary), ".%s.%ld.part", name, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof(o->temporary))
        return paw_fail(err, PAW_E_USAGE, 0, "naming an output file");
    o->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (o->folder < 0)
        return paw_fail_sys(err, PAW_E_OUTPUT, errno, "opening the output folder");
    (void)unlinkat(o->folder, o->temporary, 0); /* of a run that was killed */
    o->fd = openat(o->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    o->is_unnamed = o->fd >= 0;
    if (!o->is_unnamed) /* not every file system can */
        o->fd = openat(o->folder, o->temporary,
                       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (o->fd < 0) {
        const int sys = errno;
        paw_os_output_abort(o);
        return paw_fail_sys(err, PAW_E_OUTPUT, sys, "creating an output file");
    }
    return PAW_OK;
}

/* Gives an unnamed file the name that rename takes over from: one cannot link over another file. */
static int name_output(const struct paw_os_output *o)
{
    char path[64];
    const int n = snprintf(path, sizeof(path), "/proc/self/fd/%d", o->fd);
    if (n < 0 || (size_t)n >= sizeof(path))
        return ENAMETOOLONG;
    return linkat(AT_FDCWD, path, o->folder, o->temporary, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

enum paw_status paw_os_output_commit(struct paw_os_output *o, struct paw_error *err)
{
    int failed = fsync(o->fd) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
    if (failed == 0 && o->is_unnamed)
        failed = name_output(o);
    if (close(o->fd) != 0 && failed == 0)
        failed = errno;
    o->fd = -1;
    if (failed == 0 && renameat(o->folder, o->temporary, o->folder, o->name) != 0)
        failed = errno;
    if (failed != 0)
        (void)unlinkat(o->folder, o->temporary, 0);
    else
        (void)fsync(o->folder); /* the name; not every file system can, the bytes are safe */
    paw_os_close(o->folder);
    o->folder = -1;
    return failed == 0 ? PAW_OK
                       : paw_fail_sys(err, PAW_E_OUTPUT, failed, "finishing an output file");
}

void paw_os_output_abort(struct paw_os_output *o)
{
    if (o->fd >= 0) {
        paw_os_close(o->fd);
        (void)unlinkat(o->folder, o->temporary, 0);
    }
    paw_os_close(o->folder);
    o->fd = o->folder = -1;
}

enum paw_status paw_os_output_remove(const char *folder, const char *name, struct paw_error *err)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return paw_fail_sys(err, PAW_E_OUTPUT, errno, "opening the output folder");
    const int failed = unlinkat(fd, name, 0) == 0 || errno == ENOENT ? 0 : errno;
    paw_os_close(fd);
    return failed == 0 ? PAW_OK
                       : paw_fail_sys(err, PAW_E_OUTPUT, failed, "replacing an older report");
}

bool paw_os_is_there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool paw_os_can_write_in(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool can = faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
    const int sys = errno;
    paw_os_close(fd);
    errno = sys;
    return can;
}

const char *paw_os_temp_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder != NULL && folder[0] == '/' ? folder : "/tmp";
}
