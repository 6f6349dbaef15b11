/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phase 5, first half: every effect finds its process, every standing command its place.
 */
#include "engine/engine_private.h"
#include "windows/regpath.h"
#include "windows/stands.h"

static const struct {
    uint8_t kind, effect;
    uint32_t need; /* what the presence of such records says was recorded */
} effect_kinds[] = {
    {PAW_KIND_MODULE, PAW_EFFECT_MODULE, PAW_NEED_MODULES},
    {PAW_KIND_NETWORK, PAW_EFFECT_NETWORK, PAW_NEED_NETWORK},
    {PAW_KIND_DNS, PAW_EFFECT_DNS, PAW_NEED_DNS},
    {PAW_KIND_FILE, PAW_EFFECT_FILE, PAW_NEED_FILES},
    {PAW_KIND_FILE_DELETE, PAW_EFFECT_FILE, 0},
    {PAW_KIND_FILE_STREAM, PAW_EFFECT_FILE, 0},
    {PAW_KIND_FILE_TIME, PAW_EFFECT_FILE, 0},
    {PAW_KIND_REGISTRY, PAW_EFFECT_REGISTRY, PAW_NEED_REGISTRY},
    {PAW_KIND_ACCESS, PAW_EFFECT_ACCESS, PAW_NEED_ACCESS},
    {PAW_KIND_THREAD, PAW_EFFECT_THREAD, PAW_NEED_THREADS},
    {PAW_KIND_TAMPER, PAW_EFFECT_TAMPER, 0},
    {PAW_KIND_PIPE, PAW_EFFECT_PIPE, PAW_NEED_PIPES},
    {PAW_KIND_POWERSHELL, PAW_EFFECT_POWERSHELL, PAW_NEED_POWERSHELL},
    {PAW_KIND_INSTALLER, PAW_EFFECT_INSTALLER, PAW_NEED_INSTALLER},
    {PAW_KIND_CONTROL, PAW_EFFECT_CONTROL, 0},
    {PAW_KIND_ANTIMALWARE, PAW_EFFECT_ANTIMALWARE, 0},
    {PAW_KIND_OTHER, PAW_EFFECT_OTHER, 0},
};

static bool same_base(paw_str a, paw_str b)
{
    return paw_str_same_name(paw_path_base(a), paw_path_base(b));
}

static uint32_t named_node(const struct paw_engine *e, uint32_t host, paw_str guid,
                           paw_str pid_text, paw_str image, uint64_t time)
{
    uint64_t pid = 0;
    if (is_real_guid(guid)) {
        const uint32_t i = node_by_guid(e, host, guid);
        if (i != NONE)
            return i;
    }
    if (pid_text.n == 0 || !paw_str_u64(pid_text, &pid))
        return NONE;
    const uint32_t i = node_by_pid(e, host, pid, time);
    if (i == NONE || (image.n != 0 && !same_base(image, node_text(node_at(e, i), PAW_F_IMAGE))))
        return NONE;
    return i;
}

/* Same words but for the time: the second of two equal connections says nothing new. */
enum { SENSE_FIELDS = 12 };

static const uint8_t sense_place[PAW_N_FIELDS] = {
    [PAW_F_IMAGE_LOADED] = 1, [PAW_F_DESTINATION_IP] = 2,      [PAW_F_DESTINATION_PORT] = 3,
    [PAW_F_QUERY_NAME] = 4,   [PAW_F_TARGET_FILENAME] = 5,     [PAW_F_TARGET_OBJECT] = 6,
    [PAW_F_DETAILS] = 7,      [PAW_F_TARGET_PROCESS_GUID] = 8, [PAW_F_GRANTED_ACCESS] = 9,
    [PAW_F_PIPE_NAME] = 10,   [PAW_F_PROCESS_GUID] = 11,       [PAW_F_START_FUNCTION] = 12,
};

