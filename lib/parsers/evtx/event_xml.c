/* SPDX-License-Identifier: Apache-2.0 */
/* The XML text of one event, read into a record: see event_xml.h. */
#include "parsers/evtx/event_xml.h"

#include "core/filetime.h"
#include "core/str.h"
#include "parsers/evtx/xml.h"

enum {
    DEPTH_MAX = 256, /* elements in elements: libevtx itself refuses deeper ones */
};

/* The part of an event that is being read, by the element right below Event. */
enum part {
    PART_NONE,
    PART_SYSTEM,
    PART_DATA, /* EventData and ProcessingErrorData */
    PART_USER,
};

struct reading {
    struct paw_arena *arena;
    struct paw_record *record;
    struct paw_datum *data; /* PAW_RECORD_DATA_MAX of them */
    size_t depth;           /* of the open element; Event is 1 */
    enum part part;
    bool is_leaf; /* the open element has held no other so far */
    bool has_system, is_full, has_no_memory;
    paw_str name, attributes, text; /* of the open element */
    bool text_is_plain;
};

static paw_str plain(struct reading *r, paw_str s)
{
    if (s.p == NULL)
        return s;
    const paw_str got = paw_xml_plain(r->arena, s);
    if (got.p == NULL)
        r->has_no_memory = true;
    return got;
}

static uint64_t number(paw_str s)
{
    uint64_t n = 0;
    return paw_str_u64(paw_str_trim(s, " \r\n\t"), &n) ? n : 0;
}

static void read_system(struct reading *r, paw_str text)
{
    struct paw_record *to = r->record;
    const paw_str name = r->name;
    if (paw_str_equal(name, PAW_LIT("Provider"))) {
        to->provider = plain(r, paw_xml_attribute(r->attributes, "Name"));
        if (paw_is_absent(to->provider) || paw_is_empty(to->provider))
            to->provider = plain(r, paw_xml_attribute(r->attributes, "EventSourceName"));
    } else if (paw_str_equal(name, PAW_LIT("EventID"))) {
        to->event_id = (uint16_t)number(text);
    } else if (paw_str_equal(name, PAW_LIT("EventRecordID"))) {
        to->record_id = number(text);
    } else if (paw_str_equal(name, PAW_LIT("TimeCreated"))) {
        (void)paw_filetime_read(paw_xml_attribute(r->attributes, "SystemTime"),
                                &to->created); /* unreadable is not set */
    } else if (paw_str_equal(name, PAW_LIT("Execution"))) {
        to->process_id = (uint32_t)number(paw_xml_attribute(r->attributes, "ProcessID"));
    } else if (paw_str_equal(name, PAW_LIT("Channel"))) {
        to->channel = text;
    } else if (paw_str_equal(name, PAW_LIT("Computer"))) {
        to->computer = text;
    } else if (paw_str_equal(name, PAW_LIT("Security"))) {
        to->user_sid = plain(r, paw_xml_attribute(r->attributes, "UserID"));
    }
}

static void add_datum(struct reading *r, paw_str name, paw_str text)
{
    if (r->record->n_data == PAW_RECORD_DATA_MAX)
        r->is_full = true;
    else
        r->data[r->record->n_data++] = (struct paw_datum){name, text};
}

/* An element without elements inside ends: its text is a value. */
static void end_leaf(struct reading *r)
{
    const paw_str text = r->text_is_plain ? r->text : plain(r, r->text);
    const bool is_data =
        paw_str_equal(r->name, PAW_LIT("Data")) || paw_str_equal(r->name, PAW_LIT("ComplexData"));
    if (r->part == PART_SYSTEM && r->depth == 3)
        read_system(r, text);
    else if (r->part == PART_DATA && r->depth >= 3)
        add_datum(r, is_data ? plain(r, paw_xml_attribute(r->attributes, "Name")) : r->name, text);
    else if (r->part == PART_USER && r->depth >= 4)
        add_datum(r, r->name, text);
}

