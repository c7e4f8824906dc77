#!/usr/bin/env python3
"""Messages made to hurt whoever reads them, while ordinary mail goes on (THREATS G-012, G-020 and on).

Each is answered by a cap: no worker crashes, none runs into its deadline. What is over a cap is
held; what is only large may be delivered, once it has been looked at. What the ordinary
mails of other connections are told is looked at all the time."""
import base64
import io
import os
import sys
import threading
import zipfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gateway import BUILD, cordond, equal, is_untouched, run, status, wait_for  # noqa: E402
from milter import Milter  # noqa: E402

HEAD = [('From', 'a@example.net'), ('To', 'b@example.org'), ('Subject', 'x'), ('MIME-Version', '1.0')]
LINK = b'<a href="https://drive.google.com/file/d/1">x</a>\r\n'
CUT, CAPPED, LOOKED_AT = 'cut off', 'held', 'looked at'


def within(header, body=LINK):
    """A message within the message: its header comes in the body, where no mail server has cut it."""
    return HEAD + [('Content-Type', 'message/rfc822')], b'From: c@example.net\r\n' + header + b'\r\n\r\n' + body


def html(text):
    return HEAD + [('Content-Type', 'text/html; charset=utf-8')], text


def plain(text):
    return HEAD + [('Content-Type', 'text/plain; charset=utf-8')], text


def multipart(body, boundary='b'):
    return HEAD + [('Content-Type', 'multipart/mixed; boundary=' + boundary)], body


def attached(name, data):
    return multipart(b'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=' +
                     name + b'\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
                     base64.encodebytes(data).replace(b'\n', b'\r\n') + b'--b--\r\n')


def depth(count, leaf=b'Content-Type: text/html\r\n\r\n' + LINK):
    opening = b''.join(b'--d%d\r\nContent-Type: multipart/mixed; boundary=d%d\r\n\r\n' % (i, i + 1)
                       for i in range(count))
    closing = b''.join(b'--d%d--\r\n' % (count - i) for i in range(count + 1))
    return multipart(opening + b'--d%d\r\n' % count + leaf + closing, 'd0')


def layers(count):
    """Each is the base64 of the next."""
    data = b'Content-Type: text/html\r\n\r\n' + LINK
    for _ in range(count):
        data = b'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n' + base64.encodebytes(data)
    return HEAD + [('Content-Type', 'message/rfc822')], data.replace(b'\n', b'\r\n')


