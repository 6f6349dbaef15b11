/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Facts: what a reader makes of one record or one registry value.
 *
 * A fact is flat: a header, texts, and a table of fields at its end; no pointers. It can cross a
 * pipe, lie in a spool or be sorted unchanged. All texts are valid UTF-8 and may hold NUL. A field
 * that the record does not have, or that says "no value" in one of its ways (`-`, `(NULL)`, empty
 * where empty cannot be meant), is not there at all.
 *
 * Field names follow Sysmon; where Security or another provider calls the same thing otherwise,
 * both names stand in one row, and the report prints the one of the record's provider.
 */
#pragma once

#include <catspaw/base.h>

PAW_NONNULL_BEGIN

enum paw_kind {
    PAW_KIND_NONE,
    PAW_KIND_PROCESS_START, /* Sysmon 1, 4688                                             */
    PAW_KIND_PROCESS_END,   /* Sysmon 5, 4689                                             */
    PAW_KIND_MODULE,        /* Sysmon 7                                                   */
    PAW_KIND_NETWORK,       /* Sysmon 3, 5156                                             */
    PAW_KIND_DNS,           /* Sysmon 22, DNS-Client 3006/3008                            */
    PAW_KIND_FILE,          /* Sysmon 11                                                  */
    PAW_KIND_FILE_DELETE,   /* Sysmon 23, 26                                              */
    PAW_KIND_FILE_STREAM,   /* Sysmon 15                                                  */
    PAW_KIND_FILE_TIME,     /* Sysmon 2                                                   */
    PAW_KIND_REGISTRY,      /* Sysmon 12, 13, 14; 4657                                    */
    PAW_KIND_ACCESS,        /* Sysmon 10                                                  */
    PAW_KIND_THREAD,        /* Sysmon 8                                                   */
    PAW_KIND_TAMPER,        /* Sysmon 25                                                  */
    PAW_KIND_PIPE,          /* Sysmon 17, 18                                              */
    PAW_KIND_DRIVER,        /* Sysmon 6                                                   */
    PAW_KIND_POWERSHELL,    /* 400, 403, 600, 800, 4103, 4104                             */
    PAW_KIND_INSTALLER,     /* MsiInstaller                                               */
    PAW_KIND_SERVICE,       /* 7045, 4697                                                 */
    PAW_KIND_TASK,          /* 4698, 4702                                                 */
    PAW_KIND_CONSUMER,      /* Sysmon 19, 20, 21; WMI-Activity 5861                       */
    PAW_KIND_LOGON_COMMAND, /* Shell-Core 9707, 9708: what a Run key started at a logon   */
    PAW_KIND_CONTROL,       /* AppLocker, CodeIntegrity, Program-Compatibility-Assistant  */
    PAW_KIND_ANTIMALWARE,   /* Defender                                                   */
    PAW_KIND_SENSOR,        /* 1102, 104, Sysmon 4, 16, 255: what the log itself suffered */
    PAW_KIND_STANDING,      /* a command at rest in a hive: Run value, service, class     */
    PAW_KIND_VALUE,         /* a value at rest of a key that a behaviour names            */
    PAW_KIND_HOST,          /* what a hive or log says about its machine                  */
    PAW_KIND_OTHER,         /* asked for by provider and event id                         */
    PAW_N_KINDS
};

#define PAW_KIND_BIT(k) (UINT64_C(1) << (k))

enum paw_state {
    PAW_INTACT,
    PAW_RECOVERED, /* from slack or otherwise not claimed by the structures */
    PAW_CORRUPT,   /* read in part: printed as "damaged"                    */
};

enum paw_fact_flag {
    PAW_FACT_LOSSY = 1 << 0,          /* some text could not be decoded and holds U+FFFD       */
    PAW_FACT_ID_FROM_HEADER = 1 << 1, /* record_id is the record header's                      */
    PAW_FACT_CUT = 1 << 2,            /* fields were left out or cut at a limit                */
    PAW_FACT_FROM_LOG = 1 << 3,       /* hive: seen through a transaction log                  */
};

