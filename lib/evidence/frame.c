/* SPDX-License-Identifier: Apache-2.0 */
/* Frames: see frame.h. */
#include "evidence/frame.h"

#include <stdlib.h>

#include "core/cursor.h"
#include "core/hidden.h"
#include "core/str.h"

enum { ROOM_KEPT = 256 * 1024 }; /* some reads of a full pipe */

static uint32_t sum_of(paw_bytes b)
{
    uint32_t h = 2166136261U;
    size_t i = 0;
    for (; b.n - i >= 8; i += 8) /* by words: facts are multiples of 8 */
        h = (h ^ paw_le32(b.p + i) ^ paw_le32(b.p + i + 4) * 3U) * 16777619U;
    for (; i < b.n; i++)
        h = (h ^ b.p[i]) * 16777619U;
    return h;
}

static void put32(uint8_t *at, uint32_t v)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (uint8_t)(v >> (8 * i));
}

void paw_frame_head(uint8_t *head, enum paw_frame_type type, paw_bytes payload)
{
    put32(head, PAW_FRAME_MAGIC);
    put32(head + 4, (uint32_t)type);
    put32(head + 8, (uint32_t)payload.n);
    put32(head + 12, sum_of(payload));
}

void paw_frames_finish(struct paw_frames *f)
{
    free(f->bytes);
    *f = (struct paw_frames){0};
}

/* A single large fact must not hold its room for the rest of the run. */
static void give_back(struct paw_frames *f)
{
    if (f->at == f->n && f->room > ROOM_KEPT) {
        free(f->bytes);
        *f = (struct paw_frames){0};
    }
}

uint8_t *paw_frames_room(struct paw_frames *f, size_t n)
{
    give_back(f);
    if (f->at != 0) { /* what was taken goes; the rest stays aligned, frames are multiples of 8 */
        memmove(f->bytes, f->bytes + f->at, f->n - f->at);
        f->n -= f->at;
        f->at = 0;
    }
    if (f->room - f->n < n) {
        const size_t room = f->n + n > f->room * 2 ? f->n + n : f->room * 2;
        uint8_t *more = realloc(f->bytes, room);
        if (more == NULL)
            return NULL;
        f->bytes = more;
        f->room = room;
    }
    return f->bytes + f->n;
}

void paw_frames_added(struct paw_frames *f, size_t n)
{
    f->n += n;
}

static bool is_text(const char *text, size_t room)
{
    const char *end = memchr(text, '\0', room);
    const paw_str s = {text, end == NULL ? 0 : (size_t)(end - text)};
    for (size_t at = 0; at < s.n;) {
        uint32_t c = 0;
        at += paw_utf8_next(s, at, &c);
        if (paw_char_is_control(c))
            return false;
    }
    return end != NULL && paw_utf8_valid(s);
}

static bool is_sound(enum paw_frame_type type, paw_bytes payload)
{
    struct paw_diag diag;
    switch (type) {
    case PAW_FRAME_FACT:
        return paw_fact_check(payload.p, payload.n);
    case PAW_FRAME_DIAG:
        if (payload.n != sizeof(diag))
            return false;
        memcpy(&diag, payload.p, sizeof(diag));
        return diag.code > PAW_D_NONE && diag.code < PAW_N_DIAGS &&
               is_text(diag.detail, sizeof(diag.detail));
    case PAW_FRAME_PROGRESS:
        return payload.n == 8;
    case PAW_FRAME_END:
        return payload.n == sizeof(struct paw_frame_end);
    }
    return false;
}

enum paw_status paw_frames_next(struct paw_frames *f, enum paw_frame_type *type, paw_bytes *payload)
{
    const size_t left = f->n - f->at;
    if (left < PAW_FRAME_HEAD)
        return PAW_END;
    const uint8_t *head = f->bytes + f->at;
    const uint32_t kind = paw_le32(head + 4), length = paw_le32(head + 8);
    if (paw_le32(head) != PAW_FRAME_MAGIC || kind < PAW_FRAME_FACT || kind > PAW_FRAME_END ||
        length > PAW_FACT_BYTES_MAX || length % 8 != 0)
        return PAW_E_FORMAT;
    if (left - PAW_FRAME_HEAD < length)
        return PAW_END;
    const paw_bytes got = {head + PAW_FRAME_HEAD, length};
    if (paw_le32(head + 12) != sum_of(got) || !is_sound((enum paw_frame_type)kind, got))
        return PAW_E_FORMAT;
    *type = (enum paw_frame_type)kind;
    *payload = got;
    f->at += PAW_FRAME_HEAD + length;
    return PAW_OK;
}
