/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan's side of the worker: asks the nursery for reader processes, hears their answers, and
 * ends those that go beyond a limit. See worker.h.
 */
#define _GNU_SOURCE /* pipe2, MAP_ANONYMOUS */
#include "evidence/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/os.h"
#include "evidence/frame.h"
#include "evidence/nursery.h"
#include "evidence/reading.h"

enum {
    LOOK_MS = 20,           /* how often limits are looked at           */
    READ_BYTES = 64 * 1024, /* a pipe's own size                        */
    OPENING = 10,           /* times the limit of a record, for opening */
    ABSENT_MS = 2000,       /* we did not look for so long: we were stopped, not the others */
    MOST_CHILDREN = 64,
    ANSWER_TIMES = 64, /* a file answers at most so many times its size: samples stay below 1 */
    ANSWER_LEAST = 64 * 1024 * 1024,
};

struct paw_nursery {
    int socket;
    int pid;
    unsigned most;
    uint64_t base; /* anonymous bytes that a child starts with */
    struct paw_nursery_setup setup;
    size_t slots_bytes;
};

/** A reader process at work. */
struct child {
    bool is_busy;
    size_t job;
    int pid, pipe;
    struct paw_frames frames;
    uint64_t from;     /* item it began with                             */
    uint64_t received; /* bytes of this run                              */
    uint64_t answered; /* bytes of all its runs                          */
    uint64_t told;     /* diagnostics of all its runs                    */
    uint64_t item;     /* as last told in the stream: all before answered */
    bool is_ended;
    struct paw_frame_end end;
    struct paw_summary summary; /* of this run, when it is over                   */
    uint64_t watched, cpu_then; /* slot's item and CPU time when it began         */
    uint64_t cpu_before;        /* of earlier runs for the same file              */
    uint64_t cpu_last, heard;   /* for stale children: last CPU time, when it changed */
};

struct run {
    struct paw_nursery *n;
    const struct paw_job *jobs;
    struct paw_summary *summaries;
    unsigned *restarts; /* by job */
    struct child children[MOST_CHILDREN];
    size_t n_children;
    struct paw_error *err;
};

/* Talking to the nursery --------------------------------------------------------------------------
 */

