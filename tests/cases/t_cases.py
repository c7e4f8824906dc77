#!/usr/bin/env python3
"""Golden cases, byte for byte through the command. Prints TAP.

tests/cases/NAME/ holds
  in.eml     the message
  want.eml   what leaves; absent when it is held or rejected
  want.json  the report: outcome, classes of findings and what was decided (times, versions and line
             numbers of rules left out, so that a comment in policy.conf changes no case)
  args       more options for cordon sanitize, one line (optional)
  rules/     files that replace or join those of the shipped rules (optional)
THREATS-L.txt says which case shows what becomes of each technique of the catalogue of links, THREATS-A.txt
of that of files; there a test of its own may stand for a case, by its path in tests/.
t_cases.py --update [NAME...] writes want.eml and want.json anew: read the difference before you
commit it.
"""
import concurrent.futures
import difflib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
CASES = SOURCE / "tests" / "cases"
TOGETHER = 48
KEEP = ("kind", "part", "path", "use", "element", "class", "service", "host", "domain", "via", "to",
        "url", "resembles", "type", "declared",
        "malware", "groups", "anomaly", "traits", "lists", "action", "wanted", "mode", "tier", "rule",
        "exception")

sys.path.insert(0, str(SOURCE / "tests"))
import jailed  # noqa: E402
RULES = jailed.rules(SOURCE)


def normal(report):
    """What a case is about, in a stable form."""
    findings = []
    for finding in report.get("findings", []):
        entry = {k: finding[k] for k in KEEP if k in finding}
        entry["rule"] = re.sub(r":\d+", "", entry.get("rule", ""))
        findings.append(entry)
    return {"outcome": report["outcome"], "reason": re.sub(r":\d+", "", report["reason"]),
            "findings": findings}


def arguments(case):
    return (case / "args").read_text() if (case / "args").exists() else ""


def sanitize(case, source, work):
    """What the messages in a folder become, by name, under the rules and with the options of a case: the bytes that
    leave, or None, and the report."""
    rules = RULES
    if (case / "rules").is_dir():
        rules = work / "rules"
        shutil.copytree(SOURCE / "rules", rules)
        shutil.copytree(case / "rules", rules, dirs_exist_ok=True)
        jailed.adapt(rules)
    out = work / "out"
    done = subprocess.run([BUILD / "cordon", "sanitize", "-q", "-j", "1", "--rules", rules, "--report", work / "report",
                           *shlex.split(arguments(case)), "-o", out, source], capture_output=True, timeout=600)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"status {done.returncode}: {done.stderr.decode(errors='replace')[-800:]}")
    reports = [json.loads(line) for line in (work / "report").read_text().splitlines()]
    names = [pathlib.Path(report["file"]).name for report in reports]
    return {name: ((out / name).read_bytes() if (out / name).exists() else None, normal(report))
            for name, report in zip(names, reports)}


def differences(got, want):
    """Lines for people; the bytes decide."""
    if (got is None) != (want is None):
        return [f"delivered: got {got is not None}, want {want is not None}"]
    lines = difflib.unified_diff(want.decode("latin-1").splitlines(), got.decode("latin-1").splitlines(),
                                 "want", "got", lineterm="", n=0)
    return [line[:300] for line in lines][:30] or ["line ends differ"]


def compare(case, got, report):
    want = (case / "want.eml").read_bytes() if (case / "want.eml").exists() else None
    wanted = json.loads((case / "want.json").read_text()) if (case / "want.json").exists() else {}
    problems = differences(got, want) if got != want else []
    if report != wanted:
        problems += difflib.unified_diff(json.dumps(wanted, indent=1, ensure_ascii=False).splitlines(),
                                         json.dumps(report, indent=1, ensure_ascii=False).splitlines(),
                                         "want.json", "got", lineterm="", n=1)
    return problems[:60]


