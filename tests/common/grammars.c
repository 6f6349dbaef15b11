/* SPDX-License-Identifier: Apache-2.0 */
/* Grammars for tests: see grammars.h. */
#include "common/grammars.h"

#include "core/str.h"

#define ATTACHED (PAW_TAKES_NEXT | PAW_TAKES_ATTACHED)
#define NAMED    (PAW_TAKES_EQUALS | PAW_TAKES_COLON)

static const struct paw_switch regsvr32[] = {
    {.name = "s"}, {.name = "u"}, {.name = "i", .flags = PAW_TAKES_COLON},
    {.name = "n"}, {.name = "e"}, {.name = "c"},
    {.name = "v"}, {0},
};

static const struct paw_switch cmstp[] = {
    {.name = "s"},  {.name = "ni"}, {.name = "ns"}, {.name = "nf"},
    {.name = "su"}, {.name = "au"}, {.name = "u"},  {0},
};

static const struct paw_switch msiexec[] = {
    {.name = "i", .flags = ATTACHED | PAW_IS_TARGET},
    {.name = "package", .flags = ATTACHED | PAW_IS_TARGET, .means = "i"},
    {.name = "x", .flags = ATTACHED | PAW_IS_TARGET},
    {.name = "uninstall", .flags = ATTACHED | PAW_IS_TARGET, .means = "x"},
    {.name = "p", .flags = ATTACHED | PAW_IS_TARGET},
    {.name = "update", .flags = ATTACHED | PAW_IS_TARGET, .means = "p"},
    {.name = "a", .flags = ATTACHED | PAW_IS_TARGET},
    {.name = "j", .flags = ATTACHED | PAW_IS_TARGET},
    {.name = "y", .flags = ATTACHED | PAW_IS_TARGET},
    {.name = "z", .flags = ATTACHED | PAW_IS_TARGET},
    {.name = "q"},
    {.name = "qn", .means = "q"},
    {.name = "qn+", .means = "q"},
    {.name = "qb!", .means = "q"},
    {.name = "qb"},
    {.name = "qb+", .means = "qb"},
    {.name = "qb-", .means = "qb"},
    {.name = "qr"},
    {.name = "qf"},
    {.name = "quiet", .means = "q"},
    {.name = "passive", .means = "q"},
    {.name = "norestart"},
    {.name = "forcerestart"},
    {.name = "promptrestart"},
    {.name = "n", .flags = PAW_TAKES_NEXT},
    {.name = "l", .flags = PAW_TAKES_NEXT | PAW_PREFIX_OK},
    {.name = "log", .flags = PAW_TAKES_NEXT, .means = "l"},
    {.name = "f", .flags = PAW_TAKES_NEXT | PAW_PREFIX_OK},
    {.name = "t", .flags = ATTACHED},
    {.name = "g", .flags = ATTACHED},
    {.name = "v"},
    {.name = "@", .flags = PAW_TAKES_NEXT},
    {.name = "unregister"},
    {.name = "regserver"},
    {.name = "unregserver", .means = "unregister"},
    {0},
};

static const struct paw_switch control[] = {
    {.name = "name", .flags = PAW_TAKES_NEXT}, {.name = "page", .flags = PAW_TAKES_NEXT}, {0}};

static const struct paw_switch hh[] = {
    {.name = "decompile", .flags = PAW_TAKES_NEXT},
    {.name = "mapid", .flags = PAW_TAKES_NEXT},
    {.name = "title", .flags = PAW_TAKES_NEXT},
    {0},
};

static const struct paw_switch installutil[] = {
    {.name = "logfile", .flags = NAMED},
    {.name = "logtoconsole", .flags = NAMED},
    {.name = "u"},
    {.name = "uninstall", .means = "u"},
    {.name = "?"},
    {.name = "installstatedir", .flags = NAMED},
    {0},
};

