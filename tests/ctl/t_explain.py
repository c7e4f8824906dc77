#!/usr/bin/env python3
"""cordon explain --why: why no earlier rule decided, and what the reader is told. Prints TAP."""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path.insert(0, str(SOURCE / "tests"))
import jailed  # noqa: E402
RULES = jailed.rules(SOURCE)

LINK = (b"Subject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
        b'<p style="display:none"><a href="https://drive.google.com/x">x</a></p>\n')


def run(work, *args, mail=LINK):
    (work / "a.eml").write_bytes(mail)
    return subprocess.run([BUILD / "cordon", "explain", "--rules", RULES, *args, work / "a.eml"],
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
    assert "\n  + see our folder[⊘ Public cloud storage 公共雲端儲存: drive[.]google[.]com – link disabled" in out, out
    assert "part 1, text/html, before (-) and after (+):" in out and "style=" not in out, out
    assert '\n  + X-Cordon: changed; classes="cloud-storage"; ref=' in out, out


def test_scope(work):
    mail = LINK.replace(b"drive.google.com/x", b"microsoft.com/devicelogin")
    out = run(work, "--why", "--all", "--direction", "outbound", mail=mail)
    assert "device code: direction = inbound; this has outbound" in out, out
    assert "the reader sees nothing of it" in out, out


def test_json(work):
    finding = json.loads(run(work, "--json", "--why"))["findings"][0]
    assert finding["notice"] == "cloud-storage" and finding["observed"].endswith(" hidden"), finding
    assert all(why.startswith("policy.conf:") for why in finding["why"]), finding
    assert "why" not in json.loads(run(work, "--json"))["findings"][0]


def main():
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    failed = 0
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="cordon-explain.") as work:
            try:
                test(pathlib.Path(work))
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception as error:
                failed += 1
                print(f"not ok {number} - {test.__name__}\n# {error!r}"[:3000], flush=True)
    print(f"1..{len(tests)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
