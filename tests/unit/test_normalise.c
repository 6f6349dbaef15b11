/* SPDX-License-Identifier: Apache-2.0 */
/* Records to facts: every row of the table, every way to spell a value anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/filetime.h"
#include "core/str.h"
#include "parsers/normalise.h"
#include "parsers/normalise_table.h"

#define SYSMON   "Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"
#define SECURITY "Microsoft-Windows-Security-Auditing", "Security"
#define CLASSIC  "PowerShell", "Windows PowerShell"
#define MODERN   "Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/Operational"
#define CORE     "PowerShellCore", "PowerShellCore/Operational"
#define SCM      "Service Control Manager", "System"
#define MSI      "MsiInstaller", "Application"
#define LOCKER   "Microsoft-Windows-AppLocker", "Microsoft-Windows-AppLocker/EXE and DLL"
#define CI       "Microsoft-Windows-CodeIntegrity", "Microsoft-Windows-CodeIntegrity/Operational"
#define DEFENDER \
    "Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/Operational"
#define TASKS      "Microsoft-Windows-TaskScheduler", "Microsoft-Windows-TaskScheduler/Operational"
#define BITS       "Microsoft-Windows-Bits-Client", "Microsoft-Windows-Bits-Client/Operational"
#define SHELL      "Microsoft-Windows-Shell-Core", "Microsoft-Windows-Shell-Core/Operational"
#define WMI        "Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/Operational"
#define RESOLVER   "Microsoft-Windows-DNS-Client", "Microsoft-Windows-DNS-Client/Operational"
#define EXPERIENCE "Microsoft-Windows-Application-Experience",
#define ASSISTANT \
    EXPERIENCE "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant"
#define TELEMETRY EXPERIENCE "Microsoft-Windows-Application-Experience/Program-Telemetry"

/* Names and texts in turn; a name "" is an unnamed datum; ends with NULL. */
enum { MOST_TEXTS = 40 };

struct want {
    enum paw_field_id id; /* PAW_F_OTHER: text is "name=value"; PAW_F_NONE ends */
    const char *text;     /* NULL: the field must be absent                   */
};

