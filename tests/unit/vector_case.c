/* SPDX-License-Identifier: Apache-2.0 */
/* From a row to facts, executions and a small world; see vector_case.h and docs/vectors. */
#include "vector_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fact.h"
#include "core/str.h"
#include "vector_programs.h"
#include "windows/command.h"
#include "windows/path.h"
#include "windows/regpath.h"
#include "windows/stands.h"

#define TICK        UINT64_C(10)                 /* per microsecond */
#define FIRST_START UINT64_C(134170524000000000) /* 2026-03-02 09:00 UTC, nearly */
#define SID         "S-1-5-21-1004336348-1177238915-682003330-1001"

static const char sysmon[] = "Microsoft-Windows-Sysmon";

static void wrong(struct paw_world *w, const struct vec_line *line, const char *what)
{
    if (w->wrong == NULL) {
        w->wrong = what;
        w->wrong_line = line == NULL ? 0 : line->number;
    }
}

static const char *print(struct paw_world *w, const char *format, ...) PAW_PRINTF(2, 3);

static const char *print(struct paw_world *w, const char *format, ...)
{
    char text[16384];
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return paw_arena_cstr(w->arena, (paw_str){text, n < 0 ? 0 : (size_t)n});
}

static paw_str str(const char *s)
{
    return paw_str_of(s);
}

/* Facts ---------------------------------------------------------------------------------------- */

static struct paw_fact_builder builder;

static void begin(struct paw_world *w, enum paw_kind kind, uint64_t time, const char *provider,
                  uint16_t event_id)
{
    (void)w;
    paw_fact_begin(&builder, kind);
    builder.head.time = builder.head.logged = time;
    builder.head.event_id = event_id;
    paw_fact_add(&builder, PAW_F_PROVIDER, str(provider));
    paw_fact_add(&builder, PAW_F_COMPUTER, PAW_LIT("WKS01.corp.example"));
}

static void add(enum paw_field_id id, const char *text)
{
    if (text != NULL)
        paw_fact_add(&builder, id, str(text));
}

static const struct paw_fact *finish(struct paw_world *w)
{
    const struct paw_fact *made = paw_fact_end(&builder);
    if (made == NULL || w->n_facts == CASE_FACTS)
        abort();
    void *copy = paw_arena_alloc(w->arena, made->size);
    memcpy(copy, made, made->size);
    w->facts[w->n_facts++] = copy;
    return copy;
}

static void effect(struct case_process *p, enum paw_effect kind, const struct paw_fact *fact)
{
    if (p == NULL)
        return;
    struct paw_effects *all = &p->x.effects[kind];
    if (all->n == CASE_FACTS)
        abort();
    p->effects[kind][all->n++] = fact;
    all->total = all->n;
    all->facts = p->effects[kind];
}

static uint64_t number(const char *text)
{
    uint64_t n = 0;
    return text != NULL && paw_str_u64(str(text), &n) ? n : 0;
}

/* Processes ------------------------------------------------------------------------------------ */

static const char *field_of(const struct vec_line *line, const char *head)
{
    for (const struct vec_line *f = line == NULL ? NULL : line->children; f != NULL; f = f->next)
        if (strcmp(f->head, head) == 0)
            return f->text;
    return NULL;
}

static struct case_process *new_process(struct paw_world *w, const struct vec_line *line,
                                        const char *text)
{
    if (w->n_processes == CASE_PROCESSES)
        abort();
    struct case_process *p = paw_arena_alloc(w->arena, sizeof *p);
    p->line = line;
    p->line_text = text;
    p->pid = 1000 + 4 * w->n_processes;
    p->guid =
        print(w, "{5f1d0c2a-0001-65e2-%04x-000000000000}", (unsigned)(0x1000 + w->n_processes));
    w->processes[w->n_processes++] = p;
    return p;
}

static const char *image_of(struct paw_world *w, const char *line)
{
    struct paw_command c;
    const struct paw_line_context context = {.machine = &w->machine};
    if (paw_command_parse(str(line), NULL, &context, w->arena, &c) != PAW_OK)
        abort();
    paw_str first = c.argv0.span.length == 0 ? (paw_str){"", 0} : c.argv0.text;
    const char *text = paw_arena_cstr(w->arena, first);
    if (strchr(text, '\\') != NULL)
        return strrchr(paw_path_base(str(text)).p, '.') != NULL ? text : print(w, "%s.exe", text);
    const char *name = strchr(text, '.') != NULL ? text : print(w, "%s.exe", text);
    const struct vector_program *known = vector_program_find(name, NULL);
    return known != NULL ? print(w, "%s%s", known->folder, known->name)
                         : print(w, "C:\\Windows\\System32\\%s", name);
}

static bool is_system(const char *user)
{
    return strstr(user, "\\SYSTEM") != NULL;
}

