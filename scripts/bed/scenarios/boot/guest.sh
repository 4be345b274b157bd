# SPDX-License-Identifier: GPL-2.0
see() { note "sees $*"; }
see "$(uname -sr) on $(cat /sys/hypervisor/type), $(cat /sys/hypervisor/guest_type)"
see "$(nproc) vCPUs, $(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo) MiB"
network 2
see "$(blkcheck size /dev/xvda)"
check "disk written, read back, compared" blkcheck both /dev/xvda 16
see "eth0 $(cat /sys/class/net/eth0/address)"
check "the guest reaches Dom0" ping -c 3 -W 5 192.168.77.1
