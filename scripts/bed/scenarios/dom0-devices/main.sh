# SPDX-License-Identifier: GPL-2.0
# Each device carries verified data with interrupts of its kind, then all at once,
# then they go and come back.
. /bed/dom0/devices.sh

msix=-msi-x msi=-msi line=-ioapic-level
[ "$BED_VARIANT" != no-msi ] || msix=$line msi=$line

nvme=$(pci_of nvme) ahci=$(pci_of ahci) e1000e=$(pci_of e1000e) e1000=$(pci_of e1000)
must "NVMe, AHCI, e1000e and e1000 have their drivers" known "$nvme" "$ahci" "$e1000e" "$e1000"
must "the NVMe disk is there" wait_for 20 has_disk "$nvme"
must "the AHCI disk is there" wait_for 20 has_disk "$ahci"
disk1=$(disk_at "$nvme") queue=$(basename "${disk1%n*}")q disk2=$(disk_at "$ahci") near=$(card_at "$e1000e") far=$(card_at "$e1000")
note "$disk1 at $nvme, $disk2 at $ahci, $near at $e1000e, $far at $e1000"
used=$(bounce_used)

# ------------------------------------------------------- one after the other
check "NVMe: data and $msix interrupts" rises "$msix" "${queue}[0-9]+" '' blkcheck both "$disk1" 16 1
check "AHCI: data and $msi interrupts" rises "$msi" "ahci.$ahci." '' blkcheck both "$disk2" 16 2
check "virtio: data and $msix interrupts" rises "$msix" 'virtio[0-9]+.*' '' blkcheck both "$(disk scratch)" 8 3
if [ "$BED_VARIANT" != no-msi ]; then	# which CPU then gets the interrupt is the port's choice
	for cpu in $(seq 0 $((BED_CPUS - 1))); do
		check "NVMe: cpu$cpu has a queue with an interrupt of its own" \
			rises "$msix" "$queue$((cpu + 1))" '' taskset -c "$cpu" blkcheck both "$disk1" 4 4
	done
fi

near_card "$near" 1
far_card "$far" 2
far_serves 5005
check "e1000e reaches e1000" reaches 192.168.50.2
check "e1000e: TCP both ways, verified, and $msix interrupts" \
	rises "$msix" "$near(-rx-0|-tx-0)?" '' netcheck tcp 192.168.50.2 5005 4
check "e1000: UDP in fragments, verified, and $line interrupts" \
	rises "$line" "$far" '' netcheck udp 192.168.50.2 5005 20 30000

# the card's interrupt goes where it is told
if [ "$BED_CPUS" -gt 1 ]; then
	irq=$(awk -v name="$near(-rx-0)?$" '$0 ~ name { sub(":", "", $1); print $1; exit }' /proc/interrupts)
	for cpu in 1 0; do
		check "interrupt $irq may move to cpu$cpu" sh -c "echo $((1 << cpu)) >/proc/irq/$irq/smp_affinity"
		check "and comes in there" rises '[-a-z]*' "$near(-rx-0)?" $cpu ping -q -c 5 -i 0.2 -W 5 192.168.50.2
	done
fi

# --------------------------------------------------------------- all at once
busy() {
	blkcheck both "$disk1" 48 5 16 & pids=$!
	blkcheck both "$disk2" 24 6 8 & pids="$pids $!"
	blkcheck both "$(disk scratch)" 24 7 8 & pids="$pids $!"
	netcheck tcp 192.168.50.2 5005 6 5 & pids="$pids $!"
	local bad=0
	for pid in $pids; do wait "$pid" || bad=1; done
	return $bad
}
# counted DEVICE COLUMN: what our port counted of devices, a pattern
counts=/sys/kernel/debug/xen/swiotlb/devices
counted() {
	awk -v device="$1" -v wanted="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == wanted) column = i; next }
		$1 ~ device { sum += $column }
		END { print sum + 0 }' $counts
}
# full: how often the buffers had no room: in spare ones then, or not at all
full() {
	if [ -e $counts ]; then
		echo $(($(counted . spares) + $(counted . failed)))
	else
		dmesg | grep -c 'swiotlb buffer is full' || true
	fi
}
# unreached: how often the card was given memory beyond its reach
unreached() { if [ -e $counts ]; then counted "^$e1000\$" unreachable; else bounce_most; fi; }
check "all of them at once, verified" busy
case $BED_VARIANT in
bounce)	check "everything has bounced: $(bounce_most) slots at most" [ "$(bounce_most)" -gt 1024 ]
	note "$(cat /sys/kernel/debug/xen/swiotlb/devices 2>/dev/null)"
	check "and the buffers have run out: $(full) times" [ "$(full)" -gt 0 ] ;;
