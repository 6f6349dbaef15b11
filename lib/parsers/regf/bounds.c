/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded walk of a hive's bytes: bounds.h says why. */
#include "parsers/regf/bounds.h"

#include <stdlib.h>

#include "core/cursor.h"

enum {
    HEADER_READ = 512, /* of the base block: what has fields */
    BIN_HEADER = 32,
    CELL_HEADER = 4,
    NK_HEADER = 76,
    VK_HEADER = 20,
};

enum nk_flag {
    NK_LATIN1 = 0x20,
    NK_PREDEFINED = 0x40, /* the number of values is a handle */
};

static const uint32_t DATA_IN_RECORD = 0x80000000;

static void tell(const struct paw_regf *h, enum paw_diag_code code, uint64_t cell, uint64_t extent,
                 const char *what)
{
    h->damage(h->damage_self, code, PAW_REGF_BLOCK + cell, extent, what);
}

/* Bits of cells. */

static bool bit_at(const uint8_t *bits, uint32_t cell)
{
    return (bits[cell / 64] >> (cell / 8 % 8) & 1) != 0;
}

static void set_bit(uint8_t *bits, uint32_t cell)
{
    bits[cell / 64] = (uint8_t)(bits[cell / 64] | 1U << (cell / 8 % 8));
}

/* A cell's size with its header; 0 if it is impossible. room: bytes to the end of its bin. */
static uint32_t cell_size(const struct paw_regf *h, uint32_t cell, uint32_t room, bool *allocated)
{
    struct paw_cursor c = paw_cursor_over(h->bins);
    c = paw_cursor_window(&c, cell, CELL_HEADER);
    const uint32_t raw = paw_cursor_u32(&c);
    *allocated = (raw & 0x80000000) != 0;
    const uint32_t size = *allocated ? 0U - raw : raw;
    if (!paw_cursor_ok(&c) || size < 8 || size % 8 != 0 || size > room)
        return 0;
    return size;
}

/* Where nothing tells where cells begin, any place may be one; its size must still fit. */
static void mark_all(struct paw_regf *h, uint32_t from, uint32_t end)
{
    for (uint32_t at = (from + 7) / 8 * 8; at < end; at += 8)
        set_bit(h->starts, at);
}

static void mark_pages(struct paw_regf *h, uint32_t from, uint32_t end)
{
    for (uint64_t at = from; at < end; at += PAW_REGF_BLOCK)
        h->bin_ends[at / PAW_REGF_BLOCK] = end;
}

/* The cells of one bin. */
static void mark_cells(struct paw_regf *h, uint32_t bin, uint32_t end)
{
    for (uint32_t at = bin + BIN_HEADER; at < end;) {
        bool allocated = false;
        const uint32_t size = cell_size(h, at, end - at, &allocated);
        if (size == 0) {
            /* The last bin of a file cut short ends in half a cell; that is told once. */
            if (end < h->bins.n || h->bins.n >= h->bins_size)
                tell(h, PAW_D_HIVE_REFERENCE, at, end - at, "chain of cells broken in a bin");
            mark_all(h, at, end);
            h->bins_are_whole = false;
            return;
        }
        if (allocated)
            set_bit(h->starts, at);
        at += size;
    }
}

/* Whether a bin begins at the page; its end within the file. */
static bool bin_at(const struct paw_regf *h, uint32_t at, uint32_t *ret_end)
{
    struct paw_cursor c = paw_cursor_over(h->bins);
    c = paw_cursor_window(&c, at, BIN_HEADER);
    const paw_bytes magic = paw_cursor_take(&c, 4);
    const uint32_t own = paw_cursor_u32(&c);
    const uint32_t size = paw_cursor_u32(&c);
    if (!paw_cursor_ok(&c) || memcmp(magic.p, "hbin", 4) != 0 || own != at || size == 0 ||
        size % PAW_REGF_BLOCK != 0 || size > UINT32_MAX - at)
        return false;
    *ret_end = at + size < h->bins.n ? at + size : (uint32_t)h->bins.n;
    return true;
}

