#!/usr/bin/env python3
"""cordon exceptions: what is taken, what is refused and in which words, and what the lists tell.
Prints TAP."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from office import DITSO, Office, later, tap  # noqa: E402

def test_refused(office):
    """Each fault in words that say what would be right; nothing is written."""
    cases = [
        ({"reason": None}, "reason is missing"),
        ({"end": None}, "end is missing"),
        ({"user": "dept.example"}, "not one mailbox"),
        ({"approver": "Chan"}, "requester cannot be the approver"),
        ({"approver": "lee"}, "implementer cannot be the approver"),
        ({"post": "Clerk"}, f"these may: {DITSO}, Head of Department"),
        ({"service": "google-driv"}, 'did you mean "google-drive"?'),
        ({"service": None, "class": "cloud-storag"}, 'did you mean "cloud-storage"?'),
        ({"service": None, "class": "cloud-storage"}, "needs a second approver"),
        ({"service": None, "host": "drive.google.com"}, "needs a second approver"),
        ({"service": None, "host": "sharepoint.com"}, "needs a second approver"),
        ({"service": None, "host": "gmail.com", "post": "Head of Department"}, "needs a second approver"),
        ({"service": None, "host": "google.com", "post": "Head of Department"}, "needs a second approver"),
        ({"service": None, "host": "co.uk", "post": "Head of Department"}, "needs a second approver"),
        ({"service": None, "host": "*.sharepoint.com"}, "is no host"),
        ({"service": None, "host": "192.0.2.0/24"}, "is no host"),
        ({"service": None, "host": "192.0.2.1", "post": "Head of Department"}, "needs a second approver"),
        ({"service": None}, "name exactly one"),
        ({"host": "vendor.sharepoint.com"}, "name exactly one"),
        ({"end": later(181)}, "approved for 180 at most"),
        ({"service": "gmail", "end": later(91), "review": later(30)}, "approved for 90 at most"),
        ({"end": "2026-01-01T00:00:00Z"}, "not after the start"),
        ({"end": "soon"}, "--end is a date"),
        ({"second": "Wong", "second_post": "Head of Department"}, "the first one again"),
        ({"break_glass": True}, "within 24 hours"),
    ]
    for fields, words in cases:
        status, out, told = office.add(**fields)
        assert status in (64, 65) and words in told and not out, (fields, status, out, told)
    assert not (office.rules / "exceptions.jsonl").exists()


def test_each_field(office):
    """One that lacks any field is refused, and so is one with a field of blanks."""
    for field in ("user", "service", "direction", "computers", "reason", "requester", "approver", "post", "approval",
                  "approved", "implementer", "end", "review"):
        for value in (None, " "):
            status, out, told = office.add(**{field: value})
            assert status in (64, 65) and not out and told, (field, value, told)
    assert not (office.rules / "exceptions.jsonl").exists()
    assert office.add()[0] == 0


def test_renewal(office):
    """What was approved until a day is not prolonged by the same approval; entering it anew is no renewal."""
    soon = later(20)
    assert office.add(end=soon, review=later(10))[0] == 0
    status, _, told = office.add(end=later(40), review=later(10))
    assert status == 65 and 'approval "12/3" was given for E-0001, which ends earlier' in told, told
    assert office.add(end=later(40), review=later(10), user="other@dept.example")[0] == 0
    assert office.add(end=later(40), review=later(10), approval="12/4")[0] == 0
    assert office("revoke", "E-0001", "--by", "Ho", "--reason", "a wrong room")[0] == 0
    assert office.add(end=soon, review=later(10), computers="Room 1205")[0] == 0
    assert office.add(end=later(40), review=later(10))[0] == 65
    assert "0 warnings" in office("check")[1]


def test_leavers(office):
    """All who are on a list of the staff records lose what they have; those who have nothing are no fault."""
    for user in ("a", "b", "c"):
        assert office.add(user=f"{user}@dept.example")[0] == 0
    left = office.work / "left"
    left.write_text("# November\nB@dept.example\r\nnobody@dept.example\n\nc@dept.example # to another bureau\n")
    why = ("--by", "Ho", "--reason", "has left")
    status, out, told = office("revoke", "--users-from", left, *why)
    assert (status, out, told) == (0, "E-0002\nE-0003\n", ""), (status, out, told)
    assert office("revoke", "--users-from", left, *why)[:2] == (0, "")
    assert [line.split()[0] for line in office("list")[1].splitlines()[1:]] == ["E-0001"]
    assert office("revoke", "--users-from", office.work / "none", *why)[0] == 65
    assert office("revoke", "E-0001", "--users-from", left, *why)[0] == 65


def test_pack(office):
    """The pack for a review comes from the record and the events alone: copies of them give the same."""
    for user in ("a", "b"):
        assert office.add(user=f"{user}@dept.example", start=later(-40))[0] == 0
    office.events.write_text(json.dumps({"v": 1, "time": later(-1)[:-1] + ".5Z", "exceptions": ["E-0002"]},
                                        separators=(",", ":")) + "\n")
    out = office("review")[1]
    assert "a@dept.example" in out and "Wong" in out and "40" in out.split(), out
    (office.work / "archive").mkdir()
    copy = Office(office.work / "archive")
    for name in ("exceptions.jsonl",):
        (copy.rules / name).write_bytes((office.rules / name).read_bytes())
    copy.events.write_bytes(office.events.read_bytes())
    assert copy("review")[1] == out and copy("unused")[1] == office("unused")[1] != ""


def test_taken(office):
    """Narrow by one approver, wide by two; a tenant's own host is narrow."""
    wide = {"second": "Ho", "second_post": "Head of Department"}
    for fields in ({}, {"service": None, "host": "Vendor.sharepoint.com"},
                   {"service": None, "class": "cloud-storage", **wide},
                   {"service": None, "host": "sharepoint.com", **wide}):
        status, out, told = office.add(**fields)
        assert status == 0, (fields, told)
    status, out, _ = office("list")
    assert status == 0 and [line.split()[0] for line in out.splitlines()] == [
        "NAME", "E-0001", "E-0002", "E-0003", "E-0004"], out
    status, out, _ = office("show", "E-0002")
    assert "vendor.sharepoint.com" in out and "Room 1204" in out, out
    assert office("show", "E-0009")[0] == 65


