#!/usr/bin/env python3
"""The architecture, read off the source and the programs. Prints TAP.

Who links what (readelf, nm), who includes what, and how long lines, functions and files are.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2])).resolve()
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
C_FILES = sorted(p for top in ("milter", "include", "tests") for p in (SOURCE / top).rglob("*.[ch]"))
PRODUCT = [p for p in C_FILES if p.relative_to(SOURCE).parts[0] != "tests"]

# Libraries besides the C library's and the compiler's own. None of the daemon's is under the GPL.
MAY_LINK = {
    "cordond": {"libglib-2.0", "libconfuse", "libsqlite3", "libmilter"},
    "cordon": {"libglib-2.0", "libgobject-2.0", "libjson-glib-1.0", "libconfuse", "libcdb", "libsodium", "libpsl",
               "libidn2"},
}
SYSTEM = {"libc", "libm", "libpthread", "ld-linux-x86-64", "ld-linux-aarch64", "libgcc_s", "libasan", "libubsan"}
PARSERS = ("libgmime", "libmagic", "libclamav", "libzip", "libxml2", "libqpdf", "libzbar", "liblzma")
# One file includes each foreign header.
BEHIND = {
    "gmime/gmime.h": "milter/mime/tree.c",
    "clamav.h": "milter/inspect/file/clam.h",
    "lzma.h": "milter/inspect/file/sevenzip.c",
    "magic.h": "milter/inspect/file/scanner.c",
    "zip.h": "milter/rewrite/disarm/package.c",
    "libxml/parser.h": "milter/rewrite/disarm/xml.c",
    "libxml/tree.h": "milter/rewrite/disarm/xml.c",
    "qpdf/qpdf-c.h": "milter/rewrite/disarm/pdf_graph.h",
    "png.h": "milter/inspect/picture/picture_png.c",
    "jpeglib.h": "milter/inspect/picture/picture_jpeg.c",
    "gif_lib.h": "milter/inspect/picture/picture_gif.c",
    "webp/decode.h": "milter/inspect/picture/picture_webp.c",
    "openjpeg.h": "milter/inspect/picture/picture_jpx.c",
    "tiffio.h": "milter/inspect/picture/picture_tiff.c",
    "zbar.h": "milter/inspect/picture/qr.c",
    "seccomp.h": "milter/worker/seccomp.c",
    "sqlite3.h": "milter/store/store.c",
    "cdb.h": "milter/policy/feed.c",
    "sodium.h": "milter/policy/signature.c",
    "confuse.h": "milter/policy/syntax.c",
    "libmilter/mfapi.h": "include/mta.h",
    "idn2.h": "milter/inspect/link/url_host.c",
    "libpsl.h": "milter/inspect/link/url_host.c",
}
LONGEST = {"function": 100, "file": 700, "line": 100}
TABLES = {"milter/inspect/link/confusable_table.h", "milter/inspect/html/html_entities_table.h"}  # written by a tool


def name(path):
    return str(path.relative_to(SOURCE))


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def bare(library):
    """libpsl of libpsl.so.5"""
    return library.split("/")[-1].split(".so")[0]


def linked(program):
    """Libraries that a program asks for itself that it may not; a parser even at second hand."""
    needed = {bare(x) for x in re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-d", BUILD / program))}
    if "libasan" in needed:  # a sanitizer keeps every library that is named
        return sorted(x for x in needed if x.startswith(PARSERS))
    wrong = sorted(needed - MAY_LINK[program] - SYSTEM)
    every = {bare(line.split()[0]) for line in output("ldd", BUILD / program).splitlines() if line.split()}
    return wrong + sorted(x for x in every if x.startswith(PARSERS))


def functions_of(*objects):
    lines = output("nm", "--defined-only", *objects).splitlines()
    return {parts[2] for parts in map(str.split, lines) if len(parts) == 3 and parts[1] == "T"}


def parsing_in_daemon():
    """Functions of the parsing stages that found their way into cordond."""
    objects = [p for stage in ("mime", "inspect", "rewrite") for p in (BUILD / "milter" / stage).rglob("*.o")]
    if not objects:
        return ["no objects in the build folder"]
    return sorted(functions_of(*objects) & functions_of(BUILD / "cordond"))


def worker_parses():
    """The other way round, so that the test above can fail."""
    needed = {bare(x) for x in re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-d", BUILD / "cordon-worker"))}
    found = [p for p in PARSERS if any(n.startswith(p) for n in needed)]
    return [] if len(found) == len(PARSERS) else [f"cordon-worker links only {found}"]


def includes(path):
    return re.findall(r'(?m)^\s*#\s*include\s+[<"]([^>"]+)[>"]', path.read_text(errors="replace"))


def foreign_headers():
    return [f"{name(path)}: <{header}> is for {BEHIND[header]} alone" for path in PRODUCT
            for header in includes(path) if header in BEHIND and name(path) != BEHIND[header]]


def milter_in_daemon_only():
    return [name(p) for p in PRODUCT if "mta.h" in includes(p) and "milter/daemon" not in name(p)]


def policy_is_pure():
    """The policy knows no MIME, no MTA; it reads rules files, nothing else."""
    banned = {"tree.h", "mta.h", "pipeline.h", "store.h", "worker.h", "html.h", "lexer.h", "rewrite.h"}
    return [f"{name(p)}: {h}" for p in (SOURCE / "milter" / "policy").glob("*.[ch]")
            for h in includes(p) if h in banned]


def long_files():
    counts = [(len(p.read_bytes().splitlines()), name(p)) for p in C_FILES if name(p) not in TABLES]
    return [f"{where}: {count} lines" for count, where in counts if count > LONGEST["file"]]


def long_lines():
    wrong = []
    for path in C_FILES:
        if name(path) in TABLES:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if len(line) > LONGEST["line"]:
                wrong.append(f"{name(path)}:{number}: {len(line)} columns")
    return wrong


def long_functions():
    lines = output("ctags", "-x", "--languages=C", "--langmap=C:.c", "--kinds-C=f",
                   "--_xformat=%{end} %n %F %N", *map(str, C_FILES)).splitlines()
    sizes = sorted((int(end) - int(start) + 1, f"{path}: {function}")
                   for end, start, path, function in (line.split(None, 3) for line in lines) if end.isdigit())
    if not sizes:
        return ["ctags sees no function"]
    counts = [n for n, _ in sizes]
    print(f"# {len(sizes)} functions, median {counts[len(counts) // 2]} lines, "
          f"nine in ten up to {counts[len(counts) * 9 // 10]}, longest {counts[-1]}")
    return [f"{where}: {n} lines" for n, where in sizes if n > LONGEST["function"]]


def unlisted():
    """A header that Makefile.am does not name is not in the tarball, and only `make distcheck` would see it."""
    listed = (SOURCE / "Makefile.am").read_text().split()
    return [f"{name(path)} is not in Makefile.am" for path in C_FILES
            if not name(path).startswith("tests/") and name(path) not in listed]


def main():
    universal = shutil.which("ctags") and "Universal" in output("ctags", "--version")
    tests = [
        ("cordond links no parser and nothing under the GPL", lambda: linked("cordond")),
        ("cordon links no parser", lambda: linked("cordon")),
        ("cordond holds no function of mime, inspect or rewrite", parsing_in_daemon),
        ("cordon-worker is what parses", worker_parses),
        ("one file includes each foreign header", foreign_headers),
        ("libmilter is known to the daemon alone", milter_in_daemon_only),
        ("the policy includes no MIME and no MTA", policy_is_pure),
        ("files are at most 700 lines", long_files),
        ("lines are at most 100 columns", long_lines),
        ("Makefile.am names every source", unlisted),
        ("functions are at most 100 lines", long_functions if universal else None),
    ]
    failed = 0
    for number, (what, test) in enumerate(tests, 1):
        if test is None:
            print(f"ok {number} - {what} # SKIP no Universal Ctags")
            continue
        wrong = test()
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {what}")
        for line in wrong[:30]:
            print(f"# {line}")
    print(f"1..{len(tests)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
