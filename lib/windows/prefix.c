/* SPDX-License-Identifier: Apache-2.0 */
/* Prefixes of paths: see prefix.h. Follows docs/detections 2.1, steps 3, 5, 6 and 7. */
#include "windows/prefix.h"

#include "windows/text.h"

enum { MOST_PREFIXES = 6 }; /* `\??\` and its like in front of each other */

/* Like paw_str_starts_name, either slash matching a backslash of prefix. */
static bool starts(paw_str s, const char *prefix, paw_str *rest)
{
    size_t i = 0;
    for (; prefix[i] != '\0'; i++) {
        if (i >= s.n)
            return false;
        if (prefix[i] == '\\' ? !paw_is_slash(s.p[i]) : paw_lower(s.p[i]) != prefix[i])
            return false;
    }
    *rest = paw_str_from(s, i);
    return true;
}

static paw_str take_number(paw_str s, uint64_t *ret)
{
    size_t n = 0;
    while (n < s.n && n < 9 && paw_is_digit(s.p[n]))
        n++;
    *ret = UINT64_MAX;
    (void)paw_str_u64(paw_str_sub(s, 0, n), ret); /* no digits: no such volume */
    return paw_str_from(s, n);
}

/* Step 7. number: what follows `HarddiskVolume`. */
static struct paw_prefix read_volume(paw_str number, const struct paw_machine *machine)
{
    uint64_t n = 0;
    paw_str ignored = {0};
    const paw_str rest = take_number(number, &n);
    for (size_t i = 0; machine != NULL && i < machine->n_volumes; i++)
        if (machine->volumes[i].number == n)
            return (struct paw_prefix){
                .kind = PAW_PREFIX_DRIVE, .rest = rest, .drive = machine->volumes[i].letter};
    if (starts(rest, "\\windows\\", &ignored) || starts(rest, "\\program files", &ignored) ||
        starts(rest, "\\users\\", &ignored) || starts(rest, "\\programdata", &ignored))
        return (struct paw_prefix){.kind = PAW_PREFIX_DRIVE, .rest = rest, .drive = 'C'};
    return (struct paw_prefix){.kind = PAW_PREFIX_LABEL,
                               .rest = rest,
                               .label = paw_str_sub(number, 0, number.n - rest.n),
                               .is_volume = true,
                               .class = PAW_OTHERDRIVE};
}

/* `[;X:…]\host\share`: the bracket is optional. */
static paw_str skip_connection(paw_str s)
{
    while (s.n != 0 && paw_is_slash(s.p[0]))
        s = paw_str_from(s, 1);
    if (s.n == 0 || s.p[0] != ';')
        return s;
    size_t i = 0;
    while (i < s.n && !paw_is_slash(s.p[i]))
        i++;
    return paw_str_from(s, i);
}

static bool read_device(paw_str s, const struct paw_machine *machine, struct paw_prefix *ret)
{
    paw_str rest = {0};
    if (!starts(s, "\\device\\", &s))
        return false;
    if (starts(s, "harddiskvolumeshadowcopy", &rest)) {
        uint64_t n = 0;
        const paw_str after = take_number(rest, &n);
        *ret = (struct paw_prefix){.kind = PAW_PREFIX_LABEL, .rest = after, .class = PAW_VSS};
        ret->label = paw_str_sub(s, 0, s.n - after.n);
    } else if (starts(s, "harddiskvolume", &rest)) {
        *ret = read_volume(rest, machine);
    } else if (starts(s, "cdrom", &rest)) {
        uint64_t n = 0;
        const paw_str after = take_number(rest, &n);
        *ret = (struct paw_prefix){.kind = PAW_PREFIX_LABEL, .rest = after};
        ret->label = paw_str_sub(s, 0, s.n - after.n);
        ret->class = PAW_OTHERDRIVE;
    } else if (starts(s, "webdavredirector\\", &rest)) {
        *ret = (struct paw_prefix){.kind = PAW_PREFIX_UNC, .rest = skip_connection(rest)};
        ret->class = PAW_WEBDAV;
    } else if (starts(s, "mup\\", &rest) || starts(s, "lanmanredirector\\", &rest)) {
        *ret = (struct paw_prefix){.kind = PAW_PREFIX_UNC, .rest = skip_connection(rest)};
    } else {
        *ret = (struct paw_prefix){.kind = PAW_PREFIX_LABEL, .rest = s, .class = PAW_DEVICE};
        ret->label = PAW_LIT("\\Device");
    }
    return true;
}

/* One of `\??\`, `\\?\`, `\\.\`; what it means for the rest. */
static bool strip_one(paw_str *s, struct paw_prefix *state)
{
    if (starts(*s, "\\??\\", s) || paw_str_starts(*s, PAW_LIT("\\\\?\\"))) {
        if (paw_str_starts(*s, PAW_LIT("\\\\?\\")))
            *s = paw_str_from(*s, 4);
        state->is_verbatim = true;
        state->kind = PAW_PREFIX_LABEL; /* until the rest tells better */
        return true;
    }
    if (starts(*s, "\\\\?\\", s) || starts(*s, "\\\\.\\", s)) {
        state->kind = PAW_PREFIX_LABEL;
        return true;
    }
    return false;
}

