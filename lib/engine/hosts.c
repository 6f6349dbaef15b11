/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which machine a fact belongs to.
 *
 * A log record says its computer. The same name in one collection root is one machine; in two roots
 * only if they share a record. A short name and the one full name that begins with it are one.
 * Hives carry no name: they join the one machine that the smallest folder around them names.
 */
#include "engine/engine_private.h"

static paw_str computer_of(const struct paw_fact *fact)
{
    return paw_fact_text(fact, PAW_F_COMPUTER);
}

static uint64_t root_hash(const struct paw_engine *e, uint32_t source)
{
    return source < e->n_sources ? e->source_roots[source] : 0;
}

static bool is_same_root(const struct paw_engine *e, uint32_t a, uint32_t b)
{
    return root_hash(e, a) == root_hash(e, b) && e->sources[a].root_id == e->sources[b].root_id &&
           paw_str_equal(e->sources[a].root, e->sources[b].root);
}

/* The folder of a hive stands for its root until machines are known. */
static bool is_at_rest(const struct paw_fact *fact)
{
    return fact->kind == PAW_KIND_STANDING || fact->kind == PAW_KIND_VALUE ||
           (fact->kind == PAW_KIND_HOST && paw_fact_text(fact, PAW_F_HIVE).p != NULL);
}

/* Whether the seat of the fact before is that of a computer of this file. */
static bool is_last_seat(const struct paw_engine *e, uint32_t source, paw_str computer)
{
    if (e->last_seat == NONE)
        return false;
    const struct seat *s = paw_vec_at(&e->seats, e->last_seat);
    return s->root == source && paw_str_equal(s->computer, computer);
}

uint32_t seat_of(struct paw_engine *e, const struct paw_fact *fact)
{
    const uint32_t source = fact->origin.source;
    const bool at_rest = is_at_rest(fact);
    const paw_str computer = at_rest ? (paw_str){0} : computer_of(fact);
    if (!at_rest && is_last_seat(e, source, computer))
        return e->last_seat;
    const uint64_t place = at_rest ? paw_hash(&source, sizeof(source), 7) : root_hash(e, source);
    const uint64_t hash = paw_hash_name(computer, place);
    size_t at = 0;
    for (uint32_t i = map_next(&e->seat_map, hash, &at); i != NONE;
         i = map_next(&e->seat_map, hash, &at)) {
        const struct seat *s = paw_vec_at(&e->seats, i);
        if (paw_str_same_name(s->computer, computer) &&
            (at_rest ? s->root == source : is_same_root(e, s->root, source))) {
            e->last_seat = at_rest ? NONE : i;
            return i;
        }
    }
    const uint32_t i = (uint32_t)e->seats.n;
    struct seat *s = paw_vec_push(&e->seats);
    if (s == NULL || !map_add(&e->seat_map, hash, i))
        return NONE;
    *s = (struct seat){
        .root = source,
        .root_name = e->sources[source].root,
        .computer = paw_store_str(&e->store, computer),
        .host = NONE,
        .joined = i,
        .least = UINT64_MAX,
    };
    return i;
}

uint32_t seat_find(struct paw_engine *e, uint32_t i)
{
    struct seat *s = paw_vec_at(&e->seats, i);
    while (s->joined != i) {
        i = s->joined;
        s = paw_vec_at(&e->seats, i);
    }
    return i;
}

static void join(struct paw_engine *e, uint32_t a, uint32_t b)
{
    a = seat_find(e, a);
    b = seat_find(e, b);
    if (a != b)
        ((struct seat *)paw_vec_at(&e->seats, a > b ? a : b))->joined = a > b ? b : a;
}

static paw_str short_name(paw_str computer)
{
    return paw_str_sub(computer, 0, paw_str_find_char(computer, '.', 0));
}

bool same_short_name(paw_str a, paw_str b)
{
    return a.n != 0 && paw_str_same_name(short_name(a), short_name(b));
}

void seats_join_by_identity(struct paw_engine *e)
{
    for (size_t i = 0; i + 1 < e->same.n; i++) {
        const struct paw_fact *a = *(const struct paw_fact **)paw_vec_at(&e->same, i);
        const struct paw_fact *b = *(const struct paw_fact **)paw_vec_at(&e->same, i + 1);
        if (a->identity == b->identity && a->host != b->host && !is_at_rest(a) && !is_at_rest(b) &&
            a->record_id != 0 && a->record_id == b->record_id && a->logged == b->logged &&
            paw_str_same_name(computer_of(a), computer_of(b)))
            join(e, a->host, b->host);
    }
}