def update(case, got, report):
    if got is None:
        (case / "want.eml").unlink(missing_ok=True)
    else:
        (case / "want.eml").write_bytes(got)
    (case / "want.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def judge(cases, work, updating):
    """Problems by the name of the case. All in one process: what a message leaves behind in a worker would change
    the next one."""
    for name in ("once", "twice"):
        (work / name / "in").mkdir(parents=True)
    for case in cases:
        shutil.copy(case / "in.eml", work / "once" / "in" / case.name)
    once = sanitize(cases[0], work / "once" / "in", work / "once")
    problems = {}
    for case in cases:
        got, report = once[case.name]
        if updating:
            update(case, got, report)
        problems[case.name] = compare(case, got, report)
        if got is not None:
            (work / "twice" / "in" / case.name).write_bytes(got)
    twice = sanitize(cases[0], work / "twice" / "in", work / "twice") if any(got for got, _ in once.values()) else {}
    for case in cases:  # promise 4: sanitised again, nothing changes
        got, again = once[case.name][0], twice.get(case.name, (None, None))[0]
        if got != again and not problems[case.name]:
            problems[case.name] = ["sanitised twice:"] + differences(again, got)
    return problems


def judge_all(cases, updating):
    with tempfile.TemporaryDirectory(prefix="cordon-case.") as work:
        try:
            return judge(cases, pathlib.Path(work), updating)
        except Exception as error:
            return {case.name: [repr(error)] for case in cases}


def together(cases):
    """Lists of cases that one process can sanitise: those with rules of their own alone, of the others not too many."""
    groups = {}
    for case in cases:
        alone = (case / "rules").is_dir()
        groups.setdefault((arguments(case), case.name if alone else ""), []).append(case)
    return [group[i:i + TOGETHER] for group in groups.values() for i in range(0, len(group), TOGETHER)]


# The techniques that each list has a line for.
CATALOGUES = {
    "THREATS-L.txt": [f"L-{n:03}" for n in (*range(1, 48), *range(50, 62), *range(70, 85))],
    "THREATS-A.txt": [f"A-{n:03}" for n in (*range(1, 8), *range(10, 25), *range(30, 48), *range(50, 69))] +
                     [f"M-{n:03}" for n in range(53, 63)],
}


def shows(number, name):
    """A case, or a test; one that is a table of techniques has a row of this one."""
    if "/" not in name:
        return (CASES / name / "in.eml").exists()
    test = SOURCE / "tests" / name
    return test.exists() and (test.name != "t_techniques.py" or f'"{number}"' in test.read_text())


def catalogue(name):
    """What a list leaves out: a technique without a case or reason, a case that is not there."""
    lines = {}
    for line in (CASES / name).read_text().splitlines():
        if not line.startswith("#"):
            number, *rest = line.split()
            lines[number] = rest
    problems = [f"{number} is missing" for number in CATALOGUES[name] if number not in lines]
    for number, rest in lines.items():
        if not rest or rest == ["-"]:
            problems.append(f"{number} names nothing")
        elif rest[0] != "-":
            problems += [f"{number} names {where}, which is no test of it" for where in rest if not shows(number, where)]
    return problems


def tell(number, name, problems):
    print(f"{'not ok' if problems else 'ok'} {number} - {name}", flush=True)
    for line in problems:
        print("# " + line)
    return bool(problems)


def main():
    updating = "--update" in sys.argv[1:]
    names = [a for a in sys.argv[1:] if not a.startswith("--")]
    cases = [c for c in sorted(CASES.iterdir()) if (c / "in.eml").exists() and (not names or c.name in names)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        problems = {}
        for found in pool.map(lambda group: judge_all(group, updating), together(cases)):
            problems.update(found)
    for number, case in enumerate(cases, 1):
        failed += tell(number, case.name, problems[case.name])
    for number, name in enumerate(CATALOGUES, len(cases) + 1):
        failed += tell(number, f"{name} is whole", catalogue(name))
    print(f"1..{len(cases) + len(CATALOGUES)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
