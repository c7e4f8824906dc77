"""What test scripts share: where source and programs are, TAP, a folder for each test."""
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[1]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()


class Skip(Exception):
    """A test that cannot be made here, and why."""


def named_tests(module):
    """test_* of a module's globals(), in the order of the file."""
    found = [(n, t) for n, t in module.items() if n.startswith("test_") and callable(t)]
    return sorted(found, key=lambda pair: pair[1].__code__.co_firstlineno)


def equal(got, want, label=""):
    assert got == want, f"{label}: got {got!r}, want {want!r}"


def wait_for(what, test, patience=120):
    until = time.monotonic() + patience
    while not test():
        assert time.monotonic() < until, "not in time: " + what
        time.sleep(0.02)


def words_of(error):
    """An assertion's own words, what it compared if it has any; else where it happened."""
    text = str(error) if isinstance(error, AssertionError) else ""
    return text or traceback.format_exc(limit=4)


def run_tests(tests, why_not=None):
    """TAP for (name, function) pairs; why_not: a reason to skip them all, or None. Words on the command
    line choose those with one of them in their name."""
    if why_not:
        print(f"ok 1 - {pathlib.Path(sys.argv[0]).name} # SKIP {why_not}\n1..1")
        return 0
    only = sys.argv[1:]
    tests = [(n, t) for n, t in tests if not only or any(o in n for o in only)]
    failed = 0
    for i, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {i} - {name}", flush=True)
        except Skip as why:
            print(f"ok {i} - {name} # SKIP {why}", flush=True)
        except Exception as error:
            failed += 1
            print(f"not ok {i} - {name}", flush=True)
            for line in words_of(error)[:3000].splitlines():
                print(f"# {line}", flush=True)
    print(f"1..{len(tests)}")
    return 1 if failed else 0


def in_folder(test, make=pathlib.Path):
    """The test with a folder of its own, or with what `make` makes of it."""
    def run():
        with tempfile.TemporaryDirectory(prefix="cordon-test.") as folder:
            test(make(pathlib.Path(folder)))
    return run


def run_in_folders(module, make=pathlib.Path):
    """run_tests for the named tests of a module, each in a folder."""
    return run_tests([(name, in_folder(test, make)) for name, test in named_tests(module)])


class Checks:
    """TAP for a script that looks at one thing after another, in a folder of its own: each call is a test,
    with a list of what is wrong."""

    def __init__(self, name):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"cordon-{name}."))
        self.number = self.failed = 0

    def __call__(self, what, problems, skip=None):
        self.number += 1
        self.failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.number} - {what}{' # SKIP ' + skip if skip else ''}", flush=True)
        for line in list(problems)[:40]:
            print(f"# {str(line)[:300]}")

    def end(self):
        """The plan, and the status to leave with. CORDON_KEEP=1 keeps the folder."""
        print(f"1..{self.number}")
        if os.environ.get("CORDON_KEEP"):
            print(f"# {self.folder}")
        else:
            shutil.rmtree(self.folder)
        return 1 if self.failed else 0
