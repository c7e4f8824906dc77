#!/usr/bin/env python3
"""Approvals that are signed: which are taken, which are refused and in which words, and that none holds whose
signature does not. Prints TAP."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from office import DITSO, Office, later, tap  # noqa: E402

HEAD = "Head of Department"
DRIVE = "See https://drive.google.com/file/d/1AbCdEf/view"
SAID = {"approval": "ITSU/12/3", "approved": "2026-01-02", "user": "Clerk@dept.example", "service": "google-drive",
        "direction": "any", "computers": "Room 1204", "reason": "Drawings", "requester": "Chan",
        "end": later(60), "review": later(30)}


class Registry(Office):
    """With the keys of Wong, the security officer, and of Ho, the head; Lam's has ended; Tong has one of his own."""

    def __init__(self, work):
        super().__init__(work)
        for name, post, begin, end in (("Wong", DITSO, "2026-01-01", "2027-12-31"), ("Ho", HEAD, "2026-01-01", "2027-12-31"),
                                       ("Lam", DITSO, "2024-01-01", "2025-12-31"), ("Tong", None, None, None)):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", work / name], check=True)
            if post:
                self.key(name, post, begin, end)

    def key(self, name, post, begin, end):
        public = (self.work / f"{name}.pub").read_text().strip()
        with open(self.rules / "keys.conf", "a") as conf:
            conf.write(f'key "{name} 1" {{ name = "{name}"  post = "{post}"  public = "{public}"\n'
                       f'  from-date = "{begin}"  until-date = "{end}" }}\n')

    def sign(self, by="Wong", file="a", namespace="cordon-exceptions", **fields):
        path = self.work / file
        said = {**SAID, **{name.replace("_", "-"): value for name, value in fields.items()}}
        path.write_text("".join(["cordon exception 1\n"] + [f"{k}: {v}\n" for k, v in said.items() if v]))
        return self.sign_again(path, by, namespace)

    def sign_again(self, path, by, namespace="cordon-exceptions"):
        pathlib.Path(f"{path}.sig").unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", self.work / by, "-n", namespace, path], check=True,
                       capture_output=True)
        return path

    def take(self, path, *args):
        return self("import", path, "--implementer", "Lee", *args)

    def require(self, line):
        conf = self.rules / "exceptions.conf"
        conf.write_text(conf.read_text().replace("\n  maximum-days = 180", f"\n  {line}\n  maximum-days = 180", 1))


def test_taken(office):
    """Who approved it, and in which post, says the key; the text stays in the record."""
    path = office.sign()
    status, out, told = office.take(path)
    assert (status, out) == (0, "E-0001\n"), told
    line = json.loads((office.rules / "exceptions.jsonl").read_text())
    assert (line["approver"], line["post"], line["user"]) == ("Wong", DITSO, "clerk@dept.example"), line
    assert line["signed"] == path.read_text() and line["signature"] == pathlib.Path(f"{path}.sig").read_text()
    assert office.mail(DRIVE)["outcome"] == "unchanged"
    assert "0 warnings" in office("check")[1]


def test_refused(office):
    """Altered, by an unknown key, by one that has ended, in the wrong post, of another text, twice."""
    def altered(path):
        path.write_text(path.read_text().replace("google-drive", "dropbox"))
        return path
    cases = [
        (lambda: altered(office.sign()), "altered"),
        (lambda: office.sign("Tong"), "a key that keys.conf does not have: SHA256:"),
        (lambda: office.sign("Lam"), 'key "Lam 1" of Lam was good until 2025-12-31'),
        (lambda: office.sign(namespace="file"), "was made for something else"),
        (lambda: office.sign(service=None, host="files.example"), f"these may: {HEAD}"),
        (lambda: office.sign(requester="wong"), "the requester cannot be the approver"),
        (lambda: office.sign(user="Wong"), "not one mailbox"),
        (lambda: office.sign(reason=None), "reason is missing"),
        (lambda: office.sign(end="soon"), "end is a date"),
        (lambda: office.sign(end=later(-1)), "the end"),
        (lambda: office.sign(end=later(200)), "approved for 180 at most"),
        (lambda: office.sign(approver="Ho"), '"approver" is nothing that an approval says'),
        (lambda: office.sign(implementer="Ho"), '"implementer" is nothing that an approval says'),
        (lambda: office.sign(signed="x"), '"signed" is nothing that an approval says'),
        (lambda: office.sign(reason="a\nreason: b"), '"reason" stands there twice'),
        (lambda: office.sign(reason="a\nb"), '"b" is no line "name: value"'),
    ]
    for make, words in cases:
        status, out, told = office.take(make())
        assert (status, out) == (65, "") and words in told, (words, status, told)
    path = office.sign()
    pathlib.Path(f"{path}.sig").write_text("x")
    assert "is no signature; make one with ssh-keygen -Y sign" in office.take(path)[2]
    path = office.sign(file="b")
    assert office("import", path)[0] == 65, "without implementer"
    assert "No such file" in office("import", office.work / "none", "--implementer", "Lee")[2]
    assert not (office.rules / "exceptions.jsonl").exists()


