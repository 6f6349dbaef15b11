/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that cmd.exe reads: separators, carets, redirections, variables and the commands that start
 * others (docs/detections 2.1.1, 2.4). A piece is kept as a view into the line as long as nothing
 * had to be taken out of its middle.
 */
#include "windows/nested.h"
#include "windows/programs.h"

enum {
    LONGEST_WORD = 16,           /* of what cmd.exe understands itself */
    MOST_PREFIXES = 16,          /* start, call, if, for in front of each other       */
    MOST_EXPANDED = 1024 * 1024, /* bytes that variables may add to one line in all   */
};

/* Text in the making that stays a view while nothing was taken out of it. */
struct render {
    paw_str line;
    size_t from, end; /* of the view */
    bool has_gap;     /* something was left out behind end */
    bool is_copy;
    struct paw_text text;
};

struct shell {
    struct paw_nest *nest;
    struct paw_cmd_variables variables;
    size_t expanded;
    size_t dropped; /* the last quote, which cmd.exe takes away with the first; SIZE_MAX: none */
};

static void keep(struct render *r, size_t at, size_t n)
{
    if (r->is_copy) {
        paw_text_add(&r->text, paw_str_sub(r->line, at, n));
    } else if (!r->has_gap || paw_is_blank(r->line.p[at])) {
        r->end = r->has_gap ? r->end : at + n;
    } else {
        r->is_copy = true;
        paw_text_add(&r->text, paw_str_sub(r->line, r->from, r->end - r->from));
        if (paw_is_blank(r->line.p[at - 1]))
            paw_text_char(&r->text, ' ');
        paw_text_add(&r->text, paw_str_sub(r->line, at, n));
    }
}

static void leave_out(struct render *r)
{
    if (!r->is_copy)
        r->has_gap = true;
}

static void make_copy(struct render *r)
{
    if (r->is_copy)
        return;
    r->is_copy = true;
    paw_text_add(&r->text, paw_str_sub(r->line, r->from, r->end - r->from));
}

/* Behind a redirection whose `<` or `>` stands at `at`. */
static size_t skip_redirection(paw_str line, size_t at, size_t end)
{
    bool in_quotes = false;
    while (at < end && (line.p[at] == '<' || line.p[at] == '>'))
        at++;
    if (at < end && line.p[at] == '&')
        return at + 2 < end ? at + 2 : end;
    while (at < end && paw_is_blank(line.p[at]))
        at++;
    while (at < end && (in_quotes || (!paw_is_blank(line.p[at]) && line.p[at] != '<' &&
                                      line.p[at] != '>' && line.p[at] != ')'))) {
        in_quotes = in_quotes != (line.p[at] == '"');
        at++;
    }
    return at;
}

static bool is_handle(paw_str line, size_t from, size_t at)
{
    return at > from && paw_is_digit(line.p[at - 1]) &&
           (at - 1 == from || paw_is_blank(line.p[at - 2]));
}

static size_t read_variable(struct shell *sh, struct render *r, size_t at, size_t end)
{
    bool spelled = false;
    struct paw_text value = {.arena = r->text.arena};
    const size_t n =
        paw_cmd_variable(paw_str_sub(r->line, at, end - at), &sh->variables, &value, &spelled);
    if (n == 0)
        return 0;
    sh->expanded += value.n;
    if (spelled)
        paw_mark(sh->nest->p, PAW_LINE_ENV_SPELLING, at, at + n);
    make_copy(r);
    paw_text_add(&r->text, paw_text_view(&value));
    return n;
}

/* What cmd.exe makes of the piece between from and end. */
static paw_str rendered(struct shell *sh, size_t from, size_t end)
{
    struct render r = {.line = sh->nest->p->line, .from = from, .end = from};
    bool in_quotes = false;
    r.text = (struct paw_text){.arena = sh->nest->p->arena};
    for (size_t at = from; at < end;) {
        const char c = r.line.p[at];
        size_t n = 0;
        if (at == sh->dropped) {
            leave_out(&r);
            at++;
            continue;
        }
        if ((c == '%' || c == '!') && sh->expanded < MOST_EXPANDED)
            n = read_variable(sh, &r, at, end);
        if (n != 0) {
            at += n;
        } else if (c == '^' && !in_quotes) {
            leave_out(&r);
            at++;
            if (at < end)
                keep(&r, at, 1);
            at++;
        } else if ((c == '<' || c == '>') && !in_quotes) {
            if (is_handle(r.line, from, at) && !r.is_copy && !r.has_gap)
                r.end = at - 1;
            else if (is_handle(r.line, from, at) && r.is_copy && r.text.n != 0)
                r.text.n--;
            leave_out(&r);
            at = skip_redirection(r.line, at, end);
        } else {
            in_quotes = in_quotes != (c == '"');
            keep(&r, at, 1);
            at++;
        }
    }
    if (r.text.is_full)
        sh->nest->p->is_out_of_memory = true;
    if (r.is_copy && r.text.n == 0)
        return PAW_LIT("");
    return r.is_copy ? paw_text_view(&r.text) : paw_str_sub(r.line, r.from, r.end - r.from);
}

