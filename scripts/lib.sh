# SPDX-License-Identifier: GPL-2.0
# Sourced by every script: where things are, how steps speak, stamps and the lock.
#
# A step says what it does and how long it took.  A stamp holds the key (a hash
# of everything the result depends on) of the last finished run; it is written
# last, so an interrupted step is simply done again.

set -euo pipefail
export LC_ALL=C
export PATH=/usr/bin:/bin:$PATH		# Debian's own programs first

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build
cache=${XEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/xen-for-linux}
logs=$build/logs
tree=$build/linux		# the kernel tree that everything is built from
stamps=$build/stamps

say()  { printf '%s\n' "$*"; }
warn() { printf 'note: %s\n' "$*" >&2; }
die()  { printf 'error: %s\n' "$*" >&2; exit 1; }

# need_space MEGABYTES FOLDER: one clear line instead of a half-made result.
need_space() {
	local free
	mkdir -p "$2"
	free=$(df -Pm "$2" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$1" ] ||
		die "not enough disk space: $2 has $free MiB free, this needs $1 MiB"
}

# step NAME LOG COMMAND...: run a long command with its output in a log.
step() {
	local name=$1 log=$logs/$2.log start=$SECONDS status
	shift 2
	mkdir -p "$logs"
	say "==> $name"
	# not "|| status=$?": that would switch off "set -e" inside
	set +e
	(set -e; "$@") >"$log" 2>&1 </dev/null
	status=$?
	set -e
	if [ "$status" -ne 0 ]; then
		printf 'error: step "%s" failed after %s s; the last lines of %s:\n' \
			"$name" $((SECONDS - start)) "$log" >&2
		tail -n 20 "$log" | sed 's/^/    /' >&2
		exit 1
	fi
	say "    done in $((SECONDS - start)) s"
}

# key WORD...: hash of words; key_files PATH...: hash of names and contents.
key() { printf '%s\0' "$@" | sha256sum | cut -c1-32; }
key_files() {
	find "$@" -type f -printf '%p\n' 2>/dev/null | sort | tr '\n' '\0' |
		xargs -0r sha256sum | sed "s|$top/||" | sha256sum | cut -c1-32
}

fresh() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
unstamp() { rm -f "$stamps/$1"; }
stamp() {
	mkdir -p "$stamps"
	printf '%s\n' "$2" >"$stamps/$1.new"
	mv "$stamps/$1.new" "$stamps/$1"
}

# our_files PATTERN...: files of ours, committed or not, that still exist.
our_files() {
	git -C "$top" ls-files --cached --others --exclude-standard -- "$@" | sort -u |
		while read -r file; do
			[ ! -f "$top/$file" ] || printf '%s\n' "$file"
		done
}

# kbuild SOURCE OUT ARGUMENT...: make in a kernel tree, with the settings that
# let the compiler cache serve every tree.
kbuild() {
	local source=$1 out=$2
	shift 2
	CCACHE_DIR=$cache/ccache CCACHE_MAXSIZE=6G CCACHE_NOHASHDIR=1 \
	KBUILD_BUILD_USER=xen KBUILD_BUILD_HOST=linux KBUILD_BUILD_TIMESTAMP=2000-01-01 \
		make -C "$source" O="$out" LOCALVERSION= CC="ccache gcc" \
			HOSTCC="ccache gcc" -j"$(nproc)" "$@"
}

# One call at a time in one checkout.  Scripts call each other, so the lock is
# inherited: whoever holds it exports XEN_LOCKED.
lock() {
	[ "${XEN_LOCKED:-}" = "$build" ] && return
	mkdir -p "$build"
	exec 9>>"$build/.lock"
	flock -n 9 || die "another call is at work in $build (process $(cat "$build/.lock.owner" 2>/dev/null || echo unknown)); wait for it"
	echo "$$" >"$build/.lock.owner"
	export XEN_LOCKED=$build
}

# as_root COMMAND...: installing packages is the one thing that needs it.
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
