/* SPDX-License-Identifier: Apache-2.0 */
/* From the texts of an execution to what they mean: program, paths, command. */
#include "engine/judge.h"

#include <catspaw/behaviour.h>

#include "core/str.h"
#include "windows/command.h"
#include "windows/path.h"
#include "windows/programs.h"

static paw_str lower(struct paw_arena *arena, paw_str s)
{
    char *text = paw_arena_alloc(arena, s.n + 1);
    if (text == NULL)
        return (paw_str){0};
    for (size_t i = 0; i < s.n; i++)
        text[i] = paw_lower(s.p[i]);
    return (paw_str){text, s.n};
}

/* Microsoft.Workflow.Compiler is no name of an ending "compiler". */
static void complete_name(const struct paw_catalogue *c, struct paw_arena *arena,
                          struct paw_execution *x)
{
    if (paw_str_ends_name(x->name, PAW_LIT(".exe")) ||
        paw_catalogue_program(c, NULL, x->name) != NULL)
        return;
    const paw_str whole = paw_arena_join(arena, x->name, PAW_LIT(".exe"));
    if (whole.p != NULL && paw_catalogue_program(c, NULL, whole) != NULL)
        x->name = whole;
}

static void identify(const struct paw_catalogue *c, const struct paw_machine *machine,
                     struct paw_arena *arena, struct paw_execution *x)
{
    /* a line that nobody ran, or of which nothing else was recorded, says where its program lies */
    x->is_image_said = x->image.n == 0 && x->command_line.n != 0;
    if (x->is_image_said)
        x->image = paw_command_image(x->command_line, machine, arena);
    if (x->image.n != 0)
        x->name = lower(arena, paw_path_base(x->image));
    else if (x->command_line.p != NULL)
        x->name = paw_command_program(x->command_line, arena);
    const paw_str opener = x->is_image_said ? paw_program_opening(x->name) : (paw_str){0};
    if (opener.n != 0) /* a document: all of the line is what its program is given */
        x->image = x->name = opener;
    else if (x->is_image_said && paw_str_find_char(x->name, '.', 0) != SIZE_MAX)
        complete_name(c, arena, x);
    const paw_str image = x->image.n != 0 ? x->image : x->name;
    const struct paw_identity *who =
        paw_identity_find(image, x->original_file_name, x->company, x->description);
    x->sets = paw_program_sets(x->name) | paw_program_folder_sets(image);
    x->proxy = NULL;
    x->identity = 0;
    if (who != NULL) {
        x->proxy = who->id;
        x->sets |= who->sets;
        x->identity = paw_identity_flags(who, image, x->original_file_name, x->company,
                                         machine == NULL ? (paw_str){0} : machine->system_root);
    }
    x->program = paw_catalogue_program(c, x->proxy, x->name);
}

enum paw_status paw_understand(const struct paw_catalogue *c, const struct paw_machine *machine,
                               struct paw_arena *arena, struct paw_execution *x)
{
    if (x->subject == PAW_SUBJECT_SCRIPT && x->command_line.p != NULL)
        return paw_command_script(x->command_line, arena, &x->command);
    identify(c, machine, arena, x);
    const struct paw_path_context context = {.machine = machine, .is_code = true};
    paw_path_normalise(x->image, &context, arena, &x->image_path);
    paw_path_normalise(x->current_directory, &context, arena, &x->cwd_path);
    if (x->command_line.p == NULL)
        return PAW_OK;
    const struct paw_line_context line = {
        .machine = machine,
        .image = x->image,
        .original_file_name = x->original_file_name,
        .current_directory = x->current_directory,
    };
    const enum paw_status status =
        paw_command_parse(x->command_line, x->program == NULL ? NULL : &x->program->grammar, &line,
                          arena, &x->command);
    if (x->is_image_said && x->command.argv0.text.n == 0)
        x->command.flags &= ~(uint32_t)PAW_LINE_ARGV0_MISMATCH; /* a document stands there */
    return status;
}
