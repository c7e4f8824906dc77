#!/usr/bin/env python3
"""Documents that act, and ordinary ones, through the command. Prints TAP; skips without CORDON_CORPORA.

  - each sample that is active by its name or folder is found with that trait, and ordinary ones pass
    byte for byte;
  - what is disarmed is clean: sanitised again nothing changes, and a second look with other tools
    (Python's zipfile, qpdf) finds nothing of the kind;
  - LibreOffice opens it, and its text is the text of the original where that opens. CORDON_ALL=1: of every sample, and
    all other files there come out byte for byte or as clean.
"""
import collections
import email
import email.message
import email.policy
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jailed  # noqa: E402
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent")) / "documents"
ALL = bool(os.environ.get("CORDON_ALL"))
LARGEST = 8 << 20  # bytes of a file of those that no line of TABLE is about
OPENED = 12  # documents that LibreOffice opens without CORDON_ALL

OLETOOLS = "oletools_testdata/test-data/"
# Samples, traits of which one at least must be found, outcome: disarm, remove, hold, pass. The first
# line that fits counts.
TABLE = [
    ("*/encrypted/*", {"encrypted"}, "hold"),
    ("*/basic/encrypted.docx", {"encrypted"}, "hold"),
    ("*/msodde/*.zip", {"encrypted"}, "hold"),
    ("*/ooxml/*.zip", {"encrypted"}, "hold"),
    ("*/rtfobj/*.zip", {"encrypted"}, "hold"),
    ("*/harmless-clean*", set(), "pass"),
    ("*/msodde/*.xlsb", {"dde"}, "remove"),
    ("*/msodde/*.xml", {"dde"}, "remove"),
    ("*/ooxml/dde*.xml", {"dde"}, "remove"),
    ("*/msodde/*.csv", {"dde"}, "remove"),
    ("*/msodde/*", {"dde"}, "disarm"),
    ("*/excel4-macros/*.slk", None, "remove"),  # a type that is removed whatever it holds
    ("*/excel4-macros/*.xl[st]", {"xlm", "macro"}, "remove"),
    ("*/excel4-macros/*", {"xlm"}, "disarm"),
    ("*/olevba/*.ppt", {"macro"}, "remove"),
    ("*/oleform/*.docm", {"macro"}, "disarm"),
    ("*/external_link/*.xlsb", {"external-relationship"}, "remove"),
    ("*/external_link/*", {"external-relationship"}, "disarm"),
    ("*/rtfobj/*.rtf", {"ole-object"}, "disarm"),
    ("*/oleobj/*.od[tps]", {"ole-object"}, "disarm"),
    ("*/oleobj/*.xml", {"ole-object"}, "remove"),
    ("*/oleobj/*.xlsb", {"ole-object"}, "remove"),
    ("*/oleobj/*.xlam", {"ole-object"}, "remove"),  # an add-in
    ("*/oleobj/*.xla", {"ole-object"}, "remove"),
    ("*/oleobj/*.???[xm]", {"ole-object"}, "disarm"),
    ("*/oleobj/*", {"ole-object"}, "remove"),
    ("*/demo_files/PDF Javascript*.pdf", {"pdf-javascript"}, "disarm"),
    ("*/demo_files/PDF Launch*.pdf", {"pdf-launch"}, "remove"),  # its text has the words, too
    ("*/demo_files/RTF OLE*.rtf", {"ole-object"}, "remove"),  # a program is in it
    ("*/demo_files/Word 2003 OLE*.doc", {"ole-object"}, "remove"),
    ("*/demo_files/Word 2003 VBA*.doc", {"macro"}, "remove"),
    ("*/demo_files/HTML Javascript*.html", {"html-script"}, "disarm"),
    ("*/demo_files/Word 2003 normal.doc", set(), "pass"),
    ("*/demo_files/PDF EmbeddedFile*.pdf", {"embedded-file"}, "disarm"),
    ("*/mat2_data/data/*.svg", {"html-script"}, "disarm"),
    ("*/qpdf/enc-XI-attachments-base.pdf", {"embedded-file"}, "disarm"),
    ("*/mat2_data/data/clean*.docx", set(), "pass"),
    ("*/mat2_data/data/comment.docx", set(), "pass"),
    ("*/mat2_data/data/revision*.docx", set(), "pass"),
    ("*/mat2_data/data/dirty.od?", set(), "pass"),
    ("*/mat2_data/data/dirty.pdf", set(), "pass"),
]
ACTIVE_NAMES = re.compile(r"vbaproject|macrosheets/|/activex/|oleobject\d*\.bin|^basic/|^scripts/|webextensions/", re.I)
ACTIVE_TEXT = re.compile(rb"ddeauto|<ddeLink|vnd\.ms-office\.vba|event-listener |table:dde-link|macrosheet\+xml", re.I)
PDF_NAMES = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|GoToE|ImportData|EmbeddedFiles|XFA|AA)\b")


