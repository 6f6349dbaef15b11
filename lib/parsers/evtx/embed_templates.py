#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed_templates.py LIST HEADER: the list of known payload templates as rows of a C table.

Rows are sorted by the first four bytes of the GUID as a number, which is how instances name them.
"""
import csv
import sys
import uuid

source, target = sys.argv[1:]
rows = {}
with open(source, encoding="utf-8", newline="") as f:
    for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
        slots = row["slots(index:type:name, ? optional)"]
        if slots:
            event_id = int(row["event_id.version"].split(".")[0])
            rows[uuid.UUID(row["template_guid"]).bytes_le] = (row["root"], slots, row["provider"], event_id)


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


with open(target, "w", encoding="utf-8") as f:
    for guid, (root, slots, provider, event_id) in sorted(rows.items(), key=lambda r: int.from_bytes(r[0][:4], "little")):
        f.write("{{%s}, %s, %s, %s, %d},\n" % (", ".join("0x%02x" % b for b in guid), literal(root), literal(slots),
                                            literal(provider), event_id))
