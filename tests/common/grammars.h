/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Grammars of well-known programs for tests of the parser. The ones that judge stand in analyzers/;
 * these show how docs/detections 2.6 is written down as struct paw_grammar.
 */
#pragma once

#include <catspaw/command.h>

struct test_grammar {
    const char *program; /* base name without .exe */
    struct paw_grammar grammar;
};

/** The grammar for program, NULL if the tests have none. */
const struct paw_grammar *PAW_NULLABLE test_grammar_find(paw_str program);
