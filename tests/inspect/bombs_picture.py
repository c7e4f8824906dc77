"""Pictures that are small and claim to be large, or make a search for codes long. PICTURE_BOMBS: label ─▶ Bomb."""
import struct
import zlib

from bombs import MIB, Bomb, stream

# The most that is searched as it is is a square of so many pixels a side.
SEARCHED = 3000


# --- PNG: kinds of colour are 0 grey, 2 RGB, 6 RGB and how opaque ---

def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(side, packed, kind=2, depth=8, interlaced=False, before=b"", behind=b""):
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, depth, kind, 0, 0, interlaced)) + before +
            png_chunk(b"IDAT", packed) + behind + png_chunk(b"IEND", b""))


def zeros(size):
    return stream(zlib.compressobj(9), size)


def png_marks(kind):
    """Nothing but corner marks of QR codes, side by side: each could be one of any two others. In colour they are
    so by red, by blue, on white and on black."""
    mark = ("1111111.", "1.....1.", "1.111.1.", "1.111.1.", "1.111.1.", "1.....1.", "1111111.", "........")
    dark, light = {0: (b"\0", b"\xff"), 2: (b"\x80\0\0", b"\xff\xa0\xa0"), 6: (b"\xff\0\0\xff", b"\xa0\xff\xff\x80")}[kind]
    rows = [b"\0" + b"".join(dark if dot == "1" else light for dot in row) * (SEARCHED // 8) for row in mark]
    return png(SEARCHED, zlib.compress(b"".join(rows) * (SEARCHED // 8), 9), kind)


def apng(side, frames):
    """Each frame is all of it, and what was there before it comes back."""
    def frame(number):
        return png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, side, side, 0, 0, 1, 1, 2, 0))

    packed = zeros((side * 4 + 1) * side // MIB * MIB + MIB)
    behind = b"".join(frame(2 * n + 1) + png_chunk(b"fdAT", struct.pack(">I", 2 * n + 2) + packed) for n in range(frames - 1))
    return png(side, packed, 6, before=png_chunk(b"acTL", struct.pack(">II", frames, 0)) + frame(0), behind=behind)


# --- GIF ---

def gif(frames):
    """Each frame claims all of 65535 by 65535 and has next to nothing of it."""
    frame = b",\0\0\0\0\xff\xff\xff\xff\0\2\2\x44\1\0"
    return b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def lzw_run(length):
    """So many pixels of colour 1, for colours of two bits: each code is the one before it and a pixel more."""
    out = bits = held = 0
    packed = bytearray()
    while length > 0:
        codes, size = [4, 1], 3
        length -= 1
        for code in range(6, 4094):
            if length <= 0:
                break
            codes.append(code)
            length -= code - 4
        for n, code in enumerate(codes):
            held |= code << bits
            bits += size
            while bits >= 8:
                packed.append(held & 255)
                held, bits = held >> 8, bits - 8
            if n > 0 and n + 5 >= 1 << size and size < 12:  # entries that the reader knows by now
                size += 1
        out += 1
        if length > 0 and size < 12:
            raise ValueError("a short run among long ones")
    held |= 5 << bits
    packed += held.to_bytes(4, "little")
    return b"\2" + b"".join(bytes([len(packed[n:n + 255])]) + packed[n:n + 255] for n in range(0, len(packed), 255)) + b"\0"


def gif_kept(side, frames):
    """Frames after each of which what was there before it comes back."""
    size = struct.pack("<HH", side, side)
    frame = b"!\xf9\4\x0c\0\0\0\0," + bytes(4) + size + b"\0" + lzw_run(side * side)
    return b"GIF89a" + size + b"\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


# --- JPEG ---

def jpeg(side, frame=0xc2, scans=((1, 2, 3),), sampling=(0x11, 0x11, 0x11)):
    """With next to no data. Progressive (0xc2), or one of several scans: all coefficients are kept until the last."""
    def segment(mark, data):
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(data) + 2) + data

    last = 0 if frame == 0xc2 else 63
    components = b"".join(bytes([n, how, 0]) for n, how in enumerate(sampling, 1))
    tables = segment(0xdb, b"\0" + b"\1" * 64) + b"".join(segment(0xc4, kind + b"\1" + bytes(15) + b"\0") for kind in (b"\0", b"\x10"))
    return (b"\xff\xd8" + tables + segment(frame, struct.pack(">BHHB", 8, side, side, len(sampling)) + components) +
            b"".join(segment(0xda, bytes([len(scan)]) + b"".join(bytes([n, 0]) for n in scan) + bytes([0, last, 0])) + bytes(64)
                     for scan in scans) + b"\xff\xd9")


# --- WebP ---

def chunk(kind, body):
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def lossless(side, transforms=()):
    """All of one colour: five codes of one symbol, and not a bit more; so are the transforms (0: of neighbours, 1: of
    colours), which have a number for each 4 x 4 pixels."""
    codes = (0b0001_0001_0001_0001_0001, 20)
    fields = [(side - 1, 14), (side - 1, 14), (0, 4)]
    for transform in transforms:
        fields += [(1 | transform << 1, 6), (0, 1), codes]
    bits = at = 0
    for value, width in fields + [(0, 3), codes]:
        bits, at = bits | value << at, at + width
    return chunk(b"VP8L", b"\x2f" + bits.to_bytes(-(-at // 8), "little"))


def webp(side):
    return chunk(b"RIFF", b"WEBP" + lossless(side))


def webp_moving(side, frames, picture=None):
    """picture: of each frame, not of the size that is said of it."""
    size = (side - 1).to_bytes(3, "little") * 2
    frame = chunk(b"ANMF", bytes(6) + size + bytes(4) + (picture or lossless(side)))
    return chunk(b"RIFF", b"WEBP" + chunk(b"VP8X", b"\2\0\0\0" + size) + chunk(b"ANIM", bytes(6)) + frame * frames)


def tiff(side):
    tags = ((256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, side * side & 0xffffffff),
            (322, 0x7fffffff), (323, 0x7fffffff), (324, 8), (325, 8))
    return (b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) +
            b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags) + bytes(4))


def tiff_page(width, height, compression, data, pages=0, samples=1):
    """A page of one strip; with `pages` the page behind it is itself."""
    color = 6 if samples == 3 else 0
    tags = ((256, width), (257, height), (258, 8 if samples == 3 else 1), (259, compression), (262, color), (273, 8 + 2 + 9 * 12 + 4),
            (277, samples), (278, height), (279, len(data)))
    return (b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) +
            b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags) + struct.pack("<I", 8 if pages else 0) + data)


# --- JPEG 2000 ---

# Steps of a quantiser for five levels, as OpenJPEG writes them.
STEPS = bytes.fromhex("427720 76f0 76f0 76c0 6f00 6f00 6ee0 6750 6750 6768 5005 5005 5047 57d3 57d3 5762")


def jpx(side, components, tile=0, block=4, layers=1, promised=None):
    """All of its packets are empty. promised: bytes that its tile says to have."""
    def segment(mark, data):
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(data) + 2) + data

    size = struct.pack(">HIIIIIIIIH", 0, side, side, 0, 0, tile or side, tile or side, 0, 0, components) + b"\7\1\1" * components
    packets = bytes(64 * 1024)
    head = (b"\xff\x4f" + segment(0x51, size) + segment(0x52, struct.pack(">BBHBBBBBB", 0, 0, layers, 0, 5, block, block, 0, 0)) +
            segment(0x5c, STEPS))
    count = 1 if not tile else (-(-side // tile)) ** 2
    return head + b"".join(segment(0x90, struct.pack(">HIBB", n, promised or 14 + len(packets) // count, 0, 1)) + b"\xff\x93" +
                           packets[:len(packets) // count] for n in range(count)) + b"\xff\xd9"


def picture(name, data):
    return Bomb(name, data, True)


PICTURE_BOMBS = {
    "tiff, a fax of 50 million pixels": picture("a.tif", lambda: tiff_page(7000, 7000, 4, bytes(MIB))),
    "tiff, a page behind itself": picture("a.tif", lambda: tiff_page(2900, 2900, 4, b"\xff" * 4096, pages=1)),
    "tiff, a progressive JPEG": picture("a.tif", lambda: tiff_page(3000, 3000, 7, jpeg(3000), samples=3)),
    "tiff, a large progressive JPEG": picture("a.tif", lambda: tiff_page(7000, 7000, 7, jpeg(7000), samples=3)),
    "jpeg 2000, grey": picture("a.j2k", lambda: jpx(2900, 1)),
    "jpeg 2000, in colour": picture("a.j2k", lambda: jpx(1800, 3)),
    "jpeg 2000, of 50 million pixels": picture("a.j2k", lambda: jpx(7000, 3)),
    "jpeg 2000, tiles": picture("a.j2k", lambda: jpx(7000, 3, tile=512)),
    "jpeg 2000, small blocks": picture("a.j2k", lambda: jpx(2900, 1, block=1)),
    "jpeg 2000, tiny blocks": picture("a.j2k", lambda: jpx(7000, 3, block=0)),
    "jpeg 2000, layers": picture("a.j2k", lambda: jpx(2900, 1, layers=65535)),
    "jpeg 2000, a tile of 4 GiB": picture("a.j2k", lambda: jpx(58, 1, promised=0xffffff00)),
    "png, 60,000 by 60,000": picture("a.png", lambda: png(60000, zeros(8 * MIB))),
    "png, interlaced": picture("a.png", lambda: png(7000, zeros(8 * MIB), 6, 16, True)),
    "png, a row of 40,000,000": picture("a.png", lambda: png(7000, zeros(8 * MIB), 6, 16).replace(
        struct.pack(">II", 7000, 7000), struct.pack(">II", 40000000, 1))),
    "png, grey corner marks": picture("a.png", lambda: png_marks(0)),
    "png, coloured corner marks": picture("a.png", lambda: png_marks(2)),
    "png, clear corner marks": picture("a.png", lambda: png_marks(6)),
    "png, 5 frames": picture("a.png", lambda: apng(SEARCHED, 5)),
    "jpeg, progressive": picture("a.jpg", lambda: jpeg(5600)),
    "jpeg, progressive, of four inks": picture("a.jpg", lambda: jpeg(7000, scans=((1, 2, 3, 4),), sampling=(0x11,) * 4)),
    "jpeg, progressive, as it is": picture("a.jpg", lambda: jpeg(SEARCHED)),
    "jpeg, progressive, a photograph": picture("a.jpg", lambda: jpeg(3500, sampling=(0x22, 0x11, 0x11))),
    "jpeg, a scan for each colour": picture("a.jpg", lambda: jpeg(7000, 0xc0, ((1,), (2,), (3,)))),
    "jpeg, a scan for all": picture("a.jpg", lambda: jpeg(7000, 0xc0)),
    "webp, 7,000 by 7,000": picture("a.webp", lambda: webp(7000)),
    "webp, as it is": picture("a.webp", lambda: webp(SEARCHED)),
    "webp, 16,384 by 16,384": picture("a.webp", lambda: webp(16384)),
    "webp, 5 frames": picture("a.webp", lambda: webp_moving(SEARCHED, 5)),
    "webp, frames larger than they say": picture("a.webp", lambda: webp_moving(64, 200, lossless(16384, (0, 1)))),
    "tiff, tiles of 2 Gi": picture("a.tif", lambda: tiff(60000)),
    "gif, 10,000 frames of 65,535 by 65,535": picture("a.gif", lambda: gif(10000)),
    "gif, 5 frames": picture("a.gif", lambda: gif_kept(SEARCHED, 5)),
    "gif, one frame": picture("a.gif", lambda: gif_kept(7000, 1)),
}
