#!/usr/bin/env python3
"""The jail from the inside: through cordond, a worker with test hooks does what a mail that had taken
it over would try. Each attempt is refused or is the worker's end, is said on the log once, and the
next letter is served. Prints TAP.

What Landlock refuses is skipped where the kernel has none. That the start is refused there is shown
everywhere: a filter in front of cordond makes any kernel one that lacks Landlock, or seccomp."""
import contextlib
import ctypes
import glob
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SRC = os.path.abspath(os.environ.get('CORDON_SRC', '.'))
BUILD = os.path.abspath(os.environ.get('CORDON_BUILD', '.'))
sys.path[:0] = [os.path.join(SRC, 'tests', 'daemon'), os.path.join(SRC, 'tests')]
from jailed import NOTE, has_landlock  # noqa: E402
from milter import Milter  # noqa: E402
from tap import equal, wait_for  # noqa: E402

WORKER = os.path.join(BUILD, 'cordon-worker-hooks')
SYS_LANDLOCK, SYS_OPENAT2, SYS_PRLIMIT = 444, 437, 302
SYS_SECCOMP, SYS_PRCTL, PR_SET_SECCOMP = 317, 157, 22
SYS_CAPSET = 126
if os.uname().machine == 'aarch64':
    SYS_SECCOMP, SYS_PRCTL, SYS_CAPSET, SYS_PRLIMIT = 277, 167, 91, 261

def link_of(pid, name):
    """What a descriptor leads to; None for one that was closed since it was listed."""
    try:
        return os.readlink('/proc/%d/fd/%s' % (pid, name))
    except FileNotFoundError:
        return None


def without(*calls):
    """For preexec_fn: from here on the kernel does not know these calls. A call is a number, or a
    number and its first argument."""
    lib = ctypes.CDLL('libseccomp.so.2')
    lib.seccomp_init.restype = ctypes.c_void_p

    class Compare(ctypes.Structure):
        _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int), ('a', ctypes.c_uint64),
                    ('b', ctypes.c_uint64)]

    def install():
        context = ctypes.c_void_p(lib.seccomp_init(0x7FFF0000))
        for call in calls:
            number, first = call if isinstance(call, tuple) else (call, None)
            rules = [Compare(0, 4, first, 0)] if first is not None else []
            assert lib.seccomp_rule_add_array(context, 0x00050000 | 38, number, len(rules),
                                              (Compare * 1)(*rules)) == 0
        assert lib.seccomp_load(context) == 0
    return install


NO_NAME = 'a system call that is not known'  # what the filter itself kills for
NO_LANDLOCK = without(SYS_LANDLOCK)
NO_SECCOMP = without(SYS_SECCOMP, (SYS_PRCTL, PR_SET_SECCOMP))


