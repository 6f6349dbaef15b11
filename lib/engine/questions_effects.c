/* SPDX-License-Identifier: Apache-2.0 */
/* What the process did: modules, connections, files, accesses, threads, pipes. */
#include "engine/exam.h"

#include <catspaw/questions.h>

#include "core/str.h"
#include "windows/address.h"
#include "windows/path.h"

enum { SECOND = 10000000, OWN_OPEN = 2 };

static const struct paw_span WHOLE = {0, 0};

static const struct paw_effects *effects(struct paw_exam *e, enum paw_effect kind)
{
    return &e->seat.real->effects[kind];
}

static bool in_time(struct paw_exam *e, const struct paw_test *t, const struct paw_fact *f)
{
    const uint64_t start = e->seat.real->time;
    return t->within == 0 || start == 0 || f->time == 0 ||
           f->time <= start + (uint64_t)t->within * SECOND;
}

/* Nothing fitted: silence is NO only if the kind was recorded and nothing was cut. */
static enum paw_truth silence(struct paw_exam *e, enum paw_effect kind, uint32_t need,
                              enum paw_truth so_far)
{
    if (so_far != PAW_NO)
        return so_far;
    enum paw_truth said;
    if (!paw_exam_could(e, need, &said))
        return said;
    const struct paw_effects *all = effects(e, kind);
    return all->total > all->n ? paw_exam_miss(e, need) : PAW_NO;
}

static struct paw_path path_of(struct paw_exam *e, paw_str raw)
{
    struct paw_path path;
    paw_world_path(e->world, raw, e->arena, &path);
    return path;
}

static bool is_in(struct paw_exam *e, const struct paw_path *path, uint64_t in)
{
    return in == 0 || (paw_exam_class(e, path) & in) != 0;
}

static bool path_fits(struct paw_exam *e, const struct paw_test *t, const struct paw_path *path)
{
    if (t->names != NULL && !paw_list_fits(t->names, path->base))
        return false;
    if (t->keys != NULL && !paw_list_fits(t->keys, path->norm))
        return false;
    if (!paw_exam_same_path(e, t, path->norm))
        return false;
    return is_in(e, path, t->in);
}

/* Modules ---------------------------------------------------------------------------------------
 */

static enum paw_truth is_unsigned(const struct paw_fact *f, const struct paw_path *path)
{
    if ((path->class & PAW_NATIVE) != 0 || paw_str_glob(path->base, "*.ni.dll"))
        return PAW_NO;
    const paw_str is_signed = paw_fact_text(f, PAW_F_SIGNED);
    const paw_str status = paw_fact_text(f, PAW_F_SIGNATURE_STATUS);
    if (is_signed.p == NULL && status.p == NULL)
        return PAW_UNKNOWN;
    if (paw_str_same_name(is_signed, PAW_LIT("false")))
        return PAW_YES;
    if (status.p == NULL || paw_str_same_name(status, PAW_LIT("valid")) ||
        paw_str_same_name(status, PAW_LIT("expired")))
        return PAW_NO;
    /* "Unavailable" of a file that says it is signed means the catalogue was not at hand */
    return paw_str_same_name(status, PAW_LIT("unavailable")) ? PAW_NO : PAW_YES;
}

/* The program itself and its own image record are no module that was brought along. */
static bool is_own_image(const struct paw_execution *x, const struct paw_path *path)
{
    return x->image_path.norm.n != 0 && paw_path_same(path->norm, x->image_path.norm);
}

