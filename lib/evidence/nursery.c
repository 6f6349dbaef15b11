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
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/os.h"
#include "evidence/frame.h"
#include "evidence/source.h"

enum {
    BUFFER = 64 * 1024, /* a pipe's own size */
    FLUSH_MS = 50,      /* answers wait no longer than this for the next item */
    WANTED_MAX = 4096,  /* entries of a list */
    DESCRIPTORS = 64,
};

/* The child's answers -----------------------------------------------------------------------------
 */

struct answer {
    int pipe;
    struct paw_slot *slot;
    struct paw_summary *summary;
    uint64_t flushed; /* ms */
    size_t n;
    volatile size_t whole; /* bytes that end with a whole frame: what a dying process still sends */
    volatile sig_atomic_t is_sending;
    volatile sig_atomic_t ended_by; /* a signal that came while sending */
    uint8_t bytes[BUFFER];
};

/* A process that is ended, or dies of its input, still sends what it had answered. */
static struct answer
    the_answer; /* large for a stack; the process is its own, and handlers reach it */

static void write_all(const struct answer *a, size_t n)
{
    if (n != 0 && paw_os_write(a->pipe, a->bytes, n) != PAW_OK)
        _exit(1); /* nobody listens */
}

_Noreturn static void die_of(int signal_number)
{
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
    _exit(1);
}

/* How much of a buffer a pipe took is known only when write returns, so a signal that comes in
 * between waits for that. */
static void send_buffer(struct answer *a)
{
    a->is_sending = 1;
    write_all(a, a->n);
    a->n = 0;
    a->whole = 0;
    a->is_sending = 0;
    if (a->ended_by != 0)
        die_of(a->ended_by);
}

static void on_end(int signal_number)
{
    struct answer *a = &the_answer;
    if (a->is_sending) {
        a->ended_by = signal_number;
        return;
    }
    write_all(a, a->whole);
    die_of(signal_number);
}

static void catch_ends(void)
{
    static const int ends[] = {SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU};
    static uint8_t stack[64 * 1024]; /* for a reader that overflows its own */
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
    /* SA_NODEFER: the signal is not blocked inside, so that raising it again ends us */
    struct sigaction action = {.sa_handler = on_end, .sa_flags = SA_ONSTACK | SA_NODEFER};
    (void)sigaltstack(&other, NULL);
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < PAW_COUNT_OF(ends); i++)
        (void)sigaction(ends[i], &action, NULL); /* without it answers of 50 ms are lost */
}

static void put(struct answer *a, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    while (n > 0) {
        const size_t part = n < BUFFER - a->n ? n : BUFFER - a->n;
        memcpy(a->bytes + a->n, p, part);
        a->n += part;
        p += part;
        n -= part;
        if (a->n == BUFFER)
            send_buffer(a);
    }
}

static enum paw_status put_frame(struct answer *a, enum paw_frame_type type, const void *p,
                                 size_t n)
{
    uint8_t head[PAW_FRAME_HEAD];
    paw_frame_head(head, type, (paw_bytes){p, n});
    put(a, head, sizeof(head));
    put(a, p, n);
    atomic_signal_fence(memory_order_release); /* the bytes are there before they count */
    a->whole = a->n;
    return PAW_OK; /* a failure ended the process */
}

static void flush(struct answer *a)
{
    send_buffer(a);
    a->flushed = paw_os_monotonic_ms();
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
    /* A failure ends the process, so frames are put without asking. */
    (void)put_frame(a, PAW_FRAME_PROGRESS, &item, sizeof(item));
    if (paw_os_monotonic_ms() - a->flushed >= FLUSH_MS) {
        (void)put_frame(a, PAW_FRAME_SUMMARY, a->summary, sizeof(*a->summary));
        flush(a);
    }
    a->slot->summary = *a->summary;
    atomic_signal_fence(memory_order_release);
    a->slot->item = item + 1;
    return PAW_OK;
}

/* The child ---------------------------------------------------------------------------------------
 */

static void limit(int what, uint64_t value)
{
    /* One more above it: at the hard limit of CPU time there is no signal that could be caught. */
    const struct rlimit r = {.rlim_cur = value, .rlim_max = value + (what == RLIMIT_CPU)};
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

static void take_limits(const struct paw_worker_limits *l, uint64_t mapped)
{
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* kernels without it give none either */
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, DESCRIPTORS);
    (void)signal(SIGXFSZ, SIG_IGN); /* a message to a redirected stderr is no reason to die */
    limit(RLIMIT_FSIZE, 0);         /* a reader writes no file */
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_CPU, l->file_cpu_ms / 1000 + 2); /* the scan's own watch comes before */
    if (!l->poll_memory)
        limit(RLIMIT_AS, address_space() + l->memory + mapped);
}

