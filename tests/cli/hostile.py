#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hostile.py CATSPAW FIXTURES RULES [PAGE]: evidence that was written to be read by us.

Command lines, users, images and file names with markup, formulas, control characters, text that turns
round and lines of any length, from the recipe below: they arrive in every report as text. PAGE keeps the
HTML page, to look at.
"""
import csv
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM, FIXTURES, RULES = map(os.path.abspath, sys.argv[1:4])
PAGE = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else None
MARKUP = "</script></style></textarea><img src=x onerror=alert(1)><svg/onload=alert(2)>\"'`&lt;&#60;<!--"
TEXTS = (
    MARKUP,
    "=cmd|' /C calc'!A0",
    "x,\"y\";{U+000D}{U+000A}=1+1,{U+2028}z{U+2029}{U+0009}t",
    "{U+001B}[31mred{U+001B}]0;title{U+0007}{U+009B}31m",
    "{U+202E}exe.gpj{U+202C}{U+2066}{U+200B}{U+FEFF}{U+00AD}",
    "{U+0000}behind NUL{U+FFFE}{U+FFFF}{U+D800}lone{U+DC00}",
    "{U+1F600}{U+10FFFF}{U+0301*200}",
    "${jndi:ldap://x/y}{{7*7}}%s%n../../etc/passwd",
)
FILES = (
    MARKUP.replace("/", "_") + ".evtx",
    "=cmd().evtx", "\x1b]0;x\x07.evtx", "new\nline,\"\r.evtx", "\u202egpj.evtx", "-o.evtx", "~2",
)
faults = []


def check(label, holds, seen=b""):
    if not holds:
        faults.append("%s: %r" % (label, seen))


def recipe():
    lines = ["host WKS01.corp.example"]
    for n, text in enumerate(TEXTS):
        lines += [
            "  start mshta.exe https://host.example/%d.hta %s" % (n, text),
            "    user CORP\\%s" % text,
            "    +1s child cmd.exe /c %s" % text,
            "    +2s file C:\\Users\\Public\\%s" % text,
        ]
    lines.append("  start mshta.exe javascript:%s" % ("A{U+003C}" * 14000))
    # The end of a process whose start nobody recorded, of a copy of mmc beside its folder.
    lines += ["host SRV02.corp.example", "  via 4688", "  event Microsoft-Windows-Security-Auditing/4689"]
    for name, value in (("SubjectUserSid", "S-1-5-21-1-2-3-1001"), ("SubjectUserName", "bob"),
                        ("SubjectDomainName", "CORP"), ("SubjectLogonId", "0x333d05"), ("Status", "0x0"),
                        ("ProcessId", "0xf34"), ("ProcessName", "C:\\Windows\\systam32\\mmc.exe")):
        lines.append("    data %s = %s" % (name, value))
    return "\n".join(lines) + "\n"


class Page(html.parser.HTMLParser):
    """Elements and attributes of the page; evidence makes none."""

    def __init__(self):
        super().__init__()
        self.tags, self.wrong, self.text = set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "src" or re.match(r"\s*(javascript|data):", value or ""):
                self.wrong.append((tag, name, value))

    def handle_data(self, data):
        self.text.append(data)


def scan(evidence, out, *options):
    r = subprocess.run([PROGRAM, "scan", evidence, "-o", out, *options], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    check("exit of the scan", r.returncode in (0, 3), (r.returncode, r.stderr))
    check("what it says is printable", not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae", r.stderr), r.stderr)
    return {n: open(os.path.join(out, n), "rb").read() for n in os.listdir(out)}


def main():
    with tempfile.TemporaryDirectory() as room:
        given = os.path.join(room, "recipe.txt")
        with open(given, "w", encoding="utf-8") as f:
            f.write(recipe())
        made = os.path.join(room, "case")
        subprocess.run([FIXTURES, "case", given, made], check=True)
        logs = os.path.join(made, "WKS01.corp.example", "Logs")
        plain = os.path.join(room, "plain.evtx")
        subprocess.run([FIXTURES, "special", "hostile-text", plain], check=True)
        for name in FILES:
            shutil.copyfile(plain, os.path.join(logs, name))
        shutil.copyfile(plain, os.path.join(os.fsencode(logs), b"bad-\xff\xc3(.evtx"))
        got = scan(made, os.path.join(room, "out"))
        text = {n: b.decode("utf-8") for n, b in got.items()}
        found = [json.loads(line) for line in text["timeline.jsonl"].split("\n")[:-1]]
        check("findings", sum(f["behaviour"].startswith("mshta.") for f in found) >= len(TEXTS), len(found))
        check("the copy of mmc", any(f["behaviour"] == "mmc.relocated" for f in found))
        rules = subprocess.run([sys.executable, RULES, os.path.join(room, "out", "timeline.jsonl")],
                               stdout=subprocess.PIPE)
        check("the rules of a report", rules.returncode == 0, rules.stdout)
        lines = [f.get("process", {}).get("command_line", "") for f in found]
        check("NUL is kept", any("\0behind NUL" in l for l in lines), lines)
        check("markup is kept", any(MARKUP in l for l in lines))
        ledger = json.loads(text["run.json"])
        names = [f["source"].rsplit("/", 1)[-1] for f in ledger["files"]]
        wanted = {re.sub("[\0-\x1f]", lambda m: "%%%02X" % ord(m.group()), name) for name in FILES}
        check("names of files", wanted | {"bad-%FF%C3(.evtx"} <= set(names), names)
        check("the arguments", ledger["arguments"][0].endswith("catspaw") or ledger["arguments"], ledger["arguments"])
        table = text["timeline.csv"]
        rows = list(csv.reader(io.StringIO(table, newline=""), strict=True))
        check("rows", len(rows) == len(found) + 1 and {len(r) for r in rows} == {20}, len(rows))
        check("line ends", table.count("\n") == table.count("\r\n") == len(rows), table.count("\n"))
        for cell in (c for row in rows[1:] for c in row):
            check("cell", not re.match(r"'*[=+\-@\t\r]", cell) or cell.startswith("'"), cell[:80])
            check("cell is printable", not re.search("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", cell), cell[:80])
        page = Page()
        page.feed(text["timeline.html"])
        page.close()
        check("the page", not page.wrong, page.wrong[:3])
        check("its elements", not page.tags & {"img", "svg", "iframe", "object", "embed", "link", "base", "textarea"},
              page.tags)
        check("one script", text["timeline.html"].count("<script") == 1 and text["timeline.html"].count("</script") == 1)
        check("its characters", not re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
                                              text["timeline.html"]))
        shown = "".join(page.text)
        check("its text", "<img src=x onerror=alert(1)>" in shown)
        if PAGE:
            shutil.copyfile(os.path.join(room, "out", "timeline.html"), PAGE)
    for fault in faults:
        print(fault[:1500])
    print("%d findings, %d faults" % (len(found), len(faults)))
    sys.exit(1 if faults else 0)


main()
