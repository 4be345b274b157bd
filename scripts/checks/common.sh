# SPDX-License-Identifier: GPL-2.0
# Sourced by every check: where it works, which files are ours, how it fails.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# Debian's own Python, which has the modules that the kernel's tools want, even
# where the user keeps another one in front.
PATH=/usr/bin:/bin:$PATH

check=$(basename "$0")
work=$build/checks/$check	# emptied by the check that uses it
faults=0

# fault TEXT: something is wrong; verdict at the end makes the check fail.
fault() { printf '%s\n' "$*"; faults=$((faults + 1)); }

# faults_from FILE: each of its lines is a fault.
faults_from() {
	local line
	while IFS= read -r line; do
		fault "$line"
	done <"$1"
}

# verdict TEXT: the end of a check; TEXT says what was looked at.
verdict() {
	[ "$faults" -eq 0 ] || exit 1
	say "$*"
	exit 0
}

# our_files PATTERN...: files of ours, committed or not, that still exist.
our_files() {
	git -C "$top" ls-files --cached --others --exclude-standard -- "$@" | sort -u |
		while read -r file; do
			[ ! -f "$top/$file" ] || printf '%s\n' "$file"
		done
}

# our_c: our C files and headers, each at the path that it has in the kernel.
our_c() { our_files 'arch/*.[ch]' 'drivers/*.[ch]' 'include/*.h'; }

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

# bed_config SOURCE OUT: the config of the test bed, as far as SOURCE knows it.
bed_config() {
	mkdir -p "$2"
	kbuild "$1" "$2" -s KCONFIG_ALLCONFIG="$top/scripts/config/bed.config" allnoconfig
}
