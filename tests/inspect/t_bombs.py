#!/usr/bin/env python3
"""Archives and documents that are small and grow without end (bombs.py), through the command. Prints TAP.

Of each: the message is held or the file removed or disarmed, the processor's time is far below the deadline,
and the worker's memory stays within 64 MiB of what an ordinary archive takes, and the message itself.
"""
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
sys.path[:0] = [str(SOURCE / "tests"), str(SOURCE / "tests" / "inspect")]
import jailed  # noqa: E402
from bombs import BOMBS, MIB  # noqa: E402
from bombs_mail import MAIL_BOMBS  # noqa: E402
from bombs_outlook import OUTLOOK_BOMBS  # noqa: E402
from bombs_packed import PACKED_BOMBS  # noqa: E402
from bombs_picture import PICTURE_BOMBS  # noqa: E402
from t_types import HEADER, encoded  # noqa: E402

BOUND = 64 * MIB
# Of the processor, where inspection may take 40 in all; the longest take two on an ordinary one.
CPU_S = 15


def children(pid):
    try:
        kids = [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return kids + [deeper for kid in kids for deeper in children(kid)]


def memory(pid):
    """The most that a process has had of its own and in shared memory; not pages of files, which the system takes
    back when it needs them. The kernel's own high-water mark, which no short peak escapes, counts those too: as
    many as there are now are taken off it, since they only become more."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
        size = {key: 1024 * int(rest.split()[0]) for key, _, rest in (line.partition(":") for line in lines) if key.startswith(("Rss", "VmHWM"))}
        return max(size["RssAnon"] + size["RssShmem"], size["VmHWM"] - size["RssFile"])
    except (OSError, ValueError, LookupError):
        return 0


def watch(process):
    """The most memory of one of the processes below this one, when it has ended."""
    peak = 0
    while process.poll() is None:
        peak = max([peak] + [memory(pid) for pid in children(process.pid)])
        time.sleep(0.005)
    return peak


def letter(files):
    """A message with (name, bytes) of each attached."""
    part = (b"--b0\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"%s\"\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n")
    return (HEADER + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n--b0\r\nContent-Type: text/plain\r\n\r\nhello\r\n" +
            b"".join(part % (name, encoded(data)) for name, data in files) + b"--b0--\r\n")


def used():
    """Seconds of the processor that children have taken so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(rules, source, work):
    """The report, the most memory of a process, seconds of the processor."""
    start = used()
    peak = watch(subprocess.Popen([BUILD / "cordon", "sanitize", "-q", "-j", "1", "--rules", rules, "--report", work / "report",
                                   "-o", work / "out.eml", source], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    report = (work / "report").read_text().splitlines() if (work / "report").exists() else []
    return json.loads(report[0]) if report else {"outcome": "no report"}, peak, used() - start


def is_sanitized():
    """A sanitizer's own memory says nothing about ours."""
    done = subprocess.run(["ldd", BUILD / "cordon-worker"], capture_output=True, text=True)
    return "libasan" in done.stdout


def patient(folder):
    """The shipped rules with deadlines that no busy machine meets: what counts is the processor's time."""
    rules = pathlib.Path(folder) / "rules"
    shutil.copytree(jailed.rules(SOURCE), rules)
    with (rules / "cordon.conf").open("a") as conf:
        conf.write("\ndeadline = 600\ndeadline-inspect = 500\ndeadline-rewrite = 500\ndeadline-verify = 500\n")
    return rules


def sees():
    """Is memory seen that is there for a moment?"""
    program = f"import time; del (held := bytearray({BOUND}))[:]; time.sleep(0.2)"
    return watch(subprocess.Popen(["sh", "-c", f"{sys.executable} -c '{program}'; true"])) > BOUND


def main():
    home = tempfile.TemporaryDirectory(prefix="cordon-bombs.")
    sanitized, rules, base, failed = is_sanitized(), patient(home.name), 0, 0
    bombs = [(label, bomb) for label, bomb in (BOMBS | PACKED_BOMBS | PICTURE_BOMBS | MAIL_BOMBS | OUTLOOK_BOMBS).items() if label == "ordinary" or all(word in label for word in sys.argv[1:])]
    failed += not sees()
    print(f"1..{len(bombs) + 1}\n{'not ' if failed else ''}ok 1 - memory that is there for a moment is seen")
    for n, (label, bomb) in enumerate(bombs, 2):
        with tempfile.TemporaryDirectory(prefix="cordon-bombs.") as folder:
            work = pathlib.Path(folder)
            data = bomb.data()
            mail = data if bomb.name is None else letter(data if isinstance(data, list) else [(bomb.name.encode(), data)])
            (work / "in.eml").write_bytes(mail)
            report, peak, took = run(rules, work / "in.eml", work)
        base = base or peak
        files = [f for f in report.get("findings", []) if f["kind"] == "file"]
        acted = report["outcome"] == "held" or any(f["action"] in ("remove", "disarm") for f in files)
        over, bound = peak - base - len(mail), sys.maxsize if sanitized else BOUND
        wrong = [text for bad, text in ((not acted and not bomb.may_pass, f"passes: {report['outcome']}"),
                                        (over > bound, f"{over // MIB} MiB over the base"),
                                        (took > CPU_S and not sanitized, f"{took:.1f} s of the processor"),
                                        (report["outcome"] not in ("held", "changed", "unchanged"), report["outcome"])) if bad]
        failed += bool(wrong)
        print(f"{'not ' if wrong else ''}ok {n} - {label}\n# {'; '.join(wrong)}  [{report['outcome']}, {len(mail) >> 10} KiB of mail, "
              f"{over // MIB} MiB over the base, {took:.2f} s of the processor]", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
