/* SPDX-License-Identifier: Apache-2.0 */
/* Which record is which kind, and what its data are called: docs/detections.md 1.2 to 1.5. */
#include "parsers/normalise_table.h"
#include "core/str.h"

/* Names -----------------------------------------------------------------------------------------
 */

static const struct paw_mapping sysmon_map[] = {
    {PAW_F_RULE_NAME, PAW_AS_IT_IS, "RuleName"},
    {PAW_F_UTC_TIME, PAW_AS_IT_IS, "UtcTime"},
    /* event 10 alone spells GUID in capitals; names compare without case */
    {PAW_F_PROCESS_GUID, PAW_AS_IT_IS, "ProcessGuid|SourceProcessGuid"},
    {PAW_F_PROCESS_ID, PAW_AS_PID, "ProcessId|SourceProcessId"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "Image|SourceImage"},
    {PAW_F_FILE_VERSION, PAW_AS_IT_IS, "FileVersion"},
    {PAW_F_DESCRIPTION, PAW_AS_IT_IS, "Description"},
    {PAW_F_PRODUCT, PAW_AS_IT_IS, "Product"},
    {PAW_F_COMPANY, PAW_AS_IT_IS, "Company"},
    {PAW_F_ORIGINAL_FILE_NAME, PAW_AS_IT_IS, "OriginalFileName"},
    {PAW_F_COMMAND_LINE, PAW_AS_IT_IS, "CommandLine"},
    {PAW_F_CURRENT_DIRECTORY, PAW_AS_IT_IS, "CurrentDirectory"},
    {PAW_F_USER, PAW_AS_IT_IS, "User|SourceUser"},
    {PAW_F_LOGON_ID, PAW_AS_HEX, "LogonId"},
    {PAW_F_INTEGRITY_LEVEL, PAW_AS_INTEGRITY, "IntegrityLevel"},
    {PAW_F_HASHES, PAW_AS_IT_IS, "Hashes|Hash"},
    {PAW_F_PARENT_PROCESS_GUID, PAW_AS_IT_IS, "ParentProcessGuid"},
    {PAW_F_PARENT_PROCESS_ID, PAW_AS_PID, "ParentProcessId"},
    {PAW_F_PARENT_IMAGE, PAW_AS_IT_IS, "ParentImage"},
    {PAW_F_PARENT_COMMAND_LINE, PAW_AS_IT_IS, "ParentCommandLine"},
    {PAW_F_PARENT_USER, PAW_AS_IT_IS, "ParentUser"},
    {PAW_F_IMAGE_LOADED, PAW_AS_IT_IS, "ImageLoaded"},
    {PAW_F_SIGNED, PAW_AS_IT_IS, "Signed"},
    {PAW_F_SIGNATURE, PAW_AS_IT_IS, "Signature"},
    {PAW_F_SIGNATURE_STATUS, PAW_AS_IT_IS, "SignatureStatus"},
    {PAW_F_PROTOCOL, PAW_AS_IT_IS, "Protocol"},
    {PAW_F_INITIATED, PAW_AS_IT_IS, "Initiated"},
    {PAW_F_SOURCE_IP, PAW_AS_IT_IS, "SourceIp"},
    {PAW_F_SOURCE_PORT, PAW_AS_IT_IS, "SourcePort"},
    {PAW_F_SOURCE_HOSTNAME, PAW_AS_IT_IS, "SourceHostname"},
    {PAW_F_DESTINATION_IP, PAW_AS_IT_IS, "DestinationIp"},
    {PAW_F_DESTINATION_PORT, PAW_AS_IT_IS, "DestinationPort"},
    {PAW_F_DESTINATION_HOSTNAME, PAW_AS_IT_IS, "DestinationHostname"},
    {PAW_F_QUERY_NAME, PAW_AS_IT_IS, "QueryName"},
    {PAW_F_QUERY_STATUS, PAW_AS_IT_IS, "QueryStatus"},
    {PAW_F_QUERY_RESULTS, PAW_AS_IT_IS, "QueryResults"},
    {PAW_F_TARGET_FILENAME, PAW_AS_IT_IS, "TargetFilename"},
    {PAW_F_CREATION_UTC_TIME, PAW_AS_IT_IS, "CreationUtcTime"},
    {PAW_F_PREVIOUS_CREATION_UTC_TIME, PAW_AS_IT_IS, "PreviousCreationUtcTime"},
    {PAW_F_CONTENTS, PAW_AS_IT_IS, "Contents"},
    {PAW_F_EVENT_TYPE, PAW_AS_IT_IS, "EventType"},
    {PAW_F_TARGET_OBJECT, PAW_AS_IT_IS, "TargetObject"},
    {PAW_F_DETAILS, PAW_AS_IT_IS, "Details"},
    {PAW_F_NEW_NAME, PAW_AS_IT_IS, "NewName"},
    {PAW_F_TARGET_PROCESS_GUID, PAW_AS_IT_IS, "TargetProcessGuid"},
    {PAW_F_TARGET_PROCESS_ID, PAW_AS_PID, "TargetProcessId"},
    {PAW_F_TARGET_IMAGE, PAW_AS_IT_IS, "TargetImage"},
    {PAW_F_GRANTED_ACCESS, PAW_AS_HEX, "GrantedAccess"},
    {PAW_F_CALL_TRACE, PAW_AS_IT_IS, "CallTrace"},
    {PAW_F_START_ADDRESS, PAW_AS_IT_IS, "StartAddress"},
    {PAW_F_START_MODULE, PAW_AS_IT_IS, "StartModule"},
    {PAW_F_START_FUNCTION, PAW_AS_IT_IS, "StartFunction"},
    {PAW_F_TYPE, PAW_AS_IT_IS, "Type"},
    {PAW_F_PIPE_NAME, PAW_AS_IT_IS, "PipeName"},
    {0},
};

