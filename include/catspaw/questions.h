/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The words in which analyzers write questions. Only analyzers include this: the words are short.
 *
 * Paths in questions: `.in` classes, `.names` globs over the base name, `.keys` globs over the
 * whole normalised path or text. "@name" in a list means the named list of lib/engine/lists.c;
 * a first entry "!glob" leaves out what it fits.
 */
#pragma once

#include <catspaw/behaviour.h>

paw_ask paw_ask_any, paw_ask_all, paw_ask_not;
paw_ask paw_ask_all_hosts, paw_ask_switch, paw_ask_value, paw_ask_target, paw_ask_form,
    paw_ask_call, paw_ask_text, paw_ask_line, paw_ask_nested, paw_ask_names_target,
    paw_ask_endpoint;
paw_ask paw_ask_image, paw_ask_image_named, paw_ask_image_in, paw_ask_renamed, paw_ask_relocated,
    paw_ask_identity, paw_ask_cwd_in, paw_ask_user, paw_ask_integrity;
paw_ask paw_ask_parent, paw_ask_ancestor, paw_ask_child, paw_ask_sibling, paw_ask_link,
    paw_ask_near, paw_ask_pid_arg, paw_ask_age, paw_ask_several;
paw_ask paw_ask_module, paw_ask_network, paw_ask_file, paw_ask_dropped, paw_ask_access,
    paw_ask_thread, paw_ask_tampered, paw_ask_pipe, paw_ask_hosts_ps, paw_ask_brought;
paw_ask paw_ask_registry, paw_ask_reg_state, paw_ask_class, paw_ask_standing, paw_ask_installer,
    paw_ask_control, paw_ask_malware, paw_ask_event;

/* Lists */
#define NAMES(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
#define TESTS(...)            \
    (const struct paw_test[]) \
    {                         \
        __VA_ARGS__,          \
        {                     \
            .ask = NULL       \
        }                     \
    }
#define SWITCHES(...)           \
    (const struct paw_switch[]) \
    {                           \
        __VA_ARGS__,            \
        {                       \
            .name = NULL        \
        }                       \
    }
#define ADJUST(...)             \
    (const struct paw_adjust[]) \
    {                           \
        __VA_ARGS__,            \
        {                       \
            .tests = NULL       \
        }                       \
    }
#define UNLESS(...)             \
    (const struct paw_unless[]) \
    {                           \
        __VA_ARGS__,            \
        {                       \
            .tests = NULL       \
        }                       \
    }
#define LABELS(...)            \
    (const struct paw_label[]) \
    {                          \
        __VA_ARGS__,           \
        {                      \
            .technique = NULL  \
        }                      \
    }

#define QUESTION(function, name, need, ...)                              \
    {                                                                    \
        .ask = (function), .label = (name), .needs = (need), __VA_ARGS__ \
    }

/* Combinations */
#define ANY(...)            QUESTION(paw_ask_any, "ANY", 0, .tests = TESTS(__VA_ARGS__))
#define ALL(...)            QUESTION(paw_ask_all, "ALL", 0, .tests = TESTS(__VA_ARGS__))
#define NOT(...)            QUESTION(paw_ask_not, "NOT", 0, .tests = TESTS(__VA_ARGS__))
#define OWN(function, need) QUESTION(function, "OWN", need, .flags = 0)

/* The command */
#define NEED_LINE   PAW_NEED_COMMAND_LINE
#define SWITCH(...) QUESTION(paw_ask_switch, "SWITCH", NEED_LINE, .names = NAMES(__VA_ARGS__))
/** The value of a switch, or "2" (the second operand), "target", or the first word of "args" and
 * "tail", the third of "args.3"; with PAW_LINE_TOO all of it as text. */
#define VALUE(of, ...) QUESTION(paw_ask_value, "VALUE", NEED_LINE, .keys = NAMES(of), __VA_ARGS__)
#define TARGET_IN(m)   QUESTION(paw_ask_target, "TARGET_IN", NEED_LINE, .in = (m))
#define TARGET_EXT(...) \
    QUESTION(paw_ask_target, "TARGET_EXT", NEED_LINE, .keys = NAMES(__VA_ARGS__), .least = 1)
