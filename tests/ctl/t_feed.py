#!/usr/bin/env python3
"""cordon feed: compiled, and then asked by the rules: what it lists is removed, what is exempt or an own
domain is not, and one that is cut off is refused. Prints TAP."""
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jailed  # noqa: E402
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

RULES = jailed.rules(SOURCE)


def cordon(*args, data=b""):
    done = subprocess.run([BUILD / "cordon", *args], input=data, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def make_rules(work):
    rules = work / "rules"
    shutil.copytree(RULES, rules)
    with open(rules / "cordon.conf", "a") as conf:
        conf.write('\nown-domains = "dept.example"\n')
    return rules


def compile_feed(rules, work, text, *more):
    (work / "feed.txt").write_text(text)
    return cordon("feed", "compile", "--rules", rules, "-o", rules / "lists" / "threat-feed.cdb", *more,
                  work / "feed.txt")


def decided(rules, work, address):
    mail = f"Subject: x\n\nSee {address} for it.\n".encode()
    status, _, told = cordon("sanitize", "-q", "--rules", rules, "--report", work / "report", data=mail)
    assert status == 0, told
    findings = json.loads((work / "report").read_text())["findings"]
    return [f["action"] for f in findings if f["kind"] == "link"]


def test_asked(work):
    rules = make_rules(work)
    status, out, told = compile_feed(rules, work, "evil.example\nfine.example\nhttps://site.example/bad/\nwww.dept.example\n")
    assert status == 0 and "3 entries, 1 of own domains left out" in out, (out, told)
    (rules / "lists" / "threat-feed.except.txt").write_text("fine.example\n")
    wanted = {"https://www.evil.example/x": ["remove"], "https://fine.example/": ["pass"],
              "https://site.example/bad/page": ["remove"], "https://site.example/good": ["pass"],
              "https://www.dept.example/": ["pass"], "https://other.example/": ["pass"]}
    for address, want in wanted.items():
        assert decided(rules, work, address) == want, (address, decided(rules, work, address))
    (rules / "lists" / "threat-feed.txt").write_text("other.example\nfine.example\n")
    assert decided(rules, work, "https://other.example/") == ["remove"], "the list in text counts besides"
    assert decided(rules, work, "https://fine.example/") == ["remove"], "local lines win"


def test_find_and_show(work):
    rules = make_rules(work)
    compile_feed(rules, work, "evil.example\n")
    feed = rules / "lists" / "threat-feed.cdb"
    assert cordon("feed", "find", feed, "a.evil.example")[:2] == (0, "a.evil.example: listed\n")
    assert cordon("feed", "find", feed, "a.evil.example", "b.example")[0] == 1
    assert "1 entries" in cordon("feed", "show", feed)[1]
    assert cordon("feed", "show", work / "feed.txt")[0] == 78
    assert cordon("feed", "burn")[0] == 64


def test_halved(work):
    rules = make_rules(work)
    compile_feed(rules, work, "a.example\nb.example\nc.example\nd.example\n")
    status, _, told = compile_feed(rules, work, "a.example\n")
    assert status == 65 and "stays as it is" in told, told
    assert cordon("feed", "find", rules / "lists" / "threat-feed.cdb", "d.example")[0] == 0
    assert compile_feed(rules, work, "a.example\n", "--force")[0] == 0


def test_cut_off(work):
    rules = make_rules(work)
    compile_feed(rules, work, "a.example\nb.example\n")
    feed = rules / "lists" / "threat-feed.cdb"
    feed.write_bytes(feed.read_bytes()[:-9])
    status, _, told = cordon("check", "--rules", rules)
    assert status == 78 and "lists/threat-feed.cdb:0: is no compiled feed" in told, told


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals()))
