# SPDX-License-Identifier: GPL-2.0
# Dom0 under a Xen that UEFI firmware has started: what the firmware offers at
# run time comes to Dom0 through the hypervisor.
equal "domain type" "$(cat /sys/hypervisor/guest_type)" PV
check "the kernel knows that the machine has UEFI" [ -d /sys/firmware/efi ]
check "it is told the firmware's word size" grep -qx 64 /sys/firmware/efi/fw_platform_size
check "ACPI's root is found in the firmware's tables" grep -q '^ACPI20=' /sys/firmware/efi/systab
check "the board is known by DMI" grep -q . /sys/class/dmi/id/bios_vendor
must "the firmware's variables mount" mount -t efivarfs efivarfs /sys/firmware/efi/efivars
count=$(ls /sys/firmware/efi/efivars | wc -l)
check "variables are listed ($count)" [ "$count" -gt 10 ]
check "the boot order can be read" sh -c 'od -An -tx1 /sys/firmware/efi/efivars/BootOrder-* | grep -q ..'
name=/sys/firmware/efi/efivars/BedTest-12345678-9abc-def0-1234-56789abcdef0
# the first four bytes are the variable's attributes; once there it is protected
store() { { [ ! -e "$name" ] || chattr -i "$name"; } && printf '\7\0\0\0%s' "$1" >"$name"; }
stored() { cat "$name" | tail -c +5; }
check "a variable is written" store first
equal "and read back" "$(stored)" first
check "it is written again" store second
equal "and read back again" "$(stored)" second
chattr -i "$name"
check "and it is removed" sh -c "rm $name && ! [ -e $name ]"