/* from .. end should be bins and are none. */
static void mark_gap(struct paw_regf *h, uint32_t from, uint32_t end)
{
    if (from >= end)
        return;
    h->bins_are_whole = false;
    tell(h, PAW_D_HIVE_REFERENCE, from, end - from, "no bin header");
    mark_pages(h, from, end);
    mark_all(h, from, end);
}

static void mark_bins(struct paw_regf *h)
{
    const uint32_t all = (uint32_t)h->bins.n;
    uint32_t gap = 0; /* where the last bin ended */
    h->bins_are_whole = all != 0 && all == h->bins_size && all % PAW_REGF_BLOCK == 0;
    for (uint32_t at = 0; at < all;) {
        uint32_t end = 0;
        if (bin_at(h, at, &end)) {
            h->bins_are_whole &= end - at == paw_le32(h->bins.p + at + 8);
            mark_gap(h, gap, at);
            mark_pages(h, at, end);
            mark_cells(h, at, end);
            gap = end;
        } else {
            end = all - at > PAW_REGF_BLOCK ? at + PAW_REGF_BLOCK : all;
        }
        at = end;
    }
    mark_gap(h, gap, all);
}

/* The data of an allocated cell as a cursor; faulted if the reference is not sound. */
static struct paw_cursor cell_data(const struct paw_regf *h, uint32_t cell)
{
    struct paw_cursor none = paw_cursor_over((paw_bytes){0});
    none.fault = 1;
    if (cell % 8 != 0 || cell >= h->bins.n || !bit_at(h->starts, cell))
        return none;
    bool allocated = false;
    const uint32_t end = h->bin_ends[cell / PAW_REGF_BLOCK];
    const uint32_t size = end <= cell ? 0 : cell_size(h, cell, end - cell, &allocated);
    if (size == 0)
        return none;
    const struct paw_cursor all = paw_cursor_over(h->bins);
    return paw_cursor_window(&all, (size_t)cell + CELL_HEADER, size - CELL_HEADER);
}

/* The same, once only for each cell. */
static struct paw_cursor claim(struct paw_regf *h, uint32_t cell, bool *ret_again)
{
    struct paw_cursor c = cell_data(h, cell);
    *ret_again = paw_cursor_ok(&c) && bit_at(h->claimed, cell);
    if (*ret_again)
        c.fault = 1;
    else if (paw_cursor_ok(&c))
        set_bit(h->claimed, cell);
    return c;
}

static bool has_magic(struct paw_cursor *c, const char *magic)
{
    const paw_bytes two = paw_cursor_take(c, 2);
    return paw_cursor_ok(c) && memcmp(two.p, magic, 2) == 0;
}

/* Values. */

static enum paw_diag_code read_value(const struct paw_regf *h, uint32_t cell,
                                     struct paw_regf_value *ret, const char **what)
{
    struct paw_cursor c = cell_data(h, cell);
    if (!has_magic(&c, "vk")) {
        *what = "value list entry leads to no value";
        return PAW_D_HIVE_REFERENCE;
    }
    const uint16_t name_bytes = paw_cursor_u16(&c); /*  2 */
    const uint32_t size = paw_cursor_u32(&c);       /*  4 */
    const paw_bytes inline_data = paw_cursor_take(&c, 4);
    const uint32_t type = paw_cursor_u32(&c);  /* 12 */
    const uint16_t flags = paw_cursor_u16(&c); /* 16 */
    (void)paw_cursor_u16(&c);
    const paw_bytes name = paw_cursor_take(&c, name_bytes);
    *what = "value record or its name exceeds its cell";
    if (!paw_cursor_ok(&c))
        return PAW_D_HIVE_VALUE;

