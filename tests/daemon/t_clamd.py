#!/usr/bin/env python3
"""clamd by its socket: a real one with a signature of our own where it is installed, and an imitation
that is slow, talks nonsense, hangs up or is not there. Prints TAP."""
import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import Cordond, children, cordon, equal, run, status, wait_for  # noqa: E402

WORKER = os.path.join(os.path.abspath(os.environ.get('CORDON_BUILD', '.')), 'cordon-worker')
MARK = b'harmless words that only our own signature knows'
VERSION = b'ClamAV 9.9.9/27412/Fri Nov  6 10:26:03 2026\0'


class Imitation:
    """A clamd of which `answer(bytes)` says what it answers to a file: bytes, or None to say nothing."""

    def __init__(self, answer, family=socket.AF_UNIX):
        self.dir = tempfile.mkdtemp(prefix='clamd-')
        self.answer, self.version, self.files, self.commands = answer, VERSION, [], []
        self.sock = socket.socket(family)
        self.sock.bind(self.dir + '/ctl' if family == socket.AF_UNIX else ('127.0.0.1', 0))
        self.address = ('unix:' + self.dir + '/ctl' if family == socket.AF_UNIX
                        else 'inet:127.0.0.1:%d' % self.sock.getsockname()[1])
        self.sock.listen(16)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.sock.accept()
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with connection, connection.makefile('rb') as stream, contextlib.suppress(OSError, struct.error):
            command = b''
            while not command.endswith(b'\0'):
                command += stream.read(1)
            self.commands.append(command)
            if command == b'zVERSION\0':
                connection.sendall(self.version)
                return
            data = b''
            while size := struct.unpack('!I', stream.read(4))[0]:
                data += stream.read(size)
            self.files.append(data)
            answer = self.answer(data)
            if answer is None:
                time.sleep(30)
            connection.sendall(answer or b'')

    def close(self):
        self.sock.close()
        shutil.rmtree(self.dir)


@contextlib.contextmanager
def gateway(address, **settings):
    daemon = Cordond(**{'worker': WORKER, 'deadline': '20', 'engine': 'clamd', 'clamd-socket': address,
                        'clamd-timeout': '2', **settings}).start()
    try:
        yield daemon
    finally:
        daemon.clean()


@contextlib.contextmanager
def imitation(answer=lambda data: b'stream: OK\0', family=socket.AF_UNIX):
    clamd = Imitation(answer, family)
    try:
        yield clamd
    finally:
        clamd.close()


def send(daemon, *attachments):
    """A message with these files: accept, held, tempfail."""
    body = b'--b0\r\nContent-Type: text/plain\r\n\r\nhello\r\n'
    for n, data in enumerate(attachments):
        body += (b'--b0\r\nContent-Type: text/plain; name=a%d.dat\r\nContent-Disposition: attachment\r\n\r\n%s\r\n' % (n, data))
    milter = daemon.milter()
    outcome = milter.message([('Subject', 'a'), ('MIME-Version', '1.0'), ('Content-Type', 'multipart/mixed; boundary=b0')],
                             body + b'--b0--\r\n')
    milter.close()
    if outcome.quarantine:
        return 'held'
    return {'continue': 'accept', 'replycode': 'tempfail'}.get(outcome.verdict, outcome.verdict)


def test_clean_and_found():
    def answer(data):
        return b'stream: Cordon.Test FOUND\0' if MARK in data else b'stream: OK\0'
    with imitation(answer) as clamd, gateway(clamd.address, **{'signatures-max-age': '0'}) as daemon:
        equal(send(daemon, b'plain'), 'accept', 'clean')
        equal(send(daemon, b'x ' + MARK), 'held', 'found')
        equal(daemon.events()[-1]['findings'][0]['malware'], 'Cordon.Test')
        equal(clamd.files[-2:], [b'plain', b'x ' + MARK], 'what it is shown')
        got = status(daemon)['clamd']
        equal((got['version'], got['signatures'], got['error']), ('ClamAV 9.9.9', 27412, ''))
        assert got['newest'].startswith('2026-11-0'), got


