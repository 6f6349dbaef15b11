/* SPDX-License-Identifier: Apache-2.0 */
/* What an organisation knows of itself: see site.h. */
#include "windows/site.h"

#include "windows/address.h"
#include "windows/class.h"
#include "windows/path.h"
#include "windows/programs.h"
#include "windows/text.h"

enum { ROOM = 64, LONGEST = 1024 };

static const char *const why[PAW_SITE_KINDS] = {
    [PAW_SITE_DOMAINS] = "site: a domain of the organisation, ",
    [PAW_SITE_NETWORKS] = "site: a network of the organisation, ",
    [PAW_SITE_PLACES] = "site: a place that software is deployed from, ",
    [PAW_SITE_PARENTS] = "site: started by the deployment program ",
    [PAW_SITE_DRIVES] = "site: a fixed drive of the machines, ",
    [PAW_SITE_SYSTEM_ROOTS] = "site: a folder that Windows is installed in, ",
    [PAW_SITE_SIGNERS] = "site: signed by ",
};

/* Reading entries --------------------------------------------------------------------------------
 */

static bool is_printable(paw_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 32 || s.p[i] == 127)
            return false;
    return true;
}

static const char *read_domain(paw_str *s)
{
    if (paw_str_starts(*s, PAW_LIT("*.")))
        *s = paw_str_from(*s, 2);
    else if (paw_str_starts(*s, PAW_LIT(".")))
        *s = paw_str_from(*s, 1);
    for (size_t i = 0; i < s->n; i++)
        if (!paw_is_word(s->p[i]) && strchr("-_.", s->p[i]) == NULL && (s->p[i] & 0x80) == 0)
            return "no domain: it is written like corp.example";
    const size_t dot = paw_str_find_char(*s, '.', 0);
    if (dot == SIZE_MAX || dot == 0 || s->p[s->n - 1] == '.' ||
        paw_str_find(*s, PAW_LIT(".."), 0) != SIZE_MAX)
        return "no domain: it has two labels at least";
    return NULL;
}

static const char *read_network(paw_str s, struct paw_site_entry *e)
{
    const size_t slash = paw_str_find_char(s, '/', 0);
    const paw_str address = paw_str_sub(s, 0, slash);
    const bool is_v6 = paw_str_find_char(address, ':', 0) != SIZE_MAX;
    uint64_t bits = is_v6 ? 128 : 32;
    size_t dots = 0;
    for (size_t i = 0; i < address.n; i++)
        dots += address.p[i] == '.';
    if (!paw_address_read(address, e->net) || (!is_v6 && dots != 3))
        return "no network: it is written like 203.0.113.0/24 or 2001:db8::/32";
    if (slash != SIZE_MAX && (!paw_is_digit(slash + 1 < s.n ? s.p[slash + 1] : '\0') ||
                              !paw_str_u64(paw_str_from(s, slash + 1), &bits)))
        return "no network: no number of bits stands behind the slash";
    if (bits > (is_v6 ? 128u : 32u))
        return "no network: more bits than the address has";
    if (bits < (is_v6 ? 16u : 8u))
        return "no network of one organisation: too few bits behind the slash";
    e->bits = (unsigned)bits + (is_v6 ? 0 : 96);
    for (unsigned i = e->bits; i < 128; i++)
        if ((e->net[i / 16] >> (15 - i % 16) & 1) != 0)
            return "no network: bits of the address are set behind those of the network";
    return NULL;
}

/* A folder below a drive, a share or what is below it, or an address. */
static const char *read_place(struct paw_site *s, paw_str text, struct paw_site_entry *e)
{
    const struct paw_path_context context = {0};
    struct paw_path path;
    if (paw_str_find_char(text, '%', 0) != SIZE_MAX || paw_str_find_char(text, '*', 0) != SIZE_MAX)
        return "no place: variables and wildcards are not read";
    paw_path_normalise(text, &context, &s->arena, &path);
    if ((path.flags & PAW_PATH_TRAVERSAL) != 0)
        return "no place: it goes up again";
    e->text = path.norm;
    while (e->text.n > 3 && paw_is_slash(e->text.p[e->text.n - 1]))
        e->text.n--;
    if ((path.class & PAW_URL) != 0)
        return path.host.n != 0 ? NULL : "no place: the address names no host";
    if ((path.class & (PAW_UNC | PAW_WEBDAV)) != 0)
        return paw_str_find_char(paw_str_from(e->text, 2), '\\', 0) != SIZE_MAX
                   ? NULL
                   : "no place: a host alone, not one of its shares";
    if (e->text.n < 4 || e->text.p[1] != ':')
        return "no place: it is written like \\\\host\\share, C:\\Folder or https://host/folder";
    const bool wide =
        paw_in_list(paw_str_from(e->text, 3), "windows|users|programdata|users\\public");
    return wide ? "no place: everybody writes somewhere below it" : NULL;
}

