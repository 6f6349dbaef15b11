/* SPDX-License-Identifier: Apache-2.0 */
/* Registry values, written or at rest, standing commands, and records of other providers. */
#include "engine/catalogue.h"

#include <catspaw/questions.h>

#include <limits.h>

#include "core/fact.h"
#include "core/str.h"
#include "windows/programs.h"
#include "windows/regpath.h"

static const struct paw_span WHOLE = {0, 0};

/* Asked of every row for every value: most names differ in the first letter. */
static bool is_place(const struct paw_place *p, const char *name)
{
    return p->name[0] == name[0] && strcmp(p->name, name) == 0;
}

static const struct paw_place *place_of(const char *name, const struct paw_regpath *path)
{
    for (const struct paw_place *p = paw_places; p->name != NULL; p++)
        if (is_place(p, name) && paw_place_fits(p, path->place, path->name))
            return p;
    return NULL;
}

static paw_str data_of(const struct paw_fact *f, enum paw_field_id *field)
{
    *field = paw_fact_text(f, PAW_F_DETAILS).p != NULL ? PAW_F_DETAILS : PAW_F_DATA;
    return paw_fact_text(f, *field);
}

/* "DWORD (0x00000001)", "1", "0x1" */
static bool number_of(paw_str data, uint64_t *ret)
{
    const size_t at = paw_str_find_char(data, '(', 0);
    const size_t end = paw_str_find_char(data, ')', 0);
    if (at != SIZE_MAX && end != SIZE_MAX && end > at)
        data = paw_str_sub(data, at + 1, end - at - 1);
    return paw_str_u64(data, ret);
}

/* "u;1;https://host/": the kind of source and the number of the medium stand before it. */
static paw_str without_medium(paw_str data)
{
    if (data.n < 4 || data.p[1] != ';' ||
        paw_str_find_char(PAW_LIT("numNUM"), data.p[0], 0) == SIZE_MAX)
        return data;
    const size_t end = paw_str_find_char(data, ';', 2);
    return end == SIZE_MAX ? data : paw_str_from(data, end + 1);
}

static enum paw_truth data_fits(struct paw_exam *e, const struct paw_test *t, paw_str data)
{
    if (t->least != 0) {
        uint64_t n;
        return number_of(data, &n) && n >= t->least ? PAW_YES : PAW_NO;
    }
    struct paw_test path = *t;
    path.keys = NULL;
    path.flags &= ~(uint32_t)(PAW_NAMED_LIKE_TARGET | PAW_OTHER_KEY);
    if ((t->flags & PAW_OTHER_KEY) != 0)
        path.names = NULL;
    if (t->in == 0 && path.names == NULL && path.flags == 0 && t->same == PAW_NOBODY)
        return PAW_YES;
    return data.p == NULL ? PAW_NO : paw_exam_path(e, &path, without_medium(data));
}

static void cite_value(struct paw_exam *e, const struct paw_fact *f)
{
    enum paw_field_id field;
    const paw_str data = data_of(f, &field);
    const bool written = f->kind == PAW_KIND_REGISTRY;
    paw_exam_cite(e, f, written ? PAW_F_TARGET_OBJECT : PAW_F_KEY, WHOLE, PAW_ROLE_REGISTRY);
    if (data.n != 0)
        paw_exam_cite(e, f, field, WHOLE, PAW_ROLE_REGISTRY);
}

static paw_str key_name(const struct paw_regpath *path)
{
    const size_t last = paw_str_rfind_char(path->place, '\\');
    return last == SIZE_MAX ? (paw_str){0} : paw_str_from(path->place, last + 1);
}

/* Whether the value stands at the place that is asked for, in a key of such a name. */
static bool is_there(const struct paw_test *t, const struct paw_regpath *path)
{
    return path->place.p != NULL && place_of(t->keys[0], path) != NULL &&
           ((t->flags & PAW_OTHER_KEY) == 0 || !paw_list_fits(t->names, key_name(path)));
}

/* The value at rest that is judged itself: nobody is known to have written it. */
static enum paw_truth ask_residue(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    struct paw_regpath path;
    enum paw_field_id field;
    paw_regpath_read(x->standing.place, false, e->arena, &path);
    path.name = x->standing.name;
    if (!is_there(t, &path) || data_fits(e, t, data_of(x->source, &field)) != PAW_YES)
        return PAW_NO;
    cite_value(e, x->source);
    return PAW_YES;
}

/* What was written, not taken away; *has_value: a value, not a key. */
static bool is_write(const struct paw_fact *f, bool *has_value)
{
    const paw_str type = paw_fact_text(f, PAW_F_EVENT_TYPE);
    *has_value = !paw_str_glob(type, "*key");
    return !paw_str_starts_name(type, PAW_LIT("delete"));
}

