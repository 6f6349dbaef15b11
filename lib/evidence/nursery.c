/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nursery and its children: see nursery.h.
 *
 * The nursery is forked before any thread exists and does nothing but fork, so its children inherit
 * no lock. A child closes everything but its pipe, takes its limits, reads, answers, and ends by
 * _exit: what the reader's library leaked goes with it.
 */
#define _GNU_SOURCE /* MSG_CMSG_CLOEXEC, close_range */
#include "evidence/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/os.h"
#include "evidence/frame.h"
#include "evidence/reading.h"
#include "evidence/source.h"

enum {
    FLUSH_MS = 50,     /* answers wait no longer than this for the next item */
    WANTED_MAX = 4096, /* entries of a list */
    DESCRIPTORS = 64,
    CHANNEL = 3,         /* the one descriptor that is kept beside the standard ones */
    HARD_SECONDS = 2,    /* between the signal of a CPU limit and the end */
    DYING_MS = 2000,     /* a killed process that waits for dead storage is left behind */
    DYING_LOOK_US = 50,  /* at first; doubled */
    DYING_LOOK_MOST = 8, /* times doubled */
};

/* The child's answers ---------------------------------------------------------------------------
 */

/* What is put waits in the slot, which the scan reads when the process is gone: however it ends,
 * nothing that was put is lost, and since the slot says where in the stream its bytes belong,
 * nothing is taken twice. */
struct answer {
    int pipe;
    struct paw_slot *slot;
    uint64_t flushed; /* ms */
};

static void send_whole(const struct answer *a, const void *bytes, size_t n)
{
    if (n != 0 && paw_os_write(a->pipe, bytes, n) != PAW_OK)
        _exit(1); /* nobody listens */
}

static void flush(struct answer *a)
{
    struct paw_slot *s = a->slot;
    const uint32_t n = s->n;
    send_whole(a, s->bytes, n);
    s->n = 0; /* before begin moves: else the bytes would stand behind themselves */
    s->begin += n;
    a->flushed = paw_os_monotonic_ms();
}

static enum paw_status put_frame(struct answer *a, enum paw_frame_type type, const void *p,
                                 size_t n)
{
    struct paw_slot *s = a->slot;
    uint8_t head[PAW_FRAME_HEAD];
    paw_frame_head(head, type, (paw_bytes){p, n});
    if (n + PAW_FRAME_HEAD > PAW_SLOT_BYTES - s->n) /* s->n is at most the slot: no wrap */
        flush(a);
    if (n > PAW_SLOT_BYTES - PAW_FRAME_HEAD) {
        send_whole(a, head, sizeof(head));
        send_whole(a, p, n);
        s->begin += sizeof(head) + n;
        return PAW_OK;
    }
    memcpy(s->bytes + s->n, head, sizeof(head));
    memcpy(s->bytes + s->n + sizeof(head), p, n);
    atomic_signal_fence(memory_order_seq_cst); /* the bytes are there before they count */
    s->n += (uint32_t)(sizeof(head) + n);
    return PAW_OK;
}

static enum paw_status answer_fact(void *self, const struct paw_fact *fact)
{
    return put_frame(self, PAW_FRAME_FACT, fact, fact->size);
}

static enum paw_status answer_diag(void *self, const struct paw_diag *diag)
{
    return put_frame(self, PAW_FRAME_DIAG, diag, sizeof(*diag));
}

static enum paw_status answer_progress(void *self, uint64_t item)
{
    struct answer *a = self;
    (void)put_frame(a, PAW_FRAME_PROGRESS, &item, sizeof(item));
    if (paw_os_monotonic_ms() - a->flushed >= FLUSH_MS)
        flush(a);
    a->slot->item = item + 1;
    return PAW_OK;
}

/* The child -------------------------------------------------------------------------------------
 */

static void limit(unsigned what, uint64_t value, uint64_t hard)
{
    const struct rlimit r = {.rlim_cur = value, .rlim_max = hard};
    (void)setrlimit(what, &r); /* the scan watches memory and time as well */
}

