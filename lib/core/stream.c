/* SPDX-License-Identifier: Apache-2.0 */
/* Buffered text output: see core/stream.h. */
#include "core/stream.h"

#include <stdlib.h>

void paw_stream_init(struct paw_stream *s, struct paw_out *out)
{
    s->out = out;
    s->status = PAW_OK;
    s->used = 0;
}

static void hand_on(struct paw_stream *s, const void *bytes, size_t n)
{
    if (s->status != PAW_OK || n == 0)
        return;
    const enum paw_status got = s->out->write(s->out->self, bytes, n);
    if (got < PAW_OK)
        s->status = got;
}

void paw_stream_put(struct paw_stream *s, const void *bytes, size_t n)
{
    if (n > sizeof(s->bytes) - s->used) {
        hand_on(s, s->bytes, s->used);
        s->used = 0;
        if (n >= sizeof(s->bytes)) {
            hand_on(s, bytes, n);
            return;
        }
    }
    if (n == 0)
        return;
    memcpy(s->bytes + s->used, bytes, n);
    s->used += n;
}

void paw_stream_text(struct paw_stream *s, const char *text)
{
    paw_stream_put(s, text, strlen(text));
}

void paw_stream_u64(struct paw_stream *s, uint64_t n)
{
    char digits[20]; /* of 2^64 - 1 */
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    paw_stream_put(s, digits + at, sizeof(digits) - at);
}

void paw_stream_hex(struct paw_stream *s, uint64_t n, unsigned digits)
{
    char text[16];
    size_t at = sizeof(text);
    while (at > 0 && (n != 0 || sizeof(text) - at < digits)) {
        text[--at] = "0123456789ABCDEF"[n % 16];
        n /= 16;
    }
    paw_stream_put(s, text + at, sizeof(text) - at);
}

enum paw_status paw_stream_flush(struct paw_stream *s)
{
    hand_on(s, s->bytes, s->used);
    s->used = 0;
    return s->status;
}

/* Growing buffers -------------------------------------------------------------------------------
 */

enum { FIRST_ROOM = 1024 };

static bool make_room(struct paw_buffer *b, size_t more)
{
    size_t want = 0;
    if (b->failed || paw_ckd_add(b->n, more, &want) || paw_ckd_add(want, 1, &want) ||
        want > SIZE_MAX / 2) {
        b->failed = true;
        return false;
    }
    if (want <= b->room)
        return true;
    size_t room = b->room == 0 ? FIRST_ROOM : b->room;
    while (room < want)
        room *= 2;
    char *grown = realloc(b->p, room);
    if (grown == NULL) {
        b->failed = true;
        return false;
    }
    b->p = grown;
    b->room = room;
    return true;
}

void paw_buffer_put(struct paw_buffer *b, const void *bytes, size_t n)
{
    if (!make_room(b, n))
        return;
    if (n != 0)
        memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void paw_buffer_reset(struct paw_buffer *b)
{
    b->n = 0;
    b->failed = false;
    if (b->p != NULL)
        b->p[0] = '\0';
}

void paw_buffer_finish(struct paw_buffer *b)
{
    free(b->p);
    *b = (struct paw_buffer){0};
}

static enum paw_status write_buffer(void *self, const void *bytes, size_t n)
{
    struct paw_buffer *b = self;
    paw_buffer_put(b, bytes, n);
    return b->failed ? PAW_E_MEMORY : PAW_OK;
}

struct paw_out paw_buffer_out(struct paw_buffer *b)
{
    return (struct paw_out){.self = b, .write = write_buffer};
}