/*  id, printed name, name in Security/other records or NULL, JSON name used by `missing`/reasons.
 *  The order is the order of printing and is never changed; new fields go to the end. */
#define PAW_FIELDS(X)                                                                            \
    X(PROVIDER, "Provider", NULL)                                                                \
    X(CHANNEL, "Channel", NULL)                                                                  \
    X(COMPUTER, "Computer", NULL)                                                                \
    X(RULE_NAME, "RuleName", NULL)                                                               \
    X(UTC_TIME, "UtcTime", NULL)                                                                 \
    X(PROCESS_GUID, "ProcessGuid", NULL)                                                         \
    X(PROCESS_ID, "ProcessId", "NewProcessId")                                                   \
    X(IMAGE, "Image", "NewProcessName")                                                          \
    X(FILE_VERSION, "FileVersion", NULL)                                                         \
    X(DESCRIPTION, "Description", NULL)                                                          \
    X(PRODUCT, "Product", NULL)                                                                  \
    X(COMPANY, "Company", NULL)                                                                  \
    X(ORIGINAL_FILE_NAME, "OriginalFileName", NULL)                                              \
    X(COMMAND_LINE, "CommandLine", NULL)                                                         \
    X(CURRENT_DIRECTORY, "CurrentDirectory", NULL)                                               \
    X(USER, "User", NULL)                                                                        \
    X(LOGON_ID, "LogonId", "SubjectLogonId")                                                     \
    X(INTEGRITY_LEVEL, "IntegrityLevel", "MandatoryLabel")                                       \
    X(HASHES, "Hashes", NULL)                                                                    \
    X(PARENT_PROCESS_GUID, "ParentProcessGuid", NULL)                                            \
    X(PARENT_PROCESS_ID, "ParentProcessId", "ProcessId")                                         \
    X(PARENT_IMAGE, "ParentImage", "ParentProcessName")                                          \
    X(PARENT_COMMAND_LINE, "ParentCommandLine", NULL)                                            \
    X(PARENT_USER, "ParentUser", NULL)                                                           \
    X(ELEVATION, "TokenElevationType", NULL)                                                     \
    X(EXIT_STATUS, "Status", NULL)                                                               \
    X(IMAGE_LOADED, "ImageLoaded", NULL)                                                         \
    X(SIGNED, "Signed", NULL)                                                                    \
    X(SIGNATURE, "Signature", NULL)                                                              \
    X(SIGNATURE_STATUS, "SignatureStatus", NULL)                                                 \
    X(PROTOCOL, "Protocol", NULL)                                                                \
    X(INITIATED, "Initiated", "Direction") /* "true" outbound, "false" inbound */                \
    X(SOURCE_IP, "SourceIp", "SourceAddress")                                                    \
    X(SOURCE_PORT, "SourcePort", NULL)                                                           \
    X(SOURCE_HOSTNAME, "SourceHostname", NULL)                                                   \
    X(DESTINATION_IP, "DestinationIp", "DestAddress")                                            \
    X(DESTINATION_PORT, "DestinationPort", "DestPort")                                           \
    X(DESTINATION_HOSTNAME, "DestinationHostname", NULL)                                         \
    X(QUERY_NAME, "QueryName", NULL)                                                             \
    X(QUERY_STATUS, "QueryStatus", NULL)                                                         \
    X(QUERY_RESULTS, "QueryResults", NULL)                                                       \
    X(TARGET_FILENAME, "TargetFilename", NULL)                                                   \
    X(CREATION_UTC_TIME, "CreationUtcTime", NULL)                                                \
    X(PREVIOUS_CREATION_UTC_TIME, "PreviousCreationUtcTime", NULL)                               \
    X(CONTENTS, "Contents", NULL)                                                                \
    X(EVENT_TYPE, "EventType", "OperationType")                                                  \
    X(TARGET_OBJECT, "TargetObject", "ObjectName") /* raw, with the value's name as last part */ \
    X(VALUE_NAME, "ObjectValueName", NULL)                                                       \
    X(DETAILS, "Details", "NewValue")                                                            \
    X(NEW_NAME, "NewName", NULL)                                                                 \
    X(TARGET_PROCESS_GUID, "TargetProcessGuid", NULL)                                            \
    X(TARGET_PROCESS_ID, "TargetProcessId", NULL)                                                \
    X(TARGET_IMAGE, "TargetImage", NULL)                                                         \
    X(GRANTED_ACCESS, "GrantedAccess", NULL)                                                     \
    X(CALL_TRACE, "CallTrace", NULL)                                                             \
    X(START_ADDRESS, "StartAddress", NULL)                                                       \
    X(START_MODULE, "StartModule", NULL)                                                         \
    X(START_FUNCTION, "StartFunction", NULL)                                                     \
    X(TYPE, "Type", NULL) /* tampering, consumer */                                              \
    X(PIPE_NAME, "PipeName", NULL)                                                               \
    X(HOST_APPLICATION, "HostApplication", NULL)                                                 \
    X(SCRIPT_TEXT, "ScriptBlockText", NULL)                                                      \
    X(SCRIPT_ID, "ScriptBlockId", NULL)                                                          \
    X(MESSAGE_NUMBER, "MessageNumber", NULL)                                                     \
    X(MESSAGE_TOTAL, "MessageTotal", NULL)                                                       \
    X(SCRIPT_PATH, "Path", NULL)                                                                 \
    X(PAYLOAD, "Payload", NULL)                                                                  \
    X(PACKAGE, "Package", NULL) /* MsiInstaller 1040/1042: path or URL */                        \
    X(CLIENT_PROCESS_ID, "ClientProcessId", NULL)                                                \
    X(MESSAGE, "Message", NULL) /* classic event: first unnamed data */                          \
    X(SERVICE_NAME, "ServiceName", NULL)                                                         \
    X(SERVICE_COMMAND, "ImagePath", "ServiceFileName")                                           \
    X(SERVICE_ACCOUNT, "AccountName", "ServiceAccount")                                          \
    X(TASK_NAME, "TaskName", NULL)                                                               \
    X(TASK_CONTENT, "TaskContent", "TaskContentNew")                                             \
    X(TASK_COMMAND, "Command", NULL) /* from the task's XML: command and arguments */            \
    X(CONSUMER_NAME, "Name", NULL)                                                               \
    X(CONSUMER_COMMAND, "Destination", NULL)                                                     \
    X(FILE_PATH, "FilePath", "File Name")                                                        \
    X(FQBN, "Fqbn", NULL)                                                                        \
    X(FILE_HASH, "FileHash", NULL)                                                               \
    X(POLICY_NAME, "PolicyName", NULL)                                                           \
    X(RESOLVER_NAME, "ResolverName", NULL)                                                       \
    X(THREAT_NAME, "Threat Name", NULL)                                                          \
    X(THREAT_PATH, "Path", NULL)                                                                 \
    X(RULE_ID, "ID", NULL) /* ASR rule */                                                        \
    X(TARGET_COMMAND_LINE, "Target Commandline", NULL)                                           \
    X(HIVE, "Hive", NULL)            /* NTUSER, UsrClass, SOFTWARE, SYSTEM, …: by content */   \
    X(KEY, "Key", NULL)              /* from the hive's root, raw */                             \
    X(VALUE, "Value", NULL)          /* value's name, empty: the default value */                \
    X(VALUE_TYPE, "ValueType", NULL) /* REG_SZ, … */                                           \
    X(DATA, "Data", NULL)                                                                        \
    X(PLACE, "Place", NULL) /* kind of standing command: run, service, class, … */             \
    X(STANDING_COMMAND, "StandingCommand", NULL)                                                 \
    X(MACHINE_GUID, "MachineGuid", NULL)                                                         \
    X(SYSTEM_ROOT, "SystemRoot", NULL)                                                           \
    X(SCRIPT_NAME, "ScriptName", NULL)                                                           \
    X(SUBJECT_USER, "SubjectUser", NULL)                                                         \
    X(CLSID, "CLSID", NULL)                                                                      \
    X(OTHER, "", NULL) /* its own name stands before its text */

