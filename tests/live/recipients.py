"""Recipients under different rules: the strictest outcome for all of them or, split, each their own.

Split, the message comes from a mail server that tries again: a private Postfix with two seconds
between its tries. See checks.py for the tools."""
import contextlib
import pathlib
import shutil
import smtplib
import tempfile

import mta
from checks import DRIVE, SENDER, SOURCE, Skip, check, lab, lf
from directory import Directory
from postfix import Postfix
from waiting import free_port, wait_until

# What becomes of the link of DRIVE, in the order of strictness.
POLICY = '''
rule "registry" { on = link  group = registry  action = pass }
rule "strict" { on = link  recipient = "strict@dept.example"  action = remove }
rule "all others" { on = link  class = cloud-storage  action = defang }
'''
WANTED = {"clerk": "pass", "chief": "pass", "other": "defang", "strict": "remove"}
# Not after one second, which can be over before smtp(8) has let go of the queue file: "skipped, still being
# delivered" says qmgr(8) then, and leaves the message in its active queue until it is started again.
TRIES = """
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtp_connection_cache_on_demand = no
"""


def address(name):
    return f"{name}@dept.example"


def outcome(message):
    """What became of the link."""
    message = lf(message)
    if b'href="https://drive.google.com' in message:
        return "pass"
    return "defang" if b"the drawings" in message and b"cloud storage" in message.lower() else "remove"


@contextlib.contextmanager
def policy_lab(server, name, split, start=True):
    rules = pathlib.Path(tempfile.mkdtemp(prefix="cordon-live-rules.")) / "rules"
    shutil.copytree(SOURCE / "rules", rules)
    (rules / "policy.conf").write_text(POLICY)
    (rules / "groups").mkdir()
    (rules / "groups" / "registry.txt").write_text("clerk@dept.example\nchief@dept.example\n")
    box = lab(server, name, rules)
    box.settings(**{"split-recipients": "yes" if split else "no"})
    try:
        with box if start else contextlib.nullcontext():
            yield box
    finally:
        shutil.rmtree(rules.parent)


@contextlib.contextmanager
def relay_to(box):
    """A mail server of its own in front of the box."""
    relay = Postfix(box.folder / "relay", box.endpoint, box.server.milter, TRIES)
    relay.start()
    try:
        yield relay
    except Exception:
        print("".join(f"# {line}\n" for line in relay.log().splitlines()[-40:]), end="")
        raise
    finally:
        relay.stop()


def copies(box):
    """Recipient's name ─▶ what became of each copy that arrived."""
    found = {}
    for rcpts, message in box.sink.messages():
        for rcpt in rcpts:
            found.setdefault(rcpt.split("@")[0], []).append(outcome(message))
    return found


def await_copies(box, names):
    wait_until(f"a copy for each of {names}", lambda: set(copies(box)) >= set(names), 90)
    return copies(box)


def strictest_for_all_by_default(server):
    names = ["clerk", "other", "strict"]
    with policy_lab(server, "strictest", False) as box:
        code, text = box.send(DRIVE, rcpts=[address(n) for n in names])
        check(code == 250, f"{code} {text}")
        got = await_copies(box, names)
        check(got == {n: ["remove"] for n in names}, got)
        check([e["outcome"] for e in box.events()] == ["changed"], box.events())


def split_gives_each_their_own(server):
    """To names only the clerk: all others are blind copies, and one of them stands there twice."""
    names = ["clerk", "strict", "other", "chief", "strict"]
    with policy_lab(server, "split", True) as box, relay_to(box) as relay:
        code, text = mta.send(relay.plain, DRIVE, SENDER, [address(n) for n in names])
        check(code == 250, f"{code} {text}")
        await_copies(box, names)
        wait_until("the relay's queue is empty", lambda: relay.waiting_and_held() == (0, []), 60)
        wait_until("the server's queue is empty", lambda: box.server.waiting_and_held()[0] == 0, 60)
        got = copies(box)
        check(got == {n: [WANTED[n]] for n in WANTED}, got)
        together = sorted(sorted(e["rcpts"]) for e in box.events())
        check(together == [[address("chief"), address("clerk")], [address("other")], [address("strict")]], together)
        check("452 4.5.3 Too many recipients" in relay.log(), "the relay was not told why")
        print(f"# 3 messages, {relay.log().count('452 4.5.3')} recipients put off")


