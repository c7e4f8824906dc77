"""Mails by number: the same number gives the same bytes. Ordinary ones of many sizes and charsets,
ones with a link that must go, ones that must be held. The number is the sender, in Subject and
Message-ID, and in the text."""
import base64
import email
import email.policy
import quopri
import random
import re

from checks import lf, zip_with_password

SAME, CHANGED, HELD = "same", "changed", "held"
RCPT = "clerk@dept.example"
LOCKED = base64.encodebytes(zip_with_password())
LIVE = re.compile(rb"(?i)drive\.google\.com|(?:wa\.me|whatsapp\.com)/")


def name_of(n):
    """Of one length, so that lines break at the same place in each."""
    return f"n{n:07d}"


def sender_of(n):
    return f"{name_of(n)}@outside.example"


def number_in(text):
    """The number in an address or a message, or None."""
    found = re.search(rb"n(\d{7})@outside\.example", text if isinstance(text, bytes) else text.encode())
    return int(found[1]) if found else None


def part(kind, body, coding=None, charset="utf-8"):
    """Header and body of one text part."""
    body = body.encode(charset)
    if coding == "base64":
        body = base64.encodebytes(body)
    elif coding == "quoted-printable":
        body = quopri.encodestring(body)
    elif any(b > 127 for b in body):
        coding = "8bit"
    head = f"Content-Type: text/{kind}; charset={charset}\n"
    return (head + (f"Content-Transfer-Encoding: {coding}\n" if coding else "") + "\n").encode() + body


def parts(kind, *inner):
    return b"Content-Type: multipart/%s; boundary=\"=_limit\"\n\n" % kind.encode() + \
        b"".join(b"--=_limit\n" + one + b"\n" for one in inner) + b"--=_limit--\n"


def attachment(name, data):
    return f"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename={name}\n" \
           "Content-Transfer-Encoding: base64\n\n".encode() + data


def filler(n, size):
    """Text without an address, other for each number."""
    dice = random.Random(n)
    words = ("minutes", "tender", "of", "the", "committee", "is", "enclosed", "and", "will", "follow", "by", "noon")
    lines = []
    while size > 0:
        lines.append(" ".join(dice.choices(words, k=11)))
        size -= len(lines[-1]) + 1
    return "\n".join(lines) + "\n"


def long_text(size):
    return lambda n: part("plain", f"Letter {name_of(n)}.\n" + filler(n, size))


def link(n):
    return f"https://drive.google.com/file/d/{name_of(n)}/view"


def page(n):
    return f'<p>{name_of(n)}: see <a href="{link(n)}">the drawings</a>, or call ' \
           f'<a href="https://wa.me/8525{n:07d}">here</a>. 會議紀錄</p>\n'


# (how many of a hundred, name, what must become of it, what stands behind the common fields)
KINDS = (
    (24, "short", SAME, lambda n: part("plain", f"Letter {name_of(n)}: see you tomorrow.\n")),
    (12, "4 kB", SAME, long_text(4_000)),
    (5, "40 kB", SAME, long_text(40_000)),
    (1, "300 kB", SAME, long_text(300_000)),
    (6, "eight bits", SAME, lambda n: part("plain", f"{name_of(n)} 各位好，\n明天見。\n")),
    (6, "Big5", SAME, lambda n: part("plain", f"{name_of(n)} 各位好，\n明天見。許功蓋\n", charset="big5")),
    (6, "base64", SAME, lambda n: part("html", f"<p>{name_of(n)} 明天見。</p>\n", "base64")),
    (5, "file", SAME, lambda n: parts("mixed", part("plain", f"{name_of(n)}: the log.\n"),
                                      attachment("log.bin", base64.encodebytes(b"%07d" % n * 900)))),
    (8, "link in a page", CHANGED, lambda n: part("html", page(n))),
    (6, "link in text", CHANGED, lambda n: part("plain", f"{name_of(n)}: see {link(n)} please.\n")),
    (4, "link in Big5", CHANGED, lambda n: part("plain", f"{name_of(n)} 會議紀錄\n請看 {link(n)} 謝謝\n",
                                                charset="big5")),
    (4, "link in base64", CHANGED, lambda n: part("html", page(n), "base64")),
    (4, "link in quoted-printable", CHANGED, lambda n: part("html", page(n), "quoted-printable")),
    (5, "links in two parts", CHANGED, lambda n: parts(
        "alternative", part("plain", f"{name_of(n)}: see {link(n)} please.\n"), part("html", page(n)))),
    (4, "locked file", HELD, lambda n: parts("mixed", part("plain", f"{name_of(n)}: the password follows.\n"),
                                             attachment("secret.zip", LOCKED))),
)
TABLE = [kind for kind in KINDS for _ in range(kind[0])]


def kind_of(n):
    """(name, what must become of it). The first mails are one of each kind."""
    kind = KINDS[n] if n < len(KINDS) else TABLE[random.Random(n).randrange(len(TABLE))]
    return kind[1], kind[2], kind[3]


def mail(n):
    """Bytes, lines ended by LF."""
    name = name_of(n)
    return f"From: Vendor <{sender_of(n)}>\nTo: {RCPT}\nSubject: letter {name}\n" \
           f"Date: Thu, 05 Nov 2026 09:12:44 +0800\nMessage-ID: <{sender_of(n)}>\n" \
           "MIME-Version: 1.0\n".encode() + kind_of(n)[2](n)


def texts(data):
    """The text parts of a message, their transfer encoding taken off."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    return [p.get_payload(decode=True) for p in message.walk() if p.get_content_maintype() == "text"]


def is_live(data):
    """Whether an address that had to go is still in it as it was."""
    return LIVE.search(data) is not None or any(LIVE.search(text) for text in texts(data))


def outline(data, n):
    """What is the same in all mails of a kind: header and text parts without number, code and seal."""
    head = lf(data).split(b"\n\n")[0]
    ref = re.search(rb"ref=([0-9A-Z-]+)", head)
    pieces = [head, *texts(data)]
    for i, piece in enumerate(pieces):
        piece = piece.replace(b"%07d" % n, b"NUMBER").replace(b"\r\n", b"\n")
        pieces[i] = piece.replace(ref[1], b"REF") if ref else piece
    pieces[0] = re.sub(rb"seal=[0-9a-f]{32}", b"seal=SEAL", pieces[0])
    return pieces
