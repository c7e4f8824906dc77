#!/usr/bin/env python3
"""Archives and documents that are small and grow without end, through the command. Prints TAP.

Of each: the message is held or the file removed or disarmed, in time, and the worker's memory stays
within 64 MiB (and a quarter, for the allocator's moods) of what an ordinary archive takes; LARGER says what
takes more, and why.
"""
import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "inspect")]
import jailed  # noqa: E402
from samples import ole, pack_zip  # noqa: E402
from t_types import letter, tnef  # noqa: E402

MIB = 1 << 20
BOUND = 64 * MIB


def zeros(size):
    """Deflated, raw."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    out = b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB))
    return out + packer.flush()


def zip_of(data, size, names):
    """A zip of one deflated stream under many names: each has its own copy, or all share one."""
    crc, local, central = 0, b"", b""
    for n, (name, shared) in enumerate(names):
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x5b61, crc, len(data), size, len(name), 0)
        at = 0 if shared else len(local)
        if not shared or n == 0:
            local += b"PK\3\4" + head + name + data
        central += b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, at) + name
    count = min(len(names), 0xffff)
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)


def nested(levels, width):
    data = zip_of(zeros(8 * MIB), 8 * MIB, [(b"0.dll", False)])  # short enough that its copies shrink
    for level in range(levels):
        data = pack_zip([(f"{level}-{n}.zip", data) for n in range(width)])
    return data


def docx(document):
    return pack_zip([("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                      '<Default Extension="xml" ContentType="application/xml"/></Types>'),
                     ("word/document.xml", document)])


def laughs(root):
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a0 "ha">{entities}]><{root}>&a11;</{root}>'.encode()


def pdf(filters, data):
    body = b"%PDF-1.5\n"
    body += b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    body += b"3 0 obj\n<</Length %d/Filter[%s]>>stream\n" % (len(data), b"/FlateDecode" * filters) + data
    return body + b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R/Size 4>>\n%%EOF\n"


def png(side):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(bytes(8 * MIB))) + chunk(b"IEND", b""))


def loop():
    """A compound file whose chain of sectors goes round."""
    data = bytearray(ole("WordDocument"))
    struct.pack_into("<I", data, 512 + 4 * 10, 2)
    return bytes(data)


def deep_tnef(levels):
    data = b"text"
    for _ in range(levels):
        data = tnef(data, b"a.dat")
    return data


def stream(packer, size):
    return b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()


def gz(size):
    return stream(zlib.compressobj(9, zlib.DEFLATED, 31), size)


# name ─▶ (file name, bytes, may pass)
BOMBS = {
    "ordinary": ("a.zip", lambda: pack_zip([("a.txt", "hello hello hello")]), True),
    "zip, ratio 1000": ("a.zip", lambda: zip_of(zeros(1024 * MIB), 1024 * MIB, [(b"a.txt", False)]), False),
    "zip, 60 members of 64 MiB": ("a.zip", lambda: zip_of(zeros(64 * MIB), 64 * MIB, [(b"%d.txt" % n, False) for n in range(60)]), False),
    "zip, overlapping": ("a.zip", lambda: zip_of(zeros(64 * MIB), 64 * MIB, [(b"%d.txt" % n, True) for n in range(500)]), False),
    "zip, nested 5 by 16": ("42.zip", lambda: nested(4, 16), False),
    "zip, 30,000 members": ("a.zip", lambda: pack_zip([(f"{n}.txt", "") for n in range(30000)], stored=True), False),
    "gzip": ("a.gz", lambda: gz(512 * MIB), False),
    "gzip of gzip": ("a.gz.gz", lambda: gzip.compress(gz(512 * MIB), mtime=0), False),
    "bzip2": ("a.bz2", lambda: stream(bz2.BZ2Compressor(), 256 * MIB), False),
    "xz": ("a.xz", lambda: stream(lzma.LZMACompressor(preset=1), 256 * MIB), False),
    "docx, a part of 256 MiB": ("a.docx", lambda: docx(bytes(256 * MIB)), False),
    "docx, entities": ("a.docx", lambda: docx(laughs("document")), True),
    "svg, entities": ("a.svg", lambda: laughs("svg"), True),
    "pdf, three filters": ("a.pdf", lambda: pdf(3, zlib.compress(zlib.compress(stream(zlib.compressobj(9), 512 * MIB), 9), 9)), True),
    "png, 60,000 by 60,000": ("a.png", lambda: png(60000), True),
    "compound file, a loop": ("a.doc", loop, True),
    "winmail.dat in itself, 40 times": ("winmail.dat", lambda: deep_tnef(40), False),
}
# Over 64 MiB, since a member may have LIMIT_UNPACK_FILE, 128 MiB, and libclamav keeps it whole while it
# looks at it.
LARGER = {
    "zip, ratio 1000": 192 * MIB,
    "zip, 60 members of 64 MiB": 128 * MIB,
    "zip, overlapping": 128 * MIB,
    "zip, 30,000 members": 96 * MIB,
    "docx, a part of 256 MiB": 192 * MIB,
    "pdf, three filters": 192 * MIB,
}


def children(pid):
    try:
        kids = [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return kids + [deeper for kid in kids for deeper in children(kid)]


def memory(pid):
    """What a process has of its own and in shared memory; not pages of files, which the system takes
    back when it needs them."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssShmem")))
    except (OSError, ValueError, IndexError):
        return 0


def run(rules, source, work):
    """The report, the most memory of a process, seconds."""
    start, peak = time.monotonic(), 0
    process = subprocess.Popen([BUILD / "cordon", "sanitize", "-q", "-j", "1", "--rules", rules, "--report", work / "report", "-o",
                                work / "out.eml", source], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max([peak] + [memory(pid) for pid in children(process.pid)])
        time.sleep(0.005)
    report = (work / "report").read_text().splitlines() if (work / "report").exists() else []
    return json.loads(report[0]) if report else {"outcome": "no report"}, peak, time.monotonic() - start


def is_sanitized():
    """A sanitizer's own memory says nothing about ours."""
    done = subprocess.run(["ldd", BUILD / "cordon-worker"], capture_output=True, text=True)
    return "libasan" in done.stdout


def main():
    sanitized = is_sanitized()
    rules, base, failed = jailed.rules(SOURCE), 0, 0
    print(f"1..{len(BOMBS)}")
    for n, (label, (name, make, may_pass)) in enumerate(BOMBS.items()):
        with tempfile.TemporaryDirectory(prefix="cordon-bombs.") as folder:
            work = pathlib.Path(folder)
            (work / "in.eml").write_bytes(letter(make(), name.encode()))
            report, peak, took = run(rules, work / "in.eml", work)
            size = (work / "in.eml").stat().st_size
        base = base or peak
        files = [f for f in report.get("findings", []) if f["kind"] == "file"]
        acted = report["outcome"] == "held" or any(f["action"] in ("remove", "disarm") for f in files)
        over, bound = peak - base, sys.maxsize if sanitized else LARGER.get(label, BOUND)
        wrong = [text for bad, text in ((not acted and not may_pass, f"passes: {report['outcome']}"),
                                        (over > bound + bound // 4, f"{over // MIB} MiB over the base"),
                                        (report["outcome"] not in ("held", "changed", "unchanged"), report["outcome"])) if bad]
        failed += bool(wrong)
        print(f"{'not ' if wrong else ''}ok {n + 1} - {label}\n# {'; '.join(wrong)}  [{report['outcome']}, {size >> 10} KiB of mail, "
              f"{over // MIB} MiB over the base, {took:.1f} s]", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