    struct paw_regf_value v = {.cell = cell,
                               .type = type,
                               .name = name,
                               .size = size,
                               .name_is_latin1 = (flags & 1) != 0,
                               .data_cell = PAW_REGF_NOTHING};
    if ((size & DATA_IN_RECORD) != 0) {
        v.size = size & ~DATA_IN_RECORD;
        *what = "more than four bytes of data in a value record";
        if (v.size > 4)
            return PAW_D_HIVE_VALUE;
        v.held = (paw_bytes){inline_data.p, v.size};
    } else if (size != 0) {
        v.data_cell = paw_le32(inline_data.p);
        struct paw_cursor d = cell_data(h, v.data_cell);
        *what = "value data lead to no cell";
        if (!paw_cursor_ok(&d))
            return PAW_D_HIVE_VALUE;
        const bool is_big = size > PAW_REGF_DB_SEGMENT && has_magic(&d, "db");
        *what = "value data exceed their cell";
        if (!is_big && size > d.len)
            return PAW_D_HIVE_VALUE;
        if (!is_big)
            v.held = (paw_bytes){d.base, size};
    }
    *ret = v;
    return PAW_D_NONE;
}

/* The list of a big value's segments, a cursor at its first entry; faulted if not sound. */
static struct paw_cursor segments(const struct paw_regf *h, const struct paw_regf_value *v,
                                  uint32_t *ret_count)
{
    struct paw_cursor record = cell_data(h, v->data_cell);
    (void)has_magic(&record, "db");
    const uint16_t count = paw_cursor_u16(&record);
    const uint32_t list_cell = paw_cursor_u32(&record);
    struct paw_cursor list = cell_data(h, list_cell);
    if (!paw_cursor_ok(&record))
        list.fault = 1;
    const uint32_t needed = (v->size + PAW_REGF_DB_SEGMENT - 1) / PAW_REGF_DB_SEGMENT;
    if (count < needed || needed > list.len / 4)
        list.fault = 1;
    *ret_count = needed;
    return list;
}

/* Whether the segments are all there; each may belong to one value only, so that small files
 * cannot claim to hold much. */
static bool claim_segments(struct paw_regf *h, const struct paw_regf_value *v)
{
    bool again = false;
    (void)claim(h, v->data_cell, &again);
    if (again || v->size > h->bins.n)
        return false;
    uint32_t count = 0;
    struct paw_cursor list = segments(h, v, &count);
    uint32_t left = v->size;
    for (uint32_t i = 0; i < count && paw_cursor_ok(&list); i++) {
        const uint32_t part = left < PAW_REGF_DB_SEGMENT ? left : PAW_REGF_DB_SEGMENT;
        const struct paw_cursor s = claim(h, paw_cursor_u32(&list), &again);
        if (!paw_cursor_ok(&s) || s.len < part)
            return false;
        left -= part;
    }
    return paw_cursor_ok(&list);
}

/* Looks at all values of a key; whether they are whole. */
static bool check_values(struct paw_regf *h, const struct paw_regf_key *k)
{
    bool whole = true;
    struct paw_cursor list = cell_data(h, k->value_list);
    for (uint32_t i = 0; i < k->n_values; i++) {
        const uint32_t cell = paw_cursor_u32(&list);
        struct paw_regf_value v = {0};
        const char *what = "";
        enum paw_diag_code code = read_value(h, cell, &v, &what);
        if (code == PAW_D_NONE && v.held.p == NULL && v.size != 0 && !claim_segments(h, &v)) {
            code = PAW_D_HIVE_VALUE;
            what = "segments of a value missing";
        }
        if (code == PAW_D_NONE)
            continue;
        whole = false;
        const uint32_t at = code == PAW_D_HIVE_REFERENCE ? k->value_list + 4 + 4 * i : cell;
        tell(h, code, at, 0, what);
    }
    return whole;
}

/* The value list: sets the number of entries that are there. */
static bool check_value_list(struct paw_regf *h, struct paw_regf_key *k)
{
    if (k->n_values == 0)
        return true;
    bool again = false;
    const struct paw_cursor list = claim(h, k->value_list, &again);
    if (!paw_cursor_ok(&list)) {
        k->n_values = 0;
        tell(h, PAW_D_HIVE_REFERENCE, k->cell + 4 + 40, 0,
             again ? "value list of another key" : "value list leads to no cell");
        return false;
    }
    bool whole = true;
    if (k->n_values > list.len / 4) {
        tell(h, PAW_D_HIVE_COUNT, k->cell + 4 + 36, 0, "more values than their list can hold");
        k->n_values = 0;
        whole = false;
        /* The list's own end is its first entry that is no value. */
        struct paw_cursor c = list;
        struct paw_regf_value v;
        const char *what = "";
        while (paw_cursor_left(&c) >= 4 &&
               read_value(h, paw_cursor_u32(&c), &v, &what) == PAW_D_NONE)
            k->n_values++;
    }
    return check_values(h, k) && whole;
}

