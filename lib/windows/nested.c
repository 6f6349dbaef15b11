/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands inside a command line (docs/detections 2.4): each launcher that takes one, and where it
 * stands. Only one level is taken off here; what a nested command starts is found by parsing it.
 */
#include "windows/nested.h"

#include "windows/path.h"
#include "windows/programs.h"

/* The n-th word of a command that is no switch, without its quotes; absent if there is none. */
static paw_str operand(paw_str command, size_t n)
{
    (void)paw_take_word(&command);
    for (paw_str word = paw_take_word(&command); word.n != 0; word = paw_take_word(&command))
        if (word.p[0] != '/' && n-- == 0)
            return paw_str_trim(word, "\"");
    return (paw_str){0};
}

void paw_nest_add(struct paw_nest *nest, const char *launcher, paw_str text, struct paw_span span)
{
    const paw_str line = nest->p->line;
    if (text.p == NULL) /* its making ran out of memory */
        nest->p->is_out_of_memory = true;
    text = paw_str_trim(text, " \t\r\n");
    if (text.n == 0)
        return;
    if (nest->n == PAW_MOST_NESTED) {
        paw_mark(nest->p, PAW_LINE_BROKEN, span.start, span.start + span.length);
        return;
    }
    nest->item[nest->n++] = (struct paw_nested){
        .text = text,
        .span = paw_span_of_view(line, text, span),
        .is_verbatim = paw_is_view(line, text),
        .launcher = launcher,
        .folder = nest->folder,
    };
}

void paw_nest_go(struct paw_nest *nest, paw_str folder)
{
    const struct paw_line_context *line = nest->p->context;
    const struct paw_path_context context = {
        .machine = line->machine,
        .current_directory = nest->folder.n != 0 ? nest->folder : line->current_directory,
        .user_profile = line->user_profile,
        .expands_variables = true,
    };
    for (paw_str rest = folder, word = paw_take_word(&rest);
         word.n != 0 && (word.p[0] == '/' || word.p[0] == '-'); word = paw_take_word(&rest))
        folder = rest;
    struct paw_path to;
    paw_path_normalise(paw_str_trim(folder, " \t\"'"), &context, nest->p->arena, &to);
    const bool known = (to.class & (PAW_BARE | PAW_RELATIVE)) == 0;
    nest->folder = known && to.raw.n != 0 ? to.norm : (paw_str){0};
}

static const struct paw_token *token_at(const struct paw_nest *nest, size_t i)
{
    const struct paw_command *c = nest->p->ret;
    return i < c->n_tokens ? &c->tokens[i] : NULL;
}

static void add_token(struct paw_nest *nest, const char *launcher, const struct paw_token *token)
{
    if (token != NULL)
        paw_nest_add(nest, launcher, token->text, token->span);
}

/* Position of a token among the words of list, from `from` on; SIZE_MAX if there is none. */
static size_t find_token(const struct paw_nest *nest, size_t from, const char *list)
{
    const struct paw_command *c = nest->p->ret;
    for (size_t i = from; i < c->n_tokens; i++)
        if (paw_in_list(c->tokens[i].text, list))
            return i;
    return SIZE_MAX;
}

static void add_behind(struct paw_nest *nest, const char *launcher, const char *list)
{
    const size_t at = find_token(nest, 0, list);
    if (at != SIZE_MAX)
        add_token(nest, launcher, token_at(nest, at + 1));
}

/* `process call create "command"[,"folder"]`, `CommandLineEventConsumer create …` */
static void from_wmic(struct paw_nest *nest)
{
    const struct paw_command *c = nest->p->ret;
    const paw_str template = PAW_LIT("CommandLineTemplate=");
    for (size_t i = 0; i < c->n_tokens; i++)
        if (paw_str_starts_name(c->tokens[i].text, template))
            paw_nest_add(nest, "wmic", paw_str_from(c->tokens[i].text, template.n),
                         c->tokens[i].span);
    const size_t call = find_token(nest, 0, "call");
    const size_t create = call == SIZE_MAX ? SIZE_MAX : find_token(nest, call, "create");
    const struct paw_token *token = create == SIZE_MAX ? NULL : token_at(nest, create + 1);
    if (token == NULL)
        return;
    if (token->span.length != 0 && nest->p->line.p[token->span.start] != '"') {
        /* not quoted: all that follows is the command */
        const size_t from = token->span.start;
        paw_nest_add(nest, "wmic", paw_str_sub(nest->p->line, from, nest->p->tail_end - from),
                     paw_span_of(from, nest->p->tail_end));
        return;
    }
    const paw_str raw = paw_at_span(nest->p->line, token->span);
    size_t close = 1;
    while (close < raw.n && (raw.p[close] != '"' || raw.p[close - 1] == '\\'))
        close++;
    const paw_str quoted = paw_str_sub(raw, 0, close + 1);
    const paw_str text = paw_argv_unquote(quoted, PAW_QUOTING_ARGV, nest->p->arena);
    paw_nest_add(nest, "wmic", text, token->span);
}

