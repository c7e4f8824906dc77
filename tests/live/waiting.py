"""Ports and deadlines of the private servers."""
import pathlib
import socket
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests"))
from ports import free_port  # noqa: E402


def wait_until(what, test, seconds=120):
    """Polls; a deadline, not a measurement."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = test()
        if value:
            return value
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds} s")


def port_answers(port, host="127.0.0.1"):
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


class Endpoint:
    """Where a milter listens, in the three notations: libmilter's, Postfix's and Sendmail's."""

    def __init__(self, kind, path=None):
        self.kind, self.path = kind, path
        if kind != "unix":
            self.host = "127.0.0.1" if kind == "inet" else "::1"
            self.port = free_port(socket.AF_INET if kind == "inet" else socket.AF_INET6)

    @classmethod
    def read(cls, text):
        """unix:/PATH, or a path."""
        return cls("unix", str(text).removeprefix("unix:"))

    @property
    def setting(self):
        return f"unix:{self.path}" if self.kind == "unix" else f"{self.kind}:{self.port}@{self.host}"

    @property
    def postfix(self):
        if self.kind == "unix":
            return f"unix:{self.path}"
        return f"inet:{self.host}:{self.port}" if self.kind == "inet" else f"inet:[{self.host}]:{self.port}"

    @property
    def sendmail(self):
        return f"local:{self.path}" if self.kind == "unix" else self.setting

    def answers(self):
        if self.kind != "unix":
            return port_answers(self.port, self.host)
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.path))
            return True
        except OSError:
            return False
