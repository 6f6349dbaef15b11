/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Parsing a command line as the program itself does (docs/detections 2.3 to 2.7).
 */
#pragma once

#include <catspaw/command.h>

#include "core/arena.h"

struct paw_line_context {
    const struct paw_machine *machine;
    paw_str image; /* recorded path, or absent (then argv[0] names the program) */
    paw_str original_file_name;
    paw_str current_directory; /* absent: not recorded */
    paw_str user_profile; /* for %APPDATA% and its like; absent: C:\Users\<user> left symbolic */
};

/**
 * Parses line by grammar into a command that lives in arena.
 *
 * line     the printed field, already folded (`%%`); a view that must outlive the command
 * grammar  NULL: CommandLineToArgvW with "/-" and no known switches
 *
 * Never fails on odd input: what cannot be parsed is kept raw and flagged PAW_LINE_BROKEN.
 * PAW_E_MEMORY  the arena is exhausted
 */
PAW_MUST_CHECK enum paw_status paw_command_parse(paw_str line,
                                                 const struct paw_grammar *PAW_NULLABLE grammar,
                                                 const struct paw_line_context *context,
                                                 struct paw_arena *arena, struct paw_command *ret);

/** The name of the program that a line starts, when no image is recorded: base name of argv[0],
 * lower case, `.exe` added if it has no extension. */
paw_str paw_command_program(paw_str line, struct paw_arena *arena);
/** The normalised path of that program, absent where the line names no folder. */
paw_str paw_command_image(paw_str line, const struct paw_machine *PAW_NULLABLE machine,
                          struct paw_arena *arena);

/** The commands inside PowerShell text, which is no command itself: only line and nested are set.
 * More than PAW_MOST_NESTED set PAW_LINE_BROKEN. PAW_E_MEMORY: the arena is exhausted. */
PAW_MUST_CHECK enum paw_status paw_command_script(paw_str text, struct paw_arena *arena,
                                                  struct paw_command *ret);
