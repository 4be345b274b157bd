# SPDX-License-Identifier: GPL-2.0
# Two disks and two cards go to the guest; Dom0 keeps a card on the same wire, and
# looks at the disks when they come back.
. /bed/dom0/devices.sh
back=/sys/bus/pci/drivers/pciback

ahci=0000:00:10.0 nvme=0000:00:11.0 e1000e=0000:00:12.0 e1000=0000:00:13.0 far=0000:00:17.0
given=("$nvme" "$ahci" "$e1000e" "$e1000")
hidden=false		# from the start, by the kernel's command line
! grep -q pciback.hide /proc/cmdline || hidden=true
if ! $hidden; then
	for driver in ahci nvme e1000e e1000; do
		must "$driver has its device" has_driver "${!driver}" $driver
	done
fi
must "the other card has its driver" has_driver $far e1000
near_card "$(card_at "$far")" 1
(exec netcheck serve 5005 >/run/bed/served.log 2>&1) 7>&- 8>&- &
lines=$(pirqs)

# --------------------------------------------------------------- assignable
refuses() { ! echo "$2" >"$back/$1" 2>/dev/null; }
for words in '' x 00:11 00:11.x '00:20.0' '100:00.0' '00:11.8' '00:*.1' '*:11.0'; do
	check "new_slot refuses '$words'" refuses new_slot "$words"
done
check "an address of no device is remembered" sh -c "echo 0000:7f:1f.7 >$back/new_slot && grep -qx 0000:7f:1f.7 $back/slots"
check "and forgotten" sh -c "echo 0000:7f:1f.7 >$back/remove_slot && ! grep -q 7f:1f.7 $back/slots"
check "once" refuses remove_slot 0000:7f:1f.7
check "all functions of a slot at once" sh -c "echo '7f:1f.*' >$back/new_slot && [ \$(grep -c 7f:1f $back/slots) = 8 ]"
check "and gone at once" sh -c "echo '7f:1f.*' >$back/remove_slot && ! grep -q 7f:1f $back/slots"
for device in "${given[@]}"; do
	$hidden || check "xl pci-assignable-add $device" xl pci-assignable-add "$device"
	check "pciback has it" has_driver "$device" pciback
	check "it is assignable" sh -c "xl pci-assignable-list | grep -q $device"
	for file in irq_handlers quirks; do
		check "$file names it" grep -q "${device#0000:}" $back/$file
	done
done
equal "no device is permissive" "$(cat $back/permissive $back/allow_interrupt_control)" ""
for file in slots irq_handlers quirks permissive allow_interrupt_control; do
	check "$file can be read" cat $back/$file
	note "$file: $(head -n 3 $back/$file | tr '\n\t' '; ')"
done

for file in quirks permissive allow_interrupt_control irq_handler_state; do
	check "$file refuses a device that is not held back" refuses $file "$far"
done
check "quirks refuses a register of three bytes" refuses quirks "$nvme-40:3:ff"
state_of() { sed -n "s/^$1:\([^:]*\):.*/\1/p" $back/irq_handlers; }
equal "no handler answers for $e1000" "$(state_of $e1000)" off

# ---------------------------------------------------------------- the guest
GUEST_MEMORY=$((GUEST_MEMORY + 96)) guest_start driver <<-CFG
	vcpus = 2
	e820_host = 1
	on_reboot = "restart"
	pci = [ $(printf '"%s",' "${given[@]}") ]
CFG
must "it drives all of them" guest_says driver '^note - all work' 120
equal "xl pci-list shows four" "$(xl pci-list driver | grep -c 0000:)" 4
note "$(xl pci-list driver | tr '\n' ';')"
note "irq_handlers: $(tr '\n' ' ' <$back/irq_handlers)"
equal "a handler answers for the line of $e1000" "$(state_of $e1000)" on
check "it is switched off" sh -c "echo $e1000 >$back/irq_handler_state"
equal "and is off" "$(state_of $e1000)" off
check "it is switched on" sh -c "echo $e1000 >$back/irq_handler_state"
equal "and is on" "$(state_of $e1000)" on
for device in "${given[@]}"; do
	check "$device is not for another guest" sh -c "! xl pci-assignable-list | grep -q $device"
done
check "and cannot be given twice" sh -c "! xl pci-attach 0 $nvme"

listed() { xl pci-list driver | grep -q "$1"; }
unlisted() { ! listed "$1"; }
for round in 1 2; do
	for driver in nvme e1000e; do
		device=${!driver}
		check "round $round: detach $device" in_time 60 xl pci-detach driver "$device"
		check "xl pci-list has it no more" wait_for 10 unlisted "$device"
		must "the guest has seen it go" guest_says driver "^ok - round $round: $driver is gone" 60
		check "it is assignable" sh -c "xl pci-assignable-list | grep -q $device"
		check "round $round: attach $device" in_time 60 xl pci-attach driver "$device"
		check "xl pci-list has it" wait_for 10 listed "$device"
		guest_go driver "$round-$driver"
		must "the guest has used it" guest_says driver "^note - round $round: $driver works" 90
	done
done
guest_go driver done
guest_passes driver

# ------------------------------------------------------- restart, death, end
old=$(domid driver)
rm -f /run/bed/driver.seen /run/bed/driver.said
check "xl reboot" xl reboot driver
new_domain() { guest_exists driver && [ "$(domid driver)" != "$old" ]; }
must "it is a new domain" wait_for 60 new_domain
must "it drives all of them again" guest_says driver '^note - all work' 120
check "xl destroy while it is at work" xl destroy driver
check "it is gone" wait_for 20 guest_gone driver
free() { [ "$(xl pci-assignable-list | grep -c 0000:)" = 4 ]; }
check "all four are free" wait_for 20 free
check "pciback serves nobody" wait_for 10 no_pci_guests

for device in "${given[@]}"; do
	check "xl pci-assignable-remove -r $device" xl pci-assignable-remove -r "$device"
	! $hidden || check "drivers look at it" sh -c "echo $device >/sys/bus/pci/drivers_probe"
done
must "Dom0 has the NVMe disk" wait_for 20 has_disk "$nvme"
must "Dom0 has the AHCI disk" wait_for 20 has_disk "$ahci"
check "with what the guest has written" blkcheck verify "$(disk_at "$nvme")" 8 21
check "both" blkcheck verify "$(disk_at "$ahci")" 8 22
check "they work" sh -c "blkcheck both $(disk_at "$nvme") 8 23 && blkcheck both $(disk_at "$ahci") 8 24"
near2=$(card_at "$e1000e")
ip netns add far
far_card "$near2" 2
check "the card works" wait_for 20 ip netns exec far ping -q -c 1 -W 2 192.168.50.1
equal "nothing is assignable" "$(xl pci-assignable-list)" ""
ip netns del far
same_lines() { [ "$(pirqs)" = "$lines" ]; }	# the card comes home a little later
$hidden || check "as many lines of interrupts as before: $lines" wait_for 10 same_lines
