# SPDX-License-Identifier: GPL-2.0
# The guest's part of Dom0's disk-and-net.sh.
check "the disk appears" wait_for 20 [ -b /dev/xvda ]
check "disk written, read back, compared" blkcheck both /dev/xvda 16 9
network 2
netcheck serve 5004 &
check "ping Dom0" ping -c 3 -W 10 192.168.77.1
note "serving"
await done 300