def zip_of(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


def zip_in_zip(count):
    data = b'x'
    for i in range(count):
        data = zip_of([('%d.zip' % i, data)])
    return data


def gzip_bomb(megabytes):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    return b''.join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


PARAMETERS = b''.join(b';\r\n p%d=1' % n for n in range(100_000))
MANY_PARTS = b''.join(b'--b\r\n\r\n' for _ in range(100_000))

# (label, headers and body, what must become of it)
CASES = (
    # libmilter takes no packet of more than 65,535 bytes; Postfix cuts the field at 60,000
    ('address groups', (HEAD + [('Cc', 'g:' * 40_333)], b'x'), CUT),
    ('address groups that fit a packet', (HEAD + [('Cc', 'g:' * 30_000)], b'x'), CAPPED),
    ('address groups within', within(b'To: ' + b'g:' * 40_333), CAPPED),
    ('address groups of few bytes within', within(b'To: ' + b'g:' * 2_500), CAPPED),
    ('a parameter name that hangs', within(b'Content-Type: text/html; ' + b'n' * 71 + b'="\xe9\xe9"'), CAPPED),
    ('100,000 parameters', within(b'Content-Type: text/html' + PARAMETERS), CAPPED),
    ('one parameter 10,000 times', within(b'Content-Type: text/html' + b'; name=a' * 10_000), CAPPED),
    ('parameter continuations', within(b'Content-Type: text/html' +
                                       b''.join(b';\r\n name*%d*=%%41' % n for n in range(5_000))), CAPPED),
    ('100,000 fields', within(b'\r\n'.join(b'X-%d: x' % n for n in range(100_000))), CAPPED),
    ('one field of 1 MB', within(b'Subject: ' + b'x' * 1_000_000), CAPPED),
    ('encoded words', within(b'Subject: ' + b'=?utf-8?q?=?utf-8?b?' * 5_000), CAPPED),
    ('100,000 parts', multipart(MANY_PARTS + b'--b--\r\n'), CAPPED),
    ('100,000 parts that never end', multipart(MANY_PARTS), CAPPED),
    ('depth 10,000', depth(10_000), CAPPED),
    ('depth 1,000 and a million delimiters', depth(1_000, b'\r\n' + b'--d5\n' * 1_000_000), CAPPED),
    ('messages within messages', (HEAD + [('Content-Type', 'message/rfc822')],
                                  b'Content-Type: message/rfc822\r\n\r\n' * 10_000 + LINK), CAPPED),
    ('layers of base64', layers(40), CAPPED),
    ('a million links', html(b'<a href=http://a.example/>x</a>' * 1_000_000), CAPPED),
    ('a zip of 300 MB of zeros', attached(b'a.zip', zip_of([('a', bytes(300 << 20))])), CAPPED),
    ('a zip of 20,000 files', attached(b'a.zip', zip_of(('%d' % n, b'x') for n in range(20_000))), CAPPED),
    ('40 zips within zips', attached(b'a.zip', zip_in_zip(40)), CAPPED),
    ('a gzip of 1 GB of zeros', attached(b'a.gz', gzip_bomb(1024)), CAPPED),
    ('a line of 10 MB', plain(b'x' * 10_000_000), LOOKED_AT),
    ('beginnings of addresses', plain(b'http://' * 500_000), LOOKED_AT),
    ('dots', plain(b'a.' * 2_000_000), LOOKED_AT),
    ('at signs', plain(b'a@' * 2_000_000), LOOKED_AT),
    ('beginnings of tags', html(b'<' * 4_000_000), LOOKED_AT),
    ('beginnings of comments', html(b'<!--' * 1_000_000), LOOKED_AT),
    ('character references', html(b'&#' * 2_000_000), LOOKED_AT),
    ('a tag with 500,000 attributes', html(b'<p ' + b'a ' * 500_000 + b'>'), LOOKED_AT),
    ('500,000 open elements', html(b'<div>' * 500_000 + LINK), LOOKED_AT),
    ('delimiters that are none', multipart(b'--b\r\n\r\n' + b'--bb\r\n' * 1_000_000 + b'--b--\r\n'), LOOKED_AT),
)


class Ordinary(threading.Thread):
    """A clerk's mail, one after the other, from another client and sender each."""

    def __init__(self, daemon, done, n):
        super().__init__()
        self.daemon_, self.done, self.n = daemon, done, n
        self.count, self.wrong = 0, None

    def run(self):
        try:
            milter = Milter(self.daemon_.socket, timeout=300)
            milter.connect(address='198.51.100.%d' % self.n)
            while not self.done.wait(0.02):
                is_untouched(milter.message(plain(b'')[0], body=b'Hello %d\r\n' % self.count,
                                            sender='<clerk%d@example.com>' % self.n))
                self.count += 1
            milter.close()
        except Exception as error:  # a thread has nobody else to tell
            self.wrong = repr(error)


def send(daemon, headers, body):
    """What becomes of it, in a word."""
    milter = Milter(daemon.socket, timeout=300)
    milter.connect()
    try:
        outcome = milter.message(headers, body=body)
    except (EOFError, OSError):
        return 'cut off'
    finally:
        milter.sock.close()
    if outcome.quarantine:
        return 'held'
    if outcome.verdict == 'continue':
        return 'changed' if outcome.body is not None else 'unchanged'
    return outcome.reply[:3]


def test_hostile_while_ordinary_mail_flows():
    settings = {'workers': '3', 'deadline': '100', 'queue-deadline': '100',
                'worker': os.path.join(BUILD, 'cordon-worker')}
    with cordond(**settings) as daemon:
        done = threading.Event()
        ordinary = [Ordinary(daemon, done, n) for n in (1, 2)]
        for thread in ordinary:
            thread.start()
        wrong, seen = [], {}
        try:
            for label, (headers, body), want in CASES:
                before = [thread.count for thread in ordinary]
                got = send(daemon, headers, body)
                seen.setdefault(got, []).append(label)
                if got not in (('changed', 'unchanged', 'held') if want == LOOKED_AT else (want,)):
                    wrong.append('%s: %s' % (label, got))
                lost = {k: status(daemon)['workers'][k] for k in ('crashed', 'overran')}
                if any(lost.values()):
                    wrong.append('%s: %s, %s' % (label, got, lost))
                    break
                wait_for('ordinary mail after ' + label, lambda: all(
                    t.wrong or t.count > n for t, n in zip(ordinary, before)), patience=60)
                print('# %s: %s, %d ordinary mails meanwhile' % (
                    label, got, sum(t.count for t in ordinary) - sum(before)), flush=True)
        finally:
            done.set()
            for thread in ordinary:
                thread.join()
        equal([thread.wrong for thread in ordinary], [None, None], 'ordinary mail')
        equal(wrong, [], 'wrong')
        errors = [e for e in daemon.events() if e['outcome'] == 'error']
        equal(errors, [], 'errors')
        print('# %d ordinary mails went through' % sum(thread.count for thread in ordinary))


sys.exit(run(globals()))
