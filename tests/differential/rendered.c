/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rendered ACCEPTED SCOPE PATH...: every record that libevtx reads of the logs below the paths,
 * whatever it is about: the elements, attributes and texts of its XML, in order, are those of our
 * full records. A record that only ours reads is counted; one that only libevtx reads, another
 * structure, and every difference of no accepted class fails.
 *
 * Ends with 77 if none of the paths is there.
 */
#include <libbfio.h>
#include <libevtx.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "core/stream.h"
#include "parsers/evtx/render.h"
#include "parsers/evtx/xml.h"

#include "logs.h"

enum {
    TOLD_MAX = 20,
    RECORD_BYTES_MAX = 256 * 1024 * 1024,
    XML_BYTES_MAX = 32 * 1024 * 1024,
    PIECES_MAX = 64 * 1024,
};

/* A piece of an event: an element begins or ends, or has an attribute or text. */
struct piece {
    enum kind { OPEN, ATTRIBUTE, TEXT, CLOSE } kind;
    paw_str name;  /* OPEN, CLOSE, ATTRIBUTE: local part; TEXT: of its element */
    paw_str value; /* ATTRIBUTE, TEXT */
};

struct event {
    struct piece *pieces; /* PIECES_MAX */
    size_t n;
};

/* A record of ours. */
struct rendered {
    uint64_t id;
    enum paw_state state;
    paw_str xml;
};

struct log {
    const char *name;
    struct tally *tally;
    struct paw_buffer all;
    struct rendered *ours;
    size_t n, at;
    struct paw_arena arena; /* one record */
};

/* Events ----------------------------------------------------------------------------------------
 */

/* Our _xHHHH_ as the character that it stands for; lone surrogates become U+FFFD, as in libevtx. */
static paw_str decoded(struct paw_arena *a, paw_str s)
{
    enum { LONG = 7 }; /* _xHHHH_ */
    char *out = paw_arena_alloc(a, s.n + 1);
    size_t n = 0;
    if (out == NULL)
        abort();
    for (size_t i = 0; i < s.n;) {
        char digits[7] = "0x";
        uint64_t c = 0;
        if (s.n - i >= LONG && s.p[i] == '_' && s.p[i + 1] == 'x' && s.p[i + 6] == '_') {
            memcpy(digits + 2, s.p + i + 2, 4);
            if (paw_str_u64((paw_str){digits, 6}, &c)) {
                n += paw_utf8_put(out + n, (uint32_t)c);
                i += LONG;
                continue;
            }
        }
        out[n++] = s.p[i++];
    }
    return (paw_str){out, n};
}

static void add(struct event *e, enum kind kind, paw_str name, paw_str value)
{
    if (e->n == PIECES_MAX)
        abort(); /* no log of these is so wide */
    e->pieces[e->n++] = (struct piece){kind, name, value};
}

static paw_str text_of(struct paw_arena *a, paw_str s, bool is_ours)
{
    const paw_str plain = paw_xml_plain(a, s);
    return is_ours ? decoded(a, plain) : plain;
}

static void add_tag(struct event *e, const struct paw_xml_item *item, struct paw_arena *a,
                    bool is_ours)
{
    paw_str name, value;
    add(e, OPEN, item->name, (paw_str){0});
    for (size_t at = 0; paw_xml_next_attribute(item->attributes, &at, &name, &value);)
        add(e, ATTRIBUTE, name, text_of(a, value, is_ours));
    if (item->token == PAW_XML_EMPTY)
        add(e, CLOSE, item->name, (paw_str){0});
}

