# SPDX-License-Identifier: GPL-2.0
# Dom0: what it was given is what it has, and the machine's devices work.

total_mib=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
static_mib=$(($(cat /sys/devices/system/xen_memory/xen_memory0/target_kb) / 1024))

equal "domain type" "$(cat /sys/hypervisor/guest_type)" PV
check "this is the initial domain" grep -q control_d /proc/xen/capabilities
equal "vCPUs online" "$(nproc)" "$BED_DOM0_CPUS"
equal "vCPUs that Xen runs for Dom0" "$(xl vcpu-list 0 | grep -c 'Domain-0 .*[rb-]\{3\}')" "$BED_DOM0_CPUS"
if [ "$BED_DOM0_MEM" -gt 0 ]; then
	want=$(xl list 0 | awk 'NR == 2 { print $3 }')
	check "xl list shows Dom0's memory ($want MiB)" [ "$want" -gt $((BED_DOM0_MEM * 9 / 10)) ]
	check "the balloon's target is Dom0's memory ($static_mib MiB)" [ "$static_mib" -gt $((BED_DOM0_MEM * 9 / 10)) ]
	check "Linux has it ($total_mib MiB)" [ "$total_mib" -gt $((want * 80 / 100 - 40)) ]
	check "and no more" [ "$total_mib" -le "$want" ]
	check "Xen keeps the rest" [ "$(xl info free_memory | awk '{ print int($1) }')" -gt $((BED_MEMORY - want - 200)) ]
else
	check "without dom0_mem Dom0 takes most of the machine ($total_mib MiB of $BED_MEMORY)" [ "$total_mib" -gt $((BED_MEMORY * 60 / 100)) ]
fi
check "disk written, read back, compared" blkcheck both "$(disk scratch)" 32
check "root's file system takes and keeps a file" sh -c 'dd if=/dev/urandom of=/root/f bs=64k count=64 2>/dev/null && sync && a=$(sha256sum </root/f) && echo 3 >/proc/sys/vm/drop_caches && [ "$a" = "$(sha256sum </root/f)" ]'
card_works "the network card sends and receives"
check "interrupts of devices come through event channels" grep -q 'xen-pirq' /proc/interrupts
abi=FIFO-based
[ "$BED_VARIANT" != two-level ] || abi=2-level
check "event channels use the $abi ABI" sh -c "dmesg | grep -q 'xen:events: Using $abi ABI'"
check "the timer is Xen's" grep -q 'xen-percpu.*timer0' /proc/interrupts
for cpu in $(seq 0 $((BED_DOM0_CPUS - 1))); do
	check "a process runs on cpu$cpu" taskset -c "$cpu" sh -c "[ \$(awk '{ print \$39 }' /proc/self/stat) = $cpu ]"
done
if [ "$BED_VARIANT" = vga ]; then
	check "Dom0 has taken over Xen's VGA text console" sh -c 'dmesg | grep -q "Console: switching to colour VGA+ 80x25\|Console: colour VGA+ 80x25"'
fi
check "the wall clock is the machine's" [ "$(date +%Y)" -ge 2024 ]
check "xl dmesg ends in Dom0's start" sh -c 'xl dmesg | grep -q "Xen is relinquishing VGA console\|Dom0 has maximum"'
