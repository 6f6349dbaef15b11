/* SPDX-License-Identifier: Apache-2.0 */
/* Where the records of a log lie: see layout.h. */
#include "parsers/evtx/layout.h"

#include "core/crc32.h"
#include "core/cursor.h"

enum {
    FILE_FLAG_DIRTY = 1,
    FLAG_NO_CHECKSUMS = 4,
    CHUNK_HEADER_FIELDS = 128,
    RECORD_ALIGNMENT = 8, /* every record of 93,050 seen begins at a multiple of it */
};

#define RECORD_MAGIC UINT32_C(0x00002A2A)

static bool has_text(paw_bytes b, const char *text, size_t n)
{
    return b.n == n && memcmp(b.p, text, n) == 0;
}

void paw_evtx_file_read(paw_bytes head, struct paw_evtx_file *ret)
{
    struct paw_cursor c = paw_cursor_over(head);
    *ret = (struct paw_evtx_file){0};
    ret->has_signature = has_text(paw_cursor_take(&c, 8), "ElfFile", 8);
    (void)paw_cursor_take(&c, 24); /* numbers of chunks, next record: stale in dirty files */
    const uint32_t header_size = paw_cursor_u32(&c);
    (void)paw_cursor_u32(&c); /* version */
    const uint16_t block_size = paw_cursor_u16(&c);
    ret->n_chunks = paw_cursor_u16(&c);
    (void)paw_cursor_take(&c, 76);
    ret->flags = paw_cursor_u32(&c);
    const uint32_t crc = paw_cursor_u32(&c);
    if (!paw_cursor_ok(&c)) {
        *ret = (struct paw_evtx_file){0};
        return;
    }
    const bool has_crc = (ret->flags & FLAG_NO_CHECKSUMS) == 0 || crc != 0;
    ret->is_dirty = (ret->flags & FILE_FLAG_DIRTY) != 0;
    ret->is_sound = ret->has_signature && header_size == 128 &&
                    block_size == PAW_EVTX_HEADER_BLOCK &&
                    (!has_crc || crc == paw_crc32(0, (paw_bytes){head.p, 120}));
}

static bool is_blank(paw_bytes b)
{
    return b.n == 0 || (b.p[0] == 0 && memcmp(b.p, b.p + 1, b.n - 1) == 0);
}

static bool are_tables_sound(paw_bytes bytes)
{
    enum { TABLES = 128, ENTRIES = 64 + 32 };
    struct paw_cursor whole = paw_cursor_over(bytes);
    struct paw_cursor c = paw_cursor_window(&whole, TABLES, (size_t)ENTRIES * 4);
    bool sound = paw_cursor_ok(&c);
    for (size_t i = 0; i < ENTRIES; i++) {
        const uint32_t at = paw_cursor_u32(&c);
        sound = sound && (at == 0 || (at >= PAW_EVTX_CHUNK_HEADER && at < PAW_EVTX_CHUNK_BYTES));
    }
    return sound;
}

