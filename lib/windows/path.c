/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Path normalisation, docs/detections 2.1 (steps by number) and 2.1.3. The class of folders is in
 * class.c, URLs in address.c.
 */
#include "windows/path.h"

#include "windows/address.h"
#include "windows/class.h"
#include "windows/fold.h"
#include "windows/prefix.h"
#include "windows/variables.h"

enum { LONGEST_CLASSED = 64 * 1024 }; /* twice what Windows accepts; longer text is no path */

struct work {
    const struct paw_path_context *context;
    struct paw_text text;
    size_t floor; /* text.n behind the root: `..` does not go higher */
    uint32_t flags;
    uint64_t class; /* decided by the prefix, or 0                     */
    paw_str host;
    bool is_relative; /* no root was found                               */
    bool is_beside;   /* `.\x`: of the working directory, whatever it is */
    bool is_mock;
};

static paw_str system_root(const struct paw_path_context *context)
{
    if (context->machine != NULL && context->machine->system_root.n > 3)
        return context->machine->system_root;
    return PAW_LIT("C:\\Windows");
}

paw_str paw_path_base(paw_str path)
{
    size_t at = path.n;
    while (at > 0 && !paw_is_slash(path.p[at - 1]))
        at--;
    return paw_str_from(path, at);
}

paw_str paw_path_ext(paw_str base)
{
    const size_t dot = paw_str_rfind_char(base, '.');
    return dot == SIZE_MAX ? paw_str_from(base, base.n) : paw_str_from(base, dot + 1);
}

paw_str paw_path_folder(paw_str norm)
{
    return paw_str_sub(norm, 0, norm.n - paw_path_base(norm).n);
}

bool paw_path_same(paw_str a, paw_str b)
{
    size_t i = 0, j = 0;
    if (a.p == NULL || b.p == NULL)
        return a.p == NULL && b.p == NULL;
    while (i < a.n && j < b.n) {
        uint32_t x = 0, y = 0;
        i += paw_utf8_next(a, i, &x);
        j += paw_utf8_next(b, j, &y);
        if (x != y && paw_upper(x) != paw_upper(y))
            return false;
    }
    return i == a.n && j == b.n;
}

paw_str paw_path_upper(paw_str s, struct paw_arena *arena)
{
    struct paw_text t = paw_text_new(arena, s.n + s.n / 2);
    if (s.p == NULL)
        return s;
    for (size_t at = 0; at < s.n;) {
        uint32_t c = 0;
        const size_t n = paw_utf8_next(s, at, &c);
        if (c == 0xFFFD)
            paw_text_add(&t, paw_str_sub(s, at, n));
        else
            paw_text_code_point(&t, paw_upper(c));
        at += n;
    }
    return paw_text_view(&t);
}

/* Step 1. U+00A0 is two bytes in UTF-8. */
static paw_str trim(paw_str s)
{
    for (size_t before = SIZE_MAX; before != s.n;) {
        before = s.n;
        s = paw_str_trim(s, " \t\r\n\"");
        if (paw_str_starts(s, PAW_LIT("\xC2\xA0")))
            s = paw_str_from(s, 2);
        if (s.n >= 2 && memcmp(s.p + s.n - 2, "\xC2\xA0", 2) == 0)
            s.n -= 2;
    }
    return s;
}

/* Step 17, and whether the text is ASCII. */
static bool has_bidi(paw_str s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t c = (unsigned char)s.p[at];
        at += c < 0x80 ? 1 : paw_utf8_next(s, at, &c);
        if (c >= 0x80 && paw_is_bidi(c))
            return true;
    }
    return false;
}

static bool is_dots(paw_str part)
{
    for (size_t i = 0; i < part.n; i++)
        if (part.p[i] != '.')
            return false;
    return part.n != 0;
}

/* Step 9: a component is cancelled whether it exists or not. */
static void go_up(struct work *w)
{
    const paw_str have = paw_str_from(paw_text_view(&w->text), w->floor);
    w->flags |= PAW_PATH_TRAVERSAL;
    const paw_str last = paw_path_base(have);
    if (w->is_relative && (have.n == 0 || paw_str_equal(last, PAW_LIT("..")))) {
        if (have.n != 0)
            paw_text_char(&w->text, '\\');
        paw_text_add(&w->text, PAW_LIT(".."));
        return;
    }
    const size_t keep = have.n - last.n;
    w->text.n = w->floor + (keep == 0 ? 0 : keep - 1);
}

