/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Readers: bytes of one evidence file become facts, damage and summaries.
 *
 * A reader knows no engine and no behaviour. It is a const table; the same table serves a thread
 * and a child process. It assumes nothing about how records are stored.
 */
#pragma once

#include <catspaw/fact.h>

PAW_NONNULL_BEGIN

/** Kind of evidence, by content. */
enum paw_evidence {
    PAW_EVIDENCE_UNKNOWN,
    PAW_EVIDENCE_EVTX,
    PAW_EVIDENCE_HIVE,
    PAW_EVIDENCE_HIVE_LOG,
    PAW_EVIDENCE_EMPTY,
    PAW_N_EVIDENCE
};

/** Part of a file, counted in the reader's own items (records, keys). The bytes are told by who
 * parted the file; zeros where nobody did. */
struct paw_range {
    uint64_t from, to;   /* items from .. to - 1; to UINT64_MAX: to the end        */
    uint64_t begin, end; /* bytes: where item from lies, and item to; 0: not known */
};

/** Registry values that somebody asks for: a glob over key paths from the hive's root, and a glob
 * over value names. */
struct paw_wanted_value {
    const char *hive; /* "NTUSER", "UsrClass", "SOFTWARE", "SYSTEM", "*" */
    const char *key;  /* glob; `ControlSet*` for CurrentControlSet        */
    const char *value;
};

/** A record asked for by provider and event id (kind PAW_KIND_OTHER). */
struct paw_wanted_event {
    const char *provider;
    uint16_t event_id;
};

/**
 * What the many records of the wanted kinds are asked for: a reader that can tell a value without
 * making its text leaves out what none of these knows. Coarser than who asks it: what is wanted is
 * never left out, what is not may come. Of each computer and kind one fact comes in any case. Only
 * read, from several threads. Names are the last parts of paths.
 */
struct paw_sieve {
    const void *self;
    bool (*has_guid)(const void *self, const uint8_t *guid); /* 16 bytes, of a process */
    bool (*has_pid)(const void *self, uint64_t pid);
    bool (*has_image)(const void *self, paw_str name);
    bool (*has_module)(const void *self, paw_str name);
    bool (*has_file)(const void *self, paw_str name); /* ASCII */
    bool (*has_key)(const void *self, paw_str key);   /* of the registry, raw */
};

struct paw_wanted {
    uint64_t kinds;                                     /* PAW_KIND_BIT of the kinds to answer */
    const struct paw_wanted_value *PAW_NULLABLE values; /* ends with hive NULL */
    const struct paw_wanted_event *PAW_NULLABLE events; /* ends with provider NULL */
    const struct paw_sieve *PAW_NULLABLE sieve;         /* may be left unasked */
    const struct paw_wanted *PAW_NULLABLE later; /* of another reading, which may then leave out
                                                    records; NULL: there will be none */
    bool no_checksums; /* of the evidence: taken for right; may be left unasked */
};

/* Diagnostics. Codes are permanent: never renumbered, never reused. Notes leave the exit code at 0;
 * damage makes it 3. */
#define PAW_DIAGS(X)                                                                              \
    X(FILE_UNREADABLE, "file.unreadable", true, "the file could not be read")                     \
    X(FILE_SKIPPED, "file.skipped", false, "not a regular file, or a link out of the given root") \
    X(FILE_UNKNOWN, "file.unknown", false, "content of a kind that is not read")                  \
    X(FILE_CHANGED, "file.changed", true, "the file changed while it was read")                   \
    X(PATH_ABSENT, "path.absent", true, "the path does not exist")                                \
    X(WORKER_KILLED, "worker.killed", true, "a reader process exceeded a limit and was ended")    \
    X(WORKER_DIED, "worker.died", true, "a reader process ended by itself")                       \
    X(WORKER_LIED, "worker.lied", true, "a reader process sent something impossible")             \
    X(WORKER_GAVE_UP, "worker.gave_up", true,                                                     \
      "the rest of the file was left after repeated kills")                                       \
    X(EVTX_REFUSED, "evtx.refused", true, "the log could not be opened")                          \
    X(EVTX_HEADER, "evtx.header", false, "the file header is stale or damaged")                   \
    X(EVTX_RECORD, "evtx.record", true, "a record could not be read")                             \
    X(EVTX_RECORD_PARTIAL, "evtx.record_partial", true, "a record was read in part")              \
    X(EVTX_GAP, "evtx.gap", true, "a chunk claims records that are not there")                    \
    X(EVTX_CHUNK, "evtx.chunk", true, "a chunk is damaged")                                       \
    X(EVTX_TRUNCATED, "evtx.truncated", true, "the file ends inside a chunk")                     \
    X(EVTX_SLACK, "evtx.slack", false, "records from slack, or slack that could not be read")     \
    X(EVTX_COUNT, "evtx.count", false, "the chunk count disagrees with the file")                 \
    X(HIVE_REFUSED, "hive.refused", true, "the hive could not be opened")                         \
    X(HIVE_DIRTY, "hive.dirty", true, "the hive is dirty and its logs were not applied")          \
    X(HIVE_TRUNCATED, "hive.truncated", true, "the hive ends before its bins do")                 \
    X(HIVE_TRAILING, "hive.trailing", false, "bytes behind the last bin")                         \
    X(HIVE_CYCLE, "hive.cycle", true, "a sub key list points back")                               \
    X(HIVE_REFERENCE, "hive.reference", true, "a reference leads to no valid cell")               \
    X(HIVE_COUNT, "hive.count", true, "a count exceeds its cell")                                 \
    X(HIVE_DEPTH, "hive.depth", true, "keys nested deeper than Windows allows")                   \
    X(HIVE_VALUE, "hive.value", true, "a value could not be read")                                \
    X(HIVE_STRING, "hive.string", false, "data behind the end of a string")                       \
    X(HIVE_KEY, "hive.key", true, "a key could not be read")                                      \
    X(HIVE_OWN_READING, "hive.own_reading", false,                                                \
      "keys that libregf does not give were read without it")                                     \
    X(LIMIT_FACT, "limit.fact", false, "a record was larger than the limit and is cut")           \
    X(HOST_UNKNOWN, "host.unknown", false, "no computer name in this evidence")                   \
    X(EXECUTION_UNJUDGED, "execution.unjudged", true, "an execution was too large to be judged")  \
    X(LINE_BROKEN, "line.broken", false, "a command line could not be parsed whole")              \
    X(HIVE_LOGS_APPLIED, "hive.logs_applied", false,                                              \
      "the hive is dirty and was read with its logs applied")                                     \
    X(EVTX_CARVED, "evtx.carved", false, "event records found in a file of unknown kind")

