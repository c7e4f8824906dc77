"""An office for tests of cordon exceptions: a rules folder, its record, and mail that comes to it."""
import datetime
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jailed  # noqa: E402
import tap  # noqa: E402,F401
from tap import BUILD, SOURCE  # noqa: E402

DITSO = "Departmental IT Security Officer"


def later(days):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


GOOD = {"user": "clerk@dept.example", "service": "google-drive", "direction": "any", "computers": "Room 1204",
        "reason": "Drawings", "requester": "Chan", "approver": "Wong", "post": DITSO, "approval": "12/3",
        "approved": "2026-01-02T00:00:00Z", "implementer": "Lee", "end": later(60), "review": later(30)}


class Office:
    def __init__(self, work):
        self.work = work
        self.rules = work / "rules"
        shutil.copytree(SOURCE / "rules", self.rules)
        jailed.adapt(self.rules)
        with open(self.rules / "cordon.conf", "a") as conf:
            conf.write(f'\nevents = "{work}/events.jsonl"\nlog = stderr\n')
        self.events = work / "events.jsonl"
        self.events.write_text("")

    def __call__(self, action, *args):
        done = subprocess.run([BUILD / "cordon", "exceptions", action, "--rules", self.rules, *args],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def add(self, **fields):
        fields = {**GOOD, **{name.replace("_", "-"): value for name, value in fields.items()}}
        args = [arg for name, value in fields.items() if value is not None
                for arg in ([f"--{name}"] if value is True else [f"--{name}", value])]
        return self("add", *args)

    def settings(self, *lines):
        with open(self.rules / "cordon.conf", "a") as conf:
            conf.write("".join(f"{line}\n" for line in lines))

    def group(self, name, *addresses):
        (self.rules / "groups").mkdir(exist_ok=True)
        (self.rules / "groups" / f"{name}.txt").write_text("".join(f"{a}\n" for a in addresses))

    def mail(self, body, *args, top=(), fields=(), rcpt="clerk@dept.example", sender="sales@vendor.example", content=None):
        """What a message comes to: the line of the report. `content`: its own header and body instead."""
        head = [*top, f"From: {sender}", f"To: {rcpt}", "Subject: Drawings", "Date: Mon, 2 Nov 2026 09:00:00 +0800",
                "Message-ID: <1@vendor.example>", *fields]
        (self.work / "in.eml").write_text(content or "\n".join([*head, "", body, ""]))
        done = subprocess.run([BUILD / "cordon", "sanitize", "-q", "--jobs=1", "--rules", self.rules, "--from", sender,
                               "--rcpt", rcpt, "--client", "192.0.2.1", "--report", self.work / "report",
                               "-o", self.work / "out", *args, self.work / "in.eml"],
                              capture_output=True, text=True, timeout=120)
        assert (self.work / "report").exists(), done.stderr
        return json.loads((self.work / "report").read_text())
