#!/usr/bin/env python3
"""For tests that run workers on any machine: where the kernel has no Landlock (some containers), the
shipped rules refuse to start, so a copy with require-jail = no is used, and a TAP comment says so.
What the jail refuses is shown by tests/worker/t_jail.py alone.

From a shell: tests/jailed.py SOURCE FOLDER copies SOURCE/rules to FOLDER so that it starts here."""
import atexit
import ctypes
import pathlib
import re
import shutil
import sys
import tempfile

LANDLOCK_CREATE_RULESET = 444
NOTE = "# this kernel has no Landlock: require-jail = no"


def has_landlock():
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1) > 0


def settings():
    """What cordon.conf needs to start here."""
    return {} if has_landlock() else {"require-jail": "no"}


def adapt(rules):
    """Makes a copy of the rules start here."""
    if has_landlock():
        return
    conf = pathlib.Path(rules) / "cordon.conf"
    text = re.sub(r"(?m)^[ #]*require-jail\s*=.*$", "", conf.read_text())
    conf.write_text(text + "\nrequire-jail = no\n")


def rules(source):
    """The shipped rules, or a copy that starts here and lasts as long as the process."""
    shipped = pathlib.Path(source) / "rules"
    if has_landlock():
        return shipped
    print(NOTE, flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cordon-rules."))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(shipped, folder / "rules")
    adapt(folder / "rules")
    return folder / "rules"


if __name__ == "__main__":
    shutil.copytree(pathlib.Path(sys.argv[1]) / "rules", sys.argv[2])
    adapt(sys.argv[2])