static struct paw_prefix read_native(paw_str s, const struct paw_machine *machine,
                                     struct paw_prefix state)
{
    paw_str rest = s;
    struct paw_prefix ret = state;
    if (starts(s, "unc\\", &rest)) {
        ret.kind = PAW_PREFIX_UNC;
    } else if (starts(s, "globalroot\\", &rest)) {
        ret.class = PAW_VSS;
        ret.label = PAW_LIT("GLOBALROOT");
    } else if (s.n >= 2 && s.p[1] == ':' && paw_is_letter(s.p[0])) {
        ret.kind = PAW_PREFIX_DRIVE;
        ret.drive = s.p[0];
        rest = paw_str_from(s, 2);
    } else if (starts(s, "volume{", &rest)) {
        const size_t close = paw_str_find_char(s, '}', 0);
        ret.class = PAW_OTHERDRIVE;
        ret.label = paw_str_sub(s, 0, close == SIZE_MAX ? s.n : close + 1);
        rest = paw_str_from(s, ret.label.n);
    } else if (starts(s, "harddiskvolume", &rest)) {
        const bool verbatim = state.is_verbatim;
        ret = read_volume(rest, machine);
        ret.is_verbatim = verbatim;
        rest = ret.rest;
    } else {
        rest = s;
        ret.class = PAW_DEVICE;
        ret.label = PAW_LIT("\\\\.");
    }
    ret.rest = rest;
    return ret;
}

struct paw_prefix paw_prefix_read(paw_str s, const struct paw_machine *machine)
{
    struct paw_prefix state = {.kind = PAW_PREFIX_NONE}, ret;
    paw_str rest = {0};
    if (s.n == 0 || !paw_is_slash(s.p[0]))
        return (struct paw_prefix){.kind = PAW_PREFIX_NONE, .rest = s};
    for (unsigned i = 0; i < MOST_PREFIXES && strip_one(&s, &state); i++)
        ;
    if (read_device(s, machine, &ret)) {
        ret.is_verbatim = state.is_verbatim;
        return ret;
    }
    if (starts(s, "\\systemroot\\", &rest))
        return (struct paw_prefix){.kind = PAW_PREFIX_ROOT, .rest = rest};
    if (state.kind == PAW_PREFIX_LABEL)
        return read_native(s, machine, state);
    return (struct paw_prefix){.kind = PAW_PREFIX_NONE, .rest = s};
}

enum paw_scheme paw_scheme_kind(paw_str s)
{
    size_t n = 0;
    while (n < s.n && n < 12 && (paw_is_word(s.p[n]) || s.p[n] == '+' || s.p[n] == '-'))
        n++;
    if (n < 2 || n >= s.n || s.p[n] != ':')
        return PAW_SCHEME_NONE;
    const paw_str scheme = paw_str_sub(s, 0, n);
    if (paw_str_same_name(scheme, PAW_LIT("file")))
        return PAW_SCHEME_FILE;
    if (paw_in_list(scheme, "http|https|ftp|hxxp|hxxps|ftps"))
        return PAW_SCHEME_WEB;
    if (paw_in_list(scheme, "javascript|vbscript|about|script|jscript"))
        return PAW_SCHEME_SCRIPT;
    return PAW_SCHEME_NONE;
}

static int hex(char c)
{
    c = paw_lower(c);
    return paw_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void decode(paw_str s, struct paw_text *out)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '^')
            continue;
        if (s.p[i] == '%' && s.n - i > 2 && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
            const int byte = hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]);
            if (byte < 0x80) { /* others could break the UTF-8 */
                paw_text_char(out, (char)byte);
                i += 2;
                continue;
            }
        }
        paw_text_char(out, s.p[i]);
    }
}

paw_str paw_file_url_path(paw_str url, struct paw_arena *arena)
{
    struct paw_text t = paw_text_new(arena, url.n + 2);
    paw_text_add(&t, PAW_LIT("\\\\")); /* kept when a host follows */
    decode(paw_str_from(url, paw_str_find_char(url, ':', 0) + 1), &t);
    paw_str s = paw_str_from(paw_text_view(&t), 2);
    if (s.p == NULL)
        return s; /* no memory */
    size_t slashes = 0;
    while (slashes < s.n && paw_is_slash(s.p[slashes]))
        slashes++;
    paw_str rest = paw_str_from(s, slashes), local = {0};
    if (starts(rest, "localhost\\", &local)) {
        const bool drive = local.n >= 2 && local.p[1] == ':';
        return drive ? local : (paw_str){local.p - 1, local.n + 1};
    }
    if (slashes == 0 || (rest.n >= 2 && (rest.p[1] == ':' || rest.p[1] == '|')) ||
        (rest.n != 0 && rest.p[0] == '%'))
        return rest;
    if (slashes == 3) /* file:///folder: a path on this drive */
        return paw_str_from(s, 2);
    return (paw_str){rest.p - 2, rest.n + 2}; /* what stands before is `\\` or slashes */
}