/* Finds facts that say the same; never equal for kinds of which each record is its own. */
static uint64_t sense_of(const struct paw_fact *f)
{
    uint64_t h = f->event_id + UINT64_C(1000003) * f->kind;
    if (f->kind == PAW_KIND_POWERSHELL || f->kind == PAW_KIND_OTHER)
        return f->content ^ f->identity;
    paw_str texts[SENSE_FIELDS] = {0};
    paw_fact_pick(f, sense_place, texts);
    for (size_t i = 0; i < SENSE_FIELDS; i++)
        if (texts[i].p != NULL)
            h = paw_hash(texts[i].p, texts[i].n, h + i);
    return h;
}

static bool says_the_same(const struct paw_fact *a, const struct paw_fact *b)
{
    if (a->event_id != b->event_id || a->kind != b->kind || a->kind == PAW_KIND_POWERSHELL ||
        a->kind == PAW_KIND_OTHER)
        return false;
    paw_str x[SENSE_FIELDS] = {0}, y[SENSE_FIELDS] = {0};
    paw_fact_pick(a, sense_place, x);
    paw_fact_pick(b, sense_place, y);
    for (size_t i = 0; i < SENSE_FIELDS; i++)
        if (!paw_str_equal(x[i], y[i]))
            return false;
    return true;
}

static enum paw_status add_effect(struct paw_engine *e, uint32_t node, enum paw_effect kind,
                                  const struct paw_fact *fact)
{
    if (node == NONE)
        return PAW_OK;
    struct effect *f = paw_vec_push(&e->effects);
    if (f == NULL)
        return e->budget->status;
    *f = (struct effect){
        .node = node, .kind = (uint16_t)kind, .fact = fact, .sense = sense_of(fact)};
    struct node *n = node_at(e, node);
    n->flags |= NODE_WANTED;
    if (n->start == NULL && (n->time == 0 || fact->time < n->time) && fact->time != 0)
        n->time = fact->time; /* a stub's time is its earliest effect */
    return PAW_OK;
}

static bool is_proxy_base(const struct paw_engine *e, paw_str image)
{
    const struct paw_identity *identity =
        paw_identity_find(image, (paw_str){0}, (paw_str){0}, (paw_str){0});
    return identity != NULL ||
           paw_catalogue_program(e->catalogue, NULL, paw_path_base(image)) != NULL;
}

enum {
    ENGINE_START = 60,    /* seconds from the start of a host of PowerShell to its record 400 */
    REMOVAL = 1800,       /* seconds that the removal of a product takes at most */
    BEFORE_LOOKED = 1024, /* processes of that time that are looked at: crafted logs have more */
};

typedef bool node_fits(const struct paw_engine *e, const struct node *n, paw_str text);

/* The last process that fits of those started in the seconds before a record. */
static uint32_t node_before(const struct paw_engine *e, uint32_t host, uint64_t time,
                            uint64_t seconds, node_fits *fits, paw_str text)
{
    size_t lo = 0, hi = e->by_time.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        const struct node *n = node_at(e, *(uint32_t *)paw_vec_at(&e->by_time, mid));
        if (n->host < host || (n->host == host && n->time <= time))
            lo = mid + 1;
        else
            hi = mid;
    }
    for (unsigned looked = 0; lo-- > 0 && looked < BEFORE_LOOKED; looked++) {
        const uint32_t i = *(uint32_t *)paw_vec_at(&e->by_time, lo);
        const struct node *n = node_at(e, i);
        if (n->host != host || n->time + seconds * SECOND < time)
            return NONE;
        if (fits(e, n, text))
            return i;
    }
    return NONE;
}

/* Windows PowerShell names no process, but the line of its host. */
static bool has_line(const struct paw_engine *e, const struct node *n, paw_str line)
{
    (void)e;
    return paw_str_equal(paw_str_trim(node_text(n, PAW_F_COMMAND_LINE), " "), line);
}

