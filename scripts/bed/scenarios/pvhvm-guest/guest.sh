# SPDX-License-Identifier: GPL-2.0
told() { grep -qw "$1" /proc/cmdline; }
logged() { dmesg | grep -q "$1"; }
equal "guest type" "$(cat /sys/hypervisor/guest_type)" HVM
check "the platform device has a driver" [ -e /sys/bus/pci/drivers/xen-platform-pci/*/vendor ]
e1000() { grep -l 0x100e /sys/bus/pci/devices/*/device; }
check "the emulated card is unplugged" no e1000
check "the emulated disks that are left are those on AHCI" [ "$(ls -d /sys/block/sd* | wc -l)" = 2 ]
equal "eth0 is the PV card" "$(basename "$(readlink -f /sys/class/net/eth0/device/driver)")" vif
equal "xvda is the PV disk" "$(basename "$(readlink -f /sys/block/xvda/device/driver)")" vbd
if told xen_no_vector_callback; then
	check "events come by the platform device's interrupt" grep -q '[1-9].*xen-platform-pci' /proc/interrupts
else
	check "events come by callback" grep -q 'HYP:.*[1-9]' /proc/interrupts
fi

# An emulated device's messages can be events, if events are messages themselves.
message() { awk '/ahci/ { $1 = ""; for (i = 2; i <= NF; i++) if ($i ~ /[a-z]/) { print $i $(i + 1); exit } }' /proc/interrupts; }
handled() { awk '/ahci/ { for (i = 2; $i ~ /^[0-9]+$/; i++) sum += $i } END { print sum + 0 }' /proc/interrupts; }
if told xen_no_vector_callback; then
	check "the emulated disk's messages are no events ($(message))" no grep -q 'xen-pirq.*ahci' /proc/interrupts
else
	equal "the emulated disk's messages are events" "$(message)" xen-pirq-msi
fi
before=$(handled)
for disk in /sys/block/sd*; do
	[ "$(cat "$disk/size")" != 16384 ] || check "an emulated disk written, read back, compared" blkcheck both "/dev/${disk##*/}" 4 11
done
check "by these interrupts (from $before to $(handled))" [ "$(handled)" -gt "$before" ]

if told nox2apic; then
	check "the local APIC is in the old mode" no logged 'Switched APIC routing to:.*x2apic'
else
	check "the local APIC is in x2APIC mode" logged 'Switched APIC routing to:.*x2apic'
fi
kicks() { grep -q ' spinlock[0-9]' /proc/interrupts; }
if told nopvspin || told xen_no_vector_callback || [ "$(nproc)" = 1 ]; then
	check "nobody waits for locks by events" no kicks
else
	check "the waiters for locks wait for events" kicks
fi
. /lib/disk-and-net.sh
