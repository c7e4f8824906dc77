#!/usr/bin/env python3
"""make bench-files: what ordinary attachments cost, in instructions a byte, next to clamscan.

Usage: tests/bench/files.py [--build DIR] [--each N] [--kind KIND] [--mail FOLDER] [--only TYPE] FOLDER...
Has callgrind count file_inspect over up to N ordinary files of each type in the folders, and clamscan's look at
the same files with the same signatures (a database of one, so that both have their matchers), and prints both. What
the first file costs more than others, on either side, is left out: a file of a few words goes first and is taken off.
Each file has a clamscan of its own, since it knows again what it met in another one.

What clamscan has not is a column of its own and not in the ratio: the search of pictures and drawings for QR codes,
and the words that the pages of a PDF show, which are looked through for links. For both qpdf reads what pages show,
and that is among the words. Where the bytes of a PDF do not tell all it reads the rest, too, and that is in the ratio.
clamscan's hash of pictures is off. "mail pdf" are what is attached to the mails of --mail; the PDFs of the folders
test qpdf, each odd in a way of its own, and are told but not judged ("odd pdf"). SHA-256 is in the ratio at what it
takes with the processor's own instructions, which callgrind's emulated one has not; the column says what callgrind
counts. Fails where a type costs more than 1.3 times clamscan's.

The one signature is "logical", as most of ClamAV's own are. Of a "body" signature it is certain that it does not ask
what a file is in; a "placed" one asks just that. Then what libclamav hands out twice, such as the parts of an Office
package, is looked at again with that kind of signatures, which clamscan does not do: it leaves out what it has seen.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

from attached import attached

AIM = 1.3
LEAST, MOST = 4 << 10, 4 << 20
TYPES = {"docx": (".docx",), "xlsx": (".xlsx",), "pptx": (".pptx",), "odf": (".odt", ".ods", ".odp"), "odd pdf": (".pdf",),
         "doc, xls": (".doc", ".xls", ".ppt"), "rtf": (".rtf",), "zip": (".zip",), "jpg, png": (".jpg", ".jpeg", ".png")}
ODD = {"odd pdf"}


def pick(folders, endings, each):
    """Files of a type, spread over the folders."""
    paths = [p for f in folders for p in sorted(pathlib.Path(f).rglob("*"))
             if p.suffix.lower() in endings and p.is_file() and LEAST <= p.stat().st_size <= MOST]
    return paths[::max(1, -(-len(paths) // each))]


def callgrind(function, command, inside):
    """Instructions of one function and all that it calls, and how many of these are inside of others, by name."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["valgrind", "--tool=callgrind", f"--toggle-collect={function}", f"--callgrind-out-file={out.name}", *command],
                       check=False, capture_output=True)
        total = re.search(rb"(?m)^(?:summary|totals): (\d+)", out.read())
        text = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", out.name], check=True, capture_output=True,
                              text=True, errors="replace").stdout if inside else ""
    parts = {}
    for name in inside:
        found = re.search(rf"(?m)^\s*([\d,]+) .*:{name}\b", text)
        parts[name] = int(found.group(1).replace(",", "")) if found else 0
    return collections.Counter(parts, total=int(total.group(1)) if total else 0)


def count(function, command, tiny, runs, inside=()):
    """Of all files, in so many runs of the program; without what a run takes for a file of a few words."""
    start = callgrind(function, [*command, tiny], inside)
    all_runs = collections.Counter()
    for paths in runs:
        all_runs.update(callgrind(function, [*command, tiny, *paths], inside))
        all_runs.subtract(start)
    return all_runs


CODES = ("document_links_picture", "pdf_picture_judge", "pdf_pages_judge")
WORDS = ("pdf_words_look", "pdf_load_shown")
HASH = "unpack_sha256"
# Instructions a byte of SHA-256 with SHA-NI, by single steps over OpenSSL's.
HASH_NATIVE = 4.8

SIGNATURE = b"harmless words of our own signature".hex()
KINDS = {"logical": ("own.ldb", f"Cordon.Own;Engine:51-255,Target:0;0;{SIGNATURE}\n"),
         "placed": ("own.ldb", f"Cordon.Own;Engine:51-255,Container:CL_TYPE_ZIP,Target:0;0;{SIGNATURE}\n"),
         "body": ("own.ndb", f"Cordon.Own:0:*:{SIGNATURE}\n")}


def measure(build, work, paths):
    """Of a type: instructions of ours and of clamscan, and what of ours is not in the ratio, a byte."""
    size = sum(p.stat().st_size for p in paths)
    scanner = ["clamscan", "--no-summary", "-d", work / "db", "--tempdir", work, "--scan-image-fuzzy-hash=no"]
    ours = count("measure", [build / "file-cost", work / "db", work], work / "tiny.txt", [paths], (*CODES, *WORDS, HASH))
    theirs = count("cl_scandesc_callback", scanner, work / "tiny.txt", [[path] for path in paths])
    codes = sum(ours[name] for name in CODES)
    words = sum(ours[name] for name in WORDS)
    rest = ours["total"] - codes - words - ours[HASH] + HASH_NATIVE * size
    return [n / size for n in (rest, theirs["total"], codes, words, ours[HASH])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=".")
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--kind", choices=KINDS, default="logical")
    parser.add_argument("--mail", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    over = []
    print(f"{'type':10} {'files':>5} {'KB':>7} {'ours':>8} {'clamscan':>9} {'ratio':>6} {'QR':>8} {'words':>8} {'SHA-256':>8}"
          f" {'all':>8}   (million instructions a MB)")
    with tempfile.TemporaryDirectory(prefix="cordon-files.") as name:
        work = pathlib.Path(name)
        database, text = KINDS[args.kind]
        (work / "db").mkdir()
        (work / "db" / database).write_text(text)
        (work / "tiny.txt").write_text("a few words that are no signature\n")
        (work / "mail").mkdir()
        kinds = [(label, args.folders, endings) for label, endings in TYPES.items() if args.only in label]
        if args.mail and args.only in "mail pdf":
            attached(args.mail, b"%PDF-", work / "mail", ".pdf")
            kinds.append(("mail pdf", [work / "mail"], (".pdf",)))
        for label, folders, endings in kinds:
            paths = pick(folders, endings, args.each)
            if not paths:
                continue
            ours, theirs, codes, words, sha = measure(pathlib.Path(args.build).resolve(), work, paths)
            ratio = ours / theirs if theirs else 0
            print(f"{label:10} {len(paths):5} {sum(p.stat().st_size for p in paths) / 1e3:7.0f} {ours:8.1f} {theirs:9.1f} {ratio:6.2f} "
                  f"{codes:8.1f} {words:8.1f} {sha:8.1f} {ours + codes + words:8.1f}", flush=True)
            if ratio > AIM and label not in ODD:
                over.append(label)
    if over:
        print("more than %.1f times clamscan: %s" % (AIM, ", ".join(over)))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
