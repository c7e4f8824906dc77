#!/usr/bin/env python3
"""Tagged PDFs: long reports, whose structure for readers of screens has more objects than all else in them. Prints TAP.

Each passes byte for byte; a link in it that is to lead nowhere is disabled, and its text stays, with the tags if they
are few. Memory stays within a bound, the processor's time far below the deadline.
"""
import email
import email.policy
import pathlib
import sys
import tempfile
import zlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "inspect")]
import t_bombs  # noqa: E402
from tap import Checks  # noqa: E402

LINK = b"https://drive.google.com/file/d/1"
PER_PAGE = 100
# For the longest, of 206,000 objects in a thousand streams: a third of it is qpdf's. All others take half at most.
BOUND = 96 * t_bombs.MIB


def refs(first, count):
    return b" ".join(b"%d 0 R" % n for n in range(first, first + count))


def tagged_objects(pages, link):
    """Number ─▶ object of a report: catalogue, pages that share their content, a structure of sections and paragraphs."""
    page, section, array = 8, 8 + pages, 8 + 2 * pages
    paragraph = 8 + 3 * pages
    annotation = b"/Annots[<</Type/Annot/Subtype/Link/Rect[50 690 300 710]/A<</S/URI/URI(%s)>>>>]" % LINK if link else b""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot 5 0 R/MarkInfo<</Marked true>>/Lang(en)>>",
               2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (refs(page, pages), pages),
               3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               5: b"<</Type/StructTreeRoot/K 6 0 R/ParentTree 7 0 R/ParentTreeNextKey %d>>" % pages,
               6: b"<</Type/StructElem/S/Document/P 5 0 R/K[%s]>>" % refs(section, pages),
               7: b"<</Nums[%s]>>" % b" ".join(b"%d %d 0 R" % (n, array + n) for n in range(pages))}
    for n in range(pages):
        first = paragraph + n * PER_PAGE
        objects[page + n] = (b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/StructParents %d"
                             b"/Resources<</Font<</F1 3 0 R>>>>%s>>" % (n, annotation if n == 0 else b""))
        objects[section + n] = b"<</Type/StructElem/S/Sect/P 6 0 R/K[%s]>>" % refs(first, PER_PAGE)
        objects[array + n] = b"[%s]" % refs(first, PER_PAGE)
        for k in range(PER_PAGE):
            objects[first + k] = (b"<</Type/StructElem/S/P/P %d 0 R/Pg %d 0 R/K[%d]/A<</O/Layout/Placement/Block>>>>"
                                  % (section + n, page + n, k))
    return objects


def stream(entries, data):
    packed = zlib.compress(data, 6)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


def tagged(pages, link=False):
    """As writers of today make one, with all objects in streams of objects."""
    objects = tagged_objects(pages, link)
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    rows, number = {}, max(objects) + 1

    def put(n, body):
        rows[n] = b"\1%s\0\0" % len(out).to_bytes(4, "big")
        out.extend(b"%d 0 obj\n%s\nendobj\n" % (n, body))

    put(4, stream(b"", b"BT /F1 12 Tf 50 700 Td (Annual report) Tj ET"))
    numbers = sorted(objects)
    for at in range(0, len(numbers), 200):
        some, head, body = numbers[at:at + 200], b"", b""
        for k, n in enumerate(some):
            head += b"%d %d " % (n, len(body))
            body += objects[n] + b"\n"
            rows[n] = b"\2%s%s" % (number.to_bytes(4, "big"), k.to_bytes(2, "big"))
        put(number, stream(b"/Type/ObjStm/N %d/First %d" % (len(some), len(head)), head + body))
        number += 1
    table, start = b"".join(rows.get(n, bytes(7)) for n in range(number)), len(out)
    put(number, stream(b"/Type/XRef/W[1 4 2]/Size %d/Root 1 0 R" % number, table))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def plain(data):
    """A PDF with what is packed in it behind it."""
    out = [data]
    for piece in data.split(b"stream\n")[1:]:
        try:
            out.append(zlib.decompressobj().decompress(piece))
        except zlib.error:
            pass
    return b"".join(out)


def attachment(path):
    """What is delivered of the report, or nothing."""
    if not path.exists():
        return b""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return next((p.get_payload(decode=True) for p in message.walk() if p.get_filename() == "report.pdf"), b"")


# Label, pages, a link in it, what becomes of it, whether it still has its tags.
CASES = [("ordinary", 1, False, "pass", True),
         ("20,000 paragraphs", 200, False, "pass", True),
         ("200,000 paragraphs", 2000, False, "pass", True),
         ("1,000 paragraphs and a link", 10, True, "disarm", True),
         ("50,000 paragraphs and a link", 500, True, "disarm", False)]


def main():
    check = Checks("tagged")
    rules, sanitized, base = t_bombs.patient(check.folder), t_bombs.is_sanitized(), 0
    for label, pages, link, wanted, tags in CASES:
        data = tagged(pages, link)
        mail = t_bombs.letter([(b"report.pdf", data)])
        with tempfile.TemporaryDirectory(dir=check.folder) as folder:
            work = pathlib.Path(folder)
            (work / "in.eml").write_bytes(mail)
            report, peak, took = t_bombs.run(rules, work / "in.eml", work)
            got = attachment(work / "out.eml" / "in.eml")
        base = base or peak
        over = peak - base - len(mail)
        action = next((f["action"] for f in report.get("findings", []) if f["kind"] == "file"), "pass")
        check(f"{label} [{over // t_bombs.MIB} MiB over the base, {took:.2f} s]", [text for bad, text in (
            (action != wanted, f"{report['outcome']} {report.get('reason')}, {action}"),
            (wanted == "pass" and got != data, "other bytes"),
            (LINK in plain(got), "the link is there"),
            ((b"/StructTreeRoot" in plain(got)) != tags, "tags"),
            (over > BOUND and not sanitized, "memory"),
            (took > t_bombs.CPU_S and not sanitized, "time")) if bad])
    return check.end()


if __name__ == "__main__":
    sys.exit(main())