static uint64_t short_hash(const struct paw_engine *e, const struct seat *s)
{
    return paw_hash_name(short_name(s->computer), root_hash(e, s->root));
}

/* WKS01 and the one WKS01.corp.example of the same root. */
static enum paw_status join_short_names(struct paw_engine *e)
{
    struct map by_name;
    map_init(&by_name, e->budget);
    for (uint32_t i = 0; i < e->seats.n; i++)
        if (!map_add(&by_name, short_hash(e, paw_vec_at(&e->seats, i)), i)) {
            map_finish(&by_name);
            return e->budget->status;
        }
    for (uint32_t i = 0; i < e->seats.n; i++) {
        const struct seat *s = paw_vec_at(&e->seats, i);
        uint32_t only = NONE;
        size_t n = 0, at = 0;
        if (s->computer.n == 0 || paw_str_find_char(s->computer, '.', 0) != SIZE_MAX)
            continue;
        const uint64_t hash = short_hash(e, s);
        for (uint32_t j = map_next(&by_name, hash, &at); j != NONE;
             j = map_next(&by_name, hash, &at)) {
            const struct seat *t = paw_vec_at(&e->seats, j);
            if (j == i || !is_same_root(e, s->root, t->root) ||
                !same_short_name(s->computer, t->computer))
                continue;
            only = j;
            n++;
        }
        if (n == 1)
            join(e, i, only);
    }
    map_finish(&by_name);
    return PAW_OK;
}

/* Does the file lie below the folder? */
static bool is_below(paw_str name, paw_str folder)
{
    return paw_str_starts(name, folder) && (folder.n == 0 || name.p[folder.n] == '/');
}

/* A name that a hive of SYSTEM gives to the machine, found among the host facts. */
static paw_str named_by_hive(const struct paw_engine *e, paw_str folder, size_t *n)
{
    paw_str found = {0};
    *n = 0;
    for (size_t i = 0; i < e->machine_facts.n; i++) {
        const struct paw_fact *f = *(const struct paw_fact **)paw_vec_at(&e->machine_facts, i);
        const paw_str name = computer_of(f);
        if (name.n == 0 || !is_below(e->sources[f->origin.source].name, folder))
            continue;
        if (!paw_str_same_name(found, name))
            *n += 1;
        found = name;
    }
    return found;
}

/* The machine whose logs lie below the folder: NONE if there is none, *n tells how many. */
static uint32_t seat_below(struct paw_engine *e, paw_str folder, size_t *n)
{
    uint32_t found = NONE;
    *n = 0;
    for (uint32_t source = 0; source < e->n_sources; source++) {
        const uint32_t seat = e->source_seat[source];
        if (seat == NONE || !is_below(e->sources[source].name, folder))
            continue;
        const struct seat *s = paw_vec_at(&e->seats, seat);
        if (s->computer.n == 0)
            continue;
        const uint32_t root = seat_find(e, seat);
        *n += root != found;
        found = root;
    }
    return found;
}

static uint32_t seat_named(struct paw_engine *e, uint32_t source, paw_str computer)
{
    for (uint32_t i = 0; i < e->seats.n; i++) {
        const struct seat *s = paw_vec_at(&e->seats, i);
        if (same_short_name(s->computer, computer) && is_same_root(e, s->root, source))
            return seat_find(e, i);
    }
    return NONE;
}

static void seat_hive(struct paw_engine *e, uint32_t i)
{
    struct seat *hive = paw_vec_at(&e->seats, i);
    paw_str folder = e->sources[hive->root].name;
    for (;;) {
        const size_t slash = paw_str_rfind_char(folder, '/');
        folder = paw_str_sub(folder, 0, slash == SIZE_MAX ? 0 : slash);
        size_t logs = 0, names = 0;
        const uint32_t seat = seat_below(e, folder, &logs);
        const paw_str name = named_by_hive(e, folder, &names);
        if (logs == 1 &&
            (names == 0 || names > 1 ||
             same_short_name(name, ((struct seat *)paw_vec_at(&e->seats, seat))->computer))) {
            join(e, seat, i);
            return;
        }
        if (names == 1) {
            const uint32_t known = seat_named(e, hive->root, name);
            if (known != NONE && known != i)
                join(e, known, i);
            else
                hive->computer = paw_store_str(&e->store, name);
            return;
        }
        if (logs > 1 || names > 1 || folder.n == 0)
            return; /* nobody can say */
    }
}