class Daemon:
    """A cordond whose workers take one letter each, so that each attempt has a fresh one."""

    def __init__(self, preexec=None, prefix=(), **settings):
        self.dir = tempfile.mkdtemp(prefix='jail-')
        os.chmod(self.dir, 0o755)
        self.socket = os.path.join(self.dir, 'run', 'sock')
        self.rules = os.path.join(self.dir, 'rules')
        self.state = os.path.join(self.dir, 'state')
        self.scratch = os.path.join(self.dir, 'scratch')
        self.log = os.path.join(self.dir, 'log')
        self.preexec = preexec
        self.settings = {'socket': 'unix:' + self.socket, 'worker': WORKER,
                         'state': self.state, 'workers': '2', 'letters': '1', 'log': 'stderr',
                         'deadline': '20', 'queue-deadline': '5', 'scratch': self.scratch,
                         **settings}
        shutil.copytree(os.path.join(SRC, 'rules'), self.rules)
        with open(os.path.join(self.rules, 'cordon.conf'), 'w') as file:
            for name, value in self.settings.items():
                file.write('%s = "%s"\n' % (name, value))
        for folder in (self.dir + '/run', self.state) if prefix else ():
            os.mkdir(folder, 0o755 if folder.endswith('run') else 0o700)
            shutil.chown(folder, 'mail', 'mail')
        if prefix:
            os.mkdir(self.scratch)
            os.chmod(self.scratch, 0o1777)
        self.process = subprocess.Popen([*prefix, os.path.join(BUILD, 'cordond'), '-c', self.rules],
                                        stderr=open(self.log, 'ab'), preexec_fn=preexec)

    def wait_ready(self, times=1):
        self.wait_log('ready,', times, 60)
        return self

    def log_text(self):
        with open(self.log, errors='replace') as file:
            return file.read()

    def wait_log(self, text, times=1, patience=10):
        until = time.time() + patience
        while self.log_text().count(text) < times:
            assert time.time() < until and self.process.poll() is None, \
                'no "%s" in:\n%s' % (text, self.log_text()[-3000:])
            time.sleep(0.01)

    def zygote(self):
        found = named('cordon-zygote', self.process.pid)
        assert len(found) == 1, found
        return found[0]

    def front(self):
        return named('cordond-front', self.process.pid)[0]

    def folders(self):
        return glob.glob(self.scratch + '/cordon-scratch-*/w-*')

    def send(self, words, milter=None):
        own = milter or Milter(self.socket)
        if milter is None:
            own.connect()
        outcome = own.message([('Content-Type', 'text/plain'), ('Cordon-Test', words)])
        if milter is None:
            own.close()
        return outcome

    def attempt(self, words):
        """What the worker said of it, or None where it did not live to say anything."""
        outcome = self.send('try ' + words)
        if outcome.quarantine is not None:
            return outcome.quarantine
        equal(outcome.verdict, 'replycode', words)
        assert outcome.reply.startswith('451'), outcome.reply
        return None

    def serves(self):
        outcome = self.send('pass')
        equal((outcome.verdict, outcome.quarantine), ('continue', None), 'the next letter')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def clean(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def named(name, parent):
    """Children of a process that have this name and live."""
    pids = []
    for path in glob.glob('/proc/[0-9]*/stat'):
        with contextlib.suppress(OSError):
            text = open(path).read()
            comm, rest = text[text.index('(') + 1:text.rindex(')')], text[text.rindex(')') + 2:]
            if comm == name and int(rest.split()[1]) == parent and rest[0] != 'Z':
                pids.append(int(path.split('/')[2]))
    return pids


def the_worker(daemon):
    """The only one, as soon as no other is on its way."""
    def workers():
        return named('cordon-worker', daemon.zygote())
    wait_for('one worker', lambda: len(workers()) == 1)
    return workers()[0]


@contextlib.contextmanager
def cordond(**settings):
    if not has_landlock():
        settings['require-jail'] = 'no'
    daemon = Daemon(**settings)
    try:
        yield daemon.wait_ready()
        equal(daemon.stop(), 0, 'status')
        for wrong in ('ERROR: AddressSanitizer', 'runtime error'):
            assert wrong not in daemon.log_text(), daemon.log_text()[-3000:]
    finally:
        daemon.clean()


def status_of(pid):
    with open('/proc/%d/status' % pid) as file:
        return dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)


def is_sanitized():
    """An address space of 20 TB, and its own ideas about memory."""
    out = subprocess.run(['nm', '-D', WORKER], capture_output=True, text=True).stdout
    return '__asan_init' in out


def refused(daemon, words, want, said):
    """Refused, said once, and the next letter served."""
    before = daemon.log_text().count(said) if said else 0
    name = words.split()[0]
    equal(daemon.attempt(words), '%s: %s' % (name, want), words)
    if said:
        daemon.wait_log(said, before + 1)
    daemon.serves()
    if said:
        equal(daemon.log_text().count(said), before + 1, words + ' on the log')


def test_start_says_what_there_is():
    if not has_landlock():
        return 'the kernel has no Landlock'
    with cordond() as daemon:
        line, = [line for line in daemon.log_text().splitlines() if 'ready,' in line]
        assert 'jail: landlock abi ' in line and ', seccomp, rlimits' in line, line
    return None


