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

static void add_span(struct paw_json *j, struct paw_span span)
{
    if (span.length == 0)
        return;
    paw_json_member_count(j, "start", span.start);
    paw_json_member_count(j, "length", span.length);
}

/* An empty text is not known, and what is not known is left out. */
static void add_known(struct paw_json *j, const char *key, paw_str s)
{
    if (s.n != 0)
        paw_json_member(j, key, s);
}

static void add_object(struct paw_json *j, const struct paw_command *c)
{
    if (c->target.raw.n == 0)
        return;
    paw_json_key(j, "object");
    paw_json_object(j);
    paw_json_member_text(j, "kind", paw_object_kind_name(c->kind));
    add_known(j, "text", c->target.norm.n != 0 ? c->target.norm : c->target.raw);
    paw_json_member_text(j, "place", paw_place_name(c->target.class));
    add_known(j, "host", c->target.host);
    add_known(j, "stream", c->target.stream);
    add_span(j, c->target.span);
    paw_json_object_end(j);
}

static void add_call(struct paw_json *j, const struct paw_command *c)
{
    if (c->call.module.raw.n == 0)
        return;
    add_known(j, "module", c->call.module.norm);
    add_known(j, "export", c->call.export);
    if ((c->form & PAW_FORM_ORDINAL) != 0)
        paw_json_member_count(j, "ordinal", c->call.ordinal);
    add_known(j, "arguments", c->call.args);
}

static void add_switches(struct paw_json *j, const struct paw_command *c)
{
    paw_json_key(j, "switches");
    paw_json_array(j);
    for (size_t i = 0; i < c->n_switches; i++) {
        paw_json_object(j);
        paw_json_member_text(j, "name", c->switches[i].name);
        paw_json_member(j, "value", c->switches[i].value);
        add_span(j, c->switches[i].span);
        paw_json_object_end(j);
    }
    paw_json_array_end(j);
}

static void add_tokens(struct paw_json *j, const char *key, const struct paw_token *tokens,
                       size_t n)
{
    paw_json_key(j, key);
    paw_json_array(j);
    for (size_t i = 0; i < n; i++) {
        paw_json_object(j);
        paw_json_member(j, "text", tokens[i].text);
        add_span(j, tokens[i].span);
        paw_json_object_end(j);
    }
    paw_json_array_end(j);
}

static void add_nested(struct paw_json *j, const struct paw_command *c)
{
    if (c->n_nested == 0)
        return;
    paw_json_key(j, "commands");
    paw_json_array(j);
    for (size_t i = 0; i < c->n_nested; i++) {
        paw_json_object(j);
        paw_json_member_text(j, "launcher", c->nested[i].launcher);
        paw_json_member(j, "text", c->nested[i].text);
        add_span(j, c->nested[i].span);
        paw_json_object_end(j);
    }
    paw_json_array_end(j);
}

void paw_json_command(struct paw_json *j, const struct paw_command *c)
{
    paw_json_key(j, "command");
    paw_json_object(j);
    add_known(j, "program", c->program);
    paw_json_member_text(j, "verb", c->verb);
    add_object(j, c);
    add_call(j, c);
    add_switches(j, c);
    add_tokens(j, "operands", c->operands, c->n_operands);
    add_tokens(j, "tokens", c->tokens, c->n_tokens);
    add_nested(j, c);
    if ((c->flags & PAW_LINE_BROKEN) != 0)
        paw_json_member_true(j, "broken");
    paw_json_object_end(j);
}
