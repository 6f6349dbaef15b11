/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From drafts to findings: evidence with one primary, reasons with spans, the id, the order.
 */
#include "engine/draft.h"
#include "engine/labels.h"

#include <catspaw/behaviour.h>

#include "core/sha256.h"

enum { REPEATS_SHOWN = 32 };

/* A finding while its lists grow. */
struct build {
    struct paw_engine *e;
    struct draft *d;
    struct paw_finding *f;
    struct paw_cited *cited;
    size_t n_cited, room;
    struct paw_reason *reasons;
    size_t n_reasons, reasons_room;
};

/* Evidence --------------------------------------------------------------------------------------
 */

static bool cite(struct build *b, enum paw_role role, const struct paw_fact *fact)
{
    if (fact == NULL)
        return true;
    for (size_t i = 0; i < b->n_cited; i++)
        if (b->cited[i].fact == fact)
            return true;
    if (b->n_cited == b->room) {
        const size_t room = b->room == 0 ? 8 : b->room * 2;
        struct paw_cited *more = paw_store_alloc(&b->e->store, room * sizeof(*more));
        if (more == NULL)
            return false;
        if (b->n_cited != 0)
            memcpy(more, b->cited, b->n_cited * sizeof(*more));
        b->cited = more;
        b->room = room;
    }
    struct paw_cited *c = &b->cited[b->n_cited++];
    *c = (struct paw_cited){.role = role, .fact = fact};
    const struct kept *k = copies_of(b->e, fact);
    if (k != NULL) {
        c->copies = k->copies;
        c->n_copies = k->n_copies;
        c->all_copies = k->all_copies;
    }
    return true;
}

static bool same_guid(const struct paw_fact *fact, enum paw_field_id id, paw_str guid)
{
    return guid.n != 0 && paw_str_same_name(paw_fact_text(fact, id), guid);
}

static bool same_pid(const struct paw_fact *fact, enum paw_field_id id, const struct draft *d)
{
    uint64_t pid = 0;
    return d->process.has_pid && paw_str_u64(paw_fact_text(fact, id), &pid) &&
           pid == d->process.pid;
}

/* Whether a record is of the judged process or about it: what another one did before (a file that
 * it dropped) makes nothing hold until this process comes. */
static bool is_about(const struct draft *d, const struct paw_fact *fact)
{
    if (d->subject == PAW_SUBJECT_STANDING) /* what was before it came to stand is not its own */
        return fact == d->start || fact->time == 0 || fact->time >= d->time;
    if (d->subject != PAW_SUBJECT_PROCESS && d->subject != PAW_SUBJECT_STUB)
        return true;
    const paw_str guid = d->process.guid;
    if (same_guid(fact, PAW_F_PROCESS_GUID, guid) ||
        same_guid(fact, PAW_F_TARGET_PROCESS_GUID, guid) ||
        same_guid(fact, PAW_F_PARENT_PROCESS_GUID, guid))
        return true;
    return same_pid(fact, PAW_F_PROCESS_ID, d) || same_pid(fact, PAW_F_TARGET_PROCESS_ID, d) ||
           same_pid(fact, PAW_F_CLIENT_PROCESS_ID, d);
}

/* The record that made the leading behaviour hold. */
static const struct paw_fact *primary_of(const struct draft *d)
{
    const struct draft_item *lead = &d->items[0];
    const bool by_effect =
        lead->behaviour->family != PAW_COMMAND && lead->behaviour->family != PAW_LINEAGE;
    for (size_t i = 0; by_effect && i < lead->n_marks; i++) {
        const struct draft_mark *m = &lead->marks[i];
        if (m->fact != NULL && m->fact != d->start && m->role != PAW_ROLE_PROCESS &&
            m->role != PAW_ROLE_PARENT && is_about(d, m->fact))
            return m->fact;
    }
    for (size_t i = 0; i < lead->n_marks; i++) /* a behaviour that came from a repeat or a twin */
        if (lead->marks[i].fact == d->start || lead->marks[i].is_own_line)
            return d->start;
    for (size_t i = 0; i < lead->n_marks; i++)
        if (lead->marks[i].fact != NULL && lead->marks[i].role != PAW_ROLE_PARENT &&
            is_about(d, lead->marks[i].fact))
            return lead->marks[i].fact;
    return d->start;
}

