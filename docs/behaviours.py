#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""behaviours.py check|write CATSPAW FOLDER: the pages of the catalogue, one for each technique.

They are made of `catspaw behaviours [TECHNIQUE] --json` alone; `meson compile behaviour-pages` writes them anew.
"""
import json
import pathlib
import subprocess
import sys

NOTE = ("<!-- Made of the catalogue by `meson compile behaviour-pages`; do not edit. -->\n")


def sentence(text):
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def questions(nodes, depth=0):
    """The tree of questions as a nested list."""
    lead = "  " * depth + "- "
    for node in nodes:
        if isinstance(node, str):
            yield lead + node
        elif "of" in node:
            yield lead + "of " + node["of"] + ":"
            yield from questions(node["all"], depth + 1)
        elif len(node) == 1 and "not" in node and len(node["not"]) == 1 and isinstance(
                node["not"][0], str):
            yield lead + "**not**: " + node["not"][0]
        else:
            kind, inner = next(iter(node.items()))
            yield lead + {"any": "any of:", "all": "all of:", "not": "**not** all of:"}[kind]
            yield from questions(inner, depth + 1)


def adjustment(one):
    confidence = ", confidence " + one["confidence"] if "confidence" in one else ""
    return "- %s%s: %s" % (one["severity"], confidence, one["why"])


def labels(all_of_them):
    for one in all_of_them:
        if one["when"]:
            yield "- %s if:" % one["technique"]
            yield from questions(one["when"], 1)
        else:
            yield "- %s if none of these" % one["technique"]


def listed(head, lines):
    return ["", head, "", *lines] if lines else []


def page_of(b):
    yield "## `%s`" % b["id"]
    yield ""
    yield "**%s**" % b["title"]
    yield ""
    yield "| Severity | Confidence | Technique | Evidence needed |"
    yield "| --- | --- | --- | --- |"
    yield "| %s | %s | %s | %s |" % (b["severity"], b["confidence"],
                                     ", ".join([b["technique"], *b["also"]]),
                                     ", ".join(b["needs"]) or "-")
    if b["when"]:
        yield from listed("Fires when all of these hold:", list(questions(b["when"])))
    elif "waits_for" in b:
        yield ""
        yield "Cannot be decided yet; it waits for %s." % b["waits_for"]
    else:
        yield ""
        yield "Comes from the engine itself, not from questions."
    if "also_if" in b:
        yield from listed("Further techniques:", list(labels(b["also_if"])))
    yield from listed("Is silent:", ["- " + why for why in b["unless"]])
    yield from listed("Other severity:", [adjustment(a) for a in b["adjust"]])
    if b["instead_of"]:
        yield ""
        yield "Stands instead of " + ", ".join("`%s`" % i for i in b["instead_of"]) + "."
    if b["recorded_of"]:
        yield ""
        yield "ATT&CK records it of " + ", ".join("%s %s" % (u["id"], u["name"])
                                                  for u in b["recorded_of"]) + "."
    for head, key in (("Why", "why"), ("Benign look-alikes", "benign"), ("What to look at next", "next")):
        if b[key]:
            yield ""
            yield "%s: %s" % (head, sentence(b[key]))
    yield ""


def recorded(uses):
    """Of whom ATT&CK records it, one a line."""
    for u in uses:
        seen = ", seen perhaps by " + " or ".join("`%s`" % b for b in u["behaviours"]) \
            if u.get("behaviours") else ""
        yield "- %s %s: %s%s" % (u["id"], u["name"], u["procedure"], seen)


def tactic(t):
    return "%s %s (%s in v19)" % (t["id"], t["name"], t["name_v19"])


def pages(catalogue, technique_of):
    by_technique = {}
    for b in catalogue:
        by_technique.setdefault(b["technique"], []).append(b)
    index = ["# What catspaw detects", "", NOTE, "One page for each technique of ATT&CK; `catspaw "
             "behaviours ID` shows a behaviour alone.", "", "| Technique | Name | Behaviours |",
             "| --- | --- | --- |"]
    for technique, all_of_it in sorted(by_technique.items()):
        known = technique_of(technique)
        name = known["name"]
        index.append("| [%s](%s.md) | %s | %d |" % (technique, technique, name, len(all_of_it)))
        lines = ["# %s %s" % (technique, name), "", NOTE, "Tactic: " + tactic(known["tactic"]) + ".",
                 "", "| Behaviour | Severity | Title |",
                 "| --- | --- | --- |"]
        for b in all_of_it:
            lines.append("| [`%s`](#%s) | %s | %s |" % (
                b["id"], b["id"].replace(".", ""), b["severity"], b["title"].replace("|", "\\|") +
                (" (waits)" if "waits_for" in b else "")))
        lines.append("")
        for b in all_of_it:
            lines += page_of(b)
        if known["recorded_of"]:
            lines += ["## Recorded of", "", "Groups (G), campaigns (C) and software (S) that ATT&CK "
                      "v%s records for it, in our own words; context, and never attribution." %
                      known["attack_version"], "", *recorded(known["recorded_of"])]
        yield technique + ".md", "\n".join(lines).rstrip("\n") + "\n"
    index += ["", "ATT&CK is (c) The MITRE Corporation; its ids, names and records are used under its "
              "terms of use."]
    yield "README.md", "\n".join(index) + "\n"


def main():
    what, program, folder = sys.argv[1:]

    def ask(*of):
        made = subprocess.run([program, "behaviours", "--json", *of], check=True,
                              stdout=subprocess.PIPE)
        return json.loads(made.stdout)
    wanted = dict(pages(ask(), ask))
    folder = pathlib.Path(folder)
    if what == "write":
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.md"):
            if old.name not in wanted:
                old.unlink()
        for name, text in wanted.items():
            (folder / name).write_text(text, encoding="utf-8")
        return
    found = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.md")}
    stale = sorted(n for n in found.keys() | wanted.keys() if found.get(n) != wanted.get(n))
    if stale:
        sys.exit("not as the catalogue is: %s; meson compile behaviour-pages" % ", ".join(stale))


main()
