/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program name at the start of a line, docs/detections 2.3, rules 1 and 4 and "argv[0]
 * handling".
 */
#include "windows/parse.h"
#include "windows/path.h"
#include "windows/programs.h"
#include "windows/variables.h"

enum {
    LONGEST_NAME = 4096, /* a program name is looked for no further */
};

static paw_str image_base(const struct paw_parse *p)
{
    return paw_path_base(p->context->image);
}

static paw_str original_base(const struct paw_parse *p)
{
    paw_str name = p->context->original_file_name;
    if (paw_str_ends_name(name, PAW_LIT(".mui")))
        name.n -= 4;
    return name;
}

static bool same_program(paw_str a, paw_str b)
{
    if (a.n == 0 || b.n == 0)
        return false;
    return paw_path_same(a, b) || paw_path_same(paw_without_exe(a), paw_without_exe(b));
}

static bool is_program(const struct paw_parse *p, paw_str base)
{
    return same_program(base, image_base(p)) || same_program(base, original_base(p));
}

/* End of name inside text, where it follows a slash and a blank follows it; 0 if it is not there.
 */
static size_t find_name(paw_str text, paw_str name)
{
    for (size_t from = 0; name.n != 0;) {
        const size_t at = paw_str_find_name(text, name, from);
        if (at == SIZE_MAX)
            return 0;
        const size_t end = at + name.n;
        if ((at == 0 || paw_is_slash(text.p[at - 1])) && end < text.n && paw_is_blank(text.p[end]))
            return end;
        from = at + 1;
    }
    return 0;
}

/* Rule 4: where argv[0] ends when its quote does not close behind it; 0 if nothing tells. */
static size_t unclosed_end(const struct paw_parse *p, paw_str text)
{
    const paw_str names[4] = {image_base(p), paw_without_exe(image_base(p)), original_base(p),
                              paw_without_exe(original_base(p))};
    text = paw_str_sub(text, 0, LONGEST_NAME);
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++) {
        const size_t end = find_name(text, names[i]);
        if (end != 0)
            return end;
    }
    if (p->context->image.n != 0)
        return 0;
    const size_t dot = paw_str_find_name(text, PAW_LIT(".exe "), 0);
    return dot == SIZE_MAX ? 0 : dot + 4;
}

static void set_argv0(struct paw_parse *p, paw_str text, size_t from, size_t end, bool is_quoted)
{
    p->ret->argv0 =
        (struct paw_token){.text = text, .span = paw_span_of(from, end), .is_quoted = is_quoted};
    p->tail_at = end;
}

/* The first token is another program's name, with arguments behind it: a program skips it whatever
 * it says. */
static bool is_foreign_name(const struct paw_parse *p, paw_str text, size_t end)
{
    while (end < p->line.n && (unsigned char)p->line.p[end] <= ' ')
        end++;
    return end < p->line.n && paw_in_list(paw_path_ext(paw_path_base(text)), "exe|com|scr");
}

static void take_quoted(struct paw_parse *p, size_t from)
{
    const size_t close = paw_str_find_char(p->line, '"', from + 1);
    const size_t end = close == SIZE_MAX ? p->line.n : close;
    const paw_str text = paw_str_sub(p->line, from + 1, end - from - 1);
    const bool known = p->context->image.n != 0;
    const bool fits = known ? is_program(p, paw_path_base(text))
                            : paw_str_ends_name(text, PAW_LIT(".exe")) || close != SIZE_MAX;
    if (close != SIZE_MAX && fits) {
        set_argv0(p, text, from, end + 1, true);
        return;
    }
    const size_t cut = unclosed_end(p, text);
    if (cut != 0) {
        set_argv0(p, paw_str_sub(text, 0, cut), from, from + 1 + cut, false);
        paw_mark(p, PAW_LINE_UNCLOSED_ARGV0, from, from + 1 + cut);
    } else if (!known || is_program(p, paw_path_base(text))) {
        set_argv0(p, text, from, close == SIZE_MAX ? end : end + 1, close != SIZE_MAX);
    } else {
        const size_t stop = close == SIZE_MAX ? end : end + 1;
        paw_mark(p, PAW_LINE_ARGV0_MISMATCH, from, stop);
        if (is_foreign_name(p, text, stop))
            set_argv0(p, text, from, stop, true);
    }
}

/* An unquoted path with blanks, as CreateProcess finds it by trying: end of `….exe`, or 0. */
static size_t spaced_end(const struct paw_parse *p, size_t from)
{
    const paw_str image = p->context->image;
    const paw_str rest = paw_str_sub(p->line, from, LONGEST_NAME);
    if (image.n != 0) {
        const bool starts = paw_str_starts_name(rest, image);
        return starts && (rest.n == image.n || paw_is_blank(rest.p[image.n])) ? from + image.n : 0;
    }
    const size_t quote = paw_str_find_char(rest, '"', 0);
    const size_t dot = paw_str_find_name(paw_str_sub(rest, 0, quote), PAW_LIT(".exe"), 0);
    if (dot == SIZE_MAX || (dot + 4 < rest.n && !paw_is_blank(rest.p[dot + 4])))
        return 0;
    return from + dot + 4;
}

