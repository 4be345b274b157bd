# SPDX-License-Identifier: GPL-2.0
# Dom0 without the paravirtual entry: hardware virtualisation, the host's devices as they are.
logged() { dmesg | grep -q "$1"; }
equal "domain type" "$(cat /sys/hypervisor/guest_type)" PVH
check "this is the initial domain" grep -q control_d /proc/xen/capabilities
equal "vCPUs online" "$(nproc)" "$BED_DOM0_CPUS"
have=$(xl list 0 | awk 'NR == 2 { print $3 }')
check "xl list shows Dom0's memory ($have MiB)" [ "$have" -gt $((BED_DOM0_MEM * 9 / 10)) ]
total=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
check "Linux has it ($total MiB)" [ "$total" -gt $((have * 80 / 100 - 40)) ]
check "and no more" [ "$total" -le "$have" ]
check "events come by callback" grep -q 'HYP:.*[1-9]' /proc/interrupts
check "the disk's interrupts are messages of its own" grep -q 'PCI-MSI.*ahci' /proc/interrupts
check "lines come by IO-APIC" grep -q 'IO-APIC' /proc/interrupts
check "no interrupt of a device comes as an event" no grep -q 'xen-pirq' /proc/interrupts
check "idle states and frequency are Xen's" [ ! -e /sys/devices/system/cpu/cpu0/cpufreq ]
check "disk written, read back, compared" blkcheck both "$(disk scratch)" 32
card_works "the network card sends and receives"
check "the wall clock is the machine's" [ "$(date +%Y)" -ge 2024 ]
check "clocks agree and never go back" timecheck 0.5

check "xl mem-set down is taken" xl mem-set 0 $((BED_DOM0_MEM - 64))
smaller() { [ "$(dom0_kb)" -le $(((BED_DOM0_MEM - 60) * 1024)) ]; }
check "Dom0 gives memory back" wait_for 30 smaller
check "xl mem-set up is taken" xl mem-set 0 "$BED_DOM0_MEM"
check "Dom0 takes it again" wait_for 30 dom0_has_kb $(((BED_DOM0_MEM - 4) * 1024))
check "memory is usable" memcheck 400 1

. /bed/dom0/disk-and-net.sh 'type = "pv"'
rm -f /run/bed/guest.said
. /bed/dom0/disk-and-net.sh 'type = "pvh"'
