/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full records of all logs, or one of them, on the output: docs/events.md, "Full records".
 *
 * Here the native reader runs in this process: it allocates within budgets, takes windows of less
 * than a mebibyte, which a file that shrinks cannot fault, and every record has a limit of steps
 * and of text.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/os.h"
#include "core/shared.h"
#include "core/str.h"
#include "core/stream.h"
#include "evidence/reading.h"
#include "parsers/evtx/render.h"
#include "parsers/readers.h"
#include "scan.h"

enum {
    TICK_MS = 100,
    AHEAD_BYTES = 8 * 1024 * 1024, /* what a thread may have ready before it is its turn */
    THREADS_MAX = 64,
};

/* All threads, and which part of which log is next. Under the lock, but for what is constant. */
struct crew {
    struct paw_scan_state *s;
    struct paw_out out;
    pthread_mutex_t lock;
    pthread_cond_t turned;
    uint64_t tickets, turn; /* given out; whose output is written now */
    enum paw_status status; /* the first failure */
    struct paw_error err;

    size_t file; /* of the next part */
    struct paw_source *PAW_NULLABLE open;
    struct paw_range range;
    struct paw_shared *PAW_NULLABLE shared;
};

/* A part of a log that one thread renders. */
struct part {
    uint32_t number;
    struct paw_range range;
    struct paw_shared *PAW_NULLABLE shared;
    uint64_t ticket;
};

struct hand {
    struct crew *crew;
    bool is_caller;
    bool is_deaf; /* what is read again has told its damage */
    uint64_t last_tick;
    uint64_t ticket;
    struct paw_buffer ahead;
    pthread_t thread;
};

bool paw_cited_read(const char *text, struct paw_cited_record *ret)
{
    const paw_str s = paw_str_of(text);
    const size_t hash = paw_str_rfind_char(s, '#'), at = paw_str_rfind_char(s, '@');
    ret->by_offset = at != SIZE_MAX && (hash == SIZE_MAX || at > hash);
    const size_t cut = ret->by_offset ? at : hash;
    ret->source = paw_str_sub(s, 0, cut == SIZE_MAX ? 0 : cut);
    return cut != SIZE_MAX && cut != 0 && paw_str_u64(paw_str_from(s, cut + 1), &ret->number);
}

static enum paw_status take_fact(void *self, const struct paw_fact *fact)
{
    (void)self;
    (void)fact; /* nobody asked for facts */
    return PAW_OK;
}

static enum paw_status take_diag(void *self, const struct paw_diag *diag)
{
    const struct hand *h = self;
    if (h->is_deaf)
        return PAW_OK;
    (void)pthread_mutex_lock(&h->crew->lock);
    const enum paw_status status = paw_scan_add_diag(h->crew->s, diag);
    (void)pthread_mutex_unlock(&h->crew->lock);
    return status;
}

static enum paw_status take_progress(void *self, uint64_t item)
{
    enum { LOOK_EVERY = 256 }; /* records */
    struct hand *h = self;
    struct paw_scan_state *s = h->crew->s;
    if (item % LOOK_EVERY != 0)
        return PAW_OK;
    if (paw_scan_is_stopped(s))
        return PAW_E_INTERRUPTED;
    const uint64_t now = paw_os_monotonic_ms();
    if (h->is_caller && now - h->last_tick >= TICK_MS) {
        h->last_tick = now;
        (void)pthread_mutex_lock(&h->crew->lock); /* others count meanwhile */
        paw_scan_tick(s, "reading");
        (void)pthread_mutex_unlock(&h->crew->lock);
    }
    return PAW_OK;
}

static enum paw_status tell_file(struct hand *h, uint32_t number, enum paw_diag_code code,
                                 const struct paw_error *err)
{
    const struct paw_diag d = {.code = code, .source = number, .offset = err->offset, .count = 1};
    return take_diag(h, &d);
}

/* Output in turn --------------------------------------------------------------------------------
 */

