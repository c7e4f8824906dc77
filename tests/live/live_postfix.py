#!/usr/bin/env python3
"""Cordon behind a real Postfix: what is sent by SMTP, what arrives at smtp-sink. Prints TAP.

Each test gets its own Lab (private Postfix, cordond, smtp-sink on loopback). Needs root.
"""
import base64
import io
import json
import os
import pathlib
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import traceback
import zipfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent"))
sys.path.insert(0, str(SOURCE / "tests" / "live"))
import mta  # noqa: E402

SENDER, RCPT = "vendor@outside.example", "clerk@dept.example"
HEAD = (b"From: Vendor <vendor@outside.example>\nTo: clerk@dept.example\n"
        b"Date: Thu, 05 Nov 2026 09:12:44 +0800\nMessage-ID: <%s@outside.example>\n")
number = 0


def mail(headers, body, head=HEAD):
    """A message with the fields that Postfix would otherwise add."""
    global number
    number += 1
    return head % b"n%d" % number + headers + b"\n" + body if b"%s" in head else head + headers + b"\n" + body


ORDINARY = {
    "plain": mail(b"Subject: hello\n", b"Hello,\n\nsee you tomorrow.\n"),
    "blanks after the colon": mail(b"Subject:   three blanks\nX-None:none\nX-Tab:\ttab\n", b"x\n"),
    "folded": mail(b"Subject: a subject\n that is folded\n\twith a tab\nReferences: <a@b>\n <c@d>\n\t<e@f>\n", b"x\n"),
    "repeated fields": mail(b"X-Same: one\nX-Same: two\nX-Same: one\nComments: a\nComments: b\n", b"x\n"),
    "eight bits": mail("Subject: 會議\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                       "Content-Transfer-Encoding: 8bit\n".encode(), "各位好，\n明天見。\n".encode()),
    "dots": mail(b"Subject: dots\n", b".\n..\n...\n.x\n\n.\n"),
    "empty body": mail(b"Subject: nothing\n", b""),
    "empty lines at the end": mail(b"Subject: trailing\n", b"x\n\n\n\n"),
    "blanks at line ends": mail(b"Subject: blanks\n", b"two  \ntab\t\n \n"),
    "long lines": mail(b"Subject: long\n", b"y" * 990 + b"\n" + b"z" * 990 + b"\n"),
    "from at line start": mail(b"Subject: from\n", b"x\n\nFrom here on it is quiet.\n>From there too.\n"),
    "empty value": mail(b"Subject:\nX-Empty: \n", b"x\n"),
    "list of parts": mail(b"Subject: parts\nMIME-Version: 1.0\nContent-Type: multipart/mixed;\n\tboundary=\"b1\"\n",
                          b"--b1\nContent-Type: text/plain\n\nfirst\n--b1\nContent-Type: application/octet-stream\n"
                          b"Content-Transfer-Encoding: base64\n\nAAECAwQF\n--b1--\n"),
}

DRIVE = mail(b"Subject: drawings\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n",
             b'<p>See <a href="https://drive.google.com/file/d/1a/view">the drawings</a>.</p>\n')


def lf(data):
    return data.replace(b"\r\n", b"\n")


def without_trace(data):
    """Postfix's own Received, and the queue id in it, differ from message to message."""
    return re.sub(rb"\AReceived: [^\n]*\n(?:[ \t][^\n]*\n)*", b"", lf(data))


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(got, want, what):
    if got != want:
        at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
        raise AssertionError(f"{what}: differs at byte {at}: got {got[max(0, at - 40):at + 60]!r}, "
                             f"want {want[max(0, at - 40):at + 60]!r}")


def sanitize(lab, data, tool="cordon"):
    """What the command makes of the same bytes and envelope: CRLF in, as a milter gets them."""
    done = subprocess.run([BUILD / tool, "sanitize", "-q", "--rules", lab.rules, "--from", SENDER,
                           "--rcpt", RCPT, "--client", "127.0.0.1", "-j", "1"],
                          input=lf(data).replace(b"\n", b"\r\n"), capture_output=True)
    check(done.returncode in (0, 1), f"sanitize: {done.returncode} {done.stderr[-300:]!r}")
    return lf(done.stdout) if done.returncode == 0 else None


def lab(name, rules=None, **more):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"cordon-live-{name}."))
    return mta.Lab(folder, BUILD, rules or SOURCE / "rules", **more)


def ordinary_corpus(lab_, limit=150):
    """Mail of the corpora that the command leaves as it is and that Postfix does not rewrite."""
    files = []
    for name in ("enron-ham", "list-ham"):
        files += sorted((CORPORA / "mail" / name).glob("*.eml"))[::7]
    chosen = []
    for path in files:
        data = re.sub(rb"(?i)\A((?:[^\n]+\n)*?)return-path:[^\n]*\n", rb"\1", lf(path.read_bytes()))
        data += b"" if data.endswith(b"\n") else b"\n"
        head = data.split(b"\n\n")[0].lower()
        complete = all(re.search(rb"(?m)^%s:" % f, head) for f in (b"from", b"date", b"message-id", b"to"))
        if complete and not re.search(rb"(?m)^(return-path|bcc|content-length|status|[^ \t:\n]*[ \t]+:)", head) \
                and max(map(len, data.split(b"\n"))) < 990 \
                and b"\n" + b"From " not in b"\n" + head and sanitize(lab_, data) == data:
            chosen.append(data)
        if len(chosen) >= limit:
            break
    return chosen


