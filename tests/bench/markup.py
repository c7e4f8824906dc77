#!/usr/bin/env python3
"""make bench-html: what HTML and text cost, in instructions a byte, next to gumbo's bare parse.

Usage: tests/bench/markup.py [--build DIR] [--most BYTES] FOLDER...
Takes the HTML and text parts out of the mails in the folders (every n-th mail, until there are BYTES
of each), and has callgrind count our tokenizer, html_links (text links inside), html_active, all that
html_page_read finds in one pass (page), and gumbo's parse over the same HTML, and text_links and
text_cues over the text. Counts are the same on every machine
with the same libraries. Fails where a page takes more than half of what gumbo takes.
"""
import argparse
import email
import email.policy
import pathlib
import re
import subprocess
import sys
import tempfile

AIM = 0.5


def parts_of(path, kinds):
    """UTF-8 text of the parts of a mail, as (type, bytes)."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in kinds and part.get_filename() is None:
            data = part.get_payload(decode=True) or b""
            try:
                text = data.decode(part.get_content_charset() or "utf-8", "replace")
            except LookupError:
                text = data.decode("latin-1")
            yield part.get_content_type(), text.encode("utf-8", "replace")


def spread(folders, most):
    """Parts of mails spread over all folders, not more than `most` bytes of a type."""
    paths = [p for f in folders for p in sorted(pathlib.Path(f).rglob("*.eml")) if p.is_file()]
    found = {"text/html": [], "text/plain": []}
    step = 97 if len(paths) % 97 else 101
    for i in range(len(paths)):
        for kind, data in parts_of(paths[i * step % len(paths)], found):
            have = sum(map(len, found[kind]))
            if 0 < len(data) <= most // 4 and have + len(data) <= most:
                found[kind].append(data)
        if all(sum(map(len, parts)) > 0.95 * most for parts in found.values()):
            break
    return found


def count(build, what, files):
    """Instructions of one kind of work over files."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=measure",
                        f"--callgrind-out-file={out.name}", build / "markup-cost", what, *files],
                       check=True, capture_output=True)
        return int(re.search(rb"^(?:summary|totals): (\d+)", out.read(), re.M).group(1))


def measure(build, folders, most):
    """{(what, type): (bytes, instructions)}"""
    found = spread(folders, most)
    results = {}
    with tempfile.TemporaryDirectory(prefix="cordon-markup.") as name:
        for kind, works in (("text/html", ("tokens", "links", "active", "page", "gumbo")), ("text/plain", ("text", "cues"))):
            files = []
            for i, data in enumerate(found[kind]):
                files.append(pathlib.Path(name) / f"{kind[5:]}{i}")
                files[-1].write_bytes(data)
            for what in works if files else ():
                results[what] = (sum(map(len, found[kind])), count(build, what, files))
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=".")
    parser.add_argument("--most", type=int, default=1 << 20)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    build = pathlib.Path(args.build).resolve()
    if not (build / "markup-cost").exists():
        print("no markup-cost: libgumbo-dev is missing")
        return 77
    results = measure(build, args.folders, args.most)
    print(f"{'':8} {'KB':>8} {'M instructions a MB':>20} {'of gumbo':>9}")
    each = {what: n / size for what, (size, n) in results.items()}
    for what, (size, _) in results.items():
        share = f"{each[what] / each['gumbo']:9.2f}" if what not in ("text", "cues") else ""
        print(f"{what:8} {size / 1e3:8.0f} {each[what]:20.1f} {share}")
    return 0 if each["page"] <= AIM * each["gumbo"] else 1


if __name__ == "__main__":
    sys.exit(main())