static void read_chunk_header(paw_bytes bytes, bool checks, struct paw_evtx_chunk *ret)
{
    struct paw_cursor c = paw_cursor_over(bytes);
    ret->has_signature = has_text(paw_cursor_take(&c, 8), "ElfChnk", 8);
    (void)paw_cursor_take(&c, 16); /* record numbers */
    const uint64_t first_id = paw_cursor_u64(&c);
    const uint64_t last_id = paw_cursor_u64(&c);
    (void)paw_cursor_u32(&c); /* header size */
    (void)paw_cursor_u32(&c); /* last record */
    const uint32_t free_space = paw_cursor_u32(&c);
    const uint32_t content_crc = paw_cursor_u32(&c);
    (void)paw_cursor_take(&c, 64);
    const uint32_t flags = paw_cursor_u32(&c);
    const uint32_t header_crc = paw_cursor_u32(&c);
    (void)paw_cursor_take(&c, PAW_EVTX_CHUNK_HEADER - CHUNK_HEADER_FIELDS);
    ret->used = PAW_EVTX_CHUNK_BYTES;
    if (!paw_cursor_ok(&c) || !ret->has_signature)
        return;
    if (free_space >= PAW_EVTX_CHUNK_HEADER && free_space <= PAW_EVTX_CHUNK_BYTES)
        ret->used = free_space;
    if (last_id >= first_id && last_id - first_id < PAW_EVTX_RECORDS_MAX) {
        ret->first_id = first_id;
        ret->n_claimed = last_id - first_id + 1;
    }
    ret->has_checksums = (flags & FLAG_NO_CHECKSUMS) == 0;
    const uint32_t part = paw_crc32(0, (paw_bytes){bytes.p, 120});
    ret->is_header_sound =
        header_crc == paw_crc32(part, (paw_bytes){bytes.p + CHUNK_HEADER_FIELDS,
                                                  PAW_EVTX_CHUNK_HEADER - CHUNK_HEADER_FIELDS});
    ret->is_content_sound =
        !checks || (ret->used <= bytes.n &&
                    content_crc == paw_crc32(0, (paw_bytes){bytes.p + PAW_EVTX_CHUNK_HEADER,
                                                            ret->used - PAW_EVTX_CHUNK_HEADER}));
    ret->is_table_sound = are_tables_sound(bytes);
}

/* Reads a record header at an offset. False: there is none. is_torn: only its end is wrong. */
static bool read_record(const struct paw_cursor *whole, uint32_t at, struct paw_evtx_at *ret,
                        bool *is_torn)
{
    struct paw_cursor c = paw_cursor_window(whole, at, whole->len - at);
    const uint32_t magic = paw_cursor_u32(&c);
    const uint32_t size = paw_cursor_u32(&c);
    const uint64_t id = paw_cursor_u64(&c);
    const uint64_t written = paw_cursor_u64(&c);
    if (!paw_cursor_ok(&c) || magic != RECORD_MAGIC || size < PAW_EVTX_RECORD_LEAST ||
        size > whole->len - at || size % RECORD_ALIGNMENT != 0)
        return false;
    (void)paw_cursor_take(&c, size - PAW_EVTX_RECORD_LEAST);
    *is_torn = paw_cursor_u32(&c) != size || !paw_cursor_ok(&c);
    *ret = (struct paw_evtx_at){.offset = at, .size = size, .id = id, .written = written};
    return true;
}

/* Whether a payload may begin so: fragment header, template instance, element. */
static bool is_payload(const struct paw_cursor *whole, uint32_t at)
{
    struct paw_cursor c = paw_cursor_window(whole, at, 1);
    const uint8_t b = paw_cursor_u8(&c);
    return paw_cursor_ok(&c) && (b == 0x0F || b == 0x0C || b == 0x0A || b == 0x01 || b == 0x41);
}

static void add(struct paw_evtx_chunk *ret, const struct paw_evtx_at *found,
                enum paw_evtx_place place)
{
    if (ret->n_records == PAW_EVTX_RECORDS_MAX) /* records do not overlap, so it cannot be */
        return;
    ret->records[ret->n_records] = *found;
    ret->records[ret->n_records++].place = place;
    ret->n_live += place == PAW_EVTX_LIVE;
    ret->n_slack += place == PAW_EVTX_SLACK;
    ret->n_torn += place == PAW_EVTX_TORN;
}

/* After a break in the claimed part lie records of this generation or what an older one left; the
 * chunk's own range of identifiers tells which, and where it is damaged, that they rise. */
static bool is_of_generation(const struct paw_evtx_chunk *chunk, const struct paw_evtx_at *found,
                             uint64_t last_live)
{
    if (chunk->n_claimed != 0)
        return found->id - chunk->first_id < chunk->n_claimed;
    return found->id > last_live && found->id - last_live <= PAW_EVTX_RECORDS_MAX;
}