static int by_name_then_content(const void *a, const void *b)
{
    const struct seat *x = *(const struct seat *const *)a, *y = *(const struct seat *const *)b;
    const int c = paw_str_compare(x->computer, y->computer);
    return c != 0 ? c : (x->least > y->least) - (x->least < y->least);
}

/* The printed name: the longest spelling that joined, then the smallest. */
static void best_names(struct paw_engine *e)
{
    for (uint32_t i = 0; i < e->seats.n; i++) {
        const struct seat *s = paw_vec_at(&e->seats, i);
        struct seat *root = paw_vec_at(&e->seats, seat_find(e, i));
        if (s->computer.n > root->computer.n ||
            (s->computer.n == root->computer.n && paw_str_compare(s->computer, root->computer) < 0))
            root->computer = s->computer;
        if (s->least < root->least)
            root->least = s->least;
    }
}

/* NAME#2 */
static paw_str numbered(struct paw_engine *e, paw_str name, unsigned number)
{
    char digits[12];
    size_t at = sizeof(digits);
    for (; number != 0; number /= 10)
        digits[--at] = (char)('0' + number % 10);
    digits[--at] = '#';
    const size_t n = sizeof(digits) - at;
    char *whole = paw_store_alloc(&e->store, name.n + n);
    if (whole == NULL)
        return (paw_str){0};
    memcpy(whole, name.p, name.n);
    memcpy(whole + name.n, digits + at, n);
    return (paw_str){whole, name.n + n};
}

static enum paw_status number_hosts(struct paw_engine *e)
{
    struct paw_vec order;
    paw_vec_init(&order, e->budget, sizeof(struct seat *));
    for (uint32_t i = 0; i < e->seats.n; i++) {
        if (seat_find(e, i) != i)
            continue;
        struct seat **slot = paw_vec_push(&order);
        if (slot == NULL)
            return e->budget->status;
        *slot = paw_vec_at(&e->seats, i);
    }
    enum paw_status status = paw_vec_sort(&order, by_name_then_content);
    unsigned same = 1;
    for (size_t i = 0; status == PAW_OK && i < order.n; i++) {
        struct seat *s = *(struct seat **)paw_vec_at(&order, i);
        const struct seat *last = i == 0 ? NULL : *(struct seat **)paw_vec_at(&order, i - 1);
        same = last != NULL && s->computer.n != 0 && paw_str_same_name(last->computer, s->computer)
                   ? same + 1
                   : 1;
        struct host *h = paw_vec_push(&e->hosts);
        if (h == NULL) {
            status = e->budget->status;
            break;
        }
        s->host = (uint32_t)(e->hosts.n - 1);
        h->name = s->computer.n == 0 ? (paw_str){0} : s->computer;
        if (same > 1 && !(h->name = numbered(e, s->computer, same)).p) {
            status = e->budget->status;
            break;
        }
        h->machine.name = short_name(s->computer);
        h->machine.site = e->site;
        const size_t dot = paw_str_find_char(s->computer, '.', 0);
        if (dot != SIZE_MAX)
            h->machine.dns_suffix = paw_str_from(s->computer, dot + 1);
    }
    paw_vec_finish(&order);
    return status;
}

static void note_least(struct paw_engine *e, const struct paw_vec *facts)
{
    for (size_t i = 0; i < facts->n; i++) {
        const struct paw_fact *f = *(const struct paw_fact **)paw_vec_at(facts, i);
        struct seat *s = f == NULL ? NULL : paw_vec_at(&e->seats, f->host);
        if (s != NULL && f->content < s->least)
            s->least = f->content;
    }
}

enum paw_status hosts_assign(struct paw_engine *e)
{
    note_least(e, &e->first);
    note_least(e, &e->same);
    seats_join_by_identity(e);
    const enum paw_status status = join_short_names(e);
    if (status != PAW_OK)
        return status;
    for (uint32_t i = 0; i < e->seats.n; i++) {
        const struct seat *s = paw_vec_at(&e->seats, i);
        if (s->computer.p == NULL && e->source_seat[s->root] == i)
            seat_hive(e, i);
    }
    best_names(e);
    return number_hosts(e);
}

uint32_t seat_host(const struct paw_engine *e, uint32_t seat)
{
    const struct seat *s = paw_vec_at(&e->seats, seat);
    while (s->joined != seat) {
        seat = s->joined;
        s = paw_vec_at(&e->seats, seat);
    }
    return s->host;
}

uint32_t host_of(const struct paw_engine *e, const struct paw_fact *fact)
{
    return seat_host(e, fact->host);
}
