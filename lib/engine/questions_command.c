/* SPDX-License-Identifier: Apache-2.0 */
/* What the command says: switches, values, target, form, call, text, inner commands. */
#include "engine/exam.h"

#include <catspaw/questions.h>

#include "core/str.h"
#include "windows/address.h"
#include "windows/path.h"

static const struct paw_command *command(struct paw_exam *e)
{
    return &e->seat.x->command;
}

/* True if there is a line; else *ret is the answer. */
static bool has_line(struct paw_exam *e, enum paw_truth *ret)
{
    const struct paw_execution *x = e->seat.x;
    if (x->command.line.p != NULL)
        return true;
    *ret = x->subject == PAW_SUBJECT_RECORD ? PAW_NO : paw_exam_miss(e, PAW_NEED_COMMAND_LINE);
    return false;
}

static void mark_line(struct paw_exam *e, struct paw_span span)
{
    paw_exam_mark(e, PAW_F_COMMAND_LINE, span);
}

/* Paths -----------------------------------------------------------------------------------------
 */

bool paw_exam_same_path(struct paw_exam *e, const struct paw_test *t, paw_str norm)
{
    const struct paw_execution *mine = e->judged;
    switch (t->same) {
    case PAW_NOBODY:
    case PAW_MY_USER:
        return true;
    case PAW_MY_TARGET: {
        const struct paw_path *target = &mine->command.target;
        if (target->raw.p == NULL || norm.n == 0)
            return false;
        if ((target->class & (PAW_BARE | PAW_RELATIVE)) != 0)
            return paw_path_same(paw_path_base(norm), target->base);
        return paw_path_same(norm, target->norm);
    }
    case PAW_MY_IMAGE:
        return paw_path_same(norm, mine->image_path.norm);
    case PAW_MY_FOLDER:
        return paw_path_same(paw_path_folder(norm), paw_path_folder(mine->image_path.norm));
    case PAW_BELOW_ME: {
        const paw_str folder = paw_path_folder(mine->image_path.norm);
        if (folder.n == 0) /* known by name alone: then only itself is */
            return paw_str_same_name(paw_path_base(norm), mine->name);
        return paw_str_starts_name(norm, folder);
    }
    }
    return true;
}

/* Whether the working directory could still change the class. */
static bool is_open(const struct paw_execution *x, const struct paw_path *path)
{
    return (path->class & (PAW_BARE | PAW_RELATIVE)) != 0 && x->current_directory.p == NULL &&
           (x->subject == PAW_SUBJECT_PROCESS || x->subject == PAW_SUBJECT_STUB);
}

/* A path of another host has a class of its folder and one of its host: a question about folders,
 * also as "all but", is not answered by the host. A name without a folder that is no module of
 * Windows is not a trusted one until a working directory says so (2.1.3, 2.2). */
static enum paw_truth in_class(struct paw_exam *e, const struct paw_path *path, uint64_t in)
{
    static const uint64_t folders = PAW_LOOPBACK - 1,
                          trusted = PAW_TRUSTED | PAW_INSTALLER | PAW_WINOTHER;
    if ((in & folders) != 0)
        in &= folders;
    if ((paw_exam_class(e, path) & in) != 0)
        return PAW_YES;
    if (is_open(e->seat.x, path) && (in & ~trusted) != 0)
        return paw_exam_miss(e, PAW_NEED_CURRENT_DIRECTORY);
    return PAW_NO;
}

static enum paw_truth fits(struct paw_exam *e, const struct paw_test *t,
                           const struct paw_path *path)
{
    const uint32_t flags = t->flags & ~(uint32_t)PAW_LINE_TOO;
    if (flags != 0 && (path->flags & flags) == 0)
        return PAW_NO;
    if (t->names != NULL && !paw_list_fits(t->names, path->base) &&
        !paw_list_fits(t->names, path->norm) && !paw_list_fits(t->names, path->raw))
        return PAW_NO;
    if (!paw_exam_same_path(e, t, path->norm))
        return PAW_NO;
    return t->in == 0 ? PAW_YES : in_class(e, path, t->in);
}

