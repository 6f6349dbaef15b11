/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The one door to untrusted bytes: a cursor with a sticky fault.
 *
 * Read a whole structure in one breath, then ask paw_cursor_ok() once, before any value read from
 * it decides a loop, a seek or an allocation. Reads after a fault give zero.
 */
#pragma once

#include <catspaw/base.h>

struct paw_cursor {
    const uint8_t *base; /* window start, never NULL                          */
    size_t len;          /* window length in bytes                            */
    size_t pos;          /* next byte to read; pos <= len at all times        */
    size_t fault;        /* 0 while healthy, else 1 + pos of the refused read */
};

static inline uint16_t paw_le16(const uint8_t *b)
{
    return (uint16_t)(b[0] | (unsigned)b[1] << 8);
}

static inline uint32_t paw_le32(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t paw_le64(const uint8_t *b)
{
    return (uint64_t)paw_le32(b) | (uint64_t)paw_le32(b + 4) << 32;
}

static inline struct paw_cursor paw_cursor_over(paw_bytes b)
{
    static const uint8_t nothing[1] = {0};
    return (struct paw_cursor){.base = b.p == NULL ? nothing : b.p, .len = b.p == NULL ? 0 : b.n};
}

static inline bool paw_cursor_ok(const struct paw_cursor *c)
{
    return c->fault == 0;
}

static inline size_t paw_cursor_left(const struct paw_cursor *c)
{
    return c->len - c->pos;
}

/** Next n bytes as a view into the window; empty, and the cursor faulted, if they are not there. */
static inline paw_bytes paw_cursor_take(struct paw_cursor *c, size_t n)
{
    if (n > paw_cursor_left(c) || !paw_cursor_ok(c)) {
        c->fault = paw_cursor_ok(c) ? c->pos + 1 : c->fault;
        return (paw_bytes){0};
    }
    const paw_bytes got = {c->base + c->pos, n};
    c->pos += n;
    return got;
}

/** count items of size bytes each, without ever forming a product that does not fit. */
static inline paw_bytes paw_cursor_take_items(struct paw_cursor *c, size_t count, size_t size)
{
    if (size != 0 && count > paw_cursor_left(c) / size) {
        c->fault = paw_cursor_ok(c) ? c->pos + 1 : c->fault;
        return (paw_bytes){0};
    }
    return paw_cursor_take(c, count * size);
}

static inline uint8_t paw_cursor_u8(struct paw_cursor *c)
{
    const uint8_t *b = paw_cursor_take(c, 1).p;
    return b == NULL ? 0 : b[0];
}

static inline uint16_t paw_cursor_u16(struct paw_cursor *c)
{
    const uint8_t *b = paw_cursor_take(c, 2).p;
    return b == NULL ? 0 : paw_le16(b);
}

static inline uint32_t paw_cursor_u32(struct paw_cursor *c)
{
    const uint8_t *b = paw_cursor_take(c, 4).p;
    return b == NULL ? 0 : paw_le32(b);
}

static inline uint64_t paw_cursor_u64(struct paw_cursor *c)
{
    const uint8_t *b = paw_cursor_take(c, 8).p;
    return b == NULL ? 0 : paw_le64(b);
}

/** A cursor over bytes at .. at + n of this window; faulted from the start if they are not there.
 */
static inline struct paw_cursor paw_cursor_window(const struct paw_cursor *c, size_t at, size_t n)
{
    if (at > c->len || n > c->len - at) {
        struct paw_cursor bad = paw_cursor_over((paw_bytes){0});
        bad.fault = 1;
        return bad;
    }
    return paw_cursor_over((paw_bytes){c->base + at, n});
}