static bool cite_all(struct build *b)
{
    const struct draft *d = b->d;
    const struct paw_fact *primary = d->n_items == 0 ? d->start : primary_of(d);
    if (!cite(b, PAW_ROLE_PRIMARY, primary) || !cite(b, PAW_ROLE_PROCESS, d->start))
        return false;
    for (size_t i = 0; i < d->n_items; i++)
        for (size_t j = 0; j < d->items[i].n_marks; j++)
            if (!cite(b, d->items[i].marks[j].role, d->items[i].marks[j].fact))
                return false;
    for (size_t i = 0; i < d->n_extra; i++)
        if (!cite(b, d->extra[i].role, d->extra[i].fact))
            return false;
    return cite(b, PAW_ROLE_CONTEXT, d->second) && cite(b, PAW_ROLE_PARENT, d->parent_start);
}

static int32_t cited_at(const struct build *b, const struct paw_fact *fact)
{
    for (size_t i = 0; i < b->n_cited; i++)
        if (b->cited[i].fact == fact)
            return (int32_t)i;
    return -1;
}

/* Reasons ---------------------------------------------------------------------------------------
 */

static bool add_reason(struct build *b, struct paw_reason r)
{
    for (size_t i = 0; i < b->n_reasons; i++)
        if (strcmp(b->reasons[i].behaviour, r.behaviour) == 0 && b->reasons[i].start == r.start &&
            b->reasons[i].length == r.length && b->reasons[i].evidence == r.evidence &&
            paw_str_equal(b->reasons[i].field, r.field))
            return true;
    if (b->n_reasons == b->reasons_room) {
        const size_t room = b->reasons_room == 0 ? 8 : b->reasons_room * 2;
        struct paw_reason *more = paw_store_alloc(&b->e->store, room * sizeof(*more));
        if (more == NULL)
            return false;
        if (b->n_reasons != 0)
            memcpy(more, b->reasons, b->n_reasons * sizeof(*more));
        b->reasons = more;
        b->reasons_room = room;
    }
    b->reasons[b->n_reasons++] = r;
    return true;
}

static bool reason_of(struct build *b, const struct draft_item *item, const struct draft_mark *m)
{
    const bool own = m->is_own_line && b->d->process.command_line.p != NULL;
    const paw_str whole = own               ? b->d->process.command_line
                          : m->fact == NULL ? (paw_str){0}
                                            : paw_fact_text(m->fact, m->field);
    if (whole.p == NULL)
        return true; /* the fact itself is the reason, and it is cited */
    struct paw_span span = m->span;
    if (span.length == 0 || span.start > whole.n || span.length > whole.n - span.start)
        span = (struct paw_span){0, (uint32_t)whole.n};
    return add_reason(
        b, (struct paw_reason){
               .behaviour = item->behaviour->id,
               .evidence = own ? -1 : cited_at(b, m->fact),
               .field = own ? PAW_LIT("command_line") : paw_fact_field_name(m->fact, m->field),
               .start = span.start,
               .length = span.length,
               .text = paw_str_sub(whole, span.start, span.length),
           });
}

static bool add_reasons(struct build *b)
{
    for (size_t i = 0; i < b->d->n_items; i++)
        for (size_t j = 0; j < b->d->items[i].n_marks; j++)
            if (!reason_of(b, &b->d->items[i], &b->d->items[i].marks[j]))
                return false;
    return true;
}

/* Behaviours and techniques ---------------------------------------------------------------------
 */