def test_files():
    if not has_landlock():
        return 'the kernel has no Landlock'
    with cordond() as daemon:
        secret = glob.glob(daemon.state + '/secret*')[0]
        mine = os.path.join(daemon.dir, 'mine')
        with open(mine, 'w') as file:
            file.write('as it was')
        os.chmod(mine, 0o600)
        for path in ('/etc/passwd', secret, '/proc/%d/mem' % daemon.zygote(), '/', mine,
                     daemon.rules + '/policy.conf', '/dev/null', '../../../mine'):
            refused(daemon, 'open ' + path, 'Permission denied',
                    'the jail refused openat of %s (' % path)
            refused(daemon, 'openat2 ' + path, 'Permission denied', None)
        refused(daemon, 'write ' + mine, 'Permission denied', 'the jail refused openat of ' + mine)
        refused(daemon, 'write %s/new' % daemon.dir, 'Permission denied', None)
        refused(daemon, 'write %s/new' % daemon.scratch, 'Permission denied', None)
        refused(daemon, 'unlink ' + mine, 'Permission denied', None)
        refused(daemon, 'chmod ' + mine, 'done', None)
        equal((open(mine).read(), os.stat(mine).st_mode & 0o777), ('as it was', 0o600), 'my file')
        assert not os.path.exists(daemon.dir + '/new') and not os.path.exists(daemon.scratch + '/new')
        equal(daemon.attempt('write inside'), 'write: done', 'its own folder')
    return None


def test_said_once_a_worker():
    if not has_landlock():
        return 'the kernel has no Landlock'
    with cordond(letters='100', workers='1') as daemon:
        for _ in range(5):
            equal(daemon.attempt('open /etc/passwd'), 'open: Permission denied')
            equal(daemon.attempt('limits'), 'limits: Operation not permitted')
        daemon.wait_log('the jail refused prlimit64 (')
        equal([daemon.log_text().count('the jail refused ' + name)
               for name in ('openat', 'prlimit64')], [1, 1], 'lines')
    return None


def test_death():
    server = socket.create_server(('127.0.0.1', 0))
    server.settimeout(0.2)
    with cordond() as daemon:
        zygote, front = daemon.zygote(), daemon.front()
        attempts = [('connect %d' % server.getsockname()[1], 'socket'), ('exec /bin/sh', 'execve'),
                    ('fork', 'clone3?'), ('ptrace %d' % zygote, 'ptrace'), ('kill %d' % zygote, 'kill'),
                    ('kill %d' % front, 'kill'), ('kill %d' % os.getpid(), 'kill'),
                    ('handler', NO_NAME), ('blocked', NO_NAME)]
        for words, call in attempts:
            before = daemon.log_text().count('refused by the jail: ')
            equal(daemon.attempt(words), None, words)
            daemon.serves()
            lines = [line for line in daemon.log_text().splitlines() if 'refused' in line]
            equal(len(lines), before + 1, words + ' on the log')
            assert re.search(r'\]: 4XYZ: error: worker \d+ died \(refused by the jail: %s\)$' % call,
                             lines[-1]), lines[-1]
            equal((daemon.zygote(), daemon.front()), (zygote, front), words)
        events = [json.loads(line) for line in open(daemon.state + '/events.jsonl')]
        errors = [event['error'] for event in events if event['outcome'] == 'error']
        equal(len(errors), len(attempts), 'events')
        for error, (words, call) in zip(errors, attempts):
            assert re.search(r'\(refused by the jail: %s\)$' % call, error), error
        try:
            server.accept()
            raise AssertionError('connected')
        except TimeoutError:
            pass


def test_a_sibling():
    if not has_landlock():
        return 'the kernel has no Landlock'
    with cordond() as daemon:
        thread = threading.Thread(target=daemon.send, args=('slow',))
        thread.start()
        wait_for('a worker at work', lambda: len(daemon.folders()) == 1 and
                 len(named('cordon-worker', daemon.zygote())) == 1)
        time.sleep(0.3)
        folder, = daemon.folders()
        sibling = the_worker(daemon)
        equal(daemon.attempt('open ' + folder), 'open: Permission denied', 'its folder')
        equal(daemon.attempt('write %s/x' % folder), 'write: Permission denied', 'into its folder')
        equal(daemon.attempt('open /proc/%d/mem' % sibling), 'open: Permission denied', 'its memory')
        for words in ('ptrace', 'kill'):
            equal(daemon.attempt('%s %d' % (words, sibling)), None, words + ' it')
            equal(daemon.log_text().count('(refused by the jail: %s)' % words), 1, words)
        assert sibling in named('cordon-worker', daemon.zygote())
        thread.join()
    return None


def test_limits():
    with cordond() as daemon:
        if not is_sanitized():
            refused(daemon, 'huge', 'Cannot allocate memory', None)
        refused(daemon, 'fill big', 'File too large', None)
        refused(daemon, 'descriptors', 'Too many open files', None)
        refused(daemon, 'limits', 'Operation not permitted', 'the jail refused prlimit64 (')
        if not is_sanitized():
            refused(daemon, 'memory', 'Operation not permitted', None)
        refused(daemon, 'shellcode', 'Operation not permitted', 'the jail refused mmap (')