static const struct {
    const char *label;
    const char *provider, *channel;
    uint16_t event_id;
    enum paw_kind kind;
    const char *data[MOST_TEXTS];
    struct want want[12];
} cases[] = {
    {"process start",
     SYSMON,
     1,
     PAW_KIND_PROCESS_START,
     {"RuleName",
      "-",
      "UtcTime",
      "2020-05-24 17:13:42.123",
      "ProcessGuid",
      "{A-1}",
      "ProcessId",
      "4242",
      "Image",
      "C:\\Windows\\System32\\mshta.exe",
      "OriginalFileName",
      "MSHTA.EXE",
      "CommandLine",
      "mshta %%TEMP%%\\a%%20b.hta 100%",
      "LogonId",
      "0x00000000000003e7",
      "IntegrityLevel",
      "S-1-16-12288",
      "ParentImage",
      "<unknown process>",
      "User",
      "CORP\\alice",
      "TerminalSessionId",
      "1"},
     {{PAW_F_RULE_NAME, NULL},
      {PAW_F_COMMAND_LINE, "mshta %TEMP%\\a%20b.hta 100%"},
      {PAW_F_PROCESS_GUID, "{A-1}"},
      {PAW_F_PROCESS_ID, "4242"},
      {PAW_F_LOGON_ID, "0x3e7"},
      {PAW_F_INTEGRITY_LEVEL, "High"},
      {PAW_F_PARENT_IMAGE, NULL},
      {PAW_F_USER, "CORP\\alice"},
      {PAW_F_ORIGINAL_FILE_NAME, "MSHTA.EXE"},
      {PAW_F_OTHER, "TerminalSessionId=1"}}},
    {"file time changed",
     SYSMON,
     2,
     PAW_KIND_FILE_TIME,
     {"TargetFilename", "C:\\a.dll", "PreviousCreationUtcTime", "2020-01-01 00:00:00.000"},
     {{PAW_F_TARGET_FILENAME, "C:\\a.dll"},
      {PAW_F_PREVIOUS_CREATION_UTC_TIME, "2020-01-01 00:00:00.000"}}},
    {"connection",
     SYSMON,
     3,
     PAW_KIND_NETWORK,
     {"Initiated", "true", "DestinationIp", "0:0:0:0:0:0:0:1", "DestinationPort", "443",
      "SourcePortName", "-"},
     {{PAW_F_INITIATED, "true"},
      {PAW_F_DESTINATION_IP, "0:0:0:0:0:0:0:1"},
      {PAW_F_DESTINATION_PORT, "443"}}},
    {"sensor state",
     SYSMON,
     4,
     PAW_KIND_SENSOR,
     {"State", "Stopped"},
     {{PAW_F_OTHER, "State=Stopped"}}},
    {"process end", SYSMON, 5, PAW_KIND_PROCESS_END, {"ProcessId", "7"}, {{PAW_F_PROCESS_ID, "7"}}},
    {"driver",
     SYSMON,
     6,
     PAW_KIND_DRIVER,
     {"ImageLoaded", "C:\\a.sys"},
     {{PAW_F_IMAGE_LOADED, "C:\\a.sys"}}},
    {"module",
     SYSMON,
     7,
     PAW_KIND_MODULE,
     {"ImageLoaded", "C:\\a.dll", "Signed", "false", "SignatureStatus", "Unavailable", "Company",
      "-"},
     {{PAW_F_IMAGE_LOADED, "C:\\a.dll"},
      {PAW_F_SIGNED, "false"},
      {PAW_F_SIGNATURE_STATUS, "Unavailable"},
      {PAW_F_COMPANY, NULL}}},
    {"remote thread",
     SYSMON,
     8,
     PAW_KIND_THREAD,
     {"SourceProcessGuid", "{S}", "SourceProcessId", "8", "SourceImage", "C:\\mavinject.exe",
      "TargetProcessId", "12", "StartFunction", "LoadLibraryW", "StartModule", ""},
     {{PAW_F_PROCESS_GUID, "{S}"},
      {PAW_F_PROCESS_ID, "8"},
      {PAW_F_IMAGE, "C:\\mavinject.exe"},
      {PAW_F_TARGET_PROCESS_ID, "12"},
      {PAW_F_START_FUNCTION, "LoadLibraryW"},
      {PAW_F_START_MODULE, NULL}}},
    {"access",
     SYSMON,
     10,
     PAW_KIND_ACCESS,
     {"SourceProcessGUID", "{S}", "TargetProcessGUID", "{T}", "GrantedAccess", "0x001fffff",
      "CallTrace", "ntdll.dll+1|UNKNOWN(00)"},
     {{PAW_F_PROCESS_GUID, "{S}"},
      {PAW_F_TARGET_PROCESS_GUID, "{T}"},
      {PAW_F_GRANTED_ACCESS, "0x1fffff"},
      {PAW_F_CALL_TRACE, "ntdll.dll+1|UNKNOWN(00)"}}},
    {"file",
     SYSMON,
     11,
     PAW_KIND_FILE,
     {"TargetFilename", "C:\\a%%b"},
     {{PAW_F_TARGET_FILENAME, "C:\\a%b"}}},
    {"key",
     SYSMON,
     12,
     PAW_KIND_REGISTRY,
     {"EventType", "CreateKey", "TargetObject", "HKLM\\A"},
     {{PAW_F_EVENT_TYPE, "CreateKey"}, {PAW_F_TARGET_OBJECT, "HKLM\\A"}}},
    {"value", SYSMON, 13, PAW_KIND_REGISTRY, {"Details", "(Empty)"}, {{PAW_F_DETAILS, "(Empty)"}}},
    {"rename",
     SYSMON,
     14,
     PAW_KIND_REGISTRY,
     {"NewName", "HKLM\\B"},
     {{PAW_F_NEW_NAME, "HKLM\\B"}}},
    {"stream",
     SYSMON,
     15,
     PAW_KIND_FILE_STREAM,
     {"TargetFilename", "C:\\a:Zone.Identifier", "Hash", "MD5=00", "Contents", "[ZoneTransfer]"},
     {{PAW_F_HASHES, "MD5=00"}, {PAW_F_CONTENTS, "[ZoneTransfer]"}}},
    {"configuration",
     SYSMON,
     16,
     PAW_KIND_SENSOR,
     {"Configuration", "c:\\x.xml"},
     {{PAW_F_OTHER, "Configuration=c:\\x.xml"}}},
    {"pipe", SYSMON, 17, PAW_KIND_PIPE, {"PipeName", "\\msse"}, {{PAW_F_PIPE_NAME, "\\msse"}}},
    {"pipe connected", SYSMON, 18, PAW_KIND_PIPE, {"PipeName", "\\x"}, {{PAW_F_PIPE_NAME, "\\x"}}},
    {"filter",
     SYSMON,
     19,
     PAW_KIND_CONSUMER,
     {"Name", "\"f\"", "Query", "\"SELECT\""},
     {{PAW_F_CONSUMER_NAME, "\"f\""}, {PAW_F_OTHER, "Query=\"SELECT\""}}},
    {"consumer",
     SYSMON,
     20,
     PAW_KIND_CONSUMER,
     {"Type", "Command Line", "Destination", " \"a.exe\""},
     {{PAW_F_TYPE, "Command Line"}, {PAW_F_CONSUMER_COMMAND, " \"a.exe\""}}},
    {"binding", SYSMON, 21, PAW_KIND_CONSUMER, {"Consumer", "c"}, {{PAW_F_CONSUMER_NAME, "c"}}},
    {"query",
     SYSMON,
     22,
     PAW_KIND_DNS,
     {"QueryName", "a.example", "QueryResults", "::ffff:1.2.3.4;"},
     {{PAW_F_QUERY_NAME, "a.example"}, {PAW_F_QUERY_RESULTS, "::ffff:1.2.3.4;"}}},
    {"file deleted",
     SYSMON,
     23,
     PAW_KIND_FILE_DELETE,
     {"IsExecutable", "true"},
     {{PAW_F_OTHER, "IsExecutable=true"}}},
    {"tampering",
     SYSMON,
     25,
     PAW_KIND_TAMPER,
     {"Type", "Image is replaced"},
     {{PAW_F_TYPE, "Image is replaced"}}},
    {"deletion logged",
     SYSMON,
     26,
     PAW_KIND_FILE_DELETE,
     {"TargetFilename", "C:\\a"},
     {{PAW_F_TARGET_FILENAME, "C:\\a"}}},
    {"executable seen",
     SYSMON,
     29,
     PAW_KIND_FILE,
     {"TargetFilename", "C:\\a.exe"},
     {{PAW_F_TARGET_FILENAME, "C:\\a.exe"}}},
    {"sensor error", SYSMON, 255, PAW_KIND_SENSOR, {"ID", "X"}, {{PAW_F_OTHER, "ID=X"}}},

    {"creation",
     SECURITY,
     4688,
     PAW_KIND_PROCESS_START,
     {"SubjectUserName",    "WKS01$",
      "SubjectDomainName",  "CORP",
      "SubjectLogonId",     "0x3e7",
      "NewProcessId",       "0x00001a34",
      "NewProcessName",     "C:\\a.exe",
      "ProcessId",          "0x278",
      "CommandLine",        "a.exe 100%% x",
      "TargetUserName",     "-",
      "TargetDomainName",   "-",
      "MandatoryLabel",     "S-1-16-16384",
      "TokenElevationType", "%%1936",
      "ParentProcessName",  ""},
     {{PAW_F_PROCESS_ID, "6708"},
      {PAW_F_PARENT_PROCESS_ID, "632"},
      {PAW_F_USER, "CORP\\WKS01$"},
      {PAW_F_SUBJECT_USER, "CORP\\WKS01$"},
      {PAW_F_COMMAND_LINE, "a.exe 100%% x"},
      {PAW_F_INTEGRITY_LEVEL, "System"},
      {PAW_F_ELEVATION, "%%1936"},
      {PAW_F_PARENT_IMAGE, NULL},
      {PAW_F_IMAGE, "C:\\a.exe"},
      {PAW_F_LOGON_ID, "0x3e7"}}},
    {"creation for another",
     SECURITY,
     4688,
     PAW_KIND_PROCESS_START,
     {"SubjectUserName", "WKS01$", "SubjectDomainName", "CORP", "TargetUserName", "bob",
      "TargetDomainName", "CORP", "MandatoryLabel", "S-1-16-8448"},
     {{PAW_F_USER, "CORP\\bob"},
      {PAW_F_SUBJECT_USER, "CORP\\WKS01$"},
      {PAW_F_INTEGRITY_LEVEL, "MediumPlus"},
      {PAW_F_COMMAND_LINE, NULL}}},
    {"exit",
     SECURITY,
     4689,
     PAW_KIND_PROCESS_END,
     {"Status", "0x00000000", "ProcessId", "0x10", "ProcessName", "C:\\a.exe"},
     {{PAW_F_EXIT_STATUS, "0x0"}, {PAW_F_PROCESS_ID, "16"}, {PAW_F_IMAGE, "C:\\a.exe"}}},
    {"value changed",
     SECURITY,
     4657,
     PAW_KIND_REGISTRY,
     {"ObjectName", "\\REGISTRY\\MACHINE\\A", "ObjectValueName", "v", "OperationType", "%%1904",
      "NewValueType", "%%1873", "NewValue", "mshta x", "OldValue", "-"},
     {{PAW_F_TARGET_OBJECT, "\\REGISTRY\\MACHINE\\A\\v"},
      {PAW_F_VALUE_NAME, "v"},
      {PAW_F_EVENT_TYPE, "SetValue"},
      {PAW_F_VALUE_TYPE, "REG_SZ"},
      {PAW_F_DETAILS, "mshta x"}}},
    {"value deleted",
     SECURITY,
     4657,
     PAW_KIND_REGISTRY,
     {"ObjectName", "\\REGISTRY\\A", "OperationType", "%%1906", "NewValueType", "%%1883"},
     {{PAW_F_TARGET_OBJECT, "\\REGISTRY\\A"},
      {PAW_F_EVENT_TYPE, "DeleteValue"},
      {PAW_F_VALUE_TYPE, "REG_QWORD"}}},
    {"service installed",
     SECURITY,
     4697,
     PAW_KIND_SERVICE,
     {"ServiceName", "s", "ServiceFileName", "rundll32 x", "ServiceAccount", "LocalSystem",
      "ClientProcessId", "0x10", "SubjectUserName", "alice", "SubjectDomainName", "CORP"},
     {{PAW_F_SERVICE_COMMAND, "rundll32 x"},
      {PAW_F_CLIENT_PROCESS_ID, "16"},
      {PAW_F_USER, "CORP\\alice"},
      {PAW_F_SERVICE_ACCOUNT, "LocalSystem"}}},
    {"task made",
     SECURITY,
     4698,
     PAW_KIND_TASK,
     {"TaskName", "\\t", "TaskContent",
      "<?xml version=\"1.0\"?>\r\n<Task><Principals><Principal id=\"Author\">"
      "<UserId>SYSTEM</UserId></Principal></Principals><Actions Context=\"Author\">\r\n <Exec>"
      "\r\n<Command>C:\\Program Files\\a.exe</Command><Arguments>\"x\" &amp; y</Arguments>"
      "<WorkingDirectory>C:\\w</WorkingDirectory></Exec></Actions></Task>"},
     {{PAW_F_TASK_NAME, "\\t"},
      {PAW_F_TASK_COMMAND, "\"C:\\Program Files\\a.exe\" \"x\" & y"},
      {PAW_F_CURRENT_DIRECTORY, "C:\\w"},
      {PAW_F_OTHER, "UserId=SYSTEM"}}},
    {"task changed",
     SECURITY,
     4702,
     PAW_KIND_TASK,
     {"TaskContentNew",
      "<Task><Actions><ComHandler><ClassId>{C}</ClassId></ComHandler></Actions></Task>"},
     {{PAW_F_CLSID, "{C}"}, {PAW_F_TASK_COMMAND, NULL}}},
    {"task without actions",
     SECURITY,
     4698,
     PAW_KIND_TASK,
     {"TaskContent", "<Task><Exec>"},
     {{PAW_F_TASK_CONTENT, "<Task><Exec>"}, {PAW_F_TASK_COMMAND, NULL}}},
    {"task deleted",
     SECURITY,
     4699,
     PAW_KIND_TASK,
     {"TaskName", "\\t"},
     {{PAW_F_TASK_NAME, "\\t"}}},
    {"filtering platform",
     SECURITY,
     5156,
     PAW_KIND_NETWORK,
     {"ProcessID", "820", "Application", "\\device\\harddiskvolume1\\a.exe", "Direction", "%%14593",
      "DestAddress", "203.0.113.5", "DestPort", "443", "Protocol", "6"},
     {{PAW_F_PROCESS_ID, "820"},
      {PAW_F_IMAGE, "\\device\\harddiskvolume1\\a.exe"},
      {PAW_F_INITIATED, "true"},
      {PAW_F_PROTOCOL, "tcp"},
      {PAW_F_DESTINATION_IP, "203.0.113.5"}}},
    {"inbound",
     SECURITY,
     5156,
     PAW_KIND_NETWORK,
     {"Direction", "%%14592", "Protocol", "17"},
     {{PAW_F_INITIATED, "false"}, {PAW_F_PROTOCOL, "udp"}}},
    {"bind", SECURITY, 5158, PAW_KIND_OTHER, {"ProcessId", "4"}, {{PAW_F_PROCESS_ID, "4"}}},
    {"audit policy",
     SECURITY,
     4719,
     PAW_KIND_SENSOR,
     {"AuditPolicyChanges", "%%8448"},
     {{PAW_F_OTHER, "AuditPolicyChanges=%%8448"}}},
    {"handle",
     SECURITY,
     4656,
     PAW_KIND_OTHER,
     {"ObjectName", "C:\\a"},
     {{PAW_F_TARGET_OBJECT, "C:\\a"}}},
    {"object access",
     SECURITY,
     4663,
     PAW_KIND_OTHER,
     {"ObjectName", "C:\\a", "AccessMask", "0x0002", "ProcessId", "0x4"},
     {{PAW_F_TARGET_OBJECT, "C:\\a"}, {PAW_F_GRANTED_ACCESS, "0x2"}, {PAW_F_PROCESS_ID, "4"}}},
    {"logon",
     SECURITY,
     4624,
     PAW_KIND_OTHER,
     {"LogonType", "3", "ProcessId", "0x4"},
     {{PAW_F_OTHER, "LogonType=3"}, {PAW_F_PROCESS_ID, "4"}}},

    {"log cleared",
     "Microsoft-Windows-Eventlog",
     "Security",
     1102,
     PAW_KIND_SENSOR,
     {"SubjectUserName", "alice", "SubjectDomainName", "CORP"},
     {{PAW_F_USER, "CORP\\alice"}}},
    {"other log cleared",
     "Microsoft-Windows-Eventlog",
     "System",
     104,
     PAW_KIND_SENSOR,
     {"Channel", "Application"},
     {{PAW_F_OTHER, "Channel=Application"}}},

    {"engine started",
     CLASSIC,
     400,
     PAW_KIND_POWERSHELL,
     {"", "Available", "", "None", "",
      "\tNewEngineState=Available\r\n\r\n\tHostName=Default Host\r\n\tHostApplication=rundll32 "
      "a.dll,x\n second=line\r\n\tEngineVersion=5.1\r\n\tScriptName=\r\n\tCommandLine="},
     {{PAW_F_HOST_APPLICATION, "rundll32 a.dll,x\n second=line"},
      {PAW_F_SCRIPT_NAME, NULL},
      {PAW_F_OTHER, "Data[0]=Available"}}},
    {"engine stopped",
     CLASSIC,
     403,
     PAW_KIND_POWERSHELL,
     {"", "Stopped", "", "Available", "", "\tHostApplication=p.exe\r\n\tScriptName=C:\\a.ps1"},
     {{PAW_F_HOST_APPLICATION, "p.exe"}, {PAW_F_SCRIPT_NAME, "C:\\a.ps1"}}},
    {"provider",
     CLASSIC,
     600,
     PAW_KIND_POWERSHELL,
     {"", "", "", "", "", "HostApplication=p.exe"},
     {{PAW_F_HOST_APPLICATION, "p.exe"}}},
    {"pipeline",
     CLASSIC,
     800,
     PAW_KIND_POWERSHELL,
     {"", "iex x", "", "\tUserId=CORP\\alice\r\n\tHostApplication=p.exe -c iex x\r\n\tScriptName=",
      "", "CommandInvocation(iex): \"iex\""},
     {{PAW_F_SCRIPT_TEXT, "iex x"},
      {PAW_F_USER, "CORP\\alice"},
      {PAW_F_HOST_APPLICATION, "p.exe -c iex x"},
      {PAW_F_PAYLOAD, "CommandInvocation(iex): \"iex\""}}},
    {"module log",
     MODERN,
     4103,
     PAW_KIND_POWERSHELL,
     {"ContextInfo",
      "        Severity = Informational\r\n        Host Application = p.exe\r\n        Command "
      "Name "
      "= iex\r\n        Script Name = C:\\s.ps1\r\n        User = CORP\\alice\r\n",
      "UserData", "", "Payload", "CommandInvocation"},
     {{PAW_F_HOST_APPLICATION, "p.exe"},
      {PAW_F_SCRIPT_NAME, "C:\\s.ps1"},
      {PAW_F_USER, "CORP\\alice"},
      {PAW_F_PAYLOAD, "CommandInvocation"},
      {PAW_F_OTHER, "Command Name=iex"},
      {PAW_F_PROCESS_ID, "500"}}},
    {"script",
     MODERN,
     4104,
     PAW_KIND_POWERSHELL,
     {"MessageNumber", "1", "MessageTotal", "2", "ScriptBlockText", "iex", "ScriptBlockId", "g",
      "Path", ""},
     {{PAW_F_SCRIPT_TEXT, "iex"},
      {PAW_F_MESSAGE_NUMBER, "1"},
      {PAW_F_MESSAGE_TOTAL, "2"},
      {PAW_F_SCRIPT_ID, "g"},
      {PAW_F_SCRIPT_PATH, NULL},
      {PAW_F_PROCESS_ID, "500"}}},
    {"module log of the new one",
     CORE,
     4103,
     PAW_KIND_POWERSHELL,
     {"Payload", "x"},
     {{PAW_F_PAYLOAD, "x"}}},
    {"script of the new one",
     CORE,
     4104,
     PAW_KIND_POWERSHELL,
     {"ScriptBlockText", "x"},
     {{PAW_F_SCRIPT_TEXT, "x"}}},

    {"transaction begins",
     MSI,
     1040,
     PAW_KIND_INSTALLER,
     {"", "http://x.example/a.msi", "", "2128", "", "(NULL)"},
     {{PAW_F_PACKAGE, "http://x.example/a.msi"}, {PAW_F_CLIENT_PROCESS_ID, "2128"}}},
    {"transaction ends",
     MSI,
     1042,
     PAW_KIND_INSTALLER,
     {"", "C:\\a.msi", "", "2128"},
     {{PAW_F_PACKAGE, "C:\\a.msi"}}},
    {"installed",
     MSI,
     1033,
     PAW_KIND_INSTALLER,
     {"", "Product", "", "1.0", "", "1033", "", "0", "", "Maker"},
     {{PAW_F_PRODUCT, "Product"},
      {PAW_F_EXIT_STATUS, "0"},
      {PAW_F_COMPANY, "Maker"},
      {PAW_F_OTHER, "Data[2]=1033"}}},
    {"reboot", MSI, 1005, PAW_KIND_INSTALLER, {"", "text"}, {{PAW_F_MESSAGE, "text"}}},
    {"success",
     MSI,
     11707,
     PAW_KIND_INSTALLER,
     {"", "Product: x", "", "(NULL)", "Binary", "7B"},
     {{PAW_F_MESSAGE, "Product: x"}, {PAW_F_OTHER, "Binary=7B"}}},

    {"service",
     SCM,
     7045,
     PAW_KIND_SERVICE,
     {"ServiceName", "s", "ImagePath", "%COMSPEC% /c x", "AccountName", "LocalSystem"},
     {{PAW_F_SERVICE_NAME, "s"}, {PAW_F_SERVICE_COMMAND, "%COMSPEC% /c x"}}},
    {"service failed",
     SCM,
     7000,
     PAW_KIND_SERVICE,
     {"param1", "s", "param2", "%%1053"},
     {{PAW_F_SERVICE_NAME, "s"}}},
    {"service timed out",
     SCM,
     7009,
     PAW_KIND_SERVICE,
     {"param1", "30000", "param2", "s"},
     {{PAW_F_SERVICE_NAME, "s"}, {PAW_F_OTHER, "param1=30000"}}},
    {"service ended", SCM, 7034, PAW_KIND_SERVICE, {"param1", "s"}, {{PAW_F_SERVICE_NAME, "s"}}},
    {"sensor stopped",
     SCM,
     7036,
     PAW_KIND_SENSOR,
     {"param1", "Sysmon64", "param2", "stopped"},
     {{PAW_F_SERVICE_NAME, "Sysmon64"}}},
    {"sensor disabled",
     SCM,
     7040,
     PAW_KIND_SENSOR,
     {"param1", "Whatever", "param4", "EventLog"},
     {{PAW_F_OTHER, "param4=EventLog"}}},
    {"any service stopped",
     SCM,
     7036,
     PAW_KIND_OTHER,
     {"param1", "Print Spooler"},
     {{PAW_F_OTHER, "param1=Print Spooler"}}},

    {"task registered",
     TASKS,
     106,
     PAW_KIND_TASK,
     {"TaskName", "\\t", "UserContext", "CORP\\a"},
     {{PAW_F_TASK_NAME, "\\t"}, {PAW_F_USER, "CORP\\a"}}},
    {"task process",
     TASKS,
     129,
     PAW_KIND_TASK,
     {"Path", "C:\\a.exe", "ProcessID", "12"},
     {{PAW_F_IMAGE, "C:\\a.exe"}, {PAW_F_PROCESS_ID, "12"}}},
    {"task updated", TASKS, 140, PAW_KIND_TASK, {"TaskName", "\\t"}, {{PAW_F_TASK_NAME, "\\t"}}},
    {"action",
     TASKS,
     200,
     PAW_KIND_TASK,
     {"ActionName", "C:\\a.exe"},
     {{PAW_F_IMAGE, "C:\\a.exe"}}},

    {"permanent consumer",
     WMI,
     5861,
     PAW_KIND_CONSUMER,
     {"Namespace", "//./root/subscription", "ESS", "f", "CONSUMER",
      "CommandLineEventConsumer=\"evil\"", "PossibleCause",
      "Binding EventFilter: \ninstance of __EventFilter\n{\n Name = \"f\";\n};\nPerm. Consumer: "
      "\ninstance of CommandLineEventConsumer\n{\n\tCommandLineTemplate = \"rundll32 "
      "\\\"C:\\\\a.dll"
      "\\\",x\";\n\tName = \"evil\";\n};\n"},
     {{PAW_F_CONSUMER_COMMAND, "rundll32 \"C:\\a.dll\",x"},
      {PAW_F_CONSUMER_NAME, "evil"},
      {PAW_F_TYPE, "CommandLineEventConsumer"},
      {PAW_F_OTHER, "ESS=f"}}},
    {"provider host",
     WMI,
     5857,
     PAW_KIND_OTHER,
     {"ProviderName", "p", "ProcessID", "12"},
     {{PAW_F_PROCESS_ID, "12"}, {PAW_F_OTHER, "ProviderName=p"}}},

    {"rule",
     LOCKER,
     8004,
     PAW_KIND_CONTROL,
     {"PolicyName", "DLL", "FilePath", "%OSDRIVE%\\a.dll", "Fqbn", "-", "TargetProcessId", "12",
      "FileHash", "00"},
     {{PAW_F_FILE_PATH, "%OSDRIVE%\\a.dll"},
      {PAW_F_FQBN, NULL},
      {PAW_F_PROCESS_ID, "12"},
      {PAW_F_POLICY_NAME, "DLL"},
      {PAW_F_FILE_HASH, "00"}}},
    {"blocked",
     CI,
     3077,
     PAW_KIND_CONTROL,
     {"File Name", "\\Device\\HarddiskVolume3\\a.dll", "Process Name", "\\Device\\b.exe",
      "OriginalFileName", "A.DLL"},
     {{PAW_F_FILE_PATH, "\\Device\\HarddiskVolume3\\a.dll"},
      {PAW_F_IMAGE, "\\Device\\b.exe"},
      {PAW_F_ORIGINAL_FILE_NAME, "A.DLL"}}},
    {"blocked, names in one word",
     CI,
     3076,
     PAW_KIND_CONTROL,
     {"FileName", "a.dll", "ProcessName", "b.exe"},
     {{PAW_F_FILE_PATH, "a.dll"}, {PAW_F_IMAGE, "b.exe"}}},
    {"signing level",
     CI,
     3033,
     PAW_KIND_CONTROL,
     {"FileNameBuffer", "a", "ProcessNameBuffer", "b"},
     {{PAW_F_FILE_PATH, "a"}, {PAW_F_IMAGE, "b"}}},
    {"signer", CI, 3089, PAW_KIND_CONTROL, {"PublisherName", "p"}, {{PAW_F_SIGNATURE, "p"}}},
    {"applet resolved",
     ASSISTANT,
     17,
     PAW_KIND_CONTROL,
     {"ExePath", "C:\\a.cpl", "ResolverName", "ControlPanelApplet"},
     {{PAW_F_FILE_PATH, "C:\\a.cpl"}, {PAW_F_RESOLVER_NAME, "ControlPanelApplet"}}},
    {"shim",
     TELEMETRY,
     500,
     PAW_KIND_CONTROL,
     {"ProcessId", "3936", "ExePath", "C:\\a.exe"},
     {{PAW_F_FILE_PATH, "C:\\a.exe"}, {PAW_F_PROCESS_ID, "3936"}}},

    {"threat",
     DEFENDER,
     1116,
     PAW_KIND_ANTIMALWARE,
     {"Threat Name", "T", "Path", "CmdLine:_a", "Process Name", "p", "Detection User", "u"},
     {{PAW_F_THREAT_NAME, "T"},
      {PAW_F_THREAT_PATH, "CmdLine:_a"},
      {PAW_F_IMAGE, "p"},
      {PAW_F_USER, "u"}}},
    {"rule of surface reduction",
     DEFENDER,
     1121,
     PAW_KIND_ANTIMALWARE,
     {"ID", "d4f9", "Target Commandline", "mshta x"},
     {{PAW_F_RULE_ID, "d4f9"}, {PAW_F_TARGET_COMMAND_LINE, "mshta x"}}},
    {"overridden", DEFENDER, 1129, PAW_KIND_ANTIMALWARE, {"ID", "d4f9"}, {{PAW_F_RULE_ID, "d4f9"}}},
    {"settings",
     DEFENDER,
     5007,
     PAW_KIND_ANTIMALWARE,
     {"New Value", "x"},
     {{PAW_F_OTHER, "New Value=x"}}},
    {"protection off", DEFENDER, 5001, PAW_KIND_SENSOR, {NULL}, {{PAW_F_IMAGE, NULL}}},
    {"scanning off", DEFENDER, 5010, PAW_KIND_SENSOR, {NULL}, {{PAW_F_IMAGE, NULL}}},
    {"scanning of viruses off", DEFENDER, 5012, PAW_KIND_SENSOR, {NULL}, {{PAW_F_IMAGE, NULL}}},

    {"query begun",
     RESOLVER,
     3006,
     PAW_KIND_DNS,
     {"QueryName", "a.example"},
     {{PAW_F_QUERY_NAME, "a.example"}, {PAW_F_PROCESS_ID, "500"}}},
    {"query done",
     RESOLVER,
     3008,
     PAW_KIND_DNS,
     {"QueryResults", "1.2.3.4;"},
     {{PAW_F_QUERY_RESULTS, "1.2.3.4;"}}},
    {"job",
     BITS,
     3,
     PAW_KIND_OTHER,
     {"processPath", "C:\\a.exe", "processId", "12"},
     {{PAW_F_IMAGE, "C:\\a.exe"}, {PAW_F_PROCESS_ID, "12"}}},
    {"transfer", BITS, 59, PAW_KIND_OTHER, {"url", "http://x"}, {{PAW_F_OTHER, "url=http://x"}}},
    {"transfer names",
     BITS,
     16403,
     PAW_KIND_OTHER,
     {"RemoteName", "http://x"},
     {{PAW_F_OTHER, "RemoteName=http://x"}}},
    {"logon command",
     SHELL,
     9707,
     PAW_KIND_OTHER,
     {"Command", "rundll32 x", "PID", "12"},
     {{PAW_F_COMMAND_LINE, "rundll32 x"}, {PAW_F_PROCESS_ID, "12"}}},
    {"number of another provider",
     "Fancy",
     "Application",
     1,
     PAW_KIND_OTHER,
     {"CommandLine", "x"},
     {{PAW_F_COMMAND_LINE, NULL}, {PAW_F_OTHER, "CommandLine=x"}}},
    {"Sysmon's name in another channel",
     "Microsoft-Windows-Sysmon",
     "Application",
     1,
     PAW_KIND_OTHER,
     {"Image", "x"},
     {{PAW_F_IMAGE, NULL}}},
};

