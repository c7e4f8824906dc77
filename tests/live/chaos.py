"""Mails through a real mail server while workers, zygotes, fronts and cordond itself are killed at
random and rules are read again every second.

The sending side is a mail server's: what is not accepted is sent again until it is. What has been
accepted must then be delivered or held, each once: a second copy is excused only where the
connection broke after the end of the message, so that the sender could not know. What is delivered
is compared with what came through before the chaos, a mail of each kind.
"""
import collections
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import threading
import time

import assorted
from assorted import CHANGED, HELD, RCPT, SAME, kind_of, mail, name_of, number_in, sender_of
from checks import BUILD, Talk, check, lab, lf, without_trace
from waiting import wait_until

SENDERS = 8
MAILS_A_CONNECTION = 20
DRAIN_S = 600


def children(pid):
    """{pid: name} of its children."""
    found = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry.name}/stat") as file:
                text = file.read()
                if int(text.rsplit(")", 1)[1].split()[1]) == pid:
                    found[int(entry.name)] = text[text.index("(") + 1:text.rindex(")")]
    return found


class Sender:
    """Hands mails over one after the other; again and again what is not accepted."""

    def __init__(self, chaos):
        self.chaos = chaos
        self.talk = None

    def hang_up(self):
        if self.talk:
            with contextlib.suppress(OSError):
                self.talk.close()
        self.talk = None

    def connect(self):
        if self.talk is None:
            self.talk = Talk(self.chaos.box.server.milter)
            self.sent = 0
        if self.talk.features[:1] != "2":
            raise OSError("greeted with " + self.talk.features)

    def offer(self, n, data):
        """The last reply, and whether it answers the end of the message."""
        self.connect()
        options = " BODY=8BITMIME" if any(b > 127 for b in data) else ""
        for line in (f"MAIL FROM:<{sender_of(n)}>{options}", f"RCPT TO:<{RCPT}>", "DATA"):
            answer = self.talk.say(line)
            if answer[:1] not in ("2", "3"):
                return answer, False
        self.talk.put(data + b".\r\n")
        self.sent += 1
        return self.talk.reply(), True

    def deliver(self, n):
        data = re.sub(rb"(?m)^\.", b"..", mail(n)).replace(b"\n", b"\r\n")
        while not self.chaos.wrong:
            try:
                answer, at_end = self.offer(n, data)
            except OSError:
                answer, at_end = "", self.talk is not None and self.sent > 0
            accepted = at_end and answer.startswith("250")
            if not accepted or self.sent >= MAILS_A_CONNECTION:
                self.hang_up()
            if accepted:
                return
            self.chaos.note_refusal(n, answer, at_end)
            time.sleep(0.1)

    def run(self):
        while (n := self.chaos.take()) is not None:
            self.deliver(n)
        self.hang_up()


