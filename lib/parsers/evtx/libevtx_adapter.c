/* SPDX-License-Identifier: Apache-2.0 */
/* Logs read by libevtx: see libevtx_adapter.h. Runs in a child process with limits only. */
#include "parsers/evtx/libevtx_adapter.h"

#include <stdio.h>

#include <libbfio.h>
#include <libevtx.h>

#include "core/filetime.h"
#include "core/str.h"
#include "evidence/source.h"
#include "parsers/evtx/direct.h"
#include "parsers/evtx/event_xml.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/mend.h"
#include "parsers/normalise.h"

enum {
    XML_BYTES_MAX = 32 * 1024 * 1024,    /* a chunk has 64 KiB; nested indentation squares output */
    RECORD_BYTES_MAX = 96 * 1024 * 1024, /* the XML, its copy with entities resolved, data      */
    IMAGE_BYTES = PAW_EVTX_HEADER_BLOCK + PAW_EVTX_CHUNK_BYTES,
    FILLER_LEAST = PAW_EVTX_RECORD_LEAST + 4,
    DIAGS_PER_CHUNK = 32, /* then one more tells how many */
};

struct reading {
    struct paw_source *source;
    uint32_t number;
    const struct paw_wanted *wanted;
    const struct paw_sink *sink;
    struct paw_summary *summary;
    struct paw_error *err;
    struct paw_normaliser normaliser;
    struct paw_arena arena; /* one record */
    struct paw_evtx_file file;
    struct paw_evtx_chunk chunk;
    uint64_t chunk_number, chunk_at, chunk_length;
    unsigned n_diags;                         /* of this chunk                         */
    uint64_t n_dark_slack, dark_slack_at;     /* slack that could not be read          */
    uint64_t n_dark_records, dark_records_at; /* beyond DIAGS_PER_CHUNK               */
    bool has_before;
    uint8_t before[PAW_EVTX_CHUNK_BYTES]; /* the last chunk with a signature       */
    uint8_t image[IMAGE_BYTES];           /* what libevtx sees                     */
    uint8_t scratch[PAW_EVTX_DIRECT_ROOM];
    uint8_t bytes[PAW_EVTX_CHUNK_BYTES]; /* the chunk as it is, zeros behind its end */
};

/* Diagnostics ----------------------------------------------------------------------------------- */

static enum paw_status tell(struct reading *r, enum paw_diag_code code, uint64_t offset,
                            uint64_t extent, uint64_t count, const char *detail)
{
    struct paw_diag d = {.code = code,
                         .source = r->number,
                         .offset = offset,
                         .extent = extent,
                         .count = count == 0 ? 1 : count};
    (void)snprintf(d.detail, sizeof(d.detail), "%s", detail);
    return r->sink->diag(r->sink->self, &d);
}

static enum paw_status tell_file(struct reading *r)
{
    enum paw_status status = PAW_OK;
    if (!r->file.is_sound)
        status = tell(r, PAW_D_EVTX_HEADER, 0, 128, 1,
                      r->file.has_signature ? "checksum or sizes are wrong" : "signature is wrong");
    else if (r->file.is_dirty)
        status = tell(r, PAW_D_EVTX_HEADER, 0, 128, 1, "log was in use when copied");
    return status;
}

static enum paw_status tell_damage(struct reading *r, enum paw_diag_code code, uint64_t extent,
                                   const char *what)
{
    char detail[96];
    (void)snprintf(detail, sizeof(detail), "chunk %llu: %s", (unsigned long long)r->chunk_number,
                   what);
    return tell(r, code, r->chunk_at, extent, 1, detail);
}

static enum paw_status tell_gap(struct reading *r)
{
    const struct paw_evtx_chunk *c = &r->chunk;
    char detail[96];
    const uint64_t lost = c->n_claimed > c->n_live ? c->n_claimed - c->n_live : 0;
    (void)snprintf(detail, sizeof(detail), "chunk %llu: %llu records claimed, %u found",
                   (unsigned long long)r->chunk_number, (unsigned long long)c->n_claimed,
                   (unsigned)c->n_live);
    return tell(r, PAW_D_EVTX_GAP, r->chunk_at + c->break_at, c->break_bytes, lost, detail);
}

