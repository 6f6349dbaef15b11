/* SPDX-License-Identifier: Apache-2.0 */
/** Commands inside a command: what the launchers share. Private to lib/windows. */
#pragma once

#include "windows/parse.h"

enum { PAW_MOST_NESTED = 64 }; /* commands inside one line; more set PAW_LINE_BROKEN */

/** Nested commands in the making. */
struct paw_nest {
    struct paw_parse *p;
    struct paw_nested item[PAW_MOST_NESTED];
    size_t n;
    paw_str folder; /* where the next one begins, if the line said so */
};

/** `cd folder` and its like, given what stands behind the word: the commands behind it begin in
 * that folder; without one, nobody knows where. */
void paw_nest_go(struct paw_nest *nest, paw_str folder);
/** Adds a command. text may be a view into the line: then its span is exact; else span covers it.
 * Empty text adds nothing. */
void paw_nest_add(struct paw_nest *nest, const char *launcher, paw_str text, struct paw_span span);

/** The simple commands of cmd.exe text that stands in the line between from and end. */
void paw_nest_cmd(struct paw_nest *nest, size_t from, size_t end);
/** What cmd.exe is told to run behind /c, /k or /r. */
void paw_nest_cmd_line(struct paw_nest *nest);
/** What powershell.exe is told to run. */
void paw_nest_powershell_line(struct paw_nest *nest);
/** Commands that a statement of PowerShell hands to methods and cmdlets as literals. */
void paw_nest_calls(struct paw_nest *nest, paw_str statement, struct paw_span span);

/** The first word of a command and what follows it: quotes group, blanks end it. */
paw_str paw_take_word(paw_str *rest);

enum { PAW_MOST_SET = 16 };

/** Variables that the line itself sets. */
struct paw_cmd_variables {
    paw_str name[PAW_MOST_SET], value[PAW_MOST_SET];
    size_t n;
    paw_str user_profile, system_root;
};

/** `%NAME:~a,b%`, `%NAME:a=b%` and, for names set in the line, `%NAME%`: the value is added to out
 * and the length of the reference returned; 0 if s begins with none. */
size_t paw_cmd_variable(paw_str s, const struct paw_cmd_variables *known, struct paw_text *out,
                        bool *is_spelling);

/** Standard base64 of UTF-16LE text as UTF-8; false if it is none. */
bool paw_base64_text(paw_str s, struct paw_arena *arena, paw_str *ret);
