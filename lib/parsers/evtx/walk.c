/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over a log that every reader shares: see walk.h. */
#include "parsers/evtx/walk.h"

#include <stdio.h>

#include "core/filetime.h"
#include "core/str.h"
#include "evidence/source.h"
#include "parsers/evtx/carve.h"

enum {
    DIAGS_PER_CHUNK = 32, /* then one more tells how many */
    PART_CHUNKS = 64,     /* 4 MiB: enough that opening and templates do not count */
    SIGNATURE = 8,
};

/* What is known of an event number. */
enum { NUMBER_UNKNOWN, NUMBER_ASKED, NUMBER_NOT_ASKED };

/* Diagnostics -----------------------------------------------------------------------------------
 */

static enum paw_status tell(struct paw_evtx_walk *w, enum paw_diag_code code, uint64_t offset,
                            uint64_t extent, uint64_t count, const char *detail)
{
    struct paw_diag d = {.code = code,
                         .source = w->number,
                         .offset = offset,
                         .extent = extent,
                         .count = count == 0 ? 1 : count};
    (void)snprintf(d.detail, sizeof(d.detail), "%s", detail);
    return w->sink->diag(w->sink->self, &d);
}

static enum paw_status tell_file(struct paw_evtx_walk *w)
{
    enum paw_status status = PAW_OK;
    if (!w->file.is_sound)
        status = tell(w, PAW_D_EVTX_HEADER, 0, 128, 1,
                      w->file.has_signature ? "checksum or sizes are wrong" : "signature is wrong");
    else if (w->file.is_dirty)
        status = tell(w, PAW_D_EVTX_HEADER, 0, 128, 1, "log was in use when copied");
    return status;
}

static enum paw_status tell_damage(struct paw_evtx_walk *w, enum paw_diag_code code,
                                   uint64_t extent, const char *what)
{
    char detail[96];
    (void)snprintf(detail, sizeof(detail), "chunk %llu: %s", (unsigned long long)w->chunk_number,
                   what);
    return tell(w, code, w->chunk_at, extent, 1, detail);
}

static enum paw_status tell_gap(struct paw_evtx_walk *w)
{
    const struct paw_evtx_chunk *c = &w->chunk;
    char detail[96];
    const uint64_t lost = c->n_claimed > c->n_live ? c->n_claimed - c->n_live : 0;
    (void)snprintf(detail, sizeof(detail), "chunk %llu: %llu records claimed, %u found",
                   (unsigned long long)w->chunk_number, (unsigned long long)c->n_claimed,
                   (unsigned)c->n_live);
    return tell(w, PAW_D_EVTX_GAP, w->chunk_at + c->break_at, c->break_bytes, lost, detail);
}

/* What the chunk's header says against what is there. A chunk that was being written when the log
 * was copied has stale numbers and checksums: that is a note. */
static enum paw_status tell_chunk(struct paw_evtx_walk *w)
{
    const struct paw_evtx_chunk *c = &w->chunk;
    enum paw_status status = PAW_OK;
    if (!c->has_signature)
        return c->n_records == 0
                   ? tell_damage(w, PAW_D_EVTX_SLACK, c->length, "bytes without records")
                   : tell_damage(w, PAW_D_EVTX_CHUNK, PAW_EVTX_CHUNK_HEADER, "no signature");
    const enum paw_diag_code checksum = w->file.is_dirty ? PAW_D_EVTX_HEADER : PAW_D_EVTX_CHUNK;
    if (c->has_checksums && !c->is_header_sound && !w->wanted->no_checksums)
        status = tell_damage(w, checksum, PAW_EVTX_CHUNK_HEADER, "header checksum is wrong");
    if (status >= 0 && c->has_checksums && !c->is_content_sound &&
        c->length == PAW_EVTX_CHUNK_BYTES)
        status = tell_damage(w, checksum, c->used, "checksum of the records is wrong");
    if (status >= 0 && c->length < PAW_EVTX_CHUNK_BYTES)
        status =
            tell_damage(w, PAW_D_EVTX_TRUNCATED, PAW_EVTX_CHUNK_BYTES - c->length, "cut short");
    if (status >= 0 && !c->is_table_sound)
        status = tell_damage(w, PAW_D_EVTX_HEADER, PAW_EVTX_CHUNK_HEADER,
                             "a table points out of the chunk");
    if (status >= 0 && (c->n_claimed > c->n_live || (c->break_bytes != 0 && c->n_claimed == 0 &&
                                                     c->used != PAW_EVTX_CHUNK_BYTES)))
        status = tell_gap(w);
    return status;
}

