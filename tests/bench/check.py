#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py CATSPAW [LINES]: how long `catspaw check --json` takes over generated lines (100,000), and its peak memory."""
import os
import subprocess
import sys
import tempfile

FORMS = (
    r"rundll32.exe C:\Users\Public\p%d.dll,Run",
    r"regsvr32 /s /u /i:http://h%d.example.org/a.sct scrobj.dll",
    r"notepad.exe C:\Users\u\%d.txt",
    r"C:\Windows\System32\svchost.exe -k netsvcs -p -s S%d",
    r"mshta.exe https://files.example.org/%d",
    r'cmd.exe /c "echo %d && dir"',
    r'"C:\Program Files\App\app.exe" --id=%d',
    r"msiexec /i C:\Windows\Temp\%d.msi /qn",
    r'powershell.exe -nop -c "Get-Item %d"',
    r"control.exe /name Microsoft.%d",
)


def main():
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
    with tempfile.TemporaryFile() as feed, tempfile.TemporaryFile() as out:
        for i in range(lines):
            feed.write((FORMS[i % len(FORMS)] % i + "\n").encode())
        feed.seek(0)
        p = subprocess.Popen([sys.argv[1], "check", "--json"], stdin=feed, stdout=out)
        _, status, used = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        answers = sum(1 for _ in out)
    spent = used.ru_utime + used.ru_stime
    print("check: %d lines in %.2f s of processor time, %.1f us each, peak %d MiB"
          % (lines, spent, spent / lines * 1e6, used.ru_maxrss // 1024))
    sys.exit(0 if p.returncode == 0 and answers == lines else 1)


main()