def may_trace():
    """Whether we may look into processes of others: root in a container often may not."""
    return bool(int(status_of(os.getpid())['CapEff'], 16) >> 19 & 1)


def test_what_a_worker_is():
    with cordond(letters='100', workers='1') as daemon:
        daemon.serves()
        pid = the_worker(daemon)
        status = status_of(pid)
        for name, want in (('NoNewPrivs', '1'), ('Seccomp', '2'), ('CapEff', '0' * 16),
                           ('CapPrm', '0' * 16), ('Threads', '1')):
            equal(status[name].strip(), want, name)
        limits = open('/proc/%d/limits' % pid).read()
        for name in ('Max core file size', 'Max processes'):
            line, = [line for line in limits.splitlines() if line.startswith(name)]
            equal(line.split()[-3:-1], ['0', '0'], name)
        if may_trace():
            names = sorted(os.listdir('/proc/%d/fd' % pid), key=int)
            links = [link for link in (link_of(pid, name) for name in names) if link]
            equal(len(links), 4, links)
            equal(links[:2], ['/dev/null', '/dev/null'], 'standard')
            assert links[2].startswith('pipe:') and links[3].startswith('socket:'), links
            equal(os.stat('/proc/%d/mem' % pid).st_uid, 0, 'not dumpable')
            equal(os.readlink('/proc/%d/cwd' % pid), daemon.folders()[0], 'its folder')


def holds(pid, needles):
    """Whether the memory of a process has one of these bytes in it."""
    with open('/proc/%d/maps' % pid) as maps, open('/proc/%d/mem' % pid, 'rb', 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(number, 16) for number in span.split('-'))
            if not rights.startswith('r') or end - start > 1 << 31 or '[v' in line:
                continue
            with contextlib.suppress(OSError, OverflowError):
                memory.seek(start)
                data = memory.read(end - start)
                if any(needle in data for needle in needles):
                    return True
    return False


def test_secret_stays_in_front():
    if not may_trace():
        return 'needs CAP_SYS_PTRACE, to read the memory of processes'
    with cordond(letters='100', workers='1') as daemon:
        daemon.send('change')
        daemon.serves()
        secret = open(glob.glob(daemon.state + '/secret*')[0], 'rb').read()
        assert len(secret.strip()) >= 16, secret
        needles = [secret.strip()[:16], secret.strip()[-16:], secret.strip()[:16].hex().encode()]
        worker = the_worker(daemon)
        equal([holds(pid, needles) for pid in (daemon.front(), daemon.zygote(), worker)],
              [True, False, False], 'front, zygote, worker')
    return None


def test_scratch_is_cleared():
    with cordond() as daemon:
        equal(daemon.attempt('litter'), None, 'crash')
        daemon.serves()
        wait_for('folders removed', lambda: not daemon.folders())
        equal(daemon.log_text().count('(signal 6)'), 1, 'on the log')
        thread = threading.Thread(target=daemon.send, args=('slow',))
        thread.start()
        wait_for('a folder in use', daemon.folders)
        first = os.path.dirname(daemon.folders()[0])
        os.kill(daemon.zygote(), signal.SIGKILL)
        thread.join()
        daemon.wait_ready(2)
        assert not os.path.exists(first), 'left by a zygote that was killed'
        daemon.serves()
    # the last one was the daemon's own, and it has stopped
    daemon = Daemon(**({} if has_landlock() else {'require-jail': 'no'}))
    try:
        daemon.wait_ready().serves()
        equal(daemon.stop(), 0, 'status')
        equal(os.listdir(daemon.scratch), [], 'after the end')
    finally:
        daemon.clean()


def test_log_is_safe():
    with cordond() as daemon:
        before = daemon.log_text()
        daemon.send('try shout')
        assert daemon.attempt('cut-log').startswith('cut-log: '), 'cut-log'
        daemon.serves()
        text = daemon.log_text()
        assert text.startswith(before), 'the log was cut'
        lines = [line for line in text.splitlines() if 'all is well' in line]
        assert 0 < len(lines) <= 2000, len(lines)
        assert all('worker: front[1]: \\x1B[2J' in line for line in lines), lines[0]