enum paw_truth paw_exam_path(struct paw_exam *e, const struct paw_test *t, paw_str raw)
{
    struct paw_path path;
    paw_world_word(e->world, raw, e->seat.x->current_directory, e->arena, &path);
    return fits(e, t, &path);
}

/* Switches --------------------------------------------------------------------------------------
 */

static const struct paw_found_switch *find_switch(const struct paw_command *c, const char *name)
{
    for (size_t i = 0; i < c->n_switches; i++)
        if (paw_str_same_name(paw_str_of(c->switches[i].name), paw_str_of(name)))
            return &c->switches[i];
    return NULL;
}

enum paw_truth paw_ask_switch(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said;
    if (!has_line(e, &said))
        return said;
    const struct paw_command *c = command(e);
    for (const char *const *name = t->names; *name != NULL; name++)
        if (find_switch(c, *name) == NULL)
            return PAW_NO;
    for (const char *const *name = t->names; *name != NULL; name++)
        mark_line(e, find_switch(c, *name)->span);
    return PAW_YES;
}

static enum paw_truth value_fits(struct paw_exam *e, const struct paw_test *t, paw_str text,
                                 struct paw_span span)
{
    if (text.p == NULL)
        return PAW_NO;
    const enum paw_truth said = paw_exam_path(e, t, text);
    if (said == PAW_YES)
        mark_line(e, span);
    return said;
}

/* The first word of arguments, as the shell's own calls read a path: to the closing quote, else to
 * a comma or blank behind an extension. */
static paw_str first_word(paw_str s)
{
    s = paw_str_trim(s, " \t");
    if (s.n != 0 && s.p[0] == '"') {
        const size_t end = paw_str_find_char(s, '"', 1);
        return paw_str_sub(s, 1, end == SIZE_MAX ? s.n - 1 : end - 1);
    }
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.')
            dot = i;
        else if (s.p[i] == '\\' || s.p[i] == '/')
            dot = SIZE_MAX;
        else if ((s.p[i] == ',' || s.p[i] == ' ') && dot != SIZE_MAX)
            return paw_str_sub(s, 0, i);
    }
    return s;
}

/* Arguments and tails: the first word as a path, or with PAW_LINE_TOO all of it as text. */
static enum paw_truth text_fits(struct paw_exam *e, const struct paw_test *t, paw_str text,
                                struct paw_span span)
{
    if (text.p == NULL || span.length == 0)
        return PAW_NO;
    if ((t->flags & PAW_LINE_TOO) == 0)
        return value_fits(e, t, first_word(text), span);
    if (t->names != NULL && !paw_list_fits(t->names, text))
        return PAW_NO;
    mark_line(e, span);
    return PAW_YES;
}

/* What stands from the third argument on; empty if there are fewer. */
static paw_str from_third(paw_str args)
{
    size_t at = 0;
    for (unsigned words = 0; words < 2; words++) {
        while (at < args.n && (args.p[at] == ' ' || args.p[at] == '\t'))
            at++;
        while (at < args.n && args.p[at] != ' ' && args.p[at] != '\t')
            at++;
    }
    return paw_str_trim(paw_str_from(args, at), " \t");
}

enum paw_truth paw_ask_value(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth result = PAW_NO;
    if (!has_line(e, &result))
        return result;
    const struct paw_command *c = command(e);
    const char *of = t->keys[0];
    if (strcmp(of, "args") == 0)
        return text_fits(e, t, c->call.args, c->call.args_span);
    if (strcmp(of, "args.3") == 0) {
        const paw_str rest = from_third(c->call.args);
        return rest.n == 0 ? PAW_NO : text_fits(e, t, rest, c->call.args_span);
    }
    if (strcmp(of, "target") == 0) {
        result = c->target.raw.p == NULL ? PAW_NO : fits(e, t, &c->target);
        if (result == PAW_YES)
            mark_line(e, c->target.span);
        return result;
    }
    if (strcmp(of, "tail") == 0)
        return text_fits(e, t, paw_str_sub(c->line, c->tail.start, c->tail.length), c->tail);
    if (of[0] >= '1' && of[0] <= '9') {
        const size_t at = (size_t)(of[0] - '1');
        if (at >= c->n_operands)
            return PAW_NO;
        return value_fits(e, t, c->operands[at].text, c->operands[at].span);
    }
    for (size_t i = 0; i < c->n_switches; i++) {
        const struct paw_found_switch *s = &c->switches[i];
        if (!paw_str_same_name(paw_str_of(s->name), paw_str_of(of)))
            continue;
        const enum paw_truth one = value_fits(e, t, s->value, s->value_span);
        if (one == PAW_YES)
            return PAW_YES;
        result = one > result ? one : result;
    }
    return result;
}