/* Keys. */

static bool add_key(struct paw_regf *h, const struct paw_regf_key *k)
{
    if (h->n_keys == h->room) {
        const uint32_t room = h->room == 0 ? 256 : h->room * 2;
        struct paw_regf_key *keys = realloc(h->keys, (size_t)room * sizeof *keys);
        if (keys == NULL)
            return false;
        h->keys = keys;
        h->room = room;
    }
    h->keys[h->n_keys++] = *k;
    return true;
}

/* Whether one of the keys above is the cell: then a list points back. */
static bool is_above(const struct paw_regf *h, uint32_t key, uint32_t cell)
{
    for (uint32_t i = key; i != PAW_REGF_NOTHING; i = h->keys[i].parent)
        if (h->keys[i].cell == cell)
            return true;
    return false;
}

/* Reads the record of a key. entry_at: where its reference stands, from the start of the bins. */
static bool read_key(struct paw_regf *h, uint32_t cell, uint32_t parent, uint32_t entry_at,
                     struct paw_regf_key *ret)
{
    bool again = false;
    struct paw_cursor c = claim(h, cell, &again);
    if (again) {
        const bool back = parent != PAW_REGF_NOTHING && is_above(h, parent, cell);
        tell(h, back ? PAW_D_HIVE_CYCLE : PAW_D_HIVE_REFERENCE, entry_at, 4,
             back ? "a sub key list names a key above" : "a cell is referred to twice");
        return false;
    }
    if (!has_magic(&c, "nk")) {
        const bool is_cell = c.len != 0;
        tell(h, is_cell ? PAW_D_HIVE_KEY : PAW_D_HIVE_REFERENCE, is_cell ? cell : entry_at, 0,
             is_cell ? "no key record" : "sub key list entry leads to no cell");
        return false;
    }
    const uint16_t flags = paw_cursor_u16(&c);   /*  2 */
    const uint64_t written = paw_cursor_u64(&c); /*  4 */
    struct paw_cursor counts = paw_cursor_window(&c, 36, 8);
    const uint32_t n_values = paw_cursor_u32(&counts);
    const uint32_t value_list = paw_cursor_u32(&counts);
    struct paw_cursor name = paw_cursor_window(&c, 72, 2);
    const uint16_t name_bytes = paw_cursor_u16(&name);
    const struct paw_cursor text = paw_cursor_window(&c, NK_HEADER, name_bytes);
    if (!paw_cursor_ok(&c) || !paw_cursor_ok(&counts) || !paw_cursor_ok(&name) ||
        !paw_cursor_ok(&text)) {
        tell(h, PAW_D_HIVE_KEY, cell, 0, "key record or its name exceeds its cell");
        return false;
    }
    if (name_bytes > PAW_REGF_NAME_MOST) {
        tell(h, PAW_D_HIVE_KEY, cell, 0, "key name longer than Windows allows");
        return false;
    }
    *ret = (struct paw_regf_key){
        .cell = cell,
        .parent = parent,
        .first_child = PAW_REGF_NOTHING,
        .value_list = value_list,
        .n_values = (flags & NK_PREDEFINED) != 0 ? 0 : n_values,
        .name_at = cell + CELL_HEADER + NK_HEADER,
        .name_bytes = name_bytes,
        .depth = parent == PAW_REGF_NOTHING ? 0 : (uint16_t)(h->keys[parent].depth + 1),
        .written = written,
        .name_is_latin1 = (flags & NK_LATIN1) != 0,
        .is_whole = (flags & NK_PREDEFINED) == 0,
    };
    return true;
}