/* What the chunk's header says against what is there. A chunk that was being written when the log
 * was copied has stale numbers and checksums: that is a note. */
static enum paw_status tell_chunk(struct reading *r)
{
    const struct paw_evtx_chunk *c = &r->chunk;
    enum paw_status status = PAW_OK;
    if (!c->has_signature)
        return c->n_records == 0
                   ? tell_damage(r, PAW_D_EVTX_SLACK, c->length, "bytes without records")
                   : tell_damage(r, PAW_D_EVTX_CHUNK, PAW_EVTX_CHUNK_HEADER, "no signature");
    const enum paw_diag_code checksum = r->file.is_dirty ? PAW_D_EVTX_HEADER : PAW_D_EVTX_CHUNK;
    if (c->has_checksums && !c->is_header_sound)
        status = tell_damage(r, checksum, PAW_EVTX_CHUNK_HEADER, "header checksum is wrong");
    if (status >= 0 && c->has_checksums && !c->is_content_sound &&
        c->length == PAW_EVTX_CHUNK_BYTES)
        status = tell_damage(r, checksum, c->used, "checksum of the records is wrong");
    if (status >= 0 && c->length < PAW_EVTX_CHUNK_BYTES)
        status =
            tell_damage(r, PAW_D_EVTX_TRUNCATED, PAW_EVTX_CHUNK_BYTES - c->length, "cut short");
    if (status >= 0 && !c->is_table_sound)
        status = tell_damage(r, PAW_D_EVTX_HEADER, PAW_EVTX_CHUNK_HEADER,
                             "a table points out of the chunk");
    if (status >= 0 && (c->n_claimed > c->n_live || (c->break_bytes != 0 && c->n_claimed == 0 &&
                                                     c->used != PAW_EVTX_CHUNK_BYTES)))
        status = tell_gap(r);
    return status;
}

static enum paw_status tell_record(struct reading *r, const struct paw_evtx_at *at,
                                   enum paw_diag_code code, const char *what)
{
    char detail[96];
    r->summary->damaged++;
    if (r->n_diags++ >= DIAGS_PER_CHUNK) {
        if (r->n_dark_records++ == 0)
            r->dark_records_at = r->chunk_at + at->offset;
        return PAW_OK;
    }
    (void)snprintf(detail, sizeof(detail), "record %llu: %s", (unsigned long long)at->id, what);
    return tell(r, code, r->chunk_at + at->offset, at->size, 1, detail);
}

/* What was only counted while the chunk was read. */
static enum paw_status tell_rest(struct reading *r)
{
    enum paw_status status = PAW_OK;
    if (r->n_dark_records != 0)
        status = tell(r, PAW_D_EVTX_RECORD, r->dark_records_at, 0, r->n_dark_records,
                      "more records of this chunk");
    if (status >= 0 && r->n_dark_slack != 0)
        status = tell(r, PAW_D_EVTX_SLACK, r->dark_slack_at, 0, r->n_dark_slack,
                      "records from slack whose templates or names are gone");
    r->n_dark_records = r->n_dark_slack = 0;
    return status;
}

/* What libevtx sees ----------------------------------------------------------------------------- */

static void put16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *to, uint32_t value)
{
    put16(to, value & 0xFFFF);
    put16(to + 2, value >> 16);
}

/* A sound header of a log with one chunk. */
static void put_file_header(uint8_t *to)
{
    memcpy(to, "ElfFile", 8);
    put32(to + 24, 2); /* next record */
    put32(to + 32, 128);
    put16(to + 36, 1);
    put16(to + 38, 3);
    put16(to + 40, PAW_EVTX_HEADER_BLOCK);
    put16(to + 42, 1);
    put32(to + 124, paw_evtx_crc(0, (paw_bytes){to, 120}));
}

/* A record that says nothing, from the chunk's first record to the one that is meant. It covers
 * what lies between without changing it, since templates and names there are still pointed at; of
 * the first record's payload it takes the first byte alone. */
