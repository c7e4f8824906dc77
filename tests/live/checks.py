"""What the live suites share: messages, comparisons, a laboratory a test, TAP."""
import base64
import io
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import tap  # noqa: E402
from tap import BUILD, SOURCE, Skip, named_tests  # noqa: E402,F401

CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent"))
sys.path.insert(0, str(SOURCE / "tests" / "live"))
import mta  # noqa: E402

SENDER, RCPT = "vendor@outside.example", "clerk@dept.example"
HEAD = (b"From: Vendor <vendor@outside.example>\nTo: clerk@dept.example\n"
        b"Date: Thu, 05 Nov 2026 09:12:44 +0800\nMessage-ID: <%s@outside.example>\n")
number = 0
folders = []


def mail(headers, body, head=HEAD):
    """A message with the fields that a mail server would otherwise add."""
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
    """The mail server's own Received, and the queue id in it, differ from message to message."""
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


def lab(server, name, rules=None, **more):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"cordon-live-{name}."))
    folders.append(folder)
    return mta.Lab(folder, BUILD, rules or SOURCE / "rules", server=server, **more)


class Talk:
    """SMTP by hand: exact bytes, and the replies as they come."""

    def __init__(self, port, hello="EHLO client.outside.example"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.file = self.socket.makefile("rb")
        self.reply()
        self.features = self.say(hello)

    def put(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def reply(self):
        """One reply, its lines joined; "" at the end of the connection."""
        lines = []
        while True:
            line = self.file.readline().decode(errors="replace").rstrip()
            lines.append(line)
            if line[3:4] != "-":
                return "\n".join(lines)

    def say(self, line):
        self.put(line + "\r\n")
        return self.reply()

    def envelope(self, sender=SENDER, rcpt=RCPT, options=""):
        for line in (f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{rcpt}>", "DATA"):
            answer = self.say(line)
            check(answer[:1] in "23", f"{line}: {answer}")

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def run_tests(tests, why_not):
    """tap.run_tests; the laboratories stay where a test failed."""
    failed = tap.run_tests(tests, why_not)
    for folder in folders:
        if not failed:
            shutil.rmtree(folder, ignore_errors=True)
    return failed
