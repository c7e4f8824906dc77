#!/usr/bin/env python3
"""Delivered HTML in headless Chromium, scripts on: it asks for nothing that was to be disabled, runs
nothing, and offers nothing to click that leads to a disabled service, read from the DOM. Prints TAP.

Pages: those of the golden cases, the samples and the vectors of t_markup.py; with CORDON_ALL=1 every
12th message of the corpora too. Without Chromium it is skipped. No network: requests are answered or
refused by the test itself.
"""
import email
import email.policy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent"))
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "readers")]
import jailed  # noqa: E402
import pages  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 900 if os.environ.get("CORDON_ALL") == "1" else 120


def fill(folder):
    sets = {"cases": sorted((SOURCE / "tests/cases").glob("*/in.eml")),
            "samples": sorted((SOURCE / "contrib/samples").glob("*.eml"))}
    if os.environ.get("CORDON_ALL") == "1" and (CORPORA / "mail").exists():
        sets["mail"] = [p for p in sorted((CORPORA / "mail").rglob("*")) if p.is_file()][::12]
    for name, paths in sets.items():
        (folder / name).mkdir(parents=True)
        for path in paths:
            shutil.copy(path, folder / name / ("-".join(path.parts[-2:])[-100:]))
    (folder / "vectors").mkdir()
    for number, page in enumerate(pages.vectors(SOURCE)):
        (folder / "vectors" / f"{number:05}.eml").write_bytes(pages.message(page))


def bodies(folder):
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
        for number, html in enumerate(pages.html_bodies(message)):
            yield {"name": f"{path.relative_to(folder)}#{number}", "html": html}


def browse(given):
    lines = "".join(json.dumps(page) + "\n" for page in given)
    scripts = SOURCE / "tests" / "readers"
    return subprocess.run(["node", scripts / "browser.mjs", SOURCE / "rules", CHROMIUM], input=lines,
                          capture_output=True, text=True, timeout=SECONDS)


def tell(number, good, name, done):
    print(f"{'ok' if good else 'not ok'} {number} - {name}: {done.stderr.strip()[-200:]}")
    for line in [] if good else done.stdout.splitlines()[:40]:
        print("# " + line)
    return not good


def main():
    if not CHROMIUM or not shutil.which("node"):
        print("ok 1 - browser # SKIP no chromium or no node\n1..1")
        return 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cordon-browser."))
    fill(folder / "in")
    ran = subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", jailed.rules(SOURCE), "-o",
                          folder / "out", folder / "in"], capture_output=True, text=True)
    failed = tell(1, ran.returncode in (0, 1), "sanitize", ran)
    done = browse(bodies(folder / "out"))
    failed += tell(2, done.returncode == 0, "nothing is asked for, run or offered", done)
    # it must be able to fail
    wild = [p for p in bodies(folder / "in") if p["name"].startswith(("vectors/", "cases/markup", "samples"))]
    done = browse(wild)
    kinds = ("asks for Stylesheet", "asks for Document", "ran alert", "leads to google-drive")
    failed += tell(3, all(kind in done.stdout for kind in kinds), "the originals do all of it", done)
    print("1..3")
    if not failed:
        shutil.rmtree(folder)
    else:
        print(f"# kept in {folder}")
    return 1 if failed else 0


sys.exit(main())