/* The techniques beside the item's own: those of its table, and those whose questions held. */
static bool add_also(struct build *b, const struct draft_item *item, struct paw_held *held)
{
    const struct paw_behaviour *row = item->behaviour;
    size_t fixed = 0;
    while (row->also != NULL && row->also[fixed] != NULL)
        fixed++;
    held->also = row->also;
    held->n_also = fixed;
    if (item->also == 0)
        return true;
    const char **list = paw_store_alloc(&b->e->store, (fixed + 32) * sizeof(*list));
    if (list == NULL)
        return false;
    for (size_t i = 0; i < fixed; i++)
        list[i] = row->also[i];
    for (unsigned i = 0; i < 32; i++)
        if ((item->also >> i & 1) != 0)
            list[held->n_also++] = row->also_if[i].technique;
    held->also = list;
    return true;
}

static bool add_held(struct build *b)
{
    const struct draft *d = b->d;
    struct paw_held *held = paw_store_alloc(&b->e->store, d->n_items * sizeof(*held));
    if (held == NULL)
        return false;
    for (size_t i = 0; i < d->n_items; i++) {
        const struct draft_item *item = &d->items[i];
        held[i] = (struct paw_held){
            .id = item->behaviour->id,
            .title = item->behaviour->title,
            .why = item->behaviour->why,
            .technique = item->technique,
            .severity = item->severity,
            .confidence = item->confidence,
            .family = item->behaviour->family,
            .adjusted = item->adjusted,
        };
        b->f->missing |= item->missing;
        if (!add_also(b, item, &held[i]))
            return false;
    }
    const size_t most = paw_labels_most(held, d->n_items);
    const char **techniques = paw_store_alloc(&b->e->store, most * sizeof(*techniques));
    if (techniques == NULL)
        return false;
    b->f->n_techniques = paw_labels_of(held, d->n_items, techniques, most);
    b->f->held = held;
    b->f->n_held = d->n_items;
    b->f->techniques = techniques;
    b->f->severity = held[0].severity;
    b->f->score = paw_score(held[0].severity, held[0].confidence);
    b->f->reason = paw_str_of(held[0].why);
    return true;
}

/* The id ----------------------------------------------------------------------------------------
 */

static void hash_part(struct paw_sha256 *h, const void *p, size_t n)
{
    const uint64_t length = n;
    uint8_t bytes[8];
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(length >> (8 * i));
    paw_sha256_add(h, (paw_bytes){bytes, 8});
    paw_sha256_add(h, (paw_bytes){p, n});
}

static void hash_text(struct paw_sha256 *h, paw_str s)
{
    hash_part(h, s.p, s.n);
}

static void hash_lower(struct paw_sha256 *h, paw_str s)
{
    char lower[256];
    const size_t n = s.n < sizeof(lower) ? s.n : sizeof(lower);
    for (size_t i = 0; i < n; i++)
        lower[i] = paw_lower(s.p[i]);
    hash_part(h, lower, n);
}

static void hash_number(struct paw_sha256 *h, uint64_t v)
{
    char digits[24];
    size_t n = sizeof(digits);
    do {
        digits[--n] = (char)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    hash_part(h, digits + n, sizeof(digits) - n);
}

static void make_id(const struct draft *d, struct paw_sha256 *h, struct paw_finding *f)
{
    uint8_t digest[32];
    hash_text(h, PAW_LIT("catspaw.finding/1"));
    hash_lower(h, f->host);
    if (d->concerned != NULL) {
        hash_text(h, PAW_LIT("generic.not_decidable"));
        hash_text(h, d->binary);
    } else if (d->standing.kind != NULL) {
        hash_text(h, paw_str_of(d->standing.kind));
        hash_text(h, d->standing.place);
        hash_text(h, d->standing.name);
        hash_text(h, d->text);
    } else if (d->subject == PAW_SUBJECT_PROCESS || d->subject == PAW_SUBJECT_STUB) {
        if (d->process.guid.n != 0) {
            hash_text(h, d->process.guid);
        } else {
            hash_number(h, d->process.pid);
            hash_number(h, d->time);
            hash_text(h, d->process.image);
        }
    } else {
        hash_text(h, paw_fact_text(d->start, PAW_F_COMPUTER));
        hash_text(h, paw_fact_text(d->start, PAW_F_CHANNEL));
        hash_text(h, paw_fact_text(d->start, PAW_F_PROVIDER));
        hash_number(h, d->start->event_id);
        hash_number(h, d->start->record_id);
        hash_number(h, d->start->logged);
    }
    (void)paw_sha256_next(h, digest);
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < 16; i++) {
        f->id[2 * i] = hex[digest[i] >> 4];
        f->id[2 * i + 1] = hex[digest[i] & 15];
    }
    f->id[32] = '\0';
}

