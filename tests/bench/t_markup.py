#!/usr/bin/env python3
"""What HTML and text cost, counted in instructions (callgrind), so that it is the same on every
machine: an ordinary newsletter next to gumbo's parse of it, and that hostile input costs no more a
byte when there is four times as much of it. Prints TAP; skips without gumbo or valgrind."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path.insert(0, str(SOURCE / "tests" / "bench"))
import markup  # noqa: E402

SMALL = 20_000

STORY = ("<tr><td style=\"padding:8px 16px; font-family:Arial,sans-serif; font-size:14px;\" "
         "align=\"left\"><a href=\"https://news.example/story/{0}?utm_source=mail&amp;id={0}\" "
         "target=\"_blank\" style=\"color:#0645ad\">Story {0}: the harbour at dusk</a><br>"
         "<img src=\"https://img.example/{0}.png\" width=\"120\" height=\"80\" alt=\"\">"
         "<span>The committee met on Tuesday and agreed on the paper &mdash; see www.dept.example "
         "or write to clerk{0}@dept.example.&nbsp; \u4eca\u65e5\u5929\u6c23\u5f88\u597d\u3002</span></td></tr>\n")
NEWSLETTER = ("<html><head><title>News</title><style>td {color: black}</style></head><body><table>"
              + "".join(STORY.format(n) for n in range(200)) + "</table></body></html>")

# Per kind of work: shapes that are repeated until there is enough of them.
HOSTILE = {
    "links": ["<", "<a ", "&amp", "<!--", "<a href='http://a.example/'>b.example", "<p style=\"a:url(x\">",
              "<a\nhref=http:a"],
    "text": ["http://", "a.", "(http://a.example", "\u3002a.hk", "a\u200b.b"],
}


def instructions(folder, what, text):
    path = folder / "in"
    path.write_text(text)
    return markup.count(BUILD, what, [path])


def newsletter(folder):
    """None, or what is wrong."""
    links, gumbo = (instructions(folder, what, NEWSLETTER) for what in ("links", "gumbo"))
    print(f"# html_links takes {links / gumbo:.2f} of gumbo's parse, "
          f"{links / len(NEWSLETTER.encode()):.1f} instructions a byte")
    return None if links <= markup.AIM * gumbo else f"html_links {links}, gumbo {gumbo}"


def growth(folder, what, shape):
    few, many = (instructions(folder, what, shape * (size // len(shape))) for size in (SMALL, 4 * SMALL))
    print(f"# {what} of {shape!r}: {few / SMALL:.0f}, {many / SMALL / 4:.0f} a byte")
    return None if many < 6 * few else f"{few} instructions for {SMALL} letters, {many} for four times as many"


def why_not():
    program = BUILD / "markup-cost"
    if not program.exists() or shutil.which("valgrind") is None:
        return "no gumbo or no valgrind"
    libraries = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return "valgrind runs no sanitizers" if "libasan" in libraries else None


def main():
    skip = why_not()
    if skip:
        print(f"1..1\nok 1 - markup # SKIP {skip}")
        return 0
    with tempfile.TemporaryDirectory(prefix="cordon-markup.") as name:
        folder = pathlib.Path(name)
        tests = [("a newsletter costs less than half of gumbo's parse", lambda: newsletter(folder))]
        tests += [(f"{what} of {shape!r} grow with the input", lambda what=what, shape=shape: growth(folder, what, shape))
                  for what, shapes in HOSTILE.items() for shape in shapes]
        failed = 0
        print(f"1..{len(tests)}")
        for n, (label, test) in enumerate(tests, 1):
            wrong = test()
            failed += wrong is not None
            print(f"{'not ok' if wrong else 'ok'} {n} - {label}" + (f"\n# {wrong}" if wrong else ""), flush=True)
    return 1 if failed else 0


sys.exit(main())
