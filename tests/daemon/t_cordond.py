#!/usr/bin/env python3
"""cordond from the outside: a mail server's milter connection in, the store's files out. The
worker is the one with test hooks, so that every verdict and every way to fail can be asked for."""
import contextlib
import glob
import json
import os
import pwd
import re
import resource
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.dirname(sys.path[0]))
import jailed  # noqa: E402
from milter import ALL_ACTIONS, ALL_STEPS, LEADSPC, NO_REPLY, QUARANTINE, Milter  # noqa: E402

SRC = os.environ.get('CORDON_SRC', '.')
BUILD = os.path.abspath(os.environ.get('CORDON_BUILD', '.'))
WORKER = os.path.join(BUILD, 'cordon-worker-hooks')
TEST = [('Content-Type', 'text/plain')]


class Cordond:
    """A running cordond in a folder of its own."""

    def __init__(self, **settings):
        self.dir = tempfile.mkdtemp(prefix='cordond-')
        self.rules = os.path.join(self.dir, 'rules')
        shutil.copytree(os.path.join(SRC, 'rules'), self.rules)
        self.socket = os.path.join(self.dir, 'milter.sock')
        self.state = os.path.join(self.dir, 'state')
        self.log = os.path.join(self.dir, 'log')
        self.settings = {'socket': 'unix:' + self.socket, 'worker': WORKER, 'state': self.state,
                         'workers': '2', 'log': 'stderr', 'deadline': '2', 'queue-deadline': '5',
                         'scratch': self.dir, **jailed.settings(), **settings}
        self.process = None

    def write_settings(self):
        with open(os.path.join(self.rules, 'cordon.conf'), 'w') as file:
            for name, value in self.settings.items():
                file.write('%s = "%s"\n' % (name, value))

    def start(self, wait=True):
        self.write_settings()
        command = [os.path.join(BUILD, 'cordond'), '-c', self.rules, '-p', self.dir + '/pid']
        self.process = subprocess.Popen(command, stderr=open(self.log, 'ab'))
        until = time.time() + 60
        while wait and 'ready,' not in self.log_text():
            assert self.process.poll() is None and time.time() < until, self.log_text()
            time.sleep(0.02)
        return self

    def stop(self, sig=signal.SIGTERM, patience=20):
        self.process.send_signal(sig)
        return self.process.wait(patience)

    def log_text(self):
        with contextlib.suppress(FileNotFoundError):
            with open(self.log, errors='replace') as file:
                return file.read()
        return ''

    def wait_log(self, text, times=1, patience=20):
        until = time.time() + patience
        while self.log_text().count(text) < times:
            assert time.time() < until, 'no "%s" in:\n%s' % (text, self.log_text())
            time.sleep(0.02)

    def events(self):
        with open(self.state + '/events.jsonl') as file:
            return [json.loads(line) for line in file]

    def originals(self):
        found = glob.glob(self.state + '/originals/*/*')
        return {os.path.basename(name): open(name, 'rb').read() for name in found}

    def rows(self):
        with contextlib.closing(sqlite3.connect(self.state + '/index.sqlite3')) as db:
            return db.execute('SELECT ref, queue_id, sender, rcpts, outcome, classes, size, path'
                              ' FROM letters').fetchall()

    def zygotes(self):
        """Children of cordond that are cordon-worker and live, as their pids."""
        return children(self.process.pid, 'cordon-zygote')

    def milter(self, **options):
        milter = Milter(self.socket, **options)
        milter.connect()
        return milter

    def clean(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.dir)


def children(parent, name):
    pids = []
    for path in glob.glob('/proc/[0-9]*/stat'):
        with contextlib.suppress(OSError):
            text = open(path).read()
            comm, rest = text[text.index('(') + 1:text.rindex(')')], text[text.rindex(')') + 2:]
            if comm == name and int(rest.split()[1]) == parent and rest[0] != 'Z':
                pids.append(int(path.split('/')[2]))
    return pids


@contextlib.contextmanager
def cordond(**settings):
    daemon = Cordond(**settings)
    try:
        yield daemon.start()
        status = daemon.stop() if daemon.process.poll() is None else 0
        assert status == 0, (status, daemon.log_text())
        assert 'ERROR: AddressSanitizer' not in daemon.log_text(), daemon.log_text()
        assert 'runtime error' not in daemon.log_text(), daemon.log_text()
    finally:
        daemon.clean()


