#!/usr/bin/env python3
"""cordon replay: what it counts is what real runs of both rulesets give. Prints TAP."""
import collections
import datetime
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import jailed  # noqa: E402
import tap  # noqa: E402
from tap import BUILD, SOURCE  # noqa: E402

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


def outcomes(rules, work, mails, *args):
    subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", rules, "--report", work / "report", "-o",
                    work / "out", *args, mails], capture_output=True, timeout=300)
    return {entry["file"]: entry for entry in map(json.loads, (work / "report").read_text().splitlines())}


NAMES = ("kind", "part", "use", "element", "url", "host", "path", "anomaly", "detail", "field")


def indexed(report):
    """Findings by what they are, whatever is decided; with a number where there are several alike."""
    seen, index = collections.Counter(), {}
    for finding in report.get("findings", []):
        key = tuple(str(finding.get(name, "")) for name in NAMES)
        index[key + (seen[key],)] = finding
        seen[key] += 1
    return index


def actions(was, now):
    names = [f["action"] if f else "not found" for f in (was, now)]
    alike = was and now and names[0] == names[1]
    return " → ".join(f"{name} as {f['tier']}" if alike else name for name, f in zip(names, (was, now)))


def decider(finding):
    if not finding:
        return "nothing"
    if finding["rule"] == "default":
        return "no rule"
    return finding["rule"] + "".join(f", {what} {finding[what]}" for what in ("mode", "exception") if what in finding)


def former(was, now):
    if was and now and " " in was["rule"] and was["rule"].split(" ", 1)[1:] == now["rule"].split(" ", 1)[1:] and \
            "exception" not in was and "exception" not in now:
        return f"in mode {was['mode']}" if "mode" in was else "so by that rule"
    return "by " + decider(was) if was else "not found"


def outcome(was, now):
    if was != now:
        return f"{was} → {now}"
    return ("unchanged as before; the event would tell otherwise" if now == "unchanged"
            else f"{now} as before, with other findings acted on")


def tables(before, after):
    """What replay should print, counted from the reports of two real runs: title ─▶ words ─▶ (messages, findings)."""
    counts = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
    changed = 0
    for name in before:
        was, now = before[name], after[name]
        if "error" in (was["outcome"], now["outcome"]):
            continue
        old, new = indexed(was), indexed(now)
        rows = collections.Counter()
        for key in old.keys() | new.keys():
            pair = old.get(key), new.get(key)
            if all(pair) and all(pair[0][k] == pair[1][k] for k in ("action", "tier")):
                continue
            some = pair[1] or pair[0]
            service = f"{some['service']} ({some['class']})" if "service" in some else f"{some['kind']} of no service"
            rows["By rule", f"{some['kind']}: {actions(*pair)}  by {decider(pair[1])}; was {former(*pair)}"] += 1
            rows["By service", f"{service}: {actions(*pair)}"] += 1
        if was["outcome"] == now["outcome"] and not rows:
            continue
        changed += 1
        rows["By outcome", outcome(was["outcome"], now["outcome"])] += 1
        rows["By direction", now["direction"]] += 1
        for (title, words), times in rows.items():
            counts[title][words][0] += 1
            counts[title][words][1] += times
    return changed, {title: {words: tuple(pair) for words, pair in table.items()} for title, table in counts.items()}


def printed(out):
    """The same, from what replay printed, and what was cut from a long table."""
    counts, title, cut = {}, None, 0
    for line in out.splitlines():
        row = re.match(r"^ +(\d+)(?:  +(\d+))?  (\S.*?)  +(\S+)$", line)
        if re.match(r"By \w+$", line):
            title = line
            counts[title] = {}
        elif row:
            counts[title][row[3]] = (int(row[1]), int(row[2] or row[1]))
        elif line.startswith("  and "):
            cut += int(line.split()[1])
    return counts, cut


