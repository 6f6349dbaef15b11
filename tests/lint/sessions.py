#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sessions.py DOCUMENT...: what a document prints after "$ COMMAND" is what the command prints now.

Run at the root of a built checkout. A session is a fenced block whose first line begins with "$ ";
its output is standard output and standard error together. A line "..." stands for any lines, "..."
inside a line for any text, and "$ echo $?" prints the last command's exit status.
"""
import pathlib
import re
import subprocess
import sys


def sessions(text):
    """Blocks as lists of (command, expected lines)."""
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if block.startswith("$ "):
            steps = []
            for line in block.rstrip("\n").split("\n"):
                if line.startswith("$ "):
                    steps.append((line[2:], []))
                else:
                    steps[-1][1].append(line)
            yield steps


def matches(wanted, got):
    pattern = ""
    for line in wanted:
        if line == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.split("...")) + r"\n"
    return re.fullmatch(pattern, got) is not None


def main():
    seen, failed = 0, 0
    for document in sys.argv[1:]:
        for steps in sessions(pathlib.Path(document).read_text(encoding="utf-8")):
            status = 0
            for command, wanted in steps:
                seen += 1
                if command == "echo $?":
                    got = f"{status}\n"
                else:
                    run = subprocess.run(
                        ["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT, text=True, errors="replace")
                    status, got = run.returncode, run.stdout
                if got and not got.endswith("\n"):
                    got += "\n"
                if not matches(wanted, got):
                    failed += 1
                    print(f"{document}: $ {command}\nwanted\n" + "\n".join(wanted) + f"\ngot\n{got}")
    if not seen:
        sys.exit("no session found")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
