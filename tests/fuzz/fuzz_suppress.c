/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Suppress files. What is taken is taken again with one more entry in it, and what an entry says is
 * found in a finding that says the same; what is refused is refused at a place in the text.
 */
#include <stdint.h>

#include "core/str.h"
#include "core/stream.h"
#include "suppress.h"

#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_wildcard(paw_str s)
{
    return paw_str_find_char(s, '*', 0) != SIZE_MAX || paw_str_find_char(s, '?', 0) != SIZE_MAX;
}

static void check_entry(const struct paw_suppress_entry *e)
{
    size_t n = e->n_behaviours != 0;
    for (unsigned i = 0; i < PAW_SUPPRESS_FIELDS; i++) {
        const paw_str text = e->fields[i];
        n += text.p != NULL;
        if (text.p != NULL && text.n != 0 && !has_wildcard(text))
            require(paw_suppress_fits((enum paw_suppress_field)i, text, text),
                    "a text does not fit itself");
    }
    require(n >= 2, "an entry with fewer than two fields");
    require(e->told.reason.n != 0 && e->told.author.n != 0 && e->told.expires.n == 10,
            "an entry that does not say why");
}

static void add_one(const struct paw_suppress *s, const char *text, size_t size)
{
    static const char one[] = "{\"host\":\"h\",\"signer\":\"s\",\"reason\":\"r\",\"author\":\"a\","
                              "\"expires\":\"2026-12-31\"}";
    struct paw_buffer b = {0};
    struct paw_suppress *again = NULL;
    struct paw_file_fault fault = {0};
    require(s->list_end < size && text[s->list_end] == ']', "the list ends elsewhere");
    paw_buffer_put(&b, text, s->list_end);
    paw_buffer_put(&b, ",", s->n_entries != 0);
    paw_buffer_put(&b, one, sizeof(one) - 1);
    paw_buffer_put(&b, text + s->list_end, size - s->list_end);
    require(paw_suppress_read("", b.p, b.n, &again, &fault) == PAW_OK,
            "with one more it is refused");
    require(again->n_entries == s->n_entries + 1, "one more is not one more");
    paw_suppress_free(again);
    paw_buffer_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct paw_suppress *s = NULL;
    struct paw_file_fault fault = {0};
    const enum paw_status status = paw_suppress_read("", text, size, &s, &fault);
    if (status != PAW_OK) {
        require(status == PAW_E_FORMAT, "refused for another reason than its text");
        require(fault.what != NULL && fault.line >= 1 && fault.column >= 1 && fault.offset <= size,
                "the place is none");
        return 0;
    }
    for (size_t i = 0; i < s->n_entries; i++)
        check_entry(&s->entries[i]);
    if (s->n_entries < PAW_SUPPRESS_MOST)
        add_one(s, text, size);
    paw_suppress_free(s);
    return 0;
}