struct seen {
    unsigned n;
    uint64_t identities[4];
    uint64_t time, logged;
    bool is_bad;
    const char *label;
    const struct want *want;
    enum paw_kind kind;
};

static void check_field(struct seen *s, const struct paw_fact *f, const struct want *w)
{
    const paw_str wanted = paw_str_of(w->text);
    paw_str got = paw_fact_text(f, w->id);
    paw_str value = wanted;
    if (w->id == PAW_F_OTHER) {
        const size_t equals = paw_str_find_char(wanted, '=', 0);
        got = paw_fact_other(f, paw_str_sub(wanted, 0, equals));
        value = paw_str_from(wanted, equals + 1);
    }
    if (!paw_str_equal(got, value)) {
        print_error("%s: field %d is '%.*s', wanted '%s'\n", s->label, (int)w->id, (int)got.n,
                    got.p == NULL ? "" : got.p, w->text == NULL ? "(absent)" : w->text);
        s->is_bad = true;
    }
}

static enum paw_status take_fact(void *self, const struct paw_fact *f)
{
    struct seen *s = self;
    if (!paw_fact_check(f, f->size) || f->kind != s->kind) {
        print_error("%s: kind %d\n", s->label, f->kind);
        s->is_bad = true;
    }
    for (const struct want *w = s->want; w != NULL && w->id != PAW_F_NONE; w++)
        check_field(s, f, w);
    if (s->n < PAW_COUNT_OF(s->identities))
        s->identities[s->n] = f->identity;
    s->n++;
    s->time = f->time;
    s->logged = f->logged;
    return PAW_OK;
}