/* Where all writes of the asked process fell: many questions name a place, most of them another. */
static const struct paw_place_set *places_written(struct paw_exam *e)
{
    const struct paw_execution *x = e->seat.real;
    const struct paw_effects *all = &x->effects[PAW_EFFECT_REGISTRY];
    if (e->written_of == x)
        return &e->written;
    e->written_of = x;
    e->written = (struct paw_place_set){{0}};
    for (size_t i = 0; i < all->n; i++) {
        struct paw_place_set one;
        bool has_value;
        if (!is_write(all->facts[i], &has_value))
            continue;
        paw_world_places(e->world, paw_fact_text(all->facts[i], PAW_F_TARGET_OBJECT), has_value,
                         e->arena, &one);
        for (size_t k = 0; k < PAW_PLACE_WORDS; k++)
            e->written.words[k] |= one.words[k];
    }
    return &e->written;
}

static bool may_be_written(struct paw_exam *e, const char *place)
{
    const unsigned number = paw_catalogue_number(e->catalogue, place);
    return number == UINT_MAX ||
           paw_places_meet(&e->catalogue->place_rows[number], places_written(e));
}

enum paw_truth paw_ask_registry(struct paw_exam *e, const struct paw_test *t)
{
    if (e->seat.real->subject == PAW_SUBJECT_RECORD && e->seat.real->standing.kind != NULL)
        return ask_residue(e, t);
    const struct paw_effects *all = &e->seat.real->effects[PAW_EFFECT_REGISTRY];
    const size_t n = all->n != 0 && may_be_written(e, t->keys[0]) ? all->n : 0;
    for (size_t i = 0; i < n; i++) {
        const struct paw_fact *f = all->facts[i];
        struct paw_regpath path;
        bool has_value;
        if (!is_write(f, &has_value))
            continue;
        paw_world_regpath(e->world, paw_fact_text(f, PAW_F_TARGET_OBJECT), has_value, e->arena,
                          &path);
        if (path.key.p == NULL || !is_there(t, &path))
            continue;
        enum paw_field_id field;
        const paw_str data = data_of(f, &field);
        if (data_fits(e, t, data) != PAW_YES)
            continue;
        paw_exam_cite(e, f, PAW_F_TARGET_OBJECT, WHOLE, PAW_ROLE_REGISTRY);
        if (data.p != NULL && (t->in != 0 || t->names != NULL || t->least != 0))
            paw_exam_cite(e, f, field, WHOLE, PAW_ROLE_REGISTRY);
        return PAW_YES;
    }
    enum paw_truth said;
    if (!paw_exam_could(e, PAW_NEED_REGISTRY, &said))
        return said;
    return all->total > all->n ? paw_exam_miss(e, PAW_NEED_REGISTRY) : PAW_NO;
}

/* Whether the value, or the key it stands in, is called what the command names. */
static bool is_named_like_target(struct paw_exam *e, const struct paw_fact *f)
{
    const paw_str target = paw_str_trim(e->judged->command.target.raw, " \t\"");
    struct paw_regpath path;
    if (target.n == 0)
        return false;
    if (f->kind == PAW_KIND_REGISTRY) {
        paw_regpath_read(paw_fact_text(f, PAW_F_TARGET_OBJECT), true, e->arena, &path);
    } else {
        paw_regpath_read(paw_fact_text(f, PAW_F_KEY), false, e->arena, &path);
        path.name = paw_fact_text(f, PAW_F_VALUE);
    }
    return paw_str_same_name(path.name, target) || paw_str_same_name(key_name(&path), target);
}

enum paw_truth paw_ask_reg_state(struct paw_exam *e, const struct paw_test *t)
{
    uint32_t missing = 0;
    bool could = false;
    if ((t->flags & PAW_NAMED_LIKE_TARGET) != 0 && e->judged->command.line.p == NULL)
        return paw_exam_miss(e, PAW_NEED_COMMAND_LINE);
    for (const struct paw_place *p = paw_places; p->name != NULL; p++) {
        if (!is_place(p, t->keys[0]))
            continue;
        uint32_t need = 0;
        const struct paw_facts found =
            paw_world_values(e->world, e->seat.real, p->key, p->value, &need);
        /* the last write, or what the hive holds: earlier ones are gone */
        for (size_t i = 0; i < found.n; i++) {
            enum paw_field_id field;
            if ((t->flags & PAW_NAMED_LIKE_TARGET) != 0 && !is_named_like_target(e, found.list[i]))
                continue;
            if (data_fits(e, t, data_of(found.list[i], &field)) != PAW_YES)
                continue;
            cite_value(e, found.list[i]);
            return PAW_YES;
        }
        could = could || found.could || found.n != 0;
        missing |= need != 0 ? need : p->need;
    }
    return could ? PAW_NO : paw_exam_miss(e, missing);
}

