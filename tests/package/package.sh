#!/bin/sh
# The Debian package: built, looked at by lintian, installed in a bare system, started as its unit says,
# given mail, removed and purged; then once more under a systemd in a container, where systemd-nspawn is
# installed. Prints TAP. `make deb-check` runs it, as root; it takes a minute or two, and the network.
set -u
src=$(cd "${CORDON_SRC:-$(dirname "$0")/../..}" && pwd)
build=$(cd "${CORDON_BUILD:-.}" && pwd)
cache=$build/package
bare=$cache/bare.tar
root=$cache/root
log=$cache/log
unit=$src/contrib/systemd/cordond.service
number=0
failed=0
pid=

skip() { echo "ok 1 - Debian package # SKIP $1"; echo "1..1"; exit 0; }
[ "$(id -u)" -eq 0 ] || skip "needs root"
for tool in dpkg-buildpackage dh lintian debootstrap systemd-analyze unshare; do
  command -v $tool >/dev/null 2>&1 || skip "needs $tool"
done

# What is mounted for the bare system is mounted for this script alone and goes when it ends.
[ -n "${CORDON_PACKAGE_PRIVATE:-}" ] || CORDON_PACKAGE_PRIVATE=1 exec unshare --mount "$0" "$@"

clean_up() { [ -z "$pid" ] || kill "$pid" 2>/dev/null; }
trap clean_up EXIT

# check WHAT COMMAND...
check() {
  what=$1; shift
  number=$((number + 1))
  if "$@" >"$log" 2>&1; then
    echo "ok $number - $what"
  else
    failed=1
    echo "not ok $number - $what"
    tail -25 "$log" | sed 's/^/# /'
  fi
}

# said NAME: the value of a setting of the unit
said() { sed -n "s/^$1=//p" "$unit" | head -1; }

make_package() { rm -rf "$cache/deb" && "$src/contrib/build-deb" "$cache/deb"; }

no_complaints() { lintian --allow-root --fail-on error,warning "$cache"/deb/*.changes; }

# What verify says of the machine it runs on is not the unit's fault.
unit_is_good() {
  systemd-analyze verify "$unit" 2>&1 | grep -v 'is not executable\|Command .man ' && return 1
  systemd-analyze security --offline=yes --threshold=20 "$unit" >"$cache/security"; status=$?
  tail -1 "$cache/security" | sed 's/^/# /' >&3
  return $status
}

# Never across a mount: what is behind one is not ours.
forget() { rm -rf --one-file-system "$root"; }

bare_system() {
  if [ ! -f "$bare" ]; then
    forget && debootstrap --variant=minbase bookworm "$root" &&
      tar -C "$root" -cf "$bare.new" --exclude=./proc/\* --exclude=./sys/\* . && mv "$bare.new" "$bare" || return 1
  fi
  forget && mkdir "$root" && tar -C "$root" -xf "$bare" && mount -t proc proc "$root/proc" &&
    cp /etc/resolv.conf "$root/etc/" && cp -R /etc/apt/sources.list* "$root/etc/apt/" && printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" &&
    chmod +x "$root/usr/sbin/policy-rc.d"
}

inside() { DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$root" "$@"; }
files() { (cd "$root" && find etc usr var run -path var/cache -prune -o -path var/lib/apt -prune -o \
  -path var/lib/dpkg -prune -o -path var/log -prune -o -print | sort); }

# What the package depends on is installed first, so that what is left of it alone can be told.
installs() {
  cp "$cache"/deb/cordon_*.deb "$root/cordon.deb" && inside apt-get -q update &&
    inside apt-get -q -y --no-install-recommends install /cordon.deb &&
    inside apt-get -q -y purge cordon && files >"$cache/before" &&
    inside apt-get -q -y --no-install-recommends install /cordon.deb &&
    inside sh -c 'id cordon && id cordon-worker && grep -q "^worker-user = .cordon-worker" /etc/cordon/cordon.conf && dpkg -s cordon | grep "^Status: install ok installed"'
}

configuration_is_good() { inside cordon check; }

conffiles() {
  (cd "$root" && find etc/cordon -type f | sort | sed 's|^|/|') >"$cache/there"
  inside dpkg-query -W -f='${Conffiles}\n' cordon | sed -n 's/^ \(\/etc\/cordon[^ ]*\).*/\1/p' | sort | diff "$cache/there" -
}

pages() {
  for page in man8/cordond.8 man1/cordon.1 man5/cordon.conf.5 man5/cordon-policy.5; do
    inside dpkg -L cordon | grep -q "/usr/share/man/$page.gz" || return 1
  done
}

# The unit's user, folders, command and what setpriv can do of its jail.
starts() {
  for folder in $(said RuntimeDirectory); do
    install -d -m "$(said RuntimeDirectoryMode)" "$root/run/$folder" && inside chown cordon:cordon "/run/$folder"
  done
  [ "$(stat -c %a "$root/var/lib/cordon")" = 700 ] || return 1
  caps=-all$(said CapabilityBoundingSet | tr ' ' '\n' | sed 's/^CAP_/,+/' | tr -d '\n' | tr A-Z a-z)
  # shellcheck disable=SC2046
  chroot "$root" setpriv --reuid="$(said User)" --regid="$(said Group)" --init-groups --no-new-privs \
    --inh-caps="$caps" --ambient-caps="$caps" --bounding-set="$caps" $(said ExecStart) >"$cache/cordond.log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do
    [ -S "$root/run/cordon/milter.sock" ] && return 0
    kill -0 "$pid" || break
    sleep 0.1
  done
  cat "$cache/cordond.log"
  return 1
}

