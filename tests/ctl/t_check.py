#!/usr/bin/env python3
"""cordon check: warnings about what can hardly be meant, and none about what is right. Prints TAP."""
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

BASE = SOURCE / "tests" / "policy" / "wrong" / "base"
USED = 'rule "l" { on = link list = feed action = remove notice = link }\n'

# rules, and the place and start of the only warning; "" for none
CASES = [
    ('rule "a" { on = link class = { webmail, messaging } action = hold }\n'
     'rule "b" { on = link class = webmail action = hold }', 'policy.conf:3: rule "b" is never reached: rule "a" (line 2)'),
    ('rule "a" { on = link action = hold }\nrule "b" { on = link class = webmail action = hold }', ""),  # what it carries
    ('rule "a" { on = link class = webmail action = hold mode = observe }\n'
     'rule "b" { on = link class = webmail action = hold }', ""),
    ('rule "a" { on = link class = webmail action = pass }\nrule "b" { on = link class = webmail action = hold }', ""),
    ('rule "a" { on = link trait = bidi action = pass }\nrule "b" { on = link trait = bidi action = hold }', '"b" is never'),
    ('rule "a" { on = link trait = { bidi, idn } action = hold }\nrule "b" { on = link trait = { bidi, port } action = hold }', ""),
    ('rule "a" { on = file size-over = 1M action = hold }\nrule "b" { on = file size-over = 2M action = hold }', '"b" is never'),
    ('rule "a" { on = file size-over = 2M action = hold }\nrule "b" { on = file size-over = 1M action = hold }', ""),
    ('rule "a" { on = file direction = inbound action = hold }\nrule "b" { on = file action = hold }', ""),
    ('rule "a" { on = file action = hold }\nrule "b" { on = { file, link } action = hold }', ""),
    ('rule "a" { on = file action = hold hours = "08:00-18:00" }\nrule "b" { on = file action = hold }', ""),
    ('rule "a" { on = file action = hold mode = observe mode-until = "2026-10-31" mode-then = enforce }',
     'rule "a" has been in mode enforce since its mode-until passed; write mode = enforce'),
    ('rule "a" { on = file action = hold mode = observe mode-until = "2026-12-31" mode-then = enforce }', ""),
    ('rule "a" { on = link class = webmail action = hold }\nrule "b" { on = link service = gmail action = pass }',
     'policy.conf:3: rule "b" is never reached: rule "a" (line 2) takes all links of that class; put it in front'),
    ('rule "a" { on = link class = cloud-storage action = hold }\nrule "b" { on = link host = drive.google.com action = pass }',
     'rule "b" is never reached: rule "a" (line 2)'),
    ('rule "b" { on = link service = gmail action = pass }\nrule "a" { on = link class = webmail action = hold }', ""),
    ('rule "a" { on = link class = webmail action = hold direction = outbound }\n'
     'rule "b" { on = link service = gmail action = pass }', ""),
    ('rule "a" { on = link class = webmail action = hold mode = observe }\nrule "b" { on = link service = gmail action = pass }', ""),
    ('rule "b" { on = link host = drive.google.com action = pass }\nrule "a" { on = link class = cloud-storage action = hold }',
     'policy.conf:2: rule "b" lets all of drive.google.com pass, whoever put it there'),
    ('rule "b" { on = link host = a.drive.google.com action = pass }\nrule "a" { on = link class = cloud-storage action = hold }', ""),
    ('rule "a" { on = file sender = vendor.example action = pass }', 'rule "a" lets pass by the sender alone'),
    ('rule "a" { on = file sender = vendor.example action = pass direction = internal }', ""),
    ('rule "a" { on = file sender = vendor.example action = pass auth = yes }', ""),
    ('rule "a" { on = file action = hold until-date = "2026-10-31" }', 'the until-date of rule "a" has passed'),
]


def check(work, rules, *args, files=()):
    folder = work / "rules"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BASE, folder)
    (folder / "policy.conf").write_text(rules)
    notices = (folder / "notices.conf").read_text()
    (folder / "notices.conf").write_text(notices.replace('notice "cloud-storage"', 'notice "anomaly"'))
    for name, text in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    done = subprocess.run([BUILD / "cordon", "check", "--rules", folder, "--at", "2026-11-22", *args],
                          capture_output=True, text=True, timeout=60)
    told = [line for line in done.stderr.splitlines() if not line.startswith("warning: workers run as")]
    return done.returncode, [line.replace(f"warning: {folder}/", "") for line in told]


def test_cases(work):
    for rules, want in CASES:
        status, told = check(work, USED + rules + "\n")
        assert status == 0 and len(told) == bool(want) and all(want in line for line in told), (rules, status, told)


def test_unused(work):
    status, told = check(work, 'rule "a" { on = file action = hold }\n', files=[("groups/g.txt", "a@b.example\n")])
    assert status == 0 and told == [
        'lists/feed.txt:0: no rule asks for list "feed"; write a rule that does, or remove it',
        'groups/g.txt:0: no rule asks for group "g"; write a rule that does, or remove it'], told


def test_exceptions(work):
    status, told = check(work, USED, files=[("exceptions.jsonl", "{}\n")])
    assert status == 0 and len(told) == 1 and "cordon exceptions check" in told[0], told


def test_strict(work):
    assert check(work, USED, "--strict") == (0, [])
    assert check(work, 'rule "a" { on = file action = hold }\n', "--strict")[0] == 78


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals()))
