/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Where the records of a log lie: file header, chunk headers, record headers. No payload is read.
 *
 * Linear in the chunk's size, allocates nothing, touches bytes through cursors alone. Source:
 * libyal, "Windows XML Event Log (EVTX)"; what real files do: docs, EVTX 2 to 4, 10 and 11.
 */
#pragma once

#include <catspaw/base.h>

enum {
    PAW_EVTX_HEADER_BLOCK = 4096, /* chunk 0 follows it in every file seen       */
    PAW_EVTX_CHUNK_BYTES = 65536,
    PAW_EVTX_CHUNK_WINDOW = 65536 + 8, /* with the next one's signature             */
    PAW_EVTX_CHUNK_HEADER = 512,       /* with the two tables                         */
    PAW_EVTX_RECORD_HEADER = 24,
    PAW_EVTX_RECORD_LEAST = 28,
    PAW_EVTX_PADDING_MOST = 8,   /* between payload and second size: sizes are multiples of 8 */
    PAW_EVTX_RECORDS_MAX = 2400, /* (65,536 - 512) / 28 is 2,322                */
};

/** What the file header says; nothing in it is needed to read the file. */
struct paw_evtx_file {
    bool has_signature;
    bool is_sound; /* sizes as always and checksum right */
    bool is_dirty;
    uint32_t flags;
    uint16_t n_chunks; /* as counted by the header */
};

enum paw_evtx_place {
    PAW_EVTX_LIVE,  /* claimed by the chunk, whole                                    */
    PAW_EVTX_SLACK, /* whole, but nothing claims it                                   */
    PAW_EVTX_TORN,  /* claimed, but the size at its end differs from that at its head */
};

struct paw_evtx_at {
    uint32_t offset; /* in the chunk */
    uint32_t size;
    uint64_t id; /* of the record header */
    paw_filetime written;
    enum paw_evtx_place place;
};

struct paw_evtx_chunk {
    uint32_t length; /* bytes that are there; less than PAW_EVTX_CHUNK_BYTES at a cut end */
    bool is_blank;   /* nothing but zeros                                             */
    bool has_signature;
    bool has_checksums;
    bool is_header_sound;  /* its checksum is right                                */
    bool is_content_sound; /* that of its records                                  */
    bool is_table_sound;   /* string and template tables point into the chunk      */
    uint32_t used;         /* end of the claimed part; PAW_EVTX_CHUNK_BYTES if not said   */
    uint64_t first_id;     /* of the header                                              */
    uint64_t n_claimed;    /* records that the header promises; 0 unknown                */
    uint32_t break_at;     /* first place in the claimed part that holds no record; 0 none   */
    uint32_t break_bytes;  /* how much of the claimed part holds no records             */
    uint32_t n_live, n_slack, n_torn;
    uint32_t n_records; /* of all places, in the order of offsets */
    struct paw_evtx_at records[PAW_EVTX_RECORDS_MAX];
};

/** head: the first bytes of the file, PAW_EVTX_HEADER_BLOCK or fewer. */
void paw_evtx_file_read(paw_bytes head, struct paw_evtx_file *ret);

/** Where the first chunk of a log begins: behind the file header, or at once where the file has
 * none. head as above. */
uint32_t paw_evtx_first_chunk(paw_bytes head);

/**
 * Bytes of the chunk at the window's beginning. They end early where the next chunk's signature
 * stands inside, since bytes may have been lost or put in before it; not where a whole record holds
 * that signature, nor where a chunk follows at the usual place. window: PAW_EVTX_CHUNK_WINDOW
 * bytes, fewer at the end of the file. At least 1, unless the window is empty.
 */
uint32_t paw_evtx_chunk_length(paw_bytes window);

/** Finds the records of one chunk; bytes may be fewer than a chunk. Where nothing is claimed they
 * are looked for at every byte. The content's checksum is taken for right where nobody checks it.
 */
void paw_evtx_chunk_scan(paw_bytes bytes, bool checks, struct paw_evtx_chunk *ret);

/** Whether a whole record begins with the first byte. */
bool paw_evtx_record_at(paw_bytes bytes, struct paw_evtx_at *ret);

/** The first whole record that lies between two offsets of a chunk, claimed by nothing. */
bool paw_evtx_record_between(paw_bytes chunk, uint32_t from, uint32_t end, struct paw_evtx_at *ret);

enum {
    PAW_EVTX_VALUES_MAX = 128, /* outer templates have 18 or 20, payloads up to some 60 */
    PAW_EVTX_TYPE_NULL = 0x00,
    PAW_EVTX_TYPE_STRING = 0x01,
    PAW_EVTX_TYPE_BINXML = 0x21,
    PAW_EVTX_TYPE_STRINGS = 0x81,
};

/** The values of a template instance; offsets count from the chunk's first byte. */
struct paw_evtx_value {
    uint8_t type;
    uint16_t size;
    uint32_t offset;
};
struct paw_evtx_array {
    uint32_t n, descriptors; /* each of 4 bytes: size, type */
    bool is_inline;          /* the definition stands before them */
    struct paw_evtx_value values[PAW_EVTX_VALUES_MAX];
};

/** Finds the values of the template instance at an offset, all before end. False: there is none, or
 * its definition is not where it says. */
bool paw_evtx_array_at(paw_bytes chunk, uint32_t from, uint32_t end, struct paw_evtx_array *ret);

/**
 * What a record's value array says of itself, without its template: every outer template seen
 * (319) has the event id and the time at the same places.
 */
struct paw_evtx_peek {
    uint16_t event_id;
    paw_filetime created;
    bool has_payload;   /* event or user data                                     */
    bool has_nested;    /* the payload is a template instance                     */
    bool has_templates; /* every template that the record names is where it says */
    struct paw_evtx_array outer, nested;
};

/** chunk: the whole chunk, at the record's place in it. False: not of that shape, read it in full.
 */
bool paw_evtx_peek_at(paw_bytes chunk, const struct paw_evtx_at *at, struct paw_evtx_peek *ret);
