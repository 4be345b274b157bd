# SPDX-License-Identifier: GPL-2.0
# Every page that comes back is used.
at_most() { [ "$(dom0_kb)" -le "$1" ]; }
free() { xl info free_memory | awk '{ print int($1) }'; }
first=$(dom0_kb)
was=$(free)
# sysfs alone, while Xen's own limit for the domain is where it was at boot
target=/sys/devices/system/xen_memory/xen_memory0/target_kb
check "sysfs target down" sh -c "echo $((900 * 1024)) >$target"
check "Dom0 shrinks by sysfs" wait_for 40 at_most $((910 * 1024))
check "sysfs target up" sh -c "echo $first >$target"
check "Dom0 grows by sysfs" wait_for 60 dom0_has_kb $((first - 1024))
check "xl mem-set 0 768" xl mem-set 0 768
check "Dom0 shrinks" wait_for 40 at_most $((780 * 1024))
xen_has() { [ "$(free)" -gt "$1" ]; }
check "Xen has what Dom0 gave" wait_for 10 xen_has $((was + 200))
check "memory is fine" memcheck 200 2
guest_start eater <<-CFG
	memory = 512
CFG
guest_passes eater
guest_stop eater
# Xen may still be scrubbing the guest's memory, and the balloon waits longer
# after each refusal
check "xl mem-set 0 1024" xl mem-set 0 1024
check "Dom0 grows" wait_for 90 dom0_has_kb $((1000 * 1024))
check "the new memory is fine" memcheck 500 2
for round in 1 2 3; do
	xl mem-set 0 $((700 + round * 20))
	check "round $round: down" wait_for 40 at_most $(((720 + round * 20) * 1024))
	xl mem-set 0 1024
	check "round $round: up" wait_for 40 dom0_has_kb $((1000 * 1024))
done
check "memory is fine at the end" memcheck 400 1
