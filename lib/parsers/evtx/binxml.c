/* SPDX-License-Identifier: Apache-2.0 */
/* BinXML tokens become plans: see binxml.h. Tokens and layouts: MS-EVEN6 2.2.12, docs, EVTX 5. */
#include "parsers/evtx/binxml.h"

#include "core/cursor.h"
#include "core/fact.h"
#include "core/str.h"
#include "core/utf16.h"

enum {
    TOKEN_ELEMENT = 0x01,
    TOKEN_CLOSE_START = 0x02,
    TOKEN_CLOSE_EMPTY = 0x03,
    TOKEN_END_ELEMENT = 0x04,
    TOKEN_TEXT = 0x05,
    TOKEN_ATTRIBUTE = 0x06,
    TOKEN_CDATA = 0x07,
    TOKEN_CHARACTER = 0x08,
    TOKEN_ENTITY = 0x09,
    TOKEN_PI_TARGET = 0x0A,
    TOKEN_PI_DATA = 0x0B,
    TOKEN_VALUE = 0x0D,
    TOKEN_OPTIONAL_VALUE = 0x0E,
    MORE = 0x40,
    DEFINITION_HEAD = 24,
    NOWHERE = UINT16_MAX,
};

struct compiling {
    struct paw_cursor in; /* the chunk up to the stream's end */
    paw_bytes chunk;
    struct paw_arena *texts;
    struct paw_binxml_step *steps;
    struct paw_binxml_mark *marks;
    uint32_t n, n_marks;
    uint32_t n_values;
    uint32_t depth;
    uint16_t open[PAW_BINXML_DEPTH_MAX]; /* steps of the open elements  */
    uint16_t attribute;                  /* step of the open attribute  */
    bool has_dependencies, is_lossy, has_bad_name, has_failed, has_no_memory;
};

/* Names -----------------------------------------------------------------------------------------
 */

static uint8_t known_name(paw_str name, bool is_attribute)
{
    static const struct {
        const char *name;
        uint8_t id;
    } known[] = {
        {"Event", PAW_NAME_EVENT},
        {"System", PAW_NAME_SYSTEM},
        {"EventData", PAW_NAME_EVENT_DATA},
        {"UserData", PAW_NAME_USER_DATA},
        {"ProcessingErrorData", PAW_NAME_PROCESSING_ERROR_DATA},
        {"Data", PAW_NAME_DATA},
        {"ComplexData", PAW_NAME_COMPLEX_DATA},
        {"Provider", PAW_NAME_PROVIDER},
        {"EventID", PAW_NAME_EVENT_ID},
        {"EventRecordID", PAW_NAME_EVENT_RECORD_ID},
        {"TimeCreated", PAW_NAME_TIME_CREATED},
        {"Execution", PAW_NAME_EXECUTION},
        {"Channel", PAW_NAME_CHANNEL},
        {"Computer", PAW_NAME_COMPUTER},
        {"Security", PAW_NAME_SECURITY},
        {"Name", PAW_NAME_NAME},
        {"EventSourceName", PAW_NAME_EVENT_SOURCE_NAME},
        {"SystemTime", PAW_NAME_SYSTEM_TIME},
        {"ProcessID", PAW_NAME_PROCESS_ID},
        {"UserID", PAW_NAME_USER_ID},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(known); i++)
        if ((known[i].id >= PAW_NAME_NAME) == is_attribute &&
            paw_str_equal(name, paw_str_of(known[i].name)))
            return known[i].id;
    return PAW_NAME_OTHER;
}

static paw_str local_part(paw_str name)
{
    const size_t colon = paw_str_rfind_char(name, ':');
    return colon == SIZE_MAX ? name : paw_str_from(name, colon + 1);
}

/* Low 16 bits of the writer's hash (docs, EVTX 5.3). */
static uint16_t name_hash(paw_u16 u)
{
    uint32_t h = 0;
    for (size_t i = 0; i < u.units; i++)
        h = h * 65599 + paw_le16(u.p + 2 * i);
    return (uint16_t)h;
}

