# SPDX-License-Identifier: GPL-2.0
option=$(parameter xen_emul_unplug)
if grep -qw xen_nopv /proc/cmdline; then
	option=nopv
	dmesg -n 1
	emit() { echo "bed: $*"; }
	at_end() { poweroff -f; }
fi

# The disks of the device model are told apart by their sizes, cards by their drivers.
emulated() {
	for disk in /sys/block/sd*; do
		[ "$(cat "$disk/size")" != $(($1 * 2048)) ] || echo "/dev/${disk##*/}"
	done
}
card() {
	for card in /sys/class/net/eth*; do
		[ "$(basename "$(readlink -f "$card/device/driver")")" != "$1" ] || echo "${card##*/}"
	done
}
there() {
	there=
	[ -z "$(emulated 8)" ] || there=" hda"
	[ -z "$(emulated 6)" ] || there="$there hdb"
	[ -z "$(card e1000)" ] || there="$there e1000"
	for disk in xvda xvdb xvde; do
		[ ! -b "/dev/$disk" ] || there="$there $disk"
	done
	[ -z "$(card vif)" ] || there="$there vif"
	echo "${there# }"
}
case $option in
never | nopv)	want="hda hdb e1000" ;;
unnecessary)	want="hda hdb e1000 xvde vif" ;;
ide-disks)	want="e1000 xvda xvdb xvde vif" ;;
aux-ide-disks)	want="hda e1000 xvda xvdb xvde vif" ;;
nics)		want="hda hdb xvda xvdb xvde vif" ;;
all)		want="xvda xvdb xvde vif" ;;
esac
complete() { [ "$(there)" = "$want" ]; }
wait_for 10 complete
equal "with $option there is" "$(there)" "$want"

if [ "$option" = nopv ]; then
	check "it takes itself for a real machine" [ ! -e /sys/hypervisor/type ]
	check "there are no events" no grep -q xen /proc/interrupts
	check "clocks agree and never go back" timecheck 0.5
else
	equal "guest type" "$(cat /sys/hypervisor/guest_type)" HVM
fi

second=$(emulated 6)
check "the second disk written, read back, compared" blkcheck both "${second:-/dev/xvdb}" 4 21
[ ! -b /dev/xvde ] || check "the PV disk written, read back, compared" blkcheck both /dev/xvde 4 22
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
works() { # DRIVER HOST
	card=$(card "$1")
	[ -n "$card" ] || return 0
	ip link set "$card" up
	ip addr add "192.168.77.$2/24" dev "$card"
	check "Dom0 answers to $card, driver $1" wait_for 20 ping -c 2 -W 5 192.168.77.1
	check "it has received" grep -q '[1-9]' "/sys/class/net/$card/statistics/rx_packets"
	ip addr flush dev "$card"
	ip link set "$card" down
}
works e1000 3
works vif 2
