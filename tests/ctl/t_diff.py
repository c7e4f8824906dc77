#!/usr/bin/env python3
"""cordon diff: each kind of change between two rules folders, in words. Prints TAP."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
RULES = SOURCE / "rules"


def diff(*folders):
    done = subprocess.run([BUILD / "cordon", "diff", *folders], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def edit(path, pattern, new):
    text, times = re.subn(pattern, new, path.read_text(), count=1, flags=re.S)
    assert times == 1, (path, pattern)
    path.write_text(text)


def add(path, text):
    path.parent.mkdir(exist_ok=True)
    with open(path, "a") as file:
        file.write(text)


CASES = [
    (lambda r: None, ""),
    (lambda r: add(r / "policy.conf", "\n# a comment\n"), ""),
    (lambda r: add(r / "policy.conf", 'rule "x" { on = link  scheme = ftp  action = defang  notice = deceptive }\n'),
     r'policy.conf: rule "x" is new \(line \d+\): on = link, scheme = ftp, action = defang, notice = deceptive\n'),
    (lambda r: edit(r / "policy.conf", r'rule "malware" \{.*?\n\}\n', ""),
     r'policy.conf: rule "malware" is gone: on = file, malware = yes, action = hold, .*\n'),
    (lambda r: edit(r / "policy.conf", r'(rule "webmail" \{[^}]*?action = )defang', r"\1flag"),
     r'policy.conf: rule "webmail": action was defang, is flag\n'),
    (lambda r: edit(r / "policy.conf", r'(rule "malware" \{.*?\n\}\n)(.*?)(rule "uninspectable" \{)', r"\2\1\3"),
     r'policy.conf: rule "malware" was moved: it stands behind "deceptive name"\n'),
    (lambda r: add(r / "cordon.conf", "\ndeadline = 30\n"), "cordon.conf: deadline is new: 30\n"),
    (lambda r: add(r / "lists" / "threat-feed.txt", "evil.example\n"),
     "lists/threat-feed.txt: 1 line more: evil.example\n"),
    (lambda r: add(r / "lists" / "own.txt", "".join(f"{i}.example\n" for i in range(7))),
     "lists/own.txt: 7 lines more: 0.example, 1.example, 2.example, 3.example, 4.example …\n"),
    (lambda r: add(r / "groups" / "a.txt", "a@b.example\n"), "groups/a.txt: 1 line more: a@b.example\n"),
    (lambda r: edit(r / "services" / "messaging.conf", r'"wa\.me"', '"wa.me.example"'),
     r'services/messaging.conf: service "whatsapp": \w+ has more: wa.me.example\n'
     r'services/messaging.conf: service "whatsapp": \w+ has no more: wa.me\n'),
    (lambda r: edit(r / "exceptions.conf", r"\n  maximum-days = 180", "\n  maximum-days = 30"),
     'exceptions.conf: approval "cloud-storage": maximum-days was 180, is 30\n'),
    (lambda r: edit(r / "notices.conf", r'(notice "webmail" \{.*?title-en = )"[^"]*"', r'\1"Mail"'),
     r'notices.conf: notice "webmail": title-en was .*, is Mail\n'),
]


def main():
    failed = 0
    for number, (change, want) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory(prefix="cordon-diff.") as work:
            rules = pathlib.Path(work) / "rules"
            shutil.copytree(RULES, rules)
            change(rules)
            status, out, told = diff(RULES, rules)
            good = re.fullmatch(want, out) and status == (1 if want else 0)
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {want[:60]!r}")
            if not good:
                print(f"# {status} {out!r} {told!r}"[:1000])
    with tempfile.TemporaryDirectory(prefix="cordon-diff.") as work:
        status = diff(RULES, work)[0], diff()[0], diff(RULES, work + "/none")[0]
        good = status[1] == 64
        failed += not good
        print(f"{'ok' if good else 'not ok'} {len(CASES) + 1} - usage")
    print(f"1..{len(CASES) + 1}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
