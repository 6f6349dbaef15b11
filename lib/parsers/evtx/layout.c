/* SPDX-License-Identifier: Apache-2.0 */
/* Where the records of a log lie: see layout.h. */
#include "parsers/evtx/layout.h"

#include "core/cursor.h"

enum {
    FILE_FLAG_DIRTY = 1,
    FLAG_NO_CHECKSUMS = 4,
    CHUNK_HEADER_FIELDS = 128,
    RECORD_ALIGNMENT = 8, /* every record of 93,050 seen begins at a multiple of it */
};

#define RECORD_MAGIC UINT32_C(0x00002A2A)

/* Reflected polynomial 0xEDB88320. */
static const uint32_t crc_table[256] = {
    0x00000000, 0x77073096, 0xEE0E612C, 0x990951BA, 0x076DC419, 0x706AF48F, 0xE963A535, 0x9E6495A3,
    0x0EDB8832, 0x79DCB8A4, 0xE0D5E91E, 0x97D2D988, 0x09B64C2B, 0x7EB17CBD, 0xE7B82D07, 0x90BF1D91,
    0x1DB71064, 0x6AB020F2, 0xF3B97148, 0x84BE41DE, 0x1ADAD47D, 0x6DDDE4EB, 0xF4D4B551, 0x83D385C7,
    0x136C9856, 0x646BA8C0, 0xFD62F97A, 0x8A65C9EC, 0x14015C4F, 0x63066CD9, 0xFA0F3D63, 0x8D080DF5,
    0x3B6E20C8, 0x4C69105E, 0xD56041E4, 0xA2677172, 0x3C03E4D1, 0x4B04D447, 0xD20D85FD, 0xA50AB56B,
    0x35B5A8FA, 0x42B2986C, 0xDBBBC9D6, 0xACBCF940, 0x32D86CE3, 0x45DF5C75, 0xDCD60DCF, 0xABD13D59,
    0x26D930AC, 0x51DE003A, 0xC8D75180, 0xBFD06116, 0x21B4F4B5, 0x56B3C423, 0xCFBA9599, 0xB8BDA50F,
    0x2802B89E, 0x5F058808, 0xC60CD9B2, 0xB10BE924, 0x2F6F7C87, 0x58684C11, 0xC1611DAB, 0xB6662D3D,
    0x76DC4190, 0x01DB7106, 0x98D220BC, 0xEFD5102A, 0x71B18589, 0x06B6B51F, 0x9FBFE4A5, 0xE8B8D433,
    0x7807C9A2, 0x0F00F934, 0x9609A88E, 0xE10E9818, 0x7F6A0DBB, 0x086D3D2D, 0x91646C97, 0xE6635C01,
    0x6B6B51F4, 0x1C6C6162, 0x856530D8, 0xF262004E, 0x6C0695ED, 0x1B01A57B, 0x8208F4C1, 0xF50FC457,
    0x65B0D9C6, 0x12B7E950, 0x8BBEB8EA, 0xFCB9887C, 0x62DD1DDF, 0x15DA2D49, 0x8CD37CF3, 0xFBD44C65,
    0x4DB26158, 0x3AB551CE, 0xA3BC0074, 0xD4BB30E2, 0x4ADFA541, 0x3DD895D7, 0xA4D1C46D, 0xD3D6F4FB,
    0x4369E96A, 0x346ED9FC, 0xAD678846, 0xDA60B8D0, 0x44042D73, 0x33031DE5, 0xAA0A4C5F, 0xDD0D7CC9,
    0x5005713C, 0x270241AA, 0xBE0B1010, 0xC90C2086, 0x5768B525, 0x206F85B3, 0xB966D409, 0xCE61E49F,
    0x5EDEF90E, 0x29D9C998, 0xB0D09822, 0xC7D7A8B4, 0x59B33D17, 0x2EB40D81, 0xB7BD5C3B, 0xC0BA6CAD,
    0xEDB88320, 0x9ABFB3B6, 0x03B6E20C, 0x74B1D29A, 0xEAD54739, 0x9DD277AF, 0x04DB2615, 0x73DC1683,
    0xE3630B12, 0x94643B84, 0x0D6D6A3E, 0x7A6A5AA8, 0xE40ECF0B, 0x9309FF9D, 0x0A00AE27, 0x7D079EB1,
    0xF00F9344, 0x8708A3D2, 0x1E01F268, 0x6906C2FE, 0xF762575D, 0x806567CB, 0x196C3671, 0x6E6B06E7,
    0xFED41B76, 0x89D32BE0, 0x10DA7A5A, 0x67DD4ACC, 0xF9B9DF6F, 0x8EBEEFF9, 0x17B7BE43, 0x60B08ED5,
    0xD6D6A3E8, 0xA1D1937E, 0x38D8C2C4, 0x4FDFF252, 0xD1BB67F1, 0xA6BC5767, 0x3FB506DD, 0x48B2364B,
    0xD80D2BDA, 0xAF0A1B4C, 0x36034AF6, 0x41047A60, 0xDF60EFC3, 0xA867DF55, 0x316E8EEF, 0x4669BE79,
    0xCB61B38C, 0xBC66831A, 0x256FD2A0, 0x5268E236, 0xCC0C7795, 0xBB0B4703, 0x220216B9, 0x5505262F,
    0xC5BA3BBE, 0xB2BD0B28, 0x2BB45A92, 0x5CB36A04, 0xC2D7FFA7, 0xB5D0CF31, 0x2CD99E8B, 0x5BDEAE1D,
    0x9B64C2B0, 0xEC63F226, 0x756AA39C, 0x026D930A, 0x9C0906A9, 0xEB0E363F, 0x72076785, 0x05005713,
    0x95BF4A82, 0xE2B87A14, 0x7BB12BAE, 0x0CB61B38, 0x92D28E9B, 0xE5D5BE0D, 0x7CDCEFB7, 0x0BDBDF21,
    0x86D3D2D4, 0xF1D4E242, 0x68DDB3F8, 0x1FDA836E, 0x81BE16CD, 0xF6B9265B, 0x6FB077E1, 0x18B74777,
    0x88085AE6, 0xFF0F6A70, 0x66063BCA, 0x11010B5C, 0x8F659EFF, 0xF862AE69, 0x616BFFD3, 0x166CCF45,
    0xA00AE278, 0xD70DD2EE, 0x4E048354, 0x3903B3C2, 0xA7672661, 0xD06016F7, 0x4969474D, 0x3E6E77DB,
    0xAED16A4A, 0xD9D65ADC, 0x40DF0B66, 0x37D83BF0, 0xA9BCAE53, 0xDEBB9EC5, 0x47B2CF7F, 0x30B5FFE9,
    0xBDBDF21C, 0xCABAC28A, 0x53B39330, 0x24B4A3A6, 0xBAD03605, 0xCDD70693, 0x54DE5729, 0x23D967BF,
    0xB3667A2E, 0xC4614AB8, 0x5D681B02, 0x2A6F2B94, 0xB40BBE37, 0xC30C8EA1, 0x5A05DF1B, 0x2D02EF8D,
};

