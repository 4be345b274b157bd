# SPDX-License-Identifier: GPL-2.0
# Sourced by every script: where things are, how steps speak, stamps and the lock.
#
# A step says what it does and how long it took.  A stamp holds the key (a hash
# of everything the result depends on) of the last finished run; it is written
# last, so an interrupted step is simply done again.  What was started ends with
# the script that started it, however that is ended.

set -euo pipefail
export LC_ALL=C
export PATH=/usr/bin:/bin:$PATH		# Debian's own programs first

arguments=("$@")			# the script's own
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

# full FOLDER...: say which of them is on a disk that is full.
full() {
	local folder
	for folder; do
		[ "$(df -Pm "$folder" 2>/dev/null | awk 'NR == 2 { print $4 }')" -ge 50 ] ||
			printf 'error: the disk that has %s is full\n' "$folder" >&2
	done
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
		full "$build" "$cache"
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
	# "make bench M=..." is not for the kernel's make, to which M is a module's folder.
	env -u M -u MAKEFLAGS -u MAKEOVERRIDES \
	CCACHE_DIR="$cache/ccache" CCACHE_MAXSIZE=6G CCACHE_NOHASHDIR=1 \
	KBUILD_BUILD_USER=xen KBUILD_BUILD_HOST=linux KBUILD_BUILD_TIMESTAMP=2000-01-01 \
		make -C "$source" O="$out" LOCALVERSION= CC="ccache gcc" \
			HOSTCC="ccache gcc" -j"$(nproc)" "$@"
}

# One call at a time in one checkout.  Scripts call each other, so the lock is
# inherited: whoever holds it exports XEN_LOCKED.  The outermost script does its
# work in a child and only waits: bash hears of a signal when its child has ended,
# and the child's own children would not hear of it at all.
lock() {
	[ "${XEN_LOCKED:-}" = "$build" ] && return
	mkdir -p "$build"
	exec 9>>"$build/.lock"
	flock -n 9 || die "another call is at work in $build (process $(cat "$build/.lock.owner" 2>/dev/null || echo unknown)); wait for it"
	export XEN_LOCKED=$build
	trap 'end_all; die interrupted' INT TERM HUP
	env --default-signal=INT,QUIT "$0" "${arguments[@]}" <&0 &
	echo "$!" >"$build/.lock.owner"
	wait "$!" && exit 0 || exit
}

# end_all: end what this call has started, which is every other process that has
# the lock open.
end_all() {
	local fd pid left tries
	for tries in {0..49}; do
		left=0
		for fd in /proc/[0-9]*/fd/9; do
			pid=${fd#/proc/} pid=${pid%%/*}
			[ "$pid" != $$ ] && [ "$fd" -ef "$build/.lock" ] || continue
			left=1
			[ $((tries % 10)) -gt 0 ] || kill -TERM "$pid" 2>/dev/null || true
		done
		[ "$left" = 1 ] || return 0
		sleep 0.2
	done
}

# lock_cache: the download cache is shared by all checkouts; wait for the others.
lock_cache() {
	mkdir -p "$cache"
	exec 8>>"$cache/.lock"
	flock -n 8 || {
		warn "waiting for another checkout, which is downloading to $cache"
		flock 8
	}
}

# as_root COMMAND...: installing packages is the one thing that needs it.
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