def equal(got, want, label=''):
    assert got == want, '%s: got %r, want %r' % (label, got, want)


def wait_for(what, test, patience=20):
    until = time.time() + patience
    while not test():
        assert time.time() < until, 'not in time: ' + what
        time.sleep(0.02)


def ask(word):
    return TEST + [('Cordon-Test', word)]


def is_untouched(outcome):
    equal((outcome.verdict, outcome.changed, outcome.added, outcome.body, outcome.quarantine),
          ('continue', [], [], None, None), 'untouched')


def test_pass():
    with cordond() as daemon:
        milter = daemon.milter()
        outcome = milter.message(ask('pass'), queue_id='4ABC')
        is_untouched(outcome)
        event = daemon.events()[0]
        equal((event['queue_id'], event['outcome'], event['sender'], event['rcpts'],
               event['client']), ('4ABC', 'unchanged', 'a@example.net', ['b@example.org'],
                                  '192.0.2.7'), 'event')
        equal(daemon.originals(), {}, 'originals')
        milter.close()


def test_change():
    with cordond() as daemon:
        milter = daemon.milter()
        headers = [('Content-Language', 'en'), ('Subject', ' two  blanks\n\tfolded'),
                   ('Content-Language', 'zh'), *ask('change')]
        outcome = milter.message(headers, body=b'one\r\ntwo', queue_id='4CHG')
        equal(outcome.changed, [('Content-Language', 2, ''),
                                ('Content-Language', 1, ''),
                                ('Content-Type', 1, ' text/plain;\n charset=utf-8')], 'changed')
        equal([name for name, _ in outcome.added], ['X-Cordon'], 'added')
        assert outcome.added[0][1].startswith(' changed; '), outcome.added
        equal((outcome.body, outcome.verdict), (b'changed\r\n', 'continue'), 'body')
        raw = (b'Content-Language: en\r\nSubject:  two  blanks\r\n\tfolded\r\nContent-Language: zh'
               b'\r\nContent-Type: text/plain\r\nCordon-Test: change\r\n\r\none\r\ntwo')
        event = daemon.events()[0]
        equal(daemon.originals(), {event['ref'].replace('-', ''): raw}, 'original')
        row = daemon.rows()[0]
        equal(row[1:7], ('4CHG', 'a@example.net', '["b@example.org"]', 'changed', 'cloud-storage',
                         len(raw)), 'row')
        assert os.path.exists(os.path.join(daemon.state, row[7])), row
        equal(event['test'], True, 'members of the worker')
        milter.close()


def test_hold_and_reject():
    with cordond() as daemon:
        milter = daemon.milter()
        outcome = milter.message(ask('hold'))
        equal((outcome.verdict, outcome.body, outcome.quarantine),
              ('continue', None, 'policy.conf:1 100_ test'), 'hold')
        outcome = milter.message(ask('reject'))
        equal(outcome.verdict, 'replycode', 'reject')
        assert outcome.reply.startswith('550 5.7.1 Message refused'), outcome.reply
        equal([event['outcome'] for event in daemon.events()], ['held', 'rejected'], 'events')
        equal(len(daemon.originals()), 2, 'originals')
        milter.close()


def test_failures_are_temporary():
    with cordond() as daemon:
        milter = daemon.milter()
        for word in ('crash', 'exit', 'garbage', 'hang', 'tempfail'):
            outcome = milter.message(ask(word), queue_id='4BAD')
            equal(outcome.verdict, 'replycode', word)
            assert outcome.reply.startswith('451 4.7.1 ') and '4BAD' in outcome.reply, word
            equal((outcome.body, outcome.changed, outcome.added), (None, [], []), word)
            is_untouched(milter.message(ask('pass'), queue_id='4NXT'))
        equal([event['outcome'] for event in daemon.events()], ['error', 'unchanged'] * 5, 'events')
        milter.close()


def test_poison():
    with cordond(deadline='1') as daemon:
        milter = daemon.milter()
        for word in ('crash', 'hang', 'garbage'):
            equal(milter.message(ask(word)).verdict, 'replycode', word + ' first')
            is_untouched(milter.message(ask('pass')))
            outcome = milter.message(ask(word), sender='<other@example.net>')
            equal((outcome.verdict, outcome.body), ('continue', None), word + ' second')
            assert outcome.quarantine.startswith('inspection failed again: '), outcome.quarantine
            event = daemon.events()[-1]
            equal((event['outcome'], event['poison']), ('held', True), word + ' event')
            raw = b'Content-Type: text/plain\r\nCordon-Test: %s\r\n\r\nHello\r\n' % word.encode()
            equal(daemon.originals()[event['ref'].replace('-', '')], raw, word + ' original')
            equal(milter.message(ask(word), body=b'hello\r\n').verdict, 'replycode', 'other bytes')
        died = daemon.log_text().count('died')
        assert milter.message(ask('crash')).quarantine, 'third'
        equal(daemon.log_text().count('died'), died, 'no worker for the third')
        milter.close()


