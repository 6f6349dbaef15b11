/* SPDX-License-Identifier: Apache-2.0 */
/* cJSON objects with strings of our own making: see reports/tree.h. */
#include "reports/tree.h"

#include "core/filetime.h"
#include "core/str.h"

static cJSON *checked(struct paw_tree *t, cJSON *item)
{
    t->failed |= item == NULL;
    return item;
}

cJSON *paw_tree_object(struct paw_tree *t)
{
    return checked(t, cJSON_CreateObject());
}

cJSON *paw_tree_array(struct paw_tree *t)
{
    return checked(t, cJSON_CreateArray());
}

void paw_tree_add(struct paw_tree *t, cJSON *to, const char *key, cJSON *item)
{
    if (to != NULL && item != NULL &&
        (key != NULL ? cJSON_AddItemToObjectCS(to, key, item) : cJSON_AddItemToArray(to, item)))
        return;
    t->failed = true;
    cJSON_Delete(item);
}

/* What stands in the scratch buffer, as a value. */
static void add_scratch(struct paw_tree *t, cJSON *to, const char *key)
{
    t->failed |= t->text.failed || t->text.p == NULL;
    if (!t->failed)
        paw_tree_add(t, to, key, cJSON_CreateRaw(t->text.p));
    paw_buffer_reset(&t->text);
}

void paw_tree_str(struct paw_tree *t, cJSON *to, const char *key, paw_str s)
{
    struct paw_out out = paw_buffer_out(&t->text);
    struct paw_stream stream;
    if (s.p == NULL)
        return;
    paw_stream_init(&stream, &out);
    paw_json_quote(&stream, s);
    t->failed |= paw_stream_flush(&stream) != PAW_OK;
    add_scratch(t, to, key);
}

void paw_tree_text(struct paw_tree *t, cJSON *to, const char *key, const char *s)
{
    paw_tree_str(t, to, key, paw_str_of(s));
}

/* cJSON's numbers are doubles, and print as they like; ours are digits. */
static void add_digits(struct paw_tree *t, cJSON *to, const char *key, uint64_t n, bool quoted)
{
    char text[24]; /* 20 digits, quotes, end */
    size_t at = sizeof(text);
    text[--at] = '\0';
    if (quoted)
        text[--at] = '"';
    do {
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    if (quoted)
        text[--at] = '"';
    paw_tree_add(t, to, key, cJSON_CreateRaw(text + at));
}

void paw_tree_count(struct paw_tree *t, cJSON *to, const char *key, uint64_t n)
{
    add_digits(t, to, key, n < PAW_JSON_INTEGER_MAX ? n : PAW_JSON_INTEGER_MAX, false);
}

void paw_tree_u64(struct paw_tree *t, cJSON *to, const char *key, uint64_t n)
{
    add_digits(t, to, key, n, true);
}

void paw_tree_true(struct paw_tree *t, cJSON *to, const char *key)
{
    paw_tree_add(t, to, key, cJSON_CreateTrue());
}

void paw_tree_time(struct paw_tree *t, cJSON *to, const char *key, paw_filetime when)
{
    char text[PAW_FILETIME_TEXT];
    if (when != 0)
        paw_tree_str(t, to, key, paw_filetime_text(when, text));
}

enum { FIRST_ROOM = 1024 }; /* most files of a ledger */

char *paw_tree_print(struct paw_tree *t, cJSON *root)
{
    char *text = t->failed ? NULL : cJSON_PrintBuffered(root, FIRST_ROOM, false);
    cJSON_Delete(root);
    paw_buffer_finish(&t->text);
    return text;
}
