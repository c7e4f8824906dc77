"""Archives, documents and messages that are small and grow without end, go round, or take time in their square. BOMBS: label ─▶ Bomb."""
import bz2
import collections
import gzip
import lzma
import random
import struct
import zlib

from samples import cab, exe, iso, ole, pack_zip, tar

MIB = 1 << 20

# name: of the file; None for a whole message. data: makes its bytes, or (name, bytes) of many files. may_pass:
# nothing in it is ever unpacked, so it may be delivered.
Bomb = collections.namedtuple("Bomb", "name data may_pass")


# --- streams ---

def stream(packer, size):
    return b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()


def zeros(size):
    """Deflated, raw."""
    return stream(zlib.compressobj(9, zlib.DEFLATED, -15), size)


def gz(size):
    return stream(zlib.compressobj(9, zlib.DEFLATED, 31), size)


def chain(levels):
    """Compressed again and again, each time another way."""
    data = stream(zlib.compressobj(9, zlib.DEFLATED, 31), 64 * MIB)
    for level in range(levels):
        data = (bz2.compress, lzma.compress, lambda d: gzip.compress(d, mtime=0))[level % 3](data)
    return data


# --- zip ---

def local_header(name, packed, size):
    return b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x5b61, 0, packed, size, len(name), 0) + name


def directory(entries):
    """Central directory and end record for (name, packed, size, offset), behind the last of the data."""
    central = b"".join(b"PK\1\2" + struct.pack("<H", 20) + local_header(name, packed, size)[4:30] +
                       struct.pack("<HHHII", 0, 0, 0, 0, at) + name for name, packed, size, at in entries)
    return central, min(len(entries), 0xffff)


def finish(local, entries):
    central, count = directory(entries)
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)


def zip_of(data, size, names):
    """A zip of one deflated stream under many names: each has its own copy, or all share one."""
    local, entries = b"", []
    for n, (name, shared) in enumerate(names):
        at = 0 if shared else len(local)
        if not shared or n == 0:
            local += local_header(name, len(data), size) + data
        entries.append((name, len(data), size, at))
    return finish(local, entries)


def quoted(count, kernel, size):
    """Fifield's quoted overlap: each file is a stored block that holds the header of the next file, and
    then what the next file is; the last is the kernel."""
    names = [b"%04d.txt" % n for n in range(count)]
    local, at, total = kernel, [0] * count, size
    for n in reversed(range(count)):
        if n < count - 1:
            following = local[:30 + len(names[n + 1])]
            local = struct.pack("<BHH", 0, len(following), len(following) ^ 0xffff) + local
            total += len(following)
        at[n] = (len(local), total)
        local = local_header(names[n], len(local), total) + local
    entries = [(names[n], packed, whole, len(local) - 30 - len(names[n]) - packed) for n, (packed, whole) in enumerate(at)]
    return finish(local, entries)


def ends(count):
    """So many end records, each of the same directory: of one entry, with a name as long as there are."""
    entry = b"PK\1\2" + struct.pack("<HH", 20, 20) + bytes(12) + struct.pack("<II", 1, 1) + struct.pack("<H", 65400) + bytes(16)
    return b"x" + entry + b"n" * 65400 + (b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 0, 1, 0)) * count


def nested(levels, width):
    data = zip_of(zeros(8 * MIB), 8 * MIB, [(b"0.dll", False)])  # short enough that its copies shrink
    for level in range(levels):
        data = pack_zip([(f"{level}-{n}.zip", data) for n in range(width)])
    return data


def within(levels, size):
    """A zip in a zip, each padded to nearly the size of the next one: all are open at once."""
    data = pack_zip([("a.txt", bytes(size))])
    for level in range(levels):
        data = pack_zip([(f"{level}.zip", data + bytes(size))])
    return data


def stored_within(levels):
    data = random.Random(1).randbytes(6 * MIB)
    for level in range(levels):
        data = pack_zip([(f"{level}.zip", data)], stored=True)
    return data


def number(n):
    """Of 7z, in its longest form."""
    return b"\xff" + struct.pack("<Q", n)


def sevenzip_streams(packed, coder, size):
    """What is packed, by which coder (its id and properties), and how long it was."""
    return (b"\6" + number(0) + number(1) + b"\x09" + number(len(packed)) + b"\0" +
            b"\7\x0b" + number(1) + b"\0" + number(1) + coder + b"\x0c" + number(size) + b"\0")


