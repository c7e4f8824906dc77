#!/usr/bin/env python3
"""Exceptions on a running cordond: what is added holds for the next message, what is revoked no longer
does, each use is an event, and a broken record grants nothing while mail flows."""
import datetime
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import BUILD, Cordond, cordond, equal, is_untouched, run  # noqa: E402

LINK = b'See https://drive.google.com/file/d/1AbCdEf/view for the drawings.\r\n'
PLAIN = [('From', 'a@vendor.example'), ('Subject', 'Drawings'), ('Content-Type', 'text/plain')]
FIELDS = ('--service google-drive --direction any --computers Room-1204 --reason Drawings --requester Chan '
          '--approver Wong --approval 12/3 --approved 2026-01-02T00:00:00Z --implementer Lee').split()
POST = ['--post', 'Departmental IT Security Officer']


def exceptions(daemon, action, *args):
    return subprocess.run([os.path.join(BUILD, 'cordon'), 'exceptions', action, '--rules', daemon.rules, *args],
                          capture_output=True, text=True, timeout=60)


def add(daemon, user, *more, code=0):
    done = exceptions(daemon, 'add', '--user', user, '--end', later(30), '--review', later(10),
                  *FIELDS, *POST, *more)
    equal(done.returncode, code, done.stderr)
    return done.stdout.strip()


