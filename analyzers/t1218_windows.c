/* SPDX-License-Identifier: Apache-2.0 */
/* Other programs of Windows that run code (docs/detections 3.15). */
#include <catspaw/questions.h>

/* A provider that is none of Windows' own. */
static const struct paw_test foreign_provider[] = {
    SWITCH("updatedeploymentprovider"),
    TARGET_IN(~UINT64_C(0)),
    NOT(ANY(ALL(TARGET_NAMED("updatedeploymentprovider.dll", "wuaueng.dll"),
                TARGET_IN(PAW_SYS | PAW_BARE | PAW_RELATIVE)),
            ALL(TARGET_NAMED("updatedeploy.dll"), TARGET_IN(PAW_SYS | PAW_WINOTHER)))),
    {.ask = NULL}};
#define FOREIGN_PROVIDER QUESTION(paw_ask_all, "ALL", 0, .tests = foreign_provider)
#define FOREIGN_MODULE   MODULE(.flags = PAW_UNSIGNED, .in = PAW_UW | PAW_REM)

static const struct paw_program programs[] = {
    {
        .name = "wuauclt",
        .technique = "T1218",
        .names = NAMES("wuauclt.exe"),
        .original = NAMES("wuauclt.exe"),
        .grammar = {.split = PAW_SPLIT_ARGV,
                    .target = PAW_SWITCH_VALUE,
                    .switches = SWITCHES({.name = "updatedeploymentprovider",
                                          .flags = PAW_TAKES_NEXT | PAW_IS_TARGET | PAW_IS_VERB},
                                         {.name = "classid", .flags = PAW_TAKES_NEXT},
                                         {.name = "runhandlercomserver"},
                                         {.name = "updateid", .flags = PAW_TAKES_NEXT},
                                         {.name = "detectnow"}, {.name = "reportnow"})},
        .about = "Update client; loads a deployment provider.",
    },
    {.name = NULL},
};

static const struct paw_behaviour behaviours[] = {
    {
        .id = "wuauclt.deployment_provider",
        .title = "Library loaded by the update client",
        .severity = PAW_HIGH,
        .confidence = PAW_VH,
        .family = PAW_COMMAND,
        .programs = NAMES("wuauclt"),
        .when = TESTS(ANY(FOREIGN_PROVIDER, FOREIGN_MODULE, THREAD(.flags = 0),
                          ALL(DIALS_OUT, NOT(SWITCH("classid"))))),
        .adjust =
            ADJUST({PAW_CRITICAL, PAW_NO_CONFIDENCE,
                    TESTS(ANY(ALL(FOREIGN_PROVIDER, TARGET_UW),
                              MODULE(.flags = PAW_UNSIGNED, .in = PAW_UW))),
                    "from a writable folder"},
                   {PAW_MEDIUM, PAW_M,
                    TESTS(NOT(FOREIGN_PROVIDER), NOT(FOREIGN_MODULE), NOT(THREAD(.flags = 0))),
                    "only a connection, and no class that asked for it"}),
        .instead_of = NAMES("generic.signed_to_unsigned_module"),
        .why = "The switch loads any library; Windows gives only its own.",
        .benign = "None known.",
        .next = "The library.",
    },
    {.id = NULL},
};

const struct paw_analyzer paw_t1218_windows = {"t1218_windows", programs, behaviours};