def compare(before, after, out):
    """None, or what replay counted otherwise than two real runs."""
    changed, want = tables(before, after)
    got, cut = printed(out)
    if not out.startswith(f"{len(before)} messages; {changed} would come out otherwise"):
        return f"want {changed} of {len(before)}, got {out.splitlines()[0]}"
    lost = sum(len(table) for table in want.values()) - sum(len(table) for table in got.values())
    wrong = [(title, words, pair, want.get(title, {}).get(words))
             for title, table in got.items() for words, pair in table.items() if want.get(title, {}).get(words) != pair]
    return wrong or (f"{lost} rows are not shown, {cut} are told of" if lost != cut else None)


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
    """Each row of each table is what two runs of cordon sanitize give."""
    rules = stricter(work)
    mails, number = cases(work)
    before, after = outcomes(RULES, work, mails), outcomes(rules, work, mails)
    status, out, told = replay(rules, "--report", work / "changes", mails)
    assert status == 0 and len(before) == number, told
    assert compare(before, after, out) is None, compare(before, after, out)
    assert "held" in str(printed(out)[0]["By outcome"]) and "google-drive" in out, out
    assert len((work / "changes").read_text().splitlines()) == tables(before, after)[0]
    assert f"examples are below {mails}/\n" in out and "cordon explain --why --rules" in out, out


def test_exception(work):
    """What one would let pass is seen before it is granted: in a copy of the rules."""
    rules, clerk = work / "rules", ("--rcpt", "clerk@dept.example")
    shutil.copytree(RULES, rules)
    fields = ('--user clerk@dept.example --service google-drive --direction any --computers Room --reason Drawings '
              '--requester Chan --approver Wong --approval 12/3 --approved 2026-01-02 --implementer Lee').split()
    day = datetime.date.today() + datetime.timedelta(days=30)
    subprocess.run([BUILD / "cordon", "exceptions", "add", "--rules", rules, *fields, "--post",
                    "Departmental IT Security Officer", "--end", str(day), "--review", str(day)], check=True,
                   capture_output=True)
    mails, _ = cases(work)
    before, after = outcomes(RULES, work, mails, *clerk), outcomes(rules, work, mails, *clerk)
    status, out, told = replay(rules, *clerk, mails)
    assert status == 0 and "approved, exception E-0001" in out, (out, told)
    assert compare(before, after, out) is None, compare(before, after, out)


def test_same(work):
    mails, number = cases(work)
    status, out, told = replay(RULES, mails)
    assert (status, out) == (0, f"{number} messages; 0 would come out otherwise\n"), (out, told)


def test_wrong(work):
    rules = stricter(work)
    (rules / "policy.conf").write_text("rule {")
    assert replay(rules, cases(work)[0])[0] == 78
    assert replay(RULES, work / "none")[0] == 66


def by_hand(old, new, paths):
    """t_replay.py OLD NEW PATH...: the same over any mail, and what replay prints."""
    with tempfile.TemporaryDirectory(prefix="cordon-replay.") as work:
        work = pathlib.Path(work)
        reports = []
        for name, rules in (("before", old), ("after", new)):
            subprocess.run([BUILD / "cordon", "sanitize", "-q", "--rules", rules, "--report", work / name, "-o",
                            work / "out", *paths], capture_output=True)
            reports.append({entry["file"]: entry for entry in map(json.loads, (work / name).read_text().splitlines())})
            shutil.rmtree(work / "out")
        done = subprocess.run([BUILD / "cordon", "replay", "--against", old, "--rules", new, *paths],
                              capture_output=True, text=True)
    print(done.stdout + done.stderr)
    print("as two real runs" if compare(*reports, done.stdout) is None else compare(*reports, done.stdout))


if __name__ == "__main__":
    sys.exit(by_hand(sys.argv[1], sys.argv[2], sys.argv[3:]) if len(sys.argv) > 3 else tap.run_in_folders(globals()))