/* A removal (1034, 11724) names nobody: the client that asked for it still waits. */
static bool is_removing(const struct paw_engine *e, const struct node *n, paw_str text)
{
    (void)e;
    (void)text;
    const paw_str line = node_text(n, PAW_F_COMMAND_LINE);
    return same_base(node_text(n, PAW_F_IMAGE), PAW_LIT("msiexec.exe")) &&
           (paw_str_find_name(line, PAW_LIT("/x"), 0) != SIZE_MAX ||
            paw_str_find_name(line, PAW_LIT("-x"), 0) != SIZE_MAX ||
            paw_str_find_name(line, PAW_LIT("uninstall"), 0) != SIZE_MAX);
}

/* The process that a record is about, if its start is in the logs. */
static uint32_t owner_of(const struct paw_engine *e, const struct kept *k)
{
    const struct paw_fact *f = k->fact;
    const paw_str line = paw_str_trim(paw_fact_text(f, PAW_F_HOST_APPLICATION), " ");
    if (f->kind == PAW_KIND_POWERSHELL && line.n != 0 && paw_fact_text(f, PAW_F_PROCESS_ID).n == 0)
        return node_before(e, k->host, f->time, ENGINE_START, has_line, line);
    if (f->kind == PAW_KIND_INSTALLER && (f->event_id == 1034 || f->event_id == 11724))
        return node_before(e, k->host, f->time, REMOVAL, is_removing, line);
    const enum paw_field_id pid =
        f->kind == PAW_KIND_INSTALLER ? PAW_F_CLIENT_PROCESS_ID : PAW_F_PROCESS_ID;
    return named_node(e, k->host, paw_fact_text(f, PAW_F_PROCESS_GUID), paw_fact_text(f, pid),
                      paw_fact_text(f, PAW_F_IMAGE), f->time);
}

static enum paw_status gather_one(struct paw_engine *e, const struct kept *k, enum paw_effect kind)
{
    const struct paw_fact *f = k->fact;
    const bool crosses = f->kind == PAW_KIND_ACCESS || f->kind == PAW_KIND_THREAD;
    const paw_str image = paw_fact_text(f, PAW_F_IMAGE);
    uint32_t node = owner_of(e, k);
    if (node == NONE && is_proxy_base(e, image) && f->kind != PAW_KIND_CONTROL &&
        f->kind != PAW_KIND_ANTIMALWARE)
        node = node_stub(e, k->host, f, false, false);
    enum paw_status status = add_effect(e, node, kind, f);
    if (status != PAW_OK || !crosses)
        return status;
    const paw_str other = paw_fact_text(f, PAW_F_TARGET_IMAGE);
    node = named_node(e, k->host, paw_fact_text(f, PAW_F_TARGET_PROCESS_GUID),
                      paw_fact_text(f, PAW_F_TARGET_PROCESS_ID), other, f->time);
    if (node == NONE && is_proxy_base(e, other))
        node = node_stub(e, k->host, f, false, true);
    return add_effect(e, node,
                      f->kind == PAW_KIND_ACCESS ? PAW_EFFECT_ACCESSED : PAW_EFFECT_THREADED, f);
}

static int by_node_kind_time(const void *a, const void *b)
{
    const struct effect *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->fact->time != y->fact->time)
        return x->fact->time < y->fact->time ? -1 : 1;
    if (x->fact->content != y->fact->content)
        return x->fact->content < y->fact->content ? -1 : 1;
    return (x->fact->identity > y->fact->identity) - (x->fact->identity < y->fact->identity);
}

static int by_sense(const void *a, const void *b)
{
    const struct effect *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->sense != y->sense)
        return x->sense < y->sense ? -1 : 1;
    return by_node_kind_time(a, b);
}