/* Waits until all before are written. False: something failed meanwhile. */
static bool wait_for_turn(struct hand *h)
{
    struct crew *c = h->crew;
    (void)pthread_mutex_lock(&c->lock);
    while (c->turn != h->ticket && c->status >= 0)
        (void)pthread_cond_wait(&c->turned, &c->lock);
    const bool is_ours = c->turn == h->ticket;
    (void)pthread_mutex_unlock(&c->lock);
    return is_ours;
}

static bool is_our_turn(struct hand *h)
{
    (void)pthread_mutex_lock(&h->crew->lock);
    const bool is_ours = h->crew->turn == h->ticket;
    (void)pthread_mutex_unlock(&h->crew->lock);
    return is_ours;
}

static enum paw_status write_out(struct hand *h, const void *bytes, size_t n)
{
    errno = 0;
    const enum paw_status status =
        n == 0 ? PAW_OK : h->crew->out.write(h->crew->out.self, bytes, n);
    if (status == PAW_OK)
        return PAW_OK;
    const int sys = errno;
    struct paw_error err = {0};
    (void)pthread_mutex_lock(&h->crew->lock);
    if (h->crew->err.what == NULL)
        h->crew->err = (paw_fail_sys(&err, status, sys, "writing to standard output"), err);
    (void)pthread_mutex_unlock(&h->crew->lock);
    return status;
}

static enum paw_status write_ahead(struct hand *h)
{
    const enum paw_status status = write_out(h, h->ahead.p, h->ahead.n);
    paw_buffer_reset(&h->ahead);
    return status;
}

/* Whole records: kept until it is their turn. */
static enum paw_status put_records(void *self, const void *bytes, size_t n)
{
    struct hand *h = self;
    bool is_ours = is_our_turn(h);
    if (!is_ours && h->ahead.n + n <= AHEAD_BYTES) {
        paw_buffer_put(&h->ahead, bytes, n);
        return h->ahead.failed ? PAW_E_MEMORY : PAW_OK;
    }
    if (!is_ours && !wait_for_turn(h))
        return PAW_E_INTERRUPTED; /* the failure of another */
    const enum paw_status status = write_ahead(h);
    return status < 0 ? status : write_out(h, bytes, n);
}

/* Parts -----------------------------------------------------------------------------------------
 */

static enum paw_status render_open(struct hand *h, struct paw_source *source, struct paw_render *r)
{
    const struct paw_sink sink = {h, take_fact, take_diag, take_progress};
    struct paw_out out = {h, put_records};
    struct paw_error err = {0};
    r->source = h->crew->s->inventory.files[r->number].source;
    r->out = &out;
    r->sink = &sink;
    const enum paw_status status = paw_render_log(r, source, &err);
    if (status == PAW_E_IO)
        return tell_file(h, r->number, PAW_D_FILE_UNREADABLE, &err);
    if (status >= 0 && paw_source_has_changed(source))
        return tell_file(h, r->number, PAW_D_FILE_CHANGED, &err);
    return status;
}

/* A part of a log. What cannot be read of it is damage; what cannot be written is failure. */
static enum paw_status render_part(struct hand *h, const struct part *part, struct paw_render *r)
{
    const struct paw_file *f = &h->crew->s->inventory.files[part->number];
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    r->number = part->number;
    r->range = part->range;
    r->is_carved = f->evidence != PAW_EVIDENCE_EVTX;
    if (paw_source_open(f->path, &source, &err) != PAW_OK) {
        r->summary = (struct paw_summary){.refused = 1};
        return tell_file(h, part->number, PAW_D_FILE_CHANGED, &err);
    }
    paw_source_share(source, part->shared);
    const enum paw_status status = render_open(h, source, r);
    paw_source_close(source);
    return status;
}

static const struct paw_reader *reader_of(const struct paw_scan_state *s, size_t i)
{
    return s->inventory.files[i].evidence == PAW_EVIDENCE_EVTX ? &paw_reader_evtx
                                                               : &paw_reader_carve;
}

