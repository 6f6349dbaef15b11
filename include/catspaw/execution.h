/* SPDX-License-Identifier: Apache-2.0 */
/**
 * An execution: one process or one standing command, with all that belongs to it.
 *
 * This is what behaviours are asked about. It is a view for the time of one judgement: it borrows
 * every text and fact, and knows no order of files or records. A process whose start is not in the
 * logs is a stub: it has a pid or GUID and an image, perhaps a command line (as its child's record
 * quotes it), and no start fact.
 */
#pragma once

#include <catspaw/command.h>
#include <catspaw/fact.h>

PAW_NONNULL_BEGIN

enum paw_subject {
    PAW_SUBJECT_PROCESS,
    PAW_SUBJECT_STUB,     /* a process seen only by its effects or as somebody's parent     */
    PAW_SUBJECT_STANDING, /* Run value, service, task, consumer, class, launcher's command  */
    PAW_SUBJECT_SCRIPT,   /* PowerShell text                                                */
    PAW_SUBJECT_RECORD,   /* AppLocker, Defender, installer record without a process        */
};

/** What can be missing: the closed list of the output contract, as bits. */
#define PAW_NEED_COMMAND_LINE        (UINT32_C(1) << 0)
#define PAW_NEED_IMAGE               (UINT32_C(1) << 1)
#define PAW_NEED_ORIGINAL_FILE_NAME  (UINT32_C(1) << 2)
#define PAW_NEED_COMPANY             (UINT32_C(1) << 3)
#define PAW_NEED_CURRENT_DIRECTORY   (UINT32_C(1) << 4)
#define PAW_NEED_USER                (UINT32_C(1) << 5)
#define PAW_NEED_INTEGRITY           (UINT32_C(1) << 6)
#define PAW_NEED_PARENT_IMAGE        (UINT32_C(1) << 7)
#define PAW_NEED_PARENT_COMMAND_LINE (UINT32_C(1) << 8)
#define PAW_NEED_PARENT              (UINT32_C(1) << 9)
#define PAW_NEED_PROCESSES           (UINT32_C(1) << 10)
#define PAW_NEED_MODULES             (UINT32_C(1) << 11)
#define PAW_NEED_NETWORK             (UINT32_C(1) << 12)
#define PAW_NEED_DNS                 (UINT32_C(1) << 13)
#define PAW_NEED_FILES               (UINT32_C(1) << 14)
#define PAW_NEED_REGISTRY            (UINT32_C(1) << 15)
#define PAW_NEED_ACCESS              (UINT32_C(1) << 16)
#define PAW_NEED_THREADS             (UINT32_C(1) << 17)
#define PAW_NEED_PIPES               (UINT32_C(1) << 18)
#define PAW_NEED_POWERSHELL          (UINT32_C(1) << 19)
#define PAW_NEED_INSTALLER           (UINT32_C(1) << 20)
#define PAW_NEED_HIVE_SOFTWARE       (UINT32_C(1) << 21)
#define PAW_NEED_HIVE_SYSTEM         (UINT32_C(1) << 22)
#define PAW_NEED_HIVE_NTUSER         (UINT32_C(1) << 23)
#define PAW_NEED_HIVE_USRCLASS       (UINT32_C(1) << 24)
enum { PAW_N_NEEDS = 25 };

/** "command_line", …, "hive:SOFTWARE": the printed name of the i-th need. */
PAW_API const char *paw_need_name(unsigned i);

enum paw_effect {
    PAW_EFFECT_MODULE,
    PAW_EFFECT_NETWORK,
    PAW_EFFECT_DNS,
    PAW_EFFECT_FILE, /* created, deleted, stream, time changed */
    PAW_EFFECT_REGISTRY,
    PAW_EFFECT_ACCESS,   /* this process opened another            */
    PAW_EFFECT_ACCESSED, /* another process opened this one        */
    PAW_EFFECT_THREAD,   /* this process made a thread elsewhere   */
    PAW_EFFECT_THREADED, /* a thread was made in this process      */
    PAW_EFFECT_TAMPER,
    PAW_EFFECT_PIPE,
    PAW_EFFECT_POWERSHELL,
    PAW_EFFECT_INSTALLER,
    PAW_EFFECT_CONTROL,
    PAW_EFFECT_ANTIMALWARE,
    PAW_EFFECT_OTHER, /* asked for by provider and event        */
    PAW_N_EFFECTS
};