/* The second of two equal connections says nothing new: the first of each stays. */
static enum paw_status keep_distinct(struct paw_engine *e)
{
    enum paw_status status = paw_vec_sort(&e->effects, by_sense);
    size_t kept = 0;
    for (size_t i = 0; status == PAW_OK && i < e->effects.n; i++) {
        const struct effect *f = paw_vec_at(&e->effects, i);
        const struct effect *last = kept == 0 ? NULL : paw_vec_at(&e->effects, kept - 1);
        if (last != NULL && last->node == f->node && last->kind == f->kind &&
            last->sense == f->sense && says_the_same(last->fact, f->fact))
            continue;
        memmove(paw_vec_at(&e->effects, kept++), f, sizeof(*f));
    }
    e->effects.n = status == PAW_OK ? kept : e->effects.n;
    return status == PAW_OK ? paw_vec_sort(&e->effects, by_node_kind_time) : status;
}

/* The facts alone, in the order of effects, so that executions can point into them. */
static enum paw_status list_facts(struct paw_engine *e)
{
    for (size_t i = 0; i < e->effects.n; i++) {
        const struct paw_fact **slot = paw_vec_push(&e->effect_facts);
        if (slot == NULL)
            return e->budget->status;
        *slot = ((const struct effect *)paw_vec_at(&e->effects, i))->fact;
    }
    return PAW_OK;
}

static int by_path_time(const void *a, const void *b)
{
    const struct drop *x = a, *y = b;
    if (x->path != y->path)
        return x->path < y->path ? -1 : 1;
    if (x->fact->time != y->fact->time)
        return x->fact->time < y->fact->time ? -1 : 1;
    return (x->fact->content > y->fact->content) - (x->fact->content < y->fact->content);
}

static enum paw_status add_drop(struct paw_engine *e, const struct kept *k)
{
    if (k->fact->kind != PAW_KIND_FILE && k->fact->kind != PAW_KIND_FILE_STREAM)
        return PAW_OK;
    const uint64_t hash = path_hash(e, k->host, paw_fact_text(k->fact, PAW_F_TARGET_FILENAME), 0);
    paw_known_settle(&e->known);
    if (hash == 0)
        return PAW_OK;
    struct drop *d = paw_vec_push(&e->drops);
    if (d == NULL)
        return e->budget->status;
    *d = (struct drop){.path = hash, .host = k->host, .fact = k->fact};
    return PAW_OK;
}

/* The end of a process whose start nobody recorded is all that is known of it. */
static enum paw_status gather_end(struct paw_engine *e, const struct kept *k)
{
    if (!is_proxy_base(e, paw_fact_text(k->fact, PAW_F_IMAGE)) || owner_of(e, k) != NONE)
        return PAW_OK;
    return add_effect(e, node_stub(e, k->host, k->fact, false, false), PAW_EFFECT_OTHER, k->fact);
}

enum paw_status effects_gather(struct paw_engine *e)
{
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < e->kept.n; i++) {
        const struct kept k = *(const struct kept *)paw_vec_at(&e->kept, i);
        if (k.fact->kind == PAW_KIND_PROCESS_END)
            status = gather_end(e, &k);
        for (size_t j = 0; status == PAW_OK && j < PAW_COUNT_OF(effect_kinds); j++) {
            if (effect_kinds[j].kind != k.fact->kind)
                continue;
            status = gather_one(e, &k, (enum paw_effect)effect_kinds[j].effect);
            if (status == PAW_OK)
                status = add_drop(e, &k);
        }
    }
    if (status == PAW_OK)
        status = keep_distinct(e);
    if (status == PAW_OK)
        status = list_facts(e);
    return status == PAW_OK ? paw_vec_sort(&e->drops, by_path_time) : status;
}

uint32_t need_of_kind(enum paw_kind kind)
{
    for (size_t j = 0; j < PAW_COUNT_OF(effect_kinds); j++)
        if (effect_kinds[j].kind == kind)
            return effect_kinds[j].need;
    return kind == PAW_KIND_PROCESS_START ? PAW_NEED_PROCESSES : 0;
}

/* Standing commands -----------------------------------------------------------------------------
 */