/* Classes ---------------------------------------------------------------------------------------
 */

enum { CLSID_LENGTH = 38 };

static bool is_clsid(paw_str s)
{
    static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
    if (s.n < CLSID_LENGTH)
        return false;
    for (size_t i = 0; i < CLSID_LENGTH; i++) {
        const char c = paw_lower(s.p[i]);
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (form[i] == 'x' ? !hex : c != form[i])
            return false;
    }
    return true;
}

static bool clsid_in(paw_str line, char *ret, struct paw_span *span)
{
    for (size_t at = paw_str_find_char(line, '{', 0); at != SIZE_MAX;
         at = paw_str_find_char(line, '{', at + 1)) {
        const paw_str here = paw_str_from(line, at);
        if (!is_clsid(here))
            continue;
        memcpy(ret, here.p, CLSID_LENGTH);
        ret[CLSID_LENGTH] = '\0';
        *span = (struct paw_span){(uint32_t)at, CLSID_LENGTH};
        return true;
    }
    return false;
}

static bool join(char *out, size_t room, const char *a, const char *b, const char *c)
{
    const size_t x = strlen(a), y = strlen(b), z = strlen(c);
    if (x + y + z >= room)
        return false;
    memcpy(out, a, x);
    memcpy(out + x, b, y);
    memcpy(out + x + y, c, z + 1);
    return true;
}

static struct paw_facts servers(struct paw_exam *e, const char *root, const char *clsid,
                                const char *below, uint32_t *need)
{
    char key[160];
    if (!join(key, sizeof key, root, clsid, below))
        return (struct paw_facts){0};
    return paw_world_values(e->world, e->seat.real, key, "", need);
}

static const struct paw_fact *server_that_fits(struct paw_exam *e, const struct paw_test *t,
                                               const char *clsid, bool *could, uint32_t *need)
{
    static const char *const below[] = {"\\inprocserver32", "\\localserver32", "\\scriptleturl"};
    static const char user[] = "HKCU\\software\\classes\\clsid\\";
    for (size_t i = 0; i < PAW_COUNT_OF(below); i++) {
        const struct paw_facts found = servers(e, user, clsid, below[i], need);
        *could = *could || found.could || found.n != 0;
        if ((t->flags & PAW_SCRIPTLET) != 0 && i != 2)
            continue;
        for (size_t k = 0; k < found.n; k++) {
            enum paw_field_id field;
            struct paw_test path = {.in = t->in, .names = t->names};
            if (data_fits(e, &path, data_of(found.list[k], &field)) == PAW_YES)
                return found.list[k];
        }
    }
    return NULL;
}

enum paw_truth paw_ask_class(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.x;
    char clsid[CLSID_LENGTH + 1];
    struct paw_span span;
    if (x->command.line.p == NULL)
        return paw_exam_miss(e, PAW_NEED_COMMAND_LINE);
    if (!clsid_in(x->command.line, clsid, &span))
        return PAW_NO;
    bool could = false;
    uint32_t need = 0;
    const struct paw_fact *found = server_that_fits(e, t, clsid, &could, &need);
    if (found == NULL)
        return could ? PAW_NO : paw_exam_miss(e, need != 0 ? need : PAW_NEED_HIVE_USRCLASS);
    if ((t->flags & PAW_MACHINE_TOO) != 0) {
        uint32_t machine = 0;
        const struct paw_facts also =
            servers(e, "HKLM\\software\\classes\\clsid\\", clsid, "\\*", &machine);
        if (also.n == 0)
            return also.could ? PAW_NO : paw_exam_miss(e, PAW_NEED_HIVE_SOFTWARE);
    }
    paw_exam_mark(e, PAW_F_COMMAND_LINE, span);
    cite_value(e, found);
    return PAW_YES;
}

/* Standing commands and other records -----------------------------------------------------------
 */

enum paw_truth paw_ask_standing(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_execution *x = e->seat.real;
    if (x->standing.kind == NULL)
        return PAW_NO;
    if ((t->flags & PAW_AUTOSTART) != 0 && !x->standing.is_autostart)
        return PAW_NO;
    if (t->names != NULL && !paw_list_fits(t->names, paw_str_of(x->standing.kind)))
        return PAW_NO;
    paw_exam_mark(e, PAW_F_COMMAND_LINE, WHOLE);
    return PAW_YES;
}