def split_answers_each_recipient(server):
    """What the client is told, recipient by recipient; a second RCPT of the same is taken again."""
    with policy_lab(server, "answers", True) as box:
        with smtplib.SMTP("127.0.0.1", box.server.milter, timeout=60) as smtp:
            smtp.ehlo("client.example")
            smtp.mail(SENDER)
            codes = [smtp.rcpt(address(n))[0] for n in ("strict", "clerk", "strict", "other")]
            check(codes == [250, 452, 250, 452], codes)
            check(smtp.data(lf(DRIVE).replace(b"\n", b"\r\n"))[0] == 250, "the message")
        got = await_copies(box, ["strict"])
        check(got == {"strict": ["remove"] * len(got["strict"])}, got)


def split_takes_all_from_programs_here(server):
    """A program on this machine hands over once: all of it is taken, and the strictest counts."""
    names = ["clerk", "other", "strict"]
    with policy_lab(server, "pickup", True) as box:
        box.server.submit(lf(DRIVE), SENDER, [address(n) for n in names])
        got = await_copies(box, names)
        check(got == {n: ["remove"] for n in names}, got)


@contextlib.contextmanager
def table_lab(server, name, table):
    """The registry is a table of Postfix's; spawn(8) serves it by contrib/socketmap-postmap."""
    with policy_lab(server, name, False, start=False) as box:
        port = free_port()
        with open(box.server.config / "master.cf", "a") as master:
            master.write(f"127.0.0.1:{port} inet n n n - 10 spawn\n  user=nobody "
                         f"argv={SOURCE / 'contrib' / 'socketmap-postmap'} staff={table}\n")
        (box.rules / "groups" / "registry.txt").unlink()
        (box.rules / "groups.conf").write_text(
            f'group registry {{ socketmap = "inet:127.0.0.1:{port}:staff"  deadline = 2 }}\n')
        with box:
            yield box


def outcome_for(box, *names):
    """Of a message to them that arrives."""
    before = len(box.sink.messages())
    code, text = box.send(DRIVE, rcpts=[address(n) for n in names])
    check(code == 250, f"{names}: {code} {text}")
    return outcome(box.delivered(before + 1)[-1][1])


def is_put_off(box, why, name):
    """Nobody is taken for no member because the table does not answer."""
    code, text = box.send(DRIVE, rcpts=[address(name)])
    check(code == 451 and "try again later" in text, f"{why}: {code} {text}")


def members_by_a_table_of_postfix(server):
    with tempfile.TemporaryDirectory(prefix="cordon-live-table.") as work:
        table = pathlib.Path(work) / "staff"
        table.write_text("clerk@dept.example registry\n@all.example x\n")
        pathlib.Path(work).chmod(0o755)
        with table_lab(server, "socketmap", f"texthash:{table}") as box:
            for names, want in ((["clerk"], "pass"), (["clerk+files"], "pass"), (["other"], "defang"),
                                (["clerk", "other"], "defang")):
                got = outcome_for(box, *names)
                check(got == want, f"{names}: {got}")
            table.unlink()
            is_put_off(box, "without the table", "new")


def members_by_ldap(server):
    why_not = Directory.missing()
    if why_not:
        raise Skip(why_not)
    people = [(address("clerk"), "registry"), (address("other"), "accounts")]
    with tempfile.TemporaryDirectory(prefix="cordon-live-ldap.") as work:
        pathlib.Path(work).chmod(0o755)
        directory = Directory(pathlib.Path(work) / "ldap", people)
        with table_lab(server, "ldap", f"ldap:{directory.table('registry')}") as box:
            with directory:
                for names, want in ((["clerk"], "pass"), (["other"], "defang"), (["nobody"], "defang")):
                    got = outcome_for(box, *names)
                    check(got == want, f"{names}: {got}")
                directory.hang()
                is_put_off(box, "a directory that hangs", "chief")
            is_put_off(box, "no directory", "strict")
            with directory:
                check(outcome_for(box, "chief") == "defang", "it is back")


def tests(server):
    """(name, function) pairs for checks.run_tests. Sendmail asks no milter of what is submitted."""
    wanted = [strictest_for_all_by_default, split_gives_each_their_own, split_answers_each_recipient]
    if server is Postfix:
        wanted += [split_takes_all_from_programs_here, members_by_a_table_of_postfix,
                   members_by_ldap]
    return [(f"{test.__name__} ({server.name})", lambda test=test: test(server)) for test in wanted]
