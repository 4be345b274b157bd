# SPDX-License-Identifier: GPL-2.0
equal "guest type" "$(cat /sys/hypervisor/guest_type)" HVM
check "the platform device has a driver" [ -e /sys/bus/pci/drivers/xen-platform-pci/*/vendor ]
e1000() { grep -l 0x100e /sys/bus/pci/devices/*/device; }
check "the emulated card is unplugged" no e1000
check "one emulated disk is left, the boot disk" [ "$(ls -d /sys/block/sd* | wc -l)" = 1 ]
equal "eth0 is the PV card" "$(basename "$(readlink -f /sys/class/net/eth0/device/driver)")" vif
equal "xvda is the PV disk" "$(basename "$(readlink -f /sys/block/xvda/device/driver)")" vbd
if grep -q xen_no_vector_callback /proc/cmdline; then
	check "events come by the platform device's interrupt" grep -q '[1-9].*xen-platform-pci' /proc/interrupts
else
	check "events come by callback" grep -q 'HYP:.*[1-9]' /proc/interrupts
fi
. /lib/disk-and-net.sh
