#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""man.py check|write CATSPAW PAGE: hold the options of the manual page against the program's tables.

What stands between the two marks of the page is what `catspaw help --man` prints.
"""
import pathlib
import subprocess
import sys

BEGIN = '.\\" begin tables\n'
END = '.\\" end tables\n'

what, program, page = sys.argv[1:]
made = subprocess.run([program, "help", "--man"], check=True, stdout=subprocess.PIPE).stdout.decode()
path = pathlib.Path(page)
text = path.read_text(encoding="utf-8")
head, rest = text.split(BEGIN)
old, tail = rest.split(END)
if what == "write":
    path.write_text(head + BEGIN + made + END + tail, encoding="utf-8")
elif old != made:
    sys.exit("the options in %s are not those of the program: meson compile man" % path.name)