/* Steps 12 and 13. */
static paw_str real_name(struct work *w, paw_str part)
{
    if (paw_is_short_name(part)) {
        const paw_str full = paw_long_name(part);
        w->flags |= PAW_PATH_SHORT_NAME;
        return full.p == NULL ? part : full;
    }
    if (paw_str_same_name(part, PAW_LIT("sysnative")) &&
        paw_path_same(paw_text_view(&w->text), system_root(w->context))) {
        w->flags |= PAW_PATH_FROM_32BIT;
        return PAW_LIT("System32");
    }
    return part;
}

/* Step 10: dots and blanks at the end of a component; notices mock directories. */
static paw_str without_tail(struct work *w, paw_str part, bool is_last)
{
    if (is_last) {
        while (part.n != 0 && (part.p[part.n - 1] == '.' || part.p[part.n - 1] == ' '))
            part.n--;
        return part;
    }
    if (part.n > 1 && part.p[part.n - 1] == '.' && !is_dots(part))
        part.n--;
    if (part.n > 1 && part.p[part.n - 1] == ' ') {
        const paw_str bare = paw_str_trim(part, " ");
        const paw_str windows = paw_path_base(system_root(w->context));
        if (paw_in_list(bare, "windows|system32|syswow64|program files|program files (x86)") ||
            paw_str_same_name(bare, windows))
            w->is_mock = true;
    }
    return part;
}

static void add_part(struct work *w, paw_str part)
{
    if (w->text.n > w->floor)
        paw_text_char(&w->text, '\\');
    paw_text_add(&w->text, part);
}

/* Steps 4, 8, 9, 10: adds the components of rest. */
static void add_components(struct work *w, paw_str rest)
{
    size_t last_end = rest.n;
    while (last_end > 0 && paw_is_slash(rest.p[last_end - 1]))
        last_end--;
    for (size_t from = 0; from < last_end;) {
        size_t end = from;
        while (end < last_end && !paw_is_slash(rest.p[end]))
            end++;
        const paw_str part = paw_str_sub(rest, from, end - from);
        if (end < rest.n && rest.p[end] == '/')
            w->flags |= PAW_PATH_SLASHES;
        if (part.n == 0 && from != 0)
            w->flags |= PAW_PATH_SLASHES;
        from = end + 1;
        if (part.n == 0 || paw_str_equal(part, PAW_LIT(".")))
            continue;
        if (paw_str_equal(part, PAW_LIT(".."))) {
            go_up(w);
            continue;
        }
        const paw_str kept = without_tail(w, part, end == last_end);
        if (kept.n != 0)
            add_part(w, real_name(w, kept));
    }
}

/* `\\?\`: Windows takes the rest as it is; the file system still knows short names. */
static void add_verbatim(struct work *w, paw_str rest)
{
    for (size_t from = 0; from < rest.n;) {
        const size_t slash = paw_str_find_char(rest, '\\', from);
        const size_t end = slash == SIZE_MAX ? rest.n : slash;
        const paw_str part = paw_str_sub(rest, from, end - from);
        (void)without_tail(w, part, slash == SIZE_MAX);
        paw_text_add(&w->text, real_name(w, part));
        if (slash != SIZE_MAX)
            paw_text_char(&w->text, '\\');
        from = end + 1;
    }
}

static void add_rest(struct work *w, paw_str rest)
{
    w->floor = w->text.n;
    if ((w->flags & PAW_PATH_VERBATIM) != 0)
        add_verbatim(w, rest);
    else
        add_components(w, rest);
}

static paw_str skip_slashes(paw_str s)
{
    size_t i = 0;
    while (i < s.n && paw_is_slash(s.p[i]))
        i++;
    return paw_str_from(s, i);
}

static bool has_drive(paw_str s)
{
    return s.n >= 2 && s.p[1] == ':' && paw_is_letter(s.p[0]);
}

static bool is_absolute(paw_str s)
{
    return (has_drive(s) && s.n >= 3 && paw_is_slash(s.p[2])) ||
           (s.n >= 2 && paw_is_slash(s.p[0]) && paw_is_slash(s.p[1]));
}

static void put_drive(struct work *w, char letter, paw_str rest)
{
    const char root[3] = {letter, ':', '\\'};
    w->is_relative = false;
    paw_text_add(&w->text, (paw_str){root, 3});
    add_rest(w, skip_slashes(rest));
}

