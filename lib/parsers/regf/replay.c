/* SPDX-License-Identifier: Apache-2.0 */
/* Transaction logs: replay.h. */
#include "parsers/regf/replay.h"

#include <stdlib.h>

#include "core/cursor.h"

enum {
    BLOCK = 4096,
    SECTOR = 512,
    ENTRY_HEADER = 40,
    ENTRIES_MOST = 1 << 20, /* a log of Windows holds some hundred */
};

enum log_kind {
    LOG_BAD,
    LOG_OLD, /* DIRT: a bitmap and sectors */
    LOG_NEW, /* HvLE: entries of pages     */
};

/* The fields of a base block, of a hive or at the head of a log. */
struct head {
    bool is_good; /* signature and checksum */
    uint32_t first, second;
    uint64_t written;
    uint32_t type, bins_size;
};

struct log {
    paw_bytes bytes;
    struct head head;
    enum log_kind kind;
    unsigned number; /* 0 for LOG1 */
};

static uint32_t block_sum(const uint8_t *b)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < 508; i += 4)
        sum ^= paw_le32(b + i);
    return sum == 0 ? 1 : sum == UINT32_MAX ? UINT32_MAX - 1 : sum;
}

static struct head read_head(paw_bytes file)
{
    struct paw_cursor c = paw_cursor_over(file);
    const paw_bytes all = paw_cursor_take(&c, SECTOR);
    if (!paw_cursor_ok(&c))
        return (struct head){0};
    return (struct head){
        .is_good = memcmp(all.p, "regf", 4) == 0 && block_sum(all.p) == paw_le32(all.p + 508),
        .first = paw_le32(all.p + 4),
        .second = paw_le32(all.p + 8),
        .written = paw_le64(all.p + 12),
        .type = paw_le32(all.p + 28),
        .bins_size = paw_le32(all.p + 40),
    };
}

static enum log_kind kind_of(paw_bytes file, const struct head *h)
{
    struct paw_cursor c = paw_cursor_over(file);
    struct paw_cursor at = paw_cursor_window(&c, SECTOR, 4);
    const paw_bytes magic = paw_cursor_take(&at, 4);
    if (!h->is_good || !paw_cursor_ok(&at))
        return LOG_BAD;
    if (h->type == 6 && memcmp(magic.p, "HvLE", 4) == 0)
        return LOG_NEW;
    /* An old log that was not written to its end has differing numbers. */
    if ((h->type == 1 || h->type == 2) && memcmp(magic.p, "DIRT", 4) == 0 && h->first == h->second)
        return LOG_OLD;
    return LOG_BAD;
}

static void put32(uint8_t *b, uint32_t n)
{
    for (unsigned i = 0; i < 4; i++)
        b[i] = (uint8_t)(n >> 8 * i);
}

/* Marvin32. */

static uint32_t rotated(uint32_t v, unsigned by)
{
    return v << by | v >> (32 - by);
}

static void mix(uint32_t *lo, uint32_t *hi, uint32_t v)
{
    *lo += v;
    *hi ^= *lo;
    *lo = rotated(*lo, 20) + *hi;
    *hi = rotated(*hi, 9) ^ *lo;
    *lo = rotated(*lo, 27) + *hi;
    *hi = rotated(*hi, 19);
}

uint64_t paw_regf_marvin32(paw_bytes b)
{
    uint32_t lo = 0x7A4E55C5, hi = 0x82EF4D88;
    struct paw_cursor c = paw_cursor_over(b);
    while (paw_cursor_left(&c) >= 4)
        mix(&lo, &hi, paw_cursor_u32(&c));
    uint32_t rest = 0;
    unsigned n = 0;
    while (paw_cursor_left(&c) != 0)
        rest |= (uint32_t)paw_cursor_u8(&c) << 8 * n++;
    mix(&lo, &hi, rest | UINT32_C(0x80) << 8 * n);
    mix(&lo, &hi, 0);
    return (uint64_t)hi << 32 | lo;
}

/* The copy. */

struct target {
    struct paw_regf_replay *out;
    size_t most; /* bytes the image may grow to */
};

/* Makes the bins that long; false: no memory or beyond what logs of that size can mean. */
static bool set_bins_size(struct target *t, uint32_t bins_size)
{
    const size_t size = (size_t)BLOCK + bins_size;
    if (size > t->most)
        return false;
    if (size > t->out->size) {
        uint8_t *image = realloc(t->out->image, size);
        if (image == NULL)
            return false;
        memset(image + t->out->size, 0, size - t->out->size);
        t->out->image = image;
        t->out->size = size;
    }
    put32(t->out->image + 40, bins_size);
    return true;
}

/* New logs. */

struct entry {
    uint32_t size, flags, sequence, bins_size, n_pages;
    struct paw_cursor references; /* n_pages of 8 bytes */
    struct paw_cursor pages;
};

