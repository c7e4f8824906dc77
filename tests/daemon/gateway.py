"""A running cordond for tests, and what they all need."""
import contextlib
import glob
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import jailed  # noqa: E402
from milter import Milter  # noqa: E402
from tap import equal, wait_for  # noqa: E402

SRC = os.environ.get('CORDON_SRC', '.')
BUILD = os.path.abspath(os.environ.get('CORDON_BUILD', '.'))
WORKER = os.path.join(BUILD, 'cordon-worker-hooks')
TEST = [('Content-Type', 'text/plain')]


def unless_gone(_function, _path, error):
    """A zygote that a reload has replaced may still remove its scratch."""
    if not isinstance(error[1], FileNotFoundError):
        raise error[1]


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
        shutil.rmtree(self.dir, onerror=unless_gone)


def children(parent, name):
    """Pids of its children that live; name None: of any name."""
    pids = []
    for path in glob.glob('/proc/[0-9]*/stat'):
        with contextlib.suppress(OSError):
            text = open(path).read()
            comm, rest = text[text.index('(') + 1:text.rindex(')')], text[text.rindex(')') + 2:]
            if name in (comm, None) and int(rest.split()[1]) == parent and rest[0] != 'Z':
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


def ask(word):
    return TEST + [('Cordon-Test', word)]


def is_untouched(outcome):
    equal((outcome.verdict, outcome.changed, outcome.added, outcome.body, outcome.quarantine),
          ('continue', [], [], None, None), 'untouched')


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


def cordon(daemon, *args):
    return subprocess.run([os.path.join(BUILD, 'cordon'), args[0], '--rules', daemon.rules,
                           *args[1:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=120)


def status(daemon, want=0):
    done = cordon(daemon, 'status', '--json')
    equal(done.returncode, want, 'cordon status: ' + done.stderr)
    return json.loads(done.stdout)


def run(names):
    """Runs the test_* of a module's globals and prints TAP. The exit status."""
    tests = [(name, test) for name, test in names.items() if name.startswith('test_')]
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
