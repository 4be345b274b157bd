# SPDX-License-Identifier: GPL-2.0
equal "guest type" "$(cat /sys/hypervisor/guest_type)" PVH
. /lib/disk-and-net.sh