#define TARGET_NAMED(...) \
    QUESTION(paw_ask_target, "TARGET_NAMED", NEED_LINE, .names = NAMES(__VA_ARGS__), .least = 2)
#define TARGET_FLAG(f) QUESTION(paw_ask_target, "TARGET_FLAG", NEED_LINE, .flags = (f), .least = 3)
/** The arguments of a call hold a host with a port, a tunnel word or a file of settings. */
#define ENDPOINT  QUESTION(paw_ask_endpoint, "ENDPOINT", NEED_LINE, .flags = 0)
#define FORM(f)   QUESTION(paw_ask_form, "FORM", NEED_LINE, .flags = (f))
#define CALL(...) QUESTION(paw_ask_call, "CALL", NEED_LINE, .names = NAMES(__VA_ARGS__))
/* The line names addresses, and the host of each fits one of the names. */
#define ALL_HOSTS(...) \
    QUESTION(paw_ask_all_hosts, "ALL_HOSTS", NEED_LINE, .names = NAMES(__VA_ARGS__))
#define TEXT(...) QUESTION(paw_ask_text, "TEXT", NEED_LINE, .names = NAMES(__VA_ARGS__), .least = 1)
#define TEXT_MIN(n, ...) \
    QUESTION(paw_ask_text, "TEXT_MIN", NEED_LINE, .names = NAMES(__VA_ARGS__), .least = (n))
/** The line names the target of the judged execution at least n times. */
#define NAMES_TARGET(n) \
    QUESTION(paw_ask_names_target, "NAMES_TARGET", NEED_LINE, .same = PAW_MY_TARGET, .least = (n))
/** The line names the host that the target of the judged execution lies on. */
#define NAMES_TARGET_HOST QUESTION(paw_ask_names_target, "NAMES_TARGET_HOST", NEED_LINE, .least = 1)
#define LINE(f)           QUESTION(paw_ask_line, "LINE", NEED_LINE, .flags = (f))
#define NESTED(...)       QUESTION(paw_ask_nested, "NESTED", NEED_LINE, .tests = TESTS(__VA_ARGS__))

/* The program */
#define IMAGE(sets) QUESTION(paw_ask_image, "IMAGE", PAW_NEED_IMAGE, .set = (sets))
#define IMAGE_NAMED(...) \
    QUESTION(paw_ask_image_named, "IMAGE_NAMED", PAW_NEED_IMAGE, .names = NAMES(__VA_ARGS__))
#define IMAGE_IN(m) QUESTION(paw_ask_image_in, "IMAGE_IN", PAW_NEED_IMAGE, .in = (m))
/** Globs over the whole path of the image. */
#define IMAGE_AT(...) \
    QUESTION(paw_ask_image_in, "IMAGE_AT", PAW_NEED_IMAGE, .keys = NAMES(__VA_ARGS__))
#define IMAGE_FLAG(f) QUESTION(paw_ask_image_in, "IMAGE_FLAG", PAW_NEED_IMAGE, .flags = (f))
#define RENAMED       QUESTION(paw_ask_renamed, "RENAMED", PAW_NEED_ORIGINAL_FILE_NAME, .flags = 0)
#define RELOCATED     QUESTION(paw_ask_relocated, "RELOCATED", PAW_NEED_IMAGE, .flags = 0)
#define MASQUERADE    QUESTION(paw_ask_identity, "MASQUERADE", PAW_NEED_ORIGINAL_FILE_NAME, .flags = 0)
#define CWD_IN(m)     QUESTION(paw_ask_cwd_in, "CWD_IN", PAW_NEED_CURRENT_DIRECTORY, .in = (m))
#define CWD_AT(...) \
    QUESTION(paw_ask_cwd_in, "CWD_AT", PAW_NEED_CURRENT_DIRECTORY, .keys = NAMES(__VA_ARGS__))
