/* SPDX-License-Identifier: Apache-2.0 */
/** The tables behind class.h; ask them through it. make_words.c makes an index of their words. */
#pragma once

#include <catspaw/command.h>

enum paw_anchor {
    PAW_BELOW_WINDOWS, /* pattern stands below the Windows folder   */
    PAW_BELOW_DRIVE,   /* below the system drive                    */
    PAW_BELOW_PROFILE, /* below Users\<name> (or its old spellings) */
};

enum paw_class_flag {
    PAW_FOR_CODE = 1 << 0,     /* counts only for what is run or loaded */
    PAW_FROM_ARCHIVE = 1 << 1, /* unpacked by an archiver's preview     */
    PAW_HAS_MORE = 1 << 2,     /* something must follow the pattern     */
    PAW_NO_MORE = 1 << 3,      /* nothing may follow one last component */
};

struct paw_class_row {
    enum paw_anchor anchor;
    uint32_t flags;
    uint64_t class;
    const char *patterns; /* "|" between them */
};

extern const struct paw_class_row paw_class_rows[]; /* at most 64, so that a mask holds them */
extern const size_t paw_n_class_rows;
/** Extensions, "|" between them: of what holds no code wherever it lies, of code, of other files.
 */
extern const char paw_never_code[], paw_code_ext[], paw_other_ext[];