static enum paw_status tell_record(struct paw_evtx_walk *w, const struct paw_evtx_at *at,
                                   enum paw_diag_code code, const char *what)
{
    char detail[96];
    w->summary->damaged++;
    if (w->n_diags++ >= DIAGS_PER_CHUNK) {
        if (w->n_dark_records++ == 0)
            w->dark_records_at = w->chunk_at + at->offset;
        return PAW_OK;
    }
    (void)snprintf(detail, sizeof(detail), "record %llu: %s", (unsigned long long)at->id, what);
    return tell(w, code, w->chunk_at + at->offset, at->size, 1, detail);
}

/* What was only counted while the chunk was read. */
static enum paw_status tell_rest(struct paw_evtx_walk *w)
{
    enum paw_status status = PAW_OK;
    if (w->n_dark_records != 0)
        status = tell(w, PAW_D_EVTX_RECORD, w->dark_records_at, 0, w->n_dark_records,
                      "more records of this chunk");
    if (status >= 0 && w->n_dark_slack != 0)
        status = tell(w, PAW_D_EVTX_SLACK, w->dark_slack_at, 0, w->n_dark_slack,
                      "records from slack whose templates or names are gone");
    w->n_dark_records = w->n_dark_slack = 0;
    return status;
}

/* Records ---------------------------------------------------------------------------------------
 */

bool paw_evtx_walk_asks(struct paw_evtx_walk *w, uint16_t event_id)
{
    uint8_t *known = &w->asked[event_id];
    if (*known == NUMBER_UNKNOWN)
        *known = paw_event_may_be_wanted(w->wanted, event_id, &w->summary->kinds)
                     ? NUMBER_ASKED
                     : NUMBER_NOT_ASKED;
    return *known == NUMBER_ASKED;
}

static void note_time(struct paw_summary *s, paw_filetime t)
{
    if (t == 0)
        return;
    s->first = s->first == 0 || t < s->first ? t : s->first;
    s->last = t > s->last ? t : s->last;
}

void paw_evtx_walk_pass(struct paw_evtx_walk *w, const struct paw_evtx_at *at, paw_filetime created)
{
    if (at->place == PAW_EVTX_SLACK)
        w->summary->recovered++;
    else
        w->summary->read++;
    note_time(w->summary, created);
}

bool paw_evtx_is_time(paw_filetime t)
{
    const paw_filetime earliest = paw_filetime_of_unix(631152000); /* 1990-01-01 */
    return t > earliest && t < PAW_FILETIME_MAX;
}

bool paw_evtx_is_plausible(const struct paw_record *record)
{
    return paw_evtx_is_time(record->created) && record->provider.n != 0 && record->computer.n != 0;
}

enum paw_status paw_evtx_walk_lose(struct paw_evtx_walk *w, const struct paw_evtx_at *at,
                                   const char *what)
{
    if (at->place != PAW_EVTX_SLACK)
        return tell_record(w, at, PAW_D_EVTX_RECORD, what);
    if (w->n_dark_slack++ == 0)
        w->dark_slack_at = w->chunk_at + at->offset;
    return PAW_OK;
}

enum paw_status paw_evtx_walk_count(struct paw_evtx_walk *w, const struct paw_evtx_at *at,
                                    enum paw_state state, paw_filetime created, const char *what)
{
    enum paw_status status = PAW_OK;
    if (at->place != PAW_EVTX_SLACK && state == PAW_CORRUPT)
        status = tell_record(w, at, PAW_D_EVTX_RECORD_PARTIAL, what);
    else if (state != PAW_INTACT)
        w->summary->recovered++;
    else
        w->summary->read++;
    note_time(w->summary, created);
    return status;
}

enum paw_status paw_evtx_walk_give(struct paw_evtx_walk *w, const struct paw_evtx_at *at,
                                   struct paw_record *record, const char *what,
                                   const struct paw_recipe *recipe)
{
    record->origin = (struct paw_origin){
        .source = w->number, .length = at->size, .offset = w->chunk_at + at->offset};
    if (record->record_id == 0) {
        record->record_id = at->id;
        record->flags |= PAW_FACT_ID_FROM_HEADER;
    }
    const enum paw_status status = paw_evtx_walk_count(w, at, record->state, record->created, what);
    if (status < 0)
        return status;
    if (recipe != NULL)
        return paw_normalise_by(w->normaliser, recipe, record, w->wanted, w->sink,
                                &w->summary->kinds, w->err);
    return paw_normalise(w->normaliser, record, w->wanted, w->sink, &w->summary->kinds, w->err);
}