/* 4688 calls the child NewProcess and its creator Process. */
static const struct paw_mapping creation_map[] = {
    {PAW_F_PROCESS_ID, PAW_AS_PID, "NewProcessId"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "NewProcessName"},
    {PAW_F_PARENT_PROCESS_ID, PAW_AS_PID, "ProcessId"},
    {PAW_F_PARENT_IMAGE, PAW_AS_IT_IS, "ParentProcessName"},
    {PAW_F_COMMAND_LINE, PAW_AS_IT_IS, "CommandLine"},
    {PAW_F_INTEGRITY_LEVEL, PAW_AS_INTEGRITY, "MandatoryLabel"},
    {PAW_F_ELEVATION, PAW_AS_IT_IS, "TokenElevationType"},
    {PAW_F_LOGON_ID, PAW_AS_HEX, "SubjectLogonId"},
    {0},
};

static const struct paw_mapping security_map[] = {
    {PAW_F_PROCESS_ID, PAW_AS_PID, "ProcessId"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "ProcessName"},
    {PAW_F_LOGON_ID, PAW_AS_HEX, "SubjectLogonId"},
    {PAW_F_EXIT_STATUS, PAW_AS_HEX, "Status"},
    {PAW_F_EVENT_TYPE, PAW_AS_OPERATION, "OperationType"},
    {PAW_F_TARGET_OBJECT, PAW_AS_IT_IS, "ObjectName"},
    {PAW_F_DETAILS, PAW_AS_IT_IS, "NewValue"},
    {PAW_F_VALUE_TYPE, PAW_AS_VALUE_TYPE, "NewValueType"},
    {PAW_F_GRANTED_ACCESS, PAW_AS_HEX, "AccessMask"},
    {PAW_F_SERVICE_NAME, PAW_AS_IT_IS, "ServiceName"},
    {PAW_F_SERVICE_COMMAND, PAW_AS_IT_IS, "ServiceFileName"},
    {PAW_F_SERVICE_ACCOUNT, PAW_AS_IT_IS, "ServiceAccount"},
    {PAW_F_TASK_NAME, PAW_AS_IT_IS, "TaskName"},
    {PAW_F_CLIENT_PROCESS_ID, PAW_AS_PID, "ClientProcessId"},
    {PAW_F_PARENT_PROCESS_ID, PAW_AS_PID, "ParentProcessId"},
    {0},
};

