/* SPDX-License-Identifier: Apache-2.0 */
/* Questions in words: see catalogue_words.h. One row a label of catspaw/questions.h. */
#include "engine/catalogue_words.h"

#include <stdio.h>

#include "core/str.h"

enum { DEPTH_MAX = 24, NAMES_SHOWN = 40 };

struct words {
    paw_words_fn *put;
    void *self;
};

struct bit {
    uint64_t bit;
    const char *name;
};

/* Sums before their parts. */
static const struct bit classes[] = {
    {PAW_UW, "a place that users can write to"},
    {PAW_REM, "a place on another host"},
    {PAW_TRUSTED, "a trusted folder"},
    {PAW_PUBLIC & ~PAW_QUIET_HOSTS, "the internet"},
    {PAW_PUBLIC, "the internet, Microsoft and revocation lists too"},
    {PAW_SYS, "a folder of Windows"},
    {PAW_SYSW, "a writable or odd place below Windows"},
    {PAW_WINOTHER, "another folder below Windows"},
    {PAW_PF, "Program Files"},
    {PAW_DRIVERSTORE, "the driver store"},
    {PAW_INSTALLER, "an installer's cache"},
    {PAW_NATIVE, "the assembly caches"},
    {PAW_PROGRAMDATA, "ProgramData"},
    {PAW_APPDATA, "AppData"},
    {PAW_TEMP, "a temporary folder"},
    {PAW_INETCACHE, "the browser cache"},
    {PAW_USERDIR, "a user's own folders"},
    {PAW_STARTUP, "the start-up folder"},
    {PAW_PUBLIC_DIR, "the public profile"},
    {PAW_ROOT, "a first-level folder"},
    {PAW_OTHERDRIVE, "another drive"},
    {PAW_VSS, "a shadow copy"},
    {PAW_UNC, "a share"},
    {PAW_WEBDAV, "WebDAV"},
    {PAW_URL, "an address of the web"},
    {PAW_DEVICE, "a device"},
    {PAW_BARE, "the search path (a bare name)"},
    {PAW_RELATIVE, "a relative place"},
    {PAW_SCRIPT_TEXT, "script text"},
    {PAW_SITE, "a place that the site file names"},
    {PAW_LOOPBACK, "this machine"},
    {PAW_LOCAL, "the local network"},
    {PAW_PUBLIC_IP, "a public address without a name"},
    {PAW_DYNDNS, "a dynamic name"},
    {PAW_FILEHOST, "a file host"},
    {PAW_RARE_TLD, "a name below a rare top-level domain"},
    {PAW_REVOCATION, "a revocation list"},
    {PAW_MICROSOFT, "Microsoft"},
    {PAW_OTHER_HOST, "another host of the internet"},
};

static const struct bit sets[] = {
    {PAW_SET_SHELL, "a shell"},
    {PAW_SET_SCRIPT, "a script host"},
    {PAW_SET_XFER, "a download tool"},
    {PAW_SET_RECON, "a discovery tool"},
    {PAW_SET_PERSIST, "a configuration tool"},
    {PAW_SET_COMPILE, "a compiler"},
    {PAW_SET_INTERP, "an interpreter (shells, script hosts, download tools, compilers)"},
    {PAW_SET_OFFICE, "an Office program"},
    {PAW_SET_READER, "a document reader"},
    {PAW_SET_BROWSER, "a browser"},
    {PAW_SET_ARCHIVER, "an archiver"},
    {PAW_SET_WEBSRV, "a web or database server"},
    {PAW_SET_WMI, "WMI"},
    {PAW_SET_BROKER, "a COM broker"},
    {PAW_SET_TASKHOST, "the task scheduler"},
    {PAW_SET_SVC, "the service manager"},
    {PAW_SET_RMM, "a remote management tool"},
    {PAW_SET_INSTALLERPARENT, "an installer"},
    {PAW_SET_PROTECTED, "a protected process"},
    {PAW_SET_CORE, "a core proxy"},
    {PAW_SET_PROXY, "a proxy"},
    {PAW_SET_HOSTAPP, "a host application"},
    {PAW_SET_COMMONNAME, "a program with a common name"},
};

static const struct bit path_flags[] = {
    {PAW_PATH_ADS, "names an alternate data stream"},
    {PAW_PATH_BIDI, "holds a bidirectional control character"},
    {PAW_PATH_MOCK_DIRECTORY, "lies in a folder that imitates one of Windows by a blank"},
    {PAW_PATH_TRAVERSAL, "goes up by `..`"},
    {PAW_PATH_LOOPBACK_UNC, "is a local file by way of an administrative share"},
    {PAW_PATH_ARCHIVE_TEMP, "was unpacked by an archiver's preview"},
    {PAW_PATH_SHORT_NAME, "holds a short name"},
    {PAW_PATH_VARIABLE, "holds an environment variable"},
};

