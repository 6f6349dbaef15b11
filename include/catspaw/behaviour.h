/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a behaviour, a program and an analyzer are. All of it is static data; the vocabulary in
 * which analyzers write it is catspaw/questions.h.
 *
 * A behaviour is a conjunction of questions about one execution, each with three answers. It keeps
 * no state and knows no order.
 */
#pragma once

#include <catspaw/report.h>

PAW_NONNULL_BEGIN

/** The answer to a question. `and` is the least, `or` the greatest. */
enum paw_truth { PAW_NO, PAW_UNKNOWN, PAW_YES };

struct paw_exam;
struct paw_test;

typedef enum paw_truth paw_ask(struct paw_exam *e, const struct paw_test *t);

/** A question: a function and its data. A list of them ends with ask NULL. */
struct paw_test {
    paw_ask *PAW_NULLABLE ask;
    const char *PAW_NULLABLE label;            /* "SWITCH": its name in vectors and pages    */
    const struct paw_test *PAW_NULLABLE tests; /* asked of another execution, or ANY, ALL    */
    const char *const *PAW_NULLABLE names;     /* globs or "@list"; ends with NULL           */
    const char *const *PAW_NULLABLE keys;      /* a second list                              */
    uint64_t in, set;                          /* path or address classes; programs          */
    enum paw_same {
        PAW_NOBODY,
        PAW_MY_TARGET,
        PAW_MY_IMAGE,
        PAW_MY_FOLDER,
        PAW_MY_USER,
        PAW_BELOW_ME
    } same;
    uint32_t needs, flags, least; /* PAW_NEED_…; flags of the question; a number */
    uint32_t within;              /* seconds since the start                    */
    int64_t seconds;              /* distance to another process; negative: before */
};

/** Flags of questions; each is understood by the questions named. */
enum paw_test_flag {
    PAW_UNSIGNED = 1 << 0,    /* MODULE: Signed is false or the status is no good one      */
    PAW_OTHER_NAME = 1 << 1,  /* MODULE: OriginalFileName fits keys, the file name does not */
    PAW_INBOUND = 1 << 2,     /* NETWORK                                                   */
    PAW_LOOKUP_ONLY = 1 << 3, /* NETWORK: names that were looked up                        */
    PAW_CREATED = 1 << 4,     /* FILE_EVENT; the default                                   */
    PAW_DELETED = 1 << 5,
    PAW_STAMPED = 1 << 6,
    PAW_STREAM = 1 << 7,       /* FILE_EVENT; MARKED: the stream Zone.Identifier            */
    PAW_INTO = 1 << 8,         /* ACCESS, THREAD: this process is the target                */
    PAW_AUTOSTART = 1 << 9,    /* STANDING: runs without anybody asking                     */
    PAW_USER_HIVE = 1 << 10,   /* CLASS; CONTROL: a class that the record names is a user's */
    PAW_MACHINE_TOO = 1 << 11, /* CLASS                                                     */
    PAW_SCRIPTLET = 1 << 12,   /* CLASS                                                     */
    PAW_TWIN = 1 << 13,        /* LINK: WOW64 twin of its parent                            */
    PAW_ORPHAN = 1 << 14,      /* LINK: parent not known, or a stub                         */
    PAW_SYSTEM = 1 << 15,      /* USER                                                      */
    PAW_NOT_SYSTEM = 1 << 16,  /* USER                                                      */
    PAW_NOT_ADMIN = 1 << 17,   /* USER                                                      */
    PAW_UNTIL_EXIT = 1 << 18,
    PAW_LINE_TOO = 1 << 19, /* VALUE: the text is searched, not the path                 */
    PAW_HAS_TWIN = 1 << 21, /* LINK: it started its WOW64 twin                              */
    PAW_NAMED_LIKE_TARGET = 1 << 20, /* REG_STATE: the value or its key bears the target's name */
    PAW_OTHER_KEY = 1 << 22, /* REGISTRY: the key's name fits none of names; data are not asked */
};

enum paw_level { PAW_IL_UNTRUSTED = 1, PAW_IL_LOW, PAW_IL_MEDIUM, PAW_IL_HIGH, PAW_IL_SYSTEM };