uint32_t paw_evtx_crc(uint32_t crc, paw_bytes bytes)
{
    crc = ~crc;
    for (size_t i = 0; i < bytes.n; i++)
        crc = crc >> 8 ^ crc_table[(crc ^ bytes.p[i]) & 0xFF];
    return ~crc;
}

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
                    (!has_crc || crc == paw_evtx_crc(0, (paw_bytes){head.p, 120}));
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

static void read_chunk_header(paw_bytes bytes, struct paw_evtx_chunk *ret)
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
    const uint32_t part = paw_evtx_crc(0, (paw_bytes){bytes.p, 120});
    ret->is_header_sound =
        header_crc == paw_evtx_crc(part, (paw_bytes){bytes.p + CHUNK_HEADER_FIELDS,
                                                     PAW_EVTX_CHUNK_HEADER - CHUNK_HEADER_FIELDS});
    ret->is_content_sound =
        ret->used <= bytes.n &&
        content_crc == paw_evtx_crc(0, (paw_bytes){bytes.p + PAW_EVTX_CHUNK_HEADER,
                                                   ret->used - PAW_EVTX_CHUNK_HEADER});
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

void paw_evtx_chunk_scan(paw_bytes bytes, struct paw_evtx_chunk *ret)
{
    const struct paw_cursor whole = paw_cursor_over(bytes);
    uint64_t last_live = 0;
    uint32_t at = PAW_EVTX_CHUNK_HEADER;
    memset(ret, 0, offsetof(struct paw_evtx_chunk, records));
    ret->length = (uint32_t)(bytes.n < PAW_EVTX_CHUNK_BYTES ? bytes.n : PAW_EVTX_CHUNK_BYTES);
    ret->is_blank = is_blank(bytes);
    if (ret->is_blank)
        return;
    read_chunk_header(bytes, ret);
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
        if (is_claimed) {
            if (ret->break_bytes == 0)
                ret->break_at = at;
            ret->break_bytes += RECORD_ALIGNMENT;
        }
        if (is_record && is_claimed && at == ret->break_at)
            add(ret, &found, PAW_EVTX_TORN);
        at += RECORD_ALIGNMENT;
    }
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
static bool enter_template(struct paw_cursor *chunk, size_t end)
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
    if (definition == chunk->pos) {
        (void)paw_cursor_take(chunk, 24);
        (void)paw_cursor_take(chunk, size);
    }
    return paw_cursor_ok(chunk) && chunk->pos <= end;
}

bool paw_evtx_array_at(paw_bytes bytes, uint32_t from, uint32_t end, struct paw_evtx_array *ret)
{
    struct paw_cursor chunk = paw_cursor_over(bytes);
    (void)paw_cursor_take(&chunk, from);
    if (!enter_template(&chunk, end))
        return false;
    const uint32_t n = paw_cursor_u32(&chunk);
    if (!paw_cursor_ok(&chunk) || n > VALUES_MAX)
        return false;
    struct paw_evtx_array array = {.n = n, .descriptors = (uint32_t)chunk.pos};
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
