# SPDX-License-Identifier: GPL-2.0
# PVH: hardware-assisted, no emulated devices at all.
vcpus=${BED_VARIANT#vcpus}
. /bed/dom0/disk-and-net.sh "type = \"pvh\"" "vcpus = ${vcpus%%-*}"
