# SPDX-License-Identifier: GPL-2.0
# Both ends in one kernel.  The card's frontend moves to a network namespace of its own, or
# Dom0 would answer itself without it.
. /bed/dom0/counts.sh
has() { echo "$(leftovers | tr '\n' ' '), $(xen_interrupts) interrupts, $(threads) threads, $(hypervisor_has)"; }
mac_of() { echo "00:16:3e:00:07:0$1"; }
card() { ip -o link | awk -F': ' -v mac="$(mac_of "$1")" '$0 ~ mac { print $2 }'; }
has_card() { [ -n "$(card "$1")" ]; }

disk_round() {
	check "round $1: xl block-attach to Dom0" in_time 60 xl block-attach 0 file:/var/tmp/loop.img,xvdq,w
	must "round $1: Dom0 has the disk" wait_for 30 test -b /dev/xvdq
	equal "round $1: its size" "$(blockdev --getsize64 /dev/xvdq)" $((64 << 20))
	check "round $1: data, written and verified" blkcheck both /dev/xvdq 64 "$1"
	check "round $1: xl block-detach" in_time 60 xl block-detach 0 xvdq
	check "round $1: the disk has gone" wait_for 30 no test -e /dev/xvdq
	check "round $1: the file holds the data" blkcheck verify /var/tmp/loop.img 64 "$1"
}

card_round() {
	local address=192.168.77.7$1 server number
	check "round $1: xl network-attach to Dom0" in_time 60 xl network-attach 0 "mac=$(mac_of "$1")" bridge=xenbr0
	must "round $1: Dom0 has the card" wait_for 30 has_card "$1"
	check "round $1: it moves to the namespace" ip link set "$(card "$1")" netns other name card
	ip -n other addr add "$address/24" dev card
	ip -n other link set card up
	ip netns exec other netcheck serve 5002 >/run/bed/serve.log 2>&1 &
	server=$!
	check "round $1: ping" wait_for 30 ping -q -c 3 -i 0.2 -W 2 "$address"
	check "round $1: TCP both ways, verified" netcheck tcp "$address" 5002 16
	check "round $1: UDP both ways, verified" netcheck udp "$address" 5002 300 1400
	check "round $1: UDP in fragments, verified" netcheck udp "$address" 5002 20 40000
	kill "$server"
	number=$(xl network-list 0 | awk -v mac="$(mac_of "$1")" '$0 ~ mac { print $1 }')
	check "round $1: xl network-detach" in_time 60 xl network-detach 0 "$number"
	check "round $1: the card has gone" wait_for 30 no ip -n other link show card
}

disk_file /var/tmp/loop.img 64
ip netns add other
for round in 1 2; do
	disk_round $round
	card_round $round
	# the first round brings what stays: a loop device, tables of the namespace
	[ $round != 1 ] || count
done
keeps_nothing "backends, interrupts, threads, event channels and mapped pages are as before"
keeps_memory
ip netns del other
