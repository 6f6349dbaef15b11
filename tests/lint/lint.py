#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lint.py CHECK ROOT: the house rules that a machine can see, one check a run.

Each check takes {path: text} and answers complaints, "path:line: what", so that `selftest` can feed
every one of them a bad snippet and see it refused. The rules are docs/architecture.md's.
"""
import pathlib
import re
import subprocess
import sys

MOST_LINES = 900  # a longer file is more than one idea

# --- who may include whom: docs/architecture.md, Layers --------------------------------------------

ISO_C = {
    name + ".h"
    for name in "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp "
    "signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath "
    "threads time uchar wchar wctype".split()
}
LIBYAL = re.compile(r"lib(evtx|regf|bfio|cerror|cdata|una)[/.]")
ADAPTER = re.compile(r"lib/parsers/\w+/lib\w+_adapter\.c$")
# Who else meets the operating system: reader processes with their limits and pipes, and the walk
# over the folders of evidence. The rest is behind core/os.h; this list may only shrink.
SYSTEM = re.compile(r"lib/evidence/((worker|nursery|child)\w*|inventory|content)\.c$")

# Folder of the including file -> what it may include. Every folder may include itself, and ISO C.
# "os": headers of the operating system; "crypto", "cjson": third parties. libyal: see ADAPTER.
MAY = {
    "include/catspaw": set(),
    "lib/core": {"include", "os", "crypto"},
    "lib/windows": {"include", "lib/core"},
    "lib/evidence": {"include", "lib/core"},
    "lib/parsers": {"include", "lib/core", "lib/evidence"},
    "analyzers": {"include", "lib/windows", "lib/core/str.h"},
    "lib/engine": {"include", "lib/core", "lib/windows", "lib/evidence"},
    "lib/reports": {"include", "lib/core", "cjson"},
    # The files of lib itself are the public door, where everything meets.
    "lib": {"include", "os", "analyzers"},
    "cmd": {"include", "lib/core/os.h", "os"},
    "fixtures/gen": {"os"},
}


def without_comments(text, keep_strings=True):
    """C text with comments, and if asked string contents, blanked; lines stay where they are."""
    token = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)

    def blank(match):
        what = match.group()
        if what[0] in "\"'":
            return what if keep_strings else what[0] * 2
        return re.sub(r"[^\n]", " ", what)

    return token.sub(blank, text)


def is_c(path):
    return path.endswith((".c", ".h", ".c.in", ".h.in"))


def folder_of(path):
    folder = max((f for f in MAY if path.startswith(f + "/")), key=len, default=None)
    return None if folder == "lib" and path.count("/") > 1 else folder


def target_of(path, mark, name, files):
    """What an include line means: a kind of MAY's values, or the path of one of our files."""
    if name.startswith("catspaw/"):
        return "include"
    if mark == "<":
        if LIBYAL.match(name):
            return "libyal"
        if name.lower().endswith("cjson.h"):
            return "cjson"
        if name.startswith("openssl/"):
            return "crypto"
        if name.startswith("sanitizer/"):
            return "c"
        return "c" if name in ISO_C else "os"
    # As the compiler looks: beside the file, then on the include path, which is lib and the root.
    beside = path.rsplit("/", 1)[0] + "/" + name
    for candidate in (beside, "lib/" + name, name):
        if candidate in files:
            return candidate
    if "/" not in name:
        return beside
    return name if name.startswith(("analyzers/", "cmd/", "fixtures/", "tests/")) else "lib/" + name


def layering(files):
    for path, text in files.items():
        if not is_c(path) or path.startswith("tests/"):
            continue
        folder = folder_of(path)
        if folder is None:
            yield f"{path}:1: lies in no folder that the layers know"
            continue
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not include:
                continue
            name = include.group(2)
            target = target_of(path, include.group(1), name, files)
            if target == "libyal":
                allowed = ADAPTER.match(path) is not None
            elif target == "os" and SYSTEM.match(path):
                allowed = True
            elif target in ("c", "include", "os", "crypto", "cjson"):
                allowed = target == "c" or target in MAY[folder] or (
                    target == "include" and folder == "include/catspaw")
            else:
                allowed = any(
                    target == may or target.startswith(may + "/") for may in MAY[folder] | {folder})
            if not allowed:
                yield f"{path}:{number}: {folder} may not include {name}"


# --- functions that are not called -----------------------------------------------------------------

EVERYWHERE = {
    "strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets": "no bound, or one that misleads",
    "strtok": "keeps hidden state",
    "atoi atol atoll atof strtol strtoul strtoll strtoull": "paw_str_u64 says what it refused",
    "gmtime localtime asctime ctime": "shared buffers and local time",
    "alloca": "no bound on the stack",
    "system popen": "a shell between us and the program",
    "tmpnam tempnam mktemp": "a race for the name",
}
IN_LIBRARY = {
    "exit abort quick_exit": "the library ends no process",
    "printf fprintf vprintf vfprintf puts fputs putchar perror": "the library does not print",
    "getenv secure_getenv setlocale": "the library reads no environment",
}
NUMBERS = {"strtol", "strtoul", "strtoll", "strtoull"}  # tests read their own tables with these
# The one place that may call each, behind a function of our own.
HELPERS = {
    "lib/core/str.c": NUMBERS,
    "lib/core/os.c": {"getenv"},  # paw_os_env and the temporary folder, asked by cmd
    "fixtures/gen/util.c": NUMBERS,  # the generator shares nothing with lib
}