#define USER(f)      QUESTION(paw_ask_user, "USER", PAW_NEED_USER, .flags = (f))
#define INTEGRITY(l) QUESTION(paw_ask_integrity, "INTEGRITY", PAW_NEED_INTEGRITY, .least = (l))

/* Other executions */
#define PARENT(...) QUESTION(paw_ask_parent, "PARENT", PAW_NEED_PARENT, .tests = TESTS(__VA_ARGS__))
#define ANCESTOR(...) \
    QUESTION(paw_ask_ancestor, "ANCESTOR", PAW_NEED_PARENT, .tests = TESTS(__VA_ARGS__))
#define CHILD(...) QUESTION(paw_ask_child, "CHILD", PAW_NEED_PROCESSES, .tests = TESTS(__VA_ARGS__))
#define SIBLING(s, ...)                                                      \
    QUESTION(paw_ask_sibling, "SIBLING", PAW_NEED_PROCESSES, .seconds = (s), \
             .tests = TESTS(__VA_ARGS__))
#define LINK(f) QUESTION(paw_ask_link, "LINK", PAW_NEED_PARENT, .flags = (f))
/** Other children of its parent, at most s seconds away, fit; with this one there are n different
 * targets. */
#define SEVERAL(n, s, ...)                                                                 \
    QUESTION(paw_ask_several, "SEVERAL", PAW_NEED_PROCESSES, .least = (n), .seconds = (s), \
             .tests = TESTS(__VA_ARGS__))
#define NEAR(key, s, ...)                                                             \
    QUESTION(paw_ask_near, "NEAR", PAW_NEED_PROCESSES, .same = (key), .seconds = (s), \
             .tests = TESTS(__VA_ARGS__))
/** It had run for less than s seconds when the judged execution began. */
#define YOUNGER(s) QUESTION(paw_ask_age, "YOUNGER", PAW_NEED_PROCESSES, .within = (s))
#define PID_ARG(...) \
    QUESTION(paw_ask_pid_arg, "PID_ARG", PAW_NEED_PROCESSES, .tests = TESTS(__VA_ARGS__))

/* Effects */
#define MODULE(...) QUESTION(paw_ask_module, "MODULE", PAW_NEED_MODULES, __VA_ARGS__)
/** It maps a module that fits .names .in .same and was written at most s seconds before its start
 * by a program that fits .keys. */
#define BROUGHT(s, ...) \
    QUESTION(paw_ask_brought, "BROUGHT", PAW_NEED_MODULES, .seconds = (s), __VA_ARGS__)
#define NETWORK(...)    QUESTION(paw_ask_network, "NETWORK", PAW_NEED_NETWORK, __VA_ARGS__)
#define FILE_EVENT(...) QUESTION(paw_ask_file, "FILE_EVENT", PAW_NEED_FILES, __VA_ARGS__)
#define DROPPED(s, ...) \
    QUESTION(paw_ask_dropped, "DROPPED", PAW_NEED_FILES, .seconds = (s), __VA_ARGS__)
/** The target bore the mark of the net (its stream Zone.Identifier was written) in the s seconds
 * before. */
#define MARKED(s)                                                              \
    QUESTION(paw_ask_dropped, "MARKED", PAW_NEED_FILES, .same = PAW_MY_TARGET, \
             .flags = PAW_STREAM, .seconds = (s))
#define ACCESS(...) QUESTION(paw_ask_access, "ACCESS", PAW_NEED_ACCESS, __VA_ARGS__)
#define THREAD(...) QUESTION(paw_ask_thread, "THREAD", PAW_NEED_THREADS, __VA_ARGS__)
#define TAMPERED    QUESTION(paw_ask_tampered, "TAMPERED", PAW_NEED_THREADS, .flags = 0)
#define PIPE(...)   QUESTION(paw_ask_pipe, "PIPE", PAW_NEED_PIPES, .names = NAMES(__VA_ARGS__))
#define HOSTS_PS \
    QUESTION(paw_ask_hosts_ps, "HOSTS_PS", PAW_NEED_POWERSHELL | PAW_NEED_MODULES, .flags = 0)

