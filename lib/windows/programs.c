/* SPDX-License-Identifier: Apache-2.0 */
/* Who a program is and the sets it belongs to: see programs.h. */
#include "windows/programs.h"

#include "windows/identities.h"
#include "windows/path.h"
#include "windows/text.h"
#include "windows/words.h"

/* Where a copy of a Windows program may lie without anybody having put it there on purpose. */
static const char benign_places[] =
    "?:\\windows\\winsxs\\*|?:\\$windows.~bt\\*|?:\\$windows.~ws\\*|?:\\windows.old\\*|"
    "?:\\windows\\softwaredistribution\\*|*\\sources\\*|*\\dism*\\*|*\\mount\\windows\\*|"
    "*\\appdata\\local\\temp\\ssm*.tmp\\*|?:\\program files\\common files\\installshield\\*";

/* Where setup programs unpack the stage that does their work, by the makers of packages. */
static const char setup_places[] =
    "*\\is-?????.tmp\\*.tmp|*\\{*-*-*-*-*}\\.be\\*.exe|*\\{*-*-*-*-*}\\.cr\\*.exe";

static bool is_microsoft(paw_str company)
{
    return paw_str_find_name(company, PAW_LIT("microsoft"), 0) != SIZE_MAX;
}

/* The first row of the table that has the word and may be taken; NULL if there is none. */
static const struct paw_identity *first_with(enum paw_word_kind kind, paw_str s, uint64_t sets)
{
    const struct paw_identity *first = NULL;
    size_t at = 0;
    for (const struct paw_word *w = paw_word_next(kind, s, &at); w != NULL;
         w = paw_word_next(kind, s, &at)) {
        const struct paw_identity *i = &paw_identities[w->row];
        if ((sets == 0 || (i->sets & sets) != 0) && (first == NULL || i < first))
            first = i;
    }
    return first;
}

const struct paw_identity *paw_identity_by_id(paw_str id)
{
    return first_with(PAW_WORD_ID, id, 0);
}

static paw_str without_mui(paw_str name)
{
    if (paw_str_ends_name(name, PAW_LIT(".mui")))
        name.n -= 4;
    return name;
}

static bool has_original(const struct paw_identity *i, paw_str original)
{
    return paw_in_list(without_mui(original), i->original);
}

const struct paw_identity *paw_identity_find(paw_str image, paw_str original_file_name,
                                             paw_str company, paw_str description)
{
    const struct paw_identity *found = NULL;
    const bool microsoft = is_microsoft(company);
    if (original_file_name.n > 1) {
        /* a common name in a foreign version resource means a foreign program */
        const bool foreign = company.n > 1 && !microsoft;
        found = first_with(PAW_WORD_ORIGINAL, without_mui(original_file_name),
                           foreign ? PAW_SET_COMMONNAME | PAW_SET_HOSTAPP : 0);
    }
    if (found == NULL && microsoft)
        found = first_with(PAW_WORD_DESCRIPTION, description, 0);
    return found != NULL ? found : first_with(PAW_WORD_NAME, paw_path_base(image), 0);
}

paw_str paw_program_original(paw_str base)
{
    const struct paw_identity *i = first_with(PAW_WORD_NAME, base, 0);
    const paw_str list = i == NULL ? (paw_str){0} : paw_str_of(i->original);
    return paw_str_sub(list, 0, paw_str_find_char(list, '|', 0));
}

bool paw_names_program(paw_str base)
{
    char name[64];
    const paw_str none = {0}, stem = paw_without_exe(base);
    if (stem.n == 0 || stem.n > sizeof(name) - 4)
        return false;
    for (size_t i = 0; i < stem.n; i++)
        name[i] = paw_lower(stem.p[i]);
    if (paw_program_sets((paw_str){name, stem.n}) != 0)
        return true;
    memcpy(name + stem.n, ".exe", 4);
    return paw_identity_find((paw_str){name, stem.n + 4}, none, none, none) != NULL;
}