def expected(path):
    name = "/" + str(path.relative_to(CORPORA))
    return next(((traits, action) for pattern, traits, action in TABLE if fnmatch.fnmatch(name, pattern)), None)


def letter(path):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "a@vendor.example", "b@dept.example", "x"
    message.set_content("hello\n")
    message.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
    return message.as_bytes()


def sanitize(rules, source, target, work):
    report = work / "report"
    subprocess.run([BUILD / "cordon", "sanitize", "-q", "-j", "2", "--rules", rules, "--report", report,
                    "-o", target, source], capture_output=True, check=False)
    return {pathlib.Path(line["file"]).name: line for line in map(json.loads, report.read_text().splitlines())}


def attachment(path):
    """Content of the file that the letter carried, or None."""
    parts = list(email.message_from_bytes(path.read_bytes(), policy=email.policy.default).walk())
    kept = [p for p in parts if p.get_filename() and not p.get_filename().startswith("REMOVED-")]
    return kept[0].get_payload(decode=True) if kept else None


def traits_of(line):
    return {t for f in line.get("findings", []) if f["kind"] == "file" for t in f.get("traits", [])}


def outcome(line):
    actions = {f["action"] for f in line.get("findings", []) if f["kind"] == "file"}
    return "hold" if line["outcome"] == "held" else next((a for a in ("remove", "disarm") if a in actions), "pass")


def still_active(path):
    """What other tools see in a disarmed file."""
    if zipfile.is_zipfile(path):
        archive = zipfile.ZipFile(path)
        found = [n for n in archive.namelist() if ACTIVE_NAMES.search(n)]
        for name in archive.namelist():
            data = archive.read(name)
            found += [f"{name}: {m}" for m in ACTIVE_TEXT.findall(data)]
            for tag in re.findall(rb"<Relationship [^>]*External[^>]*>", data):
                if b"/hyperlink" not in tag:
                    found.append(f"{name}: {tag}")
        return found + ([f"damaged: {archive.testzip()}"] if archive.testzip() else [])
    if path.suffix in (".html", ".htm", ".svg", ".dat"):  # winmail.dat holds a page as it is
        return re.findall(rb"(?i)<script|<[^>]*\son\w+\s*=|javascript:", path.read_bytes())
    if path.suffix == ".rtf":
        return re.findall(rb"\\\\obj(?:data|emb|update|ocx)|\\\\template", path.read_bytes())
    plain = subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, "-"], capture_output=True)
    if plain.returncode not in (0, 3):
        return [plain.stderr.decode(errors="replace")]
    return [m.decode() for m in PDF_NAMES.findall(plain.stdout)]


# --- LibreOffice ---

FLAT = {"doc": "fodt", "rtf": "fodt", "dot": "fodt", "odt": "fodt", "xls": "fods", "xlt": "fods", "ods": "fods",
        "ppt": "fodp", "pps": "fodp", "pot": "fodp", "odp": "fodp"}