static const struct paw_switch regasm[] = {
    {.name = "u"},
    {.name = "unregister", .means = "u"},
    {.name = "codebase"},
    {.name = "tlb", .flags = PAW_TAKES_COLON},
    {.name = "regfile", .flags = PAW_TAKES_COLON},
    {.name = "silent"},
    {.name = "nologo"},
    {.name = "asmpath", .flags = PAW_TAKES_COLON},
    {0},
};

static const struct paw_switch regsvcs[] = {
    {.name = "fc"},
    {.name = "c"},
    {.name = "exapp"},
    {.name = "u"},
    {.name = "appname", .flags = PAW_TAKES_COLON},
    {.name = "tlb", .flags = PAW_TAKES_COLON},
    {.name = "quiet"},
    {.name = "nologo"},
    {0},
};

static const struct paw_switch odbcconf[] = {
    {.name = "a"},
    {.name = "s"},
    {.name = "f", .flags = PAW_TAKES_NEXT | PAW_IS_TARGET},
    {.name = "l", .flags = PAW_TAKES_NEXT | PAW_PREFIX_OK},
    {.name = "regsvr", .flags = PAW_BARE_WORD | PAW_TAKES_NEXT | PAW_IS_TARGET | PAW_IS_VERB},
    {.name = "configsysdsn", .flags = PAW_BARE_WORD | PAW_IS_VERB},
    {.name = "installdriver", .flags = PAW_BARE_WORD | PAW_IS_VERB},
    {0},
};

static const struct paw_switch mavinject[] = {
    {.name = "injectrunning", .flags = PAW_TAKES_NEXT | PAW_IS_TARGET},
    {.name = "hmodule", .flags = PAW_TAKES_EQUALS},
    {0},
};

static const struct paw_switch verclsid[] = {
    {.name = "s"},
    {.name = "c", .flags = PAW_TAKES_NEXT | PAW_IS_TARGET},
    {.name = "i", .flags = PAW_TAKES_NEXT},
    {.name = "x", .flags = PAW_TAKES_NEXT},
    {0},
};

static const struct paw_switch mmc[] = {
    {.name = "a"}, {.name = "64"}, {.name = "32"}, {.name = "embedding"}, {0}};

static const struct paw_switch wmic[] = {
    {.name = "node", .flags = PAW_TAKES_COLON},
    {.name = "format", .flags = PAW_TAKES_COLON | PAW_IS_TARGET},
    {.name = "output", .flags = PAW_TAKES_COLON},
    {.name = "create", .flags = PAW_BARE_WORD | PAW_TAKES_NEXT | PAW_IS_VERB | PAW_IS_TARGET},
    {0},
};

static const struct paw_switch conhost[] = {
    {.name = "headless"},
    {.name = "forcev1"},
    {.name = "server", .flags = PAW_TAKES_NEXT},
    {.name = "signal", .flags = PAW_TAKES_NEXT},
    {.name = "width", .flags = PAW_TAKES_NEXT},
    {.name = "height", .flags = PAW_TAKES_NEXT},
    {0},
};

static const struct paw_switch cmd[] = {
    {.name = "c", .flags = PAW_PREFIX_OK},
    {.name = "k", .flags = PAW_PREFIX_OK},
    {.name = "d"},
    {.name = "s"},
    {.name = "q"},
    {0},
};

static const struct paw_switch powershell[] = {
    {.name = "c", .flags = PAW_PREFIX_OK, .means = "command"},
    {.name = "e", .flags = PAW_PREFIX_OK | PAW_TAKES_NEXT, .means = "encodedcommand"},
    {.name = "ex", .flags = PAW_PREFIX_OK | PAW_TAKES_NEXT, .means = "executionpolicy"},
    {.name = "ep", .flags = PAW_TAKES_NEXT, .means = "executionpolicy"},
    {.name = "f", .flags = PAW_PREFIX_OK | PAW_TAKES_NEXT | PAW_IS_TARGET, .means = "file"},
    {.name = "w", .flags = PAW_PREFIX_OK | PAW_TAKES_NEXT, .means = "windowstyle"},
    {.name = "nop", .flags = PAW_PREFIX_OK, .means = "noprofile"},
    {.name = "noni", .flags = PAW_PREFIX_OK, .means = "noninteractive"},
    {.name = "sta"},
    {0},
};

