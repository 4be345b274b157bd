# SPDX-License-Identifier: GPL-2.0
# Exit 0 is a pass, 4 is a skip by the test itself.
run_one() {
	local status=0 log=/run/bed/selftest.log
	in_time 240 "/bed/selftests/$1" >$log 2>&1 || status=$?
	cat $log
	[ "$status" != 0 ] && [ "$status" != 4 ] || return 0
	echo "status $status"	# last, as the end is what a report keeps
	grep FAIL $log
	return 1
}

# What cannot be judged here, with the reason; it is run and told all the same.
unjudged() {
	case $1 in
	mov_ss_trap_64) echo "QEMU does not hold a trap back after a load of SS, natively too" ;;
	test_shadow_stack_64) echo "QEMU has no processor with shadow stacks" ;;
	esac
}

for file in /bed/selftests/*; do
	name=${file##*/}
	why=$(unjudged "$name")
	if [ -z "$why" ]; then
		check "$name" run_one "$name"
	elif run_one "$name" >"$bed_out" 2>&1; then
		note "$name passes, though not expected to: $why"
	else
		note "$name does not pass: $why"
	fi
done
