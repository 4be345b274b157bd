# SPDX-License-Identifier: GPL-2.0
# The program pcifront in the guest is told what to do next; after each word Dom0
# looks at the configuration spaces of all devices there are.
. /bed/dom0/devices.sh
back=/sys/bus/pci/drivers/pciback

nvme=$(pci_of nvme) ahci=$(pci_of ahci) e1000e=$(pci_of e1000e) e1000=$(pci_of e1000)
must "all devices have their drivers" known "$nvme" "$ahci" "$e1000e" "$e1000"
given=("$nvme" "$ahci" "$e1000e" "$e1000")
lines=$(pirqs)
for device in "${given[@]}"; do
	must "xl pci-assignable-add $device" xl pci-assignable-add "$device"
done
mkdir /run/bed/then
list=$(printf '"%s",' "${given[@]}")

# ------------------------------- what a frontend may say before it is connected
free() { [ "$(xl pci-assignable-list | grep -c 0000:)" = 4 ]; }
guest_config paused <<-CFG
	memory = 64
	e820_host = 1
	pci = [ "$e1000" ]
CFG
publish() {	# publish REF PORT MAGIC: as a guest that never runs
	local at
	at=/local/domain/$(domid paused)/device/pci/0
	xenstore-write "$at/pci-op-ref" "$1" "$at/event-channel" "$2" "$at/magic" "$3" "$at/state" 3
}
closes() { [ "$(xenstore-read "/local/domain/0/backend/pci/$(domid paused)/0/state")" -ge 5 ]; }
for words in '4294967295 1 7' '8 1 8' 'x x x'; do
	must "a paused guest" in_time 60 xl create -p /run/bed/paused.cfg
	check "it publishes $words" eval "publish $words"
	check "Dom0 gives it up" wait_for 10 closes
	check "xl destroy" xl destroy paused
	check "it is gone" wait_for 20 guest_gone paused
	check "all devices are free" wait_for 20 free
	check "pciback serves nobody" wait_for 10 no_pci_guests
done

# ------------------------------------------------------------ the connected one
guest_start hostile <<-CFG
	vcpus = 2
	e820_host = 1
	pci = [ $list ]
CFG
must "it is connected" guest_says hostile '^note - connected' 90
must "Dom0 notes all registers" pciregs save /run/bed/then
msi=()
does() {	# does WORD...: the guest does it, and what it may not change is as before
	guest_go hostile "$*"
	must "the guest has done '$*'" guest_says hostile "^ok - $*\$" 120
	check "after '$*' the devices are as they were" pciregs compare /run/bed/then "${msi[@]}" "${given[@]}"
}
does 'sweep 1'
does 'sweep 2'
does 'sweep 4'
does power
does wrong
msi=(msi)	# from now on messages may differ
does msi
does race
does storm

# -------------------------------------------- what the administrator lets through
byte() { od -An -tx1 -j"$2" -N1 "$pci/$1/config" | tr -d ' '; }
capability() {	# capability DEVICE ID: where it has it
	local at
	at=$((16#$(byte "$1" 52)))
	while [ $at -ge 64 ] && [ "$(byte "$1" $at)" != "$2" ]; do
		at=$((16#$(byte "$1" $((at + 1)))))
	done
	echo $at
}
does 'poke 10d38086 refused'
quirk=$(printf '%s-%x:4:ffffffff' "${e1000e#0000:}" $(($(capability "$e1000e" 05) + 4)))
check "the quirk $quirk is taken" sh -c "echo $quirk >$back/quirks"
check "and shown" grep -q ':4:ffffffff' $back/quirks
does 'poke 10d38086 through'
does 'poke 29228086 refused'
check "the AHCI controller is made permissive" sh -c "echo $ahci >$back/permissive"
equal "that alone" "$(cat $back/permissive)" "$ahci"
does 'poke 29228086 through'

# --------------------------------------------------- taken away while it is used
check "a device is unbound while the guest has it" sh -c "echo $e1000 >$back/unbind"
does 'absent 100e8086'
guest_go hostile leave
must "the guest has left MSI-X on" guest_says hostile '^ok - leave' 60
check "xl destroy" xl destroy hostile
check "it is gone" wait_for 20 guest_gone hostile
check "Dom0 takes the lost one again" xl pci-assignable-add "$e1000"
check "all devices are free" wait_for 20 free
check "the quirk is gone with the guest" sh -c "! grep -q ':4:ffffffff' $back/quirks"
check "pciback serves nobody" wait_for 10 no_pci_guests
check "Dom0's other devices are as they were" pciregs compare /run/bed/then "${msi[@]}" "${given[@]}"

for device in "${given[@]}"; do
	check "xl pci-assignable-remove -r $device" xl pci-assignable-remove -r "$device"
done
must "Dom0 has the NVMe disk" wait_for 20 has_disk "$nvme"
must "Dom0 has the AHCI disk" wait_for 20 has_disk "$ahci"
check "both work" sh -c "blkcheck both $(disk_at "$nvme") 8 1 && blkcheck both $(disk_at "$ahci") 8 2"
ip netns add far
near_card "$(card_at "$e1000e")" 1
far_card "$(card_at "$e1000")" 2
check "the cards reach each other" reaches 192.168.50.2
ip netns del far
ip link set "$(card_at "$e1000e")" down
same_lines() { [ "$(pirqs)" = "$lines" ]; }	# the card comes home a little later
check "as many lines of interrupts as before: $lines" wait_for 10 same_lines
