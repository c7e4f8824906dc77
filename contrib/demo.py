#!/usr/bin/env python3
"""Sends the sample mails through a private Postfix with Cordon and shows before and after.

Usage: contrib/demo.py BUILD FOLDER   (as root: Postfix wants to be started by root)
"""
import email
import email.policy
import html.parser
import os
import pathlib
import re
import shutil
import sys
import unicodedata

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests" / "live"))
import mta  # noqa: E402

WIDTH = 62


class Words(html.parser.HTMLParser):
    """What a person reads of HTML; live addresses in <>."""

    def __init__(self):
        super().__init__()
        self.out, self.skip = [], 0

    def handle_starttag(self, tag, attrs):
        self.skip += tag in ("style", "script", "title")
        if tag in ("p", "br", "div", "tr", "h1", "h2", "li"):
            self.out.append("\n")
        href = dict(attrs).get("href")
        if href:
            self.out.append(f"<{href}> ")

    def handle_endtag(self, tag):
        self.skip -= tag in ("style", "script", "title")
        if tag in ("p", "div", "tr", "h1", "h2"):
            self.out.append("\n")

    def handle_data(self, data):
        if not self.skip:
            self.out.append(re.sub(r"\s+", " ", data))


def readable(raw):
    """Subject, parts, and the text that a reader sees (HTML where there is some)."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    lines = [f"Subject: {message['Subject']}"]
    bodies = [p for p in message.walk() if p.get_content_type() in ("text/html", "text/plain")
              and not p.is_attachment()]
    shown = [p for p in bodies if p.get_content_type() == "text/html"] or bodies
    for part in shown:
        text = part.get_content()
        if part.get_content_type() == "text/html":
            words = Words()
            words.feed(text)
            text = "".join(words.out)
        lines += [""] + [line.strip() for line in text.strip().splitlines()]
    for part in message.iter_attachments() if message.is_multipart() else []:
        lines.append(f"[attachment: {part.get_filename()}, {part.get_content_type()}]")
    squeezed = []
    for line in lines:
        if line or (squeezed and squeezed[-1]):
            squeezed.append(line)
    return squeezed


def cells(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(line):
    out, now = [], ""
    for word in re.findall(r"\S+\s*|\s+|$", line):
        while cells(now + word.rstrip()) > WIDTH:
            if now.strip() and cells(word.rstrip()) <= WIDTH:
                out.append(now.rstrip())
                now = ""
                continue
            take = 1
            while take <= len(word) and cells(now + word[:take]) <= WIDTH:
                take += 1
            out.append(now + word[:take - 1])
            now, word = "", word[take - 1:]
        now += word
    return out + [now.rstrip()]


def side_by_side(left, right):
    left = [w for line in left for w in wrap(line)]
    right = [w for line in right for w in wrap(line)]
    for i in range(max(len(left), len(right))):
        a = left[i] if i < len(left) else ""
        b = right[i] if i < len(right) else ""
        print("  " + a + " " * (WIDTH - cells(a)) + " | " + b)


def header_value(raw, name):
    return re.sub(r"\s+", " ", str(email.message_from_bytes(raw)[name] or ""))


def show(path, sent, outcome, got, where):
    print("\n" + "=" * (2 * WIDTH + 5))
    print(f"{path.name}: {outcome}")
    if got is None:
        print(f"  {where}")
        return
    print(f"  X-Cordon: {header_value(got, 'X-Cordon') or '(none: the message is as it came)'}")
    print(f"  delivered: {where}")
    print("  " + "BEFORE".ljust(WIDTH) + " | AFTER")
    print("  " + "-" * WIDTH + "-+-" + "-" * WIDTH)
    side_by_side(readable(sent), readable(got))


def run(build, folder):
    samples = sorted((SOURCE / "contrib" / "samples").glob("*.eml"))
    with mta.Lab(folder, build, SOURCE / "rules") as lab:
        print(f"postfix on 127.0.0.1:{lab.postfix.milter}, cordond on {lab.socket}")
        for path in samples:
            sent = path.read_bytes()
            count = len(lab.sink.messages())
            code, text = lab.send(sent)
            event = lab.events()[-1]
            held = [m for m in lab.postfix.held() if m["queue_id"] in text]
            if code == 250 and not held:
                got = lab.delivered(count + 1)[-1][1]
                where = folder / "after" / path.name
                where.parent.mkdir(exist_ok=True)
                where.write_bytes(got)
            else:
                got = None
                where = (f"in Postfix's hold queue as {held[0]['queue_id']}: {event.get('reason', '')}"
                         if held else f"refused: {code} {text}")
            show(path, sent, event["outcome"], got, where)
    print("\n" + "=" * (2 * WIDTH + 5))
    print(f"""Where things lie:
  sent        {SOURCE}/contrib/samples/
  delivered   {folder}/after/
  originals   {folder}/state/originals/   (byte for byte, under the reference code)
  events      {folder}/state/events.jsonl
  rules used  {folder}/rules/             (a copy of rules/)
Next:
  build/cordon explain --rules rules contrib/samples/2-drive-and-whatsapp.eml
  README.md says how to plug cordond into your own Postfix or Sendmail.""")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if os.geteuid() != 0:
        sys.exit("contrib/demo.py: Postfix has to be started by root")
    build, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    if (folder / "rules").exists():
        shutil.rmtree(folder)
    run(build, folder)


main()
