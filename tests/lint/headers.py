#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""headers.py ROOT: each public header compiles alone, under every compiler that is here.

A header that leans on what its includer included before it breaks the first program that includes
it first. The check is seen to fail on a header that does.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

FLAGS = "-std=c17 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -pedantic -fsyntax-only".split()


def refused(compiler, folder, header):
    """The compiler's complaints about a program that includes this header alone, twice."""
    program = f"#include <{header}>\n#include <{header}>\nextern int unused;\n"
    run = subprocess.run(
        [compiler, *FLAGS, *(["-Wno-nullability-extension", "-Wno-nullability-completeness"] if "clang" in compiler else []),
         "-I", str(folder), "-x", "c", "-"],
        input=program, capture_output=True, text=True)
    return run.stderr or "refused" if run.returncode else ""


def main():
    include = pathlib.Path(sys.argv[1]) / "include"
    headers = sorted(str(p.relative_to(include)) for p in include.glob("catspaw/*.h"))
    compilers = [c for c in ("gcc", "clang") if shutil.which(c)] or ["cc"]
    failed = 0 if headers else "no headers"
    for compiler in compilers:
        for header in headers:
            said = refused(compiler, include, header)
            if said:
                failed = 1
                print(f"{compiler}: {header} alone:\n{said}")
        with tempfile.TemporaryDirectory() as bad:
            (pathlib.Path(bad) / "bad.h").write_text("#pragma once\nuint8_t leans_on_others;\n")
            if not refused(compiler, pathlib.Path(bad), "bad.h"):
                failed = 1
                print(f"{compiler}: a header that needs another was accepted")
    sys.exit(failed)


main()
