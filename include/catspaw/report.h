/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Findings, the evidence ledger, and the writers that print them. The printed shapes are those of
 * docs/output-contract.
 */
#pragma once

#include <catspaw/execution.h>
#include <catspaw/reader.h>

PAW_NONNULL_BEGIN

enum paw_severity {
    PAW_NO_SEVERITY,
    PAW_INFORMATIONAL,
    PAW_LOW,
    PAW_MEDIUM,
    PAW_HIGH,
    PAW_CRITICAL
};
enum paw_confidence { PAW_NO_CONFIDENCE, PAW_L, PAW_M, PAW_H, PAW_VH };
enum paw_family {
    PAW_COMMAND,
    PAW_LINEAGE,
    PAW_MODULE,
    PAW_NETWORK,
    PAW_FILE,
    PAW_REGISTRY,
    PAW_PROCESS,
    PAW_VENDOR,
    PAW_ANOMALY,
};

PAW_API const char *paw_severity_name(enum paw_severity s); /* "informational" …            */
PAW_API const char *
paw_confidence_name(enum paw_confidence c); /* "low", "medium", "high", "very high" */
PAW_API const char *paw_family_name(enum paw_family f);
/** 0..100: base of the severity times confidence, rounded half up (docs/detections 0.2). */
PAW_API unsigned paw_score(enum paw_severity s, enum paw_confidence c);

enum paw_role {
    PAW_ROLE_PRIMARY,
    PAW_ROLE_PROCESS,
    PAW_ROLE_CHILD,
    PAW_ROLE_PARENT,
    PAW_ROLE_MODULE,
    PAW_ROLE_NETWORK,
    PAW_ROLE_DNS,
    PAW_ROLE_FILE,
    PAW_ROLE_REGISTRY,
    PAW_ROLE_ACCESS,
    PAW_ROLE_THREAD,
    PAW_ROLE_TAMPER,
    PAW_ROLE_PIPE,
    PAW_ROLE_DRIVER,
    PAW_ROLE_SCRIPT,
    PAW_ROLE_INSTALLER,
    PAW_ROLE_SERVICE,
    PAW_ROLE_TASK,
    PAW_ROLE_CONSUMER,
    PAW_ROLE_CONTROL,
    PAW_ROLE_ANTIMALWARE,
    PAW_ROLE_SENSOR,
    PAW_ROLE_EXIT,
    PAW_ROLE_CONTEXT,
    PAW_N_ROLES
};
PAW_API const char *paw_role_name(enum paw_role r);
PAW_API const char *PAW_NULLABLE
paw_object_kind_name(enum paw_object_kind k);               /* "dll", …; NULL: none */
PAW_API const char *paw_evidence_name(enum paw_evidence e); /* "evtx", "hive", …    */
PAW_API const char *paw_state_name(enum paw_state s);       /* "intact", …          */

struct paw_reason {
    const char *behaviour;
    int32_t
        evidence;  /* index into evidence; -1: the process's own field (command_line, image, …) */
    paw_str field; /* "command_line", "image", … for -1; else the record's own field name       */
    uint32_t start, length;
    paw_str text; /* exactly those bytes */
};

struct paw_held {
    const char *id, *title, *why;
    const char *technique;
    const char *const *PAW_NULLABLE also; /* techniques shown beside it */
    size_t n_also;
    enum paw_severity severity;
    enum paw_confidence confidence;
    enum paw_family family;
    const char *PAW_NULLABLE adjusted; /* why severity or confidence is not the table's */
};

struct paw_cited {
    enum paw_role role;
    const struct paw_fact *fact;
    const struct paw_origin *PAW_NULLABLE
        copies;                  /* where else the same record lies, canonical order */
    size_t n_copies, all_copies; /* n_copies at most 32                             */
};

/** An entry of a suppress file (docs/suppress.md) and what it did in this run. */
struct paw_suppression {
    uint32_t number;                 /* in its file, from 1                                    */
    paw_str reason, author, expires; /* expires: YYYY-MM-DD, the last day on which it holds    */
    paw_str finding;                 /* id of the finding it was written for; absent: not said */
    bool is_expired;
    uint64_t findings; /* suppressed by it                                               */
    uint64_t fits;     /* further ones that it fits: an earlier entry has them, or it is
                          expired                                                       */
};

/** What all entries of a suppress file did. */
struct paw_suppressed {
    const char *file; /* as given             */
    char sha256[65];  /* of the file          */
    char as_of[11];   /* the day: YYYY-MM-DD  */
    const struct paw_suppression *entries;
    size_t n_entries;
    uint64_t findings, by_severity[PAW_CRITICAL + 1];
};