static const struct paw_mapping filter_map[] = {
    {PAW_F_PROCESS_ID, PAW_AS_PID, "ProcessID"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "Application"},
    {PAW_F_INITIATED, PAW_AS_DIRECTION, "Direction"},
    {PAW_F_PROTOCOL, PAW_AS_PROTOCOL, "Protocol"},
    {PAW_F_SOURCE_IP, PAW_AS_IT_IS, "SourceAddress"},
    {PAW_F_SOURCE_PORT, PAW_AS_IT_IS, "SourcePort"},
    {PAW_F_DESTINATION_IP, PAW_AS_IT_IS, "DestAddress"},
    {PAW_F_DESTINATION_PORT, PAW_AS_IT_IS, "DestPort"},
    {0},
};

static const struct paw_mapping powershell_map[] = {
    {PAW_F_SCRIPT_TEXT, PAW_AS_IT_IS, "ScriptBlockText"},
    {PAW_F_SCRIPT_ID, PAW_AS_IT_IS, "ScriptBlockId"},
    {PAW_F_MESSAGE_NUMBER, PAW_AS_IT_IS, "MessageNumber"},
    {PAW_F_MESSAGE_TOTAL, PAW_AS_IT_IS, "MessageTotal"},
    {PAW_F_SCRIPT_PATH, PAW_AS_IT_IS, "Path"},
    {PAW_F_PAYLOAD, PAW_AS_IT_IS, "Payload"},
    {0},
};

/* Service Control Manager: 7045 has names, the others count. */
static const struct paw_mapping service_map[] = {
    {PAW_F_SERVICE_NAME, PAW_AS_IT_IS, "ServiceName"},
    {PAW_F_SERVICE_COMMAND, PAW_AS_IT_IS, "ImagePath"},
    {PAW_F_SERVICE_ACCOUNT, PAW_AS_IT_IS, "AccountName"},
    {0},
};
static const struct paw_mapping first_service_map[] = {
    {PAW_F_SERVICE_NAME, PAW_AS_IT_IS, "param1"},
    {0},
};
static const struct paw_mapping second_service_map[] = {
    {PAW_F_SERVICE_NAME, PAW_AS_IT_IS, "param2"},
    {0},
};

static const struct paw_mapping task_map[] = {
    {PAW_F_TASK_NAME, PAW_AS_IT_IS, "TaskName"},
    {PAW_F_USER, PAW_AS_IT_IS, "UserContext|UserName"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "Path|ActionName"},
    {PAW_F_PROCESS_ID, PAW_AS_PID, "ProcessID|EnginePID"},
    {0},
};

static const struct paw_mapping applocker_map[] = {
    {PAW_F_POLICY_NAME, PAW_AS_IT_IS, "PolicyName|PolicyNameBuffer"},
    {PAW_F_USER, PAW_AS_IT_IS, "TargetUser"},
    {PAW_F_PROCESS_ID, PAW_AS_PID, "TargetProcessId"},
    {PAW_F_FILE_PATH, PAW_AS_IT_IS, "FilePath|FilePathBuffer|File Name|FileName|FileNameBuffer"},
    {PAW_F_FILE_HASH, PAW_AS_IT_IS, "FileHash"},
    {PAW_F_FQBN, PAW_AS_IT_IS, "Fqbn"},
    {PAW_F_CLSID, PAW_AS_IT_IS, "CLSID"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "HostProgram|ProcessName|Process Name"},
    {0},
};

static const struct paw_mapping integrity_map[] = {
    {PAW_F_FILE_PATH, PAW_AS_IT_IS, "File Name|FileName|FileNameBuffer"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "Process Name|ProcessName|ProcessNameBuffer"},
    {PAW_F_ORIGINAL_FILE_NAME, PAW_AS_IT_IS, "OriginalFileName|Original File Name"},
    {PAW_F_DESCRIPTION, PAW_AS_IT_IS, "FileDescription|File Description"},
    {PAW_F_PRODUCT, PAW_AS_IT_IS, "ProductName|Product Name"},
    {PAW_F_FILE_VERSION, PAW_AS_IT_IS, "FileVersion|File Version"},
    {PAW_F_FILE_HASH, PAW_AS_IT_IS, "SHA256 Hash|SHA256Hash|SHA256 Flat Hash"},
    {PAW_F_POLICY_NAME, PAW_AS_IT_IS, "PolicyName|Policy Name"},
    {PAW_F_SIGNATURE, PAW_AS_IT_IS, "PublisherName|Publisher Name"},
    {0},
};