/* One finding -----------------------------------------------------------------------------------
 */

static const char *time_meaning(const struct draft *d)
{
    if (d->subject == PAW_SUBJECT_PROCESS)
        return "process start";
    const bool at_rest = d->start != NULL &&
                         (d->start->kind == PAW_KIND_STANDING || d->start->kind == PAW_KIND_VALUE);
    return at_rest ? "key last changed" : "record written";
}

static bool undecided_parts(struct build *b)
{
    const struct draft *d = b->d;
    struct paw_held *held = paw_store_alloc(&b->e->store, sizeof(*held));
    const char **concerned = paw_store_alloc(&b->e->store, d->n_concerned * sizeof(*concerned));
    const char **technique = paw_store_alloc(&b->e->store, sizeof(*technique));
    if (held == NULL || concerned == NULL || technique == NULL)
        return false;
    const struct paw_behaviour *row =
        paw_catalogue_behaviour(b->e->catalogue, PAW_LIT("generic.not_decidable"));
    const struct paw_program *program = paw_catalogue_program(b->e->catalogue, NULL, d->binary);
    *technique = program != NULL && program->technique != NULL ? program->technique : "T1218";
    *held = (struct paw_held){
        .id = "generic.not_decidable",
        .title = row == NULL ? "Could not be decided" : row->title,
        .why = row == NULL ? "" : row->why,
        .technique = *technique,
        .severity = PAW_INFORMATIONAL,
        .confidence = PAW_L,
        .family = PAW_COMMAND,
    };
    for (size_t i = 0; i < d->n_concerned; i++)
        concerned[i] = d->concerned[i]->id;
    paw_labels_sort(concerned, d->n_concerned);
    b->f->held = held;
    b->f->n_held = 1;
    b->f->techniques = technique;
    b->f->n_techniques = 1;
    b->f->severity = PAW_INFORMATIONAL;
    b->f->score = paw_score(PAW_INFORMATIONAL, PAW_L);
    b->f->reason = paw_str_of(held->why);
    b->f->missing = d->needs;
    b->f->concerned = concerned;
    b->f->n_concerned = d->n_concerned;
    if (d->count > 1) {
        b->f->repeats.count = d->count;
        b->f->repeats.first = d->time;
        b->f->repeats.last = d->last;
    }
    return true;
}

static struct paw_finding *build(struct paw_engine *e, struct draft *d, struct paw_sha256 *h)
{
    struct build b = {.e = e, .d = d, .f = paw_store_alloc(&e->store, sizeof(*b.f))};
    if (b.f == NULL)
        return NULL;
    struct paw_finding *f = b.f;
    const bool undecided = d->concerned != NULL;
    f->host = host_at(e, d->host)->name;
    f->time = d->time;
    f->logged = d->logged;
    f->time_of = undecided ? "process start" : time_meaning(d);
    f->process = d->process;
    f->has_process = d->has_process;
    f->parent = d->parent;
    f->has_parent = d->has_parent;
    f->standing = d->standing;
    f->proxy.binary = d->binary;
    f->proxy.renamed_from = d->renamed_from;
    f->proxy.verb = d->verb;
    f->proxy.object = d->object;
    f->proxy.export = d->export;
    f->proxy.kind = d->kind;
    f->cut = d->cut;
    if (!(undecided ? undecided_parts(&b) : add_held(&b)) || !cite_all(&b) || !add_reasons(&b))
        return NULL;
    if (!undecided && d->repeats > 1) {
        f->repeats.count = d->repeats;
        f->repeats.first = d->first;
        f->repeats.last = d->last;
    }
    if (d->subject == PAW_SUBJECT_STUB)
        f->missing |=
            PAW_NEED_PROCESSES | (d->process.command_line.p == NULL ? PAW_NEED_COMMAND_LINE : 0);
    f->evidence = b.cited;
    f->n_evidence = b.n_cited;
    f->reasons = b.reasons;
    f->n_reasons = b.n_reasons;
    make_id(d, h, f);
    return f;
}