mail_passes() {
  "$build/milter-load" -n 1 "unix:$root/run/cordon/milter.sock" "$src/contrib/samples" || return 1
  for outcome in unchanged changed; do
    grep -q "\"outcome\":\"$outcome\"" "$root/var/lib/cordon/events.jsonl" || return 1
  done
  find "$root/var/lib/cordon/originals" -type f | grep -q .
}

ends() { kill -TERM "$pid" && wait "$pid" && pid=; }

removal_keeps_originals() {
  inside apt-get -q -y remove cordon && [ -f "$root/var/lib/cordon/events.jsonl" ] &&
    [ -f "$root/etc/cordon/policy.conf" ]
}

purge_leaves_nothing() {
  inside apt-get -q -y purge cordon && rm -rf "$root/run/cordon" && files | diff "$cache/before" -
}

# Runs inside, as a unit of its own, and leaves what it saw in /seen.
put_probe() {
  cat >"$root/probe" <<'END'
#!/bin/sh
exec >/seen 2>&1
wait_ready() { for _ in $(seq 50); do [ -S /run/cordon/milter.sock ] && return; sleep 0.1; done; }
say() { what=$1; shift; if "$@"; then echo "good: $what"; else echo "bad: $what"; fi; }
socket=unix:/run/cordon/milter.sock
wait_ready
say started systemctl is-active -q cordond
say mail /milter-load -n 2 $socket /usr/share/doc/cordon/examples/samples
say changed grep -q '"outcome":"changed"' /var/lib/cordon/events.jsonl
say reload systemctl reload cordond
sleep 1
pid=$(systemctl show -P MainPID cordond)
say jailed sh -c 'journalctl --no-pager -u cordond | grep "jail: landlock abi [0-9]*, seccomp, rlimits"'
child() { for at in /proc/[0-9]*; do grep -qs "^Name:.$1$" $at/status && grep -qs "^PPid:.$pid$" $at/status && echo ${at#/proc/}; done; }
front=$(child cordond-front)
zygote=$(child cordon-zygote)
say unprivileged sh -c "! grep -E 'Cap(Inh|Prm|Eff|Amb):.*[1-9a-f]' /proc/$front/status /proc/$zygote/status"
say users [ "$(stat -c %U /var/lib/cordon) $(grep -h ^Uid: /proc/$front/status /proc/$zygote/status | cut -f2 | xargs)" = "cordon $(id -u cordon) $(id -u cordon-worker)" ]
say filtered grep -q 'Seccomp:.*2' /proc/$pid/status
say "mail after reload" /milter-load -n 2 $socket /usr/share/doc/cordon/examples/samples
[ "$pid" -gt 1 ] && kill -9 "$pid"
sleep 4
wait_ready
say "restarted after a crash" /milter-load -n 2 $socket /usr/share/doc/cordon/examples/samples
say stop systemctl stop cordond
say result [ "$(systemctl show -P Result cordond)" = success ]
journalctl --no-pager -u cordond | tail -60
systemctl poweroff
END
  printf '[Unit]\nAfter=cordond.service\n[Service]\nExecStart=/probe\n' >"$root/etc/systemd/system/probe.service"
  chmod +x "$root/probe"
  cp "$build/milter-load" "$root/milter-load"
  ln -sf ../probe.service "$root/etc/systemd/system/multi-user.target.wants/probe.service"
}

# The unit in earnest: a systemd of its own in a container of namespaces.
under_systemd() {
  inside apt-get -q -y --no-install-recommends install systemd systemd-sysv dbus /cordon.deb || return 1
  put_probe
  umount "$root/proc"
  # The container forbids Landlock unless told otherwise.
  timeout -k 5 90 systemd-nspawn -q -D "$root" --register=no --keep-unit \
    --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" -b </dev/null >"$cache/boot.log" 2>&1
  grep -v '^good' "$root/seen"
  [ "$(grep -c '^good:' "$root/seen")" = 12 ] && ! grep -q '^bad:' "$root/seen"
}

mkdir -p "$cache"
exec 3>&1
check "builds" make_package
check "lintian has nothing to say" no_complaints
check "the unit is good" unit_is_good
check "a bare system" bare_system
check "installs" installs
check "cordon check" configuration_is_good
check "every file below /etc/cordon is a conffile" conffiles
check "manual pages" pages
check "starts as the unit says" starts
check "mail passes" mail_passes
check "ends when told" ends
check "removed, the originals stay" removal_keeps_originals
check "purged, nothing is left" purge_leaves_nothing
if command -v systemd-nspawn >/dev/null 2>&1; then
  check "under systemd: start, mail, reload, crash, stop" under_systemd
else
  number=$((number + 1))
  echo "ok $number - under systemd # SKIP needs systemd-nspawn"
fi
echo "1..$number"
exit $failed
