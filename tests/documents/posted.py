#!/usr/bin/env python3
"""winmail.dat and saved messages of Outlook's with links in them, as golden cases have them. posted.py CASES writes the
in.eml of each case named winmail-dat-* or msg-*; t_posted.py opens them before and after. All is fixed: the same bytes come
out each time."""
import pathlib
import struct
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "inspect")]
from linked import DRIVE, DROPBOX, HTML, PLAIN, WHATSAPP, case_docx, package, write_cases  # noqa: E402
from samples import compound  # noqa: E402

UNICODE, STRING8, BINARY, LONG, OBJECT = 0x1F, 0x1E, 0x102, 3, 0xD
BODY, HTML_BODY, RICH_TEXT, SUBJECT = 0x1000, 0x1013, 0x1009, 0x37
CLASS, CODE_PAGE, INTERNET_PAGE = 0x1A, 0x3FFD, 0x3FDE
METHOD, DATA, LONG_NAME, LONG_PATH = 0x3705, 0x3701, 0x3707, 0x370D
HOME_PAGE = 0x3A50

WORDS = f"各位同事：圖則在 {DRIVE} ，會議紀錄在 {PLAIN} 。\r\nWhatsApp: {WHATSAPP}\r\n"
PAGE = ('<html><head><meta http-equiv="Content-Type" content="text/html; charset=big5"></head><body><p>圖則在 '
        f'<a href="{DRIVE}">雲端硬碟</a>，或 {DROPBOX} ，會議紀錄在 <a href="{PLAIN}">這裡</a>。</p></body></html>')
FROM_HTML = (r'{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}' '\r\n'
             r'{\*\htmltag19 <html>}{\*\htmltag64 <p>}\htmlrtf \pard\htmlrtf0 The plans are '
             r'{\*\htmltag84 <a href="%s">}\htmlrtf {\ul \htmlrtf0 here\htmlrtf }\htmlrtf0 {\*\htmltag92 </a>}'
             r' and the minutes {\*\htmltag84 <a href="%s">}there{\*\htmltag92 </a>}.{\*\htmltag72 </p>}{\*\htmltag27 </html>}}')
FROM_HTML = FROM_HTML % (DRIVE, PLAIN)
# As a page its anchor is whole; the words beside its tags are for those who show Rich Text.
DISGUISED = (r'{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}{\*\htmltag84 <a hr}\htmlrtf {\b x}\htmlrtf0 '
             r'{\*\htmltag84 ef="&#104;ttps&#58;//drive&#46;google.com/x">}our plans{\*\htmltag92 </a>}{\*\htmltag72 </p>}}')
FROM_TEXT = r'{\rtf1\ansi\fromtext{\fonttbl{\f0 Arial;}}\f0 See %s\line and %s\par}' % (WHATSAPP, PLAIN)


def checksum(data):
    """CRC-32 as ZIP has it, but for what it begins with and what is done at the end."""
    crc = 0
    for c in data:
        crc ^= c
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc


def packed(rtf):
    """Compressed without finding anything twice, behind its check sum ([MS-OXRTFCP] 3.1.3.2)."""
    body = b"".join((bytes([1 << len(some)]) if len(some) < 8 else b"\0") + some.encode()
                    for some in (rtf[i:i + 8] for i in range(0, len(rtf) + 1, 8)))
    body += struct.pack(">H", (207 + len(rtf)) % 4096 << 4)
    return struct.pack("<IIII", len(body) + 12, len(rtf), 0x75465A4C, checksum(body)) + body


# --- winmail.dat ---

def attribute(number, data, level=1, checksum=None):
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", (sum(data) & 0xFFFF) if checksum is None else checksum)


def value(kind, content):
    if kind == LONG:
        return struct.pack("<I", content)
    if kind == UNICODE:
        content = (content + "\0").encode("utf-16-le")
    if kind == STRING8 and isinstance(content, str):
        content = (content + "\0").encode("big5")
    return struct.pack("<II", 1, len(content)) + content + b"\0" * (-len(content) % 4)


def properties(*entries):
    """(id, type, content)"""
    return struct.pack("<I", len(entries)) + b"".join(struct.pack("<I", i << 16 | k) + value(k, c) for i, k, c in entries)


