#!/usr/bin/env python3
"""split-recipients: at RCPT, who is under other rules than the first recipient is put off."""
import contextlib
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import Cordond, ask, equal, is_untouched, run, status, wait_for  # noqa: E402
from milter import NO_REPLY, Milter  # noqa: E402

POLICY = '''
rule "a" { on = link  group = registry  action = pass }
rule "b" { on = link  recipient = "strict@dept.example"  action = remove }
rule "c" { on = link  class = cloud-storage  action = defang }
'''
GONE_OFF = '452 4.5.3 Too many recipients: this one needs a message of its own'


@contextlib.contextmanager
def gateway(**settings):
    daemon = Cordond(**{'split-recipients': 'yes', **settings})
    try:
        with open(daemon.rules + '/policy.conf', 'w') as file:
            file.write(POLICY)
        os.mkdir(daemon.rules + '/groups')
        with open(daemon.rules + '/groups/registry.txt', 'w') as file:
            file.write('clerk@dept.example\nchief@dept.example\n')
        yield daemon.start()
        equal(daemon.stop(), 0, daemon.log_text())
    finally:
        daemon.clean()


def answers(milter, rcpts, sender='<a@vendor.example>', macros=None):
    """What is said of each."""
    milter.command('M', sender.encode() + b'\0', macros)
    said = []
    for rcpt in rcpts:
        milter.send('R', b'<%s@dept.example>\0' % rcpt.encode())
        kind, data = milter.receive()
        said.append('taken' if kind == 'c' else data.rstrip(b'\0').decode())
    return said


def test_those_under_other_rules_are_put_off():
    with gateway() as daemon:
        milter = daemon.milter()
        equal(answers(milter, ['clerk', 'strict', 'chief', 'other', 'CLERK']),
              ['taken', GONE_OFF, 'taken', GONE_OFF, 'taken'], 'first')
        milter.header('Cordon-Test', ' pass')
        milter.command('N')
        is_untouched(milter.end())
        equal(daemon.events()[0]['rcpts'],
              ['clerk@dept.example', 'chief@dept.example', 'CLERK@dept.example'], 'recipients')
        equal(answers(milter, ['strict', 'other']), ['taken', GONE_OFF], 'second')
        milter.abort()
        equal(answers(milter, ['other']), ['taken'], 'third')
        milter.abort()
        equal(status(daemon)['recipients_put_off'], 3, 'status')
        assert 'recipient <other@dept.example> put off: under other rules than ' \
            '<strict@dept.example>' in daemon.log_text(), daemon.log_text()
        milter.close()


def test_not_by_default():
    with gateway(**{'split-recipients': 'no'}) as daemon:
        milter = daemon.milter()
        assert milter.steps & NO_REPLY['R'], 'an answer to RCPT is waited for'
        is_untouched(milter.message(ask('pass'), rcpts=['<clerk@dept.example>', '<strict@dept.example>']))
        milter.close()


def local(daemon, data):
    milter = Milter(daemon.socket)
    milter.command('C', data)
    return milter


def test_not_of_programs_nor_of_people():
    rcpts = ['clerk', 'strict', 'other']
    pickup = b'localhost\x004' + struct.pack('!H', 0) + b'127.0.0.1\0'
    with gateway() as daemon:
        for label, milter, macros in (('Postfix pickup', local(daemon, pickup), None),
                                      ('Sendmail -bs', local(daemon, b'localhost\0U'), None),
                                      ('a login', daemon.milter(), {'{auth_authen}': 'user'})):
            equal(answers(milter, rcpts, macros=macros), ['taken'] * 3, label)
            milter.close()


def test_who_cannot_be_looked_at_is_put_off():
    with gateway(workers='1', **{'queue-deadline': '1', 'deadline': '20', 'share': '100'}) as daemon:
        busy, milter = daemon.milter(), daemon.milter()
        busy.envelope()
        busy.header('Cordon-Test', ' hang')
        busy.command('N')
        busy.send('D', b'Ei\x00busy\0')
        busy.send('E')
        wait_for('a worker that is busy', lambda: status(daemon)['workers']['busy'] == 1)
        said = answers(milter, ['clerk', 'chief'])
        equal(said, ['taken', '451 4.7.1 Recipient could not be looked at now, try again later'], 'busy')
        milter.close()
        for pid in daemon.zygotes():
            os.kill(pid, 9)  # what hangs ends with it
        busy.sock.close()


if __name__ == '__main__':
    sys.exit(run(globals()))