static enum paw_truth module_fits(struct paw_exam *e, const struct paw_test *t,
                                  const struct paw_fact *f)
{
    const paw_str raw = paw_fact_text(f, PAW_F_IMAGE_LOADED);
    if (raw.p == NULL || !in_time(e, t, f))
        return PAW_NO;
    if (t->names != NULL && !paw_list_fits(t->names, paw_path_base(raw)))
        return PAW_NO;
    const struct paw_path path = path_of(e, raw);
    struct paw_test where = *t;
    if (t->same == PAW_MY_IMAGE) /* the program that is asked, also where that is a child */
        where.same = PAW_NOBODY;
    if ((t->flags & PAW_OTHER_NAME) != 0) {
        const paw_str original = paw_fact_text(f, PAW_F_ORIGINAL_FILE_NAME);
        if (original.p == NULL || !paw_list_fits(t->keys, original) ||
            paw_list_fits(t->keys, path.base))
            return PAW_NO;
    } else if (!path_fits(e, &where, &path)) {
        return PAW_NO;
    }
    if (is_own_image(e->seat.real, &path) != (t->same == PAW_MY_IMAGE))
        return PAW_NO;
    if ((t->in != 0 || (t->flags & PAW_UNSIGNED) != 0) && paw_exam_trusts_signer(e, f))
        return (t->in & PAW_SITE) != 0 ? PAW_YES : PAW_NO;
    return (t->flags & PAW_UNSIGNED) != 0 ? is_unsigned(f, &path) : PAW_YES;
}

enum paw_truth paw_ask_module(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_effects *all = effects(e, PAW_EFFECT_MODULE);
    enum paw_truth result = PAW_NO;
    for (size_t i = 0; i < all->n; i++) {
        const enum paw_truth one = module_fits(e, t, all->facts[i]);
        if (one == PAW_YES) {
            paw_exam_cite(e, all->facts[i], PAW_F_IMAGE_LOADED, WHOLE, PAW_ROLE_MODULE);
            if ((t->flags & PAW_UNSIGNED) != 0)
                paw_exam_cite(e, all->facts[i], PAW_F_SIGNED, WHOLE, PAW_ROLE_MODULE);
            return PAW_YES;
        }
        if (one == PAW_UNKNOWN)
            result = paw_exam_miss(e, PAW_NEED_MODULES);
    }
    return silence(e, PAW_EFFECT_MODULE, PAW_NEED_MODULES, result);
}

/* The last one to write the file before the process began. */
static const struct paw_fact *writer_of(struct paw_exam *e, const struct paw_test *t, paw_str path)
{
    const struct paw_facts made =
        paw_world_dropped(e->world, e->seat.real, path, (uint32_t)t->seconds);
    for (size_t i = made.n; i-- > 0;)
        if (paw_list_fits(t->keys, paw_path_base(paw_fact_text(made.list[i], PAW_F_IMAGE))))
            return made.list[i];
    return NULL;
}

enum paw_truth paw_ask_brought(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_effects *all = effects(e, PAW_EFFECT_MODULE);
    struct paw_test fits = *t;
    fits.keys = NULL;
    for (size_t i = 0; i < all->n; i++) {
        if (module_fits(e, &fits, all->facts[i]) != PAW_YES)
            continue;
        const struct paw_path path = path_of(e, paw_fact_text(all->facts[i], PAW_F_IMAGE_LOADED));
        const struct paw_fact *written = writer_of(e, t, path.norm);
        if (written == NULL)
            continue;
        paw_exam_cite(e, all->facts[i], PAW_F_IMAGE_LOADED, WHOLE, PAW_ROLE_MODULE);
        paw_exam_cite(e, written, PAW_F_TARGET_FILENAME, WHOLE, PAW_ROLE_FILE);
        return PAW_YES;
    }
    return silence(e, PAW_EFFECT_MODULE, PAW_NEED_MODULES, PAW_NO);
}

/* Connections -----------------------------------------------------------------------------------
 */

/* Of the address, refined by the name: a name looked up backwards cannot make a public one local.
 */