/* Blanks between elements, by which libevtx lays its text out, are nothing. */
static void read_event(struct event *e, paw_str xml, struct paw_arena *a, bool is_ours)
{
    struct paw_xml x = {.text = xml};
    e->n = 0;
    e->pieces = paw_arena_array(a, PIECES_MAX, sizeof(*e->pieces));
    if (e->pieces == NULL)
        abort();
    for (struct paw_xml_item item = paw_xml_next(&x); item.token != PAW_XML_END;
         item = paw_xml_next(&x)) {
        struct piece *last = e->n == 0 ? NULL : &e->pieces[e->n - 1];
        if (item.token == PAW_XML_OPEN || item.token == PAW_XML_EMPTY) {
            if (last != NULL && last->kind == TEXT && paw_str_trim(last->value, " \r\n\t").n == 0)
                e->n--;
            add_tag(e, &item, a, is_ours);
        } else if (item.token == PAW_XML_CLOSE) {
            if (last != NULL && last->kind == TEXT && e->n > 1 && last[-1].kind == CLOSE &&
                paw_str_trim(last->value, " \r\n\t").n == 0)
                e->n--;
            add(e, CLOSE, item.name, (paw_str){0});
        } else if (item.token == PAW_XML_CDATA) {
            add(e, TEXT, (paw_str){0}, item.text);
        } else {
            add(e, TEXT, (paw_str){0}, text_of(a, item.text, is_ours));
        }
    }
    if (e->n != 0 && e->pieces[e->n - 1].kind == TEXT)
        e->n--; /* behind the event */
}

/* Comparing -------------------------------------------------------------------------------------
 */

static void fail(struct log *l, uint64_t id, const char *what, const struct piece *theirs,
                 const struct piece *ours)
{
    static const struct piece none = {0};
    const struct piece *a = theirs == NULL ? &none : theirs, *b = ours == NULL ? &none : ours;
    if (l->tally->failures++ < TOLD_MAX)
        printf("%s: record %llu: %s: %u %.*s '%.*s', ours %u %.*s '%.*s'\n", l->name,
               (unsigned long long)id, what, (unsigned)a->kind, (int)a->name.n,
               a->name.p == NULL ? "" : a->name.p, (int)(a->value.n < 200 ? a->value.n : 200),
               a->value.p == NULL ? "" : a->value.p, (unsigned)b->kind, (int)b->name.n,
               b->name.p == NULL ? "" : b->name.p, (int)(b->value.n < 200 ? b->value.n : 200),
               b->value.p == NULL ? "" : b->value.p);
}

/* The piece behind an element that begins at i and has attributes alone; 0: it has more. */
static size_t behind_empty(const struct event *e, size_t i)
{
    size_t k = i + 1;
    while (k < e->n && e->pieces[k].kind == ATTRIBUTE)
        k++;
    return k < e->n && e->pieces[k].kind == CLOSE ? k + 1 : 0;
}

/* What an element goes by: its Name, if that is its first attribute. */
static paw_str name_at(const struct event *e, size_t i)
{
    static const struct piece none = {0};
    const struct piece *a = i + 1 < e->n ? &e->pieces[i + 1] : &none;
    return a->kind == ATTRIBUTE && paw_str_equal(a->name, PAW_LIT("Name")) ? a->value
                                                                           : (paw_str){0};
}

/* Whether an element of that name begins in both. */
static bool is_same_element(const struct event *a, size_t i, const struct event *b, size_t k)
{
    return i < a->n && a->pieces[i].kind == OPEN &&
           paw_str_equal(a->pieces[i].name, b->pieces[k].name) &&
           paw_str_equal(name_at(a, i), name_at(b, k));
}

/* The piece behind all that stands from i on within the same element. */
static size_t behind_content(const struct event *e, size_t i)
{
    for (unsigned depth = 0; i < e->n && (depth != 0 || e->pieces[i].kind != CLOSE); i++) {
        depth += e->pieces[i].kind == OPEN;
        depth -= e->pieces[i].kind == CLOSE;
    }
    return i;
}

static bool is_kind(const struct event *e, size_t i, enum kind kind)
{
    return i < e->n && e->pieces[i].kind == kind;
}

