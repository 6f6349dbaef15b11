/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML text as libevtx writes it, and task definitions: what is read is valid UTF-8 and becomes a
 * fact that passes its own check. The first byte chooses the event that the data are told to be.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/str.h"
#include "parsers/evtx/event_xml.h"
#include "parsers/normalise.h"
#include "parsers/normalise_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum paw_status take_fact(void *self, const struct paw_fact *fact)
{
    (void)self;
    if (!paw_fact_check(fact, fact->size)) {
        (void)fprintf(stderr, "a fact that does not pass\n");
        abort();
    }
    return PAW_OK;
}

static enum paw_status take_diag(void *self, const struct paw_diag *d)
{
    (void)self;
    (void)d;
    return PAW_OK;
}

/* Readers give valid UTF-8 only. */
static paw_str valid(struct paw_arena *a, const uint8_t *data, size_t size)
{
    const paw_str given = {(const char *)data, size};
    char *out = paw_arena_alloc(a, size * 3 + 1);
    size_t n = 0;
    for (size_t at = 0; out != NULL && at < size;) {
        uint32_t c = 0;
        at += paw_utf8_next(given, at, &c);
        n += paw_utf8_put(out + n, c);
    }
    return (paw_str){out, n};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct paw_wanted everything = {.kinds = UINT64_MAX};
    const struct paw_sink sink = {.fact = take_fact, .diag = take_diag};
    struct paw_normaliser normaliser;
    struct paw_record record = {0};
    struct paw_arena arena;
    uint64_t kinds = 0;
    if (size == 0)
        return 0;
    paw_arena_init(&arena, 64 * 1024 * 1024);
    paw_normaliser_init(&normaliser);
    const enum paw_status status =
        paw_event_xml_read(valid(&arena, data + 1, size - 1), &arena, &record);
    if (status == PAW_OK || status == PAW_E_LIMIT) {
        const struct paw_row *row = &paw_rows[data[0] % paw_n_rows];
        const size_t n = strcspn(row->channel, "*");
        record.provider = paw_str_of(row->provider);
        record.channel = (paw_str){row->channel, n};
        record.event_id = row->first;
        if (paw_normalise(&normaliser, &record, &everything, &sink, &kinds, NULL) < 0)
            abort();
    }
    paw_normaliser_finish(&normaliser);
    paw_arena_finish(&arena);
    return 0;
}