def test_unchanged_mail_is_identical():
    """Every byte of header and body, against the listener without a milter."""
    with lab("same") as box:
        messages = list(ORDINARY.items()) + [(f"corpus {i}", m) for i, m in enumerate(ordinary_corpus(box))]
        for count, (label, data) in enumerate(messages):
            code, text = mta.send(box.postfix.plain, data, SENDER, [RCPT])
            check(code == 250, f"{label}: plain: {code} {text}")
            plain = without_trace(box.delivered(2 * count + 1)[-1][1])
            code, text = box.send(data, sender=SENDER, rcpts=[RCPT])
            check(code == 250, f"{label}: cordon: {code} {text}")
            got = without_trace(box.delivered(2 * count + 2)[-1][1])
            equal(got, plain, label)
        outcomes = [e["outcome"] for e in box.events()]
        check(outcomes == ["unchanged"] * len(messages), f"outcomes {set(outcomes)}")
        print(f"# {len(messages)} messages identical")


def test_changed_mail_is_what_the_command_gives():
    with lab("changed") as box:
        sent = [("drive", DRIVE)] + [(p.name, p.read_bytes())
                                     for p in sorted((SOURCE / "contrib" / "samples").glob("*.eml"))]
        changed = 0
        for count, (label, data) in enumerate(sent):
            want = sanitize(box, data)
            code, text = box.send(data, sender=SENDER, rcpts=[RCPT])
            check(code == 250, f"{label}: {code} {text}")
            got = without_trace(box.delivered(count + 1)[-1][1])
            equal(got, want, label)
            changed += want != lf(data)
        check(changed >= 4, f"only {changed} were changed")
        events = box.events()
        originals = list((box.folder / "state" / "originals").rglob("*"))
        kept = [p for p in originals if p.is_file()]
        check(len(kept) == changed, f"{len(kept)} originals for {changed} changed")
        check(any(lf(p.read_bytes()) == lf(DRIVE) for p in kept), "the original is not kept byte for byte")
        check([e["outcome"] for e in events].count("changed") == changed, "events")
        check(all(e["queue_id"] for e in events), "an event without a queue id")


def test_forged_header_leaves():
    with lab("forged") as box:
        data = mail(b"X-Cordon: unchanged; v=1\nSubject: forged\nX-CORDON: x\nX-Cordon-Extra: y\nX-Kept: z\n", b"x\n")
        code, text = box.send(data)
        check(code == 250, f"{code} {text}")
        got = without_trace(box.delivered(1)[0][1])
        want = data.replace(b"X-Cordon: unchanged; v=1\n", b"").replace(b"X-CORDON: x\n", b"") \
            .replace(b"X-Cordon-Extra: y\n", b"")
        equal(got, want, "forged fields")


def test_second_pass_changes_nothing():
    """What one gateway delivers passes a second time as it is, X-Cordon and all."""
    with lab("twice") as box:
        box.send(DRIVE)
        once = without_trace(box.delivered(1)[0][1])
        check(b"X-Cordon: changed" in once, "the first pass did not change it")
        box.send(once)
        twice = without_trace(box.delivered(2)[1][1])
        equal(twice, once, "second pass")


