#!/usr/bin/env python3
"""Cordon behind a real Postfix: what is sent by SMTP, what arrives at smtp-sink. Prints TAP.

Each test gets its own Lab (private Postfix, cordond, smtp-sink on loopback). Needs root.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import everywhere  # noqa: E402
import mta  # noqa: E402
import recipients  # noqa: E402
from checks import (BUILD, DRIVE, ORDINARY, SOURCE, Skip, check, lab, mail, named_tests, run_tests)  # noqa: E402
from postfix import Postfix  # noqa: E402


def hooks_lab(name, **settings):
    box = lab(Postfix, name)
    box.settings(worker=str((BUILD / "cordon-worker-hooks").resolve()), **settings)
    return box


def test_worker_that_dies_costs_one_letter_a_4xx():
    with hooks_lab("crash", deadline=2) as box:
        for what in (b"crash", b"exit", b"garbage", b"hang"):
            code, text = box.send(mail(b"Subject: x\nX-Cordon-Test: " + what + b"\n", b"x\n"))
            check(400 <= code < 500, f"{what}: {code} {text}")
            code, text = box.send(ORDINARY["plain"])
            check(code == 250, f"after {what}: {code} {text}")
        box.delivered(4)
        outcomes = [e["outcome"] for e in box.events()]
        check(outcomes.count("error") == 4 and outcomes.count("unchanged") == 4, outcomes)


def children(pid):
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def workers_of(pid):
    """Grandchildren of cordond that run cordon-worker: its pool."""
    return [w for child in children(pid) for w in children(child)]


def test_killed_workers_and_zygote_are_replaced():
    with lab(Postfix, "killed") as box:
        box.send(ORDINARY["plain"])
        for victims in (workers_of, children):
            for pid in victims(box.cordond.process.pid):
                name = (pathlib.Path("/proc") / str(pid) / "comm").read_text()
                if "worker" in name:
                    os.kill(pid, signal.SIGKILL)
            delivered = [0]

            def goes_through():
                code, _ = box.send(ORDINARY["plain"])
                check(code == 250 or 400 <= code < 500, code)
                delivered[0] += code == 250
                return code == 250

            mta.wait_until("a message after the kill", goes_through, 60)
        check(box.cordond.process.poll() is None, "the daemon ended")


def test_full_disk_gives_4xx_and_loses_nothing():
    with lab(Postfix, "full") as box:
        pass
    state = box.folder / "state"
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs", state]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        raise Skip("nothing may be mounted here")
    try:
        box2 = mta.Lab(box.folder / "again", BUILD, SOURCE / "rules")
        box2.settings(state=str(state), events="")
        with box2:
            code, _ = box2.send(DRIVE)
            check(code == 250, f"before: {code}")
            filler = state / "filler"
            try:
                with open(filler, "wb", buffering=0) as file:
                    while True:
                        file.write(b"x" * 4096)
            except OSError:
                pass
            big = DRIVE + b"<!-- " + b"pad " * 5000 + b" -->\n"
            code, text = box2.send(big)
            check(400 <= code < 500, f"full: {code} {text}")
            filler.unlink()
            code, text = box2.send(big)
            check(code == 250, f"after: {code} {text}")
            got = box2.delivered(2)
            check(len(got) == 2, f"{len(got)} delivered")
            check(all(b"X-Cordon: changed" in m for _, m in got), "delivered unchanged")
    finally:
        subprocess.run(["umount", state], check=False)


def over_limits():
    many = b"".join(b"--b\nContent-Type: text/plain\n\nx\n" for _ in range(1200)) + b"--b--\n"
    deep = b""
    for i in range(60):
        deep += b"Content-Type: multipart/mixed; boundary=d%d\n\n--d%d\n" % (i, i)
    deep += b"Content-Type: text/plain\n\nx\n" + b"".join(b"--d%d--\n" % i for i in reversed(range(60)))
    mp = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
    return {
        "parts": mail(b"Subject: parts\n" + mp, many),
        "depth": mail(b"Subject: depth\n" + mp, b"--b\n" + deep + b"--b--\n"),
        "parameters": mail(b"Subject: params\nMIME-Version: 1.0\nContent-Type: text/plain" +
                           b"".join(b"; p%d=1" % i for i in range(300)) + b"\n", b"x\n"),
        "address groups": mail(b"Subject: groups\nCc: " + b"g:" * 3000 + b"\n", b"x\n"),
        "header fields": mail(b"".join(b"X-F%d: x\n" % i for i in range(1500)), b"x\n"),
        "links": mail(b"Subject: links\nMIME-Version: 1.0\nContent-Type: text/html\n",
                      b"".join(b'<a href="https://example.com/%d">x</a>\n' % i for i in range(25000))),
    }


def test_over_each_limit_is_held_or_4xx():
    with lab(Postfix, "limits") as box:
        for label, data in over_limits().items():
            code, text = box.send(data)
            event = box.events()[-1] if box.events() else {}
            check(400 <= code < 600 or event.get("outcome") == "held",
                  f"{label}: {code} {text} {event.get('outcome')}")
            code, text = box.send(ORDINARY["plain"])
            check(code == 250, f"after {label}: {code} {text}")
        check(len(box.delivered(len(over_limits()))) == len(over_limits()), "the ordinary ones arrive")


def test_wrong_rules_do_not_start():
    box = lab(Postfix, "wrong")
    (box.rules / "policy.conf").write_text('rule "x" { on = link action = defnag }\n')
    done = subprocess.run([BUILD / "cordond", "-c", box.rules], capture_output=True, text=True, timeout=60)
    box.sink.stop()
    check(done.returncode == 78, f"exit {done.returncode}")
    check(re.search(r"policy\.conf:1: .*defnag.*defang", done.stderr), done.stderr)


def test_load_of_many_connections():
    everywhere.load_of_many_connections(Postfix, 400)


sys.exit(run_tests(everywhere.tests(Postfix) + recipients.tests(Postfix) + named_tests(globals()),
                   Postfix.missing()))
