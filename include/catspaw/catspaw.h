/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The public door: scan evidence, print its events, look into the catalogue.
 *
 * The library prints nothing, reads no environment, and keeps no mutable globals. One scan at a
 * time per process (it forks a nursery); call before creating threads.
 */
#pragma once

#include <catspaw/report.h>

PAW_NONNULL_BEGIN

PAW_API const char *paw_version(void);
PAW_API const char *paw_build(void);

/** What an organisation knows of its own network and machines (docs/site.md). */
struct paw_site;

/** What is wrong with a file that somebody wrote for us, and where. */
struct paw_file_fault {
    uint64_t line, column, offset; /* line and column from 1, bytes */
    const char *what;              /* a constant                    */
    char given[128];               /* what is meant, cut, any bytes; may be empty */
};

/**
 * Reads a site file, strictly: what is not known is refused. The site must outlive what it is given
 * to.
 *
 * PAW_E_FORMAT  fault tells
 */
PAW_API PAW_MUST_CHECK enum paw_status
paw_site_read(const char *json, size_t n, struct paw_site **ret, struct paw_file_fault *fault);
/** The same of a file. Of statuses other than PAW_E_FORMAT err tells. */
PAW_API PAW_MUST_CHECK enum paw_status paw_site_open(const char *path, struct paw_site **ret,
                                                     struct paw_file_fault *fault,
                                                     struct paw_error *PAW_NULLABLE err);
PAW_API void paw_site_free(struct paw_site *PAW_NULLABLE s);

/** Findings that need not be looked at again, and why: catspaw/suppress.h. */
struct paw_suppress;

/** How far a scan is; texts are constants. */
struct paw_progress {
    const char *phase; /* "inventory", "reading", "resolving", "reading effects", "judging",
                          "hashing", "writing" */
    uint64_t files, all_files, bytes, all_bytes, records, findings;
};

/** Formats of the timeline, as bits. */
enum paw_format { PAW_JSONL = 1 << 0, PAW_CSV = 1 << 1, PAW_HTML = 1 << 2, PAW_RUN = 1 << 3 };

struct paw_options {
    const char *const *paths; /* evidence, as given */
    size_t n_paths;
    const char *const *arguments; /* the whole command line, for the ledger */
    size_t n_arguments;
    const char *PAW_NULLABLE out_dir;  /* NULL with out_fd >= 0 */
    int out_fd;                        /* -1: write to out_dir; else one format goes there */
    const char *PAW_NULLABLE temp_dir; /* spool; NULL: out_dir, else the system's */
    uint32_t formats; /* enum paw_format; 0: all of them to out_dir, JSONL to out_fd */
    const char *PAW_NULLABLE record; /* events: only SOURCE#RECORD_ID or SOURCE@OFFSET */
    bool is_full;                    /* events: every record of every log, complete */
    bool is_xml;                     /* events: the same as XML */
    bool force;                      /* out_dir may hold files */
    bool no_hash;
    bool no_checksums;               /* of chunks of logs are not looked at */
    bool carve;                      /* files of unknown kind are searched for event records */
    const char *PAW_NULLABLE reader; /* of logs: "native", "libevtx"; NULL: native */
    unsigned jobs;                   /* 0: processors */
    uint64_t memory;                 /* bytes of RssAnon over all processes; 0: 512 MiB */
    uint64_t child_memory, child_cpu_ms, record_cpu_ms, child_answer; /* 0: defaults */
    enum paw_severity fail_on; /* PAW_NO_SEVERITY: not given */
    const struct paw_site *PAW_NULLABLE site;
    const struct paw_suppress *PAW_NULLABLE suppress;
    const char *PAW_NULLABLE as_of; /* YYYY-MM-DD that entries expire before; NULL: today, UTC */
    const volatile bool *PAW_NULLABLE stop; /* becomes true: end early, write what is there */
    void (*PAW_NULLABLE progress)(void *self, const struct paw_progress *p);
    void *PAW_NULLABLE self;
};

struct paw_result {
    int exit_code; /* of the output contract */
    uint64_t findings, files, records, damaged, unknown_files;
    uint64_t by_severity[PAW_CRITICAL + 1];            /* findings and these: not suppressed */
    uint64_t suppressed;                               /* and not counted above              */
    uint64_t suppressed_by_severity[PAW_CRITICAL + 1]; /* exit code 1 does not ask for them  */
    bool is_partial, has_report; /* stopped before its end; written to the folder or descriptor */
    char message[512];           /* for people, one line, printable; empty when all went well */
};