struct paw_effects {
    const struct paw_fact *const *facts; /* distinct first, in the order of time, then content */
    size_t n;                            /* at most PAW_EFFECTS_MAX                            */
    size_t total;                        /* before the cut                                     */
};

enum { PAW_EFFECTS_MAX = 256, PAW_CHILDREN_MAX = 64, PAW_ANCESTORS_MAX = 8 };

/** How the parent was found. */
enum paw_link {
    PAW_LINK_NONE,   /* not known at all                                            */
    PAW_LINK_QUOTED, /* a stub made from what this record says of its parent        */
    PAW_LINK_SURE,   /* by GUID, or by pid with lifetimes and names that agree      */
    PAW_LINK_WEAK,   /* by pid, but the names disagree: answers at most UNKNOWN     */
};

struct paw_program;
struct paw_execution;
struct paw_memo;

/** The kind of a standing command that stands in the line of a launcher. */
#define PAW_LAUNCHER "launcher"

/** Kind of standing of a value at rest that is judged by itself: its subject is a record. */
#define PAW_RESIDUE "value"

/** Where a standing command stands. */
struct paw_standing {
    const char *kind;  /* "run", "runonce", "service", "task", "consumer", "class", "launcher",
                          "winlogon", … */
    paw_str place;     /* key, service or task store, spelled canonically */
    paw_str name;      /* value's, service's, task's name                 */
    bool is_autostart; /* runs without anybody asking (3.16)              */
};

struct paw_execution {
    enum paw_subject subject;
    const struct paw_fact *PAW_NULLABLE start;  /* of Sysmon 1 and 4688 the one that says more */
    const struct paw_fact *PAW_NULLABLE second; /* the other one                               */
    paw_str host;
    uint64_t time, logged, ended; /* 0: unknown */
    uint64_t pid;
    bool has_pid;
    paw_str guid;
    /* Texts of the start; absent where the record lacks them. */
    paw_str image, command_line, original_file_name, company, product, description;
    paw_str current_directory, user, integrity, hashes;
    /* Understood. */
    bool is_image_said;  /* image and original_file_name come from the line, not from a record */
    bool is_folder_said; /* so does current_directory */
    const char *proxy;   /* proxy id of docs/detections 2.9, or NULL      */
    const struct paw_program *PAW_NULLABLE program; /* of an analyzer, or NULL                   */
    paw_str name;      /* base name of the image, lower case            */
    uint64_t sets;     /* PAW_SET_… of 2.10                             */
    uint32_t identity; /* enum paw_identity_flag of windows/programs.h  */
    struct paw_path image_path, cwd_path;
    struct paw_command command; /* .line absent when no command line is known    */
    /* Relations. */
    const struct paw_execution *PAW_NULLABLE parent;
    enum paw_link link;
    bool is_twin;    /* the WOW64 twin of its parent (trap 3)      */
    bool is_plumbed; /* the stage of control.exe or of a panel's 32-bit relaunch (trap 4) */
    const struct paw_execution *const *PAW_NULLABLE children;
    size_t n_children, all_children;
    struct paw_effects effects[PAW_N_EFFECTS];
    uint32_t seen;                /* PAW_NEED_… kinds that were recorded here then */
    struct paw_standing standing; /* kind NULL unless subject is STANDING          */
    const struct paw_fact *PAW_NULLABLE
        source; /* record or value that a standing command, script or record subject comes from */
    struct paw_memo *PAW_NULLABLE memo; /* the engine's own: what it found out of the same line */
};

PAW_NONNULL_END
