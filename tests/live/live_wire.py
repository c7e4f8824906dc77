#!/usr/bin/env python3
"""Odd bytes and odd company on the wire, behind Postfix and behind Sendmail. Prints TAP.

SMTP smuggling (THREATS G-011), NUL bytes, CHUNKING, addresses in UTF-8 (G-017), other milters before
and behind (G-016), the three kinds of socket, mail of programs on the machine (G-015). The servers
run with the lines of contrib/, so these tests are about those lines as well.
"""
import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from checks import (BUILD, DRIVE, ORDINARY, RCPT, SENDER, Skip, Talk, check, equal, lab, lf, mail,  # noqa: E402
                    run_tests, without_trace)
from postfix import Postfix  # noqa: E402
from sendmail import Sendmail  # noqa: E402
from waiting import Endpoint, wait_until  # noqa: E402

LINK = b'href="https://drive.google.com'

# What some mail server somewhere takes for the end of a message.
ENDS = (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\n.\r", b"\r.\n", b"\n\n.\r\n",
        b"\r\r\n.\r\r\n", b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\0\n.\r\0\n")


def smuggle(box, end):
    """Replies to a message whose body goes on behind `end` with another transaction."""
    inner = (b"MAIL FROM:<smuggled@evil.example>\r\nRCPT TO:<clerk@dept.example>\r\nDATA\r\n"
             b"From: boss@dept.example\r\nSubject: smuggled\r\n\r\nsmuggled\r\n.\r\n")
    with Talk(box.server.milter) as talk:
        talk.envelope("outer@outside.example")
        with contextlib.suppress(OSError):
            talk.put(b"From: outer@outside.example\r\nSubject: outer\r\n\r\nthe outer body" + end + inner)
            answers = [talk.reply()]
            talk.put(b"QUIT\r\n")
            while answers[-1]:
                answers.append(talk.reply())
            return answers
        return ["cut off"]


def smuggled_messages_stay_one(server):
    with lab(server, "smuggle") as box:
        taken = 0
        for end in ENDS:
            answers = smuggle(box, end)
            taken += sum(a.startswith("250") and "smuggled" not in a for a in answers[:1])
            check(not any(a.startswith("354") for a in answers), f"{end!r}: a second message was taken: {answers}")
        check(box.send(ORDINARY["plain"], sender="last@outside.example")[0] == 250, "the next message")
        wait_until("the last message", lambda: any(e["sender"] == "last@outside.example" for e in box.events()))
        senders = {e["sender"] for e in box.events()}
        check(senders <= {"outer@outside.example", "last@outside.example"}, senders)
        box.delivered(1)
        for path in box.sink.folder.iterdir():
            check(b"X-Mail-Args: <smuggled" not in path.read_bytes(), f"{path}: delivered on its own")
        print(f"# {server.name}: {taken} of {len(ENDS)} taken as one message, the others refused")


def nul_hides_nothing(server):
    """A filter is handed C strings: what stands behind a NUL in a header field is not shown to it."""
    html = b'<a href="https://drive.google.com/file/d/1">x</a>\r\n'
    letters = {
        "subject": b"Subject: a\0b\r\nContent-Type: text/html\r\n\r\n" + html,
        "type": b"MIME-Version: 1.0\r\nContent-Type: text/plain\0; text/html\r\n\r\n" + html,
        "type, fold": b"MIME-Version: 1.0\r\nContent-Type: text/\0\r\n html\r\n\r\n" + html,
        "name": b"MIME-Version: 1.0\r\nContent-\0Type: text/html\r\n\r\n" + html,
        "body": b"Content-Type: text/html\r\n\r\n\0" + html.replace(b"drive", b"dri\0ve") + html,
    }
    with lab(server, "nul") as box:
        for label, letter in letters.items():
            with Talk(box.server.milter) as talk:
                talk.envelope(f"{label.split(',')[0]}@outside.example")
                talk.put(b"From: a@outside.example\r\n" + letter + b".\r\n")
                answer = talk.reply()
            check(not answer.startswith("250") or box.server.held(), f"{label}: {answer}")
        check(not box.sink.messages(), "delivered")


def sockets_of_each_kind(server):
    for kind in ("inet", "inet6"):
        with contextlib.suppress(OSError):
            with lab(server, kind, listen=kind) as box:
                check(box.send(DRIVE)[0] == 250, kind)
                check(box.send(ORDINARY["plain"])[0] == 250, kind)
                check(LINK not in box.delivered(2)[0][1], f"{kind}: a live link")
                check([e["outcome"] for e in box.events()] == ["changed", "unchanged"], kind)
            continue
        raise Skip(f"no {kind} on this machine")


@contextlib.contextmanager
def neighbour(folder, name, *options):
    """A second milter."""
    place = Endpoint("unix", folder / f"{name}.sock")
    process = subprocess.Popen([BUILD / "null-milter", *options, place.setting])
    try:
        wait_until(name, place.answers)
        subprocess.run(["chmod", "0666", place.path], check=True)
        yield place
    finally:
        process.terminate()
        process.wait()


def other_milters_before_and_behind(server):
    """One before puts forged fields on top, which moves the numbers of those below; one behind sees
    the message as Cordon leaves it."""
    with tempfile.TemporaryDirectory(prefix="cordon-live-order.") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        with neighbour(folder, "before", "--insert", "X-Cordon", " forged on top", "--tell", "X-Seen-Before") as before, \
                neighbour(folder, "behind", "--insert", "Authentication-Results", " mx; none", "--tell",
                          "X-Seen-Behind") as behind, \
                lab(server, "order", before=[before], after=[behind]) as box:
            data = DRIVE.replace(b"Subject:", b"X-Cordon: forged\nX-Same: a\nX-CORDON: forged\nSubject:")
            for count, (letter, fields, outcome) in enumerate(((data, 1, "changed"), (ORDINARY["plain"], 0, "unchanged"))):
                check(box.send(letter)[0] == 250, outcome)
                got = lf(box.delivered(count + 1)[-1][1])
                check(b"forged" not in got and LINK not in got, got[:600])
                check(len(re.findall(rb"(?im)^X-Cordon:", got)) == fields, got[:600])
                check(b"X-Seen-Behind: %d\n" % fields in got, f"behind saw otherwise: {got[:900]}")
                check(b"Authentication-Results: mx; none\n" in got, "the field of the one behind")
                check(box.events()[-1]["outcome"] == outcome, box.events()[-1])


def mail_of_programs_on_this_machine(server):
    """Postfix: non_smtpd_milters. Sendmail hands it to its daemon by SMTP (submit.cf)."""
    if server is not Postfix:
        raise Skip("submit.cf is the system's")
    with lab(server, "local") as box:
        box.server.submit(DRIVE, SENDER, [RCPT])
        got = box.delivered(1)[0][1]
        check(LINK not in got and b"X-Cordon: changed" in got, "a live link")


def chunks_are_one_message(server):
    """RFC 3030, cut anywhere; BINARYMIME is not offered, and is refused."""
    with lab(server, "chunks") as box:
        with Talk(box.server.milter) as talk:
            if "CHUNKING" not in talk.features:
                raise Skip(f"{server.name} does not offer it")
            check("BINARYMIME" not in talk.features, talk.features)
            answer = talk.say(f"MAIL FROM:<{SENDER}> BODY=BINARYMIME")
            check(answer.startswith("5"), answer)
            for i, letter in enumerate((DRIVE, ORDINARY["dots"])):
                check(talk.say(f"MAIL FROM:<{SENDER}>").startswith("250"), "MAIL")
                check(talk.say(f"RCPT TO:<{RCPT}>").startswith("250"), "RCPT")
                data = lf(letter).replace(b"\n", b"\r\n")
                cuts = [0, data.find(b"\r\n\r\n") + 1, data.find(b"\r\n\r\n") + 2, len(data) - 1, len(data)]
                for a, b in zip(cuts, cuts[1:]):
                    talk.put(f"BDAT {b - a}{' LAST' if b == len(data) else ''}\r\n".encode() + data[a:b])
                    answer = talk.reply()
                    check(answer.startswith("250"), answer)
            # the same end of a message in a chunk is no end
            talk.say(f"MAIL FROM:<{SENDER}>")
            talk.say(f"RCPT TO:<{RCPT}>")
            odd = b"Subject: odd\r\n\r\na\n.\r\nMAIL FROM:<smuggled@evil.example>\r\n.\r\n\r.\r\0\r\n"
            talk.put(b"BDAT %d LAST\r\n" % len(odd) + odd)
            answer = talk.reply()
        got = [m for _, m in box.delivered(3 if answer.startswith("250") else 2)]
        check(any(b"X-Cordon: changed" in m for m in got) and all(LINK not in m for m in got), "a live link")
        dots = [without_trace(m) for m in got if b"Subject: dots" in m]
        equal(dots[0], lf(ORDINARY["dots"]), "dots")
        check({e["sender"] for e in box.events()} == {SENDER}, "senders")


class Utf8Sink:
    """smtp-sink knows no SMTPUTF8; this one knows nothing else. One connection at a time."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.lines = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.server.accept()
            with connection, connection.makefile("rwb", 0) as file, contextlib.suppress(OSError):
                self.talk(file)

    def talk(self, file):
        data = False
        file.write(b"220 sink ESMTP\r\n")
        for line in file:
            self.lines.append(line)
            verb = line[:4].upper()
            if data:
                data = line != b".\r\n"
                if not data:
                    file.write(b"250 2.0.0 taken\r\n")
            elif verb == b"EHLO":
                file.write(b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif verb == b"DATA":
                data = True
                file.write(b"354 go on\r\n")
            else:
                file.write(b"221 2.0.0 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 good\r\n")
                if verb == b"QUIT":
                    return


def addresses_in_utf8(server):
    sink = Utf8Sink()
    extra = f"relayhost = [127.0.0.1]:{sink.port}\nsmtputf8_enable = yes\n" if server is Postfix else ""
    sender, rcpt = "張三@例子.香港", "文員@dept.example"
    with lab(server, "utf8", server_extra=extra) as box:
        with Talk(box.server.milter) as talk:
            if "SMTPUTF8" not in talk.features:
                raise Skip(f"{server.name} does not offer it")
            talk.envelope(sender, rcpt, " SMTPUTF8 BODY=8BITMIME")
            head = f"From: {sender}\nTo: {rcpt}\nSubject: 會議\n".encode()
            talk.put(lf(mail(b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n",
                             b'<a href="https://drive.google.com/file/d/1">x</a>\n', head)).replace(b"\n", b"\r\n") + b".\r\n")
            answer = talk.reply()
            check(answer.startswith("250"), answer)
        event = box.events()[-1]
        check(event["sender"] == sender and event["rcpts"] == [rcpt], f"{event['sender']} {event['rcpts']}")
        check(event["outcome"] == "changed", event)
        wait_until("delivery", lambda: b".\r\n" in sink.lines)
        text = b"".join(sink.lines)
        check(f"MAIL FROM:<{sender}>".encode() in text and f"RCPT TO:<{rcpt}>".encode() in text, text[:300])
        check(f"Subject: 會議\r\n".encode() in text and f"From: {sender}\r\n".encode() in text, text[:900])
        check(LINK not in text, "a live link")


ALL = (smuggled_messages_stay_one, nul_hides_nothing, sockets_of_each_kind, other_milters_before_and_behind,
       mail_of_programs_on_this_machine, chunks_are_one_message, addresses_in_utf8)
SERVERS = [s for s in (Postfix, Sendmail) if s.missing() is None]
sys.exit(run_tests([(f"{test.__name__} ({s.name})", lambda test=test, s=s: test(s)) for s in SERVERS for test in ALL],
                   None if SERVERS else Postfix.missing()))