static enum paw_status add_standing(struct paw_engine *e, struct standing s)
{
    if (s.text.n == 0)
        return PAW_OK;
    struct standing *slot = paw_vec_push(&e->standings);
    if (slot == NULL)
        return e->budget->status;
    *slot = s;
    return PAW_OK;
}

/* HKLM\SOFTWARE\… of a hive's own spelling. */
static paw_str spelled(struct paw_engine *e, const struct paw_fact *f)
{
    static const struct {
        const char *hive, *prefix;
    } roots[] = {
        {"NTUSER", "HKCU\\"},
        {"UsrClass", "HKCU\\Software\\Classes\\"},
        {"SOFTWARE", "HKLM\\SOFTWARE\\"},
        {"SYSTEM", "HKLM\\SYSTEM\\"},
        {"DEFAULT", "HKCU\\"},
    };
    const paw_str hive = paw_fact_text(f, PAW_F_HIVE);
    for (size_t i = 0; i < PAW_COUNT_OF(roots); i++)
        if (paw_str_same_name(hive, paw_str_of(roots[i].hive)))
            return paw_arena_join(&e->scratch, paw_str_of(roots[i].prefix),
                                  paw_fact_text(f, PAW_F_KEY));
    return paw_arena_join(&e->scratch, PAW_LIT("HKLM\\"), paw_fact_text(f, PAW_F_KEY));
}

static bool was_set(const struct paw_fact *f)
{
    const paw_str type = paw_fact_text(f, PAW_F_EVENT_TYPE);
    return paw_fact_text(f, PAW_F_DETAILS).n != 0 &&
           paw_str_find_name(type, PAW_LIT("Delete"), 0) == SIZE_MAX;
}

/* A value at rest that tells of an act by itself. */
static enum paw_status add_residue(struct paw_engine *e, const struct value *v)
{
    return add_standing(e, (struct standing){
                               .fact = v->fact,
                               .field = PAW_F_DATA,
                               .text = PAW_LIT(" "),
                               .where = {PAW_RESIDUE, v->key, v->name, false},
                               .host = v->host,
                               .node = NONE,
                               .subject = PAW_SUBJECT_RECORD,
                           });
}

/* Each command of a value. */
static enum paw_status add_commands(struct paw_engine *e, const struct paw_stand *place,
                                    const struct standing *all)
{
    enum paw_status status = PAW_OK;
    for (size_t from = 0; status == PAW_OK && from < all->text.n;) {
        const size_t end = from + paw_stand_command_end(place, paw_str_from(all->text, from));
        struct standing one = *all;
        one.text = paw_str_trim(paw_str_sub(all->text, from, end - from), from == 0 ? "" : " \t");
        one.offset = (uint32_t)(one.text.p - all->text.p);
        status = add_standing(e, one);
        from = end + 1;
    }
    return status;
}

static enum paw_status gather_value(struct paw_engine *e, const struct kept *k)
{
    const struct paw_fact *f = k->fact;
    const bool at_rest = f->kind != PAW_KIND_REGISTRY;
    struct paw_regpath p;
    if (at_rest) {
        paw_regpath_read(spelled(e, f), false, &e->scratch, &p);
        p.name = paw_fact_text(f, PAW_F_VALUE);
    } else {
        paw_known_regpath(&e->known, paw_fact_text(f, PAW_F_TARGET_OBJECT), true, &p);
    }
    const struct paw_stand *place = paw_stand_find(p.place, p.name);
    struct value *v = paw_vec_push(&e->values);
    if (v == NULL)
        return e->budget->status;
    *v = (struct value){
        .host = k->host,
        .key = paw_store_str(&e->store, p.key),
        .place = paw_store_str(&e->store, p.place),
        .name = paw_store_str(&e->store, p.name),
        .kind = place == NULL ? NULL : place->kind,
        .is_autostart = place != NULL && place->is_autostart,
        .fact = f,
    };
    const bool is_residue = at_rest && paw_catalogue_is_residue(e->catalogue, p.place, p.name);
    paw_arena_reset(&e->scratch);
    paw_known_settle(&e->known);
    if (is_residue) {
        const enum paw_status status = add_residue(e, v);
        if (status != PAW_OK)
            return status;
    }
    if (place == NULL || place->is_path || (!at_rest && !was_set(f)))
        return PAW_OK;
    const enum paw_field_id field = at_rest ? PAW_F_DATA : PAW_F_DETAILS;
    paw_str text = paw_fact_text(f, field);
    if (paw_str_same_name(paw_str_of(place->kind), PAW_LIT("run_dialog")) && text.n > 2 &&
        paw_str_equal(paw_str_from(text, text.n - 2), PAW_LIT("\\1")))
        text.n -= 2; /* the dialog's own mark */
    const struct standing all = {
        .fact = f,
        .field = field,
        .text = text,
        .where = {v->kind, v->key, v->name, v->is_autostart},
        .host = k->host,
        .node = at_rest ? NONE : owner_of(e, k),
        .subject = PAW_SUBJECT_STANDING,
    };
    return add_commands(e, place, &all);
}

