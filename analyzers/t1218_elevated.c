/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of Windows that get full rights without a question, and start what a user's value,
 * exchanged file or search path says (docs/detections 3.15.1). */
#include <catspaw/questions.h>

#define RAISED(id, text)                                                                \
    {                                                                                   \
        .name = (id), .technique = "T1218", .names = NAMES(id ".exe"),                  \
        .original = NAMES(id ".exe"),                                                   \
        .grammar = {.split = PAW_SPLIT_ARGV, .target = PAW_NO_TARGET}, .about = (text), \
    }

static const struct paw_program programs[] = {
    RAISED("computerdefaults", "Chooser of default programs; asks the user's handler key."),
    RAISED("fodhelper", "Installer of optional features; asks the user's handler key."),
    RAISED("sdclt", "Backup; asks the user's handler key for folders."),
    RAISED("iscsicpl", "Dialog of network disks; loads a library along the search path."),
    RAISED("odbcad32", "Dialog of database drivers; its file dialog starts anything."),
    RAISED("eudcedit", "Editor of characters; its dialogs start anything."),
    RAISED("ieinstal", "Installer of browser add-ons; starts a temporary file."),
    {.name = NULL},
};

/* ATT&CK files an act that gains rights and nothing else under T1548.002 alone
 * (docs/detections 3.18): it is told as context, low. A foreign library inside the trusted program
 * is proxy execution. */
#define RIGHTS_ALONE "raises rights and does no more, which is T1548.002 alone"

#define CHILD_CHOSEN CHILD(ANY(IMAGE(INTERP), IMAGE_IN(PAW_UW)), INTEGRITY(PAW_IL_HIGH))
#define HANDLER_SET                                       \
    ANY(ALL(IMAGE_NAMED("computerdefaults", "fodhelper"), \
            REG_STATE("settings_handler", .flags = 0)),   \
        ALL(IMAGE_NAMED("sdclt"), REG_STATE("folder_handler", .flags = 0)))

static const struct paw_behaviour behaviours[] = {
    {
        .id = "uac.gui_sideload",
        .title = "Program that raises itself runs what a user chose",
        .severity = PAW_HIGH,
        .confidence = PAW_H,
        .family = PAW_LINEAGE,
        .also = NAMES("T1548.002"),
        .programs =
            NAMES("computerdefaults", "fodhelper", "sdclt", "iscsicpl", "odbcad32", "eudcedit"),
        .of = PAW_OF_PROCESS,
        .when = TESTS(
            ANY(CHILD_CHOSEN, ALL(INTEGRITY(PAW_IL_HIGH), ANY(MODULE(.in = PAW_UW), HANDLER_SET)))),
        .adjust = ADJUST(
            {PAW_HIGH, PAW_H, TESTS(MODULE(.in = PAW_UW)), "a library of the user runs in it"},
            {PAW_LOW, PAW_NO_CONFIDENCE, TESTS(ANY(CHILD_CHOSEN, HANDLER_SET)), RIGHTS_ALONE}),
        .why = "It has full rights without a question, and a value, dialog or folder of the user "
               "says what it starts or loads.",
        .benign = "Administrators open these tools without such children.",
        .next = "The user's handler keys and search path; the started program.",
    },
    {
        .id = "ieinstal.elevated_child",
        .title = "Exchanged file started with raised rights by the add-on installer",
        .severity = PAW_LOW, /* always: see above */
        .confidence = PAW_H,
        .family = PAW_LINEAGE,
        .also = NAMES("T1548.002"),
        .programs = NAMES("ieinstal"),
        .of = PAW_OF_PROCESS | PAW_OF_RECORD,
        .technique = "T1218",
        .when = TESTS(ANY(
            ALL(TEXT("*-embedding*"), CHILD(IMAGE_AT("*\\appdata\\*\\temp\\idc*.tmp\\*.exe"))),
            CONTROL(.names = NAMES("500"), .keys = NAMES("*\\appdata\\*\\temp\\idc*.tmp\\*.exe")))),
        .why = "The installer starts a temporary file that the user can exchange.",
        .benign = "Genuine add-ons of the browser, signed by their vendor.",
        .next = "The started file and who wrote it.",
    },
    {.id = NULL},
};

const struct paw_analyzer paw_t1218_elevated = {"t1218_elevated", programs, behaviours};
