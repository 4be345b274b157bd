# SPDX-License-Identifier: GPL-2.0
abi=FIFO-based
! grep -q 'xen.fifo_events=0' /proc/cmdline || abi=2-level
check "event channels use the $abi ABI" sh -c "dmesg | grep -q 'xen:events: Using $abi ABI'"
equal "guest type" "$(cat /sys/hypervisor/guest_type)" PVH
. /lib/disk-and-net.sh