static uint64_t destination_class(struct paw_exam *e, const struct paw_fact *f, bool inbound)
{
    const paw_str ip = paw_fact_text(f, inbound ? PAW_F_SOURCE_IP : PAW_F_DESTINATION_IP);
    const paw_str name =
        paw_fact_text(f, inbound ? PAW_F_SOURCE_HOSTNAME : PAW_F_DESTINATION_HOSTNAME);
    const uint64_t by_ip = ip.n == 0 ? 0 : paw_exam_host_class(e, ip, paw_world_host(e->world, ip));
    if ((by_ip & (PAW_LOOPBACK | PAW_LOCAL)) != 0 || name.n == 0)
        return by_ip;
    const uint64_t by_name = paw_exam_host_class(e, name, paw_world_host(e->world, name));
    return by_ip != 0 && (by_name & (PAW_LOOPBACK | PAW_LOCAL)) != 0 ? by_ip : by_name;
}

static bool is_inbound(const struct paw_fact *f)
{
    const paw_str initiated = paw_fact_text(f, PAW_F_INITIATED);
    return paw_str_same_name(initiated, PAW_LIT("false")) || paw_str_glob(initiated, "*14592*") ||
           paw_str_same_name(initiated, PAW_LIT("inbound"));
}

static bool connection_fits(struct paw_exam *e, const struct paw_test *t, const struct paw_fact *f)
{
    const bool inbound = (t->flags & PAW_INBOUND) != 0;
    if (is_inbound(f) != inbound || !in_time(e, t, f))
        return false;
    if (t->names != NULL &&
        !paw_list_fits(t->names, paw_fact_text(f, PAW_F_DESTINATION_HOSTNAME)) &&
        !paw_list_fits(t->names, paw_fact_text(f, PAW_F_DESTINATION_IP)))
        return false;
    if (t->keys != NULL && !paw_list_fits(t->keys, paw_fact_text(f, PAW_F_DESTINATION_PORT)))
        return false;
    if (t->least != 0) { /* both ports at least */
        uint64_t from = 0, to = 0;
        if (!paw_str_u64(paw_fact_text(f, PAW_F_SOURCE_PORT), &from) ||
            !paw_str_u64(paw_fact_text(f, PAW_F_DESTINATION_PORT), &to) || from < t->least ||
            to < t->least)
            return false;
    }
    return t->in == 0 || (destination_class(e, f, inbound) & t->in) != 0;
}

static bool lookup_fits(struct paw_exam *e, const struct paw_test *t, const struct paw_fact *f)
{
    const paw_str name = paw_fact_text(f, PAW_F_QUERY_NAME);
    if (name.n == 0 || !in_time(e, t, f) || (t->flags & PAW_INBOUND) != 0 || t->keys != NULL)
        return false;
    if (t->names != NULL && !paw_list_fits(t->names, name))
        return false;
    const uint64_t class = paw_world_host(e->world, name);
    return t->in == 0 || (paw_exam_host_class(e, name, class) & t->in) != 0;
}

enum paw_truth paw_ask_network(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_effects *all = effects(e, PAW_EFFECT_NETWORK);
    for (size_t i = 0; i < all->n && (t->flags & PAW_LOOKUP_ONLY) == 0; i++) {
        const struct paw_fact *f = all->facts[i];
        if (!connection_fits(e, t, f))
            continue;
        const bool inbound = (t->flags & PAW_INBOUND) != 0;
        const bool named = !inbound && paw_fact_text(f, PAW_F_DESTINATION_HOSTNAME).n != 0;
        paw_exam_cite(e, f,
                      inbound ? PAW_F_SOURCE_IP
                      : named ? PAW_F_DESTINATION_HOSTNAME
                              : PAW_F_DESTINATION_IP,
                      WHOLE, PAW_ROLE_NETWORK);
        return PAW_YES;
    }
    const struct paw_effects *names = effects(e, PAW_EFFECT_DNS);
    for (size_t i = 0; i < names->n; i++) {
        if (!lookup_fits(e, t, names->facts[i]))
            continue;
        paw_exam_cite(e, names->facts[i], PAW_F_QUERY_NAME, WHOLE, PAW_ROLE_DNS);
        return PAW_YES;
    }
    return silence(e, PAW_EFFECT_NETWORK, PAW_NEED_NETWORK, PAW_NO);
}

