#!/usr/bin/env python3
"""Who may approve an exception: by post, in another's place, and by two. Prints TAP."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from office import DITSO, Office, later, tap  # noqa: E402

HEAD = "Head of Department"
WIDE = {"second": "Ho", "second_post": HEAD}
DELEGATION = ('delegation "{name}" {{ post = "{post}"  by = "{by}"  to = "{to}"  from-date = "{begin}"\n'
              '  until-date = "{end}" {classes} }}\n')


def delegate(office, name="D-1", post=DITSO, by="Tang", to="Lam", begin="2026-01-01", end="2026-12-31", classes=""):
    with open(office.rules / "delegations.conf", "a") as conf:
        conf.write(DELEGATION.format(name=name, post=post, by=by, to=to, begin=begin, end=end, classes=classes))


def record(office):
    return [json.loads(line) for line in (office.rules / "exceptions.jsonl").read_text().splitlines()]


def test_levels(office):
    """Nobody approves what is above their post, nor their own."""
    for fields, words in (({"service": None, "host": "files.example"}, f"these may: {HEAD}"),
                          ({"service": "anydesk"}, f"these may: {HEAD}"),
                          ({"approver": "chan"}, "requester cannot be the approver"),
                          ({"approver": "clerk@dept.example"}, "for themselves"),
                          ({"requester": "Lee"}, "requester cannot be the implementer")):
        status, _, told = office.add(**fields)
        assert status == 65 and words in told, (fields, told)
    assert office.add(service=None, host="files.example", post=HEAD, end=later(80))[0] == 0


def test_delegate(office):
    """Who stands in approves what the post may, in the days and for the classes of the delegation; the record
    says for whom."""
    delegate(office, classes='classes = { "cloud-storage" }')
    stands_in = {"approver": "lam", "post": "Deputy", "approved": "2026-03-01T00:00:00Z", "end": later(80)}
    for fields, words in (({}, None), ({"approver": "Tong"}, "may not approve"), ({"service": "gmail"}, "may not approve"),
                          ({"approved": "2025-12-31T00:00:00Z"}, "may not approve"),
                          ({"service": None, "host": "files.example"}, f"these may: {HEAD}"),
                          ({"requester": "Tang"}, "lam stands in for Tang, who cannot be the approver"),
                          ({"service": None, "class": "cloud-storage", "second": "Tang", "second_post": HEAD},
                           "lam stands in for Tang, who is an approver already")):
        status, _, told = office.add(**{**stands_in, **fields})
        assert (status == 0) == (words is None) and (words or 'approved by lam for Tang') in told, (fields, told)
    line = record(office)[0]
    assert (line["post"], line["delegation"], line["on-behalf-of"]) == ("Deputy", "D-1", f"Tang, {DITSO}"), line
    assert "0 warnings" in office("check")[1]
    out = office("show", "E-0001")[1]
    assert "on-behalf-of" in out and f"Tang, {DITSO}" in out, out
    (office.rules / "delegations.conf").write_text("")
    assert "E-0001 goes beyond exceptions.conf as it is now" in office("check")[1]


def test_delegate_of_second(office):
    """The second approver of what is wide may be a delegate as well."""
    delegate(office, post=HEAD)
    wide = {"service": None, "class": "cloud-storage", "second": "Lam", "second_post": "Deputy"}
    status, _, told = office.add(**wide)
    assert status == 0 and f"approved by Lam for Tang, {HEAD}" in told, told
    assert record(office)[0]["second-on-behalf-of"] == f"Tang, {HEAD}"


def test_two(office):
    """A class that needs two: pending, and of no use, until the second is recorded."""
    conf = office.rules / "exceptions.conf"
    conf.write_text(conf.read_text().replace("\n  maximum-days = 180", "\n  approvers = 2\n  maximum-days = 180", 1))
    status, out, told = office.add()
    assert (status, out) == (0, "E-0001\n") and "E-0001 is pending" in told, told
    drive = "See https://drive.google.com/file/d/1AbCdEf/view"
    assert " pending " in office("list")[1] and "lacks its second approver" in office("check")[1]
    assert office.mail(drive)["outcome"] == "changed"
    for args, words in ((["--second", "Wong", "--second-post", DITSO], "the first one again"),
                        (["--second", "Chan", "--second-post", DITSO], "requester cannot be the second"),
                        (["--second", "Ho", "--second-post", "Clerk"], f"in one of these posts: {DITSO}, {HEAD}"),
                        (["--second", "Ho"], "second-post is missing"), ([], "second is missing")):
        status, _, told = office("second", "E-0001", *args)
        assert status == 65 and words in told, (args, status, told)
    status, _, told = office("second", "E-0001", "--second", "Ho", "--second-post", HEAD)
    assert status == 0, told
    assert office.mail(drive)["outcome"] == "unchanged"
    assert office("second", "E-0001", "--second", "Ho", "--second-post", HEAD)[0] == 65
    assert office("second", "E-0009", "--second", "Ho", "--second-post", HEAD)[0] == 65
    status, _, told = office.add(**WIDE)
    assert status == 0 and "pending" not in told, told
    assert [line["op"] for line in record(office)] == ["add", "second", "add"]
    assert office("check")[0] == 0


def test_two_in_an_emergency(office):
    """Break-glass waits for nobody; ratified by one of two it is pending."""
    conf = office.rules / "exceptions.conf"
    conf.write_text(conf.read_text().replace("\n  maximum-days = 180", "\n  approvers = 2\n  maximum-days = 180", 1))
    drive = "See https://drive.google.com/file/d/1AbCdEf/view"
    status, _, told = office.add(break_glass=True, approver=None, post=None, approval=None, approved=None, end=None,
                                 review=None)
    assert status == 0 and "pending" not in told, told
    assert office.mail(drive)["outcome"] == "unchanged"
    assert office.mail(drive, "--at", later(1.01))["outcome"] == "changed", "it lapses"
    status, _, told = office("ratify", "E-0001", "--approver", "Wong", "--post", DITSO, "--approval", "12/4",
                             "--approved", "2026-01-02", "--end", later(60), "--review", later(30))
    assert status == 0, told
    assert office.mail(drive)["outcome"] == "changed"
    assert office("second", "E-0001", "--second", "Ho", "--second-post", HEAD)[0] == 0
    assert office.mail(drive, "--at", later(2))["outcome"] == "unchanged"


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals(), Office))