def test_life(office):
    """Add, list, revoke; what was revoked is in --all alone; the record only grows."""
    office.add()
    before = (office.rules / "exceptions.jsonl").read_bytes()
    assert office("revoke", "E-0001")[0] == 65
    status, _, told = office("revoke", "E-0001", "--by", "Ho", "--reason", "has left")
    assert status == 0, told
    assert (office.rules / "exceptions.jsonl").read_bytes().startswith(before)
    assert "E-0001" not in office("list")[1]
    assert "revoked" in office("list", "--all")[1]
    assert office("revoke", "E-0001", "--by", "Ho", "--reason", "again")[0] == 65


def test_departure(office):
    """Who leaves loses all they have and are to have; others keep theirs."""
    for fields in ({}, {"service": "dropbox"}, {"user": "other@dept.example"}, {"start": later(5)}):
        assert office.add(**fields)[0] == 0
    office("revoke", "E-0001", "--by", "Ho", "--reason", "not needed")
    assert office("revoke", "E-0002", "--user", "clerk@dept.example", "--by", "Ho", "--reason", "x")[0] == 65
    assert office("revoke", "--user", "clerk@dept.example")[0] == 65
    status, out, told = office("revoke", "--user", "Clerk@dept.example", "--by", "Ho", "--reason", "has left")
    assert (status, out) == (0, "E-0002\nE-0004\n"), (status, out, told)
    assert [line.split()[0] for line in office("list")[1].splitlines()[1:]] == ["E-0003"]
    status, out, told = office("revoke", "--user", "clerk@dept.example", "--by", "Ho", "--reason", "has left")
    assert (status, out) == (0, "") and "has none" in told, told


def test_groups(office):
    """For a group: only by two, only one that there is; whom it reaches is seen by address."""
    wide = {"second": "Ho", "second_post": "Head of Department"}
    of_group = {"user": None, "group": "designers", **wide}
    status, _, told = office.add(**of_group)
    assert status == 65 and "put its addresses into groups/designers.txt" in told, told
    office.group("designers", "chief@dept.example", "@works.dept.example")
    status, _, told = office.add(**{**of_group, "group": "desiners"})
    assert status == 65 and 'did you mean "designers"?' in told, told
    status, _, told = office.add(user=None, group="designers")
    assert status == 65 and "for a group, a whole class" in told, told
    status, _, told = office.add(**{**of_group, "approver": "chief@dept.example"})
    assert status == 65 and "for a group that they are in" in told, told
    for fields in (of_group, {"user": None, "mailbox": "Registry@dept.example"}, {"user": "chief@dept.example"},
                   {"computer_group": "designers"}):
        status, _, told = office.add(**fields)
        assert status == 0, (fields, told)
    out = office("list")[1]
    assert "group designers" in out and "mailbox registry@dept.example" in out, out
    for user, want in (("chief@dept.example", ["E-0001", "E-0003"]), ("Anybody@works.dept.example", ["E-0001"]),
                       ("registry@dept.example", ["E-0002"]), ("clerk@dept.example", [])):
        out = office("list", "--user", user)[1]
        assert [line.split()[0] for line in out.splitlines()[1:]] == want, (user, out)
    (office.rules / "groups" / "designers.txt").unlink()
    assert 'E-0001 goes beyond exceptions.conf as it is now: there is no group "designers"' in office("check")[1]