static const struct paw_mapping compatibility_map[] = {
    {PAW_F_FILE_PATH, PAW_AS_IT_IS, "ExePath"},
    {PAW_F_RESOLVER_NAME, PAW_AS_IT_IS, "ResolverName"},
    {PAW_F_PROCESS_ID, PAW_AS_PID, "ProcessId"},
    {0},
};

static const struct paw_mapping defender_map[] = {
    {PAW_F_THREAT_NAME, PAW_AS_IT_IS, "Threat Name"},
    {PAW_F_THREAT_PATH, PAW_AS_IT_IS, "Path"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "Process Name"},
    {PAW_F_USER, PAW_AS_IT_IS, "Detection User|User"},
    {PAW_F_RULE_ID, PAW_AS_IT_IS, "ID"},
    {PAW_F_TARGET_COMMAND_LINE, PAW_AS_IT_IS, "Target Commandline"},
    {PAW_F_PARENT_COMMAND_LINE, PAW_AS_IT_IS, "Parent Commandline"},
    {0},
};

static const struct paw_mapping bits_map[] = {
    {PAW_F_USER, PAW_AS_IT_IS, "jobOwner|User"},
    {PAW_F_IMAGE, PAW_AS_IT_IS, "processPath|string3"},
    {PAW_F_PROCESS_ID, PAW_AS_PID, "processId"},
    {0},
};

static const struct paw_mapping logon_command_map[] = {
    {PAW_F_COMMAND_LINE, PAW_AS_IT_IS, "Command"},
    {PAW_F_PROCESS_ID, PAW_AS_PID, "PID"},
    {PAW_F_KEY, PAW_AS_IT_IS, "KeyName"},
    {0},
};

static const struct paw_mapping resolver_map[] = {
    {PAW_F_QUERY_NAME, PAW_AS_IT_IS, "QueryName"},
    {PAW_F_QUERY_STATUS, PAW_AS_IT_IS, "QueryStatus"},
    {PAW_F_QUERY_RESULTS, PAW_AS_IT_IS, "QueryResults"},
    {0},
};

static const struct paw_mapping wmi_map[] = {
    {PAW_F_USER, PAW_AS_IT_IS, "User"},
    {PAW_F_PROCESS_ID, PAW_AS_PID, "ProcessID|ClientProcessId"},
    {0},
};

/* Specials --------------------------------------------------------------------------------------
 */

static void put_subject(struct paw_making *m)
{
    paw_put(m, PAW_F_USER, paw_take_account(m, "SubjectDomainName", "SubjectUserName"));
}

/* The new process belongs to the target subject where the record names one (runas, services). */
static void special_creation(struct paw_making *m)
{
    const paw_str target = paw_take_account(m, "TargetDomainName", "TargetUserName");
    const paw_str subject = paw_take_account(m, "SubjectDomainName", "SubjectUserName");
    paw_put(m, PAW_F_USER, paw_is_absent(target) ? subject : target);
    paw_put(m, PAW_F_SUBJECT_USER, subject);
}

/* 4657: key and value stand apart; Sysmon's TargetObject has both, and so it calls the value
 * without a name. */
static void special_value_change(struct paw_making *m)
{
    put_subject(m);
    const paw_str key = paw_take_named(m, "ObjectName");
    const paw_str name = paw_take_named(m, "ObjectValueName");
    paw_put(m, PAW_F_VALUE_NAME, name);
    const paw_str shown = paw_is_absent(name) ? PAW_LIT("(Default)") : name;
    if (!paw_is_absent(key))
        paw_put(m, PAW_F_TARGET_OBJECT,
                paw_arena_join(m->arena, paw_arena_join(m->arena, key, PAW_LIT("\\")), shown));
}

/* The logging process is the acting one. */
static void special_own_process(struct paw_making *m)
{
    if (m->record->process_id != 0)
        paw_put_number(m, PAW_F_PROCESS_ID, m->record->process_id);
}

/* MsiInstaller 1040, 1042: the package and the process that asked for it. */
static void special_transaction(struct paw_making *m)
{
    uint64_t pid = 0;
    paw_put(m, PAW_F_PACKAGE, paw_take_unnamed(m, 0));
    if (paw_str_u64(paw_take_unnamed(m, 1), &pid))
        paw_put_number(m, PAW_F_CLIENT_PROCESS_ID, pid);
}

