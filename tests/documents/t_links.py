#!/usr/bin/env python3
"""Documents with links, through the command. Prints TAP.

  - of the links in each only those that the rules disable are gone: not an address of theirs is left in any part of it;
  - sanitised again nothing changes;
  - other tools find it whole (zipfile, qpdf). CORDON_ALL=1: LibreOffice opens it, and its text is the text of the original.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import linked  # noqa: E402
import t_documents as documents  # noqa: E402
from t_documents import tap  # noqa: E402

DEAD = [re.escape(a.encode()) for a in (linked.DRIVE, linked.DROPBOX, linked.WHATSAPP, "https://t.me/")]
DEAD = re.compile(b"|".join([*DEAD, linked.WHATSAPP.encode().hex().encode()]), re.I)
GAPS = re.compile(rb"[\s:.]+")  # what a dead address has none of
EDITED = (".docx", ".docm", ".xlsx", ".pptx", ".odt", ".ods", ".pdf", ".bin", ".zip")


def parts(content):
    """Everything that is in a file, unpacked: name ─▶ bytes."""
    if content[:4] == b"PK\3\4":
        with tempfile.TemporaryFile() as file:
            file.write(content)
            with zipfile.ZipFile(file) as archive:
                assert archive.testzip() is None
                return {f"{n} {k}": v for n in archive.namelist() for k, v in parts(archive.read(n)).items()}
    if content[:5] == b"%PDF-" and shutil.which("qpdf"):
        plain = subprocess.run(["qpdf", "--qdf", "--object-streams=disable", "-", "-"], input=content, capture_output=True)
        if plain.returncode == 2:  # qpdf reads no pipes
            with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
                file.write(content)
                file.flush()
                plain = subprocess.run(["qpdf", "--qdf", "--object-streams=disable", file.name, "-"], capture_output=True)
        assert plain.returncode in (0, 3), plain.stderr
        return {"": plain.stdout}
    return {"": content}


def words(content):
    """What a page shows, as a reader puts it together."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        return subprocess.run(["pdftotext", "-raw", file.name, "-"], capture_output=True).stdout


def main():
    check = tap.Checks("links")
    work = check.folder
    rules = documents.jailed.rules(documents.SOURCE)

    (work / "in").mkdir()
    files = {}
    for case, make in linked.CASES.items():
        content = make() if case not in ("file-links-pdf-encrypted",) or shutil.which("qpdf") else []
        if content and content[0][0].endswith(EDITED) and "flagged" not in case and not case.endswith(("-held", "-removed")):
            files[f"{case}.eml"] = content[0]
            (work / "in" / f"{case}.eml").write_bytes(linked.letter(case, content))
    report = documents.sanitize(rules, work / "in", work / "out", work)
    check(f"{len(files)} documents are changed", [n for n in files if report[n]["outcome"] != "changed"])
    after = {n: documents.attachment(work / "out" / n) for n in files}
    check("none is removed", [n for n in files if after[n] is None])
    check("no address that was disabled is left", [
        f"{n}: {name}: {found}" for n, content in after.items() if content for name, part in parts(content).items()
        for found in DEAD.findall(part)])
    live = linked.PLAIN.encode()
    check("others are", [n for n, (_, _, before) in files.items()
                         if any(live in p for p in parts(before).values()) != any(live in p for p in parts(after[n] or b"").values())])
    pages = [n for n, (name, _, _) in files.items() if name.endswith(".pdf")] if shutil.which("pdftotext") else []
    check("nor in the words of a page, and all others stand there", [
        f"{n}: {after[n] and words(after[n])}" for n in pages if not after[n] or DEAD.search(words(after[n]))
        or GAPS.sub(b"", words(after[n])) != GAPS.sub(b"", words(files[n][2]))], None if pages else "pdftotext is not there")
    documents.sanitize(rules, work / "out", work / "twice", work)
    check("twice is once", [n for n in files if (work / "twice" / n).read_bytes() != (work / "out" / n).read_bytes()])

    if not documents.ALL or not shutil.which("soffice"):
        check("LibreOffice", [], "only with CORDON_ALL, and where it is")
    else:
        names = {}
        for folder in ("before", "after"):
            (work / folder).mkdir()
        for n, (name, _, before) in files.items():
            end = name.rsplit(".", 1)[1]
            if end[:3] in documents.FLAT:
                names[n] = n[:-3] + end
                (work / "before" / names[n]).write_bytes(before)
                (work / "after" / names[n]).write_bytes(after[n])
        one, other = (documents.texts(work / folder, names.values(), work) for folder in ("before", "after"))
        check(f"{len(names)} of them open in LibreOffice with the same text",
              [f"{n}: {one.get(n)} ─▶ {other.get(n)}" for n in names.values() if n not in other or "".join(one.get(n, [])) != "".join(other[n])])
    return check.end()


if __name__ == "__main__":
    sys.exit(main())