class Chaos:
    """mails: how many, those of one_of_each counted; seconds: over how long they are spread."""

    def __init__(self, box, mails, seconds, seed):
        self.box, self.mails, self.dice = box, mails, random.Random(seed)
        self.pause = seconds / max(mails - len(assorted.KINDS), 1)
        self.lock = threading.Lock()
        self.next = len(assorted.KINDS)
        self.over = threading.Event()
        self.counts = collections.Counter()
        self.unanswered = set()  # numbers of mails whose sender never heard the reply
        self.wrong = []
        self.feed = box.rules / "lists" / "threat-feed.txt"

    # --- the senders' side

    def take(self):
        """The number of the next mail, when its time has come; None when there is none left."""
        with self.lock:
            if self.next >= self.mails or self.wrong:
                return None
            number, due = self.next, self.since + (self.next - len(assorted.KINDS)) * self.pause
            self.next += 1
        time.sleep(max(due - time.monotonic(), 0))
        return number

    def note_refusal(self, n, answer, at_end):
        with self.lock:
            self.counts["sent again"] += 1
            if answer == "" and at_end:
                self.unanswered.add(n)
            elif answer != "" and answer[:1] != "4":
                self.wrong.append(f"{name_of(n)}: {answer}")

    # --- the blows

    def kill(self, pids, what):
        if not pids:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.dice.choice(sorted(pids)), signal.SIGKILL)
            self.counts[f"{what} killed"] += 1

    def kill_cordond(self):
        """And then its processes, as the service manager does with a unit's control group."""
        process = self.box.cordond.process
        orphans = [pid for child in children(process.pid) for pid in (child, *children(child))]
        process.kill()
        process.wait()
        self.counts["cordond killed"] += 1
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def strike(self):
        blow = self.dice.random()
        family = children(self.box.cordond.process.pid)
        zygotes = [pid for pid, name in family.items() if name == "cordon-zygote"]
        if blow < 0.7:
            self.kill([w for z in zygotes for w, name in children(z).items() if name == "cordon-worker"], "workers")
        elif blow < 0.9:
            self.kill(zygotes, "zygotes")
        elif blow < 0.97:
            self.kill([pid for pid, name in family.items() if name == "cordond-front"], "fronts")
        else:
            self.kill_cordond()

    def rampage(self):
        while not self.over.wait(self.dice.uniform(0.02, 0.3)):
            if self.box.cordond.process.poll() is None:
                self.strike()
            else:
                self.box.cordond.launch()  # as the service manager does
                self.counts["cordond started"] += 1

    def reload(self):
        """Every second, and with other rules each time."""
        text = self.feed.read_text()
        while not self.over.wait(1):
            self.counts["reloads"] += 1
            new = self.feed.with_suffix(".new")
            new.write_text(text + f"bad{self.counts['reloads']}.example\n")
            new.replace(self.feed)
            if self.box.cordond.process.poll() is None:
                self.box.cordond.process.send_signal(signal.SIGHUP)

    def run(self):
        self.since = time.monotonic()
        senders = [threading.Thread(target=Sender(self).run) for _ in range(SENDERS)]
        others = [threading.Thread(target=self.rampage), threading.Thread(target=self.reload)]
        for thread in (*senders, *others):
            thread.start()
        for thread in senders:
            thread.join()
        self.over.set()
        for thread in others:
            thread.join()
        if self.box.cordond.process.poll() is not None:
            self.box.cordond.launch()


def one_of_each(box):
    """Before the chaos: {kind: outline} of those that are changed, as they are delivered."""
    sender = Sender(Chaos(box, 0, 0, 0))
    for n in range(len(assorted.KINDS)):
        sender.deliver(n)
    sender.hang_up()
    outlines = {}
    arriving = sum(what != HELD for _, _, what, _ in assorted.KINDS)
    for _, data in box.delivered(arriving):
        n = number_in(data)
        kind, what, _ = kind_of(n)
        if what == CHANGED:
            outlines[kind] = assorted.outline(without_trace(data), n)
            notes = sum(text.count(b"by the mail gateway") for text in assorted.texts(data))
            check(notes == len(assorted.texts(data)), f"{kind}: {notes} notes")
            check(lf(data).split(b"\n\n")[0].count(b"\nX-Cordon: ") == 1, f"{kind}: X-Cordon")
    return outlines