static void fill_fields(struct paw_world *w, struct case_process *p)
{
    const struct vec_line *line = p->line;
    const struct case_process *up = p->parent;
    const char *given = field_of(line, "image");
    p->image = given != NULL ? given : image_of(w, p->line_text);
    const struct vector_program *known =
        vector_program_find(paw_path_base(str(p->image)).p, p->image);
    p->ofn = field_of(line, "ofn");
    if (p->ofn == NULL)
        p->ofn = known != NULL ? known->original : paw_path_base(str(p->image)).p;
    p->company = field_of(line, "company");
    if (p->company == NULL && known != NULL && field_of(line, "ofn") == NULL)
        p->company = known->company;
    p->user = field_of(line, "user");
    const bool own = p->user != NULL;
    if (!own)
        p->user = up != NULL && up->user != NULL ? up->user : "CORP\\alice";
    p->integrity = field_of(line, "integrity");
    if (p->integrity == NULL)
        p->integrity = is_system(p->user)   ? "System"
                       : up != NULL && !own ? up->integrity
                                            : "Medium";
    p->cwd = field_of(line, "cwd");
    if (p->cwd == NULL)
        p->cwd = "C:\\Windows\\System32\\";
    const char *pid = field_of(line, "pid");
    if (pid != NULL)
        p->pid = number(pid);
    for (const struct vec_line *s = line == NULL ? NULL : line->children; s != NULL; s = s->next) {
        if (strcmp(s->head, "without") != 0)
            continue;
        for (paw_str rest = str(s->text); rest.n != 0;) {
            const size_t at = paw_str_find_char(rest, ' ', 0);
            const paw_str one = paw_str_sub(rest, 0, at == SIZE_MAX ? rest.n : at);
            rest = at == SIZE_MAX ? (paw_str){0} : paw_str_from(rest, at + 1);
            const uint32_t need = vec_need(paw_arena_cstr(w->arena, one));
            if (need == 0)
                wrong(w, s, "no such evidence");
            if (need >= PAW_NEED_PROCESSES)
                w->without |= need;
            else
                p->without |= need;
        }
    }
}

static uint64_t shifted(uint64_t time, int64_t us)
{
    return us < 0 ? time - (uint64_t)-us * TICK : time + (uint64_t)us * TICK;
}

static void collect(struct paw_world *w, const struct vec_line *line, struct case_process *owner,
                    uint64_t zero, uint64_t *now)
{
    for (const struct vec_line *l = line; l != NULL; l = l->next) {
        if (l->class != VEC_PROCESS)
            continue;
        struct case_process *p = new_process(w, l, l->text);
        const bool is_parent = strcmp(l->head, "parent") == 0;
        if (l->has_time)
            p->time = shifted(zero, l->time_us);
        else if (is_parent && owner != NULL)
            p->time = owner->time - 60 * 1000000 * TICK;
        else if (strcmp(l->head, "other") == 0)
            p->time = zero - 30 * 1000000 * TICK;
        else
            p->time = *now += 10000 * TICK;
        if (owner == NULL && w->judged == NULL && strcmp(l->head, "other") != 0 && !is_parent) {
            p->time = zero;
            w->judged = p;
        }
        if (is_parent && owner != NULL)
            owner->parent = p;
        else if (strcmp(l->head, "child") == 0)
            p->parent = owner;
        collect(w, l->children, p, zero, now);
    }
}

static void add_explorer(struct paw_world *w)
{
    struct case_process *explorer = NULL;
    const size_t n = w->n_processes;
    for (size_t i = 0; i < n; i++) {
        struct case_process *p = w->processes[i];
        if (p->parent != NULL)
            continue;
        if (explorer == NULL) {
            explorer = new_process(w, NULL, "C:\\Windows\\Explorer.EXE");
            explorer->time = FIRST_START - 120 * 1000000 * TICK;
        }
        p->parent = explorer;
    }
    if (explorer != NULL) {
        struct case_process *gone = new_process(w, NULL, "C:\\Windows\\System32\\userinit.exe");
        gone->time = 0;
        explorer->parent = gone;
    }
}

static bool lacks(const struct paw_world *w, const struct case_process *p, uint32_t need)
{
    return ((p->without | (p == w->judged ? w->without : 0)) & need) != 0;
}