def later(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime(
        '%Y-%m-%dT%H:%M:%SZ')


def send(milter, number, rcpts=('<clerk@dept.example>',)):
    return milter.message(PLAIN, body=LINK + b'%d\r\n' % number, rcpts=rcpts, queue_id='4Q%d' % number)


def changed(outcome):
    return outcome.body is not None


def test_at_once():
    with cordond() as daemon:
        milter = daemon.milter()
        assert changed(send(milter, 1)), 'before'
        first = add(daemon, 'other@dept.example')
        daemon.wait_log('ready,', times=2)
        name = add(daemon, 'clerk@dept.example')
        equal((first, name), ('E-0001', 'E-0002'))
        is_untouched(send(milter, 2))
        assert changed(send(milter, 3, ('<clerk@dept.example>', '<x@dept.example>'))), 'two recipients'
        second = add(daemon, 'y@dept.example')
        is_untouched(send(milter, 5, ('<clerk@dept.example>', '<y@dept.example>')))
        assert changed(send(milter, 6, ('<clerk@dept.example>', '<y@dept.example>', '<x@dept.example>')))
        both, none = ([e for e in daemon.events() if e.get('queue_id') == q][0] for q in ('4Q5', '4Q6'))
        equal(both['exceptions'], [name, second], 'those of two people')
        equal(none.get('exceptions'), None, 'not used where somebody has none')
        used = [e for e in daemon.events() if e.get('queue_id') == '4Q2']
        equal([f['exception'] for f in used[0]['findings'] if 'exception' in f], [name], 'event')
        review = exceptions(daemon, 'review')
        row = [line.split() for line in review.stdout.splitlines() if line.startswith(name)]
        equal(row[0][2], '2', review.stdout)
        assert row[0][3].startswith('20'), 'the last use: ' + review.stdout
        revoked = exceptions(daemon, 'revoke', name, '--by', 'Ho', '--reason', 'has left')
        equal(revoked.returncode, 0, revoked.stderr)
        assert changed(send(milter, 4)), 'after it was revoked'
        assert daemon.log_text().count('ready,') == 2, 'no reload was needed'
        milter.close()


def test_first_of_all_without_a_watch():
    """There was no record to follow: the command has cordond read the new one before it returns."""
    with cordond(**{'reload-on-change': 'no'}) as daemon:
        milter = daemon.milter()
        assert changed(send(milter, 1)), 'before'
        add(daemon, 'clerk@dept.example')
        is_untouched(send(milter, 2))
        milter.close()


def test_broken():
    with cordond() as daemon:
        milter = daemon.milter()
        add(daemon, 'clerk@dept.example')
        daemon.wait_log('ready,', times=2)
        is_untouched(send(milter, 1))
        with open(os.path.join(daemon.rules, 'exceptions.jsonl'), 'a') as record:
            record.write('{"v":1,"seq":2,"op":"add"}\n')
        assert changed(send(milter, 2)), 'broken'
        daemon.wait_log('no exception holds: exceptions.jsonl:2: ')
        equal(exceptions(daemon, 'check').returncode, 78)
        add(daemon, 'clerk@dept.example', code=65)
        milter.close()


def test_broken_at_start():
    """One changed byte: cordond says so when it starts, and mail flows without exceptions."""
    with cordond() as daemon:
        add(daemon, 'clerk@dept.example')
        daemon.wait_log('ready,', times=2)
        record = os.path.join(daemon.rules, 'exceptions.jsonl')
        with open(record) as file:
            text = file.read()
        daemon.stop()
        with open(record, 'w') as file:
            file.write(text.replace('Drawings', 'drawings'))
        daemon.start(wait=False)
        daemon.wait_log('ready,', times=3)
        daemon.wait_log('no exception holds: exceptions.jsonl:1: does not fit its hash')
        milter = daemon.milter()
        assert changed(send(milter, 1))
        milter.close()


def test_from_code_to_delivery():
    """Asked for by the code in the notice, signed, imported, and the original delivered: one thread."""
    with cordond() as daemon:
        milter = daemon.milter()
        path = lambda name: os.path.join(daemon.dir, name)
        assert changed(send(milter, 1)), 'before'
        code = daemon.events()[-1]['ref']
        asked = exceptions(daemon, 'request', code)
        equal(asked.returncode, 0, asked.stderr)
        said = {'computers': 'Room 1204', 'reason': 'Drawings', 'requester': 'Chan', 'approval': '12/3',
                'approved': '2026-01-02', 'end': later(30), 'review': later(10)}
        with open(path('approval'), 'w') as file:
            file.write(re.sub(r'(?m)^([a-z]+):$', lambda m: m[1] + ': ' + said[m[1]], asked.stdout))
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', path('key')], check=True)
        subprocess.run(['ssh-keygen', '-q', '-Y', 'sign', '-f', path('key'), '-n', 'cordon-exceptions', path('approval')],
                       check=True, capture_output=True)
        with open(path('key.pub')) as public, open(os.path.join(daemon.rules, 'keys.conf'), 'w') as conf:
            conf.write('key "Wong" { name = Wong  post = "%s"  public = "%s"  from-date = "2026-01-01"\n'
                       '  until-date = "2027-12-31" }\n' % (POST[1], public.read().strip()))
        daemon.wait_log('ready,', times=2)
        taken = exceptions(daemon, 'import', path('approval'), '--implementer', 'Lee')
        equal((taken.returncode, taken.stdout), (0, 'E-0001\n'), taken.stderr)
        daemon.wait_log('ready,', times=3)
        is_untouched(send(milter, 2))
        with open(path('sendmail'), 'w') as script:
            script.write('#!/bin/sh\necho "$@" >%s\ncat >%s\ntail -n 1 %s >%s\n'
                         % (path('args'), path('mail'), path('state/events.jsonl'), path('told')))
        os.chmod(path('sendmail'), 0o755)
        for args, words in ((['E-0002'], 'name an exception'), (['E-0001', '--user', 'x@dept.example'], 'not to that'),
                            (['E-0001', '--sendmail', '/bin/false'], 'did not take the message')):
            refused = exceptions(daemon, 'deliver', *args)
            assert refused.returncode != 0 and words in refused.stderr, refused.stderr
        delivered = exceptions(daemon, 'deliver', 'E-0001', '--sendmail', path('sendmail'))
        equal(delivered.returncode, 0, delivered.stderr)
        equal([event['outcome'] for event in daemon.events()[-4:]], ['delivering', 'undelivered', 'delivering', 'delivered'])
        again = exceptions(daemon, 'deliver', 'E-0001', '--sendmail', path('sendmail'))
        equal(again.returncode, 0, again.stderr)
        with open(path('told')) as told:
            assert '"delivering"' in told.read()
        with open(path('args')) as args, open(path('mail'), 'rb') as mail:
            sender = daemon.events()[0]['sender']
            equal(args.read().split(), ['-i', '-f', sender, '--', 'clerk@dept.example'])
            assert LINK.rstrip() in mail.read()
        steps = exceptions(daemon, 'show', 'E-0001').stdout
        for words in ('message %s: changed' % code, 'approved by Wong, %s (signed)' % POST[1], 'asked for by Chan',
                      'used by message %s: delivered' % code, 'will end'):
            assert words in steps, (words, steps)
        revoked = exceptions(daemon, 'revoke', 'E-0001', '--by', 'Ho', '--reason', 'over')
        equal(revoked.returncode, 0, revoked.stderr)
        assert 'does not hold' in exceptions(daemon, 'deliver', 'E-0001').stderr
        milter.close()


def test_other_user():
    """The record is root's, cordond another's: its group may read it."""
    if os.geteuid() != 0:
        return 'needs root'
    daemon = Cordond(user='nobody')
    os.chmod(daemon.dir, 0o755)
    daemon.settings['scratch'] = daemon.dir + '/scratch'
    daemon.settings['socket'] = 'unix:' + daemon.dir + '/run/milter.sock'
    daemon.socket = daemon.dir + '/run/milter.sock'
    try:
        daemon.start()
        milter = daemon.milter()
        add(daemon, 'clerk@dept.example')
        daemon.wait_log('ready,', times=2)
        is_untouched(send(milter, 1))
        milter.close()
        equal(daemon.stop(), 0, 'status')
    finally:
        daemon.clean()


sys.exit(run(globals()))