/* The target ------------------------------------------------------------------------------------
 */

enum { ASK_CLASS, ASK_EXT, ASK_NAME, ASK_FLAG };

static enum paw_truth target_fits(struct paw_exam *e, const struct paw_test *t,
                                  const struct paw_path *target)
{
    switch (t->least) {
    case ASK_CLASS:
        return in_class(e, target, t->in);
    case ASK_EXT:
        return paw_list_fits(t->keys, target->ext) ? PAW_YES : PAW_NO;
    case ASK_NAME:
        return paw_list_fits(t->names, target->base) || paw_list_fits(t->names, target->norm) ||
                       paw_list_fits(t->names, target->raw)
                   ? PAW_YES
                   : PAW_NO;
    default:
        return (target->flags & t->flags) != 0 ? PAW_YES : PAW_NO;
    }
}

enum paw_truth paw_ask_target(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    const struct paw_path *target = &command(e)->target;
    if (target->raw.p == NULL)
        return PAW_NO;
    said = target_fits(e, t, target);
    if (said == PAW_YES)
        mark_line(e, target->span);
    return said;
}

enum paw_truth paw_ask_form(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    if ((command(e)->form & t->flags) == 0)
        return PAW_NO;
    mark_line(e, command(e)->tail);
    return PAW_YES;
}

/* Module and export -----------------------------------------------------------------------------
 */

static paw_str without_charset(paw_str export)
{
    if (export.n > 1 && (export.p[export.n - 1] == 'W' || export.p[export.n - 1] == 'A'))
        return paw_str_sub(export, 0, export.n - 1);
    return export;
}

static bool export_fits(const struct paw_command *c, const char *wanted)
{
    if (wanted[0] == '#' && wanted[1] != '\0') {
        uint64_t n = 0;
        return (c->form & PAW_FORM_ORDINAL) != 0 && paw_str_u64(paw_str_of(wanted + 1), &n) &&
               n == c->call.ordinal;
    }
    if (c->call.export.p == NULL)
        return false;
    return paw_str_glob(c->call.export, wanted) ||
           paw_str_glob(without_charset(c->call.export), wanted);
}

static bool exports_fit(const struct paw_command *c, const char *const *wanted)
{
    if (*wanted == NULL)
        return true;
    for (; *wanted != NULL; wanted++) {
        if ((*wanted)[0] != '@') {
            if (export_fits(c, *wanted))
                return true;
            continue;
        }
        for (const char *const *one = paw_list(*wanted); one != NULL && *one != NULL; one++)
            if (export_fits(c, *one))
                return true;
    }
    return false;
}

enum paw_truth paw_ask_call(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    const struct paw_command *c = command(e);
    const char *const module[] = {t->names[0], NULL};
    if (c->call.module.raw.p == NULL || !paw_list_fits(module, c->call.name) ||
        !exports_fit(c, t->names + 1))
        return PAW_NO;
    mark_line(e, c->call.module.span);
    if (c->call.export_span.length != 0)
        mark_line(e, c->call.export_span);
    return PAW_YES;
}

/* Addresses in arguments ------------------------------------------------------------------------
 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The port behind a host with a dot in its name; length 0 if the colon at is none of that kind. */
