#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""goodware.py CATSPAW FIXTURES KINDS [--days N] [--seed N] [--hosts KIND=N ...] [--most F] [--keep FOLDER]

How often catspaw is wrong about hosts on which nothing bad happens: draws ordinary hosts of every kind
(FIXTURES is catspaw-fixtures, KINDS the folder with their descriptions), scans them, and prints the findings
at medium and above per host-day and the share each behaviour has in them. Ends with 1 if there are more than
F (0.05: one in twenty host-days) or any at high.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

LEVELS = ("informational", "low", "medium", "high", "critical")
HOSTS = {"office": 110, "developer": 34, "server": 50, "administrator": 6}


def scan(args, kind, hosts, folder):
    """The findings at medium and above of that many hosts, and the number of files they were read from."""
    logs, report = os.path.join(folder, kind), os.path.join(folder, kind + "-report")
    subprocess.run([args.fixtures, "ordinary", os.path.join(args.kinds, kind + ".txt"), str(hosts), str(args.days),
                    str(args.seed), logs], check=True)
    subprocess.run([args.catspaw, "scan", logs, "-o", report], check=True, stderr=subprocess.DEVNULL)
    with open(os.path.join(report, "timeline.jsonl"), encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    if not found:  # not even at low: the logs hold nothing to judge
        sys.exit("%s: nothing found at all" % kind)
    with open(os.path.join(report, "run.json"), encoding="utf-8") as ledger:
        files = json.load(ledger)["files"]
    return [f for f in found if LEVELS.index(f["severity"]) >= 2], len(files)


def shares(found):
    """Behaviours at medium and above by the number of findings they are in."""
    count = collections.Counter()
    for f in found:
        count.update((b["id"], b["severity"]) for b in f["behaviours"] if LEVELS.index(b["severity"]) >= 2)
    return sorted(count.items(), key=lambda c: (-c[1], c[0]))


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("catspaw")
    ask.add_argument("fixtures")
    ask.add_argument("kinds")
    ask.add_argument("--days", type=int, default=10)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--hosts", nargs="*", default=[], metavar="KIND=N")
    ask.add_argument("--most", type=float, default=0.05)
    ask.add_argument("--keep", help="a folder for logs and reports, instead of one that is removed")
    args = ask.parse_args()
    hosts = dict(HOSTS)
    hosts.update((kind, int(n)) for kind, n in (h.split("=") for h in args.hosts))

    everything, days_of_all = [], 0
    with tempfile.TemporaryDirectory() as scratch:
        for kind, n in hosts.items():
            found, files = scan(args, kind, n, args.keep or scratch)
            if files < n:
                sys.exit("%s: %d hosts left %d files" % (kind, n, files))
            days = n * args.days
            high = sum(LEVELS.index(f["severity"]) > 2 for f in found)
            print("%-14s %5d host-days, %4d at medium and above (%.3f a host-day), %d at high"
                  % (kind, days, len(found), len(found) / days, high))
            everything += found
            days_of_all += days
    rate = len(everything) / days_of_all
    high = sum(LEVELS.index(f["severity"]) > 2 for f in everything)
    for (behaviour, severity), n in shares(everything):
        print("  %5.1f %%  %-8s %s" % (100 * n / len(everything), severity, behaviour))
    print("goodware: %d findings at medium and above on %d host-days: %.4f per host-day, %.2f per 20; %d at high"
          % (len(everything), days_of_all, rate, 20 * rate, high))
    sys.exit(0 if rate <= args.most and high == 0 else 1)


main()