static void put_filler(uint8_t *chunk, uint32_t size)
{
    uint8_t *to = chunk + PAW_EVTX_CHUNK_HEADER;
    put32(to, 0x2A2A);
    put32(to + 4, size);
    put32(to + 8, 1);
    put32(to + 12, 0);
    to[PAW_EVTX_RECORD_HEADER] = 0; /* end of stream */
    put32(to + size - 4, size);
}

/* Puts a copy of the record where it belongs and nothing behind it. False: it cannot be shown
 * alone. */
static bool copy(struct reading *r, const struct paw_evtx_at *at)
{
    uint8_t *chunk = r->image + PAW_EVTX_HEADER_BLOCK;
    const uint32_t end = at->offset + at->size;
    const uint32_t before = at->offset - PAW_EVTX_CHUNK_HEADER;
    if (before != 0 && before < FILLER_LEAST)
        return false;
    memcpy(chunk, r->bytes, end);
    memset(chunk + end, 0, PAW_EVTX_CHUNK_BYTES - end);
    return true;
}

/* Puts a chunk header around the copy that claims this record alone. */
static void frame(struct reading *r, const struct paw_evtx_at *at)
{
    uint8_t *chunk = r->image + PAW_EVTX_HEADER_BLOCK;
    const uint32_t before = at->offset - PAW_EVTX_CHUNK_HEADER;
    memcpy(chunk, "ElfChnk", 8);
    memset(chunk + 8, 0, 120);
    chunk[8] = chunk[24] = 1; /* first record's number and identifier */
    chunk[16] = chunk[32] = before == 0 ? 1 : 2;
    put32(chunk + 40, 128);
    put32(chunk + 44, at->offset);
    /* No end of records: libevtx takes it for its checksum alone, which then costs nothing. */
    put32(chunk + 48, PAW_EVTX_CHUNK_HEADER);
    if (before != 0)
        put_filler(chunk, before);
    put32(chunk + at->offset + 4, at->size);
    put32(chunk + at->offset + at->size - 4, at->size); /* a torn record has another one there */
    const uint32_t part = paw_evtx_crc(0, (paw_bytes){chunk, 120});
    put32(chunk + 124, paw_evtx_crc(part, (paw_bytes){chunk + 128, PAW_EVTX_CHUNK_HEADER - 128}));
}

/* The XML text of a record of libevtx, in the arena; absent if there is none. */
static paw_str take_xml(struct reading *r, libevtx_record_t *record)
{
    size_t size = 0;
    if (libevtx_record_get_utf8_xml_string_size(record, &size, NULL) != 1 || size < 2 ||
        size > XML_BYTES_MAX)
        return (paw_str){0};
    uint8_t *text = paw_arena_alloc(&r->arena, size);
    if (text == NULL || libevtx_record_get_utf8_xml_string(record, text, size, NULL) != 1)
        return (paw_str){0};
    return (paw_str){(const char *)text, size - 1};
}

static paw_str read_shown(struct reading *r, const struct paw_evtx_at *at)
{
    libbfio_handle_t *memory = NULL;
    libevtx_file_t *file = NULL;
    libevtx_record_t *record = NULL;
    paw_str xml = {0};
    int n = 0;
    const int index = at->offset == PAW_EVTX_CHUNK_HEADER ? 0 : 1;
    if (libbfio_memory_range_initialize(&memory, NULL) == 1 &&
        libbfio_memory_range_set(memory, r->image, sizeof(r->image), NULL) == 1 &&
        libevtx_file_initialize(&file, NULL) == 1 &&
        libevtx_file_open_file_io_handle(file, memory, LIBEVTX_OPEN_READ, NULL) == 1 &&
        libevtx_file_get_number_of_records(file, &n, NULL) == 1 && index < n &&
        libevtx_file_get_record_by_index(file, index, &record, NULL) == 1)
        xml = take_xml(r, record);
    (void)libevtx_record_free(&record, NULL); /* neither says more than we know */
    (void)libevtx_file_free(&file, NULL);
    (void)libbfio_handle_free(&memory, NULL);
    return xml;
}

