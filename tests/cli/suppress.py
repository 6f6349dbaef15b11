#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""suppress.py CATSPAW CASE: entries made of findings suppress those, and every report tells of it."""
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile

PROGRAM, CASE = map(os.path.abspath, sys.argv[1:])
LEVELS = ["informational", "low", "medium", "high", "critical"]
WHY = {"reason": "looked at <b>", "author": "=cmd", "expires": "2026-12-31"}
faults = []


def check(label, holds, seen=""):
    if not holds:
        faults.append("%s: %r" % (label, seen))


def run(*args, **more):
    env = {"PATH": os.environ["PATH"], "TERM": "dumb", "USER": "jd"}
    env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
    return subprocess.run([PROGRAM, *args], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, **more)


def scan(folder, *more, code=0):
    r = run("scan", "--force", "--output", folder, *more, CASE)
    check("exit of a scan with %r" % (more,), r.returncode == code, r.stderr)
    report = {}
    for name in ("timeline.jsonl", "timeline.csv", "timeline.html", "run.json"):
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
            report[name] = f.read()
    report["findings"] = [json.loads(line) for line in report["timeline.jsonl"].splitlines()]
    report["run"] = json.loads(report["run.json"])
    report["stderr"] = r.stderr.decode()
    return report


def write(path, *entries):
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"schema": "catspaw.suppress/1", "entries": entries}, f)
    return path


def suppressed(report):
    return [f["id"] for f in report["findings"] if "suppressed_by" in f]


def only_marked(plain, report):
    """Nothing but the mark is other than without the file."""
    for a, b in zip(plain["findings"], report["findings"]):
        kept = {k: v for k, v in b.items() if k != "suppressed_by"}
        check("a finding is as it was", a == kept, b)
    lines = report["timeline.jsonl"].splitlines()
    for a, b in zip(plain["timeline.jsonl"].splitlines(), lines):
        check("the bytes of the others", a == b or "suppressed_by" in b, b)
    check("none vanishes", len(lines) == len(plain["findings"]), len(lines))
    for key in ("totals", "severities", "techniques", "behaviours", "files", "diagnostics"):
        check("run.json: %s" % key, plain["run"][key] == report["run"][key], report["run"][key])


def in_all_reports(report, path, ids):
    check("these and no others", suppressed(report) == ids, suppressed(report))
    table = list(csv.DictReader(io.StringIO(report["timeline.csv"])))
    check("CSV", [r["id"] for r in table if r["suppressed_by"]] == ids, table)
    page = report["timeline.html"]
    head, _, tail = page.partition('id="suppressed"')
    check("the page has them in their part",
          all('id="f-%s"' % i in tail and 'id="f-%s"' % i not in head for i in ids), ids)
    check("the page counts them", "Suppressed findings (%d)" % len(ids) in page or not ids)
    told = report["run"]["suppressed"]
    with open(path, "rb") as f:
        check("SHA-256", told["sha256"] == hashlib.sha256(f.read()).hexdigest(), told)
    check("run.json counts them", told["findings"] == len(ids), told)
    check("the day stands with the clock", len(report["run"]["clock"]["as_of"]) == 10)


def round_trip(folder, plain):
    """The entry of each finding suppresses it, and of others only its like."""
    report, path = os.path.join(folder, "r"), os.path.join(folder, "one.json")
    by_id = {f["id"]: f for f in plain["findings"]}
    for one in by_id:
        made = run("suppress", one[:12], "--report", os.path.join(folder, "plain"), "--reason", "x")
        check("exit of suppress", made.returncode == 0 and made.stderr == b"", made)
        with open(path, "wb") as f:
            f.write(made.stdout)
        entry = json.loads(made.stdout)["entries"][0]
        check("who and for what", entry["author"] == "jd" and entry["finding"] == one, entry)
        after = scan(report, "--suppress", path)
        ids = suppressed(after)
        check("it is suppressed by its own entry", one in ids, made.stdout)
        in_all_reports(after, path, ids)
        for other in ids:
            like = by_id[other]
            check("only its like is", like["host"] == by_id[one]["host"] and
                  like["process"]["image"].lower() == by_id[one]["process"]["image"].lower() and
                  {b["id"] for b in like["behaviours"]} <= {b["id"] for b in
                                                           by_id[one]["behaviours"]}, (one, other))


def all_at_once(folder, plain):
    ids = [f["id"] for f in plain["findings"]]
    path, report = os.path.join(folder, "all.json"), os.path.join(folder, "r")
    first, rest = ids[:3], ids[3:]
    for some in (first, rest):
        r = run("suppress", *some, "--report", os.path.join(folder, "plain"), "--to", path,
                "--reason", WHY["reason"], "--author", WHY["author"], "--expires", WHY["expires"])
        check("exit of --to", r.returncode == 0 and r.stdout == b"", r)
    check("nothing else is left", sorted(os.listdir(folder)) == ["all.json", "one.json", "plain",
                                                                "r"], os.listdir(folder))
    after = scan(report, "--suppress", path, "--as-of", "2026-12-31", "--fail-on", "low")
    only_marked(plain, after)
    in_all_reports(after, path, ids)
    check("each by an entry of its own like", all(
        f["suppressed_by"]["reason"] == WHY["reason"] for f in after["findings"]))
    check("escaped in the page", "looked at <b>" not in after["timeline.html"])
    check("said that critical ones are among them", "critical and" in after["timeline.html"])
    check("said on standard error", "0 findings\n" in after["stderr"] and
          "%d more findings suppressed" % len(ids) in after["stderr"], after["stderr"])
    late = scan(report, "--suppress", path, "--as-of", "2027-01-01", "--fail-on", "low", code=1)
    check("expired", suppressed(late) == [] and all(
        e.get("expired") for e in late["run"]["suppressed"]["entries"]))
    check("expired ones tell what they would fit", all(
        e["would_fit"] >= 1 for e in late["run"]["suppressed"]["entries"]))


