#!/usr/bin/env python3
"""Groups that are looked up by socketmap: who is in one, what is asked for, answers that are kept, and a
table that gives none: then nothing passes that should not."""
import contextlib
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import Cordond, cordon, equal, is_untouched, run  # noqa: E402
from socketmap import Socketmap  # noqa: E402

LINK = b'See https://drive.google.com/file/d/1AbCdEf/view for the drawings.\r\n'
PLAIN = [('From', 'a@vendor.example'), ('Subject', 'Drawings'), ('Content-Type', 'text/plain')]
POLICY = '''
rule "registry" { on = link  group = registry  action = pass }
rule "all others" { on = link  class = cloud-storage  action = defang }
'''
CLERK = {'staff clerk@dept.example': 'OK registry'}


@contextlib.contextmanager
def gateway(options='', answers=None, mode=None, **settings):
    daemon = Cordond(**settings)
    table = Socketmap(daemon.dir + '/map.sock', CLERK if answers is None else answers, mode)
    try:
        with open(daemon.rules + '/policy.conf', 'w') as file:
            file.write(POLICY)
        with open(daemon.rules + '/groups.conf', 'w') as file:
            file.write('group registry { socketmap = "unix:%s:staff" deadline = 1 %s }\n' % (table.path, options))
        yield daemon.start(), table
        equal(daemon.stop(), 0, daemon.log_text())
    finally:
        with contextlib.suppress(OSError):
            table.stop()
        daemon.clean()


def send(milter, *names, **more):
    """"pass", "defang", or what the server is told."""
    outcome = milter.message(PLAIN, body=LINK, rcpts=['<%s>' % n if '@' in n else '<%s@dept.example>' % n
                                                      for n in names], **more)
    if outcome.verdict == 'replycode':
        return outcome.reply
    return 'pass' if outcome.body is None else 'defang'


def test_members_and_others():
    with gateway() as (daemon, table):
        milter = daemon.milter()
        equal(send(milter, 'clerk'), 'pass', 'a member')
        equal(send(milter, 'other'), 'defang', 'nobody of it')
        equal(send(milter, 'clerk', 'other'), 'defang', 'both')
        equal(send(milter, 'Clerk@DEPT.example'), 'pass', 'in capitals')
        milter.close()


def test_what_is_asked_for():
    """As postfix does: with the extension, without it, the domain. What is kept is not asked for again."""
    with gateway(answers={'staff @dept.example': 'OK all'}) as (daemon, table):
        milter = daemon.milter()
        equal(send(milter, 'clerk+files', sender='<>'), 'pass', 'by its domain')
        equal(table.asked, ['staff clerk+files@dept.example', 'staff clerk@dept.example', 'staff @dept.example'])
        equal(send(milter, 'clerk+files', sender='<>'), 'pass', 'again')
        equal((len(table.asked), table.connections), (3, 1), 'kept')
        milter.close()
    with gateway('keep = 0 delimiter = ""', CLERK) as (daemon, table):
        milter = daemon.milter()
        equal(send(milter, 'clerk+files', sender='<>'), 'defang', 'no extension')
        equal(send(milter, 'clerk', sender='<>'), 'pass', 'itself')
        equal(send(milter, 'clerk', sender='<>'), 'pass', 'itself, again')
        equal(table.asked.count('staff clerk@dept.example'), 2, 'nothing is kept')
        milter.close()


def test_without_an_answer():
    """The sender tries again; then rules cannot tell, where that is what is wanted, and nothing passes."""
    again = '451 4.7.1 Message could not be inspected now, try again later; id 4XYZ'
    for label, answers, mode in (('TEMP', {'staff clerk@dept.example': 'TEMP no server'}, None),
                                 ('TIMEOUT', {'staff clerk@dept.example': 'TIMEOUT'}, None),
                                 ('PERM', {'staff clerk@dept.example': 'PERM no such map'}, None),
                                 ('nonsense', CLERK, 'nonsense'), ('a table that hangs', CLERK, 'hang')):
        with gateway(answers=answers, mode=mode) as (daemon, table):
            milter = daemon.milter()
            equal(send(milter, 'clerk'), again, label)
            assert 'group registry is not known: socketmap:unix:' in daemon.log_text(), daemon.log_text()
            equal(daemon.events()[0]['outcome'], 'error', label)
            table.mode, table.answers = None, CLERK
            equal(send(milter, 'clerk'), 'pass', label + ', later')
            milter.close()
    with gateway('on-failure = unsure', mode='hang') as (daemon, table):
        milter = daemon.milter()
        equal(send(milter, 'clerk', 'chief', 'other'), 'defang', 'cannot tell')
        equal(len(table.asked), 1, 'a table that hangs is asked once a letter')
        milter.close()


