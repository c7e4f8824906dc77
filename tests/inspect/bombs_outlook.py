"""Bombs for what Outlook and OneNote write, and Rich Text. OUTLOOK_BOMBS: label ─▶ Bomb."""
import struct

from bombs import Bomb
from samples import onenote, onenote_fragment, onenote_node


def onenote_names(count):
    """A set of sets, each of which names the same file; of names there are a few thousand."""
    head = onenote([], [], ["hello"])[:1024]
    sets = b"".join(struct.pack("<HIII", 2, 0x20001d9b, 0x1c001d9c, 2) + struct.pack("<H", 0x4e00 + min(n, 3990)) for n in range(count))
    data = struct.pack("<IHIII", 1 << 31, 1, 0x10 << 26 | 1, count, 0) + sets
    node = onenote_node(0xa4, struct.pack("<IIBB", 0x100, 0x60035, 1, 1), (len(head), len(data)))
    return head + data + onenote_fragment(7, [node] * 3)


OUTLOOK_BOMBS = {
    "onenote, 1,000,000 fields in one text": Bomb("a.one", lambda: onenote([], [], ["\ufddf" * 1000000]), False),
    "onenote, 600,000 names of one file": Bomb("a.one", lambda: onenote_names(600000), False),
}
