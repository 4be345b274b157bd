# SPDX-License-Identifier: GPL-2.0
# Natively: SMP, disk and network card work, and nothing says Xen.

no_xen_irqs() { ! grep -i xen /proc/interrupts; }
no_xen_devices() { ! find /sys/devices /dev -iname '*xen*' -not -path '*/dev/xen*' | grep .; }
no_xen_threads() { ! ps -eo comm | grep -iE '^\[?xen|xenbus|xenwatch'; }
no_hypervisor_said() { ! dmesg | grep -iE 'booting paravirtualized kernel on xen|hypervisor detected: xen|xen:events|Xen version'; }
bus_is_empty() { [ -z "$(ls "/sys/bus/$1/devices" 2>/dev/null)" ]; }

equal "CPUs online" "$(nproc)" "$BED_CPUS"
check "/sys/hypervisor says nothing of Xen" no test -s /sys/hypervisor/type
check "no interrupt of Xen's" no_xen_irqs
check "no device of Xen's" no_xen_devices
check "no thread of Xen's" no_xen_threads
check "the kernel log finds no Xen" no_hypervisor_said
for bus in xen xen-backend; do
	check "bus $bus has no device" bus_is_empty "$bus"
done
check "xenfs has no content to offer" no test -e /proc/xen/capabilities
check "disk written, read back, compared" blkcheck both "$(disk scratch)" 32
check "root's file system takes and keeps a file" sh -c 'dd if=/dev/urandom of=/root/f bs=64k count=64 2>/dev/null && sync && a=$(sha256sum </root/f) && echo 3 >/proc/sys/vm/drop_caches && [ "$a" = "$(sha256sum </root/f)" ]'
card_works "the network card sends and receives"
for cpu in $(seq 1 $((BED_CPUS - 1))); do
	check "cpu$cpu goes offline and online" sh -c "echo 0 >/sys/devices/system/cpu/cpu$cpu/online && echo 1 >/sys/devices/system/cpu/cpu$cpu/online"
done
equal "CPUs online at the end" "$(nproc)" "$BED_CPUS"
