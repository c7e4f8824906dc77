#!/usr/bin/env python3
"""cordon replay: what it counts is what real runs of both rulesets give. Prints TAP."""
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path.insert(0, str(SOURCE / "tests"))
import jailed  # noqa: E402
RULES = jailed.rules(SOURCE)
STRICTER = ('rule "no drive" { on = link  service = google-drive  action = remove  notice = cloud-storage }\n'
            'rule "no shorteners" { on = link  class = shortener  action = hold  notice = cloud-storage }\n')


def stricter(work):
    rules = work / "rules"
    shutil.copytree(RULES, rules)
    policy = rules / "policy.conf"
    policy.write_text(policy.read_text().replace('rule "cloud storage"', STRICTER + 'rule "cloud storage"', 1))
    return rules


def replay(rules, *args):
    done = subprocess.run([BUILD / "cordon", "replay", "--against", RULES, "--rules", rules, *args],
                          capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def outcomes(rules, work, mails):
    subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", rules, "--report", work / "report", "-o",
                    work / "out", mails], capture_output=True, timeout=300)
    return {entry["file"]: entry for entry in map(json.loads, (work / "report").read_text().splitlines())}


def decided(report):
    return sorted((f.get("url", ""), f["action"]) for f in report.get("findings", []))


def cases(work):
    """Golden cases under names of their own."""
    (work / "in").mkdir()
    chosen = sorted(p for p in (SOURCE / "tests" / "cases").iterdir()
                    if p.name.startswith(("link-", "benign-", "unwrap-")))
    for case in chosen:
        shutil.copy(case / "in.eml", work / "in" / f"{case.name}.eml")
    assert len(chosen) > 100
    return work / "in", len(chosen)


def test_counts(work):
    rules = stricter(work)
    mails, number = cases(work)
    before, after = outcomes(RULES, work, mails), outcomes(rules, work, mails)
    want = sum(before[name]["outcome"] != after[name]["outcome"] or decided(before[name]) != decided(after[name])
               for name in before)
    status, out, told = replay(rules, "--report", work / "changes", mails)
    assert status == 0, told
    assert out.startswith(f"{number} messages; {want} would come out otherwise\n"), (want, out[:200])
    moves = collections.Counter((before[n]["outcome"], after[n]["outcome"]) for n in before
                                if before[n]["outcome"] != after[n]["outcome"])
    assert moves
    for (was, now), times in moves.items():
        assert re.search(rf"^ +{times} messages  {was} → {now}$", out, re.M), (was, now, times, out)
    removed = sum(f["action"] == "remove" and f.get("service") == "google-drive"
                  for entry in after.values() for f in entry["findings"])
    removed -= sum(f["action"] == "remove" and f.get("service") == "google-drive"
                   for entry in before.values() for f in entry["findings"])
    rows = re.findall(r"^ +(\d+) findings in +\d+ messages  google-drive: (\S+) → remove$", out, re.M)
    assert removed > 0 and sum(int(number) for number, _ in rows) == removed, (removed, out)
    assert len(before) == number and len((work / "changes").read_text().splitlines()) == want


def test_same(work):
    mails, number = cases(work)
    status, out, told = replay(RULES, mails)
    assert (status, out) == (0, f"{number} messages; 0 would come out otherwise\n"), (out, told)


def test_wrong(work):
    rules = stricter(work)
    (rules / "policy.conf").write_text("rule {")
    assert replay(rules, cases(work)[0])[0] == 78
    assert replay(RULES, work / "none")[0] == 66


def main():
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    failed = 0
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="cordon-replay.") as work:
            try:
                test(pathlib.Path(work))
                print(f"ok {number} - {test.__name__}", flush=True)
            except Exception as error:
                failed += 1
                print(f"not ok {number} - {test.__name__}\n# {error!r}"[:2000], flush=True)
    print(f"1..{len(tests)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