def test_poison_outlives_restart():
    daemon = Cordond()
    try:
        milter = daemon.start().milter()
        equal(milter.message(ask('crash')).verdict, 'replycode', 'first')
        milter.close()
        equal(daemon.stop(), 0, 'status')
        os.unlink(daemon.log)
        milter = daemon.start().milter()
        assert milter.message(ask('crash')).quarantine, 'second'
        milter.close()
        equal(daemon.stop(), 0, 'status')
    finally:
        daemon.clean()


def test_zygote_death_is_no_poison():
    with cordond(deadline='30') as daemon:
        for _ in range(2):
            milter = daemon.milter()
            outcomes = []
            thread = threading.Thread(target=lambda: outcomes.append(milter.message(ask('hang'))))
            thread.start()
            wait_for('a worker', lambda: children(daemon.zygotes()[0], 'cordon-worker'))
            time.sleep(0.3)
            ready = daemon.log_text().count('ready,')
            os.kill(daemon.zygotes()[0], signal.SIGKILL)
            thread.join()
            equal(outcomes[0].verdict, 'replycode', 'not held')
            daemon.wait_log('ready,', ready + 1)
            milter.close()


def test_progress():
    with cordond(deadline='10') as daemon:
        milter = daemon.milter()
        outcome = milter.message(ask('slow'))
        assert outcome.verdict == 'continue' and outcome.progress >= 2, outcome.progress
        milter.close()


def test_abort_and_second_message():
    with cordond() as daemon:
        milter = daemon.milter()
        milter.envelope(sender='<first@example.net>', rcpts=['<one@example.org>'])
        milter.header('Subject', ' first')
        milter.abort()
        milter.envelope(sender='<second@example.net>', rcpts=['<two@example.org>'])
        milter.abort()
        equal(milter.message(ask('hold'), sender='<>', rcpts=['<three@example.org>', '<d@e.f>'])
              .quarantine is not None, True, 'held')
        equal(milter.message(ask('hold'), body=b'').quarantine is not None, True, 'held')
        events = daemon.events()
        equal([(e['sender'], e['rcpts']) for e in events],
              [('', ['three@example.org', 'd@e.f']), ('a@example.net', ['b@example.org'])], 'state')
        raw = b'Content-Type: text/plain\r\nCordon-Test: hold\r\n\r\n'
        equal(sorted(daemon.originals().values()), [raw, raw + b'Hello\r\n'], 'bytes')
        milter.close()


def test_odd_messages():
    with cordond() as daemon:
        milter = daemon.milter()
        cases = [('no header', [], b'Cordon-Test: hold\r\n\r\nbody',
                  b'\r\nCordon-Test: hold\r\n\r\nbody'),
                 ('no body', ask('hold'), b'',
                  b'Content-Type: text/plain\r\nCordon-Test: hold\r\n\r\n'),
                 ('bare LF, CR and NUL', ask('hold'), b'a\nb\rc\0d',
                  b'Content-Type: text/plain\r\nCordon-Test: hold\r\n\r\na\nb\rc\0d'),
                 ('empty value', [('X-Empty', ''), *ask('hold')], b'',
                  b'X-Empty: \r\nContent-Type: text/plain\r\nCordon-Test: hold\r\n\r\n')]
        for label, headers, body, want in cases:
            assert milter.message(headers, body=body, chunk=1).quarantine, label
            ref = daemon.events()[-1]['ref'].replace('-', '')
            equal(daemon.originals()[ref], want, label)
        milter.close()


