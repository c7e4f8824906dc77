#!/usr/bin/env python3
"""QR photographs read at the rate that zbar's own command reads them. Prints TAP and a table.

Skips without CORDON_CORPORA or zbarimg. zxing's photographs have the text that is in them beside them.
"""
import os
import pathlib
import shutil
import subprocess

BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
DOCUMENTS = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent")) / "documents"
SETS = {"zbar_examples/examples": "*qr*.png", "zxing-qr/qrcode-1": "*.png", "zxing-qr/qrcode-2": "*.png",
        "zxing-qr/qrcode-3": "*.png"}


def output(*command):
    return subprocess.run(command, capture_output=True, check=False).stdout.strip()


def main():
    if not DOCUMENTS.is_dir() or not shutil.which("zbarimg"):
        print("ok 1 - QR photographs # SKIP no CORDON_CORPORA or no zbarimg\n1..1")
        return
    lost = []
    print("# set                       pictures  zbarimg  ours")
    for folder, pattern in SETS.items():
        pictures = sorted((DOCUMENTS / folder).glob(pattern))
        theirs = {p for p in pictures if output("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", p)}
        ours = {p for p in pictures if output(BUILD / "qr-read", p)}
        print(f"# {folder:<25} {len(pictures):9} {len(theirs):8} {len(ours):5}")
        lost += sorted(theirs - ours)
    print(f"{'not ok' if lost else 'ok'} 1 - what zbarimg reads is read")
    for path in lost:
        print(f"# lost: {path.relative_to(DOCUMENTS)}")
    print("1..1")


if __name__ == "__main__":
    main()