static enum paw_status gather_record(struct paw_engine *e, const struct kept *k, const char *kind,
                                     enum paw_field_id text, enum paw_field_id name)
{
    return add_standing(e, (struct standing){
                               .fact = k->fact,
                               .field = text,
                               .text = paw_fact_text(k->fact, text),
                               .where = {kind, paw_fact_text(k->fact, PAW_F_CHANNEL),
                                         paw_fact_text(k->fact, name), true},
                               .host = k->host,
                               .node = NONE,
                               .subject = PAW_SUBJECT_STANDING,
                           });
}

/* A record about a process that is known is an effect of that process and no subject of its own. */
static enum paw_status gather_alone(struct paw_engine *e, const struct kept *k,
                                    enum paw_subject subject, enum paw_field_id text)
{
    const uint32_t node = owner_of(e, k);
    if (subject == PAW_SUBJECT_RECORD && node != NONE)
        return PAW_OK;
    return add_standing(e, (struct standing){
                               .fact = k->fact,
                               .field = text,
                               .text = paw_fact_text(k->fact, text).n != 0
                                           ? paw_fact_text(k->fact, text)
                                           : PAW_LIT(" "),
                               .host = k->host,
                               .node = node,
                               .subject = subject,
                           });
}

/* What Defender says that it saw: `CmdLine:_…` among the places of a threat. */
static paw_str line_of_threat(paw_str places)
{
    static const paw_str head = PAW_LIT_INIT("CmdLine:_");
    const size_t at = paw_str_find_name(places, head, 0);
    if (at == SIZE_MAX)
        return (paw_str){0};
    const paw_str line = paw_str_from(places, at + head.n);
    size_t end = line.n;
    for (size_t next = paw_str_find(line, PAW_LIT(":_"), 0); next != SIZE_MAX && end == line.n;
         next = paw_str_find(line, PAW_LIT(":_"), next + 1)) {
        size_t word = next; /* `; file:_`: the next place begins with its own word */
        while (word > 0 && line.p[word - 1] != ' ' && line.p[word - 1] != ';')
            word--;
        const paw_str before = paw_str_trim(paw_str_sub(line, 0, word), " ");
        if (before.n != 0 && before.p[before.n - 1] == ';')
            end = before.n - 1;
    }
    return paw_str_sub(line, 0, end);
}

/* The command lines that a record of Defender holds: what it found, what a rule of attack surface
 * reduction stopped or saw. */
