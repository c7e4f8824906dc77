#!/usr/bin/env python3
"""Do the tests of the shipped rules notice when a rule is changed? Each rule is mutated: its action made
each other one that its kinds of finding allow, each of those and each of its lines left out, the rule itself left out, its
place changed with the next one's, and a rule about links made not to look into files. A mutant must fail a test, or be refused outright. Prints TAP;
names of mutants as arguments run those alone and show what their tests say.

What cannot be told apart by any message stands in EQUIVALENT, with the reason."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path.insert(0, str(SOURCE / "tests"))
import jailed  # noqa: E402
RULES = jailed.rules(SOURCE)

ACTIONS = {"link": "pass flag defang remove hold reject", "file": "pass flag disarm remove hold reject",
           "anomaly": "pass hold reject", "sender": "pass hold reject", "markup": "pass remove hold reject",
           "results": "pass remove hold reject", "text": "pass hold reject"}

NOTICE = "says what is so without it: the notice of the rule's class or kind"
TIER = "says what is so without it: the tier of the rule's notice"
OBSERVES = "a rule that only observes decides nothing and hides nothing"
CLASSES = "an address has one class"
MARKUP = "what is found in markup has one trait"
RENAMED = "what a rule still asks for after it is disarmed is removed: names and types stay"
EQUIVALENT = {
    "click-to-run: action = disarm": RENAMED,
    "deceptive name: action = disarm": RENAMED,
    "frames and forms: without notice": NOTICE,
    "cloud storage: without notice": NOTICE,
    "webmail: without notice": NOTICE,
    "messaging: without notice": NOTICE,
    "sender to be checked: without notice": NOTICE,
    "limit: without notice": NOTICE,
    "ambiguous: without notice": NOTICE,
    "deceptive: without tier": TIER,
    "look-alike: without tier": TIER,
    "hidden: without tier": TIER,
    "local program: without tier": TIER,
    "text differs: without tier": TIER,
    "text may differ: without tier": TIER,
    "look-alike: behind the next": OBSERVES,
    "hidden: behind the next": OBSERVES,
    "text differs: behind the next": OBSERVES,
    "text may differ: behind the next": OBSERVES,
    "sender to be checked: behind the next": OBSERVES,
    "cloud storage: behind the next": CLASSES,
    "webmail: behind the next": CLASSES,
    "active content: behind the next": MARKUP,
    "ambiguous HTML: behind the next": MARKUP,
    "frames and forms: without trait": "the rules above it ask for all other traits of markup",
    "forged results: without tier": "there are no words for the kind, so nothing is told",
    "imitated notice: behind the next": OBSERVES,
    "words to be checked: without trait": "the rule above it asks for the other trait of text",
    "messaging: behind the next": "no page for device codes is of a class that is disabled",
    "sharing field: not inside files": "a field of the header is in no file",
    "direct download: behind the next": "no mailto: is a download, and nothing else is prepared mail",
}


class Rule:
    def __init__(self, text):
        self.text = text
        self.name = re.match(r'rule "([^"]*)"', text)[1]
        self.on = re.findall(r"[a-z]+", re.search(r"(?m)^  on = (.*)", text)[1])
        self.action = re.search(r"(?m)^  action = (\S+)", text)[1]

    def lines(self):
        """Each option, with the lines that it goes on in."""
        return re.findall(r"(?ms)^  (?:[a-z-]+) = .*?\n(?=  [a-z-]+ = |\})", self.text)


def read():
    """The policy as text and rules, in turn."""
    text = (RULES / "policy.conf").read_text()
    pieces = re.split(r'(?ms)^(rule "[^"]*" \{\n.*?^\}\n)', text)
    return [Rule(p) if p.startswith('rule "') else p for p in pieces]


def as_text(pieces):
    return "".join(p.text if isinstance(p, Rule) else p for p in pieces)


def mutants():
    """Name and policy of each."""
    pieces = read()
    places = [i for i, p in enumerate(pieces) if isinstance(p, Rule)]

    def with_text(at, text):
        return as_text(pieces[:at] + [text] + pieces[at + 1:])

    for n, at in enumerate(places):
        rule = pieces[at]
        for action in ACTIONS[rule.on[0]].split():
            if action != rule.action and all(action in ACTIONS[kind].split() for kind in rule.on):
                yield (f"{rule.name}: action = {action}",
                       with_text(at, rule.text.replace(f"  action = {rule.action}\n", f"  action = {action}\n")))
        for kind in rule.on if len(rule.on) > 1 else ():
            rest = " ".join(other for other in rule.on if other != kind)
            yield f"{rule.name}: not {kind}", with_text(at, re.sub(r"(?m)^  on = .*", f"  on = {{ {rest} }}", rule.text))
        for line in rule.lines():
            yield f"{rule.name}: without {line.split()[0]}", with_text(at, rule.text.replace(line, ""))
        yield f"{rule.name}: left out", with_text(at, "")
        if rule.on == ["link"]:
            yield (f"{rule.name}: not inside files",
                   with_text(at, rule.text.replace("  on = link\n", "  on = link\n  inner = no\n")))
        if n + 1 < len(places) and pieces[places[n + 1]].on == rule.on:  # a finding is of one kind
            swapped = list(pieces)
            swapped[at], swapped[places[n + 1]] = pieces[places[n + 1]], rule
            yield f"{rule.name}: behind the next", as_text(swapped)


def run(policy):
    """Exit status and output of `cordon test` with this policy."""
    with tempfile.TemporaryDirectory(prefix="cordon-mutant.") as folder:
        for entry in RULES.iterdir():
            if entry.name != "policy.conf":
                (pathlib.Path(folder) / entry.name).symlink_to(entry.resolve())
        (pathlib.Path(folder) / "policy.conf").write_text(policy)
        done = subprocess.run([BUILD / "cordon", "test", "--rules", folder], capture_output=True, text=True,
                              timeout=120)
        return done.returncode, done.stdout + done.stderr


def main():
    everything = list(mutants())
    chosen = [m for m in everything if not sys.argv[1:] or m[0] in sys.argv[1:]]
    wrong = []
    status, out = run(as_text(read()))
    if status != 0:
        wrong.append("the shipped rules fail their tests")
    names = [name for name, _ in everything]
    wrong += [f"{name}: no mutant is called so" for name in EQUIVALENT if name not in names]
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("CORDON_JOBS", os.cpu_count() or 2))) as pool:
        for (name, _), (status, out) in zip(chosen, pool.map(lambda m: run(m[1]), chosen)):
            if sys.argv[1:]:
                print("# " + out.replace("\n", "\n# "))
            if status not in (0, 1, 78):
                wrong.append(f"{name}: status {status}: {out[-300:]}")
            elif (status == 0) != (name in EQUIVALENT):
                wrong.append(f"{name}: " + ("no test notices" if status == 0 else "is listed, and noticed"))
    for line in wrong:
        print("# " + line)
    print(f"# {len(chosen)} mutants of {len([p for p in read() if isinstance(p, Rule)])} rules, "
          f"{len(EQUIVALENT)} of them equivalent")
    print(f"{'not ok' if wrong else 'ok'} 1 - every mutant fails a test\n1..1")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
