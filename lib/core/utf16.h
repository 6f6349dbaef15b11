/* SPDX-License-Identifier: Apache-2.0 */
/**
 * UTF-16LE and Windows-1252 to UTF-8, and back: the edge where foreign text enters.
 */
#pragma once

#include <catspaw/base.h>

#include "core/arena.h"

/** Bytes of UTF-8 that any n code units can need. */
static inline size_t paw_utf16_room(size_t units)
{
    return units > SIZE_MAX / 3 ? SIZE_MAX : units * 3;
}

/**
 * Writes u as UTF-8 to out, which has paw_utf16_room(u.units) bytes; the number of bytes written. A
 * lone surrogate becomes U+FFFD and sets *lossy, which is never cleared. NUL is a character like
 * any other.
 */
size_t paw_utf16_put(paw_u16 u, char *out, bool *lossy);

/** The same into an arena; p NULL when there is no room. */
paw_str paw_utf16_text(struct paw_arena *a, paw_u16 u, bool *lossy);

/** The same, but lone surrogates stand as the three bytes that UTF-8 would have for them: nothing
 * is lost, and it is no valid UTF-8. */
paw_str paw_utf16_exact(struct paw_arena *a, paw_u16 u);

/** View over bytes; an odd last byte is left out. */
static inline paw_u16 paw_utf16_of(paw_bytes b)
{
    return (paw_u16){b.p, b.n / 2};
}

/** Without the NULs at its end. */
paw_u16 paw_utf16_trim(paw_u16 u);

/** UTF-8 to UTF-16LE, two bytes a unit; out has 2 * s.n bytes; the number of bytes written. */
size_t paw_utf16_from(paw_str s, uint8_t *out);

/** The character of a byte of Windows-1252; one of the five unassigned is itself. */
uint32_t paw_ansi_char(uint8_t byte);

/** Windows-1252 as UTF-8 into an arena; its five unassigned bytes become U+FFFD and set *lossy. p
 * NULL when there is no room. */
paw_str paw_ansi_text(struct paw_arena *a, paw_bytes b, bool *lossy);