/* Lists as they came: strings one behind the other. */
struct lists {
    struct paw_wanted wanted;
    struct paw_wanted_value *values;
    struct paw_wanted_event *events;
    const char *path;
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

/* What the inventory saw is not what is there now. */
static void tell_change(struct answer *a, const struct paw_request *r, uint64_t size)
{
    struct paw_diag d = {.code = PAW_D_FILE_CHANGED, .source = r->number, .count = 1};
    const int n = snprintf(d.detail, sizeof(d.detail), "%llu bytes, was %llu",
                           (unsigned long long)size, (unsigned long long)r->size);
    if (n > 0)
        (void)put_frame(a, PAW_FRAME_DIAG, &d, sizeof(d)); /* a failure ends the process */
}

static enum paw_status read_source(struct answer *a, const struct paw_nursery_setup *setup,
                                   const struct paw_request *r, const struct lists *lists,
                                   struct paw_error *err)
{
    struct paw_source *source = NULL;
    const enum paw_status status = paw_source_open(lists->path, &source, err);
    if (status != PAW_OK)
        return status;
    if (r->size != 0 && paw_source_size(source) != r->size && r->from == 0)
        tell_change(a, r, paw_source_size(source));
    const struct paw_sink sink = {a, answer_fact, answer_diag, answer_progress};
    return setup->readers[r->reader]->extract(source, r->number, (struct paw_range){r->from, r->to},
                                              &lists->wanted, &sink, a->summary, err);
}

_Noreturn static void be_child(const struct paw_nursery_setup *setup, const struct paw_request *r,
                               const char *text, int pipe)
{
    struct answer *answer = &the_answer;
    struct paw_summary summary = {0};
    struct lists lists = {0};
    struct paw_error err = {0};
    if (!read_lists(r, text, &lists))
        _exit(2);
    take_limits(&setup->limits, r->size);
    answer->pipe = pipe;
    answer->slot = &setup->slots[r->slot];
    answer->summary = &summary;
    answer->flushed = paw_os_monotonic_ms();
    catch_ends();
    const enum paw_status status = read_source(answer, setup, r, &lists, &err);
    const struct paw_frame_end end = {
        .status = status,
        .sys = err.status == status ? err.sys : 0,
        .summary = summary,
    };
    (void)put_frame(answer, PAW_FRAME_END, &end, sizeof(end)); /* a failure ends the process */
    flush(answer);
    _exit(0);
}

/* The nursery
 * --------------------------------------------------------------------------------------- */

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

static int32_t fork_child(int socket, const struct paw_nursery_setup *setup,
                          const struct paw_request *r, const char *text, int pipe)
{
    const pid_t nursery = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        paw_os_close(socket); /* the pipe's end is the only descriptor left */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != nursery)
            _exit(1); /* it ended before it could take us with it */
        be_child(setup, r, text, pipe);
    }
    return pid < 0 ? 0 : (int32_t)pid;
}

static int32_t reap(uint32_t pid)
{
    int status = 0;
    if (pid == 0 || pid > INT32_MAX)
        return 0;
    (void)kill((pid_t)pid,
               SIGKILL); /* it may have ended: it is not reaped yet, so the pid is its own */
    while (waitpid((pid_t)pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static void close_from(unsigned first, unsigned last)
{
    if (first > last || close_range(first, last, 0) == 0)
        return;
    const long most = sysconf(_SC_OPEN_MAX);
    for (unsigned fd = first; fd <= last && (long)fd < most; fd++)
        (void)close((int)fd); /* most are not open */
}

/* Keeps the socket alone: a reader sees nothing of the scan's files, and the scan's output does not
 * stay open because of us. Returns where the socket is now; -1: it cannot be done. */
static int keep_only(int socket)
{
    const int kept = fcntl(socket, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (kept < 0 || nothing < 0)
        return -1;
    const int last = paw_os_is_watched() ? STDOUT_FILENO : STDERR_FILENO;
    for (int fd = 0; fd <= last; fd++)
        if (dup2(nothing, fd) < 0)
            return -1;
    close_from(STDERR_FILENO + 1, (unsigned)kept - 1);
    close_from((unsigned)kept + 1, ~0U);
    return kept;
}

_Noreturn void paw_nursery_serve(int socket, const struct paw_nursery_setup *setup)
{
    socket = keep_only(socket);
    (void)signal(SIGINT, SIG_IGN); /* the scan decides when we end */
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        struct paw_request r;
        int pipe = -1;
        if (socket < 0 || !receive(socket, &r, sizeof(r), &pipe) || !is_sound(&r, setup))
            _exit(0);
        char *text = malloc(r.length + 1U);
        if (text == NULL || !receive(socket, text, r.length, NULL))
            _exit(0);
        const int32_t answer = r.action == PAW_NURSERY_REAP ? reap(r.pid)
                               : pipe < 0                   ? 0
                                          : fork_child(socket, setup, &r, text, pipe);
        paw_os_close(pipe);
        free(text);
        if (paw_os_write(socket, &answer, sizeof(answer)) != PAW_OK)
            _exit(0);
    }
}