/* Files -----------------------------------------------------------------------------------------
 */

static bool file_kind_fits(const struct paw_test *t, const struct paw_fact *f)
{
    uint32_t wanted = t->flags & (PAW_CREATED | PAW_DELETED | PAW_STAMPED | PAW_STREAM);
    if (wanted == 0)
        wanted = PAW_CREATED;
    switch (f->kind) {
    case PAW_KIND_FILE:
        return (wanted & PAW_CREATED) != 0;
    case PAW_KIND_FILE_DELETE:
        return (wanted & PAW_DELETED) != 0;
    case PAW_KIND_FILE_TIME:
        return (wanted & PAW_STAMPED) != 0;
    default:
        return (wanted & PAW_STREAM) != 0;
    }
}

/* Many questions ask of the same files: those of the judged one are normalised once. */
static const struct paw_path *file_at(struct paw_exam *e, const struct paw_effects *all, size_t i,
                                      struct paw_path *own)
{
    const bool is_judged = e->seat.real == e->judged;
    if (is_judged && e->files == NULL)
        e->files = paw_arena_array(e->arena, all->n, sizeof(*e->files));
    struct paw_path *path = is_judged && e->files != NULL ? &e->files[i] : own;
    if (path == own || path->raw.p == NULL)
        *path = path_of(e, paw_fact_text(all->facts[i], PAW_F_TARGET_FILENAME));
    return path;
}

enum paw_truth paw_ask_file(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_effects *all = effects(e, PAW_EFFECT_FILE);
    for (size_t i = 0; i < all->n; i++) {
        const struct paw_fact *f = all->facts[i];
        const paw_str raw = paw_fact_text(f, PAW_F_TARGET_FILENAME);
        if (raw.p == NULL || !file_kind_fits(t, f) || !in_time(e, t, f))
            continue;
        struct paw_path own;
        if (!path_fits(e, t, file_at(e, all, i, &own)))
            continue;
        paw_exam_cite(e, f, PAW_F_TARGET_FILENAME, WHOLE, PAW_ROLE_FILE);
        return PAW_YES;
    }
    return silence(e, PAW_EFFECT_FILE, PAW_NEED_FILES, PAW_NO);
}

enum paw_truth paw_ask_dropped(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    const struct paw_path *path =
        t->same == PAW_MY_IMAGE ? &x->image_path : &e->seat.x->command.target;
    if (path->norm.n == 0) {
        if (e->seat.x->command.line.p == NULL && x->subject != PAW_SUBJECT_RECORD)
            return paw_exam_miss(e, PAW_NEED_COMMAND_LINE);
        return PAW_NO;
    }
    if ((path->class & (PAW_REM | PAW_SCRIPT_TEXT)) != 0)
        return PAW_NO;
    const bool mark = (t->flags & PAW_STREAM) != 0;
    const paw_str file = mark ? paw_arena_join(e->arena, path->norm, paw_zone_stream) : path->norm;
    const struct paw_facts made = paw_world_dropped(e->world, x, file, (uint32_t)t->seconds);
    if (made.n != 0) {
        const struct paw_fact *last = made.list[made.n - 1];
        paw_exam_cite(e, last, PAW_F_TARGET_FILENAME, WHOLE, PAW_ROLE_FILE);
        return PAW_YES;
    }
    return made.could ? PAW_NO : paw_exam_miss(e, PAW_NEED_FILES);
}

/* Other processes -------------------------------------------------------------------------------
 */

static uint64_t mask_of(const struct paw_fact *f)
{
    uint64_t mask = 0;
    return paw_str_u64(paw_fact_text(f, PAW_F_GRANTED_ACCESS), &mask) ? mask : 0;
}

