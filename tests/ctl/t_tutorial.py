#!/usr/bin/env python3
"""The tutorial, rules/README.md, as it stands: every command is run, and what it prints is compared. Prints TAP.

A block "console" holds commands behind "$ " (and "> ") and what each prints; a line "…" stands for any lines. A block behind
"<!-- into FILE[, before LINE] -->" is written into that file. Today is TODAY there: dates are moved to the day of the test
and back. What differs from one ruleset to the next (versions, numbers of services) is not compared; numbers of rules and
of their lines are, so that a reader who looks there finds the rule.
t_tutorial.py --update writes what is printed anew: read the difference before you commit it."""
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
PAGE = SOURCE / "rules" / "README.md"
TODAY = datetime.date(2026, 11, 23)
sys.path.insert(0, str(SOURCE / "tests"))
import jailed  # noqa: E402

# what may differ ─▶ what stands for it
MASKS = [(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}\b", "REFERENCE"), (r"version [0-9a-f]{12}", "version V"),
         (r"seal=[0-9a-f]+", "seal=S"),
         (r"\b\d+ (services|tests|passed)\b", r"N \1"), (r"  +", "  "), (r"\b[0-9a-f]{64}\b", "HASH")]


def moved(text, days):
    return re.sub(r"\b20\d\d-\d\d-\d\d\b",
                  lambda m: str(datetime.date.fromisoformat(m[0]) + datetime.timedelta(days=days)), text)


def masked(line):
    for pattern, word in MASKS:
        line = re.sub(pattern, word, line)
    return line.rstrip()


def matches(want, got):
    """Line by line; "…" is any number of lines."""
    if not want:
        return not got
    if want[0] == "…":
        return any(matches(want[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and masked(want[0]) == masked(got[0]) and matches(want[1:], got[1:])


def renewed(want, got):
    """What is printed now, with "…" where it stood; None where more than numbers differ."""
    if not want:
        return None if got else []
    if want[0] == "…":
        rests = (renewed(want[1:], got[i:]) for i in range(len(got) + 1))
        return next((["…"] + rest for rest in rests if rest is not None), None)
    if not got or re.sub(r"\d+", "N", masked(want[0])) != re.sub(r"\d+", "N", masked(got[0])):
        return None
    rest = renewed(want[1:], got[1:])
    return None if rest is None else [got[0]] + rest


class Desk:
    """A folder to work in, with the shipped rules as /etc/cordon."""

    def __init__(self, work):
        self.work = pathlib.Path(work).resolve()
        self.days = (datetime.date.today() - TODAY).days
        (self.work / "bin").mkdir()
        (self.work / "bin" / "cordon").symlink_to(BUILD / "cordon")
        (self.work / "contrib").symlink_to(SOURCE / "contrib")
        shutil.copytree(SOURCE / "rules", self.work / "etc")
        jailed.adapt(self.work / "etc")

    def run(self, command):
        here = moved(command, self.days).replace("/etc/cordon", str(self.work / "etc"))
        done = subprocess.run(["sh", "-c", here], cwd=self.work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=120, env={**os.environ, "PATH": f"{self.work / 'bin'}:{os.environ['PATH']}",
                                                           "TZ": "Asia/Hong_Kong"})
        out = moved(done.stdout.replace(str(self.work / "etc"), "/etc/cordon"), -self.days)
        return [line for line in out.replace(f"{self.work}/", "").splitlines()
                if not line.startswith("warning: workers run as")]

    def write(self, name, before, text):
        path = self.work / name
        path.parent.mkdir(exist_ok=True)
        old = path.read_text() if path.exists() else ""
        if before and before not in old:
            raise ValueError(f"no {before} in {name}")
        path.write_text(old.replace(before, text + "\n" + before, 1) if before else old + text)


def blocks(lines):
    """(first line, last line, into, text) of each block between fences; `into` of "console" blocks is None."""
    into, start, found = None, None, []
    for number, line in enumerate(lines):
        said = re.match(r"<!-- into (\S+?)(?:, before (.*))? -->$", line)
        if said:
            into = (said[1], said[2])
        elif line.startswith("```") and start is None:
            start = number
        elif line.startswith("```"):
            if into or lines[start] == "```console":
                found.append((start + 1, number, into))
            into = start = None
    return found


def commands(lines):
    """(command, what it prints) of a console block."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and not found[-1][1]:
            found[-1] = (found[-1][0] + "\n" + line[2:], [])
        else:
            found[-1][1].append(line)
    return found


def play(desk, lines, say):
    """Goes through the page; returns it with what was printed."""
    page, last = [], 0
    for start, end, into in blocks(lines):
        page += lines[last:start]
        if into:
            desk.write(*into, "\n".join(lines[start:end]) + "\n")
            page += lines[start:end]
        else:
            for command, want in commands(lines[start:end]):
                got = desk.run(command)
                page += ["$ " + command.replace("\n", "\n> ")] + (want if matches(want, got) else renewed(want, got) or got)
                say(command, want, got)
        last = end
    return page + lines[last:]


def main():
    count = failed = 0

    def say(command, want, got):
        nonlocal count, failed
        count += 1
        good = matches(want, got)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {count} - {command.splitlines()[0][:100]}")
        if not good:
            print("".join(f"# want {line}\n" for line in want) + "".join(f"# got  {line}\n" for line in got), end="")

    with tempfile.TemporaryDirectory(prefix="cordon-tutorial.") as work:
        lines = PAGE.read_text().splitlines()
        page = play(Desk(work), lines, say)
    if "--update" in sys.argv:
        PAGE.write_text("\n".join(page) + "\n")
    print(f"1..{count}")
    return 1 if failed and "--update" not in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
