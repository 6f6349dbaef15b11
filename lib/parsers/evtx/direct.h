/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Elements written directly into a record or value, without a template: events that came through
 * Windows Event Forwarding, and CAPI2's. They carry no dependency identifiers (docs, EVTX 5.2),
 * which libevtx takes for granted in a record's body (not in a nested value) and so loses every
 * record of a forwarded log.
 */
#pragma once

#include "parsers/evtx/layout.h"

enum { PAW_EVTX_DIRECT_ROOM = PAW_EVTX_CHUNK_BYTES };

/** Whether a stream begins with an element, with or without a fragment header. */
bool paw_evtx_is_direct(paw_bytes chunk, uint32_t from, uint32_t end);

/**
 * Writes the stream at from .. *end of the copy anew, in the form that libevtx reads: if
 * wanted with dependency identifiers, and with references and CDATA as plain text. scratch has
 * PAW_EVTX_DIRECT_ROOM bytes; *end moves, the bytes behind it are lost. False, and nothing changed:
 * the stream holds something else (a template), is damaged, or does not fit.
 */
bool paw_evtx_direct_mend(uint8_t *chunk, uint32_t from, uint32_t *end, bool adds_dependencies,
                          uint8_t *scratch);
