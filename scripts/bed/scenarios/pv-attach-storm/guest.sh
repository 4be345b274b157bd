# SPDX-License-Identifier: GPL-2.0
has() {		# what the guest has of the devices, in one line
	echo "$(grep -c ':.*xen' /proc/interrupts) interrupts," \
		"$(ls /sys/bus/xen/devices | wc -l) devices," \
		"$(ls /sys/block /sys/class/net | wc -l) disks and cards"
}
kib() { sed -n 's/^SUnreclaim: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
there() { [ -b /dev/xvdf ] && [ -d /sys/class/net/eth0 ]; }
gone() { [ ! -e /sys/block/xvdf ] && [ ! -d /sys/class/net/eth0 ]; }

note "ready"
await measure 300
had=$(has) kib=$(kib)
note "measured: $had, $kib KiB"
await last 1400
check "both are there at last" wait_for 60 there
check "the disk works: written, read back, compared" blkcheck both /dev/xvdf 8 1
note "disk used"
await done 300
check "both are gone" wait_for 60 gone
equal "the guest has what it had" "$(has)" "$had"
check "memory of the kernel: $(kib) KiB after $kib KiB" [ $(($(kib) - kib)) -lt 2048 ]
