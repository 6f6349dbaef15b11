/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Trees as text. This is the plain way: whatever a tree holds, it gets out. program.h is the fast
 * one, for what nearly all records are; both write the same.
 *
 * The shape of the JSON is that of docs/events.md.
 */
#pragma once

#include "parsers/evtx/print.h"
#include "parsers/evtx/tree.h"

enum {
    PAW_JSON_BESIDE_MAX = 8, /* more attributes of an element with text do not stand beside it */
};

/** What the event is, as one JSON value. */
void paw_tree_json(const struct paw_tree *t, struct paw_arena *scratch, struct paw_print *o);

/** The event as XML, as Windows writes it. */
void paw_tree_xml(const struct paw_tree *t, struct paw_print *o);

/** Whether a literal of that element or attribute of System is printed as the number that it is
 * where a template has a value: a forwarded event has text everywhere. */
bool paw_json_is_number(paw_str name, paw_str literal);