def lacking(preexec, word, advice='require-jail = no', innocent='nobody', **settings):
    daemon = Daemon(preexec=preexec, **settings)
    try:
        equal(daemon.process.wait(60), 78, 'status')
        said = daemon.log_text().splitlines()[-1]
        assert word in said and advice in said and innocent not in said, daemon.log_text()
        done = subprocess.run([os.path.join(BUILD, 'cordon'), 'sanitize', '--rules', daemon.rules,
                               os.path.join(SRC, 'contrib/samples/1-ordinary.eml')],
                              capture_output=True, text=True, preexec_fn=preexec)
        equal((done.returncode, done.stdout), (78, ''), 'the command')
        assert word in done.stderr and advice in done.stderr, done.stderr
    finally:
        daemon.clean()


def test_start_names_what_failed():
    """Not Landlock, where it is something else."""
    if not is_sanitized():  # a sanitizer asks for limits itself
        lacking(without(SYS_PRLIMIT), 'resource limits (Function', 'require-jail = no', 'Landlock')
    lacking(NO_LANDLOCK, 'Landlock (landlock_create_ruleset: Function not implemented;', 'Linux 5.13')
    if not has_landlock():
        return None
    lacking(NO_SECCOMP, 'seccomp filters (the kernel does not take one: ', 'require-jail = no', 'Landlock')
    for none in ('yes', 'no'):
        lacking(without(SYS_OPENAT2), 'openat2, by which workers open files: Function not implemented',
                'RestrictSUIDSGID', 'Landlock', **{'require-jail': none})
        if os.geteuid() == 0:
            lacking(without(SYS_CAPSET), 'privileges cannot be given up: ', 'name a user', 'Landlock',
                    **{'require-jail': none})
    return None


def test_no_landlock():
    lacking(NO_LANDLOCK, 'Landlock')
    with cordond(preexec=NO_LANDLOCK, **{'require-jail': 'no'}) as daemon:
        assert 'jail: no Landlock, seccomp, rlimits' in daemon.log_text(), daemon.log_text()
        daemon.serves()
        equal(daemon.attempt('exec /bin/sh'), None, 'exec')
        equal(daemon.attempt('open /etc/passwd'), 'open: done', 'nothing but Landlock watches files')
        daemon.serves()


def test_no_seccomp():
    lacking(NO_SECCOMP, 'seccomp')
    if not has_landlock():
        return None
    with cordond(preexec=NO_SECCOMP, **{'require-jail': 'no'}) as daemon:
        text = daemon.log_text()
        assert 'jail: landlock abi ' in text and ', no seccomp, rlimits' in text, text
        equal(daemon.attempt('open /etc/passwd'), 'open: Permission denied', 'Landlock')
        daemon.serves()
    return None


def test_as_a_service():
    """As a user of its own, with what the shipped systemd unit refuses."""
    if os.geteuid() != 0:
        return 'needs root'
    with cordond(preexec=without(SYS_CAPSET), user='nobody') as daemon:
        assert not has_landlock() or 'jail: landlock abi ' in daemon.log_text(), daemon.log_text()
        assert 'as root' not in daemon.log_text(), daemon.log_text()
        daemon.serves()
        equal(daemon.attempt('write inside'), 'write: done', 'its own folder')
        equal(daemon.attempt('exec /bin/sh'), None, 'exec')
    return None


def uids(pid):
    return status_of(pid)['Uid'].split()


def user_id(name):
    return str(pwd.getpwnam(name).pw_uid)


CAPS = '-all,+setuid,+setgid,+kill'
AS_UNIT = ['setpriv', '--reuid=mail', '--regid=mail', '--init-groups', '--no-new-privs',
           '--inh-caps=' + CAPS, '--ambient-caps=' + CAPS, '--bounding-set=' + CAPS]


