#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""site.py CATSPAW CASE: a site file lowers findings of a case, says so, and hides none of them."""
import json
import os
import subprocess
import sys
import tempfile

PROGRAM, CASE = map(os.path.abspath, sys.argv[1:])
LEVELS = ["none", "informational", "low", "medium", "high", "critical"]
SITE = {
    "schema": "catspaw.site/1",
    "domains": ["example.org"],
    "places": ["C:\\Users\\alice\\AppData"],
    "parents": ["wmic.exe"],
}
faults = []


def check(label, holds, seen=""):
    if not holds:
        faults.append("%s: %r" % (label, seen))


def run(*args):
    env = {"PATH": os.environ["PATH"], "TERM": "dumb"}
    env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
    return subprocess.run([PROGRAM, *args], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)


def findings(*more):
    r = run("scan", "--quiet", "--output", "-", "--format", "jsonl", *more, CASE)
    check("exit of a scan", r.returncode == 0, r.stderr)
    return [json.loads(line) for line in r.stdout.splitlines()]


def by_site(held):
    return held.get("adjusted", "").startswith("site: ")


def scan(path):
    without, with_it = findings(), findings("--site", path)
    check("the same findings", [f["id"] for f in without] == [f["id"] for f in with_it])
    lowered = 0
    for a, b in zip(without, with_it):
        before = {h["id"]: h for h in a["behaviours"]}
        check("the same behaviours", before.keys() == {h["id"] for h in b["behaviours"]}, b)
        for held in b["behaviours"]:
            was, now = (LEVELS.index(h["severity"]) for h in (before[held["id"]], held))
            check("what is lowered says so, and only that", (now < was) == by_site(held), held)
            check("nothing is raised, nothing vanishes", LEVELS.index("low") <= now <= was or
                  now == was, held)
            lowered += now < was
    check("findings are lowered", lowered >= 3, lowered)
    reports = run("scan", "--quiet", "--output", "-", "--format", "html", "--site", path, CASE)
    check("the page says so", b"site: a domain of the organisation, example.org" in reports.stdout)


def lines(path):
    r = run("check", "--site", path, "regsvr32 /s C:\\Users\\alice\\AppData\\x.dll")
    check("check says so", b"site: a place that software is deployed from" in r.stdout, r.stdout)


def refusals(folder):
    path = os.path.join(folder, "bad.json")
    for text, said in [
        (b'{"schema":"catspaw.site/1",\n "domain":[]}', b"line 2, column 2 (offset 29): unknown key"),
        (b'{"schema":"catspaw.site/1","networks":["10.1.0.0/8"]}', b"bits of the address are set"),
        (b'{"schema":"catspaw.site/1","networks":7}', b"no list of texts: 'networks'"),
        (b'{"schema":"catspaw.site/1","signers":["\\u001b[2J"]}', b"a control character"),
        (b"", b"not JSON"),
    ]:
        with open(path, "wb") as f:
            f.write(text)
        for args in (["scan", "--output", "-", "--site", path, CASE], ["check", "--site", path, "x"]):
            r = run(*args)
            check("exit of %r" % args, r.returncode == 2 and r.stdout == b"", r)
            check("%r says" % text, said in r.stderr and b"\x1b" not in r.stderr, r.stderr)
    r = run("check", "--site", os.path.join(folder, "none.json"), "x")
    check("a file that is not there", r.returncode == 2 and b"No such file" in r.stderr, r)


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "site.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(SITE, f)
    scan(path)
    lines(path)
    refusals(folder)
for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
