#!/usr/bin/env python3
"""PDFs of the corpora, and those attached to their mails: where the bytes of one are said to show all there is in
it, its objects have nothing more (pdf-ways). Prints TAP. Skips without CORDON_CORPORA.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench.attached import attached

BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent"))
MOST = 1 << 20


def main():
    print("1..1")
    if not CORPORA.is_dir():
        print("ok 1 - PDFs both ways # SKIP no CORDON_CORPORA")
        return
    with tempfile.TemporaryDirectory(prefix="cordon-pdf.") as folder:
        files = sorted(p for p in (CORPORA / "documents").rglob("*.pdf") if p.stat().st_size <= MOST)
        files += attached(CORPORA / "mail", b"%PDF-", pathlib.Path(folder), ".pdf")
        done = subprocess.run([BUILD / "pdf-ways", *files], capture_output=True, text=True, errors="replace", check=False)
    print(f"{'ok' if done.returncode == 0 and files else 'not ok'} 1 - PDFs both ways: {done.stdout.strip()}")
    for line in done.stderr.splitlines():
        print("#", line)


if __name__ == "__main__":
    main()