static bool same_id(const struct paw_fact *f, enum paw_field_id guid, enum paw_field_id pid,
                    const struct paw_execution *x)
{
    const paw_str g = paw_fact_text(f, guid);
    if (g.n != 0 && x->guid.n != 0)
        return paw_str_same_name(g, x->guid);
    uint64_t n;
    return x->has_pid && paw_str_u64(paw_fact_text(f, pid), &n) && n == x->pid;
}

/* Trap 7: who starts a process opens it, and so do csrss and svchost, within two seconds. */
static bool is_plumbing(struct paw_exam *e, const struct paw_fact *f, bool into)
{
    const struct paw_execution *x = e->seat.real;
    if (into) {
        const paw_str source = paw_path_base(paw_fact_text(f, PAW_F_IMAGE));
        const bool early = x->time != 0 && f->time <= x->time + (uint64_t)OWN_OPEN * SECOND;
        const bool is_parent =
            x->parent != NULL && same_id(f, PAW_F_PROCESS_GUID, PAW_F_PROCESS_ID, x->parent);
        return early && (is_parent || paw_str_same_name(source, PAW_LIT("csrss.exe")) ||
                         paw_str_same_name(source, PAW_LIT("svchost.exe")));
    }
    for (size_t i = 0; i < x->n_children; i++) {
        const struct paw_execution *child = x->children[i];
        if (same_id(f, PAW_F_TARGET_PROCESS_GUID, PAW_F_TARGET_PROCESS_ID, child))
            return child->time == 0 || f->time <= child->time + (uint64_t)OWN_OPEN * SECOND;
    }
    return same_id(f, PAW_F_TARGET_PROCESS_GUID, PAW_F_TARGET_PROCESS_ID, x);
}

static bool image_fits(const struct paw_test *t, paw_str image, uint64_t sets)
{
    if (t->names == NULL && t->set == 0)
        return true;
    return (t->names != NULL && paw_list_fits(t->names, paw_path_base(image))) ||
           (t->set & sets) != 0;
}

enum paw_truth paw_ask_access(struct paw_exam *e, const struct paw_test *t)
{
    const bool into = (t->flags & PAW_INTO) != 0;
    const enum paw_effect kind = into ? PAW_EFFECT_ACCESSED : PAW_EFFECT_ACCESS;
    const struct paw_effects *all = effects(e, kind);
    for (size_t i = 0; i < all->n; i++) {
        const struct paw_fact *f = all->facts[i];
        const paw_str other = paw_fact_text(f, into ? PAW_F_IMAGE : PAW_F_TARGET_IMAGE);
        if ((mask_of(f) & t->least) != t->least || is_plumbing(e, f, into) || !in_time(e, t, f))
            continue;
        if (!image_fits(t, other, t->set == 0 ? 0 : paw_world_sets(e->world, other, e->arena)))
            continue;
        if (t->keys != NULL && !paw_list_fits(t->keys, paw_fact_text(f, PAW_F_CALL_TRACE)))
            continue;
        const struct paw_path path = t->in == 0 ? (struct paw_path){0} : path_of(e, other);
        if (!is_in(e, &path, t->in))
            continue;
        paw_exam_cite(e, f, into ? PAW_F_IMAGE : PAW_F_TARGET_IMAGE, WHOLE, PAW_ROLE_ACCESS);
        paw_exam_cite(e, f, PAW_F_GRANTED_ACCESS, WHOLE, PAW_ROLE_ACCESS);
        return PAW_YES;
    }
    return silence(e, kind, PAW_NEED_ACCESS, PAW_NO);
}

