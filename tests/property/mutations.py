#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mutations.py CATSPAW HIVES FOLDER... [--count N] [--seed N] [--keep FOLDER]: damaged evidence.

Logs and hives under FOLDER, and the crafted hives that the program HIVES makes, are damaged in one or a
few places and scanned in batches within 64 MB. Whatever the damage: the scan ends with 0, 3 or 4 and in
time, the reports are well formed and keep the rules of tests/cli/report_rules.py, all processes together
stay within the memory, and no reader process dies by a signal of its own making. The seed is printed;
PAW_SEED or --seed repeats it, PAW_MUTANTS or --count makes more.
"""
import argparse
import csv
import html.parser
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

BATCH = 50
# A sanitizer's zones, shadows and the freed blocks that it keeps are not the program's.
MEMORY = (256 if any(k.endswith("SAN_OPTIONS") for k in os.environ) else 64) << 20
SECONDS = 240  # for a batch; record times are bounded below that
CHUNK, EVTX_HEAD, BIN = 65536, 4096, 4096
EXTREMES = (0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF,
            0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)

faults = []


def put(data, at, value, size):
    if at >= 0 and at + size <= len(data):
        data[at:at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")


def le32(data, at):
    return int.from_bytes(data[at:at + 4], "little")


def records(data):
    """Where the records of a log begin, by their magic."""
    at = data.find(b"**\0\0")
    while at >= 0:
        yield at
        at = data.find(b"**\0\0", at + 4)


def cells(data):
    """Where the cells of a hive begin."""
    at = BIN
    while at + 32 <= len(data) and data[at:at + 4] == b"hbin":
        end = min(len(data), at + max(BIN, le32(data, at + 8) & 0xFFFFF000))
        at += 32
        while at + 4 <= end:
            yield at
            size = int.from_bytes(data[at:at + 4], "little", signed=True)
            at += max(8, abs(size) + 7 & ~7)
        at = end


def boundaries(data):
    if data.startswith(b"ElfFile"):
        found = [0, 8, 128, EVTX_HEAD]
        for chunk in range(EVTX_HEAD, len(data), CHUNK):
            found += [chunk, chunk + 128, chunk + 512]
        for record in records(data):
            found += [record, record + 4, record + 24, record + 28]
        return found
    found = [0, 4, 48, 512, BIN, BIN + 32]
    for cell in cells(data):
        found += [cell, cell + 4, cell + 8]
    return found


def flip(data, r):
    for _ in range(r.choice((1, 1, 1, 2, 8, 64))):
        data[r.randrange(len(data))] ^= 1 << r.randrange(8)


def zero(data, r):
    at, n = r.randrange(len(data)), r.choice((1, 4, 16, 64, 512, 4096))
    data[at:at + n] = bytes(min(n, len(data) - at))


def noise(data, r):
    at, n = r.randrange(len(data)), r.choice((1, 2, 4, 8, 16, 64, 512))
    for i in range(at, min(len(data), at + n)):
        data[i] = r.randrange(256)


def cut(data, r):
    del data[r.randrange(len(data)):]


def cut_at_boundary(data, r):
    del data[max(1, r.choice(boundaries(data)) + r.choice((-1, 0, 0, 0, 1))):]


def extreme(data, r):
    """A number where a structure begins."""
    at = r.choice(boundaries(data)) + r.choice((0, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48))
    put(data, at, r.choice(EXTREMES), r.choice((1, 2, 4, 4, 4, 8)))


def near(data, r):
    """A number that was plausible becomes another plausible one."""
    at = r.choice(boundaries(data)) + r.randrange(0, 96)
    if at + 4 <= len(data):
        put(data, at, le32(data, at) + r.choice((-4096, -8, -1, 1, 2, 4, 8, 4096, 65536)), 4)


def token(data, r):
    """A byte of the content: a binary XML token, a type, a cell's signature."""
    at = r.choice(boundaries(data)) + r.randrange(24, 400)
    if at < len(data):
        data[at] = r.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 0x41, 0x46, 0x81, 0x8D, 0xFF))