/* The entry at the cursor, proved whole; NULL, or why it is none. */
static const char *read_entry(const struct paw_cursor *log, size_t at, struct entry *ret)
{
    struct paw_cursor c = paw_cursor_window(log, at, ENTRY_HEADER);
    const paw_bytes magic = paw_cursor_take(&c, 4);
    *ret = (struct entry){0};
    ret->size = paw_cursor_u32(&c);
    ret->flags = paw_cursor_u32(&c);
    ret->sequence = paw_cursor_u32(&c);
    ret->bins_size = paw_cursor_u32(&c);
    ret->n_pages = paw_cursor_u32(&c);
    const uint64_t pages_hash = paw_cursor_u64(&c);
    const uint64_t head_hash = paw_cursor_u64(&c);
    if (!paw_cursor_ok(&c))
        return "end of the log";
    if (memcmp(magic.p, "HvLE", 4) != 0)
        return "no further entry";
    struct paw_cursor whole = paw_cursor_window(log, at, ret->size);
    if (!paw_cursor_ok(&whole) || ret->size < ENTRY_HEADER || ret->size % SECTOR != 0)
        return "size of an entry";
    if (ret->bins_size % BLOCK != 0 || ret->bins_size == 0)
        return "size of the bins";
    if (paw_regf_marvin32((paw_bytes){whole.base, 32}) != head_hash ||
        paw_regf_marvin32((paw_bytes){whole.base + ENTRY_HEADER, ret->size - ENTRY_HEADER}) !=
            pages_hash)
        return "hash of an entry";
    (void)paw_cursor_take(&whole, ENTRY_HEADER);
    const paw_bytes references = paw_cursor_take_items(&whole, ret->n_pages, 8);
    if (!paw_cursor_ok(&whole))
        return "number of pages";
    ret->references = paw_cursor_over(references);
    ret->pages = paw_cursor_window(&whole, whole.pos, paw_cursor_left(&whole));
    struct paw_cursor r = ret->references, p = ret->pages;
    for (uint32_t i = 0; i < ret->n_pages; i++) {
        const uint32_t to = paw_cursor_u32(&r), size = paw_cursor_u32(&r);
        (void)paw_cursor_take(&p, size);
        if (!paw_cursor_ok(&p) || to > ret->bins_size || size > ret->bins_size - to)
            return "place of a page";
    }
    return NULL;
}

static bool apply_entry(struct target *t, struct entry *e)
{
    if (!set_bins_size(t, e->bins_size))
        return false;
    for (uint32_t i = 0; i < e->n_pages; i++) {
        const uint32_t to = paw_cursor_u32(&e->references), size = paw_cursor_u32(&e->references);
        const paw_bytes page = paw_cursor_take(&e->pages, size);
        if (page.n != 0)
            memcpy(t->out->image + BLOCK + to, page.p, page.n);
    }
    uint8_t *flags = t->out->image + 144;
    put32(flags, (paw_le32(flags) & ~UINT32_C(1)) | (e->flags & 1));
    t->out->entries++;
    t->out->pages += e->n_pages;
    t->out->last_sequence = e->sequence;
    return true;
}

static enum paw_status apply_new(struct target *t, const struct log *l, struct paw_error *err)
{
    const struct paw_cursor log = paw_cursor_over(l->bytes);
    uint32_t wanted = l->head.first;
    size_t at = SECTOR;
    for (unsigned n = 0; n < ENTRIES_MOST; n++) {
        struct entry e;
        const char *why = read_entry(&log, at, &e);
        if (why == NULL && e.sequence != wanted)
            why = "an entry of an older round";
        t->out->ended[l->number] = why;
        if (why != NULL)
            break;
        if (!apply_entry(t, &e))
            return paw_fail(err, PAW_E_LIMIT, at, "hive with its log");
        wanted++;
        at += e.size;
    }
    t->out->logs_used++;
    return PAW_OK;
}

