/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as XML, as EvtRender and wevtutil write it: attributes in single quotes, no line breaks
 * between elements. See tree_write.h. */
#include "core/str.h"
#include "parsers/evtx/tree_write.h"

static void put_pieces(const struct paw_node *n, enum paw_print_as form, struct paw_print *o)
{
    for (const struct paw_node *c = n->first; c != NULL && !o->is_over; c = c->next) {
        if (c->kind == PAW_NODE_TEXT)
            paw_print_text(o, c->text, form);
        else if (c->kind == PAW_NODE_VALUE)
            paw_print_value(o, c->value, form);
    }
}

/* Targets that are not the evidence's: `xml` alone is kept for the declaration of a document,
 * `catspaw` for what stands before each record. */
static const struct {
    paw_str target;
    const char *first; /* its first letter, written so that it is another name */
} kept[] = {
    {PAW_LIT_INIT("xml"), "_x0078_"},
    {PAW_LIT_INIT("catspaw"), "_x0063_"},
};

static void put_instruction(const struct paw_node *n, struct paw_print *o)
{
    paw_str target = n->text;
    paw_print_lit(o, "<?");
    for (size_t i = 0; i < PAW_COUNT_OF(kept); i++) {
        if (paw_str_same_name(n->text, kept[i].target)) {
            paw_print_lit(o, kept[i].first);
            target = paw_str_from(n->text, 1);
        }
    }
    paw_print_text(o, target, PAW_PRINT_NAME);
    paw_print_char(o, ' ');
    put_pieces(n, PAW_PRINT_XML, o);
    paw_print_lit(o, "?>");
}

static void put_element(const struct paw_node *n, struct paw_print *o);

static void put_inside(const struct paw_node *n, struct paw_print *o)
{
    for (const struct paw_node *c = n->first; c != NULL && !o->is_over; c = c->next) {
        switch ((enum paw_node_kind)c->kind) {
        case PAW_NODE_ELEMENT:
            put_element(c, o);
            break;
        case PAW_NODE_TEXT:
            paw_print_text(o, c->text, PAW_PRINT_XML);
            break;
        case PAW_NODE_VALUE:
            paw_print_value(o, c->value, PAW_PRINT_XML);
            break;
        case PAW_NODE_PI:
            put_instruction(c, o);
            break;
        case PAW_NODE_ATTRIBUTE: /* stand apart */
            break;
        }
    }
}

static void put_element(const struct paw_node *n, struct paw_print *o)
{
    paw_print_char(o, '<');
    paw_print_text(o, n->text, PAW_PRINT_NAME);
    for (const struct paw_node *a = n->attribute; a != NULL && !o->is_over; a = a->next) {
        paw_print_char(o, ' ');
        paw_print_text(o, a->text, PAW_PRINT_NAME);
        paw_print_lit(o, "='");
        put_pieces(a, PAW_PRINT_ATTRIBUTE, o);
        paw_print_char(o, '\'');
    }
    if (n->first == NULL && n->is_empty_tag) {
        paw_print_lit(o, "/>");
        return;
    }
    paw_print_char(o, '>');
    put_inside(n, o);
    paw_print_lit(o, "</");
    paw_print_text(o, n->text, PAW_PRINT_NAME);
    paw_print_char(o, '>');
}

void paw_tree_xml(const struct paw_tree *t, struct paw_print *o)
{
    put_inside(&t->root, o);
}
