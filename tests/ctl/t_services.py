#!/usr/bin/env python3
"""cordon services, and what cordon check tells of classes. Prints TAP."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

RULES = SOURCE / "rules"
OFF = {"disposable-mail", "form-builder", "mail-server", "meeting", "paste", "remote-access", "shortener"}


def cordon(*args, text=None):
    done = subprocess.run([BUILD / "cordon", *args], input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def services(*args, **kwargs):
    return cordon("services", "--rules", RULES, *args, **kwargs)


def test_list(_work):
    status, out, _ = services()
    rows = [line.split()[:2] for line in out.splitlines()]
    shipped = sum(len(re.findall(r'(?m)^service "', p.read_text())) for p in (RULES / "services").glob("*.conf"))
    assert status == 0 and len(rows) == shipped > 280, (status, len(rows), shipped)
    one = [r for r in services("--class", "paste")[1].splitlines()]
    assert one and all(line.split()[1] == "paste" for line in one), one
    assert services("--class", "no-such")[0] == 1


def test_find(_work):
    status, out, _ = services("https://pan.baidu.com/s/1abc", "mailto:a@qq.com", "weixin://dl/chat")
    assert status == 0, out
    assert [re.search(r": ([a-z0-9-]+), class", line)[1] for line in out.splitlines()] == ["baidu-pan", "qq-mail", "wechat"]
    assert "百度網盤 / 百度网盘" in out and "rules/services/cloud-storage.conf:" in out, out
    status, out, _ = services("notwa.me", "wa.me.evil.example", "http://[")
    assert (status, out) == (1, "notwa.me: no service's\nwa.me.evil.example: no service's\nhttp://[: no address\n"), out
    status, out, _ = services("-", text="wa.me\n\nexample.com\n")
    assert status == 1 and out.startswith("wa.me: whatsapp,") and out.endswith("example.com: no service's\n"), out
    status, out, _ = services("clerk@gmail.com", "clerk@dept.example")
    assert out.startswith("clerk@gmail.com: gmail, class webmail") and out.endswith("clerk@dept.example: no service's\n"), out
    unread = os.open(RULES, os.O_RDONLY)  # a folder gives no lines
    done = subprocess.run([BUILD / "cordon", "services", "--rules", RULES, "-"], stdin=unread, capture_output=True, timeout=60)
    os.close(unread)
    assert done.returncode == os.EX_IOERR and b"cannot be read" in done.stderr, done


def test_classes(work):
    status, out, _ = cordon("check", RULES)
    off = set(re.findall(r"(?m)^  (\S+) +\d+ services  off", out))
    assert status == 0 and off == OFF, out
    assert re.search(r"(?m)^  webmail +\d+ services  defang  \(policy.conf:\d+ webmail\)$", out), out
    rules = work / "rules"
    shutil.copytree(RULES, rules)
    policy = (rules / "policy.conf").read_text()
    policy = policy.replace("  class = webmail\n  action = defang\n  notice = webmail\n",
                            "  class = webmail\n  action = defang\n  notice = webmail\n"
                            '  mode = mark  mode-until = "2026-10-31"  mode-then = enforce\n')
    policy += 'rule "p" { on = link  class = paste  action = flag  direction = inbound  mode = observe }\n'
    (rules / "policy.conf").write_text(policy)
    _, out, _ = cordon("check", "--at", "2026-10-01", rules)
    assert " defang, mode mark until 2026-10-31, then enforce  (policy.conf" in out, out
    assert " flag for some mail, mode observe  (policy.conf" in out, out
    (rules / "cordon.conf").write_text("mode = observe\n")
    _, seen, _ = cordon("check", "--at", "2026-10-01", rules)
    assert "cordon.conf has mode = observe: so are all rules" in seen and "defang, mode observe  (policy.conf" in seen, seen
    assert " defang, mode mark until 2026-10-31, then enforce  (policy.conf" in seen, seen
    (rules / "cordon.conf").write_text("")
    _, out, _ = cordon("check", "--at", "2026-11-01", rules)
    assert re.search(r"(?m)^  webmail +\d+ services  defang  \(", out), out


def test_readme(_work):
    """The table of services/README.md is true of the files beside it."""
    told = re.findall(r"(?m)^\| (?:`\S+`)? ?\| ([a-z-]+) \| (\d+) \| (disabled|off) \|$",
                      (RULES / "services" / "README.md").read_text())
    _, out, _ = cordon("check", RULES)
    is_so = [(name, count, "off" if what == "off" else "disabled")
             for name, count, what in re.findall(r"(?m)^  (\S+) +(\d+) services  (off|\w+)", out) if name != "mail-server"]
    assert sorted(told) == sorted(is_so), (told, is_so)


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals()))