def test_few_options():
    with cordond() as daemon:
        milter = daemon.milter(actions=ALL_ACTIONS, steps=0x7F)
        equal((milter.steps & LEADSPC, milter.steps & NO_REPLY['L']), (0, 0), 'granted')
        is_untouched(milter.message(ask('pass')))
        outcome = milter.message(ask('change'))
        equal(outcome.changed[-1][2], 'text/plain;\n charset=utf-8', 'no blank of ours')
        milter.close()
        milter = daemon.milter(actions=ALL_ACTIONS & ~QUARANTINE)
        equal(milter.message(ask('hold')).verdict, 'replycode', 'no quarantine')
        is_untouched(milter.message(ask('pass')))
        milter.close()
        milter = daemon.milter(actions=1)
        equal(milter.message(ask('change')).verdict, 'replycode', 'no changes')
        milter.close()
        milter = daemon.milter(steps=ALL_STEPS)
        equal(milter.steps & 0x1FFF80, 0x1FFF80 & ~0x400 & ~0x800, 'all asked for')
        milter.close()


def test_many_connections():
    failures = []

    def talk(daemon, n):
        try:
            milter = daemon.milter()
            for i in range(10):
                is_untouched(milter.message(ask('pass'), body=b'%d %d' % (n, i) * 1000))
            milter.close()
        except Exception as error:  # shown by the main thread
            failures.append(repr(error))

    with cordond() as daemon:
        threads = [threading.Thread(target=talk, args=(daemon, n)) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(failures, [], 'failures')
        equal(len(daemon.events()), 120, 'events')


def test_one_sender_floods():
    """All that one client may have in hand hangs; another client's mail flows."""
    settings = {'workers': '2', 'queue': '6', 'share': '50', 'deadline': '5', 'queue-deadline': '30'}
    with cordond(**settings) as daemon:
        outcomes = []

        def flood(n):
            milter = daemon.milter()
            outcomes.append(milter.message(ask('hang'), body=b'%d' % n))
            milter.close()

        threads = [threading.Thread(target=flood, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        daemon.wait_log('client 192.0.2.7 has its share of 4 messages', 2)
        other = Milter(daemon.socket)
        other.connect(address='198.51.100.9')
        for n in range(10):
            is_untouched(other.message(ask('pass'), sender='<o@example.com>', body=b'%d' % n))
        equal(len(outcomes), 2, 'answers to the flood so far')
        for thread in threads:
            thread.join()
        equal([outcome.verdict for outcome in outcomes], ['replycode'] * 6, 'flood')
        other.close()


def test_too_many_connections():
    with cordond(connections='3') as daemon:
        milters = [daemon.milter() for _ in range(3)]
        over = Milter(daemon.socket)
        data = b'client.example.net\0' + b'4' + b'\0\x19' + b'192.0.2.7\0'
        over.send('C', data)
        kind, reply = over.receive()
        equal((kind, reply[:10]), ('y', b'451 4.7.1 '), 'the fourth')
        over.sock.close()
        for milter in milters:
            is_untouched(milter.message(ask('pass')))
        milters.pop().close()
        wait_for('a place', lambda: serves(daemon))
        for milter in milters:
            milter.close()


def serves(daemon):
    milter = Milter(daemon.socket)
    try:
        milter.connect()
        is_untouched(milter.message(ask('pass')))
        return True
    except AssertionError:
        return False
    finally:
        milter.close()


def test_nonsense():
    """Each ends its own connection and nothing else."""
    with cordond() as daemon:
        milter = daemon.milter()
        cases = [b'\xff' * 64, b'GET / HTTP/1.0\r\n\r\n', struct.pack('!I', 0),
                 struct.pack('!I', 0xFFFFFFFF) + b'O', struct.pack('!I', 70000) + b'B' * 70000,
                 struct.pack('!I', 5) + b'O' + b'\0\0\0\6']
        for n, case in enumerate(cases):
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(20)
            sock.connect(daemon.socket)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                sock.sendall(case)
                sock.shutdown(socket.SHUT_WR)
                while sock.recv(65536):
                    pass
            sock.close()
            is_untouched(milter.message(ask('pass'), body=b'%d' % n))
        milter.close()


def test_slow_client_is_cut():
    with cordond(**{'mta-timeout': '1'}) as daemon:
        for half in (b'\0\0', b'\0\0\0\x20Lname'):
            milter = daemon.milter()
            milter.envelope()
            milter.sock.sendall(half)
            equal(milter.sock.recv(100), b'', 'cut')
            milter.sock.close()
        equal(serves(daemon), True, 'others are served')


def test_descriptors():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
        daemon = Cordond().start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    try:
        front = children(daemon.process.pid, 'cordond-front')[0]
        equal(resource.prlimit(front, resource.RLIMIT_NOFILE), (before[1], before[1]), 'limits')
        milters = [daemon.milter() for _ in range(100)]
        is_untouched(milters[-1].message(ask('pass')))
    finally:
        daemon.clean()


def test_zygote_killed():
    with cordond(**{'queue-deadline': '20'}) as daemon:
        milter = daemon.milter()
        is_untouched(milter.message(ask('pass')))
        first = daemon.zygotes()
        equal(len(first), 1, 'one zygote')
        os.kill(first[0], signal.SIGKILL)
        daemon.wait_log('ready,', 2)
        is_untouched(milter.message(ask('pass')))
        assert daemon.zygotes() != first
        milter.close()


def test_reload():
    with cordond() as daemon:
        milter = daemon.milter()
        is_untouched(milter.message(ask('pass')))
        first = daemon.zygotes()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_log('ready,', 2)
        is_untouched(milter.message(ask('pass')))
        wait_for('the old zygote ends', lambda: first[0] not in daemon.zygotes())
        second = daemon.zygotes()
        with open(daemon.rules + '/cordon.conf', 'a') as file:
            file.write('nonsense = 1\n')
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_log('reload refused, the old rules stay: ')
        assert 'cordon.conf:' in daemon.log_text()
        is_untouched(milter.message(ask('pass')))
        wait_for('the old one serves', lambda: daemon.zygotes() == second)
        milter.close()


def cordon(daemon, *args):
    return subprocess.run([os.path.join(BUILD, 'cordon'), args[0], '--rules', daemon.rules,
                           *args[1:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=120)


def status(daemon, want=0):
    done = cordon(daemon, 'status', '--json')
    equal(done.returncode, want, 'cordon status: ' + done.stderr)
    return json.loads(done.stdout)


def http(path, request):
    """What the control socket, or a port of this machine, answers."""
    sock = socket.socket(socket.AF_UNIX if isinstance(path, str) else socket.AF_INET)
    sock.settimeout(30)
    sock.connect(path if isinstance(path, str) else ('127.0.0.1', path))
    sock.sendall(request.encode())
    answer = b''
    while piece := sock.recv(65536):
        answer += piece
    sock.close()
    head, _, body = answer.decode().partition('\r\n\r\n')
    return head.split('\r\n')[0], body


def metrics(text):
    """Prometheus text, its grammar checked: each sample after the TYPE of its family."""
    samples, types = {}, {}
    for line in text.splitlines():
        if line.startswith('# TYPE '):
            _, _, name, kind = line.split(' ')
            assert name not in types, line
            types[name] = kind
        elif not line.startswith('# HELP '):
            found = re.fullmatch(r'([a-z_]+)(\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? ([0-9.e+-]+)',
                                 line)
            assert found, line
            name = re.sub('_(bucket|sum|count)$', '', found[1])
            assert name in types or found[1] in types, line
            samples[found[1] + (found[2] or '')] = float(found[3])
    return samples


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def test_status():
    port = free_port()
    with cordond(**{'metrics-port': port}) as daemon:
        milter = daemon.milter()
        for word in ('pass', 'pass', 'change', 'hold', 'reject', 'crash'):
            milter.message(ask(word))
        milter.message(TEST, body=b'an ordinary message\r\n')
        now = status(daemon)
        equal((now['health'], now['problems'], now['pid']), ('ok', [], daemon.process.pid), 'health')
        equal(now['letters'], {'unchanged': 3, 'changed': 1, 'held': 1, 'rejected': 1, 'error': 1,
                               'poison': 0}, 'letters')
        equal((now['workers']['crashed'], now['workers']['most'], now['connections']['open']),
              (1, 2, 1), 'workers')
        equal((now['stages']['letter']['count'], now['stages']['mime']['count']), (6, 1), 'stages')
        assert now['rules']['version'] in daemon.log_text() and now['rules']['version'], now
        samples = metrics(cordon(daemon, 'status', '--prometheus').stdout)
        equal([samples['cordon_letters_total{outcome="%s"}' % name] for name in
               ('unchanged', 'changed', 'held', 'rejected', 'error')], [3, 1, 1, 1, 1], 'metrics')
        equal((samples['cordon_stage_duration_seconds_count{stage="mime"}'],
               samples['cordon_letter_duration_seconds_bucket{le="+Inf"}']), (1, 6), 'histograms')
        for where in (daemon.state + '/control', port):
            line, body = http(where, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
            equal(line, 'HTTP/1.0 200 OK', 'scrape')
            equal(metrics(body).keys(), samples.keys(), 'scrape')
        equal(http(port, 'POST /reload HTTP/1.0\r\n\r\n')[0], 'HTTP/1.0 404 Not Found', 'port')
        equal(http(daemon.state + '/control', 'BREW /tea HTTP/1.0\r\n\r\n')[0][9:12], '404', 'tea')
        equal(os.stat(daemon.state + '/control').st_mode & 0o777, 0o600, 'mode')
        words = cordon(daemon, 'status')
        assert words.stdout.startswith('health       ok\n'), words
        assert '3 unchanged, 1 changed, 1 held' in words.stdout, words.stdout
        milter.close()
    done = cordon(daemon, 'status')
    equal(done.returncode, 78, 'no settings')
    daemon = Cordond()
    daemon.write_settings()
    done = cordon(daemon, 'status')
    equal(done.returncode, 69, 'nobody there: ' + done.stderr)
    daemon.clean()


def test_reload_command():
    with cordond(**{'reload-on-change': 'no'}) as daemon:
        milter = daemon.milter()
        equal(status(daemon)['reload'], {'time': '', 'ok': True, 'error': ''}, 'none yet')
        first = daemon.zygotes()
        equal(cordon(daemon, 'reload').returncode, 0, 'good')
        is_untouched(milter.message(ask('pass')))
        wait_for('the old zygote ends', lambda: first[0] not in daemon.zygotes())
        assert status(daemon)['reload']['time']
        with open(daemon.rules + '/policy.conf', 'a') as file:
            file.write('nonsense = 1\n')
        done = cordon(daemon, 'reload')
        equal(done.returncode, 78, 'broken')
        assert 'policy.conf:' in done.stderr and 'nonsense' in done.stderr, done.stderr
        now = status(daemon, 1)
        equal((now['health'], now['reload']['ok']), ('degraded', False), 'status')
        assert 'policy.conf:' in now['reload']['error'], now
        assert metrics(cordon(daemon, 'status', '--prometheus').stdout)[
            'cordon_last_reload_successful'] == 0
        is_untouched(milter.message(ask('pass')))
        shutil.copy(os.path.join(SRC, 'rules/policy.conf'), daemon.rules)
        equal(cordon(daemon, 'reload').returncode, 0, 'repaired')
        equal(status(daemon)['health'], 'ok', 'status')
        milter.close()


def test_reload_on_change():
    with cordond() as daemon:
        milter = daemon.milter()
        version = status(daemon)['rules']['version']
        with open(daemon.rules + '/lists/threat-feed.txt', 'a') as file:
            file.write('bad.example\n')
        daemon.wait_log('ready,', 2)
        assert status(daemon)['rules']['version'] != version
        for name in ('policy.conf~', '.policy.conf.swp', 'README'):
            with open(os.path.join(daemon.rules, name), 'w') as file:
                file.write('x')
        with open(daemon.rules + '/services/new.conf', 'w') as file:
            file.write('nonsense')
        daemon.wait_log('reload refused, the old rules stay: ')
        equal(status(daemon, 1)['health'], 'degraded', 'broken')
        os.unlink(daemon.rules + '/services/new.conf')
        daemon.wait_log('ready,', 3)
        equal(status(daemon)['health'], 'ok', 'repaired')
        is_untouched(milter.message(ask('pass')))
        milter.close()


BAD_WORKER = """#!/usr/bin/env python3
# Says that it is ready, and gives no worker.
import os, socket, struct, sys
if not os.path.exists(%r):
    os.execv(%r, [%r, *sys.argv[1:]])
sock = socket.socket(fileno=3)
sock.send(struct.pack('IIii', 1, 0, 0, 0) + b'rules 0: 0 rules, 0 services, 0 signatures')
sock.recv(100)
"""


def test_self_test():
    """A zygote that loads but whose workers do not answer is refused."""
    daemon = Cordond()
    flag, program = daemon.dir + '/bad', daemon.dir + '/worker'
    with open(program, 'w') as file:
        file.write(BAD_WORKER % (flag, WORKER, WORKER))
    os.chmod(program, 0o755)
    daemon.settings['worker'] = program
    try:
        milter = daemon.start().milter()
        open(flag, 'w').close()
        done = cordon(daemon, 'reload')
        equal(done.returncode, 78, 'refused')
        assert 'self-test' in done.stderr, done.stderr
        is_untouched(milter.message(ask('pass')))
        os.unlink(flag)
        equal(cordon(daemon, 'reload').returncode, 0, 'good again')
        is_untouched(milter.message(ask('pass')))
        milter.close()
        equal(daemon.stop(), 0, 'status')
        open(flag, 'w').close()
        daemon.start(wait=False)
        equal(daemon.process.wait(60), 78, 'no start')
        assert 'self-test' in daemon.log_text()
    finally:
        daemon.clean()


def test_odd_rules_are_a_warning():
    with cordond() as daemon:
        with open(daemon.rules + '/policy.conf') as file:
            policy = file.read()
        with open(daemon.rules + '/policy.conf', 'w') as file:
            file.write('rule "all" { on = sender  action = hold }\n' + policy)
        done = cordon(daemon, 'reload')
        equal(done.returncode, 0, done.stderr)
        assert 'an ordinary message is held' in status(daemon, 1)['problems'][0]


def test_reloads_under_load():
    """No reload costs a message anything."""
    with cordond(**{'queue-deadline': '60', 'deadline': '60', 'workers': '3'}) as daemon:
        done, verdicts = threading.Event(), []

        def talk(n):
            milter = daemon.milter(timeout=120)
            i = 0
            while not done.is_set():
                verdicts.append(milter.message(ask('pass'), body=b'%d %d' % (n, i)).verdict)
                i += 1
            milter.close()

        threads = [threading.Thread(target=talk, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        count = int(os.environ.get('CORDON_RELOADS', '12'))
        codes = [cordon(daemon, 'reload').returncode for _ in range(count)]
        done.set()
        for thread in threads:
            thread.join()
        equal(codes, [0] * count, 'reloads')
        equal(set(verdicts), {'continue'}, 'verdicts')
        equal(status(daemon)['letters']['error'], 0, 'errors')
        print('# %d messages while reloading %d times' % (len(verdicts), count))


def test_stop_finishes_letters():
    with cordond(deadline='10') as daemon:
        milter = daemon.milter()
        zygotes = daemon.zygotes()
        outcomes = []
        thread = threading.Thread(target=lambda: outcomes.append(milter.message(ask('slow'))))
        thread.start()
        time.sleep(0.7)
        equal(daemon.stop(), 0, 'status')
        thread.join()
        equal(outcomes[0].verdict, 'continue', 'letter in hand')
        assert not os.path.exists(daemon.dir + '/pid')
        assert not os.path.exists('/proc/%d' % zygotes[0]), 'the zygote stays'


def test_front_dies():
    daemon = Cordond().start()
    try:
        os.kill(children(daemon.process.pid, 'cordond-front')[0], signal.SIGKILL)
        equal(daemon.process.wait(20), 70, 'status')
        daemon.start(wait=False)  # over the socket that was left behind
        daemon.wait_log('ready,', 2)
        equal(daemon.stop(), 0, 'again')
    finally:
        daemon.clean()


def test_bad_starts():
    cases = [('broken rules', {'deadline': 'soon'}, 78, 'cordon.conf:'),
             ('no worker', {'worker': '/nonexistent/cordon-worker'}, 78, '/nonexistent/'),
             ('no folder for the socket', {'socket': 'unix:/proc/none/sock'}, 78, '/proc/none'),
             ('no place for the state', {'state': '/proc/none'}, 78, '/proc/none')]
    for label, settings, status, words in cases:
        daemon = Cordond(**settings).start(wait=False)
        try:
            equal(daemon.process.wait(30), status, label)
            assert words in daemon.log_text(), (label, daemon.log_text())
        finally:
            daemon.clean()


def test_second_instance():
    with cordond() as daemon:
        other = Cordond(socket='unix:' + daemon.socket).start(wait=False)
        try:
            equal(other.process.wait(30), 78, 'status')
            assert 'another process listens' in other.log_text(), other.log_text()
        finally:
            other.clean()
        daemon.milter().close()


def uids(pid):
    with open('/proc/%d/status' % pid) as file:
        line, = [line for line in file if line.startswith('Uid:')]
    return set(line.split()[1:])


def test_privileges():
    if os.geteuid() != 0:
        return 'needs root'
    daemon = Cordond(user='nobody')
    daemon.settings['scratch'] = daemon.dir + '/scratch'
    daemon.settings['socket'] = 'unix:' + daemon.dir + '/run/milter.sock'
    daemon.settings['socket-mode'] = '0620'
    daemon.socket = daemon.dir + '/run/milter.sock'
    os.chmod(daemon.dir, 0o755)
    try:
        daemon.start()
        milter = daemon.milter()
        assert milter.message(ask('hold')).quarantine
        front, = children(daemon.process.pid, 'cordond-front')
        zygote, = daemon.zygotes()
        worker, = children(zygote, 'cordon-worker')
        nobody = str(pwd.getpwnam('nobody').pw_uid)
        equal([uids(pid) for pid in (front, zygote, worker)], [{nobody}] * 3, 'users')
        equal(os.stat(daemon.socket).st_mode & 0o777, 0o620, 'socket')
        equal(os.stat(daemon.state).st_mode & 0o777, 0o700, 'state')
        milter.close()
        equal(daemon.stop(), 0, 'status')
    finally:
        daemon.clean()
    daemon = Cordond(user='nobody-of-this-name').start(wait=False)
    try:
        equal(daemon.process.wait(30), 78, 'no such user')
        assert 'nobody-of-this-name' in daemon.log_text(), daemon.log_text()
    finally:
        daemon.clean()
    return None


def test_full_disk():
    if os.geteuid() != 0:
        return 'needs root'
    daemon = Cordond()
    os.mkdir(daemon.state)
    options = ['mount', '-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', daemon.state]
    if subprocess.run(options, stderr=subprocess.DEVNULL).returncode != 0:
        daemon.clean()
        return 'cannot mount a tmpfs'
    try:
        daemon.start()
        milter = daemon.milter()
        outcome = milter.message(ask('hold'), body=b'x' * 600000)
        equal(outcome.verdict, 'replycode', 'too large for the disk')
        assert outcome.reply.startswith('451 '), outcome.reply
        equal(daemon.originals(), {}, 'nothing half-written')
        assert milter.message(ask('hold')).quarantine, 'the next one is served'
        with open(daemon.state + '/filler', 'wb', 0) as file:
            with contextlib.suppress(OSError):
                while file.write(b'x' * 512):
                    pass
        many = ['<%d@example.org>' % n for n in range(500)]  # more than a page of tmpfs
        outcome = milter.message(ask('pass'), rcpts=many)
        equal(outcome.verdict, 'replycode', 'no event')
        os.unlink(daemon.state + '/filler')
        is_untouched(milter.message(ask('pass')))
        equal(daemon.events()[-1]['outcome'], 'unchanged', 'whole lines')
        milter.close()
        equal(daemon.stop(), 0, 'status')
    finally:
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()
        subprocess.run(['umount', '-l', daemon.state], check=True)
        daemon.clean()
    return None


def test_too_large():
    with cordond() as daemon:
        milter = daemon.milter(timeout=120)
        outcome = milter.message(ask('pass'), body=b'x' * (161 << 20), chunk=65535)
        assert outcome.reply.startswith('552 5.3.4'), (outcome.verdict, outcome.reply)
        is_untouched(milter.message(ask('pass')))
        equal([event['outcome'] for event in daemon.events()], ['rejected', 'unchanged'], 'events')
        milter.close()


def test_no_event_no_answer():
    """Where no event can be written nothing is delivered, and nothing refused for good."""
    with cordond(events='/dev/full') as daemon:
        milter = daemon.milter(timeout=120)
        for word in ('pass', 'change', 'hold', 'reject', 'tempfail'):
            outcome = milter.message(ask(word))
            equal((outcome.reply[:4], outcome.body, outcome.quarantine), ('451 ', None, None), word)
        outcome = milter.message(ask('pass'), body=b'x' * (161 << 20), chunk=65535)
        equal(outcome.reply[:4], '451 ', 'too large')
        milter.close()


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith('test_')]
    if not os.path.exists(WORKER):
        print('1..0 # skip no cordon-worker-hooks')
        return 0
    only = sys.argv[1:]
    tests = [(name, test) for name, test in tests if not only or name in only]
    print('1..%d' % len(tests))
    failed = 0
    for n, (name, test) in enumerate(tests, 1):
        try:
            skip = test()
            print('ok %d - %s%s' % (n, name, ' # SKIP ' + skip if skip else ''), flush=True)
        except Exception as error:
            failed += 1
            print('not ok %d - %s' % (n, name))
            print(''.join('# %s\n' % line for line in (type(error).__name__ + ' ' + str(error))
                          .splitlines()), end='', flush=True)
    return 1 if failed else 0


sys.exit(main())
