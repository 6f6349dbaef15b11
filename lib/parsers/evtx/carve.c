/* SPDX-License-Identifier: Apache-2.0 */
/* Event records in any bytes: see carve.h. */
#include "parsers/evtx/carve.h"

#include <stdlib.h>

#include "core/cursor.h"
#include "parsers/evtx/binxml.h"
#include "parsers/evtx/walk.h"

enum {
    BLOCK = 64,
    SIGNATURE = 8,
    PAGE = 4096,
    /* Where a run is put whose place is not known: no record of a chunk begins at such an offset,
     * so none seems to carry the template that it only names. */
    RUN_AT = PAW_EVTX_CHUNK_HEADER + 4,
    RECORD_MOST = PAW_EVTX_CHUNK_BYTES - RUN_AT,
    EMPTY_STEP = 512, /* behind a signature without records: a chunk's header is as long */
    PART_FULL = 4 * 1024 * 1024,   /* a part with pieces is as long as one of a log's         */
    PART_GAP = 1024 * 1024,        /* a part with pieces ends where so long nothing comes   */
    PART_BYTES = 16 * 1024 * 1024, /* a part without: others wait meanwhile, for milliseconds */
};

struct paw_carve *paw_carve_new(struct paw_source *source)
{
    struct paw_carve *c = calloc(1, sizeof(*c));
    if (c != NULL) {
        c->source = source;
        c->until = UINT64_MAX;
    }
    return c;
}

void paw_carve_free(struct paw_carve *c)
{
    free(c);
}

enum paw_status paw_piece_read(struct paw_source *source, const struct paw_piece *piece,
                               uint8_t *to, uint32_t *ret, struct paw_error *err)
{
    size_t n = 0;
    memset(to, 0, piece->first);
    const enum paw_status status =
        paw_source_read(source, piece->chunk_at + piece->first, to + piece->first,
                        piece->length - piece->first, &n, err);
    *ret = status < 0 ? 0 : piece->first + (uint32_t)n;
    return status;
}

/* The skim --------------------------------------------------------------------------------------
 */

/* Whether a block can hold the first two bytes of either signature: without a branch a byte, so
 * that the compiler takes many at once. p has BLOCK + 1 bytes. */
static bool is_promising(const uint8_t *p)
{
    uint8_t found = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        found |=
            (uint8_t)(((p[i] == '*') & (p[i + 1] == '*')) | ((p[i] == 'E') & (p[i + 1] == 'l')));
    return found != 0;
}

static bool has_signature(const uint8_t *p)
{
    return memcmp(p, "ElfChnk", SIGNATURE) == 0;
}

/* The first offset from which either signature stands whole in the window; n: nowhere. */
static uint32_t skim(const uint8_t *p, uint32_t from, uint32_t n)
{
    while (n - from > SIGNATURE) {
        const uint32_t left = n - from - SIGNATURE;
        const uint32_t step = left < BLOCK ? left : BLOCK;
        if (step < BLOCK || is_promising(p + from))
            for (uint32_t i = from; i <= from + step; i++)
                if (has_signature(p + i) || memcmp(p + i, "**\0", 4) == 0)
                    return i;
        from += step;
        if (left <= BLOCK)
            break;
    }
    return n;
}

/* Pieces ----------------------------------------------------------------------------------------
 */

/* Where a run of records stands in its chunk, by the first of them that carries its template: the
 * template says at which offset it stands. False: none does. */
static bool infer(const struct paw_carve *c, uint32_t n_bytes, const struct paw_evtx_at *at,
                  uint32_t *ret)
{
    const struct paw_cursor whole = paw_cursor_over((paw_bytes){c->chunk, n_bytes});
    struct paw_cursor in = paw_cursor_window(&whole, at->offset + PAW_EVTX_RECORD_HEADER,
                                             at->size - PAW_EVTX_RECORD_LEAST);
    uint8_t token = paw_cursor_u8(&in);
    if (token == PAW_BINXML_FRAGMENT) {
        (void)paw_cursor_take(&in, 3);
        token = paw_cursor_u8(&in);
    }
    (void)paw_cursor_u8(&in);
    const uint32_t id = paw_cursor_u32(&in);
    const uint32_t definition = paw_cursor_u32(&in);
    const uint32_t before = PAW_EVTX_RECORD_HEADER + (uint32_t)in.pos; /* in the record */
    (void)paw_cursor_u32(&in);
    const uint32_t own_id = paw_cursor_u32(&in);
    if (!paw_cursor_ok(&in) || token != PAW_BINXML_INSTANCE || own_id != id ||
        definition < PAW_EVTX_CHUNK_HEADER + before || definition >= PAW_EVTX_CHUNK_BYTES)
        return false;
    *ret = definition - before;
    return *ret + at->size <= PAW_EVTX_CHUNK_BYTES;
}

