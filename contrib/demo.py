#!/usr/bin/env python3
"""Sends the sample mails through a private Postfix with Cordon and shows before and after.

Usage: contrib/demo.py BUILD FOLDER [MAIL...]   (as root: Postfix wants to be started by root)

Postfix and cordond run in a folder of their own under /tmp, because Postfix's user must be able to
reach it; what they leave is copied to FOLDER, which is made anew each time.
"""
import email
import email.policy
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

SOURCE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests" / "live"))
import mta  # noqa: E402

LEFT, RIGHT = 49, 76  # columns; with the line between them 130
MARK = ".cordon-demo"  # tells a folder of ours from somebody's own
IN_WORDS = {"defang": "disabled", "remove": "removed", "flag": "marked", "hold": "held", "reject": "refused"}


class Words(html.parser.HTMLParser):
    """What a person reads of HTML; addresses that can be clicked in <>."""

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


def text_of(part):
    text = part.get_content()
    if part.get_content_type() == "text/html":
        words = Words()
        words.feed(text)
        text = "".join(words.out)
    return text.strip()


def readable(raw):
    """Subject, parts, and the text that a reader sees (HTML where there is some)."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    lines = [f"Subject: {message['Subject']}"]
    bodies = [p for p in message.walk() if p.get_content_type() in ("text/html", "text/plain")
              and not p.is_attachment()]
    shown = [p for p in bodies if p.get_content_type() == "text/html"] or bodies
    for part in shown:
        name = [f"[text shown in place of {part.get_filename()}]"] if part.get_filename() else []
        lines += [""] + name + [line.strip() for line in text_of(part).splitlines()]
    attachments = list(message.iter_attachments()) if message.is_multipart() else []
    for part in attachments:
        lines += [""] + [f"[attachment: {part.get_filename()}, {part.get_content_type()}]"]
    squeezed = []
    for line in lines:
        if line or (squeezed and squeezed[-1]):
            squeezed.append(line)
    return squeezed


def cells(text):
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Cf")
               else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pieces(line):
    """Words; each Chinese character is one, with the punctuation that follows it."""
    return re.findall(r"[⺀-鿿！-｠][、。，：；！？）」』]*|[^\s⺀-鿿！-｠]+|\s+", line)


def wrap(line, width):
    out, now = [], ""
    for piece in pieces(line):
        if cells((now + piece).rstrip()) > width and now.strip():
            out.append(now.rstrip())
            now, piece = "", piece.lstrip()
        while cells(piece.rstrip()) > width:  # an address longer than the column
            take = 1
            while cells(piece[:take + 1]) <= width:
                take += 1
            out.append(piece[:take])
            piece = piece[take:]
        now += piece
    return out + [now.rstrip()]


def side_by_side(left, right):
    left = [w for line in left for w in wrap(line, LEFT)]
    right = [w for line in right for w in wrap(line, RIGHT)]
    print("  " + "BEFORE".ljust(LEFT) + " | AFTER")
    print("  " + "-" * LEFT + "-+-" + "-" * RIGHT)
    for i in range(max(len(left), len(right))):
        a = left[i] if i < len(left) else ""
        b = right[i] if i < len(right) else ""
        print(("  " + a + " " * (LEFT - cells(a)) + " | " + b).rstrip())


def decided(event):
    """Things found that were not let pass, each once: (kind, which, what was done, by which rule)."""
    found = []
    for finding in event.get("findings", []):
        if finding.get("action") in (None, "pass"):
            continue
        which = (finding.get("path") or finding.get("host") or finding.get("anomaly")
                 or finding.get("scheme", "?") + ":")
        entry = (finding["kind"], which, IN_WORDS.get(finding["action"], finding["action"]),
                 finding.get("rule", "?"))
        if entry not in found:
            found.append(entry)
    return found


def short(event):
    """What happened, in one line of the closing table."""
    counts = {}
    for kind, _, done, _ in decided(event):
        counts[kind, done] = counts.get((kind, done), 0) + 1
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''} {done}" for (kind, done), n in counts.items()) \
        or "byte for byte as it came"


def show(path, sent, event, got, where):
    print("\n" + "=" * (LEFT + RIGHT + 5))
    print(f"{path.name}: {event['outcome'].upper()}")
    for kind, which, done, rule in decided(event):
        print(f"  {kind} {which}: {done}, by {rule}")
    if got is None:
        print(f"  not delivered {event.get('reason', '')}".rstrip() + f"\n  {where}")
    else:
        field = email.message_from_bytes(got)["X-Cordon"]
        print("  X-Cordon: " + (re.sub(r"\s+", " ", str(field)) if field else "none, nothing was changed"))
        print(f"  delivered: {where}")
    print()
    side_by_side(readable(sent), readable(got) if got else ["(nothing is delivered)"])


def write(path, data):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def one(lab, path, folder):
    """Sends one mail, waits for what becomes of it, shows it. Returns a line for the table."""
    sent = path.read_bytes()
    count = len(lab.sink.messages())
    code, text = lab.send(sent)
    events = lab.events()
    event = events[-1] if events else {"outcome": "error", "reason": "no event was written"}
    held = [m for m in lab.postfix.held() if m["queue_id"] in text]
    got = None
    if held:
        kept = lab.postfix.held_bytes(held[0]["queue_id"])
        where = (f"waits in Postfix's hold queue as {held[0]['queue_id']}, as an administrator finds it with "
                 f"postqueue -p;\n  a copy: {write(folder / 'held' / path.name, kept)}")
    elif code == 250:
        got = lab.delivered(count + 1)[-1][1]
        where = write(folder / "after" / path.name, got)
    else:
        where = f"refused: {code} {text}"
    show(path, sent, event, got, where)
    return f"  {path.name:28} {event['outcome']:10} {short(event)}"


def sockets(folder, names):
    """What shutil.copytree cannot copy: cordond's control socket."""
    return [name for name in names if (pathlib.Path(folder) / name).is_socket()]


