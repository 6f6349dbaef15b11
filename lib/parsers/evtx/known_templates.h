/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Payload templates that the program carries with it, for records whose own are gone. A payload's
 * template comes from its provider's manifest and is the same on every host (docs, EVTX 5.8).
 */
#pragma once

#include "parsers/evtx/binxml.h"

/** A plan, in the arena, of the first carried template that the instance's identifier, number of
 * values and types allow; its steps are in the arena as well. False: there is none, or no room. */
bool paw_known_template(const struct paw_binxml_instance *instance, struct paw_arena *a,
                        struct paw_binxml_plan *ret);

/** The provider whose event of that number has the payload that the instance's identifier, number
 * of values and types allow; absent: none is known. scratch: room to look. */
paw_str paw_known_provider(const struct paw_binxml_instance *instance, uint16_t event_id,
                           struct paw_arena *scratch);