static enum paw_status load(struct paw_carve *c, struct paw_piece *p, struct paw_error *err)
{
    const enum paw_status status = paw_piece_read(c->source, p, c->chunk, &p->length, err);
    if (status < 0)
        return status;
    memset(c->chunk + p->length, 0, sizeof(c->chunk) - p->length);
    if (p->first == 0)
        p->length = paw_evtx_chunk_length((paw_bytes){c->chunk, p->length});
    paw_evtx_chunk_scan((paw_bytes){c->chunk, p->length}, true, &c->layout);
    return PAW_OK;
}

/* Ends a run before the record that belongs to another chunk, or is a chunk. */
static void cut_run(struct paw_carve *c, struct paw_piece *p, uint64_t end)
{
    struct paw_evtx_chunk *l = &c->layout;
    uint32_t n = 0;
    while (n < l->n_records && p->chunk_at + l->records[n].offset + l->records[n].size <= end)
        n++;
    l->n_records = n;
    if (n != 0)
        p->length = l->records[n - 1].offset + l->records[n - 1].size;
}

/* Where a chunk begins inside a run; records that hold its signature as a text are stepped over. */
static uint64_t chunk_in_run(const struct paw_carve *c, const struct paw_piece *p)
{
    const struct paw_evtx_chunk *l = &c->layout;
    uint32_t at = p->first, i = 0;
    while (at < p->length) {
        at = skim(c->chunk, at, p->length);
        while (i < l->n_records && l->records[i].offset + l->records[i].size <= at)
            i++;
        if (at < p->length && has_signature(c->chunk + at) &&
            (i == l->n_records || at < l->records[i].offset))
            return p->chunk_at + at;
        at++;
    }
    return p->chunk_at + p->length;
}

/* A run of records from an offset on, as far as they belong together. */
static enum paw_status take_run(struct paw_carve *c, uint64_t at, struct paw_piece *ret,
                                struct paw_error *err)
{
    const struct paw_piece first = {
        .chunk_at = at - RUN_AT,
        .first = RUN_AT,
        .length = PAW_EVTX_CHUNK_BYTES,
    };
    struct paw_piece p = first;
    uint64_t chunk_at = 0, own = 0, end;
    bool is_known = false;
    enum paw_status status = load(c, &p, err);
    if (status < 0)
        return status;
    end = chunk_in_run(c, &p);
    for (uint32_t i = 0; i < c->layout.n_records; i++) {
        const struct paw_evtx_at *r = &c->layout.records[i];
        uint32_t offset = 0;
        if (!infer(c, p.length, r, &offset))
            continue;
        own = p.chunk_at + r->offset - offset;
        const uint64_t before = at - own; /* of the run in that chunk */
        if (before < PAW_EVTX_CHUNK_HEADER || before >= PAW_EVTX_CHUNK_BYTES ||
            (is_known && own != chunk_at)) {
            const uint64_t other = p.chunk_at + r->offset;
            if (other / PAGE == at / PAGE) /* pages come from anywhere, parts of them do not */
                continue;
            end = other < end ? other : end;
            break;
        }
        chunk_at = own;
        is_known = true;
    }
    if (is_known) {
        p = (struct paw_piece){chunk_at, (uint32_t)(at - chunk_at), PAW_EVTX_CHUNK_BYTES};
        status = load(c, &p, err);
    }
    cut_run(c, &p, end);
    *ret = p;
    return status;
}

static enum paw_status take_chunk(struct paw_carve *c, uint64_t at, struct paw_piece *ret,
                                  struct paw_error *err)
{
    *ret = (struct paw_piece){.chunk_at = at, .length = PAW_EVTX_CHUNK_BYTES};
    return load(c, ret, err);
}