static void start_fact(struct paw_world *w, struct case_process *p)
{
    const struct case_process *up = p->parent;
    const bool security = w->as_4688;
    begin(w, PAW_KIND_PROCESS_START, p->time,
          security ? "Microsoft-Windows-Security-Auditing" : sysmon, security ? 4688 : 1);
    if (!security)
        add(PAW_F_PROCESS_GUID, p->guid);
    add(PAW_F_PROCESS_ID, print(w, security ? "0x%llx" : "%llu", (unsigned long long)p->pid));
    if (!lacks(w, p, PAW_NEED_IMAGE))
        add(PAW_F_IMAGE, p->image);
    if (!lacks(w, p, PAW_NEED_COMMAND_LINE))
        add(PAW_F_COMMAND_LINE, p->line_text);
    if (!lacks(w, p, PAW_NEED_USER))
        add(PAW_F_USER, p->user);
    if (!lacks(w, p, PAW_NEED_INTEGRITY))
        add(PAW_F_INTEGRITY_LEVEL, p->integrity);
    if (!security && !lacks(w, p, PAW_NEED_COMPANY))
        add(PAW_F_COMPANY, p->company);
    if (!security && !lacks(w, p, PAW_NEED_ORIGINAL_FILE_NAME))
        add(PAW_F_ORIGINAL_FILE_NAME, p->ofn);
    if (!security && !lacks(w, p, PAW_NEED_CURRENT_DIRECTORY))
        add(PAW_F_CURRENT_DIRECTORY, p->cwd);
    if (up != NULL && !lacks(w, p, PAW_NEED_PARENT | PAW_NEED_PARENT_IMAGE))
        add(PAW_F_PARENT_IMAGE, up->image);
    if (up != NULL && !security && !lacks(w, p, PAW_NEED_PARENT | PAW_NEED_PARENT_COMMAND_LINE))
        add(PAW_F_PARENT_COMMAND_LINE, up->line_text);
    p->x.start = finish(w);
}

/* Beside starts, Windows audits connections and values; a kind is recorded where a record is. */
static uint32_t audited(const struct vec_line *lines)
{
    static const struct {
        const char *root;
        uint32_t need;
    } hives[] = {
        {"HKCU\\Software\\Classes\\*", PAW_NEED_HIVE_USRCLASS},
        {"HKCU\\*", PAW_NEED_HIVE_NTUSER},
        {"*", PAW_NEED_HIVE_SOFTWARE | PAW_NEED_HIVE_SYSTEM},
    };
    uint32_t kinds = 0;
    for (const struct vec_line *l = lines; l != NULL; l = l->next) {
        kinds |= audited(l->children);
        if (strcmp(l->head, "connect") == 0)
            kinds |= PAW_NEED_NETWORK;
        else if (strcmp(l->head, "set") == 0 || strcmp(l->head, "unset") == 0)
            kinds |= PAW_NEED_REGISTRY;
        for (size_t i = 0; i < PAW_COUNT_OF(hives) && strcmp(l->head, "hive") == 0; i++)
            if (paw_str_glob(str(l->text), hives[i].root)) {
                kinds |= hives[i].need | hives[2].need;
                break;
            }
    }
    return kinds;
}

static void understand(struct paw_world *w, struct case_process *p)
{
    struct paw_execution *x = &p->x;
    const bool gone = p->time == 0;
    x->subject = gone ? PAW_SUBJECT_STUB : PAW_SUBJECT_PROCESS;
    if (!gone)
        start_fact(w, p);
    x->time = x->logged = p->time;
    x->pid = p->pid;
    x->has_pid = true;
    x->host = PAW_LIT("WKS01.corp.example");
    if (!w->as_4688)
        x->guid = str(p->guid);
    x->image = gone ? str(p->image) : paw_fact_text(x->start, PAW_F_IMAGE);
    if (!gone) {
        x->command_line = paw_fact_text(x->start, PAW_F_COMMAND_LINE);
        x->original_file_name = paw_fact_text(x->start, PAW_F_ORIGINAL_FILE_NAME);
        x->company = paw_fact_text(x->start, PAW_F_COMPANY);
        x->current_directory = paw_fact_text(x->start, PAW_F_CURRENT_DIRECTORY);
        x->user = paw_fact_text(x->start, PAW_F_USER);
        x->integrity = paw_fact_text(x->start, PAW_F_INTEGRITY_LEVEL);
    }
    if (paw_understand(w->catalogue, &w->machine, w->arena, x) != PAW_OK)
        abort();
    x->seen = w->recorded & ~w->without;
}

static bool is_twin(const struct case_process *p)
{
    const struct case_process *up = p->parent;
    return up != NULL && p->x.proxy != NULL && up->x.proxy != NULL &&
           strcmp(p->x.proxy, up->x.proxy) == 0 &&
           (strcmp(p->x.proxy, "regsvr32") == 0 || strcmp(p->x.proxy, "rundll32") == 0) &&
           paw_str_glob(p->x.image, "*\\syswow64\\*") &&
           paw_str_glob(up->x.image, "*\\system32\\*");
}

static bool is_plumbed(const struct case_process *p)
{
    const struct case_process *up = p->parent;
    if (up == NULL || !paw_str_same_name(p->x.name, PAW_LIT("rundll32.exe")))
        return false;
    if (paw_str_same_name(up->x.name, PAW_LIT("control.exe")))
        return paw_str_glob(p->x.command_line, "*shell32*");
    return paw_str_same_name(up->x.name, PAW_LIT("rundll32.exe")) &&
           paw_str_glob(p->x.command_line, "*shell32.dll\",#44*") &&
           paw_str_glob(up->x.command_line, "*control_rundll*");
}

