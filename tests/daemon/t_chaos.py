#!/usr/bin/env python3
"""Mails while workers, zygotes and the front are killed at random and rules are read again.

Every mail is sent until it is accepted, as a mail server does. None may be lost, none may leave with
a live link that a rule disables, none may be changed twice, and what needs no change leaves as it
came. CHAOS_MAILS, CHAOS_SECONDS and CHAOS_SEED make it longer: tests/soak/run."""
import base64
import contextlib
import os
import random
import re
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import BUILD, Cordond, children, cordon, equal, run, status, wait_for  # noqa: E402

MAILS = int(os.environ.get('CHAOS_MAILS', '300'))
SECONDS = float(os.environ.get('CHAOS_SECONDS', '15'))
SENDERS = int(os.environ.get('CHAOS_SENDERS', '6'))
LINK = 'https://drive.google.com/file/d/%d'


def mail(n):
    """(headers, body, whether a rule disables something in it)"""
    headers = [('From', 'a@example.net'), ('To', 'b@example.org'), ('Subject', 'number %d' % n),
               ('Date', 'Fri, 06 Nov 2026 10:00:00 +0800'), ('Message-ID', '<%d@example.net>' % n),
               ('MIME-Version', '1.0')]
    link = n % 3 == 0
    text = 'Message %d.\r\n%s\r\n' % (n, 'See ' + LINK % n if link else 'See you at noon.')
    if n % 2:
        return headers + [('Content-Type', 'text/plain; charset=utf-8')], text.encode(), link
    coded = base64.encodebytes(text.encode()).replace(b'\n', b'\r\n')
    return (headers + [('Content-Type', 'text/plain; charset=utf-8'),
                       ('Content-Transfer-Encoding', 'base64')], coded, link)


def text_of(body, headers, outcome):
    encoding = dict(headers).get('Content-Transfer-Encoding', '')
    for name, value in [(name, value) for name, _, value in outcome.changed] + outcome.added:
        if name.lower() == 'content-transfer-encoding':
            encoding = value.strip()
    return base64.b64decode(body) if encoding == 'base64' else body


class Chaos:
    def __init__(self, daemon):
        self.daemon = daemon
        self.lock = threading.Lock()
        self.next = 0
        self.left = threading.Event()
        self.counts = {'accepted': 0, 'held': 0, 'changed': 0, 'tried again': 0, 'cut off': 0}
        self.wrong = []
        self.stop_at = time.time() + SECONDS

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def take(self):
        with self.lock:
            if self.next >= MAILS and time.time() >= self.stop_at or self.wrong:
                return None
            self.next += 1
            return self.next - 1

    def judge(self, n, headers, body, link, outcome):
        if outcome.quarantine:
            self.count('held')
        elif link:
            new = text_of(outcome.body or b'', headers, outcome)
            if b'https://drive.google.com' in new or b'drive' not in new:
                self.wrong.append('%d: not sanitised: %r' % (n, new))
            sealed = [name for name, _ in outcome.added if name == 'X-Cordon']
            if [new.count(text) for text in (b'Message %d.' % n, b'[1 link disabled by ')] != [1, 1] \
                    or len(sealed) != 1:
                self.wrong.append('%d: changed twice: %r %r' % (n, new, outcome.added))
            self.count('changed')
        elif outcome.body is not None or outcome.changed or outcome.added:
            self.wrong.append('%d: an ordinary mail was changed' % n)
        self.count('accepted')

    def deliver(self, n):
        headers, body, link = mail(n)
        while not self.wrong:
            try:
                milter = self.daemon.milter(timeout=120)
                outcome = milter.message(headers, body=body, queue_id='4C%d' % n)
                with contextlib.suppress(OSError):
                    milter.close()
            except (OSError, EOFError):
                self.count('cut off')
                time.sleep(0.1)
                continue
            if outcome.verdict == 'continue':
                self.judge(n, headers, body, link, outcome)
                return
            if not (outcome.verdict == 'replycode' and outcome.reply.startswith('451 ')):
                self.wrong.append('%d: %s %s' % (n, outcome.verdict, outcome.reply))
            self.count('tried again')

    def send(self):
        while (n := self.take()) is not None:
            self.deliver(n)

    def strike(self, dice):
        """One blow; FALSE if there was nobody to hit."""
        blow = dice.random()
        pid = self.daemon.process.pid
        zygotes = self.daemon.zygotes()
        workers = [worker for zygote in zygotes for worker in children(zygote, 'cordon-worker')]
        fronts = children(pid, 'cordond-front')
        with contextlib.suppress(ProcessLookupError):
            if blow < 0.5 and workers:
                os.kill(dice.choice(workers), signal.SIGKILL)
            elif blow < 0.65 and zygotes:
                os.kill(dice.choice(zygotes), signal.SIGKILL)
            elif blow < 0.7 and fronts:
                os.kill(fronts[0], signal.SIGKILL)
            else:
                self.daemon.process.send_signal(signal.SIGHUP)

    def rampage(self, dice):
        while self.left.wait(dice.uniform(0.05, 0.4)) is False:
            if self.daemon.process.poll() is None:
                self.strike(dice)
                continue
            self.daemon.start(wait=False)  # as the service manager does


def test_chaos():
    daemon = Cordond(**{'deadline': '60', 'queue-deadline': '20', 'workers': '3', 'share': '100',
                        'worker': os.path.join(BUILD, 'cordon-worker'), 'queue': '1000'})
    seed = os.environ.get('CHAOS_SEED', str(random.randrange(10**6)))
    print('# CHAOS_SEED=%s' % seed)
    try:
        chaos = Chaos(daemon.start())
        striker = threading.Thread(target=chaos.rampage, args=(random.Random(seed),))
        senders = [threading.Thread(target=chaos.send) for _ in range(SENDERS)]
        for thread in [striker, *senders]:
            thread.start()
        for thread in senders:
            thread.join()
        chaos.left.set()
        striker.join()
        print('# %d sent: %s' % (chaos.next, chaos.counts))
        equal(chaos.wrong, [], 'wrong')
        equal(chaos.counts['accepted'], chaos.next, 'accepted')
        if daemon.process.poll() is not None:
            daemon.start(wait=False)
        wait_for_health(daemon)
        wait_for('a quiet end', lambda: status(daemon)['workers']['busy'] == 0)
        passed = [e['queue_id'] for e in daemon.events() if e['outcome'] in ('unchanged', 'changed')]
        held = [e['queue_id'] for e in daemon.events() if e['outcome'] == 'held']
        missing = {'4C%d' % n for n in range(chaos.next)} - set(passed) - set(held)
        equal(missing, set(), 'accepted without an event')
        equal(daemon.stop(patience=60), 0, 'status')
    finally:
        daemon.clean()


def wait_for_health(daemon):
    last = []

    def healthy():
        done = cordon(daemon, 'status')
        last[:] = [done.stdout + done.stderr]
        return done.returncode == 0

    try:
        wait_for('health', healthy, patience=120)
    except AssertionError:
        print(re.sub('^', '# ', last[0] + daemon.log_text()[-4000:], flags=re.MULTILINE))
        raise


sys.exit(run(globals()))