static const struct bit forms[] = {
    {PAW_FORM_NO_ARGS, "has no arguments"},
    {PAW_FORM_SCRIPT, "holds script text in the place of a file"},
    {PAW_FORM_COM, "is the form of a COM server"},
    {PAW_FORM_NO_EXPORT, "names a library without an export"},
    {PAW_FORM_ORDINAL, "names an export by its number"},
    {PAW_FORM_ORDINAL_ODD, "spells that number oddly"},
    {PAW_FORM_SERVICE, "is that of the service"},
    {PAW_FORM_SERVER, "is that of a custom action server"},
};

static const struct bit lines[] = {
    {PAW_LINE_ARGV0_MISMATCH, "does not begin with the program"},
    {PAW_LINE_UNCLOSED_ARGV0, "has an unclosed quote around the program"},
    {PAW_LINE_UNICODE_SWITCH, "has look-alike characters in a switch"},
    {PAW_LINE_QUOTE_SPLIT, "has quotes inside a word"},
    {PAW_LINE_CARETS, "has carets that nobody removes"},
    {PAW_LINE_ENV_SPELLING, "spells letters by variables"},
    {PAW_LINE_BIDI, "holds a bidirectional control character"},
    {PAW_LINE_PADDING, "is padded with blanks"},
    {PAW_LINE_BLOB, "holds a long encoded argument"},
    {PAW_LINE_COMMENT, "ends in a comment"},
    {PAW_LINE_UNKNOWN_SWITCH, "has a switch that the program does not know"},
    {PAW_LINE_ODD_SPELLING, "has capitals inside a word, or switches that run together"},
    {PAW_LINE_MIXED_SCRIPT, "has a Latin word with look-alike letters of another script"},
    {PAW_LINE_BROKEN, "could not be read whole"},
    {PAW_LINE_CALL,
     "begins with a library and its export, though the program is none that calls such"},
};

static const struct bit flags[] = {
    {PAW_UNSIGNED, "without a good signature"},
    {PAW_OTHER_NAME, "under another name"},
    {PAW_INBOUND, "inbound"},
    {PAW_LOOKUP_ONLY, "looked up"},
    {PAW_DELETED, "deleted"},
    {PAW_STAMPED, "with changed times"},
    {PAW_STREAM, "as a stream"},
    {PAW_INTO, "towards this process"},
    {PAW_AUTOSTART, "started by itself"},
    {PAW_USER_HIVE, "in the user's classes"},
    {PAW_MACHINE_TOO, "beside one of the machine"},
    {PAW_SCRIPTLET, "a scriptlet"},
};

/* Writing ----------------------------------------------------------------------------------------
 */

static void raw(struct words *w, const char *s)
{
    w->put(w->self, s, strlen(s));
}

/* Inside a JSON text: the tables are ours, only quotes and backslashes need escaping. */
static void say(struct words *w, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '"' || *s == '\\')
            w->put(w->self, "\\", 1);
        w->put(w->self, s, 1);
    }
}

static void say_number(struct words *w, uint64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
    say(w, text);
}

/* Names in code marks: "`a`, `b` or `c`". */
static void join_names(struct words *w, const char *const *names, const char *last)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (i == NAMES_SHOWN) {
            say(w, " and more");
            return;
        }
        if (i != 0)
            say(w, names[i + 1] == NULL ? last : ", ");
        if (names[i][0] == '@')
            say(w, "one of the list ");
        say(w, "`");
        say(w, names[i][0] == '\0' ? "(empty)" : names[i] + (names[i][0] == '@'));
        say(w, "`");
    }
}

static void say_names(struct words *w, const char *const *names)
{
    join_names(w, names, " or ");
}

static void say_bits(struct words *w, uint64_t bits, const struct bit *known, size_t n)
{
    bool first = true;
    for (size_t i = 0; i < n && bits != 0; i++) {
        if ((bits & known[i].bit) != known[i].bit)
            continue;
        if (!first)
            say(w, ", or ");
        say(w, known[i].name);
        bits &= ~known[i].bit;
        first = false;
    }
}

#define BITS(w, bits, table) say_bits(w, bits, table, PAW_COUNT_OF(table))