enum list_kind {
    LIST_BAD,
    LIST_OF_KEYS,  /* 4 bytes an entry */
    LIST_OF_PAIRS, /* 8 bytes */
    LIST_OF_LISTS,
};

/* Claims a list; c is then at its first entry, and count entries are there. */
static enum list_kind open_list(struct paw_regf *h, uint32_t cell, uint32_t entry_at,
                                struct paw_cursor *c, uint32_t *ret_count)
{
    bool again = false;
    *c = claim(h, cell, &again);
    const paw_bytes magic = paw_cursor_take(c, 2);
    const uint32_t count = paw_cursor_u16(c);
    if (!paw_cursor_ok(c)) {
        tell(h, PAW_D_HIVE_REFERENCE, entry_at, 4,
             again ? "a sub key list is referred to twice" : "sub key list leads to no cell");
        return LIST_BAD;
    }
    enum list_kind kind = LIST_BAD;
    if (memcmp(magic.p, "lf", 2) == 0 || memcmp(magic.p, "lh", 2) == 0)
        kind = LIST_OF_PAIRS;
    else if (memcmp(magic.p, "li", 2) == 0)
        kind = LIST_OF_KEYS;
    else if (memcmp(magic.p, "ri", 2) == 0)
        kind = LIST_OF_LISTS;
    else
        tell(h, PAW_D_HIVE_REFERENCE, cell, 0, "no sub key list");
    const size_t most = paw_cursor_left(c) / (kind == LIST_OF_PAIRS ? 8 : 4);
    if (kind != LIST_BAD && count > most)
        tell(h, PAW_D_HIVE_COUNT, cell + 4 + 2, 2, "more sub keys than their list can hold");
    *ret_count = count < most ? count : (uint32_t)most;
    return kind != LIST_BAD && count > most && most == 0 ? LIST_BAD : kind;
}

struct walk {
    uint32_t key;     /* whose children are read */
    uint32_t entries; /* seen in all its lists */
    bool whole;
};

/* Children from one list of keys. False: no memory. */
static bool add_children(struct paw_regf *h, struct walk *w, struct paw_cursor c, uint32_t count,
                         bool pairs)
{
    const uint32_t base = (uint32_t)(c.base - h->bins.p);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t entry_at = base + (uint32_t)c.pos;
        const uint32_t cell = paw_cursor_u32(&c);
        if (pairs)
            (void)paw_cursor_u32(&c);
        w->entries++;
        struct paw_regf_key k;
        if (h->keys[w->key].depth >= PAW_REGF_DEPTH) {
            tell(h, PAW_D_HIVE_DEPTH, entry_at, 4, "keys below are left out");
            h->n_refused++;
            w->whole = false;
            continue;
        }
        if (!read_key(h, cell, w->key, entry_at, &k)) {
            h->n_refused++;
            w->whole = false;
            continue;
        }
        if (!add_key(h, &k))
            return false;
    }
    return true;
}

/* Children from the list in a cell, which may be a list of lists. False: no memory. */
static bool read_list(struct paw_regf *h, struct walk *w, uint32_t cell, uint32_t entry_at)
{
    struct paw_cursor c;
    uint32_t count = 0;
    const enum list_kind kind = open_list(h, cell, entry_at, &c, &count);
    if (kind == LIST_BAD)
        w->whole = false;
    if (kind == LIST_OF_KEYS || kind == LIST_OF_PAIRS)
        return add_children(h, w, c, count, kind == LIST_OF_PAIRS);
    if (kind == LIST_BAD)
        return true;
    const uint32_t base = (uint32_t)(c.base - h->bins.p);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = base + (uint32_t)c.pos;
        const uint32_t inner = paw_cursor_u32(&c);
        struct paw_cursor d;
        uint32_t n = 0;
        const enum list_kind of = open_list(h, inner, at, &d, &n);
        if (of == LIST_OF_LISTS)
            tell(h, PAW_D_HIVE_REFERENCE, at, 4, "a list of lists in a list of lists");
        if (of == LIST_BAD || of == LIST_OF_LISTS)
            w->whole = false;
        else if (!add_children(h, w, d, n, of == LIST_OF_PAIRS))
            return false;
    }
    return true;
}

