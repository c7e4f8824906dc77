#!/usr/bin/env python3
"""cordond under the administrator's hands: status, reloads, signatures, the service manager."""
import hashlib
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
from gateway import (SRC, TEST, WORKER, Cordond, ask, children, cordon, cordond, equal,
                     is_untouched, run, status, wait_for)  # noqa: E402
from ports import free_port  # noqa: E402


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
if %d:
    os.kill(os.getpid(), 9)
"""


def test_self_test():
    """A zygote that loads but whose workers do not answer is refused."""
    daemon = Cordond()
    flag, program = daemon.dir + '/bad', daemon.dir + '/worker'
    with open(program, 'w') as file:
        file.write(BAD_WORKER % (flag, WORKER, WORKER, 0))
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


def test_zygote_killed_at_start():
    """That is no fault of the settings: the service manager is to start again (75, not 78)."""
    daemon = Cordond()
    flag, program = daemon.dir + '/bad', daemon.dir + '/worker'
    with open(program, 'w') as file:
        file.write(BAD_WORKER % (flag, WORKER, WORKER, 1))
    os.chmod(program, 0o755)
    open(flag, 'w').close()
    daemon.settings['worker'] = program
    try:
        daemon.start(wait=False)
        equal(daemon.process.wait(60), 75, 'status')
    finally:
        daemon.clean()


KILLED_WORKER = """#!/usr/bin/env python3
# Is killed while it loads.
import os, sys
if not os.path.exists(%r):
    os.execv(%r, [%r, *sys.argv[1:]])
