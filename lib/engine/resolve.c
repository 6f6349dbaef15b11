/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phase 2: processes of each host, and who started whom (docs/detections 1.4).
 *
 * A process that Sysmon and Security both saw is one node. Parents are found by GUID, else by pid
 * among those alive then; a parent whose start is not in the logs becomes a stub made from what its
 * child's record quotes. Pids are reused, so a pid alone never decides without a time.
 */
#include "engine/engine_private.h"

enum { SAME_START = 2 * SECOND, SLACK_END = SECOND };
enum { TWINS_MAX = 64 }; /* looked at; no pid is given that often in two seconds */

bool is_real_guid(paw_str guid)
{
    return guid.n != 0 && !paw_str_equal(guid, PAW_LIT("{00000000-0000-0000-0000-000000000000}"));
}

paw_str node_text(const struct node *n, enum paw_field_id id)
{
    static const struct {
        enum paw_field_id own, parent, target;
    } quoted[] = {
        {PAW_F_IMAGE, PAW_F_PARENT_IMAGE, PAW_F_TARGET_IMAGE},
        {PAW_F_COMMAND_LINE, PAW_F_PARENT_COMMAND_LINE, PAW_F_NONE},
        {PAW_F_USER, PAW_F_PARENT_USER, PAW_F_NONE},
        {PAW_F_PROCESS_GUID, PAW_F_PARENT_PROCESS_GUID, PAW_F_TARGET_PROCESS_GUID},
        {PAW_F_PROCESS_ID, PAW_F_PARENT_PROCESS_ID, PAW_F_TARGET_PROCESS_ID},
    };
    if (n->start != NULL) {
        const paw_str text = paw_fact_text(n->start, id);
        return text.p == NULL && n->second != NULL ? paw_fact_text(n->second, id) : text;
    }
    for (size_t i = 0; n->quoted != NULL && i < PAW_COUNT_OF(quoted); i++)
        if (quoted[i].own == id)
            return paw_fact_text(n->quoted, n->quoted_as_parent   ? quoted[i].parent
                                            : n->quoted_as_target ? quoted[i].target
                                                                  : quoted[i].own);
    return (paw_str){0};
}

static bool read_pid(paw_str text, uint64_t *ret)
{
    return text.n != 0 && paw_str_u64(text, ret);
}

static bool same_base(paw_str a, paw_str b)
{
    return paw_str_same_name(paw_path_base(a), paw_path_base(b));
}

static uint64_t guid_hash(uint32_t host, paw_str guid)
{
    return paw_hash_name(guid, host + UINT64_C(0x51));
}

uint32_t node_by_guid(const struct paw_engine *e, uint32_t host, paw_str guid)
{
    size_t at = 0;
    const uint64_t hash = guid_hash(host, guid);
    for (uint32_t i = map_next(&e->guid_map, hash, &at); i != NONE;
         i = map_next(&e->guid_map, hash, &at))
        if (node_at(e, i)->host == host &&
            paw_str_same_name(node_text(node_at(e, i), PAW_F_PROCESS_GUID), guid))
            return i;
    return NONE;
}

/* Pids ------------------------------------------------------------------------------------------
 */