/* Order -----------------------------------------------------------------------------------------
 */

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_timeline(const void *a, const void *b)
{
    const struct paw_finding *x = *(struct paw_finding *const *)a;
    const struct paw_finding *y = *(struct paw_finding *const *)b;
    int c = order(x->time == 0, y->time == 0);
    c = c != 0 ? c : order(x->time, y->time);
    c = c != 0 ? c : paw_str_compare(x->host, y->host);
    c = c != 0 ? c : strcmp(x->id, y->id);
    const struct paw_fact *f = x->evidence[0].fact, *g = y->evidence[0].fact;
    c = c != 0 ? c : order(f->content, g->content);
    c = c != 0 ? c : order(f->origin.source, g->origin.source);
    return c != 0 ? c : order(f->origin.offset, g->origin.offset);
}

static int by_id(const void *a, const void *b)
{
    const struct paw_finding *x = *(struct paw_finding *const *)a;
    const struct paw_finding *y = *(struct paw_finding *const *)b;
    const int c = strcmp(x->id, y->id);
    return c != 0 ? c : by_timeline(a, b);
}

static struct paw_finding *finding_at(const struct paw_engine *e, size_t i)
{
    return *(struct paw_finding **)paw_vec_at(&e->findings, i);
}

/* Equal ids get -2, -3 in the order of content. */
static enum paw_status part_ids(struct paw_engine *e)
{
    const enum paw_status status = paw_vec_sort(&e->findings, by_id);
    unsigned same = 1;
    char last[48] = "";
    for (size_t i = 0; status == PAW_OK && i < e->findings.n; i++) {
        struct paw_finding *f = finding_at(e, i);
        same = strcmp(f->id, last) == 0 ? same + 1 : 1;
        memcpy(last, f->id, sizeof(last));
        if (same > 1) {
            size_t n = 32;
            f->id[n++] = '-';
            char digits[10];
            size_t d = 0;
            for (unsigned v = same; v != 0; v /= 10)
                digits[d++] = (char)('0' + v % 10);
            while (d > 0)
                f->id[n++] = digits[--d];
            f->id[n] = '\0';
        }
    }
    return status;
}

static enum paw_status build_all(struct paw_engine *e, struct paw_sha256 *h)
{
    for (size_t i = 0; i < e->drafts.n; i++) {
        struct draft *d = draft_at(e, i);
        if (d->is_folded)
            continue;
        struct paw_finding *f = build(e, d, h);
        struct paw_finding **slot = f == NULL ? NULL : paw_vec_push(&e->findings);
        if (slot == NULL)
            return e->budget->status != PAW_OK ? e->budget->status : PAW_E_MEMORY;
        *slot = f;
    }
    return PAW_OK;
}

enum paw_status findings_make(struct paw_engine *e)
{
    uint8_t rest[32];
    struct paw_sha256 h;
    paw_sha256_begin(&h);
    enum paw_status status = build_all(e, &h);
    (void)paw_sha256_end(&h, rest); /* of nothing */
    if (status == PAW_OK)
        status = part_ids(e);
    return status == PAW_OK ? paw_vec_sort(&e->findings, by_timeline) : status;
}