paw_str paw_take_word(paw_str *rest)
{
    size_t from = 0, end;
    bool in_quotes = false;
    while (from < rest->n && paw_is_blank(rest->p[from]))
        from++;
    for (end = from; end < rest->n && (in_quotes || !paw_is_blank(rest->p[end])); end++)
        in_quotes = in_quotes != (rest->p[end] == '"');
    const paw_str word = paw_str_sub(*rest, from, end - from);
    *rest = paw_str_from(*rest, end);
    return word;
}

/* `start ["title"] [/options] command` */
static paw_str behind_start(struct paw_nest *nest, paw_str s)
{
    paw_str rest = s, word = paw_take_word(&rest);
    if (word.n != 0 && word.p[0] == '"') {
        s = rest;
        word = paw_take_word(&rest);
    }
    while (word.n != 0 && word.p[0] == '/') {
        s = rest;
        const bool is_folder = paw_in_list(word, "/d");
        if (is_folder || paw_in_list(word, "/node|/affinity")) {
            const paw_str value = paw_take_word(&rest);
            s = rest;
            if (is_folder)
                paw_nest_go(nest, value);
        }
        word = paw_take_word(&rest);
    }
    return s;
}

/* `if [/i] [not] condition command` */
static paw_str behind_if(paw_str s)
{
    paw_str word = paw_take_word(&s);
    while (paw_in_list(word, "/i|not"))
        word = paw_take_word(&s);
    if (paw_in_list(word, "exist|errorlevel|defined|cmdextversion")) {
        (void)paw_take_word(&s); /* what is asked about */
        return s;
    }
    if (paw_str_find(word, PAW_LIT("=="), 0) == SIZE_MAX) {
        (void)paw_take_word(&s); /* the comparison */
        (void)paw_take_word(&s); /* its right side */
    } else if (paw_str_ends_name(word, PAW_LIT("=="))) {
        (void)paw_take_word(&s); /* its right side */
    }
    return s;
}

static size_t find_word(paw_str s, const char *word)
{
    const paw_str w = paw_str_of(word);
    for (size_t at = paw_str_find_name(s, w, 0); at != SIZE_MAX;
         at = paw_str_find_name(s, w, at + 1)) {
        const size_t end = at + w.n;
        if ((at == 0 || !paw_is_word(s.p[at - 1])) && (end == s.n || !paw_is_word(s.p[end])))
            return at;
    }
    return SIZE_MAX;
}

/* `for [/f "options"] %i in ('command') do command`: adds the first, returns the second. */
static paw_str behind_for(struct shell *sh, paw_str s, struct paw_span span)
{
    const size_t in = find_word(s, "in");
    const size_t open = in == SIZE_MAX ? SIZE_MAX : paw_str_find_char(s, '(', in);
    const size_t close = open == SIZE_MAX ? SIZE_MAX : paw_str_find_char(s, ')', open);
    const paw_str inside = paw_str_trim(
        close == SIZE_MAX ? PAW_LIT("") : paw_str_sub(s, open + 1, close - open - 1), " \t");
    if (inside.n > 2 && (inside.p[0] == '\'' || inside.p[0] == '`'))
        paw_nest_add(sh->nest, "cmd", paw_str_sub(inside, 1, inside.n - 2), span);
    const size_t from = close == SIZE_MAX ? 0 : close;
    const size_t at = find_word(paw_str_from(s, from), "do");
    return at == SIZE_MAX ? PAW_LIT("") : paw_str_from(s, from + at + 2);
}

static void remember_set(struct shell *sh, paw_str s)
{
    struct paw_cmd_variables *v = &sh->variables;
    s = paw_str_trim(s, " \t");
    if (s.n > 1 && s.p[0] == '"') {
        const size_t last = paw_str_rfind_char(s, '"');
        s = paw_str_sub(s, 1, last == 0 ? s.n : last - 1);
    }
    const size_t sign = paw_str_find_char(s, '=', 0);
    if (sign == SIZE_MAX || sign == 0 || v->n == PAW_MOST_SET)
        return;
    v->name[v->n] = paw_str_sub(s, 0, sign);
    v->value[v->n++] = paw_str_from(s, sign + 1);
}