def run(build, folder, samples):
    lab_folder = pathlib.Path(tempfile.mkdtemp(prefix="cordon-demo."))
    with mta.Lab(lab_folder, build, SOURCE / "rules") as lab:
        print(f"postfix listens on 127.0.0.1:{lab.postfix.milter}, cordond on {lab.socket}; both end with this demo.")
        if not mta.jailed.has_landlock():
            print("this kernel has no Landlock: the demo runs with require-jail = no, its workers half jailed.")
        print("Each mail as a reader sees it. <address> can be clicked; an address without <> in HTML is dead text.")
        table = [one(lab, path, folder) for path in samples]
    for name in ("state", "rules"):
        shutil.copytree(lab_folder / name, folder / name, ignore=sockets)
    shutil.copy(lab_folder / "cordond.log", folder)
    shutil.copy(lab_folder / "postfix" / "log" / "maillog", folder)
    shutil.rmtree(lab_folder)
    print("\n" + "=" * (LEFT + RIGHT + 5))
    print("\n".join(table))
    print(f"""
Where things lie:
  sent         {SOURCE}/contrib/samples/
  delivered    {folder}/after/
  originals    {folder}/state/originals/    byte for byte, of what was changed or held
  events       {folder}/state/events.jsonl  one line of JSON a message
  logs         {folder}/cordond.log, {folder}/maillog
  rules        {SOURCE}/rules/    what decided; change them and run this again
Next:
  {os.path.relpath(build / 'cordon')} explain --rules rules contrib/samples/2-drive-and-whatsapp.eml
  README.md says how to put cordond behind your own Postfix or Sendmail.""")


def fresh(folder):
    """The folder, empty; one that is not of our making stays as it is."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            sys.exit(f"contrib/demo.py: {folder} holds something else")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if os.geteuid() != 0:
        sys.exit("contrib/demo.py: Postfix has to be started by root")
    sys.stdout.reconfigure(encoding="utf-8")
    build, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    samples = [pathlib.Path(a) for a in sys.argv[3:]] or sorted((SOURCE / "contrib" / "samples").glob("*.eml"))
    fresh(folder)
    try:
        run(build, folder, samples)
    except subprocess.CalledProcessError as error:
        sys.exit(f"contrib/demo.py: {' '.join(map(str, error.cmd))}: {error.stderr or error.stdout}")


if __name__ == "__main__":
    main()