/* The bytes from here to the cursor depend on the chunk. */
static void mark(struct compiling *c, size_t at, uint32_t name_at)
{
    if (c->n_marks < PAW_BINXML_MARKS_MAX)
        c->marks[c->n_marks] = (struct paw_binxml_mark){(uint32_t)at, (uint32_t)c->in.pos, name_at};
    c->n_marks++;
}

static void take_size(struct compiling *c)
{
    const size_t at = c->in.pos;
    (void)paw_cursor_u32(&c->in); /* the tokens say it better */
    mark(c, at, 0);
}

/* A text, and how it stands if U+FFFD had to be put into it. */
struct text {
    paw_str text, exact;
};

static struct text take_text(struct compiling *c, paw_u16 units)
{
    bool is_lossy = false;
    struct text t = {.text = paw_utf16_text(c->texts, units, &is_lossy)};
    if (is_lossy)
        t.exact = paw_utf16_exact(c->texts, units);
    c->is_lossy = c->is_lossy || is_lossy;
    c->has_no_memory = c->has_no_memory || t.text.p == NULL || (is_lossy && t.exact.p == NULL);
    return t;
}

/* The name that a reference names; a structure that stands right here is stepped over. */
static struct text take_name(struct compiling *c)
{
    const size_t from = c->in.pos;
    const uint32_t at = paw_cursor_u32(&c->in);
    const struct paw_cursor whole = paw_cursor_over(c->chunk);
    struct paw_cursor name = paw_cursor_window(&whole, at, at < c->chunk.n ? c->chunk.n - at : 0);
    (void)paw_cursor_u32(&name); /* next of its chain */
    const uint16_t hash = paw_cursor_u16(&name);
    const uint16_t n = paw_cursor_u16(&name);
    const paw_u16 units = paw_utf16_of(paw_cursor_take_items(&name, n, 2));
    if (!paw_cursor_ok(&c->in) || !paw_cursor_ok(&name) || at < PAW_EVTX_CHUNK_HEADER) {
        c->has_failed = true;
        return (struct text){0};
    }
    if (at == c->in.pos) {
        (void)paw_cursor_take(&c->in, 8);
        (void)paw_cursor_take_items(&c->in, (size_t)n + 1, 2);
    }
    mark(c, from, at);
    /* Zeros are the name of no characters, whose hash is right. */
    c->has_bad_name = c->has_bad_name || n == 0 || hash != name_hash(units);
    return take_text(c, units);
}

/* Steps -----------------------------------------------------------------------------------------
 */

static struct paw_binxml_step *add(struct compiling *c, enum paw_binxml_kind kind, paw_str text)
{
    /* one is kept free for each open element's end */
    if (c->n + c->depth >= PAW_BINXML_STEPS_MAX - 1) {
        c->has_failed = true;
        return NULL;
    }
    struct paw_binxml_step *s = &c->steps[c->n++];
    *s = (struct paw_binxml_step){
        .kind = (uint8_t)kind, .index = PAW_BINXML_NONE, .array = PAW_BINXML_NONE, .text = text};
    return s;
}

static void end_attribute(struct compiling *c)
{
    if (c->attribute != NOWHERE)
        c->steps[c->attribute].end = (uint16_t)c->n;
    c->attribute = NOWHERE;
}

static void begin_element(struct compiling *c, bool has_attributes)
{
    const uint16_t dependency = c->has_dependencies ? paw_cursor_u16(&c->in) : PAW_BINXML_NONE;
    take_size(c);
    const struct text full = take_name(c);
    const paw_str name = local_part(full.text);
    if (has_attributes)
        take_size(c);
    if (c->depth == PAW_BINXML_DEPTH_MAX)
        c->has_failed = true;
    if (c->has_failed || !paw_cursor_ok(&c->in))
        return;
    struct paw_binxml_step *s = add(c, PAW_STEP_OPEN, name);
    if (s == NULL)
        return;
    s->name = known_name(name, false);
    s->exact = full.exact.p != NULL ? full.exact : name.n != full.text.n ? full.text : s->exact;
    s->index = dependency;
    c->open[c->depth++] = (uint16_t)(c->n - 1);
}

