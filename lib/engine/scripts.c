/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PowerShell writes a long script block in parts (4104: MessageNumber of MessageTotal). They are
 * joined in their order into one fact that stands at the first part's place; a part that is missing
 * leaves a gap, and the joined fact says that it was cut.
 */
#include "engine/engine_private.h"

struct part {
    uint64_t block; /* hash of host and ScriptBlockId */
    uint64_t number;
    uint32_t kept;
};

static int by_block_number(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    if (x->block != y->block)
        return x->block < y->block ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->kept > y->kept) - (x->kept < y->kept);
}

static enum paw_status collect(struct paw_engine *e, struct paw_vec *parts)
{
    for (uint32_t i = 0; i < e->kept.n; i++) {
        const struct kept *k = paw_vec_at(&e->kept, i);
        uint64_t total = 0, number = 0;
        const paw_str id = paw_fact_text(k->fact, PAW_F_SCRIPT_ID);
        if (k->fact->kind != PAW_KIND_POWERSHELL || id.n == 0 ||
            !paw_str_u64(paw_fact_text(k->fact, PAW_F_MESSAGE_TOTAL), &total) || total < 2 ||
            !paw_str_u64(paw_fact_text(k->fact, PAW_F_MESSAGE_NUMBER), &number))
            continue;
        struct part *p = paw_vec_push(parts);
        if (p == NULL)
            return e->budget->status;
        *p = (struct part){paw_hash_name(id, k->host), number, i};
    }
    return paw_vec_sort(parts, by_block_number);
}

static const struct kept *kept_of(const struct paw_engine *e, const struct paw_vec *parts, size_t i)
{
    return paw_vec_at(&e->kept, ((const struct part *)paw_vec_at(parts, i))->kept);
}

/* The texts of parts from..to - 1, one behind the other; cut at the limit of a text. */
static paw_str join(struct paw_engine *e, const struct paw_vec *parts, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += paw_fact_text(kept_of(e, parts, i)->fact, PAW_F_SCRIPT_TEXT).n;
    if (n > PAW_TEXT_BYTES_MAX)
        n = PAW_TEXT_BYTES_MAX;
    char *whole = paw_store_alloc(&e->store, n);
    size_t at = 0;
    uint64_t last = 0;
    for (size_t i = from; whole != NULL && i < to; i++) {
        const struct part *p = paw_vec_at(parts, i);
        const paw_str text = paw_fact_text(kept_of(e, parts, i)->fact, PAW_F_SCRIPT_TEXT);
        if (p->number == last || text.n > n - at)
            continue; /* a second copy of a part, or no room */
        last = p->number;
        if (text.n != 0)
            memcpy(whole + at, text.p, text.n);
        at += text.n;
    }
    return (paw_str){whole, whole == NULL ? 0 : at};
}

static const struct paw_fact *joined_fact(struct paw_engine *e, const struct paw_fact *first,
                                          paw_str text, bool is_whole)
{
    struct paw_fact_builder b = {0};
    enum paw_field_id id = PAW_F_NONE;
    paw_str name = {0}, value = {0};
    paw_fact_begin(&b, PAW_KIND_POWERSHELL);
    b.head = *first;
    b.head.flags |= is_whole ? 0 : PAW_FACT_CUT;
    for (size_t i = 0; paw_fact_field(first, i, &id, &name, &value); i++) {
        if (id == PAW_F_OTHER)
            paw_fact_add_other(&b, name, value);
        else
            paw_fact_add(&b, id, id == PAW_F_SCRIPT_TEXT ? text : value);
    }
    const struct paw_fact *built = paw_fact_end(&b);
    struct paw_fact *copy = built == NULL ? NULL : paw_store_copy(&e->store, built, built->size);
    paw_fact_builder_finish(&b);
    if (copy != NULL)
        copy->host = first->host;
    return copy;
}

enum paw_status scripts_join(struct paw_engine *e,
                             enum paw_status (*take)(struct paw_engine *e, const struct kept *k))
{
    struct paw_vec parts;
    paw_vec_init(&parts, e->budget, sizeof(struct part));
    enum paw_status status = collect(e, &parts);
    for (size_t i = 0; status == PAW_OK && i < parts.n;) {
        const struct part *p = paw_vec_at(&parts, i);
        const struct part *last = p;
        size_t to = i + 1;
        while (to < parts.n && ((struct part *)paw_vec_at(&parts, to))->block == p->block)
            last = paw_vec_at(&parts, to++);
        struct kept k = *kept_of(e, &parts, i);
        uint64_t total = 0;
        const bool counted = paw_str_u64(paw_fact_text(k.fact, PAW_F_MESSAGE_TOTAL), &total);
        const bool is_whole = counted && to - i >= total && last->number == total;
        k.fact = joined_fact(e, k.fact, join(e, &parts, i, to), is_whole);
        status = k.fact == NULL ? PAW_E_MEMORY : take(e, &k);
        i = to;
    }
    paw_vec_finish(&parts);
    return status;
}
