/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One event record as any reader gives it: no XML, no tokens, views only.
 *
 * All texts are valid UTF-8, may hold NUL and live as long as the reader says (one record). A text
 * that the record does not have is absent; nothing is folded or converted here.
 */
#pragma once

#include <catspaw/fact.h>

/** A value of EventData or UserData, in the order of the record. */
struct paw_datum {
    paw_str
        name; /* Data/@Name, else the element's own name; absent: unnamed Data, position counts */
    paw_str text; /* absent: the element is empty                                               */
};

enum {
    PAW_RECORD_DATA_MAX = 512, /* values of one record; the widest manifest event has some 60 */
};

struct paw_record {
    paw_str provider, channel, computer, user_sid;
    paw_str data_name; /* EventData/@Name, or the element below UserData; absent if neither */
    const struct paw_datum *PAW_NULLABLE data;
    size_t n_data;
    uint64_t record_id;   /* EventRecordID of the payload, else the header's (see flags) */
    paw_filetime created; /* TimeCreated/@SystemTime; 0 not set                           */
    uint32_t process_id;  /* Execution/@ProcessID: the logging process; 0 unknown         */
    uint16_t event_id;
    uint16_t flags; /* enum paw_fact_flag of the record as read                     */
    enum paw_state state;
    struct paw_origin origin;
};

/** Text of the first datum with that name (ASCII case folded); absent if there is none. */
static inline paw_str paw_record_named(const struct paw_record *r, const char *name);
/** Text of the i-th unnamed datum. */
static inline paw_str paw_record_unnamed(const struct paw_record *r, size_t i);

static inline paw_str paw_record_named(const struct paw_record *r, const char *name)
{
    const size_t n = strlen(name);
    for (size_t i = 0; i < r->n_data; i++) {
        const paw_str own = r->data[i].name;
        size_t k = 0;
        while (k < n && k < own.n && (own.p[k] | 0x20) == (name[k] | 0x20))
            k++;
        if (own.p != NULL && k == n && own.n == n)
            return r->data[i].text;
    }
    return (paw_str){0};
}

static inline paw_str paw_record_unnamed(const struct paw_record *r, size_t i)
{
    for (size_t k = 0; k < r->n_data; k++)
        if (r->data[k].name.p == NULL && i-- == 0)
            return r->data[k].text;
    return (paw_str){0};
}
