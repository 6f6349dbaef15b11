/* SPDX-License-Identifier: Apache-2.0 */
/* Names of ATT&CK (docs/detections 3.18): v18.1, and what v19 renamed. */
#include <catspaw/attack.h>

#include "core/str.h"

#define EVASION "TA0005"
#define CONTROL "TA0011"

const struct paw_tactic paw_tactics[] = {
    {EVASION, "Defense Evasion", "Stealth"},
    {CONTROL, "Command and Control", "Command and Control"},
    {.id = NULL},
};

const struct paw_technique paw_techniques[] = {
    {"T1105", "Ingress Tool Transfer", CONTROL},
    {"T1216.002", "SyncAppvPublishingServer", EVASION},
    {"T1218", "System Binary Proxy Execution", EVASION},
    {"T1218.001", "Compiled HTML File", EVASION},
    {"T1218.002", "Control Panel", EVASION},
    {"T1218.003", "CMSTP", EVASION},
    {"T1218.004", "InstallUtil", EVASION},
    {"T1218.005", "Mshta", EVASION},
    {"T1218.007", "Msiexec", EVASION},
    {"T1218.008", "Odbcconf", EVASION},
    {"T1218.009", "Regsvcs/Regasm", EVASION},
    {"T1218.010", "Regsvr32", EVASION},
    {"T1218.011", "Rundll32", EVASION},
    {"T1218.012", "Verclsid", EVASION},
    {"T1218.013", "Mavinject", EVASION},
    {"T1218.014", "MMC", EVASION},
    {"T1218.015", "Electron Applications", EVASION},
    {.id = NULL},
};

const struct paw_technique *paw_technique_find(paw_str id)
{
    for (const struct paw_technique *t = paw_techniques; t->id != NULL; t++)
        if (paw_str_equal(id, paw_str_of(t->id)))
            return t;
    return NULL;
}

const struct paw_tactic *paw_tactic_find(const char *id)
{
    for (const struct paw_tactic *t = paw_tactics; t->id != NULL; t++)
        if (strcmp(t->id, id) == 0)
            return t;
    return NULL;
}

const struct paw_tactic *paw_tactic_of(const char *technique)
{
    const struct paw_technique *t = paw_technique_find(paw_str_of(technique));
    return t == NULL ? NULL : paw_tactic_find(t->tactic);
}

bool paw_use_names(const struct paw_use *use, const char *behaviour)
{
    for (size_t i = 0; use->behaviours != NULL && use->behaviours[i] != NULL; i++)
        if (strcmp(use->behaviours[i], behaviour) == 0)
            return true;
    return false;
}