/* Attributes of the elements that a provider made itself hold values too: `Element@attribute`. */
static void add_attributes(struct reading *r, const struct paw_xml_item *item)
{
    paw_str name = {0}, value = {0};
    for (size_t at = 0; paw_xml_next_attribute(item->attributes, &at, &name, &value);) {
        if (paw_str_starts(name, PAW_LIT("xmlns")))
            continue;
        const paw_str head = paw_arena_join(r->arena, item->name, PAW_LIT("@"));
        add_datum(r, paw_arena_join(r->arena, head, name), plain(r, value));
    }
}

static void begin_part(struct reading *r, const struct paw_xml_item *item)
{
    if (r->depth == 3 && r->part == PART_USER && paw_is_absent(r->record->data_name))
        r->record->data_name = item->name;
    if (r->depth != 2)
        return;
    r->part = PART_NONE;
    if (paw_str_equal(item->name, PAW_LIT("System"))) {
        r->part = PART_SYSTEM;
        r->has_system = true;
    } else if (paw_str_equal(item->name, PAW_LIT("EventData"))) {
        r->part = PART_DATA;
        r->record->data_name = plain(r, paw_xml_attribute(item->attributes, "Name"));
    } else if (paw_str_equal(item->name, PAW_LIT("ProcessingErrorData"))) {
        r->part = PART_DATA;
    } else if (paw_str_equal(item->name, PAW_LIT("UserData"))) {
        r->part = PART_USER;
    }
}

static void begin_element(struct reading *r, const struct paw_xml_item *item)
{
    r->depth++;
    r->is_leaf = true;
    r->name = item->name;
    r->attributes = item->attributes;
    r->text = (paw_str){0};
    r->text_is_plain = false;
    begin_part(r, item);
    if (r->part == PART_USER && r->depth >= 4)
        add_attributes(r, item);
}

static void end_element(struct reading *r)
{
    if (r->is_leaf)
        end_leaf(r);
    r->is_leaf = false;
    if (r->depth == 2)
        r->part = PART_NONE;
    if (r->depth > 0)
        r->depth--;
}

static void take_text(struct reading *r, const struct paw_xml_item *item)
{
    const bool is_plain = item->token == PAW_XML_CDATA;
    if (!r->is_leaf)
        return;
    if (r->text.n == 0) {
        r->text = item->text;
        r->text_is_plain = is_plain;
        return;
    }
    const paw_str before = r->text_is_plain ? r->text : plain(r, r->text);
    r->text = paw_arena_join(r->arena, before, is_plain ? item->text : plain(r, item->text));
    r->text_is_plain = true;
    r->has_no_memory = r->has_no_memory || r->text.p == NULL;
}

static void take_item(struct reading *r, const struct paw_xml_item *item)
{
    switch (item->token) {
    case PAW_XML_OPEN:
        begin_element(r, item);
        if (r->text.p == NULL) /* `<a></a>` is empty, `<a/>` has no text */
            r->text = (paw_str){"", 0};
        break;
    case PAW_XML_EMPTY:
        begin_element(r, item);
        end_element(r);
        break;
    case PAW_XML_CLOSE:
        end_element(r);
        break;
    case PAW_XML_TEXT:
    case PAW_XML_CDATA:
        take_text(r, item);
        break;
    case PAW_XML_END:
        break;
    }
}

enum paw_status paw_event_xml_read(paw_str xml, struct paw_arena *a, struct paw_record *ret)
{
    struct paw_xml x = {.text = xml};
    struct reading r = {.arena = a, .record = ret};
    r.data = paw_arena_array(a, PAW_RECORD_DATA_MAX, sizeof(*r.data));
    if (r.data == NULL)
        return PAW_E_MEMORY;
    ret->data = r.data;
    for (struct paw_xml_item item = paw_xml_next(&x); item.token != PAW_XML_END;
         item = paw_xml_next(&x)) {
        take_item(&r, &item);
        if (r.depth > DEPTH_MAX || r.has_no_memory)
            break;
    }
    if (r.has_no_memory)
        return PAW_E_MEMORY;
    if (!r.has_system)
        return PAW_E_FORMAT;
    return r.is_full || r.depth > DEPTH_MAX ? PAW_E_LIMIT : PAW_OK;
}
