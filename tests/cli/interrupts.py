#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""interrupts.py CATSPAW FIXTURES CASE [EVIDENCE]: a scan, or the printing of records, that is stopped at random moments.

Stopped once a scan writes what it found and says so; stopped twice or killed it leaves no half-written report;
in every case its reader processes end with it and nothing of its own stays in the output folder. Records that
were printed are whole, whatever came between: a signal, a reader that goes away, a full disk. The seed
is printed; PAW_SEED repeats it, PAW_ROUNDS makes more.
"""
import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

PROGRAM, FIXTURES = map(os.path.abspath, sys.argv[1:3])
NAMES = {"timeline.jsonl", "timeline.csv", "timeline.html", "run.json"}
SEED = int(os.environ.get("PAW_SEED", "1218"))
ROUNDS = int(os.environ.get("PAW_ROUNDS", "8"))
faults = []
random.seed(SEED)


def processes_of(mark):
    """Processes with mark among their arguments: the scan and, forked from it, its readers."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                arguments = f.read().split(b"\0")
            with open("/proc/%s/stat" % pid) as f:
                state = f.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if mark.encode() in arguments and state != "Z" and int(pid) != os.getpid():
            found.append(int(pid))
    return found


def nobody_left(label, out):
    until = time.monotonic() + 1
    while processes_of(out) and time.monotonic() < until:
        time.sleep(0.02)
    left = processes_of(out)
    if left:
        faults.append("%s: processes are left: %r" % (label, left))
    for pid in left:
        os.kill(pid, signal.SIGKILL)


def is_whole(path):
    """A report by its own rules."""
    data = open(path, "rb").read().decode("utf-8")
    if path.endswith(".jsonl"):
        lines = data.split("\n")
        list(map(json.loads, lines[:-1]))
        return lines[-1] == ""
    if path.endswith(".csv"):
        rows = list(csv.reader(data.split("\r\n")[:-1], strict=True))
        return data.endswith("\r\n") and all(len(row) == len(rows[0]) for row in rows)
    if path.endswith(".html"):
        return data.rstrip().endswith("</html>")
    json.loads(data)
    return True


def check_folder(label, out, leftovers=False):
    names = set(os.listdir(out)) if os.path.isdir(out) else set()
    hidden = {n for n in names - NAMES if n.startswith(".") and n.endswith(".part")}
    if names - NAMES - (hidden if leftovers else set()):
        faults.append("%s: in the folder: %r" % (label, sorted(names - NAMES)))
    for name in names & NAMES:
        try:
            if not is_whole(os.path.join(out, name)):
                faults.append("%s: %s is not whole" % (label, name))
        except ValueError as e:
            faults.append("%s: %s: %s" % (label, name, e))
    return names


def start(evidence, out, *options, **more):
    return subprocess.Popen([PROGRAM, "scan", evidence, "-o", out, "--quiet", *options],
                            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            stdout=more.pop("stdout", subprocess.DEVNULL), **more)


def wait(label, p, seconds=30):
    try:
        said = p.communicate(timeout=seconds)[1]
    except subprocess.TimeoutExpired:
        p.kill()
        said = p.communicate()[1]
        faults.append("%s: not over after %d s" % (label, seconds))
    return said


def moments(rounds, whole):
    """From 5 ms to the end, each part of the scan as often as the others."""
    return [0.005 + (whole - 0.005) * (i + random.random()) / rounds for i in range(rounds)]


stopped = []  # moments at which a signal ended a scan early


def once(evidence, room, number, after):
    label = "%s after %.0f ms" % (number.name, after * 1000)
    out = os.path.join(room, "out-%s-%d" % (number.name, int(after * 1e6)))
    p = start(evidence, out)
    time.sleep(after)
    p.send_signal(number)
    said = wait(label, p)
    nobody_left(label, out)
    names = check_folder(label, out)
    if p.returncode in (0, 3) and names == NAMES:
        if "partial" not in json.load(open(os.path.join(out, "run.json"))):
            return  # everything was read already: the report is whole and says so
    if p.returncode == -number and after < 0.05 and not names:
        return  # it had not even begun
    if p.returncode != 130:
        faults.append("%s: exit %d: %r" % (label, p.returncode, said))
    else:
        stopped.append(after)
    if names:
        if names != NAMES:
            faults.append("%s: only %r" % (label, sorted(names)))
        elif json.load(open(os.path.join(out, "run.json"))).get("partial") is not True:
            faults.append("%s: not marked partial" % label)
    if b"interrupted" not in said and said:
        faults.append("%s: it says %r" % (label, said))
    if (b"report holds" in said) != bool(names):
        faults.append("%s: it says %r with %r" % (label, said, sorted(names)))


def twice(evidence, room, after):
    label = "SIGINT twice after %.0f ms" % (after * 1000)
    out = os.path.join(room, "out-twice-%d" % int(after * 1e6))
    p = start(evidence, out)
    time.sleep(after)
    p.send_signal(signal.SIGINT)
    time.sleep(0.02)
    p.send_signal(signal.SIGINT)
    wait(label, p, 5)
    if p.returncode not in (-signal.SIGINT, 130, 0, 3):
        faults.append("%s: exit %d" % (label, p.returncode))
    nobody_left(label, out)
    check_folder(label, out)