def sevenzip_file(packed, header):
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def sevenzip_names(count):
    names = b"\0" + b"".join(f"{n}.txt\0".encode("utf-16-le") for n in range(count))
    return b"\5" + number(count) + b"\x11" + number(len(names)) + names + b"\0\0"


def lzma2(data):
    return lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": MIB}])


def sevenzip(sizes, coder=b"\x21\x21\1\x10", packed=None):
    """One solid folder of zeros, and the files that it is cut into."""
    packed = lzma2(bytes(sum(sizes))) if packed is None else packed
    header = b"\1\4" + sevenzip_streams(packed, coder, sum(sizes))
    header += b"\x08\x0d" + number(len(sizes)) + b"\x09" + b"".join(map(number, sizes[:-1])) + b"\0\0"
    return sevenzip_file(packed, header + sevenzip_names(len(sizes)))


def sevenzip_ppmd(memory, size):
    """Noise as PPMd takes it: each byte makes its model grow."""
    coder = b"\x23\3\4\1\5\x40" + struct.pack("<I", memory)
    return sevenzip([size], coder, b"\0" + random.Random(2).randbytes(size))


def sevenzip_header(size):
    """The header itself is packed, and unpacks to zeros."""
    packed = lzma2(bytes(size))
    return sevenzip_file(packed, b"\x17" + sevenzip_streams(packed, b"\x21\x21\1\x10", size) + b"\0")


def sevenzip_counts(folders, files):
    """Folders without content, and files without names."""
    folder = b"\1\1\0"
    header = b"\1\4\6" + number(0) + number(0) + b"\x09\0" if folders else b"\1"
    if folders:
        header += b"\7\x0b" + number(folders) + b"\0" + folder * folders + b"\x0c" + b"\0" * folders + b"\0\0"
    return sevenzip_file(b"", header + b"\5" + number(files) + b"\0\0")


def sevenzip_lost(data):
    """Without the place of its header, which is looked for at its end then."""
    return data[:8] + bytes(24) + data[32:]


def rar_chain(count):
    """Signatures, each but the first in the data of a header that the one before it is followed by."""
    return (b"Rar!\x1a\7\1\0" + b"aaaa\3\3\2\x08") * count


def xz_dictionary(data, exponent):
    """A window of 2 to the exponent, in the header of the first block: its only filter is LZMA2."""
    header = bytearray(data[12:12 + (data[12] + 1) * 4])
    header[header.index(b"\x21\1") + 2] = (exponent - 12) * 2
    header[-4:] = struct.pack("<I", zlib.crc32(header[:-4]))
    return data[:12] + bytes(header) + data[12 + len(header):]


def xar(size):
    """Its list unpacks to so much."""
    toc = stream(zlib.compressobj(9), size)
    return b"xar!" + struct.pack(">HHQQI", 28, 1, len(toc), size, 0) + toc


def cab_loop():
    """A cabinet whose list of files begins where the cabinet does; it is read all the same."""
    data = bytearray(cab())
    struct.pack_into("<I", data, 16, 0)
    return bytes(data)


def iso_loop():
    """A disk image whose root folder is its own child."""
    data = bytearray(iso())
    volume = 32768
    struct.pack_into("<I", data, volume + 158, 16)
    entry = bytes([40, 0]) + struct.pack("<I", 16) + struct.pack(">I", 16) + struct.pack("<I", 2048) + struct.pack(">I", 2048)
    entry += bytes(7) + b"\2" + bytes(2) + b"\1\0\0\1" + b"\1A" + bytes(6)
    data[volume:volume + 2048] = (entry * 51).ljust(2048, b"\0")
    return bytes(data)


# --- documents ---

TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="xml" ContentType="application/xml"/></Types>')
RELATIONSHIPS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
TEMPLATE = ('<Relationship Id="t{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
            'Target="https://host.example/{0}.dotm" TargetMode="External"/>')


def docx(document, *others):
    return pack_zip([("[Content_Types].xml", TYPES), ("word/document.xml", document), *others])