def test_server_that_restarts():
    with gateway('keep = 0') as (daemon, table):
        milter = daemon.milter()
        equal(send(milter, 'clerk'), 'pass', 'before')
        table.stop()
        assert send(milter, 'clerk').startswith('451 4.7.1 '), 'down'
        table.start()
        equal(send(milter, 'clerk'), 'pass', 'after')
        table.mode = 'close'
        for _ in range(3):
            equal(send(milter, 'clerk'), 'pass', 'closed after each answer')
        milter.close()


def test_reload_asks_another_table():
    with gateway() as (daemon, table):
        other = Socketmap(daemon.dir + '/other.sock', {'staff other@dept.example': 'OK'})
        milter = daemon.milter()
        equal((send(milter, 'clerk'), send(milter, 'other')), ('pass', 'defang'), 'before')
        with open(daemon.rules + '/groups.conf', 'w') as file:
            file.write('group registry { socketmap = "unix:%s:staff" }\n' % other.path)
        equal(cordon(daemon, 'reload').returncode, 0, 'reload')
        equal((send(milter, 'clerk'), send(milter, 'other')), ('defang', 'pass'), 'after')
        milter.close()
        other.stop()


def test_split_recipients():
    with gateway(**{'split-recipients': 'yes'}) as (daemon, table):
        milter = daemon.milter()
        milter.command('M', b'<a@vendor.example>\0')
        said = []
        for name in (b'clerk', b'other', b'clerk+files'):
            milter.send('R', b'<%s@dept.example>\0' % name)
            said.append(milter.receive()[0])
        equal(said, ['c', 'y', 'c'], 'answers')
        table.answers, table.mode = {}, 'nonsense'
        milter.send('R', b'<third@dept.example>\0')
        kind, reply = milter.receive()
        assert reply.startswith(b'451 4.7.1 '), (kind, reply)
        milter.abort()
        milter.close()


def test_as_postmap_sees_it():
    """The same table, asked by Postfix's own program."""
    if not shutil.which('postmap'):
        return 'needs Postfix'
    with gateway('keep = 0', {'staff clerk@dept.example': 'OK x', 'staff @all.example': 'OK x',
                              'staff bad@dept.example': 'TEMP x'}) as (daemon, table):
        milter = daemon.milter()
        for key, person in (('clerk@dept.example', 'clerk'), ('other@dept.example', 'other'),
                            ('@all.example', 'any@all.example'), ('bad@dept.example', 'bad')):
            done = subprocess.run(['postmap', '-q', key, 'socketmap:unix:%s:staff' % table.path],
                                  capture_output=True, text=True, timeout=30)
            got = send(milter, person, sender='<>')
            want = 'pass' if done.returncode == 0 else '451' if 'fatal' in done.stderr else 'defang'
            assert got.startswith(want), (key, got, want, done)
        milter.close()


def test_command_with_given_members():
    with gateway() as (daemon, table):
        with open(daemon.dir + '/mail.eml', 'wb') as file:
            file.write(b'Subject: x\n\n' + LINK)
        for members, want in (((), 'changed'), (('--member', 'registry=clerk@dept.example'), 'unchanged'),
                              (('--member', 'registry=@dept.example'), 'unchanged'),
                              (('--member', 'registry=other@dept.example'), 'changed')):
            done = cordon(daemon, 'sanitize', '--rcpt', 'clerk@dept.example', '--report', daemon.dir + '/report',
                          '-o', daemon.dir + '/out', *members, daemon.dir + '/mail.eml')
            equal(done.returncode, 0, done.stderr)
            with open(daemon.dir + '/report') as report:
                assert '"outcome":"%s"' % want in report.read(), (members, want)
            shutil.rmtree(daemon.dir + '/out')
        equal(table.asked, [], 'the command asks nobody')
        equal(cordon(daemon, 'sanitize', '--member', 'registry', daemon.dir + '/mail.eml').returncode, 64, 'usage')


if __name__ == '__main__':
    sys.exit(run(globals()))