def test_groups_looked_up(office):
    """The mail server knows who is in it, and the command is told."""
    with open(office.rules / "groups.conf", "a") as conf:
        conf.write('group "registry" { socketmap = "unix:/run/x:staff" }\n')
    status, _, told = office.add(user=None, group="registry", second="Ho", second_post="Head of Department")
    assert status == 0, told
    status, out, told = office("list", "--user", "clerk@dept.example")
    assert out == "" and "say it with --member GROUP=clerk@dept.example" in told, (out, told)
    assert "E-0001" in office("list", "--user", "clerk@dept.example", "--member", "registry=clerk@dept.example")[1]
    assert office("list", "--user", "clerk@dept.example", "--member", "registry")[0] == 64


def test_sender(office):
    """Of one sender only: in mail that comes, and where somebody vouches for senders."""
    status, _, told = office.add(sender="@vendor.example", direction="inbound")
    assert status == 65 and "nobody vouches for senders" in told, told
    with open(office.rules / "cordon.conf", "a") as conf:
        conf.write('trusted-authserv-ids = { "mx.dept.example" }\n')
    status, _, told = office.add(sender="@vendor.example")
    assert status == 65 and "for direction inbound" in told, told
    status, _, told = office.add(sender="Vendor", direction="inbound")
    assert status == 65 and "is no sender" in told, told
    assert office.add(sender="@Vendor.example", direction="inbound")[0] == 0
    assert "service google-drive from @vendor.example" in office("list")[1]


def test_break_glass(office):
    """At most 24 hours, without approval; ratified it lives on, and not twice."""
    status, out, told = office.add(break_glass=True, approver=None, post=None, approval=None, approved=None,
                                   end=None, review=None)
    assert status == 0, told
    assert "break-glass: exception E-0001, service google-drive for clerk@dept.example until " in told, told
    assert "waits to be ratified" in office("check")[1]
    approval = ["--approver", "Wong", "--post", DITSO, "--approval", "12/4", "--approved", "2026-01-02T00:00:00Z",
                "--end", later(60), "--review", later(30)]
    assert office("ratify", "E-0001", *approval[:-2])[0] == 65
    status, _, told = office("ratify", "E-0001", *approval)
    assert status == 0, told
    assert office("ratify", "E-0001", *approval)[0] == 65
    assert "waits to be ratified" not in office("check")[1]


def test_warnings(office):
    """Told 14 and 3 days before the end, and when it was to be reviewed."""
    for days, words in ((20, None), (13, "ends within 14 days"), (2, "ends within 3 days")):
        office.add(end=later(days), review=later(1))
        name = office("list")[1].splitlines()[-1].split()[0]
        told = [line for line in office("check")[1].splitlines() if line.startswith(name)]
        assert (not told) if words is None else words in told[0], (days, told)


def test_check(office):
    """The record is verified; a hash noted elsewhere shows that lines were taken from its end."""
    office.add()
    office.add(user="other@dept.example")
    record = office.rules / "exceptions.jsonl"
    status, out, _ = office("check")
    head = out.split()[-1]
    assert status == 0 and json.loads(record.read_text().splitlines()[-1])["hash"] == head, out
    assert office("check", "--head", head)[0] == 0
    whole = record.read_text()
    record.write_text(whole.splitlines(True)[0])
    assert office("check")[0] == 0
    assert office("check", "--head", head)[0] == 78
    record.write_text(whole.replace("other@", "0ther@"))
    status, _, told = office("check")
    assert status == 78 and "exceptions.jsonl:2: does not fit its hash" in told, told
    assert office("list")[0] == 78
    assert office.add()[0] == 65


def test_unused(office):
    """What the events say: used ones are counted once a message, the others are proposed."""
    for user in ("a", "b"):
        status, _, told = office.add(user=f"{user}@dept.example", start=later(-40))
        assert status == 0, told
    names = ["E-0001", "E-0002"]
    event = {"v": 1, "time": later(-1)[:-1] + ".123Z", "exceptions": [names[0]], "findings": [{"exception": names[0]}, {"exception": names[0]}]}
    office.events.write_text(json.dumps(event, separators=(",", ":")) + "\n")
    out = office("unused")[1]
    assert names[1] in out and names[0] not in out, out
    office.add(user="new@dept.example")
    assert "E-0003" not in office("unused")[1]
    rows = {line.split()[0]: line.split() for line in office("review")[1].splitlines() if line.startswith("E-")}
    assert rows[names[0]][2] == "1" and rows[names[1]][2] == "0", rows
    assert office("review", "--sign-off", "Ho", "--note", "all needed")[0] == 0
    assert "last signed off: 2" in office("review")[1]
    assert office("check")[0] == 0


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals(), Office))
