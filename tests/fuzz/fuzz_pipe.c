/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes over a reader process's pipe. The first byte says into how large pieces the rest is
 * cut; a second byte of 1 has the sums of the frames made right, so that what is behind them is
 * reached. However it is cut, the same frames come out, and each is what its type says.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/cursor.h"
#include "core/str.h"
#include "evidence/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read: enough to tell two readings apart. */
struct heard {
    uint64_t frames, sum;
    enum paw_status end;
};

static void fail(const char *what)
{
    (void)fprintf(stderr, "%s\n", what);
    abort();
}

static uint64_t add(uint64_t sum, paw_bytes b)
{
    for (size_t i = 0; i < b.n; i++)
        sum = (sum ^ b.p[i]) * 1099511628211U;
    return sum;
}

/* All texts of a fact lie inside it. */
static void check_fact(paw_bytes b)
{
    const struct paw_fact *f = (const struct paw_fact *)(const void *)b.p;
    if ((uintptr_t)b.p % 8 != 0 || f->size != b.n || f->n_fields > PAW_FACT_FIELDS_MAX)
        fail("fact");
    for (size_t i = 0; i < f->n_fields; i++) {
        enum paw_field_id id = PAW_F_NONE;
        paw_str name, text;
        if (!paw_fact_field(f, i, &id, &name, &text))
            fail("field");
        if (!paw_utf8_valid(name) || !paw_utf8_valid(text)) /* each by itself */
            fail("text of a field");
    }
    (void)paw_fact_text(f, PAW_F_COMMAND_LINE);
    (void)paw_fact_other(f, PAW_LIT("x"));
}

static void check(enum paw_frame_type type, paw_bytes payload)
{
    struct paw_diag diag;
    switch (type) {
    case PAW_FRAME_FACT:
        check_fact(payload);
        return;
    case PAW_FRAME_DIAG:
        if (payload.n != sizeof(diag))
            fail("diagnostic");
        memcpy(&diag, payload.p, sizeof(diag));
        if (memchr(diag.detail, '\0', sizeof(diag.detail)) == NULL ||
            !paw_utf8_valid(paw_str_of(diag.detail)) ||
            strcmp(paw_diag_name(diag.code), "unknown") == 0)
            fail("diagnostic's text or code");
        return;
    case PAW_FRAME_PROGRESS:
        if (payload.n != 8)
            fail("progress");
        return;
    case PAW_FRAME_END:
        if (payload.n != sizeof(struct paw_frame_end))
            fail("end");
        return;
    }
    fail("type");
}

static struct heard hear(paw_bytes input, size_t piece)
{
    struct paw_frames f = {0};
    struct heard h = {.end = PAW_END};
    for (size_t at = 0; at < input.n && h.end == PAW_END;) {
        const size_t n = input.n - at < piece ? input.n - at : piece;
        uint8_t *room = paw_frames_room(&f, n);
        if (room == NULL)
            break;
        memcpy(room, input.p + at, n);
        paw_frames_added(&f, n);
        at += n;
        for (;;) {
            enum paw_frame_type type = PAW_FRAME_END;
            paw_bytes payload = {0};
            h.end = paw_frames_next(&f, &type, &payload);
            if (h.end != PAW_OK)
                break;
            check(type, payload);
            h.frames++;
            h.sum = add(h.sum ^ (uint64_t)type, payload);
        }
    }
    paw_frames_finish(&f);
    return h;
}

/* Heads as the writer makes them, for as long as the bytes look like frames. */
static void mend_sums(uint8_t *p, size_t n)
{
    for (size_t at = 0; n - at >= PAW_FRAME_HEAD;) {
        const uint32_t type = paw_le32(p + at + 4), length = paw_le32(p + at + 8);
        if (length > n - at - PAW_FRAME_HEAD)
            return;
        paw_frame_head(p + at, (enum paw_frame_type)type,
                       (paw_bytes){p + at + PAW_FRAME_HEAD, length});
        at += PAW_FRAME_HEAD + length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const size_t n = size - 2;
    uint8_t *bytes = malloc(n == 0 ? 1 : n); /* exact, so that a read behind it is seen */
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data + 2, n);
    if (data[1] == 1)
        mend_sums(bytes, n);
    const struct heard whole = hear((paw_bytes){bytes, n}, n);
    const struct heard cut = hear((paw_bytes){bytes, n}, data[0] + 1U);
    if (whole.frames != cut.frames || whole.sum != cut.sum || (n != 0 && whole.end != cut.end))
        fail("cut otherwise, heard otherwise");
    free(bytes);
    return 0;
}
