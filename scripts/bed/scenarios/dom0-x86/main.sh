# SPDX-License-Identifier: GPL-2.0
# Exit 0 is a pass, 4 is a skip by the test itself.
run_one() {
	timeout $((60 * BED_SLOW)) "/bed/selftests/$1"
	status=$?
	[ "$status" = 0 ] || [ "$status" = 4 ]
}
for file in /bed/selftests/*; do
	check "${file##*/}" run_one "${file##*/}"
done
