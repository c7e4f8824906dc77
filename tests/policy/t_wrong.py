#!/usr/bin/env python3
"""Wrong configurations, one a line of wrong.txt: each is refused, with file, line, what is wrong and what
would be right. Folders of files with several mistakes are in wrong/ (test_ruleset.c). Prints TAP.

A line of wrong.txt: the file, a tab, its text ("\\n" for a line end; behind a '+' it joins what the file
has), a tab, and the first message about that file. --update writes the messages anew."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
TABLE = SOURCE / "tests" / "policy" / "wrong.txt"
BASE = SOURCE / "tests" / "policy" / "wrong" / "base"


def refuse(line):
    """Exit status and the first message about the file."""
    name, text = line.split("\t")[:2]
    joins, name = name.endswith("+"), name.rstrip("+")
    with tempfile.TemporaryDirectory(prefix="cordon-wrong.") as work:
        rules = pathlib.Path(work) / "rules"
        shutil.copytree(BASE, rules)
        file = rules / name
        file.parent.mkdir(exist_ok=True)
        before = file.read_text() if joins else ""
        file.write_text(before + text.replace("\\n", "\n") + "\n")
        command = "test" if name.startswith("tests/") else "check"
        done = subprocess.run([BUILD / "cordon", command, "--rules", rules], capture_output=True, text=True,
                              timeout=60)
        told = [line[len(str(rules)) + 1:] for line in done.stderr.splitlines() if line.startswith(str(rules))]
        told = [line.replace(str(rules), "DIR") for line in told]
        about = [line for line in told if line.startswith(name + ":")]
        return done.returncode, (about + told + [done.stderr.strip()])[0]


def is_advice(message):
    """What is wrong; what would be right."""
    place, _, words = message.partition(": ")
    return place.count(":") == 1 and "; " in words and "\n" not in message


def main():
    lines = TABLE.read_text().splitlines()
    cases = [line for line in lines if line and not line.startswith("#")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        got = dict(zip(cases, pool.map(refuse, cases)))
    if sys.argv[1:] == ["--update"]:
        TABLE.write_text("".join((line if line not in got else
                                  "\t".join(line.split("\t")[:2] + [got[line][1]])) + "\n" for line in lines))
        return 0
    failed = 0
    for number, case in enumerate(cases, 1):
        name, text, *want = case.split("\t")
        status, message = got[case]
        good = status == 78 and [message] == want and is_advice(message)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}: {text}".replace("#", "\\#"))
        if not good:
            print(f"# status {status}\n# got  {message}\n# want {want[0] if want else ''}")
    print(f"1..{len(cases)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
