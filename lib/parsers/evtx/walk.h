/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The walk over a log that every reader of logs shares: chunk by chunk, record by record, with the
 * diagnostics about what is not as it claims. How one record is read is the reader's.
 *
 * Items are chunk * PAW_EVTX_ITEMS_PER_CHUNK + position in the chunk, whoever reads, so that one
 * reader can go on where another was ended.
 */
#pragma once

#include <catspaw/reader.h>

#include "parsers/evtx/layout.h"
#include "parsers/normalise.h"

enum {
    PAW_EVTX_ITEMS_PER_CHUNK = 4096,
    PAW_EVTX_NUMBERS = 65536,    /* of event numbers */
    PAW_EVTX_EXTENTS_MAX = 4096, /* told of one carved file: of more, the rest is one */
};

struct paw_evtx_walk {
    /* what the caller gives */
    struct paw_source *source;
    uint32_t number;
    const struct paw_wanted *wanted;
    const struct paw_sink *sink;
    struct paw_summary *summary;
    struct paw_error *PAW_NULLABLE err;
    bool is_carved; /* the source is any bytes: what is found in them is recovered */
    struct paw_normaliser *PAW_NULLABLE normaliser; /* for paw_evtx_walk_give */
    struct paw_marks *PAW_NULLABLE marking;         /* records that wanted->later may ask for */
    const struct paw_marks *PAW_NULLABLE marked;    /* the others are left out */

    /* what the reader gives */
    void *reader;
    /* a chunk is about to be read, its records are known; may be NULL */
    void (*PAW_NULLABLE begin_chunk)(void *reader);
    enum paw_status (*read_record)(void *reader, const struct paw_evtx_at *at);
    bool is_settled; /* nobody will ask for the record that was just read; left: not known */
    uint32_t
        behind; /* where the payload of the record ends that was just read; left: nowhere known */

    /* where the walk is */
    paw_bytes bytes; /* the chunk as far as it is there, until the next */
    struct paw_evtx_file file;
    uint64_t first_at; /* of the first chunk */
    struct paw_evtx_chunk chunk;
    size_t n_records;                              /* read or left out so far */
    uint64_t chunk_number, chunk_at, chunk_length; /* chunk_at wraps below 0 (struct paw_piece) */

    /* its own */
    struct paw_evtx_extent {
        uint64_t from, to, n; /* bytes of the file, records in them */
    } extent;                 /* carved, not told yet               */
    unsigned n_extents;
    unsigned n_diags;                         /* of this chunk                         */
    uint64_t n_dark_slack, dark_slack_at;     /* slack that could not be read          */
    uint64_t n_dark_records, dark_records_at; /* beyond what is told one by one        */
    uint8_t asked[PAW_EVTX_NUMBERS];          /* what is known of an event number: enum in walk.c */
};

/** Reads the range and fills the summary; w has what the caller and the reader give, the rest
 * zeroed. */
PAW_MUST_CHECK enum paw_status paw_evtx_walk_run(struct paw_evtx_walk *w, struct paw_range range);

/** The part of a log that follows *range, as struct paw_reader says. */
PAW_MUST_CHECK enum paw_status paw_evtx_next_part(struct paw_source *source,
                                                  struct paw_range *range, struct paw_error *err);

/** What is to be said of the whole log; w has what the caller gives, with the sum of all parts. */
PAW_MUST_CHECK enum paw_status paw_evtx_conclude(struct paw_evtx_walk *w);

/** Whether anybody asks for an event of that number, whoever wrote it; its possible kinds are
 * added to the summary. */
bool paw_evtx_walk_asks(struct paw_evtx_walk *w, uint16_t event_id);

/** The words of a diagnostic about an extent in which records were carved, by its count; is_rest:
 * it stands for all that follow. */
void paw_evtx_carved_detail(struct paw_diag *d, bool is_rest);

/** A record that nobody wants: it is counted. created 0: not known. */
void paw_evtx_walk_pass(struct paw_evtx_walk *w, const struct paw_evtx_at *at,
                        paw_filetime created);

/** A record that could not be read. */
PAW_MUST_CHECK enum paw_status paw_evtx_walk_lose(struct paw_evtx_walk *w,
                                                  const struct paw_evtx_at *at, const char *what);

/** A record that was read: counted, and told of if it is damaged (`what` is missing of it). created
 * 0: not known. */
PAW_MUST_CHECK enum paw_status paw_evtx_walk_count(struct paw_evtx_walk *w,
                                                   const struct paw_evtx_at *at,
                                                   enum paw_state state, paw_filetime created,
                                                   const char *what);

/** The same, and made facts of, by a recipe if there is one. */
PAW_MUST_CHECK enum paw_status paw_evtx_walk_give(struct paw_evtx_walk *w,
                                                  const struct paw_evtx_at *at,
                                                  struct paw_record *record, const char *what,
                                                  const struct paw_recipe *PAW_NULLABLE recipe);

/** Whether it lies between 1990 and 9999. */
bool paw_evtx_is_time(paw_filetime t);

/** Whether a record that nothing claims names where and when it was written: else it is not
 * believed. */
bool paw_evtx_is_plausible(const struct paw_record *record);
