#!/usr/bin/env python3
"""The manual pages: every option of every command, every setting, and mandoc's own checks. TAP."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()


def help_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def plain(page):
    """A page's text with the macros' arguments joined."""
    return (SOURCE / "man" / page).read_text()


def missing_options(page, text):
    """Long options that a help text has and the page does not."""
    want = set(re.findall(r"(?m)^\s+(?:-\w, )?--([a-z-]+)", text))
    return sorted(w for w in want if w not in ("help-all",) and not re.search(rf"Fl Fl {w}\b", plain(page)))


def commands():
    return re.findall(r"(?m)^\s+cordon ([a-z]+) ", help_of(BUILD / "cordon", "--help"))


def test_cordon_1():
    """Each command of `cordon --help`, and each of its options."""
    text = plain("cordon.1")
    lost = [c for c in commands() if not re.search(rf"(?m)^\.It Cm {c}\b", text)]
    for command in commands():
        lost += [f"{command} --{o}" for o in missing_options("cordon.1", help_of(BUILD / "cordon", command, "--help"))]
    return lost


def test_exit_status():
    """Both ways: each status that the command's code names, and none that it does not."""
    files = [SOURCE / "milter" / "error.c", *(SOURCE / "milter" / "ctl").glob("*.c")]
    named = {word for file in files for word in re.findall(r"\bEX_[A-Z]+\b", file.read_text())}
    section = plain("cordon.1").split(".Sh EXIT STATUS")[1].split(".Sh")[0]
    told = {int(number) for number in re.findall(r"(?m)^\.It (\d+)$", section)}
    return sorted(told ^ ({getattr(os, word) for word in named} | {1}))


def test_actions():
    """In the order of their strictness, as the header has it."""
    order = re.search(r"stricter: ([a-z <]+)\.", (SOURCE / "include" / "policy.h").read_text())[1].split(" < ")
    said = plain("cordon-policy.5").split(".It Ic action\n")[1].split(".It ")[0]
    told = re.findall(r"(?m)^\.Ql ([a-z]+)", said)
    return [] if told == order else [f"{told}, not {order}"]


def test_rule_lines():
    """A rule that a document names with its line stands there. (The tutorial's are compared where it is run.)"""
    rules = (SOURCE / "rules" / "policy.conf").read_text().splitlines()
    pages = [SOURCE / "HACKING.md", SOURCE / "README.md", *sorted((SOURCE / "man").iterdir())]
    named = [(page.name, int(line), rule) for page in pages
             for line, rule in re.findall(r'policy\.conf:(\d+) ([^"\n]+)', page.read_text())]
    return [f"{page}: policy.conf:{line} is not {rule}" for page, line, rule in named
            if not rules[line - 1].startswith(f'rule "{rule}"')]


def test_cordond_8():
    return missing_options("cordond.8", help_of(BUILD / "cordond", "--help"))


def test_cordon_conf_5():
    """Both ways: each setting that the shipped file shows, and none that there is not."""
    shown = set(re.findall(r"(?m)^#?([a-z-]+) = ", (SOURCE / "rules" / "cordon.conf").read_text()))
    told = {name for line in re.findall(r"(?m)^\.It Ic (.*)$", plain("cordon.conf.5")) for name in line.split(" , ")}
    return sorted(shown ^ told)


def options_of(file, section):
    """What a file of the rules may hold, by what is said of a word that it may not."""
    with tempfile.TemporaryDirectory() as work:
        rules = pathlib.Path(work, "rules")
        shutil.copytree(SOURCE / "rules", rules)
        (rules / file).write_text(section)
        said = subprocess.run([BUILD / "cordon", "test" if file.startswith("tests/") else "check", "--rules", rules],
                              capture_output=True, text=True)
    names = re.search(r'unknown option "nothing-like-it"; use one of: (.*)', said.stderr + said.stdout)
    return set(names[1].split(", ")) if names else {f"nothing said of {file}: {said.stderr}"}


def test_rules_files():
    """Each word that a file of the rules may hold stands in its page."""
    files = [("cordon-policy.5", "policy.conf", 'rule "a" { nothing-like-it = b }'),
             ("cordon-services.5", "services/a.conf", 'service "a" { nothing-like-it = b }'),
             ("cordon-types.5", "types.conf", 'group "a" { nothing-like-it = b }'),
             ("cordon-lists.5", "groups.conf", 'group "a" { nothing-like-it = b }'),
             ("cordon-notices.5", "notices.conf", 'notice "a" { nothing-like-it = b }'),
             ("cordon-exceptions.5", "exceptions.conf", 'approval "*" { nothing-like-it = b }'),
             ("cordon-exceptions.5", "delegations.conf", 'delegation "a" { nothing-like-it = b }'),
             ("cordon-exceptions.5", "keys.conf", 'key "a" { nothing-like-it = b }'),
             ("cordon-tests.5", "tests/a.conf", 'test "a" { nothing-like-it = b }')]
    lost = []
    for page in sorted({page for page, _, _ in files}):
        told = {name for line in re.findall(r"(?m)^\.It Ic (.*)$", plain(page)) for name in line.split(" , ")}
        known = set().union(*(options_of(file, section) for of, file, section in files if of == page))
        lost += [f"{page}: {name}" for name in sorted(known ^ told)]
    return lost


def test_mandoc():
    if shutil.which("mandoc") is None:
        return None
    pages = sorted((SOURCE / "man").iterdir())
    return subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages],
                          capture_output=True, text=True).stdout.splitlines()


def main():
    tests = [test_cordon_1, test_exit_status, test_actions, test_rule_lines, test_cordond_8, test_cordon_conf_5,
             test_rules_files, test_mandoc]
    failed = 0
    for number, test in enumerate(tests, 1):
        wrong = test()
        failed += bool(wrong)
        skip = " # SKIP needs mandoc" if wrong is None else ""
        print(f"{'not ok' if wrong else 'ok'} {number} - {test.__name__}{skip}")
        for line in wrong or []:
            print(f"# {line}")
    print(f"1..{len(tests)}")
    raise SystemExit(failed > 0)


main()
