/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command lines, paths, URLs and registry paths. The first byte chooses what is known about the
 * line; the rest is the line, in UTF-8 (what is not becomes `?`, as the readers guarantee it).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/command_check.h"
#include "common/grammars.h"
#include "core/arena.h"
#include "core/str.h"
#include "windows/address.h"
#include "windows/command.h"
#include "windows/path.h"
#include "windows/regpath.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const images[] = {
    NULL,
    "C:\\Windows\\System32\\rundll32.exe",
    "C:\\Windows\\System32\\regsvr32.exe",
    "C:\\Windows\\System32\\msiexec.exe",
    "C:\\Windows\\System32\\mshta.exe",
    "C:\\Windows\\System32\\cmd.exe",
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
    "C:\\Windows\\System32\\odbcconf.exe",
    "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\InstallUtil.exe",
    "C:\\Windows\\System32\\wbem\\WMIC.exe",
    "C:\\Windows\\System32\\cmstp.exe",
    "C:\\Windows\\System32\\control.exe",
    "C:\\Windows\\hh.exe",
    "C:\\Windows\\System32\\schtasks.exe",
    "C:\\Windows\\System32\\bitsadmin.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
};

static void fail(const char *what, paw_str line)
{
    (void)fprintf(stderr, "%s: %.*s\n", what, (int)(line.n > 1000 ? 1000 : line.n), line.p);
    abort();
}

/* Every byte that is not well-formed UTF-8 becomes `?`. */
static void make_valid(char *s, size_t n)
{
    for (size_t at = 0; at < n;) {
        uint32_t c = 0;
        const size_t length = paw_utf8_next((paw_str){s, n}, at, &c);
        if (length == 1 && (unsigned char)s[at] >= 0x80)
            s[at] = '?';
        at += length;
    }
}

static void check_path(paw_str s, struct paw_arena *arena, unsigned kind)
{
    struct paw_path_context context = {.expands_variables = kind & 1,
                                       .is_code = kind & 2,
                                       .is_loaded = kind & 4,
                                       .current_directory = PAW_LIT("C:\\Users\\u\\AppData")};
    struct paw_path one, two;
    if ((kind & 8) != 0)
        context.current_directory = (paw_str){0};
    paw_path_normalise(s, &context, arena, &one);
    paw_path_normalise(s, &context, arena, &two);
    if (!paw_str_equal(one.norm, two.norm) || one.class != two.class || one.flags != two.flags)
        fail("two answers for a path", s);
    if (!paw_utf8_valid(one.norm))
        fail("path is no UTF-8", s);
    if (one.ext.n > one.base.n || one.base.n > one.norm.n)
        fail("base name longer than its path", s);
    if (one.norm.n != 0 && one.class == 0)
        fail("path without class", s);
    const uint64_t folder = one.class & (PAW_LOOPBACK - 1) & ~PAW_WINOTHER;
    if ((folder & (folder - 1)) != 0)
        fail("two folder classes", s);
}

static void check_others(paw_str s, struct paw_arena *arena, unsigned kind)
{
    struct paw_url url;
    struct paw_regpath key;
    if (paw_url_read(s, NULL, arena, &url) &&
        (!paw_utf8_valid(url.norm) || url.host.n + url.path.n > url.norm.n))
        fail("URL", s);
    const uint64_t class = paw_address_class(s, NULL);
    if ((class & (class - 1)) != 0 || (s.n != 0 && class == 0 && s.p[0] != '.'))
        fail("class of a host", s);
    paw_regpath_read(s, (kind & 1) != 0, arena, &key);
    if (!paw_utf8_valid(key.key) || key.sid.n > key.key.n)
        fail("registry path", s);
    (void)paw_path_upper(s, arena); /* for the sanitizers */
    if (!paw_path_same(s, s))
        fail("not the same as itself", s);
}

static void check_command(paw_str line, struct paw_arena *arena, unsigned kind)
{
    const struct paw_line_context context = {
        .image = paw_str_of(images[kind % PAW_COUNT_OF(images)]),
        .current_directory = (kind & 16) != 0 ? PAW_LIT("C:\\Users\\u") : (paw_str){0}};
    const paw_str program =
        context.image.p != NULL ? paw_path_base(context.image) : paw_command_program(line, arena);
    const struct paw_grammar *grammar = test_grammar_find(program);
    struct paw_command one, two;
    if (paw_command_parse(line, grammar, &context, arena, &one) != PAW_OK ||
        paw_command_parse(line, grammar, &context, arena, &two) != PAW_OK)
        fail("no memory", line);
    const char *fault = test_command_fault(&one);
    if (fault != NULL)
        fail(fault, line);
    if (!test_command_same(&one, &two))
        fail("two answers for a line", line);
    for (size_t i = 0; i < one.n_tokens; i++)
        if (!paw_utf8_valid(one.tokens[i].text))
            fail("token is no UTF-8", line);
    for (size_t i = 0; i < one.n_nested; i++)
        if (!paw_utf8_valid(one.nested[i].text))
            fail("nested command is no UTF-8", line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct paw_arena arena;
    if (size == 0)
        return 0;
    const size_t n = size - 1;
    char *text = malloc(n == 0 ? 1 : n); /* exact, so that a read behind it is seen */
    if (text == NULL)
        return 0;
    memcpy(text, data + 1, n);
    make_valid(text, n);
    const paw_str line = {text, n};
    paw_arena_init(&arena, SIZE_MAX);
    check_command(line, &arena, data[0]);
    check_path(line, &arena, data[0]);
    check_others(line, &arena, data[0]);
    paw_arena_finish(&arena);
    free(text);
    return 0;
}