static const struct paw_wanted everything = {.kinds = UINT64_MAX};

static struct seen normalise(struct paw_normaliser *n, size_t i, const struct paw_wanted *wanted)
{
    struct paw_datum data[MOST_TEXTS / 2];
    struct seen s = {.label = cases[i].label, .want = cases[i].want, .kind = cases[i].kind};
    struct paw_record r = {.provider = paw_str_of(cases[i].provider),
                           .channel = paw_str_of(cases[i].channel),
                           .computer = PAW_LIT("WKS01"),
                           .event_id = cases[i].event_id,
                           .record_id = 7,
                           .created = 132348140221230000,
                           .process_id = 500,
                           .data = data};
    for (size_t k = 0; k + 1 < MOST_TEXTS && cases[i].data[k] != NULL; k += 2) {
        const char *name = cases[i].data[k];
        data[r.n_data++] = (struct paw_datum){name[0] == '\0' ? (paw_str){0} : paw_str_of(name),
                                              paw_str_of(cases[i].data[k + 1])};
    }
    const struct paw_sink sink = {.self = &s, .fact = take_fact};
    uint64_t kinds = 0;
    assert_int_equal(paw_normalise(n, &r, wanted, &sink, &kinds, NULL), PAW_OK);
    assert_int_equal(kinds, PAW_KIND_BIT(cases[i].kind));
    return s;
}