static void relate(struct paw_world *w)
{
    for (size_t i = 0; i < w->n_processes; i++) {
        struct case_process *p = w->processes[i];
        struct case_process *up = p->parent;
        if (up == NULL || (p == w->judged && (w->without & PAW_NEED_PARENT) != 0) ||
            (p->without & PAW_NEED_PARENT) != 0)
            continue;
        p->x.parent = &up->x;
        p->x.link = up->time == 0 ? PAW_LINK_QUOTED : PAW_LINK_SURE;
        p->x.is_twin = is_twin(p);
        p->x.is_plumbed = is_plumbed(p);
        if (p == w->judged && (w->without & PAW_NEED_PARENT_COMMAND_LINE) != 0)
            up->x.command_line = up->x.command.line = (paw_str){0};
        if (p == w->judged && (w->without & PAW_NEED_PARENT_IMAGE) != 0)
            up->x.image = up->x.name = (paw_str){0};
        if ((w->without & PAW_NEED_PROCESSES) != 0)
            continue;
        up->children[up->x.n_children++] = &p->x;
        up->x.children = up->children;
        up->x.all_children = up->x.n_children;
    }
}

/* Acts ----------------------------------------------------------------------------------------- */

static struct case_process *by_name(struct paw_world *w, const char *text)
{
    if (strcmp(text, "@it") == 0)
        return w->judged;
    for (size_t i = 0; i < w->n_processes; i++) {
        const struct case_process *p = w->processes[i];
        if (p->line != NULL && p->line->name != NULL && strcmp(p->line->name, text + 1) == 0)
            return w->processes[i];
    }
    return NULL;
}

static bool has_option(const struct vec_line *l, const char *option)
{
    for (size_t i = 0; i < l->n_options; i++)
        if (strcmp(l->options[i], option) == 0)
            return true;
    return false;
}

static const char *number_option(const struct vec_line *l)
{
    return l->n_options == 0 ? "0" : l->options[0];
}

static void owner_fields(struct case_process *p)
{
    if (p == NULL)
        return;
    add(PAW_F_PROCESS_GUID, p->guid);
    add(PAW_F_IMAGE, p->image);
    add(PAW_F_USER, p->user);
}

static void act_module(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                       uint64_t t)
{
    const paw_str path = str(l->text);
    bool good = (paw_str_glob(path, "?:\\windows\\*") && !paw_str_glob(path, "*\\assembly\\*") &&
                 !paw_str_glob(path, "*\\temp\\*") && !paw_str_glob(path, "*\\tasks\\*")) ||
                paw_str_glob(path, "?:\\program files*");
    const char *status = good ? "Valid" : "Unavailable";
    if (has_option(l, "signed"))
        good = true, status = "Valid";
    if (has_option(l, "unsigned"))
        good = false, status = "Unavailable";
    if (has_option(l, "expired"))
        good = true, status = "Expired";
    if (has_option(l, "revoked"))
        good = true, status = "Revoked";
    begin(w, PAW_KIND_MODULE, t, sysmon, 7);
    owner_fields(p);
    add(PAW_F_IMAGE_LOADED, l->text);
    add(PAW_F_ORIGINAL_FILE_NAME, field_of(l, "data"));
    add(PAW_F_SIGNED, good ? "true" : "false");
    add(PAW_F_SIGNATURE_STATUS, status);
    effect(p, PAW_EFFECT_MODULE, finish(w));
}

static void act_connect(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                        uint64_t t)
{
    char address[256], name[256] = "";
    if (sscanf(l->text, "%255s %255s", address, name) < 1 || strrchr(address, ':') == NULL) {
        wrong(w, l, "an address is ADDRESS:PORT");
        return;
    }
    char *port = strrchr(address, ':');
    *port++ = '\0';
    uint64_t n;
    if (!paw_str_u64(str(port), &n) || n > 65535)
        wrong(w, l, "no such port");
    const bool in = has_option(l, "in");
    const char *from = "49812";
    for (size_t i = 0; i < l->n_options; i++)
        if (strncmp(l->options[i], "from=", 5) == 0)
            from = l->options[i] + 5;
    begin(w, PAW_KIND_NETWORK, t, sysmon, 3);
    owner_fields(p);
    add(PAW_F_PROTOCOL, has_option(l, "udp") ? "udp" : "tcp");
    add(PAW_F_INITIATED, in ? "false" : "true");
    add(PAW_F_SOURCE_IP, in ? address : "192.168.7.20");
    add(PAW_F_SOURCE_PORT, in ? port : from);
    add(PAW_F_DESTINATION_IP, in ? "192.168.7.20" : address);
    add(PAW_F_DESTINATION_PORT, in ? from : port);
    if (name[0] != '\0' && !w->as_4688)
        add(PAW_F_DESTINATION_HOSTNAME, name);
    effect(p, PAW_EFFECT_NETWORK, finish(w));
}

