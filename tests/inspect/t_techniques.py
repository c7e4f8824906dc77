#!/usr/bin/env python3
"""Techniques of the catalogue of attachments that need no golden case of their own, through the command and
the shipped rules. Prints TAP: one line a row. tests/cases/THREATS-A.txt says which technique is shown where.
"""
import base64
import gzip
import hashlib
import io
import json
import lzma
import os
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "inspect")]
import jailed  # noqa: E402
from samples import SAMPLES, compound, elf, exe, outlook, pack_zip  # noqa: E402
from t_types import HEADER, encoded, letter, signed, tlv, tnef, uu  # noqa: E402

EXE = exe()
BAD = pack_zip([("viewer.exe", EXE)])
GOOD = pack_zip([("notes.txt", b"Notes of Monday.\n" * 9)])
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
HUGE_PNG = PNG[:16] + struct.pack(">IIBBBBBI", 60000, 60000, 8, 2, 0, 0, 0, 0x53d5f6c1) + PNG[33:]
GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
       b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n100\n%%EOF\n")
SCRIPT = b"WScript.Echo(1)\r\n"
ASKS = "=cmd|'/c calc'!A0\r\n"
XHTML = b'<?xml version="1.0"?><a xmlns:h="http://www.w3.org/1999/xhtml">%s</a>'
CALENDAR = (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=notes.js:"
            b"V1NjcmlwdC5FY2hvKDEp\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
SCRIPT_ZIP = pack_zip([("notes.js", SCRIPT)])
# of one file, notes.js, stored: as 7-Zip packs it with -mx0 -mhc=off
SEVENZIP = bytes.fromhex("377abcaf271c0004048aa1e411000000000000003e000000000000003880220a575363726970742e4563686f2831290d"
    "0a0104060001091100070b01000101000c1100080a01eb59a1f8000005011113006e006f007400650073002e006a0073"
    "0000001900150601002080a4810000")
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + bytes(400) + b"\xff\xd9"
SCRIPT_SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='go()'/>"


def one(name, local=None, central=None, method=8, local_method=None, flags=0, local_flags=None, data=EXE, pack=True, csize=None):
    """A zip of one entry whose two headers may lie."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush() if pack else data
    local, central = local or name, central or name

    def head(kind, how, bits, size):
        return struct.pack("<HHHHHIIIHH", 20, bits, how, 0, 0x5b61, zlib.crc32(data), size, len(data), len(kind), 0)

    first = b"PK\3\4" + head(local, method if local_method is None else local_method,
                            flags if local_flags is None else local_flags, len(body) if csize is None else csize) + local + body
    second = b"PK\1\2" + struct.pack("<H", 20) + head(central, method, flags, len(body)) + struct.pack("<HHHII", 0, 0, 0, 0, 0) + central
    return first + second + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(second), len(first), 0)


def empty_entry():
    """A zip of one entry of no bytes, and bytes behind it."""
    empty = one(b"viewer.exe", method=0, data=b"", pack=False)
    at = empty.index(b"PK\1\2")
    return empty[:at] + EXE + empty[at:-6] + struct.pack("<IH", at + len(EXE), 0)


def attached(name, data):
    """A PDF with a file in it."""
    objects = [b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(%s) 3 0 R]>>>>>>" % name.encode(), b"<</Type/Pages/Kids[5 0 R]/Count 1>>",
               b"<</Type/Filespec/F(%s)/EF<</F 4 0 R>>>>" % name.encode(),
               b"<</Type/EmbeddedFile/Length %d>>stream\n" % len(data) + data + b"\nendstream", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"]
    out, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, text)
    return out + (b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in places) +
                  b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out))


def unicode_path(name, path):
    """A zip whose extra field (0x7075) has another name."""
    out, info = io.BytesIO(), zipfile.ZipInfo(name, (2026, 11, 1, 0, 0, 0))
    info.extra = struct.pack("<HHBI", 0x7075, 5 + len(path), 1, zlib.crc32(name.encode())) + path
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, b"WScript.Echo(1)\n")
    return out.getvalue()


def lzma_zip(name="viewer.exe"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(name, EXE)
    return out.getvalue()


def tar(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data, link in members:
            info = tarfile.TarInfo(name)
            if link:
                info.type, info.linkname = tarfile.SYMTYPE, link
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def pax(name, headers):
    """A tar with one file, and a header of the newer kind in front."""
    out, info = io.BytesIO(), tarfile.TarInfo(name)
    info.size, info.pax_headers = len(SCRIPT), headers
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(SCRIPT))
    return out.getvalue()


def gnu_tar(name):
    out, info = io.BytesIO(), tarfile.TarInfo(name)
    info.size = len(SCRIPT)
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(SCRIPT))
    return out.getvalue()


def cabinet(name):
    """A cabinet with one file, stored."""
    entry = struct.pack("<IIHHHH", len(SCRIPT), 0, 0, 0x5b61, 0, 0x20) + name + b"\0"
    body = struct.pack("<IHH", 0, len(SCRIPT), len(SCRIPT)) + SCRIPT
    return (b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, 44 + len(entry) + len(body), 0, 44, 0, 3, 1, 1, 1, 0, 7, 0) +
            struct.pack("<IHH", 44 + len(entry), 1, 0) + entry + body)


def docx(*parts):
    types = (b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
             b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
    body = b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    return pack_zip([("word/document.xml", body), ("[Content_Types].xml", types), *parts])


def xlsx(*parts):
    def rows(kind, *pairs):
        return b"".join(b'<%s %s/>' % (kind, pair) for pair in pairs)

    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml."
    rel = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    relations = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
    types = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">%s</Types>' % (
        rows(b"Default", b'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"') +
        rows(b"Override", b'PartName="/xl/workbook.xml" ContentType="%ssheet.main+xml"' % kind,
             b'PartName="/xl/worksheets/sheet1.xml" ContentType="%sworksheet+xml"' % kind,
             b'PartName="/xl/connections.xml" ContentType="%sconnections+xml"' % kind))
    return pack_zip([
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations % rows(b"Relationship", b'Id="r1" Type="%sofficeDocument" Target="xl/workbook.xml"' % rel)),
        ("xl/workbook.xml", b'<?xml version="1.0"?><workbook %s><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>' % space),
        ("xl/_rels/workbook.xml.rels", relations % rows(b"Relationship", b'Id="r1" Type="%sworksheet" Target="worksheets/sheet1.xml"' % rel,
                                                        b'Id="r2" Type="%sconnections" Target="connections.xml"' % rel)),
        ("xl/worksheets/sheet1.xml", b'<?xml version="1.0"?><worksheet %s><sheetData/></worksheet>' % space), *parts])


CONNECTION = (b'<?xml version="1.0"?><connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><connection id="1" '
              b'name="a" type="4" refreshedVersion="6" %s><webPr url="https://data.vendor.example/a"/></connection></connections>')


def inner(kind, entity):
    return HEADER + b"Content-Type: %s\r\n\r\n" % kind + entity


MAIL = letter(EXE, b"viewer.exe").replace(b"b0", b"b1")
MALDOC = (PDF + b"\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Location: file:///C:/a/editdata.mso\n"
          b"Content-Transfer-Encoding: base64\nContent-Type: application/x-mso\n\nQWN0aXZlTWltZQAAAfAEAAAA\n--x--\n")


def wrapped(entity):
    """A MIME entity, signed."""
    return b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded(signed(entity))


def workbook(*records):
    """An old workbook: its records behind that of its version."""
    data = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in ((0x809, b"\0\6\5\0" + bytes(12)), *records, (10, b"")))
    return compound({"Workbook": data.ljust(5000, b"\0")})


def sheet(name, kind=0, hidden=0):
    return 0x85, bytes(4) + bytes([hidden, kind, len(name), 0]) + name


CERTS = tlv(0x30, bytes.fromhex("06092a864886f70d010702"),
            tlv(0xa0, tlv(0x30, tlv(2, b"\1"), tlv(0x31), tlv(0x30, bytes.fromhex("06092a864886f70d010701")), tlv(0xa0), tlv(0x31))))


def file(name, data, kind=b"application/octet-stream"):
    return letter(data, name.encode(), kind)


def nameless(field):
    """The script, with that field alone to name it."""
    name = b"Content-Disposition: attachment"
    return letter(SCRIPT, b"").replace(name, field)


def zipped(*members):
    return letter(pack_zip(list(members)), b"plans.zip", b"application/zip")


BIG5, GB, UTF8 = (("\u6703\u8b70" + ".js").encode(charset) for charset in ("big5", "gb18030", "utf-8"))


def word(charset, data):
    return b"=?%s?B?%s?=" % (charset, base64.b64encode(data))


def percent(data):
    return b"".join(b"%%%02X" % c for c in data)


CHINESE = [
    ("raw Big5", b'="%s"' % BIG5),
    ("raw GB18030", b'="%s"' % GB),
    ("raw UTF-8", b'="%s"' % UTF8),
    ("raw, of two charsets", b'="%s%s"' % (UTF8[:6], BIG5)),
    ("RFC 2047, Big5", b'="%s"' % word(b"big5", BIG5)),
    ("RFC 2047, GB18030", b'="%s"' % word(b"gb18030", GB)),
    ("RFC 2047, a character in two words", b'="%s %s"' % (word(b"utf-8", UTF8[:4]), word(b"utf-8", UTF8[4:]))),
    ("RFC 2047 of a part of it", b'="%s.js"' % word(b"big5", BIG5[:4])),
    ("RFC 2047, labelled wrongly", b'="%s"' % word(b"us-ascii", BIG5)),
    ("RFC 2231, Big5", b"*=big5''%s" % percent(BIG5)),
    ("RFC 2231, GB18030", b"*=gb18030''%s" % percent(GB)),
    ("RFC 2231, in pieces", b"*0*=utf-8''%s; filename*1*=%s" % (percent(UTF8[:5]), percent(UTF8[5:]))),
    ("RFC 2231, in pieces out of order", b"*1*=%s; filename*0*=gb18030''%s" % (percent(GB[3:]), percent(GB[:3]))),
    ("RFC 2231 against a harmless one", b"=notes.txt; filename*=big5''%s" % percent(BIG5)),
    ("ISO-2022-JP", b'="\x1b$B2q5D\x1b(B.js"'),
]


# technique, what it is, letter, what becomes of it: the file is removed or disarmed, the message held or passed
ROWS = [
    ("A-001", "a page called a picture", file("a.png", b"<html><script>x</script></html>", b"image/png"), "disarm"),
    ("A-002", "blanks before the ending", file("invoice.pdf" + 40 * " " + ".exe", b"x"), "remove"),
    ("A-002", "a class id as an ending", file("a.txt.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}", b"x"), "remove"),
    ("A-003", "braille blanks", file("invoice.pdf" + 9 * "\u2800" + ".exe", b"x"), "remove"),
    ("A-003", "a full-width ending", file("a\uff0eexe", b"x"), "remove"),
    ("A-003", "an invisible letter in the ending", file("a.e\u200bxe", b"x"), "remove"),
    *[("A-003", "a Chinese name: " + how, nameless(b"Content-Disposition: attachment; filename" + written), "hold" if "ISO" in how else "remove") for how, written in CHINESE],
    ("A-004", "an NTFS stream", file("a.exe::$DATA", b"x"), "remove"),
    ("A-004", "a stream with another ending", file("a.exe:x.txt", b"x"), "remove"),
    ("A-004", "a path", file("..\\\\..\\\\a.exe", b"x"), "remove"),
    ("A-004", "a slash at the end", file("a.exe/", b"x"), "remove"),
    ("A-005", "capitals", file("A.ExE", b"x"), "remove"),
    ("A-005", "a percent escape", file("a.%65xe", b"x"), "remove"),
    ("A-006", "a program without an ending", file("readme", elf()), "remove"),
    ("A-006", "a script without an ending", file("readme", b"#!/bin/sh\necho\n"), "remove"),
    ("A-006", "a page without a name", letter(b"<html><script>x</script></html>", b""), "disarm"),
    ("A-006", "a name where it came from alone", nameless(b"Content-Location: notes.js"), "remove"),
    ("A-006", "an address where it came from", nameless(b"Content-Location: https://www.vendor.example/notes.js"), "pass"),
    ("A-006", "a name without a word in front", nameless(b'Content-Disposition: filename="notes.js"'), "remove"),
    ("A-007", "a command for a name", file("`id`;$(id) -rf %s.txt", b"hello"), "pass"),
    ("A-019", "a compressed SVG", file("a.svgz", gzip.compress(SCRIPT_SVG, mtime=0)), "remove"),
    ("A-019", "an SVG behind a long comment", file("a.svg", b"<!--" + b"x" * 6000 + b"-->" + SCRIPT_SVG), "disarm"),
    ("A-018", "a form that opens another PDF", file("a.dat", b"%FDF-1.2\n1 0 obj<</FDF<</F(https://host.example/a.pdf)>>>>endobj\n"), "remove"),
    ("A-018", "a PDF in XML", file("a.dat", b'<?xml version="1.0"?><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"/>'), "remove"),
    ("A-018", "a file in a calendar behind a byte order mark", file("a.ics", b"\xef\xbb\xbf" + CALENDAR), "remove"),
    ("A-018", "a file in a calendar in UTF-16", file("a.ics", b"\xff\xfe" + CALENDAR.decode().encode("utf-16-le")), "remove"),
    ("A-018", "a file in a calendar in an archive", zipped(("a.ics", CALENDAR)), "remove"),
    ("A-018", "a file in a calendar in a saved message", file("a.msg", outlook([("a.ics", CALENDAR)])), "remove"),
    ("A-018", "a file in a calendar, with another name first", file("a.ics", CALENDAR.replace(b"X-FILENAME=", b"X-FILENAME=notes.txt;X-FILENAME=")), "remove"),
    ("A-018", "a file in a calendar in an archive, with another name first",
     zipped(("a.ics", CALENDAR.replace(b"X-FILENAME=", b"FILENAME=notes.txt;X-FILENAME="))), "remove"),
    ("A-018", "a calendar without a file in an archive", zipped(("a.ics", CALENDAR[:CALENDAR.index(b"ATTACH")] + b"END:VEVENT\r\nEND:VCALENDAR\r\n")), "pass"),
    ("A-019", "a script in any XML", file("a.xml", XHTML % b"<h:script>x</h:script>"), "disarm"),
    ("A-019", "XML that is a page without one", file("a.xml", XHTML % b"<h:p>x</h:p>"), "pass"),
    ("A-019", "an entity that is a script", file("a.svg", b'<!DOCTYPE svg [<!ENTITY x "&#60;script>x&#60;/script>">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'), "hold"),
    ("A-020", "a playlist of a file server", file("a.pls", b"[playlist]\nFile1=\\\\host\\share\\a.mp3\n"), "remove"),
    ("A-022", "an mbox", file("a.mbox", b"From a@b.example Mon Nov 16 10:12:00 2026\n" + MAIL), "remove"),
    ("A-022", "a folder of Outlook's", file("a.pst", b"!BDN" + bytes(1000)), "remove"),
    ("A-030", "a document whose types stand last", file("a.docx", docx(("word/vbaProject.bin", compound({"VBA": {"dir": b"x" * 99}})))), "disarm"),
    ("A-034", "a compound file without a directory", file("a.xls", SAMPLES["xla"].data[:1024]), "hold"),
    ("A-035", "a Word document in one XML", file("a.doc", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
                                               b'w:macrosPresent="yes"><w:docSuppData><w:binData w:name="editdata.mso">QWN0aXZlTWltZQAAAfAEAAAA'
                                               b'</w:binData></w:docSuppData></w:wordDocument>'), "remove"),
    ("A-038", "a Word macro behind a PDF", file("a.doc", MALDOC, b"application/msword"), "remove"),
    ("A-039", "an archive behind a picture", file("a.png", PNG + BAD, b"image/png"), "remove"),
    ("A-039", "an archive behind an animation", file("a.gif", GIF + BAD, b"image/gif"), "remove"),
    ("A-039", "an archive behind a PDF", file("a.pdf", PDF + BAD, b"application/pdf"), "remove"),
    ("A-039", "an archive behind a page", file("a.html", b"<html><p>Hello</p></html>" + BAD, b"text/html"), "remove"),
    ("A-039", "a script in an archive behind a picture", file("a.png", PNG + SCRIPT_ZIP, b"image/png"), "remove"),
    ("A-039", "a script in an archive behind a PDF", file("a.pdf", PDF + SCRIPT_ZIP, b"application/pdf"), "remove"),
    ("A-039", "a script in an archive behind a line end", file("a.zip", b"\r\n" + SCRIPT_ZIP, b"application/zip"), "remove"),
    ("A-039", "such an archive in another", zipped(("a.jpg", b"\xff\xd8\xff\xe0" + bytes(400) + SCRIPT_ZIP)), "remove"),
    ("A-039", "a script in 7z behind a picture", file("a.jpg", JPEG + SEVENZIP, b"image/jpeg"), "remove"),
    ("A-039", "a script in a cabinet behind a PDF", file("a.pdf", PDF + cabinet(b"notes.js"), b"application/pdf"), "remove"),
    ("A-039", "a RAR behind a sound", file("a.mp3", b"ID3\3\0\0\0\0\0\0" + bytes(400) + b"Rar!\x1a\7\1\0" + bytes(40)), "hold"),
    ("A-039", "a RAR behind what looks like a message", file("a.rar", b"From: a@b.example\r\nTo: c@d.example\r\n\r\nhello\r\n" + b"Rar!\x1a\7\1\0" + bytes(40)), "hold"),
    ("A-039", "a script in 7z behind a picture in a zip", zipped(("a.jpg", JPEG + SEVENZIP)), "remove"),
    ("A-039", "a document of Office behind a picture", file("a.png", PNG + docx(), b"image/png"), "pass"),
    ("A-039", "LZMA in an archive behind a picture", file("a.png", PNG + lzma_zip("notes.doc"), b"image/png"), "hold"),
    ("A-043", "a page with its files", file("a.mht", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>x</script>"), "remove"),
    ("A-045", "an object in a Hangul document", file("a.hwp", compound({"HwpSummaryInformation": b"x", "BinData": {"\1Ole10Native": b"x" * 99}})), "remove"),
    ("A-037", "a PDF behind a page", file("a.pdf", b"<html><p>Hello</p>" + PDF, b"application/pdf"), "hold"),
    ("A-037", "a PDF behind a picture", file("a.pdf", GIF + PDF, b"application/pdf"), "hold"),
    ("A-037", "a PDF without its header", file("a.pdf", PDF[9:], b"application/pdf"), "hold"),
    ("A-037", "a page called a PDF", file("a.pdf", b"<html><p>Hello</p></html>", b"application/pdf"), "pass"),
    ("A-037", "a PDF with a script in it, by its name", file("a.pdf", attached("notes.js", SCRIPT), b"application/pdf"), "remove"),
    ("A-037", "the same in an archive", zipped(("a.pdf", attached("notes.js", SCRIPT))), "remove"),
    ("A-037", "a PDF with an invoice in it", file("a.pdf", attached("factur-x.xml", b'<?xml version="1.0"?><a>b</a>'), b"application/pdf"), "pass"),
    ("A-041", "a page in a page in an archive", zipped(("a.html", b"<iframe srcdoc='&lt;script&gt;x&lt;/script&gt;'></iframe>")), "remove"),
    ("A-041", "a handler and a line end in an archive", zipped(("a.html", b"<html><img src=x onerror\n=x></html>")), "remove"),
    ("A-042", "a form in an archive", zipped(("a.html", b"<html><form action='https://host.example/'><input type=password></form></html>")), "remove"),
    ("A-046", "a table that asks a program, in UTF-16", file("a.csv", b"\xff\xfe" + ASKS.encode("utf-16-le")), "remove"),
    ("A-046", "the same behind a control character", file("a.csv", b"\1" + ASKS.encode()), "remove"),
    ("A-046", "the same with an operator in front", file("a.csv", b"@SUM(1)*cmd|'/c calc'!A0\r\n"), "remove"),
    ("A-046", "the same in a page called a workbook", file("a.xls", b"<html><table><tr><td>%s</td></tr></table></html>" % ASKS.strip().encode()), "remove"),
    ("A-046", "the same by a long path", file("a.csv", ("=" + "a" * 80 + "\\..\\cmd|'/c calc'!A0\r\n").encode()), "remove"),
    ("A-046", "the same with a long order", file("a.csv", ("=cmd|'/c calc " + "b" * 300 + "'!A0\r\n").encode()), "remove"),
    ("A-046", "the same in quotation marks, over two lines", file("a.csv", b"\"='cmd'|'/c\n calc'!A0\"\r\n"), "remove"),
    ("A-046", "the same with NULs between", file("a.csv", b"x,=c\0m\0d|'/c calc'!A0\r\n"), "remove"),
    ("A-046", "a table of words and bars", file("a.csv", b"a|b!,c\r\nYes|No! and so on,-d|e!\r\n"), "pass"),
    ("A-046", "an old workbook", file("a.xls", workbook(sheet(b"Plans"))), "pass"),
    ("A-046", "a very hidden sheet of macros", file("a.xls", workbook(sheet(b"Plans"), sheet(b"M", 1, 2))), "remove"),
    ("A-046", "a link to another program", file("a.xls", workbook(sheet(b"Plans"), (0x1ae, b"\0\0\x0b\0\0cmd\3/c calc"))), "remove"),
    ("A-046", "a link to another workbook", file("a.xls", workbook(sheet(b"Plans"), (0x1ae, b"\1\0\x06\0\0\1b.xls\2\0\0AB"))), "pass"),
    ("A-046", "a connection that is used on opening", file("a.xlsx", xlsx(("xl/connections.xml", CONNECTION % b'refreshOnLoad="1"'))), "disarm"),
    ("A-046", "a connection that waits", file("a.xlsx", xlsx(("xl/connections.xml", CONNECTION % b""))), "pass"),
    ("A-052", "a good archive, then a bad one", file("a.zip", GOOD + BAD), "hold"),
    ("A-052", "a bad archive, then a good one", file("a.zip", BAD + GOOD), "hold"),
    ("A-053", "two names", file("a.zip", one(b"viewer.exe", central=b"report.pdf")), "hold"),
    ("A-053", "a size that is too small", file("a.zip", one(b"viewer.exe", csize=9)), "hold"),
    ("A-053", "two methods", file("a.zip", one(b"viewer.exe", local_method=0)), "hold"),
    ("A-053", "another name as Unicode Path", file("a.zip", unicode_path("notes.txt", b"notes.js")), "hold"),
    ("A-053", "the same name as Unicode Path, with its end elsewhere", file("a.zip", unicode_path("notes.txt", b"notes.js\0.txt")), "hold"),
    ("A-053", "the same name as Unicode Path", file("a.zip", unicode_path("notes.txt", "紀錄.TXT".encode())), "pass"),
    ("A-054", "stored by name, packed in fact", file("a.zip", one(b"viewer.exe", method=0)), "hold"),
    ("A-055", "a flag of encryption in one header", file("a.zip", one(b"viewer.exe", flags=1, local_flags=0)), "hold"),
    ("A-055", "a flag of encryption in both", file("a.zip", one(b"viewer.exe", flags=1)), "hold"),
    ("A-055", "LZMA", file("a.zip", lzma_zip()), "hold"),
    ("A-056", "an entry that the directory does not have", file("a.zip", BAD[:BAD.index(b"PK\1\2")] + GOOD), "hold"),
    ("A-056", "no directory", file("a.zip", BAD[:BAD.index(b"PK\1\2")]), "hold"),
    ("A-056", "something in front", file("a.zip", b"x" * 100 + BAD), "remove"),
    ("A-056", "something behind", file("a.zip", BAD + b"x" * 70000), "hold"),
    ("A-056", "an entry that says it is empty", file("a.zip", empty_entry()), "hold"),
    ("A-057", "a script of four bytes", zipped(("a.bat", b"calc"), ("b.txt", b"Notes of Monday.\n")), "remove"),
    ("A-057", "a script named like a piece that has no name", zipped(("clamav-a.js", SCRIPT)), "remove"),
    ("A-057", "a script named like a check sum", zipped((32 * "a" + "_1.js", SCRIPT)), "remove"),
    ("A-057", "a script deep in folders", zipped((150 * "d/" + "a.js", SCRIPT)), "remove"),
    ("A-057", "a path that leads out", zipped(("../../a.exe", EXE)), "remove"),
    ("A-057", "a file that is called a folder", zipped(("viewer.exe/", EXE)), "remove"),
    ("A-057", "a folder named like the file beside it", zipped(("x.pdf ", PDF), ("x.pdf /x.pdf .cmd", b"echo\r\n")), "remove"),
    ("A-057", "a link and what lies behind it", file("a.tar", tar(("d", b"", "/etc"), ("d/a.exe", EXE, None))), "remove"),
    ("A-058", "a tar with a long name", file("a.tar", gnu_tar(120 * "d" + ".js")), "remove"),
    ("A-058", "a tar with another name in pax", file("a.tar", pax("a.txt", {"path": "notes.js"})), "remove"),
    ("A-058", "a tar with another size in pax", file("a.tar", pax("a.txt", {"size": "4"})), "hold"),
    ("A-058", "a cabinet with a script", file("a.cab", cabinet(b"notes.js")), "remove"),
    ("A-058", "a cabinet with a name too long for Windows", file("a.cab", cabinet(300 * b"d" + b".js")), "hold"),
    ("A-058", "LZMA alone", file("a.dat", lzma.compress(SCRIPT, format=lzma.FORMAT_ALONE)), "hold"),
    ("A-058", "brotli, which has no mark, by its name", file("a.br", bytes.fromhex("0b0880") + b"hello hello hello\3"), "hold"),
    ("A-058", "no archive by its bytes, one by its name", file("a.zip", bytes(range(1, 255)), b"application/zip"), "hold"),
    ("A-058", "zstd behind a frame to be skipped", file("a.dat", b"\x50\x2a\x4d\x18\4\0\0\0" + b"hell" + b"\x28\xb5\x2f\xfd\x20\x05\x29\0\0hello"), "hold"),
    ("A-059", "gzip in several pieces", file("a.txt.gz", gzip.compress(b"hello\n", mtime=0) + gzip.compress(EXE, mtime=0)), "hold"),
    ("A-059", "gzip with a tail", file("a.txt.gz", gzip.compress(b"hello\n", mtime=0) + b"x" * 40), "hold"),
    ("A-059", "tar in gzip by another name", file("a.gz", gzip.compress(tar(("viewer.exe", EXE, None)), mtime=0)), "remove"),
    ("A-064", "a picture with a tail", file("a.png", PNG + b"MZ" + bytes(2000), b"image/png"), "pass"),
    ("A-066", "ten good files and one bad", HEADER + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + b"".join(
        b"--b0\r\nContent-Type: application/pdf; name=a%d.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" % n + encoded(PDF)
        for n in range(10)) + b"--b0\r\nContent-Type: application/pdf; name=b.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
        encoded(EXE) + b"--b0--\r\n", "remove"),
    ("A-065", "a picture that would take 10 GB", file("a.png", HUGE_PNG, b"image/png"), "pass"),
    ("A-068", "what a later finding is looked up by", file("a.txt", b"hello", b"text/plain"), "sha256 " + hashlib.sha256(b"hello").hexdigest()),
    ("M-055", "message/global", inner(b"message/global", MAIL), "remove"),
    ("M-055", "message/news", inner(b"message/news", MAIL), "remove"),
    ("M-057", "signed mail with a program in an archive", zipped(("smime.p7m", signed(MAIL[MAIL.index(b"Content-Type"):]))), "remove"),
    ("M-057", "signed, in PEM", file("plan.p7m", b"-----BEGIN PKCS7-----\n" + base64.encodebytes(signed(SCRIPT)) + b"-----END PKCS7-----\n"), "hold"),
    ("M-057", "certificates in PEM", file("chain.p7b", b"-----BEGIN PKCS7-----\n" + base64.encodebytes(CERTS) + b"-----END PKCS7-----\n"), "pass"),
    ("M-058", "certificates alone", file("a.p7m", CERTS, b"application/pkcs7-mime"), "pass"),
    ("M-058", "signed four times", HEADER + wrapped(wrapped(wrapped(wrapped(MAIL[MAIL.index(b"Content-Type"):])))), "remove"),
    ("M-059", "winmail.dat with a program", file("winmail.dat", tnef(EXE, b"viewer.exe"), b"application/ms-tnef"), "remove"),
    ("M-060", "a file of a uuencoded script", file("a.uue", uu(SCRIPT, b"notes.js")), "remove"),
    ("M-060", "two in one file, the second bad", file("a.uue", uu(b"hello", b"notes.txt") + b"And:\r\n" + uu(SCRIPT, b"notes.js")), "remove"),
    ("M-060", "its modern form", file("a.txt", b"begin-base64 644 notes.js\r\n" + encoded(SCRIPT) + b"====\r\n"), "remove"),
    ("M-060", "a form that few know", file("a.txt", b"begin-base64-encoded 644 bm90ZXMuanM=\r\n" + encoded(SCRIPT) + b"====\r\n"), "hold"),
    ("M-060", "words about one", file("a.txt", b"It begins with:\r\nbegin 644 the work early.\r\nbegin the 644.\r\n"), "pass"),
    ("M-062", "AppleDouble", file("viewer", bytes.fromhex("00051600000200000000000000000000000000000000000000020000000100000032") +
                                struct.pack(">IIIII", len(EXE), 3, 50 + len(EXE), 10, 0)[:16] + EXE + b"viewer.exe"), "remove"),
]


def outcome(report, want):
    if report is None:
        return "no report"
    if want.startswith("sha256 "):
        return "sha256 " + " ".join(f.get("sha256", "") for f in report["findings"] if f["kind"] == "file")
    if report["outcome"] == "held":
        return "hold"
    actions = {f["action"] for f in report["findings"] if f["kind"] == "file"}
    return next((a for a in ("remove", "disarm") if a in actions), "pass")


def main():
    rules = jailed.rules(SOURCE)
    with tempfile.TemporaryDirectory(prefix="cordon-techniques.") as folder:
        work = pathlib.Path(folder)
        (work / "in").mkdir()
        for n, row in enumerate(ROWS):
            (work / "in" / f"{n}.eml").write_bytes(row[2])
        done = subprocess.run([BUILD / "cordon", "sanitize", "-q", "-j", "2", "--rules", rules, "--report", work / "report",
                               "-o", work / "out", work / "in"], capture_output=True, check=False)
        if done.returncode not in (0, 1):
            print("# " + done.stderr.decode(errors="replace")[-800:])
        reports = {pathlib.Path(line["file"]).stem: line for line in map(json.loads, (work / "report").read_text().splitlines())}
    failed = 0
    for n, (technique, label, _, want) in enumerate(ROWS):
        got = outcome(reports.get(str(n)), want)
        print(f"{'ok' if got == want else 'not ok'} {n + 1} - {technique} {label}")
        if got != want:
            failed += 1
            print(f"# {got}, not {want}: " + json.dumps(
                [[f.get(k) for k in ("path", "type", "engine_type", "traits", "anomaly", "action")] for f in reports[str(n)]["findings"]], ensure_ascii=False))
    print(f"1..{len(ROWS)}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
