#!/usr/bin/env python3
"""Documents that were made to get past (evasions.py), through the command. Prints TAP.

  - each is found, and disarmed, removed or held as it must be; ordinary ones next to them come out byte for byte;
  - in what is delivered other tools find nothing of it: not an address, a program or a script in any part of it;
  - sanitised again nothing changes. CORDON_ALL=1: LibreOffice opens it, and reads the same text as before, but for what
    ANOTHER says.
"""
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import evasions  # noqa: E402
import t_documents as documents  # noqa: E402
import t_links as links  # noqa: E402
from t_documents import tap  # noqa: E402

LEFT = re.compile(rb"drive\.google\.com|evil\.example|dde(?:auto)?\b[^a-z]*cmd|cmd\|/c|vnd\.sun\.star\.script|macro:///|dde-application|source-code|objdata|"
                  rb"vbaProject|ppaction://program|alert\(|webextension|/control\"|refreshOnLoad|object-ole|dDe \(", re.I)
# LibreOffice asks the program, or fails to, where the value that was there stays; and it shows what Word does not: the
# words of a field that stands in the code of another.
ANOTHER = re.compile(r"program in a formula|picture of a service|cell of a|another field|half spelled")


def letter(name, content):
    return evasions.linked.letter("evasion", [(name, "application/octet-stream", content)])


def wide(content):
    """UTF-16 as ASCII too."""
    return content + content.replace(b"\0", b"") if b"\0" in content[:200] else content


def main():
    check = tap.Checks("evasions")
    work = check.folder
    rules = documents.jailed.rules(documents.SOURCE)
    (work / "in").mkdir()
    cases = {f"{i:03}.eml": (label, *case) for i, (label, case) in enumerate(evasions.CASES.items())}
    for n, (_, name, content, _) in cases.items():
        (work / "in" / n).write_bytes(letter(name, content))
    report = documents.sanitize(rules, work / "in", work / "out", work)

    check(f"{len(cases)} documents come to what they must", [
        f"{label}: want {wanted}, got {documents.outcome(report[n])}" for n, (label, _, _, wanted) in cases.items()
        if documents.outcome(report[n]) != wanted])
    same = [n for n in cases if cases[n][3] == "pass"]
    check(f"{len(same)} ordinary ones byte for byte", [
        cases[n][0] for n in same if (work / "out" / n).read_bytes() != (work / "in" / n).read_bytes()])
    after = {n: documents.attachment(work / "out" / n) for n in cases if cases[n][3] == "disarm" and (work / "out" / n).exists()}
    check(f"nothing is left in {len(after)}", [
        f"{cases[n][0]}: {name}: {LEFT.findall(wide(part))}" for n, content in after.items() if content
        for name, part in links.parts(content).items() if LEFT.search(wide(part))])
    documents.sanitize(rules, work / "out", work / "twice", work)
    check("twice is once", [cases[n][0] for n in after if (work / "twice" / n).read_bytes() != (work / "out" / n).read_bytes()])

    if not documents.ALL or not shutil.which("soffice"):
        check("LibreOffice", [], "only with CORDON_ALL, and where it is")
        return check.end()
    names = {n: f"{n[:3]}.{cases[n][1].rsplit('.', 1)[1]}" for n, content in after.items()
             if content and cases[n][1].rsplit(".", 1)[1][:3] in documents.FLAT}
    for folder in ("before", "after"):
        (work / folder).mkdir()
    for n, name in names.items():
        (work / "before" / name).write_bytes(cases[n][2])
        (work / "after" / name).write_bytes(after[n])
    before, result = (documents.texts(work / folder, list(names.values()), work) for folder in ("before", "after"))
    check(f"{len(names)} open in LibreOffice with the same text", [
        f"{cases[n][0]}: {before.get(name)} ─▶ {result.get(name)}" for n, name in names.items()
        if before.get(name, result.get(name)) != result.get(name) and not ANOTHER.search(cases[n][0])])
    return check.end()


if __name__ == "__main__":
    sys.exit(main())
