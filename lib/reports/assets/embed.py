#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py OUTPUT STYLE SCRIPT: both as C bytes, with the hashes that the page's policy allows."""
import base64
import hashlib
import pathlib
import sys


def constant(name, data):
    rows = [data[i:i + 20] for i in range(0, len(data), 20)]
    body = "\n".join("    " + " ".join("%d," % b for b in row) for row in rows)
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return (
        "static const unsigned char asset_%s[] = {\n%s\n};\n"
        "#define ASSET_%s_HASH \"'sha256-%s'\"\n" % (name, body, name.upper(), digest)
    )


output, style, script = map(pathlib.Path, sys.argv[1:])
parts = ["/* Made by lib/reports/assets/embed.py. */\n#pragma once\n"]
for name, path in (("style", style), ("script", script)):
    data = path.read_bytes()
    if not data.isascii() or b"</" in data or b"<!--" in data:
        sys.exit("%s: must be ASCII and may not end its own element" % path)
    parts.append(constant(name, data))
output.write_text("\n".join(parts), encoding="ascii")
