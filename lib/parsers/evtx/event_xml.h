/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The XML text of one event, as libevtx writes it, read into a record.
 */
#pragma once

#include "core/arena.h"
#include "parsers/record.h"

/**
 * Fills the texts, numbers and data of ret from xml, which is valid UTF-8; state, origin and flags
 * are the caller's. Texts live in a and in xml. What is not there stays absent or 0.
 *
 * PAW_E_FORMAT  no Event with a System inside
 * PAW_E_MEMORY  the arena is exhausted
 * PAW_E_LIMIT   read, but some data were left out
 */
PAW_MUST_CHECK enum paw_status paw_event_xml_read(paw_str xml, struct paw_arena *a,
                                                  struct paw_record *ret);