enum paw_field_id {
    PAW_F_NONE,
#define PAW_FIELD_ID(id, name, other) PAW_F_##id,
    PAW_FIELDS(PAW_FIELD_ID)
#undef PAW_FIELD_ID
        PAW_N_FIELDS
};

/** Where a fact can be read again. */
struct paw_origin {
    uint32_t source; /* number of the evidence file in canonical order */
    uint32_t length; /* bytes of the record; 0 unknown                 */
    uint64_t offset; /* of the record or key in its source             */
};

struct paw_field {
    uint16_t id;
    uint16_t
        name_length; /* only PAW_F_OTHER: bytes of the name that stands right before the text */
    uint32_t at;     /* from the fact's first byte */
    uint32_t length;
};

struct paw_fact {
    uint32_t size; /* of the whole fact, a multiple of 8 */
    uint8_t kind, state;
    uint16_t n_fields;
    uint64_t time; /* of the act: UtcTime, else TimeCreated, else the key's last write; 0 unknown */
    uint64_t logged;    /* TimeCreated; 0 unknown or not a log */
    uint64_t record_id; /* EventRecordID; 0 for hives */
    uint64_t subject;   /* finds the process: hash of computer + ProcessGuid, else computer + pid */
    uint64_t identity;  /* finds copies: hash of computer, channel, provider, event id, record id,
                           TimeCreated */
    uint64_t content;   /* hash of the fields */
    struct paw_origin origin;
    uint32_t host; /* given by the engine */
    uint16_t event_id;
    uint16_t flags;  /* enum paw_fact_flag */
    uint64_t has[2]; /* a bit for each field of the list: whether it is there */
};