/* Step 15: an administrative share of this machine. */
static bool put_own_share(struct work *w, paw_str host, paw_str share, paw_str rest)
{
    const struct paw_machine *machine = w->context->machine;
    const bool own =
        paw_in_list(host, "localhost|127.0.0.1|--1.ipv6-literal.net|0--1.ipv6-literal.net|::1") ||
        (machine != NULL && machine->name.n != 0 && paw_str_same_name(host, machine->name));
    if (!own)
        return false;
    if (share.n == 2 && share.p[1] == '$' && paw_is_letter(share.p[0])) {
        w->flags |= PAW_PATH_LOOPBACK_UNC;
        put_drive(w, share.p[0], rest);
        return true;
    }
    if (paw_str_same_name(share, PAW_LIT("admin$"))) {
        w->flags |= PAW_PATH_LOOPBACK_UNC;
        paw_text_add(&w->text, system_root(w->context));
        paw_text_char(&w->text, '\\');
        w->is_relative = false;
        add_rest(w, rest);
        return true;
    }
    return false;
}

static paw_str take_part(paw_str *rest)
{
    size_t end = 0;
    *rest = skip_slashes(*rest);
    while (end < rest->n && !paw_is_slash(rest->p[end]))
        end++;
    const paw_str part = paw_str_sub(*rest, 0, end);
    *rest = paw_str_from(*rest, end);
    return part;
}

static void put_unc(struct work *w, paw_str rest)
{
    const paw_str host = take_part(&rest);
    const paw_str share = take_part(&rest);
    if (put_own_share(w, host, share, rest))
        return;
    const size_t sign = paw_str_find_char(host, '@', 0);
    w->host = sign == SIZE_MAX ? host : paw_str_sub(host, 0, sign);
    w->is_relative = false;
    if (w->class == 0)
        w->class = sign != SIZE_MAX || paw_str_same_name(share, PAW_LIT("DavWWWRoot")) ? PAW_WEBDAV
                                                                                       : PAW_UNC;
    w->class |= paw_address_class(w->host, w->context->machine);
    paw_text_add(&w->text, PAW_LIT("\\\\"));
    paw_text_add(&w->text, host);
    if (share.n != 0) {
        paw_text_char(&w->text, '\\');
        paw_text_add(&w->text, share);
    }
    rest = skip_slashes(rest);
    if (rest.n != 0)
        paw_text_char(&w->text, '\\');
    add_rest(w, rest);
}

/* A place that has no drive letter: keeps its label and gets a class of its own. */
static void put_labelled(struct work *w, const struct paw_prefix *prefix)
{
    w->is_relative = false;
    w->class = prefix->class;
    if (prefix->is_volume)
        paw_text_add(&w->text, PAW_LIT("<vol"));
    paw_text_add(&w->text, prefix->label);
    if (prefix->is_volume)
        paw_text_char(&w->text, '>');
    if (prefix->label.n != 0)
        paw_text_char(&w->text, '\\');
    add_rest(w, skip_slashes(prefix->rest));
}

static void put_current(struct work *w, paw_str rest);

/* Steps 5 to 7 were done by the prefix; what is left has a drive, a share, a slash or nothing. */
static void put_plain(struct work *w, paw_str s)
{
    if (s.n >= 2 && paw_is_slash(s.p[0]) && paw_is_slash(s.p[1])) {
        if (s.p[0] == '/' || s.p[1] == '/')
            w->flags |= PAW_PATH_SLASHES;
        put_unc(w, s);
    } else if (has_drive(s) && s.n >= 3 && paw_is_slash(s.p[2])) {
        if (s.p[2] == '/' || (s.n > 3 && paw_is_slash(s.p[3])))
            w->flags |= PAW_PATH_SLASHES;
        put_drive(w, s.p[0], paw_str_from(s, 2));
    } else if (s.n != 0 && paw_is_slash(s.p[0])) {
        const paw_str cwd = w->context->current_directory;
        put_drive(w, has_drive(cwd) ? cwd.p[0] : system_root(w->context).p[0], s);
    } else {
        put_current(w, s);
    }
}

static bool is_single(paw_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (paw_is_slash(s.p[i]))
            return false;
    return s.n != 0;
}