static void end_element(struct compiling *c, bool is_empty)
{
    end_attribute(c);
    if (c->depth == 0) {
        c->has_failed = true;
        return;
    }
    const uint16_t open = c->open[--c->depth];
    struct paw_binxml_step *s = add(c, PAW_STEP_CLOSE, (paw_str){0});
    if (s == NULL)
        return;
    s->name = is_empty;
    c->steps[open].end = (uint16_t)c->n;
}

static void begin_attribute(struct compiling *c)
{
    end_attribute(c);
    const struct text full = take_name(c);
    const paw_str name = full.text, local = local_part(name);
    if (c->has_failed || c->depth == 0) {
        c->has_failed = true;
        return;
    }
    struct paw_binxml_step *s = add(c, PAW_STEP_ATTRIBUTE, name);
    if (s == NULL)
        return;
    s->exact = full.exact;
    s->name = paw_str_starts(name, PAW_LIT("xmlns")) ? PAW_NAME_XMLNS : known_name(local, true);
    c->attribute = (uint16_t)(c->n - 1);
}

static void take_units(struct compiling *c, size_t n)
{
    const paw_u16 units = paw_utf16_of(paw_cursor_take_items(&c->in, n, 2));
    if (!paw_cursor_ok(&c->in))
        return;
    const struct text t = take_text(c, units);
    struct paw_binxml_step *s = add(c, PAW_STEP_TEXT, t.text);
    if (s != NULL)
        s->exact = t.exact;
}

static void take_pi_target(struct compiling *c)
{
    end_attribute(c);
    const struct text full = take_name(c);
    struct paw_binxml_step *s = c->has_failed ? NULL : add(c, PAW_STEP_PI, full.text);
    if (s == NULL)
        return;
    s->exact = full.exact;
    s->end = (uint16_t)c->n;
}

/* Data follow their target; alone they mean nothing. */
static void take_pi_data(struct compiling *c)
{
    const size_t n = paw_cursor_u16(&c->in);
    if (c->n == 0 || c->steps[c->n - 1].kind != PAW_STEP_PI) {
        (void)paw_cursor_take_items(&c->in, n, 2);
        return;
    }
    const uint32_t target = c->n - 1;
    take_units(c, n);
    c->steps[target].end = (uint16_t)c->n;
}

