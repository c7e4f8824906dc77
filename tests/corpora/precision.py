#!/usr/bin/env python3
"""How much of ordinary mail is touched, and why. By hand, or "make precision".

Sanitises the ordinary mail of the corpora (CORDON_CORPORA; or the files and folders named) and prints
two tables from the command's own reports: the share of links that were changed, by rule, class and
service, and the share of messages by how loudly their readers are told.

  precision.py [--rules DIR] [--report FILE] [--eye N] [PATH...]
    --report FILE  keep the reports there; if it is there already, read it and sanitise nothing
    --eye N        print N of the changed links too, spread over rules and services, to be looked at
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent"))
ORDINARY = ("mail/enron-ham", "mail/list-ham", "mail/spamassassin/*ham*")
TIERS = ("none", "information", "policy", "danger")

sys.path.insert(0, str(SOURCE / "tests"))
import jailed  # noqa: E402


def ordinary():
    """Folders whole, files of mixed folders by name."""
    return [path for pattern in ORDINARY for path in sorted(CORPORA.glob(pattern))]


def sanitize(paths, rules, report):
    with tempfile.TemporaryDirectory(prefix="cordon-precision.") as work:
        folder = pathlib.Path(work, "in")
        for number, path in enumerate(p for top in paths for p in
                                      (sorted(top.rglob("*")) if top.is_dir() else [top])):
            if path.is_file() and not path.name.startswith("_UPSTREAM"):
                target = folder / path.parent.name
                target.mkdir(parents=True, exist_ok=True)
                (target / f"{number:06}-{path.name}"[:200]).symlink_to(path.resolve())
        subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", rules, "--report", report,
                        "-o", pathlib.Path(work, "out"), folder], check=False)


def is_changed(finding):
    return finding["action"] in ("defang", "remove", "disarm")


def reason(finding):
    rule = finding["rule"].split(" ", 1)[-1]
    return rule, finding.get("class", "-"), finding.get("service", "-")


def loudness(line):
    """What of a message is told, at its loudest: the tier of what was changed or marked."""
    told = [TIERS.index(f["tier"]) for f in line["findings"] if f["action"] not in ("pass",)]
    return TIERS[max(told)] if told else "none"


def percent(part, whole):
    return f"{part:6} {100 * part / whole if whole else 0:7.3f} %"


def tell(lines):
    links = [(line, f) for line in lines for f in line["findings"] if f["kind"] == "link"]
    changed = [(line, f) for line, f in links if is_changed(f)]
    outcomes = collections.Counter(line["outcome"] for line in lines)
    loud = collections.Counter(loudness(line) for line in lines if line["outcome"] == "changed")
    print(f"{len(lines)} messages, {len(links)} links\n")
    print(f"  {percent(len(changed), len(links))}  links changed")
    for tier in TIERS:
        print(f"  {percent(sum(f['tier'] == tier for _, f in changed), len(links))}    tier {tier}")
    for outcome, count in outcomes.most_common():
        print(f"  {percent(count, len(lines))}  messages {outcome}")
    for tier in TIERS:
        print(f"  {percent(loud[tier], len(lines))}    of them loudest {tier}"
              + (", a top line" if tier in TIERS[2:] else ", no top line"))
    print("\n   links  share of links   messages  rule | class | service")
    counts = collections.Counter(reason(f) for _, f in changed)
    files = collections.defaultdict(set)
    for line, f in changed:
        files[reason(f)].add(line["file"])
    for key, count in counts.most_common():
        print(f"  {percent(count, len(links))} {len(files[key]):10}  {' | '.join(key)}")
    return changed


def eye(changed, count):
    """One of each reason and host in turn, so that rare ones are seen too."""
    groups = collections.defaultdict(list)
    for line, f in changed:
        groups[reason(f) + (f.get("host", ""), f["use"])].append((line, f))
    print("\nto be looked at:")
    shown = 0
    while shown < count and any(groups.values()):
        for key in sorted(groups):
            if groups[key] and shown < count:
                line, f = groups[key].pop(0)
                shown += 1
                print(f"{shown:4} {'/'.join(key[:3])} {f['use']} {f['tier']} {f.get('url', '')[:120]!r}"
                      f" text {f.get('text', '')[:60]!r} in {line['file'].rsplit('/in/', 1)[-1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", type=pathlib.Path)
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--eye", type=int, default=0, metavar="N")
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    paths = options.paths or ordinary()
    rules = options.rules or jailed.rules(SOURCE)
    with tempfile.TemporaryDirectory() as work:
        report = options.report or pathlib.Path(work, "report")
        if not report.exists():
            if not paths:
                print("no mail: set CORDON_CORPORA or name some", file=sys.stderr)
                return 66
            sanitize(paths, rules, report)
        changed = tell([json.loads(line) for line in report.read_text().splitlines()])
        eye(changed, options.eye)
    return 0


sys.exit(main())
