"""A server of Postfix's socketmap_table(5) for tests: answers by a dict, or as it is told to."""
import contextlib
import os
import socket
import threading
import time


class Socketmap:
    """answers: "name key" ─▶ the whole answer ("OK x", "TEMP x" …); others are not found. mode: None,
    or how to misbehave: "hang", "close" (after one answer), "nonsense". asked: all questions."""

    def __init__(self, path, answers=None, mode=None):
        self.path, self.answers, self.mode, self.asked = path, answers or {}, mode, []
        self.connections, self.clients = 0, []
        self.start()

    def start(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(self.path)
        os.chmod(self.path, 0o666)
        self.sock.listen(50)
        threading.Thread(target=self.serve, args=(self.sock,), daemon=True).start()

    def stop(self):
        for sock in (self.sock, *self.clients):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
        self.clients = []
        os.unlink(self.path)

    def serve(self, sock):
        while True:
            try:
                client = sock.accept()[0]
            except OSError:
                return
            self.connections += 1
            self.clients.append(client)
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    @staticmethod
    def read(client):
        """One netstring, or None at the end."""
        head = b''
        while not head.endswith(b':'):
            piece = client.recv(1)
            if not piece:
                return None
            head += piece
        data = b''
        while len(data) < int(head[:-1]) + 1:
            data += client.recv(int(head[:-1]) + 1 - len(data))
        return data[:-1].decode()

    def talk(self, client):
        with client:
            while (question := self.read(client)) is not None:
                self.asked.append(question)
                if self.mode == 'hang':
                    time.sleep(30)
                    return
                answer = self.answers.get(question, 'NOTFOUND ').encode()
                client.sendall(b'x7:' if self.mode == 'nonsense' else b'%d:%s,' % (len(answer), answer))
                if self.mode == 'close':
                    return
