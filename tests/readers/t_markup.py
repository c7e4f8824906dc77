#!/usr/bin/env python3
"""Active content of HTML, judged by parse5 and not by us: none is left in what is delivered, and a
page that it was cut out of has the tree that it had, without it. Prints TAP.

Inputs: the golden cases, the samples, tests/readers/vectors.txt and, where CORDON_CORPORA is unpacked,
html5lib's tokenizer tests and mail of the corpora: every 12th message, or all with CORDON_ALL=1.
"""
import email
import email.policy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
CORPORA = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent"))
ALL = os.environ.get("CORDON_ALL") == "1"
READERS = BUILD / "readers"
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "readers")]
import jailed  # noqa: E402
import packages  # noqa: E402
import pages  # noqa: E402

QUIET = """rule "spliced" { on = markup trait = ambiguous action = pass }
rule "fonts" { on = markup trait = external-style action = pass
  host = { "fonts.googleapis.com", "fonts.googleapis.cn", "use.typekit.net", "fast.fonts.net" } }
rule "quiet" { on = markup action = remove tier = none notice = markup }
"""


def html5lib():
    for path in sorted((CORPORA / "urls/html5lib_tests/tokenizer").glob("*.test")):
        for test in json.loads(path.read_text()).get("tests", [])[::1 if ALL else 8]:
            yield test["input"] + "<p onclick=x>end</p>"


def mails():
    for name in ("mail", "suites"):
        files = [p for p in sorted((CORPORA / name).rglob("*")) if p.is_file()
                 and not p.name.startswith("_UPSTREAM")] if (CORPORA / name).exists() else []
        yield from files if ALL else files[::12]


def fill(folder):
    """Message files by origin; returns their number."""
    for name, texts in (("vectors", pages.vectors(SOURCE)), ("html5lib", html5lib())):
        (folder / name).mkdir(parents=True)
        for number, page in enumerate(texts):
            (folder / name / f"{number:05}.eml").write_bytes(pages.message(page))
    for name, paths in (("cases", sorted((SOURCE / "tests/cases").glob("*/in.eml"))),
                        ("samples", sorted((SOURCE / "contrib/samples").glob("*.eml"))),
                        ("mail", mails())):
        (folder / name).mkdir()
        for number, path in enumerate(paths):
            label = "-".join(path.parts[-3:]).replace("\n", "_")[-100:]
            shutil.copy(path, folder / name / f"{number:05}-{label}")
    return sum(p.is_file() for p in folder.rglob("*"))


def sanitize(rules, folder, out):
    done = subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", rules, "--report",
                           folder.parent / (out.name + ".report"), "-o", out, folder],
                          capture_output=True, text=True)
    reports = [json.loads(line) for line in
               (folder.parent / (out.name + ".report")).read_text().splitlines()]
    outcomes = {}
    for report in reports:
        outcomes[report["outcome"]] = outcomes.get(report["outcome"], 0) + 1
        if report["outcome"] == "held" and "after rewriting" in report["reason"]:
            print(f"# {report['file']}: {report['reason']}")
    print(f"# {out.name}: {outcomes}, status {done.returncode} {done.stderr[-200:]!r}")
    return done.returncode in (0, 1) and not outcomes.get("error")


def read(files):
    done = subprocess.run([sys.executable, SOURCE / "tests/readers/read.py"], capture_output=True,
                          input="\n".join(map(str, files)) + "\n", text=True, check=True)
    return done.stdout


def judge(mode, lines):
    return subprocess.run(["node", READERS / "markup.mjs", mode], input=lines, capture_output=True,
                          text=True)


def bodies(path):
    return pages.html_bodies(email.message_from_bytes(path.read_bytes(),
                                                      policy=email.policy.compat32))


def pairs(before, after):
    for path in sorted(p for p in after.rglob("*") if p.is_file()):
        source = before / path.relative_to(after)
        was, now = (bodies(source), bodies(path)) if source.is_file() else ([], [None])
        if len(was) == len(now):
            for number, (old, new) in enumerate(zip(was, now)):
                if old != new:
                    yield {"name": f"{path.relative_to(after)}#{number}", "before": old,
                           "after": new}


def written_anew(report, given, out):
    """The pages of messages with HTML that was ambiguous."""
    found = []
    for line in report.read_text().splitlines():
        entry = json.loads(line)
        path = out / pathlib.Path(entry["file"]).relative_to(given)
        if path.is_file() and any("ambiguous" in f.get("traits", []) for f in entry["findings"]):
            found += [{"name": path.name, "after": page} for page in bodies(path)]
    return found


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def __call__(self, good, name, lines=()):
        self.number += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.number} - {name}", flush=True)
        for line in lines:
            print("# " + line)


def main():
    tap = Tap()
    if not packages.install(SOURCE, READERS):
        print("ok 1 - markup # SKIP npm packages are not to be had\n1..1")
        return 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cordon-markup."))
    given = folder / "in"
    number = fill(given)
    tap(sanitize(jailed.rules(SOURCE), given, folder / "out"), f"sanitize {number} messages")
    files = sorted(p for p in (folder / "out").rglob("*") if p.is_file())
    done = judge("active", read(files))
    tap(done.returncode == 0, f"nothing acts in what is delivered: {done.stderr.strip()[-200:]}",
        done.stdout.splitlines()[:60])
    anew = written_anew(folder / "out.report", given, folder / "out")
    done = judge("stable", "".join(json.dumps(page) + "\n" for page in anew))
    tap(done.returncode == 0 and len(anew) > 10,
        f"what is written anew has one tree: {done.stderr.strip()[-200:]}",
        done.stdout.splitlines()[:60])
    wild = [{"name": str(number), "after": page} for number, page in enumerate(pages.vectors(SOURCE))]
    done = judge("stable", "".join(json.dumps(page) + "\n" for page in wild))
    tap(done.returncode == 1, f"some of the vectors have more than one: {done.stderr.strip()[-200:]}")
    done = judge("active", read(sorted(given.glob("vectors/*"))))
    tap(done.returncode == 1 and len(done.stdout.splitlines()) > 100,
        f"the judge finds it in the vectors: {done.stderr.strip()[-200:]}")
    shutil.copytree(SOURCE / "rules", folder / "rules")
    jailed.adapt(folder / "rules")
    (folder / "rules" / "policy.conf").write_text(QUIET)
    tap(sanitize(folder / "rules", given, folder / "quiet"), "sanitize without marks")
    spliced = list(pairs(given, folder / "quiet"))
    done = judge("tree", "".join(json.dumps(pair) + "\n" for pair in spliced))
    tap(done.returncode == 0 and len(spliced) > 10,
        f"a splice leaves the rest of the tree alone: {done.stderr.strip()[-200:]}",
        done.stdout.splitlines()[:60])
    broken = [{"name": "a cut too wide", "before": "<p onclick=x>a</p><b>b</b>", "after": "<p>a"}]
    done = judge("tree", "".join(json.dumps(pair) + "\n" for pair in broken))
    tap("a cut too wide" in done.stdout, "the judge of trees finds one that is cut too wide")
    print(f"1..{tap.number}")
    if not tap.failed and not os.environ.get("CORDON_KEEP"):
        shutil.rmtree(folder)
    else:
        print(f"# kept in {folder}")
    return 1 if tap.failed else 0


sys.exit(main())
