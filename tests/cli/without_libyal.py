#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""without_libyal.py CATSPAW CASE: a program built without libyal reads logs and hives all the same."""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM, CASE = map(os.path.abspath, sys.argv[1:])
faults = []


def check(label, holds, seen=""):
    if not holds:
        faults.append("%s: %r" % (label, seen))


with tempfile.TemporaryDirectory() as folder:
    report = os.path.join(folder, "report")
    r = subprocess.run([PROGRAM, "scan", "--quiet", "-o", report, CASE], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    check("exit", r.returncode == 0, r.stderr)
    with open(os.path.join(report, "run.json"), encoding="utf-8") as f:
        ledger = json.load(f)
    with open(os.path.join(report, "timeline.jsonl"), encoding="utf-8") as f:
        findings = [json.loads(line) for line in f]

hives = [f for f in ledger["files"] if f["kind"] == "hive"]
check("hives", len(hives) > 2, hives)
for one in hives:
    check(one["source"], one.get("reader") == "native" and one["records"]["read"] > 0, one)
cited = [e for f in findings for e in f["evidence"] if e["kind"] == "hive"]
check("findings that cite a hive", len(cited) > 0, len(findings))
r = subprocess.run([PROGRAM, "scan", "--reader", "libevtx", "-o", "-", CASE], check=False,
                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
check("--reader libevtx", r.returncode == 2 and b"no such reader" in r.stderr, r.stderr)

print("\n".join(faults))
sys.exit(1 if faults else 0)
