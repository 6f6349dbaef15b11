/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The templates that a whole file has to lend: where a sound definition of each stands.
 *
 * A record whose own template is gone borrows one of the same identifier from any chunk of its
 * file. Which one depends on the contents of the file alone, never on the order of its chunks or on
 * who reads which part: of several under one identifier the first in the order of GUID and digest
 * that fits. Definitions are found through the tables of chunks and inside records that nothing
 * claims; each is believed only if all of it compiles and its names have their hashes.
 */
#pragma once

#include "evidence/source.h"
#include "parsers/evtx/carve.h"
#include "parsers/evtx/templates.h"

enum {
    PAW_LENDER_MAX = 16384, /* templates; beyond it nothing is lent: 772 are in 895 real logs */
    PAW_LENDER_TRIES = 8,   /* of one identifier */
};

struct paw_loan {
    uint8_t guid[PAW_BINXML_GUID];
    uint8_t digest[PAW_TEMPLATE_DIGEST]; /* of the plan */
    struct paw_piece piece;              /* the chunk, or what there is of it */
    uint32_t definition;                 /* offset in the chunk               */
};

struct paw_lender {
    struct paw_loan *PAW_NULLABLE loans; /* in the order of GUID's number, GUID, digest */
    size_t n, room;
    bool is_over; /* more than PAW_LENDER_MAX, or no memory: it lends nothing */
};

/** Looks through all chunks of a log or, carved, of any bytes. templates serves to compile. What
 * cannot be read lends nothing. */
PAW_MUST_CHECK enum paw_status paw_lender_build(struct paw_lender *ret, struct paw_source *source,
                                                bool is_carved, struct paw_templates *templates,
                                                struct paw_error *err);
void paw_lender_finish(struct paw_lender *l);

/** The template that an instance may borrow, compiled from where it stands; guid: only one of that
 * GUID. NULL: there is none. */
const struct paw_template *PAW_NULLABLE paw_lender_find(const struct paw_lender *l,
                                                        struct paw_source *source,
                                                        struct paw_templates *templates,
                                                        const struct paw_binxml_instance *instance,
                                                        const uint8_t *PAW_NULLABLE guid,
                                                        struct paw_arena *own);

/** One reader of a file and what it may borrow: the lender is made when the first record needs it,
 * and shared with other readers of the file where the source shares (paw_source_shared). */
struct paw_borrower {
    struct paw_source *source;
    struct paw_templates *templates;
    struct paw_lender *PAW_NULLABLE lender;
    bool is_carved, has_asked;
};

/** All three last as long as the borrower; templates lend through it from now on. */
void paw_borrower_init(struct paw_borrower *b, struct paw_source *source, bool is_carved,
                       struct paw_templates *templates);
void paw_borrower_finish(struct paw_borrower *b);
