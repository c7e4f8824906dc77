"""What must hold behind any mail server; each test takes its class. See checks.py for the tools."""
import pathlib
import re
import shutil
import smtplib
import subprocess
import tempfile

import mta
from checks import (BUILD, DRIVE, ORDINARY, RCPT, SENDER, SOURCE, Talk, check, equal, lab, lf, mail, ordinary_corpus,
                    sanitize, with_attachment, without_trace, zip_with_password)


def unchanged_mail_is_identical(server):
    """Every byte of header and body, against the listener without a milter."""
    with lab(server, "same") as box:
        messages = list(ORDINARY.items()) + [(f"corpus {i}", m) for i, m in enumerate(ordinary_corpus(box))]
        for count, (label, data) in enumerate(messages):
            code, text = mta.send(box.server.plain, data, SENDER, [RCPT])
            check(code == 250, f"{label}: plain: {code} {text}")
            plain = without_trace(box.delivered(2 * count + 1)[-1][1])
            code, text = box.send(data, sender=SENDER, rcpts=[RCPT])
            check(code == 250, f"{label}: cordon: {code} {text}")
            got = without_trace(box.delivered(2 * count + 2)[-1][1])
            equal(got, plain, label)
        outcomes = [e["outcome"] for e in box.events()]
        check(outcomes == ["unchanged"] * len(messages), f"outcomes {set(outcomes)}")
        print(f"# {len(messages)} messages identical")


def changed_mail_is_what_the_command_gives(server):
    """Against the command's own output, sent by the listener without a milter."""
    with lab(server, "changed") as box:
        sent = [("drive", DRIVE)] + [(p.name, p.read_bytes())
                                     for p in sorted((SOURCE / "contrib" / "samples").glob("*.eml"))]
        sent += [(p.name, (p / "in.eml").read_bytes()) for p in sorted((SOURCE / "tests" / "cases").glob("header-*"))
                 if (p / "want.eml").exists() and not (p / "args").exists() and not (p / "rules").exists()]
        sent = [(label, data, sanitize(box, data)) for label, data in sent]
        sent = [one for one in sent if one[2] is not None]
        changed = 0
        for count, (label, data, want) in enumerate(sent):
            code, text = mta.send(box.server.plain, want, SENDER, [RCPT])
            check(code == 250, f"{label}: plain: {code} {text}")
            plain = without_trace(box.delivered(2 * count + 1)[-1][1])
            code, text = box.send(data, sender=SENDER, rcpts=[RCPT])
            check(code == 250, f"{label}: {code} {text}")
            got = without_trace(box.delivered(2 * count + 2)[-1][1])
            equal(got, plain, label)
            changed += want != lf(data)
        check(changed >= 4, f"only {changed} were changed")
        events = box.events()
        originals = list((box.folder / "state" / "originals").rglob("*"))
        kept = [p for p in originals if p.is_file()]
        check(len(kept) == changed, f"{len(kept)} originals for {changed} changed")
        check(any(lf(p.read_bytes()) == lf(DRIVE) for p in kept), "the original is not kept byte for byte")
        check([e["outcome"] for e in events].count("changed") == changed, "events")
        check(all(e["queue_id"] for e in events), "an event without a queue id")


def forged_fields_leave(server):
    with lab(server, "forged") as box:
        data = mail(b"X-Cordon: unchanged; v=1\nSubject: forged\nX-CORDON: x\nX-Cordon-Extra: y\nX-Kept: z\n", b"x\n")
        code, text = box.send(data)
        check(code == 250, f"{code} {text}")
        got = without_trace(box.delivered(1)[0][1])
        want = data.replace(b"X-Cordon: unchanged; v=1\n", b"").replace(b"X-CORDON: x\n", b"") \
            .replace(b"X-Cordon-Extra: y\n", b"")
        equal(got, want, "forged fields")


def own_fields(message):
    """The X-Cordon fields that a reader would find, blanks before the colon or not."""
    return re.findall(rb"(?im)^x-cordon[^:\n]*:[^\n]*", lf(message).split(b"\n\n")[0])


