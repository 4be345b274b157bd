# SPDX-License-Identifier: GPL-2.0
kernel=$(parameter bed.kernel)
kernel=${kernel:-1}
check "the disk appears" wait_for 20 [ -b /dev/xvda ]
[ "$kernel" = 1 ] || check "the last kernel's data are there" blkcheck verify /dev/xvda 8 $((kernel - 1))
check "disk written, read back, compared" blkcheck both /dev/xvda 8 "$kernel"
equal "both vCPUs are there" "$(nproc)" 2
check "both run" taskset -c 1 true
check "clocks agree and never go back" timecheck 0.5
check "events come by callback" grep -q 'HYP:.*[1-9]' /proc/interrupts
check "no emulated card is there" no grep -l 0x100e /sys/bus/pci/devices/*/device
network 2
netcheck serve 5004 &
check "ping Dom0" ping -c 3 -W 10 192.168.77.1
if [ "$kernel" != 3 ]; then
	check "the next kernel is here" tar -x -f /dev/xvdf -C /tmp
	check "the next kernel is loaded" kexecboot load /tmp/bzImage /tmp/next.img \
		"$(sed 's/ bed\.kernel=.*//; s/\(BOOT_IMAGE\|initrd\)=[^ ]* //g' /proc/cmdline) bed.kernel=$((kernel + 1))"
fi
note "kernel $kernel is up"
if [ "$kernel" != 3 ]; then
	await "$kernel" 120
	kexecboot start
	check "the next kernel has started" false
	finish
fi
await done 120