static const struct paw_switch electron[] = {
    {.name = "gpu-launcher", .flags = PAW_TAKES_EQUALS | PAW_IS_TARGET},
    {.name = "browser-subprocess-path", .flags = PAW_TAKES_EQUALS | PAW_IS_TARGET},
    {.name = "disable-gpu-sandbox"},
    {.name = "no-sandbox"},
    {.name = "type", .flags = PAW_TAKES_EQUALS},
    {0},
};

static const struct test_grammar grammars[] = {
    {"rundll32", {.split = PAW_SPLIT_RUNDLL32, .target = PAW_RUNDLL32_TARGET}},
    {"regsvr32",
     {.split = PAW_SPLIT_REGSVR32,
      .target = PAW_LAST_POSITIONAL,
      .switches = regsvr32,
      .folds_unicode = true}},
    {"mshta", {.split = PAW_SPLIT_RAW, .target = PAW_WHOLE_TAIL}},
    {"cmstp",
     {.split = PAW_SPLIT_QUOTES,
      .target = PAW_LAST_POSITIONAL,
      .switches = cmstp,
      .folds_unicode = true}},
    {"msiexec",
     {.split = PAW_SPLIT_QUOTES,
      .target = PAW_SWITCH_VALUE,
      .switches = msiexec,
      .folds_unicode = true}},
    {"control", {.split = PAW_SPLIT_RAW, .target = PAW_WHOLE_TAIL, .switches = control}},
    {"hh", {.split = PAW_SPLIT_RAW, .target = PAW_WHOLE_TAIL, .switches = hh}},
    {"installutil",
     {.split = PAW_SPLIT_CRT, .target = PAW_LAST_POSITIONAL, .switches = installutil}},
    {"regasm", {.split = PAW_SPLIT_CRT, .target = PAW_FIRST_POSITIONAL, .switches = regasm}},
    {"regsvcs", {.split = PAW_SPLIT_CRT, .target = PAW_FIRST_POSITIONAL, .switches = regsvcs}},
    {"odbcconf",
     {.split = PAW_SPLIT_ARGV,
      .target = PAW_SWITCH_VALUE,
      .switches = odbcconf,
      .braces_are_blanks = true}},
    {"mavinject", {.split = PAW_SPLIT_ARGV, .target = PAW_SWITCH_VALUE, .switches = mavinject}},
    {"verclsid", {.split = PAW_SPLIT_ARGV, .target = PAW_SWITCH_VALUE, .switches = verclsid}},
    {"mmc", {.split = PAW_SPLIT_QUOTES, .target = PAW_FIRST_POSITIONAL, .switches = mmc}},
    {"wmic", {.split = PAW_SPLIT_ARGV, .target = PAW_SWITCH_VALUE, .switches = wmic}},
    {"conhost",
     {.split = PAW_SPLIT_ARGV,
      .target = PAW_FIRST_POSITIONAL,
      .switches = conhost,
      .takes_handle = true}},
    {"cmd", {.split = PAW_SPLIT_CMD, .prefix = "/", .target = PAW_NO_TARGET, .switches = cmd}},
    {"powershell",
     {.split = PAW_SPLIT_POWERSHELL,
      .target = PAW_NO_TARGET,
      .switches = powershell,
      .folds_unicode = true}},
    {"msedge", {.split = PAW_SPLIT_ARGV, .target = PAW_SWITCH_VALUE, .switches = electron}},
};

const struct paw_grammar *test_grammar_find(paw_str program)
{
    for (size_t i = 0; i < PAW_COUNT_OF(grammars); i++) {
        const paw_str name = paw_str_of(grammars[i].program);
        if (paw_str_starts_name(program, name) && (program.n == name.n || program.p[name.n] == '.'))
            return &grammars[i].grammar;
    }
    return NULL;
}