static uint32_t home_of(paw_str image, paw_str system_root)
{
    paw_str rest;
    const paw_str root = system_root.n > 3 ? system_root : PAW_LIT("C:\\Windows");
    if (paw_str_starts_name(image, root) && image.n > root.n && image.p[root.n] == '\\') {
        rest = paw_str_from(image, root.n + 1);
        if (paw_str_find_char(rest, '\\', 0) == SIZE_MAX)
            return PAW_HOME_WINDOWS;
        if (paw_in_glob_list(rest, "microsoft.net\\framework*\\v*\\*"))
            return PAW_HOME_DOTNET;
        if (paw_in_glob_list(rest, "system32\\spool\\*|system32\\tasks\\*|syswow64\\tasks\\*"))
            return 0;
        return paw_in_glob_list(rest, "system32\\*|syswow64\\*|sysarm32\\*|uus\\*|sysnative\\*")
                   ? PAW_HOME_SYSTEM
                   : 0;
    }
    if (paw_in_glob_list(image, "?:\\program files\\*|?:\\program files (*)\\*"))
        return PAW_HOME_PROGRAMS;
    return paw_in_glob_list(image, "?:\\users\\*\\appdata\\local\\*") ? PAW_HOME_PROFILE : 0;
}

uint32_t paw_identity_flags(const struct paw_identity *identity, paw_str image,
                            paw_str original_file_name, paw_str company, paw_str system_root)
{
    const paw_str base = paw_path_base(image);
    const bool named = paw_in_list(base, identity->names);
    const bool original = has_original(identity, original_file_name);
    const bool has_folder = base.n < image.n;
    uint32_t flags = 0;
    if (base.n != 0 && !named)
        flags |= PAW_IDENTITY_RENAMED;
    const bool home =
        (identity->home & PAW_HOME_ANY) != 0 || (home_of(image, system_root) & identity->home) != 0;
    if (has_folder && !home) {
        flags |= PAW_IDENTITY_RELOCATED;
        if (paw_in_glob_list(image, benign_places))
            flags |= PAW_IDENTITY_BENIGN_RELOCATION;
    }
    if (named && !original && !is_microsoft(company)) {
        flags |= PAW_IDENTITY_BY_NAME;
        if ((identity->sets & PAW_SET_COMMONNAME) != 0 && !(has_folder && home))
            flags |= PAW_IDENTITY_DOUBTFUL;
    }
    return flags;
}

/* Sets of all rows that have the word. */
static uint64_t sets_with(enum paw_word_kind kind, paw_str s)
{
    uint64_t found = 0;
    size_t at = 0;
    for (const struct paw_word *w = paw_word_next(kind, s, &at); w != NULL;
         w = paw_word_next(kind, s, &at))
        found |=
            kind == PAW_WORD_SET ? paw_program_set_rows[w->row].set : paw_identities[w->row].sets;
    return found;
}

/* The first letter refuses most names. */
static bool may_begin(const char *glob, paw_str name)
{
    return *glob == '*' || *glob == '?' || paw_lower(*glob) == paw_lower(name.p[0]);
}

uint64_t paw_program_sets(paw_str image_base_lower)
{
    const paw_str name = paw_without_exe(image_base_lower);
    if (name.n == 0)
        return 0;
    uint64_t found = sets_with(PAW_WORD_SET, name) | sets_with(PAW_WORD_NAME, image_base_lower);
    for (size_t i = 0; i < paw_n_set_globs; i++)
        if (may_begin(paw_set_globs[i].glob, name) && paw_str_glob(name, paw_set_globs[i].glob))
            found |= paw_program_set_rows[paw_set_globs[i].row].set;
    if (name.n == image_base_lower.n)
        found |= sets_with(PAW_WORD_ID, name);
    if ((found & (PAW_SET_SHELL | PAW_SET_SCRIPT | PAW_SET_XFER | PAW_SET_COMPILE)) != 0)
        found |= PAW_SET_INTERP;
    return found;
}

uint64_t paw_program_folder_sets(paw_str image)
{
    return paw_in_glob_list(image, setup_places) ? PAW_SET_INSTALLERPARENT : 0;
}

paw_str paw_program_opening(paw_str base)
{
    static const struct {
        const char *ext, *program;
    } openers[] = {
        {"hta", "mshta.exe"}, {"chm", "hh.exe"}, {"cpl", "control.exe"}, {"msc", "mmc.exe"}};
    const paw_str ext = paw_path_ext(base);
    for (size_t i = 0; i < PAW_COUNT_OF(openers); i++)
        if (paw_str_same_name(ext, paw_str_of(openers[i].ext)))
            return paw_str_of(openers[i].program);
    return (paw_str){0};
}
