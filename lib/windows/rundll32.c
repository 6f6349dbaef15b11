/* SPDX-License-Identifier: Apache-2.0 */
/* What rundll32 is told to call, docs/detections 2.7. */
#include "windows/parse.h"
#include "windows/prefix.h"

enum { LONGEST_SWITCH = 16 }; /* of the leading tokens that are skipped */

static bool is_separator(char c)
{
    return c == ',' || paw_is_blank(c);
}

static size_t skip_separators(const struct paw_parse *p, size_t at, bool *comma)
{
    while (at < p->tail_end && is_separator(p->line.p[at])) {
        *comma = *comma || p->line.p[at] == ',';
        at++;
    }
    return at;
}

static size_t word_end(const struct paw_parse *p, size_t at)
{
    while (at < p->tail_end && !paw_is_blank(p->line.p[at]))
        at++;
    return at;
}

static size_t skip_blanks(const struct paw_parse *p, size_t at)
{
    while (at < p->tail_end && paw_is_blank(p->line.p[at]))
        at++;
    return at;
}

/* `/d` and its like: a switch character and letters. */
static bool is_skipped(paw_str word)
{
    if (word.n < 2 || word.n > LONGEST_SWITCH || (word.p[0] != '/' && word.p[0] != '-'))
        return false;
    for (size_t i = 1; i < word.n; i++)
        if (!paw_is_word(word.p[i]))
            return false;
    return true;
}

/* The COM form: true if the tail is one. */
static bool read_com(struct paw_parse *p, size_t at)
{
    const size_t end = word_end(p, at);
    const paw_str word = paw_str_sub(p->line, at, end - at);
    if (!paw_in_list(word, "-sta|/sta|-localserver|/localserver"))
        return false;
    const size_t from = skip_blanks(p, end), to = word_end(p, from);
    p->ret->form |= PAW_FORM_COM;
    p->ret->kind = PAW_OBJECT_COM_CLASS;
    if (from == to)
        return true;
    const paw_str id = paw_str_sub(p->line, from, to - from);
    const paw_str bare = paw_str_trim(id, "\"");
    p->ret->target = (struct paw_path){
        .raw = bare, .norm = bare, .base = bare, .ext = paw_str_from(bare, bare.n)};
    p->ret->target.span = paw_span_of_view(p->line, bare, paw_span_of(from, to));
    p->ret->call.args = paw_str_sub(p->line, from, p->tail_end - from);
    p->ret->call.args_span = paw_span_of(from, p->tail_end);
    return true;
}

/* The DLL text; its end in *end. */
static paw_str read_module(const struct paw_parse *p, size_t at, size_t *end)
{
    if (p->line.p[at] == '"') {
        const paw_str rest = paw_str_sub(p->line, 0, p->tail_end);
        const size_t close = paw_str_find_char(rest, '"', at + 1);
        if (close != SIZE_MAX) {
            *end = close + 1;
            return paw_str_sub(p->line, at + 1, close - at - 1);
        }
        at++; /* the quote never closes: cut where an unquoted name ends */
    }
    size_t to = at;
    while (to < p->tail_end && !is_separator(p->line.p[to]))
        to++;
    *end = to;
    return paw_str_sub(p->line, at, to - at);
}

/* `#n` as the C library reads an integer; false if no digit follows. */
static bool read_ordinal(struct paw_parse *p, paw_str s)
{
    size_t i = 1;
    uint32_t n = 0;
    bool odd = false, negative = false;
    if (s.n < 2 || s.p[0] != '#')
        return false;
    if (s.p[i] == '+' || s.p[i] == '-') {
        negative = s.p[i] == '-';
        odd = true;
        i++;
    }
    const size_t from = i;
    odd = odd || (i + 1 < s.n && s.p[i] == '0' && paw_is_digit(s.p[i + 1]));
    bool large = false;
    for (; i < s.n && paw_is_digit(s.p[i]); i++) {
        n = n * 10 + (uint32_t)(s.p[i] - '0');
        large = large || n > 0xFFFF;
        n &= 0xFFFF; /* arithmetic modulo 65536 throughout */
    }
    if (i == from)
        return false;
    p->ret->call.ordinal = negative ? (0x10000 - n) & 0xFFFF : n;
    p->ret->form |= PAW_FORM_ORDINAL | (odd || large ? PAW_FORM_ORDINAL_ODD : 0);
    return true;
}