static struct paw_span endpoint_at(paw_str s, size_t colon)
{
    size_t end = colon + 1, from = colon;
    while (end < s.n && is_digit(s.p[end]))
        end++;
    while (from > 0 && (is_digit(s.p[from - 1]) ||
                        (paw_lower(s.p[from - 1]) >= 'a' && paw_lower(s.p[from - 1]) <= 'z') ||
                        s.p[from - 1] == '.' || s.p[from - 1] == '-'))
        from--;
    const paw_str host = paw_str_sub(s, from, colon - from);
    const bool port =
        end - colon > 1 && end - colon <= 6 &&
        (end == s.n || paw_str_find_char(PAW_LIT(" \t\",;/|'"), s.p[end], 0) != SIZE_MAX);
    if (!port || paw_str_find_char(host, '.', 0) == SIZE_MAX)
        return (struct paw_span){0};
    return (struct paw_span){(uint32_t)from, (uint32_t)(end - from)};
}

enum paw_truth paw_ask_endpoint(struct paw_exam *e, const struct paw_test *t)
{
    (void)t;
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    static const char *const tunnels[] = {"*reverse *", "*socks*", "*-proxy *", "*fwd *", NULL};
    static const char *const pairs[] = {"/i?*.dat*",  "/i?*.bin*",  "/i?*.txt*", "--*=*.dat*",
                                        "--*=*.bin*", "--*=*.txt*", NULL};
    const paw_str args = command(e)->call.args;
    const struct paw_span whole = command(e)->call.args_span;
    if (args.p == NULL || whole.length == 0)
        return PAW_NO;
    for (size_t at = paw_str_find_char(args, ':', 0); at != SIZE_MAX;
         at = paw_str_find_char(args, ':', at + 1)) {
        if (endpoint_at(args, at).length == 0)
            continue;
        mark_line(e, whole);
        return PAW_YES;
    }
    if (!paw_list_fits(tunnels, args) && !paw_list_fits(pairs, args))
        return PAW_NO;
    mark_line(e, whole);
    return PAW_YES;
}

/* Text ------------------------------------------------------------------------------------------
 */