static const char *read_parent(paw_str s)
{
    const paw_str base = paw_path_base(s);
    char name[ROOM];
    if (paw_path_ext(base).n == 0 || paw_str_find_char(s, '*', 0) != SIZE_MAX)
        return "no program: it is written like agent.exe or C:\\Folder\\agent.exe";
    size_t n = 0;
    for (; n < base.n && n < sizeof(name); n++)
        name[n] = paw_lower(base.p[n]);
    const uint64_t sets = paw_program_sets((paw_str){name, n});
    if ((sets & (PAW_SET_SHELL | PAW_SET_SCRIPT | PAW_SET_CORE | PAW_SET_OFFICE)) != 0)
        return "no deployment program: everybody can start it";
    return NULL;
}

static const char *read_drive(paw_str *s)
{
    const bool fits = s->n != 0 && s->n <= 3 && paw_is_letter(s->p[0]) &&
                      (s->n < 2 || s->p[1] == ':') && (s->n < 3 || s->p[2] == '\\');
    s->n = 1;
    return fits ? NULL : "no drive: it is written like D:";
}

static const char *read_root(struct paw_site *s, paw_str text, struct paw_site_entry *e)
{
    const struct paw_path_context context = {0};
    struct paw_path path;
    paw_path_normalise(text, &context, &s->arena, &path);
    e->text = path.norm;
    if (path.norm.n < 4 || path.norm.p[1] != ':' ||
        paw_str_find_char(paw_str_from(path.norm, 3), '\\', 0) != SIZE_MAX)
        return "no folder of Windows: it is written like D:\\Windows";
    return NULL;
}

static const char *read_entry(struct paw_site *s, enum paw_site_kind kind, struct paw_site_entry *e)
{
    switch (kind) {
    case PAW_SITE_DOMAINS:
        return read_domain(&e->text);
    case PAW_SITE_NETWORKS:
        return read_network(e->text, e);
    case PAW_SITE_PLACES:
        return read_place(s, e->text, e);
    case PAW_SITE_PARENTS:
        return read_parent(e->text);
    case PAW_SITE_DRIVES:
        return read_drive(&e->text);
    case PAW_SITE_SYSTEM_ROOTS:
        return read_root(s, e->text, e);
    case PAW_SITE_SIGNERS:
    case PAW_SITE_KINDS:
        return NULL;
    }
    return NULL;
}

enum paw_status paw_site_add(struct paw_site *s, enum paw_site_kind kind, paw_str text,
                             const char **fault)
{
    struct paw_site_entry e = {.text = paw_arena_str(&s->arena, text)};
    if (s->items[kind] == NULL)
        s->items[kind] = paw_arena_array(&s->arena, PAW_SITE_MOST, sizeof(e));
    if (e.text.p == NULL || s->items[kind] == NULL)
        return PAW_E_MEMORY;
    *fault = text.n == 0           ? "an empty text"
             : text.n > LONGEST    ? "a text of more than 1024 bytes"
             : !is_printable(text) ? "a control character"
                                   : read_entry(s, kind, &e);
    if (*fault != NULL)
        return PAW_E_FORMAT;
    if (s->n[kind] == PAW_SITE_MOST)
        return PAW_E_LIMIT;
    e.why = paw_arena_cstr(&s->arena, paw_arena_join(&s->arena, paw_str_of(why[kind]), text));
    if (e.why == NULL || e.text.p == NULL)
        return PAW_E_MEMORY;
    s->items[kind][s->n[kind]++] = e;
    return PAW_OK;
}

/* Asking -----------------------------------------------------------------------------------------
 */

