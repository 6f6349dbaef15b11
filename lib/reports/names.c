/* SPDX-License-Identifier: Apache-2.0 */
/* Printed names of what a finding consists of, and its score: docs/output.md. */
#include <catspaw/report.h>

const char *paw_severity_name(enum paw_severity s)
{
    static const char *const names[] = {
        [PAW_NO_SEVERITY] = "none", [PAW_INFORMATIONAL] = "informational",
        [PAW_LOW] = "low",          [PAW_MEDIUM] = "medium",
        [PAW_HIGH] = "high",        [PAW_CRITICAL] = "critical",
    };
    return (size_t)s < PAW_COUNT_OF(names) ? names[s] : "none";
}

const char *paw_confidence_name(enum paw_confidence c)
{
    static const char *const names[] = {
        [PAW_NO_CONFIDENCE] = "none", [PAW_L] = "low", [PAW_M] = "medium", [PAW_H] = "high",
        [PAW_VH] = "very high",
    };
    return (size_t)c < PAW_COUNT_OF(names) ? names[c] : "none";
}

const char *paw_family_name(enum paw_family f)
{
    static const char *const names[] = {
        [PAW_COMMAND] = "command", [PAW_LINEAGE] = "lineage", [PAW_MODULE] = "module",
        [PAW_NETWORK] = "network", [PAW_FILE] = "file",       [PAW_REGISTRY] = "registry",
        [PAW_PROCESS] = "process", [PAW_VENDOR] = "vendor",   [PAW_ANOMALY] = "anomaly",
    };
    return (size_t)f < PAW_COUNT_OF(names) ? names[f] : "unknown";
}

unsigned paw_score(enum paw_severity s, enum paw_confidence c)
{
    static const unsigned bases[] = {0, 5, 20, 45, 70, 90};
    static const unsigned percents[] = {0, 30, 60, 85, 97};
    if ((size_t)s >= PAW_COUNT_OF(bases) || (size_t)c >= PAW_COUNT_OF(percents))
        return 0;
    return (bases[s] * percents[c] + 50) / 100;
}

const char *paw_role_name(enum paw_role r)
{
    static const char *const names[PAW_N_ROLES] = {
        [PAW_ROLE_PRIMARY] = "primary",
        [PAW_ROLE_PROCESS] = "process",
        [PAW_ROLE_CHILD] = "child",
        [PAW_ROLE_PARENT] = "parent",
        [PAW_ROLE_MODULE] = "module",
        [PAW_ROLE_NETWORK] = "network",
        [PAW_ROLE_DNS] = "dns",
        [PAW_ROLE_FILE] = "file",
        [PAW_ROLE_REGISTRY] = "registry",
        [PAW_ROLE_ACCESS] = "access",
        [PAW_ROLE_THREAD] = "thread",
        [PAW_ROLE_TAMPER] = "tamper",
        [PAW_ROLE_PIPE] = "pipe",
        [PAW_ROLE_DRIVER] = "driver",
        [PAW_ROLE_SCRIPT] = "script",
        [PAW_ROLE_INSTALLER] = "installer",
        [PAW_ROLE_SERVICE] = "service",
        [PAW_ROLE_TASK] = "task",
        [PAW_ROLE_CONSUMER] = "consumer",
        [PAW_ROLE_CONTROL] = "control",
        [PAW_ROLE_ANTIMALWARE] = "antimalware",
        [PAW_ROLE_SENSOR] = "sensor",
        [PAW_ROLE_EXIT] = "exit",
        [PAW_ROLE_CONTEXT] = "context",
    };
    return (size_t)r < PAW_COUNT_OF(names) ? names[r] : "context";
}

const char *paw_need_name(unsigned i)
{
    static const char *const names[PAW_N_NEEDS] = {
        "command_line",
        "image",
        "original_file_name",
        "company",
        "current_directory",
        "user",
        "integrity",
        "parent_image",
        "parent_command_line",
        "parent",
        "processes",
        "modules",
        "network",
        "dns",
        "files",
        "registry",
        "access",
        "threads",
        "pipes",
        "powershell",
        "installer",
        "hive:SOFTWARE",
        "hive:SYSTEM",
        "hive:NTUSER",
        "hive:UsrClass",
    };
    return i < PAW_N_NEEDS ? names[i] : "unknown";
}

const char *paw_object_kind_name(enum paw_object_kind k)
{
    static const char *const names[] = {
        [PAW_OBJECT_NONE] = NULL,
        [PAW_OBJECT_URL] = "url",
        [PAW_OBJECT_DLL] = "dll",
        [PAW_OBJECT_SCRIPT] = "script",
        [PAW_OBJECT_PACKAGE] = "package",
        [PAW_OBJECT_ASSEMBLY] = "assembly",
        [PAW_OBJECT_COM_CLASS] = "com-class",
        [PAW_OBJECT_COMMAND] = "command",
        [PAW_OBJECT_FILE] = "file",
    };
    return (size_t)k < PAW_COUNT_OF(names) ? names[k] : NULL;
}

const char *paw_evidence_name(enum paw_evidence e)
{
    static const char *const names[PAW_N_EVIDENCE] = {
        [PAW_EVIDENCE_UNKNOWN] = "unknown", [PAW_EVIDENCE_EVTX] = "evtx",
        [PAW_EVIDENCE_HIVE] = "hive",       [PAW_EVIDENCE_HIVE_LOG] = "hive-log",
        [PAW_EVIDENCE_EMPTY] = "empty",
    };
    return (size_t)e < PAW_COUNT_OF(names) ? names[e] : "unknown";
}

const char *paw_state_name(enum paw_state s)
{
    static const char *const names[] = {
        [PAW_INTACT] = "intact", [PAW_RECOVERED] = "recovered", [PAW_CORRUPT] = "damaged"};
    return (size_t)s < PAW_COUNT_OF(names) ? names[s] : "damaged";
}
