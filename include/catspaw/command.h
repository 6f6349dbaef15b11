/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a Windows command line says: paths and their classes, the grammar of a program, and the
 * command that parsing gives. Plain data; lib/windows fills it, behaviours ask about it.
 *
 * Every span is in bytes of the printed UTF-8 field (the command line as it stands in the report),
 * so that a report can mark the characters that decided. A span of length 0 means "none".
 *
 * Source: docs/detections (sections 2.1 to 2.8).
 */
#pragma once

#include <catspaw/base.h>

/** Where something stands in the printed field. */
struct paw_span {
    uint32_t start, length; /* bytes */
};

/* Classes of paths and addresses: one 64-bit set, so that a question can name both. */
#define PAW_CLASS(n)    (UINT64_C(1) << (n))
#define PAW_SYS         PAW_CLASS(0) /* System32, SysWOW64, WinSxS, .NET, top of Windows */
#define PAW_SYSW        PAW_CLASS(1) /* writable or odd places below Windows             */
#define PAW_WINOTHER    PAW_CLASS(2) /* below Windows and neither SYS, SYSW, ROOT        */
#define PAW_PF          PAW_CLASS(3) /* Program Files, all of them                       */
#define PAW_DRIVERSTORE PAW_CLASS(4)
#define PAW_INSTALLER   PAW_CLASS(5)
#define PAW_NATIVE      PAW_CLASS(6) /* native images and the assembly cache             */
#define PAW_PROGRAMDATA PAW_CLASS(7)
#define PAW_APPDATA     PAW_CLASS(8)
#define PAW_TEMP        PAW_CLASS(9)
#define PAW_INETCACHE   PAW_CLASS(10)
#define PAW_USERDIR     PAW_CLASS(11)
#define PAW_STARTUP     PAW_CLASS(12)
#define PAW_PUBLIC_DIR  PAW_CLASS(13) /* C:\Users\Public, C:\Users\Default                */
#define PAW_ROOT        PAW_CLASS(14)
#define PAW_OTHERDRIVE  PAW_CLASS(15)
#define PAW_VSS         PAW_CLASS(16)
#define PAW_UNC         PAW_CLASS(17)
#define PAW_WEBDAV      PAW_CLASS(18)
#define PAW_URL         PAW_CLASS(19)
#define PAW_DEVICE      PAW_CLASS(20)
#define PAW_BARE        PAW_CLASS(21) /* a name without a folder, not a known Windows one */
#define PAW_RELATIVE    PAW_CLASS(22) /* relative, and the working directory is not known */
#define PAW_SCRIPT_TEXT PAW_CLASS(23) /* javascript:, vbscript:, about:, script:          */
#define PAW_SITE        PAW_CLASS(24) /* the site file says that software comes from there */
#define PAW_UW                                                                           \
    (PAW_SYSW | PAW_PROGRAMDATA | PAW_APPDATA | PAW_TEMP | PAW_INETCACHE | PAW_USERDIR | \
     PAW_STARTUP | PAW_PUBLIC_DIR | PAW_ROOT | PAW_OTHERDRIVE | PAW_VSS)
#define PAW_REM     (PAW_UNC | PAW_WEBDAV | PAW_URL)
#define PAW_TRUSTED (PAW_SYS | PAW_PF | PAW_DRIVERSTORE | PAW_NATIVE | PAW_SITE)
/* destinations (2.8) */
#define PAW_LOOPBACK   PAW_CLASS(40)
#define PAW_LOCAL      PAW_CLASS(41)
#define PAW_PUBLIC_IP  PAW_CLASS(42)
#define PAW_DYNDNS     PAW_CLASS(43)
#define PAW_FILEHOST   PAW_CLASS(44)
#define PAW_RARE_TLD   PAW_CLASS(45)
#define PAW_REVOCATION PAW_CLASS(46)
#define PAW_MICROSOFT  PAW_CLASS(47)
#define PAW_OTHER_HOST PAW_CLASS(48)
#define PAW_PUBLIC                                                                               \
    (PAW_PUBLIC_IP | PAW_DYNDNS | PAW_FILEHOST | PAW_RARE_TLD | PAW_REVOCATION | PAW_MICROSOFT | \
     PAW_OTHER_HOST)
#define PAW_QUIET_HOSTS (PAW_REVOCATION | PAW_MICROSOFT)

