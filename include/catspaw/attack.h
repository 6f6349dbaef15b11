/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What ATT&CK calls things, and of whom it records them (docs/detections 3.18 and 6): data, from
 * one table each. ATT&CK is (c) The MITRE Corporation.
 */
#pragma once

#include <catspaw/base.h>

PAW_NONNULL_BEGIN

/** Release whose ids and records these are, and the later one that renamed a tactic. */
#define PAW_ATTACK_VERSION "18.1"
#define PAW_ATTACK_LATER   "19"

struct paw_tactic {
    const char *PAW_NULLABLE id; /* "TA0005"; NULL ends a list             */
    const char *name;            /* in v18                                 */
    const char *later;           /* in v19; the same where it was not renamed */
};

/** A technique that findings lead with. */
struct paw_technique {
    const char *PAW_NULLABLE id; /* "T1218.011"; NULL ends a list */
    const char *name;
    const char *tactic; /* id */
};

/** A group (G), campaign (C) or software (S) that ATT&CK records for a technique. */
struct paw_use {
    const char *PAW_NULLABLE technique;         /* NULL ends a list       */
    const char *id, *name;                      /* "G0032", "Lazarus Group" */
    const char *procedure;                      /* what it does, in a few words */
    const char *const *PAW_NULLABLE behaviours; /* by which it would be seen, if one is named */
};

extern const struct paw_tactic paw_tactics[];
extern const struct paw_technique paw_techniques[];
/** In the order of techniques, groups before campaigns before software, then ids. */
extern const struct paw_use paw_uses[];

/** NULL: none of that id. */
const struct paw_technique *PAW_NULLABLE paw_technique_find(paw_str id);
const struct paw_tactic *PAW_NULLABLE paw_tactic_find(const char *id);
/** The tactic of a technique; of those that stand in no table here, NULL. */
const struct paw_tactic *PAW_NULLABLE paw_tactic_of(const char *technique);
/** Whether the use names the behaviour. */
bool paw_use_names(const struct paw_use *use, const char *behaviour);

PAW_NONNULL_END
