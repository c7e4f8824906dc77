"""Ports of loopback for the servers of tests that run side by side."""
import contextlib
import random
import socket

# Not those that a system gives to clients: between asking and listening one could take it.
FIRST, LAST = 20000, 32000
taken = []


def claim(port):
    """A name that goes with the process says whose the port is."""
    mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        mark.bind(f"\0cordon-test-port-{port}")
    except OSError:
        mark.close()
        return False
    taken.append(mark)
    return True


def free_port(family=socket.AF_INET):
    """A port that nobody listens on and that no other test has, as long as this process lives. OSError where the
    family is not to be had."""
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family) as probe:
        probe.bind((host, 0))
    while True:
        port = random.randrange(FIRST, LAST)
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.bind((host, port))
            if claim(port):
                return port
