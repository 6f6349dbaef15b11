/* SPDX-License-Identifier: Apache-2.0 */
/* Carried payload templates: see known_templates.h. known_templates.tsv has 446, met on real hosts;
 * its columns are provider, event, GUID, root element, slots. */
#include "parsers/evtx/known_templates.h"

#include "core/cursor.h"
#include "core/str.h"

enum {
    STEPS_PER_SLOT = 5, /* element, attribute, its text, value, end */
    SLOTS_MAX = 128,
};

static const struct row {
    uint8_t guid[PAW_BINXML_GUID];
    const char *root;
    const char *slots; /* index:type:name; … */
    const char *provider;
    uint16_t event_id;
} rows[] = {
#include "parsers/evtx/known_templates_rows.h"
};

struct making {
    struct paw_binxml_step *steps;
    uint32_t n, n_values;
};

static struct paw_binxml_step *add(struct making *m, enum paw_binxml_kind kind, paw_str text)
{
    struct paw_binxml_step *s = &m->steps[m->n++];
    *s = (struct paw_binxml_step){
        .kind = (uint8_t)kind, .index = PAW_BINXML_NONE, .array = PAW_BINXML_NONE, .text = text};
    return s;
}

static unsigned hex_digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)(paw_lower(c) - 'a' + 10);
}

/* One slot, `3:01:Name` or `3:01:?Root/Element`: the element around its value. False: a slot of
 * another form. */
static bool add_slot(struct making *m, paw_str slot)
{
    uint64_t index = 0;
    const size_t colon = paw_str_find_char(slot, ':', 0);
    if (colon == SIZE_MAX || slot.n < colon + 5 || slot.p[colon + 3] != ':' ||
        !paw_str_u64(paw_str_sub(slot, 0, colon), &index) || index >= SLOTS_MAX)
        return false;
    const unsigned type = hex_digit(slot.p[colon + 1]) << 4 | hex_digit(slot.p[colon + 2]);
    const bool is_optional = slot.p[colon + 4] == '?';
    const paw_str name = paw_str_from(slot, colon + (is_optional ? 5 : 4));
    const size_t slash = paw_str_rfind_char(name, '/');
    if (paw_str_find_char(name, '@', 0) != SIZE_MAX)
        return false;
    const bool is_named = slash == SIZE_MAX;
    const paw_str element = is_named ? PAW_LIT("Data") : paw_str_from(name, slash + 1);
    const uint32_t open = m->n;
    struct paw_binxml_step *s = add(m, PAW_STEP_OPEN, element);
    s->name = paw_str_equal(element, PAW_LIT("Data")) ? PAW_NAME_DATA : PAW_NAME_OTHER;
    s->index = is_optional ? (uint16_t)index : PAW_BINXML_NONE;
    s->array = (uint16_t)index;
    if (is_named) {
        s = add(m, PAW_STEP_ATTRIBUTE, PAW_LIT("Name"));
        s->name = PAW_NAME_NAME;
        s->end = (uint16_t)(m->n + 1);
        (void)add(m, PAW_STEP_TEXT, name);
    }
    s = add(m, PAW_STEP_VALUE, (paw_str){0});
    s->index = (uint16_t)index;
    s->name = (uint8_t)type;
    (void)add(m, PAW_STEP_CLOSE, (paw_str){0});
    m->steps[open].end = (uint16_t)m->n;
    if (m->n_values <= index)
        m->n_values = (uint32_t)index + 1;
    return true;
}

static bool make(const struct row *row, struct paw_arena *a, struct paw_binxml_plan *ret)
{
    const paw_str root = paw_str_of(row->root);
    struct making m = {.steps = paw_arena_array(a, SLOTS_MAX * STEPS_PER_SLOT + 2,
                                                sizeof(struct paw_binxml_step))};
    if (m.steps == NULL)
        return false;
    add(&m, PAW_STEP_OPEN, root)->name =
        paw_str_equal(root, PAW_LIT("EventData"))             ? PAW_NAME_EVENT_DATA
        : paw_str_equal(root, PAW_LIT("ProcessingErrorData")) ? PAW_NAME_PROCESSING_ERROR_DATA
                                                              : PAW_NAME_OTHER;
    paw_str rest = paw_str_of(row->slots);
    for (unsigned i = 0; rest.n != 0; i++) {
        const size_t end = paw_str_find_char(rest, ';', 0);
        const paw_str slot = paw_str_sub(rest, 0, end == SIZE_MAX ? rest.n : end);
        if (i == SLOTS_MAX || !add_slot(&m, slot))
            return false;
        rest = paw_str_from(rest, slot.n + 1);
    }
    (void)add(&m, PAW_STEP_CLOSE, (paw_str){0});
    m.steps[0].end = (uint16_t)m.n;
    *ret = (struct paw_binxml_plan){.steps = m.steps, .n_steps = m.n, .n_values = m.n_values};
    memcpy(ret->guid, row->guid, sizeof(ret->guid));
    ret->hash = paw_binxml_hash(ret);
    return true;
}

/* The first row of that identifier that fits and, if a number is given, is of that event. */
static const struct row *find(const struct paw_binxml_instance *instance, const uint16_t *event_id,
                              struct paw_arena *a, struct paw_binxml_plan *ret)
{
    size_t low = 0, high = PAW_COUNT_OF(rows);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (paw_le32(rows[middle].guid) < instance->id)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < PAW_COUNT_OF(rows) && paw_le32(rows[low].guid) == instance->id; low++)
        if ((event_id == NULL || rows[low].event_id == *event_id) && make(&rows[low], a, ret) &&
            ret->n_values == instance->n && paw_binxml_fits(ret, instance))
            return &rows[low];
    return NULL;
}

bool paw_known_template(const struct paw_binxml_instance *instance, struct paw_arena *a,
                        struct paw_binxml_plan *ret)
{
    return find(instance, NULL, a, ret) != NULL;
}

paw_str paw_known_provider(const struct paw_binxml_instance *instance, uint16_t event_id,
                           struct paw_arena *scratch)
{
    struct paw_binxml_plan plan;
    const struct row *row = find(instance, &event_id, scratch, &plan);
    return row == NULL ? (paw_str){0} : paw_str_of(row->provider);
}
