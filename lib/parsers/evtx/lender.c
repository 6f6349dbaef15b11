/* SPDX-License-Identifier: Apache-2.0 */
/* The templates that a whole file has to lend: see lender.h. */
#include "parsers/evtx/lender.h"

#include <stdlib.h>

#include "core/cursor.h"

enum {
    TABLE = 384, /* of definitions, in the chunk's header */
    BUCKETS = 32,
    DEFINITION_HEAD = 24,
    NESTED_MAX = 4, /* inline values of one record that are looked into */
    ARENA_BYTES_MAX = 2 * 1024 * 1024,
};

struct building {
    struct paw_lender *lender;
    struct paw_templates *templates;
    struct paw_arena arena;
    struct paw_piece piece;
    paw_bytes chunk;
    const struct paw_evtx_chunk *layout;
    uint8_t seen[PAW_EVTX_CHUNK_BYTES / 8]; /* a bit for each offset */
};

/* The list --------------------------------------------------------------------------------------
 */

static int compare(const struct paw_loan *a, const uint8_t *guid, const uint8_t *digest)
{
    const uint32_t x = paw_le32(a->guid), y = paw_le32(guid);
    if (x != y)
        return x < y ? -1 : 1;
    const int c = memcmp(a->guid, guid, sizeof(a->guid));
    return c != 0 ? c : memcmp(a->digest, digest, sizeof(a->digest));
}

