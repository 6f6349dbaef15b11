/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full records of a log of any chunk, twice (the second borrows from the first): the fast way and
 * the plain way write the same bytes; JSON is a line a record, each one strict object without a key
 * given twice; XML is nested and escaped as it must be; both tell the same number of records, and
 * every one that is counted. An odd first byte: the same bytes, carved.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "core/stream.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/render.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH_MAX = 256, KEYS_MAX = 4096 };

/* JSON ------------------------------------------------------------------------------------------
 */

struct json {
    const char *at, *end;
    unsigned depth;
};

static char peek(const struct json *j)
{
    return j->at < j->end ? *j->at : '\0';
}

static void take(struct json *j, char c)
{
    require(peek(j) == c, "JSON: another character was due");
    j->at++;
}

static bool is_json_word(struct json *j, const char *word)
{
    const size_t n = strlen(word);
    if ((size_t)(j->end - j->at) < n || memcmp(j->at, word, n) != 0)
        return false;
    j->at += n;
    return true;
}

/* A string, as it stands between its quotes. */
static paw_str json_string(struct json *j)
{
    take(j, '"');
    const char *from = j->at;
    while (peek(j) != '"') {
        require(j->at < j->end && (uint8_t)*j->at >= 0x20, "JSON: a bare control character");
        if (*j->at++ != '\\')
            continue;
        const char e = peek(j);
        require(e != '\0' && strchr("\"\\/bfnrtu", e) != NULL, "JSON: no such escape");
        for (unsigned i = 1; e == 'u' && i <= 4; i++)
            require(j->end - j->at > i && isxdigit((unsigned char)j->at[i]), "JSON: no digit");
        j->at += e == 'u' ? 5 : 1;
    }
    j->at++;
    return (paw_str){from, (size_t)(j->at - from) - 1};
}

static void json_digits(struct json *j)
{
    require(isdigit((unsigned char)peek(j)), "JSON: no value");
    while (isdigit((unsigned char)peek(j)))
        j->at++;
}

static void json_number(struct json *j)
{
    j->at += peek(j) == '-';
    if (peek(j) == '0')
        j->at++;
    else
        json_digits(j);
    if (peek(j) == '.') {
        j->at++;
        json_digits(j);
    }
    if (peek(j) == 'e' || peek(j) == 'E') {
        j->at++;
        j->at += peek(j) == '-' || peek(j) == '+';
        json_digits(j);
    }
}

static int by_text(const void *a, const void *b)
{
    return paw_str_compare(*(const paw_str *)a, *(const paw_str *)b);
}

/* The names of an object, from its head up. */
static void check_keys(paw_str *keys, size_t n)
{
    qsort(keys, n, sizeof(*keys), by_text);
    for (size_t i = 1; i < n; i++)
        require(!paw_str_equal(keys[i - 1], keys[i]), "JSON: a key given twice");
}

static void json_value(struct json *j)
{
    const char open = peek(j);
    require(j->depth++ < DEPTH_MAX, "JSON: deeper than readers go");
    if (open == '{' || open == '[') {
        const char close = open == '{' ? '}' : ']';
        size_t n = 0;
        paw_str *keys = open == '{' ? malloc(KEYS_MAX * sizeof(*keys)) : NULL;
        j->at++;
        while (peek(j) != close) {
            if (n != 0)
                take(j, ',');
            if (keys != NULL) {
                const paw_str key = json_string(j);
                take(j, ':');
                if (n < KEYS_MAX)
                    keys[n] = key;
            }
            json_value(j);
            n++;
        }
        j->at++;
        if (keys != NULL)
            check_keys(keys, n < KEYS_MAX ? n : KEYS_MAX);
        free(keys);
    } else if (open == '"') {
        (void)json_string(j);
    } else if (!is_json_word(j, "true") && !is_json_word(j, "false") && !is_json_word(j, "null")) {
        json_number(j);
    }
    j->depth--;
}

static void check_json(const struct paw_buffer *b, uint64_t n_records)
{
    struct json j = {b->p, b->p + b->n, 0};
    for (uint64_t i = 0; i < n_records; i++) {
        require(peek(&j) == '{', "JSON: a record is no object");
        json_value(&j);
        take(&j, '\n');
    }
    require(j.at == j.end, "JSON: something stands behind the records");
}

/* XML -------------------------------------------------------------------------------------------
 */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == ':';
}

/* A reference, or a character that may stand as it is. */
static const char *xml_text(const char *p, const char *end)
{
    static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&apos;", "&quot;"};
    const uint8_t c = (uint8_t)*p;
    if (c != '&') {
        require(c >= 0x20 || c == '\t' || c == '\n', "XML: a control character");
        return p + 1;
    }
    for (size_t i = 0; i < PAW_COUNT_OF(references); i++)
        if (paw_str_starts((paw_str){p, (size_t)(end - p)}, paw_str_of(references[i])))
            return p + strlen(references[i]);
    require(end - p > 4 && p[1] == '#' && p[2] == 'x', "XML: a bare ampersand");
    for (p += 3; p < end && isxdigit((unsigned char)*p);)
        p++;
    require(p < end && *p == ';', "XML: a reference without an end");
    return p + 1;
}

