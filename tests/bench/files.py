#!/usr/bin/env python3
"""make bench-files: what ordinary attachments cost, in instructions a byte, next to clamscan.

Usage: tests/bench/files.py [--build DIR] [--each N] FOLDER...
Has callgrind count file_inspect over up to N ordinary files of each type in the folders, and clamscan's look at
the same files with the same signatures (a database of one, so that both have their matchers), and prints both.
The search of pictures inside of documents for QR codes, which clamscan has not, is a column of its own and not in the
ratio; so is clamscan's hash of pictures, which is off. Fails where a type costs more than 1.3 times clamscan's.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

AIM = 1.3
LEAST, MOST = 4 << 10, 4 << 20
TYPES = {"docx": (".docx",), "xlsx": (".xlsx",), "pptx": (".pptx",), "odf": (".odt", ".ods", ".odp"), "pdf": (".pdf",),
         "doc, xls": (".doc", ".xls", ".ppt"), "rtf": (".rtf",), "zip": (".zip",), "jpg, png": (".jpg", ".jpeg", ".png")}


def pick(folders, endings, each):
    """Files of a type, spread over the folders."""
    paths = [p for f in folders for p in sorted(pathlib.Path(f).rglob("*"))
             if p.suffix.lower() in endings and p.is_file() and LEAST <= p.stat().st_size <= MOST]
    return paths[::max(1, -(-len(paths) // each))]


def count(function, command, inside=None):
    """Instructions of one function and all that it calls, and how many of these are inside of another one."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["valgrind", "--tool=callgrind", f"--toggle-collect={function}", f"--callgrind-out-file={out.name}", *command],
                       check=False, capture_output=True)
        found = re.search(rb"(?m)^(?:summary|totals): (\d+)", out.read())
        part = None
        if inside:
            text = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", out.name], check=True, capture_output=True,
                                  text=True, errors="replace").stdout
            part = re.search(rf"(?m)^\s*([\d,]+) .*:{inside}\b", text)
        return int(found.group(1)) if found else 0, int(part.group(1).replace(",", "")) if part else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=".")
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    over = []
    print(f"{'type':10} {'files':>5} {'KB':>7} {'ours':>8} {'clamscan':>9} {'ratio':>6} {'QR':>8}   (million instructions a MB)")
    with tempfile.TemporaryDirectory(prefix="cordon-files.") as name:
        work = pathlib.Path(name)
        (work / "db").mkdir()
        (work / "db" / "own.ndb").write_text("Cordon.Own:0:*:%s\n" % b"harmless words of our own signature".hex())
        for label, endings in TYPES.items():
            paths = pick(args.folders, endings, args.each)
            size = sum(p.stat().st_size for p in paths)
            if not paths:
                continue
            ours, codes = count("measure", [pathlib.Path(args.build).resolve() / "file-cost", work / "db", work, *paths],
                                "document_links_picture")
            theirs, _ = count("cl_scandesc_callback", ["clamscan", "--no-summary", "-d", work / "db", "--tempdir", work,
                                                    "--scan-image-fuzzy-hash=no", *paths])
            ratio = (ours - codes) / theirs if theirs else 0
            print(f"{label:10} {len(paths):5} {size / 1e3:7.0f} {(ours - codes) / size:8.1f} {theirs / size:9.1f} {ratio:6.2f} "
                  f"{codes / size:8.1f}", flush=True)
            if ratio > AIM:
                over.append(label)
    if over:
        print("more than %.1f times clamscan: %s" % (AIM, ", ".join(over)))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
