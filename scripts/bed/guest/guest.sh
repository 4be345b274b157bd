# SPDX-License-Identifier: GPL-2.0
# Functions for scenarios inside a guest (busybox sh).
. /lib/report.sh

said=0
emit() {
	said=$((said + 1))
	xs write "data/report/$said" "$*" || echo "bed: cannot say: $*"
	echo "bed: $*"
}

# Process 1 must not end: wait for the shutdown that Dom0 asks for.
at_end() { while :; do sleep 3600; done; }

parameter() { sed -n "s/.*\b$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
name=$(parameter bed.name)
BED_SLOW=$(parameter bed.slow)
BED_SLOW=${BED_SLOW:-1}

# await WORD SECONDS: until Dom0 has said WORD with guest_go.
await() { wait_for "${2:-60}" sh -c "[ \"\$(xs read data/go 2>/dev/null)\" = '$1' ]"; }

# network HOST: eth0 up as 192.168.77.HOST and fd77::HOST; Dom0 is .1
network() {
	must "eth0 appears" wait_for 20 [ -d /sys/class/net/eth0 ]
	ip link set lo up
	echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad
	ip link set eth0 up
	ip addr add "192.168.77.$1/24" dev eth0
	ip -6 addr add "fd77::$1/64" dev eth0
	must "eth0 has a carrier" wait_for 20 grep -q 1 /sys/class/net/eth0/carrier
}

# tools DEVICE: Debian's own programs from the shared root image, read-only,
# below /tools; run them with "in_tools COMMAND".
tools() {
	must "the tools disk $1 appears" wait_for 20 [ -b "$1" ]
	must "the tools disk mounts" mount -t ext4 -o ro,noload "$1" /tools
	mount -t proc proc /tools/proc
	mount -t devtmpfs dev /tools/dev
	mount -t sysfs sys /tools/sys
	mount -t tmpfs tmpfs /tools/tmp
	mount -t tmpfs tmpfs /tools/run
}
in_tools() { chroot /tools "$@"; }
