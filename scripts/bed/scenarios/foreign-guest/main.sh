# SPDX-License-Identifier: GPL-2.0
# The guest's kernel, its modules in the initramfs, are Debian's.
GUEST_KERNEL=/bed/stock/vmlinuz BED_GUEST_CPIO=/bed/stock/guest.cpio.gz
. /bed/dom0/disk-and-net.sh
