/* SPDX-License-Identifier: Apache-2.0 */
/* Trusted programs of Linux that carry out commands (docs/detections 7). None is decided yet: each
 * waits for a reader of such logs. */
#include <catspaw/questions.h>

#define LOGS "a reader of Linux logs: auditd, or Sysmon for Linux"

static const struct paw_behaviour behaviours[] = {
    {
        .id = "linux.filter_exec",
        .title = "Command run by an output filter or hook of a Linux tool",
        .severity = PAW_HIGH,
        .confidence = PAW_H,
        .family = PAW_COMMAND,
        .technique = "T1218",
        .waits_for = LOGS,
        .why = "split --filter, tar --checkpoint-action and their like hand text to a shell.",
        .benign = "Package managers, backups, man pages.",
        .next = "The command.",
    },
    {
        .id = "linux.proxy_shell_child",
        .title = "Shell with network or download text below a Linux tool that is none",
        .severity = PAW_HIGH,
        .confidence = PAW_M,
        .family = PAW_LINEAGE,
        .technique = "T1218",
        .waits_for = LOGS,
        .why = "The tool lends the shell its name.",
        .benign = "make, find in cron, units of systemd.",
        .next = "The shell's text.",
    },
    {
        .id = "linux.so_load",
        .title = "Library of a foreign folder loaded by a Linux tool",
        .severity = PAW_HIGH,
        .confidence = PAW_M,
        .family = PAW_COMMAND,
        .technique = "T1218",
        .waits_for = LOGS,
        .why = "An option or variable loads any library into a trusted program.",
        .benign = "Products below /opt.",
        .next = "The library.",
    },
    {
        .id = "linux.runner_from_service",
        .title = "Command runner used by a service account to start a shell or fetcher",
        .severity = PAW_HIGH,
        .confidence = PAW_H,
        .family = PAW_LINEAGE,
        .technique = "T1218",
        .waits_for = LOGS,
        .why = "Web, database and management services do not run env, nohup or timeout.",
        .benign = "Health checks of management agents.",
        .next = "The service.",
    },
    {
        .id = "linux.egress_below_proxy",
        .title = "Fetcher started at once by a Linux tool",
        .severity = PAW_MEDIUM,
        .confidence = PAW_M,
        .family = PAW_NETWORK,
        .technique = "T1218",
        .waits_for = LOGS,
        .why = "curl, wget or nc within seconds below a tool that carries out commands.",
        .benign = "Update scripts.",
        .next = "The destination.",
    },
    {
        .id = "linux.suid_proxy",
        .title = "Tool with borrowed rights started with an empty argument list",
        .severity = PAW_MEDIUM,
        .confidence = PAW_M,
        .family = PAW_COMMAND,
        .technique = "T1218",
        .waits_for = LOGS,
        .why = "Programs that change the user are abused through their arguments.",
        .benign = "None known.",
        .next = "The user and the program.",
    },
    {.id = NULL},
};

const struct paw_analyzer paw_linux = {"linux", NULL, behaviours};