/* What only all parts of a file together say; they are rendered. */
static enum paw_status conclude(struct hand *h, const struct part *part)
{
    struct paw_scan_state *s = h->crew->s;
    const struct paw_sink sink = {h, take_fact, take_diag, take_progress};
    struct paw_source *source = NULL;
    struct paw_error ignored;
    if (part->range.to != UINT64_MAX || part->range.begin == 0 ||
        paw_source_open(s->inventory.files[part->number].path, &source, &ignored) != PAW_OK)
        return PAW_OK;
    const enum paw_status status =
        reader_of(s, part->number)
            ->conclude(source, part->number, &sink, &s->summaries[part->number], &ignored);
    paw_source_close(source);
    return status == PAW_E_IO ? PAW_OK : status;
}

static bool is_log(const struct paw_scan_state *s, size_t i)
{
    const struct paw_file *f = &s->inventory.files[i];
    return paw_scan_has_records(f->evidence, s->o) && f->sys == 0;
}

/* Opens the next log, to part it. */
static bool open_next(struct crew *c)
{
    struct paw_scan_state *s = c->s;
    struct paw_error ignored;
    for (; c->file < s->inventory.n_files && !is_log(s, c->file); c->file++)
        s->summaries[c->file].refused = 1; /* no log: it has no records */
    if (c->file == s->inventory.n_files)
        return false;
    c->range = (struct paw_range){0};
    c->shared = paw_shared_new();
    if (paw_source_open(s->inventory.files[c->file].path, &c->open, &ignored) != PAW_OK)
        c->open = NULL;
    return true;
}

/* Under the lock. False: there is none. */
static bool take_part(struct crew *c, struct part *ret)
{
    struct paw_error ignored;
    if (c->range.to == 0 && !open_next(c))
        return false;
    const struct paw_range rest = {.from = c->range.to, .to = UINT64_MAX, .begin = c->range.end};
    const bool is_told =
        c->open != NULL &&
        reader_of(c->s, c->file)->next_part(c->open, &c->range, &ignored) == PAW_OK;
    /* a file of one part is read whole */
    const bool is_rest = !is_told || (rest.begin == 0 && c->range.to == UINT64_MAX);
    *ret = (struct part){.number = (uint32_t)c->file,
                         .range = is_rest ? rest : c->range,
                         .shared = c->shared,
                         .ticket = c->tickets++};
    paw_shared_hold(c->shared);
    if (ret->range.to == UINT64_MAX) {
        paw_source_close(c->open);
        paw_shared_drop(c->shared);
        c->open = NULL;
        c->shared = NULL;
        c->range = (struct paw_range){0};
        c->file++;
    }
    return true;
}

/* A part is rendered: what is ready goes out in its turn, and the next one's comes. */
static enum paw_status end_part(struct hand *h, const struct part *part, const struct paw_render *r,
                                enum paw_status status)
{
    struct crew *c = h->crew;
    struct paw_scan_state *s = c->s;
    if (!wait_for_turn(h))
        return status < 0 ? status : PAW_E_INTERRUPTED;
    if (status >= 0 || status == PAW_E_INTERRUPTED) {
        const enum paw_status written = write_ahead(h);
        status = written < 0 ? written : status;
    }
    (void)pthread_mutex_lock(&c->lock);
    paw_summary_add(&s->summaries[part->number], &r->summary);
    s->progress.records += r->written;
    s->progress.files += part->range.to == UINT64_MAX;
    (void)pthread_mutex_unlock(&c->lock);
    if (status >= 0)
        status = conclude(h, part);
    (void)pthread_mutex_lock(&c->lock);
    if (status >= 0)
        c->turn++;
    else if (c->status >= 0)
        c->status = status; /* before anybody behind could write */
    (void)pthread_cond_broadcast(&c->turned);
    (void)pthread_mutex_unlock(&c->lock);
    return status;
}