static void every_case(void **state)
{
    (void)state;
    struct paw_normaliser n;
    unsigned bad = 0;
    paw_normaliser_init(&n);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const struct seen s = normalise(&n, i, &everything);
        if (s.n != 1)
            print_error("%s: %u facts\n", cases[i].label, s.n);
        bad += s.is_bad || s.n != 1;
    }
    paw_normaliser_finish(&n);
    assert_int_equal(bad, 0);
}

/* Every row is met by a case. */
static void every_row(void **state)
{
    (void)state;
    for (size_t k = 0; k < paw_n_rows; k++) {
        const struct paw_row *row = &paw_rows[k];
        bool is_met = false;
        for (size_t i = 0; i < PAW_COUNT_OF(cases) && !is_met; i++)
            is_met = paw_str_same_name(paw_str_of(cases[i].provider), paw_str_of(row->provider)) &&
                     paw_str_glob(paw_str_of(cases[i].channel), row->channel) &&
                     cases[i].event_id >= row->first && cases[i].event_id <= row->last;
        if (!is_met)
            fail_msg("no case for %s %u", row->provider, row->first);
    }
}

static void only_what_is_wanted(void **state)
{
    (void)state;
    static const struct paw_wanted_event list[] = {{"Microsoft-Windows-Shell-Core", 9707}, {0}};
    const struct paw_wanted starts = {.kinds = PAW_KIND_BIT(PAW_KIND_PROCESS_START)};
    const struct paw_wanted listed = {.kinds = PAW_KIND_BIT(PAW_KIND_OTHER), .events = list};
    struct paw_normaliser n;
    paw_normaliser_init(&n);
    for (size_t i = 0; i < PAW_COUNT_OF(cases); i++) {
        const bool is_start = cases[i].kind == PAW_KIND_PROCESS_START;
        const bool is_listed = strcmp(cases[i].label, "logon command") == 0;
        assert_int_equal(normalise(&n, i, &starts).n, is_start);
        assert_int_equal(normalise(&n, i, &listed).n, is_listed);
        uint64_t kinds = 0;
        assert_true(!is_start || paw_event_may_be_wanted(&starts, cases[i].event_id, &kinds));
        assert_true(!is_listed || paw_event_may_be_wanted(&listed, cases[i].event_id, &kinds));
        assert_true((kinds & PAW_KIND_BIT(cases[i].kind)) != 0 || (!is_start && !is_listed));
    }
    uint64_t kinds = 0;
    assert_false(paw_event_may_be_wanted(&starts, 7, &kinds));
    assert_true((kinds & PAW_KIND_BIT(PAW_KIND_MODULE)) != 0);
    paw_normaliser_finish(&n);
}

