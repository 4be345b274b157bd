# SPDX-License-Identifier: GPL-2.0
# Sourced by every check: where it works, which files are ours, how it fails.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

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

# our_c: our C files and headers, each at the path that it has in the kernel.
our_c() { our_files 'arch/*.[ch]' 'drivers/*.[ch]' 'include/*.h'; }

# bed_config SOURCE OUT: the config of the test bed, as far as SOURCE knows it.
bed_config() {
	mkdir -p "$2"
	kbuild "$1" "$2" -s KCONFIG_ALLCONFIG="$top/scripts/config/bed.config" allnoconfig
}