static void take_entity(struct compiling *c)
{
    static const struct {
        const char *name, *text;
    } known[] = {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
    const paw_str name = take_name(c).text;
    for (size_t i = 0; i < PAW_COUNT_OF(known); i++)
        if (paw_str_equal(name, paw_str_of(known[i].name))) {
            (void)add(c, PAW_STEP_TEXT, paw_str_of(known[i].text));
            return;
        }
    const paw_str before = paw_arena_join(c->texts, PAW_LIT("&"), name);
    (void)add(c, PAW_STEP_TEXT, paw_arena_join(c->texts, before, PAW_LIT(";")));
}

static void take_value(struct compiling *c)
{
    const uint16_t index = paw_cursor_u16(&c->in);
    const uint8_t type = paw_cursor_u8(&c->in);
    if (!paw_cursor_ok(&c->in))
        return;
    if (c->attribute == NOWHERE && c->depth != 0) {
        struct paw_binxml_step *open = &c->steps[c->open[c->depth - 1]];
        open->array = open->array == PAW_BINXML_NONE ? index : open->array;
    }
    struct paw_binxml_step *s = add(c, PAW_STEP_VALUE, (paw_str){0});
    if (s == NULL)
        return;
    s->name = type;
    s->index = index;
    if (c->n_values <= index)
        c->n_values = index + 1U;
}

/* A template instance among elements: its place is kept, its values are stepped over. */
static void take_instance(struct compiling *c)
{
    struct paw_binxml_instance instance;
    const uint32_t from = (uint32_t)c->in.pos;
    if (c->has_dependencies || /* inside a template: endless if it is its own */
        !paw_binxml_instance_read(c->chunk, from, (uint32_t)c->in.len, c->texts, &instance)) {
        c->has_failed = true;
        return;
    }
    struct paw_binxml_step *s = add(c, PAW_STEP_INSTANCE, (paw_str){0});
    if (s != NULL)
        s->index = (uint16_t)from;
    (void)paw_cursor_take(&c->in, instance.end - from);
}

static void take_token(struct compiling *c, uint8_t token)
{
    switch (token & ~MORE) {
    case TOKEN_ELEMENT:
        begin_element(c, (token & MORE) != 0);
        break;
    case TOKEN_CLOSE_START:
        end_attribute(c);
        break;
    case TOKEN_CLOSE_EMPTY:
    case TOKEN_END_ELEMENT:
        end_element(c, token == TOKEN_CLOSE_EMPTY);
        break;
    case TOKEN_TEXT:
        (void)paw_cursor_u8(&c->in); /* type: always a string */
        take_units(c, paw_cursor_u16(&c->in));
        break;
    case TOKEN_ATTRIBUTE:
        begin_attribute(c);
        break;
    case TOKEN_CDATA:
        take_units(c, paw_cursor_u16(&c->in));
        break;
    case TOKEN_CHARACTER:
        take_units(c, 1);
        break;
    case TOKEN_ENTITY:
        take_entity(c);
        break;
    case TOKEN_PI_TARGET:
        take_pi_target(c);
        break;
    case TOKEN_PI_DATA:
        take_pi_data(c);
        break;
    case PAW_BINXML_INSTANCE:
        take_instance(c);
        break;
    case TOKEN_VALUE:
    case TOKEN_OPTIONAL_VALUE:
        take_value(c);
        break;
    case PAW_BINXML_FRAGMENT:
        (void)paw_cursor_take(&c->in, 3);
        break;
    default:
        c->has_failed = true;
        break;
    }
}

uint64_t paw_binxml_hash(const struct paw_binxml_plan *p)
{
    uint64_t h = p->n_steps;
    for (uint32_t i = 0; i < p->n_steps; i++) {
        const struct paw_binxml_step *s = &p->steps[i];
        const uint16_t own[4] = {(uint16_t)(s->kind << 8 | s->name), s->index, s->array, s->end};
        h = paw_hash(s->text.p, s->text.n, paw_hash(own, sizeof(own), h));
    }
    return h;
}

bool paw_binxml_compile(struct paw_binxml_compiler *compiler, paw_bytes chunk, uint32_t from,
                        uint32_t end, bool has_dependencies, struct paw_arena *texts,
                        struct paw_binxml_plan *ret, uint32_t *ret_end)
{
    struct compiling c;
    memset(&c, 0, offsetof(struct compiling, open));
    const size_t n = end < chunk.n ? end : chunk.n;
    c.in = paw_cursor_over((paw_bytes){chunk.p, n});
    c.chunk = chunk;
    c.texts = texts;
    c.steps = compiler->steps;
    c.marks = compiler->marks;
    c.attribute = NOWHERE;
    c.has_dependencies = has_dependencies;
    c.is_lossy = c.has_bad_name = c.has_failed = c.has_no_memory = false;
    (void)paw_cursor_take(&c.in, from);
    bool is_ended = false;
    while (!is_ended && !c.has_failed && !c.has_no_memory && paw_cursor_left(&c.in) != 0) {
        const uint8_t token = paw_cursor_u8(&c.in);
        if (token == PAW_BINXML_END)
            is_ended = true;
        else
            take_token(&c, token);
        c.has_failed = c.has_failed || !paw_cursor_ok(&c.in);
    }
    *ret_end = (uint32_t)c.in.pos;
    compiler->n_marks = c.n_marks;
    const bool is_cut = c.has_failed || c.depth != 0;
    c.has_failed = false;
    while (c.depth != 0)
        end_element(&c, false);
    *ret = (struct paw_binxml_plan){.steps = compiler->steps,
                                    .n_steps = c.n,
                                    .n_values = c.n_values,
                                    .is_cut = is_cut,
                                    .is_lossy = c.is_lossy,
                                    .has_bad_name = c.has_bad_name};
    ret->hash = paw_binxml_hash(ret);
    return !c.has_no_memory;
}

struct paw_binxml_plan *paw_binxml_keep(const struct paw_binxml_plan *p, struct paw_arena *a)
{
    struct paw_binxml_plan *kept = paw_arena_alloc(a, sizeof(*kept));
    struct paw_binxml_step *steps = paw_arena_array(a, p->n_steps, sizeof(*steps));
    if (kept == NULL || steps == NULL)
        return NULL;
    for (uint32_t i = 0; i < p->n_steps; i++) {
        steps[i] = p->steps[i];
        steps[i].text = paw_arena_str(a, p->steps[i].text);
        steps[i].exact = paw_arena_str(a, p->steps[i].exact);
        if ((steps[i].text.p == NULL && p->steps[i].text.p != NULL) ||
            (steps[i].exact.p == NULL && p->steps[i].exact.p != NULL))
            return NULL;
    }
    *kept = *p;
    kept->steps = steps;
    return kept;
}

struct paw_binxml_plan *paw_binxml_elements(struct paw_binxml_compiler *c, paw_bytes chunk,
                                            uint32_t from, uint32_t end, struct paw_arena *a,
                                            uint32_t *ret_end)
{
    struct paw_binxml_plan plan;
    *ret_end = end;
    return paw_binxml_compile(c, chunk, from, end, false, a, &plan, ret_end)
               ? paw_binxml_keep(&plan, a)
               : NULL;
}

bool paw_binxml_same(const struct paw_binxml_plan *a, const struct paw_binxml_plan *b)
{
    if (a->hash != b->hash || a->n_steps != b->n_steps || a->is_cut != b->is_cut ||
        a->has_bad_name != b->has_bad_name || a->is_lossy != b->is_lossy ||
        memcmp(a->guid, b->guid, sizeof(a->guid)) != 0)
        return false;
    for (uint32_t i = 0; i < a->n_steps; i++) {
        const struct paw_binxml_step *x = &a->steps[i], *y = &b->steps[i];
        if (x->kind != y->kind || x->index != y->index || x->array != y->array ||
            x->end != y->end || !paw_str_equal(x->text, y->text) ||
            !paw_str_equal(x->exact, y->exact))
            return false;
    }
    return true;
}

/* Shapes ----------------------------------------------------------------------------------------
 */

/* Hash, length and characters of a name: all of its structure but the link of its chain. */
static paw_bytes name_bytes(const struct paw_cursor *whole, uint32_t at)
{
    struct paw_cursor c = paw_cursor_window(whole, at, at < whole->len ? whole->len - at : 0);
    struct paw_cursor length = c;
    (void)paw_cursor_take(&length, 6);
    const size_t n = paw_cursor_u16(&length);
    (void)paw_cursor_u32(&c);
    return paw_cursor_take(&c, 4 + 2 * n);
}

struct paw_binxml_shape paw_binxml_shape_of(const struct paw_binxml_compiler *c, paw_bytes chunk,
                                            uint32_t from, uint32_t end, struct paw_arena *a)
{
    const struct paw_cursor whole = paw_cursor_over(chunk);
    const uint32_t n = c->n_marks + 1; /* and the end */
    struct paw_binxml_part *parts = NULL;
    uint8_t *bytes = NULL;
    size_t used = 0;
    if (c->n_marks <= PAW_BINXML_MARKS_MAX)
        parts = paw_arena_array(a, n, sizeof(*parts));
    for (uint32_t i = 0; parts != NULL && i < c->n_marks; i++)
        used += c->marks[i].name_at == 0 ? 0 : name_bytes(&whole, c->marks[i].name_at).n;
    if (parts != NULL && used < PAW_EVTX_CHUNK_BYTES)
        bytes = paw_arena_alloc(a, used + (end - from));
    if (bytes == NULL)
        return (struct paw_binxml_shape){0};
    used = 0;
    uint32_t at = from;
    for (uint32_t i = 0; i < n; i++) {
        const struct paw_binxml_mark *m = i < c->n_marks ? &c->marks[i] : NULL;
        const uint32_t to = m == NULL ? end : m->at;
        const paw_bytes name =
            m == NULL || m->name_at == 0 ? (paw_bytes){0} : name_bytes(&whole, m->name_at);
        memcpy(bytes + used, chunk.p + at, to - at);
        used += to - at;
        if (name.n != 0)
            memcpy(bytes + used, name.p, name.n);
        used += name.n;
        parts[i] = (struct paw_binxml_part){(uint16_t)(to - at), (uint16_t)name.n};
        at = m == NULL ? end : m->behind;
    }
    return (struct paw_binxml_shape){n, parts, bytes};
}

bool paw_binxml_has_shape(const struct paw_binxml_shape *shape, paw_bytes chunk, uint32_t from,
                          uint32_t end)
{
    const struct paw_cursor whole = paw_cursor_over(chunk);
    struct paw_cursor c = paw_cursor_window(&whole, 0, end);
    const uint8_t *bytes = shape->bytes;
    (void)paw_cursor_take(&c, from);
    for (uint32_t i = 0; i < shape->n_parts; i++) {
        const struct paw_binxml_part *p = &shape->parts[i];
        const paw_bytes same = paw_cursor_take(&c, p->n);
        if (!paw_cursor_ok(&c) || (p->n != 0 && memcmp(same.p, bytes, p->n) != 0))
            return false;
        bytes += p->n;
        if (i + 1 == shape->n_parts)
            return true;
        const uint32_t at = paw_cursor_u32(&c);
        if (p->n_name == 0)
            continue;
        struct paw_cursor name = paw_cursor_window(&whole, at, 4 + (size_t)p->n_name);
        (void)paw_cursor_u32(&name); /* next of its chain */
        const paw_bytes own = paw_cursor_take(&name, p->n_name);
        if (!paw_cursor_ok(&name) || at < PAW_EVTX_CHUNK_HEADER ||
            memcmp(own.p, bytes, p->n_name) != 0)
            return false;
        bytes += p->n_name;
        if (at == c.pos)
            (void)paw_cursor_take(&c, 4 + (size_t)p->n_name + 2);
    }
    return false; /* not kept */
}

/* Template instances ----------------------------------------------------------------------------
 */

/* Whether a definition stands there under that identifier; the size of its body. */
static bool read_definition(const struct paw_cursor *chunk, uint32_t at, uint32_t id,
                            uint32_t *size)
{
    struct paw_cursor d = paw_cursor_window(chunk, at, DEFINITION_HEAD);
    (void)paw_cursor_u32(&d);
    const uint32_t own_id = paw_cursor_u32(&d);
    (void)paw_cursor_take(&d, 12);
    *size = paw_cursor_u32(&d);
    return paw_cursor_ok(&d) && at >= PAW_EVTX_CHUNK_HEADER && own_id == id;
}

/* The values between the cursor and its end; those that are not there whole are null. */
static void read_values(struct paw_cursor *c, struct paw_binxml_instance *ret)
{
    enum { DESCRIPTOR = 4 };
    const uint8_t *d = paw_cursor_take_items(c, ret->n, DESCRIPTOR).p;
    size_t at = c->pos;
    for (uint32_t i = 0; i < ret->n && d != NULL; i++, d += DESCRIPTOR) {
        const uint16_t size = paw_le16(d);
        if (size > c->len - at) {
            ret->is_cut = true;
            at = c->len;
            continue;
        }
        ret->values[i] =
            (struct paw_evtx_value){.type = d[2], .size = size, .offset = (uint32_t)at};
        at += size;
    }
    (void)paw_cursor_take(c, at - c->pos);
}

bool paw_binxml_instance_read(paw_bytes chunk, uint32_t from, uint32_t end, struct paw_arena *a,
                              struct paw_binxml_instance *ret)
{
    const struct paw_cursor whole = paw_cursor_over(chunk);
    struct paw_cursor c = paw_cursor_window(&whole, 0, end < chunk.n ? end : chunk.n);
    struct paw_binxml_instance got = {0};
    uint32_t size = 0;
    (void)paw_cursor_take(&c, from);
    (void)paw_cursor_u8(&c); /* always 1 */
    got.id = paw_cursor_u32(&c);
    got.definition = paw_cursor_u32(&c);
    got.has_definition = read_definition(&whole, got.definition, got.id, &size);
    if (got.definition == c.pos) {
        (void)paw_cursor_take(&c, DEFINITION_HEAD);
        (void)paw_cursor_take(&c, size);
    }
    got.n = paw_cursor_u32(&c);
    if (!paw_cursor_ok(&c) || got.n > paw_cursor_left(&c) / 4)
        return false;
    got.values = paw_arena_array(a, got.n, sizeof(*got.values));
    if (got.values == NULL)
        return false;
    read_values(&c, &got);
    got.end = (uint32_t)c.pos;
    *ret = got;
    return true;
}

bool paw_binxml_first_instance(paw_bytes chunk, uint32_t from, uint32_t end, struct paw_arena *a,
                               struct paw_binxml_instance *ret)
{
    const struct paw_cursor whole = paw_cursor_over(chunk);
    struct paw_cursor c = paw_cursor_window(&whole, 0, end);
    (void)paw_cursor_take(&c, from);
    uint8_t token = paw_cursor_u8(&c);
    if (token == PAW_BINXML_FRAGMENT) {
        (void)paw_cursor_take(&c, 3); /* its version */
        token = paw_cursor_u8(&c);
    }
    return paw_cursor_ok(&c) && token == PAW_BINXML_INSTANCE &&
           paw_binxml_instance_read(chunk, (uint32_t)c.pos, end, a, ret);
}

enum paw_binxml_piece paw_binxml_stream_next(struct paw_binxml_stream *s, struct paw_arena *a,
                                             struct paw_binxml_instance *ret)
{
    const struct paw_cursor whole = paw_cursor_over(s->chunk);
    struct paw_cursor c = paw_cursor_window(&whole, s->at, s->end - s->at);
    const uint8_t token = paw_cursor_u8(&c);
    s->part_at = s->at;
    s->at = s->end;
    if (token == PAW_BINXML_FRAGMENT) {
        (void)paw_cursor_take(&c, 3); /* its version */
        s->at -= (uint32_t)paw_cursor_left(&c);
        return paw_cursor_ok(&c) ? PAW_PIECE_FRAGMENT : PAW_PIECE_END;
    }
    if (token == PAW_BINXML_END)
        return PAW_PIECE_END;
    if (token != PAW_BINXML_INSTANCE)
        return PAW_PIECE_ELEMENTS;
    if (!paw_binxml_instance_read(s->chunk, s->part_at + 1, s->end, a, ret))
        return PAW_PIECE_CUT;
    s->at = ret->end;
    return PAW_PIECE_INSTANCE;
}

bool paw_binxml_fits(const struct paw_binxml_plan *p, const struct paw_binxml_instance *instance)
{
    enum { TYPE_SIZE = 0x10 }; /* comes as a hexadecimal number of either size */
    if (p->is_cut || p->has_bad_name || p->n_values > instance->n)
        return false;
    for (uint32_t i = 0; i < p->n_steps; i++) {
        const struct paw_binxml_step *s = &p->steps[i];
        if (s->kind != PAW_STEP_VALUE)
            continue;
        const uint8_t type = instance->values[s->index].type;
        if (type != PAW_EVTX_TYPE_NULL && type != s->name && s->name != TYPE_SIZE)
            return false;
    }
    return true;
}
