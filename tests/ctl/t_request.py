#!/usr/bin/env python3
"""From a message's code to a request for an exception, to the exception, and what is told of it. Prints TAP."""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from office import DITSO, Office, later, tap  # noqa: E402

BODY = ("See https://drive.google.com/file/d/1AbCdEf/view and https://vendor.sharepoint.com/a, again\n"
        "https://drive.google.com/file/d/2/view, and https://www.gov.hk/")


def happen(office, body=BODY, rcpts=("clerk@dept.example",), outcome=None, exceptions=(), days=-1, **mail):
    """A message, and the gateway's event of it; its code."""
    report = office.mail(body, **mail)
    event = {"v": 1, "time": later(days)[:-1] + ".123Z", "queue_id": "4Q", "outcome": outcome or report["outcome"], "ref": report["ref"],
             "sender": mail.get("sender", "sales@vendor.example"), "rcpts": list(rcpts), "direction": "inbound",
             **({"exceptions": list(exceptions)} if exceptions else {}), "findings": report["findings"]}
    with open(office.events, "a") as file:
        file.write(json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n")
    return report["ref"]


def fill_in(text, **fields):
    fields = {"computers": "Room 1204", "reason": "Drawings", "requester": "Chan", "approval": "12/3",
              "approved": "2026-01-02", "end": later(60), "review": later(30), **fields}
    return re.sub(r"(?m)^([a-z]+):$", lambda m: f"{m[1]}: {fields[m[1]]}", text)


def test_text(office):
    """A text for each thing that was taken, as narrow as it can be, with who may approve it."""
    code = happen(office)
    status, out, told = office("request", code.lower().replace("-", ""))
    assert status == 0, told
    texts = out.split("\n\n")
    assert [re.search(r"(?m)^(service|host|class): (.*)", t).groups() for t in texts] == [
        ("service", "google-drive"), ("host", "vendor.sharepoint.com")], out
    for text in texts:
        assert text.startswith("cordon exception 1\n# 20") and "by rule policy.conf:" in text, text
        assert f"request: {code}\nuser: clerk@dept.example\n" in text and "\ndirection: inbound\n" in text, text
        assert f"# may approve it: {DITSO}, Head of Department; for 180 days at most\n" in text, text


def test_json(office):
    """The same for a form."""
    code = happen(office, rcpts=("clerk@dept.example", "y@dept.example"))
    status, out, told = office("request", "--json", code)
    request = json.loads(out)
    assert (request["request"], request["users"]) == (code, ["clerk@dept.example", "y@dept.example"]), request
    assert [t["for"] for t in request["targets"]] == ["service google-drive", "host vendor.sharepoint.com"], request
    assert request["targets"][0]["posts"] == [DITSO, "Head of Department"], request
    assert (request["targets"][0]["maximum-days"], request["targets"][0]["signed"]) == (180, False), request


def test_refused(office):
    """Who asks must be told where several could; an unknown code, and what no exception is for, are."""
    code = happen(office, rcpts=("clerk@dept.example", "y@dept.example"))
    status, _, told = office("request", code)
    assert status == 64 and "to 2 people; say who asks: --user" in told, told
    assert "user: y@dept.example\n" in office("request", code, "--user", "y@dept.example")[1]
    for args, words in ((["MSDA-EFY8-4J"], "no event has that code"), (["x"], "no event has that code"), ([], "name one")):
        status, out, told = office("request", *args)
        assert (status, out) == (65, "") and words in told, (args, told)
    code = happen(office, body="See https://www.bank.example@drive.google.com/x")
    assert "that exceptions are for" in office("request", code)[2]
    office.events.unlink()
    assert office("request", code)[0] == 65


def test_what_mail_says(office):
    """What comes from the message is one line of the text, whatever is in it."""
    code = happen(office, rcpts=("a\nservice: gmail\u202e@dept.example",))
    out = office("request", code)[1]
    assert "\nservice: gmail" not in out and "\u202e" not in out, out


def test_thread(office):
    """From the code to the end: one thread."""
    code = happen(office)
    text = fill_in(office("request", code)[1].split("\n\n")[0])
    fields = dict(line.split(": ", 1) for line in text.splitlines()[1:] if not line.startswith("#"))
    fields = {name: value for name, value in fields.items() if value}
    status, out, told = office.add(**fields)
    assert (status, out) == (0, "E-0001\n"), told
    assert office.mail(BODY.split(" and")[0])["outcome"] == "unchanged"
    used = happen(office, body=BODY.split(" and")[0], exceptions=["E-0001"], outcome="unchanged", days=0)
    happen(office, body="Nothing", days=0, exceptions=["E-0002"])
    office("revoke", "E-0001", "--by", "Ho", "--reason", "the contract is over")
    out = office("show", "E-0001")[1]
    steps = [line.split("  ", 2)[2] for line in out.splitlines() if re.match(r"  20\d\d-\d\d-\d\d \d\d:\d\d  ", line)]
    assert sorted(steps) == sorted([f"approved by Wong, {DITSO}", f"message {code}: changed",
                                    "entered by Lee, asked for by Chan", "holds from then",
                                    f"used by message {used}: unchanged", "revoked by Ho: the contract is over"]), steps
    assert steps[0].startswith("approved") and steps[1].startswith("message"), steps
    status, _, told = office.add(request="no code")
    assert status == 65 and "is no reference code" in told, told


def test_note(office):
    """Where there is a form the note names it, with the code; the message is still as good as any."""
    office.settings('request-url = "https://intranet.dept.example/access?code=%code%&lang=en"')
    text = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit"
    html = 'From: a@vendor.example\nContent-Type: text/html\n\n<p><a href="https://drive.google.com/file/d/1/view">x</a>\n'
    for content, times in ((None, 2), (html, 4)):
        code = office.mail(BODY, fields=("MIME-Version: 1.0", *text.split("\n")), content=content)["ref"]
        out = next(p for p in [office.work / "out", *(office.work / "out").rglob("*")] if p.is_file()).read_text()
        url = f"https://intranet.dept.example/access?code={code}&{'#38;' if content else ''}lang=en"
        assert out.count(url) == times, (times, out)
        again = office.mail("", content=out)
        assert again["outcome"] == "unchanged", again


if __name__ == "__main__":
    sys.exit(tap.run_in_folders(globals(), Office))