def by_hand(folder, plain):
    path, report = os.path.join(folder, "all.json"), os.path.join(folder, "r")
    worst = max(plain["findings"], key=lambda f: LEVELS.index(f["severity"]))
    entry = {"host": worst["host"], "behaviour": [b["id"] for b in worst["behaviours"]], **WHY}
    write(path, {"host": "nobody.example", "binary": "hh.exe", **WHY}, entry)
    after = scan(report, "--suppress", path, "--as-of", "2026-01-01")
    check("the second entry", worst["id"] in suppressed(after))
    told = after["run"]["suppressed"]["entries"]
    check("the first is of no use", told[0].get("unused") is True and "unused" not in told[1], told)
    again = scan(report, "--suppress", path, "--as-of", "2026-01-01", "--jobs", "1")
    for name in ("timeline.jsonl", "timeline.csv", "timeline.html"):
        check("the same bytes again: %s" % name, after[name] == again[name])
    entry["behaviour"] = entry["behaviour"][1:] or ["cmstp.renamed"]
    write(path, entry)
    check("not what did more", worst["id"] not in suppressed(
        scan(report, "--suppress", path, "--as-of", "2026-01-01")))


def refusals(folder):
    path = os.path.join(folder, "bad.json")
    report = os.path.join(folder, "plain")
    head = b'{"schema":"catspaw.suppress/1","entries":['
    for text, said in [
        (head + b'\n{"hosts":"x"}]}', b"line 2, column 2 (offset 44): unknown key: 'hosts'"),
        (head + b'{"host":"*","binary":"a.exe"}]}', b"too wide"),
        (head + b'{"host":"\xff\xfe"}]}', b"not JSON"),
        (head + b'{"host":"\\u001b[2J"}]}', b"a control character"),
        (b"[" * 500000, b"not JSON"),
        (b" " * (1 << 20) + b"x", b"more than 1 MiB"),
        (b"", b"not JSON"),
    ]:
        with open(path, "wb") as f:
            f.write(text)
        r = run("scan", "--output", "-", "--suppress", path, CASE)
        check("exit of scan", r.returncode == 2 and r.stdout == b"", r)
        check("%r says" % text[:80], said in r.stderr and b"\x1b" not in r.stderr, r.stderr)
        with open(os.path.join(report, "timeline.jsonl"), encoding="utf-8") as f:
            one = json.loads(f.readline())["id"]
        r = run("suppress", one, "--report", report, "--to", path)
        check("exit of suppress --to", r.returncode == 2, r)
        with open(path, "rb") as f:
            check("a file that is refused stays", f.read() == text)
    for args, said in [(["--as-of", "2026-01-01"], b"--as-of speaks of --suppress"),
                       (["--suppress", path, "--as-of", "1.1.2026"], b"not a day like"),
                       (["--suppress", os.path.join(folder, "none")], b"No such file")]:
        r = run("scan", "--output", "-", *args, CASE)
        check("refused: %r" % args, r.returncode == 2 and said in r.stderr, r)
    for args, said in [(["zz"], b"no finding of the report has the id"), ([""], b"or one that begins so"),
                       (["x", "--report", folder], b"No such file"),
                       (["x", "--expires", "soon"], b"not a day like")]:
        r = run("suppress", *args, *([] if "--report" in args else ["--report", report]))
        check("refused: %r" % args, r.returncode == 2 and said in r.stderr, r)


def hostile_reports(folder):
    bad = os.path.join(folder, "bad")
    os.mkdir(bad)
    name = os.path.join(bad, "timeline.jsonl")
    good = b'{"id":"aa","host":"h1","proxy":{"binary":"hh.exe","object":"C:\\\\x\\\\*.chm"},' \
           b'"behaviours":[{"id":"hh.renamed"}]}\n'
    for text, code in [
        (good, 0), (good[:-1], 0), (good + b"\n", 0), (b"", 2), (good + b"{", 2), (b"\xff\n" + good, 2),
        (good + b"[" * 300000 + b"\n", 2), (good + b'{"id":7}\n', 2), (good + b"7\n", 2),
        (good + good, 2), (b'{"id":"aa","behaviours":[]}', 2),
        (b'{"id":"aa","host":"h1","behaviours":[{"id":"no.such"}]}', 2),
        (b'{"id":"aa","host":["h"],"proxy":7,"process":[],"evidence":{},"behaviours":7}', 2),
        (b'{"id":"aa","host":"h\\u0000\\u001b","proxy":{"binary":"a.exe"},"process":{"parent":"x"},'
         b'"evidence":[{"fields":{"Signed":"true","SignatureStatus":"Valid","Signature":"S"}}]}', 0),
    ]:
        with open(name, "wb") as f:
            f.write(text)
        r = run("suppress", "aa", "--report", bad)
        check("%r" % text[:200], r.returncode == code and b"\x1b" not in r.stdout + r.stderr, r)
        if code == 0:
            fields = json.loads(r.stdout)["entries"][0]
            check("a wildcard of the evidence is none of ours", "*" not in json.dumps(fields))
    os.unlink(name)
    os.symlink(os.path.join(folder, "plain", "timeline.jsonl"), name)
    check("through a link", run("suppress", "aa", "--report", bad).returncode == 2)


with tempfile.TemporaryDirectory() as place:
    without = scan(os.path.join(place, "plain"))
    round_trip(place, without)
    all_at_once(place, without)
    by_hand(place, without)
    refusals(place)
    hostile_reports(place)
for fault in faults[:20]:
    print(fault)
sys.exit(1 if faults else 0)
