/* SPDX-License-Identifier: Apache-2.0 */
/* Holding findings against the entries of a suppress file (docs/suppress.md). */
#include "suppress.h"

#include "core/sha256.h"
#include "core/str.h"
#include "windows/path.h"
#include "windows/text.h"

/* Texts as they are compared ---------------------------------------------------------------------
 */

static bool is_path(enum paw_suppress_field f)
{
    return f == PAW_SUPPRESS_BINARY || f == PAW_SUPPRESS_PARENT || f == PAW_SUPPRESS_OBJECT;
}

static bool is_address(paw_str s)
{
    return paw_str_find(s, PAW_LIT("://"), 0) != SIZE_MAX;
}

static bool is_white(char c)
{
    return paw_is_blank(c) || c == '\r' || c == '\n';
}

/* Upper case; of a path with one kind of slash, of a line with one blank between words. */
static paw_str shape(enum paw_suppress_field f, paw_str s, struct paw_arena *arena)
{
    const bool turns = is_path(f) && !is_address(s);
    const bool folds = f == PAW_SUPPRESS_COMMAND_LINE;
    if (s.p == NULL)
        return s;
    struct paw_text t = paw_text_new(arena, s.n);
    s = folds ? paw_str_trim(s, " \t\r\n") : s;
    for (size_t i = 0; i < s.n; i++) {
        const char c = s.p[i];
        if (folds && is_white(c) && is_white(s.p[i + 1])) /* no white space ends it */
            continue;
        paw_text_char(&t, turns && c == '/' ? '\\' : folds && is_white(c) ? ' ' : c);
    }
    const paw_str text = paw_text_view(&t);
    return text.p == NULL ? text : paw_path_upper(text, arena);
}

paw_str paw_suppress_program(paw_str image, struct paw_arena *arena)
{
    const struct paw_path_context context = {0};
    struct paw_path path;
    if (paw_path_base(image).n == image.n)
        return image;
    paw_path_normalise(image, &context, arena, &path);
    return path.norm;
}

/* Patterns ---------------------------------------------------------------------------------------
 */

static bool is_wild(char c)
{
    return c == '*' || c == '?';
}

static bool has_wild(paw_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_wild(s.p[i]))
            return true;
    return false;
}

/* Letters and digits that a pattern names. */
static size_t named(paw_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += paw_is_word(s.p[i]) || (s.p[i] & 0x80) != 0;
    return n;
}

static const char *fault_of_path(enum paw_suppress_field f, paw_str s)
{
    const paw_str base = paw_path_base(s);
    const paw_str ext = paw_path_ext(base);
    const paw_str folder = paw_str_sub(s, 0, s.n - base.n);
    const paw_str stem = paw_str_sub(base, 0, base.n - ext.n);
    if (paw_str_find(s, PAW_LIT(".."), 0) != SIZE_MAX)
        return "a path that goes up again";
    if (!is_address(s) && paw_str_find_char(s, '%', 0) != SIZE_MAX)
        return "variables are not read";
    if (base.n == 0 && f != PAW_SUPPRESS_OBJECT)
        return "names no program";
    if (!has_wild(s))
        return NULL;
    if (has_wild(folder) && has_wild(stem) && named(stem) == 0)
        return "too wide: neither the folder nor the name is named";
    return named(folder) + named(stem) < 3 ? "too wide: fewer than three letters are named" : NULL;
}

static const char *fault_of(enum paw_suppress_field f, paw_str s)
{
    const size_t least = f == PAW_SUPPRESS_COMMAND_LINE ? 8 : 3;
    if (s.n == 0)
        return "an empty text";
    if (s.n > PAW_SUPPRESS_TEXT_MAX)
        return "a text of more than 4096 bytes";
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 32 || s.p[i] == 127)
            return "a control character";
    if (is_path(f))
        return fault_of_path(f, s);
    if (!has_wild(s) || named(s) >= least)
        return NULL;
    return least == 3 ? "too wide: fewer than three letters are named"
                      : "too wide: fewer than eight letters are named";
}