/* The longest run of a glob without wildcards, to show where it fitted. */
static paw_str literal_of(const char *glob)
{
    paw_str best = {glob, 0};
    for (const char *p = glob; *p != '\0';) {
        const size_t n = strcspn(p, "*?");
        if (n > best.n)
            best = (paw_str){p, n};
        p += n + (p[n] != '\0');
    }
    return best;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* The text with one blank where several or tabs stand: no program counts them. Absent where the
 * text has single blanks only. Made once a line. */
static paw_str single_spaced(struct paw_exam *e, paw_str text)
{
    if (e->spaced_of == text.p && e->spaced_of_n == text.n)
        return e->spaced;
    e->spaced_of = text.p;
    e->spaced_of_n = text.n;
    e->spaced = (paw_str){0};
    size_t i = 0;
    while (i < text.n && text.p[i] != '\t' &&
           !(text.p[i] == ' ' && i + 1 < text.n && is_space(text.p[i + 1])))
        i++;
    char *out = i == text.n ? NULL : paw_arena_alloc(e->arena, text.n);
    size_t n = 0;
    for (i = 0; out != NULL && i < text.n; i++)
        if (!is_space(text.p[i]))
            out[n++] = text.p[i];
        else if (n == 0 || out[n - 1] != ' ')
            out[n++] = ' ';
    if (out != NULL)
        e->spaced = (paw_str){out, n};
    return e->spaced;
}

/* Three lower characters, the last in the highest byte. */
static uint32_t shifted(uint32_t three, char next)
{
    return three >> 8 | (uint32_t)(uint8_t)paw_lower(next) << 16;
}

static size_t bit_of(uint32_t three)
{
    return (three * UINT32_C(0x9E3779B1)) >> 20;
}
_Static_assert(PAW_GRAMS_WORDS * 64 == 1 << 12, "twelve bits of hash");

static const struct paw_grams *grams_of(struct paw_exam *e, paw_str text)
{
    for (size_t i = 0; i < PAW_GRAMS_CACHE && i < e->n_grams; i++)
        if (e->grams[i].of == text.p && e->grams[i].n == text.n)
            return &e->grams[i];
    struct paw_grams *g = &e->grams[e->n_grams++ % PAW_GRAMS_CACHE];
    *g = (struct paw_grams){.of = text.p, .n = text.n};
    uint32_t three = 0;
    for (size_t i = 0; i < text.n; i++) {
        three = shifted(three, text.p[i]);
        if (i >= 2)
            g->bits[bit_of(three) / 64] |= UINT64_C(1) << bit_of(three) % 64;
    }
    return g;
}

/* False: three characters of the glob stand nowhere in the text, however many blanks it has. */
static bool may_have(struct paw_exam *e, paw_str text, const char *glob)
{
    uint32_t three = 0;
    unsigned run = 0;
    for (; *glob != '\0' && run < 3; glob++) {
        const bool is_fixed = *glob != '*' && *glob != '?' && !is_space(*glob);
        run = is_fixed ? run + 1 : 0;
        three = shifted(three, *glob);
    }
    if (run < 3)
        return true;
    const size_t bit = bit_of(three);
    return (grams_of(e, text)->bits[bit / 64] >> bit % 64 & 1) != 0;
}

static bool text_has(struct paw_exam *e, paw_str text, const char *glob)
{
    if (!may_have(e, text, glob))
        return false;
    if (!paw_str_glob(text, glob)) {
        const paw_str single = strchr(glob, ' ') == NULL ? (paw_str){0} : single_spaced(e, text);
        if (single.p == NULL || !paw_str_glob(single, glob))
            return false;
    }
    const paw_str literal = literal_of(glob);
    const size_t at = literal.n == 0 ? SIZE_MAX : paw_str_find_name(text, literal, 0);
    const bool plain = at != SIZE_MAX && at <= UINT32_MAX;
    mark_line(e, plain ? (struct paw_span){(uint32_t)at, (uint32_t)literal.n}
                       : (struct paw_span){0, (uint32_t)text.n});
    return true;
}

enum paw_truth paw_ask_text(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    const paw_str text = command(e)->line;
    uint32_t found = 0;
    for (const char *const *glob = t->names; *glob != NULL; glob++) {
        if ((*glob)[0] != '@') {
            found += text_has(e, text, *glob);
        } else {
            for (const char *const *one = paw_list(*glob); one != NULL && *one != NULL; one++)
                found += text_has(e, text, *one);
        }
        if (found >= t->least)
            return PAW_YES;
    }
    return PAW_NO;
}

/* The next address with a scheme in text, from *at on; absent at the end. */
static paw_str next_address(paw_str text, size_t *at)
{
    const size_t sign = paw_str_find(text, PAW_LIT("://"), *at);
    if (sign == SIZE_MAX)
        return (paw_str){0};
    size_t from = sign, end = sign;
    while (from > 0 && ((text.p[from - 1] | 0x20) >= 'a' && (text.p[from - 1] | 0x20) <= 'z'))
        from--;
    while (end < text.n && strchr(" \t\"'<>", text.p[end]) == NULL)
        end++;
    *at = end;
    return paw_str_sub(text, from, end - from);
}

enum paw_truth paw_ask_all_hosts(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    const paw_str text = command(e)->line;
    size_t at = 0, n = 0;
    for (paw_str raw = next_address(text, &at); raw.p != NULL; raw = next_address(text, &at), n++) {
        struct paw_url url;
        if (!paw_url_read(raw, paw_world_machine(e->world), e->arena, &url) ||
            !paw_list_fits(t->names, url.host))
            return PAW_NO; /* also one of which nothing is known */
    }
    return n == 0 ? PAW_NO : PAW_YES;
}

enum { SHORTEST_NAME = 5 };

/* Names the target of the judged execution, or the host it lies on. A short name says nothing. */
enum paw_truth paw_ask_names_target(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    if (e->judged->command.line.p == NULL && e->judged->subject != PAW_SUBJECT_RECORD)
        return paw_exam_miss(e, PAW_NEED_COMMAND_LINE);
    /* a command inside a line is asked what the line around it says */
    const struct paw_path *target =
        e->seat.is_nested ? &e->seat.x->command.target : &e->judged->command.target;
    const paw_str name = t->same == PAW_MY_TARGET ? target->base : target->host;
    if (name.n < SHORTEST_NAME)
        return PAW_NO;
    const paw_str text = e->seat.is_nested ? e->seat.real->command.line : command(e)->line;
    uint32_t found = 0;
    for (size_t at = paw_str_find_name(text, name, 0); at != SIZE_MAX && found < t->least;
         at = paw_str_find_name(text, name, at + name.n)) {
        found++;
        if (!e->seat.is_nested)
            mark_line(e, (struct paw_span){(uint32_t)at, (uint32_t)name.n});
    }
    return found >= t->least ? PAW_YES : PAW_NO;
}

enum paw_truth paw_ask_line(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth said = PAW_NO;
    if (!has_line(e, &said))
        return said;
    const struct paw_command *c = command(e);
    if ((c->flags & t->flags) == 0)
        return PAW_NO;
    bool marked = false;
    for (size_t i = 0; i < c->n_marks; i++) {
        if ((c->mark_flags[i] & t->flags) == 0)
            continue;
        mark_line(e, c->marks[i]);
        marked = true;
    }
    if (!marked)
        mark_line(e, (struct paw_span){0, (uint32_t)c->line.n});
    return PAW_YES;
}

/* Inner commands --------------------------------------------------------------------------------
 */

static const struct paw_execution *inner_of(struct paw_exam *e, const struct paw_execution *outer,
                                            size_t i)
{
    for (size_t k = 0; k < e->n_nested; k++)
        if (e->nested[k].outer == outer && e->nested[k].index == i)
            return e->nested[k].inner;
    struct paw_execution *x = paw_arena_alloc(e->arena, sizeof *x);
    if (x == NULL)
        return NULL;
    x->subject = PAW_SUBJECT_STANDING;
    x->host = outer->host;
    x->time = outer->time;
    x->user = outer->user;
    x->is_folder_said = outer->is_folder_said || outer->command.nested[i].folder.n != 0;
    x->current_directory = outer->command.nested[i].folder.n != 0 ? outer->command.nested[i].folder
                                                                  : outer->current_directory;
    x->command_line = outer->command.nested[i].text;
    x->original_file_name = outer->command.nested[i].copy_of;
    if (paw_understand(e->catalogue, paw_world_machine(e->world), e->arena, x) != PAW_OK)
        return NULL;
    if (e->n_nested < PAW_NESTED_CACHE) {
        e->nested[e->n_nested].outer = outer;
        e->nested[e->n_nested].index = i;
        e->nested[e->n_nested++].inner = x;
    }
    return x;
}

static void enter(struct paw_exam *e, const struct paw_execution *inner, const struct paw_nested *n)
{
    const struct paw_seat before = e->seat;
    struct paw_span whole = n->span;
    bool verbatim = n->is_verbatim;
    if (before.is_nested) {
        verbatim = verbatim && before.is_verbatim;
        whole = before.is_verbatim
                    ? (struct paw_span){before.whole.start + n->span.start, n->span.length}
                    : before.whole;
    }
    e->seat.x = inner;
    e->seat.is_nested = true;
    e->seat.is_verbatim = verbatim;
    e->seat.whole = whole;
    e->seat.nesting = before.nesting + 1;
}

enum paw_truth paw_ask_nested(struct paw_exam *e, const struct paw_test *t)
{
    enum paw_truth result = PAW_NO;
    if (!has_line(e, &result))
        return result;
    const struct paw_seat before = e->seat;
    const struct paw_execution *outer = before.x;
    if (before.nesting >= PAW_NESTING_MAX)
        return PAW_NO;
    for (size_t i = 0; i < outer->command.n_nested && result != PAW_YES; i++) {
        const struct paw_execution *inner = inner_of(e, outer, i);
        if (inner == NULL)
            continue;
        enter(e, inner, &outer->command.nested[i]);
        enum paw_truth one = paw_exam_all(e, t->tests);
        if (one != PAW_YES && paw_ask_nested(e, t) == PAW_YES)
            one = PAW_YES;
        e->seat = before;
        result = one > result ? one : result;
    }
    return result;
}