enum paw_truth paw_ask_thread(struct paw_exam *e, const struct paw_test *t)
{
    const bool into = (t->flags & PAW_INTO) != 0;
    const enum paw_effect kind = into ? PAW_EFFECT_THREADED : PAW_EFFECT_THREAD;
    const struct paw_effects *all = effects(e, kind);
    for (size_t i = 0; i < all->n; i++) {
        const struct paw_fact *f = all->facts[i];
        const paw_str other = paw_fact_text(f, into ? PAW_F_IMAGE : PAW_F_TARGET_IMAGE);
        if (!image_fits(t, other, t->set == 0 ? 0 : paw_world_sets(e->world, other, e->arena)) ||
            !in_time(e, t, f))
            continue;
        if (t->keys != NULL && !paw_list_fits(t->keys, paw_fact_text(f, PAW_F_START_FUNCTION)))
            continue;
        const struct paw_path path = t->in == 0 ? (struct paw_path){0} : path_of(e, other);
        if (!is_in(e, &path, t->in))
            continue;
        paw_exam_cite(e, f, into ? PAW_F_IMAGE : PAW_F_TARGET_IMAGE, WHOLE, PAW_ROLE_THREAD);
        if (t->keys != NULL)
            paw_exam_cite(e, f, PAW_F_START_FUNCTION, WHOLE, PAW_ROLE_THREAD);
        return PAW_YES;
    }
    return silence(e, kind, PAW_NEED_THREADS, PAW_NO);
}

enum paw_truth paw_ask_tampered(struct paw_exam *e, const struct paw_test *t)
{
    (void)t;
    const struct paw_effects *all = effects(e, PAW_EFFECT_TAMPER);
    if (all->n == 0)
        return PAW_NO;
    paw_exam_cite(e, all->facts[0], PAW_F_TYPE, WHOLE, PAW_ROLE_TAMPER);
    return PAW_YES;
}

enum { RANDOM_DIGITS = 8 }; /* a name of so many hexadecimal digits and nothing else is random */

static bool is_random_name(paw_str name)
{
    size_t i = name.n != 0 && name.p[0] == '\\' ? 1 : 0;
    const size_t from = i;
    while (i < name.n && strchr("0123456789abcdef", paw_lower(name.p[i])) != NULL)
        i++;
    return i == name.n && i - from >= RANDOM_DIGITS;
}

enum paw_truth paw_ask_pipe(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_effects *all = effects(e, PAW_EFFECT_PIPE);
    for (size_t i = 0; i < all->n; i++) {
        const paw_str name = paw_fact_text(all->facts[i], PAW_F_PIPE_NAME);
        if (!paw_list_fits(t->names, name) && !is_random_name(name))
            continue;
        paw_exam_cite(e, all->facts[i], PAW_F_PIPE_NAME, WHOLE, PAW_ROLE_PIPE);
        return PAW_YES;
    }
    return silence(e, PAW_EFFECT_PIPE, PAW_NEED_PIPES, PAW_NO);
}

enum paw_truth paw_ask_hosts_ps(struct paw_exam *e, const struct paw_test *t)
{
    (void)t;
    static const char *const names[] = {"system.management.automation*.dll", NULL};
    static const struct paw_test automation = {.names = names};
    const struct paw_effects *said = effects(e, PAW_EFFECT_POWERSHELL);
    for (size_t i = 0; i < said->n; i++) {
        const struct paw_fact *f = said->facts[i];
        if (f->event_id != 400 && f->event_id != 600)
            continue;
        paw_exam_cite(e, f, PAW_F_HOST_APPLICATION, WHOLE, PAW_ROLE_SCRIPT);
        return PAW_YES;
    }
    const struct paw_effects *modules = effects(e, PAW_EFFECT_MODULE);
    for (size_t i = 0; i < modules->n; i++) {
        if (module_fits(e, &automation, modules->facts[i]) != PAW_YES)
            continue;
        paw_exam_cite(e, modules->facts[i], PAW_F_IMAGE_LOADED, WHOLE, PAW_ROLE_MODULE);
        return PAW_YES;
    }
    return silence(e, PAW_EFFECT_MODULE, PAW_NEED_MODULES, PAW_NO);
}