def forbidden(files):
    for path, text in files.items():
        if not is_c(path):
            continue
        rules = EVERYWHERE | (IN_LIBRARY if path.startswith(("lib/", "analyzers/")) else {})
        why = {name: reason for names, reason in rules.items() for name in names.split()}
        for name in NUMBERS if path.startswith("tests/") else HELPERS.get(path, ()):
            why.pop(name, None)
        # A member of that name (x->exit(…)) is something else.
        call = re.compile(r"(?<![\w.>])(" + "|".join(why) + r")\s*\(")
        for number, line in enumerate(without_comments(text, False).split("\n"), 1):
            for match in call.finditer(line):
                yield f"{path}:{number}: {match.group(1)}: {why[match.group(1)]}"


# --- what every file has, and none ------------------------------------------------------------------

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */"


def spdx(files):
    for path, text in files.items():
        if is_c(path) and text.split("\n", 1)[0] != SPDX:
            yield f"{path}:1: does not begin with {SPDX}"


def size(files):
    for path, text in files.items():
        if path.endswith(".c") and text.count("\n") > MOST_LINES:
            yield f"{path}:{MOST_LINES}: {text.count(chr(10))} lines; a file is one idea"


# Written so that this file does not match itself.
PLACES = re.compile(
    r"""(?<![\w.:/\\~-])/(?:wor[k]|hom[e]/\w+|roo[t])/"""
    r"""|(?<![\w.:/\\])/tm[p]/b(?:uild)?-\w"""
    r"""|\b(?:deb|security)\.debian\.or[g]|\b(?:archive|security)\.ubuntu\.co[m]"""
    r"""|\b(?:files\.)?pypi(?:\.python)?\.or[g]|files\.pythonhosted\.or[g]|registry\.npmj[s]"""
    r"""|proxy\.golang\.or[g]|(?:index\.)?crates\.i[o]\b|\bghcr\.i[o]|registry-1\.docker\.i[o]"""
    r"""|\b\w*artifactory\w*\.[a-z]"""
)


def no_paths(files):
    for path, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            found = PLACES.search(line)
            if found:
                yield f"{path}:{number}: \"{found.group()}\" holds on one machine only"


COMMANDS = (
    "./bootstrap && build/catspaw scan build/fixtures/case -o report",
    "./bootstrap && meson test -C build",
)


def fenced(text):
    """The lines inside fenced blocks."""
    inside, lines = False, []
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
        elif inside:
            lines.append(line)
    return lines


def readme(files):
    lines = fenced(files.get("README.md", ""))
    for command in COMMANDS:
        if lines.count(command) != 1:
            yield f"README.md:1: not on one line of one fenced block: {command}"


CHECKS = {
    "layering": layering,
    "forbidden": forbidden,
    "spdx": spdx,
    "size": size,
    "no-paths": no_paths,
    "readme": readme,
}

# --- each check can fail ----------------------------------------------------------------------------