/* Children and values of one key of the table. */
static bool read_below(struct paw_regf *h, uint32_t key)
{
    struct paw_regf_key k = h->keys[key];
    struct paw_cursor c = cell_data(h, k.cell);
    struct paw_cursor at20 = paw_cursor_window(&c, 20, 12);
    const uint32_t claims = paw_cursor_u32(&at20);
    (void)paw_cursor_u32(&at20);
    const uint32_t list = paw_cursor_u32(&at20);

    struct walk w = {.key = key, .whole = true};
    const uint32_t first = h->n_keys;
    if ((claims != 0 || list != PAW_REGF_NOTHING) && list != PAW_REGF_NOTHING &&
        !read_list(h, &w, list, k.cell + 4 + 28))
        return false;
    if (claims != w.entries && (list != PAW_REGF_NOTHING || claims != 0)) {
        tell(h, PAW_D_HIVE_COUNT, k.cell + 4 + 20, 4, "the key and its list disagree in number");
        w.whole = false;
    }
    k.n_children = h->n_keys - first;
    k.first_child = k.n_children == 0 ? PAW_REGF_NOTHING : first;
    const bool values_whole = check_value_list(h, &k);
    k.is_whole = k.is_whole && w.whole && values_whole;
    h->keys[key] = k;
    return true;
}

/* The base block. */

static uint32_t checksum(paw_bytes head)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < 508; i += 4)
        sum ^= paw_le32(head.p + i);
    return sum == 0 ? 1 : sum == UINT32_MAX ? UINT32_MAX - 1 : sum;
}

static enum paw_status read_base_block(struct paw_regf *h, uint32_t *ret_root,
                                       struct paw_error *err)
{
    struct paw_cursor c = paw_cursor_over(h->file);
    const paw_bytes head = paw_cursor_take(&c, HEADER_READ);
    if (!paw_cursor_ok(&c) || h->file.n <= PAW_REGF_BLOCK)
        return paw_fail(err, PAW_E_TRUNCATED, h->file.n, "hive base block");
    c = paw_cursor_over(head);
    const paw_bytes magic = paw_cursor_take(&c, 4);
    const uint32_t first = paw_cursor_u32(&c);  /*  4 */
    const uint32_t second = paw_cursor_u32(&c); /*  8 */
    h->written = paw_cursor_u64(&c);            /* 12 */
    h->major = paw_cursor_u32(&c);              /* 20 */
    h->minor = paw_cursor_u32(&c);              /* 24 */
    const uint32_t type = paw_cursor_u32(&c);   /* 28 */
    (void)paw_cursor_u32(&c);                   /* 32 */
    *ret_root = paw_cursor_u32(&c);             /* 36 */
    h->bins_size = paw_cursor_u32(&c);          /* 40 */
    (void)paw_cursor_u32(&c);                   /* 44 */
    const paw_bytes name = paw_cursor_take(&c, 64);
    if (memcmp(magic.p, "regf", 4) != 0)
        return paw_fail(err, PAW_E_FORMAT, 0, "hive signature");
    if (type != 0)
        return paw_fail(err, PAW_E_FORMAT, 28, "type of hive");
    size_t units = 0;
    while (units < name.n / 2 && paw_le16(name.p + 2 * units) != 0)
        units++;
    h->own_name = (paw_u16){name.p, units};
    h->is_dirty = first != second;
    h->checksum_bad = checksum(head) != paw_le32(head.p + 508);
    return PAW_OK;
}

