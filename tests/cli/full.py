#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""full.py CATSPAW SPECIAL CASE: full records, held against parsers that share nothing with their writer.

Every line of --all is JSON without a key given twice, --xml is one well-formed document, both tell the same records with the same
values, in the same order whatever is asked of the machine; also of logs whose bytes were changed.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.sax
import xml.sax.handler
import xml.sax.saxutils

PROGRAM, SPECIAL, CASE = (os.path.abspath(a) for a in sys.argv[1:4])
faults = []


def check(label, holds, seen=""):
    if not holds:
        faults.append("%s: %.300r" % (label, seen))


def run(*args, **more):
    return subprocess.run([PROGRAM, "events", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, **more)


def once(pairs):
    got = dict(pairs)
    if len(got) != len(pairs):
        raise ValueError("a key given twice: %r" % [k for k, _ in pairs])
    return got


def refuse(name):
    raise ValueError("no JSON: " + name)


def records(out):
    return [json.loads(line.decode("utf-8"), object_pairs_hook=once, parse_constant=refuse)
            for line in out.splitlines(keepends=True) if line.endswith(b"\n") or refuse("no line end")]


class Events(xml.sax.handler.ContentHandler):
    """The instructions before the events, and the text of each event, its attributes in it."""

    def __init__(self):
        super().__init__()
        self.found, self.depth, self.roots = [], 0, []

    def processingInstruction(self, target, data):
        if self.depth == 1 and target == "catspaw":
            self.found.append((dict(re.findall(r"(\w+)='([^']*)'", data)), []))
        elif self.depth > 1:
            self.found[-1][1].append(xml.sax.saxutils.unescape(data))

    def startElement(self, name, attrs):
        self.depth += 1
        if self.depth == 1:
            self.roots.append(name)
        elif self.found:
            self.found[-1][1].extend(attrs.values())

    def endElement(self, name):
        self.depth -= 1

    def characters(self, content):
        if self.depth > 1 and self.found:
            self.found[-1][1].append(content)


def document(label, out):
    handler = Events()
    try:
        xml.sax.parseString(out, handler)
    except xml.sax.SAXParseException as e:
        at = out.split(b"\n")[e.getLineNumber() - 1][max(0, e.getColumnNumber() - 80):][:160]
        check(label + " is XML", False, (e.getMessage(), at))
        return []
    check(label + " has one root", handler.roots == ["Events"], handler.roots)
    return handler.found


def leaves(value):
    if isinstance(value, dict):
        return [x for v in value.values() for x in leaves(v)]
    if isinstance(value, list):
        return [x for v in value for x in leaves(v)]
    return [] if value is None else [value]


def plain(value):
    """A value of JSON as XML has its text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else None
    if text is None:
        return ""  # a number: its digits may be others (1.5e+300)
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4})", "_x005F_", text)
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", lambda m: "_x%04X_" % ord(m.group()), text)


def both(label, *args):
    as_json, as_xml = run("--all", "-q", *args), run("--xml", "-q", *args)
    check(label + ": exit codes", as_json.returncode == as_xml.returncode and as_json.returncode in (0, 3, 4),
          (as_json.returncode, as_xml.returncode, as_json.stderr))
    try:
        lines = records(as_json.stdout)
    except ValueError as e:
        check(label + " is JSON", False, str(e))
        return []
    found = document(label, as_xml.stdout)
    check(label + ": as many records", len(lines) == len(found), (len(lines), len(found)))
    for line, (head, texts) in zip(lines, found):
        same = all(head.get(k) == line[k] for k in ("offset", "state", "record_id"))
        check(label + ": the same record", same, (head, {k: line[k] for k in line if k != "Event"}))
        whole = "".join(texts)
        for leaf in leaves(line["Event"]):
            if plain(leaf) not in whole:
                check(label + " at " + line["offset"] + ": a value is not in the XML", False, (leaf, whole))
    return lines


def same_on_any_machine():
    want = run("--all", "-q", SPECIAL)
    for options in (["-j1"], ["-j2"], ["-j7"], ["-m64M"]):
        got = run("--all", "-q", *options, SPECIAL)
        check("the same with %s" % options, got.stdout == want.stdout and got.returncode == want.returncode)
    logs = sorted(str(p) for p in pathlib.Path(SPECIAL).glob("*.evtx"))
    ahead, back = run("--all", "-q", *logs), run("--all", "-q", *reversed(logs))
    check("the order of arguments", ahead.stdout == back.stdout)


def cited():
    log = os.path.join(SPECIAL, "slack.evtx")
    lines = records(run("--all", "-q", log).stdout)
    for line in lines[:: max(1, len(lines) // 20)]:
        alone = [records(run("-q", "--record", "slack.evtx" + by, log).stdout)
                 for by in ("@" + line["offset"], "#" + line["record_id"])]
        check("cited by offset", alone[0] == [line], alone[0])
        want = [x for x in lines if x["record_id"] == line["record_id"]]
        live_first = sorted(want, key=lambda x: x["state"] == "recovered")
        check("cited by number", alone[1] == live_first, alone[1])
    found = document("one record", run("-q", "--xml", "--record", "slack.evtx@" + lines[0]["offset"], log).stdout)
    check("one record as XML", [h["record_id"] for h, _ in found] == [lines[0]["record_id"]], found)
    for wrong in ("slack.evtx", "slack.evtx#", "slack.evtx@4609", "other.evtx#1", "slack.evtx#99999999"):
        r = run("-q", "--record", wrong, log)
        check("wrong: " + wrong, r.returncode == 2 and r.stdout == b"", (r.returncode, r.stdout, r.stderr))
    check("by another reader", run("--all", "--reader", "libevtx", log).returncode == 2)


def changed():
    chance = random.Random(20260302)
    with tempfile.TemporaryDirectory() as room:
        for name in ("plain", "all-values", "all-tokens", "all-arrays", "hostile-text", "forwarded", "inline"):
            whole = pathlib.Path(SPECIAL, name + ".evtx").read_bytes()
            for n in range(6):
                mutant = bytearray(whole)
                for _ in range(chance.choice((1, 8, 64, 512))):
                    mutant[chance.randrange(4096 + 512, min(len(mutant), 24000))] = chance.randrange(256)
                pathlib.Path(room, "m.evtx").write_bytes(mutant)
                both("%s, changed %d" % (name, n), room)


def ends():
    r = run("--all", "-q", "nowhere")
    check("nothing there", r.returncode == 4 and r.stdout == b"", r)
    hives = next(pathlib.Path(CASE).rglob("Hives"))
    r = run("--all", "-q", str(hives))
    check("hives alone", r.returncode == 4 and b"no readable event log among" in r.stderr, r)
    with tempfile.TemporaryDirectory() as room:
        shutil.copy(os.path.join(SPECIAL, "plain.evtx"), os.path.join(room, "a.evtx"))
        shutil.copy(os.path.join(SPECIAL, "plain.evtx"), os.path.join(room, "b.evtx"))
        sources = [line["source"] for line in records(run("--all", "-q", room).stdout)]
        check("copies", sources == ["a.evtx"] * 200 + ["b.evtx"] * 200, sources[::200])
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            p = subprocess.run([PROGRAM, "events", "--all", "-q", SPECIAL], stdout=full, stderr=subprocess.PIPE, timeout=120)
        check("a full disk", p.returncode == 5 and b"No space left" in p.stderr, p)
    p = subprocess.Popen([PROGRAM, "events", "--all", "-q", SPECIAL], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.read(1)
    p.stdout.close()
    check("a closed pipe", p.wait(60) in (5, -13), p.returncode)
    p.stderr.close()


for log in sorted(pathlib.Path(SPECIAL).glob("*.evtx")):
    both(log.name, str(log))
both("case", CASE)
same_on_any_machine()
cited()
changed()
ends()
print("\n".join(faults[:40]))
sys.exit(1 if faults else 0)