static enum paw_status gather_threat(struct paw_engine *e, const struct kept *k)
{
    const paw_str lines[] = {
        line_of_threat(paw_fact_text(k->fact, PAW_F_THREAT_PATH)),
        paw_fact_text(k->fact, PAW_F_TARGET_COMMAND_LINE),
    };
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < PAW_COUNT_OF(lines); i++)
        status =
            add_standing(e, (struct standing){
                                .fact = k->fact,
                                .field = i == 0 ? PAW_F_THREAT_PATH : PAW_F_TARGET_COMMAND_LINE,
                                .text = lines[i],
                                .where = {"antimalware", paw_fact_text(k->fact, PAW_F_CHANNEL),
                                          paw_fact_text(k->fact, PAW_F_THREAT_NAME), false},
                                .host = k->host,
                                .node = NONE,
                                .subject = PAW_SUBJECT_STANDING,
                            });
    return status == PAW_OK ? gather_alone(e, k, PAW_SUBJECT_RECORD, PAW_F_THREAT_PATH) : status;
}

/* A script block in parts is one text: scripts.c */
static bool is_part(const struct paw_fact *f)
{
    uint64_t total = 0;
    return paw_str_u64(paw_fact_text(f, PAW_F_MESSAGE_TOTAL), &total) && total > 1;
}

/* The shell says at each logon what it starts out of the Run keys, of which hives may be lost. */
static enum paw_status gather_logon(struct paw_engine *e, const struct kept *k)
{
    return gather_record(e, k, "run", PAW_F_COMMAND_LINE, PAW_F_KEY);
}

static enum paw_status gather_standing(struct paw_engine *e, const struct kept *k)
{
    switch ((enum paw_kind)k->fact->kind) {
    case PAW_KIND_REGISTRY:
    case PAW_KIND_STANDING:
    case PAW_KIND_VALUE:
        return gather_value(e, k);
    case PAW_KIND_SERVICE:
        return gather_record(e, k, "service", PAW_F_SERVICE_COMMAND, PAW_F_SERVICE_NAME);
    case PAW_KIND_TASK:
        return gather_record(e, k, "task", PAW_F_TASK_COMMAND, PAW_F_TASK_NAME);
    case PAW_KIND_CONSUMER:
        return gather_record(e, k, "consumer", PAW_F_CONSUMER_COMMAND, PAW_F_CONSUMER_NAME);
    case PAW_KIND_LOGON_COMMAND:
        return gather_logon(e, k);
    case PAW_KIND_POWERSHELL:
        return paw_fact_text(k->fact, PAW_F_SCRIPT_TEXT).n == 0 || is_part(k->fact)
                   ? PAW_OK
                   : gather_alone(e, k, PAW_SUBJECT_SCRIPT, PAW_F_SCRIPT_TEXT);
    case PAW_KIND_INSTALLER:
        return gather_alone(e, k, PAW_SUBJECT_RECORD, PAW_F_PACKAGE);
    case PAW_KIND_CONTROL:
        return gather_alone(e, k, PAW_SUBJECT_RECORD, PAW_F_FILE_PATH);
    case PAW_KIND_ANTIMALWARE:
        return gather_threat(e, k);
    case PAW_KIND_NONE:
    case PAW_KIND_PROCESS_START:
    case PAW_KIND_PROCESS_END:
    case PAW_KIND_MODULE:
    case PAW_KIND_NETWORK:
    case PAW_KIND_DNS:
    case PAW_KIND_FILE:
    case PAW_KIND_FILE_DELETE:
    case PAW_KIND_FILE_STREAM:
    case PAW_KIND_FILE_TIME:
    case PAW_KIND_ACCESS:
    case PAW_KIND_THREAD:
    case PAW_KIND_TAMPER:
    case PAW_KIND_PIPE:
    case PAW_KIND_DRIVER:
    case PAW_KIND_SENSOR:
    case PAW_KIND_HOST:
    case PAW_KIND_OTHER:
    case PAW_N_KINDS:
        return PAW_OK;
    }
    return PAW_OK;
}

static enum paw_status gather_script(struct paw_engine *e, const struct kept *k)
{
    return gather_alone(e, k, PAW_SUBJECT_SCRIPT, PAW_F_SCRIPT_TEXT);
}

