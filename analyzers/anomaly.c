/* SPDX-License-Identifier: Apache-2.0 */
/* What only a picture of the host's ordinary days can tell (docs/detections 4.5). None is decided
 * yet: each waits for a baseline. */
#include <catspaw/questions.h>

#define BASELINE "a baseline: counts of what these hosts did on earlier days"
#define BENIGN   "Whatever is done for the first time, after an update or by a new colleague."

static const struct paw_behaviour behaviours[] = {
    {
        .id = "anomaly.new_skeleton",
        .title = "Proxy called in a form that these hosts do not use",
        .severity = PAW_LOW,
        .confidence = PAW_M,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "Switches, module and export come in few forms on a host; abuse brings its own.",
        .benign = BENIGN,
        .next = "The target, and who called it.",
    },
    {
        .id = "anomaly.new_target",
        .title = "Proxy run on a file of a writable folder that it never ran before",
        .severity = PAW_MEDIUM,
        .confidence = PAW_M,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "The form is common and the file is new: a known call was borrowed.",
        .benign = BENIGN,
        .next = "The file and who wrote it.",
    },
    {
        .id = "anomaly.new_parent",
        .title = "Proxy started by a program that does not start it",
        .severity = PAW_LOW,
        .confidence = PAW_M,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "Each proxy has few callers on a host.",
        .benign = BENIGN,
        .next = "The parent.",
    },
    {
        .id = "anomaly.new_child",
        .title = "Proxy starts a program that it does not start",
        .severity = PAW_MEDIUM,
        .confidence = PAW_M,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "Most proxies start nothing at all.",
        .benign = BENIGN,
        .next = "The child.",
    },
    {
        .id = "anomaly.new_module",
        .title = "Proxy maps an unsigned or writable library that it does not map",
        .severity = PAW_MEDIUM,
        .confidence = PAW_M,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "What a proxy maps hardly changes.",
        .benign = BENIGN,
        .next = "The library.",
    },
    {
        .id = "anomaly.new_destination",
        .title = "Proxy reaches a host that it does not reach",
        .severity = PAW_MEDIUM,
        .confidence = PAW_M,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "Proxies that dial out do so to few hosts.",
        .benign = BENIGN,
        .next = "The destination.",
    },
    {
        .id = "anomaly.first_use",
        .title = "Proxy used on a host that never used it",
        .severity = PAW_LOW,
        .confidence = PAW_M,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "Some proxies run on hardly any host.",
        .benign = BENIGN,
        .next = "The command and its user.",
    },
    {
        .id = "anomaly.wrong_user",
        .title = "Proxy used by a user who does not use it",
        .severity = PAW_LOW,
        .confidence = PAW_L,
        .family = PAW_ANOMALY,
        .waits_for = BASELINE,
        .why = "Tools of administrators and developers belong to few users.",
        .benign = BENIGN,
        .next = "The user's other acts.",
    },
    {.id = NULL},
};

const struct paw_analyzer paw_anomaly = {"anomaly", NULL, behaviours};