/* Sequence numbers wrap. */
static int32_t distance(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static enum paw_status replay_new(struct target *t, const struct head *hive, struct log *logs,
                                  size_t n, struct paw_error *err)
{
    /* The lower number first; with a bad base block only the higher one is sure to follow. */
    if (n == 2 && distance(logs[0].head.first, logs[1].head.first) > 0) {
        const struct log first = logs[0];
        logs[0] = logs[1];
        logs[1] = first;
    }
    if (!hive->is_good && n == 2) {
        logs[0] = logs[1];
        n = 1;
    }
    for (size_t i = 0; i < n; i++) {
        if (hive->is_good && distance(logs[i].head.first, hive->second) < 0) {
            t->out->ended[logs[i].number] = "older than the hive";
            continue;
        }
        if (t->out->entries != 0 && logs[i].head.first != t->out->last_sequence + 1) {
            t->out->ended[logs[i].number] = "does not follow the other log";
            continue;
        }
        const enum paw_status status = apply_new(t, &logs[i], err);
        if (status != PAW_OK)
            return status;
    }
    return PAW_OK;
}

/* Old logs. */

static enum paw_status apply_old(struct target *t, const struct log *l, struct paw_error *err)
{
    const uint32_t bins_size = l->head.bins_size;
    struct paw_cursor c = paw_cursor_over(l->bytes);
    (void)paw_cursor_take(&c, SECTOR + 4);
    const size_t bits = bins_size / SECTOR;
    const paw_bytes bitmap = paw_cursor_take(&c, bits / 8);
    const size_t pages_at = (c.pos + SECTOR - 1) / SECTOR * SECTOR;
    (void)paw_cursor_take(&c, pages_at - c.pos);
    t->out->ended[l->number] = "size of the bins";
    if (!paw_cursor_ok(&c) || bins_size % BLOCK != 0)
        return PAW_OK;
    if (!set_bins_size(t, bins_size))
        return paw_fail(err, PAW_E_LIMIT, 0, "hive with its log");
    t->out->ended[l->number] = "end of the log";
    for (size_t i = 0; i < bits / 8 * 8; i++) {
        if ((bitmap.p[i / 8] >> i % 8 & 1) == 0)
            continue;
        const paw_bytes sector = paw_cursor_take(&c, SECTOR);
        if (sector.n == 0) {
            t->out->ended[l->number] = "fewer sectors than it says";
            break;
        }
        memcpy(t->out->image + BLOCK + i * SECTOR, sector.p, SECTOR);
        t->out->pages++;
    }
    t->out->last_sequence = l->head.first;
    t->out->logs_used++;
    return PAW_OK;
}

static enum paw_status replay_old(struct target *t, paw_bytes file, const struct head *hive,
                                  const struct log *logs, size_t n, struct paw_error *err)
{
    /* Of a bad base block the first bin still has the time. */
    struct paw_cursor c = paw_cursor_over(file);
    struct paw_cursor bin = paw_cursor_window(&c, BLOCK + 20, 8);
    const uint64_t written = hive->is_good ? hive->written : paw_cursor_u64(&bin);
    const struct log *best = NULL;
    for (size_t i = 0; i < n; i++) {
        if (logs[i].head.written < written)
            t->out->ended[logs[i].number] = "older than the hive";
        else if (best == NULL || logs[i].head.written > best->head.written)
            best = &logs[i];
    }
    if (best == NULL)
        return PAW_OK;
    if (!hive->is_good) {
        memcpy(t->out->image, best->bytes.p, SECTOR);
        t->out->base_from_log = true;
    }
    return apply_old(t, best, err);
}

/* What any reader accepts: equal numbers, type 0, a right checksum. */
static void finish_base_block(struct paw_regf_replay *r)
{
    if (r->logs_used == 0)
        return;
    put32(r->image + 4, r->last_sequence);
    put32(r->image + 8, r->last_sequence);
    put32(r->image + 28, 0);
    put32(r->image + 508, block_sum(r->image));
}

/* The logs of one kind: new ones if there are any. */
static size_t sort_logs(const paw_bytes files[2], struct log logs[2], struct paw_regf_replay *out)
{
    enum log_kind kind = LOG_BAD;
    struct log all[2];
    for (unsigned i = 0; i < 2; i++) {
        all[i] = (struct log){.bytes = files[i], .head = read_head(files[i]), .number = i};
        all[i].kind = kind_of(files[i], &all[i].head);
        kind = all[i].kind > kind ? all[i].kind : kind;
    }
    size_t n = 0;
    for (unsigned i = 0; i < 2; i++) {
        if (kind != LOG_BAD && all[i].kind == kind) {
            logs[n++] = all[i];
        } else if (files[i].n != 0) {
            out->logs_refused++;
            out->ended[i] = "no log that can be applied";
        }
    }
    return n;
}

enum paw_status paw_regf_replay(paw_bytes hive, const paw_bytes files[2],
                                struct paw_regf_replay *ret, struct paw_error *err)
{
    *ret = (struct paw_regf_replay){0};
    const struct head head = read_head(hive);
    struct log logs[2];
    if (head.is_good && head.first == head.second)
        return PAW_END;
    const size_t n = sort_logs(files, logs, ret);
    if (hive.n <= BLOCK || (!head.is_good && n == 0))
        return paw_fail(err, PAW_E_FORMAT, 0, "base block of a hive");

    struct target t = {.out = ret};
    const size_t seen = hive.n + files[0].n + files[1].n;
    t.most = seen < SIZE_MAX / 4 ? 2 * seen + (64 << 20) : SIZE_MAX;
    /* What lies behind the bins is old and would be taken for new bins. */
    const size_t bins = hive.n - BLOCK;
    const size_t kept = head.is_good && head.bins_size < bins ? head.bins_size : bins;
    ret->size = BLOCK + kept;
    ret->image = malloc(ret->size);
    if (ret->image == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "copy of a hive");
    memcpy(ret->image, hive.p, ret->size);
    enum paw_status status = PAW_OK;
    if (n != 0 && logs[0].kind == LOG_OLD)
        status = replay_old(&t, hive, &head, logs, n, err);
    else if (n != 0) {
        if (!head.is_good) {
            const bool second = n == 2 && distance(logs[1].head.first, logs[0].head.first) > 0;
            memcpy(ret->image, logs[second ? 1 : 0].bytes.p, SECTOR);
            ret->base_from_log = true;
        }
        status = replay_new(&t, &head, logs, n, err);
    }
    finish_base_block(ret);
    return status;
}

void paw_regf_replay_finish(struct paw_regf_replay *r)
{
    free(r->image);
    *r = (struct paw_regf_replay){0};
}