/* More than half of all classes is meant as "all but". */
static void say_classes(struct words *w, uint64_t in)
{
    const bool but = (in & PAW_CLASS(63)) != 0;
    if (but && ~in == 0) {
        say(w, "anywhere");
        return;
    }
    if (but)
        say(w, "anywhere but ");
    BITS(w, but ? ~in : in, classes);
}

/* Where, what and how of an effect. */
static void say_rest(struct words *w, const struct paw_test *t, bool has_keys)
{
    static const char *const same[] = {"",
                                       " that is the target",
                                       " that is the program itself",
                                       " of the program's own folder",
                                       "",
                                       " in or below the program's own folder"};
    const bool is_record = strcmp(t->label, "INSTALLER") == 0 || strcmp(t->label, "CONTROL") == 0 ||
                           strcmp(t->label, "MALWARE") == 0;
    if (t->names != NULL) {
        say(w, is_record ? " with the event id " : " named ");
        say_names(w, t->names);
    }
    if (t->keys != NULL && has_keys) {
        say(w, " that fits ");
        say_names(w, t->keys);
    }
    if (t->in != 0) {
        say(w, strcmp(t->label, "NETWORK") == 0 ? " to " : " in ");
        say_classes(w, t->in);
    }
    say(w, same[t->same]);
    if (t->set != 0) {
        say(w, " of ");
        BITS(w, t->set, sets);
    }
    if (t->flags != 0 && (t->flags & ~(uint32_t)(PAW_LINE_TOO | PAW_CREATED)) != 0) {
        say(w, ", ");
        BITS(w, t->flags, flags);
    }
}

/* Leaves -----------------------------------------------------------------------------------------
 */

static void say_value(struct words *w, const struct paw_test *t)
{
    const char *of = t->keys[0];
    const bool whole = strcmp(of, "args") == 0 || strcmp(of, "tail") == 0;
    if (strcmp(of, "target") == 0) {
        say(w, "the target is one");
    } else if (whole || strcmp(of, "args.3") == 0) {
        say(w, whole && (t->flags & PAW_LINE_TOO) != 0 ? "the arguments are text"
               : whole                                 ? "the first argument is one"
                                                       : "the third argument is one");
    } else if (of[0] >= '1' && of[0] <= '9') {
        say(w, "operand ");
        say(w, of);
        say(w, " is one");
    } else {
        say(w, "the value of `");
        say(w, of);
        say(w, "` is one");
    }
    struct paw_test rest = *t;
    rest.flags = 0;
    say_rest(w, &rest, false);
    if ((t->flags & ~(uint32_t)PAW_LINE_TOO) != 0) {
        say(w, " that ");
        BITS(w, t->flags & ~(uint32_t)PAW_LINE_TOO, path_flags);
    }
}

static void say_call(struct words *w, const struct paw_test *t)
{
    say(w, "the call is into the library `");
    say(w, t->names[0]);
    say(w, "`");
    if (t->names[1] == NULL)
        return;
    say(w, ", export ");
    say_names(w, t->names + 1);
}

static void say_text(struct words *w, const struct paw_test *t)
{
    say(w, "the command line fits ");
    if (t->least > 1) {
        say_number(w, t->least);
        say(w, " of ");
    }
    say_names(w, t->names);
}

static void say_all_hosts(struct words *w, const struct paw_test *t)
{
    say(w, "every address of the line is of a host ");
    say_names(w, t->names);
}

static void say_user(struct words *w, const struct paw_test *t)
{
    say(w, (t->flags & PAW_NOT_ADMIN) != 0 ? "it runs without administrator's rights"
           : (t->flags & PAW_SYSTEM) != 0  ? "it runs as SYSTEM"
                                           : "it does not run as SYSTEM");
}

static void say_integrity(struct words *w, const struct paw_test *t)
{
    static const char *const names[] = {"", "untrusted", "low", "medium", "high", "system"};
    say(w, "its integrity level is ");
    say(w, names[t->least <= PAW_IL_SYSTEM ? t->least : 0]);
    say(w, " or above");
}

static void say_link(struct words *w, const struct paw_test *t)
{
    say(w, (t->flags & PAW_HAS_TWIN) != 0 ? "it started its other-bitness twin"
           : (t->flags & PAW_TWIN) != 0   ? "it is the other-bitness twin of its parent"
           : (t->flags & PAW_ORPHAN) != 0 ? "its parent is not known"
                                          : "its parent is known");
}

