"""A private Sendmail from unpacked Debian packages, beside whatever mail server is installed.

The packages (they conflict with Postfix's) are unpacked below CORDON_BUILD/sendmail once. What this
Sendmail knows of Cordon are the lines of contrib/sendmail.mc, with the test's socket in them.

Before it reads any configuration Sendmail asks for this machine's name, and sleeps a minute when
that has no dot. A private UTS namespace would need rights that containers withhold, so a library of
one function answers instead.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess

from waiting import SOURCE, free_port, port_answers, wait_until

CACHE = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve() / "sendmail"
PACKAGES = ("sendmail-bin", "sendmail-base", "sendmail-cf", "libwrap0", "liblockfile1", "libnsl2")
SHIPPED_SOCKET = "S=local:/run/cordon/milter.sock"
HOSTNAME_C = """\
#include <string.h>
#include <unistd.h>
int gethostname(char *name, size_t len) { strncpy(name, "mx.dept.example", len); return 0; }
"""

MC = """\
VERSIONID(`a private Sendmail on loopback')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.dept.example')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`confPID_FILE', `{folder}/sendmail.pid')dnl
define(`STATUS_FILE', `{folder}/statistics')dnl
define(`ALIAS_FILE', `{folder}/aliases')dnl
define(`HELP_FILE', `')dnl
define(`confCONTROL_SOCKET_NAME', `')dnl
define(`confSERVICE_SWITCH_FILE', `{folder}/service.switch')dnl
define(`confHOSTS_FILE', `/etc/hosts')dnl
define(`confDEF_USER_ID', `root:root')dnl
define(`confTRUSTED_USER', `root')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe,TrustStickyBit,GroupWritableIncludeFile')dnl
define(`confDELIVERY_MODE', `i')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_CONNECT', `10s')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confDELAY_LA', `0')dnl
define(`confMAX_MESSAGE_SIZE', `120000000')dnl
define(`confLOG_LEVEL', `12')dnl
define(`confDF_BUFFER_SIZE', `65536')dnl
define(`LOCAL_RELAY', `relay:[127.0.0.1]')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {sink}')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`accept_unresolvable_domains')dnl
RELAY_DOMAIN(`dept.example')dnl
DAEMON_OPTIONS(`Port={plain}, Addr=127.0.0.1, Name=plain, InputMailFilters=')dnl
DAEMON_OPTIONS(`Port={milter}, Addr=127.0.0.1, Name=cordon')dnl
"""


def unpack():
    """Downloads and unpacks once; a folder that is there is complete."""
    root = CACHE / "root"
    if root.exists():
        return root
    debs, new = CACHE / "debs", CACHE / "new"
    shutil.rmtree(new, ignore_errors=True)
    debs.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-q", "download", *PACKAGES], cwd=debs, check=True, capture_output=True)
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", deb, new], check=True)
    (new / "hostname.c").write_text(HOSTNAME_C)
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", new / "hostname.so",
                    new / "hostname.c"], check=True)
    os.chmod(new / "usr/libexec/sendmail/sendmail", 0o755)
    new.rename(root)
    return root


def shipped_lines(endpoint):
    """contrib/sendmail.mc with the test's socket."""
    text = (SOURCE / "contrib" / "sendmail.mc").read_text()
    if text.count(SHIPPED_SOCKET) != 1:
        raise RuntimeError(f"contrib/sendmail.mc does not name {SHIPPED_SOCKET} once")
    return text.replace(SHIPPED_SOCKET, f"S={endpoint.sendmail}")


def filter_line(name, endpoint):
    return f"INPUT_MAIL_FILTER(`{name}', `S={endpoint.sendmail}, F=T')dnl\n"


class Sendmail:
    """Two listeners: `plain` without a milter, `milter` with one (and those around it)."""
    name = "Sendmail"

    @staticmethod
    def missing():
        """Why this server cannot be started here, or None."""
        if os.geteuid() != 0:
            return "needs root"
        if not shutil.which("smtp-sink") or not shutil.which("m4"):
            return "needs m4, and smtp-sink from Postfix"
        try:
            unpack()
        except (OSError, subprocess.CalledProcessError) as error:
            return f"Sendmail's packages are not to be had: {error}"
        return None

    def __init__(self, folder, endpoint, sink_port, extra="", before=(), after=()):
        self.folder = pathlib.Path(folder)
        for name in ("queue", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder / "queue", 0o700)
        self.root = unpack()
        self.plain, self.milter = free_port(), free_port()
        (self.folder / "aliases").write_text("")
        (self.folder / "service.switch").write_text("hosts\tfiles\naliases\tfiles\n")
        self.config = self.folder / "sendmail.cf"
        mc = MC.format(folder=self.folder, sink=sink_port, plain=self.plain, milter=self.milter)
        for i, other in enumerate(before):
            mc += filter_line(f"before{i}", other)
        mc += shipped_lines(endpoint)
        for i, other in enumerate(after):
            mc += filter_line(f"after{i}", other)
        self.write_config(mc + extra + "MAILER(`local')dnl\nMAILER(`smtp')dnl\n")
        self.process = None

    def write_config(self, mc):
        source = self.folder / "sendmail.mc"
        source.write_text(mc)
        cf = self.root / "usr/share/sendmail/cf"
        made = subprocess.run(["m4", f"-D_CF_DIR_={cf}/", cf / "m4/cf.m4", source], check=True, capture_output=True)
        if made.stderr.strip():
            raise RuntimeError(made.stderr.decode())
        self.config.write_bytes(made.stdout)

    def environment(self):
        libraries = ":".join(str(self.root / p) for p in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"))
        for path in self.root.glob("usr/lib/*-linux-gnu"):
            libraries = f"{path}:{libraries}"
        return dict(os.environ, LD_LIBRARY_PATH=libraries, LD_PRELOAD=str(self.root / "hostname.so"))

    def command(self, *args):
        return [str(self.root / "usr/libexec/sendmail/sendmail"), *args]

    def run(self, *args, name="sendmail", **more):
        """With another name Sendmail is another program: mailq."""
        return subprocess.run([name, *args, "-C", str(self.config)], executable=self.command()[0],
                              env=self.environment(), capture_output=True, **({"text": True} | more))

    def start(self):
        log = open(self.folder / "log" / "sendmail.log", "ab")
        self.process = subprocess.Popen(self.command("-bD", "-q1s", "-C", str(self.config)), stdout=log,
                                        stderr=log, env=self.environment(), start_new_session=True)
        log.close()

        def ready():
            if self.process.poll() is not None:
                raise RuntimeError("sendmail ended:\n" + self.log())
            return port_answers(self.plain) and port_answers(self.milter)

        wait_until("sendmail", ready, 50)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def submit(self, data, sender, rcpts):
        """As a program on this machine does: a message on standard input."""
        done = self.run("-i", "-f", sender, *rcpts, input=data, text=False)
        if done.returncode != 0:
            raise RuntimeError(f"sendmail: {done.returncode} {done.stderr!r}")

    def log(self):
        path = self.folder / "log" / "sendmail.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def queue(self):
        """What mailq shows: queue ids."""
        return self.ids(self.run("-bp").stdout)

    @staticmethod
    def ids(listing):
        return [{"queue_id": i} for i in re.findall(r"(?m)^([A-Za-z0-9]{14})[*X-]?\??\s", listing)]

    def held(self):
        return self.ids(self.run("-bp", "-qQ").stdout)

    def waiting_and_held(self):
        """How many messages wait for delivery, and the senders of those that are held."""
        queue = self.folder / "queue"
        waiting = sum(1 for path in queue.iterdir() if path.name[:2] in ("qf", "tf"))
        return waiting, [re.search(r"(?m)^S<?([^>\n]*)", path.read_text(errors="replace"))[1]
                         for path in queue.glob("hf*")]

    def flush(self):
        """Its queue runner comes by every second."""

    def held_bytes(self, queue_id):
        """The message as it lies in the quarantine: header of the hf file, body of the df file."""
        header, inside = b"", False
        for line in (self.folder / "queue" / f"hf{queue_id}").read_bytes().split(b"\n"):
            if line.startswith(b"H"):
                inside = True
                header += re.sub(rb"\AH\?[^?]*\?", b"", line) + b"\n"
            elif inside and line[:1] in (b" ", b"\t"):
                header += line + b"\n"
            else:
                inside = False
        return header + b"\n" + (self.folder / "queue" / f"df{queue_id}").read_bytes()

    def release(self, queue_id):
        self.run("-qQ", "-Q", f"-qI{queue_id}")
        self.run("-q", f"-qI{queue_id}")
