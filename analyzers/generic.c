/* SPDX-License-Identifier: Apache-2.0 */
#include <catspaw/questions.h>
extern const struct paw_analyzer paw_generic;
static const struct paw_behaviour behaviours[] = {
    {.id = "generic.not_decidable", .severity = PAW_INFORMATIONAL, .confidence = PAW_L}, {.id = NULL}};
const struct paw_analyzer paw_generic = {"generic", NULL, behaviours};