def test_by_tcp():
    with imitation(family=socket.AF_INET) as clamd, gateway(clamd.address) as daemon:
        assert 'the signatures of clamd are stale' in status(daemon, 1)['problems'], status(daemon, 1)
        equal(send(daemon, b'plain'), 'accept')
        equal(clamd.files[-1], b'plain')


def test_each_file_once():
    """Six files, of which two are the same; the message is changed, so it is looked at twice."""
    with imitation() as clamd, gateway(clamd.address) as daemon:
        before = len(clamd.files)
        page = b'<a href="https://drive.google.com/file/d/1">x</a>'
        send(daemon, b'one', b'two', b'two', b'three', page)
        equal(sorted(clamd.files[before:])[-3:], [b'one', b'three', b'two'])
        assert len(clamd.files) - before <= 6, clamd.files


# What is answered ─▶ what becomes of the message with on-engine-error = tempfail, and with hold.
WRONG = {
    'nothing': (lambda data: None, 'tempfail', 'held'),
    'it hangs up': (lambda data: b'', 'tempfail', 'held'),
    'an error': (lambda data: b'INSTREAM: some ERROR\0', 'tempfail', 'held'),
    'garbage': (lambda data: b'\x01\x02\xff' * 100 + b'\0', 'tempfail', 'held'),
    'no end': (lambda data: b'stream: OK' * 500, 'tempfail', 'held'),
    'OK of something else': (lambda data: b'OK\0', 'tempfail', 'held'),
    'OK and more': (lambda data: b'stream: OK but not quite\0', 'tempfail', 'held'),
    'found nothing': (lambda data: b'stream:  FOUND\0', 'tempfail', 'held'),
    'too large': (lambda data: b'INSTREAM size limit exceeded. ERROR\0', 'held', 'held'),
    'a limit met': (lambda data: b'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0', 'held', 'held'),
    'a secret archive': (lambda data: b'stream: Heuristics.Encrypted.Zip FOUND\0', 'held', 'held'),
}


def test_never_clean():
    for action, column in (('tempfail', 1), ('hold', 2)):
        answer = [lambda data: b'stream: OK\0']
        with imitation(lambda data: answer[0](data)) as clamd, \
                gateway(clamd.address, **{'on-engine-error': action, 'clamd-timeout': '1'}) as daemon:
            for label, row in WRONG.items():
                answer[0] = row[0]
                equal(send(daemon, label.encode(), b'another'), row[column], '%s, %s' % (label, action))
            answer[0] = lambda data: b'stream: OK\0'
            equal(send(daemon, b'at last'), 'accept', 'and then it is well again')


def test_not_there():
    with imitation() as clamd, gateway(clamd.address) as daemon:
        equal(send(daemon, b'one'), 'accept')
        clamd.sock.close()
        os.unlink(clamd.address[len('unix:'):])
        equal(send(daemon, b'two'), 'tempfail')
        got = status(daemon, 1)
        equal(got['health'], 'failing')
        assert 'No such file' in got['problems'][0], got['problems']
        done = cordon(daemon, 'check', daemon.rules)
        equal(done.returncode, 0)
        assert 'warning: clamd at unix:' in done.stderr, done.stderr
    with imitation() as clamd:
        clamd.version = b'HTTP/1.1 400 Bad Request\0'
        with gateway(clamd.address) as daemon:
            assert 'does not answer like clamd' in status(daemon, 1)['problems'][0]


def test_comes_later():
    """Not there as the gateway starts, then there, away, and there again: never a restart."""
    with imitation(lambda data: b'stream: Cordon.Test FOUND\0' if MARK in data else b'stream: OK\0') as clamd:
        there = clamd.address[len('unix:'):]
        os.rename(there, there + '.away')
        with gateway(clamd.address) as daemon:
            assert 'self-test: clamd at unix:' in daemon.log_text(), daemon.log_text()
            for again in (False, True):
                equal(send(daemon, b'one'), 'tempfail', 'away')
                again or daemon.wait_log('No such file or directory: mail with attachments gets "try again later"')
                assert 'clamd at unix:' in status(daemon, 1)['problems'][0], status(daemon, 1)
                os.rename(there + '.away', there)
                equal(send(daemon, b'one'), 'accept', 'there')
                equal(send(daemon, MARK), 'held', 'found')
                equal(status(daemon, 1)['clamd']['error'], '')
                again or daemon.wait_log('answers again')
                os.rename(there, there + '.away')
            equal(cordon(daemon, 'reload').returncode, 0, 'rules can be read again without it')