static void say_access(struct words *w, const struct paw_test *t)
{
    char mask[32];
    say(w, (t->flags & PAW_INTO) != 0 ? "another process opens this one" : "it opens a process");
    struct paw_test rest = *t;
    rest.flags = 0;
    say_rest(w, &rest, true);
    (void)snprintf(mask, sizeof(mask), " with access 0x%x", (unsigned)t->least);
    if (t->least != 0)
        say(w, mask);
}

static void say_place(struct words *w, const struct paw_test *t, const char *verb)
{
    say(w, "the registry place `");
    say(w, t->keys[0]);
    struct paw_test rest = *t;
    if ((t->flags & PAW_OTHER_KEY) != 0) {
        say(w, "`, in a key other than ");
        say_names(w, t->names);
        rest.names = NULL;
        rest.flags &= ~(uint32_t)PAW_OTHER_KEY;
        verb += 1; /* the quote is closed */
    }
    say(w, verb);
    rest.keys = NULL;
    say_rest(w, &rest, false);
}

static void say_event(struct words *w, const struct paw_test *t)
{
    say(w, "a record ");
    say_number(w, t->least);
    say(w, " of `");
    say(w, t->keys[0]);
    say(w, "` lies at most ");
    say_number(w, (uint64_t)(t->seconds < 0 ? -t->seconds : t->seconds));
    say(w, " seconds away");
}

static void say_dropped(struct words *w, const struct paw_test *t)
{
    say(w, t->same == PAW_MY_IMAGE ? "its own file" : "its target");
    say(w, " was written at most ");
    say_number(w, (uint64_t)t->seconds);
    say(w, " seconds before");
}

static void say_marked(struct words *w, const struct paw_test *t)
{
    say(w, "its target was marked as brought from the net at most ");
    say_number(w, (uint64_t)t->seconds);
    say(w, " seconds before");
}

static void say_brought(struct words *w, const struct paw_test *t)
{
    say(w, "it loads a module that ");
    say_names(w, t->keys);
    say(w, " wrote at most ");
    say_number(w, (uint64_t)t->seconds);
    say(w, " seconds before");
    struct paw_test rest = *t;
    rest.keys = NULL;
    say_rest(w, &rest, false);
}

static bool say_special(struct words *w, const struct paw_test *t)
{
    static const struct {
        const char *label;
        void (*say)(struct words *w, const struct paw_test *t);
    } rows[] = {
        {"VALUE", say_value},         {"CALL", say_call},       {"TEXT", say_text},
        {"ALL_HOSTS", say_all_hosts}, {"TEXT_MIN", say_text},   {"USER", say_user},
        {"INTEGRITY", say_integrity}, {"LINK", say_link},       {"ACCESS", say_access},
        {"EVENT", say_event},         {"DROPPED", say_dropped}, {"BROUGHT", say_brought},
        {"MARKED", say_marked},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++)
        if (strcmp(t->label, rows[i].label) == 0) {
            rows[i].say(w, t);
            return true;
        }
    if (strcmp(t->label, "REGISTRY") == 0)
        say_place(w, t, "` is written, with a value");
    else if (strcmp(t->label, "REG_STATE") == 0)
        say_place(w, t, "` holds a value");
    else
        return false;
    return true;
}

/* What a list of bits or names answers. */
static bool say_listed(struct words *w, const struct paw_test *t)
{
    static const struct {
        const char *label, *words;
        enum { NAMES, ALL_NAMES, KEYS, IN, SETS, PATH_FLAGS, FORMS, LINES } of;
    } rows[] = {
        {"SWITCH", "the switch is given: ", ALL_NAMES},
        {"TARGET_IN", "the target lies in ", IN},
        {"TARGET_EXT", "the target's extension is ", KEYS},
        {"TARGET_NAMED", "the target is called ", NAMES},
        {"TARGET_FLAG", "the target ", PATH_FLAGS},
        {"FORM", "the command line ", FORMS},
        {"LINE", "the command line ", LINES},
        {"IMAGE", "the program is ", SETS},
        {"IMAGE_NAMED", "the program is ", NAMES},
        {"CWD_IN", "the working directory is in ", IN},
        {"CWD_AT", "the working directory is ", KEYS},
        {"PIPE", "it makes or opens a pipe ", NAMES},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        if (strcmp(t->label, rows[i].label) != 0)
            continue;
        say(w, rows[i].words);
        switch (rows[i].of) {
        case NAMES:
            say_names(w, t->names);
            break;
        case ALL_NAMES:
            join_names(w, t->names, " and ");
            break;
        case KEYS:
            say_names(w, t->keys);
            break;
        case IN:
            say_classes(w, t->in);
            break;
        case SETS:
            BITS(w, t->set, sets);
            break;
        case PATH_FLAGS:
            BITS(w, t->flags, path_flags);
            break;
        case FORMS:
            BITS(w, t->flags, forms);
            break;
        case LINES:
            BITS(w, t->flags, lines);
            break;
        }
        return true;
    }
    return false;
}

