#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""reports.py check|bless PROGRAM FOLDER: hold what the writers print against the files in FOLDER.

`meson compile bless-reports` writes them anew; the change is then reviewed like any other. The page is held
without its style and script, which change for their own reasons.
"""
import pathlib
import re
import subprocess
import sys

FORMATS = {"jsonl": "findings.jsonl", "csv": "findings.csv", "html": "findings.html",
           "run": "run.json", "events": "events.jsonl"}

what, program, folder = sys.argv[1:]
wrong = 0
for form, name in FORMATS.items():
    made = subprocess.run([program, form], check=True, stdout=subprocess.PIPE).stdout
    if form == "html":
        made = re.sub(rb"<(style|script)>.*?</\1>", rb"<\1></\1>", made, flags=re.DOTALL)
        made = re.sub(rb"'sha256-[^']+'", b"'sha256-...'", made)
    path = pathlib.Path(folder) / name
    if what == "bless":
        path.write_bytes(made)
    elif not path.exists() or path.read_bytes() != made:
        wrong = 1
        old = path.read_bytes().split(b"\n") if path.exists() else []
        for number, line in enumerate(made.split(b"\n"), 1):
            if number > len(old) or old[number - 1] != line:
                print("%s, line %d: %r" % (name, number, line[:500]))
                break
        else:
            print("%s: shorter than it was" % name)
sys.exit(wrong)