HEAD = SPDX + "\n"
# check, path, text, complaints wanted; lib/scan.h stands beside each
SNIPPETS = (
    ("layering", "lib/core/a.c", '#include "windows/path.h"\n', 1),
    ("layering", "lib/core/a.c", '#include "core/a.h"\n#include <stdio.h>\n#include <unistd.h>\n', 0),
    ("layering", "lib/windows/a.c", '#include "parsers/evtx/chunk.h"\n', 1),
    ("layering", "lib/windows/a.c", '#include <catspaw/command.h>\n#include "core/str.h"\n', 0),
    ("layering", "lib/evidence/a.c", '#include "engine/judge.h"\n', 1),
    ("layering", "lib/parsers/evtx/chunk.c", "#include <libevtx.h>\n", 1),
    ("layering", "lib/parsers/evtx/libevtx_adapter.c", "#include <libevtx.h>\n", 0),
    ("layering", "lib/parsers/regf/hive.c", '#include "reports/json.h"\n', 1),
    ("layering", "analyzers/a.c", '#include "core/cursor.h"\n', 1),
    ("layering", "analyzers/a.c", '#include "core/str.h"\n#include "windows/path.h"\n', 0),
    ("layering", "analyzers/a.c", "#include <unistd.h>\n", 1),
    ("layering", "lib/engine/a.c", '#include "analyzers/generic.h"\n', 1),
    ("layering", "lib/engine/a.c", "#include <cjson/cJSON.h>\n", 1),
    ("layering", "lib/reports/json.c", "#include <cjson/cJSON.h>\n", 0),
    ("layering", "cmd/a.c", '#include "core/str.h"\n', 1),
    ("layering", "cmd/a.c", '#include "core/os.h"\n#include "options.h"\n#include "cmd/b.h"\n', 0),
    ("layering", "include/catspaw/a.h", '#include "core/str.h"\n', 1),
    ("layering", "fixtures/gen/a.c", '#include "core/str.h"\n', 1),
    ("layering", "lib/catspaw.c", '#include "parsers/evtx/reader.h"\n', 0),
    ("layering", "lib/scan.c", '#include "scan.h"\n#include "engine/engine.h"\n', 0),
    ("layering", "lib/engine/a.c", '#include "scan.h"\n', 1),  # found on the include path
    ("layering", "cmd/a.c", '#include "scan.h"\n', 1),
    ("layering", "lib/elsewhere/a.c", "", 1),
    ("layering", "elsewhere/a.c", "", 1),
    ("layering", "lib/evidence/source.c", "#include <sys/mman.h>\n", 1),
    ("layering", "lib/evidence/worker.c", "#include <sys/resource.h>\n", 0),
    ("layering", "lib/core/a.c", '/* #include "windows/path.h" */\n', 0),
    ("forbidden", "cmd/a.c", "x = atoi(s);", 1),
    ("forbidden", "cmd/a.c", "n = strtol(s, NULL, 10);", 1),
    ("forbidden", "lib/core/str.c", "n = strtoull(s, &e, 10);", 0),
    ("forbidden", "lib/core/os.c", "getenv(n); abort();", 1),
    ("forbidden", "tests/a.c", "strcpy(a, b); strcat (a, b); strtoul(a, &b, 10);", 2),
    ("forbidden", "cmd/a.c", 'puts("strcpy(a)"); /* system(3) */ printf("x");', 0),
    ("forbidden", "lib/core/a.c", 'printf("x");\nexit(1);\nabort();\ngetenv("X");', 4),
    ("forbidden", "lib/core/a.c", "w->exit(1); t.system(2); snprintf(b, n, f);", 0),
    ("spdx", "lib/core/a.c", "int a;\n", 1),
    ("spdx", "lib/core/a.c", HEAD + "int a;\n", 0),
    ("size", "lib/core/a.c", "\n" * (MOST_LINES + 1), 1),
    ("size", "lib/core/a.c", "\n" * MOST_LINES, 0),
    ("no-paths", "docs/a.md", "see /wor" "k/main/x\n", 1),
    ("no-paths", "docs/a.md", "ninja -C /tm" "p/b-infra\n", 1),
    ("no-paths", "docs/a.md", "from deb.debian.or" "g\n", 1),
    ("no-paths", "docs/a.md", r"C:\work\a, https://host.example/work/a, ../shared" "\n", 0),
    ("readme", "README.md", "```\n" + "\n".join(COMMANDS) + "\n```\n", 0),
    ("readme", "README.md", "\n".join(COMMANDS), 2),
    ("readme", "README.md", "```\n" + COMMANDS[0] + " --force\n" + COMMANDS[1] + "\n```\n", 1),
)


def selftest():
    for check, path, text, wanted in SNIPPETS:
        got = list(CHECKS[check]({"lib/scan.h": HEAD, path: text}))
        if len(got) != wanted:
            yield f"{check} of {path} {text[:60]!r}: wanted {wanted} complaints, got {got}"
    never = set(CHECKS) - {check for check, _, _, wanted in SNIPPETS if wanted}
    if never:
        yield f"never seen to fail: {sorted(never)}"


# --- the files -----------------------------------------------------------------------------------------


def tracked(root):
    """Paths that git knows; of an unpacked archive, all but build folders."""
    try:
        listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, check=True)
        top = subprocess.run(["git", "-C", root, "rev-parse", "--show-prefix"], capture_output=True, check=True)
        if top.stdout.strip() == b"" and listed.stdout:
            return [p for p in listed.stdout.decode().split("\0") if p]
    except (OSError, subprocess.CalledProcessError):
        pass
    builds = {p.parent.parent for p in root.glob("*/meson-private/coredata.dat")}
    return [
        str(p.relative_to(root))
        for p in sorted(root.rglob("*"))
        if p.is_file() and ".git" not in p.parts and not builds & set(p.parents)
    ]


def read(root):
    files = {}
    for path in tracked(root):
        try:
            files[path] = (root / path).read_bytes().decode("utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # evidence in a corpus, or a file that is about to be removed
    return files


def main():
    check, root = sys.argv[1], pathlib.Path(sys.argv[2])
    if check == "selftest":
        complaints = list(selftest())
    else:
        files = read(root)
        if not any(is_c(path) for path in files):
            sys.exit(f"{root}: no sources found")
        complaints = list(CHECKS[check](files))
    for complaint in complaints:
        print(complaint)
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
