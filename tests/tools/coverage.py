#!/usr/bin/env python3
"""What published lists know and the catalogue of services does not. By hand, or "make coverage".

Asks "cordon services" about every host of the lists below CORDON_CORPORA/lists, and prints a table: how many
of a list are in the class that it is about, in another, or in none; of the last, how many are among the
50,000 most visited sites. rules/services/README.md argues what is left out, a class at a time.

  coverage.py [--rules DIR] [--misses CLASS] [--all]
    --misses CLASS  name what is in no class, the most visited first
    --all           ... also what is not among the most visited
"""
import argparse
import csv
import json
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("CORDON_SRC", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("CORDON_BUILD", ".")).resolve()
LISTS = pathlib.Path(os.environ.get("CORDON_CORPORA", "/nonexistent")) / "lists"
HOST = re.compile(r"^[a-z0-9*_-][a-z0-9._-]*\.[a-z0-9-]{2,}$")

# class of the catalogue, what asks for it (a link or a mail address), list
WANTED = [
    ("webmail", "mail", "sublime_static/free_email_providers.txt"),
    ("webmail", "mail", "willwhite_freemail/data/free.txt"),
    ("webmail", "mail", "rspamd_maps/freemail/free.txt"),
    ("webmail", "mail", "kikobeats_free/domains.json"),
    ("cloud-storage", "link", "sublime_static/free_file_hosts.txt"),
    ("cloud-storage", "link", "v2fly/data/category-netdisk-cn"),
    ("cloud-storage", "link", "v2fly/data/category-netdisk-!cn"),
    ("cloud-storage", "link", "v2fly/data/category-ipfs"),
    ("messaging", "link", "v2fly/data/category-communication"),
    ("form-builder", "link", "sublime_static/self_service_creation_platform_domains.txt"),
    ("remote-access", "link", "v2fly/data/category-remote-control"),
    ("shortener", "link", "sublime_static/url_shorteners.txt"),
    ("shortener", "link", "misp/lists/url-shortener/list.json"),
    ("shortener", "link", "url_shorteners/list"),
    ("shortener", "link", "rspamd_maps/rspamd/redirectors.inc"),
    ("shortener", "link", "sublime_static/social_landing_hosts.txt"),
    ("shortener", "link", "misp/lists/link-in-bio/list.json"),
    ("disposable-mail", "mail", "disposable/disposable_email_blocklist.conf"),
    ("disposable-mail", "mail", "sublime_static/disposable_email_providers.txt"),
    ("disposable-mail", "mail", "misp/lists/disposable-email/list.json"),
    ("disposable-mail", "mail", "rspamd_maps/freemail/disposable.txt"),
]


def v2fly(path):
    """A list of v2fly's, with those that it includes; not what stands for a keyword or an expression."""
    hosts = []
    for line in path.read_text().splitlines():
        word = line.split("#")[0].split("@")[0].strip()
        if word.startswith("include:"):
            hosts += v2fly(path.parent / word[8:].split()[0])
        elif word and not word.startswith(("keyword:", "regexp:")):
            hosts.append(word.split(":")[-1])
    return hosts


def read(name):
    path = LISTS / name
    if path.suffix == ".json":
        data = json.loads(path.read_text())
        words = data["list"] if isinstance(data, dict) else data
    elif name.startswith("v2fly/"):
        words = v2fly(path)
    else:
        words = [line.split("#")[0] for line in path.read_text(errors="replace").splitlines()]
    hosts = (word.strip().lower().removeprefix("www.") for word in words)
    return sorted({host for host in hosts if HOST.match(host)})


def ranks():
    with open(LISTS / "sublime_static" / "tranco_top_50k.csv") as file:
        return {row[-1].lower(): number for number, row in enumerate(csv.reader(file), 1)}


def classes(rules, hosts, form):
    """Host ─▶ class, or None. A host of which only some paths are a service's counts as one of its class."""
    addresses = {(f"mailto:a@{host}" if form == "mail" else f"https://{host}/"): host for host in hosts}
    done = subprocess.run([BUILD / "cordon", "services", "--rules", rules, "-"], input="\n".join(addresses) + "\n",
                          capture_output=True, text=True)
    found = dict.fromkeys(hosts)
    for line in done.stdout.splitlines():
        told = re.match(r"(\S+): (\S+), class ([a-z-]+) ", line)
        if told:
            found[addresses[told[1]]] = told[3]
    return found


def by_path(rules):
    """Hosts that the catalogue has with paths only ─▶ class."""
    hosts = {}
    for file in sorted((pathlib.Path(rules) / "services").glob("*.conf")):
        for section in re.findall(r'(?ms)^service "[^"]+" \{\n(.*?)^\}', file.read_text()):
            kind = re.search(r"(?m)^  class = (\S+)", section)[1]
            for paths in re.findall(r"(?ms)^  paths = \{(.*?)^  \}", section):
                for path in re.findall(r'"([^"]+)"', paths):
                    hosts.setdefault(path.split("/")[0], kind)
    return hosts


def judge(rules, kind, form, hosts, paths):
    found = classes(rules, hosts, form)
    for host in hosts:
        if found[host] is None and form == "link":
            labels = host.split(".")
            found[host] = next((paths[".".join(labels[i:])] for i in range(len(labels))
                                if ".".join(labels[i:]) in paths), None)
    return ([h for h in hosts if found[h] == kind], [h for h in hosts if found[h] not in (kind, None)],
            [h for h in hosts if found[h] is None])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", default=SOURCE / "rules")
    parser.add_argument("--misses", metavar="CLASS")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    if not LISTS.is_dir():
        print("no lists: set CORDON_CORPORA", file=sys.stderr)
        return 66
    rank, paths, misses = ranks(), by_path(options.rules), {}
    print(f"{'class':16} {'list':54} {'hosts':>6} {'in it':>6} {'other':>6} {'none':>6} {'visited':>8} {'of those':>9}")
    for kind, form, name in WANTED:
        hosts = read(name)
        own, other, none = judge(options.rules, kind, form, hosts, paths)
        visited, seen = [h for h in none if h in rank], [h for h in hosts if h in rank]
        print(f"{kind:16} {name:54} {len(hosts):6} {len(own):6} {len(other):6} {len(none):6} {len(visited):8} {len(seen):9}")
        if kind == options.misses:
            misses.update((host, name) for host in (none if options.all else visited))
    for host in sorted(misses, key=lambda host: (rank.get(host, 10 ** 6), host)):
        print(f"{rank.get(host, '-'):>7} {host:40} {misses[host]}")
    return 0


sys.exit(main())