static void *work(void *self)
{
    struct hand *h = self;
    struct crew *c = h->crew;
    struct part part;
    enum paw_status status = PAW_OK;
    (void)pthread_mutex_lock(&c->lock);
    while (c->status >= 0 && take_part(c, &part)) {
        (void)pthread_mutex_unlock(&c->lock);
        struct paw_render r = {.is_xml = c->s->o->is_xml};
        h->ticket = part.ticket;
        status = render_part(h, &part, &r);
        status = end_part(h, &part, &r, status);
        (void)pthread_mutex_lock(&c->lock);
        paw_shared_drop(part.shared);
        if (status < 0 && c->status >= 0)
            c->status = status;
        (void)pthread_cond_broadcast(&c->turned);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return NULL;
}

static enum paw_status begin_crew(struct crew *c, struct paw_scan_state *s)
{
    *c = (struct crew){.s = s, .out = paw_out_fd(&s->o->out_fd)};
    if (pthread_mutex_init(&c->lock, NULL) != 0)
        return PAW_E_MEMORY;
    if (pthread_cond_init(&c->turned, NULL) == 0)
        return PAW_OK;
    (void)pthread_mutex_destroy(&c->lock);
    return PAW_E_MEMORY;
}

static enum paw_status end_crew(struct crew *c)
{
    paw_source_close(c->open);
    paw_shared_drop(c->shared);
    (void)pthread_cond_destroy(&c->turned);
    (void)pthread_mutex_destroy(&c->lock);
    if (c->err.what != NULL)
        *c->s->err = c->err;
    return c->status;
}

static enum paw_status render_all(struct crew *c)
{
    const unsigned asked = paw_scan_workers(c->s->o);
    const size_t n = asked < THREADS_MAX ? asked : THREADS_MAX;
    struct hand *hands = calloc(n, sizeof(*hands));
    size_t started = 0;
    if (hands == NULL)
        return PAW_E_MEMORY;
    c->s->progress.files = 0;
    for (size_t i = 0; i < n; i++)
        hands[i].crew = c;
    while (started + 1 < n &&
           pthread_create(&hands[started + 1].thread, NULL, work, &hands[started + 1]) == 0)
        started++;
    hands[0].is_caller = true;
    (void)work(&hands[0]);
    for (size_t i = 1; i <= started; i++)
        (void)pthread_join(hands[i].thread, NULL);
    for (size_t i = 0; i < n; i++)
        paw_buffer_finish(&hands[i].ahead);
    free(hands);
    return c->status;
}

/* The records of that number or at that offset: those that their chunk claims first. */
static enum paw_status render_one(struct crew *c, const struct paw_cited_record *cited)
{
    static const enum paw_render_which order[] = {PAW_RENDER_LIVE, PAW_RENDER_REST};
    struct paw_scan_state *s = c->s;
    struct hand h = {.crew = c, .is_caller = true};
    const struct part whole = {.number = s->only, .range = {.to = UINT64_MAX}};
    enum paw_status status = PAW_OK;
    uint64_t written = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(order) && status >= 0; i++) {
        struct paw_render r = {.is_xml = s->o->is_xml,
                               .which = order[i],
                               .is_one = true,
                               .by_offset = cited->by_offset,
                               .wanted = cited->number};
        h.is_deaf = i != 0;
        status = render_part(&h, &whole, &r);
        if (i == 0)
            s->summaries[s->only] = r.summary;
        written += r.written;
    }
    paw_buffer_finish(&h.ahead);
    if (status >= 0 && written == 0)
        status = paw_fail(&c->err, PAW_E_USAGE, 0, "no such record in that source");
    c->status = status;
    return status;
}

static enum paw_status put(struct crew *c, const char *text)
{
    struct hand h = {.crew = c};
    return write_out(&h, text, strlen(text));
}

enum paw_status paw_scan_render(struct paw_scan_state *s, const struct paw_cited_record *cited)
{
    struct crew c;
    if (s->o->reader != NULL && strcmp(s->o->reader, "native") != 0)
        return paw_fail(s->err, PAW_E_USAGE, 0, "full records are read by the native reader alone");
    enum paw_status status = begin_crew(&c, s);
    if (status < 0)
        return status;
    if (s->o->is_xml)
        status = put(&c, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                         "<Events>\n");
    if (status >= 0)
        status = cited == NULL ? render_all(&c) : render_one(&c, cited);
    if (s->o->is_xml && (status >= 0 || status == PAW_E_INTERRUPTED)) {
        const enum paw_status end = put(&c, "</Events>\n");
        status = end < 0 ? end : status;
    }
    (void)end_crew(&c);
    return status == PAW_E_INTERRUPTED || status >= 0 ? PAW_OK : status; /* the exit code says it */
}