/* Registry and other records; places are named in lib/engine/places.c */
#define REGISTRY(place, ...) \
    QUESTION(paw_ask_registry, "REGISTRY", PAW_NEED_REGISTRY, .keys = NAMES(place), __VA_ARGS__)
#define REG_STATE(place, ...) \
    QUESTION(paw_ask_reg_state, "REG_STATE", PAW_NEED_REGISTRY, .keys = NAMES(place), __VA_ARGS__)
#define CLASS(...)    QUESTION(paw_ask_class, "CLASS", PAW_NEED_HIVE_USRCLASS, __VA_ARGS__)
#define STANDING(...) QUESTION(paw_ask_standing, "STANDING", 0, __VA_ARGS__)
/** Event ids as texts, "1040". */
#define INSTALLER(...) QUESTION(paw_ask_installer, "INSTALLER", PAW_NEED_INSTALLER, __VA_ARGS__)
#define CONTROL(...)   QUESTION(paw_ask_control, "CONTROL", 0, __VA_ARGS__)
#define MALWARE(...)   QUESTION(paw_ask_malware, "MALWARE", 0, __VA_ARGS__)
/** With .same = PAW_MY_TARGET an exclusion in one of its texts has to cover the target. */
#define EVENT(provider, id, s, ...)                                                             \
    QUESTION(paw_ask_event, "EVENT", 0, .keys = NAMES(provider), .least = (id), .seconds = (s), \
             __VA_ARGS__)

/* Sets of programs */
#define SHELL           PAW_SET_SHELL
#define SCRIPT          PAW_SET_SCRIPT
#define XFER            PAW_SET_XFER
#define RECON           PAW_SET_RECON
#define PERSIST         PAW_SET_PERSIST
#define COMPILE         PAW_SET_COMPILE
#define INTERP          PAW_SET_INTERP
#define OFFICE          PAW_SET_OFFICE
#define READER          PAW_SET_READER
#define BROWSER         PAW_SET_BROWSER
#define ARCHIVER        PAW_SET_ARCHIVER
#define WEBSRV          PAW_SET_WEBSRV
#define WMI             PAW_SET_WMI
#define BROKER          PAW_SET_BROKER
#define TASKHOST        PAW_SET_TASKHOST
#define SVC             PAW_SET_SVC
#define RMM             PAW_SET_RMM
#define INSTALLERPARENT PAW_SET_INSTALLERPARENT
#define PROTECTED       PAW_SET_PROTECTED
#define CORE            PAW_SET_CORE
#define PROXY           PAW_SET_PROXY
#define HOSTAPP         PAW_SET_HOSTAPP

/* Clauses that several rows share. The deep ones are tables of their own: what looks at a program
 * takes twice as long for each level of a literal. */
/** The target is writable by users. */
#define TARGET_UW     TARGET_IN(PAW_UW)
#define TARGET_UW_REM TARGET_IN(PAW_UW | PAW_REM)
/** The same of what is looked for along the search path: a bare name beside a writable working
 * directory. Only rundll32 and regsvr32 keep such names bare. */
static const struct paw_test paw_library_uw[] PAW_UNUSED = {
    TARGET_IN(PAW_UW), ALL(TARGET_IN(PAW_BARE), CWD_IN(PAW_UW)), {.ask = NULL}};
#define LIBRARY_UW QUESTION(paw_ask_any, "ANY", 0, .tests = paw_library_uw)
/** The target is not trusted. The folders of installers are, but only of an installer's
 * own child (2.2). */
static const struct paw_test paw_untrusted[] PAW_UNUSED = {
    NOT(TARGET_IN(PAW_TRUSTED | PAW_INSTALLER)),
    ALL(TARGET_IN(PAW_INSTALLER), NOT(PARENT(IMAGE(INSTALLERPARENT | RMM)))),
    {.ask = NULL}};
