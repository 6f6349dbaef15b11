/* SPDX-License-Identifier: Apache-2.0 */
/* The parsed command of `check --json`: what the program would have made of the line. */
#include "reports/parsed.h"

#include "core/str.h"

static const struct {
    uint64_t class;
    const char *name;
} classes[] = {
    {PAW_SYS, "system"},
    {PAW_SYSW, "writable below Windows"},
    {PAW_WINOTHER, "other below Windows"},
    {PAW_PF, "Program Files"},
    {PAW_DRIVERSTORE, "driver store"},
    {PAW_INSTALLER, "installer cache"},
    {PAW_NATIVE, "native images"},
    {PAW_PROGRAMDATA, "ProgramData"},
    {PAW_APPDATA, "AppData"},
    {PAW_TEMP, "temporary"},
    {PAW_INETCACHE, "internet cache"},
    {PAW_USERDIR, "user's folder"},
    {PAW_STARTUP, "startup"},
    {PAW_PUBLIC_DIR, "public folder"},
    {PAW_ROOT, "root of the drive"},
    {PAW_OTHERDRIVE, "other drive"},
    {PAW_VSS, "shadow copy"},
    {PAW_WEBDAV, "WebDAV"},
    {PAW_UNC, "network share"},
    {PAW_URL, "URL"},
    {PAW_DEVICE, "device"},
    {PAW_BARE, "name without folder"},
    {PAW_RELATIVE, "relative"},
    {PAW_SCRIPT_TEXT, "script text"},
};

const char *paw_place_name(uint64_t class)
{
    for (size_t i = 0; i < PAW_COUNT_OF(classes); i++)
        if ((classes[i].class & class) != 0)
            return classes[i].name;
    return NULL;
}

static void add_span(struct paw_tree *t, cJSON *to, struct paw_span span)
{
    if (span.length == 0)
        return;
    paw_tree_count(t, to, "start", span.start);
    paw_tree_count(t, to, "length", span.length);
}

/* An empty text is not known, and what is not known is left out. */
static void add_known(struct paw_tree *t, cJSON *to, const char *key, paw_str s)
{
    if (s.n != 0)
        paw_tree_str(t, to, key, s);
}

static void add_object(struct paw_tree *t, cJSON *to, const struct paw_command *c)
{
    if (c->target.raw.n == 0)
        return;
    cJSON *object = paw_tree_object(t);
    paw_tree_text(t, object, "kind", paw_object_kind_name(c->kind));
    add_known(t, object, "text", c->target.norm.n != 0 ? c->target.norm : c->target.raw);
    paw_tree_text(t, object, "place", paw_place_name(c->target.class));
    add_known(t, object, "host", c->target.host);
    add_known(t, object, "stream", c->target.stream);
    add_span(t, object, c->target.span);
    paw_tree_add(t, to, "object", object);
}

static void add_call(struct paw_tree *t, cJSON *to, const struct paw_command *c)
{
    if (c->call.module.raw.n == 0)
        return;
    add_known(t, to, "module", c->call.module.norm);
    add_known(t, to, "export", c->call.export);
    if ((c->form & PAW_FORM_ORDINAL) != 0)
        paw_tree_count(t, to, "ordinal", c->call.ordinal);
    add_known(t, to, "arguments", c->call.args);
}

static void add_switches(struct paw_tree *t, cJSON *to, const struct paw_command *c)
{
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < c->n_switches; i++) {
        cJSON *one = paw_tree_object(t);
        paw_tree_text(t, one, "name", c->switches[i].name);
        paw_tree_str(t, one, "value", c->switches[i].value);
        add_span(t, one, c->switches[i].span);
        paw_tree_add(t, all, NULL, one);
    }
    paw_tree_add(t, to, "switches", all);
}

static void add_tokens(struct paw_tree *t, cJSON *to, const char *key,
                       const struct paw_token *tokens, size_t n)
{
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < n; i++) {
        cJSON *one = paw_tree_object(t);
        paw_tree_str(t, one, "text", tokens[i].text);
        add_span(t, one, tokens[i].span);
        paw_tree_add(t, all, NULL, one);
    }
    paw_tree_add(t, to, key, all);
}

static void add_nested(struct paw_tree *t, cJSON *to, const struct paw_command *c)
{
    if (c->n_nested == 0)
        return;
    cJSON *all = paw_tree_array(t);
    for (size_t i = 0; i < c->n_nested; i++) {
        cJSON *one = paw_tree_object(t);
        paw_tree_text(t, one, "launcher", c->nested[i].launcher);
        paw_tree_str(t, one, "text", c->nested[i].text);
        add_span(t, one, c->nested[i].span);
        paw_tree_add(t, all, NULL, one);
    }
    paw_tree_add(t, to, "commands", all);
}

void paw_tree_command(struct paw_tree *t, cJSON *to, const struct paw_command *c)
{
    cJSON *command = paw_tree_object(t);
    add_known(t, command, "program", c->program);
    paw_tree_text(t, command, "verb", c->verb);
    add_object(t, command, c);
    add_call(t, command, c);
    add_switches(t, command, c);
    add_tokens(t, command, "operands", c->operands, c->n_operands);
    add_tokens(t, command, "tokens", c->tokens, c->n_tokens);
    add_nested(t, command, c);
    if ((c->flags & PAW_LINE_BROKEN) != 0)
        paw_tree_true(t, command, "broken");
    paw_tree_add(t, to, "command", command);
}
