"""Files that are small as they are packed, and that whoever looks into them takes much memory for. PACKED_BOMBS: label ─▶ Bomb."""
import lzma
import struct
import zlib

from bombs import MIB, PAGE, Bomb, pdf, pdf_stream
from samples import pack_zip


def zipped(name, data, may_pass=False):
    return Bomb("a.zip", lambda: pack_zip([(name, data())]), may_pass)


# --- mail in an archive: each line is a thing of its own for whoever reads a message line by line ---

def eml(body, kind=b"text/plain"):
    return (b"Received: by a.example\r\nFrom: a@b.example\r\nTo: c@d.example\r\nSubject: s\r\nDate: Mon, 16 Nov 2026 10:12:00 +0800\r\n"
            b"Message-ID: <1@b.example>\r\nMIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\n" + body)


# --- SWF ---

def swf(size, dictionary):
    """Packed by LZMA, with a window of its own choice."""
    packed = lzma.compress(bytes(size), lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": MIB}])
    body = packed[13:]
    return b"ZWS\x0d" + struct.pack("<II", size + 8, len(body)) + packed[:1] + struct.pack("<I", dictionary) + body


# --- PDF ---

def lzw(size):
    """Zeros: codes for runs, each one longer than the last, until the table is full (ISO 32000, 7.4.4)."""
    runs = [0, *range(258, 4094)]
    widths = [max(9, (259 + max(n - 1, 0)).bit_length()) for n in range(len(runs))]  # the reader is one code behind
    table = "".join(f"{code:0{width}b}" for code, width in zip(runs, widths)) + f"{256:012b}"
    bits = f"{256:09b}" + table * (size // sum(range(len(runs) + 1)) + 1) + f"{257:09b}0000000"
    return bytes(int(bits[n:n + 8], 2) for n in range(0, len(bits) - 7, 8))


def run_lengths(data, times):
    """Runs of one byte, packed again and again."""
    for _ in range(times):
        packed, at = bytearray(), 0
        while at < len(data):
            run = 1
            while run < 128 and at + run < len(data) and data[at + run] == data[at]:
                run += 1
            packed += bytes([257 - run if run > 1 else 0, data[at]])
            at += run
        data = bytes(packed) + b"\x80"
    return data


def pdf_filtered(filters, data):
    return pdf(pdf_stream(b"/Filter[%s]" % filters, data))


# --- documents ---

def docx(document):
    types = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Default Extension="xml" ContentType="application/xml"/></Types>')
    return pack_zip([("[Content_Types].xml", types), ("word/document.xml", document)])


def odt(content):
    return pack_zip([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content), ("META-INF/manifest.xml", "<manifest/>")])


# --- programs ---

def pe(sections, size, ssize=512):
    """Sections that say to be large, packed by UPX as it seems."""
    head = b"MZ" + bytes(58) + struct.pack("<I", 64)
    optional = struct.pack("<HBBIIIII", 0x10b, 6, 0, ssize, 0, size, 0x1000 + size, 0x1000) + struct.pack("<IIII", 0x1000 + size, 0x400000, 0x1000, 512)
    optional += struct.pack("<HHHHHHIIIIHH", 4, 0, 0, 0, 4, 0, 0, 0x2000 + size, 512, 0, 2, 0) + bytes(24) + bytes(128)
    optional = optional[:224].ljust(224, b"\0")
    coff = struct.pack("<HHIIIHH", 0x14c, sections, 0, 0, 0, len(optional), 0x10f)
    table, va = b"", 0x1000
    for n in range(sections):
        raw = 0 if n == 0 else ssize
        table += b"UPX%d\0\0\0\0" % n + struct.pack("<IIIIIIHHI", size, va, raw, 512 if raw else 0, 0, 0, 0, 0, 0xe0000080)
        va += size
    body = (head + b"PE\0\0" + coff + optional + table).ljust(512, b"\0")
    return body + bytes(ssize) * (sections > 1)


PACKED_BOMBS = {
    "eml in zip, 50,000,000 empty lines": zipped("a.eml", lambda: eml(b"\n" * 50000000)),
    "eml in zip, 20,000,000 carriage returns": zipped("a.eml", lambda: eml(b"\r" * 20000000)),
    "text in zip, fields in small letters": zipped("a.txt", lambda: b"hello\nfrom: a\nmime-version: 1.0\ncontent-type: text/plain\n\n" + b"\n" * 30000000),
    "eml in zip, 20,000,000 lines": zipped("a.eml", lambda: eml(b"a\n" * 20000000)),
    "eml in zip, 5,000,000 parts": zipped("a.eml", lambda: eml(b"--b\n\nx\n" * 5000000, b"multipart/mixed; boundary=b")),
    "eml in zip, 180,000 parts": zipped("a.eml", lambda: eml(b"--b\n\nx\n" * 180000, b"multipart/mixed; boundary=b"), True),
    "eml in zip, 100,000 parts in uuencode": zipped("a.eml", lambda: eml(b"begin 644 a\n#34I0\n`\nend\n" * 100000), True),
    "eml in zip, 20 MiB of base64": zipped("a.eml", lambda: eml((b"QUFB" * 19 + b"\n") * (MIB // 4), b"application/zip\r\nContent-Transfer-Encoding: base64"), True),
    "eml in zip, 10 MiB of base64": zipped("a.eml", lambda: eml((b"QUFB" * 19 + b"\n") * (MIB // 8), b"application/zip\r\nContent-Transfer-Encoding: base64"), True),
    "eml in zip, 5,000,000 fields": zipped("a.eml", lambda: eml(b"x")[:-5] + b"A: b\r\n" * 5000000 + b"\r\nx", True),
    "page in zip, a script of 40 MiB": zipped("a.html", lambda: b"<html><script>" + b"a;" * (20 * MIB) + b"</script>"),
    "page in zip, 10 MiB of script": zipped("a.html", lambda: b"<html><script>" + b"a;" * (5 * MIB) + b"</script>"),
    "script in zip, 30 MiB": zipped("a.js", lambda: b"function a(){var b=1;}\n" + b"a;" * (15 * MIB)),
    "page in zip, 30 MiB of tags": zipped("a.html", lambda: b"<html><body>" + b"<a href=x>" * (3 * MIB)),
    "page in zip, 20 MiB of Big5": zipped("a.html", lambda: "<html>" .encode() + "中a文b字 ".encode("big5") * 2000000, True),
    "table in zip, 20 MiB": zipped("a.csv", lambda: b'"=HYPERLINK(""https://a.example"")",1,2,3\n' * 500000, True),
    "page in zip, 40 MiB and entities": zipped("a.html", lambda: b"<!DOCTYPE html [<!ENTITY a 'b'>]><html>" + b"<p>a</p>" * (5 * MIB)),
    "page in zip, 50 MiB of UTF-16": zipped("a.html", lambda: "<html><p>a</p>".encode("utf-16-le") + "<p>a</p>".encode("utf-16-le") * (3 * MIB)),
    "swf, a window of 1 GiB": Bomb("a.swf", lambda: swf(128 * MIB, 1 << 30), False),
    "pdf, LZW": Bomb("a.pdf", lambda: pdf_filtered(b"/LZWDecode", lzw(64 * MIB)), True),
    "pdf, run lengths in run lengths": Bomb("a.pdf", lambda: pdf_filtered(b"/RunLengthDecode/RunLengthDecode", run_lengths(bytes(64 * MIB), 2)), False),
    "docx, an attribute of 40 MiB": Bomb("a.docx", lambda: docx(b"<a b='" + b"x" * (40 * MIB) + b"'/>"), True),
    "docx, 3,000,000 elements deep": Bomb("a.docx", lambda: docx(b"<a>" * 3000000), True),
    "docx, 3,000,000 elements": Bomb("a.docx", lambda: docx(b"<a>" + b"<b/>" * 3000000 + b"</a>"), True),
    "odt, 1,000,000 elements deep": Bomb("a.odt", lambda: odt(b"<a>" * 1000000 + b"</a>" * 1000000), True),
    "svg, 1,000,000 elements deep": Bomb("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 1000000, True),
    "xml in zip, 5,000,000 elements": zipped("a.xml", lambda: b"<?xml version='1.0'?><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'>" + b"<b/>" * 5000000, True),
    "exe, UPX of 50 MiB": Bomb("a.exe", lambda: pe(2, 25 * MIB), False),
    "exe, 96 sections": Bomb("a.exe", lambda: pe(96, 16 * MIB), False),
}