/* Chunks ----------------------------------------------------------------------------------------
 */

/* Steps to the chunk at chunk_at and, if it is to be read, takes its bytes. */
static enum paw_status load_chunk(struct paw_evtx_walk *w, bool is_read)
{
    paw_bytes window = {0};
    const enum paw_status status =
        paw_source_window(w->source, w->chunk_at, PAW_EVTX_CHUNK_WINDOW, &window, w->err);
    if (status < 0)
        return status;
    const uint32_t n = paw_evtx_chunk_length(window);
    w->chunk_length = n;
    if (n == 0)
        return PAW_END;
    if (!is_read)
        return PAW_OK;
    w->n_diags = 0;
    w->bytes = (paw_bytes){window.p, n};
    paw_evtx_chunk_scan(w->bytes, !w->wanted->no_checksums, &w->chunk);
    return PAW_OK;
}

/* Reads a record, and those that lie between the end of its payload and its own end: what an older
 * and larger one left there, or somebody hid. */
static enum paw_status read_record(struct paw_evtx_walk *w, const struct paw_evtx_at *at)
{
    struct paw_evtx_at hidden = {0};
    const uint32_t end = at->offset + at->size - 4;
    w->behind = end;
    w->is_settled = false;
    enum paw_status status = w->read_record(w->reader, at);
    uint32_t behind = w->behind;
    bool is_settled = w->is_settled;
    while (status >= 0 && at->place != PAW_EVTX_TORN && behind < end &&
           paw_evtx_record_between(w->bytes, behind, end, &hidden)) {
        const uint32_t least = hidden.offset + PAW_EVTX_RECORD_HEADER;
        w->behind = hidden.offset + hidden.size;
        status = w->read_record(w->reader, &hidden);
        behind = w->behind < least ? least : w->behind;
        is_settled = false;
    }
    if (w->marking != NULL && w->wanted->later != NULL)
        paw_marks_add(w->marking, !is_settled);
    return status;
}

static enum paw_status read_chunk(struct paw_evtx_walk *w, struct paw_range range)
{
    const uint64_t first_item = w->chunk_number * PAW_EVTX_ITEMS_PER_CHUNK;
    enum paw_status status = PAW_OK;
    /* After a kill the chunk has been told of already. */
    if (range.from <= first_item && !w->is_carved)
        status = tell_chunk(w);
    if (w->begin_chunk != NULL)
        w->begin_chunk(w->reader);
    for (uint32_t i = 0; i < w->chunk.n_records && status >= 0; i++) {
        const uint64_t item = first_item + i;
        if (item < range.from || item >= range.to)
            continue;
        if (w->marked != NULL && !paw_marks_has(w->marked, w->n_records++))
            continue;
        status = w->sink->progress(w->sink->self, item);
        if (status >= 0)
            status = read_record(w, &w->chunk.records[i]);
    }
    const enum paw_status rest = tell_rest(w);
    return status < 0 ? status : rest;
}

static enum paw_status tell_count(struct paw_evtx_walk *w)
{
    char detail[96];
    if (w->file.n_chunks == (uint16_t)w->summary->parts || !w->file.is_sound) /* to 65,535 */
        return PAW_OK;
    (void)snprintf(detail, sizeof(detail), "%u chunks counted, %llu with records",
                   (unsigned)w->file.n_chunks, (unsigned long long)w->summary->parts);
    return tell(w, PAW_D_EVTX_COUNT, 42, 2, 1, detail);
}

/* What only all chunks together say. */
static enum paw_status tell_whole(struct paw_evtx_walk *w, bool is_to_end)
{
    enum paw_status status = is_to_end ? tell_count(w) : PAW_OK;
    if (status >= 0 && w->summary->parts == 0 && !w->file.has_signature) {
        w->summary->refused = 1;
        status = tell(w, PAW_D_EVTX_REFUSED, 0, paw_source_size(w->source), 1,
                      "neither file header nor chunks");
    }
    return status;
}