enum paw_diag_code {
    PAW_D_NONE,
#define PAW_DIAG_CODE(id, name, damage, text) PAW_D_##id,
    PAW_DIAGS(PAW_DIAG_CODE)
#undef PAW_DIAG_CODE
        PAW_N_DIAGS
};

/** One diagnostic. Flat: it crosses the pipe as it is. */
struct paw_diag {
    uint32_t code;   /* enum paw_diag_code                                  */
    uint32_t source; /* evidence file, UINT32_MAX: none                     */
    uint64_t offset; /* where, bytes                                        */
    uint64_t extent; /* how many bytes are concerned; 0 unknown             */
    uint64_t count;  /* how many times (items lost, records), at least 1    */
    char detail[96]; /* terminated, valid UTF-8, no control characters      */
};

PAW_API const char *paw_diag_name(uint32_t code);
PAW_API const char *paw_diag_text(uint32_t code);
PAW_API bool paw_diag_is_damage(uint32_t code);

/** What a range holds: decides whether the second extraction needs it. */
struct paw_summary {
    uint64_t kinds;                    /* kinds present, wanted or not */
    uint64_t first, last;              /* times of the records; 0 none */
    uint64_t read, recovered, damaged; /* records (keys for hives) */
    uint32_t dirty;                    /* hive: sequence numbers differ; log: dirty flag */
    uint32_t refused;                  /* nothing could be read */
    uint32_t log_entries;              /* hive: entries of its transaction logs that were applied */
    uint32_t pad;
    uint64_t parts;  /* log: chunks with a signature */
    uint64_t sieved; /* records of wanted kinds that the sieve left out */
};

/** Where a reader answers. Any of the calls may return a negative status: the reader stops and
 * returns it. */
struct paw_sink {
    void *self;
    enum paw_status (*fact)(void *self, const struct paw_fact *fact);
    enum paw_status (*diag)(void *self, const struct paw_diag *diag);
    /* item is about to be read: after a kill the file goes on behind it */
    enum paw_status (*progress)(void *self, uint64_t item);
};

struct paw_source; /* windows of bytes: evidence/source.h */

struct paw_reader {
    const char *name; /* "native", "libevtx", "libregf" */
    enum paw_evidence evidence;
    bool needs_child; /* runs only in a process with limits, else in threads of the scan */
    /* Reads the range and answers facts of the wanted kinds. summary is filled also on failure. */
    enum paw_status (*extract)(struct paw_source *source, uint32_t number, struct paw_range range,
                               const struct paw_wanted *wanted, const struct paw_sink *sink,
                               struct paw_summary *summary, struct paw_error *err);
    /* NULL: files are read whole. Else the part that follows *range, zeroed for the first one, by
     * the bytes alone, so that a file is parted in the same way whoever reads it. PAW_END: there is
     * none. */
    enum paw_status (*PAW_NULLABLE next_part)(struct paw_source *source, struct paw_range *range,
                                              struct paw_error *err);
    /* What is to be said of the whole file when all its parts were read; whole is their sum. */
    enum paw_status (*PAW_NULLABLE conclude)(struct paw_source *source, uint32_t number,
                                             const struct paw_sink *sink, struct paw_summary *whole,
                                             struct paw_error *err);
};

PAW_NONNULL_END