#define TARGET_UNTRUSTED QUESTION(paw_ask_any, "ANY", 0, .tests = paw_untrusted)
static const struct paw_test paw_library_uw_rem[] PAW_UNUSED = {
    TARGET_IN(PAW_UW | PAW_REM), ALL(TARGET_IN(PAW_BARE), CWD_IN(PAW_UW | PAW_REM)), {.ask = NULL}};
#define LIBRARY_UW_REM QUESTION(paw_ask_any, "ANY", 0, .tests = paw_library_uw_rem)
/** It stands on a share, or is looked for in a working directory that does. */
static const struct paw_test paw_library_on_share[] PAW_UNUSED = {
    TARGET_IN(PAW_UNC | PAW_WEBDAV),
    ALL(TARGET_IN(PAW_BARE), CWD_IN(PAW_UNC | PAW_WEBDAV)),
    {.ask = NULL}};
#define LIBRARY_ON_SHARE QUESTION(paw_ask_any, "ANY", 0, .tests = paw_library_on_share)
static const struct paw_test paw_library_on_local_share[] PAW_UNUSED = {
    TARGET_IN(PAW_LOCAL), ALL(TARGET_IN(PAW_BARE), CWD_IN(PAW_LOCAL)), {.ask = NULL}};
#define LIBRARY_ON_LOCAL_SHARE QUESTION(paw_ask_any, "ANY", 0, .tests = paw_library_on_local_share)
/** Installers and updaters of browsers start an empty rundll32 to clean up behind themselves. */
static const struct paw_test paw_browser_cleanup[] PAW_UNUSED = {
    IMAGE_NAMED("rundll32"),
    PARENT(ANY(IMAGE_AT("*\\application\\*\\installer\\setup.exe", "*\\edgeupdate\\*",
                        "*\\google\\*update*\\*", "*\\bravesoftware\\*update*\\*",
                        "*\\temp\\cr_*.tmp\\setup.exe", "*\\temp\\edge_*.tmp\\setup.exe"),
               IMAGE_NAMED("msedge.exe", "chrome.exe", "brave.exe", "vivaldi.exe"))),
    {.ask = NULL}};
#define BROWSER_CLEANUP QUESTION(paw_ask_all, "ALL", 0, .tests = paw_browser_cleanup)
/** Build, cloud and coding agents. */
static const struct paw_test paw_build_agent[] PAW_UNUSED = {
    IMAGE_NAMED("runner.worker.exe", "agent.worker.exe", "customscripthandler.exe",
                "runcommandextension.exe"),
    IMAGE_AT("?:\\packages\\plugins\\*"),
    ALL(IMAGE_NAMED("java.exe"), TEXT("*teamcity*", "*jenkins*")),
    ALL(IMAGE_NAMED("node.exe", "code.exe"), TEXT("*extensionhost*", "*openclaw*")),
    {.ask = NULL}};
#define BUILD_AGENT QUESTION(paw_ask_any, "ANY", 0, .tests = paw_build_agent)
/** Below one of them or a development environment. */
#define BUILD_CHAIN ANCESTOR(ANY(BUILD_AGENT, IMAGE_NAMED("devenv.exe")))
/** A compiler or linker of the same build wrote the target within the hour. */
static const struct paw_test paw_own_build[] PAW_UNUSED = {
    BUILD_CHAIN,
    NEAR(PAW_MY_USER, 3600,
         ANY(IMAGE(COMPILE), IMAGE_NAMED("link.exe", "cl.exe", "clang*.exe", "lld-link.exe",
                                         "ld.exe", "dotnet.exe")),
         FILE_EVENT(.same = PAW_MY_TARGET)),
    {.ask = NULL}};
