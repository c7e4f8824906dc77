#!/usr/bin/env python3
"""cordon test: the shipped rules pass their own tests; a wrong wish fails, and is told with what came
instead; what is no test is refused with file and line. Prints TAP."""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jailed  # noqa: E402
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

RULES = jailed.rules(SOURCE)


def run(*args, **environment):
    done = subprocess.run([BUILD / "cordon", "test", "--rules", RULES, *args], capture_output=True, text=True,
                          timeout=300, env=dict(os.environ, **environment))
    return done.returncode, done.stdout, done.stderr


def try_tests(work, text):
    (work / "a.conf").write_text(text)
    (work / "a.eml").write_bytes(b"Subject: x\n\nhttps://drive.google.com/x\n")
    return run(work, TMPDIR=str(work))


def test_shipped(work):
    status, out, told = run()
    assert status == 0 and out.endswith(", 0 failed\n"), (out[-1500:], told)


def test_wishes(work):
    """Each wish by itself decides."""
    drive = 'link = "https://drive.google.com/x"'
    cases = [(f'{drive} outcome = changed', 0), (f'{drive} outcome = unchanged', 1),
             (f'{drive} outcome = changed rule = "cloud storage"', 0),
             (f'{drive} outcome = changed rule = "webmail"', 1),
             (f'{drive} outcome = changed action = remove', 1),
             (f'{drive} outcome = changed service = dropbox', 1),
             (f'{drive} outcome = changed class = webmail', 1),
             (f'{drive} outcome = changed exception = E-0001', 1),
             ('message = "a.eml" outcome = changed service = google-drive', 0),
             ('message = "b.eml" outcome = changed', 1),
             (f'{drive} outcome = changed notice = cloud-storage tier = policy', 0),
             (f'{drive} outcome = changed notice = webmail', 1), (f'{drive} outcome = changed tier = danger', 1),
             (f'{drive} outcome = changed wanted = hold', 1), (f'{drive} outcome = changed reason = x', 1),
             ('html = "<img src=https://drive.google.com/x>" outcome = changed', 0),
             ('text = "x" header = { "Subject: https://drive.google.com/x" } outcome = changed', 0),
             (f'{drive} outcome = changed not-rule = "webmail"', 0),
             (f'{drive} outcome = changed not-rule = {{ "webmail", "cloud storage" }}', 1),
             ('text = "hello" at = soon outcome = unchanged', 1)]
    for words, want in cases:
        status, out, told = try_tests(work, f'test "t" {{ {words} }}\n')
        assert status == want, (words, status, out, told)
    assert "want unchanged" in try_tests(work, f'test "t" {{ {cases[1][0]} }}\n')[1]
    assert "by policy.conf:" in try_tests(work, f'test "t" {{ {cases[1][0]} }}\n')[1]


def test_terminal(work):
    """A name from mail is shown, and does not write on the terminal."""
    text = 'test "t" { attachment = "a\u202e\x1b[2Jb.exe" content = "MZ" outcome = unchanged }\n'
    status, out, told = try_tests(work, text)
    assert status == 1 and "a\\" in out and "b.exe: remove by" in out, (out, told)
    assert "\u202e" not in out and "\x1b" not in out, out


def test_given(work):
    """What stands in given/ beside the tests is in force for them, and nowhere else."""
    (work / "given" / "lists").mkdir(parents=True)
    (work / "given" / "lists" / "threat-feed.txt").write_text("given.example\n")
    listed = 'test "t" { link = "https://www.given.example/" outcome = changed rule = "known bad" }\n'
    status, out, told = try_tests(work, listed)
    assert status == 0, (out, told)
    shutil.rmtree(work / "given")
    assert try_tests(work, listed)[0] == 1
    assert not list(work.glob("cordon-given.*")), "its folder goes"


def test_wrong(work):
    cases = [('test "t" { outcome = changed }', "a.conf:1: test \"t\" has no message"),
             ('test "t" { link = a text = b outcome = changed }', "more than one message"),
             ('test "t" { link = a }', "wants nothing"),
             ('test "t" {\n link = a\n outcome = change }', 'a.conf:3: unknown outcome "change"; did you mean "changed"?'),
             ('test "t" { link = a outcome = changed acton = pass }', 'did you mean "action"?')]
    for text, words in cases:
        status, out, told = try_tests(work, text + "\n")
        assert status == 78 and words in told, (text, status, told)
    assert "no such folder" in run(work / "none")[2]


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals()))