def message(*entries):
    return attribute(0x00069003, properties(*entries))


def tnef(*attributes):
    return struct.pack("<IH", 0x223E9F78, 1) + attribute(0x00089006, struct.pack("<I", 0x10000)) + b"".join(attributes)


def pages(page):
    return attribute(0x00069007, struct.pack("<II", page, 0))


def attached(name, data, *entries):
    title = attribute(0x00018010, name.encode("big5") + b"\0", 2)
    return (attribute(0x00069002, bytes(14), 2) + title + (attribute(0x0006800F, data, 2) if data else b"") +
            attribute(0x00069005, properties((LONG_NAME, UNICODE, name), *entries), 2))


OBJECT_ID = bytes.fromhex("0703020000000000c000000000000046")


def embedded(name, inner):
    return attached(name, b"", (DATA, OBJECT, OBJECT_ID + inner), (METHOD, LONG, 5))


def winmail(*attributes):
    return [("winmail.dat", "application/ms-tnef", tnef(*attributes))]


NOTES = attached("notes.txt", "會議紀錄草稿\r\n".encode("big5"))


# --- saved messages ---

def saved_tree(head, entries, attachments=()):
    """entries: (id, type, content); attachments: such lists, of which one of type OBJECT has a message (entries, attachments)."""
    listed, tree = b"", {}
    for number, kind, content in entries:
        tag = number << 16 | kind
        if kind == LONG:
            listed += struct.pack("<IIII", tag, 6, content, 0)
            continue
        if kind == OBJECT:
            tree[f"__substg1.0_{tag:08X}"] = saved_tree(24, *content)
            listed += struct.pack("<IIII", tag, 6, 0xFFFFFFFF, 1)
            continue
        data = content.encode("utf-16-le" if kind == UNICODE else "big5") if isinstance(content, str) else content
        tree[f"__substg1.0_{tag:08X}"] = data
        listed += struct.pack("<IIII", tag, 6, len(data) + {UNICODE: 2, STRING8: 1}.get(kind, 0), 0)
    front = {8: bytes(8), 24: struct.pack("<8xIIII", 0, len(attachments), 0, len(attachments)),
             32: struct.pack("<8xIIII8x", 0, len(attachments), 0, len(attachments))}[head]
    tree["__properties_version1.0"] = front + listed
    if head == 32:
        names = {f"__substg1.0_000{n}0102": b"" for n in (2, 3, 4)}
        tree["__nameid_version1.0"] = {**names, "__substg1.0_10090102": bytes.fromhex("0885000008000000")}
    for n, attachment in enumerate(attachments):
        tree[f"__attach_version1.0_#{n:08X}"] = saved_tree(8, attachment)
    return tree


NOTE = (CLASS, UNICODE, "IPM.Note")


def saved(entries, attachments=()):
    return [("mail.msg", "application/vnd.ms-outlook", compound(saved_tree(32, [NOTE, *entries], attachments)))]


def saved_file(name, data):
    return [(LONG_NAME, UNICODE, name), (DATA, BINARY, data), (METHOD, LONG, 1)]


SAVED_NOTES = saved_file("notes.txt", "會議紀錄草稿\r\n".encode("big5"))
DOCX = case_docx()[0]