/* Gives NUL its place back where a noncharacter stood for it. */
static paw_str with_nul(struct reading *r, paw_str xml, uint16_t stand_in)
{
    char mark[4];
    const paw_str wanted = {mark, paw_utf8_put(mark, stand_in)};
    if (stand_in == 0 || xml.p == NULL)
        return xml;
    char *out = paw_arena_alloc(&r->arena, xml.n + 1);
    size_t n = 0, from = 0;
    if (out == NULL)
        return (paw_str){0};
    for (size_t at = paw_str_find(xml, wanted, 0); from < xml.n;
         at = paw_str_find(xml, wanted, from)) {
        const size_t to = at == SIZE_MAX ? xml.n : at;
        memcpy(out + n, xml.p + from, to - from);
        n += to - from;
        from = at == SIZE_MAX ? xml.n : at + wanted.n;
        if (at != SIZE_MAX)
            out[n++] = '\0';
    }
    return (paw_str){out, n};
}

/* A payload that is elements without a template. */
static void mend_body(struct reading *r, struct paw_evtx_at *at)
{
    uint8_t *chunk = r->image + PAW_EVTX_HEADER_BLOCK;
    const uint32_t from = at->offset + PAW_EVTX_RECORD_HEADER;
    uint32_t end = at->offset + at->size - 4;
    if (paw_evtx_is_direct((paw_bytes){chunk, end}, from, end) &&
        paw_evtx_direct_mend(chunk, from, &end, true, r->scratch))
        at->size = (end + 4 - at->offset + 7) / 8 * 8;
}

/* Elements without a template in the value that ends the record. False: nothing changed. */
static bool mend_nested(struct reading *r, struct paw_evtx_at *at, const struct paw_evtx_peek *peek)
{
    uint8_t *chunk = r->image + PAW_EVTX_HEADER_BLOCK;
    const struct paw_evtx_array *outer = &peek->outer;
    const struct paw_evtx_value *last = &outer->values[outer->n == 0 ? 0 : outer->n - 1];
    uint32_t end = last->offset + last->size;
    if (outer->n == 0 || last->type != PAW_EVTX_TYPE_BINXML ||
        !paw_evtx_is_direct((paw_bytes){chunk, end}, last->offset, end) ||
        !paw_evtx_direct_mend(chunk, last->offset, &end, false, r->scratch) ||
        end - last->offset > UINT16_MAX)
        return false;
    put16(chunk + outer->descriptors + 4 * (outer->n - 1), end - last->offset);
    at->size = (end + 4 - at->offset + 7) / 8 * 8;
    return true;
}

/* Reads a record by libevtx, mended where that helps. *is_partial: its template asks for values
 * that it does not hold. */
static paw_str read_text(struct reading *r, const struct paw_evtx_at *at,
                         const struct paw_evtx_peek *peek, uint16_t *flags, bool *is_partial)
{
    uint8_t *chunk = r->image + PAW_EVTX_HEADER_BLOCK;
    struct paw_evtx_mended mended = {0};
    struct paw_evtx_at shown = *at;
    if (!copy(r, at))
        return (paw_str){0};
    if (peek != NULL)
        paw_evtx_mend_values(chunk, &shown, peek, &mended);
    else
        mend_body(r, &shown);
    const bool is_last = shown.offset + shown.size >= PAW_EVTX_CHUNK_BYTES;
    if (is_last && (peek == NULL || !paw_evtx_mend_last(chunk, &shown, peek)))
        return (paw_str){0};
    frame(r, &shown);
    paw_str xml = read_shown(r, &shown);
    *flags |= mended.is_lossy ? PAW_FACT_LOSSY : 0;
    if (is_last)
        return with_nul(r, xml, mended.stand_in);
    if (xml.p == NULL && peek != NULL && mend_nested(r, &shown, peek)) {
        frame(r, &shown);
        xml = read_shown(r, &shown);
    }
    if (xml.p == NULL && peek != NULL && paw_evtx_mend_missing(chunk, &shown, peek)) {
        frame(r, &shown);
        xml = read_shown(r, &shown);
        *is_partial = xml.p != NULL;
    }
    return with_nul(r, xml, mended.stand_in);
}

