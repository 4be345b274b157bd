# SPDX-License-Identifier: GPL-2.0
# Guests of one scenario by their type, "pvh" or "pvhvm".  A PVH guest gets kernel
# and initramfs from xl.  In an HVM guest SeaBIOS, by way of the boot sectors of
# the emulated disks, and SYSLINUX start the kernel from a disk of the device model
# that is not unplugged, on AHCI; an e1000 is (without the ROM that hangs SeaBIOS).

# hvm_disk PATH MIB: a file-backed disk that the firmware gets past.
hvm_disk() {
	disk_file "$1" "$2"
	check "the disk $1 gets a boot sector" dd if=/bed/hvm.chain of="$1" conv=notrunc
}

# hvm_lines [QEMU-ARGUMENT...]: what makes the configuration one of an HVM guest;
# the arguments are added to the device model's.  HVM_CARD is the emulated card's.
hvm_lines() {
	local argument more=
	for argument; do
		more+=", \"$argument\""
	done
	cat <<-CFG
	type = "hvm"
	boot = "c"
	vga = "none"
	vnc = 0
	sdl = 0
	usb = 0
	device_model_args = [ "-nodefaults", "-device", "e1000,romfile=${HVM_CARD:+,$HVM_CARD}",
		"-device", "ich9-ahci,id=ba",
		"-drive", "file=/bed/hvm.img,if=none,id=bd,format=raw,file.locking=off",
		"-device", "ide-hd,drive=bd,bus=ba.0,bootindex=0"$more ]
	CFG
}

# type_lines pvh|pvhvm: the lines of a guest of that type.
type_lines() {
	case $1 in
	pvh) echo 'type = "pvh"' ;;
	pvhvm) hvm_lines ;;
	esac
}