/* Structures that libevtx makes otherwise: steps over them in both. */
static enum difference_class step_over(const struct event *theirs, size_t *i,
                                       const struct event *ours, size_t *k)
{
    const bool is_text = is_kind(ours, *k, TEXT), is_end = is_kind(theirs, *i, CLOSE);
    const size_t behind = is_kind(ours, *k, OPEN) ? behind_empty(ours, *k) : 0;
    if (behind != 0 && !is_same_element(theirs, *i, ours, *k)) {
        *k = behind;
        return DIFFERENCE_EMPTY;
    }
    if (is_text && is_end && paw_str_trim(ours->pieces[*k].value, " \r\n\t").n == 0) {
        ++*k;
        return DIFFERENCE_BLANK;
    }
    if (is_text && is_kind(theirs, *i, OPEN) &&
        paw_str_starts(ours->pieces[*k].value, PAW_LIT("<"))) {
        ++*k;
        *i = behind_content(theirs, *i);
        return DIFFERENCE_MARKUP;
    }
    if (is_end && *i + 1 == theirs->n && is_kind(ours, *k, OPEN)) {
        *k = behind_content(ours, *k);
        return DIFFERENCE_SECOND;
    }
    return DIFFERENCE_NONE;
}

static void compare_events(struct log *l, uint64_t id, const struct event *theirs,
                           const struct event *ours)
{
    size_t i = 0, k = 0;
    while (i < theirs->n || k < ours->n) {
        const struct piece *a = i < theirs->n ? &theirs->pieces[i] : NULL;
        const struct piece *b = k < ours->n ? &ours->pieces[k] : NULL;
        enum difference_class c = step_over(theirs, &i, ours, &k);
        if (c != DIFFERENCE_NONE) {
            l->tally->of_class[c]++;
            continue;
        }
        if (a == NULL || b == NULL || a->kind != b->kind || !paw_str_equal(a->name, b->name)) {
            fail(l, id, "structure", a, b);
            return;
        }
        i++;
        k++;
        if (paw_str_equal(a->value, b->value))
            continue;
        c = difference_of(a->value, b->value, false);
        if (c == DIFFERENCE_NONE)
            fail(l, id, "value", a, b);
        else
            l->tally->of_class[c]++;
    }
}

/* The number that stands in the event, or else beside it. */
static uint64_t number_of(paw_str xml, uint64_t id)
{
    static const char tag[] = "<EventRecordID>";
    const size_t at = paw_str_find(xml, paw_str_of(tag), 0);
    const paw_str rest = at == SIZE_MAX ? (paw_str){0} : paw_str_from(xml, at + sizeof(tag) - 1);
    const size_t end = paw_str_find_char(rest, '<', 0);
    uint64_t n = 0;
    return end != SIZE_MAX && paw_str_u64(paw_str_sub(rest, 0, end), &n) && n != 0 ? n : id;
}

/* libevtx does not say where a record lies, but both go by the order of the file: theirs is our
 * next one of that number. */
static void compare_record(struct log *l, uint64_t id, paw_str xml)
{
    struct event theirs, ours;
    size_t at = l->at;
    id = number_of(xml, id);
    while (at < l->n && l->ours[at].id != id)
        at++;
    if (at == l->n) {
        fail(l, id, "read by libevtx alone", NULL, NULL);
        return;
    }
    while (l->at < at)
        l->tally->more[l->ours[l->at++].state]++;
    l->tally->both++;
    read_event(&theirs, xml, &l->arena, false);
    read_event(&ours, l->ours[l->at++].xml, &l->arena, true);
    compare_events(l, id, &theirs, &ours);
}

/* Theirs ----------------------------------------------------------------------------------------
 */

static void take_record(struct log *l, libevtx_record_t *record)
{
    uint64_t id = 0;
    size_t size = 0;
    uint8_t *text = NULL;
    paw_arena_reset(&l->arena);
    if (libevtx_record_get_identifier(record, &id, NULL) == 1 &&
        libevtx_record_get_utf8_xml_string_size(record, &size, NULL) == 1 && size >= 2 &&
        size < XML_BYTES_MAX && (text = paw_arena_alloc(&l->arena, size)) != NULL &&
        libevtx_record_get_utf8_xml_string(record, text, size, NULL) == 1)
        compare_record(l, id, (paw_str){(const char *)text, size - 1});
}