def test_once(office):
    """The same approval again is refused, even when what it approved was revoked."""
    path = office.sign()
    assert office.take(path)[0] == 0
    status, _, told = office.take(path)
    assert status == 65 and "is there already, as E-0001" in told, told
    assert office("revoke", "E-0001", "--by", "Ho", "--reason", "left")[0] == 0
    assert office.take(path)[0] == 65
    assert office.take(office.sign_again(path, "Wong"))[0] == 65
    assert office.mail(DRIVE)["outcome"] == "changed"


def test_two(office):
    """Where two must approve the second signs the same text, with a key of somebody else."""
    office.require("approvers = 2")
    path = office.sign()
    assert "E-0001 is pending" in office.take(path)[2]
    assert office.mail(DRIVE)["outcome"] == "changed"
    for by, words in (("Wong", "the first one again"), ("Tong", "does not have"), ("Lam", "was good until")):
        status, _, told = office.take(office.sign_again(path, by))
        assert status == 65 and words in told, (by, told)
    assert office("second", "E-0001", "--second", "Ho", "--second-post", HEAD)[0] == 65, "not signed"
    status, out, told = office.take(office.sign_again(path, "Ho"))
    assert (status, out) == (0, "E-0001\n"), told
    assert office.mail(DRIVE)["outcome"] == "unchanged"
    assert office.take(path)[0] == 65 and "0 warnings" in office("check")[1]


def test_wide(office):
    """What is wide waits for the second signature, in a post for that."""
    path = office.sign(service=None, **{"class": "cloud-storage"})
    assert "is pending" in office.take(path)[2]
    assert office.mail(DRIVE)["outcome"] == "changed"
    assert office.take(office.sign_again(path, "Ho"))[0] == 0
    assert office.mail(DRIVE)["outcome"] == "unchanged"


def test_only_signed(office):
    """signed = yes: what is typed is refused, and a line written into the record grants nothing."""
    assert office.add()[0] == 0
    assert office.mail(DRIVE)["outcome"] == "unchanged"
    office.require("signed = yes")
    assert office.mail(DRIVE)["outcome"] == "changed", "not signed"
    assert "must be signed: cordon exceptions import" in office("check")[1]
    status, _, told = office.add(user="other@dept.example")
    assert status == 65 and "must be signed" in told, told
    assert office.take(office.sign())[0] == 0
    assert office.mail(DRIVE)["outcome"] == "unchanged"
    assert office.add(service="gmail", end=later(80))[0] == 0, "another class"
    status, _, told = office.add(user="third@dept.example", break_glass=True, approver=None, post=None, approval=None,
                                 approved=None, end=None, review=None)
    assert status == 0, told
    assert office.mail(DRIVE, rcpt="third@dept.example")["outcome"] == "unchanged", "an emergency"


def test_forged_record(office):
    """Whoever may write the record can mend its hashes, and not the signature."""
    assert office.take(office.sign())[0] == 0
    record = office.rules / "exceptions.jsonl"
    whole = record.read_text()
    for was, forged in (("clerk@dept.example", "other@dept.example"), ('"approver":"Wong"', '"approver":"Ho"'),
                        ("Drawings", "Plans"), (later(60)[:4] + "-", "2099-")):
        text = whole.split(',"hash":')[0].replace(was, forged)
        record.write_text(f'{text},"hash":"{hashlib.sha256(("cordon exceptions 1" + chr(10) + text).encode()).hexdigest()}"}}\n')
        assert text != whole.split(',"hash":')[0]
        for rcpt in ("clerk@dept.example", "other@dept.example"):
            if forged == "2099-" or office("check")[0] == 0:
                assert office.mail(DRIVE, rcpt=rcpt)["outcome"] == "changed", (was, forged, rcpt)
    record.write_text(whole)
    assert office.mail(DRIVE)["outcome"] == "unchanged"
    (office.rules / "keys.conf").write_text("")
    assert office.mail(DRIVE)["outcome"] == "changed", "the key was taken out"
    assert "a key that keys.conf does not have" in office("check")[1]


def test_a_key_that_ends(office):
    """What it signed while it was good holds on; a new one needs another key."""
    assert office.take(office.sign())[0] == 0
    assert office.mail(DRIVE, "--at", later(40))["outcome"] == "unchanged"
    conf = office.rules / "keys.conf"
    conf.write_text(conf.read_text().replace("2027-12-31", later(0)[:10]))
    assert office.mail(DRIVE, "--at", later(40))["outcome"] == "unchanged"


def test_in_anothers_place(office):
    """A key of somebody who stands in for another by delegation."""
    office.key("Tong", "Deputy", "2026-01-01", "2027-12-31")
    path = office.sign("Tong")
    assert "may not approve" in office.take(path)[2]
    (office.rules / "delegations.conf").write_text(
        f'delegation "D" {{ post = "{DITSO}" by = "Wong" to = "Tong" from-date = "2026-01-01" until-date = "2026-12-31" }}\n')
    status, _, told = office.take(path)
    assert status == 0 and f"approved by Tong for Wong, {DITSO}" in told, told
    assert office.mail(DRIVE)["outcome"] == "unchanged"


if __name__ == "__main__":
    if shutil.which("ssh-keygen") is None:
        sys.exit(tap.run_tests([], "needs ssh-keygen"))
    sys.exit(tap.run_in_folders(globals(), Registry))
