#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""full.py CATSPAW SMALL LOG...: how fast full records come, beside evtx_dump and evtxexport where the PATH has them.

The contestants take turns, so that all meet the same noise; each run's processor time (all threads, system included) and elapsed
time are taken, and the middle of the rounds is told. A time counts only if every record came out. evtxexport is measured on
SMALL, since it takes a minute for what the others do in a tenth of a second; rates make it comparable.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM, SMALL, LOGS = sys.argv[1], sys.argv[2], sys.argv[3:]
ROUNDS = 7
faults = []


def contestants(log, with_slow):
    yield "catspaw --all, one thread", [PROGRAM, "events", "--all", "-q", "-j1", log], b"\n"
    yield "catspaw --all, all threads", [PROGRAM, "events", "--all", "-q", log], b"\n"
    yield "catspaw --xml, one thread", [PROGRAM, "events", "--xml", "-q", "-j1", log], b"</Event>"
    if shutil.which("evtx_dump"):
        yield "evtx_dump -t 1 -o jsonl", ["evtx_dump", "-t", "1", "-o", "jsonl", log], b"\n"
    if with_slow and shutil.which("evtxexport"):
        yield "evtxexport -f xml", ["evtxexport", "-f", "xml", log], b"</Event>"


def once(command, out):
    out.seek(0)
    out.truncate()
    began = time.monotonic()
    p = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, time.monotonic() - began, p.returncode


def records(out, end):
    out.seek(0)
    return out.read().count(end)


def measure(log, rounds, with_slow):
    size = os.path.getsize(log)
    rows = {}
    found = {}
    with tempfile.TemporaryFile() as out:
        for _ in range(rounds + 1):
            for name, command, end in contestants(log, with_slow):
                cpu, elapsed, code = once(command, out)
                if name not in found:  # the first round warms the files, and its output is looked at
                    found[name] = records(out, end) if code == 0 else -1
                else:
                    rows.setdefault(name, []).append((cpu, elapsed))
    want = found["catspaw --all, one thread"]
    print("%s: %.1f MB, %d records" % (os.path.basename(log), size / 1e6, want))
    if want <= 0:
        faults.append(log)
    cpu_of = {}
    for name, times in rows.items():
        cpu = statistics.median(t[0] for t in times)
        elapsed = statistics.median(t[1] for t in times)
        if found[name] != want:
            print("  %-28s %d records: does not count" % (name, found[name]))
            if name.startswith("catspaw"):
                faults.append(name)
            continue
        cpu_of[name] = cpu
        print("  %-28s %7.3f s of processor time, %7.3f s; %7.1f MB/s" % (name, cpu, elapsed, size / 1e6 / elapsed))
    for name in ("evtx_dump -t 1 -o jsonl", "evtxexport -f xml"):
        ours = "catspaw --xml, one thread" if "xml" in name else "catspaw --all, one thread"
        if name in cpu_of:
            print("  %s takes %.2f times the processor time of %s" % (name, cpu_of[name] / cpu_of[ours], ours))


measure(SMALL, 3, True)
for each in LOGS:
    measure(each, ROUNDS, False)
sys.exit(1 if faults else 0)