static enum paw_status read_chunks(struct paw_evtx_walk *w, struct paw_range range)
{
    const uint64_t first = range.from / PAW_EVTX_ITEMS_PER_CHUNK;
    enum paw_status status = PAW_OK;
    w->chunk_at = range.begin != 0 ? range.begin : w->first_at;
    w->chunk_number = range.begin != 0 ? first : 0;
    for (; status >= 0; w->chunk_number++, w->chunk_at += w->chunk_length) {
        const bool is_read = w->chunk_number >= first;
        if (w->chunk_number * PAW_EVTX_ITEMS_PER_CHUNK >= range.to)
            break;
        status = load_chunk(w, is_read);
        if (status == PAW_END)
            break;
        if (status < 0 || !is_read || w->chunk.is_blank)
            continue;
        w->summary->parts += w->chunk.has_signature;
        status = read_chunk(w, range);
    }
    return status < 0 ? status : PAW_OK;
}

static enum paw_status read_head(struct paw_evtx_walk *w)
{
    paw_bytes head = {0};
    const enum paw_status status =
        paw_source_window(w->source, 0, PAW_EVTX_HEADER_BLOCK, &head, w->err);
    if (status < 0)
        return status;
    paw_evtx_file_read(head, &w->file);
    w->first_at = paw_evtx_first_chunk(head);
    w->summary->dirty = w->file.is_dirty;
    return PAW_OK;
}

static enum paw_status read_log(struct paw_evtx_walk *w, struct paw_range range)
{
    enum paw_status status = read_head(w);
    if (status >= 0 && range.from == 0)
        status = tell_file(w);
    if (status >= 0)
        status = read_chunks(w, range);
    if (status >= 0 && range.from == 0 && range.begin == 0)
        status = tell_whole(w, range.to == UINT64_MAX);
    return status;
}

/* Carving ---------------------------------------------------------------------------------------
 */

void paw_evtx_carved_detail(struct paw_diag *d, bool is_rest)
{
    (void)snprintf(d->detail, sizeof(d->detail), "%llu records%s", (unsigned long long)d->count,
                   is_rest ? " here and behind" : "");
}

static enum paw_status tell_extent(struct paw_evtx_walk *w)
{
    const struct paw_evtx_extent e = w->extent;
    struct paw_diag d = {.count = e.n};
    w->extent = (struct paw_evtx_extent){0};
    if (e.n == 0)
        return PAW_OK;
    paw_evtx_carved_detail(&d, w->n_extents == PAW_EVTX_EXTENTS_MAX);
    return tell(w, PAW_D_EVTX_CARVED, e.from, e.to - e.from, e.n, d.detail);
}

/* Pieces that touch are one extent; of too many the rest is one as well. */
static enum paw_status note_extent(struct paw_evtx_walk *w, const struct paw_piece *piece)
{
    const uint64_t from = piece->chunk_at + piece->first;
    enum paw_status status = PAW_OK;
    if (w->extent.n != 0 && from != w->extent.to && w->n_extents < PAW_EVTX_EXTENTS_MAX)
        status = tell_extent(w);
    if (w->extent.n == 0) {
        w->extent.from = from;
        w->n_extents++;
    }
    w->extent.to = piece->chunk_at + piece->length;
    w->extent.n += w->chunk.n_records;
    return status;
}

/* A record whose end is another's is none here; whole ones are recovered. */
static void take_layout(struct paw_evtx_walk *w, const struct paw_evtx_chunk *found)
{
    w->chunk = *found;
    w->chunk.n_records = 0;
    for (uint32_t i = 0; i < found->n_records; i++) {
        if (found->records[i].place == PAW_EVTX_TORN)
            continue;
        w->chunk.records[w->chunk.n_records] = found->records[i];
        w->chunk.records[w->chunk.n_records++].place = PAW_EVTX_SLACK;
    }
}

static enum paw_status carve_pieces(struct paw_evtx_walk *w, struct paw_carve *c,
                                    struct paw_range range)
{
    struct paw_piece piece;
    uint64_t at = range.begin;
    enum paw_status status = PAW_OK;
    w->chunk_number = range.begin != 0 ? range.from / PAW_EVTX_ITEMS_PER_CHUNK : 0;
    for (; status >= 0; w->chunk_number++) {
        status = paw_carve_next(c, &at, &piece, w->err);
        if (status != PAW_OK)
            break;
        take_layout(w, &c->layout);
        w->summary->parts++;
        w->n_diags = 0;
        w->chunk_at = piece.chunk_at;
        w->bytes = (paw_bytes){c->chunk, piece.length};
        status = note_extent(w, &piece);
        if (status >= 0)
            status = read_chunk(w, range);
    }
    return status < 0 ? status : tell_extent(w);
}

