/* SPDX-License-Identifier: Apache-2.0 */
/** Who a program is, whatever its file is called, and the sets it belongs to (docs/detections 2.9,
 * 2.10). */
#pragma once

#include <catspaw/command.h>

/** Where a program normally lies. */
enum paw_home {
    PAW_HOME_SYSTEM = 1 << 0,   /* System32, SysWOW64 and their subfolders */
    PAW_HOME_WINDOWS = 1 << 1,  /* top of Windows                          */
    PAW_HOME_DOTNET = 1 << 2,   /* Microsoft.NET\Framework*\v*             */
    PAW_HOME_PROGRAMS = 1 << 3, /* Program Files                          */
    PAW_HOME_ANY = 1 << 4,      /* no normal place: never relocated        */
    PAW_HOME_PROFILE = 1 << 5,  /* AppData\Local (Squirrel, Teams)         */
};

/** A row of the identity table; static data. */
struct paw_identity {
    const char *id;       /* "rundll32"                                                   */
    const char *names;    /* normal base names, lower case, "|" between them              */
    const char *original; /* OriginalFileName values, lower case, "|" between them        */
    const char *PAW_NULLABLE description;
    uint32_t home; /* enum paw_home */
    uint64_t sets; /* PAW_SET_CORE, _PROXY, _HOSTAPP, _COMMONNAME as far as they apply */
};

enum paw_identity_flag {
    PAW_IDENTITY_RENAMED = 1 << 0,           /* base name is none of the normal ones             */
    PAW_IDENTITY_RELOCATED = 1 << 1,         /* outside its normal folders                       */
    PAW_IDENTITY_BENIGN_RELOCATION = 1 << 2, /* with RELOCATED: WinSxS, upgrade, install images  */
    PAW_IDENTITY_BY_NAME = 1 << 3,           /* only the base name says so                       */
    PAW_IDENTITY_DOUBTFUL = 1 << 4,          /* a common base name and nothing that confirms it  */
};

/**
 * The proxy an image is: by OriginalFileName, then by Description with Microsoft as company, then
 * by base name. Every argument but image may be absent. NULL: none of the table.
 */
const struct paw_identity *PAW_NULLABLE paw_identity_find(paw_str image, paw_str original_file_name,
                                                          paw_str company, paw_str description);

/** enum paw_identity_flag of an image that was found to be identity. image may be a bare name: then
 * it is not relocated. system_root absent: C:\Windows. */
uint32_t paw_identity_flags(const struct paw_identity *identity, paw_str image,
                            paw_str original_file_name, paw_str company, paw_str system_root);

/** The first OriginalFileName of the program with that base name; absent if it is none of the
 * table. */
paw_str paw_program_original(paw_str base);

/** Whether base, with or without .exe, is the name of a program of the tables. */
bool paw_names_program(paw_str base);

/** The row of an id ("rundll32"); NULL if there is none. */
const struct paw_identity *PAW_NULLABLE paw_identity_by_id(paw_str id);

/** PAW_SET_… of a base name in lower case, with or without .exe. */
uint64_t paw_program_sets(paw_str image_base_lower);
/** The program that opens a document of that base name, by Windows' own association, where it is
 * one that runs what the document says; absent otherwise. */
paw_str paw_program_opening(paw_str base);
/** Sets that only the folder of an image tells: a setup program that unpacked itself. */
uint64_t paw_program_folder_sets(paw_str image);
