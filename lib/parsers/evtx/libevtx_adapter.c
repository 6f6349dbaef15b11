/* SPDX-License-Identifier: Apache-2.0 */
/* Logs read by libevtx: see libevtx_adapter.h. Runs in a child process with limits only. */
#include "parsers/evtx/libevtx_adapter.h"

#include <libbfio.h>
#include <libevtx.h>

#include "core/crc32.h"
#include "core/str.h"
#include "evidence/source.h"
#include "parsers/evtx/direct.h"
#include "parsers/evtx/event_xml.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/mend.h"
#include "parsers/evtx/walk.h"

enum {
    XML_BYTES_MAX = 32 * 1024 * 1024,    /* a chunk has 64 KiB; nested indentation squares output */
    RECORD_BYTES_MAX = 96 * 1024 * 1024, /* the XML, its copy with entities resolved, data      */
    IMAGE_BYTES = PAW_EVTX_HEADER_BLOCK + PAW_EVTX_CHUNK_BYTES,
    FILLER_LEAST = PAW_EVTX_RECORD_LEAST + 4,
};

struct reading {
    struct paw_evtx_walk *walk;
    struct paw_arena arena;     /* one record        */
    uint8_t image[IMAGE_BYTES]; /* what libevtx sees */
    uint8_t scratch[PAW_EVTX_DIRECT_ROOM];
    bool has_before;
    uint64_t before_at;                  /* the last chunk with a signature and records   */
    uint8_t whole[PAW_EVTX_CHUNK_BYTES]; /* a chunk whose beginning was taken from there */
};

/* A chunk whose beginning is lost (a page missing in a log carved from memory) lost its templates
 * with it, and libevtx can be shown no others. Where the chunk before has them at the same places
 * they serve: a template is believed only under its identifier, and one identifier has one body
 * (docs, EVTX 5.8). What cannot be read leaves the chunk as it is. */
static void begin_chunk(void *reader)
{
    enum { SECTOR = 512 };
    struct reading *r = reader;
    struct paw_evtx_walk *w = r->walk;
    const paw_bytes bytes = w->bytes;
    struct paw_error ignored;
    size_t got = 0;
    if (w->chunk.has_signature && w->chunk.n_live != 0) {
        r->before_at = w->chunk_at;
        r->has_before = true;
    }
    if (w->chunk.has_signature || !r->has_before || w->chunk.n_records == 0)
        return;
    uint32_t end = PAW_EVTX_CHUNK_HEADER;
    while (end < w->chunk.records[0].offset && bytes.p[end] == 0)
        end++;
    end = end / SECTOR * SECTOR;
    if (paw_source_read(w->source, r->before_at, r->whole, end, &got, &ignored) != PAW_OK ||
        got != end)
        return;
    memcpy(r->whole, bytes.p, PAW_EVTX_CHUNK_HEADER);
    memcpy(r->whole + end, bytes.p + end, bytes.n - end);
    w->bytes.p = r->whole;
}

/* What libevtx sees -----------------------------------------------------------------------------
 */

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
    put32(to + 124, paw_crc32(0, (paw_bytes){to, 120}));
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
    memcpy(chunk, r->walk->bytes.p, end);
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
    const uint32_t part = paw_crc32(0, (paw_bytes){chunk, 120});
    put32(chunk + 124, paw_crc32(part, (paw_bytes){chunk + 128, PAW_EVTX_CHUNK_HEADER - 128}));
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

static enum paw_status lose(struct reading *r, const struct paw_evtx_at *at)
{
    return paw_evtx_walk_lose(r->walk, at,
                              at->place == PAW_EVTX_TORN ? "torn" : "not understood by libevtx");
}

static enum paw_status read_record(void *reader, const struct paw_evtx_at *at)
{
    struct reading *r = reader;
    struct paw_evtx_peek peek = {0};
    struct paw_record record = {0};
    bool record_is_partial = false;
    const bool has_peek = paw_evtx_peek_at(r->walk->bytes, at, &peek);
    const bool is_slack = at->place == PAW_EVTX_SLACK;
    /* Slack is read only where its templates still are: other bytes would give it other names. */
    if (is_slack && (!has_peek || !peek.has_templates))
        return lose(r, at);
    if (has_peek && at->place != PAW_EVTX_TORN && !paw_evtx_walk_asks(r->walk, peek.event_id)) {
        paw_evtx_walk_pass(r->walk, at, peek.created);
        return PAW_OK;
    }
    paw_arena_reset(&r->arena);
    const paw_str xml =
        validated(r, read_text(r, at, has_peek ? &peek : NULL, &record.flags, &record_is_partial),
                  &record.flags);
    if (xml.p == NULL)
        return lose(r, at);
    const enum paw_status read = paw_event_xml_read(xml, &r->arena, &record);
    if ((read < 0 && read != PAW_E_LIMIT) || record.provider.p == NULL ||
        (at->place != PAW_EVTX_LIVE && !paw_evtx_is_plausible(&record)))
        return lose(r, at);
    /* Element names of a template in slack may be overwritten: then no data are found. */
    if (is_slack && peek.has_payload && record.n_data == 0)
        return lose(r, at);
    record.state = is_slack                                          ? PAW_RECOVERED
                   : at->place == PAW_EVTX_TORN || record_is_partial ? PAW_CORRUPT
                                                                     : PAW_INTACT;
    if (read == PAW_E_LIMIT)
        record.flags |= PAW_FACT_CUT;
    return paw_evtx_walk_give(r->walk, at, &record,
                              at->place == PAW_EVTX_TORN ? "torn; read as far as it goes"
                                                         : "holds fewer values than its template",
                              NULL);
}

static enum paw_status extract(struct paw_source *source, uint32_t number, struct paw_range range,
                               const struct paw_wanted *wanted, const struct paw_sink *sink,
                               struct paw_summary *summary, struct paw_error *err)
{
    struct paw_arena own;
    paw_arena_init(&own, SIZE_MAX);
    struct reading *r = paw_arena_alloc(&own, sizeof(*r));
    struct paw_evtx_walk *w = paw_arena_alloc(&own, sizeof(*w));
    struct paw_normaliser *normaliser = paw_arena_alloc(&own, sizeof(*normaliser));
    *summary = (struct paw_summary){0};
    if (r == NULL || w == NULL || normaliser == NULL) {
        paw_arena_finish(&own);
        return paw_fail(err, PAW_E_MEMORY, 0, "log");
    }
    w->source = source;
    w->number = number;
    w->wanted = wanted;
    w->sink = sink;
    w->summary = summary;
    w->err = err;
    w->reader = r;
    w->begin_chunk = begin_chunk;
    w->read_record = read_record;
    r->walk = w;
    paw_normaliser_init(normaliser);
    w->normaliser = normaliser;
    paw_arena_init(&r->arena, RECORD_BYTES_MAX);
    put_file_header(r->image);
    const enum paw_status status = paw_evtx_walk_run(w, range);
    paw_normaliser_finish(normaliser);
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