os.kill(os.getpid(), 9)
"""


def test_zygote_killed_at_reload():
    """As by a system short of memory. The old rules stay, and the reload is not forgotten."""
    for label, text, how in [('loading', KILLED_WORKER, ()), ('tested', BAD_WORKER, (1,))]:
        daemon = Cordond(**{'reload-on-change': 'no'})
        flag, program = daemon.dir + '/bad', daemon.dir + '/worker'
        write(program, text % ((flag, WORKER, WORKER) + how))
        os.chmod(program, 0o755)
        daemon.settings['worker'] = program
        try:
            milter = daemon.start().milter()
            write(daemon.rules + '/lists/threat-feed.txt', entries(7))
            write(flag, '')
            done = cordon(daemon, 'reload')
            equal(done.returncode, 78, label)
            assert 'it was killed, and is tried again' in done.stderr, done.stderr
            equal(status(daemon, 1)['health'], 'degraded', label)
            is_untouched(milter.message(ask('pass')))
            os.unlink(flag)
            wait_for('the new rules', lambda: status_text(daemon) == 'ok')
            equal(status(daemon)['rules']['lists']['threat-feed']['entries'], 7, label)
            is_untouched(milter.message(ask('pass')))
            milter.close()
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


def test_reloads_at_once():
    """Requests that come together are all answered, whichever is heard first."""
    with cordond(**{'reload-on-change': 'no'}) as daemon:
        codes = []
        threads = [threading.Thread(target=lambda: codes.append(cordon(daemon, 'reload').returncode))
                   for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(codes, [0] * 12, 'reloads')


def entries(count):
    return ''.join('bad%d.example\n' % n for n in range(count))


def write(path, text):
    with open(path + '.new', 'w') as file:
        file.write(text)
    os.rename(path + '.new', path)


def read(path):
    with open(path, 'rb') as file:
        return file.read().decode('latin-1')


def refused_reloads(daemon):
    """(label, file below the daemon's folder, its text, what the status must say)"""
    hashes = read(daemon.dir + '/signatures/test.hdb')
    return (
        ('broken rule', 'rules/policy.conf', read(daemon.rules + '/policy.conf') + 'nonsense = 1\n', 'policy.conf:'),
        ('cut rules', 'rules/policy.conf', read(daemon.rules + '/policy.conf')[:-40], 'policy.conf:'),
        ('empty rules', 'rules/policy.conf', '', 'policy.conf'),
        ('empty feed', 'rules/lists/threat-feed.txt', '# nothing\n', 'threat-feed.txt: 0 entries'),
        ('halved feed', 'rules/lists/threat-feed.txt', entries(49), 'threat-feed.txt: 49 entries'),
        ('feed that is no feed', 'rules/lists/threat-feed.txt', '<html>an error page of 100 lines\n' * 100,
         'threat-feed.txt:1'),
        ('cut signatures', 'signatures/test.hdb', hashes[:len(hashes) * 2 // 3 - 9], 'signatures'),
        ('few signatures', 'signatures/test.hdb', hashes[:hashes.index('\n', len(hashes) // 4) + 1], 'signatures'),
        ('cut archive of signatures', 'signatures/main.cvd', 'ClamAV-VDB:05 Nov 2026 10-00 +0800:62:6647427:90:',
         'signatures'),
    )


def test_refused_reloads():
    """The old set stays, mail flows, and the status says why."""
    daemon = Cordond(**{'reload-on-change': 'no', 'queue-deadline': '60', 'deadline': '60'})
    daemon.settings['signatures'] = daemon.dir + '/signatures'
    write_signatures(daemon.dir + '/signatures', 100)
    write(daemon.rules + '/lists/threat-feed.txt', entries(100))
    done, verdicts = threading.Event(), []

    def talk(n):
        milter = daemon.milter(timeout=120)
        while not done.is_set():
            body = b'%d %d https://bad%d.example/' % (n, len(verdicts), len(verdicts) % 100)
            outcome = milter.message(TEST, body=body)
            verdicts.append((outcome.verdict, outcome.body is not None))
        milter.close()

    try:
        daemon.start()
        threads = [threading.Thread(target=talk, args=(n,)) for n in range(2)]
        for thread in threads:
            thread.start()
        before = status(daemon)
        feed = before['rules']['lists']['threat-feed']
        equal(feed['entries'], 100, 'entries')
        with open(daemon.rules + '/lists/threat-feed.txt', 'rb') as file:
            equal(feed['version'], hashlib.sha256(file.read()).hexdigest()[:12], 'version')
        assert re.fullmatch(r'20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ', feed['time']), feed
        samples = metrics(cordon(daemon, 'status', '--prometheus').stdout)
        equal(samples['cordon_list_entries{list="threat-feed"}'], 100, 'metric')
        assert samples['cordon_list_timestamp_seconds{list="threat-feed"}'] > 1.7e9, samples
        assert ('threat-feed, 100 entries, version %s, of %s\n' % (feed['version'], feed['time']) in
                cordon(daemon, 'status').stdout)
        for label, path, text, want in refused_reloads(daemon):
            path = os.path.join(daemon.dir, path)
            good = read(path) if os.path.exists(path) else None
            write(path, text)
            code = cordon(daemon, 'reload').returncode
            now = status(daemon, 1)
            equal((code, now['health'], now['reload']['ok']), (78, 'degraded', False), label)
            assert want in now['reload']['error'], '%s: %s' % (label, now['reload']['error'])
            equal((now['rules']['version'], now['signatures']['count']),
                  (before['rules']['version'], 100), label)
            assert cordon(daemon, 'status').stdout.count(want), label
            write(path, good) if good is not None else os.unlink(path)
            seen = len(verdicts)
            wait_for('mail after ' + label, lambda: len(verdicts) > seen + 3)
        equal(cordon(daemon, 'reload').returncode, 0, 'repaired')
        equal(status(daemon)['health'], 'ok', 'repaired')
        done.set()
        for thread in threads:
            thread.join()
        equal(set(verdicts), {('continue', True)}, 'verdicts: the feed works all the time')
        equal(status(daemon)['letters']['error'], 0, 'errors')
        equal(daemon.stop(), 0, 'status')
    finally:
        done.set()
        daemon.clean()


def test_shrunk_feed_and_dead_zygote():
    """Without an old set that could stay: the reason is to be seen, and a repaired feed ends it."""
    with cordond(**{'reload-on-change': 'no'}) as daemon:
        feed = daemon.rules + '/lists/threat-feed.txt'
        write(feed, entries(100))
        equal(cordon(daemon, 'reload').returncode, 0, 'filled')
        write(feed, '')
        wait_for('the old zygote to be gone', lambda: len(daemon.zygotes()) == 1)
        os.kill(daemon.zygotes()[0], signal.SIGKILL)
        wait_for('the reason', lambda: 'threat-feed' in cordon(daemon, 'status').stdout)
        write(feed, entries(90))
        wait_for('a zygote', lambda: status_text(daemon) == 'ok')
        milter = daemon.milter()
        is_untouched(milter.message(ask('pass')))
        milter.close()


def status_text(daemon):
    return cordon(daemon, 'status').stdout.split('\n')[0].split()[-1]


class Manager:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, folder):
        self.path = folder + '/notify'
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.path)
        self.sock.settimeout(60)

    def wait(self, word):
        heard = []
        while word not in heard:
            heard += self.sock.recv(4096).decode().split('\n')
        return heard


def test_service_manager():
    daemon = Cordond()
    manager = Manager(daemon.dir)
    os.environ.update(NOTIFY_SOCKET=manager.path, WATCHDOG_USEC='1000000')
    try:
        daemon.start()
        front, = children(daemon.process.pid, 'cordond-front')
        for pid in [front, *daemon.zygotes()]:
            with open('/proc/%d/environ' % pid) as file:
                assert pid == front or 'NOTIFY_SOCKET' not in file.read(), 'a child knows it'
        heard = manager.wait('READY=1')
        assert any(word.startswith('STATUS=rules ') for word in heard), heard
        manager.wait('WATCHDOG=1')
        daemon.process.send_signal(signal.SIGHUP)
        heard = manager.wait('RELOADING=1')
        manager.wait('READY=1')
        # A front that does not serve feeds no watchdog.
        os.kill(front, signal.SIGSTOP)
        manager.sock.settimeout(3)
        try:
            while True:
                manager.wait('WATCHDOG=1')
        except socket.timeout:
            pass
        manager.sock.settimeout(60)
        os.kill(front, signal.SIGCONT)
        manager.wait('WATCHDOG=1')
        equal(daemon.stop(), 0, 'status')
        manager.wait('STOPPING=1')
    finally:
        del os.environ['NOTIFY_SOCKET'], os.environ['WATCHDOG_USEC']
        daemon.clean()


def write_signatures(folder, count, days=0):
    """So many signatures by hash, of nothing that there is."""
    os.makedirs(folder, exist_ok=True)
    path = folder + '/test.hdb'
    with open(path + '.tmp', 'w') as file:
        for n in range(count):
            file.write('%032x:%d:Test.Nothing-%d\n' % (n + 1, n + 1000, n))
    when = time.time() - days * 86400
    os.utime(path + '.tmp', (when, when))
    os.rename(path + '.tmp', path)


def test_no_signatures():
    """There are none yet: it says so and ends in a way that service managers try again; then there are."""
    daemon = Cordond()
    daemon.settings['signatures'] = folder = daemon.dir + '/signatures'
    try:
        for n in range(2):
            daemon.start(wait=False)
            equal(daemon.process.wait(20), os.EX_TEMPFAIL, 'not there' if n == 0 else 'empty')
            daemon.wait_log('no signatures in %s; freshclam fetches them' % folder, times=n + 1)
            done = cordon(daemon, 'check', daemon.rules)
            assert done.returncode == 0 and 'warning: no signatures in ' in done.stderr, done.stderr
            os.makedirs(folder, exist_ok=True)
        write_signatures(folder, 10)
        daemon.start()
        equal(status(daemon)['signatures']['count'], 10)
    finally:
        daemon.clean()


def test_stale_signatures():
    for action, outcome in (('tempfail', 'replycode'), ('continue', 'continue')):
        daemon = Cordond(**{'on-stale-signatures': action})
        daemon.settings['signatures'] = folder = daemon.dir + '/signatures'
        write_signatures(folder, 10, days=8)
        try:
            milter = daemon.start().milter()
            equal(milter.message(ask('pass')).verdict, outcome, action)
            now = status(daemon, 1)
            equal((now['health'], now['signatures']['stale']),
                  ('failing' if action == 'tempfail' else 'degraded', True), action)
            daemon.wait_log('signatures are stale', patience=60)
            write_signatures(folder, 10)
            daemon.wait_log('ready,', 2, patience=60)
            is_untouched(milter.message(ask('pass')))
            equal(status(daemon)['signatures']['stale'], False, action)
            milter.close()
            equal(daemon.stop(), 0, 'status')
        finally:
            daemon.clean()


def test_truncated_signatures():
    daemon = Cordond(**{'reload-on-change': 'no'})
    daemon.settings['signatures'] = folder = daemon.dir + '/signatures'
    write_signatures(folder, 100)
    try:
        milter = daemon.start().milter()
        for count, code in ((60, 0), (20, 78), (0, 78), (100, 0)):
            write_signatures(folder, count)
            done = cordon(daemon, 'reload')
            equal(done.returncode, code, '%d signatures: %s' % (count, done.stderr))
            is_untouched(milter.message(ask('pass'), body=b'%d' % count))
        equal(status(daemon)['signatures']['count'], 100, 'in force')
        milter.close()
        equal(daemon.stop(), 0, 'status')
    finally:
        daemon.clean()


sys.exit(run(globals()))
