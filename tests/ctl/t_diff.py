#!/usr/bin/env python3
"""cordon diff: each kind of change between two rules folders, in words. Prints TAP."""
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

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


def try_case(change, want):
    def test(work):
        rules = work / "rules"
        shutil.copytree(RULES, rules)
        change(rules)
        status, out, told = diff(RULES, rules)
        assert re.fullmatch(want, out) and status == (1 if want else 0), (status, out, told)
    return test


def usage(work):
    assert diff()[0] == 64


if __name__ == "__main__":
    TESTS = [(repr(want[:60]), try_case(change, want)) for change, want in CASES] + [("usage", usage)]
    sys.exit(tap.run_tests([(name, tap.in_folder(test)) for name, test in TESTS]))
