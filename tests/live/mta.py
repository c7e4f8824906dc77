"""A private Postfix on loopback, with smtp-sink behind it and cordond beside it.

Everything lives in one folder: its own configuration, queue and data folders, its own ports; every
process is started here and ended by its process id. Needs root (Postfix does) and the Debian
packages postfix and python3; nothing of the machine's own Postfix is touched.
"""
import os
import pathlib
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import time

POSTFIX_LIBEXEC = "/usr/lib/postfix/sbin"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(what, test, seconds=30):
    """Polls; a deadline, not a measurement."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = test()
        if value:
            return value
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds} s")


def port_answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


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

    def messages(self):
        """(envelope recipients, header and body bytes as delivered), oldest first."""
        found = []
        for path in sorted(self.folder.iterdir(), key=lambda p: p.stat().st_mtime_ns):
            data = path.read_bytes()
            if not data.endswith(b"\n"):
                continue
            found.append(self.split(data[:-1]))  # smtp-sink ends each with an empty line
        return found

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

    def start(self, socket_path):
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen([self.program, "-c", self.rules], stdout=self.log,
                                        stderr=self.log, env=self.env)

        def ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"cordond ended with {self.process.returncode}:\n"
                                   + self.log_path.read_text(errors="replace"))
            try:
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(str(socket_path))
                return True
            except OSError:
                return False

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


MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {libexec}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.dept.example
mydomain = dept.example
myorigin = dept.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_transport = error:no local delivery
local_recipient_maps =
relayhost = [127.0.0.1]:{sink}
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
maillog_file = {folder}/log/maillog
maillog_file_prefixes = {folder}
smtpd_tls_security_level = none
smtp_tls_security_level = none
message_size_limit = 120000000
mailbox_size_limit = 0
milter_default_action = tempfail
milter_protocol = 6
milter_command_timeout = 60s
milter_content_timeout = 300s
smtpd_forbid_bare_newline = normalize
default_process_limit = 40
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtp_destination_concurrency_limit = 20
smtpd_timeout = 300s
"""

MASTER_CF = """\
127.0.0.1:{plain} inet n - n - - smtpd
  -o syslog_name=plain
127.0.0.1:{milter} inet n - n - - smtpd
  -o syslog_name=cordon -o smtpd_milters=unix:{socket}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Two listeners: `plain` without a milter, `milter` with one."""

    def __init__(self, folder, milter_socket, sink_port, extra=""):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "etc"
        for name in ("etc", "queue", "data", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        shutil.chown(self.folder / "data", "postfix")
        os.chmod(self.folder, 0o755)
        self.plain, self.milter = free_port(), free_port()
        while self.milter == self.plain:
            self.milter = free_port()
        values = dict(folder=self.folder, libexec=POSTFIX_LIBEXEC, sink=sink_port,
                      plain=self.plain, milter=self.milter, socket=milter_socket)
        (self.config / "main.cf").write_text(MAIN_CF.format(**values) + extra)
        (self.config / "master.cf").write_text(MASTER_CF.format(**values))

    def run(self, *command, check=True):
        return subprocess.run([command[0], "-c", str(self.config), *command[1:]], check=check,
                              capture_output=True, text=True)

    def start(self):
        if self.run("postfix", "start", check=False).returncode != 0:
            raise RuntimeError("postfix does not start:\n" + self.log()[-1500:])
        wait_until("postfix", lambda: port_answers(self.plain) and port_answers(self.milter))

    def stop(self):
        """`postfix stop` ends the master by the process id in its own pid file."""
        self.run("postfix", "stop", check=False)

    def queue(self):
        """Lines of postqueue -j: one JSON object a message; queue_name "hold" for held mail."""
        import json
        out = self.run("postqueue", "-j").stdout
        return [json.loads(line) for line in out.splitlines()]

    def log(self):
        path = self.folder / "log" / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    def held(self):
        return [m for m in self.queue() if m["queue_name"] == "hold"]

    def held_bytes(self, queue_id):
        return subprocess.run(["postcat", "-c", str(self.config), "-bh", "-q", queue_id],
                              check=True, capture_output=True).stdout


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
    """Sink, cordond and Postfix together, in one folder."""

    def __init__(self, folder, build, rules, postfix_extra="", cordond_env=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o755)
        self.build = pathlib.Path(build)
        self.socket = self.folder / "run" / "cordon.sock"
        self.socket.parent.mkdir(exist_ok=True)
        os.chmod(self.socket.parent, 0o755)
        self.rules = self.folder / "rules"
        shutil.copytree(rules, self.rules, dirs_exist_ok=True)
        self.settings(socket=f"unix:{self.socket}", **{
            "socket-mode": "0666", "state": str(self.folder / "state"),
            "scratch": str(self.folder / "scratch"), "user": "", "log": "stderr"})
        for name in ("state", "scratch"):
            (self.folder / name).mkdir(exist_ok=True)
        self.sink = Sink(self.folder / "delivered")
        self.cordond = Cordond(self.build / "cordond", self.rules, self.folder / "cordond.log",
                               cordond_env)
        self.postfix = Postfix(self.folder / "postfix", self.socket, self.sink.port, postfix_extra)

    def settings(self, **values):
        """Sets options in the copy of cordon.conf."""
        path = self.rules / "cordon.conf"
        path.write_text(set_options(path.read_text(), values))

    def start(self):
        """All of it runs, or none."""
        try:
            self.cordond.start(self.socket)
            self.postfix.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        self.postfix.stop()
        status = self.cordond.stop()
        self.sink.stop()
        return status

    def send(self, data, **more):
        return send(self.postfix.milter, data, **more)

    def delivered(self, count, seconds=60):
        """Waits for that many messages in the sink."""
        def enough():
            found = self.sink.messages()
            return found if len(found) >= count else None
        return wait_until(f"{count} delivered messages", enough, seconds)

    def events(self):
        import json
        path = self.folder / "state" / "events.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