CASES = {
    "winmail-dat-plain-body": lambda: winmail(
        pages(950), attribute(0x0002800C, WORDS.encode("big5") + b"\0"),
        message((SUBJECT, UNICODE, "圖則"), (BODY, STRING8, WORDS), (CODE_PAGE, LONG, 950)), NOTES),
    "winmail-dat-plain-body-unicode": lambda: winmail(message((BODY, UNICODE, WORDS)), NOTES),
    "winmail-dat-html-body": lambda: winmail(pages(950), message((HTML_BODY, BINARY, PAGE.encode("big5")), (INTERNET_PAGE, LONG, 950)), NOTES),
    "winmail-dat-html-body-script": lambda: winmail(
        pages(950), message((HTML_BODY, BINARY, PAGE.replace("<p>", "<script>x()</script><p onclick='x()'>").encode("big5"))), NOTES),
    "winmail-dat-rich-text-from-html": lambda: winmail(message((RICH_TEXT, BINARY, packed(FROM_HTML))), NOTES),
    "winmail-dat-rich-text-from-text": lambda: winmail(message((RICH_TEXT, BINARY, packed(FROM_TEXT))), NOTES),
    "winmail-dat-rich-text-disguised": lambda: winmail(message((RICH_TEXT, BINARY, packed(DISGUISED))), NOTES),
    "winmail-dat-rich-text-torn-address": lambda: winmail(message((RICH_TEXT, BINARY, packed(DISGUISED.replace("goo", "goo}{\\*\\htmltag84 ")))), NOTES),
    "winmail-dat-web-reference": lambda: winmail(
        message((BODY, UNICODE, "請看附件。")), NOTES, attached("圖則.pdf", b"", (LONG_PATH, UNICODE, DRIVE), (METHOD, LONG, 7))),
    "winmail-dat-embedded": lambda: winmail(message((BODY, UNICODE, "轉寄如下。")), NOTES, attached(DOCX[0], DOCX[2]), embedded(
        "圖則", tnef(message((BODY, UNICODE, WORDS)), attached("計劃.html", HTML.encode())))),
    "winmail-dat-bodies-contradict": lambda: winmail(
        pages(950), attribute(0x0002800C, b"nothing here\0"), message((BODY, UNICODE, f"nothing at {PLAIN}")),
        message((BODY, STRING8, f"the plans: {DRIVE}"), (BODY, STRING8, f"or {DROPBOX}"), (INTERNET_PAGE, LONG, 1252)),
        attribute(0x0002800C, f"call {WHATSAPP}".encode() + b"\0", checksum=0x1234), b"\0" * 7),
    "winmail-dat-place-and-page": lambda: winmail(message(
        (BODY, UNICODE, "會議"), (HOME_PAGE, UNICODE, "wa.me/85298765432"), (SUBJECT, UNICODE, f"Zoom: {PLAIN}"))),
    "winmail-dat-live": lambda: winmail(pages(950), attribute(0x0002800C, f"see {PLAIN}".encode() + b"\0"),
                                        message((RICH_TEXT, BINARY, packed(FROM_HTML.replace(DRIVE, PLAIN))))),
    "winmail-dat-torn": lambda: winmail(message((BODY, UNICODE, WORDS)), NOTES, b"\7" * 40),
    "msg-plain-body": lambda: saved([(BODY, UNICODE, WORDS)], [SAVED_NOTES]),
    "msg-plain-body-big5": lambda: saved([(BODY, STRING8, WORDS), (CODE_PAGE, LONG, 950)], [SAVED_NOTES]),
    "msg-html-body": lambda: saved([(HTML_BODY, BINARY, PAGE.encode("big5")), (INTERNET_PAGE, LONG, 950)], [SAVED_NOTES]),
    "msg-rich-text": lambda: saved([(RICH_TEXT, BINARY, packed(FROM_HTML))], [SAVED_NOTES]),
    "msg-web-reference": lambda: saved([(BODY, UNICODE, "請看附件。")], [
        [(LONG_NAME, UNICODE, "圖則.pdf"), (LONG_PATH, UNICODE, DRIVE), (METHOD, LONG, 7)], SAVED_NOTES]),
    "msg-embedded": lambda: saved([(BODY, UNICODE, "轉寄如下。")], [
        [(LONG_NAME, UNICODE, "圖則"), (METHOD, LONG, 5), (DATA, OBJECT, ([NOTE, (BODY, UNICODE, WORDS)], [saved_file(DOCX[0], DOCX[2])]))],
        SAVED_NOTES]),
    "winmail-dat-and-msg-in-zip": lambda: [("信件.zip", "application/zip", package({
        "winmail.dat": CASES["winmail-dat-plain-body"]()[0][2], "mail.msg": CASES["msg-html-body"]()[0][2]}))],
    "msg-live": lambda: saved([(BODY, UNICODE, f"see {PLAIN}")], [SAVED_NOTES]),
    "msg-torn": lambda: [(n, t, c[:-600]) for n, t, c in saved([(BODY, UNICODE, WORDS)], [SAVED_NOTES])],
}


if __name__ == "__main__":
    write_cases(sys.argv[1], CASES)