static void from_schtasks(struct paw_nest *nest)
{
    if (find_token(nest, 0, "/create|-create|/change|-change") != SIZE_MAX)
        add_behind(nest, "schtasks", "/tr|-tr");
}

static void from_reg(struct paw_nest *nest)
{
    if (find_token(nest, 0, "add") != SIZE_MAX)
        add_behind(nest, "reg", "/d|-d");
}

/* `binPath= command`, the value behind the blank or glued */
static void from_sc(struct paw_nest *nest)
{
    const struct paw_command *c = nest->p->ret;
    for (size_t i = 0; i < c->n_tokens; i++) {
        const struct paw_token *t = &c->tokens[i];
        const size_t sign = paw_str_find_char(t->text, '=', 0);
        if (sign == SIZE_MAX || !paw_in_list(paw_str_sub(t->text, 0, sign), "binpath|command"))
            continue;
        if (sign + 1 == t->text.n)
            add_token(nest, "sc", token_at(nest, i + 1));
        else
            paw_nest_add(nest, "sc", paw_str_from(t->text, sign + 1), t->span);
    }
}

/* `0x22` stands for a quote in forfiles */
static void from_forfiles(struct paw_nest *nest)
{
    const size_t at = find_token(nest, 0, "/c|-c");
    const struct paw_token *token = at == SIZE_MAX ? NULL : token_at(nest, at + 1);
    if (token == NULL)
        return;
    if (paw_str_find_name(token->text, PAW_LIT("0x22"), 0) == SIZE_MAX) {
        add_token(nest, "forfiles", token);
        return;
    }
    struct paw_text t = paw_text_new(nest->p->arena, token->text.n);
    for (size_t i = 0; i < token->text.n; i++) {
        if (paw_str_starts_name(paw_str_from(token->text, i), PAW_LIT("0x22"))) {
            paw_text_char(&t, '"');
            i += 3;
        } else {
            paw_text_char(&t, token->text.p[i]);
        }
    }
    paw_nest_add(nest, "forfiles", paw_text_view(&t), token->span);
}

/* program and arguments that stand apart; program keeps its quotes if it holds a blank */
static void add_joined(struct paw_nest *nest, const char *launcher, const struct paw_token *program,
                       const struct paw_token *args)
{
    const size_t from = program->span.start;
    if (args == NULL) {
        add_token(nest, launcher, program);
        return;
    }
    struct paw_text t = paw_text_new(nest->p->arena, program->text.n + args->text.n + 4);
    const bool blank = paw_str_find_char(program->text, ' ', 0) != SIZE_MAX;
    if (blank)
        paw_text_char(&t, '"');
    paw_text_add(&t, program->text);
    if (blank)
        paw_text_char(&t, '"');
    paw_text_char(&t, ' ');
    paw_text_add(&t, args->text);
    const size_t end = args->span.start + args->span.length;
    paw_nest_add(nest, launcher, paw_text_view(&t),
                 end > from ? paw_span_of(from, end) : program->span);
}

static void from_pcalua(struct paw_nest *nest)
{
    const size_t a = find_token(nest, 0, "-a|/a"), c = find_token(nest, 0, "-c|/c");
    const struct paw_token *program = a == SIZE_MAX ? NULL : token_at(nest, a + 1);
    if (program != NULL)
        add_joined(nest, "pcalua", program, c == SIZE_MAX ? NULL : token_at(nest, c + 1));
}

