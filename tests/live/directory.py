"""A private LDAP directory (slapd) on loopback, with people in it: its own folder, its own process."""
import pathlib
import shutil
import signal
import subprocess

from waiting import free_port, port_answers, wait_until

SLAPD = shutil.which("slapd") or "/usr/sbin/slapd"
POSTFIX_LDAP = pathlib.Path("/usr/lib/postfix/postfix-ldap.so")
BASE = "ou=people,dc=dept,dc=example"

CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
database mdb
suffix "dc=dept,dc=example"
directory {folder}/data
"""
DEPARTMENT = """\
dn: dc=dept,dc=example
objectClass: dcObject
objectClass: organization
dc: dept
o: Department

dn: {base}
objectClass: organizationalUnit
ou: people
"""
PERSON = """
dn: uid={uid},{base}
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: {uid}
mail: {mail}
departmentNumber: {unit}
"""
# ldap_table(5)
TABLE = """\
server_host = ldap://127.0.0.1:{port}
version = 3
bind = no
timeout = 5
search_base = {base}
query_filter = (&(mail=%s)(departmentNumber={unit}))
result_attribute = uid
"""


class Directory:
    """people: (mail address, unit) pairs."""

    @staticmethod
    def missing():
        """Why there can be none here, or None."""
        if not pathlib.Path(SLAPD).exists():
            return "needs slapd"
        return None if POSTFIX_LDAP.exists() else "needs postfix-ldap"

    def __init__(self, folder, people):
        self.folder = pathlib.Path(folder)
        (self.folder / "data").mkdir(parents=True)
        self.port = free_port()
        self.config = self.folder / "slapd.conf"
        self.config.write_text(CONFIG.format(folder=self.folder))
        entries = DEPARTMENT + "".join(PERSON.format(uid=mail.split("@")[0], mail=mail, unit=unit, base="{base}")
                                       for mail, unit in people)
        # slapadd and slapd are one program that goes by its name
        subprocess.run(["slapadd", "-f", self.config], executable=SLAPD, input=entries.format(base=BASE), text=True,
                       check=True, capture_output=True)
        self.process = None

    def table(self, unit):
        """The file of an ldap: table of Postfix that has the people of a unit."""
        path = self.folder / f"{unit}.cf"
        path.write_text(TABLE.format(port=self.port, base=BASE, unit=unit))
        return path

    def start(self):
        with open(self.folder / "slapd.log", "ab") as log:
            listen = f"ldap://127.0.0.1:{self.port}"
            self.process = subprocess.Popen([SLAPD, "-f", self.config, "-h", listen, "-d", "0"], stdout=log, stderr=log)
        wait_until("slapd", lambda: port_answers(self.port))

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(30)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