def test_users():
    """Each process is who it should be, and nobody but the supervisor may become anybody else."""
    if os.geteuid() != 0:
        return 'needs root'
    for prefix, supervisor in (([], 'root'), (AS_UNIT, 'mail')):
        with cordond(prefix=prefix, letters='100', workers='1', user='mail',
                     **{'worker-user': 'nobody'}) as daemon:
            assert 'run as the same user' not in daemon.log_text(), daemon.log_text()
            assert '; workers as nobody' in daemon.log_text(), daemon.log_text()
            for turn in range(2):
                daemon.serves()
                worker = the_worker(daemon)
                pids = [daemon.process.pid, daemon.front(), daemon.zygote(), worker]
                for pid, user in zip(pids, (supervisor, 'mail', 'nobody', 'nobody')):
                    equal(uids(pid), [user_id(user)] * 4, '%s %d' % (user, pid))
                for pid in pids[1:]:
                    now = status_of(pid)
                    for name in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb'):
                        equal(now[name].strip(), '0' * 16, '%s of %d' % (name, pid))
                    equal(os.stat('/proc/%d/mem' % pid).st_uid, 0, '%d is not dumpable' % pid)
                if turn == 0:
                    os.kill(daemon.process.pid, signal.SIGHUP)
                    daemon.wait_ready(2)
                    wait_for('the first zygote ends', lambda: pids[2] not in
                             named('cordon-zygote', daemon.process.pid))
            store = [(path, os.stat(path)) for path, _, _ in os.walk(daemon.state)]
            store += [(path, os.stat(path)) for path in glob.glob(daemon.state + '/**', recursive=True)
                      if os.path.isfile(path)]
            for path, stat in store:
                equal((str(stat.st_uid), stat.st_mode & 0o077), (user_id('mail'), 0), path)
            equal(str(os.stat(daemon.folders()[0]).st_uid), user_id('nobody'), 'scratch')
            # one that is stuck is ended by the supervisor, whose user it is not
            os.kill(daemon.zygote(), signal.SIGSTOP)
            os.kill(named('cordon-worker', daemon.zygote())[0], signal.SIGKILL)
            wait_for('its end', lambda: not named('cordon-worker', daemon.zygote()))
            daemon.send('pass')
            daemon.wait_ready(3)
            daemon.serves()
    return None


def test_other_user_without_landlock():
    """The store is closed to a worker by its user alone. Where it has none of its own, the start says
    what that costs."""
    if os.geteuid() != 0:
        return 'needs root'
    common = dict(preexec=NO_LANDLOCK, user='mail', **{'require-jail': 'no'})
    with cordond(**common, **{'worker-user': 'nobody'}) as daemon:
        daemon.send('change')
        original, = glob.glob(daemon.state + '/originals/*/*')
        for path in (daemon.state + '/secret', daemon.state + '/events.jsonl', original, daemon.state,
                     daemon.state + '/control'):
            equal(daemon.attempt('open ' + path), 'open: Permission denied', path)
        equal(daemon.attempt('write %s/new' % daemon.state), 'write: Permission denied')
        daemon.serves()
    with cordond(**common) as daemon:
        equal(daemon.attempt('open %s/secret' % daemon.state), 'open: done', 'the same user')
        daemon.wait_log('workers run as the same user as the daemon: on a kernel without '
                        'Landlock a message that takes a worker over can read ' + daemon.state)
    return None


def test_who_cannot_change_users():
    if os.geteuid() != 0:
        return 'needs root'
    daemon = Daemon(prefix=['setpriv', '--reuid=mail', '--regid=mail', '--clear-groups'],
                    **{'worker-user': 'nobody'})
    try:
        equal(daemon.process.wait(60), 78, 'status')
        assert 'cordond may not change users' in daemon.log_text(), daemon.log_text()
    finally:
        daemon.clean()
    daemon = Daemon(user='mail', **{'worker-user': 'nobody-of-this-name'})
    try:
        equal(daemon.process.wait(60), 78, 'status')
        assert 'there is no user "nobody-of-this-name"' in daemon.log_text(), daemon.log_text()
    finally:
        daemon.clean()
    return None


def main():
    tests = [(name[5:], test) for name, test in globals().items() if name.startswith('test_')]
    wanted = sys.argv[1:]
    failed = 0
    if not has_landlock():
        print(NOTE + ', and what Landlock refuses is not tested')
    for number, (name, test) in enumerate(tests, 1):
        if wanted and name not in wanted:
            continue
        try:
            skip = test()
            print('ok %d - %s%s' % (number, name, ' # SKIP ' + skip if skip else ''), flush=True)
        except Exception as error:
            failed += 1
            print('not ok %d - %s' % (number, name), flush=True)
            for line in ('%s: %s' % (type(error).__name__, error)).splitlines():
                print('# ' + line)
    print('1..%d' % len(tests))
    sys.exit(1 if failed else 0)


main()
