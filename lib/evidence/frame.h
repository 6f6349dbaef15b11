/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What crosses the pipe between a reader process and the scan: length-prefixed frames. The reading
 * side takes every byte for hostile.
 */
#pragma once

#include <catspaw/reader.h>

enum paw_frame_type {
    PAW_FRAME_FACT = 1,
    PAW_FRAME_DIAG,
    PAW_FRAME_PROGRESS, /* u64: this item begins; all before it are answered */
    PAW_FRAME_END,      /* struct paw_frame_end: nothing follows */
};

enum {
    PAW_FRAME_MAGIC = 0x4D415246, /* "FRAM" */
    PAW_FRAME_HEAD = 16,
};

struct paw_frame_end {
    int32_t status; /* of extract */
    int32_t sys;    /* errno, or 0 */
    struct paw_summary summary;
};

/** Fills the 16 bytes before a payload. */
void paw_frame_head(uint8_t *head, enum paw_frame_type type, paw_bytes payload);

/** Received bytes that may end inside a frame. */
struct paw_frames {
    uint8_t *PAW_NULLABLE bytes;
    size_t n, room, at;
};

void paw_frames_finish(struct paw_frames *f);
/** Room for at least n more bytes behind what is there; NULL: no memory. */
uint8_t *PAW_NULLABLE paw_frames_room(struct paw_frames *f, size_t n);
/** n bytes were put where room was given. */
void paw_frames_added(struct paw_frames *f, size_t n);

/**
 * The next whole frame: PAW_OK; PAW_END: more bytes are needed; PAW_E_FORMAT: the sender lies
 * (wrong magic, type, length or sum, a fact that is none). payload is aligned to 8 and valid until
 * the next room.
 */
PAW_MUST_CHECK enum paw_status paw_frames_next(struct paw_frames *f, enum paw_frame_type *type,
                                               paw_bytes *payload);