/* Step 14. The result is relative unless the working directory completes it. */
static void put_current(struct work *w, paw_str rest)
{
    paw_str cwd = w->context->current_directory;
    const char drive = has_drive(rest) ? rest.p[0] : '\0';
    if (drive != '\0')
        rest = paw_str_from(rest, 2);
    w->is_relative = true;
    w->is_beside = rest.n > 1 && rest.p[0] == '.' && !is_single(rest);
    add_rest(w, rest);
    const paw_str result = paw_text_view(&w->text);
    if (result.n == 0 || !is_absolute(cwd) ||
        (drive != '\0' && paw_lower(drive) != paw_lower(cwd.p[0])))
        return;
    if (is_single(rest) && drive == '\0' && /* `.\x` is not looked for along the search path */
        (w->context->is_loaded || paw_is_windows_name(result)))
        return;
    const struct paw_text before = w->text;
    w->text = paw_text_new(w->text.arena, cwd.n + result.n + 2);
    w->flags |= PAW_PATH_CWD_USED;
    const struct paw_prefix prefix = paw_prefix_read(trim(cwd), w->context->machine);
    if (prefix.kind == PAW_PREFIX_LABEL)
        put_labelled(w, &prefix);
    else if (prefix.kind == PAW_PREFIX_UNC || (cwd.n > 1 && paw_is_slash(cwd.p[1])))
        put_unc(w, prefix.rest);
    else if (has_drive(prefix.rest))
        put_drive(w, prefix.rest.p[0], paw_str_from(prefix.rest, 2));
    const paw_str have = paw_text_view(&w->text);
    if (have.n == w->floor && have.n != 0 && have.p[have.n - 1] != '\\') { /* a bare share */
        paw_text_char(&w->text, '\\');
        w->floor = w->text.n;
    }
    add_components(w, paw_text_view(&before));
}

static void put(struct work *w, paw_str s)
{
    const struct paw_prefix prefix = paw_prefix_read(s, w->context->machine);
    if (prefix.is_verbatim)
        w->flags |= PAW_PATH_VERBATIM;
    switch (prefix.kind) {
    case PAW_PREFIX_NONE:
        put_plain(w, prefix.rest);
        break;
    case PAW_PREFIX_DRIVE:
        put_drive(w, prefix.drive, prefix.rest);
        break;
    case PAW_PREFIX_ROOT:
        w->is_relative = false;
        paw_text_add(&w->text, system_root(w->context));
        paw_text_char(&w->text, '\\');
        add_rest(w, skip_slashes(prefix.rest));
        break;
    case PAW_PREFIX_UNC:
        w->class = prefix.class;
        put_unc(w, prefix.rest);
        break;
    case PAW_PREFIX_LABEL:
        put_labelled(w, &prefix);
        break;
    }
}

/* Step 11: cuts the stream off base; the path keeps it. */
static void split_stream(struct work *w, struct paw_path *ret)
{
    paw_str norm = paw_text_view(&w->text);
    const size_t from = norm.n > 1 && norm.p[1] == ':' && !w->is_relative ? 2 : 0;
    const size_t colon = paw_str_find_char(norm, ':', from);
    if (colon == SIZE_MAX || w->class == PAW_DEVICE) {
        ret->base = paw_path_base(norm);
        ret->norm = norm;
        return;
    }
    if (paw_str_ends_name(norm, PAW_LIT(":$data")))
        norm.n -= 6;
    const paw_str file = paw_str_sub(norm, 0, colon);
    ret->norm = norm;
    ret->base = paw_path_base(file);
    if (norm.n <= colon + 1) {
        ret->norm = file;
    } else if (colon + 1 < norm.n && !paw_is_slash(norm.p[colon + 1]) && file.n != 0) {
        ret->stream = paw_str_from(norm, colon + 1);
        w->flags |= PAW_PATH_ADS;
    } else {
        ret->base = paw_path_base(norm);
    }
}

static uint64_t class_of_name(struct work *w, const struct paw_path *path)
{
    if (!is_single(path->norm) || w->is_beside)
        return PAW_RELATIVE;
    if (!paw_is_windows_name(path->base) || (w->flags & PAW_PATH_ADS) != 0)
        return PAW_BARE;
    w->flags |= PAW_PATH_SYSTEM_NAME;
    return PAW_SYS;
}

static uint64_t class_of(struct work *w, const struct paw_path *path)
{
    const paw_str root = system_root(w->context);
    if (w->class != 0)
        return w->class;
    if (w->is_relative)
        return path->norm.n == 0 ? 0 : class_of_name(w, path);
    if (w->is_mock)
        w->flags |= PAW_PATH_MOCK_DIRECTORY;
    const struct paw_place place = {
        .rest = paw_str_from(path->norm, 3),
        .ext = path->stream.n != 0 ? paw_path_ext(path->stream) : path->ext,
        .is_system_drive = path->norm.n != 0 && paw_lower(path->norm.p[0]) == paw_lower(root.p[0]),
        .is_mock = w->is_mock,
        .is_code = w->context->is_code,
        .windows = paw_path_base(root),
    };
    return paw_place_class(&place, &w->flags);
}