static void act_file(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                     uint64_t t)
{
    static const struct {
        const char *head;
        enum paw_kind kind;
        uint16_t id;
    } rows[] = {{"file", PAW_KIND_FILE, 11},
                {"delete", PAW_KIND_FILE_DELETE, 23},
                {"stamp", PAW_KIND_FILE_TIME, 2},
                {"stream", PAW_KIND_FILE_STREAM, 15}};
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        if (strcmp(rows[i].head, l->head) != 0)
            continue;
        begin(w, rows[i].kind, t, sysmon, rows[i].id);
        owner_fields(p);
        add(PAW_F_TARGET_FILENAME, l->text);
        add(PAW_F_CONTENTS, field_of(l, "content"));
        effect(p, PAW_EFFECT_FILE, finish(w));
    }
}

/* HKCU is the user's hive, its classes another one. */
static const char *as_sysmon_key(struct paw_world *w, const char *path)
{
    static const char classes[] = "HKCU\\Software\\Classes\\";
    if (paw_str_starts_name(str(path), PAW_LIT("HKCU\\Software\\Classes\\")))
        return print(w, "HKU\\" SID "_Classes\\%s", path + sizeof classes - 1);
    if (strncmp(path, "HKCU\\", 5) == 0)
        return print(w, "HKU\\" SID "\\%s", path + 5);
    return path;
}

static void act_registry(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                         uint64_t t)
{
    const bool at_rest = strcmp(l->head, "hive") == 0;
    const bool sets = at_rest || strcmp(l->head, "set") == 0;
    const char *split = strstr(l->text, " = ");
    if (sets && split == NULL) {
        wrong(w, l, "a value is KEY\\NAME = DATA");
        return;
    }
    const size_t n = sets ? (size_t)(split - l->text) : strlen(l->text);
    const char *path = as_sysmon_key(w, paw_arena_cstr(w->arena, (paw_str){l->text, n}));
    const char *data = sets ? split + 3 : NULL;
    if (has_option(l, "dword"))
        data = print(w, at_rest ? "%lu" : "DWORD (0x%08lx)", (unsigned long)number(data));
    begin(w, at_rest ? PAW_KIND_VALUE : PAW_KIND_REGISTRY, t, at_rest ? "" : sysmon,
          strcmp(l->head, "set") == 0 ? 13 : 12);
    if (!at_rest) {
        owner_fields(p);
        add(PAW_F_EVENT_TYPE, strcmp(l->head, "set") == 0     ? "SetValue"
                              : strcmp(l->head, "key") == 0   ? "CreateKey"
                              : strcmp(l->head, "unkey") == 0 ? "DeleteKey"
                                                              : "DeleteValue");
        add(PAW_F_TARGET_OBJECT, path);
        add(PAW_F_DETAILS, data);
    } else {
        const char *last = strrchr(path, '\\');
        paw_fact_add(&builder, PAW_F_KEY,
                     (paw_str){path, last == NULL ? strlen(path) : (size_t)(last - path)});
        add(PAW_F_VALUE, last == NULL ? NULL : last + 1);
        add(PAW_F_DATA, data);
    }
    const struct paw_fact *fact = finish(w);
    if (!at_rest)
        effect(p, PAW_EFFECT_REGISTRY, fact);
    if (sets && w->n_values < PAW_COUNT_OF(w->values))
        w->values[w->n_values++] =
            (struct case_value){.path = path, .fact = fact, .at_rest = at_rest};
}

static void act_other_process(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                              uint64_t t)
{
    const bool thread = strcmp(l->head, "thread") == 0;
    struct case_process *target = l->text[0] == '@' ? by_name(w, l->text) : NULL;
    if (l->text[0] == '@' && target == NULL) {
        wrong(w, l, "no process of that name");
        return;
    }
    begin(w, thread ? PAW_KIND_THREAD : PAW_KIND_ACCESS, t, sysmon, thread ? 8 : 10);
    owner_fields(p);
    if (target != NULL)
        add(PAW_F_TARGET_PROCESS_GUID, target->guid);
    add(PAW_F_TARGET_IMAGE, target != NULL ? target->image : image_of(w, l->text));
    if (thread)
        add(PAW_F_START_FUNCTION, l->n_options == 0 ? NULL : l->options[0]);
    else
        add(PAW_F_GRANTED_ACCESS, number_option(l));
    add(PAW_F_CALL_TRACE, field_of(l, "trace"));
    const struct paw_fact *fact = finish(w);
    effect(p, thread ? PAW_EFFECT_THREAD : PAW_EFFECT_ACCESS, fact);
    effect(target, thread ? PAW_EFFECT_THREADED : PAW_EFFECT_ACCESSED, fact);
}