/* A record with given data, for what the table of cases cannot say. */
static struct seen one(const char *provider, const char *channel, uint16_t event_id,
                       paw_filetime created, const struct paw_datum *data, size_t n_data,
                       const struct want *want, enum paw_kind kind)
{
    struct paw_normaliser n;
    struct seen s = {.label = provider, .want = want, .kind = kind};
    const struct paw_record r = {.provider = paw_str_of(provider),
                                 .channel = paw_str_of(channel),
                                 .event_id = event_id,
                                 .created = created,
                                 .data = data,
                                 .n_data = n_data};
    const struct paw_sink sink = {.self = &s, .fact = take_fact};
    uint64_t kinds = 0;
    paw_normaliser_init(&n);
    assert_int_equal(paw_normalise(&n, &r, &everything, &sink, &kinds, NULL), PAW_OK);
    paw_normaliser_finish(&n);
    assert_false(s.is_bad);
    return s;
}

static void several_actions(void **state)
{
    (void)state;
    const struct paw_datum data[] = {
        {PAW_LIT("TaskContent"),
         PAW_LIT("<Task><Actions><Exec><Command>a</Command></Exec><Exec><Command>b</Command>"
                 "</Exec><ComHandler><ClassId>{C}</ClassId></ComHandler></Actions></Task>")}};
    const struct seen s = one(SECURITY, 4698, 5, data, 1, NULL, PAW_KIND_TASK);
    assert_int_equal(s.n, 3);
    assert_true(s.identities[0] != s.identities[1] && s.identities[1] != s.identities[2]);
}

