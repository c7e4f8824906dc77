#!/usr/bin/env python3
"""cordon explain --why: why no earlier rule decided, and what the reader is told. Prints TAP."""
import base64
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

LINK = (b"Subject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
        b'<p style="display:none"><a href="https://drive.google.com/x">x</a></p>\n')


def run(work, *args, mail=LINK, rules=RULES):
    (work / "a.eml").write_bytes(mail)
    return subprocess.run([BUILD / "cordon", "explain", "--rules", rules, *args, work / "a.eml"],
                          capture_output=True, text=True, timeout=120).stdout


def test_words(work):
    out = run(work, "--why")
    for words in ["known bad: list = threat-feed; this has none such", "hidden: applies, but only observes",
                  "mail address: class = webmail; this has cloud-storage", "by policy.conf",
                  "observed by: policy.conf", 'the words of notice "cloud-storage"']:
        assert words in out, (words, out)
    lines = [line for line in out.splitlines() if "not by " in line]
    assert len(lines) > 5 and not any(" webmail: " in line for line in lines), "only what stands in front"
    assert not any("click-to-run" in line for line in lines), "and is about links"
    assert "not by" not in run(work)


def test_change(work):
    """What changes is shown as readers see it, whatever it is encoded in."""
    mail = (b"Subject: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
            + base64.encodebytes(b'<p>see <a href="https://drive.google.com/x">our <b>folder</b></a></p>\n'))
    out = run(work, mail=mail)
    assert "\n  - see our folder [https://drive.google.com/x]\n" in out, out
    assert "\n  + see our folder[⊘ Google Drive (Public cloud storage 公共雲端儲存): drive[.]google[.]com – link disabled" in out, out
    assert "part 1, text/html, before (-) and after (+):" in out and "style=" not in out, out
    assert '\n  + X-Cordon: changed; classes="cloud-storage"; ref=' in out, out


def test_scope(work):
    mail = LINK.replace(b"drive.google.com/x", b"microsoft.com/devicelogin")
    out = run(work, "--why", "--all", "--direction", "outbound", mail=mail)
    assert "device code: direction = inbound; this has outbound" in out, out
    assert "the reader sees nothing of it" in out, out
    assert "approved: exception: no exception covers it" in out, out


def test_first_of_many(work):
    """What the index over the rules leaves out is told of all the same."""
    rules = work / "rules"
    shutil.copytree(RULES, rules, ignore=shutil.ignore_patterns("tests"))
    policy = rules / "policy.conf"
    vendors = "".join(f'rule "vendor {i}" {{ on = link host = v{i}.example action = pass }}\n' for i in range(500))
    policy.write_text('rule "out" { on = link recipient-class = webmail action = hold }\n' + vendors + policy.read_text())
    out = run(work, "--why", "--rcpt", "clerk@dept.example", rules=rules)
    assert "policy.conf:1 out: recipient-class = webmail; this has none such" in out, out
    assert "policy.conf:2 vendor 0: host; this has drive.google.com" in out and "vendor 38" in out, out
    assert " by policy.conf" in out and "vendor 40" not in out, out


def test_json(work):
    finding = json.loads(run(work, "--json", "--why"))["findings"][0]
    assert finding["notice"] == "cloud-storage" and finding["observed"].endswith(" hidden"), finding
    assert all(why.startswith("policy.conf:") for why in finding["why"]), finding
    assert "why" not in json.loads(run(work, "--json"))["findings"][0]


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals()))
