#!/usr/bin/env python3
"""Every type in the groups of types.conf, in every wrapping, through the command and the shipped rules.
Prints TAP: one line a type and wrapping; a cell that cannot be says why (# SKIP).

What is wanted of a cell: a file with the type's group is found, in the part and under the path where
it lies, and what the shipped rules remove does not go out.
"""
import base64
import binascii
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "inspect")]
import jailed  # noqa: E402
from samples import SAMPLES, onenote, outlook, pack_zip, yenc  # noqa: E402

REMOVED = {"executable", "script", "shortcut", "installer", "disk-image", "add-in", "html-application"}
HEADER = (b"From: <a@vendor.example>\r\nTo: <b@dept.example>\r\nSubject: x\r\nDate: Mon, 16 Nov 2026 10:12:00 +0800\r\n"
          b"Message-ID: <1@vendor.example>\r\nMIME-Version: 1.0\r\n")


def encoded(data):
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def letter(data, name, kind=b"application/octet-stream", text=None, encoding=b"base64"):
    parameter = b'; filename="%s"' % name if name else b""
    return (HEADER + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n--b0\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
            b"--b0\r\nContent-Type: %s\r\nContent-Disposition: attachment%s\r\n" % (kind, parameter) +
            (b"Content-Transfer-Encoding: %s\r\n" % encoding if encoding else b"") + b"\r\n" +
            (encoded(data) if text is None else text) + b"\r\n--b0--\r\n")


def tnef(data, name):
    def attribute(level, number, value):
        return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xffff)

    return (struct.pack("<IH", 0x223e9f78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000)) +
            attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, name + b"\0") +
            attribute(2, 0x0006800f, data))


def tlv(tag, *data):
    """An element of BER."""
    body = b"".join(data)
    size = len(body).to_bytes(4, "big").lstrip(b"\0")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x80 | len(size)]) + size) + body


OID_DATA = bytes.fromhex("06092a864886f70d010701")


def signed(entity):
    """S/MIME as a signer writes it who does not know the length beforehand: in pieces."""
    pieces = b"".join(tlv(4, entity[i:i + 1000]) for i in range(0, len(entity), 1000))
    content = b"\x30\x80" + OID_DATA + b"\xa0\x80\x24\x80" + pieces + bytes(6)
    return b"\x30\x80" + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80\x30\x80" + tlv(2, b"\1") + tlv(0x31) + content + tlv(0x31) + bytes(6)


def compressed(entity):
    content = tlv(0x30, OID_DATA, tlv(0xa0, tlv(4, zlib.compress(entity))))
    algorithm = tlv(0x30, bytes.fromhex("060b2a864886f70d0109100308"))
    return tlv(0x30, bytes.fromhex("060b2a864886f70d0109100109"), tlv(0xa0, tlv(0x30, tlv(2, b"\0"), algorithm, content)))


def smime(wrap, data, name):
    inner = letter(data, name).replace(b"b0", b"b1")
    return HEADER + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + \
        encoded(wrap(inner[inner.index(b"Content-Type"):]))


