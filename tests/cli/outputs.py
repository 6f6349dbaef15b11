#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""outputs.py CATSPAW FIXTURES CASE: where the report goes, and what is said when it cannot go there."""
import json
import os
import resource
import subprocess
import sys
import tempfile

PROGRAM, FIXTURES, CASE = map(os.path.abspath, sys.argv[1:4])
NAMES = ["run.json", "timeline.csv", "timeline.html", "timeline.jsonl"]
faults = []


def check(label, holds, seen=b""):
    if not holds:
        faults.append("%s: %r" % (label, seen))


def scan(*args, stdout=subprocess.PIPE, **more):
    return subprocess.run([PROGRAM, "scan", *args], stdin=subprocess.DEVNULL, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=120, **more)


def folders():
    """Existing, linked, in the evidence, the evidence itself, impossible."""
    r = scan(CASE, "-o", "a/b/c", "-q")
    check("made with those above it", r.returncode == 0 and sorted(os.listdir("a/b/c")) == NAMES, r.stderr)
    r = scan(CASE, "-o", "a/b/c")
    check("a folder that holds files", r.returncode == 2 and b"not empty" in r.stderr, r.stderr)
    os.mkdir("target")
    os.symlink("target", "link")
    r = scan(CASE, "-o", "link", "-q")
    check("a link to a folder", r.returncode == 0 and sorted(os.listdir("target")) == NAMES, r.stderr)
    os.mkdir("planted")
    with open("precious", "w") as f:
        f.write("precious")
    for name in NAMES:
        os.symlink("../precious", os.path.join("planted", name))
    r = scan(CASE, "-o", "planted", "--force", "-q")
    check("links in place of reports", r.returncode == 0 and open("precious").read() == "precious", r.stderr)
    check("are replaced", not any(os.path.islink(os.path.join("planted", n)) for n in NAMES))
    os.mkdir("evidence")
    subprocess.run([FIXTURES, "special", "plain", "evidence/a.evtx"], check=True)
    first = scan("evidence", "-o", "evidence/report", "-q")
    check("in the evidence", first.returncode == 0, first.stderr)
    again = scan("evidence", "-o", "evidence", "-q", "--force")
    check("the evidence itself", again.returncode == 0, again.stderr)
    kept = open("evidence/a.evtx", "rb").read()
    check("which is not touched", kept.startswith(b"ElfFile\0"))
    open("file", "w").close()
    for out, why in (("file", b"Not a directory"), ("file/x", b"Not a directory"),
                     ("n" * 300, b"File name too long"), ("/".join(["d" * 200] * 25), b"File name too long")):
        r = scan(CASE, "-o", out)
        check("to %.20s" % out, r.returncode == 5 and why in r.stderr, r.stderr)


def failures():
    """Nothing that is left behind looks whole, and the system's reason is said."""
    os.makedirs("taken/timeline.html")
    with open("taken/run.json", "w") as f:
        f.write("{}")
    r = scan(CASE, "-o", "taken", "--force")
    check("a folder in place of a report", r.returncode == 5 and b"Is a directory" in r.stderr, r.stderr)
    check("no ledger beside a part of a report", not os.path.exists("taken/run.json"))
    check("no working file", not [n for n in os.listdir("taken") if n.startswith(".")])
    r = scan(CASE, "-o", "limited", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048)))
    check("a limit on files", r.returncode == 5 and b"File too large" in r.stderr, (r.returncode, r.stderr))
    check("nothing behind a limit", os.listdir("limited") == [], os.listdir("limited"))
    if os.path.exists("/dev/full"):
        for form in ("jsonl", "csv", "html", "run"):
            with open("/dev/full", "wb") as full:
                r = scan(CASE, "-o", "-", "-f", form, stdout=full)
            check("%s to a full disk" % form, r.returncode == 5 and b"No space left" in r.stderr, r.stderr)
    for folder, why in (("nowhere", b"No such file"), ("file", b"Not a directory")):
        r = scan(CASE, "-o", "t", "--temp", folder)
        check("--temp " + folder, r.returncode == 2 and why in r.stderr, r.stderr)
    check("nothing made for it", not os.path.exists("t"))
    with open("notes", "w") as f:
        f.write("no evidence")
    r = scan("notes", "-o", "none")
    check("nothing read", r.returncode == 4 and b"report is in" not in r.stderr, r.stderr)
    r = scan(CASE + "/nowhere", "-o", "none")
    check("nothing there", r.returncode == 4 and b"nowhere' does not exist" in r.stderr, r.stderr)
    r = scan("notes", "elsewhere", "-o", "none")
    check("the one that is not there is named", b"'elsewhere' does not exist" in r.stderr, r.stderr)
    os.mkdir("refused")
    for name in ("a", "b"):
        with open("refused/" + name, "wb") as f:
            f.write(b"ElfFile\0")
    r = scan("refused", "-o", "none")
    check("a copy of what was refused is not read either", r.returncode == 4, (r.returncode, r.stderr))
    check("no folder", not os.path.exists("none"))


def without_rights():
    """As somebody who may not: root may everything."""
    if os.geteuid() != 0:
        return

    def drop():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    try:
        subprocess.run([PROGRAM, "--version"], stdout=subprocess.DEVNULL, preexec_fn=drop, check=True)
    except (PermissionError, subprocess.CalledProcessError):
        print("the build lies where nobody else may look: not tried")
        return
    os.mkdir("closed")
    os.chmod("closed", 0o555)
    r = scan(CASE, "-o", "closed/x", preexec_fn=drop)
    check("below a closed folder", r.returncode == 5 and b"Permission denied" in r.stderr, r.stderr)
    r = scan(CASE, "-o", "closed", preexec_fn=drop)
    check("into a closed folder", r.returncode == 5 and b"Permission denied" in r.stderr, r.stderr)
    r = scan(CASE, "-o", "-", "--temp", "closed", preexec_fn=drop)
    check("--temp in a closed folder", r.returncode == 2 and b"Permission denied" in r.stderr, r.stderr)
    os.mkdir("secret")
    os.chmod("secret", 0)
    r = scan("secret", "-o", "-", preexec_fn=drop)
    check("evidence that may not be read", r.returncode == 4 and b"could be opened" in r.stderr, r.stderr)


def spool():
    """To standard output, what does not fit into memory goes to the temporary folder, unlinked."""
    subprocess.run([FIXTURES, "big", "dense", "24", "big.evtx"], check=True)
    whole = scan("big.evtx", "-o", "-", "-q")
    os.mkdir("temp")
    small = scan("big.evtx", "-o", "-", "-q", "-m", "64M", env={**os.environ, "TMPDIR": os.path.abspath("temp")})
    check("the least memory", small.returncode == 0, small.stderr)
    check("changes nothing", whole.stdout == small.stdout and whole.stdout.count(b"\n") > 10)
    check("and leaves nothing", os.listdir("temp") == [])
    for line in whole.stdout.splitlines():
        json.loads(line)


with tempfile.TemporaryDirectory() as room:
    os.chmod(room, 0o755)
    os.chdir(room)
    folders()
    failures()
    without_rights()
    spool()
    os.chdir("/")
for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
