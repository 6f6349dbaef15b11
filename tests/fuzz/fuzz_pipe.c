/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader process may send. The first byte says whether the rest is a stream as it is, or
 * payloads (type, length in two bytes, bytes) that get right heads and sums: else no mutation would
 * come past the sum.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fact.h"
#include "core/str.h"
#include "evidence/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

/* A fact that passed the check can be looked at whole. */
static uint64_t look_at_fact(paw_bytes payload)
{
    const struct paw_fact *f = (const struct paw_fact *)(const void *)payload.p;
    uint64_t sum = f->size;
    enum paw_field_id id;
    paw_str name, text;
    if (!paw_fact_check(payload.p, payload.n) || f->size != payload.n)
        fail("an unsound fact came through");
    for (size_t i = 0; paw_fact_field(f, i, &id, &name, &text); i++) {
        if (!paw_utf8_valid(name) || !paw_utf8_valid(text))
            fail("text of a fact is no UTF-8");
        sum = paw_hash(name.p, name.n, paw_hash(text.p, text.n, sum + (uint64_t)id));
    }
    for (unsigned i = PAW_F_NONE + 1; i < PAW_N_FIELDS; i++)
        sum += paw_fact_text(f, (enum paw_field_id)i).n;
    return sum;
}

static uint64_t look_at_diag(paw_bytes payload)
{
    struct paw_diag d;
    if (payload.n != sizeof(d))
        fail("size of a diagnostic");
    memcpy(&d, payload.p, sizeof(d));
    if (memchr(d.detail, '\0', sizeof(d.detail)) == NULL || !paw_utf8_valid(paw_str_of(d.detail)) ||
        paw_diag_name(d.code) == NULL)
        fail("an unsound diagnostic came through");
    return d.code;
}

struct heard {
    enum paw_status status;
    uint64_t n, sum;
};

/* Hears the stream in parts of at most step bytes. */
static struct heard hear(const uint8_t *stream, size_t size, size_t step)
{
    struct paw_frames frames = {0};
    struct heard h = {PAW_END, 0, 0};
    for (size_t at = 0; at < size && h.status == PAW_END;) {
        const size_t n = size - at < step ? size - at : step;
        uint8_t *room = paw_frames_room(&frames, n);
        if (room == NULL)
            break;
        memcpy(room, stream + at, n);
        paw_frames_added(&frames, n);
        at += n;
        enum paw_frame_type type;
        paw_bytes payload;
        while ((h.status = paw_frames_next(&frames, &type, &payload)) == PAW_OK) {
            if ((uintptr_t)payload.p % 8 != 0)
                fail("a payload is not aligned");
            h.n++;
            h.sum = paw_hash(payload.p, payload.n, h.sum + (uint64_t)type);
            if (type == PAW_FRAME_FACT)
                h.sum += look_at_fact(payload);
            else if (type == PAW_FRAME_DIAG)
                h.sum += look_at_diag(payload);
        }
    }
    paw_frames_finish(&frames);
    paw_frames_finish(&frames); /* twice is allowed */
    return h;
}

/* Payloads with right heads; the result is the caller's. */
static uint8_t *framed(const uint8_t *data, size_t size, size_t *ret)
{
    uint8_t *out = malloc(size * 8 + 64);
    size_t n = 0;
    for (size_t at = 0; out != NULL && size - at >= 3;) {
        const unsigned type = data[at] % 6U;
        const size_t most = size - at - 3, want = (size_t)data[at + 1] | (size_t)data[at + 2] << 8;
        const paw_bytes payload = {data + at + 3, want < most ? want : most};
        paw_frame_head(out + n, (enum paw_frame_type)type, payload);
        memcpy(out + n + PAW_FRAME_HEAD, payload.p, payload.n);
        n += PAW_FRAME_HEAD + payload.n;
        at += 3 + payload.n;
    }
    *ret = n;
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t steps[] = {1, 7, 4096};
    if (size == 0)
        return 0;
    size_t n = size - 1;
    uint8_t *made = data[0] % 2 != 0 ? framed(data + 1, size - 1, &n) : NULL;
    const uint8_t *stream = made != NULL ? made : data + 1;
    const struct heard whole = hear(stream, n, n + 1);
    for (size_t i = 0; i < PAW_COUNT_OF(steps); i++) {
        const struct heard parts = hear(stream, n, steps[i]);
        if (parts.n != whole.n || parts.sum != whole.sum || parts.status != whole.status)
            fail("the answer depends on how the bytes arrive");
    }
    free(made);
    return 0;
}