/* A tag from behind its `<` on. */
static const char *xml_tag(const char *p, const char *end, paw_str *open, unsigned *depth)
{
    const bool is_close = p < end && *p == '/';
    p += is_close;
    const char *from = p;
    while (p < end && is_name_char(*p))
        p++;
    const paw_str name = {from, (size_t)(p - from)};
    require(name.n != 0 && !isdigit((unsigned char)*from), "XML: a tag without a name");
    while (p < end && *p == ' ') {
        for (p++; p < end && is_name_char(*p);)
            p++;
        require(end - p > 2 && p[-1] != ' ' && p[0] == '=' && p[1] == '\'', "XML: no attribute");
        for (p += 2; p < end && *p != '\'';) {
            require(*p != '<', "XML: markup in an attribute");
            p = xml_text(p, end);
        }
        p++;
    }
    const bool is_empty = p < end && *p == '/';
    p += is_empty;
    require(p < end && *p == '>' && !(is_close && is_empty), "XML: a tag without an end");
    if (is_close) {
        require(*depth != 0 && paw_str_equal(open[*depth - 1], name), "XML: another element ends");
        (*depth)--;
    } else if (!is_empty) {
        require(*depth < DEPTH_MAX, "XML: deeper than a record can be");
        open[(*depth)++] = name;
    }
    return p + 1;
}

static void check_xml(const struct paw_buffer *b, uint64_t n_records)
{
    static paw_str open[DEPTH_MAX];
    const char *p = b->p, *end = b->p + b->n;
    unsigned depth = 0;
    uint64_t heads = 0;
    while (p < end) {
        if (*p != '<') {
            p = xml_text(p, end);
            continue;
        }
        const paw_str rest = {p, (size_t)(end - p)};
        if (!paw_str_starts(rest, PAW_LIT("<?"))) {
            p = xml_tag(p + 1, end, open, &depth);
            continue;
        }
        const size_t close = paw_str_find(rest, PAW_LIT("?>"), 2);
        require(close != SIZE_MAX, "XML: an instruction without an end");
        if (paw_str_starts(rest, PAW_LIT("<?catspaw "))) {
            require(depth == 0, "XML: a record in a record");
            heads++;
        }
        p += close + 2;
    }
    require(depth == 0, "XML: an element is left open");
    require(heads == n_records, "XML: another number of records");
}

/* Rendering -------------------------------------------------------------------------------------
 */

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    (void)self;
    (void)f;
    require(false, "a fact nobody asked for");
    return PAW_OK;
}

static struct paw_render render(paw_bytes log, bool is_carved, bool is_xml, bool is_plain,
                                struct paw_buffer *b)
{
    struct paw_source *source = NULL;
    struct paw_out out = paw_buffer_out(b);
    const struct paw_sink sink = {NULL, take_fact, take_diag, take_progress};
    struct paw_render r = {.is_xml = is_xml,
                           .is_plain = is_plain,
                           .is_carved = is_carved,
                           .source = PAW_LIT("a\"<'.evtx"),
                           .range = {.to = UINT64_MAX},
                           .out = &out,
                           .sink = &sink};
    require(paw_source_over(log, &source) == PAW_OK, "no memory");
    require(paw_render_log(&r, source, NULL) == PAW_OK, "a log is given up");
    paw_source_close(source);
    require(!b->failed && paw_utf8_valid((paw_str){b->p, b->n}), "what is written is not UTF-8");
    return r;
}

static uint64_t render_both(paw_bytes log, bool is_carved, bool is_xml)
{
    struct paw_buffer fast = {0}, plain = {0};
    const struct paw_render a = render(log, is_carved, is_xml, false, &fast);
    const struct paw_render b = render(log, is_carved, is_xml, true, &plain);
    require(a.written == b.written && fast.n == plain.n &&
                (fast.n == 0 || memcmp(fast.p, plain.p, fast.n) == 0),
            "the fast way writes something else");
    require(a.summary.read + a.summary.recovered <= a.written, "a record is counted, not written");
    if (is_xml)
        check_xml(&fast, a.written);
    else
        check_json(&fast, a.written);
    paw_buffer_finish(&fast);
    paw_buffer_finish(&plain);
    return a.written;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t log[PAW_EVTX_HEADER_BLOCK + 2 * PAW_EVTX_CHUNK_BYTES];
    if (size == 0)
        return 0;
    const bool is_carved = data[0] % 2 != 0;
    const size_t n = size - 1 < PAW_EVTX_CHUNK_BYTES ? size - 1 : PAW_EVTX_CHUNK_BYTES;
    uint8_t *first = log + PAW_EVTX_HEADER_BLOCK, *second = first + PAW_EVTX_CHUNK_BYTES;
    memset(first, 0, PAW_EVTX_CHUNK_BYTES);
    memcpy(first, data + 1, n);
    memcpy(second, first, PAW_EVTX_CHUNK_BYTES);
    const paw_bytes bytes = {log, sizeof(log)};
    require(render_both(bytes, is_carved, false) == render_both(bytes, is_carved, true),
            "JSON and XML tell another number of records");
    return 0;
}