/* The word at the start of a command that cmd.exe itself understands; `(` may be glued to it. */
static paw_str first_word(paw_str s)
{
    size_t n = 0;
    while (n < s.n && n < LONGEST_WORD && (paw_is_letter(s.p[n]) || (n == 0 && s.p[0] == ':')))
        n++;
    const bool ends = n == s.n || paw_is_blank(s.p[n]) || strchr("(/\"@,;=", s.p[n]) != NULL;
    return ends ? paw_str_sub(s, 0, n) : PAW_LIT("");
}

static bool is_separator(char c)
{
    return paw_is_blank(c) || c == ',' || c == ';' || c == '=';
}

/* `rundll32;,a.dll`: cmd.exe parts a program from its arguments by other characters too. */
static paw_str with_blank(struct shell *sh, paw_str s)
{
    size_t end = 0, next;
    while (end < s.n && !is_separator(s.p[end]) && s.p[end] != '"')
        end++;
    if (end == s.n || s.p[end] == '"' || paw_is_blank(s.p[end]) ||
        !paw_names_program(paw_path_base(paw_str_sub(s, 0, end))))
        return s;
    for (next = end; next < s.n && is_separator(s.p[next]);)
        next++;
    struct paw_text text = {.arena = sh->nest->p->arena};
    paw_text_add(&text, paw_str_sub(s, 0, end));
    paw_text_char(&text, ' ');
    paw_text_add(&text, paw_str_from(s, next));
    sh->nest->p->is_out_of_memory = sh->nest->p->is_out_of_memory || text.is_full;
    return paw_text_view(&text);
}

static void add_command(struct shell *sh, paw_str s, struct paw_span span)
{
    const paw_str folder = sh->nest->folder;
    bool is_started = false; /* another process: what it is told of its folder is its own */
    for (unsigned i = 0; i < MOST_PREFIXES; i++) {
        s = paw_str_trim(s, " \t\r");
        while (s.n != 0 && strchr("@(,;= \t", s.p[0]) != NULL && s.p[0] != '\0')
            s = paw_str_from(s, 1);
        const paw_str word = first_word(s), rest = paw_str_from(s, word.n);
        if (paw_in_list(word, "call|else|do")) {
            s = rest;
        } else if (paw_str_same_name(word, PAW_LIT("start"))) {
            is_started = true;
            s = behind_start(sh->nest, rest);
        } else if (paw_str_same_name(word, PAW_LIT("if"))) {
            s = behind_if(rest);
        } else if (paw_str_same_name(word, PAW_LIT("for"))) {
            s = behind_for(sh, rest, span);
        } else {
            if (paw_str_same_name(word, PAW_LIT("set")))
                remember_set(sh, rest);
            if (paw_in_list(word, "cd|chdir|pushd|popd"))
                paw_nest_go(sh->nest, rest);
            if (!paw_in_list(word, "rem|set|exit|cd|chdir|setlocal|endlocal|cls|popd|title") &&
                (s.n == 0 || s.p[0] != ':'))
                paw_nest_add(sh->nest, "cmd", with_blank(sh, s), span);
            if (is_started)
                sh->nest->folder = folder;
            return;
        }
    }
}

static void add_piece(struct shell *sh, size_t from, size_t end)
{
    if (end > from)
        add_command(sh, rendered(sh, from, end), paw_span_of(from, end));
}

static bool is_lead(char c)
{
    return paw_is_blank(c) || c == '@' || c == '(' || c == ')';
}

/* Whether the `(` at `at` opens a block behind `if …`, `else` or `for … do`. */
static bool opens_block(paw_str line, size_t word_at, size_t at)
{
    const paw_str before = paw_str_trim(paw_str_sub(line, word_at, at - word_at), " \t");
    const paw_str word = first_word(before);
    if (paw_str_same_name(word, PAW_LIT("for")))
        return paw_str_ends_name(before, PAW_LIT(" do")) ||
               paw_str_ends_name(before, PAW_LIT(")do"));
    return paw_in_list(word, "if|else");
}

/* Whether the & at `at` belongs to `>&1`. */
static bool is_duplication(paw_str line, size_t from, size_t at)
{
    return at > from && (line.p[at - 1] == '>' || line.p[at - 1] == '<');
}

struct splitter {
    struct shell *sh;
    size_t start;   /* of the piece                                   */
    size_t word_at; /* of its first word; SIZE_MAX while there is none */
    size_t open;    /* blocks around the piece                         */
    size_t inner;   /* parentheses inside the piece                    */
};