def zip_with_password():
    """A zip whose member has the encryption bit set; content is noise."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("secret.txt", os.urandom(64))
    data = bytearray(out.getvalue())
    data[6] |= 1
    data[data.find(b"PK\1\2") + 8] |= 1
    return bytes(data)


def with_attachment(name, content, mime=b"application/octet-stream"):
    return mail(b"Subject: file\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bb\n",
                b"--bb\nContent-Type: text/plain\n\nsee the file\n--bb\nContent-Type: " + mime +
                b"\nContent-Disposition: attachment; filename=\"" + name + b"\"\nContent-Transfer-Encoding: base64\n\n" +
                base64.encodebytes(content) + b"--bb--\n")


def test_held_mail_waits_in_the_queue():
    with lab("held") as box:
        data = with_attachment(b"secret.zip", zip_with_password(), b"application/zip")
        code, text = box.send(data)
        check(code == 250, f"{code} {text}")
        held = mta.wait_until("a held message", box.postfix.held)
        check(len(held) == 1, held)
        event = box.events()[-1]
        check(event["outcome"] == "held", event)
        body = box.postfix.held_bytes(held[0]["queue_id"])
        check(b"X-Cordon: held" in lf(body), "no X-Cordon on a held message")
        check(lf(body).endswith(lf(data).split(b"\n\n", 1)[1]), "the body of a held message was changed")
        check(not box.sink.messages(), "a held message was delivered")
        box.send(ORDINARY["plain"])
        check(len(box.delivered(1)) == 1, "the next message")


def test_reject_by_rule():
    rules = pathlib.Path(tempfile.mkdtemp(prefix="cordon-live-rules.")) / "rules"
    shutil.copytree(SOURCE / "rules", rules)
    policy = rules / "policy.conf"
    text, n = re.subn(r'(rule "cloud storage"[^}]*?action\s*=\s*)defang', r"\1reject", policy.read_text())
    check(n == 1, "the shipped policy has no rule \"cloud storage\" with defang")
    policy.write_text(text)
    with lab("reject", rules) as box:
        code, text = box.send(DRIVE)
        check(500 <= code < 600, f"{code} {text}")
        check(box.events()[-1]["outcome"] == "rejected", box.events()[-1])
        check(not box.sink.messages(), "delivered all the same")


def hooks_lab(name, **settings):
    box = lab(name)
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
    with lab("killed") as box:
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
    with lab("full") as box:
        pass
    state = box.folder / "state"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs", state], check=True)
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
    with lab("limits") as box:
        for label, data in over_limits().items():
            code, text = box.send(data)
            event = box.events()[-1] if box.events() else {}
            check(400 <= code < 600 or event.get("outcome") == "held",
                  f"{label}: {code} {text} {event.get('outcome')}")
            code, text = box.send(ORDINARY["plain"])
            check(code == 250, f"after {label}: {code} {text}")
        check(len(box.delivered(len(over_limits()))) == len(over_limits()), "the ordinary ones arrive")


def test_many_messages_on_one_connection():
    with lab("session") as box:
        with smtplib.SMTP("127.0.0.1", box.postfix.milter, timeout=60) as smtp:
            smtp.ehlo("client.example")
            for i in range(5):
                smtp.mail(SENDER)
                smtp.rcpt(RCPT)
                smtp.rset()
                smtp.sendmail(SENDER, [RCPT, f"other{i}@dept.example"],
                              mail(b"Subject: drive %d\nMIME-Version: 1.0\nContent-Type: text/html\n" % i,
                                   b'<a href="https://drive.google.com/file/d/%d">x</a>\n' % i))
                smtp.mail("second@outside.example")
                smtp.rset()
        got = box.delivered(5)
        check(all(len(rcpts) == 2 for rcpts, _ in got), [r for r, _ in got])
        check(all(b'href="https://drive' not in m for _, m in got), "a live link")
        senders = [e["sender"] for e in box.events()]
        check(senders == [SENDER] * 5, senders)


def test_load_of_many_connections():
    with lab("load") as box:
        subprocess.run(["smtp-source", "-s", "16", "-m", "400", "-l", "8000", "-f", SENDER, "-t", RCPT,
                        f"127.0.0.1:{box.postfix.milter}"], check=True, timeout=300)
        box.delivered(400, 120)
        check(len(box.events()) == 400, f"{len(box.events())} events for 400 messages")


def test_large_message_passes_byte_for_byte():
    with lab("large") as box:
        data = with_attachment(b"video.bin", bytes(range(256)) * 4 * 1024 * 25)
        code, text = box.send(data)
        check(code == 250, f"{code} {text}")
        got = without_trace(box.delivered(1, 120)[0][1])
        equal(got, lf(data), "25 MB")


def test_stop_is_graceful_and_down_means_4xx():
    box = lab("stop")
    with box:
        check(box.send(ORDINARY["plain"])[0] == 250, "before")
        status = box.cordond.stop()
        check(status == 0, f"exit status {status}")
        code, text = box.send(ORDINARY["plain"])
        check(400 <= code < 500, f"down: {code} {text}")
        box.cordond.start(box.socket)
        code, text = box.send(ORDINARY["plain"])
        check(code == 250, f"again: {code} {text}")


def test_wrong_rules_do_not_start():
    box = lab("wrong")
    (box.rules / "policy.conf").write_text('rule "x" { on = link action = defnag }\n')
    done = subprocess.run([BUILD / "cordond", "-c", box.rules], capture_output=True, text=True, timeout=60)
    box.sink.stop()
    check(done.returncode == 78, f"exit {done.returncode}")
    check(re.search(r"policy\.conf:1: .*defnag.*defang", done.stderr), done.stderr)


def main():
    if os.geteuid() != 0 or shutil.which("smtp-sink") is None:
        print("ok 1 - live Postfix # SKIP needs root and Postfix")
        print("1..1")
        return 0
    only = sys.argv[1:]
    tests = [(n, t) for n, t in sorted(globals().items(), key=lambda kv: getattr(
        kv[1], "__code__", None) and kv[1].__code__.co_firstlineno or 0)
        if n.startswith("test_") and callable(t) and (not only or any(o in n for o in only))]
    failed = 0
    for i, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {i} - {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"not ok {i} - {name}", flush=True)
            for line in (traceback.format_exc(limit=3).splitlines() if not isinstance(error, AssertionError)
                         else str(error).splitlines()):
                print(f"# {line}", flush=True)
    print(f"1..{len(tests)}")
    for folder in pathlib.Path(tempfile.gettempdir()).glob("cordon-live-*"):
        if not failed:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


sys.exit(main())