def relationships(count):
    """Each is a template from elsewhere, which is to be taken out."""
    return docx(b"<document/>", ("word/_rels/settings.xml.rels", RELATIONSHIPS.format("".join(TEMPLATE.format(n) for n in range(count)))))


def with_template(document):
    return docx(document, ("word/_rels/settings.xml.rels", RELATIONSHIPS.format(TEMPLATE.format(0))))


def laughs(root):
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a0 "ha">{entities}]><{root}>&a11;</{root}>'.encode()


PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
SCRIPT = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"


def pdf(*objects, catalogue=b""):
    """One page, and objects from 4 on; a script runs when it is opened, so that it is to be disarmed."""
    objects = [b"<</Type/Catalog/Pages 2 0 R" + SCRIPT + catalogue + b">>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE, *objects]
    body = b"%PDF-1.5\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, data) for n, data in enumerate(objects, 1))
    return body + b"trailer\n<</Root 1 0 R/Size %d>>\n%%%%EOF\n" % (1 + len(objects))


def pdf_stream(entries, data):
    return b"<<%s/Length %d>>stream\n" % (entries, len(data)) + data + b"\nendstream"


def pdf_shown(content, *fonts):
    """The page shows something, by fonts from F5 on."""
    named = b"".join(b"/F%d %d 0 R" % (n, n) for n in range(5, 5 + len(fonts)))
    page = PAGE.replace(b"/MediaBox", b"/Contents 4 0 R/Resources<</Font<<%s>>>>/MediaBox" % named)
    return pdf(pdf_stream(b"/Filter/FlateDecode", zlib.compress(content, 9)), *fonts).replace(PAGE, page)


def pdf_packed(data):
    """Object 9, which the catalogue has, in a compressed object stream."""
    out, at = b"%PDF-1.5\n", {}
    for number, body in ((1, b"<</Type/Catalog/Pages 2 0 R" + SCRIPT + b"/A 9 0 R>>"), (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"), (3, PAGE),
                         (5, pdf_stream(b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode", zlib.compress(b"9 0 " + data, 9)))):
        at[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at[4] = len(out)
    rows = b"".join(b"\1" + at[n].to_bytes(3, "big") + b"\0" if n in at else b"\2\0\0\5\0" if n == 9 else bytes(5) for n in range(10))
    out += b"4 0 obj\n" + pdf_stream(b"/Type/XRef/W[1 3 1]/Size 10/Root 1 0 R", rows) + b"\nendobj\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % at[4]


def pdf_table(entries, rows, parameters=b""):
    """Its table of objects is a stream with these entries; the trailer is lost, so that it is asked."""
    out = b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + SCRIPT + b">>\nendobj\n"
    out += b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n" + PAGE + b"\nendobj\n"
    at = len(out)
    out += b"4 0 obj\n" + pdf_stream(b"/Type/XRef/Root 1 0 R" + entries + b"/Filter/FlateDecode" + parameters, zlib.compress(rows, 9))
    return out + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % at


def pdf_tree(depth):
    """Pages in pages, one in the other."""
    inner = [b"<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]/Count 1>>" % (n + 3, n + 5) for n in range(1, depth)]
    return pdf(*inner, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % (depth + 2)).replace(b"/Kids[3 0 R]", b"/Kids[4 0 R]")


def flate(times, size):
    data = stream(zlib.compressobj(9), size)
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def pdf_page_loop():
    """Pages whose child is their parent."""
    return pdf(b"<</Type/Pages/Kids[2 0 R 4 0 R]/Count 1>>").replace(b"/Kids[3 0 R]", b"/Kids[3 0 R 4 0 R]")


def rtf_deep(levels):
    return b"{\\rtf1 " + b"{" * levels + b"\\object\\objdata 00" + b"}" * levels + b"}"


# --- compound files ---

def fat_loop(sector, to):
    """A compound file whose chain of sectors goes round."""
    data = bytearray(ole("WordDocument"))
    struct.pack_into("<I", data, 512 + 4 * sector, to)
    return bytes(data)


def directory_loop():
    """Entries of a directory that are their own brothers and children."""
    data = bytearray(ole("WordDocument"))
    for n in (0, 1):
        struct.pack_into("<III", data, 1024 + 128 * n + 68, 1, 1, 1)
    return bytes(data)


def difat_loop():
    """The list of the tables' sectors continues in itself."""
    data = bytearray(ole("WordDocument"))
    struct.pack_into("<II", data, 68, 2, 0xffffffff)
    struct.pack_into("<I", data, 512 * 3 + 508, 2)
    return bytes(data)


# --- winmail.dat ---

def attribute(number, value, size=None):
    return struct.pack("<BII", 2, number, len(value) if size is None else size) + value + struct.pack("<H", sum(value) & 0xffff)


def tnef(*attributes):
    return struct.pack("<IH", 0x223e9f78, 1) + b"".join(attributes)


def tnef_file(data, name=b"a.dat"):
    return attribute(0x00069002, bytes(14)) + attribute(0x00018010, name + b"\0") + attribute(0x0006800f, data)


def tnef_deep(levels):
    data = b"text"
    for _ in range(levels):
        data = tnef(tnef_file(data))
    return data


def tnef_property(size):
    """A property that says how much longer it is."""
    return tnef(attribute(0x00069002, bytes(14)), attribute(0x00069005, b"\1\0\0\0\2\1\1\x37" + struct.pack("<II", 1, size) + b"abc"))


# --- whole messages ---

def message(kind, text):
    return (b"From: a@b.example\r\nTo: c@d.example\r\nSubject: s\r\nDate: Mon, 16 Nov 2026 10:12:00 +0800\r\n"
            b"Message-ID: <1@b.example>\r\nMIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\n" + text)


BOMBS = {
    "ordinary": Bomb("a.zip", lambda: pack_zip([("a.txt", "hello hello hello")]), True),
    # zip
    "zip, ratio 1000": Bomb("a.zip", lambda: zip_of(zeros(256 * MIB), 256 * MIB, [(b"a.txt", False)]), False),
    "zip, 60 members of 64 MiB": Bomb("a.zip", lambda: zip_of(zeros(64 * MIB), 64 * MIB, [(b"%d.txt" % n, False) for n in range(60)]), False),
    "zip, overlapping": Bomb("a.zip", lambda: zip_of(zeros(64 * MIB), 64 * MIB, [(b"%d.txt" % n, True) for n in range(500)]), False),
    "zip, quoted overlap": Bomb("a.zip", lambda: quoted(250, zeros(32 * MIB), 32 * MIB), False),
    "zip, nested 5 by 16": Bomb("42.zip", lambda: nested(4, 16), False),
    "zip in zip, 30 MiB and 5 deep": Bomb("a.zip", lambda: within(5, 30 * MIB), False),
    "zip in zip, stored, 6 MiB and 14 deep": Bomb("a.zip", lambda: stored_within(14), False),
    "zip, 30,000 members": Bomb("a.zip", lambda: pack_zip([(f"{n}.txt", "") for n in range(30000)], stored=True), False),
    "zip, 2,900 ends of a directory with a long name": Bomb("a.png", lambda: ends(2900), False),
    "zip, 60 files of them": Bomb("a.zip", lambda: [(b"%d.zip" % n, nested(3, 16)) for n in range(60)], False),
    # others
    "7z, solid": Bomb("a.7z", lambda: sevenzip([MIB] * 4 + [252 * MIB]), False),
    "7z, solid, small files alone": Bomb("a.7z", lambda: sevenzip([MIB] * 128), False),
    "7z, ordinary": Bomb("a.7z", lambda: sevenzip([MIB] * 8), True),
    "7z, solid, in a zip": Bomb("a.zip", lambda: pack_zip([("a.7z", sevenzip([MIB] * 4 + [252 * MIB]))]), False),
    "7z, solid, behind a program": Bomb("a.exe", lambda: exe() + sevenzip([MIB] * 4 + [252 * MIB]), False),
    "7z, solid, its header lost": Bomb("a.7z", lambda: sevenzip_lost(sevenzip([MIB] * 4 + [252 * MIB])), False),
    "7z, PPMd": Bomb("a.7z", lambda: sevenzip_ppmd(1 << 30, 6 * MIB), False),
    "7z, a header of 256 MiB": Bomb("a.7z", lambda: sevenzip_header(256 * MIB), False),
    "7z, 1,000,000 folders": Bomb("a.7z", lambda: sevenzip_counts(1000000, 0), False),
    "7z, 20,000,000 files": Bomb("a.7z", lambda: sevenzip_counts(0, 20000000), False),
    "RAR, 300,000 signatures": Bomb("a.zip", lambda: pack_zip([("a.bin", rar_chain(300000))]), False),
    "tar, 100,000 members": Bomb("a.tgz", lambda: gzip.compress(tar([(f"{n}", b"") for n in range(100000)]), mtime=0), False),
    "cab, a loop": Bomb("a.cab", cab_loop, True),
    "iso, a loop": Bomb("a.iso", iso_loop, False),
    "gzip": Bomb("a.gz", lambda: gz(128 * MIB), False),
    "gzip of gzip": Bomb("a.gz.gz", lambda: gzip.compress(gz(128 * MIB), mtime=0), False),
    "bzip2": Bomb("a.bz2", lambda: stream(bz2.BZ2Compressor(), 128 * MIB), False),
    "xz": Bomb("a.xz", lambda: stream(lzma.LZMACompressor(preset=0), 128 * MIB), False),
    "xz, a window of 1 GiB": Bomb("a.xz", lambda: xz_dictionary(stream(lzma.LZMACompressor(preset=0), 128 * MIB), 30), False),
    "xar, a list of 512 MiB": Bomb("a.xar", lambda: xar(512 * MIB), False),
    "gzip, 100,000 members": Bomb("a.gz", lambda: gzip.compress(b"x", mtime=0) * 100000, True),
    "gzip, bzip2 and xz, 30 deep": Bomb("a.gz", lambda: chain(30), False),
    "base64, 50 MB of A": Bomb("a.txt", lambda: bytes(37500000), True),
    # documents
    "docx, a part of 128 MiB": Bomb("a.docx", lambda: docx(bytes(128 * MIB)), False),
    "docx, entities": Bomb("a.docx", lambda: docx(laughs("document")), True),
    "docx, entities, to be disarmed": Bomb("a.docx", lambda: with_template(laughs("document")), False),
    "docx, 100,000 relationships": Bomb("a.docx", lambda: relationships(100000), False),
    "docx, elements in elements": Bomb("a.docx", lambda: with_template(b"<a>" * 1000000 + b"</a>" * 1000000), False),
    "docx, 20,000 attributes": Bomb("a.docx", lambda: with_template(b"<a " + b" ".join(b"a%d='%d'" % (n, n) for n in range(20000)) + b"/>"), False),
    "svg, entities": Bomb("a.svg", lambda: laughs("svg"), True),
    "pdf, three filters": Bomb("a.pdf", lambda: pdf(pdf_stream(b"/Filter[/FlateDecode/FlateDecode/FlateDecode]", flate(3, 128 * MIB))), False),
    "pdf, an object stream": Bomb("a.pdf", lambda: pdf_packed(b" " * (128 * MIB) + b"1"), False),
    "pdf, an array of 900,000": Bomb("a.pdf", lambda: pdf_packed(b"[" + b"null " * 900000 + b"]"), False),
    "pdf, an array of 5,000,000": Bomb("a.pdf", lambda: pdf_packed(b"[" + b"null " * 5000000 + b"]"), False),
    "pdf, 900,000 dictionaries": Bomb("a.pdf", lambda: pdf_packed(b"[" + b"<<>>" * 900000 + b"]"), False),
    "pdf, zeros in an array": Bomb("a.pdf", lambda: pdf_packed(b"[" + b"0 " * 12000000 + b"]"), False),
    "pdf, zeros in an array, as they are": Bomb("a.pdf", lambda: pdf(b"[" + b"0 " * 4000000 + b"]", catalogue=b"/A 4 0 R"), False),
    "pdf, a dictionary of 500,000": Bomb("a.pdf", lambda: pdf_packed(b"<<" + b"".join(b"/%x 0" % n for n in range(500000)) + b">>"), False),
    "pdf, dictionaries in dictionaries": Bomb("a.pdf", lambda: pdf_packed(b"<</A" * 400000 + b">>" * 400000), False),
    "pdf, 200,000 objects": Bomb("a.pdf", lambda: pdf(*[b"[0]"] * 200000), False),
    "pdf, 20,000 objects that are met again": Bomb("a.pdf", lambda: pdf(*[b"<</A 3 0 R/B[0]>>"] * 20000, catalogue=b"/A[" + b"".join(
        b"%d 0 R " % n for n in range(4, 20004)) + b"]"), False),
    "pdf, a table of 2,000,000,000": Bomb("a.pdf", lambda: pdf_table(b"/W[1 3 1]/Size 2000000000/Index[0 2000000000]", bytes(100)), False),
    "pdf, a table of nothing": Bomb("a.pdf", lambda: pdf_table(b"/W[0 0 0]/Size 2000000000", bytes(100)), False),
    "pdf, a table of 20,000,000": Bomb("a.pdf", lambda: pdf_table(b"/W[1 1 0]/Size 20000000", b"\1\0" * 20000000), False),
    "pdf, a table with rows of 1 GiB": Bomb("a.pdf", lambda: pdf_table(b"/W[1 3 1]/Size 10", bytes(100),
                                                                     b"/DecodeParms<</Predictor 12/Columns 1000000000>>"), False),
    "pdf, pages 20,000 deep": Bomb("a.pdf", lambda: pdf_tree(20000), False),
    "pdf, 200 streams": Bomb("a.pdf", lambda: pdf(*[pdf_stream(b"/Filter/FlateDecode", flate(1, 4 * MIB))] * 200), False),
    "pdf, 4,000,000 letters in no order": Bomb("a.pdf", lambda: pdf_shown(b"/F5 9 Tf " + b"-7 9 Td(a.b-)Tj 31 -8 Td(x@y:)Tj " * 500000, b"<</Subtype/Type1>>"), False),
    "pdf, a page of 128 MiB": Bomb("a.pdf", lambda: pdf_shown(b"q 1 0 0 1 0 0 cm Q\n" * (7 * MIB)), False),
    "pdf, 10,000,000 operands": Bomb("a.pdf", lambda: pdf_shown(b"0 " * 10000000 + b"w"), False),
    "pdf, 10,000,000 parentheses": Bomb("a.pdf", lambda: pdf_shown(b"(" * 10000000), False),
    "pdf, 8,000,000 codes with a meaning": Bomb("a.pdf", lambda: pdf_shown(
        b"/F5 9 Tf(a)Tj", b"<</Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R>>",
        pdf_stream(b"", b"100 beginbfrange" + b"<0000><ffff><0020>" * 100 + b"endbfrange\n" + b"<0000><ffff><0020>endbfrange " * 20)), False),
    "pdf, pages in a circle": Bomb("a.pdf", pdf_page_loop, False),
    "pdf, arrays in arrays": Bomb("a.pdf", lambda: pdf(catalogue=b"/A" + b"[" * 100000 + b"]" * 100000), False),
    "pdf, keys before one comment": Bomb("a.pdf", lambda: pdf() + b"/URI%" * 2000000, False),
    "rtf, groups in groups": Bomb("a.rtf", lambda: rtf_deep(1000000), False),
    "compound file, a loop": Bomb("a.doc", lambda: fat_loop(10, 2), True),
    "compound file, a loop of one": Bomb("a.doc", lambda: fat_loop(2, 2), True),
    "compound file, a directory in a circle": Bomb("a.doc", directory_loop, True),
    "compound file, tables in a circle": Bomb("a.doc", difat_loop, True),
    # text: each of many words has the rest of it to look through
    "text, numbers to call": Bomb(None, lambda: message(b"text/plain", (b"call 123456789 " * 5 + b"\r\n") * 210000), True),
    "page, notices in one text": Bomb(None, lambda: message(b"text/html", b"<p>&amp; " + (b"[Cordon: link removed] " + b"lorem ipsum\r\n" * 300) * 1900), True),
    # winmail.dat
    "winmail.dat in itself, 40 times": Bomb("winmail.dat", lambda: tnef_deep(40), False),
    "winmail.dat, a length of 4 GiB": Bomb("winmail.dat", lambda: tnef(attribute(0x00069002, bytes(14)), attribute(0x0006800f, b"MZ", 0xfffffff0)), False),
    "winmail.dat, a property of 4 GiB": Bomb("winmail.dat", lambda: tnef_property(0xfffffff0), True),
    "winmail.dat, 500,000 attachments": Bomb("winmail.dat", lambda: tnef(*[attribute(0x00069002, b""), attribute(0x00018010, b"a\0")] * 500000), False),
}