static void times(void **state)
{
    (void)state;
    const paw_filetime created = 132348140221239999, act = 132348140221230000;
    const struct paw_datum utc[] = {{PAW_LIT("UtcTime"), PAW_LIT("2020-05-24 17:13:42.123")}};
    const struct paw_datum odd[] = {{PAW_LIT("UtcTime"), PAW_LIT("1601-01-01 00:00:00.000")}};
    struct seen s = one(SYSMON, 1, created, utc, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, act);
    assert_int_equal(s.logged, created);
    s = one(SYSMON, 1, 0, utc, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, act);
    assert_int_equal(s.logged, 0);
    s = one(SYSMON, 1, created, odd, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, created);
    s = one(SECURITY, 4688, 0, utc, 1, NULL, PAW_KIND_PROCESS_START);
    assert_int_equal(s.time, 0);
}

static const paw_str odd_text = PAW_LIT_INIT("a\0b\x01\r\n\xEF\xBF\xBD");

static enum paw_status take_odd(void *self, const struct paw_fact *f)
{
    (void)self;
    assert_true(paw_str_equal(paw_fact_text(f, PAW_F_COMMAND_LINE), odd_text));
    assert_true(paw_str_equal(paw_fact_other(f, PAW_LIT("CommandLine")), PAW_LIT("second")));
    assert_null(paw_fact_text(f, PAW_F_IMAGE).p);
    return PAW_OK;
}

static void text_is_kept(void **state)
{
    (void)state;
    const struct paw_datum data[] = {{PAW_LIT("CommandLine"), odd_text},
                                     {PAW_LIT("CommandLine"), PAW_LIT("second")},
                                     {PAW_LIT("Image"), {0}}};
    const struct paw_record r = {.provider = PAW_LIT("Microsoft-Windows-Sysmon"),
                                 .channel = PAW_LIT("Microsoft-Windows-Sysmon/Operational"),
                                 .event_id = 1,
                                 .data = data,
                                 .n_data = PAW_COUNT_OF(data)};
    const struct paw_sink sink = {.fact = take_odd};
    struct paw_normaliser n;
    uint64_t kinds = 0;
    paw_normaliser_init(&n);
    assert_int_equal(paw_normalise(&n, &r, &everything, &sink, &kinds, NULL), PAW_OK);
    paw_normaliser_finish(&n);
    assert_null(paw_value_of(PAW_LIT("(null)")).p);
    assert_null(paw_value_of(PAW_LIT("")).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case),
        cmocka_unit_test(every_row),
        cmocka_unit_test(only_what_is_wanted),
        cmocka_unit_test(several_actions),
        cmocka_unit_test(times),
        cmocka_unit_test(text_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
