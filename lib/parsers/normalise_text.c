/* SPDX-License-Identifier: Apache-2.0 */
/* Records whose values are texts with a grammar of their own: PowerShell's contexts, task
 * definitions, WMI instances (docs/detections.md 1.3, 1.5). */
#include "core/str.h"
#include "parsers/evtx/xml.h"
#include "parsers/normalise_table.h"

/* PowerShell's contexts -------------------------------------------------------------------------
 */

/* A line that begins another entry: blanks, a name of letters and blanks, `=`. A command line of
 * several lines goes on until then, so the name must be one that PowerShell writes. */
static bool is_entry(paw_str line)
{
    static const char *const names[] = {
        "NewEngineState",   "PreviousEngineState",
        "SequenceNumber",   "HostName",
        "HostVersion",      "HostId",
        "HostApplication",  "EngineVersion",
        "RunspaceId",       "PipelineId",
        "CommandName",      "CommandType",
        "ScriptName",       "CommandPath",
        "CommandLine",      "DetailSequence",
        "DetailTotal",      "UserId",
        "ProviderName",     "NewProviderState",
        "Severity",         "Host Name",
        "Host Version",     "Host ID",
        "Host Application", "Engine Version",
        "Runspace ID",      "Pipeline ID",
        "Command Name",     "Command Type",
        "Script Name",      "Command Path",
        "Sequence Number",  "User",
        "Connected User",   "Shell ID",
    };
    const paw_str text = paw_str_trim(line, " \t\r\n");
    const size_t equals = paw_str_find_char(text, '=', 0);
    if (equals == SIZE_MAX)
        return false;
    const paw_str name = paw_str_trim(paw_str_sub(text, 0, equals), " \t");
    for (size_t i = 0; i < PAW_COUNT_OF(names); i++)
        if (paw_str_equal(name, paw_str_of(names[i])))
            return true;
    return false;
}

static size_t line_end(paw_str s, size_t at)
{
    const size_t end = paw_str_find_char(s, '\n', at);
    return end == SIZE_MAX ? s.n : end + 1;
}

/* Value of an entry of a context, `name=value` or `name = value` on a line of its own; absent if
 * there is none or it is empty. */
static paw_str entry(paw_str context, const char *name)
{
    const paw_str wanted = paw_str_of(name);
    for (size_t at = 0; at < context.n;) {
        size_t end = line_end(context, at);
        const paw_str line = paw_str_trim(paw_str_sub(context, at, end - at), " \t\r\n");
        const paw_str rest = paw_str_trim(paw_str_from(line, wanted.n), " \t");
        if (!paw_str_starts(line, wanted) || !paw_str_starts(rest, PAW_LIT("="))) {
            at = end;
            continue;
        }
        const size_t equals = paw_str_find_char(context, '=', at);
        while (end < context.n) {
            const size_t next = line_end(context, end);
            if (is_entry(paw_str_sub(context, end, next - end)))
                break;
            end = next;
        }
        return paw_value_of(
            paw_str_trim(paw_str_sub(context, equals + 1, end - equals - 1), " \t\r\n"));
    }
    return (paw_str){0};
}

void paw_special_engine_state(struct paw_making *m)
{
    const paw_str context = paw_take_unnamed(m, 2);
    paw_put(m, PAW_F_HOST_APPLICATION, entry(context, "HostApplication"));
    paw_put(m, PAW_F_SCRIPT_NAME, entry(context, "ScriptName"));
    paw_put(m, PAW_F_PAYLOAD, entry(context, "CommandLine"));
    paw_put(m, PAW_F_MESSAGE, context);
}

void paw_special_pipeline(struct paw_making *m)
{
    const paw_str command = paw_take_unnamed(m, 0);
    const paw_str context = paw_take_unnamed(m, 1);
    paw_put(m, PAW_F_SCRIPT_TEXT, command);
    paw_put(m, PAW_F_HOST_APPLICATION, entry(context, "HostApplication"));
    paw_put(m, PAW_F_SCRIPT_NAME, entry(context, "ScriptName"));
    paw_put(m, PAW_F_USER, entry(context, "UserId"));
    paw_put(m, PAW_F_PAYLOAD, paw_take_unnamed(m, 2));
    paw_put(m, PAW_F_MESSAGE, context);
}