/** Scans and writes the reports. The exit code says it all; err has details of code 2 and 5. */
PAW_API void paw_scan(const struct paw_options *o, struct paw_result *ret,
                      struct paw_error *PAW_NULLABLE err);

/** Prints all facts of the evidence as JSON Lines to out_fd, or full records: nothing is judged. */
PAW_API void paw_events(const struct paw_options *o, struct paw_result *ret,
                        struct paw_error *PAW_NULLABLE err);

/** The catalogue as text table or JSON; id, of a behaviour or technique, NULL: all of it.
 * PAW_E_ABSENT: there is neither. */
PAW_API PAW_MUST_CHECK enum paw_status paw_behaviours(const char *PAW_NULLABLE id, bool json,
                                                      struct paw_out *out);

/** Where the printed line and the judged one differ. */
struct paw_stretch {
    struct paw_span printed, judged;
};

/** A command line to be judged alone, with what is known around it; absent texts are not known. */
struct paw_line {
    paw_str command_line; /* absent: it was not logged */
    paw_str image, original_file_name, current_directory, user, integrity;
    paw_str parent_image, parent_command_line;
    /* What is printed, and counted in, when command_line was made from it; absent: itself. */
    paw_str printed;
    const struct paw_stretch *PAW_NULLABLE stretches; /* in order */
    size_t n_stretches;
};

/**
 * Judges lines as the scan judges processes, and gives each answer in order: one finding with all
 * that holds for the line, NULL if nothing does. Of the parent only those behaviours count whose
 * question about a child this line answers. The finding lives until done returns.
 */
PAW_API PAW_MUST_CHECK enum paw_status
paw_check(const struct paw_line *lines, size_t n,
          enum paw_status (*done)(void *self, size_t line,
                                  const struct paw_finding *PAW_NULLABLE finding),
          void *self);

/** One answer of `check --json`: an object and a line end. */
PAW_API PAW_MUST_CHECK enum paw_status
paw_check_write(const struct paw_line *line, const struct paw_finding *PAW_NULLABLE finding,
                struct paw_out *out);

/** All that is told of one line of input. Lives until done returns. */
struct paw_answer {
    uint64_t number; /* of the line, from 1 */
    const char *PAW_NULLABLE
        fault; /* why the line could not be read; then nothing below is there */
    const struct paw_line *PAW_NULLABLE line;
    paw_str given; /* the whole line, when more stood around the printed one; else absent */
    const struct paw_finding *PAW_NULLABLE finding;
    const struct paw_command *PAW_NULLABLE command; /* as parsed, counted in the printed line */
};

/** Lines of plain text, from a ticket or a terminal, or of JSON. */
struct paw_checker_options {
    bool is_jsonl;
    struct paw_line around; /* context of plain lines: its command_line is not looked at */
    const struct paw_site *PAW_NULLABLE site;
    enum paw_status (*done)(void *self, const struct paw_answer *answer);
    void *PAW_NULLABLE self;
};

struct paw_checker;

/** Longest line that is read. */
enum { PAW_CHECK_LINE_MAX = 1 << 20 };

/**
 * Judges a stream of lines in batches: memory does not grow with their number. Answers come in the
 * order of the lines.
 *
 * Plain text is read as people paste it: quotes and code marks around the line, bullets and prompts
 * before it are left out; addresses made harmless (hxxp, [.]) are judged as what they were. Lines
 * of white space and code fences get no answer. JSON is judged as it stands.
 */
PAW_API PAW_MUST_CHECK enum paw_status paw_checker_new(const struct paw_checker_options *o,
                                                       struct paw_checker **ret);
/** One line, any bytes, without its line end; numbers count these calls. */
PAW_API PAW_MUST_CHECK enum paw_status paw_checker_take(struct paw_checker *c, paw_bytes line);
/** Answers what was taken and not yet answered. */
PAW_API PAW_MUST_CHECK enum paw_status paw_checker_flush(struct paw_checker *c);
PAW_API void paw_checker_free(struct paw_checker *PAW_NULLABLE c);

/** What kind of place a class of paths is, in words; NULL: it has no name. */
PAW_API const char *PAW_NULLABLE paw_place_name(uint64_t class);

/** The answer as `check --json` prints it. Not for a fault. */
PAW_API PAW_MUST_CHECK enum paw_status paw_answer_write(const struct paw_answer *answer,
                                                        struct paw_out *out);

/** Where to write: a descriptor. */
PAW_API struct paw_out paw_out_fd(const int *fd);

PAW_NONNULL_END
