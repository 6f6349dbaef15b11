/* SPDX-License-Identifier: Apache-2.0 */
/** The class of a folder (docs/detections 2.2). */
#pragma once

#include <catspaw/command.h>

struct paw_place {
    paw_str rest;         /* norm behind the drive's backslash               */
    paw_str ext;          /* of the file                                     */
    bool is_system_drive; /* the drive that holds Windows                    */
    bool is_mock;         /* mock directory: never a place of Windows        */
    bool is_code;         /* odd resting places count                        */
    paw_str windows;      /* name of the Windows folder, e.g. `Windows`      */
};

/** Folder class of a path on a drive; adds PAW_PATH_ARCHIVE_TEMP to flags where it holds. */
uint64_t paw_place_class(const struct paw_place *place, uint32_t *flags);

/** Whether a file of that extension holds code for the loader or a script engine. */
bool paw_is_code_ext(paw_str ext);
/** Whether ext is one that files on a command line usually have. */
bool paw_is_known_ext(paw_str ext);