def test_broker_dies():
    """A worker without its broker finishes its letter, and another takes its place."""
    with imitation() as clamd, gateway(clamd.address, workers='1') as daemon:
        equal(send(daemon, b'one'), 'accept')
        zygote = daemon.zygotes()[0]
        for broker in children(zygote, 'cordon-broker'):
            os.kill(broker, signal.SIGKILL)
        assert send(daemon, b'two') in ('tempfail', 'accept')
        equal(send(daemon, b'three'), 'accept')


def test_brokers_end():
    """With their workers, and with all."""
    with imitation() as clamd, gateway(clamd.address, letters='1', workers='1') as daemon:
        for n in range(3):
            equal(send(daemon, b'%d' % n), 'accept')
        zygote = daemon.zygotes()[0]
        wait_for('one broker a worker', lambda: len(children(zygote, 'cordon-broker')) <= 1)
        brokers = children(zygote, 'cordon-broker')
        equal(daemon.stop(), 0)
        wait_for('no broker', lambda: not any(os.path.exists('/proc/%d' % pid) for pid in brokers))


class Clamd:
    """The real one, with a database of one signature and its socket in a folder of its own."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix='clamd-')
        self.address = 'unix:' + self.dir + '/ctl'
        os.mkdir(self.dir + '/db')
        with open(self.dir + '/db/own.ndb', 'w') as file:
            file.write('Cordon.Own:0:*:%s\n' % MARK.hex())
        with open(self.dir + '/clamd.conf', 'w') as file:
            file.write('LocalSocket %s/ctl\nDatabaseDirectory %s/db\nForeground yes\nLogFile %s/log\nStreamMaxLength 1M\n'
                       'MaxThreads 4\nAlertExceedsMax yes\nTemporaryDirectory %s\n' % ((self.dir,) * 4))
        os.chmod(self.dir, 0o755)
        self.start()

    def start(self):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.dir + '/ctl')
        self.process = subprocess.Popen(['clamd', '-F', '-c', self.dir + '/clamd.conf'],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for('clamd', lambda: os.path.exists(self.dir + '/ctl') or self.process.poll() is not None)
        assert self.process.poll() is None, open(self.dir + '/log').read()

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.dir)


def test_real():
    if not shutil.which('clamd', path=os.environ['PATH'] + ':/usr/sbin:/sbin'):
        print('# no clamd')
        return
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    clamd = Clamd()
    try:
        with gateway(clamd.address, **{'clamd-timeout': '10'}) as daemon:
            equal(send(daemon, b'plain'), 'accept', 'clean')
            equal(send(daemon, b'x ' + MARK), 'held', 'found')
            equal(daemon.events()[-1]['findings'][0]['malware'], 'Cordon.Own.UNOFFICIAL')
            equal(send(daemon, b'x' * 3000000), 'held', 'larger than StreamMaxLength')
            assert status(daemon)['clamd']['version'].startswith('ClamAV '), status(daemon)
            clamd.process.send_signal(signal.SIGSTOP)  # in the midst of work
            answers = []
            sender = threading.Thread(target=lambda: answers.append(send(daemon, b'one')))
            sender.start()
            time.sleep(0.5)
            clamd.process.kill()
            clamd.process.wait()
            sender.join()
            equal(answers, ['tempfail'], 'killed')
            clamd.start()
            equal(send(daemon, b'one'), 'accept', 'and there again')
        both = clamd.dir + '/other'
        os.mkdir(both)
        with open(both + '/other.ndb', 'w') as file:
            file.write('Cordon.Other:0:*:%s\n' % b'other harmless words'.hex())
        with gateway(clamd.address, engine='both', signatures=both, **{'clamd-timeout': '10'}) as daemon:
            equal(send(daemon, b'x ' + MARK), 'held', 'both, of clamd')
            equal(send(daemon, b'other harmless words'), 'held', 'both, of libclamav')
            equal(send(daemon, b'plain'), 'accept', 'both, clean')
    finally:
        clamd.close()


if __name__ == '__main__':
    run(globals())