static bool has_program_ext(paw_str text)
{
    return paw_in_list(paw_path_ext(paw_path_base(text)), "exe|com|bat|cmd|scr|pif|msc|cpl");
}

static bool is_rooted(paw_str text)
{
    return text.n > 2 && (text.p[1] == ':' || paw_is_slash(text.p[0]) || text.p[0] == '%');
}

static void take_plain(struct paw_parse *p, size_t from)
{
    size_t end = from;
    while (end < p->line.n && (unsigned char)p->line.p[end] > ' ')
        end++;
    const paw_str raw = paw_str_sub(p->line, from, end - from);
    paw_str text = raw;
    if (memchr(raw.p, '"', raw.n) != NULL)
        text = paw_argv_unquote(raw, PAW_QUOTING_GROUPS, p->arena);
    if (text.p == NULL) {
        p->is_out_of_memory = true;
        return;
    }
    const bool known = p->context->image.n != 0;
    const bool fits =
        known ? is_program(p, paw_path_base(text))
              : has_program_ext(text) || !is_rooted(text) || paw_names_program(paw_path_base(text));
    const size_t spaced = fits ? 0 : spaced_end(p, from);
    if (spaced != 0) {
        set_argv0(p, paw_str_sub(p->line, from, spaced - from), from, spaced, false);
    } else if (fits || !known) {
        set_argv0(p, text, from, end, false);
        if (text.n != raw.n)
            paw_mark(p, PAW_LINE_QUOTE_SPLIT, from, end);
    } else {
        paw_mark(p, PAW_LINE_ARGV0_MISMATCH, from, end);
        if (is_foreign_name(p, text, end))
            set_argv0(p, text, from, end, false);
    }
}

/* `%ComSpec%`, as lines are written down that were not yet run. */
static paw_str expanded(struct paw_parse *p, paw_str name)
{
    const struct paw_variables v = {.user_profile = p->context->user_profile};
    if (paw_str_find_char(name, '%', 0) == SIZE_MAX)
        return name;
    struct paw_text t = paw_text_new(p->arena, name.n + 64);
    return paw_variables_expand(name, &v, true, &t) ? paw_text_view(&t) : name;
}

static void set_program(struct paw_parse *p)
{
    const paw_str named =
        p->context->image.n != 0 ? p->context->image : expanded(p, p->ret->argv0.text);
    const paw_str base = paw_lower_str(paw_path_base(named), p->arena);
    p->ret->program = base;
    if (base.n != 0 && paw_path_ext(base).n == 0)
        p->ret->program = paw_arena_join(p->arena, base, PAW_LIT(".exe"));
    p->is_out_of_memory = p->is_out_of_memory || (named.n != 0 && p->ret->program.p == NULL);
}

void paw_parse_argv0(struct paw_parse *p)
{
    size_t from = 0;
    while (from < p->line.n && (unsigned char)p->line.p[from] <= ' ')
        from++;
    p->tail_at = 0;
    if (from == p->line.n || (from != 0 && p->context->image.n != 0)) {
        if (p->line.n != 0)
            paw_mark(p, PAW_LINE_ARGV0_MISMATCH, 0, from);
    } else if (p->line.p[from] == '"') {
        take_quoted(p, from);
    } else {
        take_plain(p, from);
    }
    while (p->tail_at < p->line.n && paw_is_blank(p->line.p[p->tail_at]))
        p->tail_at++;
    p->tail_end = p->line.n;
    while (p->tail_end > p->tail_at && (unsigned char)p->line.p[p->tail_end - 1] <= ' ')
        p->tail_end--;
    p->ret->tail = paw_span_of(p->tail_at, p->tail_end);
    if (p->tail_at == p->tail_end)
        p->ret->form |= PAW_FORM_NO_ARGS;
    set_program(p);
}

static void read_argv0(paw_str line, struct paw_arena *arena, struct paw_command *ret)
{
    const struct paw_line_context none = {0};
    struct paw_parse p = {.line = line, .context = &none, .arena = arena, .ret = ret};
    paw_parse_argv0(&p);
}

paw_str paw_command_program(paw_str line, struct paw_arena *arena)
{
    struct paw_command command = {0};
    read_argv0(line, arena, &command);
    return command.program;
}

paw_str paw_command_image(paw_str line, const struct paw_machine *machine, struct paw_arena *arena)
{
    struct paw_command command = {0};
    const struct paw_path_context context = {
        .machine = machine, .expands_variables = true, .is_code = true};
    struct paw_path path;
    read_argv0(line, arena, &command);
    if (!is_rooted(command.argv0.text))
        return (paw_str){0};
    paw_path_normalise(command.argv0.text, &context, arena, &path);
    /* a variable that nobody knows may stand for any folder */
    const bool known = (path.class & (PAW_BARE | PAW_RELATIVE)) == 0 &&
                       paw_str_find_char(path.norm, '%', 0) == SIZE_MAX;
    if (!known || paw_path_ext(paw_path_base(path.norm)).n != 0)
        return known ? path.norm : (paw_str){0};
    return paw_arena_join(arena, path.norm, PAW_LIT(".exe"));
}
