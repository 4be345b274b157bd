# SPDX-License-Identifier: GPL-2.0
# The one that attacks, without a block frontend in its kernel: Dom0 names each
# attack as "TURN JOB DEVICE COUNT".
attack() { blkhostile "$3" "$2" ${4:+"$4"}; }

note "ready"
last=
while :; do
	wait_for 600 sh -c "[ \"\$(xs read data/go 2>/dev/null)\" != '$last' ]" || break
	last=$(xs read data/go)
	[ "$last" != end ] || break
	# shellcheck disable=SC2086 # words
	check "$last" attack $last
	note "$(tail -n 1 "$bed_out")"
done
