# SPDX-License-Identifier: GPL-2.0
# A load on every vCPU, verified, while they come and go.
(while memcheck 96 2 4; do :; done >/tmp/load.log 2>&1) 7>&- 8>&- &
load=$!
for round in 1 2 3; do
	for cpu in 1 2 3; do
		check "round $round: cpu$cpu offline" sh -c "echo 0 >/sys/devices/system/cpu/cpu$cpu/online"
	done
	equal "one vCPU is left" "$(nproc)" 1
	for cpu in 1 2 3; do
		check "round $round: cpu$cpu online" sh -c "echo 1 >/sys/devices/system/cpu/cpu$cpu/online"
		check "a process runs there" taskset -c "$cpu" true
	done
done
count() { [ "$(nproc)" = "$1" ]; }
check "xl vcpu-set 0 2" xl vcpu-set 0 2
check "two vCPUs stay" wait_for 30 count 2
check "xl vcpu-set 0 4" xl vcpu-set 0 4
all_back() {
	for cpu in 2 3; do echo 1 >/sys/devices/system/cpu/cpu$cpu/online; done
	[ "$(nproc)" = 4 ]
}
check "four are back" wait_for 30 all_back
check "the load has verified its memory all the time" kill -0 "$load"
check "and went through it several times" [ "$(grep -c '^memcheck:' /tmp/load.log)" -ge 2 ]
kill "$load"