/** What normalising a path noticed. */
enum paw_path_flag {
    PAW_PATH_ADS = 1 << 0,            /* names an alternate data stream                       */
    PAW_PATH_BIDI = 1 << 1,           /* holds a bidirectional control                        */
    PAW_PATH_MOCK_DIRECTORY = 1 << 2, /* `C:\Windows \`                                       */
    PAW_PATH_TRAVERSAL = 1 << 3,      /* `..` was resolved                                    */
    PAW_PATH_LOOPBACK_UNC = 1 << 4,   /* \\localhost\C$                                       */
    PAW_PATH_VERBATIM = 1 << 5,       /* \\?\ : Windows does not normalise                    */
    PAW_PATH_ARCHIVE_TEMP = 1 << 6,   /* unpacked by an archiver's preview                    */
    PAW_PATH_SHORT_NAME = 1 << 7,     /* an 8.3 component was expanded or remains             */
    PAW_PATH_FROM_32BIT = 1 << 8,     /* Sysnative                                            */
    PAW_PATH_SLASHES = 1 << 9,        /* doubled or forward slashes                           */
    PAW_PATH_VARIABLE = 1 << 10,      /* an environment variable was expanded or remains      */
    PAW_PATH_CWD_USED = 1 << 11,      /* completed by the working directory                   */
    PAW_PATH_SYSTEM_NAME = 1 << 12,   /* a bare name that is in the list of Windows modules   */
};

/** A path, URL or host, normalised (2.1). All views live in the arena it was made in. */
struct paw_path {
    paw_str raw;    /* as written, without surrounding quotes                       */
    paw_str norm;   /* after section 2.1; letter case kept                          */
    paw_str base;   /* last component of norm, stream cut off                       */
    paw_str ext;    /* without the dot, may be empty                                */
    paw_str stream; /* name of the alternate data stream                            */
    paw_str host;   /* of a URL or UNC path                                         */
    uint64_t class; /* one folder class; for URL, UNC and WEBDAV also one of host's */
    uint32_t flags; /* enum paw_path_flag                                           */
    struct paw_span span;
};

struct paw_site;

/** What is known of the machine whose paths are read; zeroed means the defaults. */
struct paw_machine {
    paw_str system_root; /* absent: C:\Windows                                     */
    paw_str dns_suffix;  /* corp.example, from the computer's name                 */
    paw_str name;        /* short computer name                                    */
    const struct paw_volume *PAW_NULLABLE volumes; /* \Device\HarddiskVolumeN -> letter */
    size_t n_volumes;
    const struct paw_site *PAW_NULLABLE site; /* what the organisation knows of itself */
};

struct paw_volume {
    uint32_t number;
    char letter;
};

/* Grammars ------------------------------------------------------------------------------------ */

enum paw_split {
    PAW_SPLIT_ARGV,     /* CommandLineToArgvW                                             */
    PAW_SPLIT_CRT,      /* C runtime and .NET: "" keeps quoted mode                       */
    PAW_SPLIT_QUOTES,   /* quotes group, no backslash escapes (msiexec, cmstp, mmc)       */
    PAW_SPLIT_RAW,      /* the whole tail is one argument (mshta, hh, control)            */
    PAW_SPLIT_RUNDLL32, /* section 2.7                                                    */
    PAW_SPLIT_REGSVR32, /* argv, only the first letter behind the switch counts           */
    PAW_SPLIT_CMD,      /* cmd.exe: `/c` and the rest is a command                        */
    PAW_SPLIT_POWERSHELL,
};

enum paw_switch_flag {
    PAW_TAKES_NEXT = 1 << 0,     /* value is the next token                              */
    PAW_TAKES_ATTACHED = 1 << 1, /* value may be glued to the switch (/iC:\x.msi)        */
    PAW_TAKES_COLON = 1 << 2,    /* /i:value                                             */
    PAW_TAKES_EQUALS = 1 << 3,   /* /logfile=value                                       */
    PAW_PREFIX_OK = 1 << 4,      /* longer words beginning so are the same switch        */
    PAW_IS_TARGET = 1 << 5,      /* its value is the target                              */
    PAW_IS_VERB = 1 << 6,        /* shown as proxy.verb                                  */
    PAW_BARE_WORD = 1 << 7,      /* an action or verb: stands without a prefix character */
    PAW_HOLDS_PAIRS = 1 << 8,    /* its value is name|key=value|…                        */
    PAW_PAIR = 1 << 9,           /* a key of such a value, found only there              */
};

