#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""engine.py BENCH_ENGINE LOG...: instructions of the engine, counted by callgrind where it is installed.

For each process that is judged, for each that is passed over, and of a scan of each log with all analyzers against
the same with none.
"""
import os
import re
import shutil
import subprocess
import sys

PROCESSES = 2000


def instructions(bench, function, what, of):
    p = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                        "--toggle-collect=%s*" % function, bench, "--only", what, of],
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", p.stderr).group(1))


def main():
    bench = sys.argv[1]
    if shutil.which("valgrind") is None:
        print("engine: instructions are not counted, valgrind is not installed")
        return
    for what, text in (("judged", "a process that is judged"), ("passed", "a process that is passed over"),
                       ("again", "a process that runs again")):
        spent = instructions(bench, "measured_judge", what, str(PROCESSES))
        print("%-30s %9.0f instructions each" % (text, spent / PROCESSES))
    for log in sys.argv[2:]:
        both = [instructions(bench, "measured_scan", what, log) for what in ("all", "none")]
        print("%s: with all analyzers %.1f million instructions, with none %.1f: %.2f times"
              % (os.path.basename(log), both[0] / 1e6, both[1] / 1e6, both[0] / both[1]))


main()