/* libevtx's text as valid UTF-8; what is not becomes U+FFFD. */
static paw_str validated(struct reading *r, paw_str xml, uint16_t *flags)
{
    if (paw_utf8_valid(xml))
        return xml;
    char *out = xml.n > XML_BYTES_MAX ? NULL : paw_arena_alloc(&r->arena, xml.n * 3);
    size_t n = 0;
    if (out == NULL)
        return (paw_str){0};
    for (size_t at = 0; at < xml.n;) {
        uint32_t c = 0;
        at += paw_utf8_next(xml, at, &c);
        n += paw_utf8_put(out + n, c);
    }
    *flags |= PAW_FACT_LOSSY;
    return (paw_str){out, n};
}

static void note_time(struct paw_summary *s, paw_filetime t)
{
    if (t == 0)
        return;
    s->first = s->first == 0 || t < s->first ? t : s->first;
    s->last = t > s->last ? t : s->last;
}

/* Whether anybody asks for an event of that number, whoever wrote it; its possible kinds. */
static bool may_be_wanted(const struct reading *r, uint16_t event_id)
{
    return paw_event_may_be_wanted(r->wanted, event_id, &r->summary->kinds);
}

/* A record from slack is believed only if it names where and when it was written. */
static bool is_plausible(const struct paw_record *record)
{
    const paw_filetime earliest = paw_filetime_of_unix(631152000); /* 1990-01-01 */
    return record->created > earliest && record->created < PAW_FILETIME_MAX &&
           record->provider.n != 0 && record->computer.n != 0;
}

static enum paw_status lose(struct reading *r, const struct paw_evtx_at *at)
{
    if (at->place != PAW_EVTX_SLACK)
        return tell_record(r, at, PAW_D_EVTX_RECORD,
                           at->place == PAW_EVTX_TORN ? "torn" : "not understood by libevtx");
    if (r->n_dark_slack++ == 0)
        r->dark_slack_at = r->chunk_at + at->offset;
    return PAW_OK;
}

static enum paw_status give(struct reading *r, const struct paw_evtx_at *at,
                            struct paw_record *record, enum paw_status read)
{
    enum paw_status status = PAW_OK;
    record->origin = (struct paw_origin){
        .source = r->number, .length = at->size, .offset = r->chunk_at + at->offset};
    if (read == PAW_E_LIMIT)
        record->flags |= PAW_FACT_CUT;
    if (record->record_id == 0) {
        record->record_id = at->id;
        record->flags |= PAW_FACT_ID_FROM_HEADER;
    }
    if (record->state == PAW_CORRUPT)
        status = tell_record(r, at, PAW_D_EVTX_RECORD_PARTIAL,
                             at->place == PAW_EVTX_TORN ? "torn; read as far as it goes"
                                                        : "holds fewer values than its template");
    else if (at->place == PAW_EVTX_SLACK)
        r->summary->recovered++;
    else
        r->summary->read++;
    note_time(r->summary, record->created);
    if (status < 0)
        return status;
    return paw_normalise(&r->normaliser, record, r->wanted, r->sink, &r->summary->kinds, r->err);
}

/* True: nobody wants it, and it is counted. */
static bool pass_over(struct reading *r, const struct paw_evtx_at *at,
                      const struct paw_evtx_peek *peek)
{
    if (at->place == PAW_EVTX_TORN || may_be_wanted(r, peek->event_id))
        return false;
    if (at->place == PAW_EVTX_SLACK)
        r->summary->recovered++;
    else
        r->summary->read++;
    note_time(r->summary, peek->created);
    return true;
}

