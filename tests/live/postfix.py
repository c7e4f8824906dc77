"""A private Postfix: its own configuration, queue and ports. Started and stopped as root.

What it knows of Cordon are the lines of contrib/postfix-main.cf, with the test's socket in them.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess

from waiting import SOURCE, free_port, port_answers, wait_until

LIBEXEC = "/usr/lib/postfix/sbin"
SHIPPED_SOCKET = "unix:/run/cordon/milter.sock"

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
inet_protocols = all
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
default_process_limit = 40
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtp_destination_concurrency_limit = 20
smtpd_timeout = 300s
"""

MASTER_CF = """\
127.0.0.1:{plain} inet n - n - - smtpd
  -o syslog_name=plain -o smtpd_milters=
127.0.0.1:{milter} inet n - n - - smtpd
  -o syslog_name=cordon
pickup unix n - n 1 1 pickup
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


# What `postfix start` makes, which takes two seconds; its master alone does not: folder, mode, group.
QUEUE_FOLDERS = [(name, 0o700, None) for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush",
                                                 "hold", "incoming", "private", "saved", "trace")]
QUEUE_FOLDERS += [("maildrop", 0o1730, "postdrop"), ("public", 0o2710, "postdrop"), ("pid", 0o755, None)]


def shipped_lines(milters):
    """contrib/postfix-main.cf, with these milters in place of the one socket."""
    text = (SOURCE / "contrib" / "postfix-main.cf").read_text()
    pattern = rf"(?m)^smtpd_milters = {re.escape(SHIPPED_SOCKET)}$"
    text, n = re.subn(pattern, lambda _: "smtpd_milters = " + ", ".join(milters), text)
    if n != 1:
        raise RuntimeError("contrib/postfix-main.cf has no line " + pattern)
    return text


class Postfix:
    """Two listeners: `plain` without a milter, `milter` with one (and those around it)."""
    name = "Postfix"

    @staticmethod
    def missing():
        """Why this server cannot be started here, or None."""
        if os.geteuid() != 0:
            return "needs root"
        return None if shutil.which("postfix") and shutil.which("smtp-sink") else "needs Postfix"

    def __init__(self, folder, endpoint, sink_port, extra="", before=(), after=()):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "etc"
        for name in ("etc", "queue", "data", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        shutil.chown(self.folder / "data", "postfix")
        for name, mode, group in QUEUE_FOLDERS:
            path = self.folder / "queue" / name
            path.mkdir()
            shutil.chown(path, "root" if name == "pid" else "postfix", group)
            os.chmod(path, mode)
        os.chmod(self.folder, 0o755)
        self.plain, self.milter = free_port(), free_port()
        values = dict(folder=self.folder, libexec=LIBEXEC, sink=sink_port,
                      plain=self.plain, milter=self.milter)
        milters = [e.postfix for e in (*before, endpoint, *after)]
        (self.config / "main.cf").write_text(MAIN_CF.format(**values) + shipped_lines(milters) + extra)
        (self.config / "master.cf").write_text(MASTER_CF.format(**values))

    def run(self, *command, check=True, **more):
        return subprocess.run([command[0], "-c", str(self.config), *command[1:]], check=check,
                              capture_output=True, **({"text": True} | more))

    def start(self):
        subprocess.run([f"{LIBEXEC}/master", "-c", str(self.config), "-w"], check=True)
        wait_until("postfix", lambda: port_answers(self.plain) and port_answers(self.milter))

    def stop(self):
        """`postfix stop` ends the master by the process id in its own pid file."""
        self.run("postfix", "stop", check=False)

    def submit(self, data, sender, rcpts):
        """As a program on this machine does, through pickup."""
        subprocess.run(["/usr/sbin/sendmail", "-C", str(self.config), "-i", "-f", sender, *rcpts],
                       input=data, check=True)

    def queue(self):
        """Lines of postqueue -j: one JSON object a message; queue_name "hold" for held mail."""
        return [json.loads(line) for line in self.run("postqueue", "-j").stdout.splitlines()]

    def log(self):
        path = self.folder / "log" / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    def held(self):
        return [m for m in self.queue() if m["queue_name"] == "hold"]

    def waiting_and_held(self):
        """How many messages wait for delivery, and the senders of those that are held."""
        queue = self.queue()
        held = [m["sender"] for m in queue if m["queue_name"] == "hold"]
        return len(queue) - len(held), held

    def flush(self):
        self.run("postqueue", "-f", check=False)

    def held_bytes(self, queue_id):
        return self.run("postcat", "-bh", "-q", queue_id, text=False).stdout

    def release(self, queue_id):
        self.run("postsuper", "-H", queue_id)
        self.run("postqueue", "-f")
