# SPDX-License-Identifier: GPL-2.0
abi=FIFO-based
! grep -q 'xen.fifo_events=0' /proc/cmdline || abi=2-level
check "event channels use the $abi ABI" sh -c "dmesg | grep -q 'xen:events: Using $abi ABI'"
equal "guest type" "$(cat /sys/hypervisor/guest_type)" PV
check "hypervisor type is xen" grep -qx xen /sys/hypervisor/type
check "the uuid in sysfs is the domain's" sh -c '[ "/vm/$(cat /sys/hypervisor/uuid)" = "$(xs read vm)" ]'
for cpu in $(seq 0 $(($(nproc) - 1))); do
	check "a process runs on cpu$cpu" taskset -c "$cpu" sh -c "[ \$(awk '{ print \$39 }' /proc/self/stat) = $cpu ]"
done
total=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
check "memory is there ($total MiB)" [ "$total" -gt 100 ]
check "event channels deliver" grep -q 'xen-dyn.*xenbus' /proc/interrupts
check "clocks agree and never go back" timecheck
note "domain $(xs read domid) with $(nproc) vCPUs"
# The console part comes after the verdict: Dom0 waits for it by itself.
finish_later() {
	emit "end $checks $failures"
	await read-console 3000
	emit "note - reading the console"
	IFS= read -r line </dev/console
	emit "note - read: $line"
	at_end
}
finish_later
