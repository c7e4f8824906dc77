#!/usr/bin/env python3
"""What exceptions do to a message, at a time that the test sets. Prints TAP."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from office import Office, later, tap  # noqa: E402

DRIVE = "See https://drive.google.com/file/d/1AbCdEf/view for the drawings."
MALWARE = """From: sales@vendor.example
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See https://drive.google.com/file/d/1AbCdEf/view
--b
Content-Type: application/octet-stream; name=notes.txt
Content-Disposition: attachment; filename=notes.txt

Cordon takes this for malware in the tests of its rules.
--b--
"""
AMBIGUOUS = """From: sales@vendor.example
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=a
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See https://drive.google.com/file/d/1AbCdEf/view
--b--
"""
WIDE = {"second": "Ho", "second_post": "Head of Department"}


def passed_by(report):
    return sorted({f["exception"] for f in report["findings"] if "exception" in f})


def must(done):
    assert done[0] == 0, done[2]
    return done[1].strip()


def test_until_its_end(office):
    """No job ends an exception: the message that comes a second later is treated as any other."""
    must(office.add(start="2026-11-02T00:00:00Z", end="2026-12-01T10:00:00Z", review="2026-11-20"))
    for at, outcome in (("2026-11-01T23:59:59Z", "changed"), ("2026-11-02T00:00:00Z", "unchanged"),
                        ("2026-12-01T09:59:59Z", "unchanged"), ("2026-12-01T10:00:00Z", "changed")):
        assert office.mail(DRIVE, "--at", at)["outcome"] == outcome, at


def test_groups(office):
    """Whoever is in the group when the message comes; another one's group is of no use."""
    office.group("designers", "clerk@dept.example", "@works.dept.example")
    office.group("others", "y@dept.example")
    name = must(office.add(user=None, group="designers", **WIDE))
    must(office.add(user="z@dept.example", service="dropbox"))
    for rcpt, names in (("Clerk@dept.example", [name]), ("x@works.dept.example", [name]), ("y@dept.example", []),
                        ("z@dept.example", [])):
        report = office.mail(DRIVE, rcpt=rcpt)
        assert (passed_by(report), report["outcome"]) == (names, "unchanged" if names else "changed"), (rcpt, report)
    for second, names in (("x@works.dept.example", [name]), ("y@dept.example", [])):
        assert passed_by(office.mail(DRIVE, "--rcpt", second)) == names, second
    office.group("designers", "nobody@dept.example")
    assert office.mail(DRIVE)["outcome"] == "changed"


def test_groups_looked_up(office):
    """Who is in it the front found out; where nobody knows, nobody is."""
    with open(office.rules / "groups.conf", "a") as conf:
        conf.write('group "registry" { socketmap = "unix:/run/x:staff" }\n')
    name = must(office.add(user=None, group="registry", **WIDE))
    assert passed_by(office.mail(DRIVE)) == []
    assert passed_by(office.mail(DRIVE, "--member", "registry=clerk@dept.example")) == [name]
    assert passed_by(office.mail(DRIVE, "--member", "registry=other@dept.example")) == []


def test_computers(office):
    """Bound to computers: only for whom they are assigned to."""
    office.group("room-1204", "clerk@dept.example")
    names = [must(office.add(user=user, computer_group="room-1204"))
             for user in ("clerk@dept.example", "other@dept.example")]
    assert passed_by(office.mail(DRIVE)) == names[:1]
    assert passed_by(office.mail(DRIVE, rcpt="other@dept.example")) == []


def test_what_leaves(office):
    """In what leaves it is the sender's, through a group as well."""
    office.settings('own-domains = { "dept.example" }')
    office.group("designers", "clerk@dept.example")
    name = must(office.add(user=None, group="designers", direction="outbound", **WIDE))
    sends = {"rcpt": "sales@vendor.example", "sender": "clerk@dept.example"}
    assert passed_by(office.mail(DRIVE, "--direction", "outbound", **sends)) == [name]
    assert passed_by(office.mail(DRIVE)) == []


def test_sender(office):
    """One of a sender is of use only where the department's verifier says that DMARC passed."""
    office.settings('trusted-authserv-ids = { "mx.dept.example" }')
    name = must(office.add(sender="@vendor.example", direction="inbound"))
    head = "Authentication-Results: {}; dmarc={} header.from={}"
    for by, result, of, names in (("mx.dept.example", "pass", "vendor.example", [name]),
                                  ("mx.dept.example", "fail", "vendor.example", []),
                                  ("mx.dept.example", "none", "vendor.example", []),
                                  ("mx.evil.example", "pass", "vendor.example", [])):
        report = office.mail(DRIVE, top=(head.format(by, result, of),))
        assert passed_by(report) == names, (by, result, of, report)
    assert passed_by(office.mail(DRIVE)) == [], "without a word about it"
    other = office.mail(DRIVE, sender="sales@other.example", top=(head.format("mx.dept.example", "pass", "other.example"),))
    assert passed_by(other) == []


def test_dangers_stay(office):
    """The widest exception there is: malware, known bad addresses, deceit and ambiguity are stopped as ever."""
    shared = {"direction": "any", **WIDE, "end": later(80)}
    must(office.add(service=None, **{"class": "cloud-storage"}, **shared))
    must(office.add(service=None, host="known-bad.example", post="Head of Department", **shared))
    must(office.add(service=None, host="drive.google.com", **shared))
    given = office.rules / "tests" / "given"
    office.settings(f'signatures = "{given}/signatures"')
    (office.rules / "lists" / "threat-feed.txt").write_text("known-bad.example\n")
    assert len(passed_by(office.mail(DRIVE))) == 1
    for rule, body in (("known bad", "See https://known-bad.example/a"),
                       ("deceptive", "See https://www.bank.example@drive.google.com/x")):
        report = office.mail(body)
        assert any(rule in f.get("rule", "") and f["action"] != "pass" for f in report["findings"]), (rule, report)
    assert office.mail("", content=MALWARE)["outcome"] == "held"
    assert office.mail("", content=AMBIGUOUS)["outcome"] == "held"


def test_broken(office):
    """A record that does not hold together grants nothing, and mail flows."""
    must(office.add())
    assert office.mail(DRIVE)["outcome"] == "unchanged"
    record = office.rules / "exceptions.jsonl"
    record.write_text(record.read_text().replace("Room 1204", "Room 1205"))
    assert office.mail(DRIVE)["outcome"] == "changed"
    record.write_text("")
    assert office.mail(DRIVE)["outcome"] == "changed"
    record.unlink()
    record.mkdir()
    assert office.mail(DRIVE)["outcome"] == "changed"
    assert office.mail("Hello")["outcome"] == "unchanged"
    assert office("check")[0] == 78


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals(), Office))