enum paw_status paw_suppress_pattern(enum paw_suppress_field f, paw_str given,
                                     struct paw_arena *arena, paw_str *ret, const char **fault)
{
    *fault = fault_of(f, given);
    if (*fault != NULL)
        return PAW_OK;
    *ret = shape(f, given, arena);
    return ret->p == NULL ? PAW_E_MEMORY : PAW_OK;
}

/* `*` of a path stays within a folder. That its parts stand in the same order makes the last `*`
 * the only one that is ever tried again. */
static bool is_like(paw_str is, paw_str pattern, bool stays)
{
    size_t at = 0, p = 0, star = SIZE_MAX, star_at = 0;
    while (at < is.n) {
        const bool is_end = stays && paw_is_slash(is.p[at]);
        uint32_t c = 0;
        if (p < pattern.n && pattern.p[p] == '*') {
            star = ++p;
            star_at = at;
        } else if (p < pattern.n && pattern.p[p] == '?' && !is_end) {
            at += paw_utf8_next(is, at, &c);
            p++;
        } else if (p < pattern.n && pattern.p[p] == is.p[at]) {
            at++;
            p++;
        } else if (star != SIZE_MAX && !(stays && paw_is_slash(is.p[star_at]))) {
            at = ++star_at;
            p = star;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

bool paw_suppress_fits(enum paw_suppress_field f, paw_str is, paw_str pattern)
{
    if (is.p == NULL || is.n == 0)
        return false;
    if (is_path(f) && paw_path_base(pattern).n == pattern.n)
        is = paw_path_base(is); /* a name without a folder */
    return is_like(is, pattern, is_path(f));
}

/* Findings ---------------------------------------------------------------------------------------
 */

/* What entries are held against; signer: of every module that is evidence. */
struct subject {
    paw_str fields[PAW_SUPPRESS_FIELDS];
    const struct paw_finding *finding;
};

static bool is_module(const struct paw_fact *fact)
{
    return fact->kind == PAW_KIND_MODULE || paw_fact_text(fact, PAW_F_SIGNED).p != NULL ||
           paw_fact_text(fact, PAW_F_IMAGE_LOADED).p != NULL;
}

static bool is_signed(const struct paw_fact *module)
{
    return paw_str_same_name(paw_fact_text(module, PAW_F_SIGNED), PAW_LIT("true")) &&
           paw_str_same_name(paw_fact_text(module, PAW_F_SIGNATURE_STATUS), PAW_LIT("valid"));
}

/* The one signer of all modules that are evidence; absent if there is none, or any is not validly
 * signed by him. */
static paw_str signer_of(const struct paw_finding *f)
{
    paw_str signer = {0};
    for (size_t i = 0; i < f->n_evidence; i++) {
        const struct paw_fact *fact = f->evidence[i].fact;
        if (!is_module(fact))
            continue;
        const paw_str one = paw_fact_text(fact, PAW_F_SIGNATURE);
        if (!is_signed(fact) || one.n == 0 || (signer.n != 0 && !paw_str_same_name(signer, one)))
            return (paw_str){0};
        signer = one;
    }
    return signer;
}

static bool take_subject(const struct paw_finding *f, struct paw_arena *arena, struct subject *s)
{
    const paw_str none = {0};
    const paw_str image = f->has_process ? f->process.image : none;
    const paw_str given[PAW_SUPPRESS_FIELDS] = {
        [PAW_SUPPRESS_HOST] = f->host,
        [PAW_SUPPRESS_BINARY] = paw_suppress_program(image.n != 0 ? image : f->proxy.binary, arena),
        [PAW_SUPPRESS_PARENT] = f->has_parent ? paw_suppress_program(f->parent.image, arena) : none,
        [PAW_SUPPRESS_OBJECT] = f->proxy.object,
        [PAW_SUPPRESS_COMMAND_LINE] = f->has_process ? f->process.command_line : none,
        [PAW_SUPPRESS_SIGNER] = signer_of(f),
    };
    *s = (struct subject){.finding = f};
    for (unsigned i = 0; i < PAW_SUPPRESS_FIELDS; i++) {
        s->fields[i] = shape((enum paw_suppress_field)i, given[i], arena);
        if (given[i].p != NULL && s->fields[i].p == NULL)
            return false;
    }
    return true;
}

static bool names(const struct paw_suppress_entry *e, const char *behaviour)
{
    for (size_t i = 0; i < e->n_behaviours; i++)
        if (strcmp(e->behaviours[i], behaviour) == 0)
            return true;
    return false;
}

/* An execution that did more than the entry names is another one. */
static bool covers(const struct paw_suppress_entry *e, const struct paw_finding *f)
{
    for (size_t i = 0; e->n_behaviours != 0 && i < f->n_held; i++)
        if (!names(e, f->held[i].id))
            return false;
    return f->n_held != 0;
}

static bool holds(const struct paw_suppress_entry *e, const struct subject *s)
{
    for (unsigned i = 0; i < PAW_SUPPRESS_FIELDS; i++)
        if (e->fields[i].p != NULL &&
            !paw_suppress_fits((enum paw_suppress_field)i, s->fields[i], e->fields[i]))
            return false;
    return covers(e, s->finding);
}

/* The number of the entry that suppresses it, and the counts of all that fit. */
static uint16_t held_against(const struct paw_suppress *s, const struct subject *subject,
                             struct paw_suppression *told)
{
    uint16_t by = 0;
    for (size_t i = 0; i < s->n_entries; i++) {
        if (!holds(&s->entries[i], subject))
            continue;
        if (by != 0 || told[i].is_expired) {
            told[i].fits++;
            continue;
        }
        told[i].findings++;
        by = (uint16_t)(i + 1); /* at most PAW_SUPPRESS_MOST */
    }
    return by;
}

static void begin(const struct paw_suppress *s, const char *as_of, struct paw_suppress_result *r)
{
    for (size_t i = 0; i < s->n_entries; i++) {
        r->entries[i] = s->entries[i].told;
        r->entries[i].is_expired =
            paw_str_compare(r->entries[i].expires, paw_str_of(as_of)) < 0; /* days sort as texts */
    }
    r->told =
        (struct paw_suppressed){.file = s->name, .entries = r->entries, .n_entries = s->n_entries};
    paw_sha256_text(s->sha256, r->told.sha256);
    memcpy(r->told.as_of, as_of, sizeof(r->told.as_of));
}

enum paw_status paw_suppress_apply(const struct paw_suppress *s,
                                   const struct paw_finding *const *findings, size_t n,
                                   const char *as_of, struct paw_arena *arena,
                                   struct paw_suppress_result *ret)
{
    struct paw_arena scratch;
    struct subject subject;
    struct paw_suppress_result r = {
        .by = paw_arena_array(arena, n + 1, sizeof(*r.by)),
        .entries = paw_arena_array(arena, s->n_entries + 1, sizeof(*r.entries)),
    };
    enum paw_status status = r.by == NULL || r.entries == NULL ? PAW_E_MEMORY : PAW_OK;
    if (status != PAW_OK)
        return status;
    begin(s, as_of, &r);
    paw_arena_init(&scratch, SIZE_MAX);
    for (size_t i = 0; status == PAW_OK && i < n; i++) {
        if (!take_subject(findings[i], &scratch, &subject))
            status = PAW_E_MEMORY;
        else
            r.by[i] = held_against(s, &subject, r.entries);
        if (r.by[i] != 0) {
            r.told.findings++;
            r.told.by_severity[findings[i]->severity]++;
        }
        paw_arena_reset(&scratch);
    }
    paw_arena_finish(&scratch);
    if (status == PAW_OK)
        *ret = r;
    return status;
}
