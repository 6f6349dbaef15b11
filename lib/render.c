/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full records of all logs, or one of them, on the output: docs/events.md, "Full records".
 *
 * Here the native reader runs in this process: it allocates within budgets, takes windows of less
 * than a mebibyte, which a file that shrinks cannot fault, and every record has a limit of steps
 * and of text.
 */
#include <errno.h>

#include "core/os.h"
#include "core/str.h"
#include "parsers/evtx/render.h"
#include "scan.h"

enum { TICK_MS = 100 };

struct rendering {
    struct paw_scan_state *s;
    struct paw_out out;
    uint64_t last_tick;
    bool is_deaf; /* what is read again has told its damage */
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
    const struct rendering *g = self;
    return g->is_deaf ? PAW_OK : paw_scan_add_diag(g->s, diag);
}

static enum paw_status take_progress(void *self, uint64_t item)
{
    enum { LOOK_EVERY = 256 }; /* records */
    struct rendering *g = self;
    if (item % LOOK_EVERY != 0)
        return PAW_OK;
    if (paw_scan_is_stopped(g->s))
        return PAW_E_INTERRUPTED;
    const uint64_t now = paw_os_monotonic_ms();
    if (now - g->last_tick >= TICK_MS) {
        g->last_tick = now;
        paw_scan_tick(g->s, "reading");
    }
    return PAW_OK;
}

static enum paw_status tell_file(struct rendering *g, uint32_t number, enum paw_diag_code code,
                                 const struct paw_error *err)
{
    const struct paw_diag d = {.code = code, .source = number, .offset = err->offset, .count = 1};
    return take_diag(g, &d);
}

/* One log. What cannot be read of it is damage; what cannot be written is failure. */
static enum paw_status render_source(struct rendering *g, uint32_t number, struct paw_render *r)
{
    const struct paw_file *f = &g->s->inventory.files[number];
    const struct paw_sink sink = {g, take_fact, take_diag, take_progress};
    struct paw_source *source = NULL;
    struct paw_error err = {0};
    struct paw_summary *summary = &g->s->summaries[number];
    enum paw_status status = paw_source_open(f->path, &source, &err);
    if (status != PAW_OK) {
        summary->refused = 1;
        return tell_file(g, number, PAW_D_FILE_CHANGED, &err);
    }
    r->source = f->source;
    r->number = number;
    r->out = &g->out;
    r->sink = &sink;
    r->is_carved = f->evidence != PAW_EVIDENCE_EVTX;
    errno = 0;
    status = paw_render_log(r, source, &err);
    const int sys = status == PAW_E_OUTPUT ? errno : err.sys;
    g->s->progress.records += r->written;
    if (!g->is_deaf)
        *summary = r->summary;
    const bool has_changed = paw_source_has_changed(source);
    paw_source_close(source);
    if (status == PAW_E_IO)
        return tell_file(g, number, PAW_D_FILE_UNREADABLE, &err);
    if (status < 0)
        return paw_fail_sys(g->s->err, status, sys,
                            status == PAW_E_OUTPUT ? "writing to standard output"
                                                   : "out of memory");
    return has_changed ? tell_file(g, number, PAW_D_FILE_CHANGED, &err) : PAW_OK;
}

static bool is_log(const struct paw_scan_state *s, size_t i)
{
    const struct paw_file *f = &s->inventory.files[i];
    return paw_scan_has_records(f->evidence, s->o) && f->sys == 0;
}

static enum paw_status render_all(struct rendering *g)
{
    struct paw_scan_state *s = g->s;
    enum paw_status status = PAW_OK;
    s->progress.files = 0;
    for (size_t i = 0; i < s->inventory.n_files && status == PAW_OK; i++) {
        struct paw_render r = {.is_xml = s->o->is_xml};
        if (is_log(s, i))
            status = render_source(g, (uint32_t)i, &r);
        else
            s->summaries[i].refused = 1; /* no log: it has no records */
        s->progress.files++;
        s->progress.bytes += s->inventory.files[i].size;
    }
    return status;
}

/* The records of that number or at that offset: those that their chunk claims first. */
static enum paw_status render_one(struct rendering *g, const struct paw_cited_record *cited)
{
    static const enum paw_render_which order[] = {PAW_RENDER_LIVE, PAW_RENDER_REST};
    uint64_t written = 0;
    for (size_t i = 0; i < PAW_COUNT_OF(order); i++) {
        struct paw_render r = {.is_xml = g->s->o->is_xml,
                               .which = order[i],
                               .is_one = true,
                               .by_offset = cited->by_offset,
                               .wanted = cited->number};
        g->is_deaf = i != 0;
        const enum paw_status status = render_source(g, g->s->only, &r);
        if (status != PAW_OK)
            return status;
        written += r.written;
    }
    return written != 0 ? PAW_OK
                        : paw_fail(g->s->err, PAW_E_USAGE, 0, "no such record in that source");
}

static enum paw_status put(struct rendering *g, const char *text)
{
    errno = 0;
    const enum paw_status status = g->out.write(g->out.self, text, strlen(text));
    return status == PAW_OK ? PAW_OK
                            : paw_fail_sys(g->s->err, status, errno, "writing to standard output");
}

enum paw_status paw_scan_render(struct paw_scan_state *s, const struct paw_cited_record *cited)
{
    struct rendering g = {.s = s, .out = paw_out_fd(&s->o->out_fd)};
    enum paw_status status = PAW_OK;
    if (s->o->reader != NULL && strcmp(s->o->reader, "native") != 0)
        return paw_fail(s->err, PAW_E_USAGE, 0, "full records are read by the native reader alone");
    if (s->o->is_xml)
        status = put(&g, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                         "<Events>\n");
    if (status == PAW_OK)
        status = cited == NULL ? render_all(&g) : render_one(&g, cited);
    if (s->o->is_xml && (status == PAW_OK || status == PAW_E_INTERRUPTED)) {
        const enum paw_status end = put(&g, "</Events>\n");
        status = end == PAW_OK ? status : end;
    }
    return status == PAW_E_INTERRUPTED ? PAW_OK : status; /* the exit code says it */
}