static void end_piece(struct splitter *s, size_t at)
{
    add_piece(s->sh, s->start, at);
    s->start = at + 1;
    s->word_at = SIZE_MAX;
    s->open += s->inner;
    s->inner = 0;
}

static void read_parenthesis(struct splitter *s, size_t at)
{
    const paw_str line = s->sh->nest->p->line;
    if (line.p[at] == '(') {
        if (s->word_at != SIZE_MAX && !opens_block(line, s->word_at, at)) {
            s->inner++;
            return;
        }
        end_piece(s, at);
        s->open++;
    } else if (s->inner != 0) {
        s->inner--;
    } else if (s->open != 0) {
        end_piece(s, at);
        s->open--;
    }
}

static void split_commands(struct shell *sh, size_t from, size_t end)
{
    const paw_str line = sh->nest->p->line;
    struct splitter s = {.sh = sh, .start = from, .word_at = SIZE_MAX};
    bool in_quotes = false;
    for (size_t at = from; at < end && sh->nest->n < PAW_MOST_NESTED; at++) {
        const char c = line.p[at];
        const bool plain = !in_quotes;
        if (c == '"' && at != sh->dropped)
            in_quotes = !in_quotes;
        if (plain && (c == '(' || c == ')'))
            read_parenthesis(&s, at);
        else if (plain &&
                 ((c == '&' && !is_duplication(line, s.start, at)) || c == '|' || c == '\n'))
            end_piece(&s, at);
        else if (s.word_at == SIZE_MAX && !is_lead(c))
            s.word_at = at;
        if (plain && c == '^')
            at++;
    }
    if (sh->nest->n < PAW_MOST_NESTED)
        add_piece(sh, s.start, end);
}

static void read_commands(struct paw_nest *nest, size_t from, size_t end, size_t dropped)
{
    struct shell sh = {.nest = nest, .dropped = dropped};
    const struct paw_line_context *context = nest->p->context;
    sh.variables.user_profile = context->user_profile;
    if (context->machine != NULL)
        sh.variables.system_root = context->machine->system_root;
    split_commands(&sh, from, end);
}

void paw_nest_cmd(struct paw_nest *nest, size_t from, size_t end)
{
    read_commands(nest, from, end, SIZE_MAX);
}

/* Whether word alone names a program, so that what follows it are arguments. */
static bool is_program_word(paw_str word)
{
    const paw_str base = paw_path_base(word);
    return base.n == word.n || paw_in_list(paw_path_ext(base), "exe|com|bat|cmd") ||
           paw_names_program(base);
}

/* Whether cmd keeps the quotes behind /c: exactly two, and what stands between them is one file
 * that can be run. Whether the file exists is not known: a line with arguments names none. */
static bool keeps_quotes(paw_str s)
{
    const size_t second = paw_str_find_char(s, '"', 1);
    if (second == SIZE_MAX || paw_str_find_char(s, '"', second + 1) != SIZE_MAX)
        return false;
    const paw_str name = paw_str_sub(s, 1, second - 1);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] != '\0' && strchr("&<>@^|", name.p[i]) != NULL)
            return false;
    const size_t blank = paw_str_find_char(name, ' ', 0);
    if (paw_str_find_char(name, ':', 2) != SIZE_MAX ||
        (blank != SIZE_MAX && is_program_word(paw_str_sub(name, 0, blank))))
        return false;
    return paw_in_list(paw_path_ext(paw_path_base(name)),
                       "exe|com|bat|cmd|vbs|vbe|js|jse|wsf|wsh|msc|hta|cpl|lnk|msi");
}

void paw_nest_cmd_line(struct paw_nest *nest)
{
    const struct paw_parse *p = nest->p;
    const paw_str line = p->line;
    size_t at = p->tail_at;
    const size_t end = p->tail_end;
    bool strips = false; /* /s: the quotes go whatever they hold */
    while (at < end) {
        if (line.p[at] != '/') {
            at++;
            continue;
        }
        const char letter = at + 1 < end ? paw_lower(line.p[at + 1]) : '\0';
        if (letter == 'c' || letter == 'k' || letter == 'r')
            break;
        strips = strips || letter == 's';
        at += 2;
    }
    if (at >= end)
        return;
    size_t from = at + 2, to = end, dropped = SIZE_MAX;
    while (from < end && paw_is_blank(line.p[from]))
        from++;
    if (from < end && line.p[from] == '"' &&
        (strips || !keeps_quotes(paw_str_sub(line, from, end - from)))) {
        const size_t last = paw_str_rfind_char(paw_str_sub(line, 0, end), '"');
        dropped = last > from ? last : SIZE_MAX;
        if (dropped == end - 1)
            to = last;
        from++;
    }
    read_commands(nest, from, to, dropped);
}