def texts(folder, files, work):
    """What LibreOffice reads in each file: name ─▶ words."""
    out = work / f"flat-{folder.name}"
    groups = collections.defaultdict(list)
    for name in files:
        groups[FLAT[name.rsplit(".", 1)[-1][:3]]].append(str(folder / name))
    for kind, paths in groups.items():
        subprocess.run(["soffice", f"-env:UserInstallation=file://{work}/office", "--headless", "--convert-to", kind,
                        "--outdir", out, *paths], capture_output=True, timeout=900, check=False)
    result = {}
    for name in files:
        flat = out / (name.rsplit(".", 1)[0] + "." + FLAT[name.rsplit(".", 1)[-1][:3]])
        if flat.exists():
            body = flat.read_text(errors="replace").split("<office:body>", 1)[-1]
            words = re.sub(r"<office:binary-data>.*?</office:binary-data>", "", body, flags=re.S)
            # A macro sheet's own cells go; what LibreOffice makes of them is this.
            result[name] = [w for w in re.sub(r"<[^>]*>|\s+", " ", words).split() if w != "#NAME?"]
    return result


def pdf_text(path):
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True)
    return done.stdout.split()


def main():
    if not CORPORA.exists():
        print("ok 1 - documents # SKIP CORDON_CORPORA is not there\n1..1")
        return 0
    rules = jailed.rules(SOURCE)
    check = tap.Checks("documents")
    work = check.folder

    samples = {}
    for path in sorted(p for p in CORPORA.rglob("*") if p.is_file()):
        wanted = expected(path) or (None, None)
        if wanted[1] or (ALL and path.stat().st_size < LARGEST):
            samples[f"{len(samples):04}.eml"] = (path, *wanted)
    (work / "in").mkdir()
    for name, (path, *_) in samples.items():
        (work / "in" / name).write_bytes(letter(path))
    report = sanitize(rules, work / "in", work / "out", work)

    check(f"{sum(1 for _, _, wanted in samples.values() if wanted)} samples: traits", [
        f"{path.relative_to(CORPORA)}: want {wanted or 'none'}, got {traits_of(report[name])}"
        for name, (path, wanted, _) in samples.items() if wanted is not None
        and (not wanted & traits_of(report[name]) if wanted else "active-content" in traits_of(report[name]))])
    check("outcomes", [f"{path.relative_to(CORPORA)}: want {wanted}, got {outcome(report[name])} {report[name]['reason']}"
                       for name, (path, _, wanted) in samples.items() if wanted and outcome(report[name]) != wanted])
    ordinary = [name for name, (_, _, wanted) in samples.items()
                if wanted == "pass" or not (wanted or report[name]["counts"]["acted"])]
    check(f"{len(ordinary)} ordinary documents are delivered byte for byte", [
        samples[name][0] for name in ordinary if (work / "out" / name).read_bytes() != (work / "in" / name).read_bytes()])

    for folder in ("before", "after"):
        (work / folder).mkdir()
    disarmed = []
    for name, (path, _, wanted) in samples.items():
        if outcome(report[name]) != "disarm" or not (work / "out" / name).exists():
            continue
        file = f"{name[:4]}-{path.name}".replace(" ", "_")
        (work / "before" / file).write_bytes(path.read_bytes())
        (work / "after" / file).write_bytes(attachment(work / "out" / name))
        disarmed.append(file)
    check(f"{len(disarmed)} disarmed files have nothing left that acts",
          [f"{f}: {still_active(work / 'after' / f)}" for f in disarmed if still_active(work / "after" / f)])
    again = sanitize(rules, work / "out", work / "twice", work)
    check("twice is once", [n for n in again if (work / "twice" / n).exists()
                            and (work / "twice" / n).read_bytes() != (work / "out" / n).read_bytes()])

    office = [f for f in disarmed if f.rsplit(".", 1)[-1][:3] in FLAT]
    if not ALL and len(office) > OPENED:
        office = office[::len(office) // OPENED]
    if shutil.which("soffice"):
        before, after = (texts(work / folder, office, work) for folder in ("before", "after"))
        check(f"{len(office)} of them open in LibreOffice with the same text",
              [f"{f}: {before.get(f)} ─▶ {after.get(f)}" for f in office
               if f not in after or before.get(f, after[f]) != after[f]])  # one original does not open
    else:
        check("LibreOffice", [], "no soffice")
    pdfs = [f for f in disarmed if f.endswith(".pdf")]
    if shutil.which("pdftotext"):
        check(f"{len(pdfs)} PDF files have the same text",
              [f for f in pdfs if pdf_text(work / "before" / f) != pdf_text(work / "after" / f)])
    return check.end()


if __name__ == "__main__":
    sys.exit(main())