/* MsiInstaller 1033 to 1038: product, version, language, status, manufacturer. */
static void special_product(struct paw_making *m)
{
    paw_put(m, PAW_F_PRODUCT, paw_take_unnamed(m, 0));
    paw_put(m, PAW_F_FILE_VERSION, paw_take_unnamed(m, 1));
    paw_put(m, PAW_F_EXIT_STATUS, paw_take_unnamed(m, 3));
    paw_put(m, PAW_F_COMPANY, paw_take_unnamed(m, 4));
}

static void special_message(struct paw_making *m)
{
    paw_put(m, PAW_F_MESSAGE, paw_take_unnamed(m, 0));
}

/* Whether a service whose state matters to what the logs can say is named. */
static bool is_sensor_service(const struct paw_record *r)
{
    static const char *const names[] = {"*event log*", "eventlog",  "sysmon*",
                                        "*defender*",  "windefend", "sense"};
    static const char *const data[] = {"param1", "param4"};
    for (size_t d = 0; d < PAW_COUNT_OF(data); d++) {
        const paw_str text = paw_record_named(r, data[d]);
        for (size_t i = 0; text.p != NULL && i < PAW_COUNT_OF(names); i++)
            if (paw_str_glob(text, names[i]))
                return true;
    }
    return false;
}

/* Rows ------------------------------------------------------------------------------------------
 */

#define SYSMON     "Microsoft-Windows-Sysmon", "*Sysmon*"
#define SECURITY   "Microsoft-Windows-Security-Auditing", "Security"
#define PS_CLASSIC "PowerShell", "Windows PowerShell"
#define PS_NEW     "Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/*"
#define PS_CORE    "PowerShellCore", "PowerShellCore/*"
#define SCM        "Service Control Manager", "System"
#define MSI        "MsiInstaller", "Application"
#define APPLOCKER  "Microsoft-Windows-AppLocker", "Microsoft-Windows-AppLocker/*"
#define INTEGRITY  "Microsoft-Windows-CodeIntegrity", "Microsoft-Windows-CodeIntegrity/*"
#define DEFENDER   "Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/*"
#define TASKS      "Microsoft-Windows-TaskScheduler", "Microsoft-Windows-TaskScheduler/*"
#define BITS       "Microsoft-Windows-Bits-Client", "Microsoft-Windows-Bits-Client/*"
#define SHELL_CORE "Microsoft-Windows-Shell-Core", "Microsoft-Windows-Shell-Core/*"
#define WMI        "Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/*"
#define RESOLVER   "Microsoft-Windows-DNS-Client", "Microsoft-Windows-DNS-Client/*"
#define EVENT_LOG  "Microsoft-Windows-Eventlog"
#define COMPATIBILITY                                                                       \
    "Microsoft-Windows-Application-Experience", "Microsoft-Windows-Application-Experience/" \
                                                "Program-"
#define PROGRAM_ASSISTANT COMPATIBILITY "Compatibility-Assistant*"
/* the same channel under the provider's own name, as Windows 10 writes it */
#define OWN_ASSISTANT                                    \
    "Microsoft-Windows-Program-Compatibility-Assistant", \
        "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant*"
#define PROGRAM_TELEMETRY COMPATIBILITY "Telemetry*"