/* Places without a record: more of the claimed part, perhaps. */
static void note_break(struct paw_evtx_chunk *ret, uint32_t from, uint32_t to)
{
    to = to < ret->used ? to : ret->used;
    if (from >= to || !ret->has_signature)
        return;
    if (ret->break_bytes == 0)
        ret->break_at = from;
    ret->break_bytes += to - from;
}

/* Where a record's first bytes stand, from an offset on; end if nowhere. */
static uint32_t next_magic(paw_bytes bytes, uint32_t at, uint32_t end)
{
    while (at < end && end - at >= PAW_EVTX_RECORD_LEAST) {
        const uint8_t *p = memchr(bytes.p + at, RECORD_MAGIC & 0xFF, end - at - 3);
        if (p == NULL)
            return end;
        if (paw_le32(p) == RECORD_MAGIC)
            return (uint32_t)(p - bytes.p);
        at = (uint32_t)(p - bytes.p) + 1;
    }
    return end;
}

static bool read_whole(const struct paw_cursor *whole, uint32_t at, struct paw_evtx_at *ret)
{
    bool is_torn = false;
    return read_record(whole, at, ret, &is_torn) && !is_torn &&
           is_payload(whole, at + PAW_EVTX_RECORD_HEADER);
}

bool paw_evtx_record_at(paw_bytes bytes, struct paw_evtx_at *ret)
{
    const struct paw_cursor whole = paw_cursor_over(bytes);
    ret->place = PAW_EVTX_SLACK;
    return read_whole(&whole, 0, ret);
}

bool paw_evtx_record_between(paw_bytes chunk, uint32_t from, uint32_t end, struct paw_evtx_at *ret)
{
    const struct paw_cursor whole = paw_cursor_over((paw_bytes){chunk.p, end});
    if (end > chunk.n)
        return false;
    for (from = next_magic(chunk, from, end); from < end; from = next_magic(chunk, from + 1, end)) {
        if (read_whole(&whole, from, ret)) {
            ret->place = PAW_EVTX_SLACK;
            return true;
        }
    }
    return false;
}

void paw_evtx_chunk_scan(paw_bytes bytes, bool checks, struct paw_evtx_chunk *ret)
{
    uint64_t last_live = 0;
    uint32_t at = PAW_EVTX_CHUNK_HEADER;
    memset(ret, 0, offsetof(struct paw_evtx_chunk, records));
    ret->length = (uint32_t)(bytes.n < PAW_EVTX_CHUNK_BYTES ? bytes.n : PAW_EVTX_CHUNK_BYTES);
    ret->is_blank = is_blank(bytes);
    if (ret->is_blank)
        return;
    const struct paw_cursor whole = paw_cursor_over((paw_bytes){bytes.p, ret->length});
    read_chunk_header(bytes, checks, ret);
    while (at + PAW_EVTX_RECORD_LEAST <= ret->length) {
        struct paw_evtx_at found = {0};
        bool is_torn = false;
        const bool is_claimed = at < ret->used && ret->has_signature;
        const bool is_record = read_record(&whole, at, &found, &is_torn);
        if (is_record && !is_torn && is_payload(&whole, at + PAW_EVTX_RECORD_HEADER)) {
            const bool is_live =
                is_claimed && (ret->break_bytes == 0 || is_of_generation(ret, &found, last_live));
            add(ret, &found, is_live ? PAW_EVTX_LIVE : PAW_EVTX_SLACK);
            if (is_live)
                last_live = found.id;
            at += found.size;
            continue;
        }
        const uint32_t next = next_magic(bytes, at + 1, ret->length);
        note_break(ret, at, next);
        if (is_record && is_claimed && at == ret->break_at)
            add(ret, &found, PAW_EVTX_TORN);
        at = next;
    }
    note_break(ret, at, ret->length);
}

/* Chunks in a file ------------------------------------------------------------------------------
 */