enum {
    PAW_FACT_FIELDS_MAX = 160,            /* the widest record of the field list has 40 */
    PAW_FACT_BYTES_MAX = 8 * 1024 * 1024, /* above it texts are cut and the fact says so */
    PAW_TEXT_BYTES_MAX = 2 * 1024 * 1024, /* one text; a command line is at most 64 KiB  */
};

/** Text of a field; absent if the fact has none. A view into the fact. */
PAW_API paw_str paw_fact_text(const struct paw_fact *f, enum paw_field_id id);
/** Text of a field that the field list does not name. */
PAW_API paw_str paw_fact_other(const struct paw_fact *f, paw_str name);
/** The i-th field: its printed name in this record and its text. False when i is past the end. */
PAW_API bool paw_fact_field(const struct paw_fact *f, size_t i, enum paw_field_id *id,
                            paw_str *name, paw_str *text);
/** Name as printed for a record of that provider. */
PAW_API paw_str paw_field_name(enum paw_field_id id, bool is_sysmon);
/** Name as printed for this fact: what reports say of a field agrees with what they print. */
PAW_API paw_str paw_fact_field_name(const struct paw_fact *f, enum paw_field_id id);
/** "process_start", "module", …: the kind's name in `events` and run.json. */
PAW_API paw_str paw_kind_name(enum paw_kind kind);
PAW_API bool paw_fact_is_sysmon(const struct paw_fact *f);

/** Whether the bytes are one well-formed fact: sizes, offsets, kinds, UTF-8. For what came over a
 * pipe. */
PAW_API bool paw_fact_check(const void *bytes, size_t n);

PAW_NONNULL_END