def killed(evidence, room, after):
    label = "SIGKILL after %.0f ms" % (after * 1000)
    out = os.path.join(room, "out-killed-%d" % int(after * 1e6))
    p = start(evidence, out)
    time.sleep(after)
    p.kill()
    wait(label, p, 5)
    nobody_left(label, out)
    check_folder(label, out, leftovers=True)  # hidden and never under a final name


def closed_pipe(evidence, form):
    """Who reads the report goes away after its first line."""
    mark = "--format=" + form
    p = subprocess.Popen([PROGRAM, "scan", evidence, "-o", "-", mark, "--quiet"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.read(1)
    p.stdout.close()
    try:
        p.wait(30)
    except subprocess.TimeoutExpired:
        p.kill()
        faults.append("closed pipe, %s: hangs" % form)
        return
    said = p.stderr.read()
    p.stderr.close()
    # A report that fits into the pipe was written whole before its reader went away.
    if (p.returncode, bool(said)) not in ((5, True), (0, False)):
        faults.append("closed pipe, %s: exit %d: %r" % (form, p.returncode, said))


def start_events(evidence, mark, *options, **more):
    """mark is a name of its own for the evidence, by which the process is known."""
    os.symlink(evidence, mark)
    return subprocess.Popen([PROGRAM, "events", mark, "--quiet", *options], stdin=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, **more)


def are_records(path, options):
    """Whole ones, and with --xml a whole document."""
    data = open(path, "rb").read()
    if "--xml" in options:
        return not data or xml.etree.ElementTree.fromstring(data).tag == "Events"
    list(map(json.loads, data.splitlines()))
    return not data or data.endswith(b"\n")


def events_once(evidence, room, options, number, after):
    label = "events %s: %s after %.0f ms" % (" ".join(options), number.name, after * 1000)
    mark = os.path.join(room, "events-%s-%d" % ("".join(options), int(after * 1e6)))
    with open(mark + ".out", "wb") as out:
        p = start_events(evidence, mark, *options, stdout=out)
        time.sleep(after)
        p.send_signal(number)
        said = wait(label, p)
    nobody_left(label, mark)
    if p.returncode == 130:
        stopped.append(after)
    elif p.returncode not in (0, 3) and not (p.returncode == -number and after < 0.05):
        faults.append("%s: exit %d: %r" % (label, p.returncode, said))
    try:
        if number != signal.SIGKILL and p.returncode >= 0 and not are_records(mark + ".out", options):
            faults.append("%s: the last record is not whole" % label)
    except (ValueError, xml.etree.ElementTree.ParseError) as e:
        faults.append("%s: %s" % (label, e))
    os.remove(mark + ".out")
    os.remove(mark)


def events_into(evidence, room, options, sink):
    """Into a pipe whose reader goes away, or a disk that is full."""
    label = "events %s into a %s" % (" ".join(options), sink)
    mark = os.path.join(room, "events-into")
    with open("/dev/full", "wb") as full:
        p = start_events(evidence, mark, *options, stdout=full if sink == "full disk" else subprocess.PIPE)
        if sink == "closed pipe":
            p.stdout.read(1)
            p.stdout.close()
            p.stdout = None
        said = wait(label, p)
    nobody_left(label, mark)
    if p.returncode != 5 or not said:
        faults.append("%s: exit %d: %r" % (label, p.returncode, said))
    os.remove(mark)


def try_events(evidence, room):
    for options in (("--all",), ("--xml",), ("--all", "--jobs", "1"), ()):
        began = time.monotonic()
        p = start_events(evidence, os.path.join(room, "all"), *options, stdout=subprocess.DEVNULL)
        wait("events", p, 120)
        os.remove(os.path.join(room, "all"))
        whole = time.monotonic() - began
        stopped.clear()
        for number in (signal.SIGINT, signal.SIGTERM):
            for after in moments(ROUNDS // 2, whole):
                events_once(evidence, room, options, number, after)
        if not stopped:
            faults.append("events %s: no signal ended it early" % " ".join(options))
        for sink in ("closed pipe", "full disk"):
            events_into(evidence, room, options, sink)


def main():
    print("seed %d" % SEED)
    with tempfile.TemporaryDirectory() as room:
        evidence = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else os.path.join(room, "evidence")
        if len(sys.argv) <= 4:
            os.mkdir(evidence)
            os.symlink(os.path.abspath(sys.argv[3]), os.path.join(evidence, "case"))
            for name, kind in (("a.evtx", "dense"), ("b.evtx", "mixed")):
                subprocess.run([FIXTURES, "big", kind, "4", os.path.join(evidence, name)], check=True)
        began = time.monotonic()
        p = start(evidence, os.path.join(room, "whole"))
        said = wait("a scan", p, 120)
        whole = time.monotonic() - began
        if p.returncode not in (0, 3):
            faults.append("exit %d of a whole scan: %r" % (p.returncode, said))
        for after in moments(ROUNDS, whole):
            once(evidence, room, signal.SIGINT, after)
        for after in moments(ROUNDS // 2, whole):
            once(evidence, room, signal.SIGTERM, after)
            twice(evidence, room, after)
            killed(evidence, room, after)
        if not stopped:
            faults.append("no signal ended a scan early")
        for form in ("jsonl", "csv", "html"):
            closed_pipe(evidence, form)
        try_events(evidence, room)
    for fault in faults:
        print(fault)
    print("a scan takes %.2f s; %d faults" % (whole, len(faults)))
    sys.exit(1 if faults else 0)


main()