high)	check "the 32-bit card has bounced: $(unreached) times" [ "$(unreached)" -gt 0 ] ;;
esac
check "fio with 32 requests at a time, verified" in_time 100 fio --name=deep --filename="$disk1" \
	--ioengine=libaio --direct=1 --rw=randwrite --bsrange=512-128k --iodepth=32 --size=8M --offset=64M \
	--verify=crc32c --do_verify=1 --verify_fatal=1 --minimal

# -------------------------------------------------------- removed and found
far_gone() { ip netns del far; }
check "both cards are at rest" sh -c "pkill netcheck; ip link set $near down"
check "the far card comes home" far_gone
must "and is here" wait_for 10 has_card "$e1000"
check "the disks keep data" sh -c "blkcheck write $disk1 8 8 && blkcheck write $disk2 8 9"
bounces() { [ "$(bounce_used)" -le "$used" ]; }
check "no bounce buffer is lost: $used slots at the start" wait_for 10 bounces
lines=$(pirqs)
xl dmesg -c >/dev/null
gone() { [ ! -e "$pci/$1" ]; }
for round in 1 2; do
	for device in "$nvme" "$ahci" "$e1000e" "$e1000"; do
		check "round $round: remove $device" sh -c "echo 1 >$pci/$device/remove"
		check "it is gone" gone "$device"
	done
	check "round $round: rescan" sh -c 'echo 1 >/sys/bus/pci/rescan'
	must "the disks are back" wait_for 20 eval 'has_disk "$nvme" && has_disk "$ahci"'
	check "NVMe's data is there" blkcheck verify "$(disk_at "$nvme")" 8 8
	check "AHCI's data is there" blkcheck verify "$(disk_at "$ahci")" 8 9
	check "the cards are back" wait_for 20 eval 'has_card "$e1000e" && has_card "$e1000"'
done
equal "as many lines of interrupts as before" "$(pirqs)" "$lines"
xl dmesg >/run/bed/xen.log
for word in remove add; do
	equal "Xen heard of each '$word'" "$(grep -c "PCI $word device $nvme" /run/bed/xen.log)" 2
done

# --------------------------------------------------------- plugged in and out
hot=0000:01:00.0
check "plug an NVMe disk in" monitor "device_add nvme,id=hot,serial=hot,drive=extra-6,bus=plug"
must "it appears" wait_for 30 has_disk $hot
check "data and interrupts" rises "$msix" 'nvme[0-9]+q[0-9]+' '' blkcheck both "$(disk_at "$hot")" 8 10
check "pull it out" monitor "device_del hot"
check "it is gone" wait_for 30 gone $hot
for round in 1 2; do
	check "round $round: plug a card in" monitor "device_add e1000e,id=hot,netdev=extra-7,bus=plug,mac=52:54:00:00:00:0$round"
	must "it appears" wait_for 30 has_card $hot
	equal "it is the card" "$(cat "/sys/class/net/$(card_at "$hot")/address")" "52:54:00:00:00:0$round"
	near_card "$(card_at "$hot")" 3
	far_card "$(card_at "$e1000")" 2
	check "it reaches e1000" reaches 192.168.50.2
	check "pull it out" monitor "device_del hot"
	check "it is gone" wait_for 30 gone $hot
	check "the far card comes home" far_gone
	must "and is here" wait_for 10 has_card "$e1000"
done
equal "as many lines of interrupts as before" "$(pirqs)" "$lines"
check "no bounce buffer is lost" wait_for 10 bounces

# ---------------------------------------------------------- virtual functions
parent=$(cd "$pci" && echo */sriov_numvfs)
parent=${parent%%/*}
functions() { ls -d "$pci/$parent"/virtfn* 2>/dev/null | wc -l; }
check "a device has virtual functions to offer" [ -e "$pci/$parent/sriov_numvfs" ]
xl dmesg -c >/dev/null
for round in 1 2; do
	check "round $round: two of them" sh -c "echo 0 >$pci/$parent/sriov_drivers_autoprobe && echo 2 >$pci/$parent/sriov_numvfs"
	equal "they are there" "$(functions)" 2
	check "round $round: none" sh -c "echo 0 >$pci/$parent/sriov_numvfs"
	equal "they are gone" "$(functions)" 0
done
xl dmesg >/run/bed/xen.log
equal "Xen heard of each" "$(grep -c 'PCI add virtual function' /run/bed/xen.log)" 4
equal "and of each one's end" "$(grep -c 'PCI remove device' /run/bed/xen.log)" 4
