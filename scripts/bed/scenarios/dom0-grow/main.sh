# SPDX-License-Identifier: GPL-2.0
# More than the kernel has entries for at its start: the p2m has to grow.
at_most() { [ "$(dom0_kb)" -le "$1" ]; }
check "Dom0 starts with 512 MiB" at_most $((530 * 1024))
total=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
check "and has most of it for itself ($total MiB)" [ "$total" -gt 350 ]
check "memory is fine" memcheck 200 1
for round in 1 2; do
	check "round $round: xl mem-set 0 1280" xl mem-set 0 1280
	check "round $round: Dom0 grows" wait_for $((90 * BED_SLOW)) dom0_has_kb $((1270 * 1024))
	check "round $round: the new memory is fine" memcheck 900 1
	check "round $round: xl mem-set 0 640" xl mem-set 0 640
	check "round $round: Dom0 shrinks" wait_for $((60 * BED_SLOW)) at_most $((660 * 1024))
done
guest_start eater <<-CFG
	memory = 512
CFG
guest_passes eater
guest_stop eater
if [ -f /sys/kernel/debug/xen/mmu/p2m ]; then
	ranges=$(cat /sys/kernel/debug/xen/mmu/p2m)
	check "debugfs shows frames" grep -q 'pfn$' <<<"$ranges"
	check "debugfs shows identity ranges" grep -q 'identity$' <<<"$ranges"
fi