/* What only the whole file says. */
static enum paw_status tell_carved(struct paw_evtx_walk *w)
{
    if (w->summary->parts != 0)
        return PAW_OK;
    w->summary->refused = 1;
    return tell(w, PAW_D_FILE_UNKNOWN, 0, paw_source_size(w->source), 1,
                "no event records found in it");
}

static enum paw_status carve(struct paw_evtx_walk *w, struct paw_range range)
{
    const bool is_whole = range.begin == 0 && range.to == UINT64_MAX;
    if (range.begin != 0 && range.begin == range.end)
        return PAW_OK; /* a part that holds nothing */
    struct paw_carve *c = paw_carve_new(w->source);
    if (c == NULL)
        return paw_fail(w->err, PAW_E_MEMORY, 0, "carving");
    if (range.to != UINT64_MAX)
        c->until = range.end;
    const enum paw_status status = carve_pieces(w, c, range);
    paw_carve_free(c);
    return status < 0 || !is_whole ? status : tell_carved(w);
}

enum paw_status paw_evtx_walk_run(struct paw_evtx_walk *w, struct paw_range range)
{
    *w->summary = (struct paw_summary){0};
    return w->is_carved ? carve(w, range) : read_log(w, range);
}

/* Parts -----------------------------------------------------------------------------------------
 */

static enum paw_status has_signature(struct paw_source *source, uint64_t at, bool *ret,
                                     struct paw_error *err)
{
    paw_bytes window = {0};
    const enum paw_status status = paw_source_window(source, at, SIGNATURE, &window, err);
    *ret = window.n == SIGNATURE && memcmp(window.p, "ElfChnk", SIGNATURE) == 0;
    return status;
}

/* Steps over a chunk; most are followed by another at the usual place: *is_chunk tells of the one
 * at *at, and then of the next. PAW_END: there is none. */
static enum paw_status step_over(struct paw_source *source, uint64_t *at, bool *is_chunk,
                                 struct paw_error *err)
{
    paw_bytes window = {0};
    bool is_followed = false;
    enum paw_status status = *is_chunk ? PAW_OK : has_signature(source, *at, is_chunk, err);
    if (status >= 0 && *is_chunk)
        status = has_signature(source, *at + PAW_EVTX_CHUNK_BYTES, &is_followed, err);
    *is_chunk = is_followed;
    if (status >= 0 && is_followed) {
        *at += PAW_EVTX_CHUNK_BYTES;
        return PAW_OK;
    }
    if (status >= 0)
        status = paw_source_window(source, *at, PAW_EVTX_CHUNK_WINDOW, &window, err);
    if (status < 0)
        return status;
    const uint32_t n = paw_evtx_chunk_length(window);
    *at += n;
    return n == 0 ? PAW_END : PAW_OK;
}

enum paw_status paw_evtx_next_part(struct paw_source *source, struct paw_range *range,
                                   struct paw_error *err)
{
    const bool is_first = range->to == 0;
    bool has_no_header = false, is_chunk = false;
    enum paw_status status = is_first ? has_signature(source, 0, &has_no_header, err) : PAW_OK;
    struct paw_range next = {
        .from = is_first ? 0 : range->to,
        .begin = !is_first       ? range->end
                 : has_no_header ? 0
                                 : PAW_EVTX_HEADER_BLOCK,
    };
    next.end = next.begin;
    if (!is_first && range->to == UINT64_MAX)
        return PAW_END;
    for (unsigned i = 0; status == PAW_OK && i < PART_CHUNKS; i++)
        status = step_over(source, &next.end, &is_chunk, err);
    if (status < 0)
        return status;
    next.to = status == PAW_END ? UINT64_MAX
                                : next.from + (uint64_t)PART_CHUNKS * PAW_EVTX_ITEMS_PER_CHUNK;
    *range = next;
    return PAW_OK;
}

enum paw_status paw_evtx_conclude(struct paw_evtx_walk *w)
{
    if (w->is_carved)
        return tell_carved(w);
    const enum paw_status status = read_head(w);
    return status < 0 ? status : tell_whole(w, true);
}