static void say_image_in(struct words *w, const struct paw_test *t)
{
    say(w, t->flags != 0 ? "the program's path " : "the program lies in ");
    if (t->flags != 0)
        BITS(w, t->flags, path_flags);
    else
        say_classes(w, t->in);
}

/* What begins with words of its own and goes on as say_rest does. */
static void say_plain(struct words *w, const struct paw_test *t)
{
    static const struct {
        const char *label, *words;
    } rows[] = {
        {"RENAMED", "the program runs under another name than its own"},
        {"RELOCATED", "the program lies outside its normal folders"},
        {"MASQUERADE", "the program has the name of a proxy and is another product"},
        {"MODULE", "a module is loaded"},
        {"NETWORK", "there is a connection or a look-up"},
        {"FILE_EVENT", "a file is written"},
        {"THREAD", "a thread is started in another process"},
        {"TAMPERED", "the image of the process was replaced in memory"},
        {"HOSTS_PS", "it runs the PowerShell engine"},
        {"CLASS", "the COM class it names is registered"},
        {"STANDING", "the command stands in the registry, a task or a service"},
        {"INSTALLER", "the installer recorded an action"},
        {"CONTROL", "application control recorded a file"},
        {"MALWARE", "the anti-malware engine recorded a hit"},
        {"OWN", "a test of its own holds (see the source)"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++) {
        if (strcmp(t->label, rows[i].label) != 0)
            continue;
        say(w, rows[i].words);
        if (strcmp(t->label, "OWN") != 0)
            say_rest(w, t, true);
        return;
    }
    say(w, t->label);
}

static void say_leaf(struct words *w, const struct paw_test *t)
{
    raw(w, "\"");
    if (strcmp(t->label, "IMAGE_IN") == 0)
        say_image_in(w, t);
    else if (!say_special(w, t) && !say_listed(w, t))
        say_plain(w, t);
    raw(w, "\"");
}

/* Trees ------------------------------------------------------------------------------------------
 */

static const char *relation_of(const char *label)
{
    static const struct {
        const char *label, *words;
    } rows[] = {
        {"NESTED", "a command inside the line"},
        {"PARENT", "the parent process"},
        {"ANCESTOR", "a process above it"},
        {"CHILD", "a child process"},
        {"SIBLING", "another child of the same parent, soon before or after"},
        {"NEAR", "another process of the same host, soon before or after"},
        {"SEVERAL", "it and other children of its parent, each on a target of its own"},
        {"PID_ARG", "the process whose number stands in the line"},
    };
    for (size_t i = 0; i < PAW_COUNT_OF(rows); i++)
        if (strcmp(label, rows[i].label) == 0)
            return rows[i].words;
    return label;
}

static void say_list(struct words *w, const struct paw_test *tests, unsigned depth);

static void say_one(struct words *w, const struct paw_test *t, unsigned depth)
{
    static const char *const joined[][2] = {
        {"ANY", "{\"any\":"}, {"ALL", "{\"all\":"}, {"NOT", "{\"not\":"}};
    if (t->tests == NULL || depth == DEPTH_MAX) {
        say_leaf(w, t);
        return;
    }
    const char *open = NULL;
    for (size_t i = 0; i < PAW_COUNT_OF(joined); i++)
        if (strcmp(t->label, joined[i][0]) == 0)
            open = joined[i][1];
    if (open != NULL) {
        raw(w, open);
    } else {
        raw(w, "{\"of\":\"");
        say(w, relation_of(t->label));
        raw(w, "\",\"all\":");
    }
    say_list(w, t->tests, depth + 1);
    raw(w, "}");
}

static void say_list(struct words *w, const struct paw_test *tests, unsigned depth)
{
    raw(w, "[");
    for (const struct paw_test *t = tests; t != NULL && t->ask != NULL; t++) {
        if (t != tests)
            raw(w, ",");
        say_one(w, t, depth);
    }
    raw(w, "]");
}

void paw_catalogue_words(const struct paw_test *tests, paw_words_fn *put, void *self)
{
    struct words w = {.put = put, .self = self};
    say_list(&w, tests, 0);
}
