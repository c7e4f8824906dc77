"""A mail server's side of the milter protocol (version 6), byte for byte, for tests."""
import socket
import struct

ADDHDRS, CHGBODY, CHGHDRS, QUARANTINE, SETSYMLIST = 1, 2, 0x10, 0x20, 0x100
ALL_ACTIONS = 0x1FF
LEADSPC = 0x100000
# Everything that Postfix 3.7 and Sendmail 8.17 offer.
ALL_STEPS = 0x1FFFFF
NO_REPLY = {'C': 0x1000, 'H': 0x2000, 'M': 0x4000, 'R': 0x8000, 'T': 0x10000, 'L': 0x80,
            'N': 0x40000, 'B': 0x80000}
VERDICTS = {'a': 'accept', 'c': 'continue', 'd': 'discard', 'r': 'reject', 't': 'tempfail',
            'y': 'replycode'}


class Outcome:
    """What the milter said about one message."""

    def __init__(self):
        self.changed = []    # (name, index, value), in order
        self.added = []      # (name, value)
        self.body = None
        self.quarantine = None
        self.progress = 0
        self.verdict = None
        self.reply = ''


class Milter:
    """One connection."""

    def __init__(self, path, actions=ALL_ACTIONS, steps=ALL_STEPS, timeout=30):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(path)
        self.send('O', struct.pack('!III', 6, actions, steps))
        kind, data = self.receive()
        assert kind == 'O', kind
        self.version, self.actions, self.steps = struct.unpack('!III', data[:12])
        self.symbols = data[12:]

    def close(self):
        self.send('Q')
        self.sock.close()

    def send(self, kind, data=b''):
        self.sock.sendall(struct.pack('!I', len(data) + 1) + kind.encode() + data)

    def read(self, n):
        data = b''
        while len(data) < n:
            piece = self.sock.recv(n - len(data))
            if not piece:
                raise EOFError('milter closed')
            data += piece
        return data

    def receive(self):
        length, = struct.unpack('!I', self.read(4))
        data = self.read(length)
        return chr(data[0]), data[1:]

    def command(self, kind, data=b'', macros=None):
        if macros is not None:
            words = b''.join(k.encode() + b'\0' + v.encode() + b'\0' for k, v in macros.items())
            self.send('D', kind.encode() + words)
        self.send(kind, data)
        if not self.steps & NO_REPLY.get(kind, 0):
            answer, _ = self.receive()
            assert answer == 'c', (kind, answer)

    def connect(self, name='client.example.net', address='192.0.2.7'):
        data = name.encode() + b'\0' + (b'4' + struct.pack('!H', 25) + address.encode() + b'\0'
                                        if address else b'U')
        self.command('C', data, {'j': 'mx.example.org', '{client_addr}': address})
        self.command('H', b'client.example.net\0')

    def envelope(self, sender='<a@example.net>', rcpts=('<b@example.org>',), macros=None):
        self.command('M', sender.encode() + b'\0', macros)
        for rcpt in rcpts:
            self.command('R', rcpt.encode() + b'\0')

    def header(self, name, value):
        self.command('L', name.encode() + b'\0' + value.encode() + b'\0')

    def body(self, data):
        self.command('B', data)

    def abort(self):
        self.send('A')

    def end(self, queue_id='4XYZ'):
        self.send('D', b'Ei\0' + queue_id.encode() + b'\0')
        self.send('E')
        outcome = Outcome()
        while outcome.verdict is None:
            self.take(outcome, *self.receive())
        return outcome

    def take(self, outcome, kind, data):
        if kind == 'm':
            index, = struct.unpack('!I', data[:4])
            name, value, _ = data[4:].split(b'\0')
            outcome.changed.append((name.decode(), index, value.decode()))
        elif kind == 'h':
            name, value, _ = data.split(b'\0')
            outcome.added.append((name.decode(), value.decode()))
        elif kind == 'b':
            outcome.body = (outcome.body or b'') + data
        elif kind == 'q':
            outcome.quarantine = data.rstrip(b'\0').decode()
        elif kind == 'p':
            outcome.progress += 1
        else:
            outcome.verdict = VERDICTS[kind]
            outcome.reply = data.rstrip(b'\0').decode()

    def message(self, headers, body=b'Hello\r\n', queue_id='4XYZ', chunk=65535, **envelope):
        self.envelope(**envelope)
        if not self.steps & 0x200:
            self.command('T')
        blank = ' ' if self.steps & LEADSPC else ''
        for name, value in headers:
            self.header(name, blank + value)
        self.command('N')
        for at in range(0, len(body), chunk):
            self.body(body[at:at + chunk])
        return self.end(queue_id)
