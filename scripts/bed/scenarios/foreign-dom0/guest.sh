# SPDX-License-Identifier: GPL-2.0
check "the guest's kernel is not Debian's" no grep -q Debian /proc/version
. /lib/disk-and-net.sh