#define OWN_BUILD QUESTION(paw_ask_all, "ALL", 0, .tests = paw_own_build)
/** The text behind /i: of regsvr32 that products use. */
#define USUAL_I VALUE("i", .names = NAMES("user", "u", "*userinstall"))
/** A product registers its library for one user, in that user's folders. */
#define USERS_PRODUCT ALL(IMAGE_NAMED("regsvr32"), USUAL_I, TARGET_IN(PAW_APPDATA))
/** The target was mapped, and its signature is good. */
#define TARGET_SIGNED \
    MODULE(.same = PAW_MY_TARGET), NOT(MODULE(.same = PAW_MY_TARGET, .flags = PAW_UNSIGNED))
/** The line was recorded, whatever it says: for rows whose benign half only the line tells. */
#define LINE_KNOWN TEXT("*")
/** The folder that development environments build into. */
#define BUILD_OUTPUT TARGET_NAMED("*\\bin\\debug\\*", "*\\bin\\release\\*")
/** A program below Program Files or of Windows that runs no other code: updaters of products. */
#define PRODUCT                                                                                    \
    IMAGE_IN(PAW_PF | PAW_SYS), NOT(IMAGE(INTERP | PROXY | OFFICE | BROWSER | ARCHIVER | READER)), \
        NOT(IMAGE_NAMED("explorer.exe"))
/** A proxy other than those that start programs as a matter of course (2.10, PLUMB). */
static const struct paw_test paw_foreign_proxy[] PAW_UNUSED = {
    IMAGE(PROXY),
    NOT(IMAGE_NAMED("msiexec", "runonce", "control", "rundll32", "mmc", "conhost", "ie4uinit",
                    "unregmp2", "winget", "appinstaller", "tracker")),
    {.ask = NULL}};
#define FOREIGN_PROXY QUESTION(paw_ask_all, "ALL", 0, .tests = paw_foreign_proxy)
#define DIALS_OUT     NETWORK(.in = PAW_PUBLIC & ~PAW_QUIET_HOSTS)
#define SOME_CHILD    CHILD(NOT(IMAGE_NAMED("werfault.exe", "conhost.exe", "wermgr.exe")))
#define ODD_CHILD     CHILD(ANY(IMAGE(INTERP | RECON | PERSIST | PROXY), IMAGE_IN(PAW_UW)))

/* Labels that several rows share (docs/detections 3.18) */
/** Of a command that starts by itself: by the place where it stands. */
#define PLACE_LABELS                                                                    \
    LABELS({"T1547.001", TESTS(STANDING(.names = NAMES("run", "startup", "windows")))}, \
           {"T1547.004", TESTS(STANDING(.names = NAMES("winlogon")))},                  \
           {"T1037.001", TESTS(STANDING(.names = NAMES("logon_script")))},              \
           {"T1547.014", TESTS(STANDING(.names = NAMES("active_setup")))},              \
           {"T1543.003", TESTS(STANDING(.names = NAMES("service", "service_dll")))},    \
           {"T1053.005", TESTS(STANDING(.names = NAMES("task")))},                      \
           {"T1546.003", TESTS(STANDING(.names = NAMES("consumer")))},                  \
           {"T1546.012", TESTS(STANDING(.names = NAMES("debugger")))},                  \
           {"T1546.001", TESTS(STANDING(.names = NAMES("class")))},                     \
           {"T1546.015", TESTS(STANDING(.names = NAMES("com")))},                       \
           {"T1546.002", TESTS(STANDING(.names = NAMES("screensaver")))})
/** Of code put into another process, or (PAW_INTO) into this one: by the way that was seen. */
#define INJECTION_LABELS(flag)                                                           \
    LABELS({"T1055.001", TESTS(THREAD(.flags = (flag), .keys = NAMES("LoadLibrary*")))}, \
           {"T1055.012", TESTS(TAMPERED)}, {"T1055", NULL})
/** Of a file that was fetched: proxy execution where a program of the user's folders then ran below
 * the one that fetched it, and only the fetching otherwise. */
#define FETCH_LABELS LABELS({"T1218", TESTS(CHILD(IMAGE_IN(PAW_UW)))}, {"T1105", NULL})
