/* SPDX-License-Identifier: Apache-2.0 */
/* A small tolerant reader of XML text: see xml.h. */
#include "parsers/evtx/xml.h"

#include "core/str.h"

static bool is_name_start(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (uint8_t)c >= 0x80;
}

static bool is_name_char(char c)
{
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t name_end(paw_str s, size_t at)
{
    while (at < s.n && is_name_char(s.p[at]))
        at++;
    return at;
}

static paw_str local_part(paw_str name)
{
    const size_t colon = paw_str_rfind_char(name, ':');
    return colon == SIZE_MAX ? name : paw_str_from(name, colon + 1);
}

/* Whether a tag begins at s.p[at], which is `<`. */
static bool is_tag(paw_str s, size_t at)
{
    const char c = at + 1 < s.n ? s.p[at + 1] : '\0';
    if (c == '/')
        return at + 2 < s.n && is_name_start(s.p[at + 2]);
    return is_name_start(c) || c == '?' || c == '!';
}

/* Steps behind what says nothing: `<?…?>`, `<!--…-->`, `<!…>`. SIZE_MAX: it has no end. */
static size_t behind_aside(paw_str s, size_t at)
{
    const paw_str rest = paw_str_from(s, at);
    const bool is_comment = paw_str_starts(rest, PAW_LIT("<!--"));
    const paw_str end = is_comment                            ? PAW_LIT("-->")
                        : paw_str_starts(rest, PAW_LIT("<?")) ? PAW_LIT("?>")
                                                              : PAW_LIT(">");
    const size_t found = paw_str_find(s, end, at + 2);
    return found == SIZE_MAX ? SIZE_MAX : found + end.n;
}

static struct paw_xml_item take_tag(struct paw_xml *x)
{
    const paw_str s = x->text;
    struct paw_xml_item item = {.from = x->at};
    const bool is_close = s.p[x->at + 1] == '/';
    const size_t name_at = x->at + (is_close ? 2 : 1);
    const size_t name_to = name_end(s, name_at);
    /* In libevtx's text `>` is escaped in values, so the first one ends the tag. */
    const size_t gt = paw_str_find_char(s, '>', name_to);
    const size_t end = gt == SIZE_MAX ? s.n : gt;
    const bool is_empty = !is_close && end > name_to && s.p[end - 1] == '/';
    item.token = is_close ? PAW_XML_CLOSE : is_empty ? PAW_XML_EMPTY : PAW_XML_OPEN;
    item.name = local_part(paw_str_sub(s, name_at, name_to - name_at));
    item.attributes = paw_str_sub(s, name_to, end - name_to - (is_empty ? 1 : 0));
    item.to = x->at = gt == SIZE_MAX ? s.n : gt + 1;
    return item;
}

static struct paw_xml_item take_text(struct paw_xml *x)
{
    size_t to = x->at;
    do
        to = paw_str_find_char(x->text, '<', to + 1);
    while (to != SIZE_MAX && !is_tag(x->text, to));
    if (to == SIZE_MAX)
        to = x->text.n;
    const struct paw_xml_item item = {.token = PAW_XML_TEXT,
                                      .text = paw_str_sub(x->text, x->at, to - x->at),
                                      .from = x->at,
                                      .to = to};
    x->at = to;
    return item;
}

static struct paw_xml_item take_cdata(struct paw_xml *x)
{
    static const char open[] = "<![CDATA[";
    const size_t at = x->at + sizeof(open) - 1;
    const size_t end = paw_str_find(x->text, PAW_LIT("]]>"), at);
    const size_t to = end == SIZE_MAX ? x->text.n : end;
    const struct paw_xml_item item = {.token = PAW_XML_CDATA,
                                      .text = paw_str_sub(x->text, at, to - at),
                                      .from = x->at,
                                      .to = end == SIZE_MAX ? to : to + 3};
    x->at = item.to;
    return item;
}

struct paw_xml_item paw_xml_next(struct paw_xml *x)
{
    while (x->at < x->text.n) {
        const paw_str s = x->text;
        if (s.p[x->at] != '<' || !is_tag(s, x->at))
            return take_text(x);
        if (paw_str_starts(paw_str_from(s, x->at), PAW_LIT("<![CDATA[")))
            return take_cdata(x);
        if (s.p[x->at + 1] != '?' && s.p[x->at + 1] != '!')
            return take_tag(x);
        const size_t behind = behind_aside(s, x->at);
        x->at = behind == SIZE_MAX ? s.n : behind;
    }
    return (struct paw_xml_item){.token = PAW_XML_END, .from = x->at, .to = x->at};
}

/* Whether the quotation mark at s.p[at] ends a value: behind it stands nothing, or a blank and the
 * next attribute's name with `=`. */
static bool is_value_end(paw_str s, size_t at)
{
    size_t k = at + 1;
    while (k < s.n && is_blank(s.p[k]))
        k++;
    if (k == s.n)
        return true;
    if (k == at + 1)
        return false;
    const size_t end = name_end(s, k);
    return end > k && end < s.n && s.p[end] == '=';
}

bool paw_xml_next_attribute(paw_str attributes, size_t *at, paw_str *name, paw_str *value)
{
    const paw_str s = attributes;
    while (*at < s.n) {
        while (*at < s.n && !is_name_start(s.p[*at]))
            (*at)++;
        const size_t end = name_end(s, *at);
        if (end + 1 >= s.n || s.p[end] != '=' || (s.p[end + 1] != '"' && s.p[end + 1] != '\'')) {
            *at = end;
            continue;
        }
        const char quote = s.p[end + 1];
        const size_t from = end + 2;
        size_t to = from;
        while (to < s.n && (s.p[to] != quote || !is_value_end(s, to)))
            to++;
        *name = paw_str_sub(s, *at, end - *at);
        *value = paw_str_sub(s, from, to - from);
        *at = to + 1;
        return true;
    }
    return false;
}

paw_str paw_xml_attribute(paw_str attributes, const char *name)
{
    paw_str found = {0}, value = {0};
    for (size_t at = 0; paw_xml_next_attribute(attributes, &at, &found, &value);)
        if (paw_str_equal(local_part(found), paw_str_of(name)))
            return value;
    return (paw_str){0};
}

/* The character of a reference's inner text, `#x1F` or `#31`; UINT32_MAX if it is none. */
static uint32_t character_of(paw_str inner)
{
    char digits[12] = "0";
    uint64_t value = 0;
    size_t n = 0;
    if (inner.n < 2 || inner.n > 9 || inner.p[0] != '#')
        return UINT32_MAX;
    const bool is_hex = paw_lower(inner.p[1]) == 'x';
    if (is_hex)
        digits[++n] = 'x', n++;
    const paw_str tail = paw_str_from(inner, is_hex ? 2 : 1);
    memcpy(digits + n, tail.p, tail.n);
    n += tail.n;
    return paw_str_u64((paw_str){digits, n}, &value) && value <= 0x10FFFF ? (uint32_t)value
                                                                          : UINT32_MAX;
}

/* The character an entity stands for; UINT32_MAX if the text is none. */
static uint32_t entity(paw_str inner)
{
    static const struct {
        const char *name;
        uint32_t c;
    } named[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (size_t i = 0; i < PAW_COUNT_OF(named); i++)
        if (paw_str_equal(inner, paw_str_of(named[i].name)))
            return named[i].c;
    return character_of(inner);
}

paw_str paw_xml_plain(struct paw_arena *a, paw_str s)
{
    enum { LONGEST_ENTITY = 10 }; /* "#x10FFFF" and one to spare */
    size_t amp = paw_str_find_char(s, '&', 0);
    if (amp == SIZE_MAX)
        return s;
    char *out = paw_arena_alloc(a, s.n + 1); /* resolving never makes a text longer */
    size_t n = 0, at = 0;
    if (out == NULL)
        return (paw_str){0};
    for (; amp != SIZE_MAX; amp = paw_str_find_char(s, '&', at)) {
        memcpy(out + n, s.p + at, amp - at);
        n += amp - at;
        const paw_str head = paw_str_sub(s, amp + 1, LONGEST_ENTITY);
        const size_t end = paw_str_find_char(head, ';', 0);
        const uint32_t c = end == SIZE_MAX ? UINT32_MAX : entity(paw_str_sub(head, 0, end));
        if (c == UINT32_MAX)
            out[n++] = '&';
        else
            n += paw_utf8_put(out + n, c);
        at = c == UINT32_MAX ? amp + 1 : amp + end + 2;
    }
    memcpy(out + n, s.p + at, s.n - at);
    return (paw_str){out, n + s.n - at};
}