struct paw_switch {
    const char *name; /* lower case, without prefix character; first letter for REGSVR32 */
    uint32_t flags;
    const char *PAW_NULLABLE means; /* canonical name when this is another spelling of it */
};

enum paw_target_rule {
    PAW_NO_TARGET,
    PAW_FIRST_POSITIONAL,
    PAW_LAST_POSITIONAL,
    PAW_WHOLE_TAIL,   /* mshta, hh                                               */
    PAW_SWITCH_VALUE, /* of the first switch with PAW_IS_TARGET, else the first positional */
    PAW_RUNDLL32_TARGET,
};

struct paw_grammar {
    enum paw_split split;
    const char *PAW_NULLABLE prefix; /* switch characters; NULL: "/-"                */
    enum paw_target_rule target;
    const struct paw_switch *PAW_NULLABLE switches; /* ends with name NULL           */
    bool folds_unicode; /* modifier letters and inserted characters count as the base letters (2.5)
                         */
    bool braces_are_blanks; /* odbcconf: {ACTION args} */
    bool takes_handle;      /* conhost: 0x… in the first place is a handle, and nothing is run */
};

/* The parsed command ----------------------------------------------------------------------------
 */

enum paw_object_kind {
    PAW_OBJECT_NONE,
    PAW_OBJECT_URL,
    PAW_OBJECT_DLL,
    PAW_OBJECT_SCRIPT,
    PAW_OBJECT_PACKAGE,
    PAW_OBJECT_ASSEMBLY,
    PAW_OBJECT_COM_CLASS,
    PAW_OBJECT_COMMAND,
    PAW_OBJECT_FILE,
};

/** What the line as a whole is like (LINE questions). */
enum paw_line_flag {
    PAW_LINE_ARGV0_MISMATCH = 1 << 0, /* the first token is not the program (2.3)              */
    PAW_LINE_UNCLOSED_ARGV0 = 1 << 1,
    PAW_LINE_UNICODE_SWITCH = 1 << 2, /* folding of 2.5 changed a switch or keyword            */
    PAW_LINE_QUOTE_SPLIT = 1 << 3,    /* quotes inside a word of a switch, name or keyword     */
    PAW_LINE_CARETS = 1 << 4,         /* ^ in a line that no cmd will read again               */
    PAW_LINE_ENV_SPELLING = 1 << 5,   /* letters made from variable substrings                 */
    PAW_LINE_BIDI = 1 << 6,
    PAW_LINE_PADDING = 1 << 7, /* 12 or more blanks in a row, any Unicode white space   */
    PAW_LINE_BLOB = 1 << 8,    /* argument over 500 characters or base64/hex run > 120  */
    PAW_LINE_COMMENT = 1 << 9, /* # // :: or REM comment behind the arguments           */
    PAW_LINE_CALL = 1 << 11,   /* FILE.dll,Export first, to a program that nobody knows        */
    PAW_LINE_ODD_SPELLING = 1 << 13,   /* capitals inside a word, switches run together      */
    PAW_LINE_MIXED_SCRIPT = 1 << 14,   /* a Latin word with look-alike letters of other scripts */
    PAW_LINE_UNKNOWN_SWITCH = 1 << 12, /* regsvr32: a letter that it does not have           */
    PAW_LINE_BROKEN = 1 << 10,         /* could not be parsed whole; what is left is kept raw   */
};

/** Forms (FORM questions). */
enum paw_form {
    PAW_FORM_NO_ARGS = 1 << 0,     /* nothing behind argv[0]                                     */
    PAW_FORM_SCRIPT = 1 << 1,      /* rundll32/mshta: javascript:, vbscript:, about:, script:    */
    PAW_FORM_COM = 1 << 2,         /* -sta / -localserver, -Embedding                            */
    PAW_FORM_NO_EXPORT = 1 << 3,   /* rundll32: DLL without export                               */
    PAW_FORM_ORDINAL = 1 << 4,     /* export is #n                                               */
    PAW_FORM_ORDINAL_ODD = 1 << 5, /* sign, leading zeros or above 65535                       */
    PAW_FORM_SERVICE = 1 << 6,     /* msiexec /V                                                 */
    PAW_FORM_SERVER = 1 << 7,      /* msiexec -Embedding                                         */
};

struct paw_token {
    paw_str text;         /* quotes and escapes removed */
    struct paw_span span; /* with its quotes            */
    bool is_quoted;       /* the whole token stood in quotes */
};

struct paw_found_switch {
    const char *name;     /* canonical, from the grammar */
    struct paw_span span; /* switch with its prefix (and glued value) */
    paw_str value;        /* absent: none                */
    struct paw_span value_span;
};