struct paw_process_shown {
    paw_str image, command_line, user, integrity, guid;
    uint64_t pid;
    bool has_pid;
};

struct paw_finding {
    char id[48];           /* 32 hexadecimal digits, perhaps -2 */
    uint64_t time, logged; /* FILETIME, 0 unknown               */
    const char *time_of;   /* "process start", "record written", "key last changed" */
    paw_str host;
    enum paw_severity severity;
    unsigned score;
    const char *const *techniques;
    size_t n_techniques;
    const struct paw_held *held; /* [0] leads; the others by id */
    size_t n_held;
    paw_str reason; /* one sentence: why the leading behaviour held here */
    const struct paw_reason *reasons;
    size_t n_reasons;
    struct {
        uint64_t count, first, last;
    } repeats;        /* count 0: none; else all runs, at least 2 */
    uint32_t missing; /* PAW_NEED_… bits */
    struct {
        paw_str binary, renamed_from, verb, object, export;
        enum paw_object_kind kind;
    } proxy;
    bool has_process;
    struct paw_process_shown process;
    bool has_parent;
    struct paw_process_shown parent;
    struct paw_standing standing; /* kind NULL: none */
    const struct paw_cited *evidence;
    size_t n_evidence;
    uint64_t cut; /* effects beyond the cap */
    /* generic.not_decidable: behaviours concerned */
    const char *const *concerned;
    size_t n_concerned;
    const struct paw_suppression *PAW_NULLABLE suppressed_by;
};

/* The ledger ------------------------------------------------------------------------------------
 */

struct paw_ledger_file {
    paw_str source;
    uint64_t size;
    char sha256[65]; /* empty: not hashed */
    enum paw_evidence evidence;
    const char *reader;         /* NULL: not read */
    struct paw_summary summary; /* of pass 1      */
    paw_str host;               /* first computer named in it, absent: none */
    bool is_readable;
    uint32_t copy_of; /* or UINT32_MAX  */
};

struct paw_ledger {
    const char *version, *build;
    const char *const *arguments; /* as given, printable */
    size_t n_arguments;
    uint64_t started, ended; /* wall clock FILETIME: printed under "clock" only */
    const struct paw_ledger_file *files;
    size_t n_files;
    const struct paw_diag *diags; /* sorted by source, offset, code; folded by the caller */
    size_t n_diags;
    uint64_t facts, executions, findings;
    uint64_t by_severity[PAW_CRITICAL + 1];              /* of all findings, suppressed ones too */
    bool is_partial;                                     /* interrupted */
    const struct paw_tally *by_technique, *by_behaviour; /* sorted by name */
    size_t n_techniques, n_behaviours;
    const struct paw_suppressed *PAW_NULLABLE suppressed; /* NULL: no suppress file */
    int exit_code;
};

struct paw_tally {
    const char *name;
    uint64_t count;
};

/* Writers -----------------------------------------------------------------------------------------
 */

/** Where a writer's bytes go. Negative status: the report is not complete. */
struct paw_out {
    void *self;
    enum paw_status (*write)(void *self, const void *bytes, size_t n);
};

struct paw_report_context {
    /* Sources by number, damage, and the counts that are known: a page shows at its top what stands
     * here at begin(), and says below if it was more by end(). */
    const struct paw_ledger *ledger;
};

/** A writer is fed one finding at a time in timeline order and needs no more than one in memory. */
struct paw_writer {
    const char *name;      /* "jsonl", "csv", "html" */
    const char *file_name; /* "timeline.jsonl"       */
    size_t state_size;     /* bytes of zeroed state that the caller provides */
    bool is_parted;        /* suppressed findings come behind all others     */
    enum paw_status (*begin)(void *state, const struct paw_report_context *c, struct paw_out *out);
    enum paw_status (*item)(void *state, const struct paw_report_context *c,
                            const struct paw_finding *f, struct paw_out *out);
    enum paw_status (*end)(void *state, const struct paw_report_context *c, struct paw_out *out);
};

/** The writers that exist; ends with NULL. */
extern const struct paw_writer *const PAW_NULLABLE paw_writers[];

/** run.json, whole. */
enum paw_status paw_ledger_write(const struct paw_ledger *l, struct paw_out *out);

/** One fact as one line of `events` (JSON, with the line end). */
enum paw_status paw_fact_write(const struct paw_fact *f, const struct paw_report_context *c,
                               struct paw_out *out);

/** s for a terminal or a line of text: nothing in it moves the cursor, breaks the line or hides.
 * What is hidden stands as \uXXXX, bytes that are not UTF-8 as \xXX. */
PAW_API enum paw_status paw_terminal_write(paw_str s, struct paw_out *out);

PAW_NONNULL_END