static bool id_fits(const struct paw_test *t, const struct paw_fact *f)
{
    if (t->names == NULL)
        return true;
    for (const char *const *id = t->names; *id != NULL; id++) {
        uint64_t n;
        if (paw_str_u64(paw_str_of(*id), &n) && n == f->event_id)
            return true;
    }
    return false;
}

/* First field of a list that the record has. */
static enum paw_field_id field_of(const struct paw_fact *f, const enum paw_field_id *fields)
{
    while (fields[1] != PAW_F_NONE && paw_fact_text(f, *fields).p == NULL)
        fields++;
    return *fields;
}

struct record_rule {
    enum paw_effect effect;
    enum paw_kind kind;
    enum paw_role role;
    enum paw_field_id fields[6];
    bool in_any; /* keys are looked for in every text of the record */
};

static bool any_text_fits(const struct paw_fact *f, const char *const *list)
{
    enum paw_field_id id;
    paw_str text;
    for (size_t i = 0; paw_fact_text_at(f, i, &id, &text); i++)
        if (paw_list_fits(list, text))
            return true;
    return false;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
}

/* A program of one of the sets that text names: its place, length 0 if there is none. */
static struct paw_span program_in(paw_str text, uint64_t sets)
{
    static const paw_str exe = PAW_LIT_INIT(".exe");
    for (size_t dot = paw_str_find_name(text, exe, 0); dot != SIZE_MAX;
         dot = paw_str_find_name(text, exe, dot + 1)) {
        const size_t end = dot + exe.n;
        size_t at = dot;
        if (end < text.n && is_word(text.p[end]))
            continue;
        while (at > 0 && is_word(text.p[at - 1]))
            at--;
        const paw_str word = paw_str_sub(text, at, end - at);
        const struct paw_identity *who =
            paw_identity_find(word, (paw_str){0}, (paw_str){0}, (paw_str){0});
        if (who != NULL && (who->sets & sets) != 0 && (who->sets & PAW_SET_COMMONNAME) == 0)
            return (struct paw_span){(uint32_t)at, (uint32_t)word.n};
    }
    return (struct paw_span){0};
}

/* Whether the record names a program of t->set in any of its texts; cites the first. */
static bool names_program(struct paw_exam *e, const struct paw_test *t, const struct paw_fact *f,
                          enum paw_role role)
{
    if (t->set == 0)
        return true;
    enum paw_field_id id;
    paw_str text;
    for (size_t i = 0; paw_fact_text_at(f, i, &id, &text); i++) {
        const struct paw_span span = program_in(text, t->set);
        if (span.length == 0)
            continue;
        if (id != PAW_F_OTHER)
            paw_exam_cite(e, f, id, span, role);
        return true;
    }
    return false;
}

/* Whether a class that the record names is registered by a user; cites what registers it. */
static bool names_user_class(struct paw_exam *e, const struct paw_fact *f)
{
    static const struct paw_test anything = {.in = 0};
    enum paw_field_id id;
    paw_str text;
    for (size_t i = 0; paw_fact_text_at(f, i, &id, &text); i++) {
        char clsid[CLSID_LENGTH + 1];
        struct paw_span span;
        bool could = false;
        uint32_t need = 0;
        const struct paw_fact *found = clsid_in(text, clsid, &span)
                                           ? server_that_fits(e, &anything, clsid, &could, &need)
                                           : NULL;
        if (found == NULL)
            continue;
        cite_value(e, found);
        return true;
    }
    return false;
}

static enum paw_truth ask_records(struct paw_exam *e, const struct paw_test *t,
                                  const struct record_rule *rule)
{
    const struct paw_execution *x = e->seat.real;
    const struct paw_effects *all = &x->effects[rule->effect];
    for (size_t i = 0; i <= all->n; i++) {
        const struct paw_fact *f = i < all->n ? all->facts[i] : x->source;
        if (f == NULL || f->kind != rule->kind || !id_fits(t, f))
            continue;
        const size_t marks = e->n_marks;
        if (!names_program(e, t, f, rule->role))
            continue;
        const enum paw_field_id field = field_of(f, rule->fields);
        const paw_str text = paw_fact_text(f, field);
        if (t->keys != NULL &&
            !(rule->in_any ? any_text_fits(f, t->keys) : paw_list_fits(t->keys, text))) {
            e->n_marks = marks;
            continue;
        }
        if ((t->flags & PAW_USER_HIVE) != 0 && !names_user_class(e, f)) {
            e->n_marks = marks;
            continue;
        }
        if (t->in != 0 || t->same != PAW_NOBODY) {
            struct paw_test path = {.in = t->in, .same = t->same};
            const uint32_t missing = e->missing;
            if (text.p == NULL || paw_exam_path(e, &path, text) != PAW_YES) {
                e->missing = missing;
                e->n_marks = marks;
                continue;
            }
        }
        paw_exam_cite(e, f, field, WHOLE, rule->role);
        return PAW_YES;
    }
    return PAW_NO;
}