void paw_special_module_log(struct paw_making *m)
{
    const paw_str context = paw_take_named(m, "ContextInfo");
    if (m->record->process_id != 0)
        paw_put_number(m, PAW_F_PROCESS_ID, m->record->process_id);
    paw_put(m, PAW_F_HOST_APPLICATION, entry(context, "Host Application"));
    paw_put(m, PAW_F_SCRIPT_NAME, entry(context, "Script Name"));
    paw_put(m, PAW_F_USER, entry(context, "User"));
    paw_fact_add_other(m->builder, PAW_LIT("Command Name"), entry(context, "Command Name"));
    paw_put(m, PAW_F_MESSAGE, context);
}

/* Task definitions ------------------------------------------------------------------------------
 */

struct task_reading {
    struct paw_making *making;
    struct paw_action action;
    paw_str command, arguments;
    bool in_actions, in_action;
};

/* Task Scheduler's Command is a path, not a line: one with blanks needs quotation marks in a line.
 */
static paw_str as_line(struct paw_arena *a, paw_str command, paw_str arguments)
{
    const bool needs_quotes = paw_str_find_char(command, ' ', 0) != SIZE_MAX &&
                              paw_str_find_char(command, '"', 0) == SIZE_MAX;
    if (needs_quotes)
        command = paw_arena_join(a, paw_arena_join(a, PAW_LIT("\""), command), PAW_LIT("\""));
    if (paw_is_empty(arguments))
        return command;
    return paw_arena_join(a, paw_arena_join(a, command, PAW_LIT(" ")), arguments);
}

static void end_action(struct task_reading *t)
{
    struct paw_making *m = t->making;
    const paw_str command = paw_value_of(t->command);
    t->in_action = false;
    if (!paw_is_absent(command))
        t->action.command = as_line(m->arena, command, t->arguments);
    if (m->n_actions < PAW_ACTIONS_MAX &&
        (!paw_is_absent(t->action.command) || !paw_is_absent(t->action.clsid)))
        m->actions[m->n_actions++] = t->action;
    t->action = (struct paw_action){0};
    t->command = t->arguments = (paw_str){0};
}

static void take_element(struct task_reading *t, paw_str name, paw_str text)
{
    text = paw_xml_plain(t->making->arena, paw_str_trim(text, " \t\r\n"));
    if (!t->in_action && paw_str_equal(name, PAW_LIT("UserId")))
        paw_fact_add_other(t->making->builder, PAW_LIT("UserId"), paw_value_of(text));
    if (!t->in_action)
        return;
    if (paw_str_equal(name, PAW_LIT("Command")))
        t->command = text;
    else if (paw_str_equal(name, PAW_LIT("Arguments")))
        t->arguments = text;
    else if (paw_str_equal(name, PAW_LIT("WorkingDirectory")))
        t->action.directory = paw_value_of(text);
    else if (paw_str_equal(name, PAW_LIT("ClassId")))
        t->action.clsid = paw_value_of(text);
}

static void take_token(struct task_reading *t, const struct paw_xml_item *item)
{
    const bool is_actions = paw_str_equal(item->name, PAW_LIT("Actions"));
    const bool is_action = paw_str_equal(item->name, PAW_LIT("Exec")) ||
                           paw_str_equal(item->name, PAW_LIT("ComHandler"));
    if (is_actions)
        t->in_actions = item->token == PAW_XML_OPEN;
    if (is_action && item->token == PAW_XML_OPEN && t->in_actions)
        t->in_action = true;
    if (is_action && item->token == PAW_XML_CLOSE && t->in_action)
        end_action(t);
}

/* The actions of a task definition, in order; the element names are those of the Task Scheduler
 * schema (MS-TSCH 2.5). */
static void read_task(struct paw_making *m, paw_str xml)
{
    struct task_reading t = {.making = m};
    struct paw_xml x = {.text = xml};
    paw_str name = {0}, text = {0};
    for (struct paw_xml_item item = paw_xml_next(&x); item.token != PAW_XML_END;
         item = paw_xml_next(&x)) {
        if (item.token == PAW_XML_TEXT || item.token == PAW_XML_CDATA) {
            text = item.text;
            continue;
        }
        if (item.token == PAW_XML_CLOSE && text.p != NULL && paw_str_equal(name, item.name))
            take_element(&t, name, text);
        take_token(&t, &item);
        name = item.token == PAW_XML_OPEN ? item.name : (paw_str){0};
        text = (paw_str){0};
    }
    if (t.in_action) /* cut short: what there is */
        end_action(&t);
}