static const struct {
    const char *head;
    enum paw_kind kind;
    enum paw_effect effect;
    uint16_t id; /* 0: the option */
    enum paw_field_id field;
    const char *provider;
} plain_acts[] = {
    {"dns", PAW_KIND_DNS, PAW_EFFECT_DNS, 22, PAW_F_QUERY_NAME, sysmon},
    {"tamper", PAW_KIND_TAMPER, PAW_EFFECT_TAMPER, 25, PAW_F_TYPE, sysmon},
    {"pipe", PAW_KIND_PIPE, PAW_EFFECT_PIPE, 17, PAW_F_PIPE_NAME, sysmon},
    {"ps400", PAW_KIND_POWERSHELL, PAW_EFFECT_POWERSHELL, 400, PAW_F_HOST_APPLICATION,
     "PowerShell"},
    {"ps800", PAW_KIND_POWERSHELL, PAW_EFFECT_POWERSHELL, 800, PAW_F_SCRIPT_TEXT, "PowerShell"},
    {"ps4103", PAW_KIND_POWERSHELL, PAW_EFFECT_POWERSHELL, 4103, PAW_F_PAYLOAD,
     "Microsoft-Windows-PowerShell"},
    {"ps4104", PAW_KIND_POWERSHELL, PAW_EFFECT_POWERSHELL, 4104, PAW_F_SCRIPT_TEXT,
     "Microsoft-Windows-PowerShell"},
    {"msi", PAW_KIND_INSTALLER, PAW_EFFECT_INSTALLER, 0, PAW_F_PACKAGE, "MsiInstaller"},
    {"applocker", PAW_KIND_CONTROL, PAW_EFFECT_CONTROL, 0, PAW_F_FILE_PATH,
     "Microsoft-Windows-AppLocker"},
    {"ci", PAW_KIND_CONTROL, PAW_EFFECT_CONTROL, 0, PAW_F_FILE_PATH,
     "Microsoft-Windows-CodeIntegrity"},
    {"defender", PAW_KIND_ANTIMALWARE, PAW_EFFECT_ANTIMALWARE, 0, PAW_F_THREAT_PATH,
     "Microsoft-Windows-Windows Defender"},
};

/* What only Sysmon tells: the Security log has connections (5156) and values (4657) as well. */
static bool is_sysmon_act(const char *head)
{
    static const char *const acts[] = {"module", "dns",    "file",    "delete", "stamp",
                                       "stream", "access", "thread",  "tamper", "pipe",
                                       "key",    "unkey",  "consumer"};
    for (size_t i = 0; i < PAW_COUNT_OF(acts); i++)
        if (strcmp(acts[i], head) == 0)
            return true;
    return false;
}

static void act_plain(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                      uint64_t t)
{
    for (size_t i = 0; i < PAW_COUNT_OF(plain_acts); i++) {
        if (strcmp(plain_acts[i].head, l->head) != 0)
            continue;
        const uint16_t id =
            plain_acts[i].id != 0 ? plain_acts[i].id : (uint16_t)number(number_option(l));
        begin(w, plain_acts[i].kind, t, plain_acts[i].provider, id);
        const bool of_package = id == 1040 || id == 1042; /* the others tell the product */
        add(strcmp(l->head, "msi") == 0 && !of_package ? PAW_F_PRODUCT : plain_acts[i].field,
            l->text);
        effect(p, plain_acts[i].effect, finish(w));
    }
}

/* PROVIDER/ID; the assistant's record is the one that the normaliser makes application control. */
static void act_event(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                      uint64_t t)
{
    const char *slash = strrchr(l->text, '/');
    if (slash == NULL) {
        wrong(w, l, "an event is PROVIDER/ID");
        return;
    }
    const char *provider = paw_arena_cstr(w->arena, (paw_str){l->text, (size_t)(slash - l->text)});
    const bool assistant = strstr(provider, "Program-Compatibility-Assistant") != NULL ||
                           strstr(provider, "Application-Experience") != NULL;
    begin(w, assistant ? PAW_KIND_CONTROL : PAW_KIND_OTHER, t, provider,
          (uint16_t)number(slash + 1));
    for (const struct vec_line *d = l->children; d != NULL; d = d->next) {
        const char *split = d->text == NULL ? NULL : strstr(d->text, " = ");
        if (split == NULL)
            continue;
        const paw_str name = {d->text, (size_t)(split - d->text)};
        if (paw_str_equal(name, PAW_LIT("ExePath")))
            add(PAW_F_FILE_PATH, split + 3);
        else
            paw_fact_add_other(&builder, name, str(split + 3));
    }
    effect(p, assistant ? PAW_EFFECT_CONTROL : PAW_EFFECT_OTHER, finish(w));
}

