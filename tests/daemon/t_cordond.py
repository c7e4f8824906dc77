#!/usr/bin/env python3
"""cordond from the outside: a mail server's milter connection in, the store's files out. The
worker is the one with test hooks, so that every verdict and every way to fail can be asked for."""
import contextlib
import os
import pwd
import resource
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import (Cordond, ask, children, cordond, equal, is_untouched, run,
                     wait_for)  # noqa: E402
from milter import ALL_ACTIONS, ALL_STEPS, LEADSPC, NO_REPLY, QUARANTINE, Milter  # noqa: E402


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


def test_long_envelope():
    """An address that will never be shorter is refused for good; one that a server could send is not."""
    with cordond() as daemon:
        milter = daemon.milter()
        for size in (1024, 1025, 9000, 60000):
            long = '<%s@example.org>' % ('x' * (size - len('@example.org')))
            for envelope in ({'sender': long}, {'rcpts': ('<b@example.org>', long)}):
                outcome = milter.message(ask('pass'), **envelope)
                if size <= 1024:
                    is_untouched(outcome)
                else:
                    assert outcome.reply.startswith('501 5.1.0 '), (size, outcome.reply)
                    event = daemon.events()[-1]
                    equal(event['outcome'], 'rejected', 'event')
                    assert event['error'].endswith('address of more than 1024 bytes'), event['error']
        is_untouched(milter.message(ask('pass')))
        milter.close()
        milter = Milter(daemon.socket)
        milter.connect(name='n' * 9000)
        assert milter.message(ask('pass')).reply.startswith('501 5.1.0 '), 'name of the client'
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


sys.exit(run(globals()))