def many_repeated_fields_leave_and_one_comes(server):
    """Fields are counted by name, whatever its case, from 1; deleting one renumbers those behind it in
    one mail server and not in the other."""
    names = [b"X-Cordon", b"x-cordon", b"X-CORDON", b"X-Cordon-Ref", b"X-Cordon "]
    fields = b"".join(b"%s: forged %d\nX-Same: kept %d\nReceived: by hop%d.example; Thu, 5 Nov 2026 09:00:00 +0800\n"
                      % (names[i % 5], i, i, i) for i in range(20))
    html = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
    with lab(server, "repeated") as box:
        for count, (body, want) in enumerate((
                (b"<p>nothing to see</p>\n", 0),
                (b'<a href="https://drive.google.com/file/d/1">x</a>\n', 1))):
            code, text = box.send(mail(fields + html + b"Subject: many\n", body))
            check(code == 250, f"{code} {text}")
            event = box.events()[-1]
            if event["outcome"] == "held":
                got = box.server.held_bytes(box.server.held()[-1]["queue_id"])
                check(all(b"forged" not in f for f in own_fields(got)), own_fields(got))
                continue
            got = lf(box.delivered(count + 1)[-1][1])
            check(len(own_fields(got)) == want, f"{want} wanted: {own_fields(got)}")
            check(b"forged" not in got, "a forged field is left")
            check(re.findall(rb"X-Same: kept (\d+)\n", got) == [b"%d" % i for i in range(20)], "X-Same")
            check(re.findall(rb"by hop(\d+)", got) == [b"%d" % i for i in range(20)], "Received")


def second_pass_changes_nothing(server):
    """What one gateway delivers passes a second time as it is, X-Cordon and all."""
    with lab(server, "twice") as box:
        box.send(DRIVE)
        once = without_trace(box.delivered(1)[0][1])
        check(b"X-Cordon: changed" in once, "the first pass did not change it")
        box.send(once)
        twice = without_trace(box.delivered(2)[1][1])
        equal(twice, once, "second pass")


def held_mail_waits_in_the_queue(server):
    with lab(server, "held") as box:
        data = with_attachment(b"secret.zip", zip_with_password(), b"application/zip")
        code, text = box.send(data)
        check(code == 250, f"{code} {text}")
        held = mta.wait_until("a held message", box.server.held)
        check(len(held) == 1, held)
        event = box.events()[-1]
        check(event["outcome"] == "held", event)
        check(event["queue_id"] == held[0]["queue_id"], f"{event['queue_id']} {held}")
        body = box.server.held_bytes(held[0]["queue_id"])
        check(b"X-Cordon: held" in lf(body), "no X-Cordon on a held message")
        check(lf(body).endswith(lf(data).split(b"\n\n", 1)[1]), "the body of a held message was changed")
        check(not box.sink.messages(), "a held message was delivered")
        box.send(ORDINARY["plain"])
        check(len(box.delivered(1)) == 1, "the next message")
        box.server.release(held[0]["queue_id"])
        got = box.delivered(2)[-1][1]
        check(lf(got).endswith(lf(data).split(b"\n\n", 1)[1]), "released, but not as it was")


def reject_by_rule_says_why(server):
    rules = pathlib.Path(tempfile.mkdtemp(prefix="cordon-live-rules.")) / "rules"
    shutil.copytree(SOURCE / "rules", rules)
    policy = rules / "policy.conf"
    text, n = re.subn(r'(rule "cloud storage"[^}]*?action\s*=\s*)defang', r"\1reject", policy.read_text())
    check(n == 1, "the shipped policy has no rule \"cloud storage\" with defang")
    policy.write_text(text)
    with lab(server, "reject", rules) as box:
        code, text = box.send(DRIVE)
        check(500 <= code < 600, f"{code} {text}")
        event = box.events()[-1]
        check(event["outcome"] == "rejected", event)
        check("Message refused by the mail policy" in text and event["ref"] in text, text)
        check(not box.sink.messages(), "delivered all the same")
        check(box.send(ORDINARY["plain"])[0] == 250, "the next message")
    shutil.rmtree(rules.parent)


def stop_is_graceful_and_down_means_4xx(server):
    box = lab(server, "stop")
    with box:
        check(box.send(ORDINARY["plain"])[0] == 250, "before")
        status = box.cordond.stop()
        check(status == 0, f"exit status {status}")
        code, text = box.send(ORDINARY["plain"])
        check(400 <= code < 500, f"down: {code} {text}")
        check(re.search("(?i)try again", text), text)
        box.cordond.start(box.endpoint)
        code, text = box.send(ORDINARY["plain"])
        check(code == 250, f"again: {code} {text}")
        check(len(box.delivered(2)) == 2, "delivered while nobody looked")