enum { SIGNATURE = 8 };

static const char chunk_signature[SIGNATURE] = "ElfChnk"; /* with its NUL */

static bool has_signature(paw_bytes bytes, uint32_t at)
{
    return at <= bytes.n && bytes.n - at >= SIGNATURE &&
           memcmp(bytes.p + at, chunk_signature, SIGNATURE) == 0;
}

uint32_t paw_evtx_first_chunk(paw_bytes head)
{
    return has_signature(head, 0) ? 0 : PAW_EVTX_HEADER_BLOCK;
}

static uint32_t next_signature(paw_bytes bytes, uint32_t at)
{
    while (at < bytes.n) {
        const uint8_t *p = memchr(bytes.p + at, chunk_signature[0], bytes.n - at);
        if (p == NULL)
            break;
        at = (uint32_t)(p - bytes.p);
        if (has_signature(bytes, at))
            return at;
        at++;
    }
    return (uint32_t)bytes.n;
}

/* Whether an offset lies inside a whole record of the chunk. */
static bool is_in_record(paw_bytes bytes, uint32_t offset)
{
    const struct paw_cursor whole = paw_cursor_over(bytes);
    const uint32_t end = (uint32_t)bytes.n;
    uint32_t at = next_magic(bytes, PAW_EVTX_CHUNK_HEADER, end);
    while (at < offset) {
        struct paw_evtx_at found;
        if (!read_whole(&whole, at, &found)) {
            at = next_magic(bytes, at + 1, end);
            continue;
        }
        if (offset < at + found.size)
            return true;
        at = next_magic(bytes, at + found.size, end);
    }
    return false;
}

uint32_t paw_evtx_chunk_length(paw_bytes window)
{
    const uint32_t most = (uint32_t)window.n;
    const uint32_t n = most < PAW_EVTX_CHUNK_BYTES ? most : PAW_EVTX_CHUNK_BYTES;
    uint32_t next;
    if (!has_signature(window, 0)) {
        next = next_signature(window, 1);
        return next < n ? next : n;
    }
    if (has_signature(window, PAW_EVTX_CHUNK_BYTES))
        return n;
    next = next_signature(window, PAW_EVTX_CHUNK_HEADER);
    while (next < n && is_in_record((paw_bytes){window.p, n}, next))
        next = next_signature(window, next + 1);
    return next < n ? next : n;
}

/* A look at the value array ---------------------------------------------------------------------
 */

enum {
    TOKEN_FRAGMENT = 0x0F,
    TOKEN_TEMPLATE = 0x0C,
    TYPE_U16 = 0x06,
    TYPE_FILETIME = 0x11,
    VALUES_MAX = PAW_EVTX_VALUES_MAX,
};

/* Steps over an optional fragment header and to a template instance's value array. False: it is
 * none, or its definition is not where it says. */
static bool enter_template(struct paw_cursor *chunk, size_t end, bool *is_inline)
{
    struct paw_cursor look = *chunk;
    if (paw_cursor_u8(&look) == TOKEN_FRAGMENT)
        (void)paw_cursor_take(chunk, 4);
    const uint8_t token = paw_cursor_u8(chunk);
    (void)paw_cursor_u8(chunk);
    const uint32_t id = paw_cursor_u32(chunk);
    const uint32_t definition = paw_cursor_u32(chunk);
    if (!paw_cursor_ok(chunk) || token != TOKEN_TEMPLATE)
        return false;
    struct paw_cursor d = paw_cursor_window(chunk, definition, 24);
    (void)paw_cursor_u32(&d);
    const uint32_t own_id = paw_cursor_u32(&d);
    (void)paw_cursor_take(&d, 12);
    const uint32_t size = paw_cursor_u32(&d);
    if (!paw_cursor_ok(&d) || own_id != id)
        return false;
    *is_inline = definition == chunk->pos;
    if (*is_inline) {
        (void)paw_cursor_take(chunk, 24);
        (void)paw_cursor_take(chunk, size);
    }
    return paw_cursor_ok(chunk) && chunk->pos <= end;
}