static bool is_script(const struct paw_parse *p, size_t at)
{
    static const char *const marks[] = {"\\..\\mshtml", "\\\\.\\mshtml", "/../mshtml",
                                        "\\../mshtml",  "/..\\mshtml",   "\\.\\mshtml"};
    const paw_str tail = paw_str_sub(p->line, at, p->tail_end - at);
    const paw_str inside = tail.n != 0 && tail.p[0] == '"' ? paw_str_from(tail, 1) : tail;
    if (paw_scheme_kind(inside) == PAW_SCHEME_SCRIPT)
        return true;
    const size_t hint = paw_str_find_name(tail, PAW_LIT("mshtml"), 0);
    for (size_t i = 0; hint != SIZE_MAX && i < PAW_COUNT_OF(marks); i++)
        if (paw_str_find_name(tail, paw_str_of(marks[i]), 0) != SIZE_MAX)
            return true;
    return false;
}

static void set_module(struct paw_parse *p, paw_str text, size_t at, size_t end)
{
    struct paw_call *call = &p->ret->call;
    struct paw_path *module = &call->module;
    paw_parse_path(p, text, paw_span_of(at, end), true, module);
    const bool dot_at_end = module->raw.n != 0 && module->raw.p[module->raw.n - 1] == '.';
    const bool plain = (module->class & (PAW_SCRIPT_TEXT | PAW_URL)) == 0;
    if (plain && module->base.n != 0 && module->stream.n == 0 && !dot_at_end &&
        paw_str_find_char(module->base, '.', 0) == SIZE_MAX) {
        module->norm = paw_arena_join(p->arena, module->norm, PAW_LIT(".dll"));
        module->base = paw_path_base(module->norm);
        module->ext = paw_path_ext(module->base);
        p->is_out_of_memory = p->is_out_of_memory || module->norm.p == NULL;
    }
    paw_str name = module->base;
    if (module->ext.n != 0 && name.n > module->ext.n + 1)
        name.n -= module->ext.n + 1;
    call->name = paw_lower_str(name, p->arena);
    p->is_out_of_memory = p->is_out_of_memory || (name.p != NULL && call->name.p == NULL);
}

static void set_target(struct paw_parse *p, size_t at, bool script)
{
    struct paw_command *ret = p->ret;
    const paw_str tail = paw_str_sub(p->line, at, p->tail_end - at);
    const paw_str inside = tail.n != 0 && tail.p[0] == '"' ? paw_str_from(tail, 1) : tail;
    ret->target = ret->call.module;
    ret->kind = PAW_OBJECT_DLL;
    if (!script)
        return;
    ret->kind = PAW_OBJECT_SCRIPT;
    if (paw_scheme_kind(inside) == PAW_SCHEME_SCRIPT)
        paw_parse_path(p, tail, paw_span_of(at, p->tail_end), false, &ret->target);
}

/* What stands between from and the end: the export and its arguments. */
static void read_export(struct paw_parse *p, size_t from)
{
    struct paw_call *call = &p->ret->call;
    const size_t end = word_end(p, from);
    const paw_str whole = paw_str_sub(p->line, from, end - from);
    const size_t comma = paw_str_find_char(whole, ',', 0);
    const size_t length = comma == SIZE_MAX ? whole.n : comma;
    call->export = paw_str_sub(whole, 0, length);
    while (call->export.n != 0 && call->export.p[call->export.n - 1] == '"')
        call->export.n--; /* the other one stood in front of the whole line */
    call->export_span = paw_span_of(from, from + call->export.n);
    if (comma != SIZE_MAX)
        call->export_whole = whole;
    const size_t args = comma == SIZE_MAX ? skip_blanks(p, end) : from + comma + 1;
    if (args < p->tail_end) {
        call->args = paw_str_sub(p->line, args, p->tail_end - args);
        call->args_span = paw_span_of(args, p->tail_end);
    }
}

void paw_parse_rundll32(struct paw_parse *p)
{
    struct paw_command *ret = p->ret;
    size_t at = p->tail_at, end = 0;
    bool comma = false;
    if (at == p->tail_end)
        return;
    for (;;) {
        const size_t stop = word_end(p, at);
        const size_t next = skip_blanks(p, stop);
        if (read_com(p, at))
            return;
        if (!is_skipped(paw_str_sub(p->line, at, stop - at)) || next == p->tail_end)
            break;
        at = next;
    }
    const bool script = is_script(p, at);
    const paw_str text = read_module(p, at, &end);
    set_module(p, text, at, end);
    set_target(p, at, script);
    if (script)
        ret->form |= PAW_FORM_SCRIPT;
    const size_t from = skip_separators(p, end, &comma);
    if (from < p->tail_end)
        read_export(p, from);
    if (ret->call.export.n == 0 && !script)
        ret->form |= PAW_FORM_NO_EXPORT;
    (void)read_ordinal(p, ret->call.export); /* no ordinal: then it is a name */
}
