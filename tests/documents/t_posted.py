#!/usr/bin/env python3
"""winmail.dat and saved messages of Outlook's with links, through the command. Prints TAP.

  - of the links in each only those that the rules disable are gone, in every attribute and stream;
  - an attribute or stream without such a link is byte for byte what it was, and one with it has its length and check sum;
  - sanitised again nothing changes;
  - other tools (tnef, ytnef, msgconvert, olefile; where they are) find the same in it.
"""
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.append("/usr/lib/python3/dist-packages")  # of Debian, where another python comes first
import linked  # noqa: E402
import posted  # noqa: E402
import t_documents as documents  # noqa: E402
from t_documents import tap  # noqa: E402

try:
    import olefile
except ImportError:
    olefile = None

SAME = {"winmail-dat-live", "msg-live"}  # nothing in them is to be disabled
TORN = {"winmail-dat-torn", "msg-torn"}  # held
DISGUISED = {"winmail-dat-rich-text-disguised"}  # no dead address stands in it as it is
STIFF = {"winmail-dat-rich-text-torn-address"}  # cannot be edited, and is removed
DEAD = [a.split("//")[1] for a in (linked.DRIVE, linked.DROPBOX, linked.WHATSAPP)]
DEAD = re.compile(b"|".join(re.escape(a.encode(c)) for a in DEAD for c in ("ascii", "utf-16-le")))
WORDS = (b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
         b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx")


def rich_text(stored):
    """What is behind a header of compressed Rich Text ([MS-OXRTFCP] 2.2)."""
    size, raw, kind, crc = struct.unpack_from("<IIII", stored)
    assert kind == 0x75465A4C and size == len(stored) - 4 and crc == posted.checksum(stored[16:]), "header of Rich Text"
    window, at, out, i = bytearray(WORDS.ljust(4096)), len(WORDS), bytearray(), 16
    while i < len(stored):
        control, i = stored[i], i + 1
        for bit in range(8):
            if control >> bit & 1:
                place, count, i = stored[i] << 4 | stored[i + 1] >> 4, (stored[i + 1] & 15) + 2, i + 2
                if place == at:
                    assert len(out) == raw and i == len(stored), "length of Rich Text"
                    return bytes(out)
            else:
                place, count, i = None, 1, i + 1
            for k in range(count):
                window[at] = stored[i - 1] if place is None else window[(place + k) % 4096]
                out.append(window[at])
                at = (at + 1) % 4096
    raise AssertionError("Rich Text without an end")


def values(data):
    """The values of a list of properties: tag, content."""
    at = 4
    for _ in range(struct.unpack_from("<I", data)[0]):
        tag, = struct.unpack_from("<I", data, at)
        if tag & 0xFFFF == posted.LONG:
            yield tag, data[at + 4:at + 8]
            at += 8
            continue
        size, = struct.unpack_from("<I", data, at + 8)
        yield tag, data[at + 12:at + 12 + size]
        at += 12 + size + -size % 4
    assert at == len(data), "a list of properties is longer than it says"


def tnef_pieces(content):
    """(name, bytes) of all that is in a winmail.dat, in order."""
    at = 6
    while at + 11 <= len(content):
        number, size = struct.unpack_from("<II", content, at + 1)
        data, = content[at + 9:at + 9 + size],
        assert len(data) == size, "an attribute is cut off"
        if number in (0x00069003, 0x00069005):
            for tag, inner in values(data):
                yield from pieces(f"{tag:08X}", inner[16:] if tag & 0xFFFF == posted.OBJECT else inner)
        else:
            yield from pieces(f"{number:08X}", data)
        at += 11 + size


def sums(content):
    """Are all check sums right?"""
    at, right = 6, []
    while at + 11 <= len(content):
        size, = struct.unpack_from("<I", content, at + 5)
        right.append(sum(content[at + 9:at + 9 + size]) & 0xFFFF == struct.unpack_from("<H", content, at + 9 + size)[0])
        at += 11 + size
    return all(right)


def saved_pieces(content):
    file = olefile.OleFileIO(content)
    for path in file.listdir():
        data = file.openstream(path).read()
        if path[-1] == "__properties_version1.0":
            head = 8 if len(path) > 1 and "attach" in path[-2] else 24 if len(path) > 1 else 32
            for at in range(head, len(data), 16):
                tag, _, size = struct.unpack_from("<III", data, at)
                stream = [*path[:-1], f"__substg1.0_{tag:08X}"]
                if tag & 0xFFFF not in (posted.LONG, posted.OBJECT):
                    nul = {posted.UNICODE: 2, posted.STRING8: 1}.get(tag & 0xFFFF, 0)
                    assert size == file.get_size(stream) + nul, f"size of {tag:08X}"
        else:
            yield from pieces("/".join(path), data)


def pieces(name, data):
    if data[:4] == b"\x78\x9f\x3e\x22":
        yield from tnef_pieces(data)
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        yield from saved_pieces(data) if olefile else []
    elif data[8:12] == b"LZFu":
        yield name, rich_text(data)
    else:
        yield name, b"\n".join(linked_parts(data).values()) if data[:2] == b"PK" else data


def linked_parts(data):
    import t_links
    return t_links.parts(data)


def compare(name, before, after):
    """What is wrong in a file that was changed."""
    try:
        old, new = list(pieces(name, before)), list(pieces(name, after))
    except (AssertionError, struct.error, OSError) as error:
        return [f"{name}: {error}"]
    wrong = [f"{name}: {n} still has {DEAD.search(data)[0]}" for n, data in new if DEAD.search(data)]
    if [n for n, _ in old] != [n for n, _ in new]:
        return [*wrong, f"{name}: other properties"]
    return wrong + [f"{name}: {n} has changed" for (n, one), (_, two) in zip(old, new) if not DEAD.search(one) and one != two
                    and b"wa.me" not in one and "wa.me".encode("utf-16-le") not in one]


def told(command, content):
    """What another tool tells of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "file")
        path.write_bytes(content)
        run = subprocess.run([*command, path], capture_output=True, cwd=folder)
        return run.returncode, sorted(p.name for p in pathlib.Path(folder).rglob("*")), run.stdout if command[0] == "tnef" else b""


def main():
    check = tap.Checks("posted")
    work = check.folder
    rules = documents.jailed.rules(documents.SOURCE)
    files = {f"{case}.eml": make()[0] for case, make in posted.CASES.items()}

    (work / "in").mkdir()
    for name, file in files.items():
        (work / "in" / name).write_bytes(linked.letter(name, [file]))
    report = documents.sanitize(rules, work / "in", work / "out", work)
    torn = {f"{n}.eml" for n in TORN}
    changed = {n: (files[n][2], documents.attachment(work / "out" / n)) for n in files if n not in torn and n[:-4] not in SAME | STIFF | DISGUISED}
    check("what is damaged is held", [n for n in torn if report[n]["outcome"] != "held"])
    check("what has nothing to disable is as it was", [f"{n}.eml" for n in SAME
                                                      if (work / "out" / f"{n}.eml").read_bytes() != (work / "in" / f"{n}.eml").read_bytes()])
    check("what cannot be edited is removed", [n for n in STIFF if documents.attachment(work / "out" / f"{n}.eml") is not None])
    check("no other is removed", [n for n, (_, after) in changed.items() if after is None])
    changed = {n: (before, after) for n, (before, after) in changed.items() if after}
    tnefs = {n: both for n, both in changed.items() if both[0][:4] == b"\x78\x9f\x3e\x22"}
    saved = {n: both for n, both in changed.items() if both[0][:4] == b"\xd0\xcf\x11\xe0"}
    check("winmail.dat: dead links are gone, all else is as it was", [w for n, both in tnefs.items() for w in compare(n, *both)])
    check("winmail.dat: check sums are right", [n for n, (before, after) in tnefs.items() if sums(before) and not sums(after)])
    check("saved messages: dead links are gone, all else is as it was", [w for n, both in saved.items() for w in compare(n, *both)] if olefile else [],
          None if olefile else "olefile is not there")
    documents.sanitize(rules, work / "out", work / "twice", work)
    check("twice is once", [n for n in changed if (work / "twice" / n).read_bytes() != (work / "out" / n).read_bytes()])
    for tool, some in ((["tnef", "-t"], tnefs), (["ytnef", "-f", "."], tnefs), (["msgconvert"], saved)):
        there = shutil.which(tool[0])
        seen = {n: told(tool, before) for n, (before, _) in some.items()} if there else {}
        check(f"{tool[0]} finds the same", [n for n in seen if seen[n][0] == 0 and told(tool, some[n][1]) != seen[n]],
              None if there else "not there")
    return check.end()


if __name__ == "__main__":
    sys.exit(main())