static void make_act(struct paw_world *w, struct case_process *p, const struct vec_line *l,
                     uint64_t t)
{
    if (w->as_4688 && is_sysmon_act(l->head))
        return;
    const char *h = l->head;
    if (strcmp(h, "module") == 0)
        act_module(w, p, l, t);
    else if (strcmp(h, "connect") == 0)
        act_connect(w, p, l, t);
    else if (strcmp(h, "file") == 0 || strcmp(h, "delete") == 0 || strcmp(h, "stamp") == 0 ||
             strcmp(h, "stream") == 0)
        act_file(w, p, l, t);
    else if (strcmp(h, "set") == 0 || strcmp(h, "unset") == 0 || strcmp(h, "key") == 0 ||
             strcmp(h, "unkey") == 0 || strcmp(h, "hive") == 0)
        act_registry(w, p, l, t);
    else if (strcmp(h, "access") == 0 || strcmp(h, "thread") == 0)
        act_other_process(w, p, l, t);
    else if (strcmp(h, "event") == 0)
        act_event(w, p, l, t);
    else
        act_plain(w, p, l, t);
}

static void make_acts(struct paw_world *w, const struct vec_line *lines, struct case_process *owner,
                      uint64_t *now)
{
    for (const struct vec_line *l = lines; l != NULL; l = l->next) {
        struct case_process *p = owner;
        if (l->class == VEC_PROCESS) {
            for (size_t i = 0; i < w->n_processes; i++)
                if (w->processes[i]->line == l)
                    p = w->processes[i];
            make_acts(w, l->children, p, now);
        } else if (l->class == VEC_ACT) {
            const uint64_t t =
                l->has_time ? shifted(FIRST_START, l->time_us) : (*now += 10000 * TICK);
            make_act(w, p, l, t);
        }
    }
}

/* Effects that nobody recorded are not there. */
static void forget(struct paw_world *w)
{
    static const struct {
        uint32_t need;
        enum paw_effect kinds[2];
    } rows[] = {
        {PAW_NEED_MODULES, {PAW_EFFECT_MODULE, PAW_EFFECT_MODULE}},
        {PAW_NEED_NETWORK, {PAW_EFFECT_NETWORK, PAW_EFFECT_DNS}},
        {PAW_NEED_DNS, {PAW_EFFECT_DNS, PAW_EFFECT_DNS}},
        {PAW_NEED_FILES, {PAW_EFFECT_FILE, PAW_EFFECT_FILE}},
        {PAW_NEED_REGISTRY, {PAW_EFFECT_REGISTRY, PAW_EFFECT_REGISTRY}},
        {PAW_NEED_ACCESS, {PAW_EFFECT_ACCESS, PAW_EFFECT_ACCESSED}},
        {PAW_NEED_THREADS, {PAW_EFFECT_THREAD, PAW_EFFECT_THREADED}},
        {PAW_NEED_PIPES, {PAW_EFFECT_PIPE, PAW_EFFECT_PIPE}},
        {PAW_NEED_POWERSHELL, {PAW_EFFECT_POWERSHELL, PAW_EFFECT_POWERSHELL}},
        {PAW_NEED_INSTALLER, {PAW_EFFECT_INSTALLER, PAW_EFFECT_INSTALLER}},
    };
    for (size_t i = 0; i < w->n_processes; i++)
        for (size_t k = 0; k < PAW_COUNT_OF(rows); k++)
            if ((w->without & rows[k].need) != 0)
                for (size_t e = 0; e < 2; e++)
                    w->processes[i]->x.effects[rows[k].kinds[e]] = (struct paw_effects){0};
}

/* Subjects that are no process ----------------------------------------------------------------- */

/* A value at rest where no command stands: what an act left behind. */
static bool make_residue(struct paw_world *w, paw_str path, const char *data)
{
    struct paw_regpath p;
    paw_regpath_read(str(as_sysmon_key(w, paw_arena_cstr(w->arena, path))), true, w->arena, &p);
    const struct paw_stand *stand = paw_stand_find(p.place, p.name);
    if (stand != NULL && !stand->is_path)
        return false;
    begin(w, PAW_KIND_VALUE, FIRST_START, "", 0);
    paw_fact_add(&builder, PAW_F_KEY, p.key);
    paw_fact_add(&builder, PAW_F_VALUE, p.name);
    add(PAW_F_DATA, data);
    w->alone.subject = PAW_SUBJECT_RECORD;
    w->alone.source = finish(w);
    w->alone.standing = (struct paw_standing){PAW_RESIDUE, p.key, p.name, false};
    return true;
}

