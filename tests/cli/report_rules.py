#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""report_rules.py TIMELINE.JSONL...: what the output contract promises of every finding.

Each reason's text is exactly the bytes at its span of the printed field; one primary record; severity is
the leading behaviour's; ids are distinct; the order is time, host, id. Ends with 1 and says where if not.
"""
import json
import sys


def field_of(finding, reason):
    """The printed field a reason speaks of, as bytes; None if it is not printed."""
    if "evidence" in reason:
        fields = finding["evidence"][reason["evidence"]].get("fields", {})
        value = fields.get(reason["field"])
    else:
        value = finding.get("process", {}).get(reason["field"])
    return None if value is None else value.encode("utf-8", "surrogatepass")


def faults_of(finding):
    for reason in finding["reasons"]:
        whole = field_of(finding, reason)
        want = reason["text"].encode("utf-8", "surrogatepass")
        if whole is None:
            yield "a reason speaks of %r, which is not printed" % reason["field"]
        elif whole[reason["start"]:reason["start"] + reason["length"]] != want:
            yield "span %d+%d of %r is not %r" % (
                reason["start"], reason["length"], reason["field"], reason["text"])
        if not any(b["id"] == reason["behaviour"] for b in finding["behaviours"]):
            yield "a reason for %s, which does not hold" % reason["behaviour"]
    primaries = sum(e["role"] == "primary" for e in finding["evidence"])
    if primaries != 1:
        yield "%d primary records" % primaries
    if finding["behaviours"][0]["id"] != finding["behaviour"]:
        yield "the first behaviour does not lead"
    if finding["severity"] != finding["behaviours"][0]["severity"]:
        yield "severity is not the leading behaviour's"
    if not finding["techniques"]:
        yield "no technique"


def main():
    count, wrong = 0, 0
    for path in sys.argv[1:]:
        last, seen = None, set()
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            finding = json.loads(line)
            count += 1
            faults = list(faults_of(finding))
            key = ("time" not in finding, finding.get("time", ""),
                   finding.get("host", "").encode(), finding["id"])
            if last is not None and key < last:
                faults.append("out of order")
            if finding["id"] in seen:
                faults.append("id given twice")
            last = key
            seen.add(finding["id"])
            for fault in faults:
                print("%s:%d: %s" % (path, number, fault))
            wrong += bool(faults)
    print("%d findings, %d wrong" % (count, wrong))
    sys.exit(1 if wrong or not count else 0)


main()