static int by_host_pid_time(const void *a, const void *b)
{
    const struct pid_entry *x = a, *y = b;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

enum paw_status pids_index(struct paw_engine *e)
{
    e->pids.n = 0;
    for (uint32_t i = 0; i < e->nodes.n; i++) {
        const struct node *n = node_at(e, i);
        if (n->start == NULL || !n->has_pid)
            continue;
        struct pid_entry *p = paw_vec_push(&e->pids);
        if (p == NULL)
            return e->budget->status;
        *p = (struct pid_entry){.host = n->host, .node = i, .pid = n->pid, .time = n->time};
    }
    return paw_vec_sort(&e->pids, by_host_pid_time);
}

/* First entry after (host, pid, time). */
static size_t pids_after(const struct paw_engine *e, uint32_t host, uint64_t pid, uint64_t time)
{
    const struct pid_entry key = {.host = host, .node = NONE, .pid = pid, .time = time};
    size_t lo = 0, hi = e->pids.n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (by_host_pid_time(paw_vec_at(&e->pids, mid), &key) <= 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The newest process with that pid that had begun, and had not ended, at time. */
uint32_t node_by_pid(const struct paw_engine *e, uint32_t host, uint64_t pid, uint64_t time)
{
    const size_t after = pids_after(e, host, pid, time);
    if (after == 0)
        return NONE;
    const struct pid_entry *p = paw_vec_at(&e->pids, after - 1);
    if (p->host != host || p->pid != pid)
        return NONE;
    const struct node *n = node_at(e, p->node);
    return n->end == 0 || n->end + SLACK_END >= time ? p->node : NONE;
}

/* Starts ----------------------------------------------------------------------------------------
 */

static bool lines_agree(const struct paw_fact *a, const struct paw_fact *b)
{
    const paw_str x = paw_str_trim(paw_fact_text(a, PAW_F_COMMAND_LINE), " \t");
    const paw_str y = paw_str_trim(paw_fact_text(b, PAW_F_COMMAND_LINE), " \t");
    return x.n == 0 || y.n == 0 || paw_str_equal(x, y);
}

static enum paw_status add_node(struct paw_engine *e, const struct paw_fact *f, uint32_t host)
{
    const uint32_t i = (uint32_t)e->nodes.n;
    struct node *n = paw_vec_push(&e->nodes);
    if (n == NULL)
        return e->budget->status;
    *n = (struct node){
        .start = f,
        .time = f->time,
        .subject = f->subject,
        .host = host,
        .parent = NONE,
        .first_child = NONE,
        .next_sibling = NONE,
    };
    n->has_pid = read_pid(paw_fact_text(f, PAW_F_PROCESS_ID), &n->pid);
    const paw_str guid = paw_fact_text(f, PAW_F_PROCESS_GUID);
    if (!is_real_guid(guid) || node_by_guid(e, host, guid) != NONE) /* the first one has it */
        return PAW_OK;
    if (!map_add(&e->guid_map, guid_hash(host, guid), i))
        return e->budget->status;
    return PAW_OK;
}

/* The Sysmon node that a Security record describes too. */
static struct node *twin_record(const struct paw_engine *e, const struct paw_fact *f, uint32_t host)
{
    uint64_t pid = 0;
    if (!read_pid(paw_fact_text(f, PAW_F_PROCESS_ID), &pid) || f->time < SAME_START)
        return NULL;
    const size_t first = pids_after(e, host, pid, f->time - SAME_START - 1);
    for (size_t i = first; i < e->pids.n && i - first < TWINS_MAX; i++) {
        const struct pid_entry *p = paw_vec_at(&e->pids, i);
        if (p->host != host || p->pid != pid || p->time > f->time + SAME_START)
            return NULL;
        struct node *n = node_at(e, p->node);
        if (n->second == NULL &&
            same_base(node_text(n, PAW_F_IMAGE), paw_fact_text(f, PAW_F_IMAGE)) &&
            lines_agree(n->start, f))
            return n;
    }
    return NULL;
}

static enum paw_status add_starts(struct paw_engine *e, bool sysmon)
{
    for (size_t i = 0; i < e->kept.n; i++) {
        const struct kept *k = paw_vec_at(&e->kept, i);
        if (k->fact->kind != PAW_KIND_PROCESS_START || paw_fact_is_sysmon(k->fact) != sysmon)
            continue;
        struct node *n = sysmon ? NULL : twin_record(e, k->fact, k->host);
        if (n != NULL) {
            n->second = k->fact;
            continue;
        }
        const enum paw_status status = add_node(e, k->fact, k->host);
        if (status != PAW_OK)
            return status;
    }
    return pids_index(e);
}

static void add_ends(struct paw_engine *e)
{
    for (size_t i = 0; i < e->kept.n; i++) {
        const struct kept *k = paw_vec_at(&e->kept, i);
        uint64_t pid = 0;
        if (k->fact->kind != PAW_KIND_PROCESS_END)
            continue;
        const paw_str guid = paw_fact_text(k->fact, PAW_F_PROCESS_GUID);
        uint32_t node = is_real_guid(guid) ? node_by_guid(e, k->host, guid) : NONE;
        if (node == NONE && read_pid(paw_fact_text(k->fact, PAW_F_PROCESS_ID), &pid))
            node = node_by_pid(e, k->host, pid, k->fact->time);
        if (node == NONE)
            continue;
        struct node *n = node_at(e, node);
        if (same_base(node_text(n, PAW_F_IMAGE), paw_fact_text(k->fact, PAW_F_IMAGE)) &&
            (n->end == 0 || k->fact->time < n->end))
            n->end = k->fact->time;
    }
}

/* Parents ---------------------------------------------------------------------------------------
 */

uint32_t node_stub(struct paw_engine *e, uint32_t host, const struct paw_fact *fact, bool as_parent,
                   bool as_target)
{
    const struct node probe = {
        .quoted = fact, .quoted_as_parent = as_parent, .quoted_as_target = as_target};
    const paw_str guid = node_text(&probe, PAW_F_PROCESS_GUID);
    const paw_str image = node_text(&probe, PAW_F_IMAGE);
    const paw_str pid = node_text(&probe, PAW_F_PROCESS_ID);
    const bool by_guid = is_real_guid(guid);
    if (!by_guid && image.n == 0)
        return NONE;
    const uint64_t hash = by_guid ? guid_hash(host, guid)
                                  : paw_hash_name(image, paw_hash_name(pid, host + UINT64_C(0x77)));
    size_t at = 0;
    for (uint32_t i = map_next(&e->stub_map, hash, &at); i != NONE;
         i = map_next(&e->stub_map, hash, &at)) {
        struct node *n = node_at(e, i);
        if (n->host != host || !paw_str_same_name(node_text(n, PAW_F_PROCESS_GUID), guid) ||
            (!by_guid && (!paw_str_same_name(node_text(n, PAW_F_IMAGE), image) ||
                          !paw_str_equal(node_text(n, PAW_F_PROCESS_ID), pid))))
            continue;
        if (as_parent && !n->quoted_as_parent) { /* a child's record says more than an effect */
            n->quoted = fact;
            n->quoted_as_parent = true;
            n->quoted_as_target = false;
        }
        return i;
    }
    const uint32_t i = (uint32_t)e->nodes.n;
    struct node *n = paw_vec_push(&e->nodes);
    if (n == NULL || !map_add(&e->stub_map, hash, i))
        return NONE;
    *n = probe;
    n->host = host;
    n->parent = n->first_child = n->next_sibling = NONE;
    n->flags = NODE_STUB;
    n->has_pid = read_pid(pid, &n->pid);
    return i;
}

static bool may_be_parent(const struct node *parent, const struct node *child)
{
    return parent != child && parent->time <= child->time + SAME_START;
}

static uint32_t parent_by_pid(struct paw_engine *e, const struct node *n, uint8_t *link)
{
    uint64_t pid = 0;
    if (!read_pid(node_text(n, PAW_F_PARENT_PROCESS_ID), &pid))
        return NONE;
    const uint32_t found = node_by_pid(e, n->host, pid, n->time);
    if (found == NONE || node_at(e, found) == n)
        return NONE;
    const paw_str quoted = node_text(n, PAW_F_PARENT_IMAGE);
    const bool agrees =
        quoted.n == 0 || same_base(quoted, node_text(node_at(e, found), PAW_F_IMAGE));
    *link = agrees ? PAW_LINK_SURE : PAW_LINK_WEAK;
    return found;
}

static enum paw_status link_parent(struct paw_engine *e, uint32_t i)
{
    const struct node *n = node_at(e, i);
    const paw_str guid = node_text(n, PAW_F_PARENT_PROCESS_GUID);
    uint8_t link = PAW_LINK_SURE;
    uint32_t parent = is_real_guid(guid) ? node_by_guid(e, n->host, guid) : NONE;
    if (parent != NONE && !may_be_parent(node_at(e, parent), n))
        parent = NONE;
    if (parent == NONE)
        parent = parent_by_pid(e, n, &link);
    if (parent == NONE || link == PAW_LINK_WEAK) {
        const uint32_t stub = node_stub(e, n->host, n->start, true, false);
        if (stub == NONE && e->budget->status != PAW_OK)
            return e->budget->status;
        if (stub != NONE) {
            parent = stub;
            link = PAW_LINK_QUOTED;
        }
    }
    struct node *child = node_at(e, i); /* the array may have moved */
    child->parent = parent;
    child->link = parent == NONE ? PAW_LINK_NONE : link;
    return PAW_OK;
}

/* The line without its first token. */
static paw_str tail_of(paw_str line)
{
    const paw_str s = paw_str_trim(line, " \t");
    size_t end = 0;
    if (s.n != 0 && s.p[0] == '"') {
        const size_t quote = paw_str_find_char(s, '"', 1);
        end = quote == SIZE_MAX ? s.n : quote + 1;
    } else {
        while (end < s.n && s.p[end] != ' ' && s.p[end] != '\t')
            end++;
    }
    return paw_str_trim(paw_str_from(s, end), " \t");
}

/* A 64-bit host that starts its 32-bit twin for the same work (trap 3). */
static bool is_twin(const struct node *parent, const struct node *child)
{
    const paw_str outer = node_text(parent, PAW_F_IMAGE), inner = node_text(child, PAW_F_IMAGE);
    if (!same_base(outer, inner) || paw_str_same_name(outer, inner) ||
        paw_str_find_name(inner, PAW_LIT("\\syswow64\\"), 0) == SIZE_MAX)
        return false;
    const paw_str line = paw_str_trim(node_text(child, PAW_F_COMMAND_LINE), " \t");
    const paw_str tail = tail_of(node_text(parent, PAW_F_COMMAND_LINE));
    if (line.n == 0 || tail.n == 0)
        return child->time < parent->time + 5 * (uint64_t)SECOND;
    return paw_str_equal(line, tail) || paw_str_equal(tail_of(line), tail);
}

/* control.exe and the rundll32 it starts, and that one's 32-bit relaunch (trap 4). */
static bool is_plumbed(const struct node *parent, const struct node *child)
{
    const paw_str outer = paw_path_base(node_text(parent, PAW_F_IMAGE));
    const paw_str inner = paw_path_base(node_text(child, PAW_F_IMAGE));
    const paw_str line = node_text(child, PAW_F_COMMAND_LINE);
    if (!paw_str_same_name(inner, PAW_LIT("rundll32.exe")))
        return false;
    if (paw_str_same_name(outer, PAW_LIT("control.exe")))
        return paw_str_find_name(line, PAW_LIT("shell32"), 0) != SIZE_MAX;
    return paw_str_same_name(outer, PAW_LIT("rundll32.exe")) &&
           paw_str_find_name(line, PAW_LIT("shell32.dll\",#44"), 0) != SIZE_MAX &&
           paw_str_find_name(node_text(parent, PAW_F_COMMAND_LINE), PAW_LIT("Control_RunDLL"), 0) !=
               SIZE_MAX;
}

static void link_children(struct paw_engine *e)
{
    for (uint32_t i = (uint32_t)e->nodes.n; i-- > 0;) { /* backwards: lists come out in order */
        struct node *n = node_at(e, i);
        if (n->parent == NONE)
            continue;
        struct node *parent = node_at(e, n->parent);
        n->next_sibling = parent->first_child;
        parent->first_child = i;
        if (parent->time == 0 && (parent->flags & NODE_STUB) != 0)
            parent->subject = 0;
        if (n->link == PAW_LINK_WEAK)
            continue;
        n->flags |= is_twin(parent, n) ? NODE_TWIN : 0;
        n->flags |= is_plumbed(parent, n) ? NODE_PLUMBED : 0;
    }
}

enum paw_status nodes_build(struct paw_engine *e)
{
    enum paw_status status = add_starts(e, true);
    if (status == PAW_OK)
        status = add_starts(e, false);
    if (status != PAW_OK)
        return status;
    add_ends(e);
    const uint32_t real = (uint32_t)e->nodes.n;
    for (uint32_t i = 0; status == PAW_OK && i < real; i++)
        status = link_parent(e, i);
    if (status == PAW_OK)
        link_children(e);
    return status;
}
