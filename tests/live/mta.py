"""Cordond between a private mail server on loopback and smtp-sink behind it.

Everything lives in one folder: its own configuration, queue and data folders, its own ports; every
process is started here and ended by its process id. Needs root and the Debian packages postfix and
python3; nothing of the machine's own mail server is touched.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import smtplib
import subprocess
import sys

from postfix import Postfix
from waiting import Endpoint, free_port, port_answers, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jailed  # noqa: E402


class Sink:
    """smtp-sink: each transaction becomes one file."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o777)
        self.port = free_port()
        self.process = subprocess.Popen(
            ["smtp-sink", "-u", "postfix", "-d", f"{self.folder}/%M.", f"127.0.0.1:{self.port}", "128"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until("smtp-sink", lambda: port_answers(self.port))

    def being_written(self):
        """Paths of files that smtp-sink has open."""
        held = set()
        for descriptor in pathlib.Path(f"/proc/{self.process.pid}/fd").glob("*"):
            with contextlib.suppress(OSError):
                held.add(os.readlink(descriptor))
        return held

    def read(self):
        """(envelope recipients, header and body bytes as delivered), oldest first."""
        paths = sorted(self.folder.iterdir(), key=lambda p: p.stat().st_mtime_ns)
        held = self.being_written()
        for path in paths:
            data = path.read_bytes()
            if data.endswith(b"\n") and str(path.resolve()) not in held:
                yield self.split(data[:-1])  # smtp-sink ends each with an empty line

    def messages(self):
        return list(self.read())

    @staticmethod
    def split(data):
        """Takes off the lines that smtp-sink puts before what it received."""
        rcpts = []
        while True:
            line, _, rest = data.partition(b"\n")
            if line.startswith(b"X-Rcpt-Args:"):
                rcpts.append(re.sub(rb".*<(.*)>.*", rb"\1", line).decode())
            if not re.match(rb"X-(Client-Addr|Client-Proto|Helo-Args|Mail-Args|Rcpt-Args):", line):
                break
            data = rest
        # smtp-sink's own Received, with its folds
        if data.startswith(b"Received: from ") and b"smtp-sink" in data[:600]:
            m = re.match(rb"Received:[^\n]*\n(?:[ \t][^\n]*\n)*", data)
            data = data[m.end():]
        return rcpts, data

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Cordond:
    def __init__(self, program, rules, log, env=None):
        self.program, self.rules, self.log_path = str(program), str(rules), pathlib.Path(log)
        self.env = dict(os.environ, **(env or {}))
        self.process = None

    def launch(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([self.program, "-c", self.rules], stdout=log, stderr=log, env=self.env)

    def start(self, endpoint):
        """endpoint: an Endpoint, or the path of a Unix socket."""
        self.launch()
        self.await_ready(endpoint if isinstance(endpoint, Endpoint) else Endpoint.read(endpoint))

    def await_ready(self, endpoint):
        def ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"cordond ended with {self.process.returncode}:\n"
                                   + self.log_path.read_text(errors="replace"))
            return endpoint.answers()

        wait_until("cordond", ready, 60)

    def stop(self, sig=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(sig)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None


def send(port, data, sender="vendor@outside.example", rcpts=("clerk@dept.example",)):
    """Sends exact bytes (line ends made CRLF) by SMTP. Returns the reply to DATA: (code, text)."""
    data = re.sub(rb"\r?\n", b"\r\n", data)
    with smtplib.SMTP("127.0.0.1", port, timeout=300) as smtp:
        smtp.ehlo("client.outside.example")
        options = ["BODY=8BITMIME"] if any(b > 127 for b in data) else []
        code, text = smtp.mail(sender, options)
        if code != 250:
            return code, text.decode(errors="replace")
        for rcpt in rcpts:
            code, text = smtp.rcpt(rcpt)
            if code not in (250, 251):
                return code, text.decode(errors="replace")
        code, text = smtp.data(data)
        return code, text.decode(errors="replace")


def set_options(text, values):
    """The text of a cordon.conf with options set: in place where they stand, else at the end."""
    for name, value in values.items():
        value = str(value) if isinstance(value, int) else f'"{value}"'
        line = f"{name} = {value}"
        text, n = re.subn(rf"(?m)^\s*#?\s*{re.escape(name)}\s*=.*$", lambda _: line, text, count=1)
        if n == 0:
            text += "\n" + line + "\n"
    return text


class Lab:
    """Sink, cordond and a mail server together, in one folder.

    server: the class of the mail server; listen: unix, inet or inet6; before, after: the sockets
    (Endpoint) of other milters; server_extra: more lines for the server's own configuration.
    """

    def __init__(self, folder, build, rules, postfix_extra="", cordond_env=None, server=Postfix,
                 listen="unix", server_extra="", **more):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o755)
        self.build = pathlib.Path(build)
        self.socket = self.folder / "run" / "cordon.sock"
        self.socket.parent.mkdir(exist_ok=True)
        os.chmod(self.socket.parent, 0o755)
        self.endpoint = Endpoint(listen, self.socket)
        self.rules = self.folder / "rules"
        shutil.copytree(rules, self.rules, dirs_exist_ok=True)
        self.settings(socket=self.endpoint.setting, **{
            "socket-mode": "0666", "state": str(self.folder / "state"),
            "scratch": str(self.folder / "scratch"), **jailed.settings(), "user": "", "log": "stderr"})
        for name in ("state", "scratch"):
            (self.folder / name).mkdir(exist_ok=True)
        self.sink = Sink(self.folder / "delivered")
        self.cordond = Cordond(self.build / "cordond", self.rules, self.folder / "cordond.log",
                               cordond_env)
        self.server = server(self.folder / server.name.lower(), self.endpoint, self.sink.port,
                             postfix_extra + server_extra, **more)

    @property
    def postfix(self):
        return self.server

    def settings(self, **values):
        """Sets options in the copy of cordon.conf."""
        path = self.rules / "cordon.conf"
        path.write_text(set_options(path.read_text(), values))

    def start(self):
        try:
            self.cordond.start(self.endpoint)
            self.server.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        self.server.stop()
        status = self.cordond.stop()
        self.sink.stop()
        return status

    def send(self, data, **more):
        return send(self.server.milter, data, **more)

    def delivered(self, count, seconds=60):
        """Waits for that many messages in the sink."""
        def enough():
            found = self.sink.messages()
            return found if len(found) >= count else None
        return wait_until(f"{count} delivered messages", enough, seconds)

    def events(self):
        path = self.folder / "state" / "events.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
