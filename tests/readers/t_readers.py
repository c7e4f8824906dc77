#!/usr/bin/env python3
"""What mail readers that we did not write see in delivered messages: no live link to a disabled
service, no file that the rules remove. Prints TAP.

Sanitises the samples, the golden cases' inputs and, where CORDON_CORPORA is unpacked, mail of the
corpora: every 12th message, or all with CORDON_ALL=1. Then asks Python's email, Perl's MIME-tools,
npm's mailparser and postal-mime.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent"))
ALL = os.environ.get("CORDON_ALL") == "1"
READERS = BUILD / "readers"
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "readers")]
import jailed  # noqa: E402
import packages  # noqa: E402
RULES = jailed.rules(SOURCE)


def inputs(folder):
    """Copies under short names, so that a finding names its origin."""
    sets = {"samples": sorted((SOURCE / "contrib" / "samples").glob("*.eml")),
            "cases": sorted((SOURCE / "tests" / "cases").glob("*/in.eml"))}
    for name in ("mail", "suites", "ambiguity"):
        files = [p for p in sorted((CORPORA / name).rglob("*")) if p.is_file()
                 and not p.name.startswith("_UPSTREAM")] if (CORPORA / name).exists() else []
        sets[name] = files if ALL else files[::12]
    for name, files in sets.items():
        (folder / name).mkdir()
        for number, path in enumerate(files):
            label = "-".join(path.parts[-3:]).replace("\n", "_")[-120:]
            shutil.copy(path, folder / name / f"{number:05}-{label}")
    return {name: len(files) for name, files in sets.items()}


def reader_lines(command, files):
    done = subprocess.run(command, input="\n".join(files) + "\n", capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr[-500:]}")
    return done.stdout


def main():
    readers = {
        "python email": [sys.executable, str(SOURCE / "tests" / "readers" / "read.py")],
        "perl MIME-tools": ["perl", str(SOURCE / "tests" / "readers" / "read.pl")],
        "npm mailparser": ["node", str(READERS / "read.mjs"), "mailparser"],
        "npm postal-mime": ["node", str(READERS / "read.mjs"), "postal-mime"],
    }
    if not packages.install(SOURCE, READERS):
        print("ok 1 - readers # SKIP npm packages are not to be had")
        print("1..1")
        return 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cordon-readers."))
    (folder / "in").mkdir()
    counts = inputs(folder / "in")
    done = subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", RULES,
                           "--report", folder / "report", "-o", folder / "out", folder / "in"],
                          capture_output=True, text=True)
    outcomes = {}
    for line in (folder / "report").read_text().splitlines():
        outcome = json.loads(line)["outcome"]
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(f"# messages {counts}, outcomes {outcomes}, status {done.returncode}")
    number, failed = 1, 0
    bad = done.returncode not in (0, 1) or outcomes.get("error")
    print(f"{'not ok' if bad else 'ok'} {number} - sanitize {done.stderr[-300:]!r}" if bad
          else f"ok {number} - sanitize")
    failed += bool(bad)
    files = sorted(str(p) for p in (folder / "out").rglob("*") if p.is_file())
    for name, command in readers.items():
        number += 1
        judge = subprocess.run(["node", str(READERS / "judge.mjs"), str(SOURCE / "rules")],
                               input=reader_lines(command, files), capture_output=True, text=True)
        good = judge.returncode == 0
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}: {judge.stderr.strip()[-300:]}")
        for line in judge.stdout.splitlines()[:40]:
            print("# " + line)
    # the judge must be able to fail: it finds the links of what was not sanitised
    number += 1
    raw = sorted(str(p) for p in (folder / "in" / "samples").iterdir())
    judge = subprocess.run(["node", str(READERS / "judge.mjs"), str(SOURCE / "rules")],
                           input=reader_lines(readers["python email"], raw), capture_output=True,
                           text=True)
    found = judge.returncode == 1 and "google-drive" in judge.stdout and "file " in judge.stdout
    failed += not found
    print(f"{'ok' if found else 'not ok'} {number} - the judge finds them in the originals")
    print(f"1..{number}")
    if not failed and not os.environ.get("CORDON_KEEP"):
        shutil.rmtree(folder)
    else:
        print(f"# kept in {folder}")
    return 1 if failed else 0


sys.exit(main())
