# SPDX-License-Identifier: GPL-2.0
. /scenario/guest-devices.sh

disk_works() {	# disk_works DRIVER KIND NAME SEED
	must "$1: the disk appears" wait_for 30 has_disk "$1"
	check "$1: data and $2 interrupts" rises "$2" "$3" blkcheck both "$(disk_of "$1")" 12 3
	check "$1: data for Dom0 to find" blkcheck write "$(disk_of "$1")" 8 "$4"
}
card_works() {	# card_works DRIVER KIND HOST
	must "$1: the card appears" wait_for 30 has_card "$1"
	card=$(card_of "$1")
	ip link set "$card" up
	ip addr add "192.168.50.$3/24" dev "$card"
	check "$1: it reaches Dom0's card" wait_for 20 ping -c 1 -W 2 -I "$card" 192.168.50.1
	check "$1: UDP both ways, verified, and $2 interrupts" \
		rises "$2" "$card(-rx-0|-tx-0)?" netcheck udp 192.168.50.1 5005 10 1000
	check "$1: TCP both ways, verified" netcheck tcp 192.168.50.1 5005 2
	ip link set "$card" down
}

disk_works nvme "$msix" 'nvme[0-9]q[0-9]+' 21
disk_works ahci "$msi" 'ahci.*' 22
card_works e1000e "$msix" 11
card_works e1000 "$line" 12
note "all work"

for round in 1 2; do
	for driver in nvme e1000e; do
		check "round $round: $driver is gone" wait_for 120 has_not $driver
		check "round $round: told to use it again" await "$round-$driver" 120
		case $driver in
		nvme)	disk_works nvme "$msix" 'nvme[0-9]q[0-9]+' 21 ;;
		*)	card_works e1000e "$msix" 11 ;;
		esac
		note "round $round: $driver works"
	done
done
await done 60
