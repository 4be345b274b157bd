# SPDX-License-Identifier: GPL-2.0
. /lib/disk-and-net.sh
