#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""vectors.py CATSPAW FIXTURES-PROGRAM TEST-BEHAVIOURS FIXTURES

The rows of fixtures/behaviours end to end. Every row becomes a host of its own in generated logs, once recorded
by Sysmon and once by process auditing; one scan goes over all; and each host has to have the behaviour of its
row exactly where the evaluator says so, at its severity and confidence. Then the cases of fixtures/cases: what
they say of a process has to be found for it, or nothing. Rows of fixtures/lines that other records decide
(needs=) have to stand among the vectors and cases.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

CATSPAW, GENERATOR, EVALUATOR = sys.argv[1:4]
FIXTURES = pathlib.Path(sys.argv[4])
faults = 0


def fault(text):
    global faults
    faults += 1
    print(text)


def run(*args):
    return subprocess.run(args, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def answers():
    """(file, line, sensor) -> (truth, severity, confidence), as the evaluator has it."""
    lines = [line.split("\t") for line in run(EVALUATOR, FIXTURES, "--answers").splitlines()]
    return {(stem, number, via): (truth, severity, confidence)
            for stem, number, via, truth, severity, confidence in lines}


def findings(folder):
    """host -> its findings; the reports hold nothing else that is asked here."""
    out = {}
    for line in run(CATSPAW, "scan", "-q", "-f", "jsonl", "-o", "-", folder).splitlines():
        f = json.loads(line)
        out.setdefault(f["host"], []).append(f)
    return out


def held(found, host, pid, ids):
    """What of ids is held on the host, by the process if one is named."""
    return [b for f in found.get(host, [])
            if "concerned" not in f and pid in ("-", str(f.get("process", {}).get("pid")))
            for b in f["behaviours"] if b["id"] in ids]


def folds(found, host, pid, behaviour):
    """Is it held by a finding that this process was folded into (a twin, a stage of a panel)?"""
    return any(b["id"] == behaviour for f in found.get(host, []) for b in f["behaviours"]
               if any(e.get("event_id") in (1, 4688) and e["role"] == "child"
                      and int(e["fields"].get("NewProcessId", e["fields"].get("ProcessId", "0")), 0) == pid
                      for e in f["evidence"]))


def judge(via, row, answer, found, replaces):
    host, stem, number, behaviour, sign, about, pid = row
    truth, severity, confidence = answer
    where = f"fixtures/behaviours/{stem}.txt:{number}: {behaviour} ({sign}{about}) by {via}"
    got = held(found, host, pid, {behaviour})
    if truth != "yes":
        if got:
            fault(f"{where} holds, and the evaluator says {truth}")
    elif not got:
        if not held(found, host, pid, replaces.get(behaviour, ())) and (
                pid == "-" or not folds(found, host, int(pid), behaviour)):
            others = sorted({b["id"] for f in found.get(host, []) for b in f["behaviours"]})
            fault(f"{where} does not hold; {host} has {', '.join(others) or 'nothing'}")
    elif all((b["severity"], b["confidence"]) != (severity, confidence) for b in got):
        fault(f"{where} is {got[0]['severity']}/{got[0]['confidence']} and not {severity}/{confidence}")


def check_rows(via, expected, replaces, folder):
    vectors = sorted((FIXTURES / "behaviours").glob("*.txt"))
    run(GENERATOR, "--programs", FIXTURES / "programs.txt", "--via", via, "rows", folder, *vectors)
    rows = [line.split("\t") for line in
            pathlib.Path(folder, "rows.tsv").read_text(encoding="utf-8").splitlines()]
    found = findings(folder)
    asked = 0
    for row in rows:
        answer = expected.pop((row[1], row[2], via), None)
        if answer is not None:  # else the row itself says what recorded it
            judge(via, row, answer, found, replaces)
            asked += 1
    print(f"{asked} of {len(rows)} rows by {via}")


def check_case(path):
    """`=` and `none` of a case."""
    expected = [line.split("\t") for line in run(GENERATOR, "--programs", FIXTURES / "programs.txt",
                                                  "expect", path).splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        run(GENERATOR, "--programs", FIXTURES / "programs.txt", "case", path, folder)
        found = findings(folder)
    for host, pid, number, behaviour, severity in expected:
        where = f"fixtures/cases/{path.name}:{number}"
        got = [b for f in found.get(host, []) if "concerned" not in f
               # a record that names no process stands for itself
               and str(f.get("process", {}).get("pid", "" if behaviour == "none" else pid)) == pid
               for b in f["behaviours"]]
        if behaviour == "none":
            for b in got:
                if b["severity"] in ("medium", "high", "critical"):
                    fault(f"{where} has {b['id']} at {b['severity']}")
        elif not any(b["id"] == behaviour and severity in ("", b["severity"]) for b in got):
            fault(f"{where} has {', '.join(b['id'] + '/' + b['severity'] for b in got) or 'nothing'}")
    print(f"{len(expected)} expectations of {path.name}")


def needing(name):
    """Rows of fixtures/lines that other records decide."""
    for line in (FIXTURES / "lines" / name).read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if line and not line.startswith("#") and any(c.startswith("needs=") for c in cells[2:]):
            yield cells[0], cells[1]


def says(line, command):
    return line.endswith(" " + command) or line.endswith(" = " + command) or line == command


def texts_of_vectors():
    """behaviour -> the lines of its rows that fire."""
    out, behaviour, fires = {}, None, False
    for path in sorted((FIXTURES / "behaviours").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                behaviour = line[2:]
            elif line[:1] in ("+", "-", "~"):
                fires = line[0] != "-"
            if fires and behaviour is not None and not line.startswith(("= ", "#")):
                out.setdefault(behaviour, []).append(line)
    return out


def check_lines(catalogue):
    vectors = texts_of_vectors()
    everyday = (FIXTURES / "cases" / "everyday.txt").read_text(encoding="utf-8").splitlines()
    decided = {b["id"] for b in catalogue if b["when"]}
    for behaviour, command in needing("positive.tsv"):
        if behaviour not in decided:
            print(f"{behaviour} is still to come: {command}")
        elif not any(says(line, command) for line in vectors.get(behaviour, [])):
            fault(f"no vector of {behaviour} has: {command}")
    for _, command in needing("benign.tsv"):
        if not any(says(line, command) for line in everyday):
            fault(f"not in fixtures/cases/everyday.txt: {command}")


def main():
    catalogue = json.loads(run(CATSPAW, "behaviours", "--json"))
    replaces = {}
    for b in catalogue:
        for general in b["instead_of"]:
            replaces.setdefault(general, set()).add(b["id"])
    expected = answers()
    for via in ("sysmon", "4688"):
        with tempfile.TemporaryDirectory() as folder:
            check_rows(via, expected, replaces, folder)
    if expected:
        fault(f"{len(expected)} rows were not made, the first {min(expected)}")
    for path in sorted((FIXTURES / "cases").glob("*.txt")):
        check_case(path)
    check_lines(catalogue)
    print(f"{faults} faults")
    return 1 if faults else 0


sys.exit(main())
