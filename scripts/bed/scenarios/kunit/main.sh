# SPDX-License-Identifier: GPL-2.0
# The suites ran at boot; their results are in debugfs, one file a suite.
results=$(find /sys/kernel/debug/kunit -name results)
suites=$(echo "$results" | grep -c .)
check "KUnit has run suites ($suites)" [ "$suites" -gt 0 ]
emit "ktap KTAP version 1"
emit "ktap 1..$suites"
number=0
for file in $results; do
	number=$((number + 1))
	# a suite's own file starts with its KTAP header and ends with its line
	sed -e '/^KTAP version/d' -e '/^1\.\./d' -e "s/^\(ok\|not ok\) [0-9]* /\1 $number /" "$file" | while IFS= read -r line; do
		emit "ktap $line"
	done
done
