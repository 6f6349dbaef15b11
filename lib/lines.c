/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines as they come in, from arguments or as JSON: what `catspaw check` judges. */
#include <catspaw/catspaw.h>

#include <stdlib.h>

#include "core/arena.h"
#include "core/json_read.h"
#include "core/str.h"

enum { FIRST_ROOM = 64 };

struct paw_lines {
    struct paw_arena arena; /* all texts */
    struct paw_line *lines;
    size_t n, room;
};

struct paw_lines *paw_lines_new(void)
{
    struct paw_lines *l = calloc(1, sizeof(*l));
    if (l != NULL)
        paw_arena_init(&l->arena, SIZE_MAX);
    return l;
}

void paw_lines_free(struct paw_lines *l)
{
    if (l == NULL)
        return;
    paw_arena_finish(&l->arena);
    free(l->lines);
    free(l);
}

static enum paw_status add(struct paw_lines *l, const struct paw_line *line)
{
    if (l->n == l->room) {
        const size_t room = l->room == 0 ? FIRST_ROOM : l->room * 2;
        size_t bytes = 0;
        if (paw_ckd_mul(room, sizeof(*l->lines), &bytes))
            return PAW_E_MEMORY;
        struct paw_line *more = realloc(l->lines, bytes);
        if (more == NULL)
            return PAW_E_MEMORY;
        l->lines = more;
        l->room = room;
    }
    l->lines[l->n++] = *line;
    return PAW_OK;
}

/* A copy in the arena in which all is UTF-8; absent: no memory. */
static paw_str keep(struct paw_lines *l, const char *bytes, size_t n)
{
    const paw_str given = {bytes, n};
    size_t room = 0;
    size_t used = 0;
    if (n == 0)
        return PAW_LIT("");
    if (paw_utf8_valid(given))
        return paw_arena_str(&l->arena, given);
    if (paw_ckd_mul(n, (size_t)3, &room)) /* U+FFFD has three bytes */
        return (paw_str){0};
    char *text = paw_arena_alloc(&l->arena, room);
    if (text == NULL)
        return (paw_str){0};
    for (size_t at = 0; at < n;) {
        uint32_t c = 0;
        at += paw_utf8_next(given, at, &c);
        used += paw_utf8_put(text + used, c);
    }
    return (paw_str){text, used};
}

enum paw_status paw_lines_add(struct paw_lines *l, const char *bytes, size_t n)
{
    const struct paw_line line = {.command_line = keep(l, bytes, n)};
    return line.command_line.p == NULL ? PAW_E_MEMORY : add(l, &line);
}

static bool take_member(void *self, paw_str key, paw_str value)
{
    struct paw_line *line = self;
    const struct {
        paw_str name;
        paw_str *text;
    } members[] = {
        {PAW_LIT("command_line"), &line->command_line},
        {PAW_LIT("image"), &line->image},
        {PAW_LIT("original_file_name"), &line->original_file_name},
        {PAW_LIT("current_directory"), &line->current_directory},
        {PAW_LIT("user"), &line->user},
        {PAW_LIT("integrity"), &line->integrity},
        {PAW_LIT("parent_image"), &line->parent_image},
        {PAW_LIT("parent_command_line"), &line->parent_command_line},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(members); i++)
        if (paw_str_equal(key, members[i].name))
            *members[i].text = value;
    return true;
}

enum paw_status paw_lines_add_json(struct paw_lines *l, const char *bytes, size_t n)
{
    struct paw_line line = {0};
    struct paw_json_reader reader = {.text = keep(l, bytes, n), .arena = &l->arena};
    if (reader.text.p == NULL)
        return PAW_E_MEMORY;
    const enum paw_status status = paw_json_read_object(&reader, take_member, &line);
    if (status != PAW_OK)
        return status;
    return reader.at == reader.text.n ? add(l, &line) : PAW_E_FORMAT;
}

const struct paw_line *paw_lines_all(const struct paw_lines *l, size_t *n)
{
    *n = l->n;
    return l->lines;
}