enum paw_truth paw_ask_installer(struct paw_exam *e, const struct paw_test *t)
{
    static const struct record_rule rule = {
        PAW_EFFECT_INSTALLER,
        PAW_KIND_INSTALLER,
        PAW_ROLE_INSTALLER,
        {PAW_F_PACKAGE, PAW_F_PRODUCT, PAW_F_MESSAGE, PAW_F_NONE}};
    const enum paw_truth said = ask_records(e, t, &rule);
    enum paw_truth could;
    if (said == PAW_YES)
        return said;
    (void)paw_exam_could(e, PAW_NEED_INSTALLER, &could);
    return could;
}

enum paw_truth paw_ask_control(struct paw_exam *e, const struct paw_test *t)
{
    static const struct record_rule rule = {
        PAW_EFFECT_CONTROL, PAW_KIND_CONTROL, PAW_ROLE_CONTROL, {PAW_F_FILE_PATH, PAW_F_NONE}};
    return ask_records(e, t, &rule);
}

enum paw_truth paw_ask_malware(struct paw_exam *e, const struct paw_test *t)
{
    static const struct record_rule rule = {
        PAW_EFFECT_ANTIMALWARE,
        PAW_KIND_ANTIMALWARE,
        PAW_ROLE_ANTIMALWARE,
        {PAW_F_THREAT_PATH, PAW_F_TARGET_COMMAND_LINE, PAW_F_THREAT_NAME, PAW_F_NONE},
        true};
    return ask_records(e, t, &rule);
}

/* What stands between head and the next ` = ` or the end. */
static paw_str behind(paw_str text, const char *head)
{
    const size_t at = paw_str_find_name(text, paw_str_of(head), 0);
    if (at == SIZE_MAX)
        return (paw_str){0};
    const paw_str rest = paw_str_from(text, at + strlen(head));
    const size_t end = paw_str_find(rest, PAW_LIT(" = "), 0);
    return paw_str_trim(end == SIZE_MAX ? rest : paw_str_sub(rest, 0, end), " \\");
}

/* Whether the anti-malware's exclusion that text names holds for the target or the program. */
static bool excludes(struct paw_exam *e, paw_str text)
{
    static const paw_str word = PAW_LIT_INIT("\\Exclusions\\");
    const struct paw_path *target = &e->judged->command.target;
    if (text.n <= word.n || paw_str_find_name(text, word, 0) == SIZE_MAX)
        return false;
    const paw_str folder = behind(text, "\\Exclusions\\Paths\\");
    if (folder.n > 2 && paw_str_starts_name(target->norm, folder))
        return target->norm.n == folder.n || target->norm.p[folder.n] == '\\';
    const paw_str ext = behind(text, "\\Exclusions\\Extensions\\");
    if (ext.n != 0 && target->ext.n != 0)
        return paw_str_same_name(paw_str_trim(ext, "."), target->ext);
    const paw_str process = behind(text, "\\Exclusions\\Processes\\");
    return process.n != 0 && paw_str_ends_name(process, e->judged->name);
}

static bool event_fits(struct paw_exam *e, const struct paw_test *t, const struct paw_fact *f)
{
    if (t->same != PAW_MY_TARGET)
        return true;
    enum paw_field_id id;
    paw_str text;
    for (size_t i = 0; paw_fact_text_at(f, i, &id, &text); i++)
        if (excludes(e, text))
            return true;
    return false;
}

enum paw_truth paw_ask_event(struct paw_exam *e, const struct paw_test *t)
{
    const struct paw_facts found =
        paw_world_events(e->world, e->seat.real, t->keys[0], (uint16_t)t->least,
                         (uint32_t)(t->seconds < 0 ? -t->seconds : t->seconds));
    for (size_t i = 0; i < found.n; i++) {
        if (t->same == PAW_MY_TARGET && found.list[i]->time > e->judged->time)
            continue; /* what came later did not help it */
        if (!event_fits(e, t, found.list[i]))
            continue;
        paw_exam_cite(e, found.list[i], PAW_F_PROVIDER, WHOLE, PAW_ROLE_CONTEXT);
        return PAW_YES;
    }
    return PAW_NO;
}
