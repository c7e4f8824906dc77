#!/bin/sh
# What `make install` puts where, and whether it works from there. Prints TAP.
set -u
src=$(cd "${CORDON_SRC:-$(dirname "$0")/../..}" && pwd)
build=$(cd "${CORDON_BUILD:-.}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/cordon-install.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
number=0
failed=0

# check WHAT COMMAND...
check() {
  what=$1; shift
  number=$((number + 1))
  if "$@" >"$work/log" 2>&1; then
    echo "ok $number - $what"
  else
    failed=1
    echo "not ok $number - $what"
    tail -15 "$work/log" | sed 's/^/# /'
  fi
}

install() { make -s -C "$build" install DESTDIR="$root"; }
of() { sed -n "s/^$1 = //p" "$build/Makefile" | sed "s|\${prefix}|$prefix|; s|\${exec_prefix}|$prefix|; s|\$(libexecdir)|$prefix/libexec|; s|\$(PACKAGE)|cordon|"; }
prefix=$(sed -n 's/^prefix = //p' "$build/Makefile")
etc=$root$(of sysconfdir)/cordon
sbin=$root$(of sbindir)
bin=$root$(of bindir)
worker=$root$(of libexecdir)/cordon/cordon-worker

all_rules() { (cd "$src/rules" && find . -type f | sort) >"$work/want"; (cd "$etc" && find . -type f | sort) | diff "$work/want" -; }
run_from_there() {
  cp -R "$etc" "$work/rules"
  printf 'worker = "%s"\nrequire-jail = no\n' "$worker" >>"$work/rules/cordon.conf"
  "$bin/cordon" sanitize -q --rules "$work/rules" -o "$work/out" "$src/contrib/samples" &&
    grep -q X-Cordon "$work"/out/2-drive-and-whatsapp.eml &&
    cmp "$src/contrib/samples/1-ordinary.eml" "$work/out/1-ordinary.eml"
}
own_rules_stay() {
  echo '# ours' >>"$etc/policy.conf"
  install && tail -1 "$etc/policy.conf" | grep -q '# ours' && cmp "$src/rules/policy.conf" "$etc/policy.conf.new"
}
nothing_but_own_rules() {
  make -s -C "$build" uninstall DESTDIR="$root" && [ "$(find "$root" -type f)" = "$etc/policy.conf" ]
}
names_its_rules() { "$sbin/cordond" --help | grep -q "(${etc#"$root"})"; }

check "installs" install
check "every rules file" all_rules
check "cordon check" "$bin/cordon" check --rules "$etc"
check "cordond knows where its rules are" names_its_rules
check "sanitises from there" run_from_there
check "installed again, an own change of the rules stays" own_rules_stay
check "uninstalled, only that is left" nothing_but_own_rules
echo "1..$number"
exit $failed