static void read_theirs(struct log *l, paw_bytes bytes)
{
    libbfio_handle_t *memory = NULL;
    libevtx_file_t *file = NULL;
    int n = 0;
    if (libbfio_memory_range_initialize(&memory, NULL) == 1 &&
        libbfio_memory_range_set(memory, (uint8_t *)(uintptr_t)bytes.p, bytes.n, NULL) == 1 &&
        libevtx_file_initialize(&file, NULL) == 1 &&
        libevtx_file_open_file_io_handle(file, memory, LIBEVTX_OPEN_READ, NULL) == 1)
        (void)libevtx_file_get_number_of_records(file, &n, NULL);
    for (int i = 0; i < n; i++) {
        libevtx_record_t *record = NULL;
        if (libevtx_file_get_record_by_index(file, i, &record, NULL) == 1)
            take_record(l, record);
        (void)libevtx_record_free(&record, NULL);
    }
    (void)libevtx_file_free(&file, NULL);
    (void)libbfio_handle_free(&memory, NULL);
}

/* Ours ------------------------------------------------------------------------------------------
 */

static enum paw_status take_fact(void *self, const struct paw_fact *fact)
{
    (void)self;
    (void)fact;
    return PAW_OK;
}

static enum paw_status take_diag(void *self, const struct paw_diag *diag)
{
    (void)self;
    (void)diag;
    return PAW_OK;
}

static enum paw_status take_progress(void *self, uint64_t item)
{
    (void)self;
    (void)item;
    return PAW_OK;
}

/* What stands in the head of a record under a name. */
static paw_str head_value(paw_str head, paw_str name)
{
    const size_t at = paw_str_find(head, name, 0);
    const paw_str rest = at == SIZE_MAX ? (paw_str){0} : paw_str_from(head, at + name.n);
    const size_t end = paw_str_find_char(rest, '\'', 0);
    return paw_str_sub(rest, 0, end == SIZE_MAX ? 0 : end);
}

static enum paw_state state_of(paw_str name)
{
    if (paw_str_equal(name, PAW_LIT("intact")))
        return PAW_INTACT;
    return paw_str_equal(name, PAW_LIT("recovered")) ? PAW_RECOVERED : PAW_CORRUPT;
}

static void split(struct log *l, uint64_t n)
{
    static const char mark[] = "<?catspaw ";
    const paw_str all = {l->all.p, l->all.n};
    l->ours = calloc((size_t)n + 1, sizeof(*l->ours));
    if (l->ours == NULL)
        abort();
    for (size_t at = 0; at < all.n && l->n < n;) {
        const size_t behind = paw_str_find(all, paw_str_of(mark), at + 1);
        const size_t next = behind == SIZE_MAX ? all.n : behind;
        const size_t end = paw_str_find(all, PAW_LIT("?>"), at);
        const paw_str head = paw_str_sub(all, at, end - at);
        struct rendered *r = &l->ours[l->n++];
        (void)paw_str_u64(head_value(head, PAW_LIT(" record_id='")), &r->id);
        r->state = state_of(head_value(head, PAW_LIT(" state='")));
        r->xml = paw_str_trim(paw_str_sub(all, end + 2, next - end - 2), "\n");
        at = next;
    }
}

static void read_ours(struct log *l, paw_bytes bytes)
{
    struct paw_source *source = NULL;
    struct paw_out out = paw_buffer_out(&l->all);
    const struct paw_sink sink = {NULL, take_fact, take_diag, take_progress};
    struct paw_render r = {.is_xml = true,
                           .source = PAW_LIT("log"),
                           .range = {.to = UINT64_MAX},
                           .out = &out,
                           .sink = &sink};
    struct paw_error err = {0};
    if (paw_source_over(bytes, &source) != PAW_OK)
        abort();
    if (paw_render_log(&r, source, &err) < 0)
        fail(l, err.offset, "not rendered", NULL, NULL);
    paw_source_close(source);
    split(l, r.written);
}

static void try_log(const char *path, paw_bytes bytes, struct tally *tally)
{
    struct log l = {.name = path, .tally = tally};
    paw_arena_init(&l.arena, RECORD_BYTES_MAX);
    read_ours(&l, bytes);
    read_theirs(&l, bytes);
    while (l.at < l.n)
        tally->more[l.ours[l.at++].state]++;
    free(l.ours);
    paw_buffer_finish(&l.all);
    paw_arena_finish(&l.arena);
}

int main(int argc, char **argv)
{
    return logs_compare(argc, argv, "records", try_log);
}