def blocks(data, r):
    """Chunks or bins in another order, given twice or left out."""
    n = CHUNK if data.startswith(b"ElfFile") else BIN
    head, rest = data[:4096], [data[i:i + n] for i in range(4096, len(data), n)]
    if not rest:
        return
    how = r.randrange(3)
    if how == 0:
        r.shuffle(rest)
    elif how == 1:
        rest.insert(r.randrange(len(rest) + 1), r.choice(rest))
    else:
        rest.pop(r.randrange(len(rest)))
    data[:] = head + b"".join(rest)


def splice(data, r):
    """A piece of the file over another place of it."""
    n = r.choice((4, 16, 64, 512, 4096))
    a, b = r.randrange(len(data)), r.randrange(len(data))
    piece = data[a:a + n]
    data[b:b + len(piece)] = piece


MUTATIONS = (flip, zero, noise, cut, cut_at_boundary, extreme, extreme, near, token, token, blocks, splice)


def mend_sums(data):
    """Checksums made right again, so that the damage gets past them."""
    import zlib
    if data.startswith(b"ElfFile"):
        for c in range(EVTX_HEAD, len(data) - 511, CHUNK):
            if data[c:c + 8] == b"ElfChnk\0":
                used = min(le32(data, c + 48), CHUNK)
                if c + used <= len(data) and used >= 512:
                    put(data, c + 52, zlib.crc32(bytes(data[c + 512:c + used])), 4)
                put(data, c + 124, zlib.crc32(bytes(data[c:c + 120] + data[c + 128:c + 512])), 4)
    elif data.startswith(b"regf") and len(data) >= 512:
        total = 0
        for i in range(0, 508, 4):
            total ^= le32(data, i)
        put(data, 508, {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(total, total), 4)


def mutate(original, r):
    data = bytearray(original)
    names = []
    for _ in range(r.choice((1, 1, 1, 2, 3))):
        if not data:
            break
        m = r.choice(MUTATIONS)
        m(data, r)
        names.append(m.__name__)
    if r.random() < 0.7:
        mend_sums(data)
    return bytes(data), "+".join(names)


class Memory(threading.Thread):
    """The most anonymous memory of a process and all below it together."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most, self.over = pid, 0, False

    @staticmethod
    def below(pid):
        found, waiting = [], [pid]
        while waiting:
            p = waiting.pop()
            found.append(p)
            try:
                with open("/proc/%d/task/%d/children" % (p, p)) as f:
                    waiting += [int(c) for c in f.read().split()]
            except OSError:
                pass
        return found

    @staticmethod
    def anonymous(pid):
        try:
            with open("/proc/%d/status" % pid) as f:
                for line in f:
                    if line.startswith("RssAnon:"):
                        return int(line.split()[1]) << 10
        except OSError:
            pass
        return 0

    def run(self):
        while not self.over:
            self.most = max(self.most, sum(map(self.anonymous, self.below(self.pid))))
            time.sleep(0.01)


def fault(label, text):
    faults.append("%s: %s" % (label, text))
    print(faults[-1], flush=True)


class Page(html.parser.HTMLParser):
    """Elements of the page that a report never has unless evidence got out of its place."""

    def __init__(self):
        super().__init__()
        self.wrong = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith("on") or (value or "").lower().strip().startswith("javascript:"):
                self.wrong.append((tag, name, value))
        if tag in ("img", "iframe", "object", "embed", "link", "base"):
            self.wrong.append((tag,))


def check_reports(label, out, rules):
    names = {"timeline.jsonl", "timeline.csv", "timeline.html", "run.json"}
    if set(os.listdir(out)) != names:
        fault(label, "the folder holds %r" % sorted(os.listdir(out)))
        return None
    text = {n: open(os.path.join(out, n), "rb").read().decode("utf-8") for n in names}
    found = [json.loads(l) for l in text["timeline.jsonl"].split("\n")[:-1]]
    rows = list(csv.reader(text["timeline.csv"].split("\r\n")[:-1], strict=True))
    if len(rows) != len(found) + 1 or any(len(row) != len(rows[0]) for row in rows):
        fault(label, "%d rows for %d findings" % (len(rows) - 1, len(found)))
    page = Page()
    page.feed(text["timeline.html"])
    page.close()
    if page.wrong:
        fault(label, "in the page: %r" % page.wrong[:3])
    if found:
        r = subprocess.run([sys.executable, rules, os.path.join(out, "timeline.jsonl")],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if r.returncode != 0:
            fault(label, r.stdout.decode()[:2000])
    return json.loads(text["run.json"])


def scan(program, folder, out, label, rules):
    began = time.monotonic()
    p = subprocess.Popen([program, "scan", folder, "-o", out, "--memory", "64M", "--quiet"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    memory = Memory(p.pid)
    memory.start()
    try:
        said = p.communicate(timeout=SECONDS)[1]
    except subprocess.TimeoutExpired:
        p.kill()
        said = p.communicate()[1]
        fault(label, "took longer than %d s" % SECONDS)
    memory.over = True
    memory.join()
    if p.returncode not in (0, 3, 4):
        fault(label, "exit %d: %r" % (p.returncode, said[-2000:]))
    if memory.most > MEMORY:
        fault(label, "%d bytes of memory" % memory.most)
    ledger = check_reports(label, out, rules) if p.returncode in (0, 3) else None
    return ledger, time.monotonic() - began, memory.most


def seeds_of(folders, hives, room):
    """What is damaged: (name, bytes)."""
    found = []
    for folder in folders:
        for where, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(where, name)
                if 512 < os.path.getsize(path) <= 1 << 20:
                    data = open(path, "rb").read()
                    if data.startswith((b"ElfFile", b"regf")):
                        found.append((name, data))
    listed = subprocess.run([hives, "special", "--list"], check=True, stdout=subprocess.PIPE).stdout
    for line in listed.decode().split("\n"):
        if line:
            path = os.path.join(room, "hive")
            subprocess.run([hives, "special", line.split()[0], path], check=True)
            found.append((line.split()[0], open(path, "rb").read()))
    return found


def main():
    a = argparse.ArgumentParser()
    a.add_argument("program")
    a.add_argument("hives")
    a.add_argument("folders", nargs="+")
    a.add_argument("--count", type=int, default=int(os.environ.get("PAW_MUTANTS", "200")))
    a.add_argument("--seed", type=int, default=int(os.environ.get("PAW_SEED", "1218")))
    a.add_argument("--keep", help="folder for mutants whose reader died, and for wrong batches")
    o = a.parse_args()
    print("seed %d" % o.seed, flush=True)
    rules = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli", "report_rules.py")
    most = slowest = 0
    with tempfile.TemporaryDirectory() as room:
        seeds = seeds_of(o.folders, o.hives, room)
        for begin in range(0, o.count, BATCH):
            folder, out = os.path.join(room, "in"), os.path.join(room, "out")
            os.mkdir(folder)
            for i in range(begin, min(begin + BATCH, o.count)):
                r = random.Random("%d/%d" % (o.seed, i))  # each by itself, whatever the count
                name, data = r.choice(seeds)
                data, how = mutate(data, r)
                with open(os.path.join(folder, "%06d-%s-%s" % (i, name, how)), "wb") as f:
                    f.write(data)
            label, before = "mutants %d to %d" % (begin, begin + BATCH - 1), len(faults)
            ledger, seconds, memory = scan(o.program, folder, out, label, rules)
            most, slowest = max(most, memory), max(slowest, seconds)
            sources = ledger["files"] if ledger else []
            for d in ledger["diagnostics"] if ledger else []:
                died = d["code"] == "worker.lied" or (
                    d["code"] == "worker.died" and d.get("detail", "").startswith("signal"))
                if died:
                    fault(d.get("source", label), "%s %s" % (d["code"], d.get("detail", "")))
                    if o.keep:
                        os.makedirs(o.keep, exist_ok=True)
                        shutil.copy(os.path.join(folder, d["source"]), o.keep)
            if len(faults) != before and o.keep and not sources:
                shutil.copytree(folder, os.path.join(o.keep, "batch-%d" % begin), dirs_exist_ok=True)
            shutil.rmtree(folder)
            shutil.rmtree(out, ignore_errors=True)
    print("%d mutants of %d files, %d faults; at most %.1f MB, slowest batch %.1f s" %
          (o.count, len(seeds), len(faults), most / 1e6, slowest))
    sys.exit(1 if faults else 0)


main()
