# SPDX-License-Identifier: GPL-2.0
check "the guest's kernel is not Debian's" no sh -c 'uname -v | grep -q Debian'
. /lib/disk-and-net.sh