/** Which subjects a behaviour is asked of; 0: processes, stubs and standing commands. */
enum paw_of {
    PAW_OF_PROCESS = 1 << 0, /* and stubs                                      */
    PAW_OF_STANDING = 1 << 1,
    PAW_OF_SCRIPT = 1 << 2,
    PAW_OF_RECORD = 1 << 3,
    PAW_OF_RESIDUE = 1 << 4,  /* a value at rest without a command              */
    PAW_OF_LAUNCHED = 1 << 5, /* of the standing ones, a command in a launcher's line */
};

/** Silences if tests hold. */
struct paw_unless {
    const struct paw_test *PAW_NULLABLE tests; /* NULL ends a list */
    const char *why;
};

/** Sets severity and confidence if tests hold; the first that holds wins. */
struct paw_adjust {
    enum paw_severity severity;
    enum paw_confidence confidence;            /* PAW_NO_CONFIDENCE: the table's */
    const struct paw_test *PAW_NULLABLE tests; /* NULL ends a list */
    const char *why;
};

struct paw_label {
    const char *PAW_NULLABLE technique; /* NULL ends a list */
    const struct paw_test *PAW_NULLABLE tests;
};

struct paw_behaviour {
    const char *PAW_NULLABLE id; /* NULL ends a list; permanent, never reused */
    const char *title;
    enum paw_severity severity;
    enum paw_confidence confidence;
    enum paw_family family;
    const char *PAW_NULLABLE technique;           /* NULL: the proxy's                     */
    const struct paw_label *PAW_NULLABLE labels;  /* instead of technique: first that holds */
    const char *const *PAW_NULLABLE also;         /* techniques shown beside it            */
    const struct paw_label *PAW_NULLABLE also_if; /* the same, each that holds; one without tests:
                                                     if none before it does                 */
    const char *const *PAW_NULLABLE programs;     /* proxy ids; NULL: all of its analyzer; "*": any
                                                     execution, proxy or not                */
    const char *const *PAW_NULLABLE subjects;     /* base-name globs of programs that are no proxy,
                                                     of which it is asked as well; with "*": that
                                                     are looked at whatever their records begin
                                                     with                                   */
    uint32_t of;                                  /* enum paw_of                           */
    const struct paw_test *PAW_NULLABLE when;     /* NULL: it waits, or the engine makes it */
    const struct paw_unless *PAW_NULLABLE unless;
    const struct paw_adjust *PAW_NULLABLE adjust;
    const struct paw_test *PAW_NULLABLE shows;  /* each adds its evidence if it holds    */
    const char *const *PAW_NULLABLE instead_of; /* ids that are left out when it holds   */
    bool uncapped;                              /* paw_program.cap does not apply        */
    const char *PAW_NULLABLE waits_for;         /* cannot be decided yet: what it needs  */
    const char *why, *benign, *next;
};

struct paw_cap {
    enum paw_severity most;
    const struct paw_test *PAW_NULLABLE tests;
    const char *PAW_NULLABLE why;
};

/** A proxy as an analyzer knows it. */
struct paw_program {
    const char *PAW_NULLABLE name; /* proxy id; NULL ends a list */
    const char *technique;
    const char *const *names;
    const char *const *PAW_NULLABLE original;
    struct paw_grammar grammar;
    struct paw_cap cap;
    const char *PAW_NULLABLE about; /* one sentence for the pages */
};

struct paw_analyzer {
    const char *name;                                /* of its file: "t1218_003_cmstp" */
    const struct paw_program *PAW_NULLABLE programs; /* ends with name NULL         */
    const struct paw_behaviour *behaviours;          /* ends with id NULL           */
};

/** Every analyzer, ends with NULL (made from analyzers/meson.build). */
extern const struct paw_analyzer *PAW_NULLABLE const paw_analyzers[];

/* For OWN questions ------------------------------------------------------------------------------
 */

/** The execution that is asked, perhaps a parent or child of the judged one. */
const struct paw_execution *paw_exam_subject(const struct paw_exam *e);
/** The execution that is judged. */
const struct paw_execution *paw_exam_judged(const struct paw_exam *e);
/** Marks a place in a field of the asked execution; length 0: the whole field. */
void paw_exam_mark(struct paw_exam *e, enum paw_field_id field, struct paw_span span);
/** Marks a place in another record. */
void paw_exam_cite(struct paw_exam *e, const struct paw_fact *fact, enum paw_field_id field,
                   struct paw_span span, enum paw_role role);
/** Names what is missing and answers PAW_UNKNOWN. */
enum paw_truth paw_exam_miss(struct paw_exam *e, uint32_t needs);

PAW_NONNULL_END