static enum paw_status fill(struct paw_carve *c, uint64_t at, struct paw_error *err)
{
    size_t n = 0;
    const enum paw_status status =
        paw_source_read(c->source, at, c->window, sizeof(c->window), &n, err);
    c->at = at;
    c->n = (uint32_t)n;
    return status;
}

/* Moves to the next place where something may begin. PAW_END: nowhere. */
static enum paw_status seek(struct paw_carve *c, uint64_t *at, struct paw_error *err)
{
    for (;;) {
        if (*at >= c->until)
            return PAW_END;
        if (*at < c->at || *at - c->at + SIGNATURE >= c->n) {
            const enum paw_status status = fill(c, *at, err);
            if (status < 0)
                return status;
        }
        const uint32_t found = skim(c->window, (uint32_t)(*at - c->at), c->n);
        if (found < c->n) {
            *at = c->at + found;
            return *at < c->until ? PAW_OK : PAW_END;
        }
        if (c->n < sizeof(c->window)) {
            c->is_over = true;
            return PAW_END;
        }
        *at = c->at + c->n - SIGNATURE;
    }
}

enum paw_status paw_carve_next(struct paw_carve *c, uint64_t *at, struct paw_piece *ret,
                               struct paw_error *err)
{
    for (;;) {
        enum paw_status status = seek(c, at, err);
        if (status != PAW_OK)
            return status;
        const uint8_t *p = c->window + (*at - c->at);
        const bool is_chunk = has_signature(p);
        struct paw_evtx_at record;
        uint32_t left = (uint32_t)(c->at + c->n - *at);
        if (!is_chunk && left < RECORD_MOST && c->n == sizeof(c->window)) {
            status = fill(c, *at, err); /* so that the record is whole in the window */
            if (status < 0)
                return status;
            continue;
        }
        left = left < RECORD_MOST ? left : RECORD_MOST;
        if (!is_chunk && !paw_evtx_record_at((paw_bytes){p, left}, &record)) {
            *at += 1;
            continue;
        }
        status = is_chunk ? take_chunk(c, *at, ret, err) : take_run(c, *at, ret, err);
        if (status < 0)
            return status;
        if (c->layout.n_records != 0) {
            *at = ret->chunk_at + ret->length;
            return PAW_OK;
        }
        *at += is_chunk ? EMPTY_STEP : 1;
    }
}

/* Counts the pieces of the part from *at on; *at moves to where the next part goes on, *ret_begin
 * is where the first piece begins. */
static enum paw_status skim_part(struct paw_carve *c, uint64_t *at, uint64_t *ret_begin,
                                 uint64_t *ret_n, struct paw_error *err)
{
    struct paw_piece piece;
    enum paw_status status = PAW_OK;
    c->until = *at + PART_BYTES;
    for (*ret_n = 0; *ret_n == 0 || *at - *ret_begin < PART_FULL; c->until = *at + PART_GAP) {
        status = paw_carve_next(c, at, &piece, err);
        if (status != PAW_OK)
            break;
        if ((*ret_n)++ == 0)
            *ret_begin = piece.chunk_at + piece.first;
    }
    if (*ret_n == 0)
        *ret_begin = *at;
    return status;
}

enum paw_status paw_carve_next_part(struct paw_source *source, struct paw_range *range,
                                    struct paw_error *err)
{
    const bool is_first = range->to == 0;
    struct paw_range next = {.from = range->to, .end = range->end};
    uint64_t n = 0;
    if (!is_first && range->to == UINT64_MAX)
        return PAW_END;
    struct paw_carve *c = paw_carve_new(source);
    if (c == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "carving");
    const enum paw_status status = skim_part(c, &next.end, &next.begin, &n, err);
    const bool is_last = c->is_over;
    paw_carve_free(c);
    if (status < 0)
        return status;
    next.to = is_last ? UINT64_MAX : next.from + (n == 0 ? 1 : n) * PAW_EVTX_ITEMS_PER_CHUNK;
    *range = is_first && is_last ? (struct paw_range){.to = UINT64_MAX} : next;
    return PAW_OK;
}
