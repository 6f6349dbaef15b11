#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""same.py CATSPAW FOLDER...: the same evidence gives the same bytes.

Scans the case in FOLDER with any number of jobs, with the least memory, copied elsewhere, in any order of
arguments and from another place, language, zone and mask: timeline.* are equal byte by byte, and run.json
but for what is under "clock" and the arguments as they were given.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
TIMELINES = ("timeline.jsonl", "timeline.csv", "timeline.html")
faults = []
room = tempfile.TemporaryDirectory()
count = 0


def scan(*given, options=(), before=(), env=None, **more):
    global count
    count += 1
    out = os.path.join(room.name, "report-%d" % count)
    r = subprocess.run([*before, PROGRAM, "scan", *given, "-o", out, "--quiet", *options], timeout=600,
                       env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       stdin=subprocess.DEVNULL, **more)
    if r.returncode not in (0, 3) or r.stdout:
        faults.append("exit %d of %r: %r %r" % (r.returncode, given, r.stdout[:200], r.stderr[-500:]))
        return {}
    got = {n: open(os.path.join(out, n), "rb").read() for n in TIMELINES}
    ledger = json.loads(open(os.path.join(out, "run.json"), "rb").read())
    got["clock"] = ledger.pop("clock")
    got["arguments"] = ledger.pop("arguments")
    got["run.json"] = json.dumps(ledger).encode()  # in the order that it was written in
    shutil.rmtree(out)
    return got


def same(label, want, got, names=(*TIMELINES, "run.json")):
    for name in names:
        a, b = want.get(name, b""), got.get(name, b"-")
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            faults.append("%s: %s differs at %d: %r, not %r" % (
                label, name, at, b[max(0, at - 60):at + 60], a[max(0, at - 60):at + 60]))


def of_one(folder):
    label = os.path.basename(folder)
    base = scan(folder)
    for jobs in ("1", "2", "7"):
        same("%s, --jobs %s" % (label, jobs), base, scan(folder, options=("--jobs", jobs)))
    same(label + ", --memory 64M", base, scan(folder, options=("--memory", "64M", "--jobs", "3")))
    same(label + ", spool elsewhere", base, scan(folder, options=("--temp", room.name)))
    if shutil.which("taskset"):
        same(label + ", one processor", base, scan(folder, before=("taskset", "-c", "0")))
    same(label + ", elsewhere", base, scan(
        folder, env={"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "HOME": "/nowhere"},
        cwd="/", preexec_fn=lambda: os.umask(0o077)), TIMELINES)
    # Copied, so that the folder lists its files in another order and all have other times and inodes.
    copy = os.path.join(room.name, "copy of it")
    files = [os.path.join(where, n) for where, _, names in os.walk(folder) for n in names]
    for path in sorted(files, key=lambda p: p[::-1], reverse=True):
        to = os.path.join(copy, os.path.relpath(path, folder))
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copyfile(path, to)
    same(label + ", copied", base, scan(copy))
    same(label + ", with a slash", base, scan(copy + "//"))
    same(label + ", as .", base, scan(".", cwd=copy))
    # Several arguments: their order, and one given twice.
    parts = [os.path.join(folder, n) for n in sorted(os.listdir(folder))]
    several = scan(*parts)
    same(label + ", arguments the other way", several, scan(*parts[::-1]))
    same(label + ", arguments twice", several, scan(*parts, *parts[::-1]))
    pair = scan(folder, copy)  # a copy under another name: told, and changes no finding
    same(label + ", with its copy", pair, scan(copy, folder))

    def ids(got):
        return [(f["id"], f["behaviour"], f["score"]) for f in map(json.loads, got["timeline.jsonl"].splitlines())]
    if pair and ids(pair) != ids(base):
        faults.append(label + ": a copy changes the findings")
    # Collectors rename files: the kind is told by content, and no finding hangs on a name.
    for number, path in enumerate(sorted(os.path.join(w, n) for w, _, ns in os.walk(copy) for n in ns)):
        os.rename(path, os.path.join(os.path.dirname(path), "%08x" % (0xFFFF - number)))
    renamed = scan(copy)
    if base and renamed:
        same(label + ", renamed", {"facts": facts_of(base)}, {"facts": facts_of(renamed)}, ("facts",))
    shutil.rmtree(copy)


def facts_of(got):
    """The findings without where their evidence lies."""
    found = [json.loads(line) for line in got["timeline.jsonl"].splitlines()]
    for f in found:
        for e in f["evidence"]:
            e.pop("source", None)
            for c in e.get("copies", []):
                c.pop("source", None)
    return "\n".join(map(json.dumps, found)).encode()


for given in sys.argv[2:]:
    of_one(os.path.abspath(given))
room.cleanup()
for fault in faults:
    print(fault)
print("%d scans, %d faults" % (count, len(faults)))
sys.exit(1 if faults else 0)
