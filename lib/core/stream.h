/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Writing text: a buffered stream in front of a struct paw_out, and a growing buffer that is one.
 *
 * A stream's failure is sticky: write a whole item in one breath, ask once at the flush. The first
 * bad status stays, and nothing is handed on after it.
 */
#pragma once

#include <catspaw/report.h>

enum { PAW_STREAM_BYTES = 8192 }; /* a page or two: an item is some kilobytes */

struct paw_stream {
    struct paw_out *out;
    enum paw_status status; /* PAW_OK or the first failure */
    size_t used;
    char bytes[PAW_STREAM_BYTES];
};

void paw_stream_init(struct paw_stream *s, struct paw_out *out);
void paw_stream_put(struct paw_stream *s, const void *bytes, size_t n);
/** A terminated constant of ours: never for text of evidence. */
void paw_stream_text(struct paw_stream *s, const char *text);
static inline void paw_stream_char(struct paw_stream *s, char c)
{
    if (s->used < sizeof(s->bytes))
        s->bytes[s->used++] = c;
    else
        paw_stream_put(s, &c, 1);
}
/** Decimal digits. */
void paw_stream_u64(struct paw_stream *s, uint64_t n);
/** n in hexadecimal, upper case, at least digits long. */
void paw_stream_hex(struct paw_stream *s, uint64_t n, unsigned digits);
/** Hands on what is buffered and tells how all went. */
PAW_MUST_CHECK enum paw_status paw_stream_flush(struct paw_stream *s);

/** Bytes that grow. Zeroed is ready for use. */
struct paw_buffer {
    char *PAW_NULLABLE p; /* NULL or terminated behind n bytes */
    size_t n, room;
    bool failed; /* no memory: what follows is lost   */
};

void paw_buffer_put(struct paw_buffer *b, const void *bytes, size_t n);
/** Empties and keeps the room. */
void paw_buffer_reset(struct paw_buffer *b);
void paw_buffer_finish(struct paw_buffer *b);
/** A way to write into b; PAW_E_MEMORY when it cannot grow. */
struct paw_out paw_buffer_out(struct paw_buffer *b);
