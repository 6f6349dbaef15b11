/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Command lines in disguise: what a program's real parser, the loader and the shell in front of it
 * read as the same command (docs/detections 2.1, 2.4 to 2.8). Knows nothing of our own parser: a
 * line is taken apart by its plain spelling.
 */
#pragma once

#include <catspaw/base.h>

enum { DISGUISE_ROOM = 16384 };

/** One way of writing the same. */
enum trick {
    TRICK_CASE,       /* letter case where it does not count                   */
    TRICK_BLANKS,     /* more blanks and tabs between arguments                */
    TRICK_PREFIX,     /* another switch character that the program takes       */
    TRICK_QUOTES,     /* quotes inside tokens                                  */
    TRICK_QUOTED,     /* a whole path in quotes                                */
    TRICK_MODIFIERS,  /* modifier letters for the letters of a switch          */
    TRICK_INSERTED,   /* characters that the program ignores                   */
    TRICK_LONG_WORD,  /* letters behind the first one of a regsvr32 switch     */
    TRICK_SYNONYM,    /* another name of a switch                              */
    TRICK_SLASHES,    /* doubled and forward slashes                           */
    TRICK_DOTS,       /* folders that `..` cancels, and `.`                    */
    TRICK_TAIL_DOT,   /* dots at the end of components                         */
    TRICK_STREAM,     /* ::$DATA                                               */
    TRICK_DEVICE,     /* \\?\ and \\.\                                         */
    TRICK_SHARE,      /* \\localhost\C$                                        */
    TRICK_SHORT,      /* 8.3 names                                             */
    TRICK_RELATIVE,   /* relative to the working directory of the record       */
    TRICK_URL_CASE,   /* scheme and host                                       */
    TRICK_URL_SLASH,  /* http:\\host\x                                         */
    TRICK_URL_DOTS,   /* x/../                                                 */
    TRICK_PERCENT,    /* %70 in the path of an address                         */
    TRICK_USER,       /* user:word@host                                        */
    TRICK_URL_HOST,   /* full-width letters, or a number for an IPv4 address   */
    TRICK_SEPARATORS, /* rundll32: comma and blanks before the export          */
    TRICK_ORDINAL,    /* rundll32: #+01 for #1                                 */
    TRICK_NO_DLL,     /* rundll32: .dll left out                               */
    TRICK_CHARSET,    /* rundll32: …A and …W of an export                      */
    TRICK_FOLDER,     /* the program with its folder                           */
    TRICK_NO_EXE,     /* the program without .exe                              */
    TRICK_RENAMED,    /* a copy under another name, its own name in the record */
    TRICK_CMD,        /* behind cmd.exe /c                                     */
    TRICK_CARETS,     /* carets where cmd.exe removes them                     */
    TRICK_VARIABLES,  /* %PUBLIC% where cmd.exe or the shell expands it        */
    TRICK_LETTERS,    /* letters cut from variables where cmd.exe expands them */
    N_TRICKS
};

const char *trick_name(enum trick t);

struct disguised {
    char text[DISGUISE_ROOM]; /* the command line */
    size_t n;
    char image[64], original[32], directory[512]; /* of the record; empty: not known */
    uint64_t tricks;                              /* those that were played, bits by enum trick */
};

/** Draws a number below n. */
typedef unsigned disguise_roll(unsigned n);

/** line in one of its disguises; directory is the record's working directory, absent: none; without
 * are tricks that are not to be played, bits by enum trick. */
void disguise(paw_str line, paw_str directory, uint64_t without, disguise_roll *roll,
              struct disguised *ret);