def worker_that_dies_says_try_again(server):
    box = lab(server, "dies")
    box.settings(worker=str((BUILD / "cordon-worker-hooks").resolve()))
    with box:
        code, text = box.send(mail(b"Subject: x\nX-Cordon-Test: crash\n", b"x\n"))
        check(code == 451, f"{code} {text}")
        check("Message could not be inspected now, try again later" in text, text)
        check(box.send(ORDINARY["plain"])[0] == 250, "the next message")
        check(len(box.delivered(1)) == 1, "one and no other")


def drive_link(i):
    return mail(b"Subject: drive %d\nMIME-Version: 1.0\nContent-Type: text/html\n" % i,
                b'<a href="https://drive.google.com/file/d/%d">x</a>\n' % i)


def many_messages_on_one_connection(server):
    with lab(server, "session") as box:
        with smtplib.SMTP("127.0.0.1", box.server.milter, timeout=60) as smtp:
            smtp.ehlo("client.example")
            for i in range(5):
                smtp.mail(SENDER)
                smtp.rcpt(RCPT)
                smtp.rset()
                smtp.sendmail(SENDER, [RCPT, f"other{i}@dept.example"],
                              lf(drive_link(i)).replace(b"\n", b"\r\n"))
                smtp.mail("second@outside.example")
                smtp.rset()
        with Talk(box.server.milter) as talk:
            talk.envelope("gone@outside.example")
            talk.put(b"Subject: half a message\r\n\r\nhttps://drive.google.com/file/d/9\r\n")
        check(box.send(ORDINARY["plain"])[0] == 250, "after a connection that broke off")
        got = box.delivered(6)
        check(sorted(len(rcpts) for rcpts, _ in got) == [1, 2, 2, 2, 2, 2], [r for r, _ in got])
        check(all(b'href="https://drive' not in m for _, m in got), "a live link")
        senders = [e["sender"] for e in box.events()]
        check(senders == [SENDER] * 6, senders)
        check(all(len(e["rcpts"]) == 2 for e in box.events()[:5]), "recipients of another message")


def pipelined_transactions(server):
    """RFC 2920: the end of one message and the envelope of the next go out as one."""
    count = 6
    with lab(server, "pipeline") as box:
        with Talk(box.server.milter) as talk:
            check("PIPELINING" in talk.features, talk.features)
            envelope = [f"MAIL FROM:<s{i}@outside.example>\r\nRCPT TO:<r{i}@dept.example>\r\nDATA\r\n" for i in range(count)]
            talk.put(envelope[0])
            for i in range(count):
                answers = [talk.reply() for _ in range(3)]
                check(answers[2].startswith("354"), answers)
                body = lf(drive_link(i) if i % 2 else ORDINARY["plain"]).replace(b"\n", b"\r\n")
                talk.put(body + b".\r\n" + (envelope[i + 1].encode() if i + 1 < count else b"QUIT\r\n"))
                check(talk.reply().startswith("250"), f"message {i}")
        got = box.delivered(count)
        check(sorted(r[0] for r, _ in got) == [f"r{i}@dept.example" for i in range(count)], [r for r, _ in got])
        check(all(b'href="https://drive' not in m for _, m in got), "a live link")
        check([e["outcome"] for e in box.events()] == ["unchanged", "changed"] * (count // 2), "outcomes")


def load_of_many_connections(server, messages, connections=16):
    with lab(server, "load") as box:
        subprocess.run(["smtp-source", "-s", str(connections), "-m", str(messages), "-l", "8000", "-f", SENDER,
                        "-t", RCPT, f"127.0.0.1:{box.server.milter}"], check=True, timeout=300)
        box.delivered(messages, 120)
        check(len(box.events()) == messages, f"{len(box.events())} events for {messages} messages")


def large_message_passes_byte_for_byte(server):
    with lab(server, "large") as box:
        data = with_attachment(b"video.bin", bytes(range(256)) * 4 * 1024 * 18)
        check(len(data) > 25_000_000, len(data))
        code, text = box.send(data)
        check(code == 250, f"{code} {text}")
        got = without_trace(box.delivered(1, 120)[0][1])
        equal(got, lf(data), "25 MB")


ALL = (unchanged_mail_is_identical, changed_mail_is_what_the_command_gives, forged_fields_leave,
       many_repeated_fields_leave_and_one_comes, second_pass_changes_nothing, held_mail_waits_in_the_queue,
       reject_by_rule_says_why, stop_is_graceful_and_down_means_4xx, worker_that_dies_says_try_again,
       many_messages_on_one_connection, pipelined_transactions, large_message_passes_byte_for_byte)


def tests(server):
    """(name, function) pairs for checks.run_tests."""
    return [(f"{test.__name__} ({server.name})", lambda test=test: test(server)) for test in ALL]