const struct paw_row paw_rows[] = {
    {SYSMON, 1, 1, PAW_KIND_PROCESS_START, sysmon_map, NULL, NULL},
    {SYSMON, 2, 2, PAW_KIND_FILE_TIME, sysmon_map, NULL, NULL},
    {SYSMON, 3, 3, PAW_KIND_NETWORK, sysmon_map, NULL, NULL},
    {SYSMON, 4, 4, PAW_KIND_SENSOR, sysmon_map, NULL, NULL},
    {SYSMON, 5, 5, PAW_KIND_PROCESS_END, sysmon_map, NULL, NULL},
    {SYSMON, 6, 6, PAW_KIND_DRIVER, sysmon_map, NULL, NULL},
    {SYSMON, 7, 7, PAW_KIND_MODULE, sysmon_map, NULL, NULL},
    {SYSMON, 8, 8, PAW_KIND_THREAD, sysmon_map, NULL, NULL},
    {SYSMON, 10, 10, PAW_KIND_ACCESS, sysmon_map, NULL, NULL},
    {SYSMON, 11, 11, PAW_KIND_FILE, sysmon_map, NULL, NULL},
    {SYSMON, 12, 14, PAW_KIND_REGISTRY, sysmon_map, NULL, NULL},
    {SYSMON, 15, 15, PAW_KIND_FILE_STREAM, sysmon_map, NULL, NULL},
    {SYSMON, 16, 16, PAW_KIND_SENSOR, sysmon_map, NULL, NULL},
    {SYSMON, 17, 18, PAW_KIND_PIPE, sysmon_map, NULL, NULL},
    {SYSMON, 19, 21, PAW_KIND_CONSUMER, sysmon_map, paw_special_consumer, NULL},
    {SYSMON, 22, 22, PAW_KIND_DNS, sysmon_map, NULL, NULL},
    {SYSMON, 23, 23, PAW_KIND_FILE_DELETE, sysmon_map, NULL, NULL},
    {SYSMON, 25, 25, PAW_KIND_TAMPER, sysmon_map, NULL, NULL},
    {SYSMON, 26, 26, PAW_KIND_FILE_DELETE, sysmon_map, NULL, NULL},
    {SYSMON, 27, 29, PAW_KIND_FILE, sysmon_map, NULL, NULL},
    {SYSMON, 255, 255, PAW_KIND_SENSOR, sysmon_map, NULL, NULL},

    {SECURITY, 4688, 4688, PAW_KIND_PROCESS_START, creation_map, special_creation, NULL},
    {SECURITY, 4689, 4689, PAW_KIND_PROCESS_END, security_map, put_subject, NULL},
    {SECURITY, 4657, 4657, PAW_KIND_REGISTRY, security_map, special_value_change, NULL},
    {SECURITY, 4697, 4697, PAW_KIND_SERVICE, security_map, put_subject, NULL},
    {SECURITY, 4698, 4698, PAW_KIND_TASK, security_map, paw_special_task, NULL},
    {SECURITY, 4699, 4701, PAW_KIND_TASK, security_map, put_subject, NULL},
    {SECURITY, 4702, 4702, PAW_KIND_TASK, security_map, paw_special_task, NULL},
    {SECURITY, 5156, 5156, PAW_KIND_NETWORK, filter_map, NULL, NULL},
    {SECURITY, 5158, 5158, PAW_KIND_OTHER, filter_map, NULL, NULL},
    {SECURITY, 4719, 4719, PAW_KIND_SENSOR, security_map, put_subject, NULL},
    {SECURITY, 4656, 4656, PAW_KIND_OTHER, security_map, put_subject, NULL},
    {SECURITY, 4658, 4663, PAW_KIND_OTHER, security_map, put_subject, NULL},
    {SECURITY, 0, UINT16_MAX, PAW_KIND_OTHER, security_map, NULL, NULL},

    {EVENT_LOG, "Security", 1100, 1102, PAW_KIND_SENSOR, NULL, put_subject, NULL},
    {EVENT_LOG, "*", 104, 104, PAW_KIND_SENSOR, NULL, put_subject, NULL},

    {PS_CLASSIC, 400, 400, PAW_KIND_POWERSHELL, NULL, paw_special_engine_state, NULL},
    {PS_CLASSIC, 403, 403, PAW_KIND_POWERSHELL, NULL, paw_special_engine_state, NULL},
    {PS_CLASSIC, 600, 600, PAW_KIND_POWERSHELL, NULL, paw_special_engine_state, NULL},
    {PS_CLASSIC, 800, 800, PAW_KIND_POWERSHELL, NULL, paw_special_pipeline, NULL},
    {PS_NEW, 4103, 4103, PAW_KIND_POWERSHELL, powershell_map, paw_special_module_log, NULL},
    {PS_NEW, 4104, 4104, PAW_KIND_POWERSHELL, powershell_map, special_own_process, NULL},
    {PS_CORE, 4103, 4103, PAW_KIND_POWERSHELL, powershell_map, paw_special_module_log, NULL},
    {PS_CORE, 4104, 4104, PAW_KIND_POWERSHELL, powershell_map, special_own_process, NULL},

    {MSI, 1040, 1040, PAW_KIND_INSTALLER, NULL, special_transaction, NULL},
    {MSI, 1042, 1042, PAW_KIND_INSTALLER, NULL, special_transaction, NULL},
    {MSI, 1033, 1038, PAW_KIND_INSTALLER, NULL, special_product, NULL},
    {MSI, 1001, 1032, PAW_KIND_INSTALLER, NULL, special_message, NULL},
    {MSI, 10000, 11999, PAW_KIND_INSTALLER, NULL, special_message, NULL},

    {SCM, 7045, 7045, PAW_KIND_SERVICE, service_map, NULL, NULL},
    {SCM, 7000, 7000, PAW_KIND_SERVICE, first_service_map, NULL, NULL},
    {SCM, 7009, 7009, PAW_KIND_SERVICE, second_service_map, NULL, NULL},
    {SCM, 7034, 7034, PAW_KIND_SERVICE, first_service_map, NULL, NULL},
    {SCM, 7036, 7036, PAW_KIND_SENSOR, first_service_map, NULL, is_sensor_service},
    {SCM, 7040, 7040, PAW_KIND_SENSOR, first_service_map, NULL, is_sensor_service},

    {TASKS, 106, 106, PAW_KIND_TASK, task_map, NULL, NULL},
    {TASKS, 129, 129, PAW_KIND_TASK, task_map, NULL, NULL},
    {TASKS, 140, 141, PAW_KIND_TASK, task_map, NULL, NULL},
    {TASKS, 200, 201, PAW_KIND_TASK, task_map, NULL, NULL},

    {WMI, 5861, 5861, PAW_KIND_CONSUMER, wmi_map, paw_special_binding, NULL},
    {WMI, 5857, 5860, PAW_KIND_OTHER, wmi_map, NULL, NULL},

    {APPLOCKER, 8002, 8040, PAW_KIND_CONTROL, applocker_map, NULL, NULL},
    {INTEGRITY, 3033, 3034, PAW_KIND_CONTROL, integrity_map, NULL, NULL},
    {INTEGRITY, 3076, 3077, PAW_KIND_CONTROL, integrity_map, NULL, NULL},
    {INTEGRITY, 3089, 3089, PAW_KIND_CONTROL, integrity_map, NULL, NULL},
    {PROGRAM_ASSISTANT, 17, 17, PAW_KIND_CONTROL, compatibility_map, NULL, NULL},
    {OWN_ASSISTANT, 17, 17, PAW_KIND_CONTROL, compatibility_map, NULL, NULL},
    {PROGRAM_TELEMETRY, 500, 500, PAW_KIND_CONTROL, compatibility_map, NULL, NULL},

    {DEFENDER, 1116, 1119, PAW_KIND_ANTIMALWARE, defender_map, NULL, NULL},
    {DEFENDER, 1121, 1122, PAW_KIND_ANTIMALWARE, defender_map, NULL, NULL},
    {DEFENDER, 1129, 1129, PAW_KIND_ANTIMALWARE, defender_map, NULL, NULL},
    {DEFENDER, 5007, 5007, PAW_KIND_ANTIMALWARE, defender_map, NULL, NULL},
    {DEFENDER, 5001, 5001, PAW_KIND_SENSOR, defender_map, NULL, NULL},
    {DEFENDER, 5010, 5010, PAW_KIND_SENSOR, defender_map, NULL, NULL},
    {DEFENDER, 5012, 5012, PAW_KIND_SENSOR, defender_map, NULL, NULL},

    {RESOLVER, 3006, 3006, PAW_KIND_DNS, resolver_map, special_own_process, NULL},
    {RESOLVER, 3008, 3008, PAW_KIND_DNS, resolver_map, special_own_process, NULL},

    {BITS, 3, 4, PAW_KIND_OTHER, bits_map, NULL, NULL},
    {BITS, 59, 61, PAW_KIND_OTHER, bits_map, NULL, NULL},
    {BITS, 16403, 16403, PAW_KIND_OTHER, bits_map, NULL, NULL},
    {SHELL_CORE, 9705, 9706, PAW_KIND_OTHER, logon_command_map, NULL, NULL},
    {SHELL_CORE, 9707, 9708, PAW_KIND_LOGON_COMMAND, logon_command_map, NULL, NULL},
};

const size_t paw_n_rows = PAW_COUNT_OF(paw_rows);