void paw_special_task(struct paw_making *m)
{
    paw_str content = paw_take_named(m, "TaskContentNew");
    if (paw_is_absent(content))
        content = paw_take_named(m, "TaskContent");
    paw_put(m, PAW_F_USER, paw_take_account(m, "SubjectDomainName", "SubjectUserName"));
    paw_put(m, PAW_F_TASK_CONTENT, content);
    read_task(m, content);
}

/* WMI instances ---------------------------------------------------------------------------------
 */

/* Value of `Name = "…"` in a MOF instance, its escapes resolved. */
static paw_str property(struct paw_arena *a, paw_str mof, const char *name)
{
    const paw_str wanted = paw_str_of(name);
    size_t at = 0;
    for (;;) {
        const size_t found = paw_str_find_name(mof, wanted, at);
        if (found == SIZE_MAX)
            return (paw_str){0};
        at = found + wanted.n;
        const paw_str rest = paw_str_from(mof, at);
        const paw_str trimmed = paw_str_trim(rest, " \t\r\n");
        const bool starts_word = found == 0 || strchr(" \t\r\n;{", mof.p[found - 1]) != NULL;
        if (!starts_word || !paw_str_starts(trimmed, PAW_LIT("=")))
            continue;
        const paw_str quoted = paw_str_trim(paw_str_from(trimmed, 1), " \t\r\n");
        if (!paw_str_starts(quoted, PAW_LIT("\"")))
            continue;
        char *out = paw_arena_alloc(a, quoted.n);
        size_t n = 0;
        if (out == NULL)
            return (paw_str){0};
        for (size_t i = 1; i < quoted.n && quoted.p[i] != '"'; i++) {
            if (quoted.p[i] == '\\' && i + 1 < quoted.n)
                i++;
            out[n++] = quoted.p[i];
        }
        return (paw_str){out, n};
    }
}

/* Sysmon writes what WMI holds as WMI does: behind a blank, in quotation marks, with escapes. */
static paw_str unescaped(struct paw_arena *a, paw_str text)
{
    const paw_str quoted = paw_str_trim(text, " ");
    if (quoted.n < 2 || quoted.p[0] != '"' || quoted.p[quoted.n - 1] != '"')
        return text;
    char *out = paw_arena_alloc(a, quoted.n);
    size_t n = 0;
    for (size_t i = 1; out != NULL && i < quoted.n - 1; i++) {
        if (quoted.p[i] == '\\' && i + 2 < quoted.n)
            i++;
        out[n++] = quoted.p[i];
    }
    return (paw_str){out, n};
}

/* Sysmon 19 to 21: name and command as they are, without what WMI puts around them. */
void paw_special_consumer(struct paw_making *m)
{
    const paw_str name = paw_take_named(m, "Name");
    const paw_str consumer = paw_take_named(m, "Consumer");
    paw_put(m, PAW_F_CONSUMER_NAME, unescaped(m->arena, paw_is_absent(name) ? consumer : name));
    paw_put(m, PAW_F_CONSUMER_COMMAND, unescaped(m->arena, paw_take_named(m, "Destination")));
}

/* WMI-Activity 5861: PossibleCause quotes filter and consumer as MOF. */
void paw_special_binding(struct paw_making *m)
{
    static const char *const commands[] = {"CommandLineTemplate", "ScriptText", "ExecutablePath",
                                           "ScriptFileName"};
    const paw_str cause = paw_take_named(m, "PossibleCause");
    const paw_str consumer = paw_take_named(m, "CONSUMER");
    const size_t at = paw_str_find(cause, PAW_LIT("Perm. Consumer:"), 0);
    const paw_str mof = at == SIZE_MAX ? cause : paw_str_from(cause, at);
    for (size_t i = 0; i < PAW_COUNT_OF(commands); i++)
        paw_put(m, PAW_F_CONSUMER_COMMAND, paw_value_of(property(m->arena, mof, commands[i])));
    const size_t equals = paw_str_find_char(consumer, '=', 0);
    if (equals != SIZE_MAX)
        paw_put(m, PAW_F_TYPE, paw_str_sub(consumer, 0, equals));
    const paw_str name = equals == SIZE_MAX ? consumer : paw_str_from(consumer, equals + 1);
    paw_put(m, PAW_F_CONSUMER_NAME, paw_value_of(paw_str_trim(name, "\"")));
    paw_put(m, PAW_F_MESSAGE, cause);
}
