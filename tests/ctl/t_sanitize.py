#!/usr/bin/env python3
"""cordon sanitize on files, folders and mboxes: what is read, what is written, and what is told when
something cannot be. Prints TAP."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jailed  # noqa: E402
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

RULES = jailed.rules(SOURCE)
PLAIN = b"From: a@vendor.example\nTo: b@dept.example\nSubject: x\n\nhello\n"
OTHER = PLAIN.replace(b"hello", b"good day")
BAD = PLAIN.replace(b"hello", b"https://drive.google.com/x")


def sanitize(*args, data=b""):
    done = subprocess.run([BUILD / "cordon", "sanitize", "-q", "-j", "2", "--rules", RULES, *args],
                          input=data, capture_output=True, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def files(folder):
    return {os.path.relpath(os.path.join(top, name), os.fsencode(folder)): open(os.path.join(top, name), "rb").read()
            for top, _, names in os.walk(os.fsencode(folder)) for name in names}


def test_names(work):
    """Names of any bytes, empty files, line ends and their absence."""
    names = {b"plain.eml": PLAIN, b"caf\xe9 \xff.eml": PLAIN, b"new\nline": PLAIN, b"empty": b"",
             b"no-end": PLAIN[:-1], b"crlf": PLAIN.replace(b"\n", b"\r\n"), b"mixed": PLAIN + b"a\r\nb\nc"}
    (work / "in").mkdir()
    for name, data in names.items():
        with open(os.fsencode(work / "in") + b"/" + name, "wb") as out:
            out.write(data)
    status, _, told = sanitize("-o", work / "out", work / "in")
    assert status == 0, (status, told)
    assert files(work / "out") == names, files(work / "out").keys()


def test_same_name(work):
    """Two messages that would be written to one place: the second is told of, not written over."""
    for folder, data in (("a", PLAIN), ("b", OTHER)):
        (work / folder).mkdir()
        (work / folder / "x.eml").write_bytes(data)
    status, _, told = sanitize("-o", work / "out", work / "a" / "x.eml", work / "b" / "x.eml")
    assert status == 73 and "b/x.eml" in told, (status, told)
    assert files(work / "out") == {b"x.eml": PLAIN}


def test_many_to_stdout(work):
    """Standard output holds one message: two would run into each other."""
    (work / "a").write_bytes(PLAIN)
    (work / "b").write_bytes(OTHER)
    status, out, told = sanitize(work / "a", work / "b")
    assert status == 64 and out == PLAIN and "-o" in told, (status, out, told)
    status, out, _ = sanitize(work / "a")
    assert status == 0 and out == PLAIN
    status, out, _ = sanitize(data=PLAIN)
    assert status == 0 and out == PLAIN


def test_odd_files(work):
    """A pipe that nobody writes to, a folder within itself, a file that is gone: told, and passed over."""
    (work / "in" / "deep").mkdir(parents=True)
    (work / "in" / "a").write_bytes(PLAIN)
    (work / "in" / "link").symlink_to("a")
    os.mkfifo(work / "in" / "pipe")
    for n in range(3):
        (work / "in" / "deep" / f"loop{n}").symlink_to("..")
    (work / "in" / "gone").symlink_to("nowhere")
    status, _, told = sanitize("-o", work / "out", work / "in")
    assert status == 66 and told.count("\n") == 5, (status, told)
    assert files(work / "out") == {b"a": PLAIN, b"link": PLAIN}, files(work / "out")


def test_unwritable(work):
    """What cannot be written is not said to be delivered, and leaves no half of a file."""
    (work / "in").mkdir()
    (work / "in" / "a").write_bytes(BAD)
    (work / "out").mkdir()
    (work / "out" / "a").mkdir()
    status, _, told = sanitize("-o", work / "out", work / "in")
    assert status == 74 and "out/a" in told, (status, told)
    assert os.listdir(work / "out") == ["a"] and not os.listdir(work / "out" / "a")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([BUILD / "cordon", "sanitize", "--rules", RULES], input=PLAIN,
                              stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 74, done


def test_mbox(work):
    (work / "box").write_bytes(b"From a\n" + PLAIN + b"\nFrom b\n" + OTHER)
    status, _, told = sanitize("-o", work / "out", work / "box")
    assert status == 0, (status, told)
    assert files(work / "out") == {b"box/00001.eml": PLAIN + b"\n", b"box/00002.eml": OTHER}


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals()))