bool paw_evtx_array_at(paw_bytes bytes, uint32_t from, uint32_t end, struct paw_evtx_array *ret)
{
    struct paw_cursor chunk = paw_cursor_over(bytes);
    (void)paw_cursor_take(&chunk, from);
    bool is_inline = false;
    if (!enter_template(&chunk, end, &is_inline))
        return false;
    const uint32_t n = paw_cursor_u32(&chunk);
    if (!paw_cursor_ok(&chunk) || n > VALUES_MAX)
        return false;
    struct paw_evtx_array array = {
        .n = n, .descriptors = (uint32_t)chunk.pos, .is_inline = is_inline};
    struct paw_cursor list = paw_cursor_over(paw_cursor_take_items(&chunk, n, 4));
    for (uint32_t i = 0; i < n; i++) {
        const uint16_t size = paw_cursor_u16(&list);
        const uint16_t type = paw_cursor_u16(&list);
        array.values[i] = (struct paw_evtx_value){
            .type = (uint8_t)type, .size = size, .offset = (uint32_t)chunk.pos};
        (void)paw_cursor_take(&chunk, size);
    }
    if (!paw_cursor_ok(&chunk) || chunk.pos > end)
        return false;
    *ret = array;
    return true;
}

/* Whether a nested value begins with a template instance, with or without a fragment header. */
static bool is_instance(const struct paw_cursor *chunk, const struct paw_evtx_value *value)
{
    struct paw_cursor c = paw_cursor_window(chunk, value->offset, value->size);
    uint8_t token = paw_cursor_u8(&c);
    if (token == TOKEN_FRAGMENT) {
        (void)paw_cursor_take(&c, 3);
        token = paw_cursor_u8(&c);
    }
    return paw_cursor_ok(&c) && token == TOKEN_TEMPLATE;
}

bool paw_evtx_peek_at(paw_bytes bytes, const struct paw_evtx_at *at, struct paw_evtx_peek *ret)
{
    enum { EVENT_ID = 3, CREATED = 6 };
    const struct paw_cursor chunk = paw_cursor_over(bytes);
    struct paw_evtx_peek peek = {.has_templates = true};
    struct paw_evtx_array *outer = &peek.outer;
    *ret = (struct paw_evtx_peek){0};
    if (at->size < PAW_EVTX_RECORD_LEAST ||
        !paw_evtx_array_at(bytes, at->offset + PAW_EVTX_RECORD_HEADER, at->offset + at->size - 4,
                           outer) ||
        outer->n <= CREATED || outer->values[EVENT_ID].type != TYPE_U16 ||
        outer->values[CREATED].type != TYPE_FILETIME)
        return false;
    struct paw_cursor id =
        paw_cursor_window(&chunk, outer->values[EVENT_ID].offset, outer->values[EVENT_ID].size);
    struct paw_cursor time =
        paw_cursor_window(&chunk, outer->values[CREATED].offset, outer->values[CREATED].size);
    peek.event_id = paw_cursor_u16(&id);
    peek.created = paw_cursor_u64(&time);
    if (!paw_cursor_ok(&id) || !paw_cursor_ok(&time))
        return false;
    for (uint32_t i = 0; i < outer->n; i++) {
        const struct paw_evtx_value *value = &outer->values[i];
        if (value->type != PAW_EVTX_TYPE_BINXML || value->size == 0)
            continue;
        peek.has_payload = true;
        if (is_instance(&chunk, value) && !peek.has_nested)
            peek.has_nested =
                paw_evtx_array_at(bytes, value->offset, value->offset + value->size, &peek.nested);
        peek.has_templates = peek.has_templates && (peek.has_nested || !is_instance(&chunk, value));
    }
    *ret = peek;
    return true;
}