/* Host applications -----------------------------------------------------------------------------
 * PowerShell says with each of its records by which line it was started. Each such line counts once
 * for a host, and not where the start itself is in the logs. */

struct said {
    paw_str line; /* of a fact */
    uint32_t host;
};

struct said_lines {
    struct map map; /* hash -> place in the list */
    struct paw_vec list;
};

enum { SAME_HASH_MAX = 16 }; /* lines that are held against each other: more are made up */

static bool add_line(struct said_lines *seen, paw_str line, uint32_t host, bool *is_new)
{
    const uint64_t hash = paw_hash(line.p, line.n, host);
    size_t at = 0;
    unsigned looked = 0;
    *is_new = false;
    for (uint32_t i = map_next(&seen->map, hash, &at); i != NONE;
         i = map_next(&seen->map, hash, &at)) {
        const struct said *s = paw_vec_at(&seen->list, i);
        if (s->host == host && paw_str_equal(s->line, line))
            return true;
        if (++looked == SAME_HASH_MAX)
            break;
    }
    *is_new = true;
    if (looked == SAME_HASH_MAX)
        return true;
    struct said *s = paw_vec_push(&seen->list);
    if (s == NULL)
        return false;
    *s = (struct said){line, host};
    return map_add(&seen->map, hash, (uint32_t)(seen->list.n - 1));
}

static bool add_known_lines(struct paw_engine *e, struct said_lines *seen)
{
    bool is_new = false;
    for (uint32_t i = 0; i < e->nodes.n; i++) {
        const struct node *n = node_at(e, i);
        const struct paw_fact *starts[] = {n->start, n->second};
        for (size_t k = 0; k < PAW_COUNT_OF(starts); k++) {
            const paw_str line =
                starts[k] == NULL ? (paw_str){0} : paw_fact_text(starts[k], PAW_F_COMMAND_LINE);
            if (line.n != 0 && !add_line(seen, line, n->host, &is_new))
                return false;
        }
    }
    return true;
}

static enum paw_status gather_host_applications(struct paw_engine *e)
{
    struct said_lines seen;
    map_init(&seen.map, e->budget);
    paw_vec_init(&seen.list, e->budget, sizeof(struct said));
    enum paw_status status = PAW_OK;
    bool is_begun = false, is_new = false;
    for (size_t i = 0; status == PAW_OK && i < e->kept.n; i++) {
        const struct kept k = *(const struct kept *)paw_vec_at(&e->kept, i);
        const paw_str line = k.fact->kind == PAW_KIND_POWERSHELL
                                 ? paw_fact_text(k.fact, PAW_F_HOST_APPLICATION)
                                 : (paw_str){0};
        if (line.n == 0)
            continue;
        if (!is_begun && !add_known_lines(e, &seen))
            status = e->budget->status;
        is_begun = true;
        if (status == PAW_OK && !add_line(&seen, line, k.host, &is_new))
            status = e->budget->status;
        if (status == PAW_OK && is_new)
            status = add_standing(
                e, (struct standing){
                       .fact = k.fact,
                       .field = PAW_F_HOST_APPLICATION,
                       .text = line,
                       .where = {"host_application", paw_fact_text(k.fact, PAW_F_CHANNEL),
                                 PAW_LIT("HostApplication"), false},
                       .host = k.host,
                       .node = NONE,
                       .subject = PAW_SUBJECT_STANDING,
                   });
    }
    map_finish(&seen.map);
    paw_vec_finish(&seen.list);
    return status;
}

enum paw_status standings_gather(struct paw_engine *e)
{
    enum paw_status status = PAW_OK;
    for (size_t i = 0; status == PAW_OK && i < e->kept.n; i++) {
        const struct kept k = *(const struct kept *)paw_vec_at(&e->kept, i);
        status = gather_standing(e, &k);
    }
    if (status == PAW_OK)
        status = gather_host_applications(e);
    return status == PAW_OK ? scripts_join(e, gather_script) : status;
}
