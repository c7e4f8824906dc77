"""Messages that are bombs themselves, without any file. MAIL_BOMBS: label ─▶ Bomb."""
import base64
import random

from bombs import Bomb
from t_types import HEADER

MIXED = b"Content-Type: multipart/mixed; boundary=b"


def page(body):
    return HEADER + b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body)


def nested(levels):
    return b"".join(b"--b%d\r\n%s%d\r\n\r\n" % (n, MIXED, n + 1) for n in range(levels))


def encoded_again(levels, size):
    """A message in a message in base64, and so on, the whole of about that size."""
    inner = HEADER + b"Content-Type: text/plain\r\n\r\n" + b"x" * 76 * (int(size * 0.73 ** levels) // 76)
    for _ in range(levels):
        inner = HEADER + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner).replace(b"\n", b"\r\n")
    return inner


def attached(count, size):
    """Many files, all of which are in memory at no time."""
    part = b"--b0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    body = base64.encodebytes(random.Random(1).randbytes(size)).replace(b"\n", b"\r\n")
    return HEADER + MIXED + b"0\r\n\r\n" + b"".join(part + b"%08d" % n + body for n in range(count)) + b"--b0--\r\n"


def bomb(data, may_pass=False):
    return Bomb(None, data, may_pass)


MAIL_BOMBS = {
    "mail, 100,000 parts": bomb(lambda: HEADER + MIXED + b"0\r\n\r\n" + b"--b0\r\n\r\nx\r\n" * 100000 + b"--b0--\r\n"),
    "mail, 1,000,000 lines of header": bomb(lambda: HEADER + b"X-A: b\r\n" * 1000000 + b"\r\nx\r\n"),
    "mail, multiparts 10,000 deep": bomb(lambda: HEADER + MIXED + b"0\r\n\r\n" + nested(10000)),
    "mail, messages 10,000 deep": bomb(lambda: HEADER + b"Content-Type: message/rfc822\r\n\r\n" * 10000 + b"x\r\n"),
    "mail, messages in base64, 12 deep": bomb(lambda: encoded_again(12, 32 << 20)),
    "mail, messages in base64, 3 deep": bomb(lambda: encoded_again(3, 16 << 20), True),
    "mail, 40 files of 1 MiB": bomb(lambda: attached(40, 1 << 20), True),
    "text, 10 MiB of escapes": bomb(lambda: HEADER + b"Content-Type: text/plain; charset=big5\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
                                    b"=A4=A4a=41x=42=A4=E5 y=43=\r\n" * 400000, True),
    "text, 10 MiB of Big5": bomb(lambda: HEADER + b"Content-Type: text/plain; charset=big5\r\n\r\n" + "中文字 abc 香港\r\n".encode("big5") * 600000, True),
    "page, 10 MiB of Big5 in base64": bomb(lambda: HEADER + b"Content-Type: text/html; charset=big5\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                                           base64.encodebytes("中<b>文</b>字a\n".encode("big5") * 600000), True),
    "text, ISO-2022 back and forth": bomb(lambda: HEADER + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + "あaいb\r\n".encode("iso-2022-jp") * 400000, True),
    "mail, 100,000 parameters": bomb(lambda: HEADER + b"Content-Type: text/plain;\r\n" + b" a=b;\r\n" * 100000 + b"\r\nx\r\n"),
    "mail, 50,000 files in uuencode": bomb(lambda: HEADER + b"\r\n" + b"begin 644 a.exe\r\n#34I0\r\n`\r\nend\r\n" * 50000),
    "page, 1,000,000 attributes": bomb(lambda: page(b"<a " + b"".join(b"a%x=1 " % n for n in range(1000000)) + b">x</a>")),
    "page, 1,000,000 elements deep": bomb(lambda: page(b"<div>" * 1000000), True),
    "page, 1,000,000 marks across": bomb(lambda: page(b"<b><i>" * 500000), True),
    "page, 300,000 links": bomb(lambda: page(b"<a href='https://drive.google.com/7'>x</a>" * 300000)),
    "page, 5 MiB of entities": bomb(lambda: page(b"&amp;" * 1000000), True),
    "text, 500,000 addresses": bomb(lambda: HEADER + b"\r\n" + b"http://drive.google.com/a \r\n" * 500000),
}