/* Bytes of address space that the process has now: the limit is on what comes on top. */
static uint64_t address_space(void)
{
    char text[128] = "";
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    uint64_t pages = 0;
    size_t n = 0;
    if (fd >= 0) {
        if (paw_os_read_at(fd, 0, text, sizeof(text) - 1, &n, NULL) != PAW_OK)
            n = 0;
        paw_os_close(fd);
    }
    for (size_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
        pages = pages * 10 + (uint64_t)(text[i] - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Whatever the scan's caller does at a fault, or held back, a reader just ends. */
static void take_signals(void)
{
    static const int ends[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGXCPU, SIGTRAP};
    sigset_t none;
    for (size_t i = 0; i < PAW_COUNT_OF(ends); i++)
        (void)signal(ends[i], SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A hive and its logs are mapped: address space, but no memory. */
static uint64_t mapped_most(const struct paw_request *r)
{
    const uint64_t each = r->size < UINT64_MAX / 8 ? r->size : UINT64_MAX / 8;
    return each * (1 + PAW_BESIDE);
}

static void take_limits(const struct paw_worker_limits *l, const struct paw_request *r)
{
    const uint64_t seconds = l->file_cpu_ms / 1000 + 2;
    const uint64_t space = address_space() + r->memory + mapped_most(r);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS);
    limit(RLIMIT_NPROC, 0, 0);      /* nor starts a process */
    (void)signal(SIGXFSZ, SIG_IGN); /* a message to a redirected stderr is no reason to die */
    limit(RLIMIT_FSIZE, 0, 0);      /* a reader writes no file */
    limit(RLIMIT_CPU, seconds, seconds + HARD_SECONDS);
    if (!l->poll_memory)
        limit(RLIMIT_AS, space, space);
}

/* Lists as they came: strings one behind the other. */
struct lists {
    struct paw_wanted wanted;
    struct paw_wanted_value *values;
    struct paw_wanted_event *events;
    const char *path;
    const char *beside[PAW_BESIDE];
};

static const char *next_string(const char **at, const char *end)
{
    const char *s = *at;
    const char *zero = memchr(s, '\0', (size_t)(end - s));
    if (zero == NULL)
        return NULL;
    *at = zero + 1;
    return s;
}

static bool read_lists(const struct paw_request *r, const char *text, struct lists *l)
{
    const char *end = text + r->length;
    if (r->n_values > WANTED_MAX || r->n_events > WANTED_MAX)
        return false;
    l->values = calloc(r->n_values + 1U, sizeof(*l->values));
    l->events = calloc(r->n_events + 1U, sizeof(*l->events));
    l->path = next_string(&text, end);
    bool whole = l->values != NULL && l->events != NULL && l->path != NULL;
    for (size_t i = 0; whole && i < PAW_BESIDE; i++) {
        l->beside[i] = next_string(&text, end);
        whole = l->beside[i] != NULL;
        if (whole && l->beside[i][0] == '\0')
            l->beside[i] = NULL;
    }
    for (uint32_t i = 0; whole && i < r->n_values; i++) {
        l->values[i].hive = next_string(&text, end);
        l->values[i].key = l->values[i].hive == NULL ? NULL : next_string(&text, end);
        l->values[i].value = l->values[i].key == NULL ? NULL : next_string(&text, end);
        whole = l->values[i].value != NULL;
        if (whole && strcmp(l->values[i].value, PAW_KEY_ITSELF) == 0)
            l->values[i].value = NULL;
    }
    for (uint32_t i = 0; whole && i < r->n_events; i++) {
        l->events[i].provider = next_string(&text, end);
        const char *number = l->events[i].provider == NULL ? NULL : next_string(&text, end);
        unsigned id = 0;
        for (; number != NULL && *number >= '0' && *number <= '9'; number++)
            id = id * 10 + (unsigned)(*number - '0');
        l->events[i].event_id = (uint16_t)id;
        whole = number != NULL;
    }
    l->wanted = (struct paw_wanted){r->kinds, r->n_values == 0 ? NULL : l->values,
                                    r->n_events == 0 ? NULL : l->events};
    return whole;
}

/* Nothing is inherited but the standard descriptors and fd, which becomes CHANNEL. */
static void keep_only(int fd)
{
    if (fd != CHANNEL && dup2(fd, CHANNEL) < 0)
        _exit(2);
    (void)close_range(CHANNEL + 1, ~0U,
                      0); /* an old kernel: they stay open, as close-on-exec does */
}

/* Other processes' slots are none of our business. */
static void keep_slot(const struct paw_nursery_setup *setup, size_t slot)
{
    if (slot != 0)
        (void)munmap(setup->slots, slot * sizeof(struct paw_slot));
    if (slot + 1 < setup->n_slots)
        (void)munmap(&setup->slots[slot + 1],
                     (setup->n_slots - slot - 1) * sizeof(struct paw_slot));
}

/* The end of the process that forked us is ours. */
static void end_with(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it was faster */
        _exit(2);
}

_Noreturn static void be_child(const struct paw_nursery_setup *setup, const struct paw_request *r,
                               const char *text, int pipe)
{
    struct answer answer = {CHANNEL, &setup->slots[r->slot], paw_os_monotonic_ms()};
    struct lists lists = {0};
    struct paw_error err = {0};
    keep_only(pipe);
    keep_slot(setup, r->slot);
    if (!read_lists(r, text, &lists))
        _exit(2);
    take_signals();
    take_limits(&setup->limits, r);
    const struct paw_sink sink = {&answer, answer_fact, answer_diag, answer_progress};
    const struct paw_job job = {
        .reader = setup->readers[r->reader],
        .path = lists.path,
        .beside = {lists.beside[0], lists.beside[1]},
        .number = r->number,
        .size = r->size,
        .range = {.from = r->from, .to = r->to},
        .wanted = &lists.wanted,
        .sink = &sink,
    };
    const enum paw_status status = paw_job_read(&job, &answer.slot->summary, &err);
    const struct paw_frame_end end = {
        .status = status, .sys = err.sys, .summary = answer.slot->summary};
    (void)put_frame(&answer, PAW_FRAME_END, &end, sizeof(end));
    flush(&answer);
    _exit(0);
}

/* The nursery -----------------------------------------------------------------------------------
 */

static bool receive(int socket, void *to, size_t n, int *ret_fd)
{
    uint8_t *p = to;
    while (n > 0) {
        union {
            struct cmsghdr align;
            char bytes[CMSG_SPACE(sizeof(int))];
        } control;
        struct iovec part = {.iov_base = p, .iov_len = n};
        struct msghdr m = {
            .msg_iov = &part,
            .msg_iovlen = 1,
            .msg_control = control.bytes,
            .msg_controllen = sizeof(control.bytes),
        };
        const ssize_t got = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        if (c != NULL && c->cmsg_type == SCM_RIGHTS && ret_fd != NULL)
            memcpy(ret_fd, CMSG_DATA(c), sizeof(int));
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static bool is_sound(const struct paw_request *r, const struct paw_nursery_setup *setup)
{
    return r->magic == PAW_REQUEST_MAGIC && r->length <= PAW_REQUEST_BYTES_MAX &&
           (r->action == PAW_NURSERY_REAP ||
            (r->action == PAW_NURSERY_FORK && r->reader < setup->n_readers &&
             r->slot < setup->n_slots));
}

static int32_t fork_child(const struct paw_nursery_setup *setup, const struct paw_request *r,
                          const char *text, int pipe)
{
    const pid_t self = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        end_with(self);
        be_child(setup, r, text, pipe);
    }
    return pid < 0 ? 0 : (int32_t)pid;
}

static int32_t reap(uint32_t asked)
{
    const pid_t pid = (pid_t)asked;
    siginfo_t info;
    int status = 0;
    if (asked == 0 || asked > INT32_MAX ||
        waitid(P_PID, asked, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
        return 0; /* no child of ours: its number may be another's by now */
    (void)kill(pid, SIGKILL);
    const uint64_t until = paw_os_monotonic_ms() + DYING_MS;
    for (unsigned i = 0; paw_os_monotonic_ms() < until; i += i < DYING_LOOK_MOST) {
        const pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid)
            return status;
        if (got < 0 && errno != EINTR)
            return 0;
        const struct timespec pause = {.tv_nsec = (long)DYING_LOOK_US * 1000 << i};
        (void)nanosleep(&pause, NULL);
    }
    return SIGKILL; /* it waits for storage that does not answer; the end of the nursery gets it */
}

/* Nothing a reader prints may reach the report on standard output. */
static void take_places(int socket)
{
    const int high = fcntl(socket, F_DUPFD, CHANNEL);
    const int nowhere = high < 0 ? -1 : open("/dev/null", O_RDWR);
    if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
        _exit(2);
    keep_only(high);
}

_Noreturn void paw_nursery_serve(int socket, int parent, const struct paw_nursery_setup *setup)
{
    (void)signal(SIGINT, SIG_IGN); /* the scan decides when we end */
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGCHLD, SIG_DFL); /* were it ignored, nobody could be waited for */
    end_with((pid_t)parent);
    take_places(socket);
    for (;;) {
        struct paw_request r;
        int pipe = -1;
        if (!receive(CHANNEL, &r, sizeof(r), &pipe) || !is_sound(&r, setup))
            _exit(0);
        char *text = malloc(r.length + 1U);
        if (text == NULL || !receive(CHANNEL, text, r.length, NULL))
            _exit(0);
        const int32_t answer = r.action == PAW_NURSERY_REAP ? reap(r.pid)
                               : pipe < 0                   ? 0
                                                            : fork_child(setup, &r, text, pipe);
        paw_os_close(pipe);
        free(text);
        if (paw_os_write(CHANNEL, &answer, sizeof(answer)) != PAW_OK)
            _exit(0);
    }
}
