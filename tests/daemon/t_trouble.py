#!/usr/bin/env python3
"""cordond in trouble: poison, floods, nonsense."""
import contextlib
import os
import select
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import (TEST, Cordond, ask, children, cordon, cordond, equal, is_untouched, run,
                     serves, status, wait_for)  # noqa: E402
from milter import Milter  # noqa: E402


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


def test_stage_deadlines():
    """A stage that is stuck ends its worker; log, event, status and the quarantine name it."""
    stages = {'deadline-' + name: '1' for name in ('mime', 'inspect', 'policy', 'rewrite', 'verify')}
    with cordond(deadline='30', **{**stages, 'deadline-inspect': '2'}) as daemon:
        milter = daemon.milter()
        for n, (stage, s, word) in enumerate([('mime', 1, 'stick'), ('inspect', 2, 'loop'),
                                              ('policy', 1, 'loop'), ('rewrite', 1, 'stick'),
                                              ('verify', 1, 'loop')]):
            ended = 'deadline: stage %s, %d s' % (stage, s)
            equal(milter.message(ask(word + ' ' + stage)).verdict, 'replycode', stage)
            assert daemon.events()[-1]['error'].endswith('died (%s)' % ended), daemon.events()[-1]
            equal(daemon.log_text().count(ended), 1, 'log')
            is_untouched(milter.message(TEST, body=b'%d\r\n' % n))
        held = milter.message(ask('stick mime')).quarantine
        assert 'inspection failed again: ' in held and 'deadline: stage mime, 1 s' in held, held
        equal(milter.message(ask('die rewrite')).verdict, 'replycode', 'a crash')
        daemon.wait_log('died (signal 6, stage rewrite)')
        now = status(daemon)['workers']
        equal((now['crashed'], now['overran'], now['overran_stages']),
              (1, 6, {'mime': 2, 'inspect': 1, 'policy': 1, 'rewrite': 1, 'verify': 1}), 'counts')
        assert '2 met the deadline of mime\n' in cordon(daemon, 'status').stdout
        assert ('cordon_stage_overruns_total{stage="mime"} 2\n' in
                cordon(daemon, 'status', '--prometheus').stdout)
        milter.close()


def test_letter_deadline_names_the_stage():
    with cordond(deadline='1') as daemon:
        milter = daemon.milter()
        equal(milter.message(ask('stick verify')).verdict, 'replycode', 'overrun')
        daemon.wait_log('took more than 1 s (signal 9, stage verify)')
        equal(status(daemon)['workers']['overran'], 1, 'counts')
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


def test_no_connection_is_forgotten():
    """Many letters end at the same moment while the workers hang: those that find no place in the
    line are told so at once, not when a worker comes free."""
    settings = {'workers': '2', 'queue': '4', 'share': '100', 'deadline': '12', 'queue-deadline': '1'}
    with cordond(**settings) as daemon:
        milters = [daemon.milter(timeout=20) for _ in range(40)]
        for n, milter in enumerate(milters):
            milter.envelope(sender='<s%d@example.net>' % n)
            for name, value in ask('hang'):
                milter.header(name, ' ' + value)
            milter.command('N')
            milter.body(b'%d' % n)
        for milter in milters:
            milter.send('E')
        told = 0
        poll = select.poll()
        for milter in milters:
            poll.register(milter.sock)
        while told < 38:
            ready = dict(poll.poll(20000))
            assert ready, 'only %d have an answer' % told
            for milter in [milter for milter in milters if milter.sock.fileno() in ready]:
                kind, _ = milter.receive()
                if kind != 'p':
                    equal(kind, 'y', 'answer')
                    poll.unregister(milter.sock)
                    told += 1
        equal(daemon.log_text().count('took more than'), 0, 'workers that were ended by then')
        for milter in milters:
            milter.sock.close()


def test_stop_under_load():
    """What has begun is finished, and nothing is waited for that cannot come."""
    daemon = Cordond(**{'deadline': '100', 'queue-deadline': '100', 'share': '100', 'queue': '100'})
    try:
        daemon.start()
        verdicts = []

        def talk(n):
            with contextlib.suppress(EOFError, OSError):
                milter = daemon.milter(timeout=120)
                while True:
                    body = b'%d %d\r\n' % (n, len(verdicts)) * 500
                    verdicts.append(milter.message(ask('pass'), body=body, chunk=500).verdict)

        threads = [threading.Thread(target=talk, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        wait_for('some traffic', lambda: len(verdicts) > 200)
        equal(daemon.stop(patience=60), 0, 'status')
        for thread in threads:
            thread.join()
        equal(set(verdicts), {'continue'}, 'verdicts')
        assert 'front ends, 0 letters in hand' in daemon.log_text(), daemon.log_text()[-300:]
    finally:
        daemon.clean()


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


sys.exit(run(globals()))