static enum paw_status read_record(struct reading *r, const struct paw_evtx_at *at)
{
    struct paw_evtx_peek peek = {0};
    struct paw_record record = {0};
    bool record_is_partial = false;
    const bool has_peek = paw_evtx_peek_at((paw_bytes){r->bytes, r->chunk.length}, at, &peek);
    const bool is_slack = at->place == PAW_EVTX_SLACK;
    /* Slack is read only where its templates still are: other bytes would give it other names. */
    if (is_slack && (!has_peek || !peek.has_templates))
        return lose(r, at);
    if (has_peek && pass_over(r, at, &peek))
        return PAW_OK;
    paw_arena_reset(&r->arena);
    const paw_str xml =
        validated(r, read_text(r, at, has_peek ? &peek : NULL, &record.flags, &record_is_partial),
                  &record.flags);
    if (xml.p == NULL)
        return lose(r, at);
    const enum paw_status read = paw_event_xml_read(xml, &r->arena, &record);
    if ((read < 0 && read != PAW_E_LIMIT) || record.provider.p == NULL ||
        (at->place != PAW_EVTX_LIVE && !is_plausible(&record)))
        return lose(r, at);
    /* Element names of a template in slack may be overwritten: then no data are found. */
    if (is_slack && peek.has_payload && record.n_data == 0)
        return lose(r, at);
    record.state = is_slack                                          ? PAW_RECOVERED
                   : at->place == PAW_EVTX_TORN || record_is_partial ? PAW_CORRUPT
                                                                     : PAW_INTACT;
    return give(r, at, &record, read);
}

/* Chunks ---------------------------------------------------------------------------------------- */

/* A chunk whose beginning is lost (a page missing in a log carved from memory) lost its templates
 * with it. Where the chunk before has them at the same places they serve: a template is believed
 * only under its identifier, and one identifier has one body (docs, EVTX 5.8). */
static void borrow_beginning(struct reading *r)
{
    enum { SECTOR = 512 };
    if (r->chunk.has_signature && r->chunk.n_live != 0) {
        memcpy(r->before, r->bytes, sizeof(r->before));
        r->has_before = true;
        return;
    }
    if (r->chunk.has_signature || !r->has_before || r->chunk.n_records == 0)
        return;
    uint32_t end = PAW_EVTX_CHUNK_HEADER;
    while (end < r->chunk.records[0].offset && r->bytes[end] == 0)
        end++;
    end = end / SECTOR * SECTOR;
    memcpy(r->bytes + PAW_EVTX_CHUNK_HEADER, r->before + PAW_EVTX_CHUNK_HEADER,
           end - PAW_EVTX_CHUNK_HEADER);
}

/* Bytes of the chunk at chunk_at: up to the next signature where it has none itself, since bytes
 * may have been lost or put in before it. */
static size_t chunk_length(paw_bytes window)
{
    const paw_str s = {(const char *)window.p, window.n};
    const paw_str signature = PAW_LIT("ElfChnk\0");
    const size_t n = s.n < PAW_EVTX_CHUNK_BYTES ? s.n : PAW_EVTX_CHUNK_BYTES;
    if (paw_str_starts(s, signature))
        return n;
    const size_t found = paw_str_find(s, signature, 1);
    return found < n ? found : n;
}

/* Steps to the chunk at chunk_at and, if it is to be read, takes its bytes. */
static enum paw_status load_chunk(struct reading *r, bool is_read)
{
    enum { SIGNATURE = 8 };
    paw_bytes window = {0};
    const enum paw_status status = paw_source_window(
        r->source, r->chunk_at, PAW_EVTX_CHUNK_BYTES + SIGNATURE, &window, r->err);
    if (status < 0)
        return status;
    const size_t n = chunk_length(window);
    r->chunk_length = n;
    if (n == 0)
        return PAW_END;
    if (!is_read)
        return PAW_OK;
    r->n_diags = 0;
    memcpy(r->bytes, window.p, n);
    memset(r->bytes + n, 0, PAW_EVTX_CHUNK_BYTES - n);
    paw_evtx_chunk_scan((paw_bytes){r->bytes, n}, &r->chunk);
    borrow_beginning(r);
    return PAW_OK;
}