/* The first of the list that does not stand before. */
static size_t place_of(const struct paw_lender *l, const uint8_t *guid, const uint8_t *digest)
{
    size_t low = 0, high = l->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare(&l->loans[middle], guid, digest) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool grow(struct paw_lender *l)
{
    const size_t room = l->room == 0 ? 64 : l->room * 2;
    struct paw_loan *more = l->n == PAW_LENDER_MAX ? NULL : realloc(l->loans, room * sizeof(*more));
    if (more == NULL)
        return false;
    l->loans = more;
    l->room = room;
    return true;
}

static void offer(struct building *b, const struct paw_template *t, uint32_t definition)
{
    struct paw_lender *l = b->lender;
    const size_t at = place_of(l, t->plan->guid, t->digest);
    if (at < l->n && compare(&l->loans[at], t->plan->guid, t->digest) == 0)
        return;
    if (l->n == l->room && !grow(l)) {
        l->is_over = true;
        return;
    }
    struct paw_loan *slot = &l->loans[at];
    memmove(slot + 1, slot, (l->n++ - at) * sizeof(*slot));
    *slot = (struct paw_loan){.piece = b->piece, .definition = definition};
    memcpy(slot->guid, t->plan->guid, sizeof(slot->guid));
    memcpy(slot->digest, t->digest, sizeof(slot->digest));
}

void paw_lender_finish(struct paw_lender *l)
{
    free(l->loans);
    *l = (struct paw_lender){0};
}

/* Definitions -----------------------------------------------------------------------------------
 */

/* False: it was looked at before, or cannot be one. */
static bool look_at(struct building *b, uint32_t definition)
{
    if (definition < PAW_EVTX_CHUNK_HEADER || definition >= b->chunk.n ||
        b->chunk.n - definition < DEFINITION_HEAD ||
        (b->seen[definition / 8] & 1U << definition % 8) != 0)
        return false;
    b->seen[definition / 8] |= (uint8_t)(1U << definition % 8);
    const struct paw_template *t = paw_templates_at(b->templates, b->chunk, definition, &b->arena);
    if (t != NULL && paw_template_is_sound(t))
        offer(b, t, definition);
    paw_arena_reset(&b->arena);
    return true;
}

/* Those that the chunk's table names, each with those of its chain. */
static void look_at_table(struct building *b)
{
    const struct paw_cursor whole = paw_cursor_over(b->chunk);
    struct paw_cursor table = paw_cursor_window(&whole, TABLE, (size_t)BUCKETS * 4);
    for (unsigned i = 0; i < BUCKETS; i++) {
        uint32_t at = paw_cursor_u32(&table);
        while (look_at(b, at)) /* none is looked at twice, so no chain is endless */
            at = paw_le32(b->chunk.p + at);
    }
}

/* Those that stand in a record: at its beginning, and in the nested values. */
static void look_at_instance(struct building *b, uint32_t from, uint32_t end, unsigned depth)
{
    struct paw_binxml_instance instance;
    if (end - from > 4 && b->chunk.p[from] == PAW_BINXML_FRAGMENT)
        from += 4;
    if (end <= from || b->chunk.p[from] != PAW_BINXML_INSTANCE ||
        !paw_binxml_instance_read(b->chunk, from + 1, end, &b->arena, &instance))
        return;
    uint32_t nested[NESTED_MAX][2], n = 0;
    for (uint32_t i = 0; i < instance.n && depth == 0 && n < NESTED_MAX; i++) {
        if (instance.values[i].type != PAW_EVTX_TYPE_BINXML)
            continue;
        nested[n][0] = instance.values[i].offset;
        nested[n++][1] = instance.values[i].offset + instance.values[i].size;
    }
    if (instance.has_definition)
        (void)look_at(b, instance.definition);
    for (uint32_t i = 0; i < n; i++)
        look_at_instance(b, nested[i][0], nested[i][1], 1);
}

static void look_at_chunk(struct building *b)
{
    memset(b->seen, 0, sizeof(b->seen));
    look_at_table(b);
    for (uint32_t i = 0; i < b->layout->n_records && !b->lender->is_over; i++) {
        const struct paw_evtx_at *at = &b->layout->records[i];
        if (at->place == PAW_EVTX_LIVE && b->layout->is_header_sound)
            continue; /* the table has them */
        look_at_instance(b, at->offset + PAW_EVTX_RECORD_HEADER, at->offset + at->size - 4, 0);
        paw_arena_reset(&b->arena);
    }
}

/* The chunks of a log, one behind the other. */
static enum paw_status look_through_log(struct building *b, struct paw_source *source,
                                        struct paw_error *err)
{
    struct log {
        struct paw_evtx_chunk layout;
        uint8_t bytes[PAW_EVTX_CHUNK_WINDOW];
    } *l = calloc(1, sizeof(*l));
    uint64_t at = 0;
    size_t n = 0;
    if (l == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "a chunk");
    enum paw_status status = paw_source_read(source, 0, l->bytes, PAW_EVTX_HEADER_BLOCK, &n, err);
    at = paw_evtx_first_chunk((paw_bytes){l->bytes, n});
    while (status >= 0 && !b->lender->is_over) {
        status = paw_source_read(source, at, l->bytes, sizeof(l->bytes), &n, err);
        if (status < 0 || n == 0)
            break;
        b->chunk = (paw_bytes){l->bytes, paw_evtx_chunk_length((paw_bytes){l->bytes, n})};
        b->piece = (struct paw_piece){.chunk_at = at, .length = (uint32_t)b->chunk.n};
        b->layout = &l->layout;
        paw_evtx_chunk_scan(b->chunk, false, &l->layout);
        look_at_chunk(b);
        at += b->chunk.n;
    }
    free(l);
    return status;
}

static enum paw_status look_through_any(struct building *b, struct paw_source *source,
                                        struct paw_error *err)
{
    struct paw_carve *c = paw_carve_new(source);
    enum paw_status status = PAW_OK;
    uint64_t at = 0;
    if (c == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "carving");
    while (!b->lender->is_over && (status = paw_carve_next(c, &at, &b->piece, err)) == PAW_OK) {
        b->chunk = (paw_bytes){c->chunk, b->piece.length};
        b->layout = &c->layout;
        look_at_chunk(b);
    }
    paw_carve_free(c);
    return status < 0 ? status : PAW_OK;
}

enum paw_status paw_lender_build(struct paw_lender *ret, struct paw_source *source, bool is_carved,
                                 struct paw_templates *templates, struct paw_error *err)
{
    struct building *b = calloc(1, sizeof(*b));
    *ret = (struct paw_lender){0};
    if (b == NULL)
        return paw_fail(err, PAW_E_MEMORY, 0, "templates of a log");
    b->lender = ret;
    b->templates = templates;
    paw_arena_init(&b->arena, ARENA_BYTES_MAX);
    const enum paw_status status =
        is_carved ? look_through_any(b, source, err) : look_through_log(b, source, err);
    paw_arena_finish(&b->arena);
    free(b);
    return status;
}

/* Lending ---------------------------------------------------------------------------------------
 */

static const struct paw_template *load(const struct paw_loan *loan, struct paw_source *source,
                                       struct paw_templates *templates, struct paw_arena *own)
{
    struct paw_error ignored;
    uint32_t n = 0;
    const struct paw_template *kept = paw_templates_kept(templates, loan->guid, loan->digest);
    uint8_t *bytes = kept != NULL ? NULL : paw_arena_alloc(own, PAW_EVTX_CHUNK_BYTES);
    if (bytes == NULL || paw_piece_read(source, &loan->piece, bytes, &n, &ignored) != PAW_OK)
        return kept;
    return paw_templates_at(templates, (paw_bytes){bytes, n}, loan->definition, own);
}

const struct paw_template *paw_lender_find(const struct paw_lender *l, struct paw_source *source,
                                           struct paw_templates *templates,
                                           const struct paw_binxml_instance *instance,
                                           const uint8_t *guid, struct paw_arena *own)
{
    uint8_t least[PAW_BINXML_GUID] = {0};
    const uint8_t zero[PAW_TEMPLATE_DIGEST] = {0};
    if (l->is_over)
        return NULL;
    for (unsigned i = 0; i < 4; i++)
        least[i] = (uint8_t)(instance->id >> 8 * i);
    const size_t first = place_of(l, guid == NULL ? least : guid, zero);
    for (size_t i = first; i < l->n && i - first < PAW_LENDER_TRIES; i++) {
        const struct paw_loan *loan = &l->loans[i];
        if (guid == NULL ? paw_le32(loan->guid) != instance->id
                         : memcmp(loan->guid, guid, sizeof(loan->guid)) != 0)
            break;
        const struct paw_template *t = load(loan, source, templates, own);
        if (t != NULL && paw_template_is_sound(t) && paw_binxml_fits(t->plan, instance))
            return t;
    }
    return NULL;
}

/* Borrowers -------------------------------------------------------------------------------------
 */

static void *make(void *self)
{
    const struct paw_borrower *b = self;
    struct paw_error ignored;
    struct paw_lender *l = calloc(1, sizeof(*l));
    if (l != NULL && paw_lender_build(l, b->source, b->is_carved, b->templates, &ignored) != PAW_OK)
        l->is_over = true;
    return l;
}

static void unmake(void *made)
{
    if (made != NULL)
        paw_lender_finish(made);
    free(made);
}

/* What goes wrong while looking for a template is no other than that there is none. */
static const struct paw_template *lend(void *self, const struct paw_binxml_instance *instance,
                                       const uint8_t *guid, struct paw_arena *own)
{
    struct paw_borrower *b = self;
    struct paw_shared *shared = paw_source_shared(b->source);
    if (!b->has_asked)
        b->lender = shared == NULL ? make(b) : paw_shared_get(shared, make, b, unmake);
    b->has_asked = true;
    return b->lender == NULL
               ? NULL
               : paw_lender_find(b->lender, b->source, b->templates, instance, guid, own);
}

void paw_borrower_init(struct paw_borrower *b, struct paw_source *source, bool is_carved,
                       struct paw_templates *templates)
{
    *b = (struct paw_borrower){.source = source, .templates = templates, .is_carved = is_carved};
    templates->lend = lend;
    templates->lender = b;
}

void paw_borrower_finish(struct paw_borrower *b)
{
    if (paw_source_shared(b->source) == NULL)
        unmake(b->lender);
    *b = (struct paw_borrower){0};
}
