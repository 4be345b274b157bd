# SPDX-License-Identifier: GPL-2.0
# How a scenario speaks, in Dom0, natively and in guests (POSIX sh).
#
# Success is said, never assumed: every check writes one line through emit(),
# which the side that sources this file defines, and the last line is
#   end CHECKS FAILURES
# A scenario without that line, without a check, or with a failure has failed.

checks=0
failures=0
bed_out=/tmp/bed-check.out

note() { emit "note - $*"; }

# detail FILE: the last lines of a file, as part of what was said before.
detail() {
	tail -n "${2:-12}" "$1" | while IFS= read -r line; do emit "| $line"; done
}

# check SENTENCE COMMAND...: say whether the command held; its output on failure.
check() {
	sentence=$1
	shift
	checks=$((checks + 1))
	if "$@" >"$bed_out" 2>&1; then
		emit "ok - $sentence"
		return 0
	fi
	failures=$((failures + 1))
	emit "not ok - $sentence"
	emit "| $*"
	detail "$bed_out"
	return 1
}

# must SENTENCE COMMAND...: a check without which the rest has no meaning.
must() { check "$@" || finish; }

# equal SENTENCE GOT WANT
equal() { check "$1 (got '$2', want '$3')" [ "$2" = "$3" ]; }

# no COMMAND...: the command must fail.
no() { ! "$@"; }

# The seconds that scripts name are those of an ordinary kernel: BED_SLOW, which
# the side that sources this file sets, is how much slower this one is.

# in_time SECONDS COMMAND...: the command, which has to end within that time.
in_time() {
	in_time_limit=$(($1 * BED_SLOW))
	shift
	timeout "$in_time_limit" "$@"
}

# wait_for SECONDS COMMAND...: until the command holds.
wait_for() {
	wait_left=$(($1 * 4 * BED_SLOW))
	shift
	while ! "$@"; do
		wait_left=$((wait_left - 1))
		[ "$wait_left" -gt 0 ] || return 1
		sleep 0.25
	done
}

finish() {
	emit "end $checks $failures"
	at_end
}