class Verdict:
    """What arrived, against what was sent."""

    def __init__(self, chaos, outlines):
        self.chaos, self.box, self.outlines = chaos, chaos.box, outlines
        self.wrong = chaos.wrong
        self.found = collections.Counter({"second copies after a reply that was lost": 0})
        self.delivered, self.held = collections.Counter(), collections.Counter()
        self.changed = self.box.folder / "changed"
        self.changed.mkdir()

    def wait_for_all(self):
        """Until the mail server has nothing left to deliver."""
        def empty():
            waiting, held = self.box.server.waiting_and_held()
            if waiting:
                self.box.server.flush()
                time.sleep(0.5)
            return None if waiting else [held]
        held, = wait_until("an empty queue", empty, DRAIN_S)
        self.held.update(number_in(sender) for sender in held)

    def judge_same(self, n, data):
        if data == mail(n):
            self.found["as it came"] += 1
        else:
            self.wrong.append(f"{name_of(n)} ({kind_of(n)[0]}): an ordinary mail was changed: {data[:900]!r}")

    def judge_changed(self, n, kind, data):
        if assorted.is_live(data):
            self.wrong.append(f"{name_of(n)} ({kind}): a live link: {data[:900]!r}")
        elif assorted.outline(data, n) != self.outlines[kind]:
            self.wrong.append(f"{name_of(n)} ({kind}): not as before the chaos: {data!r}")
        else:
            self.found["changed once"] += 1
        (self.changed / f"{name_of(n)}.eml").write_bytes(data.replace(b"\n", b"\r\n"))

    def read_delivered(self):
        for _, data in self.box.sink.read():
            n = number_in(data)
            kind, what, _ = kind_of(n)
            self.delivered[n] += 1
            if what == SAME:
                self.judge_same(n, without_trace(data))
            elif what == CHANGED:
                self.judge_changed(n, kind, without_trace(data))
            else:
                self.wrong.append(f"{name_of(n)}: delivered, had to be held")

    def poison(self):
        """Held because it cost two workers: chance, when workers are killed for nothing."""
        return {number_in(e["sender"]) for e in self.box.events() if e.get("poison")}

    def count(self):
        poison, outcomes = self.poison(), {}
        for event in self.box.events():
            outcomes.setdefault(number_in(event["sender"]), set()).add(event["outcome"])
        for n in range(self.chaos.mails):
            copies, what = self.delivered[n] + self.held[n], kind_of(n)[1]
            if copies > 1 and n in self.chaos.unanswered:
                self.found["second copies after a reply that was lost"] += copies - 1
            elif copies != 1:
                self.wrong.append(f"{name_of(n)}: {copies} copies: {self.delivered[n]} delivered, {self.held[n]} held")
            self.found["held"] += self.held[n]
            self.found["held as poison"] += what != HELD and self.held[n]
            if what != HELD and self.held[n] and n not in poison:
                self.wrong.append(f"{name_of(n)}: held without a reason")
            wanted = {SAME: "unchanged", CHANGED: "changed"}.get(what)
            if self.delivered[n] and wanted not in outcomes.get(n, ()) or \
                    self.held[n] and "held" not in outcomes.get(n, ()):
                self.wrong.append(f"{name_of(n)}: no event tells of it: {outcomes.get(n)}")

    def second_pass(self):
        """A seal that is not ours would be taken off, a link that is left be disabled."""
        report = self.box.folder / "second.jsonl"
        subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", self.box.rules, "-o", self.box.folder / "second",
                        "--report", report, self.changed], check=True, capture_output=True)
        lines = [json.loads(line) for line in report.read_text().splitlines()]
        check(len(lines) == len(list(self.changed.iterdir())), f"{len(lines)} reports")
        for line in lines:
            if line["outcome"] != "unchanged":
                self.wrong.append(f"{line['file']}: changed again")
        for path in self.changed.iterdir():
            again, = (self.box.folder / "second").rglob(path.name)
            if again.read_bytes() != path.read_bytes():
                self.wrong.append(f"{path}: bytes change in a second pass: no valid X-Cordon")


def say(server, chaos, verdict, seconds):
    words = ", ".join(f"{count} {what}" for what, count in sorted(chaos.counts.items()))
    found = ", ".join(f"{count} {what}" for what, count in sorted(verdict.found.items()))
    print(f"# {server.name}: {chaos.mails} sent in {seconds:.0f} s; {words}", flush=True)
    print(f"# {server.name}: {sum(verdict.delivered.values())} delivered + {sum(verdict.held.values())} held: {found}",
          flush=True)


def run(server, mails, seconds, seed=None):
    """The whole: so many mails through that mail server. Raises when anything is wrong."""
    seed = str(seed or os.environ.get("CHAOS_SEED") or random.randrange(10**6))
    print(f"# CHAOS_SEED={seed}", flush=True)
    box = lab(server, "chaos")
    box.settings(workers=3, share=100, queue=1000, **{"reload-on-change": "no"})
    with box:
        outlines = one_of_each(box)
        chaos = Chaos(box, max(mails, len(assorted.KINDS)), seconds, seed)
        chaos.run()
        seconds = time.monotonic() - chaos.since
        verdict = Verdict(chaos, outlines)
        verdict.wait_for_all()
        verdict.read_delivered()
        verdict.count()
        say(server, chaos, verdict, seconds)
        verdict.second_pass()
        check(not chaos.wrong, f"{len(chaos.wrong)} wrong:\n" + "\n".join(chaos.wrong[:10]))
        box.cordond.await_ready(box.endpoint)
    check(box.cordond.process.returncode == 0, f"cordond ended with {box.cordond.process.returncode}")