/** rundll32: what is called (2.7). */
struct paw_call {
    struct paw_path module; /* raw text with .dll appended in norm where missing */
    paw_str name;           /* module's base name without extension, lower case  */
    paw_str export;         /* as written                                        */
    struct paw_span export_span;
    paw_str export_whole; /* when a comma follows export without a blank: all up to the blank */
    uint32_t ordinal;     /* valid with PAW_FORM_ORDINAL                       */
    paw_str args;         /* verbatim                                          */
    struct paw_span args_span;
};

/** A command found inside the line: behind cmd /c, powershell -c, wmic … create, schtasks /tr. */
struct paw_nested {
    paw_str text;         /* after one layer of unquoting           */
    struct paw_span span; /* in the outer line; always covers it    */
    bool is_verbatim;     /* text equals the outer bytes at span: inner spans can be shifted */
    const char *launcher; /* "cmd", "powershell", "wmic", "schtasks", … */
    bool is_script;       /* the whole text of several commands; each of them follows */
    paw_str copy_of; /* the program whose copy, made by this line, it runs: the OriginalFileName
                        of a known one, else absent */
    paw_str folder;  /* where the line goes before it (cd, pushd); absent: it stays where it is */
};

struct paw_command {
    paw_str line;                   /* the printed field                                 */
    paw_str image;                  /* full path of the program as recorded; may be absent */
    paw_str program;                /* base name in lower case, e.g. rundll32.exe        */
    struct paw_token argv0;         /* empty span when the line does not hold it         */
    struct paw_span tail;           /* everything behind argv[0]                         */
    const struct paw_token *tokens; /* behind argv[0]                                */
    size_t n_tokens;
    const struct paw_found_switch *switches;
    size_t n_switches;
    const struct paw_token *operands; /* tokens that are no switch and no switch's value */
    size_t n_operands;
    const struct paw_nested *nested;
    size_t n_nested;
    uint32_t form;            /* enum paw_form                                     */
    uint32_t flags;           /* enum paw_line_flag                                */
    struct paw_span marks[8]; /* where flags were seen, in the order of the bits   */
    size_t n_marks;
    uint32_t mark_flags[8]; /* the flag of each mark                             */
    enum paw_object_kind kind;
    struct paw_path target; /* raw absent: no target                             */
    struct paw_call call;   /* rundll32 only                                     */
    const char *PAW_NULLABLE verb;
};

/* Sets of programs (docs/detections 2.10): one 64-bit set per image, from paw_program_sets. ------
 */
#define PAW_SET(n)              (UINT64_C(1) << (n))
#define PAW_SET_SHELL           PAW_SET(0)
#define PAW_SET_SCRIPT          PAW_SET(1)
#define PAW_SET_XFER            PAW_SET(2)
#define PAW_SET_RECON           PAW_SET(3)
#define PAW_SET_PERSIST         PAW_SET(4)
#define PAW_SET_COMPILE         PAW_SET(5)
#define PAW_SET_INTERP          PAW_SET(6) /* SHELL, SCRIPT, XFER, COMPILE and other interpreters */
#define PAW_SET_OFFICE          PAW_SET(7)
#define PAW_SET_READER          PAW_SET(8)
#define PAW_SET_BROWSER         PAW_SET(9)
#define PAW_SET_ARCHIVER        PAW_SET(10) /* explorer is one only below an archive's temp folder */
#define PAW_SET_WEBSRV          PAW_SET(11)
#define PAW_SET_WMI             PAW_SET(12)
#define PAW_SET_BROKER          PAW_SET(13) /* svchost counts only as DcomLaunch                   */
#define PAW_SET_TASKHOST        PAW_SET(14) /* svchost counts only with -s Schedule                */
#define PAW_SET_SVC             PAW_SET(15)
#define PAW_SET_RMM             PAW_SET(16)
#define PAW_SET_INSTALLERPARENT PAW_SET(17)
#define PAW_SET_PROTECTED       PAW_SET(18)
#define PAW_SET_CORE            PAW_SET(19)
#define PAW_SET_PROXY           PAW_SET(20) /* CORE and every other proxy without HOSTAPP          */
#define PAW_SET_HOSTAPP         PAW_SET(21) /* runs all day, a proxy only by one switch or file    */
#define PAW_SET_COMMONNAME      PAW_SET(22) /* other vendors use this base name as well            */