def uu(data, name):
    lines = [binascii.b2a_uu(data[i:i + 45]).rstrip(b"\n") for i in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\r\n" + b"\r\n".join(lines) + b"\r\n`\r\nend\r\n"


def junk(data):
    """Base64 as a careless or a sly writer has it: odd lines, stray characters, blanks."""
    text = base64.b64encode(data)
    lines = [text[i:i + 60] for i in range(0, len(text), 60)]
    return b"\r\n".join(b" ".join((line[:7], line[7:])) + (b"!" if n % 3 == 1 else b"\t") for n, line in enumerate(lines)) + b"\r\n"


def padded(data):
    """Two pieces of base64, one after the other."""
    half = len(data) // 6 * 3 + 1
    return encoded(data[:half]) + encoded(data[half:])


# name of the wrapping ─▶ letter of a sample and its name; is the name its own?
WRAPPINGS = {
    "plain": (True, lambda d, n: letter(d, n)),
    "renamed .txt": (False, lambda d, n: letter(d, b"notes.txt", b"text/plain")),
    "renamed .pdf": (False, lambda d, n: letter(d, b"report.pdf", b"application/pdf")),
    "no name": (False, lambda d, n: letter(d, b"")),
    "in zip": (True, lambda d, n: letter(pack_zip([(n.decode(), d)]), b"a.zip", b"application/zip")),
    "in zip, renamed": (False, lambda d, n: letter(pack_zip([("notes.txt", d)]), b"a.zip", b"application/zip")),
    "in zip in zip": (True, lambda d, n: letter(pack_zip([("b.zip", pack_zip([(n.decode(), d)]))]), b"a.zip")),
    "in TNEF": (True, lambda d, n: letter(tnef(d, n), b"winmail.dat", b"application/ms-tnef")),
    "in TNEF, renamed": (False, lambda d, n: letter(tnef(d, b"notes.txt"), b"winmail.dat", b"application/ms-tnef")),
    "in .msg": (True, lambda d, n: letter(outlook([("notes.txt", b"hello"), (n.decode(), d)]), b"mail.msg")),
    "in .msg in .msg": (True, lambda d, n: letter(outlook([("Plans", [(n.decode(), d)])]), b"mail.msg")),
    "in OneNote": (False, lambda d, n: letter(onenote([d]), b"notes.one")),
    "in a uuencoded file": (True, lambda d, n: letter(b"See below.\r\n\r\n" + uu(d, n), b"post.uue")),
    "in a yEnc file": (True, lambda d, n: letter(yenc(d, n), b"post.yenc")),
    "in message/rfc822": (True, lambda d, n: letter(b"", b"", b"message/rfc822", letter(d, n).replace(b"b0", b"b1"), b"")),
    "in .eml, base64": (True, lambda d, n: letter(letter(d, n).replace(b"b0", b"b1"), b"a.eml")),
    "in S/MIME, signed": (True, lambda d, n: smime(signed, d, n)),
    "in S/MIME, compressed": (True, lambda d, n: smime(compressed, d, n)),
    "uuencoded": (True, lambda d, n: letter(b"", n, text=uu(d, n), encoding=b"x-uuencode")),
    "uuencoded in text": (True, lambda d, n: HEADER + b"Content-Type: text/plain\r\n\r\nhello\r\n\r\n" + uu(d, n) + b"\r\nbye\r\n"),
    "base64 with junk": (True, lambda d, n: letter(b"", n, text=junk(d))),
    "base64 padded midway": (True, lambda d, n: letter(b"", n, text=padded(d))),
}
# Wrappings that are held whatever is in them: two readers read them in two ways.
HELD = {"uuencoded in text": "uuencoded", "base64 padded midway": None, "base64 with junk": None}


def why_not(ending, sample, own_name):
    return sample.name_only if not own_name else ""


def problem(report, sample, wrapping):
    if report is None:
        return "no report"
    if report["outcome"] == "held" and wrapping in HELD:
        return ""
    files = [f for f in report["findings"] if f["kind"] == "file"]
    if not any(sample.group in f.get("groups", ()) for f in files):
        return "not found: " + json.dumps([[f.get(k) for k in ("path", "type", "groups", "traits")] for f in files], ensure_ascii=False)
    if sample.group in REMOVED and report["outcome"] != "held" and not any(f["action"] == "remove" for f in files):
        return "not removed"
    return ""


def main():
    rules = jailed.rules(SOURCE)
    cells = [(ending, wrapping) for ending in SAMPLES for wrapping in WRAPPINGS]
    with tempfile.TemporaryDirectory(prefix="cordon-types.") as folder:
        work = pathlib.Path(folder)
        (work / "in").mkdir()
        for n, (ending, wrapping) in enumerate(cells):
            data = WRAPPINGS[wrapping][1](SAMPLES[ending].data, b"file." + ending.encode())
            (work / "in" / f"{n}.eml").write_bytes(data)
        done = subprocess.run([BUILD / "cordon", "sanitize", "-q", "-j", "2", "--rules", rules, "--report", work / "report",
                               "-o", work / "out", work / "in"], capture_output=True, check=False)
        if done.returncode not in (0, 1):
            print("# " + done.stderr.decode(errors="replace")[-800:])
        reports = {pathlib.Path(line["file"]).stem: line for line in map(json.loads, (work / "report").read_text().splitlines())}
    failed = 0
    print(f"1..{len(cells)}")
    for n, (ending, wrapping) in enumerate(cells):
        sample = SAMPLES[ending]
        wrong, reason = problem(reports.get(str(n)), sample, wrapping), why_not(ending, sample, WRAPPINGS[wrapping][0])
        if wrong and not reason:
            failed += 1
            print(f"not ok {n + 1} - .{ending} ({sample.group}) {wrapping}\n# {wrong}")
        else:
            print(f"ok {n + 1} - .{ending} ({sample.group}) {wrapping}" + (f" # SKIP {reason}" if wrong else ""))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