static enum paw_status read_chunk(struct reading *r, struct paw_range range)
{
    const uint64_t first_item = r->chunk_number * PAW_EVTX_ITEMS_PER_CHUNK;
    enum paw_status status = PAW_OK;
    /* After a kill the chunk has been told of already. */
    if (range.from <= first_item)
        status = tell_chunk(r);
    for (uint32_t i = 0; i < r->chunk.n_records && status >= 0; i++) {
        const uint64_t item = first_item + i;
        if (item < range.from || item >= range.to)
            continue;
        status = r->sink->progress(r->sink->self, item);
        if (status >= 0)
            status = read_record(r, &r->chunk.records[i]);
    }
    const enum paw_status rest = tell_rest(r);
    return status < 0 ? status : rest;
}

static enum paw_status tell_count(struct reading *r, uint64_t n_chunks)
{
    char detail[96];
    if (r->file.n_chunks == n_chunks || !r->file.is_sound)
        return PAW_OK;
    (void)snprintf(detail, sizeof(detail), "%u chunks counted, %llu with records",
                   (unsigned)r->file.n_chunks, (unsigned long long)n_chunks);
    return tell(r, PAW_D_EVTX_COUNT, 42, 2, 1, detail);
}

static enum paw_status read_chunks(struct reading *r, struct paw_range range)
{
    const uint64_t size = paw_source_size(r->source);
    const uint64_t first = range.from / PAW_EVTX_ITEMS_PER_CHUNK;
    uint64_t n_with_signature = 0;
    enum paw_status status = PAW_OK;
    r->chunk_at = PAW_EVTX_HEADER_BLOCK;
    for (r->chunk_number = 0; status >= 0; r->chunk_number++, r->chunk_at += r->chunk_length) {
        const bool is_read = r->chunk_number >= first;
        if (r->chunk_number * PAW_EVTX_ITEMS_PER_CHUNK >= range.to)
            break;
        status = load_chunk(r, is_read);
        if (status == PAW_END)
            break;
        if (status < 0 || !is_read || r->chunk.is_blank)
            continue;
        n_with_signature += r->chunk.has_signature;
        status = read_chunk(r, range);
    }
    status = status < 0 ? status : PAW_OK;
    if (status >= 0 && range.from == 0 && range.to == UINT64_MAX)
        status = tell_count(r, n_with_signature);
    if (status >= 0 && range.from == 0 && n_with_signature == 0 && !r->file.has_signature) {
        r->summary->refused = 1;
        status = tell(r, PAW_D_EVTX_REFUSED, 0, size, 1, "neither file header nor chunks");
    }
    return status;
}

static enum paw_status extract(struct paw_source *source, uint32_t number, struct paw_range range,
                               const struct paw_wanted *wanted, const struct paw_sink *sink,
                               struct paw_summary *summary, struct paw_error *err)
{
    struct paw_arena own;
    paw_bytes head = {0};
    *summary = (struct paw_summary){0};
    paw_arena_init(&own, SIZE_MAX);
    struct reading *r = paw_arena_alloc(&own, sizeof(*r));
    if (r == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "log");
    r->source = source;
    r->number = number;
    r->wanted = wanted;
    r->sink = sink;
    r->summary = summary;
    r->err = err;
    paw_normaliser_init(&r->normaliser);
    paw_arena_init(&r->arena, RECORD_BYTES_MAX);
    put_file_header(r->image);
    enum paw_status status = paw_source_window(source, 0, PAW_EVTX_HEADER_BLOCK, &head, err);
    if (status >= 0) {
        paw_evtx_file_read(head, &r->file);
        summary->dirty = r->file.is_dirty;
        if (range.from == 0)
            status = tell_file(r);
    }
    if (status >= 0)
        status = read_chunks(r, range);
    paw_normaliser_finish(&r->normaliser);
    paw_arena_finish(&r->arena);
    paw_arena_finish(&own);
    return status;
}

const struct paw_reader paw_reader_libevtx = {
    .name = "libevtx",
    .evidence = PAW_EVIDENCE_EVTX,
    .needs_child = true,
    .extract = extract,
};
