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
            ANY(CHILD(ANY(IMAGE(INTERP), IMAGE_IN(PAW_UW)), INTEGRITY(PAW_IL_HIGH)),
                ALL(INTEGRITY(PAW_IL_HIGH),
                    ANY(MODULE(.in = PAW_UW),
                        ALL(IMAGE_NAMED("computerdefaults", "fodhelper"),
                            REG_STATE("settings_handler", .flags = 0)),
                        ALL(IMAGE_NAMED("sdclt"), REG_STATE("folder_handler", .flags = 0)))))),
        .why = "It has full rights without a question, and a value, dialog or folder of the user "
               "says what it starts or loads.",
        .benign = "Administrators open these tools without such children.",
        .next = "The user's handler keys and search path; the started program.",
    },
    {
        .id = "ieinstal.elevated_child",
        .title = "Exchanged file started with raised rights by the add-on installer",
        .severity = PAW_HIGH,
        .confidence = PAW_H,
        .family = PAW_LINEAGE,
        .also = NAMES("T1548.002"),
        .programs = NAMES("ieinstal"),
        .of = PAW_OF_PROCESS,
        .when =
            TESTS(TEXT("*-embedding*"), CHILD(IMAGE_AT("*\\appdata\\*\\temp\\idc*.tmp\\*.exe"))),
        .adjust = ADJUST({PAW_LOW, PAW_NO_CONFIDENCE, TESTS(NOT(CHILD(INTEGRITY(PAW_IL_HIGH)))),
                          "without raised rights"}),
        .why = "The installer starts a temporary file that the user can exchange.",
        .benign = "Genuine add-ons of the browser, signed by their vendor.",
        .next = "The started file and who wrote it.",
    },
    {.id = NULL},
};

const struct paw_analyzer paw_t1218_elevated = {"t1218_elevated", programs, behaviours};