/* `/SetNotifyCmdLine job program "command line"`; either may be NULL */
static void from_bitsadmin(struct paw_nest *nest)
{
    const size_t at = find_token(nest, 0, "/setnotifycmdline|-setnotifycmdline");
    const struct paw_token *program = at == SIZE_MAX ? NULL : token_at(nest, at + 2);
    if (program == NULL)
        return;
    const struct paw_token *args = token_at(nest, at + 3);
    if (args != NULL && (paw_in_list(args->text, "null") || args->text.n == 0))
        args = NULL;
    if (paw_in_list(program->text, "null"))
        program = args;
    if (program == NULL)
        return;
    const paw_str base = paw_without_exe(paw_path_base(program->text));
    if (args != NULL && paw_str_find_name(args->text, base, 0) != SIZE_MAX)
        add_token(nest, "bitsadmin", args); /* the line repeats the program */
    else
        add_joined(nest, "bitsadmin", program, args == program ? NULL : args);
}

/* conhost runs what stands behind its own options */
static void from_conhost(struct paw_nest *nest)
{
    const struct paw_command *c = nest->p->ret;
    size_t i = 0;
    while (i < c->n_tokens && c->tokens[i].text.n > 1 && c->tokens[i].text.p[0] == '-')
        i += paw_in_list(c->tokens[i].text, "--width|--height|--signal|--server") ? 2 : 1;
    if (i >= c->n_tokens || paw_is_handle(c->tokens[i].text))
        return;
    const size_t from = c->tokens[i].span.start;
    paw_nest_add(nest, "conhost", paw_str_sub(nest->p->line, from, nest->p->tail_end - from),
                 paw_span_of(from, nest->p->tail_end));
}

/* Launchers that take a command behind their own options. `values`: options whose value is the next
 * word; a word that begins with a backslash names another computer. */
static void from_behind_options(struct paw_nest *nest, const char *launcher, const char *values)
{
    const struct paw_command *c = nest->p->ret;
    size_t i = 0;
    while (i < c->n_tokens && c->tokens[i].text.n != 0 &&
           strchr("-/\\", c->tokens[i].text.p[0]) != NULL)
        i += paw_in_list(c->tokens[i].text, values) ? 2 : 1;
    if (i + 1 >= c->n_tokens) { /* one word, perhaps quoted as a whole */
        add_token(nest, launcher, token_at(nest, i));
        return;
    }
    const size_t from = c->tokens[i].span.start;
    paw_nest_add(nest, launcher, paw_str_sub(nest->p->line, from, nest->p->tail_end - from),
                 paw_span_of(from, nest->p->tail_end));
}

static void from_psexec(struct paw_nest *nest)
{
    from_behind_options(nest, "psexec", "-u|-p|-w|-n|-r|-a|/u|/p|/w|/n|/r|/a");
}

static void from_winrs(struct paw_nest *nest)
{
    from_behind_options(nest, "winrs", "");
}

static void from_runas(struct paw_nest *nest)
{
    from_behind_options(nest, "runas", "");
}

/* `-o ProxyCommand=command` and its like */
static void from_ssh(struct paw_nest *nest)
{
    const struct paw_command *c = nest->p->ret;
    for (size_t i = 0; i < c->n_tokens; i++) {
        const struct paw_token *t = &c->tokens[i];
        const size_t sign = paw_str_find_char(t->text, '=', 0);
        if (sign == SIZE_MAX)
            continue;
        const paw_str name = paw_str_sub(t->text, 0, sign);
        if (paw_in_list(name, "proxycommand|localcommand|knownhostscommand|-oproxycommand|"
                              "-olocalcommand|-oknownhostscommand"))
            paw_nest_add(nest, "ssh", paw_str_from(t->text, sign + 1), t->span);
    }
}

/* A program of Windows that Linux is told to start, by its own path of it. */
static void from_wsl(struct paw_nest *nest)
{
    const struct paw_command *c = nest->p->ret;
    const paw_str mount = PAW_LIT("/mnt/");
    for (size_t i = 0; i < c->n_tokens; i++) {
        const struct paw_token *t = &c->tokens[i];
        const size_t from = t->span.start;
        paw_str rest = t->text, text = t->text;
        struct paw_span span = t->span;
        const paw_str word = paw_take_word(&rest);
        if (!paw_str_ends_name(word, PAW_LIT(".exe")))
            continue;
        if (rest.n == 0) { /* not one word of several: what follows is given to it */
            text = paw_str_sub(nest->p->line, from, nest->p->tail_end - from);
            span = paw_span_of(from, nest->p->tail_end);
        }
        if (paw_str_starts(text, mount) && text.n > mount.n + 1 && text.p[mount.n + 1] == '/') {
            struct paw_text drive = paw_text_new(nest->p->arena, text.n);
            paw_text_char(&drive, text.p[mount.n]);
            paw_text_char(&drive, ':');
            paw_text_add(&drive, paw_str_from(text, mount.n + 1));
            text = paw_text_view(&drive);
        }
        paw_nest_add(nest, "wsl", text, span);
        return;
    }
}