static void bound_bins(struct paw_regf *h)
{
    const size_t there = h->file.n - PAW_REGF_BLOCK;
    h->bins = (paw_bytes){h->file.p + PAW_REGF_BLOCK, there};
    if (h->checksum_bad && (h->bins_size == 0 || h->bins_size % PAW_REGF_BLOCK != 0))
        h->bins_size = there < UINT32_MAX ? (uint32_t)there : UINT32_MAX;
    if (there > h->bins_size) {
        h->bins.n = h->bins_size;
        tell(h, PAW_D_HIVE_TRAILING, h->bins_size, there - h->bins_size, "");
    } else if (there < h->bins_size) {
        tell(h, PAW_D_HIVE_TRUNCATED, there, h->bins_size - there, "");
    }
    /* Cells are found by 32-bit offsets with room for the arithmetic on them. */
    if (h->bins.n > UINT32_MAX - PAW_REGF_BLOCK)
        h->bins.n = UINT32_MAX / PAW_REGF_BLOCK * PAW_REGF_BLOCK - PAW_REGF_BLOCK;
}

enum paw_status paw_regf_check(paw_bytes file, paw_regf_damage_fn *damage, void *self,
                               struct paw_regf *ret, struct paw_error *err)
{
    *ret = (struct paw_regf){.file = file, .damage = damage, .damage_self = self};
    uint32_t root = 0;
    const enum paw_status status = read_base_block(ret, &root, err);
    if (status != PAW_OK)
        return status;
    bound_bins(ret);
    const size_t pages = ret->bins.n / PAW_REGF_BLOCK + 1;
    const size_t bits = ret->bins.n / 64 + 1;
    ret->bin_ends = calloc(pages, sizeof *ret->bin_ends);
    ret->starts = calloc(bits, 1);
    ret->claimed = calloc(bits, 1);
    if (ret->bin_ends == NULL || ret->starts == NULL || ret->claimed == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "table of cells");
    mark_bins(ret);

    struct paw_regf_key k;
    if (!read_key(ret, root, PAW_REGF_NOTHING, 36, &k))
        return paw_fail(err, PAW_E_FORMAT, 36, "root key");
    bool room = add_key(ret, &k);
    for (uint32_t i = 0; room && i < ret->n_keys; i++)
        room = read_below(ret, i);
    return room ? PAW_OK : paw_fail(err, PAW_E_MEMORY, 0, "table of keys");
}

void paw_regf_finish(struct paw_regf *h)
{
    free(h->keys);
    free(h->bin_ends);
    free(h->starts);
    free(h->claimed);
    *h = (struct paw_regf){0};
}

paw_bytes paw_regf_key_name(const struct paw_regf *h, const struct paw_regf_key *k)
{
    return (paw_bytes){h->bins.p + k->name_at, k->name_bytes};
}

bool paw_regf_value_at(const struct paw_regf *h, const struct paw_regf_key *k, uint32_t i,
                       struct paw_regf_value *ret)
{
    struct paw_cursor list = cell_data(h, k->value_list);
    struct paw_cursor entry = paw_cursor_window(&list, 4 * (size_t)i, 4);
    const uint32_t cell = paw_cursor_u32(&entry);
    const char *what = "";
    return paw_cursor_ok(&entry) && read_value(h, cell, ret, &what) == PAW_D_NONE;
}

enum paw_status paw_regf_data(const struct paw_regf *h, const struct paw_regf_value *v,
                              struct paw_arena *arena, paw_bytes *ret)
{
    if (v->held.p != NULL || v->size == 0) {
        *ret = (paw_bytes){v->held.p, v->size};
        return PAW_OK;
    }
    uint32_t count = 0;
    struct paw_cursor list = segments(h, v, &count);
    if (!paw_cursor_ok(&list) || v->size > h->bins.n) {
        *ret = (paw_bytes){0};
        return PAW_DAMAGED;
    }
    uint8_t *all = paw_arena_alloc(arena, v->size);
    if (all == NULL)
        return PAW_E_LIMIT;
    uint32_t done = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t left = v->size - done;
        const uint32_t part = left < PAW_REGF_DB_SEGMENT ? left : PAW_REGF_DB_SEGMENT;
        const struct paw_cursor s = cell_data(h, paw_cursor_u32(&list));
        if (!paw_cursor_ok(&s) || s.len < part)
            break;
        memcpy(all + done, s.base, part);
        done += part;
    }
    *ret = (paw_bytes){all, done};
    return done == v->size ? PAW_OK : PAW_DAMAGED;
}