static bool send_all(int socket, const void *bytes, size_t n, int fd)
{
    const uint8_t *p = bytes;
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    while (n > 0) {
        struct iovec part = {.iov_base = (void *)(uintptr_t)p, .iov_len = n};
        struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
        if (fd >= 0) {
            memset(&control, 0, sizeof(control));
            m.msg_control = control.bytes;
            m.msg_controllen = sizeof(control.bytes);
            struct cmsghdr *c = CMSG_FIRSTHDR(&m);
            c->cmsg_level = SOL_SOCKET;
            c->cmsg_type = SCM_RIGHTS;
            c->cmsg_len = CMSG_LEN(sizeof(int));
            memcpy(CMSG_DATA(c), &fd, sizeof(int));
        }
        const ssize_t done = sendmsg(socket, &m, MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        fd = -1; /* goes once */
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static bool hear(int socket, int32_t *ret)
{
    uint8_t *p = (uint8_t *)ret;
    size_t n = sizeof(*ret);
    while (n > 0) {
        const ssize_t got = read(socket, p, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

/* Strings of a request, one behind the other. */
struct text {
    char *p;
    size_t n, room;
    bool failed;
};

static void add_text(struct text *t, const char *s)
{
    const size_t n = strlen(s) + 1;
    if (t->failed || t->n + n > PAW_REQUEST_BYTES_MAX) {
        t->failed = true;
        return;
    }
    if (t->n + n > t->room) {
        const size_t room = (t->n + n) * 2;
        char *more = realloc(t->p, room);
        if (more == NULL) {
            t->failed = true;
            return;
        }
        t->p = more;
        t->room = room;
    }
    memcpy(t->p + t->n, s, n);
    t->n += n;
}

static struct text lists_of(const struct paw_job *job, struct paw_request *r)
{
    struct text t = {0};
    add_text(&t, job->path);
    for (size_t i = 0; i < PAW_COUNT_OF(job->beside); i++)
        add_text(&t, job->beside[i] == NULL ? "" : job->beside[i]);
    for (const struct paw_wanted_value *v = job->wanted->values; v != NULL && v->hive != NULL;
         v++) {
        add_text(&t, v->hive);
        add_text(&t, v->key);
        add_text(&t, v->value == NULL ? PAW_KEY_ITSELF : v->value);
        r->n_values++;
    }
    for (const struct paw_wanted_event *v = job->wanted->events; v != NULL && v->provider != NULL;
         v++) {
        char number[16];
        if (snprintf(number, sizeof(number), "%u", (unsigned)v->event_id) < 0)
            t.failed = true;
        add_text(&t, v->provider);
        add_text(&t, number);
        r->n_events++;
    }
    r->length = (uint32_t)t.n;
    return t;
}

static uint32_t reader_index(const struct paw_nursery *n, const struct paw_reader *reader)
{
    for (uint32_t i = 0; i < n->setup.n_readers; i++)
        if (n->setup.readers[i] == reader)
            return i;
    return UINT32_MAX;
}

static uint64_t memory_of(const struct run *run, size_t job)
{
    const uint64_t own = run->jobs[job].memory;
    return own != 0 ? own : run->n->setup.limits.memory;
}

/* Starts the job in the child's place, from the given item on. */
static enum paw_status begin(struct run *run, struct child *c, size_t job, uint64_t from)
{
    const struct paw_job *j = &run->jobs[job];
    struct paw_request r = {
        .magic = PAW_REQUEST_MAGIC,
        .action = PAW_NURSERY_FORK,
        .reader = reader_index(run->n, j->reader),
        .number = j->number,
        .slot = (uint32_t)(c - run->children),
        .from = from,
        .to = j->range.to,
        .kinds = j->wanted->kinds,
        .size = j->size,
        .memory = memory_of(run, job),
    };
    int ends[2];
    int32_t pid = 0;
    if (r.reader == UINT32_MAX)
        return paw_fail(run->err, PAW_E_USAGE, 0, "a reader that the nursery does not know");
    if (pipe2(ends, O_CLOEXEC) != 0)
        return paw_fail_sys(run->err, PAW_E_CHILD, errno, "making a pipe");
    struct text lists = lists_of(j, &r);
    struct paw_slot *slot = &run->n->setup.slots[r.slot];
    slot->item = slot->begin = slot->n = 0;
    slot->summary = (struct paw_summary){0};
    const bool sent = !lists.failed && send_all(run->n->socket, &r, sizeof(r), ends[1]) &&
                      send_all(run->n->socket, lists.p, lists.n, -1) && hear(run->n->socket, &pid);
    free(lists.p);
    paw_os_close(ends[1]);
    if (!sent || pid <= 0) {
        paw_os_close(ends[0]);
        return paw_fail(run->err, PAW_E_CHILD, 0, "starting a reader process");
    }
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    c->is_busy = true;
    c->job = job;
    c->pid = pid;
    c->pipe = ends[0];
    c->item = c->from = from;
    c->received = 0;
    c->is_ended = false;
    c->summary = (struct paw_summary){0};
    c->watched = c->cpu_then = c->cpu_last = 0;
    c->heard = paw_os_monotonic_ms();
    c->frames.n = c->frames.at = 0;
    return PAW_OK;
}

/* Kills and waits: its wait status. */
static int reap(const struct run *run, struct child *c)
{
    const struct paw_request r = {
        .magic = PAW_REQUEST_MAGIC,
        .action = PAW_NURSERY_REAP,
        .pid = (uint32_t)c->pid,
    };
    int32_t status = 0;
    const uint64_t cpu = paw_os_cpu_ms(c->pid); /* 0 if it is over already */
    c->cpu_before += cpu > c->cpu_last ? cpu : c->cpu_last;
    if (send_all(run->n->socket, &r, sizeof(r), -1))
        (void)hear(run->n->socket, &status);
    c->pid = 0;
    c->summary = run->n->setup.slots[c - run->children].summary;
    return status;
}

/* Answers
 * ------------------------------------------------------------------------------------------- */

/* The item that a process is at, as the end of a sentence. */
struct place {
    char text[40];
};

static struct place place_of(const struct run *run, const struct child *c)
{
    struct place p = {""};
    const uint64_t item = run->n->setup.slots[c - run->children].item;
    if (item != 0 &&
        snprintf(p.text, sizeof(p.text), ", item %llu", (unsigned long long)item - 1) < 0)
        p.text[0] = '\0';
    return p;
}

static enum paw_status tell(const struct run *run, const struct child *c, enum paw_diag_code code,
                            const char *what, uint64_t value, const char *at)
{
    const struct paw_job *j = &run->jobs[c->job];
    struct paw_diag d = {.code = code, .source = j->number, .count = 1};
    if (snprintf(d.detail, sizeof(d.detail), "%s %llu%s", what, (unsigned long long)value, at) < 0)
        d.detail[0] = '\0';
    return j->sink->diag(j->sink->self, &d);
}

static enum paw_status take_frame(const struct run *run, struct child *c, enum paw_frame_type type,
                                  paw_bytes payload)
{
    const struct paw_job *j = &run->jobs[c->job];
    struct paw_diag diag;
    uint64_t item = 0;
    switch (type) {
    case PAW_FRAME_FACT: {
        const struct paw_fact *fact = (const struct paw_fact *)(const void *)payload.p;
        if (fact->origin.source != j->number)
            return PAW_E_FORMAT;
        return j->sink->fact(j->sink->self, fact);
    }
    case PAW_FRAME_DIAG:
        memcpy(&diag, payload.p, sizeof(diag));
        if (diag.source != j->number)
            return PAW_E_FORMAT;
        c->told++;
        return j->sink->diag(j->sink->self, &diag);
    case PAW_FRAME_PROGRESS:
        memcpy(&item, payload.p, sizeof(item));
        if (item < c->item || item >= j->range.to)
            return PAW_E_FORMAT;
        c->item = item;
        return j->sink->progress == NULL ? PAW_OK : j->sink->progress(j->sink->self, c->item);
    case PAW_FRAME_END:
        memcpy(&c->end, payload.p, sizeof(c->end));
        c->is_ended = true;
        return PAW_OK;
    }
    return PAW_E_FORMAT;
}

/* PAW_E_FORMAT: it lied; others: the sink's. */
static enum paw_status take_frames(const struct run *run, struct child *c)
{
    for (;;) {
        enum paw_frame_type type = PAW_FRAME_END;
        paw_bytes payload = {0};
        enum paw_status status = paw_frames_next(&c->frames, &type, &payload);
        if (status == PAW_END)
            return PAW_OK;
        if (status == PAW_OK && c->is_ended)
            status = PAW_E_FORMAT; /* nothing follows an end */
        if (status == PAW_OK)
            status = take_frame(run, c, type, payload);
        if (status != PAW_OK)
            return status;
    }
}

/* PAW_OK: more may come; PAW_END: nothing does now; else as take_frames. */
static enum paw_status listen_to(const struct run *run, struct child *c)
{
    uint8_t *room = paw_frames_room(&c->frames, READ_BYTES);
    if (room == NULL)
        return PAW_E_MEMORY;
    const ssize_t got = read(c->pipe, room, READ_BYTES);
    if (got < 0 && errno == EINTR)
        return PAW_OK;
    if (got <= 0)
        return PAW_END;
    paw_frames_added(&c->frames, (size_t)got);
    c->answered += (uint64_t)got;
    c->received += (uint64_t)got;
    c->heard = paw_os_monotonic_ms();
    return take_frames(run, c);
}

/* The process is gone: what is still in the pipe, and behind it what it had not sent. */
static enum paw_status hear_the_rest(const struct run *run, struct child *c)
{
    enum paw_status status = PAW_OK;
    while (status == PAW_OK)
        status = listen_to(run, c);
    if (status != PAW_END)
        return status;
    const struct paw_slot *slot = &run->n->setup.slots[c - run->children];
    const uint64_t begin = slot->begin;
    const size_t n = slot->n;
    if (n > PAW_SLOT_BYTES || c->received < begin || c->received - begin >= n)
        return PAW_OK;
    const size_t sent = (size_t)(c->received - begin);
    uint8_t *room = paw_frames_room(&c->frames, n - sent);
    if (room == NULL)
        return PAW_E_MEMORY;
    memcpy(room, slot->bytes + sent, n - sent);
    paw_frames_added(&c->frames, n - sent);
    return take_frames(run, c);
}

/* Limits
 * ------------------------------------------------------------------------------------------- */

/* A limit that a child is beyond, as a sentence for its diagnostic. */
struct excess {
    const char *what; /* NULL: none */
    uint64_t value;
    bool is_file; /* of the whole file: going on behind the item would not help */
};

static uint64_t answer_limit(const struct run *run, const struct child *c)
{
    const uint64_t asked = run->n->setup.limits.answer_bytes, size = run->jobs[c->job].size;
    if (asked != 0)
        return asked;
    return size < UINT64_MAX / ANSWER_TIMES / 2 ? size * ANSWER_TIMES + ANSWER_LEAST : UINT64_MAX;
}

static struct excess beyond(const struct run *run, struct child *c)
{
    const struct paw_worker_limits *l = &run->n->setup.limits;
    const uint64_t cpu = paw_os_cpu_ms(c->pid), now = paw_os_monotonic_ms();
    const uint64_t item = run->n->setup.slots[c - run->children].item;
    if (item != c->watched || c->cpu_then == 0) {
        c->watched = item;
        c->cpu_then = cpu;
    }
    if (cpu != c->cpu_last) {
        c->cpu_last = cpu;
        c->heard = now;
    }
    const uint64_t most = item == 0 ? l->record_cpu_ms * OPENING : l->record_cpu_ms;
    if (c->cpu_before + cpu > l->file_cpu_ms)
        return (struct excess){"processor time of the file, ms", l->file_cpu_ms, true};
    if (cpu - c->cpu_then > most && item == 0)
        return (struct excess){"processor time while opening, ms", most, false};
    if (cpu - c->cpu_then > most)
        return (struct excess){"processor time of one record, ms", most, false};
    if (c->answered > answer_limit(run, c))
        return (struct excess){"size of the answer, bytes", answer_limit(run, c), true};
    if (paw_os_anonymous(c->pid) > run->n->base + memory_of(run, c->job))
        return (struct excess){"memory, bytes", memory_of(run, c->job), false};
    if (l->stale_ms != 0 && now > c->heard && now - c->heard > l->stale_ms)
        return (struct excess){"no answer and no progress, ms", l->stale_ms, false};
    return (struct excess){0};
}

/* The job goes on behind what stopped it, or ends. */
static enum paw_status go_on(struct run *run, struct child *c, uint64_t behind)
{
    const struct paw_job *j = &run->jobs[c->job];
    paw_summary_add(&run->summaries[c->job], &c->summary);
    if (behind == UINT64_MAX || behind >= j->range.to)
        return PAW_OK;
    if (run->restarts[c->job] >= run->n->setup.limits.restarts)
        return tell(run, c, PAW_D_WORKER_GAVE_UP, "from item", behind, "");
    run->restarts[c->job]++;
    return begin(run, c, c->job, behind);
}

/* Where to go on: behind the item it was at. The slot is the child's to write, so it never leads
 * back. UINT64_MAX: not even opened, and trying again gives the same. */
static uint64_t behind_item(const struct run *run, const struct child *c)
{
    const uint64_t at = run->n->setup.slots[c - run->children].item; /* 1 + the item */
    return at == 0 ? UINT64_MAX : at > c->from ? at : c->from + 1;
}

/* It did not finish: tells why; the file goes on behind the item unless the excess is the file's.
 */
static enum paw_status give_up_item(struct run *run, struct child *c, enum paw_diag_code code,
                                    const struct excess *why)
{
    const bool has_lied = code == PAW_D_WORKER_LIED; /* then only what was heard before counts */
    const uint64_t behind = has_lied ? c->item + 1 : behind_item(run, c);
    if (has_lied)
        c->summary = (struct paw_summary){0};
    c->summary.damaged++;
    if (behind == UINT64_MAX && run->summaries[c->job].read + c->summary.read == 0)
        c->summary.refused = 1;
    const struct place at = has_lied ? (struct place){""} : place_of(run, c);
    const enum paw_status told = tell(run, c, code, why->what, why->value, at.text);
    return told != PAW_OK ? told : go_on(run, c, why->is_file ? UINT64_MAX : behind);
}

/* Has the file become shorter? A mapped one then faults. */
static bool has_shrunk(const struct paw_job *j)
{
    int fd = -1;
    uint64_t size = 0;
    if (paw_os_open_evidence(j->path, &fd, &size, NULL) != PAW_OK)
        return false;
    paw_os_close(fd);
    return size < j->size;
}

/* It ended by itself without an end. */
static enum paw_status take_death(struct run *run, struct child *c, int status)
{
    const struct paw_worker_limits *l = &run->n->setup.limits;
    const struct excess by_cpu = {"processor time of the file, ms", l->file_cpu_ms, true};
    const struct excess by_signal = {"signal", (uint64_t)WTERMSIG(status), false};
    const struct excess by_exit = {"exit", (uint64_t)WEXITSTATUS(status), false};
    const struct excess by_change = {"it became shorter: signal", SIGBUS, false};
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS && has_shrunk(&run->jobs[c->job]))
        return give_up_item(run, c, PAW_D_FILE_CHANGED, &by_change);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return give_up_item(run, c, PAW_D_WORKER_KILLED, &by_cpu);
    return give_up_item(run, c, PAW_D_WORKER_DIED, WIFSIGNALED(status) ? &by_signal : &by_exit);
}

/* All was answered: the reader's own status says what it came to. */
static enum paw_status take_end(struct run *run, struct child *c)
{
    const struct excess memory = {"memory, bytes", memory_of(run, c->job), false};
    const int32_t status = c->end.status;
    if (status == PAW_E_MEMORY || status == PAW_E_LIMIT)
        return give_up_item(run, c, PAW_D_WORKER_KILLED, &memory);
    if (status < 0 && c->told == 0) { /* no reader fails in silence */
        const enum paw_status told = tell(run, c, PAW_D_FILE_UNREADABLE,
                                          "the reader failed with status", (uint64_t)-status, "");
        if (told != PAW_OK)
            return told;
    }
    if (status < 0 && run->summaries[c->job].read + c->summary.read == 0)
        c->summary.refused = 1;
    return go_on(run, c, UINT64_MAX);
}

/* The child is over, or is ended now: why says for what, without what it ended by itself. */
static enum paw_status end_child(struct run *run, struct child *c, const struct excess *why,
                                 bool has_lied)
{
    const struct excess lie = {"item", c->item, false};
    const int how = reap(run, c);
    enum paw_status status = has_lied ? PAW_E_FORMAT : hear_the_rest(run, c);
    paw_os_close(c->pipe);
    c->is_busy = false;
    if (status == PAW_E_FORMAT)
        return give_up_item(run, c, PAW_D_WORKER_LIED, &lie);
    if (status != PAW_OK)
        return status;
    if (c->is_ended)
        return take_end(run, c);
    return why->what != NULL ? give_up_item(run, c, PAW_D_WORKER_KILLED, why)
                             : take_death(run, c, how);
}

/* The loop
 * ------------------------------------------------------------------------------------------- */

static enum paw_status look_at_limits(struct run *run)
{
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < run->n_children; i++) {
        struct child *c = &run->children[i];
        const struct excess why = c->is_busy ? beyond(run, c) : (struct excess){0};
        if (why.what != NULL)
            status = end_child(run, c, &why, false);
    }
    return status;
}

static enum paw_status serve(struct run *run)
{
    struct pollfd polled[MOST_CHILDREN];
    struct child *whose[MOST_CHILDREN];
    nfds_t n = 0;
    for (size_t i = 0; i < run->n_children; i++) {
        if (!run->children[i].is_busy)
            continue;
        whose[n] = &run->children[i];
        polled[n++] = (struct pollfd){.fd = run->children[i].pipe, .events = POLLIN};
    }
    if (poll(polled, n, LOOK_MS) < 0 && errno != EINTR)
        return paw_fail_sys(run->err, PAW_E_CHILD, errno, "waiting for reader processes");
    for (nfds_t i = 0; i < n; i++) {
        if ((polled[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0)
            continue;
        const struct excess none = {0};
        enum paw_status status = listen_to(run, whose[i]);
        if (status == PAW_END || status == PAW_E_FORMAT)
            status = end_child(run, whose[i], &none, status == PAW_E_FORMAT);
        if (status != PAW_OK)
            return status;
    }
    return PAW_OK;
}

/* We were stopped (Ctrl-Z) or asleep, and with us the children: that is not their silence. */
static void excuse_all(struct run *run, uint64_t now)
{
    for (size_t i = 0; i < run->n_children; i++)
        run->children[i].heard = now;
}

static bool is_any_busy(const struct run *run)
{
    for (size_t i = 0; i < run->n_children; i++)
        if (run->children[i].is_busy)
            return true;
    return false;
}

static enum paw_status run_jobs(struct run *run, size_t n_jobs, const volatile bool *stop)
{
    size_t next = 0;
    uint64_t looked = 0;
    for (;;) {
        for (size_t i = 0; i < run->n_children && next < n_jobs; i++) {
            struct child *c = &run->children[i];
            if (c->is_busy)
                continue;
            c->answered = c->cpu_before = c->told = 0;
            const enum paw_status status = begin(run, c, next, run->jobs[next].range.from);
            if (status != PAW_OK)
                return status;
            next++;
        }
        if (!is_any_busy(run))
            return PAW_OK;
        if (stop != NULL && *stop)
            return paw_fail(run->err, PAW_E_INTERRUPTED, 0, "reading evidence");
        enum paw_status status = serve(run);
        const uint64_t now = paw_os_monotonic_ms();
        if (looked != 0 && now - looked > ABSENT_MS)
            excuse_all(run, now);
        if (status == PAW_OK && now - looked >= LOOK_MS) {
            looked = now;
            status = look_at_limits(run);
        }
        if (status != PAW_OK)
            return status;
    }
}

enum paw_status paw_nursery_run(struct paw_nursery *n, const struct paw_job *jobs, size_t n_jobs,
                                struct paw_summary *summaries, const volatile bool *stop,
                                struct paw_error *err)
{
    struct run *run = calloc(1, sizeof(*run));
    unsigned *restarts = calloc(n_jobs + 1, sizeof(*restarts));
    enum paw_status status = PAW_E_MEMORY;
    if (run != NULL && restarts != NULL) {
        *run = (struct run){.n = n, .jobs = jobs, .summaries = summaries, .restarts = restarts};
        run->n_children = n->most;
        run->err = err;
        memset(summaries, 0, n_jobs * sizeof(*summaries));
        status = run_jobs(run, n_jobs, stop);
        for (size_t i = 0; i < run->n_children; i++) {
            if (run->children[i].is_busy) {
                (void)reap(run, &run->children[i]);
                paw_summary_add(&summaries[run->children[i].job], &run->children[i].summary);
                paw_os_close(run->children[i].pipe);
            }
            paw_frames_finish(&run->children[i].frames);
        }
    }
    free(restarts);
    free(run);
    return status;
}

enum paw_status paw_nursery_start(const struct paw_reader *const *readers, size_t n_readers,
                                  const struct paw_worker_limits *limits, unsigned most_children,
                                  struct paw_nursery **ret, struct paw_error *err)
{
    struct paw_nursery *n = calloc(1, sizeof(*n));
    int ends[2] = {-1, -1};
    if (n == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "starting the nursery");
    n->most = most_children < 1 ? 1 : most_children > MOST_CHILDREN ? MOST_CHILDREN : most_children;
    n->slots_bytes = n->most * sizeof(struct paw_slot);
    n->setup = (struct paw_nursery_setup){readers, n_readers, *limits, NULL, n->most};
    void *slots =
        mmap(NULL, n->slots_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (slots == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        const int sys = errno;
        free(n);
        return paw_fail_sys(err, PAW_E_CHILD, sys, "starting the nursery");
    }
    n->setup.slots = slots;
    const pid_t self = getpid();
    const pid_t pid = fork();
    if (pid == 0)
        paw_nursery_serve(ends[1], (int)self, &n->setup);
    paw_os_close(ends[1]);
    n->socket = ends[0];
    n->pid = (int)pid;
    if (pid < 0) {
        const int sys = errno;
        paw_nursery_stop(n);
        return paw_fail_sys(err, PAW_E_CHILD, sys, "starting the nursery");
    }
    n->base = paw_os_anonymous(n->pid);
    *ret = n;
    return PAW_OK;
}

void paw_nursery_stop(struct paw_nursery *n)
{
    if (n == NULL)
        return;
    (void)shutdown(n->socket, SHUT_RDWR); /* also where a later nursery inherited it */
    paw_os_close(n->socket);              /* the nursery sees the end and goes */
    int status = 0;
    while (n->pid > 0 && waitpid(n->pid, &status, 0) < 0 && errno == EINTR)
        ;
    (void)munmap(n->setup.slots, n->slots_bytes);
    free(n);
}