/* `-appvscript command` */
static void from_scriptrunner(struct paw_nest *nest)
{
    const size_t at = find_token(nest, 0, "-appvscript|/appvscript");
    const struct paw_token *t = at == SIZE_MAX ? NULL : token_at(nest, at + 1);
    if (t != NULL)
        paw_nest_add(nest, "scriptrunner",
                     paw_str_sub(nest->p->line, t->span.start, nest->p->tail_end - t->span.start),
                     paw_span_of(t->span.start, nest->p->tail_end));
}

/* The whole tail is the command. */
static void from_tail(struct paw_nest *nest)
{
    const struct paw_token *first = token_at(nest, 0);
    if (first == NULL ||
        (first->text.n > 0 && (first->text.p[0] == '-' || first->text.p[0] == '/')))
        return;
    const size_t from = first->span.start;
    paw_nest_add(nest, "launcher", paw_str_sub(nest->p->line, from, nest->p->tail_end - from),
                 paw_span_of(from, nest->p->tail_end));
}

static const struct {
    const char *program;
    void (*read)(struct paw_nest *nest);
} launchers[] = {
    {"cmd", paw_nest_cmd_line},
    {"powershell|pwsh|powershell_ise", paw_nest_powershell_line},
    {"wmic", from_wmic},
    {"schtasks", from_schtasks},
    {"reg", from_reg},
    {"sc", from_sc},
    {"forfiles", from_forfiles},
    {"pcalua", from_pcalua},
    {"bitsadmin", from_bitsadmin},
    {"conhost", from_conhost},
    {"psexec|psexec64|paexec", from_psexec},
    {"winrs", from_winrs},
    {"runas", from_runas},
    {"ssh|scp|sftp", from_ssh},
    {"wsl|bash", from_wsl},
    {"scriptrunner", from_scriptrunner},
    {"runexehelper|appvlp|mftrace|vsjitdebugger|pressanykey|openconsole", from_tail},
};

/* Copies that the line makes --------------------------------------------------------------------
 */

/* `copy rundll32.exe out.exe & out.exe …`: what is run is still the program that was copied. */
static void note_copies(struct paw_nest *nest)
{
    for (size_t i = 0; i < nest->n; i++) {
        paw_str rest = nest->item[i].text;
        if (!paw_in_list(paw_take_word(&rest), "copy|xcopy|move|ren|rename"))
            continue;
        const paw_str from = operand(nest->item[i].text, 0), to = operand(nest->item[i].text, 1);
        const paw_str original = paw_program_original(paw_path_base(from));
        const bool here = paw_str_find_char(to, '\\', 0) == SIZE_MAX;
        for (size_t k = i + 1; to.n != 0 && original.n != 0 && k < nest->n; k++) {
            rest = nest->item[k].text;
            const paw_str runs = paw_str_trim(paw_take_word(&rest), "\"");
            const paw_str file = here ? paw_path_base(runs) : runs;
            if (paw_path_same(file, to) || paw_path_same(file, paw_without_exe(to)))
                nest->item[k].copy_of = original;
        }
    }
}

void paw_parse_nested(struct paw_parse *p)
{
    const paw_str program = paw_without_exe(p->ret->program);
    paw_str original = p->context->original_file_name; /* of a renamed copy */
    if (paw_str_ends_name(original, PAW_LIT(".mui")))
        original.n -= 4;
    original = paw_without_exe(original);
    for (size_t i = 0; i < PAW_COUNT_OF(launchers); i++) {
        if (!paw_in_list(program, launchers[i].program) &&
            !paw_in_list(original, launchers[i].program))
            continue;
        struct paw_nest nest = {.p = p};
        launchers[i].read(&nest);
        note_copies(&nest);
        struct paw_nested *kept = paw_arena_array(p->arena, nest.n, sizeof(*kept));
        if (kept == NULL) {
            p->is_out_of_memory = true;
            return;
        }
        if (nest.n != 0)
            memcpy(kept, nest.item, nest.n * sizeof(*kept));
        p->ret->nested = kept;
        p->ret->n_nested = nest.n;
        return;
    }
}
