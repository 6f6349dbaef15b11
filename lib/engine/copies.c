/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same record given more than once counts once.
 *
 * Equal identities (computer, channel, provider, event id, record id, time; for hives place and
 * content) keep their best state, then the canonical first place; the others become copies. Facts
 * of one record (a task with two actions) stay side by side. Hashes find, texts decide. Most facts
 * have no copy: they stay in the order in which they came, which is nearly that of time.
 */
#include "engine/engine_private.h"

enum { COPIES_MAX = 32 }; /* printed per record; all are counted */

static const struct paw_fact *fact_at(const struct paw_vec *v, size_t i)
{
    return *(const struct paw_fact **)paw_vec_at(v, i);
}

static bool is_log(const struct paw_fact *f)
{
    return f->record_id != 0 || f->logged != 0;
}

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_identity(const void *a, const void *b)
{
    const struct paw_fact *x = *(const struct paw_fact *const *)a;
    const struct paw_fact *y = *(const struct paw_fact *const *)b;
    int c = order(x->identity, y->identity);
    c = c != 0 ? c : order(x->state, y->state);
    c = c != 0 ? c : order(x->origin.source, y->origin.source);
    c = c != 0 ? c : order(x->origin.offset, y->origin.offset);
    return c != 0 ? c : order(x->content, y->content);
}

static bool same_text(const struct paw_fact *a, const struct paw_fact *b, enum paw_field_id id)
{
    return paw_str_same_name(paw_fact_text(a, id), paw_fact_text(b, id));
}

static bool is_same_record(const struct paw_engine *e, const struct paw_fact *a,
                           const struct paw_fact *b)
{
    return a->identity == b->identity && a->event_id == b->event_id &&
           a->record_id == b->record_id && a->logged == b->logged &&
           host_of(e, a) == host_of(e, b) && same_text(a, b, PAW_F_COMPUTER) &&
           same_text(a, b, PAW_F_CHANNEL) && same_text(a, b, PAW_F_PROVIDER) &&
           (is_log(a) || a->content == b->content);
}

static bool is_same_place(const struct paw_fact *a, const struct paw_fact *b)
{
    return a->origin.source == b->origin.source && a->origin.offset == b->origin.offset;
}

/* A copy of the fact at i: an earlier kept one of its record. SIZE_MAX: it is kept itself. */
static size_t original_of(const struct paw_engine *e, const struct paw_vec *facts, size_t from,
                          size_t i)
{
    const struct paw_fact *f = fact_at(facts, i);
    const struct paw_fact *lead = fact_at(facts, from);
    for (size_t j = from; j < i && j < from + COPIES_MAX; j++)
        if (fact_at(facts, j)->content == f->content && is_same_record(e, fact_at(facts, j), f))
            return j;
    /* other words under one identity: a differing copy, unless both come from one record */
    return is_log(f) && is_same_record(e, lead, f) && !is_same_place(lead, f) ? from : SIZE_MAX;
}

static bool add_copy(struct paw_engine *e, struct kept *k, struct paw_origin origin)
{
    k->all_copies++;
    if (k->n_copies == COPIES_MAX)
        return true;
    struct paw_origin *list =
        k->n_copies == 0 ? paw_store_alloc(&e->store, COPIES_MAX * sizeof(*list)) : NULL;
    if (k->n_copies == 0) {
        if (list == NULL)
            return false;
        k->copies = list;
    }
    memcpy((uint8_t *)(uintptr_t)k->copies + k->n_copies * sizeof(origin), &origin, sizeof(origin));
    k->n_copies++;
    return true;
}

/* The files of equal content that were not read at all. */
static bool add_unread_copies(struct paw_engine *e, struct kept *k, struct paw_origin origin)
{
    for (uint32_t i = 0; i < e->n_sources; i++)
        if (e->sources[i].copy_of == origin.source) {
            struct paw_origin other = origin;
            other.source = i;
            if (!add_copy(e, k, other))
                return false;
        }
    return true;
}

