# SPDX-License-Identifier: GPL-2.0
# Dom0 runs Debian's kernel; the guest's is ours.
check "Dom0 runs a kernel of Debian's" sh -c 'uname -v | grep -q Debian'
. /bed/dom0/disk-and-net.sh
