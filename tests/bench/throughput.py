#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""throughput.py CATSPAW FIXTURES [--size MIB] [--keep DIR] [LOG...]: how fast whole logs are scanned, and printed record by record.

Makes a mixed and a dense log (fixtures/gen/big.c says of what), 256 MiB each, takes further logs as given (one welded from
real chunks, say), and prints for each, warm, the best of three runs: the scan and full records with one thread and with all, the
scan without and with the SHA-256, beside evtx_dump and evtxexport where they are on the PATH; ratios of processor time; the peak
of RssAnon over all processes; where valgrind is, instructions for a byte and allocations for a record; and what the machine reads
and hashes, the limits of it all. A contestant counts only if it gave every record."""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HEADER, CHUNK = 4096, 65536
EXPORT_CHUNKS = 128  # what evtxexport is given: it takes its time
SLICES = 48, 96  # chunks that valgrind is given: what lies between is without the start
RUNS = 3


def anonymous(root):
    """RssAnon of a process and all below it, bytes."""
    children, own = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/status") as f:
                fields = dict(line.split(":", 1) for line in f if ":" in line)
            children.setdefault(int(fields["PPid"]), []).append(int(pid))
            own[int(pid)] = int(fields.get("RssAnon", "0 kB").split()[0]) * 1024
        except (OSError, KeyError, ValueError):
            continue
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        total += own.get(pid, 0)
        todo += children.get(pid, [])
    return total


def run(command, watch=False, sink=subprocess.DEVNULL):
    """Wall and processor seconds of one run, peak of RssAnon."""
    begin = time.monotonic()
    p = subprocess.Popen(command, stdout=sink, stderr=subprocess.DEVNULL)
    peak = [0]
    ended = threading.Event()

    def look():
        while not ended.wait(0.005):
            peak[0] = max(peak[0], anonymous(p.pid))

    looker = threading.Thread(target=look)
    if watch:
        looker.start()
    _, status, used = os.wait4(p.pid, 0)
    wall = time.monotonic() - begin
    ended.set()
    if watch:
        looker.join()
    return wall, used.ru_utime + used.ru_stime, peak[0], os.waitstatus_to_exitcode(status)


def best(command):
    runs = [run(command) for _ in range(RUNS)]
    return min(r[0] for r in runs), min(r[1] for r in runs)


def count(command, end):
    """How often end stands in what it prints."""
    p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    n, rest = 0, b""
    for block in iter(lambda: p.stdout.read(1 << 20), b""):
        block = rest + block
        n += block.count(end)
        rest = block[len(block) - len(end) + 1:]
    p.wait()
    return n


def records_of(catspaw, log, folder):
    import json

    out = os.path.join(folder, "count")
    subprocess.run([catspaw, "scan", log, "--no-hash", "-q", "-o", out, "--force"], check=False)
    with open(os.path.join(out, "run.json")) as f:
        return json.load(f)["totals"]["records_read"]


def line(name, size, wall, cpu, note=""):
    print(f"  {name:34} {size / wall / 1e6:8.0f} MB/s  {wall:7.3f} s, processor {cpu:7.3f} s{note}", flush=True)


def scan(catspaw, log, folder, *options):
    return [catspaw, "scan", log, "-q", "--force", "-o", os.path.join(folder, "out"), *options]


def on_path(name):
    """All programs of that name: another project's may stand before the one that is meant."""
    found = [os.path.join(folder, name) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    return [p for p in dict.fromkeys(found) if os.access(p, os.X_OK)]


def events(catspaw, log, *options):
    return [catspaw, "events", log, "-q", *options]


def first_part(log, folder, chunks, wanted=lambda chunk: True):
    """The first so many chunks, of those that are wanted."""
    part = os.path.join(folder, "part-%d.evtx" % chunks)
    with open(log, "rb") as f, open(part, "wb") as out:
        out.write(f.read(HEADER))
        while chunks != 0 and (chunk := f.read(CHUNK)):
            if wanted(chunk):
                out.write(chunk)
                chunks -= 1
    return part


def is_for_libevtx(chunk):
    """It does not read a record that ends where its chunk ends (docs/evtx.md)."""
    return int.from_bytes(chunk[48:52], "little") < CHUNK


def measure_scan(catspaw, log, folder):
    """Processor seconds of one thread."""
    size = os.path.getsize(log)
    one, one_cpu = best(scan(catspaw, log, folder, "--no-hash", "--jobs", "1"))
    line("scan, 1 thread, no hash", size, one, one_cpu)
    two, two_cpu = best(scan(catspaw, log, folder, "--no-hash", "--jobs", "2"))
    line("scan, 2 threads, no hash", size, two, two_cpu, f": {two_cpu / one_cpu:.2f} of one thread's")
    line("scan, 1 thread, hash", size, *best(scan(catspaw, log, folder, "--jobs", "1")))
    line("scan, 2 threads, hash", size, *best(scan(catspaw, log, folder, "--jobs", "2")))
    line("scan, all threads, no hash", size, *best(scan(catspaw, log, folder, "--no-hash")))
    line("scan, all threads, hash", size, *best(scan(catspaw, log, folder)))
    line("scan, 1 thread, no checksums", size, *best(scan(catspaw, log, folder, "--no-hash", "--no-checksums", "--jobs", "1")))
    return one_cpu


def measure_full(catspaw, log, records):
    """The same of full records, if all are there."""
    size = os.path.getsize(log)
    one = events(catspaw, log, "--all", "-j1")
    n = count(one, b"\n")
    if n < records:
        print(f"  full records: {n} of {records}", flush=True)
        sys.exit(1)
    wall, cpu = best(one)
    line("full records, 1 thread", size, wall, cpu)
    line("full records, all threads", size, *best(events(catspaw, log, "--all")))
    line("full records, XML, 1 thread", size, *best(events(catspaw, log, "--xml", "-j1")))
    return cpu


def measure_memory(catspaw, log, folder):
    for memory in ("64M", "512M"):
        peak = run(scan(catspaw, log, folder, "--no-hash", "--memory", memory), watch=True)[2]
        print(f"  peak of RssAnon with --memory {memory:5} {peak / 1048576:8.1f} MiB", flush=True)
    peak = run(events(catspaw, log, "--all"), watch=True)[2]
    print(f"  peak of RssAnon of full records    {peak / 1048576:8.1f} MiB", flush=True)


def measure_others(catspaw, log, folder, records, scan_cpu, full_cpu):
    size = os.path.getsize(log)
    for dump in on_path("evtx_dump"):
        command = [dump, "-t", "1", "-o", "jsonl", log]
        n = count(command, b"\n")
        if n != records:
            print(f"  {dump} gave {n} of {records} records: its time does not count", flush=True)
            continue
        wall, cpu = best(command)
        line("evtx_dump -t 1 -o jsonl", size, wall, cpu,
             f": scan is {cpu / scan_cpu:.2f} times as fast, full records {cpu / full_cpu:.2f} times")
    export = shutil.which("evtxexport")
    if not export:
        return
    part = first_part(log, folder, EXPORT_CHUNKS, is_for_libevtx)
    command = [export, "-f", "xml", part]
    n, want = count(command, b"</Event>"), records_of(catspaw, part, folder)
    if n != want:
        print(f"  {export} gave {n} of {want} records: its time does not count", flush=True)
        return
    wall, cpu = best(command)
    own = best(events(catspaw, part, "--xml", "-j1"))[1]
    line("evtxexport -f xml (a part)", os.path.getsize(part), wall, cpu,
         f": scan is {cpu / os.path.getsize(part) * size / scan_cpu:.0f} times as fast, full records {cpu / own:.0f} times")


def under_valgrind(folder, tool, pattern, command):
    """The number behind pattern, of the process that has the highest."""
    log = os.path.join(folder, "valgrind.")
    for name in os.listdir(folder):
        if name.startswith("valgrind."):
            os.remove(os.path.join(folder, name))
    subprocess.run(["valgrind", *tool, "--log-file=" + log + "%p", *command], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    found = [0]
    for name in os.listdir(folder):
        if name.startswith("valgrind."):
            with open(os.path.join(folder, name), errors="replace") as f:
                found += [int(n.replace(",", "")) for n in re.findall(pattern, f.read())]
    return max(found)


def measure_cost(catspaw, log, folder):
    """Of the chunks between two slices, so that what is done once does not count."""
    if not shutil.which("valgrind"):
        print("  no valgrind: neither instructions nor allocations", flush=True)
        return
    parts = [first_part(log, folder, n) for n in SLICES]
    size, records = (os.path.getsize(parts[1]) - os.path.getsize(parts[0]),
                     records_of(catspaw, parts[1], folder) - records_of(catspaw, parts[0], folder))
    for name, command in (("scan", lambda part: scan(catspaw, part, folder, "--no-hash", "--jobs", "1")),
                          ("full records", lambda part: events(catspaw, part, "--all", "-j1"))):
        spent = [under_valgrind(folder, ["--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : (\d+)", command(p))
                 for p in parts]
        made = [under_valgrind(folder, ["--leak-check=no"], r"total heap usage: ([\d,]+) allocs", command(p)) for p in parts]
        print(f"  {name + ', valgrind':34} {(spent[1] - spent[0]) / size:8.2f} instructions for a byte, "
              f"{(made[1] - made[0]) / max(records, 1):.4f} allocations for a record", flush=True)


def measure(catspaw, log, folder):
    records = records_of(catspaw, log, folder)
    print(f"{os.path.basename(log)}: {os.path.getsize(log) / 1e6:.0f} MB, {records} records", flush=True)
    scan_cpu = measure_scan(catspaw, log, folder)
    full_cpu = measure_full(catspaw, log, records)
    measure_memory(catspaw, log, folder)
    measure_others(catspaw, log, folder, records, scan_cpu, full_cpu)
    measure_cost(catspaw, log, folder)


def limits(log):
    block = memoryview(bytearray(1 << 20))
    size = os.path.getsize(log)
    for name, use in (("reading", None), ("reading and SHA-256", hashlib.sha256())):
        begin = time.monotonic()
        with open(log, "rb", buffering=0) as f:
            while n := f.readinto(block):
                if use:
                    use.update(block[:n])
        print(f"  limit: {name:20} {size / (time.monotonic() - begin) / 1e6:8.0f} MB/s", flush=True)


def main():
    catspaw, fixtures, *rest = sys.argv[1:]
    size, keep, logs = "256", None, []
    while rest:
        word = rest.pop(0)
        if word == "--size":
            size = rest.pop(0)
        elif word == "--keep":
            keep = rest.pop(0)
        else:
            logs.append(word)
    with tempfile.TemporaryDirectory() as folder:
        made = keep or folder
        for kind in ("mixed", "dense"):
            log = os.path.join(made, kind + ".evtx")
            if not os.path.exists(log):
                subprocess.run([fixtures, "big", kind, size, log], check=True)
            logs.append(log)
        for log in logs:
            with open(log, "rb", buffering=0) as f:  # warm
                while f.read(1 << 22):
                    pass
            measure(catspaw, log, folder)
            limits(log)


main()