const struct paw_site_entry *paw_site_host(const struct paw_site *s, paw_str host)
{
    uint16_t address[8];
    const bool literal = paw_address_read(host, address);
    for (size_t i = 0; literal && i < s->n[PAW_SITE_NETWORKS]; i++) {
        const struct paw_site_entry *e = &s->items[PAW_SITE_NETWORKS][i];
        if (paw_address_in(address, e->net, e->bits))
            return e;
    }
    if (host.n > 1 && host.p[host.n - 1] == '.')
        host.n--;
    for (size_t i = 0; !literal && i < s->n[PAW_SITE_DOMAINS]; i++) {
        const struct paw_site_entry *e = &s->items[PAW_SITE_DOMAINS][i];
        if (host.n >= e->text.n && paw_str_ends_name(host, e->text) &&
            (host.n == e->text.n || host.p[host.n - e->text.n - 1] == '.'))
            return e;
    }
    return NULL;
}

const struct paw_site_entry *paw_site_parent(const struct paw_site *s, paw_str image, paw_str name)
{
    for (size_t i = 0; i < s->n[PAW_SITE_PARENTS]; i++) {
        const struct paw_site_entry *e = &s->items[PAW_SITE_PARENTS][i];
        const bool is_path = paw_path_base(e->text).n != e->text.n;
        if (paw_path_same(is_path ? image : name, e->text))
            return e;
    }
    return NULL;
}

const struct paw_site_entry *paw_site_signer(const struct paw_site *s, paw_str signer)
{
    for (size_t i = 0; i < s->n[PAW_SITE_SIGNERS]; i++)
        if (paw_str_same_name(signer, s->items[PAW_SITE_SIGNERS][i].text))
            return &s->items[PAW_SITE_SIGNERS][i];
    return NULL;
}

/* Whether path is the place or lies below it. */
static bool is_below(paw_str path, paw_str place)
{
    return path.n >= place.n && paw_path_same(paw_str_sub(path, 0, place.n), place) &&
           (path.n == place.n || paw_is_slash(path.p[place.n]));
}

static const struct paw_site_entry *find_below(const struct paw_site *s, enum paw_site_kind kind,
                                               paw_str norm)
{
    for (size_t i = 0; i < s->n[kind]; i++)
        if (is_below(norm, s->items[kind][i].text))
            return &s->items[kind][i];
    return NULL;
}

static const struct paw_site_entry *find_drive(const struct paw_site *s, paw_str norm)
{
    for (size_t i = 0; i < s->n[PAW_SITE_DRIVES]; i++)
        if (paw_lower(s->items[PAW_SITE_DRIVES][i].text.p[0]) == paw_lower(norm.p[0]))
            return &s->items[PAW_SITE_DRIVES][i];
    return NULL;
}

/* The class of a path on a drive as if it were the one that holds Windows, in the folder root. */
static uint64_t class_on(const struct paw_path *path, paw_str root)
{
    uint32_t flags = 0;
    const struct paw_place place = {
        .rest = paw_str_from(path->norm, 3),
        .ext = path->stream.n != 0 ? paw_path_ext(path->stream) : path->ext,
        .is_system_drive = true,
        .is_mock = (path->flags & PAW_PATH_MOCK_DIRECTORY) != 0,
        .is_code = true,
        .windows = paw_path_base(root),
    };
    return paw_place_class(&place, &flags);
}

uint64_t paw_site_class(const struct paw_site *s, const struct paw_machine *machine,
                        const struct paw_path *path, const struct paw_site_entry **by)
{
    const uint64_t hosts = ~(PAW_LOOPBACK - 1);
    const uint32_t odd = PAW_PATH_ADS | PAW_PATH_BIDI | PAW_PATH_MOCK_DIRECTORY;
    const bool on_drive = path->norm.n > 3 && path->norm.p[1] == ':';
    const struct paw_site_entry *e = find_below(s, PAW_SITE_PLACES, path->norm);
    *by = NULL;
    if (e != NULL && (path->flags & odd) == 0) {
        *by = e;
        return PAW_SITE | PAW_PF;
    }
    if (path->host.n != 0 && (path->class & PAW_PUBLIC) != 0) {
        *by = paw_site_host(s, path->host);
        return *by == NULL ? path->class : (path->class & ~hosts) | PAW_LOCAL;
    }
    if (!on_drive || (path->class & PAW_OTHERDRIVE) == 0)
        return path->class;
    if ((e = find_below(s, PAW_SITE_SYSTEM_ROOTS, path->norm)) != NULL) {
        *by = e;
        return class_on(path, e->text);
    }
    if ((e = find_drive(s, path->norm)) != NULL) {
        *by = e;
        return class_on(path,
                        machine->system_root.n > 3 ? machine->system_root : PAW_LIT("C:\\Windows"));
    }
    return path->class;
}
