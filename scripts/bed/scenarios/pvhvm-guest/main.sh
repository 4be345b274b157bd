# SPDX-License-Identifier: GPL-2.0
# SeaBIOS, by way of hda's boot sector, and SYSLINUX start the kernel from a disk of the device model that is
# not unplugged (AHCI); hda and an e1000 (without the ROM that hangs SeaBIOS) are.
disk_file /var/tmp/guest.img 32
check "the disk gets a boot sector" dd if=/bed/hvm.chain of=/var/tmp/guest.img conv=notrunc
case $BED_VARIANT in vcpus*) vcpus=${BED_VARIANT#vcpus} ;; *) vcpus=2 ;; esac
leftovers_before=$(leftovers)
guest_start guest <<-CFG
	type = "hvm"
	boot = "c"
	memory = $((GUEST_MEMORY + 64))
	vcpus = $vcpus
	disk = [ "file:/var/tmp/guest.img,hda,w" ]
	vif = [ "mac=00:16:3e:00:03:02,bridge=xenbr0,type=vif" ]
	vga = "none"
	vnc = 0
	sdl = 0
	usb = 0
	videoram = 4
	device_model_args = [ "-nodefaults", "-device", "e1000,romfile=",
		"-device", "ich9-ahci,id=ba", "-drive", "file=/bed/hvm.img,if=none,id=bd,format=raw",
		"-device", "ide-hd,drive=bd,bus=ba.0,bootindex=0" ]
CFG
must "the guest's network is up" guest_says guest '^note - serving' 300
check "ping the guest" ping -q -c 3 -i 0.3 -W 5 192.168.77.2
check "TCP to the guest and back, verified" netcheck tcp 192.168.77.2 5004 2
check "UDP to the guest and back, verified" netcheck udp 192.168.77.2 5004 50 1000
guest_go guest done
guest_passes guest 120
guest_stop guest 90
equal "nothing of the guest is left" "$(leftovers)" "$leftovers_before"
check "Dom0 finds the guest's data" blkcheck verify /var/tmp/guest.img 16 9