static void make_standing(struct paw_world *w, const struct vec_line *l)
{
    struct paw_execution *x = &w->alone;
    const char *split = strstr(l->text, " = ");
    if (split == NULL) {
        wrong(w, l, "a standing command is NAME = COMMAND");
        return;
    }
    const paw_str path = {l->text, (size_t)(split - l->text)};
    if (strcmp(l->head, "hive") == 0 && make_residue(w, path, split + 3))
        return;
    const size_t last = paw_str_rfind_char(path, '\\');
    const bool is_value = strcmp(l->head, "set") == 0 || strcmp(l->head, "hive") == 0;
    x->subject = PAW_SUBJECT_STANDING;
    x->command_line = str(split + 3);
    x->standing = (struct paw_standing){
        .kind = l->head,
        .place = last == SIZE_MAX ? path : paw_str_sub(path, 0, last),
        .name = last == SIZE_MAX ? path : paw_str_from(path, last + 1),
        .is_autostart = true,
    };
    if (is_value) {
        const struct paw_stand *stand = paw_stand_find(x->standing.place, x->standing.name);
        if (stand == NULL || stand->is_path) {
            wrong(w, l, "no command stands there");
            return;
        }
        x->standing.kind = stand->kind;
        x->standing.is_autostart = stand->is_autostart;
    }
    if (paw_str_ends_name(x->command_line, PAW_LIT("\\1")) && !x->standing.is_autostart)
        x->command_line.n -= 2;
    begin(w, PAW_KIND_REGISTRY, FIRST_START, sysmon, 13);
    add(PAW_F_TARGET_OBJECT, as_sysmon_key(w, paw_arena_cstr(w->arena, path)));
    add(PAW_F_DETAILS, split + 3);
    x->source = finish(w);
}

static void make_alone(struct paw_world *w, const struct vec_line *l)
{
    struct paw_execution *x = &w->alone;
    x->time = x->logged = FIRST_START;
    x->seen = w->recorded & ~w->without;
    if (strcmp(l->head, "set") == 0 || strcmp(l->head, "service") == 0 ||
        strcmp(l->head, "task") == 0 || strcmp(l->head, "consumer") == 0 ||
        strcmp(l->head, "hive") == 0) {
        make_standing(w, l);
    } else {
        make_act(w, NULL, l, FIRST_START);
        x->source = w->n_facts == 0 ? NULL : w->facts[w->n_facts - 1];
        x->subject = PAW_SUBJECT_RECORD;
        if (strncmp(l->head, "ps", 2) == 0) {
            x->subject = PAW_SUBJECT_SCRIPT;
            x->command_line = str(l->text);
        }
    }
    if (x->command_line.p != NULL &&
        paw_understand(w->catalogue, &w->machine, w->arena, x) != PAW_OK)
        abort();
}

uint32_t case_recorded(const struct vec_row *row, bool as_4688)
{
    return !as_4688 ? ~UINT32_C(0)
                    : audited(row->lines) | PAW_NEED_PROCESSES | PAW_NEED_POWERSHELL |
                          PAW_NEED_INSTALLER | PAW_NEED_COMMAND_LINE | PAW_NEED_IMAGE |
                          PAW_NEED_USER | PAW_NEED_INTEGRITY | PAW_NEED_PARENT_IMAGE |
                          PAW_NEED_PARENT_COMMAND_LINE | PAW_NEED_PARENT;
}

void case_make(struct paw_world *w, const struct paw_catalogue *c, struct paw_arena *arena,
               const struct vec_row *row, bool as_4688, uint32_t without)
{
    *w = (struct paw_world){.catalogue = c, .arena = arena, .as_4688 = as_4688, .without = without};
    w->machine.dns_suffix = PAW_LIT("corp.example");
    w->machine.name = PAW_LIT("WKS01");
    w->recorded = case_recorded(row, as_4688);
    const struct vec_line *judged = vec_judged(row);
    const uint64_t zero = FIRST_START;
    uint64_t now = zero;
    if (judged != NULL && judged->class == VEC_PROCESS) {
        collect(w, row->lines, NULL, zero, &now);
        if (row->lines->next != NULL && row->lines->class == VEC_PROCESS && row->lines == judged &&
            row->lines->indent == 0)
            collect(w, NULL, w->judged, zero, &now);
        add_explorer(w);
        /* parents first: a child takes its user from them */
        for (unsigned round = 0; round < 4; round++)
            for (size_t i = w->n_processes; i-- > 0;)
                fill_fields(w, w->processes[i]);
        for (size_t i = 0; i < w->n_processes; i++)
            understand(w, w->processes[i]);
        relate(w);
        now = zero;
        make_acts(w, row->lines, NULL, &now);
        forget(w);
    } else if (judged != NULL && as_4688 && is_sysmon_act(judged->head)) {
        w->is_absent = true;
    } else if (judged != NULL) {
        make_alone(w, judged);
    }
}

struct paw_execution *case_judged(struct paw_world *w)
{
    return w->judged != NULL ? &w->judged->x : &w->alone;
}