/* Those whose identity another one has go to e->same, sorted by it; in the list there is NULL. */
enum paw_status copies_find(struct paw_engine *e, struct paw_vec *facts)
{
    struct paw_vec keys;
    paw_vec_init(&keys, e->budget, sizeof(struct paw_keyed));
    e->same.n = 0;
    for (size_t i = 0; i < facts->n; i++) {
        struct paw_keyed *key = paw_vec_push(&keys);
        if (key == NULL) {
            paw_vec_finish(&keys);
            return e->budget->status;
        }
        *key = (struct paw_keyed){fact_at(facts, i)->identity, i};
    }
    enum paw_status status = paw_vec_sort_keys(&keys);
    const struct paw_keyed *k = keys.items;
    for (size_t i = 0; status == PAW_OK && i < keys.n; i++) {
        if ((i == 0 || k[i - 1].key != k[i].key) && (i + 1 == keys.n || k[i + 1].key != k[i].key))
            continue;
        const struct paw_fact **slot = paw_vec_push(&e->same);
        const struct paw_fact **from = paw_vec_at(facts, k[i].value);
        status = slot == NULL ? e->budget->status : PAW_OK;
        if (slot != NULL)
            *slot = *from;
        *from = NULL;
    }
    paw_vec_finish(&keys);
    return status == PAW_OK ? paw_vec_sort(&e->same, by_identity) : status;
}

static int by_host_time_content(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    int c = order(x->host, y->host);
    c = c != 0 ? c : order(x->fact->time, y->fact->time);
    c = c != 0 ? c : order(x->fact->record_id, y->fact->record_id);
    c = c != 0 ? c : order(x->fact->content, y->fact->content);
    c = c != 0 ? c : order(x->fact->identity, y->fact->identity);
    c = c != 0 ? c : order(x->fact->origin.source, y->fact->origin.source);
    return c != 0 ? c : order(x->fact->origin.offset, y->fact->origin.offset);
}

static int by_address(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    return order((uintptr_t)x->fact, (uintptr_t)y->fact);
}

static struct kept *keep(struct paw_engine *e, const struct paw_fact *fact)
{
    struct kept *k = paw_vec_push(&e->kept);
    if (k == NULL)
        return NULL;
    *k = (struct kept){.fact = fact, .host = host_of(e, fact)};
    return add_unread_copies(e, k, fact->origin) ? k : NULL;
}

static enum paw_status fold_group(struct paw_engine *e, const struct paw_vec *facts, size_t from,
                                  size_t to)
{
    const size_t base = e->kept.n;
    for (size_t i = from; i < to; i++) {
        const size_t original = original_of(e, facts, from, i);
        if (original == SIZE_MAX) {
            if (keep(e, fact_at(facts, i)) == NULL)
                return e->budget->status;
            continue;
        }
        if (is_same_place(fact_at(facts, original), fact_at(facts, i)))
            continue; /* answered twice by a reader that was ended in between: no copy */
        for (size_t j = base; j < e->kept.n; j++) {
            struct kept *k = paw_vec_at(&e->kept, j);
            if (k->fact != fact_at(facts, original))
                continue;
            const struct paw_origin origin = fact_at(facts, i)->origin;
            if (!add_copy(e, k, origin) || !add_unread_copies(e, k, origin))
                return e->budget->status;
        }
    }
    return PAW_OK;
}

enum paw_status copies_fold(struct paw_engine *e, const struct paw_vec *facts, size_t keep_from)
{
    const struct paw_vec *same = &e->same;
    enum paw_status status = PAW_OK;
    for (size_t i = 0; i < facts->n; i++)
        if (fact_at(facts, i) != NULL && keep(e, fact_at(facts, i)) == NULL)
            return e->budget->status;
    for (size_t i = 0; status == PAW_OK && i < same->n;) {
        size_t to = i + 1;
        while (to < same->n && fact_at(same, to)->identity == fact_at(same, i)->identity)
            to++;
        status = fold_group(e, same, i, to);
        i = to;
    }
    if (status != PAW_OK)
        return status;
    /* what was kept before (an earlier extraction) stays where it is */
    struct paw_vec part = e->kept;
    part.items = keep_from == 0 ? e->kept.items : paw_vec_at(&e->kept, keep_from);
    part.n = e->kept.n - keep_from;
    status = paw_vec_sort(&part, by_host_time_content);
    for (size_t i = keep_from; status == PAW_OK && i < e->kept.n; i++) {
        const struct kept *k = paw_vec_at(&e->kept, i);
        if (k->n_copies == 0)
            continue;
        struct kept *copy = paw_vec_push(&e->copied);
        if (copy == NULL)
            return e->budget->status;
        *copy = *k;
    }
    return status == PAW_OK ? paw_vec_sort(&e->copied, by_address) : status;
}

const struct kept *copies_of(const struct paw_engine *e, const struct paw_fact *fact)
{
    size_t lo = 0, hi = e->copied.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const struct kept *k = paw_vec_at(&e->copied, mid);
        if (k->fact == fact)
            return k;
        if ((uintptr_t)k->fact < (uintptr_t)fact)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}