static void take_url(const struct paw_url *url, struct paw_path *ret)
{
    const size_t query = paw_str_find_char(url->path, '?', 0);
    const size_t hash = paw_str_find_char(url->path, '#', 0);
    const size_t end = query < hash ? query : hash;
    ret->norm = url->norm;
    ret->host = url->host;
    ret->base = paw_path_base(paw_str_sub(url->path, 0, end));
    ret->ext = paw_path_ext(ret->base);
    ret->class = PAW_URL | url->class;
}

/* Schemes that are no file: true when ret is done. s becomes the path of a file: URL (step 3). */
static bool read_scheme(struct work *w, paw_str *s, struct paw_path *ret)
{
    struct paw_url url;
    switch (paw_scheme_kind(*s)) {
    case PAW_SCHEME_NONE:
        return false;
    case PAW_SCHEME_SCRIPT:
        if (w->context->is_loaded && (paw_str_find(*s, PAW_LIT("\\..\\"), 0) != SIZE_MAX ||
                                      paw_str_find(*s, PAW_LIT("/../"), 0) != SIZE_MAX))
            return false;
        ret->norm = *s;
        ret->base = ret->ext = paw_str_from(*s, s->n);
        ret->class = PAW_SCRIPT_TEXT;
        return true;
    case PAW_SCHEME_FILE:
        *s = paw_file_url_path(*s, w->text.arena);
        return false;
    case PAW_SCHEME_WEB:
        if (!paw_url_read(*s, w->context->machine, w->text.arena, &url))
            return false;
        take_url(&url, ret);
        return true;
    }
    return false;
}

static paw_str expand(struct work *w, paw_str s)
{
    const struct paw_variables v = {.system_root = system_root(w->context),
                                    .user_profile = w->context->user_profile};
    if (!paw_str_starts(s, PAW_LIT("$")) && paw_str_find_char(s, '%', 0) == SIZE_MAX)
        return s;
    struct paw_text t = paw_text_new(w->text.arena, s.n + 64);
    if (w->context->expands_variables && paw_psh_variable_expand(s, &v, &t)) {
        w->flags |= PAW_PATH_VARIABLE;
        return paw_text_view(&t);
    }
    if (!paw_variables_expand(s, &v, w->context->expands_variables, &t)) {
        const size_t open = paw_str_find_char(s, '%', 0);
        if (paw_str_find_char(s, '%', open + 1) != SIZE_MAX)
            w->flags |= PAW_PATH_VARIABLE;
        return s;
    }
    w->flags |= PAW_PATH_VARIABLE;
    return paw_text_view(&t);
}

void paw_path_normalise(paw_str raw, const struct paw_path_context *context,
                        struct paw_arena *arena, struct paw_path *ret)
{
    *ret = (struct paw_path){0};
    if (raw.p == NULL)
        return;
    struct work w = {.context = context, .text = {.arena = arena}};
    paw_str s = trim(raw);
    ret->raw = s;
    if (has_bidi(s))
        w.flags |= PAW_PATH_BIDI;
    if (s.n > LONGEST_CLASSED) { /* text, not a place; its scheme may still tell */
        const bool script = paw_scheme_kind(s) == PAW_SCHEME_SCRIPT;
        ret->norm = s;
        ret->base = ret->ext = paw_str_from(s, s.n);
        ret->class = script ? PAW_SCRIPT_TEXT : PAW_RELATIVE;
        ret->flags = w.flags;
        return;
    }
    if (!read_scheme(&w, &s, ret)) {
        s = expand(&w, s);
        w.text = paw_text_new(arena, s.n + system_root(context).n + 16);
        w.text.is_full = w.text.is_full || s.p == NULL;
        put(&w, s);
        split_stream(&w, ret);
        ret->ext = paw_path_ext(ret->base);
        ret->host = w.host;
        ret->class = class_of(&w, ret);
    }
    ret->flags = w.flags;
    if (w.text.is_full) /* no memory: half a path would be a wrong one */
        *ret = (struct paw_path){.raw = ret->raw};
}
